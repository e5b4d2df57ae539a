/* bench_db AGENT-URI DBA-URI: what the database costs, as ratios to floors measured in the same run. */
#include "tests/bench/bench.h"

#include <libpq-fe.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "svcdesk/ticket.h"
#include "svcdesk/uuid.h"

enum { RUNS = 300, WRITE_SECONDS = 4, WRITERS_MAX = 64, WARM = 100 };

static PGconn *open_db(const char *uri)
{
	PGconn *c = PQconnectdb(uri);
	if (PQstatus(c) != CONNECTION_OK) {
		fprintf(stderr, "bench_db: %s", PQerrorMessage(c));
		exit(1);
	}
	return c;
}

static PGresult *must(PGconn *c, PGresult *r)
{
	ExecStatusType st = PQresultStatus(r);
	if (st != PGRES_TUPLES_OK && st != PGRES_COMMAND_OK) {
		fprintf(stderr, "bench_db: %s", PQerrorMessage(c));
		exit(1);
	}
	return r;
}

static char *value(PGconn *c, const char *sql)
{
	PGresult *r = must(c, PQexec(c, sql));
	char *v = strdup(PQntuples(r) ? PQgetvalue(r, 0, 0) : "");
	PQclear(r);
	return v;
}

/* Milliseconds of runs executions of one statement, sent as the console sends it: prepared when it has no parameters. */
static struct samples timed(PGconn *c, const char *sql, int n, const char *const *params, int runs)
{
	struct samples s = {0};
	if (!n)
		PQclear(must(c, PQprepare(c, "", sql, 0, NULL)));
	for (int i = -5; i < runs; i++) {
		double t = bench_now();
		PQclear(
			must(c, n ? PQexecParams(c, sql, n, NULL, params, NULL, NULL, 0) : PQexecPrepared(c, "", 0, NULL, NULL, NULL, 0)));
		if (i >= 0)
			samples_add(&s, (bench_now() - t) * 1000);
	}
	return s;
}

static void bench_pages(PGconn *agent, PGconn *dba)
{
	bench_title("Queue pages of 50 and counts");
	struct samples bare =
		timed(dba, "select t.* from desk.ticket t where t.phase < 3 order by t.priority, t.id limit 50", 0, NULL, RUNS);
	double floor = samples_at(&bare, 0.5);
	for (size_t i = 0; i < sd_views_n; i++) {
		const struct sd_view *view = &sd_views[i];
		struct sd_arena *a = sd_arena_new();
		struct sd_err err;
		struct sd_query_sql sql;
		struct sd_query *q = sd_query_parse(a, view->query, NULL, 0, &err);
		struct sd_query_opts page = {.mode = SD_QUERY_PAGE, .columns = sd_row_columns, .limit = 50, .server_times = true};
		struct sd_query_opts count = {.mode = SD_QUERY_COUNT, .limit = 1000};
		if (!q || !sd_query_sql(q, a, &page, &sql, &err)) {
			fprintf(stderr, "bench_db: view %s: %s\n", view->id, err.text);
			exit(1);
		}
		struct samples s = timed(agent, sql.sql, sql.nparams, sql.params, RUNS);
		double p50 = samples_at(&s, 0.5), p99 = samples_at(&s, 0.99);
		bench_row(bench_fmt("page of view %s", view->id), bench_fmt("p50 %.2f ms, p99 %.2f ms, %.1fx", p50, p99, p50 / floor),
			bench_fmt("bare keyset scan %.2f ms", floor), "<= 2x", p50 <= 2 * floor);
		samples_free(&s);
		if (view->count && sd_query_sql(q, a, &count, &sql, &err)) {
			s = timed(agent, sql.sql, sql.nparams, sql.params, RUNS / 3);
			bench_row(bench_fmt("count of view %s (to 1000)", view->id),
				bench_fmt("p50 %.2f ms, p99 %.2f ms", samples_at(&s, 0.5), samples_at(&s, 0.99)), "-", "-", -1);
			samples_free(&s);
		}
		sd_arena_free(a);
	}
	samples_free(&bare);
}

