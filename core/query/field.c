#include "core/query/tree.h"

#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/mem.h"

static const struct query_field fields[] = {
	{"number", QUERY_NUMBER, 0, "t.number", 0, 0, NULL, NULL},
	{"kind", QUERY_KIND, 0, "t.kind", 0, 0, NULL, NULL},
	{"state", QUERY_STATE, 0, "t.state", 0, 0, NULL, NULL},
	{"priority", QUERY_LEVEL, 0, "t.priority", 1, 5, NULL, NULL},
	{"impact", QUERY_LEVEL, 0, "t.impact", 1, 3, NULL, NULL},
	{"urgency", QUERY_LEVEL, 0, "t.urgency", 1, 3, NULL, NULL},
	{"requester", QUERY_PERSON, 0, "t.requester_id", 0, 0, NULL, NULL},
	{"opener", QUERY_PERSON, 0, "t.opened_by", 0, 0, NULL, NULL},
	{"group", QUERY_GROUP, QUERY_NULLABLE | QUERY_ZERO, "t.group_id", 0, 0, NULL, NULL},
	{"assignee", QUERY_PERSON, QUERY_NULLABLE | QUERY_ZERO, "t.assignee_id", 0, 0, NULL, NULL},
	{"category", QUERY_CATEGORY, QUERY_NULLABLE, "t.category_id", 0, 0, NULL, NULL},
	{"service", QUERY_SERVICE, QUERY_NULLABLE, "t.service_id", 0, 0, NULL, NULL},
	{"ci", QUERY_CI, QUERY_NULLABLE, "t.ci_id", 0, 0, NULL, NULL},
	{"org", QUERY_ORG, 0, "t.org_id", 0, 0, NULL, NULL},
	{"opened", QUERY_TIME, 0, "t.opened_at", 0, 0, NULL, NULL},
	{"updated", QUERY_TIME, 0, "t.updated_at", 0, 0, NULL, NULL},
	{"due", QUERY_TIME, QUERY_NULLABLE | QUERY_INFINITY | QUERY_FUTURE, "t.due_at", 0, 0, NULL, NULL},
	{"resolved", QUERY_TIME, QUERY_NULLABLE, "t.resolved_at", 0, 0, NULL, NULL},
	{"closed", QUERY_TIME, QUERY_NULLABLE, "t.closed_at", 0, 0, NULL, NULL},
	{"hold_until", QUERY_TIME, QUERY_NULLABLE | QUERY_FUTURE, "t.hold_until", 0, 0, NULL, NULL},
	{"hold", QUERY_WORD, QUERY_NULLABLE, "t.hold_reason", 0, 0, NULL, NULL},
	{"hold_ref", QUERY_WORD, QUERY_NULLABLE, "t.hold_ref", 0, 0, NULL, NULL},
	{"code", QUERY_WORD, QUERY_NULLABLE, "t.resolution_code", 0, 0, NULL, NULL},
	{"cancel_reason", QUERY_WORD, QUERY_NULLABLE, "t.cancel_reason", 0, 0, NULL, NULL},
	{"major", QUERY_WORD, QUERY_NULLABLE, "t.major", 0, 0, NULL, NULL},
	{"tag", QUERY_TAG, QUERY_NULLABLE, "t.id", 0, 0, NULL, NULL},
	{"channel", QUERY_WORD, 0, "t.channel", 0, 0, NULL, NULL},
	{"external", QUERY_WORD, QUERY_NULLABLE, "t.external", 0, 0, NULL, NULL},
	{"watcher", QUERY_PERSON, QUERY_NULLABLE, "watcher", 0, 0, NULL, NULL},
	{"restricted", QUERY_BOOL, 0, "t.restricted", 0, 0, NULL, NULL},
	{"reassignments", QUERY_INT, 0, "t.reassignments", 0, 0, NULL, NULL},
	{"reopens", QUERY_INT, 0, "t.reopens", 0, 0, NULL, NULL},
	{"version", QUERY_INT, 0, "t.version", 0, 0, NULL, NULL},
	{"untriaged", QUERY_BOOL, 0, "(t.phase = 1 and t.state = 'new' and (t.group_id = 0 or t.category_id is null))", 0, 0, NULL,
		NULL},
	{"breached", QUERY_BREACHED, 0, "t.id", 0, 0, NULL, NULL},
	{"sla", QUERY_SLA, QUERY_NULLABLE, "t.id", 0, 0, NULL, NULL},
	{"left", QUERY_LEFT, QUERY_NULLABLE, "t.id", 0, 0, NULL, NULL},
	{"clock", QUERY_CLOCK, QUERY_NULLABLE, "t.id", 0, 0, NULL, NULL},
	{"risk", QUERY_RISK, QUERY_NULLABLE, "t.id", 0, 0, NULL, NULL},
	{"metric", QUERY_METRIC, 0, "t.id", 0, 0, NULL, NULL},
	{"subject", QUERY_SUBJECT, 0, "t.subject", 0, 0, NULL, NULL},
	{"text", QUERY_TEXT, 0, "t.id", 0, 0, NULL, NULL},
};
enum { NFIELDS = sizeof fields / sizeof *fields };

