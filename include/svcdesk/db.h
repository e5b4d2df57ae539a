/* The database as the console and the command line see it. Only core/db includes libpq. */
#ifndef SVCDESK_DB_H
#define SVCDESK_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "svcdesk/err.h"

struct sd_loop;
struct sd_arena;

/* ---- a result: rows of text, borrowed until it is freed ---- */
struct sd_result;
int sd_result_rows(const struct sd_result *r);
int sd_result_cols(const struct sd_result *r);
const char *sd_result_name(const struct sd_result *r, int col);
const char *sd_result_get(const struct sd_result *r, int row, int col); /* NULL for SQL null */
void sd_result_free(struct sd_result *r);

/* ---- which database: --db, SVCDESK_DB, PG* and service, config file, embedded (decisions 30) ---- */
struct sd_db_want {
	const char *db;     /* --db; NULL or "": not given */
	const char *config; /* option "db" of the configuration files */
	const char *dir;    /* --dir: the private desk there, whatever else is configured */
	const char *as;     /* --as: sign in as this login; only where the server is reached through a socket */
	bool create;        /* a private desk may be made (bare console and demo only) */
	void (*progress)(void *arg, const char *what); /* while it is made; may be NULL */
	void *arg;
};
struct sd_db_target {
	char *conninfo; /* libpq URI or key words, ready to be connected to (a private desk has been started); malloc'ed */
	bool embedded;  /* the private desk of this account */
};
/* Exit class CONNECTION with advice when nothing is configured and there is no private desk. */
bool sd_db_target_find(struct sd_db_target *t, const struct sd_db_want *want, struct sd_err *err);
void sd_db_target_free(struct sd_db_target *t);
/* False when that is a private desk that does not run, or none is named: finding the target would start or refuse it. */
bool sd_db_target_awake(const struct sd_db_want *want);

/* ---- synchronous: the command line, the worker's simple jobs, tests ---- */
struct sd_conn;
struct sd_conn *sd_conn_open(const char *conninfo, struct sd_err *err); /* own deadline; session settings of postgres.md 8 */
void sd_conn_close(struct sd_conn *c);
/* Runs one parameterised statement (params are text, NULL = null). NULL and err on failure. */
struct sd_result *sd_conn_query(struct sd_conn *c, const char *sql, int nparams, const char *const *params, struct sd_err *err);
/* Likewise; a parameter with a length above 0 is that many bytes in the binary form of its type. */
struct sd_result *sd_conn_query_bytes(
	struct sd_conn *c, const char *sql, int nparams, const char *const *params, const int *lengths, struct sd_err *err);
/* The two halves of sd_conn_query: between them the server is at work, and nothing else may be asked. */
bool sd_conn_start(struct sd_conn *c, const char *sql, int nparams, const char *const *params, struct sd_err *err);
struct sd_result *sd_conn_finish(struct sd_conn *c, struct sd_err *err);
/* Many statements without parameters, for migrations and scripts. */
bool sd_conn_script(struct sd_conn *c, const char *sql, struct sd_err *err);
/* Row by row without holding the whole result; the callback returns false to stop (the rest is cancelled). */
bool sd_conn_each(struct sd_conn *c, const char *sql, int nparams, const char *const *params,
	bool (*row)(void *arg, int cols, const char *const *names, const char *const *values), void *arg, struct sd_err *err);
/* Several statements in one pipeline, one round trip; results[i] is NULL where that one failed. Returns false with the first
 * error. */
struct sd_stmt {
	const char *sql;
	int nparams;
	const char *const *params;
};
bool sd_conn_pipeline(struct sd_conn *c, int n, const struct sd_stmt *stmts, struct sd_result **results, struct sd_err *err);
/* What is known of a connection, for svcdesk doctor. */
struct sd_conn_facts {
	char host[300], database[100], user[100], tls[100]; /* tls: protocol and cipher, "" = none */
	bool socket;                                        /* a socket of this machine */
	int server_version, backend_pid;                    /* the process that the start spoke of: a pooler's own behind one */
};
void sd_conn_facts(const struct sd_conn *c, struct sd_conn_facts *f);
const char *sd_db_client_version(void);          /* of libpq, "15.4" */
void sd_conn_timeout(struct sd_conn *c, int ms); /* statement_timeout of what follows; 0 = none */
/* From now on a statement under way is cancelled, once, as soon as stop() says so: it fails, and what follows runs. NULL: no
 * more. */
