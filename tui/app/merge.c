/* The merge: which value is to stand in each field that two people changed. */
#include "config.h"
#include "tui/app/merge.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/drafts.h"
#include "tui/app/kb.h"

bool merge_long(const struct sd_clash *c)
{
	return !strcmp(c->type, "multiline");
}

static void drop_fields(struct merge *g)
{
	for (int i = 0; i < g->n; i++) {
		free(g->f[i].other);
		free(g->f[i].joined);
	}
	free(g->f);
	g->f = NULL;
	g->n = 0;
}

void merge_free(struct merge *g)
{
	if (!g)
		return;
	drop_fields(g);
	sd_conflict_free(g->c);
	textview_free(&g->text);
	editor_free(&g->edit);
	free(g);
}

static const struct sd_param *param_of(const struct model *m, const struct act *act, const char *field)
{
	static const struct sd_param words = {.param = "", .type = "multiline"}; /* of articles all can be written anew */
	const struct sd_verb *v = sd_kind_verb(sd_meta_kind(m->meta, act->kind), act->verb);

	if (act->article)
		return &words;
	for (int i = 0; v && i < v->nparams; i++)
		if (!strcmp(v->params[i].field, field))
			return &v->params[i];
	return NULL;
}

/* Takes c. What was decided about a field stays, unless they changed it once more. */
static void take(struct model *m, struct merge *g, const struct act *act, struct sd_conflict *c)
{
	struct merge_field *old = g->f;
	struct sd_conflict *before = g->c;
	int nold = g->n;

	g->c = c;
	g->n = c->nclashes;
	g->f = sd_calloc((size_t)g->n + 1, sizeof *g->f);
	for (int i = 0; i < g->n; i++) {
		struct merge_field *f = &g->f[i];

		f->clash = &c->clashes[i];
		f->param = param_of(m, act, f->clash->field);
		if (merge_long(f->clash) && f->param)
			f->joined = sd_text_join(f->clash->base, f->clash->theirs, f->clash->mine, &f->places);
		f->again = before != NULL;
		for (int k = 0; k < nold; k++) {
			if (strcmp(old[k].clash->field, f->clash->field) != 0)
				continue;
			f->again = strcmp(old[k].clash->theirs, f->clash->theirs) != 0;
			if (!f->again) {
				f->choice = old[k].choice;
				f->other = old[k].other;
				old[k].other = NULL;
			}
		}
	}
	for (int k = 0; k < nold; k++) {
		free(old[k].other);
		free(old[k].joined);
	}
	free(old);
	sd_conflict_free(before);
	g->built = 0;
}

static void crossed_text(struct model *m, struct overlay *o)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_str s = {0};

	if (o->merge->again)
		sd_str_addf(&s, "%s\n\n", _("Once more: the ticket changed again."));
	sd_str_add(&s, merge_said(m, a, o->merge->c));
	free(o->dialog.text);
	o->dialog.text = sd_str_take(&s);
	sd_arena_free(a);
}

/* The last reply is what the question is about. */
static void crossed_ask(struct model *m, struct overlay *o, const struct act *act)
{
	struct sd_arena *a = sd_arena_new();
	const struct sd_conflict *c = o->merge->c;
	const struct sd_said *last = c->nsaid ? &c->said[c->nsaid - 1] : NULL;

	dialog_init(&o->dialog,
		sd_arena_printf(a, _("%s: %s wrote %s. Send yours anyway?"), act->label, last ? last->by : "?",
			merge_ago(a, last ? last->at : SD_TIME_NONE, m->session.now)),
		"");
	dialog_button(&o->dialog, act->form ? _("Back to the text") : _("Do not send"), 'b');
	dialog_button(&o->dialog, _("Send anyway"), 'y');
	dialog_button(&o->dialog, _("Throw it away"), 'D');
	dialog_default(&o->dialog, CROSSED_BACK, CROSSED_BACK);
	crossed_text(m, o);
	sd_arena_free(a);
}

