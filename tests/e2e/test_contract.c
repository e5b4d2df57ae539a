/* The command line as scripts rely on it: forms of output, every verb, exit codes, operations, versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/schema.h"

#define OP1 "11111111-1111-4111-8111-111111111111"
#define OP2 "22222222-2222-4222-8222-222222222222"

/* A new incident; its number stays valid until nine more are made. */
static const char *incident(const char *as, const char *more)
{
	static char numbers[10][40];
	static int i;
	i = (i + 1) % 10;
	snprintf(numbers[i], sizeof numbers[i], "%s",
		text(desk_ok(as, "ticket new kind=incident subject='Printer offline' %s", more), "number"));
	return numbers[i];
}

static const char *state_of(const char *nr)
{
	return text(desk_ok(NULL, "ticket show %s", nr), "state");
}

static long event_count(const char *nr)
{
	return (long)json_array_size(at(desk_ok(NULL, "ticket show %s", nr), "events"));
}

static json_t *last_event(const char *nr)
{
	json_t *events = at(desk_ok(NULL, "ticket show %s", nr), "events");
	return json_array_get(events, json_array_size(events) - 1);
}

static bool has_word(const json_t *list, const char *word)
{
	size_t i;
	json_t *v;
	json_array_foreach((json_t *)(uintptr_t)list, i, v)
	{
		if (json_is_string(v) && strcmp(json_string_value(v), word) == 0)
			return true;
	}
	return false;
}

/* ---- who, help, usage ---- */

static void test_whoami(void **state)
{
	(void)state;
	json_t *me = desk_ok(NULL, "whoami");
	assert_true(json_is_false(at(me, "superuser")));
	assert_true(has_word(at(me, "roles"), "agent"));
	assert_true(has_word(at(me, "roles"), "admin"));
	assert_string_equal(text(me, "groups.0.name"), "Service desk");
	assert_true(*text(me, "login"));
	const struct run *r = desk_run(NULL, NULL, "whoami");
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "agent"));
}

static void test_usage(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		int status;
		const char *part;
	} tries[] = {{"--help", 0, "ticket list"}, {"ticket act --help", 0, "--version V"}, {"help ticket new", 0, "subject="},
		{"--version", 0, "svcdesk "}, {"ticket lst", 2, "did you mean ticket list?"},
		{"kb pubish", 2, "did you mean kb publish?"}, {"db migrte", 2, "did you mean db migrate?"}, {"frobnicate", 2, "--help"},
		{"ticket list --jsn", 2, "--json"}, {"ticket list --limit", 2, "wants a value"},
		{"ticket list --limit=x", 2, "whole number"}, {"ticket list --json=1", 2, "no value"}, {"ticket show", 2, "NUMBER"},
		{"ticket show a b", 2, "too much"}, {"ticket list --json --csv", 2, "do not go together"}, {"export", 2, "--jsonl"},
		{"ticket act INC1 'X Y'", 2, "verb"}, {"ticket list --color=blue", 2, "auto, always, never"},
		{"ticket list --columns=numbr", 2, "did you mean number?"}, {"clock advance soon", 2, "duration"},
		{"ticket act INC1 a=b take", 2, "before the verb"}};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		const struct run *r = NULL;
		if (strcmp(tries[i].line, "--version") == 0) {
			const char *argv[] = {"./svcdesk", "--version", NULL};
			r = desk_exec(NULL, argv);
		} else {
			r = desk_run(NULL, NULL, "%s", tries[i].line);
		}
		if (r->status != tries[i].status || !strstr(tries[i].status ? r->err : r->out, tries[i].part))
			fail_msg("%s: status %d, %s%s", tries[i].line, r->status, r->out, r->err);
		if (r->status && !strstr(tries[i].line, "--json "))
			assert_string_equal(r->out, "");
	}
}

/* One who may not work here any more is told so, and does not take it for an empty desk. */
static void test_disabled(void **state)
{
	(void)state;
	desk_ok(NULL, "user add u_gone --role agent");
	desk_ok("u_gone", "ticket list");
	desk_ok(NULL, "user disable u_gone");
	static const char *const lines[] = {"ticket list", "ticket list --count", "export --json", "ticket show INC100001",
		"ticket new kind=incident subject=x", "ticket act INC100001 take", "whoami", "kind list", "kind show incident"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const struct run *r = desk_run("u_gone", NULL, "%s", lines[i]);
		if (r->status != 4 || (*r->out && !strstr(lines[i], "--json")))
			fail_msg("%s: status %d: %s%s", lines[i], r->status, r->out, r->err);
	}
}

