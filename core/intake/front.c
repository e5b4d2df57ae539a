#include "config.h"
#include "core/intake/front.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"

enum { FAULTS_MOST = 20, LIST_MOST = 500 };

struct reader {
	struct sd_arena *a;
	struct front *out;
	const char *at, *end; /* what is not read yet */
	int line;
	char sign;    /* ':' or '=' */
	json_t *list; /* borrowed: where lines behind a dash go */
};

static void fault(struct reader *r, int line, const char *text)
{
	struct front *o = r->out;

	if (o->nfaults == FAULTS_MOST)
		return;
	if (!o->faults)
		o->faults = sd_arena_alloc(r->a, FAULTS_MOST * sizeof *o->faults);
	o->faults[o->nfaults++] = (struct front_fault){line, sd_arena_strdup(r->a, text)};
}

static bool is_rule(const char *s, size_t n, char c)
{
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return n == 3 && s[0] == c && s[1] == c && s[2] == c;
}

static char *trimmed(struct sd_arena *a, const char *s, size_t n)
{
	while (n && isspace((unsigned char)*s)) {
		s++;
		n--;
	}
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return sd_arena_strndup(a, s, n);
}

/* A word in quotes that begins at s; *rest: behind it. NULL: it has no end. */
static char *quoted(struct sd_arena *a, const char *s, const char **rest)
{
	struct sd_str out = {0};
	char q = *s++, *text;

	sd_str_addn(&out, "", 0);
	for (; *s; s++) {
		if (*s == q && q == '\'' && s[1] == '\'') {
			sd_str_addc(&out, *++s);
		} else if (*s == q) {
			break;
		} else if (*s == '\\' && q == '"' && s[1]) {
			s++;
			sd_str_addc(&out, (char)(*s == 'n' ? '\n' : *s == 't' ? '\t' : *s));
		} else {
			sd_str_addc(&out, *s);
		}
	}
	*rest = *s ? s + 1 : s;
	text = *s ? sd_arena_strdup(a, out.data) : NULL;
	sd_str_free(&out);
	return text;
}

/* Only a comment, or nothing. */
static bool ends(const char *s)
{
	s += strspn(s, " \t");
	return !*s || *s == '#';
}

/* One word as it stands: quoted, or plain up to a comment. NULL: it is broken. */
static char *word(struct sd_arena *a, const char *s)
{
	const char *rest;

	if (*s == '"' || *s == '\'') {
		char *v = quoted(a, s, &rest);

		return v && ends(rest) ? v : NULL;
	}
	for (rest = s; *rest; rest++)
		if (*rest == '#' && (rest == s || isspace((unsigned char)rest[-1])))
			break;
	return trimmed(a, s, (size_t)(rest - s));
}

/* "[a, "b, c", d]". NULL: it is broken. */
static json_t *bracketed(struct sd_arena *a, const char *s)
{
	json_t *list = json_array();

	for (s += 1 + strspn(s + 1, " \t"); *s && *s != ']'; s += strspn(s, ", \t")) {
		const char *rest = s + strcspn(s, ",]");
		char *v = *s == '"' || *s == '\'' ? quoted(a, s, &rest) : trimmed(a, s, (size_t)(rest - s));

		if (!v || json_array_size(list) == LIST_MOST)
			break;
		if (*v)
			json_array_append_new(list, json_string(v));
		s = rest;
	}
	if (*s == ']' && ends(s + 1))
		return list;
	json_decref(list);
	return NULL;
}

/* The next line, without its break; NULL at the end. */
static const char *next_line(struct reader *r)
{
	if (r->at >= r->end)
		return NULL;
	size_t n = strcspn(r->at, "\n");
	const char *s = sd_arena_strndup(r->a, r->at, n);

	r->at += n + (r->at[n] == '\n');
	r->line++;
	return s;
}

