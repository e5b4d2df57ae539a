/* Reading a map: lines, sections, values; then what belongs to what. */
#include "core/intake/map.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/intake/map_words.h"
#include "core/intake/timefmt.h"
#include "core/query/nearest.h"
#include "svcdesk/clock.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

struct section {
	const char *name; /* of an [event]; NULL: [row] */
	struct map_rule **rule;
	size_t n, cap;
	int line;
};

struct reader {
	struct map *m;
	struct sd_err *err;
	int line;
	enum { IN_NONE, IN_FILE, IN_ROW, IN_VALUES } in;
	struct section section[MAP_PARTS_MAX + 1]; /* [0] is [row] */
	int n_sections, at;                        /* at: the one being filled */
	size_t cap_rules, cap_time, cap_missing;
	struct map_words *words;
};

static bool wrong(struct reader *r, int line, const char *text)
{
	sd_err_set(r->err, SD_ERR_INPUT, "map_file", "%s:%d: %s", r->m->path, line, text);
	return false;
}

/* ---- values ---- */

/* {a|b:80} without the braces. */
static bool parse_columns(struct reader *r, char *text, struct map_piece *p)
{
	char *colon = strrchr(text, ':'), *end;
	size_t n = 1;

	if (colon && isdigit((unsigned char)colon[1])) {
		long cells = strtol(colon + 1, &end, 10);
		if (*end || cells < 1 || cells > 4000)
			return wrong(r, r->line, _("behind : stands how many characters to keep, 1 to 4000"));
		p->cells = (int)cells;
		*colon = '\0';
	}
	for (char *s = text; *s; s++)
		n += *s == '|';
	const char **name = sd_arena_alloc(r->m->a, (n + 1) * sizeof *name);
	p->column = sd_arena_alloc(r->m->a, n * sizeof *p->column);
	p->name = name;
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(text, "|");
		char *end_of = text + len;
		bool last = !*end_of;
		*end_of = '\0';
		name[i] = map_trim(text);
		if (!*name[i])
			return wrong(r, r->line, _("{} wants the name of a column: {incident_id}"));
		text = end_of + !last;
	}
	return true;
}

static bool parse_value(struct reader *r, const char *text, struct map_value *v)
{
	struct sd_str literal = {0};
	size_t cap = 0;
	struct map_piece *list = NULL;
	bool ok = true;

	*v = (struct map_value){.constant = true, .line = r->line};
	while (ok && *text) {
		if ((text[0] == '{' || text[0] == '}') && text[1] == text[0]) {
			sd_str_addc(&literal, *text);
			text += 2;
			continue;
		}
		if (*text != '{') {
			sd_str_addc(&literal, *text++);
			continue;
		}
		size_t n = strcspn(text, "}");
		if (!text[n]) {
			ok = wrong(r, r->line, _("{ without }; a brace itself is written {{"));
			break;
		}
		if (literal.len) {
			*SD_PUSH(list, v->n, cap) = (struct map_piece){.text = sd_arena_strdup(r->m->a, literal.data)};
			sd_str_reset(&literal);
		}
		struct map_piece p = {0};
		ok = parse_columns(r, sd_arena_strndup(r->m->a, text + 1, n - 1), &p);
		*SD_PUSH(list, v->n, cap) = p;
		v->constant = false;
		text += n + 1;
	}
	if (ok && literal.len)
		*SD_PUSH(list, v->n, cap) = (struct map_piece){.text = sd_arena_strdup(r->m->a, literal.data)};
	if (v->n) {
		v->piece = sd_arena_alloc(r->m->a, v->n * sizeof *v->piece);
		memcpy(v->piece, list, v->n * sizeof *v->piece);
	}
	sd_str_free(&literal);
	free(list);
	return ok;
}

/* ---- lines ---- */

static bool add_word(struct reader *r, const char ***list, size_t *n, size_t *cap, const char *word)
{
	*SD_PUSH(*list, *n, *cap) = sd_arena_strdup(r->m->a, word);
	return true;
}

static bool delimiter_of(struct reader *r, const char *v)
{
	static const struct {
		const char *word;
		char c;
	} words[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}, {"\\t", '\t'}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(v, words[i].word) == 0) {
			r->m->csv.delimiter = words[i].c;
			return true;
		}
	if (strlen(v) != 1 || !isprint((unsigned char)*v) || isalnum((unsigned char)*v) || *v == '"')
		return wrong(r, r->line, _("delimiter is comma, semicolon, tab, pipe or one other sign"));
	r->m->csv.delimiter = *v;
	return true;
}

