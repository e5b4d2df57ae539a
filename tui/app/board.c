#include "config.h"
#include "tui/app/board.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "tui/app/ci.h"
#include "tui/app/kb.h"
#include "tui/app/inbox.h"
#include "tui/app/palette.h"
#include "tui/pane/analysis.h"
#include "tui/pane/board.h"
#include "tui/pane/ci.h"
#include "tui/pane/dashboard.h"
#include "tui/pane/duty.h"
#include "tui/pane/kb.h"
#include "tui/pane/services.h"
#include "tui/pane/triage.h"
#include "tui/pane/warroom.h"

struct boards {
	struct board *board[BOARDS];
	enum board_id from;  /* the queue shows the tickets of a figure of that one */
	char *query;         /* which */
	char *view, *filter; /* what the queue showed before; NULL: it still does */
};

void boards_new(struct model *m)
{
	m->boards = sd_calloc(1, sizeof *m->boards);
	m->boards->board[BOARD_DASHBOARD] = dashboard_new();
	m->boards->board[BOARD_ANALYSIS] = analysis_new();
	m->boards->board[BOARD_SERVICES] = services_new();
	m->boards->board[BOARD_WARROOM] = warroom_new();
	m->boards->board[BOARD_TRIAGE] = triage_new();
	m->boards->board[BOARD_ROTA] = duty_new();
	m->boards->board[BOARD_CMDB] = ci_new();
	m->boards->board[BOARD_KB] = kb_new();
	for (int i = 1; i < BOARDS; i++)
		m->boards->board[i]->language = m->env.language ? m->env.language : "en";
}

void boards_free(struct model *m)
{
	for (int i = 1; i < BOARDS; i++)
		m->boards->board[i]->pane.ops->close(&m->boards->board[i]->pane);
	free(m->boards->query);
	free(m->boards->view);
	free(m->boards->filter);
	free(m->boards);
}

struct board *board_get(const struct model *m, enum board_id id)
{
	return id > BOARD_NONE && id < BOARDS ? m->boards->board[id] : NULL;
}

enum board_id board_shown(const struct model *m)
{
	for (int i = 1; i < BOARDS; i++)
		if (m->pane[PANE_QUEUE] == &m->boards->board[i]->pane)
			return (enum board_id)i;
	return BOARD_NONE;
}

static void forget(struct boards *b)
{
	free(b->view);
	free(b->filter);
	free(b->query);
	b->view = b->filter = b->query = NULL;
	b->from = BOARD_NONE;
}

/* The queue shows what it showed before the first figure was gone into. */
static void restore(struct model *m, struct effects *fx)
{
	struct boards *b = m->boards;
	int view = b->view ? views_find(m->views, b->view) : -1;

	if (view >= 0)
		model_view_filtered(m, view, b->filter, fx);
	forget(b);
}

void board_leave(struct model *m, struct effects *fx)
{
	enum board_id id = board_shown(m);

	if (!id)
		return;
	board_close(m->boards->board[id], fx);
	m->pane[PANE_QUEUE] = &m->queue->pane;
	model_relayout(m);
}

void board_show(struct model *m, enum board_id id, struct effects *fx)
{
	board_leave(m, fx);
	m->boards->from = BOARD_NONE;
	m->pane[PANE_QUEUE] = &m->boards->board[id]->pane;
	m->zoom = false;
	board_open(m->boards->board[id], &m->session, fx);
	model_focus(m, PANE_QUEUE, fx);
	fx_timer(fx, TIMER_PREVIEW, -1);
}

void board_begin(struct model *m, enum board_id id, struct effects *fx)
{
	if (!board_drilled(m) && !board_shown(m))
		forget(m->boards);
	board_show(m, id, fx);
}

bool board_drilled(const struct model *m)
{
	const struct boards *b = m->boards;

	return b->from && !board_shown(m) && !inbox_shown(m) && b->query && !strcmp(m->queue->filter, b->query);
}

