/* The text view: making lines of paragraphs, drawing them. */
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/textview_int.h"

static struct tv_line *add_line(struct textview *v, size_t par, int nth, int x, const char *text)
{
	struct tv_line *l = SD_PUSH(v->line, v->nlines, v->caplines);

	*l = (struct tv_line){.par = par, .nth = nth, .x = x, .text = text};
	return l;
}

/* Finds again in a wrapped line which bytes came from which span. Wrapping drops blanks and line breaks but keeps everything else
 * in order, so walking both is enough. *span and *off are the place reached in the spans. */
static void make_pieces(struct textview *v, struct tv_line *l, const struct tv_par *p, int *span, size_t *off)
{
	size_t n = strlen(l->text);

	if (p->nspans == 1) { /* as most are */
		l->piece = sd_arena_alloc(v->wrap_mem, sizeof *l->piece);
		*l->piece = (struct tv_piece){n, l->text, p->span[0].element};
		l->npieces = 1;
		return;
	}
	l->piece = sd_arena_alloc(v->wrap_mem, (size_t)(p->nspans > 0 ? p->nspans : 1) * sizeof *l->piece);
	for (size_t i = 0; i < n; i++) {
		/* On to the next byte of the spans that is this one. */
		while (*span < p->nspans) {
			const char *t = p->span[*span].text;

			if (!t[*off]) {
				(*span)++;
				*off = 0;
			} else if (t[*off] == l->text[i]) {
				break;
			} else {
				(*off)++;
			}
		}
		enum element e = *span < p->nspans ? p->span[*span].element : EL_NORMAL;

		if (*span < p->nspans)
			(*off)++;
		if (l->npieces > 0 && (l->piece[l->npieces - 1].element == e || l->npieces == (p->nspans > 0 ? p->nspans : 1)))
			l->piece[l->npieces - 1].len++;
		else
			l->piece[l->npieces++] = (struct tv_piece){.len = 1, .element = e};
	}
	for (int i = 0, at = 0; i < l->npieces; i++) {
		l->piece[i].text = sd_arena_strndup(v->wrap_mem, l->text + at, l->piece[i].len);
		at += (int)l->piece[i].len;
	}
}

static const char *joined(struct textview *v, const struct tv_par *p, int from)
{
	struct sd_str s = {0};
	char *text;

	if (p->nspans == from + 1)
		return p->span[from].text;
	for (int i = from; i < p->nspans; i++)
		sd_str_add(&s, p->span[i].text);
	text = sd_arena_strndup(v->wrap_mem, s.data ? s.data : "", s.len);
	sd_str_free(&s);
	return text;
}

static void wrap_par(struct textview *v, size_t i, int width)
{
	const struct tv_par *p = &v->par[i];
	int indent = p->indent, from = 0, span;
	size_t off = 0;
	struct sd_lines lines;

	if (p->kind == TV_RULE) {
		add_line(v, i, 0, 0, p->span[0].text);
		return;
	}
	if (indent > width / 3 && indent > 2)
		indent = width / 3;
	if (indent >= width)
		indent = 0;
	if (p->nspans > 1 && indent > 0 && sd_text_width(p->span[0].text) <= indent)
		from = 1;
	lines = sd_text_wrap(v->wrap_mem, joined(v, p, from), width - indent);
	span = from;
	for (size_t n = 0; n < lines.n; n++) {
		struct tv_line *l = add_line(v, i, (int)n, indent, lines.line[n]);

		make_pieces(v, l, p, &span, &off);
		if (n == 0 && from) {
			l->label = p->span[0].text;
			l->label_element = p->span[0].element;
		}
	}
	if (lines.n == 0)
		add_line(v, i, 0, indent, "");
}

/* The visible row that is nearest to what was current before. */
static int anchor_row(const struct textview *v)
{
	int best = -1;

	for (size_t row = 0; row < v->nvis; row++) {
		const struct tv_line *l = &v->line[v->vis[row]];

		if (v->anchor_key ? v->par[l->par].key != v->anchor_key : l->par != v->anchor_par)
			continue;
		if (best < 0 || l->nth <= v->anchor_line)
			best = (int)row;
	}
	return best < 0 ? v->scroll.cur : best;
}

bool textview_step(struct textview *v)
{
	size_t from = v->nlines;

	while (v->laid == v->npars) {
		if (!v->more)
			return false;
		if (!v->more(v->more_arg))
			v->more = NULL;
		v->group = 0;
	}
	wrap_par(v, v->laid++, v->wrapped);
	for (size_t i = from; i < v->nlines; i++) {
		const struct tv_par *p = &v->par[v->line[i].par];

		if (p->kind == TV_HEAD || p->fold < 0 || !v->fold[p->fold].folded)
			*SD_PUSH(v->vis, v->nvis, v->capvis) = (int)i;
	}
	v->scroll.count = (int)v->nvis;
	return true;
}

