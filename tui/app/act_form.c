/* The small form of an act, made from the parameter rows of its verb. */
#include "config.h"
#include "tui/app/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/bulk.h"
#include "tui/app/drafts.h"
#include "tui/app/macros.h"
#include "tui/app/match.h"
#include "tui/app/undo.h"

enum { FIND_REST_MS = 120, CHOICES_MAX = 32 };

static enum form_type type_of(const struct sd_param *p)
{
	static const struct {
		const char *type;
		enum form_type form;
	} types[] = {{"multiline", FORM_MULTILINE}, {"choice", FORM_CHOICE}, {"level", FORM_CHOICE}, {"bool", FORM_BOOL},
		{"time", FORM_TIME}, {"person", FORM_PERSON}, {"group", FORM_PICKER}, {"category", FORM_PICKER}, {"service", FORM_PICKER},
		{"ci", FORM_PICKER}, {"cis", FORM_PICKER}};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(types[i].type, p->type))
			return types[i].form;
	return FORM_TEXT;
}

static bool is_assignee(const struct sd_param *p)
{
	return !strcmp(*p->field ? p->field : p->param, "assignee");
}

static const char *hint_of(const struct sd_param *p)
{
	if (!strcmp(p->type, "files"))
		return _("path of a file");
	if (!strcmp(p->type, "ticket"))
		return _("number of a ticket");
	switch (type_of(p)) {
	case FORM_PERSON:
		return is_assignee(p) ? _("name; Space lists the group") : _("name, login or phone");
	case FORM_PICKER:
		return _("type to find; Space lists");
	case FORM_TIME:
		return _("tomorrow 09:00, +4h, fri 14:30");
	default:
		return NULL;
	}
}

/* What the ticket holds now in the field a parameter sets. */
static const char *present(struct model *m, const struct target *t, const struct sd_param *p, struct sd_arena *a)
{
	const char *field = *p->field ? p->field : p->param;

	const struct sd_field *f = sd_kind_field(sd_meta_kind(m->meta, t->kind), field);

	if (t->ticket && t->ticket->version >= t->version)
		return f && !strcmp(f->col, "body") ? t->ticket->body : sd_ticket_get(t->ticket, field);
	return t->row ? sd_row_get(t->row, a, field) : "";
}

/* The value a field begins with; *label is what a picker shows for it. */
static const char *initial_of(
	struct model *m, const struct target *t, const struct sd_param *p, struct sd_arena *a, const char **label)
{
	sd_time at;
	struct sd_err err = {0};

	*label = NULL;
	if (!strcmp(p->initial, "=")) {
		const char *now = t->id ? present(m, t, p, a) : "";

		if (!strcmp(p->type, "time") && *now && sd_time_parse(now, "UTC", &at, &err))
			return sd_time_local(a, at, m->session.zone, "%Y-%m-%d %H:%M");
		return now;
	}
	if (!strcmp(p->param, "event") && !strcmp(p->type, "int") && m->focus == PANE_DETAIL && detail_event(m->detail))
		return sd_arena_printf(a, "%d", detail_event(m->detail)); /* the one the cursor is on */
	if (!strcmp(p->initial, "@me")) {
		*label = *m->meta->me.name ? m->meta->me.name : m->meta->me.login;
		return sd_arena_printf(a, "%d", m->meta->me.id);
	}
	if (!strcmp(p->initial, "@mine")) {
		if (!m->meta->me.ngroups)
			return "";
		*label = m->meta->me.groups[0].name;
		return sd_arena_printf(a, "%d", m->meta->me.groups[0].id);
	}
	if (!strcmp(p->type, "time") && ((!*p->initial && t->id && p->ask == 2) || !strcmp(p->initial, "tomorrow 09:00")))
		return _("tomorrow 09:00");
	return p->initial;
}

