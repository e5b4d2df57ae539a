/* The desk around the tickets, from the command line: people and roles, time, proof, import, a second kind, the language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/schema.h"

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

static size_t listed(const char *as, const char *query)
{
	return json_array_size(desk_ok(as, "ticket list %s", query));
}

/* ---- people ---- */

static void test_people(void **state)
{
	(void)state;
	desk_ok(NULL, "user add anna --name 'Anna Agent' --role agent --group 'Service desk'");
	desk_ok(NULL, "user add lena --name 'Lena Lead' --role lead --role agent --group 'Service desk'");
	desk_ok(NULL, "user add adam --role auditor");
	desk_ok(NULL, "user add rosa --name 'Rosa Requester' --role requester");
	desk_ok(NULL, "user add rudi");
	json_t *list = desk_ok(NULL, "user list"), *j;
	size_t i, found = 0;
	json_array_foreach(list, i, j)
	{
		if (strcmp(text(j, "login"), "lena") == 0) {
			found++;
			assert_string_equal(text(j, "name"), "Lena Lead");
			assert_true(has_word(at(j, "roles"), "lead") && has_word(at(j, "roles"), "agent"));
		}
	}
	assert_int_equal(found, 1);
	j = desk_ok("anna", "whoami");
	assert_string_equal(text(j, "name"), "Anna Agent");
	assert_true(has_word(at(j, "roles"), "agent"));
	assert_true(json_is_false(at(j, "superuser")));
	desk_ok(NULL, "user role rudi worker");
	assert_true(has_word(at(desk_ok("rudi", "whoami"), "roles"), "worker"));
	desk_ok(NULL, "user role rudi worker --revoke");
	assert_false(has_word(at(desk_ok("rudi", "whoami"), "roles"), "worker"));
	assert_string_equal(text(desk_ok(NULL, "user report lena"), "login"), "lena");
	assert_non_null(strstr(desk_run(NULL, NULL, "user report lena")->out, "lead everywhere"));
	assert_non_null(strstr(desk_run("zoe", NULL, "whoami")->err, "Nobody signs in to this database as zoe"));
	desk_refused(NULL, 2, "login_taken", "user add anna");
	desk_refused(NULL, 2, "bad_login", "user add postgres");
	desk_refused(NULL, 2, "bad_login", "user add 'x\"; drop role anna; --'");
	desk_refused(NULL, 2, "unknown_role", "user add zora --role king");
	desk_refused(NULL, 2, "unknown_group", "user add zoe --group Nowhere");
	desk_refused(NULL, 3, "no_such_login", "user disable zoe");
	/* an organisation is made only when that is said */
	const char *near = text(desk_refused(NULL, 2, "unknown_org", "user add zoe --org Organisatoin"), "text");
	assert_non_null(strstr(near, "near it: Organisation; --new-org makes it"));
	assert_string_equal(desk_ask("select count(*) from desk.org where name like 'Organisat%'"), "1");
	desk_ok(NULL, "user add zoe --org 'Quite Another' --new-org");
	assert_string_equal(
		desk_ask("select o.name from desk.org o join desk.person p on p.org_id = o.id where p.login = 'zoe'"), "Quite Another");
	const struct run *r = desk_run("anna", NULL, "user add eve --role admin --json");
	assert_int_equal(r->status, 4);
	assert_string_equal(text(desk_json(r), "error.class"), "denied");
	desk_ok(NULL, "user add gone --role agent");
	desk_ok(NULL, "user disable gone");
	assert_int_equal(desk_run("gone", NULL, "ticket new subject=X")->status, 4);
	desk_refused("gone", 4, "not_a_person", "whoami");
	desk_ok(NULL, "user enable gone");
	assert_string_equal(text(desk_ok("gone", "whoami"), "login"), "gone");
	desk_ok(NULL, "user disable gone");
	desk_refused("gone", 4, "not_a_person", "ticket list");
}

