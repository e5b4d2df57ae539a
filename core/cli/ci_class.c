/* ci class list, show, set, attr, rank; ci type list, set: what items can be, as data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/ci.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"

static void class_out(struct cli *c, const json_t *k)
{
	struct sd_str out = {0};
	const json_t *o;
	size_t i;

	sd_str_addf(&out, _("class %s below %s; stale after %s days\n"), cli_word(k, "class"),
		*cli_word(k, "parent") ? cli_word(k, "parent") : "-", ci_member(c, k, "stale_days"));
	if (*cli_word(k, "description"))
		sd_str_addf(&out, "%s\n", cli_word(k, "description"));
	if (*cli_word(k, "parent_link"))
		sd_str_addf(&out, _("hangs on another item by %s\n"), cli_word(k, "parent_link"));
	json_array_foreach(json_object_get(k, "keys"), i, o) sd_str_addf(&out, _("key %zu: %s\n"), i + 1, ci_text(c, o));
	json_array_foreach(json_object_get(k, "attributes"), i, o)
	{
		sd_str_addf(&out, "  %-16s %s", cli_word(o, "attr"), cli_word(o, "type"));
		if (json_is_array(json_object_get(o, "choices")))
			sd_str_addf(&out, " (%s)", ci_member(c, o, "choices"));
		if (*cli_word(o, "ref"))
			sd_str_addf(&out, " (%s)", cli_word(o, "ref"));
		if (json_is_true(json_object_get(o, "required")))
			sd_str_addf(&out, ", %s", _("required"));
		if (json_is_true(json_object_get(o, "recommended")))
			sd_str_addf(&out, ", %s", _("recommended"));
		if (json_is_true(json_object_get(o, "noise")))
			sd_str_addf(&out, ", %s", _("noise"));
		if (*cli_word(o, "from"))
			sd_str_addf(&out, _(", from %s"), cli_word(o, "from"));
		sd_str_addc(&out, '\n');
	}
	json_array_foreach(json_object_get(k, "ranks"), i, o) sd_str_addf(&out, _("rank %s of source %s for %s.%s\n"),
		ci_member(c, o, "rank"), cli_word(o, "source"), cli_word(o, "class"), cli_word(o, "attr"));
	cli_print_clean(c, out.data);
	sd_str_free(&out);
}

static void classes_out(struct cli *c, const json_t *list)
{
	static const char *const names[] = {N_("class"), N_("items"), N_("attributes"), N_("description")};
	const char *titles[4];
	struct cli_table *t;
	const json_t *o;
	size_t i;

	for (i = 0; i < 4; i++)
		titles[i] = _(names[i]);
	t = cli_table_new(c, titles, 4);
	json_array_foreach((json_t *)(uintptr_t)list, i, o)
	{
		const char *cells[] = {
			cli_word(o, "line"), ci_member(c, o, "items"), ci_member(c, o, "attributes"), cli_word(o, "description")};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_ci_class_list(struct cli *c)
{
	return rota_run(c, "select desk.ci_class_list()", 0, NULL, classes_out);
}

int cli_ci_class_show(struct cli *c)
{
	const char *params[] = {c->arg[0]};
	return rota_run(c, "select desk.ci_class_show($1)", 1, params, class_out);
}

/* The answer {class: {}} or {type: {}} as its inner object. */
static int inner(struct cli *c, const char *sql, int n, const char *const *params, const char *member,
	void (*print)(struct cli *c, const json_t *j))
{
	struct sd_err err = {0};
	json_t *r = cli_connect(c, &err) ? cli_json(c, &err, sql, n, params) : NULL,
		   *in = r ? json_incref(json_object_get(r, member)) : NULL;

	json_decref(r);
	return rota_answer(c, in, &err, print);
}

/* "serial" or "@located_in+name", one for each --key. */
static json_t *keys_of(struct cli *c)
{
	json_t *keys = NULL;

	for (size_t i = 0; i < c->nopt; i++) {
		const char *p = c->opt[i].value;
		json_t *key;
		if (strcmp(c->opt[i].name, "key") != 0 || !p)
			continue;
		if (!keys)
			keys = json_array();
		for (key = json_array(); *p; p += strspn(p, "+, ")) {
			size_t n = strcspn(p, "+, ");
			if (n)
				json_array_append_new(key, json_stringn(p, n));
			p += n;
		}
		if (json_array_size(key))
			json_array_append_new(keys, key);
		else
			json_decref(key);
	}
	return keys;
}

static void put(json_t *o, const char *key, const char *value)
{
	if (value)
		json_object_set_new(o, key, *value ? json_string(value) : json_null());
}

int cli_ci_class_set(struct cli *c)
{
	json_t *o = json_object(), *keys = keys_of(c);
	const char *params[2] = {c->arg[0], NULL};

	put(o, "parent", cli_get(c, "parent"));
	put(o, "description", cli_get(c, "description"));
	put(o, "stale_days", cli_get(c, "stale-days"));
	put(o, "parent_link", cli_get(c, "parent-link"));
	if (keys)
		json_object_set_new(o, "keys", keys);
	params[1] = cli_dumped(c, o);
	json_decref(o);
	return inner(c, "select desk.ci_class_set($1, $2::jsonb)", 2, params, "class", class_out);
}