static size_t choices_of(struct model *m, const char *kind, const struct sd_param *p, struct form_choice *out, struct sd_arena *a)
{
	const char *field = *p->field ? p->field : p->param;
	size_t n = 0;

	if (!strcmp(p->type, "level") && !p->choices.n)
		for (int i = 1; i <= (strcmp(field, "priority") ? 3 : 5); i++, n++)
			out[n].value = sd_arena_printf(a, "%d", i);
	for (int i = 0; i < p->choices.n && n < CHOICES_MAX; i++)
		out[n++].value = p->choices.w[i];
	for (size_t i = 0; i < n; i++) {
		const char *label = sd_meta_choice(m->meta, kind, field, out[i].value);

		if (label == out[i].value)
			label = sd_meta_choice(m->meta, kind, p->param, out[i].value);
		out[i].label = label == out[i].value && !strcmp(p->type, "level") ? out[i].value : label;
	}
	return n;
}

static void remember(struct act_form *f, const struct sd_param *p, const char *initial)
{
	f->fields = sd_realloc(f->fields, ((size_t)f->nfields + 1) * sizeof *f->fields);
	f->fields[f->nfields++] = (struct act_field){p, sd_strdup(initial)};
}

static const char *preset_value(const struct preset *p, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(p[i].name, name))
			return p[i].value;
	return NULL;
}

static void add_param(struct model *m, struct act_form *f, const struct target *t, const struct sd_param *p, const char *preset)
{
	struct form_choice choices[CHOICES_MAX];
	struct sd_arena *a = sd_arena_new();
	const char *label, *initial = initial_of(m, t, p, a, &label);
	struct form_field_def def = {
		.name = p->param, .label = p->label, .type = type_of(p), .required = p->ask == 2, .hint = hint_of(p)};

	if (t->many && !strcmp(p->initial, "=")) { /* each keeps what it has: yes, no, or neither */
		def.required = false;
		def.hint = _("empty: each as it is");
		if (def.type == FORM_BOOL) {
			def.type = FORM_CHOICE;
			choices[0] = (struct form_choice){"true", _("yes")};
			choices[1] = (struct form_choice){"false", _("no")};
			def.nchoices = 2;
			def.choices = choices;
		}
	}
	def.initial = preset ? preset : initial;
	def.initial_label = preset ? NULL : label;
	if (def.type == FORM_CHOICE && !def.nchoices) {
		def.nchoices = choices_of(m, f->kind, p, choices, a);
		def.choices = choices;
	}
	form_add(&f->form, &def);
	remember(f, p, initial);
	sd_arena_free(a);
}

/* place|kind|ticket|verb. A new ticket has no id yet: while one is sent and not confirmed, the next has a number of its own. */
static char *draft_key(const struct model *m, const struct target *t, const char *verb)
{
	struct sd_str s = {0};

	for (int64_t at = t->id ? t->id : t->draft;; at--) {
		draft_place(m, &s);
		sd_str_addf(&s, "|%s|%" PRId64 "|%s", t->kind, at, verb);
		if (t->id || !act_sent(m, s.data))
			return sd_str_take(&s);
		sd_str_reset(&s);
	}
}

struct act_form *act_form_new(
	struct model *m, const struct target *t, const struct sd_verb *v, const struct preset *presets, int n)
{
	struct act_form *f = sd_calloc(1, sizeof *f);
	struct sd_str s = {0};

	sd_str_addf(&s, "%s  %s", v->label, t->id || t->many ? t->number : "");
	form_init(&f->form, s.data);
	sd_str_free(&s);
	f->draft_key = draft_key(m, t, v->verb);
	f->base = sd_draft_new(f->draft_key, NULL, 0, NULL);
	f->ticket = t->id;
	f->number = sd_strdup(t->number ? t->number : "");
	f->kind = sd_strdup(t->kind);
	f->verb = sd_strdup(v->verb);
	f->version = t->version;
	f->saved = true;
	f->is_new = !t->id && !t->many;
	f->many = t->many;
	for (int pass = 0; pass < 3; pass++) { /* a new ticket begins with who calls; long texts come last */
		for (int i = 0; i < v->nparams; i++) {
			const struct sd_param *p = &v->params[i];
			const char *preset = preset_value(presets, n, p->param);
			bool first = f->is_new && !strcmp(p->type, "person");

			if ((p->ask || preset) && pass == (first ? 0 : strcmp(p->type, "multiline") ? 1 : 2))
				add_param(m, f, t, p, preset || !first ? preset : "");
		}
	}
	if (v->body) {
		struct form_field_def def = {.name = "body",
			.label = v->visibility == 2 ? _("Text (public)") : _("Text"),
			.type = FORM_MULTILINE,
			.required = v->body == 2,
			.initial = preset_value(presets, n, "body")};

		if (f->is_new)
			def.label = _("Description");
		form_add(&f->form, &def);
	}
	return f;
}

