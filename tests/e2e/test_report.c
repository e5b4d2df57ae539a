/* Reports through the command line: the figures are those of metric get, the same data give the same bytes, nothing from outside
 * becomes markup or a formula, a customer's report has that customer's figures alone. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"monthly", "weekly", "daily", "sla", "availability", "pareto"};
enum { NAMES = sizeof names / sizeof *names };

static int start(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add vera --org 'Acme \"& <Co>' --new-org");
	desk_ok(NULL, "user add bert --org Beta --new-org");
	desk_sql("insert into desk.person(login, name, org_id) select 'solo', 'Only Beta', id from desk.org where name = 'Beta'; "
			 "create role solo login; "
			 "insert into desk.person_role(person_id, role, org_id) select p.id, 'agent', p.org_id from desk.person p where "
			 "p.login = 'solo'; grant desk_agent to solo");
	desk_ok(NULL, "service add Mail target=99.98");
	desk_ok(NULL, "service add Beta-only org=Beta");
	desk_ok("anna", "ticket new kind=incident subject='<script>alert(1)</script>' service=Mail requester=vera "
					"impact=1 urgency=1");
	desk_ok("anna", "ticket new kind=incident subject='=1+1' requester=vera");
	const char *nr = text(desk_ok("anna", "ticket new kind=incident subject='Printer' requester=bert"), "number");
	desk_ok("anna", "ticket act %s take", nr);
	desk_ok("anna", "ticket act %s resolve code=fixed category=General --body done", nr);
	desk_ok("anna", "outage add Mail from=2026-01-02T08:00Z until=2026-01-02T09:00Z");
	return 0;
}

static json_t *table(json_t *report, const char *id)
{
	size_t i;
	json_t *t;
	json_array_foreach(at(report, "tables"), i, t) if (strcmp(text(t, "id"), id) == 0) return t;
	fail_msg("no table %s", id);
	return NULL;
}

static const char *file(const char *name)
{
	static char path[512];
	snprintf(path, sizeof path, "%s.%s", desk_dir(), name);
	return path;
}

static void test_figures(void **state)
{
	(void)state;
	json_t *r = desk_ok("anna", "report monthly --period 2026-01");
	json_t *t = table(r, "glance");
	size_t i, n = 0;
	json_t *row;
	assert_string_equal(text(r, "period.from"), "2026-01-01T00:00:00Z");
	assert_string_equal(text(r, "compared_with"), "2025-12");
	assert_true(json_is_true(at(r, "period.goes_on")));
	json_array_foreach(at(t, "rows"), i, row)
	{
		json_t *m = desk_ok("anna", "metric get %s --period 2026-01 --compare 2025-12", text(row, "metric"));
		assert_true(json_equal(at(row, "value"), at(m, "value")));
		assert_true(json_equal(at(row, "n"), at(m, "n")));
		assert_true(json_equal(at(row, "previous"), at(m, "compare.value")));
		assert_true(json_equal(at(row, "target"), at(m, "target")));
		n++;
	}
	assert_true(n >= 8);
	/* told apart: the very rows of the command the table names */
	t = table(r, "volume-priority");
	assert_non_null(strstr(text(t, "query"), "svcdesk metric get opened --period 2026-01 --by priority"));
	json_t *m = desk_ok("anna", "metric get opened --period 2026-01 --by priority");
	assert_int_equal(json_array_size(at(t, "rows")), json_array_size(at(m, "rows")));
	json_array_foreach(at(t, "rows"), i, row)
	{
		const json_t *same = json_array_get(at(m, "rows"), i);
		assert_string_equal(text(row, "priority"), text(same, "label"));
		assert_true(json_equal(at(row, "opened"), at(same, "value")));
	}
	/* availability */
	t = table(desk_ok("anna", "report availability --period 2026-01-02"), "availability");
	json_t *a = desk_ok("anna", "availability Mail --period 2026-01-02");
	assert_string_equal(text(t, "rows.1.service"), "Mail");
	assert_true(json_equal(at(t, "rows.1.down_minutes"), at(a, "down_minutes")));
	assert_true(json_equal(at(t, "rows.1.availability"), at(a, "availability")));
	assert_int_equal(number(t, "rows.1.outages"), 1);
}

