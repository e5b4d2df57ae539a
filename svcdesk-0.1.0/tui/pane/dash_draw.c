/* What the blocks of the dashboard look like. Each is drawn into its own part of the page and names the figures in it. */
#include "config.h"
#include "tui/pane/dashboard.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"
#include "tui/widget/graph.h"

enum {
	TILE_MIN = 12,
	NARROW = 60,    /* below that a table of attainment has no room for what was missed */
	LIST_LEAST = 5, /* rows of a list where room is scarce */
	LIST_MOST = 40,
	TABLE_MOST = 30,
	FLOW_LEAST = 5,
	FLOW_MOST = 13,
	SERIES_MOST = 4, /* lines of one series of the trend */
	SOON_S = 900     /* a countdown below that is urgent */
};

struct paint {
	struct dashboard *d;
	const struct session *s;
	struct page *page;
	struct sd_arena *a;
};

/* A figure in words: its id and what it is are put together by the caller. */
static void figure(const struct paint *p, struct region r, int x, int y, int w, enum element e, bool right, const char *id,
	const char *what, const char *text, const char *query, long count)
{
	struct figure f = {.id = id, .what = what, .text = text, .query = query, .count = count};

	page_figure(p->page, r, x, y, w, e, right, &f);
}

static void title(struct region r, const char *text)
{
	draw_hline(r, 0, 0, r.w, EL_BORDER);
	draw_textf(r, 1, 0, EL_HEADER, " %s ", text);
}

static void words(const struct paint *p, struct region r, int y, enum element e, const char *text)
{
	struct sd_lines lines = sd_text_wrap(p->a, text, r.w > 2 ? r.w - 2 : 1);

	for (size_t i = 0; i < lines.n && y + (int)i < r.h; i++)
		draw_fit(r, 1, y + (int)i, r.w - 2, e, lines.line[i], false);
}

/* ---- now ---- */
static int tiles_a_row(const struct dash_data *d, int w)
{
	int n = w / TILE_MIN;

	return n < 1 ? 1 : n > d->ntiles ? (d->ntiles ? d->ntiles : 1) : n;
}

static enum element tile_element(const struct dash_tile *t)
{
	if (!(t->v > 0))
		return EL_NORMAL;
	return !strcmp(t->id, "breached") || !strcmp(t->id, "major") ? EL_ERROR : !strcmp(t->id, "at_risk") ? EL_WARN : EL_STRONG;
}

static void now(const struct paint *p, struct region r)
{
	const struct dash_data *d = p->d->data;
	int across = tiles_a_row(d, r.w), w = r.w / across, lines = (d->ntiles + across - 1) / across;
	int h = lines ? r.h / lines : 0;

	for (int i = 0; i < d->ntiles && h >= 2; i++) {
		const struct dash_tile *t = &d->tile[i];
		struct region box = region_sub(r, i % across * w, i / across * h, w - 1, h);
		char number[48];
		struct figure f = {.id = sd_arena_printf(p->a, "tile.%s", t->id),
			.what = dash_tile_label(t->id),
			.query = t->query,
			.digit = i < 9 ? i + 1 : 0,
			.count = (long)t->v,
			.text = board_number(t->v, UNIT_COUNT, number, sizeof number)};
		struct region big = region_sub(box, 2, 1, box.w - 2, box.h - 1);

		draw_textf(box, 0, 0, EL_KEY, "%d", i + 1);
		draw_fit(box, 2, 0, box.w - 2, EL_LABEL, f.what, false);
		f.w = graph_digits_width(number, GRAPH_BIG_ROWS);
		if (big.h < GRAPH_BIG_ROWS || f.w > big.w) {
			page_figure(p->page, box, 2, 1, box.w - 2, tile_element(t), false, &f);
			continue;
		}
		big = region_sub(big, 0, 0, f.w, GRAPH_BIG_ROWS);
		graph_digits(big, tile_element(t), number, GRAPH_LEFT);
		f.h = GRAPH_BIG_ROWS;
		page_figure(p->page, big, 0, 0, f.w, tile_element(t), false, &f);
	}
}

