#include "config.h"
#include "tui/app/triage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/pane/triage.h"
#include "tui/widget/picker.h"

enum { POPUP_W = 70, POPUP_H = 18 };

static struct triage *line_of(const struct model *m)
{
	return (struct triage *)board_get(m, BOARD_TRIAGE);
}

bool triage_shown(const struct model *m)
{
	return board_shown(m) == BOARD_TRIAGE;
}

int64_t triage_at(const struct model *m)
{
	const struct triage_item *it = triage_shown(m) ? triage_here(line_of(m)) : NULL;

	return it && it->st == TRIAGE_TODO ? it->id : 0;
}

/* ---- may it be done? ---- */
const char *triage_open_off(const struct model *m)
{
	if (m->conn != CONN_READY || !m->meta)
		return _("there is no connection");
	if (sd_meta_has_role(m->meta, "agent") || sd_meta_has_role(m->meta, "lead") || sd_meta_has_role(m->meta, "process_owner"))
		return NULL;
	return _("your role triages no tickets");
}

const char *triage_off(const struct model *m)
{
	return triage_here(line_of(m)) ? NULL : _("there is no ticket here");
}

struct target triage_target(const struct model *m)
{
	const struct triage_item *it = triage_here(line_of(m));
	const struct sd_ticket *t = m->detail->ticket;
	struct target out = {.id = 0};

	if (!it)
		return out;
	out = (struct target){.id = it->id, .number = it->number, .kind = it->kind, .state = it->state, .version = it->version};
	if (t && t->id == it->id) { /* it was opened, or a form has asked for it */
		out.ticket = t;
		if (t->version >= it->version) {
			out.state = t->state;
			out.version = t->version;
		}
	}
	return out;
}

/* ---- there and back ---- */
void triage_open(struct model *m, struct effects *fx)
{
	struct triage *t = line_of(m);

	t->s = &m->session;
	for (size_t i = 0; i < t->n; i++)
		t->v[i]->stale = t->v[i]->st == TRIAGE_TODO; /* one was away */
	if (triage_here(t) && triage_here(t)->st != TRIAGE_TODO)
		triage_next(t, &m->session);
	if (triage_here(t) && triage_here(t)->since)
		triage_here(t)->since = m->session.ms;
	board_begin(m, BOARD_TRIAGE, fx);
}

void triage_command(struct model *m, struct effects *fx)
{
	const char *why = triage_open_off(m);

	if (why)
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
	else
		triage_open(m, fx);
}

void triage_keyed(struct model *m, const struct key *k)
{
	struct triage_item *it = triage_shown(m) && m->focus == PANE_QUEUE ? triage_here(line_of(m)) : NULL;

	if (it && it->st == TRIAGE_TODO && k->code != KEY_CODE_FOCUS_IN && k->code != KEY_CODE_FOCUS_OUT && k->code != KEY_CODE_MOUSE)
		it->keys++;
}

/* An act that leads out of the line is done with as soon as it is sent: the next ticket stands there in the same turn. */
void triage_after(struct model *m, struct effects *fx)
{
	struct triage *t = line_of(m);

	if (!triage_shown(m))
		return;
	for (size_t i = 0; i < t->n; i++) {
		const struct pending_mark *p = t->v[i]->st == TRIAGE_TODO ? session_pending(&m->session, t->v[i]->id) : NULL;

		if (p && *p->to)
			triage_sent(t, t->v[i], &m->session);
		if (t->v[i]->st == TRIAGE_SENT && !session_pending(&m->session, t->v[i]->id)) { /* it was taken back before it was sent */
			triage_refused(t, t->v[i], "");
			triage_to(t, t->v[i], &m->session);
		}
	}
	triage_fill(t, &m->session, fx);
}

/* ---- the picker of a field ---- */
static void add_row(
	struct sd_arena *a, struct picker_row *rows, size_t *n, int64_t id, const char *word, const char *text, const char *hint)
{
	for (size_t i = 0; i < *n; i++)
		if (strtoll(rows[i].value, NULL, 10) == id)
			return;
	rows[(*n)++] = (struct picker_row){sd_arena_printf(a, "%" PRId64 " %s", id, word), text, hint, NULL};
}

static void add_picks(struct sd_arena *a, struct picker_row *rows, size_t *n, const struct triage_pick *v, int nv)
{
	for (int i = 0; i < nv; i++)
		add_row(a, rows, n, v[i].id, v[i].value, v[i].label, strcmp(v[i].value, v[i].label) ? v[i].value : NULL);
}

