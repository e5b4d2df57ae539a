/* Fills a report: each table by one question to the desk, all of them in one view of the data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/report.h"
#include "core/intake/sha256.h"
#include "svcdesk/locale.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"

enum { MAX_COLUMNS = 16, SECONDS = 600 };

struct build {
	struct cli *c;
	struct report_doc *d;
	struct sd_err *err;
	json_t *period, *metrics;            /* of desk.report_period; id -> [unit, target] */
	const char *filter, *services, *org; /* parameters; NULL: null */
	const char *query;                   /* the same as words of the query language, quoted for a shell; "": everything */
};

static const char *text_of(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? s : "";
}

/* Text of the desk as it may be shown: controls and marks that turn it round are taken out, everywhere in it. */
static json_t *clean(json_t *j)
{
	size_t i;
	json_t *v;
	if (json_is_string(j)) {
		struct sd_str s = {0};
		sd_text_clean(&s, json_string_value(j), json_string_length(j), SD_CLEAN_LINE);
		json_string_set(j, s.data ? s.data : "");
		sd_str_free(&s);
	}
	if (json_is_array(j))
		json_array_foreach(j, i, v) clean(v);
	return j;
}

/* The hash of what a table says: its rows as JSON objects in one line each, as --format json has them. */
static void hash(struct report_table *t)
{
	struct sha256 h;
	unsigned char digest[32];
	size_t i;
	json_t *row;
	sha256_init(&h);
	json_array_foreach(t->rows, i, row)
	{
		struct sd_str s = {0};
		sd_str_addc(&s, '{');
		for (size_t k = 0; k < t->ncolumns; k++) {
			sd_str_add(&s, k ? "," : "");
			cli_json_string(&s, t->columns[k].key);
			sd_str_addc(&s, ':');
			cli_json_write(&s, json_array_get(row, k), -1);
		}
		sd_str_add(&s, "}\n");
		sha256_add(&h, s.data, s.len);
		sd_str_free(&s);
	}
	sha256_end(&h, digest);
	sha256_hex(digest, t->hash);
}

/* ---- columns ---- */

static enum report_type unit_type(const struct build *b, const char *metric)
{
	const char *unit = json_string_value(json_array_get(json_object_get(b->metrics, metric), 0));
	if (!unit)
		return REPORT_NUMBER;
	if (strcmp(metric, "availability") == 0)
		return REPORT_FINE;
	return strcmp(unit, "minutes") == 0 ? REPORT_MINUTES : strcmp(unit, "percent") == 0 ? REPORT_PERCENT : REPORT_NUMBER;
}

static const char *metric_name(const struct build *b, const char *id)
{
	const char *name = b->d->label ? b->d->label(b->d->label_arg, sd_arena_printf(b->c->a, "metric.%s.name", id)) : NULL;
	const char *unit = json_string_value(json_array_get(json_object_get(b->metrics, id), 0));
	const char *said = name && *name ? name : id;
	if (unit && strcmp(unit, "minutes") == 0)
		return sd_arena_printf(b->c->a, _("%s, min"), said);
	if (unit && strcmp(unit, "percent") == 0)
		return sd_arena_printf(b->c->a, "%s, %%", said);
	return said;
}

static const char *by_title(const char *by)
{
	static const char *const titles[][2] = {{"priority", N_("Priority")}, {"group", N_("Group")}, {"service", N_("Service")},
		{"customer", N_("Customer")}, {"category", N_("Category")}, {"ci", N_("Configuration item")}, {"cause", N_("Cause")},
		{"kind", N_("Kind")}};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (strcmp(titles[i][0], by) == 0)
			return _(titles[i][1]);
	return _("Time");
}

static void set_columns(struct build *b, struct report_table *t, const struct report_column *columns, size_t n)
{
	struct report_column *copy = sd_arena_alloc(b->c->a, n * sizeof *copy);
	for (size_t i = 0; i < n; i++) {
		copy[i] = columns[i];
		copy[i].title = columns[i].title ? _(columns[i].title) : NULL;
	}
	t->columns = copy;
	t->ncolumns = n;
}

