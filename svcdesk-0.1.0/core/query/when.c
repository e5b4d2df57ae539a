/* Times as people write them in a query: 2024-01-05, 2024-01, today, now, 4h, -2d, 2024-01-05T10:00. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/query/tree.h"
#include "svcdesk/clock.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static bool digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

static bool date_valid(int y, int m, int d)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (y < 1900 || y > 9999 || m < 1 || m > 12 || d < 1)
		return false;
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	return d <= days[m - 1] + (m == 2 && leap ? 1 : 0);
}

/* 2024, 2024-01, 2024-01-05 */
static bool day_parse(struct sd_arena *a, const char *s, struct query_when *w)
{
	size_t n = strlen(s);
	int y = 0, m = 1, d = 1;
	if (n != 4 && n != 7 && n != 10)
		return false;
	if (!digits(s, 4) || (n >= 7 && (s[4] != '-' || !digits(s + 5, 2))) || (n == 10 && (s[7] != '-' || !digits(s + 8, 2))))
		return false;
	y = atoi(s);
	if (n >= 7)
		m = atoi(s + 5);
	if (n == 10)
		d = atoi(s + 8);
	if (!date_valid(y, m, d))
		return false;
	w->type = QUERY_WHEN_DAY;
	w->unit = n == 4 ? "year" : n == 7 ? "month" : "day";
	w->date = sd_arena_printf(a, "%04d-%02d-%02d", y, m, d);
	w->text = sd_arena_strdup(a, s);
	return true;
}

static bool word_parse(const char *s, struct query_when *w)
{
	static const struct {
		const char *word;
		enum query_when_type type;
		int64_t n;
	} words[] = {{"now", QUERY_WHEN_NOW, 0}, {"today", QUERY_WHEN_TODAY, 0}, {"yesterday", QUERY_WHEN_TODAY, -1},
		{"tomorrow", QUERY_WHEN_TODAY, 1}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(s, words[i].word) == 0) {
			w->type = words[i].type;
			w->n = words[i].n;
			w->text = words[i].word;
			return true;
		}
	return false;
}

/* An offset is Z, +02, -0500 ... after the time of day; the hyphens of the date do not count. */
static bool has_offset(const char *s)
{
	const char *time = strpbrk(s, "T ");
	return time && strpbrk(time, "Zz+-") != NULL;
}

bool query_when_parse(struct sd_arena *a, const char *s, struct query_when *w)
{
	int64_t n = 0;
	struct sd_err ignored;
	sd_time t;
	memset(w, 0, sizeof *w);
	if (word_parse(s, w) || day_parse(a, s, w))
		return true;
	bool sign = *s == '+' || *s == '-';
	if (strcmp(s + sign, "0") == 0 || sd_duration_parse(s + sign, &n)) {
		w->type = sign || n == 0 ? QUERY_WHEN_NOW : QUERY_WHEN_AGO;
		w->n = *s == '-' ? -n : n;
		w->text = n == 0 ? "now" : sd_arena_strdup(a, s);
		return true;
	}
	if (strlen(s) > 10 && sd_time_parse(s, "UTC", &t, &ignored)) {
		w->type = QUERY_WHEN_INSTANT;
		char *iso = sd_time_iso(a, t);
		w->zoned = has_offset(s);
		if (!w->zoned)
			iso[strlen(iso) - 1] = '\0'; /* local: without the Z */
		w->text = w->date = iso;
		return true;
	}
	return false;
}