static void test_connection(void **state)
{
	(void)state;
	const char *argv[] = {"./svcdesk", "--db", "postgresql:///x?host=/nonexistent", "ticket", "list", "--json", NULL};
	const struct run *r = desk_exec(NULL, argv);
	assert_int_equal(r->status, 6);
	assert_string_equal(text(desk_json(r), "error.class"), "connection");
	/* An account without a private desk: root stands in for the one that called sudo, or else it would be the machine's own. */
	const char *none[] = {"./svcdesk", "whoami", NULL};
	setenv("SUDO_USER", "daemon", 1);
	r = desk_exec(NULL, none);
	unsetenv("SUDO_USER");
	assert_int_equal(r->status, 6);
	assert_non_null(strstr(r->err, "svcdesk demo"));
	const char *by_uri[] = {"./svcdesk", "whoami", "--db", desk_uri(), "--json", NULL};
	r = desk_exec(NULL, by_uri);
	assert_int_equal(r->status, 0);
	assert_true(json_is_false(at(desk_json(r), "superuser")));
	r = desk_run("nobody_here", NULL, "whoami --json");
	assert_true(r->status == 6 || r->status == 4);
}

/* ---- new, show, list ---- */

static void test_new(void **state)
{
	(void)state;
	json_t *t = desk_ok(NULL, "ticket new kind=incident subject='Only a subject'");
	assert_string_equal(text(t, "state"), "new");
	assert_int_equal(number(t, "impact"), 3);
	assert_int_equal(number(t, "urgency"), 3);
	assert_int_equal(number(t, "priority"), 5);
	assert_int_equal(number(t, "version"), 1);
	assert_int_equal(strncmp(text(t, "number"), "INC", 3), 0);
	assert_int_equal(strspn(text(t, "number") + 3, "0123456789"), strlen(text(t, "number")) - 3);
	assert_int_equal(strlen(text(t, "op")), 36);
	assert_string_equal(text(t, "requester"), text(desk_ok(NULL, "whoami"), "login"));
	assert_true(json_is_null(at(t, "group")));
	assert_true(json_is_null(at(t, "due_at")));
	assert_string_equal(text(t, "opened_at"), "2026-01-05T09:00:00Z");
	t = desk_ok(NULL, "ticket new kind=incident subject=X impact=1 urgency=1 category=General group='Service desk'");
	assert_int_equal(number(t, "priority"), 1);
	assert_string_equal(text(t, "category"), "General");
	assert_string_equal(text(t, "group"), "Service desk");
	desk_refused(NULL, 2, "field_required", "ticket new kind=incident");
	desk_refused(NULL, 2, "unknown_kind", "ticket new kind=accident subject=X");
	desk_refused(NULL, 2, "unknown_group", "ticket new kind=incident subject=X group=Nobody");
	json_t *e = desk_refused(NULL, 2, "unknown_field", "ticket new kind=incident subject=X colour=red");
	assert_string_equal(text(e, "class"), "input");
	assert_string_equal(text(e, "field"), "colour");
	desk_refused(NULL, 2, "usage", "ticket new kind=incident subject");
	desk_refused(NULL, 2, "bad_value", "ticket new kind=incident subject=one subject=two");
	desk_refused(NULL, 2, "option_value", "ticket new kind=incident subject=X --op nonsense");
}

static void test_body(void **state)
{
	(void)state;
	const struct run *r =
		desk_run(NULL, "First line\r\nsecond \"quoted\"\n\n", "ticket new kind=incident subject=Body --body - --json");
	assert_int_equal(r->status, 0);
	json_t *t = desk_json(r);
	assert_string_equal(text(t, "body"), "First line\nsecond \"quoted\"");
	t = desk_ok(NULL, "ticket act %s note --body 'one line'", text(t, "number"));
	assert_string_equal(text(last_event(text(t, "number")), "text"), "one line");
}

