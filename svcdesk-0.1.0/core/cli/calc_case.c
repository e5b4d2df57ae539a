#include "core/cli/calc_case.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/zone.h"
#include "svcdesk/mem.h"

enum { DAY = 86400 };

/* ---- times ---- */

/* Digits exactly n; -1: others. */
static int digits(const char **p, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++, (*p)++) {
		if (!isdigit((unsigned char)**p))
			return -1;
		v = v * 10 + (**p - '0');
	}
	return v;
}

/* hh:mm[:ss] within bounds, in seconds; -1: none. */
static int32_t clock_part(const char **p, bool seconds)
{
	int h = digits(p, 2), m, s = 0;

	if (h < 0 || h > 23 || *(*p)++ != ':')
		return -1;
	m = digits(p, 2);
	if (m < 0 || m > 59)
		return -1;
	if (seconds && **p == ':') {
		(*p)++;
		s = digits(p, 2);
		if (s < 0 || s > 59)
			return -1;
	}
	return h * 3600 + m * 60 + s;
}

static bool date_part(const char **p, int64_t *days)
{
	int y = digits(p, 4), m, d;

	if (y < 1900 || y > 2199 || *(*p)++ != '-')
		return false;
	m = digits(p, 2);
	if (m < 1 || m > 12 || *(*p)++ != '-')
		return false;
	d = digits(p, 2);
	*days = civil_days(y, m, 1);
	if (d < 1 || *days + d > (m == 12 ? civil_days(y + 1, 1, 1) : civil_days(y, m + 1, 1)))
		return false;
	*days += d - 1;
	return true;
}

static int64_t fraction(const char **p)
{
	int64_t us = 0, unit = 100000;

	for ((*p)++; isdigit((unsigned char)**p); (*p)++, unit /= 10)
		us += unit * (**p - '0');
	return us;
}

/* Z, +hh, +hhmm, +hh:mm, +hh:mm:ss; false: it is none. */
static bool offset_part(const char **p, int32_t *seconds)
{
	const char *s = *p + 1;
	int sign = **p == '-' ? -1 : 1, h, m = 0, x = 0;

	*seconds = 0;
	if (**p == 'Z' || **p == 'z') {
		(*p)++;
		return true;
	}
	if (**p != '+' && **p != '-')
		return false;
	h = digits(&s, 2);
	if (*s == ':' || isdigit((unsigned char)*s)) {
		s += *s == ':';
		m = digits(&s, 2);
		if (*s == ':') {
			s++;
			x = digits(&s, 2);
		}
	}
	if (h < 0 || h > 23 || m < 0 || m > 59 || x < 0 || x > 59)
		return false;
	*seconds = sign * (h * 3600 + m * 60 + x);
	*p = s;
	return true;
}

bool calc_time_parse(const char *text, struct calc_time *t)
{
	const char *p = text;
	int64_t days, us = 0;
	int32_t time = 0, off = 0;

	if (!date_part(&p, &days))
		return false;
	t->wall = true;
	if (*p == 'T' || *p == 't' || *p == ' ') {
		p++;
		time = clock_part(&p, true);
		if (time < 0)
			return false;
		if ((*p == '.' || *p == ',') && isdigit((unsigned char)p[1]))
			us = fraction(&p);
		if (*p) {
			if (!offset_part(&p, &off))
				return false;
			t->wall = false;
		}
	}
	t->us = (days * DAY + time - off) * 1000000 + us;
	return *p == '\0';
}

void calc_time_write(struct sd_str *out, int64_t us, int32_t offset)
{
	int64_t local = us + (int64_t)offset * 1000000, day = local / (DAY * INT64_C(1000000)),
			rest = local % (DAY * INT64_C(1000000)), y;
	int32_t o = offset < 0 ? -offset : offset, s;
	int m, d;

	if (rest < 0) {
		rest += DAY * INT64_C(1000000);
		day--;
	}
	civil_date(day, &y, &m, &d);
	s = (int32_t)(rest / 1000000);
	sd_str_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d", (int)y, m, d, s / 3600, s / 60 % 60, s % 60);
	if (rest % 1000000) {
		sd_str_addf(out, ".%06d", (int)(rest % 1000000));
		while (out->data[out->len - 1] == '0')
			out->data[--out->len] = '\0';
	}
	sd_str_addf(out, "%c%02d:%02d", offset < 0 ? '-' : '+', o / 3600, o / 60 % 60);
	if (o % 60)
		sd_str_addf(out, ":%02d", o % 60);
}

void calc_minutes_write(struct sd_str *out, int64_t us)
{
	int64_t whole = us / 60000000, rest = us % 60000000;

	if (!rest) {
		sd_str_addf(out, "%lld", (long long)whole);
		return;
	}
	int64_t micro = (rest + 30) / 60; /* millionths of a minute */
	whole += micro / 1000000;
	sd_str_addf(out, "%lld.%06d", (long long)whole, (int)(micro % 1000000));
	while (out->data[out->len - 1] == '0')
		out->data[--out->len] = '\0';
	if (out->data[out->len - 1] == '.')
		out->data[--out->len] = '\0';
}

/* ---- the line ---- */

static const char *end_of_string(const char *p, const char *end) /* p behind the first quote */
{
	for (; p < end && *p != '"'; p++)
		p += *p == '\\';
	return p < end ? p + 1 : NULL;
}