/* The deeper lines behind | or >; folded ones are joined by blanks. */
static json_t *block(struct reader *r, bool folded)
{
	struct sd_str s = {0};
	size_t indent = 0;

	while (r->at < r->end) {
		size_t deep = strspn(r->at, " "), n = strcspn(r->at, "\n");

		if (n > deep && !deep)
			break;
		if (!indent && n > deep)
			indent = deep;
		if (n > deep && deep < indent)
			break;
		const char *line = next_line(r);
		size_t len = strlen(line);
		if (s.len)
			sd_str_addc(&s, folded && len ? ' ' : '\n');
		sd_str_add(&s, len > indent ? line + indent : "");
	}
	while (s.len && s.data[s.len - 1] == '\n')
		s.data[--s.len] = '\0';
	json_t *j = json_string(s.data ? s.data : "");
	sd_str_free(&s);
	return j;
}

static char *key_of(struct sd_arena *a, const char *s, size_t n)
{
	const char *rest;
	char *key = *s == '"' || *s == '\'' ? quoted(a, s, &rest) : trimmed(a, s, n);

	for (char *p = key; p && *p; p++)
		*p = (char)(*p == '-' || *p == ' ' ? '_' : tolower((unsigned char)*p));
	return key;
}

/* "key: value". False: that is none. */
static bool pair(struct reader *r, const char *s)
{
	const char *sign = s;

	if (*s == '"' || *s == '\'') {
		if (!quoted(r->a, s, &sign))
			return false;
		sign += strspn(sign, " \t");
	} else {
		sign += strcspn(s, r->sign == ':' ? ":" : "=");
	}
	if (*sign != r->sign || sign == s || (r->sign == ':' && sign[1] && !isspace((unsigned char)sign[1])))
		return false;
	const char *key = key_of(r->a, s, (size_t)(sign - s)), *v = sign + 1 + strspn(sign + 1, " \t");
	json_t *value;

	r->list = NULL;
	if ((*v == '|' || *v == '>') && ends(v + 1 + strspn(v + 1, "+-0123456789"))) {
		value = block(r, *v == '>');
	} else if (*v == '[') {
		value = bracketed(r->a, v);
	} else if (ends(v)) { /* lines behind dashes may follow */
		value = json_array();
		r->list = value;
	} else if (*v == '{') {
		return true; /* a map in one line */
	} else {
		const char *text = word(r->a, v);

		value = text ? json_string(text) : NULL;
	}
	if (!value)
		return false;
	json_object_set_new(r->out->values, key, value);
	return true;
}

static void line_of(struct reader *r, const char *s)
{
	size_t deep = strspn(s, " \t");
	const char *t = s + deep;

	if (!*t || *t == '#')
		return;
	if (t[0] == '-' && (!t[1] || isspace((unsigned char)t[1]))) {
		const char *v = r->list ? word(r->a, t + 1 + strspn(t + 1, " \t")) : NULL;

		if (!v && !(r->list && !deep))
			fault(r, r->line, r->list ? _("a quotation mark has no end") : _("a line of a list that has no name"));
		else if (v && *v && json_array_size(r->list) < LIST_MOST)
			json_array_append_new(r->list, json_string(v));
		return;
	}
	if (deep && r->sign == ':')
		return; /* of a map within */
	if (r->sign == '=' && *t == '[')
		return; /* the head of a table */
	if (!pair(r, t))
		fault(r, r->line,
			strpbrk(t, "\"'[") ? _("a value that has no end: a quotation mark or a bracket is missing")
							   : _("this is no line \"key: value\""));
}

void front_read(struct sd_arena *a, const char *text, struct front *out)
{
	size_t n = strcspn(text, "\n");
	char c = is_rule(text, n, '-') ? '-' : '+';
	struct reader r = {.a = a, .out = out, .line = 1, .sign = c == '-' ? ':' : '='};

	*out = (struct front){.values = json_object(), .body = text, .body_line = 1};
	if (!is_rule(text, n, c) || !text[n])
		return;
	int lines = 1;
	for (const char *p = text + n + 1;; p += n + 1) {
		n = strcspn(p, "\n");
		lines++;
		if (is_rule(p, n, c)) {
			r.end = p;
			out->body = p + n + (p[n] == '\n');
			out->body_line = lines + 1;
			break;
		}
		if (!p[n]) { /* no end: it is no front matter, all of it is text */
			fault(&r, 1, _("the front matter has no end: a line of three dashes is missing"));
			return;
		}
	}
	r.at = text + strcspn(text, "\n") + 1;
	for (const char *s = next_line(&r); s; s = next_line(&r))
		line_of(&r, s);
}
