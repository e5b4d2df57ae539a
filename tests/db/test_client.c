/* The synchronous and the asynchronous client against a real server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/db/async.h"
#include "svcdesk/mem.h"
#include "tests/db/fixture.h"

/* ---- synchronous ---- */

static void sync_query(void **state)
{
	struct sd_err err;
	struct sd_conn *c = fixture_open("postgres");
	const char *const params[] = {"41", NULL};
	(void)state;
	struct sd_result *r = sd_conn_query(c, "select $1::int + 1 as answer, $2::text as nothing", 2, params, &err);
	assert_non_null(r);
	assert_int_equal(sd_result_rows(r), 1);
	assert_string_equal(sd_result_name(r, 0), "answer");
	assert_string_equal(sd_result_get(r, 0, 0), "42");
	assert_null(sd_result_get(r, 0, 1));
	assert_null(sd_result_get(r, 1, 0));
	sd_result_free(r);
	sd_conn_close(c);
}

static void sync_settings(void **state)
{
	struct sd_conn *c = fixture_open("postgres");
	(void)state;
	char *v = fixture_ask(c,
		"select concat_ws(' ', current_setting('TimeZone'), current_setting('DateStyle'), current_setting('search_path'),"
		" current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'), "
		"current_setting('statement_timeout'),"
		" current_setting('client_encoding'), current_setting('client_connection_check_interval'))");
	assert_string_equal(v, "UTC ISO, YMD pg_catalog,pg_temp 2s 5s 1min UTF8 5s");
	free(v);
	sd_conn_close(c);
}

static void sync_errors(void **state)
{
	struct sd_err err;
	struct sd_conn *c = fixture_open("postgres");
	static const struct {
		const char *sql, *sqlstate;
		enum sd_err_class cls;
	} t[] = {
		{"select 1/0", "22012", SD_ERR_INPUT},
		{"select nothing", "42703", SD_ERR_INTERNAL},
		{"do $$ begin raise insufficient_privilege; end $$", "42501", SD_ERR_DENIED},
		{"do $$ begin raise serialization_failure; end $$", "40001", SD_ERR_CONFLICT},
		{"do $$ begin raise lock_not_available; end $$", "55P03", SD_ERR_TIMEOUT},
	};
	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_null(sd_conn_query(c, t[i].sql, 0, NULL, &err));
		assert_string_equal(err.sqlstate, t[i].sqlstate);
		assert_int_equal(err.cls, t[i].cls);
	}
	/* hostile words of the server reach nobody's terminal */
	assert_null(sd_conn_query(c, "do $$ begin raise e'a\\x1b]0;evil\\x07b\\nc'; end $$", 0, NULL, &err));
	assert_null(strchr(err.text, '\x1b'));
	assert_null(strchr(err.text, '\n'));
	assert_null(strchr(err.log, '\x1b'));
	/* the connection is as good as before */
	char *one = fixture_ask(c, "select 1");
	assert_string_equal(one, "1");
	free(one);
	assert_false(sd_conn_script(c, "select 1;\nselect 2;\nselect oops;", &err));
	assert_non_null(strstr(err.text, "(line 3)"));
	sd_conn_close(c);
}

static void sync_timeout(void **state)
{
	struct sd_err err;
	struct sd_conn *c = fixture_open("postgres");
	(void)state;
	sd_conn_timeout(c, 20);
	assert_null(sd_conn_query(c, "select pg_advisory_lock(1), count(*) from generate_series(1, 1000000000)", 0, NULL, &err));
	assert_int_equal(err.cls, SD_ERR_TIMEOUT);
	assert_int_equal(sd_err_exit_code(&err), 1);
	sd_conn_close(c);
}

static void sync_pipeline(void **state)
{
	struct sd_err err;
	struct sd_conn *c = fixture_open("postgres");
	const char *const five[] = {"5"};
	const struct sd_stmt good[] = {{"select 1", 0, NULL}, {"select $1::int", 1, five}};
	const struct sd_stmt bad[] = {{"select 1", 0, NULL}, {"select oops", 0, NULL}, {"select 3", 0, NULL}};
	struct sd_result *r[3];
	(void)state;
	assert_true(sd_conn_pipeline(c, 2, good, r, &err));
	assert_string_equal(sd_result_get(r[1], 0, 0), "5");
	sd_result_free(r[0]);
	sd_result_free(r[1]);
	assert_false(sd_conn_pipeline(c, 3, bad, r, &err));
	assert_string_equal(err.sqlstate, "42703");
	assert_string_equal(sd_result_get(r[0], 0, 0), "1");
	assert_null(r[1]);
	assert_string_equal(sd_result_get(r[2], 0, 0), "3");
	sd_result_free(r[0]);
	sd_result_free(r[2]);
	sd_conn_close(c);
}

