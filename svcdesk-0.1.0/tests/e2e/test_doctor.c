/* svcdesk doctor: what is right is said to be, what is wrong is named with a way to mend it, and one failure hides no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/e2e/desk.h"
#include "tests/e2e/schema.h"

/* The answer, whose exit status must be that of its "ok"; released by desk_stop. */
static json_t *doctor(const char *as, const char *words)
{
	const struct run *r = desk_run(as, NULL, "doctor --json %s", words);
	json_t *j = desk_json(r);
	assert_schema("doctor", j);
	assert_int_equal(r->status, json_is_true(at(j, "ok")) ? 0 : 1);
	assert_string_equal(r->err, "");
	return j;
}

static json_t *doctor_at(const char *uri)
{
	const char *argv[] = {desk_program(), "--db", uri, "doctor", "--json", NULL};
	return desk_json(desk_exec(NULL, argv));
}

static const json_t *check(const json_t *j, const char *id)
{
	size_t i;
	json_t *c;
	json_array_foreach(at(j, "checks"), i, c) if (strcmp(text(c, "id"), id) == 0) return c;
	fail_msg("no check %s in %s", id, json_dumps(j, 0));
	return NULL;
}

static void found(const json_t *j, const char *id, const char *status, const char *words, const char *mend)
{
	const json_t *c = check(j, id);
	if (strcmp(text(c, "status"), status) != 0 || !strstr(text(c, "text"), words) || !strstr(text(c, "mend"), mend))
		fail_msg("%s: %s | %s | %s", id, text(c, "status"), text(c, "text"), text(c, "mend"));
	assert_true((strcmp(status, "ok") == 0) == !*text(c, "mend"));
}

static void test_right(void **state)
{
	(void)state;
	json_t *j = doctor(NULL, "");
	static const char *const ids[] = {"program", "data", "config", "language", "zone", "terminal", "size", "editor", "state",
		"temporary", "private", "connection", "tls", "server", "latency", "schema", "person", "clock", "desk-clock"};
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		check(j, ids[i]);
	assert_int_equal(number(j, "failed"), 0);
	found(j, "connection", "ok", "database desk as admin", "");
	found(j, "tls", "ok", "a socket", "");
	found(j, "person", "ok", "roles: ", "");
	found(j, "desk-clock", "ok", "a clock of its own", ""); /* it stands */
	const struct run *r = desk_run(NULL, NULL, "doctor");
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "0 failed"));
	r = desk_run(NULL, NULL, "--language zh_CN doctor");
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "正常"));
	assert_null(strstr(r->out, "catalogue"));
}

/* Without a database all the rest is looked at, and the exit status says that something failed. */
static void test_alone(void **state)
{
	(void)state;
	json_t *j = doctor_at("host=/nonexistent dbname=x");
	assert_int_equal(number(j, "failed"), 1);
	found(j, "connection", "fail", "/nonexistent", "psql");
	check(j, "state");
	assert_schema("doctor", j);
}

/* The machine: each wrong thing alone. */
static void broken(const char *env, const char *id, const char *status, const char *words, const char *mend)
{
	json_t *j = json_loads(desk_shell("env %s %s --dir '%s' doctor --json || true", env, desk_program(), desk_dir()), 0, NULL);
	assert_non_null(j);
	found(j, id, status, words, mend);
	found(j, "schema", "ok", "steps", "");
	json_decref(j);
}

static void test_machine(void **state)
{
	(void)state;
	char *wrong = desk_file("wrong-config", "theme = dark\ncolour = red\n", 26), env[700];
	snprintf(env, sizeof env, "SVCDESK_CONFIG='%s'", wrong);
	broken(env, "config", "ok", "is read", ""); /* the first of the two */
	json_t *j = json_loads(desk_shell("env %s ./svcdesk --dir '%s' doctor --json || true", env, desk_dir()), 0, NULL);
	size_t i, n = 0;
	json_t *c;
	json_array_foreach(at(j, "checks"), i, c) if (strcmp(text(c, "status"), "fail") == 0)
	{
		assert_non_null(strstr(text(c, "text"), "wrong-config:2: "));
		n++;
	}
	assert_int_equal(n, 1);
	json_decref(j);
	broken("TERM=no-such-terminal", "terminal", "warn", "no-such-terminal", "TERM=xterm-256color");
	broken("-u TERM", "terminal", "warn", "TERM is not set", "export TERM");
	broken("TERM=xterm-256color NO_COLOR=1", "terminal", "ok", "NO_COLOR", "");
	broken("TERM=xterm-256color TMUX=x", "terminal", "ok", "256 colours", "");
	broken("LC_ALL=C.ISO-8859-1", "language", "warn", "no UTF-8", "LANG=C.UTF-8");
	broken("VISUAL=no-such-editor", "editor", "warn", "no-such-editor", "VISUAL");
	broken("XDG_STATE_HOME=/proc/nowhere", "state", "fail", "/proc/nowhere", "XDG_STATE_HOME");
	broken("TMPDIR=/proc", "temporary", "fail", "/proc", "TMPDIR");
	free(wrong);
}

static void test_desk(void **state)
{
	(void)state;
	json_t *j;
	char uri[300];
	desk_ok(NULL, "user add doc.none --role agent");
	desk_ok(NULL, "user disable doc.none");
	found(doctor("doc.none", ""), "person", "fail", "not an active person", "svcdesk user add");
	desk_sql("create role doc_stranger login in role desk_person");
	found(doctor("doc_stranger", ""), "person", "fail", "", "svcdesk user add");
	desk_sql("drop role doc_stranger");
	/* the superuser of the database is no person of the desk */
	found(doctor_at(desk_dba()), "person", "fail", "a superuser", "user add");
	/* what is behind the program, and before it; named by its URI, for a private desk is brought up to date when it is opened */
	desk_sql("create table public.kept as select * from desk.schema_migration where name = '0009_people'");
	desk_sql("delete from desk.schema_migration where name = '0009_people'");
	j = doctor_at(desk_uri());
	found(j, "schema", "fail", "missing: 0009_people", "db migrate");
	found(j, "person", "ok", "", "");
	desk_sql("insert into desk.schema_migration select * from public.kept");
	desk_sql("insert into desk.schema_migration(name, sha256, ms, tool_version) values ('9999_future', 'x', 0, '99')");
	found(doctor_at(desk_uri()), "schema", "fail", "newer", "newer program");
	desk_sql("delete from desk.schema_migration where name = '9999_future'");
	/* another database altogether */
	desk_shell("psql -X -q '%s' -c 'create database other'", desk_dba());
	const char *at_desk = strstr(desk_dba(), "/desk?");
	assert_non_null(at_desk);
	snprintf(uri, sizeof uri, "%.*s/other?%s", (int)(at_desk - desk_dba()), desk_dba(), at_desk + 6);
	found(doctor_at(uri), "schema", "fail", "no desk in this database", "db init");
	desk_shell("psql -X -q '%s' -c 'drop database other'", desk_dba());
	assert_int_equal(number(doctor_at(desk_uri()), "failed"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right), cmocka_unit_test(test_alone), cmocka_unit_test(test_machine), cmocka_unit_test(test_desk)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, desk_start, desk_stop);
}
