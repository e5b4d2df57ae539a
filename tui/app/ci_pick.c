/* An item chosen by some letters of its name or ident; the class the list is filtered by. */
#include "config.h"
#include "tui/app/ci.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/board.h"
#include "tui/app/ci_int.h"
#include "tui/pane/ci.h"
#include "tui/widget/picker.h"

enum { POPUP_W = 76, POPUP_H = 18, REST_MS = 120 };

static struct overlay *picking(const struct model *m)
{
	struct overlay *o = m->noverlays ? m->overlay[m->noverlays - 1] : NULL;

	return o && o->kind == OV_CI_PICK && o->command != CI_FOR_CLASS ? o : NULL;
}

static void ask(struct model *m, const struct overlay *o, struct effects *fx)
{
	const char *params[] = {picker_text(o->picker)};

	fx_query(fx, (struct req){REQ_CI_PICK, o->picker->generation, o->command, 0}, 0,
		"select id, name, hint from desk.ci_pick($1, 20)", 1, params);
	(void)m;
}

void ci_timer(struct model *m, struct effects *fx)
{
	struct overlay *o = picking(m), *top = overlay_top(m);

	if (o)
		ask(m, o, fx);
	else if (top && top->kind == OV_CI)
		ci_form_find(m, top->ci, fx);
	else if (board_shown(m) == BOARD_CMDB)
		ci_rested(ci_pane(m), &m->session, fx);
}

void ci_pick_open(struct model *m, enum ci_for what, struct effects *fx)
{
	struct overlay *o = overlay_push(m, OV_CI_PICK);

	o->command = (int)what;
	o->picker = sd_calloc(1, sizeof *o->picker);
	picker_init(o->picker, true);
	ask(m, o, fx);
}

void ci_class_open(struct model *m)
{
	const struct ci_rows *r = ci_pane(m)->rows;
	struct overlay *o = overlay_push(m, OV_CI_PICK);
	struct sd_arena *a = sd_arena_new();
	struct picker_row *rows = sd_arena_alloc(a, ((size_t)(r ? r->ncls : 0) + 1) * sizeof *rows);
	size_t n = 0;

	o->command = CI_FOR_CLASS;
	o->picker = sd_calloc(1, sizeof *o->picker);
	picker_init(o->picker, false);
	rows[n++] = (struct picker_row){"", _("every class"), NULL, NULL};
	for (int i = 0; r && i < r->ncls; i++)
		rows[n++] = (struct picker_row){r->cls[i].id, r->cls[i].label, sd_arena_printf(a, "%d", r->cls[i].n), NULL};
	o->picker->likely = true;
	picker_feed(o->picker, o->picker->generation, rows, n);
	sd_arena_free(a);
}

static void chosen(struct model *m, int what, const char *value, struct effects *fx)
{
	if (what == CI_FOR_CLASS)
		ci_class(ci_pane(m), &m->session, value, fx);
	else if (what == CI_FOR_IMPACT)
		ci_show_impact(m, strtoll(value, NULL, 10), fx);
	else
		ci_show_page(m, strtoll(value, NULL, 10), fx);
}

void ci_pick_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	enum widget_result r = picker_update(o->picker, k);
	const struct picker_item *sel = picker_selected(o->picker);
	const char *value = r == W_SUBMIT && sel ? sd_arena_strdup(fx->arena, sel->value) : NULL;
	int what = o->command;

	if (r == W_REQUEST)
		fx_timer(fx, TIMER_FIND, REST_MS);
	if (value || r == W_CANCEL)
		overlay_pop(m);
	if (r == W_CANCEL && what == CI_FOR_IMPACT && !ci_shows(ci_pane(m)))
		ci_back(m, fx); /* of a ticket without an item there is nothing to see */
	if (value)
		chosen(m, what, value, fx);
}

void ci_pick_draw(struct model *m, struct overlay *o, struct region r)
{
	struct region in = popup_draw(r, r.w - 2 < POPUP_W ? r.w - 2 : POPUP_W, r.h - 1 < POPUP_H ? r.h - 1 : POPUP_H,
		o->command == CI_FOR_CLASS ? _("Class") : _("Item: letters of its name or ident"));

	(void)m;
	editor_draw(&o->picker->edit, region_sub(in, 0, 0, in.w, 1), EL_INPUT_FOCUS, true);
	picker_draw_rows(o->picker, region_sub(in, 0, 1, in.w, in.h - 1));
}

void ci_by_name(struct effects *fx, const char *name, enum ci_for what)
{
	const char *params[] = {name};

	fx_query(fx, (struct req){REQ_CI_PICK, 0, what, 1}, 0,
		"select p.id, p.name, p.hint, lower(c.ident) = lower($1) or lower(c.name) = lower($1), $1 from desk.ci_pick($1, 20) p "
		"join "
		"desk.ci c on c.id = p.id",
		1, params);
}

/* Of :impact NAME and of links ci:NAME: the one it names, or a choice of those that are like it. */
static void named(struct model *m, const struct answer *a, struct effects *fx)
{
	int n = a->table ? a->table->rows : 0, exact = 0, at = 0;

	for (int i = 0; i < n; i++) {
		const char *same = table_get(a->table, i, 3);

		if (same && *same == 't' && !exact++)
			at = i;
	}
	if (exact == 1 || n == 1) {
		chosen(m, (int)a->req.id, table_get(a->table, at, 0), fx);
	} else if (n) {
		ci_pick_open(m, (enum ci_for)a->req.id, fx);
		editor_set(&overlay_top(m)->picker->edit, table_get(a->table, 0, 4));
		ask(m, overlay_top(m), fx);
	} else
		fx_toast(fx, EL_WARN, "%s", a->err ? a->err->text : _("There is no such item, or it is not for you to see"));
}

void ci_picked_rows(struct model *m, const struct answer *a, struct effects *fx)
{
	struct overlay *o = picking(m);
	int n = a->table ? a->table->rows : 0;
	struct picker_row *rows;

	if (a->req.arg == 1) {
		named(m, a, fx);
		return;
	}
	if (a->req.arg == 2) {
		ci_form_rows(m, a, fx);
		return;
	}
	if (!o)
		return;
	rows = sd_arena_alloc(fx->arena, ((size_t)n + 1) * sizeof *rows);
	for (int i = 0; i < n; i++)
		rows[i] = (struct picker_row){table_get(a->table, i, 0), clean_copy(fx->arena, table_get(a->table, i, 1)),
			clean_copy(fx->arena, table_get(a->table, i, 2)), NULL};
	picker_feed(o->picker, a->req.gen, rows, (size_t)n);
}
