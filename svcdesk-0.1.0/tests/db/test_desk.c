/* The private desk: made, opened again, two at once, stopped, its clock, its folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/embed/server.h"
#include "svcdesk/mem.h"
#include "tests/db/fixture.h"

static char *in_top(const char *name)
{
	return place_path("%s/%s", fixture_dir(), name);
}

static void started(const struct sd_cluster_opts *o, char **uri)
{
	struct sd_err err;
	if (!sd_cluster_start(o, NULL, NULL, uri, &err))
		fail_msg("%s: %s | %s", err.id, err.text, err.log);
}

static struct sd_conn *opened(const char *uri)
{
	struct sd_err err;
	struct sd_conn *c = sd_conn_open(uri, &err);
	if (!c)
		fail_msg("%s: %s", uri, err.text);
	return c;
}

static void stopped(const char *dir)
{
	struct sd_err err;
	if (!sd_cluster_stop(dir, &err))
		fail_msg("%s: %s", err.id, err.text);
}

static void expect(struct sd_conn *c, const char *sql, const char *want)
{
	char *got = fixture_ask(c, sql);
	assert_string_equal(got, want);
	free(got);
}

static void empty_desk(void **state)
{
	struct sd_err err;
	char *dir = in_top("empty"), *uri, *again, *dba;
	(void)state;
	started(&(struct sd_cluster_opts){.dir = dir, .empty = true}, &uri);
	assert_true(sd_cluster_exists(dir));
	struct sd_conn *c = opened(uri);
	expect(c, "select session_user || ' ' || (select rolsuper::text from pg_roles where rolname = session_user)", "admin false");
	expect(c, "select (desk.whoami()->'superuser')::text", "false");
	expect(c, "select (desk.create('incident', '{\"subject\": \"first\"}', gen_random_uuid())->>'ok')", "true");
	sd_conn_close(c);
	dba = sd_cluster_uri(dir, NULL, &err);
	c = opened(dba);
	expect(c, "select count(*) from desk.org where id > 0", "1");
	expect(c,
		"select string_agg(g.name || ':' || p.login, ' ') from desk.group_member m join desk.support_group g on g.id = m.group_id"
		" join desk.person p on p.id = m.person_id",
		"Service desk:admin");
	expect(c, "select string_agg(name, ' ') from desk.category", "General");
	expect(c, "select count(*) from desk.priority_matrix where kind = '*'", "9");
	expect(c, "select count(*) from desk.kind_state where kind = 'incident'", "7");
	expect(c,
		"select current_setting('data_checksums') || ' ' || current_setting('listen_addresses') || ' ' ||"
		" (select datcollate from pg_database where datname = current_database())",
		"on  C.UTF-8");
	sd_conn_close(c);
	/* the second start finds what the first one made */
	started(&(struct sd_cluster_opts){.dir = dir}, &again);
	assert_string_equal(uri, again);
	c = opened(again);
	expect(c, "select count(*) from desk.ticket_row", "1");
	sd_conn_close(c);
	stopped(dir);
	assert_null(sd_conn_open(uri, &err));
	assert_true(sd_cluster_exists(dir));
	stopped(dir); /* a second stop has nothing to do */
	free(dba);
	free(uri);
	free(again);
	free(dir);
}

static void opens_again(void **state)
{
	struct sd_err err;
	char *dir = in_top("empty"), *uri, *pid_file = in_top("empty/data/postmaster.pid");
	(void)state;
	stopped(dir);
	/* what a crash leaves: a pid that is by now another process */
	FILE *f = fopen(pid_file, "w");
	assert_non_null(f);
	fprintf(f, "%ld\n%s/data\n0\n5432\n%s/run\n\n0 0\nready\n", (long)getpid(), dir, dir);
	fclose(f);
	started(&(struct sd_cluster_opts){.dir = dir}, &uri);
	struct sd_conn *c = opened(uri);
	expect(c, "select count(*) from desk.ticket_row", "1");
	sd_conn_close(c);
	free(uri);
	/* not what is there */
	assert_false(sd_cluster_start(&(struct sd_cluster_opts){.dir = dir, .clock = "2024-01-01"}, NULL, NULL, &uri, &err));
	assert_string_equal(err.id, "other_desk");
	/* thrown away on demand */
	started(&(struct sd_cluster_opts){.dir = dir, .empty = true, .fresh = true}, &uri);
	c = opened(uri);
	expect(c, "select count(*) from desk.ticket_row", "0");
	sd_conn_close(c);
	/* what an interruption left is no desk */
	stopped(dir);
	char *ready = in_top("empty/ready");
	assert_int_equal(unlink(ready), 0);
	assert_false(sd_cluster_exists(dir));
	free(uri);
	started(&(struct sd_cluster_opts){.dir = dir, .empty = true}, &uri);
	assert_true(sd_cluster_exists(dir));
	stopped(dir);
	free(uri);
	free(ready);
	free(pid_file);
	free(dir);
}

