/* The pane: what it asks for, where one is in it, what its keys do. */
#include "config.h"
#include "tui/pane/ci.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

enum { PAGE_LINKS = 200, NEAR_MOST = 100, TEN = 10 };

static const struct pane_ops list_ops, page_ops, impact_ops;

enum ci_level ci_level(const struct cmdb *c)
{
	return c->here.level;
}

struct ci_node ci_here(const struct cmdb *c)
{
	const struct ci_node *n = ci_row_here(c);
	const struct ci_line *l = ci_line_here(c);

	if (c->here.level == CI_LIST)
		return n ? *n : (struct ci_node){.id = 0};
	if (l && l->kind == CL_CI)
		return (struct ci_node){.id = l->id, .ident = (char *)(uintptr_t)l->copy};
	if (c->here.level == CI_PAGE && c->about)
		return c->about->ci;
	return c->here.level == CI_IMPACT && c->reached ? c->reached->ci : (struct ci_node){.id = 0};
}

/* ---- reading ---- */
static void ask_json(struct cmdb *c, struct req req, const char *sql, json_t *j, struct effects *fx)
{
	char *dump = json_dumps(j, JSON_COMPACT);
	const char *params[] = {dump ? dump : "{}"};

	(void)c;
	fx_query(fx, req, FX_ASIDE, sql, 1, params);
	free(dump);
	json_decref(j);
}

static json_t *impact_json(const struct cmdb *c)
{
	return json_pack("{s:I, s:I, s:i, s:b, s:i, s:i, s:o}", "ci", (json_int_t)c->here.id, "ticket", (json_int_t)c->here.ticket,
		"nth", c->nth, "up", c->here.up, "depth", c->here.depth, "limit", c->limit > CI_FIRST ? c->limit : CI_FIRST, "types",
		ci_types_json(c));
}

static void ask(struct board *b, struct effects *fx)
{
	struct cmdb *c = (struct cmdb *)b;

	if (c->counting) {
		fx_add(fx, FX_CANCEL)->req = (struct req){REQ_CI, 0, 0, 0};
		c->counting = false;
	}
	if (c->here.level == CI_LIST)
		ci_list_ask(c, fx);
	else if (c->here.level == CI_PAGE)
		ask_json(c, board_req(b), "select desk.ci_pane_page($1::jsonb)",
			json_pack("{s:I, s:i}", "ci", (json_int_t)c->here.id, "limit", c->limit > PAGE_LINKS ? c->limit : PAGE_LINKS), fx);
	else
		ask_json(c, board_req(b), "select desk.ci_pane_impact($1::jsonb)", impact_json(c), fx);
}

static void near_free(struct cmdb *c)
{
	for (size_t i = 0; i < c->nnear; i++)
		sd_arena_free(c->near[i].arena);
	c->nnear = 0;
}

/* Marks the version before that instant and the newest, and shows all of what differs. */
static void land_on_change(struct cmdb *c)
{
	const struct ci_about *p = c->about;
	int from = 0;

	while (from < p->nversions && p->version[from].at / 1000000 >= c->here.changed / 1000000)
		from++;
	c->mark[0] = from && from < p->nversions ? p->version[from].version : 0;
	c->mark[1] = c->mark[0] ? p->version[0].version : 0;
	ci_lines_make(c);
	for (size_t i = 0; i < c->nlines; i++)
		if (c->line[i].kind == CL_DIFF || (c->line[i].kind == CL_VERSION && !c->mark[0]))
			list_select_row(&c->lines, (int)i);
	c->here.changed = 0;
}

static void land_on(struct cmdb *c)
{
	if (c->here.changed && c->here.level == CI_PAGE && c->about)
		land_on_change(c);
	else if (c->here.key && list_select(&c->lines, c->here.key))
		c->here.key = 0;
	else if (c->fresh)
		list_select_row(&c->lines, 0);
	c->fresh = false;
}

