#include "config.h"
#include "tui/pane/warroom.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"

/* ---- reading ---- */
static void ask(struct board *b, struct effects *fx)
{
	struct warroom *w = (struct warroom *)b;
	char id[24];
	const char *params[] = {id};

	w->asked_room = w->id || *w->number;
	snprintf(id, sizeof id, "%" PRId64, w->id);
	if (*w->number)
		fx_query(
			fx, board_req(b), FX_ASIDE, "select desk.war_room(desk.ticket_id($1))::text", 1, (const char *const[]){w->number});
	else if (w->id)
		fx_query(fx, board_req(b), FX_ASIDE, "select desk.war_room($1::bigint)::text", 1, params);
	else
		fx_query(fx, board_req(b), FX_ASIDE, "select desk.major_list()::text", 0, NULL);
}

/* The one that goes on, where there is only one; 0. */
static int64_t only_one(const struct sd_majors *m)
{
	int64_t id = 0;

	for (int i = 0; i < m->n; i++) {
		if (strcmp(m->v[i].major, "accepted") != 0)
			continue;
		if (id)
			return 0;
		id = m->v[i].id;
	}
	return m->n == 1 ? id : 0;
}

static bool take_room(struct warroom *w, const char *json)
{
	struct sd_err err = {0};
	struct sd_room *r = sd_room_parse(json, &err);

	if (!r)
		return false;
	w->to_end = w->to_end || !w->room || w->room->ticket->id != r->ticket->id || r->ticket->nevents > w->room->ticket->nevents;
	sd_room_free(w->room);
	w->room = r;
	w->id = r->ticket->id;
	*w->number = '\0';
	w->built = 0;
	w->board.ticking = r->update.open;
	list_sync(&w->children);
	return true;
}

static bool take(struct board *b, const char *json)
{
	struct warroom *w = (struct warroom *)b;
	struct sd_err err = {0};
	struct sd_majors *m;

	if (w->asked_room)
		return take_room(w, json);
	m = sd_majors_parse(json, &err);
	if (!m)
		return false;
	sd_majors_free(w->majors);
	w->majors = m;
	list_sync(&w->list);
	w->follow = !w->chosen && only_one(m) != 0;
	if (w->follow)
		w->id = only_one(m);
	w->board.ticking = m->n > 0;
	return true;
}

static void warroom_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct warroom *w = (struct warroom *)p;

	if (a->req.gen == w->board.gen && w->asked_room && a->table && !table_get(a->table, 0, 0)) { /* it is not for one to see */
		w->board.loading = false;
		fx_toast(fx, EL_WARN, "%s", _("There is no such ticket, or it is not for you to see"));
		warroom_choose(w, 0);
		board_read(&w->board, s, fx);
		return;
	}
	board_answer(&w->board, s, a, fx);
	if (!a->err && a->req.gen == w->board.gen)
		w->board.as_of = s->now;
	if (w->follow) {
		w->follow = false;
		board_read(&w->board, s, fx);
	}
}

void warroom_choose(struct warroom *w, int64_t id)
{
	w->chosen = true;
	*w->number = '\0';
	if (w->id == id)
		return;
	w->id = id;
	sd_room_free(w->room);
	w->room = NULL;
	w->built = 0;
	w->to_end = true;
	w->part = ROOM_CHILDREN;
}

void warroom_choose_number(struct warroom *w, const char *number)
{
	warroom_choose(w, 0);
	snprintf(w->number, sizeof w->number, "%s", number);
}

bool warroom_up(struct warroom *w, const struct session *s, struct effects *fx)
{
	if (!w->id || !w->majors || w->majors->n < 2)
		return false;
	warroom_choose(w, 0);
	board_read(&w->board, s, fx);
	return true;
}

const struct sd_ticket *warroom_ticket(const struct warroom *w)
{
	return w->id && w->room ? w->room->ticket : NULL;
}

int64_t warroom_child(const struct warroom *w)
{
	int row = list_row(&w->children);

	return w->room && row >= 0 && row < w->room->nchildren ? w->room->children[row].id : 0;
}

/* ---- keys ---- */
static void open_ticket(int64_t id, struct effects *fx)
{
	if (id)
		fx_event(fx, EV_OPEN, id);
}

