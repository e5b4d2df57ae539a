/* kb list, show, history, diff, the steps of a version, feedback, files, links with tickets. kb_edit.c has new and edit,
 * kb_import.c import. */
#include "core/cli/kb.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/attach.h"
#include "core/cli/cli.h"
#include "svcdesk/conflict.h"
#include "svcdesk/file.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"

int cli_kb_answer(struct cli *c, json_t *r, const struct sd_err *err, void (*print)(struct cli *c, const json_t *j))
{
	if (!r)
		return cli_fail(c, err);
	if (c->json) {
		if (json_is_object(r))
			json_object_del(r, "ok");
		cli_print_json(c, r);
	} else {
		print(c, r);
	}
	json_decref(r);
	return cli_done(c, 0);
}

static int run(struct cli *c, const char *sql, int n, const char *const *params, void (*print)(struct cli *c, const json_t *j))
{
	struct sd_err err = {0};
	json_t *r = cli_connect(c, &err) ? cli_json(c, &err, sql, n, params) : NULL;
	return cli_kb_answer(c, r, &err, print);
}

json_t *cli_kb_article(struct cli *c, const char *number, const char *version, struct sd_err *err)
{
	const char *params[] = {number, version};
	const char *text = cli_connect(c, err) ? cli_value(c, err, "select coalesce(desk.kb_show($1, $2), 'null')", 2, params) : NULL;
	json_t *r = text && strcmp(text, "null") != 0 ? cli_parse(text, err) : NULL;

	if (text && !r && !err->text[0])
		sd_err_set(err, SD_ERR_NOT_FOUND, "no_article",
			version ? _("there is no version %2$s of article %1$s, or none for you to see; svcdesk kb history %1$s names them")
					: _("there is no article %1$s, or none for you to see; svcdesk kb list names them"),
			number, version);
	return r;
}

/* A word of the knowledge base in the language of the messages. */
static const char *label(struct cli *c, const char *what, const char *word)
{
	const struct sd_meta *m = *word ? cli_meta(c) : NULL;
	const char *text = m ? sd_meta_label(m, sd_arena_printf(c->a, "kb.%s.%s", what, word)) : NULL;
	return text ? text : word;
}

void cli_kb_said(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a, "%s %s: %s%s%s\n", cli_word(r, "number"), cli_word(r, "version"),
						   label(c, "state", cli_word(r, "state")), *cli_word(r, "publish_at") ? "  " : "",
						   cli_local(c, cli_word(r, "publish_at"))));
}

/* ---- list ---- */

static void list_out(struct cli *c, const json_t *list)
{
	const char *titles[] = {_("article"), _("title"), _("state"), _("version"), _("type"), _("audience"), _("owner"), _("used")};
	struct cli_table *t = cli_table_new(c, titles, 8);
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, o)
	{
		const json_t *used = json_object_get(o, "used");
		const char *cells[] = {cli_word(o, "number"), cli_word(o, "title"), label(c, "state", cli_word(o, "state")),
			cli_word(o, "version"), label(c, "type", cli_word(o, "type")), label(c, "audience", cli_word(o, "audience")),
			cli_word(o, "owner"), json_is_integer(used) ? sd_arena_printf(c->a, "%d", (int)json_integer_value(used)) : ""};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_kb_list(struct cli *c)
{
	static const char *const words[] = {"state", "type", "audience", "owner", "group", "org", "tag", "ci_class", "product",
		"category", "confidence", "language", "text", "valid_before", "mine", "feedback", NULL};
	struct sd_err err = {0};
	json_t *filter = json_object();
	long limit = 100;
	bool ok = cli_number(c, "limit", 1, 100000, &limit, &err);

	for (size_t i = 0; ok && i < c->narg; i++) {
		const char *is = strpbrk(c->arg[i], "=:"), *const *w = words; /* as in the queries of tickets and items, too */
		while (is && *w && !(strlen(*w) == (size_t)(is - c->arg[i]) && strncmp(*w, c->arg[i], strlen(*w)) == 0))
			w++;
		if (is && *w)
			json_object_set_new(filter, *w, json_string(is + 1));
		else if ((!is || *is == ':') && !json_object_get(filter, "text"))
			json_object_set_new(filter, "text", json_string(c->arg[i]));
		else
			ok = false;
		if (!ok)
			sd_err_set(&err, SD_ERR_INPUT, "usage",
				_("\"%s\" is nothing to filter articles by; write state=draft, tag=disk or a word of the title"), c->arg[i]);
	}
	const char *params[] = {cli_dumped(c, filter), sd_arena_printf(c->a, "%ld", limit)};
	json_decref(filter);
	return ok ? run(c,
					"select coalesce(jsonb_agg((to_jsonb(x) - 'cursor') || jsonb_build_object('at', desk.iso(x.at))), '[]') from "
					"desk.kb_list($1::jsonb, $2::int) x",
					2, params, list_out)
			  : cli_fail(c, &err);
}

/* ---- show ---- */

static void line(struct cli *c, struct sd_str *s, const char *name, const char *value)
{
	(void)c;
	if (*value)
		sd_str_addf(s, "%s: %s\n", name, value);
}

static const char *joined(struct cli *c, const json_t *list, const char *key)
{
	struct sd_str s = {0};
	const json_t *v;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, v)
		sd_str_addf(&s, "%s%s", i ? ", " : "", key ? cli_word(v, key) : json_string_value(v));
	const char *text = sd_arena_strdup(c->a, s.data ? s.data : "");
	sd_str_free(&s);
	return text;
}

