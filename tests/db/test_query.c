/* Queries against a desk of 50,000 tickets: the right rows for the right person, pages that fit together, indexes used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "svcdesk/ticket.h"
#include "tests/db/fixture.h"
#include "tests/lib/testlib.h"

static struct sd_arena *arena;
static struct sd_conn *dba, *agent;

/* People q_agent (sees everything) and q_user (requester); 6 groups, 3 of them the agent's; 50,000 tickets, 5,000 not done. */
static const char fill[] =
	"create role q_agent login in role desk_agent; create role q_user login in role desk_requester;"
	"insert into desk.org(name) values ('Acme'), ('Globex');"
	"insert into desk.person(login, name, org_id) values ('q_agent', 'Ann Agent', 1), ('q_user', 'Uma User', 2);"
	"insert into desk.person(name, org_id) select 'Caller ' || i, 1 from generate_series(1, 500) i;"
	"insert into desk.person_role(person_id, role) select id, 'agent' from desk.person where login = 'q_agent';"
	"insert into desk.person_role(person_id, role) select id, 'requester' from desk.person where login = 'q_user';"
	"insert into desk.support_group(name) select 'Group ' || i from generate_series(1, 6) i;"
	"insert into desk.group_member(group_id, person_id) select g.id, p.id from desk.support_group g, desk.person p "
	"  where p.login = 'q_agent' and g.name in ('Group 1', 'Group 2', 'Group 3');"
	"insert into desk.category(name) values ('Network'), ('Software');"
	"insert into desk.category(name, parent_id) select 'Wifi', id from desk.category where name = 'Network';"
	"insert into desk.service(name) values ('Mail'), ('Print');"
	"insert into desk.ci(name, org_id) select 'pc-' || i, 1 from generate_series(1, 20) i;"
	"insert into desk.ticket(id, number, kind, state, phase, org_id, requester_id, opened_by, channel, subject, group_id, "
	"assignee_id,"
	"    service_id, category_id, ci_id, impact, urgency, priority, opened_at, updated_at, due_at, resolved_at, closed_at, "
	"hold_reason,"
	"    hold_until, reassignments, reopens, external, restricted)"
	"  select i, 'INC' || (100000 + i), 'incident', s.state, s.phase, 1 + i % 2, u.id, u.id, 'phone', 'subject ' || i,"
	"    case when i % 7 = 0 then 0 else 100 + i % 6 end, case when i % 5 = 0 then 0 when i % 20 = 1 then a.id else 102 + i % "
	"300 end,"
	"    case when i % 3 > 0 then 99 + i % 3 end, case when i % 4 > 0 then 99 + i % 4 end, case when i % 9 = 0 then 100 + i % 20 "
	"end,"
	"    1 + i % 3, 1 + (i / 3) % 3, 1 + i % 5, desk.now() - i * interval '20 minutes', desk.now() - (i * 7919 % 50000) * "
	"interval '10 minutes',"
	"    case when i % 6 = 0 then 'infinity' else desk.now() + ((i * 31) % 1000 - 300) * interval '15 minutes' end,"
	"    case when s.state in ('resolved', 'closed') then desk.now() - (i * 7919 % 50000) * interval '10 minutes' end,"
	"    case when s.state = 'closed' then desk.now() - (i % 100) * interval '1 day' end,"
	"    case when s.phase = 2 then 'supplier' end, case when s.phase = 2 then desk.now() + i % 50 * interval '1 hour' end,"
	"    i % 4, i % 11 / 10, case when i % 10 = 0 then 'EXT' || i end, i % 1000 = 999"
	"  from generate_series(1, 50000) i, (select id from desk.person where login = 'q_agent') a, (select id from desk.person "
	"where login = 'q_user') v,"
	"    lateral (select case when i % 2500 = 3 then v.id else 102 + i % 400 end as id) u,"
	"    lateral (select case when i % 10 > 0 then case when i % 50 = 1 then 'resolved' else 'closed' end"
	"      else (array['new', 'assigned', 'in_progress', 'on_hold', 'new'])[1 + i / 10 % 5] end as state) w,"
	"    lateral (select w.state, case when w.state in ('resolved', 'closed') then 3 when w.state = 'on_hold' then 2 else 1 end "
	"as phase) s;"
	"insert into desk.ticket_tag select id, 'vip' from desk.ticket where id % 13 = 0;"
	"insert into desk.ticket_ci(ticket_id, ci_id) select id, 105 from desk.ticket where id % 17 = 0;"
	"insert into desk.watcher select t.id, p.id from desk.ticket t, desk.person p where p.login = 'q_agent' and t.id % 97 = 0;"
	"insert into desk.ticket_text(id, body, tsv) select id, 'printer ' || id % 50, desk.tsv(subject, 'printer ' || id % 50) from "
	"desk.ticket "
	"where id % 10 = 0;"
	"insert into desk.calendar(id, name) values (2, 'Office');"
	"insert into desk.calendar_version(id, calendar_id, zone, spec, created_at, created_by) values (2, 2, 'Europe/Berlin', "
	"(select r.spec from "
	"desk.calendar_read('{\"zone\":\"Europe/Berlin\",\"week\":{\"mon\":[[\"09:00\",\"12:00\"],[\"13:00\",\"17:00\"]],"
	"\"tue\":[[\"09:00\",\"17:00\"]],\"wed\":[[\"00:00\",\"24:00\"]],\"sat\":[[\"20:00\",\"04:00\"]]}}') r), now(), 1);"
	"select desk.calendar_cover(2, desk.now() - interval '3 years', desk.now() + interval '1 year');"
	"insert into desk.sla(id, name, type) values (901, 'S', 'sla'), (902, 'O', 'ola');"
	"insert into desk.sla_version(sla_id, version, by_id) values (901, 1, 1), (902, 1, 1);"
	"insert into desk.sla_target(id, sla_id, version, metric, minutes, stop_on) overriding system value values "
	"(901, 901, 1, 'response', 60, 'reply'), (902, 901, 1, 'resolution', 480, null), (903, 902, 1, 'ola', 240, null);"
	/* Three clocks of many tickets: started at some time within the last two days of the open ones, some paused once or twice,
	 * some standing still, some stopped in time or too late, some cancelled. */
	"insert into desk.sla_clock(ticket_id, target_id, type, metric, group_id, seq, base_seq, calendar_version, target_s, "
	"started_at, "
	"pause_from, "
	"pause_until, stopped_at, cancelled_at)"
	"  select t.id, g.id, case g.id when 903 then 'ola' else 'sla' end, g.metric, 0, 1, 1, 1 + (t.id / 7) % 2, g.minutes * 60, "
	"s.at,"
	"    case p.n when 0 then '{}' when 1 then array[s.at + interval '20 minutes'] else array[s.at + interval '20 minutes', s.at "
	"+ interval "
	"'50 minutes'] end,"
	"    case p.n when 0 then '{}' when 1 then array[case when p.still then null else s.at + interval '40 minutes 0.5 seconds' "
	"end] else "
	"array[s.at + interval '30 minutes', case when p.still then null else s.at + interval '90 minutes' end] end,"
	"    case when t.phase = 3 or (g.id = 901 and t.id % 20 = 0) then s.at + (t.id * 13 % 700) * interval '1 minute' end,"
	"    case when t.id % 170 = g.id - 900 then s.at + interval '5 minutes' end"
	"  from desk.ticket t, desk.sla_target g, lateral (select case when t.phase < 3 then desk.now() - (t.id * 31 % 2880) * "
	"interval "
	"'1 minute' - (t.id % 977) * interval '0.1 seconds' else t.opened_at end as at) s,"
	"    lateral (select case when t.id % 30 < 10 then 1 when t.id % 30 < 20 then 2 else 0 end as n, t.id % 40 = 30 and t.phase "
	"< 3 as still) "
	"p"
	"  where (t.id % 3 > 0 or g.id = 902) and t.id % 70 > 0 and g.id > 900;"
	"update desk.sla_clock c set pause_from = '{}', pause_until = '{}' where c.stopped_at is not null and c.pause_from <> '{}';"
	/* due where what is left of the target is used up, after the last pause; what stands still was in time, or not */
	"update desk.sla_clock c set due_at = d.at, risk_at = case when d.at is not null then desk.bt_add(c.calendar_version, "
	"d.base, greatest(0, "
	"c.target_s * 3 / 4 - d.used)) end from (select x.id, e.base, e.used, case when e.still and e.used < x.target_s then null "
	"else "
	"desk.bt_add(x.calendar_version, e.base, greatest(0, x.target_s - e.used)) end as at from desk.sla_clock x, lateral (select "
	"coalesce(x.pause_until[cardinality(x.pause_until)], x.started_at) as base, x.pause_from <> '{}' and "
	"x.pause_until[cardinality(x.pause_until)] is null as still, case when x.pause_from = '{}' then 0 else "
	"desk.clock_elapsed(x.calendar_version, x.started_at, coalesce(x.pause_until[cardinality(x.pause_until)], "
	"x.pause_from[cardinality(x.pause_from)]), x.pause_from, x.pause_until) end as used) e) d where d.id = c.id;"
	"analyze";