static bool count_to(void *arg, int cols, const char *const *names, const char *const *values)
{
	int *left = arg;
	assert_int_equal(cols, 1);
	assert_string_equal(names[0], "n");
	assert_non_null(values[0]);
	return --*left > 0;
}

static void sync_each(void **state)
{
	struct sd_err err;
	struct sd_conn *c = fixture_open("postgres");
	int left = 1000000;
	(void)state;
	assert_true(sd_conn_each(c, "select n from generate_series(1, 5000) n", 0, NULL, count_to, &left, &err));
	assert_int_equal(left, 1000000 - 5000);
	left = 10;
	assert_true(sd_conn_each(c, "select generate_series(1, 100000000) as n", 0, NULL, count_to, &left, &err));
	assert_int_equal(left, 0);
	left = 1000;
	assert_false(sd_conn_each(c, "select 10 / (5 - n) as n from generate_series(1, 9) n", 0, NULL, count_to, &left, &err));
	assert_string_equal(err.sqlstate, "22012");
	char *one = fixture_ask(c, "select 1");
	free(one);
	sd_conn_close(c);
}

static void sync_lost(void **state)
{
	struct sd_err err;
	struct sd_conn *c = fixture_open("postgres");
	(void)state;
	fixture_restart();
	assert_null(sd_conn_query(c, "select 1", 0, NULL, &err));
	assert_int_equal(err.cls, SD_ERR_CONNECTION);
	assert_null(sd_conn_query(c, "select 1", 0, NULL, &err));
	assert_int_equal(sd_err_exit_code(&err), 6);
	sd_conn_close(c);
	assert_null(sd_conn_open("host=/nowhere dbname=x", &err));
	assert_int_equal(err.cls, SD_ERR_CONNECTION);
	assert_null(sd_conn_open("nonsense=1", &err));
	assert_int_equal(err.cls, SD_ERR_INPUT);
}

/* ---- asynchronous ---- */

struct desk {
	struct sd_loop *loop;
	struct sd_db *db;
	int ready, lost;
	char why[64];
};

struct answer {
	int n, failed;
	char text[64], state[8];
	enum sd_err_class cls;
	int order;
};

static int arrivals;

static void on_state(void *arg, enum sd_db_state s, const struct sd_err *why)
{
	struct desk *d = arg;
	d->ready += s == SD_DB_READY;
	d->lost += s == SD_DB_LOST;
	if (s == SD_DB_LOST)
		snprintf(d->why, sizeof d->why, "%s", why->id);
}

static void on_answer(void *arg, const struct sd_result *res, const struct sd_err *err)
{
	struct answer *a = arg;
	a->n++;
	a->order = ++arrivals;
	a->failed += err != NULL;
	assert_true((res == NULL) == (err != NULL));
	snprintf(a->text, sizeof a->text, "%s",
		res && sd_result_rows(res) > 0 && sd_result_get(res, 0, 0) ? sd_result_get(res, 0, 0) : "");
	if (err) {
		snprintf(a->state, sizeof a->state, "%s", err->sqlstate);
		a->cls = err->cls;
	}
}

static void open_desk(struct desk *d, const char *uri)
{
	const struct sd_db_events ev = {on_state, d};
	memset(d, 0, sizeof *d);
	d->loop = sd_loop_new();
	d->db = sd_db_new(d->loop, uri, &ev);
}

static void close_desk(struct desk *d)
{
	sd_db_free(d->db);
	sd_loop_free(d->loop);
}

static void wait_ready(struct desk *d, int times)
{
	while (d->ready < times)
		sd_loop_turn(d->loop, 1000);
}

static void wait_idle(struct desk *d)
{
	while (sd_db_pending(d->db) > 0)
		sd_loop_turn(d->loop, 1000);
}

