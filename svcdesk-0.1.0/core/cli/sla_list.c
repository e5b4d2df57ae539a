/* svcdesk sla list: the clocks of tickets, as many as there are; rows go out as they come in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/sla.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/query.h"
#include "svcdesk/text.h"

enum type { TEXT, NUMBER, BOOL, TIME };

static const struct column {
	const char *name;
	enum type type;
	const char *sql;
	const char *title; /* in the table for people; NULL: not there */
} columns[] = {
	{"number", TEXT, "t.number", N_("number")},
	{"metric", TEXT, "c.metric", N_("metric")},
	{"state", TEXT, "c.state", N_("state")},
	{"target_minutes", NUMBER, "trim_scale(round(c.target_s / 60.0, 3))", N_("target")},
	{"calendar", TEXT, "k.name", N_("calendar")},
	{"started_at", TIME, "desk.iso(c.started_at)", N_("started")},
	{"due_at", TIME, "desk.iso(c.due_at)", N_("due")},
	{"paused_minutes", NUMBER, "trim_scale(round(c.paused_s / 60.0, 3))", N_("paused")},
	{"elapsed_minutes", NUMBER, "trim_scale(round(c.elapsed_s / 60.0, 3))", N_("used")},
	{"stopped_at", TIME, "desk.iso(c.stopped_at)", N_("stopped")},
	{"breached_at", TIME, "desk.iso(c.breached_at)", NULL},
	{"sla_type", TEXT, "c.sla_type", NULL},
	{"sla", TEXT, "s.name", N_("agreement")},
	{"cycle", NUMBER, "c.cycle", NULL},
	{"open", BOOL, "c.open", NULL},
	{"superseded", BOOL, "c.superseded", NULL},
	{"cancelled_at", TIME, "desk.iso(c.cancelled_at)", NULL},
	{"cancel_reason", TEXT, "c.cancel_reason", NULL},
	{"risk_at", TIME, "desk.iso(c.risk_at)", NULL},
	{"priority", NUMBER, "c.priority", NULL},
	{"group", TEXT, "(select g.name from desk.support_group g where g.id = nullif(c.group_id, 0))", NULL},
	{"clock", NUMBER, "c.clock_id", NULL},
};
enum { COLUMNS = sizeof columns / sizeof *columns, CHUNK = 32768 };

enum format { JSON, CSV, PLAIN, TABLE };

struct list {
	struct cli *c;
	enum format format;
	struct cli_table *table;
	struct sd_arena *row;
	const char *zone;
	struct sd_str out;
	long rows;
};

static void flush(struct list *l, size_t above)
{
	if (l->out.len <= above)
		return;
	cli_print(l->c, l->out.data, l->out.len);
	sd_str_reset(&l->out);
}

static void json_row(struct list *l, const char *const *values)
{
	sd_str_add(&l->out, l->rows ? ",\n{" : "{");
	for (size_t i = 0; i < COLUMNS; i++) {
		const char *v = values[i];
		sd_str_addf(&l->out, "%s\"%s\":", i ? "," : "", columns[i].name);
		if (!v)
			sd_str_add(&l->out, "null");
		else if (columns[i].type == NUMBER)
			sd_str_add(&l->out, v);
		else if (columns[i].type == BOOL)
			sd_str_add(&l->out, *v == 't' ? "true" : "false");
		else
			cli_json_string(&l->out, v);
	}
	sd_str_addc(&l->out, '}');
}

/* PostgreSQL's t and f are no words of ours. */
static const char *cell(size_t i, const char *v)
{
	return !v ? "" : columns[i].type != BOOL ? v : *v == 't' ? "true" : "false";
}

static void separated_row(struct list *l, const char *const *values, bool csv)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		const char *v = cell(i, values ? values[i] : columns[i].name);
		sd_str_add(&l->out, !i ? "" : csv ? "," : "\t");
		if (!values)
			v = columns[i].name;
		if (csv)
			cli_csv_field(&l->out, v);
		else
			sd_text_clean(&l->out, v, strlen(v), SD_CLEAN_LINE);
	}
	sd_str_add(&l->out, csv ? "\r\n" : "\n");
}