static int start(void **state)
{
	struct sd_err err = {0};
	if (fixture_start(state) != 0)
		return -1;
	arena = sd_arena_new();
	dba = fixture_open("q");
	if (!sd_schema_init(dba, &err) || !sd_schema_migrate(dba, NULL, NULL, &err)) {
		printf("Bail out! %s\n", err.text);
		return -1;
	}
	fixture_do(dba, fill);
	struct sd_str uri = {0};
	sd_str_addf(&uri, "%s%suser=q_agent", fixture_uri("q"), strchr(fixture_uri("q"), '?') ? "&" : "?");
	agent = sd_conn_open(uri.data, &err);
	if (!agent)
		printf("Bail out! %s: %s\n", uri.data, err.text);
	sd_str_free(&uri);
	return agent ? 0 : -1;
}

static int stop(void **state)
{
	sd_conn_close(agent);
	sd_conn_close(dba);
	sd_arena_free(arena);
	return fixture_stop(state);
}

static struct sd_result *run(struct sd_conn *c, const char *text, const struct sd_query_opts *o, const char *prefix)
{
	struct sd_err err = {0};
	struct sd_query_sql s;
	struct sd_query *q = sd_query_parse(arena, text, NULL, 0, &err);
	if (!q || !sd_query_sql(q, arena, o, &s, &err))
		fail_msg("\"%s\": %s", text, err.text);
	struct sd_result *r = sd_conn_query(c, sd_arena_printf(arena, "%s%s", prefix, s.sql), s.nparams, s.params, &err);
	if (!r)
		fail_msg("\"%s\": %s\n%s", text, err.text, s.sql);
	return r;
}

