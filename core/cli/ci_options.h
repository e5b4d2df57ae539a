/* What ci impact and ci reach have in common: an item, a direction, types of links, a depth. */
#ifndef CORE_CLI_CI_OPTIONS_H
#define CORE_CLI_CI_OPTIONS_H

#include <jansson.h>
#include <stdbool.h>

struct cli;
struct sd_err;

struct ci_options {
	const char *id;        /* of the item, once it was found */
	const char *direction; /* "up" or "down" */
	const char *types;     /* array literal; NULL: all */
	const char *depth;     /* NULL: any */
};

/* Reads the options; no desk is asked. */
bool ci_options(struct cli *c, struct ci_options *o, struct sd_err *err);
/* The item that the operands name, {id, ident, name, class}; NULL and err: a refusal, also of types nobody knows. */
json_t *ci_options_find(struct cli *c, struct ci_options *o, struct sd_err *err);
/* The value of an option that is a number from 0, as text; NULL: not said. *ok turns false where it is none. */
const char *ci_number(struct cli *c, const char *opt, bool *ok, struct sd_err *err);

#endif
