/* What was typed into the prompts, from session to session. */
#include "config.h"
#include "tui/app/app_int.h"

#include "svcdesk/history.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"

static void take(void *arg, char mark, const char *line)
{
	struct app *app = arg;

	if (mark == ':' || mark == '&')
		lineedit_history_add(&app->model->lines[mark == ':' ? PROMPT_PALETTE : PROMPT_FILTER], line);
}

void app_history_load(struct app *app)
{
	struct sd_str path = {0};

	sd_str_addf(&path, "%s/history", app->state_dir);
	app->history = sd_str_take(&path);
	sd_history_each(app->history, take, app);
}

void app_history(struct app *app, const char *line)
{
	struct sd_err err = {0};

	if (!sd_history_add(app->history, line[0], line + 1, &err))
		sd_log(SD_LOG_WARN, "%s", err.text); /* a full disk keeps nobody from working */
}
