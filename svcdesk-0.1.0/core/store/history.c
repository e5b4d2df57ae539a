#include "config.h"
#include "svcdesk/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/file.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

/* At most twice the cap: somebody else's file does not fill the memory. */
static char *read_all(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct sd_str s = {0};
	char buf[4096];
	ssize_t n;

	while (fd >= 0 && s.len < 2 * (size_t)SD_HISTORY_BYTES && (n = read(fd, buf, sizeof buf)) > 0)
		sd_str_addn(&s, buf, (size_t)n);
	if (fd >= 0)
		close(fd);
	return sd_str_take(&s);
}

static void each_of(char *text, void (*each)(void *to, char mark, const char *line), void *to)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct sd_str clean = {0};

		if (line[0] && line[1] == ' ' && line[2] && strlen(line + 2) <= SD_HISTORY_LINE) {
			sd_text_clean(&clean, line + 2, strlen(line + 2), SD_CLEAN_LINE);
			each(to, line[0], clean.data);
		}
		sd_str_free(&clean);
	}
}

void sd_history_each(const char *path, void (*each)(void *to, char mark, const char *line), void *to)
{
	char *text = read_all(path);

	each_of(text, each, to);
	free(text);
}

static bool fail(struct sd_err *err, const char *path)
{
	sd_err_set(err, SD_ERR_INTERNAL, "history", _("the history of the prompts cannot be kept: %s: %s"), path, strerror(errno));
	return false;
}

/* The newest half of what may be kept, in a new file put in the place of the old one. */
static bool cut(const char *path)
{
	char *text = read_all(path), *from = text;
	struct sd_str temp = {0};
	size_t n = strlen(text);
	bool ok;
	int fd;

	if (n > SD_HISTORY_BYTES / 2) {
		from = strchr(text + n - SD_HISTORY_BYTES / 2, '\n');
		from = from ? from + 1 : text + n;
	}
	sd_str_addf(&temp, "%s.XXXXXX", path);
	fd = mkstemp(temp.data);
	ok = fd >= 0 && sd_write_all(fd, from, strlen(from));
	ok = fd >= 0 && close(fd) == 0 && ok && rename(temp.data, path) == 0;
	if (fd >= 0 && !ok)
		unlink(temp.data);
	sd_str_free(&temp);
	free(text);
	return ok;
}

bool sd_history_add(const char *path, char mark, const char *line, struct sd_err *err)
{
	struct sd_str s = {0};
	struct stat st = {.st_size = 0};
	bool ok;
	int fd;

	if (strlen(line) > SD_HISTORY_LINE || strchr(line, '\n'))
		return true;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(err, path);
	sd_str_addf(&s, "%c %s\n", mark, line);
	ok = fchmod(fd, 0600) == 0 && sd_write_all(fd, s.data, s.len); /* in one piece: consoles do not mix their lines */
	fstat(fd, &st);
	ok = close(fd) == 0 && ok;
	sd_str_free(&s);
	if (ok && st.st_size > SD_HISTORY_BYTES)
		ok = cut(path);
	return ok || fail(err, path);
}
