/* outage add, change, end, cancel, list, show: when a service was not there. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/locale.h"
#include "svcdesk/meta.h"
#include "svcdesk/when.h"

static const char *label(struct cli *c, const char *group, const char *key)
{
	const struct sd_meta *m = cli_meta(c);
	const char *text = m ? sd_meta_label(m, sd_arena_printf(c->a, "%s.%s", group, key)) : "";
	return text && *text ? text : key;
}

/* ---- times: the desk reads ISO; here also 08:00, 2h (ago; for what is planned: ahead), tomorrow 02:00 ---- */

static bool times(struct cli *c, json_t *fields, struct sd_err *err)
{
	static const char *const names[] = {"from", "until"};
	const char *zone = sd_cfg_text(c->cfg, "zone");
	bool planned = strcmp(cli_word(fields, "kind"), "planned") == 0;
	for (size_t i = 0; i < 2; i++) {
		const char *text = cli_word(fields, names[i]);
		sd_time t, now;
		if (!*text || strlen(text) < 2 || *text == '+' || (strlen(text) > 5 && isdigit((unsigned char)text[0]) && text[4] == '-'))
			continue;
		if (!cli_now(c, &now, err))
			return false;
		bool ok = planned ? sd_when_parse(c->a, text, now, *zone ? zone : NULL, &t)
						  : sd_when_past(c->a, text, now, *zone ? zone : NULL, &t);
		if (ok) /* else the desk says what is wrong */
			json_object_set_new(fields, names[i], json_string(sd_time_iso(c->a, t)));
	}
	return true;
}

/* The operands from the i-th on: FIELD=VALUE, and words without = that name the service. NULL and err. */
static json_t *fields_of(struct cli *c, size_t i, bool service, struct sd_err *err)
{
	json_t *fields = json_object();
	struct sd_str name = {0};
	bool ok = true;
	for (; ok && i < c->narg; i++) {
		if (service && !strchr(c->arg[i], '='))
			sd_str_addf(&name, "%s%s", name.len ? " " : "", c->arg[i]);
		else
			ok = cli_field(c, fields, c->arg[i], err);
	}
	if (ok && name.len)
		json_object_set_new(fields, "service", json_string(name.data));
	sd_str_free(&name);
	if (ok && cli_connect(c, err) && times(c, fields, err))
		return fields;
	json_decref(fields);
	return NULL;
}

/* ---- answers ---- */

static void print_one(struct cli *c, const json_t *o)
{
	struct sd_str s = {0};
	sd_str_addf(&s, "%ld  %s  %s  %s - %s", (long)json_integer_value(json_object_get(o, "id")), cli_word(o, "service"),
		label(c, "outage.kind", cli_word(o, "kind")), cli_local(c, cli_word(o, "from")),
		*cli_word(o, "until") ? cli_local(c, cli_word(o, "until")) : _("goes on"));
	sd_str_addf(&s, "  %.0f min", json_number_value(json_object_get(o, "minutes")));
	if (*cli_word(o, "ticket"))
		sd_str_addf(&s, "  %s", cli_word(o, "ticket"));
	if (*cli_word(o, "note"))
		sd_str_addf(&s, "  %s", cli_word(o, "note"));
	sd_str_addc(&s, '\n');
	cli_print_clean(c, s.data);
	sd_str_free(&s);
}

static int answer(struct cli *c, json_t *r, const struct sd_err *err)
{
	if (!r)
		return cli_fail(c, err);
	json_t *o = json_object_get(r, "outage");
	if (json_is_true(json_object_get(r, "replay")))
		json_object_set_new(o, "replay", json_true());
	if (c->json)
		cli_print_json(c, o);
	else
		print_one(c, o);
	json_decref(r);
	return 0;
}

int cli_outage_add(struct cli *c)
{
	struct sd_err err;
	const char *op = cli_op(c, &err);
	json_t *fields = op ? fields_of(c, 0, true, &err) : NULL, *r = NULL;
	if (fields) {
		const char *params[] = {cli_dumped(c, fields), op};
		r = cli_json(c, &err, "select desk.outage_add($1::jsonb, $2::uuid, 'cli')", 2, params);
	}
	json_decref(fields);
	return answer(c, r, &err);
}

