/* A second ticket beside the first. m->detail is always the one keys go to; the other one waits in m->other. The second is kept
 * until it is closed, the first goes on to follow the queue: outside of the tickets m->detail is the first. */
#include "config.h"
#include "tui/app/beside.h"

#include <stdlib.h>
#include "core/base/i18n.h"
#include "tui/app/actions.h"

static void swap(struct model *m)
{
	struct detail *d = m->detail;

	m->detail = m->other;
	m->other = d;
	m->pane[PANE_DETAIL] = &m->detail->pane;
	m->swapped = !m->swapped;
}

static bool enter(struct model *m, struct effects *fx)
{
	if (*m->search) {
		m->search[0] = '\0';
		m->detail->pane.ops->search(&m->detail->pane, "", 1, fx);
	}
	swap(m);
	if (m->detail->ticket && m->detail->ticket->last_seq)
		fx_timer(fx, TIMER_READ, 1000);
	model_relayout(m);
	return true;
}

void beside_open(struct model *m, struct effects *fx)
{
	struct target t = model_target(m);
	char key[32];

	if (m->swapped) {
		fx_toast(fx, EL_DIM, "%s", _("This ticket is the one beside the first"));
		return;
	}
	if (!m->other)
		m->other = detail_new();
	detail_show(m->other, t.id, fx);
	model_relayout(m);
	if (!m->layout.other.w)
		fx_toast(fx, EL_OK, _("%s is kept beside the first ticket: %s goes there"), t.number,
			keymap_keys(&m->keymap, ACT_PANE_NEXT, true, key, sizeof key));
}

bool beside_step(struct model *m, int dir, struct effects *fx)
{
	return m->other && m->focus == PANE_DETAIL && (dir > 0) != m->swapped ? enter(m, fx) : false;
}

void beside_arrive(struct model *m, int dir, struct effects *fx)
{
	if (m->other && m->focus == PANE_DETAIL && dir < 0 && !m->swapped)
		enter(m, fx);
}

void beside_leave(struct model *m)
{
	if (m->swapped)
		swap(m);
}

static void close_other(struct model *m)
{
	m->other->pane.ops->close(&m->other->pane);
	m->other = NULL;
	model_relayout(m);
}

bool beside_back(struct model *m, struct effects *fx)
{
	if (!m->swapped)
		return false;
	swap(m);
	close_other(m);
	if (!m->detail_open || !m->detail->id)
		model_focus(m, PANE_QUEUE, fx);
	return true;
}

void beside_free(struct model *m)
{
	beside_leave(m);
	if (m->other)
		close_other(m);
}

void beside_changed(struct model *m, const int64_t *ids, int n, struct effects *fx)
{
	for (int i = 0; m->other && i < n; i++)
		if (ids[i] == m->other->id)
			detail_changed(m->other, fx);
}

void beside_anew(struct model *m, bool missed, struct effects *fx)
{
	if (m->other && (!missed || m->other->missed))
		detail_changed(m->other, fx);
}

void beside_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	if (m->other)
		m->other->pane.ops->answer(&m->other->pane, &m->session, a, fx);
}

bool beside_mouse(struct model *m, const struct key *k, struct effects *fx)
{
	struct rect r = m->layout.other;

	if (!m->other || k->x < r.x || k->x >= r.x + r.w || k->y < r.y || k->y >= r.y + r.h)
		return false;
	if (k->button == 1) {
		model_focus(m, PANE_DETAIL, fx);
		enter(m, fx);
		textview_update(&m->detail->text, k);
	} else {
		textview_update(&m->other->text, k);
	}
	return true;
}
