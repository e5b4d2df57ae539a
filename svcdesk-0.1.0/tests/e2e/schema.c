#include "tests/e2e/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static char complaint[600];

__attribute__((format(printf, 2, 3))) static bool wrong(const char *where, const char *fmt, ...)
{
	char what[300];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	snprintf(complaint, sizeof complaint, "%.250s: %s", where, what);
	return false;
}

static const char *type_of(const json_t *v)
{
	static const char *const names[] = {"object", "array", "string", "integer", "number", "boolean", "boolean", "null"};
	return names[json_typeof(v)];
}

static bool type_fits(const json_t *type, const json_t *v, const char *where)
{
	size_t i;
	json_t *t;
	if (json_is_string(type))
		return strcmp(json_string_value(type), type_of(v)) == 0 ||
			   wrong(where, "%s instead of %s", type_of(v), json_string_value(type));
	json_array_foreach((json_t *)(uintptr_t)type, i, t)
	{
		if (strcmp(json_string_value(t), type_of(v)) == 0)
			return true;
	}
	return wrong(where, "type %s is not among those allowed", type_of(v));
}

static bool pattern_fits(const char *pattern, const json_t *v, const char *where)
{
	regex_t re;
	if (!json_is_string(v))
		return true;
	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
	int rc = regexec(&re, json_string_value(v), 0, NULL, 0);
	regfree(&re);
	return rc == 0 || wrong(where, "\"%.80s\" does not fit %s", json_string_value(v), pattern);
}

static bool enum_fits(const json_t *list, const json_t *v, const char *where)
{
	size_t i;
	json_t *e;
	json_array_foreach((json_t *)(uintptr_t)list, i, e)
	{
		if (json_equal(e, (json_t *)(uintptr_t)v))
			return true;
	}
	return wrong(where, "is none of the words allowed");
}

static bool fits(const json_t *schema, const json_t *v, const char *where);

static bool members_fit(const json_t *schema, const json_t *v, const char *where)
{
	const char *key;
	char below[400];
	size_t i;
	json_t *m, *r, *properties = json_object_get(schema, "properties"), *more = json_object_get(schema, "additionalProperties");
	json_array_foreach(json_object_get(schema, "required"), i, r)
	{
		if (!json_object_get(v, json_string_value(r)))
			return wrong(where, "%s is missing", json_string_value(r));
	}
	json_object_foreach((json_t *)(uintptr_t)v, key, m)
	{
		const json_t *s = json_object_get(properties, key);
		snprintf(below, sizeof below, "%.300s.%.60s", where, key);
		if (!s && json_is_false(more))
			return wrong(below, "is not allowed here");
		if (!s && json_is_object(more))
			s = more;
		if (s && !fits(s, m, below))
			return false;
	}
	return true;
}

static bool items_fit(const json_t *schema, const json_t *v, const char *where)
{
	size_t i;
	json_t *item, *s = json_object_get(schema, "items");
	char below[400];
	json_array_foreach((json_t *)(uintptr_t)v, i, item)
	{
		snprintf(below, sizeof below, "%.300s.%zu", where, i);
		if (s && !fits(s, item, below))
			return false;
	}
	return true;
}

static bool fits(const json_t *schema, const json_t *v, const char *where)
{
	static const char *const known[] = {"$schema", "title", "description", "type", "properties", "required",
		"additionalProperties", "items", "enum", "pattern", "minimum", "maximum"};
	const char *word;
	json_t *rule;
	bool ok = true;
	json_object_foreach((json_t *)(uintptr_t)schema, word, rule)
	{
		size_t k = 0;
		while (k < sizeof known / sizeof *known && strcmp(known[k], word) != 0)
			k++;
		if (k == sizeof known / sizeof *known)
			fail_msg("the check does not know the word %s", word);
		if (strcmp(word, "type") == 0)
			ok = type_fits(rule, v, where);
		else if (strcmp(word, "pattern") == 0)
			ok = pattern_fits(json_string_value(rule), v, where);
		else if (strcmp(word, "enum") == 0)
			ok = enum_fits(rule, v, where);
		else if (strcmp(word, "minimum") == 0 && json_is_integer(v))
			ok = json_integer_value(v) >= json_integer_value(rule) || wrong(where, "is too small");
		else if (strcmp(word, "maximum") == 0 && json_is_integer(v))
			ok = json_integer_value(v) <= json_integer_value(rule) || wrong(where, "is too large");
		if (!ok)
			return false;
	}
	if (json_is_object(v))
		return members_fit(schema, v, where);
	return !json_is_array(v) || items_fit(schema, v, where);
}

const char *schema_complaint(const char *name, const json_t *value)
{
	char path[600];
	json_error_t why;
	snprintf(path, sizeof path, SRCDIR "/core/cli/schema/%s.schema.json", name);
	json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
	if (!schema)
		fail_msg("%s:%d: %s", path, why.line, why.text);
	bool ok = fits(schema, value, name);
	json_decref(schema);
	return ok ? NULL : complaint;
}

void assert_schema(const char *name, const json_t *value)
{
	const char *what = schema_complaint(name, value);
	if (what)
		fail_msg("%s", what);
}
