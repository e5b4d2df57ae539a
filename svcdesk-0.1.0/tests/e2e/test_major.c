/* The journey of a major incident over the command line: candidate, accepted, updates in time and late, children, resolved,
 * report, closed; and what stands in its way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/e2e/desk.h"

static char nr[40];

static const char *update_state(void)
{
	json_t *u = at(desk_ok("lena", "major show %s", nr), "room.update");
	return json_is_object(u) ? text(u, "state") : "";
}

/* The desk proposes what is critical; people decide. */
static void candidate(void **state)
{
	(void)state;
	snprintf(nr, sizeof nr, "%s",
		text(desk_ok("anna", "ticket new kind=incident subject='Mail is down' impact=1 urgency=1"), "number"));
	assert_string_equal(text(desk_ok("anna", "major list"), "0.number"), nr);
	assert_string_equal(text(desk_ok("anna", "major list"), "0.major"), "candidate");
	assert_string_equal(text(desk_ok("anna", "major list"), "0.rule"), "priority");
	assert_string_equal(text(desk_ok("anna", "ticket list major:candidate --columns number,major"), "0.number"), nr);
	assert_int_equal(json_array_size(desk_ok("anna", "ticket list major:accepted")), 0);
	assert_int_equal(json_array_size(desk_ok("anna", "ticket list -major:none")), 1);
	desk_refused("anna", 2, "unknown_value", "ticket list major:accept");
	assert_string_equal(text(desk_ok("anna", "ticket show %s", nr), "events.0.changes.major.1"), "candidate");
	desk_refused("anna", 4, "role_denied", "ticket act %s accept_major commander=anna", nr);
	desk_refused("lena", 2, "field_required", "ticket act %s accept_major", nr);
	desk_refused("anna", 5, "major_not_accepted", "ticket act %s update --body 'We look'", nr);
	desk_ok("lena", "ticket act %s accept_major commander=lena communications=anna", nr);
	assert_string_equal(text(desk_ok("anna", "major list"), "0.commander"), "lena");
}

/* One update in time, one late: the breach stays, the clock goes on. */
static void updates(void **state)
{
	(void)state;
	assert_string_equal(text(desk_ok("anna", "major list"), "0.update.due_at"), "2026-01-05T09:30:00Z");
	desk_ok("anna", "ticket act %s take", nr);
	desk_ok(NULL, "clock advance 29m");
	desk_ok("anna", "ticket act %s update --body 'The provider looks at it.'", nr);
	assert_string_equal(update_state(), "running");
	desk_ok(NULL, "clock advance 31m");
	assert_string_equal(update_state(), "breached");
	assert_non_null(strstr(desk_run("anna", NULL, "major list")->out, "late"));
	desk_ok("anna", "ticket act %s update public=no --body 'A cable was cut.'", nr);
	assert_string_equal(update_state(), "running");
	assert_int_equal(number(desk_ok("anna", "major show %s", nr), "room.update.breaches"), 1);
}

/* The same in lines, for those who hear the screen. */
static void in_lines(void **state)
{
	(void)state;
	const char *said = desk_shell("printf 'major\\nmajor %s\\nq\\n' | '%s' --as lena --dir '%s' demo --plain 2>&1 | tr '\\n' ' '",
		nr, desk_program(), desk_dir());
	assert_non_null(strstr(said, "1. INC100001, accepted, P1"));
	assert_non_null(strstr(said, "Commander: lena; communications: anna; scribe: -"));
	assert_non_null(strstr(said, "Status update: The provider looks at it."));
}

static void children(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		desk_ok("rosa", "ticket new kind=incident subject='No mail since nine'");
	json_t *done = desk_ok("anna", "ticket act --query 'subject:nine' link type=parent to=%s", nr);
	assert_int_equal(json_array_size(done), 3);
	json_t *room = at(desk_ok("anna", "major show %s", nr), "room");
	assert_int_equal(json_array_size(at(room, "children")), 3);
	assert_string_equal(text(room, "states.0.state"), "new");
	desk_ok("anna", "ticket act %s update --body 'Half of the mail is back.'", nr);
	json_t *list = desk_ok("rosa", "ticket list subject:nine");
	const char *child = text(list, "0.number");
	assert_non_null(strstr(desk_run("rosa", NULL, "ticket show %s", child)->out, "Half of the mail is back."));
	assert_null(strstr(desk_run("rosa", NULL, "ticket show %s", child)->out, "A cable was cut."));
	assert_non_null(strstr(desk_run("anna", NULL, "major show %s", nr)->out, "3 New"));
}

