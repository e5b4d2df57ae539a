/* Every figure of the pages of figures is held against the list it leads to, on the sample desk with clocks: for who sees
 * everything, one customer or one group. The pages are drawn as the console draws them, from what the desk really answers. */
#include "tests/lib/testlib.h"
#include "tests/e2e/desk.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "svcdesk/clock.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "tui/pane/analysis.h"
#include "tui/pane/board.h"
#include "tui/pane/dashboard.h"

enum { WIDTH = 300, HEIGHT = 400 };

static struct sd_arena *arena;
static int held, listed;
static json_t *known; /* how many tickets a query lists for the one who asks */

/* A person of one customer and one of one group; clocks of every kind and state, some run out, some about to. */
static const char world[] =
	"create role b_org login in role desk_agent; create role b_group login in role desk_agent;"
	"insert into desk.person(login, name, org_id) select 'b_group', 'Of one group', min(id) from desk.org where id > 0;"
	"insert into desk.person_role(person_id, role, group_id) select p.id, 'agent', g.id from desk.person p, (select group_id as "
	"id from desk.ticket where phase < 3 and group_id > 0 group by 1 order by count(*) desc limit 1) g where p.login = "
	"'b_group';"
	"insert into desk.person(login, name, org_id) select 'b_org', 'Of one customer', min(id) from desk.org where id > 0;"
	"insert into desk.person_role(person_id, role, org_id) select p.id, 'agent', p.org_id from desk.person p where p.login = "
	"'b_org';"
	"insert into desk.sla(id, name, type) values (9001, 'board sla', 'sla'), (9002, 'board ola', 'ola'), (9003, 'board uc', "
	"'uc');"
	"insert into desk.sla_version(sla_id, version, by_id) select id, 1, 1 from desk.sla where id > 9000;"
	"insert into desk.sla_target(id, sla_id, version, metric, minutes, stop_on) values (9001, 9001, 1, 'response', 60, "
	"'accept'), (9002, "
	"9001, 1, 'resolution', 2400, null), (9003, 9002, 1, 'ola', 480, null), (9004, 9003, 1, 'uc', 480, null);"
	"insert into desk.sla_clock(ticket_id, target_id, type, metric, group_id, seq, base_seq, calendar_version, target_s, "
	"started_at, "
	"due_at, risk_at, stopped_at) select t.id, g.id, s.type, g.metric, case when g.metric = 'ola' then t.group_id else 0 end, 1, "
	"1, 1, "
	"g.minutes * 60, t.opened_at, t.opened_at + g.minutes * interval '1 minute' * (1 + t.id % 7), t.opened_at + g.minutes * "
	"interval "
	"'45 seconds' * (1 + t.id % 7), case when g.metric = 'response' or t.phase = 3 then coalesce(case when g.metric = 'response' "
	"then "
	"least(t.opened_at + t.id % 180 * interval '1 minute', desk.now()) end, t.resolved_at, t.updated_at) end from desk.ticket t, "
	"desk.sla_target g join desk.sla s on s.id = g.sla_id where t.kind = 'incident' and g.id > 9000 and (g.id < 9004 or t.id % 5 "
	"= 0);"
	"update desk.sla_clock c set due_at = desk.now() + c.ticket_id % 30 * interval '10 minutes', risk_at = desk.now() - interval "
	"'1 "
	"minute' where c.stopped_at is null and c.ticket_id % 3 = 0;"
	"update desk.ticket set reopens = 1 where phase = 3 and id % 17 = 0;"
	"insert into desk.org(name) values ('Half; \"quoted\" @ home | #1') on conflict do nothing;"
	"update desk.ticket set org_id = (select id from desk.org where name like 'Half;%') where id % 41 = 0;"
	"analyze;";

static struct sd_conn *open_as(const char *login)
{
	struct sd_err err = {0};
	const char *rest = strchr(desk_uri(), '@');
	assert_non_null(rest);
	struct sd_conn *c = sd_conn_open(sd_arena_printf(arena, "postgresql://%s%s", login, rest), &err);
	if (!c)
		fail_msg("%s: %s", login, err.text);
	json_object_clear(known);
	return c;
}

static const char *ask(struct sd_conn *c, const char *sql, int n, const char *const *params)
{
	struct sd_err err = {0};
	struct sd_result *r = sd_conn_query(c, sql, n, params, &err);
	if (!r)
		fail_msg("%s: %s", sql, err.text);
	const char *v = sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL, *out = v ? sd_arena_strdup(arena, v) : NULL;
	sd_result_free(r);
	return out;
}

