/* Undo and redo. The desk takes an operation back, as an operation of its own: to redo is to take that one back. Here is only
 * which one is meant: the acts of this session, the latest last. */
#include "config.h"
#include "tui/app/live.h"
#include "tui/app/undo.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/actions.h"
#include "tui/app/outbox.h"

enum { ACTS_MOST = 200, LIST_ROWS = 50 };
enum undo_use { UNDO_LIST, UNDO_ONE, REDO_ONE }; /* what the list was asked for */

struct undo_entry {
	int number;
	char root[SD_UUID_TEXT]; /* the act itself */
	char op[SD_UUID_TEXT];   /* taking this back changes sides */
	char next[SD_UUID_TEXT]; /* the operation that is doing so; "" = none is on its way */
	char *label;
	size_t many; /* tickets of a bulk act, 0 = one act */
	bool undone;
	unsigned turn; /* when it changed sides last */
};
struct undo_row {
	char root[SD_UUID_TEXT], op[SD_UUID_TEXT];
	char *label;
	size_t many;
	bool is_undo;
};
struct undo_log {
	struct undo_entry *v;
	size_t n, cap;
	unsigned turns;
	struct undo_row *row; /* of the list on screen */
	size_t nrows, caprows;
};

static struct undo_log *log_of(struct model *m)
{
	if (!m->undo)
		m->undo = sd_calloc(1, sizeof *m->undo);
	return m->undo;
}

static void drop_rows(struct undo_log *u)
{
	for (size_t i = 0; i < u->nrows; i++)
		free(u->row[i].label);
	u->nrows = 0;
}

void undo_free(struct model *m)
{
	if (!m->undo)
		return;
	for (size_t i = 0; i < m->undo->n; i++)
		free(m->undo->v[i].label);
	drop_rows(m->undo);
	free(m->undo->row);
	free(m->undo->v);
	free(m->undo);
	m->undo = NULL;
}

static void forget(struct undo_log *u, size_t at)
{
	free(u->v[at].label);
	for (u->n--; at < u->n; at++)
		u->v[at] = u->v[at + 1];
}

/* A new act: what was undone before it is not done again by Ctrl-r any more (the list still can). */
static struct undo_entry *push(struct model *m, const char *op, const char *label, size_t many)
{
	struct undo_log *u = log_of(m);
	struct undo_entry *e;

	for (size_t i = u->n; i > 0; i--)
		if (u->v[i - 1].undone && !*u->v[i - 1].next)
			forget(u, i - 1);
	if (u->n == ACTS_MOST)
		forget(u, 0);
	e = SD_PUSH(u->v, u->n, u->cap);
	*e = (struct undo_entry){.number = (int)++m->next_act, .label = sd_strdup(label), .many = many};
	snprintf(e->op, sizeof e->op, "%s", op);
	snprintf(e->root, sizeof e->root, "%s", op);
	return e;
}

/* What the rulebook never takes back, as far as the rows of the kind tell: what the requester could read, files, a redaction. */
static bool can_be_undone(const struct model *m, const char *kind, const char *verb, const char *fields)
{
	const struct sd_kind *k = sd_meta_kind(m->meta, kind);
	const struct sd_verb *v = sd_kind_verb(k, verb);
	json_t *j = json_loads(fields, 0, NULL);
	bool files = false, field = false, moves = false, body = json_object_get(j, "body") != NULL;

	for (int i = 0; v && i < v->nparams; i++) {
		files = files || (!strcmp(v->params[i].type, "files") && json_object_get(j, v->params[i].param));
		field = field || *v->params[i].field;
	}
	for (int i = 0; v && i < k->ntransitions; i++)
		moves = moves || (!strcmp(k->transitions[i].verb, verb) && strcmp(k->transitions[i].to, "=") != 0);
	json_decref(j);
	return v && !files && strcmp(verb, "redact") != 0 && !(v->visibility == 2 && body && !field && !moves);
}

bool undo_push(struct model *m, const struct act *act, const char *op)
{
	if (!act->ticket || !can_be_undone(m, act->kind, act->verb, act->fields))
		return false;
	push(m, op, act->label, 0);
	return true;
}

static void add_key(struct model *m, struct sd_str *toast, enum action a)
{
	char keys[64];

	keymap_keys(&m->keymap, (int)a, true, keys, sizeof keys);
	if (*keys)
		sd_str_addf(toast, a == ACT_UNDO ? _("; %s undoes") : _("; %s does it again"), keys);
}