static size_t rows_of(
	struct model *m, const struct triage_item *it, enum triage_field_id f, struct sd_arena *a, struct picker_row **out)
{
	const struct triage *t = line_of(m);
	const struct triage_field *field = &it->field[f];
	const char *group = triage_value(it, TRIAGE_GROUP);
	size_t most = (size_t)field->n + 8, n = 0;

	if (f == TRIAGE_CATEGORY || f == TRIAGE_GROUP)
		return triage_picks(t, it, f, a, out);
	for (int g = 0; g < t->ngroups; g++)
		most += (size_t)t->group[g].n;
	*out = sd_arena_alloc(a, most * sizeof **out);
	for (int i = 0; i < field->n; i++)
		if (f != TRIAGE_ASSIGNEE || triage_member(t, group, field->choice[i].value))
			add_row(a, *out, &n, field->choice[i].id, field->choice[i].value,
				f == TRIAGE_IMPACT || f == TRIAGE_URGENCY ? sd_meta_choice(m->meta, it->kind, field->name, field->choice[i].label)
														  : field->choice[i].label,
				sd_arena_printf(a, "%d%%", (int)(field->choice[i].confidence * 100 + 0.5)));
	for (int i = 1; i <= 3 && (f == TRIAGE_IMPACT || f == TRIAGE_URGENCY); i++) {
		const char *word = sd_arena_printf(a, "%d", i);

		add_row(a, *out, &n, i, word, sd_meta_choice(m->meta, it->kind, field->name, word), NULL);
	}
	for (int g = 0; g < t->ngroups; g++)
		if (f == TRIAGE_ASSIGNEE && (!*group || !strcmp(group, t->group[g].group.value)))
			add_picks(a, *out, &n, t->group[g].member, t->group[g].n);
	if (f == TRIAGE_ASSIGNEE)
		add_row(a, *out, &n, 0, "", _("nobody"), NULL);
	return n;
}

static void pick_open(struct model *m, enum triage_field_id f)
{
	const struct triage_item *it = triage_here(line_of(m));
	struct sd_arena *a = sd_arena_new();
	struct picker_row *rows;
	size_t n = rows_of(m, it, f, a, &rows);
	struct overlay *o = overlay_push(m, OV_TRIAGE);

	o->command = (int)f;
	o->picker = sd_calloc(1, sizeof *o->picker);
	picker_init(o->picker, false);
	o->picker->likely = f == TRIAGE_CATEGORY || f == TRIAGE_GROUP;
	picker_feed(o->picker, o->picker->generation, rows, n);
	sd_arena_free(a);
}

/* Of a level its digit is enough. */
static bool pick_level(struct triage_item *it, enum triage_field_id f, const struct key *k)
{
	char word[2] = {(char)k->code, '\0'};

	if (!it || (f != TRIAGE_IMPACT && f != TRIAGE_URGENCY) || k->mods || k->code < '1' || k->code > '3')
		return false;
	triage_set(it, f, (int64_t)(k->code - '0'), word);
	return true;
}

void triage_pick_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	struct triage_item *it = triage_here(line_of(m));
	bool chosen = pick_level(it, (enum triage_field_id)o->command, k);
	enum widget_result r = chosen ? W_CANCEL : picker_update(o->picker, k);
	const struct picker_item *sel = picker_selected(o->picker);

	(void)fx;
	if (r == W_SUBMIT && sel && it) {
		triage_set(it, (enum triage_field_id)o->command, strtoll(sel->value, NULL, 10), strchr(sel->value, ' ') + 1);
		triage_fit(line_of(m), it);
	}
	if (r == W_SUBMIT || r == W_CANCEL)
		overlay_pop(m);
}

void triage_pick_draw(struct model *m, struct overlay *o, struct region r)
{
	const struct triage_item *it = triage_here(line_of(m));
	struct region in = popup_draw(r, r.w - 2 < POPUP_W ? r.w - 2 : POPUP_W, r.h - 1 < POPUP_H ? r.h - 1 : POPUP_H,
		it ? triage_field_label(&m->session, it, (enum triage_field_id)o->command) : "");

	editor_draw(&o->picker->edit, region_sub(in, 0, 0, in.w, 1), EL_INPUT_FOCUS, true);
	picker_draw_rows(o->picker, region_sub(in, 0, 1, in.w, in.h - 1));
}

