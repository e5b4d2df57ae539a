/* What is left of a clock, as a list shows it. */
#include "config.h"
#include "svcdesk/hours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

#define SECOND ((int64_t)1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

enum { MARK_PARTS = 7 };

/* The times of an array as the server writes it; NULL stands for none. Their number, -1: that is no such array. */
static int times(const char *text, sd_time *out, int max)
{
	struct sd_err err = {0};
	char one[64];
	int n = 0;

	if (*text++ != '{')
		return -1;
	while (*text && *text != '}') {
		size_t skip = *text == '"', len = strcspn(text + skip, skip ? "\"" : ",}");

		if (n == max || len >= sizeof one)
			return -1;
		memcpy(one, text + skip, len);
		one[len] = '\0';
		out[n] = SD_TIME_NONE;
		if (strcmp(one, "NULL") != 0 && !sd_time_parse(one, "UTC", &out[n], &err))
			return -1;
		n++;
		text += skip + len + skip;
		text += *text == ',';
	}
	return *text == '}' ? n : -1;
}

/* As many as a text could hold. */
static int commas(const char *text)
{
	int n = 1;

	for (; *text; text++)
		n += *text == ',';
	return n;
}

static bool read_pauses(struct sd_clock_mark *c, const char *from, const char *until, int max)
{
	sd_time *a = sd_calloc((size_t)max * 2, sizeof *a), *b = a + max;
	int n = times(from, a, max), m = times(until, b, max);
	bool ok = n >= 0 && n == m;

	for (int i = 0; ok && i < n; i++) {
		c->pause[i * 2] = a[i];
		c->pause[i * 2 + 1] = b[i];
	}
	c->npauses = ok ? (size_t)n : 0;
	c->paused = ok && n > 0 && b[n - 1] == SD_TIME_NONE;
	free(a);
	return ok;
}

struct sd_clock_mark *sd_clock_mark_parse(const char *text)
{
	char *copy = sd_strdup(text ? text : ""), *part[MARK_PARTS], *at = copy;
	struct sd_clock_mark *c = NULL;
	struct sd_err err = {0};
	int n = 0, max;

	while (n < MARK_PARTS && at) {
		part[n++] = at;
		at = strchr(at, '|');
		if (at)
			*at++ = '\0';
	}
	if (n == MARK_PARTS && !at) {
		max = commas(part[5]);
		c = sd_calloc(1, sizeof *c + (size_t)max * 2 * sizeof *c->pause);
		c->version = atoi(part[0]);
		c->target_s = strtoll(part[1], NULL, 10);
		snprintf(c->metric, sizeof c->metric, "%s", part[2]);
		c->due = SD_TIME_NONE;
		if (c->version <= 0 || c->target_s <= 0 || (*part[3] && !sd_time_parse(part[3], "UTC", &c->due, &err)) ||
			((*part[4] || !*part[3]) && !sd_time_parse(part[4], "UTC", &c->started, &err)) ||
			!read_pauses(c, part[5], part[6], max) || (c->due == SD_TIME_NONE && !c->paused)) {
			free(c);
			c = NULL;
		}
	}
	free(copy);
	return c;
}

void sd_clock_mark_needs(const struct sd_clock_mark *c, sd_time now, sd_time *from, sd_time *until)
{
	*from = c->due == SD_TIME_NONE ? c->started : c->due < now ? c->due : now;
	*until = c->due != SD_TIME_NONE && c->due > now ? c->due : now;
}

/* Open microseconds in which it ran between two instants. False: the copy does not reach that far. */
static bool ran(const struct sd_hours *h, const struct sd_clock_mark *c, sd_time from, sd_time until, int64_t *us)
{
	int64_t part;

	if (!sd_hours_between(h, c->version, from, until, us))
		return false;
	for (size_t i = 0; i < c->npauses; i++) {
		sd_time a = c->pause[i * 2], b = c->pause[i * 2 + 1];

		if (!sd_hours_between(h, c->version, a > from ? a : from, b == SD_TIME_NONE || b > until ? until : b, &part))
			return false;
		*us -= part;
	}
	return true;
}

/* Of what is left: how much changes at a time. Far away nobody reads minutes. */
static int64_t unit_of(int64_t left, bool days)
{
	if (left < 10 * HOUR)
		return MINUTE;
	return days && left >= 100 * DAY ? DAY : HOUR;
}

