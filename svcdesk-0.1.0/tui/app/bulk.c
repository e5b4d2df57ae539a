/* Before an act on many tickets: which they are, what is asked, the question with what will happen. */
#include "config.h"
#include "tui/app/bulk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/board.h"
#include "tui/app/undo.h"

bool bulk_wanted(const struct model *m)
{
	return m->focus != PANE_DETAIL && !board_shown(m) && (list_marks_count(&m->queue->list) || m->queue->marking);
}

static struct target target_of_row(const struct sd_row *r)
{
	return (struct target){.id = r->id,
		.number = r->text[SD_COL_NUMBER],
		.kind = r->text[SD_COL_KIND],
		.state = r->text[SD_COL_STATE],
		.version = r->version,
		.row = r};
}

/* The first marked row that is loaded and (verb given) allows it. *why: of the first that does not. */
static struct target sample(const struct model *m, const char *verb, struct sd_arena *a, const char **why)
{
	for (size_t i = 0; i < m->queue->nrows; i++) {
		struct target t = target_of_row(m->queue->rows[i]);
		const char *off;

		if (!list_is_marked(&m->queue->list, (uint64_t)t.id))
			continue;
		off = verb ? act_off(m, &t, verb, a) : NULL;
		if (!off)
			return t;
		if (!*why)
			*why = off;
	}
	return (struct target){.id = 0};
}

struct target bulk_sample(const struct model *m)
{
	const char *why = NULL;

	return sample(m, NULL, NULL, &why);
}

const char *bulk_off(const struct model *m, const char *verb, struct sd_arena *a)
{
	const char *why = NULL;

	if (!m->meta)
		return _("there is no connection");
	if (sample(m, verb, a, &why).id || m->queue->marking || list_marks_hidden(&m->queue->list))
		return NULL;
	return why;
}

const char *bulk_title(const struct model *m, char *buf, size_t size)
{
	size_t n = list_marks_count(&m->queue->list);

	if (m->queue->marking)
		snprintf(buf, size, "%s", _("All that match"));
	else
		snprintf(buf, size, ngettext("%zu marked ticket", "%zu marked tickets", (unsigned long)n), n);
	return buf;
}

/* ---- the tickets ---- */
static void ticket_clear(struct bulk_ticket *t)
{
	free(t->number);
	free(t->kind);
	free(t->state);
	free(t->why);
}

void bulk_free(struct model *m)
{
	struct bulk *b = m->bulk;

	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++)
		ticket_clear(&b->t[i]);
	free(b->t);
	free(b->verb);
	free(b->label);
	free(b->fields);
	free(b->words);
	free(b->unread);
	free(b->draft_key);
	free(b);
	m->bulk = NULL;
}

struct bulk *bulk_new(struct model *m, const char *verb, const char *label)
{
	bulk_free(m);
	m->bulk = sd_calloc(1, sizeof *m->bulk);
	m->bulk->number = (int)++m->next_act;
	m->bulk->verb = sd_strdup(verb);
	m->bulk->label = sd_strdup(label);
	m->bulk->words = sd_strdup("");
	return m->bulk;
}

