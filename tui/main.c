#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/cfg.h"
#include "svcdesk/cli.h"
#include "svcdesk/db.h"
#include "tui/app/app.h"

static const char *given(const char *text)
{
	return *text ? text : NULL;
}

static int console(const struct sd_cli_start *start)
{
	const struct sd_cfg *cfg = start->cfg;
	struct app_start app = {.target = start->target, .cfg = cfg};

	app.note = start->target->embedded ? _("private desk") : NULL;
	app.theme = given(sd_cfg_text(cfg, "theme"));
	app.editor = given(sd_cfg_text(cfg, "editor"));
	app.zone = given(sd_cfg_text(cfg, "zone"));
	app.ascii = sd_cfg_bool(cfg, "ascii");
	app.no_mouse = !sd_cfg_bool(cfg, "mouse");
	app.no_color = !strcmp(sd_cfg_text(cfg, "color"), "never");
	return app_console_main(&app);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--dump-actions")) /* manual and completion are made from it */
		return app_dump_actions();
	return sd_cli_main(argc, argv, console);
}