/* The metrics of a part that this desk has, in their order; how many. */
static size_t metrics_of(const struct build *b, const struct report_part *p, const char *ids[REPORT_SERIES + 2])
{
	size_t n = 0;
	for (const char *s = p->metrics; s && *s && n < REPORT_SERIES + 1; s += strcspn(s, " "), s += *s == ' ') {
		char *id = sd_arena_strndup(b->c->a, s, strcspn(s, " "));
		if (json_object_get(b->metrics, id))
			ids[n++] = id;
	}
	return n;
}

/* Label, then for each metric its value and of how many; a target behind them where the chart has one to show. */
static void by_columns(struct build *b, const struct report_part *p, const char *const *ids, size_t n, struct report_table *t)
{
	struct report_column *c = sd_arena_alloc(b->c->a, (2 * n + 2) * sizeof *c);
	bool word = strcmp(p->by, "kind") == 0;
	c[0] = (struct report_column){
		strcmp(p->by, "trend") == 0 ? "time" : p->by, by_title(p->by), word ? REPORT_WORD : REPORT_TEXT, "kind"};
	for (size_t i = 0; i < n; i++) {
		enum report_type type = unit_type(b, ids[i]);
		bool counted = type == REPORT_NUMBER || type == REPORT_FINE; /* would be said twice, or counts days */
		c[2 * i + 1] = (struct report_column){ids[i], metric_name(b, ids[i]), type, NULL};
		c[2 * i + 2] =
			(struct report_column){sd_arena_printf(b->c->a, "%s_n", ids[i]), counted ? NULL : _("n"), REPORT_COUNT, NULL};
		if (i < REPORT_SERIES)
			t->series[i] = (int)(2 * i + 1);
		t->series[i + 1 < REPORT_SERIES ? i + 1 : REPORT_SERIES] = -1;
	}
	t->columns = c;
	t->ncolumns = 2 * n + 1;
	t->value = 1;
	const json_t *target = n == 1 && p->chart == REPORT_BARS ? json_array_get(json_object_get(b->metrics, ids[0]), 1) : NULL;
	if (json_is_number(target)) {
		c[t->ncolumns] = (struct report_column){"target", _("Target"), c[1].type, NULL};
		t->line = (int)t->ncolumns++;
	}
}

/* ---- the questions ---- */

/* The rows; NULL and err when the desk does not answer. */
static json_t *ask(struct build *b, const char *sql, int n, const char *const *params)
{
	json_t *rows = cli_json(b->c, b->err, sql, n, params);
	return rows ? clean(rows) : NULL;
}

static const char *period_text(const struct build *b)
{
	return text_of(b->period, "text");
}

/* kind: only of this one; NULL: of all. */
static const char *command_of(struct build *b, const char *what, const char *period, const char *by, const char *kind)
{
	const char *words = !kind && !*b->query ? ""
											: sd_arena_printf(b->c->a, " --query '%s%s%s%s'", kind ? "kind:" : "",
												  kind ? kind : "", kind && *b->query ? " " : "", b->query);
	return sd_arena_printf(b->c->a, "svcdesk %s --period %s%s%s%s", what, period, by ? " --by " : "", by ? by : "", words);
}

static const char *command(struct build *b, const char *what, const char *period, const char *by)
{
	return command_of(b, what, period, by, NULL);
}

static const char *array_of(struct build *b, const char *const *ids, size_t n)
{
	struct sd_str s = {0};
	sd_str_addc(&s, '{');
	for (size_t i = 0; i < n; i++)
		sd_str_addf(&s, "%s%s", i ? "," : "", ids[i]);
	sd_str_addc(&s, '}');
	const char *out = sd_arena_strdup(b->c->a, s.data);
	sd_str_free(&s);
	return out;
}

static const char *commands(struct build *b, const char *const *ids, size_t n, const char *period, const char *by)
{
	const char *all = "";
	for (size_t i = 0; i < n; i++)
		all = sd_arena_printf(
			b->c->a, "%s%s%s", all, i ? "; " : "", command(b, sd_arena_printf(b->c->a, "metric get %s", ids[i]), period, by));
	return all;
}

