#include "config.h"
#include "core/store/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

static char *cleaned(struct sd_arena *a, const char *s, enum sd_clean mode)
{
	struct sd_str out = {0};
	char *copy;
	size_t n;

	if (!s || !*s)
		return sd_arena_strdup(a, "");
	n = strlen(s);
	if (sd_text_is_clean(s, n, mode))
		return sd_arena_strndup(a, s, n);
	sd_text_clean(&out, s, n, mode);
	copy = sd_arena_strndup(a, out.data ? out.data : "", out.len);
	sd_str_free(&out);
	return copy;
}

char *store_line(struct sd_arena *a, const char *s)
{
	return cleaned(a, s, SD_CLEAN_LINE);
}

static char *value_text(struct sd_arena *a, const json_t *v, enum sd_clean mode)
{
	char *dumped, *copy;

	switch (v ? json_typeof(v) : JSON_NULL) {
	case JSON_STRING:
		return cleaned(a, json_string_value(v), mode);
	case JSON_INTEGER:
		return sd_arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	case JSON_REAL:
		return sd_arena_printf(a, "%g", json_real_value(v));
	case JSON_TRUE:
		return sd_arena_strdup(a, "true");
	case JSON_FALSE:
		return sd_arena_strdup(a, "false");
	case JSON_OBJECT:
	case JSON_ARRAY:
		dumped = json_dumps(v, JSON_COMPACT);
		copy = cleaned(a, dumped, mode);
		free(dumped);
		return copy;
	default:
		return sd_arena_strdup(a, "");
	}
}

char *store_value(struct sd_arena *a, const json_t *value)
{
	return value_text(a, value, SD_CLEAN_LINE);
}

char *store_text(struct sd_arena *a, const json_t *object, const char *key)
{
	return value_text(a, json_object_get(object, key), SD_CLEAN_LINE);
}

char *store_text_block(struct sd_arena *a, const json_t *object, const char *key)
{
	return value_text(a, json_object_get(object, key), SD_CLEAN_BLOCK);
}

int64_t store_int(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	if (json_is_integer(v))
		return json_integer_value(v);
	if (json_is_string(v))
		return strtoll(json_string_value(v), NULL, 10);
	return 0;
}

bool store_bool(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

sd_time store_time(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);
	struct sd_err err = {0};
	sd_time t;

	if (json_is_string(v) && sd_time_parse(json_string_value(v), "UTC", &t, &err))
		return t;
	return SD_TIME_NONE;
}

struct sd_words store_words(struct sd_arena *a, const json_t *array)
{
	struct sd_words words = {0};
	size_t n = json_array_size(array);

	if (!n)
		return words;
	words.w = sd_arena_alloc(a, n * sizeof *words.w);
	for (size_t i = 0; i < n; i++)
		words.w[words.n++] = store_value(a, json_array_get(array, i));
	return words;
}

json_t *store_object(const char *text, const char *what, struct sd_err *err)
{
	json_error_t why;
	json_t *j = text ? json_loads(text, JSON_REJECT_DUPLICATES, &why) : NULL;

	if (json_is_object(j))
		return j;
	json_decref(j);
	sd_err_set(err, SD_ERR_INTERNAL, "bad_answer",
		_("The database answered %s in a form this program does not know: the versions differ"), what);
	return NULL;
}
