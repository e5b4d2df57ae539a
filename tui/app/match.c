#include "config.h"
#include "tui/app/match.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"
#include "tui/app/act.h"
#include "tui/app/actions.h"
#include "tui/app/triage.h"
#include "tui/pane/match.h"

enum { TYPED_MS = 400, TYPED_LEAST = 8, LABEL_LEAST = 30, FRAME = 12, TITLE_LEAST = 24, LOW_ROWS = 4, LOW_CARD = 4 };
enum use { USE_APPLY, USE_DISMISS, USE_RESTORE, USE_SOLVE };
static const char *const use_words[] = {"applied", "dismissed", "restored"};

static const char ticket_sql[] = "select type, id, title, score, excerpt from desk.match_ticket($1::bigint, 10)";
static const char text_sql[] = "select type, id, title, score, excerpt from desk.match($1, $2::jsonb, 5)";

/* ---- asking ---- */
static void ask(struct model *m, int64_t ticket, struct effects *fx)
{
	struct match *x = m->match;
	char id[24];
	const char *params[] = {id};

	match_clear(x);
	x->ticket = ticket;
	x->gen++;
	x->asking = ticket != 0;
	if (!ticket)
		return;
	snprintf(id, sizeof id, "%" PRId64, ticket);
	fx_query(fx, (struct req){REQ_MATCH, x->gen, ticket, 0}, FX_FAST | FX_ASIDE, ticket_sql, 1, params);
}

/* The ticket that is read: in triage the one before one, else the one of the detail pane once it is there. */
static int64_t read_now(const struct model *m)
{
	const struct sd_ticket *t = m->detail->ticket;

	if (triage_shown(m) && m->focus == PANE_QUEUE)
		return triage_at(m);
	return t && t->id == m->detail->id && m->layout.pane[PANE_DETAIL].w ? t->id : 0;
}

void match_follow(struct model *m, struct effects *fx)
{
	int64_t id = m->conn == CONN_READY && m->meta && sd_meta_is_staff(m->meta) ? read_now(m) : 0;

	if (id && id != m->match->ticket)
		ask(m, id, fx);
}

void match_typed(struct model *m, const struct act_form *f, struct effects *fx)
{
	if (f->is_new && m->conn == CONN_READY)
		fx_timer(fx, TIMER_MATCH, TYPED_MS);
}

void match_due(struct model *m, struct effects *fx)
{
	struct overlay *o = overlay_top(m);
	const struct form *f = o && o->kind == OV_FORM && o->form->is_new ? &o->form->form : NULL;
	const char *subject = f ? form_value(f, "subject") : NULL, *body = f ? form_value(f, "body") : NULL;
	const char *params[] = {NULL, "{}"};

	if (!f)
		return;
	params[0] = sd_arena_printf(fx->arena, "%s\n%s", subject ? subject : "", body ? body : "");
	if (strlen(params[0]) < TYPED_LEAST)
		return;
	m->match_typed->gen++;
	fx_query(fx, (struct req){REQ_MATCH, m->match_typed->gen, 0, 0}, FX_FAST | FX_ASIDE, text_sql, 2, params);
}

/* ---- the list ---- */
static struct match *of_list(struct model *m, const struct overlay *o)
{
	return o->command ? m->match_typed : m->match;
}

static void fill(struct model *m, struct overlay *o)
{
	struct match *x = of_list(m, o);
	struct sd_arena *a = sd_arena_new();

	menu_free(&o->menu);
	menu_init(&o->menu, _("What may help: Enter reads, a applies, x dismisses, u takes that back"));
	for (int i = 0; i < x->n; i++) {
		const char *hint = match_strength(x->row[i].score, a);
		int width = m->width - FRAME + 6 - sd_text_width(hint);

		menu_add(&o->menu, &(struct menu_entry){.id = i + 1,
							   .hint = hint,
							   .label = sd_text_fit(a, match_words(&x->row[i], a), width > LABEL_LEAST ? width : LABEL_LEAST,
								   glyph(GL_ELLIPSIS), false)});
	}
	if (!x->n)
		menu_add(&o->menu,
			&(struct menu_entry){.id = -1, .label = x->asking ? _("reading ...") : _("nothing that is like it"), .off = ""});
	sd_arena_free(a);
}

