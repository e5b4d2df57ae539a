/* Messages about what the program does: a ring of the last 500 for the console's message pane. */
#ifndef SVCDESK_LOG_H
#define SVCDESK_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include "svcdesk/clock.h"

enum sd_log_level { SD_LOG_INFO, SD_LOG_WARN, SD_LOG_ERROR };

struct sd_log_entry {
	long seq; /* 1 for the first message of the process, then without gaps */
	sd_time at;
	enum sd_log_level level;
	const char *text; /* one line, clean: control characters stand escaped as \n, \x1b */
};

enum { SD_LOG_KEEP = 500 };

/* Adds a message. Never fails, never prints. Not for signal handlers. */
void sd_log(enum sd_log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Entries kept; i = 0 is the oldest. Borrowed until the next sd_log. */
size_t sd_log_count(void);
bool sd_log_get(size_t i, struct sd_log_entry *e);
long sd_log_last(void); /* seq of the newest message, 0 if none: changed since the last look? */

#endif
