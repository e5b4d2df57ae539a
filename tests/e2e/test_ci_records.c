/* Items on the command line: made, changed, linked, shown as of then, compared, audited, by those who may. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <string.h>

static int people(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add olga --role process_owner");
	desk_ok(NULL, "user add rosa");
	return 0;
}

static void test_classes(void **state)
{
	(void)state;
	desk_refused("anna", 4, "ci_role", "ci class set pump");
	assert_string_equal(
		text(
			desk_ok("olga", "ci class set pump --parent hardware --stale-days 30 --key serial --key @located_in+name"), "parent"),
		"hardware");
	json_t *k = desk_ok("olga", "ci class attr pump pressure --type number --required");
	assert_string_equal(text(k, "keys.1.0"), "@located_in");
	desk_ok("olga", "ci class attr pump kind --choices wet,dry --recommended");
	desk_refused("olga", 2, "ci_word", "ci class attr pump name");
	desk_refused("olga", 2, "bad_choice", "ci class attr pump x --type colour");
	assert_non_null(strstr(desk_run("anna", NULL, "ci class show pump")->out, "kind             choice (wet, dry), recommended"));
	assert_non_null(strstr(desk_run("anna", NULL, "ci class list")->out, "ci/hardware/pump"));
	desk_ok("olga", "ci type set feeds --impact -1 --pair 'pump>hardware'");
	desk_refused("olga", 2, "option_value", "ci type set feeds --pair pump");
	assert_non_null(strstr(desk_run("anna", NULL, "ci type list")->out,
		"feeds            the target suffers when the source fails; pump > hardware"));
}

static void test_items(void **state)
{
	(void)state;
	desk_refused("anna", 2, "ci_required", "ci new class=pump name=p1");
	assert_string_equal(
		text(desk_ok("anna", "ci new class=pump name=p1 pressure=2.5 kind=WET criticality=vital"), "ci"), "pump:p1");
	desk_ok("anna", "ci new hall class=datacentre name='Hall 1'");
	desk_refused("anna", 5, "ci_exists", "ci new hall class=datacentre name='Hall 1'");
	desk_refused("anna", 2, "ci_attr", "ci set p1 colour=red");
	desk_refused("anna", 2, "usage", "ci set p1");
	desk_refused("anna", 2, "option_value", "ci set p1 --needs depends_on");
	desk_refused("rosa", 4, "ci_role", "ci set p1 place=x");
	desk_refused("anna", 3, "no_ci", "ci show nowhere");
	assert_non_null(
		strstr(desk_run("anna", NULL, "ci set p1 pressure=high")->err, "pump:p1: pressure is a number such as 12.5, not high"));
	assert_string_equal(text(desk_ok("anna", "ci link p1 located_in hall"), "did"), "added");
	desk_refused("anna", 2, "ci_pair", "ci link hall feeds p1");
	desk_ok("anna", "ci new class=server name=web serial=S1");
	desk_ok("anna", "ci link web depends_on p1");
	desk_ok("anna", "ci set p1 op_state=incident");
	json_t *web = desk_ok("anna", "ci show web");
	assert_string_equal(text(web, "state.state"), "warning");
	assert_string_equal(text(web, "links.out.0.ci"), "pump:p1");
	const char *out = desk_run("anna", NULL, "ci show web")->out;
	assert_non_null(strstr(out, "state          warning, because of pump:p1\n"));
	assert_non_null(strstr(out, "  depends_on pump:p1\n"));
	assert_non_null(strstr(out, "version 1 by anna, manual"));
	desk_ok("anna", "ci set p1 op_state=operational --version 2");
	desk_refused("anna", 5, "ci_version", "ci set p1 kind=dry --version 2");
	desk_ok("anna", "ci set web --needs depends_on=1");
	assert_int_equal(number(desk_ok("anna", "ci show web"), "redundancy.depends_on"), 1);
	desk_ok("anna", "ci unlink web depends_on p1");
	desk_refused("anna", 3, "ci_no_link", "ci unlink web depends_on p1");
}

static void test_lists(void **state)
{
	(void)state;
	assert_int_equal(json_array_size(desk_ok("anna", "ci list")), 3);
	json_t *l = desk_ok("anna", "ci list class:hardware pressure:any");
	assert_int_equal(json_array_size(l), 1);
	assert_string_equal(text(l, "0.id"), "pump:p1");
	assert_string_equal(text(l, "0.attributes.kind"), "wet");
	assert_string_equal(desk_run("anna", NULL, "ci list 'pump or web' --count")->out, "2\n");
	assert_int_equal(json_array_size(desk_ok("anna", "ci list --limit 2")), 2);
	assert_int_equal(json_array_size(desk_ok("rosa", "ci list")), 0);
	desk_refused("anna", 2, "ci_query_field", "ci list colour:red");
	assert_non_null(strstr(desk_run("anna", NULL, "ci list")->out, "pump:p1"));
	assert_int_equal(json_array_size(desk_ok("anna", "ci stale")), 0);
	assert_int_equal(json_array_size(desk_ok("anna", "ci duplicates")), 0);
}

static void test_sources(void **state)
{
	(void)state;
	desk_ok("anna", "ci set web cpus=4");
	assert_int_equal(number(desk_ok("anna", "ci set web cpus=8 --source scan"), "kept.cpus.0"), 8);
	assert_non_null(strstr(desk_run("anna", NULL, "ci show web")->out, "cpus: 8 was not believed"));
	assert_int_equal(number(desk_ok("anna", "ci release web cpus"), "changes.cpus.1"), 8);
	desk_ok("olga", "ci class rank server cpus scan 5");
	assert_string_equal(text(desk_ok("anna", "ci set web cpus=2"), "did"), "same");
	desk_refused("olga", 2, "usage", "ci class rank server cpus scan first");
	assert_string_equal(text(desk_ok("anna", "ci confirm p1"), "did"), "same");
}

static void test_time(void **state)
{
	(void)state;
	desk_ok("anna", "ci baseline 'release 1' --note before");
	desk_ok("anna", "ci set p1 kind=dry");
	desk_ok("anna", "ci new class=pump name=p2 pressure=1");
	json_t *d = desk_ok("anna", "ci diff --baseline 'release 1'");
	assert_int_equal(number(d, "added"), 1);
	assert_string_equal(text(d, "items.0.changes.kind.1"), "dry");
	assert_non_null(
		strstr(desk_run("anna", NULL, "ci diff --baseline 'release 1'")->out, "~ pump:p1\n    kind: wet -> dry\n+ pump:p2\n"));
	assert_string_equal(text(desk_ok("anna", "ci baseline"), "0.note"), "before");
	assert_int_equal(number(desk_ok("anna", "ci diff --from 1d"), "added"), 4);
	assert_string_equal(text(desk_ok("anna", "ci diff p1 --from 1d"), "links.0.ci"), "hall");
	desk_refused("anna", 3, "ci_not_yet", "ci show p1 --at 1d");
	desk_refused("anna", 2, "usage", "ci diff p1");
	desk_refused("anna", 3, "ci_no_baseline", "ci diff --baseline nope");
}

static void test_audit(void **state)
{
	(void)state;
	desk_ok("olga", "ci rule no-serial 'class:hardware serial:none' --description 'hardware without a serial number'");
	desk_refused("olga", 2, "ci_query_field", "ci rule bad colour:red");
	json_t *l = desk_ok("anna", "ci audit no-serial");
	assert_int_equal(json_array_size(l), 2);
	assert_non_null(strstr(desk_run("anna", NULL, "ci audit")->out, "hardware without a serial number"));
	json_t *u = desk_ok("anna", "ci unplanned p1");
	assert_int_equal(json_array_size(at(u, "changes")), 1);
	assert_string_equal(text(u, "changes.0.changes.kind.1"), "dry");
	long n = number(u, "changes.0.change");
	desk_refused("anna", 2, "field_required", "ci unplanned %ld --accept", n);
	assert_string_equal(text(desk_ok("anna", "ci unplanned %ld --accept --reason known", n), "state"), "accepted");
	assert_int_equal(json_array_size(at(desk_ok("anna", "ci unplanned p1"), "changes")), 0);
	assert_string_equal(text(desk_ok("anna", "ci unplanned p1 --all"), "changes.0.reason"), "known");
	desk_ok("anna", "ci retire p2");
	assert_string_equal(desk_run("anna", NULL, "ci list class:pump --count")->out, "1\n");
	assert_string_equal(desk_run("anna", NULL, "ci list class:pump --count --all")->out, "2\n");
	json_t *t = desk_ok("anna", "ticket new kind=incident subject='it leaks' ci=p1");
	assert_int_equal(number(t, "impact"), 1);
	desk_refused("rosa", 4, "ci_role", "ci audit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_classes), cmocka_unit_test(test_items), cmocka_unit_test(test_lists),
		cmocka_unit_test(test_sources), cmocka_unit_test(test_time), cmocka_unit_test(test_audit)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, people, desk_stop);
}
