/* `svcdesk wall`: the wallboard as a program of its own, full screen. */
#ifndef TUI_WALL_PROGRAM_H
#define TUI_WALL_PROGRAM_H

#include <stdbool.h>

struct sd_cfg;
struct sd_db_target;

/* Strings are borrowed for the length of the call; NULL = not set. */
struct wall_start {
	const struct sd_db_target *target;
	const char *layout; /* name or path; NULL: default */
	const char *theme;  /* "day", "night", a theme; NULL or "auto": by the time of day */
	const char *colors; /* "256", "16", "8" or "mono"; NULL: what the terminal has */
	const char *language;
	bool ascii;
};

/* Runs until the person leaves it or a signal ends it. The exit status; what is wrong goes to stderr. */
int wall_main(const struct wall_start *start);

#endif