static long counted(struct sd_conn *c, const char *text)
{
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT, .zone = "UTC"};
	struct sd_result *r = run(c, text, &o, "");
	long n = atol(sd_result_get(r, 0, 0));
	sd_result_free(r);
	return n;
}

/* Said in the language, and in SQL by hand. */
static void test_meaning(void **state)
{
	(void)state;
	static const struct {
		const char *query, *sql;
	} pairs[] = {
		{"", "true"},
		{"state:open", "phase in (1, 2)"},
		{"state:waiting", "state = 'on_hold'"},
		{"-state:open", "phase = 3"},
		{"state:new,resolved", "state in ('new', 'resolved')"},
		{"state:waiting,new", "state in ('new', 'on_hold')"},
		{"prio<=2 state:open", "priority < 3 and phase < 3"},
		{"prio:2..3,5", "priority in (2, 3, 5)"},
		{"impact:1 urgency!=2", "impact = 1 and urgency in (1, 3)"},
		{"assignee:@me", "assignee_id = 100"},
		{"assignee:none", "assignee_id = 0"},
		{"assignee:none,@me", "assignee_id in (0, 100)"},
		{"assignee:any", "assignee_id > 0"},
		{"requester:q_user", "requester_id = 101"},
		{"requester:\"uma user\"", "requester_id = 101"},
		{"requester:\"Caller 7\",q_user", "requester_id in (101, 108)"},
		{"group:@mygroups", "group_id in (100, 101, 102)"},
		{"group:\"group 1\"", "group_id = 100"},
		{"group:\"Group 1\",none", "group_id in (0, 100)"},
		{"group:\"Group 1\",\"Group 2\"", "group_id in (100, 101)"},
		{"category:network", "category_id in (100, 102)"},
		{"category:\"Network / Wifi\"", "category_id = 102"},
		{"category:none", "category_id is null"},
		{"-category:network", "category_id is distinct from 100 and category_id is distinct from 102"},
		{"service:mail", "service_id = 100"},
		{"ci:pc-6", "ci_id = 105 or id % 17 = 0"},
		{"ci:none", "ci_id is null"},
		{"org:Globex", "org_id = 2"},
		{"tag:vip", "id % 13 = 0"},
		{"-tag:vip", "id % 13 <> 0"},
		{"tag:none", "id % 13 <> 0"},
		{"watcher:@me", "id % 97 = 0"},
		{"watcher:none", "id % 97 <> 0"},
		{"external:EXT500", "id = 500"},
		{"external:any", "id % 10 = 0"},
		{"number:INC100077,inc100078", "id in (77, 78)"},
		{"hold:supplier", "state = 'on_hold'"},
		{"channel:phone", "true"},
		{"kind:incident", "true"},
		{"restricted:no", "not restricted"},
		{"untriaged", "phase = 1 and state = 'new' and (group_id = 0 or category_id is null)"},
		{"-untriaged state:open", "not (state = 'new' and (group_id = 0 or category_id is null)) and phase < 3"},
		{"untriaged:no state:new", "state = 'new' and group_id <> 0 and category_id is not null"},
		{"reopens>0", "reopens >= 1"},
		{"reassignments:1,3", "reassignments in (1, 3)"},
		{"due:none", "due_at = 'infinity'"},
		{"due:any", "due_at < 'infinity'"},
		{"due<0", "due_at < (select desk.now())"},
		{"due>=now", "due_at >= (select desk.now()) and due_at < 'infinity'"},
		{"updated<2d", "updated_at > desk.now() - interval '2 days'"},
		{"updated>=2d", "updated_at <= desk.now() - interval '2 days'"},
		{"updated:1d..3d", "updated_at between desk.now() - interval '3 days' and desk.now() - interval '1 day'"},
		{"due<4h", "due_at < desk.now() + interval '4 hours'"},
		{"opened:today", "(opened_at at time zone 'UTC')::date = (desk.now() at time zone 'UTC')::date"},
		{"opened<yesterday", "(opened_at at time zone 'UTC')::date < (desk.now() at time zone 'UTC')::date - 1"},
		{"opened>today", "(opened_at at time zone 'UTC')::date > (desk.now() at time zone 'UTC')::date"},
		{"resolved<7d", "resolved_at > desk.now() - interval '7 days'"},
		{"-resolved<7d", "coalesce(resolved_at, '-infinity') <= desk.now() - interval '7 days'"},
		{"resolved:none", "resolved_at is null"},
		{"hold_until<10h", "hold_until < desk.now() + interval '10 hours'"},
		{"prio:1 or prio:2 state:waiting", "priority = 1 or (priority = 2 and phase = 2)"},
		{"-(prio:1 or state:open)", "priority <> 1 and phase = 3"},
		{"-(assignee:@me state:open)", "not (assignee_id = 100 and phase < 3)"},
		{"INC100500", "id = 500"},
		{"EXT500", "id = 500"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		/* the agent sees all but the restricted, of which he is neither requester nor named */
		char *sql = sd_arena_printf(arena, "select count(*) from desk.ticket where not restricted and (%s)", pairs[i].sql);
		char *want = fixture_ask(dba, sql);
		long got = counted(agent, pairs[i].query),
			 margin = strstr(pairs[i].sql, "now()") ? 3 : 0; /* the clock goes on in between */
		if (labs(got - atol(want)) > margin)
			fail_msg("\"%s\": %ld, expected %s", pairs[i].query, got, want);
		free(want);
	}
}

static void test_text(void **state)
{
	(void)state;
	struct sd_err err = {0};
	assert_int_equal(counted(agent, "printer"), 5000);
	assert_int_equal(counted(agent, "printer 20"), 1000);
	assert_int_equal(counted(agent, "printer -nosuchword"), 5000);
	assert_int_equal(counted(agent, "printer -printer"), 0);
	assert_int_equal(counted(agent, "\"printer 20\" or \"printer 30\""), 2000);
	assert_int_equal(counted(agent, "nosuchword"), 0);
	(void)err;
}

/* All pages, forwards and backwards, give the ids of the whole list in its order. */
static void pages(const char *text, bool before)
{
	static const char *const columns[] = {"number", NULL};
	struct sd_query_opts all = {.mode = SD_QUERY_IDS},
						 o = {.mode = SD_QUERY_PAGE, .columns = columns, .limit = 333, .before = before};
	struct sd_result *ids = run(agent, text, &all, "");
	int n = sd_result_rows(ids), seen = 0;
	if (before) {
		o.after_key = strstr(text, "-priority")  ? "0"
					  : strstr(text, "priority") ? "9"
					  : strstr(text, "number")   ? "999999999"
					  : strstr(text, "due")      ? "infinity"
												 : "-infinity";
		o.after_id = strstr(text, "opened") || strstr(text, "updated") || strstr(text, "-priority") ? 0 : 999999999;
	}
	for (;;) {
		struct sd_result *page = run(agent, text, &o, "");
		int rows = sd_result_rows(page);
		for (int i = 0; i < rows; i++) {
			int at = before ? n - seen - rows + i : seen + i;
			assert_true(at >= 0 && at < n);
			assert_string_equal(sd_result_get(page, i, 2), sd_result_get(ids, at, 0));
		}
		seen += rows;
		int edge = before ? 0 : rows - 1;
		if (rows) {
			o.after_key = sd_arena_strdup(arena, sd_result_get(page, edge, 1));
			o.after_id = strtoll(sd_result_get(page, edge, 2), NULL, 10);
		}
		sd_result_free(page);
		if (rows < o.limit)
			break;
	}
	assert_int_equal(seen, n);
	assert_true(n > 1000);
	sd_result_free(ids);
}

static void test_pages(void **state)
{
	(void)state;
	static const char *const texts[] = {"state:open sort:priority", "state:open sort:due", "state:open sort:opened",
		"state:open sort:updated", "state:open sort:number", "sort:due", "sort:priority", "state:closed sort:-priority"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		pages(texts[i], false);
		pages(texts[i], true);
	}
}

/* Ordered by a field: pages fit together in both directions, nothing stands last, and too many give none. */
static void test_order(void **state)
{
	(void)state;
	static const char *const by[] = {"subject", "-subject", "state", "group", "-assignee", "requester", "category", "resolved",
		"impact", "-reopens", "ci", "hold_until", "service", "org", "restricted", "external"};
	for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
		static const char *const columns[] = {"number", NULL};
		char *text = sd_arena_printf(arena, "state:open prio<=2 sort:%s", by[i]);
		struct sd_query_opts all = {.mode = SD_QUERY_IDS}, o = {.mode = SD_QUERY_PAGE, .columns = columns, .limit = 700};
		struct sd_result *ids = run(agent, text, &all, "");
		int n = sd_result_rows(ids), seen = 0;
		assert_true(n > 1000);
		for (int rows = o.limit; rows == o.limit; seen += rows) {
			struct sd_result *page = run(agent, text, &o, "");
			rows = sd_result_rows(page);
			for (int k = 0; k < rows; k++)
				assert_string_equal(sd_result_get(page, k, 2), sd_result_get(ids, seen + k, 0));
			if (rows)
				o.after_key = sd_arena_strdup(arena, sd_result_get(page, rows - 1, 1));
			sd_result_free(page);
		}
		assert_int_equal(seen, n);
		o.before = true; /* back from the last one */
		struct sd_result *page = run(agent, text, &o, "");
		assert_int_equal(sd_result_rows(page), 700);
		assert_string_equal(sd_result_get(page, 699, 2), sd_result_get(ids, n - 2, 0));
		sd_result_free(page);
		sd_result_free(ids);
	}
	struct sd_query_opts o = {.mode = SD_QUERY_PAGE, .limit = 10};
	struct sd_result *page = run(agent, "-state:open sort:subject", &o, "");
	assert_int_equal(sd_result_rows(page), 0);
	sd_result_free(page);
}

