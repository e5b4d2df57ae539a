/* The CMDB as the desk tells it: JSON into rows, a page, an impact. Text is cleaned on the way in. */
#include "config.h"
#include "tui/pane/ci.h"

#include <string.h>
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static struct ci_node node_of(struct sd_arena *a, const json_t *o)
{
	return (struct ci_node){.id = store_int(o, "id"),
		.via = store_int(o, "via"),
		.depth = (int)store_int(o, "depth"),
		.crit = (int)store_int(o, "crit"),
		.open = (int)store_int(o, "open"),
		.changes = (int)store_int(o, "changes"),
		.stale = store_bool(o, "stale"),
		.in = store_bool(o, "in"),
		.ident = store_text(a, o, "ident"),
		.name = store_text(a, o, "name"),
		.cls = store_text(a, o, "class"),
		.lifecycle = store_text(a, o, "lifecycle"),
		.op = store_text(a, o, "op"),
		.group = store_text(a, o, "group"),
		.type = store_text(a, o, "type"),
		.key =
			sd_arena_strdup(a, json_string_value(json_object_get(o, "key")) ? json_string_value(json_object_get(o, "key")) : "")};
}

static struct ci_node *nodes_of(struct sd_arena *a, const json_t *array, int *n)
{
	struct ci_node *v = sd_arena_alloc(a, (json_array_size(array) + 1) * sizeof *v);

	*n = (int)json_array_size(array);
	for (int i = 0; i < *n; i++)
		v[i] = node_of(a, json_array_get(array, (size_t)i));
	return v;
}

static struct ci_ticket *tickets_of(struct sd_arena *a, const json_t *array, int *n)
{
	struct ci_ticket *v = sd_arena_alloc(a, (json_array_size(array) + 1) * sizeof *v);

	*n = (int)json_array_size(array);
	for (int i = 0; i < *n; i++) {
		const json_t *o = json_array_get(array, (size_t)i);

		v[i] = (struct ci_ticket){store_int(o, "id"), store_int(o, "ci"), store_text(a, o, "number"), store_text(a, o, "kind"),
			store_text(a, o, "state"), store_text(a, o, "subject"), store_text(a, o, "risk"), (int)store_int(o, "priority"),
			store_time(o, "at")};
	}
	return v;
}

static struct ci_word *words_of(struct sd_arena *a, const json_t *array, int *n)
{
	struct ci_word *v = sd_arena_alloc(a, (json_array_size(array) + 1) * sizeof *v);

	*n = (int)json_array_size(array);
	for (int i = 0; i < *n; i++) {
		const json_t *o = json_array_get(array, (size_t)i);

		v[i] = (struct ci_word){store_text(a, o, "id"), store_text(a, o, "label"), (int)store_int(o, "n")};
	}
	return v;
}

static char **strings_of(struct sd_arena *a, const json_t *array, int *n)
{
	char **v = sd_arena_alloc(a, (json_array_size(array) + 1) * sizeof *v);

	*n = (int)json_array_size(array);
	for (int i = 0; i < *n; i++)
		v[i] = store_value(a, json_array_get(array, (size_t)i));
	return v;
}

struct ci_rows *ci_rows_parse(const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.ci_pane_list", &err);
	const json_t *rows = json_object_get(j, "rows");
	struct sd_arena *a;
	struct ci_rows *r;
	char *args;

	if (!json_is_array(rows)) {
		json_decref(j);
		return NULL;
	}
	a = sd_arena_new();
	r = sd_arena_alloc(a, sizeof *r);
	r->arena = a;
	r->v = nodes_of(a, rows, &r->n);
	r->before = (int)store_int(j, "before");
	r->total = (int)store_int(j, "total");
	r->any = store_bool(j, "any");
	r->error_id = store_text(a, json_object_get(j, "error"), "id");
	r->error_text = store_text(a, json_object_get(j, "error"), "text");
	args = json_dumps(json_object_get(json_object_get(j, "error"), "args"), JSON_COMPACT);
	r->error_args = sd_arena_strdup(a, args ? args : "{}");
	free(args);
	r->cls = words_of(a, json_object_get(j, "classes"), &r->ncls);
	json_decref(j);
	return r;
}

/* ---- a page ---- */
static struct ci_field field_of(struct sd_arena *a, const json_t *o)
{
	struct ci_field f = {.name = store_text(a, o, "name"),
		.label = store_text(a, o, "label"),
		.value = store_text(a, o, "value"),
		.type = store_text(a, o, "type"),
		.edit = store_bool(o, "edit"),
		.required = store_bool(o, "required"),
		.declared = store_bool(o, "declared"),
		.missing = store_bool(o, "missing")};

	f.choice = strings_of(a, json_object_get(o, "choices"), &f.nchoices);
	return f;
}