const char *match_off(const struct model *m)
{
	if (m->conn != CONN_READY || !m->meta)
		return _("there is no connection");
	if (!sd_meta_is_staff(m->meta))
		return _("your role is told no matches of tickets");
	return model_target(m).id ? NULL : _("no ticket is selected");
}

static void list(struct model *m, bool typed)
{
	struct overlay *o = overlay_push(m, OV_MENU);

	o->use = DLG_MATCH;
	o->command = typed;
	menu_init(&o->menu, "");
	fill(m, o);
}

void match_open(struct model *m, struct effects *fx)
{
	int64_t id = model_target(m).id;

	if (m->match->ticket != id || (!m->match->n && !m->match->asking))
		ask(m, id, fx);
	if (m->detail->id != id) /* the form it is solved with offers what the ticket holds */
		detail_show(m->detail, id, fx);
	list(m, false);
}

bool match_open_typed(struct model *m)
{
	if (!m->match_typed->n)
		return false;
	list(m, true);
	return true;
}

void match_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct match *x = a->req.id ? m->match : m->match_typed;
	struct overlay *o = overlay_top(m);

	(void)fx;
	if (a->req.gen != x->gen) /* too late */
		return;
	x->asking = false;
	if (a->table)
		match_take(x, a->table);
	if (o && o->kind == OV_MENU && o->use == DLG_MATCH && of_list(m, o) == x)
		fill(m, o);
}

/* ---- one of them ---- */
static void read_it(struct model *m, const struct match *x, int i, struct effects *fx)
{
	struct overlay *o = overlay_push(m, OV_MATCH);
	char id[24];
	const struct match_row *r = &x->row[i];
	const char *params[] = {r->article ? "article" : "ticket", r->id, id};

	o->match = match_page_new(x->ticket, r);
	snprintf(id, sizeof id, "%" PRId64, x->ticket);
	fx_query(fx, (struct req){REQ_MATCH_OPEN, 0, x->ticket, 0}, FX_ACT,
		x->ticket ? "select desk.match_open($1, $2), desk.match_use($3::bigint, $1, $2, 'opened')"
				  : "select desk.match_open($1, $2)",
		x->ticket ? 3 : 2, params);
}

static struct match_page *page_of(struct model *m)
{
	for (int i = m->noverlays - 1; i >= 0; i--)
		if (m->overlay[i]->kind == OV_MATCH)
			return m->overlay[i]->match;
	return NULL;
}

void match_page_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct match_page *p = page_of(m);

	(void)fx;
	if (p && p->ticket == a->req.id)
		match_page_take(p, a->table, a->err);
}

static void use(struct match *x, bool article, const char *id, enum use how, struct effects *fx)
{
	char ticket[24];
	const char *params[] = {ticket, article ? "article" : "ticket", id, use_words[how]};

	snprintf(ticket, sizeof ticket, "%" PRId64, x->ticket);
	fx_query(fx, (struct req){REQ_MATCH_USE, 0, x->ticket, (int)how}, FX_ACT,
		"select r->>'ok', r->>'remedy', r->'error'->>'text', $3, r->>'public' from desk.match_use($1::bigint, $2, $3, $4) r", 4,
		params);
}

static void dismiss(struct model *m, struct match *x, int i, struct effects *fx)
{
	struct match_row gone = x->row[i];

	use(x, gone.article, gone.id, USE_DISMISS, fx);
	snprintf(x->back[0], sizeof x->back[0], "%s", gone.article ? "article" : "ticket");
	snprintf(x->back[1], sizeof x->back[1], "%s", gone.id);
	x->back_ticket = x->ticket;
	memmove(&x->row[i], &x->row[i + 1], (size_t)(x->n - i - 1) * sizeof x->row[0]);
	x->n--;
	fx_toast(fx, EL_OK, _("%s is not proposed for this ticket again; u in the list takes that back"), gone.id);
	m->dirty = true;
}

static bool take_back(struct match *x, struct effects *fx)
{
	if (!*x->back[1] || x->back_ticket != x->ticket)
		return false;
	use(x, strcmp(x->back[0], "article") == 0, x->back[1], USE_RESTORE, fx);
	*x->back[1] = '\0';
	return true;
}