/* The statement with another table for the tickets; malloc'ed. */
static char *with_table(const char *sql, const char *table)
{
	static const char from[] = "desk.ticket t";
	const char *at = strstr(sql, from);
	return bench_fmt("%.*s%s t%s", (int)(at - sql), sql, table, at + strlen(from));
}

/* The counts of all views over everything, and over a copy that holds the open records and only 10,000 of the others. Both as
 * superuser: what a reader's policies cost is the same in both. */
static void bench_counters(PGconn *dba)
{
	double all = 0, few = 0;
	PQclear(must(
		dba, PQexec(dba,
				 "set client_min_messages = error; drop table if exists bench_small; create table bench_small (like desk.ticket "
				 "including indexes); insert into bench_small select * from desk.ticket where phase < 3; insert into bench_small "
				 "select * from desk.ticket where phase = 3 order by updated_at desc limit 10000; analyze bench_small")));
	for (size_t i = 0; i < sd_views_n; i++) {
		struct sd_arena *a = sd_arena_new();
		struct sd_err err;
		struct sd_query_sql sql;
		struct sd_query *q = sd_query_parse(a, sd_views[i].query, NULL, 0, &err);
		struct sd_query_opts count = {.mode = SD_QUERY_COUNT, .limit = 1000};
		if (sd_views[i].count && q && sd_query_sql(q, a, &count, &sql, &err)) {
			char *small = with_table(sql.sql, "bench_small");
			struct samples s = timed(dba, sql.sql, sql.nparams, sql.params, RUNS / 3),
						   t = timed(dba, small, sql.nparams, sql.params, RUNS / 3);
			all += samples_at(&s, 0.5);
			few += samples_at(&t, 0.5);
			samples_free(&s);
			samples_free(&t);
			free(small);
		}
		sd_arena_free(a);
	}
	bench_row("queue counters, all views", bench_fmt("%.2f ms, %.2fx", all, all / few), bench_fmt("10,000 closed: %.2f ms", few),
		"<= 1.5x", all <= 1.5 * few);
	PQclear(must(dba, PQexec(dba, "drop table bench_small")));
}

/* Dashboard and wallboard, as an agent asks: what is open now, and what is counted over time, of which what lies in the past is
 * summed up first, as ticks do it. */
static void bench_dashboard(PGconn *agent, PGconn *dba)
{
	static const struct {
		const char *what, *sql;
	} list[] = {{"the wallboard, its live part (desk.wall)", "select desk.wall('{\"parts\": [\"live\"]}')"},
		{"the dashboard of the console (desk.dash)", "select desk.dash('this-month', 'day')"}};
	bench_title("Dashboard and wallboard");
	double t = bench_now();
	int days = 0;
	bool more = true;
	while (more && bench_now() - t < 60) {
		char *answer = value(dba, "select desk.sum_figures()");
		more = *answer == 't';
		days += more;
		free(answer);
	}
	bench_row(
		"days summed up within a minute", bench_fmt("%d in %.1f s%s", days, bench_now() - t, more ? "" : ", all"), "-", "-", -1);
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct samples s = timed(agent, list[i].sql, 0, NULL, 5);
		bench_row(list[i].what, bench_fmt("p50 %.1f ms", samples_at(&s, 0.5)), "-", "-", -1);
		samples_free(&s);
	}
}

