#include <string.h>

#include "core/text/markdown_int.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

/* One block being wrapped. The line under way grows in cur; where it may be cut is remembered as it grows. */
struct wrapper {
	struct sd_arena *a;
	int width;
	struct sd_str cur;
	int cells;               /* of cur */
	bool ink;                /* cur holds more than indentation */
	bool skip;               /* a line was just broken at a blank: blanks that follow vanish */
	size_t cut, resume;      /* the line may end at cut and the next begin at resume; resume 0: nowhere */
	int resume_cells;        /* cells up to resume */
	struct sd_grapheme last; /* previous grapheme, copied */
	char last_text[8];
	size_t n, cap;
	char **line;
};

static bool in_set(const char *set, const char *s, size_t n)
{
	struct sd_grapheme g;
	while (sd_text_next(&set, &g))
		if (g.len == n && memcmp(g.s, s, n) == 0)
			return true;
	return false;
}

/* Closing marks do not begin a line, opening ones do not end it (the core of the East Asian rules). */
bool wrap_may_not_start(const char *s, size_t n)
{
	if (n == 3 && (unsigned char)*s >= 0xe4 && (unsigned char)*s <= 0xe9)
		return false; /* an ideograph */
	return in_set(",.!?:;)]}%、。，．：；！？）］｝〕〉》」』】”’…‥ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ％～", s, n);
}

bool wrap_may_not_end(const char *s, size_t n)
{
	if (n == 3 && (unsigned char)*s >= 0xe4 && (unsigned char)*s <= 0xe9)
		return false;
	return in_set("([{（［｛〔〈《「『【“‘￥＄", s, n);
}

static void emit_text(struct wrapper *w, const char *text, size_t len)
{
	while (len > 0 && text[len - 1] == ' ')
		len--;
	char *line = sd_arena_strndup(w->a, len ? text : "", len);
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 16;
		char **grown = sd_arena_alloc(w->a, cap * sizeof *grown);
		if (w->n)
			memcpy(grown, w->line, w->n * sizeof *grown);
		w->line = grown;
		w->cap = cap;
	}
	w->line[w->n++] = line;
}

static void emit(struct wrapper *w, size_t len)
{
	emit_text(w, w->cur.data, len);
}

/* Most lines are ASCII and fit: bytes up to the line's end, 0 if this one is not so. */
static size_t plain_line(const char *p, int width)
{
	size_t n = 0;
	while (p[n] >= ' ' && p[n] < 0x7f && n <= (size_t)width)
		n++;
	return n <= (size_t)width && (p[n] == '\n' || !p[n]) ? n : 0;
}

static void fresh_line(struct wrapper *w)
{
	sd_str_reset(&w->cur);
	w->cells = 0;
	w->ink = false;
	w->resume = 0;
	w->last.len = 0;
}

static void add_blank(struct wrapper *w, int cells)
{
	if (w->skip)
		return;
	if (w->cells + cells > w->width) {
		if (!w->ink)
			return; /* indentation wider than the line */
		emit(w, w->cur.len);
		fresh_line(w);
		w->skip = true;
		return;
	}
	if (w->ink && (!w->resume || w->resume != w->cur.len))
		w->cut = w->cur.len;
	for (int i = 0; i < cells; i++)
		sd_str_addc(&w->cur, ' ');
	w->cells += cells;
	if (w->ink) {
		w->resume = w->cur.len;
		w->resume_cells = w->cells;
	}
	w->last.len = 0;
}

static void break_at_candidate(struct wrapper *w)
{
	emit(w, w->cut);
	size_t rest = w->cur.len - w->resume;
	memmove(w->cur.data, w->cur.data + w->resume, rest);
	w->cur.len = rest;
	w->cur.data[rest] = '\0';
	w->cells -= w->resume_cells;
	w->resume = 0;
	w->ink = rest > 0;
}

static void add_glyph(struct wrapper *w, const struct sd_grapheme *g)
{
	w->skip = false;
	bool between = w->last.len && (w->last.width == 2 || g->width == 2) && !wrap_may_not_start(g->s, g->len) &&
				   !wrap_may_not_end(w->last_text, w->last.len);
	if (between && w->ink) {
		w->cut = w->resume = w->cur.len;
		w->resume_cells = w->cells;
	}
	while (w->cells + g->width > w->width && w->cur.len > 0) {
		if (w->resume) {
			break_at_candidate(w);
		} else {
			if (w->ink)
				emit(w, w->cur.len);
			fresh_line(w);
		}
	}
	if (g->len == 1)
		sd_str_addc(&w->cur, *g->s);
	else
		sd_str_addn(&w->cur, g->s, g->len);
	w->cells += g->width;
	w->ink = true;
	w->last = *g;
	if (g->len < sizeof w->last_text)
		memcpy(w->last_text, g->s, g->len);
	else
		w->last.len = 0;
}

struct sd_lines sd_text_wrap(struct sd_arena *a, const char *block, int width)
{
	struct wrapper w = {.a = a, .width = width < 1 ? 1 : width};
	const char *p = block;
	struct sd_grapheme g;
	size_t plain;
	for (;;) {
		bool begins = w.cur.len == 0 && !w.skip && (p == block || p[-1] == '\n');
		if (begins && (plain = plain_line(p, w.width)) > 0) {
			emit_text(&w, p, plain);
			p += plain;
			if (!*p++) {
				sd_str_free(&w.cur);
				return (struct sd_lines){w.line, w.n};
			}
			continue;
		}
		if (!sd_text_next(&p, &g))
			break;
		if (*g.s == '\n') {
			emit(&w, w.cur.len);
			fresh_line(&w);
			w.skip = false;
		} else if (*g.s == '\t') {
			add_blank(&w, 8 - w.cells % 8);
		} else if (*g.s == ' ' && g.len == 1) {
			add_blank(&w, 1);
		} else if (g.len == 3 && memcmp(g.s, "　", 3) == 0) {
			add_blank(&w, 2);
		} else {
			add_glyph(&w, &g);
		}
	}
	if (w.cur.len > 0 || w.n == 0 || (p > block && p[-1] != '\n' && !w.skip))
		emit(&w, w.cur.len);
	sd_str_free(&w.cur);
	return (struct sd_lines){w.line, w.n};
}
