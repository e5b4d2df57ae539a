/* rota import, list, show, week, swap, unswap, delete, log: who is on duty when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"
#include "svcdesk/assign.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"

/* ---- import ---- */

static bool ends(const char *s, const char *tail)
{
	size_t n = strlen(s), k = strlen(tail);
	return n >= k && strcmp(s + n - k, tail) == 0;
}

static json_t *from_json(const char *path, const char *text, struct sd_err *err)
{
	json_error_t why;
	json_t *j = json_loads(text, 0, &why);
	json_t *list = json_is_array(j) ? json_incref(j) : json_incref(json_object_get(j, "rotas"));
	if (!j)
		sd_err_set(err, SD_ERR_INPUT, "rota_json", "%s:%d: %s", path, why.line, why.text);
	else if (!list)
		sd_err_set(err, SD_ERR_INPUT, "rota_json", _("%s: an array of rotas is expected, or {\"rotas\": [...]}"), path);
	json_decref(j);
	return list;
}

/* By its ending: .json, .csv (or packed with xz), else lines key = value. */
static json_t *rotas_of(struct cli *c, const char *path, struct sd_err *err)
{
	if (ends(path, ".csv") || ends(path, ".csv.xz"))
		return rota_csv(c, path, err);
	const char *text = rota_file(c, path, err);
	if (!text)
		return NULL;
	if (ends(path, ".json") || text[strspn(text, " \t\r\n")] == '{' || text[strspn(text, " \t\r\n")] == '[')
		return from_json(path, text, err);
	const char *list = sd_sheet_read(c->a, path, text, "rota", err);
	return list ? cli_parse(list, err) : NULL;
}

static void imported(struct cli *c, const json_t *r)
{
	const json_t *o;
	size_t i;
	json_array_foreach(json_object_get(r, "rotas"), i, o) cli_print_clean(
		c, sd_arena_printf(c->a,
			   json_is_true(json_object_get(o, "changed")) ? _("rota %s of %s: version %d, %d shifts\n")
														   : _("rota %s of %s: as before, version %d, %d shifts\n"),
			   cli_word(o, "rota"), cli_word(o, "group"), (int)json_integer_value(json_object_get(o, "version")),
			   (int)json_array_size(json_object_get(o, "shifts"))));
	if (json_is_true(json_object_get(r, "dry_run")))
		cli_print_clean(c, _("nothing was written (--dry-run)\n"));
}

int cli_rota_import(struct cli *c)
{
	struct sd_err err = {0};
	const char *path = c->arg[0];
	json_t *list = rotas_of(c, path, &err), *r = NULL;

	if (list && cli_connect(c, &err)) {
		json_t *all = json_pack("{s:O}", "rotas", list);
		const char *params[] = {cli_dumped(c, all), cli_has(c, "dry-run") ? "true" : "false"};
		const char *said = cli_value(c, &err, "select desk.rota_save($1::jsonb, $2::boolean)", 2, params);
		json_decref(all);
		r = said ? cli_parse(said, &err) : NULL;
		const json_t *error = json_object_get(r, "error"), *line = json_object_get(json_object_get(error, "args"), "line");
		if (error) {
			cli_refusal(c, error, &err);
			char *text = sd_arena_strdup(c->a, err.text);
			if (json_is_integer(line))
				sd_err_set(&err, err.cls, sd_arena_strdup(c->a, err.id), "%s:%d: %s", path, (int)json_integer_value(line), text);
			json_decref(r);
			r = NULL;
		}
	}
	json_decref(list);
	return rota_answer(c, r, &err, imported);
}

/* ---- list, show ---- */

