/* Triage mode in a terminal: how it is drawn, in both languages and several sizes, and what came in worked through by keys on
 * a desk without a past. GENERATE=1 makes the goldens. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pty *console(const char *as, const char *language, int cols, int rows, bool colour)
{
	char env_language[64];
	snprintf(env_language, sizeof env_language, "LANGUAGE=%s", language);
	const char *words[] = {"--as", as, NULL};
	const char *env[] = {env_language, colour ? "TZ=UTC" : "NO_COLOR=1", "TZ=UTC", NULL};
	struct pty *p = console_run((struct pty_opts){.env = env, .cols = cols, .rows = rows}, words);
	pty_until(p, "2026-01-05");
	pty_settle(p);
	return p;
}

static void test_empty(void **state)
{
	(void)state;
	struct pty *p = console("anna", "en", 80, 24, false);
	press(p, "T");
	pty_until(p, "Nothing to triage:");
	pty_golden(p, "screen/triage-empty-80x24-en", false, NULL);
	press(p, "Esc");
	pty_until(p, "by priority");
	quit(p);
	p = console("rosa", "en", 80, 24, false);
	press(p, "T");
	pty_until(p, "your role triages no tickets");
	quit(p);
}

static void fill(void)
{
	desk_ok("rosa", "ticket new kind=incident subject='The printer of floor 2 jams' body='Since this morning it jams at each "
					"page.\n\nPlease come.'");
	desk_ok("rosa", "ticket new kind=incident subject='笔记本频繁蓝屏' impact=2");
	desk_ok("rosa", "ticket new kind=complaint subject='Nobody answers the telephone'");
}

static void shots(const char *language, const char *short_name, int cols, int rows, bool colour)
{
	char name[96];
	struct pty *p = console("anna", language, cols, rows, colour);
	press(p, "T");
	pty_until(p, "INC1");
	pty_settle(p);
	snprintf(name, sizeof name, "screen/triage-%dx%d-%s%s", cols, rows, short_name, colour ? "-colour" : "");
	pty_golden(p, name, colour, NULL);
	press(p, "Esc");
	pty_settle(p);
	quit(p);
}

/* What a model says is the business of its own tests: here it says the same each time. */
static void propose(void)
{
	desk_sql("insert into desk.category(name) values ('Network'), ('Printing'); insert into desk.category(name, parent_id) "
			 "select 'Wifi', id from "
			 "desk.category where name = 'Network'; insert into desk.support_group(name) values ('Radio'), ('Field service'); "
			 "insert into desk.group_member(group_id, person_id) select g.id, p.id from desk.support_group g, desk.person p "
			 "where g.name = 'Radio' and "
			 "p.login in ('anna', 'lena');"
			 "create or replace function desk.propose_many(p_tickets bigint[]) returns setof jsonb language sql stable security "
			 "definer rows 10 "
			 "set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$ "
			 "select jsonb_build_object('ticket', t.id, 'fields', jsonb_build_array("
			 "jsonb_build_object('field', 'category', 'choices', (select jsonb_agg(jsonb_build_object('id', c.id, 'value', c.n, "
			 "'label', c.n, "
			 "'confidence', c.p)) from (select c.id, coalesce(o.name || ' / ', '') || c.name as n, v.p from (values ('Wifi', "
			 "0.83), ('Printing', "
			 "0.09), ('General', 0.04)) v(name, p) join desk.category c on c.name = v.name left join desk.category o on o.id = "
			 "c.parent_id order by v.p "
			 "desc) c)),"
			 "jsonb_build_object('field', 'impact', 'choices', '[{\"id\": 2, \"value\": 2, \"label\": \"2\", \"confidence\": "
			 "0.71}, {\"id\": 1, "
			 "\"value\": 1, \"label\": \"1\", \"confidence\": 0.2}]'::jsonb),"
			 "jsonb_build_object('field', 'group', 'choices', (select jsonb_agg(jsonb_build_object('id', g.id, 'value', g.name, "
			 "'label', g.name, "
			 "'confidence', v.p) order by v.p desc) from (values ('Radio', 0.46), ('Service desk', 0.31), ('Field service', "
			 "0.11)) v(name, p) join "
			 "desk.support_group g on g.name = v.name))), 'duplicates', (select coalesce(jsonb_agg(jsonb_build_object('id', "
			 "d.id, 'number', d.number, "
			 "'subject', d.subject, 'state', d.state, 'score', 0.7, 'why', 'same words')), '[]') from (select d.* from "
			 "desk.ticket d where d.id < t.id and "
			 "d.phase < 3 order by d.id limit 2) d), 'parents', '[]'::jsonb) from unnest(p_tickets) with ordinality u(id, n) "
			 "join desk.ticket t on t.id = "
			 "u.id order by u.n $$; create or replace function desk.propose(p_ticket bigint, p_given jsonb default '{}') returns "
			 "jsonb language sql stable security definer "
			 "set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$ select j from "
			 "desk.propose_many(array[p_ticket]) j $$");
}

