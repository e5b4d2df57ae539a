/* ci new, set, retire, confirm, release, link, unlink: what people change by hand. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/ci.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"

static void written(struct cli *c, const json_t *r)
{
	struct sd_str out = {0};
	const char *did = cli_word(r, "did"), *key;
	json_t *v;

	if (!strcmp(did, "added"))
		sd_str_addf(&out, _("%s: made, version %s\n"), cli_word(r, "ci"), ci_member(c, r, "version"));
	else if (!strcmp(did, "changed"))
		sd_str_addf(&out, _("%s: changed, version %s\n"), cli_word(r, "ci"), ci_member(c, r, "version"));
	else
		sd_str_addf(&out, _("%s: as before, version %s\n"), cli_word(r, "ci"), ci_member(c, r, "version"));
	ci_changes_out(c, &out, json_object_get(r, "changes"), 2);
	json_object_foreach(json_object_get(r, "kept"), key, v)
		sd_str_addf(&out, _("  %s stays %s: a source of a better rank says so; %s is kept as reported\n"), key,
			ci_text(c, json_array_get(v, 1)), ci_text(c, json_array_get(v, 0)));
	cli_print_clean(c, out.data);
	sd_str_free(&out);
}

static int write_ci(struct cli *c, const char *ident, json_t *fields, bool fresh, struct sd_err *err)
{
	long version = 0;
	const char *params[] = {
		ident, fields ? cli_dumped(c, fields) : NULL, cli_get(c, "source"), cli_get(c, "version"), fresh ? "t" : "f"};

	json_decref(fields);
	if (!params[1] || !cli_number(c, "version", 0, 2000000000, &version, err))
		return cli_fail(c, err);
	return rota_run(c, "select desk.ci_set($1, $2::jsonb, coalesce($3, 'manual'), $4::int, $5::boolean)", 5, params, written);
}

/* IDENT is optional: the first operand that is no FIELD=VALUE. */
int cli_ci_new(struct cli *c)
{
	struct sd_err err = {0};
	bool named = c->narg && !strchr(c->arg[0], '=');

	return write_ci(c, named ? c->arg[0] : NULL, ci_fields_of(c, named ? 1 : 0, &err), true, &err);
}

int cli_ci_set(struct cli *c)
{
	struct sd_err err = {0};
	json_t *fields = ci_fields_of(c, 1, &err);

	if (fields && !json_object_size(fields)) {
		json_decref(fields);
		fields = NULL;
		sd_err_set(&err, SD_ERR_INPUT, "usage", "%s", _("nothing to change: write FIELD=VALUE; FIELD= takes a value away"));
	}
	return write_ci(c, c->arg[0], fields, false, &err);
}

int cli_ci_retire(struct cli *c)
{
	struct sd_err err = {0};
	return write_ci(c, c->arg[0], json_pack("{s:s}", "lifecycle", cli_has(c, "disposed") ? "disposed" : "retired"), false, &err);
}

/* Nothing but that it is still so: a report by hand. */
int cli_ci_confirm(struct cli *c)
{
	struct sd_err err = {0};
	return write_ci(c, c->arg[0], json_object(), false, &err);
}

static void released(struct cli *c, const json_t *r)
{
	struct sd_str out = {0};

	sd_str_addf(&out, _("%s: version %s\n"), cli_word(r, "ci"), ci_member(c, r, "version"));
	ci_changes_out(c, &out, json_object_get(r, "changes"), 2);
	cli_print_clean(c, out.data);
	sd_str_free(&out);
}

int cli_ci_release(struct cli *c)
{
	const char *params[] = {c->arg[0], c->arg[1], cli_get(c, "source")};
	return rota_run(c, "select desk.ci_release($1, $2, coalesce($3, 'manual'))", 3, params, released);
}

static void linked(struct cli *c, const json_t *r)
{
	const char *did = cli_word(r, "did");
	const char *what = !strcmp(did, "added") ? _("linked") : !strcmp(did, "ended") ? _("linked no more") : _("as before");
	cli_print_clean(
		c, sd_arena_printf(c->a, "%s %s %s: %s\n", cli_word(r, "from"), cli_word(r, "type"), cli_word(r, "to"), what));
}

static int link_ci(struct cli *c, const char *on)
{
	const char *params[] = {c->arg[0], c->arg[1], c->arg[2], on, cli_get(c, "source")};
	return rota_run(c, "select desk.ci_link_set($1, $2, $3, $4::boolean, coalesce($5, 'manual'))", 5, params, linked);
}

int cli_ci_link(struct cli *c)
{
	return link_ci(c, "t");
}

int cli_ci_unlink(struct cli *c)
{
	return link_ci(c, "f");
}