static bool quote_of(struct reader *r, const char *v)
{
	if (strcasecmp(v, "none") == 0)
		r->m->csv.quote = CSV_NO_QUOTE;
	else if (strlen(v) == 1 && ispunct((unsigned char)*v))
		r->m->csv.quote = *v;
	else
		return wrong(r, r->line, _("quote is one sign, or none"));
	return true;
}

static bool encoding_of(struct reader *r, const char *v)
{
	static const struct {
		const char *word;
		enum csv_encoding e;
	} words[] = {{"utf-8", CSV_UTF8}, {"utf8", CSV_UTF8}, {"ascii", CSV_UTF8}, {"cp1252", CSV_CP1252},
		{"windows-1252", CSV_CP1252}, {"latin-1", CSV_LATIN1}, {"latin1", CSV_LATIN1}, {"iso-8859-1", CSV_LATIN1}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(v, words[i].word) == 0) {
			r->m->csv.encoding = words[i].e;
			return true;
		}
	return wrong(r, r->line, _("encoding is utf-8, cp1252 or latin-1; others: iconv -t UTF-8 makes UTF-8 of a file"));
}

static bool file_line(struct reader *r, const char *name, const char *v)
{
	static const char *const names[] = {
		"source", "kind", "delimiter", "quote", "encoding", "zone", "time", "missing", "header", NULL};
	struct map *m = r->m;
	sd_time probe;

	if (strcmp(name, "source") == 0)
		m->source = *v && strlen(v) <= 60 ? sd_arena_strdup(m->a, v) : NULL;
	else if (strcmp(name, "kind") == 0)
		m->kind = sd_arena_strdup(m->a, v);
	else if (strcmp(name, "delimiter") == 0)
		return delimiter_of(r, v);
	else if (strcmp(name, "quote") == 0)
		return quote_of(r, v);
	else if (strcmp(name, "encoding") == 0)
		return encoding_of(r, v);
	else if (strcmp(name, "zone") == 0) {
		m->zone = sd_arena_strdup(m->a, v);
		if (!sd_time_from_local(2016, 7, 1, 12, 0, 0, v, &probe))
			return wrong(r, r->line, _("zone is a time zone such as Europe/Berlin"));
	} else if (strcmp(name, "time") == 0) {
		if (!intake_time_format(v))
			return wrong(r, r->line, _("time is iso, or a format with year, month and day: %Y-%m-%d %H:%M:%S"));
		return add_word(r, &m->time, &m->n_time, &r->cap_time, v);
	} else if (strcmp(name, "missing") == 0)
		return add_word(r, &m->missing, &m->n_missing, &r->cap_missing, v);
	else if (strcmp(name, "header") == 0) {
		m->header = strcasecmp(v, "no") != 0;
		if (m->header && strcasecmp(v, "yes") != 0)
			return wrong(r, r->line, _("header is yes or no; without one columns are called 1, 2, 3 ..."));
	} else {
		struct sd_str s = {0};
		const char *near = nearest_word(name, names);
		sd_str_addf(&s, near ? _("[file] has no %s; did you mean %s?") : _("[file] has no %s"), name, near);
		wrong(r, r->line, s.data);
		sd_str_free(&s);
		return false;
	}
	return true;
}

static bool row_line(struct reader *r, const char *name, const char *v)
{
	struct section *s = &r->section[r->at];
	struct map_rule *rule = sd_arena_alloc(r->m->a, sizeof *rule);

	for (const char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_.-", *c))
			return wrong(r, r->line, _("the name of a field is made of letters, digits and _"));
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->rule[i]->name, name) == 0)
			return wrong(r, r->line, _("the field stands here a second time"));
	if (strcmp(name, "custom") == 0 || strcmp(name, "custom.") == 0)
		return wrong(r, r->line, _("custom wants a name: custom.location"));
	rule->name = sd_arena_strdup(r->m->a, name);
	if (!parse_value(r, v, &rule->value))
		return false;
	if (strncmp(name, "custom.", 7) == 0)
		r->m->custom = true;
	*SD_PUSH(s->rule, s->n, s->cap) = rule;
	*SD_PUSH(r->m->rule, r->m->n_rules, r->cap_rules) = rule;
	return true;
}

static bool section_line(struct reader *r, char *name)
{
	if (strcmp(name, "file") == 0) {
		r->in = IN_FILE;
		return true;
	}
	if (strcmp(name, "row") == 0) {
		r->in = IN_ROW;
		r->at = 0;
		return true;
	}
	if (strncmp(name, "values ", 7) == 0 && *map_trim(name + 7)) {
		r->in = IN_VALUES;
		r->words = map_words_new(r->m, map_trim(name + 7), r->line);
		return r->words || wrong(r, r->line, _("these values have a section already"));
	}
	if (strncmp(name, "event ", 6) != 0 || !*map_trim(name + 6))
		return wrong(r, r->line, _("a section is [file], [row], [event NAME] or [values FIELD]"));
	if (r->n_sections > MAP_PARTS_MAX)
		return wrong(r, r->line, _("a row can have 15 events"));
	r->in = IN_ROW;
	r->at = r->n_sections++;
	r->section[r->at] = (struct section){.name = sd_arena_strdup(r->m->a, map_trim(name + 6)), .line = r->line};
	return true;
}

