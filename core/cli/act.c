/* ticket new, ticket act: the two doors for writing, and how their answers are shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/attach.h"
#include "core/cli/cli.h"
#include "svcdesk/text.h"
#include "svcdesk/uuid.h"

enum { PART = 250 }; /* tickets a call of desk.act_many */

static bool word(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");
	return n > 0 && s[n] == '\0';
}

/* The parts of a list between its commas; an empty one counts for nothing. */
static void add_parts(json_t *list, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, ",");
		if (n)
			json_array_append_new(list, json_stringn(text, n));
		text += n + (text[n] == ',');
	}
}

/* The same field again makes a list of both: tags, people, configuration items. Other fields take no list, the desk says so. */
static void add_again(json_t *fields, const char *name, const char *value)
{
	json_t *old = json_object_get(fields, name), *list = json_array();
	if (json_is_array(old))
		json_array_extend(list, old);
	else if (json_is_string(old))
		add_parts(list, json_string_value(old));
	add_parts(list, value);
	json_object_set_new(fields, name, list);
}

bool cli_field(struct cli *c, json_t *fields, const char *arg, struct sd_err *err)
{
	const char *eq = strchr(arg, '=');
	char *name = eq ? sd_arena_strndup(c->a, arg, (size_t)(eq - arg)) : NULL;
	struct sd_str clean = {0};
	if (!name || !*name || strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") != strlen(name)) {
		sd_err_set(err, SD_ERR_INPUT, "usage", _("\"%s\" is not FIELD=VALUE"), arg);
		return false;
	}
	sd_text_clean(&clean, eq + 1, strlen(eq + 1), SD_CLEAN_BLOCK);
	const char *value = clean.data ? clean.data : "";
	if (json_object_get(fields, name))
		add_again(fields, name, value);
	else
		json_object_set_new(fields, name, *value ? json_string(value) : json_null());
	sd_str_free(&clean);
	return true;
}

/* The operands from the i-th on and --body as one object. NULL and err. */
static json_t *fields_of(struct cli *c, size_t i, struct sd_err *err)
{
	json_t *fields = json_object();
	const char *body = NULL;
	bool ok = cli_text_opt(c, "body", &body, err);
	for (; ok && i < c->narg; i++)
		ok = cli_field(c, fields, c->arg[i], err);
	if (!ok) {
		json_decref(fields);
		return NULL;
	}
	if (body)
		json_object_set_new(fields, "body", json_string(body));
	return fields;
}

const char *cli_op(struct cli *c, struct sd_err *err)
{
	const char *given = cli_get(c, "op");
	if (!given) {
		char *op = sd_arena_alloc(c->a, SD_UUID_TEXT);
		sd_uuid_v4(op);
		return op;
	}
	if (sd_uuid_valid(given))
		return given;
	sd_err_set(err, SD_ERR_INPUT, "option_value", _("--op wants a UUID, not \"%s\""), given);
	return NULL;
}

/* ---- answers ---- */

/* The ticket as it is now, with the operation that made it so. What the person may not see any more is left out. */
static json_t *ticket_after(const json_t *answer, json_t *shown)
{
	static const char *const kept[] = {"id", "number", "state", "version"};
	json_t *t = json_is_object(shown) ? json_incref(shown) : json_object();
	if (json_object_get(t, "verbs"))
		cli_verbs_now(t);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (!json_object_get(t, kept[i]) && json_object_get(answer, kept[i]))
			json_object_set(t, kept[i], json_object_get(answer, kept[i]));
	json_object_set(t, "op", json_object_get(answer, "op"));
	if (json_is_true(json_object_get(answer, "replay")))
		json_object_set_new(t, "replay", json_true());
	return t;
}

static const char *text_of(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? s : "";
}

static void say(struct cli *c, const json_t *t)
{
	const char *assignee = text_of(t, "assignee");
	char *line = sd_arena_printf(c->a, "%s  %s%s%s%s\n", text_of(t, "number"), text_of(t, "state"), *assignee ? "  " : "",
		assignee, json_is_true(json_object_get(t, "replay")) ? _("  (done before)") : "");
	cli_print_clean(c, line);
}