static void test_sight(void **state)
{
	(void)state;
	char mine[40], other[40];
	json_t *t = desk_ok("rosa", "ticket new kind=incident subject='Rosa has no mail'");
	snprintf(mine, sizeof mine, "%s", text(t, "number"));
	assert_string_equal(text(t, "requester"), "rosa");
	snprintf(other, sizeof other, "%s", text(desk_ok("anna", "ticket new kind=incident subject='Server room is hot'"), "number"));
	assert_int_equal(listed("rosa", ""), 1);
	assert_true(listed("anna", "") >= 2);
	desk_refused("rosa", 3, "not_found", "ticket show %s", other);
	desk_refused("rosa", 3, "not_found", "ticket act %s reply --body hello", other);
	desk_refused("rosa", 4, "role_denied", "ticket act %s take", mine);
	desk_ok("anna", "ticket act %s take", mine);
	desk_ok("anna", "ticket act %s note --body 'secret thought'", mine);
	desk_ok("anna", "ticket act %s hold reason=requester until=+2d --body 'Which mail program?'", mine);
	t = desk_ok("rosa", "ticket show %s", mine);
	assert_string_equal(text(t, "state"), "on_hold");
	char *shown = json_dumps(t, 0);
	assert_null(strstr(shown, "secret thought"));
	assert_non_null(strstr(shown, "Which mail program?"));
	free(shown);
	assert_int_equal(listed("rosa", "secret thought"), 0);
	t = desk_ok("rosa", "ticket act %s reply --body 'mutt'", mine); /* resumes by itself */
	assert_string_equal(text(t, "state"), "in_progress");
	desk_ok("anna", "ticket act %s resolve code=fixed category=General --body 'set the server'", mine);
	assert_string_equal(text(desk_ok("rosa", "ticket act %s close", mine), "state"), "closed");
	/* restricted: only those named, and it is written down */
	desk_ok("anna", "ticket act %s restrict people=lena,anna", other);
	assert_string_equal(text(desk_ok("lena", "ticket show %s", other), "subject"), "Server room is hot");
	desk_refused(NULL, 3, "not_found", "ticket show %s", other);
	assert_int_equal(listed(NULL, "hot"), 0);
	/* the lead redacts what the auditor still can verify */
	desk_ok("anna", "ticket act %s note --body 'password is hunter2'", mine);
	long seq = (long)json_array_size(at(desk_ok("anna", "ticket show %s", mine), "events"));
	desk_refused("anna", 4, "role_denied", "ticket act %s redact event=%ld reason='a password'", mine, seq);
	t = desk_ok("lena", "ticket act %s redact event=%ld reason='a password'", mine, seq);
	shown = json_dumps(t, 0);
	assert_null(strstr(shown, "hunter2"));
	free(shown);
	assert_int_equal(listed("anna", "hunter2"), 0);
	t = desk_ok("adam", "audit verify");
	assert_true(json_is_true(at(t, "ok")));
	assert_true(number(t, "redacted") >= 1);
}

/* ---- time ---- */

