/* The statements of a list. They walk an index over desk.ticket alone; names are looked up for the rows that are given out.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/query/build.h"
#include "core/query/columns.h"
#include "core/query/nearest.h"
#include "svcdesk/err.h"

int build_param(struct build *b, const char *text)
{
	for (int i = 0; i < b->nparam; i++)
		if (strcmp(b->param[i], text) == 0)
			return i + 1;
	if (b->nparam == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 8;
		b->param = sd_realloc(b->param, (size_t)b->cap * sizeof *b->param);
	}
	b->param[b->nparam++] = text;
	return b->nparam;
}

void build_finish(struct build *b, struct sd_query_sql *out)
{
	const char **params = sd_arena_alloc(b->a, (size_t)(b->nparam + 1) * sizeof *params);
	if (b->nparam)
		memcpy(params, b->param, (size_t)b->nparam * sizeof *params);
	free(b->param);
	out->sql = sd_arena_strndup(b->a, b->sql.data ? b->sql.data : "", b->sql.len);
	out->params = params;
	out->nparams = b->nparam;
	sd_str_free(&b->sql);
}

static const struct sort {
	const char *col, *type;
	bool desc;
} sorts[SD_SORTS] = {
	[SD_SORT_NUMBER] = {"id", "bigint", false},
	[SD_SORT_OPENED] = {"opened_at", "timestamptz", true},
	[SD_SORT_UPDATED] = {"updated_at", "timestamptz", true},
	[SD_SORT_DUE] = {"due_at", "timestamptz", false},
	[SD_SORT_PRIORITY] = {"priority", "smallint", false},
};

struct order {
	enum sd_query_sort by;
	const struct query_field *field; /* SD_SORT_COLUMN */
	bool desc;                       /* in reading order */
};

static struct order order_of(const struct sd_query *q, const struct sd_query_opts *o)
{
	struct order ord = {.by = SD_SORT_NUMBER};
	bool reverse = false;
	if (o->sort_given) {
		ord.by = o->sort;
		reverse = o->reverse;
		ord.field = o->sort_field ? query_order_find(q, o->sort_field) : NULL;
	} else if (sd_query_order(q, &ord.by, &reverse)) {
		ord.field = q->sort_field;
	}
	if (ord.by >= SD_SORTS && !ord.field)
		ord.by = SD_SORT_NUMBER;
	ord.desc = ord.by < SD_SORTS ? sorts[ord.by].desc != reverse : reverse;
	return ord;
}

static void order_by(struct build *b, const struct order *ord, bool desc)
{
	const char *dir = desc ? " desc" : "";
	if (ord->by == SD_SORT_NUMBER)
		SQL(b, " order by t.id%s", dir);
	else
		SQL(b, " order by t.%s%s, t.id%s", sorts[ord->by].col, dir, dir);
}

void build_conditions(struct build *b, const struct sd_query *q)
{
	if (!q->root)
		return;
	SQL(b, " where ");
	build_where(b, q->root);
}

/* The rows behind the cursor in the direction of cmp ("<", ">", "<=" ...). */
static void beyond(struct build *b, const struct sd_query_opts *o, const struct order *ord, const char *word, const char *cmp)
{
	const struct sort *s = &sorts[ord->by];
	int id = build_param(b, sd_arena_printf(b->a, "%lld", (long long)o->after_id));
	if (ord->by == SD_SORT_NUMBER)
		SQL(b, "%st.id %s $%d::bigint", word, cmp, id);
	else
		SQL(b, "%s(t.%s, t.id) %s ($%d::%s, $%d::bigint)", word, s->col, cmp, build_param(b, o->after_key), s->type, id);
}

static void limit(struct build *b, int n)
{
	if (n > 0)
		SQL(b, " limit %d", n);
}

static void skip(struct build *b, const struct sd_query_opts *o)
{
	if (o->offset > 0)
		SQL(b, " offset %d", o->offset);
}

