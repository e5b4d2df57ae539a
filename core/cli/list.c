/* ticket list, export: rows go out as they come in, however many there are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/query/columns.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/meta.h"
#include "svcdesk/query.h"
#include "svcdesk/text.h"

enum format { FORMAT_JSON, FORMAT_JSONL, FORMAT_CSV, FORMAT_PLAIN, FORMAT_TABLE };
enum { CHUNK = 32768 };

struct list {
	struct cli *c;
	enum format format;
	const char *const *columns;
	size_t ncolumns;
	enum column_type *type;
	const char *zone;
	struct cli_table *table;
	size_t kind;        /* where the kind of a row stands, for its labels */
	const char **cells; /* of one row of the table */
	struct sd_arena *row;
	struct sd_str out;
	long rows;
};

/* What a list in JSON or CSV always has, and what people see. */
static const char *const record_columns[] = {"number", "kind", "state", "priority", "impact", "urgency", "subject", "requester",
	"group", "assignee", "category", "service", "ci", "opened_at", "updated_at", "resolved_at", "closed_at", "due_at",
	"reassignments", "reopens", "version", "org", "channel", "external", "restricted", "hold_reason", "hold_until", "hold_ref",
	"resolution_code", "cancel_reason", NULL};
static const char *const table_columns[] = {
	"number", "priority", "state", "updated_at", "group", "assignee", "requester", "subject", NULL};

static const char *title(struct cli *c, const char *column)
{
	static const struct {
		const char *column, *title;
	} titles[] = {{"number", N_("number")}, {"kind", N_("kind")}, {"state", N_("state")}, {"priority", N_("P")},
		{"impact", N_("impact")}, {"urgency", N_("urgency")}, {"subject", N_("subject")}, {"requester", N_("requester")},
		{"group", N_("group")}, {"assignee", N_("assignee")}, {"category", N_("category")}, {"service", N_("service")},
		{"ci", N_("CI")}, {"opened_at", N_("opened")}, {"updated_at", N_("updated")}, {"resolved_at", N_("resolved")},
		{"closed_at", N_("closed")}, {"due_at", N_("due")}, {"sla_state", N_("clock")}, {"sla_percent", N_("used %")},
		{"left_minutes", N_("minutes left")}, {"breached", N_("breached")}, {"risk", N_("risk %")}};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (strcmp(titles[i].column, column) == 0)
			return _(titles[i].title);
	return sd_meta_field(cli_meta(c), "", column);
}

static bool named_before(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* A column named twice stands once: the members of an object have different names. */
static const char *const *split_columns(struct cli *c, const char *text)
{
	size_t n = 1;
	for (const char *s = text; *s; s++)
		n += *s == ',';
	const char **list = sd_arena_alloc(c->a, (n + 1) * sizeof *list);
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(text, ","), from = strspn(text, " "), to = len;
		while (to > from && text[to - 1] == ' ')
			to--;
		list[k] = from < to ? sd_arena_strndup(c->a, text + from, to - from) : "";
		k += !named_before(list, k, list[k]);
		text += len + 1;
	}
	list[k] = NULL;
	return list;
}

static void flush(struct list *l, size_t above)
{
	if (l->out.len <= above)
		return;
	cli_print(l->c, l->out.data, l->out.len);
	sd_str_reset(&l->out);
}

/* ---- one row ---- */

static void json_value(struct sd_str *out, enum column_type type, const char *v)
{
	if (!v)
		sd_str_add(out, "null");
	else if (type == COLUMN_INT || type == COLUMN_JSON)
		sd_str_add(out, v);
	else if (type == COLUMN_BOOL)
		sd_str_add(out, *v == 't' ? "true" : "false");
	else
		cli_json_string(out, v);
}

static void json_row(struct list *l, const char *const *values)
{
	if (l->format == FORMAT_JSON)
		sd_str_add(&l->out, l->rows ? ",\n" : "");
	sd_str_addc(&l->out, '{');
	for (size_t i = 0; i < l->ncolumns; i++) {
		sd_str_add(&l->out, i ? "," : "");
		cli_json_string(&l->out, l->columns[i]);
		sd_str_addc(&l->out, ':');
		json_value(&l->out, l->type[i], values[i]);
	}
	sd_str_add(&l->out, l->format == FORMAT_JSONL ? "}\n" : "}");
}

