/* handover write, sign, show: what one shift leaves to the next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/locale.h"
#include "svcdesk/uuid.h"
#include "svcdesk/when.h"

/* The facts are kept as a text: here they are what they were. */
static void unpack(json_t *t)
{
	json_t *facts = json_loads(cli_word(t, "facts"), 0, NULL);
	if (facts)
		json_object_set_new(t, "facts", facts);
}

static void print_text(struct cli *c, const json_t *t)
{
	const char *kind = cli_word(t, "kind"), *signer = cli_word(t, "signed_by");
	cli_print_clean(c,
		sd_arena_printf(c->a, "%s  %s  %s%s%s\n\n%s\n", cli_word(t, "number"), cli_label(c, kind, "state", cli_word(t, "state")),
			cli_word(t, "subject"), *signer ? "  " : "", signer, cli_word(t, "body")));
}

static int print(struct cli *c, json_t *t)
{
	if (json_object_get(t, "verbs"))
		cli_verbs_now(t);
	unpack(t);
	if (c->json)
		cli_print_json(c, t);
	else
		print_text(c, t);
	json_decref(t);
	return 0;
}

static int show(struct cli *c, const char *number)
{
	struct sd_err err;
	json_t *t = cli_json(c, &err, "select coalesce(desk.show(desk.ticket_id($1)), 'null')", 1, &number);
	if (json_is_null(t)) {
		sd_err_set(&err, SD_ERR_NOT_FOUND, "not_found", _("there is no %s, or it is not for you to see"), number);
		json_decref(t);
		t = NULL;
	}
	return t ? print(c, t) : cli_fail(c, &err);
}

/* The number that was given, else the last handover of the group (of any of one's groups). NULL and err: there is none. */
static const char *number_of(struct cli *c, struct sd_err *err)
{
	const char *group = cli_get(c, "group");
	if (!cli_connect(c, err))
		return NULL;
	if (c->narg)
		return c->arg[0];
	struct sd_result *r = sd_conn_query(c->conn, "select desk.handover_last($1)", 1, &group, err);
	const char *v = r ? sd_result_get(r, 0, 0) : NULL;
	const char *number = v ? sd_arena_strdup(c->a, v) : NULL;
	if (r && !number && cli_is_person(c, err))
		sd_err_set(err, SD_ERR_NOT_FOUND, "no_handover", "%s",
			_("there is no handover of your group yet; svcdesk handover write makes one"));
	sd_result_free(r);
	return number;
}

int cli_handover_show(struct cli *c)
{
	struct sd_err err;
	const char *number = number_of(c, &err);
	return number ? show(c, number) : cli_fail(c, &err);
}

static const char *op(struct cli *c)
{
	char *id = sd_arena_alloc(c->a, SD_UUID_TEXT);
	sd_uuid_v4(id);
	return id;
}

static const char *dumped(struct cli *c, json_t *j)
{
	const char *out = cli_dumped(c, j);
	json_decref(j);
	return out;
}

int cli_handover_sign(struct cli *c)
{
	struct sd_err err;
	const char *body = NULL;
	const char *number = cli_text_opt(c, "body", &body, &err) ? number_of(c, &err) : NULL;
	if (!number)
		return cli_fail(c, &err);
	const char *params[] = {number, dumped(c, body ? json_pack("{s:s}", "body", body) : json_object()), op(c)};
	json_t *done = cli_json(c, &err, "select desk.act(desk.ticket_id($1), 'sign', $2::jsonb, null, $3::uuid, 'cli')", 3, params);
	if (!done)
		return cli_fail(c, &err);
	json_decref(done);
	return show(c, number);
}

/* When the shift began, if that was said; false and err when it is no time. */
static bool since(struct cli *c, const char **iso, struct sd_err *err)
{
	const char *text = cli_get(c, "since"), *zone = sd_cfg_text(c->cfg, "zone");
	sd_time t, now;
	*iso = NULL;
	if (!text)
		return true;
	if (!cli_now(c, &now, err))
		return false;
	if (!sd_when_past(c->a, text, now, *zone ? zone : NULL, &t)) {
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("--since wants a time (08:00, 8h, 2026-12-01 22:00), not \"%s\""), text);
		return false;
	}
	*iso = sd_time_iso(c->a, t);
	return true;
}

/* What is sent: the text of the desk with the notes behind it, or the text given instead. */
static const char *fields(struct cli *c, const json_t *draft, const char *notes, const char *body)
{
	json_t *facts = json_object_get(draft, "facts");
	char *text = json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS);
	if (!body)
		body = notes ? sd_arena_printf(c->a, "%s\n%s", cli_word(draft, "body"), notes) : cli_word(draft, "body");
	json_t *j = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "group", cli_word(draft, "group"), "subject", cli_word(draft, "subject"),
		"from", cli_word(draft, "from"), "until", cli_word(draft, "until"), "facts", text ? text : "{}", "body", body);
	free(text);
	return dumped(c, j);
}

int cli_handover_write(struct cli *c)
{
	struct sd_err err;
	const char *notes = NULL, *body = NULL, *from = NULL;
	json_t *draft = NULL;
	if (cli_text_opt(c, "notes", &notes, &err) && cli_text_opt(c, "body", &body, &err) && cli_connect(c, &err) &&
		since(c, &from, &err)) {
		const char *params[] = {cli_get(c, "group"), from, sd_locale_language()};
		draft = cli_json(c, &err, "select desk.handover_begin($1, $2::timestamptz, $3)", 3, params);
	}
	if (!draft)
		return cli_fail(c, &err);
	if (cli_has(c, "print")) {
		if (c->json)
			cli_print_json(c, draft);
		else
			cli_print_clean(c, sd_arena_printf(c->a, "%s\n", cli_word(draft, "body")));
		json_decref(draft);
		return 0;
	}
	const char *params[] = {fields(c, draft, notes, body), op(c)};
	json_decref(draft);
	json_t *made = cli_json(c, &err, "select desk.create('handover', $1::jsonb, $2::uuid, 'cli')", 2, params);
	if (!made)
		return cli_fail(c, &err);
	const char *number = sd_arena_strdup(c->a, cli_word(made, "number"));
	json_decref(made);
	return show(c, number);
}