/* A column of a typed table as text: ids become the names people know. */
static void extra_value(struct build *b, const struct query_field *f)
{
	const struct sd_query_extra *x = f->extra;
	static const struct {
		enum query_type type;
		const char *table, *name;
	} names[] = {{QUERY_PERSON, "person", "coalesce(n.login, n.name)"}, {QUERY_GROUP, "support_group", "n.name"},
		{QUERY_SERVICE, "service", "n.name"}, {QUERY_CI, "ci", "n.name"}, {QUERY_CATEGORY, "category", "n.name"},
		{QUERY_TICKET, "ticket", "n.number"}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].type == f->type) {
			SQL(b, "(select %s from %s x join desk.%s n on n.id = x.\"%s\" and n.id <> 0 where x.id = t.id)", names[i].name,
				x->table, names[i].table, x->col);
			return;
		}
	SQL(b,
		f->type == QUERY_TIME ? "(select desk.iso(x.\"%s\") from %s x where x.id = t.id)"
							  : "(select x.\"%s\"::text from %s x where x.id = t.id)",
		x->col, x->table);
}

static void extra_column(struct build *b, const struct query_field *f)
{
	SQL(b, "coalesce(");
	extra_value(b, f);
	for (const struct query_field *g = f->also; g; g = g->also) {
		SQL(b, ", ");
		extra_value(b, g);
	}
	SQL(b, ") as \"%s\", ", f->name);
}

/* Names of people and groups by a join, for pages: the planner remembers what it has looked up, where a sub-select asks again for
 * each row. A list without limit keeps the sub-selects of the column table: it streams in the order of its index, where joins
 * might make it sort everything first. */
static const struct named {
	const char *column, *sql, *join;
} named[] = {
	{"requester", "coalesce(jr.login, jr.name)", "left join desk.person jr on jr.id = t.requester_id and jr.id <> 0"},
	{"group", "jg.name", "left join desk.support_group jg on jg.id = t.group_id and jg.id <> 0"},
	{"assignee", "coalesce(ja.login, ja.name)", "left join desk.person ja on ja.id = t.assignee_id and ja.id <> 0"},
};

static const struct named *named_column(const struct sd_query_opts *o, const char *name)
{
	for (size_t i = 0; o->limit > 0 && i < sizeof named / sizeof *named; i++)
		if (strcmp(named[i].column, name) == 0)
			return &named[i];
	return NULL;
}

static bool column(struct build *b, const struct sd_query *q, const struct sd_query_opts *o, const char *name, struct sd_err *err)
{
	const struct column *c = query_column(name);
	if (c) {
		/* desk.iso() written out: a call a value is what a long export would spend its time on */
		if (c->type == COLUMN_TIME && !o->server_times)
			SQL(b, "to_char(%s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') as \"%s\", ", c->sql, name);
		else
			SQL(b, "%s as \"%s\", ", c->sql, name);
		return true;
	}
	for (size_t i = 0; i < q->nextra; i++)
		if (strcmp(q->extra[i].name, name) == 0) {
			extra_column(b, &q->extra[i]);
			return true;
		}
	const char *near = nearest_word(name, sd_query_columns());
	if (near)
		sd_err_set(err, SD_ERR_INPUT, "unknown_column", _("there is no column %s; did you mean %s?"), name, near);
	else
		sd_err_set(err, SD_ERR_INPUT, "unknown_column", _("there is no column %s"), name);
	return false;
}

/* Columns of what from gives under the name t; joins that give names stand behind it. */
static bool columns(struct build *b, const struct sd_query *q, const struct sd_query_opts *o, const char *key, struct sd_err *err)
{
	const char *const *names = o->columns ? o->columns : sd_query_columns();
	SQL(b, "select ");
	for (size_t i = 0; names[i]; i++) {
		const struct named *join = named_column(o, names[i]);
		if (join)
			SQL(b, "%s as \"%s\", ", join->sql, names[i]);
		else if (!column(b, q, o, names[i], err))
			return false;
	}
	SQL(b, "%s::text as k, t.id as id from ", key);
	return true;
}

