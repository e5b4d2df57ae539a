#include "config.h"
#include "tui/app/duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/assign.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "svcdesk/when.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/pane/duty.h"
#include "tui/pane/queue.h"

enum what { SWITCH, MOVE, TRY, END, ABSENCE, RULE };

struct duty_form {
	struct form form;
	enum what what;
	char *rule; /* its name so far; NULL: a new one */
};

static struct duty *page(const struct model *m)
{
	return board_shown(m) == BOARD_ROTA ? (struct duty *)board_get(m, BOARD_ROTA) : NULL;
}

void duty_form_free(struct duty_form *f)
{
	form_free(&f->form);
	free(f->rule);
	free(f);
}

void duty_form_draw(struct duty_form *f, struct region r)
{
	form_draw(&f->form, r);
}

/* ---- forms ---- */
static void text(struct duty_form *f, const char *name, const char *label, const char *initial, bool required, const char *hint)
{
	form_add(
		&f->form, &(struct form_field_def){
					  .name = name, .label = label, .type = FORM_TEXT, .initial = initial, .required = required, .hint = hint});
}

static void choice(
	struct duty_form *f, const char *name, const char *label, const char *initial, const struct form_choice *c, size_t n)
{
	form_add(&f->form, &(struct form_field_def){
						   .name = name, .label = label, .type = FORM_CHOICE, .initial = initial, .choices = c, .nchoices = n});
}

static struct duty_form *begin(struct model *m, enum what what, const char *title)
{
	struct duty_form *f = sd_calloc(1, sizeof *f);

	f->what = what;
	form_init(&f->form, title);
	overlay_push(m, OV_DUTY)->duty = f;
	return f;
}

static void open_absence(struct model *m)
{
	struct duty_form *f = begin(m, ABSENCE, _("Absence"));
	struct form_choice who[] = {{"yes", _("the person and the leads")}, {"no", _("everybody at the desk")}};

	text(f, "person", _("Person"), "", false, _("you; leads also their people"));
	text(f, "from", _("From"), "", true, _("now, tomorrow 09:00, 2026-12-24"));
	text(f, "until", _("Until"), "", true, _("2026-12-31: with that day; fri 14:30"));
	text(f, "reason", _("Reason"), "", false, NULL);
	choice(f, "private", _("Who reads it"), "yes", who, 2);
	form_focus(&f->form, "from");
}

static void open_rule(struct model *m, const struct rule_row *r, struct effects *fx)
{
	struct duty_form *f = begin(m, RULE, r ? sd_arena_printf(fx->arena, _("Rule %s"), r->name) : _("A new rule"));
	struct sd_err ignored;
	json_t *j = r ? store_object(r->json, "rule", &ignored) : NULL;
	struct form_choice how[] = {{"round_robin", _("round robin")}, {"least_loaded", _("least loaded")},
		{"fixed", _("fixed person")}, {"group_only", _("group only")}};
	struct form_choice yes[] = {{"no", _("no")}, {"yes", _("yes")}};
	int level = (int)store_int(j, "level");
	const char *skill = store_text(fx->arena, j, "skill"), *method = store_text(fx->arena, j, "method");
	json_t *w, *weights = json_object_get(j, "weights");
	struct sd_str s = {0};
	size_t i;

	json_array_foreach(weights, i, w) sd_str_addf(&s, "%s%d", i ? "," : "", (int)json_integer_value(w));
	f->rule = r ? sd_strdup(r->name) : NULL;
	text(f, "rule", _("Name"), r ? r->name : "", true, NULL);
	text(f, "query", _("Query"), r ? r->query : "", false, _("every ticket; category:network prio<=3"));
	text(f, "group", _("Group"), r ? r->group : "", false, _("the one the ticket has"));
	choice(f, "method", _("Method"), *method ? method : "round_robin", how, 4);
	text(f, "skill", _("Skill"), level ? sd_arena_printf(fx->arena, "%s >= %d", skill, level) : skill, false,
		_("none; wifi >= 2"));
	text(f, "person", _("Person"), store_text(fx->arena, j, "person"), false, _("of a fixed person"));
	text(f, "weights", _("Weights"), s.data ? s.data : "", false, _("each the same; 8,4,2,1,1 for P1 to P5"));
	text(f, "capacity", _("Capacity"), store_text(fx->arena, j, "capacity"), false, _("no limit"));
	choice(f, "wait", _("Wait"), store_bool(j, "wait") ? "yes" : "no", yes, 2);
	form_focus(&f->form, r ? "query" : "rule");
	sd_str_free(&s);
	json_decref(j);
}

