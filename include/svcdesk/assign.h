/* Assignment rules and rotas as people read and write them: the reason of a rule in words, and definitions as lines "key =
 * value". */
#ifndef SVCDESK_ASSIGN_H
#define SVCDESK_ASSIGN_H

struct sd_arena;
struct sd_err;

/* Why a rule gave a ticket to whom, from what the journal keeps (JSON), as one sentence in the language of the messages. In the
 * arena; the JSON itself where it is none of that kind. */
char *sd_assign_why(struct sd_arena *a, const char *json);
/* One word of it: why a rule fits or not ("fits", "group", "query" ...) as explain says it. The word itself when nobody knows it.
 */
const char *sd_assign_verdict(const char *verdict);
/* How it chooses: round_robin, least_loaded, fixed, group_only. */
const char *sd_assign_method(const char *method);

/* What desk.assign_simulate() found (JSON), as lines for people. In the arena. */
char *sd_assign_tried(struct sd_arena *a, const char *json);

/* Definitions as text: lines "key = value", # begins a comment line, and each line of the key `first` begins a new one. The keys
 * are those of rules ("rule") or rotas ("rota", where shift may stand several times and is kept as "shifts"). A JSON array of
 * objects with "line"; NULL and err, which names path and line. In the arena. */
char *sd_sheet_read(struct sd_arena *a, const char *path, const char *text, const char *first, struct sd_err *err);
/* One of them (JSON as the desk gives it) as such a text, every key of it, those without a value too. In the arena. */
char *sd_sheet_text(struct sd_arena *a, const char *json, const char *first);

/* What desk.rota_week() gave (JSON), as lines of at most so many cells: for each group who is there now, a line a day, swaps,
 * absences. Times and days are those of zone (NULL: the machine's); days: how many of them. In the arena. */
char *sd_rota_text(struct sd_arena *a, const char *json, const char *zone, int days, int width);

#endif
