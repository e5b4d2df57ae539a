#include "svcdesk/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"

/* One log per process, like stderr: everything may write to it without being handed anything. */
static struct {
	struct sd_log_entry ring[SD_LOG_KEEP];
	size_t first, count;
	long seq;
} lg;

/* Control characters are spelled out so that a message stays one line and shows what came; the rest is cleaned. */
static char *escaped(const char *text)
{
	struct sd_str s = {0}, out = {0};
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '\n')
			sd_str_add(&s, "\\n");
		else if (*p == '\t')
			sd_str_add(&s, "\\t");
		else if (*p < 0x20 || *p == 0x7f)
			sd_str_addf(&s, "\\x%02x", *p);
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			sd_str_addf(&s, "\\x%02x", *++p);
		else
			sd_str_addc(&s, (char)*p);
	}
	if (s.data)
		sd_text_clean(&out, s.data, s.len, SD_CLEAN_LINE);
	sd_str_free(&s);
	return sd_str_take(&out);
}

void sd_log(enum sd_log_level level, const char *fmt, ...)
{
	int saved = errno;
	char text[4096];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct sd_log_entry *e;
	if (lg.count < SD_LOG_KEEP) {
		e = &lg.ring[(lg.first + lg.count++) % SD_LOG_KEEP];
	} else {
		e = &lg.ring[lg.first];
		lg.first = (lg.first + 1) % SD_LOG_KEEP;
		free((void *)(uintptr_t)e->text);
	}
	*e = (struct sd_log_entry){.seq = ++lg.seq, .at = sd_clock_now(), .level = level, .text = escaped(text)};
	errno = saved;
}

size_t sd_log_count(void)
{
	return lg.count;
}

bool sd_log_get(size_t i, struct sd_log_entry *e)
{
	if (i >= lg.count)
		return false;
	*e = lg.ring[(lg.first + i) % SD_LOG_KEEP];
	return true;
}

long sd_log_last(void)
{
	return lg.seq;
}
