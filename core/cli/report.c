/* report NAME, report list: figures of a period as a document. */
#include "core/cli/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/query/nearest.h"
#include "svcdesk/restrict.h"

/* ---- JSON: never translated ---- */

static const char *type_word(enum report_type type)
{
	static const char *const words[] = {[REPORT_TEXT] = "text",
		[REPORT_COUNT] = "count",
		[REPORT_MINUTES] = "minutes",
		[REPORT_PERCENT] = "percent",
		[REPORT_FINE] = "percent",
		[REPORT_NUMBER] = "number",
		[REPORT_TIME] = "time",
		[REPORT_METRIC] = "metric",
		[REPORT_UNIT] = "figure",
		[REPORT_HELD] = "bool",
		[REPORT_WORD] = "word"};
	return words[type];
}

static json_t *table_json(const struct report_table *t)
{
	json_t *columns = json_array(), *rows = json_array(), *row;
	size_t i;
	for (size_t k = 0; k < t->ncolumns; k++)
		json_array_append_new(columns, json_pack("{s:s,s:s}", "key", t->columns[k].key, "type", type_word(t->columns[k].type)));
	json_array_foreach(t->rows, i, row)
	{
		json_t *o = json_object();
		for (size_t k = 0; k < t->ncolumns; k++)
			json_object_set(o, t->columns[k].key, json_array_get(row, k));
		json_array_append_new(rows, o);
	}
	return json_pack(
		"{s:s,s:s,s:s,s:o,s:o}", "id", t->id, "query", t->query, "sha256", t->hash, "columns", columns, "rows", rows);
}

static void write_json(struct sd_str *out, const struct report_doc *d)
{
	json_t *tables = json_array();
	for (size_t i = 0; i < d->ntables; i++)
		json_array_append_new(tables, table_json(&d->tables[i]));
	json_t *j = json_pack("{s:s,s:{s:s,s:s,s:s,s:s,s:b},s:s,s:s?,s:s,s:s,s:s,s:o}", "report", d->name, "period", "text",
		d->period, "from", d->from, "to", d->to, "zone", d->zone, "goes_on", d->goes_on, "compared_with", d->before, "customer",
		d->customer, "by", d->by, "generated_at", d->generated, "command", d->again, "tables", tables);
	cli_json_write(out, j, isatty(STDOUT_FILENO) ? 0 : -1);
	sd_str_addc(out, '\n');
	json_decref(j);
}

/* ---- CSV ---- */

/* A text as it is; for spreadsheets what begins like a formula gets a quotation mark before it. */
static void csv_text(struct sd_str *out, const char *text, bool safe)
{
	struct sd_str s = {0};
	sd_str_addf(&s, "%s%s", safe && *text && strchr("=+-@\t\r", *text) ? "'" : "", text);
	cli_csv_field(out, s.data ? s.data : "");
	sd_str_free(&s);
}

static void csv_value(struct sd_str *out, const json_t *v, bool safe)
{
	struct sd_str s = {0};
	if (json_is_string(v)) {
		csv_text(out, json_string_value(v), safe);
		return;
	}
	if (v && !json_is_null(v))
		cli_json_write(&s, v, -1);
	cli_csv_field(out, s.data ? s.data : "");
	sd_str_free(&s);
}

static void csv_table(struct sd_str *out, const struct report_table *t, bool safe)
{
	size_t i;
	json_t *row;
	for (size_t k = 0; k < t->ncolumns; k++)
		sd_str_addf(out, "%s%s", k ? "," : "", t->columns[k].key);
	sd_str_add(out, "\r\n");
	json_array_foreach(t->rows, i, row)
	{
		for (size_t k = 0; k < t->ncolumns; k++) {
			sd_str_add(out, k ? "," : "");
			csv_value(out, json_array_get(row, k), safe);
		}
		sd_str_add(out, "\r\n");
	}
}

/* All tables in one: a line for each value. */
static void csv_all(struct sd_str *out, const struct report_doc *d, bool safe)
{
	size_t i;
	json_t *row;
	sd_str_add(out, "report,period,customer,table,row,column,value,query,sha256\r\n");
	for (size_t n = 0; n < d->ntables; n++) {
		const struct report_table *t = &d->tables[n];
		json_array_foreach(t->rows, i, row) for (size_t k = 0; k < t->ncolumns; k++)
		{
			sd_str_addf(out, "%s,%s,", d->name, d->period);
			csv_text(out, d->customer ? d->customer : "", safe);
			sd_str_addf(out, ",%s,%zu,%s,", t->id, i + 1, t->columns[k].key);
			csv_value(out, json_array_get(row, k), safe);
			sd_str_addc(out, ',');
			cli_csv_field(out, t->query);
			sd_str_addf(out, ",%s\r\n", t->hash);
		}
	}
}

/* ---- the command ---- */

enum form { FORM_MD, FORM_HTML, FORM_CSV, FORM_CSV_SAFE, FORM_JSON, FORMS };
static const char *const forms[FORMS + 1] = {"md", "html", "csv", "csv-safe", "json", NULL};