struct bulk_ticket *bulk_find(struct bulk *b, int64_t id)
{
	for (size_t lo = 0, hi = b->n; lo < hi;) {
		size_t mid = (lo + hi) / 2;

		if (b->t[mid].id == id)
			return &b->t[mid];
		if (b->t[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

size_t bulk_count(const struct bulk *b, enum bulk_status s)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->t[i].status == s;
	return n;
}

static void describe(struct bulk_ticket *t, const char *number, const char *kind, const char *state)
{
	free(t->number);
	free(t->kind);
	free(t->state);
	t->number = sd_strdup(number);
	t->kind = sd_strdup(kind);
	t->state = sd_strdup(state);
}

/* Leaves out those the act is not possible on. What is not known goes to the desk, which judges anyway. */
static void judge(struct model *m, struct bulk *b)
{
	struct sd_arena *a = sd_arena_new();

	b->others = 0;
	for (size_t i = 0; i < b->n; i++) {
		struct bulk_ticket *t = &b->t[i];
		struct target at = {.id = t->id, .number = t->number, .kind = t->kind, .state = t->state};
		const char *why = t->number ? act_off(m, &at, b->verb, a) : b->unread ? NULL : _("not there, or not for you to see");

		free(t->why);
		t->why = why ? sd_strdup(why) : NULL;
		t->status = why ? BULK_LEFT_OUT : BULK_WAITS;
	}
	b->total = bulk_count(b, BULK_WAITS);
	sd_arena_free(a);
}

static char *ids_text(const struct bulk *b, enum bulk_status only, struct sd_arena *a)
{
	struct sd_str ids = {0};
	char *text;

	for (size_t i = 0; i < b->n; i++)
		if (b->t[i].status == only)
			sd_str_addf(&ids, "%s%" PRId64, ids.len ? "," : "{", b->t[i].id);
	sd_str_add(&ids, ids.len ? "}" : "{}");
	text = sd_arena_strdup(a, ids.data);
	sd_str_free(&ids);
	return text;
}

/* What the marked tickets are that are not loaded, and whether they are in the view still. */
static void ask_rows(struct model *m, struct bulk *b, struct effects *fx)
{
	struct sd_query_sql sql = {0};
	struct sd_err err = {0};
	const char **params;
	bool view = queue_query(m->queue, &m->session, fx->arena, PAGE_AROUND, &sql, &err);
	int n = view ? sql.nparams : 0;

	params = sd_arena_alloc(fx->arena, ((size_t)n + 1) * sizeof *params);
	for (int i = 0; i < n; i++)
		params[i] = sql.params[i];
	params[n] = ids_text(b, BULK_WAITS, fx->arena);
	fx_query(fx, (struct req){REQ_BULK, 0, b->number, 0}, 0,
		view ? sd_arena_printf(fx->arena,
				   "select r.id, r.number, r.kind, r.state, v.id is null from desk.ticket_row r left join "
				   "(select q.id from (%s) q where q.id = any($%d::bigint[])) v on v.id = r.id where r.id = any($%d::bigint[])",
				   sql.sql, n + 1, n + 1)
			 : "select r.id, r.number, r.kind, r.state, false from desk.ticket_row r where r.id = any($1::bigint[])",
		n + 1, params);
}

/* Takes the marks as they are now. */
static void gather(struct model *m, struct bulk *b, struct effects *fx)
{
	uint64_t *keys = list_marks_get(&m->queue->list, &b->n);

	b->ids_known = b->rows_known = true;
	b->t = sd_calloc(b->n + 1, sizeof *b->t);
	b->cap = b->n + 1;
	for (size_t i = 0; i < b->n; i++) {
		const struct sd_row *r = queue_row(m->queue, (int64_t)keys[i]);

		b->t[i].id = (int64_t)keys[i];
		if (r)
			describe(&b->t[i], r->text[SD_COL_NUMBER], r->text[SD_COL_KIND], r->text[SD_COL_STATE]);
		else
			b->rows_known = false;
	}
	free(keys);
	list_range_end(&m->queue->list, true);
	if (b->rows_known)
		judge(m, b);
	else
		ask_rows(m, b, fx);
}

/* ---- the question ---- */
enum { NAMED = 4 }; /* tickets named before "..." */

static void name(struct sd_str *s, const struct bulk_ticket *t, size_t nth)
{
	if (nth < NAMED)
		sd_str_addf(s, "%s%s", nth ? _(", ") : "", t->number ? t->number : "?");
	else if (nth == NAMED)
		sd_str_add(s, " ...");
}

/* Those left out, by reason. */
static void left_out(const struct bulk *b, struct sd_str *s)
{
	for (size_t i = 0; i < b->n; i++) {
		struct sd_str names = {0};
		size_t n = 0;
		bool told = b->t[i].status != BULK_LEFT_OUT;

		for (size_t k = 0; k < i && !told; k++)
			told = b->t[k].status == BULK_LEFT_OUT && !strcmp(b->t[k].why, b->t[i].why);
		if (told)
			continue;
		for (size_t k = i; k < b->n; k++)
			if (b->t[k].status == BULK_LEFT_OUT && !strcmp(b->t[k].why, b->t[i].why))
				name(&names, &b->t[k], n++);
		sd_str_addf(s, _("\n\nWithout %zu: %s (%s)"), n, b->t[i].why, names.data);
		sd_str_free(&names);
	}
}

static char *bulk_question(const struct bulk *b, struct sd_arena *a)
{
	struct sd_str s = {0}, names = {0};
	size_t away = 0;
	char *text;

	if (!b->ids_known || !b->rows_known)
		return sd_arena_strdup(a, _("Reading which tickets these are ..."));
	if (b->total == b->n)
		sd_str_addf(&s, ngettext("%s on %zu ticket", "%s on %zu tickets", (unsigned long)b->n), b->label, b->n);
	else
		sd_str_addf(&s, _("%s on %zu of %zu tickets"), b->label, b->total, b->n);
	if (*b->words)
		sd_str_addf(&s, ": %s", b->words);
	if (b->total <= NAMED) {
		struct sd_str few = {0};

		for (size_t i = 0, n = 0; i < b->n; i++)
			if (b->t[i].status == BULK_WAITS)
				name(&few, &b->t[i], n++);
		sd_str_addf(&s, few.len ? _(" (%s)") : "%s", few.len ? few.data : "");
		sd_str_free(&few);
	}
	left_out(b, &s);
	for (size_t i = 0; i < b->n; i++)
		if (b->t[i].away)
			name(&names, &b->t[i], away++);
	if (b->others)
		sd_str_addf(
			&s, ngettext("\n\n%d other ticket follows", "\n\n%d other tickets follow", (unsigned long)b->others), b->others);
	if (away)
		sd_str_addf(&s,
			ngettext("\n\n%zu was marked and is not in this view any more: %s",
				"\n\n%zu were marked and are not in this view any more: %s", (unsigned long)away),
			away, names.data);
	if (b->unread)
		sd_str_addf(&s, _("\n\nWhat some of them are could not be read: %s"), b->unread);
	text = sd_arena_strdup(a, s.data);
	sd_str_free(&s);
	sd_str_free(&names);
	return text;
}

/* It ends tickets: the answer is No unless one says otherwise. */
static bool ends_tickets(const struct model *m, const struct bulk *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct sd_kind *k = sd_meta_kind(m->meta, b->t[i].kind ? b->t[i].kind : "");

		for (int t = 0; k && t < k->ntransitions && b->t[i].status == BULK_WAITS; t++) {
			const struct sd_transition *tr = &k->transitions[t];
			const struct sd_state *to = sd_kind_state(k, tr->to);

			if (!strcmp(tr->verb, b->verb) && !strcmp(tr->from, b->t[i].state) && to && to->phase == 3)
				return true;
		}
	}
	return false;
}

static void fill_question(struct model *m, struct overlay *o)
{
	struct sd_arena *a = sd_arena_new();
	struct bulk *b = m->bulk;
	bool ready = b->ids_known && b->rows_known;
	int buttons = o->dialog.nbuttons, current = o->dialog.current;

	dialog_free(&o->dialog);
	dialog_init(&o->dialog, b->label, bulk_question(b, a));
	if (ready && b->total) {
		dialog_button(&o->dialog, _("Yes"), 'y');
		dialog_button(&o->dialog, _("No"), 'n');
		dialog_default(&o->dialog, buttons == 2 ? current : b->total > BULK_SURE || ends_tickets(m, b), 1);
	} else {
		dialog_button(&o->dialog, _("Cancel"), 'n');
		dialog_default(&o->dialog, 0, 0);
	}
	sd_arena_free(a);
}

static struct overlay *question_on_top(struct model *m)
{
	struct overlay *o = overlay_top(m);

	return m->bulk && o && o->kind == OV_DIALOG && o->use == DLG_BULK ? o : NULL;
}

/* The rulebook knows more than the rows tell: what it would refuse it is asked beforehand, where that is one part. */
static void preview(struct model *m, struct effects *fx)
{
	const struct bulk *b = m->bulk;
	const char *params[] = {NULL, b->verb, b->fields};

	if (!b->fields || !b->ids_known || !b->rows_known || !b->total || b->total > BULK_PART || !m->session.online)
		return;
	params[0] = ids_text(b, BULK_WAITS, fx->arena);
	fx_query(
		fx, (struct req){REQ_PREVIEW, 0, b->number, 0}, 0, "select desk.act_preview($1::bigint[], $2, $3::jsonb)", 3, params);
}

static void ask(struct model *m, struct effects *fx)
{
	struct overlay *o = overlay_push(m, OV_DIALOG);

	o->use = DLG_BULK;
	fill_question(m, o);
	preview(m, fx);
}

void bulk_previewed(struct model *m, const struct answer *a, struct effects *fx)
{
	struct overlay *question = question_on_top(m);
	const char *json = table_get(a->table, 0, 0);
	struct sd_err err = {0};
	struct sd_outcomes *o = question && json && m->bulk->number == (int)a->req.id ? sd_outcomes_parse(json, &err) : NULL;

	if (!o) /* the act itself will tell */
		return;
	for (int i = 0; i < o->n; i++) {
		struct bulk_ticket *t = o->v[i].ok ? NULL : bulk_find(m->bulk, o->v[i].id);

		if (!t || t->status != BULK_WAITS)
			continue;
		t->status = BULK_LEFT_OUT;
		t->why = sd_strdup(
			act_refusal(m, fx->arena, t->kind ? t->kind : "", o->v[i].error_id, o->v[i].error_args, o->v[i].error_text));
	}
	m->bulk->total = bulk_count(m->bulk, BULK_WAITS);
	m->bulk->others = o->others;
	sd_outcomes_free(o);
	fill_question(m, question);
}

/* ---- the start ---- */
static bool may_start(struct model *m, struct effects *fx)
{
	char buf[96];

	if (!bulk_running(m))
		return true;
	fx_toast(fx, EL_WARN, _("Not possible: %s is still running; Esc stops it"), bulk_progress(m, buf, sizeof buf));
	return false;
}

/* The verb of the first ticket that allows it; of any kind when none is known to. */
static const struct sd_verb *verb_of(struct model *m, struct bulk *b, const char **kind)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < b->n; i++) {
			const struct sd_kind *k = b->t[i].kind ? sd_meta_kind(m->meta, b->t[i].kind) : NULL;
			const struct sd_verb *v = k ? sd_kind_verb(k, b->verb) : NULL;

			if (!v || (pass == 0 && !sd_kind_allows(k, b->t[i].state, b->verb)))
				continue;
			*kind = k->kind;
			return v;
		}
	return NULL;
}