static void yes_or_no(struct cli *c, json_t *o, const char *name)
{
	if (cli_has(c, name))
		json_object_set_new(o, name, json_true());
	if (cli_has(c, sd_arena_printf(c->a, "not-%s", name)))
		json_object_set_new(o, name, json_false());
}

int cli_ci_class_attr(struct cli *c)
{
	json_t *o = json_object();
	const char *params[3] = {c->arg[0], c->arg[1], NULL}, *p = cli_get(c, "choices");

	put(o, "type", cli_get(c, "type"));
	put(o, "description", cli_get(c, "description"));
	put(o, "ref", cli_get(c, "ref"));
	yes_or_no(c, o, "required");
	yes_or_no(c, o, "recommended");
	yes_or_no(c, o, "noise");
	if (p) {
		json_t *list = json_array();
		for (; *p; p += *p == ',') {
			size_t n = strcspn(p, ",");
			json_array_append_new(list, json_stringn(p, n));
			p += n;
		}
		json_object_set_new(o, "choices", list);
	}
	if (cli_has(c, "drop"))
		json_object_set_new(o, "drop", json_true());
	params[2] = cli_dumped(c, o);
	json_decref(o);
	return inner(c, "select desk.ci_attr_set($1, $2, $3::jsonb)", 3, params, "class", class_out);
}

static void rank_out(struct cli *c, const json_t *r)
{
	const char *rank = ci_member(c, r, "rank");
	if (*rank)
		cli_print_clean(c, sd_arena_printf(c->a, _("rank %s of source %s for %s.%s\n"), rank, cli_word(r, "source"),
							   cli_word(r, "class"), cli_word(r, "attr")));
	else
		cli_print_clean(c, sd_arena_printf(c->a, _("source %s has no rank for %s.%s any more\n"), cli_word(r, "source"),
							   cli_word(r, "class"), cli_word(r, "attr")));
}

int cli_ci_class_rank(struct cli *c)
{
	struct sd_err err = {0};
	const char *params[] = {c->arg[0], c->arg[1], c->arg[2], c->narg > 3 ? c->arg[3] : NULL};

	if (params[3] && (strspn(params[3], "0123456789") != strlen(params[3]) || strlen(params[3]) > 6)) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("a rank is a number from 1 (the strongest) to 999, not \"%s\""), params[3]);
		return cli_fail(c, &err);
	}
	return rota_run(c, "select desk.ci_rank_set($1, $2, $3, $4::int)", 4, params, rank_out);
}

static void type_line(struct cli *c, const json_t *t)
{
	struct sd_str out = {0};
	const json_t *p;
	long long impact = json_integer_value(json_object_get(t, "impact"));
	size_t i;

	sd_str_addf(&out, "%-16s %s", cli_word(t, "type"),
		impact > 0   ? _("the source suffers when the target fails")
		: impact < 0 ? _("the target suffers when the source fails")
					 : _("no impact"));
	json_array_foreach(json_object_get(t, "pairs"), i, p)
		sd_str_addf(&out, "%s %s > %s", i ? "," : ";", ci_text(c, json_array_get(p, 0)), ci_text(c, json_array_get(p, 1)));
	sd_str_addc(&out, '\n');
	cli_print_clean(c, out.data);
	sd_str_free(&out);
}

static void types_out(struct cli *c, const json_t *list)
{
	const json_t *o;
	size_t i;
	json_array_foreach((json_t *)(uintptr_t)list, i, o) type_line(c, o);
}

int cli_ci_type_list(struct cli *c)
{
	return rota_run(c, "select desk.ci_type_list()", 0, NULL, types_out);
}

int cli_ci_type_set(struct cli *c)
{
	struct sd_err err = {0};
	json_t *o = json_object(), *pairs = NULL;
	const char *params[2] = {c->arg[0], NULL};

	put(o, "impact", cli_get(c, "impact"));
	put(o, "description", cli_get(c, "description"));
	for (size_t i = 0; i < c->nopt; i++) {
		const char *v = c->opt[i].value, *sep = v ? strchr(v, '>') : NULL;
		if (strcmp(c->opt[i].name, "pair") != 0)
			continue;
		if (!pairs)
			pairs = json_array();
		if (v && *v && !sep) {
			sd_err_set(&err, SD_ERR_INPUT, "option_value", _("--pair wants CLASS>CLASS, not \"%s\""), v);
			json_decref(pairs);
			json_decref(o);
			return cli_fail(c, &err);
		}
		if (sep)
			json_array_append_new(pairs, json_pack("[s#, s]", v, (int)(sep - v), sep + 1));
	}
	if (pairs)
		json_object_set_new(o, "pairs", pairs);
	params[1] = cli_dumped(c, o);
	json_decref(o);
	return inner(c, "select desk.ci_link_type_set($1, $2::jsonb)", 2, params, "type", type_line);
}
