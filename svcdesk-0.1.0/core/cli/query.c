/* What the command line does with queries: parsing with the words of the desk, how they are answered, what is said of the slow.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/query/columns.h"
#include "svcdesk/cfg.h"
#include "svcdesk/query.h"
#include "svcdesk/text.h"

enum { PAGE = 50 };

static bool plain_columns(const char *const *columns)
{
	for (; columns && *columns; columns++)
		if (!query_column(*columns))
			return false;
	return true;
}

static struct sd_query *parse_with_typed(struct cli *c, const char *text, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(c->conn,
		"select f.field, format('%I.%I', n.nspname, r.relname), f.col, f.type from desk.field f join desk.kind k on k.kind = "
		"f.kind "
		"join pg_catalog.pg_class r on r.oid = k.typed_table join pg_catalog.pg_namespace n on n.oid = r.relnamespace "
		"where f.store = 'typed' order by k.sort, k.kind, f.field",
		0, NULL, err);
	if (!r)
		return NULL;
	int n = sd_result_rows(r);
	struct sd_query_extra *extra = sd_arena_alloc(c->a, ((size_t)n + 1) * sizeof *extra);
	for (int i = 0; i < n; i++)
		extra[i] = (struct sd_query_extra){
			sd_result_get(r, i, 0), sd_result_get(r, i, 1), sd_result_get(r, i, 2), sd_result_get(r, i, 3)};
	struct sd_query *q = sd_query_parse(c->a, text, extra, (size_t)n, err);
	sd_result_free(r);
	return q;
}

static const char *zone(const struct cli *c)
{
	return *sd_cfg_text(c->cfg, "zone") ? sd_cfg_text(c->cfg, "zone") : NULL;
}

static bool names_known(struct cli *c, const struct sd_query *q, struct sd_err *err)
{
	struct sd_query_sql check;
	struct sd_query_opts o = {.zone = zone(c)};
	if (!sd_query_check(q, c->a, &o, &check))
		return true;
	struct sd_result *r = sd_conn_query(c->conn, check.sql, check.nparams, check.params, err);
	if (!r)
		return false;
	bool ok = sd_result_rows(r) == 0;
	const char *row[SD_QUERY_CHECK_COLUMNS];
	for (int i = 0; !ok && i < SD_QUERY_CHECK_COLUMNS; i++)
		row[i] = sd_result_get(r, 0, i);
	if (!ok)
		sd_query_unknown(err, row);
	sd_result_free(r);
	return ok;
}

/* The query as it was read, for the line beneath an error: the parser counts in the cleaned text. */
static void remember(struct cli *c, const char *text)
{
	struct sd_str clean = {0};
	sd_text_clean(&clean, text, strlen(text), SD_CLEAN_LINE);
	c->query = sd_arena_strndup(c->a, clean.data ? clean.data : "", clean.len);
	sd_str_free(&clean);
}

struct sd_query *cli_query(struct cli *c, const char *text, const char *const *columns, struct sd_err *err)
{
	struct sd_query *q = sd_query_parse(c->a, text, NULL, 0, err);
	struct sd_err why;
	remember(c, text);
	if (!q && strcmp(err->id, "unknown_field") != 0 && strstr(text, "sort:") == NULL)
		return NULL;
	if (!cli_connect(c, &why)) {
		if (q) /* else the complaint about the field says more */
			*err = why;
		return NULL;
	}
	if (!q || !plain_columns(columns))
		q = parse_with_typed(c, text, err);
	return q && names_known(c, q, err) ? q : NULL;
}

/* "    state:opn" and a mark beneath the place, cut so that the place is seen. */
void cli_caret(struct sd_str *out, const char *text, int place, int width)
{
	size_t at = (size_t)place - 1 < strlen(text) ? (size_t)place - 1 : strlen(text);
	int room = width > 24 ? width - 4 : 20;
	struct sd_arena *a = sd_arena_new();
	const char *head = sd_arena_strndup(a, text, at), *from = text;
	while (sd_text_width(head) > room * 2 / 3) { /* from the left, a word at a time */
		const char *blank = strchr(head, ' ');
		size_t n = blank ? (size_t)(blank - head) + 1 : strlen(head);
		from += n;
		head += n;
	}
	sd_str_addf(out, "    %s\n    %*s^\n", from, sd_text_width(head), "");
	sd_arena_free(a);
}

/* ---- how it is answered ---- */

static bool planned(struct cli *c, const struct sd_query *q, const struct sd_query_sql *s, struct sd_query_plan *plan,
	const char **text, struct sd_err *err)
{
	const char *sql = sd_arena_printf(c->a, "explain (format json) %s", s->sql);
	*text = cli_value(c, err, sql, s->nparams, s->params);
	return *text && sd_query_plan_read(q, *text, plan, err);
}

