/* Every number of the dashboard and of a Pareto lists its tickets: the query beside it finds exactly as many, for people who see
 * everything, one customer, one group, and restricted tickets. On the sample desk with clocks of its own. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/db.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"

static struct sd_arena *arena;

/* People with a part of the sight, and clocks of every sort beside those the sample may have. */
static const char world[] =
	"create role d_org login in role desk_agent; create role d_group login in role desk_agent;"
	"insert into desk.person(login, name, org_id) select 'd_org', 'Of one customer', min(id) from desk.org where id > 0;"
	"insert into desk.person(login, name, org_id) select 'd_group', 'Of one group', min(id) from desk.org where id > 0;"
	"insert into desk.person_role(person_id, role, org_id) select p.id, 'agent', p.org_id from desk.person p where p.login = "
	"'d_org';"
	"insert into desk.person_role(person_id, role, group_id) select p.id, 'agent', g.id from desk.person p, (select group_id as "
	"id from "
	"desk.ticket where phase < 3 and group_id > 0 group by 1 order by count(*) desc limit 1) g where p.login = 'd_group';"
	"insert into desk.sla(id, name, type) values (11, 'test', 'sla'), (12, 'test ola', 'ola'), (13, 'test uc', 'uc');"
	"insert into desk.sla_version(sla_id, version, by_id) select id, 1, 1 from desk.sla where id between 11 and 13;"
	"insert into desk.sla_target(id, sla_id, version, metric, minutes, stop_on) values (11, 11, 1, 'response', 60, 'accept'), "
	"(12, 11, 1, 'resolution', 2400, null), (13, 12, 1, 'ola', 480, null), (14, 13, 1, 'uc', 480, null);"
	"delete from desk.sla_clock;"
	"insert into desk.sla_clock(ticket_id, target_id, type, metric, group_id, seq, base_seq, calendar_version, target_s, "
	"started_at, "
	"due_at, risk_at, "
	"stopped_at) select t.id, g.id, s.type, g.metric, case when g.metric = 'ola' then t.group_id else 0 end, 1, 1, 1, g.minutes "
	"* "
	"60, "
	"t.opened_at, t.opened_at + g.minutes * interval '1 minute' * (1 + t.id % 7), t.opened_at + g.minutes * interval '45 "
	"seconds' * (1 + t.id % 7), "
	"case when g.metric = 'response' or t.phase = 3 then coalesce(case when g.metric = 'response' then least(t.opened_at + t.id "
	"% 180 * "
	"interval '1 minute', desk.now()) end, t.resolved_at, t.updated_at) end "
	"from desk.ticket t, desk.sla_target g join desk.sla s on s.id = g.sla_id where t.kind = 'incident' and (g.id < 14 or t.id % "
	"5 = 0) and g.id between 11 and 14;"
	"insert into desk.sla_clock(ticket_id, target_id, type, metric, seq, base_seq, calendar_version, target_s, started_at, "
	"due_at, "
	"risk_at) "
	"select t.id, 12, 'sla', 'resolution', 1, 1, 1, 144000, t.opened_at, desk.now() + t.id % 30 * interval '1 hour', desk.now() "
	"- "
	"interval '1 minute' "
	"from desk.ticket t where t.phase < 3 and t.id % 3 = 0;"
	"update desk.ticket t set due_at = coalesce((select min(c.due_at) from desk.sla_clock c where c.ticket_id = t.id and c.type "
	"= 'sla' and "
	"c.stopped_at is null), 'infinity') where t.phase < 3;"
	"update desk.ticket set reopens = 1 where phase = 3 and id % 17 = 0; update desk.ticket set assignee_id = 0 where phase < 3 "
	"and id % 5 = 0;"
	"analyze;";

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
	return 0;
}

static int stop(void **state)
{
	sd_arena_free(arena);
	return desk_stop(state);
}

static struct sd_conn *open_as(const char *login)
{
	struct sd_err err = {0};
	const char *at = strchr(desk_uri(), '@');
	assert_non_null(at);
	char *other = sd_arena_printf(arena, "postgresql://%s%s", login, at);
	struct sd_conn *c = sd_conn_open(other, &err);
	if (!c)
		fail_msg("%s: %s", login, err.text);
	return c;
}

static const char *value(struct sd_conn *c, const char *sql, int n, const char *const *params)
{
	struct sd_err err = {0};
	struct sd_result *r = sd_conn_query(c, sql, n, params, &err);
	if (!r)
		fail_msg("%s: %s", sql, err.text);
	const char *v = sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL;
	const char *out = v ? sd_arena_strdup(arena, v) : NULL;
	sd_result_free(r);
	return out;
}

