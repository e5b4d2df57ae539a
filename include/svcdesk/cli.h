/* Every command of svcdesk that is not the console. */
#ifndef SVCDESK_CLI_H
#define SVCDESK_CLI_H

#include <stdbool.h>

struct sd_cfg;

/* What stands before the command, and what the console needs of it. */
struct sd_cli_start {
	struct sd_cfg *cfg;    /* files read, options of the command line set */
	const char *db;        /* --db, or NULL */
	const char *dir;       /* --dir of the embedded desk, or NULL */
	const char *as;        /* --as LOGIN, or NULL */
	const char *uri;       /* a database already opened for this console (svcdesk demo), or NULL; wins over db */
};

/* Runs the command line. Returns the exit status. Without a command, and after `demo` on a terminal, it calls console. */
int sd_cli_main(int argc, char **argv, int (*console)(const struct sd_cli_start *start));

#endif