static void list_out(struct cli *c, const json_t *list)
{
	static const char *const names[] = {
		N_("rota"), N_("group"), N_("zone"), N_("from"), N_("until"), N_("version"), N_("shifts")};
	enum { COLUMNS = sizeof names / sizeof *names };
	const char *titles[COLUMNS];
	const json_t *o;
	size_t i;
	for (i = 0; i < COLUMNS; i++)
		titles[i] = _(names[i]);
	struct cli_table *t = cli_table_new(c, titles, COLUMNS);
	json_array_foreach((json_t *)(uintptr_t)list, i, o)
	{
		const char *cells[] = {cli_word(o, "rota"), cli_word(o, "group"), cli_word(o, "zone"), cli_word(o, "from"),
			cli_word(o, "until"), sd_arena_printf(c->a, "%d", (int)json_integer_value(json_object_get(o, "version"))),
			sd_arena_printf(c->a, "%zu", json_array_size(json_object_get(o, "shifts")))};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

static const char list_sql[] = "select coalesce(jsonb_agg(r), '[]') from desk.rota_list($1) r";

int cli_rota_list(struct cli *c)
{
	const char *params[] = {c->narg ? cli_rest(c, 0) : NULL};
	return rota_run(c, list_sql, 1, params, list_out);
}

static void sheets(struct cli *c, const json_t *list)
{
	const json_t *o;
	size_t i;
	json_array_foreach((json_t *)(uintptr_t)list, i, o)
		cli_print_clean(c, sd_arena_printf(c->a, "%s%s", i ? "\n" : "", sd_sheet_text(c->a, cli_dumped(c, o), "rota")));
}

int cli_rota_show(struct cli *c)
{
	struct sd_err err = {0};
	const char *params[] = {cli_rest(c, 0)};
	json_t *r = cli_connect(c, &err) ? cli_json(c, &err, list_sql, 1, params) : NULL;
	if (r && !json_array_size(r)) {
		json_decref(r);
		r = NULL;
		sd_err_set(&err, SD_ERR_NOT_FOUND, "no_rota", _("there is no rota %s; svcdesk rota list names them"), params[0]);
	}
	return rota_answer(c, r, &err, sheets);
}

/* ---- the week ---- */

static int days_shown = 7; /* one command a process */

static void week_out(struct cli *c, const json_t *r)
{
	const char *zone = sd_cfg_text(c->cfg, "zone");
	cli_print_clean(c, sd_rota_text(c->a, cli_dumped(c, r), zone, days_shown, 100));
}

int cli_rota_week(struct cli *c)
{
	struct sd_err err = {0};
	const char *zone = sd_cfg_text(c->cfg, "zone"), *from = cli_get(c, "from");
	long days = 7;
	sd_time t;
	if (!cli_number(c, "days", 1, 62, &days, &err) || !cli_connect(c, &err))
		return cli_fail(c, &err);
	days_shown = (int)days;
	if (from) {
		if (!sd_time_parse(from, *zone ? zone : NULL, &t, &err))
			return cli_fail(c, &err);
	} else { /* the Monday before, or today of a part of a week */
		if (!cli_now(c, &t, &err))
			return cli_fail(c, &err);
		int back = days == 7 ? atoi(sd_time_local(c->a, t, *zone ? zone : NULL, "%u")) - 1 : 0;
		t -= (sd_time)back * 86400 * 1000000;
		if (!sd_time_parse(sd_time_local(c->a, t, *zone ? zone : NULL, "%Y-%m-%d"), *zone ? zone : NULL, &t, &err))
			return cli_fail(c, &err);
	}
	const char *params[] = {sd_time_iso(c->a, t), sd_arena_printf(c->a, "%ld", days),
		cli_has(c, "all") ? "*"
		: c->narg         ? cli_rest(c, 0)
						  : NULL};
	return rota_run(c, "select desk.rota_week($1::timestamptz, $2::int, $3)", 3, params, week_out);
}

/* ---- swaps ---- */

static void swap_out(struct cli *c, const json_t *r)
{
	const char *off = cli_word(r, "off"), *on = cli_word(r, "on");
	cli_print_clean(
		c, sd_arena_printf(c->a, _("swap %d of %s: %s - %s  %s -> %s\n"), (int)json_integer_value(json_object_get(r, "swap")),
			   cli_word(r, "group"), cli_local(c, cli_word(r, "from")), cli_local(c, cli_word(r, "until")), *off ? off : "-",
			   *on ? on : "-"));
}

int cli_rota_swap(struct cli *c)
{
	struct sd_err err = {0};
	json_t *fields = rota_fields(c, 0, &err);
	if (!fields)
		return cli_fail(c, &err);
	const char *params[] = {cli_dumped(c, fields)};
	json_decref(fields);
	return rota_run(c, "select desk.rota_swap_add($1::jsonb)", 1, params, swap_out);
}

/* The first operand as the number of something. */
static bool numbered(struct cli *c, struct sd_err *err)
{
	const char *id = c->arg[0];
	if (*id && strspn(id, "0123456789") == strlen(id) && strlen(id) < 10)
		return true;
	sd_err_set(err, SD_ERR_INPUT, "usage", _("\"%s\" is not a number of the list"), id);
	return false;
}

int cli_rota_unswap(struct cli *c)
{
	struct sd_err err = {0};
	return numbered(c, &err) ? rota_run(c, "select desk.rota_swap_end($1::int)", 1, &c->arg[0], swap_out) : cli_fail(c, &err);
}

static void dropped(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a, _("rota %s is no longer followed\n"), cli_word(r, "rota")));
}

int cli_rota_delete(struct cli *c)
{
	const char *params[] = {cli_rest(c, 0)};
	return rota_run(c, "select desk.rota_drop($1)", 1, params, dropped);
}

int cli_rota_log(struct cli *c)
{
	return rota_log(c, NULL, c->narg ? cli_rest(c, 0) : NULL);
}

/* ---- absences ---- */