static void bench_open(PGconn *agent, PGconn *dba)
{
	bench_title("Opening and searching");
	char *id =
		value(dba, "select t.id from desk.ticket t where t.last_seq >= 50 and not t.restricted order by t.last_seq limit 1");
	if (!*id) {
		free(id);
		id = value(dba, "select t.id from desk.ticket t where not t.restricted order by t.last_seq desc limit 1");
	}
	char *events = value(dba, bench_fmt("select last_seq from desk.ticket where id = %s", id));
	const char *params[] = {id};
	struct samples s = timed(agent, "select desk.show($1::bigint)", 1, params, RUNS);
	double p50 = samples_at(&s, 0.5), p95 = samples_at(&s, 0.95);
	bench_row(bench_fmt("open a ticket with %s events", events), bench_fmt("p50 %.2f ms, p95 %.2f ms, 1 round trip", p50, p95),
		"-", "<= 10 ms", p95 <= 10);
	samples_free(&s);
	static const char *const words[] = {
		"printer", "password reset", "mail verification", "network", "laptop battery", "\xe6\x89\x93\xe5\x8d\xb0\xe6\x9c\xba"};
	struct samples all = {0};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct sd_arena *a = sd_arena_new();
		struct sd_err err;
		struct sd_query_sql sql;
		struct sd_query *q = sd_query_parse(a, words[i], NULL, 0, &err);
		struct sd_query_opts page = {.mode = SD_QUERY_PAGE, .columns = sd_row_columns, .limit = 50, .server_times = true};
		if (!q || !sd_query_sql(q, a, &page, &sql, &err))
			exit(1);
		s = timed(agent, sql.sql, sql.nparams, sql.params, 20);
		bench_row(bench_fmt("first 50 with the words %s", words[i]),
			bench_fmt("p50 %.1f ms, p95 %.1f ms", samples_at(&s, 0.5), samples_at(&s, 0.95)), "-", "-", -1);
		for (size_t k = 0; k < s.n; k++)
			samples_add(&all, s.v[k]);
		samples_free(&s);
		sd_arena_free(a);
	}
	double worst = samples_at(&all, 0.95);
	bench_row("full-text search, all of these", bench_fmt("p95 %.1f ms", worst), "-", "<= 100 ms", worst <= 100);
	samples_free(&all);
}

/* Seconds of processor time the server process of this connection has used; 0 where it cannot be read. */
static double server_cpu(PGconn *c)
{
	unsigned long user = 0, sys = 0;
	char *path = bench_fmt("/proc/%d/stat", PQbackendPID(c));
	FILE *f = fopen(path, "r");
	if (f) {
		if (fscanf(f, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys) != 2)
			user = sys = 0;
		fclose(f);
	}
	free(path);
	return (double)(user + sys) / (double)sysconf(_SC_CLK_TCK);
}

/* What one writer does: as many calls as an agent's session soon has behind it, then those that count, all writers at once. */
static void write_on(const char *uri, int k, void (*writer)(PGconn *, int, long), int ready, int go, int result)
{
	PGconn *c = open_db(uri);
	struct samples s = {0};
	long i = 0;
	char byte = 0;
	while (i < WARM)
		writer(c, k, i++);
	if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 0)
		_exit(1);
	double begun = server_cpu(c), end = bench_now() + WRITE_SECONDS;
	for (double t = bench_now(); t < end; t = bench_now()) {
		writer(c, k, i++);
		samples_add(&s, bench_now() - t);
	}
	double out[3] = {(double)(i - WARM), samples_at(&s, 0.5) * 1000, server_cpu(c) - begun};
	if (write(result, out, sizeof out) != sizeof out)
		_exit(1);
	PQfinish(c);
	_exit(0);
}

/* Runs writer(conn, k) in n processes for WRITE_SECONDS; returns calls a second, the worst median and what a call costs the
 * server in microseconds of processor time. */
static double writers(const char *uri, int n, void (*writer)(PGconn *, int, long), double *p50, double *cpu)
{
	int ready[2], go[2], result[2];
	pid_t pids[WRITERS_MAX];
	char byte;
	if (pipe(ready) || pipe(go) || pipe(result))
		exit(1);
	fflush(NULL);
	for (int k = 0; k < n; k++)
		if ((pids[k] = fork()) == 0) {
			close(go[1]);
			write_on(uri, k, writer, ready[1], go[0], result[1]);
		}
	for (int k = 0; k < n; k++)
		if (read(ready[0], &byte, 1) != 1)
			exit(1);
	close(go[1]);
	double calls = 0, one[3];
	*p50 = *cpu = 0;
	for (int k = 0; k < n; k++) {
		if (read(result[0], one, sizeof one) != sizeof one)
			exit(1);
		calls += one[0];
		*p50 = fmax(*p50, one[1]);
		*cpu += one[2];
	}
	const int fds[] = {ready[0], ready[1], go[0], result[0], result[1]};
	for (size_t k = 0; k < sizeof fds / sizeof *fds; k++)
		close(fds[k]);
	for (int k = 0; k < n; k++)
		waitpid(pids[k], NULL, 0);
	*cpu *= calls > 0 ? 1e6 / calls : 0;
	return calls / WRITE_SECONDS;
}

