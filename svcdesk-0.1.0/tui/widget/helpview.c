/* Help. */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/helpview.h"

void helpview_init(struct helpview *h, const char *title)
{
	memset(h, 0, sizeof *h);
	h->title = sd_strdup(title);
	h->scroll.height = 1;
	h->scroll.margin = 2;
	editor_init(&h->filter, true);
}

void helpview_free(struct helpview *h)
{
	for (size_t i = 0; i < h->nlines; i++) {
		free(h->line[i].keys);
		free(h->line[i].label);
		free(h->line[i].off);
		free(h->line[i].also);
	}
	free(h->line);
	free(h->shown);
	free(h->title);
	editor_free(&h->filter);
	memset(h, 0, sizeof *h);
}

static bool line_matches(const struct help_line *l, const char *needle)
{
	return !*needle || text_matches(l->label, needle, NULL, NULL) || text_matches(l->keys, needle, NULL, NULL) ||
		   (l->also && text_matches(l->also, needle, NULL, NULL));
}

/* Lines that match, with the head of their section. */
static void refilter(struct helpview *h)
{
	const char *needle = editor_text(&h->filter);
	int head = -1;

	h->shown = sd_realloc(h->shown, (h->nlines ? h->nlines : 1) * sizeof *h->shown);
	h->nshown = 0;
	for (size_t i = 0; i < h->nlines; i++) {
		if (h->line[i].head) {
			head = (int)i;
			continue;
		}
		if (!line_matches(&h->line[i], needle))
			continue;
		if (head >= 0)
			h->shown[h->nshown++] = head;
		head = -1;
		h->shown[h->nshown++] = (int)i;
	}
	h->scroll.count = (int)h->nshown;
	scroll_fix(&h->scroll);
}

static void add(struct helpview *h, const struct help_line *l)
{
	*SD_PUSH(h->line, h->nlines, h->caplines) = *l;
	refilter(h);
}

void helpview_section(struct helpview *h, const char *title)
{
	add(h, &(struct help_line){-1, sd_strdup(""), sd_strdup(title), NULL, NULL, true});
}

void helpview_add(struct helpview *h, const struct help_entry *e)
{
	add(h, &(struct help_line){e->id, sd_strdup(e->keys ? e->keys : ""), sd_strdup(e->label), e->off ? sd_strdup(e->off) : NULL,
			   e->also ? sd_strdup(e->also) : NULL, false});
}

static const struct help_line *current(const struct helpview *h)
{
	return (size_t)h->scroll.cur < h->nshown ? &h->line[h->shown[h->scroll.cur]] : NULL;
}

int helpview_selected(const struct helpview *h)
{
	const struct help_line *l = current(h);

	return l && !l->head && !l->off ? l->id : -1;
}

static enum widget_result filter_key(struct helpview *h, const struct key *k)
{
	enum widget_result r;

	if (key_is(k, KEY_CODE_ENTER, 0) || key_is(k, KEY_CODE_DOWN, 0) || key_is(k, KEY_CODE_UP, 0)) {
		h->filtering = false;
		return W_HANDLED;
	}
	if (key_is(k, KEY_CODE_ESC, 0) || (key_is(k, KEY_CODE_BACKSPACE, 0) && h->filter.text.len == 0)) {
		h->filtering = false;
		editor_set(&h->filter, "");
		refilter(h);
		return W_HANDLED;
	}
	r = editor_update(&h->filter, k);
	if (r == W_CHANGED) {
		refilter(h);
		/* The first line that can be run is what Enter means. */
		h->scroll.cur = h->nshown > 1 ? 1 : 0;
		scroll_fix(&h->scroll);
	}
	return W_HANDLED;
}

static enum widget_result run(struct helpview *h)
{
	h->why = helpview_selected(h) < 0;
	return h->why ? W_HANDLED : W_SUBMIT;
}

/* A click goes to a line, one on the line where the cursor stands runs it. */
static enum widget_result mouse(struct helpview *h, const struct key *k)
{
	int row = k->y - h->y + h->scroll.top, before = h->scroll.cur;

