/* Changing an item: its fields through a form, its links through another; the desk refuses as it does on the command line. */
#include "config.h"
#include "tui/app/ci.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/when.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/ci_int.h"
#include "tui/pane/ci.h"

enum { CHOICES_MOST = 40, REST_MS = 120 };
enum what { FIELDS, LINK, UNLINK, NEW, DIFF, UNDO };

struct ci_form {
	struct form form;
	enum what what;
	int64_t ci;
	int version;        /* that was seen */
	char **was, **type; /* of each field, as it was when the form was opened */
	json_t *ends;       /* UNLINK, UNDO: what is sent */
	unsigned generation;
};

void ci_form_free(struct ci_form *f)
{
	for (size_t i = 0; i < f->form.nfields; i++) {
		free(f->was[i]);
		free(f->type[i]);
	}
	free(f->was);
	free(f->type);
	json_decref(f->ends);
	form_free(&f->form);
	free(f);
}

void ci_form_draw(struct ci_form *f, struct region r)
{
	form_draw(&f->form, r);
}

static struct ci_form *begin(struct model *m, enum what what, const char *title)
{
	struct ci_form *f = sd_calloc(1, sizeof *f);

	f->what = what;
	f->ci = ci_pane(m)->here.id;
	form_init(&f->form, title);
	overlay_push(m, OV_CI)->ci = f;
	return f;
}

static void add(struct ci_form *f, const struct form_field_def *def, const char *type)
{
	size_t n = f->form.nfields;

	form_add(&f->form, def);
	f->was = sd_realloc(f->was, (n + 1) * sizeof *f->was);
	f->type = sd_realloc(f->type, (n + 1) * sizeof *f->type);
	f->was[n] = sd_strdup(form_value(&f->form, def->name));
	f->type[n] = sd_strdup(type);
}

/* ---- fields ---- */
static const char *finder(const char *type)
{
	return !strcmp(type, "class")
			   ? "select e->>'class', e->>'class', e->>'description' from jsonb_array_elements(desk.ci_class_list()) e "
				 "where strpos(lower(e->>'class'), lower($1)) > 0 order by 1 limit 20"
			   : act_finder(type);
}

static const char *label_of_choice(const struct ci_field *f, const char *word)
{
	if (!f->declared && !strcmp(f->name, "lifecycle"))
		return ci_lifecycle(word);
	if (!f->declared && !strcmp(f->name, "op_state"))
		return ci_op(word);
	if (!f->declared && !strcmp(f->name, "criticality"))
		return *word ? ci_crit(atoi(word)) : _("unknown");
	return *word ? word : _("none");
}

static void add_field(struct ci_form *form, const struct ci_field *f)
{
	struct form_choice choices[CHOICES_MOST];
	struct form_field_def def = {
		.name = f->name, .label = ci_field_label(f), .type = FORM_TEXT, .initial = f->value, .required = f->required};

	if (f->nchoices && f->nchoices < CHOICES_MOST) {
		def.type = FORM_CHOICE;
		def.choices = choices;
		if (!f->required)
			choices[def.nchoices++] = (struct form_choice){"", label_of_choice(f, "")};
		for (int i = 0; i < f->nchoices; i++)
			choices[def.nchoices++] = (struct form_choice){f->choice[i], label_of_choice(f, f->choice[i])};
	} else if (!strcmp(f->type, "bool")) {
		def.type = FORM_CHOICE;
		def.choices = choices;
		choices[0] = (struct form_choice){"", _("none")};
		choices[1] = (struct form_choice){"true", _("yes")};
		choices[2] = (struct form_choice){"false", _("no")};
		def.nchoices = 3;
	} else if (finder(f->type)) {
		def.type = !strcmp(f->type, "person") ? FORM_PERSON : FORM_PICKER;
		def.hint = _("type to find; Space lists");
	} else if (!strcmp(f->type, "date")) {
		def.hint = "2026-12-31";
	} else if (!strcmp(f->name, "ci")) {
		def.hint = _("empty: CLASS:NAME");
	} else if (!strcmp(f->type, "needs")) {
		def.hint = _("depends_on=2: works while 2 of those it depends on do");
	}
	add(form, &def, f->type);
}

