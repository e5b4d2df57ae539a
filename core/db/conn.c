/* The synchronous client. Every wait has a deadline of its own: a server that hangs does not answer its own timeouts. */
#include "core/db/pg.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/clock.h"
#include "svcdesk/mem.h"

enum {
	CONNECT_MS = 5000,   /* one host */
	STARTING_MS = 10000, /* how long "the database system is starting up" is waited out */
	GRACE_MS = 8000,     /* beyond statement_timeout: then the server hangs */
	TIMEOUT_MS = 60000,
	LOOK_MS = 200 /* how often whoever may be interrupted looks whether he was */
};

struct sd_conn {
	PGconn *pg;
	int timeout_ms; /* 0 = none */
	bool lost;
	bool (*stop)(void); /* NULL: nobody interrupts */
	bool told;          /* the server, that it is to stop */
};

static void no_notice(void *arg, const PGresult *r)
{
	(void)arg;
	(void)r;
}

/* Waits until the socket is ready; false when the deadline (monotonic ms, < 0 none) passes. */
static bool wait_socket(int fd, short events, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline < 0 ? 60000 : deadline - sd_clock_mono_ms();
		if (left <= 0)
			return false;
		struct pollfd p = {.fd = fd, .events = events};
		int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0 || (n < 0 && errno != EINTR))
			return true; /* an error shows in the next libpq call */
	}
}

