/* A console without a terminal and without a database, for tests: keys and answers in, effects and a screen out. */
#ifndef TESTS_UNIT_CONSOLE_WORLD_H
#define TESTS_UNIT_CONSOLE_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include "svcdesk/err.h"
#include "tui/app/model.h"

enum { KEPT_MOST = 64 };
struct world {
	struct model *m;
	struct effects *fx;
	struct surface *s;
	struct sd_cfg *cfg;                                  /* of world_config */
	struct sd_draft *stored;                             /* what the state folder would hold */
	struct sd_unsent *kept[KEPT_MOST], *left[KEPT_MOST]; /* what its outbox would hold, and those of consoles that are no more */
	int nkept, nleft;
	int uuids;
	int64_t ms;
};
enum { COLS = 10 };
extern const struct sd_cfg *world_cfg; /* options of the next world; NULL: none */
extern const char *four[4][COLS];      /* four tickets in order of priority; the third is of another kind */

void begin(struct world *w); /* before each step that is not a key: keeps drafts, forgets the effects of the last */
void keys(struct world *w, const char *names); /* separated by blanks */
void type(struct world *w, const char *text);
struct fx *find(struct world *w, enum req_kind kind); /* a request among the effects of the last step */
struct fx *effect(struct world *w, enum fx_kind kind);
void answer(struct world *w, struct req req, int rows, int cols, const char *const *names, const char *const *values);
void answer_json(struct world *w, struct req req, const char *json);
void answer_error(struct world *w, struct req req, enum sd_err_class cls, const char *text);
void rows(struct world *w, struct req req, const char *(*values)[COLS], int n);
void check_cursor(struct world *w); /* keys and type do it after every key */
bool on_screen(struct world *w, const char *text);
void check_screen(struct world *w, const char *text);
int setup(void **state);      /* 80x24, connected, four tickets in the queue */
int setup_wide(void **state); /* 200x60 */
/* The same with a configuration file, for tests that make several; NULL: none. */
struct world *world_config(int width, int height, const char *config);
struct world *world_without_desk(void); /* connected, but the desk has not told anything yet */
void world_desk(struct world *w);       /* now it has */
void world_end(struct world *w);
int teardown(void **state);

#endif