static void head(struct cli *c, struct sd_str *s, const json_t *r)
{
	const json_t *helpful = json_object_get(r, "helpful"), *not = json_object_get(r, "unhelpful"),
				 *used = json_object_get(r, "used"), *quality = json_object_get(r, "quality");

	sd_str_addf(s, "%s %s  %s  [%s]\n", cli_word(r, "number"), cli_word(r, "version"), cli_word(r, "title"),
		label(c, "state", cli_word(r, "state")));
	line(c, s, _("type"), label(c, "type", cli_word(r, "type")));
	line(c, s, _("audience"), label(c, "audience", cli_word(r, "audience")));
	line(c, s, _("groups"), joined(c, json_object_get(r, "groups"), NULL));
	line(c, s, _("organisation"), cli_word(r, "org"));
	line(c, s, _("owner"), cli_word(r, "owner"));
	line(c, s, _("group"), cli_word(r, "group"));
	line(c, s, _("CI class"), cli_word(r, "ci_class"));
	line(c, s, _("product"), cli_word(r, "product"));
	line(c, s, _("category"), cli_word(r, "category"));
	line(c, s, _("tags"), joined(c, json_object_get(r, "tags"), NULL));
	line(c, s, _("valid to"), cli_word(r, "valid_to"));
	line(c, s, _("confidence"), label(c, "confidence", cli_word(r, "confidence")));
	line(c, s, _("author"), cli_word(r, "author"));
	line(c, s, _("saved"), cli_local(c, cli_word(r, "at")));
	line(c, s, _("source"), cli_word(r, "source"));
	line(c, s, _("licence"), cli_word(r, "licence"));
	line(c, s, _("reason"), cli_word(r, "reason"));
	if (json_is_integer(quality))
		sd_str_addf(s, "%s: %d %%\n", _("checklist"), (int)json_integer_value(quality));
	sd_str_addf(s, _("helpful: %d yes, %d no"), (int)json_integer_value(helpful), (int)json_integer_value(not ));
	if (json_is_integer(used))
		sd_str_addf(s, _(", used %d times"), (int)json_integer_value(used));
	if (json_is_integer(used) &&
		json_integer_value(json_object_get(r, "opened")) + json_integer_value(json_object_get(r, "dismissed")))
		sd_str_addf(s, _(", opened %d and dismissed %d times as what may help"),
			(int)json_integer_value(json_object_get(r, "opened")), (int)json_integer_value(json_object_get(r, "dismissed")));
	sd_str_addc(s, '\n');
	line(c, s, _("files"), joined(c, json_object_get(r, "files"), "name"));
	line(c, s, _("tickets"), joined(c, json_object_get(r, "tickets"), "number"));
	line(c, s, _("possible"), joined(c, json_object_get(r, "verbs"), "verb"));
}

static void show_out(struct cli *c, const json_t *r)
{
	static const struct {
		const char *key, *name;
	} parts[] = {{"body", NULL}, {"symptom", N_("Symptom")}, {"cause", N_("Cause")}, {"resolution", N_("Resolution")}};
	struct sd_str s = {0};

	head(c, &s, r);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *text = cli_word(r, parts[i].key);
		if (!*text)
			continue;
		sd_str_addc(&s, '\n');
		if (parts[i].name)
			sd_str_addf(&s, "## %s\n\n", _(parts[i].name));
		sd_str_add(&s, text);
		if (s.data[s.len - 1] != '\n')
			sd_str_addc(&s, '\n');
	}
	cli_print_clean(c, s.data);
	sd_str_free(&s);
}

