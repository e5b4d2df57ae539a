/* Comparisons of times. A day, month or year is the interval it covers in the reader's zone; now and durations are read from
 * desk.now() once per statement (a sub-selection), so that a desk with a standing clock answers by that clock. */
#include "core/query/build.h"

static void duration(struct build *b, const char *sign, int64_t us)
{
	SQL(b, "(select desk.now() %s interval '%lld microseconds')", sign, (long long)us);
}

/* The moment a bound begins, or the one where it ends (a point: the same). */
static void bound(struct build *b, const struct query_when *w, bool end, bool future)
{
	int p = 0, z = 0;
	switch (w->type) {
	case QUERY_WHEN_DAY:
		p = build_param(b, w->date);
		z = build_param(b, b->zone);
		if (end)
			SQL(b, "(($%d::date + interval '1 %s') at time zone $%d::text)", p, w->unit, z);
		else
			SQL(b, "($%d::date::timestamp at time zone $%d::text)", p, z);
		break;
	case QUERY_WHEN_TODAY:
		z = build_param(b, b->zone);
		SQL(b, "(select (date_trunc('day', desk.now() at time zone $%d::text) + interval '%lld day') at time zone $%d::text)", z,
			(long long)w->n + (end ? 1 : 0), z);
		break;
	case QUERY_WHEN_NOW:
		duration(b, w->n < 0 ? "-" : "+", w->n < 0 ? -w->n : w->n);
		break;
	case QUERY_WHEN_AGO:
		duration(b, future ? "+" : "-", w->n);
		break;
	case QUERY_WHEN_INSTANT:
		p = build_param(b, w->date);
		if (w->zoned)
			SQL(b, "$%d::timestamptz", p);
		else
			SQL(b, "($%d::timestamp at time zone $%d::text)", p, build_param(b, b->zone));
		break;
	case QUERY_WHEN_OPEN:
		SQL(b, "'-infinity'::timestamptz");
		break;
	}
}

static bool interval(const struct query_when *w)
{
	return w->type == QUERY_WHEN_DAY || w->type == QUERY_WHEN_TODAY;
}

static void side(struct build *b, const char *col, const char *op, const struct query_when *w, bool end, bool future)
{
	SQL(b, "%s %s ", col, op);
	bound(b, w, end, future);
}

static void range(struct build *b, const char *col, const struct query_when *from, const struct query_when *to, bool future)
{
	const char *and = "";
	if (from->type == QUERY_WHEN_AGO && to->type == QUERY_WHEN_AGO && !future) { /* ages run backwards */
		const struct query_when *swap = from;
		from = to;
		to = swap;
	}
	if (from->type != QUERY_WHEN_OPEN) {
		side(b, col, ">=", from, false, future);
		and = " and ";
	}
	if (to->type != QUERY_WHEN_OPEN) {
		SQL(b, "%s", and);
		side(b, col, interval(to) ? "<" : "<=", to, true, future);
	}
}

static void compare(struct build *b, const char *col, enum query_op op, const struct query_when *w, bool future)
{
	if (w->type == QUERY_WHEN_AGO && !future) { /* younger than 2d = after two days ago */
		static const enum query_op flipped[] = {QUERY_EQ, QUERY_GT, QUERY_GE, QUERY_LT, QUERY_LE};
		op = flipped[op];
	}
	switch (op) {
	case QUERY_LT:
		side(b, col, "<", w, false, future);
		break;
	case QUERY_LE:
		side(b, col, interval(w) ? "<" : "<=", w, true, future);
		break;
	case QUERY_GT:
		side(b, col, interval(w) ? ">=" : ">", w, true, future);
		break;
	case QUERY_GE:
		side(b, col, ">=", w, false, future);
		break;
	case QUERY_EQ:
		if (interval(w))
			range(b, col, w, w, future);
		else
			side(b, col, "=", w, false, future);
		break;
	}
}

void build_time(struct build *b, const struct query_node *n, const char *col)
{
	bool future = n->field->flags & QUERY_FUTURE, infinity = n->field->flags & QUERY_INFINITY;
	for (size_t i = 0; i < n->nvalue; i++) {
		const struct query_value *v = &n->value[i];
		SQL(b, "%s(", i ? " or " : "");
		if (v->none)
			SQL(b, infinity ? "%s = 'infinity'" : "%s is null", col);
		else if (v->any)
			SQL(b, infinity ? "%s < 'infinity'" : "%s is not null", col);
		else if (v->range)
			range(b, col, &v->from, &v->to, future);
		else
			compare(b, col, n->op, &v->from, future);
		if (infinity && !v->none && !v->any)
			SQL(b, " and %s < 'infinity'", col);
		SQL(b, ")");
	}
}