void undo_toast(struct model *m, struct sd_str *toast)
{
	add_key(m, toast, ACT_UNDO);
}

static struct undo_entry *by_op(const struct model *m, const char *op)
{
	for (size_t i = 0; m->undo && i < m->undo->n; i++)
		if (!strcmp(m->undo->v[i].op, op))
			return &m->undo->v[i];
	return NULL;
}

static struct undo_entry *by_root(const struct model *m, const char *root)
{
	for (size_t i = 0; m->undo && i < m->undo->n; i++)
		if (!strcmp(m->undo->v[i].root, root))
			return &m->undo->v[i];
	return NULL;
}

bool undo_taken_back(const struct model *m, const char *op)
{
	const struct undo_entry *e = by_op(m, op);

	return !e || e->undone;
}

void undo_many_push(struct model *m, const struct bulk *b, struct sd_str *toast)
{
	struct undo_entry *e = by_op(m, b->op);
	const char *kind = "";
	struct sd_str label = {0};

	for (size_t i = 0; i < b->n && !*kind; i++)
		kind = b->t[i].status == BULK_DONE && b->t[i].kind ? b->t[i].kind : "";
	if (!can_be_undone(m, kind, b->verb, b->fields))
		return;
	sd_str_addf(&label, ngettext("%s, %zu ticket", "%s, %zu tickets", (unsigned long)b->done), b->label, b->done);
	if (!e)
		e = push(m, b->op, label.data, b->done);
	free(e->label);
	e->label = sd_str_take(&label);
	e->many = b->done;
	add_key(m, toast, ACT_UNDO);
}

/* It stands on the other side now, and taking back what just happened brings it back. */
static void turned(struct model *m, struct undo_entry *e, const char *op)
{
	snprintf(e->op, sizeof e->op, "%s", op);
	e->undone = !e->undone;
	e->turn = ++m->undo->turns;
}

void undo_many_done(struct model *m, const struct bulk *b)
{
	struct undo_entry *e = by_op(m, b->of);

	if (e && b->done)
		turned(m, e, b->op);
}

/* ---- one of them ---- */
static void send(struct model *m, struct undo_entry *e, struct effects *fx)
{
	struct sd_unsent *u;
	struct sd_str label = {0};

	if (e->many) {
		bulk_undo(m, e->op, e->label, e->many, e->undone, fx);
		return;
	}
	m->env.uuid(m->env.arg, e->next);
	u = sd_unsent_new(SD_UNSENT_UNDO, e->next);
	snprintf(u->of, sizeof u->of, "%s", e->op);
	sd_str_addf(&label, "%s: %s", e->undone ? _("Redo") : _("Undo"), e->label);
	sd_unsent_put(&u->label, label.data);
	sd_str_free(&label);
	outbox_send(m, u, (struct req){REQ_UNDO, 0, e->number, 0}, fx);
}

static struct undo_entry *last_on(const struct model *m, bool undone)
{
	struct undo_entry *last = NULL;

	for (size_t i = 0; m->undo && i < m->undo->n; i++) {
		struct undo_entry *e = &m->undo->v[i];

		if (e->undone == undone && (!last || !undone || e->turn > last->turn))
			last = e;
	}
	return last;
}

/* One line an act. What an undo took back is found along the events of its ticket; a redo is the act itself again. */
static const char list_sql[] =
	"select u.op, (extract(epoch from u.at) * 1000000)::bigint, coalesce(r.verb, u.verb), u.tickets, u.number, u.undone, "
	"u.is_undo, u.ok, "
	"u.why, coalesce(r.op, u.op), coalesce(r.depth, 0) from desk.undo_list($1::int) u left join lateral ("
	"with recursive c as (select e.op, e.verb, e.voids, e.ticket_id, 0 as depth from desk.event e "
	"where u.is_undo and e.ticket_id = desk.ticket_id(u.number) and e.op = u.op "
	"union all select e.op, e.verb, e.voids, e.ticket_id, c.depth + 1 from c join desk.event e on e.ticket_id = c.ticket_id and "
	"e.seq = c.voids) "
	"select c.op, c.verb, c.depth from c where c.voids is null limit 1) r on true";

static void ask_list(struct effects *fx, enum undo_use use)
{
	char limit[16];
	const char *params[] = {limit};

	snprintf(limit, sizeof limit, "%d", LIST_ROWS);
	fx_query(fx, (struct req){REQ_UNDO_LIST, 0, 0, (int)use}, 0, list_sql, 1, params);
}