static void pipeline(void **state)
{
	struct desk d;
	struct answer a[4] = {0};
	(void)state;
	open_desk(&d, fixture_uri("postgres"));
	/* before the connection stands everything waits */
	sd_db_send(d.db, "select 'first'", 0, NULL, 0, on_answer, &a[0]);
	wait_idle(&d);
	assert_string_equal(a[0].text, "first");
	long before = sd_db_round_trips(d.db);
	sd_db_send(d.db, "select 1", 0, NULL, 0, on_answer, &a[1]);
	sd_db_send(d.db, "select oops", 0, NULL, 0, on_answer, &a[2]);
	int last = sd_db_send(d.db, "select 3", 0, NULL, SD_DB_FAST, on_answer, &a[3]);
	assert_true(last > 0);
	assert_int_equal(sd_db_pending(d.db), 3);
	assert_int_equal(a[1].n, 0);
	wait_idle(&d);
	assert_string_equal(a[1].text, "1");
	assert_string_equal(a[2].state, "42703");
	assert_string_equal(a[3].text, "3");
	assert_true(a[1].order < a[2].order && a[2].order < a[3].order);
	assert_int_equal(sd_db_round_trips(d.db) - before, 1);
	assert_int_equal(d.lost, 0);
	close_desk(&d);
}

/* A text that comes again is prepared, with a limit of its own or not; its failure does not spoil the next time. */
static void repeated(void **state)
{
	static const char text[] = "select 1 / (select count(*) from pg_catalog.pg_class where relname = 'repeated')";
	static const char bad[] = "select 1 / 0";
	struct desk d;
	struct answer a[8] = {0};
	(void)state;
	open_desk(&d, fixture_uri("postgres"));
	for (int i = 0; i < 4; i++)
		sd_db_send(d.db, text, 0, NULL, i == 3 ? SD_DB_FAST : 0, on_answer, &a[i]);
	wait_idle(&d);
	for (int i = 0; i < 4; i++)
		assert_string_equal(a[i].state, "22012");
	/* the first failed before the second was prepared; each failure gives up a name */
	for (int i = 0; i < 3; i++) {
		sd_db_send(d.db, bad, 0, NULL, 0, on_answer, &a[5]);
		wait_idle(&d);
		assert_string_equal(a[5].state, "22012");
	}
	for (int i = 0; i < 3; i++) {
		memset(&a[6], 0, sizeof a[6]);
		sd_db_send(d.db, "select count(*) from pg_catalog.pg_prepared_statements where name like 'svc%'", 0, NULL,
			i == 2 ? SD_DB_FAST : 0, on_answer, &a[6]);
		wait_idle(&d);
	}
	assert_true(atoi(a[6].text) >= 1);
	close_desk(&d);
}

/* A day of filters and of counts that time out leaves no more on the server than the client knows. */
static void prepared_do_not_pile_up(void **state)
{
	struct desk d;
	struct answer a = {0};
	(void)state;
	open_desk(&d, fixture_uri("postgres"));
	for (int i = 0; i < 4; i++) {
		sd_db_send(d.db, "select count(*) from generate_series(1, 1000000000)", 0, NULL, SD_DB_FAST, on_answer, &a);
		wait_idle(&d);
		assert_int_equal(a.cls, SD_ERR_TIMEOUT);
	}
	sd_db_send(d.db, "select count(*) from pg_prepared_statements where name like 'svc%'", 0, NULL, 0, on_answer, &a);
	wait_idle(&d);
	assert_string_equal(a.text, "1");
	for (int i = 0; i < 200; i++) {
		char sql[40];
		snprintf(sql, sizeof sql, "select %d", i / 2);
		sd_db_send(d.db, sql, 0, NULL, 0, on_answer, &a);
		wait_idle(&d);
	}
	sd_db_send(d.db, "select count(*) <= 32 from pg_prepared_statements where name like 'svc%'", 0, NULL, 0, on_answer, &a);
	wait_idle(&d);
	assert_string_equal(a.text, "t");
	close_desk(&d);
}

static void limits(void **state)
{
	struct desk d;
	struct answer a[3] = {0};
	(void)state;
	open_desk(&d, fixture_uri("postgres"));
	sd_db_send(d.db, "select current_setting('statement_timeout')", 0, NULL, SD_DB_FAST, on_answer, &a[0]);
	sd_db_send(d.db, "select current_setting('statement_timeout')", 0, NULL, 0, on_answer, &a[1]);
	sd_db_send(d.db, "select count(*) from generate_series(1, 1000000000)", 0, NULL, SD_DB_FAST, on_answer, &a[2]);
	wait_idle(&d);
	assert_string_equal(a[0].text, "300ms");
	assert_string_equal(a[1].text, "10s");
	assert_int_equal(a[2].cls, SD_ERR_TIMEOUT);
	close_desk(&d);
}

