#include "core/query/columns.h"

#include <string.h>

#include "core/query/tree.h"

/* Of the clock of what was promised to the customer that is due first and has not stopped. */
#define FIRST_CLOCK(what)                                                                                                        \
	"(select " what " from desk.clock_now n where n.ticket_id = t.id and n.open and n.sla_type = 'sla' order by n.due_at, "      \
	"n.clock_id limit 1)"

const struct column query_columns[] = {
	{"number", COLUMN_TEXT, "t.number"},
	{"kind", COLUMN_TEXT, "t.kind"},
	{"state", COLUMN_TEXT, "t.state"},
	{"priority", COLUMN_INT, "t.priority"},
	{"impact", COLUMN_INT, "t.impact"},
	{"urgency", COLUMN_INT, "t.urgency"},
	{"subject", COLUMN_TEXT, "t.subject"},
	{"requester", COLUMN_TEXT, "(select coalesce(n.login, n.name) from desk.person n where n.id = nullif(t.requester_id, 0))"},
	{"group", COLUMN_TEXT, "(select n.name from desk.support_group n where n.id = t.group_id and n.id <> 0)"},
	{"assignee", COLUMN_TEXT, "(select coalesce(n.login, n.name) from desk.person n where n.id = t.assignee_id and n.id <> 0)"},
	{"category", COLUMN_TEXT,
		"(select coalesce(m.name || ' / ', '') || n.name from desk.category n left join desk.category m on m.id = n.parent_id "
		"where n.id = t.category_id)"},
	{"service", COLUMN_TEXT, "(select n.name from desk.service n where n.id = t.service_id)"},
	{"ci", COLUMN_TEXT, "(select n.name from desk.ci n where n.id = t.ci_id)"},
	{"opened_at", COLUMN_TIME, "t.opened_at"},
	{"updated_at", COLUMN_TIME, "t.updated_at"},
	{"resolved_at", COLUMN_TIME, "t.resolved_at"},
	{"closed_at", COLUMN_TIME, "t.closed_at"},
	{"due_at", COLUMN_TIME, "nullif(t.due_at, 'infinity')"},
	{"reassignments", COLUMN_INT, "t.reassignments"},
	{"reopens", COLUMN_INT, "t.reopens"},
	{"version", COLUMN_INT, "t.version"},
	{"org", COLUMN_TEXT, "(select n.name from desk.org n where n.id = t.org_id)"},
	{"channel", COLUMN_TEXT, "t.channel"},
	{"external", COLUMN_TEXT, "t.external"},
	{"restricted", COLUMN_BOOL, "t.restricted"},
	{"hold_reason", COLUMN_TEXT, "t.hold_reason"},
	{"hold_until", COLUMN_TIME, "t.hold_until"},
	{"hold_ref", COLUMN_TEXT, "t.hold_ref"},
	{"resolution_code", COLUMN_TEXT, "t.resolution_code"},
	{"cancel_reason", COLUMN_TEXT, "t.cancel_reason"},
	{"major", COLUMN_TEXT, "t.major"},
	{"id", COLUMN_INT, "t.id"},
	{"phase", COLUMN_INT, "t.phase"},
	{"requester_id", COLUMN_INT, "nullif(t.requester_id, 0)"},
	{"group_id", COLUMN_INT, "nullif(t.group_id, 0)"},
	{"assignee_id", COLUMN_INT, "nullif(t.assignee_id, 0)"},
	{"org_id", COLUMN_INT, "t.org_id"},
	{"last_seq", COLUMN_INT, "t.last_seq"},
	{"tags", COLUMN_JSON, "to_json(array(select x.tag from desk.ticket_tag x where x.ticket_id = t.id order by x.tag))"},
	/* One's own mark: the policy of my_read leaves no other. Asking for the person once more costs a tenth of a page. (A
	 * superuser, whom no policy binds, meets the marks of all: he gets one of them.) */
	{"unread", COLUMN_BOOL,
		"coalesce((select t.last_seq > m.seq from desk.my_read m where m.ticket_id = t.id limit 1), "
		"t.assignee_id = (select desk.me()))"},
	/* The clock that is due first of those that have not stopped, as sd_clock_mark_parse reads it: a console counts it down by
	 * itself. Of a page sql.c asks for all of them at once. */
	{"clock", COLUMN_TEXT, "case when t.phase < 3 then desk.clock_marks(array[t.id])->>t.id::text end"},
	{"risk", COLUMN_INT, "(select r.risk from desk.ticket_risk r where r.ticket_id = t.id)"},
	{"sla_state", COLUMN_TEXT, FIRST_CLOCK("n.state")},
	{"sla_percent", COLUMN_INT, FIRST_CLOCK("round(n.elapsed_s * 100.0 / n.target_s, 1)")},
	{"left_minutes", COLUMN_INT, FIRST_CLOCK("round((n.target_s - n.elapsed_s) / 60.0, 3)")},
	{"breached", COLUMN_BOOL,
		"exists (select from desk.sla_clock c where c.ticket_id = t.id and c.type = 'sla' and c.cancelled_at is null and "
		"c.due_at < coalesce(c.stopped_at, (select desk.now())))"},
	{NULL, COLUMN_TEXT, NULL},
};

const struct column *query_column(const char *name)
{
	for (const struct column *c = query_columns; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

const char *const *sd_query_columns(void)
{
	static const char *const list[] = {"number", "kind", "state", "priority", "impact", "urgency", "subject", "requester",
		"group", "assignee", "category", "service", "ci", "opened_at", "updated_at", "resolved_at", "closed_at", "due_at",
		"reassignments", "reopens", "version", "org", "channel", "external", "restricted", "hold_reason", "hold_until",
		"hold_ref", "resolution_code", "cancel_reason", "major", "id", "phase", "requester_id", "group_id", "assignee_id",
		"org_id", "last_seq", "tags", "unread", NULL};
	return list;
}

const char *const *sd_query_columns_asked(void)
{
	static const char *const list[] = {"sla_state", "sla_percent", "left_minutes", "breached", "risk", NULL};
	return list;
}

const char *sd_query_column_type(const struct sd_query *q, const char *name)
{
	for (size_t i = 0; q && !query_column(name) && i < q->nextra; i++)
		if (strcmp(q->extra[i].name, name) == 0)
			return q->extra[i].extra->type;
	return NULL;
}

bool sd_query_column_known(const struct sd_query *q, const char *name)
{
	return query_column(name) || sd_query_column_type(q, name);
}