static bool glance(struct build *b, const struct report_part *p, struct report_table *t)
{
	static const struct report_column columns[] = {{"metric", N_("Figure"), REPORT_METRIC, NULL},
		{"value", N_("Value"), REPORT_UNIT, NULL}, {"n", N_("n"), REPORT_COUNT, NULL},
		{"previous", N_("Before"), REPORT_UNIT, NULL}, {"previous_n", NULL, REPORT_COUNT, NULL},
		{"change", N_("Relative change, %"), REPORT_NUMBER, NULL}, {"target", N_("Target"), REPORT_UNIT, NULL},
		{"held", N_("Held"), REPORT_HELD, NULL}, {"unit", NULL, REPORT_TEXT, NULL}, {"direction", NULL, REPORT_TEXT, NULL}};
	const char *ids = "{}", *from = text_of(b->period, "from"), *to = text_of(b->period, "to");
	ids = sd_arena_printf(b->c->a, "{%s}", p->metrics);
	for (char *s = (char *)(uintptr_t)ids; *s; s++)
		if (*s == ' ')
			*s = ',';
	const char *params[] = {ids, from, to, text_of(json_object_get(b->period, "previous"), "from"), b->filter, b->services};
	t->rows =
		ask(b, "select desk.report_glance($1::text[], $2::timestamptz, $3::timestamptz, $4::timestamptz, $5::jsonb, $6::jsonb)",
			6, params);
	t->query = command(b, "metric get ID",
		sd_arena_printf(b->c->a, "%s --compare %s", period_text(b), text_of(json_object_get(b->period, "previous"), "text")),
		NULL);
	set_columns(b, t, columns, sizeof columns / sizeof *columns);
	return t->rows != NULL;
}

static bool by(struct build *b, const struct report_part *p, struct report_table *t)
{
	const char *ids[REPORT_SERIES + 2];
	size_t n = metrics_of(b, p, ids), i;
	bool trend = strcmp(p->by, "trend") == 0, time = strcmp(p->by, "time") == 0;
	const json_t *range = trend ? json_object_get(b->period, "trend") : b->period;
	const char *field = trend || time ? text_of(range, "by") : p->by;
	const char *params[] = {array_of(b, ids, n), field, text_of(range, "from"), text_of(range, "to"), b->filter, b->services};
	json_t *row;
	by_columns(b, p, ids, n, t);
	t->rows =
		n ? ask(b, "select desk.report_by($1::text[], $2, $3::timestamptz, $4::timestamptz, $5::jsonb, $6::jsonb)", 6, params)
		  : json_array();
	t->query = commands(b, ids, n, text_of(range, "text"), field);
	if (t->rows && t->line >= 0)
		json_array_foreach(t->rows, i, row) json_array_append(row, json_array_get(json_object_get(b->metrics, ids[0]), 1));
	return t->rows != NULL;
}

/* Of one kind where the part names it in place of metrics. */
static bool pareto(struct build *b, const struct report_part *p, struct report_table *t)
{
	bool cause = strcmp(p->by, "cause") == 0;
	const struct report_column columns[] = {
		{p->by, NULL, cause ? REPORT_WORD : REPORT_TEXT, p->metrics ? "choice.cause" : "choice.resolution_code"},
		{"n", N_("Tickets"), REPORT_COUNT, NULL}, {"share", N_("Share, %"), REPORT_NUMBER, NULL},
		{"cumulative", N_("Sum, %"), REPORT_NUMBER, NULL}, {"in_set", NULL, REPORT_TEXT, NULL}};
	const char *filter = !p->metrics ? b->filter
						 : b->org    ? sd_arena_printf(b->c->a, "{\"org\": %s, \"kind\": \"%s\"}", b->org, p->metrics)
									 : sd_arena_printf(b->c->a, "{\"kind\": \"%s\"}", p->metrics);
	const char *params[] = {p->by, period_text(b), filter};
	t->rows = ask(b, "select desk.report_pareto($1, $2, $3::jsonb)", 3, params);
	t->query = command_of(b, "metric get pareto_share", period_text(b), p->by, p->metrics);
	set_columns(b, t, columns, sizeof columns / sizeof *columns);
	((struct report_column *)(uintptr_t)t->columns)[0].title = by_title(p->by);
	t->value = 1;
	t->line = 3;
	return t->rows != NULL;
}