bool merge_open(struct model *m, struct act *act, struct sd_conflict *c, struct effects *fx)
{
	bool crossed = !strcmp(c->id, "reply_crossed");
	struct overlay *o = overlay_come(m, crossed ? OV_DIALOG : OV_MERGE);

	if (!o)
		return false;
	if (o != overlay_top(m) || m->prompt)
		fx_toast(fx, EL_WARN, _("%s: others changed it while you worked"), act->label);
	o->act = act;
	o->merge = sd_calloc(1, sizeof *o->merge);
	o->merge->seen = act->version;
	o->merge->editing = -1;
	textview_init(&o->merge->text);
	editor_init(&o->merge->edit, true);
	take(m, o->merge, act, c);
	if (crossed) {
		o->use = DLG_CROSSED;
		crossed_ask(m, o, act);
	}
	if (act->form)
		act_form_refused(m, act->form, fx);
	if (act->ticket && m->detail->id == act->ticket)
		detail_changed(m->detail, fx);
	return true;
}

/* ---- what was decided ---- */
static bool decided(const struct merge *g)
{
	for (int i = 0; i < g->n; i++)
		if (g->f[i].choice == MERGE_OPEN)
			return false;
	return true;
}

static bool is(const struct merge_field *f, const char *field)
{
	return !strcmp(f->clash->field, field);
}

/* True: what they made of it stands, and then nothing of this act is left: a state, a hand, a member of a set. */
static bool theirs_ends_it(const struct merge_field *f, const json_t *j)
{
	return !(f->param && (json_object_get(j, f->param->param) || is(f, "priority") || is(f, "assignee") || is(f, "group")));
}

static void put_theirs(const struct merge_field *f, json_t *j)
{
	const char *name = f->param->param;
	bool typed = json_object_get(j, name) != NULL;

	if (typed && (f->param->ask < 2 || !strcmp(f->param->initial, "=")))
		json_object_del(j, name);
	else if (typed || !is(f, "group")) /* what must be said, and what the act would change by itself */
		json_object_set_new(j, name, *f->clash->theirs ? json_string(f->clash->theirs) : json_null());
}

static bool only_reason(const json_t *j)
{
	return json_object_size(j) == (json_object_get(j, "reason") ? 1u : 0u);
}

/* The act as it was decided; NULL: nothing of it is left to send. malloc'ed JSON. */
static char *fields_of(const struct act *act, const struct merge *g)
{
	json_t *j = json_loads(act->fields, 0, NULL);
	bool ends = false, had;
	char *text;

	if (!j)
		j = json_object();
	had = !only_reason(j);
	for (int i = 0; i < g->n; i++) {
		const struct merge_field *f = &g->f[i];

		if (f->choice == MERGE_THEIRS && theirs_ends_it(f, j))
			ends = true;
		else if (f->choice == MERGE_THEIRS)
			put_theirs(f, j);
		else if (f->choice == MERGE_OTHER && f->param)
			json_object_set_new(j, f->param->param, *f->other ? json_string(f->other) : json_null());
		else if (f->choice == MERGE_MINE && is(f, "group") && f->param && !json_object_get(j, f->param->param) &&
				 f->clash->mine_set)
			json_object_set_new(j, f->param->param, json_string(f->clash->mine));
	}
	ends = ends || (had && only_reason(j) && !*act->to);
	text = ends ? NULL : json_dumps(j, JSON_COMPACT);
	json_decref(j);
	return text;
}

/* What was decided, into the form. */
static void to_form(const struct merge *g, struct act_form *f, bool sent)
{
	for (int i = 0; i < g->n; i++) {
		const struct merge_field *x = &g->f[i];
		const char *value = x->choice == MERGE_OTHER ? x->other : x->choice == MERGE_THEIRS && sent ? x->clash->theirs : NULL;

		if (!value || !x->param)
			continue;
		form_set(&f->form, x->param->param, value, NULL);
		for (int k = 0; x->choice == MERGE_THEIRS && k < f->nfields; k++)
			if (f->fields[k].param == x->param) { /* as it is: nothing to send */
				free(f->fields[k].initial);
				f->fields[k].initial = sd_strdup(value);
			}
	}
	if (sent && g->c->version)
		f->version = g->c->version;
}