/* ---- what is done to the ticket ---- */
static const struct sd_verb *verb_of(const struct model *m, const struct target *t, const char *verb, struct effects *fx)
{
	const char *why = act_off(m, t, verb, fx->arena);

	if (why)
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
	return why ? NULL : sd_kind_verb(sd_meta_kind(m->meta, t->kind), verb);
}

static const char *guesses(const struct model *m, const struct triage_item *it, struct sd_arena *a)
{
	struct sd_str s = {0};
	const char *out;

	for (int f = 0; f < TRIAGE_FIELDS; f++)
		if (triage_doubt(it, (enum triage_field_id)f))
			sd_str_addf(&s, "%s%s %s", s.len ? _(", ") : "", triage_field_label(&m->session, it, (enum triage_field_id)f),
				triage_label(it, (enum triage_field_id)f));
	out = s.len ? sd_arena_strdup(a, s.data) : NULL;
	sd_str_free(&s);
	return out;
}

static void accept(struct model *m, struct triage_item *it, struct effects *fx)
{
	struct triage *t = line_of(m);
	struct target target = triage_target(m);
	struct sd_str fields = {0};
	const char *guess;

	if (it->st != TRIAGE_TODO) {
		triage_next(t, &m->session);
		return;
	}
	if (triage_missing(it) != TRIAGE_FIELDS) {
		pick_open(m, triage_missing(it));
		return;
	}
	if (!verb_of(m, &target, "triage", fx))
		return;
	guess = guesses(m, it, fx->arena);
	triage_fields(it, &fields);
	act_send_fields(m, &target, "triage", fields.data, fx);
	sd_str_free(&fields);
	triage_sent(t, it, &m->session);
	if (guess)
		fx_toast(fx, EL_WARN, _("%s: a guess was accepted: %s"), target.number, guess);
}

static void form(struct model *m, const char *verb, const struct preset *presets, int n, struct effects *fx)
{
	struct target t = triage_target(m);
	const struct sd_verb *v = verb_of(m, &t, verb, fx);

	if (v)
		act_form_open(m, act_form_new(m, &t, v, presets, n));
}

static void duplicate(struct model *m, const struct triage_item *it, struct effects *fx)
{
	static const struct preset asked[] = {{"reason", "duplicate"}};
	const struct triage_near *n = it->nnear && !it->near[it->at].parent ? &it->near[it->at] : NULL;
	struct target t = triage_target(m);

	for (int i = 0; i < it->nnear && !n; i++)
		n = it->near[i].parent ? NULL : &it->near[i];
	if (!n)
		form(m, "cancel", asked, 1, fx); /* of which one is typed */
	else if (verb_of(m, &t, "cancel", fx))
		act_send_fields(m, &t, "cancel", sd_arena_printf(fx->arena, "{\"reason\":\"duplicate\",\"to\":%" PRId64 "}", n->id), fx);
}

static void child(struct triage_item *it, struct effects *fx)
{
	int to = it->nnear && it->near[it->at].parent ? it->at : TRIAGE_NONE;

	for (int i = 0; i < it->nnear && to < 0; i++)
		to = it->near[i].parent ? i : TRIAGE_NONE;
	if (to < 0 && it->nnear)
		to = it->at;
	if (to < 0) {
		fx_toast(fx, EL_DIM, "%s", _("Nothing it could be a child of is known"));
		return;
	}
	it->child = it->child == to ? TRIAGE_NONE : to;
	it->at = to;
}

/* The word of the kind for what is none of its own: not_an_incident, not_a_complaint. */
static const char *not_one(const struct model *m, const struct triage_item *it)
{
	const struct sd_field *f = sd_kind_field(sd_meta_kind(m->meta, it->kind), "cancel_reason");

	for (int i = 0; f && i < f->choices.n; i++)
		if (!strncmp(f->choices.w[i], "not_", 4))
			return f->choices.w[i];
	return "withdrawn";
}

static void not_ours(struct model *m, const struct triage_item *it, struct effects *fx)
{
	const struct preset presets[] = {{"reason", not_one(m, it)}, {"body", it->not_ours}};

	form(m, "cancel", presets, 2, fx);
}

static void ask_requester(struct model *m, const struct triage_item *it, struct effects *fx)
{
	const struct preset presets[] = {{"body", it->ask}};

	form(m, "ask", presets, 1, fx);
}

