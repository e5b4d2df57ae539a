#include "config.h"
#include "tui/app/live.h"

static int64_t sooner(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

void live_glow(struct model *m, struct effects *fx)
{
	int64_t next = glow_tick(&m->queue->glow, m->session.ms);

	next = sooner(next, glow_tick(&m->views->glow, m->session.ms));
	next = sooner(next, glow_tick(&m->detail->glow, m->session.ms));
	if (m->other)
		next = sooner(next, glow_tick(&m->other->glow, m->session.ms));
	detail_relabel(m->detail);
	if (m->other)
		detail_relabel(m->other);
	if (next >= 0)
		fx_timer(fx, TIMER_GLOW, next);
}

void live_own(struct model *m, const int64_t *ids, int n, struct effects *fx)
{
	queue_own(m->queue, &m->session, ids, n, fx);
	for (int i = 0; i < n && m->nown < (int)(sizeof m->own / sizeof *m->own); i++)
		m->own[m->nown++] = ids[i];
}

bool live_others(struct model *m, const int64_t *ids, int n)
{
	int others = 0;

	for (int i = 0; i < n; i++) {
		int at = 0;

		while (at < m->nown && m->own[at] != ids[i])
			at++;
		if (at == m->nown)
			others++;
		else
			m->own[at] = m->own[--m->nown];
	}
	return others > 0;
}

bool live_preview(struct model *m, int action)
{
	if (action != ACT_NEW_ROWS || m->focus != PANE_QUEUE || m->queue->nfresh || !model_previews(m) || !detail_waiting(m->detail))
		return false;
	detail_let_in(m->detail);
	return true;
}
