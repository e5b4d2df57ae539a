/* ci audit, rule, baseline, diff, unplanned: how good the records are, and what is different. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/ci.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"

/* What happened since the last batch beside the tick counts too. */
static bool up_to_now(struct cli *c, struct sd_err *err)
{
	const char *more = "t";

	if (!cli_connect(c, err))
		return false;
	while (more && !strcmp(more, "t"))
		more = cli_value(c, err, "select desk.ci_watch()", 0, NULL);
	return more != NULL;
}

/* ---- audit ---- */

static void audit_out(struct cli *c, const json_t *r)
{
	static const char *const names[] = {N_("rule"), N_("aspect"), N_("items"), N_("query"), N_("description")};
	const char *titles[5];
	const json_t *o, *h = json_object_get(r, "health");
	struct cli_table *t;
	size_t i;

	cli_print_clean(c, sd_arena_printf(c->a, _("%s items; health %s %%: correctness %s, completeness %s, compliance %s\n"),
						   ci_member(c, r, "items"), ci_member(c, h, "score"), ci_member(c, h, "correctness"),
						   ci_member(c, h, "completeness"), ci_member(c, h, "compliance")));
	for (i = 0; i < 5; i++)
		titles[i] = _(names[i]);
	t = cli_table_new(c, titles, 5);
	json_array_foreach(json_object_get(r, "rules"), i, o)
	{
		const char *error = cli_word(o, "error");
		const char *cells[] = {cli_word(o, "rule"), cli_word(o, "aspect"), ci_member(c, o, "items"), cli_word(o, "query"),
			*error ? error : cli_word(o, "description")};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_ci_audit(struct cli *c)
{
	struct sd_err err = {0};
	const char *params[] = {c->narg ? c->arg[0] : NULL}, *query;
	json_t *r;

	if (!up_to_now(c, &err))
		return cli_fail(c, &err);
	if (!c->narg)
		return rota_run(c, "select desk.ci_audit()", 0, NULL, audit_out);
	r = cli_json(c, &err, "select desk.ci_audit($1, 0)", 1, params);
	if (!r)
		return cli_fail(c, &err);
	query = sd_arena_strdup(c->a, cli_word(r, "query"));
	json_decref(r);
	return ci_list_out(c, query, false);
}

static void rule_out(struct cli *c, const json_t *r)
{
	cli_print_clean(
		c, sd_arena_printf(c->a, json_is_true(json_object_get(r, "dropped")) ? _("rule %s: dropped\n") : _("rule %s: kept\n"),
			   cli_word(r, "rule")));
}

int cli_ci_rule(struct cli *c)
{
	const char *params[] = {
		c->arg[0], c->narg > 1 ? cli_rest(c, 1) : NULL, cli_get(c, "description"), cli_has(c, "drop") ? "t" : "f"};
	return rota_run(c, "select desk.ci_rule_set($1, $2, $3, $4::boolean)", 4, params, rule_out);
}

/* ---- baselines and differences ---- */

static void baseline_out(struct cli *c, const json_t *r)
{
	if (json_is_true(json_object_get(r, "dropped")))
		cli_print_clean(c, sd_arena_printf(c->a, _("baseline %s: dropped\n"), cli_word(r, "baseline")));
	else
		cli_print_clean(
			c, sd_arena_printf(c->a, _("baseline %s: taken, %s\n"), cli_word(r, "baseline"), cli_local(c, cli_word(r, "at"))));
}

static void baselines_out(struct cli *c, const json_t *list)
{
	const json_t *o;
	size_t i;
	json_array_foreach((json_t *)(uintptr_t)list, i, o)
		cli_print_clean(c, sd_arena_printf(c->a, "%s  %s  %s  %s\n", cli_local(c, cli_word(o, "at")), cli_word(o, "baseline"),
							   cli_word(o, "by"), cli_word(o, "note")));
}

int cli_ci_baseline(struct cli *c)
{
	const char *params[] = {c->narg ? cli_rest(c, 0) : NULL, cli_get(c, "note"), cli_has(c, "drop") ? "t" : "f"};
	if (!c->narg)
		return rota_run(c, "select desk.ci_baseline_list()", 0, NULL, baselines_out);
	return rota_run(c, "select desk.ci_baseline_set($1, $2, $3::boolean)", 3, params, baseline_out);
}

static void diff_out(struct cli *c, const json_t *r)
{
	struct sd_str out = {0};
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(r, "changes"), i, o)
	{
		const char *from = ci_member(c, o, "from"), *to = ci_member(c, o, "to");
		sd_str_addf(&out, "%s: %s -> %s\n", cli_word(o, "field"), *from ? from : "-", *to ? to : "-");
	}
	json_array_foreach(json_object_get(r, "links"), i, o)
		sd_str_addf(&out, "%c %s %s %s\n", !strcmp(cli_word(o, "did"), "added") ? '+' : '-', cli_word(o, "type"),
			!strcmp(cli_word(o, "direction"), "out") ? "->" : "<-", cli_word(o, "ci"));
	if (!out.len)
		sd_str_add(&out, _("No difference.\n"));
	cli_print_clean(c, out.data);
	sd_str_free(&out);
}

static void diff_all_out(struct cli *c, const json_t *r)
{
	struct sd_str out = {0};
	const json_t *o;
	size_t i;

	sd_str_addf(&out, _("%s added, %s changed, %s retired, %s not there; links: %s added, %s ended\n"), ci_member(c, r, "added"),
		ci_member(c, r, "changed"), ci_member(c, r, "retired"), ci_member(c, r, "removed"), ci_member(c, r, "links_added"),
		ci_member(c, r, "links_ended"));
	json_array_foreach(json_object_get(r, "items"), i, o)
	{
		const char *did = cli_word(o, "did");
		sd_str_addf(&out, "%c %s\n", !strcmp(did, "added") ? '+' : !strcmp(did, "changed") ? '~' : '-', cli_word(o, "id"));
		ci_changes_out(c, &out, json_object_get(o, "changes"), 4);
	}
	json_array_foreach(json_object_get(r, "links"), i, o) sd_str_addf(&out, "%c %s %s %s\n",
		!strcmp(cli_word(o, "did"), "added") ? '+' : '-', cli_word(o, "source"), cli_word(o, "type"), cli_word(o, "target"));
	cli_print_clean(c, out.data);
	sd_str_free(&out);
}

int cli_ci_diff(struct cli *c)
{
	struct sd_err err = {0};
	const char *base = cli_get(c, "baseline"), *from = base ? base : cli_get(c, "from"),
			   *to = base ? cli_get(c, "with") : cli_get(c, "to");
	const char *params[3] = {c->narg ? c->arg[0] : NULL, base ? base : ci_time(c, from, &err), NULL};
	long limit = 1000;

	if (!from) {
		sd_err_set(
			&err, SD_ERR_INPUT, "usage", "%s", _("since when? write --from TIME (2d, 2026-01-31 14:00), or --baseline NAME"));
		return cli_fail(c, &err);
	}
	params[2] = to ? (base ? to : ci_time(c, to, &err)) : "now";
	if (!params[1] || !params[2] || !cli_number(c, "limit", 0, 100000, &limit, &err))
		return cli_fail(c, &err);
	if (c->narg)
		return rota_run(c, "select desk.ci_diff($1, $2, $3)", 3, params, diff_out);
	params[0] = sd_arena_printf(c->a, "%ld", limit);
	return rota_run(c, "select desk.ci_diff_all($2, $3, $1::int)", 3, params, diff_all_out);
}

/* ---- unplanned changes ---- */

static void unplanned_out(struct cli *c, const json_t *r)
{
	struct sd_str out = {0};
	const json_t *list = json_object_get(r, "changes"), *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, o)
	{
		sd_str_addf(&out, "%s  %s  %s  %s, %s  %s", ci_member(c, o, "change"), cli_local(c, cli_word(o, "at")), cli_word(o, "ci"),
			cli_word(o, "by"), cli_word(o, "source"), cli_word(o, "state"));
		sd_str_addf(&out, "%s%s%s%s\n", *cli_word(o, "ticket") ? "  " : "", cli_word(o, "ticket"),
			*cli_word(o, "reason") ? "  " : "", cli_word(o, "reason"));
		ci_changes_out(c, &out, json_object_get(o, "changes"), 4);
	}
	if (!out.len)
		sd_str_add(&out, _("Nothing changed without a change ticket.\n"));
	cli_print_clean(c, out.data);
	sd_str_free(&out);
}

