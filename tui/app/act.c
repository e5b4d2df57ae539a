#include "config.h"
#include "tui/app/live.h"
#include "tui/app/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tui/app/bulk.h"
#include "tui/app/drafts.h"
#include "tui/app/kb.h"
#include "tui/app/merge.h"
#include "tui/app/outbox.h"
#include "tui/app/undo.h"

/* ---- may it be done? ---- */
static const char *not_from_here(
	const struct model *m, const struct sd_kind *k, const char *state, const char *verb, struct sd_arena *a)
{
	struct sd_str from = {0};
	const char *why;

	for (int i = 0; i < k->ntransitions; i++)
		if (!strcmp(k->transitions[i].verb, verb))
			sd_str_addf(&from, "%s%s", from.len ? _(", ") : "", sd_meta_state(m->meta, k->kind, k->transitions[i].from));
	why = sd_arena_printf(
		a, _("not while it is %s (only: %s)"), sd_meta_state(m->meta, k->kind, state), from.data ? from.data : "-");
	sd_str_free(&from);
	return why;
}

const char *act_never(const struct model *m, const struct target *t, const char *verb, struct sd_arena *a)
{
	const struct sd_kind *k = sd_meta_kind(m->meta, t->kind);
	const struct sd_allowed *allowed;

	if (!sd_kind_allows(k, t->state, verb))
		return not_from_here(m, k, t->state, verb, a);
	allowed = t->ticket && t->ticket->version == t->version ? sd_ticket_verb(t->ticket, verb) : NULL;
	if (allowed)
		return allowed->ok ? NULL : act_refusal(m, a, k->kind, allowed->why, allowed->args, allowed->text);
	return sd_meta_role_refusal(m->meta, a, k, t->state, verb);
}

const char *act_off(const struct model *m, const struct target *t, const char *verb, struct sd_arena *a)
{
	const struct sd_kind *k = t->id ? sd_meta_kind(m->meta, t->kind) : NULL;
	struct target next = *t;
	const char *state;

	if (!m->meta)
		return _("there is no connection");
	if (!t->id)
		return _("no ticket is selected");
	if (!k || !sd_kind_verb(k, verb))
		return sd_arena_printf(a, _("%s has no such act"), k ? k->label : t->kind);
	state = outbox_state(m, t->id);
	if (!state)
		return act_never(m, t, verb, a);
	next.state = *state ? state : t->state; /* where the acts before it lead */
	next.ticket = NULL;
	return act_never(m, &next, verb, a);
}

/* ---- sending ---- */
void act_free(struct act *act)
{
	if (!act)
		return;
	if (act->outbox) /* else the program ends, and it is for the next one */
		outbox_gone(act->outbox, act->sent);
	free(act->label);
	free(act->kind);
	free(act->verb);
	free(act->fields);
	free(act->to);
	free(act->draft_key);
	act_form_free(act->form);
	if (act->article)
		kb_form_free(act->article);
	free(act);
}

bool act_sent(const struct model *m, const char *draft_key)
{
	for (size_t i = 0; i < m->nacts; i++)
		if (m->acts[i]->draft_key && !strcmp(m->acts[i]->draft_key, draft_key))
			return true;
	return false;
}

bool act_carries(const struct model *m, const struct sd_draft *d)
{
	for (size_t i = 0; d->op && i < m->nacts; i++)
		if (!strcmp(m->acts[i]->draft_op, d->op))
			return true;
	return false;
}

struct sd_unsent *act_unsent(const struct model *m, const struct act *act)
{
	struct sd_unsent *u = sd_unsent_new(act->ticket ? SD_UNSENT_ACT : SD_UNSENT_CREATE, act->op);

	(void)m;
	u->ticket = act->ticket;
	u->version = act->version;
	sd_unsent_put(&u->label, act->label);
	sd_unsent_put(&u->kind, act->kind);
	sd_unsent_put(&u->verb, act->verb);
	sd_unsent_put(&u->to, act->to);
	sd_unsent_put(&u->fields, act->fields);
	sd_unsent_put(&u->draft, act->draft_key);
	return u;
}

static void add_act(struct model *m, struct act *act)
{
	m->acts = sd_realloc(m->acts, (m->nacts + 1) * sizeof(struct act *));
	m->acts[m->nacts++] = act;
}

