/* One figure in big digits, what it means by its colour, and a line about it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/text.h"
#include "tui/wall/look.h"
#include "tui/widget/graph.h"

struct figure {
	const char *text, *about; /* about: below it; "" */
	const char *brief;        /* instead of about where that does not fit; NULL: cut */
	enum element element;
	double part, target; /* a gauge below it; NaN: none */
};

static const char *count(struct look *k, long n)
{
	return n < 0 ? "-" : sd_arena_printf(k->a, "%ld", n);
}

/* Bad from one on (or warn), good at none; a layout has its own levels. */
static enum element level(const struct look *k, double n, enum element some)
{
	const struct wall_spec *s = k->spec;

	if (n < 0)
		return EL_DIM;
	if (!isnan(s->warn) || !isnan(s->bad)) {
		if (!isnan(s->bad) && n >= s->bad)
			return EL_FIGURE_BAD;
		return !isnan(s->warn) && n >= s->warn ? EL_FIGURE_WARN : EL_FIGURE_OK;
	}
	return some == EL_FIGURE ? some : n > 0 ? some : EL_FIGURE_OK;
}

/* "P1 2  P2 5": where there are any; no more than fit. */
static const char *by_priority(struct look *k, int width, int (*of)(const struct sd_wall_open *))
{
	struct sd_str s = {0};
	char *text;

	for (int i = 0; i < SD_WALL_PRIORITIES; i++) {
		int n = of(&k->d->live.priority[i]);

		const char *one = sd_arena_printf(k->a, "%sP%d %d", s.len ? "  " : "", i + 1, n);

		if (n && (int)(s.len + strlen(one)) <= width)
			sd_str_add(&s, one);
	}
	text = sd_arena_strdup(k->a, s.data ? s.data : "");
	sd_str_free(&s);
	return text;
}

static int breached_of(const struct sd_wall_open *o)
{
	return o->breached;
}

static int risk_of(const struct sd_wall_open *o)
{
	return o->at_risk;
}

static struct figure with_oldest(struct look *k, struct figure f)
{
	const struct sd_wall_ticket *t = k->d->live.oldest;

	if (!k->d->live.noldest)
		return f;
	f.brief = sd_arena_printf(k->a, _("oldest %s"), look_age(k->a, t->opened, k->now));
	f.about = sd_arena_printf(k->a, "%s  %s", f.brief, t->number);
	return f;
}

static struct figure with_next(struct look *k, struct figure f)
{
	const struct sd_wall_ticket *t = k->d->live.breaching;

	if (!k->d->live.nbreaching || t->due == SD_TIME_NONE)
		return f;
	f.brief = sd_arena_printf(k->a, _("next %s"), look_countdown(k->a, t->due, k->now));
	f.about = sd_arena_printf(k->a, "%s  %s", f.brief, t->number);
	return f;
}

static struct figure metric_figure(struct look *k)
{
	const struct sd_wall_metric *m = sd_wall_metric(k->d, k->spec->metric);
	struct figure f = {"-", _("no figures yet"), NULL, EL_DIM, (double)NAN, (double)NAN};
	int goal = sd_wall_goal(m);

	if (!m)
		return f;
	f.text = sd_wall_value(k->a, m);
	f.element = goal < 0 ? EL_FIGURE : goal ? EL_FIGURE_OK : EL_FIGURE_BAD;
	if (isnan(m->value)) {
		f.element = EL_DIM;
	} else if (!isnan(m->target)) {
		struct sd_wall_metric target = *m;

		target.value = m->target;
		f.brief = sd_arena_printf(k->a, _("goal %s %s"), m->up ? ">=" : "<=", sd_wall_value(k->a, &target));
		f.about = sd_arena_printf(k->a, "%s  %s  n %ld", goal ? _("met") : _("missed"), f.brief, m->n);
		if (!strcmp(m->unit, "percent")) {
			f.part = m->value / 100;
			f.target = m->target / 100;
		}
	} else {
		f.about = sd_arena_printf(k->a, "n %ld", m->n);
	}
	return f;
}

static struct figure plain(struct look *k, long n, enum element some, const char *about)
{
	return (struct figure){count(k, n), about, NULL, level(k, (double)n, some), (double)NAN, (double)NAN};
}

static struct figure today(struct look *k, long n, bool in)
{
	double last = in ? k->d->live.in[SD_WALL_HOURS - 1] : k->d->live.out[SD_WALL_HOURS - 1];

	return plain(k, n, EL_FIGURE, sd_arena_printf(k->a, _("this hour %.0f"), last));
}

static struct figure clock_figure(struct look *k)
{
	const char *zone = k->spec->zone ? k->spec->zone : k->zone;
	struct figure f = {"-", zone ? zone : "", NULL, EL_FIGURE, (double)NAN, (double)NAN};

	if (k->now != SD_TIME_NONE)
		f.text = sd_time_local(k->a, k->now, zone, "%H:%M");
	return f;
}

static struct figure figure_of(struct look *k, int width)
{
	const struct sd_wall *d = k->d;
	size_t at = (size_t)(k->spec - k->w->layout->spec);

