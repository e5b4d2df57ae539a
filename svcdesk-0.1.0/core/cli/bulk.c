/* Acts on what a query finds, previews, and taking back a whole operation: ticket act --query, --dry-run, ticket undo.
 *
 * The tickets are found once, then worked on in parts of PART under one operation, each in a transaction of its own; an interrupt
 * ends after the part that is under way. What was done is said at the end, with the operation that takes it back. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"
#include "svcdesk/query.h"
#include "svcdesk/text.h"
#include "svcdesk/uuid.h"

enum { PART = 250 };

struct bulk {
	struct cli *c;
	size_t n, cap, done, changed, refused, others;
	const char **id, **number;
	json_t *list; /* [{number, ok, ticket|changes|error}] */
	bool preview;
	struct sd_err first; /* of the refused */
};

static volatile sig_atomic_t stopped;

static void on_interrupt(int sig)
{
	(void)sig;
	stopped = 1;
}

static bool interrupt(struct sigaction *old)
{
	struct sigaction act = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
	stopped = 0;
	sigemptyset(&act.sa_mask);
	return sigaction(SIGINT, &act, old) == 0;
}

/* ---- which tickets ---- */

static void add(struct bulk *b, const char *id, const char *number)
{
	if (b->n == b->cap) {
		size_t cap = b->cap ? 2 * b->cap : 256;
		const char **ids = sd_arena_alloc(b->c->a, cap * sizeof *ids), **numbers = sd_arena_alloc(b->c->a, cap * sizeof *numbers);
		if (b->n) {
			memcpy(ids, b->id, b->n * sizeof *ids);
			memcpy(numbers, b->number, b->n * sizeof *numbers);
		}
		b->id = ids;
		b->number = numbers;
		b->cap = cap;
	}
	b->id[b->n] = sd_arena_strdup(b->c->a, id);
	b->number[b->n++] = sd_arena_strdup(b->c->a, number);
}

static bool found(void *arg, int cols, const char *const *names, const char *const *values)
{
	(void)names;
	add(arg, values[cols - 1], values[0]);
	return true;
}

static bool find(struct bulk *b, const char *text, struct sd_err *err)
{
	static const char *const columns[] = {"number", NULL};
	struct cli *c = b->c;
	struct sd_query_sql s;
	struct sd_query_opts o = {.mode = SD_QUERY_PAGE, .columns = columns, .zone = sd_cfg_text(c->cfg, "zone")};
	if (!*o.zone)
		o.zone = NULL;
	const struct sd_query *q = cli_query(c, text, columns, err);
	if (!q || !sd_query_sql(q, c->a, &o, &s, err))
		return false;
	int bound = cli_query_bound(c, q, &o);
	sd_conn_timeout(c->conn, bound * 1000);
	bool ok = sd_conn_each(c->conn, s.sql, s.nparams, s.params, found, b, err);
	if (!ok && bound && err->cls == SD_ERR_TIMEOUT)
		sd_query_slow(err, q, bound);
	sd_conn_timeout(c->conn, 0);
	return ok && (b->n || cli_is_person(c, err));
}

static bool named(struct bulk *b, size_t n, struct sd_err *err)
{
	for (size_t i = 0; i < n; i++) {
		const char *params[] = {b->c->arg[i]};
		struct sd_result *r = sd_conn_query(b->c->conn, "select desk.ticket_id($1)", 1, params, err);
		const char *id = r ? sd_result_get(r, 0, 0) : NULL;
		if (r)
			add(b, id ? id : "0", b->c->arg[i]);
		sd_result_free(r);
		if (!r)
			return false;
	}
	return true;
}

/* ---- outcomes ---- */

static const char *text_of(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? s : "";
}

static void line_out(struct bulk *b, const char *number, const char *rest)
{
	cli_print_clean(b->c, sd_arena_printf(b->c->a, "%s  %s\n", number, rest));
}

static void add_value(struct sd_str *s, const json_t *v)
{
	if (json_is_null(v) || !v)
		sd_str_add(s, "-");
	else if (json_is_string(v))
		sd_str_add(s, json_string_value(v));
	else
		cli_json_write(s, v, -1);
}

/* "state: new -> in_progress; assignee: - -> jane" */
static const char *changes_text(struct bulk *b, const json_t *changes)
{
	struct sd_str s = {0};
	const char *key;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)changes, key, v)
	{
		sd_str_addf(&s, "%s%s: ", s.len ? "; " : "", key);
		add_value(&s, json_array_get(v, 0));
		sd_str_add(&s, " -> ");
		add_value(&s, json_array_get(v, 1));
	}
	char *out = sd_arena_strndup(b->c->a, s.data ? s.data : "", s.len);
	sd_str_free(&s);
	return *out ? out : _("nothing would change");
}

static void refused(struct bulk *b, const char *number, const json_t *error)
{
	struct sd_err one;
	cli_refusal(b->c, error, &one);
	if (!b->refused++)
		b->first = one;
	json_array_append_new(b->list, json_pack("{s:s,s:b,s:o}", "number", number, "ok", 0, "error", cli_error_json(&one)));
}

