/* Recursive descent over the text of a query. Every complaint says where it is and what was probably meant. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/query/nearest.h"
#include "core/query/tree.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { MAX_BYTES = 8192, MAX_DEPTH = 50, MAX_TERMS = 500 };

struct parser {
	struct sd_query *q;
	struct sd_arena *a;
	const char *text;
	const char *p;
	struct sd_err *err;
	int depth;
	int negated; /* inside a negation: no sort: and nothing to highlight */
	size_t terms;
};

static int column(const struct parser *ps, const char *at)
{
	int n = 1;
	for (const char *c = ps->text; c < at; c++)
		n += ((unsigned char)*c & 0xc0) != 0x80;
	return n;
}

__attribute__((format(printf, 4, 5))) static bool fail(struct parser *ps, const char *at, const char *id, const char *fmt, ...)
{
	char what[700];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	sd_err_set(ps->err, SD_ERR_INPUT, id, _("query, column %d: %s"), column(ps, at), what);
	ps->err->place = (int)(at - ps->text) + 1;
	return false;
}

static void skip_blanks(struct parser *ps)
{
	while (*ps->p == ' ' || *ps->p == '\t' || *ps->p == '\n')
		ps->p++;
}

static bool keyword(const struct parser *ps, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i < n; i++)
		if (tolower((unsigned char)ps->p[i]) != word[i])
			return false;
	return ps->p[n] == '\0' || strchr(" \t\n()", ps->p[n]) != NULL;
}

/* A quoted text; \" and \\ inside. */
static char *quoted(struct parser *ps)
{
	const char *start = ps->p++;
	struct sd_str s = {0};
	while (*ps->p && *ps->p != '"') {
		if (*ps->p == '\\' && (ps->p[1] == '"' || ps->p[1] == '\\'))
			ps->p++;
		sd_str_addc(&s, *ps->p++);
	}
	if (!*ps->p) {
		sd_str_free(&s);
		fail(ps, start, "query_syntax", "%s", _("this quotation mark is never closed"));
		return NULL;
	}
	ps->p++;
	char *out = sd_arena_strndup(ps->a, s.data ? s.data : "", s.len);
	sd_str_free(&s);
	return out;
}

static char *bare(struct parser *ps, const char *stop)
{
	const char *start = ps->p;
	while (*ps->p && !strchr(stop, *ps->p))
		ps->p++;
	return sd_arena_strndup(ps->a, start, (size_t)(ps->p - start));
}

/* ---- values ---- */

static bool level(const char *s, int64_t *out)
{
	char *end;
	if ((*s == 'p' || *s == 'P') && s[1])
		s++;
	if (!isdigit((unsigned char)*s) || strlen(s) > 9)
		return false;
	*out = strtol(s, &end, 10);
	return *end == '\0';
}

static bool value_int(struct parser *ps, const char *at, const struct query_field *f, const char *s, struct query_value *v)
{
	const char *dots = strstr(s, "..");
	const char *lo = dots ? sd_arena_strndup(ps->a, s, (size_t)(dots - s)) : s;
	bool ok = level(lo, &v->lo) && level(dots ? dots + 2 : s, &v->hi);
	if (ok && f->type == QUERY_LEVEL)
		ok = v->lo >= f->min && v->hi <= f->max;
	if (!ok && f->type == QUERY_LEVEL)
		return fail(ps, at, "unknown_value", _("%s is a number from %d to %d, not \"%s\""), f->name, f->min, f->max, s);
	if (!ok || v->lo > v->hi)
		return fail(ps, at, "unknown_value", _("%s is a number, not \"%s\""), f->name, s);
	v->is_int = true;
	v->range = v->lo != v->hi;
	v->text = sd_arena_printf(ps->a, v->range ? "%lld..%lld" : "%lld", (long long)v->lo, (long long)v->hi);
	return true;
}

static bool value_time(struct parser *ps, const char *at, const struct query_field *f, const char *s, struct query_value *v)
{
	const char *dots = strstr(s, "..");
	const char *lo = dots ? sd_arena_strndup(ps->a, s, (size_t)(dots - s)) : s;
	const char *hi = dots ? dots + 2 : NULL;
	v->range = dots != NULL;
	bool ok = (dots && !*lo) || query_when_parse(ps->a, lo, &v->from);
	if (ok && dots)
		ok = (!*hi && *lo) || query_when_parse(ps->a, hi, &v->to);
	if (!ok)
		return fail(ps, at, "unknown_value", _("%s takes a time (2024-01-31, today, 4h, 2d, -1h, none), not \"%s\""), f->name, s);
	v->text = dots ? sd_arena_printf(ps->a, "%s..%s", *lo ? v->from.text : "", *hi ? v->to.text : "") : v->from.text;
	return true;
}

