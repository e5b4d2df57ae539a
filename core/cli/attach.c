/* Attachments: sent with `ticket act NUMBER attach file=`, fetched with `ticket save`. */
#include "core/cli/attach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "svcdesk/file.h"

static bool send_chunks(struct cli *c, const struct sd_file *f, struct sd_err *err)
{
	struct sd_arena *a = sd_arena_new();
	bool ok = true;

	for (int n = 0; ok && n < f->chunks; n++) {
		char *number = sd_arena_printf(a, "%d", n), *hex = sd_file_chunk(f, a, n, err);
		const char *params[] = {f->sha256, number, hex, n + 1 == f->chunks ? "true" : "false"};
		json_t *answer =
			hex ? cli_json(c, err, "select desk.blob_put(decode($1, 'hex'), $2::int, decode($3, 'hex'), $4::bool)", 4, params)
				: NULL;

		ok = answer != NULL;
		json_decref(answer);
		sd_arena_reset(a);
	}
	sd_arena_free(a);
	return ok;
}

json_t *cli_send_file(struct cli *c, const char *path, struct sd_err *err)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_file f;
	json_t *j = NULL;

	if (sd_file_describe(&f, a, path, err) && send_chunks(c, &f, err))
		j = json_pack("{s:s,s:s,s:s}", "name", f.name, "media_type", f.media_type, "sha256", f.sha256);
	sd_arena_free(a);
	return j;
}

bool cli_attach(struct cli *c, json_t *fields, struct sd_err *err)
{
	json_t *files = json_array();
	for (size_t i = 1; i < c->narg; i++) {
		if (strncmp(c->arg[i], "file=", 5) != 0 || !c->arg[i][5])
			continue;
		json_t *f = cli_send_file(c, c->arg[i] + 5, err);
		if (!f) {
			json_decref(files);
			return false;
		}
		json_array_append_new(files, f);
	}
	if (json_array_size(files))
		json_object_set(fields, "file", files);
	json_decref(files);
	return true;
}

/* ---- ticket save ---- */

/* The attachment that word means, by id or by name. NULL and err when there is none, or more than one of that name. */
static const json_t *named(const json_t *ticket, const char *word, struct sd_err *err)
{
	const json_t *found = NULL, *list = json_object_get(ticket, "attachments");
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *f = json_array_get(list, i);
		const char *name = json_string_value(json_object_get(f, "name"));
		char id[32];

		snprintf(id, sizeof id, "%lld", (long long)json_integer_value(json_object_get(f, "id")));
		if (strcmp(id, word) == 0)
			return f;
		if (name && strcmp(name, word) == 0) {
			found = f;
			n++;
		}
	}
	if (n == 1)
		return found;
	if (n)
		sd_err_set(err, SD_ERR_INPUT, "ambiguous", _("%s has %zu attachments called %s: name one by its id (ticket show --json)"),
			json_string_value(json_object_get(ticket, "number")), n, word);
	else
		sd_err_set(err, SD_ERR_NOT_FOUND, "no_attachment", _("%s has no attachment %s that you may see; ticket show lists them"),
			json_string_value(json_object_get(ticket, "number")), word);
	return NULL;
}

/* All chunks into out. The content may have been redacted since. */
static bool fetch(struct cli *c, const json_t *file, FILE *out, const char *path, struct sd_err *err)
{
	int64_t size = json_integer_value(json_object_get(file, "size"));
	char id[32];
	bool ok = true;

	snprintf(id, sizeof id, "%lld", (long long)json_integer_value(json_object_get(file, "id")));
	for (int64_t n = 0; ok && n * SD_FILE_CHUNK < size; n++) {
		char number[32];
		const char *params[] = {id, number};

		snprintf(number, sizeof number, "%lld", (long long)n);
		struct sd_result *r = sd_conn_query(c->conn, "select encode(desk.blob_get($1::bigint, $2::int), 'hex')", 2, params, err);
		const char *hex = r && sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL;
		if (r && !hex)
			sd_err_set(err, SD_ERR_NOT_FOUND, "no_content", "%s", _("the content of this attachment is gone: it was redacted"));
		ok = hex && sd_file_add(out, hex, path, err);
		sd_result_free(r);
	}
	return ok;
}

static bool save(struct cli *c, const json_t *file, const char **path, struct sd_err *err)
{
	const char *to = cli_get(c, "to"), *name = json_string_value(json_object_get(file, "name"));
	bool piped = to && strcmp(to, "-") == 0, ok;
	char *made = NULL;
	FILE *out = piped ? stdout : sd_file_create(to, name, c->a, &made, err);

	if (!out)
		return false;
	*path = piped ? NULL : made;
	ok = fetch(c, file, out, piped ? "-" : made, err);
	if (piped)
		return ok;
	if (fclose(out) && ok) {
		sd_err_set(err, SD_ERR_INPUT, "file_unwritable", _("cannot save to %s: %s"), made, strerror(errno));
		ok = false;
	}
	if (!ok)
		unlink(made); /* half a file is worse than none */
	return ok;
}

int cli_ticket_save(struct cli *c)
{
	struct sd_err err = {0};
	const char *params[] = {c->arg[0]}, *path = NULL;
	json_t *t =
		cli_connect(c, &err) ? cli_json(c, &err, "select coalesce(desk.show(desk.ticket_id($1)), 'null')", 1, params) : NULL;

	if (!t)
		return cli_fail(c, &err);
	if (json_is_null(t))
		sd_err_set(&err, SD_ERR_NOT_FOUND, "not_found", _("there is no ticket %s that you may see"), c->arg[0]);
	const json_t *file = json_is_null(t) ? NULL : named(t, c->arg[1], &err);
	bool ok = file && save(c, file, &path, &err);
	if (ok && path) {
		json_t *said = json_pack("{s:s,s:O}", "path", path, "size", json_object_get(file, "size"));
		if (c->json)
			cli_print_json(c, said);
		else
			cli_print_clean(c, sd_arena_printf(c->a, "%s\n", path));
		json_decref(said);
	}
	json_decref(t);
	return ok ? 0 : cli_fail(c, &err);
}
