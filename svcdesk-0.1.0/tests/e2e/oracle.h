/* Business time worked out the slow way: minute by minute, by the clock on the wall. Shares nothing with the SQL; the rules of
 * zones come from the system's zone files. */
#ifndef TESTS_E2E_ORACLE_H
#define TESTS_E2E_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

struct zone;

enum { ORACLE_SPANS = 4, ORACLE_EXCEPTIONS = 6 };

struct oracle_span {
	int from, to; /* minutes of the day; to <= from: past midnight; to 1440 = 24:00 */
};

struct oracle_exception {
	enum { ON_DAY, IN_RANGE, YEARLY } when;
	enum { SPANS, OPEN, CLOSED } what;
	int64_t first, last; /* days since 1970; YEARLY: month * 100 + day */
	int n;
	struct oracle_span span[ORACLE_SPANS];
};

struct oracle {
	const struct zone *zone;
	int n[7]; /* Monday first */
	struct oracle_span week[7][ORACLE_SPANS];
	int exceptions;
	struct oracle_exception exception[ORACLE_EXCEPTIONS];
	/* worked out as it goes */
	struct {
		int64_t day;
		bool valid, open[1440];
	} cache[8];
	int64_t offset_until;
	int32_t offset;
};

/* The instant (microseconds since 1970) after so many open microseconds; false: not within so many days. */
bool oracle_add(struct oracle *o, int64_t at, int64_t us, int days, int64_t *out);
int64_t oracle_between(struct oracle *o, int64_t from, int64_t to);
/* A time on the wall as an instant: the first one that shows it; what is skipped counts on from before. */
int64_t oracle_wall(const struct oracle *o, int64_t wall);

#endif
