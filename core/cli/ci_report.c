/* What an import did, or would do: counts, what was added, changed and is gone, and every row that was left out. */
#include "core/cli/ci_report.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"

enum { NAMED = 20 };

/* ---- JSON: the stable contract ---- */

static json_t *counts_json(const struct ci_counts *n)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "read", (json_int_t)n->read, "added", (json_int_t)n->added, "changed",
		(json_int_t)n->changed, "returned", (json_int_t)n->returned, "vanished", (json_int_t)n->vanished, "unchanged",
		(json_int_t)n->unchanged, "left_out", (json_int_t)n->left_out);
}

static json_t *problems_json(const struct ci_problems *all)
{
	json_t *list = json_array();

	for (size_t i = 0; i < all->n; i++) {
		const struct ci_problem *p = &all->p[i];
		json_array_append_new(
			list, json_pack("{s:s,s:I,s:o,s:o,s:o,s:s}", "file", p->file, "line", (json_int_t)p->line, "column",
					  p->column ? json_integer(p->column) : json_null(), "name", *p->name ? json_string(p->name) : json_null(),
					  "id", *p->id ? json_string(p->id) : json_null(), "reason", p->reason));
	}
	return list;
}

/* {attr: [old, new]} as [{attr, old, new}]. */
static json_t *changes_json(const json_t *changes)
{
	json_t *list = json_array(), *pair;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)changes, key, pair) json_array_append_new(
		list, json_pack("{s:s,s:O,s:O}", "attr", key, "old", json_array_get(pair, 0) ? json_array_get(pair, 0) : json_null(),
				  "new", json_array_get(pair, 1) ? json_array_get(pair, 1) : json_null()));
	return list;
}

static json_t *items_json(const json_t *items)
{
	json_t *list = json_array();
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)items, i, o)
	{
		json_t *x = json_pack("{s:s,s:s}", "op", cli_word(o, "op"), "id", cli_word(o, "id"));
		const json_t *changes = json_object_get(o, "changes"), *kept = json_object_get(o, "kept");
		if (json_is_object(changes))
			json_object_set_new(x, "changes", changes_json(changes));
		if (json_is_object(kept)) {
			/* what this source says and what is believed instead */
			json_t *k = json_array(), *pair;
			const char *key;
			json_object_foreach((json_t *)(uintptr_t)kept, key, pair) json_array_append_new(
				k, json_pack("{s:s,s:O?,s:O?}", "attr", key, "said", json_array_get(pair, 0), "kept", json_array_get(pair, 1)));
			json_object_set_new(x, "kept", k);
		}
		json_array_append_new(list, x);
	}
	return list;
}

json_t *ci_report_json(const struct ci_report *r)
{
	return json_pack("{s:s,s:b,s:b,s:b,s:o,s:o,s:O,s:{s:o,s:O,s:i},s:b,s:I,s:o,s:I}", "source", r->source, "source_new",
		r->source_new, "dry_run", r->dry_run, "written", !r->dry_run, "cis", counts_json(&r->items), "relations",
		r->links ? counts_json(&r->relations) : json_null(), "declared", r->declared, "changes", "cis", items_json(r->item_list),
		"relations", r->relation_list, "listed", CI_LISTED, "vanished_not_marked", r->unsure || r->links_unsure, "kept",
		(json_int_t)r->kept, "problems", problems_json(&r->problems), "problems_more", (json_int_t)r->problems.more);
}

/* ---- text ---- */

static void counts_text(struct cli *c, const char *what, const struct ci_counts *n)
{
	cli_print_clean(
		c, sd_arena_printf(c->a, _("%s: %ld read; %ld added, %ld changed, %ld back, %ld vanished, %ld as before, %ld left out\n"),
			   what, n->read, n->added, n->changed, n->returned, n->vanished, n->unchanged, n->left_out));
}

static void declared_text(struct cli *c, const struct ci_report *r)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(r->declared, "classes"), i, o)
		cli_print_clean(c, sd_arena_printf(c->a, _("new class: %s\n"), json_string_value(o)));
	json_array_foreach(json_object_get(r->declared, "attributes"), i, o)
		cli_print_clean(c, sd_arena_printf(c->a, _("new attribute: %s of %s (%s)\n"), cli_word(o, "attr"), cli_word(o, "class"),
							   cli_word(o, "type")));
	json_array_foreach(json_object_get(r->declared, "types"), i, o) cli_print_clean(
		c, sd_arena_printf(c->a, _("new type of link: %s; it carries no impact until somebody says so\n"), json_string_value(o)));
}