static void big(void **state)
{
	struct desk d;
	struct answer a = {0};
	size_t n = 8u << 20;
	char *text = malloc(n + 1);
	(void)state;
	memset(text, 'x', n);
	text[n] = '\0';
	const char *params[] = {text};
	open_desk(&d, fixture_uri("postgres"));
	for (int i = 0; i < 3; i++)
		sd_db_send(d.db, "select length($1), repeat('y', 1000000)", 1, params, 0, on_answer, &a);
	wait_idle(&d);
	assert_int_equal(a.n, 3);
	assert_int_equal(a.failed, 0);
	assert_string_equal(a.text, "8388608");
	free(text);
	close_desk(&d);
}

static void restart(void **state)
{
	struct desk d;
	struct answer read = {0}, late = {0}, kept = {0};
	struct sd_conn *c = fixture_open("postgres");
	(void)state;
	fixture_do(c, "create table public.op(id int primary key, n int not null)");
	sd_conn_close(c);
	open_desk(&d, fixture_uri("postgres"));
	wait_ready(&d, 1);
	fixture_down();
	while (d.lost == 0)
		sd_loop_turn(d.loop, 1000);
	assert_int_equal(sd_db_state(d.db), SD_DB_LOST);
	sd_db_send(d.db, "select 1", 0, NULL, 0, on_answer, &read);
	assert_int_equal(read.n, 0); /* never from inside sd_db_send */
	sd_db_send(d.db, "insert into public.op values (1, 1) on conflict (id) do update set n = op.n returning n", 0, NULL,
		SD_DB_KEEP, on_answer, &kept);
	while (read.n == 0)
		sd_loop_turn(d.loop, 1000);
	assert_int_equal(read.cls, SD_ERR_CONNECTION);
	assert_int_equal(kept.n, 0);
	assert_int_equal(sd_db_pending(d.db), 1);
	fixture_up();
	wait_ready(&d, 2);
	sd_db_send(d.db, "select 2", 0, NULL, 0, on_answer, &late);
	wait_idle(&d);
	assert_string_equal(kept.text, "1");
	assert_int_equal(kept.n, 1);
	assert_string_equal(late.text, "2");
	assert_true(kept.order < late.order);
	close_desk(&d);
}

/* The server commits, its answer never arrives: what is kept is sent again and has one effect. */
static void unknown_outcome(void **state)
{
	struct desk d;
	struct answer read = {0}, kept = {0};
	(void)state;
	struct sd_conn *c = fixture_open("postgres");
	fixture_do(c, "create table public.tried(n serial); create table public.done(op uuid primary key);"
				  "create function public.act(p uuid) returns text language plpgsql as $$ begin"
				  " if exists (select from public.done where op = p) then return 'again'; end if;"
				  " insert into public.done values (p); return 'first'; end $$");
	fixture_do(c, "begin; select pg_advisory_lock(77)");
	open_desk(&d, fixture_uri("postgres"));
	wait_ready(&d, 1);
	/* commits in the function's own statement, then waits for the lock in the next one of the same request's connection */
	sd_db_send(d.db, "select public.act('5b7f6f0e-0000-4000-8000-000000000001')", 0, NULL, SD_DB_KEEP, on_answer, &kept);
	sd_db_send(d.db, "select pg_advisory_lock(77)", 0, NULL, 0, on_answer, &read);
	/* the first is done on the server before we read a byte: its effect is there, its answer unread */
	bool done = false;
	while (!done) {
		char *n = fixture_ask(c, "select count(*) from public.done");
		done = *n == '1';
		free(n);
	}
	fixture_do(c, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'svcdesk'"
				  " and pid <> pg_backend_pid() and backend_type = 'client backend'");
	/* drops the answer that lies in the socket, as a dead line would */
	shutdown(PQsocket(d.db->pg), SHUT_RDWR);
	char drain[4096];
	while (recv(PQsocket(d.db->pg), drain, sizeof drain, MSG_DONTWAIT) > 0)
		;
	wait_idle(&d);
	assert_int_equal(d.ready, 2);
	assert_int_equal(kept.n, 1);
	assert_string_equal(kept.text, "again");
	assert_int_equal(read.failed, 1);
	assert_int_equal(read.cls, SD_ERR_CONNECTION);
	sd_conn_close(c);
	c = fixture_open("postgres");
	char *n = fixture_ask(c, "select count(*) from public.done");
	assert_string_equal(n, "1");
	free(n);
	sd_conn_close(c);
	close_desk(&d);
}