/* ---- the form comes back ---- */
static char *number_of(const struct act *act)
{
	char *number = sd_strdup(act->label);

	number[strcspn(number, " ")] = '\0';
	return number;
}

/* A form for what was typed elsewhere, in the palette or before a restart: nothing of it goes. */
static struct act_form *form_of(struct model *m, const struct act *act)
{
	const struct sd_kind *k = sd_meta_kind(m->meta, act->kind);
	const struct sd_verb *v = sd_kind_verb(k, act->verb);
	json_t *j = json_loads(act->fields, 0, NULL), *value;
	char *number = number_of(act);
	struct target t = {.id = act->ticket, .number = number, .kind = act->kind, .state = "", .version = act->version};
	struct preset presets[64];
	struct sd_arena *a = sd_arena_new();
	struct act_form *f = NULL;
	const char *name;
	int n = 0;

	json_object_foreach(j, name, value)
	{
		if (n == (int)(sizeof presets / sizeof *presets) || json_is_array(value) || json_is_object(value))
			continue;
		presets[n++] = (struct preset){sd_arena_strdup(a, name),
			json_is_string(value)    ? sd_arena_strdup(a, json_string_value(value))
			: json_is_integer(value) ? sd_arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
									 : ""};
	}
	if (v && n && act->ticket) {
		f = act_form_new(m, &t, v, presets, n);
		f->form.dirty = true;
		f->saved = false;
	}
	sd_arena_free(a);
	free(number);
	json_decref(j);
	return f;
}

/* Back to where it was written; what has no place to go back to was one key, and is said not to be done. */
static void back(struct model *m, struct act *act, const struct merge *g, const char *note, struct effects *fx)
{
	struct act_form *f = act->form ? act->form : form_of(m, act);
	struct overlay *o = f ? overlay_come(m, OV_FORM) : NULL;

	act->form = NULL;
	if (o) {
		o->form = f;
		f->form.busy = false;
		to_form(g, f, false);
		form_error(&f->form, NULL, NULL);
		form_note(&f->form, note);
		act_form_draft(m, f, fx); /* what it came from is gone with the act */
	} else {
		act_form_free(f);
		fx_toast(fx, EL_WARN, _("%s: not done"), act->label);
	}
	act_free(act);
}

static void give_up(struct model *m, struct act *act, struct effects *fx)
{
	json_t *j = json_loads(act->fields, 0, NULL);
	bool words = json_object_get(j, "body") != NULL;

	json_decref(j);
	if (act->draft_key && !words)
		drafts_drop(m, act->draft_key, fx);
	fx_toast(fx, EL_OK, words ? _("%s: theirs stands; your text is kept as a draft") : _("%s: theirs stands, nothing was sent"),
		act->label);
	act_free(act);
}

/* The same act, as a new operation on what the person has seen now. */
static void send(struct model *m, struct act *act, const struct merge *g, struct effects *fx)
{
	act->version = g->c->version;
	m->env.uuid(m->env.arg, act->op);
	if (act->form)
		to_form(g, act->form, true);
	act_send(m, act, fx);
}

void crossed_done(struct model *m, struct act *act, struct merge *g, int choice, struct effects *fx)
{
	if (choice == CROSSED_SEND) {
		send(m, act, g, fx);
	} else if (choice == CROSSED_DROP) {
		if (act->draft_key)
			drafts_forget(m, act->draft_key, fx);
		fx_toast(fx, EL_WARN, "%s", _("Draft thrown away"));
		act_free(act);
	} else {
		struct sd_arena *a = sd_arena_new();
		const struct sd_said *last = g->c->nsaid ? &g->c->said[g->c->nsaid - 1] : NULL;

		back(m, act, g,
			last ? sd_arena_printf(a, _("%s wrote to the requester %s: you will be asked before yours goes out"), last->by,
					   merge_ago(a, last->at, m->session.now))
				 : NULL,
			fx);
		sd_arena_free(a);
	}
	merge_free(g);
}

