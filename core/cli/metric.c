/* metric list, metric get: figures of the desk. The desk works them out (desk.metric_json); here are only words and tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/query/nearest.h"
#include "svcdesk/locale.h"
#include "svcdesk/query.h"

/* A number as people read it: at most so many digits behind the point; "-" where there is none. */
static const char *number(struct cli *c, const json_t *v, int digits)
{
	if (!json_is_number(v))
		return "-";
	char *s = sd_arena_printf(c->a, "%.*f", digits, json_number_value(v));
	size_t n = strlen(s);
	if (strchr(s, '.')) {
		while (s[n - 1] == '0')
			s[--n] = 0;
		if (s[n - 1] == '.')
			s[n - 1] = 0;
	}
	return s;
}

static const char *unit(const char *word)
{
	static const char *const units[][2] = {
		{"minutes", N_("minutes")}, {"percent", "%"}, {"count", ""}, {"days", N_("days")}, {"score", ""}};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(units[i][0], word) == 0)
			return *units[i][1] && *units[i][1] != '%' ? _(units[i][1]) : units[i][1];
	return word;
}

/* ---- metric list ---- */

int cli_metric_list(struct cli *c)
{
	static const char *const names[] = {N_("metric"), N_("name"), N_("unit"), N_("better"), N_("target"), N_("definition")};
	enum { COLUMNS = sizeof names / sizeof *names };
	struct sd_err err;
	const char *params[] = {c->json ? "en" : sd_locale_language()};
	json_t *list =
		!cli_connect(c, &err)
			? NULL
			: cli_json(c, &err,
				  "select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'name', n.text, 'definition', d.text, 'unit', "
				  "m.unit, "
				  "'direction', m.direction, 'owner', m.owner, 'target', m.target, 'view', coalesce(m.view::text, "
				  "m.level::text)) "
				  "order by m.sort, m.id), '[]') from desk.metric m "
				  "left join lateral (select l.text from desk.label l where l.key = 'metric.' || m.id || '.name' and l.lang in "
				  "($1, 'en') order by l.lang = 'en' limit 1) n on true "
				  "left join lateral (select l.text from desk.label l where l.key = 'metric.' || m.id || '.definition' and "
				  "l.lang "
				  "in ($1, 'en') order by l.lang = 'en' limit 1) d on true",
				  1, params);
	if (!list || (!json_array_size(list) && !cli_is_person(c, &err))) {
		json_decref(list);
		return cli_fail(c, &err);
	}
	if (c->json) {
		cli_print_json(c, list);
	} else {
		const char *titles[COLUMNS];
		size_t i;
		json_t *m;
		for (size_t k = 0; k < COLUMNS; k++)
			titles[k] = _(names[k]);
		struct cli_table *t = cli_table_new(c, titles, COLUMNS);
		json_array_foreach(list, i, m)
		{
			const char *cells[COLUMNS] = {cli_word(m, "id"), cli_word(m, "name"), unit(cli_word(m, "unit")),
				strcmp(cli_word(m, "direction"), "up") == 0 ? _("more") : _("less"), number(c, json_object_get(m, "target"), 3),
				cli_word(m, "definition")};
			cli_table_row(t, cells);
		}
		cli_table_end(t);
	}
	json_decref(list);
	return 0;
}

/* ---- metric get ---- */

