/* Children: as another account, with a clean environment, waited for. */
#ifndef CORE_EMBED_RUN_H
#define CORE_EMBED_RUN_H

#include <stdbool.h>
#include <sys/types.h>

struct place;

/* For good, in a forked child only. */
bool run_drop(const char *account, uid_t uid, gid_t gid);
/* Runs fn in a child that has become the account; true when it returns 0. */
bool run_child(const struct place *p, int (*fn)(void *arg), void *arg);
/* Runs a program (found along PATH) and waits; true when it ends with 0. p NULL: as we are. log: file its output is added to. */
bool run_wait(const struct place *p, const char *const *argv, const char *log);
/* Leaves the terminal, the session and every open file. In a forked child. */
void run_detach(void);
bool run_is_desk_or_empty(const char *dir);
bool run_disk_full(const char *dir); /* no room for PostgreSQL to go on */

#endif
