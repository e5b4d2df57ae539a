/* triage list, propose, apply: what came in, what it is likely to be, and taking that over. The desk proposes (desk.propose). */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/triage.h"
#include "core/store/reason.h"
#include "svcdesk/meta.h"

const char *cli_triage_field(struct cli *c, const char *field)
{
	const char *label = cli_meta(c) ? sd_meta_label(cli_meta(c), sd_arena_printf(c->a, "field.*.%s", field)) : NULL;
	return label && *label ? label : field;
}

int cli_triage_list(struct cli *c)
{
	const char **arg = sd_arena_alloc(c->a, (c->narg + 1) * sizeof *arg);
	arg[0] = "untriaged";
	for (size_t i = 0; i < c->narg; i++)
		arg[i + 1] = c->arg[i];
	c->arg = arg;
	c->narg++;
	return cli_ticket_list(c);
}

/* ---- propose ---- */

static void fields_out(struct cli *c, const json_t *p)
{
	const char *titles[] = {_("field"), _("proposal"), _("confidence"), _("why")};
	struct cli_table *t = cli_table_new(c, titles, 4);
	size_t i, k;
	json_t *f, *choice;
	json_array_foreach(json_object_get(p, "fields"), i, f)
	{
		if (!json_array_size(json_object_get(f, "choices")))
			cli_table_row(t, (const char *[]){cli_triage_field(c, cli_word(f, "field")), "-", "-", _("not clear")});
		json_array_foreach(json_object_get(f, "choices"), k, choice)
		{
			const char *cells[] = {k ? "" : cli_triage_field(c, cli_word(f, "field")), cli_word(choice, "label"),
				sd_arena_printf(c->a, "%.0f %%", 100 * json_number_value(json_object_get(choice, "confidence"))),
				store_basis(c->a, cli_meta(c), choice)};
			cli_table_row(t, cells);
		}
	}
	cli_table_end(t);
}

static void alike_out(struct cli *c, const json_t *list, const char *title)
{
	size_t i;
	json_t *o;
	json_array_foreach((json_t *)(uintptr_t)list, i, o)
		cli_print_clean(c, sd_arena_printf(c->a, "%s  %s  %s  %s  (%s)\n", title, cli_word(o, "number"),
							   cli_label(c, "*", "state", cli_word(o, "state")), cli_word(o, "subject"), store_alike(c->a, o)));
}

/* What the desk proposes for a ticket, with values somebody has chosen; NULL and err. */
static json_t *proposal(struct cli *c, const char *number, const char *given, struct sd_err *err)
{
	const char *params[] = {number, given};
	if (!cli_connect(c, err))
		return NULL;
	json_t *p = cli_json(c, err, "select coalesce(desk.propose(desk.ticket_id($1), $2::jsonb), 'null')", 2, params);
	if (json_is_object(p))
		return p;
	if (p && cli_is_person(c, err))
		sd_err_set(err, SD_ERR_NOT_FOUND, "not_found",
			_("there is no ticket %s that you may triage; svcdesk triage list shows what waits"), number);
	json_decref(p);
	return NULL;
}

/* Fields that were ranked by a model of their own, and models that were learnt and are worse. */
static void models_out(struct cli *c, const json_t *p)
{
	size_t i;
	json_t *f;
	json_array_foreach(json_object_get(p, "fields"), i, f)
	{
		const char *name = cli_triage_field(c, cli_word(f, "field"));
		const json_t *m = json_object_get(f, "model"), *unused = json_object_get(f, "not_used");
		if (m)
			cli_print_clean(c, sd_arena_printf(c->a, _("%s: model %s, version %lld\n"), name, cli_word(m, "name"),
								   (long long)json_integer_value(json_object_get(m, "version"))));
		if (unused)
			cli_print_clean(
				c, sd_arena_printf(c->a, _("%s: model %s, version %lld, is not used: on later tickets %s was better\n"), name,
					   cli_word(unused, "name"), (long long)json_integer_value(json_object_get(unused, "version")),
					   cli_word(unused, "better")));
	}
}