void act_send(struct model *m, struct act *act, struct effects *fx)
{
	struct sd_unsent *u;
	const struct sd_row *row = queue_row(m->queue, act->ticket);

	act->number = (int)++m->next_act;
	if (act->form) {
		snprintf(act->draft_op, sizeof act->draft_op, "%s", act->op);
		act_form_sending(m, act->form, act, fx);
	}
	if (act->outbox && strcmp(act->sent, act->op) != 0)
		outbox_gone(act->outbox, act->sent);
	act->outbox = m->outbox;
	snprintf(act->sent, sizeof act->sent, "%s", act->op);
	act->read = row && !row->unread ? row->last_seq : 0;
	add_act(m, act);
	u = act_unsent(m, act);
	for (size_t i = 0; i < fx->n; i++)
		if (fx->v[i].kind == FX_UPLOAD)
			sd_unsent_add_file(u, fx->v[i].text);
	outbox_send(m, u, (struct req){REQ_ACT, 0, act->number, 0}, fx);
}

void act_loaded(struct model *m, const struct sd_unsent *u, int number)
{
	struct act *act = sd_calloc(1, sizeof *act);

	act->number = number;
	act->ticket = u->call == SD_UNSENT_ACT ? u->ticket : 0;
	act->version = u->version;
	act->label = sd_strdup(u->label);
	act->kind = sd_strdup(u->kind);
	act->verb = sd_strdup(u->verb);
	act->fields = sd_strdup(u->fields);
	act->to = sd_strdup(u->to);
	act->draft_key = u->draft ? sd_strdup(u->draft) : NULL;
	memcpy(act->op, u->op, sizeof act->op);
	memcpy(act->sent, u->op, sizeof act->sent);
	memcpy(act->draft_op, u->op, sizeof act->draft_op);
	act->outbox = m->outbox;
	act->waited = true;
	add_act(m, act);
}

/* state NULL: from wherever that is possible; the desk does what lies between. */
static const char *leads_to(const struct sd_kind *k, const char *state, const char *verb)
{
	for (int i = 0; k && i < k->ntransitions; i++)
		if (!strcmp(k->transitions[i].verb, verb) && (!state || !strcmp(k->transitions[i].from, state)))
			return !strcmp(k->transitions[i].to, "=") ? "" : k->transitions[i].to;
	return "";
}

static struct act *act_new(struct model *m, const char *kind, const char *verb, const char *number, const char *fields)
{
	const struct sd_kind *k = sd_meta_kind(m->meta, kind);
	const struct sd_verb *v = sd_kind_verb(k, verb);
	struct act *act = sd_calloc(1, sizeof *act);
	struct sd_str label = {0};

	sd_str_addf(&label, "%s %s", number, v ? v->label : verb);
	act->label = sd_str_take(&label);
	act->kind = sd_strdup(kind);
	act->verb = sd_strdup(verb);
	act->fields = sd_strdup(fields);
	act->to = sd_strdup("");
	m->env.uuid(m->env.arg, act->op);
	return act;
}

struct act *act_from_form(struct model *m, struct act_form *f, struct effects *fx)
{
	bool again = f->base->op != NULL; /* the very same: if it arrived the first time, nothing happens twice */
	char *fields = again ? f->base->sent : f->is_new ? new_json(m, f, fx) : act_form_json(m, f, fx);
	struct target t = model_target(m);
	struct act *act;

	if (!fields)
		return NULL;
	act = act_new(m, f->kind, f->verb, f->number, fields);
	act->ticket = f->ticket;
	act->version = again ? f->base->version : f->version;
	if (again)
		snprintf(act->op, sizeof act->op, "%s", f->base->op);
	act->draft_key = sd_strdup(f->draft_key);
	if (f->ticket && t.id == f->ticket) {
		free(act->to);
		act->to = sd_strdup(leads_to(sd_meta_kind(m->meta, f->kind), f->using_id ? NULL : t.state, f->verb));
	}
	return act;
}

static bool given(const struct preset *p, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(p[i].name, name))
			return true;
	return false;
}

/* Nothing to ask: no text, and every field that is shown in the form was given. From the palette only what is required is asked.
 */
