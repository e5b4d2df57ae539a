/* What pages of figures have in common: they are read as one document in one round trip, on a line of their own so that nobody
 * waits behind them; read again when the desk changes, but not more often than every few seconds, and only while they are seen;
 * every figure leads to its tickets. */
#ifndef TUI_PANE_BOARD_H
#define TUI_PANE_BOARD_H

#include "tui/pane/pane.h"
#include "tui/widget/page.h"

enum { BOARD_EVERY_MS = 5000, BOARD_SLOW_MS = 60000, BOARD_TICK_MS = 1000, BOARD_PERIOD = 64 };

struct board {
	struct pane pane; /* first */
	struct page page;
	unsigned gen;
	bool shown;           /* one looks at it */
	bool loading, late;   /* late: something changed since it was asked for */
	bool ticking;         /* something on it counts down by seconds */
	char *error;          /* why the last reading failed; NULL: it did not */
	const char *language; /* of labels; borrowed */
	int64_t asked_ms;
	sd_time as_of;                                    /* of the desk, of what is shown; SD_TIME_NONE: nothing yet */
	char period[BOARD_PERIOD], compare[BOARD_PERIOD]; /* as asked for; period "": the present month; compare "": the default */
	char earlier[BOARD_PERIOD], later[BOARD_PERIOD];  /* the neighbours of what is shown, as the desk names them; "": none */
	char shown_period[BOARD_PERIOD], shown_before[BOARD_PERIOD]; /* what is shown */
	void (*ask)(struct board *b, struct effects *fx);            /* sends the request with req(gen) */
	bool (*take)(struct board *b, const char *json);             /* false: it is no such document */
};

void board_init(struct board *b, const struct pane_ops *ops);
void board_free(struct board *b);
struct req board_req(const struct board *b); /* of the request that is sent now */

/* One begins to look at it, or no longer does: what is on its way then is given up. */
void board_open(struct board *b, const struct session *s, struct effects *fx);
void board_close(struct board *b, struct effects *fx);
void board_read(struct board *b, const struct session *s, struct effects *fx); /* now */
void board_news(struct board *b, const struct session *s, struct effects *fx); /* the desk has changed */
void board_answer(struct board *b, const struct session *s, const struct answer *a, struct effects *fx);
void board_timer(struct board *b, const struct session *s, struct effects *fx);

/* What all of them do with keys; true: used. */
bool board_action(struct board *b, const struct session *s, enum action a, int count, struct effects *fx);
void board_search(struct pane *p, const char *text, int dir, struct effects *fx);
int board_matches(const struct pane *p, int *nth);
/* "  as of 10:31:07  reading ...", for the headline. In buf. */
const char *board_state(const struct board *b, const struct session *s, char *buf, size_t size);
/* What stands there while there is nothing to show. */
void board_nothing(const struct board *b, const struct session *s, struct region r);
bool board_set_period(struct board *b, const char *word, bool compare); /* false: too long to be one */

/* ---- figures in words ---- */
/* 12 -> "12"; minutes as "42 m", "4:12 h", "3.2 d"; shares as "92.3 %"; NaN "-". In buf. */
enum board_unit { UNIT_COUNT, UNIT_PERCENT, UNIT_MINUTES, UNIT_DAYS, UNIT_SCORE };
enum board_unit board_unit(const char *word); /* as desk.metric has it */
const char *board_number(double v, enum board_unit unit, char *buf, size_t size);
/* A countdown as the queue has it: "52h", "2d04", "-1h20", but below an hour by seconds: "42m07". days: a day has 24 open hours.
 */
const char *board_left(int64_t seconds, bool days, char *buf, size_t size);
const char *board_at_least(bool up); /* "\u2265" or "\u2264", as the terminal can show it */
/* metric:"ID@PERIOD@part@by=key": part and by may be NULL. In the arena. */
char *board_query(struct sd_arena *a, const char *metric, const char *period, const char *part, const char *by, const char *key);

#endif
