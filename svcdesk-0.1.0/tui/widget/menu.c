/* The menu. */
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/menu.h"

static char *dup_or_null(const char *s)
{
	return s ? sd_strdup(s) : NULL;
}

void menu_init(struct menu *m, const char *title)
{
	memset(m, 0, sizeof *m);
	m->title = dup_or_null(title);
	m->scroll.height = 1;
}

void menu_free(struct menu *m)
{
	for (size_t i = 0; i < m->nitems; i++) {
		free(m->item[i].key);
		free(m->item[i].label);
		free(m->item[i].hint);
		free(m->item[i].off);
	}
	free(m->item);
	free(m->title);
	free(m->why);
	memset(m, 0, sizeof *m);
}

void menu_add(struct menu *m, const struct menu_entry *e)
{
	*SD_PUSH(m->item, m->nitems, m->capitems) =
		(struct menu_item){e->id, dup_or_null(e->key), sd_strdup(e->label), dup_or_null(e->hint), dup_or_null(e->off)};
	m->scroll.count = (int)m->nitems;
}

const struct menu_item *menu_selected(const struct menu *m)
{
	return (size_t)m->scroll.cur < m->nitems ? &m->item[m->scroll.cur] : NULL;
}

static enum widget_result choose(struct menu *m)
{
	const struct menu_item *it = menu_selected(m);

	free(m->why);
	m->why = NULL;
	if (!it)
		return W_HANDLED;
	if (it->off) {
		m->why = sd_strdup(it->off);
		return W_HANDLED;
	}
	return W_SUBMIT;
}

static int item_at(const struct menu *m, const struct key *k)
{
	for (size_t i = 0; i < m->nitems; i++) {
		struct key want;

		if (m->item[i].key && key_parse(m->item[i].key, &want) && key_is(k, want.code, want.mods))
			return (int)i;
	}
	return -1;
}

bool menu_takes(const struct menu *m, const struct key *k)
{
	return item_at(m, k) >= 0;
}

/* A click chooses, as the key of the item does. */
static enum widget_result mouse(struct menu *m, const struct key *k)
{
	int row = k->y - m->y + m->scroll.top;

	if (k->button == 4 || k->button == 5) {
		scroll_move(&m->scroll, k->button == 4 ? MOTION_UP : MOTION_DOWN, 1);
		return W_HANDLED;
	}
	if (k->button != 1 || k->x < m->x || k->x >= m->x + m->w || k->y < m->y || k->y >= m->y + m->h || row >= m->scroll.count)
		return W_IGNORED;
	m->scroll.cur = row;
	return choose(m);
}

enum widget_result menu_update(struct menu *m, const struct key *k)
{
	enum motion mo;
	int count, at = item_at(m, k);

	if (k->code == KEY_CODE_MOUSE)
		return mouse(m, k);
	if (at >= 0) {
		m->scroll.cur = at;
		scroll_fix(&m->scroll);
		return choose(m);
	}
	if (key_is(k, KEY_CODE_ENTER, 0))
		return choose(m);
	if (key_is(k, KEY_CODE_ESC, 0) || key_is(k, 'q', 0) || key_is(k, 'c', KEY_CTRL))
		return W_CANCEL;
	if (motion_key(&m->keys, k, &mo, &count)) {
		if (mo != MOTION_NONE && scroll_move(&m->scroll, mo, count)) {
			free(m->why);
			m->why = NULL;
		}
		return W_HANDLED;
	}
	return W_IGNORED;
}

static int key_width(const struct menu *m)
{
	int w = 0;

	for (size_t i = 0; i < m->nitems; i++)
		if (m->item[i].key && sd_text_width(m->item[i].key) > w)
			w = sd_text_width(m->item[i].key);
	return w;
}

static void draw_item(const struct menu *m, struct region r, int y, int i, int kw)
{
	const struct menu_item *it = &m->item[i];
	bool here = i == m->scroll.cur;
	enum element el = here ? EL_SELECTED : it->off ? EL_DISABLED : EL_DIALOG;
	const char *side = it->off ? it->off : it->hint;
	int x = kw > 0 ? kw + 3 : 2, used;

	draw_fill(r, 0, y, r.w, 1, el, " ");
	if (here)
		draw_text(r, 0, y, el, glyph(GL_SELECT));
	/* What cannot be chosen shows no key: that tells it apart without a colour. */
	if (it->key && !it->off)
		draw_fit(r, 1, y, kw, here ? el : EL_KEY, it->key, false);
	else if (it->key)
		draw_fit(r, 1, y, kw, el, "-", false);
	used = sd_text_width(it->label);
	if (used > r.w - x)
		used = r.w - x;
	draw_fit(r, x, y, used, el, it->label, false);
	if (side && r.w - x - used > 6)
		draw_fit(r, x + used + 2, y, r.w - x - used - 3, here ? el : EL_DIM, side, true);
}

void menu_draw(struct menu *m, struct region r)
{
	int kw = key_width(m), w = m->title ? sd_text_width(m->title) + 6 : 10, why = m->why ? 1 : 0;
	struct region in;

	for (size_t i = 0; i < m->nitems; i++) {
		const struct menu_item *it = &m->item[i];
		const char *side = it->off ? it->off : it->hint;
		int iw = kw + 3 + sd_text_width(it->label) + (side ? sd_text_width(side) + 3 : 0) + 4;

		if (iw > w)
			w = iw;
	}
	in = popup_draw(r, w, (int)m->nitems + 2 + why, m->title);
	if (in.h <= 1)
		why = 0;
	m->scroll.height = in.h - why > 0 ? in.h - why : 1;
	scroll_fix(&m->scroll);
	m->x = in.x;
	m->y = in.y;
	m->w = in.w;
	m->h = in.h - why;
	for (int y = 0; y < in.h - why && m->scroll.top + y < (int)m->nitems; y++)
		draw_item(m, in, y, m->scroll.top + y, kw);
	draw_scrollbar(region_sub(in, 0, 0, in.w, in.h - why), &m->scroll);
	if (why) {
		draw_text(in, 0, in.h - 1, EL_WARN, "! ");
		draw_fit(in, 2, in.h - 1, in.w - 2, EL_WARN, m->why, false);
	}
	if (in.w > 0 && in.h > 0)
		surface_cursor(in.s, in.x, in.y + m->scroll.cur - m->scroll.top, true);
}
