/* Agreements and clocks through the command line. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *policy = SRCDIR "/tests/e2e/data/standard.policy";

static int people(void **state)
{
	if (desk_start(state))
		return 1;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	return 0;
}

/* The manual holds this very file. */
static void test_manual(void **state)
{
	(void)state;
	desk_shell(
		"awk '/^\\.\\\\\" standard\\.policy/ { on = 1; next } /^\\.fi/ { on = 0 } on' '%s' | sed 's/\\\\-/-/g' | diff - '%s'",
		SRCDIR "/tui/man/svcdesk-policy.5.in", policy);
}

static void test_policy(void **state)
{
	(void)state;
	json_t *j = desk_ok(NULL, "sla policy add %s --dry-run", policy);
	assert_true(json_is_true(at(j, "dry_run")));
	assert_int_equal(json_array_size(desk_ok(NULL, "sla policy list")), 0 + json_array_size(desk_ok("anna", "sla policy list")));
	assert_non_null(strstr(desk_run(NULL, NULL, "sla policy list")->out, "accepted major incidents"));
	/* the agreement every desk has promises nothing to anybody yet, and the dashboard says so */
	assert_string_equal(desk_ask("select desk.dash()->>'agreements'"), "false");
	j = desk_ok(NULL, "sla policy add %s", policy);
	assert_string_equal(desk_ask("select desk.dash()->>'agreements'"), "true");
	assert_string_equal(text(j, "agreements.0.agreement"), "standard");
	assert_true(json_is_true(at(j, "agreements.0.changed")));
	assert_int_equal(number(j, "agreements.0.targets"), 4);
	j = desk_ok(NULL, "sla policy add %s", policy);
	assert_true(json_is_false(at(j, "agreements.0.changed")));
	assert_int_equal(number(j, "agreements.0.version"), 1);
	assert_non_null(strstr(desk_run(NULL, NULL, "sla policy add %s", policy)->out, "nothing has changed\n"));
	static const char other[] =
		"[sla standard]\ncalendar = office\n[resolution]\npause = requester\nreopen = continue\nany = 4:00\n";
	char *changed = desk_file("changed.policy", other, strlen(other));
	j = desk_ok(NULL, "sla policy add %s", changed);
	assert_int_equal(number(j, "agreements.0.version"), 2);
	desk_ok(NULL, "sla policy add %s", policy);
	j = desk_ok("anna", "sla policy show standard");
	assert_int_equal(number(j, "version"), 3);
	assert_int_equal(json_array_size(at(j, "targets")), 4);
	assert_int_equal(number(j, "targets.0.minutes"), 240);
	assert_string_equal(text(j, "targets.0.stop"), "resolved_at");
	assert_string_equal(text(j, "targets.0.pause.0"), "requester");
	assert_int_equal(json_array_size(at(j, "versions")), 3);
	desk_refused("anna", 3, "not_found", "sla policy show gold");
	desk_refused("anna", 4, "policy_role", "sla policy add %s", policy);
	free(changed);
}

/* What is wrong says where and how to mend it. */
static void test_mistakes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *id, *says;
	} t[] = {
		{"P1 = 4\n", "policy_file", ":1: "},
		{"[sla x]\n[resolution]\nP1 = soon\n", "policy_file", ":3: P1: soon is no time"},
		{"[sla x]\n[resolution]\n\nP7 = 4:00\n", "policy_file", ":4: P7 is no key"},
		{"[sla x]\n[resolutoin]\n", "policy_file", ":2: [resolutoin] is no section"},
		{"[sla x]\n[resolution]\ncalendar = 24x7\n", "policy_file", ":2: [resolution] promises no time"},
		{"[sla x]\n[resolution]\nany = 4:00\ncalendar = moon\n", "policy_calendar", ":3: "},
		{"[sla x]\n[resolution]\npause = rain\nany = 4:00\n", "policy_choice", "requester"},
		{"[sla x]\n[resolution]\nany = 4:00\n[contract]\ncustomer = Nobody & Sons\n", "policy_unknown", ":4: "},
		{"[calendar c]\nmoonday = 08:00-18:00\n", "policy_file", ":2: "},
		{"[calendar c]\nzone = Moon/Base\nmon = 08:00-18:00\n", "calendar_zone", ":1: "},
		{"[sla]\n", "policy_file", ":1: [sla] needs a name"},
		{"[sla x]\nreopen = maybe\n[resolution]\nany = 60\n", "policy_choice", "resume, continue, cycle"},
		{"[sla x]\n[resolution]\nany = 60\n[resolution]\nany = 90\n", "policy_twice", ":5: "},
		{"what is this\n", "policy_file", ":1: "},
		{"", "policy_nothing", "at least one"},
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *path = desk_file("wrong.policy", t[i].text, strlen(t[i].text));
		json_t *e = desk_refused(NULL, 2, t[i].id, "sla policy add %s", path);
		if (!strstr(text(e, "text"), t[i].says))
			fail_msg("%s: %s", t[i].text, text(e, "text"));
		free(path);
	}
	desk_refused(NULL, 3, "policy_file", "sla policy add /nowhere/at.all");
}