/* Connections that break again and again while acts are under way: each act has one effect and one answer, in order. */
static void storm(void **state)
{
	enum { N = 300 };
	static struct answer a[N];
	struct desk d;
	(void)state;
	struct sd_conn *c = fixture_open("postgres");
	fixture_do(c, "create table public.storm(op int primary key, at serial, tries int not null default 1)");
	open_desk(&d, fixture_uri("postgres"));
	int sent = 0;
	while (sent < N || sd_db_pending(d.db) > 0) {
		char n[16];
		const char *params[] = {n};
		for (int i = 0; i < 20 && sent < N; i++, sent++) {
			snprintf(n, sizeof n, "%d", sent);
			sd_db_send(d.db,
				"insert into public.storm(op) values ($1::int) on conflict (op) do update set tries = storm.tries + 1 returning "
				"op",
				1, params, SD_DB_KEEP, on_answer, &a[sent]);
		}
		sd_loop_turn(d.loop, 20);
		if (sent < N && d.ready > 0)
			fixture_do(c, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'svcdesk'"
						  " and pid <> pg_backend_pid() and backend_type = 'client backend'");
	}
	assert_true(d.lost > 0);
	for (int i = 0; i < N; i++) {
		assert_int_equal(a[i].n, 1);
		assert_int_equal(a[i].failed, 0);
		assert_int_equal(atoi(a[i].text), i);
		assert_true(i == 0 || a[i].order > a[i - 1].order);
	}
	char *rows =
		fixture_ask(c, "select count(*) || ' ' || bool_and(op = rank) from (select op, rank() over (order by at) - 1 as rank"
					   " from public.storm) x");
	assert_string_equal(rows, "300 true");
	free(rows);
	sd_conn_close(c);
	close_desk(&d);
}

/* Behind a pooler that takes no start-up options the settings go ahead of everything else. */
static void settings_as_statement(void **state)
{
	struct desk d;
	struct answer a = {0}, kept = {0};
	(void)state;
	open_desk(&d, fixture_uri("postgres"));
	wait_ready(&d, 1);
	d.db->hosts.no_options = true;
	fixture_restart();
	while (d.lost == 0)
		sd_loop_turn(d.loop, 1000);
	sd_db_send(d.db, "select current_setting('lock_timeout')", 0, NULL, SD_DB_KEEP, on_answer, &kept);
	wait_ready(&d, 2);
	sd_db_send(d.db, "select concat_ws(' ', current_setting('statement_timeout'), current_setting('TimeZone'))", 0, NULL, 0,
		on_answer, &a);
	wait_idle(&d);
	assert_string_equal(kept.text, "2s");
	assert_string_equal(a.text, "10s UTC");
	close_desk(&d);
}

static void hang(void **state)
{
	struct desk d;
	struct answer pid = {0}, stuck = {0}, kept = {0}, after = {0};
	(void)state;
	open_desk(&d, fixture_uri("postgres"));
	d.db->patience = 200;
	sd_db_send(d.db, "select pg_backend_pid()", 0, NULL, 0, on_answer, &pid);
	wait_idle(&d);
	pid_t backend = (pid_t)atol(pid.text);
	assert_int_equal(kill(backend, SIGSTOP), 0);
	sd_db_send(d.db, "select 1", 0, NULL, 0, on_answer, &stuck);
	sd_db_send(d.db, "select 'kept'", 0, NULL, SD_DB_KEEP, on_answer, &kept);
	wait_ready(&d, 2);
	assert_string_equal(d.why, "server_hangs");
	sd_db_send(d.db, "select 'alive'", 0, NULL, 0, on_answer, &after);
	wait_idle(&d);
	assert_int_equal(stuck.cls, SD_ERR_CONNECTION);
	assert_string_equal(kept.text, "kept");
	assert_string_equal(after.text, "alive");
	kill(backend, SIGCONT);
	close_desk(&d);
}