static bool take_page(struct cmdb *c, const char *json)
{
	struct ci_about *a = ci_about_parse(json);

	if (!a)
		return false;
	ci_about_free(c->about);
	c->about = a;
	near_free(c); /* what is unfolded is asked for again as it is seen */
	return true;
}

/* The first that come are shown at once; how many there are is counted meanwhile. */
static bool take_impact(struct cmdb *c, const char *json)
{
	struct ci_reached *r = ci_reached_parse(json);

	if (!r)
		return false;
	ci_reached_free(c->reached);
	c->reached = r;
	c->pick = c->here.ticket && !r->ci.id && !r->ncis;
	if (r->ci.id) {
		c->here.id = r->ci.id;
		c->nth = r->nth;
	}
	return true;
}

static bool take(struct board *b, const char *json)
{
	struct cmdb *c = (struct cmdb *)b;
	bool ok = c->here.level == CI_LIST   ? ci_list_take(c, json)
			  : c->here.level == CI_PAGE ? take_page(c, json)
										 : take_impact(c, json);

	if (ok && c->here.level != CI_LIST) {
		ci_lines_make(c);
		land_on(c);
	}
	return ok;
}

static void count_all(struct cmdb *c, const struct session *s, struct effects *fx)
{
	c->counting = true;
	c->count_ms = s->ms;
	ask_json(c, (struct req){REQ_CI, ++c->more_gen, 0, 0}, "select desk.ci_pane_reach($1::jsonb)", impact_json(c), fx);
}

/* Neighbours of what is unfolded on the page and not there yet. */
static void ask_near(struct cmdb *c, struct effects *fx)
{
	for (size_t i = 0; i < c->nlines; i++) {
		const struct ci_line *l = &c->line[i];

		if (c->here.level != CI_PAGE || l->kind != CL_CI || !l->open || ci_near_of(c, l->id))
			continue;
		*SD_PUSH(c->near, c->nnear, c->capnear) = (struct ci_near){.id = l->id};
		ask_json(c, (struct req){REQ_CI, c->board.gen, l->id, 1}, "select desk.ci_pane_near($1::jsonb)",
			json_pack("{s:I, s:i}", "ci", (json_int_t)l->id, "limit", NEAR_MOST), fx);
	}
}

static void ci_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct cmdb *c = (struct cmdb *)p;
	bool mine = a->req.gen == c->board.gen;

	c->s = s;
	board_answer(&c->board, s, a, fx);
	if (!mine || c->board.error)
		return;
	if (c->here.level == CI_IMPACT && c->reached && c->reached->count < 0)
		count_all(c, s, fx);
	if (c->here.level == CI_PAGE)
		ask_near(c, fx);
}

void ci_more(struct cmdb *c, const struct session *s, const struct answer *a, struct effects *fx)
{
	const char *json = table_get(a->table, 0, 0);
	struct ci_near *near = a->req.arg ? ci_near_of(c, a->req.id) : NULL;

	c->s = s;
	if (a->req.arg ? a->req.gen != c->board.gen || !near : a->req.gen != c->more_gen)
		return;
	if (!a->req.arg)
		c->counting = false;
	if (a->err || !json) {
		fx_toast(fx, EL_ERROR, "%s", a->err ? a->err->text : _("The database gave no answer"));
		return;
	}
	if (near)
		ci_near_parse(near, json);
	else if (c->reached)
		ci_reached_count(c->reached, json);
	ci_lines_make(c);
	ask_near(c, fx);
}

/* ---- where one is ---- */
static void trail_push(struct ci_trail *t, struct ci_place p)
{
	*SD_PUSH(t->v, t->n, t->cap) = p;
}

static void at(struct cmdb *c, struct ci_place to)
{
	static const struct pane_ops *const ops[] = {&list_ops, &page_ops, &impact_ops};

	c->here = to;
	c->arrived = c->fresh = true;
	c->board.pane.ops = ops[to.level];
	c->limit = 0;
	c->nth = to.id ? 0 : c->nth;
	if (to.level == CI_PAGE && c->about && c->about->ci.id != to.id) {
		c->mark[0] = c->mark[1] = 0;
		free(c->diff);
		c->diff = NULL;
	}
	list_search_set(&c->lines, "");
	ci_lines_make(c);
}

