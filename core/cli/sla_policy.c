/* svcdesk sla policy add, list, show. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/sla.h"
#include "svcdesk/clock.h"

static int integer(const json_t *j, const char *key)
{
	return (int)json_integer_value(json_object_get(j, key));
}

static bool read_file(const char *path, struct sd_str *out, struct sd_err *err)
{
	bool missing, ok = cli_read_text(path, out, &missing);

	if (!ok)
		sd_err_set(err, missing ? SD_ERR_NOT_FOUND : SD_ERR_INPUT, "policy_file",
			_("cannot read the policy %s; name a text file of at most 1 MB, or - for standard input"), path);
	return ok;
}

/* ---- add ---- */

static void added(struct cli *c, const json_t *answer)
{
	const json_t *x, *name;
	size_t i, k;

	bool changed = false;
	json_array_foreach(json_object_get(answer, "calendars"), i, x)
	{
		changed = changed || json_is_true(json_object_get(x, "changed"));
		cli_print_clean(c, sd_arena_printf(c->a,
							   json_is_true(json_object_get(x, "changed")) ? _("calendar %s: version %d\n")
																		   : _("calendar %s: as before, version %d\n"),
							   cli_word(x, "calendar"), integer(x, "version")));
	}
	json_array_foreach(json_object_get(answer, "agreements"), i, x)
	{
		changed = changed || json_is_true(json_object_get(x, "changed")) || json_is_true(json_object_get(x, "contracts_changed"));
		cli_print_clean(c, sd_arena_printf(c->a,
							   json_is_true(json_object_get(x, "changed")) ? _("%s: version %d, %d targets\n")
																		   : _("%s: as before, version %d, %d targets\n"),
							   cli_word(x, "agreement"), integer(x, "version"), integer(x, "targets")));
		json_array_foreach(json_object_get(x, "replaces"), k, name) cli_print_clean(
			c, sd_arena_printf(c->a, _("  in place of %s, which no longer holds for the same customer and service\n"),
				   json_string_value(name)));
	}
	if (json_is_true(json_object_get(answer, "dry_run")))
		cli_print_clean(c, _("nothing was written (--dry-run)\n"));
	else if (!changed)
		cli_print_clean(c, _("nothing has changed\n"));
	else
		cli_print_clean(c, _("clocks begin by it from now on; those there are stay as they are until svcdesk sla reclock\n"));
}

/* The desk names the line of what it refuses; people want the file too. */
static void place(struct cli *c, const char *path, const json_t *answer, struct sd_err *err)
{
	const json_t *line = json_object_get(json_object_get(json_object_get(answer, "error"), "args"), "line");
	char *text = sd_arena_strdup(c->a, err->text);

	if (json_is_integer(line))
		sd_err_set(err, err->cls, sd_arena_strdup(c->a, err->id), "%s:%d: %s", path, (int)json_integer_value(line), text);
}

int cli_sla_policy_add(struct cli *c)
{
	struct sd_err err = {0};
	struct sd_str text = {0};
	const char *path = c->arg[0];
	json_t *policy = read_file(path, &text, &err) ? sla_policy_parse(path, text.data ? text.data : "", &err) : NULL,
		   *answer = NULL;
	bool ok = false;

	sd_str_free(&text);
	if (policy && cli_connect(c, &err)) {
		char *p = json_dumps(policy, JSON_COMPACT);
		const char *params[] = {p, cli_has(c, "dry-run") ? "true" : "false"};
		const char *said = cli_value(c, &err, "select desk.sla_policy_add($1, $2)", 2, params);
		free(p);
		answer = said ? cli_parse(said, &err) : NULL;
		ok = answer && json_is_true(json_object_get(answer, "ok"));
		if (answer && !ok) {
			cli_refusal(c, json_object_get(answer, "error"), &err);
			place(c, path, answer, &err);
		}
	}
	json_decref(policy);
	if (ok && c->json) {
		json_object_del(answer, "ok");
		cli_print_json(c, answer);
	} else if (ok) {
		added(c, answer);
	}
	json_decref(answer);
	return ok ? cli_done(c, 0) : cli_fail(c, &err);
}

/* ---- list, show ---- */

static json_t *policies(struct cli *c, const char *name, struct sd_err *err)
{
	const char *params[] = {name};

	if (!cli_connect(c, err) || !cli_is_person(c, err))
		return NULL;
	return cli_json(c, err, "select coalesce(jsonb_agg(p), '[]') from desk.sla_policy_list($1) p", 1, params);
}