/* The ticket can be solved now, or once an act has begun it, which the desk does in the same operation. */
static const char *solve_off(struct model *m, const struct target *t, bool *begins, struct sd_arena *a)
{
	static const char *const verbs[] = {"start", "take"};
	const char *why = act_off(m, t, "resolve", a);
	const struct sd_kind *k = why && m->meta ? sd_meta_kind(m->meta, t->kind) : NULL;

	*begins = false;
	for (size_t v = 0; k && v < sizeof verbs / sizeof *verbs; v++)
		for (int i = 0; !act_off(m, t, verbs[v], a) && i < k->ntransitions; i++)
			if (!strcmp(k->transitions[i].verb, verbs[v]) && !strcmp(k->transitions[i].from, t->state) &&
				!sd_meta_role_refusal(m->meta, a, k, k->transitions[i].to, "resolve")) {
				*begins = true;
				return NULL;
			}
	return why;
}

/* A ticket that can be solved gets the form for it, and what helped is counted when that is sent; another one is linked at once.
 */
static void apply(struct model *m, struct match *x, bool article, const char *id, struct effects *fx)
{
	struct target t = model_target(m);
	char ticket[24];
	const char *params[] = {article ? "article" : "ticket", id, ticket};
	bool begins = false;

	snprintf(ticket, sizeof ticket, "%" PRId64, x->ticket);
	if (t.id != x->ticket || solve_off(m, &t, &begins, fx->arena))
		use(x, article, id, USE_APPLY, fx);
	else
		fx_query(fx, (struct req){REQ_MATCH_USE, 0, x->ticket, USE_SOLVE}, FX_ACT,
			"select (r is not null)::text, r->>'remedy', null, r->>'id', r->>'public', r->>'type' "
			"from desk.match_open($1, $2, $3::bigint) r",
			3, params);
}

/* The form to solve the ticket with what is said there, so that one key more sends it. */
static void solve(struct model *m, int64_t ticket, const struct table *said, struct effects *fx)
{
	struct target t = model_target(m);
	const char *remedy = table_get(said, 0, 1), *id = clean_copy(fx->arena, table_get(said, 0, 3)), *open = table_get(said, 0, 4),
			   *type = table_get(said, 0, 5), *now;
	struct preset body = {"body", remedy ? remedy : ""};
	bool begins = false;
	const char *off = t.id == ticket ? solve_off(m, &t, &begins, fx->arena) : _("another ticket is chosen by now");
	struct act_form *f;

	if (off || !type) {
		fx_toast(fx, EL_WARN, _("Not possible: %s"), off ? off : _("not any more"));
		return;
	}
	f = act_form_new(m, &t, sd_kind_verb(sd_meta_kind(m->meta, t.kind), "resolve"), &body, 1);
	f->using_type = sd_strdup(type);
	f->using_id = sd_strdup(id);
	act_form_open(m, f);
	now = form_value(&f->form, "body");
	if (strcmp(now, body.value) != 0) { /* a draft of one's own */
		form_set(&f->form, "body", sd_arena_printf(fx->arena, "%s\n\n%s", now, body.value), NULL);
		act_form_edited(m, f, fx);
	}
	form_note(&f->form, sd_arena_printf(fx->arena,
							begins ? _("Solved with %s: the ticket is begun, linked and solved in one; Esc leaves it as it is")
								   : _("Solved with %s: linked as this is sent; Esc leaves it as it is"),
							id));
	if (open && !strcmp(open, "false"))
		fx_toast(fx, EL_WARN, _("%s is internal: what is sent here the requester reads"), id);
}

/* Linked, where there is nothing to solve. */
static void linked(const struct table *said, struct model *m, int64_t ticket, struct effects *fx)
{
	struct target t = model_target(m);
	const char *id = clean_copy(fx->arena, table_get(said, 0, 3));
	const char *off = t.id == ticket ? act_off(m, &t, "resolve", fx->arena) : NULL;

	if (off)
		fx_toast(fx, EL_WARN, _("%s is linked with the ticket. It cannot be resolved: %s"), id, off);
	else
		fx_toast(fx, EL_OK, _("%s is linked with the ticket"), id);
}

void match_use_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	const char *ok = a->table ? table_get(a->table, 0, 0) : NULL, *why = a->table ? table_get(a->table, 0, 2) : NULL;

	if (!ok || strcmp(ok, "true") != 0)
		fx_toast(fx, EL_ERROR, "%s", why ? why : a->err ? a->err->text : _("not any more"));
	else if (a->req.arg == USE_SOLVE)
		solve(m, a->req.id, a->table, fx);
	else if (a->req.arg == USE_APPLY)
		linked(a->table, m, a->req.id, fx);
	else if (a->req.arg == USE_RESTORE && m->match->ticket == a->req.id)
		ask(m, a->req.id, fx);
}