static void standing_clock(void **state)
{
	struct sd_err err;
	char *dir = in_top("clock"), *uri, *dba;
	(void)state;
	assert_false(sd_cluster_start(&(struct sd_cluster_opts){.dir = dir, .empty = true, .clock = "noon"}, NULL, NULL, &uri, &err));
	assert_int_equal(err.cls, SD_ERR_INPUT);
	started(&(struct sd_cluster_opts){.dir = dir, .empty = true, .clock = "2024-02-29T12:00:00Z"}, &uri);
	struct sd_conn *c = opened(uri);
	expect(c, "select desk.iso(desk.now())", "2024-02-29T12:00:00Z");
	expect(c, "select desk.create('incident', '{\"subject\": \"then\"}', gen_random_uuid())->>'ok'", "true");
	expect(c, "select desk.iso(opened_at) from desk.ticket_row", "2024-02-29T12:00:00Z");
	sd_conn_close(c);
	dba = sd_cluster_uri(dir, NULL, &err);
	free(uri);
	started(&(struct sd_cluster_opts){.dir = dir, .clock = "2024-03-01"}, &uri); /* it stands where it stood */
	c = opened(uri);
	expect(c, "select desk.iso(desk.now())", "2024-02-29T12:00:00Z");
	sd_conn_close(c);
	stopped(dir);
	free(dba);
	free(uri);
	free(dir);
}

/* Three programs open a desk that is not there yet: one makes it, all get it. */
static void at_once(void **state)
{
	enum { N = 3 };
	char *dir = in_top("race");
	int bad = 0;
	(void)state;
	fflush(NULL);
	for (int i = 0; i < N; i++)
		if (fork() == 0) {
			struct sd_err err;
			char *uri;
			bool ok = sd_cluster_start(&(struct sd_cluster_opts){.dir = dir, .empty = true}, NULL, NULL, &uri, &err);
			struct sd_conn *c = ok ? sd_conn_open(uri, &err) : NULL;
			if (!c)
				fprintf(stderr, "# %s %s\n", err.text, err.log);
			_exit(c ? 0 : 1);
		}
	for (int i = 0; i < N; i++) {
		int status;
		assert_true(wait(&status) > 0);
		bad += status != 0;
	}
	assert_int_equal(bad, 0);
	stopped(dir);
	free(dir);
}

static void folders(void **state)
{
	struct sd_err err;
	struct stat st;
	char deep[400], *dir, *uri, *file = in_top("full/letter");
	(void)state;
	/* other people's things */
	dir = in_top("full");
	assert_int_equal(mkdir(dir, 0755), 0);
	close(open(file, O_CREAT | O_WRONLY, 0600));
	assert_false(sd_cluster_start(&(struct sd_cluster_opts){.dir = dir, .empty = true}, NULL, NULL, &uri, &err));
	assert_string_equal(err.id, "not_a_desk");
	assert_int_equal(access(file, F_OK), 0);
	assert_false(sd_cluster_exists(dir));
	assert_false(sd_cluster_stop(dir, &err));
	assert_int_equal(err.cls, SD_ERR_NOT_FOUND);
	free(dir);
	/* a path too long for a socket */
	snprintf(deep, sizeof deep, "%s/%0120d", fixture_dir(), 7);
	started(&(struct sd_cluster_opts){.dir = deep, .empty = true}, &uri);
	struct sd_conn *c = opened(uri);
	expect(c, "select 1", "1");
	sd_conn_close(c);
	assert_null(strstr(uri, deep));
	stopped(deep);
	assert_int_equal(rmdir(strstr(uri, "host=") + 5), 0);
	dir = place_path("%s/data", deep);
	assert_int_equal(stat(dir, &st), 0);
	assert_true(st.st_uid != 0);
	assert_int_equal(st.st_mode & 077, 0);
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	free(dir);
	free(uri);
	/* a folder the server's account cannot get to */
	if (geteuid() == 0) {
		char *closed = in_top("closed");
		assert_int_equal(mkdir(closed, 0700), 0);
		dir = in_top("closed/desk");
		assert_false(sd_cluster_start(&(struct sd_cluster_opts){.dir = dir, .empty = true}, NULL, NULL, &uri, &err));
		assert_string_equal(err.id, "unreachable");
		assert_non_null(strstr(err.text, "--dir"));
		assert_int_equal(access(dir, F_OK), -1);
		free(dir);
		free(closed);
	}
	free(file);
}

