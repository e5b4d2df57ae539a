/* kb import: a folder of Markdown files, each an article. */
#include "core/cli/kb.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/intake/kb_file.h"
#include "svcdesk/mem.h"
#include "svcdesk/restrict.h"
#include "svcdesk/text.h"

enum {
	PART_FILES = 250,
	PART_BYTES = 4 * 1024 * 1024,
	FILE_MOST = 1024 * 1024,
	DEPTH_MOST = 64,
	FILES_MOST = 100000,
	PATH_MOST = 1000,
	PROBLEMS_SHOWN = 20
};

struct walk {
	struct cli *c;
	struct sd_arena *a; /* of one part */
	const char *dir, *root;
	int folder;  /* opened once: what the name means later is of no matter */
	char **path; /* below dir, sorted; malloc'ed */
	size_t n, cap;
	json_t *part, *problems, *articles;
	size_t bytes;
	int added, changed, unchanged, conflict, refused, published;
};

static void problem(struct walk *w, const char *file, int line, const char *text)
{
	json_array_append_new(w->problems, json_pack("{s:s,s:i,s:s}", "file", file, "line", line, "text", text));
}

static bool is_markdown(const char *name)
{
	size_t n = strlen(name);
	return (n > 3 && strcasecmp(name + n - 3, ".md") == 0) || (n > 9 && strcasecmp(name + n - 9, ".markdown") == 0);
}

/* Never through a link, and never waiting for who writes into a pipe. */
static int open_in(int folder, const char *name, int flags)
{
	return openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags);
}

/* A name that the desk can keep: else a problem says why. */
static bool fits(struct walk *w, const char *path)
{
	struct sd_str shown = {0};
	size_t n = strlen(path);
	json_t *text = json_string(path); /* NULL: no UTF-8 */
	bool bytes = !text, ok = text && n <= PATH_MOST;

	json_decref(text);
	if (!ok) {
		sd_text_clean(&shown, path, n, SD_CLEAN_LINE);
		problem(w, shown.data ? shown.data : "", 0,
			bytes ? _("the name of this file is not UTF-8") : _("the path of this file is too long"));
		w->refused++;
		sd_str_free(&shown);
	}
	return ok;
}

static bool gather(struct walk *w, int folder, const char *below, int depth, struct sd_err *err);

