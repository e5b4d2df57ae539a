/* metric list, metric get: figures through the command line. What they mean is tested in tests/db/metric*.sql. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <string.h>

/* The desk begins on 2026-01-05 09:00 UTC: two tickets, one resolved after an hour, one a day later still open. */
static int world(void **state)
{
	if (desk_start(state))
		return 1;
	const char *a = desk_ticket("Screen dark"), *b = desk_ticket("Mouse slow");
	desk_ok(NULL, "ticket act %s take", a);
	desk_ok(NULL, "clock advance 1h");
	desk_ok(NULL, "ticket act %s resolve code=fixed category=General --body done", a);
	desk_ok(NULL, "ticket act %s edit impact=1 urgency=1", b);
	desk_ok(NULL, "clock advance 1d");
	return 0;
}

static void test_list(void **state)
{
	(void)state;
	json_t *list = desk_ok(NULL, "metric list"), *m;
	size_t i;
	bool mttr = false;
	json_array_foreach(list, i, m)
	{
		assert_true(*text(m, "name") && *text(m, "definition") && *text(m, "unit") && *text(m, "owner"));
		if (strcmp(text(m, "id"), "mttr") == 0) {
			mttr = true;
			assert_string_equal(text(m, "view"), "desk.metric_mttr");
			assert_string_equal(text(m, "direction"), "down");
			assert_int_equal(number(m, "target"), 30);
		}
	}
	assert_true(mttr);
	assert_non_null(strstr(desk_run(NULL, NULL, "metric list")->out, "MTTR"));
	assert_non_null(strstr(desk_run(NULL, NULL, "--language zh_CN metric list")->out, "\xe5\x88\x86\xe9\x92\x9f"));
}

static void test_get(void **state)
{
	(void)state;
	json_t *m = desk_ok(NULL, "metric get mttr --period 2026-01");
	assert_string_equal(text(m, "id"), "mttr");
	assert_string_equal(text(m, "unit"), "minutes");
	assert_int_equal(number(m, "value"), 60);
	assert_int_equal(number(m, "p50"), 60);
	assert_int_equal(number(m, "n"), 1);
	assert_true(json_is_false(at(m, "ok")));
	assert_string_equal(text(m, "period.from"), "2026-01-01T00:00:00Z");
	assert_string_equal(text(m, "period.to"), "2026-02-01T00:00:00Z");
	assert_null(at(m, "rows"));
	assert_non_null(strstr(desk_run(NULL, NULL, "metric get mttr --by colour")->err, "week or month"));
	assert_int_equal(number(desk_ok(NULL, "metric get opened --period 2026-W02"), "value"), 2);
	assert_int_equal(number(desk_ok(NULL, "metric get opened --period 2026-01-06"), "value"), 0);
	assert_int_equal(number(desk_ok(NULL, "metric get opened"), "value"), 2); /* this month */
	assert_int_equal(number(desk_ok(NULL, "metric get opened --period 2026-01-01..2026-01-05"), "value"), 2);
	assert_int_equal(number(desk_ok(NULL, "metric get backlog --period now"), "value"), 1);
	assert_int_equal(number(desk_ok(NULL, "metric get backlog --period 2026-01-04"), "value"), 0);
	/* nothing is not 0 */
	m = desk_ok(NULL, "metric get mttr --period 2025-12");
	assert_true(json_is_null(at(m, "value")) && json_is_null(at(m, "ok")));
	assert_int_equal(number(m, "n"), 0);
	/* told apart */
	m = desk_ok(NULL, "metric get opened --period 2026-01 --by priority");
	assert_int_equal(json_array_size(at(m, "rows")), 2);
	assert_string_equal(text(m, "rows.0.key"), "1");
	assert_string_equal(text(m, "rows.0.label"), "P1");
	m = desk_ok(NULL, "metric get backlog --period 2026-01-04..2026-01-07 --by day");
	assert_int_equal(json_array_size(at(m, "rows")), 4);
	assert_int_equal(number(m, "rows.0.value"), 0);
	assert_int_equal(number(m, "rows.1.value"), 1);
	assert_true(json_is_null(at(m, "rows.3.value"))); /* to come */
	m = desk_ok(NULL, "metric get resolved --period 2026-01-05 --by hour");
	assert_int_equal(json_array_size(at(m, "rows")), 24);
	assert_int_equal(number(m, "rows.10.value"), 1);
	/* of some tickets */
	assert_int_equal(number(desk_ok(NULL, "metric get opened --query 'prio:1 state:open'"), "value"), 1);
}

static void test_compare(void **state)
{
	(void)state;
	json_t *m = desk_ok(NULL, "metric get opened --period 2026-01-05 --compare 2026-01-04 --by priority");
	assert_int_equal(number(m, "value"), 2);
	assert_int_equal(number(m, "compare.value"), 0);
	assert_int_equal(number(m, "compare.difference"), 2);
	assert_true(json_is_null(at(m, "compare.percent"))); /* of 0 */
	assert_true(json_is_false(at(m, "compare.better")));
	assert_true(json_is_null(at(m, "rows.0.before")));
	m = desk_ok(NULL, "metric get resolved --period 2026-01-05 --compare 2026-01-04");
	assert_true(json_is_true(at(m, "compare.better")));
	m = desk_ok(NULL, "metric get mttr --period 2026-01 --compare 2025-12");
	assert_true(json_is_null(at(m, "compare.difference")) && json_is_null(at(m, "compare.better")));
	const char *out = desk_run(NULL, NULL, "metric get opened --period 2026-01-05 --compare 2026-01-04 --by customer")->out;
	assert_non_null(strstr(out, ": worse"));
	assert_non_null(strstr(out, "difference"));
}

static void test_wrong(void **state)
{
	(void)state;
	json_t *e = desk_refused(NULL, 2, "unknown_metric", "metric get mtr");
	assert_non_null(strstr(text(e, "text"), "mttr"));
	desk_refused(NULL, 2, "bad_period", "metric get mttr --period 2026-13");
	desk_refused(NULL, 2, "bad_period", "metric get mttr --period 2026-01 --compare soon");
	e = desk_refused(NULL, 2, "unknown_by", "metric get mttr --by priorty");
	assert_non_null(strstr(text(e, "text"), "priority"));
	desk_refused(NULL, 2, "usage", "metric get");
	desk_refused(NULL, 2, "unknown_field", "metric get mttr --query colour:red");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list), cmocka_unit_test(test_get), cmocka_unit_test(test_compare), cmocka_unit_test(test_wrong)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, world, desk_stop);
}
