/* kb new, edit: fields on the command line, a file, or the person's editor on the whole article. */
#include "core/cli/kb.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/intake/kb_file.h"
#include "svcdesk/cfg.h"
#include "svcdesk/conflict.h"
#include "svcdesk/env.h"
#include "svcdesk/file.h"
#include "svcdesk/mem.h"
#include "svcdesk/restrict.h"
#include "svcdesk/text.h"

enum { CLASH_MARKS = 7 };

static void saved_out(struct cli *c, const json_t *r)
{
	cli_kb_said(c, r);
	if (!json_array_size(json_object_get(r, "changed")))
		cli_print_clean(c, sd_arena_printf(c->a, "%s\n", _("nothing has changed")));
	else if (json_is_true(json_object_get(r, "merged")))
		cli_print_clean(c, sd_arena_printf(c->a, "%s\n", _("joined with what others saved meanwhile")));
}

static json_t *save(struct cli *c, const char *number, const json_t *fields, const char *base, const char *op, struct sd_err *err)
{
	const char *params[] = {number, cli_dumped(c, fields), base, op};
	return cli_json(c, err, "select desk.kb_save($1, $2::jsonb, $3, $4::uuid)", 4, params);
}

/* What the writer saw of the fields beside the text that he changed: others' changes of them meanwhile are told by it. */
static void add_seen(json_t *fields, const json_t *was)
{
	static const char *const texts[] = {"title", "body", "symptom", "cause", "resolution", "note"};
	json_t *seen = json_object();
	const char *key;
	json_t *v;

	json_object_foreach(fields, key, v)
	{
		bool text = false;
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			text = text || strcmp(key, texts[i]) == 0;
		if (!text && json_object_get(was, key))
			json_object_set(seen, key, json_object_get(was, key));
	}
	if (json_object_size(seen))
		json_object_set(fields, "was", seen);
	json_decref(seen);
}

/* ---- the editor ---- */

static bool run_editor(struct cli *c, const char *path, struct sd_err *err)
{
	const char *own = sd_cfg_text(c->cfg, "editor"), *editor = *own ? own : sd_env_editor();
	int status = 0;
	pid_t pid;

	if (sd_restricted()) {
		sd_err_set(err, SD_ERR_DENIED, "restricted", "%s", _("no other program runs here: write FIELD=VALUE, or --body -"));
		return false;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", editor, path, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		sd_err_set(err, SD_ERR_INTERNAL, "editor",
			_("the editor %s did not end well: nothing was saved; set editor = NAME, VISUAL or EDITOR"), editor);
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool write_file(const char *path, const char *text, struct sd_err *err)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	bool ok = fd >= 0 && sd_write_all(fd, text, strlen(text));

	if (fd >= 0 && close(fd) != 0)
		ok = false;
	if (!ok)
		sd_err_set(err, SD_ERR_INTERNAL, "file", _("cannot write %s"), path);
	return ok;
}

/* A file of one's own for the editor; its name in the arena. */
static char *temp_file(struct cli *c, const char *text, struct sd_err *err)
{
	const char *tmp = sd_env_get("TMPDIR");
	char *path = sd_arena_printf(c->a, "%s/svcdesk-article-XXXXXX.md", tmp ? tmp : "/tmp");
	int fd = mkstemps(path, 3);

	if (fd < 0) {
		sd_err_set(err, SD_ERR_INTERNAL, "file", _("cannot write %s"), path);
		return NULL;
	}
	close(fd);
	return write_file(path, text, err) ? path : NULL;
}

static char *read_whole(struct cli *c, const char *path, struct sd_err *err)
{
	struct sd_str text = {0};
	bool missing, ok = cli_read_text(path, &text, &missing);
	char *out = ok ? sd_arena_strdup(c->a, text.data ? text.data : "") : NULL;

	sd_str_free(&text);
	if (!ok)
		sd_err_set(err, missing ? SD_ERR_NOT_FOUND : SD_ERR_INPUT, "file",
			_("cannot read %s; name a text file of at most 1 MB, or - for standard input"), path);
	return out;
}

/* The fields of an edited text, of which what is as it was is left out. NULL and err, which names file and line. */
static json_t *fields_in(struct cli *c, const char *path, const char *text, const json_t *was, struct sd_err *err)
{
	struct kb_file f, old = {0};
	const json_t *fault;
	const char *key;
	json_t *v;
	void *next;

	kb_file_read(c->a, path, text, strlen(text), true, &f);
	fault = json_array_get(f.faults, 0);
	if (fault) {
		sd_err_set(err, SD_ERR_INPUT, "kb_front", "%s:%d: %s", path, (int)json_integer_value(json_object_get(fault, "line")),
			cli_word(fault, "text"));
		json_decref(f.fields);
		f.fields = NULL;
	} else if (was) {
		const char *before = kb_file_text(c->a, was);
		kb_file_read(c->a, path, before, strlen(before), true, &old);
		json_object_foreach_safe(f.fields, next, key, v) if (json_equal(v, json_object_get(old.fields, key)))
			json_object_del(f.fields, key);
		json_decref(old.fields);
		json_decref(old.faults);
	}
	json_decref(f.faults);
	return f.fields;
}

