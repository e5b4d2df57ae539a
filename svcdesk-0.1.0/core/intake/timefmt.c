#include "core/intake/timefmt.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/base/zone.h"
#include "svcdesk/err.h"

#define YEAR_2200 (INT64_C(7258118400) * 1000000)

struct parts {
	int y, mo, d, h, mi, s;
	bool pm, am, has_offset, has_epoch;
	int offset; /* seconds east */
	int64_t epoch;
};

static bool digits(const char **p, int max, int *out)
{
	int n = 0, v = 0;

	for (; n < max && isdigit((unsigned char)**p); n++)
		v = v * 10 + (*(*p)++ - '0');
	*out = v;
	return n > 0;
}

static bool month_name(const char **p, int *out)
{
	static const char *const names[] = {
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};

	for (int m = 0; m < 12; m++) {
		size_t n = strlen(names[m]);
		if (strncasecmp(*p, names[m], 3) != 0)
			continue;
		*p += strncasecmp(*p, names[m], n) == 0 ? n : 3;
		*out = m + 1;
		return true;
	}
	return false;
}

static bool offset(const char **p, struct parts *t)
{
	int h, m = 0;

	t->has_offset = true;
	if (**p == 'Z' || **p == 'z') {
		(*p)++;
		return true;
	}
	if (**p != '+' && **p != '-')
		return false;
	int sign = *(*p)++ == '-' ? -1 : 1;
	if (!digits(p, 2, &h))
		return false;
	bool colon = **p == ':';
	*p += colon;
	if ((isdigit((unsigned char)**p) && !digits(p, 2, &m)) || (colon && !isdigit((unsigned char)(*p)[-1])) || h > 14 || m > 59)
		return false;
	t->offset = sign * (h * 3600 + m * 60);
	return true;
}

static bool half(const char **p, struct parts *t)
{
	t->am = strncasecmp(*p, "am", 2) == 0;
	t->pm = strncasecmp(*p, "pm", 2) == 0;
	*p += 2;
	return t->am || t->pm;
}

static bool seconds(const char **p, struct parts *t)
{
	int n = 0;

	for (; n < 11 && isdigit((unsigned char)**p); n++)
		t->epoch = t->epoch * 10 + (*(*p)++ - '0');
	t->has_epoch = true;
	return n > 0;
}

/* What stands for one letter behind a %; NULL: it is a conversion of its own. */
static const char *longer(char c)
{
	return c == 'F' ? "%Y-%m-%d" : c == 'T' ? "%H:%M:%S" : c == 'R' ? "%H:%M" : NULL;
}

static bool parse(const char **p, const char *fmt, struct parts *t)
{
	for (; *fmt; fmt++) {
		if (*fmt == ' ') {
			*p += strspn(*p, " ");
			continue;
		}
		if (*fmt != '%') {
			if (*(*p)++ != *fmt)
				return false;
			continue;
		}
		const char *more = longer(*++fmt);
		bool ok = more && parse(p, more, t);
		int n = 0;
		switch (*fmt) {
		case 'Y':
			ok = digits(p, 4, &t->y);
			break;
		case 'y':
			ok = digits(p, 2, &n);
			t->y = n + (n < 70 ? 2000 : 1900);
			break;
		case 'm':
			ok = digits(p, 2, &t->mo);
			break;
		case 'd':
		case 'e':
			ok = digits(p, 2, &t->d);
			break;
		case 'b':
		case 'B':
			ok = month_name(p, &t->mo);
			break;
		case 'H':
		case 'I':
			ok = digits(p, 2, &t->h);
			break;
		case 'M':
			ok = digits(p, 2, &t->mi);
			break;
		case 'S':
			ok = digits(p, 2, &t->s);
			break;
		case 'f':
			ok = digits(p, 9, &n);
			break;
		case 'p':
			ok = half(p, t);
			break;
		case 'z':
			ok = offset(p, t);
			break;
		case 's':
			ok = seconds(p, t);
			break;
		case '%':
			ok = *(*p)++ == '%';
			break;
		}
		if (!ok)
			return false;
	}
	return true;
}

static bool is_moment(struct parts *t)
{
	int64_t year;
	int month, day;

	if (t->am || t->pm) {
		if (t->h < 1 || t->h > 12)
			return false;
		t->h = t->h % 12 + (t->pm ? 12 : 0);
	}
	if (t->y < 1970 || t->y > 2200 || t->mo < 1 || t->mo > 12 || t->d < 1 || t->h > 23 || t->mi > 59 || t->s > 59)
		return false;
	civil_date(civil_days(t->y, t->mo, t->d), &year, &month, &day);
	return month == t->mo && day == t->d;
}

bool intake_time(const char *text, const char *fmt, const char *zone, sd_time *out)
{
	struct parts t = {0};
	struct sd_err ignored;
	const char *p = text + strspn(text, " ");

	if (strcmp(fmt, "iso") == 0)
		return sd_time_parse(p, zone ? zone : "UTC", out, &ignored) && *out >= 0 && *out < YEAR_2200;
	if (!parse(&p, fmt, &t) || p[strspn(p, " ")])
		return false;
	if (t.has_epoch) {
		*out = t.epoch * 1000000;
		return *out < YEAR_2200;
	}
	if (!is_moment(&t))
		return false;
	if (t.has_offset || !zone || strcmp(zone, "UTC") == 0) {
		*out = ((civil_days(t.y, t.mo, t.d) * 24 + t.h) * 3600 + t.mi * 60 + t.s - t.offset) * INT64_C(1000000);
		return true;
	}
	return sd_time_from_local(t.y, t.mo, t.d, t.h, t.mi, t.s, zone, out);
}

bool intake_time_format(const char *fmt)
{
	bool year = false, month = false, day = false, epoch = false;

	if (strcmp(fmt, "iso") == 0)
		return true;
	for (; *fmt; fmt++) {
		if (*fmt != '%')
			continue;
		fmt++;
		if (!*fmt || !strchr("YymdebBHIMSpfzsFTR%", *fmt))
			return false;
		year = year || strchr("YyF", *fmt);
		month = month || strchr("mbBF", *fmt);
		day = day || strchr("deF", *fmt);
		epoch = epoch || *fmt == 's';
	}
	return epoch || (year && month && day);
}
