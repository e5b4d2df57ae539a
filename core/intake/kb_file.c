#include "config.h"
#include "core/intake/kb_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "core/base/i18n.h"
#include "core/intake/front.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { TITLE_MOST = 290, TAG_MOST = 60 };

/* Names that manuals, site generators and other desks use, by the field they mean. */
static const struct {
	const char *key, *field;
} names[] = {{"title", "title"}, {"symptom", "symptom"}, {"symptoms", "symptom"}, {"cause", "cause"},
	{"resolution", "resolution"}, {"note", "note"}, {"type", "type"}, {"audience", "audience"}, {"visibility", "audience"},
	{"groups", "groups"}, {"org", "org"}, {"organisation", "org"}, {"organization", "org"}, {"customer", "org"},
	{"owner", "owner"}, {"owner_email", "owner"}, {"owner_slack", "owner"}, {"maintainer", "owner"}, {"group", "group"},
	{"owner_group", "group"}, {"team", "group"}, {"ci_class", "ci_class"}, {"product", "product"}, {"application", "product"},
	{"category", "category"}, {"tags", "tags"}, {"keywords", "tags"}, {"labels", "tags"}, {"categories", "tags"},
	{"section", "tags"}, {"valid_to", "valid_to"}, {"valid_until", "valid_to"}, {"expires", "valid_to"},
	{"expiry_date", "valid_to"}, {"expirydate", "valid_to"}, {"review_by", "valid_to"}, {"review_date", "valid_to"},
	{"next_review", "valid_to"}, {"review_on", "valid_to"}, {"confidence", "confidence"}, {"language", "language"},
	{"lang", "language"}, {"locale", "language"}, {"source", "source"}, {"source_url", "source"}, {"licence", "licence"},
	{"license", "licence"}};

/* Fields that stand in the text to edit, in this order. */
static const char *const edited[] = {"title", "type", "audience", "groups", "org", "owner", "group", "ci_class", "product",
	"category", "tags", "valid_to", "confidence", "language", "source", "licence", "symptom", "cause", "resolution"};

static const char *field_of(const char *key, bool whole)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].key, key) == 0)
			return whole && strcmp(names[i].field, key) != 0 ? NULL : names[i].field;
	return NULL;
}

static bool one_of(const char *s, const char *list)
{
	char *w = sd_strdup(s), *p;
	bool found;

	for (p = w; *p; p++)
		if (*p == ' ' || *p == '-')
			*p = '_';
	size_t n = strlen(w);
	const char *at = n ? strcasestr(list, w) : NULL;
	found = at && (at == list || at[-1] == ' ') && (at[n] == ' ' || !at[n]);
	free(w);
	return found;
}

