/* The pane: state, keys, and where its blocks stand. What they look like is in dash_draw.c. */
#include "config.h"
#include "tui/pane/dashboard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"

enum { COLUMN_W = 72, COLUMNS_MOST = 4, GUTTER = 2, ROOMY_H = 40 };

const char *const dash_grains[] = {"day", "week", "month", NULL};

static void ask(struct board *b, struct effects *fx)
{
	struct dashboard *d = (struct dashboard *)b;
	const char *params[] = {b->period, dash_grains[d->grain]};

	fx_query(fx, board_req(b), FX_ASIDE, "select desk.dash($1, $2)", 2, params);
}

static bool take(struct board *b, const char *json)
{
	struct dashboard *d = (struct dashboard *)b;
	struct dash_data *data = dash_data_parse(json);

	if (!data)
		return false;
	dash_data_free(d->data);
	d->data = data;
	b->as_of = data->now;
	snprintf(b->shown_period, sizeof b->shown_period, "%s", data->period);
	snprintf(b->earlier, sizeof b->earlier, "%s", data->earlier);
	snprintf(b->later, sizeof b->later, "%s", data->later);
	return true;
}

static void dashboard_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	board_answer((struct board *)p, s, a, fx);
}

static bool dashboard_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	struct dashboard *d = (struct dashboard *)p;

	switch (a) {
	case ACT_BREAKDOWN:
		d->by = (d->by + (count ? count : 1)) % DASH_BYS;
		return true;
	case ACT_GRAIN:
		d->grain = dash_grains[d->grain + 1] ? d->grain + 1 : 0;
		board_read(&d->board, s, fx);
		return true;
	default:
		return board_action(&d->board, s, a, count, fx);
	}
}

/* ---- where the blocks stand ---- */
struct place {
	int block, x, y, w, h, least, most;
};
struct plan {
	struct place v[DASH_BLOCKS];
	int n, height;
};

static int columns_of(int w)
{
	int n = (w + GUTTER) / (COLUMN_W + GUTTER);

	return n < 1 ? 1 : n > COLUMNS_MOST ? COLUMNS_MOST : n;
}

/* Gives the lines that a column has left to the blocks that can use them, one each in turn. */
static void stretch(struct plan *p, int x, int left)
{
	bool any = true;

	while (left > 0 && any) {
		int moved = 0;

		any = false;
		for (int i = 0; i < p->n; i++) {
			struct place *b = &p->v[i];

			if (b->x != x || b->block == DASH_NOW)
				continue;
			b->y += moved;
			if (left > 0 && b->h < b->most) {
				b->h++;
				left--;
				moved++;
				any = true;
			}
		}
	}
}

/* One column: one below the other. More: what counts most over the whole width, the others where the page is shortest. */
static void plan_make(struct plan *p, const struct dashboard *d, int w, int h)
{
	int n = columns_of(w), cw = (w - (n - 1) * GUTTER) / n, end[COLUMNS_MOST] = {0};

	*p = (struct plan){.n = 0};
	for (int block = 0; block < DASH_BLOCKS; block++) {
		struct place *b = &p->v[p->n];
		int at = 0;

		if (block >= DASH_MORE && n == 1)
			break; /* one table at a time is enough: b shows the others */
		b->block = block;
		b->w = block == DASH_NOW ? w : cw;
		dash_heights(d, block, b->w, h >= ROOMY_H, &b->least, &b->most);
		for (int c = 1; c < n; c++)
			at = end[c] < end[at] ? c : at;
		b->x = at * (cw + GUTTER);
		b->y = end[at];
		b->h = b->least;
		for (int c = 0; c < n; c++)
			if (c == at || block == DASH_NOW)
				end[c] = b->y + b->h + 1;
		p->n++;
	}
	for (int c = 0; c < n; c++) {
		stretch(p, c * (cw + GUTTER), h - (end[c] - 1));
		p->height = end[c] - 1 > p->height ? end[c] - 1 : p->height;
	}
	p->height = p->height < h ? h : p->height;
}

static void dashboard_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct dashboard *d = (struct dashboard *)p;
	struct plan plan;
	struct region page;

	if (!d->data) {
		board_nothing(&d->board, s, r);
		return;
	}
	plan_make(&plan, d, r.w - 1, r.h); /* the last column is the scroll bar's */
	page = page_begin(&d->board.page, r.w - 1, plan.height);
	for (int i = 0; i < plan.n; i++) {
		const struct place *b = &plan.v[i];

		dash_block_draw(d, s, b->block, region_sub(page, b->x, b->y, b->w, b->h));
	}
	page_end(&d->board.page, r, focus);
}

static const char *dashboard_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct dashboard *d = (const struct dashboard *)p;
	char state[160];

	if (!d->data)
		snprintf(buf, size, "%s", _("Dashboard"));
	else
		snprintf(buf, size, _("Dashboard  %s  by %s%s"), d->data->period, dash_by_label(d->by),
			board_state(&d->board, s, state, sizeof state));
	return buf;
}

static void dashboard_close(struct pane *p)
{
	struct dashboard *d = (struct dashboard *)p;

	dash_data_free(d->data);
	board_free(&d->board);
	free(d);
}

static const struct pane_ops ops = {
	.title = N_("Dashboard"),
	.context = CTX_DASHBOARD,
	.close = dashboard_close,
	.action = dashboard_action,
	.answer = dashboard_answer,
	.search = board_search,
	.matches = board_matches,
	.draw = dashboard_draw,
	.headline = dashboard_headline,
};

struct board *dashboard_new(void)
{
	struct dashboard *d = sd_calloc(1, sizeof *d);

	board_init(&d->board, &ops);
	d->board.ask = ask;
	d->board.take = take;
	return &d->board;
}

/* ---- words ---- */
int dash_by_of(const struct dashboard *d, int block)
{
	int nth = block == DASH_SHARES ? 0 : block - DASH_MORE + 1;

	return (d->by + nth) % DASH_BYS;
}

const char *dash_by_label(int by)
{
	static const char *const labels[DASH_BYS] = {N_("priority"), N_("group"), N_("service"), N_("customer")};

	return _(labels[by]);
}

const char *dash_clock_label(int clock)
{
	static const char *const labels[DASH_CLOCKS] = {N_("Response"), N_("Resolving"), N_("OLA"), N_("UC")};

	return _(labels[clock]);
}

const char *dash_metric_label(const char *metric)
{
	for (int c = 0; c < DASH_CLOCKS; c++)
		if (!strcmp(dash_clocks[c], metric))
			return dash_clock_label(c);
	return !strcmp(metric, "update") ? _("Update") : metric;
}

const char *dash_tile_label(const char *id)
{
	static const struct {
		const char *id, *label;
	} tiles[] = {{"open", N_("Open")}, {"unassigned", N_("Unassigned")}, {"at_risk", N_("At risk")}, {"breached", N_("Breached")},
		{"hold", N_("On hold")}, {"major", N_("Major")}, {"opened", N_("Opened")}, {"resolved", N_("Resolved")}};

	for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++)
		if (!strcmp(tiles[i].id, id))
			return _(tiles[i].label);
	return id;
}

const struct dash_metric *dash_metric_find(const struct dash_data *d, const char *id)
{
	for (int i = 0; i < d->nmetrics; i++)
		if (!strcmp(d->metric[i].id, id))
			return &d->metric[i];
	return NULL;
}

int64_t dash_left(const struct dash_data *d, const struct dash_clock *c, sd_time now)
{
	return c->left_s - (c->open && now > d->now ? (now - d->now) / 1000000 : 0);
}