	if (k->button == 4 || k->button == 5) {
		scroll_move(&h->scroll, k->button == 4 ? MOTION_LINE_UP : MOTION_LINE_DOWN, 3);
		return W_HANDLED;
	}
	if (k->button != 1 || k->x < h->x || k->x >= h->x + h->w || k->y < h->y || k->y >= h->y + h->h || row >= h->scroll.count)
		return W_IGNORED;
	h->scroll.cur = row;
	return row == before ? run(h) : W_HANDLED;
}

enum widget_result helpview_update(struct helpview *h, const struct key *k)
{
	enum motion m;
	int count;

	if (k->code == KEY_CODE_MOUSE)
		return mouse(h, k);
	h->why = false;
	if (h->filtering)
		return filter_key(h, k);
	if (key_is(k, KEY_CODE_ESC, 0) && h->filter.text.len > 0) {
		editor_set(&h->filter, "");
		refilter(h);
		return W_HANDLED;
	}
	if (key_is(k, KEY_CODE_ESC, 0) || key_is(k, 'q', 0) || key_is(k, '?', 0) || key_is(k, 'c', KEY_CTRL))
		return W_CANCEL;
	if (key_is(k, '/', 0)) {
		h->filtering = true;
		return W_HANDLED;
	}
	if (key_is(k, KEY_CODE_ENTER, 0))
		return run(h);
	if (motion_key(&h->keys, k, &m, &count)) {
		if (m != MOTION_NONE)
			scroll_move(&h->scroll, m, count);
		return W_HANDLED;
	}
	return W_IGNORED;
}

static void draw_line(const struct helpview *h, struct region r, int y, int row, int kw)
{
	const struct help_line *l = &h->line[h->shown[row]];
	bool here = row == h->scroll.cur;
	enum element el = here ? EL_SELECTED : l->off ? EL_DISABLED : l->head ? EL_TITLE : EL_DIALOG;
	const char *needle = editor_text(&h->filter);
	int w;

	draw_fill(r, 0, y, r.w, 1, el, " ");
	if (here)
		draw_text(r, 0, y, el, glyph(GL_SELECT));
	if (l->head) {
		draw_fit(r, 1, y, r.w - 1, el, l->label, false);
		return;
	}
	draw_match(r, 2, y, kw, here || l->off ? el : EL_KEY, l->keys, false, needle);
	w = sd_text_width(l->label);
	if (w > r.w - kw - 5)
		w = r.w - kw - 5;
	draw_match(r, kw + 4, y, w, el, l->label, false, needle);
	if (l->off && r.w - kw - 5 - w > 4)
		draw_fit(r, kw + 6 + w, y, r.w - kw - 7 - w, here ? el : EL_DIM, l->off, false);
}

void helpview_draw(struct helpview *h, struct region r)
{
	struct region in = popup_draw(r, 90, (int)h->nlines + 3, h->title), rows;
	int kw = 0, foot = in.h > 3 ? 1 : 0;

	for (size_t i = 0; i < h->nlines; i++)
		if (sd_text_width(h->line[i].keys) > kw)
			kw = sd_text_width(h->line[i].keys);
	if (kw > in.w / 3)
		kw = in.w / 3;
	rows = region_sub(in, 0, 0, in.w, in.h - foot);
	h->scroll.height = rows.h > 0 ? rows.h : 1;
	scroll_fix(&h->scroll);
	h->x = rows.x;
	h->y = rows.y;
	h->w = rows.w;
	h->h = rows.h;
	for (int y = 0; y < rows.h && h->scroll.top + y < (int)h->nshown; y++)
		draw_line(h, rows, y, h->scroll.top + y, kw);
	draw_scrollbar(rows, &h->scroll);
	if (rows.h > 0 && rows.w > 0)
		surface_cursor(rows.s, rows.x, rows.y + h->scroll.cur - h->scroll.top, true);
	if (!foot)
		return;
	if (h->why && current(h) && current(h)->off) {
		draw_text(in, 0, in.h - 1, EL_WARN, "! ");
		draw_fit(in, 2, in.h - 1, in.w - 2, EL_WARN, current(h)->off, false);
	} else if (h->filtering || h->filter.text.len > 0) {
		draw_text(in, 0, in.h - 1, EL_KEY, "/");
		editor_draw(&h->filter, region_sub(in, 1, in.h - 1, in.w - 1, 1), EL_INPUT, h->filtering);
	} else {
		draw_fit(in, 0, in.h - 1, in.w, EL_DIM, _("/ search  Enter run  Esc close"), false);
	}
}