void ci_edit_open(struct model *m, struct effects *fx)
{
	const struct ci_about *p = ci_pane(m)->about;
	struct ci_form *f = begin(m, FIELDS, sd_arena_printf(fx->arena, _("Item %s"), p->ci.name));

	f->version = p->at_version;
	for (int i = 0; i < p->nfields; i++)
		if (p->field[i].edit)
			add_field(f, &p->field[i]);
	if (f->form.nfields)
		form_focus(&f->form, f->form.field[0].name);
}

/* What every item has to have; the rest is written on its page. */
void ci_new_open(struct model *m)
{
	const struct ci_field fields[] = {{.name = "class", .label = "", .type = "class", .value = ci_pane(m)->cls, .required = true},
		{.name = "name", .label = "", .type = "", .value = "", .required = true},
		{.name = "ci", .label = "", .type = "", .value = ""}, {.name = "description", .label = "", .type = "", .value = ""},
		{.name = "group", .label = "", .type = "group", .value = ""}};
	struct ci_form *f = begin(m, NEW, _("A new item"));

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		add_field(f, &fields[i]);
	form_focus(&f->form, *ci_pane(m)->cls ? "name" : "class");
}

/* ---- links ---- */
void ci_link_open(struct model *m)
{
	const struct ci_about *p = ci_pane(m)->about;
	struct ci_form *f = begin(m, LINK, _("Link"));
	struct sd_arena *a = sd_arena_new();
	struct form_choice *types = sd_arena_alloc(a, ((size_t)p->nlink_types + 1) * sizeof *types);
	struct form_choice ways[] = {{"out", _("this item to the other")}, {"in", _("the other to this item")}};

	for (int i = 0; i < p->nlink_types; i++)
		types[i] = (struct form_choice){p->link_type[i], NULL};
	add(f,
		&(struct form_field_def){.name = "type",
			.label = _("Type"),
			.type = FORM_CHOICE,
			.required = true,
			.initial = p->nlink_types ? p->link_type[0] : "",
			.choices = types,
			.nchoices = (size_t)p->nlink_types},
		"choice");
	add(f,
		&(struct form_field_def){
			.name = "way", .label = _("Direction"), .type = FORM_CHOICE, .initial = "out", .choices = ways, .nchoices = 2},
		"choice");
	add(f,
		&(struct form_field_def){
			.name = "to", .label = _("Item"), .type = FORM_PICKER, .required = true, .hint = _("type to find; Space lists")},
		"ci");
	form_focus(&f->form, "to");
	sd_arena_free(a);
}

void ci_diff_open(struct model *m)
{
	struct ci_form *f = begin(m, DIFF, _("What is different between two times"));

	add(f,
		&(struct form_field_def){.name = "from",
			.label = _("From"),
			.type = FORM_TEXT,
			.required = true,
			.initial = "",
			.hint = _("7d, yesterday 14:00, 2026-01-31 14:00")},
		"");
	add(f, &(struct form_field_def){.name = "to", .label = _("To"), .type = FORM_TEXT, .initial = "", .hint = _("now")}, "");
}

/* ---- sending ---- */
#define CI_ANSWER "select r->'error'->>'id', r->'error'->>'args', r->'error'->>'text', r->'error'->>'field', r::text from "

/* Links have no versions: what takes one back is kept from the moment it is sent. */
static void keep_relink(struct cmdb *c, const json_t *j)
{
	json_t *back = json_deep_copy(j), *link = json_object_get(back, "link");

	free(c->relink);
	c->relink = NULL;
	c->relink_ci = 0;
	if (link) {
		json_object_set_new(link, "end", json_boolean(!json_is_true(json_object_get(link, "end"))));
		c->relink = json_dumps(back, JSON_COMPACT);
	}
	json_decref(back);
}