static bool availability(struct build *b, struct report_table *t)
{
	static const struct report_column columns[] = {{"service", N_("Service"), REPORT_TEXT, NULL},
		{"availability", N_("Availability, %"), REPORT_FINE, NULL}, {"target", N_("Target, %"), REPORT_FINE, NULL},
		{"ast_minutes", N_("Agreed"), REPORT_MINUTES, NULL}, {"down_minutes", N_("Down"), REPORT_MINUTES, NULL},
		{"degraded_minutes", N_("Degraded"), REPORT_MINUTES, NULL}, {"planned_minutes", N_("Planned"), REPORT_MINUTES, NULL},
		{"budget_minutes", N_("Budget"), REPORT_NUMBER, NULL}, {"budget_left_minutes", N_("Budget left"), REPORT_NUMBER, NULL},
		{"outages", N_("Outages"), REPORT_COUNT, NULL}, {"mtbf_minutes", N_("MTBF"), REPORT_MINUTES, NULL},
		{"mtrs_minutes", N_("MTRS"), REPORT_MINUTES, NULL}};
	const char *params[] = {period_text(b), b->services};
	t->rows = ask(b, "select desk.report_availability($1, $2::jsonb)", 2, params);
	t->query = sd_arena_printf(b->c->a, "svcdesk availability --period %s --json", period_text(b));
	set_columns(b, t, columns, sizeof columns / sizeof *columns);
	t->value = 8;
	t->line = 7;
	return t->rows != NULL;
}

static bool outages(struct build *b, struct report_table *t)
{
	static const struct report_column columns[] = {{"service", N_("Service"), REPORT_TEXT, NULL},
		{"kind", N_("Kind"), REPORT_WORD, "outage.kind"}, {"from", N_("From"), REPORT_TIME, NULL},
		{"until", N_("Until"), REPORT_TIME, NULL}, {"agreed_minutes", N_("Minutes"), REPORT_MINUTES, NULL},
		{"ticket", N_("Ticket"), REPORT_TEXT, NULL}};
	const char *params[] = {text_of(b->period, "from"), text_of(b->period, "to"), b->services};
	t->rows = ask(b, "select desk.report_outages($1::timestamptz, $2::timestamptz, $3::jsonb)", 3, params);
	t->query = sd_arena_printf(b->c->a, "svcdesk outage list --period %s --json", period_text(b));
	set_columns(b, t, columns, sizeof columns / sizeof *columns);
	return t->rows != NULL;
}

/* Lists of the period: a function of from, to and organisation. */
static bool listed(
	struct build *b, const char *sql, const char *query, const struct report_column *columns, size_t n, struct report_table *t)
{
	const char *params[] = {text_of(b->period, "from"), text_of(b->period, "to"), b->org};
	t->rows = ask(b, sql, 3, params);
	t->query = query;
	set_columns(b, t, columns, n);
	return t->rows != NULL;
}

#define LISTED(sql, query)                                                                                                       \
	listed(b, "select desk." sql "($1::timestamptz, $2::timestamptz, $3::int)", query, columns,                                  \
		sizeof columns / sizeof *columns, t)

static bool breaches(struct build *b, struct report_table *t)
{
	static const struct report_column columns[] = {{"number", N_("Ticket"), REPORT_TEXT, NULL},
		{"subject", N_("Subject"), REPORT_TEXT, NULL}, {"priority", N_("Priority"), REPORT_TEXT, NULL},
		{"group", N_("Group"), REPORT_TEXT, NULL}, {"clock", N_("Clock"), REPORT_TEXT, NULL},
		{"due", N_("Due"), REPORT_TIME, NULL}, {"late_minutes", N_("Late, min"), REPORT_MINUTES, NULL},
		{"category", N_("Category"), REPORT_TEXT, NULL}, {"why", N_("Why"), REPORT_WORD, "report.why"}};
	return LISTED("report_breaches", sd_arena_printf(b->c->a, "svcdesk sla list breached --json"));
}

