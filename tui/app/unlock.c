/* Whether who unlocks is who locked: a program of the person's choice says so, or the database by its password. */
#include "config.h"
#include "tui/app/app_int.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "svcdesk/cfg.h"
#include "svcdesk/log.h"
#include "svcdesk/restrict.h"
#include "tui/app/lock.h"

static const char *command_of(const struct app *app)
{
	return app->start->cfg && !sd_restricted() ? sd_cfg_text(app->start->cfg, "lock-command") : "";
}

void app_lock(struct app *app)
{
	enum lock_how how = *command_of(app) ? LOCK_COMMAND : sd_db_used_password(app->db) ? LOCK_PASSWORD : LOCK_HIDE;

	if (!app->term) {
		app_toast(app, EL_WARN, _("There is no screen to lock in lines"));
		return;
	}
	app->lock_how = how;
	app_begin(app);
	lock_on(app->model, how, app->fx);
}

static void answer(struct app *app, bool right)
{
	app->worked = true;
	app_begin(app);
	lock_answer(app->model, right, app->fx);
	app_perform(app);
}

static _Noreturn void run(const char *command)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTSTP, SIG_IGN); /* no way round it */
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* In a process of its own: a connection is made anew, and that may take its time. */
static _Noreturn void try_password(const struct app *app, const char *word)
{
	bool right = sd_db_password_right(app->start->target->conninfo, word);

	_exit(right ? 0 : 1);
}

void app_unlock(struct app *app, const char *word)
{
	bool command = app->lock_how == LOCK_COMMAND;

	if (app->unlock)
		return;
	if (app->lock_how == LOCK_HIDE) {
		lock_answer(app->model, true, app->fx);
		return;
	}
	if (command) {
		struct sigaction ignore = {.sa_handler = SIG_IGN};

		app_paint_mode(app, false);
		sigaction(SIGINT, &ignore, &app->on_interrupt);
	}
	app->unlock = fork();
	if (app->unlock == 0 && command)
		run(command_of(app));
	if (app->unlock == 0)
		try_password(app, word);
	if (app->unlock < 0) {
		sd_log(SD_LOG_ERROR, "%s", strerror(errno));
		app->unlock = 0;
		if (app->lock_how == LOCK_COMMAND) {
			sigaction(SIGINT, &app->on_interrupt, NULL);
			app_paint_mode(app, true);
		}
		lock_answer(app->model, false, app->fx);
	}
}

void app_unlock_done(struct app *app)
{
	int status = 0;

	if (!app->unlock || waitpid(app->unlock, &status, WNOHANG) != app->unlock)
		return;
	app->unlock = 0;
	if (app->lock_how == LOCK_COMMAND) {
		sigaction(SIGINT, &app->on_interrupt, NULL);
		app_paint_mode(app, true);
	}
	answer(app, WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