void textview_lay(struct textview *v, long rows)
{
	while (v->wrapped && (long)v->nvis < rows && textview_step(v))
		;
}

int textview_rows(const struct textview *v)
{
	size_t rest = v->rest && v->made ? v->nvis * v->rest / v->made : 0;

	return (int)(v->nvis + rest);
}

/* Until the paragraph that was current before has lines. */
static void lay_to_anchor(struct textview *v)
{
	const struct tv_par *p;

	do
		if (!textview_step(v))
			return;
	while (p = &v->par[v->laid - 1], v->anchor_key ? p->key != v->anchor_key : v->laid - 1 < v->anchor_par);
}

void textview_wrap(struct textview *v, int width)
{
	int at = v->scroll.cur - v->scroll.top, row;

	v->nlines = v->nvis = v->laid = 0;
	sd_arena_reset(v->wrap_mem);
	v->wrapped = width < 1 ? 1 : width;
	lay_to_anchor(v);
	textview_lay(v, v->scroll.cur + 1);
	row = anchor_row(v);
	v->scroll.cur = row;
	v->scroll.top = row - at;
	textview_lay(v, row + 2L * v->scroll.height);
	scroll_fix(&v->scroll);
}

/* Colours the matches of the search in cells x.. of line y. */
static void mark_matches(struct region r, int x, int y, const char *text, const char *needle)
{
	size_t at, len, done = 0;

	while (text_matches(text + done, needle, &at, &len) && len > 0) {
		struct sd_grapheme g;
		const char *p = text, *from = text + done + at, *to = from + len;
		int start = 0, end = 0;

		for (int w = 0; p < to && sd_text_next(&p, &g);) {
			if (g.s < from)
				start = w + g.width;
			w += g.width;
			end = w;
		}
		draw_element(r, x + start, y, end - start, 1, EL_MATCH);
		done += at + len;
	}
}

static void draw_line(struct textview *v, struct region r, int y, const struct tv_line *l)
{
	const struct tv_par *p = &v->par[l->par];
	int x = l->x;

	if (p->kind == TV_RULE) {
		draw_hline(r, 0, y, r.w, EL_BORDER);
		if (l->text[0] && r.w > 4) {
			int w = sd_text_width(l->text);

			draw_text(r, 1, y, EL_BORDER, " ");
			draw_fit(r, 2, y, w < r.w - 4 ? w : r.w - 4, EL_TITLE, l->text, false);
			draw_text(r, w < r.w - 4 ? w + 2 : r.w - 2, y, EL_BORDER, " ");
		}
		return;
	}
	if (p->kind == TV_HEAD && l->nth == 0 && x > 0)
		draw_text(r, x > 2 ? x - 2 : 0, y, p->span[0].element, glyph(textview_folded(v, p->key) ? GL_RIGHT : GL_DOWN));
	if (l->label)
		draw_fit(r, 0, y, sd_text_width(l->label), l->label_element, l->label, false);
	for (int i = 0; i < l->npieces; i++)
		x += draw_text(r, x, y, l->piece[i].element, l->piece[i].text);
	if (v->search[0])
		mark_matches(r, l->x, y, l->text, v->search);
}

void textview_draw(struct textview *v, struct region r, bool focus)
{
	bool gutter = r.w >= 20;
	struct region in = gutter ? region_sub(r, 1, 0, r.w - 2, r.h) : r;
	struct scroll all;

	draw_fill(r, 0, 0, r.w, r.h, EL_NORMAL, " ");
	if (r.w < 1 || r.h < 1)
		return;
	v->scroll.height = r.h;
	if (in.w != v->wrapped)
		textview_wrap(v, in.w);
	textview_lay(v, v->scroll.cur + 2L * r.h);
	scroll_fix(&v->scroll);
	for (int y = 0; y < r.h; y++) {
		const struct tv_line *l = textview_line(v, v->scroll.top + y);

		if (l)
			draw_line(v, in, y, l);
	}
	if (gutter && focus && v->nvis)
		draw_text(r, 0, v->scroll.cur - v->scroll.top, EL_KEY, glyph(GL_SELECT));
	all = v->scroll;
	all.count = textview_rows(v);
	draw_scrollbar(r, &all);
	if (focus)
		surface_cursor(r.s, r.x, r.y + v->scroll.cur - v->scroll.top, true);
}