void act_form_free(struct act_form *f)
{
	if (!f)
		return;
	form_free(&f->form);
	for (int i = 0; i < f->nfields; i++)
		free(f->fields[i].initial);
	free(f->fields);
	free(f->number);
	free(f->kind);
	free(f->verb);
	free(f->draft_key);
	sd_draft_free(f->base);
	sd_card_free(f->card);
	free(f->using_type);
	free(f->using_id);
	free(f);
}

/* ---- drafts ---- */
/* As the ticket has it: what others make of it later is not to be written over with it. */
static bool untouched(const struct act_form *f, const char *name)
{
	for (int i = 0; i < f->nfields; i++)
		if (!strcmp(f->fields[i].param->param, name))
			return !strcmp(f->fields[i].param->initial, "=") && !strcmp(form_value(&f->form, name), f->fields[i].initial);
	return false;
}

static void draft_from(const struct act_form *f, struct sd_draft *d)
{
	for (size_t i = 0; i < f->form.nfields; i++) {
		const struct form_field *field = &f->form.field[i];

		if (strcmp(field->name, "body") != 0 && !untouched(f, field->name))
			sd_draft_add(d, field->name, form_value(&f->form, field->name), field->picked_label);
	}
}

/* Of a new ticket who called and what was preset is not worth it: only words are. */
static bool has_words(const struct act_form *f)
{
	for (size_t i = 0; f->is_new && i < f->form.nfields; i++) {
		const struct form_field *field = &f->form.field[i];

		if ((field->type == FORM_TEXT || field->type == FORM_MULTILINE) && !editor_empty(&field->edit))
			return true;
	}
	return !f->is_new;
}

bool act_form_unsaved(const struct act_form *f)
{
	return f->form.dirty && !f->saved && has_words(f);
}

struct sd_draft *act_form_snapshot(struct model *m, struct act_form *f)
{
	const char *body = form_value(&f->form, "body");
	const char *label = sd_meta_verb(m->meta, f->kind, f->verb);
	struct sd_str title = {0};
	struct sd_draft *d;

	if (!act_form_unsaved(f))
		return NULL;
	sd_str_addf(&title, "%s%s%s", f->number, *f->number ? " " : "", f->is_new ? f->form.title : label);
	d = sd_draft_new(f->draft_key, title.data, m->session.now, body ? body : "");
	sd_str_free(&title);
	draft_from(f, d);
	d->saves = f->base->saves;
	d->seen = f->version;
	sd_draft_from(d, f->base->from_host, f->base->from_saves);
	sd_draft_sent(d, f->base->op, f->base->sent, f->base->version);
	return d;
}

static void keep(struct model *m, struct act_form *f, bool now, struct effects *fx)
{
	struct sd_draft *d = act_form_snapshot(m, f);

	if (!d)
		return;
	f->saved = true;
	f->base->saves++;
	drafts_keep(m, d, now, fx);
}

void act_form_draft(struct model *m, struct act_form *f, struct effects *fx)
{
	keep(m, f, false, fx);
}

void act_form_sending(struct model *m, struct act_form *f, const struct act *act, struct effects *fx)
{
	f->form.dirty = true; /* kept until it is confirmed, also with nothing but defaults in it */
	f->saved = false;
	sd_draft_sent(f->base, act->op, act->fields, act->version);
	keep(m, f, true, fx);
}

void act_form_refused(struct model *m, struct act_form *f, struct effects *fx)
{
	sd_draft_sent(f->base, NULL, NULL, 0);
	f->saved = false;
	keep(m, f, false, fx);
}

/* Something else stands there now: it is no longer what was being sent. */
static void changed(struct model *m, struct act_form *f, struct effects *fx)
{
	sd_draft_sent(f->base, NULL, NULL, 0);
	f->saved = false;
	drafts_typed(m, fx);
	match_typed(m, f, fx);
}

