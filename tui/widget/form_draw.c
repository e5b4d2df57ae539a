/* How a form looks. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/form.h"

enum { ERROR_ROWS = 3, MULTI_LEAST = 2, MULTI_ROWS = 5, MULTI_MOST = 14, DROP_ROWS = 6, POPUP_WIDTH = 72, POPUP_FRAME = 4 };

static int label_width(const struct form *f, int width)
{
	int w = 0;

	for (size_t i = 0; i < f->nfields; i++) {
		int lw = sd_text_width(f->field[i].label) + (f->field[i].required ? 1 : 0);

		if (lw > w)
			w = lw;
	}
	w += 3; /* pointer before, two blanks behind */
	return w > width * 2 / 5 ? width * 2 / 5 : w;
}

/* A refusal in w cells, with a sign before it. Returns the rows; draws where r has some. */
static int refusal(const char *text, int w, struct region r, int y)
{
	struct sd_arena *a;
	struct sd_lines lines;
	int n;

	if (!text)
		return 0;
	a = sd_arena_new();
	lines = sd_text_wrap(a, text, w > 3 ? w - 2 : 1);
	n = (int)lines.n < ERROR_ROWS ? (int)lines.n : ERROR_ROWS;
	for (int i = 0; i < n && r.h > 0; i++) {
		draw_text(r, 0, y + i, EL_ERROR, i ? "  " : "! ");
		draw_fit(r, 2, y + i, r.w - 2, EL_ERROR, lines.line[i], false);
	}
	sd_arena_free(a);
	return n < 1 ? 1 : n;
}

static int error_rows(const char *text, int w)
{
	return refusal(text, w, (struct region){0}, 0);
}

/* w: cells for the values. */
static int field_height(const struct form *f, size_t i, int spare, int w)
{
	const struct form_field *fl = &f->field[i];

	return (fl->type == FORM_MULTILINE ? MULTI_ROWS + spare : 1) + error_rows(fl->error, w);
}

static int head_height(const struct form *f, int width)
{
	return error_rows(f->error, width) + (f->note ? 1 : 0);
}

static int form_height(struct form *f, int width)
{
	int h = head_height(f, width), w = width - label_width(f, width);

	for (size_t i = 0; i < f->nfields; i++)
		h += field_height(f, i, 0, w);
	return h;
}

static void draw_choice(const struct form_field *fl, struct region r, enum element el, bool here)
{
	const char *text = fl->choice >= 0 ? fl->text[fl->choice] : "";

	draw_fill(r, 0, 0, r.w, 1, el, " ");
	if (here && r.w > 6) {
		int w = sd_text_width(text) < r.w - 4 ? sd_text_width(text) : r.w - 4;

		draw_text(r, 0, 0, el, "< ");
		draw_fit(r, 2, 0, w, el, text, false);
		draw_text(r, 2 + w, 0, el, " >");
	} else {
		draw_fit(r, 0, 0, r.w, el, text, false);
	}
}

static void draw_value(struct form_field *fl, struct region r, bool here, bool focus)
{
	enum element el = here && focus ? EL_INPUT_FOCUS : EL_INPUT;
	bool empty = false;

	if (fl->type == FORM_CHOICE) {
		draw_choice(fl, r, el, here);
		empty = fl->choice < 0;
	} else if (fl->type == FORM_BOOL) {
		draw_fill(r, 0, 0, r.w, 1, el, " ");
		draw_text(r, 0, 0, el, fl->choice > 0 ? "[x] " : "[ ] ");
		draw_text(r, 4, 0, el, fl->choice > 0 ? _("yes") : _("no"));
	} else if (fl->picker) {
		editor_draw(&fl->picker->edit, r, el, here && focus);
		empty = fl->picker->edit.text.len == 0;
	} else {
		editor_draw(&fl->edit, r, el, here && focus);
		empty = fl->edit.text.len == 0;
	}
	if (here && empty && fl->hint && r.w > 4)
		draw_fit(r, fl->type == FORM_CHOICE ? 5 : 1, 0, r.w - (fl->type == FORM_CHOICE ? 5 : 1), EL_DIM, fl->hint, false);
	if (here && focus && (fl->type == FORM_CHOICE || fl->type == FORM_BOOL) && r.w > 0 && r.h > 0)
		surface_cursor(r.s, r.x + (fl->type == FORM_BOOL && r.w > 1 ? 1 : 0), r.y, true);
}