static bool room_action(struct warroom *w, enum action a, int count, struct effects *fx)
{
	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		enum motion m = (enum motion)(MOTION_DOWN + (a - ACT_DOWN));

		if (w->part == ROOM_TIMELINE)
			textview_move(&w->text, m, count);
		else
			list_move(&w->children, m, count);
		return true;
	}
	if (a >= ACT_FIGURE_1 && a <= ACT_FIGURE_9) {
		int n = (int)(a - ACT_FIGURE_1);

		if (w->room && n < w->room->nchildren)
			open_ticket(w->room->children[n].id, fx);
		else
			fx_toast(fx, EL_WARN, "%s", _("There is no child with this number"));
		return true;
	}
	switch (a) {
	case ACT_FIGURE_NEXT:
	case ACT_FIGURE_PREV:
		w->part = w->part == ROOM_TIMELINE ? ROOM_CHILDREN : ROOM_TIMELINE;
		return true;
	case ACT_OPEN:
		if (w->part == ROOM_TIMELINE)
			textview_fold(&w->text, textview_group_key(&w->text), -1);
		else
			open_ticket(warroom_child(w), fx);
		return true;
	case ACT_ROOM_TICKET:
		open_ticket(w->id, fx);
		return true;
	default:
		return false;
	}
}

static bool list_action(struct warroom *w, const struct session *s, enum action a, int count, struct effects *fx)
{
	int row = list_row(&w->list);

	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		list_move(&w->list, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count);
		return true;
	}
	if (a >= ACT_FIGURE_1 && a <= ACT_FIGURE_9)
		row = (int)(a - ACT_FIGURE_1);
	else if (a != ACT_OPEN && a != ACT_ROOM_TICKET)
		return a == ACT_FIGURE_NEXT || a == ACT_FIGURE_PREV;
	if (!w->majors || row < 0 || row >= w->majors->n)
		return true;
	if (a == ACT_ROOM_TICKET) {
		open_ticket(w->majors->v[row].id, fx);
		return true;
	}
	warroom_choose(w, w->majors->v[row].id);
	board_read(&w->board, s, fx);
	return true;
}

static bool warroom_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	struct warroom *w = (struct warroom *)p;

	if (a == ACT_REFRESH) {
		board_read(&w->board, s, fx);
		return true;
	}
	return w->id ? room_action(w, a, count, fx) : list_action(w, s, a, count, fx);
}

static struct list *searched(struct warroom *w)
{
	return !w->id ? &w->list : w->part == ROOM_CHILDREN ? &w->children : NULL;
}

static void search_text(struct warroom *w, const char *text, int dir, struct effects *fx)
{
	bool wrapped;

	if (dir == 0) {
		text ? textview_search_cancel(&w->text) : textview_search_begin(&w->text);
		return;
	}
	if (text)
		textview_search_set(&w->text, text);
	if ((!text || *text) && !textview_search(&w->text, dir, text != NULL, &wrapped) && !text)
		fx_toast(fx, EL_WARN, _("Not found: %s"), w->text.search);
}