/* ---- clocks that run ---- */
static void clocks(const struct paint *p, struct region r, const struct dash_list *l, const char *name, const char *id)
{
	const struct dash_data *d = p->d->data;
	int rows = r.h - 1 < l->n ? r.h - 1 : l->n, metric_w = r.w < NARROW ? 4 : 11;
	char n[16];

	title(r, name);
	snprintf(n, sizeof n, "%d", l->tickets);
	draw_fit(r, 3 + sd_text_width(name), 0, (int)strlen(n) + 1, EL_NORMAL, "", false);
	figure(p, r, 3 + sd_text_width(name), 0, (int)strlen(n), l->tickets ? EL_STRONG : EL_OK, false, id, name, n, l->query,
		l->tickets);
	if (!l->n)
		words(p, r, 1, EL_DIM, d->agreements ? _("None: nothing burns") : _("No clocks run yet"));
	for (int i = 0; i < rows; i++) {
		const struct dash_clock *c = &l->v[i];
		int64_t s = dash_left(d, c, p->s->now);
		enum element e = s < 0 ? EL_ERROR : s < SOON_S ? EL_WARN : EL_NORMAL;
		char left[48];
		struct figure f = {.id = sd_arena_printf(p->a, "%s.%s.%s", id, c->number, c->metric),
			.what = sd_arena_printf(p->a, "%s, %s", name, c->subject),
			.text = c->number,
			.query = l->query,
			.count = l->tickets,
			.ticket = c->ticket};

		page_figure(p->page, r, 0, 1 + i, 10, EL_LINK, false, &f);
		draw_textf(r, 11, 1 + i, (enum element)(EL_P1 + (c->priority >= 1 && c->priority <= 5 ? c->priority - 1 : 4)), "P%d",
			c->priority);
		draw_fit(r, 14, 1 + i, 9, e, sd_arena_printf(p->a, "%s%s", s < 0 ? "!" : " ", board_left(s, c->days, left, sizeof left)),
			true);
		draw_fit(r, 24, 1 + i, metric_w, EL_DIM, dash_metric_label(c->metric), false);
		draw_fit(r, 25 + metric_w, 1 + i, r.w - 25 - metric_w, EL_NORMAL, c->subject, false);
	}
}

/* ---- attainment ---- */
static enum element share_element(double v, double target)
{
	return isnan(v) || isnan(target) ? EL_NORMAL : v < target ? EL_ERROR : EL_OK;
}

/* As a query has it: its name where it can stand there, else its number. */
static const char *key_of(const struct paint *p, const char *by, const struct dash_row *row)
{
	if (!strcmp(by, "priority") || !strcmp(row->key, "none"))
		return row->key;
	return strpbrk(row->label, "@#") ? sd_arena_printf(p->a, "#%s", row->key) : row->label;
}

static void share(const struct paint *p, struct region r, int x, int y, int w, const struct dash_share *s, int clock,
	const char *by, const struct dash_row *row)
{
	const char *metric = sd_arena_printf(p->a, "%s_attainment", dash_clocks[clock]);
	const char *period = p->d->data->period;
	const char *key = row ? key_of(p, by, row) : NULL;
	const char *id = sd_arena_printf(p->a, "share.%s.%s.%s", by, row ? row->key : "", dash_clocks[clock]);
	const char *what = sd_arena_printf(p->a, "%s, %s", dash_clock_label(clock), row ? row->label : _("all"));
	double target = p->d->data->target[clock];
	bool low = !isnan(s->v) && s->v < target, wide = r.w >= NARROW;
	int share_w = wide ? 8 : w;
	char text[48];

	if (isnan(s->v)) {
		draw_fit(r, x, y, share_w, EL_DIM, "-", true);
		return;
	}
	board_number(s->v, UNIT_PERCENT, text, sizeof text);
	figure(p, r, x, y, share_w, share_element(s->v, target), true, id, what, sd_arena_printf(p->a, "%s%s", low ? "!" : "", text),
		board_query(p->a, metric, period, NULL, row ? by : NULL, key), s->n);
	if (!wide)
		return;
	figure(p, r, x + share_w, y, w - share_w, s->missed ? EL_WARN : EL_DIM, true, sd_arena_printf(p->a, "%s.missed", id),
		sd_arena_printf(p->a, _("%s: missed"), what), sd_arena_printf(p->a, "%d", s->missed),
		board_query(p->a, metric, period, "missed", row ? by : NULL, key), s->missed);
}