int cli_kb_show(struct cli *c)
{
	struct sd_err err = {0};
	return cli_kb_answer(c, cli_kb_article(c, c->arg[0], cli_get(c, "version"), &err), &err, show_out);
}

/* ---- history, diff ---- */

static void history_out(struct cli *c, const json_t *list)
{
	const json_t *l;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, l)
	{
		const json_t *changes = json_object_get(l, "changes");
		cli_print_clean(c, sd_arena_printf(c->a, "%s  %s  %s%s%s%s%s%s%s\n", cli_local(c, cli_word(l, "at")), cli_word(l, "by"),
							   label(c, "verb", cli_word(l, "what")), *cli_word(l, "version") ? "  " : "", cli_word(l, "version"),
							   json_object_size(changes) ? "  " : "", json_object_size(changes) ? cli_dumped(c, changes) : "",
							   *cli_word(l, "reason") ? "  " : "", cli_word(l, "reason")));
	}
}

int cli_kb_history(struct cli *c)
{
	struct sd_err err = {0};
	const char *params[] = {c->arg[0]};
	const char *text =
		cli_connect(c, &err) ? cli_value(c, &err, "select coalesce(desk.kb_history($1), 'null')", 1, params) : NULL;
	json_t *r = text && strcmp(text, "null") != 0 ? cli_parse(text, &err) : NULL;

	if (text && !r && !err.text[0])
		sd_err_set(
			&err, SD_ERR_NOT_FOUND, "no_article", _("there is no article %s, or its journal is not for you to see"), c->arg[0]);
	return cli_kb_answer(c, r, &err, history_out);
}

/* Title and words of a version as one text, for comparing. */
static const char *words_of(struct cli *c, const json_t *r)
{
	static const char *const parts[] = {"symptom", "cause", "resolution"};
	struct sd_str s = {0};

	sd_str_addf(&s, "# %s\n\n%s", cli_word(r, "title"), cli_word(r, "body"));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (*cli_word(r, parts[i]))
			sd_str_addf(&s, "\n\n## %s\n\n%s", parts[i], cli_word(r, parts[i]));
	const char *text = sd_arena_strdup(c->a, s.data);
	sd_str_free(&s);
	return text;
}

static void diff_out(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a, "--- %s %s\n+++ %s %s\n%s\n", cli_word(r, "number"), cli_word(r, "from"),
						   cli_word(r, "number"), cli_word(r, "to"), cli_word(r, "diff")));
}

int cli_kb_diff(struct cli *c)
{
	struct sd_err err = {0};
	json_t *b = cli_kb_article(c, c->arg[0], c->narg > 2 ? c->arg[2] : "latest", &err), *a = NULL, *r = NULL;
	const char *from = c->narg > 1 ? c->arg[1] : b && json_is_string(json_object_get(b, "base")) ? cli_word(b, "base") : NULL;

	if (b && !from)
		from = cli_word(b, "version");
	if (b)
		a = cli_kb_article(c, c->arg[0], from, &err);
	if (a) {
		char *diff = sd_text_diff(words_of(c, a), words_of(c, b));
		r = json_pack("{s:s,s:s,s:s,s:s}", "number", cli_word(b, "number"), "from", cli_word(a, "version"), "to",
			cli_word(b, "version"), "diff", diff);
		free(diff);
	}
	json_decref(a);
	json_decref(b);
	return cli_kb_answer(c, r, &err, diff_out);
}

/* ---- steps ---- */

int cli_kb_step(struct cli *c)
{
	struct sd_err err = {0};
	const char *verb = c->cmd->words + strlen("kb "), *op = cli_op(c, &err);
	json_t *args = json_object();

	for (const char *const *o = (const char *const[]){"version", "reason", "at", NULL}; *o; o++)
		if (cli_get(c, *o))
			json_object_set_new(args, *o, json_string(cli_get(c, *o)));
	const char *params[] = {c->arg[0], verb, cli_dumped(c, args), op};
	json_decref(args);
	return op ? run(c, "select desk.kb_state($1, $2, $3::jsonb, $4::uuid)", 4, params, cli_kb_said) : cli_fail(c, &err);
}

static void approval_out(struct cli *c, const json_t *r)
{
	cli_print_clean(
		c, sd_arena_printf(c->a, "%s\n",
			   strcmp(cli_word(r, "approval"), "none") == 0 ? _("who wrote an article may publish it")
															: _("somebody else than its authors approves an article")));
}

