/* What a wall asks the desk: one small question every few seconds, figures only when something has changed. Without the database:
 * who owns a wall sends it. */
#ifndef TUI_WALL_ASK_H
#define TUI_WALL_ASK_H

#include <stdbool.h>
#include <stddef.h>

struct sd_arena;
struct wall;
struct wall_ask;

struct wall_question {
	const char *sql;
	int nparams;
	const char *const *params;
};

struct wall_ask *wall_ask_new(void);
void wall_ask_free(struct wall_ask *k);
/* The question that is due now; everything in the arena. False: none is. The wall counts it as asked. */
bool wall_ask_now(struct wall_ask *k, struct wall *w, const char *language, struct sd_arena *a, struct wall_question *q);
/* Its answer: epoch, x, seq, figures (NULL: nothing has changed); row NULL: trouble says why there is none. Returns whether the
 * counts of queries are due. */
bool wall_ask_answered(struct wall_ask *k, struct wall *w, const char *const row[4], const char *trouble);
/* How many tickets the query of widget spec finds; false: it has none. */
bool wall_ask_count(const struct wall *w, size_t spec, struct sd_arena *a, struct wall_question *q);

#endif