/* ---- keys ---- */
static int field_here(const struct merge *g)
{
	uint64_t key = textview_key(&g->text) / 16;

	if (!g->text.nlines)
		return g->cur < g->n ? g->cur : g->n - 1;
	return key && key <= (uint64_t)g->n ? (int)key - 1 : g->n ? 0 : -1;
}

static void go_to(struct merge *g, int n)
{
	g->cur = n;
	textview_goto(&g->text, (uint64_t)(n + 1) * 16);
}

static void decide(struct merge *g, int n, enum merge_choice choice)
{
	if (n < 0)
		return;
	if (choice != MERGE_OTHER) {
		free(g->f[n].other);
		g->f[n].other = NULL;
	}
	g->f[n].choice = choice;
	g->missing = false;
	g->built = 0;
}

static void decide_and_go_on(struct merge *g, int n, enum merge_choice choice)
{
	decide(g, n, choice);
	for (int i = 0; n >= 0 && i < g->n; i++)
		if (g->f[(n + i) % g->n].choice == MERGE_OPEN) {
			go_to(g, (n + i) % g->n);
			return;
		}
}

static void set_other(struct merge *g, int n, const char *text)
{
	char *copy = sd_strdup(text);

	decide(g, n, MERGE_OTHER);
	free(g->f[n].other);
	g->f[n].other = copy;
}

bool merge_decide(struct model *m, struct overlay *o, int n, enum merge_choice choice, const char *text)
{
	struct merge *g = o->merge;

	(void)m;
	if (n < 0 || n >= g->n || g->c->off || (choice == MERGE_OTHER && !g->f[n].param))
		return false;
	if (choice == MERGE_OTHER)
		set_other(g, n, text ? text : g->f[n].joined ? g->f[n].joined : g->f[n].clash->mine);
	else
		decide(g, n, choice);
	return true;
}

static void edit_begin(struct merge *g, int n, struct effects *fx)
{
	struct merge_field *f = n >= 0 ? &g->f[n] : NULL;

	if (!f || !f->param) {
		fx_toast(fx, EL_WARN, "%s", _("Here it is either mine or theirs"));
		return;
	}
	editor_free(&g->edit);
	editor_init(&g->edit, !merge_long(f->clash));
	editor_set(&g->edit, f->choice == MERGE_OTHER ? f->other : f->joined ? f->joined : f->clash->mine);
	g->editing = n;
}

static void edit_key(struct merge *g, const struct key *k)
{
	enum widget_result r = key_is(k, KEY_CODE_ENTER, 0) && g->edit.single ? W_SUBMIT : editor_update(&g->edit, k);

	if (r == W_SUBMIT) {
		set_other(g, g->editing, editor_text(&g->edit));
		decide_and_go_on(g, g->editing, MERGE_OTHER);
	}
	if (r == W_SUBMIT || r == W_CANCEL)
		g->editing = -1;
}

/* Takes the act and the merge out of their overlay, which goes. */
static struct act *close_it(struct model *m, struct overlay *o, struct merge **g)
{
	struct act *act = o->act;

	*g = o->merge;
	o->act = NULL;
	o->merge = NULL;
	overlay_pop(m);
	return act;
}