/* What stands in a cell: yes and no as JSON has them, PostgreSQL's t and f are no words of ours. */
static const char *const *cells_of(struct list *l, const char *const *values)
{
	for (size_t i = 0; i < l->ncolumns; i++) {
		l->cells[i] = values[i];
		if (values[i] && l->type[i] == COLUMN_BOOL)
			l->cells[i] = *values[i] == 't' ? "true" : "false";
	}
	return l->cells;
}

/* A spreadsheet takes a text for a formula that begins so: with --csv-safe a quotation mark stands before it. Not by itself: for
 * all other readers the text would be another one. */
static bool formula(const struct list *l, size_t i, const char *v)
{
	return *v && strchr("=+-@\t\r", *v) && l->type[i] == COLUMN_TEXT && cli_has(l->c, "csv-safe");
}

/* Control characters leave the text here too: people look at CSV in terminals. */
static void csv_row(struct list *l, const char *const *values)
{
	struct sd_str clean = {0};
	for (size_t i = 0; i < l->ncolumns; i++) {
		const char *v = values[i] ? values[i] : "";
		sd_str_add(&l->out, i ? "," : "");
		sd_str_reset(&clean);
		if (formula(l, i, v))
			sd_str_addc(&clean, '\'');
		sd_text_clean(&clean, v, strlen(v), SD_CLEAN_BLOCK);
		cli_csv_field(&l->out, clean.data ? clean.data : "");
	}
	sd_str_add(&l->out, "\r\n");
	sd_str_free(&clean);
}

static void plain_row(struct list *l, const char *const *values)
{
	for (size_t i = 0; i < l->ncolumns; i++) {
		const char *v = values[i] ? values[i] : "";
		sd_str_add(&l->out, i ? "\t" : "");
		sd_text_clean(&l->out, v, strlen(v), SD_CLEAN_LINE);
	}
	sd_str_addc(&l->out, '\n');
}

static void table_row(struct list *l, const char *const *values)
{
	struct sd_err ignored;
	sd_arena_reset(l->row);
	cells_of(l, values);
	for (size_t i = 0; i < l->ncolumns; i++) {
		sd_time t;
		if (l->type[i] == COLUMN_TIME && values[i] && sd_time_parse(values[i], "UTC", &t, &ignored))
			l->cells[i] = sd_time_local(l->row, t, l->zone, "%Y-%m-%d %H:%M");
		else if (values[i])
			l->cells[i] = cli_label(l->c, values[l->kind], l->columns[i], values[i]);
	}
	cli_table_row(l->table, l->cells);
}

static bool row(void *arg, int cols, const char *const *names, const char *const *values)
{
	struct list *l = arg;
	(void)cols;
	(void)names;
	switch (l->format) {
	case FORMAT_JSON:
	case FORMAT_JSONL:
		json_row(l, values);
		break;
	case FORMAT_CSV:
		csv_row(l, cells_of(l, values));
		break;
	case FORMAT_PLAIN:
		plain_row(l, cells_of(l, values));
		break;
	case FORMAT_TABLE:
		table_row(l, values);
		break;
	}
	l->rows++;
	flush(l, CHUNK);
	return !l->c->pipe_closed;
}

/* ---- before the first row and after the last ---- */

static void begin(struct list *l)
{
	switch (l->format) {
	case FORMAT_JSON:
		sd_str_add(&l->out, "[");
		break;
	case FORMAT_CSV:
		csv_row(l, l->columns);
		break;
	case FORMAT_PLAIN:
		plain_row(l, l->columns);
		break;
	default:
		break;
	}
}

static void end(struct list *l)
{
	if (l->format == FORMAT_JSON)
		sd_str_add(&l->out, "]\n");
	if (l->format == FORMAT_TABLE)
		cli_table_end(l->table);
	flush(l, 0);
}

