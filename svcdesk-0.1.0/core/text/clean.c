#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "core/text/utf8.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum {
	REPLACEMENT = 0xfffd,
	DOTTED_CIRCLE = 0x25cc,
	STRING_MAX = 4096, /* an OSC, DCS ... longer than this is not taken as one: it could hide a page of text */
	CSI_MAX = 256,
	CLUSTER_MAX = 31,        /* bytes of a grapheme, so that no stack of marks grows without end */
	CLUSTER_MAX_LETTER = 28, /* beyond this a letter that would still join becomes U+FFFD */
	CLUSTER_MAX_EMOJI = 47
};

struct cleaner {
	struct sd_str *out;
	enum sd_clean mode;
	int32_t prev;           /* last character put out; 0 at the start of a line */
	utf8proc_int32_t state; /* of the grapheme rules */
	size_t cluster;         /* bytes of the grapheme under way */
	bool emoji;             /* it begins with a pictograph */
};

static int bound_class(int32_t cp)
{
	return (int)utf8proc_get_property(cp)->boundclass;
}

static void put(struct cleaner *c, int32_t cp)
{
	char buf[4];
	size_t n = utf8_encode(cp, buf);
	bool starts = c->prev == 0 || text_break(c->prev, cp, &c->state);
	if (starts) {
		c->cluster = 0;
		c->emoji = bound_class(cp) == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || cp == 0x1f3f4;
	}
	c->cluster += n;
	c->prev = cp;
	sd_str_addn(c->out, buf, n);
}

static void put_break(struct cleaner *c)
{
	if (c->mode == SD_CLEAN_LINE) {
		put(c, ' ');
		return;
	}
	sd_str_addc(c->out, '\n');
	c->prev = 0;
	c->state = 0;
}

static void put_tab(struct cleaner *c)
{
	if (c->mode == SD_CLEAN_LINE) {
		put(c, ' ');
		return;
	}
	sd_str_addc(c->out, '\t');
	c->prev = 0; /* a mark after a tab has no base either */
	c->state = 0;
}

/* Length of the rest of a control sequence after its introducer: parameters, intermediates, final byte. What does not fit
 * the grammar ends it there. */
static size_t csi_rest(const char *s, size_t n)
{
	size_t i = 0, max = n < CSI_MAX ? n : CSI_MAX;
	while (i < max && s[i] >= 0x30 && s[i] <= 0x3f)
		i++;
	while (i < max && s[i] >= 0x20 && s[i] <= 0x2f)
		i++;
	if (i < max && s[i] >= 0x40 && s[i] <= 0x7e)
		i++;
	return i;
}

/* Length of the rest of a control string (OSC, DCS, SOS, PM, APC) with its terminator BEL, ESC \ or U+009C; 0 when it has
 * none near by: then only the introducer goes and the text stays readable. */
static size_t string_rest(const char *s, size_t n)
{
	size_t max = n < STRING_MAX ? n : STRING_MAX;
	for (size_t i = 0; i < max; i++) {
		if (s[i] == '\a' || s[i] == 0x18 || s[i] == 0x1a)
			return i + 1;
		if (s[i] == '\033')
			return i + 1 < n && s[i + 1] == '\\' ? i + 2 : 0;
		if (s[i] == (char)0xc2 && i + 1 < n && s[i + 1] == (char)0x9c)
			return i + 2;
	}
	return 0;
}

static bool is_string_start(unsigned char c)
{
	return c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_';
}

/* Length of the escape sequence that begins at s (s[0] is ESC). */
static size_t escape_length(const char *s, size_t n)
{
	if (n < 2)
		return 1;
	unsigned char c = (unsigned char)s[1];
	if (c == '[')
		return 2 + csi_rest(s + 2, n - 2);
	if (is_string_start(c))
		return 2 + string_rest(s + 2, n - 2);
	size_t i = 1;
	while (i < n && i < 8 && s[i] >= 0x20 && s[i] <= 0x2f)
		i++;
	if (i < n && s[i] >= 0x30 && s[i] <= 0x7e)
		return i + 1;
	return i;
}

/* The same for a C1 control in its two-byte form; cp is 0x80..0x9f, s and n what follows it. */
static size_t c1_rest(int32_t cp, const char *s, size_t n)
{
	if (cp == 0x9b)
		return csi_rest(s, n);
	if (is_string_start((unsigned char)(cp - 0x40)))
		return string_rest(s, n);
	return 0;
}

/* Controls of ASCII; returns the bytes consumed. */
static size_t clean_c0(struct cleaner *c, const char *s, size_t n)
{
	switch (*s) {
	case '\t':
		put_tab(c);
		return 1;
	case '\r':
		put_break(c);
		return n > 1 && s[1] == '\n' ? 2 : 1;
	case '\n':
	case '\v':
	case '\f':
		put_break(c);
		return 1;
	case '\033':
		put(c, REPLACEMENT);
		return escape_length(s, n);
	default:
		put(c, REPLACEMENT);
		return 1;
	}
}

