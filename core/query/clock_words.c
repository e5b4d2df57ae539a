/* Values of the fields about clocks: percents, open time that is left, metrics. */
#include <stdlib.h>
#include <string.h>

#include "core/query/tree.h"
#include "svcdesk/clock.h"
#include "svcdesk/mem.h"

enum { PERCENT_MOST = 1000000 };

bool query_is_metric(const char *word)
{
	for (size_t i = 0; query_metrics[i]; i++)
		if (strcmp(query_metrics[i], word) == 0)
			return true;
	return false;
}

/* "75%", "75" */
static bool percent(const char *s, int64_t *out)
{
	char *end;
	size_t digits = strspn(s, "0123456789");
	if (!digits || digits > 7)
		return false;
	*out = strtol(s, &end, 10);
	return *out <= PERCENT_MOST && (!*end || strcmp(end, "%") == 0);
}

/* "2h", "1d12h", "-30m", "0": seconds of open time. A day has 24 hours. */
static bool left(const char *s, int64_t *out)
{
	bool minus = *s == '-';
	int64_t us;
	s += minus || *s == '+';
	if (strcmp(s, "0") == 0)
		us = 0;
	else if (!sd_duration_parse(s, &us) || us > INT64_C(3153600000) * 1000000)
		return false;
	*out = (minus ? -1 : 1) * (us / 1000000);
	return true;
}

bool query_clock_value(struct sd_arena *a, const struct query_field *f, char *s, struct query_value *v)
{
	bool (*read)(const char *, int64_t *) = f->type == QUERY_SLA || f->type == QUERY_RISK ? percent : left;
	const char *dots = strstr(s, "..");
	if (f->type == QUERY_CLOCK) {
		v->text = s;
		return query_is_metric(s);
	}
	if (f->type != QUERY_RISK && strcmp(s, "paused") == 0) {
		v->text = s;
		return true;
	}
	if (!read(dots ? sd_arena_strndup(a, s, (size_t)(dots - s)) : s, &v->lo) || !read(dots ? dots + 2 : s, &v->hi) ||
		v->lo > v->hi)
		return false;
	v->is_int = true;
	v->range = dots != NULL;
	v->text = s;
	return true;
}