static struct ci_place present(const struct cmdb *c)
{
	struct ci_place p = c->here;
	const struct ci_line *l = ci_line_here(c);

	p.key = p.level != CI_LIST && l ? l->key : 0;
	return p;
}

void ci_begin(struct cmdb *c, struct ci_place to)
{
	c->back.n = c->forth.n = 0;
	c->nth = 0;
	*c->types = '\0';
	at(c, to);
}

void ci_go(struct cmdb *c, const struct session *s, struct ci_place to, bool keep, struct effects *fx)
{
	c->s = s;
	if (keep) {
		trail_push(&c->back, present(c));
		c->forth.n = 0;
	}
	at(c, to);
	if (to.level != CI_LIST || !c->rows)
		board_read(&c->board, s, fx);
}

bool ci_step(struct cmdb *c, const struct session *s, int steps, struct effects *fx)
{
	struct ci_trail *from = steps < 0 ? &c->back : &c->forth, *onto = steps < 0 ? &c->forth : &c->back;
	struct ci_place to;

	if (!from->n)
		return false;
	for (int n = steps < 0 ? -steps : steps; n > 0 && from->n; n--) {
		trail_push(onto, present(c));
		to = from->v[--from->n];
		at(c, to);
	}
	if (c->here.level == CI_LIST && c->rows)
		ci_stop(c, fx);
	else
		board_read(&c->board, s, fx);
	return true;
}

bool ci_stop(struct cmdb *c, struct effects *fx)
{
	if (!c->board.loading && !c->counting)
		return false;
	if (c->board.loading)
		fx_add(fx, FX_CANCEL)->req = board_req(&c->board);
	if (c->counting)
		fx_add(fx, FX_CANCEL)->req = (struct req){REQ_CI, 0, 0, 0};
	c->board.loading = c->counting = false;
	c->board.gen++;
	c->more_gen++;
	return true;
}

bool ci_shows(const struct cmdb *c)
{
	return c->here.level == CI_LIST ? c->rows != NULL : c->nlines > 0;
}

/* ---- keys ---- */
static void unfold(struct cmdb *c, int to, struct effects *fx) /* to: 1 open, 0 closed, -1 the other way */
{
	const struct ci_line *l = ci_line_here(c);

	if (!l || !l->folds) {
		if (to == 0 && l) { /* to the line it stands below */
			for (int row = list_row(&c->lines) - 1; row >= 0; row--)
				if (c->line[row].folds && c->line[row].open) {
					list_select_row(&c->lines, row);
					break;
				}
		}
		return;
	}
	if (to >= 0 && l->open == (to == 1))
		return;
	ci_fold(c, l->key);
	ci_lines_make(c);
	ask_near(c, fx);
}

static void mark_version(struct cmdb *c, int version)
{
	if (c->mark[0] == version || c->mark[1] == version) {
		c->mark[0] = c->mark[0] == version ? c->mark[1] : c->mark[0];
		c->mark[1] = 0;
	} else if (!c->mark[0]) {
		c->mark[0] = version;
	} else {
		c->mark[1] = version;
	}
	ci_lines_make(c);
}

static void more(struct cmdb *c, const struct session *s, const struct ci_line *l, struct effects *fx)
{
	if (l->more >= 0) { /* they are here */
		ci_fold(c, l->key);
		ci_lines_make(c);
	} else if (c->here.level == CI_PAGE && l->id) {
		ask_json(c, (struct req){REQ_CI, c->board.gen, l->id, 1}, "select desk.ci_pane_near($1::jsonb)",
			json_pack("{s:I, s:i}", "ci", (json_int_t)l->id, "limit", 0), fx);
	} else {
		c->limit = (c->limit ? c->limit : c->here.level == CI_PAGE ? PAGE_LINKS : CI_FIRST) * TEN;
		board_read(&c->board, s, fx);
	}
}