static void open_form(struct model *m, const char *kind, const struct sd_verb *v, const struct preset *presets, int n)
{
	char title[96];
	struct target t = {.number = title, .kind = kind, .state = "", .many = true};

	bulk_title(m, title, sizeof title);
	act_form_open(m, act_form_new(m, &t, v, presets, n));
}

static void say_presets(struct bulk *b, const struct preset *p, int n)
{
	struct sd_str s = {0};

	for (int i = 0; i < n; i++)
		sd_str_addf(&s, "%s%s=%s", i ? _(", ") : "", p[i].name, p[i].value);
	free(b->words);
	b->words = sd_str_take(&s);
}

/* What the verb wants: a form, or nothing but the question. False: the form cannot be made before the tickets are known. */
static bool offer(struct model *m, struct bulk *b, const struct preset *presets, int n, struct effects *fx)
{
	const char *kind = NULL;
	const struct sd_verb *v = b->ids_known ? verb_of(m, b, &kind) : NULL;
	char *fields;

	if (!v)
		return false;
	if (!act_complete(v, presets, n)) {
		open_form(m, kind, v, presets, n);
		return true;
	}
	fields = act_json(m, v, presets, n, fx);
	if (!fields)
		return true;
	b->fields = sd_strdup(fields);
	say_presets(b, presets, n);
	repeat_keep(m, b->verb, fields, NULL);
	ask(m, fx);
	return true;
}

