/* Inside of the asynchronous client: async.c has the requests, async_conn.c the connection below them. */
#ifndef CORE_DB_ASYNC_H
#define CORE_DB_ASYNC_H

#include "core/db/pg.h"
#include "core/db/prepared.h"
#include "svcdesk/loop.h"

struct request {
	struct request *next;
	int id, flags, nparams;
	char *sql;
	char **param;
	sd_db_done done;
	void *arg;
	bool sent;
	bool own;      /* of the client itself: nobody is told */
	bool prepares; /* its statement is prepared in front of it */
	bool unsure;   /* whether that has worked */
	/* its answer, as far as it came */
	int sets;           /* finished result sets */
	PGresult *result;   /* of the statement itself, or the first failure */
	struct sd_err *err; /* it fails with this at the next turn */
};

struct sd_db {
	struct sd_loop *loop;
	struct sd_db_events ev;
	struct pg_hosts hosts;
	PGconn *pg;
	enum sd_db_state state;
	bool used_password; /* the server has asked for one */
	bool ever;          /* there was a connection or a failure: reads no longer wait for the first one */
	size_t host;
	int failures; /* rounds over the hosts that failed in a row */
	int watch, timer, fail_timer;
	int64_t patience; /* ms; a test makes it shorter */
	int64_t heard;    /* monotonic ms of the last answer */

	struct request *first, **end; /* unanswered, oldest first; the sent ones stand in front */
	struct request *failed;       /* told at the next turn, never from inside sd_db_send */
	struct prepared prepared;
	int last_id, unanswered; /* unanswered: sent, the sync not seen */
	long round_trips;
	bool batch; /* requests went out since the last answer: they share its round trip */

	struct sd_err *hopeless;

	int depth; /* inside callbacks; freeing waits for the outermost */
	bool dead;
};

/* async.c */
void async_send_waiting(struct sd_db *db);                       /* after a connection stands */
void async_read(struct sd_db *db);                               /* what has arrived */
void async_fail_all(struct sd_db *db, const struct sd_err *err); /* but what is kept */
int64_t async_patience(const struct sd_db *db);                  /* how long the oldest request may stay without an answer, ms */
bool async_enter(struct sd_db *db);
void async_leave(struct sd_db *db);

void async_send_settings(struct sd_db *db); /* puts them before everything else that waits */

/* async_conn.c */
void async_connect(struct sd_db *db);
void async_lose(struct sd_db *db, const struct sd_err *err);
void async_watch(struct sd_db *db);  /* read, and write while something is unsent; and the patience timer */
void async_broken(struct sd_db *db); /* writing failed: the loss is found from the loop */
void async_hopeless(struct sd_db *db, const struct sd_err *err); /* conninfo is malformed: nothing to try again */
void async_drop_connection(struct sd_db *db);

/* cancel.c: the server stops what it is doing for this connection; comes back at once. */
void async_cancel(const struct sd_db *db);

#endif
