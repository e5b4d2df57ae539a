#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/cfg.h"
#include "svcdesk/cli.h"
#include "svcdesk/db.h"
#include "svcdesk/env.h"
#include "svcdesk/locale.h"
#include "tui/app/app.h"
#include "tui/term/probe.h"
#include "tui/wall/program.h"

static const char *given(const char *text)
{
	return *text ? text : NULL;
}

/* A terminal that cannot place its cursor can still show lines. */
static bool wants_lines(const struct sd_cfg *cfg)
{
	const char *how = sd_cfg_text(cfg, "plain"), *term = sd_env_get("TERM");

	return !strcmp(how, "yes") || (!strcmp(how, "auto") && term && !strcmp(term, "dumb"));
}

/* What is asked for by an option goes before NO_COLOR; the terminal may have fewer. */
static const char *colors(const struct sd_cfg *cfg)
{
	const char *when = sd_cfg_text(cfg, "color"), *many = sd_cfg_text(cfg, "colors");

	if (!strcmp(when, "never"))
		return "mono";
	if (strcmp(many, "auto") != 0)
		return many;
	return sd_env_no_color() && !strcmp(when, "always") ? "256" : NULL;
}

static int wall(const struct sd_cli_start *start)
{
	struct wall_start w = {
		.target = start->target, .layout = start->layout, .theme = start->theme, .language = sd_locale_language()};

	w.colors = colors(start->cfg);
	w.ascii = sd_cfg_bool(start->cfg, "ascii");
	return wall_main(&w);
}

static int console(const struct sd_cli_start *start)
{
	struct sd_cfg *cfg = start->cfg;

	if (start->what == SD_CLI_WALL)
		return wall(start);
	if (start->what != SD_CLI_CONSOLE)
		return app_keys(cfg, start->what == SD_CLI_KEYS_JSON);
	struct app_start app = {.target = start->target, .cfg = cfg};

	app.note = start->target->embedded ? _("private desk") : NULL;
	app.theme = given(sd_cfg_text(cfg, "theme"));
	app.editor = given(sd_cfg_text(cfg, "editor"));
	app.zone = given(sd_cfg_text(cfg, "zone"));
	app.ascii = sd_cfg_bool(cfg, "ascii");
	app.no_mouse = !sd_cfg_bool(cfg, "mouse");
	app.colors = colors(cfg);
	app.plain = wants_lines(cfg);
	return app_console_main(&app);
}

int main(int argc, char **argv)
{
	sd_cli_terminal_probe(term_probe);
	return sd_cli_main(argc, argv, console);
}
