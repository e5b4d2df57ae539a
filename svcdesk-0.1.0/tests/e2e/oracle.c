#include "tests/e2e/oracle.h"

#include <string.h>

#include "core/base/zone.h"

#define MINUTE INT64_C(60000000)
enum { DAY_MIN = 1440 };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a >= 0 ? a / b : -((-a + b - 1) / b);
}

static bool applies(const struct oracle_exception *x, int64_t day)
{
	int64_t y;
	int m, d;

	if (x->when != YEARLY)
		return day >= x->first && day <= x->last;
	civil_date(day, &y, &m, &d);
	return m * 100 + d == x->first;
}

/* The spans that begin on a day: of the week, or of the exception that counts most. */
static void begins(const struct oracle *o, int64_t day, const struct oracle_span **span, int *n)
{
	const struct oracle_exception *best = NULL;
	int weekday = (int)(((day + 3) % 7 + 7) % 7);

	for (int i = 0; i < o->exceptions; i++) {
		const struct oracle_exception *x = &o->exception[i];
		if (x->what == SPANS && applies(x, day) && (!best || x->when <= best->when))
			best = x;
	}
	*span = best ? best->span : o->week[weekday];
	*n = best ? best->n : o->n[weekday];
}

static void mark(bool *open, const struct oracle_span *span, int n, int shift, bool value)
{
	for (int i = 0; i < n; i++) {
		int to = span[i].to <= span[i].from ? span[i].to + DAY_MIN : span[i].to;
		for (int k = span[i].from + shift; k < to + shift; k++)
			if (k >= 0 && k < DAY_MIN)
				open[k] = value;
	}
}

static void special(const struct oracle *o, bool *open, int64_t day, int what, bool value)
{
	for (int back = 1; back >= 0; back--)
		for (int i = 0; i < o->exceptions; i++)
			if ((int)o->exception[i].what == what && applies(&o->exception[i], day - back))
				mark(open, o->exception[i].span, o->exception[i].n, -back * DAY_MIN, value);
}

static const bool *minutes_of(struct oracle *o, int64_t day)
{
	size_t slot = (size_t)(day & 7);
	const struct oracle_span *span;
	int n;

	if (o->cache[slot].valid && o->cache[slot].day == day)
		return o->cache[slot].open;
	bool *open = o->cache[slot].open;
	memset(open, 0, DAY_MIN);
	for (int back = 1; back >= 0; back--) {
		begins(o, day - back, &span, &n);
		mark(open, span, n, -back * DAY_MIN, true);
	}
	special(o, open, day, OPEN, true);
	special(o, open, day, CLOSED, false);
	o->cache[slot].valid = true;
	o->cache[slot].day = day;
	return open;
}

/* Whether the minute that begins at an instant is open. */
static bool open_at(struct oracle *o, int64_t minute)
{
	int64_t t = minute * 60, local, day;

	if (t >= o->offset_until || o->offset_until == 0) {
		o->offset = zone_at(o->zone, t).offset;
		o->offset_until = zone_next_change(o->zone, t);
	}
	local = minute + o->offset / 60;
	day = floor_div(local, DAY_MIN);
	return minutes_of(o, day)[local - day * DAY_MIN];
}

bool oracle_add(struct oracle *o, int64_t at, int64_t us, int days, int64_t *out)
{
	int64_t minute = floor_div(at, MINUTE), end = minute + (int64_t)days * DAY_MIN;

	o->offset_until = 0;
	for (*out = at; us > 0; *out = ++minute * MINUTE) {
		if (minute > end)
			return false;
		if (!open_at(o, minute))
			continue;
		int64_t have = (minute + 1) * MINUTE - *out;
		if (have >= us) {
			*out += us;
			return true;
		}
		us -= have;
	}
	return true;
}

int64_t oracle_between(struct oracle *o, int64_t from, int64_t to)
{
	int64_t sum = 0, minute = floor_div(from, MINUTE);

	o->offset_until = 0;
	for (int64_t t = from; t < to; t = ++minute * MINUTE) {
		int64_t end = (minute + 1) * MINUTE < to ? (minute + 1) * MINUTE : to;
		if (open_at(o, minute))
			sum += end - t;
	}
	return sum;
}

int64_t oracle_wall(const struct oracle *o, int64_t wall)
{
	int64_t s = floor_div(wall, 1000000), first = INT64_MAX;
	int32_t before = zone_at(o->zone, s - 2 * 86400).offset, after = zone_at(o->zone, s + 2 * 86400).offset;

	for (int i = 0; i < 2; i++) {
		int64_t t = s - (i ? after : before);
		if (zone_at(o->zone, t).offset == (i ? after : before) && t < first)
			first = t;
	}
	if (first == INT64_MAX)
		first = s - before;
	return wall + (first - s) * 1000000;
}