/* The three texts of a refusal joined, with marks where both changed the same place. */
static char *merge_text(struct cli *c, const char *number, const json_t *was, const json_t *fields, int *clashes,
	const char **version, struct sd_err *err)
{
	json_t *theirs = cli_kb_article(c, number, "latest", err), *mine;
	const char *key;
	json_t *v;

	if (!theirs)
		return NULL;
	*version = sd_arena_strdup(c->a, cli_word(theirs, "version"));
	mine = json_copy((json_t *)(uintptr_t)was);
	json_object_foreach((json_t *)(uintptr_t)fields, key, v) json_object_set(mine, key, v);
	char *joined = sd_text_join_marked(kb_file_text(c->a, was), kb_file_text(c->a, theirs), kb_file_text(c->a, mine),
		sd_arena_printf(c->a, "%s %s", *version, cli_word(theirs, "author")), _("mine"), clashes);
	char *text = sd_arena_strdup(c->a, joined);
	free(joined);
	json_decref(mine);
	json_decref(theirs);
	return text;
}

/* Refused because others changed the same place: a file with both texts, and how to go on with it. */
static void leave_merge(
	struct cli *c, const char *number, const char *path, const json_t *was, const json_t *fields, struct sd_err *err)
{
	struct sd_err other = {0};
	const char *version = "";
	int clashes = 0;
	char *text = merge_text(c, number, was, fields, &clashes, &version, &other);

	if (text && write_file(path, text, &other))
		sd_err_set(err, SD_ERR_CONFLICT, "kb_conflict",
			_("others changed the same place meanwhile: nothing was saved. Both texts are in %1$s, between <<<<<<< and >>>>>>>; "
			  "join them and "
			  "save with: svcdesk kb edit %2$s --file %1$s --base %3$s"),
			path, number, version);
}

static bool has_marks(const char *text)
{
	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (strncmp(p, "<<<<<<<", CLASH_MARKS) == 0 || strncmp(p, ">>>>>>>", CLASH_MARKS) == 0)
			return true;
	return false;
}

/* Opens the editor on text and saves what comes of it. number NULL: a new article. */
static json_t *edit(struct cli *c, const char *number, const json_t *was, const char *op, struct sd_err *err)
{
	char *path = temp_file(c, kb_file_text(c->a, was), err),
		 *text = path && run_editor(c, path, err) ? read_whole(c, path, err) : NULL;
	json_t *fields = text ? fields_in(c, path, text, number ? was : NULL, err) : NULL, *r = NULL;
	bool keep = text && !fields;

	if (fields && !number && strcmp(text, kb_file_text(c->a, was)) == 0)
		sd_err_set(err, SD_ERR_INPUT, "kb_empty", "%s", _("nothing was written: there is no new article"));
	else if (fields) {
		if (number)
			add_seen(fields, was);
		r = save(c, number, fields, number ? cli_word(was, "version") : NULL, op, err);
	}
	if (fields && !r && strcmp(err->id, "kb_empty") != 0) {
		keep = true;
		if (strcmp(err->id, "kb_conflict") == 0)
			leave_merge(c, number, path, was, fields, err);
	}
	if (path && !keep)
		unlink(path);
	else if (keep && strcmp(err->id, "kb_conflict") != 0) {
		const char *why = sd_arena_strdup(c->a, err->text), *id = sd_arena_strdup(c->a, err->id);
		sd_err_set(err, err->cls, id, _("%s (your text is in %s)"), why, path);
	}
	json_decref(fields);
	return r;
}

/* ---- commands ---- */

/* What options and operands say; NULL in *fields: nothing, so the editor is meant. */
static bool said(struct cli *c, size_t from, json_t **fields, struct sd_err *err)
{
	const char *body, *file = cli_get(c, "file");
	json_t *f = json_object();
	bool ok = cli_text_opt(c, "body", &body, err);

	*fields = NULL;
	if (ok && file) {
		char *text = read_whole(c, file, err);
		json_decref(f);
		f = text ? fields_in(c, file, text, NULL, err) : NULL;
		if (f && has_marks(text)) {
			sd_err_set(err, SD_ERR_INPUT, "kb_marks",
				_("%s still has lines with <<<<<<< or >>>>>>>: join both texts and take the marks out"), file);
			ok = false;
		}
		ok = ok && f;
	}
	if (ok && body)
		json_object_set_new(f, "body", json_string(body));
	for (size_t i = from; ok && i < c->narg; i++)
		ok = cli_field(c, f, c->arg[i], err);
	if (ok && json_object_size(f))
		*fields = json_incref(f);
	json_decref(f);
	return ok;
}

int cli_kb_new(struct cli *c)
{
	struct sd_err err = {0};
	const char *op = cli_op(c, &err);
	json_t *fields = NULL, *r = NULL;

	if (op && said(c, 0, &fields, &err) && cli_connect(c, &err)) {
		if (fields) {
			r = save(c, NULL, fields, NULL, op, &err);
		} else {
			json_t *blank =
				json_pack("{s:s,s:s,s:s,s:[],s:s}", "title", "", "type", "howto", "audience", "internal", "tags", "body", "");
			r = edit(c, NULL, blank, op, &err);
			json_decref(blank);
		}
	}
	json_decref(fields);
	return cli_kb_answer(c, r, &err, saved_out);
}

int cli_kb_edit(struct cli *c)
{
	struct sd_err err = {0};
	const char *op = cli_op(c, &err), *base = cli_get(c, "base");
	json_t *fields = NULL, *r = NULL;

	if (op && said(c, 1, &fields, &err) && cli_connect(c, &err)) {
		if (fields) {
			r = save(c, c->arg[0], fields, base, op, &err);
		} else {
			json_t *was = cli_kb_article(c, c->arg[0], base ? base : "latest", &err);
			r = was ? edit(c, c->arg[0], was, op, &err) : NULL;
			json_decref(was);
		}
	}
	json_decref(fields);
	return cli_kb_answer(c, r, &err, saved_out);
}
