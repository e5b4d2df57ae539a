#include "core/db/async.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/clock.h"
#include "svcdesk/mem.h"

enum { FAST_MS = 300, BRIEF_MS = 1000, USUAL_MS = 10000, LONG_MS = 60000, GRACE_MS = 2000, PATIENCE_MS = 8000 };

/* ---- requests ---- */

static struct request *request_new(struct sd_db *db, const char *sql, int nparams, const char *const *params, int flags)
{
	struct request *q = sd_calloc(1, sizeof *q);
	q->id = ++db->last_id;
	q->flags = flags;
	q->sql = sd_strdup(sql);
	q->nparams = nparams;
	q->param = sd_calloc((size_t)nparams + 1, sizeof *q->param);
	for (int i = 0; i < nparams; i++)
		q->param[i] = params[i] ? sd_strdup(params[i]) : NULL;
	return q;
}

static void request_free(struct request *q)
{
	for (int i = 0; i < q->nparams; i++)
		free(q->param[i]);
	free(q->param);
	free(q->sql);
	free(q->err);
	PQclear(q->result);
	free(q);
}

static void append(struct sd_db *db, struct request *q)
{
	*db->end = q;
	db->end = &q->next;
}

static struct request *shift(struct sd_db *db)
{
	struct request *q = db->first;
	db->first = q->next;
	if (!db->first)
		db->end = &db->first;
	q->next = NULL;
	return q;
}

bool async_enter(struct sd_db *db)
{
	db->depth++;
	return !db->dead;
}

static void destroy(struct sd_db *db);

void async_leave(struct sd_db *db)
{
	if (--db->depth == 0 && db->dead)
		destroy(db);
}

static void tell(struct sd_db *db, struct request *q, PGresult *r, const struct sd_err *err)
{
	if (!q->own && !db->dead)
		q->done(q->arg, r ? pg_result(r) : NULL, err);
	request_free(q);
}

/* Failures are told from the loop: the caller of sd_db_send does not expect its callback before the request's id. */
static void tell_failed(void *arg)
{
	struct sd_db *db = arg;
	db->fail_timer = 0;
	if (async_enter(db))
		for (struct request *q; (q = db->failed) && !db->dead;) {
			db->failed = q->next;
			struct sd_err err = *q->err;
			tell(db, q, NULL, &err);
		}
	async_leave(db);
}

static void fail_later(struct sd_db *db, struct request *q, const struct sd_err *err)
{
	struct request **at = &db->failed;
	while (*at)
		at = &(*at)->next;
	*at = q;
	q->next = NULL;
	q->err = sd_malloc(sizeof *q->err);
	*q->err = *err;
	if (!db->fail_timer)
		db->fail_timer = sd_loop_timer(db->loop, 0, tell_failed, db);
}

void async_fail_all(struct sd_db *db, const struct sd_err *err)
{
	struct request *q = db->first;
	db->first = NULL;
	db->end = &db->first;
	db->unanswered = 0;
	db->batch = false;
	for (struct request *next; q; q = next) {
		next = q->next;
		q->next = NULL;
		q->sent = q->prepares = false;
		q->sets = 0;
		PQclear(q->result);
		q->result = NULL;
		if (q->own)
			request_free(q);
		else if (q->flags & SD_DB_KEEP)
			append(db, q); /* its outcome is unknown: its operation id makes a second sending harmless */
		else
			fail_later(db, q, err);
	}
}

/* ---- sending ---- */

static const char *limit_of(const struct request *q)
{
	if (q->flags & SD_DB_FAST)
		return "select pg_catalog.set_config('statement_timeout','300ms',true)";
	if (q->flags & SD_DB_BRIEF)
		return "select pg_catalog.set_config('statement_timeout','1s',true)";
	if (q->flags & SD_DB_LONG)
		return "select pg_catalog.set_config('statement_timeout','60s',true)";
	return NULL;
}

