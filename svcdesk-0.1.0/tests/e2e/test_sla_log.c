/* Clocks of an imported log under the policy of the manual: every verdict as it follows from the file alone, by another reader;
 * and the same when the policy came after the log. With --data FOLDER of the whole log there instead of the small part kept here:
 * make check-data. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *log_path = SRCDIR "/tests/e2e/data/incidents.csv.xz";

static int start(void **state)
{
	if (desk_start(state))
		return 1;
	desk_sql("update desk.clock set frozen_at = '2020-01-01'");
	desk_ok(NULL, "sla policy add %s", SRCDIR "/tests/e2e/data/standard.policy");
	desk_ok(NULL, "import servicenow %s", log_path);
	return 0;
}

static void same(void)
{
	const char *out =
		desk_shell("xz -dc '%s' | psql -XAtq '%s' -f '%s'", log_path, desk_dba(), SRCDIR "/tests/e2e/sla-compare.sql");
	const char *wrong = strstr(out, " wrong ");

	assert_non_null(wrong);
	if (strncmp(wrong, " wrong 0\n", 9) != 0)
		fail_msg("%s", out);
	print_message("%s", out);
}

static char *all_clocks(void)
{
	return strdup(desk_ask("select md5(string_agg(x::text, '|' order by x)) from (select to_jsonb(c) - array['id', 'as_of', "
						   "'warned', 'warn_at'] as x from "
						   "desk.sla_clock c) q"));
}

static void test_verdicts(void **state)
{
	(void)state;
	same();
}

static void test_policy_after_the_log(void **state)
{
	(void)state;
	char *before = all_clocks();
	desk_sql("delete from desk.sla_clock");
	desk_ok(NULL, "sla reclock --reason 'the log was here first'");
	char *after = all_clocks();
	assert_string_equal(before, after);
	same();
	json_t *j = desk_ok(NULL, "sla reclock");
	assert_int_equal(number(j, "made"), 0);
	assert_int_equal(number(j, "removed"), 0);
	free(before);
	free(after);
}

int main(int argc, char **argv)
{
	static char path[4096];
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdicts), cmocka_unit_test(test_policy_after_the_log)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc == 3 && strcmp(argv[1], "--data") == 0) {
		snprintf(path, sizeof path, "%s/incidents-servicenow/incident_event_log.csv.xz", argv[2]);
		log_path = path;
	}
	return cmocka_run_group_tests(tests, start, desk_stop);
}