/* Partitions have indexes of their own: people know that of the whole table. */
static void whole_index(struct cli *c, struct sd_query_plan *plan)
{
	struct sd_err ignored;
	const char *params[] = {plan->index};
	const char *name = cli_value(c, &ignored,
		"select coalesce((select p.relname from pg_catalog.pg_class i join pg_catalog.pg_inherits h on h.inhrelid = i.oid join "
		"pg_catalog.pg_class p on p.oid = h.inhparent where i.relname = $1 and i.relnamespace = 'desk'::regnamespace), $1)",
		1, params);
	if (name && *plan->index)
		snprintf(plan->index, sizeof plan->index, "%s", name);
}

int cli_query_bound(struct cli *c, const struct sd_query *q, const struct sd_query_opts *list)
{
	struct sd_query_opts o = *list;
	struct sd_query_sql s;
	struct sd_query_plan plan;
	struct sd_err ignored;
	const char *text;
	char sentence[200];
	if (!o.limit || o.limit > PAGE)
		o.limit = o.mode == SD_QUERY_COUNT ? o.limit : PAGE;
	if (!sd_query_sql(q, c->a, &o, &s, &ignored) || !planned(c, q, &s, &plan, &text, &ignored))
		return 0;
	if (plan.serve != SD_SERVE_SCAN)
		return 0;
	sd_query_plan_text(&plan, CLI_QUERY_SECONDS, sentence, sizeof sentence);
	if (!c->json)
		fprintf(stderr, "svcdesk: %s\n", sentence);
	return CLI_QUERY_SECONDS;
}

static int print_explained(
	struct cli *c, const struct sd_query *q, const struct sd_query_sql *s, const struct sd_query_plan *plan, const char *sentence)
{
	struct sd_err err;
	json_t *tree = cli_parse(sd_query_json(q, c->a), &err);
	struct sd_str out = {0};
	const char *sort = json_string_value(json_object_get(tree, "sort"));
	sd_str_addf(&out, "%s\n", sentence);
	sd_str_addf(&out, "\n%s\n  ", _("Tree:"));
	cli_json_write(&out, json_object_get(tree, "match"), -1);
	sd_str_addf(&out, "\n\n%s\n  %s\n", _("Order:"), sort ? sort : "number");
	sd_str_addf(&out, "\n%s\n  %s\n", _("SQL of a page:"), s->sql);
	if (s->nparams)
		sd_str_addf(&out, "\n%s\n", _("Parameters:"));
	for (int i = 0; i < s->nparams; i++)
		sd_str_addf(&out, "  $%d  %s\n", i + 1, s->params[i]);
	sd_str_addf(&out, "\n%s\n  ", _("Limits:"));
	sd_str_addf(&out, _("%d s in the console, %d s in ticket list where no index serves it; the plan costs %.0f"),
		SD_QUERY_PAGE_SECONDS, CLI_QUERY_SECONDS, plan->cost);
	sd_str_addc(&out, '\n');
	cli_print_clean(c, out.data);
	sd_str_free(&out);
	json_decref(tree);
	return 0;
}

static int json_explained(struct cli *c, const struct sd_query *q, const struct sd_query_sql *s, const struct sd_query_plan *plan,
	const char *sentence, const char *explained)
{
	struct sd_err err;
	json_t *out = cli_parse(sd_query_json(q, c->a), &err), *params = json_array();
	for (int i = 0; i < s->nparams; i++)
		json_array_append_new(params, json_string(s->params[i]));
	json_object_set_new(out, "query", json_string(c->query));
	json_object_set_new(out, "sql", json_string(s->sql));
	json_object_set_new(out, "params", params);
	json_object_set_new(out, "plan",
		json_pack("{s:s,s:s?,s:s,s:f,s:f}", "class", sd_query_plan_word(plan->serve), "index", *plan->index ? plan->index : NULL,
			"text", sentence, "cost", plan->cost, "rows", plan->rows));
	json_object_set_new(out, "timeout_s", json_integer(SD_QUERY_PAGE_SECONDS));
	json_object_set_new(out, "explain", cli_parse(explained, &err));
	cli_print_json(c, out);
	json_decref(out);
	return 0;
}

int cli_query_explain(struct cli *c)
{
	static const char *const columns[] = {"number", "priority", "state", "updated_at", "group", "assignee", "subject", NULL};
	struct sd_err err;
	struct sd_query_sql s;
	struct sd_query_plan plan;
	struct sd_query_opts o = {.mode = SD_QUERY_PAGE, .columns = columns, .limit = PAGE, .zone = zone(c)};
	const char *explained;
	char sentence[200];
	struct sd_query *q = cli_query(c, cli_rest(c, 0), columns, &err);
	if (!q || !sd_query_sql(q, c->a, &o, &s, &err) || !planned(c, q, &s, &plan, &explained, &err))
		return cli_fail(c, &err);
	whole_index(c, &plan);
	sd_query_plan_text(&plan, SD_QUERY_PAGE_SECONDS, sentence, sizeof sentence);
	return c->json ? json_explained(c, q, &s, &plan, sentence, explained) : print_explained(c, q, &s, &plan, sentence);
}