/* One result of act_many, act_preview or undo. */
static void outcome(struct bulk *b, const char *number, json_t *r, json_t *op)
{
	if (!json_is_true(json_object_get(r, "ok"))) {
		refused(b, number, json_object_get(r, "error"));
		return;
	}
	b->changed++;
	if (b->preview) {
		json_t *changes = json_object_get(r, "changes");
		json_array_append_new(
			b->list, json_pack("{s:s,s:b,s:O}", "number", number, "ok", 1, "changes", changes ? changes : json_null()));
		return;
	}
	json_t *t = json_pack("{s:O,s:O,s:O,s:O,s:O}", "id", json_object_get(r, "id"), "number", json_object_get(r, "number"),
		"state", json_object_get(r, "state"), "version", json_object_get(r, "version"), "op", op);
	json_array_append_new(b->list, json_pack("{s:s,s:b,s:o}", "number", number, "ok", 1, "ticket", t));
}

static void progress(const struct bulk *b, size_t all)
{
	if (all <= PART || !isatty(STDERR_FILENO))
		return;
	if (b->done < all)
		fputc('\r', stderr), fprintf(stderr, _("%zu of %zu"), b->done, all);
	else
		fprintf(stderr, "\r%40s\r", "");
	fflush(stderr);
}

/* Refusals on stderr, what was done or would be on stdout. */
static void print_lines(struct bulk *b)
{
	struct cli *c = b->c;
	size_t i;
	json_t *o;
	json_array_foreach(b->list, i, o)
	{
		const json_t *error = json_object_get(o, "error");
		struct sd_str s = {0};
		if (!error) {
			const char *state = text_of(json_object_get(o, "ticket"), "state");
			line_out(b, text_of(o, "number"),
				b->preview ? changes_text(b, json_object_get(o, "changes")) : cli_label(c, "", "state", state));
			continue;
		}
		const char *line = sd_arena_printf(c->a, "%s: %s", text_of(o, "number"), text_of(error, "text"));
		sd_text_clean(&s, line, strlen(line), SD_CLEAN_LINE);
		fprintf(stderr, "svcdesk: %s\n", s.data);
		sd_str_free(&s);
	}
}

static void summary(struct bulk *b, size_t all, const char *op)
{
	struct cli *c = b->c;
	char *line;
	if (b->preview && b->others)
		line = sd_arena_printf(
			c->a, _("%zu of %zu would change, %zu refused, and %zu of their children\n"), b->changed, all, b->refused, b->others);
	else if (b->preview)
		line = sd_arena_printf(c->a, _("%zu of %zu would change, %zu refused\n"), b->changed, all, b->refused);
	else if (!b->changed)
		line = sd_arena_printf(c->a, _("%zu of %zu done, %zu refused\n"), b->changed, all, b->refused);
	else
		line = sd_arena_printf(c->a, _("%zu of %zu done, %zu refused; take it back with: svcdesk ticket undo %s\n"), b->changed,
			all, b->refused, op);
	cli_print(c, line, strlen(line));
}

/* Prints what there is; the exit status. ok: no call failed. */
static int report(struct bulk *b, size_t all, const char *op, bool ok, struct sd_err *err)
{
	struct cli *c = b->c;
	if (ok || json_array_size(b->list)) {
		if (c->json)
			cli_print_json(c, b->list);
		else {
			print_lines(b);
			summary(b, all, op);
		}
	}
	if (!ok && json_array_size(b->list))
		c->json = false; /* the answers so far are out; the rest is on stderr */
	json_decref(b->list);
	if (!ok)
		return cli_fail(c, err);
	return b->refused || b->done < all ? 1 : 0;
}

/* ---- acting ---- */

static char *ids_text(struct bulk *b, size_t from, size_t n)
{
	struct sd_str s = {0};
	for (size_t i = 0; i < n; i++)
		sd_str_addf(&s, "%c%s", i ? ',' : '{', b->id[from + i]);
	sd_str_addc(&s, '}');
	char *out = sd_arena_strndup(b->c->a, s.data, s.len);
	sd_str_free(&s);
	return out;
}

static bool act_part(struct bulk *b, const char *verb, const char *fields, const char *op, struct sd_err *err)
{
	size_t n = b->n - b->done < PART ? b->n - b->done : PART;
	const char *ids = ids_text(b, b->done, n), *part = sd_arena_printf(b->c->a, "%zu", b->done / PART);
	const char *params[] = {ids, verb, fields, op, part};
	json_t *answer = b->preview ? cli_json(b->c, err, "select desk.act_preview($1::bigint[], $2, $3::jsonb)", 3, params)
								: cli_json(b->c, err,
									  "select desk.act_many($1::bigint[], $2, $3::jsonb, $4::uuid, $5::int, 'cli')", 5, params);
	json_t *results = json_object_get(answer, "results"), *r, *jop = json_string(op);
	size_t i;
	json_array_foreach(results, i, r)
	{
		if (i < n)
			outcome(b, b->number[b->done + i], r, jop);
	}
	b->others += (size_t)json_integer_value(json_object_get(answer, "others"));
	b->done += n;
	json_decref(jop);
	json_decref(answer);
	return answer != NULL;
}

