/* Calendars as people write them, and the JSON that the desk keeps (core/schema/0019_calendar.sql). Trusts nothing. */
#ifndef CORE_CLI_CALENDAR_TEXT_H
#define CORE_CLI_CALENDAR_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct sd_err;
struct sd_str;

/* {"zone": "UTC", "week": {}, "exceptions": []}: to be filled by the calls below. The caller releases it. */
json_t *calendar_new(void);

/* "mon-fri" = "09:00-12:00 13:00-17:00" or "closed". False: why says what is wrong. */
bool calendar_add_week(json_t *spec, const char *days, const char *spans, struct sd_str *why);

/* WHEN is 2026-12-24, 2026-08-03..2026-08-14 or 12-31 (every year). WHAT is "closed", "09:00-12:00" (the hours of that day),
 * "closed 12:00-13:00" (besides) or "open 18:00-20:00" (besides); a name may follow behind a comma. */
bool calendar_add_exception(json_t *spec, const char *when, const char *what, struct sd_str *why);

/* A file: [calendar] name and zone, [week], [exceptions]. name (malloc'ed) may be NULL in it. path is for messages. NULL and err.
 */
json_t *calendar_parse(const char *path, const char *text, char **name, struct sd_err *err);

/* The week in few words: "Mon-Fri 09:00-12:00 13:00-17:00" a line, closed days left out. */
void calendar_week_write(struct sd_str *out, const json_t *week, const char *separator);
/* "09:00-12:00 13:00-17:00". */
void calendar_spans_write(struct sd_str *out, const json_t *spans);
/* When and what of an exception: "2026-12-24", "closed". */
void calendar_exception_write(struct sd_str *when, struct sd_str *what, const json_t *x);

#endif
