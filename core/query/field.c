#include "core/query/tree.h"

#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/mem.h"

static const struct query_field fields[] = {
	{"number", NULL, QUERY_NUMBER, 0, "t.number", 0, 0, NULL, NULL},
	{"kind", NULL, QUERY_KIND, 0, "t.kind", 0, 0, NULL, NULL},
	{"state", NULL, QUERY_STATE, 0, "t.state", 0, 0, NULL, NULL},
	{"priority", "prio", QUERY_LEVEL, 0, "t.priority", 1, 5, NULL, NULL},
	{"impact", NULL, QUERY_LEVEL, 0, "t.impact", 1, 3, NULL, NULL},
	{"urgency", NULL, QUERY_LEVEL, 0, "t.urgency", 1, 3, NULL, NULL},
	{"requester", "caller", QUERY_PERSON, 0, "t.requester_id", 0, 0, NULL, NULL},
	{"opener", NULL, QUERY_PERSON, 0, "t.opened_by", 0, 0, NULL, NULL},
	{"group", NULL, QUERY_GROUP, QUERY_NULLABLE | QUERY_ZERO, "t.group_id", 0, 0, NULL, NULL},
	{"assignee", NULL, QUERY_PERSON, QUERY_NULLABLE | QUERY_ZERO, "t.assignee_id", 0, 0, NULL, NULL},
	{"category", NULL, QUERY_CATEGORY, QUERY_NULLABLE, "t.category_id", 0, 0, NULL, NULL},
	{"service", NULL, QUERY_SERVICE, QUERY_NULLABLE, "t.service_id", 0, 0, NULL, NULL},
	{"ci", NULL, QUERY_CI, QUERY_NULLABLE, "t.ci_id", 0, 0, NULL, NULL},
	{"org", NULL, QUERY_ORG, 0, "t.org_id", 0, 0, NULL, NULL},
	{"opened", "created", QUERY_TIME, 0, "t.opened_at", 0, 0, NULL, NULL},
	{"updated", NULL, QUERY_TIME, 0, "t.updated_at", 0, 0, NULL, NULL},
	{"due", NULL, QUERY_TIME, QUERY_NULLABLE | QUERY_INFINITY | QUERY_FUTURE, "t.due_at", 0, 0, NULL, NULL},
	{"resolved", NULL, QUERY_TIME, QUERY_NULLABLE, "t.resolved_at", 0, 0, NULL, NULL},
	{"closed", NULL, QUERY_TIME, QUERY_NULLABLE, "t.closed_at", 0, 0, NULL, NULL},
	{"hold_until", NULL, QUERY_TIME, QUERY_NULLABLE | QUERY_FUTURE, "t.hold_until", 0, 0, NULL, NULL},
	{"hold", "hold_reason", QUERY_WORD, QUERY_NULLABLE, "t.hold_reason", 0, 0, NULL, NULL},
	{"code", "resolution_code", QUERY_WORD, QUERY_NULLABLE, "t.resolution_code", 0, 0, NULL, NULL},
	{"tag", NULL, QUERY_TAG, QUERY_NULLABLE, "t.id", 0, 0, NULL, NULL},
	{"channel", NULL, QUERY_WORD, 0, "t.channel", 0, 0, NULL, NULL},
	{"external", NULL, QUERY_WORD, QUERY_NULLABLE, "t.external", 0, 0, NULL, NULL},
	{"watcher", NULL, QUERY_PERSON, QUERY_NULLABLE, "watcher", 0, 0, NULL, NULL},
	{"restricted", NULL, QUERY_BOOL, 0, "t.restricted", 0, 0, NULL, NULL},
	{"reassignments", NULL, QUERY_INT, 0, "t.reassignments", 0, 0, NULL, NULL},
	{"reopens", NULL, QUERY_INT, 0, "t.reopens", 0, 0, NULL, NULL},
	{"text", NULL, QUERY_TEXT, 0, "t.id", 0, 0, NULL, NULL},
};
enum { NFIELDS = sizeof fields / sizeof *fields };

static const char *const sort_words[SD_SORTS] = {"number", "opened", "updated", "due", "priority"};

static bool is(const char *name, const char *word, size_t len)
{
	return name && strlen(name) == len && memcmp(name, word, len) == 0;
}

const struct query_field *query_field_find(const struct sd_query *q, const char *name, size_t len)
{
	for (size_t i = 0; i < NFIELDS; i++)
		if (is(fields[i].name, name, len) || is(fields[i].alias, name, len))
			return &fields[i];
	for (size_t i = 0; q && i < q->nextra; i++)
		if (is(q->extra[i].name, name, len))
			return &q->extra[i];
	return NULL;
}

const char *const *query_field_names(const struct sd_query *q)
{
	const char **list = sd_arena_alloc(q->arena, (2 * NFIELDS + q->nextra + 2) * sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < NFIELDS; i++) {
		list[n++] = fields[i].name;
		if (fields[i].alias)
			list[n++] = fields[i].alias;
	}
	for (size_t i = 0; i < q->nextra; i++)
		list[n++] = q->extra[i].name;
	list[n] = "sort";
	return list;
}

const char *const *sd_query_fields(void)
{
	/* The first names in order; aliases are for those who know them. */
	static const char *const list[] = {"number", "kind", "state", "priority", "impact", "urgency", "requester", "opener", "group",
		"assignee", "category", "service", "ci", "org", "opened", "updated", "due", "resolved", "closed", "hold_until", "hold",
		"code", "tag", "channel", "external", "watcher", "restricted", "reassignments", "reopens", "text", "sort", NULL};
	return list;
}

const char *sd_query_sort_word(enum sd_query_sort s)
{
	return s < SD_SORTS ? sort_words[s] : sort_words[SD_SORT_NUMBER];
}

bool query_sort_find(const char *word, enum sd_query_sort *sort)
{
	for (int i = 0; i < SD_SORTS; i++)
		if (strcmp(word, sort_words[i]) == 0) {
			*sort = (enum sd_query_sort)i;
			return true;
		}
	if (strcmp(word, "prio") == 0) {
		*sort = SD_SORT_PRIORITY;
		return true;
	}
	return false;
}

const char *query_op_word(enum query_op op)
{
	static const char *const words[] = {"=", "<", "<=", ">", ">="};
	return words[op];
}

/* Phases stand for themselves in these texts (state:open, state:waiting), so that the partial indexes serve them. */
const struct sd_view sd_views[] = {
	{"mine", N_("Mine"), "assignee:@me state:open sort:priority", true},
	{"groups", N_("My groups"), "group:@mygroups state:open sort:priority", true},
	{"unassigned", N_("Unassigned"), "assignee:none state:open sort:priority", true},
	{"open", N_("All open"), "state:open sort:priority", true},
	{"hold", N_("On hold"), "state:waiting sort:priority", true},
	{"resolved", N_("Recently resolved"), "state:resolved resolved<7d sort:updated", true},
	{"all", N_("Everything"), "sort:opened", false},
};
const size_t sd_views_n = sizeof sd_views / sizeof *sd_views;

const struct sd_view *sd_view_find(const char *id)
{
	for (size_t i = 0; i < sd_views_n; i++)
		if (strcmp(sd_views[i].id, id) == 0)
			return &sd_views[i];
	return NULL;
}