bool act_complete(const struct sd_verb *v, const struct preset *p, int n)
{
	int least = n ? 2 : 1;

	if (v->body >= least && !given(p, n, "body"))
		return false;
	for (int i = 0; i < v->nparams; i++)
		if (v->params[i].ask >= least && !given(p, n, v->params[i].param))
			return false;
	return true;
}

/* The form offers what the ticket holds, and the row of the list does not know it. */
static bool needs_ticket(const struct model *m, const struct target *t, const struct sd_verb *v)
{
	const struct sd_kind *k = sd_meta_kind(m->meta, t->kind);

	for (int i = 0; !t->ticket && m->session.online && i < v->nparams; i++) {
		const struct sd_param *p = &v->params[i];
		const struct sd_field *f = sd_kind_field(k, *p->field ? p->field : p->param);

		if (p->ask && !strcmp(p->initial, "=") && f && !(t->row && sd_row_has(t->row, f->field)))
			return true;
	}
	return false;
}

void act_resume(struct model *m, int64_t id, struct effects *fx)
{
	char *verb = m->wait_verb;

	if (!verb || m->wait_id != id)
		return;
	m->wait_verb = NULL;
	if (model_target(m).id == id && !m->noverlays && !m->prompt)
		act_start(m, verb, NULL, 0, fx);
	free(verb);
}

bool act_lost(struct model *m, const struct target *t, struct effects *fx)
{
	if (m->focus != PANE_QUEUE || !m->queue->list.lost)
		return false;
	m->queue->list.lost = false;
	fx_toast(fx, EL_WARN, _("The ticket under the cursor has changed to %s: press again if you mean it"), t->number);
	return true;
}

void act_send_fields(struct model *m, const struct target *t, const char *verb, const char *fields, struct effects *fx)
{
	struct act *act = act_new(m, t->kind, verb, t->number, fields);

	act->ticket = t->id;
	act->version = t->version;
	free(act->to);
	act->to = sd_strdup(leads_to(sd_meta_kind(m->meta, t->kind), t->state, verb));
	act_send(m, act, fx);
}

void act_start(struct model *m, const char *verb, const struct preset *presets, int n, struct effects *fx)
{
	struct target t = model_target(m);
	const char *why = act_off(m, &t, verb, fx->arena);
	const struct sd_verb *v;
	char *fields;

	if (bulk_wanted(m)) {
		bulk_start(m, verb, presets, n, fx);
		return;
	}
	if (why) {
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
		return;
	}
	v = sd_kind_verb(sd_meta_kind(m->meta, t.kind), verb);
	if (act_lost(m, &t, fx))
		return;
	if (!n && needs_ticket(m, &t, v)) { /* comes back when it is there */
		m->wait_id = t.id;
		free(m->wait_verb);
		m->wait_verb = sd_strdup(verb);
		detail_show(m->detail, t.id, fx);
		return;
	}
	if (!act_complete(v, presets, n)) {
		act_form_open(m, act_form_new(m, &t, v, presets, n));
		return;
	}
	fields = act_json(m, v, presets, n, fx);
	if (!fields)
		return;
	if (outbox_has(m, t.id, verb, fields)) { /* a key pressed once more while nothing seems to happen */
		fx_toast(fx, EL_WARN, _("%s %s is on its way already"), t.number, v->label);
		return;
	}
	repeat_keep(m, verb, fields, NULL);
	act_send_fields(m, &t, verb, fields, fx);
}

/* ---- answers ---- */
static struct act *take_act(struct model *m, int64_t number)
{
	for (size_t i = 0; i < m->nacts; i++) {
		struct act *act = m->acts[i];

		if (act->number != number)
			continue;
		for (m->nacts--; i < m->nacts; i++)
			m->acts[i] = m->acts[i + 1];
		return act;
	}
	return NULL;
}

void act_taken_back(struct model *m, const char *op, struct effects *fx)
{
	struct act *act = NULL;

	for (size_t i = 0; i < m->nacts && !act; i++)
		if (!strcmp(m->acts[i]->op, op))
			act = take_act(m, m->acts[i]->number);
	if (act && act->form)
		act_form_refused(m, act->form, fx); /* its text is a draft again */
	act_free(act);
	drafts_mark(m);
}

struct act *act_take(struct model *m, int64_t number)
{
	return take_act(m, number);
}

