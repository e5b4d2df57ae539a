/* How a list looks: which columns fit and how wide they are, header, rows, the text of an empty one. */
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/list.h"

enum { GUTTER = 2 }; /* the pointer, and the mark or a blank */

static int min_width(const struct list_column *c)
{
	int w = c->min > 0 && c->min < c->width ? c->min : c->width;

	return w < 1 ? 1 : w;
}

static int wanted(const struct list *l, const bool *keep)
{
	int w = 0;

	for (int i = 0; i < l->ncols; i++)
		if (keep[i])
			w += min_width(&l->col[i]) + (w > 0);
	return w;
}

/* Drops columns, least important first, until the smallest widths fit; one always stays. */
static void choose(const struct list *l, int room, bool *keep)
{
	int kept = l->ncols;

	for (int i = 0; i < l->ncols; i++)
		keep[i] = true;
	while (kept > 1 && wanted(l, keep) > room) {
		int worst = -1;

		for (int i = 0; i < l->ncols; i++)
			if (keep[i] && (worst < 0 || l->col[i].priority >= l->col[worst].priority))
				worst = i;
		keep[worst] = false;
		kept--;
	}
}

/* Gives what is left over: first up to the width wanted, then by shares. */
static void widen(const struct list *l, const bool *keep, int room, int *width)
{
	int left = room, shares = 0, kept = 0;

	for (int i = 0; i < l->ncols; i++) {
		width[i] = keep[i] ? min_width(&l->col[i]) : 0;
		left -= width[i];
		kept += keep[i];
		shares += keep[i] ? l->col[i].grow : 0;
	}
	left -= kept > 1 ? kept - 1 : 0;
	for (int i = 0; i < l->ncols && left > 0; i++)
		if (keep[i] && l->col[i].width > width[i]) {
			int more = l->col[i].width - width[i];

			if (more > left)
				more = left;
			width[i] += more;
			left -= more;
		}
	for (int i = 0, spare = left; i < l->ncols && spare > 0 && shares > 0; i++)
		if (keep[i] && l->col[i].grow > 0) {
			int more = (int)((long)spare * l->col[i].grow / shares);

			width[i] += more;
			left -= more;
		}
	for (int i = 0; i < l->ncols && left > 0; i++)
		if (keep[i] && l->col[i].grow > 0) {
			width[i] += left;
			left = 0;
		}
	if (kept == 1 && left < 0)
		for (int i = 0; i < l->ncols; i++)
			if (keep[i])
				width[i] = room > 0 ? room : 0;
}

static void layout(struct list *l, int room)
{
	bool keep[LIST_COLUMNS];

	choose(l, room, keep);
	widen(l, keep, room, l->drawn_width);
}

static void draw_header(const struct list *l, struct region r)
{
	int x = GUTTER;

	draw_fill(r, 0, 0, r.w, 1, EL_HEADER, " ");
	for (int i = 0; i < l->ncols; i++) {
		const struct list_column *c = &l->col[i];
		int w = l->drawn_width[i];

		if (w == 0)
			continue;
		if (c->sorted && w > 1) {
			char mark[2] = {c->sorted, '\0'};
			int tw = c->title ? sd_text_width(c->title) : 0;

			if (tw > w - 1)
				tw = w - 1;
			/* The sign stands right behind the title, on the left of one that is right aligned. */
			if (c->right) {
				draw_fit(r, x + w - tw, 0, tw, EL_HEADER, c->title, true);
				draw_text(r, x + w - tw - 1, 0, EL_HEADER, mark);
			} else {
				draw_fit(r, x, 0, tw, EL_HEADER, c->title, false);
				draw_text(r, x + tw, 0, EL_HEADER, mark);
			}
		} else {
			draw_fit(r, x, 0, w, EL_HEADER, c->title, c->right);
		}
		x += w + 1;
	}
}

/* What somebody else has just changed is seen on the selected row too; an empty cell shows that it was emptied. */
static enum element looks(enum element e, bool here, enum element row)
{
	return (here && e != EL_CHANGED) || e == EL_NORMAL ? row : e;
}