/* Around a row: as many up to it as behind it, whatever the order. */
static void test_around(void **state)
{
	(void)state;
	static const char *const by[] = {"number", "-number", "opened", "updated", "-due", "priority", "subject"};
	for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
		static const char *const columns[] = {"number", NULL};
		char *text = sd_arena_printf(arena, "state:open prio<=2 sort:%s", by[i]);
		struct sd_query_opts all = {.mode = SD_QUERY_PAGE, .columns = columns, .limit = 5000},
							 o = {.mode = SD_QUERY_PAGE, .columns = columns, .limit = 50, .around = true};
		struct sd_result *list = run(agent, text, &all, "");
		for (int at = 0; at < sd_result_rows(list); at += 501) {
			o.after_key = sd_result_get(list, at, 1);
			o.after_id = strtoll(sd_result_get(list, at, 2), NULL, 10);
			struct sd_result *page = run(agent, text, &o, "");
			int n = sd_result_rows(page), above = at < 49 ? at + 1 : 50, rest = sd_result_rows(list) - at - 1;
			assert_int_equal(n, above + (rest < 50 ? rest : 50));
			for (int k = 0; k < n; k++) {
				bool found = false;
				for (int j = at + 1 - above; j < at + 1 - above + n; j++)
					found = found || strcmp(sd_result_get(list, j, 2), sd_result_get(page, k, 2)) == 0;
				assert_true(found);
			}
			sd_result_free(page);
		}
		sd_result_free(list);
	}
}

