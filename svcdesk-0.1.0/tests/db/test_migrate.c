/* Making and upgrading a desk: hashes, order, several programs at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/schema/schema.h"
#include "tests/db/fixture.h"

static bool make(const char *database, struct sd_err *err)
{
	struct sd_conn *c = sd_conn_open(fixture_uri(database), err);
	bool ok = c && sd_schema_init(c, err) && sd_schema_migrate(c, NULL, NULL, err);
	sd_conn_close(c);
	return ok;
}

static void must_make(const char *database)
{
	struct sd_err err;
	if (!make(database, &err))
		fail_msg("%s | %s", err.text, err.log);
}

static void count(void *arg, const char *name)
{
	assert_non_null(name);
	++*(int *)arg;
}

static void makes_and_repeats(void **state)
{
	struct sd_err err;
	struct sd_migrate_status st;
	int n = 0;
	(void)state;
	struct sd_conn *c = fixture_open("first");
	assert_false(sd_schema_status(c, &st, &err));
	assert_string_equal(err.id, "no_schema");
	must_make("first");
	assert_true(sd_schema_status(c, &st, &err));
	assert_int_equal(st.known, (int)schema_files_n);
	assert_int_equal(st.applied, st.known);
	assert_false(st.newer);
	assert_string_equal(st.pending, "");
	free(st.pending);
	/* a second run applies nothing and changes nothing */
	assert_true(sd_schema_init(c, &err));
	assert_true(sd_schema_migrate(c, count, &n, &err));
	assert_int_equal(n, 0);
	char *owner = fixture_ask(c, "select string_agg(distinct relowner::regrole::text, ' ') from pg_class"
								 " where relnamespace = 'desk'::regnamespace and relkind in ('r', 'p')");
	assert_string_equal(owner, "desk_owner");
	free(owner);
	sd_conn_close(c);
}

/* As after a restore, which brings everything but the rights on the database itself. */
static void closes(void **state)
{
	struct sd_err err;
	(void)state;
	must_make("restored");
	struct sd_conn *c = fixture_open("restored");
	fixture_do(c, "grant temp, connect on database restored to public");
	assert_true(sd_schema_migrate(c, NULL, NULL, &err));
	char *open = fixture_ask(c, "select has_database_privilege('public', current_database(), 'temp')::text"
								" || has_database_privilege('public', current_database(), 'connect')"
								" || has_database_privilege('desk_person', current_database(), 'connect')");
	assert_string_equal(open, "falsefalsetrue");
	free(open);
	sd_conn_close(c);
}

static void refuses(void **state)
{
	struct sd_err err;
	struct sd_migrate_status st;
	char sql[256];
	(void)state;
	must_make("refusing");
	struct sd_conn *c = fixture_open("refusing");
	fixture_do(c, "update desk.schema_migration set sha256 = 'x' where name = '0001_tables'");
	assert_false(sd_schema_migrate(c, NULL, NULL, &err));
	assert_string_equal(err.id, "changed_migration");
	assert_non_null(strstr(err.text, "0001_tables"));
	snprintf(
		sql, sizeof sql, "update desk.schema_migration set sha256 = '%s' where name = '0001_tables'", schema_files[0].sha256);
	fixture_do(c, sql);
	assert_true(sd_schema_migrate(c, NULL, NULL, &err));
	fixture_do(c, "insert into desk.schema_migration(name, sha256, ms, tool_version) values ('9999_future', 'x', 0, '99.1')");
	assert_false(sd_schema_migrate(c, NULL, NULL, &err));
	assert_string_equal(err.id, "newer_schema");
	assert_non_null(strstr(err.text, "99.1"));
	assert_true(sd_schema_status(c, &st, &err));
	assert_true(st.newer);
	free(st.pending);
	sd_conn_close(c);
}

/* A file that fails leaves nothing behind, not even its row. */
static void takes_back(void **state)
{
	struct sd_err err;
	(void)state;
	struct sd_conn *c = fixture_open("broken");
	assert_true(sd_schema_init(c, &err));
	fixture_do(c, "create table desk.ticket(x int)");
	assert_false(sd_schema_migrate(c, NULL, NULL, &err));
	assert_non_null(strstr(err.text, "0001_tables"));
	assert_string_equal(err.sqlstate, "42P07");
	char *left = fixture_ask(
		c, "select count(*) from pg_class where relnamespace = 'desk'::regnamespace and relname in ('setting', 'org', 'person')");
	assert_string_equal(left, "0");
	free(left);
	char *rows = fixture_ask(c, "select count(*) from desk.schema_migration");
	assert_string_equal(rows, "0");
	free(rows);
	fixture_do(c, "drop table desk.ticket");
	assert_true(sd_schema_migrate(c, NULL, NULL, &err));
	sd_conn_close(c);
}

/* A reader in the way: the migration does not make a queue behind it, it tries again. */
static void waits_for_readers(void **state)
{
	struct sd_err err;
	(void)state;
	struct sd_conn *c = fixture_open("busy"), *reader = fixture_open("busy");
	assert_true(sd_schema_init(c, &err));
	fixture_do(reader, "set idle_in_transaction_session_timeout = '3s'; begin;"
					   " lock table desk.schema_migration in share mode");
	/* the insert of the row waits for the lock, gives up after 2 s, and comes through once the reader is gone */
	assert_true(sd_schema_migrate(c, NULL, NULL, &err));
	sd_conn_close(c);
	sd_conn_close(reader);
}

/* Several programs at once: every one is content, each file is applied once. */
static void at_once(void **state)
{
	enum { N = 4 };
	static const char *const names[N] = {"shared", "shared", "shared", "other"};
	(void)state;
	for (int i = 0; i < N; i++)
		fixture_uri(names[i]);
	/* roles belong to the cluster: without them all four make them at the same moment */
	fflush(NULL);
	for (int i = 0; i < N; i++)
		if (fork() == 0) {
			struct sd_err err;
			bool ok = make(names[i], &err);
			if (!ok)
				fprintf(stderr, "# %s: %s | %s\n", names[i], err.text, err.log);
			_exit(ok ? 0 : 1);
		}
	int bad = 0;
	for (int i = 0; i < N; i++) {
		int status;
		assert_true(wait(&status) > 0);
		bad += status != 0;
	}
	assert_int_equal(bad, 0);
	struct sd_conn *c = fixture_open("shared");
	char *n = fixture_ask(c, "select count(*) from desk.schema_migration");
	assert_int_equal(atoi(n), (int)schema_files_n);
	free(n);
	sd_conn_close(c);
}

static void needs_superuser(void **state)
{
	struct sd_err err;
	char uri[512];
	(void)state;
	must_make("guarded");
	struct sd_conn *c = fixture_open("guarded");
	fixture_do(c, "create role nobody_much login in role desk_person");
	const char *host = strstr(fixture_uri("guarded"), "host=");
	snprintf(uri, sizeof uri, "host=%s user=nobody_much dbname=guarded", host + 5);
	struct sd_conn *person = sd_conn_open(uri, &err);
	assert_non_null(person);
	assert_false(sd_schema_migrate(person, NULL, NULL, &err));
	assert_int_equal(err.cls, SD_ERR_DENIED);
	struct sd_migrate_status st;
	assert_true(sd_schema_status(person, &st, &err));
	free(st.pending);
	sd_conn_close(person);
	sd_conn_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_once),
		cmocka_unit_test(makes_and_repeats),
		cmocka_unit_test(closes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(takes_back),
		cmocka_unit_test(waits_for_readers),
		cmocka_unit_test(needs_superuser),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	alarm(300);
	return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