/* Open tickets in random order with their urgency: writers take turns through them, so that they do not wait for each other
 * and each act changes something. */
static long ntickets, *ticket_id;
static int *ticket_urgency, nwriters;

static long pick(int k, long i)
{
	return (i * nwriters + k) % ntickets;
}

static int other_urgency(int k, long i)
{
	return 1 + (int)((ticket_urgency[pick(k, i)] + i * nwriters / ntickets) % 3);
}

static void load_tickets(PGconn *dba)
{
	PGresult *r = must(dba, PQexec(dba, "select id, urgency from desk.ticket where phase < 3 and not restricted and kind = "
										"'incident' order by md5(id::text)"));
	ntickets = PQntuples(r);
	ticket_id = realloc(ticket_id, (size_t)ntickets * sizeof *ticket_id);
	ticket_urgency = realloc(ticket_urgency, (size_t)ntickets * sizeof *ticket_urgency);
	for (int i = 0; i < ntickets; i++) {
		ticket_id[i] = atol(PQgetvalue(r, i, 0));
		ticket_urgency[i] = atoi(PQgetvalue(r, i, 1));
	}
	PQclear(r);
}

static void write_bare(PGconn *c, int k, long i)
{
	const char *name = "bare";
	static bool prepared;
	if (!prepared) {
		PQclear(must(c, PQprepare(c, name,
							"with u as (update bench_ticket set urgency = $2, version = version + 1, updated_at = now() where id "
							"= $1 returning id, version)"
							" insert into bench_event select id, version, now(), $3 from u",
							0, NULL)));
		prepared = true;
	}
	char id[32], urgency[4];
	snprintf(id, sizeof id, "%ld", ticket_id[pick(k, i)]);
	snprintf(urgency, sizeof urgency, "%d", other_urgency(k, i));
	const char *p[] = {id, urgency, "edit"};
	PQclear(must(c, PQexecPrepared(c, name, 3, p, NULL, NULL, 0)));
}

static void act_once(PGconn *c, int k, long i, const char *verb, const char *fields)
{
	const char *name = "act";
	static bool prepared;
	if (!prepared) {
		PQclear(must(c, PQprepare(c, name, "select desk.act($1::bigint, $2, $3::jsonb, null, $4::uuid, 'cli')", 0, NULL)));
		prepared = true;
	}
	char id[32], op[SD_UUID_TEXT];
	snprintf(id, sizeof id, "%ld", ticket_id[pick(k, i)]);
	sd_uuid_v4(op);
	const char *p[] = {id, verb, fields, op};
	PGresult *r = must(c, PQexecPrepared(c, name, 4, p, NULL, NULL, 0));
	if (!strstr(PQgetvalue(r, 0, 0), "\"ok\": true")) {
		fprintf(stderr, "bench_db: act: %s %s: %s\n", verb, fields, PQgetvalue(r, 0, 0));
		exit(1);
	}
	PQclear(r);
}

/* The dearest of the ordinary acts: another urgency is another priority, which is another target for every clock. */
static void write_act(PGconn *c, int k, long i)
{
	char fields[64];
	snprintf(fields, sizeof fields, "{\"urgency\":\"%d\"}", other_urgency(k, i));
	act_once(c, k, i, "edit", fields);
}

/* What agents do all day: of ten acts five are words, three move a ticket, two change a field. */
static void write_mixed(PGconn *c, int k, long i)
{
	static const struct {
		const char *verb, *fields;
	} acts[] = {{"note", "{\"body\":\"Asked the second line; they look at it after lunch.\"}"},
		{"reply", "{\"body\":\"We have found the cause and will write again today.\"}"},
		{"note", "{\"body\":\"Rebooted, seen on two more machines.\"}"}, {"take", "{}"}, {"edit", NULL},
		{"note", "{\"body\":\"Caller is out until Monday.\"}"},
		{"assign", "{\"group\":null,\"assignee\":\"@me\",\"reason\":\"bench\"}"},
		{"reply", "{\"body\":\"Is it better now? Please try once more.\"}"}, {"tag", "{\"add\":\"seen\"}"},
		{"assign", "{\"assignee\":null,\"group\":100,\"reason\":\"bench\"}"}};
	long n = i % (long)(sizeof acts / sizeof *acts);
	if (acts[n].fields)
		act_once(c, k, i, acts[n].verb, acts[n].fields);
	else
		write_act(c, k, i);
}