/* A word that no ticket understands is a mistake of the command, not of each ticket. */
static bool misspelt(const struct bulk *b)
{
	return b->refused && !b->changed && b->first.cls == SD_ERR_INPUT && b->refused == json_array_size(b->list);
}

static bool act_all(struct bulk *b, const char *verb, const char *fields, const char *op, struct sd_err *err)
{
	struct sigaction old;
	bool caught = interrupt(&old), ok = true;
	while (ok && b->done < b->n && !stopped) {
		ok = act_part(b, verb, fields, op, err);
		if (ok && b->n > 1 && misspelt(b)) {
			*err = b->first;
			json_array_clear(b->list);
			ok = false;
		}
		progress(b, b->n);
	}
	if (caught)
		sigaction(SIGINT, &old, NULL);
	return ok;
}

int cli_bulk_act(struct cli *c, size_t numbers, const char *verb, const char *fields, const char *op)
{
	struct sd_err err;
	struct bulk b = {.c = c, .preview = cli_has(c, "dry-run")};
	const char *query = cli_get(c, "query");
	if (!(query ? find(&b, query, &err) : named(&b, numbers, &err)))
		return cli_fail(c, &err);
	b.list = json_array();
	bool ok = act_all(&b, verb, fields, op, &err);
	if (ok && !query && b.n == 1 && b.refused) { /* one ticket: its refusal is the answer, with its exit status */
		json_array_clear(b.list);
		ok = false;
		err = b.first;
	}
	return report(&b, b.n, op, ok, &err);
}

/* ---- taking back ---- */

static int undo_op(struct cli *c, const char *op, const char *as)
{
	struct sd_err err;
	struct bulk b = {.c = c, .list = json_array()};
	size_t parts = 1, all = 0;
	bool ok = true;
	for (size_t part = 0; ok && part < parts; part++) {
		const char *params[] = {op, as, sd_arena_printf(c->a, "%zu", part)};
		json_t *answer = cli_json(c, &err, "select desk.undo($1::uuid, $2::uuid, $3::int, 'cli')", 3, params);
		json_t *results = json_object_get(answer, "results"), *r, *jop = json_object_get(answer, "op");
		size_t i;
		ok = answer != NULL;
		parts = (size_t)json_integer_value(json_object_get(answer, "parts"));
		all += json_array_size(results);
		json_array_foreach(results, i, r) outcome(&b, text_of(r, "number"), r, jop);
		json_decref(answer);
	}
	b.done = all;
	if (ok && all == 1 && b.refused) { /* one ticket: its refusal is the answer, with its exit status */
		json_array_clear(b.list);
		return report(&b, all, as, false, &b.first);
	}
	return report(&b, all, as, ok, &err);
}

static void list_line(struct cli *c, const json_t *o)
{
	long more = (long)json_integer_value(json_object_get(o, "tickets")) - 1;
	bool ok = json_is_true(json_object_get(o, "ok"));
	const char *number = text_of(o, "number"), *verb = sd_arena_strdup(c->a, text_of(o, "verb"));
	char *tickets = more > 0 ? sd_arena_printf(c->a, _("%s and %ld more"), number, more) : sd_arena_strdup(c->a, number);
	struct sd_err why;
	if (!ok)
		cli_refusal(c, json_object_get(o, "why"), &why);
	cli_print_clean(c, sd_arena_printf(c->a, "%s  %s  %s  %s%s%s\n", text_of(o, "op"), text_of(o, "at"), verb, tickets,
						   ok ? "" : "  ", ok ? "" : why.text));
}

static int undo_list(struct cli *c)
{
	struct sd_err err;
	size_t i;
	json_t *o,
		*list = cli_json(c, &err,
			"select coalesce(jsonb_agg(jsonb_build_object('op', l.op, 'at', desk.iso(l.at), 'verb', l.verb, 'tickets', "
			"l.tickets, 'number', "
			"l.number, 'undone', l.undone, 'is_undo', l.is_undo, 'ok', l.ok, 'why', l.why)), '[]') from desk.undo_list() l",
			0, NULL);
	if (!list)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, list);
	else
		json_array_foreach(list, i, o) list_line(c, o);
	json_decref(list);
	return 0;
}

int cli_ticket_undo(struct cli *c)
{
	struct sd_err err;
	const char *op = c->narg ? c->arg[0] : NULL, *as = op ? cli_op(c, &err) : NULL;
	bool ok = !op || as;
	if (ok && op && !sd_uuid_valid(op)) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("\"%s\" is no operation; svcdesk ticket undo lists yours"), op);
		ok = false;
	}
	if (!ok || !cli_connect(c, &err))
		return cli_fail(c, &err);
	return op ? undo_op(c, op, as) : undo_list(c);
}
