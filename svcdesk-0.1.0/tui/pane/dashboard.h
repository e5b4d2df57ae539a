/* The dashboard: what is at risk, what is breached, what was attained and how it changes. A page of figures. */
#ifndef TUI_PANE_DASHBOARD_H
#define TUI_PANE_DASHBOARD_H

#include "tui/pane/board.h"
#include "tui/pane/dash_data.h"

enum dash_block {
	DASH_NOW,
	DASH_RISK,
	DASH_BREACHED,
	DASH_SHARES,
	DASH_METRICS,
	DASH_TREND,
	DASH_AGES,
	DASH_FLOW,
	DASH_MORE, /* attainment by what else there is; one block each */
	DASH_BLOCKS = DASH_MORE + DASH_BYS - 1
};

struct dashboard {
	struct board board; /* first */
	struct dash_data *data;
	int by, grain;
};

struct board *dashboard_new(void);

/* -- parts of the module -- */
extern const char *const dash_grains[];
/* By what a block of attainment tells apart: the one that was chosen comes first. */
int dash_by_of(const struct dashboard *d, int block);
const char *dash_by_label(int by);
const char *dash_clock_label(int clock);
const char *dash_metric_label(const char *metric); /* of a clock, by its word */
const char *dash_tile_label(const char *id);
const struct dash_metric *dash_metric_find(const struct dash_data *d, const char *id); /* NULL: the desk has none of that id */
int64_t dash_left(const struct dash_data *d, const struct dash_clock *c, sd_time now);
/* Lines a block wants: at least, and at most where there is room. w: cells of its column. */
void dash_heights(const struct dashboard *d, int block, int w, bool roomy, int *least, int *most);
void dash_block_draw(struct dashboard *d, const struct session *s, int block, struct region r);

#endif