static void test_show(void **state)
{
	(void)state;
	const char *nr = incident(NULL, "category=General");
	desk_ok(NULL, "ticket act %s take", nr);
	json_t *t = desk_ok(NULL, "ticket show %s", nr), *e = last_event(nr);
	assert_schema("ticket-show", t);
	assert_string_equal(text(e, "verb"), "take");
	assert_string_equal(text(e, "channel"), "cli");
	assert_string_equal(text(e, "changes.state.0"), "new");
	assert_string_equal(text(e, "changes.state.1"), "in_progress");
	assert_string_equal(text(e, "changes.assignee.0"), "");
	assert_string_equal(text(e, "changes.assignee.1"), text(e, "actor"));
	assert_true(has_word(at(t, "verbs"), "resolve"));
	assert_false(has_word(at(t, "verbs"), "reopen"));
	desk_refused(NULL, 3, "not_found", "ticket show INC999999999");
	const struct run *r = desk_run(NULL, NULL, "ticket show %s", nr);
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "Printer offline"));
	assert_non_null(strstr(r->out, "State: New -> In progress")); /* people read labels, programs words */
	r = desk_run(NULL, NULL, "--language zh_CN ticket show %s", nr);
	assert_non_null(strstr(r->out, "接手"));
	assert_non_null(strstr(r->out, "状态：新建 -> 处理中"));
	r = desk_run(NULL, NULL, "--language zh_CN kind show incident");
	assert_non_null(strstr(r->out, "挂起"));
	r = desk_run(NULL, NULL, "--language zh_CN --set color=blue whoami");
	assert_non_null(strstr(r->err, "选项 color 须为以下之一"));
}

static void test_list(void **state)
{
	(void)state;
	const char *a = incident(NULL, "impact=1 urgency=1"), *b = incident(NULL, "group='Service desk'");
	json_t *all = desk_ok(NULL, "ticket list"), *j;
	size_t i, n = json_array_size(all);
	const char *before = "";
	assert_true(n >= 2);
	assert_schema("ticket-list", all);
	json_array_foreach(all, i, j)
	{
		const char *nr = text(j, "number");
		assert_true(strlen(before) < strlen(nr) || strcmp(before, nr) < 0); /* by number */
		before = nr;
	}
	const struct run *r = desk_run(NULL, NULL, "ticket list --count");
	assert_int_equal(strspn(r->out, "0123456789"), strlen(r->out) - 1);
	assert_int_equal(strtoul(r->out, NULL, 10), n);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list --limit 2")), 2);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list --limit 0")), 0);
	j = desk_ok(NULL, "ticket list number:%s prio:1 state:open --columns number,state", a);
	assert_int_equal(json_array_size(j), 1);
	assert_int_equal(json_object_size(json_array_get(j, 0)), 2);
	assert_string_equal(text(j, "0.number"), a);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list 'group:\"Service desk\"' number:%s", b)), 1);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list group:none number:%s", b)), 0);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list number:%s requester:@me", b)), 1);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list -number:%s number:%s", b, b)), 0);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list printer offline number:%s", b)), 1);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list opened>=2026-01-05 opened<2026-01-06 number:%s", b)), 1);
	desk_refused(NULL, 2, "unknown_field", "ticket list stat:open");
	desk_refused(NULL, 2, "unknown_value", "ticket list prio:7");
	desk_refused(NULL, 2, "unknown_value", "ticket list state:opened");
	desk_refused(NULL, 2, "unknown_value", "ticket list group:Nobody");
	/* words that are no names are near, too */
	assert_non_null(strstr(text(desk_refused(NULL, 2, "unknown_value", "ticket list state:opne"), "text"), "mean open?"));
	assert_non_null(strstr(text(desk_refused(NULL, 2, "unknown_value", "ticket list assignee:me"), "text"), "mean @me?"));
	assert_non_null(
		strstr(text(desk_refused(NULL, 2, "unknown_value", "ticket list group:mygroups"), "text"), "mean @mygroups?"));
	desk_refused(NULL, 2, "query_syntax", "ticket list '(state:open'");
}