static void prepare(struct list *l)
{
	while (l->columns[l->ncolumns])
		l->ncolumns++;
	l->type = sd_arena_alloc(l->c->a, (l->ncolumns + 1) * sizeof *l->type);
	for (size_t i = 0; i < l->ncolumns; i++) {
		const struct column *k = query_column(l->columns[i]);
		l->type[i] = k ? k->type : COLUMN_TEXT;
	}
	l->cells = sd_arena_alloc(l->c->a, (l->ncolumns + 1) * sizeof *l->cells);
	if (l->format != FORMAT_TABLE)
		return;
	const char **titles = sd_arena_alloc(l->c->a, (l->ncolumns + 1) * sizeof *titles);
	for (size_t i = 0; i < l->ncolumns; i++)
		titles[i] = title(l->c, l->columns[i]);
	l->row = sd_arena_new();
	l->zone = *sd_cfg_text(l->c->cfg, "zone") ? sd_cfg_text(l->c->cfg, "zone") : NULL;
	l->table = cli_table_new(l->c, titles, l->ncolumns);
}

/* The types of columns only some kinds have: as the query sees them, so that numbers are numbers in JSON. */
static void typed_columns(struct list *l, const struct sd_query *q)
{
	for (size_t i = 0; i < l->ncolumns; i++) {
		const char *type = sd_query_column_type(q, l->columns[i]);
		if (type && (strcmp(type, "int") == 0 || strcmp(type, "level") == 0))
			l->type[i] = COLUMN_INT;
		else if (type && strcmp(type, "bool") == 0)
			l->type[i] = COLUMN_BOOL;
		else if (type && strcmp(type, "time") == 0)
			l->type[i] = COLUMN_TIME;
	}
}

/* A table shows labels, and those are of a kind: the columns asked for, with the kind behind them. */
static const char *const *with_kind(struct cli *c, const char *const *columns, size_t *kind)
{
	size_t n = 0;
	while (columns[n])
		n++;
	const char **out = sd_arena_alloc(c->a, (n + 2) * sizeof *out);
	memcpy(out, columns, n * sizeof *out);
	out[n] = "kind";
	*kind = n;
	(void)cli_meta(c); /* now: while rows arrive nothing else can be asked */
	return out;
}

static int rows_out(struct cli *c, const struct sd_query *q, enum format format, const char *const *columns, long limit)
{
	struct sd_err err;
	struct sd_query_sql s;
	struct list l = {.c = c, .format = format, .columns = columns};
	struct sd_query_opts o = {
		.mode = SD_QUERY_PAGE, .columns = columns, .limit = (int)limit, .zone = sd_cfg_text(c->cfg, "zone")};
	if (!*o.zone)
		o.zone = NULL;
	if (format == FORMAT_TABLE)
		o.columns = with_kind(c, columns, &l.kind);
	bool ok = sd_query_sql(q, c->a, &o, &s, &err);
	if (!ok)
		return cli_fail(c, &err);
	prepare(&l);
	typed_columns(&l, q);
	int bound = c->cmd->run == cli_export ? 0 : cli_query_bound(c, q, &o);
	sd_conn_timeout(c->conn, bound * 1000); /* an export takes as long as it takes */
	begin(&l);
	if (limit != 0 || !cli_has(c, "limit"))
		ok = sd_conn_each(c->conn, s.sql, s.nparams, s.params, row, &l, &err);
	if (ok && !l.rows)
		ok = cli_is_person(c, &err);
	if (ok || c->pipe_closed)
		end(&l);
	else if (l.rows) /* what is out is out: the reader sees the error on stderr and the status, and an array without its end */
		flush(&l, 0);
	sd_str_free(&l.out);
	sd_arena_free(l.row);
	if (ok || c->pipe_closed)
		return 0;
	if (l.rows)
		c->json = false;
	if (bound && err.cls == SD_ERR_TIMEOUT)
		sd_query_slow(&err, q, bound);
	return cli_fail(c, &err);
}

