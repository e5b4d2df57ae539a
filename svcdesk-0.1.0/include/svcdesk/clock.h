/* Time for people and for the wire. Inside, times are microseconds since 1970 UTC (sd_time). */
#ifndef SVCDESK_CLOCK_H
#define SVCDESK_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sd_err;
struct sd_arena;

typedef int64_t sd_time;
#define SD_TIME_NONE INT64_MIN
#define SD_TIME_INFINITY INT64_MAX

/* The wall clock. Only the app, the CLI's main and tests call it; everything else is given a time. */
sd_time sd_clock_now(void);
/* Monotonic milliseconds, for timers. */
int64_t sd_clock_mono_ms(void);

/* Parses ISO 8601 "2016-02-29T01:16:00.5Z", "2016-02-29 01:16+02", "2016-02-29"; without an offset it is local to zone. */
bool sd_time_parse(const char *text, const char *zone, sd_time *out, struct sd_err *err);

/* "2016-02-29T01:16:00Z" (fraction only if not zero) in the arena. */
char *sd_time_iso(struct sd_arena *a, sd_time t);

/* Local wall time in zone by strftime format. zone NULL = TZ of the process. */
char *sd_time_local(struct sd_arena *a, sd_time t, const char *zone, const char *fmt);

/* Civil local time in an IANA zone to UTC; the earlier of two in an overlap, the later edge in a gap. */
bool sd_time_from_local(int y, int mo, int d, int h, int mi, int s, const char *zone, sd_time *out);

/* Short age in at most 4 cells: "12s", "5m", "3h", "2d", "14w", "3y". */
char *sd_time_age(struct sd_arena *a, sd_time from, sd_time now);

/* "4h", "1d12h", "90s", "2w", "1h30m" to microseconds; false for anything else. */
bool sd_duration_parse(const char *text, int64_t *out);

#endif
