/* What the commands about rotas, absences, skills and rules share. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/text.h"
#include "svcdesk/when.h"

/* "tomorrow 09:00" as an instant; a date is left as it is: the desk knows whether its beginning or its end is meant. */
static bool times(struct cli *c, json_t *fields, struct sd_err *err)
{
	static const char *const names[] = {"from", "until"};
	const char *zone = sd_cfg_text(c->cfg, "zone");
	for (size_t i = 0; i < 2; i++) {
		const char *text = cli_word(fields, names[i]);
		sd_time t, now;
		if (!*text || (strlen(text) == 10 && isdigit((unsigned char)text[0]) && text[4] == '-'))
			continue;
		if (!cli_now(c, &now, err))
			return false;
		bool at = strcmp(text, "now") == 0;
		if (at)
			t = now;
		if (at || sd_when_parse(c->a, text, now, *zone ? zone : NULL, &t)) /* else the desk says what is wrong */
			json_object_set_new(fields, names[i], json_string(sd_time_iso(c->a, t)));
	}
	return true;
}

json_t *rota_fields(struct cli *c, size_t i, struct sd_err *err)
{
	json_t *fields = json_object();
	bool ok = true;
	for (; ok && i < c->narg; i++)
		ok = cli_field(c, fields, c->arg[i], err);
	if (ok && cli_connect(c, err) && times(c, fields, err))
		return fields;
	json_decref(fields);
	return NULL;
}

const char *rota_file(struct cli *c, const char *path, struct sd_err *err)
{
	struct sd_str text = {0};
	bool missing, ok = cli_read_text(path, &text, &missing);
	const char *out = ok ? sd_arena_strdup(c->a, text.data ? text.data : "") : NULL;
	sd_str_free(&text);
	if (!ok)
		sd_err_set(err, missing ? SD_ERR_NOT_FOUND : SD_ERR_INPUT, "file",
			_("cannot read %s; name a text file of at most 1 MB, or - for standard input"), path);
	return out;
}

int rota_answer(struct cli *c, json_t *r, const struct sd_err *err, void (*print)(struct cli *c, const json_t *j))
{
	if (!r)
		return cli_fail(c, err);
	if (c->json) {
		json_object_del(r, "ok");
		cli_print_json(c, r);
	} else {
		print(c, r);
	}
	json_decref(r);
	return cli_done(c, 0);
}

int rota_run(struct cli *c, const char *sql, int n, const char *const *params, void (*print)(struct cli *c, const json_t *j))
{
	struct sd_err err = {0};
	json_t *r = cli_connect(c, &err) ? cli_json(c, &err, sql, n, params) : NULL;
	return rota_answer(c, r, &err, print);
}

static void changes(struct cli *c, const json_t *list)
{
	const json_t *l;
	size_t i;
	json_array_foreach((json_t *)(uintptr_t)list, i, l)
	{
		const json_t *was = json_object_get(l, "old"), *is = json_object_get(l, "new");
		cli_print_clean(
			c, sd_arena_printf(c->a, "%s  %s  %s %s%s%s  %s -> %s\n", cli_local(c, cli_word(l, "at")), cli_word(l, "by"),
				   cli_word(l, "what"), cli_word(l, "name"), *cli_word(l, "person") ? " " : "", cli_word(l, "person"),
				   json_is_object(was) ? cli_dumped(c, was) : "-", json_is_object(is) ? cli_dumped(c, is) : "-"));
	}
}

int rota_log(struct cli *c, const char *what, const char *name)
{
	const char *params[] = {what, name};
	return rota_run(c, "select coalesce(jsonb_agg(h), '[]') from desk.rota_history($1, $2, 200) h", 2, params, changes);
}