/* With a limit counting stops there. */
static int count_out(struct cli *c, const struct sd_query *q, long limit)
{
	struct sd_err err;
	struct sd_query_sql s;
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT, .limit = (int)limit, .zone = sd_cfg_text(c->cfg, "zone")};
	if (!*o.zone)
		o.zone = NULL;
	if (!sd_query_sql(q, c->a, &o, &s, &err))
		return cli_fail(c, &err);
	int bound = cli_query_bound(c, q, &o);
	if (bound)
		sd_conn_timeout(c->conn, bound * 1000);
	const char *n = limit == 0 && cli_has(c, "limit") ? "0" : cli_value(c, &err, s.sql, s.nparams, s.params);
	if (!n && bound && err.cls == SD_ERR_TIMEOUT)
		sd_query_slow(&err, q, bound);
	if (!n || (strcmp(n, "0") == 0 && !cli_is_person(c, &err)))
		return cli_fail(c, &err);
	cli_print(c, n, strlen(n));
	cli_print(c, "\n", 1);
	return 0;
}

static bool one_format(struct cli *c, const char *const *names, struct sd_err *err)
{
	const char *first = NULL;
	for (; *names; names++) {
		if (first && cli_has(c, *names)) {
			sd_err_set(err, SD_ERR_INPUT, "usage", _("--%s and --%s do not go together"), first, *names);
			return false;
		}
		if (cli_has(c, *names))
			first = *names;
	}
	return true;
}

static const char *const *columns_of(struct cli *c, const char *const *usual)
{
	return cli_has(c, "columns") ? split_columns(c, cli_get(c, "columns")) : usual;
}

int cli_ticket_list(struct cli *c)
{
	static const char *const formats[] = {"json", "csv", "csv-safe", "plain", "count", NULL};
	struct sd_err err;
	long limit = 0;
	enum format f = cli_has(c, "json") ? FORMAT_JSON : cli_has(c, "csv") || cli_has(c, "csv-safe") ? FORMAT_CSV : FORMAT_PLAIN;
	if (f == FORMAT_PLAIN && !cli_has(c, "plain") && isatty(STDOUT_FILENO))
		f = FORMAT_TABLE;
	if (!one_format(c, formats, &err) || !cli_number(c, "limit", 0, 1000000000, &limit, &err))
		return cli_fail(c, &err);
	const char *const *usual = f == FORMAT_JSON || f == FORMAT_CSV ? record_columns : table_columns;
	const char *text = cli_rest(c, 0), *view = "", *view_columns = NULL;
	if (cli_has(c, "view") && !cli_view_find(c, cli_get(c, "view"), &view, &view_columns, &err))
		return cli_fail(c, &err);
	if (cli_has(c, "view") && *text && !sd_query_parse(c->a, text, NULL, 0, &err) && strcmp(err.id, "unknown_field") != 0) {
		c->query = text; /* what was typed is wrong, not what it became part of */
		return cli_fail(c, &err);
	}
	const char *const *columns = columns_of(c, view_columns ? split_columns(c, view_columns) : usual);
	struct sd_query *q = cli_query(c, sd_query_join(c->a, view, text), columns, &err);
	if (!q)
		return cli_fail(c, &err);
	return cli_has(c, "count") ? count_out(c, q, limit) : rows_out(c, q, f, columns, limit);
}

int cli_export(struct cli *c)
{
	static const char *const formats[] = {"json", "jsonl", "csv", "csv-safe", NULL};
	struct sd_err err;
	enum format f = cli_has(c, "csv") || cli_has(c, "csv-safe") ? FORMAT_CSV : cli_has(c, "jsonl") ? FORMAT_JSONL : FORMAT_JSON;
	if (!one_format(c, formats, &err))
		return cli_fail(c, &err);
	if (!cli_has(c, "json") && !cli_has(c, "jsonl") && !cli_has(c, "csv") && !cli_has(c, "csv-safe")) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", "%s", _("export wants a form: --json, --jsonl or --csv"));
		return cli_fail(c, &err);
	}
	const char *const *columns = columns_of(c, record_columns);
	struct sd_query *q = cli_query(c, cli_rest(c, 0), columns, &err);
	return q ? rows_out(c, q, f, columns, 0) : cli_fail(c, &err);
}