/* Nobody there: the server goes by itself, and the next start brings it back. */
static void idle_stop(void **state)
{
	char *dir = in_top("idle"), *uri; /* of its own: a watcher of the tests before waits half an hour */
	(void)state;
	setenv("SVCDESK_DEMO_IDLE", "1", 1);
	/* at once after a stop: the former watcher may still be about to go, and must not leave the desk without one */
	for (int i = 0; i < 3; i++) {
		started(&(struct sd_cluster_opts){.dir = dir, .empty = true}, &uri);
		stopped(dir);
		free(uri);
	}
	started(&(struct sd_cluster_opts){.dir = dir, .empty = true}, &uri);
	unsetenv("SVCDESK_DEMO_IDLE");
	struct place p;
	struct sd_err err;
	assert_true(place_find(&p, dir, false, &err));
	while (server_running(&p))
		poll(NULL, 0, 50);
	place_free(&p);
	free(uri);
	started(&(struct sd_cluster_opts){.dir = dir, .empty = true}, &uri);
	struct sd_conn *c = opened(uri);
	expect(c, "select 1", "1");
	sd_conn_close(c);
	stopped(dir);
	free(uri);
	free(dir);
}

/* Which database is meant. */
static void target(void **state)
{
	struct sd_err err;
	struct sd_db_target t;
	char *dir = in_top("race"), *nowhere = in_top("nowhere");
	(void)state;
	unsetenv("PGHOST");
	unsetenv("PGDATABASE");
	unsetenv("PGSERVICE");
	setenv("SVCDESK_DB", "dbname=from_env", 1);
	assert_true(sd_db_target_find(&t, &(struct sd_db_want){.db = "dbname=given", .config = "dbname=config"}, &err));
	assert_string_equal(t.conninfo, "dbname=given");
	assert_false(t.embedded);
	sd_db_target_free(&t);
	assert_true(sd_db_target_find(&t, &(struct sd_db_want){.config = "dbname=config"}, &err));
	assert_string_equal(t.conninfo, "dbname=from_env");
	sd_db_target_free(&t);
	unsetenv("SVCDESK_DB");
	setenv("PGDATABASE", "x", 1);
	assert_true(sd_db_target_find(&t, &(struct sd_db_want){.config = "dbname=config"}, &err));
	assert_string_equal(t.conninfo, "");
	sd_db_target_free(&t);
	unsetenv("PGDATABASE");
	assert_true(sd_db_target_find(&t, &(struct sd_db_want){.config = "dbname=config"}, &err));
	assert_string_equal(t.conninfo, "dbname=config");
	sd_db_target_free(&t);
	assert_false(sd_db_target_find(&t, &(struct sd_db_want){.config = "host=db.example", .as = "lead"}, &err));
	assert_int_equal(err.cls, SD_ERR_INPUT);
	/* a folder names the private desk whatever the configuration says; it is started, not made */
	assert_true(sd_db_target_find(&t, &(struct sd_db_want){.config = "dbname=config", .dir = dir}, &err));
	assert_true(t.embedded);
	struct sd_conn *c = opened(t.conninfo);
	expect(c, "select session_user", "admin");
	sd_conn_close(c);
	sd_db_target_free(&t);
	assert_true(sd_db_target_find(&t, &(struct sd_db_want){.dir = dir, .as = "postgres"}, &err));
	c = opened(t.conninfo);
	expect(c, "select session_user", "postgres");
	sd_conn_close(c);
	sd_db_target_free(&t);
	assert_false(sd_db_target_find(&t, &(struct sd_db_want){.dir = nowhere}, &err));
	assert_int_equal(sd_err_exit_code(&err), 6);
	assert_int_equal(access(nowhere, F_OK), -1);
	stopped(dir);
	free(dir);
	free(nowhere);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_desk),
		cmocka_unit_test(opens_again),
		cmocka_unit_test(standing_clock),
		cmocka_unit_test(at_once),
		cmocka_unit_test(folders),
		cmocka_unit_test(idle_stop),
		cmocka_unit_test(target),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	alarm(300);
	return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