static bool value_bool(struct parser *ps, const char *at, const struct query_field *f, const char *s, struct query_value *v)
{
	static const char *const yes[] = {"yes", "true", "1", "on"}, *const no[] = {"no", "false", "0", "off"};
	for (size_t i = 0; i < 4; i++)
		if (strcmp(s, yes[i]) == 0 || strcmp(s, no[i]) == 0) {
			v->lo = v->hi = strcmp(s, yes[i]) == 0;
			v->text = v->lo ? "yes" : "no";
			return true;
		}
	return fail(ps, at, "unknown_value", _("%s is yes or no, not \"%s\""), f->name, s);
}

/* yes, no, or which of them was missed */
static bool value_breached(struct parser *ps, const char *at, const struct query_field *f, char *s, struct query_value *v)
{
	if (query_is_metric(s)) {
		v->text = s;
		return true;
	}
	if (value_bool(ps, at, f, s, v)) {
		v->is_int = true;
		return true;
	}
	return fail(
		ps, at, "unknown_value", _("%s is yes, no, or one of response, update, resolution, ola, uc, not \"%s\""), f->name, s);
}

static bool value_clock(struct parser *ps, const char *at, const struct query_field *f, char *s, struct query_value *v)
{
	if (query_clock_value(ps->a, f, s, v))
		return true;
	if (f->type == QUERY_RISK)
		return fail(ps, at, "unknown_value", _("%s takes a percentage (70%%, 50%%..75%%) or none, not \"%s\""), f->name, s);
	if (f->type == QUERY_SLA)
		return fail(
			ps, at, "unknown_value", _("%s takes a part of the time (75%%, 50%%..75%%), paused or none, not \"%s\""), f->name, s);
	if (f->type == QUERY_LEFT)
		return fail(
			ps, at, "unknown_value", _("%s takes open time (30m, 2h, -1h, 0..2h), paused or none, not \"%s\""), f->name, s);
	const char *near = nearest_word(s, query_metrics);
	if (near)
		return fail(ps, at, "unknown_value", _("there is no clock %s; did you mean %s?"), s, near);
	return fail(ps, at, "unknown_value", _("there is no clock %s; one of response, update, resolution, ola, uc"), s);
}