/* Every column says what desk.ticket_row says. */
static void test_columns(void **state)
{
	(void)state;
	struct sd_err err = {0};
	struct sd_query_opts o = {.mode = SD_QUERY_PAGE, .limit = 500};
	struct sd_result *mine = run(agent, "sort:updated", &o, "");
	struct sd_result *row = NULL;
	int ncols = sd_result_cols(mine);
	assert_int_equal(sd_result_rows(mine), 500);
	for (int i = 0; i < 500; i++) {
		const char *id = sd_result_get(mine, i, ncols - 1);
		row = sd_conn_query(agent, "select * from desk.ticket_row where id = $1::bigint", 1, &id, &err);
		assert_int_equal(sd_result_cols(row), ncols - 2); /* the view has no column a list cannot have */
		for (int k = 0; k < ncols - 2; k++) {
			const char *name = sd_result_name(mine, k), *a = sd_result_get(mine, i, k), *b = NULL;
			int found = 0;
			for (int j = 0; j < sd_result_cols(row); j++)
				if (strcmp(sd_result_name(row, j), name) == 0) {
					b = sd_result_get(row, 0, j);
					found++;
				}
			if (found != 1 || (a == NULL) != (b == NULL))
				fail_msg("%s: %s against %s", name, a ? a : "null", b ? b : "null");
			size_t len = strlen(name);
			bool time = len > 3 && (strcmp(name + len - 3, "_at") == 0 || strcmp(name, "hold_until") == 0);
			if (a && !time && strcmp(name, "tags") != 0)
				assert_string_equal(a, b);
			if (a && time) { /* 2024-01-31T10:00:00Z and 2024-01-31 10:00:00.123+00 */
				assert_memory_equal(a, b, 10);
				assert_memory_equal(a + 11, b + 11, 8);
			}
		}
		sd_result_free(row);
	}
	sd_result_free(mine);
}

static char *plan_of(struct sd_conn *c, const char *text, int limit, bool count)
{
	struct sd_query_opts o = {.mode = count ? SD_QUERY_COUNT : SD_QUERY_PAGE, .limit = limit};
	struct sd_result *r = run(c, text, &o, "explain ");
	struct sd_str s = {0};
	for (int i = 0; i < sd_result_rows(r); i++)
		sd_str_addf(&s, "%s\n", sd_result_get(r, i, 0));
	sd_result_free(r);
	char *out = sd_arena_strndup(arena, s.data, s.len);
	sd_str_free(&s);
	return out;
}

/* Clocks by the words of the language, and by the view that says how each of them stands. */
static void test_clocks(void **state)
{
	(void)state;
#define FIRST(what)                                                                                                              \
	"(select " what " from desk.clock_now c where c.ticket_id = t.id and c.open and c.sla_type = 'sla' order by c.due_at, "      \
	"c.clock_id limit 1)"
#define MISSED(of) "exists (select from desk.clock_now c where c.ticket_id = t.id and c.state = 'breached' and " of ")"
#define RUNS(of) "exists (select from desk.clock_now c where c.ticket_id = t.id and c.open and " of ")"
	static const struct {
		const char *query, *sql;
	} pairs[] = {
		{"breached", MISSED("c.sla_type = 'sla'")},
		{"not breached state:open", "not " MISSED("c.sla_type = 'sla'") " and phase < 3"},
		{"breached:ola", MISSED("c.metric = 'ola'")},
		{"breached:response,ola", MISSED("c.metric in ('response', 'ola')")},
		{"clock:response", RUNS("c.metric = 'response'")},
		{"clock:none state:open", "not " RUNS("true") " and phase < 3"},
		{"sla>=75%", FIRST("c.elapsed_s * 100 >= c.target_s * 75")},
		{"sla>40%", FIRST("c.elapsed_s * 100 > c.target_s * 40")},
		{"sla>=100%", FIRST("c.elapsed_s >= c.target_s")},
		{"sla>100%", FIRST("c.elapsed_s > c.target_s")},
		{"sla<=100%", FIRST("c.elapsed_s <= c.target_s")},
		{"sla<100%", FIRST("c.elapsed_s < c.target_s")},
		{"sla:20%..60%", FIRST("c.elapsed_s * 100 between c.target_s * 20 and c.target_s * 60")},
		{"sla:paused", FIRST("c.state = 'paused' or c.due_at is null")},
		{"sla:none state:open", FIRST("true") " is null and phase < 3"},
		{"left<2h", FIRST("c.target_s - c.elapsed_s < 7200")},
		{"left<0", FIRST("c.target_s - c.elapsed_s < 0")},
		{"left<=0", FIRST("c.target_s - c.elapsed_s <= 0")},
		{"left>0", FIRST("c.target_s - c.elapsed_s > 0")},
		{"left:-1h..1h", FIRST("c.target_s - c.elapsed_s between -3600 and 3600")},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct sd_err err = {0};
		struct sd_result *r = sd_conn_query(
			agent, sd_arena_printf(arena, "select count(*) from desk.ticket t where %s", pairs[i].sql), 0, NULL, &err);
		if (!r)
			fail_msg("%s: %s", pairs[i].sql, err.text);
		long want = atol(sd_result_get(r, 0, 0)), is = counted(agent, pairs[i].query);
		sd_result_free(r);
		if (labs(is - want) > 3 || !want) /* the clock goes on in between */
			fail_msg("%s: %ld, by hand %ld", pairs[i].query, is, want);
	}
	static const char *const asked[] = {"sla_state", "sla_percent", "left_minutes", "breached", "clock", NULL};
	struct sd_query_opts o = {.mode = SD_QUERY_PAGE, .limit = 50}, with = {.mode = SD_QUERY_PAGE, .limit = 50, .columns = asked};
	struct sd_result *over = run(agent, "left<-1h", &with, "");
	for (int i = 0; i < 50; i++) {
		const char *state_word = sd_result_get(over, i, 0);
		assert_true(strcmp(state_word, "breached") == 0 || strcmp(state_word, "paused") == 0);
		assert_true(atof(sd_result_get(over, i, 1)) > 100 && atof(sd_result_get(over, i, 2)) < -60);
		assert_non_null(strchr(sd_result_get(over, i, 4), '|'));
	}
	sd_result_free(over);
	struct sd_result *most = run(agent, "state:open sla:any sort:-sla", &o, ""),
					 *least = run(agent, "state:open sla:any sort:left", &o, "");
	assert_int_equal(sd_result_rows(most), 50);
	assert_int_equal(sd_result_rows(least), 50);
	sd_result_free(most);
	sd_result_free(least);
}

