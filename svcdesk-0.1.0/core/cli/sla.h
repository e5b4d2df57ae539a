/* What the commands of svcdesk sla share. */
#ifndef CORE_CLI_SLA_H
#define CORE_CLI_SLA_H

#include <jansson.h>

struct sd_arena;
struct sd_err;

/* A metric, state, or reason of a clock in the language of the messages; a word that nobody knows stays. */
const char *sla_word(const char *word);

/* Minutes as h:mm. */
const char *sla_hours(struct sd_arena *a, double minutes);

/* A policy file as desk.sla_policy_add takes it, with the line of each thing. path is for messages. NULL and err, which names
 * file, line and key. Whether names and values hold is for the desk to say. The caller releases it. */
json_t *sla_policy_parse(const char *path, const char *text, struct sd_err *err);

#endif
