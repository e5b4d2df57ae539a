/* What the commands about configuration items share. */
#ifndef CORE_CLI_CI_H
#define CORE_CLI_CI_H

#include <jansson.h>
#include <stdbool.h>

struct cli;
struct sd_err;
struct sd_str;

/* A member of an answer as one line of text: numbers, yes and no, lists, sets; "" for null. In the arena. */
const char *ci_text(struct cli *c, const json_t *v);
const char *ci_member(struct cli *c, const json_t *o, const char *key);
/* {field: [before, after]} as "field: before -> after", a line each, with so many blanks before it. */
void ci_changes_out(struct cli *c, struct sd_str *out, const json_t *changes, int indent);
/* A time that lies back ("2d", "yesterday", 2026-01-31 14:00) as the desk takes it; the name of a baseline and "now" stay as they
 * are. NULL and err: the desk does not answer. */
const char *ci_time(struct cli *c, const char *text, struct sd_err *err);
/* FIELD=VALUE from the i-th operand on, --needs TYPE=K and --source. NULL and err. */
json_t *ci_fields_of(struct cli *c, size_t i, struct sd_err *err);
/* Adds the words of a state, a class ... in the language of the messages. */
const char *ci_label(struct cli *c, const char *what, const char *word);

/* Asks for pages of items with a query and prints them as the options say: --json, --count, a table. */
int ci_list_out(struct cli *c, const char *query, bool all);

#endif