static void shares(const struct paint *p, struct region r, int by)
{
	const struct dash_data *d = p->d->data;
	const struct dash_table *t = &d->by[by];
	int w = r.w < NARROW ? 7 : 14, first = r.w - w * DASH_CLOCKS, rows = r.h - 3;

	title(r, sd_arena_printf(
				 p->a, r.w < NARROW ? _("Attainment by %s") : _("Attainment by %s: met, tickets missed"), dash_by_label(by)));
	if (!d->agreements) {
		words(p, r, 1, EL_DIM,
			_("Nothing is promised to anybody yet: svcdesk sla policy add FILE makes an agreement, and tickets get clocks"));
		return;
	}
	for (int c = 0; c < DASH_CLOCKS; c++) {
		char target[32];
		const char *name = dash_clock_label(c);

		if (!isnan(d->target[c]) && r.w >= NARROW)
			name = sd_arena_printf(
				p->a, "%s %s%s", name, board_at_least(true), board_number(d->target[c], UNIT_COUNT, target, sizeof target));
		draw_fit(r, first + c * w, 1, w, EL_LABEL, name, true);
		share(p, r, first + c * w, 2, w, &d->all[c], c, dash_bys[by], NULL);
	}
	draw_fit(r, 0, 2, first - 1, EL_STRONG, _("all"), false);
	for (int i = 0; i < t->n && i < rows; i++) {
		bool last = i == rows - 1 && t->n > rows;

		if (last) {
			draw_textf(r, 0, 3 + i, EL_DIM, _("%d more"), t->n - i);
			break;
		}
		draw_fit(r, 0, 3 + i, first - 1, EL_NORMAL, t->v[i].label, false);
		for (int c = 0; c < DASH_CLOCKS; c++)
			share(p, r, first + c * w, 3 + i, w, &t->v[i].share[c], c, dash_bys[by], &t->v[i]);
	}
}

/* ---- the other metrics ---- */
static bool is_listed(const struct dash_metric *m)
{
	return strcmp(m->id, "opened") != 0 && strcmp(m->id, "resolved") != 0 && strcmp(m->id, "backlog") != 0;
}

static int listed(const struct dash_data *d)
{
	int n = 0;

	for (int i = 0; i < d->nmetrics; i++)
		n += is_listed(&d->metric[i]);
	return n;
}

/* In the language of the person. */
static const char *name_of(const struct paint *p, const struct dash_metric *m)
{
	const char *label = p->s->meta ? sd_meta_label(p->s->meta, sd_arena_printf(p->a, "metric.%s.name", m->id)) : NULL;

	return label ? label : m->name;
}

/* Where the columns of the table stand: name, value, target, p50, p90, tickets. */
enum { VALUE_W = 9, TARGET_W = 10, HALF_W = 8, COUNT_W = 8 };

static int name_width(int w)
{
	int most = 34, rest = w - (w < NARROW ? VALUE_W + COUNT_W : VALUE_W + 1 + TARGET_W + 2 * HALF_W + COUNT_W);

	return rest > most ? most : rest;
}

static void metric_row(const struct paint *p, struct region r, int y, const struct dash_metric *m)
{
	const char *all = board_query(p->a, m->id, p->d->data->period, NULL, NULL, NULL),
			   *id = sd_arena_printf(p->a, "metric.%s", m->id);
	const char *name = name_of(p, m), *count = sd_arena_printf(p->a, "%d", m->n);
	bool met = isnan(m->target) || (m->up ? m->v >= m->target : m->v <= m->target);
	int x = name_width(r.w);
	char v[48], t[48];

	draw_fit(r, 0, y, x - 1, EL_NORMAL, name, false);
	board_number(m->v, m->unit, v, sizeof v);
	figure(p, r, x, y, VALUE_W,
		isnan(m->v) || isnan(m->target) ? EL_NORMAL
		: met                           ? EL_OK
										: EL_ERROR,
		true, id, name, isnan(m->v) || met ? v : sd_arena_printf(p->a, "!%s", v), all, m->n);
	x += VALUE_W;
	if (r.w >= NARROW) {
		if (!isnan(m->target))
			draw_fit(r, x + 1, y, TARGET_W, EL_DIM,
				sd_arena_printf(p->a, "%s%s", board_at_least(m->up), board_number(m->target, m->unit, t, sizeof t)), false);
		x += 1 + TARGET_W;
		if (!isnan(m->p50)) {
			figure(p, r, x, y, HALF_W, EL_NORMAL, true, sd_arena_printf(p->a, "%s.p50", id),
				sd_arena_printf(p->a, "%s p50", name), board_number(m->p50, m->unit, v, sizeof v), all, m->n);
			figure(p, r, x + HALF_W, y, HALF_W, EL_NORMAL, true, sd_arena_printf(p->a, "%s.p90", id),
				sd_arena_printf(p->a, "%s p90", name), board_number(m->p90, m->unit, t, sizeof t), all, m->n);
		}
		x += 2 * HALF_W;
	}
	figure(p, r, x, y, COUNT_W, EL_DIM, true, sd_arena_printf(p->a, "%s.n", id), sd_arena_printf(p->a, _("%s: tickets"), name),
		count, all, m->n);
}