/* ---- sending ---- */
#define DUTY_ANSWER "select r->'error'->>'id', r->'error'->>'args', r->'error'->>'text', r->'error'->>'field', r::text from "

static void send(struct model *m, enum what what, const char *sql, int n, const char *const *params, struct effects *fx)
{
	(void)m;
	fx_query(fx, (struct req){REQ_DUTY, 0, what, 0}, what == TRY ? FX_ASIDE : SD_DB_KEEP, sql, n, params);
}

static void try_rule(struct model *m, struct duty *d, const struct rule_row *r, struct effects *fx)
{
	json_t *j = json_pack("{s:s}", "rule", r->name);
	char *dump = json_dumps(j, JSON_COMPACT);
	const char *params[] = {dump};

	d->trying = true;
	send(m, TRY, DUTY_ANSWER "desk.assign_simulate($1::jsonb) r", 1, params, fx);
	free(dump);
	json_decref(j);
}

void duty_act(struct model *m, enum action a, struct effects *fx)
{
	struct duty *d = page(m);
	const struct rule_row *r = d ? duty_rule(d) : NULL;
	const struct absence_row *o = d ? duty_absence(d) : NULL;
	char number[16];

	if (!d)
		return;
	if (a == ACT_ROTA_ABSENCE) {
		open_absence(m);
	} else if (a == ACT_RULE_NEW) {
		open_rule(m, NULL, fx);
	} else if (a == ACT_ROTA_END) {
		snprintf(number, sizeof number, "%d", o ? o->id : 0);
		if (o)
			send(m, END, DUTY_ANSWER "desk.absence_end($1::int) r", 1, (const char *const[]){number}, fx);
		else
			fx_toast(fx, EL_WARN, "%s", _("The cursor is on no absence"));
	} else if (!r) {
		fx_toast(fx, EL_WARN, "%s", _("The cursor is on no rule"));
	} else if (a == ACT_RULE_EDIT) {
		open_rule(m, r, fx);
	} else if (a == ACT_RULE_TRY) {
		try_rule(m, d, r, fx);
	} else if (a == ACT_RULE_SWITCH || a == ACT_RULE_FORCE) {
		send(m, SWITCH, DUTY_ANSWER "desk.assign_rule_enable($1, $2::boolean, $3::boolean) r", 3,
			(const char *const[]){r->name, r->on ? "false" : "true", a == ACT_RULE_FORCE ? "true" : "false"}, fx);
	} else {
		snprintf(number, sizeof number, "%d", r->place + (a == ACT_RULE_DOWN ? 1 : -1));
		if (r->place + (a == ACT_RULE_DOWN ? 1 : -1) >= 1 && r->place + (a == ACT_RULE_DOWN ? 1 : -1) <= d->data->nrules)
			send(m, MOVE, DUTY_ANSWER "desk.assign_rule_order($1, $2::int) r", 2, (const char *const[]){r->name, number}, fx);
	}
}

/* A time as it was typed, as ISO; a day alone stays: the desk takes it with its end. */
static const char *when(struct model *m, const char *typed, struct effects *fx)
{
	sd_time t;

	if (strlen(typed) == 10 && typed[4] == '-')
		return typed;
	return sd_when_parse(fx->arena, typed, m->session.now, m->session.zone, &t) ? sd_time_iso(fx->arena, t) : typed;
}

/* The tree of the query beside its text. False: it is none, and the form says so. */
static bool with_tree(struct model *m, struct duty_form *f, json_t *j, struct effects *fx)
{
	const char *query = form_value(&f->form, "query");
	struct sd_query_extra extra[QUEUE_EXTRAS];
	struct sd_err err = {0};
	struct sd_query *q;
	json_t *said;

	if (!*query)
		return true;
	q = sd_query_parse(fx->arena, query, extra, queue_extras(&m->session, extra), &err);
	if (!q) {
		form_error(&f->form, "query", err.text);
		return false;
	}
	said = json_loads(sd_query_json(q, fx->arena), 0, NULL);
	json_object_set(j, "tree", json_object_get(said, "match"));
	if (m->session.zone)
		json_object_set_new(j, "zone", json_string(m->session.zone));
	json_decref(said);
	return true;
}

