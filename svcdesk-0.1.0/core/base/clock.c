#include "svcdesk/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/i18n.h"
#include "core/base/zone.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

#define SECOND INT64_C(1000000)

sd_time sd_clock_now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (sd_time)ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

int64_t sd_clock_mono_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool valid_civil(int y, int mo, int d, int h, int mi, int s)
{
	if (y < 1 || y > 9999 || mo < 1 || mo > 12 || d < 1 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60)
		return false;
	int64_t next = mo == 12 ? civil_days(y + 1, 1, 1) : civil_days(y, mo + 1, 1);
	return d <= next - civil_days(y, mo, 1);
}

/* Local seconds, counted as if the place were UTC, to real ones. */
static int64_t local_to_utc(const struct zone *z, int64_t local)
{
	/* No offset passes 26 hours; every offset that can hold begins with one of these changes. */
	int64_t t = local - 26 * 3600, end = local + 26 * 3600;
	while (t <= end) {
		struct zone_local here = zone_at(z, t);
		int64_t next = zone_next_change(z, t), real = local - here.offset;
		if (real < next) /* in this stretch, or before it: then the change that began it skipped this local time */
			return real > t ? real : t;
		t = next;
	}
	return local - zone_at(z, end).offset;
}

bool sd_time_from_local(int y, int mo, int d, int h, int mi, int s, const char *zone, sd_time *out)
{
	const struct zone *z = zone_get(zone);
	if (!z || !valid_civil(y, mo, d, h, mi, s))
		return false;
	*out = local_to_utc(z, civil_days(y, mo, d) * 86400 + h * 3600 + mi * 60 + s) * SECOND;
	return true;
}

/* Exactly n digits. */
static bool digits(const char **p, int n, int *out)
{
	int v = 0;
	for (int i = 0; i < n; i++, (*p)++) {
		if (!isdigit((unsigned char)**p))
			return false;
		v = v * 10 + (**p - '0');
	}
	*out = v;
	return true;
}

struct parsed {
	int y, mo, d, h, mi, s;
	int64_t usec;
	bool has_offset;
	int offset; /* seconds */
};

static bool parse_clock(const char **p, struct parsed *t)
{
	if (!digits(p, 2, &t->h) || *(*p)++ != ':' || !digits(p, 2, &t->mi))
		return false;
	if (**p != ':')
		return true;
	(*p)++;
	if (!digits(p, 2, &t->s))
		return false;
	if (**p != '.' && **p != ',')
		return true;
	(*p)++;
	if (!isdigit((unsigned char)**p))
		return false;
	for (int64_t unit = SECOND / 10; isdigit((unsigned char)**p); unit /= 10, (*p)++)
		t->usec += (**p - '0') * unit; /* digits finer than a microsecond count nothing */
	return true;
}

static bool parse_offset(const char **p, struct parsed *t)
{
	if (**p == 'Z' || **p == 'z') {
		(*p)++;
		t->has_offset = true;
		return true;
	}
	if (**p != '+' && **p != '-')
		return true;
	int sign = *(*p)++ == '-' ? -1 : 1, h, m = 0;
	if (!digits(p, 2, &h))
		return false;
	if (**p == ':')
		(*p)++;
	else if (!**p)
		goto done;
	if (!digits(p, 2, &m))
		return false;
done:
	if (h > 15 || m > 59)
		return false;
	t->has_offset = true;
	t->offset = sign * (h * 3600 + m * 60);
	return true;
}

static bool parse_iso(const char *p, struct parsed *t)
{
	*t = (struct parsed){0};
	if (!digits(&p, 4, &t->y) || *p++ != '-' || !digits(&p, 2, &t->mo) || *p++ != '-' || !digits(&p, 2, &t->d))
		return false;
	if (*p == 'T' || *p == 't' || *p == ' ') {
		p++;
		if (!parse_clock(&p, t) || !parse_offset(&p, t))
			return false;
	} else if (*p == 'Z' || *p == 'z') {
		t->has_offset = true;
		p++;
	}
	return !*p && valid_civil(t->y, t->mo, t->d, t->h, t->mi, t->s);
}

static bool bad_time(const char *text, struct sd_err *err)
{
	sd_err_set(err, SD_ERR_INPUT, "bad_time",
		_("\"%.64s\" is not a time; write 2016-02-29, 2016-02-29T01:16 or 2016-02-29T01:16:00Z"), text);
	return false;
}

