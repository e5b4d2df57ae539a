/* Writing articles: the forms, their drafts, what is sent. */
#include "config.h"
#include "tui/app/kb.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/when.h"
#include "tui/app/board.h"
#include "tui/app/drafts.h"
#include "tui/pane/kb.h"

enum { PICK_REST_MS = 120 };

void kb_form_free(struct kb_form *f)
{
	if (!f) /* it waits in a merge */
		return;
	for (size_t i = 0; f->was && i < f->form.nfields; i++)
		free(f->was[i]);
	free(f->was);
	form_free(&f->form);
	free(f->number);
	free(f->base);
	free(f->theirs);
	free(f->verb);
	free(f);
}

void kb_form_draw(struct kb_form *f, struct region r)
{
	form_draw(&f->form, r);
}

struct kb_form *kb_form_waiting(const struct model *m, enum kb_what what)
{
	for (int i = 0; i < m->noverlays; i++)
		if (m->overlay[i]->kind == OV_KB && m->overlay[i]->kb->form.busy && m->overlay[i]->kb->what == what)
			return m->overlay[i]->kb;
	return NULL;
}

/* ---- making them ---- */
struct kb_form *kb_form_begin(struct model *m, enum kb_what what, const char *number, const char *base, const char *title)
{
	struct kb_form *f = sd_calloc(1, sizeof *f);

	f->what = what;
	f->number = number ? sd_strdup(number) : NULL;
	f->base = base ? sd_strdup(base) : NULL;
	form_init(&f->form, title);
	m->env.uuid(m->env.arg, f->op);
	f->saved = true;
	return f;
}

static void text(struct kb_form *f, const char *name, const char *label, enum form_type type, const char *initial, bool required,
	const char *hint)
{
	form_add(&f->form, &(struct form_field_def){
						   .name = name, .label = label, .type = type, .initial = initial, .required = required, .hint = hint});
}

static void choice(
	struct kb_form *f, const char *name, const char *label, const char *initial, const char *const *words, size_t n)
{
	struct form_choice c[8];

	for (size_t i = 0; i < n && i < 8; i++)
		c[i] = (struct form_choice){words[i], kb_word(words[i])};
	form_add(&f->form, &(struct form_field_def){
						   .name = name, .label = label, .type = FORM_CHOICE, .initial = initial, .choices = c, .nchoices = n});
}

static const char *const types[] = {"howto", "known_error", "runbook", "policy"};
static const char *const audiences[] = {"public", "internal", "group"};
static const char *const confidences[] = {"in_work", "unchecked", "validated", "archived"};

/* What each field held at the beginning: only what differs is sent. */
void kb_form_show(struct model *m, struct kb_form *f)
{
	f->was = sd_calloc(f->form.nfields + 1, sizeof *f->was);
	for (size_t i = 0; i < f->form.nfields; i++)
		f->was[i] = sd_strdup(form_value(&f->form, f->form.field[i].name));
	overlay_push(m, OV_KB)->kb = f;
}

static void open_editor(struct kb_form *f, struct effects *fx)
{
	fx_add(fx, FX_EDITOR)->text = sd_arena_strdup(fx->arena, form_value(&f->form, "body"));
}

char *kb_draft_key(const struct model *m, struct sd_arena *a, const char *number)
{
	struct sd_str place = {0};
	char *key;

	draft_place(m, &place);
	key = sd_arena_printf(
		a, "%s|article|-%s|%s", place.data ? place.data : "", *number ? number + 2 : "0", *number ? "edit" : "new");
	sd_str_free(&place);
	return key;
}