static void joins(struct build *b, const struct sd_query_opts *o)
{
	const char *const *names = o->columns ? o->columns : sd_query_columns();
	for (size_t i = 0; names[i]; i++) {
		const struct named *join = named_column(o, names[i]);
		if (join)
			SQL(b, " %s", join->join);
	}
}

/* Due times and priorities of open tickets stand in one index, those of what is done in another: where a query says nothing of
 * the state a page of each is read in its order, and the first of both are the page. */
static bool both_phases(const struct sd_query *q, const struct sd_query_opts *o, const struct order *ord)
{
	return o->limit > 0 && (ord->by == SD_SORT_DUE || ord->by == SD_SORT_PRIORITY) && (!q->root || !build_phase_known(q->root));
}

/* One stretch of an index: from the cursor on in reading order (or against it), at most limit rows. */
static bool stretch(struct build *b, const struct sd_query *q, const struct sd_query_opts *o, const struct order *ord,
	bool against, const char *cmp, struct sd_err *err)
{
	static const char *const phase[] = {"t.phase < 3", "t.phase = 3"};
	bool both = both_phases(q, o, ord), desc = ord->desc != against;
	if (!columns(b, q, o, sd_arena_printf(b->a, "t.%s", sorts[ord->by].col), err))
		return false;
	for (int i = 0; both && i < 2; i++) {
		SQL(b, "%s(select t.* from desk.ticket t where %s", i ? " union all " : "(", phase[i]);
		if (q->root) {
			SQL(b, " and ");
			build_where(b, q->root);
		}
		if (o->after_key)
			beyond(b, o, ord, " and ", cmp);
		order_by(b, ord, desc);
		limit(b, o->limit + o->offset);
		SQL(b, i ? ")) t" : ")");
	}
	if (!both)
		SQL(b, "desk.ticket t");
	joins(b, o);
	if (!both)
		build_conditions(b, q);
	if (!both && o->after_key)
		beyond(b, o, ord, q->root ? " and " : " where ", cmp);
	order_by(b, ord, desc);
	limit(b, o->limit);
	skip(b, o);
	return true;
}

/* By a field: the number of a row in that order is its place. */
static bool numbered(
	struct build *b, const struct sd_query *q, const struct sd_query_opts *o, const struct order *ord, struct sd_err *err)
{
	const char *at = o->after_key ? o->after_key : NULL;
	bool turned = o->before && o->limit > 0;
	if (!columns(b, q, o, "s.rn", err))
		return false;
	SQL(b, "desk.ticket t");
	joins(b, o);
	SQL(b,
		" join (select h.id, row_number() over (order by h.o%s nulls last, h.id) as rn, count(*) over () as n "
		"from (select t.id, ",
		ord->desc ? " desc" : "");
	build_order_key(b, ord->field);
	SQL(b, " as o from desk.ticket t");
	build_conditions(b, q);
	SQL(b, " limit %d) h) s on s.id = t.id where s.n <= %d", SD_SORT_MOST + 1, SD_SORT_MOST);
	if (at && o->around)
		SQL(b, " and s.rn between $%d::bigint - %d and $%d::bigint + %d", build_param(b, at), o->limit - 1, build_param(b, at),
			o->limit);
	else if (at)
		SQL(b, " and s.rn %s $%d::bigint", o->before ? "<" : ">", build_param(b, at));
	SQL(b, " order by s.rn%s", turned ? " desc" : "");
	if (!o->around)
		limit(b, o->limit);
	skip(b, o);
	return true;
}

