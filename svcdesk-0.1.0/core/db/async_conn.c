/* The connection below the requests: one host per attempt with a deadline, rotation, back-off, a server that hangs. */
#include "core/db/async.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/clock.h"
#include "svcdesk/mem.h"
#include "svcdesk/uuid.h"

enum {
	CONNECT_ONE_MS = 5000,  /* the only host: TLS and SCRAM over a slow line take their time */
	CONNECT_MANY_MS = 2000, /* there is another one to try */
	BACKOFF_MIN_MS = 100,
	BACKOFF_MAX_MS = 5000
};

static void timer_set(struct sd_db *db, int64_t ms, void (*fn)(void *))
{
	sd_loop_timer_cancel(db->loop, db->timer);
	db->timer = ms < 0 ? 0 : sd_loop_timer(db->loop, ms, fn, db);
}

void async_drop_connection(struct sd_db *db)
{
	if (db->watch)
		sd_loop_fd_remove(db->loop, db->watch);
	db->watch = 0;
	PQfinish(db->pg);
	db->pg = NULL;
	prepared_reset(&db->prepared);
}

static void set_state(struct sd_db *db, enum sd_db_state s, const struct sd_err *why)
{
	if (db->state == s)
		return;
	db->state = s;
	if (async_enter(db) && db->ev.state)
		db->ev.state(db->ev.arg, s, why);
	async_leave(db);
}

/* Grows from 0.1 to 5 s; the jitter keeps a room full of consoles from coming back at the same moment. */
static int64_t backoff(const struct sd_db *db)
{
	unsigned char r = 0;
	int64_t ms = BACKOFF_MIN_MS;
	for (int i = 1; i < db->failures && ms < BACKOFF_MAX_MS; i++)
		ms *= 2;
	sd_random_bytes(&r, 1);
	ms = ms / 2 + ms * r / 255;
	return ms > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : ms;
}

static void try_again(void *arg)
{
	struct sd_db *db = arg;
	db->timer = 0;
	async_connect(db);
}

/* The next host at once, and after a whole round of failures a rest. tell: whoever waits is told, and the state changes. */
static void next_host(struct sd_db *db, const struct sd_err *why, bool tell)
{
	struct sd_err err = *why; /* it may lie in what is dropped here */
	async_drop_connection(db);
	db->host = (db->host + 1) % db->hosts.n;
	if (db->host == 0)
		db->failures++;
	timer_set(db, db->host == 0 ? backoff(db) : 0, try_again);
	if (!tell && db->host != 0)
		return;
	db->ever = true;
	async_fail_all(db, &err);
	set_state(db, SD_DB_LOST, &err);
}

void async_lose(struct sd_db *db, const struct sd_err *err)
{
	/* a host that has just worked is the first to be tried again */
	db->host = (db->host + db->hosts.n - 1) % db->hosts.n;
	next_host(db, err, true);
}

static void lose_unheard(void *arg)
{
	struct sd_db *db = arg;
	struct sd_err err;
	db->timer = 0;
	pg_err(&err, NULL, db->pg);
	async_lose(db, &err);
}

void async_broken(struct sd_db *db)
{
	timer_set(db, 0, lose_unheard);
}

static void tell_hopeless(void *arg)
{
	struct sd_db *db = arg;
	db->timer = 0;
	db->ever = true;
	async_fail_all(db, db->hopeless);
	set_state(db, SD_DB_LOST, db->hopeless);
}

void async_hopeless(struct sd_db *db, const struct sd_err *err)
{
	db->hopeless = sd_malloc(sizeof *db->hopeless);
	*db->hopeless = *err;
	timer_set(db, 0, tell_hopeless);
}

/* A host that hangs is the last to be tried again. */
static void hung(struct sd_db *db)
{
	struct sd_err err;
	sd_err_set(&err, SD_ERR_CONNECTION, "server_hangs", "%s", _("The database does not answer any more."));
	next_host(db, &err, true);
}

static void patience_over(void *arg)
{
	struct sd_db *db = arg;
	db->timer = 0;
	if (!async_enter(db) || !db->pg) {
		async_leave(db);
		return;
	}
	/* after this process was stopped for a while the answer may lie in the socket */
	async_read(db);
	if (!db->dead && db->pg && db->unanswered > 0 && sd_clock_mono_ms() - db->heard >= async_patience(db))
		hung(db);
	async_leave(db);
}

