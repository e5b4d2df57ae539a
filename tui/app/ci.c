#include "config.h"
#include "tui/app/ci.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/ci_int.h"
#include "tui/app/copy.h"
#include "tui/app/inbox.h"
#include "tui/pane/ci.h"

struct cmdb *ci_pane(const struct model *m)
{
	return (struct cmdb *)board_get(m, BOARD_CMDB);
}

bool ci_shown(const struct model *m)
{
	return board_shown(m) == BOARD_CMDB && m->focus == PANE_QUEUE;
}

/* ---- may it be done? ---- */
static const char *line_off(const struct model *m)
{
	return m->conn == CONN_READY && m->meta ? NULL : _("there is no connection");
}

const char *ci_here_off(const struct model *m)
{
	const char *why = line_off(m);

	if (why)
		return why;
	if (ci_shown(m))
		return ci_here(ci_pane(m)).id ? NULL : _("the cursor is on no item");
	return model_target(m).id ? NULL : _("no ticket is selected");
}

const char *ci_put_off(const struct model *m)
{
	const struct ci_from *f = &m->ci_from;

	if (!f->ticket)
		return _("you came here from no ticket");
	return ci_here_off(m);
}

const char *ci_edit_off(const struct model *m)
{
	const struct cmdb *c = ci_pane(m);
	const char *why = ci_here_off(m);

	if (why)
		return why;
	if (c->here.level == CI_PAGE && c->about && c->about->ci.id == c->here.id)
		return c->about->may ? NULL : _("your role changes no items");
	return _("open the item first");
}

/* ---- there and back ---- */
static void from_here(struct model *m)
{
	struct target t = model_target(m);

	if (board_shown(m) == BOARD_CMDB)
		return;
	ci_from_free(m);
	m->ci_from = (struct ci_from){.ticket = t.id,
		.number = sd_strdup(t.number ? t.number : ""),
		.kind = sd_strdup(t.kind ? t.kind : ""),
		.state = sd_strdup(t.state ? t.state : ""),
		.version = t.version,
		.focus = m->focus,
		.board = (int)board_shown(m)};
}

void ci_from_free(struct model *m)
{
	free(m->ci_from.number);
	free(m->ci_from.kind);
	free(m->ci_from.state);
	m->ci_from = (struct ci_from){.ticket = 0};
}

static void show(struct model *m, struct ci_place to, struct effects *fx)
{
	from_here(m);
	if (ci_shown(m)) {
		ci_go(ci_pane(m), &m->session, to, true, fx);
		return;
	}
	ci_begin(ci_pane(m), to);
	board_begin(m, BOARD_CMDB, fx);
}

void ci_show_page(struct model *m, int64_t id, struct effects *fx)
{
	show(m, (struct ci_place){.level = CI_PAGE, .id = id}, fx);
}

void ci_show_change(struct model *m, int64_t id, sd_time at, struct effects *fx)
{
	show(m, (struct ci_place){.level = CI_PAGE, .id = id, .changed = at}, fx);
}

void ci_show_impact(struct model *m, int64_t id, struct effects *fx)
{
	show(m, (struct ci_place){.level = CI_IMPACT, .id = id, .depth = CI_DEPTH_MOST}, fx);
}

static void show_list(struct model *m, struct effects *fx)
{
	show(m, (struct ci_place){.level = CI_LIST}, fx);
}

/* What the ticket under the cursor touches: which items it has the desk says in the same answer. */
static void ticket_impact(struct model *m, struct effects *fx)
{
	show(m, (struct ci_place){.level = CI_IMPACT, .ticket = model_target(m).id, .depth = CI_DEPTH_MOST}, fx);
}

bool ci_back(struct model *m, struct effects *fx)
{
	struct ci_from f = m->ci_from;

	if (!ci_shown(m))
		return false;
	if (ci_stop(ci_pane(m), fx) && ci_shows(ci_pane(m))) { /* of what has not come yet nothing is to be seen: back at once */
		fx_toast(fx, EL_DIM, "%s", _("Stopped reading; F5 begins again"));
		return true;
	}
	if (ci_step(ci_pane(m), &m->session, -1, fx))
		return true;
	if (f.board && f.board != BOARD_CMDB) {
		board_show(m, (enum board_id)f.board, fx);
	} else if (f.focus == PANE_DETAIL && m->detail->id) {
		board_leave(m, fx);
		model_focus(m, PANE_DETAIL, fx);
	} else {
		return false;
	}
	return true;
}

bool ci_steps(struct model *m, int steps, struct effects *fx)
{
	return ci_shown(m) && ci_step(ci_pane(m), &m->session, steps, fx);
}

/* ---- what its keys do ---- */
bool ci_copy(struct model *m, struct effects *fx)
{
	const struct cmdb *c = ci_pane(m);
	const struct ci_line *l = ci_line_here(c);
	struct ci_node n = ci_here(c);
	const char *text = c->here.level != CI_LIST && l && *l->copy ? l->copy : n.id ? n.ident : "";

	if (!ci_shown(m))
		return false;
	if (*text)
		copy_send(m, _("Item"), text, NULL, fx);
	return true;
}