static bool breach_causes(struct build *b, struct report_table *t)
{
	static const struct report_column columns[] = {{"why", N_("Why"), REPORT_WORD, "report.why"},
		{"n", N_("Clocks"), REPORT_COUNT, NULL}, {"share", N_("Share, %"), REPORT_NUMBER, NULL},
		{"cumulative", N_("Sum, %"), REPORT_NUMBER, NULL}};
	t->value = 1;
	t->line = 3;
	return LISTED("report_breach_causes", sd_arena_printf(b->c->a, "svcdesk sla list breached --json"));
}

static bool majors(struct build *b, struct report_table *t)
{
	static const struct report_column columns[] = {{"number", N_("Ticket"), REPORT_TEXT, NULL},
		{"subject", N_("Subject"), REPORT_TEXT, NULL}, {"service", N_("Service"), REPORT_TEXT, NULL},
		{"opened", N_("Opened"), REPORT_TIME, NULL}, {"resolved", N_("Resolved"), REPORT_TIME, NULL},
		{"minutes", N_("Minutes"), REPORT_MINUTES, NULL}, {"cause", N_("Cause"), REPORT_TEXT, NULL}};
	return LISTED("report_majors",
		sd_arena_printf(b->c->a, "svcdesk metric get opened --period %s --query major:accepted", period_text(b)));
}

/* What the figures call for. The first column is a metric, a service, a ticket or a category. */
static bool actions(struct build *b, const struct report_part *p, struct report_table *t)
{
	static const struct report_column columns[] = {{"what", N_("Why"), REPORT_WORD, "report.action"},
		{"about", N_("What"), REPORT_METRIC, NULL}, {"value", N_("Is"), REPORT_UNIT, NULL},
		{"target", N_("Was to be"), REPORT_UNIT, NULL}, {"unit", NULL, REPORT_TEXT, NULL},
		{"owner", N_("Answers for it"), REPORT_WORD, "role"}};
	char *ids = sd_arena_printf(b->c->a, "{%s}", p->metrics);
	for (char *s = ids; *s; s++)
		if (*s == ' ')
			*s = ',';
	const char *params[] = {
		ids, period_text(b), text_of(b->period, "from"), text_of(b->period, "to"), b->filter, b->services, b->org};
	t->rows = ask(b,
		"select desk.report_actions($1::text[], $2, $3::timestamptz, $4::timestamptz, $5::jsonb, $6::jsonb, $7::int)", 7, params);
	t->query =
		sd_arena_printf(b->c->a, "%s; svcdesk availability --period %s; %s", command(b, "metric get ID", period_text(b), NULL),
			period_text(b), command(b, "metric get pareto_share", period_text(b), "category"));
	set_columns(b, t, columns, sizeof columns / sizeof *columns);
	return t->rows != NULL;
}

static bool scores(struct build *b, struct report_table *t)
{
	static const struct report_column columns[] = {
		{"score", N_("Score"), REPORT_COUNT, NULL}, {"n", N_("Ratings"), REPORT_COUNT, NULL}};
	t->value = 1;
	return LISTED("report_scores", command(b, "metric get csat", period_text(b), NULL));
}

