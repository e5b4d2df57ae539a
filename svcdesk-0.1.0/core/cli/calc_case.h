/* One line of `svcdesk sla calc`: {"calendar": {}, "op": "add"|"between", "start": T, "minutes": N | "end": T}. Trusts nothing.
 */
#ifndef CORE_CLI_CALC_CASE_H
#define CORE_CLI_CALC_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sd_str;

/* A time as it was written: microseconds since 1970, of UTC, or (wall) as if the clock on the wall of the calendar's zone were.
 */
struct calc_time {
	int64_t us;
	bool wall;
};

struct calc_case {
	char *calendar; /* the text of the calendar's definition, as written; malloc'ed */
	bool between;
	struct calc_time at, until; /* until: only of between */
	int64_t us;                 /* only of add: open microseconds */
};

/* Limits: years 1900 to 2199, as those of calendars; CALC_MINUTES_MAX is 300 years of minutes. */
#define CALC_MINUTES_MAX 157788000

/* False: why is filled with what is wrong, for people. The calendar itself is not looked into, unless its text was not known
 * before: known(arg, text, n) says so, and JSON that is known is not parsed again. */
bool calc_case_parse(struct calc_case *k, const char *line, size_t n, bool (*known)(void *arg, const char *text, size_t n),
	void *arg, struct sd_str *why);

/* "2026-01-05T17:00:00+01:00", "2026-01-05T17:00", "2026-01-05 17:00:00.5Z", "2026-01-05". Fractions beyond microseconds are cut
 * off.
 */
bool calc_time_parse(const char *text, struct calc_time *t);

/* The time with the offset (seconds) that its zone has then: "2026-01-05T17:00:00+01:00"; UTC is +00:00. */
void calc_time_write(struct sd_str *out, int64_t us, int32_t offset);

/* Microseconds as minutes: 420, 0.5, 0.016667 (six places at most). */
void calc_minutes_write(struct sd_str *out, int64_t us);

#endif