static void send(struct model *m, enum what what, json_t *j, struct effects *fx)
{
	char *dump = json_dumps(j, JSON_COMPACT);
	const char *params[] = {dump ? dump : "{}"};

	fx_query(fx, (struct req){REQ_CI_SAVE, 0, what, 0}, SD_DB_KEEP, CI_ANSWER "desk.ci_pane_set($1::jsonb) r", 1, params);
	free(dump);
	keep_relink(ci_pane(m), j);
	json_decref(j);
}

static struct ci_form *question(struct model *m, enum what what, const char *title, const char *label, const char *said)
{
	struct form_choice one[1] = {{"yes", said}};
	struct ci_form *f = begin(m, what, title);

	add(f,
		&(struct form_field_def){
			.name = "link", .label = label, .type = FORM_CHOICE, .initial = "yes", .choices = one, .nchoices = 1},
		"choice");
	return f;
}

/* The link made or ended last, if nothing else was changed here since; else the newest version, whoever made it. */
void ci_undo_open(struct model *m, struct effects *fx)
{
	const struct cmdb *c = ci_pane(m);
	const struct ci_about *p = c->about;
	const struct ci_version *v = p->nversions ? &p->version[0] : NULL;
	json_t *back = c->relink && c->relink_ci == p->ci.id ? json_loads(c->relink, 0, NULL) : NULL;
	struct ci_form *f;

	if (back) {
		f = question(m, UNDO, _("Take back"), _("Link"), store_text(fx->arena, back, "said"));
		f->ends = back;
		form_note(&f->form, json_is_true(json_object_get(json_object_get(back, "link"), "end"))
								? _("The link just made is ended; Esc keeps it")
								: _("The link just ended is made again; Esc leaves it"));
		return;
	}
	if (!v || v->version < 2) {
		fx_toast(fx, EL_WARN, "%s", _("There is nothing before the first version of this item; E changes it"));
		return;
	}
	f = question(m, UNDO, _("Take back"), _("Version"),
		sd_arena_printf(fx->arena, "%d  %s  %s", v->version, *v->by ? v->by : v->source, v->changed));
	f->ends = json_pack("{s:I, s:i}", "ci", (json_int_t)p->ci.id, "undo", v->version);
	form_note(&f->form,
		sd_arena_printf(fx->arena, _("It becomes as in version %d, as a version of its own; Esc keeps it"), v->version - 1));
}

/* It asks first. */
void ci_unlink(struct model *m, struct effects *fx)
{
	const struct ci_line *l = ci_line_here(ci_pane(m));
	const char *said;
	struct ci_form *f;

	if (!l || l->kind != CL_CI || !l->type || !l->linked) {
		fx_toast(fx, EL_WARN, "%s", _("The cursor is on no link of this item"));
		return;
	}
	said = sd_arena_printf(fx->arena, "%s %s %s", l->type, ci_arrow(l->in), l->copy);
	f = question(m, UNLINK, _("End this link"), _("Link"), said);
	f->ends = json_pack("{s:s, s:I, s:{s:s, s:I, s:b, s:b}}", "said", said, "ci", (json_int_t)f->ci, "link", "type", l->type,
		"other", (json_int_t)l->id, "in", l->in, "end", true);
	form_note(&f->form, _("It stays on record for the time it held; Esc keeps it"));
}

/* What was picked is an id, what was typed a name. */
static json_t *value_of(const struct ci_form *f, size_t i)
{
	const struct form_field *field = &f->form.field[i];
	const char *v = form_value(&f->form, field->name);

	if (!*v)
		return json_null();
	if (field->picked && *field->picked && strspn(v, "0123456789") == strlen(v))
		return json_integer(strtoll(v, NULL, 10));
	return json_string(v);
}