static bool page(struct build *b, const struct sd_query *q, const struct sd_query_opts *o, struct sd_err *err)
{
	struct order ord = order_of(q, o);
	bool turned = o->before && o->limit > 0; /* read backwards from the cursor, then put into reading order */
	bool ok;
	if (o->limit > 0 && ord.by == SD_SORT_NUMBER && !ord.desc && !o->before && !o->around && q->root &&
		build_only_words(q->root)) {
		b->text_limit = o->limit;
		b->text_after = o->after_key ? sd_arena_printf(b->a, "%lld", (long long)o->after_id) : "0";
	}
	if (o->around && o->after_key && ord.by != SD_SORT_COLUMN) {
		SQL(b, "(");
		ok = stretch(b, q, o, &ord, true, ord.desc ? ">=" : "<=", err);
		SQL(b, ") union all (");
		ok = ok && stretch(b, q, o, &ord, false, ord.desc ? "<" : ">", err);
		SQL(b, ")");
		return ok;
	}
	if (turned)
		SQL(b, "select * from (");
	if (ord.by == SD_SORT_COLUMN)
		ok = numbered(b, q, o, &ord, err);
	else
		ok = stretch(b, q, o, &ord, turned, ord.desc != o->before ? "<" : ">", err);
	if (turned)
		SQL(b, ") p order by row_number() over () desc");
	return ok;
}

static bool has_clock(const struct sd_query_opts *o)
{
	for (size_t i = 0; o->limit > 0 && o->columns && o->columns[i]; i++)
		if (strcmp(o->columns[i], "clock") == 0)
			return true;
	return false;
}

/* The clocks of a page are fetched for all of its rows in one go: look-ups row by row, each under the policies of the clocks,
 * would cost more than the page. */
static bool page_with_clocks(struct build *b, const struct sd_query *q, const struct sd_query_opts *o, struct sd_err *err)
{
	struct sd_query_opts inner = *o;
	size_t n = 0, k = 0;
	const char **names, *open = "";
	while (o->columns[n])
		n++;
	names = sd_arena_alloc(b->a, (n + 1) * sizeof *names);
	inner.columns = names;
	SQL(b, "with p(");
	for (size_t i = 0; i < n; i++)
		if (strcmp(o->columns[i], "clock") != 0) {
			if (strcmp(o->columns[i], "phase") == 0)
				open = sd_arena_printf(b->a, " where p.c%zu < 3", k);
			SQL(b, "c%zu, ", k);
			names[k++] = o->columns[i];
		}
	SQL(b, "k, i) as materialized (");
	if (!page(b, q, &inner, err))
		return false;
	SQL(b, ") select ");
	k = 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(o->columns[i], "clock") == 0)
			SQL(b, "(select desk.clock_marks(array(select p.i from p%s)))->>p.i::text as \"clock\", ", open);
		else
			SQL(b, "p.c%zu as \"%s\", ", k++, o->columns[i]);
	SQL(b, "p.k as k, p.i as id from p");
	return true;
}

/* The ids alone. */
static void ids(struct build *b, const struct sd_query *q, const struct sd_query_opts *o)
{
	struct order ord = order_of(q, o);
	SQL(b, "select t.id from desk.ticket t");
	build_conditions(b, q);
	if (ord.by == SD_SORT_COLUMN) {
		SQL(b, " order by ");
		build_order_key(b, ord.field);
		SQL(b, "%s nulls last, t.id", ord.desc ? " desc" : "");
	} else {
		order_by(b, &ord, ord.desc);
	}
	limit(b, o->limit);
}

bool sd_query_sql(
	const struct sd_query *q, struct sd_arena *a, const struct sd_query_opts *o, struct sd_query_sql *out, struct sd_err *err)
{
	struct build b = {.a = a, .zone = o->zone ? o->zone : "UTC"};
	bool ok = true;
	switch (o->mode) {
	case SD_QUERY_PAGE:
		ok = has_clock(o) ? page_with_clocks(&b, q, o, err) : page(&b, q, o, err);
		break;
	case SD_QUERY_COUNT:
		SQL(&b, o->limit > 0 ? "select count(*) from (select from desk.ticket t" : "select count(*) from desk.ticket t");
		build_conditions(&b, q);
		limit(&b, o->limit);
		if (o->limit > 0)
			SQL(&b, ") c");
		break;
	case SD_QUERY_IDS:
		ids(&b, q, o);
		break;
	}
	build_finish(&b, out);
	return ok;
}