/* The first bytes of s that are whole characters. */
static json_t *cut(const char *s, size_t most)
{
	size_t n = strlen(s);

	if (n > most)
		for (n = most; n && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
			;
	return json_stringn(s, n);
}

static void tag(json_t *fields, const char *text)
{
	json_t *tags = json_object_get(fields, "tags");

	if (!*text)
		return;
	if (!tags) {
		tags = json_array();
		json_object_set_new(fields, "tags", tags);
	}
	json_array_append_new(tags, cut(text, TAG_MOST));
}

/* A list where one word is wanted is its first; a word where a list is wanted is cut at commas. */
static void take(json_t *fields, const char *field, const json_t *value, bool whole)
{
	const char *text = json_is_array(value) ? json_string_value(json_array_get(value, 0)) : json_string_value(value);

	if (strcmp(field, "tags") == 0 || strcmp(field, "groups") == 0) {
		bool tags = strcmp(field, "tags") == 0;
		json_t *list = json_is_array(value) ? json_incref((json_t *)(uintptr_t)value) : json_array(), *v;
		char *copy = json_is_string(value) ? sd_strdup(json_string_value(value)) : NULL, *rest = NULL;
		size_t i;

		for (char *w = copy ? strtok_r(copy, ",", &rest) : NULL; w; w = strtok_r(NULL, ",", &rest))
			json_array_append_new(list, json_string(w + strspn(w, " ")));
		if (tags) {
			json_array_foreach(list, i, v) tag(fields, json_string_value(v));
			if (whole && !json_object_get(fields, "tags"))
				json_object_set_new(fields, "tags", json_array());
		} else {
			json_t *named = json_array();

			json_array_foreach(list, i, v) if (*json_string_value(v)) json_array_append(named, v);
			json_object_set_new(fields, field, named);
		}
		json_decref(list);
		free(copy);
		return;
	}
	if (!text || !*text) {
		if (whole)
			json_object_set_new(fields, field, json_null());
		return;
	}
	if (!whole && strcmp(field, "type") == 0 && !one_of(text, "howto known_error runbook policy")) {
		tag(fields, text); /* a kind of page that is none here */
		return;
	}
	if (!whole && strcmp(field, "valid_to") == 0 && strlen(text) > 10)
		json_object_set_new(fields, field, json_stringn(text, 10)); /* of a time the day */
	else if (whole || !json_object_get(fields, field))
		json_object_set_new(fields, field, json_string(text));
}

static bool leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* "last reviewed on 2025-03-31", "review in 6 months": until when it holds. */
static void reviewed(json_t *fields, const json_t *values)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const char *on = json_string_value(json_object_get(values, "last_reviewed_on")),
			   *in = json_string_value(json_object_get(values, "review_in"));
	int y, m, d, n = 0;
	char unit[8] = "";

	if (!on || !in || json_object_get(fields, "valid_to") || sscanf(on, "%4d-%2d-%2d", &y, &m, &d) != 3 ||
		sscanf(in, "%3d %7s", &n, unit) != 2)
		return;
	if (m < 1 || m > 12 || d < 1 || d > 31 || y < 1900 || n < 0)
		return;
	if (strncmp(unit, "year", 4) == 0)
		m += 12 * n;
	else if (strncmp(unit, "month", 5) == 0)
		m += n;
	else if (strncmp(unit, "week", 4) == 0 || strncmp(unit, "day", 3) == 0)
		d += n * (*unit == 'w' ? 7 : 1);
	else
		return;
	for (bool over = true; over;) {
		y += (m - 1) / 12;
		m = (m - 1) % 12 + 1;
		int most = days[m - 1] + (m == 2 && leap(y));
		over = d > most && strncmp(unit, "month", 5) != 0 && strncmp(unit, "year", 4) != 0;
		if (over) {
			d -= most;
			m++;
		} else if (d > most) {
			d = most;
		}
	}
	char text[24];
	snprintf(text, sizeof text, "%04d-%02d-%02d", y, m, d);
	json_object_set_new(fields, "valid_to", json_string(text));
}

/* The text of the first heading outside of code: "# Title", or a line over "=====". */
static char *heading(struct sd_arena *a, const char *body)
{
	bool code = false;

	for (const char *p = body; *p;) {
		size_t n = strcspn(p, "\n");
		const char *next = p + n + (p[n] == '\n');

		if (strncmp(p, "```", 3) == 0 || strncmp(p, "~~~", 3) == 0)
			code = !code;
		size_t hash = strspn(p, "#"), under = strspn(next, "=");
		if (!code && hash && hash <= 6 && p[hash] == ' ') {
			p += hash;
			n -= hash;
			while (n && (p[n - 1] == '#' || p[n - 1] == ' '))
				n--;
			while (n && *p == ' ') {
				p++;
				n--;
			}
			if (n)
				return sd_arena_strndup(a, p, n);
		} else if (!code && n && under >= 2 && (!next[under] || next[under] == '\n') && strncmp(p, "---", 3) != 0) {
			return sd_arena_strndup(a, p, n);
		}
		p = next;
	}
	return NULL;
}

/* The name of the file without its endings. */
static char *file_title(struct sd_arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = sd_arena_strdup(a, slash ? slash + 1 : path);

	for (const char *const *e = (const char *const[]){".md", ".markdown", ".html", NULL}; *e; e++) {
		size_t n = strlen(name), k = strlen(*e);
		if (n > k && strcasecmp(name + n - k, *e) == 0)
			name[n - k] = '\0';
	}
	return name;
}

static void add_fault(json_t *faults, const char *path, int line, const char *text)
{
	json_array_append_new(faults, json_pack("{s:s,s:i,s:s}", "file", path, "line", line, "text", text));
}