/* A server that keeps its limits has answered by then. */
int64_t async_patience(const struct sd_db *db)
{
	if (db->patience < PATIENCE_MS)
		return db->patience;
	int ms = USUAL_MS;
	if (db->first && db->first->flags & SD_DB_LONG)
		ms = LONG_MS;
	if (db->first && db->first->flags & SD_DB_BRIEF)
		ms = BRIEF_MS;
	if (db->first && db->first->flags & SD_DB_FAST)
		ms = FAST_MS;
	return ms + GRACE_MS > db->patience ? ms + GRACE_MS : db->patience;
}

/* A prepared statement that made room for another leaves the server, in a request of its own behind q. */
static void deallocate(struct sd_db *db, struct request *q, int name)
{
	char sql[32];
	snprintf(sql, sizeof sql, "deallocate svc%d", name);
	struct request *d = request_new(db, sql, 0, NULL, 0);
	d->own = true;
	d->next = q->next;
	q->next = d;
	if (!d->next)
		db->end = &d->next;
}

/* A limit of its own holds for the transaction up to the sync, which is this request. */
static bool send_one(struct sd_db *db, struct request *q)
{
	const char *limit = limit_of(q);
	if (limit && !PQsendQueryParams(db->pg, limit, 0, NULL, NULL, NULL, NULL, 0))
		return false;
	char buf[16];
	int gone = 0;
	/* a pooler that refuses start-up options hands out other servers between transactions: nothing stays prepared there */
	bool may = !db->hosts.no_options && !q->own;
	const char *name =
		may ? prepared_name(&db->prepared, q->sql, q->flags & SD_DB_SAME_PLAN ? 0 : q->nparams, buf, &q->prepares, &gone) : NULL;
	q->unsure = q->prepares;
	bool sent = name ? (!q->prepares || PQsendPrepare(db->pg, name, q->sql, 0, NULL)) &&
						   PQsendQueryPrepared(db->pg, name, q->nparams, (const char *const *)q->param, NULL, NULL, 0)
					 : PQsendQueryParams(db->pg, q->sql, q->nparams, NULL, (const char *const *)q->param, NULL, NULL, 0) != 0;
	if (!sent || !PQpipelineSync(db->pg))
		return false;
	q->sent = true;
	if (gone)
		deallocate(db, q, gone);
	if (!db->batch)
		db->round_trips++;
	db->batch = true;
	if (db->unanswered++ == 0)
		db->heard = sd_clock_mono_ms();
	return true;
}

void async_send_waiting(struct sd_db *db)
{
	for (struct request *q = db->first; q; q = q->next)
		if (!q->sent && !send_one(db, q)) {
			async_broken(db);
			return;
		}
	async_watch(db);
}

void async_send_settings(struct sd_db *db)
{
	const char *limit = "10s";
	struct request *q = request_new(db, pg_settings_sql, 1, &limit, 0);
	q->own = true;
	q->next = db->first;
	if (!db->first)
		db->end = &q->next;
	db->first = q;
}

int sd_db_send(struct sd_db *db, const char *sql, int nparams, const char *const *params, int flags, sd_db_done done, void *arg)
{
	struct request *q = request_new(db, sql, nparams, params, flags);
	int id = q->id;
	q->done = done;
	q->arg = arg;
	if (db->state == SD_DB_READY) {
		append(db, q);
		async_send_waiting(db);
	} else if (flags & SD_DB_KEEP || !db->ever) {
		append(db, q);
	} else {
		struct sd_err err;
		sd_err_set(&err, SD_ERR_CONNECTION, "connection_lost", "%s", _("There is no connection to the database at the moment."));
		fail_later(db, q, &err);
	}
	return id;
}

int sd_db_pending(const struct sd_db *db)
{
	int n = 0;
	for (const struct request *q = db->first; q; q = q->next)
		n += !q->own;
	for (const struct request *q = db->failed; q; q = q->next)
		n += !q->own;
	return n;
}

long sd_db_round_trips(const struct sd_db *db)
{
	return db->round_trips;
}

enum sd_db_state sd_db_state(const struct sd_db *db)
{
	return db->state;
}

/* ---- answers ---- */