static enum sd_sla_level level_of(const struct sd_clock_mark *c, int64_t left)
{
	int64_t used = c->target_s * SECOND - left;

	if (left < 0)
		return SD_SLA_BREACHED;
	if (used * 100 >= c->target_s * SECOND * SD_SLA_LATE_PERCENT)
		return SD_SLA_LATE;
	return used * 100 >= c->target_s * SECOND * SD_SLA_HALF_PERCENT ? SD_SLA_HALF : SD_SLA_OK;
}

/* Open microseconds until text or level are others: one counts down to a whole unit, so the next one shows an instant behind it;
 * what is overdue counts up. */
static int64_t until_change(const struct sd_clock_mark *c, int64_t left, bool late, bool days)
{
	int64_t unit = unit_of(left < 0 ? -left : left, days), wait = late ? unit - -left % unit : left % unit + 1;
	static const int percent[] = {SD_SLA_HALF_PERCENT, SD_SLA_LATE_PERCENT};

	for (size_t i = 0; i < sizeof percent / sizeof *percent; i++) {
		int64_t to = left - c->target_s * SECOND * (100 - percent[i]) / 100;

		if (to > 0 && to < wait)
			wait = to;
	}
	return wait;
}

/* What is left at an instant, and whether it is too late: due on closing time, and closed since, it is, though nothing has
 * passed. */
static bool left_at(const struct sd_hours *h, const struct sd_clock_mark *c, sd_time now, bool late, int64_t *left)
{
	bool ok;

	if (c->due == SD_TIME_NONE) {
		ok = ran(h, c, c->started, now, left);
		*left = c->target_s * SECOND - *left;
		return ok;
	}
	if (!late)
		return sd_hours_between(h, c->version, now, c->due, left);
	ok = ran(h, c, c->due, now, left);
	*left = -*left;
	return ok;
}

void sd_countdown(const struct sd_hours *h, const struct sd_clock_mark *c, sd_time now, struct sd_countdown *out)
{
	bool late;

	*out = (struct sd_countdown){.next = SD_TIME_INFINITY};
	if (!c)
		return;
	late = c->due != SD_TIME_NONE && now > c->due;
	out->paused = c->paused;
	out->days = sd_hours_always(h, c->version);
	out->known = left_at(h, c, now, late, &out->left_us);
	out->level = late ? SD_SLA_BREACHED : c->paused ? SD_SLA_PAUSED : out->known ? level_of(c, out->left_us) : SD_SLA_OK;
	if (c->paused)
		return;
	if (out->known)
		out->next = sd_hours_after(h, c->version, now, until_change(c, out->left_us, late, out->days));
	if (!late && c->due + 1 < out->next)
		out->next = c->due + 1;
}

const char *sd_countdown_text(const struct sd_countdown *c, char buf[SD_COUNTDOWN_TEXT])
{
	bool late = c->level == SD_SLA_BREACHED || c->left_us < 0;
	int64_t left = c->left_us < 0 ? -c->left_us : c->left_us;
	const char *sign = late ? "-" : "";

	*buf = '\0';
	if (!c->known || c->level == SD_SLA_NONE)
		return buf;
	if (left < MINUTE)
		snprintf(buf, SD_COUNTDOWN_TEXT, "%s", late ? "-0m" : "<1m");
	else if (left < HOUR)
		snprintf(buf, SD_COUNTDOWN_TEXT, "%s%dm", sign, (int)(left / MINUTE));
	else if (left < 10 * HOUR)
		snprintf(buf, SD_COUNTDOWN_TEXT, "%s%dh%02d", sign, (int)(left / HOUR), (int)(left / MINUTE % 60));
	else if (c->days && left >= 100 * DAY)
		snprintf(buf, SD_COUNTDOWN_TEXT, "%s%dd", sign, (int)(left / DAY > 99999 ? 99999 : left / DAY));
	else if (c->days && left >= DAY)
		snprintf(buf, SD_COUNTDOWN_TEXT, "%s%dd%02d", sign, (int)(left / DAY), (int)(left / HOUR % 24));
	else
		snprintf(buf, SD_COUNTDOWN_TEXT, "%s%dh", sign, (int)(left / HOUR > 99999 ? 99999 : left / HOUR));
	return buf;
}
