/* Words of clocks for people. */
#ifndef TUI_PANE_CLOCK_WORDS_H
#define TUI_PANE_CLOCK_WORDS_H

#include "svcdesk/hours.h"
#include "tui/pane/msg.h"

const char *clock_metric(const char *metric);                  /* "Response" */
const char *clock_state(const char *state);                    /* "running" */
const char *clock_reason(const char *reason);                  /* why it was paused or cancelled */
const char *clock_minutes(struct sd_arena *a, double minutes); /* "1:20" */
enum element clock_element(enum sd_sla_level level);
const char *clock_glyph(enum sd_sla_level level, bool paused);

#endif
