/* view list|save|delete, and the views other commands name. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/query/nearest.h"
#include "svcdesk/query.h"

/* One's own, then those of groups; built-in views stand in the program. */
static const char list_sql[] =
	"select * from (select v.name, v.query, array_to_string(v.columns, ',') as cols, null::text as grp, v.pos, true as may from "
	"desk.my_view v union all select g.name, g.query, array_to_string(g.columns, ','), s.name, g.pos, g.group_id = any((select "
	"desk.led_groups())::int[]) from desk.group_view g join desk.support_group s on s.id = g.group_id) x order by grp nulls "
	"first, pos, "
	"name";

enum { COL_NAME, COL_QUERY, COL_COLUMNS, COL_GROUP, COL_POS, COL_MAY };

/* ---- list ---- */

static json_t *as_json(const char *name, const char *query, const char *columns, const char *group, const char *section, bool may)
{
	json_t *cols = json_null();
	if (columns && *columns) {
		cols = json_array();
		for (const char *p = columns; *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ','))
			json_array_append_new(cols, json_stringn(p, strcspn(p, ",")));
	}
	return json_pack("{s:s,s:s,s:s,s:o,s:s?,s:b}", "name", name, "section", section, "query", query, "columns", cols, "group",
		group, "may_change", may);
}

static json_t *all_views(struct cli *c, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(c->conn, list_sql, 0, NULL, err);
	if (!r)
		return NULL;
	json_t *list = json_array();
	for (size_t i = 0; i < sd_views_n; i++)
		json_array_append_new(list, as_json(sd_views[i].id, sd_views[i].query, NULL, NULL, "builtin", false));
	for (int i = 0; i < sd_result_rows(r); i++) {
		const char *group = sd_result_get(r, i, COL_GROUP);
		json_array_append_new(
			list, as_json(sd_result_get(r, i, COL_NAME), sd_result_get(r, i, COL_QUERY), sd_result_get(r, i, COL_COLUMNS), group,
					  group ? "group" : "mine", *sd_result_get(r, i, COL_MAY) == 't'));
	}
	sd_result_free(r);
	return list;
}

static const char *str(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? s : "";
}

int cli_view_list(struct cli *c)
{
	struct sd_err err;
	json_t *list = cli_connect(c, &err) ? all_views(c, &err) : NULL, *v;
	size_t i;
	if (!list)
		return cli_fail(c, &err);
	if (c->json) {
		cli_print_json(c, list);
	} else {
		const char *titles[] = {_("name"), _("group"), _("query")};
		struct cli_table *t = cli_table_new(c, titles, 3);
		json_array_foreach(list, i, v)
		{
			const char *cells[] = {str(v, "name"), str(v, "group"), str(v, "query")};
			cli_table_row(t, cells);
		}
		cli_table_end(t);
	}
	json_decref(list);
	return 0;
}

/* ---- the view of a name ---- */

/* "Network: hot" is the view hot of that group; a name alone one's own, then the only one of a group, then a built-in one. */
static const json_t *named(const json_t *list, const char *name, bool *several)
{
	const json_t *found = NULL, *builtin = NULL;
	size_t i;
	json_t *v;
	*several = false;
	json_array_foreach((json_t *)(uintptr_t)list, i, v)
	{
		const char *group = str(v, "group"), *section = str(v, "section");
		size_t n = strlen(group);
		if (*group && strncmp(name, group, n) == 0 && strncmp(name + n, ": ", 2) == 0 &&
			strcmp(name + n + 2, str(v, "name")) == 0)
			return v;
		if (strcmp(name, str(v, "name")) != 0)
			continue;
		if (strcmp(section, "mine") == 0)
			return v;
		if (strcmp(section, "builtin") == 0)
			builtin = v;
		else if (found)
			*several = true;
		else
			found = v;
	}
	return found ? found : builtin;
}

static void no_view(struct cli *c, const json_t *list, const char *name, bool several, struct sd_err *err)
{
	size_t i, n = json_array_size(list);
	json_t *v;
	const char **names = sd_arena_alloc(c->a, (n + 1) * sizeof *names);
	json_array_foreach((json_t *)(uintptr_t)list, i, v) names[i] = str(v, "name");
	const char *near = several ? NULL : nearest_word(name, names);
	if (several)
		sd_err_set(err, SD_ERR_INPUT, "ambiguous_view", _("several groups have a view \"%s\"; write \"GROUP: %s\""), name, name);
	else if (near)
		sd_err_set(err, SD_ERR_NOT_FOUND, "no_such_view", _("there is no view \"%s\"; did you mean %s?"), name, near);
	else
		sd_err_set(err, SD_ERR_NOT_FOUND, "no_such_view", _("there is no view \"%s\"; svcdesk view list shows them"), name);
}

