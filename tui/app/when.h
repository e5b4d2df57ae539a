/* Times as people type them into a form: "tomorrow 09:00", "+4h", "fri 14:30", "2026-12-01", "15:00". */
#ifndef TUI_APP_WHEN_H
#define TUI_APP_WHEN_H

#include <stdbool.h>
#include "svcdesk/clock.h"

struct sd_arena;

/* now and zone of the viewer. A day alone means 09:00. False: not a time. */
bool when_parse(struct sd_arena *a, const char *text, sd_time now, const char *zone, sd_time *out);

#endif