/* What was written before and never saved stands there again. */
static void restore(struct model *m, struct kb_form *f, struct effects *fx)
{
	struct sd_draft *d = drafts_own(m, kb_draft_key(m, fx->arena, f->number ? f->number : ""));

	if (!d)
		return;
	for (int i = 0; i < d->nfields; i++) {
		if (!strcmp(d->fields[i].name, "base") && *d->fields[i].value) {
			free(f->base);
			f->base = sd_strdup(d->fields[i].value);
		} else if (form_value(&f->form, d->fields[i].name)) {
			form_set(&f->form, d->fields[i].name, d->fields[i].value, NULL);
		}
	}
	if (*d->body)
		form_set(&f->form, "body", d->body, NULL);
	f->saves = d->saves;
	f->form.dirty = true;
	form_note(&f->form, sd_arena_printf(fx->arena, _("your draft of %s; Ctrl-x d throws it away"),
							sd_time_local(fx->arena, d->at, m->session.zone, "%Y-%m-%d %H:%M")));
	sd_draft_free(d);
}

void kb_form_new(struct model *m, struct effects *fx)
{
	struct kb_form *f = kb_form_begin(m, KB_DO_NEW, NULL, NULL, _("A new article"));

	text(f, "title", kb_text_label(SD_KB_TITLE), FORM_TEXT, "", true, NULL);
	choice(f, "type", kb_field_label(SD_KB_TYPE), "howto", types, 4);
	choice(f, "audience", kb_field_label(SD_KB_AUDIENCE), "internal", audiences, 2);
	text(f, "tags", kb_field_label(SD_KB_TAGS), FORM_TEXT, "", false, _("vpn, certificate"));
	text(f, "body", kb_text_label(SD_KB_BODY), FORM_MULTILINE, "", true, _("Markdown; Ctrl-x e opens your editor"));
	kb_form_show(m, f);
	restore(m, f, fx);
	form_focus(&f->form, "title");
}

/* again: what was begun goes on, at the form. */
static void edit_form(struct model *m, bool again, struct effects *fx)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct kb_form *f =
		kb_form_begin(m, KB_DO_EDIT, a->number, a->version, sd_arena_printf(fx->arena, _("Edit %s %s"), a->number, a->version));
	bool known = !strcmp(a->field[SD_KB_TYPE], "known_error");

	text(f, "title", kb_text_label(SD_KB_TITLE), FORM_TEXT, a->text[SD_KB_TITLE], true, NULL);
	for (int i = SD_KB_SYMPTOM; i <= SD_KB_RESOLUTION; i++)
		if (known || *a->text[i])
			text(f, sd_kb_text_name((enum sd_kb_text)i), kb_text_label((enum sd_kb_text)i), FORM_MULTILINE, a->text[i], false,
				NULL);
	text(f, "body", kb_text_label(SD_KB_BODY), FORM_MULTILINE, a->text[SD_KB_BODY], false,
		_("Markdown; Ctrl-x e opens your editor"));
	text(f, "note", _("What was changed"), FORM_TEXT, "", false, NULL);
	kb_form_show(m, f);
	restore(m, f, fx);
	form_focus(&f->form, "body");
	if (!m->env.restricted && !again)
		open_editor(f, fx);
}

void kb_form_edit(struct model *m, struct effects *fx)
{
	edit_form(m, false, fx);
}

void kb_after(struct model *m, struct effects *fx)
{
	struct kb *k = kb_pane(m);

	if (!k->resume || k->board.loading || !kb_shown(m) || !kb_article(k))
		return;
	k->resume = false;
	if (!kb_edit_off(m) && !m->noverlays)
		edit_form(m, true, fx);
}

void kb_form_fields(struct model *m)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct kb_form *f = kb_form_begin(m, KB_DO_FIELDS, a->number, NULL, a->number);

	for (int i = 0; i < SD_KB_FIELDS; i++) {
		const char *name = sd_kb_field_name((enum sd_kb_field)i), *label = kb_field_label((enum sd_kb_field)i), *v = a->field[i];

		if (i == SD_KB_TYPE)
			choice(f, name, label, v, types, 4);
		else if (i == SD_KB_AUDIENCE)
			choice(f, name, label, v, audiences, 3);
		else if (i == SD_KB_CONFIDENCE)
			choice(f, name, label, v, confidences, 4);
		else
			text(f, name, label, kb_picks(name) ? FORM_PICKER : FORM_TEXT, v, false,
				i == SD_KB_VALID_TO ? _("2026-12-31, the last day; empty: without end")
				: i == SD_KB_ORG    ? _("empty: all customers")
				: i == SD_KB_GROUPS ? _("groups that may read it, with commas between")
				: kb_picks(name)    ? _("type to find; Space lists")
									: NULL);
	}
	kb_form_show(m, f);
}

