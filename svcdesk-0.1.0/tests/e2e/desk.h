/* One private desk for a test program, worked through the command line only. */
#ifndef TESTS_E2E_DESK_H
#define TESTS_E2E_DESK_H

#include <jansson.h>
#include <stdbool.h>

/* Group setup and teardown of cmocka: an empty desk whose clock stands at 2026-01-05 09:00 UTC. */
int desk_start(void **state);
int desk_stop(void **state);
const char *desk_program(void); /* svcdesk as it is under test */
const char *desk_dir(void);
const char *desk_uri(void); /* what `demo` printed */
const char *desk_dba(void); /* the superuser's */
/* A file beside the desk; malloc'ed path. */
char *desk_file(const char *name, const char *text, size_t n);
/* Runs SQL as superuser with psql's exit status checked: for setting up and tampering only. */
void desk_sql(const char *sql);
void desk_migration(const char *path); /* a file of SQL, run as the files of core/schema are */
void desk_kind(const char *path);      /* a file of SQL as an administrator applies it: psql as superuser, in one transaction */

/* The first line of what a query answers, asked as superuser; valid until the next one. */
const char *desk_ask(const char *query);

struct run {
	int status;
	char *out, *err;
	size_t nout;
};
/* Runs svcdesk on this desk (as the given login, NULL: the desk's own person) with the words of a command, split at blanks;
 * 'single quotes' keep words together. in: standard input, NULL: none. The answer stays until the next call. */
const struct run *desk_run(const char *as, const char *in, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same with words as they are, and without any option added. */
const struct run *desk_exec(const char *in, const char *const *argv);
/* A line for sh; fails the test unless it ends with 0. Its stdout, until the next call. */
const char *desk_shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* stdout parsed; fails the test if it is not JSON. Released by desk_stop. */
json_t *desk_json(const struct run *r);

/* Runs and checks: exit status, JSON on stdout. The JSON is returned. */
json_t *desk_ok(const char *as, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Runs and checks: exit status, error id and class in the JSON on stdout, one line on stderr. The error object is returned. */
json_t *desk_refused(const char *as, int status, const char *id, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* A new incident, made through the command line: its number, valid until desk_stop. */
const char *desk_ticket(const char *subject);

const char *text(const json_t *j, const char *path); /* "a.b.0.c"; "" for null, fails for what is not there or no text */
long number(const json_t *j, const char *path);
json_t *at(const json_t *j, const char *path); /* NULL if it is not there */

#endif
