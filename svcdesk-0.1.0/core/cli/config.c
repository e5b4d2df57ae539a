/* svcdesk config: every option with its value and where that comes from, and every path this program uses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"
#include "svcdesk/env.h"

enum { PATHS = 8 };
struct path {
	const char *what; /* word of the JSON */
	char *path;       /* NULL: there is none */
};

static char *below(const char *dir, const char *name)
{
	struct sd_str s = {0};
	if (dir)
		sd_str_addf(&s, "%s/%s", dir, name);
	return dir ? sd_str_take(&s) : NULL;
}

static size_t paths_of(const struct cli *c, struct path out[PATHS])
{
	struct sd_err err;
	char *config = sd_env_config_dir(), *state = sd_env_state_dir(&err), *exe = sd_env_exe_dir();
	const char *log = sd_cfg_text(c->cfg, "log-file");
	size_t n = 0;
	out[n++] = (struct path){"system_config", sd_cfg_system_file()};
	out[n++] = (struct path){"user_config", sd_cfg_user_file()};
	out[n++] = (struct path){"user_themes", below(config, "themes")};
	out[n++] = (struct path){"themes", PKGDATADIR[0] ? below(PKGDATADIR, "themes") : NULL};
	out[n++] = (struct path){"program", exe};
	out[n++] = (struct path){"state", state ? sd_strdup(state) : NULL};
	out[n++] = (struct path){"drafts", below(state, "drafts")};
	out[n++] = (struct path){"log", *log ? sd_strdup(log) : NULL};
	free(config);
	free(state);
	return n;
}

/* Passwords have no place in what one shows around. */
static const char *shown_value(struct cli *c, const char *name)
{
	const char *value = sd_cfg_text(c->cfg, name), *at, *colon;
	if (strcmp(name, "db") != 0)
		return value;
	if (strstr(value, "password="))
		return "(...)";
	at = strstr(value, "://");
	at = at ? strchr(at + 3, '@') : NULL;
	colon = at ? memchr(strstr(value, "://") + 3, ':', (size_t)(at - strstr(value, "://") - 3)) : NULL;
	return colon ? sd_arena_printf(c->a, "%.*s:...%s", (int)(colon - value), value, at) : value;
}

static int json_out(struct cli *c, const struct path *path, size_t n)
{
	json_t *all = json_object(), *options = json_array(), *paths = json_object();
	char variable[64];
	for (size_t i = 0; i < sd_cfg_options_n; i++) {
		const struct sd_cfg_option *o = &sd_cfg_options[i];
		const char *source = sd_cfg_source(c->cfg, o->name);
		json_array_append_new(
			options, json_pack("{s:s,s:s,s:s,s:s,s:s,s:b}", "name", o->name, "value", shown_value(c, o->name), "default",
						 o->initial, "source", *source ? source : "default", "variable",
						 sd_cfg_variable(o->name, variable, sizeof variable), "live", (int)sd_cfg_live(o->name)));
	}
	for (size_t i = 0; i < n; i++)
		json_object_set_new(paths, path[i].what,
			path[i].path ? json_pack("{s:s,s:b}", "path", path[i].path, "exists", access(path[i].path, F_OK) == 0) : json_null());
	json_object_set_new(all, "options", options);
	json_object_set_new(all, "paths", paths);
	cli_print_json(c, all);
	json_decref(all);
	return 0;
}

static int lines_out(struct cli *c, const struct path *path, size_t n)
{
	struct sd_str s = {0};
	for (size_t i = 0; i < sd_cfg_options_n; i++) {
		const struct sd_cfg_option *o = &sd_cfg_options[i];
		const char *source = sd_cfg_source(c->cfg, o->name);
		sd_str_addf(&s, "%s = %s  (%s)\n", o->name, shown_value(c, o->name), *source ? source : _("built in"));
	}
	sd_str_addc(&s, '\n');
	for (size_t i = 0; i < n; i++)
		if (path[i].path)
			sd_str_addf(&s, "%s: %s%s\n", path[i].what, path[i].path, access(path[i].path, F_OK) == 0 ? "" : _("  (not there)"));
	cli_print(c, s.data, s.len);
	sd_str_free(&s);
	return 0;
}

int cli_config(struct cli *c)
{
	struct path path[PATHS];
	size_t n = paths_of(c, path);
	int status = c->json ? json_out(c, path, n) : lines_out(c, path, n);
	for (size_t i = 0; i < n; i++)
		free(path[i].path);
	return status;
}
