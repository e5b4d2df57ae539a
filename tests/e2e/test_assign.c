/* Assignment rules through the command line: written, tried, turned on, what they do to tickets, why; and that a rule fits
 * exactly the tickets which its query lists. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int people(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add bob --role agent --group 'Service desk'");
	desk_ok(NULL, "user add lena --role agent --role lead --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	return 0;
}

static void test_write(void **state)
{
	(void)state;
	desk_refused("anna", 4, "assign_role", "assign add Desk 'query=prio<=4' group='Service desk'");
	json_t *r = desk_ok("lena", "assign add Desk 'query=prio<=4' group='Service desk' weights=8,4,2,1,1 'kinds=incident'");
	assert_string_equal(text(r, "0.method"), "round_robin");
	assert_true(json_is_false(at(r, "0.enabled")));
	desk_refused("lena", 5, "assign_there", "assign add Desk query= group='Service desk'");
	desk_refused("lena", 3, "no_rule", "assign edit Nothing capacity=3");
	desk_refused("lena", 2, "unknown_field", "assign add Q 'query=nofield:x'");
	desk_refused("lena", 2, "unknown_value", "assign add Q 'query=group:nosuchgroup'");
	desk_refused("lena", 2, "assign_sort", "assign add Q 'query=prio<=2 sort:due'");
	desk_refused("lena", 2, "assign_me", "assign add Q 'query=assignee:@me'");
	desk_refused("lena", 2, "usage", "assign add");
	assert_int_equal(number(desk_ok("lena", "assign edit Desk capacity=50"), "0.version"), 2);
	assert_true(json_is_false(at(desk_ok("lena", "assign edit Desk capacity=50"), "0.changed")));
	/* what show prints makes the rule again */
	const struct run *shown = desk_run("anna", NULL, "assign show Desk");
	assert_int_equal(shown->status, 0);
	char *file = desk_file("desk.rule", shown->out, strlen(shown->out));
	assert_true(json_is_false(at(desk_ok("lena", "assign edit --file %s", file), "0.changed")));
	free(file);
	desk_refused("lena", 3, "no_rule", "assign show Nothing");
}

static void test_try_and_enable(void **state)
{
	(void)state;
	const char *first = desk_ticket("printer");
	desk_refused("lena", 5, "assign_untried", "assign enable Desk");
	json_t *r = desk_ok("lena", "assign simulate Desk --last 50");
	assert_int_equal(number(r, "looked"), 1);
	assert_int_equal(number(r, "matched"), 0); /* it is a P5 */
	r = desk_ok("lena", "assign simulate Desk --query 'number:%s'", first);
	assert_int_equal(number(r, "looked"), 1);
	desk_refused("lena", 2, "usage", "assign simulate");
	desk_refused("rosa", 4, "not_a_person", "assign simulate Desk");
	desk_ok("lena", "assign enable Desk");
	/* one after the other, and why */
	json_t *t1 = desk_ok("anna", "ticket new subject=one impact=2 urgency=3"),
		   *t2 = desk_ok("anna", "ticket new subject=two impact=2 urgency=3");
	assert_string_equal(text(t1, "group"), "Service desk");
	assert_string_equal(text(t1, "state"), "assigned");
	assert_string_not_equal(text(t1, "assignee"), text(t2, "assignee"));
	const char *out = desk_run("anna", NULL, "ticket show %s", text(t1, "number"))->out;
	assert_non_null(strstr(out, "rule Desk: the turn of"));
	r = desk_ok("anna", "assign explain %s", text(t1, "number"));
	assert_string_equal(text(r, "did.0.rule.why"), "turn");
	assert_string_equal(text(r, "rules.0.verdict"), "fits");
	assert_string_equal(text(desk_ok("anna", "assign explain %s", first), "rules.0.verdict"), "query");
	desk_refused("anna", 3, "not_found", "assign explain INC999999");
	desk_refused("rosa", 3, "not_found", "assign explain %s", text(t1, "number"));
	/* requesters are not told */
	assert_null(strstr(
		desk_run("rosa", NULL, "ticket show %s", text(desk_ok("rosa", "ticket new subject=three impact=1 urgency=1"), "number"))
			->out,
		"rule Desk"));
	assert_int_equal(number(desk_ok("anna", "assign list"), "0.week"), 3);
	desk_ok("lena", "assign disable Desk");
	assert_string_equal(text(desk_ok("anna", "ticket new subject=four impact=2 urgency=3"), "assignee"), "");
	assert_true(json_array_size(desk_ok("anna", "assign log Desk")) >= 4);
}

/* Rules of all sorts: what the desk's interpreter finds to fit is what the compiled query lists. */
static void test_same_as_lists(void **state)
{
	(void)state;
	static const char *const query[] = {"prio<=3", "prio:2..4 -group:none", "group:\"Service desk\"", "-group:\"Service desk\"",
		"state:new or assignee:anna", "(impact:1 or urgency:1) state:open", "requester:rosa", "one or three", "opened<1d",
		"opened>1d", "category:none", "channel:cli", "version>=2", "number:INC100002", "assignee:any prio>3",
		"kind:incident -(prio:5 state:new)", "tag:vip"};
	desk_ok("anna", "ticket act INC100002 tag add=vip");
	for (size_t i = 0; i < sizeof query / sizeof *query; i++) {
		desk_ok("lena", "assign add P 'query=%s'", query[i]);
		char *fits = strdup(desk_ask("select coalesce(string_agg(t.number, ' ' order by t.number), '-') from desk.ticket t, "
									 "desk.assign_rule r where r.name = 'P' "
									 "and (r.tree is null or desk.match_node(t, r.tree, 1, true, r.zone, desk.now()))"));
		const struct run *r = desk_run("lena", NULL, "ticket list '%s' --columns number --csv", query[i]);
		assert_int_equal(r->status, 0);
		char listed[4096] = "", *save = NULL, *out = strdup(r->out);
		for (char *p = strtok_r(out, "\r\n", &save); p; p = strtok_r(NULL, "\r\n", &save))
			if (strcmp(p, "number") != 0)
				snprintf(listed + strlen(listed), sizeof listed - strlen(listed), "%s%s", *listed ? " " : "", p);
		if (strcmp(fits, *listed ? listed : "-") != 0)
			fail_msg("%s: the rule fits %s, the list has %s", query[i], fits, listed);
		free(out);
		free(fits);
		desk_ok("lena", "assign delete P");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_try_and_enable),
		cmocka_unit_test(test_same_as_lists),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, people, desk_stop);
}
