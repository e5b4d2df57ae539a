#include "config.h"
#include "tui/pane/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/pane/clock_words.h"
#include "tui/widget/graph.h"

enum { NARROW = 56, LABEL = 12, LABEL_NARROW = 9, BAR_MIN = 20, BAR_MOST = 100, POPUP_MOST = 112, PER_CLOCK = 10000 };

struct laying {
	struct explain *x;
	const struct session *s;
	struct sd_arena *a;
	int width, label;
	uint64_t key; /* of the next paragraph */
	enum sd_sla_level level;
};

struct explain *explain_new(int64_t id, const char *number)
{
	struct explain *x = sd_calloc(1, sizeof *x);

	x->id = id;
	snprintf(x->number, sizeof x->number, "%s", number ? number : "");
	textview_init(&x->text);
	return x;
}

void explain_free(struct explain *x)
{
	if (!x)
		return;
	sd_explain_free(x->e);
	free(x->error);
	textview_free(&x->text);
	free(x);
}

void explain_take(struct explain *x, const struct table *t, const struct sd_err *err)
{
	const char *json = table_get(t, 0, 0);
	struct sd_err bad = {0};
	struct sd_explain *e = json ? sd_explain_parse(json, &bad) : NULL;

	x->built = 0;
	free(x->error);
	x->error = NULL;
	if (e) {
		sd_explain_free(x->e);
		x->e = e;
		snprintf(x->number, sizeof x->number, "%s", e->number);
	} else if (!x->e || t) {
		x->error = sd_strdup(!t ? err->text : bad.text[0] != 0 ? bad.text : _("This ticket is not there, or not for you to see"));
	}
}

/* ---- lines ---- */
static void pair(struct laying *l, const char *label, enum element el, const char *text)
{
	textview_spans(&l->x->text, l->key++, l->label,
		(struct tv_span[]){{EL_LABEL, sd_text_fit(l->a, label, l->label - 1, glyph(GL_ELLIPSIS), true)}, {el, text}}, 2);
}

