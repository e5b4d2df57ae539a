/* The tables of commands, one a topic. */
#ifndef CORE_CLI_COMMANDS_H
#define CORE_CLI_COMMANDS_H

#include "core/cli/cli.h"

extern const struct cli_command cli_commands_ci[], cli_commands_kb[]; /* end with words NULL */
extern const struct cli_opt cli_json_opts[];                          /* --json and nothing else */

#endif
