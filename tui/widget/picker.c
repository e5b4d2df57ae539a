/* The fuzzy picker. */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/picker.h"

static char *dup_or_null(const char *s)
{
	return s ? sd_strdup(s) : NULL;
}

void picker_init(struct picker *p, bool remote)
{
	memset(p, 0, sizeof *p);
	editor_init(&p->edit, true);
	p->remote = remote;
	p->scroll.height = 1;
	p->generation = 1;
}

static void drop_items(struct picker *p)
{
	for (size_t i = 0; i < p->nitems; i++) {
		struct picker_item *it = &p->item[i];

		free(it->value);
		free(it->text);
		free(it->hint);
		free(it->off);
		free(it->folded);
	}
	free(p->item);
	free(p->shown);
	p->item = NULL;
	p->shown = NULL;
	p->nitems = p->nshown = 0;
}

void picker_free(struct picker *p)
{
	drop_items(p);
	editor_free(&p->edit);
	memset(p, 0, sizeof *p);
}

const char *picker_text(const struct picker *p)
{
	return editor_text(&p->edit);
}

/* Best score first; equals stay in the order they came in. An insertion sort: the lists are short and mostly in order. */
static void rank(struct picker *p)
{
	for (size_t i = 1; i < p->nshown; i++)
		for (size_t j = i; j > 0 && p->item[p->shown[j]].score > p->item[p->shown[j - 1]].score; j--) {
			int t = p->shown[j];

			p->shown[j] = p->shown[j - 1];
			p->shown[j - 1] = t;
		}
}

/* Every word of the text must be found; what the server found by a phone number or another name is shown too, after the rest. */
static int score_of(const struct picker_item *it, char *words)
{
	char *save = NULL;
	int score = 1;

	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		int s = sd_text_fuzzy(it->folded, w);

		if (s <= 0)
			return 0;
		score += s;
	}
	return score;
}

static void match(struct picker *p)
{
	struct sd_arena *a = sd_arena_new();
	const char *needle = sd_text_fold(a, picker_text(p));
	bool fresh = !p->remote || p->fed == p->generation;

	p->nshown = 0;
	for (size_t i = 0; i < p->nitems; i++) {
		p->item[i].score =
			p->likely ? sd_text_match(p->item[i].folded, needle) : score_of(&p->item[i], sd_arena_strdup(a, needle));
		if (p->item[i].score > 0 || (p->remote && fresh))
			p->shown[p->nshown++] = (int)i;
	}
	if (!p->keep_order && needle[0])
		rank(p);
	p->scroll.count = (int)p->nshown;
	scroll_fix(&p->scroll);
	sd_arena_free(a);
}

bool picker_feed(struct picker *p, unsigned generation, const struct picker_row *rows, size_t n)
{
	struct sd_arena *a;
	const struct picker_item *sel;
	char *keep;

	/* Newer than what is shown and not from the future; an answer that was overtaken is dropped. */
	if (p->remote && (generation > p->generation || (generation <= p->fed && p->fed != 0)) && generation != p->generation)
		return false;
	sel = picker_selected(p);
	keep = sel && p->scroll.cur > 0 ? sd_strdup(sel->value) : NULL;
	drop_items(p);
	p->fed = generation;
	a = sd_arena_new();
	p->item = sd_calloc(n ? n : 1, sizeof *p->item);
	p->shown = sd_calloc(n ? n : 1, sizeof *p->shown);
	for (size_t i = 0; i < n; i++) {
		const char *text = rows[i].text ? rows[i].text : rows[i].value;
		const char *both = p->likely ? text : sd_arena_printf(a, "%s %s", text, rows[i].hint ? rows[i].hint : "");

		p->item[i] = (struct picker_item){sd_strdup(rows[i].value), sd_strdup(text), dup_or_null(rows[i].hint),
			dup_or_null(rows[i].off), sd_strdup(sd_text_fold(a, both)), 0};
	}
	p->nitems = n;
	match(p);
	p->scroll.cur = 0;
	for (size_t i = 0; keep && i < p->nshown; i++)
		if (strcmp(p->item[p->shown[i]].value, keep) == 0)
			p->scroll.cur = (int)i;
	scroll_fix(&p->scroll);
	free(keep);
	sd_arena_free(a);
	return true;
}