static long tickets_of(struct sd_conn *c, const char *text)
{
	static const struct sd_query_extra cause[] = {{"cause", "desk.complaint", "cause", "choice"}};
	struct sd_err err = {0};
	struct sd_query_sql sql, check;
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT, .zone = "UTC"};
	struct sd_query *q = sd_query_parse(arena, text, cause, 1, &err);
	if (!q || !sd_query_sql(q, arena, &o, &sql, &err))
		fail_msg("\"%s\": %s", text, err.text);
	const char *unknown = sd_query_check(q, arena, &o, &check) ? ask(c, check.sql, check.nparams, check.params) : NULL;
	if (unknown)
		fail_msg("\"%s\": there is no such %s", text, unknown);
	return atol(ask(c, sql.sql, sql.nparams, sql.params));
}

/* The value of a metric may be a whole number and is none of tickets. */
static bool is_count(const struct figure *f)
{
	size_t n = strlen(f->id);
	bool value = strncmp(f->id, "metric.", 7) == 0 && strcmp(f->id + n - 2, ".n") != 0;
	return !value && *f->text && strspn(f->text, "0123456789") == strlen(f->text);
}

/* Draws a page on a screen that holds all of it, and goes through its figures. The number that stands there is that of the list,
 * and so is what is known to be behind a share. */
static void hold(struct sd_conn *c, struct board *b, const char *json, const char *begins, int *positive)
{
	struct surface *s = surface_new(WIDTH, HEIGHT);
	struct session session = {.now = b->as_of};
	assert_true(b->take(b, json));
	b->pane.ops->draw(&b->pane, &session, surface_region(s), true);
	assert_true(b->page.n > 0);
	for (size_t i = 0; i < b->page.n; i++) {
		const struct figure *f = &b->page.v[i];
		if (!f->query || strncmp(f->id, begins, strlen(begins)) != 0)
			continue;
		if (!json_object_get(known, f->query)) {
			json_object_set_new(known, f->query, json_integer(tickets_of(c, f->query)));
			listed++;
		}
		long n = (long)json_integer_value(json_object_get(known, f->query));
		if (f->count >= 0 && n != f->count)
			fail_msg("%s \"%s\" has %ld tickets behind it, %s lists %ld", f->id, f->text, f->count, f->query, n);
		if (is_count(f) && f->count >= 0 && atol(f->text) != n)
			fail_msg("%s says %s, %s lists %ld", f->id, f->text, f->query, n);
		held++;
		*positive += n > 0;
	}
	surface_free(s);
}

static void dashboard(const char *login, const char *period, const char *grain, int at_least)
{
	struct sd_conn *c = open_as(login);
	struct board *b = dashboard_new();
	const char *params[] = {period, grain};
	const char *json = ask(c, "select desk.dash($1, $2)", 2, params);
	int positive = 0;
	for (int by = 0; by < DASH_BYS; by++) {
		((struct dashboard *)b)->by = by;
		hold(c, b, json, by ? "share." : "", &positive); /* the rest stays as it is */
		if (by == 0 && positive < at_least)
			fail_msg("%s, %s: only %d figures have tickets", login, period, positive);
	}
	b->pane.ops->close(&b->pane);
	sd_conn_close(c);
}

static void test_dashboard(void **state)
{
	(void)state;
	dashboard("agent", "", "day", 100);
	dashboard("agent", "2025-12", "week", 100);
	dashboard("agent", "2025-W51", "day", 60);
	dashboard("b_org", "2025-12", "month", 40);
	dashboard("agent", "7d", "day", 40);
	dashboard("agent", "2031", "month", 10); /* to come: nothing but what is open now */
}

static void test_analysis(void **state)
{
	(void)state;
	static const char *const who[] = {"agent", "b_org", "b_group"};
	for (size_t p = 0; p < sizeof who / sizeof *who; p++) {
		struct sd_conn *c = open_as(who[p]);
		int positive = 0;
		for (int by = 0; by < PARETO_BYS; by++)
			for (int kinds = 0; kinds < (p == 0 ? PARETO_KINDS : 1); kinds++) {
				const char *params[] = {"2025-12", "", pareto_bys[by], pareto_kinds[kinds], "en"};
				const char *json = ask(c, "select desk.analysis($1, $2, $3, $4, $5)", 5, params);
				struct board *b = analysis_new();
				((struct analysis *)b)->asked_by = by;
				((struct analysis *)b)->asked_kinds = kinds;
				hold(c, b, json, "", &positive);
				b->pane.ops->close(&b->pane);
			}
		assert_true(positive > (p == 0 ? 100 : 30));
		sd_conn_close(c);
	}
}