	switch (k->spec->kind) {
	case WALL_OPEN:
		return plain(k, d->live.total.n, EL_FIGURE, sd_arena_printf(k->a, _("%d waiting"), d->live.on_hold));
	case WALL_UNASSIGNED:
		return with_oldest(k, plain(k, d->live.total.unassigned, EL_FIGURE, ""));
	case WALL_BREACHED:
		return plain(k, d->live.total.breached, EL_FIGURE_BAD, by_priority(k, width, breached_of));
	case WALL_BREACHING_15:
		return with_next(k, plain(k, d->live.in15, EL_FIGURE_BAD, ""));
	case WALL_BREACHING_60:
		return with_next(k, plain(k, d->live.in60, EL_FIGURE_WARN, ""));
	case WALL_AT_RISK:
		return plain(k, d->live.total.at_risk, EL_FIGURE_WARN, by_priority(k, width, risk_of));
	case WALL_PREDICTED:
		return plain(k, d->live.predicted, EL_FIGURE_WARN,
			d->live.predicted < 0 ? _("nothing is predicted")
								  : sd_arena_printf(k->a, _("%d %% come true"), d->live.predicted_came));
	case WALL_ON_HOLD:
		return plain(k, d->live.on_hold, EL_FIGURE, "");
	case WALL_MAJORS:
		return plain(k, (long)d->live.nmajors, EL_FIGURE_BAD,
			d->live.candidates ? sd_arena_printf(k->a, _("%d proposed"), d->live.candidates) : "");
	case WALL_ONLINE:
		return plain(k, d->live.online, EL_FIGURE, d->live.online < 0 ? _("not known on this server") : "");
	case WALL_IN_TODAY:
		return today(k, d->live.in_today, true);
	case WALL_OUT_TODAY:
		return today(k, d->live.out_today, false);
	case WALL_METRIC:
		return metric_figure(k);
	case WALL_QUERY:
		return plain(k, k->w->count[at].n, EL_FIGURE, k->spec->query);
	default:
		return clock_figure(k);
	}
}

void figure_draw(struct look *k, struct region r)
{
	struct figure f = figure_of(k, r.w);
	bool about = r.h > GRAPH_BIG_ROWS, gauge = !isnan(f.part) && r.h > GRAPH_BIG_ROWS + 1;
	int rows = r.h - (about ? 1 : 0) - (gauge ? 1 : 0), room;

	k->level = f.element;
	if (!strcmp(f.text, "-")) {
		look_empty(r, EL_DIM, *f.about ? f.about : "-");
		return;
	}
	if (f.text[strlen(f.text) - 1] == '%' && graph_digits_width(f.text, GRAPH_BIG_ROWS) > r.w) /* the line below has the sign */
		f.text = sd_arena_strndup(k->a, f.text, strlen(f.text) - 1);
	if (f.brief && sd_text_width(f.about) > r.w)
		f.about = f.brief;
	graph_digits(region_sub(r, 0, 0, r.w, rows), f.element, f.text, GRAPH_CENTRE);
	room = r.w > 2 ? r.w - 2 : r.w;
	if (gauge)
		graph_gauge(region_sub(r, (r.w - room) / 2, rows, room, 1), f.part, f.target, f.element, NULL);
	if (about) {
		int w = sd_text_width(f.about) < r.w ? sd_text_width(f.about) : r.w;

		draw_fit(r, (r.w - w) / 2, r.h - 1, w, EL_DIM, f.about, false);
	}
}

/* ---- open by priority ---- */
static const char *priority_name(struct look *k, int i)
{
	return sd_arena_printf(k->a, "P%d", i + 1);
}

static void priority_rows(struct look *k, struct region r)
{
	struct graph_row rows[SD_WALL_PRIORITIES];

	for (int i = 0; i < SD_WALL_PRIORITIES; i++) {
		int n = k->d->live.priority[i].n;

		rows[i] = (struct graph_row){priority_name(k, i), count(k, n), n,
			i == 0   ? EL_FIGURE_BAD
			: i == 1 ? EL_FIGURE_WARN
					 : EL_GRAPH};
	}
	graph_rows(r, rows, SD_WALL_PRIORITIES, 0);
}

void priority_draw(struct look *k, struct region r)
{
	int w = r.w / SD_WALL_PRIORITIES;
	bool about = r.h > GRAPH_BIG_ROWS + 1;

	if (w < 8 || r.h < GRAPH_BIG_ROWS + 1) {
		priority_rows(k, r);
		return;
	}
	for (int i = 0; i < SD_WALL_PRIORITIES; i++) {
		const struct sd_wall_open *o = &k->d->live.priority[i];
		struct region c = region_sub(r, i * w, 0, w - 1, r.h);
		enum element e = o->n == 0 ? EL_DIM : i == 0 ? EL_FIGURE_BAD : i == 1 ? EL_FIGURE_WARN : EL_FIGURE;
		const char *text = !o->breached ? "" : sd_arena_printf(k->a, _("%d breached"), o->breached);

		draw_text(c, (c.w - 4) / 2, 0, look_priority(i + 1), sd_arena_printf(k->a, " P%d ", i + 1));
		graph_digits(region_sub(c, 0, 1, c.w, c.h - 1 - (about ? 1 : 0)), e, count(k, o->n), GRAPH_CENTRE);
		if (about) {
			int tw = sd_text_width(text) < c.w ? sd_text_width(text) : c.w;

			draw_fit(c, (c.w - tw) / 2, c.h - 1, tw, EL_FIGURE_BAD, text, false);
		}
	}
}
