/* assign list, show, add, edit, enable, disable, order, delete, simulate, explain, log: whose work a ticket is when nobody said
 * so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"
#include "svcdesk/assign.h"
#include "svcdesk/cfg.h"
#include "svcdesk/query.h"

static int integer(const json_t *j, const char *key)
{
	return (int)json_integer_value(json_object_get(j, key));
}

/* ---- what was written ---- */

/* The tree of the query of a rule beside its text: the desk keeps both. */
static bool with_tree(struct cli *c, json_t *rule, struct sd_err *err)
{
	const char *text = cli_word(rule, "query"), *zone = sd_cfg_text(c->cfg, "zone");
	if (!json_object_get(rule, "query"))
		return true;
	if (!*text) {
		json_object_set_new(rule, "query", json_string(""));
		return true;
	}
	struct sd_query *q = cli_query(c, text, NULL, err);
	json_t *said = q ? cli_parse(sd_query_json(q, c->a), err) : NULL;
	if (!said)
		return false;
	json_object_set(rule, "tree", json_object_get(said, "match"));
	if (*zone)
		json_object_set_new(rule, "zone", json_string(zone));
	bool ordered = json_is_string(json_object_get(said, "sort"));
	bool all = json_is_null(json_object_get(said, "match"));
	json_decref(said);
	if (ordered || all)
		sd_err_set(err, SD_ERR_INPUT, "assign_sort", _("a rule looks at one ticket: its query has no sort:"));
	return !ordered && !all;
}

/* Rules of a file, or of the operands from the i-th on (the first one is the name). NULL and err. */
static json_t *rules_of(struct cli *c, size_t i, struct sd_err *err)
{
	const char *path = cli_get(c, "file");
	json_t *list, *rule;
	size_t k;
	if (path) {
		const char *text = rota_file(c, path, err);
		const char *sheet = text ? sd_sheet_read(c->a, path, text, "rule", err) : NULL;
		list = sheet ? cli_parse(sheet, err) : NULL;
	} else {
		rule = json_object();
		bool ok = true;
		for (size_t n = i + 1; ok && n < c->narg; n++)
			ok = cli_field(c, rule, c->arg[n], err);
		if (ok && json_object_get(rule, "name")) { /* another name */
			json_object_set(rule, "new_name", json_object_get(rule, "name"));
			json_object_del(rule, "name");
		}
		json_object_set_new(rule, "rule", json_string(c->arg[i]));
		list = ok ? json_pack("[O]", rule) : NULL;
		json_decref(rule);
	}
	json_array_foreach(list, k, rule) if (!with_tree(c, rule, err))
	{
		json_decref(list);
		return NULL;
	}
	return list;
}

static void rule_out(struct cli *c, const json_t *r)
{
	cli_print_clean(
		c, sd_arena_printf(c->a,
			   json_is_true(json_object_get(r, "changed")) ? _("rule %s: version %d, %s\n")
														   : _("rule %s: as before, version %d, %s\n"),
			   cli_word(r, "rule"), integer(r, "version"), json_is_true(json_object_get(r, "enabled")) ? _("on") : _("off")));
	if (!json_is_true(json_object_get(r, "enabled")))
		cli_print_clean(c, sd_arena_printf(c->a, _("try it: svcdesk assign simulate '%s'; then: svcdesk assign enable '%s'\n"),
							   cli_word(r, "rule"), cli_word(r, "rule")));
}

static void rules_out(struct cli *c, const json_t *list)
{
	const json_t *r;
	size_t i;
	json_array_foreach((json_t *)(uintptr_t)list, i, r) rule_out(c, r);
}

/* assign add, assign edit. A file may hold several: the first that is refused ends it, those before it are written. */
int cli_assign_save(struct cli *c)
{
	struct sd_err err = {0};
	bool add = strcmp(c->cmd->words, "assign add") == 0;
	json_t *list = NULL, *out = json_array(), *rule;
	size_t i;
	if (!cli_get(c, "file") && !c->narg)
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("name a rule, or a file of rules with --file"));
	else if (cli_connect(c, &err))
		list = rules_of(c, 0, &err);
	bool ok = list != NULL;
	json_array_foreach(list, i, rule)
	{
		const char *params[] = {cli_dumped(c, rule), add ? "true" : "false"};
		json_t *r = cli_json(c, &err, "select desk.assign_rule_save($1::jsonb, $2::boolean)", 2, params);
		ok = r != NULL;
		if (!ok)
			break;
		json_array_append_new(out, r);
	}
	json_decref(list);
	if (!ok) {
		json_decref(out);
		return cli_fail(c, &err);
	}
	return rota_answer(c, out, &err, rules_out);
}

/* ---- list, show ---- */