static void confirmed(struct model *m, struct act *act, const struct sd_outcome *o, struct effects *fx)
{
	const char *state = sd_meta_state(m->meta, act->kind, o->state);
	struct sd_str undo = {0};

	if (undo_push(m, act, *o->op ? o->op : act->op))
		undo_toast(m, &undo);
	if (act->draft_key)
		drafts_sent(m, act->draft_key, act->draft_op, fx);
	if (o->replay && act->ticket)
		fx_toast(fx, EL_OK, _("%s: was already sent"), act->label);
	else if (act->ticket)
		fx_toast(fx, EL_OK, "%s: %s%s", act->label, state, undo.len ? undo.data : "");
	else
		fx_toast(fx, EL_OK, _("%s opened: %s"), o->number, state);
	sd_str_free(&undo);
	if (*o->away)
		fx_toast(fx, EL_WARN, _("%s: %s is away until %s"), o->number, o->away,
			o->away_until == SD_TIME_NONE ? "?" : sd_time_local(fx->arena, o->away_until, m->session.zone, "%Y-%m-%d %H:%M"));
	if (!act->ticket) {
		live_own(m, &o->id, 1, fx); /* comes in where it belongs; one stays where one reads */
		if (!m->noverlays && !act->waited)
			model_open(m, o->id, fx);
		return;
	}
	detail_own(m->detail, o->id, o->seq);
	if (act->read && o->seq == act->read + 1)
		model_read(m, o->id, o->seq, fx); /* nothing but what one did oneself */
	live_own(m, &o->id, 1, fx);
	if (m->detail->id == o->id)
		detail_changed(m->detail, fx);
}

/* The form comes back with what was typed and the reason beside the field it is about. Without one, and where it has to wait
 * until one has done with something else, the reason is said. */
static void back_to_form(struct model *m, struct act *act, const char *field, const char *text, struct effects *fx)
{
	struct overlay *o = act->form ? overlay_come(m, OV_FORM) : NULL;

	if (!o || o != overlay_top(m) || m->prompt)
		fx_toast(fx, EL_ERROR, "%s: %s", act->label, text);
	else
		sd_log(SD_LOG_WARN, "%s: %s", act->label, text);
	if (!o)
		return;
	o->form = act->form;
	act->form = NULL;
	o->form->form.busy = false;
	form_error(&o->form->form, field, text);
}

static void refused(struct model *m, struct act *act, const struct sd_outcome *o, struct effects *fx)
{
	char *text = act_refusal(m, fx->arena, act->kind ? act->kind : "", o->error_id, o->error_args, o->error_text);

	if (act->ticket)
		queue_changed(m->queue, &m->session, &act->ticket, 1, fx);
	if (!strcmp(o->error_id, "field_conflict") || !strcmp(o->error_id, "reply_crossed")) {
		struct sd_conflict *c = sd_conflict_parse(o->error_id, o->error_args);

		if (c && merge_open(m, act, c, fx))
			return;
		sd_conflict_free(c);
	}
	if (act->waited &&
		!(act->form && drafts_is_of(m, act->draft_key, act->draft_op))) { /* no form to come back, or another text in it */
		fx_toast(fx, EL_ERROR, "%s: %s", act->label, text);
		outbox_hold(m, act, text, fx);
		return;
	}
	if (act->form)
		act_form_refused(m, act->form, fx);
	back_to_form(m, act, o->error_field, text, fx);
	act_free(act);
}

void act_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct act *act = take_act(m, a->req.id);
	const char *json = table_get(a->table, 0, 0);
	struct sd_err err = {0};
	struct sd_outcome *o = json ? sd_outcome_parse(json, &err) : NULL;

	if (!act) {
		sd_outcome_free(o);
		return;
	}
	m->quitting = m->quitting && o && o->ok;
	if (o && !o->ok) {
		refused(m, act, o, fx);
	} else if (o) {
		confirmed(m, act, o, fx);
		act_free(act);
	} else {
		back_to_form(m, act, "", a->err ? a->err->text : err.text[0] ? err.text : _("The database gave no answer"), fx);
		act_free(act);
	}
	sd_outcome_free(o);
	if (model_may_quit(m)) /* its draft is gone from the database too */
		fx_add(fx, FX_QUIT);
}
