/* The console: everything between the command line and the terminal. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <stdbool.h>

struct sd_cfg;
struct sd_db_target;

/* What the command line has settled before the console opens. Strings are borrowed for the length of the call; NULL = not set. */
struct app_start {
	const struct sd_db_target *target; /* which database (required) */
	const char *note;                  /* shown in the status line, e.g. "sample desk"; NULL: none */
	const char *theme;                 /* name or path, or "auto": dark or light, as the terminal is; NULL: "auto" */
	const char *language;              /* "en", "zh_CN" ...; NULL: what the locale says */
	const char *zone;                  /* of times on the screen; NULL: of the person, else of the process */
	const char *state_dir;             /* NULL: the state folder of this account */
	const char *view;                  /* id of the first view; NULL: mine */
	struct sd_cfg *cfg;                /* options and keys; :set changes it; NULL: defaults */
	const char *editor;                /* NULL: VISUAL, EDITOR, vi */
	bool ascii;                        /* --ascii, or the locale is not UTF-8 */
	const char *colors;                /* "256", "16", "8" or "mono"; NULL: what the terminal has */
	bool no_mouse;
	bool plain; /* lines instead of a screen; standard input and output need not be a terminal */
};

/* Runs the console until the person leaves it. Returns the exit status: 0 after :quit, 6 if the terminal or the first
 * connection cannot be had (a line on stderr says what to do). */
int app_console_main(const struct app_start *start);

/* Prints every action with its keys, those of the configuration among them; what is wrong there goes to stderr. Returns the exit
 * status: 2 if something is. */
int app_keys(const struct sd_cfg *cfg, bool json);

#endif
