/* What the commands about rotas, absences, skills and assignment rules share. */
#ifndef CORE_CLI_ROTA_H
#define CORE_CLI_ROTA_H

#include <jansson.h>

struct cli;
struct sd_err;

/* The operands from the i-th on as FIELD=VALUE, times (from, until) as people type them: "tomorrow 09:00", 2h, mon. A day alone
 * is left to the desk. NULL and err. */
json_t *rota_fields(struct cli *c, size_t i, struct sd_err *err);
/* A text file (- is standard input) of at most 1 MB; NULL and err. In the arena. */
const char *rota_file(struct cli *c, const char *path, struct sd_err *err);
/* Runs a statement whose answer is one JSON value and prints it with print, or as JSON. The exit status. */
int rota_run(struct cli *c, const char *sql, int n, const char *const *params, void (*print)(struct cli *c, const json_t *j));
/* The same for an answer that is there, or err; takes it over. */
int rota_answer(struct cli *c, json_t *r, const struct sd_err *err, void (*print)(struct cli *c, const json_t *j));
/* Changes of rotas, swaps, absences, skills or rules, the newest first, a line each. */
int rota_log(struct cli *c, const char *what, const char *name);

/* A CSV with the columns group, days, from, to, people, and if they are there rota, zone, valid_from, valid_until, every,
 * turn_from, as the array of rotas. NULL and err, which names path and line. */
json_t *rota_csv(struct cli *c, const char *path, struct sd_err *err);

#endif