static void table_row(struct list *l, const char *const *values)
{
	const char *cells[COLUMNS];
	size_t n = 0;

	sd_arena_reset(l->row);
	for (size_t i = 0; i < COLUMNS; i++) {
		struct sd_err ignored;
		sd_time t;
		if (!columns[i].title)
			continue;
		cells[n] = values[i];
		if (values[i] && columns[i].type == TIME && sd_time_parse(values[i], "UTC", &t, &ignored))
			cells[n] = sd_time_local(l->row, t, l->zone, "%Y-%m-%d %H:%M");
		else if (values[i] && columns[i].type == NUMBER)
			cells[n] = sla_hours(l->row, strtod(values[i], NULL));
		else if (values[i] && (strcmp(columns[i].name, "state") == 0 || strcmp(columns[i].name, "metric") == 0))
			cells[n] = sla_word(values[i]);
		n++;
	}
	cli_table_row(l->table, cells);
}

static bool row(void *arg, int cols, const char *const *names, const char *const *values)
{
	struct list *l = arg;

	(void)cols;
	(void)names;
	if (l->format == JSON)
		json_row(l, values);
	else if (l->format == TABLE)
		table_row(l, values);
	else
		separated_row(l, values, l->format == CSV);
	l->rows++;
	flush(l, CHUNK);
	return !l->c->pipe_closed;
}

static void begin(struct list *l)
{
	const char *titles[COLUMNS];
	size_t n = 0;

	if (l->format == JSON)
		sd_str_addc(&l->out, '[');
	else if (l->format != TABLE)
		separated_row(l, NULL, l->format == CSV);
	if (l->format != TABLE)
		return;
	(void)cli_meta(l->c); /* now: while rows arrive nothing else can be asked */
	for (size_t i = 0; i < COLUMNS; i++)
		if (columns[i].title)
			titles[n++] = _(columns[i].title);
	l->row = sd_arena_new();
	l->zone = *sd_cfg_text(l->c->cfg, "zone") ? sd_cfg_text(l->c->cfg, "zone") : NULL;
	l->table = cli_table_new(l->c, titles, n);
}

static void end(struct list *l)
{
	if (l->format == JSON)
		sd_str_add(&l->out, "]\n");
	if (l->format == TABLE)
		cli_table_end(l->table);
	flush(l, 0);
}

/* The clocks of what the query finds, in its order. */
static const char *statement(struct cli *c, const struct sd_query_sql *ids)
{
	struct sd_str s = {0};

	sd_str_add(&s, "select ");
	for (size_t i = 0; i < COLUMNS; i++)
		sd_str_addf(&s, "%s%s", i ? ", " : "", columns[i].sql);
	sd_str_addf(&s,
		" from (select i.id, row_number() over () as n from (%s) i(id)) q join desk.clock_now c on c.ticket_id = q.id"
		" join desk.ticket t on t.id = q.id left join desk.calendar_version v on v.id = c.calendar_version"
		" left join desk.calendar k on k.id = v.calendar_id left join desk.sla_target g on g.id = c.target_id"
		" left join desk.sla s on s.id = g.sla_id%s order by q.n, c.sla_type <> 'sla', c.started_at, c.clock_id",
		ids->sql, cli_has(c, "open") ? " where c.open" : "");
	const char *sql = sd_arena_strdup(c->a, s.data);
	sd_str_free(&s);
	return sql;
}

int cli_sla_list(struct cli *c)
{
	struct sd_err err;
	struct sd_query_sql ids;
	struct sd_query_opts o = {.mode = SD_QUERY_IDS, .zone = sd_cfg_text(c->cfg, "zone")};
	struct list l = {.c = c, .format = c->json ? JSON : cli_has(c, "csv") ? CSV : PLAIN};
	struct sd_query *q = cli_query(c, cli_rest(c, 0), NULL, &err);

	if (!*o.zone)
		o.zone = NULL;
	if (l.format == PLAIN && !cli_has(c, "plain") && isatty(STDOUT_FILENO))
		l.format = TABLE;
	if (!q || !sd_query_sql(q, c->a, &o, &ids, &err))
		return cli_fail(c, &err);
	sd_conn_timeout(c->conn, 0); /* it takes as long as it takes */
	begin(&l);
	bool ok = sd_conn_each(c->conn, statement(c, &ids), ids.nparams, ids.params, row, &l, &err);
	if (ok && !l.rows)
		ok = cli_is_person(c, &err);
	if (ok || c->pipe_closed)
		end(&l);
	else if (l.rows) /* what is out is out: the reader sees the error on stderr, and an array without its end */
		flush(&l, 0);
	sd_str_free(&l.out);
	sd_arena_free(l.row);
	if (ok || c->pipe_closed)
		return cli_done(c, 0);
	if (l.rows)
		c->json = false;
	return cli_fail(c, &err);
}