void kb_form_step(struct model *m, const char *verb, bool reason)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct kb_form *f = kb_form_begin(m, KB_DO_STEP, a->number, a->version, kb_verb_label(verb));

	f->verb = sd_strdup(verb);
	if (reason)
		text(f, "reason", _("Why"), FORM_TEXT, "", true, NULL);
	else if (strcmp(a->state, "pending_retirement") != 0)
		text(f, "at", _("When"), FORM_TEXT, "", false, _("at once; tomorrow 09:00, 2026-12-24 08:00"));
	else
		text(f, "reason", _("Note"), FORM_TEXT, "", false, NULL);
	form_note(&f->form, a->text[SD_KB_TITLE]);
	kb_form_show(m, f);
}

void kb_form_feedback(struct model *m)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct kb_form *f = kb_form_begin(m, KB_DO_FEEDBACK, a->number, a->version, _("Did it help?"));
	struct form_choice yes[] = {{"true", _("it helped")}, {"false", _("it did not help")}};

	form_add(&f->form,
		&(struct form_field_def){
			.name = "helpful", .label = _("Verdict"), .type = FORM_CHOICE, .initial = "true", .choices = yes, .nchoices = 2});
	text(f, "comment", _("Comment"), FORM_TEXT, "", false, _("what is missing or wrong; its owner gets it as a task"));
	kb_form_show(m, f);
}

void kb_form_attach(struct model *m)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct kb_form *f = kb_form_begin(m, KB_DO_ATTACH, a->number, a->version, _("Attach a file"));

	text(f, "path", _("File"), FORM_TEXT, "", true, NULL);
	kb_form_show(m, f);
}

/* ---- drafts ---- */
void kb_form_keep(struct model *m, struct kb_form *f, struct effects *fx)
{
	struct sd_draft *d;
	bool kept = f->what == KB_DO_NEW || f->what == KB_DO_EDIT;

	if (!kept || f->saved || !f->form.dirty)
		return;
	d = sd_draft_new(
		kb_draft_key(m, fx->arena, f->number ? f->number : ""), f->form.title, m->session.now, form_value(&f->form, "body"));
	for (size_t i = 0; i < f->form.nfields; i++) {
		const char *name = f->form.field[i].name;

		if (strcmp(name, "body") != 0)
			sd_draft_add(d, name, form_value(&f->form, name), "");
	}
	if (f->base)
		sd_draft_add(d, "base", f->base, "");
	d->saves = f->saves++;
	f->saved = true;
	drafts_keep(m, d, false, fx);
}

static void typed(struct model *m, struct kb_form *f, struct effects *fx)
{
	f->saved = false;
	f->form.dirty = true;
	m->env.uuid(m->env.arg, f->op); /* something else: another operation */
	drafts_typed(m, fx);
}

void kb_edited(struct model *m, const char *text_in, struct effects *fx)
{
	struct overlay *o = overlay_top(m);
	const struct form_field *field = o && o->kind == OV_KB ? form_current(&o->kb->form) : NULL;

	if (!field || field->type != FORM_MULTILINE)
		return;
	form_set(&o->kb->form, field->name, text_in, NULL);
	typed(m, o->kb, fx);
	kb_form_keep(m, o->kb, fx);
}

/* The article is opened first: its form comes with it, with what was written. */
void kb_resume(struct model *m, const char *key, int64_t article, struct effects *fx)
{
	(void)key;
	if (article <= 0) {
		kb_open(m, fx);
		kb_form_new(m, fx);
		return;
	}
	kb_open_article(m, sd_arena_printf(fx->arena, "KB%07" PRId64, article), "latest", fx);
	kb_pane(m)->resume = true;
}

