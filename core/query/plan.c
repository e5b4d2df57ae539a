/* How the database will answer a query, read from its own EXPLAIN (FORMAT JSON): nothing here guesses from the text. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/query/tree.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

/* Cost units of the planner below which reading everything is no matter: some tens of milliseconds. */
enum { SMALL_COST = 20000 };

struct walk {
	struct sd_query_plan *out;
	char key[64];    /* index of the tickets */
	char driver[64]; /* index of a table beside them that leads to few of them */
	char before[64]; /* index of theirs that gave a list of ids before */
	bool scan;       /* the whole table */
	bool along;      /* an index without a condition: until the page is full */
	bool sort;
	bool text;   /* words are asked for row by row, under an "or": how many pass nobody can say */
	double cost; /* of the whole of that index or table */
};

static const char *str(const json_t *node, const char *key)
{
	const char *s = json_string_value(json_object_get(node, key));
	return s ? s : "";
}

static bool begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool of_tickets(const char *name)
{
	return strcmp(name, "ticket") == 0 || (begins(name, "ticket_p") && strncmp(name, "ticket_pdefault", 15) != 0);
}

static void keep(char to[64], const char *name)
{
	if (!*to)
		snprintf(to, 64, "%s", name);
}

static void look(struct walk *w, const json_t *node)
{
	const char *type = str(node, "Node Type"), *relation = str(node, "Relation Name"), *index = str(node, "Index Name");
	const char *cond = str(node, "Index Cond");
	if (strcmp(type, "Sort") == 0)
		w->sort = true;
	if (begins(str(node, "Function Name"), "search"))
		w->out->serve = SD_SERVE_TEXT;
	double cost = json_number_value(json_object_get(node, "Total Cost"));
	if (strcmp(type, "Seq Scan") == 0 && of_tickets(relation)) {
		w->scan = true;
		w->cost = cost > w->cost ? cost : w->cost;
	}
	if (begins(index, "ticket_p") && !begins(index, "ticket_pdefault")) {
		bool bitmap = strcmp(type, "Bitmap Index Scan") == 0;
		if (strstr(index, "_pkey") && *cond && !strchr(cond, '<') && !strchr(cond, '>')) /* found by another table's index */
			return;
		keep(w->key, index);
		w->along = w->along || (!*cond && str(node, "Filter")[0]);
		w->cost = !*cond && cost > w->cost ? cost : w->cost;
		w->sort = w->sort || bitmap;
	} else if (begins(index, "ticket_tag") || begins(index, "ticket_ci") || begins(index, "watcher") ||
			   begins(index, "sla_clock") || begins(index, "ticket_risk")) {
		keep(w->driver, index);
	}
}

/* Sub-plans ask about single rows; they say nothing of how the tickets are found, but for the text index under an "or". */
static void visit(struct walk *w, const json_t *node, bool aside)
{
	size_t i;
	json_t *kid;
	const char *index = str(node, "Index Name");
	if (!aside)
		look(w, node);
	else if (begins(str(node, "Function Name"), "search"))
		w->text = true;
	else if (begins(index, "ticket_p") && !begins(index, "ticket_pdefault") && !strstr(index, "_pkey"))
		keep(w->before, index);
	json_array_foreach(json_object_get(node, "Plans"), i, kid)
	{
		const char *part = str(kid, "Parent Relationship");
		bool page = strcmp(str(kid, "Subplan Name"), "CTE p") == 0; /* sql.c: the page whose clocks are asked for */
		visit(w, kid, aside || strcmp(part, "SubPlan") == 0 || (strcmp(part, "InitPlan") == 0 && !page));
	}
}

bool sd_query_plan_read(const struct sd_query *q, const char *explained, struct sd_query_plan *out, struct sd_err *err)
{
	json_error_t why;
	json_t *j = json_loads(explained ? explained : "", 0, &why);
	const json_t *top = json_object_get(json_array_get(j, 0), "Plan");
	struct walk w = {.out = out};
	memset(out, 0, sizeof *out);
	if (!top) {
		json_decref(j);
		sd_err_set(err, SD_ERR_INTERNAL, "bad_plan", "%s", _("the database explained its plan in a way that cannot be read"));
		return false;
	}
	out->serve = SD_SERVE_KEYSET;
	out->cost = json_number_value(json_object_get(top, "Total Cost"));
	out->rows = json_number_value(json_object_get(top, "Plan Rows"));
	visit(&w, top, false);
	json_decref(j);
	snprintf(out->index, sizeof out->index, "%s", *w.driver ? w.driver : *w.key ? w.key : w.before);
	bool heavy = (w.scan || w.along) && q->root && (out->cost > SMALL_COST || (w.text && w.cost > SMALL_COST));
	if (w.text)
		out->serve = SD_SERVE_TEXT;
	if (heavy)
		out->serve = SD_SERVE_SCAN;
	else if (out->serve != SD_SERVE_TEXT && w.scan)
		out->serve = SD_SERVE_SMALL;
	else if (out->serve != SD_SERVE_TEXT && (w.sort || *w.driver || !*w.key))
		out->serve = SD_SERVE_INDEX;
	return true;
}

const char *sd_query_plan_word(enum sd_query_serve serve)
{
	static const char *const words[] = {"keyset", "index", "text", "small", "scan"};
	return words[serve];
}

void sd_query_plan_text(const struct sd_query_plan *p, int seconds, char *buf, size_t size)
{
	switch (p->serve) {
	case SD_SERVE_KEYSET:
		snprintf(buf, size, _("keyset index scan on %s"), p->index);
		break;
	case SD_SERVE_INDEX:
		snprintf(buf, size, _("index scan on %s, then sorted"), p->index);
		break;
	case SD_SERVE_TEXT:
		snprintf(buf, size, "%s", _("text index"));
		break;
	case SD_SERVE_SMALL:
		snprintf(buf, size, "%s", _("the whole table, which is small"));
		break;
	case SD_SERVE_SCAN:
		snprintf(buf, size, _("not served by an index: bounded by %d s"), seconds);
		break;
	}
}

/* ---- what to add to a query that took too long ---- */

static bool names(const struct query_node *n, const char *field)
{
	if (!n)
		return false;
	if (n->type == QUERY_LEAF)
		return strcmp(n->field->name, field) == 0;
	for (size_t i = 0; i < n->nkid; i++)
		if (names(n->kid[i], field))
			return true;
	return false;
}

void sd_query_slow(struct sd_err *err, const struct sd_query *q, int seconds)
{
	static const struct {
		const char *field, *term;
	} terms[] = {{"state", "state:open"}, {"group", "group:@mygroups"}, {"assignee", "assignee:@me"},
		{"requester", "requester:NAME"}, {"updated", "updated<7d sort:updated"}};
	char add[160] = "";
	int n = 0;
	for (size_t i = 0; i < sizeof terms / sizeof *terms && n < 3; i++) {
		size_t at = strlen(add);
		if (names(q->root, terms[i].field))
			continue;
		snprintf(add + at, sizeof add - at, "%s%s", n++ ? ", " : "", terms[i].term);
	}
	sd_err_set(err, SD_ERR_TIMEOUT, "query_timeout", _("the query was stopped after %d s: add what an index finds, such as %s"),
		seconds, add);
}
