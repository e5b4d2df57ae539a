/* Statements worth preparing: parameterless texts that come again, the pages and counts of views above all, and those whose plan
 * does not depend on their parameters (SD_DB_SAME_PLAN; nparams is then given as 0). Planning such a page costs several times
 * what running it does; then PostgreSQL keeps the plan. One cache per connection. */
#ifndef CORE_DB_PREPARED_H
#define CORE_DB_PREPARED_H

#include <stdbool.h>

enum { PREPARED_MAX = 32 };

struct prepared_entry {
	char *sql;
	int name;      /* the statement is called svc<name> on the server; 0: not prepared */
	unsigned used; /* for throwing out the one not used for the longest time */
};

struct prepared {
	struct prepared_entry entry[PREPARED_MAX];
	unsigned clock;
	int last_name;
};

/* What to do with sql: NULL = send as it is (seen for the first time, or has parameters). Otherwise the statement's name in buf;
 * *prepare is true when it must be prepared first in the same pipeline. *gone is the number of a statement that made room and is
 * to be deallocated; 0: none. */
const char *prepared_name(struct prepared *p, const char *sql, int nparams, char buf[16], bool *prepare, int *gone);

/* Its name stands for nothing on the server, or for a plan that no longer fits: it is not used again. */
void prepared_lost(struct prepared *p, const char *sql);

/* The connection is gone and its statements with it. */
void prepared_reset(struct prepared *p);

#endif
