#include <string.h>

#include <utf8proc.h>

#include "core/text/ambiguous.h"
#include "core/text/utf8.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { VS16 = 0xfe0f };

/* What the terminal does is one fact per process; the app sets it once after the probe. */
static int ambiguous_cells = 1, emoji_cells = 2;

void sd_text_widths(int ambiguous, int emoji)
{
	ambiguous_cells = ambiguous == 2 ? 2 : 1;
	emoji_cells = emoji == 1 ? 1 : 2;
}

static bool is_ambiguous(int32_t cp)
{
	size_t lo = 0, hi = sizeof ambiguous_ranges / sizeof *ambiguous_ranges;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if ((uint32_t)cp > ambiguous_ranges[mid][1])
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < sizeof ambiguous_ranges / sizeof *ambiguous_ranges && (uint32_t)cp >= ambiguous_ranges[lo][0];
}

int cp_width(int32_t cp)
{
	if (cp < 0x7f)
		return cp >= 0x20 || cp == '\t';
	const utf8proc_property_t *p = utf8proc_get_property(cp);
	switch (p->category) {
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CS:
		return 0;
	case UTF8PROC_CATEGORY_CF:
		return p->boundclass == UTF8PROC_BOUNDCLASS_PREPEND;
	case UTF8PROC_CATEGORY_MC:
		return 1; /* terminals give spacing marks a cell, as the C library does */
	case UTF8PROC_CATEGORY_CN:
		/* pictographs younger than the table are wide like their neighbours */
		return cp >= 0x1f900 && cp <= 0x1faff ? 2 : 1;
	default:
		break;
	}
	int w = p->charwidth;
	if (w == 1 && ambiguous_cells == 2 && is_ambiguous(cp))
		w = 2;
	return w;
}

/* Sums up the characters of one grapheme. */
struct sum {
	int width;
	int first_width;
	bool vs16, sequence; /* emoji style asked for; joined, flag or skin tone */
	int32_t first;
	int n;
};

static void sum_add(struct sum *s, int32_t cp)
{
	int w = cp_width(cp);
	const utf8proc_property_t *p = utf8proc_get_property(cp);
	if (s->n++ == 0) {
		s->first = cp;
		s->first_width = s->width = w;
		return;
	}
	if (cp == VS16)
		s->vs16 = true;
	if (p->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || p->boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR ||
		(cp >= 0x1f3fb && cp <= 0x1f3ff)) {
		s->sequence = true;
		return;
	}
	/* vowels and finals of Hangul stand inside the syllable's square */
	if (p->boundclass != UTF8PROC_BOUNDCLASS_V && p->boundclass != UTF8PROC_BOUNDCLASS_T)
		s->width += w;
}

static int sum_width(const struct sum *s)
{
	if (s->sequence)
		return 2;
	if (s->vs16 && s->first_width == 1)
		return emoji_cells;
	return s->width > 2 ? 2 : s->width;
}

/* A byte that begins a character which joins nothing before it: ASCII, or an ideograph of U+4000 to U+9FFF. */
static bool stands_alone(unsigned char c)
{
	return c < 0x80 || (c >= 0xe4 && c <= 0xe9);
}

bool sd_text_next(const char **pos, struct sd_grapheme *g)
{
	const char *s = *pos;
	if (!*s)
		return false;
	g->s = s;
	/* what nearly all text is made of, without looking anything up */
	if ((unsigned char)s[0] >= 0xe5 && (unsigned char)s[0] <= 0xe9 && ((unsigned char)s[1] & 0xc0) == 0x80 &&
		((unsigned char)s[2] & 0xc0) == 0x80 && stands_alone((unsigned char)s[3])) {
		g->len = 3;
		g->width = 2;
		*pos = s + 3;
		return true;
	}
	if ((unsigned char)s[0] < 0x80 && stands_alone((unsigned char)s[1])) {
		g->len = s[0] == '\r' && s[1] == '\n' ? 2 : 1;
		g->width = cp_width(s[0]);
		*pos = s + g->len;
		return true;
	}
	struct sum sum = {0};
	utf8proc_int32_t state = 0;
	int32_t prev = 0, cp;
	while (*s) {
		size_t n = utf8_decode(s, strnlen(s, 4), &cp);
		if (cp < 0) { /* not clean; still never stand still */
			if (!prev) {
				*g = (struct sd_grapheme){s, n, 1};
				*pos = s + n;
				return true;
			}
			break;
		}
		if (prev && text_break(prev, cp, &state))
			break;
		sum_add(&sum, cp);
		prev = cp;
		s += n;
	}
	g->len = (size_t)(s - g->s);
	g->width = sum_width(&sum);
	*pos = s;
	return true;
}

/* True when a grapheme surely begins at p whatever stands before: the end of a line, or two characters without any rule. */
static bool sure_start(const char *start, const char *p)
{
	if (p == start || p[-1] == '\n')
		return true;
	const char *q = p - 1;
	while (q > start && ((unsigned char)*q & 0xc0) == 0x80)
		q--;
	int32_t a, b;
	utf8_decode(q, (size_t)(p - q), &a);
	utf8_decode(p, strnlen(p, 4), &b);
	return a >= 0 && b >= 0 && utf8proc_get_property(a)->boundclass == UTF8PROC_BOUNDCLASS_OTHER &&
		   utf8proc_get_property(b)->boundclass == UTF8PROC_BOUNDCLASS_OTHER;
}

const char *sd_text_prev(const char *start, const char *pos)
{
	const char *p = pos;
	do
		p--;
	while (p > start && (((unsigned char)*p & 0xc0) == 0x80 || !sure_start(start, p)));
	struct sd_grapheme g = {0};
	const char *last = p;
	while (p < pos && sd_text_next(&p, &g))
		last = g.s;
	return last;
}

int sd_text_width(const char *s)
{
	int w = 0;
	struct sd_grapheme g;
	while (sd_text_next(&s, &g))
		w += g.width;
	return w;
}

size_t sd_text_prefix(const char *s, int cells, int *used)
{
	int w = 0;
	const char *p = s, *end = s;
	struct sd_grapheme g;
	while (sd_text_next(&p, &g) && w + g.width <= cells) {
		w += g.width;
		end = p;
	}
	if (used)
		*used = w;
	return (size_t)(end - s);
}

char *sd_text_fit(struct sd_arena *a, const char *s, int cells, const char *ellipsis, bool pad)
{
	int used, tail_cells = 0;
	const char *tail = "";
	if (cells < 0)
		cells = 0;
	size_t n = sd_text_prefix(s, cells, &used);
	if (s[n]) {
		tail_cells = sd_text_width(ellipsis);
		if (tail_cells <= cells) {
			tail = ellipsis;
			n = sd_text_prefix(s, cells - tail_cells, &used);
		} else {
			tail_cells = 0;
		}
	}
	size_t blanks = pad ? (size_t)(cells - used - tail_cells) : 0, m = strlen(tail);
	char *out = sd_arena_alloc(a, n + m + blanks + 1);
	memcpy(out, s, n);
	memcpy(out + n, tail, m);
	memset(out + n + m, ' ', blanks);
	return out;
}