void sd_conn_interrupt(struct sd_conn *c, bool (*stop)(void));

/* ---- asynchronous: the console ---- */
struct sd_db;
enum sd_db_state { SD_DB_CONNECTING, SD_DB_READY, SD_DB_LOST };
struct sd_db_events {
	void (*state)(
		void *arg, enum sd_db_state s, const struct sd_err *why); /* every change; LOST reconnects by itself with back-off */
	void *arg;
};
struct sd_db *sd_db_new(struct sd_loop *l, const char *conninfo, const struct sd_db_events *ev);
/* Outstanding requests are dropped without a callback; if nothing but reading is among them, the server is told to stop. */
void sd_db_free(struct sd_db *db);

/* Answer to one request: res is NULL on failure (err says why). The result is freed after the callback returns. */
typedef void (*sd_db_done)(void *arg, const struct sd_result *res, const struct sd_err *err);

/* Queues one parameterised statement into the pipeline, with its own sync; answers come in order. Returns a request id > 0.
 * While the connection is down: reads fail at once with class CONNECTION; a request with SD_DB_KEEP waits and is sent once
 * after reconnect (it must carry an operation id). A KEEP request whose outcome is unknown is sent again.
 * Before the first connection everything waits. Callbacks are never called from inside sd_db_send; sd_db_free is fine in one. */
enum {
	SD_DB_KEEP = 1,
	SD_DB_FAST = 2,   /* gives up after 0.3 s (err class TIMEOUT): polls, counts, search while typing */
	SD_DB_LONG = 4,   /* may take 60 s: reports. Without any of these: 10 s */
	SD_DB_BRIEF = 8,  /* gives up after 1 s: what others wait behind, and who asked can ask again aside */
	SD_DB_ACT = 32,   /* writes: the server goes on with it when nobody waits any more, as with what is kept */
	SD_DB_ASIDE = 16, /* for the console: on a second connection, so that nobody waits behind it. Means nothing to sd_db_send */
	SD_DB_SAME_PLAN = 64 /* how it is answered does not depend on its parameters: planned once, not each time */
};
int sd_db_send(struct sd_db *db, const char *sql, int nparams, const char *const *params, int flags, sd_db_done done, void *arg);
enum sd_db_state sd_db_state(const struct sd_db *db);
/* The server has asked for a password at the last connect. */
bool sd_db_used_password(const struct sd_db *db);
/* Connects once more with this password and no other; waits for the answer, so not for the loop. */
bool sd_db_password_right(const char *conninfo, const char *password);
int sd_db_pending(const struct sd_db *db);      /* requests without an answer yet; for tests */
long sd_db_round_trips(const struct sd_db *db); /* flushes that waited for an answer, for tests and bench */

/* ---- schema ---- */
struct sd_migrate_status {
	int known, applied;
	bool newer;
	char *pending;
};
/* init: roles and schema, needs a superuser. migrate: applies what is missing (lock polled, one transaction a file); it refuses a
 * step that was changed and a desk that is newer. pending: names with blanks between, malloc'ed. */
bool sd_schema_init(struct sd_conn *c, struct sd_err *err);
bool sd_schema_migrate(struct sd_conn *c, void (*progress)(void *arg, const char *name), void *arg, struct sd_err *err);
/* What a desk needs before the first ticket, if it has no group yet: an organisation, the group "Service desk", a category. */
bool sd_schema_starter(struct sd_conn *c, struct sd_err *err);
bool sd_schema_status(struct sd_conn *c, struct sd_migrate_status *st, struct sd_err *err);

/* ---- the embedded cluster ---- */
struct sd_cluster_opts {
	const char *dir;   /* NULL: the state folder of this account */
	bool empty;        /* only the schema and the one admin+agent person */
	bool fresh;        /* throw away what is there */
	const char *clock; /* ISO time: a desk whose clock stands; NULL: real time */
};
/* Starts (and makes, migrates, fills) the private cluster. uri_out: malloc'ed URI of the ordinary person. */
bool sd_cluster_start(const struct sd_cluster_opts *o, void (*progress)(void *arg, const char *what), void *arg, char **uri_out,
	struct sd_err *err);
bool sd_cluster_stop(const char *dir, struct sd_err *err);
bool sd_cluster_exists(const char *dir);
bool sd_cluster_running(const char *dir);
char *sd_cluster_uri(const char *dir, const char *login, struct sd_err *err); /* login NULL: superuser (--dba) */

#endif