void board_drill(struct model *m, const char *query, int64_t ticket, struct effects *fx)
{
	struct boards *b = m->boards;
	enum board_id from = board_shown(m);
	char *copy = sd_strdup(query);

	if (!b->view) {
		b->view = sd_strdup(m->views->view[m->views->current].id);
		b->filter = sd_strdup(m->queue->filter);
	}
	model_view_filtered(m, views_find(m->views, "all"), query, fx);
	m->queue->want = ticket;
	free(b->query);
	b->query = copy;
	b->from = from;
}

bool board_back(struct model *m, struct effects *fx)
{
	struct boards *b = m->boards;

	if (board_shown(m)) {
		board_leave(m, fx);
		restore(m, fx);
		model_focus(m, PANE_QUEUE, fx);
		fx_timer(fx, TIMER_PREVIEW, 0);
		return true;
	}
	if (!board_drilled(m))
		return false;
	m->detail_open = false;
	board_show(m, b->from, fx);
	return true;
}

void board_changed(struct model *m, struct effects *fx)
{
	enum board_id id = board_shown(m);

	if (id)
		board_news(m->boards->board[id], &m->session, fx);
}

void board_taken(struct model *m, const struct answer *a, struct effects *fx)
{
	for (int i = 1; i < BOARDS; i++)
		if ((int64_t)m->boards->board[i]->pane.ops->context == a->req.id)
			m->boards->board[i]->pane.ops->answer(&m->boards->board[i]->pane, &m->session, a, fx);
	ci_after(m, fx);
	kb_after(m, fx);
}

void board_tick(struct model *m, enum timer_id t, struct effects *fx)
{
	struct board *b = board_get(m, board_shown(m));

	if (!b)
		return;
	if (t == TIMER_BOARD) {
		board_timer(b, &m->session, fx);
		return;
	}
	fx_timer(fx, TIMER_BOARD_TICK, BOARD_TICK_MS);
}

void board_mouse(struct model *m, const struct key *k, struct effects *fx)
{
	struct board *b = board_get(m, board_shown(m));

	if (board_shown(m) == BOARD_TRIAGE)
		return;
	if (board_shown(m) == BOARD_WARROOM)
		warroom_mouse((struct warroom *)b, &m->session, k, fx);
	else if (board_shown(m) == BOARD_CMDB)
		ci_mouse((struct cmdb *)b, &m->session, k, fx);
	else if (board_shown(m) == BOARD_KB)
		kb_mouse((struct kb *)b, &m->session, k, fx);
	else if (k->button == 4 || k->button == 5)
		page_move(&b->page, k->button == 4 ? MOTION_LINE_UP : MOTION_LINE_DOWN, 3);
	else if (k->button == 1 && page_click(&b->page, k->x, k->y) == 2)
		b->pane.ops->action(&b->pane, &m->session, ACT_OPEN, 0, fx);
}

/* ---- words ---- */
static bool set(struct model *m, struct board *b, const char *word, bool compare, struct effects *fx)
{
	if (board_set_period(b, word, compare))
		return true;
	fx_toast(fx, EL_WARN, _("This is no period: %s"), word);
	(void)m;
	return false;
}

void board_command(struct model *m, enum board_id id, const char *rest, struct effects *fx)
{
	struct board *b = m->boards->board[id];
	struct words w = palette_split(fx->arena, rest);

	if ((w.n > 0 && !set(m, b, w.w[0], false, fx)) || (w.n > 1 && !set(m, b, w.w[1], true, fx)))
		return;
	board_begin(m, id, fx);
}

void board_period(struct model *m, const char *rest, bool compare, struct effects *fx)
{
	enum board_id id = compare ? BOARD_ANALYSIS : board_shown(m) ? board_shown(m) : BOARD_DASHBOARD;

	if (!set(m, m->boards->board[id], rest, compare, fx))
		return;
	if (board_shown(m) == id)
		board_read(m->boards->board[id], &m->session, fx);
	else
		board_begin(m, id, fx);
}

void board_prompt(struct model *m, enum action a)
{
	const struct board *b = board_get(m, board_shown(m));
	struct sd_str s = {0};

	sd_str_addf(&s, "%s %s", a == ACT_COMPARE ? "compare" : "period",
		!b                 ? ""
		: a == ACT_COMPARE ? b->shown_before
						   : b->shown_period);
	prompt_open(m, PROMPT_PALETTE, s.data);
	sd_str_free(&s);
}
