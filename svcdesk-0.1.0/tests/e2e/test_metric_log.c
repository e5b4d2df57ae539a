/* Figures of an imported log equal those that are worked out from the file alone, by another reader. With --data FOLDER of the
 * whole log there (incidents-servicenow/incident_event_log.csv.xz) instead of the small part kept here: make check-data. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <string.h>

static const char *log_path = SRCDIR "/tests/e2e/data/incidents.csv.xz";

static int start(void **state)
{
	if (desk_start(state))
		return 1;
	desk_sql("update desk.clock set frozen_at = '2020-01-01'");
	desk_ok(NULL, "import servicenow %s", log_path);
	return 0;
}

static const char *compare(void)
{
	return desk_shell("xz -dc '%s' | psql -XAtq '%s' -f '%s'", log_path, desk_dba(), SRCDIR "/tests/e2e/metric-compare.sql");
}

static void same(void)
{
	const char *out = compare(), *wrong = strstr(out, " wrong ");
	assert_non_null(wrong);
	if (strncmp(wrong, " wrong 0\n", 9) != 0)
		fail_msg("%s", out);
	print_message("%s", out);
}

static void test_figures(void **state)
{
	(void)state;
	same();
}

int main(int argc, char **argv)
{
	static char path[4096];
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_figures)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc == 3 && strcmp(argv[1], "--data") == 0) {
		snprintf(path, sizeof path, "%s/incidents-servicenow/incident_event_log.csv.xz", argv[2]);
		log_path = path;
	}
	return cmocka_run_group_tests(tests, start, desk_stop);
}
