#include "config.h"
#include "tui/app/countdown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/hours.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"

#define SECOND ((sd_time)1000000)
#define MINUTE (60 * SECOND)
#define DAY (24 * 60 * MINUTE)
#define YEARS (5 * 366 * DAY)
enum { ASKED_MOST = 32 };
/* What is near its end is painted when it changes; the rest with the minute of the clock, all of it in one go. In a list that is
 * the last minute and the first one too late: of a page of rows that are due soon each would else change at a second of its own.
 */
#define NEAR_ROW MINUTE
#define NEAR_TICKET (10 * MINUTE)

/* The hours that are missing. */
struct want {
	const struct model *m;
	int version[ASKED_MOST];
	int n;
	sd_time from, until;
};

static bool refused(const struct model *m, int version)
{
	for (size_t i = 0; i < m->countdown.nrefused; i++)
		if (m->countdown.refused[i] == version)
			return true;
	return false;
}

static void need(struct want *w, const struct sd_clock_mark *c)
{
	sd_time now = w->m->session.now, from, until;
	bool there = false;

	if (!c || refused(w->m, c->version))
		return;
	sd_clock_mark_needs(c, now, &from, &until);
	from = from < now - YEARS ? now - YEARS : from;
	until = until > now + YEARS ? now + YEARS : until;
	if (sd_hours_known(w->m->session.hours, c->version, from, until))
		return;
	for (int i = 0; i < w->n; i++)
		there = there || w->version[i] == c->version;
	if (!there && w->n == ASKED_MOST)
		return;
	if (!there)
		w->version[w->n++] = c->version;
	w->from = from < w->from ? from : w->from;
	w->until = until > w->until ? until : w->until;
}

void countdown_ask(struct model *m, struct effects *fx)
{
	struct want w = {.m = m, .from = m->session.now, .until = m->session.now};
	struct sd_str list = {0};

	if (m->countdown.asked || !m->session.online || !m->meta)
		return;
	for (size_t i = 0; i < m->queue->nrows; i++)
		need(&w, m->queue->rows[i]->clock);
	for (int i = 0; m->detail->ticket && i < m->detail->ticket->nclocks; i++)
		need(&w, m->detail->ticket->clocks[i].mark);
	if (!w.n)
		return;
	sd_str_addc(&list, '{');
	for (int i = 0; i < w.n; i++)
		sd_str_addf(&list, "%s%d", i ? "," : "", w.version[i]);
	sd_str_addc(&list, '}');
	m->countdown.asked = true;
	memcpy(m->countdown.version, w.version, sizeof m->countdown.version);
	m->countdown.nversions = w.n;
	/* some days more at both ends: it is asked once for long */
	fx_query(fx, (struct req){REQ_HOURS, 0, 0, 0}, 0,
		"select version, lo, hi, spans from desk.open_spans($1::int[], $2::timestamptz, $3::timestamptz)", 3,
		(const char *const[]){sd_arena_strdup(fx->arena, list.data), sd_time_iso(fx->arena, w.from - w.from % DAY - 7 * DAY),
			sd_time_iso(fx->arena, w.until - w.until % DAY + 21 * DAY)});
	sd_str_free(&list);
}

void countdown_hours(struct model *m, const struct answer *a, struct effects *fx)
{
	const struct table *t = a->table;

	m->countdown.asked = false;
	if (!t) {
		if (a->err->cls != SD_ERR_CONNECTION) {
			sd_log(SD_LOG_WARN, "%s", a->err->text);
			m->countdown.asked = true; /* not again before the program begins anew */
		}
		return;
	}
	for (int v = 0; v < m->countdown.nversions; v++) {
		bool got = false;

		for (int i = 0; i < t->rows && !got; i++) {
			const char *lo = table_get(t, i, 1), *hi = table_get(t, i, 2);

			got =
				lo && hi && atoi(table_get(t, i, 0)) == m->countdown.version[v] &&
				sd_hours_put(m->hours, m->countdown.version[v], strtoll(lo, NULL, 10), strtoll(hi, NULL, 10), table_get(t, i, 3));
		}
		if (!got)
			*SD_PUSH(m->countdown.refused, m->countdown.nrefused, m->countdown.caprefused) = m->countdown.version[v];
	}
	detail_relabel(m->detail);
	countdown_ask(m, fx);
}

static sd_time sooner(const struct model *m, const struct sd_clock_mark *c, int64_t near, sd_time at)
{
	struct sd_countdown d;

	sd_countdown(m->session.hours, c, m->session.now, &d);
	return d.next < at && (!d.known || (d.left_us < near && d.left_us > -near)) ? d.next : at;
}

void countdown_schedule(struct model *m, struct effects *fx)
{
	const struct queue *q = m->queue;
	sd_time at = SD_TIME_INFINITY;
	int top = q->list.scroll.top, end = top + q->list.scroll.height;

	if (!m->frozen && m->layout.pane[PANE_QUEUE].w && !m->lock)
		for (int i = top < 0 ? 0 : top; i < end && i < (int)q->nrows; i++)
			at = sooner(m, q->rows[i]->clock, NEAR_ROW, at);
	for (int i = 0;
		 !m->frozen && !m->lock && m->layout.pane[PANE_DETAIL].w && m->detail->ticket && i < m->detail->ticket->nclocks; i++)
		at = sooner(m, m->detail->ticket->clocks[i].mark, NEAR_TICKET, at);
	if (at == m->countdown.next)
		return;
	m->countdown.next = at;
	/* a millisecond later: the clock of the loop has no finer ones */
	fx_timer(fx, TIMER_COUNTDOWN, at == SD_TIME_INFINITY ? -1 : (at - m->session.now) / 1000 + 1);
}
