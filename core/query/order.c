/* Order by a field that no index serves: the tickets found are numbered, and a page is a stretch of these numbers. Only up to
 * SD_SORT_MOST of them, so that the sorting has an end; where there are more the page is empty and the check says why. */
#include "core/query/build.h"
#include "core/query/columns.h"

/* What is compared: names as people read them, states in the order of their life. */
static void key(struct build *b, const struct query_field *f)
{
	static const struct {
		enum query_type type;
		const char *table, *name;
	} names[] = {{QUERY_PERSON, "person", "coalesce(n.login, n.name)"}, {QUERY_GROUP, "support_group", "n.name"},
		{QUERY_SERVICE, "service", "n.name"}, {QUERY_CI, "ci", "n.name"}, {QUERY_ORG, "org", "n.name"},
		{QUERY_TICKET, "ticket", "n.number"}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].type == f->type) {
			SQL(b, "(select lower(%s) from desk.%s n where n.id = %s and n.id <> 0)", names[i].name, names[i].table, f->col);
			return;
		}
	switch (f->type) {
	case QUERY_RISK:
		SQL(b, "(select r.risk from desk.ticket_risk r where r.ticket_id = t.id)");
		break;
	case QUERY_SLA:
	case QUERY_LEFT:
		build_clock_key(b, f);
		break;
	case QUERY_STATE:
		SQL(b, "(select s.sort from desk.kind_state s where s.kind = t.kind and s.state = t.state)");
		break;
	case QUERY_CATEGORY:
		SQL(b,
			"(select lower(coalesce(m.name || ' / ', '') || n.name) from desk.category n left join desk.category m on m.id = "
			"n.parent_id where n.id = %s)",
			f->col);
		break;
	case QUERY_LEVEL:
	case QUERY_INT:
	case QUERY_BOOL:
		SQL(b, "%s", f->col);
		break;
	case QUERY_TIME:
		SQL(b, f->flags & QUERY_INFINITY ? "nullif(%s, 'infinity')" : "%s", f->col);
		break;
	default:
		SQL(b, "lower(%s::text)", f->col);
		break;
	}
}

void build_order_key(struct build *b, const struct query_field *f)
{
	const char *comma = "";
	if (!f->extra) {
		key(b, f);
		return;
	}
	SQL(b, "coalesce(");
	for (; f; f = f->also, comma = ", ") {
		SQL(b, "%s(select ", comma);
		key(b, f);
		SQL(b, " from %s x where x.id = t.id)", f->extra->table);
	}
	SQL(b, ")");
}
