/* The session of each desk and person in a file of its own below the state folder: sessions/HASH.json, 0600, whole or not at all.
 */
#include "config.h"
#include "tui/app/app_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "svcdesk/cfg.h"
#include "svcdesk/env.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tui/app/session.h"

enum { SESSION_MAX = 64 * 1024 };

/* By what one connects to; the file says itself whose it is. FNV-1a. */
static char *path_of(const struct app *app)
{
	struct sd_str s = {0};
	uint64_t h = 14695981039346656037u;

	for (const char *p = app->start->target->conninfo; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	sd_str_addf(&s, "%s/sessions/%016llx.json", app->state_dir, (unsigned long long)h);
	return sd_str_take(&s);
}

static bool wanted(const struct app *app)
{
	return app->term && (!app->start->cfg || sd_cfg_bool(app->start->cfg, "restore"));
}

void app_session_load(struct app *app)
{
	char *path = wanted(app) ? path_of(app) : NULL;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
	struct sd_str text = {0};
	char buf[4096];
	ssize_t n;

	while (fd >= 0 && text.len < SESSION_MAX && (n = read(fd, buf, sizeof buf)) > 0)
		sd_str_addn(&text, buf, (size_t)n);
	if (fd >= 0 && !session_take(app->model, text.data ? text.data : "")) {
		struct sd_str why = {0};

		sd_str_addf(&why, _("The last session is not restored: %s is damaged"), path);
		sd_log(SD_LOG_WARN, "%s", why.data);
		toast_show(&app->model->toast, EL_WARN, why.data, app->model->session.ms, 0);
		sd_str_free(&why);
	}
	if (fd >= 0)
		close(fd);
	sd_str_free(&text);
	free(path);
}

/* Nobody is kept from leaving by a full disk. */
void app_session_save(struct app *app)
{
	struct sd_str text = {0}, dir = {0}, beside = {0};
	struct sd_err err = {0};
	char *path = NULL;
	int fd = -1;
	bool ok = false;

	if (wanted(app) && session_text(app->model, &text)) {
		path = path_of(app);
		sd_str_addf(&dir, "%s/sessions", app->state_dir);
		sd_str_addf(&beside, "%s.XXXXXX", path);
		fd = sd_env_make_dir(dir.data, &err) ? mkstemp(beside.data) : -1; /* 0600 */
	}
	if (fd >= 0) {
		ok = write(fd, text.data, text.len) == (ssize_t)text.len;
		ok = close(fd) == 0 && ok && rename(beside.data, path) == 0;
		if (!ok)
			unlink(beside.data);
	}
	if (path && !ok)
		sd_log(SD_LOG_WARN, "%s: %s", path, strerror(errno));
	sd_str_free(&text);
	sd_str_free(&dir);
	sd_str_free(&beside);
	free(path);
}