static void test_forms(void **state)
{
	(void)state;
	json_t *t = desk_ok(NULL, "ticket new kind=incident subject='comma, \"quote\" and tab'");
	const char *nr = text(t, "number");
	const struct run *r = desk_run(NULL, NULL, "ticket list number:%s --csv --columns number,subject,assignee", nr);
	char want[200];
	snprintf(want, sizeof want, "number,subject,assignee\r\n%s,\"comma, \"\"quote\"\" and tab\",\r\n", nr);
	assert_string_equal(r->out, want);
	r = desk_run(NULL, NULL, "ticket list number:%s --plain --columns number,state,assignee", nr);
	snprintf(want, sizeof want, "number\tstate\tassignee\n%s\tnew\t\n", nr);
	assert_string_equal(r->out, want);
	r = desk_run(NULL, NULL, "ticket list number:%s --columns number", nr); /* no terminal: the same as --plain */
	snprintf(want, sizeof want, "number\n%s\n", nr);
	assert_string_equal(r->out, want);
	r = desk_run(NULL, NULL, "ticket list number:%s --csv --columns 'number, restricted,number'", nr);
	snprintf(want, sizeof want, "number,restricted\r\n%s,false\r\n", nr);
	assert_string_equal(r->out, want);
	/* what a spreadsheet would take for a formula stays as it is, unless that is asked for */
	const char *sum = text(desk_ok(NULL, "ticket new subject='=1+2'"), "number");
	r = desk_run(NULL, NULL, "ticket list number:%s --csv --columns subject,reopens", sum);
	assert_string_equal(r->out, "subject,reopens\r\n=1+2,0\r\n");
	r = desk_run(NULL, NULL, "ticket list number:%s --csv-safe --columns subject,reopens", sum);
	assert_string_equal(r->out, "subject,reopens\r\n'=1+2,0\r\n");
	r = desk_run(NULL, NULL, "export number:%s --csv-safe --columns subject", sum);
	assert_string_equal(r->out, "subject\r\n'=1+2\r\n");
	r = desk_run(NULL, NULL, "export number:%s --jsonl", nr);
	assert_int_equal(strchr(r->out, '\n') - r->out, (long)r->nout - 1);
	json_t *line = desk_json(r), *list = desk_ok(NULL, "ticket list number:%s", nr),
		   *export = desk_ok(NULL, "export number:%s", nr);
	assert_true(json_equal(line, json_array_get(list, 0)));
	assert_true(json_equal(export, list));
	assert_string_equal(desk_run(NULL, NULL, "ticket list number:INC1 --json")->out, "[]\n");
	assert_string_equal(desk_run(NULL, NULL, "export number:INC1 --jsonl")->out, "");
}

/* The schemas are strict enough to be worth something. */
static void test_schema(void **state)
{
	(void)state;
	json_t *list = desk_ok(NULL, "ticket list --limit 1"), *t = json_array_get(list, 0);
	assert_schema("ticket-list", list);
	json_object_set_new(t, "colour", json_string("red"));
	assert_non_null(strstr(schema_complaint("ticket-list", list), "colour"));
	json_object_del(t, "colour");
	json_object_set_new(t, "priority", json_string("1"));
	assert_non_null(strstr(schema_complaint("ticket-list", list), "priority"));
	json_object_set_new(t, "priority", json_integer(6));
	assert_non_null(strstr(schema_complaint("ticket-list", list), "too large"));
	json_object_set_new(t, "priority", json_integer(1));
	json_object_set_new(t, "opened_at", json_string("2026-01-05 09:00:00+00"));
	assert_non_null(strstr(schema_complaint("ticket-list", list), "opened_at"));
	json_object_del(t, "opened_at");
	assert_non_null(strstr(schema_complaint("ticket-list", list), "missing"));
	const struct run *r = desk_run(NULL, NULL, "ticket show INC9999999 --json");
	assert_schema("error", desk_json(r));
}

