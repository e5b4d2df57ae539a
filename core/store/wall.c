#include "svcdesk/wall.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

const char sd_wall_sql[] = "select desk.wall($1::jsonb)";
const char *const sd_wall_ages[SD_WALL_AGES] = {"0-1", "2-3", "4-7", "8-14", "15-30", ">30"};

enum { LIVE, SLOW };

struct sd_wall *sd_wall_new(void)
{
	struct sd_wall *w = sd_calloc(1, sizeof *w);
	w->now = SD_TIME_NONE;
	w->desk = w->zone = w->unknown = "";
	w->live.online = -1;
	return w;
}

void sd_wall_free(struct sd_wall *w)
{
	if (!w)
		return;
	sd_arena_free(w->arena[LIVE]);
	sd_arena_free(w->arena[SLOW]);
	free(w);
}

static int small(const json_t *o, const char *key)
{
	int64_t v = store_int(o, key);
	return v > INT32_MAX ? INT32_MAX : v < INT32_MIN ? INT32_MIN : (int)v;
}

static double number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

/* Room for the rows of a list, zeroed; their number in n. */
static void *rows(struct sd_arena *a, const json_t *list, size_t size, size_t *n)
{
	*n = json_array_size(list);
	return sd_arena_alloc(a, (*n + 1) * size);
}

static void numbers(const json_t *list, double *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);
		out[i] = json_is_number(v) ? json_number_value(v) : 0;
	}
}

static void counts(const json_t *list, int *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int)json_integer_value(json_array_get(list, i));
}

static struct sd_wall_open open_of(const json_t *o)
{
	return (struct sd_wall_open){small(o, "n"), small(o, "unassigned"), small(o, "breached"), small(o, "at_risk")};
}

static struct sd_wall_ticket *tickets(struct sd_arena *a, const json_t *list, size_t *n)
{
	struct sd_wall_ticket *t = rows(a, list, sizeof *t, n);
	for (size_t i = 0; i < *n; i++) {
		const json_t *o = json_array_get(list, i);
		t[i] = (struct sd_wall_ticket){store_text(a, o, "number"), store_text(a, o, "subject"), store_text(a, o, "group"),
			store_text(a, o, "assignee"), store_text(a, o, "metric"), small(o, "priority"), store_time(o, "opened_at"),
			store_time(o, "due_at")};
	}
	return t;
}

static void take_groups(struct sd_wall *w, struct sd_arena *a, const json_t *list)
{
	struct sd_wall_group *g = w->live.groups = rows(a, list, sizeof *g, &w->live.ngroups);
	for (size_t i = 0; i < w->live.ngroups; i++, g++) {
		const json_t *o = json_array_get(list, i);
		*g = (struct sd_wall_group){
			store_text(a, o, "name"), small(o, "open"), small(o, "unassigned"), small(o, "breached"), small(o, "at_risk"), {0}};
		counts(json_object_get(o, "age"), g->age, SD_WALL_AGES);
	}
}

static void take_agents(struct sd_wall *w, struct sd_arena *a, const json_t *list)
{
	struct sd_wall_agent *g = w->live.agents = rows(a, list, sizeof *g, &w->live.nagents);
	for (size_t i = 0; i < w->live.nagents; i++, g++) {
		const json_t *o = json_array_get(list, i);
		*g = (struct sd_wall_agent){store_text(a, o, "name"), store_text(a, o, "on"), small(o, "open"), small(o, "urgent"),
			store_bool(o, "online"), store_bool(o, "writing")};
	}
}

static void take_majors(struct sd_wall *w, struct sd_arena *a, const json_t *list)
{
	struct sd_wall_major *m = w->live.majors = rows(a, list, sizeof *m, &w->live.nmajors);
	for (size_t i = 0; i < w->live.nmajors; i++, m++) {
		const json_t *o = json_array_get(list, i);
		*m = (struct sd_wall_major){store_text(a, o, "number"), store_text(a, o, "subject"), store_text(a, o, "state"),
			store_text(a, o, "service"), store_text(a, o, "manager"), small(o, "priority"), small(o, "children"),
			small(o, "updates"), store_time(o, "opened_at"), store_time(o, "declared_at"), store_time(o, "next_update_at")};
	}
}

static void take_services(struct sd_wall *w, struct sd_arena *a, const json_t *list)
{
	struct sd_wall_service *s = w->live.services = rows(a, list, sizeof *s, &w->live.nservices);
	for (size_t i = 0; i < w->live.nservices; i++, s++) {
		const json_t *o = json_array_get(list, i);
		*s = (struct sd_wall_service){small(o, "id"), small(o, "parent"), small(o, "depth"), store_text(a, o, "name"),
			store_text(a, o, "state"), small(o, "open"), small(o, "urgent")};
	}
}