/* The figures are those of desk.metric_get. */
static void test_same_figures(void **state)
{
	(void)state;
	struct sd_conn *c = open_as("agent");
	const char *bad = ask(c,
		"select string_agg(m.id || ' ' || b, ', ') from desk.metric m, unnest(array['priority', 'group', 'service', 'org']) b, "
		"lateral (select coalesce(jsonb_object_agg(coalesce(g.key, ''), jsonb_build_array(g.value, g.n, g.p50, g.p90)), '{}') as "
		"v from "
		"desk.metric_get(m.id, "
		"'2025-12-01', '2026-01-01', b) g) x, lateral (select coalesce(jsonb_object_agg(coalesce(f.key, ''), "
		"jsonb_build_array(f.value, f.n, "
		"f.p50, f.p90)), "
		"'{}') as v from desk.metric_figures(m.id, '2025-12-01', '2026-01-01', array[b]) f where f.by = b) y where m.agg <> "
		"'share' and x.v "
		"<> y.v",
		0, NULL);
	if (bad)
		fail_msg("other figures: %s", bad);
	bad = ask(c,
		"select string_agg(m.id, ', ') from desk.metric m, lateral (select g.value, g.n, g.p50, g.p90 from desk.metric_get(m.id, "
		"'2025-12-01', "
		"'2026-01-01') g) x, lateral (select f.value, f.n, f.p50, f.p90 from desk.metric_figures(m.id, '2025-12-01', "
		"'2026-01-01') f) y where "
		"m.agg <> 'share' and x is distinct from y",
		0, NULL);
	if (bad)
		fail_msg("other figures: %s", bad);
	/* the backlog of many days, found at once, is that of each */
	bad = ask(c,
		"select string_agg(concat_ws(' ', d.at, b.n, g.value), ', ') from generate_series(timestamptz '2025-12-01 00:00Z', "
		"'2026-01-04 00:00Z', '1 day') d(at) cross join lateral desk.metric_get('backlog', d.at, d.at + interval '1 day') g left "
		"join desk.backlog_trend('2025-12-01 00:00Z', '2026-01-05 00:00Z', 'day') b on b.key = to_char(d.at at time zone 'UTC', "
		"'YYYY-MM-DD') where b.n is distinct from g.value::bigint",
		0, NULL);
	if (bad)
		fail_msg("another backlog: %s", bad);
	sd_conn_close(c);
}

static void test_periods(void **state)
{
	static const char *const steps[][4] = {{"2025-12", "2025-12", "2025-11", "2026-01"},
		{"2025-W52", "2025-W52", "2025-W51", "2026-W01"}, {"2025-12-31", "2025-12-31", "2025-12-30", "2026-01-01"},
		{"2025-Q4", "2025-Q4", "2025-Q3", "2026-Q1"}, {"2025-01-01..2025-12-31", "2025", "2024", "2026"},
		{"2025-12-01..2025-12-10", "2025-12-01..2025-12-10", "2025-11-21..2025-11-30", "2025-12-11..2025-12-20"},
		{"this-month", "2026-01", "2025-12", NULL}, {"7d", "7d", NULL, NULL}};
	(void)state;
	struct sd_conn *c = open_as("agent");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		static const char *const keys[] = {"text", "before", "after"};
		for (int k = 0; k < 3; k++) {
			const char *params[] = {steps[i][0], keys[k]}, *is = ask(c, "select desk.period_json($1)->>$2", 2, params);
			if ((is != NULL) != (steps[i][1 + k] != NULL) || (is && strcmp(is, steps[i][1 + k]) != 0))
				fail_msg("%s, %s: %s", steps[i][0], keys[k], is ? is : "none");
		}
	}
	sd_conn_close(c);
}

static int start(void **state)
{
	if (desk_start(state))
		return 1;
	const struct run *r = desk_run(NULL, NULL, "demo --fresh --no-console --clock 2026-01-05T09:00:00Z");
	if (r->status != 0) {
		printf("Bail out! no sample: %s\n", r->err);
		return 1;
	}
	desk_sql(world);
	arena = sd_arena_new();
	known = json_object();
	return 0;
}

static int stop(void **state)
{
	printf("# %d figures held against %d lists\n", held, listed);
	json_decref(known);
	sd_arena_free(arena);
	return desk_stop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_dashboard), cmocka_unit_test(test_analysis),
		cmocka_unit_test(test_same_figures), cmocka_unit_test(test_periods)};
	return TEST_MAIN_WITH(tests, start, stop);
}
