#include "core/base/zone.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "svcdesk/env.h"
#include "svcdesk/mem.h"

enum { DAY = 86400, NAME_MAX_LEN = 64, FILE_MAX = 1 << 20, ABBR_LEN = 16 };

/* When a POSIX rule changes: day of a year and seconds after its midnight. */
struct rule_day {
	char form; /* 'M' month.week.day, 'J' day 1-365 without 29 February, 'N' day 0-365 */
	int month, week, day;
	int32_t time;
};

struct posix_rule {
	bool has_dst;
	int32_t std_offset, dst_offset;
	char std_abbr[ABBR_LEN], dst_abbr[ABBR_LEN];
	struct rule_day start, end;
};

struct ttype {
	int32_t offset;
	bool dst;
	char abbr[ABBR_LEN];
};

struct zone {
	char *name; /* NULL: the zone of the process */
	int64_t *at;
	uint8_t *type_of;
	size_t n_at;
	struct ttype *types;
	bool has_rule; /* what holds after the last change in the table */
	struct posix_rule rule;
	struct zone *next;
};

static struct zone *zones; /* kept for the life of the program: a handful, asked for with every painted time */

int64_t civil_days(int64_t y, int m, int d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

void civil_date(int64_t days, int64_t *y, int *m, int *d)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t doe = days - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

/* ---- POSIX TZ text: "CET-1CEST,M3.5.0,M10.5.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0" ---- */

static bool take_abbr(const char **p, char out[ABBR_LEN])
{
	const char *s = *p, *end;
	if (*s == '<') {
		end = strchr(++s, '>');
		if (!end)
			return false;
		*p = end + 1;
	} else {
		for (end = s; isalpha((unsigned char)*end); end++)
			;
		*p = end;
	}
	size_t n = (size_t)(end - s);
	if (n < 3 || n >= ABBR_LEN)
		return false;
	memcpy(out, s, n);
	out[n] = '\0';
	return true;
}

static bool take_number(const char **p, int max, int *out)
{
	if (!isdigit((unsigned char)**p))
		return false;
	int v = 0;
	while (isdigit((unsigned char)**p)) {
		v = v * 10 + (*(*p)++ - '0');
		if (v > max)
			return false;
	}
	*out = v;
	return true;
}

/* [+-]hh[:mm[:ss]] in seconds. Rule times may reach +-167 hours (RFC 8536 3.3.1). */
static bool take_hms(const char **p, int32_t *out)
{
	int sign = 1, h = 0, m = 0, s = 0;
	if (**p == '+' || **p == '-')
		sign = *(*p)++ == '-' ? -1 : 1;
	if (!take_number(p, 167, &h))
		return false;
	if (**p == ':') {
		(*p)++;
		if (!take_number(p, 59, &m))
			return false;
		if (**p == ':') {
			(*p)++;
			if (!take_number(p, 59, &s))
				return false;
		}
	}
	*out = sign * (h * 3600 + m * 60 + s);
	return true;
}

static bool take_rule_day(const char **p, struct rule_day *r)
{
	if (*(*p)++ != ',')
		return false;
	r->time = 2 * 3600;
	if (**p == 'M') {
		(*p)++;
		r->form = 'M';
		if (!take_number(p, 12, &r->month) || *(*p)++ != '.' || !take_number(p, 5, &r->week) || *(*p)++ != '.' ||
			!take_number(p, 6, &r->day) || r->month < 1 || r->week < 1)
			return false;
	} else {
		r->form = **p == 'J' ? 'J' : 'N';
		*p += r->form == 'J';
		if (!take_number(p, 365, &r->day))
			return false;
	}
	if (**p == '/') {
		(*p)++;
		return take_hms(p, &r->time);
	}
	return true;
}

static bool posix_parse(const char *text, struct posix_rule *r)
{
	const char *p = text;
	memset(r, 0, sizeof *r);
	if (!take_abbr(&p, r->std_abbr) || !take_hms(&p, &r->std_offset))
		return false;
	r->std_offset = -r->std_offset; /* POSIX counts westward */
	if (!*p)
		return true;
	if (!take_abbr(&p, r->dst_abbr))
		return false;
	r->has_dst = true;
	r->dst_offset = r->std_offset + 3600;
	if (*p && *p != ',') {
		if (!take_hms(&p, &r->dst_offset))
			return false;
		r->dst_offset = -r->dst_offset;
	}
	if (!*p)
		p = ",M3.2.0,M11.1.0"; /* what C libraries assume */
	return take_rule_day(&p, &r->start) && take_rule_day(&p, &r->end) && !*p;
}

/* Local seconds (since 1970, as if UTC) at which the rule day of year y begins its new time. */
static int64_t rule_local(const struct rule_day *r, int64_t y)
{
	int64_t jan1 = civil_days(y, 1, 1), day;
	bool leap = civil_days(y + 1, 1, 1) - jan1 == 366;
	if (r->form == 'M') {
		int64_t first = civil_days(y, r->month, 1);
		int64_t next = r->month == 12 ? civil_days(y + 1, 1, 1) : civil_days(y, r->month + 1, 1);
		int weekday = (int)(((first + 4) % 7 + 7) % 7);
		day = first + (r->day - weekday + 7) % 7 + 7 * (r->week - 1);
		while (day >= next)
			day -= 7;
	} else if (r->form == 'J') {
		day = jan1 + r->day - 1 + (leap && r->day >= 60);
	} else {
		day = jan1 + r->day;
	}
	return day * DAY + r->time;
}

static struct zone_local rule_at(const struct posix_rule *r, int64_t t)
{
	struct zone_local std = {r->std_offset, false, r->std_abbr}, dst = {r->dst_offset, true, r->dst_abbr};
	if (!r->has_dst)
		return std;
	int64_t y;
	int m, d;
	int64_t local = t + r->std_offset;
	civil_date(local >= 0 ? local / DAY : (local - DAY + 1) / DAY, &y, &m, &d);
	int64_t on = rule_local(&r->start, y) - r->std_offset, off = rule_local(&r->end, y) - r->dst_offset;
	bool in = on < off ? t >= on && t < off : t >= on || t < off;
	return in ? dst : std;
}

static int64_t rule_next(const struct posix_rule *r, int64_t t)
{
	if (!r->has_dst)
		return INT64_MAX;
	int64_t y, best = INT64_MAX;
	int m, d;
	civil_date(t >= 0 ? t / DAY : (t - DAY + 1) / DAY, &y, &m, &d);
	for (int64_t i = y - 1; i <= y + 1; i++) {
		int64_t c[2] = {rule_local(&r->start, i) - r->std_offset, rule_local(&r->end, i) - r->dst_offset};
		for (int k = 0; k < 2; k++)
			if (c[k] > t && c[k] < best)
				best = c[k];
	}
	return best;
}

/* ---- TZif files ---- */

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const unsigned char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

struct tzif_head {
	size_t isut, isstd, leap, time, type, chars;
};

static bool tzif_head(const unsigned char *p, size_t n, struct tzif_head *h)
{
	if (n < 44 || memcmp(p, "TZif", 4) != 0)
		return false;
	h->isut = be32(p + 20);
	h->isstd = be32(p + 24);
	h->leap = be32(p + 28);
	h->time = be32(p + 32);
	h->type = be32(p + 36);
	h->chars = be32(p + 40);
	return h->isut <= 256 && h->isstd <= 256 && h->leap <= 1000 && h->time <= 100000 && h->type >= 1 && h->type <= 256 &&
		   h->chars >= 1 && h->chars <= 4096;
}

static size_t tzif_body(const struct tzif_head *h, size_t time_size)
{
	return h->time * (time_size + 1) + h->type * 6 + h->chars + h->leap * (time_size + 4) + h->isstd + h->isut;
}

static bool tzif_types(struct zone *z, const struct tzif_head *h, const unsigned char *types, const char *chars)
{
	z->types = sd_calloc(h->type, sizeof *z->types);
	for (size_t i = 0; i < h->type; i++) {
		size_t at = types[6 * i + 5];
		if (at >= h->chars)
			return false;
		z->types[i].offset = (int32_t)be32(types + 6 * i);
		z->types[i].dst = types[6 * i + 4] != 0;
		snprintf(z->types[i].abbr, ABBR_LEN, "%.*s", (int)(h->chars - at), chars + at);
	}
	return true;
}

/* Version 2 or later: the second, 64-bit block and its footer. */
static bool tzif_parse(struct zone *z, const unsigned char *p, size_t n)
{
	struct tzif_head h;
	if (!tzif_head(p, n, &h) || p[4] < '2')
		return false;
	size_t skip = 44 + tzif_body(&h, 4);
	if (skip > n || !tzif_head(p + skip, n - skip, &h))
		return false;
	p += skip + 44;
	n -= skip + 44;
	size_t body = tzif_body(&h, 8);
	if (body > n)
		return false;
	z->at = sd_calloc(h.time, sizeof *z->at);
	z->type_of = sd_calloc(h.time, 1);
	z->n_at = h.time;
	const unsigned char *idx = p + 8 * h.time, *types = idx + h.time;
	for (size_t i = 0; i < h.time; i++) {
		z->at[i] = be64(p + 8 * i);
		z->type_of[i] = idx[i];
		if (idx[i] >= h.type || (i && z->at[i] <= z->at[i - 1]))
			return false;
	}
	if (!tzif_types(z, &h, types, (const char *)types + 6 * h.type))
		return false;
	const char *foot = (const char *)p + body, *end = n > body + 1 ? memchr(foot + 1, '\n', n - body - 1) : NULL;
	char text[128];
	if (end && (size_t)(end - foot) < sizeof text) {
		snprintf(text, sizeof text, "%.*s", (int)(end - foot - 1), foot + 1);
		z->has_rule = posix_parse(text, &z->rule);
	}
	return true;
}

static bool zone_file(struct zone *z, const char *path)
{
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	struct stat st;
	bool ok = fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= FILE_MAX;
	if (ok) {
		size_t size = (size_t)st.st_size;
		unsigned char *data = sd_malloc(size);
		size_t got = fread(data, 1, size, f);
		ok = tzif_parse(z, data, got);
		free(data);
	}
	fclose(f);
	return ok;
}

/* A zone name is a path below the zone folder: no way out of it. */
static bool safe_name(const char *name)
{
	if (!*name || strlen(name) > NAME_MAX_LEN || *name == '/' || *name == '.')
		return false;
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_+-/", *p))
			return false;
	return true;
}

static void zone_drop_table(struct zone *z)
{
	free(z->at);
	free(z->type_of);
	free(z->types);
	*z = (struct zone){.name = z->name};
}

static bool zone_load(struct zone *z, const char *name)
{
	if (safe_name(name)) {
		const char *dir = sd_env_get("TZDIR");
		struct sd_str path = {0};
		sd_str_addf(&path, "%s/%s", dir ? dir : "/usr/share/zoneinfo", name);
		bool ok = zone_file(z, path.data);
		sd_str_free(&path);
		if (ok)
			return true;
		zone_drop_table(z);
	}
	if (strcmp(name, "UTC") == 0 || strcmp(name, "Z") == 0)
		name = "UTC0"; /* must work on a machine without zone files */
	z->has_rule = posix_parse(name, &z->rule);
	return z->has_rule;
}

static bool zone_load_process(struct zone *z)
{
	const char *tz = getenv("TZ"); /* set but empty means UTC, so not through sd_env_get */
	if (!tz) {
		if (zone_file(z, "/etc/localtime"))
			return true;
		zone_drop_table(z);
		return zone_load(z, "UTC");
	}
	tz += *tz == ':';
	if (*tz == '/' && zone_file(z, tz))
		return true;
	zone_drop_table(z);
	return (*tz && zone_load(z, tz)) || zone_load(z, "UTC");
}

const struct zone *zone_get(const char *name)
{
	for (struct zone *z = zones; z; z = z->next)
		if (name ? z->name && strcmp(z->name, name) == 0 : !z->name)
			return z;
	struct zone *z = sd_calloc(1, sizeof *z);
	z->name = name ? sd_strdup(name) : NULL;
	if (!(name ? zone_load(z, name) : zone_load_process(z))) {
		free(z->name);
		free(z);
		return NULL;
	}
	z->next = zones;
	zones = z;
	return z;
}

struct zone_local zone_at(const struct zone *z, int64_t t)
{
	if (z->n_at == 0 || t >= z->at[z->n_at - 1]) {
		if (z->has_rule)
			return rule_at(&z->rule, t);
	}
	const struct ttype *ty = z->types; /* before the first change: type 0 (RFC 8536 3.2) */
	size_t lo = 0, hi = z->n_at;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (z->at[mid] <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo > 0)
		ty = &z->types[z->type_of[lo - 1]];
	return (struct zone_local){ty->offset, ty->dst, ty->abbr};
}

int64_t zone_next_change(const struct zone *z, int64_t t)
{
	for (size_t i = 0; i < z->n_at; i++)
		if (z->at[i] > t)
			return z->at[i];
	return z->has_rule ? rule_next(&z->rule, t) : INT64_MAX;
}
