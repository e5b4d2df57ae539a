/* Rules and rotas as lines "key = value", and back. */
#include "config.h"
#include "svcdesk/assign.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static const char *const rule_keys[] = {
	"rule", "query", "kinds", "group", "skill", "method", "person", "weights", "capacity", "wait", NULL};
static const char *const rota_keys[] = {"rota", "group", "zone", "from", "until", "shift", NULL};

static const char *const *keys_of(const char *first)
{
	return strcmp(first, "rota") == 0 ? rota_keys : rule_keys;
}

static bool known(const char *const *keys, const char *key)
{
	for (; *keys; keys++)
		if (!strcmp(*keys, key))
			return true;
	return false;
}

static char *all_keys(struct sd_arena *a, const char *const *keys)
{
	struct sd_str s = {0};
	char *text;

	for (; *keys; keys++)
		sd_str_addf(&s, "%s%s", s.len ? ", " : "", *keys);
	text = sd_arena_strdup(a, s.data);
	sd_str_free(&s);
	return text;
}

static bool wrong(struct sd_err *err, const char *path, int line, const char *text)
{
	sd_err_set(err, SD_ERR_INPUT, "sheet", "%s:%d: %s", path, line, text);
	return false;
}

/* One line into the last object of the list. */
static bool take(struct sd_arena *a, json_t *list, const char *path, int n, char *line, const char *first, struct sd_err *err)
{
	char *eq = strchr(line, '='), *key = line, *value, *end;
	const char *const *keys = keys_of(first);

	if (!eq)
		return wrong(err, path, n, _("write key = value; # begins a comment"));
	*eq = '\0';
	value = eq + 1 + strspn(eq + 1, " \t");
	for (end = eq; end > key && isspace((unsigned char)end[-1]);)
		*--end = '\0';
	if (!known(keys, key))
		return wrong(err, path, n, sd_arena_printf(a, _("\"%s\" is no key here; there are %s"), key, all_keys(a, keys)));
	if (!strcmp(key, first)) {
		json_t *o = json_object();
		json_object_set_new(o, "line", json_integer(n));
		json_array_append_new(list, o);
	}
	json_t *o = json_array_get(list, json_array_size(list) - 1);
	if (!json_array_size(list) || !o)
		return wrong(err, path, n, sd_arena_printf(a, _("begin with %s = NAME"), first));
	if (!strcmp(key, "shift")) {
		json_t *shifts = json_object_get(o, "shifts");
		if (!shifts)
			json_object_set_new(o, "shifts", shifts = json_array());
		json_array_append_new(shifts, json_string(value));
	} else if (json_object_get(o, key)) {
		return wrong(err, path, n, sd_arena_printf(a, _("%s stands there twice"), key));
	} else {
		json_object_set_new(o, key, json_string(value));
	}
	return true;
}

char *sd_sheet_read(struct sd_arena *a, const char *path, const char *text, const char *first, struct sd_err *err)
{
	json_t *list = json_array();
	bool ok = true;
	char *out = NULL;

	for (int n = 1; ok && *text; n++) {
		size_t len = strcspn(text, "\n");
		char *line = store_line(a, sd_arena_strndup(a, text, len));
		line += strspn(line, " \t");
		for (size_t k = strlen(line); k && isspace((unsigned char)line[k - 1]); k--)
			line[k - 1] = '\0';
		if (*line && *line != '#')
			ok = take(a, list, path, n, line, first, err);
		text += len + (text[len] == '\n');
	}
	if (ok && !json_array_size(list))
		ok = wrong(err, path, 1, sd_arena_printf(a, _("nothing stands in it; begin with %s = NAME"), first));
	if (ok) {
		char *dump = json_dumps(list, JSON_COMPACT);
		out = sd_arena_strdup(a, dump ? dump : "[]");
		free(dump);
	}
	json_decref(list);
	return out;
}

/* A value as a line has it: lists with commas, a skill with its level. */
static void value_out(struct sd_arena *a, struct sd_str *s, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key), *e;
	size_t i;

	if (json_is_array(v)) {
		json_array_foreach((json_t *)(uintptr_t)v, i, e) sd_str_addf(s, "%s%s", i ? ", " : "", store_value(a, e));
	} else if (json_is_boolean(v)) {
		sd_str_add(s, json_is_true(v) ? "yes" : "no");
	} else {
		sd_str_add(s, store_text(a, o, key));
	}
	if (!strcmp(key, "skill") && store_int(o, "level"))
		sd_str_addf(s, " >= %d", (int)store_int(o, "level"));
}

char *sd_sheet_text(struct sd_arena *a, const char *json, const char *first)
{
	struct sd_err ignored;
	json_t *o = store_object(json, first, &ignored);
	struct sd_str s = {0};
	const json_t *e;
	size_t i;
	char *out;

	for (const char *const *key = keys_of(first); *key; key++) {
		if (!strcmp(*key, "shift")) {
			json_array_foreach(json_object_get(o, "shifts"), i, e) sd_str_addf(&s, "shift = %s\n", store_value(a, e));
			continue;
		}
		sd_str_addf(&s, "%s = ", *key);
		value_out(a, &s, o, *key);
		while (s.len && s.data[s.len - 1] == ' ')
			s.data[--s.len] = '\0';
		sd_str_addc(&s, '\n');
	}
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	json_decref(o);
	return out;
}
