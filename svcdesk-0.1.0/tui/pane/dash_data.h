/* What the desk says for the dashboard, read from its JSON. */
#ifndef TUI_PANE_DASH_DATA_H
#define TUI_PANE_DASH_DATA_H

#include "tui/pane/board.h"

enum { DASH_CLOCKS = 4, DASH_BYS = 4, DASH_SERIES = 5 };
extern const char *const dash_clocks[DASH_CLOCKS]; /* response resolution ola uc */
extern const char *const dash_bys[DASH_BYS];       /* priority group service org */
extern const char *const dash_series[DASH_SERIES]; /* opened resolved backlog resolution_attainment mttr */

/* A figure of now: its tickets by a query. */
struct dash_tile {
	char *id, *query;
	double v;
};
struct dash_share {
	double v; /* NaN: no clock stopped */
	int n;    /* tickets counted */
	int missed;
};
struct dash_row {
	char *key, *label;
	struct dash_share share[DASH_CLOCKS];
};
struct dash_table {
	struct dash_row *v;
	int n;
};
/* A running clock. */
struct dash_clock {
	int64_t ticket;
	char *number, *subject, *metric;
	int priority;
	int64_t left_s; /* of open time, at now; negative: over by so much */
	bool open;      /* it counts down: the calendar is open */
	bool days;      /* a day of it has 24 hours */
};
struct dash_list {
	struct dash_clock *v;
	int n;
	int tickets; /* all of them, also those that are not in the list */
	char *query;
};
struct dash_metric {
	char *id, *name;
	enum board_unit unit;
	bool up; /* more is better */
	double v, p50, p90, target;
	int n, missed;
};
struct dash_age {
	char *label, *query;
	int n;
};

struct dash_data {
	struct sd_arena *arena;
	sd_time now;
	char *period, *earlier, *later;
	char *grain;
	bool agreements; /* somebody has promised something */
	bool tickets;    /* there is at least one */
	struct dash_tile *tile;
	int ntiles;
	struct dash_list risk, breached;
	struct dash_share all[DASH_CLOCKS];
	double target[DASH_CLOCKS];
	struct dash_table by[DASH_BYS];
	struct dash_metric *metric;
	int nmetrics;
	char **point; /* the periods of the trend */
	double *series[DASH_SERIES];
	int npoints;
	struct dash_age *age;
	int nages;
};

struct dash_data *dash_data_parse(const char *json); /* NULL: it is none */
void dash_data_free(struct dash_data *d);

#endif
