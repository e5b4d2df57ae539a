#include "svcdesk/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "svcdesk/env.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { FILE_LIMIT = 1 << 20 };

/* One log per process, like stderr: everything may write to it without being handed anything. */
static struct {
	struct sd_log_entry ring[SD_LOG_KEEP];
	size_t first, count;
	long seq;
	enum sd_log_level threshold;
	int fd; /* 0: no file */
} lg = {.threshold = SD_LOG_INFO};

const char *sd_log_level_word(enum sd_log_level level)
{
	static const char *const words[] = {"debug", "info", "warning", "error"};
	return words[level];
}

void sd_log_threshold(enum sd_log_level level)
{
	lg.threshold = level;
}

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

static void write_file(const struct sd_log_entry *e)
{
	struct sd_arena *a = sd_arena_new();
	const char *line = sd_arena_printf(a, "%s %s %s\n", sd_time_iso(a, e->at), sd_log_level_word(e->level), e->text);
	size_t n = strlen(line);
	while (n > 0) {
		ssize_t put = write(lg.fd, line, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			break; /* a full disk must not stop the desk; the ring has the message */
		line += put;
		n -= (size_t)put;
	}
	sd_arena_free(a);
}

void sd_log(enum sd_log_level level, const char *fmt, ...)
{
	if (level < lg.threshold)
		return;
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
	if (lg.fd > 0)
		write_file(e);
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

bool sd_log_file(const char *path, struct sd_err *err)
{
	struct sd_str name = {0};
	if (path) {
		sd_str_add(&name, path);
	} else {
		char *dir = sd_env_state_dir(err);
		if (!dir)
			return false;
		sd_str_addf(&name, "%s/svcdesk.log", dir);
		free(dir);
	}
	struct stat st;
	if (stat(name.data, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > FILE_LIMIT) {
		struct sd_str old = {0};
		sd_str_addf(&old, "%s.1", name.data);
		if (rename(name.data, old.data) != 0)
			sd_log(SD_LOG_WARN, "%s: %s", old.data, strerror(errno));
		sd_str_free(&old);
	}
	int fd = open(name.data, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		sd_err_set(err, SD_ERR_INTERNAL, "log_file", _("Cannot write the log file %s: %s"), name.data, strerror(errno));
	} else {
		sd_log_close();
		lg.fd = fd;
	}
	sd_str_free(&name);
	return fd >= 0;
}

void sd_log_close(void)
{
	if (lg.fd > 0)
		close(lg.fd);
	lg.fd = 0;
}

void sd_log_clear(void)
{
	for (size_t i = 0; i < SD_LOG_KEEP; i++) {
		free((void *)(uintptr_t)lg.ring[i].text);
		lg.ring[i].text = NULL;
	}
	lg.first = lg.count = 0;
}
