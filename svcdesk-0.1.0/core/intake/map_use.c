/* A map over a file and a desk: which columns, which fields, which words. */
#include "core/intake/map.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/intake/json.h"
#include "core/intake/map_words.h"
#include "core/query/nearest.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { NAME_CELLS = 200 };

static bool wrong(const struct map *m, int line, struct sd_err *err, const char *text)
{
	sd_err_set(err, SD_ERR_INPUT, "map_file", "%s:%d: %s", m->path, line, text);
	return false;
}

/* what is not among list: fmt with %s for the word, or near_fmt with the word and the one probably meant. */
static bool unknown(const struct map *m, int line, const char *word, const char *const *list, const char *fmt, struct sd_err *err)
{
	struct sd_str s = {0};
	const char *near = nearest_word(word, list);

	sd_str_add(&s, fmt);
	sd_str_addf(&s, ": %.60s", word);
	if (near) {
		sd_str_addf(&s, _("; did you mean %s?"), near);
	} else {
		for (size_t i = 0; list[i] && s.len < 600; i++)
			sd_str_addf(&s, "%s%s", i ? ", " : _("; there are "), list[i]);
	}
	wrong(m, line, err, s.data);
	sd_str_free(&s);
	return false;
}

/* ---- the desk ---- */

static const char *const *words_of(struct map *m, const json_t *list)
{
	size_t n = json_array_size(list), i;
	const char **out = sd_arena_alloc(m->a, (n + 1) * sizeof *out);
	json_t *v;

	json_array_foreach((json_t *)(uintptr_t)list, i, v) out[i] =
		sd_arena_strdup(m->a, json_is_string(v) ? json_string_value(v) : "");
	return out;
}

static const char *const *names_of(struct map *m, json_t *fields)
{
	static const char *const own[] = {"id", "at", "version", "actor", "verb", "text", "visibility"};
	size_t n = sizeof own / sizeof *own, k = 0;
	const char **out = sd_arena_alloc(m->a, (json_object_size(fields) + n + 1) * sizeof *out), *key;
	json_t *v;

	for (; k < n; k++)
		out[k] = own[k];
	json_object_foreach(fields, key, v) out[k++] = sd_arena_strdup(m->a, key);
	return out;
}

static bool has(const char *const *list, const char *word)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list != NULL;
}

static enum map_type type_of(const char *name)
{
	static const struct {
		const char *name;
		enum map_type type;
	} types[] = {{"multiline", MAP_BLOCK}, {"state", MAP_STATE}, {"level", MAP_LEVEL}, {"int", MAP_WHOLE}, {"bool", MAP_BOOL},
		{"time", MAP_TIME}, {"choice", MAP_CHOICE}, {"category", MAP_CATEGORY}};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].name, name) == 0)
			return types[i].type;
	return MAP_TEXT;
}

/* Fields that the map itself knows; false for all others. */
static bool own_rule(struct map_rule *r, const char *const *verbs)
{
	static const char *const visibility[] = {"public", "internal", NULL};

	if (strcmp(r->name, "verb") == 0) {
		r->type = MAP_VERB;
		r->choice = verbs;
	} else if (strcmp(r->name, "visibility") == 0) {
		r->type = MAP_CHOICE;
		r->choice = visibility;
	} else if (strcmp(r->name, "text") == 0) {
		r->type = MAP_BLOCK;
	} else if (strcmp(r->name, "id") != 0 && strcmp(r->name, "at") != 0 && strcmp(r->name, "version") != 0 &&
			   strcmp(r->name, "actor") != 0 && strncmp(r->name, "custom.", 7) != 0) {
		return false;
	}
	return true;
}

static void field_rule(struct map *m, struct map_rule *r, const json_t *field, const char *const *states)
{
	const char *type = json_string_value(json_object_get(field, "type"));
	const json_t *choices = json_object_get(field, "choices");

	r->type = type_of(type ? type : "text");
	if (strcmp(r->name, "body") == 0)
		r->type = MAP_BLOCK;
	r->max = strcmp(r->name, "priority") == 0 ? 5 : 3;
	r->must = json_is_true(json_object_get(field, "must"));
	if (r->type == MAP_STATE)
		r->choice = states;
	else if (json_array_size(choices) && (r->type == MAP_CHOICE || r->type == MAP_LEVEL))
		r->choice = words_of(m, choices);
}

