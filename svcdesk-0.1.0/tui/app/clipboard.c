/* What was copied: to the terminal's clipboard, or into a new file. */
#include "config.h"
#include "tui/app/app_int.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "svcdesk/file.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"

static void tell(struct app *app, enum element how, const char *text)
{
	toast_show(&app->model->toast, how, text, app->model->session.ms, 0);
	if (how != EL_OK)
		sd_log(how == EL_ERROR ? SD_LOG_ERROR : SD_LOG_WARN, "%s", text);
	app->model->dirty = true;
}

static const char *size_text(struct sd_arena *a, size_t n)
{
	return n < 10000 ? sd_arena_printf(a, "%zu B", n) : sd_arena_printf(a, "%zu kB", (n + 500) / 1000);
}

static void to_file(struct app *app, const char *text, const char *path, struct sd_arena *a)
{
	struct sd_err err = {0};
	char *at;
	FILE *out = sd_file_create(path, "svcdesk.txt", a, &at, &err);
	size_t n = strlen(text);
	bool ok = out && fwrite(text, 1, n, out) == n;

	if (out && fclose(out))
		ok = false;
	if (ok) {
		tell(app, EL_OK, sd_arena_printf(a, _("Saved to %s (%s)"), at, size_text(a, n)));
	} else if (out) {
		tell(app, EL_ERROR, sd_arena_printf(a, _("cannot save to %s: %s"), at, strerror(errno)));
		unlink(at);
	} else {
		tell(app, EL_ERROR, err.text);
	}
}

void app_copy(struct app *app, const char *text, const char *what, const char *path)
{
	struct sd_arena *a = sd_arena_new();
	size_t n = strlen(text);

	if (path) {
		to_file(app, text, path, a);
		sd_arena_free(a);
		return;
	}
	switch (term_copy(app->term, text, n)) {
	case TERM_COPIED:
		tell(app, EL_OK, sd_arena_printf(a, _("Copied: %s (%s)"), what, size_text(a, n)));
		break;
	case TERM_COPY_LONG:
		tell(app, EL_WARN,
			sd_arena_printf(
				a, _("%s is too long for a terminal's clipboard (%s): :copy WHAT FILE writes a file"), what, size_text(a, n)));
		break;
	case TERM_COPY_NONE:
		tell(app, EL_WARN, _("This terminal has no clipboard: :copy WHAT FILE writes a file"));
		break;
	}
	sd_arena_free(a);
}
