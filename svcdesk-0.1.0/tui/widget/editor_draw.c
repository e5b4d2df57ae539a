/* How the editor looks. */
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/editor_int.h"

/* One row from cell `left` of it; tabs as blanks. */
static void draw_row(const struct editor *e, struct region r, int y, const struct editor_row *row, int left, enum element el)
{
	const char *text = editor_text(e), *p = text + row->start;
	struct sd_grapheme g;
	char one[64];
	int x = -left;

	while ((size_t)(p - text) < row->end && sd_text_next(&p, &g)) {
		if (g.s[0] == '\t') {
			x += 8 - (x + left) % 8;
			continue;
		}
		if (g.len < sizeof one && x + g.width > 0 && x < r.w) {
			memcpy(one, g.s, g.len);
			one[g.len] = '\0';
			draw_text(r, x, y, el, one);
		}
		x += g.width;
	}
}

static void draw_single(struct editor *e, struct region r, enum element el, bool focus)
{
	struct editor_row all = {0, e->text.len};
	int at = editor_column(e, 0, e->cursor), whole = editor_column(e, 0, e->text.len);

	if (whole < r.w)
		e->left = 0;
	if (at < e->left)
		e->left = at > r.w / 4 ? at - r.w / 4 : 0;
	if (at >= e->left + r.w)
		e->left = at - r.w + 1 + r.w / 4;
	if (e->left > at)
		e->left = at;
	draw_row(e, r, 0, &all, e->left, e->offered && focus ? EL_SELECTED : el);
	if (e->left > 0 && r.w > 2)
		draw_text(r, 0, 0, EL_DIM, glyph(GL_ELLIPSIS));
	if (whole - e->left > r.w && r.w > 2 && at - e->left < r.w - 1)
		draw_text(r, r.w - 1, 0, EL_DIM, glyph(GL_ELLIPSIS));
	if (focus)
		surface_cursor(r.s, r.x + at - e->left, r.y, true);
}

void editor_draw(struct editor *e, struct region r, enum element el, bool focus)
{
	struct editor_rows rows;
	int at, x;

	draw_fill(r, 0, 0, r.w, r.h, el, " ");
	if (r.w < 1 || r.h < 1)
		return;
	e->width = r.w;
	e->height = r.h;
	if (e->single) {
		draw_single(e, region_sub(r, 0, 0, r.w, 1), el, focus);
		return;
	}
	editor_wrap(e, r.w - 1, &rows);
	at = (int)editor_row_of(&rows, e->cursor);
	if (at < e->top)
		e->top = at;
	if (at >= e->top + r.h)
		e->top = at - r.h + 1;
	if (e->top > (int)rows.n - 1)
		e->top = (int)rows.n - 1;
	for (int y = 0; y < r.h && e->top + y < (int)rows.n; y++)
		draw_row(e, r, y, &rows.row[e->top + y], 0, el);
	x = editor_column(e, rows.row[at].start, e->cursor);
	if (focus)
		surface_cursor(r.s, r.x + (x < r.w ? x : r.w - 1), r.y + at - e->top, true);
	free(rows.row);
}