static void metrics(const struct paint *p, struct region r)
{
	const struct dash_data *d = p->d->data;
	int x = name_width(r.w), y = 2;

	title(r, _("Quality"));
	draw_fit(r, x, 1, VALUE_W, EL_LABEL, _("value"), true);
	x += VALUE_W;
	if (r.w >= NARROW) {
		draw_fit(r, x + 1, 1, TARGET_W, EL_LABEL, _("target"), false);
		draw_fit(r, x + 1 + TARGET_W, 1, HALF_W, EL_LABEL, "p50", true);
		draw_fit(r, x + 1 + TARGET_W + HALF_W, 1, HALF_W, EL_LABEL, "p90", true);
		x += 1 + TARGET_W + 2 * HALF_W;
	}
	draw_fit(r, x, 1, COUNT_W, EL_LABEL, _("tickets"), true);
	for (int i = 0; i < d->nmetrics && y < r.h; i++)
		if (is_listed(&d->metric[i]))
			metric_row(p, r, y++, &d->metric[i]);
}

/* ---- over time ---- */
static const char *series_label(int s)
{
	static const char *const labels[DASH_SERIES] = {N_("Opened"), N_("Resolved"), N_("Backlog"), N_("Attainment"), N_("MTTR")};

	return _(labels[s]);
}

static void trend(const struct paint *p, struct region r)
{
	static const enum board_unit units[DASH_SERIES] = {UNIT_COUNT, UNIT_COUNT, UNIT_COUNT, UNIT_PERCENT, UNIT_MINUTES};
	const struct dash_data *d = p->d->data;
	int h = (r.h - 1) / DASH_SERIES, last;
	const char *grain = !strcmp(d->grain, "week")    ? _("Trend by weeks")
						: !strcmp(d->grain, "month") ? _("Trend by months")
													 : _("Trend by days");

	title(r, d->npoints ? sd_arena_printf(p->a, "%s  %s .. %s", grain, d->point[0], d->point[d->npoints - 1]) : grain);
	for (int s = 0; s < DASH_SERIES && h > 0; s++) {
		struct region line = region_sub(r, 0, 1 + s * h, r.w, h);
		char v[48];

		for (last = d->npoints - 1; last >= 0 && isnan(d->series[s][last]);)
			last--;
		draw_fit(line, 0, h - 1, 11, EL_LABEL, series_label(s), false);
		if (last < 0) {
			draw_fit(line, line.w - 10, h - 1, 10, EL_DIM, "-", true);
			continue;
		}
		graph_spark(region_sub(line, 12, 0, line.w - 23, h), d->series[s], (size_t)last + 1, units[s] == UNIT_PERCENT ? 100 : 0,
			GRAPH_BLOCKS,
			s == 1 || s == 3   ? EL_OK
			: s == 0 || s == 4 ? EL_WARN
							   : EL_LINK);
		figure(p, line, line.w - 10, h - 1, 10, EL_NORMAL, true, sd_arena_printf(p->a, "trend.%s", dash_series[s]),
			sd_arena_printf(p->a, "%s, %s", series_label(s), d->point[last]),
			board_number(d->series[s][last], units[s], v, sizeof v),
			board_query(p->a, dash_series[s], d->point[last], NULL, NULL, NULL),
			units[s] == UNIT_COUNT ? (long)d->series[s][last] : -1);
	}
}