/* A typing error is answered with what was probably meant, also where the words are the desk's own. */
static void test_nearest(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *id, *line, *near;
	} tries[] = {{2, "unknown_verb", "ticket act %s reslove", "did you mean resolve?"},
		{2, "unknown_field", "ticket act %s edit subjct=x", "did you mean subject?"},
		{2, "bad_choice", "ticket act %s cancel reason=duplcate", "did you mean duplicate?"},
		{2, "unknown_kind", "ticket new kind=incidnt subject=%s", "did you mean incident?"},
		{3, "unknown_kind", "kind show incidnt%.0s", "did you mean incident?"},
		{2, "unknown_field", "ticket list %.0ssubjct:x", "did you mean subject?"}};
	const char *nr = incident(NULL, "");
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		char line[200];
		snprintf(line, sizeof line, "%.*s%s%s", (int)strcspn(tries[i].line, "%"), tries[i].line,
			strstr(tries[i].line, "%s") ? nr : "",
			strstr(tries[i].line, "%s") ? strstr(tries[i].line, "%s") + 2 : strstr(tries[i].line, "%.0s") + 4);
		const char *said = text(desk_refused(NULL, tries[i].status, tries[i].id, "%s", line), "text");
		if (!strstr(said, tries[i].near))
			fail_msg("%s: %s", line, said);
	}
}

/* What people and scripts try first: the names the JSON has, capitals, "not". */
static void test_query_names(void **state)
{
	(void)state;
	const char *nr = incident(NULL, "");
	static const char *const found[] = {"opened_at>=2026-01-05", "STATE:New", "not state:closed", "version:1", "subject:printer",
		"'subject:\"printer offline\"'", "updated_at>=2026-01-05 sort:updated_at", "cancel_reason:none", "resolution_code:none"};
	static const char *const not_found[] = {
		"opened_at<2026-01-05", "not state:new", "version>1", "subject:scanner", "@me", "@mygroups"};
	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		if (json_array_size(desk_ok(NULL, "ticket list number:%s %s", nr, found[i])) != 1)
			fail_msg("%s", found[i]);
	for (size_t i = 0; i < sizeof not_found / sizeof *not_found; i++)
		if (json_array_size(desk_ok(NULL, "ticket list number:%s %s", nr, not_found[i])) != 0)
			fail_msg("%s", not_found[i]);
	desk_ok(NULL, "ticket act %s note --body 'a body is no subject: scanner'", nr);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list number:%s subject:scanner", nr)), 0);
	desk_ok(NULL, "ticket act %s take", nr);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list number:%s @me", nr)), 1);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list number:%s @mygroups", nr)), 1);
}

/* ---- act ---- */

