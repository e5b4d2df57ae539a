/* bench_presence AGENT-URI DBA-URI: what it costs that everybody sees who is where. 200 agents, each with a connection of its
 * own, say where they are as often as a console may, and read who is at fifty tickets as often as one does; the time of their
 * processes alone is counted. */
#include "tests/bench/bench.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { AGENTS = 200, PERSONS = 20, SECONDS = 20, OPEN = 200, TICKETS = 50, WRITE_MS = 10000, READ_MS = 4750 };

struct agent {
	PGconn *c;
	int pid;
	double write, read;
	char console[40];
};

static PGresult *must(PGconn *c, PGresult *r)
{
	if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK) {
		fprintf(stderr, "bench_presence: %s", PQerrorMessage(c));
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

/* The same desk as somebody else: "postgresql://NAME@:5432/..." */
static char *as(const char *uri, const char *login)
{
	const char *at = strchr(uri, '@');
	return bench_fmt("postgresql://%s%s", login, at ? at : "@");
}

static PGconn *open_db(const char *uri)
{
	PGconn *c = PQconnectdb(uri);
	if (PQstatus(c) != CONNECTION_OK) {
		fprintf(stderr, "bench_presence: %s", PQerrorMessage(c));
		exit(1);
	}
	return c;
}

/* Seconds on a processor so far; the ticks of stat are too coarse for so little. */
static double cpu_of(int pid)
{
	char path[64];
	unsigned long long ns = 0;
	snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
	FILE *f = fopen(path, "re");
	if (f && fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	if (f)
		fclose(f);
	return (double)ns / 1e9;
}

static double all_of(const struct agent *a)
{
	double s = 0;
	for (int i = 0; i < AGENTS; i++)
		s += cpu_of(a[i].pid);
	return s;
}

static void say(struct agent *a, int round, const char *tickets)
{
	char ticket[24];
	const char *at = tickets + 1;
	for (int skip = (int)(a->pid + round / 2) % OPEN; skip > 0 && strchr(at, ','); skip--)
		at = strchr(at, ',') + 1;
	snprintf(ticket, sizeof ticket, "%ld", atol(at)); /* another one every other time */
	const char *params[] = {a->console, ticket, round % 2 ? "writing" : "viewing", round % 2 ? "reply" : ""};
	PQclear(must(a->c, PQexecParams(a->c, "select desk.presence($1::uuid, $2::bigint, $3, $4)", 4, NULL, params, NULL, NULL, 0)));
}

/* Fifty of them, from one's own place in the list on. */
static size_t look(struct agent *a, const char *all)
{
	char page[TICKETS * 24] = "{", *end = page + 1;
	const char *at = all + 1, *tickets = page;
	for (int skip = a->pid * 7 % (OPEN - TICKETS); skip > 0 && strchr(at, ','); skip--)
		at = strchr(at, ',') + 1;
	for (int i = 0; i < TICKETS && at; i++) {
		end += snprintf(end, (size_t)(page + sizeof page - end), "%s%ld", i ? "," : "", atol(at));
		at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL;
	}
	snprintf(end, (size_t)(page + sizeof page - end), "}");
	PGresult *r = must(a->c, PQexecParams(a->c, "select * from desk.present_on($1::bigint[])", 1, NULL, &tickets, NULL, NULL, 0));
	size_t n = (size_t)PQntuples(r);
	PQclear(r);
	return n;
}

int main(int argc, char **argv)
{
	static struct agent a[AGENTS];
	if (argc != 3) {
		fprintf(stderr, "usage: bench_presence AGENT-URI DBA-URI\n");
		return 2;
	}
	char *uri = as(argv[1], "admin");
	PGconn *admin = open_db(uri), *dba = open_db(argv[2]);
	free(uri);
	for (int i = 0; i < PERSONS; i++) {
		char *sql = bench_fmt("select desk.user_add('bench_at_%d', null, '{agent}', '{}', null, false)", i);
		free(value(admin, sql)); /* it may be there from an earlier run */
		free(sql);
	}
	char *ids = bench_fmt(
		"select '{' || string_agg(id::text, ',') || '}' from (select id from desk.ticket where phase < 3 order by id limit %d) t",
		OPEN);
	char *tickets = value(dba, ids);
	for (int i = 0; i < AGENTS; i++) {
		char login[32];
		snprintf(login, sizeof login, "bench_at_%d", i % PERSONS);
		uri = as(argv[1], login);
		a[i].c = open_db(uri);
		a[i].pid = PQbackendPID(a[i].c);
		snprintf(a[i].console, sizeof a[i].console, "00000000-0000-4000-8000-%012d", i);
		free(uri);
		for (int warm = 0; warm < 8; warm++) {
			say(&a[i], warm, tickets);
			look(&a[i], tickets);
		}
	}
	double begun = bench_now(), cpu = all_of(a), end = begun + SECONDS;
	for (int i = 0; i < AGENTS; i++) {
		a[i].write = begun + (double)i * WRITE_MS / 1000 / AGENTS;
		a[i].read = begun + (double)i * READ_MS / 1000 / AGENTS;
	}
	struct samples write = {0}, read = {0};
	size_t seen = 0;
	for (int round = 0;; round++) {
		struct agent *next = &a[0];
		for (int i = 1; i < AGENTS; i++) {
			double at = a[i].write < a[i].read ? a[i].write : a[i].read,
				   best = next->write < next->read ? next->write : next->read;
			next = at < best ? &a[i] : next;
		}
		bool writes = next->write < next->read;
		double at = writes ? next->write : next->read, wait = at - bench_now();
		if (at >= end)
			break;
		if (wait > 0)
			poll(NULL, 0, (int)(wait * 1000) + 1);
		double t = bench_now();
		if (writes) {
			say(next, round, tickets);
			next->write += WRITE_MS / 1000.0;
		} else {
			seen += look(next, tickets);
			next->read += READ_MS / 1000.0;
		}
		samples_add(writes ? &write : &read, (bench_now() - t) * 1000);
	}
	double cores = (all_of(a) - cpu) / (bench_now() - begun);
	bench_title("Presence");
	bench_row(bench_fmt("%d agents say where they are each 10 s and read it each 5 s", AGENTS), bench_fmt("%.3f cores", cores),
		"-", "<= 0.05 cores", cores <= 0.05);
	bench_row("a write", bench_fmt("p50 %.2f ms, p99 %.2f ms of %zu", samples_at(&write, 0.5), samples_at(&write, 0.99), write.n),
		"-", "-", -1);
	bench_row("a read of fifty tickets",
		bench_fmt("p50 %.2f ms, p99 %.2f ms of %zu; %.1f people seen", samples_at(&read, 0.5), samples_at(&read, 0.99), read.n,
			(double)seen / (double)read.n),
		"-", "-", -1);
	for (int i = 0; i < AGENTS; i++)
		PQfinish(a[i].c);
	PQclear(must(dba, PQexec(dba, "delete from desk.my_presence")));
	PQfinish(admin);
	PQfinish(dba);
	free(tickets);
	free(ids);
	return 0;
}