static void list_out(struct cli *c, const json_t *list)
{
	static const char *const names[] = {
		N_("place"), N_("rule"), N_("on"), N_("query"), N_("group"), N_("method"), N_("skill"), N_("7 days"), N_("waiting")};
	enum { COLUMNS = sizeof names / sizeof *names };
	const char *titles[COLUMNS];
	const json_t *r;
	size_t i;
	for (i = 0; i < COLUMNS; i++)
		titles[i] = _(names[i]);
	struct cli_table *t = cli_table_new(c, titles, COLUMNS);
	json_array_foreach((json_t *)(uintptr_t)list, i, r)
	{
		const char *cells[] = {sd_arena_printf(c->a, "%d", integer(r, "place")), cli_word(r, "rule"),
			json_is_true(json_object_get(r, "enabled")) ? _("yes") : _("no"), cli_word(r, "query"), cli_word(r, "group"),
			sd_assign_method(cli_word(r, "method")), cli_word(r, "skill"), sd_arena_printf(c->a, "%d", integer(r, "week")),
			sd_arena_printf(c->a, "%d", integer(r, "waiting"))};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

static const char list_sql[] = "select coalesce(jsonb_agg(r), '[]') from desk.assign_rule_list($1) r";

int cli_assign_list(struct cli *c)
{
	const char *params[] = {NULL};
	return rota_run(c, list_sql, 1, params, list_out);
}

static void sheet_out(struct cli *c, const json_t *r)
{
	cli_print_clean(
		c, sd_arena_printf(c->a, _("# place %d, %s, version %d%s, %d tickets in the last 7 days\n"), integer(r, "place"),
			   json_is_true(json_object_get(r, "enabled")) ? _("on") : _("off"), integer(r, "version"),
			   json_is_true(json_object_get(r, "simulated")) ? "" : _(", never tried as it is"), integer(r, "week")));
	cli_print_clean(c, sd_sheet_text(c->a, cli_dumped(c, r), "rule"));
}

int cli_assign_show(struct cli *c)
{
	struct sd_err err = {0};
	const char *params[] = {cli_rest(c, 0)};
	json_t *list = cli_connect(c, &err) ? cli_json(c, &err, list_sql, 1, params) : NULL;
	json_t *r = json_incref(json_array_get(list, 0));
	if (list && !r)
		sd_err_set(&err, SD_ERR_NOT_FOUND, "no_rule", _("there is no rule %s; svcdesk assign list names them"), params[0]);
	json_decref(list);
	return rota_answer(c, r, &err, sheet_out);
}

/* ---- on and off, order ---- */

static void switched(struct cli *c, const json_t *r)
{
	bool on = json_is_true(json_object_get(r, "enabled"));
	cli_print_clean(c, sd_arena_printf(c->a, on ? _("rule %s is on\n") : _("rule %s is off\n"), cli_word(r, "rule")));
	if (on && !json_is_true(json_object_get(r, "simulated")))
		cli_print_clean(c, _("it was never tried as it is: look at what it does with svcdesk assign list\n"));
}

/* On a terminal a rule that was never tried is asked about; elsewhere --yes says it. */
static bool asked(struct cli *c)
{
	char line[16];
	if (c->json || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	fprintf(stderr, _("%s was never tried as it is now. Turn it on all the same? [y/N] "), cli_rest(c, 0));
	return fgets(line, sizeof line, stdin) && (*line == 'y' || *line == 'Y');
}

int cli_assign_enable(struct cli *c)
{
	struct sd_err err = {0};
	bool on = strcmp(c->cmd->words, "assign enable") == 0;
	const char *params[] = {cli_rest(c, 0), on ? "true" : "false", cli_has(c, "yes") ? "true" : "false"};
	const char sql[] = "select desk.assign_rule_enable($1, $2::boolean, $3::boolean)";
	json_t *r = cli_connect(c, &err) ? cli_json(c, &err, sql, 3, params) : NULL;
	if (!r && strcmp(err.id, "assign_untried") == 0 && asked(c)) {
		params[2] = "true";
		r = cli_json(c, &err, sql, 3, params);
	}
	return rota_answer(c, r, &err, switched);
}

static void placed(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a, _("rule %s is at place %d\n"), cli_word(r, "rule"), integer(r, "place")));
}

int cli_assign_order(struct cli *c)
{
	struct sd_err err = {0};
	const char *place = c->arg[1];
	const char *params[] = {c->arg[0], place};
	if (!*place || strspn(place, "0123456789") != strlen(place) || strlen(place) > 6) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("a place is a number, 1 the first, not \"%s\""), place);
		return cli_fail(c, &err);
	}
	return rota_run(c, "select desk.assign_rule_order($1, $2::int)", 2, params, placed);
}

static void gone(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a, _("rule %s is gone; what it was is in svcdesk assign log\n"), cli_word(r, "rule")));
}

int cli_assign_delete(struct cli *c)
{
	const char *params[] = {cli_rest(c, 0)};
	return rota_run(c, "select desk.assign_rule_drop($1)", 1, params, gone);
}

int cli_assign_log(struct cli *c)
{
	return rota_log(c, "rule", c->narg ? cli_rest(c, 0) : NULL);
}

/* ---- trying ---- */

