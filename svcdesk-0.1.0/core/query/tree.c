/* One form for queries that say the same: nested lists flattened, alternatives and values sorted, doubles dropped. */
#include "core/query/tree.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"

struct query_node *query_node_new(struct sd_arena *a, enum query_node_type type)
{
	struct query_node *n = sd_arena_alloc(a, sizeof *n);
	n->type = type;
	return n;
}

void query_node_add(struct sd_arena *a, struct query_node *n, struct query_node *kid)
{
	if ((n->nkid & (n->nkid - 1)) == 0) { /* full at every power of two */
		struct query_node **old = n->kid;
		n->kid = sd_arena_alloc(a, (n->nkid ? n->nkid * 2 : 1) * sizeof *n->kid);
		if (old)
			memcpy(n->kid, old, n->nkid * sizeof *old);
	}
	n->kid[n->nkid++] = kid;
}

static json_t *value_json(const struct query_field *f, const struct query_value *v)
{
	if (v->none)
		return json_null();
	if (v->any)
		return json_pack("{s:b}", "any", 1);
	if (f->type == QUERY_BREACHED && v->is_int)
		return json_boolean(v->lo);
	if (v->is_int)
		return v->range ? json_pack("[I,I]", (json_int_t)v->lo, (json_int_t)v->hi) : json_integer(v->lo);
	if (f->type == QUERY_BOOL)
		return json_boolean(v->lo);
	if (v->phrase)
		return json_pack("{s:s}", "phrase", v->text);
	return json_string(v->text);
}

static json_t *node_json(const struct query_node *n)
{
	json_t *list = json_array();
	if (n->type == QUERY_LEAF) {
		for (size_t i = 0; i < n->nvalue; i++)
			json_array_append_new(list, value_json(n->field, &n->value[i]));
		return json_pack("{s:s,s:s,s:o}", "field", n->field->name, "op", query_op_word(n->op), "value", list);
	}
	for (size_t i = 0; i < n->nkid; i++)
		json_array_append_new(list, node_json(n->kid[i]));
	if (n->type == QUERY_NOT) {
		json_t *only = json_incref(json_array_get(list, 0));
		json_decref(list);
		return json_pack("{s:o}", "not", only);
	}
	return json_pack("{s:o}", n->type == QUERY_AND ? "and" : "or", list);
}

static char *dump(struct sd_arena *a, json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	json_decref(j);
	if (!text)
		sd_oom();
	char *out = sd_arena_strdup(a, text);
	free(text);
	return out;
}

static int by_json(const void *x, const void *y)
{
	const struct query_node *const *a = x, *const *b = y;
	return strcmp((*a)->json, (*b)->json);
}

static int by_value(const void *x, const void *y)
{
	const struct query_value *a = x, *b = y;
	int words = (int)(b->none || b->any) - (int)(a->none || a->any);
	if (words)
		return words;
	if (a->is_int && b->is_int)
		return a->lo != b->lo ? (a->lo > b->lo) - (a->lo < b->lo) : (a->hi > b->hi) - (a->hi < b->hi);
	return strcmp(a->text, b->text);
}

static void sort_values(struct query_node *n)
{
	size_t k = 0;
	qsort(n->value, n->nvalue, sizeof *n->value, by_value);
	for (size_t i = 0; i < n->nvalue; i++)
		if (k == 0 || by_value(&n->value[k - 1], &n->value[i]) != 0)
			n->value[k++] = n->value[i];
	n->nvalue = k;
}

static void sort_kids(struct query_node *n)
{
	size_t k = 0;
	qsort(n->kid, n->nkid, sizeof *n->kid, by_json);
	for (size_t i = 0; i < n->nkid; i++)
		if (k == 0 || strcmp(n->kid[k - 1]->json, n->kid[i]->json) != 0)
			n->kid[k++] = n->kid[i];
	n->nkid = k;
}

struct query_node *query_canonical(struct sd_arena *a, struct query_node *n)
{
	struct query_node *out = n;
	if (n->type == QUERY_LEAF) {
		sort_values(n);
	} else {
		out = query_node_new(a, n->type);
		for (size_t i = 0; i < n->nkid; i++) {
			struct query_node *kid = query_canonical(a, n->kid[i]);
			bool same = kid->type == n->type && n->type != QUERY_NOT;
			for (size_t j = 0; same && j < kid->nkid; j++)
				query_node_add(a, out, kid->kid[j]);
			if (!same)
				query_node_add(a, out, kid);
		}
		if (n->type == QUERY_NOT && out->kid[0]->type == QUERY_NOT)
			out = out->kid[0]->kid[0];
		else if (n->type != QUERY_NOT) {
			sort_kids(out);
			if (out->nkid == 1)
				out = out->kid[0];
		}
	}
	if (!out->json)
		out->json = dump(a, node_json(out));
	return out;
}

char *sd_query_json(const struct sd_query *q, struct sd_arena *a)
{
	const char *sort = q->sort == SD_SORT_COLUMN ? q->sort_field->name : sd_query_sort_word(q->sort);
	const char *match = q->root ? q->root->json : "null";
	if (!q->sorted)
		return sd_arena_printf(a, "{\"match\":%s,\"sort\":null}", match);
	return sd_arena_printf(a, "{\"match\":%s,\"sort\":\"%s%s\"}", match, q->reverse ? "-" : "", sort);
}

bool sd_query_order(const struct sd_query *q, enum sd_query_sort *sort, bool *reverse)
{
	if (q->sorted) {
		*sort = q->sort;
		*reverse = q->reverse;
	}
	return q->sorted;
}

const char *sd_query_order_field(const struct sd_query *q)
{
	return q->sorted && q->sort == SD_SORT_COLUMN ? q->sort_field->name : NULL;
}