static void take_live(struct sd_wall *w, struct sd_arena *a, const json_t *o)
{
	const json_t *open = json_object_get(o, "open"), *list = json_object_get(open, "by_priority");
	const json_t *breaching = json_object_get(o, "breaching"), *flow = json_object_get(o, "flow"), *online;
	memset(&w->live, 0, sizeof w->live);
	w->live.total = open_of(open);
	w->live.on_hold = small(open, "on_hold");
	w->live.restricted = small(open, "restricted");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *p = json_array_get(list, i);
		int priority = small(p, "priority");
		if (priority >= 1 && priority <= SD_WALL_PRIORITIES)
			w->live.priority[priority - 1] = open_of(p);
	}
	w->live.in15 = small(breaching, "in15");
	w->live.in60 = small(breaching, "in60");
	w->live.breaching = tickets(a, json_object_get(breaching, "list"), &w->live.nbreaching);
	w->live.oldest = tickets(a, json_object_get(o, "oldest"), &w->live.noldest);
	numbers(json_object_get(flow, "in"), w->live.in, SD_WALL_HOURS);
	numbers(json_object_get(flow, "out"), w->live.out, SD_WALL_HOURS);
	w->live.in_today = small(flow, "in_today");
	w->live.out_today = small(flow, "out_today");
	counts(json_object_get(o, "age"), w->live.age, SD_WALL_AGES);
	numbers(json_object_get(o, "forecast"), w->live.forecast, SD_WALL_HOURS);
	w->live.candidates = small(o, "candidates");
	online = json_object_get(o, "online");
	w->live.online = json_is_integer(online) ? small(o, "online") : -1;
	const json_t *predicted = json_object_get(o, "predicted");
	w->live.predicted = json_is_object(predicted) ? small(predicted, "n") : -1;
	w->live.predicted_came = json_is_object(predicted) ? small(predicted, "came") : -1;
	take_groups(w, a, json_object_get(o, "groups"));
	take_agents(w, a, json_object_get(o, "agents"));
	take_majors(w, a, json_object_get(o, "majors"));
	take_services(w, a, json_object_get(o, "services"));
}

static void take_slow(struct sd_wall *w, struct sd_arena *a, const json_t *o)
{
	const json_t *list = json_object_get(o, "metrics");
	struct sd_wall_metric *m = w->slow.metrics = rows(a, list, sizeof *m, &w->slow.nmetrics);
	for (size_t i = 0; i < w->slow.nmetrics; i++, m++) {
		const json_t *j = json_array_get(list, i);
		*m = (struct sd_wall_metric){store_text(a, j, "id"), store_text(a, j, "name"), store_text(a, j, "unit"),
			!strcmp(store_text(a, j, "direction"), "up"), number(j, "value"), number(j, "target"), (long)store_int(j, "n"),
			store_text(a, j, "period")};
	}
	list = json_object_get(o, "causes");
	struct sd_wall_cause *c = w->slow.causes = rows(a, list, sizeof *c, &w->slow.ncauses);
	for (size_t i = 0; i < w->slow.ncauses; i++, c++) {
		const json_t *j = json_array_get(list, i);
		*c = (struct sd_wall_cause){store_text(a, j, "label"), small(j, "n")};
	}
	list = json_object_get(o, "availability");
	struct sd_wall_budget *b = w->slow.budgets = rows(a, list, sizeof *b, &w->slow.nbudgets);
	for (size_t i = 0; i < w->slow.nbudgets; i++, b++) {
		const json_t *j = json_array_get(list, i);
		*b = (struct sd_wall_budget){store_text(a, j, "service"), number(j, "availability"), number(j, "target"),
			number(j, "budget_minutes"), number(j, "budget_left_minutes")};
	}
}

static struct sd_arena *anew(struct sd_wall *w, int part)
{
	sd_arena_free(w->arena[part]);
	return w->arena[part] = sd_arena_new();
}

bool sd_wall_take(struct sd_wall *w, const char *json, struct sd_err *err)
{
	json_t *j = store_object(json, "desk.wall", err), *live, *slow;
	if (!j)
		return false;
	live = json_object_get(j, "live");
	slow = json_object_get(j, "slow");
	if (!json_is_object(live) && !json_is_object(slow)) {
		json_decref(j);
		store_object("", "desk.wall", err);
		return false;
	}
	if (json_is_object(live)) {
		struct sd_arena *a = anew(w, LIVE);
		take_live(w, a, live);
		w->has_live = true;
		w->now = store_time(j, "now");
		w->frozen = store_bool(j, "frozen");
		w->standby = store_bool(j, "standby");
		w->desk = store_text(a, j, "desk");
		w->zone = store_text(a, j, "zone");
		w->unknown = store_value(a, json_array_get(json_object_get(j, "unknown_groups"), 0));
	}
	if (json_is_object(slow)) {
		take_slow(w, anew(w, SLOW), slow);
		w->has_slow = true;
	}
	json_decref(j);
	return true;
}

const struct sd_wall_metric *sd_wall_metric(const struct sd_wall *w, const char *id)
{
	for (size_t i = 0; i < w->slow.nmetrics; i++)
		if (!strcmp(w->slow.metrics[i].id, id))
			return &w->slow.metrics[i];
	return NULL;
}

char *sd_wall_value(struct sd_arena *a, const struct sd_wall_metric *m)
{
	if (!m || isnan(m->value))
		return sd_arena_strdup(a, "-");
	double v = m->value;
	if (!strcmp(m->unit, "percent"))
		return sd_arena_printf(a, v >= 100 || v <= 0 ? "%.0f%%" : v > 99 ? "%.2f%%" : "%.1f%%", v);
	if (!strcmp(m->unit, "minutes") && v >= 60 * 24 * 2)
		return sd_arena_printf(a, "%ldd %ldh", (long)v / 1440, (long)v % 1440 / 60);
	if (!strcmp(m->unit, "minutes") && v >= 60)
		return sd_arena_printf(a, "%ldh %ldm", (long)v / 60, (long)v % 60);
	if (!strcmp(m->unit, "minutes"))
		return sd_arena_printf(a, "%.0fm", v);
	return sd_arena_printf(a, v >= 100 || v == (double)(long)v ? "%.0f" : "%.1f", v);
}

int sd_wall_goal(const struct sd_wall_metric *m)
{
	if (!m || isnan(m->value) || isnan(m->target))
		return -1;
	return m->up ? m->value >= m->target : m->value <= m->target;
}