int cli_triage_propose(struct cli *c)
{
	struct sd_err err;
	json_t *p = proposal(c, c->arg[0], "{}", &err);
	if (!p)
		return cli_fail(c, &err);
	if (c->json) {
		cli_print_json(c, p);
	} else {
		const json_t *m = json_object_get(p, "model");
		fields_out(c, p);
		alike_out(c, json_object_get(p, "duplicates"), _("the same?"));
		alike_out(c, json_object_get(p, "parents"), _("part of?"));
		cli_print_clean(c, sd_arena_printf(c->a, _("learnt from %lld tickets (model %s, version %lld)\n"),
							   (long long)json_integer_value(json_object_get(m, "learnt_from")), cli_word(m, "name"),
							   (long long)json_integer_value(json_object_get(m, "version"))));
		models_out(c, p);
	}
	json_decref(p);
	return 0;
}

/* ---- apply ---- */

/* The first proposals for fields nobody named, ranked as they fit what was named; values the ticket has already stay. */
static void accept(json_t *fields, const json_t *p)
{
	size_t i;
	json_t *f;
	json_array_foreach(json_object_get(p, "fields"), i, f)
	{
		const char *name = cli_word(f, "field");
		const json_t *first = json_array_get(json_object_get(f, "choices"), 0), *now = json_object_get(f, "current");
		bool level = strcmp(name, "impact") == 0 || strcmp(name, "urgency") == 0;
		if (!first || json_object_get(fields, name) || (!level && !json_is_null(now)))
			continue;
		if (level && (json_equal(now, json_object_get(first, "id")) ||
						 json_number_value(json_object_get(first, "confidence")) < CLI_TRIAGE_SURE))
			continue;
		json_object_set(fields, name, json_object_get(first, "id"));
	}
}

int cli_triage_apply(struct cli *c)
{
	struct sd_err err;
	json_t *given = json_object(), *p = NULL, *fields = NULL, *ticket = NULL;
	bool ok = true;
	for (size_t i = 1; ok && i < c->narg; i++)
		ok = cli_field(c, given, c->arg[i], &err);
	if (ok && !json_object_size(given) && !cli_has(c, "accept")) {
		sd_err_set(&err, SD_ERR_INPUT, "usage",
			_("nothing to set: FIELD=VALUE, or --accept for what svcdesk triage propose %s shows first"), c->arg[0]);
		ok = false;
	}
	char *said = json_dumps(given, JSON_COMPACT);
	if (ok && (p = proposal(c, c->arg[0], said, &err)) != NULL) {
		fields = json_deep_copy(given);
		if (cli_has(c, "accept"))
			accept(fields, p);
		char *text = json_dumps(fields, JSON_COMPACT);
		const char *op = cli_op(c, &err);
		const char *params[] = {
			c->arg[0], text, sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(p, "version"))), op};
		json_t *r = op ? cli_json(c, &err, "select desk.act(desk.ticket_id($1), 'triage', $2::jsonb, $3::int, $4::uuid, 'cli')",
							 4, params)
					   : NULL;
		if (r)
			ticket = cli_json(c, &err, "select desk.show(desk.ticket_id($1))", 1, params);
		json_decref(r);
		free(text);
	}
	free(said);
	int status = ticket ? 0 : cli_fail(c, &err);
	if (ticket && c->json) {
		cli_verbs_now(ticket);
		cli_print_json(c, ticket);
	} else if (ticket) {
		cli_print_clean(c, sd_arena_printf(c->a, "%s  %s  %s  %s\n", cli_word(ticket, "number"), cli_word(ticket, "category"),
							   cli_word(ticket, "group"), *cli_word(ticket, "assignee") ? cli_word(ticket, "assignee") : "-"));
	}
	json_decref(given);
	json_decref(fields);
	json_decref(p);
	json_decref(ticket);
	return status;
}