/* What is proposed is accepted, taken otherwise, picked by hand, taken back, asked about; and others work, too. */
static void test_by_keys(void **state)
{
	(void)state;
	fill();
	propose();
	shots("en", "en", 80, 24, false);
	shots("en", "en", 40, 10, false);
	shots("en", "en", 200, 60, true);
	shots("zh_CN", "zh", 80, 24, false);
	struct pty *p = console("anna", "en", 80, 24, false);
	press(p, "T");
	pty_until(p, "3 left");
	pty_until(p, "46% ?");
	press(p, "c");
	pty_type(p, "prin");
	pty_settle(p);
	pty_golden(p, "screen/triage-pick-80x24-en", false, NULL);
	press(p, "Enter");
	pty_until(p, "yours");
	press(p, "t");
	pty_type(p, "serv\r");
	pty_settle(p);
	press(p, "Enter");
	pty_until(p, "Triage: Assigned");
	pty_until(p, "2 left  1 done");
	json_t *list = desk_ok(NULL, "ticket list kind:incident sort:number");
	assert_string_equal(text(list, "0.state"), "assigned");
	assert_string_equal(text(list, "0.category"), "Printing");
	assert_string_equal(text(list, "0.group"), "Service desk");
	assert_int_equal(number(list, "0.impact"), 2);
	/* back, and a question instead */
	press(p, "u");
	pty_until(p, "3 left");
	pty_until(p, "The printer of floor 2 jams");
	press(p, "n");
	pty_until(p, "On which device");
	press(p, "Ctrl-s");
	pty_until(p, "On hold");
	pty_until(p, "2 left");
	desk_ok("rosa", "ticket act %s reply body='The big one'", text(list, "0.number"));
	press(p, "F5");
	pty_until(p, "3 left"); /* she answered: it is to be triaged again */
	press(p, "s");
	press(p, "s");
	pty_until(p, "The printer of floor 2 jams");
	/* somebody else is faster */
	desk_ok("lena", "ticket act %s triage category=General group='Service desk'", text(list, "0.number"));
	pty_until(p, "It is triaged already, by Lena Lead");
	press(p, "Enter");
	pty_gone(p, "It is triaged already");
	pty_until(p, "2 left");
	/* one key for a duplicate, one to take it back */
	press(p, "d");
	pty_until(p, "Cancelled");
	press(p, "u");
	pty_until(p, "Undone");
	/* and with one key all that stands there, a guess too */
	press(p, "Enter");
	pty_until(p, "1 left");
	assert_int_equal(json_array_size(desk_ok("anna", "ticket list untriaged")), 1);
	press(p, "Esc");
	pty_settle(p);
	quit(p);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	desk_ok(NULL, "user add anna --name 'Anna Agent' --role agent --group 'Service desk'");
	desk_ok(NULL, "user add lena --name 'Lena Lead' --role lead --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa --name 'Rosa Caller'");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_empty), cmocka_unit_test(test_by_keys)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
