/* Names in a query that the desk does not know: a mistyped group must be an error, not an empty list. */
#include <stdio.h>
#include <stdlib.h>
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
	{QUERY_STATE, "select from desk.kind_state s where s.state = v.word",
		"select s.state as n from desk.kind_state s union select unnest(array['open', 'active', 'waiting', 'done'])"},
	{QUERY_PERSON, "select from desk.person p where p.login = v.word or lower(p.name) = lower(v.word)",
		"select p.login as n from desk.person p where p.login is not null union all select p.name from desk.person p where p.id "
		"> 1 union all select '@me'"},
	{QUERY_GROUP, "select from desk.support_group g where lower(g.name) = lower(v.word)",
		"select g.name as n from desk.support_group g where g.id <> 0 and g.active union all select '@mygroups'"},
	{QUERY_SERVICE, "select from desk.service g where lower(g.name) = lower(v.word)", "select g.name as n from desk.service g"},
	{QUERY_CI, "select from desk.ci g where lower(g.name) = lower(v.word)", "select g.name as n from desk.ci g"},
	{QUERY_ORG, "select from desk.org g where lower(g.name) = lower(v.word)",
		"select g.name as n from desk.org g where g.id <> 0"},
	{QUERY_METRIC, "select from desk.metric_word(v.word) w where w.id is not null",
		"select m.id as n from desk.metric m where m.agg <> 'share'"},
	{QUERY_CATEGORY,
		"select from desk.category c where lower(c.name) in (lower(v.word), lower(regexp_replace(v.word, '^.*/ *', '')))",
		"select c.name as n from desk.category c"},
};

/* Words that only choices of the catalogue are, or what an import brought: the reason of a hold, how a ticket was resolved. */
static const struct {
	const char *field;
	struct known known;
} words[] = {
	{"code", {QUERY_WORD,
				 "select from desk.field f where f.field = 'resolution_code' and v.word = any(f.choices) union all "
				 "select from desk.ticket t where t.resolution_code = v.word",
				 "select distinct w as n from desk.field f, unnest(f.choices) w where f.field = 'resolution_code'"}},
	{"hold", {QUERY_WORD,
				 "select from desk.field f where f.field = 'hold_reason' and v.word = any(f.choices) union all "
				 "select from desk.ticket t where t.hold_reason = v.word",
				 "select distinct w as n from desk.field f, unnest(f.choices) w where f.field = 'hold_reason'"}},
	{"cancel_reason", {QUERY_WORD,
						  "select from desk.field f where f.field = 'cancel_reason' and v.word = any(f.choices) union all "
						  "select from desk.ticket t where t.cancel_reason = v.word",
						  "select distinct w as n from desk.field f, unnest(f.choices) w where f.field = 'cancel_reason'"}},
	{"major", {QUERY_WORD, "select from desk.field f where f.field = 'major' and v.word = any(f.choices)",
				  "select distinct w as n from desk.field f, unnest(f.choices) w where f.field = 'major'"}},
	{"channel", {QUERY_WORD,
					"select from desk.label l where l.key = 'channel.' || v.word union all select from desk.ticket t where "
					"t.channel = v.word",
					"select distinct substr(l.key, 9) as n from desk.label l where l.key like 'channel.%'"}},
};

static const struct known choice = {QUERY_WORD,
	"select from desk.field f where f.field = v.field and f.type = 'choice' and v.word = any(f.choices)",
	"select distinct w as n from desk.field f, unnest(f.choices) w where f.field = v.field and f.type = 'choice'"};

static const struct known *known_of(const struct query_field *f)
{
	enum query_type type = f->type;
	if (query_is_choice(f))
		return &choice;
	for (size_t i = 0; !f->extra && i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].field, f->name) == 0)
			return &words[i].known;
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
		/* the likeliest of many names: those that begin like the word and are as long */
		SQL(b,
			"%s(select v.field, v.word, (select string_agg(c.n, E'\\n') from (select k.n from (%s) k "
			"order by k.n = '@' || v.word desc, lower(left(k.n, 1)) = lower(left(v.word, 1)) desc, abs(length(k.n) - "
			"length(v.word)) limit %d) c) as "
			"names, "
			"%d as place, %d as col from (values ('%s', $%d::text)) v(field, word) where not exists (%s))",
			(*rows)++ ? " union all " : "", k->names, CANDIDATES, v->place, v->column, n->field->name, build_param(b, v->text),
			k->found);
	}
}

/* The order by a field: how many there are to be ordered. */
static void order(struct build *b, const struct sd_query *q, const struct sd_query_opts *o, int *rows)
{
	const char *field = sd_query_order_field(q);
	if (o->sort_given)
		field = o->sort == SD_SORT_COLUMN ? o->sort_field : NULL;
	if (!field)
		return;
	SQL(b, "%s(select 'sort', $%d::text, null, %d, %d where (select count(*) from (select from desk.ticket t",
		(*rows)++ ? " union all " : "", build_param(b, field), o->sort_given ? 0 : q->sort_place, q->sort_column);
	build_conditions(b, q);
	SQL(b, " limit %d) c) > %d)", SD_SORT_MOST + 1, SD_SORT_MOST);
}

bool sd_query_check(const struct sd_query *q, struct sd_arena *a, const struct sd_query_opts *o, struct sd_query_sql *out)
{
	struct build b = {.a = a, .zone = o->zone ? o->zone : "UTC"};
	int rows = 0;
	if (q->root)
		names(&b, q->root, &rows);
	order(&b, q, o, &rows);
	build_finish(&b, out);
	return rows > 0;
}

void sd_query_unknown(struct sd_err *err, const char *const row[SD_QUERY_CHECK_COLUMNS])
{
	const char *field = row[0], *word = row[1];
	char near[128], what[600];
	int at = row[4] ? atoi(row[4]) : 0;
	if (strcmp(field, "sort") == 0)
		snprintf(what, sizeof what,
			_("more than %d tickets match, too many to be ordered by %s; narrow the query, or sort by number, opened, updated, "
			  "due or "
			  "priority"),
			SD_SORT_MOST, word);
	else if (nearest_line(word, row[2], near, sizeof near))
		snprintf(what, sizeof what, _("there is no %s \"%s\"; did you mean %s?"), field, word, near);
	else
		snprintf(what, sizeof what, _("there is no %s \"%s\""), field, word);
	const char *id = strcmp(field, "sort") == 0 ? "too_many_to_sort" : "unknown_value";
	if (at)
		sd_err_set(err, SD_ERR_INPUT, id, _("query, column %d: %s"), at, what);
	else
		sd_err_set(err, SD_ERR_INPUT, id, "%s", what);
	err->place = row[3] ? atoi(row[3]) : 0;
	snprintf(err->field, sizeof err->field, "%s", field);
}