static void bench_acts(const char *agent_uri, const char *dba_uri, PGconn *dba)
{
	static const struct {
		const char *what;
		void (*write)(PGconn *, int, long);
	} acts[] = {{"acts as they come", write_mixed}, {"changes of priority", write_act}};
	static const int counts[] = {1, 16};
	bench_title("Acts (commit, journal, chain, feed) against a bare UPDATE + INSERT in one round trip");
	PQclear(must(
		dba, PQexec(dba,
				 "set client_min_messages = error; drop table if exists bench_ticket, bench_event;"
				 "create table bench_ticket as select id, urgency, version, updated_at, subject from desk.ticket where phase < 3;"
				 "alter table bench_ticket add primary key (id);"
				 "create table bench_event(id bigint, seq int, at timestamptz, verb text, primary key (id, seq))")));
	for (int k = 0; k < 2; k++) {
		double bare_ms, act_ms, want = k ? 0.12 : 0.2;
		nwriters = counts[k];
		load_tickets(dba);
		double bare_cpu, cpu, bare = writers(dba_uri, counts[k], write_bare, &bare_ms, &bare_cpu);
		for (int a = 0; a < 2; a++) {
			load_tickets(dba);
			double act = writers(agent_uri, counts[k], acts[a].write, &act_ms, &cpu);
			bench_row(bench_fmt("%s, %d writer%s", acts[a].what, counts[k], k ? "s" : ""),
				bench_fmt(
					"%.0f a second, median %.2f ms, %.2fx; %.0f us of the server's processor each", act, act_ms, act / bare, cpu),
				bench_fmt("%.0f a second, median %.2f ms; %.0f us", bare, bare_ms, bare_cpu),
				k ? ">= 0.12x and >= 2,000 a second" : ">= 0.2x", act >= want * bare && (!k || act >= 2000));
		}
	}
	PQclear(must(dba, PQexec(dba, "drop table bench_ticket, bench_event")));
}

enum { BULK = 10000, PART = 250 };

/* Ten thousand tickets under one operation, in parts, each answered before the next is sent; then its undo. */
static void bench_bulk(PGconn *agent)
{
	char op[SD_UUID_TEXT], undo[SD_UUID_TEXT];
	long n = ntickets < BULK ? ntickets : BULK, parts = (n + PART - 1) / PART;
	sd_uuid_v4(op);
	sd_uuid_v4(undo);
	double t = bench_now();
	for (long part = 0; part < parts; part++) {
		struct sd_str ids = {0};
		for (long i = part * PART; i < n && i < (part + 1) * PART; i++)
			sd_str_addf(&ids, "%c%ld", i % PART ? ',' : '{', ticket_id[i]);
		sd_str_addc(&ids, '}');
		char *number = bench_fmt("%ld", part);
		const char *p[] = {ids.data, op, number};
		PQclear(must(agent,
			PQexecParams(agent, "select desk.act_many($1::bigint[], 'tag', '{\"add\": \"storm\"}', $2::uuid, $3::int, 'cli')", 3,
				NULL, p, NULL, NULL, 0)));
		free(number);
		sd_str_free(&ids);
	}
	double done = bench_now();
	for (long part = 0; part < parts; part++) {
		char *number = bench_fmt("%ld", part);
		const char *p[] = {op, undo, number};
		PQclear(
			must(agent, PQexecParams(agent, "select desk.undo($1::uuid, $2::uuid, $3::int, 'cli')", 3, NULL, p, NULL, NULL, 0)));
		free(number);
	}
	double undone = bench_now() - done;
	bench_row(bench_fmt("one act on %ld tickets, in parts of %d", n, PART),
		bench_fmt("%.2f s, %.0f us each", done - t, (done - t) * 1e6 / (double)n), "-", "<= 5 s", done - t <= 5);
	bench_row("its undo", bench_fmt("%.2f s, %.0f us each", undone, undone * 1e6 / (double)n), "-", "<= 5 s", undone <= 5);
}

