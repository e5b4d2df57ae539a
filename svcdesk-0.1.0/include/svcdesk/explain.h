/* Why the clocks of a ticket stand where they stand: what desk.sla_explain tells. */
#ifndef SVCDESK_EXPLAIN_H
#define SVCDESK_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include "svcdesk/clock.h"

struct sd_arena;
struct sd_err;

/* A stretch of time: it ran, somebody paused it, or its calendar was closed. */
enum sd_segment { SD_SEGMENT_RAN, SD_SEGMENT_PAUSED, SD_SEGMENT_CLOSED };
struct sd_explain_segment {
	enum sd_segment what;
	sd_time from, until;
	bool ahead;     /* not yet */
	double minutes; /* of open time */
	int event;      /* that did it, 0 = none */
	char *by, *why; /* why: reason of the hold, or name of the closed day */
};
struct sd_explain_warning {
	int percent;
	sd_time at; /* when so much is used; SD_TIME_NONE: not known while it stands still */
	bool written;
};
struct sd_explain_clock {
	char *metric, *type, *state, *cancel_reason, *group, *calendar, *zone;
	int calendar_version, cycle;
	bool open;
	char *agreement, *customer, *service, *kind, *for_group; /* of the rule that chose the target; "" where it says nothing */
	int priority, version, current;                          /* priority 0: any */
	int major;                                               /* 1 only major incidents, 0 only others, -1 both */
	double target_minutes, elapsed_minutes, paused_minutes;
	sd_time started, due, stopped, cancelled, breached; /* SD_TIME_NONE: not */
	struct sd_explain_segment *segments;
	struct sd_explain_warning *warnings;
	int nsegments, nwarnings;
};
struct sd_explain {
	struct sd_arena *arena;
	char *number;
	sd_time now;
	struct sd_explain_clock *clocks;
	int nclocks;
};
/* NULL and err when it is not what was expected. */
struct sd_explain *sd_explain_parse(const char *json, struct sd_err *err);
void sd_explain_free(struct sd_explain *e);

#endif
