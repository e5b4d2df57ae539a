/* What a wallboard shows: pages of rows of widgets, read from a small text file.
 *
 *   [wall]             of the whole wall
 *   title = Service desk
 *   rotate = 20        seconds a page stays; 0: until a key
 *   [page now]
 *   below = 120x36     only on screens narrower or lower than that; from: only on screens at least that large
 *   row = 8 open unassigned breached      height in lines, or * (what is left; *2: twice as much), then widgets side by side
 *   row = * breaching:2 priority          :2 is twice as wide
 *   [widget fcr]       a widget of one's own, or other options for one of the program's
 *   kind = metric
 *   metric = fcr
 *
 * Every word is in wall_settings, wall_page_settings, wall_options and wall_kinds; svcdesk-wall(5) is made from them. Errors name
 * file and line. */
#ifndef TUI_WALL_LAYOUT_H
#define TUI_WALL_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include "tui/widget/graph.h"

struct sd_arena;
struct sd_err;

enum wall_kind {
	WALL_OPEN,
	WALL_UNASSIGNED,
	WALL_BREACHED,
	WALL_BREACHING_15,
	WALL_BREACHING_60,
	WALL_AT_RISK,
	WALL_PREDICTED,
	WALL_ON_HOLD,
	WALL_MAJORS,
	WALL_ONLINE,
	WALL_IN_TODAY,
	WALL_OUT_TODAY,
	WALL_METRIC,
	WALL_QUERY,
	WALL_CLOCK,
	WALL_FIGURES_END, /* those before are one figure in big digits */
	WALL_PRIORITY = WALL_FIGURES_END,
	WALL_BREACHING,
	WALL_OLDEST,
	WALL_FLOW,
	WALL_AGE,
	WALL_GROUPS,
	WALL_HEAT,
	WALL_AGENTS,
	WALL_MAJOR,
	WALL_SERVICES,
	WALL_BUDGET,
	WALL_CAUSES,
	WALL_FORECAST,
	WALL_GOALS,
	WALL_TEXT,
	WALL_KINDS
};

enum { WALL_OPT_METRIC = 1, WALL_OPT_QUERY = 2, WALL_OPT_TEXT = 4, WALL_OPT_ZONE = 8, WALL_OPT_LEVELS = 16 };
struct wall_kind_def {
	const char *name, *title, *help; /* title and help: msgids */
	const char *query;               /* its tickets, in the query language; NULL: none */
	unsigned options;                /* which it takes besides title */
};
extern const struct wall_kind_def wall_kinds[WALL_KINDS];

struct wall_word {
	const char *name, *value, *help; /* help: msgid */
	unsigned bit;
};
extern const struct wall_word wall_settings[], wall_page_settings[], wall_options[]; /* each ends with name NULL */

struct wall_spec {
	const char *name;  /* in rows */
	const char *title; /* NULL: that of its kind */
	enum wall_kind kind;
	const char *metric, *query, *text, *zone;
	double warn, bad; /* NaN: none */
};

struct wall_place {
	int spec, weight;
};
struct wall_row {
	int lines, share; /* one of them is 0 */
	struct wall_place *place;
	size_t n, cap;
};
struct wall_page {
	const char *name, *title;
	int from_w, from_h, below_w, below_h; /* 0: no such bound */
	int seconds;                          /* < 0: as the wall says */
	bool major;                           /* shown while there is a major incident, and then alone */
	struct wall_row *row;
	size_t n, cap;
};

struct wall_layout {
	struct sd_arena *arena;
	const char *file, *title, *zone, *day_theme, *night_theme;
	int rotate, refresh;  /* seconds */
	int day_from, day_to; /* minutes of the day; equal: no change of themes */
	enum graph_style style;
	const char **group; /* only tickets of these; none: of all */
	size_t ngroups, capgroups;
	struct wall_spec *spec;
	size_t nspecs, capspecs;
	struct wall_page *page;
	size_t npages, cappages;
};

/* Text of a layout; file names it in errors. NULL and err when something is wrong in it. */
struct wall_layout *wall_layout_parse(const char *file, const char *text, struct sd_err *err);
/* NULL or "default": the one in the program. A name: NAME.wall in the folder walls of the configuration, beside the program in
 * its build folder, in the installed data. With a '/': that file. */
struct wall_layout *wall_layout_load(const char *name, struct sd_err *err);
void wall_layout_free(struct wall_layout *l);
extern const char wall_layout_default[]; /* made from layouts/default.wall */

/* Pages that fit a screen of that size, by number; major: those for a major incident, if there are any. Returns how many. */
size_t wall_layout_pages(const struct wall_layout *l, int w, int h, bool major, int *pages, size_t room);

#endif
