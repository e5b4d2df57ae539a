/* A table of shifts, a row each, as rotas. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"
#include "core/intake/csv.h"
#include "svcdesk/text.h"

enum { GROUP, DAYS, FROM, TO, PEOPLE, NEEDED, ROTA = NEEDED, ZONE, VALID_FROM, VALID_UNTIL, EVERY, TURN_FROM, COLUMNS };
static const char *const column_name[COLUMNS] = {
	"group", "days", "from", "to", "people", "rota", "zone", "valid_from", "valid_until", "every", "turn_from"};

static bool columns(struct csv_record *head, int *column, const char *path, struct sd_err *err)
{
	for (int k = 0; k < COLUMNS; k++) {
		column[k] = -1;
		for (int i = 0; i < head->n; i++)
			if (strcasecmp(head->field[i], column_name[k]) == 0)
				column[k] = i;
		if (column[k] < 0 && k < NEEDED) {
			sd_err_set(err, SD_ERR_INPUT, "rota_csv",
				_("%s has no column %s; it needs group, days, from, to, people, and may have rota, zone, valid_from, "
				  "valid_until, every, turn_from"),
				path, column_name[k]);
			return false;
		}
	}
	return true;
}

static const char *cell(struct cli *c, const struct csv_record *r, const int *column, int k)
{
	struct sd_str clean = {0};
	if (column[k] < 0 || column[k] >= r->n)
		return "";
	sd_text_clean(&clean, r->field[column[k]], strlen(r->field[column[k]]), SD_CLEAN_LINE);
	const char *out = sd_arena_strdup(c->a, clean.data ? clean.data : "");
	sd_str_free(&clean);
	return out;
}

/* The rota of that name in the list, made when it is not there. What the whole rota has stands in its first row; a later row may
 * repeat it or leave it out. NULL and err: it says something else there. */
static json_t *rota_of(
	struct cli *c, json_t *list, const struct csv_record *r, const int *column, const char *path, struct sd_err *err)
{
	static const struct {
		int column;
		const char *key;
	} whole[] = {{GROUP, "group"}, {ZONE, "zone"}, {VALID_FROM, "from"}, {VALID_UNTIL, "until"}};
	const char *name = cell(c, r, column, ROTA);
	json_t *o = NULL, *found = NULL;
	size_t i;

	if (!*name)
		name = cell(c, r, column, GROUP);
	json_array_foreach(list, i, o) if (strcasecmp(cli_word(o, "rota"), name) == 0) found = o;
	if (!found)
		json_array_append_new(
			list, o = json_pack("{s:s,s:i,s:s,s:[]}", "rota", name, "line", (int)r->line, "group", "", "shifts"));
	for (size_t k = 0; k < sizeof whole / sizeof *whole; k++) {
		const char *text = cell(c, r, column, whole[k].column), *first = cli_word(found, whole[k].key);
		if (*text && !found) {
			json_object_set_new(o, whole[k].key, json_string(text));
		} else if (*text && strcasecmp(text, first) != 0) {
			sd_err_set(err, SD_ERR_INPUT, "rota_csv", _("%s:%ld: %s \"%s\", but the first row of rota %s says \"%s\""), path,
				r->line, column_name[whole[k].column], text, name, first);
			return NULL;
		}
	}
	return found ? found : o;
}

static bool shift(
	struct cli *c, json_t *list, const struct csv_record *r, const int *column, const char *path, struct sd_err *err)
{
	json_t *o = rota_of(c, list, r, column, path, err);
	const char *every = cell(c, r, column, EVERY);
	const char *line = sd_arena_printf(c->a, "%s %s-%s %s%s%s%s%s%s", cell(c, r, column, DAYS), cell(c, r, column, FROM),
		cell(c, r, column, TO), *every ? "turns " : "", cell(c, r, column, PEOPLE), *every ? " every " : "", every,
		*every ? " from " : "", *every ? cell(c, r, column, TURN_FROM) : "");
	if (o)
		json_array_append_new(json_object_get(o, "shifts"), json_string(line));
	return o != NULL;
}

json_t *rota_csv(struct cli *c, const char *path, struct sd_err *err)
{
	struct csv_reader *in = csv_open(path, err);
	struct csv_record r;
	json_t *list = json_array();
	int column[COLUMNS];
	bool ok = in != NULL, head = true;
	enum csv_got got;

	while (ok && (got = csv_next(in, &r, err)) != CSV_END) {
		if (got == CSV_BAD)
			sd_err_set(err, SD_ERR_INPUT, "rota_csv", "%s:%ld: %s", path, r.line, r.why);
		ok = got == CSV_RECORD && (!head || columns(&r, column, path, err));
		if (ok && !head)
			ok = shift(c, list, &r, column, path, err);
		head = false;
	}
	csv_close(in);
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}