static void test_hash(void **state)
{
	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		const char *forms[] = {"md", "html", "csv", "json"};
		for (size_t k = 0; k < 4; k++) {
			const struct run *r = desk_run("anna", NULL, "report %s --period 2026-W01 --format %s", names[i], forms[k]);
			assert_int_equal(r->status, 0);
			char *first = strdup(r->out);
			r = desk_run("anna", NULL, "report %s --period 2026-W01 --format %s", names[i], forms[k]);
			assert_string_equal(r->out, first); /* the clock of this desk stands: all bytes */
			free(first);
		}
	}
	/* the hash is that of the rows, a line of JSON each, in every form and language */
	json_t *t = table(desk_ok("anna", "report monthly --period 2026-01"), "volume-priority");
	FILE *f = fopen(file("rows"), "w");
	size_t i;
	json_t *row;
	assert_non_null(f);
	json_array_foreach(at(t, "rows"), i, row)
	{
		char *line = json_dumps(row, JSON_COMPACT | JSON_REAL_PRECISION(15));
		fprintf(f, "%s\n", line);
		free(line);
	}
	fclose(f);
	const char *sum = desk_shell("sha256sum <'%s'", file("rows"));
	assert_memory_equal(sum, text(t, "sha256"), 64);
	assert_non_null(
		strstr(desk_run("anna", NULL, "--language zh_CN report monthly --period 2026-01 --format html")->out, text(t, "sha256")));
	/* other data, another hash */
	char before[65];
	snprintf(before, sizeof before, "%s", text(t, "sha256"));
	desk_ok("anna", "ticket new kind=incident subject=More requester=bert");
	assert_string_not_equal(text(table(desk_ok("anna", "report monthly --period 2026-01"), "volume-priority"), "sha256"), before);
	/* a month that is over stays as it was */
	json_t *old = desk_ok("anna", "report monthly --period 2025-11");
	assert_true(json_is_false(at(old, "period.goes_on")));
}