/* What --format says, else the ending of --output, else Markdown. */
static bool form_of(struct cli *c, enum form *form, struct sd_err *err)
{
	const char *said = cli_get(c, "format"), *file = cli_get(c, "output"), *dot = file ? strrchr(file, '.') : NULL;
	*form = FORM_MD;
	if (!said && c->json)
		said = "json";
	for (int i = 0; i < FORMS; i++) {
		if (said && strcmp(said, forms[i]) == 0)
			*form = (enum form)i;
		else if (!said && dot && strcmp(dot + 1, forms[i]) == 0)
			*form = (enum form)i;
	}
	if (said && strcmp(said, forms[*form]) != 0) {
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("--format is one of md, html, csv, csv-safe, json, not \"%s\""), said);
		return false;
	}
	if (*form == FORM_JSON)
		c->json = true;
	return true;
}

static const struct report_kind *kind_of(struct cli *c, struct sd_err *err)
{
	const char *names[16] = {0};
	size_t n = 0;
	for (const struct report_kind *k = report_kinds; k->name; k++) {
		if (strcmp(k->name, c->arg[0]) == 0)
			return k;
		names[n++] = k->name;
	}
	const char *near = nearest_word(c->arg[0], names);
	if (near)
		sd_err_set(err, SD_ERR_INPUT, "unknown_report", _("there is no report \"%s\"; did you mean %s?"), c->arg[0], near);
	else
		sd_err_set(
			err, SD_ERR_INPUT, "unknown_report", _("there is no report \"%s\"; svcdesk report list shows them"), c->arg[0]);
	return NULL;
}

/* One table alone, if --table names it; the others go. */
static bool only_table(struct cli *c, struct report_doc *d, struct sd_err *err)
{
	const char *id = cli_get(c, "table"), *list = "";
	if (!id)
		return true;
	for (size_t i = 0; i < d->ntables; i++) {
		if (strcmp(d->tables[i].id, id) == 0) {
			struct report_table kept = d->tables[i];
			d->tables[i] = d->tables[0];
			d->tables[0] = kept;
			for (size_t k = 1; k < d->ntables; k++)
				json_decref(d->tables[k].rows);
			d->ntables = 1;
			return true;
		}
		list = sd_arena_printf(c->a, "%s%s%s", list, i ? ", " : "", d->tables[i].id);
	}
	sd_err_set(err, SD_ERR_INPUT, "unknown_table", _("the report has no table %s; it has %s"), id, list);
	return false;
}

static void write_form(struct cli *c, struct sd_str *out, const struct report_doc *d, enum form form)
{
	bool safe = form == FORM_CSV_SAFE;
	switch (form) {
	case FORM_HTML:
		report_html(out, d);
		break;
	case FORM_JSON:
		write_json(out, d);
		break;
	case FORM_CSV:
	case FORM_CSV_SAFE:
		if (cli_has(c, "table"))
			csv_table(out, &d->tables[0], safe);
		else
			csv_all(out, d, safe);
		break;
	default:
		report_markdown(out, d);
	}
}

/* Whole or not at all: beside its place first, then there. */
static bool save(struct cli *c, const char *path, const struct sd_str *s, struct sd_err *err)
{
	if (!sd_restrict_path(path, err))
		return false;
	const char *part = sd_arena_printf(c->a, "%s.part", path);
	FILE *f = fopen(part, "wb");
	bool ok = f && fwrite(s->data, 1, s->len, f) == s->len;
	ok = (f ? fclose(f) == 0 : false) && ok && rename(part, path) == 0;
	if (!ok) {
		sd_err_set(err, SD_ERR_INTERNAL, "output", _("%s cannot be written: %s"), path, strerror(errno));
		remove(part);
	}
	return ok;
}

int cli_report(struct cli *c)
{
	struct sd_err err;
	struct report_doc d = {0};
	struct sd_str out = {0};
	enum form form;
	bool asked = form_of(c, &form, &err);
	const struct report_kind *k = asked ? kind_of(c, &err) : NULL;
	const char *path = cli_get(c, "output");
	bool ok = k && report_build(c, k, &d, &err) && only_table(c, &d, &err);
	if (ok) {
		write_form(c, &out, &d, form);
		if (path && strcmp(path, "-") != 0)
			ok = save(c, path, &out, &err);
		else
			cli_print(c, out.data, out.len);
	}
	report_release(&d);
	sd_str_free(&out);
	return ok ? 0 : cli_fail(c, &err);
}

int cli_report_list(struct cli *c)
{
	const char *titles[] = {_("report"), _("title"), _("period"), _("what it says")};
	json_t *list = json_array();
	struct cli_table *t = c->json ? NULL : cli_table_new(c, titles, 4);
	for (const struct report_kind *k = report_kinds; k->name; k++) {
		json_t *tables = json_array();
		for (const struct report_part *p = k->parts; p->id; p++)
			json_array_append_new(tables, json_string(p->id));
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:o}", "name", k->name, "title", k->title, "period", k->period, "tables", tables));
		if (t)
			cli_table_row(t, (const char *const[]){k->name, _(k->title), k->period, _(k->help)});
	}
	if (t)
		cli_table_end(t);
	else
		cli_print_json(c, list);
	json_decref(list);
	return 0;
}