static void submit(struct model *m, struct duty_form *f, struct effects *fx)
{
	json_t *j = json_object();
	char *dump = NULL;

	for (size_t i = 0; i < f->form.nfields; i++) {
		const char *name = f->form.field[i].name, *v = form_value(&f->form, name);
		if (!strcmp(name, "from") || !strcmp(name, "until"))
			v = when(m, v, fx);
		json_object_set_new(j, name, json_string(v));
	}
	if (f->rule) { /* the name may be another one */
		json_object_set(j, "new_name", json_object_get(j, "rule"));
		json_object_set_new(j, "rule", json_string(f->rule));
	}
	if (f->what != RULE || with_tree(m, f, j, fx))
		dump = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	if (!dump)
		return;
	f->form.busy = true;
	form_error(&f->form, NULL, NULL);
	if (f->what == RULE)
		send(m, RULE, DUTY_ANSWER "desk.assign_rule_save($1::jsonb, $2::boolean) r", 2,
			(const char *const[]){dump, f->rule ? "false" : "true"}, fx);
	else
		send(m, ABSENCE, DUTY_ANSWER "desk.absence_add($1::jsonb) r", 1, (const char *const[]){dump}, fx);
	free(dump);
}

void duty_form_key(struct model *m, struct duty_form *f, const struct key *k, struct effects *fx)
{
	switch (form_update(&f->form, k)) {
	case W_SUBMIT:
		submit(m, f, fx);
		break;
	case W_CANCEL:
		overlay_pop(m);
		break;
	default:
		break;
	}
}

/* ---- answers ---- */
static struct duty_form *waiting(const struct model *m)
{
	for (int i = 0; i < m->noverlays; i++)
		if (m->overlay[i]->kind == OV_DUTY && m->overlay[i]->duty->form.busy)
			return m->overlay[i]->duty;
	return NULL;
}

static void done(struct model *m, enum what what, const char *json, struct effects *fx)
{
	struct duty *d = (struct duty *)board_get(m, BOARD_ROTA);
	struct sd_err ignored;
	json_t *j = store_object(json, "rota", &ignored);
	const char *rule = store_text(fx->arena, j, "rule");

	if (what == TRY) {
		free(d->tried);
		d->tried = sd_strdup(sd_assign_tried(fx->arena, json));
	} else if (what == SWITCH) {
		fx_toast(fx, EL_OK, store_bool(j, "enabled") ? _("Rule %s is on") : _("Rule %s is off"), rule);
	} else if (what == RULE) {
		fx_toast(fx, EL_OK, _("Rule %s, version %d"), rule, (int)store_int(j, "version"));
	} else if (what == ABSENCE) {
		fx_toast(fx, store_int(j, "open") ? EL_WARN : EL_OK, _("%s is away; %d open tickets in their hands"),
			store_text(fx->arena, j, "person"), (int)store_int(j, "open"));
	} else if (what == END) {
		fx_toast(fx, EL_OK, _("The absence of %s is taken back"), store_text(fx->arena, j, "person"));
	}
	json_decref(j);
}

void duty_taken(struct model *m, const struct answer *a, struct effects *fx)
{
	struct duty *d = (struct duty *)board_get(m, BOARD_ROTA);
	enum what what = (enum what)a->req.id;
	struct duty_form *f = what == RULE || what == ABSENCE ? waiting(m) : NULL;
	const char *id = table_get(a->table, 0, 0), *json = table_get(a->table, 0, 4);
	const char *why = a->err ? a->err->text
					  : id   ? act_refusal(m, fx->arena, "rule", id, table_get(a->table, 0, 1), table_get(a->table, 0, 2))
							 : NULL;

	if (what == TRY)
		d->trying = false;
	if (f)
		f->form.busy = false;
	if (why && f) {
		form_error(&f->form, table_get(a->table, 0, 3), why);
		return;
	}
	if (why && id && !strcmp(id, "assign_untried"))
		fx_toast(fx, EL_WARN, "%s", _("This rule was never tried as it is now: s tries it, X turns it on all the same"));
	else if (why)
		fx_toast(fx, EL_ERROR, "%s", why);
	if (why || !json)
		return;
	done(m, what, json, fx);
	if (f && overlay_top(m)->kind == OV_DUTY && overlay_top(m)->duty == f)
		overlay_pop(m);
	if (page(m))
		board_read(&d->board, &m->session, fx);
}
