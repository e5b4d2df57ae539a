/* svcdesk wall for scripts: one reading, its form, the same figures as the metrics, and what is said where there is no terminal.
 */
#include "tests/e2e/desk.h"
#include "tests/e2e/schema.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

static double metric(const char *id)
{
	return json_number_value(at(desk_ok(NULL, "metric get %s --period now --json", id), "value"));
}

static void one_reading(void **state)
{
	(void)state;
	desk_ticket("Door of the lift");
	desk_ticket("Lamp in the hall");
	json_t *w = desk_ok(NULL, "wall --once --json");
	assert_schema("wall", w);
	assert_int_equal(number(w, "live.open.n"), 2);
	assert_int_equal(number(w, "live.flow.in_today"), 2);
	assert_string_equal(text(w, "now"), "2026-01-05T09:00:00Z");
	assert_true(json_is_false(at(w, "standby")));
	assert_int_equal(number(w, "live.open.n"), (long)metric("backlog"));
	assert_int_equal(number(w, "live.open.breached"), (long)metric("breached_open"));
	assert_int_equal(number(w, "live.open.at_risk"), (long)metric("at_risk"));
}

static void lines_of_text(void **state)
{
	(void)state;
	const struct run *r = desk_run(NULL, NULL, "wall --once --plain");
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "Open: 2\n"));
	assert_non_null(strstr(r->out, "Door of the lift"));
	assert_non_null(strstr(r->out, "  no group: 2 open"));
	assert_non_null(strstr(r->out, "CSAT, 7 days: "));
	assert_non_null(strstr(r->out, "MTTR, today: "));
	r = desk_run(NULL, NULL, "--language zh_CN wall --once");
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "\u6253\u5f00: 2\n"));
}

static void without_a_terminal(void **state)
{
	(void)state;
	const struct run *r = desk_run(NULL, NULL, "wall");
	assert_int_equal(r->status, 2);
	assert_non_null(strstr(r->err, "svcdesk wall --once --plain"));
}

static void others_see_their_own(void **state)
{
	(void)state;
	desk_ok(NULL, "user add rita --name 'Rita Requester' --role requester");
	assert_int_equal(number(desk_ok("rita", "wall --once --json"), "live.open.n"), 0);
	desk_ok(NULL, "user add adam --name 'Adam Auditor' --role auditor");
	assert_int_equal(number(desk_ok("adam", "wall --once --json"), "live.open.n"), 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_reading),
		cmocka_unit_test(lines_of_text),
		cmocka_unit_test(without_a_terminal),
		cmocka_unit_test(others_see_their_own),
	};
	return TEST_MAIN_WITH(tests, desk_start, desk_stop);
}
