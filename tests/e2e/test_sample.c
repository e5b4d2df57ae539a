/* The sample desk: a few thousand incidents up to now, in two languages, with texts that tell nothing of group or outcome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/e2e/desk.h"

static json_t *tickets;

static int start(void **state)
{
	if (desk_start(state) != 0)
		return -1;
	const struct run *r = desk_run(NULL, NULL, "demo --fresh --no-console --clock 2026-01-05T09:00:00Z");
	if (r->status != 0 || strncmp(r->out, "db=postgresql://agent@", 22) != 0) {
		printf("Bail out! no sample: status %d: %s %s\n", r->status, r->out, r->err);
		return -1;
	}
	return 0;
}

/* A Chinese character among the first ones, that is enough here: U+4E00 to U+9FFF. */
static bool is_chinese(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)s[0] >= 0xe4 && (unsigned char)s[0] <= 0xe9)
			return true;
	return false;
}

static bool category_is(const json_t *t, const char *top)
{
	return strncmp(text(t, "category"), top, strlen(top)) == 0;
}

/* What the sample's people did is not what somebody who opens it did. */
static void test_nothing_to_undo(void **state)
{
	(void)state;
	assert_int_equal(json_array_size(desk_ok("agent", "ticket undo")), 0);
	assert_int_equal(json_array_size(desk_ok("lead", "ticket undo")), 0);
}

static void test_contents(void **state)
{
	(void)state;
	static const char *const states[] = {"new", "assigned", "in_progress", "on_hold", "resolved", "closed"};
	size_t seen[6] = {0}, n, chinese = 0, morning = 0, i;
	const char *first = "9", *last = "";
	json_t *t;
	tickets = desk_ok(NULL, "ticket list kind:incident");
	n = json_array_size(tickets);
	assert_in_range(n, 2000, 6000);
	json_array_foreach(tickets, i, t)
	{
		for (size_t k = 0; k < 6; k++)
			seen[k] += strcmp(text(t, "state"), states[k]) == 0;
		chinese += is_chinese(text(t, "subject"));
		first = strcmp(text(t, "opened_at"), first) < 0 ? text(t, "opened_at") : first;
		last = strcmp(text(t, "updated_at"), last) > 0 ? text(t, "updated_at") : last;
		assert_true(*text(t, "subject") || json_is_true(at(t, "restricted")));
		assert_true(*text(t, "requester"));
		morning += !*text(t, "category");
		assert_true(*text(t, "category") || strcmp(text(t, "state"), "new") == 0); /* nobody has looked at it yet */
	}
	for (size_t k = 0; k < 6; k++)
		assert_true(seen[k] >= 10);
	assert_in_range(morning, 10, 20);
	assert_in_range(chinese * 1000 / n, 80, 120);
	assert_true(strcmp(first, "2025-11-10") < 0);
	assert_true(strcmp(last, "2026-01-05T08") > 0 && strcmp(last, "2026-01-05T09:00:00Z") <= 0);
	assert_string_equal(desk_ask("select value from desk.setting where key = 'desk.sample'"), "true");
	int people = atoi(desk_ask("select count(*) from desk.person where id > 1"));
	int han = atoi(desk_ask("select count(*) from desk.person where name ~ '[一-龥]'"));
	assert_in_range(han * 1000 / people, 80, 130);
}

/* What a ticket is about says nothing of who worked on it or how it ended: their shares are the same in every large category. */
static void test_independent(void **state)
{
	(void)state;
	static const char *const top[] = {"Hardware", "Access", "Business applications", "Software", "Other"};
	size_t all = 0, desk = 0, fixed = 0, i;
	json_t *t;
	json_array_foreach(tickets, i, t)
	{
		all += !is_chinese(text(t, "subject"));
		desk += !is_chinese(text(t, "subject")) && strcmp(text(t, "group"), "Service desk") == 0;
		fixed += !is_chinese(text(t, "subject")) && strcmp(text(t, "resolution_code"), "fixed") == 0;
	}
	for (size_t k = 0; k < sizeof top / sizeof *top; k++) {
		size_t n = 0, in_desk = 0, is_fixed = 0;
		json_array_foreach(tickets, i, t)
		{
			if (is_chinese(text(t, "subject")) || !category_is(t, top[k]))
				continue;
			n++;
			in_desk += strcmp(text(t, "group"), "Service desk") == 0;
			is_fixed += strcmp(text(t, "resolution_code"), "fixed") == 0;
		}
		assert_true(n >= 100);
		assert_true(labs((long)(in_desk * 100 / n) - (long)(desk * 100 / all)) <= 10);
		assert_true(labs((long)(is_fixed * 100 / n) - (long)(fixed * 100 / all)) <= 10);
	}
}

/* Something to read for those who look at it: news in an inbox, a handover that was signed and one that was not. */
static void test_inbox(void **state)
{
	(void)state;
	json_t *news = desk_ok("agent", "inbox --unread"), *item;
	size_t i, mentions = 0, handovers = 0;
	json_array_foreach(news, i, item)
	{
		mentions += strcmp(text(item, "reason"), "mention") == 0;
		handovers += strcmp(text(item, "reason"), "handover") == 0;
	}
	assert_int_equal(mentions, 2);
	assert_int_equal(handovers, 1);
	assert_int_equal(json_array_size(desk_ok("agent", "inbox --pending")), 1);
	assert_int_equal(json_array_size(desk_ok("agent", "ticket list kind:handover state:signed")), 1);
	assert_int_equal(json_array_size(desk_ok("agent", "ticket list kind:handover state:written")), 1);
}