bool sd_time_parse(const char *text, const char *zone, sd_time *out, struct sd_err *err)
{
	struct parsed t;
	if (!parse_iso(text, &t))
		return bad_time(text, err);
	int64_t local = civil_days(t.y, t.mo, t.d) * 86400 + t.h * 3600 + t.mi * 60 + t.s, real = local - t.offset;
	if (!t.has_offset) {
		const struct zone *z = zone_get(zone);
		if (!z) {
			sd_err_set(
				err, SD_ERR_INPUT, "bad_zone", _("\"%.64s\" is not a time zone; write a name such as Europe/Berlin"), zone);
			return false;
		}
		real = local_to_utc(z, local);
	}
	/* in UTC too the year has four digits from 0001 on: what is read can be written and read again */
	if (real < civil_days(1, 1, 1) * 86400 || real >= civil_days(10000, 1, 1) * 86400)
		return bad_time(text, err);
	*out = real * SECOND + t.usec;
	return true;
}

static void split(int64_t sec, struct tm *tm)
{
	int64_t days = floor_div(sec, 86400), y;
	int m, d, rest = (int)(sec - days * 86400);
	civil_date(days, &y, &m, &d);
	*tm = (struct tm){.tm_sec = rest % 60,
		.tm_min = rest / 60 % 60,
		.tm_hour = rest / 3600,
		.tm_mday = d,
		.tm_mon = m - 1,
		.tm_year = (int)(y - 1900),
		.tm_wday = (int)(((days + 4) % 7 + 7) % 7),
		.tm_yday = (int)(days - civil_days(y, 1, 1))};
}

char *sd_time_iso(struct sd_arena *a, sd_time t)
{
	if (t == SD_TIME_NONE)
		return sd_arena_strdup(a, "");
	if (t == SD_TIME_INFINITY)
		return sd_arena_strdup(a, "infinity");
	struct tm tm;
	int64_t sec = floor_div(t, SECOND), usec = t - sec * SECOND;
	split(sec, &tm);
	char frac[8] = "";
	if (usec) {
		snprintf(frac, sizeof frac, ".%06d", (int)usec);
		for (size_t n = strlen(frac); frac[n - 1] == '0';)
			frac[--n] = '\0';
	}
	return sd_arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		tm.tm_min, tm.tm_sec, frac);
}

char *sd_time_local(struct sd_arena *a, sd_time t, const char *zone, const char *fmt)
{
	if (t == SD_TIME_NONE || t == SD_TIME_INFINITY)
		return sd_arena_strdup(a, "");
	const struct zone *z = zone_get(zone);
	if (!z)
		z = zone_get("UTC");
	int64_t sec = floor_div(t, SECOND);
	struct zone_local here = zone_at(z, sec);
	struct tm tm;
	split(sec + here.offset, &tm);
	tm.tm_isdst = here.dst;
	tm.tm_gmtoff = here.offset;
	tm.tm_zone = here.abbr;
	char buf[256];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	size_t n = strftime(buf, sizeof buf, fmt, &tm);
#pragma GCC diagnostic pop
	return sd_arena_strndup(a, buf, n);
}

char *sd_time_age(struct sd_arena *a, sd_time from, sd_time now)
{
	if (from == SD_TIME_NONE || from == SD_TIME_INFINITY || now == SD_TIME_NONE || now == SD_TIME_INFINITY)
		return sd_arena_strdup(a, "");
	bool future = from > now;
	int64_t s = (future ? from - now : now - from) / SECOND;
	static const struct {
		int64_t below, unit;
		char letter;
	} steps[] = {{60, 1, 's'}, {3600, 60, 'm'}, {86400, 3600, 'h'}, {14 * 86400, 86400, 'd'}, {99 * 604800, 604800, 'w'}};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (s < steps[i].below)
			return sd_arena_printf(a, "%s%d%c", future && s ? "-" : "", (int)(s / steps[i].unit), steps[i].letter);
	int64_t years = s / 31556952;
	int most = future ? 99 : 999;
	return sd_arena_printf(a, "%s%dy", future ? "-" : "", years > most ? most : (int)years);
}

bool sd_duration_parse(const char *text, int64_t *out)
{
	static const char letters[] = "wdhms";
	static const int64_t unit[] = {604800, 86400, 3600, 60, 1};
	int64_t total = 0;
	const char *p = text, *last = NULL;
	if (!*p)
		return false;
	while (*p) {
		int64_t v = 0;
		if (!isdigit((unsigned char)*p))
			return false;
		for (; isdigit((unsigned char)*p); p++)
			if ((v = v * 10 + (*p - '0')) > INT64_C(100000000))
				return false;
		const char *l = *p ? strchr(letters, *p) : NULL;
		if (!l || (last && l <= last)) /* each unit once, largest first */
			return false;
		last = l;
		p++;
		total += v * unit[l - letters];
		if (total > INT64_MAX / SECOND / 2)
			return false;
	}
	*out = total * SECOND;
	return true;
}
