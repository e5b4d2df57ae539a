/* ci show: one item whole, as it is or as it was. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/ci.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"
#include "svcdesk/text.h"

static void field(struct cli *c, struct sd_str *out, const char *name, const char *value)
{
	if (*value)
		sd_str_addf(out, "%s %s\n", sd_text_fit(c->a, name, 14, "~", true), value);
}

static void fields(struct cli *c, struct sd_str *out, const json_t *o)
{
	static const char *const names[] = {N_("description"), N_("lifecycle"), N_("op_state"), N_("criticality"), N_("owner"),
		N_("group"), N_("org"), N_("service"), N_("environment"), N_("place"), N_("redundancy")};
	const json_t *state = json_object_get(o, "state"), *v;
	const char *key;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		field(c, out, _(names[i]), ci_member(c, o, names[i]));
	if (state && strcmp(cli_word(state, "state"), cli_word(o, "op_state")) != 0)
		field(c, out, _("state"),
			sd_arena_printf(c->a, _("%s, because of %s"), cli_word(state, "state"), ci_member(c, state, "because")));
	json_object_foreach((json_t *)(uintptr_t)json_object_get(o, "attributes"), key, v) field(c, out, key, ci_text(c, v));
}

static void links(struct cli *c, struct sd_str *out, const json_t *list, bool towards)
{
	const json_t *l;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, l)
	{
		if (towards)
			sd_str_addf(out, "  %s %s\n", cli_word(l, "type"), cli_word(l, "ci"));
		else
			sd_str_addf(out, "  %s <- %s\n", cli_word(l, "type"), cli_word(l, "ci"));
	}
	(void)c;
}

static void problems(struct cli *c, struct sd_str *out, const json_t *health)
{
	const json_t *list = json_object_get(health, "problems"), *p;
	size_t i;

	if (!json_is_integer(json_object_get(health, "score")))
		return;
	sd_str_addf(out, _("\nHealth: %s of 100\n"), ci_member(c, health, "score"));
	json_array_foreach((json_t *)(uintptr_t)list, i, p)
	{
		const char *what = cli_word(p, "problem");
		if (!strcmp(what, "stale"))
			sd_str_addf(out, _("  stale since %s: nothing was reported for %s days\n"), cli_local(c, cli_word(p, "since")),
				ci_member(c, p, "days"));
		else if (!strcmp(what, "gone"))
			sd_str_addf(out, _("  %s names it no more since %s\n"), cli_word(p, "source"), cli_local(c, cli_word(p, "since")));
		else if (!strcmp(what, "orphan") && *cli_word(p, "link"))
			sd_str_addf(out, _("  it should have a link %s\n"), cli_word(p, "link"));
		else if (!strcmp(what, "orphan"))
			sd_str_add(out, _("  it is linked with nothing\n"));
		else if (!strcmp(what, "duplicate"))
			sd_str_addf(out, _("  the same as %s by a key of its class\n"), ci_member(c, p, "of"));
		else if (!strcmp(what, "required"))
			sd_str_addf(out, _("  required and missing: %s\n"), ci_member(c, p, "attributes"));
		else
			sd_str_addf(out, _("  recommended and missing: %s\n"), ci_member(c, p, "attributes"));
	}
}

static void reports(struct cli *c, struct sd_str *out, const json_t *list)
{
	const json_t *r, *v;
	const char *key;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, r)
	{
		if (!i)
			sd_str_add(out, _("\nReported by\n"));
		sd_str_addf(out, "  %s  %s  %s\n", cli_local(c, cli_word(r, "at")), cli_word(r, "source"), cli_word(r, "id"));
		json_object_foreach((json_t *)(uintptr_t)json_object_get(r, "differs"), key, v)
			sd_str_addf(out, _("    %s: %s was not believed\n"), key, ci_text(c, v));
	}
}

static void history(struct cli *c, struct sd_str *out, const json_t *list)
{
	const json_t *h;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, h)
	{
		const char *at = cli_word(h, "at");
		if (!i)
			sd_str_add(out, _("\nHistory\n"));
		sd_str_addf(out, _("  %s  version %s by %s, %s\n"), *at ? cli_local(c, at) : "-", ci_member(c, h, "version"),
			cli_word(h, "by"), cli_word(h, "source"));
		ci_changes_out(c, out, json_object_get(h, "changes"), 4);
	}
}

static void show_out(struct cli *c, const json_t *o)
{
	struct sd_str out = {0};
	const json_t *l = json_object_get(o, "links");

	sd_str_addf(&out, "%s  %s  %s\n", cli_word(o, "id"), cli_word(o, "name"), ci_label(c, "ci_class", cli_word(o, "class")));
	if (*cli_word(o, "at"))
		sd_str_addf(&out, _("as it was on %s, version %s\n"), cli_local(c, cli_word(o, "at")), ci_member(c, o, "version"));
	fields(c, &out, o);
	if (json_array_size(json_object_get(l, "out")) || json_array_size(json_object_get(l, "in")))
		sd_str_add(&out, _("\nLinks\n"));
	links(c, &out, json_object_get(l, "out"), true);
	links(c, &out, json_object_get(l, "in"), false);
	problems(c, &out, json_object_get(o, "health"));
	reports(c, &out, json_object_get(o, "reports"));
	history(c, &out, json_object_get(o, "history"));
	cli_print_clean(c, out.data);
	sd_str_free(&out);
}

int cli_ci_show(struct cli *c)
{
	struct sd_err err = {0};
	const char *at = ci_time(c, cli_get(c, "at"), &err);
	const char *params[] = {c->arg[0], at, cli_get(c, "links")};
	json_t *r, *ci;
	long ignored = 0;

	if ((cli_get(c, "at") && !at) || !cli_number(c, "links", 1, 10000, &ignored, &err))
		return cli_fail(c, &err);
	r = cli_connect(c, &err) ? cli_json(c, &err, "select desk.ci_show($1, $2, coalesce($3::int, 200))", 3, params) : NULL;
	ci = r ? json_incref(json_object_get(r, "ci")) : NULL;
	json_decref(r);
	return rota_answer(c, ci, &err, show_out);
}