/* What the map itself says must be words of the desk: constants, and the left sides of [values]. */
static bool words_known(const struct map *m, const struct map_rule *r, struct sd_err *err)
{
	const char *word;
	char level[2] = "";

	for (size_t i = 0; r->words && (word = map_words_at(r->words, i)); i++) {
		if (*word && r->choice && !has(r->choice, word))
			return unknown(m, map_words_line(r->words), word, r->choice, _("the desk does not know this word"), err);
		if (*word && r->type == MAP_LEVEL && !r->choice && (word[0] < '1' || word[0] > '0' + r->max || word[1]))
			return wrong(m, map_words_line(r->words), err,
				_("a level is a digit: 1 is the highest; priority has 5, impact and urgency 3"));
	}
	word = r->value.constant && r->value.n ? r->value.piece[0].text : level;
	if (*word && r->choice && !has(r->choice, word))
		return unknown(m, r->value.line, word, r->choice, _("the desk does not know this word"), err);
	return true;
}

bool map_check(struct map *m, const char *desk, struct sd_err *err)
{
	json_t *j = json_loads(desk, 0, NULL), *fields = json_object_get(j, "fields");
	const char *const *names = names_of(m, fields), *const *states = words_of(m, json_object_get(j, "states"));
	const char *const *verbs = words_of(m, json_object_get(j, "verbs"));
	bool ok = true;

	if (!json_is_object(fields))
		ok = unknown(m, 1, m->kind, words_of(m, json_object_get(j, "kinds")), _("the desk has no such kind"), err);
	for (size_t i = 0; ok && i < m->n_rules; i++) {
		struct map_rule *r = m->rule[i];
		const json_t *field = json_object_get(fields, r->name);
		if (!own_rule(r, verbs) && field)
			field_rule(m, r, field, states);
		else if (!own_rule(r, verbs))
			ok = unknown(
				m, r->value.line, r->name, names, _("the desk has no such field (what has none goes to custom.NAME)"), err);
		ok = ok && words_known(m, r, err);
	}
	json_decref(j);
	return ok;
}

/* ---- the file ---- */

static bool same_name(const char *a, const char *b)
{
	while (*a == ' ')
		a++;
	size_t n = strlen(a);
	while (n && a[n - 1] == ' ')
		n--;
	return strlen(b) == n && strncasecmp(a, b, n) == 0;
}

static int column_of(const struct map *m, int n, char *const *names, const char *name)
{
	char number[16];

	for (int i = 0; i < n; i++) {
		snprintf(number, sizeof number, "%d", i + 1);
		if (m->header ? same_name(names[i], name) : strcmp(number, name) == 0)
			return i;
	}
	return -1;
}

static bool find_columns(struct map *m, int n, char *const *names, bool *used, struct sd_err *err)
{
	const char **list = sd_arena_alloc(m->a, ((size_t)n + 1) * sizeof *list);

	for (int i = 0; i < n; i++) {
		struct sd_str clean = {0};
		sd_text_clean(&clean, names[i], strnlen(names[i], 60), SD_CLEAN_LINE);
		list[i] = m->header ? sd_arena_strdup(m->a, clean.data ? clean.data : "") : sd_arena_printf(m->a, "%d", i + 1);
		sd_str_free(&clean);
	}
	for (size_t k = 0; k < m->n_rules; k++) {
		struct map_value *v = &m->rule[k]->value;
		for (size_t i = 0; i < v->n; i++)
			for (size_t c = 0; !v->piece[i].text && v->piece[i].name[c]; c++) {
				int at = column_of(m, n, names, v->piece[i].name[c]);
				if (at < 0)
					return unknown(m, v->line, v->piece[i].name[c], list, _("the file has no such column"), err);
				v->piece[i].column[c] = at;
				used[at] = true;
			}
	}
	return true;
}