int cli_kb_approval(struct cli *c)
{
	const char *params[] = {c->narg ? c->arg[0] : NULL};
	return run(c, "select desk.kb_approval($1)", 1, params, approval_out);
}

/* QUESTION=yes|no|- */
static void quality_out(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a, _("%s %s: checklist %d %%\n"), cli_word(r, "number"), cli_word(r, "version"),
						   (int)json_integer_value(json_object_get(r, "quality"))));
}

int cli_kb_check(struct cli *c)
{
	struct sd_err err = {0};
	json_t *answers = json_object();
	bool ok = true;

	for (size_t i = 1; ok && i < c->narg; i++) {
		const char *is = strchr(c->arg[i], '=');
		ok = is && is > c->arg[i] && (strcmp(is, "=yes") == 0 || strcmp(is, "=no") == 0 || strcmp(is, "=-") == 0);
		if (ok)
			json_object_set_new(answers, sd_arena_strndup(c->a, c->arg[i], (size_t)(is - c->arg[i])),
				is[1] == '-' ? json_null() : json_boolean(is[1] == 'y'));
		else
			sd_err_set(&err, SD_ERR_INPUT, "usage", _("write QUESTION=yes, =no or =-, not \"%s\""), c->arg[i]);
	}
	const char *params[] = {c->arg[0], cli_dumped(c, answers), cli_get(c, "version")};
	json_decref(answers);
	return ok ? run(c, "select desk.kb_check($1, $2::jsonb, $3)", 3, params, quality_out) : cli_fail(c, &err);
}

/* ---- feedback ---- */

static void feedback_list_out(struct cli *c, const json_t *list)
{
	const char *titles[] = {
		_("id"), _("article"), _("version"), _("helpful"), _("comment"), _("person"), _("owner"), _("answer")};
	struct cli_table *t = cli_table_new(c, titles, 8);
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, o)
	{
		const char *cells[] = {sd_arena_printf(c->a, "%d", (int)json_integer_value(json_object_get(o, "id"))),
			cli_word(o, "number"), cli_word(o, "version"), json_is_true(json_object_get(o, "helpful")) ? _("yes") : _("no"),
			cli_word(o, "comment"), cli_word(o, "person"), cli_word(o, "owner"), cli_word(o, "answer")};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

static void feedback_out(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a,
						   json_is_true(json_object_get(r, "task")) ? _("thank you; the owner of %s has it in the inbox\n")
																	: _("thank you for your word on %s\n"),
						   cli_word(r, "number")));
}

static void answered_out(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a, _("feedback %d on %s is answered\n"),
						   (int)json_integer_value(json_object_get(r, "id")), cli_word(r, "number")));
}

int cli_kb_feedback(struct cli *c)
{
	struct sd_err err = {0};
	const char *helpful = c->narg > 1 ? c->arg[1] : NULL, *op = cli_op(c, &err), *answer = cli_get(c, "answer");

	if (!op)
		return cli_fail(c, &err);
	if (answer) {
		const char *params[] = {c->narg ? c->arg[0] : "", answer};
		if (!*params[0] || strspn(params[0], "0123456789") != strlen(params[0]) || strlen(params[0]) > 17) {
			sd_err_set(
				&err, SD_ERR_INPUT, "usage", "%s", _("--answer wants the number of a feedback: svcdesk kb feedback lists them"));
			return cli_fail(c, &err);
		}
		return run(c, "select desk.kb_feedback_answer($1::bigint, $2)", 2, params, answered_out);
	}
	if (!helpful) {
		const char *params[] = {c->narg ? c->arg[0] : NULL, cli_has(c, "all") ? "false" : "true"};
		return run(c, "select coalesce(desk.kb_feedback_list($1, $2::boolean), '[]')", 2, params, feedback_list_out);
	}
	if (strcmp(helpful, "yes") != 0 && strcmp(helpful, "no") != 0) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", _("was it helpful? write yes or no, not \"%s\""), helpful);
		return cli_fail(c, &err);
	}
	const char *params[] = {c->arg[0], strcmp(helpful, "yes") == 0 ? "true" : "false", c->narg > 2 ? cli_rest(c, 2) : NULL, op};
	return run(c, "select desk.kb_feedback($1, $2::boolean, $3, $4::uuid)", 4, params, feedback_out);
}

/* ---- files ---- */

static void attach_out(struct cli *c, const json_t *list)
{
	const json_t *r;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, r)
		cli_print_clean(c, sd_arena_printf(c->a, "%s: %s\n", cli_word(r, "number"), cli_word(r, "name")));
}

