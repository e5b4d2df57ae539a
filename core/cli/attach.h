/* Files of an attach: their content goes to the desk first, the act then names it. */
#ifndef CORE_CLI_ATTACH_H
#define CORE_CLI_ATTACH_H

#include "core/cli/cli.h"

/* Sends one file: {name, media_type, sha256}, or NULL and err. The caller releases it. */
json_t *cli_send_file(struct cli *c, const char *path, struct sd_err *err);
/* Sends the files named by the operands file=PATH and puts [{name, media_type, sha256}] in their place. */
bool cli_attach(struct cli *c, json_t *fields, struct sd_err *err);

#endif
