/* The analysis: which few things cause most of the tickets, and how that changed against another period. A page of figures. */
#ifndef TUI_PANE_ANALYSIS_H
#define TUI_PANE_ANALYSIS_H

#include "tui/pane/board.h"

enum { PARETO_BYS = 5, PARETO_KINDS = 3 };

struct pareto_row {
	char *key, *label;
	char *query, *before_query, *word; /* word: what the query says besides the period */
	int n, before;
	double share, cumulative, change; /* percent; change: by the day, so that a month that goes on can be compared */
	bool vital;                       /* belongs to the fewest that make 80 % */
};
struct pareto {
	struct sd_arena *arena;
	sd_time now;
	char *period, *earlier, *later, *compare;
	char *query, *before_query; /* of total and before */
	int total, before, vital;
	int without; /* with nothing there to tell them apart by: they have no share */
	double change;
	struct pareto_row *row;
	int nrows;
};

struct analysis {
	struct board board; /* first */
	struct pareto *data;
	int by, kinds;
	int data_by, data_kinds, asked_by, asked_kinds; /* of data, and of what was asked for last */
};

struct board *analysis_new(void);
extern const char *const pareto_bys[PARETO_BYS];     /* service ci category cause org */
extern const char *const pareto_kinds[PARETO_KINDS]; /* both incident complaint */

/* -- parts of the module -- */
struct pareto *pareto_parse(const char *json); /* NULL: it is none */
void pareto_free(struct pareto *p);
const char *pareto_by_label(int by);
const char *pareto_kinds_label(int kinds);
void analysis_page(struct analysis *an, const struct session *s, struct region r, bool focus);

#endif
