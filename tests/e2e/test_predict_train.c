/* Training goes on from what is stored: with the tickets alone that have ended since, each once, all of it or nothing, one at a
 * time. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdlib.h>
#include <string.h>

#include "svcdesk/db.h"
#include "svcdesk/err.h"

/* Incidents of a real log, from one to another by their numbers. */
static void import_part(int from, int to)
{
	char *path = desk_file("part.csv", "", 0);
	desk_shell("xzcat %s | awk -F, 'NR == 1 { print; next } !($1 in n) { n[$1] = ++k } n[$1] > %d && n[$1] <= %d' > %s",
		SRCDIR "/tests/e2e/data/triage.csv.xz", from, to, path);
	desk_ok(NULL, "import servicenow %s", path);
	free(path);
}

static json_t *train(const char *options)
{
	return json_array_get(desk_ok(NULL, "predict train group %s", options), 0);
}

static long asked(const char *query)
{
	return strtol(desk_ask(query), NULL, 10);
}

static void test_goes_on(void **state)
{
	(void)state;
	import_part(0, 240);
	json_t *first = train("");
	assert_string_equal(text(first, "mode"), "full");
	assert_string_equal(text(first, "why"), "first");
	assert_int_equal(number(first, "learnt"), asked("select count(*) from desk.predict_learnt where name = 'group'"));
	assert_true(number(first, "learnt") > 200);
	assert_string_equal(text(train(""), "mode"), "none");
	import_part(240, 300);
	json_t *more = train("");
	long news = number(more, "learnt");
	assert_string_equal(text(more, "mode"), "more");
	assert_true(news > 40 && news <= 60);
	assert_int_equal(number(more, "version"), 2);
	assert_int_equal(number(more, "base"), 1);
	assert_int_equal(number(more, "rows"), number(first, "learnt") + news);
	/* each was asked before it was learnt */
	assert_int_equal(number(more, "backtest.n"), number(first, "backtest.n") + news);
	assert_int_equal(asked("select count(*) from desk.predict_learnt where version = 2"), news);
	assert_true(asked("select count(*) from desk.predict_weight where version = 2") <
				asked("select count(*) from desk.predict_weight where version = 1") * 4);
	assert_int_equal(
		asked("select count(*) from (select from desk.predict_weight group by name, feature having count(*) > 1) q"), 0);
	assert_true(asked("select count(*) from desk.predict_weight where version = 1") > 0);
	assert_string_equal(text(train(""), "mode"), "none");
	assert_int_equal(asked("select max(version) from desk.predict_model"), 2);
}

/* What was done and taken back teaches nothing. */
static void test_undone(void **state)
{
	(void)state;
	const char *nr = desk_ticket("No light");
	desk_ok(NULL, "ticket act %s take", nr);
	desk_ok(NULL, "ticket act %s resolve code=fixed category=General --body Done", nr);
	desk_ok(NULL, "ticket act %s undo", nr);
	assert_string_equal(text(train(""), "mode"), "none");
	desk_ok(NULL, "ticket act %s resolve code=fixed category=General --body Done", nr);
	assert_int_equal(number(train(""), "learnt"), 1);
	assert_string_equal(text(train(""), "mode"), "none");
}

/* Numbers of a version that was never finished are nobody's, and go away with the next training. */
static void test_broken_off(void **state)
{
	(void)state;
	const char *nr = desk_ticket("No sound");
	json_t *before = desk_ok(NULL, "predict explain %s", nr);
	desk_sql("insert into desk.predict_weight select w.name, w.feature, 99, w.kind, w.idf, w.steps, w.total, array_fill(7::real, "
			 "array[200]), "
			 "w.place, w.n from desk.predict_weight w");
	assert_true(json_equal(before, desk_ok(NULL, "predict explain %s", nr)));
	json_t *full = train("--full");
	assert_string_equal(text(full, "mode"), "full");
	assert_string_equal(text(full, "why"), "asked");
	assert_int_equal(number(full, "base"), number(full, "version"));
	assert_int_equal(asked("select count(distinct version) from desk.predict_weight"), 1);
	assert_int_equal(asked("select count(*) from desk.predict_weight"), number(full, "features"));
	assert_int_equal(asked("select count(*) from desk.predict_learnt"), number(full, "learnt"));
}

/* One at a time; who is gone is in nobody's way. */
static void test_two_at_once(void **state)
{
	(void)state;
	struct sd_err err;
	struct sd_conn *c = sd_conn_open(desk_dba(), &err);
	assert_non_null(c);
	struct sd_result *r = sd_conn_query(c, "select desk.predict_begin('group', true, true, 1)", 0, NULL, &err);
	assert_non_null(r);
	sd_result_free(r);
	desk_refused(NULL, 5, "predict_busy", "predict train group --full");
	sd_conn_close(c);
	desk_sql("do $$ begin while exists (select from pg_locks l where l.locktype = 'advisory' and l.classid = 7205759 and l.objid "
			 "= 48) loop perform "
			 "pg_stat_clear_snapshot(); end loop; end $$");
	assert_string_equal(text(train("--full"), "mode"), "full");
}

/* Half as much again: what is rare by then has a chance to be known. */
static void test_growth(void **state)
{
	(void)state;
	desk_sql("update desk.predict_model set state = jsonb_set(state, '{base_rows}', '100') where state is not null");
	import_part(300, 310);
	json_t *full = train("");
	assert_string_equal(text(full, "mode"), "full");
	assert_string_equal(text(full, "why"), "growth");
	/* what is kept is of another release */
	desk_sql("update desk.predict_model set state = jsonb_set(state, '{format}', '0') where state is not null");
	assert_string_equal(text(train(""), "why"), "format");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_goes_on), cmocka_unit_test(test_undone),
		cmocka_unit_test(test_broken_off), cmocka_unit_test(test_two_at_once), cmocka_unit_test(test_growth)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, desk_start, desk_stop);
}