/* For whom: "everybody", "Acme", "Acme: Mail" ... */
static char *holds_for(struct cli *c, const json_t *p)
{
	struct sd_str s = {0};
	const json_t *k;
	size_t i;

	json_array_foreach(json_object_get(p, "contracts"), i, k)
	{
		const char *customer = cli_word(k, "customer"), *service = cli_word(k, "service");
		sd_str_add(&s, i ? ", " : "");
		if (!*customer && !*service)
			sd_str_add(&s, _("everybody"));
		else if (*customer && *service)
			sd_str_addf(&s, "%s: %s", customer, service);
		else
			sd_str_add(&s, *customer ? customer : service);
	}
	/* the one every desk begins with needs no contract: it holds beside all others */
	char *text = sd_arena_strdup(c->a, s.data                                     ? s.data
									   : strcmp(cli_word(p, "by"), "system") == 0 ? _("accepted major incidents")
																				  : _("nobody"));
	sd_str_free(&s);
	return text;
}

int cli_sla_policy_list(struct cli *c)
{
	static const char *const names[] = {
		N_("agreement"), N_("type"), N_("version"), N_("holds for"), N_("targets"), N_("clocks running")};
	enum { COLUMNS = sizeof names / sizeof *names };
	struct sd_err err = {0};
	json_t *list = policies(c, NULL, &err);
	const char *titles[COLUMNS];
	const json_t *p;
	size_t i;

	if (!list)
		return cli_fail(c, &err);
	if (c->json) {
		cli_print_json(c, list);
	} else if (json_array_size(list)) {
		for (i = 0; i < COLUMNS; i++)
			titles[i] = _(names[i]);
		struct cli_table *t = cli_table_new(c, titles, COLUMNS);
		json_array_foreach(list, i, p)
		{
			const char *cells[] = {cli_word(p, "agreement"), cli_word(p, "type"),
				sd_arena_printf(c->a, "%d", integer(p, "version")), holds_for(c, p),
				sd_arena_printf(c->a, "%zu", json_array_size(json_object_get(p, "targets"))),
				sd_arena_printf(c->a, "%d", integer(p, "clocks"))};
			cli_table_row(t, cells);
		}
		cli_table_end(t);
	}
	json_decref(list);
	return cli_done(c, 0);
}

static char *joined(struct cli *c, const json_t *list)
{
	struct sd_str s = {0};
	const json_t *v;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, v)
	{
		sd_str_add(&s, i ? ", " : "");
		if (json_is_string(v))
			sd_str_add(&s, json_string_value(v));
		else
			sd_str_addf(&s, "%d", (int)json_integer_value(v));
	}
	char *text = sd_arena_strdup(c->a, s.data ? s.data : "never");
	sd_str_free(&s);
	return text;
}

/* A target as the file would say it. */
static void target_out(struct cli *c, const json_t *t)
{
	struct sd_str s = {0};
	static const char *const keys[] = {"kind", "group", "stop", "mode", "reopen"};
	const json_t *priority = json_object_get(t, "priority"), *major = json_object_get(t, "major");

	sd_str_addf(&s, "  %-10s ", cli_word(t, "metric"));
	if (json_is_integer(priority))
		sd_str_addf(&s, "P%d  = ", (int)json_integer_value(priority));
	else
		sd_str_add(&s, "any = ");
	sd_str_addf(&s, "%s  calendar = %s", sla_hours(c->a, integer(t, "minutes")), cli_word(t, "calendar"));
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (*cli_word(t, keys[i]))
			sd_str_addf(&s, "  %s = %s", keys[i], cli_word(t, keys[i]));
	if (json_is_boolean(major))
		sd_str_addf(&s, "  major = %s", json_is_true(major) ? "yes" : "no");
	sd_str_addf(&s, "  pause = %s  warn = %s\n", joined(c, json_object_get(t, "pause")), joined(c, json_object_get(t, "warn")));
	cli_print_clean(c, s.data);
	sd_str_free(&s);
}

int cli_sla_policy_show(struct cli *c)
{
	struct sd_err err = {0};
	json_t *list = policies(c, cli_rest(c, 0), &err);
	const json_t *p = list ? json_array_get(list, 0) : NULL, *t;
	size_t i;

	if (list && !p)
		sd_err_set(&err, SD_ERR_NOT_FOUND, "not_found", _("there is no agreement %s; svcdesk sla policy list names them"),
			cli_rest(c, 0));
	if (p && c->json) {
		cli_print_json(c, p);
	} else if (p) {
		cli_print_clean(
			c, sd_arena_printf(c->a, _("%s (%s), version %d of %s by %s\nholds for: %s\n"), cli_word(p, "agreement"),
				   cli_word(p, "type"), integer(p, "version"), cli_word(p, "made_at"), cli_word(p, "by"), holds_for(c, p)));
		json_array_foreach(json_object_get(p, "targets"), i, t) target_out(c, t);
		json_array_foreach(json_object_get(p, "history"), i, t) cli_print_clean(
			c, sd_arena_printf(c->a, "  %s  %s  %s\n", cli_word(t, "at"), cli_word(t, "by"), cli_word(t, "what")));
	}
	bool ok = p != NULL;
	json_decref(list);
	return ok ? cli_done(c, 0) : cli_fail(c, &err);
}