static void ready(void *arg, int what)
{
	struct sd_db *db = arg;
	if (async_enter(db) && db->pg) {
		if (what & (SD_LOOP_READ | SD_LOOP_HANGUP)) {
			db->heard = sd_clock_mono_ms(); /* a long answer that is still coming is an answer */
			async_read(db);
		} else
			async_watch(db);
	}
	async_leave(db);
}

void async_watch(struct sd_db *db)
{
	/* when writing fails, reading finds the end, and what the server said last */
	int unsent = PQflush(db->pg);
	int events = SD_LOOP_READ | (unsent > 0 ? SD_LOOP_WRITE : 0);
	if (db->watch)
		sd_loop_fd_set(db->loop, db->watch, PQsocket(db->pg), events);
	else
		db->watch = sd_loop_fd(db->loop, PQsocket(db->pg), events, ready, db);
	if (db->unanswered == 0) {
		timer_set(db, -1, NULL);
	} else {
		int64_t left = db->heard + async_patience(db) - sd_clock_mono_ms();
		timer_set(db, left > 0 ? left : 0, patience_over);
	}
}

static void no_notice(void *arg, const PGresult *r)
{
	(void)arg;
	(void)r;
}

static void connected(struct sd_db *db)
{
	sd_loop_fd_remove(db->loop, db->watch);
	db->watch = 0;
	timer_set(db, -1, NULL);
	PQsetnonblocking(db->pg, 1);
	PQenterPipelineMode(db->pg);
	db->failures = 0;
	db->ever = true;
	if (db->hosts.no_options)
		async_send_settings(db);
	/* what was kept goes out before what the news of the connection brings about */
	async_send_waiting(db);
	db->used_password = db->used_password || PQconnectionUsedPassword(db->pg);
	set_state(db, SD_DB_READY, NULL);
}

static void connect_ready(void *arg, int what);

static void connect_step(struct sd_db *db, PostgresPollingStatusType s)
{
	struct sd_err err;
	if (s == PGRES_POLLING_OK) {
		connected(db);
		return;
	}
	if (s == PGRES_POLLING_FAILED || PQsocket(db->pg) < 0) {
		if (!db->hosts.no_options && pg_refused_options(db->pg)) {
			db->hosts.no_options = true;
			async_drop_connection(db);
			timer_set(db, 0, try_again);
			return;
		}
		pg_err_connect(&err, db->pg, db->hosts.host[db->host].name, NULL);
		next_host(db, &err, false);
		return;
	}
	int events = s == PGRES_POLLING_READING ? SD_LOOP_READ : SD_LOOP_WRITE;
	if (db->watch)
		sd_loop_fd_set(db->loop, db->watch, PQsocket(db->pg), events);
	else
		db->watch = sd_loop_fd(db->loop, PQsocket(db->pg), events, connect_ready, db);
}

static void connect_ready(void *arg, int what)
{
	struct sd_db *db = arg;
	(void)what;
	if (async_enter(db) && db->pg)
		connect_step(db, PQconnectPoll(db->pg));
	async_leave(db);
}

static void connect_late(void *arg)
{
	struct sd_db *db = arg;
	struct sd_err err;
	db->timer = 0;
	pg_err_connect(&err, db->pg, db->hosts.host[db->host].name, _("no answer in time"));
	next_host(db, &err, false);
}

static void connect_failed(void *arg)
{
	struct sd_db *db = arg;
	db->timer = 0;
	connect_step(db, PGRES_POLLING_FAILED);
}

void async_connect(struct sd_db *db)
{
	db->pg = pg_start(&db->hosts, db->host);
	if (!db->pg)
		sd_oom();
	PQsetNoticeReceiver(db->pg, no_notice, NULL);
	timer_set(db, db->hosts.n > 1 ? CONNECT_MANY_MS : CONNECT_ONE_MS, connect_late);
	/* a failure is told from the loop, not from inside sd_db_new */
	if (PQstatus(db->pg) == CONNECTION_BAD)
		timer_set(db, 0, connect_failed);
	else
		connect_step(db, PGRES_POLLING_WRITING);
}
