/* Where a private desk lies and which account runs its server. PostgreSQL refuses to run as root. */
#ifndef CORE_EMBED_PLACE_H
#define CORE_EMBED_PLACE_H

#include <stdbool.h>
#include <sys/types.h>
#include "svcdesk/err.h"

struct place {
	char *dir;     /* absolute */
	char *data;    /* dir/data */
	char *socket;  /* folder of the socket: dir/run, or a short one */
	char *log;     /* dir/server.log */
	char *ready;   /* dir/ready: written when the desk is complete; holds "LOGIN KIND" */
	char *account; /* who runs the server */
	char *home;
	uid_t uid;
	gid_t gid;
	bool switched; /* we are root and the server is not */
};

/* dir NULL: the state folder of the account. make: missing folders are made and handed over, and as root the system user
 * too; without make nothing is changed, and a desk that is not there is not an error. */
bool place_find(struct place *p, const char *dir, bool make, struct sd_err *err);
void place_free(struct place *p);
bool place_ready(const struct place *p, char login[64], char kind[16]); /* either may be NULL */

/* Runs a program as the account and waits; its output goes to the end of dir/server.log. */
bool place_run(const struct place *p, const char *const *argv, struct sd_err *err);
/* Becomes the account, for good: only in a forked child. */
bool place_become(const struct place *p);
/* Writes a file of the account as a whole. */
bool place_write(const struct place *p, const char *path, const char *text, struct sd_err *err);
/* Removes what is below dir but its lock. */
bool place_wipe(const struct place *p, struct sd_err *err);
/* An exclusive lock on dir; the descriptor, or -1 with err. name: file in dir. wait: false gives up at once. */
int place_lock(const struct place *p, const char *name, bool wait, struct sd_err *err);
bool place_there(const struct place *p); /* a data folder exists, complete or not */
char *place_path(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
