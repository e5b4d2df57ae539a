/* Names in a query that the desk does not know: a mistyped group must be an error, not an empty list. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/query/build.h"
#include "core/query/nearest.h"
#include "svcdesk/err.h"

enum { CANDIDATES = 500 };

static const struct known {
	enum query_type type;
	const char *found; /* over v.word */
	const char *names; /* what a near word is sought in */
} known[] = {
	{QUERY_KIND, "select from desk.kind k where k.kind = v.word", "select k.kind as n from desk.kind k"},
	{QUERY_STATE, "select from desk.kind_state s where s.state = v.word", "select distinct s.state as n from desk.kind_state s"},
	{QUERY_PERSON, "select from desk.person p where p.login = v.word or lower(p.name) = lower(v.word)",
		"select p.login as n from desk.person p where p.login is not null"},
	{QUERY_GROUP, "select from desk.support_group g where lower(g.name) = lower(v.word)",
		"select g.name as n from desk.support_group g where g.id <> 0 and g.active"},
	{QUERY_SERVICE, "select from desk.service g where lower(g.name) = lower(v.word)", "select g.name as n from desk.service g"},
	{QUERY_CI, "select from desk.ci g where lower(g.name) = lower(v.word)", "select g.name as n from desk.ci g"},
	{QUERY_ORG, "select from desk.org g where lower(g.name) = lower(v.word)",
		"select g.name as n from desk.org g where g.id <> 0"},
	{QUERY_CATEGORY,
		"select from desk.category c where lower(c.name) in (lower(v.word), lower(regexp_replace(v.word, '^.*/ *', '')))",
		"select c.name as n from desk.category c"},
};

static const struct known choice = {QUERY_WORD,
	"select from desk.field f where f.field = v.field and f.type = 'choice' and v.word = any(f.choices)",
	"select distinct w as n from desk.field f, unnest(f.choices) w where f.field = v.field and f.type = 'choice'"};

static const struct known *known_of(const struct query_field *f)
{
	enum query_type type = f->type;
	if (query_is_choice(f))
		return &choice;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].type == type)
			return &known[i];
	return NULL;
}

static bool fixed_word(const struct query_field *f, const char *word)
{
	if (f->type == QUERY_STATE)
		return strcmp(word, "open") == 0 || strcmp(word, "active") == 0 || strcmp(word, "waiting") == 0 ||
			   strcmp(word, "done") == 0;
	return (f->type == QUERY_PERSON && strcmp(word, "@me") == 0) || (f->type == QUERY_GROUP && strcmp(word, "@mygroups") == 0);
}

static void names(struct build *b, const struct query_node *n, int *rows)
{
	const struct known *k;
	if (n->type != QUERY_LEAF) {
		for (size_t i = 0; i < n->nkid; i++)
			names(b, n->kid[i], rows);
		return;
	}
	if ((k = known_of(n->field)) == NULL)
		return;
	for (size_t i = 0; i < n->nvalue; i++) {
		const struct query_value *v = &n->value[i];
		if (v->none || v->any || fixed_word(n->field, v->text))
			continue;
		SQL(b,
			"%s(select v.field, v.word, (select string_agg(c.n, E'\\n') from (%s limit %d) c) as names "
			"from (values ('%s', $%d::text)) v(field, word) where not exists (%s))",
			(*rows)++ ? " union all " : "", k->names, CANDIDATES, n->field->name, build_param(b, v->text), k->found);
	}
}

bool sd_query_check(const struct sd_query *q, struct sd_arena *a, struct sd_query_sql *out)
{
	struct build b = {.a = a, .zone = "UTC"};
	int rows = 0;
	if (q->root)
		names(&b, q->root, &rows);
	build_finish(&b, out);
	return rows > 0;
}

void sd_query_unknown(struct sd_err *err, const char *field, const char *word, const char *nearest)
{
	char near[128];
	if (nearest_line(word, nearest, near, sizeof near))
		sd_err_set(err, SD_ERR_INPUT, "unknown_value", _("query: there is no %s \"%s\"; did you mean %s?"), field, word, near);
	else
		sd_err_set(err, SD_ERR_INPUT, "unknown_value", _("query: there is no %s \"%s\""), field, word);
	snprintf(err->field, sizeof err->field, "%s", field);
}
