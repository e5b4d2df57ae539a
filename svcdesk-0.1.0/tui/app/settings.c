/* An option changed for this session: what has to happen at once. Most are read where they are used. */
#include "config.h"
#include "tui/app/app_int.h"

#include <string.h>
#include "svcdesk/cfg.h"
#include "svcdesk/text.h"

void app_set(struct app *app, const char *name, const char *value)
{
	struct sd_cfg *cfg = app->start->cfg;
	struct sd_err err = {0};

	if (!cfg || !sd_cfg_set(cfg, name, value, "session", &err))
		return;
	if (!strcmp(name, "theme")) {
		app_theme(app, value);
	} else if (!strcmp(name, "mouse")) {
		app->model->mouse = sd_cfg_bool(cfg, "mouse");
		if (app->term)
			term_mouse(app->term, app->model->mouse);
	} else if (!strcmp(name, "key-aliases")) {
		model_key_aliases(app->model, value);
	} else if (!strcmp(name, "escape-delay")) {
		app->esc_ms = app_escape_ms(cfg);
	} else if (!strcmp(name, "ambiguous-width") || !strcmp(name, "emoji-width")) {
		sd_text_widths(sd_cfg_int(cfg, "ambiguous-width"), sd_cfg_int(cfg, "emoji-width"));
		detail_relabel(app->model->detail);
	} else if (!strcmp(name, "zone")) {
		model_zone(app->model, *value ? sd_cfg_text(cfg, "zone") : NULL);
	}
	app->model->dirty = true;
}
