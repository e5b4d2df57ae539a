/* Pages of figures in the place of the queue, with the whole screen while they have the focus: the dashboard, the analysis. From
 * a figure one goes to its tickets and comes back to the same figure. */
#ifndef TUI_APP_BOARD_H
#define TUI_APP_BOARD_H

#include "tui/app/model.h"

enum board_id {
	BOARD_NONE,
	BOARD_DASHBOARD,
	BOARD_ANALYSIS,
	BOARD_SERVICES,
	BOARD_WARROOM,
	BOARD_TRIAGE,
	BOARD_ROTA,
	BOARD_CMDB,
	BOARD_KB,
	BOARDS
};
struct board;

void boards_new(struct model *m);
void boards_free(struct model *m);
struct board *board_get(const struct model *m, enum board_id id);

enum board_id board_shown(const struct model *m);
void board_show(struct model *m, enum board_id id, struct effects *fx);
void board_begin(struct model *m, enum board_id id, struct effects *fx); /* the same; Esc there comes back to what is shown now */
void board_leave(struct model *m, struct effects *fx);                   /* the queue stands there again */
/* EV_DRILL: the queue shows the tickets of a query, with the cursor on one of them; 0: on the first. */
void board_drill(struct model *m, const char *query, int64_t ticket, struct effects *fx);
/* Esc: from the tickets of a figure back to it, from a page of figures to what was there before. False: one is in neither. */
bool board_back(struct model *m, struct effects *fx);
bool board_drilled(const struct model *m);                                     /* the queue shows the tickets of a figure */
void board_changed(struct model *m, struct effects *fx);                       /* the feed told of something */
void board_taken(struct model *m, const struct answer *a, struct effects *fx); /* an answer for one of them */
void board_tick(struct model *m, enum timer_id t, struct effects *fx);
void board_mouse(struct model *m, const struct key *k, struct effects *fx);
/* Words of the palette: dashboard [PERIOD], analysis [PERIOD [PERIOD]], period PERIOD, compare PERIOD. */
void board_command(struct model *m, enum board_id id, const char *rest, struct effects *fx);
void board_period(struct model *m, const char *rest, bool compare, struct effects *fx);
/* The keys that put one of these words into the palette. */
void board_prompt(struct model *m, enum action a);

#endif
