/* Articles are Markdown. It is parsed once and laid out as lines of styled spans for any width in cells; whatever the text says,
 * what comes out is clean (svcdesk/text.h), and neither time nor memory grow faster than the text. */
#ifndef SVCDESK_MARKDOWN_H
#define SVCDESK_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

struct sd_arena;

/* How a span is meant; bits. What they look like is the viewer's choice. */
enum sd_md_style {
	SD_MD_STRONG = 1,
	SD_MD_EM = 2,
	SD_MD_CODE = 4,
	SD_MD_LINK = 8,
	SD_MD_STRIKE = 16,
	SD_MD_HEADING = 32,
	SD_MD_RAW = 64,   /* HTML and what else is no text of its own */
	SD_MD_MARK = 128, /* put there by the layout: bullets, bars, rules, numbers of links */
	SD_MD_QUOTE = 256
};

struct sd_md_link {
	const char *target; /* as written, clean; never "" */
	const char *text;   /* what it is called where it stands first */
	bool image;
};

struct sd_md_heading {
	const char *text;
	int level; /* 1 to 6 */
};

struct sd_md_code {
	const char *text; /* as written, without the fences; each line ends with a line break */
	const char *lang; /* "" where none is named */
};

struct sd_md; /* a parsed text */
/* Takes any bytes; never NULL. What lies behind the first SD_MD_MOST bytes, and a text that would grow far beyond itself (only a
 * hostile one does), is taken as plain lines. Does not keep text. */
enum { SD_MD_MOST = 1 << 20 };
struct sd_md *sd_md_parse(const char *text, size_t n);
void sd_md_free(struct sd_md *md); /* NULL is fine */

/* Borrowed from md; counted from 1 in spans and lines, so [0] is number 1. A target has one number wherever it stands. */
const struct sd_md_link *sd_md_links(const struct sd_md *md, size_t *n);
const struct sd_md_heading *sd_md_headings(const struct sd_md *md, size_t *n);
const struct sd_md_code *sd_md_codes(const struct sd_md *md, size_t *n);

struct sd_md_span {
	const char *text; /* clean, one line */
	int cells;
	int style; /* bits of enum sd_md_style */
	int link;  /* number of the link it belongs to; 0: none */
};

struct sd_md_line {
	const struct sd_md_span *span;
	int n;
	int code;    /* number of the code block it belongs to; 0: none */
	int heading; /* number of the heading that begins on it; 0: none */
	int block;   /* which block of the text it belongs to: rises, the same at any width */
};

/* A text laid out. The spans point into its own memory, so it may outlive md. */
struct sd_md_page {
	const struct sd_md_line *line;
	size_t n;
	int width;
	const size_t *link_line, *heading_line, *code_line; /* where each begins, [0] is number 1; n where it is on no line */
	struct sd_arena *memory;                            /* of all that */
};
enum { SD_MD_ASCII = 1 /* lines, bullets and bars in ASCII */ };
/* width < 1 counts as 1. Lines are at most width cells wide, unless one wide character alone is more. */
struct sd_md_page *sd_md_layout(const struct sd_md *md, int width, int flags);
void sd_md_page_free(struct sd_md_page *page);

#endif
