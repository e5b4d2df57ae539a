/* Text from outside is cleaned once, at the border; inside it is valid UTF-8 and safe to show. Width is by grapheme. */
#ifndef SVCDESK_TEXT_H
#define SVCDESK_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct sd_arena;
struct sd_str;

enum sd_clean {
	SD_CLEAN_LINE, /* one line: line breaks and tabs become blanks */
	SD_CLEAN_BLOCK /* many lines: LF and tab stay, CRLF and CR become LF */
};

/* Appends text to out as valid UTF-8: invalid bytes become U+FFFD; C0, DEL, C1 controls, bidi embeddings/overrides/isolates,
 * line/paragraph separators (LINE only), BOM and other zero-width format characters that can spoof are replaced or dropped
 * (ZWJ, ZWNJ and variation selectors stay inside graphemes). Whole escape sequences (CSI, OSC, DCS ...) shrink to one U+FFFD. */
void sd_text_clean(struct sd_str *out, const char *bytes, size_t n, enum sd_clean mode);

/* True when bytes are already what sd_text_clean would give. */
bool sd_text_is_clean(const char *bytes, size_t n, enum sd_clean mode);

struct sd_grapheme {
	const char *s; /* first byte */
	size_t len;    /* bytes */
	int width;     /* cells: 0, 1 or 2 */
};

/* Ambiguous-width characters take 1 (default) or 2 cells; emoji presentation sequences 1 or 2 (default). */
void sd_text_widths(int ambiguous, int emoji);

/* Next grapheme of NUL-terminated clean text at *pos; false at the end. Always advances. */
bool sd_text_next(const char **pos, struct sd_grapheme *g);

/* Start of the grapheme before pos in text that begins at start (pos > start). */
const char *sd_text_prev(const char *start, const char *pos);

/* Cells of NUL-terminated clean text (a LF counts 0). */
int sd_text_width(const char *s);

/* Bytes of the longest prefix of s that fits into cells; *used gets its width. Never splits a grapheme. */
size_t sd_text_prefix(const char *s, int cells, int *used);

/* s cut to cells with ellipsis (e.g. "…" or "~") at the end if it was longer, in the arena; padded with blanks to cells if pad.
 */
char *sd_text_fit(struct sd_arena *a, const char *s, int cells, const char *ellipsis, bool pad);

struct sd_lines {
	char **line;
	size_t n;
};

/* Wraps a block to width cells (>= 1): at blanks where possible, anywhere between CJK graphemes, else inside words.
 * Tabs become blanks to the next multiple of 8; blank lines stay. */
struct sd_lines sd_text_wrap(struct sd_arena *a, const char *block, int width);

/* Case-folded, NFKC form for comparing and fuzzy matching, in the arena. */
char *sd_text_fold(struct sd_arena *a, const char *s);

/* Fuzzy score of needle in hay (both folded): 0 = no match, higher is better; prefix > word start > scattered. */
int sd_text_fuzzy(const char *hay, const char *needle);

/* In what way needle is in hay (both folded): 0 = not; 1 its letters with gaps; 2 inside of a word; 3 from the beginning of a
 * word; 4 it is all of it. Several words must all be there, in any order; the least of them counts. */
int sd_text_match(const char *hay, const char *needle);

/* Transliteration for terminals without UTF-8: every character outside ASCII becomes a stand-in of its width. */
char *sd_text_ascii(struct sd_arena *a, const char *s);

#endif