/* Clocks are found by their own indexes, and nobody reads all tickets or all clocks for a page of them. */
static void test_clock_plans(void **state)
{
	static const char *const tries[] = {"state:open breached sort:due", "state:open breached sort:priority",
		"breached sort:updated", "sla>=75% due>now sort:due", "state:open sla>=75% due>now", "sla>50% sort:due",
		"left<2h sort:due", "state:open left<30m", "clock:response sort:due", "breached:response sort:opened"};
	(void)state;
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		char *plan = plan_of(agent, tries[i], 50, false);
		if (strstr(plan, "Seq Scan on ticket_p0") || strstr(plan, "Seq Scan on sla_clock"))
			fail_msg("%s:\n%s", tries[i], plan);
	}
}

/* With the planner as it is: no view reads the whole table, neither for its page nor for its number. */
static void test_plans(void **state)
{
	(void)state;
	for (size_t i = 0; i < sd_views_n; i++) {
		char *plan = plan_of(agent, sd_views[i].query, 50, false);
		if (strstr(plan, "Seq Scan on ticket_p0"))
			fail_msg("view %s reads the whole table:\n%s", sd_views[i].id, plan);
		assert_true(strstr(plan, "Index Scan using ticket_p0") || strstr(plan, "Bitmap Index Scan on ticket_p0") ||
					strstr(plan, "Index Scan Backward using ticket_p0"));
		plan = plan_of(agent, sd_views[i].query, 1000, true);
		if (sd_views[i].count && strstr(plan, "Seq Scan on ticket_p0"))
			fail_msg("the number of view %s reads the whole table:\n%s", sd_views[i].id, plan);
	}
}

/* The line of what is untriaged is found by an index of its own, whatever its order and whether counted or listed. */
static void test_untriaged_plans(void **state)
{
	static const char *const tries[] = {"untriaged", "untriaged sort:-opened", "untriaged sort:opened", "untriaged sort:priority",
		"state:open untriaged sort:due", "untriaged kind:incident", "untriaged printer"};
	(void)state;
	for (size_t i = 0; i < 2 * sizeof tries / sizeof *tries; i++) {
		char *plan = plan_of(agent, tries[i / 2], i & 1 ? 1000 : 50, i & 1);
		if (strstr(plan, "Seq Scan on ticket_p0"))
			fail_msg("%s:\n%s", tries[i / 2], plan);
	}
	assert_non_null(strstr(plan_of(agent, "untriaged", 1000, true), "opened_at_id"));
}

/* Whatever view a person puts into whatever order: an index gives the rows, first page and next, in both directions. The few that
 * an index has found (my tickets, those of the last week) may be sorted; the table is never read for them. */
static void test_sorts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sd_views_n; i++)
		for (int k = 0; k < SD_SORTS * 4; k++) {
			struct sd_query_opts o = {
				.mode = SD_QUERY_PAGE, .limit = 50, .sort_given = true, .sort = (enum sd_query_sort)(k / 4), .reverse = k & 1};
			if (k & 2) {
				struct sd_result *page = run(agent, sd_views[i].query, &o, "");
				int rows = sd_result_rows(page), cols = sd_result_cols(page);
				if (rows < 50) { /* no second page */
					sd_result_free(page);
					continue;
				}
				o.after_key = sd_arena_strdup(arena, sd_result_get(page, rows - 1, cols - 2));
				o.after_id = strtoll(sd_result_get(page, rows - 1, cols - 1), NULL, 10);
				sd_result_free(page);
			}
			struct sd_result *r = run(agent, sd_views[i].query, &o, "explain ");
			struct sd_str s = {0};
			for (int n = 0; n < sd_result_rows(r); n++)
				sd_str_addf(&s, "%s\n", sd_result_get(r, n, 0));
			sd_result_free(r);
			const char *sort = strstr(s.data, "Sort  ("), *rows = sort ? strstr(sort, "rows=") : NULL;
			if (strstr(s.data, "Seq Scan on ticket_p0") || (sort && (!rows || atol(rows + 5) > SD_SORT_MOST)))
				fail_msg("view %s by %s%s%s:\n%s", sd_views[i].id, o.reverse ? "-" : "", sd_query_sort_word(o.sort),
					k & 2 ? ", next page" : "", s.data);
			sd_str_free(&s);
		}
}