/* The first operand is the number of the outage; the verb is the second word of the command. */
int cli_outage_act(struct cli *c)
{
	struct sd_err err;
	const char *id = c->arg[0], *op = cli_op(c, &err);
	json_t *fields = NULL, *r = NULL;
	if (op && (strspn(id, "0123456789") != strlen(id) || strlen(id) > 18))
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("\"%s\" is not the number of an outage; svcdesk outage list shows them"), id);
	else if (op)
		fields = fields_of(c, 1, false, &err);
	if (fields) {
		const char *params[] = {id, strchr(c->cmd->words, ' ') + 1, cli_dumped(c, fields), op};
		r = cli_json(c, &err, "select desk.outage_act($1::bigint, $2, $3::jsonb, $4::uuid, 'cli')", 4, params);
	}
	json_decref(fields);
	return answer(c, r, &err);
}

int cli_outage_show(struct cli *c)
{
	struct sd_err err;
	const char *id = c->arg[0];
	size_t i;
	json_t *l;
	if (strspn(id, "0123456789") != strlen(id) || strlen(id) > 18) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("\"%s\" is not the number of an outage; svcdesk outage list shows them"), id);
		return cli_fail(c, &err);
	}
	json_t *o = cli_connect(c, &err) ? cli_json(c, &err, "select desk.outage_show($1::bigint)", 1, &id) : NULL;
	if (!o)
		return cli_fail(c, &err);
	if (c->json) {
		cli_print_json(c, o);
		json_decref(o);
		return 0;
	}
	print_one(c, o);
	json_array_foreach(json_object_get(o, "journal"), i, l)
	{
		const char *changes = cli_dumped(c, json_object_get(l, "changes"));
		cli_print_clean(c, sd_arena_printf(c->a, "  %s  %s  %s  %s%s%s\n", cli_local(c, cli_word(l, "at")), cli_word(l, "by"),
							   cli_word(l, "what"), changes, *cli_word(l, "reason") ? "  " : "", cli_word(l, "reason")));
	}
	json_decref(o);
	return 0;
}

/* ---- the list ---- */

static void table(struct cli *c, const json_t *items)
{
	static const char *const names[] = {
		N_("id"), N_("service"), N_("kind"), N_("from"), N_("until"), N_("minutes"), N_("state"), N_("ticket"), N_("note")};
	enum { COLUMNS = sizeof names / sizeof *names };
	const char *titles[COLUMNS];
	size_t i;
	json_t *v;
	for (size_t k = 0; k < COLUMNS; k++)
		titles[k] = _(names[k]);
	struct cli_table *t = cli_table_new(c, titles, COLUMNS);
	json_array_foreach(items, i, v)
	{
		const char *cells[COLUMNS] = {sd_arena_printf(c->a, "%ld", (long)json_integer_value(json_object_get(v, "id"))),
			cli_word(v, "service"), label(c, "outage.kind", cli_word(v, "kind")), cli_local(c, cli_word(v, "from")),
			cli_local(c, cli_word(v, "until")), sd_arena_printf(c->a, "%.0f", json_number_value(json_object_get(v, "minutes"))),
			label(c, "outage.state", cli_word(v, "state")), cli_word(v, "ticket"), cli_word(v, "note")};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_outage_list(struct cli *c)
{
	struct sd_err err;
	const char *service = c->narg ? cli_rest(c, 0) : NULL;
	const char *params[] = {service, cli_get(c, "period"), cli_has(c, "all") ? "true" : "false"};
	json_t *items = cli_connect(c, &err) ? cli_json(c, &err, "select desk.outage_find($1, $2, $3::boolean)", 3, params) : NULL;
	if (!items)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, items);
	else
		table(c, items);
	json_decref(items);
	return 0;
}