static void test_clocks(void **state)
{
	(void)state;
	const char *nr =
		text(desk_ok("anna", "ticket new kind=incident subject=Printer requester=rosa impact=1 urgency=1 group='Service desk'"),
			"number");
	json_t *j = desk_ok("anna", "sla list subject:printer");
	assert_int_equal(json_array_size(j), 1);
	assert_string_equal(text(j, "0.number"), nr);
	assert_string_equal(text(j, "0.metric"), "resolution");
	assert_string_equal(text(j, "0.state"), "running");
	assert_int_equal(number(j, "0.target_minutes"), 240);
	assert_string_equal(text(j, "0.calendar"), "office");
	assert_string_equal(text(j, "0.started_at"), "2026-01-05T09:00:00Z");
	assert_string_equal(text(j, "0.due_at"), "2026-01-05T13:00:00Z");
	assert_int_equal(number(j, "0.elapsed_minutes"), 0);
	assert_int_equal(number(j, "0.paused_minutes"), 0);
	assert_true(json_is_null(at(j, "0.stopped_at")) && json_is_null(at(j, "0.breached_at")));
	desk_ok("anna", "ticket act %s take", nr);
	desk_ok(NULL, "clock advance 1h");
	desk_ok("anna", "ticket act %s hold reason=requester until=+2d --body 'which one?'", nr);
	desk_ok(NULL, "clock advance 24h");
	j = desk_ok("anna", "sla list %s --open", "state:on_hold");
	assert_string_equal(text(j, "0.state"), "paused");
	assert_true(json_is_null(at(j, "0.due_at")));
	assert_int_equal(number(j, "0.elapsed_minutes"), 60);
	assert_int_equal(number(j, "0.paused_minutes"), 600);
	desk_ok("rosa", "ticket act %s reply --body 'that one'", nr);
	j = desk_ok("rosa", "sla explain %s", nr);
	assert_string_equal(text(j, "clocks.0.state"), "running");
	assert_string_equal(text(j, "clocks.0.due_at"), "2026-01-06T13:00:00Z");
	assert_string_equal(text(j, "clocks.0.calendar.name"), "office");
	assert_string_equal(text(j, "clocks.0.segments.1.what"), "paused");
	assert_string_equal(text(j, "clocks.0.segments.1.why"), "requester");
	desk_ok(NULL, "clock advance 4h");
	j = desk_ok("anna", "sla list subject:printer");
	assert_string_equal(text(j, "0.state"), "breached");
	assert_string_equal(text(j, "0.breached_at"), "2026-01-06T13:00:00Z");
	assert_non_null(strstr(desk_run("anna", NULL, "sla explain %s", nr)->out, "anna"));
	assert_non_null(strstr(desk_run("anna", NULL, "sla list subject:printer --csv")->out, "number,metric,state,target_minutes"));
	assert_non_null(strstr(desk_run("anna", NULL, "sla list subject:printer --plain")->out, "breached"));
	desk_refused("anna", 3, "not_found", "sla explain INC999999");
	desk_refused("anna", 2, "unknown_field", "sla list colour:red");
	/* clocks of before stay; on request they follow */
	desk_refused("anna", 4, "reclock_role", "sla reclock");
	j = desk_ok(NULL, "sla reclock subject:printer --dry-run");
	assert_int_equal(number(j, "tickets"), 1);
	j = desk_ok(NULL, "sla reclock subject:printer --reason 'to see it'");
	assert_int_equal(number(j, "tickets"), 1);
	assert_string_equal(
		desk_ask("select count(*) from desk.sla_reclock where finished_at is not null and reason = 'to see it'"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_manual), cmocka_unit_test(test_policy),
		cmocka_unit_test(test_mistakes), cmocka_unit_test(test_clocks)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, people, desk_stop);
}