static void title(struct sd_arena *a, const char *path, const char *body, json_t *fields)
{
	const char *said = json_string_value(json_object_get(fields, "title"));
	char *first = said && *said ? NULL : heading(a, body);

	const char *chosen = said && *said ? said : first ? first : file_title(a, path);
	struct sd_str line = {0};

	sd_text_clean(&line, chosen, strlen(chosen), SD_CLEAN_LINE); /* what was clean within a text need not be so alone */
	json_object_set_new(fields, "title", cut(line.data ? line.data : "", TITLE_MOST));
	sd_str_free(&line);
}

void kb_file_read(struct sd_arena *a, const char *path, const char *bytes, size_t n, bool whole, struct kb_file *out)
{
	struct sd_str clean = {0};
	struct front f;
	const char *key;
	json_t *v;

	*out = (struct kb_file){.fields = json_object(), .faults = json_array()};
	sd_text_clean(&clean, bytes, n, SD_CLEAN_BLOCK);
	const char *text = clean.data ? clean.data : "";
	front_read(a, text, &f);
	for (size_t i = 0; i < f.nfaults; i++)
		add_fault(out->faults, path, f.faults[i].line, f.faults[i].text);
	json_object_foreach(f.values, key, v)
	{
		const char *field = field_of(key, whole);
		if (field)
			take(out->fields, field, v, whole);
		else if (whole && strcmp(key, "number") != 0 && strcmp(key, "version") != 0)
			add_fault(out->faults, path, 1, sd_arena_printf(a, _("an article has no field %s"), key));
	}
	if (!whole) {
		const char *author = json_string_value(json_object_get(f.values, "author"));
		if (author && *author && !json_object_get(out->fields, "owner"))
			json_object_set_new(out->fields, "owner", json_string(author));
		reviewed(out->fields, f.values);
		const char *draft = json_string_value(json_object_get(f.values, "draft"));
		out->draft = draft && strcasecmp(draft, "true") == 0;
	}
	const char *body = f.body + strspn(f.body, "\n");
	title(a, path, body, out->fields);
	json_object_set_new(out->fields, "body", json_string(body));
	json_decref(f.values);
	sd_str_free(&clean);
}

/* ---- to be edited ---- */

/* In quotes where the bare word would be read as something else. */
static void put_word(struct sd_str *s, const char *text)
{
	if (*text && !strpbrk(text, ":#\"'\\[]{},&*!|>%@`\n") && *text != '-' && !strchr(" \t", *text) &&
		!strchr(" \t", text[strlen(text) - 1])) {
		sd_str_add(s, text);
		return;
	}
	sd_str_addc(s, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\' || *text == '\n')
			sd_str_addc(s, '\\');
		sd_str_addc(s, (char)(*text == '\n' ? 'n' : *text));
	}
	sd_str_addc(s, '"');
}

static void put_field(struct sd_str *s, const char *field, const json_t *v)
{
	const char *text = json_string_value(v);

	sd_str_addf(s, "%s:", field);
	if (json_array_size(v)) {
		sd_str_add(s, " [");
		for (size_t i = 0; i < json_array_size(v); i++) {
			sd_str_add(s, i ? ", " : "");
			put_word(s, json_string_value(json_array_get(v, i)));
		}
		sd_str_addc(s, ']');
	} else if (text && strchr(text, '\n') && !strchr(" \t\n", *text) && !strchr(" \t\n", text[strlen(text) - 1])) {
		sd_str_add(s, " |");
		for (const char *p = text; *p;) {
			size_t n = strcspn(p, "\n");
			sd_str_addf(s, "\n%s%.*s", n ? "  " : "", (int)n, p);
			p += n + (p[n] == '\n');
		}
	} else if (text && *text) {
		sd_str_addc(s, ' ');
		put_word(s, text);
	}
	sd_str_addc(s, '\n');
}

char *kb_file_text(struct sd_arena *a, const json_t *article)
{
	struct sd_str s = {0};

	sd_str_add(&s, "---\n");
	for (size_t i = 0; i < sizeof edited / sizeof *edited; i++)
		put_field(&s, edited[i], json_object_get(article, edited[i]));
	sd_str_addf(&s, "---\n\n%s",
		json_string_value(json_object_get(article, "body")) ? json_string_value(json_object_get(article, "body")) : "");
	if (s.data[s.len - 1] != '\n')
		sd_str_addc(&s, '\n');
	char *text = sd_arena_strndup(a, s.data, s.len);
	sd_str_free(&s);
	return text;
}