static bool entry(struct walk *w, int folder, const char *below, const char *name, int depth, struct sd_err *err)
{
	struct stat st;

	if (*name == '.' || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return true;
	bool dir = S_ISDIR(st.st_mode);
	if (!dir && (!S_ISREG(st.st_mode) || !is_markdown(name)))
		return true;
	char *path = *below ? sd_arena_printf(w->c->a, "%s/%s", below, name) : sd_arena_strdup(w->c->a, name);
	if (dir)
		return gather(w, depth < DEPTH_MOST ? open_in(folder, name, O_DIRECTORY) : -1, path, depth + 1, err);
	if (!fits(w, path))
		return true;
	if (w->n == FILES_MOST) {
		sd_err_set(
			err, SD_ERR_INPUT, "folder", _("%s has more than %d articles: import its folders one by one"), w->dir, FILES_MOST);
		return false;
	}
	*SD_PUSH(w->path, w->n, w->cap) = path;
	return true;
}

/* Files of a folder, which is closed. What is no folder and no file (a link, a pipe) is passed over, so that nothing outside is
 * read and no circle is walked. */
static bool gather(struct walk *w, int folder, const char *below, int depth, struct sd_err *err)
{
	DIR *d = folder >= 0 ? fdopendir(folder) : NULL;
	struct dirent *e;
	bool ok = true;

	if (!d) {
		if (folder >= 0)
			close(folder);
		if (fits(w, below))
			problem(w, below, 0, _("this folder cannot be read"));
		return true;
	}
	while (ok && (e = readdir(d)))
		ok = entry(w, dirfd(d), below, e->d_name, depth, err);
	closedir(d);
	return ok;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool gather_all(struct walk *w, struct sd_err *err)
{
	w->folder = open(w->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->folder < 0) {
		sd_err_set(err, errno == ENOENT ? SD_ERR_NOT_FOUND : SD_ERR_INPUT, "folder", _("cannot read the folder %s: %s"), w->dir,
			strerror(errno));
		return false;
	}
	if (!gather(w, dup(w->folder), "", 0, err))
		return false;
	if (w->n)
		qsort(w->path, w->n, sizeof *w->path, by_path);
	return true;
}

/* The file as it stands below the folder now, each part of its path being a folder of its own still. */
static int open_below(struct walk *w, const char *path)
{
	int at = dup(w->folder);
	const char *slash;

	for (; at >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
		int next = open_in(at, sd_arena_strndup(w->a, path, (size_t)(slash - path)), O_DIRECTORY);
		close(at);
		at = next;
	}
	int fd = at >= 0 ? open_in(at, path, 0) : -1;
	if (at >= 0)
		close(at);
	return fd;
}

static ssize_t read_most(int fd, char *bytes, size_t most)
{
	size_t n = 0;
	ssize_t k;

	while (n < most && ((k = read(fd, bytes + n, most - n)) > 0 || (k < 0 && errno == EINTR)))
		n += k > 0 ? (size_t)k : 0;
	return n < most && k < 0 ? -1 : (ssize_t)n;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* The whole file; NULL: a problem says why. */
static char *read_file(struct walk *w, const char *path, size_t *n)
{
	struct stat before, after;
	int fd = open_below(w, path);
	bool regular = fd >= 0 && fstat(fd, &before) == 0 && S_ISREG(before.st_mode);
	char *bytes = sd_arena_alloc(w->a, FILE_MOST + 2);
	ssize_t got = regular ? read_most(fd, bytes, FILE_MOST + 1) : -1;

	*n = got > 0 ? (size_t)got : 0;
	bool moved = got >= 0 && got <= FILE_MOST && (fstat(fd, &after) != 0 || !same_file(&before, &after) || got != after.st_size);
	if (fd >= 0)
		close(fd);
	const char *why = got < 0                ? _("this file cannot be read")
					  : got > FILE_MOST      ? _("this file has more than 1 MB")
					  : moved                ? _("this file changed while it was read: import again")
					  : memchr(bytes, 0, *n) ? _("this file is no text")
											 : NULL;
	if (!why)
		return bytes;
	problem(w, path, 0, why);
	w->refused++;
	return NULL;
}

/* "pages.zh_TW/common/tar.md" says its language; "" if no folder does. */
static const char *language_of(struct walk *w, const char *path)
{
	for (const char *p = path, *slash; (slash = strchr(p, '/')); p = slash + 1) {
		const char *dot = NULL;
		for (const char *q = p; q < slash; q++)
			if (*q == '.')
				dot = q;
		size_t n = dot ? (size_t)(slash - dot - 1) : 0;
		if ((n == 2 || (n == 5 && (dot[3] == '_' || dot[3] == '-'))) && strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz") == 2)
			return sd_arena_strndup(w->a, dot + 1, n);
	}
	return "";
}

static void take_file(struct walk *w, const char *path, const char *bytes, size_t n)
{
	const char *audience = cli_get(w->c, "audience"), *language = language_of(w, path);
	struct kb_file f;
	size_t i;
	json_t *fault;

	kb_file_read(w->a, path, bytes, n, false, &f);
	json_array_foreach(f.faults, i, fault) json_array_append(w->problems, fault);
	if (audience && !json_object_get(f.fields, "audience"))
		json_object_set_new(f.fields, "audience", json_string(audience));
	if (*language && !json_object_get(f.fields, "language"))
		json_object_set_new(f.fields, "language", json_string(language));
	json_array_append_new(w->part, json_pack("{s:s,s:o,s:b}", "path", path, "fields", f.fields, "draft", f.draft));
	json_decref(f.faults);
	w->bytes += n;
}

static void count(struct walk *w, const json_t *o)
{
	const char *status = cli_word(o, "status");
	int *n = strcmp(status, "added") == 0      ? &w->added
			 : strcmp(status, "changed") == 0  ? &w->changed
			 : strcmp(status, "conflict") == 0 ? &w->conflict
			 : strcmp(status, "refused") == 0  ? &w->refused
											   : &w->unchanged;
	const json_t *v, *error = json_object_get(o, "error");
	size_t i;

	++*n;
	w->published += json_is_true(json_object_get(o, "published"));
	json_array_foreach(json_object_get(o, "warnings"), i, v) problem(w, cli_word(o, "path"), 0, json_string_value(v));
	if (error) {
		struct sd_err e = {0};
		cli_refusal(w->c, error, &e);
		problem(w, cli_word(o, "path"), 0, e.text);
	}
	json_array_append_new(w->articles,
		json_pack("{s:s,s:o,s:s}", "path", cli_word(o, "path"), "number",
			json_incref(json_object_get(o, "number") ? json_object_get(o, "number") : json_null()), "status", status));
}

static bool send_part(struct walk *w, struct sd_err *err)
{
	json_t *r = NULL;
	const json_t *o;
	size_t i;

	if (json_array_size(w->part)) {
		char *rows = json_dumps(w->part, JSON_COMPACT);
		const char *params[] = {
			w->root, rows, cli_has(w->c, "publish") ? "true" : "false", cli_has(w->c, "dry-run") ? "true" : "false"};
		struct sd_result *res =
			sd_conn_query(w->c->conn, "select desk.kb_import($1, $2::jsonb, $3::boolean, $4::boolean)", 4, params, err);
		const char *text = res && sd_result_rows(res) ? sd_result_get(res, 0, 0) : NULL;
		r = text ? cli_parse(text, err) : NULL;
		sd_result_free(res);
		free(rows);
		if (r && json_object_get(r, "error")) {
			cli_refusal(w->c, json_object_get(r, "error"), err);
			json_decref(r);
			r = NULL;
		}
		if (!r)
			return false;
	}
	json_array_foreach(json_object_get(r, "files"), i, o) count(w, o);
	json_decref(r);
	json_array_clear(w->part);
	w->bytes = 0;
	sd_arena_reset(w->a);
	return true;
}

static bool send_all(struct walk *w, struct sd_err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < w->n; i++) {
		size_t n;
		char *bytes = read_file(w, w->path[i], &n);
		if (bytes)
			take_file(w, w->path[i], bytes, n);
		if (json_array_size(w->part) == PART_FILES || w->bytes > PART_BYTES)
			ok = send_part(w, err);
	}
	return ok && send_part(w, err);
}

static json_t *gone(struct walk *w, struct sd_err *err)
{
	json_t *paths = json_array();

	for (size_t i = 0; i < w->n; i++)
		json_array_append_new(paths, json_string(w->path[i]));
	const char *params[] = {w->root, cli_dumped(w->c, paths)};
	json_decref(paths);
	return cli_json(w->c, err, "select desk.kb_import_gone($1, $2::jsonb)", 2, params);
}

static void report_out(struct cli *c, const json_t *r)
{
	static const char *const keys[] = {"added", "changed", "unchanged", "vanished", "conflict", "refused", "published"};
	const char *names[] = {
		_("added"), _("changed"), _("unchanged"), _("vanished"), _("in conflict"), _("refused"), _("published")};
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(r, "problems"), i, o)
	{
		if (i == PROBLEMS_SHOWN) {
			cli_print_clean(c, sd_arena_printf(c->a, _("... and %d more; --json names them all\n"),
								   (int)json_array_size(json_object_get(r, "problems")) - PROBLEMS_SHOWN));
			break;
		}
		int at = (int)json_integer_value(json_object_get(o, "line"));
		cli_print_clean(c, at ? sd_arena_printf(c->a, "%s:%d: %s\n", cli_word(o, "file"), at, cli_word(o, "text"))
							  : sd_arena_printf(c->a, "%s: %s\n", cli_word(o, "file"), cli_word(o, "text")));
	}
	json_array_foreach(json_object_get(r, "gone"), i, o)
		cli_print_clean(c, sd_arena_printf(c->a, _("%s: the file is gone, article %s stays; svcdesk kb retire takes it away\n"),
							   cli_word(o, "path"), cli_word(o, "number")));
	cli_print_clean(
		c, sd_arena_printf(c->a, _("%s: %d files\n"), cli_word(r, "root"), (int)json_integer_value(json_object_get(r, "files"))));
	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		cli_print_clean(c, sd_arena_printf(c->a, "  %-12s %d\n", names[i], (int)json_integer_value(json_object_get(r, keys[i]))));
	if (json_is_true(json_object_get(r, "dry_run")))
		cli_print_clean(c, _("nothing was written (--dry-run)\n"));
}

/* The folder by its own name, whatever way it was named. */
static const char *root_of(struct cli *c, const char *dir)
{
	char *real = realpath(dir, NULL), *slash = real ? strrchr(real, '/') : NULL;
	const char *name = slash && slash[1] ? slash + 1 : "articles";
	struct sd_str s = {0};

	sd_text_clean(&s, name, strlen(name), SD_CLEAN_LINE);
	const char *root = cli_get(c, "root") ? cli_get(c, "root") : sd_arena_strdup(c->a, s.data);
	sd_str_free(&s);
	free(real);
	return root;
}

int cli_kb_import(struct cli *c)
{
	struct sd_err err = {0};
	struct walk w = {.c = c,
		.a = sd_arena_new(),
		.dir = c->arg[0],
		.folder = -1,
		.part = json_array(),
		.problems = json_array(),
		.articles = json_array()};
	json_t *r = NULL, *vanished = NULL;
	bool ok = sd_restrict_path(w.dir, &err);

	w.root = root_of(c, w.dir);
	ok = ok && gather_all(&w, &err) && cli_connect(c, &err);
	if (ok && send_all(&w, &err))
		vanished = gone(&w, &err);
	if (vanished)
		r = json_pack("{s:s,s:b,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:O,s:O,s:O}", "root", w.root, "dry_run", cli_has(c, "dry-run"),
			"files", (int)w.n, "added", w.added, "changed", w.changed, "unchanged", w.unchanged, "vanished",
			(int)json_array_size(vanished), "conflict", w.conflict, "refused", w.refused, "published", w.published, "problems",
			w.problems, "gone", vanished, "articles", w.articles);
	int status = cli_kb_answer(c, r, &err, report_out);
	json_decref(vanished);
	json_decref(w.part);
	json_decref(w.problems);
	json_decref(w.articles);
	if (w.folder >= 0)
		close(w.folder);
	free(w.path);
	sd_arena_free(w.a);
	return status ? status : w.refused || w.conflict ? 1 : 0;
}