static void finish_first(struct sd_db *db)
{
	struct request *q = shift(db);
	PGresult *r = q->result;
	q->result = NULL;
	db->unanswered--;
	if (r && pg_result_ok(r)) {
		tell(db, q, r, NULL);
	} else {
		struct sd_err err;
		pg_err(&err, r, db->pg);
		if (q->unsure || !strcmp(err.sqlstate, "26000") || !strcmp(err.sqlstate, "0A000"))
			prepared_lost(&db->prepared, q->sql);
		tell(db, q, NULL, &err);
	}
	PQclear(r);
}

/* Takes one result; false when the connection is gone with it. */
static bool take(struct sd_db *db, PGresult *r)
{
	struct request *q = db->first;
	if (!r) {
		q->sets++;
		return true;
	}
	if (PQresultStatus(r) == PGRES_PIPELINE_SYNC) {
		PQclear(r);
		finish_first(db);
		return true;
	}
	const char *sqlstate = pg_result_ok(r) ? NULL : PQresultErrorField(r, PG_DIAG_SQLSTATE);
	if (sqlstate && pg_class_of(sqlstate) == SD_ERR_CONNECTION) {
		/* the server hangs up: this is no answer to the request */
		struct sd_err err;
		pg_err(&err, r, db->pg);
		PQclear(r);
		async_lose(db, &err);
		return false;
	}
	int before = limit_of(q) ? 1 : 0;
	bool mine = q->sets == before + (q->prepares ? 1 : 0);
	if (q->prepares && q->sets == before && pg_result_ok(r))
		q->unsure = false;
	if (!q->result && (mine || !pg_result_ok(r)))
		q->result = r;
	else
		PQclear(r);
	return true;
}

void async_read(struct sd_db *db)
{
	struct sd_err err;
	bool alive = PQconsumeInput(db->pg) != 0;
	while (!db->dead && db->pg && db->unanswered > 0 && !PQisBusy(db->pg)) {
		PGresult *r = PQgetResult(db->pg);
		if (!r && PQstatus(db->pg) == CONNECTION_BAD)
			break;
		if (!take(db, r))
			return;
		db->heard = sd_clock_mono_ms();
		db->batch = false;
	}
	if (db->dead || !db->pg)
		return;
	if (db->unanswered == 0)
		(void)PQisBusy(db->pg); /* lets libpq read what came unasked */
	if (alive && PQstatus(db->pg) != CONNECTION_BAD) {
		async_watch(db);
		return;
	}
	pg_err(&err, NULL, db->pg);
	async_lose(db, &err);
}

/* ---- life ---- */

struct sd_db *sd_db_new(struct sd_loop *l, const char *conninfo, const struct sd_db_events *ev)
{
	struct sd_db *db = sd_calloc(1, sizeof *db);
	struct sd_err err;
	db->loop = l;
	db->ev = *ev;
	db->end = &db->first;
	db->state = SD_DB_CONNECTING;
	db->patience = PATIENCE_MS;
	if (pg_hosts_parse(&db->hosts, conninfo, "10s", &err))
		async_connect(db);
	else
		async_hopeless(db, &err);
	return db;
}

static void destroy(struct sd_db *db)
{
	for (struct request *q; (q = db->first);) {
		db->first = q->next;
		request_free(q);
	}
	for (struct request *q; (q = db->failed);) {
		db->failed = q->next;
		request_free(q);
	}
	pg_hosts_free(&db->hosts);
	free(db->hopeless);
	free(db);
}

/* Nothing but reading is on its way. */
static bool only_reads(const struct sd_db *db)
{
	for (const struct request *q = db->first; q; q = q->next)
		if (q->flags & (SD_DB_KEEP | SD_DB_ACT))
			return false;
	return db->unanswered > 0;
}

void sd_db_free(struct sd_db *db)
{
	if (!db || db->dead)
		return;
	db->dead = true;
	if (db->state == SD_DB_READY && only_reads(db))
		async_cancel(db);
	async_drop_connection(db);
	sd_loop_timer_cancel(db->loop, db->timer);
	sd_loop_timer_cancel(db->loop, db->fail_timer);
	if (db->depth == 0)
		destroy(db);
}
