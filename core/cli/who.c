/* svcdesk who: who is at a console now, and which ticket he looks at or writes on. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"

static const char sql[] =
	"select case when $1::text is not null and desk.ticket_id($1) is null then 'null'::jsonb else (select "
	"coalesce(jsonb_agg(jsonb_build_object('login', p.login, 'name', p.name, 'number', p.number, 'mode', p.mode, 'verb', "
	"nullif(p.verb, ''), 'seconds', p.seconds, 'own', p.console is not null)), '[]') from desk.present(case when $1::text is not "
	"null then desk.ticket_id($1) end) p) end";

static void print_list(struct cli *c, const json_t *list)
{
	static const char *const titles[] = {N_("login"), N_("name"), N_("number"), N_("does"), N_("for")};
	const char *words[sizeof titles / sizeof *titles];
	struct cli_table *t;
	size_t i;
	json_t *p;

	for (i = 0; i < sizeof titles / sizeof *titles; i++)
		words[i] = _(titles[i]);
	t = cli_table_new(c, words, sizeof titles / sizeof *titles);
	json_array_foreach((json_t *)(uintptr_t)list, i, p)
	{
		long long s = (long long)json_integer_value(json_object_get(p, "seconds"));
		bool writes = !strcmp(cli_word(p, "mode"), "writing");
		const char *does = !*cli_word(p, "number") && !writes ? ""
						   : writes && *cli_word(p, "verb")   ? sd_arena_printf(c->a, _("writes: %s"), cli_word(p, "verb"))
						   : writes                           ? _("writes")
															  : _("looks at it");
		const char *cells[] = {cli_word(p, "login"), cli_word(p, "name"), cli_word(p, "number"), does,
			s < 60 ? sd_arena_printf(c->a, _("%lld s"), s) : sd_arena_printf(c->a, _("%lld min"), s / 60)};

		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_who(struct cli *c)
{
	const char *params[] = {c->narg ? c->arg[0] : NULL};
	struct sd_err err = {0};
	json_t *list = cli_connect(c, &err) ? cli_json(c, &err, sql, 1, params) : NULL;

	if (json_is_null(list)) {
		json_decref(list);
		list = NULL;
		sd_err_set(&err, SD_ERR_NOT_FOUND, "not_found", _("there is no ticket %s that you may see"), c->arg[0]);
	}
	if (!list)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, list);
	else
		print_list(c, list);
	json_decref(list);
	return cli_done(c, 0);
}