void bulk_start(struct model *m, const char *verb, const struct preset *presets, int n, struct effects *fx)
{
	const char *why = bulk_off(m, verb, fx->arena);
	struct bulk *b;

	if (why) {
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
		return;
	}
	if (!may_start(m, fx))
		return;
	b = bulk_new(m, verb, model_verb_label(m, verb));
	if (!m->queue->marking)
		gather(m, b, fx);
	if (offer(m, b, presets, n, fx))
		return;
	if (n) { /* what was typed belongs to a kind, which is not known yet */
		fx_toast(fx, EL_WARN, "%s", _("None of the marked tickets is loaded here: use the key or the menu instead"));
		bulk_free(m);
		return;
	}
	b->form_late = true;
	ask(m, fx);
}

void bulk_start_fields(struct model *m, const char *verb, const char *fields, const char *words, struct effects *fx)
{
	struct bulk *b;

	if (!may_start(m, fx))
		return;
	b = bulk_new(m, verb, model_verb_label(m, verb));
	b->fields = sd_strdup(fields);
	free(b->words);
	b->words = sd_strdup(words);
	if (!m->queue->marking)
		gather(m, b, fx);
	ask(m, fx);
}

/* ---- what comes in ---- */
static void known(struct model *m, struct effects *fx)
{
	struct overlay *o = question_on_top(m);
	struct bulk *b = m->bulk;

	if (!b->rows_known || !o)
		return;
	if (b->form_late && b->total) {
		b->form_late = false;
		overlay_pop(m);
		if (offer(m, b, NULL, 0, fx))
			return;
		ask(m, fx);
		return;
	}
	fill_question(m, o);
}