static long counted(struct sd_conn *c, const char *text)
{
	static const struct sd_query_extra cause[] = {{"cause", "desk.complaint", "cause", "choice"}};
	struct sd_err err = {0};
	struct sd_query_sql sql, check;
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT, .zone = "UTC"};
	struct sd_query *q = sd_query_parse(arena, text, cause, 1, &err);
	if (!q || !sd_query_sql(q, arena, &o, &sql, &err))
		fail_msg("\"%s\": %s", text, err.text);
	if (sd_query_check(q, arena, &o, &check)) {
		const char *unknown = value(c, check.sql, check.nparams, check.params);
		if (unknown)
			fail_msg("\"%s\": there is no such %s", text, unknown);
	}
	return atol(value(c, sql.sql, sql.nparams, sql.params));
}

static int checked, positive;

/* Wherever an object has a query and a count, both agree. */
static void walk(struct sd_conn *c, const char *login, const json_t *j, const char *name)
{
	const json_t *query = json_object_get(j, "query"), *n = json_object_get(j, "n");
	const char *key;
	size_t i;
	json_t *v;
	name = json_is_string(json_object_get(j, "id")) ? json_string_value(json_object_get(j, "id")) : name;
	if (json_is_string(query) && json_is_number(n) && strcmp(name, "net_flow") != 0) {
		long want = json_integer_value(n), got = counted(c, json_string_value(query));
		checked++;
		positive += want > 0;
		if (got != want)
			fail_msg("%s, %s: \"%s\" lists %ld tickets, the number is %ld", login, name, json_string_value(query), got, want);
	}
	const json_t *missed = json_object_get(j, "missed_query");
	/* how content people are is no yes or no: nobody misses a part of a score */
	if (json_is_string(missed) && json_is_number(json_object_get(j, "value")) && strcmp(name, "csat") != 0) {
		double share = 100 - json_number_value(json_object_get(j, "value")), total = (double)json_integer_value(n);
		long got = counted(c, json_string_value(missed));
		assert_in_range((long)(share * total / 100 + 0.5) - got + 1, 0, 2);
	}
	if (json_is_array(j))
		json_array_foreach((json_t *)(uintptr_t)j, i, v) walk(c, login, v, name);
	else if (json_is_object(j))
		json_object_foreach((json_t *)(uintptr_t)j, key, v) walk(c, login, v, key);
}

static void answers(const char *login, const char *what, const char *sql, const char *const *params, int n)
{
	struct sd_conn *c = open_as(login);
	json_t *j = json_loads(value(c, sql, n, params), JSON_DECODE_ANY, NULL);
	assert_non_null(j);
	walk(c, login, j, what);
	json_decref(j);
	sd_conn_close(c);
}

static void everywhere(const char *login)
{
	static const char *const bys[] = {"service", "ci", "category", "cause", "customer", "group", "kind", "priority"};
	const char *all[] = {"{\"period\": \"2025-12\"}"}, *some[] = {"{\"period\": \"7d\", \"filter\": {\"priority\": [3]}}"};
	answers(login, "dashboard", "select desk.dashboard($1::jsonb)", all, 1);
	answers(login, "dashboard of P3", "select desk.dashboard($1::jsonb)", some, 1);
	for (size_t i = 0; i < sizeof bys / sizeof *bys; i++) {
		const char *p[] = {bys[i]};
		answers(login, "pareto", "select desk.pareto('2025-12', $1)", p, 1);
	}
}

static void test_all(void **state)
{
	(void)state;
	everywhere("agent");
	assert_in_range(positive, 150, 100000);
}

static void test_scopes(void **state)
{
	(void)state;
	everywhere("d_org");
	everywhere("d_group");
	everywhere("lead");
}

/* The lists hold what the numbers say, and a trend the levels of its days. */
static void test_parts(void **state)
{
	(void)state;
	struct sd_conn *c = open_as("agent");
	json_t *j = json_loads(value(c, "select desk.dashboard('{\"period\": \"2025-12\"}')", 0, NULL), 0, NULL);
	const json_t *risk = at(j, "live.at_risk"), *breached = at(j, "live.breached");
	assert_in_range(number(risk, "n"), 5, 1000);
	assert_int_equal(json_array_size(at(risk, "tickets")), number(risk, "n") < 20 ? number(risk, "n") : 20);
	assert_int_equal(json_array_size(at(breached, "tickets")), 20);
	assert_int_equal(json_array_size(at(j, "period.trend.days")), 30);
	assert_int_equal(json_array_size(at(j, "period.trend.weeks")), 12);
	assert_int_equal(json_array_size(at(j, "period.trend.hours")), 24);
	json_decref(j);
	assert_string_equal(
		value(c,
			"select count(*) filter (where b.n <> g.value) || ' of ' || count(*) from desk.backlog_trend('2025-12-01', "
			"'2026-01-05 09:00Z', 'day') b join desk.metric_get('backlog', '2025-12-01', '2026-01-05 09:00Z', 'day') g "
			"using (key)",
			0, NULL),
		"0 of 36");
	sd_conn_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_all), cmocka_unit_test(test_scopes), cmocka_unit_test(test_parts)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
