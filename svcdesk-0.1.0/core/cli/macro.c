/* Texts that are written often: svcdesk macro list, save, delete. */
#include "core/cli/cli.h"

#include <string.h>

#include "core/base/i18n.h"

int cli_macro_list(struct cli *c)
{
	static const char *const titles[] = {N_("Group"), N_("Name"), N_("Text")};
	struct sd_err err = {0};
	json_t *list =
		cli_connect(c, &err)
			? cli_json(c, &err,
				  "select coalesce(jsonb_agg(to_jsonb(m) order by m.name, m.\"group\" nulls first), '[]') from desk.macros() m",
				  0, NULL)
			: NULL;
	struct cli_table *t;
	const json_t *m;
	size_t i;

	if (!list)
		return cli_fail(c, &err);
	if (c->json) {
		cli_print_json(c, list);
	} else if (json_array_size(list)) {
		t = cli_table_new(c, titles, 3);
		json_array_foreach(list, i, m)
		{
			const char *body = json_string_value(json_object_get(m, "body"));
			const char *cells[] = {json_string_value(json_object_get(m, "group")), json_string_value(json_object_get(m, "name")),
				sd_arena_strndup(c->a, body, strcspn(body, "\n"))};

			cli_table_row(t, cells);
		}
		cli_table_end(t);
	}
	json_decref(list);
	return cli_done(c, 0);
}

static int said(struct cli *c, json_t *answer, const struct sd_err *err)
{
	if (!answer)
		return cli_fail(c, err);
	if (c->json) {
		json_object_del(answer, "ok");
		cli_print_json(c, answer);
	}
	json_decref(answer);
	return cli_done(c, 0);
}

int cli_macro_save(struct cli *c)
{
	struct sd_err err = {0};
	const char *body = NULL, *params[] = {c->arg[0], NULL, cli_get(c, "group")};
	json_t *answer = NULL;

	if (!cli_text_opt(c, "body", &body, &err))
		return cli_fail(c, &err);
	params[1] = body;
	if (cli_connect(c, &err))
		answer = cli_json(c, &err, "select desk.macro_save($1, $2, $3)", 3, params);
	return said(c, answer, &err);
}

int cli_macro_delete(struct cli *c)
{
	struct sd_err err = {0};
	const char *params[] = {c->arg[0], cli_get(c, "group")};
	json_t *answer = cli_connect(c, &err) ? cli_json(c, &err, "select desk.macro_delete($1, $2)", 2, params) : NULL;

	return said(c, answer, &err);
}
