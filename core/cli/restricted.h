/* What --restricted leaves of the command line: the commands that touch nothing but the desk, and options that name no other
 * database, person, file or program. */
#ifndef CORE_CLI_RESTRICTED_H
#define CORE_CLI_RESTRICTED_H

#include "core/cli/cli.h"

/* The words of a line that came over the network, without a shell: 'single' and "double" quotes keep blanks, a backslash keeps
 * the next character, nothing else means anything. A first word "svcdesk" is left out. NULL and err: a quote has no end. */
char **restricted_words(struct sd_arena *a, const char *line, int *n, struct sd_err *err);

/* Whether the command may be run; else err. */
bool restricted_command(const char *words, struct sd_err *err);
/* Whether an option may stand among words that came over the network; else err. */
bool restricted_option(const char *name, struct sd_err *err);

#endif
