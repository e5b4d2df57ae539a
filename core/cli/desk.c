/* Commands that ask the desk one question and print the answer: whoami, kind, tick, clock, user, audit. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/predict/live.h"
#include "core/query/nearest.h"
#include "svcdesk/clock.h"
#include "svcdesk/locale.h"
#include "svcdesk/restrict.h"
#include "svcdesk/text.h"

/* ---- printing for people ---- */

static const char *member(const json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

/* A role and where and when it holds. */
static void role_text(struct sd_str *s, const json_t *v)
{
	static const char *const limits[] = {"org", "group", "from", "to"};
	size_t n = 0;
	sd_str_add(s, member(v, "role"));
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (member(v, limits[i]))
			sd_str_addf(s, "%s%s %s", n++ ? _(", ") : _(": "), cli_name(limits[i]), member(v, limits[i]));
	if (!n)
		sd_str_add(s, _(" everywhere"));
}

/* What somebody sees: see desk.user_report. */
static void sight_text(struct sd_str *s, const json_t *v)
{
	const char *what = member(v, "what");
	if (strcmp(what, "own") == 0)
		sd_str_add(s, _("tickets they requested or opened"));
	else if (strcmp(what, "named") == 0)
		sd_str_addf(s, _("%lld restricted tickets that name them"), (long long)json_integer_value(json_object_get(v, "count")));
	else {
		sd_str_add(s, _("what is not restricted, as "));
		role_text(s, v);
	}
}

/* What stands under each name: of a list or an object its words. */
static void members_text(struct sd_str *s, const json_t *v)
{
	const char *key, *word;
	json_t *under, *more;
	size_t n = 0;
	json_object_foreach((json_t *)(uintptr_t)v, key, under)
	{
		size_t words = 0;
		sd_str_addf(s, "%s%s", n++ ? "; " : "", key);
		json_object_foreach(under, word, more) sd_str_addf(s, "%s%s", words++ ? _(", ") : _(": "), word);
	}
}

static void value_text(struct sd_str *s, const json_t *v)
{
	size_t i;
	json_t *item;
	if (json_is_string(v)) {
		sd_str_add(s, json_string_value(v));
	} else if (json_is_array(v)) {
		json_array_foreach((json_t *)(uintptr_t)v, i, item)
		{
			sd_str_add(s, i ? _(", ") : "");
			value_text(s, item);
		}
	} else if (json_is_object(v) && json_is_string(json_object_get(v, "name"))) {
		sd_str_add(s, json_string_value(json_object_get(v, "name")));
	} else if (json_is_object(v) && member(v, "what")) {
		sight_text(s, v);
	} else if (json_is_object(v) && member(v, "role")) {
		role_text(s, v);
	} else if (json_is_object(v)) {
		members_text(s, v);
	} else if (json_is_boolean(v)) {
		sd_str_add(s, json_is_true(v) ? _("yes") : _("no"));
	} else if (v && !json_is_null(v)) {
		cli_json_write(s, v, -1);
	}
}

/* One line a member: name, value. */
static void print_object(struct cli *c, const json_t *j)
{
	const char *key;
	json_t *v;
	struct sd_str s = {0};
	json_object_foreach((json_t *)(uintptr_t)j, key, v)
	{
		sd_str_add(&s, cli_name(key));
		for (int pad = sd_text_width(cli_name(key)); pad < 15; pad++)
			sd_str_addc(&s, ' ');
		value_text(&s, v);
		sd_str_addc(&s, '\n');
	}
	cli_print_clean(c, s.data ? s.data : "");
	sd_str_free(&s);
}

/* A table of the members named, one row an object. */
static void print_rows(struct cli *c, const json_t *list, const char *const *keys)
{
	size_t n = 0, i;
	json_t *row;
	while (keys[n])
		n++;
	const char **titles = sd_arena_alloc(c->a, (n + 1) * sizeof *titles);
	for (size_t k = 0; k < n; k++)
		titles[k] = cli_name(keys[k]);
	struct cli_table *t = cli_table_new(c, titles, n);
	const char **cells = sd_arena_alloc(c->a, n * sizeof *cells);
	json_array_foreach((json_t *)(uintptr_t)list, i, row)
	{
		for (size_t k = 0; k < n; k++) {
			struct sd_str s = {0};
			value_text(&s, json_object_get(row, keys[k]));
			cells[k] = sd_arena_strdup(c->a, s.data ? s.data : "");
			sd_str_free(&s);
		}
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_ask(struct cli *c, const char *sql, int n, const char *const *params, const char *const *keys)
{
	struct sd_err err;
	json_t *j = cli_connect(c, &err) ? cli_json(c, &err, sql, n, params) : NULL;
	if (!j || (json_is_array(j) && !json_array_size(j) && !cli_is_person(c, &err))) {
		json_decref(j);
		return cli_fail(c, &err);
	}
	if (c->json)
		cli_print_json(c, j);
	else if (keys && json_is_array(j))
		print_rows(c, j, keys);
	else
		print_object(c, j);
	json_decref(j);
	return 0;
}

int cli_whoami(struct cli *c)
{
	return cli_ask(c, "select desk.whoami()", 0, NULL, NULL);
}

/* ---- kinds ---- */

int cli_kind_list(struct cli *c)
{
	static const char *const keys[] = {"kind", "prefix", "label", "initial", NULL};
	const char *language = c->json ? "en" : sd_locale_language();
	return cli_ask(c, "select desk.kind_list($1)", 1, &language, keys);
}

static void kind_text(struct cli *c, const json_t *k)
{
	static const char *const states[] = {"state", "phase", "label", NULL};
	static const char *const fields[] = {"field", "type", "choices", "editable", "label", NULL};
	static const char *const verbs[] = {"verb", "label", NULL};
	static const char *const moves[] = {"from", "verb", "to", "required", "roles", NULL};
	static const struct {
		const char *key;
		const char *const *keys;
	} parts[] = {{"states", states}, {"fields", fields}, {"verbs", verbs}, {"transitions", moves}};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const json_t *list = json_object_get(k, parts[i].key);
		if (!json_is_array(list))
			continue;
		cli_print_clean(c, sd_arena_printf(c->a, _("%s%s:\n"), i ? "\n" : "", cli_name(parts[i].key)));
		print_rows(c, list, parts[i].keys);
	}
}

static void no_kind(struct cli *c, struct sd_err *err)
{
	struct sd_err ignored;
	char near[64];
	char *kinds =
		cli_value(c, &ignored, "select string_agg(k->>'kind', E'\n') from jsonb_array_elements(desk.kind_list()) k", 0, NULL);
	if (kinds && nearest_line(c->arg[0], kinds, near, sizeof near))
		sd_err_set(err, SD_ERR_NOT_FOUND, "unknown_kind", _("there is no kind %s; did you mean %s?"), c->arg[0], near);
	else
		sd_err_set(err, SD_ERR_NOT_FOUND, "unknown_kind", _("there is no kind %s; svcdesk kind list names them"), c->arg[0]);
}

int cli_kind_show(struct cli *c)
{
	struct sd_err err;
	const char *params[] = {c->arg[0], c->json ? "en" : sd_locale_language()};
	struct sd_result *r = NULL;
	if (!cli_connect(c, &err) || !(r = sd_conn_query(c->conn, "select desk.kind_json($1, $2)", 2, params, &err)))
		return cli_fail(c, &err);
	const char *text = sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL;
	json_t *j = cli_parse(text ? text : "null", &err);
	sd_result_free(r);
	if (json_is_null(j) && cli_is_person(c, &err))
		no_kind(c, &err);
	if (!j || json_is_null(j)) {
		json_decref(j);
		return cli_fail(c, &err);
	}
	if (c->json)
		cli_print_json(c, j);
	else
		kind_text(c, j);
	json_decref(j);
	return 0;
}

/* ---- time ---- */

/* Calls what does a piece of work beside the tick, a short transaction each, for two seconds at most; the next tick goes on. */
static void go_on(struct cli *c, const char *sql)
{
	int64_t until = sd_clock_mono_ms() + 2000;
	bool more = true;

	while (more && sd_clock_mono_ms() < until) {
		struct sd_err err;
		struct sd_result *r = sd_conn_query(c->conn, sql, 0, NULL, &err);
		more = r && strcmp(sd_result_get(r, 0, 0), "t") == 0;
		sd_result_free(r);
	}
}

int cli_tick(struct cli *c)
{
	int exit = cli_ask(c, "select desk.tick()", 0, NULL, NULL);

	if (!exit) {
		go_on(c, "select desk.sum_figures()");
		go_on(c, "select desk.learn()");
		go_on(c, "select desk.hint_step()");
		predict_live_beside(c->conn, c->target.conninfo);
		go_on(c, "select desk.risk_step()");
		go_on(c, "select desk.find_learn()");
		go_on(c, "select desk.ci_watch()");
	}
	return exit;
}

int cli_clock(struct cli *c)
{
	struct sd_err err;
	int64_t us = 0;
	if (!sd_duration_parse(c->arg[0], &us) || us < 0) {
		sd_err_set(&err, SD_ERR_INPUT, "bad_duration", _("\"%s\" is not a duration: 4h, 1d12h, 90s"), c->arg[0]);
		return cli_fail(c, &err);
	}
	const char *params[] = {sd_arena_printf(c->a, "%lld microseconds", (long long)us)};
	char *now = cli_connect(c, &err) ? cli_value(c, &err, "select desk.iso(desk.clock_advance($1::interval))", 1, params) : NULL;
	if (!now && err.cls == SD_ERR_STATE)
		sd_err_set(&err, SD_ERR_STATE, "real_clock", "%s",
			_("the clock of this desk is the real one: only a desk made with svcdesk demo --clock TIME can be advanced"));
	if (!now)
		return cli_fail(c, &err);
	if (c->json) {
		json_t *j = json_pack("{s:b,s:s}", "ok", 1, "now", now);
		cli_print_json(c, j);
		json_decref(j);
	} else {
		cli_print_clean(c, sd_arena_printf(c->a, "%s\n", now));
	}
	return 0;
}

/* ---- people ---- */

/* The values of a repeated option as one JSON list. */
static char *repeated(struct cli *c, const char *opt)
{
	json_t *list = json_array();
	for (size_t i = 0; i < c->nopt; i++)
		if (strcmp(c->opt[i].name, opt) == 0)
			json_array_append_new(list, json_string(c->opt[i].value));
	char *text = json_dumps(list, JSON_COMPACT);
	char *out = sd_arena_strdup(c->a, text ? text : "[]");
	json_decref(list);
	free(text);
	return out;
}

#define TEXTS(n) "(select coalesce(array_agg(v), '{}') from jsonb_array_elements_text($" n "::jsonb) v)"

int cli_user_add(struct cli *c)
{
	const char *name = cli_get(c, "name");
	const char *params[] = {c->arg[0], name ? name : c->arg[0], repeated(c, "role"), repeated(c, "group"), cli_get(c, "org"),
		cli_has(c, "new-org") ? "true" : "false"};
	return cli_ask(c, "select desk.user_add($1, $2, " TEXTS("3") ", " TEXTS("4") ", $5, $6::bool)", 6, params, NULL);
}

int cli_user_disable(struct cli *c)
{
	const char *params[] = {c->arg[0]};
	return cli_ask(c, "select desk.user_disable($1)", 1, params, NULL);
}

int cli_user_enable(struct cli *c)
{
	const char *params[] = {c->arg[0]};
	return cli_ask(c, "select desk.user_disable($1, false)", 1, params, NULL);
}

int cli_user_list(struct cli *c)
{
	static const char *const keys[] = {"login", "name", "org", "roles", "groups", "active", NULL};
	return cli_ask(c, "select desk.user_list()", 0, NULL, keys);
}

int cli_user_role(struct cli *c)
{
	const char *params[] = {
		c->arg[0], c->arg[1], cli_has(c, "revoke") ? "false" : "true", cli_get(c, "org"), cli_get(c, "group")};
	return cli_ask(c, "select desk.user_role($1, $2, $3::bool, $4, $5)", 5, params, NULL);
}

int cli_user_report(struct cli *c)
{
	const char *params[] = {c->arg[0]};
	return cli_ask(c, "select desk.user_report($1)", 1, params, NULL);
}

/* ---- audit ---- */

static bool root_row(void *arg, int cols, const char *const *names, const char *const *values)
{
	struct cli *c = arg;
	(void)cols;
	(void)names;
	const char *first = c->narg ? ",\n" : "["; /* operands are not wanted here: their count tells the first row */
	c->narg++;
	cli_print(c, first, strlen(first));
	cli_print(c, values[0], strlen(values[0]));
	return !c->pipe_closed;
}

int cli_audit_roots(struct cli *c)
{
	struct sd_err err;
	c->narg = 0;
	if (!cli_connect(c, &err))
		return cli_fail(c, &err);
	sd_conn_timeout(c->conn, 0);
	if (!sd_conn_each(c->conn, "select r::text from desk.audit_roots() r", 0, NULL, root_row, c, &err) && !c->pipe_closed)
		return cli_fail(c, &err);
	const char *end = c->narg ? "]\n" : "[]\n";
	cli_print(c, end, strlen(end));
	return 0;
}

/* A whole file; NULL and err. */
static char *file_text(struct cli *c, const char *path, struct sd_err *err)
{
	struct sd_str s = {0};
	char buf[16384];
	size_t n;
	if (strcmp(path, "-") != 0 && !sd_restrict_path(path, err))
		return NULL;
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	while (f && (n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(&s, buf, n);
	bool ok = f && !ferror(f);
	if (!ok)
		sd_err_set(err, SD_ERR_INPUT, "file_unreadable", _("cannot read %s: %s"), path, strerror(errno));
	if (f && f != stdin)
		fclose(f);
	char *out = ok ? sd_arena_strndup(c->a, s.data ? s.data : "", s.len) : NULL;
	sd_str_free(&s);
	return out;
}

/* The roots of `audit roots`: a list, or one object a line. */
static char *roots_text(struct cli *c, const char *path, struct sd_err *err)
{
	json_error_t why;
	char *text = file_text(c, path, err);
	if (!text)
		return NULL;
	json_t *j = json_loads(text, 0, &why);
	bool ok = json_is_array(j);
	json_decref(j);
	if (ok)
		return text;
	sd_err_set(err, SD_ERR_INPUT, "bad_roots", _("%s does not hold roots: make it with svcdesk audit roots > FILE"), path);
	return NULL;
}

/* What is wrong with a ticket, with one event of it, or with a seal: that has a number of its own and no ticket. */
static void problem_text(struct cli *c, const json_t *p)
{
	const char *number = json_string_value(json_object_get(p, "number"));
	const char *kind = json_string_value(json_object_get(p, "kind"));
	const json_t *seq = json_object_get(p, "seq");
	const char *at = json_is_integer(seq) ? sd_arena_printf(c->a, " #%lld", (long long)json_integer_value(seq)) : "";
	cli_print_clean(c, sd_arena_printf(c->a, "  %s%s %s\n", number ? number : _("seal"), at, kind ? kind : ""));
}

static void verify_text(struct cli *c, const json_t *j)
{
	size_t i;
	json_t *p;
	bool rooted = json_is_true(json_object_get(j, "rooted"));
	const char *verdict = json_is_true(json_object_get(j, "ok")) ? _("the journal is whole") : _("the journal is NOT whole");
	cli_print_clean(c, sd_arena_printf(c->a, _("%s: %lld events, %lld tickets, %lld redacted\n"), verdict,
						   (long long)json_integer_value(json_object_get(j, "events")),
						   (long long)json_integer_value(json_object_get(j, "tickets")),
						   (long long)json_integer_value(json_object_get(j, "redacted"))));
	json_array_foreach(json_object_get(j, "problems"), i, p) problem_text(c, p);
	long long more = (long long)json_integer_value(json_object_get(j, "count")) - (long long)i;
	if (more > 0)
		cli_print_clean(c, sd_arena_printf(c->a, _("  and %lld more\n"), more));
	if (!rooted)
		cli_print_clean(
			c, _("Without --roots a rewriting of the whole chain with all its seals is not found: keep roots elsewhere.\n"));
}

int cli_audit_verify(struct cli *c)
{
	struct sd_err err;
	const char *path = cli_get(c, "roots");
	const char *roots = path ? roots_text(c, path, &err) : NULL;
	if ((path && !roots) || !cli_connect(c, &err))
		return cli_fail(c, &err);
	sd_conn_timeout(c->conn, 0);
	json_t *j = cli_json(c, &err, "select desk.audit_verify($1::jsonb)", 1, &roots);
	if (!j)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, j);
	else
		verify_text(c, j);
	int status = json_is_true(json_object_get(j, "ok")) ? 0 : 1;
	json_decref(j);
	return status;
}