static int show_one(struct cli *c, const json_t *answer, json_t *shown)
{
	json_t *t = ticket_after(answer, shown);
	if (c->json)
		cli_print_json(c, t);
	else
		say(c, t);
	if (*text_of(answer, "away"))
		fprintf(stderr, _("svcdesk: %s is away until %s\n"), text_of(answer, "away"), text_of(answer, "away_until"));
	json_decref(t);
	return 0;
}

/* The first column of a result as JSON; a refusal becomes err. NULL is JSON null. */
static json_t *result_json(struct cli *c, const struct sd_result *r, int row, int col, struct sd_err *err)
{
	const char *text = sd_result_rows(r) > row ? sd_result_get(r, row, col) : NULL;
	json_t *j = cli_parse(text ? text : "null", err);
	if (!j || !json_is_false(json_object_get(j, "ok")))
		return j;
	cli_refusal(c, json_object_get(j, "error"), err);
	json_decref(j);
	return NULL;
}

/* The answer of a writing statement; the ticket afterwards is its second column, or the result of a second statement. */
static int answer_one(struct cli *c, struct sd_result **r, struct sd_err *err)
{
	json_t *answer = result_json(c, r[0], 0, 0, err);
	if (!answer)
		return cli_fail(c, err);
	struct sd_err ignored;
	bool second = sd_result_cols(r[0]) > 1;
	json_t *shown = second ? result_json(c, r[0], 0, 1, &ignored) : r[1] ? result_json(c, r[1], 0, 0, &ignored) : NULL;
	int status = show_one(c, answer, shown);
	json_decref(shown);
	json_decref(answer);
	return status;
}

/* Whether it happened is what a script has to know: it is said, and how to make sure of it. */
static int line_failed(struct cli *c, struct sd_err *err, const char *op, bool sent)
{
	char *text = sd_arena_strdup(c->a, err->text);
	if (err->cls == SD_ERR_CONNECTION && sent)
		snprintf(err->text, sizeof err->text,
			_("%s It was sent, and whether it was done is not known: the same command with --op %s does it once."), text, op);
	else if (err->cls == SD_ERR_CONNECTION)
		snprintf(err->text, sizeof err->text, _("%s Nothing was sent."), text);
	return cli_fail(c, err);
}

static int run_one(struct cli *c, const struct sd_stmt *stmts, int n, const char *op)
{
	struct sd_err err;
	struct sd_result *r[2] = {0};
	sd_conn_pipeline(c->conn, n, stmts, r, &err);
	int status = r[0] ? answer_one(c, r, &err) : line_failed(c, &err, op, true);
	sd_result_free(r[0]);
	sd_result_free(r[1]);
	return status;
}

/* ---- new ---- */

int cli_ticket_new(struct cli *c)
{
	struct sd_err err;
	json_t *fields = fields_of(c, 0, &err);
	const char *op = fields ? cli_op(c, &err) : NULL;
	if (!op || !cli_connect(c, &err)) {
		json_decref(fields);
		return op ? line_failed(c, &err, op, false) : cli_fail(c, &err);
	}
	const char *kind = json_string_value(json_object_get(fields, "kind"));
	kind = sd_arena_strdup(c->a, kind ? kind : "incident");
	json_object_del(fields, "kind");
	const char *params[] = {kind, cli_dumped(c, fields), op};
	json_decref(fields);
	struct sd_stmt stmt = {"with a as materialized (select desk.create($1, $2::jsonb, $3::uuid, 'cli') as r) "
						   "select a.r, desk.show((a.r->>'id')::bigint) from a",
		3, params};
	return run_one(c, &stmt, 1, op);
}

/* ---- act ---- */

static size_t verb_at(const struct cli *c)
{
	if (cli_has(c, "query"))
		return 0;
	for (size_t i = 1; i < c->narg; i++)
		if (word(c->arg[i]))
			return i;
	return 0;
}

static int act_one(struct cli *c, const char *verb, const char *fields, const char *op)
{
	const char *params[] = {c->arg[0], verb, fields, cli_get(c, "version"), op};
	struct sd_stmt stmts[] = {{"select desk.act(desk.ticket_id($1), $2, $3::jsonb, $4::int, $5::uuid, 'cli')", 5, params},
		{"select desk.show(desk.ticket_id($1))", 1, params}};
	return run_one(c, stmts, 2, op);
}

