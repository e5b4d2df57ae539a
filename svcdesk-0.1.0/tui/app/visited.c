#include "config.h"
#include "tui/app/visited.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "tui/app/board.h"

enum { PLACES_MOST = 100 };

struct place {
	char *view, *filter;
	int64_t ticket; /* 0: the list */
	enum board_id board;
};

struct visited {
	struct place *v;
	size_t n, cap, at; /* at: the place one is at, counted from 1 */
};

static int64_t ticket_of(const struct model *m)
{
	return m->focus == PANE_DETAIL ? m->detail->id : 0;
}

static bool is_here(const struct model *m, const struct place *p)
{
	if (p->board || board_shown(m)) /* what the queue would show below it does not matter */
		return p->board == board_shown(m) && !ticket_of(m) && !p->ticket;
	return !strcmp(p->view, m->views->view[m->views->current].id) && !strcmp(p->filter, m->queue->filter) &&
		   p->ticket == ticket_of(m);
}

static void drop(struct place *p)
{
	free(p->view);
	free(p->filter);
}

void visited_note(struct model *m)
{
	struct visited *h;

	if (!m->visited)
		m->visited = sd_calloc(1, sizeof *m->visited);
	h = m->visited;
	if (m->focus == PANE_VIEWS || m->focus == PANE_LOG || (h->at && is_here(m, &h->v[h->at - 1])))
		return;
	while (h->n > h->at) /* from here on it is another way */
		drop(&h->v[--h->n]);
	if (h->n == PLACES_MOST) {
		drop(&h->v[0]);
		memmove(h->v, h->v + 1, --h->n * sizeof *h->v);
	}
	*SD_PUSH(h->v, h->n, h->cap) = (struct place){
		sd_strdup(m->views->view[m->views->current].id), sd_strdup(m->queue->filter), ticket_of(m), board_shown(m)};
	h->at = h->n;
}

static void go(struct model *m, const struct place *p, struct effects *fx)
{
	int view = views_find(m->views, p->view);

	if (p->board) {
		board_show(m, p->board, fx);
		return;
	}
	board_leave(m, fx);
	if (view != m->views->current)
		model_view(m, view, fx);
	queue_filter(m->queue, &m->session, p->filter, fx);
	if (p->ticket) {
		queue_select(m->queue, p->ticket);
		model_open(m, p->ticket, fx);
	} else {
		model_focus(m, PANE_QUEUE, fx);
	}
}

void visited_go(struct model *m, int steps, struct effects *fx)
{
	struct visited *h = m->visited;
	int by = steps < 0 ? -1 : 1;
	size_t to = h ? h->at : 0, last = 0;

	for (; h && steps; steps -= by) { /* a view that was deleted meanwhile is passed over */
		do
			to += (size_t)by;
		while (to >= 1 && to <= h->n && views_find(m->views, h->v[to - 1].view) < 0);
		if (to < 1 || to > h->n)
			break;
		last = to;
	}
	if (!last) {
		fx_toast(fx, EL_DIM, "%s", by < 0 ? _("This is where it began") : _("There is nothing further on"));
		return;
	}
	h->at = last;
	go(m, &h->v[last - 1], fx);
}

void visited_free(struct model *m)
{
	for (size_t i = 0; m->visited && i < m->visited->n; i++)
		drop(&m->visited->v[i]);
	if (m->visited)
		free(m->visited->v);
	free(m->visited);
	m->visited = NULL;
}