static void draw_cell(
	const struct list *l, struct region r, int x, int y, int col, const struct list_cell *cell, bool here, enum element row)
{
	int w = l->drawn_width[col], tail = cell->tail ? sd_text_width(cell->tail) + 1 : 0;

	if (tail > w / 2 + 1)
		tail = w / 2 + 1;
	if (!*cell->text && cell->element == EL_CHANGED)
		draw_fill(r, x, y, w, 1, EL_CHANGED, " ");
	draw_match(r, x, y, w - tail, looks(cell->element, here, row), cell->text, l->col[col].right, l->search);
	if (tail)
		draw_fit(r, x + w - tail + 1, y, tail - 1, looks(cell->tail_element, here, row), cell->tail, true);
}

static void draw_row(const struct list *l, struct region r, int y, int row, bool focus)
{
	bool here = row == l->scroll.cur;
	enum element el = l->src.row_element ? l->src.row_element(l->src.arg, row) : EL_NORMAL;
	enum element forced = here ? (focus ? EL_SELECTED : EL_SELECTED_BLUR) : EL_NORMAL;
	int x = GUTTER;

	if (here)
		el = forced;
	draw_fill(r, 0, y, r.w, 1, el, " ");
	if (here)
		draw_text(r, 0, y, el, glyph(GL_SELECT));
	if (list_is_marked(l, l->src.key(l->src.arg, row)))
		draw_text(r, 1, y, here ? el : EL_KEY, glyph(GL_MARK));
	for (int i = 0; i < l->ncols; i++) {
		struct list_cell cell;

		if (l->drawn_width[i] == 0)
			continue;
		cell.text = "";
		cell.element = EL_NORMAL;
		cell.tail = NULL;
		l->src.cell(l->src.arg, row, i, &cell);
		draw_cell(l, r, x, y, i, &cell, here, el);
		x += l->drawn_width[i] + 1;
	}
}

int list_column_at(const struct list *l, int x)
{
	int at = l->drawn_x + GUTTER;

	for (int i = 0; i < l->ncols; i++) {
		if (!l->drawn_width[i])
			continue;
		if (x >= at && x <= at + l->drawn_width[i])
			return i;
		at += l->drawn_width[i] + 1;
	}
	return -1;
}

static void draw_empty(const struct list *l, struct region r)
{
	struct sd_arena *a;
	struct sd_lines lines;

	if (!l->empty || r.w < 1)
		return;
	a = sd_arena_new();
	lines = sd_text_wrap(a, l->empty, r.w > 4 ? r.w - 4 : r.w);
	for (size_t i = 0; i < lines.n && (int)i < r.h; i++)
		draw_text(r, r.w > 4 ? 2 : 0, (int)i, EL_DIM, lines.line[i]);
	sd_arena_free(a);
}

void list_draw(struct list *l, struct region r, bool focus)
{
	int head, n;
	struct region rows;
	struct scroll bar;

	list_check(l);
	n = l->scroll.count;
	head = l->header && r.h > 2 ? 1 : 0;
	draw_fill(r, 0, 0, r.w, r.h, EL_NORMAL, " ");
	layout(l, r.w - GUTTER - 1); /* the last column is the scroll bar's, also while there is none: nothing shifts when it comes */
	if (head)
		draw_header(l, r);
	rows = region_sub(r, 0, head, r.w, r.h - head);
	l->scroll.height = rows.h > 0 ? rows.h : 1;
	l->drawn_x = rows.x;
	l->drawn_y = rows.y;
	scroll_fix(&l->scroll);
	if (n == 0) {
		draw_empty(l, rows);
		if (focus && rows.w > 0 && rows.h > 0)
			surface_cursor(r.s, rows.x, rows.y, true);
		return;
	}
	for (int y = 0; y < rows.h && l->scroll.top + y < n; y++)
		draw_row(l, rows, y, l->scroll.top + y, focus);
	bar = l->scroll;
	bar.top += l->above;
	bar.count += l->above + l->below;
	draw_scrollbar(rows, &bar);
	if (focus && rows.w > 0 && rows.h > 0)
		surface_cursor(r.s, rows.x, rows.y + l->scroll.cur - l->scroll.top, true);
}