static bool is_noncharacter(int32_t cp)
{
	return (cp & 0xfffe) == 0xfffe || (cp >= 0xfdd0 && cp <= 0xfdef);
}

static bool is_variation(int32_t cp)
{
	return (cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef);
}

static bool is_tag(int32_t cp)
{
	return cp >= 0xe0020 && cp <= 0xe007f;
}

static bool is_joiner(int32_t cp)
{
	return cp == 0x200c || cp == 0x200d;
}

/* Format characters: what shapes a grapheme stays where it can do that, bidi controls show that they were there, the rest goes.
 */
static void clean_format(struct cleaner *c, int32_t cp)
{
	if ((cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069)) {
		put(c, REPLACEMENT);
	} else if (is_joiner(cp)) {
		if (c->prev >= 0x300 && !is_joiner(c->prev) && c->prev != REPLACEMENT && c->prev != 0x3000 &&
			c->cluster < CLUSTER_MAX_EMOJI - 8)
			put(c, cp);
	} else if (is_tag(cp)) {
		if ((c->prev == 0x1f3f4 || is_tag(c->prev)) && c->prev != 0xe007f && c->cluster < CLUSTER_MAX - 3)
			put(c, cp);
	} else if (bound_class(cp) == UTF8PROC_BOUNDCLASS_PREPEND) {
		put(c, c->cluster > CLUSTER_MAX_LETTER ? REPLACEMENT : cp); /* Arabic number signs: they have a shape of their own */
	}
}

static void clean_char(struct cleaner *c, int32_t cp)
{
	utf8proc_category_t cat = utf8proc_category(cp);
	if (is_noncharacter(cp)) {
		put(c, REPLACEMENT);
		return;
	}
	if (cat == UTF8PROC_CATEGORY_CF) {
		clean_format(c, cp);
		return;
	}
	int bound = bound_class(cp);
	bool mark = bound == UTF8PROC_BOUNDCLASS_EXTEND || bound == UTF8PROC_BOUNDCLASS_SPACINGMARK; /* also skin tones */
	if (is_variation(cp)) {
		if (c->prev > ' ' && !is_variation(c->prev) && c->cluster + 4 <= CLUSTER_MAX)
			put(c, cp);
		return;
	}
	/* a mark without a letter would sit on whatever the screen has before it */
	if (mark && c->prev == 0)
		put(c, DOTTED_CIRCLE);
	utf8proc_int32_t look = c->state;
	if (c->prev && !text_break(c->prev, cp, &look)) {
		size_t max = c->emoji ? CLUSTER_MAX_EMOJI : CLUSTER_MAX, n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
		if (mark && c->cluster + n > max)
			return;
		if (!mark && c->cluster + n > (c->emoji ? CLUSTER_MAX_EMOJI : CLUSTER_MAX_LETTER))
			cp = REPLACEMENT;
	}
	put(c, cp);
}

void sd_text_clean(struct sd_str *out, const char *bytes, size_t n, enum sd_clean mode)
{
	struct cleaner c = {.out = out, .mode = mode};
	size_t i = 0;
	while (i < n) {
		size_t run = i;
		while (run < n && bytes[run] >= 0x20 && bytes[run] < 0x7f)
			run++;
		if (run > i) { /* printable ASCII: all but the first of the run begin a grapheme of their own */
			put(&c, (unsigned char)bytes[i]);
			if (run > i + 1) {
				sd_str_addn(out, bytes + i + 1, run - i - 1);
				c.prev = (unsigned char)bytes[run - 1];
				c.state = 0;
				c.cluster = 1;
				c.emoji = false;
			}
			i = run;
			continue;
		}
		if (bytes[i] >= 0) {
			i += clean_c0(&c, bytes + i, n - i);
			continue;
		}
		int32_t cp;
		i += utf8_decode(bytes + i, n - i, &cp);
		if (cp < 0) {
			put(&c, REPLACEMENT);
		} else if (cp == 0x85 || cp == 0x2028 || cp == 0x2029) {
			put_break(&c);
		} else if (cp < 0xa0) {
			put(&c, REPLACEMENT);
			i += c1_rest(cp, bytes + i, n - i);
		} else {
			clean_char(&c, cp);
		}
	}
	if (!out->data)
		sd_str_addn(out, "", 0);
}

bool sd_text_is_clean(const char *bytes, size_t n, enum sd_clean mode)
{
	size_t i = 0;
	while (i < n && ((bytes[i] >= 0x20 && bytes[i] < 0x7f) || (mode == SD_CLEAN_BLOCK && (bytes[i] == '\n' || bytes[i] == '\t'))))
		i++;
	if (i == n)
		return true;
	struct sd_str s = {0};
	sd_text_clean(&s, bytes, n, mode);
	bool same = s.len == n && memcmp(s.data, bytes, n) == 0;
	sd_str_free(&s);
	return same;
}