void act_form_edited(struct model *m, struct act_form *f, struct effects *fx)
{
	f->form.dirty = true;
	changed(m, f, fx);
}

void act_form_take(struct act_form *f, const struct sd_draft *d)
{
	for (int i = 0; i < d->nfields; i++)
		if (*d->fields[i].value)
			form_set(&f->form, d->fields[i].name, d->fields[i].value, *d->fields[i].shown ? d->fields[i].shown : NULL);
	if (*d->body)
		form_set(&f->form, "body", d->body, NULL);
	f->form.dirty = true;
}

static void restore(struct model *m, struct act_form *f)
{
	struct sd_draft *d = drafts_own(m, f->draft_key);
	const struct known_draft *other = drafts_other(m, f->draft_key, d);
	struct sd_arena *a;
	const char *when;
	bool since;

	if (d && act_carries(m, d)) { /* what it holds is on its way: this is another one, which comes after it */
		f->base->saves = d->saves;
		sd_draft_free(d);
		return;
	}
	if (!d && !other)
		return;
	a = sd_arena_new();
	if (!d) { /* it goes on here: what is saved now is this host's */
		d = sd_draft_copy(other->d);
		sd_draft_from(d, other->host, d->saves);
	} else {
		other = NULL;
	}
	act_form_take(f, d);
	when = sd_time_local(a, d->at, m->session.zone, "%Y-%m-%d %H:%M");
	since = d->seen && d->seen < f->version;
	if (since)
		f->version = d->seen; /* what others did since was not seen when it was written */
	form_note(&f->form, d->op   ? _("It was being sent when the console ended; as it is, it happens once.")
						: since ? sd_arena_printf(a, _("Draft of %s; the ticket changed since. Ctrl-x d throws it away."), when)
						: other ? sd_arena_printf(a, _("Draft of %s from %s. Ctrl-x d throws it away."), when, other->host)
								: sd_arena_printf(a, _("Draft of %s. Ctrl-x d throws it away."), when));
	free(d->body);
	d->body = sd_strdup("");
	sd_draft_free(f->base);
	f->base = d;
	sd_arena_free(a);
}

void act_form_open(struct model *m, struct act_form *f)
{
	overlay_push(m, OV_FORM)->form = f;
	restore(m, f);
	for (size_t i = 0; i < f->form.nfields; i++) { /* the common act: defaults stand, only what is missing is typed */
		const struct form_field *field = &f->form.field[i];

		if (!field->required || *form_value(&f->form, field->name))
			continue;
		form_focus(&f->form, field->name);
		break;
	}
	draft_hosts_ask(m);
}

/* ---- look-ups ---- */
const char *act_finder(const char *type)
{
	static const struct {
		const char *type, *sql;
	} finders[] = {{"person", "select id, name, hint from desk.find_person($1, 20)"},
		{"group", "select id, name, hint from desk.find_group($1, 20)"},
		{"category", "select id, name, hint from desk.find_category($1, 20)"},
		{"service", "select id, name, hint from desk.find_service($1, 20)"},
		{"ci", "select id, name, hint from desk.ci_pick($1, 20)"}, {"cis", "select id, name, hint from desk.ci_pick($1, 20)"}};

	for (size_t i = 0; i < sizeof finders / sizeof *finders; i++)
		if (!strcmp(finders[i].type, type))
			return finders[i].sql;
	return NULL;
}

/* Only who works in the group can be given the ticket. */
static const char member_sql[] = "select id, name, concat_ws(' \u00b7 ', nullif(hint, ''), format($3, open), case duty when 'on' "
								 "then $4 when 'off' then $5 when "
								 "'away' then $6 end) from desk.find_assignee($1, $2, 20)";

void act_form_find(struct model *m, struct act_form *f, struct effects *fx)
{
	struct form_request want;
	const char *params[] = {NULL, NULL, _("%s open"), _("on duty"), _("off duty"), _("AWAY")};

	if (!form_request_get(&f->form, &want))
		return;
	params[0] = want.text;
	params[1] = form_value(&f->form, "group");
	for (int i = 0; i < f->nfields; i++) {
		const struct sd_param *p = f->fields[i].param;
		const char *sql = is_assignee(p) ? member_sql : act_finder(p->type);

		if (strcmp(p->param, want.field) != 0 || !sql)
			continue;
		f->find = ++m->find_gen;
		f->find_field = p->param;
		f->find_generation = want.generation;
		fx_query(fx, (struct req){REQ_FIND, f->find, 0, 0}, 0, sql, is_assignee(p) ? 6 : 1, params);
	}
}