static const char *blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* The object that stands as "calendar" in the outermost one; false: not found so simply, parse it all. */
static bool find_calendar(const char *line, size_t n, const char **from, const char **to)
{
	const char *end = line + n, *p;
	int depth = 0;

	*from = NULL;
	for (p = line; p < end; p++) {
		if (*p == '"') {
			const char *s = p + 1, *e = end_of_string(s, end);
			if (!e)
				return false;
			p = e - 1;
			if (depth != 1 || *from || e - s != 9 || memcmp(s, "calendar\"", 9) != 0)
				continue;
			s = blank(e, end);
			if (s == end || *s != ':')
				continue;
			s = blank(s + 1, end);
			if (s == end || *s != '{')
				return false;
			*from = s;
			p = s - 1;
		} else if (*p == '{' || *p == '[') {
			depth++;
		} else if (*p == '}' || *p == ']') {
			if (--depth == 1 && *from) {
				*to = p + 1;
				return true;
			}
		}
	}
	return false;
}

static json_t *load(const char *text, size_t n, struct sd_str *why)
{
	json_error_t e;
	json_t *j = json_loadb(text, n, JSON_REJECT_DUPLICATES, &e);

	if (!j)
		sd_str_addf(why, _("not JSON: %s"), e.text);
	else if (!json_is_object(j))
		sd_str_add(why, _("a case is one JSON object"));
	if (j && !json_is_object(j)) {
		json_decref(j);
		return NULL;
	}
	return j;
}

/* The line as an object whose calendar, if it is an object, is only its text in k. */
static json_t *read_line(
	struct calc_case *k, const char *line, size_t n, bool (*known)(void *, const char *, size_t), void *arg, struct sd_str *why)
{
	const char *from, *to;
	json_t *j, *cal;

	if (find_calendar(line, n, &from, &to)) {
		struct sd_str rest = {0};
		if (!known || !known(arg, from, (size_t)(to - from))) {
			cal = load(from, (size_t)(to - from), why);
			if (!cal)
				return NULL;
			json_decref(cal);
		}
		sd_str_addn(&rest, line, (size_t)(from - line));
		sd_str_add(&rest, "{}");
		sd_str_addn(&rest, to, n - (size_t)(to - line));
		j = load(rest.data, rest.len, why);
		sd_str_free(&rest);
		if (j) {
			k->calendar = sd_malloc((size_t)(to - from) + 1);
			memcpy(k->calendar, from, (size_t)(to - from));
			k->calendar[to - from] = '\0';
		}
		return j;
	}
	j = load(line, n, why);
	cal = json_object_get(j, "calendar");
	if (json_is_object(cal))
		k->calendar = json_dumps(cal, JSON_COMPACT);
	return j;
}

static bool take_time(const json_t *j, const char *key, struct calc_time *t, struct sd_str *why)
{
	const json_t *v = json_object_get(j, key);
	const char *s = json_string_value(v);

	if (!v)
		sd_str_addf(why, _("%s is missing"), key);
	else if (!s || strlen(s) != json_string_length(v) || !calc_time_parse(s, t))
		sd_str_addf(why,
			_("%s is no time from 1900 to 2199; write 2026-01-05T08:00:00Z, or without an offset in the calendar's zone"), key);
	else
		return true;
	return false;
}

static bool take_minutes(const json_t *j, int64_t *us, struct sd_str *why)
{
	const json_t *v = json_object_get(j, "minutes");
	double d = json_number_value(v);

	if (!v)
		sd_str_addf(why, _("%s is missing"), "minutes");
	else if (!json_is_number(v) || !(d >= 0) || d > CALC_MINUTES_MAX)
		sd_str_addf(why, _("minutes is a number from 0 to %d"), CALC_MINUTES_MAX);
	else {
		int64_t halves = (int64_t)(d * 120000000); /* of a microsecond, to round to the nearest */
		*us = json_is_integer(v) ? json_integer_value(v) * 60000000 : (halves + 1) / 2;
		return true;
	}
	return false;
}

static bool take(struct calc_case *k, const json_t *j, struct sd_str *why)
{
	const char *op = json_string_value(json_object_get(j, "op")), *key;
	json_t *v;

	if (!json_object_get(j, "op"))
		return sd_str_addf(why, _("%s is missing"), "op"), false;
	if (!op || (strcmp(op, "add") != 0 && strcmp(op, "between") != 0))
		return sd_str_add(why, _("op is add or between")), false;
	k->between = *op == 'b';
	json_object_foreach((json_t *)(uintptr_t)j, key, v)
	{
		if (strcmp(key, "calendar") != 0 && strcmp(key, "op") != 0 && strcmp(key, "start") != 0 &&
			strcmp(key, k->between ? "end" : "minutes") != 0)
			return sd_str_addf(why, _("%s does not belong to op %s"), key, op), false;
	}
	if (!k->calendar)
		return sd_str_add(why, _("calendar is missing: an object with zone, week and exceptions")), false;
	if (!take_time(j, "start", &k->at, why))
		return false;
	return k->between ? take_time(j, "end", &k->until, why) : take_minutes(j, &k->us, why);
}

bool calc_case_parse(struct calc_case *k, const char *line, size_t n, bool (*known)(void *arg, const char *text, size_t n),
	void *arg, struct sd_str *why)
{
	memset(k, 0, sizeof *k);
	if (blank(line, line + n) == line + n)
		return sd_str_add(why, _("an empty line is no case")), false;
	json_t *j = read_line(k, line, n, known, arg, why);
	bool ok = j && take(k, j, why);
	json_decref(j);
	if (!ok) {
		free(k->calendar);
		k->calendar = NULL;
	}
	return ok;
}