static void open_here(struct cmdb *c, const struct session *s, struct effects *fx)
{
	struct ci_node n = ci_here(c);
	const struct ci_line *l = ci_line_here(c);

	if (c->here.level == CI_LIST) {
		if (n.id)
			ci_go(c, s, (struct ci_place){.level = CI_PAGE, .id = n.id}, true, fx);
		return;
	}
	if (!l)
		return;
	if (l->kind == CL_TICKET)
		fx_event(fx, EV_OPEN, l->id);
	else if (l->kind == CL_MORE)
		more(c, s, l, fx);
	else if (l->kind == CL_CI && (c->here.level != CI_PAGE || l->id != c->here.id))
		ci_go(c, s, (struct ci_place){.level = CI_PAGE, .id = l->id}, true, fx);
	else if (l->kind == CL_VERSION)
		mark_version(c, (int)l->id);
	else
		unfold(c, -1, fx);
}

static void impact_here(struct cmdb *c, const struct session *s, struct effects *fx)
{
	struct ci_node n = ci_here(c);

	if (!n.id)
		fx_toast(fx, EL_WARN, "%s", _("The cursor is on no item"));
	else if (c->here.level != CI_IMPACT || n.id != c->here.id)
		ci_go(c, s, (struct ci_place){.level = CI_IMPACT, .id = n.id, .depth = CI_DEPTH_MOST, .up = c->here.up}, true, fx);
}

static void depth_to(struct cmdb *c, const struct session *s, int depth, struct effects *fx)
{
	depth = depth < 1 ? 1 : depth > CI_DEPTH_MOST ? CI_DEPTH_MOST : depth;
	if (depth == c->here.depth)
		return;
	c->here.depth = depth;
	board_read(&c->board, s, fx);
}

/* From all the way the next one down is as deep as it goes. */
static int deepest(const struct cmdb *c)
{
	return c->reached && c->reached->n && c->reached->count >= 0 ? c->reached->v[c->reached->n - 1].depth : CI_DEPTH_MOST;
}

static void next_ci(struct cmdb *c, const struct session *s, int dir, struct effects *fx)
{
	int n = c->reached ? c->reached->ncis : 0;

	if (n < 2 || !c->here.ticket) {
		fx_toast(fx, EL_DIM, "%s", _("There is no other item on the ticket"));
		return;
	}
	c->nth = (c->nth + dir + n) % n;
	c->here.id = 0;
	board_read(&c->board, s, fx);
}

static bool impact_action(struct cmdb *c, const struct session *s, enum action a, struct effects *fx)
{
	if (c->here.level != CI_IMPACT)
		return false;
	if (a >= ACT_CI_DEPTH_1 && a <= ACT_CI_DEPTH_9) {
		depth_to(c, s, 1 + (int)(a - ACT_CI_DEPTH_1), fx);
		return true;
	}
	switch (a) {
	case ACT_CI_TURN:
		c->here.up = !c->here.up;
		board_read(&c->board, s, fx);
		return true;
	case ACT_CI_DEEPER:
		depth_to(c, s, c->here.depth + 1, fx);
		return true;
	case ACT_CI_SHALLOWER:
		depth_to(c, s, (c->here.depth == CI_DEPTH_MOST ? deepest(c) : c->here.depth) - 1, fx);
		return true;
	case ACT_CI_DEPTH_ALL:
		depth_to(c, s, CI_DEPTH_MOST, fx);
		return true;
	case ACT_CI_NEXT:
	case ACT_CI_PREV:
		next_ci(c, s, a == ACT_CI_NEXT ? 1 : -1, fx);
		return true;
	default:
		return false;
	}
}

static void move(struct cmdb *c, const struct session *s, enum motion m, int count, struct effects *fx)
{
	if (c->here.level == CI_LIST)
		ci_list_move(c, s, m, count, fx);
	else
		list_move(&c->lines, m, count);
}