static bool finish_connect(PGconn *c, int64_t deadline)
{
	for (PostgresPollingStatusType s = PGRES_POLLING_WRITING;;) {
		if (s == PGRES_POLLING_OK)
			return true;
		if (s == PGRES_POLLING_FAILED)
			return false;
		if (PQsocket(c) < 0 || !wait_socket(PQsocket(c), s == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
			return false;
		s = PQconnectPoll(c);
	}
}

static bool still_starting(const PGconn *c)
{
	const char *m = PQerrorMessage(c);
	return strstr(m, "starting up") || strstr(m, "not yet accepting connections");
}

/* One round over the hosts. */
static PGconn *try_hosts(struct pg_hosts *h, struct sd_err *err, bool *again)
{
	*again = false;
	for (size_t i = 0; i < h->n; i++) {
		PGconn *c = pg_start(h, i);
		if (!c)
			sd_oom();
		if (PQstatus(c) != CONNECTION_BAD && finish_connect(c, sd_clock_mono_ms() + CONNECT_MS))
			return c;
		if (!h->no_options && pg_refused_options(c)) {
			h->no_options = true;
			*again = true;
		}
		if (still_starting(c))
			*again = true;
		pg_err_connect(err, c, h->host[i].name, PQstatus(c) == CONNECTION_BAD ? NULL : _("no answer in time"));
		PQfinish(c);
	}
	return NULL;
}

struct sd_conn *sd_conn_open(const char *conninfo, struct sd_err *err)
{
	struct pg_hosts h;
	if (!pg_hosts_parse(&h, conninfo, "60s", err))
		return NULL;
	bool again = false;
	int64_t until = sd_clock_mono_ms() + STARTING_MS;
	PGconn *pg = try_hosts(&h, err, &again);
	while (!pg && again && sd_clock_mono_ms() < until) {
		poll(NULL, 0, 50);
		pg = try_hosts(&h, err, &again);
	}
	bool settings = h.no_options;
	pg_hosts_free(&h);
	if (!pg)
		return NULL;
	PQsetnonblocking(pg, 1);
	PQsetNoticeReceiver(pg, no_notice, NULL);
	struct sd_conn *c = sd_calloc(1, sizeof *c);
	c->pg = pg;
	c->timeout_ms = TIMEOUT_MS;
	sd_err_clear(err);
	if (settings) {
		const char *limit = "60s";
		struct sd_result *r = sd_conn_query(c, pg_settings_sql, 1, &limit, err);
		sd_result_free(r);
		if (!r) {
			sd_conn_close(c);
			return NULL;
		}
	}
	return c;
}

void sd_conn_close(struct sd_conn *c)
{
	if (!c)
		return;
	PQfinish(c->pg);
	free(c);
}

/* A connection that failed to keep a deadline is closed: nobody knows what its next answer would belong to. */
static void lose(struct sd_conn *c, struct sd_err *err, const PGresult *r, bool hung)
{
	c->lost = true;
	if (hung)
		sd_err_set(err, SD_ERR_CONNECTION, "server_hangs", "%s", _("The database does not answer any more."));
	else
		pg_err(err, r, c->pg);
}

static int64_t deadline_of(const struct sd_conn *c)
{
	return c->timeout_ms > 0 ? sd_clock_mono_ms() + c->timeout_ms + GRACE_MS : -1;
}

static void cancel(struct sd_conn *c)
{
	char why[256];
	PGcancel *k = PQgetCancel(c->pg);
	if (k)
		PQcancel(k, why, sizeof why);
	PQfreeCancel(k);
}

/* Waits as wait_socket does. Who is interrupted meanwhile tells the server once, and then waits for what it makes of it. */
static bool wait_answer(struct sd_conn *c, short events, int64_t deadline)
{
	for (;;) {
		bool look = c->stop && !c->told;
		if (look && c->stop()) {
			c->told = true;
			cancel(c);
			look = false;
		}
		int64_t until = look ? sd_clock_mono_ms() + LOOK_MS : deadline;
		if (look && deadline >= 0 && deadline < until)
			until = deadline;
		if (wait_socket(PQsocket(c->pg), events, until))
			return true;
		if (until == deadline)
			return false;
	}
}

/* The next result, NULL at the end of a statement. *ok is false when the connection is lost (err is filled). */
static PGresult *next_result(struct sd_conn *c, int64_t deadline, bool *ok, struct sd_err *err)
{
	*ok = true;
	while (PQisBusy(c->pg)) {
		int unsent = PQflush(c->pg);
		if (unsent < 0 || !wait_answer(c, (short)(POLLIN | (unsent > 0 ? POLLOUT : 0)), deadline)) {
			lose(c, err, NULL, unsent >= 0);
			*ok = false;
			return NULL;
		}
		if (!PQconsumeInput(c->pg)) {
			lose(c, err, NULL, false);
			*ok = false;
			return NULL;
		}
	}
	return PQgetResult(c->pg);
}

static bool usable(struct sd_conn *c, struct sd_err *err)
{
	if (!c->lost && PQstatus(c->pg) == CONNECTION_OK)
		return true;
	c->lost = true;
	pg_err_lost(err);
	return false;
}

static bool sent(struct sd_conn *c, int ok, struct sd_err *err)
{
	if (!ok)
		lose(c, err, NULL, false);
	return ok != 0;
}

/* The line a script fails in: migrations are long. */
static void add_line(struct sd_err *err, const PGresult *r, const char *sql)
{
	const char *pos = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);
	long at = pos ? strtol(pos, NULL, 10) : 0, line = 1;
	for (; at > 1 && *sql; sql++) {
		if (((unsigned char)*sql & 0xC0) != 0x80)
			at--;
		line += *sql == '\n';
	}
	size_t n = strlen(err->text);
	if (pos && n < sizeof err->text)
		snprintf(err->text + n, sizeof err->text - n, _(" (line %ld)"), line);
}

/* Reads a statement to its end; the last result if every one is good, else NULL and the first error. */
static PGresult *collect(struct sd_conn *c, const char *script, struct sd_err *err)
{
	PGresult *last = NULL;
	bool failed = false, ok = true;
	for (PGresult *r; (r = next_result(c, deadline_of(c), &ok, err));) {
		if (!failed && !pg_result_ok(r)) {
			pg_err(err, r, c->pg);
			if (script)
				add_line(err, r, script);
			failed = true;
		}
		PQclear(last);
		last = r;
	}
	if (PQstatus(c->pg) != CONNECTION_OK)
		c->lost = true;
	if (ok && !failed && last)
		return last;
	if (ok && !failed)
		lose(c, err, NULL, false);
	PQclear(last);
	return NULL;
}

struct sd_result *sd_conn_query(struct sd_conn *c, const char *sql, int nparams, const char *const *params, struct sd_err *err)
{
	if (!usable(c, err) || !sent(c, PQsendQueryParams(c->pg, sql, nparams, NULL, params, NULL, NULL, 0), err))
		return NULL;
	return sd_conn_finish(c, err);
}

struct sd_result *sd_conn_query_bytes(
	struct sd_conn *c, const char *sql, int nparams, const char *const *params, const int *lengths, struct sd_err *err)
{
	int formats[32] = {0};
	for (int i = 0; i < nparams && i < 32; i++)
		formats[i] = lengths[i] > 0;
	if (!usable(c, err) || !sent(c, PQsendQueryParams(c->pg, sql, nparams, NULL, params, lengths, formats, 0), err))
		return NULL;
	return sd_conn_finish(c, err);
}

bool sd_conn_start(struct sd_conn *c, const char *sql, int nparams, const char *const *params, struct sd_err *err)
{
	if (!usable(c, err) || !sent(c, PQsendQueryParams(c->pg, sql, nparams, NULL, params, NULL, NULL, 0), err))
		return false;
	int64_t deadline = deadline_of(c);
	int unsent;
	while ((unsent = PQflush(c->pg)) > 0) /* the server begins when it has all of it; it may have to be read from meanwhile */
		if (!wait_socket(PQsocket(c->pg), POLLIN | POLLOUT, deadline) || !PQconsumeInput(c->pg))
			break;
	if (unsent)
		lose(c, err, NULL, false);
	return !unsent;
}

struct sd_result *sd_conn_finish(struct sd_conn *c, struct sd_err *err)
{
	PGresult *r = collect(c, NULL, err);
	return r ? pg_result(r) : NULL;
}

bool sd_conn_script(struct sd_conn *c, const char *sql, struct sd_err *err)
{
	if (!usable(c, err) || !sent(c, PQsendQuery(c->pg, sql), err))
		return false;
	PGresult *r = collect(c, sql, err);
	PQclear(r);
	return r != NULL;
}

void sd_conn_timeout(struct sd_conn *c, int ms)
{
	struct sd_err err;
	struct sd_str s = {0};
	sd_str_addf(&s, "set statement_timeout = %d", ms);
	if (sd_conn_script(c, s.data, &err))
		c->timeout_ms = ms;
	sd_str_free(&s);
}

void sd_conn_interrupt(struct sd_conn *c, bool (*stop)(void))
{
	c->stop = stop;
	c->told = false;
}

bool sd_conn_each(struct sd_conn *c, const char *sql, int nparams, const char *const *params,
	bool (*row)(void *arg, int cols, const char *const *names, const char *const *values), void *arg, struct sd_err *err)
{
	if (!usable(c, err) || !sent(c, PQsendQueryParams(c->pg, sql, nparams, NULL, params, NULL, NULL, 0), err))
		return false;
	PQsetSingleRowMode(c->pg);
	const char **names = NULL, **values = NULL;
	bool failed = false, stopped = false, ok = true;
	for (PGresult *r; (r = next_result(c, deadline_of(c), &ok, err)); PQclear(r)) {
		int cols = PQnfields(r);
		if (!pg_result_ok(r) && !failed && !stopped) {
			pg_err(err, r, c->pg);
			failed = true;
		}
		if (PQresultStatus(r) != PGRES_SINGLE_TUPLE || failed || stopped)
			continue;
		if (!names) {
			names = sd_calloc((size_t)cols + 1, sizeof *names);
			values = sd_calloc((size_t)cols + 1, sizeof *values);
		}
		for (int i = 0; i < cols; i++) {
			names[i] = PQfname(r, i);
			values[i] = PQgetisnull(r, 0, i) ? NULL : PQgetvalue(r, 0, i);
		}
		stopped = !row(arg, cols, names, values);
		if (stopped)
			cancel(c);
	}
	free(names);
	free(values);
	return ok && !failed;
}

/* The results of one pipelined statement: the statement's own, then a NULL. */
static PGresult *pipeline_one(struct sd_conn *c, bool *ok, struct sd_err *err)
{
	PGresult *r = next_result(c, deadline_of(c), ok, err);
	if (r)
		for (PGresult *x; *ok && (x = next_result(c, deadline_of(c), ok, err));)
			PQclear(x);
	return r;
}

bool sd_conn_pipeline(struct sd_conn *c, int n, const struct sd_stmt *stmts, struct sd_result **results, struct sd_err *err)
{
	for (int i = 0; i < n; i++)
		results[i] = NULL;
	if (!usable(c, err))
		return false;
	bool ok = true, failed = false;
	PQenterPipelineMode(c->pg);
	for (int i = 0; i < n && ok; i++)
		ok = sent(c,
			PQsendQueryParams(c->pg, stmts[i].sql, stmts[i].nparams, NULL, stmts[i].params, NULL, NULL, 0) &&
				PQpipelineSync(c->pg),
			err);
	for (int i = 0; i < n && ok; i++) {
		PGresult *r = pipeline_one(c, &ok, err);
		if (r && pg_result_ok(r)) {
			results[i] = pg_result(r);
		} else {
			if (ok && !failed)
				pg_err(err, r, c->pg);
			failed = true;
			PQclear(r);
		}
		if (ok) /* the sync */
			PQclear(next_result(c, deadline_of(c), &ok, err));
	}
	if (ok)
		PQexitPipelineMode(c->pg);
	return ok && !failed;
}

void pg_conn_rest(struct sd_conn *c, int ms)
{
	wait_socket(PQsocket(c->pg), POLLIN, sd_clock_mono_ms() + ms);
}

void sd_conn_facts(const struct sd_conn *c, struct sd_conn_facts *f)
{
	const char *host = PQhost(c->pg), *cipher = PQsslAttribute(c->pg, "cipher"), *protocol = PQsslAttribute(c->pg, "protocol");
	memset(f, 0, sizeof *f);
	f->socket = !host || *host == '/' || *host == '@' || !*host;
	if (f->socket)
		snprintf(f->host, sizeof f->host, "%s", host && *host ? host : "socket");
	else
		snprintf(f->host, sizeof f->host, "%.250s:%.40s", host, PQport(c->pg));
	snprintf(f->database, sizeof f->database, "%s", PQdb(c->pg));
	snprintf(f->user, sizeof f->user, "%s", PQuser(c->pg));
	if (PQsslInUse(c->pg))
		snprintf(f->tls, sizeof f->tls, "%.40s %.50s", protocol ? protocol : "TLS", cipher ? cipher : "");
	f->server_version = PQserverVersion(c->pg);
	f->backend_pid = PQbackendPID(c->pg);
}

const char *sd_db_client_version(void)
{
	static char text[16];
	int v = PQlibVersion();
	snprintf(text, sizeof text, "%d.%d", v / 10000, v % 10000);
	return text;
}