static void test_verbs(void **state)
{
	(void)state;
	const char *nr = incident(NULL, ""), *other = incident(NULL, "");
	json_t *t = desk_ok(NULL, "ticket act %s take", nr);
	assert_schema("ticket-show", t);
	assert_string_equal(text(t, "state"), "in_progress");
	assert_string_equal(text(t, "group"), "Service desk");
	assert_string_equal(text(t, "assignee"), text(desk_ok(NULL, "whoami"), "login"));
	assert_string_equal(text(desk_ok(NULL, "ticket act %s assign group='Service desk' assignee=", nr), "state"), "assigned");
	assert_string_equal(text(desk_ok(NULL, "ticket act %s start", nr), "state"), "in_progress");
	t = desk_ok(NULL, "ticket act %s edit impact=1 urgency=2 subject='Printer on fire'", nr);
	assert_int_equal(number(t, "priority"), 2);
	assert_string_equal(text(t, "subject"), "Printer on fire");
	desk_refused(NULL, 2, "field_required", "ticket act %s hold", nr);
	desk_refused(NULL, 2, "bad_choice", "ticket act %s hold reason=lunch until=+1d", nr);
	t = desk_ok(NULL, "ticket act %s hold reason=supplier ref=V-17 until=2026-01-07T10:00Z", nr);
	assert_string_equal(text(t, "state"), "on_hold");
	assert_string_equal(text(t, "hold_until"), "2026-01-07T10:00:00Z");
	assert_string_equal(text(desk_ok(NULL, "ticket act %s resume", nr), "state"), "in_progress");
	desk_ok(NULL, "ticket act %s reply --body 'We are on it'", nr);
	assert_string_equal(text(last_event(nr), "visibility"), "public");
	desk_ok(NULL, "ticket act %s note --body 'Smells of smoke'", nr);
	assert_string_equal(text(last_event(nr), "visibility"), "internal");
	t = desk_ok(NULL, "ticket act %s link type=related to=%s", nr, other);
	assert_string_equal(text(t, "links.0.number"), other);
	assert_int_equal(json_array_size(at(desk_ok(NULL, "ticket act %s unlink type=related to=%s", nr, other), "links")), 0);
	t = desk_ok(NULL, "ticket act %s tag add=fire,printer", nr);
	assert_true(has_word(at(t, "tags"), "fire") && has_word(at(t, "tags"), "printer"));
	assert_false(has_word(at(desk_ok(NULL, "ticket act %s tag remove=fire", nr), "tags"), "fire"));
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list tag:printer")), 1);
	t = desk_ok(NULL, "ticket act %s tag add='one,two three' add=Four", nr); /* the same field twice is one list */
	assert_true(has_word(at(t, "tags"), "one") && has_word(at(t, "tags"), "three") && has_word(at(t, "tags"), "four"));
	desk_ok(NULL, "ticket act %s watch", nr);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list watcher:@me number:%s", nr)), 1);
	desk_ok(NULL, "ticket act %s time minutes=20", nr);
	desk_refused(NULL, 2, "field_required", "ticket act %s resolve code=fixed category=General", nr); /* no text */
	desk_refused(NULL, 2, "field_required", "ticket act %s resolve code=fixed --body Done", nr);      /* no category */
	t = desk_ok(NULL, "ticket act %s resolve code=fixed category=General --body 'New printer'", nr);
	assert_string_equal(text(t, "state"), "resolved");
	assert_string_equal(text(t, "resolution_code"), "fixed");
	assert_string_equal(text(t, "resolved_at"), "2026-01-05T09:00:00Z");
	t = desk_ok(NULL, "ticket act %s reopen reason='Burns again'", nr);
	assert_string_equal(text(t, "state"), "in_progress");
	assert_int_equal(number(t, "reopens"), 1);
	desk_ok(NULL, "ticket act %s resolve code=workaround --body 'Bucket of water'", nr);
	assert_string_equal(text(desk_ok(NULL, "ticket act %s close reason='told by phone'", nr), "state"), "closed");
	desk_refused(NULL, 2, "field_required", "ticket act %s cancel", other);
	t = desk_ok(NULL, "ticket act %s cancel reason=duplicate to=%s", other, nr);
	assert_string_equal(text(t, "state"), "cancelled");
	assert_string_equal(text(t, "links.0.type"), "duplicate_of");
	assert_schema("ticket-show", desk_ok(NULL, "ticket show %s", nr));
}

static void test_exit_codes(void **state)
{
	(void)state;
	const char *nr = incident(NULL, "");
	json_t *e = desk_refused(NULL, 5, "wrong_state", "ticket act %s reopen reason=x", nr);
	assert_string_equal(text(e, "class"), "state");
	desk_refused(NULL, 2, "unknown_verb", "ticket act %s explode", nr);
	desk_refused(NULL, 3, "not_found", "ticket act INC999999999 take");
	desk_refused(NULL, 2, "unknown_person", "ticket act %s assign assignee=no_such_login", nr);
	desk_refused(NULL, 2, "usage", "ticket act %s %s take --version 1", nr, nr);
	desk_refused(NULL, 2, "option_value", "ticket act %s take --version x", nr);
	desk_refused(NULL, 4, "role_denied", "ticket act %s redact event=1 reason=test", nr); /* leads only */
	assert_string_equal(state_of(nr), "new");
	/* without --json the same, and nothing on stdout */
	const struct run *r = desk_run(NULL, NULL, "ticket act %s reopen reason=x", nr);
	assert_int_equal(r->status, 5);
	assert_string_equal(r->out, "");
	assert_non_null(strstr(r->err, "take")); /* what is possible instead */
}

static void test_several(void **state)
{
	(void)state;
	const char *a = incident(NULL, ""), *b = incident(NULL, "");
	const struct run *r = desk_run(NULL, NULL, "ticket act %s INC999999999 %s take --json", a, b);
	assert_int_equal(r->status, 1);
	json_t *list = desk_json(r);
	assert_int_equal(json_array_size(list), 3);
	assert_string_equal(text(list, "0.number"), a);
	assert_true(json_is_true(at(list, "0.ok")));
	assert_string_equal(text(list, "0.ticket.state"), "in_progress");
	assert_true(json_is_false(at(list, "1.ok")));
	assert_string_equal(text(list, "1.error.class"), "notfound");
	assert_string_equal(text(list, "2.ticket.state"), "in_progress");
	assert_null(at(list, "2.error"));
	list = desk_ok(NULL, "ticket act %s %s note --body 'both'", a, b);
	assert_int_equal(json_array_size(list), 2);
	r = desk_run(NULL, NULL, "ticket act %s %s start --json", a, b);
	assert_int_equal(r->status, 1);
	assert_string_equal(text(desk_json(r), "1.error.class"), "state");
}

