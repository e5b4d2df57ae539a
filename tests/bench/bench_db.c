/* bench_db AGENT-URI DBA-URI: what the database costs, as ratios to floors measured in the same run. */
#include "tests/bench/bench.h"

#include <libpq-fe.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "svcdesk/ticket.h"
#include "svcdesk/uuid.h"

enum { RUNS = 300, WRITE_SECONDS = 4 };

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
		struct sd_query_opts page = {.mode = SD_QUERY_PAGE, .columns = sd_row_columns, .limit = 50};
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
		struct sd_query_opts page = {.mode = SD_QUERY_PAGE, .columns = sd_row_columns, .limit = 50};
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

/* Runs writer(conn, k) in n processes for WRITE_SECONDS; returns calls a second and the median of the first writer. */
static double writers(const char *uri, int n, void (*writer)(PGconn *, int, long), double *p50)
{
	int fds[2];
	if (pipe(fds))
		exit(1);
	for (int k = 0; k < n; k++) {
		if (fork())
			continue;
		PGconn *c = open_db(uri);
		struct samples s = {0};
		double end = bench_now() + WRITE_SECONDS;
		long i = 0;
		for (; bench_now() < end; i++) {
			double t = bench_now();
			writer(c, k, i);
			samples_add(&s, bench_now() - t);
		}
		double out[2] = {(double)i / WRITE_SECONDS, samples_at(&s, 0.5) * 1000};
		if (write(fds[1], out, sizeof out) != sizeof out)
			_exit(1);
		PQfinish(c);
		_exit(0);
	}
	double rate = 0, one[2];
	*p50 = 0;
	for (int k = 0; k < n; k++) {
		if (read(fds[0], one, sizeof one) != sizeof one)
			exit(1);
		rate += one[0];
		*p50 = fmax(*p50, one[1]);
	}
	close(fds[0]);
	close(fds[1]);
	while (wait(NULL) > 0)
		;
	return rate;
}

static long first_id, last_id;

static long pick(int k, long i)
{
	return first_id + (long)(((unsigned long)k * 7919UL + (unsigned long)i * 104729UL) % (unsigned long)(last_id - first_id + 1));
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
	snprintf(id, sizeof id, "%ld", pick(k, i));
	snprintf(urgency, sizeof urgency, "%ld", 1 + i % 3);
	const char *p[] = {id, urgency, "edit"};
	PQclear(must(c, PQexecPrepared(c, name, 3, p, NULL, NULL, 0)));
}

static void write_act(PGconn *c, int k, long i)
{
	const char *name = "act";
	static bool prepared;
	if (!prepared) {
		PQclear(must(c, PQprepare(c, name, "select desk.act($1::bigint, 'edit', $2::jsonb, null, $3::uuid, 'cli')", 0, NULL)));
		prepared = true;
	}
	char id[32], fields[64], op[SD_UUID_TEXT];
	snprintf(id, sizeof id, "%ld", pick(k, i));
	snprintf(fields, sizeof fields, "{\"urgency\":\"%ld\"}", 1 + (i + k) % 3);
	sd_uuid_v4(op);
	const char *p[] = {id, fields, op};
	PGresult *r = must(c, PQexecPrepared(c, name, 3, p, NULL, NULL, 0));
	if (!strstr(PQgetvalue(r, 0, 0), "\"ok\": true")) {
		fprintf(stderr, "bench_db: act: %s\n", PQgetvalue(r, 0, 0));
		exit(1);
	}
	PQclear(r);
}

static void bench_acts(const char *agent_uri, const char *dba_uri, PGconn *dba)
{
	bench_title("Acts (commit, journal, chain, feed) against a bare UPDATE + INSERT in one round trip");
	PQclear(must(
		dba, PQexec(dba,
				 "set client_min_messages = error; drop table if exists bench_ticket, bench_event;"
				 "create table bench_ticket as select id, urgency, version, updated_at, subject from desk.ticket where phase < 3;"
				 "alter table bench_ticket add primary key (id);"
				 "create table bench_event(id bigint, seq int, at timestamptz, verb text, primary key (id, seq))")));
	/* acts go to a run of open tickets, so that none is refused */
	PGresult *r = must(dba,
		PQexec(dba,
			"select min(id), max(id) from (select id from desk.ticket where phase < 3 and not restricted and kind = 'incident'"
			" and id in (select g from generate_series((select min(id) from bench_ticket), (select max(id) from bench_ticket)) "
			"g) order by id) x"));
	PQclear(r);
	PQclear(must(dba, PQexec(dba, "create temp table run as select id, id - row_number() over (order by id) as grp from "
								  "desk.ticket where phase < 3 and not restricted")));
	r = must(dba, PQexec(dba, "select min(id), max(id) from run group by grp order by count(*) desc limit 1"));
	first_id = atol(PQgetvalue(r, 0, 0));
	last_id = atol(PQgetvalue(r, 0, 1));
	PQclear(r);
	static const int counts[] = {1, 16};
	for (int k = 0; k < 2; k++) {
		double bare_ms, act_ms;
		double bare = writers(dba_uri, counts[k], write_bare, &bare_ms);
		double act = writers(agent_uri, counts[k], write_act, &act_ms);
		double want = k ? 0.12 : 0.2;
		bench_row(bench_fmt("acts with %d writer%s", counts[k], k ? "s" : ""),
			bench_fmt("%.0f a second, median %.2f ms, %.2fx", act, act_ms, act / bare),
			bench_fmt("%.0f a second, median %.2f ms", bare, bare_ms), k ? ">= 0.12x and >= 2,000 a second" : ">= 0.2x",
			act >= want * bare && (!k || act >= 2000));
	}
	PQclear(must(dba, PQexec(dba, "drop table bench_ticket, bench_event")));
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
	bench_pages(agent, dba);
	bench_open(agent, dba);
	bench_acts(argv[1], argv[2], dba);
	PQfinish(agent);
	PQfinish(dba);
	return 0;
}