static void submit_fields(struct model *m, struct ci_form *f, struct effects *fx)
{
	json_t *fields = json_object();

	for (size_t i = 0; i < f->form.nfields; i++)
		if (strcmp(form_value(&f->form, f->form.field[i].name), f->was[i]) != 0)
			json_object_set_new(fields, f->form.field[i].name, value_of(f, i));
	if (!json_object_size(fields)) {
		json_decref(fields);
		overlay_pop(m);
		fx_toast(fx, EL_DIM, "%s", _("Nothing was changed"));
		return;
	}
	f->form.busy = true;
	send(m, FIELDS, json_pack("{s:I, s:i, s:o}", "ci", (json_int_t)f->ci, "version", f->version, "fields", fields), fx);
}

static void submit_new(struct model *m, struct ci_form *f, struct effects *fx)
{
	json_t *fields = json_object();

	for (size_t i = 0; i < f->form.nfields; i++)
		if (*form_value(&f->form, f->form.field[i].name) && strcmp(f->form.field[i].name, "ci") != 0)
			json_object_set_new(fields, f->form.field[i].name, value_of(f, i));
	f->form.busy = true;
	send(m, NEW, json_pack("{s:s, s:o}", "new", form_value(&f->form, "ci"), "fields", fields), fx);
}

static void submit_link(struct model *m, struct ci_form *f, struct effects *fx)
{
	const struct form_field *to = &f->form.field[2];
	const char *type = form_value(&f->form, "type"), *name = to->picked_label ? to->picked_label : form_value(&f->form, "to");
	bool in = !strcmp(form_value(&f->form, "way"), "in");

	f->form.busy = true;
	send(m, LINK,
		json_pack("{s:s, s:I, s:{s:s, s:o, s:b}}", "said", sd_arena_printf(fx->arena, "%s %s %s", type, ci_arrow(in), name), "ci",
			(json_int_t)f->ci, "link", "type", type, "other", value_of(f, 2), "in", in),
		fx);
}

/* A time as the desk takes it; NULL: it is none, and its field says so. "": now. */
static const char *time_of(struct model *m, struct ci_form *f, const char *name, struct effects *fx)
{
	const char *v = form_value(&f->form, name);
	sd_time t;

	if (!*v || !strcmp(v, "now"))
		return "";
	if (sd_when_past(fx->arena, v, m->session.now, m->session.zone, &t))
		return sd_time_iso(fx->arena, t);
	form_error(&f->form, name, _("This is no time: 7d, yesterday 14:00, 2026-01-31 14:00"));
	return NULL;
}

static void submit_diff(struct model *m, struct ci_form *f, struct effects *fx)
{
	const struct ci_about *p = ci_pane(m)->about;
	const char *from = time_of(m, f, "from", fx), *to = from ? time_of(m, f, "to", fx) : NULL;

	if (!from || !to || !p)
		return;
	f->form.busy = true;
	fx_query(fx, (struct req){REQ_CI_SAVE, 0, DIFF, 0}, 0, CI_ANSWER "desk.ci_diff($1, $2, $3) r", 3,
		(const char *const[]){p->ci.ident, *from ? from : NULL, *to ? to : NULL});
}

static void submit(struct model *m, struct ci_form *f, struct effects *fx)
{
	if (f->what == FIELDS) {
		submit_fields(m, f, fx);
	} else if (f->what == NEW) {
		submit_new(m, f, fx);
	} else if (f->what == DIFF) {
		submit_diff(m, f, fx);
	} else if (f->what == UNLINK || f->what == UNDO) {
		f->form.busy = true;
		send(m, f->what, json_incref(f->ends), fx);
	} else {
		submit_link(m, f, fx);
	}
}

void ci_form_key(struct model *m, struct ci_form *f, const struct key *k, struct effects *fx)
{
	switch (form_update(&f->form, k)) {
	case W_REQUEST:
		fx_timer(fx, TIMER_FIND, REST_MS);
		break;
	case W_SUBMIT:
		form_error(&f->form, NULL, NULL);
		submit(m, f, fx);
		break;
	case W_CANCEL:
		overlay_pop(m);
		break;
	default:
		break;
	}
}

