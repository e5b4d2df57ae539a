/* Between the files of tui/wall: what a widget needs to draw itself. */
#ifndef TUI_WALL_LOOK_H
#define TUI_WALL_LOOK_H

#include "svcdesk/mem.h"
#include "tui/wall/wall.h"

struct look {
	const struct wall *w;
	const struct sd_wall *d;
	const struct wall_spec *spec;
	sd_time now;
	const char *zone;
	struct sd_arena *a;
	int digit; /* 0: none */
	/* given back by figures, for the title */
	enum element level;
};

void figure_draw(struct look *k, struct region r);
void priority_draw(struct look *k, struct region r);
void breaching_draw(struct look *k, struct region r);
void oldest_draw(struct look *k, struct region r);
void groups_draw(struct look *k, struct region r);
void agents_draw(struct look *k, struct region r);
void major_draw(struct look *k, struct region r);
void services_draw(struct look *k, struct region r);
void budget_draw(struct look *k, struct region r);
void goals_draw(struct look *k, struct region r);
void flow_draw(struct look *k, struct region r);
void age_draw(struct look *k, struct region r);
void heat_draw(struct look *k, struct region r);
void causes_draw(struct look *k, struct region r);
void forecast_draw(struct look *k, struct region r);
void text_draw(struct look *k, struct region r);

/* "12:31", "2h 05m", "3d 4h"; "-0:12" when it is over. */
const char *look_countdown(struct sd_arena *a, sd_time due, sd_time now);
enum element look_countdown_element(sd_time due, sd_time now);
const char *look_age(struct sd_arena *a, sd_time from, sd_time now); /* "3d", "" for none */
enum element look_priority(int priority);
/* One line in the middle, for what has nothing to show. */
void look_empty(struct region r, enum element e, const char *text);
/* Columns side by side for n rows: how many, and how wide each is. */
int look_columns(struct region r, size_t n, int least, int *width);
/* Lines of each of n rows: more than one where there is room. */
int look_step(struct region r, size_t n);

#endif
