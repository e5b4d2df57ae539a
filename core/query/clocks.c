/* Clocks in a query. All of them over desk.sla_clock under its own policies:
 *   breached        one of what was promised to the customer was missed, ever (breached:response: of that metric, of any type)
 *   clock:METRIC    one that has not stopped
 *   sla, left       how much of its open time is used or left of the one that is due first, as the queue shows it
 * Used time is worked out for few rows: what wall time, risk_at and due_at already decide comes before it. */
#include <string.h>

#include "core/query/build.h"

#define NOW "(select desk.now())"
#define OPEN "c.stopped_at is null and c.cancelled_at is null"
#define USED "desk.clock_elapsed(c.calendar_version, c.started_at, " NOW ", c.pause_from, c.pause_until)"

const char *const query_metrics[] = {"response", "update", "resolution", "ola", "uc", NULL};

/* Missed: two stretches of indexes, of those that still run and of those that were stopped too late. */
static void missed(struct build *b, const char *of)
{
	SQL(b,
		"t.id in (select c.ticket_id from desk.sla_clock c where " OPEN " and c.due_at < " NOW " and %s union all "
		"select c.ticket_id from desk.sla_clock c where c.due_at < c.stopped_at and c.cancelled_at is null and %s)",
		of, of);
}

static void metrics(struct build *b, const struct query_node *n, struct sd_str *out)
{
	(void)b;
	sd_str_add(out, "c.metric in (");
	for (size_t i = 0, k = 0; i < n->nvalue; i++)
		if (!n->value[i].none && !n->value[i].any && !n->value[i].is_int)
			sd_str_addf(out, "%s'%s'", k++ ? ", " : "", n->value[i].text); /* one of query_metrics: the parser sees to it */
	sd_str_add(out, ")");
}

static void breached(struct build *b, const struct query_node *n)
{
	struct sd_str words = {0};
	const char * or = "";
	size_t named = 0;
	for (size_t i = 0; i < n->nvalue; i++) {
		if (!n->value[i].is_int) {
			named++;
			continue;
		}
		SQL(b, "%s%s", or, n->value[i].lo ? "" : "not (");
		missed(b, "c.type = 'sla'");
		SQL(b, n->value[i].lo ? "" : ")");
		or = " or ";
	}
	if (!named)
		return;
	metrics(b, n, &words);
	SQL(b, "%s", or);
	missed(b, words.data);
	sd_str_free(&words);
}

static void open_clock(struct build *b, const struct query_node *n)
{
	struct sd_str words = {0};
	const char * or = "";
	size_t named = 0;
	for (size_t i = 0; i < n->nvalue; i++) {
		const struct query_value *v = &n->value[i];
		named += !v->none && !v->any;
		if (!v->none && !v->any)
			continue;
		SQL(b, "%s%s exists (select from desk.sla_clock c where c.ticket_id = t.id and " OPEN ")", or, v->none ? "not" : "");
		or = " or ";
	}
	if (!named)
		return;
	metrics(b, n, &words);
	SQL(b, "%st.id in (select c.ticket_id from desk.sla_clock c where " OPEN " and %s)", or, words.data);
	sd_str_free(&words);
}

/* ---- the one that is due first ---- */

static void first_begin(struct build *b)
{
	SQL(b, "t.id in (select c.ticket_id from desk.sla_clock c where " OPEN " and c.type = 'sla'");
}

static void first_end(struct build *b)
{
	SQL(b, " and not exists (select from desk.sla_clock d where d.ticket_id = c.ticket_id and d.stopped_at is null and "
		   "d.cancelled_at is null and d.type = 'sla' and (d.due_at < c.due_at or (c.due_at is null and d.due_at is not null) or "
		   "(d.due_at is not distinct from c.due_at and d.id < c.id))))");
}

/* How many hundredths of seconds may be used: of percent of the target, or of the target but what shall be left. */
static const char *threshold(struct build *b, const struct query_field *f, int64_t n)
{
	return sd_arena_printf(b->a, f->type == QUERY_SLA ? "c.target_s * %lld" : "(c.target_s - %lld) * 100", (long long)n);
}

