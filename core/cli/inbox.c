/* inbox, ticket follow-up: what concerns the one who asks, and reminders he sets for himself. */
#include <inttypes.h>
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

static const char *local(struct cli *c, const char *iso, const char *format)
{
	struct sd_err ignored;
	sd_time t;
	const char *zone = sd_cfg_text(c->cfg, "zone");
	return sd_time_parse(iso, "UTC", &t, &ignored) ? sd_time_local(c->a, t, *zone ? zone : NULL, format) : iso;
}

/* The desk's word for a reason; the word itself when it has none. */
static const char *reason(struct cli *c, const char *word)
{
	const struct sd_meta *m = cli_meta(c);
	const char *label = m ? sd_meta_label(m, sd_arena_printf(c->a, "inbox.%s", word)) : "";
	return label && *label ? label : word;
}

static void table(struct cli *c, const json_t *items)
{
	static const char *const names[] = {"", N_("item"), N_("when"), N_("why"), N_("who"), N_("subject"), N_("text")};
	enum { COLUMNS = sizeof names / sizeof *names };
	const char **titles = sd_arena_alloc(c->a, COLUMNS * sizeof *titles);
	size_t i;
	json_t *v;
	for (size_t k = 0; k < COLUMNS; k++)
		titles[k] = *names[k] ? _(names[k]) : "";
	struct cli_table *t = cli_table_new(c, titles, COLUMNS);
	json_array_foreach(items, i, v)
	{
		const char *cells[COLUMNS] = {json_is_true(json_object_get(v, "unread")) ? "*" : " ", cli_word(v, "item"),
			local(c, cli_word(v, "at"), "%m-%d %H:%M"), reason(c, cli_word(v, "reason")), cli_word(v, "actor"),
			cli_word(v, "subject"), cli_word(v, "excerpt")};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

/* Every --read as a JSON array; NULL: none was given. */
static const char *named(struct cli *c)
{
	json_t *list = json_array();
	for (size_t i = 0; i < c->nopt; i++)
		if (strcmp(c->opt[i].name, "read") == 0)
			json_array_append_new(list, json_string(c->opt[i].value));
	char *text = json_array_size(list) ? json_dumps(list, JSON_COMPACT) : NULL;
	const char *out = text ? sd_arena_strdup(c->a, text) : NULL;
	free(text);
	json_decref(list);
	return out;
}

static const char list_sql[] =
	"select coalesce(jsonb_agg(jsonb_build_object('item', i.item, 'number', i.number, 'id', i.ticket_id, 'event', case when "
	"i.seq > 0 "
	"then i.seq end, 'kind', i.kind, 'reason', i.reason, 'actor', i.actor, 'at', desk.iso(i.at), 'subject', i.subject, 'state', "
	"i.state, 'priority', i.priority, 'excerpt', i.excerpt, 'unread', i.unread) order by i.ordinality), '[]') "
	"from desk.inbox($1::int, null, $2::boolean) with ordinality i";

static const char pending_sql[] =
	"select coalesce(jsonb_agg(jsonb_build_object('item', t.number || '.f' || f.id, 'number', t.number, 'id', t.id, 'event', "
	"null, "
	"'kind', t.kind, 'reason', 'follow_up', 'actor', null, 'at', desk.iso(f.due_at), 'subject', t.subject, 'state', t.state, "
	"'priority', t.priority, 'excerpt', nullif(f.text, ''), 'unread', false) order by f.due_at, f.id), '[]') "
	"from desk.my_follow_up f join desk.ticket t on t.id = f.ticket_id where f.done_at is null and f.due_at > desk.now()";

static int list(struct cli *c, bool pending, long limit)
{
	struct sd_err err;
	const char *params[] = {sd_arena_printf(c->a, "%ld", limit), cli_has(c, "unread") ? "true" : "false"};
	json_t *items = pending ? cli_json(c, &err, pending_sql, 0, NULL) : cli_json(c, &err, list_sql, 2, params);
	if (!items || (!json_array_size(items) && !cli_is_person(c, &err))) {
		json_decref(items);
		return cli_fail(c, &err);
	}
	if (c->json)
		cli_print_json(c, items);
	else if (json_array_size(items))
		table(c, items);
	json_decref(items);
	return 0;
}

/* Items nobody has are told: a mistyped word must not look like one that was read. */
static bool known(struct cli *c, const char *items, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(c->conn,
		"select x from jsonb_array_elements_text($1::jsonb) x where not exists (select from desk.inbox(1000) i where i.item = x) "
		"and "
		"not exists (select from desk.my_follow_up f join desk.ticket t on t.id = f.ticket_id where t.number || '.f' || f.id = "
		"x) limit 1",
		1, &items, err);
	bool ok = r && sd_result_rows(r) == 0;
	if (r && !ok)
		sd_err_set(err, SD_ERR_NOT_FOUND, "unknown_item", _("there is no %s in your inbox; svcdesk inbox lists what there is"),
			sd_result_get(r, 0, 0));
	sd_result_free(r);
	return ok;
}

static int mark(struct cli *c, const char *items)
{
	struct sd_err err;
	if (items && !known(c, items, &err))
		return cli_fail(c, &err);
	const char *n = cli_value(c, &err,
		items ? "select desk.inbox_mark(array(select jsonb_array_elements_text($1::jsonb)))" : "select desk.inbox_mark(null)",
		items ? 1 : 0, &items);
	if (!n || !cli_is_person(c, &err))
		return cli_fail(c, &err);
	if (c->json) {
		json_t *j = json_pack("{s:b,s:i}", "ok", 1, "marked", atoi(n));
		cli_print_json(c, j);
		json_decref(j);
	} else {
		cli_print_clean(c, sd_arena_printf(c->a, _("%s marked as read\n"), n));
	}
	return 0;
}

int cli_inbox(struct cli *c)
{
	struct sd_err err;
	long limit = 1000;
	const char *items = named(c);
	if (items && cli_has(c, "read-all")) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("--%s and --%s do not go together"), "read", "read-all");
		return cli_fail(c, &err);
	}
	if (!cli_number(c, "limit", 0, 1000, &limit, &err) || !cli_connect(c, &err))
		return cli_fail(c, &err);
	return items || cli_has(c, "read-all") ? mark(c, items) : list(c, cli_has(c, "pending"), limit);
}