static void submit(struct model *m, struct overlay *o, struct effects *fx)
{
	struct merge *g = o->merge;
	struct act *act;
	char *fields;

	if (g->c->off)
		return;
	if (!decided(g)) {
		g->missing = true;
		g->built = 0;
		for (int i = 0; i < g->n; i++)
			if (g->f[i].choice == MERGE_OPEN) {
				go_to(g, i);
				break;
			}
		return;
	}
	act = close_it(m, o, &g);
	if (act->article) {
		kb_merged(m, act, g, fx);
		merge_free(g);
		return;
	}
	fields = fields_of(act, g);
	if (fields) {
		free(act->fields);
		act->fields = sd_strdup(fields);
		send(m, act, g, fx);
	} else {
		give_up(m, act, fx);
	}
	free(fields);
	merge_free(g);
}

/* The act is not possible any more: its words may go as a note. */
static void as_note(struct model *m, struct overlay *o, struct effects *fx)
{
	const struct sd_verb *v = sd_kind_verb(sd_meta_kind(m->meta, o->act->kind), "note");
	json_t *j = json_loads(o->act->fields, 0, NULL);
	const char *body = json_string_value(json_object_get(j, "body"));
	struct preset preset = {"body", body ? body : ""};
	char *number = number_of(o->act);
	struct target t = {
		.id = o->act->ticket, .number = number, .kind = o->act->kind, .state = "", .version = o->merge->c->version};
	struct act_form *f;
	struct merge *g;

	if (v && body) {
		f = act_form_new(m, &t, v, &preset, 1);
		f->form.dirty = true;
		f->saved = false;
		act_free(close_it(m, o, &g)); /* what it was written as stays a draft */
		merge_free(g);
		overlay_push(m, OV_FORM)->form = f;
		act_form_draft(m, f, fx);
	}
	free(number);
	json_decref(j);
}

static void all(struct merge *g, enum merge_choice choice)
{
	for (int i = 0; i < g->n; i++)
		decide(g, i, choice);
}

static void leave(struct model *m, struct overlay *o, struct effects *fx)
{
	struct merge *g;
	struct act *act = close_it(m, o, &g);

	if (act->article)
		kb_merge_left(m, act, g, fx);
	else
		back(m, act, g, _("Others changed it meanwhile: you will be asked again when you send"), fx);
	merge_free(g);
}

void merge_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	struct merge *g = o->merge;
	int here = field_here(g);

	if (g->editing >= 0)
		edit_key(g, k);
	else if (key_is(k, KEY_CODE_ESC, 0) || key_is(k, 'q', 0) || key_is(k, 'c', KEY_CTRL))
		leave(m, o, fx);
	else if (g->c->off && key_is(k, 'n', 0))
		as_note(m, o, fx);
	else if (g->c->off)
		textview_update(&g->text, k);
	else if (key_is(k, 's', KEY_CTRL) || key_is(k, KEY_CODE_ENTER, KEY_ALT) || key_is(k, KEY_CODE_ENTER, 0))
		submit(m, o, fx);
	else if (key_is(k, 'm', 0))
		decide_and_go_on(g, here, MERGE_MINE);
	else if (key_is(k, 't', 0))
		decide_and_go_on(g, here, MERGE_THEIRS);
	else if (key_is(k, 'M', 0))
		all(g, MERGE_MINE);
	else if (key_is(k, 'T', 0))
		all(g, MERGE_THEIRS);
	else if (key_is(k, 'b', 0) && here >= 0 && g->f[here].joined)
		merge_decide(m, o, here, MERGE_OTHER, NULL);
	else if (key_is(k, 'e', 0))
		edit_begin(g, here, fx);
	else if (key_is(k, KEY_CODE_TAB, 0) && here >= 0)
		go_to(g, (here + 1) % g->n);
	else if (key_is(k, KEY_CODE_BACKTAB, 0) && here >= 0)
		go_to(g, (here + g->n - 1) % g->n);
	else
		textview_update(&g->text, k);
}