/* ---- sending ---- */
void kb_form_send(enum kb_what what, const char *sql, int n, const char *const *params, struct effects *fx)
{
	fx_query(fx, (struct req){REQ_KB, 0, what, 0}, SD_DB_KEEP, sql, n, params);
}

void kb_save(struct model *m, const char *number, const char *fields, const char *base, enum kb_what what, struct effects *fx)
{
	char op[SD_UUID_TEXT];
	const char *params[] = {number, fields, base, op};

	m->env.uuid(m->env.arg, op);
	kb_form_send(what, KB_ANSWER "desk.kb_save($1, $2::jsonb, $3, $4::uuid) r", 4, params, fx);
}

void kb_step(struct model *m, const char *number, const char *verb, const char *args, struct effects *fx)
{
	char op[SD_UUID_TEXT];
	const char *params[] = {number, verb, args, op};

	m->env.uuid(m->env.arg, op);
	kb_form_send(KB_DO_STEP, KB_ANSWER "desk.kb_state($1, $2, $3::jsonb, $4::uuid) r", 4, params, fx);
}

/* Blank lines at the end of a text are nobody's change: editors take and give them. */
static bool same_text(const char *a, const char *b)
{
	size_t n = strlen(a), k = strlen(b);

	while (n && a[n - 1] == '\n')
		n--;
	while (k && b[k - 1] == '\n')
		k--;
	return n == k && !memcmp(a, b, n);
}

static json_t *changed(const struct kb_form *f)
{
	json_t *j = json_object();

	for (size_t i = 0; i < f->form.nfields; i++) {
		const char *name = f->form.field[i].name, *v = form_value(&f->form, name);

		if (f->what != KB_DO_NEW && same_text(v, f->was[i]))
			continue;
		if (f->what == KB_DO_NEW && !*v)
			continue;
		json_object_set_new(
			j, name, *v || f->form.field[i].type == FORM_MULTILINE ? kb_pick_value(&f->form, &f->form.field[i]) : json_null());
	}
	return j;
}

/* What the fields beside the text showed: others' changes of them meanwhile are told by it. */
static void add_seen(const struct kb_form *f, json_t *fields)
{
	json_t *seen = json_object();

	for (size_t i = 0; i < f->form.nfields; i++)
		if (json_object_get(fields, f->form.field[i].name))
			json_object_set_new(seen, f->form.field[i].name, json_string(f->was[i]));
	if (json_object_size(seen))
		json_object_set(fields, "was", seen);
	json_decref(seen);
}

char *kb_form_json(const struct kb_form *f)
{
	json_t *j = changed(f);

	if (f->what == KB_DO_FIELDS)
		add_seen(f, j);
	char *dump = json_dumps(j, JSON_COMPACT);

	json_decref(j);
	return dump;
}

static void submit_words(struct kb_form *f, struct effects *fx)
{
	char *dump = kb_form_json(f);

	kb_form_send(f->what, KB_ANSWER "desk.kb_save($1, $2::jsonb, $3, $4::uuid) r", 4,
		(const char *const[]){f->number, dump, f->base, f->op}, fx);
	free(dump);
}

/* False: what was typed as a time is none, and the form says so. */
static bool submit_step(struct model *m, struct kb_form *f, struct effects *fx)
{
	const char *at = form_value(&f->form, "at"), *reason = form_value(&f->form, "reason");
	json_t *j = json_object();
	char *dump;
	sd_time t;

	if (at && *at && !sd_when_parse(fx->arena, at, m->session.now, m->session.zone, &t)) {
		form_error(&f->form, "at", _("This is no time: tomorrow 09:00, 2026-12-24 08:00"));
		json_decref(j);
		return false;
	}
	json_object_set_new(j, "version", json_string(f->base));
	if (at && *at)
		json_object_set_new(j, "at", json_string(sd_time_iso(fx->arena, t)));
	if (reason && *reason)
		json_object_set_new(j, "reason", json_string(reason));
	dump = json_dumps(j, JSON_COMPACT);
	kb_form_send(KB_DO_STEP, KB_ANSWER "desk.kb_state($1, $2, $3::jsonb, $4::uuid) r", 4,
		(const char *const[]){f->number, f->verb, dump, f->op}, fx);
	free(dump);
	json_decref(j);
	return true;
}