static bool oldest(struct build *b, struct report_table *t)
{
	static const struct report_column columns[] = {{"number", N_("Ticket"), REPORT_TEXT, NULL},
		{"subject", N_("Subject"), REPORT_TEXT, NULL}, {"priority", N_("Priority"), REPORT_TEXT, NULL},
		{"group", N_("Group"), REPORT_TEXT, NULL}, {"assignee", N_("Assignee"), REPORT_TEXT, NULL},
		{"opened", N_("Opened"), REPORT_TIME, NULL}, {"days", N_("Days"), REPORT_NUMBER, NULL}};
	const char *params[] = {text_of(b->period, "to"), b->filter};
	t->rows = ask(b, "select desk.report_oldest($1::timestamptz, $2::jsonb)", 2, params);
	t->query = command(b, "metric get backlog_age", period_text(b), NULL);
	set_columns(b, t, columns, sizeof columns / sizeof *columns);
	return t->rows != NULL;
}

static bool ages(struct build *b, struct report_table *t)
{
	static const struct report_column columns[] = {
		{"days", N_("Days"), REPORT_TEXT, NULL}, {"n", N_("Tickets"), REPORT_COUNT, NULL}};
	const char *params[] = {text_of(b->period, "to"), b->filter};
	t->rows = ask(b, "select desk.report_ages($1::timestamptz, $2::jsonb)", 2, params);
	t->query = command(b, "metric get backlog_age", period_text(b), NULL);
	set_columns(b, t, columns, sizeof columns / sizeof *columns);
	t->value = 1;
	return t->rows != NULL;
}

static bool fill(struct build *b, const struct report_part *p, struct report_table *t)
{
	switch (p->from) {
	case FROM_GLANCE:
		return glance(b, p, t);
	case FROM_BY:
		return by(b, p, t);
	case FROM_PARETO:
		return pareto(b, p, t);
	case FROM_AVAILABILITY:
		return availability(b, t);
	case FROM_OUTAGES:
		return outages(b, t);
	case FROM_BREACHES:
		return breaches(b, t);
	case FROM_BREACH_CAUSES:
		return breach_causes(b, t);
	case FROM_OLDEST:
		return oldest(b, t);
	case FROM_AGES:
		return ages(b, t);
	case FROM_MAJORS:
		return majors(b, t);
	case FROM_ACTIONS:
		return actions(b, p, t);
	case FROM_SCORES:
		return scores(b, t);
	}
	return false;
}

/* ---- the whole ---- */

static const char *label(void *arg, const char *key)
{
	const struct sd_meta *m = cli_meta(arg);
	return m ? sd_meta_label(m, key) : NULL;
}

static bool customer(struct build *b, const char *name)
{
	json_t *j = cli_json(b->c, b->err, "select desk.report_customer($1)", 1, &name);
	if (!j)
		return false;
	struct sd_str s = {0};
	clean(json_object_get(j, "name"));
	b->d->customer = sd_arena_strdup(b->c->a, text_of(j, "name"));
	b->org = sd_arena_printf(b->c->a, "%ld", (long)json_integer_value(json_object_get(j, "id")));
	b->filter = sd_arena_printf(b->c->a, "{\"org\": %s}", b->org);
	sd_str_add(&s, "org:\"");
	for (const char *p = b->d->customer; *p; p++)
		if (*p == '\'')
			sd_str_add(&s, "'\\''");
		else if (*p == '"' || *p == '\\')
			sd_str_addf(&s, "\\%c", *p);
		else
			sd_str_addc(&s, *p);
	sd_str_addc(&s, '"');
	b->query = sd_arena_strdup(b->c->a, s.data);
	sd_str_free(&s);
	json_decref(j);
	const char *params[] = {b->org, text_of(b->period, "from"), text_of(b->period, "to")};
	const char *services =
		cli_value(b->c, b->err, "select desk.report_services($1::int, $2::timestamptz, $3::timestamptz)", 3, params);
	b->services = services;
	return services != NULL;
}