static bool one_line(struct reader *r, char *text)
{
	text = map_trim(text);
	if (!*text || *text == '#' || *text == ';')
		return true;
	size_t n = strlen(text);
	if (*text == '[' && text[n - 1] == ']') {
		text[n - 1] = '\0';
		return section_line(r, map_trim(text + 1));
	}
	char *eq = strchr(text, '=');
	if (!eq || *text == '[' || eq == text)
		return wrong(r, r->line, _("neither `name = value`, nor [section], nor a comment"));
	*eq = '\0';
	char *name = map_trim(text), *value = map_trim(eq + 1);
	switch (r->in) {
	case IN_FILE:
		return file_line(r, name, value);
	case IN_ROW:
		return row_line(r, name, value);
	case IN_VALUES:
		return map_words_add(r->m, r->words, name, value) ||
			   wrong(r, r->line, _("a word of the source stands here a second time"));
	case IN_NONE:
		break;
	}
	return wrong(r, r->line, _("a line before the first section: a map begins with [file]"));
}

/* ---- together ---- */

static const struct map_rule *rule_of(const struct map_part *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->rule[i]->name, name) == 0)
			return p->rule[i];
	return NULL;
}

/* The rules of an event: its own, and those of [row] it does not replace. */
static bool join(struct reader *r, const struct section *own, struct map_part *p)
{
	const struct section *row = &r->section[0];

	p->name = own ? own->name : "";
	p->rule = sd_arena_alloc(r->m->a, (row->n + (own ? own->n : 0) + 1) * sizeof(struct map_rule *));
	for (size_t i = 0; own && i < own->n; i++)
		p->rule[p->n++] = own->rule[i];
	for (size_t i = 0; i < row->n; i++)
		if (!rule_of(p, row->rule[i]->name))
			p->rule[p->n++] = row->rule[i];
	p->id = rule_of(p, "id");
	p->at = rule_of(p, "at");
	p->version = rule_of(p, "version");
	if (!p->id || p->id->value.constant)
		return wrong(r, own ? own->line : r->line, _("[row] wants id = {COLUMN}: what tells records apart"));
	if (!p->at)
		return wrong(r, own ? own->line : r->line, _("no at = {COLUMN}: when it happened; at = now is the time of the import"));
	return true;
}

static bool finish(struct reader *r)
{
	struct map *m = r->m;
	const char *unused;
	int line;

	if (!m->source)
		return wrong(
			r, r->line, _("[file] wants source = NAME (60 characters at most): the ids of each source are remembered apart"));
	m->parts = r->n_sections > 1 ? r->n_sections - 1 : 1;
	for (int i = 0; i < m->parts; i++)
		if (!join(r, r->n_sections > 1 ? &r->section[i + 1] : NULL, &m->part[i]))
			return false;
	unused = map_words_bind(m, &line);
	if (unused) {
		struct sd_str s = {0};
		sd_str_addf(&s, _("[values %s]: no line fills %s"), unused, unused);
		wrong(r, line, s.data);
		sd_str_free(&s);
		return false;
	}
	return true;
}

struct map *map_parse(const char *path, const char *text, struct sd_err *err)
{
	struct map *m = sd_calloc(1, sizeof *m);
	struct reader r = {.m = m, .err = err, .n_sections = 1};
	bool ok = true;

	m->a = sd_arena_new();
	m->path = sd_arena_strdup(m->a, path);
	m->kind = "incident";
	m->header = true;
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	while (ok && *text) {
		size_t n = strcspn(text, "\n");
		r.line++;
		ok = one_line(&r, sd_arena_strndup(m->a, text, n));
		text += n + (text[n] == '\n');
	}
	ok = ok && finish(&r);
	for (int i = 0; i < r.n_sections; i++)
		free(r.section[i].rule);
	if (ok && !m->n_time)
		add_word(&r, &m->time, &m->n_time, &r.cap_time, "iso");
	if (ok)
		return m;
	map_free(m);
	return NULL;
}

void map_free(struct map *m)
{
	if (!m)
		return;
	map_words_free(m);
	free(m->rule);
	free(m->time);
	free(m->missing);
	sd_arena_free(m->a);
	free(m);
}
