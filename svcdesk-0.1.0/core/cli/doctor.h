/* svcdesk doctor: one line for each thing that must be right. Inside of core/cli. */
#ifndef CORE_CLI_DOCTOR_H
#define CORE_CLI_DOCTOR_H

#include "core/cli/cli.h"

enum doctor_status { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor;
/* One finding. id: a stable word for scripts; mend: what to do, "" when nothing is wrong. */
void doctor_say(struct doctor *d, const char *id, enum doctor_status status, const char *text, const char *mend);
struct cli *doctor_cli(const struct doctor *d);
/* Text into the arena of the command. */
#define doctor_text(d, ...) sd_arena_printf(doctor_cli(d)->a, __VA_ARGS__)

void doctor_machine(struct doctor *d); /* program, configuration, language, zone, terminal, editor, folders */
void doctor_desk(struct doctor *d);    /* the private desk, the connection, schema, person, clocks */

#endif