/* More than one part of the bulk function. */
static void test_many(void **state)
{
	(void)state;
	struct sd_str line = {0};
	desk_sql("set session authorization default; select 1");
	sd_str_add(&line, "ticket act");
	for (int i = 0; i < 270; i++)
		sd_str_addf(&line, " INC9%05d", i);
	sd_str_add(&line, " take --json");
	const struct run *r = desk_run(NULL, NULL, "%s", line.data);
	assert_int_equal(r->status, 1);
	assert_int_equal(json_array_size(desk_json(r)), 270);
	sd_str_free(&line);
}

static void test_versions(void **state)
{
	(void)state;
	const char *nr = incident(NULL, "");
	desk_ok(NULL, "ticket act %s edit subject='Second' --version 1", nr);
	json_t *t = desk_ok(NULL, "ticket act %s edit urgency=1 --version 1", nr); /* another field merges */
	assert_string_equal(text(t, "subject"), "Second");
	assert_int_equal(number(t, "urgency"), 1);
	json_t *e = desk_refused(NULL, 5, "field_conflict", "ticket act %s edit subject='Third' --version 1", nr);
	assert_string_equal(text(e, "class"), "conflict");
	assert_string_equal(text(e, "field"), "subject");
	assert_non_null(strstr(text(e, "text"), "Second"));
	desk_ok(NULL, "ticket act %s take", nr);
	e = desk_refused(NULL, 5, "field_conflict", "ticket act %s hold reason=supplier ref=1 until=+1d --version 1", nr);
	assert_string_equal(text(e, "class"), "conflict");
	desk_ok(NULL, "ticket act %s note --body 'texts never conflict' --version 1", nr);
	desk_ok(NULL, "user add v_other --role agent --group 'Service desk'");
	e = desk_refused("v_other", 5, "field_conflict", "ticket act %s take --version 1", nr); /* both would have it */
	assert_string_equal(text(e, "field"), "assignee");
	assert_non_null(strstr(text(e, "text"), "you wanted v_other"));
}

static void test_operations(void **state)
{
	(void)state;
	json_t *t = desk_ok(NULL, "ticket new kind=incident subject=Once --op " OP1);
	const char *nr = text(t, "number");
	assert_string_equal(text(t, "op"), OP1);
	assert_string_equal(text(desk_ok(NULL, "ticket new kind=incident subject=Once --op " OP1), "number"), nr);
	desk_refused(NULL, 5, "op_reused", "ticket new kind=incident subject=Twice --op " OP1);
	desk_ok(NULL, "ticket act %s note --body hello --op " OP2, nr);
	long n = event_count(nr);
	t = desk_ok(NULL, "ticket act %s note --body hello --op " OP2, nr);
	assert_true(json_is_true(at(t, "replay")));
	assert_int_equal(event_count(nr), n);
	desk_refused(NULL, 5, "op_reused", "ticket act %s note --body other --op " OP2, nr);
	const char *other = incident(NULL, "");
	desk_ok(NULL, "ticket act %s %s note --body both --op 33333333-3333-4333-8333-333333333333", nr, other);
	t = desk_ok(NULL, "ticket act %s %s note --body both --op 33333333-3333-4333-8333-333333333333", nr, other);
	assert_true(json_is_true(at(t, "1.ticket.replay")));
	assert_int_equal(event_count(other), 2);
}

