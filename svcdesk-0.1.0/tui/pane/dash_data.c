#include "config.h"
#include "tui/pane/dash_data.h"

#include <math.h>
#include <string.h>
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

const char *const dash_clocks[DASH_CLOCKS] = {"response", "resolution", "ola", "uc"};
const char *const dash_bys[DASH_BYS] = {"priority", "group", "service", "org"};
const char *const dash_series[DASH_SERIES] = {"opened", "resolved", "backlog", "resolution_attainment", "mttr"};

#define ELEMENTS(a, j, n, ptr) ((n) = (int)json_array_size(j), (ptr) = sd_arena_alloc((a), ((size_t)(n) + 1) * sizeof *(ptr)))

static double number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static struct dash_share read_share(const json_t *j)
{
	return (struct dash_share){number(j, "value"), (int)store_int(j, "tickets"), (int)store_int(j, "missed")};
}

static void read_table(struct sd_arena *a, struct dash_table *t, const json_t *rows)
{
	ELEMENTS(a, rows, t->n, t->v);
	for (int i = 0; i < t->n; i++) {
		const json_t *j = json_array_get(rows, (size_t)i);

		t->v[i].key = store_text(a, j, "key");
		t->v[i].label = store_text(a, j, "label");
		for (int c = 0; c < DASH_CLOCKS; c++)
			t->v[i].share[c] = read_share(json_object_get(j, dash_clocks[c]));
	}
}

static void read_list(struct sd_arena *a, struct dash_list *l, const json_t *j)
{
	const json_t *rows = json_object_get(j, "rows");

	l->tickets = (int)store_int(j, "tickets");
	l->query = store_text(a, j, "query");
	ELEMENTS(a, rows, l->n, l->v);
	for (int i = 0; i < l->n; i++) {
		const json_t *r = json_array_get(rows, (size_t)i);

		l->v[i] = (struct dash_clock){.ticket = store_int(r, "ticket_id"),
			.number = store_text(a, r, "number"),
			.subject = store_text(a, r, "subject"),
			.metric = store_text(a, r, "metric"),
			.priority = (int)store_int(r, "priority"),
			.left_s = store_int(r, "left_s"),
			.open = store_bool(r, "open"),
			.days = store_bool(r, "days")};
	}
}

static void read_metrics(struct dash_data *d, const json_t *rows)
{
	struct sd_arena *a = d->arena;

	ELEMENTS(a, rows, d->nmetrics, d->metric);
	for (int i = 0; i < d->nmetrics; i++) {
		const json_t *j = json_array_get(rows, (size_t)i);

		d->metric[i] = (struct dash_metric){.id = store_text(a, j, "id"),
			.name = store_text(a, j, "name"),
			.unit = board_unit(store_text(a, j, "unit")),
			.up = !strcmp(store_text(a, j, "direction"), "up"),
			.v = number(j, "value"),
			.p50 = number(j, "p50"),
			.p90 = number(j, "p90"),
			.target = number(j, "target"),
			.n = (int)store_int(j, "tickets"),
			.missed = (int)store_int(j, "missed")};
		if (d->metric[i].unit == UNIT_COUNT && !isnan(d->metric[i].p50))
			d->metric[i].unit = UNIT_SCORE; /* a mean of counts is no number of tickets, and does not look like one */
	}
}

static void read_trend(struct dash_data *d, const json_t *trend)
{
	const json_t *rows = json_object_get(trend, "rows");
	struct sd_arena *a = d->arena;

	d->grain = store_text(a, trend, "by");
	ELEMENTS(a, rows, d->npoints, d->point);
	for (int s = 0; s < DASH_SERIES; s++)
		d->series[s] = sd_arena_alloc(a, ((size_t)d->npoints + 1) * sizeof(double));
	for (int i = 0; i < d->npoints; i++) {
		const json_t *j = json_array_get(rows, (size_t)i);

		d->point[i] = store_text(a, j, "key");
		for (int s = 0; s < DASH_SERIES; s++)
			d->series[s][i] = number(j, dash_series[s]);
	}
}

static void read_now(struct dash_data *d, const json_t *j)
{
	const json_t *tiles = json_object_get(j, "tiles"), *ages = json_object_get(j, "ages");
	struct sd_arena *a = d->arena;

	ELEMENTS(a, tiles, d->ntiles, d->tile);
	for (int i = 0; i < d->ntiles; i++) {
		const json_t *t = json_array_get(tiles, (size_t)i);

		d->tile[i] = (struct dash_tile){store_text(a, t, "id"), store_text(a, t, "query"), number(t, "value")};
	}
	ELEMENTS(a, ages, d->nages, d->age);
	for (int i = 0; i < d->nages; i++) {
		const json_t *t = json_array_get(ages, (size_t)i);

		d->age[i] = (struct dash_age){store_text(a, t, "key"), store_text(a, t, "query"), (int)store_int(t, "value")};
	}
	read_list(a, &d->risk, json_object_get(j, "at_risk"));
	read_list(a, &d->breached, json_object_get(j, "breached"));
}

struct dash_data *dash_data_parse(const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.dash", &err);
	const json_t *period, *attainment;
	struct sd_arena *a;
	struct dash_data *d;

	if (!j)
		return NULL;
	a = sd_arena_new();
	d = sd_arena_alloc(a, sizeof *d);
	d->arena = a;
	period = json_object_get(j, "period");
	attainment = json_object_get(j, "attainment");
	d->now = store_time(j, "now");
	d->period = store_text(a, period, "text");
	d->earlier = store_text(a, period, "before");
	d->later = store_text(a, period, "after");
	d->agreements = store_bool(j, "agreements");
	d->tickets = store_bool(j, "tickets");
	read_now(d, j);
	for (int c = 0; c < DASH_CLOCKS; c++) {
		const json_t *all = json_object_get(json_object_get(attainment, "all"), dash_clocks[c]);

		d->all[c] = read_share(all);
		d->target[c] = number(all, "target");
	}
	for (int b = 0; b < DASH_BYS; b++)
		read_table(a, &d->by[b], json_object_get(attainment, dash_bys[b]));
	read_metrics(d, json_object_get(j, "metrics"));
	read_trend(d, json_object_get(j, "trend"));
	json_decref(j);
	return d;
}

void dash_data_free(struct dash_data *d)
{
	if (d)
		sd_arena_free(d->arena);
}