/* {number, ok, ticket|error} for one of several. */
static void add_outcome(json_t *list, const char *number, json_t *ticket, const struct sd_err *err)
{
	if (ticket)
		json_array_append_new(list, json_pack("{s:s,s:b,s:O}", "number", number, "ok", 1, "ticket", ticket));
	else
		json_array_append_new(list, json_pack("{s:s,s:b,s:o}", "number", number, "ok", 0, "error", cli_error_json(err)));
}

static void print_outcomes(struct cli *c, const json_t *list)
{
	size_t i;
	json_t *o;
	if (c->json) {
		cli_print_json(c, list);
		return;
	}
	json_array_foreach((json_t *)(uintptr_t)list, i, o)
	{
		const json_t *error = json_object_get(o, "error");
		if (!error) {
			say(c, json_object_get(o, "ticket"));
			continue;
		}
		struct sd_str s = {0};
		sd_str_addf(&s, "%s: %s", text_of(o, "number"), text_of(error, "text"));
		char *line = sd_arena_strndup(c->a, s.data, s.len);
		sd_str_reset(&s);
		sd_text_clean(&s, line, strlen(line), SD_CLEAN_LINE);
		fprintf(stderr, "svcdesk: %s\n", s.data);
		sd_str_free(&s);
	}
}

struct many {
	struct cli *c;
	const char *verb, *fields, *op;
	const char *const *id; /* of the tickets, NULL: not found */
	json_t *list;
	bool failed;
};

static char *id_list(struct cli *c, const char *const *id, size_t n)
{
	struct sd_str s = {0};
	sd_str_addc(&s, '{');
	for (size_t i = 0; i < n; i++)
		if (id[i])
			sd_str_addf(&s, "%s%s", s.len > 1 ? "," : "", id[i]);
	sd_str_addc(&s, '}');
	char *out = sd_arena_strndup(c->a, s.data, s.len);
	sd_str_free(&s);
	return out;
}

static json_t *by_id(const json_t *results, const char *id)
{
	size_t i;
	json_t *r;
	json_array_foreach((json_t *)(uintptr_t)results, i, r)
	{
		if (json_integer_value(json_object_get(r, "id")) == strtoll(id, NULL, 10))
			return r;
	}
	return NULL;
}

/* One part of at most PART tickets from the i-th on. */
static bool act_part(struct many *m, size_t i, size_t n, struct sd_err *err)
{
	struct cli *c = m->c;
	const char *ids = id_list(c, m->id + i, n);
	const char *params[] = {ids, m->verb, m->fields, m->op, sd_arena_printf(c->a, "%zu", i / PART)};
	struct sd_stmt stmts[] = {{"select desk.act_many($1::bigint[], $2, $3::jsonb, $4::uuid, $5::int, 'cli')", 5, params},
		{"select x.id, desk.show(x.id) from unnest($1::bigint[]) x(id)", 1, params}};
	struct sd_result *r[2] = {0};
	sd_conn_pipeline(c->conn, 2, stmts, r, err);
	json_t *answer = r[0] ? result_json(c, r[0], 0, 0, err) : NULL;
	const json_t *results = json_object_get(answer, "results");
	for (size_t k = 0; answer && k < n; k++) {
		struct sd_err one, ignored;
		const char *id = m->id[i + k];
		json_t *res = id ? by_id(results, id) : NULL, *ticket = NULL;
		if (!id)
			sd_err_set(&one, SD_ERR_NOT_FOUND, "not_found", _("there is no ticket %s that you may see"), c->arg[i + k]);
		else if (!res || !json_is_true(json_object_get(res, "ok")))
			cli_refusal(c, json_object_get(res, "error"), &one);
		else {
			json_t *shown = NULL;
			for (int row = 0; r[1] && row < sd_result_rows(r[1]); row++)
				if (strcmp(sd_result_get(r[1], row, 0), id) == 0)
					shown = result_json(c, r[1], row, 1, &ignored);
			json_object_set(res, "op", json_object_get(answer, "op"));
			if (!json_object_get(answer, "op"))
				json_object_set_new(res, "op", json_string(m->op));
			json_object_set(res, "replay", json_object_get(answer, "replay"));
			ticket = ticket_after(res, shown);
			json_decref(shown);
		}
		add_outcome(m->list, c->arg[i + k], ticket, &one);
		m->failed = m->failed || !ticket;
		json_decref(ticket);
	}
	sd_result_free(r[0]);
	sd_result_free(r[1]);
	bool ok = answer != NULL;
	json_decref(answer);
	return ok;
}