static bool identifier(const char *s)
{
	if (!islower((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

/* States and kinds stand as literals in the SQL (partial indexes): only the shape of their names in desk.kind_state passes. */
static bool value_word(struct parser *ps, const char *at, const struct query_field *f, char *s, struct query_value *v)
{
	for (char *c = s; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (!identifier(s))
		return fail(ps, at, "unknown_value", _("\"%s\" cannot be a %s: small letters, digits and _ only"), s, f->name);
	v->text = s;
	return true;
}

static char *upper(struct sd_arena *a, const char *s)
{
	char *out = sd_arena_strdup(a, s);
	for (char *c = out; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return out;
}

static bool value_fill(
	struct parser *ps, const char *at, const struct query_field *f, char *s, bool quotes, struct query_value *v)
{
	if (!*s)
		return fail(ps, at, "query_syntax", _("%s: wants a value"), f->name);
	if (!quotes && (f->flags & QUERY_NULLABLE) && (strcmp(s, "none") == 0 || strcmp(s, "any") == 0)) {
		v->none = *s == 'n';
		v->any = *s == 'a';
		v->text = s;
		return true;
	}
	if (query_is_choice(f)) /* their words are small */
		for (char *c = s; *c; c++)
			*c = (char)tolower((unsigned char)*c);
	switch (f->type) {
	case QUERY_LEVEL:
	case QUERY_INT:
		return value_int(ps, at, f, s, v);
	case QUERY_TIME:
		return value_time(ps, at, f, s, v);
	case QUERY_BOOL:
		return value_bool(ps, at, f, s, v);
	case QUERY_STATE:
	case QUERY_KIND:
		return value_word(ps, at, f, s, v);
	case QUERY_BREACHED:
		return value_breached(ps, at, f, s, v);
	case QUERY_SLA:
	case QUERY_LEFT:
	case QUERY_CLOCK:
	case QUERY_RISK:
		return value_clock(ps, at, f, s, v);
	case QUERY_NUMBER:
	case QUERY_TICKET:
		v->text = upper(ps->a, s);
		return true;
	default:
		v->text = s;
		return true;
	}
}

/* ---- terms ---- */

static struct query_node *text_leaf(struct parser *ps, const char *text, bool quotes)
{
	struct query_node *n = query_node_new(ps->a, QUERY_LEAF);
	n->field = query_field_find(NULL, "text", 4);
	n->value = sd_arena_alloc(ps->a, sizeof *n->value);
	n->nvalue = 1;
	n->value->text = text;
	n->value->phrase = quotes;
	return n;
}

static bool sort_term(struct parser *ps, const char *at)
{
	const char *value = ps->p;
	char *word = bare(ps, " \t\n()");
	bool reverse = *word == '-';
	if (ps->negated || ps->depth > 1)
		return fail(ps, at, "query_syntax", "%s", _("sort: stands outside parentheses and negations"));
	if (ps->q->sorted)
		return fail(ps, at, "query_syntax", "%s", _("sort: stands twice; only one order is possible"));
	if (!query_sort_find(word + reverse, &ps->q->sort)) {
		ps->q->sort = SD_SORT_COLUMN;
		ps->q->sort_field = query_order_find(ps->q, word + reverse);
		ps->q->sort_place = (int)(value - ps->text) + 1;
		ps->q->sort_column = column(ps, value);
	}
	if (ps->q->sort == SD_SORT_COLUMN && !ps->q->sort_field) {
		const char *near = nearest_word(word + reverse, query_order_words(ps->q));
		if (near)
			return fail(ps, at, "unknown_value", _("there is no sort:%s; did you mean %s?"), word, near);
		return fail(ps, at, "unknown_value", _("there is no sort:%s; one of number, opened, updated, due, priority"), word);
	}
	ps->q->sorted = true;
	ps->q->reverse = reverse;
	return true;
}

static bool operator_of(struct parser *ps, enum query_op *op, bool *negate)
{
	static const struct {
		const char *word;
		enum query_op op;
		bool negate;
	} ops[] = {{"!=", QUERY_EQ, true}, {"<=", QUERY_LE, false}, {">=", QUERY_GE, false}, {"<", QUERY_LT, false},
		{">", QUERY_GT, false}, {":<=", QUERY_LE, false}, {":>=", QUERY_GE, false}, {":<", QUERY_LT, false},
		{":>", QUERY_GT, false}, {":", QUERY_EQ, false}, {"=", QUERY_EQ, false}}; /* the longer word first */
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		size_t n = strlen(ops[i].word);
		if (strncmp(ps->p, ops[i].word, n) == 0) {
			ps->p += n;
			*op = ops[i].op;
			*negate = ops[i].negate;
			return true;
		}
	}
	return false;
}

static bool values(struct parser *ps, struct query_node *n)
{
	size_t cap = 0;
	do {
		const char *at = ps->p;
		bool quotes = *ps->p == '"';
		char *s = quotes ? quoted(ps) : bare(ps, " \t\n(),\"");
		if (!s)
			return false;
		if (n->nvalue == cap) {
			struct query_value *old = n->value;
			cap = cap ? cap * 2 : 4;
			n->value = sd_arena_alloc(ps->a, cap * sizeof *old);
			if (old)
				memcpy(n->value, old, n->nvalue * sizeof *old);
		}
		if (++ps->terms > MAX_TERMS)
			return fail(ps, at, "query_too_long", _("more than %d terms"), MAX_TERMS);
		struct query_value *v = &n->value[n->nvalue++];
		v->place = (int)(at - ps->text) + 1;
		v->column = column(ps, at);
		if (!value_fill(ps, at, n->field, s, quotes, v))
			return false;
	} while (*ps->p == ',' && *++ps->p);
	if (ps->p[-1] == ',')
		return fail(ps, ps->p, "query_syntax", _("%s: wants a value after the comma"), n->field->name);
	return true;
}

/* What an operator and its values may be together. */
static bool operator_fits(struct parser *ps, const char *at, const struct query_node *n)
{
	const struct query_field *f = n->field;
	bool comparable = query_comparable(f), moving = f->type == QUERY_SLA || f->type == QUERY_LEFT;
	for (size_t i = 0; i < n->nvalue; i++) {
		const struct query_value *v = &n->value[i];
		bool moment = (moving && v->is_int && !v->range) ||
					  (f->type == QUERY_TIME && !v->none && !v->any && !v->range &&
						  (v->from.type == QUERY_WHEN_AGO || (v->from.type == QUERY_WHEN_NOW && v->from.n == 0)));
		if (n->op == QUERY_EQ && moment)
			return fail(ps, at, "query_syntax", _("%s:%s is a moment nothing falls on; write %s<%s or %s>%s"), f->name, v->text,
				f->name, v->text, f->name, v->text);
		if (n->op != QUERY_EQ && (v->none || v->any || v->range || (moving && !v->is_int)))
			return fail(ps, at, "query_syntax", _("%s%s%s makes no sense; write %s:%s"), f->name, query_op_word(n->op), v->text,
				f->name, v->text);
	}
	if (n->op == QUERY_EQ)
		return true;
	if (!comparable)
		return fail(ps, at, "query_syntax", _("%s has no order; write %s:VALUE"), f->name, f->name);
	if (n->nvalue != 1)
		return fail(ps, at, "query_syntax", _("%s%s takes one value"), f->name, query_op_word(n->op));
	return true;
}

static struct query_node *field_term(struct parser *ps, const char *at, const struct query_field *f)
{
	bool negate = false;
	struct query_node *n = query_node_new(ps->a, QUERY_LEAF);
	n->field = f;
	operator_of(ps, &n->op, &negate);
	if (f->type == QUERY_TEXT) {
		bool quotes = *ps->p == '"';
		char *s = quotes ? quoted(ps) : bare(ps, " \t\n()");
		if (!s)
			return NULL;
		if (!*s) {
			fail(ps, at, "query_syntax", _("%s: wants a value"), f->name);
			return NULL;
		}
		n = text_leaf(ps, s, quotes);
	} else if (!values(ps, n) || !operator_fits(ps, at, n)) {
		return NULL;
	}
	if (!negate)
		return n;
	struct query_node *not = query_node_new(ps->a, QUERY_NOT);
	query_node_add(ps->a, not, n);
	return not ;
}

static void unknown_field(struct parser *ps, const char *at, size_t len)
{
	char *name = sd_arena_strndup(ps->a, at, len);
	const char *near = nearest_word(name, query_field_names(ps->q));
	if (near)
		fail(ps, at, "unknown_field", _("there is no field %s; did you mean %s? To look for the text, put it in quotation marks"),
			name, near);
	else
		fail(ps, at, "unknown_field", _("there is no field %s. To look for the text, put it in quotation marks"), name);
	memcpy(ps->err->field, name, len < sizeof ps->err->field ? len + 1 : 0);
}

/* A kind may have a field of this name too, with words for values ("risk:high" of a change). Who does not know the fields of
 * kinds yet hears that this one is unknown, and asks for them. */
static const struct query_field *of_a_kind(const struct sd_query *q, const struct query_field *f)
{
	for (size_t i = 0; i < q->nextra; i++)
		if (!strcmp(q->extra[i].name, f->name))
			return &q->extra[i];
	return q->typed ? f : NULL;
}

/* Whether a percentage stands behind the operator at s, or what every field takes. */
static bool risk_value(const char *s)
{
	s += strspn(s, ":<>=!\"");
	return isdigit((unsigned char)*s) || !*s || strchr(" .*", *s) || !strncasecmp(s, "none", 4);
}

/* Length of the name of a field with an operator behind it, 0 when none stands here. *f: the field, NULL when there is none of
 * that name. Capitals are the same name, but "Error:" of a pasted text is no mistyped field. */
static size_t field_ahead(const struct parser *ps, const char *at, const struct query_field **f)
{
	char name[64];
	bool capitals = false;
	size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	*f = NULL;
	if (!len || len >= sizeof name || !at[len] || !strchr(":<>=!", at[len]) || (at[len] == '!' && at[len + 1] != '='))
		return 0;
	for (size_t i = 0; i < len; i++) {
		name[i] = (char)tolower((unsigned char)at[i]);
		capitals = capitals || name[i] != at[i];
	}
	*f = query_field_find(ps->q, name, len);
	if (*f && (*f)->type == QUERY_RISK && !risk_value(at + len))
		*f = of_a_kind(ps->q, *f);
	return *f || !capitals || (len == 4 && memcmp(name, "sort", 4) == 0) ? len : 0;
}

/* "@me" alone: what is assigned to me; "@mygroups": to my groups. NULL: the word is none of these. */
static struct query_node *mine(struct parser *ps, const char *word)
{
	bool me = strcmp(word, "@me") == 0;
	if (!me && strcmp(word, "@mygroups") != 0)
		return NULL;
	struct query_node *n = query_node_new(ps->a, QUERY_LEAF);
	n->field = me ? query_field_find(NULL, "assignee", 8) : query_field_find(NULL, "group", 5);
	n->value = sd_arena_alloc(ps->a, sizeof *n->value);
	n->nvalue = 1;
	n->value->text = word;
	return n;
}

/* "breached" alone is a flag: breached:yes. So is "untriaged". In quotation marks they are words to look for. NULL: the word is
 * none. */
static struct query_node *flag(struct parser *ps, const char *word)
{
	if (!query_is_flag(word, strlen(word)))
		return NULL;
	struct query_node *n = query_node_new(ps->a, QUERY_LEAF);
	n->field = query_field_find(NULL, word, strlen(word));
	n->value = sd_arena_alloc(ps->a, sizeof *n->value);
	n->nvalue = 1;
	*n->value = (struct query_value){.is_int = n->field->type == QUERY_BREACHED, .lo = 1, .hi = 1, .text = "yes"};
	return n;
}

/* A field with its values, or a word of free text. *n stays NULL for sort:. */
static bool term(struct parser *ps, struct query_node **n)
{
	const char *at = ps->p;
	if (++ps->terms > MAX_TERMS)
		return fail(ps, at, "query_too_long", _("more than %d terms"), MAX_TERMS);
	if (*at == '"') {
		char *s = quoted(ps);
		if (s && !*s)
			return fail(ps, at, "query_syntax", "%s", _("nothing stands between the quotation marks"));
		return s && (*n = text_leaf(ps, s, true));
	}
	const struct query_field *f;
	size_t len = field_ahead(ps, at, &f);
	if (len) {
		if (len == 4 && strncasecmp(at, "sort", 4) == 0 && (at[4] == ':' || at[4] == '=')) {
			ps->p += 5;
			return sort_term(ps, at);
		}
		if (!f) {
			unknown_field(ps, at, len);
			return false;
		}
		ps->p += len;
		return (*n = field_term(ps, at, f)) != NULL;
	}
	char *s = bare(ps, " \t\n()\"");
	*n = mine(ps, s);
	if (!*n)
		*n = flag(ps, s);
	return *n || (*n = text_leaf(ps, s, false)) != NULL;
}

static bool alternatives(struct parser *ps, struct query_node **out);

static bool group(struct parser *ps, struct query_node **out)
{
	const char *at = ps->p++;
	if (ps->depth > MAX_DEPTH)
		return fail(ps, at, "query_too_long", _("parentheses go deeper than %d"), MAX_DEPTH);
	if (!alternatives(ps, out))
		return false;
	if (*ps->p != ')')
		return fail(ps, at, "query_syntax", "%s", _("this parenthesis is never closed"));
	ps->p++;
	if (!*out)
		return fail(ps, at, "query_syntax", "%s", _("nothing stands between the parentheses"));
	return true;
}

/* "-term" and "!term", and "not" before a field or a parenthesis: "not working" is a text people look for. */
static bool negation(struct parser *ps)
{
	const struct query_field *f;
	if ((*ps->p == '-' || *ps->p == '!') && ps->p[1] && !strchr(" \t\n)", ps->p[1])) {
		ps->p++;
		return true;
	}
	if (!keyword(ps, "not"))
		return false;
	const char *next = ps->p + 3 + strspn(ps->p + 3, " \t\n");
	size_t word = strcspn(next, " \t\n()\"");
	bool flagged = query_is_flag(next, word);
	if (*next != '(' && !flagged && (!field_ahead(ps, next, &f) || !f))
		return false;
	ps->p = next;
	return true;
}

static bool unary(struct parser *ps, struct query_node **out)
{
	const char *at = ps->p;
	struct query_node *kid = NULL;
	if (*ps->p == '(')
		return group(ps, out);
	if (!negation(ps))
		return term(ps, out);
	if (++ps->depth > MAX_DEPTH)
		return fail(ps, at, "query_too_long", _("parentheses go deeper than %d"), MAX_DEPTH);
	ps->negated++;
	bool ok = unary(ps, &kid);
	ps->negated--;
	ps->depth--;
	if (!ok)
		return false;
	*out = query_node_new(ps->a, QUERY_NOT);
	query_node_add(ps->a, *out, kid);
	return true;
}

static bool conjunction(struct parser *ps, struct query_node **out)
{
	struct query_node *all = query_node_new(ps->a, QUERY_AND);
	bool any = false;
	for (;;) {
		skip_blanks(ps);
		if (!*ps->p || *ps->p == ')' || keyword(ps, "or"))
			break;
		if (any && keyword(ps, "and")) {
			ps->p += 3;
			continue;
		}
		struct query_node *kid = NULL;
		if (!unary(ps, &kid))
			return false;
		any = true;
		if (kid)
			query_node_add(ps->a, all, kid);
	}
	*out = all->nkid ? all : NULL;
	return true;
}

static bool alternatives(struct parser *ps, struct query_node **out)
{
	struct query_node *any = query_node_new(ps->a, QUERY_OR);
	ps->depth++;
	for (;;) {
		const char *at = ps->p;
		struct query_node *kid = NULL;
		if (!conjunction(ps, &kid))
			return false;
		bool more = *ps->p && *ps->p != ')';
		if (!kid && (more || any->nkid))
			return fail(ps, at, "query_syntax", "%s", _("a term is missing beside \"or\""));
		if (kid)
			query_node_add(ps->a, any, kid);
		if (!more)
			break;
		ps->p += 2;
	}
	ps->depth--;
	*out = any->nkid ? any : NULL;
	return true;
}

static void extra_fields(struct sd_query *q, const struct sd_query_extra *extra, size_t n)
{
	static const struct {
		const char *type;
		enum query_type is;
	} types[] = {{"int", QUERY_INT}, {"level", QUERY_INT}, {"bool", QUERY_BOOL}, {"time", QUERY_TIME}, {"person", QUERY_PERSON},
		{"group", QUERY_GROUP}, {"category", QUERY_CATEGORY}, {"service", QUERY_SERVICE}, {"ci", QUERY_CI},
		{"ticket", QUERY_TICKET}};
	q->extra = sd_arena_alloc(q->arena, (n + 1) * sizeof *q->extra);
	for (size_t i = 0; i < n; i++) {
		struct query_field *f = &q->extra[q->nextra++];
		struct sd_query_extra *x = sd_arena_alloc(q->arena, sizeof *x);
		x->field = sd_arena_strdup(q->arena, extra[i].field);
		x->table = sd_arena_strdup(q->arena, extra[i].table);
		x->col = sd_arena_strdup(q->arena, extra[i].col);
		x->type = sd_arena_strdup(q->arena, extra[i].type);
		f->name = x->field;
		f->type = QUERY_WORD;
		for (size_t k = 0; k < sizeof types / sizeof *types; k++)
			if (strcmp(types[k].type, x->type) == 0)
				f->type = types[k].is;
		f->flags = QUERY_NULLABLE | (f->type == QUERY_TIME ? QUERY_FUTURE : 0);
		f->col = sd_arena_printf(q->arena, "x.\"%s\"", x->col);
		f->extra = x;
		for (struct query_field *g = q->extra; g < f; g++)
			if (!g->also && strcmp(g->name, f->name) == 0 && g->type == f->type) {
				g->also = f;
				break;
			}
	}
}

struct sd_query *sd_query_parse(
	struct sd_arena *a, const char *text, const struct sd_query_extra *extra, size_t nextra, struct sd_err *err)
{
	struct sd_str clean = {0};
	struct sd_query *q = sd_arena_alloc(a, sizeof *q);
	struct parser ps = {.q = q, .a = a, .err = err};
	q->arena = a;
	extra_fields(q, extra, nextra);
	q->typed = extra != NULL;
	sd_text_clean(&clean, text ? text : "", text ? strlen(text) : 0, SD_CLEAN_LINE);
	ps.text = ps.p = sd_arena_strndup(a, clean.data ? clean.data : "", clean.len);
	size_t len = clean.len;
	sd_str_free(&clean);
	if (len > MAX_BYTES) {
		fail(&ps, ps.p, "query_too_long", _("longer than %d bytes"), MAX_BYTES);
		return NULL;
	}
	if (!alternatives(&ps, &q->root))
		return NULL;
	if (*ps.p == ')') {
		fail(&ps, ps.p, "query_syntax", "%s", _("this parenthesis was never opened"));
		return NULL;
	}
	if (q->root)
		q->root = query_canonical(a, q->root);
	return q;
}