static void test_time(void **state)
{
	(void)state;
	char nr[40], held[40];
	snprintf(nr, sizeof nr, "%s", text(desk_ok("anna", "ticket new kind=incident subject='Closes by itself'"), "number"));
	desk_ok("anna", "ticket act %s take", nr);
	desk_ok("anna", "ticket act %s resolve code=fixed category=General --body done", nr);
	snprintf(held, sizeof held, "%s", text(desk_ok("anna", "ticket new kind=incident subject='Wakes by itself'"), "number"));
	desk_ok("anna", "ticket act %s take", held);
	desk_ok("anna", "ticket act %s hold reason=supplier ref=V1 until=+1d", held);
	json_t *t = desk_ok(NULL, "clock advance 4h");
	assert_string_equal(text(t, "now"), "2026-01-05T13:00:00Z");
	desk_ok(NULL, "tick");
	assert_string_equal(text(desk_ok(NULL, "ticket show %s", nr), "state"), "resolved");
	assert_string_equal(text(desk_ok(NULL, "ticket show %s", held), "state"), "on_hold");
	assert_string_equal(desk_run(NULL, NULL, "clock advance 1d")->out, "2026-01-06T13:00:00Z\n");
	desk_ok(NULL, "tick");
	assert_string_equal(text(desk_ok(NULL, "ticket show %s", held), "state"), "in_progress");
	desk_ok(NULL, "clock advance 2w");
	desk_ok(NULL, "tick");
	t = desk_ok(NULL, "ticket show %s", nr);
	assert_string_equal(text(t, "state"), "closed");
	assert_true(*text(t, "closed_at"));
	long version = number(t, "version");
	desk_ok(NULL, "tick");
	assert_int_equal(number(desk_ok(NULL, "ticket show %s", nr), "version"), version); /* nothing twice */
	desk_refused(NULL, 2, "bad_duration", "clock advance 4x");
}

/* ---- proof ---- */

static void test_audit(void **state)
{
	(void)state;
	desk_ok(NULL, "tick");
	const struct run *r = desk_run("adam", NULL, "audit roots");
	assert_int_equal(r->status, 0);
	json_t *roots = desk_json(r);
	assert_true(json_is_array(roots) && json_array_size(roots) > 0);
	char *file = desk_file("roots.json", r->out, r->nout), *nonsense = desk_file("nonsense.json", "{}", 2);
	json_t *v = desk_ok("adam", "audit verify");
	assert_true(json_is_true(at(v, "ok")));
	assert_true(json_is_false(at(v, "rooted")));
	assert_true(number(v, "events") > 0 && number(v, "tickets") > 0);
	v = desk_ok(NULL, "audit verify --roots %s", file);
	assert_true(json_is_true(at(v, "ok")) && json_is_true(at(v, "rooted")));
	assert_non_null(strstr(desk_run("adam", NULL, "audit verify")->out, "--roots"));
	assert_int_equal(desk_run("anna", NULL, "audit verify")->status, 4);
	assert_non_null(strstr(desk_run("anna", NULL, "audit verify")->err, "auditor, admin")); /* no name of a function */
	assert_int_equal(desk_run("anna", NULL, "audit roots")->status, 4);
	desk_refused("adam", 2, "bad_roots", "audit verify --roots %s", nonsense);
	desk_refused("adam", 2, "file_unreadable", "audit verify --roots /nonexistent");
	desk_sql("update desk.ticket set priority = 2 where id = (select min(id) from desk.ticket)");
	r = desk_run("adam", NULL, "audit verify --json");
	assert_int_equal(r->status, 1);
	v = desk_json(r);
	assert_true(json_is_false(at(v, "ok")));
	assert_int_equal(json_array_size(at(v, "problems")), 1);
	assert_int_equal(strncmp(text(v, "problems.0.number"), "INC", 3), 0);
	assert_true(*text(v, "problems.0.kind"));
	desk_sql("update desk.ticket set priority = 5 where id = (select min(id) from desk.ticket)");
	desk_ok("adam", "audit verify");
	free(file);
	free(nonsense);
}

/* ---- import ---- */