static const char *weekday(const struct laying *l, sd_time t)
{
	static const char *const day[] = {N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat")};
	const char *n = sd_time_local(l->a, t, l->s->zone, "%w");

	return *n ? _(day[(*n - '0') % 7]) : "";
}

/* Day and time; the year where it is another one. */
static const char *when(const struct laying *l, sd_time t)
{
	const char *year = sd_time_local(l->a, t, l->s->zone, "%Y"), *now = sd_time_local(l->a, l->x->e->now, l->s->zone, "%Y");

	if (t == SD_TIME_NONE || t == SD_TIME_INFINITY)
		return "-";
	return sd_arena_printf(
		l->a, "%s %s", weekday(l, t), sd_time_local(l->a, t, l->s->zone, strcmp(year, now) ? "%Y-%m-%d %H:%M" : "%m-%d %H:%M"));
}

static const char *stretch(const struct laying *l, sd_time from, sd_time until)
{
	const char *a = sd_time_local(l->a, from, l->s->zone, "%Y-%m-%d"), *b = sd_time_local(l->a, until, l->s->zone, "%Y-%m-%d");

	return sd_arena_printf(
		l->a, "%s .. %s", when(l, from), strcmp(a, b) ? when(l, until) : sd_time_local(l->a, until, l->s->zone, "%H:%M"));
}

/* ---- what led to it ---- */
static const char *because(const struct laying *l, const struct sd_explain_clock *c)
{
	struct sd_str s = {0};
	const char *text;

	if (*c->customer && *c->service)
		sd_str_addf(&s, _("%s has it for %s"), c->customer, c->service);
	else if (*c->customer)
		sd_str_addf(&s, _("%s has it for every service"), c->customer);
	else if (*c->service)
		sd_str_addf(&s, _("it holds for %s, whoever asks"), c->service);
	else
		sd_str_add(&s, _("no agreement is closer: it holds for everybody"));
	if (c->priority)
		sd_str_addf(&s, _("; for priority %d"), c->priority);
	if (*c->kind)
		sd_str_addf(&s, _("; for kind %s"), c->kind);
	if (*c->for_group)
		sd_str_addf(&s, _("; for group %s"), c->for_group);
	if (c->major >= 0)
		sd_str_addf(&s, "; %s", c->major ? _("for major incidents") : _("not for major incidents"));
	text = sd_arena_strdup(l->a, s.data);
	sd_str_free(&s);
	return text;
}

static const char *version_of(const struct laying *l, const struct sd_explain_clock *c)
{
	return c->version == c->current ? sd_arena_printf(l->a, _("%s, version %d"), c->agreement, c->version)
									: sd_arena_printf(l->a, _("%s, version %d (now %d: this clock began before)"), c->agreement,
										  c->version, c->current);
}

static const char *warnings(const struct laying *l, const struct sd_explain_clock *c)
{
	struct sd_str s = {0};
	const char *text;

	for (int i = 0; i < c->nwarnings; i++)
		if (c->warnings[i].at != SD_TIME_NONE)
			sd_str_addf(&s, "%s%d %%%s %s", s.len ? "   " : "", c->warnings[i].percent,
				c->warnings[i].written ? glyph(GL_MARK) : "", when(l, c->warnings[i].at));
	text = sd_arena_strdup(l->a, s.data ? s.data : "");
	sd_str_free(&s);
	return text;
}

static void facts(struct laying *l, const struct sd_explain_clock *c)
{
	int percent = c->target_minutes > 0 ? (int)(c->elapsed_minutes * 100 / c->target_minutes) : 0;

	pair(l, _("Agreement"), EL_NORMAL, version_of(l, c));
	pair(l, _("Because"), EL_NORMAL, because(l, c));
	pair(l, _("Target"), EL_NORMAL,
		sd_arena_printf(l->a, _("%s of open time by calendar %s (%s, version %d)"), clock_minutes(l->a, c->target_minutes),
			c->calendar, c->zone, c->calendar_version));
	pair(l, _("Started"), EL_NORMAL, when(l, c->started));
	if (c->due != SD_TIME_NONE)
		pair(l, _("Due"), c->breached == SD_TIME_NONE ? EL_NORMAL : EL_SLA_BREACHED,
			c->breached == SD_TIME_NONE ? when(l, c->due) : sd_arena_printf(l->a, _("%s: breached then"), when(l, c->due)));
	pair(l, _("Used"), EL_NORMAL,
		sd_arena_printf(l->a, _("%s (%d %%), stood still %s"), clock_minutes(l->a, c->elapsed_minutes), percent,
			clock_minutes(l->a, c->paused_minutes)));
	if (c->stopped != SD_TIME_NONE)
		pair(l, _("Stopped"), EL_NORMAL, when(l, c->stopped));
	if (c->cancelled != SD_TIME_NONE)
		pair(
			l, _("Cancelled"), EL_NORMAL, sd_arena_printf(l->a, "%s: %s", when(l, c->cancelled), clock_reason(c->cancel_reason)));
	if (c->open && *warnings(l, c))
		pair(l, _("Warnings"), EL_NORMAL, warnings(l, c));
}

/* ---- its stretches of time ---- */
static const char *mark_of(const struct sd_explain_segment *g)
{
	static const char *const blocks[] = {"█", "▒", "·"}, *const ascii[] = {"#", "=", "."};
	bool plain = graph_style(GRAPH_BLOCKS) == GRAPH_ASCII;

	if (g->ahead && g->what == SD_SEGMENT_RAN)
		return plain ? "-" : "░";
	return (plain ? ascii : blocks)[g->what];
}

static enum element mark_element(const struct laying *l, const struct sd_explain_segment *g)
{
	return g->what == SD_SEGMENT_CLOSED   ? EL_DIM
		   : g->what == SD_SEGMENT_PAUSED ? EL_SLA_PAUSED
		   : g->ahead                     ? EL_TRACK
										  : clock_element(l->level);
}

/* The whole of it in one line, and where now is beneath. */
static void bar(struct laying *l, const struct sd_explain_clock *c)
{
	int w = l->width - 2 > BAR_MOST ? BAR_MOST : l->width - 2, at = 0, n = 0;
	sd_time from = c->segments[0].from, until = c->segments[c->nsegments - 1].until, now = l->x->e->now;
	struct tv_span *spans;
	char *blanks;

	if (w < BAR_MIN || until <= from)
		return;
	spans = sd_arena_alloc(l->a, ((size_t)w + 1) * sizeof *spans);
	for (int i = 0; i < w; i++) {
		sd_time t = from + (until - from) / w * i + (until - from) / w / 2;

		while (at + 1 < c->nsegments && c->segments[at].until <= t)
			at++;
		spans[n++] = (struct tv_span){mark_element(l, &c->segments[at]), mark_of(&c->segments[at])};
	}
	textview_spans(&l->x->text, l->key++, 0, spans, n);
	if (now < from || now > until)
		return;
	at = (int)((double)(now - from) / (double)(until - from) * (w - 1));
	blanks = sd_arena_printf(l->a, "%*s", at, "");
	textview_spans(&l->x->text, l->key++, 0,
		(struct tv_span[]){{EL_NORMAL, blanks}, {EL_STRONG, "^"}, {EL_STRONG, sd_arena_printf(l->a, " %s", _("now"))}},
		at + 1 + sd_text_width(_("now")) < w ? 3 : 2);
}

static const char *word_of(const struct laying *l, const struct sd_explain_segment *g)
{
	const char *by = *g->by ? sd_arena_printf(l->a, " (%s)", g->by) : "";

	if (g->what == SD_SEGMENT_CLOSED)
		return *g->why ? sd_arena_printf(l->a, _("closed: %s"), g->why) : _("outside its hours");
	if (g->what == SD_SEGMENT_PAUSED)
		return *g->why ? sd_arena_printf(l->a, _("stood still: %s%s"), clock_reason(g->why), by)
					   : sd_arena_printf(l->a, _("stood still%s"), by);
	return g->ahead ? _("to come") : _("ran");
}

static void now_line(struct laying *l)
{
	textview_rule(&l->x->text, l->key++, sd_arena_printf(l->a, _("now, %s"), when(l, l->x->e->now)));
}

static void segments(struct laying *l, const struct sd_explain_clock *c)
{
	bool told = !c->open;
	int w = 0;

	for (int i = 0; i < c->nsegments; i++) {
		int n = sd_text_width(stretch(l, c->segments[i].from, c->segments[i].until));

		w = n > w ? n : w;
	}
	for (int i = 0; i < c->nsegments; i++) {
		const struct sd_explain_segment *g = &c->segments[i];

		if (g->ahead && !told) {
			now_line(l);
			told = true;
		}
		if (l->x->spoken) {
			textview_add(&l->x->text, l->key++, 0, EL_NORMAL,
				sd_arena_printf(l->a, g->what == SD_SEGMENT_CLOSED ? "%s: %s" : "%s: %s, %s", stretch(l, g->from, g->until),
					word_of(l, g), clock_minutes(l->a, g->minutes)));
			continue;
		}
		textview_spans(&l->x->text, l->key++, 2,
			(struct tv_span[]){{mark_element(l, g), mark_of(g)},
				{g->what == SD_SEGMENT_CLOSED || g->ahead ? EL_DIM : EL_NORMAL,
					sd_arena_printf(l->a, "%s  %6s  %s",
						sd_text_fit(l->a, stretch(l, g->from, g->until), w, glyph(GL_ELLIPSIS), true),
						g->what == SD_SEGMENT_CLOSED ? "" : clock_minutes(l->a, g->minutes), word_of(l, g))}},
			2);
	}
	if (!told)
		now_line(l);
}

/* ---- one clock ---- */
static enum sd_sla_level level_of(const struct sd_explain_clock *c)
{
	double used = c->target_minutes > 0 ? c->elapsed_minutes * 100 / c->target_minutes : 0;

	if (c->breached != SD_TIME_NONE)
		return SD_SLA_BREACHED;
	if (!c->open)
		return !strcmp(c->state, "met") ? SD_SLA_OK : SD_SLA_PAUSED;
	if (!strcmp(c->state, "paused"))
		return SD_SLA_PAUSED;
	return used >= SD_SLA_LATE_PERCENT ? SD_SLA_LATE : used >= SD_SLA_HALF_PERCENT ? SD_SLA_HALF : SD_SLA_OK;
}

static const char *head(const struct laying *l, const struct sd_explain_clock *c)
{
	double left = c->target_minutes - c->elapsed_minutes;
	bool met = !strcmp(c->state, "met"), cancelled = !strcmp(c->state, "cancelled");
	const char *mark = met ? glyph(GL_MARK) : cancelled ? glyph(GL_BULLET) : clock_glyph(l->level, !strcmp(c->state, "paused"));
	const char *what = sd_arena_printf(l->a, "%s%s%s%s", l->x->spoken ? "" : sd_arena_printf(l->a, "%s ", mark),
		clock_metric(c->metric), *c->group ? " " : "", c->group);

	if (c->cycle > 1)
		what = sd_arena_printf(l->a, _("%s (cycle %d)"), what, c->cycle);
	if (!c->open)
		return sd_arena_printf(l->a, "%s: %s", what, clock_state(c->state));
	return sd_arena_printf(l->a, left < 0 ? _("%s: %s, %s too late") : _("%s: %s, %s left"), what, clock_state(c->state),
		clock_minutes(l->a, left < 0 ? -left : left));
}

static void clock_of(struct laying *l, const struct sd_explain_clock *c, int n)
{
	l->key = (uint64_t)(n + 1) * PER_CLOCK;
	l->level = level_of(c);
	if (n)
		textview_blank(&l->x->text);
	textview_group(&l->x->text, l->key++, 2, clock_element(l->level), head(l, c), !c->open);
	facts(l, c);
	if (c->nsegments && !l->x->spoken)
		bar(l, c);
	segments(l, c);
	textview_group_end(&l->x->text);
}

void explain_lay(struct explain *x, const struct session *s, int width)
{
	struct laying l = {x, s, sd_arena_new(), width, width < NARROW ? LABEL_NARROW : LABEL, 0, SD_SLA_NONE};

	textview_begin(&x->text);
	if (x->error)
		textview_add(&x->text, 1, 0, EL_WARN, x->error);
	else if (!x->e)
		textview_add(&x->text, 1, 0, EL_DIM, _("Reading ..."));
	else if (!x->e->nclocks)
		textview_add(&x->text, 1, 0, EL_NORMAL, _("No clock: nothing is promised for this ticket."));
	for (int i = 0; !x->error && x->e && i < x->e->nclocks; i++)
		clock_of(&l, &x->e->clocks[i], i);
	textview_end(&x->text);
	x->built = width;
	sd_arena_free(l.a);
}

void explain_draw(struct explain *x, const struct session *s, struct region r)
{
	char title[96];
	struct sd_arena *a = sd_arena_new();
	struct region in;

	if (x->e)
		snprintf(title, sizeof title, _("Clocks of %s at %s"), x->number, sd_time_local(a, x->e->now, s->zone, "%H:%M:%S"));
	else
		snprintf(title, sizeof title, _("Clocks of %s"), x->number);
	in = popup_draw(r, POPUP_MOST, x->e && x->e->nclocks ? r.h : 4, title);
	if (x->built != in.w)
		explain_lay(x, s, in.w);
	textview_draw(&x->text, in, true);
	sd_arena_free(a);
}