static void warroom_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	struct list *l = searched((struct warroom *)p);

	if (!l) {
		search_text((struct warroom *)p, text, dir, fx);
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

static int warroom_matches(const struct pane *p, int *nth)
{
	struct warroom *w = (struct warroom *)(uintptr_t)p;
	const struct list *l = searched(w);

	return l ? list_matches(l, nth) : textview_matches(&w->text, nth);
}

void warroom_mouse(struct warroom *w, const struct session *s, const struct key *k, struct effects *fx)
{
	struct list *l = w->id ? &w->children : &w->list;
	int before = list_row(l);

	if (list_update(l, k) == W_HANDLED && k->button == 1) {
		w->part = ROOM_CHILDREN;
		if (before == list_row(l))
			warroom_action(&w->board.pane, s, ACT_OPEN, 0, fx); /* a second click */
	} else if (w->id && textview_update(&w->text, k) != W_IGNORED && k->button == 1) {
		w->part = ROOM_TIMELINE;
	}
}

/* ---- the two lists ---- */
static int majors_count(void *arg)
{
	const struct warroom *w = arg;

	return w->majors ? w->majors->n : 0;
}

static uint64_t majors_key(void *arg, int row)
{
	return (uint64_t)((struct warroom *)arg)->majors->v[row].id;
}

static void majors_cell(void *arg, int row, int col, struct list_cell *out)
{
	struct warroom *w = arg;
	const struct sd_major *m = &w->majors->v[row];
	const struct sd_meta *meta = w->s ? w->s->meta : NULL;

	switch (col) {
	case 0:
		out->text = m->number;
		break;
	case 1:
		out->text = meta ? sd_meta_choice(meta, "incident", "major", m->major) : m->major;
		out->element = !strcmp(m->major, "accepted") ? EL_STRONG : EL_NORMAL;
		break;
	case 2:
		snprintf(out->buf, sizeof out->buf, "%d", m->priority);
		out->text = out->buf;
		out->element = m->priority >= 1 && m->priority <= 5 ? (enum element)(EL_P1 + m->priority - 1) : EL_NORMAL;
		break;
	case 3:
		out->text = meta ? sd_meta_state(meta, "incident", m->state) : m->state;
		break;
	case 4:
		out->text =
			w->s && m->update.due != SD_TIME_NONE ? warroom_countdown(m->update.due, w->s->now, out->buf, sizeof out->buf) : "";
		out->element = w->s && m->update.due != SD_TIME_NONE && m->update.due < w->s->now ? EL_SLA_BREACHED : EL_NORMAL;
		break;
	case 5:
		out->text = m->commander;
		break;
	case 6:
		snprintf(out->buf, sizeof out->buf, "%d", m->children);
		out->text = m->children ? out->buf : "";
		break;
	default:
		out->text = m->subject;
	}
}

static int children_count(void *arg)
{
	const struct warroom *w = arg;

	return w->room ? w->room->nchildren : 0;
}

static uint64_t children_key(void *arg, int row)
{
	return (uint64_t)((struct warroom *)arg)->room->children[row].id;
}

static void children_cell(void *arg, int row, int col, struct list_cell *out)
{
	struct warroom *w = arg;
	const struct sd_room_child *c = &w->room->children[row];

	switch (col) {
	case 0:
		snprintf(out->buf, sizeof out->buf, "%d", row + 1);
		out->text = row < 9 ? out->buf : "";
		out->element = EL_KEY;
		break;
	case 1:
		out->text = c->number;
		break;
	case 2:
		out->text = w->s && w->s->meta ? sd_meta_state(w->s->meta, "incident", c->state) : c->state;
		out->element = c->phase == 3 ? EL_STATE_DONE : c->phase == 2 ? EL_STATE_WAITING : EL_STATE_OPEN;
		break;
	case 3:
		out->text = c->org;
		break;
	default:
		out->text = c->subject;
	}
}

static void make_lists(struct warroom *w)
{
	const struct list_column majors[] = {{.title = _("Number"), .width = 10}, {.title = _("Major"), .width = 10},
		{.title = "P", .width = 2}, {.title = _("State"), .width = 12, .min = 11, .priority = 2},
		{.title = _("Next update"), .width = 12, .min = 11, .right = true},
		{.title = _("Commander"), .width = 12, .min = 8, .priority = 4},
		{.title = _("Children"), .width = 8, .priority = 3, .right = true},
		{.title = _("Subject"), .width = 24, .min = 20, .grow = 1}};
	const struct list_column children[] = {{.title = "", .width = 1}, {.title = _("Number"), .width = 10},
		{.title = _("State"), .width = 12, .min = 6}, {.title = _("Customer"), .width = 14, .min = 6, .priority = 1},
		{.title = _("Subject"), .width = 20, .min = 8, .grow = 1}};
	struct list_source m = {w, majors_count, majors_key, majors_cell, NULL},
					   c = {w, children_count, children_key, children_cell, NULL};

	list_init(&w->list, &m);
	list_columns(&w->list, majors, sizeof majors / sizeof *majors);
	w->list.header = true;
	list_init(&w->children, &c);
	list_columns(&w->children, children, sizeof children / sizeof *children);
}

/* ---- drawing ---- */
static void warroom_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct warroom *w = (struct warroom *)p;

	w->s = s;
	if (w->id && w->room) {
		warroom_draw_room(w, s, r, focus);
	} else if (w->id || !w->majors) {
		board_nothing(&w->board, s, r);
	} else {
		w->list.empty =
			_("No major incident goes on. The key ! proposes a ticket as one; a team lead accepts it, here or in the ticket. "
			  "The desk itself proposes what its rules find: svcdesk major rule shows them.");
		list_draw(&w->list, r, focus);
	}
	sd_arena_reset(w->scratch);
}

static const char *warroom_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct warroom *w = (const struct warroom *)p;
	const struct sd_ticket *t = warroom_ticket(w);
	char state[160];

	board_state(&w->board, s, state, sizeof state);
	if (t)
		snprintf(buf, size, _("War room  %s%s"), t->number, state);
	else
		snprintf(buf, size, _("Major incidents  %d%s"), w->majors ? w->majors->n : 0, state);
	return buf;
}

static void warroom_close(struct pane *p)
{
	struct warroom *w = (struct warroom *)p;

	sd_room_free(w->room);
	sd_majors_free(w->majors);
	list_free(&w->list);
	list_free(&w->children);
	textview_free(&w->text);
	sd_arena_free(w->scratch);
	board_free(&w->board);
	free(w);
}

static const struct pane_ops ops = {
	.title = N_("War room"),
	.context = CTX_WARROOM,
	.close = warroom_close,
	.action = warroom_action,
	.answer = warroom_answer,
	.search = warroom_search,
	.matches = warroom_matches,
	.draw = warroom_draw,
	.headline = warroom_headline,
};

struct board *warroom_new(void)
{
	struct warroom *w = sd_calloc(1, sizeof *w);

	board_init(&w->board, &ops);
	w->board.ask = ask;
	w->board.take = take;
	w->to_end = true;
	w->scratch = sd_arena_new();
	textview_init(&w->text);
	make_lists(w);
	return &w->board;
}