/* Resolved with its children; closed by nobody without a report, never by time, and not by the requester. */
static void report(void **state)
{
	(void)state;
	desk_ok("anna", "ticket act %s resolve code=fixed category=General --body 'New cable.'", nr);
	assert_int_equal(json_array_size(desk_ok("anna", "ticket list state:resolved subject:nine")), 3);
	desk_refused("lena", 5, "major_no_report", "ticket act %s close", nr);
	desk_ok(NULL, "clock advance 20d");
	desk_ok(NULL, "tick");
	assert_string_equal(text(desk_ok("anna", "ticket show %s", nr), "state"), "resolved");
	assert_int_equal(json_array_size(desk_ok("anna", "ticket list state:closed subject:nine")), 3);
	json_t *draft = desk_ok("anna", "major report %s", nr);
	assert_true(json_is_true(at(draft, "draft")));
	assert_non_null(strstr(text(draft, "timeline"), "The provider looks at it."));
	assert_null(strstr(text(draft, "timeline"), "A cable was cut."));
	assert_non_null(strstr(text(draft, "summary"), "Mail is down"));
	desk_refused("anna", 2, "field_required", "ticket act %s report cause='A cable'", nr);
	desk_ok("anna", "ticket act %s report cause='A cable' actions='A second line' badly='late updates'", nr);
	json_t *done = desk_ok("anna", "major report %s", nr);
	assert_false(json_is_true(at(done, "draft")));
	assert_string_equal(text(done, "went_badly"), "late updates");
	assert_non_null(strstr(desk_run("anna", NULL, "major report %s --language zh_CN", nr)->out, "不足之处"));
	desk_ok("lena", "ticket act %s close", nr);
	assert_int_equal(json_array_size(desk_ok("anna", "major list")), 0);
	assert_int_equal(json_array_size(desk_ok("anna", "major list --all")), 1);
	assert_true(json_is_true(at(desk_ok("adam", "audit verify"), "ok")));
}

static void rules(void **state)
{
	(void)state;
	desk_refused("anna", 4, "role_denied", "major rule children n=3");
	desk_refused(NULL, 2, "bad_choice", "major rule weather active=no");
	desk_refused(NULL, 2, "unknown_field", "major rule children priority=2");
	json_t *list = desk_ok(NULL, "major rule children n=2 minutes=15");
	assert_int_equal(number(list, "3.n"), 2);
	desk_ok(NULL, "major rule priority active=no");
	json_t *t = desk_ok("anna", "ticket new kind=incident subject='Loud' impact=1 urgency=1");
	assert_true(json_is_null(at(t, "major")));
	desk_refused("anna", 3, "not_major", "major show %s", text(t, "number"));
	desk_ok("rosa", "ticket new kind=incident subject='Loud too'");
	desk_ok("rosa", "ticket new kind=incident subject='Very loud too'");
	desk_ok("anna", "ticket act --query 'subject:too' link type=parent to=%s", text(t, "number"));
	assert_string_equal(text(desk_ok("anna", "major list"), "0.rule"), "children");
	desk_ok("lena", "ticket act %s reject_major reason='One room'", text(t, "number"));
	assert_int_equal(json_array_size(desk_ok("anna", "major list")), 0);
	desk_refused("rosa", 3, "not_found", "major show INC999999");
}

/* What a requester thinks of it: once, seen by those who worked on it. */
static void rated(void **state)
{
	(void)state;
	const char *own = text(desk_ok("rosa", "ticket new kind=incident subject='Mouse'"), "number");
	desk_ok("anna", "ticket act %s take", own);
	desk_ok("anna", "ticket act %s resolve code=fixed category=General --body 'Another mouse.'", own);
	json_t *t = desk_ok("rosa", "ticket act %s rate score=4 --body 'was quick'", own);
	assert_int_equal(number(t, "rating.score"), 4);
	assert_non_null(strstr(desk_run("anna", NULL, "ticket show %s", own)->out, "4/5"));
	desk_refused("anna", 4, "role_denied", "ticket act %s rate score=5", own);
	t = desk_ok("rosa", "ticket new kind=complaint subject='Two days for a mouse' about=%s cause=waiting", own);
	assert_string_equal(text(t, "about"), own);
	assert_int_equal(
		json_array_size(desk_ok("anna", "ticket list kind:complaint about:%s cause:waiting --columns number,about,cause", own)),
		1);
	assert_string_equal(text(desk_ok("anna", "ticket list kind:complaint --columns number,about,cause"), "0.about"), own);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add lena --role lead --role agent --group 'Service desk'");
	desk_ok(NULL, "user add adam --role auditor");
	desk_ok(NULL, "user add rosa");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(candidate), cmocka_unit_test(updates), cmocka_unit_test(in_lines),
		cmocka_unit_test(children), cmocka_unit_test(report), cmocka_unit_test(rules), cmocka_unit_test(rated)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, desk_stop);
}
