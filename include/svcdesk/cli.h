/* Every command of svcdesk that is not the console. */
#ifndef SVCDESK_CLI_H
#define SVCDESK_CLI_H

struct sd_cfg;
struct sd_db_target;

/* What the command line wants of the user interface. */
enum sd_cli_what { SD_CLI_CONSOLE, SD_CLI_KEYS, SD_CLI_KEYS_JSON };

/* What that needs to know. Borrowed for the length of the call. */
struct sd_cli_start {
	enum sd_cli_what what;
	const struct sd_cfg *cfg;          /* files read, options of the command line set */
	const struct sd_db_target *target; /* NULL for the list of keys: it needs no desk */
};

/* Runs the command line and returns the exit status. Without a command, and after `demo` on a terminal, it calls console;
 * also for `keys`, because the actions are there. */
int sd_cli_main(int argc, char **argv, int (*console)(const struct sd_cli_start *start));

#endif
