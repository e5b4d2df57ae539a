/* Times of a file by formats like those of strptime(3), in the zone of the file. */
#ifndef CORE_INTAKE_TIMEFMT_H
#define CORE_INTAKE_TIMEFMT_H

#include <stdbool.h>

#include "svcdesk/clock.h"

/* text by fmt: %Y %y %m %d %e %b %B %H %I %M %S %p %f (fraction, dropped) %z (Z, +01, +0100, +01:00) %s (seconds since 1970)
 * %F %T %R %%; a blank stands for any number of them; blanks around the text do not count. The word iso is ISO 8601. Without
 * %z the time is local to zone (NULL = UTC). False when text is not of that form or no such moment exists. */
bool intake_time(const char *text, const char *fmt, const char *zone, sd_time *out);

/* Whether fmt has only what intake_time knows, and gives a whole date. */
bool intake_time_format(const char *fmt);

#endif
