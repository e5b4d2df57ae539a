/* What the completion of the shells asks the program; inside of core/cli. */
#ifndef CORE_CLI_COMPLETE_H
#define CORE_CLI_COMPLETE_H

#include "core/cli/cli.h"

/* svcdesk __complete --line LINE, or __complete -- WORD...: the first word is the name of the program, the last is being typed.
 */
int cli_complete(struct cli *c, int argc, char **argv);

#endif
