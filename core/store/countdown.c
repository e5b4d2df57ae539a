/* What is left of a clock, as a list shows it. */
#include "config.h"
#include "svcdesk/hours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND ((int64_t)1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

bool sd_clock_mark_parse(const char *text, struct sd_clock_mark *out)
{
	long long target, due, left;
	char state;

	memset(out, 0, sizeof *out);
	out->due = SD_TIME_NONE;
	/* version, target in seconds, due, left (both in microseconds, 0 where they say nothing), r or p, metric */
	if (!text || sscanf(text, "%d %lld %lld %lld %c %23s", &out->version, &target, &due, &left, &state, out->metric) != 6 ||
		(state != 'r' && state != 'p')) {
		out->version = 0;
		return false;
	}
	out->target_s = target;
	out->paused = state == 'p';
	out->left_us = left;
	if (!out->paused)
		out->due = due;
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

void sd_countdown(const struct sd_hours *h, const struct sd_clock_mark *c, sd_time now, struct sd_countdown *out)
{
	bool late;

	*out = (struct sd_countdown){.next = SD_TIME_INFINITY};
	if (!c->version)
		return;
	out->days = sd_hours_always(h, c->version);
	if (c->paused) {
		out->known = true;
		out->left_us = c->left_us;
		out->level = SD_SLA_PAUSED;
		return;
	}
	late = now > c->due;
	out->known = sd_hours_between(h, c->version, late ? c->due : now, late ? now : c->due, &out->left_us);
	if (!out->known) {
		out->level = late ? SD_SLA_BREACHED : SD_SLA_OK;
		out->next = late ? SD_TIME_INFINITY : c->due + 1;
		return;
	}
	if (late)
		out->left_us = -out->left_us;
	/* due on closing time, and closed since: it is breached though no open time has passed */
	out->level = late ? SD_SLA_BREACHED : level_of(c, out->left_us);
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
