/* A private server for a test program: made once, thrown away at the end. */
#ifndef TESTS_DB_FIXTURE_H
#define TESTS_DB_FIXTURE_H

#include "svcdesk/db.h"

int fixture_start(void **state); /* group setup and teardown of cmocka */
int fixture_stop(void **state);
const char *fixture_dir(void); /* a folder for more, removed with the rest */
void fixture_restart(void);
void fixture_down(void);
void fixture_up(void);
/* URI of a database of the test server; made when it is not there. Kept until fixture_stop. */
const char *fixture_uri(const char *database);
struct sd_conn *fixture_open(const char *database);
/* Runs sql with the connection and gives the first field as malloc'ed text; fails the test on an error. */
char *fixture_ask(struct sd_conn *c, const char *sql);
void fixture_do(struct sd_conn *c, const char *sql);

#endif
