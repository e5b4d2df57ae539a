/* ci list, ci stale, ci duplicates: which items there are. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/ci.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"

enum { PAGE = 2000, COLUMNS = 8 };

/* How an answer is shown, page by page. */
struct list {
	struct cli *c;
	struct cli_table *table; /* NULL: JSON */
	const char *titles[COLUMNS];
	struct sd_str out;
	size_t n;
};

static void begin(struct list *l)
{
	static const char *const names[COLUMNS] = {
		N_("id"), N_("class"), N_("lifecycle"), N_("state"), N_("criticality"), N_("group"), N_("owner"), N_("name")};

	for (size_t i = 0; i < COLUMNS; i++)
		l->titles[i] = _(names[i]);
	if (l->c->json)
		sd_str_addc(&l->out, '[');
	else
		l->table = cli_table_new(l->c, l->titles, COLUMNS);
}

static void row(struct list *l, const json_t *o)
{
	struct cli *c = l->c;
	l->n++;
	if (l->table) {
		const char *cells[] = {cli_word(o, "id"), cli_word(o, "class"), cli_word(o, "lifecycle"), cli_word(o, "state"),
			ci_member(c, o, "criticality"), cli_word(o, "group"), cli_word(o, "owner"), cli_word(o, "name")};
		cli_table_row(l->table, cells);
		return;
	}
	if (l->n > 1)
		sd_str_add(&l->out, ",\n");
	cli_json_write(&l->out, o, -1);
	if (l->out.len > 1 << 16) {
		cli_print(c, l->out.data, l->out.len);
		sd_str_reset(&l->out);
	}
}

static void end(struct list *l)
{
	if (l->table) {
		cli_table_end(l->table);
	} else {
		sd_str_add(&l->out, "]\n");
		cli_print(l->c, l->out.data, l->out.len);
	}
	sd_str_free(&l->out);
}

static json_t *page(struct cli *c, const char *query, long limit, const char *after, bool all, struct sd_err *err)
{
	const char *params[] = {query, sd_arena_printf(c->a, "%ld", limit), after, all ? "t" : "f"};
	return cli_json(c, err, "select desk.ci_list($1, $2::int, $3, $4::boolean)", 4, params);
}

static int count(struct cli *c, const char *query, bool all)
{
	struct sd_err err = {0};
	const char *params[] = {query, all ? "t" : "f"};
	json_t *r = cli_connect(c, &err) ? cli_json(c, &err, "select desk.ci_list($1, 0, null, $2::boolean, true)", 2, params) : NULL;

	if (!r)
		return cli_fail(c, &err);
	cli_print_clean(c, sd_arena_printf(c->a, "%lld\n", (long long)json_integer_value(json_object_get(r, "count"))));
	json_decref(r);
	return cli_done(c, 0);
}

int ci_list_out(struct cli *c, const char *query, bool all)
{
	struct sd_err err = {0};
	struct list l = {.c = c};
	long limit = -1; /* none */
	const char *after = NULL;
	bool more = true, begun = false;

	if (cli_has(c, "count"))
		return count(c, query, all);
	if (!cli_number(c, "limit", 0, 1000000, &limit, &err) || !cli_connect(c, &err))
		return cli_fail(c, &err);
	while (more && !c->pipe_closed) {
		long n = limit < 0 || limit - (long)l.n > PAGE ? PAGE : limit - (long)l.n;
		json_t *r = page(c, query, n, after, all, &err), *o;
		const json_t *items = json_object_get(r, "items");
		size_t i;
		if (!r) { /* what is out is no whole answer */
			sd_str_free(&l.out);
			return cli_fail(c, &err);
		}
		if (!begun)
			begin(&l);
		begun = true;
		json_array_foreach((json_t *)(uintptr_t)items, i, o) row(&l, o);
		if (json_array_size(items))
			after = sd_arena_strdup(c->a, cli_word(json_array_get(items, json_array_size(items) - 1), "id"));
		more = json_is_true(json_object_get(r, "more")) && (limit < 0 || (long)l.n < limit);
		json_decref(r);
	}
	end(&l);
	return cli_done(c, 0);
}

int cli_ci_list(struct cli *c)
{
	return ci_list_out(c, cli_rest(c, 0), cli_has(c, "all"));
}

int cli_ci_stale(struct cli *c)
{
	const char *rest = cli_rest(c, 0);
	return ci_list_out(c, *rest ? sd_arena_printf(c->a, "stale (%s)", rest) : "stale", false);
}

static void sets_out(struct cli *c, const json_t *list)
{
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, o)
		cli_print_clean(c, sd_arena_printf(c->a, "%s: %s\n", cli_word(o, "key"), ci_member(c, o, "items")));
	if (!json_array_size(list))
		cli_print_clean(c, _("No two items are the same by a key of their class.\n"));
}

int cli_ci_duplicates(struct cli *c)
{
	struct sd_err err = {0};
	long limit = 200;
	const char *params[1];

	if (!cli_number(c, "limit", 1, 10000, &limit, &err))
		return cli_fail(c, &err);
	params[0] = sd_arena_printf(c->a, "%ld", limit);
	return rota_run(c, "select desk.ci_duplicates($1::int)", 1, params, sets_out);
}