/* What is past its due time has used all of it, and perhaps no more: it may have been closed since. */
static bool all_is(const struct query_field *f, int64_t n, bool included)
{
	int64_t over = f->type == QUERY_SLA ? n - 100 : -n;
	return included ? over <= 0 : over < 0;
}

/* At least so much is used, or more than that. A minute and more on the safe side in what only sorts out. */
static void at_least(struct build *b, const struct query_field *f, int64_t n, bool equal)
{
	const char *most = threshold(b, f, n);
	SQL(b, " and c.started_at + (%s) / 100.0 * interval '1 second' <= " NOW " + interval '2 minutes'", most);
	if (f->type == QUERY_SLA && n >= 75)
		SQL(b, " and (c.risk_at is null or c.risk_at <= " NOW " + interval '2 minutes')");
	SQL(b, " and (%s" USED " * 100 %s %s)", all_is(f, n, equal) ? "c.due_at < " NOW " - interval '2 minutes' or " : "",
		equal ? ">=" : ">", most);
}

static void at_most(struct build *b, const struct query_field *f, int64_t n, bool equal)
{
	if (all_is(f, n, !equal))
		SQL(b, " and (c.due_at is null or c.due_at >= " NOW " - interval '2 minutes')");
	SQL(b, " and " USED " * 100 %s %s", equal ? "<=" : "<", threshold(b, f, n));
}

/* What is left turns every comparison round: less left is more used. */
static void compared(struct build *b, const struct query_field *f, enum query_op op, int64_t n)
{
	bool more = (op == QUERY_GT || op == QUERY_GE) == (f->type == QUERY_SLA);
	bool equal = op == QUERY_LE || op == QUERY_GE;
	if (more)
		at_least(b, f, n, equal);
	else
		at_most(b, f, n, equal);
}

static void first_clock(struct build *b, const struct query_node *n)
{
	for (size_t i = 0; i < n->nvalue; i++) {
		const struct query_value *v = &n->value[i];
		SQL(b, "%s%s", i ? " or " : "", v->none ? "not (" : "");
		first_begin(b);
		if (!v->none && !v->any && !v->is_int)
			SQL(b, " and c.pause_from <> '{}' and c.pause_until[cardinality(c.pause_until)] is null");
		else if (v->range) {
			compared(b, n->field, QUERY_GE, v->lo);
			compared(b, n->field, QUERY_LE, v->hi);
		} else if (v->is_int)
			compared(b, n->field, n->op, v->lo);
		first_end(b);
		SQL(b, v->none ? ")" : "");
	}
}

/* By the index on risk: those above are few. */
static void risk(struct build *b, const struct query_node *n)
{
	static const char *const op[] = {[QUERY_EQ] = "=", [QUERY_LT] = "<", [QUERY_LE] = "<=", [QUERY_GT] = ">", [QUERY_GE] = ">="};
	for (size_t i = 0; i < n->nvalue; i++) {
		const struct query_value *v = &n->value[i];
		SQL(b, "%s", i ? " or " : "");
		if (v->none)
			SQL(b, "not exists (select from desk.ticket_risk r where r.ticket_id = t.id)");
		else if (v->any)
			SQL(b, "t.id in (select r.ticket_id from desk.ticket_risk r)");
		else if (v->range)
			SQL(b, "t.id in (select r.ticket_id from desk.ticket_risk r where r.risk between %lld and %lld)", (long long)v->lo,
				(long long)v->hi);
		else
			SQL(b, "t.id in (select r.ticket_id from desk.ticket_risk r where r.risk %s %lld)", op[n->op], (long long)v->lo);
	}
}

void build_clock(struct build *b, const struct query_node *n)
{
	switch (n->field->type) {
	case QUERY_RISK:
		risk(b, n);
		break;
	case QUERY_BREACHED:
		breached(b, n);
		break;
	case QUERY_CLOCK:
		open_clock(b, n);
		break;
	default:
		first_clock(b, n);
		break;
	}
}

void build_clock_key(struct build *b, const struct query_field *f)
{
	SQL(b,
		"(select %s from desk.sla_clock c where c.ticket_id = t.id and " OPEN " and c.type = 'sla' order by c.due_at, c.id limit "
		"1)",
		f->type == QUERY_SLA ? USED " * 100.0 / c.target_s" : "c.target_s - " USED);
}