static void test_hostile(void **state)
{
	(void)state;
	const char *path = file("out.html");
	const struct run *r = desk_run("anna", NULL, "report weekly --period 2026-W02 --output %s", path);
	assert_int_equal(r->status, 0);
	const char *html = desk_shell("cat '%s'", path);
	assert_memory_equal(html, "<!DOCTYPE html>", 15);
	assert_null(strstr(html, "<script"));
	assert_non_null(strstr(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	assert_null(strstr(html, "http"));
	r = desk_run("anna", NULL, "report weekly --period 2026-W02 --format md");
	assert_non_null(strstr(r->out, "\\<script\\>alert(1)"));
	/* spreadsheets */
	r = desk_run("anna", NULL, "report weekly --period 2026-W02 --format csv --table oldest");
	assert_non_null(strstr(r->out, "number,subject,priority,group,assignee,opened,days\r\n"));
	assert_non_null(strstr(r->out, ",=1+1,"));
	r = desk_run("anna", NULL, "report weekly --period 2026-W02 --format csv-safe --table oldest");
	assert_non_null(strstr(r->out, ",'=1+1,"));
	r = desk_run("anna", NULL, "report weekly --period 2026-W02 --format csv");
	assert_memory_equal(r->out, "report,period,customer,table,row,column,value,query,sha256\r\n", 60);
	assert_non_null(strstr(r->out, "weekly,2026-W02,,oldest,1,subject,"));
}

static void test_customer(void **state)
{
	(void)state;
	json_t *r = desk_ok("anna", "report monthly --period 2026-01 --customer Beta");
	assert_string_equal(text(r, "customer"), "Beta");
	json_t *t = table(r, "volume-kind");
	assert_int_equal(number(t, "rows.0.opened"), 2);
	assert_non_null(strstr(text(t, "query"), "--query 'org:\"Beta\"'"));
	assert_int_equal(number(desk_ok("anna", "metric get opened --period 2026-01 --query 'org:\"Beta\"'"), "value"), 2);
	t = table(r, "availability"); /* its own service; the shared one it never used is not in it */
	assert_int_equal(json_array_size(at(t, "rows")), 1);
	assert_string_equal(text(t, "rows.0.service"), "Beta-only");
	/* a name that wants quoting everywhere */
	const struct run *h = desk_run("anna", NULL, "report monthly --period 2026-01 --customer 'Acme \"& <Co>' --format html");
	assert_int_equal(h->status, 0);
	assert_non_null(strstr(h->out, "Acme &quot;&amp; &lt;Co&gt;"));
	assert_null(strstr(h->out, "Printer"));
	assert_int_equal(
		json_array_size(
			at(table(desk_ok("anna", "report monthly --period 2026-01 --customer 'Acme \"& <Co>'"), "availability"), "rows")),
		1);
	/* or begins like a formula */
	desk_sql("insert into desk.org(name) values ('=Gamma')");
	h = desk_run("anna", NULL, "report monthly --period 2026-01 --customer =Gamma --format csv-safe");
	assert_non_null(strstr(h->out, "monthly,2026-01,'=Gamma,"));
	assert_null(strstr(h->out, ",=Gamma"));
	desk_sql("delete from desk.org where name = '=Gamma'");
	/* who does not see a customer's tickets gets no figures of it */
	desk_refused("anna", 3, "unknown_org", "report monthly --customer Bte");
	desk_refused("solo", 4, "report_customer", "report monthly --customer 'Acme \"& <Co>'");
	assert_int_equal(number(table(desk_ok("solo", "report monthly --period 2026-01"), "volume-kind"), "rows.0.opened"), 2);
	desk_refused("bert", 3, "unknown_org", "report monthly --customer 'Acme \"& <Co>'");
	assert_int_equal(
		number(table(desk_ok("bert", "report monthly --period 2026-01 --customer Beta"), "volume-kind"), "rows.0.opened"), 2);
}

static void test_words(void **state)
{
	(void)state;
	assert_int_equal(json_array_size(desk_ok(NULL, "report list")), NAMES);
	desk_refused("anna", 2, "unknown_report", "report montly");
	assert_non_null(strstr(desk_run("anna", NULL, "report montly")->err, "did you mean monthly?"));
	desk_refused("anna", 2, "bad_period", "report monthly --period soon");
	desk_refused("anna", 2, "bad_period", "report monthly --period 24h");
	desk_refused("anna", 2, "option_value", "report monthly --format pdf");
	desk_refused("anna", 2, "unknown_table", "report monthly --period 2026-01 --table nix");
	assert_string_equal(text(desk_ok("anna", "report monthly"), "period.text"), "2025-12");
	assert_string_equal(text(desk_ok("anna", "report weekly"), "period.text"), "2026-W01");
	assert_string_equal(text(desk_ok("anna", "report daily"), "period.text"), "2026-01-04");
	assert_string_equal(
		text(desk_ok("anna", "report sla --period 2026-01-01..2026-01-04"), "compared_with"), "2025-12-28..2025-12-31");
	/* an empty period says so */
	assert_non_null(strstr(desk_run("anna", NULL, "report pareto --period 2020-01")->out, "Nothing in this period."));
	/* Chinese for people, never in JSON */
	assert_non_null(strstr(desk_run("anna", NULL, "--language zh_CN report monthly --period 2026-01")->out,
		"\xe6\x9c\x8d\xe5\x8a\xa1\xe6\x8a\xa5\xe5\x91\x8a"));
	const struct run *zh = desk_run("anna", NULL, "--language zh_CN report monthly --period 2026-01 --format json");
	for (const char *p = zh->out; *p; p++)
		assert_true((unsigned char)*p < 0x80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_figures), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_hash), cmocka_unit_test(test_customer), cmocka_unit_test(test_words)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, desk_stop);
}