/* ---- what a picker of a form asks for ---- */
void ci_form_find(struct model *m, struct ci_form *f, struct effects *fx)
{
	struct form_request want;
	const char *params[1];

	(void)m;
	if (!form_request_get(&f->form, &want))
		return;
	for (size_t i = 0; i < f->form.nfields; i++) {
		const char *sql = finder(f->type[i]);

		if (strcmp(f->form.field[i].name, want.field) != 0 || !sql)
			continue;
		params[0] = want.text;
		f->generation = want.generation;
		fx_query(fx, (struct req){REQ_CI_PICK, want.generation, (int64_t)i, 2}, 0, sql, 1, params);
	}
}

void ci_form_rows(struct model *m, const struct answer *a, struct effects *fx)
{
	struct overlay *o = overlay_top(m);
	int n = a->table ? a->table->rows : 0;
	struct picker_row *rows;

	if (!o || o->kind != OV_CI || (size_t)a->req.id >= o->ci->form.nfields)
		return;
	rows = sd_arena_alloc(fx->arena, ((size_t)n + 1) * sizeof *rows);
	for (int i = 0; i < n; i++)
		rows[i] = (struct picker_row){table_get(a->table, i, 0), clean_copy(fx->arena, table_get(a->table, i, 1)),
			clean_copy(fx->arena, table_get(a->table, i, 2)), NULL};
	form_feed(&o->ci->form, o->ci->form.field[a->req.id].name, a->req.gen, rows, (size_t)n);
}

/* ---- answers ---- */
static struct ci_form *waiting(const struct model *m)
{
	for (int i = 0; i < m->noverlays; i++)
		if (m->overlay[i]->kind == OV_CI && m->overlay[i]->ci->form.busy)
			return m->overlay[i]->ci;
	return NULL;
}

static int64_t made(const char *json)
{
	struct sd_err ignored;
	json_t *j = store_object(json, "desk.ci_pane_set", &ignored);
	int64_t id = store_int(j, "id");

	json_decref(j);
	return id;
}

/* A link that was there already is not ended by taking that back. */
static bool did_something(const char *json)
{
	struct sd_err ignored;
	json_t *j = store_object(json, "desk.ci_pane_set", &ignored);
	const char *did = json_string_value(json_object_get(j, "did"));
	bool yes = did && strcmp(did, "same") != 0;

	json_decref(j);
	return yes;
}

void ci_saved(struct model *m, const struct answer *a, struct effects *fx)
{
	struct ci_form *f = waiting(m);
	const char *id = table_get(a->table, 0, 0);
	const char *why = a->err ? a->err->text
					  : id   ? act_refusal(m, fx->arena, "ci", id, table_get(a->table, 0, 1), table_get(a->table, 0, 2))
							 : NULL;

	if (f)
		f->form.busy = false;
	if (why && f)
		form_error(&f->form, table_get(a->table, 0, 3), why);
	else if (why)
		fx_toast(fx, EL_ERROR, "%s", why);
	if (why)
		return;
	if (a->req.id == DIFF) {
		if (f && overlay_top(m)->kind == OV_CI && overlay_top(m)->ci == f)
			overlay_pop(m);
		ci_differs(ci_pane(m), &m->session, table_get(a->table, 0, 4));
		return;
	}
	if (did_something(table_get(a->table, 0, 4)))
		ci_pane(m)->relink_ci = ci_pane(m)->here.id;
	fx_toast(fx, EL_OK, "%s",
		a->req.id == UNLINK ? _("The link is ended")
		: a->req.id == UNDO ? _("Taken back")
		: a->req.id == LINK ? _("Linked")
		: a->req.id == NEW  ? _("The item is recorded")
							: _("The item is changed"));
	if (f && overlay_top(m)->kind == OV_CI && overlay_top(m)->ci == f)
		overlay_pop(m);
	if (a->req.id == NEW)
		ci_show_page(m, made(table_get(a->table, 0, 4)), fx);
	else if (board_shown(m) == BOARD_CMDB)
		board_read(&ci_pane(m)->board, &m->session, fx);
}
