/* If the program dies: the terminal is put right and what was typed is on the disk. The bytes are made ready after every key,
 * so that the handler only opens and writes. */
#include "config.h"
#include "tui/app/app_int.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "svcdesk/draft.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/drafts.h"

static struct app *the_app; /* the handler has no other way to it */
static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
enum { NSIGNALS = sizeof signals / sizeof *signals };
static struct sigaction before[NSIGNALS];

static void write_draft(const struct app *app)
{
	const char *p = app->crash_bytes;
	size_t left = app->crash_n;
	int fd;

	if (!p || !app->crash_path || !app->crash_beside)
		return;
	fd = open(app->crash_beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	while (fd >= 0 && left) {
		ssize_t n = write(fd, p, left);

		if (n <= 0)
			break;
		p += n;
		left -= (size_t)n;
	}
	if (fd < 0)
		return;
	if (!left && fsync(fd) == 0 && close(fd) == 0)
		rename(app->crash_beside, app->crash_path); /* else the one before stays */
}

/* The handler that was there before (the terminal's, a sanitizer's) goes on after us. A fault comes again by itself when we
 * return; a signal that somebody sent does not. */
static void on_crash(int signo, siginfo_t *info, void *context)
{
	struct app *app = the_app;
	size_t i = 0;

	(void)context;
	the_app = NULL;
	while (i + 1 < NSIGNALS && signals[i] != signo)
		i++;
	if (app)
		write_draft(app);
	if (!app) { /* the second time round */
		signal(signo, SIG_DFL);
		return;
	}
	sigaction(signo, &before[i], NULL);
	if (info->si_code > 0)
		return;
	term_close(app->term);
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
	struct sigaction sa = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO};

	the_app = app;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(signals[i], &sa, &before[i]);
	sd_oom_hook(on_oom, app);
}

void app_crash_disarm(void)
{
	if (!the_app)
		return;
	the_app = NULL;
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(signals[i], &before[i], NULL);
	sd_oom_hook(NULL, NULL);
}

void app_crash_update(struct app *app)
{
	struct overlay *o = overlay_top(app->model);
	struct act_form *f = app->model->drafts->disk && o && o->kind == OV_FORM ? o->form : NULL;
	struct sd_draft *d;
	char *path = NULL, *beside = NULL, *bytes = NULL, *old_path = app->crash_path, *old_beside = app->crash_beside,
		 *old = app->crash_bytes;
	struct sd_str s = {0};
	size_t n = 0;

	if (app->crash_form == f && app->crash_typed == app->model->drafts->typed && (!f || app->crash_saved == f->saved))
		return; /* a long text is not put together again for every line somebody else moves */
	d = f ? act_form_snapshot(app->model, f) : NULL;
	if (d) {
		d->saves++;
		path = sd_draft_path(app->drafts_dir, d->key);
		sd_str_addf(&s, "%s.crash", path);
		beside = sd_str_take(&s);
		bytes = sd_draft_bytes(d, &n);
	}
	app->crash_bytes = NULL; /* never half of one and half of the other */
	app->crash_path = path;
	app->crash_beside = beside;
	app->crash_n = n;
	app->crash_bytes = bytes;
	app->crash_form = f;
	app->crash_typed = app->model->drafts->typed;
	app->crash_saved = f && f->saved;
	free(old_path);
	free(old_beside);
	free(old);
	sd_draft_free(d);
}