const struct picker_item *picker_selected(const struct picker *p)
{
	if (p->scroll.cur < 0 || (size_t)p->scroll.cur >= p->nshown)
		return NULL;
	return &p->item[p->shown[p->scroll.cur]];
}

static enum motion motion_of(const struct key *k)
{
	if (key_is(k, KEY_CODE_DOWN, 0) || key_is(k, 'n', KEY_CTRL))
		return MOTION_DOWN;
	if (key_is(k, KEY_CODE_UP, 0) || key_is(k, 'p', KEY_CTRL))
		return MOTION_UP;
	if (key_is(k, KEY_CODE_PGDN, 0))
		return MOTION_PAGE_DOWN;
	if (key_is(k, KEY_CODE_PGUP, 0))
		return MOTION_PAGE_UP;
	return MOTION_NONE;
}

/* On a row: chosen as by Enter. */
static enum widget_result mouse(struct picker *p, const struct key *k)
{
	int row = k->y - p->y + p->scroll.top;
	bool on = k->x >= p->x && k->x < p->x + p->w && k->y >= p->y && k->y < p->y + p->h;

	if (!on)
		return W_IGNORED;
	if (k->button == 4 || k->button == 5)
		scroll_move(&p->scroll, k->button == 4 ? MOTION_UP : MOTION_DOWN, 1);
	if (k->button != 1 || row >= (int)p->nshown)
		return W_HANDLED;
	p->scroll.cur = row;
	return picker_selected(p)->off ? W_HANDLED : W_SUBMIT;
}

enum widget_result picker_update(struct picker *p, const struct key *k)
{
	enum motion m = motion_of(k);
	const struct picker_item *sel;
	enum widget_result r;

	if (k->code == KEY_CODE_MOUSE)
		return mouse(p, k);
	if (m != MOTION_NONE) {
		scroll_move(&p->scroll, m, 0);
		return W_HANDLED;
	}
	if (key_is(k, KEY_CODE_ENTER, 0)) {
		sel = picker_selected(p);
		return sel && !sel->off ? W_SUBMIT : W_HANDLED;
	}
	r = editor_update(&p->edit, k);
	if (r == W_CHANGED) {
		p->generation++;
		p->scroll.cur = p->scroll.top = 0;
		match(p);
		return p->remote ? W_REQUEST : W_CHANGED;
	}
	return r == W_SUBMIT || r == W_EXTERNAL ? W_HANDLED : r;
}

static void draw_row(const struct picker *p, struct region r, int y, int row)
{
	const struct picker_item *it = &p->item[p->shown[row]];
	bool here = row == p->scroll.cur;
	enum element el = here ? EL_SELECTED : it->off ? EL_DISABLED : EL_DIALOG;
	const char *side = it->off ? it->off : it->hint;
	int w = sd_text_width(it->text), room = r.w - 2, side_w = side ? sd_text_width(side) : 0;

	draw_fill(r, 0, y, r.w, 1, el, " ");
	if (here)
		draw_text(r, 0, y, el, glyph(GL_SELECT));
	if (w > room || side_w == 0)
		side_w = 0;
	else if (side_w > room - w - 2)
		side_w = room - w - 2;
	draw_match(r, 1, y, side_w > 0 ? room - side_w - 1 : room, el, it->text, false, picker_text(p));
	if (side_w > 2)
		draw_fit(r, r.w - 1 - side_w, y, side_w, here ? el : EL_DIM, side, true);
}

void picker_draw_rows(struct picker *p, struct region r)
{
	draw_fill(r, 0, 0, r.w, r.h, EL_DIALOG, " ");
	p->x = r.x;
	p->y = r.y;
	p->w = r.w;
	p->h = r.h;
	p->scroll.height = r.h > 0 ? r.h : 1;
	scroll_fix(&p->scroll);
	for (int y = 0; y < r.h && p->scroll.top + y < (int)p->nshown; y++)
		draw_row(p, r, y, p->scroll.top + y);
	if (p->nshown == 0 && r.h > 0)
		draw_fit(r, 1, 0, r.w - 1, EL_DIM, p->remote && p->fed != p->generation ? _("searching") : _("nothing matches"), false);
}