/* ---- keys ---- */
static void throw_away(struct model *m, struct act_form *f, struct effects *fx)
{
	drafts_forget(m, f->draft_key, fx);
	overlay_pop(m);
	fx_toast(fx, EL_WARN, "%s", _("Draft thrown away"));
}

static void submit(struct model *m, struct act_form *f, struct effects *fx)
{
	struct act *act = f->many ? NULL : act_from_form(m, f, fx);
	struct overlay *o = overlay_top(m);

	if (f->many)
		bulk_submit(m, f, fx);
	if (!act)
		return;
	if (!f->is_new)
		repeat_keep(m, f->verb, act->fields, &f->form);
	act->form = f;
	o->form = NULL;
	overlay_pop(m);
	act_send(m, act, fx);
}

static void open_editor(struct model *m, struct act_form *f, struct effects *fx)
{
	const struct form_field *field = form_current(&f->form);

	act_form_draft(m, f, fx);
	fx_add(fx, FX_EDITOR)->text = sd_arena_strdup(fx->arena, editor_text(&field->edit));
}

static bool has_text(const struct act_form *f)
{
	for (size_t i = 0; i < f->form.nfields; i++)
		if (f->form.field[i].type == FORM_MULTILINE)
			return true;
	return false;
}

/* Ctrl-x d, e and m, in whatever field: the draft goes, the text is written elsewhere, or one is put in. */
static bool after_ctrl_x(struct model *m, struct act_form *f, const struct key *k, struct effects *fx)
{
	bool after = f->ctrl_x;
	struct form_field *here = f->form.current < f->form.nfields ? &f->form.field[f->form.current] : NULL;

	f->ctrl_x = key_is(k, 'x', KEY_CTRL);
	if (after && (key_is(k, 'd', 0) || key_is(k, 'd', KEY_CTRL))) {
		throw_away(m, f, fx);
		return true;
	}
	if (after && here && (key_is(k, 'm', 0) || key_is(k, 'm', KEY_CTRL)) && has_text(f)) {
		(here->picker ? &here->picker->edit : &here->edit)->prefix = 0;
		macros_open(m, "", fx);
		return true;
	}
	if (!after || (!key_is(k, 'e', 0) && !key_is(k, 'e', KEY_CTRL)) || !here || here->type == FORM_MULTILINE)
		return false;
	(here->picker ? &here->picker->edit : &here->edit)->prefix = 0;
	for (size_t i = 0; i < f->form.nfields; i++) {
		if (f->form.field[i].type != FORM_MULTILINE)
			continue;
		form_focus(&f->form, f->form.field[i].name);
		open_editor(m, f, fx);
		break;
	}
	return true;
}

void act_form_key(struct model *m, struct act_form *f, const struct key *k, struct effects *fx)
{
	if (after_ctrl_x(m, f, k, fx))
		return;
	if (f->is_new && new_key(m, f, k, fx))
		return;
	if (key_is(k, KEY_CODE_TAB, 0) && macros_complete(m, f, fx))
		return;
	switch (form_update(&f->form, k)) {
	case W_REQUEST:
		fx_timer(fx, TIMER_FIND, FIND_REST_MS);
		changed(m, f, fx);
		break;
	case W_CHANGED:
		changed(m, f, fx);
		break;
	case W_SUBMIT:
		submit(m, f, fx);
		return;
	case W_CANCEL:
		if (act_form_unsaved(f) || (f->form.dirty && f->saved))
			fx_toast(fx, EL_OK, "%s", _("Kept as a draft"));
		act_form_draft(m, f, fx);
		drafts_closed(m, fx);
		overlay_pop(m);
		return;
	case W_EXTERNAL:
		open_editor(m, f, fx);
		break;
	default:
		break;
	}
	if (f->is_new)
		new_card(m, f, fx);
}