void undo_last(struct model *m, bool redo, struct effects *fx)
{
	struct undo_entry *e = last_on(m, redo);
	struct out_item *it = redo ? NULL : outbox_last(m);

	if (it && it->u->call != SD_UNSENT_UNDO) { /* the last thing done is not confirmed yet */
		if (it->state == OUT_WAITS && !it->unsure)
			outbox_take_back(m, it, fx);
		else
			fx_toast(fx, EL_WARN, _("%s is not confirmed yet: undo it when it is"), it->u->label);
		return;
	}
	if (!e)
		ask_list(fx, redo ? REDO_ONE : UNDO_ONE); /* nothing in this session: perhaps before it, or on another console */
	else if (*e->next)
		fx_toast(fx, EL_WARN, "%s", _("The undo before is not confirmed yet"));
	else
		send(m, e, fx);
}

static struct undo_entry *by_number(const struct model *m, int64_t number)
{
	for (size_t i = 0; m->undo && i < m->undo->n; i++)
		if (m->undo->v[i].number == (int)number)
			return &m->undo->v[i];
	return NULL;
}

static void look_again(struct model *m, const struct sd_outcomes *o, struct effects *fx)
{
	for (int i = 0; i < o->n; i++) {
		live_own(m, &o->v[i].id, 1, fx);
		detail_own(m->detail, o->v[i].id, o->v[i].seq);
		if (m->detail->id == o->v[i].id)
			detail_changed(m->detail, fx);
	}
}

void undo_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct undo_entry *e = by_number(m, a->req.id);
	const char *json = table_get(a->table, 0, 0);
	struct sd_err err = {0};
	struct sd_outcomes *o = json ? sd_outcomes_parse(json, &err) : NULL;
	const struct sd_outcome *bad = o && !o->all.ok ? &o->all : NULL;
	struct sd_str s = {0};

	for (int i = 0; o && i < o->n && !bad; i++)
		bad = o->v[i].ok ? NULL : &o->v[i];
	if (o)
		look_again(m, o, fx);
	if (e && (bad || !o)) {
		fx_toast(fx, EL_ERROR, e->undone ? _("%s cannot be done again: %s") : _("%s cannot be undone: %s"), e->label,
			bad      ? act_refusal(m, fx->arena, "", bad->error_id, bad->error_args, bad->error_text)
			: a->err ? a->err->text
					 : err.text);
	} else if (e) {
		turned(m, e, e->next);
		sd_str_addf(&s, "%s%s", e->undone ? _("Undone: ") : _("Done again: "), e->label);
		add_key(m, &s, e->undone ? ACT_REDO : ACT_UNDO);
		fx_toast(fx, EL_OK, "%s", s.data);
	}
	if (e)
		e->next[0] = '\0';
	sd_str_free(&s);
	sd_outcomes_free(o);
}

/* ---- the list ---- */
static bool is_true(const char *s)
{
	return s && *s == 't';
}

static char *row_label(const struct model *m, const struct table *t, int i)
{
	const char *verb = table_get(t, i, 2), *number = table_get(t, i, 4);
	long n = strtol(table_get(t, i, 3) ? table_get(t, i, 3) : "1", NULL, 10);
	const char *label = verb;
	struct sd_str s = {0};

	for (int k = 0; verb && k < m->meta->nkinds && label == verb; k++)
		label = sd_meta_verb(m->meta, m->meta->kinds[k].kind, verb);
	if (n > 1)
		sd_str_addf(&s, ngettext("%s, %zu ticket", "%s, %zu tickets", (unsigned long)n), label ? label : "", (size_t)n);
	else
		sd_str_addf(&s, "%s %s", number ? number : "?", label ? label : "");
	return sd_str_take(&s);
}

/* A line of the list; NULL: another line stands for that act. */
static struct undo_row *take_row(struct model *m, const struct table *t, int i)
{
	struct undo_log *u = log_of(m);
	struct undo_row *r;
	long n = strtol(table_get(t, i, 3) ? table_get(t, i, 3) : "1", NULL, 10);
	long depth = strtol(table_get(t, i, 10) ? table_get(t, i, 10) : "0", NULL, 10);
	bool undone = is_true(table_get(t, i, 5)), is_undo = is_true(table_get(t, i, 6));

