/* Shared by the commands of triage. */
#ifndef CORE_CLI_TRIAGE_H
#define CORE_CLI_TRIAGE_H

struct cli;

/* The name of a field for people. */
const char *cli_triage_field(struct cli *c, const char *field);

#define CLI_TRIAGE_SURE 0.5 /* as in the console: below it is a guess */

#endif