static void absence_out(struct cli *c, const json_t *r)
{
	const json_t *open = json_object_get(r, "open");
	cli_print_clean(
		c, sd_arena_printf(c->a, _("absence %d of %s: %s - %s\n"), (int)json_integer_value(json_object_get(r, "absence")),
			   cli_word(r, "person"), cli_local(c, cli_word(r, "from")), cli_local(c, cli_word(r, "until"))));
	if (json_integer_value(open) > 0)
		cli_print_clean(
			c, sd_arena_printf(c->a, _("%d open tickets are in their hands: svcdesk ticket list state:open assignee:%s\n"),
				   (int)json_integer_value(open), cli_word(r, "person")));
}

int cli_absence_add(struct cli *c)
{
	struct sd_err err = {0};
	json_t *fields = rota_fields(c, 0, &err);
	if (!fields)
		return cli_fail(c, &err);
	const char *params[] = {cli_dumped(c, fields)};
	json_decref(fields);
	return rota_run(c, "select desk.absence_add($1::jsonb)", 1, params, absence_out);
}

int cli_absence_end(struct cli *c)
{
	struct sd_err err = {0};
	return numbered(c, &err) ? rota_run(c, "select desk.absence_end($1::int)", 1, &c->arg[0], absence_out) : cli_fail(c, &err);
}

static void absences(struct cli *c, const json_t *list)
{
	static const char *const names[] = {N_("id"), N_("person"), N_("from"), N_("until"), N_("reason"), N_("entered by")};
	enum { COLUMNS = sizeof names / sizeof *names };
	const char *titles[COLUMNS];
	const json_t *o;
	size_t i;
	for (i = 0; i < COLUMNS; i++)
		titles[i] = _(names[i]);
	struct cli_table *t = cli_table_new(c, titles, COLUMNS);
	json_array_foreach((json_t *)(uintptr_t)list, i, o)
	{
		const char *cells[] = {sd_arena_printf(c->a, "%d", (int)json_integer_value(json_object_get(o, "absence"))),
			cli_word(o, "person"), cli_local(c, cli_word(o, "from")), cli_local(c, cli_word(o, "until")), cli_word(o, "reason"),
			cli_word(o, "by")};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_absence_list(struct cli *c)
{
	const char *params[] = {c->narg ? c->arg[0] : NULL, cli_has(c, "all") ? "-infinity" : NULL};
	return rota_run(
		c, "select coalesce(jsonb_agg(a), '[]') from desk.absence_list($2::timestamptz, null, $1) a", 2, params, absences);
}

/* ---- skills ---- */

static void skills(struct cli *c, const json_t *list)
{
	const json_t *o, *p;
	size_t i, k;
	json_array_foreach((json_t *)(uintptr_t)list, i, o)
	{
		struct sd_str s = {0};
		sd_str_addf(&s, "%s:", cli_word(o, "skill"));
		json_array_foreach(json_object_get(o, "people"), k, p)
		{
			const json_t *level = json_object_get(p, "level");
			sd_str_addf(&s, "%s %s", k ? "," : "", cli_word(p, "person"));
			if (json_is_integer(level))
				sd_str_addf(&s, " %d", (int)json_integer_value(level));
		}
		sd_str_addc(&s, '\n');
		cli_print_clean(c, s.data);
		sd_str_free(&s);
	}
}

int cli_skill_list(struct cli *c)
{
	const char *params[] = {c->narg ? c->arg[0] : NULL};
	return rota_run(c, "select coalesce(jsonb_agg(s), '[]') from desk.skill_list($1) s", 1, params, skills);
}

static void skill_out(struct cli *c, const json_t *r)
{
	const json_t *level = json_object_get(r, "level");
	if (json_is_true(json_object_get(r, "dropped")))
		cli_print_clean(
			c, sd_arena_printf(c->a, _("%s has no longer the skill %s\n"), cli_word(r, "person"), cli_word(r, "skill")));
	else if (json_is_integer(level))
		cli_print_clean(c, sd_arena_printf(c->a, _("%s has the skill %s at level %d\n"), cli_word(r, "person"),
							   cli_word(r, "skill"), (int)json_integer_value(level)));
	else
		cli_print_clean(c, sd_arena_printf(c->a, _("%s has the skill %s\n"), cli_word(r, "person"), cli_word(r, "skill")));
}

int cli_skill_set(struct cli *c)
{
	struct sd_err err = {0};
	bool drop = strcmp(c->cmd->words, "skill take") == 0;
	const char *level = c->narg > 2 ? c->arg[2] : NULL;
	const char *params[] = {c->arg[0], c->arg[1], level, drop ? "true" : "false"};
	if (level && (strlen(level) != 1 || *level < '1' || *level > '5')) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("a level is a number from 1 to 5, not \"%s\""), level);
		return cli_fail(c, &err);
	}
	return rota_run(c, "select desk.skill_set($1, $2, $3::int, $4::boolean)", 4, params, skill_out);
}
