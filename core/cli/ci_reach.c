/* ci reach: services, customers, open tickets and changes on the way of an impact. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/ci_options.h"
#include "core/cli/cli.h"

static long count(const json_t *j, const char *key)
{
	return (long)json_integer_value(json_object_get(j, key));
}

/* "title: a, b, c"; nothing for an empty list. */
static void names(struct cli *c, const char *title, const json_t *list, const char *key)
{
	struct sd_str s = {0};
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, o) sd_str_addf(&s, "%s%s", i ? ", " : "", cli_word(o, key));
	if (s.len)
		cli_print_clean(c, sd_arena_printf(c->a, "%s: %s\n", title, s.data));
	sd_str_free(&s);
}

static void tickets(struct cli *c, const json_t *t)
{
	const json_t *o;
	size_t i;

	if (!count(t, "count"))
		return;
	cli_print_clean(c, sd_arena_printf(c->a, _("open tickets: %ld, time running out for %ld, past due %ld\n"), count(t, "count"),
						   count(t, "at_risk"), count(t, "breached")));
	json_array_foreach(json_object_get(t, "list"), i, o) cli_print_clean(
		c, sd_arena_printf(c->a, "  %s  P%ld  %s  %s  %s\n", cli_word(o, "number"), count(o, "priority"),
			   cli_label(c, cli_word(o, "kind"), "state", cli_word(o, "state")), cli_word(o, "ci"), cli_word(o, "subject")));
}

static void changes(struct cli *c, const json_t *t)
{
	const json_t *o;
	size_t i;

	if (!count(t, "count"))
		return;
	cli_print_clean(c, sd_arena_printf(c->a, _("changes within 7 days: %ld\n"), count(t, "count")));
	json_array_foreach(json_object_get(t, "list"), i, o)
	{
		const char *what = cli_word(o, "what");
		if (strcmp(what, "ticket") == 0)
			cli_print_clean(c, sd_arena_printf(c->a, "  %s  %s  %s\n", cli_local(c, cli_word(o, "at")), cli_word(o, "number"),
								   cli_word(o, "subject")));
		else if (strcmp(what, "outage") == 0)
			cli_print_clean(c, sd_arena_printf(c->a, _("  %s  planned outage of %s\n"), cli_local(c, cli_word(o, "at")),
								   cli_word(o, "service")));
		else
			cli_print_clean(
				c, sd_arena_printf(c->a, _("  %s  the record of %s\n"), cli_local(c, cli_word(o, "at")), cli_word(o, "ci")));
	}
}

static void text_out(struct cli *c, const char *ident, bool up, const json_t *r)
{
	cli_print_clean(c,
		sd_arena_printf(c->a, up ? _("What %s needs: %ld\n") : _("What suffers when %s fails: %ld\n"), ident, count(r, "count")));
	names(c, _("services"), json_object_get(r, "services"), "name");
	names(c, _("business services"), json_object_get(r, "items"), "ident");
	if (json_is_true(json_object_get(r, "all_customers")))
		cli_print_clean(c, _("customers: all, by what was agreed for a service\n"));
	else
		names(c, _("customers"), json_object_get(r, "customers"), "name");
	if (count(r, "people"))
		cli_print_clean(c, sd_arena_printf(c->a, _("people who use one of these: %ld\n"), count(r, "people")));
	tickets(c, json_object_get(r, "tickets"));
	changes(c, json_object_get(r, "changes"));
}

int cli_ci_reach(struct cli *c)
{
	struct sd_err err = {0};
	struct ci_options o;

	if (!ci_options(c, &o, &err) || !cli_connect(c, &err))
		return cli_fail(c, &err);
	json_t *ci = ci_options_find(c, &o, &err);
	if (!ci)
		return cli_fail(c, &err);
	const char *params[] = {o.id, o.direction, o.types, o.depth};
	json_t *r = cli_json(c, &err, "select desk.ci_reach($1::bigint, $2, $3::text[], $4::int)", 4, params);
	if (r && c->json) {
		json_object_set(r, "ci", json_object_get(ci, "ident"));
		cli_print_json(c, r);
	} else if (r) {
		text_out(c, cli_word(ci, "ident"), strcmp(o.direction, "up") == 0, r);
	}
	json_decref(ci);
	json_decref(r);
	return r ? 0 : cli_fail(c, &err);
}