/* ---- it changes again ---- */
static void ask(struct model *m, int64_t ticket, const char *verb, const char *fields, int version, int arg, struct effects *fx)
{
	char id[24], seen[16];
	const char *params[] = {id, verb, fields, seen};

	(void)m;
	snprintf(id, sizeof id, "%" PRId64, ticket);
	snprintf(seen, sizeof seen, "%d", version);
	fx_query(fx, (struct req){REQ_LOOK, 0, ticket, arg}, 0, "select desk.look($1::bigint, $2, $3::jsonb, $4::int)", 4, params);
}

enum { LOOK_FORM, LOOK_MERGE };

void merge_changed(struct model *m, const int64_t *ids, int n, struct effects *fx)
{
	for (int i = 0; i < m->noverlays; i++) {
		const struct overlay *o = m->overlay[i];
		const struct act_form *f = o->kind == OV_FORM && !o->form->many && o->form->ticket ? o->form : NULL;
		int64_t ticket = f ? f->ticket : o->merge ? o->act->ticket : 0;

		for (int k = 0; ticket && k < n; k++) {
			if (ids[k] != ticket)
				continue;
			if (f && f->version)
				ask(m, ticket, f->verb, NULL, f->version, LOOK_FORM, fx);
			else if (!f && o->merge->seen)
				ask(m, ticket, o->act->verb, o->act->fields, o->merge->seen, LOOK_MERGE, fx);
			break;
		}
	}
}

/* One line over the fields: who did what while one writes. */
static void tell_form(struct model *m, struct act_form *f, const struct sd_conflict *news)
{
	struct sd_arena *a = sd_arena_new();
	const struct sd_said *said = news->nsaid ? &news->said[news->nsaid - 1] : NULL;
	const char *by = "";
	sd_time at = SD_TIME_NONE;
	struct sd_str s = {0};

	if (said)
		sd_str_addf(&s, _("%s wrote to the requester %s"), said->by, merge_ago(a, said->at, m->session.now));
	for (int i = 0; i < news->nclashes; i++)
		if (at == SD_TIME_NONE || news->clashes[i].at > at) {
			at = news->clashes[i].at;
			by = news->clashes[i].by;
		}
	if (news->nclashes)
		sd_str_addf(&s, said ? "; %s" : "%s", sd_arena_printf(a, _("%s changed it %s: "), by, merge_ago(a, at, m->session.now)));
	for (int i = 0; i < news->nclashes; i++)
		sd_str_addf(&s, "%s%s", i ? ", " : "", sd_meta_field(m->meta, f->kind, news->clashes[i].field));
	if (s.len)
		form_note(&f->form, s.data);
	sd_str_free(&s);
	sd_arena_free(a);
}

static void take_look(struct model *m, struct overlay *o, struct sd_look *l)
{
	struct merge *g = o->merge;
	bool crossed = o->kind == OV_DIALOG;
	struct sd_conflict *c = l->refusal;

	if (l->news->version <= g->c->version)
		return;
	g->again = true;
	if (c && !strcmp(c->id, "reply_crossed") == crossed) {
		l->refusal = NULL;
		take(m, g, o->act, c);
		if (crossed)
			crossed_text(m, o);
	} else if (!crossed && !c) { /* taken back meanwhile: nothing is in the way any more */
		struct sd_conflict *none = l->news;

		l->news = NULL;
		none->nclashes = 0;
		take(m, g, o->act, none);
	}
	/* else it became another question: that is asked when it is sent */
	g->built = 0;
}

void merge_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	const char *json = table_get(a->table, 0, 0);
	struct sd_look look;

	(void)fx;
	if (!json || !sd_look_parse(json, &look))
		return;
	for (int i = 0; i < m->noverlays && look.news; i++) {
		struct overlay *o = m->overlay[i];

		if (a->req.arg == LOOK_FORM && o->kind == OV_FORM && o->form->ticket == a->req.id)
			tell_form(m, o->form, look.news);
		else if (a->req.arg == LOOK_MERGE && o->merge && o->act->ticket == a->req.id)
			take_look(m, o, &look);
	}
	sd_look_free(&look);
}
