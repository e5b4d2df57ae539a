/* If the program dies: the terminal is put right and what was typed is on the disk. The bytes are made ready after every key,
 * so that the handler only opens, writes and renames. */
#include "config.h"
#include "tui/app/app_int.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "svcdesk/draft.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"

static struct app *the_app; /* the handler has no other way to it */
static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

static void write_draft(const struct app *app)
{
	const char *p = app->crash_bytes;
	size_t left = app->crash_n;
	int fd;

	if (!p || !app->crash_path)
		return;
	fd = open(app->crash_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	while (fd >= 0 && left) {
		ssize_t n = write(fd, p, left);

		if (n <= 0)
			break;
		p += n;
		left -= (size_t)n;
	}
	if (fd >= 0)
		close(fd);
}

static void on_crash(int signo)
{
	struct app *app = the_app;

	the_app = NULL;
	if (app) {
		write_draft(app);
		term_close(app->term);
	}
	signal(signo, SIG_DFL);
	raise(signo);
}

static void on_oom(void *arg)
{
	struct app *app = arg;

	write_draft(app);
	term_close(app->term);
	the_app = NULL;
}

void app_crash_arm(struct app *app)
{
	struct sigaction sa = {.sa_handler = on_crash};

	the_app = app;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct sigaction old;

		/* a sanitizer's own handler prints more than we could */
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(signals[i], &sa, NULL);
	}
	sd_oom_hook(on_oom, app);
}

void app_crash_disarm(void)
{
	the_app = NULL;
	sd_oom_hook(NULL, NULL);
}

void app_crash_update(struct app *app)
{
	struct overlay *o = overlay_top(app->model);
	struct sd_draft *d = o && o->kind == OV_FORM && o->form ? act_form_snapshot(app->model, o->form) : NULL;
	char *path = d ? sd_draft_path(app->drafts_dir, d->key) : NULL, *bytes = NULL, *old_path = app->crash_path,
		 *old = app->crash_bytes;
	size_t n = 0;

	if (d)
		bytes = sd_draft_bytes(d, &n);
	app->crash_bytes = NULL; /* never half of one and half of the other */
	app->crash_path = path;
	app->crash_n = n;
	app->crash_bytes = bytes;
	free(old_path);
	free(old);
	sd_draft_free(d);
}
