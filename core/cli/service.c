/* availability, service list, add, set, depend: what is agreed for services, and how it was kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/locale.h"
#include "svcdesk/meta.h"

/* A number of the answer with so many places; "-" for null. */
static const char *figure(struct cli *c, const json_t *j, const char *key, int places)
{
	const json_t *v = json_object_get(j, key);
	return json_is_number(v) ? sd_arena_printf(c->a, "%.*f", places, json_number_value(v)) : "-";
}

static const char *state(struct cli *c, const json_t *j)
{
	const struct sd_meta *m = cli_meta(c);
	const char *text = m ? sd_meta_label(m, sd_arena_printf(c->a, "service.state.%s", cli_word(j, "state"))) : "";
	return text && *text ? text : cli_word(j, "state");
}

/* ---- availability ---- */

static void lines(struct cli *c, const json_t *a)
{
	struct sd_str s = {0};
	const struct {
		const char *name, *key;
		int places;
	} rows[] = {{_("Availability, %"), "availability", 3}, {_("with degradation weighted, %"), "availability_weighted", 3},
		{_("Target, %"), "target", 2}, {_("Agreed service time, min"), "ast_minutes", 0}, {_("Down, min"), "down_minutes", 1},
		{_("Degraded, min"), "degraded_minutes", 1}, {_("Planned outages, min"), "planned_minutes", 1},
		{_("Error budget, min"), "budget_minutes", 2}, {_("Error budget left, min"), "budget_left_minutes", 2},
		{_("Outages"), "outages", 0}, {_("Time between failures (MTBF), min"), "mtbf_minutes", 1},
		{_("Time to restore service (MTRS), min"), "mtrs_minutes", 1}};
	sd_str_addf(&s, "%s  %s  (%s - %s)\n", cli_word(a, "service"), state(c, a), cli_word(a, "from"), cli_word(a, "until"));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		sd_str_addf(&s, "%14s  %s\n", figure(c, a, rows[i].key, rows[i].places), rows[i].name);
	cli_print_clean(c, s.data);
	sd_str_free(&s);
}

static void table(struct cli *c, const json_t *list)
{
	static const char *const names[] = {N_("service"), N_("state"), N_("availability %"), N_("target %"), N_("down min"),
		N_("degraded min"), N_("planned min"), N_("budget left min"), N_("outages"), N_("MTBF min"), N_("MTRS min")};
	enum { COLUMNS = sizeof names / sizeof *names };
	const char *titles[COLUMNS];
	size_t i;
	json_t *v;
	for (size_t k = 0; k < COLUMNS; k++)
		titles[k] = _(names[k]);
	struct cli_table *t = cli_table_new(c, titles, COLUMNS);
	json_array_foreach(list, i, v)
	{
		const char *cells[COLUMNS] = {cli_word(v, "service"), state(c, v), figure(c, v, "availability", 3),
			figure(c, v, "target", 2), figure(c, v, "down_minutes", 1), figure(c, v, "degraded_minutes", 1),
			figure(c, v, "planned_minutes", 1), figure(c, v, "budget_left_minutes", 2), figure(c, v, "outages", 0),
			figure(c, v, "mtbf_minutes", 1), figure(c, v, "mtrs_minutes", 1)};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

static int show(struct cli *c, json_t *j, const struct sd_err *err)
{
	if (!j)
		return cli_fail(c, err);
	if (c->json)
		cli_print_json(c, j);
	else if (json_is_array(j))
		table(c, j);
	else
		lines(c, j);
	json_decref(j);
	return 0;
}

int cli_availability(struct cli *c)
{
	struct sd_err err;
	const char *period = cli_get(c, "period");
	const char *params[] = {c->narg ? cli_rest(c, 0) : NULL, period ? period : "this-month"};
	json_t *j = cli_connect(c, &err) ? cli_json(c, &err, "select desk.availability_get($1, $2)", 2, params) : NULL;
	return show(c, j, &err);
}

/* ---- services ---- */

int cli_service_list(struct cli *c)
{
	struct sd_err err;
	json_t *j = cli_connect(c, &err) ? cli_json(c, &err, "select desk.service_list()", 0, NULL) : NULL;
	if (j && !json_array_size(j) && !cli_is_person(c, &err)) {
		json_decref(j);
		j = NULL;
	}
	return show(c, j, &err);
}

static int agreed(struct cli *c, json_t *j, const struct sd_err *err)
{
	if (!j)
		return cli_fail(c, err);
	json_object_del(j, "ok");
	if (c->json) {
		cli_print_json(c, j);
	} else {
		struct sd_str s = {0};
		size_t i;
		json_t *v;
		sd_str_addf(&s, "%s  %s  %s %%", cli_word(j, "service"), cli_word(j, "calendar"), figure(c, j, "target", 2));
		json_array_foreach(json_object_get(j, "groups"), i, v) sd_str_addf(&s, "  %s", json_string_value(v));
		json_array_foreach(json_object_get(j, "depends_on"), i, v)
			sd_str_addf(&s, "%s%s", i ? ", " : _("  depends on "), json_string_value(v));
		sd_str_addc(&s, '\n');
		cli_print_clean(c, s.data);
		sd_str_free(&s);
	}
	json_decref(j);
	return 0;
}

/* service add and set: NAME and FIELD=VALUE. */
int cli_service_set(struct cli *c)
{
	struct sd_err err;
	json_t *fields = json_object(), *r = NULL;
	struct sd_str name = {0};
	bool ok = true;
	for (size_t i = 0; ok && i < c->narg; i++)
		if (strchr(c->arg[i], '='))
			ok = cli_field(c, fields, c->arg[i], &err);
		else
			sd_str_addf(&name, "%s%s", name.len ? " " : "", c->arg[i]);
	if (ok && cli_connect(c, &err)) {
		char *text = json_dumps(fields, JSON_COMPACT);
		const char *params[] = {name.data ? name.data : "", text, strcmp(c->cmd->words, "service add") == 0 ? "true" : "false"};
		r = cli_json(c, &err, "select desk.service_set($1, $2::jsonb, $3::boolean)", 3, params);
		free(text);
	}
	json_decref(fields);
	sd_str_free(&name);
	return agreed(c, r, &err);
}

int cli_service_depend(struct cli *c)
{
	struct sd_err err;
	const char *params[] = {c->arg[0], c->arg[1], cli_has(c, "remove") ? "true" : "false"};
	json_t *r = cli_connect(c, &err) ? cli_json(c, &err, "select desk.service_depend($1, $2, $3::boolean)", 3, params) : NULL;
	return agreed(c, r, &err);
}
