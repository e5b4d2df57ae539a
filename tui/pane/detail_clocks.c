/* The clocks of a ticket in its headline: those that have not stopped with what is left of them, then how the others ended. */
#include "config.h"
#include "tui/pane/detail.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/hours.h"
#include "svcdesk/mem.h"
#include "tui/pane/clock_words.h"

/* Of today only the time. */
static const char *due(const struct session *s, struct sd_arena *a, sd_time t)
{
	const char *day = sd_time_local(a, t, s->zone, "%Y-%m-%d"), *today = sd_time_local(a, s->now, s->zone, "%Y-%m-%d");

	return sd_time_local(a, t, s->zone, strcmp(day, today) ? "%Y-%m-%d %H:%M" : "%H:%M");
}

static const char *name(struct sd_arena *a, const struct sd_ticket_clock *c)
{
	return *c->group ? sd_arena_printf(a, "%s %s", clock_metric(c->metric), c->group) : clock_metric(c->metric);
}

const char *detail_clock(const struct sd_ticket_clock *c, const struct session *s, struct sd_arena *a, enum element *el)
{
	struct sd_countdown d;
	char left[SD_COUNTDOWN_TEXT];
	bool met = !strcmp(c->state, "met");

	if (!c->mark) {
		*el = met ? EL_SLA_OK : EL_SLA_BREACHED;
		return sd_arena_printf(a, "%s %s", met ? glyph(GL_MARK) : glyph(GL_SLA_BREACHED), name(a, c));
	}
	sd_countdown(s->hours, c->mark, s->now, &d);
	*el = clock_element(d.level);
	sd_countdown_text(&d, left);
	if (c->due == SD_TIME_NONE)
		return sd_arena_printf(a, "%s %s %s %s", clock_glyph(d.level, d.paused), name(a, c), left, _("paused"));
	return sd_arena_printf(a, "%s %s %s (%s)", clock_glyph(d.level, d.paused), name(a, c), left, due(s, a, c->due));
}

/* In words, for who has it read out. */
static const char *spoken(const struct sd_ticket_clock *c, const struct session *s, struct sd_arena *a)
{
	struct sd_countdown d;
	char left[SD_COUNTDOWN_TEXT];

	if (!c->mark)
		return sd_arena_printf(a, "%s: %s", name(a, c), clock_state(c->state));
	sd_countdown(s->hours, c->mark, s->now, &d);
	return sd_arena_printf(a, "%s: %s, %s%s%s", name(a, c), clock_state(c->state), sd_countdown_text(&d, left),
		c->due == SD_TIME_NONE ? "" : ", ", due(s, a, c->due));
}

const char *detail_clocks(const struct detail *d, const struct session *s, struct sd_arena *a)
{
	struct sd_str text = {0};
	const char *out;

	for (int i = 0; d->ticket && i < d->ticket->nclocks; i++)
		sd_str_addf(&text, "%s%s", i ? "; " : "", spoken(&d->ticket->clocks[i], s, a));
	out = sd_arena_strdup(a, text.data ? text.data : "");
	sd_str_free(&text);
	return out;
}

/* How likely a breach is, what such warnings were worth, and why. */
void detail_add_risk(struct detail *d, struct sd_arena *a)
{
	const char *risk = sd_ticket_get(d->ticket, "risk"), *came = sd_ticket_get(d->ticket, "risk_came"),
			   *why = sd_ticket_get(d->ticket, "risk_why");
	enum element el = strtol(risk, NULL, 10) >= 50 ? EL_WARN : EL_NORMAL;

	if (!*risk)
		return;
	textview_add(&d->text, KEY_RISK, 0, el,
		sd_arena_printf(a, "%s %s %%%s%s%s", _("Risk of a breach"), risk,
			*came ? sd_arena_printf(a, _(" (%s of 100 such warnings came true)"), came) : "", *why ? ": " : "", why));
}

void detail_add_clocks(struct detail *d, const struct session *s, struct sd_arena *a)
{
	const struct sd_ticket *t = d->ticket;
	struct tv_span *spans = sd_arena_alloc(a, ((size_t)t->nclocks * 2 + 2) * sizeof *spans);
	int n = 0;

	if (!t->nclocks)
		return;
	for (int i = 0; i < t->nclocks; i++) {
		enum element el;
		const char *text = detail_clock(&t->clocks[i], s, a, &el);

		if (i)
			spans[n++] = (struct tv_span){EL_NORMAL, "   "};
		spans[n++] = (struct tv_span){el, text};
	}
	textview_spans(&d->text, KEY_CLOCKS, 0, spans, n);
}
