/* ci impact: what suffers when an item fails, what it needs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/ci_options.h"
#include "core/cli/cli.h"
#include "core/intake/ci.h"

enum { TREE_LINES = 200, PATIENCE_MS = 60000 };

static const char sql[] =
	"select i.id, i.ident, i.class, i.depth, i.via, i.name from desk.ci_impact($1::bigint, $2, $3::text[], $4::int, $5::int) "
	"with ordinality i(id, ident, name, class, depth, via, n) order by i.n";

/* ---- JSON ---- */

static void json_out(struct cli *c, const char *ident, long count, const struct sd_result *r)
{
	struct sd_str s = {0};

	sd_str_add(&s, "{\"ci\":");
	cli_json_string(&s, ident);
	sd_str_addf(&s, ",\"count\":%ld,\"cis\":[", count);
	for (int i = 0; i < sd_result_rows(r); i++) {
		sd_str_add(&s, i ? ",{\"id\":" : "{\"id\":");
		cli_json_string(&s, sd_result_get(r, i, 1));
		sd_str_add(&s, ",\"class\":");
		cli_json_string(&s, sd_result_get(r, i, 2));
		sd_str_addf(&s, ",\"depth\":%s}", sd_result_get(r, i, 3));
	}
	sd_str_add(&s, "]}\n");
	cli_print(c, s.data, s.len);
	sd_str_free(&s);
}

/* ---- a tree: each item below one of those that lead there ---- */

struct node {
	long long id, via;
	int row, first, next; /* first child, next sibling; -1: none */
};

