#include "core/cli/attach.h"

#include <stdio.h>
#include <string.h>

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

static json_t *send_file(struct cli *c, const char *path, struct sd_err *err)
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
		json_t *f = send_file(c, c->arg[i] + 5, err);
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