static struct ci_version version_of(struct sd_arena *a, const json_t *o)
{
	char *row = json_dumps(json_object_get(o, "row"), JSON_COMPACT);
	struct ci_version v = {.version = (int)store_int(o, "version"),
		.at = store_time(o, "at"),
		.by = store_text(a, o, "by"),
		.source = store_text(a, o, "source"),
		.op = store_text(a, o, "op"),
		.changed = store_text(a, o, "changed"),
		.row = sd_arena_strdup(a, row ? row : "{}")};

	free(row);
	return v;
}

struct ci_about *ci_about_parse(const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.ci_pane_page", &err);
	const json_t *ci = json_object_get(j, "ci"), *fields, *versions;
	struct sd_arena *a;
	struct ci_about *p;

	if (!json_is_object(ci)) {
		json_decref(j);
		return NULL;
	}
	a = sd_arena_new();
	p = sd_arena_alloc(a, sizeof *p);
	p->arena = a;
	p->ci = node_of(a, ci);
	p->may = store_bool(j, "may");
	p->at_version = (int)store_int(j, "version");
	fields = json_object_get(j, "fields");
	versions = json_object_get(j, "versions");
	p->nfields = (int)json_array_size(fields);
	p->nversions = (int)json_array_size(versions);
	p->versions_all = (int)store_int(j, "versions_all");
	p->field = sd_arena_alloc(a, ((size_t)p->nfields + 1) * sizeof *p->field);
	p->version = sd_arena_alloc(a, ((size_t)p->nversions + 1) * sizeof *p->version);
	for (int i = 0; i < p->nfields; i++)
		p->field[i] = field_of(a, json_array_get(fields, (size_t)i));
	for (int i = 0; i < p->nversions; i++)
		p->version[i] = version_of(a, json_array_get(versions, (size_t)i));
	p->link = nodes_of(a, json_object_get(j, "links"), &p->nlinks);
	p->group = words_of(a, json_object_get(j, "groups"), &p->ngroups);
	p->open = tickets_of(a, json_object_get(j, "open"), &p->nopen);
	p->change = tickets_of(a, json_object_get(j, "changes"), &p->nchanges);
	p->other = tickets_of(a, json_object_get(j, "other"), &p->nother);
	p->link_type = strings_of(a, json_object_get(j, "link_types"), &p->nlink_types);
	json_decref(j);
	return p;
}

bool ci_near_parse(struct ci_near *n, const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.ci_pane_near", &err);
	const json_t *links = json_object_get(j, "links");

	if (json_is_array(links)) {
		n->arena = n->arena ? n->arena : sd_arena_new();
		n->v = nodes_of(n->arena, links, &n->n);
		n->count = (int)store_int(j, "count");
	}
	json_decref(j);
	return n->v != NULL;
}

/* ---- an impact ---- */
static void reach_of(struct ci_reached *r, const json_t *j)
{
	r->service = words_of(r->arena, json_object_get(j, "services"), &r->nservices);
	r->customer = words_of(r->arena, json_object_get(j, "customers"), &r->ncustomers);
	r->open = tickets_of(r->arena, json_object_get(j, "open"), &r->nopen);
	r->change = tickets_of(r->arena, json_object_get(j, "changes"), &r->nchanges);
}

struct ci_reached *ci_reached_parse(const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.ci_pane_impact", &err);
	const json_t *nodes = json_object_get(j, "nodes");
	struct sd_arena *a;
	struct ci_reached *r;

	if (!json_is_array(nodes)) {
		json_decref(j);
		return NULL;
	}
	a = sd_arena_new();
	r = sd_arena_alloc(a, sizeof *r);
	r->arena = a;
	r->ci = node_of(a, json_object_get(j, "ci"));
	r->number = store_text(a, j, "number");
	r->ticket = store_int(j, "ticket");
	r->cis = words_of(a, json_object_get(j, "cis"), &r->ncis);
	r->nth = (int)store_int(j, "nth");
	r->type = words_of(a, json_object_get(j, "types"), &r->ntypes);
	r->v = nodes_of(a, nodes, &r->n);
	r->count = (int)store_int(j, "count");
	reach_of(r, j);
	json_decref(j);
	return r;
}

bool ci_reached_count(struct ci_reached *r, const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.ci_pane_reach", &err);

	if (j) {
		r->count = (int)store_int(j, "count");
		reach_of(r, j);
	}
	json_decref(j);
	return j != NULL;
}

void ci_rows_free(struct ci_rows *r)
{
	if (r)
		sd_arena_free(r->arena);
}

void ci_about_free(struct ci_about *a)
{
	if (a)
		sd_arena_free(a->arena);
}

void ci_reached_free(struct ci_reached *r)
{
	if (r)
		sd_arena_free(r->arena);
}