static const char *value_text(struct cli *c, const json_t *v)
{
	return !v || json_is_null(v) ? "-" : json_is_string(v) ? json_string_value(v) : cli_dumped(c, v);
}

static const char *op_text(const char *op)
{
	return strcmp(op, "added") == 0      ? _("added")
		   : strcmp(op, "changed") == 0  ? _("changed")
		   : strcmp(op, "returned") == 0 ? _("back")
		   : strcmp(op, "vanished") == 0 ? _("vanished")
										 : _("as before");
}

static void item_text(struct cli *c, const json_t *o)
{
	struct sd_str s = {0};
	json_t *pair;
	const char *key;

	sd_str_addf(&s, "  %s %s", op_text(cli_word(o, "op")), cli_word(o, "id"));
	json_object_foreach(json_object_get(o, "changes"), key, pair)
		sd_str_addf(&s, "; %s: %s -> %s", key, value_text(c, json_array_get(pair, 0)), value_text(c, json_array_get(pair, 1)));
	json_object_foreach(json_object_get(o, "kept"), key, pair)
		sd_str_addf(&s, _("; %s stays %s, another source is believed rather than %s"), key,
			value_text(c, json_array_get(pair, 1)), value_text(c, json_array_get(pair, 0)));
	sd_str_addc(&s, '\n');
	cli_print_clean(c, s.data);
	sd_str_free(&s);
}

static void lists_text(struct cli *c, const struct ci_report *r)
{
	long n = 0, all = r->items.changed + r->items.returned + r->items.vanished + r->items.added + r->relations.added +
					  r->relations.returned + r->relations.vanished;
	const json_t *o;
	size_t i;

	json_array_foreach(r->item_list, i, o)
	{
		if (n++ < NAMED)
			item_text(c, o);
	}
	json_array_foreach(r->relation_list, i, o)
	{
		if (n++ < NAMED)
			cli_print_clean(c, sd_arena_printf(c->a, "  %s %s %s %s\n", op_text(cli_word(o, "op")), cli_word(o, "source"),
								   cli_word(o, "type"), cli_word(o, "target")));
	}
	if (all > NAMED)
		cli_print_clean(c,
			sd_arena_printf(c->a, _("  and %ld more; --json names them (of each kind the first %d)\n"), all - NAMED, CI_LISTED));
}

static void problems_text(struct cli *c, const struct ci_report *r)
{
	const struct ci_problems *all = &r->problems;

	for (size_t i = 0; i < all->n && i < NAMED; i++) {
		const struct ci_problem *p = &all->p[i];
		cli_print_clean(c, p->column ? sd_arena_printf(c->a, _("%s, line %ld, column %d (%s): %s\n"), p->file, p->line, p->column,
										   p->name, p->reason)
									 : sd_arena_printf(c->a, _("%s, line %ld: %s\n"), p->file, p->line, p->reason));
	}
	if (all->n > NAMED)
		cli_print_clean(
			c, sd_arena_printf(c->a, _("and %ld more problems; --json names them\n"), (long)all->n - NAMED + all->more));
}

void ci_report_text(struct cli *c, const struct ci_report *r)
{
	long left_out = r->items.left_out + r->relations.left_out;

	if (r->dry_run)
		cli_print_clean(c, _("Dry run: nothing was written. An import would give:\n"));
	cli_print_clean(c, sd_arena_printf(c->a, r->source_new ? _("source: %s (new)\n") : _("source: %s\n"), r->source));
	counts_text(c, _("items"), &r->items);
	if (r->links)
		counts_text(c, _("links"), &r->relations);
	declared_text(c, r);
	lists_text(c, r);
	if (r->unsure || r->links_unsure)
		cli_print_clean(c, _("Of some rows it is not known what they are about: so nothing was marked as vanished.\n"));
	problems_text(c, r);
	if (left_out)
		cli_print_clean(c, sd_arena_printf(c->a,
							   r->dry_run ? _("%ld rows would be left out, the rest would go in.\n")
										  : _("%ld rows were left out, the rest went in.\n"),
							   left_out));
}

void ci_report_free(struct ci_report *r)
{
	json_decref(r->declared);
	json_decref(r->item_list);
	json_decref(r->relation_list);
	ci_problems_free(&r->problems);
}