bool map_header(struct map *m, int n, char *const *names, struct sd_str *left_out, struct sd_err *err)
{
	bool *used = sd_arena_alloc(m->a, ((size_t)n + 1) * sizeof *used);

	for (int i = 0; m->header && i < n; i++)
		for (int k = 0; k < i; k++)
			if (*names[i] && same_name(names[k], names[i])) {
				struct sd_str s = {0};
				sd_text_clean(&s, names[i], strnlen(names[i], 60), SD_CLEAN_LINE);
				sd_err_set(err, SD_ERR_INPUT, "header_twice", _("the header has column %s twice"), s.data);
				sd_str_free(&s);
				return false;
			}
	if (!find_columns(m, n, names, used, err))
		return false;
	for (int i = 0; i < n; i++)
		if (!used[i] && m->header) {
			if (left_out->len)
				sd_str_add(left_out, ", ");
			sd_text_clean(left_out, names[i], strnlen(names[i], 60), SD_CLEAN_LINE);
		}
	return true;
}

void map_columns(const struct map_rule *r, struct sd_str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->value.n; i++)
		for (size_t c = 0; !r->value.piece[i].text && r->value.piece[i].name[c]; c++)
			sd_str_addf(out, "%s%s", n++ ? ", " : "", r->value.piece[i].name[c]);
	if (!n)
		sd_str_add(out, r->name);
}

/* ---- a row ---- */

/* v without blanks at the ends; NULL when it says nothing. */
static const char *said(const struct map *m, const char *v, size_t *len)
{
	while (*v == ' ' || *v == '\t')
		v++;
	size_t n = strlen(v);
	while (n && (v[n - 1] == ' ' || v[n - 1] == '\t'))
		n--;
	for (size_t i = 0; i < m->n_missing; i++)
		if (strlen(m->missing[i]) == n && strncasecmp(v, m->missing[i], n) == 0)
			return NULL;
	*len = n;
	return n ? v : NULL;
}

/* Cuts what was added at from to so many cells, at the end of a word where there is one in the second half. */
static void cut(struct sd_str *s, size_t from, int cells)
{
	int used;
	size_t n = from < s->len ? sd_text_prefix(s->data + from, cells, &used) : 0;

	if (from + n >= s->len)
		return;
	size_t word = n;
	if (s->data[from + n] != ' ')
		while (word > n / 2 && s->data[from + word - 1] != ' ')
			word--;
	n = word > n / 2 ? word : n;
	while (n && s->data[from + n - 1] == ' ')
		n--;
	s->len = from + n;
	s->data[s->len] = '\0';
}

/* Signs at the ends that stood between a column and one that says nothing. */
static void bare_ends(struct sd_str *s)
{
	size_t from = 0;

	while (s->len && strchr(" -:/,;|(", s->data[s->len - 1]))
		s->len--;
	while (from < s->len && strchr(" -:/,;|)", s->data[from]))
		from++;
	memmove(s->data, s->data + from, s->len - from);
	s->len -= from;
	s->data[s->len] = '\0';
}

bool map_fill(const struct map *m, const struct map_rule *r, char *const *field, struct sd_str *out)
{
	bool some = r->value.constant && r->value.n, gap = false;

	sd_str_reset(out);
	for (size_t i = 0; i < r->value.n; i++) {
		const struct map_piece *p = &r->value.piece[i];
		const char *v = p->text;
		size_t n = v ? strlen(v) : 0, from = out->len;
		for (size_t c = 0; !p->text && !v && p->name[c]; c++)
			v = said(m, field[p->column[c]], &n);
		if (!v)
			gap = true;
		else if (p->text)
			sd_str_addn(out, v, n);
		else if (r->type == MAP_BLOCK && !p->cells)
			sd_text_clean(out, v, n, SD_CLEAN_BLOCK);
		else
			intake_squeeze(out, v, n);
		if (p->cells)
			cut(out, from, p->cells);
		some = some || (v && !p->text);
	}
	if (!some || !out->len)
		return false;
	if (gap && r->value.n > 1)
		bare_ends(out);
	if (r->type != MAP_BLOCK && out->len > NAME_CELLS)
		cut(out, 0, NAME_CELLS);
	return out->len > 0;
}
