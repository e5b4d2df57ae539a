/* Lines of styled text: which graphemes there are, and where a line may be broken. */
#include "core/text/markdown_int.h"

#include <string.h>
#include "svcdesk/text.h"

static bool is_wide_space(const struct sd_grapheme *g)
{
	return g->len == 3 && memcmp(g->s, "　", 3) == 0;
}

static void push(struct md_glyphs *g, const char *s, size_t len, int width, enum md_kind kind, int style, int link)
{
	*SD_PUSH(g->v, g->n, g->cap) = (struct md_glyph){.s = s,
		.len = (unsigned char)len,
		.width = (unsigned char)width,
		.kind = (unsigned char)kind,
		.style = (short)style,
		.link = link};
}

/* Blanks to the next multiple of 8. */
static void push_tab(struct md_glyphs *g, size_t line, int style, int link)
{
	int cells = 0;

	for (size_t i = line; i < g->n; i++)
		cells += g->v[i].width;
	do
		push(g, " ", 1, 1, MD_BLANK, style, link);
	while (++cells % 8);
}

void md_glyphs_lines(struct md_glyphs *g, const struct md_run *run, size_t n, int style)
{
	struct sd_grapheme c;
	size_t line = g->n;

	for (size_t i = 0; i < n; i++) {
		const char *p = run[i].text;
		int s = run[i].style | style;

		if (run[i].brk)
			push(g, "", 0, 0, MD_BREAK, 0, 0);
		while (sd_text_next(&p, &c)) {
			if (*c.s == '\n')
				push(g, "", 0, 0, MD_BREAK, 0, 0);
			else if (*c.s == '\t')
				push_tab(g, line, s, run[i].link);
			else if (c.len < 256)
				push(g, c.s, c.len, c.width, *c.s == ' ' ? MD_BLANK : MD_INK, s, run[i].link);
			if (g->v[g->n - 1].kind == MD_BREAK)
				line = g->n;
		}
	}
}

static void add(struct md_glyphs *g, const char *text, int style, int link)
{
	struct sd_grapheme c;

	while (sd_text_next(&text, &c)) {
		bool blank = *c.s == ' ' || *c.s == '\t' || *c.s == '\n';

		if (blank)
			push(g, *c.s == '\n' ? "\n" : " ", 1, 1, MD_BLANK, style, link);
		else if (is_wide_space(&c))
			push(g, "  ", 2, 2, MD_BLANK, style, link);
		else if (c.len < 256)
			push(g, c.s, c.len, c.width, MD_INK, style, link);
	}
}

/* Chinese and Japanese, which have no blanks between words; such a character joins with no neighbour to one grapheme. */
static bool is_unspaced(const struct md_glyph *c)
{
	unsigned char first = (unsigned char)*c->s;

	return c->kind == MD_INK && c->width == 2 && c->len == 3 && ((first >= 0xe3 && first <= 0xe9) || first == 0xef);
}

/* A line break of the source is a blank, but between two characters of a script without blanks it is nothing. */
static void settle_breaks(struct md_glyphs *g, size_t from)
{
	size_t to = from;

	for (size_t i = from; i < g->n; i++) {
		if (g->v[i].kind == MD_BLANK && *g->v[i].s == '\n') {
			if (to > from && i + 1 < g->n && is_unspaced(&g->v[to - 1]) && is_unspaced(&g->v[i + 1]))
				continue;
			g->v[i].s = " ";
		}
		g->v[to++] = g->v[i];
	}
	g->n = to;
}

void md_glyphs_add(struct md_glyphs *g, const struct md_run *run, size_t n, int style)
{
	size_t from = g->n;

	for (size_t i = 0; i < n; i++) {
		if (run[i].brk)
			push(g, "", 0, 0, MD_BREAK, 0, 0);
		else
			add(g, run[i].text, run[i].style | style, run[i].link);
	}
	settle_breaks(g, from);
}

void md_glyphs_text(struct md_glyphs *g, const char *text, int style, int link)
{
	add(g, text, style, link);
}

int md_glyphs_width(const struct md_glyphs *g)
{
	int most = 0, cells = 0;

	for (size_t i = 0; i < g->n; i++) {
		cells = g->v[i].kind == MD_BREAK ? 0 : cells + g->v[i].width;
		most = cells > most ? cells : most;
	}
	return most;
}

/* Between two characters without a blank: only around wide ones, and not before a closing mark or behind an opening one. */
static bool may_break(const struct md_glyph *a, const struct md_glyph *b)
{
	return a->kind == MD_INK && b->kind == MD_INK && (a->width == 2 || b->width == 2) && !wrap_may_not_start(b->s, b->len) &&
		   !wrap_may_not_end(a->s, a->len);
}

static size_t skip_blanks(const struct md_glyphs *g, size_t i)
{
	while (i < g->n && g->v[i].kind == MD_BLANK)
		i++;
	return i;
}

struct breaking {
	size_t start, cut, resume; /* the line under way; it may end at cut, the next begins at resume then; resume 0: nowhere */
	int cells, resume_cells;   /* of the line, and of it up to resume */
	bool ink;
};

/* The line is full before glyph i: it ends where it may, or here. */
static void break_line(struct breaking *b, size_t i, void (*line)(void *, size_t, size_t), void *arg)
{
	if (b->resume) {
		line(arg, b->start, b->cut);
		b->start = b->resume;
		b->cells -= b->resume_cells;
	} else {
		line(arg, b->start, i);
		b->start = i;
		b->cells = 0;
	}
	b->resume = 0;
}

void md_wrap(const struct md_glyphs *g, int width, bool hard, void (*line)(void *arg, size_t from, size_t to), void *arg)
{
	struct breaking b = {.start = hard ? 0 : skip_blanks(g, 0)};
	size_t i = b.start;

	for (; i < g->n; i++) {
		const struct md_glyph *c = &g->v[i];

		if (c->kind == MD_BREAK) {
			line(arg, b.start, i);
			b = (struct breaking){.start = hard ? i + 1 : skip_blanks(g, i + 1)};
			i = b.start - 1;
		} else if (c->kind == MD_BLANK && b.cells + c->width > width && b.ink) {
			line(arg, b.start, i);
			b = (struct breaking){.start = skip_blanks(g, i)};
			i = b.start - 1;
		} else if (c->kind == MD_BLANK) {
			if (b.ink && b.resume != i)
				b.cut = i;
			b.cells += c->width;
			if (b.ink) {
				b.resume = i + 1;
				b.resume_cells = b.cells;
			}
		} else {
			if (i > b.start && may_break(&g->v[i - 1], c)) {
				b.cut = b.resume = i;
				b.resume_cells = b.cells;
			}
			while (b.cells + c->width > width && i > b.start)
				break_line(&b, i, line, arg);
			b.cells += c->width;
			b.ink = true;
		}
	}
	if (b.start < g->n)
		line(arg, b.start, g->n);
}