static void new_ticket(struct model *m, struct effects *fx)
{
	struct ci_node n = ci_here(ci_pane(m));
	const struct ci_line *l = ci_line_here(ci_pane(m));
	struct overlay *before = overlay_top(m), *o;
	const char *name = n.name ? n.name : l && *l->copy ? l->copy : "";

	if (!n.id) {
		fx_toast(fx, EL_WARN, "%s", _("The cursor is on no item"));
		return;
	}
	new_open(m, NULL, 0, fx);
	o = overlay_top(m);
	if (!o || o == before || o->kind != OV_FORM)
		return;
	if (form_value(&o->form->form, "ci"))
		form_set(&o->form->form, "ci", sd_arena_printf(fx->arena, "%" PRId64, n.id), name);
	else
		fx_toast(fx, EL_WARN, "%s", _("This kind of ticket has no item"));
}

/* A ticket that has none is about this one from now on; else it is one more. */
static void put(struct model *m, struct effects *fx)
{
	struct ci_from *f = &m->ci_from;
	struct ci_node n = ci_here(ci_pane(m));
	struct target t = {.id = f->ticket, .number = f->number, .kind = f->kind, .state = f->state, .version = f->version};
	bool about = f->bare && !act_off(m, &t, "edit", fx->arena);
	const char *verb = about ? "edit" : "ci", *why = act_off(m, &t, verb, fx->arena);

	if (why) {
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
		return;
	}
	f->bare = false;
	act_send_fields(
		m, &t, verb, sd_arena_printf(fx->arena, about ? "{\"ci\":%" PRId64 "}" : "{\"add\":[%" PRId64 "]}", n.id), fx);
}

bool ci_act(struct model *m, int action, struct effects *fx)
{
	switch (action) {
	case ACT_CMDB:
		show_list(m, fx);
		return true;
	case ACT_CI_IMPACT:
		ticket_impact(m, fx);
		return true;
	case ACT_CI_PICK:
		ci_pick_open(m, CI_FOR_PAGE, fx);
		return true;
	case ACT_CI_CLASS:
		ci_class_open(m);
		return true;
	case ACT_CI_TICKET:
		new_ticket(m, fx);
		return true;
	case ACT_CI_PUT:
		put(m, fx);
		return true;
	case ACT_CI_EDIT:
		ci_edit_open(m, fx);
		return true;
	case ACT_CI_LINK:
		ci_link_open(m);
		return true;
	case ACT_CI_UNLINK:
		ci_unlink(m, fx);
		return true;
	case ACT_CI_UNDO:
		ci_undo_open(m, fx);
		return true;
	case ACT_CI_NEW:
		ci_new_open(m);
		return true;
	case ACT_CI_DIFF:
		ci_diff_open(m);
		return true;
	case ACT_CI_TYPES:
		ci_types_open(m, fx);
		return true;
	default:
		return action >= ACT_CI_FOLD && action <= ACT_CI_UNLINK;
	}
}

/* ---- words ---- */
void ci_command(struct model *m, const char *rest, struct effects *fx)
{
	struct cmdb *c = ci_pane(m);

	show_list(m, fx);
	if (*rest || *c->needle)
		ci_needle(c, &m->session, rest, fx);
}

void ci_impact_command(struct model *m, const char *rest, struct effects *fx)
{
	if (*rest)
		ci_by_name(fx, rest, CI_FOR_IMPACT);
	else
		model_action(m, ACT_CI_IMPACT, 0, fx);
}

void ci_open_named(const char *name, struct effects *fx)
{
	ci_by_name(fx, name, CI_FOR_PAGE);
}

/* A search belongs to the list or the page it was begun on. */
void ci_note(struct model *m)
{
	struct cmdb *c = ci_pane(m);

	if (!c->arrived || !ci_shown(m))
		return;
	c->arrived = false;
	snprintf(m->search, sizeof m->search, "%s", c->here.level == CI_LIST ? c->needle : "");
}

/* A ticket without an item: one is chosen instead. */
void ci_after(struct model *m, struct effects *fx)
{
	struct cmdb *c = ci_pane(m);
	struct ci_rows *r = c->rows;

	if (r && *r->error_id && !r->bad)
		r->bad = sd_arena_strdup(r->arena, act_refusal(m, fx->arena, "ci", r->error_id, r->error_args, r->error_text));
	if (!c->pick || !ci_shown(m))
		return;
	c->pick = false;
	m->ci_from.bare = true;
	fx_toast(fx, EL_WARN, _("%s has no item; choose one to look at"), m->ci_from.number ? m->ci_from.number : "");
	ci_pick_open(m, CI_FOR_IMPACT, fx);
}

void ci_taken(struct model *m, const struct answer *a, struct effects *fx)
{
	if (a->req.kind == REQ_CI)
		ci_more(ci_pane(m), &m->session, a, fx);
	else if (a->req.kind == REQ_CI_PICK)
		ci_picked_rows(m, a, fx);
	else
		ci_saved(m, a, fx);
}