static void tried(struct cli *c, const json_t *r)
{
	const char *json = cli_dumped(c, r);
	cli_print_clean(c, sd_assign_tried(c->a, json));
}

/* The ids of what --query finds, the newest first, at most 2000. NULL: there is no query, or err. */
static const char *ids_of(struct cli *c, bool *ok, struct sd_err *err)
{
	const char *text = cli_get(c, "query"), *zone = sd_cfg_text(c->cfg, "zone");
	struct sd_query_opts o = {
		.mode = SD_QUERY_IDS, .sort_given = true, .sort = SD_SORT_OPENED, .zone = *zone ? zone : NULL, .limit = 2000};
	struct sd_query_sql sql;
	if (!text)
		return NULL;
	struct sd_query *q = cli_query(c, text, NULL, err);
	struct sd_result *r =
		q && sd_query_sql(q, c->a, &o, &sql, err) ? sd_conn_query(c->conn, sql.sql, sql.nparams, sql.params, err) : NULL;
	*ok = r != NULL;
	if (!r)
		return NULL;
	struct sd_str s = {0};
	sd_str_addc(&s, '{');
	for (int i = 0; i < sd_result_rows(r); i++)
		sd_str_addf(&s, "%s%s", i ? "," : "", sd_result_get(r, i, 0));
	sd_str_addc(&s, '}');
	const char *ids = sd_arena_strdup(c->a, s.data);
	sd_str_free(&s);
	sd_result_free(r);
	return ids;
}

int cli_assign_simulate(struct cli *c)
{
	struct sd_err err = {0};
	long last = 200;
	bool ok = cli_number(c, "last", 1, 2000, &last, &err);
	json_t *list = NULL, *r = NULL;
	const char *rule = NULL;
	if (ok && !cli_get(c, "file") == !c->narg) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("name a rule, or a file with one with --file"));
		ok = false;
	}
	ok = ok && cli_connect(c, &err);
	if (ok && cli_get(c, "file")) {
		list = rules_of(c, 0, &err);
		ok = list != NULL;
		if (ok && json_array_size(list) != 1) {
			sd_err_set(&err, SD_ERR_INPUT, "usage", _("one rule at a time: the file has %zu"), json_array_size(list));
			ok = false;
		}
		json_object_del(json_array_get(list, 0), "line");
		rule = ok ? cli_dumped(c, json_array_get(list, 0)) : NULL;
		json_decref(list);
	} else if (ok) {
		json_t *named = json_pack("{s:s}", "rule", cli_rest(c, 0));
		rule = cli_dumped(c, named);
		json_decref(named);
	}
	const char *ids = ok ? ids_of(c, &ok, &err) : NULL;
	if (ok) {
		const char *params[] = {rule, ids, sd_arena_printf(c->a, "%ld", last)};
		r = cli_json(c, &err, "select desk.assign_simulate($1::jsonb, $2::bigint[], $3::int)", 3, params);
	}
	return rota_answer(c, r, &err, tried);
}

/* ---- explaining ---- */

static void explained(struct cli *c, const json_t *r)
{
	const json_t *o;
	size_t i;
	const char *group = cli_word(r, "group"), *who = cli_word(r, "assignee");
	cli_print_clean(c,
		sd_arena_printf(c->a, "%s  %s  %s\n", cli_word(r, "number"), *group ? group : _("no group"), *who ? who : _("nobody")));
	json_array_foreach(json_object_get(r, "did"), i, o)
		cli_print_clean(c, sd_arena_printf(c->a, "  #%d  %s  %s%s\n", integer(o, "seq"), cli_local(c, cli_word(o, "at")),
							   sd_assign_why(c->a, cli_dumped(c, json_object_get(o, "rule"))),
							   json_is_true(json_object_get(o, "undone")) ? _("  (undone)") : ""));
	if (!json_array_size(json_object_get(r, "did")))
		cli_print_clean(c, _("  no rule has touched it\n"));
	if (json_is_object(json_object_get(r, "waits")))
		cli_print_clean(
			c, sd_arena_printf(c->a, _("  waits for somebody since %s, by rule %s\n"),
				   cli_local(c, cli_word(json_object_get(r, "waits"), "since")), cli_word(json_object_get(r, "waits"), "rule")));
	cli_print_clean(c, _("if it had nobody now:\n"));
	json_array_foreach(json_object_get(r, "rules"), i, o)
	{
		const json_t *would = json_object_get(o, "would");
		cli_print_clean(c, sd_arena_printf(c->a, "%3d  %s: %s%s%s\n", integer(o, "place"), cli_word(o, "rule"),
							   sd_assign_verdict(cli_word(o, "verdict")), would ? "; " : "",
							   would ? sd_assign_why(c->a, cli_dumped(c, would)) : ""));
	}
	if (!json_array_size(json_object_get(r, "rules")))
		cli_print_clean(c, _("  there is no rule\n"));
}

int cli_assign_explain(struct cli *c)
{
	return rota_run(c, "select desk.assign_explain(coalesce(desk.ticket_id($1), 0))", 1, &c->arg[0], explained);
}