/* Whether value is a word of the list that sql gives, one a line; else err (id and text) with the nearest one. */
static bool among(struct cli *c, const char *value, const char *sql, const char *id, const char *said, struct sd_err *err)
{
	char near[80];
	const char *lines = cli_value(c, err, sql, 0, NULL);
	if (!lines)
		return false;
	size_t n = strlen(value);
	for (const char *p = lines; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (strcspn(p, "\n") == n && strncmp(p, value, n) == 0)
			return true;
	const char *meant = nearest_line(value, lines, near, sizeof near);
	if (meant)
		sd_err_set(err, SD_ERR_INPUT, id, _("%s; did you mean %s?"), said, meant);
	else
		sd_err_set(err, SD_ERR_INPUT, id, "%s", said);
	return false;
}

static bool period_known(struct cli *c, const char *period, struct sd_err *err)
{
	const char *known = period ? cli_value(c, err, "select desk.period($1) is not null", 1, &period) : "t";
	if (known && *known == 'f')
		sd_err_set(err, SD_ERR_INPUT, "bad_period",
			_("\"%s\" is not a period: 2026-10, 2026-W41, 2026-10-05, 2026-10-01..2026-10-15, last-month, 7d, now"), period);
	return known && *known == 't';
}

/* --query as the filter of the desk; NULL and err when it is not understood. */
static const char *filter(struct cli *c, struct sd_err *err)
{
	const char *text = cli_get(c, "query");
	const struct sd_query *q = text ? cli_query(c, text, NULL, err) : NULL;
	if (!text || !q)
		return text ? NULL : "{}";
	json_t *j = cli_parse(sd_query_json(q, c->a), err);
	json_t *f =
		json_is_null(json_object_get(j, "match")) ? json_object() : json_pack("{s:O}", "tree", json_object_get(j, "match"));
	char *out = f ? json_dumps(f, JSON_COMPACT) : NULL;
	const char *kept = sd_arena_strdup(c->a, out ? out : "{}");
	free(out);
	json_decref(f);
	json_decref(j);
	return kept;
}

/* A figure of m: where a hundredth of a percent decides whether a target was held, the thousandths are seen. */
static const char *figure(struct cli *c, const json_t *m, const json_t *v)
{
	bool fine = strcmp(cli_word(m, "unit"), "percent") == 0 && json_number_value(v) > 99 && json_number_value(v) < 100;
	return number(c, v, fine ? 3 : 2);
}

static void line(struct cli *c, const json_t *m, const json_t *figures, const char *title)
{
	struct sd_str s = {0};
	sd_str_addf(&s, "%s  %s %s", title, figure(c, m, json_object_get(figures, "value")), unit(cli_word(m, "unit")));
	if (json_is_number(json_object_get(figures, "p50")))
		sd_str_addf(
			&s, "  p50 %s  p90 %s", number(c, json_object_get(figures, "p50"), 2), number(c, json_object_get(figures, "p90"), 2));
	if (json_is_number(json_object_get(figures, "business")))
		sd_str_addf(&s, _("  %s of open time"), number(c, json_object_get(figures, "business"), 2));
	sd_str_addf(&s, "  n %s\n", number(c, json_object_get(figures, "n"), 0));
	cli_print_clean(c, s.data);
	sd_str_free(&s);
}

static void print_rows(struct cli *c, const json_t *m)
{
	static const char *const names[] = {N_("value"), N_("n"), N_("p50"), N_("p90"), N_("before"), N_("difference")};
	enum { COLUMNS = 1 + sizeof names / sizeof *names };
	const char *titles[COLUMNS] = {cli_word(m, "by")};
	bool before = json_object_get(m, "compare") != NULL;
	size_t n = before ? COLUMNS : COLUMNS - 2, i;
	json_t *r;
	for (size_t k = 1; k < COLUMNS; k++)
		titles[k] = _(names[k - 1]);
	struct cli_table *t = cli_table_new(c, titles, n);
	json_array_foreach(json_object_get(m, "rows"), i, r)
	{
		const char *label = cli_word(r, "label");
		const char *cells[COLUMNS] = {strcmp(label, "none") == 0 ? _("(none)") : label, figure(c, m, json_object_get(r, "value")),
			number(c, json_object_get(r, "n"), 0), number(c, json_object_get(r, "p50"), 2),
			number(c, json_object_get(r, "p90"), 2), figure(c, m, json_object_get(r, "before")),
			number(c, json_object_get(r, "difference"), 2)};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

static void print(struct cli *c, const json_t *m)
{
	const json_t *compare = json_object_get(m, "compare"), *target = json_object_get(m, "target"), *ok = json_object_get(m, "ok");
	const json_t *better = json_object_get(compare, "better");
	line(c, m, m, sd_arena_printf(c->a, "%s  %s", cli_word(m, "name"), cli_word(json_object_get(m, "period"), "text")));
	if (json_is_number(target) && json_is_boolean(ok))
		cli_print_clean(
			c, sd_arena_printf(c->a, json_is_true(ok) ? _("target %s: held\n") : _("target %s: missed\n"), number(c, target, 3)));
	if (compare) {
		line(c, m, compare,
			sd_arena_printf(c->a, "%s  %s", cli_word(m, "name"), cli_word(json_object_get(compare, "period"), "text")));
		cli_print_clean(
			c, sd_arena_printf(c->a, "%s %s (%s %%)%s\n", _("difference"), number(c, json_object_get(compare, "difference"), 2),
				   number(c, json_object_get(compare, "percent"), 1),
				   json_is_boolean(better) ? json_is_true(better) ? _(": better") : _(": worse") : ""));
	}
	if (json_object_get(m, "rows"))
		print_rows(c, m);
}

int cli_metric_get(struct cli *c)
{
	struct sd_err err;
	const char *period = cli_get(c, "period"), *compare = cli_get(c, "compare"), *by = cli_get(c, "by"), *f;
	if (!cli_connect(c, &err) || !cli_is_person(c, &err) ||
		!among(c, c->arg[0], "select string_agg(m.id, E'\\n') from desk.metric m", "unknown_metric",
			sd_arena_printf(c->a, _("there is no metric %s; `svcdesk metric list` lists them"), c->arg[0]), &err) ||
		!period_known(c, period, &err) || !period_known(c, compare, &err) ||
		(by && !among(c, by, "select array_to_string(desk.metric_bys(), E'\\n')", "unknown_by",
				   sd_arena_printf(c->a,
					   _("figures are not told apart by %s, but by priority, group, service, customer, category, ci, kind, "
						 "assignee, hour, day, week or month"),
					   by),
				   &err)) ||
		!(f = filter(c, &err)))
		return cli_fail(c, &err);
	const char *params[] = {c->arg[0], period ? period : "this-month", by, compare, f, c->json ? "en" : sd_locale_language()};
	json_t *m = cli_json(c, &err, "select desk.metric_json($1, $2, $3, $4, $5::jsonb, $6)", 6, params);
	if (!m)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, m);
	else
		print(c, m);
	json_decref(m);
	return 0;
}