static const char *const *ids_of(struct cli *c, size_t n, struct sd_err *err)
{
	json_t *numbers = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(numbers, json_string(c->arg[i]));
	const char *params[] = {cli_dumped(c, numbers)};
	json_decref(numbers);
	struct sd_result *r = sd_conn_query(c->conn,
		"select desk.ticket_id(x.number) from jsonb_array_elements_text($1::jsonb) with ordinality x(number, pos) order by x.pos",
		1, params, err);
	if (!r)
		return NULL;
	const char **ids = sd_arena_alloc(c->a, (n + 1) * sizeof *ids);
	for (size_t i = 0; i < n && (int)i < sd_result_rows(r); i++)
		ids[i] = sd_arena_strdup(c->a, sd_result_get(r, (int)i, 0));
	sd_result_free(r);
	return ids;
}

static int act_several(struct cli *c, size_t n, const char *verb, const char *fields, const char *op)
{
	struct sd_err err;
	struct many m = {c, verb, fields, op, ids_of(c, n, &err), json_array(), false};
	bool ok = m.id != NULL;
	for (size_t i = 0; ok && i < n; i += PART)
		ok = act_part(&m, i, n - i < PART ? n - i : PART, &err);
	if (ok || json_array_size(m.list))
		print_outcomes(c, m.list);
	json_decref(m.list);
	if (!m.id)
		return line_failed(c, &err, op, false);
	if (ok)
		return m.failed ? 1 : 0;
	if (json_array_size(m.list))
		c->json = false; /* the answers so far are out; the rest is on stderr */
	return line_failed(c, &err, op, true);
}

static bool act_usable(struct cli *c, size_t verb, struct sd_err *err)
{
	long version = 0;
	if (cli_has(c, "query") && !word(c->arg[0])) {
		sd_err_set(
			err, SD_ERR_INPUT, "usage", _("\"%s\" is no verb: with --query the verb comes first, without numbers"), c->arg[0]);
		return false;
	}
	if (!cli_has(c, "query") && (!verb || verb >= c->narg)) {
		sd_err_set(err, SD_ERR_INPUT, "usage", _("no verb: svcdesk ticket act %s VERB; svcdesk kind show incident lists them"),
			c->arg[0]);
		return false;
	}
	for (size_t i = 0; i < verb; i++)
		if (strchr(c->arg[i], '=')) {
			sd_err_set(err, SD_ERR_INPUT, "usage",
				_("\"%s\" stands before the verb: svcdesk ticket act NUMBER... VERB FIELD=VALUE ..."), c->arg[i]);
			return false;
		}
	if (!cli_number(c, "version", 1, 2147483647, &version, err))
		return false;
	if (cli_has(c, "version") && verb != 1) {
		sd_err_set(err, SD_ERR_INPUT, "usage", "%s", _("--version belongs to one ticket: name exactly one NUMBER"));
		return false;
	}
	return true;
}

int cli_ticket_act(struct cli *c)
{
	struct sd_err err;
	size_t verb = verb_at(c);
	json_t *fields = act_usable(c, verb, &err) ? fields_of(c, verb + 1, &err) : NULL;
	const char *op = fields ? cli_op(c, &err) : NULL;
	bool ok = op && cli_connect(c, &err);
	if (ok && strcmp(c->arg[verb], "attach") == 0)
		ok = cli_attach(c, fields, &err);
	if (!ok) {
		json_decref(fields);
		return op ? line_failed(c, &err, op, false) : cli_fail(c, &err);
	}
	const char *patch = cli_dumped(c, fields);
	json_decref(fields);
	if (cli_has(c, "query") || cli_has(c, "dry-run"))
		return cli_bulk_act(c, verb, c->arg[verb], patch, op);
	return verb == 1 ? act_one(c, c->arg[1], patch, op) : act_several(c, verb, c->arg[verb], patch, op);
}
