/* What the synchronous and the asynchronous client share: hosts, errors, results. Only core/db and core/embed see libpq. */
#ifndef CORE_DB_PG_H
#define CORE_DB_PG_H

#include <libpq-fe.h>
#include <stddef.h>
#include "svcdesk/db.h"

/* ---- hosts: the asynchronous API of libpq never leaves a hung host of a list, so each attempt names one ---- */
struct pg_host {
	char **key, **value; /* NULL-terminated, for PQconnectStartParams */
	size_t n, cap, vcap;
	char *name; /* for people: "db1 port 5432", "socket /run/x" */
};
struct pg_hosts {
	struct pg_host *host;
	size_t n, cap;
	bool no_options; /* a pooler refused the start-up options: the settings are sent as statements instead */
};

/* Takes apart conninfo (URI or key words, with the PG* variables and service files below it). limit: statement_timeout unless
 * conninfo has its own. False: it is malformed. */
bool pg_hosts_parse(struct pg_hosts *h, const char *conninfo, const char *limit, struct sd_err *err);
void pg_hosts_free(struct pg_hosts *h);
/* conninfo with another user, malloc'ed; refused where the server is not reached through a socket. */
char *pg_with_user(const char *conninfo, const char *user, struct sd_err *err);
PGconn *pg_start(const struct pg_hosts *h, size_t i);

/* Session settings as one SELECT, for servers that take no start-up options; $1 is the limit. */
extern const char pg_settings_sql[];
/* True when a failed start says that start-up options are not supported. */
bool pg_refused_options(const PGconn *c);

/* ---- errors ---- */
enum sd_err_class pg_class_of(const char *sqlstate);
/* err from a failed result, or from the connection when the result says nothing (it may be NULL). */
void pg_err(struct sd_err *err, const PGresult *r, const PGconn *c);
void pg_err_connect(struct sd_err *err, const PGconn *c, const char *host, const char *why);
void pg_err_lost(struct sd_err *err);

/* Rests for ms, or until the server says something unasked (it is going away). */
void pg_conn_rest(struct sd_conn *c, int ms);

/* ---- results ---- */
struct sd_result *pg_result(PGresult *r); /* takes r */
bool pg_result_ok(const PGresult *r);

#endif