void bulk_ids(struct model *m, struct effects *fx)
{
	if (!m->bulk || m->bulk->ids_known || m->bulk->undo || m->queue->marking || !question_on_top(m))
		return;
	gather(m, m->bulk, fx);
	known(m, fx);
}

void bulk_rows(struct model *m, const struct answer *a, struct effects *fx)
{
	struct bulk *b = m->bulk;

	if (!b || b->number != (int)a->req.id || b->rows_known)
		return;
	b->rows_known = true;
	if (!a->table)
		b->unread = sd_strdup(a->err->text);
	for (int i = 0; a->table && i < a->table->rows; i++) {
		const char *id = table_get(a->table, i, 0), *away = table_get(a->table, i, 4);
		struct bulk_ticket *t = id ? bulk_find(b, strtoll(id, NULL, 10)) : NULL;

		if (!t)
			continue;
		describe(t, clean_copy(fx->arena, table_get(a->table, i, 1)), clean_copy(fx->arena, table_get(a->table, i, 2)),
			clean_copy(fx->arena, table_get(a->table, i, 3)));
		t->away = away && *away == 't';
	}
	judge(m, b);
	known(m, fx);
}

/* What was filled in, in words: "Group: Network, Text: ..." */
static char *words_of(const struct act_form *f)
{
	struct sd_str s = {0};

	for (size_t i = 0; i < f->form.nfields; i++) {
		const struct form_field *field = &f->form.field[i];
		const char *value = field->picked_label                                ? field->picked_label
							: field->type == FORM_CHOICE && field->choice >= 0 ? field->text[field->choice]
																			   : form_value(&f->form, field->name);
		int n = (int)strcspn(value, "\n");

		if (*value)
			sd_str_addf(&s, "%s%s: %.*s%s", s.len ? _(", ") : "", field->label, n, value, value[n] ? " ..." : "");
	}
	return sd_str_take(&s);
}

void bulk_submit(struct model *m, struct act_form *f, struct effects *fx)
{
	struct bulk *b = m->bulk;
	char *fields = b ? act_form_json(m, f, fx) : NULL;

	if (!fields)
		return;
	free(b->fields);
	free(b->words);
	free(b->draft_key);
	b->fields = sd_strdup(fields);
	b->words = words_of(f);
	b->draft_key = sd_strdup(f->draft_key);
	repeat_keep(m, f->verb, fields, &f->form);
	if (b->ids_known && b->rows_known)
		judge(m, b); /* what other values were refused for is asked anew */
	ask(m, fx);
}

void bulk_answered(struct model *m, bool yes, struct effects *fx)
{
	struct overlay *o = overlay_top(m);
	struct bulk *b = m->bulk;
	bool form = o && o->kind == OV_FORM && o->form->many;

	if (!b || !yes || !b->total || !b->fields)
		return; /* the form, if there is one, is still open */
	if (form) {
		o->form->form.dirty = true;
		o->form->saved = false;
		act_form_draft(m, o->form, fx);
		overlay_pop(m);
	}
	bulk_go(m, fx);
}