static int by_id(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static struct node *find(struct node **sorted, size_t n, long long id)
{
	struct node key = {.id = id}, *k = &key;
	struct node **at = bsearch(&k, sorted, n, sizeof *sorted, by_id);

	return at ? *at : NULL;
}

/* The rows as nodes, in their order among siblings; those that hang on nothing shown are children of the root. Returns the first
 * of them. */
static int link_up(struct node *node, size_t n, const struct sd_result *r)
{
	struct node **sorted = sd_calloc(n + 1, sizeof *sorted);
	int top = -1;

	for (size_t i = 0; i < n; i++) {
		const char *via = sd_result_get(r, (int)i, 4);
		node[i] = (struct node){strtoll(sd_result_get(r, (int)i, 0), NULL, 10), via ? strtoll(via, NULL, 10) : 0, (int)i, -1, -1};
		sorted[i] = &node[i];
	}
	qsort(sorted, n, sizeof *sorted, by_id);
	for (size_t i = n; i-- > 0;) {
		struct node *parent = node[i].via ? find(sorted, n, node[i].via) : NULL;
		int *head = parent ? &parent->first : &top;
		node[i].next = *head;
		*head = (int)i;
	}
	free(sorted);
	return top;
}

static void tree_out(struct cli *c, const struct sd_result *r)
{
	size_t n = (size_t)sd_result_rows(r);
	struct node *node = sd_calloc(n + 1, sizeof *node);
	int *path = sd_calloc(n + 1, sizeof *path);
	size_t deep = 0;
	int shown = 0;

	path[0] = link_up(node, n, r);
	while (shown < TREE_LINES) {
		if (path[deep] < 0) {
			if (deep-- == 0)
				break;
			path[deep] = node[path[deep]].next;
			continue;
		}
		const struct node *k = &node[path[deep]];
		cli_print_clean(c, sd_arena_printf(c->a, "%*s%s  (%s)\n", (int)deep * 2 + 2, "", sd_result_get(r, k->row, 1),
							   sd_result_get(r, k->row, 2)));
		shown++;
		if (k->first >= 0)
			path[++deep] = k->first;
		else
			path[deep] = k->next;
	}
	if (shown < (int)n)
		cli_print_clean(c, sd_arena_printf(c->a, _("  and %d more; --json lists them all\n"), (int)n - shown));
	free(path);
	free(node);
}

static void text_out(struct cli *c, const char *ident, const char *direction, long count, const struct sd_result *r)
{
	if (strcmp(direction, "up") == 0)
		cli_print_clean(c, sd_arena_printf(c->a, _("What %s needs: %ld\n"), ident, count));
	else
		cli_print_clean(c, sd_arena_printf(c->a, _("What suffers when %s fails: %ld\n"), ident, count));
	tree_out(c, r);
	if (count > sd_result_rows(r))
		cli_print_clean(c, sd_arena_printf(c->a, _("  the nearest %d of %ld\n"), sd_result_rows(r), count));
}

/* ---- asking ---- */

/* A,B as an array literal; NULL when nothing was said. */
static const char *types_of(struct cli *c)
{
	const char *said = cli_get(c, "types");
	struct sd_str s = {0};

	if (!said)
		return NULL;
	sd_str_addc(&s, '{');
	for (char *p = sd_arena_strdup(c->a, said), *word; (word = strsep(&p, ", "));)
		if (*word)
			ci_array_add(&s, word);
	sd_str_addc(&s, '}');
	const char *out = sd_arena_strdup(c->a, s.data);
	sd_str_free(&s);
	return out;
}

const char *ci_number(struct cli *c, const char *opt, bool *ok, struct sd_err *err)
{
	long n = -1;

	*ok = *ok && cli_number(c, opt, 0, 1000000000, &n, err);
	return n >= 0 ? sd_arena_printf(c->a, "%ld", n) : NULL;
}

bool ci_options(struct cli *c, struct ci_options *o, struct sd_err *err)
{
	bool ok = true;

	*o = (struct ci_options){.direction = cli_has(c, "direction") ? cli_get(c, "direction") : "down", .types = types_of(c)};
	o->depth = ci_number(c, "depth", &ok, err);
	if (!ok || strcmp(o->direction, "up") == 0 || strcmp(o->direction, "down") == 0)
		return ok;
	sd_err_set(err, SD_ERR_INPUT, "usage", _("--direction is up (what it needs) or down (what suffers), not %s"), o->direction);
	return false;
}

json_t *ci_options_find(struct cli *c, struct ci_options *o, struct sd_err *err)
{
	sd_conn_timeout(c->conn, PATIENCE_MS);
	const char *params[] = {cli_rest(c, 0), o->types};
	json_t *ci = cli_json(c, err, "select desk.ci_impact_of($1, $2::text[])", 2, params);

	if (ci)
		o->id = sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(ci, "id")));
	return ci;
}

static int answer(struct cli *c, const char *ident, const struct ci_options *o, const char *limit, struct sd_err *err)
{
	const char *params[] = {o->id, o->direction, o->types, o->depth, limit};
	struct sd_result *r = sd_conn_query(c->conn, sql, 5, params, err);

	if (!r)
		return cli_fail(c, err);
	long count = sd_result_rows(r);
	if (limit && count == strtol(limit, NULL, 10)) {
		const char *n = cli_value(c, err, "select desk.ci_impact_count($1::bigint, $2, $3::text[], $4::int)", 4, params);
		if (!n) {
			sd_result_free(r);
			return cli_fail(c, err);
		}
		count = strtol(n, NULL, 10);
	}
	if (c->json)
		json_out(c, ident, count, r);
	else
		text_out(c, ident, o->direction, count, r);
	sd_result_free(r);
	return 0;
}

int cli_ci_impact(struct cli *c)
{
	struct sd_err err = {0};
	struct ci_options o;
	bool ok = ci_options(c, &o, &err);
	const char *limit = ci_number(c, "limit", &ok, &err);

	if (!ok || !cli_connect(c, &err))
		return cli_fail(c, &err);
	json_t *ci = ci_options_find(c, &o, &err);
	int status = ci ? answer(c, cli_word(ci, "ident"), &o, limit, &err) : cli_fail(c, &err);
	json_decref(ci);
	return status;
}
