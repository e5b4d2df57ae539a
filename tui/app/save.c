/* An attachment on its way into a file: chunk by chunk, beside everything else. One at a time. */
#include "config.h"
#include "tui/app/app_int.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "svcdesk/file.h"
#include "svcdesk/mem.h"

struct app_save {
	struct sd_arena *arena;
	FILE *out;
	char *path;
	const char *sql;
	int64_t id, left; /* bytes still to come */
	int chunk;
};

static void tell(struct app *app, enum element how, const char *text)
{
	app_begin(app);
	app_toast(app, how, text);
	app->worked = true;
}

/* Half a file is worse than none. */
void app_save_drop(struct app *app, bool keep)
{
	struct app_save *v = app->save;

	if (!v)
		return;
	if (v->out && fclose(v->out))
		keep = false;
	if (!keep)
		unlink(v->path);
	sd_arena_free(v->arena);
	free(v);
	app->save = NULL;
	app->outstanding--;
}

static void ask(struct app *app);

static void on_chunk(void *arg, const struct sd_result *res, const struct sd_err *why)
{
	struct app *app = arg;
	struct app_save *v = app->save;
	struct sd_err err = {0};
	const char *hex = res && sd_result_rows(res) ? sd_result_get(res, 0, 0) : NULL;

	if (!v)
		return;
	if (hex)
		v->left -= (int64_t)(strlen(hex) / 2);
	if (!res)
		err = *why;
	else if (!hex || (!*hex && v->left)) /* also in the middle: a part of a file is none */
		sd_err_set(&err, SD_ERR_NOT_FOUND, "no_content", "%s", _("the content of this attachment is gone: it was redacted"));
	else if (sd_file_add(v->out, hex, v->path, &err) && v->left > 0) {
		v->chunk++;
		ask(app);
		return;
	} else if (!err.text[0]) {
		int failed = fclose(v->out); /* the last of it may not fit */

		v->out = NULL;
		if (failed)
			sd_err_set(&err, SD_ERR_INPUT, "file_unwritable", _("cannot save to %s: %s"), v->path, strerror(errno));
		else
			tell(app, EL_OK, sd_arena_printf(v->arena, _("Saved to %s"), v->path));
	}
	if (err.text[0])
		tell(app, EL_ERROR, err.text);
	app_save_drop(app, !err.text[0]);
}

static void ask(struct app *app)
{
	char id[24], chunk[16];
	const char *params[] = {id, chunk};

	snprintf(id, sizeof id, "%" PRId64, app->save->id);
	snprintf(chunk, sizeof chunk, "%d", app->save->chunk);
	sd_db_send(app->db, app->save->sql, 2, params, 0, on_chunk, app);
}

void app_save(struct app *app, int64_t id, int64_t size, const char *name, const char *to, const char *sql)
{
	struct app_save *v;
	struct sd_err err = {0};

	if (app->save) {
		tell(app, EL_WARN, sd_arena_printf(app->save->arena, _("%s is still being saved"), app->save->path));
		return;
	}
	v = sd_calloc(1, sizeof *v);
	v->arena = sd_arena_new();
	v->id = id;
	v->sql = sql ? sql : "select encode(desk.blob_get($1::bigint, $2::int), 'hex')";
	v->left = size;
	v->out = sd_file_create(*to ? to : NULL, name, v->arena, &v->path, &err);
	if (!v->out) {
		tell(app, EL_ERROR, err.text);
		sd_arena_free(v->arena);
		free(v);
		return;
	}
	app->save = v;
	app->outstanding++;
	ask(app);
}