static void set_cost(const char *cost)
{
	struct sd_err err;
	struct sd_result *r = sd_conn_query(agent, "select set_config('cpu_tuple_cost', $1, false)", 1, &cost, &err);

	assert_non_null(r);
	sd_result_free(r);
}

/* How the database says it will answer: the classes a person is told. */
static void test_serve(void **state)
{
	(void)state;
	static const struct {
		const char *query, *word, *index;
	} tries[] = {{"state:open sort:due", "keyset", "due_at"}, {"state:open assignee:@me sort:priority", "keyset", "assignee_id"},
		{"sort:updated", "keyset", "updated_at"}, {"requester:\"Caller 7\" sort:opened", "index", "requester_id"},
		{"watcher:@me", "index", "watcher"}, {"printer 20", "text", NULL}, {"channel:phone reopens>5", "scan", NULL},
		{"reassignments:3 -channel:phone sort:subject", "scan", NULL}};
	struct sd_err err = {0};
	set_cost("1"); /* a table that costs */
	for (size_t n = 0; n < 2 * sizeof tries / sizeof *tries; n++) {
		size_t i = n / 2;
		struct sd_query_opts o = {.mode = SD_QUERY_PAGE, .limit = 50, .columns = n % 2 ? sd_row_columns : NULL};
		struct sd_query_plan p;
		struct sd_result *r = run(agent, tries[i].query, &o, "explain (format json) ");
		assert_true(sd_query_plan_read(sd_query_parse(arena, tries[i].query, NULL, 0, &err), sd_result_get(r, 0, 0), &p, &err));
		if (strcmp(sd_query_plan_word(p.serve), tries[i].word) != 0 || (tries[i].index && !strstr(p.index, tries[i].index)))
			fail_msg("%s: %s on %s\n%s", tries[i].query, sd_query_plan_word(p.serve), p.index, sd_result_get(r, 0, 0));
		sd_result_free(r);
	}
	set_cost("0.01");
}

/* ---- desk.matches: the same tree, judged by the database ticket by ticket ---- */

static const char *const atoms[] = {"state:open", "state:waiting,new", "state:resolved", "prio<=2", "prio:2..3,5", "impact:1",
	"urgency!=2", "assignee:@me", "assignee:none", "assignee:any", "requester:q_user", "requester:\"Caller 7\",q_user",
	"opener:\"uma user\"", "group:@mygroups", "group:\"group 1\"", "group:none,\"Group 2\"", "category:network",
	"category:\"Network / Wifi\"", "category:none", "category:software", "service:mail", "service:none", "ci:pc-6", "ci:none",
	"org:Globex", "tag:vip", "tag:none", "watcher:@me", "watcher:none", "external:EXT50", "external:any",
	"number:INC100077,inc100078", "hold:supplier", "hold:none", "channel:phone", "kind:incident", "restricted:no", "untriaged",
	"-untriaged", "reopens>0", "reassignments:1,3", "reassignments<=2", "version:1", "due:none", "due:any", "due<0", "due>=now",
	"due<4h", "due:-2d..+2d", "due>tomorrow", "updated<2d", "updated>=30d", "updated:1d..30d", "opened:today", "opened<yesterday",
	"opened>=-1d", "opened:yesterday..", "resolved<90d", "resolved:none", "resolved:any", "closed:..today", "closed:none",
	"hold_until<10h", "hold_until:any", "code:none", "printer", "\"printer 20\"", "printer 20", "subject:30", "INC100050",
	"nosuchword", "text:printer", "breached", "-breached", "breached:no", "breached:response", "breached:ola,resolution",
	"breached:yes,no", "clock:response", "clock:ola,uc", "clock:none", "clock:any", "sla:none", "sla:any", "sla:paused",
	"sla>50%", "sla>=75%", "sla>75%", "sla<100%", "sla<=100%", "sla>=100%", "sla>150%", "sla<30%", "sla:25%..80%", "left<2h",
	"left<0", "left>=1h", "left<=0", "left>-3h", "left:-5h..30m", "left:paused", "left:none"};

static struct rng rng;

static const char *random_query(int depth)
{
	unsigned kind = depth ? rng_below(&rng, 5) : 0;
	const char *a = kind ? random_query(depth - 1) : atoms[rng_below(&rng, sizeof atoms / sizeof *atoms)];
	switch (kind) {
	case 1:
		return sd_arena_printf(arena, "(%s) (%s)", a, random_query(depth - 1));
	case 2:
		return sd_arena_printf(arena, "%s %s", a, random_query(depth - 1));
	case 3:
		return sd_arena_printf(arena, "(%s or %s)", a, random_query(depth - 1));
	case 4:
		return sd_arena_printf(arena, "-(%s)", a);
	default:
		return a;
	}
}