/* Clocks anew for the first tickets of the desk, two promised to each, over two connections; taken back at the end. */
static void bench_reclock(const char *dba_uri)
{
	enum { LANES = 2, BATCH = 500, BATCHES = 20 };
	PGconn *c[LANES];
	double clocks = 0, cpu = 0, t;

	for (int k = 0; k < LANES; k++) {
		c[k] = open_db(dba_uri);
		cpu -= server_cpu(c[k]);
		PQclear(must(c[k], PQexec(c[k], "begin")));
		char *sql = bench_fmt(
			"with s as (insert into desk.sla(name, type) values ('Bench %d', 'sla') returning id), "
			"v as (insert into desk.sla_version(sla_id, version, by_id, made_at) select id, 1, 1, '-infinity' from s "
			"returning sla_id), g as (insert into desk.sla_target(sla_id, version, metric, minutes, calendar_id, stop_on) "
			"select sla_id, 1, m, 480, 1, case m when 'response' then 'reply' end from v, "
			"unnest('{response,resolution}'::text[]) m) "
			"insert into desk.contract(type, sla_id, by_id, made_at) select 'sla', id, 1, clock_timestamp() from s",
			k);
		PQclear(must(c[k], PQexec(c[k], sql)));
		free(sql);
	}
	t = bench_now();
	for (int i = 0; i < BATCHES; i++) {
		for (int k = 0; k < LANES; k++) {
			char *sql = bench_fmt(
				"select (x).made + (x).moved from (select desk.sla_replay(array(select id from desk.ticket where id > %d "
				"and id <= %d), 'infinity', clock_timestamp()) as x) q",
				(i * LANES + k) * BATCH, (i * LANES + k + 1) * BATCH);
			if (!PQsendQuery(c[k], sql))
				exit(1);
			free(sql);
		}
		for (int k = 0; k < LANES; k++) {
			PGresult *r;
			while ((r = PQgetResult(c[k]))) {
				clocks += strtod(PQgetvalue(must(c[k], r), 0, 0), NULL);
				PQclear(r);
			}
		}
	}
	t = bench_now() - t;
	for (int k = 0; k < LANES; k++) {
		cpu += server_cpu(c[k]);
		PQclear(PQexec(c[k], "rollback"));
		PQfinish(c[k]);
	}
	double million = clocks > 0 ? t * 1e6 / clocks : 0;
	bench_title("Clocks");
	bench_row("clocks anew from the journal, two connections",
		bench_fmt("%.0f a second, %.0f s for 1,000,000; %.0f us of the server's processor each", clocks / t, million,
			clocks > 0 ? cpu * 1e6 / clocks : 0),
		"-", "<= 60 s", million > 0 && million <= 60);
}

static bool wanted(const char *part)
{
	const char *only = getenv("BENCH_ONLY");
	return !only || strstr(only, part);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: bench_db AGENT-URI DBA-URI\n");
		return 2;
	}
	PGconn *agent = open_db(argv[1]), *dba = open_db(argv[2]);
	char *n = value(dba, "select count(*)::text || ' tickets, ' || (select count(*) from desk.event) || ' events, ' || count(*) "
						 "filter (where phase < 3) || ' open' from desk.ticket");
	printf("Desk: %s\n", n);
	free(n);
	/* BENCH_ONLY names some of them, for who works on one */
	if (wanted("pages")) {
		bench_pages(agent, dba);
		bench_counters(dba);
	}
	if (wanted("dashboard"))
		bench_dashboard(agent, dba);
	if (wanted("open"))
		bench_open(agent, dba);
	if (wanted("acts"))
		bench_acts(argv[1], argv[2], dba);
	load_tickets(dba);
	if (wanted("bulk"))
		bench_bulk(agent);
	if (wanted("feed"))
		if (wanted("clocks"))
			bench_reclock(argv[2]);
	PQfinish(agent);
	PQfinish(dba);
	return 0;
}