/* Other names of the same: what people type, and what the columns of JSON are called. */
static const struct {
	const char *alias, *name;
} aliases[] = {{"prio", "priority"}, {"caller", "requester"}, {"opened_by", "opener"}, {"created", "opened"},
	{"opened_at", "opened"}, {"updated_at", "updated"}, {"due_at", "due"}, {"resolved_at", "resolved"}, {"closed_at", "closed"},
	{"hold_reason", "hold"}, {"resolution_code", "code"}, {"tags", "tag"}};
enum { NALIASES = sizeof aliases / sizeof *aliases };

const char *const query_flags[] = {"breached", "untriaged", NULL};

const char *const query_sort_words[SD_SORTS + 1] = {"number", "opened", "updated", "due", "priority", NULL};

static bool is(const char *name, const char *word, size_t len)
{
	return strlen(name) == len && memcmp(name, word, len) == 0;
}

bool query_is_flag(const char *word, size_t len)
{
	for (size_t i = 0; query_flags[i]; i++)
		if (is(query_flags[i], word, len))
			return true;
	return false;
}

static const char *first_name(const char *name, size_t len)
{
	for (size_t i = 0; i < NALIASES; i++)
		if (is(aliases[i].alias, name, len))
			return aliases[i].name;
	return NULL;
}

const struct query_field *query_field_find(const struct sd_query *q, const char *name, size_t len)
{
	for (size_t i = 0; i < NFIELDS; i++)
		if (is(fields[i].name, name, len))
			return &fields[i];
	for (size_t i = 0; q && i < q->nextra; i++)
		if (is(q->extra[i].name, name, len))
			return &q->extra[i];
	const char *first = first_name(name, len);
	return first ? query_field_find(NULL, first, strlen(first)) : NULL;
}

bool query_comparable(const struct query_field *f)
{
	return f->type == QUERY_LEVEL || f->type == QUERY_INT || f->type == QUERY_TIME || f->type == QUERY_SLA ||
		   f->type == QUERY_LEFT || f->type == QUERY_RISK;
}

bool query_is_untriaged(const struct query_field *f)
{
	return !f->extra && strcmp(f->name, "untriaged") == 0;
}

bool query_is_choice(const struct query_field *f)
{
	return f->extra && strcmp(f->extra->type, "choice") == 0;
}

const char *const *query_field_names(const struct sd_query *q)
{
	const char **list = sd_arena_alloc(q->arena, (NFIELDS + NALIASES + q->nextra + 2) * sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < NFIELDS; i++)
		list[n++] = fields[i].name;
	for (size_t i = 0; i < NALIASES; i++)
		list[n++] = aliases[i].alias;
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
		"hold_ref", "code", "cancel_reason", "major", "tag", "channel", "external", "watcher", "restricted", "reassignments",
		"reopens", "version", "untriaged", "breached", "sla", "left", "clock", "risk", "metric", "subject", "text", "sort", NULL};
	return list;
}

const char *sd_query_sort_word(enum sd_query_sort s)
{
	return s < SD_SORTS ? query_sort_words[s] : query_sort_words[SD_SORT_NUMBER];
}

bool query_sort_find(const char *word, enum sd_query_sort *sort)
{
	const char *first = first_name(word, strlen(word));
	for (int i = 0; i < SD_SORTS; i++)
		if (strcmp(query_sort_words[i], first ? first : word) == 0) {
			*sort = (enum sd_query_sort)i;
			return true;
		}
	return false;
}

const struct query_field *query_order_find(const struct sd_query *q, const char *name)
{
	const struct query_field *f = query_field_find(q, name, strlen(name));
	return f && f->type != QUERY_TAG && f->type != QUERY_TEXT && f->type != QUERY_METRIC && f->type != QUERY_BREACHED &&
				   f->type != QUERY_CLOCK && strcmp(f->col, "watcher") != 0 && !query_is_untriaged(f)
			   ? f
			   : NULL;
}

const char *sd_query_orderable(const struct sd_query *q, const char *name)
{
	const struct query_field *f = query_order_find(q, name);
	return f ? f->name : NULL;
}

const char *const *query_order_words(const struct sd_query *q)
{
	const char *const *all = query_field_names(q);
	size_t n = 0;
	while (all[n])
		n++;
	const char **list = sd_arena_alloc(q->arena, (n + 1) * sizeof *list);
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (query_order_find(q, all[i]))
			list[k++] = all[i];
	return list;
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