/* Period, who asks, what the desk is called, its metrics: before the first table. */
static bool begin(struct build *b, const struct report_kind *k)
{
	const char *period = cli_get(b->c, "period") ? cli_get(b->c, "period") : k->period;
	json_t *j = cli_json(b->c, b->err,
		"select jsonb_build_object('period', desk.report_period($1), 'now', desk.iso(desk.now()), "
		"'desk', (select s.value from desk.setting s where s.key = 'desk.name'), 'sample', (select s.value from desk.setting s "
		"where s.key = 'desk.sample'), "
		"'by', (select coalesce(p.login, p.name) from desk.person p where p.id = desk.me()), "
		"'metrics', (select jsonb_object_agg(m.id, jsonb_build_array(m.unit, m.target)) from desk.metric m))",
		1, &period);
	struct report_doc *d = b->d;
	if (!j)
		return false;
	b->period = json_incref(json_object_get(j, "period"));
	b->metrics = json_incref(json_object_get(j, "metrics"));
	d->generated = sd_arena_strdup(b->c->a, text_of(j, "now"));
	d->desk = sd_arena_strdup(b->c->a, json_string_value(clean(json_object_get(j, "desk"))) ? text_of(j, "desk") : "svcdesk");
	d->by = sd_arena_strdup(b->c->a, text_of(j, "by"));
	d->sample = json_is_true(json_object_get(j, "sample"));
	bool person = !json_is_null(json_object_get(j, "by"));
	json_decref(j);
	if (!person)
		return cli_is_person(b->c, b->err);
	if (!json_is_object(b->period)) {
		sd_err_set(b->err, SD_ERR_INPUT, "bad_period",
			_("\"%s\" is not a period of whole days: 2026-10, 2026-W41, 2026-10-05, 2026-10-01..2026-10-15, last-month"), period);
		return false;
	}
	d->period = sd_arena_strdup(b->c->a, period_text(b));
	d->from = sd_arena_strdup(b->c->a, text_of(b->period, "from"));
	d->to = sd_arena_strdup(b->c->a, text_of(b->period, "to"));
	d->zone = sd_arena_strdup(b->c->a, text_of(b->period, "zone"));
	d->before = sd_arena_strdup(b->c->a, text_of(json_object_get(b->period, "previous"), "text"));
	d->goes_on = json_is_true(json_object_get(b->period, "goes_on"));
	return true;
}

static bool tables(struct build *b, const struct report_kind *k)
{
	struct report_doc *d = b->d;
	size_t n = 0;
	while (k->parts[n].id)
		n++;
	d->tables = sd_arena_alloc(b->c->a, n * sizeof *d->tables);
	for (size_t i = 0; i < n; i++) {
		const struct report_part *p = &k->parts[i];
		struct report_table *t = &d->tables[d->ntables++];
		*t = (struct report_table){.id = p->id,
			.section = _(p->section),
			.title = _(p->title),
			.note = p->note ? _(p->note) : NULL,
			.chart = p->chart,
			.line = -1};
		t->series[0] = -1;
		if (isatty(STDERR_FILENO))
			fprintf(stderr, "\r\033[K%s %zu/%zu", t->title, i + 1, n);
		if (!fill(b, p, t))
			break;
		hash(t);
	}
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	return d->ntables == n && d->tables[n - 1].rows;
}

bool report_build(struct cli *c, const struct report_kind *k, struct report_doc *d, struct sd_err *err)
{
	struct build b = {.c = c, .d = d, .err = err, .filter = "{}", .query = ""};
	const char *who = cli_get(c, "customer");
	*d = (struct report_doc){
		.a = c->a, .name = k->name, .title = _(k->title), .lang = sd_locale_language(), .label = label, .label_arg = c};
	if (!cli_connect(c, err))
		return false;
	cli_meta(c);
	sd_conn_timeout(c->conn, SECONDS * 1000);
	/* one view of the data: its tables agree with each other */
	bool ok = sd_conn_script(c->conn, "begin isolation level repeatable read read only", err) && begin(&b, k) &&
			  (!who || customer(&b, who)) && tables(&b, k);
	if (ok)
		d->again = sd_arena_printf(c->a, "svcdesk report %s --period %s%s", k->name, d->period,
			who ? sd_arena_printf(c->a, " --customer '%s'", d->customer) : "");
	json_decref(b.period);
	json_decref(b.metrics);
	return ok;
}

void report_release(struct report_doc *d)
{
	for (size_t i = 0; i < d->ntables; i++)
		json_decref(d->tables[i].rows);
}
