/* Times as people type them: "tomorrow 09:00", "+4h", "fri 14:30", "2026-12-01", "15:00". */
#ifndef SVCDESK_WHEN_H
#define SVCDESK_WHEN_H

#include <stdbool.h>
#include "svcdesk/clock.h"

struct sd_arena;

/* now and zone of the viewer. A day alone means 09:00. False: not a time. */
bool sd_when_parse(struct sd_arena *a, const char *text, sd_time now, const char *zone, sd_time *out);

/* The same looking back: a duration is that long ago, a time of day the last time it was so late. */
bool sd_when_past(struct sd_arena *a, const char *text, sd_time now, const char *zone, sd_time *out);

#endif
