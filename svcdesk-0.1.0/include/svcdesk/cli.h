/* Every command of svcdesk that is not the console. */
#ifndef SVCDESK_CLI_H
#define SVCDESK_CLI_H

#include <stdbool.h>

struct sd_cfg;
struct sd_db_target;

/* What the command line wants of the user interface. */
enum sd_cli_what { SD_CLI_CONSOLE, SD_CLI_KEYS, SD_CLI_KEYS_JSON, SD_CLI_WALL };

/* What that needs to know. Borrowed for the length of the call. */
struct sd_cli_start {
	enum sd_cli_what what;
	struct sd_cfg *cfg;                /* files read, options of the command line set; :set changes it */
	const struct sd_db_target *target; /* NULL for the list of keys: it needs no desk */
	const char *layout, *theme;        /* of the wall, as they were said; NULL: not */
};

/* What the description of the terminal says; core knows none. */
struct sd_cli_terminal {
	bool known, moves, mouse, paste;
	int colors; /* -1: none */
};
/* Who can tell, for `svcdesk doctor`; call it before sd_cli_main. Without it the terminal is not judged. */
void sd_cli_terminal_probe(void (*fn)(struct sd_cli_terminal *out));

/* Runs the command line and returns the exit status. Without a command, and after `demo` on a terminal, it calls console;
 * also for `keys`, because the actions are there. */
int sd_cli_main(int argc, char **argv, int (*console)(const struct sd_cli_start *start));

#endif
