/* Outages and availability through the command line: what is recorded, by whom, and the exact minutes. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <string.h>

static int people(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add lena --role lead");
	desk_ok(NULL, "user add rosa");
	desk_ok(NULL, "service add Mail target=99.98");
	desk_ok(NULL, "service add 'Web shop'");
	desk_ok(NULL, "service add Storage");
	return 0;
}

static double minutes(const json_t *j, const char *path)
{
	return json_number_value(at(j, path));
}

static void test_recording(void **state)
{
	(void)state;
	const char *nr = text(desk_ok("anna", "ticket new kind=incident subject='Mail is down' service=Mail"), "number");
	json_t *o = desk_ok("anna", "outage add mail from=2025-12-05T08:00Z until=2025-12-05T09:30Z ticket=%s note='disk full'", nr);
	assert_string_equal(text(o, "service"), "Mail");
	assert_string_equal(text(o, "kind"), "unplanned");
	assert_string_equal(text(o, "state"), "over");
	assert_string_equal(text(o, "ticket"), nr);
	assert_string_equal(text(o, "by"), "anna");
	assert_true(minutes(o, "minutes") == 90);
	long id = number(o, "id");
	/* its service need not be named; it begins now */
	o = desk_ok("anna", "outage add ticket=%s", nr);
	assert_string_equal(text(o, "service"), "Mail");
	assert_string_equal(text(o, "from"), "2026-01-05T09:00:00Z");
	assert_string_equal(text(o, "state"), "on");
	desk_ok("anna", "outage cancel %ld reason='another one'", number(o, "id"));
	/* times as people type them: ago for what has been, ahead for what is planned */
	o = desk_ok("lena", "outage add Web shop from=2h");
	assert_string_equal(text(o, "from"), "2026-01-05T07:00:00Z");
	assert_string_equal(text(desk_ok("lena", "outage end %ld", number(o, "id")), "until"), "2026-01-05T09:00:00Z");
	desk_refused("lena", 5, "outage_over", "outage end %ld", number(o, "id"));
	o = desk_ok("lena", "outage add Web shop kind=planned from=2026-01-06T02:00Z until=2026-01-06T04:00Z");
	assert_string_equal(text(o, "state"), "ahead");
	/* sent twice */
	const char *op = "11111111-2222-4333-8444-555555555555";
	long first = number(desk_ok("anna", "outage add Storage from=08:00 until=08:10 --op %s", op), "id");
	assert_int_equal(number(desk_ok("anna", "outage add Storage from=08:00 until=08:10 --op %s", op), "id"), first);
	/* who may not, and what is wrong */
	desk_refused("rosa", 4, "outage_denied", "outage add Mail");
	desk_refused("anna", 3, "unknown_service", "outage add Mial");
	desk_refused("anna", 2, "outage_kind", "outage add Mail kind=broken");
	desk_refused("anna", 2, "bad_time", "outage add Mail from=someday");
	desk_refused("anna", 2, "outage_times", "outage add Mail from=2025-12-05 until=2025-12-04");
	desk_refused("anna", 2, "outage_ahead", "outage add Mail from=2026-02-01");
	desk_refused("anna", 2, "unknown_field", "outage add Mail colour=red");
	desk_refused("anna", 2, "usage", "outage end Mail");
	desk_refused("anna", 3, "no_outage", "outage end 99999");
	desk_refused("anna", 2, "field_required", "outage cancel %ld", id);
	/* corrected: what was stands in the journal */
	desk_ok("anna", "outage change %ld until=2025-12-05T10:00Z reason='the log says so'", id);
	o = desk_ok("anna", "outage show %ld", id);
	assert_int_equal(json_array_size(at(o, "journal")), 2);
	assert_string_equal(text(o, "journal.1.changes.until.0"), "2025-12-05T09:30:00Z");
	assert_string_equal(text(o, "journal.1.changes.until.1"), "2025-12-05T10:00:00Z");
	assert_string_equal(text(o, "journal.1.reason"), "the log says so");
	/* lists */
	assert_int_equal(json_array_size(desk_ok("anna", "outage list Mail")), 1);
	assert_int_equal(json_array_size(desk_ok("anna", "outage list Mail --all")), 2);
	assert_int_equal(json_array_size(desk_ok("anna", "outage list --period 2025-12")), 1);
	assert_int_equal(json_array_size(desk_ok("anna", "outage list --period 2025-11")), 0);
	assert_non_null(
		strstr(desk_run("anna", NULL, "outage list --period 2025-11")->out, "service")); /* nothing has its heading, too */
	o = desk_ok("rosa", "outage list Mail");
	assert_null(at(o, "0.note"));
	assert_non_null(strstr(desk_run("anna", NULL, "outage list")->out, "disk full"));
	assert_non_null(strstr(desk_run("anna", NULL, "--language zh_CN outage list")->out, "\xe8\xae\xa1\xe5\x88\x92\xe5\xa4\x96"));
}