/* One field at row y of r, lw cells of label. */
static void draw_field(struct form *f, size_t i, struct region r, int y, int h, int lw, bool focus)
{
	struct form_field *fl = &f->field[i];
	bool here = i == f->current;
	int rows = h - error_rows(fl->error, r.w - lw);
	enum element el = fl->error ? EL_ERROR : here ? EL_STRONG : EL_LABEL;
	char label[256];
	size_t n;

	n = sd_text_prefix(fl->label, 120, NULL);
	if (n > sizeof label - 2)
		n = 0;
	memcpy(label, fl->label, n);
	label[n] = '\0';
	if (fl->required)
		memcpy(label + n, "*", 2);
	if (here)
		draw_text(r, 0, y, EL_KEY, glyph(GL_SELECT));
	draw_fit(r, 1, y, lw - 2, el, label, false);
	draw_value(fl, region_sub(r, lw, y, r.w - lw, rows), here, focus);
	refusal(fl->error, r.w - lw, region_sub(r, lw, 0, r.w - lw, r.h), y + rows);
	fl->y = r.y + y;
	fl->h = y >= 0 && y < r.h ? h : 0;
}

/* The rows of an open picker lie over what follows the field, or over what is before it where there is more room. */
static void draw_drop(struct form_field *fl, struct region r, int y, int lw)
{
	int below = r.h - y - 1, want = (int)fl->picker->nshown, h;

	if (want > DROP_ROWS)
		want = DROP_ROWS;
	if (want < 1)
		want = 1;
	if (below >= want || below >= y) {
		h = want < below ? want : below;
		picker_draw_rows(fl->picker, region_sub(r, lw, y + 1, r.w - lw, h));
	} else {
		h = want < y ? want : y;
		picker_draw_rows(fl->picker, region_sub(r, lw, y - h, r.w - lw, h));
	}
}

static int draw_head(const struct form *f, struct region r)
{
	int y = 0;

	y += refusal(f->error, r.w, r, y);
	if (f->note)
		draw_fit(r, 0, y++, r.w, EL_DIM, f->note, false);
	return y;
}

/* Rows that are left over, shared by the multi-line fields; negative where they must do with less. */
static int spare_rows(const struct form *f, int room, int w)
{
	int used = 0, multi = 0, each;

	for (size_t i = 0; i < f->nfields; i++) {
		used += field_height(f, i, 0, w);
		multi += f->field[i].type == FORM_MULTILINE;
	}
	if (!multi)
		return 0;
	each = room < used ? (room - used - multi + 1) / multi : (room - used) / multi;
	each = each < MULTI_LEAST - MULTI_ROWS ? MULTI_LEAST - MULTI_ROWS : each;
	return each > MULTI_MOST - MULTI_ROWS ? MULTI_MOST - MULTI_ROWS : each;
}

static void draw_fields(struct form *f, struct region r, bool focus)
{
	int lw = label_width(f, r.w), y = 0, cur_y = 0, cur_h = 1, spare = spare_rows(f, r.h, r.w - lw);
	struct form_field *cur = f->current < f->nfields ? &f->field[f->current] : NULL;

	for (size_t i = 0; i < f->nfields; i++) {
		int h = field_height(f, i, spare, r.w - lw);

		if (i == f->current) {
			cur_y = y;
			cur_h = h;
		}
		y += h;
	}
	if (cur_y + cur_h > f->top + r.h)
		f->top = cur_y + cur_h - r.h;
	if (cur_y < f->top)
		f->top = cur_y;
	if (f->top > y - r.h)
		f->top = y > r.h ? y - r.h : 0;
	y = 0;
	for (size_t i = 0; i < f->nfields; i++) {
		int h = field_height(f, i, spare, r.w - lw);

		f->field[i].h = 0;
		if (y >= f->top && y - f->top < r.h)
			draw_field(f, i, r, y - f->top, h, lw, focus);
		y += h;
	}
	if (cur && cur->picker && cur->open && focus)
		draw_drop(cur, r, cur_y - f->top, lw);
}

void form_draw_plain(struct form *f, struct region r, bool focus)
{
	int y;

	draw_fill(r, 0, 0, r.w, r.h, EL_DIALOG, " ");
	y = r.h > 3 || head_height(f, r.w) < r.h ? draw_head(f, r) : 0; /* a form of one field says why, too */
	draw_fields(f, region_sub(r, 0, y, r.w, r.h - y), focus);
}

void form_draw(struct form *f, struct region r)
{
	int w = r.w > POPUP_WIDTH + 8 ? POPUP_WIDTH : r.w, extra = 0;

	for (size_t i = 0; i < f->nfields; i++) {
		if (f->field[i].type == FORM_MULTILINE && r.h > 30)
			extra = 5;
		if (f->field[i].picker && extra < 3)
			extra = 3;
	}
	char title[512];

	snprintf(title, sizeof title, "%s%s%s", f->title, *f->beside ? "  " : "", f->beside);
	form_draw_plain(f, popup_draw(r, w, form_height(f, w - POPUP_FRAME) + 2 + extra, title), true);
}
