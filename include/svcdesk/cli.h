/* Every command of svcdesk that is not the console. */
#ifndef SVCDESK_CLI_H
#define SVCDESK_CLI_H

struct sd_cfg;
struct sd_db_target;

/* What the console needs to know of the command line. Borrowed for the length of the call. */
struct sd_cli_start {
	const struct sd_cfg *cfg; /* files read, options of the command line set */
	const struct sd_db_target *target;
};

/* Runs the command line and returns the exit status. Without a command, and after `demo` on a terminal, it calls console. */
int sd_cli_main(int argc, char **argv, int (*console)(const struct sd_cli_start *start));

#endif