	if (undone || (is_undo && depth % 2 == 0))
		return NULL;
	r = SD_PUSH(u->row, u->nrows, u->caprows);
	*r = (struct undo_row){.label = row_label(m, t, i), .many = n > 1 ? (size_t)n : 0, .is_undo = is_undo};
	snprintf(r->op, sizeof r->op, "%.36s", table_get(t, i, 0));
	snprintf(r->root, sizeof r->root, "%.36s", table_get(t, i, 9));
	return r;
}

/* An act of this session goes on as the desk has it; another one becomes known. */
static void do_row(struct model *m, const struct undo_row *r, struct effects *fx)
{
	struct undo_entry *e = by_root(m, r->root);

	if (!e)
		e = push(m, r->root, r->label, r->many);
	if (*e->next) {
		fx_toast(fx, EL_WARN, "%s", _("The undo before is not confirmed yet"));
		return;
	}
	snprintf(e->op, sizeof e->op, "%s", r->op);
	e->undone = r->is_undo;
	send(m, e, fx);
}

static void do_first(struct model *m, const struct table *t, bool redo, struct effects *fx)
{
	drop_rows(log_of(m));
	for (int i = 0; i < t->rows; i++) {
		const struct undo_row *r = is_true(table_get(t, i, 7)) ? take_row(m, t, i) : NULL;

		if (!r || r->is_undo != redo)
			continue;
		do_row(m, r, fx);
		return;
	}
	fx_toast(
		fx, EL_WARN, "%s", redo ? _("Nothing was undone that could be done again") : _("You did nothing that can be undone now"));
}

void undo_list_open(struct model *m, struct effects *fx)
{
	struct overlay *o = overlay_push(m, OV_MENU);

	o->use = DLG_UNDO;
	menu_init(&o->menu, _("What you did"));
	menu_add(&o->menu, &(struct menu_entry){.id = -1, .label = _("reading ..."), .off = ""});
	ask_list(fx, UNDO_LIST);
}

static const char *why_not(const struct model *m, struct sd_arena *a, const char *json)
{
	json_t *j = json ? json_loads(json, 0, NULL) : NULL;
	char *args = json_dumps(json_object_get(j, "args"), JSON_COMPACT);
	const char *id = json_string_value(json_object_get(j, "id")), *text = json_string_value(json_object_get(j, "text"));
	const char *why = act_refusal(m, a, "", id ? id : "", args, text ? text : _("not any more"));

	why = clean_copy(a, why);
	free(args);
	json_decref(j);
	return why;
}

static void fill(struct model *m, struct overlay *o, const struct table *t)
{
	struct sd_arena *a = sd_arena_new();

	menu_free(&o->menu);
	menu_init(&o->menu, _("What you did"));
	for (int i = 0; i < t->rows; i++) {
		const struct undo_row *r = take_row(m, t, i);
		const char *at = table_get(t, i, 1);

		if (!r)
			continue;
		menu_add(&o->menu, &(struct menu_entry){.id = (int)m->undo->nrows - 1,
							   .label = sd_arena_printf(a, "%4s  %s",
								   sd_time_age(a, at ? strtoll(at, NULL, 10) : m->session.now, m->session.now), r->label),
							   .hint = r->is_undo ? _("undone; can be done again") : _("can be undone"),
							   .off = is_true(table_get(t, i, 7)) ? NULL : why_not(m, a, table_get(t, i, 8))});
	}
	if (!m->undo->nrows)
		menu_add(&o->menu, &(struct menu_entry){.id = -1, .label = _("nothing in the last minutes"), .off = ""});
	sd_arena_free(a);
}

void undo_list_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	enum undo_use use = (enum undo_use)a->req.arg;
	struct overlay *o = overlay_top(m);
	bool open = o && o->kind == OV_MENU && o->use == DLG_UNDO;

	if (!a->table) {
		fx_toast(fx, EL_ERROR, "%s", a->err->text);
		if (use == UNDO_LIST && open)
			overlay_pop(m);
	} else if (use != UNDO_LIST) {
		do_first(m, a->table, use == REDO_ONE, fx);
	} else if (open) {
		drop_rows(log_of(m));
		fill(m, o, a->table);
	}
}

void undo_list_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	enum widget_result r = menu_update(&o->menu, k);
	const struct menu_item *it = menu_selected(&o->menu);
	int id = it ? it->id : -1;

	if (r != W_SUBMIT && r != W_CANCEL)
		return;
	overlay_pop(m);
	if (r == W_SUBMIT && id >= 0 && (size_t)id < m->undo->nrows)
		do_row(m, &m->undo->row[id], fx);
}
