/* Open hours of calendars, copied from the database so that a countdown moves without asking it. For display only: what is due
 * when, and what is breached, the database says. A copy holds the open stretches of one version of a calendar between two
 * instants; versions never change, so a copy only gets too short. */
#ifndef SVCDESK_HOURS_H
#define SVCDESK_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "svcdesk/clock.h"

struct sd_hours; /* copies by version */

struct sd_hours *sd_hours_new(void);
void sd_hours_free(struct sd_hours *h);
/* Takes the stretches of a version between two instants, as desk.open_spans writes them: "{from,until,from,until}" in
 * microseconds, ascending. Replaces what was known of the version. False when that is no such text. */
bool sd_hours_put(struct sd_hours *h, int version, sd_time from, sd_time until, const char *spans);
/* Whether the copy of a version reaches from one instant to the other. */
bool sd_hours_known(const struct sd_hours *h, int version, sd_time from, sd_time until);
/* Open microseconds between two instants: 0 when until is not after from. False: the copy does not reach that far. */
bool sd_hours_between(const struct sd_hours *h, int version, sd_time from, sd_time until, int64_t *us);
/* The first instant by which so many microseconds have been open since from (us > 0). SD_TIME_INFINITY: not within the copy. */
sd_time sd_hours_after(const struct sd_hours *h, int version, sd_time from, int64_t us);
/* The version is never closed, as far as the copy reaches. */
bool sd_hours_always(const struct sd_hours *h, int version);

/* ---- a clock of a ticket, as a list or a headline shows it ---- */
enum sd_sla_level { SD_SLA_NONE, SD_SLA_OK, SD_SLA_HALF, SD_SLA_LATE, SD_SLA_BREACHED, SD_SLA_PAUSED };
enum { SD_SLA_HALF_PERCENT = 50, SD_SLA_LATE_PERCENT = 75 };
struct sd_clock_mark {
	int version;      /* of its calendar */
	int64_t target_s; /* open seconds it may take */
	sd_time started;  /* 0 where it is due and does not matter */
	sd_time due;      /* SD_TIME_NONE: it stands still and was in time */
	bool paused;      /* it stands still */
	char metric[16];
	size_t npauses;
	sd_time pause[]; /* from, until ...; the last until is SD_TIME_NONE while it stands still */
};
/* Reads the column "clock" of a list: "version|seconds|metric|due|started|{from,...}|{until,...}", one of due and started, times
 * as the server writes them. malloc'ed; NULL where there is no clock. */
struct sd_clock_mark *sd_clock_mark_parse(const char *text);
/* The hours of its calendar that are needed to count it down at an instant. */
void sd_clock_mark_needs(const struct sd_clock_mark *c, sd_time now, sd_time *from, sd_time *until);

struct sd_countdown {
	enum sd_sla_level level; /* PAUSED: standing still and in time */
	bool paused;
	bool known;      /* the copy of the hours reaches; else only the level may be known */
	bool days;       /* a day has 24 open hours there: days may be written */
	int64_t left_us; /* until it is due, of open time; negative: since */
	sd_time next;    /* when level or text change next; SD_TIME_INFINITY: not by themselves */
};
/* c may be NULL: no clock. */
void sd_countdown(const struct sd_hours *h, const struct sd_clock_mark *c, sd_time now, struct sd_countdown *out);
/* "35m", "1h20", "52h", "2d04", "-35m"; "" where it is not known. Days only where a day has 24 open hours: of a calendar that
 * closes, "2 days" would be read as two working days. At most 7 cells. */
enum { SD_COUNTDOWN_TEXT = 16 };
const char *sd_countdown_text(const struct sd_countdown *c, char buf[SD_COUNTDOWN_TEXT]);

#endif
