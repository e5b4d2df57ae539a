#include "core/query/columns.h"

#include <string.h>

#include "core/query/tree.h"

const struct column query_columns[] = {
	{"number", COLUMN_TEXT, 10},
	{"kind", COLUMN_TEXT, 10},
	{"state", COLUMN_TEXT, 11},
	{"priority", COLUMN_INT, 2},
	{"impact", COLUMN_INT, 2},
	{"urgency", COLUMN_INT, 2},
	{"subject", COLUMN_TEXT, 40},
	{"requester", COLUMN_TEXT, 14},
	{"group", COLUMN_TEXT, 14},
	{"assignee", COLUMN_TEXT, 14},
	{"category", COLUMN_TEXT, 16},
	{"service", COLUMN_TEXT, 14},
	{"ci", COLUMN_TEXT, 14},
	{"opened_at", COLUMN_TIME, 16},
	{"updated_at", COLUMN_TIME, 16},
	{"resolved_at", COLUMN_TIME, 16},
	{"closed_at", COLUMN_TIME, 16},
	{"due_at", COLUMN_TIME, 16},
	{"reassignments", COLUMN_INT, 3},
	{"reopens", COLUMN_INT, 3},
	{"version", COLUMN_INT, 4},
	{"org", COLUMN_TEXT, 12},
	{"channel", COLUMN_TEXT, 8},
	{"external", COLUMN_TEXT, 12},
	{"restricted", COLUMN_BOOL, 5},
	{"hold_reason", COLUMN_TEXT, 10},
	{"hold_until", COLUMN_TIME, 16},
	{"resolution_code", COLUMN_TEXT, 12},
	{"id", COLUMN_INT, 8},
	{"phase", COLUMN_INT, 1},
	{"requester_id", COLUMN_INT, 6},
	{"group_id", COLUMN_INT, 6},
	{"assignee_id", COLUMN_INT, 6},
	{"org_id", COLUMN_INT, 4},
	{"last_seq", COLUMN_INT, 4},
	{"tags", COLUMN_JSON, 12},
	{"unread", COLUMN_BOOL, 1},
	{NULL, COLUMN_TEXT, 0},
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
		"resolution_code", "id", "phase", "requester_id", "group_id", "assignee_id", "org_id", "last_seq", "tags", "unread",
		NULL};
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