static void test_attach(void **state)
{
	(void)state;
	const char *nr = incident(NULL, "");
	size_t n = 600000;
	char *data = sd_malloc(n);
	for (size_t i = 0; i < n; i++)
		data[i] = (char)(i * 31 % 251);
	char *big = desk_file("picture.png", data, n), *small = desk_file("notes.txt", "hello\n", 6),
		 *empty = desk_file("empty.log", "", 0);
	json_t *t = desk_ok(NULL, "ticket act %s attach file=%s", nr, big);
	assert_string_equal(text(t, "attachments.0.name"), "picture.png");
	assert_string_equal(text(t, "attachments.0.media_type"), "image/png");
	assert_int_equal(number(t, "attachments.0.size"), (long)n);
	t = desk_ok(NULL, "ticket act %s attach file=%s file=%s", nr, small, empty);
	assert_int_equal(json_array_size(at(t, "attachments")), 3);
	desk_refused(NULL, 2, "file_unreadable", "ticket act %s attach file=/nonexistent/x", nr);
	desk_refused(NULL, 2, "file_unreadable", "ticket act %s attach file=/dev/zero", nr);
	/* and back again */
	char *folder = desk_file("saved", "", 0);
	assert_int_equal(remove(folder), 0);
	assert_int_equal(mkdir(folder, 0700), 0);
	const struct run *r = desk_run(NULL, NULL, "ticket save %s picture.png --to -", nr);
	assert_int_equal(r->status, 0);
	assert_int_equal(r->nout, n);
	assert_memory_equal(r->out, data, n);
	t = desk_ok(NULL, "ticket save %s notes.txt --to %s", nr, folder);
	assert_int_equal(number(t, "size"), 6);
	desk_refused(NULL, 2, "file_unwritable", "ticket save %s notes.txt --to %s", nr, folder); /* never written over */
	desk_ok(NULL, "ticket save %s empty.log --to %s", nr, folder);
	desk_refused(NULL, 3, "no_attachment", "ticket save %s other.txt", nr);
	desk_refused(NULL, 3, "not_found", "ticket save INC999999 notes.txt");
	desk_sql("update desk.attachment set name = '../../.profile' where name = 'notes.txt'");
	assert_non_null(strstr(text(desk_ok(NULL, "ticket save %s ../../.profile --to %s", nr, folder), "path"), "/_._.._.profile"));
	free(folder);
	free(data);
	free(big);
	free(small);
	free(empty);
}

/* Text that would command a terminal leaves no trace outside of JSON, and in JSON it is escaped. */
static void test_hostile(void **state)
{
	(void)state;
	static const char evil[] = "\x1b]0;owned\x07 red \x1b[31m bold\xc2\x9b"
							   "1m rtl \xe2\x80\xae"
							   "gnp.exe bad \xff\xfe end\r\nnext";
	const struct run *r = desk_run(NULL, evil,
		"ticket new kind=incident subject='\x1b[31mred\x1b[0m \xe2\x80\xae"
		"txet' --body - --json");
	assert_int_equal(r->status, 0);
	json_t *t = desk_json(r);
	char nr[40];
	snprintf(nr, sizeof nr, "%s", text(t, "number"));
	/* even when it came in past the client */
	desk_sql(
		"update desk.ticket set subject = E'\\x1b[31mred\\u202Edlo\\u009b' where number = (select max(number) from desk.ticket)");
	static const char *const lines[] = {"ticket show %s", "ticket list number:%s", "ticket list number:%s --csv",
		"ticket list number:%s --json", "ticket show %s --json", "export number:%s --jsonl"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char line[200];
		snprintf(
			line, sizeof line, "%.*s%s%s", (int)(strstr(lines[i], "%s") - lines[i]), lines[i], nr, strstr(lines[i], "%s") + 2);
		r = desk_run(NULL, NULL, "%s", line);
		assert_int_equal(r->status, 0);
		for (size_t k = 0; k < r->nout; k++) {
			unsigned char c = (unsigned char)r->out[k];
			if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
				fail_msg("%s: byte %02x at %zu", line, c, k);
		}
		assert_null(strstr(r->out, "\xe2\x80\xae"));
		assert_null(strstr(r->out, "\xc2\x9b"));
	}
	r = desk_run(
		NULL, NULL, "ticket new kind=incident '\xff\x1bsubject=x' --json"); /* an error that quotes it is JSON all the same */
	assert_int_equal(r->status, 2);
	assert_schema("error", desk_json(r));
	r = desk_run(NULL, NULL, "ticket act '\x1b[31mINC1' take");
	assert_null(strchr(r->err, '\x1b'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whoami),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_disabled),
		cmocka_unit_test(test_connection),
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_query_names),
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_attach),
		cmocka_unit_test(test_hostile),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, desk_start, desk_stop);
}
