#include "config.h"
#include "svcdesk/explain.h"

#include <string.h>
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

#define ELEMENTS(a, j, n, ptr) ((n) = (int)json_array_size(j), (ptr) = sd_arena_alloc((a), ((size_t)(n) + 1) * sizeof *(ptr)))

static double number_of(const json_t *j, const char *key)
{
	return json_number_value(json_object_get(j, key));
}

static void read_segment(struct sd_arena *a, struct sd_explain_segment *s, const json_t *j)
{
	const char *what = store_text(a, j, "what");

	s->what = !strcmp(what, "paused") ? SD_SEGMENT_PAUSED : !strcmp(what, "closed") ? SD_SEGMENT_CLOSED : SD_SEGMENT_RAN;
	s->from = store_time(j, "from");
	s->until = store_time(j, "until");
	s->ahead = store_bool(j, "ahead");
	s->minutes = number_of(j, "minutes");
	s->event = (int)store_int(j, "event");
	s->by = store_text(a, j, "by");
	s->why = store_text(a, j, "why");
}

static void read_rule(struct sd_arena *a, struct sd_explain_clock *c, const json_t *j)
{
	const json_t *major = json_object_get(j, "major");

	c->agreement = store_text(a, j, "agreement");
	c->customer = store_text(a, j, "customer");
	c->service = store_text(a, j, "service");
	c->kind = store_text(a, j, "kind");
	c->for_group = store_text(a, j, "group");
	c->priority = (int)store_int(j, "priority");
	c->version = (int)store_int(j, "version");
	c->current = (int)store_int(j, "current");
	c->major = json_is_boolean(major) ? json_is_true(major) : -1;
}

static void read_clock(struct sd_arena *a, struct sd_explain_clock *c, const json_t *j)
{
	const json_t *calendar = json_object_get(j, "calendar"), *list = json_object_get(j, "segments");

	c->metric = store_text(a, j, "metric");
	c->type = store_text(a, j, "sla_type");
	c->state = store_text(a, j, "state");
	c->cancel_reason = store_text(a, j, "cancel_reason");
	c->group = store_text(a, j, "group");
	c->cycle = (int)store_int(j, "cycle");
	c->open = store_bool(j, "open");
	c->calendar = store_text(a, calendar, "name");
	c->zone = store_text(a, calendar, "zone");
	c->calendar_version = (int)store_int(calendar, "version");
	read_rule(a, c, json_object_get(j, "chosen"));
	c->target_minutes = number_of(j, "target_minutes");
	c->elapsed_minutes = number_of(j, "elapsed_minutes");
	c->paused_minutes = number_of(j, "paused_minutes");
	c->started = store_time(j, "started_at");
	c->due = store_time(j, "due_at");
	c->stopped = store_time(j, "stopped_at");
	c->cancelled = store_time(j, "cancelled_at");
	c->breached = store_time(j, "breached_at");
	ELEMENTS(a, list, c->nsegments, c->segments);
	for (int i = 0; i < c->nsegments; i++)
		read_segment(a, &c->segments[i], json_array_get(list, (size_t)i));
	list = json_object_get(j, "warnings");
	ELEMENTS(a, list, c->nwarnings, c->warnings);
	for (int i = 0; i < c->nwarnings; i++) {
		const json_t *w = json_array_get(list, (size_t)i);

		c->warnings[i] = (struct sd_explain_warning){(int)store_int(w, "percent"), store_time(w, "at"), store_bool(w, "written")};
	}
}

struct sd_explain *sd_explain_parse(const char *json, struct sd_err *err)
{
	json_t *j = store_object(json, "desk.sla_explain", err);
	const json_t *clocks;
	struct sd_arena *a;
	struct sd_explain *e;

	if (!j)
		return NULL;
	a = sd_arena_new();
	e = sd_arena_alloc(a, sizeof *e);
	e->arena = a;
	e->number = store_text(a, j, "number");
	e->now = store_time(j, "now");
	clocks = json_object_get(j, "clocks");
	ELEMENTS(a, clocks, e->nclocks, e->clocks);
	for (int i = 0; i < e->nclocks; i++)
		read_clock(a, &e->clocks[i], json_array_get(clocks, (size_t)i));
	json_decref(j);
	return e;
}

void sd_explain_free(struct sd_explain *e)
{
	if (e)
		sd_arena_free(e->arena);
}