void triage_act(struct model *m, enum action a, struct effects *fx)
{
	struct triage_item *it = triage_here(line_of(m));

	if (!it)
		return;
	if (a == ACT_TRIAGE_ACCEPT)
		accept(m, it, fx);
	else if (a == ACT_TRIAGE_OPEN)
		fx_event(fx, EV_OPEN, it->id);
	else if (it->st != TRIAGE_TODO)
		fx_toast(fx, EL_WARN, "%s", _("It is done with: Enter goes on, u takes back what was done last"));
	else if (a >= ACT_TRIAGE_CATEGORY && a <= ACT_TRIAGE_ASSIGNEE)
		pick_open(m, (enum triage_field_id)(a - ACT_TRIAGE_CATEGORY));
	else if (a == ACT_TRIAGE_DUPLICATE)
		duplicate(m, it, fx);
	else if (a == ACT_TRIAGE_CHILD)
		child(it, fx);
	else if (a == ACT_TRIAGE_NOT_OURS)
		not_ours(m, it, fx);
	else if (a == ACT_TRIAGE_ASK)
		ask_requester(m, it, fx);
	else if (a == ACT_TRIAGE_REPLY || a == ACT_TRIAGE_NOTE)
		act_start(m, a == ACT_TRIAGE_REPLY ? "reply" : "note", NULL, 0, fx);
}

/* ---- what came back ---- */
void triage_changed(struct model *m, const int64_t *ids, int n, struct effects *fx)
{
	struct triage *t = line_of(m);
	bool any = false;

	for (int i = 0; i < n; i++) {
		struct triage_item *it = triage_find(t, ids[i]);

		if (!it || it->st != TRIAGE_TODO)
			continue;
		it->stale = any = true;
	}
	if (any && triage_shown(m))
		triage_fill(t, &m->session, fx);
}

static struct act *sent(const struct model *m, int64_t number)
{
	for (size_t i = 0; i < m->nacts; i++)
		if (m->acts[i]->number == number)
			return m->acts[i];
	return NULL;
}

/* Refused: the ticket is back in the line and says why. */
static bool back(struct model *m, struct triage_item *it, const struct act *act, const char *text, struct effects *fx)
{
	bool ours = !strcmp(act->verb, "triage") && !act->form && !act->waited; /* what waited for the line is held with the others */

	if (it->st == TRIAGE_SENT)
		triage_refused(line_of(m), it, text);
	if (!ours)
		return false;
	fx_toast(fx, EL_ERROR, "%s: %s", act->label, text);
	act_free(act_take(m, act->number));
	return true;
}

bool triage_acted(struct model *m, const struct answer *a, struct effects *fx)
{
	struct triage *t = line_of(m);
	const struct act *act = sent(m, a->req.id);
	struct triage_item *it = act ? triage_find(t, act->ticket) : NULL;
	const char *json = table_get(a->table, 0, 0);
	struct sd_err err = {0};
	struct sd_outcome *o = it && json ? sd_outcome_parse(json, &err) : NULL;
	bool taken = false;

	t->s = &m->session;
	if (!it)
		return false;
	if (o && o->ok && (!strcmp(act->verb, "triage") || strcmp(o->state, "new") != 0)) {
		if (it->st == TRIAGE_TODO)
			triage_sent(t, it, &m->session);
		triage_done(t, it);
	} else if (o && o->ok) {
		it->stale = true; /* a reply, a note: it has another version now */
	} else if (o) {
		taken = back(
			m, it, act, act_refusal(m, fx->arena, act->kind ? act->kind : "", o->error_id, o->error_args, o->error_text), fx);
	} else {
		taken = back(m, it, act, a->err ? a->err->text : _("The database gave no answer"), fx);
	}
	sd_outcome_free(o);
	if (triage_shown(m))
		triage_fill(t, &m->session, fx);
	return taken;
}

void triage_undone(struct model *m, const struct answer *a, struct effects *fx)
{
	struct triage *t = line_of(m);
	const char *json = table_get(a->table, 0, 0);
	struct sd_err err = {0};
	struct sd_outcomes *o = json ? sd_outcomes_parse(json, &err) : NULL;

	for (int i = 0; o && i < o->n; i++) {
		struct triage_item *it = o->v[i].ok ? triage_find(t, o->v[i].id) : NULL;

		if (!it)
			continue;
		it->stale = true;
		t->want = it->id;
	}
	sd_outcomes_free(o);
	if (triage_shown(m))
		triage_fill(t, &m->session, fx);
}
