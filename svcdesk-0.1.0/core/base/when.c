#include "config.h"
#include "svcdesk/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static const int64_t day_us = 86400LL * 1000000;

/* "9", "9:30", "09:30" -> true; "" means 09:00, the start of a working day. */
static bool time_of_day(const char *s, int *h, int *m)
{
	char *end;
	long v;

	*h = 9;
	*m = 0;
	if (!*s)
		return true;
	v = strtol(s, &end, 10);
	if (end == s || v < 0 || v > 23)
		return false;
	*h = (int)v;
	if (!*end)
		return true;
	if (*end != ':')
		return false;
	v = strtol(end + 1, &end, 10);
	*m = (int)v;
	return !*end && v >= 0 && v <= 59;
}

/* Days from now's day to the day a word names; -1: no such word. */
static int day_offset(struct sd_arena *a, const char *word, sd_time now, const char *zone)
{
	static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
	int today = atoi(sd_time_local(a, now, zone, "%w"));

	if (!strcasecmp(word, "today") || !strcmp(word, _("today")))
		return 0;
	if (!strcasecmp(word, "tomorrow") || !strcmp(word, _("tomorrow")))
		return 1;
	for (int i = 0; i < 7; i++)
		if (strlen(word) >= 3 && !strncasecmp(word, days[i], 3))
			return (i - today + 6) % 7 + 1;
	return -1;
}

static bool on_day(struct sd_arena *a, sd_time day, const char *zone, int h, int m, sd_time *out)
{
	int y = 0, mo = 0, d = 0;

	return sscanf(sd_time_local(a, day, zone, "%Y-%m-%d"), "%d-%d-%d", &y, &mo, &d) == 3 &&
		   sd_time_from_local(y, mo, d, h, m, 0, zone, out);
}

bool sd_when_parse(struct sd_arena *a, const char *text, sd_time now, const char *zone, sd_time *out)
{
	char word[32] = "", rest[32] = "", more[8] = "";
	struct sd_err err = {0};
	int64_t us;
	int h, m, n, y, mo, d;

	while (*text == ' ')
		text++;
	if (sd_duration_parse(*text == '+' ? text + 1 : text, &us)) {
		*out = now + us;
		return true;
	}
	n = sscanf(text, "%31s %31s %7s", word, rest, more);
	if (n < 1 || n > 2)
		return false;
	if (sscanf(word, "%4d-%2d-%2d%n", &y, &mo, &d, &n) == 3 && !word[n])
		return time_of_day(rest, &h, &m) ? sd_time_from_local(y, mo, d, h, m, 0, zone, out)
										 : sd_time_parse(text, zone, out, &err);
	if (strchr(word, ':') && !*rest && time_of_day(word, &h, &m)) { /* the next time it is so late */
		if (!on_day(a, now, zone, h, m, out))
			return false;
		return *out > now || on_day(a, now + day_us, zone, h, m, out);
	}
	n = day_offset(a, word, now, zone);
	if (n >= 0)
		return time_of_day(rest, &h, &m) && on_day(a, now + n * day_us, zone, h, m, out);
	return sd_time_parse(text, zone, out, &err);
}

bool sd_when_past(struct sd_arena *a, const char *text, sd_time now, const char *zone, sd_time *out)
{
	int64_t us;
	int h, m;

	if (sd_duration_parse(text, &us)) {
		*out = now - us;
		return true;
	}
	if (!sd_when_parse(a, text, now, zone, out))
		return false;
	/* 08:00 alone, and not a day of its own: the last time it was so late */
	return *out <= now || !strchr(text, ':') || !time_of_day(text, &h, &m) || on_day(a, *out - day_us, zone, h, m, out);
}