static void test_import(void **state)
{
	(void)state;
	static const char head[] =
		"number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,opened_by,opened_at,"
		"sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,contact_type,location,category,subcategory,u_symptom,cmdb_"
		"ci,"
		"impact,urgency,priority,assignment_group,assigned_to,knowledge,u_priority_confirmation,notify,problem_id,rfc,vendor,"
		"caused_by,closed_code,resolved_by,resolved_at,closed_at\n";
	struct sd_str s = {0};
	sd_str_add(&s, head);
	for (int v = 0; v < 3; v++)
		sd_str_addf(&s,
			"INC0000777,%s,%s,0,0,%d,true,Caller 2403,Opened by  8,29/2/2016 01:16,Created by 6,29/2/2016 01:23,Updated by 21,"
			"29/2/2016 0%d:23,Phone,Location 143,Category 55,Subcategory 170,Symptom 72,?,2 - Medium,2 - Medium,3 - "
			"Moderate,Group 56,"
			"?,true,false,Do Not Notify,?,?,?,?,%s,%s,%s,%s\n",
			v == 0   ? "New"
			: v == 1 ? "Resolved"
					 : "Closed",
			v == 2 ? "false" : "true", v, v + 1, v ? "code 5" : "?", v ? "Resolved by 149" : "?", v ? "29/2/2016 02:20" : "?",
			v == 2 ? "5/3/2016 12:00" : "?");
	char *file = desk_file("log.csv", s.data, s.len);
	sd_str_free(&s);
	json_t *r = desk_ok(NULL, "import servicenow %s --dry-run", file);
	assert_int_equal(number(r, "rows_read"), 3);
	assert_int_equal(number(r, "tickets_created"), 1);
	assert_int_equal(listed(NULL, "external:INC0000777"), 0);
	r = desk_ok(NULL, "import servicenow %s", file);
	static const char *const members[] = {
		"rows_read", "rows_skipped", "tickets_created", "tickets_updated", "events_created", "transitions_unusual"};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		assert_true(number(r, members[i]) >= 0);
	assert_true(json_is_array(at(r, "problems")));
	assert_int_equal(number(r, "rows_read"), 3);
	assert_int_equal(number(r, "tickets_created"), 1);
	json_t *t = desk_ok(NULL, "ticket show INC0000777"); /* by the number it had */
	assert_string_equal(text(t, "external"), "INC0000777");
	assert_string_equal(text(t, "state"), "closed");
	assert_string_equal(text(t, "opened_at"), "2016-02-29T01:16:00Z");
	assert_int_equal(json_array_size(at(t, "events")), 3);
	r = desk_ok(NULL, "import servicenow %s", file);
	assert_int_equal(number(r, "tickets_created"), 0);
	assert_int_equal(number(r, "events_created"), 0);
	assert_int_equal(listed(NULL, "external:INC0000777"), 1);
	assert_int_equal(desk_run("anna", NULL, "import servicenow %s", file)->status, 4);
	assert_int_equal(desk_run(NULL, NULL, "import servicenow /nonexistent")->status, 3);
	assert_true(json_is_true(at(desk_ok("adam", "audit verify"), "ok")));
	free(file);
}

/* ---- kinds ---- */

static void test_kinds(void **state)
{
	(void)state;
	json_t *k = desk_ok(NULL, "kind show incident");
	assert_string_equal(text(desk_ok(NULL, "kind list"), "0.kind"), "incident");
	assert_string_equal(text(k, "states.0.state"), "new");
	assert_string_equal(text(k, "states.0.phase"), "open");
	assert_string_equal(text(k, "states.3.phase"), "waiting");
	assert_string_equal(text(k, "states.6.phase"), "done");
	assert_true(json_array_size(at(k, "transitions")) > 20);
	assert_true(json_is_array(at(k, "transitions.0.roles")));
	assert_true(json_is_array(at(k, "transitions.0.required")));
	desk_refused(NULL, 3, "unknown_kind", "kind show accident");
	assert_int_equal(desk_run(NULL, NULL, "kind show incident")->status, 0);
}