int cli_kb_attach(struct cli *c)
{
	struct sd_err err = {0};
	json_t *all = json_array();
	bool ok = cli_connect(c, &err);

	for (size_t i = 1; ok && i < c->narg; i++) {
		json_t *f = cli_send_file(c, c->arg[i], &err), *r = NULL;
		if (f) {
			const char *params[] = {c->arg[0], cli_dumped(c, f)};
			r = cli_json(c, &err, "select desk.kb_attach($1, $2::jsonb)", 2, params);
		}
		ok = r != NULL;
		if (r) {
			json_object_del(r, "ok");
			json_array_append_new(all, r);
		}
		json_decref(f);
	}
	if (!ok) {
		json_decref(all);
		all = NULL;
	}
	return cli_kb_answer(c, all, &err, attach_out);
}

static void saved_out(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a, "%s\n", cli_word(r, "path")));
}

static bool fetch(struct cli *c, const json_t *file, FILE *out, const char *path, struct sd_err *err)
{
	json_int_t size = json_integer_value(json_object_get(file, "size"));
	bool ok = true;

	for (json_int_t n = 0; ok && n * SD_FILE_CHUNK < size; n++) {
		const char *params[] = {sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(file, "id"))),
			sd_arena_printf(c->a, "%lld", (long long)n)};
		struct sd_result *r =
			sd_conn_query(c->conn, "select encode(desk.kb_file_get($1::bigint, $2::int), 'hex')", 2, params, err);
		const char *hex = r && sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL;
		if (r && !hex)
			sd_err_set(err, SD_ERR_NOT_FOUND, "no_content", "%s", _("this file was taken away meanwhile"));
		ok = hex && sd_file_add(out, hex, path, err);
		sd_result_free(r);
	}
	return ok;
}

int cli_kb_save(struct cli *c)
{
	struct sd_err err = {0};
	json_t *a = cli_kb_article(c, c->arg[0], NULL, &err), *r = NULL;
	const json_t *f = NULL, *x;
	size_t i;

	json_array_foreach(json_object_get(a, "files"), i, x) if (strcmp(cli_word(x, "name"), c->arg[1]) == 0) f = x;
	if (a && !f)
		sd_err_set(&err, SD_ERR_NOT_FOUND, "no_kb_file", _("article %s has no file %s; svcdesk kb show lists them"), c->arg[0],
			c->arg[1]);
	if (f) {
		char *path = NULL;
		FILE *out = sd_file_create(cli_get(c, "to"), cli_word(f, "name"), c->a, &path, &err);
		bool ok = out && fetch(c, f, out, path, &err);
		if (out && fclose(out) != 0 && ok) {
			sd_err_set(&err, SD_ERR_INTERNAL, "file", _("cannot write %s"), path);
			ok = false;
		}
		if (ok)
			r = json_pack("{s:s,s:s,s:s}", "number", cli_word(a, "number"), "name", cli_word(f, "name"), "path", path);
		else if (out)
			remove(path);
	}
	json_decref(a);
	return cli_kb_answer(c, r, &err, saved_out);
}

/* ---- tickets ---- */

static void linked_out(struct cli *c, const json_t *r)
{
	cli_print_clean(c, sd_arena_printf(c->a, "%s: %s\n", cli_word(r, "number"), cli_word(r, "article")));
}

int cli_kb_link(struct cli *c)
{
	struct sd_err err = {0};
	const char *op = cli_op(c, &err), *number[] = {c->arg[1]};
	bool off = strcmp(c->cmd->words, "kb unlink") == 0;
	const char *id = op && cli_connect(c, &err) ? cli_value(c, &err, "select coalesce(desk.ticket_id($1), 0)", 1, number) : NULL;
	json_t *r = NULL;

	if (id && strcmp(id, "0") == 0) {
		sd_err_set(&err, SD_ERR_NOT_FOUND, "not_found", _("no ticket %s, or not for you to see"), number[0]);
	} else if (id) {
		json_t *f = json_pack("{s:s}", off ? "remove" : "add", c->arg[0]);
		if (!off)
			json_object_set_new(f, "how", json_string(cli_has(c, "applied") ? "applied" : "linked"));
		const char *params[] = {id, cli_dumped(c, f), op};
		r = cli_json(c, &err, "select desk.act($1::bigint, 'article', $2::jsonb, null, $3::uuid, 'cli')", 3, params);
		json_decref(f);
		if (r)
			json_object_set_new(r, "article", json_string(c->arg[0]));
	}
	return cli_kb_answer(c, r, &err, linked_out);
}