static void judged_out(struct cli *c, const json_t *r)
{
	cli_print_clean(
		c, sd_arena_printf(c->a, _("change %s of %s: %s\n"), ci_member(c, r, "change"), cli_word(r, "ci"), cli_word(r, "state")));
}

int cli_ci_unplanned(struct cli *c)
{
	struct sd_err err = {0};
	const char *state = cli_has(c, "accept") ? "accepted" : cli_has(c, "reverted") ? "reverted" : NULL;
	long limit = 200;

	if (state) {
		const char *params[] = {c->narg ? c->arg[0] : "", state, cli_get(c, "reason"), cli_get(c, "ticket")};
		if (!*params[0] || strspn(params[0], "0123456789") != strlen(params[0]) || strlen(params[0]) > 18) {
			sd_err_set(&err, SD_ERR_INPUT, "usage", "%s", _("which one? write its number; svcdesk ci unplanned lists them"));
			return cli_fail(c, &err);
		}
		return rota_run(c, "select desk.ci_unplanned_set($1::bigint, $2, $3, $4)", 4, params, judged_out);
	}
	if (!cli_number(c, "limit", 1, 10000, &limit, &err) || !up_to_now(c, &err))
		return cli_fail(c, &err);
	const char *params[] = {c->narg ? c->arg[0] : NULL, cli_has(c, "all") ? "t" : "f", sd_arena_printf(c->a, "%ld", limit)};
	return rota_run(c, "select desk.ci_unplanned($1, $2::boolean, $3::int)", 3, params, unplanned_out);
}
