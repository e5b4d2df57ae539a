/* Rules of a time zone, read from the system's zone files (TZif, RFC 8536) or a POSIX TZ text. */
#ifndef CORE_BASE_ZONE_H
#define CORE_BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

struct zone;

struct zone_local {
	int32_t offset; /* seconds east of UTC */
	bool dst;
	const char *abbr; /* lives as long as the program */
};

/* The zone of that name; NULL name: the zone of the process (TZ, else /etc/localtime, else UTC). NULL when it is unknown.
 * Zones are read once and kept. */
const struct zone *zone_get(const char *name);

/* What holds in z at a time (seconds since 1970 UTC). */
struct zone_local zone_at(const struct zone *z, int64_t t);

/* First change of the offset after t, or INT64_MAX if none is known. */
int64_t zone_next_change(const struct zone *z, int64_t t);

/* Proleptic Gregorian calendar: days since 1970-01-01. */
int64_t civil_days(int64_t y, int m, int d);
void civil_date(int64_t days, int64_t *y, int *m, int *d);

#endif