bool cli_view_find(struct cli *c, const char *name, const char **query, const char **columns, struct sd_err *err)
{
	bool several;
	json_t *list = cli_connect(c, err) ? all_views(c, err) : NULL;
	if (!list)
		return false;
	const json_t *v = named(list, name, &several);
	if (!v || several) {
		no_view(c, list, name, several, err);
		json_decref(list);
		return false;
	}
	const json_t *cols = json_object_get(v, "columns");
	struct sd_str s = {0};
	size_t i;
	json_t *one;
	json_array_foreach((json_t *)(uintptr_t)cols, i, one)
	{
		const char *word = json_string_value(one);
		size_t n = strcspn(word, ":");
		if (n == 3 && strncmp(word, "age", 3) == 0) /* the console's way to show it */
			sd_str_addf(&s, "%sopened_at", s.len ? "," : "");
		else
			sd_str_addf(&s, "%s%.*s", s.len ? "," : "", (int)n, word);
	}
	*query = sd_arena_strdup(c->a, str(v, "query"));
	*columns = s.len ? sd_arena_strdup(c->a, s.data) : NULL;
	sd_str_free(&s);
	json_decref(list);
	return true;
}

/* ---- save, delete ---- */

/* Which group, by name; denied when it is not for this person to write its views. */
static const char *group_id(struct cli *c, const char *name, struct sd_err *err)
{
	struct sd_err ignored;
	const char *params[] = {name};
	const char *id = cli_value(
		c, &ignored, "select g.id::text from desk.support_group g where g.id <> 0 and lower(g.name) = lower($1)", 1, params);
	if (!id)
		sd_err_set(err, SD_ERR_INPUT, "unknown_group", _("there is no group \"%s\""), name);
	return id;
}

static bool written(struct cli *c, const char *sql, int n, const char *const *params, const char *name, struct sd_err *err)
{
	const char *rows = cli_value(c, err, sql, n, params);
	if (!rows && err->cls == SD_ERR_DENIED)
		sd_err_set(err, SD_ERR_DENIED, "not_your_group", "%s", _("the views of a group are for its leads to write"));
	if (rows && strcmp(rows, "0") == 0) {
		sd_err_set(err, SD_ERR_NOT_FOUND, "no_such_view", _("there is no view \"%s\"; svcdesk view list shows them"), name);
		return false;
	}
	return rows != NULL;
}

static int told(struct cli *c, const char *name, const char *what)
{
	if (c->json) {
		json_t *j = json_pack("{s:s,s:b}", "name", name, what, 1);
		cli_print_json(c, j);
		json_decref(j);
	}
	return 0;
}

int cli_view_save(struct cli *c)
{
	struct sd_err err;
	const char *name = c->arg[0], *group = cli_get(c, "group"), *columns = cli_get(c, "columns"), *id = NULL;
	static const char *const none[] = {NULL};
	char *query = cli_rest(c, 1);
	bool ok = cli_query(c, query, none, &err) != NULL && (!group || (id = group_id(c, group, &err)) != NULL);
	const char *params[] = {name, query, columns ? columns : "", id};
	if (ok && group)
		ok = written(c,
			"with w as (insert into desk.group_view(group_id, name, query, columns) values ($4::int, $1, $2, "
			"nullif(string_to_array($3, ','), '{}')) on conflict (group_id, name) do update set query = excluded.query, columns "
			"= "
			"excluded.columns returning 1) select count(*)::text from w",
			4, params, name, &err);
	else if (ok)
		ok = written(c,
			"with w as (insert into desk.my_view(person_id, name, query, columns) values (desk.me(), $1, $2, "
			"nullif(string_to_array($3, ','), '{}')) on conflict (person_id, name) do update set query = excluded.query, columns "
			"= "
			"excluded.columns returning 1) select count(*)::text from w",
			3, params, name, &err);
	return ok ? told(c, name, "saved") : cli_fail(c, &err);
}

int cli_view_delete(struct cli *c)
{
	struct sd_err err;
	const char *name = c->arg[0], *group = cli_get(c, "group"), *id = NULL;
	bool ok = cli_connect(c, &err) && (!group || (id = group_id(c, group, &err)) != NULL);
	const char *params[] = {name, id};
	if (ok && group)
		ok = written(c,
			"with w as (delete from desk.group_view where name = $1 and group_id = $2::int returning 1) select count(*)::text "
			"from w",
			2, params, name, &err);
	else if (ok)
		ok = written(c,
			"with w as (delete from desk.my_view where name = $1 and person_id = desk.me() returning 1) select count(*)::text "
			"from w",
			1, params, name, &err);
	return ok ? told(c, name, "deleted") : cli_fail(c, &err);
}