static bool ci_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	struct cmdb *c = (struct cmdb *)p;
	const struct ci_line *l = ci_line_here(c);

	c->s = s;
	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		move(c, s, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count, fx);
		return true;
	}
	switch (a) {
	case ACT_OPEN:
		open_here(c, s, fx);
		return true;
	case ACT_CI_FOLD:
		if (l && l->kind == CL_VERSION)
			mark_version(c, (int)l->id);
		else
			unfold(c, -1, fx);
		return true;
	case ACT_CI_UNFOLD:
	case ACT_CI_CLOSE:
		unfold(c, a == ACT_CI_UNFOLD, fx);
		return true;
	case ACT_CI_IMPACT:
		impact_here(c, s, fx);
		return true;
	case ACT_REFRESH:
		board_read(&c->board, s, fx);
		return true;
	default:
		return impact_action(c, s, a, fx);
	}
}

/* In the list the server searches; n and N go to the row after and before, as all of them match. */
static void ci_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	struct cmdb *c = (struct cmdb *)p;
	struct list *l = &c->lines;

	if (c->here.level == CI_LIST && c->s) {
		if (dir == 0 && !text)
			snprintf(c->before_search, sizeof c->before_search, "%s", c->needle);
		else if (text && dir && strcmp(text, c->needle) != 0)
			ci_type(c, text, fx);
		else if (text)
			ci_needle(c, c->s, dir == 0 ? c->before_search : text, fx);
		else
			ci_list_move(c, c->s, dir > 0 ? MOTION_DOWN : MOTION_UP, dir > 0 ? dir : -dir, fx);
		return;
	}
	if (dir == 0) {
		text ? list_search_cancel(l) : list_search_begin(l);
		return;
	}
	if (text)
		list_search_set(l, text);
	if ((!text || *text) && list_search(l, dir, text != NULL) == LIST_NOT_FOUND && !text)
		fx_toast(fx, EL_WARN, _("Not found: %s"), l->search);
}

static int ci_matches(const struct pane *p, int *nth)
{
	const struct cmdb *c = (const struct cmdb *)p;

	if (c->here.level != CI_LIST)
		return list_matches(&c->lines, nth);
	*nth = c->rows && c->rows->n ? c->rows->before + list_row(&c->list) + 1 : 0;
	return c->rows ? c->rows->total : 0;
}

void ci_mouse(struct cmdb *c, const struct session *s, const struct key *k, struct effects *fx)
{
	struct list *l = c->here.level == CI_LIST ? &c->list : &c->lines;
	int before = list_row(l);

	if (list_update(l, k) == W_HANDLED && k->button == 1 && list_row(l) == before)
		open_here(c, s, fx);
}

/* ---- drawing ---- */
static void ci_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct cmdb *c = (struct cmdb *)p;

	c->s = s;
	if (c->here.level == CI_LIST && c->rows) {
		c->list.empty = c->rows->bad ? c->rows->bad
						: c->rows->any
							? _("No item fits: Esc ends the search, f takes another class")
							: _("There are no configuration items yet. svcdesk ci import CIS.csv --relations REL.csv brings "
								"them in, svcdesk ci new one by one.");
		list_draw(&c->list, r, focus);
	} else if (c->here.level != CI_LIST && c->nlines) {
		ci_lines_draw(c, r, focus);
	} else if (c->here.level == CI_IMPACT && c->reached && !c->board.loading && !c->board.error) {
		draw_fit(r, 1, 0, r.w - 1, EL_DIM, _("This ticket has no item: p chooses one to look at"), false);
		surface_cursor(r.s, r.x, r.y, true);
	} else {
		board_nothing(&c->board, s, r);
	}
}

/* "  reading 2 s, Esc stops" */
static const char *progress(const struct cmdb *c, const struct session *s, char *buf, size_t size)
{
	int64_t since = c->board.loading ? c->board.asked_ms : c->count_ms, sec = (s->ms - since) / 1000;

	*buf = '\0';
	if (!c->board.loading && !c->counting) {
		if (c->board.error)
			snprintf(buf, size, "  %s", _("not read again"));
	} else if (sec < 1) {
		snprintf(buf, size, "  %s", c->board.loading ? _("reading ...") : _("counting ..."));
	} else {
		snprintf(buf, size, c->board.loading ? _("  reading, %d s; Esc stops") : _("  counting, %d s; Esc stops"), (int)sec);
	}
	return buf;
}