/* A second kind comes as one SQL file; no program knows its name. */
static void test_second_kind(void **state)
{
	(void)state;
	desk_migration(SRCDIR "/tests/db/kinds/maintenance.sql");
	json_t *k = desk_ok(NULL, "kind show maintenance");
	char nr[40];
	assert_string_equal(text(k, "initial"), "planned");
	assert_int_equal(json_array_size(desk_ok(NULL, "kind list")), 4); /* incident, complaint, handover and this one */
	json_t *t = desk_ok(
		"anna", "ticket new kind=maintenance subject='Change the oil' risk=high from=2026-03-01T20:00Z to=2026-03-01T23:00Z");
	snprintf(nr, sizeof nr, "%s", text(t, "number"));
	assert_string_equal(text(t, "kind"), "maintenance");
	assert_string_equal(text(t, "state"), "planned");
	assert_string_equal(text(t, "risk"), "high");
	assert_string_equal(text(t, "window_from"), "2026-03-01T20:00:00Z");
	assert_int_equal(strncmp(nr, "MNT", 3), 0);
	assert_false(has_word(at(t, "verbs"), "approve"));
	assert_schema("ticket-show", t);
	/* in lists among the others, found by its own fields and states */
	assert_int_equal(listed("anna", "kind:maintenance"), 1);
	assert_int_equal(listed("anna", "risk:High"), 1);
	assert_int_equal(listed("anna", "risk:low"), 0);
	assert_non_null(strstr(text(desk_refused("anna", 2, "unknown_value", "ticket list risk:hgh"), "text"), "did you mean high?"));
	assert_int_equal(listed("anna", "kind:maintenance,incident state:open oil"), 1);
	assert_int_equal(listed("anna", "state:planned"), 1);
	assert_int_equal(listed("anna", "risk:high"), 1);
	assert_int_equal(listed("anna", "risk:low"), 0);
	assert_int_equal(listed("anna", "window_from>=2026-03-01 window_to<2026-03-02"), 1);
	assert_int_equal(listed("anna", "notified:no"), 1);
	assert_int_equal(listed("anna", "approver:none"), 1);
	json_t *list = desk_ok("anna", "ticket list kind:maintenance --columns number,risk,window_from,downtime,notified,approver");
	assert_string_equal(text(list, "0.window_from"), "2026-03-01T20:00:00Z");
	assert_true(json_is_null(at(list, "0.downtime")));
	assert_true(json_is_false(at(list, "0.notified")));
	desk_refused("anna", 2, "unknown_verb", "ticket act %s take", nr);
	desk_refused("anna", 2, "bad_choice", "ticket act %s edit risk=extreme", nr);
	t = desk_ok("anna", "ticket act %s edit risk=low downtime=30", nr);
	assert_string_equal(text(t, "risk"), "low");
	assert_int_equal(number(t, "downtime"), 30);
	desk_refused("anna", 5, "wrong_state", "ticket act %s finish --body x", nr);
	/* another person with the right role approves, and the work goes its way */
	assert_true(has_word(at(desk_ok("lena", "ticket show %s", nr), "verbs"), "approve"));
	desk_refused("anna", 4, "role_denied", "ticket act %s approve backout=Refill approver=lena", nr);
	assert_string_equal(text(desk_ok("lena", "ticket act %s approve backout=Refill approver=lena", nr), "state"), "approved");
	assert_string_equal(text(desk_ok("anna", "ticket act %s begin", nr), "state"), "under_way");
	assert_string_equal(text(desk_ok("anna", "ticket act %s finish downtime=20 --body 'Oil changed'", nr), "state"), "done");
	assert_true(json_is_true(at(desk_ok("adam", "audit verify"), "ok")));
}

/* ---- language, database ---- */

static void test_language(void **state)
{
	(void)state;
	char nr[40];
	snprintf(nr, sizeof nr, "%s", text(desk_ok("anna", "ticket new kind=incident subject=Sprache"), "number"));
	const struct run *r = desk_run("anna", NULL, "--language zh_CN ticket act %s reopen reason=x", nr);
	assert_int_equal(r->status, 5);
	assert_non_null(strstr(r->err, "\xe7\x8a\xb6\xe6\x80\x81")); /* "state" */
	/* JSON and its errors stay English */
	r = desk_run("anna", NULL, "--language zh_CN ticket act %s reopen reason=x --json", nr);
	for (size_t i = 0; i < r->nout; i++)
		assert_true((unsigned char)r->out[i] < 0x80);
	assert_non_null(strstr(r->err, "not possible"));
}

