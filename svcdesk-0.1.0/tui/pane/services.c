/* The pane: what it asks for, what its cursor is on. What it looks like is in services_draw.c. */
#include "config.h"
#include "tui/pane/services.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static double number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static void parse_row(struct sd_arena *a, const json_t *r, struct service_row *out)
{
	*out = (struct service_row){.key = store_text(a, r, "key"),
		.name = store_text(a, r, "service"),
		.state = store_text(a, r, "state"),
		.query = store_text(a, r, "query"),
		.depth = (int)store_int(r, "depth"),
		.open = (int)store_int(r, "open"),
		.worst = (int)store_int(r, "worst"),
		.outages = (int)store_int(r, "outages"),
		.on = (int64_t)json_integer_value(json_array_get(json_object_get(r, "on"), 0)),
		.availability = number(r, "availability"),
		.target = number(r, "target"),
		.left = number(r, "budget_left_minutes"),
		.budget = number(r, "budget_minutes"),
		.down = number(r, "down_minutes"),
		.planned = number(r, "planned_minutes")};
}

static void parse_outage(struct sd_arena *a, const json_t *o, struct outage_row *out)
{
	*out = (struct outage_row){.id = store_int(o, "id"),
		.version = (int)store_int(o, "version"),
		.service = store_text(a, o, "service"),
		.kind = store_text(a, o, "kind"),
		.state = store_text(a, o, "state"),
		.ticket = store_text(a, o, "ticket"),
		.note = store_text(a, o, "note"),
		.from = store_time(o, "from"),
		.until = store_time(o, "until"),
		.minutes = number(o, "minutes"),
		.weight = number(o, "weight")};
}

struct services_data *services_parse(const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.service_page", &err);
	const json_t *rows = json_object_get(j, "services"), *outages = json_object_get(j, "outages"), *period;
	struct sd_arena *a;
	struct services_data *d;

	if (!json_is_array(rows)) {
		json_decref(j);
		return NULL;
	}
	a = sd_arena_new();
	d = sd_arena_alloc(a, sizeof *d);
	d->arena = a;
	d->now = store_time(j, "now");
	period = json_object_get(j, "period");
	d->period = store_text(a, period, "text");
	d->earlier = store_text(a, period, "before");
	d->later = store_text(a, period, "after");
	d->more = store_bool(j, "more");
	d->nrows = (int)json_array_size(rows);
	d->noutages = (int)json_array_size(outages);
	d->row = sd_arena_alloc(a, ((size_t)d->nrows + 1) * sizeof *d->row);
	d->outage = sd_arena_alloc(a, ((size_t)d->noutages + 1) * sizeof *d->outage);
	for (int i = 0; i < d->nrows; i++)
		parse_row(a, json_array_get(rows, (size_t)i), &d->row[i]);
	for (int i = 0; i < d->noutages; i++)
		parse_outage(a, json_array_get(outages, (size_t)i), &d->outage[i]);
	json_decref(j);
	return d;
}

void services_free(struct services_data *d)
{
	if (d)
		sd_arena_free(d->arena);
}

/* ---- what the cursor is on: the ids of figures are service.KEY and service.KEY.open, outage.ID ---- */

const struct service_row *services_row(const struct services *sv)
{
	const struct figure *f = page_here(&sv->board.page);

	if (!f || !sv->data || strncmp(f->id, "service.", 8) != 0)
		return NULL;
	for (int i = 0; i < sv->data->nrows; i++) {
		size_t n = strlen(sv->data->row[i].key);

		if (!strncmp(f->id + 8, sv->data->row[i].key, n) && (!f->id[8 + n] || !strcmp(f->id + 8 + n, ".open")))
			return &sv->data->row[i];
	}
	return NULL;
}

const struct outage_row *services_outage_of(const struct services *sv, int64_t id)
{
	for (int i = 0; sv->data && id && i < sv->data->noutages; i++)
		if (sv->data->outage[i].id == id)
			return &sv->data->outage[i];
	return NULL;
}

const struct outage_row *services_outage(const struct services *sv)
{
	const struct figure *f = page_here(&sv->board.page);

	return f && !strncmp(f->id, "outage.", 7) ? services_outage_of(sv, strtoll(f->id + 7, NULL, 10)) : NULL;
}

/* ---- the board ---- */
static void ask(struct board *b, struct effects *fx)
{
	const char *params[] = {b->period};

	fx_query(fx, board_req(b), FX_ASIDE, "select desk.service_page($1)", 1, params);
}

static bool take(struct board *b, const char *json)
{
	struct services *sv = (struct services *)b;
	struct services_data *d = services_parse(json);

	if (!d)
		return false;
	services_free(sv->data);
	sv->data = d;
	b->as_of = d->now;
	snprintf(b->shown_period, sizeof b->shown_period, "%s", d->period);
	snprintf(b->earlier, sizeof b->earlier, "%s", d->earlier);
	snprintf(b->later, sizeof b->later, "%s", d->later);
	return true;
}

static void services_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	board_answer((struct board *)p, s, a, fx);
}

static bool services_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	return board_action((struct board *)p, s, a, count, fx);
}

static void services_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct services *sv = (struct services *)p;

	if (sv->data)
		services_page(sv, s, r, focus);
	else
		board_nothing(&sv->board, s, r);
}

static const char *services_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct services *sv = (const struct services *)p;
	char state[160];

	if (!sv->data)
		snprintf(buf, size, "%s", _("Services"));
	else
		snprintf(buf, size, _("Services  %s%s"), sv->data->period, board_state(&sv->board, s, state, sizeof state));
	return buf;
}

static void services_close(struct pane *p)
{
	struct services *sv = (struct services *)p;

	services_free(sv->data);
	board_free(&sv->board);
	free(sv);
}

static const struct pane_ops ops = {
	.title = N_("Services"),
	.context = CTX_SERVICES,
	.close = services_close,
	.action = services_action,
	.answer = services_answer,
	.search = board_search,
	.matches = board_matches,
	.draw = services_draw,
	.headline = services_headline,
};

struct board *services_new(void)
{
	struct services *sv = sd_calloc(1, sizeof *sv);

	board_init(&sv->board, &ops);
	sv->board.ask = ask;
	sv->board.take = take;
	return &sv->board;
}