/* Who sees all, and who sees his own. */
static void both_ways(struct sd_conn *c, const char *text)
{
	struct sd_err err = {0};
	struct sd_query_sql s;
	struct sd_query_opts o = {.mode = SD_QUERY_IDS, .zone = "UTC"};
	struct sd_query *q = sd_query_parse(arena, text, NULL, 0, &err);
	if (!q || !sd_query_sql(q, arena, &o, &s, &err))
		fail_msg("\"%s\": %s", text, err.text);
	const char *tree = sd_query_json(q, arena);
	struct sd_result *list = sd_conn_query(c,
		sd_arena_printf(arena, "select array_agg(x.id order by x.id) from (%s) x where x.id %% 97 < 2 and x.id < 6000", s.sql),
		s.nparams, s.params, &err);
	struct sd_result *each = list ? sd_conn_query(c,
										"select array_agg(i order by i) from generate_series(1, 5999) i where i % 97 < 2 and "
										"desk.matches($1::jsonb->'match', i)",
										1, &tree, &err)
								  : NULL;
	if (!each)
		fail_msg("\"%s\": %s", text, err.text);
	const char *a = sd_result_get(list, 0, 0), *b = sd_result_get(each, 0, 0);
	if (strcmp(a ? a : "", b ? b : "") != 0)
		fail_msg("\"%s\"\nlist    %s\nmatches %s\n%s", text, a ? a : "-", b ? b : "-", tree);
	sd_result_free(list);
	sd_result_free(each);
}

static void test_matches(void **state)
{
	(void)state;
	rng = rng_new(20);
	for (size_t i = 0; i < sizeof atoms / sizeof *atoms; i++)
		both_ways(agent, atoms[i]);
	for (unsigned i = 0; i < test_rounds(80); i++)
		both_ways(agent, random_query(3));
	struct sd_err err = {0};
	static const char *const wrong[] = {"{\"field\":\"nosuch\",\"op\":\"=\",\"value\":[1]}",
		"{\"field\":\"state\",\"op\":\"~\",\"value\":[\"new\"]}", "{\"xor\":[]}", "[]"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_null(sd_conn_query(agent, "select desk.matches($1::jsonb, 1)", 1, &wrong[i], &err));
}

static void test_unknown_names(void **state)
{
	(void)state;
	static const struct {
		const char *query, *field, *near; /* field NULL: all known */
	} tries[] = {{"group:\"Group 1\" requester:q_user state:new", NULL, NULL}, {"group:Gruop", "group", NULL},
		{"group:\"Gruop 1\"", "group", "Group 1"}, {"state:asigned", "state", "assigned"},
		{"assignee:q_agnt", "assignee", "q_agent"}, {"category:netwrk", "category", "Network"},
		{"service:mial", "service", "Mail"}, {"kind:incidnt", "kind", "incident"}, {"org:acne", "org", "Acme"},
		{"ci:pc-6", NULL, NULL}, {"ci:pc-999999", "ci", NULL}, {"state:open code:fixd", "code", "fixed"},
		{"hold:supplier channel:phone", NULL, NULL}, {"channel:phnoe", "channel", "phone"},
		{"requester:\"Caler 7\"", "requester", "Caller 7"}, {"-state:open !group:none sort:subject", "sort", "number"},
		{"state:open sort:assignee", NULL, NULL}};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct sd_err err = {0};
		struct sd_query_sql s;
		struct sd_query_opts o = {.zone = NULL};
		struct sd_query *q = sd_query_parse(arena, tries[i].query, NULL, 0, &err);
		assert_non_null(q);
		assert_true(sd_query_check(q, arena, &o, &s));
		struct sd_result *r = sd_conn_query(agent, s.sql, s.nparams, s.params, &err);
		if (!r)
			fail_msg("%s: %s", tries[i].query, err.text);
		assert_int_equal(sd_result_rows(r), tries[i].field ? 1 : 0);
		if (tries[i].field) {
			const char *row[SD_QUERY_CHECK_COLUMNS];
			for (int k = 0; k < SD_QUERY_CHECK_COLUMNS; k++)
				row[k] = sd_result_get(r, 0, k);
			sd_query_unknown(&err, row);
			const char *word = strstr(tries[i].query, sd_result_get(r, 0, 1));
			assert_int_equal(err.place, word - tries[i].query + 1 - (word[-1] == '"'));
			assert_string_equal(err.field, tries[i].field);
			assert_int_equal(err.cls, SD_ERR_INPUT);
			if (tries[i].near)
				assert_non_null(strstr(err.text, tries[i].near));
		}
		sd_result_free(r);
	}
}

/* The same text asked by a requester gives the requester's own tickets. */
static void test_sight(void **state)
{
	(void)state;
	struct sd_err err = {0};
	struct sd_str uri = {0};
	sd_str_addf(&uri, "%s%suser=q_user", fixture_uri("q"), strchr(fixture_uri("q"), '?') ? "&" : "?");
	struct sd_conn *user = sd_conn_open(uri.data, &err);
	sd_str_free(&uri);
	assert_non_null(user);
	assert_int_equal(counted(user, ""), 20);
	assert_int_equal(counted(user, "requester:q_user"), 20);
	assert_int_equal(counted(user, "-requester:q_user"), 0);
	/* and costs what they cost, not what the desk holds */
	char *plan = plan_of(user, "", 50, false);
	if (!strstr(plan, "Index Cond: (requester_id = ") || strstr(plan, "Seq Scan on ticket_p0"))
		fail_msg("a requester's list reads the whole table:\n%s", plan);
	sd_conn_close(user);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meaning),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_around),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_clock_plans),
		cmocka_unit_test(test_plans),
		cmocka_unit_test(test_untriaged_plans),
		cmocka_unit_test(test_sorts),
		cmocka_unit_test(test_serve),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_sight),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
