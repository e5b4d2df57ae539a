/* What the commands about the knowledge base share. */
#ifndef CORE_CLI_KB_H
#define CORE_CLI_KB_H

#include <jansson.h>

struct cli;
struct sd_err;

/* The article with its version (NULL: what readers get, for staff else the latest); NULL and err. The caller releases it. */
json_t *cli_kb_article(struct cli *c, const char *number, const char *version, struct sd_err *err);
/* Prints an answer, which it takes over, or err. The exit status. */
int cli_kb_answer(struct cli *c, json_t *r, const struct sd_err *err, void (*print)(struct cli *c, const json_t *j));
/* "KB0000001 1.2: draft" */
void cli_kb_said(struct cli *c, const json_t *r);

#endif
