#include "config.h"
#include "svcdesk/hours.h"

#include <stdlib.h>
#include <string.h>
#include "svcdesk/mem.h"

struct stretch {
	sd_time s, e;
	int64_t before; /* open microseconds of the copy before s */
};
struct copy {
	int version;
	sd_time from, until;
	struct stretch *at;
	size_t n;
};
struct sd_hours {
	struct copy *copy;
	size_t n, cap;
};

struct sd_hours *sd_hours_new(void)
{
	return sd_calloc(1, sizeof(struct sd_hours));
}

void sd_hours_free(struct sd_hours *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++)
		free(h->copy[i].at);
	free(h->copy);
	free(h);
}

static const struct copy *find(const struct sd_hours *h, int version)
{
	for (size_t i = 0; h && i < h->n; i++)
		if (h->copy[i].version == version)
			return &h->copy[i];
	return NULL;
}

/* The next number of the list, with what ends it. */
static bool number(const char **text, int64_t *out)
{
	char *end;
	long long n = strtoll(*text, &end, 10);

	if (end == *text || (*end != ',' && *end != '}'))
		return false;
	*out = n;
	*text = end + 1;
	return true;
}

static bool read_stretches(const char *text, struct copy *c)
{
	sd_time last = c->from;
	size_t cap = 0;

	if (!text || *text++ != '{')
		return false;
	if (!strcmp(text, "}"))
		return true;
	do {
		struct stretch *s = SD_PUSH(c->at, c->n, cap);

		if (!number(&text, &s->s) || text[-1] != ',' || !number(&text, &s->e))
			return false;
		if (s->s < last || s->e <= s->s || s->e > c->until)
			return false;
		last = s->e;
		s->before = c->n > 1 ? s[-1].before + (s[-1].e - s[-1].s) : 0;
	} while (text[-1] == ',');
	return !*text;
}

bool sd_hours_put(struct sd_hours *h, int version, sd_time from, sd_time until, const char *spans)
{
	struct copy c = {.version = version, .from = from, .until = until}, *old = (struct copy *)find(h, version);

	if (from >= until || !read_stretches(spans, &c)) {
		free(c.at);
		return false;
	}
	if (old)
		free(old->at);
	else
		old = SD_PUSH(h->copy, h->n, h->cap);
	*old = c;
	return true;
}

bool sd_hours_known(const struct sd_hours *h, int version, sd_time from, sd_time until)
{
	const struct copy *c = find(h, version);

	return c && from >= c->from && until <= c->until;
}

/* The last stretch that begins at or before t; -1: none. */
static long at_or_before(const struct copy *c, sd_time t)
{
	size_t lo = 0, hi = c->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (c->at[mid].s <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (long)lo - 1;
}

static int64_t open_before(const struct copy *c, sd_time t)
{
	long i = at_or_before(c, t);
	const struct stretch *s;

	if (i < 0)
		return 0;
	s = &c->at[i];
	return s->before + ((t < s->e ? t : s->e) - s->s);
}

bool sd_hours_between(const struct sd_hours *h, int version, sd_time from, sd_time until, int64_t *us)
{
	const struct copy *c = find(h, version);

	*us = 0;
	if (until <= from)
		return true;
	if (!c || from < c->from || until > c->until)
		return false;
	*us = open_before(c, until) - open_before(c, from);
	return true;
}

sd_time sd_hours_after(const struct sd_hours *h, int version, sd_time from, int64_t us)
{
	const struct copy *c = find(h, version);
	int64_t want;

	if (!c || from < c->from || from > c->until)
		return SD_TIME_INFINITY;
	want = open_before(c, from) + us;
	for (long i = at_or_before(c, from) < 0 ? 0 : at_or_before(c, from); i < (long)c->n; i++)
		if (c->at[i].before + (c->at[i].e - c->at[i].s) >= want)
			return c->at[i].s + (want - c->at[i].before);
	return SD_TIME_INFINITY;
}

bool sd_hours_always(const struct sd_hours *h, int version)
{
	const struct copy *c = find(h, version);

	return c && c->n && open_before(c, c->until) == c->until - c->from;
}