/* The first host of the list takes connections and never says a word. */
static void rotation(void **state)
{
	struct desk d;
	struct answer a = {0};
	char conninfo[1024], dead[512];
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	(void)state;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(dead, sizeof dead, "%s", fixture_dir());
	snprintf(addr.sun_path, sizeof addr.sun_path, "%.80s/.s.PGSQL.5432", dead);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
	assert_int_equal(listen(fd, 5), 0);
	const char *host = strstr(fixture_uri("postgres"), "host=");
	snprintf(conninfo, sizeof conninfo, "host=%s,%s user=postgres dbname=postgres", dead, host + 5);
	open_desk(&d, conninfo);
	sd_db_send(d.db, "select current_setting('transaction_read_only')", 0, NULL, 0, on_answer, &a);
	wait_idle(&d);
	assert_string_equal(a.text, "off");
	assert_int_equal(d.lost, 0);
	assert_int_equal(d.ready, 1);
	close_desk(&d);
	close(fd);
}

static void hopeless(void **state)
{
	struct desk d;
	struct answer a = {0};
	(void)state;
	open_desk(&d, "nonsense=1");
	sd_db_send(d.db, "select 1", 0, NULL, 0, on_answer, &a);
	wait_idle(&d);
	assert_int_equal(a.failed, 1);
	assert_int_equal(d.lost, 1);
	close_desk(&d);
	open_desk(&d, "host=/nowhere");
	sd_db_send(d.db, "select 1", 0, NULL, SD_DB_KEEP, on_answer, &a);
	while (d.lost == 0)
		sd_loop_turn(d.loop, 1000);
	assert_int_equal(sd_db_pending(d.db), 1);
	close_desk(&d); /* what is outstanding is dropped without a callback */
	assert_int_equal(a.n, 1);
}

/* What nobody waits for any more does not go on in the server; a write does. */
static void dropped_reads_are_cancelled(void **state)
{
	static const char running[] = "select count(*) from pg_locks where locktype = 'advisory' and not granted";
	static const char waits[] = "select set_config('lock_timeout', '0', false), pg_advisory_lock(77)";
	(void)state;
	struct sd_conn *c = fixture_open("postgres");
	fixture_do(c, "select pg_advisory_lock(77)");
	for (int act = 0; act < 2; act++) {
		struct desk d;
		struct answer a = {0};
		char *n = NULL;
		open_desk(&d, fixture_uri("postgres"));
		wait_ready(&d, 1);
		sd_db_send(d.db, waits, 0, NULL, act ? SD_DB_ACT : SD_DB_LONG, on_answer, &a);
		do {
			free(n);
			sd_loop_turn(d.loop, 5);
			n = fixture_ask(c, running);
		} while (strcmp(n, "1") != 0);
		close_desk(&d);
		do { /* at once: the server looks for its client only every few seconds */
			free(n);
			n = fixture_ask(c, running);
		} while (!act && strcmp(n, "0") != 0);
		assert_string_equal(n, act ? "1" : "0");
		free(n);
	}
	fixture_do(c, "select pg_advisory_unlock(77)");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no process is left */
	sd_conn_close(c);
}

static void free_it(void *arg, const struct sd_result *res, const struct sd_err *err)
{
	struct desk *d = arg;
	(void)res;
	(void)err;
	sd_db_free(d->db);
	d->db = NULL;
	sd_loop_stop(d->loop);
}

static void free_inside(void **state)
{
	struct desk d;
	struct answer a = {0};
	(void)state;
	open_desk(&d, fixture_uri("postgres"));
	wait_ready(&d, 1);
	sd_db_send(d.db, "select 1", 0, NULL, 0, free_it, &d);
	sd_db_send(d.db, "select 2", 0, NULL, 0, on_answer, &a);
	sd_loop_run(d.loop);
	assert_null(d.db);
	assert_int_equal(a.n, 0);
	sd_loop_free(d.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sync_query),
		cmocka_unit_test(sync_settings),
		cmocka_unit_test(sync_errors),
		cmocka_unit_test(sync_timeout),
		cmocka_unit_test(sync_pipeline),
		cmocka_unit_test(sync_each),
		cmocka_unit_test(sync_lost),
		cmocka_unit_test(pipeline),
		cmocka_unit_test(repeated),
		cmocka_unit_test(prepared_do_not_pile_up),
		cmocka_unit_test(limits),
		cmocka_unit_test(big),
		cmocka_unit_test(restart),
		cmocka_unit_test(unknown_outcome),
		cmocka_unit_test(storm),
		cmocka_unit_test(settings_as_statement),
		cmocka_unit_test(hang),
		cmocka_unit_test(dropped_reads_are_cancelled),
		cmocka_unit_test(rotation),
		cmocka_unit_test(hopeless),
		cmocka_unit_test(free_inside),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	alarm(300);
	return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