static const char *list_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct cmdb *c = (const struct cmdb *)p;
	char wait[96];

	progress(c, s, wait, sizeof wait);
	if (!c->rows)
		snprintf(buf, size, "%s%s", _("CMDB"), wait);
	else
		snprintf(buf, size, _("CMDB  %d/%d%s%s%s"), c->rows->n ? c->rows->before + list_row(&c->list) + 1 : 0, c->rows->total,
			*c->cls ? "  " : "", c->cls, wait);
	return buf;
}

static const char *page_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct cmdb *c = (const struct cmdb *)p;
	char wait[96];

	progress(c, s, wait, sizeof wait);
	if (!c->about || c->about->ci.id != c->here.id)
		snprintf(buf, size, "%s%s", _("Item"), wait);
	else
		snprintf(buf, size, "%.160s  (%.80s)%s%s%s", c->about->ci.name, c->about->ci.cls, c->about->ci.stale ? "  " : "",
			c->about->ci.stale ? _("stale") : "", wait);
	return buf;
}

static const char *impact_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct cmdb *c = (const struct cmdb *)p;
	const struct ci_reached *r = c->reached;
	char wait[96], depth[64] = "", nth[64] = "", over[160] = "";

	progress(c, s, wait, sizeof wait);
	if (c->here.depth < CI_DEPTH_MOST)
		snprintf(depth, sizeof depth, _("  depth %d"), c->here.depth);
	if (r && r->ncis > 1)
		snprintf(nth, sizeof nth, _("  item %d of %d: J"), c->nth + 1, r->ncis);
	ci_types_text(c, over, sizeof over);
	snprintf(buf, size, "%s  %s%.120s%s%s%s%s%s", c->here.up ? _("Needs") : _("Impact"), r && *r->number ? r->number : "",
		r && *r->number ? "  " : "", r ? r->ci.name : "", depth, over, nth, wait);
	return buf;
}

static void ci_close(struct pane *p)
{
	struct cmdb *c = (struct cmdb *)p;

	near_free(c);
	free(c->near);
	ci_rows_free(c->rows);
	ci_about_free(c->about);
	ci_reached_free(c->reached);
	free(c->want_key);
	free(c->diff);
	free(c->relink);
	free(c->back.v);
	free(c->forth.v);
	free(c->folded.key);
	free(c->line);
	list_free(&c->list);
	list_free(&c->lines);
	sd_arena_free(c->arena);
	board_free(&c->board);
	free(c);
}

static const struct pane_ops list_ops = {
	.title = N_("CMDB"),
	.context = CTX_CMDB,
	.close = ci_close,
	.action = ci_action,
	.answer = ci_answer,
	.search = ci_search,
	.matches = ci_matches,
	.draw = ci_draw,
	.headline = list_headline,
};

static const struct pane_ops page_ops = {
	.title = N_("Item"),
	.context = CTX_CI,
	.close = ci_close,
	.action = ci_action,
	.answer = ci_answer,
	.search = ci_search,
	.matches = ci_matches,
	.draw = ci_draw,
	.headline = page_headline,
};

static const struct pane_ops impact_ops = {
	.title = N_("Impact"),
	.context = CTX_IMPACT,
	.close = ci_close,
	.action = ci_action,
	.answer = ci_answer,
	.search = ci_search,
	.matches = ci_matches,
	.draw = ci_draw,
	.headline = impact_headline,
};

struct board *ci_new(void)
{
	struct cmdb *c = sd_calloc(1, sizeof *c);

	board_init(&c->board, &list_ops);
	c->board.ask = ask;
	c->board.take = take;
	ci_list_init(c);
	ci_lines_init(c);
	return &c->board;
}
