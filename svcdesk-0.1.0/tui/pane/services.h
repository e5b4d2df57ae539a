/* The services: how each stands, what of its error budget is left, its open tickets, and the outages of a period. A page of
 * figures. */
#ifndef TUI_PANE_SERVICES_H
#define TUI_PANE_SERVICES_H

#include "tui/pane/board.h"

struct service_row {
	char *key, *name, *state, *query; /* key: the way to it in the tree */
	int depth, open, worst, outages;
	int64_t on;                                               /* an outage of its own that goes on; 0: none */
	double availability, target, left, budget, down, planned; /* NaN: unknown; minutes */
};
struct outage_row {
	int64_t id;
	int version;
	char *service, *kind, *state, *ticket, *note;
	sd_time from, until; /* until SD_TIME_NONE: it goes on */
	double minutes, weight;
};
struct services_data {
	struct sd_arena *arena;
	sd_time now;
	char *period, *earlier, *later;
	struct service_row *row;
	struct outage_row *outage;
	int nrows, noutages;
	bool more; /* outages that are not shown */
};

struct services {
	struct board board; /* first */
	struct services_data *data;
};

struct board *services_new(void);
/* What the cursor is on; NULL: no such thing. */
const struct service_row *services_row(const struct services *sv);
const struct outage_row *services_outage(const struct services *sv);
const struct outage_row *services_outage_of(const struct services *sv, int64_t id);

/* -- parts of the module -- */
struct services_data *services_parse(const char *json); /* NULL: it is none */
void services_free(struct services_data *d);
void services_page(struct services *sv, const struct session *s, struct region r, bool focus);

#endif