/* ---- follow-ups ---- */

/* "tomorrow 09:00" may come as two words: then the text begins with the one after them. */
static bool due_at(struct cli *c, sd_time now, const char *zone, sd_time *due, size_t *rest)
{
	*rest = 3;
	if (c->narg > 2 && sd_when_parse(c->a, sd_arena_printf(c->a, "%s %s", c->arg[1], c->arg[2]), now, zone, due))
		return true;
	*rest = 2;
	return sd_when_parse(c->a, c->arg[1], now, zone, due);
}

int cli_follow_up(struct cli *c)
{
	struct sd_err err;
	sd_time due, now;
	size_t rest;
	const char *zone = sd_cfg_text(c->cfg, "zone");
	if (!cli_connect(c, &err) || !cli_now(c, &now, &err) || !cli_is_person(c, &err))
		return cli_fail(c, &err);
	if (!due_at(c, now, *zone ? zone : NULL, &due, &rest)) {
		sd_err_set(
			&err, SD_ERR_INPUT, "bad_time", _("\"%s\" is not a time: 2h, tomorrow 09:00, fri 14:30, 2026-12-01"), c->arg[1]);
		return cli_fail(c, &err);
	}
	const char *params[] = {c->arg[0], sd_time_iso(c->a, due), cli_rest(c, rest)};
	json_t *j = cli_json(c, &err, "select desk.follow_up(desk.ticket_id($1), $2::timestamptz, $3)", 3, params);
	if (!j)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, j);
	else
		cli_print_clean(c, sd_arena_printf(c->a, "%s  %s  %s\n", cli_word(j, "item"),
							   local(c, cli_word(j, "due_at"), "%Y-%m-%d %H:%M"), cli_word(j, "text")));
	json_decref(j);
	return 0;
}