static void ages(const struct paint *p, struct region r)
{
	const struct dash_data *d = p->d->data;
	double most = 1;

	title(r, _("Age of what is open, in days"));
	for (int i = 0; i < d->nages; i++)
		most = d->age[i].n > most ? d->age[i].n : most;
	for (int i = 0; i < d->nages && 1 + i < r.h; i++) {
		const struct dash_age *g = &d->age[i];

		draw_fit(r, 0, 1 + i, 7, EL_LABEL, g->label, true);
		graph_bar(r, 8, 1 + i, r.w - 17, g->n / most, i < 2 ? EL_OK : i < 4 ? EL_WARN : EL_ERROR);
		figure(p, r, r.w - 8, 1 + i, 8, EL_NORMAL, true, sd_arena_printf(p->a, "age.%s", g->label),
			sd_arena_printf(p->a, _("Open for %s days"), g->label), sd_arena_printf(p->a, "%d", g->n), g->query, g->n);
	}
}

static void flow(const struct paint *p, struct region r)
{
	static const char *const ids[] = {"opened", "resolved", "backlog"};
	/* the backlog is no sum of the two: it had tickets before */
	static const char *const marks[] = {"+ ", "- ", ""};
	const struct dash_data *d = p->d->data;
	int x = 0;

	title(r, _("Flow in and out"));
	for (int i = 0; i < 3; i++) {
		const struct dash_metric *m = dash_metric_find(d, ids[i]);
		char v[48];

		if (!m || isnan(m->v))
			continue;
		x += draw_textf(r, x, 1, EL_LABEL, "%s%s ", marks[i], name_of(p, m));
		board_number(m->v, UNIT_COUNT, v, sizeof v);
		figure(p, r, x, 1, (int)strlen(v), EL_STRONG, false, sd_arena_printf(p->a, "flow.%s", m->id), m->name, v,
			board_query(p->a, m->id, d->period, NULL, NULL, NULL), (long)m->v);
		x += (int)strlen(v) + 3;
	}
	if (d->npoints)
		graph_flow(region_sub(r, 0, 2, r.w, r.h - 2), d->series[0], d->series[1], (size_t)d->npoints, EL_WARN, EL_OK);
}

/* ---- all of them ---- */
static int lines_of_nothing(const struct dashboard *d, int w)
{
	return d->data->agreements ? 0 : w < NARROW ? 5 : 3;
}

void dash_heights(const struct dashboard *d, int block, int w, bool roomy, int *least, int *most)
{
	const struct dash_data *data = d->data;
	const struct dash_list *l = block == DASH_RISK ? &data->risk : &data->breached;
	int lines = (data->ntiles + tiles_a_row(data, w) - 1) / tiles_a_row(data, w), rows;

	switch (block) {
	case DASH_NOW:
		*least = *most = lines * (roomy && w >= 2 * NARROW ? 1 + GRAPH_BIG_ROWS : 2);
		break;
	case DASH_RISK:
	case DASH_BREACHED:
		*least = 1 + (l->n < 1 ? 1 : l->n < LIST_LEAST ? l->n : LIST_LEAST);
		*most = 1 + (l->n < 1 ? 1 : l->n < LIST_MOST ? l->n : LIST_MOST);
		break;
	case DASH_METRICS:
		*least = *most = 2 + listed(data);
		break;
	case DASH_TREND:
		*least = 1 + DASH_SERIES;
		*most = 1 + DASH_SERIES * SERIES_MOST;
		break;
	case DASH_AGES:
		*least = *most = 1 + data->nages;
		break;
	case DASH_FLOW:
		*least = 2 + FLOW_LEAST;
		*most = 2 + FLOW_MOST;
		break;
	default:
		rows = data->by[dash_by_of(d, block)].n;
		rows = rows > TABLE_MOST ? TABLE_MOST : rows;
		*most = lines_of_nothing(d, w) ? lines_of_nothing(d, w) : 3 + rows;
		*least = block == DASH_SHARES || *most < 11 ? *most : 11;
	}
}

void dash_block_draw(struct dashboard *d, const struct session *s, int block, struct region r)
{
	struct paint p = {d, s, &d->board.page, page_arena(&d->board.page)};

	switch (block) {
	case DASH_NOW:
		now(&p, r);
		break;
	case DASH_RISK:
		clocks(&p, r, &d->data->risk, _("At risk"), "risk");
		break;
	case DASH_BREACHED:
		clocks(&p, r, &d->data->breached, _("Breached"), "breached");
		break;
	case DASH_METRICS:
		metrics(&p, r);
		break;
	case DASH_TREND:
		trend(&p, r);
		break;
	case DASH_AGES:
		ages(&p, r);
		break;
	case DASH_FLOW:
		flow(&p, r);
		break;
	default:
		shares(&p, r, dash_by_of(d, block));
	}
}