static bool submit_file(struct model *m, struct kb_form *f, struct effects *fx)
{
	struct sd_file file;
	struct sd_err err = {0};
	json_t *j;
	char *dump;

	if (!m->env.file || !m->env.file(m->env.arg, form_value(&f->form, "path"), &file, fx->arena, &err)) {
		form_error(&f->form, "path", err.text[0] ? err.text : _("It cannot be read"));
		return false;
	}
	fx_add(fx, FX_UPLOAD)->text = file.path;
	j = json_pack("{s:s,s:s,s:s}", "name", file.name, "media_type", file.media_type, "sha256", file.sha256);
	dump = json_dumps(j, JSON_COMPACT);
	kb_form_send(KB_DO_ATTACH, KB_ANSWER "desk.kb_attach($1, $2::jsonb) r", 2, (const char *const[]){f->number, dump}, fx);
	free(dump);
	json_decref(j);
	return true;
}

static void submit(struct model *m, struct kb_form *f, struct effects *fx)
{
	bool sent = true;

	form_error(&f->form, NULL, NULL);
	if (f->what == KB_DO_STEP)
		sent = submit_step(m, f, fx);
	else if (f->what == KB_DO_ATTACH)
		sent = submit_file(m, f, fx);
	else if (f->what >= KB_DO_SAVE)
		sent = kb_tool_submit(m, f, fx);
	else if (f->what == KB_DO_FEEDBACK)
		kb_form_send(KB_DO_FEEDBACK, KB_ANSWER "desk.kb_feedback($1, $2::boolean, $3, $4::uuid) r", 4,
			(const char *const[]){f->number, form_value(&f->form, "helpful"), form_value(&f->form, "comment"), f->op}, fx);
	else
		submit_words(f, fx);
	f->form.busy = sent;
}

static bool throws_away(struct model *m, struct kb_form *f, const struct key *k, struct effects *fx)
{
	bool kept = f->what == KB_DO_NEW || f->what == KB_DO_EDIT;

	if (!kept || !f->ctrl_x || !key_is(k, 'd', 0))
		return false;
	drafts_forget(m, kb_draft_key(m, fx->arena, f->number ? f->number : ""), fx);
	fx_toast(fx, EL_WARN, "%s", _("Draft thrown away"));
	overlay_pop(m);
	return true;
}

void kb_form_key(struct model *m, struct kb_form *f, const struct key *k, struct effects *fx)
{
	const struct form_field *field;

	if (throws_away(m, f, k, fx))
		return;
	f->ctrl_x = key_is(k, 'x', KEY_CTRL);
	switch (form_update(&f->form, k)) {
	case W_CHANGED:
		typed(m, f, fx);
		break;
	case W_REQUEST:
		fx_timer(fx, TIMER_FIND, PICK_REST_MS);
		break;
	case W_SUBMIT:
		submit(m, f, fx);
		if (f->what == KB_DO_SAVE)
			overlay_pop(m);
		break;
	case W_CANCEL:
		kb_form_keep(m, f, fx);
		if (f->form.dirty && (f->what == KB_DO_NEW || f->what == KB_DO_EDIT))
			fx_toast(fx, EL_OK, "%s", _("Kept as a draft"));
		overlay_pop(m);
		break;
	case W_EXTERNAL:
		field = form_current(&f->form);
		fx_add(fx, FX_EDITOR)->text = sd_arena_strdup(fx->arena, form_value(&f->form, field->name));
		break;
	default:
		break;
	}
}