static double figure(const char *metric, const char *period)
{
	return json_number_value(at(desk_ok(NULL, "metric get %s --period %s", metric, period), "value"));
}

/* Months to look back on: each of the last four is full, with service levels kept and missed, outages, ratings, complaints, a
 * major incident that is over and one that waits to be decided. */
static void test_months(void **state)
{
	(void)state;
	static const char *const month[] = {"2025-09", "2025-10", "2025-11", "2025-12"}, *const name[] = {"24x7", "Berlin",
																						 "New York", "Shanghai"};
	for (size_t i = 0; i < 4; i++) {
		assert_true(figure("opened", month[i]) >= 200);
		assert_true(figure("resolution_attainment", month[i]) > 60 && figure("resolution_attainment", month[i]) < 98);
		assert_true(figure("response_attainment", month[i]) > 60 && figure("response_attainment", month[i]) < 98);
		assert_true(figure("availability", month[i]) > 98 && figure("availability", month[i]) < 100);
		assert_true(figure("mtta", month[i]) > 0);
	}
	assert_string_equal(
		desk_ask("select count(*) > 150 and min(at) < '2025-10-15' and count(distinct score) = 5 from desk.rating"), "t");
	json_t *list = desk_ok(NULL, "calendar list");
	assert_int_equal(json_array_size(list), 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(text(json_array_get(list, i), "name"), name[i]);
	assert_string_equal(desk_ask("select count(distinct sla_type) || ' ' || count(distinct metric) from desk.clock_now"), "3 5");
	assert_string_equal(
		desk_ask("select count(*) > 20 from desk.clock_now where state = 'running' and risk_at > desk.now()"), "t");
	assert_string_equal(
		desk_ask("select string_agg(distinct kind, ' ' order by kind) from desk.outage"), "degraded planned unplanned");
	assert_string_equal(desk_ask("select count(*) from desk.outage where until_at is null"), "1");
	assert_true(json_array_size(desk_ok(NULL, "ticket list kind:complaint")) >= 6);
	assert_string_equal(
		desk_ask("select string_agg(major || ' ' || state, ', ' order by id) from desk.ticket where major is not null"),
		"accepted closed, candidate new");
	assert_true(
		atoi(desk_ask("select count(*) from desk.ticket_link where type = 'parent' and to_id = (select id from desk.ticket where "
					  "major = 'accepted')")) >= 4);
	assert_string_equal(desk_ask("select frozen_at = '2026-01-05 09:00+00' from desk.clock"), "t");
	assert_string_equal(desk_ask("select count(*) from desk.event where at > desk.now()"), "0");
}

/* A real estate hangs together, carries impact, and incidents are about it. */
static void test_estate(void **state)
{
	(void)state;
	assert_true(atoi(desk_ask("select count(*) from desk.ci_report where source = 'sample' and gone_at is null")) > 2000);
	assert_true(atoi(desk_ask("select count(*) from desk.ci_link where until is null")) > 5000);
	assert_true(atoi(desk_ask("select count(*) from desk.ci where criticality = 1")) > 20);
	assert_true(atoi(desk_ask("select count(distinct ci_id) from desk.ci_redundancy")) > 5);
	assert_true(atoi(desk_ask("select count(*) from desk.ticket t join desk.ci_report r on r.ci_id = t.ci_id and r.source = "
							  "'sample' where t.phase < 3")) > 5);
	assert_true(number(desk_ok("agent", "ci impact site:eqiad"), "count") > 100);
	/* of the servers of a thing that is made to lose some, one may go */
	const char *lone =
		desk_ask("select a.ident from desk.ci_redundancy r join desk.ci_link l on l.to_id = r.ci_id and l.type = r.type"
				 " join desk.ci a on a.id = l.from_id where r.needs = 1 order by 1 limit 1");
	char ident[200];
	snprintf(ident, sizeof ident, "%s", lone);
	json_t *i = desk_ok("agent", "ci impact '%s' --types provides", ident);
	assert_int_equal(number(i, "count"), 0);
}

static void test_people(void **state)
{
	(void)state;
	static const char *const login[] = {"agent", "lead", "owner", "auditor", "requester", "admin"};
	for (size_t i = 0; i < sizeof login / sizeof *login; i++) {
		json_t *me = desk_ok(login[i], "whoami");
		assert_string_equal(text(me, "login"), login[i]);
		assert_true(json_is_false(at(me, "superuser")));
	}
	assert_true(json_is_true(at(desk_ok("auditor", "audit verify"), "ok")));
	/* nothing fell due before anybody came */
	json_t *due = desk_ok(NULL, "tick");
	assert_int_equal(number(due, "closed") + number(due, "resumed"), 0);
	/* its resolved tickets close as they would have: five days after each was resolved */
	desk_ok(NULL, "clock advance 1d");
	desk_ok(NULL, "tick");
	assert_string_equal(
		desk_ask("select count(*) from desk.ticket where state = 'resolved' and resolved_at <= desk.now() - interval '5 days'"),
		"0");
	assert_true(atoi(desk_ask("select count(*) from desk.event where channel = 'tick' and verb = 'close'")) > 0);
	json_t *t = json_array_get(desk_ok(NULL, "ticket list state:new"), 0);
	assert_string_equal(text(desk_ok(NULL, "ticket act %s take", text(t, "number")), "state"), "in_progress");
	assert_true(json_is_true(at(desk_ok("auditor", "audit verify"), "ok")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_to_undo),
		cmocka_unit_test(test_contents),
		cmocka_unit_test(test_independent),
		cmocka_unit_test(test_inbox),
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_estate),
		cmocka_unit_test(test_people),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, desk_stop);
}