static void test_database(void **state)
{
	(void)state;
	const char *argv[] = {"./svcdesk", "--db", desk_dba(), "db", "status", "--json", NULL};
	const struct run *r = desk_exec(NULL, argv);
	assert_int_equal(r->status, 0);
	json_t *j = desk_json(r);
	assert_int_equal(number(j, "known"), number(j, "applied"));
	assert_true(json_is_false(at(j, "newer")));
	argv[4] = "migrate";
	assert_int_equal(desk_exec(NULL, argv)->status, 0);
	desk_sql("select 1");
	/* a desk with the real clock does not let itself be moved */
	desk_sql("update desk.clock set frozen_at = null");
	r = desk_run(NULL, NULL, "clock advance 1h --json");
	assert_int_equal(r->status, 5);
	desk_sql("update desk.clock set frozen_at = '2026-02-01'");
}

/* The reader goes away in the middle: no complaint, no failure, the desk stays. */
static void test_pipe(void **state)
{
	(void)state;
	char line[1200];
	snprintf(line, sizeof line,
		"./svcdesk --dir %s export --jsonl | head -c 10; ./svcdesk --dir %s ticket list --json | head -c 1", desk_dir(),
		desk_dir());
	const char *argv[] = {"sh", "-c", line, NULL};
	const struct run *r = desk_exec(NULL, argv);
	assert_string_equal(r->err, "");
	assert_int_equal(r->nout, 11);
	/* also one that would go on: its lines leave one by one */
	snprintf(line, sizeof line, "{ ./svcdesk --dir %s ticket watch --snapshot; echo $? >&2; } | head -n 1 | wc -l", desk_dir());
	r = desk_exec(NULL, argv);
	assert_string_equal(r->err, "0\n");
	const char *full[] = {"sh", "-c", NULL, NULL};
	snprintf(line, sizeof line, "./svcdesk --dir %s export --json >/dev/full", desk_dir());
	full[2] = line;
	r = desk_exec(NULL, full);
	assert_int_equal(r->status, 1);
	assert_true(*r->err);
}

/* ---- texts to insert ---- */

static void test_macros(void **state)
{
	(void)state;
	json_t *j = desk_ok("anna", "macro save hello --body 'Dear {requester_name},'");
	assert_string_equal(text(j, "name"), "hello");
	assert_int_equal(desk_run("lena", "Line one\nLine two\n", "macro save team --group 'service desk' --body -")->status, 0);
	j = desk_ok("anna", "macro list");
	assert_int_equal(json_array_size(j), 2);
	assert_string_equal(text(j, "0.name"), "hello");
	assert_true(json_is_null(at(j, "0.group")) && json_is_true(at(j, "0.writable")));
	assert_string_equal(text(j, "1.body"), "Line one\nLine two");
	assert_string_equal(text(j, "1.group"), "Service desk");
	assert_true(json_is_false(at(j, "1.writable")));
	assert_non_null(strstr(desk_run("anna", NULL, "macro list")->out, "Line one"));
	desk_refused("anna", 4, "macro_group", "macro save x --group 'Service desk' --body y");
	desk_refused("anna", 2, "macro_name", "macro save 'two words' --body y");
	desk_refused("anna", 2, "macro_body", "macro save x");
	desk_refused("anna", 4, "macro_group", "macro delete team --group 'Service desk'");
	desk_refused("anna", 3, "no_macro", "macro delete nothing");
	desk_ok("anna", "macro delete hello");
	desk_ok("lena", "macro delete team --group 'Service desk'");
	assert_int_equal(json_array_size(desk_ok("anna", "macro list")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_macros),
		cmocka_unit_test(test_sight),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_audit),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_second_kind),
		cmocka_unit_test(test_language),
		cmocka_unit_test(test_database),
		cmocka_unit_test(test_pipe),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, desk_start, desk_stop);
}