/* ---- keys ---- */
void match_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	struct match *x = of_list(m, o);
	const struct menu_item *it = menu_selected(&o->menu);
	int i = it ? it->id - 1 : -1;
	bool typed = o->command != 0;
	enum widget_result r;

	if (i >= 0 && !typed && key_is(k, 'a', 0)) {
		apply(m, x, x->row[i].article, x->row[i].id, fx);
		overlay_pop(m);
		return;
	}
	if (i >= 0 && !typed && (key_is(k, 'x', 0) || key_is(k, KEY_CODE_DELETE, 0))) {
		dismiss(m, x, i, fx);
		fill(m, o);
		return;
	}
	if (!typed && key_is(k, 'u', 0) && take_back(x, fx))
		return;
	r = menu_update(&o->menu, k);
	if (r == W_SUBMIT && i >= 0)
		read_it(m, x, i, fx);
	else if (r == W_SUBMIT || r == W_CANCEL)
		overlay_pop(m);
}

void match_page_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	struct match_page *p = o->match;
	struct match *x = m->match;
	bool mine = p->ticket && x->ticket == p->ticket;
	struct overlay *under;

	if (key_is(k, KEY_CODE_ESC, 0) || key_is(k, 'q', 0) || key_is(k, 'c', KEY_CTRL)) {
		overlay_pop(m);
		return;
	}
	if (!mine || !(key_is(k, 'a', 0) || key_is(k, 'x', 0))) {
		textview_update(&p->view, k);
		return;
	}
	if (key_is(k, 'a', 0))
		apply(m, x, p->article, p->id, fx);
	else
		for (int i = 0; i < x->n; i++)
			if (!strcmp(x->row[i].id, p->id)) {
				dismiss(m, x, i, fx);
				break;
			}
	overlay_pop(m);
	under = overlay_top(m);
	if (under && under->kind == OV_MENU && under->use == DLG_MATCH) {
		if (key_is(k, 'a', 0))
			overlay_pop(m);
		else
			fill(m, under);
	}
}

/* ---- beside what is read ---- */
static int free_lines(const struct model *m, struct region r)
{
	const struct textview *v = &m->detail->text;

	return v->scroll.top == 0 && v->laid >= v->npars ? r.h - (int)v->nvis - 1 : 0;
}

static int strip(const struct model *m, struct region r)
{
	int n = m->match->ticket && m->detail->ticket && m->match->ticket == m->detail->ticket->id ? match_good(m->match) : 0;
	int room = free_lines(m, r);

	return n > room ? room : n > MATCH_STRIP ? MATCH_STRIP : n;
}

void match_beside(struct model *m, struct region r)
{
	char key[32];
	int n = strip(m, r);

	if (n > 0)
		match_draw(m->match, r, n, keymap_keys(&m->keymap, ACT_MATCH, true, key, sizeof key));
}

const char *match_title(const struct model *m, const struct pane *p, struct sd_arena *a)
{
	char key[32];
	bool triage = p == m->pane[PANE_QUEUE] && triage_shown(m);

	if (!match_good(m->match) ||
		!(triage ? triage_at(m) == m->match->ticket
				 : p == &m->detail->pane && m->detail->ticket && m->detail->ticket->id == m->match->ticket))
		return NULL;
	if (!triage && strip(m, (struct region){.w = m->layout.pane[PANE_DETAIL].w, .h = m->layout.pane[PANE_DETAIL].h - 1}) > 0)
		return NULL; /* it stands under the ticket */
	return sd_arena_printf(a, " %s %s  %s ", keymap_keys(&m->keymap, ACT_MATCH, true, key, sizeof key),
		match_words(&m->match->row[0], a), match_strength(m->match->row[0].score, a));
}

int match_low(struct model *m, const struct act_form *f, struct region r)
{
	int n = match_good(m->match_typed);

	n = n > LOW_ROWS ? LOW_ROWS : n;
	n = n > r.h - LOW_CARD - 1 ? r.h - LOW_CARD - 1 : n; /* the card keeps some lines, on 24 rows too */
	if (!f->is_new || n < 1)
		return 0;
	draw_fit(r, 0, r.h - n - 1, r.w, EL_HEADER, _("May help"), false);
	match_draw(m->match_typed, r, n, "Alt-f");
	return n + 1;
}