static void test_availability(void **state)
{
	(void)state;
	/* 120 minutes of December; 99.98 % of 31 days are 8.928 */
	json_t *a = desk_ok("anna", "availability Mail --period 2025-12");
	assert_string_equal(text(a, "from"), "2025-12-01T00:00:00Z");
	assert_string_equal(text(a, "to"), "2026-01-01T00:00:00Z");
	assert_true(minutes(a, "ast_minutes") == 44640);
	assert_true(minutes(a, "down_minutes") == 120);
	assert_true(minutes(a, "availability") == 99.731183);
	assert_true(minutes(a, "target") == 99.98);
	assert_true(minutes(a, "budget_minutes") == 8.928);
	assert_true(minutes(a, "budget_left_minutes") == -111.072);
	assert_true(minutes(a, "mtrs_minutes") == 120);
	assert_true(minutes(a, "mtbf_minutes") == 44520);
	assert_int_equal(number(a, "outages"), 1);
	assert_non_null(strstr(desk_run("anna", NULL, "availability Mail --period 2025-12 --json")->out, "\"target\":99.98,"));
	/* overlap once, planned taken out, what the service depends on */
	desk_ok("anna", "outage add Mail from=2025-12-05T09:50Z until=2025-12-05T10:10Z");
	desk_ok("anna", "outage add Mail kind=planned from=2025-12-05T08:00Z until=2025-12-05T08:30Z");
	a = desk_ok("anna", "availability Mail --period 2025-12");
	assert_true(minutes(a, "down_minutes") == 100);
	assert_true(minutes(a, "planned_minutes") == 30);
	desk_ok("anna", "outage add Storage from=2025-12-20T00:00Z until=2025-12-20T01:00Z");
	desk_ok(NULL, "service depend Mail Storage");
	desk_refused(NULL, 5, "service_circle", "service depend Storage Mail");
	desk_refused("anna", 4, "service_denied", "service depend Storage 'Web shop'");
	assert_true(minutes(desk_ok("anna", "availability Mail --period 2025-12"), "down_minutes") == 160);
	assert_true(minutes(desk_ok("anna", "availability Storage --period 2025-12"), "down_minutes") == 60);
	desk_ok(NULL, "service depend Mail Storage --remove");
	assert_true(minutes(desk_ok("anna", "availability Mail --period 2025-12"), "down_minutes") == 100);
	/* a month that goes on ends now, its budget does not */
	a = desk_ok("anna", "availability Storage --period 2026-01");
	assert_true(minutes(a, "ast_minutes") == 4 * 1440 + 540);
	assert_true(minutes(a, "down_minutes") == 10);
	assert_true(minutes(a, "budget_minutes") == 44.64);
	assert_string_equal(text(a, "until"), "2026-01-05T09:00:00Z");
	/* all of them; words for periods; wrong ones */
	assert_int_equal(json_array_size(desk_ok("rosa", "availability --period 2025-12")), 3);
	assert_int_equal(json_array_size(desk_ok("rosa", "service list")), 3);
	assert_string_equal(text(desk_ok("anna", "availability Mail --period last-month"), "to"), "2026-01-01T00:00:00Z");
	desk_refused("anna", 2, "bad_period", "availability Mail --period 2025-13");
	desk_refused("anna", 3, "unknown_service", "availability Fax --period 2025-12");
	assert_non_null(strstr(desk_run("anna", NULL, "availability Fax")->err, "no service Fax\n")); /* nothing is near it */
	assert_non_null(strstr(desk_run("anna", NULL, "availability Mail --period 2025-12")->out, "99.776  Availability"));
	assert_non_null(strstr(desk_run("anna", NULL, "availability --period 2025-12")->out, "Web shop"));
	/* the console in lines */
	const struct run *r = desk_run("anna", "services 2025-12\n:outage\nq\n", "--plain");
	assert_non_null(strstr(r->out, "Mail: ok, available 99.776 %"));
	assert_non_null(strstr(r->out, "Mail, Unplanned, 2025-12-05 08:00 - 2025-12-05 10:00"));
	assert_non_null(strstr(r->out, "svcdesk outage add"));
	/* the metric says the same */
	assert_true(minutes(desk_ok("anna", "metric get availability --period 2025-12 --by service"), "value") > 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_recording), cmocka_unit_test(test_availability)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, people, desk_stop);
}
