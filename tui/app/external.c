/* Other programs on our terminal: the person's editor, the shell after Ctrl-z. The loop goes on meanwhile. */
#include "config.h"
#include "tui/app/app_int.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "svcdesk/cfg.h"
#include "svcdesk/env.h"
#include "svcdesk/file.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "svcdesk/restrict.h"
#include "svcdesk/text.h"

enum { EDITOR_MAX = 1024 * 1024 };

static bool barred(struct app *app)
{
	if (sd_restricted())
		app_toast(app, EL_WARN, _("No other program runs here: this console has the desk alone"));
	return sd_restricted();
}

void app_suspend(struct app *app)
{
	if (app->editor || barred(app))
		return;
	term_suspend(app->term);
	kill(0, SIGTSTP); /* returns when the shell lets us go on */
	term_resume(app->term);
	term_resized(app->term);
	term_redraw(app->term);
}

static void fail_text(struct app *app, enum element el, const char *text)
{
	app_toast(app, el, text);
	sd_log(el == EL_ERROR ? SD_LOG_ERROR : SD_LOG_WARN, "%s", text);
}

static void fail(struct app *app, const char *what)
{
	struct sd_str s = {0};

	sd_str_addf(&s, _("The editor could not be opened: %s: %s"), what, strerror(errno));
	fail_text(app, EL_ERROR, s.data);
	sd_str_free(&s);
}

static _Noreturn void run_editor(const char *editor, const char *file)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTSTP, SIG_DFL);
	execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", editor, file, (char *)NULL);
	_exit(127);
}

/* The option may have been changed since the start. */
static const char *editor_of(const struct app *app)
{
	const char *own = app->start->cfg ? sd_cfg_text(app->start->cfg, "editor") : "";

	return *own ? own : app->start->editor ? app->start->editor : sd_env_editor();
}

void app_editor(struct app *app, const char *text)
{
	const char *editor = editor_of(app);
	struct sd_str path = {0};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	int fd;

	if (app->editor || barred(app))
		return;
	sd_str_addf(&path, "%s/edit-XXXXXX", app->state_dir);
	fd = mkstemp(path.data); /* 0600 */
	if (fd < 0 || !sd_write_all(fd, text, strlen(text))) {
		fail(app, path.data);
		sd_str_free(&path);
		return;
	}
	close(fd);
	app->editor_file = sd_str_take(&path);
	app->editor_text = sd_strdup(text);
	app_paint_mode(app, false);
	sigaction(SIGINT, &ignore, &app->on_interrupt); /* meant for the editor */
	app->editor = fork();
	if (app->editor == 0)
		run_editor(editor, app->editor_file);
	if (app->editor < 0) {
		fail(app, editor);
		app->editor = 0;
		unlink(app->editor_file);
		app_paint_mode(app, true);
	}
}

/* The link is one argument of the program: no shell reads it. */
static _Noreturn void run_browser(const char *program, const char *link)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	for (int fd = 0; null >= 0 && fd < 3; fd++)
		dup2(null, fd);
	execlp(program, program, link, (char *)NULL);
	_exit(127);
}

void app_browse(struct app *app, const char *link)
{
	const char *program = app->start->cfg ? sd_cfg_text(app->start->cfg, "browser") : "";
	pid_t child;
	int status;

	if (barred(app) || !*program)
		return;
	child = fork();
	if (child == 0) { /* its own child is nobody's to wait for */
		if (fork() == 0)
			run_browser(program, link);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	app_toast(app, child > 0 ? EL_OK : EL_ERROR, child > 0 ? link : strerror(errno));
}

static char *read_text(const char *file)
{
	struct sd_str raw = {0}, clean = {0};
	char buf[4096];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return NULL;
	while ((n = read(fd, buf, sizeof buf)) > 0 && raw.len < EDITOR_MAX)
		sd_str_addn(&raw, buf, (size_t)n);
	close(fd);
	while (raw.len && raw.data[raw.len - 1] == '\n') /* editors end the last line */
		raw.data[--raw.len] = '\0';
	sd_text_clean(&clean, raw.data ? raw.data : "", raw.len, SD_CLEAN_BLOCK);
	sd_str_free(&raw);
	return sd_str_take(&clean);
}

void app_editor_done(struct app *app)
{
	int status = 0;
	char *text;

	if (!app->editor || waitpid(app->editor, &status, WNOHANG) != app->editor)
		return;
	app->editor = 0;
	sigaction(SIGINT, &app->on_interrupt, NULL);
	app_paint_mode(app, true);
	text = WIFEXITED(status) && WEXITSTATUS(status) == 0 ? read_text(app->editor_file) : NULL;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
		errno = ENOENT;
		fail(app, editor_of(app));
	} else if (!text)
		fail_text(app, EL_WARN, _("The editor ended with an error: the text is as it was"));
	unlink(app->editor_file);
	app_begin(app);
	model_edited(app->model, text && strcmp(text, app->editor_text) != 0 ? text : NULL, app->fx);
	app_perform(app);
	free(text);
	free(app->editor_file);
	free(app->editor_text);
	app->editor_file = app->editor_text = NULL;
	app->worked = true;
}
