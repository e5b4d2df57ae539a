/* ci import: files of items and links go to the desk in parts, within one transaction; a dry run takes it back. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/ci_report.h"
#include "core/cli/cli.h"
#include "core/intake/ci.h"
#include "core/intake/intake.h"

enum { ITEMS_A_CALL = 2000, LINKS_A_CALL = 20000, PATIENCE_MS = 600000, TYPES_LATELY = 32 };

static volatile sig_atomic_t stop;

static void interrupted(int signo)
{
	stop = signo;
}

static bool asked_to_stop(void)
{
	return stop != 0;
}

struct import {
	struct cli *c;
	struct sd_err *err;
	struct ci_sheet items, links;
	struct ci_classes classes;
	struct ci_report report;
	char id[16];
	long listed[4]; /* of added, changed, returned, unchanged */
	int64_t started, told;
};

/* ---- talking to the desk ---- */

static bool stopped(struct import *m)
{
	if (stop)
		sd_err_set(m->err, SD_ERR_INTERNAL, "interrupted", _("interrupted; nothing was written"));
	return stop != 0;
}

static json_t *ask(struct import *m, const char *sql, int n, const char *const *params)
{
	struct sd_result *r = sd_conn_query(m->c->conn, sql, n, params, m->err);
	const char *text = r && sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL;
	json_t *j = text ? cli_parse(text, m->err) : NULL;

	if (r && !text)
		sd_err_set(m->err, SD_ERR_INTERNAL, "import_answer", _("the database gave an answer that is not understood"));
	sd_result_free(r);
	if (!j)
		stopped(m); /* then this is why */
	if (!j || json_is_true(json_object_get(j, "ok")))
		return j;
	cli_refusal(m->c, json_object_get(j, "error"), m->err);
	json_decref(j);
	return NULL;
}

static void tell(struct import *m, long done, long total)
{
	int64_t now = sd_clock_mono_ms();
	double seconds = (double)(now - m->started) / 1000.0, rate = seconds > 0 ? (double)done / seconds : 0;

	if (done < total && now - m->told < 500)
		return;
	m->told = now;
	intake_progress_stderr(NULL, done, total, rate, rate > 0 ? (double)(total - done) / rate : -1, done == total);
}

/* ---- beginning ---- */

static bool known_attributes(struct import *m)
{
	struct sd_str list = {0};

	sd_str_addc(&list, '{');
	for (size_t i = 0; i < m->classes.n; i++)
		ci_array_add(&list, m->classes.k[i].name);
	sd_str_addc(&list, '}');
	const char *params[] = {list.data};
	struct sd_result *r = sd_conn_query(
		m->c->conn, "select class, attr from desk.ci_class_attr where class = any ($1::text[]) order by attr", 1, params, m->err);
	for (int i = 0; r && i < sd_result_rows(r); i++)
		ci_class_declared(&m->classes, &m->items, sd_result_get(r, i, 0), sd_result_get(r, i, 1));
	bool ok = r != NULL;
	sd_result_free(r);
	sd_str_free(&list);
	/* a class that is not there yet has what the root has, which is nothing */
	if (ok)
		ci_classes_name(&m->classes, &m->items, &m->report.problems);
	return ok;
}

/* The name of a file as the name of a source: without folder and ending. */
static const char *source_name(struct import *m, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = sd_arena_strdup(m->c->a, slash ? slash + 1 : path);

	name[strcspn(name, ".")] = 0;
	return name;
}

static bool begin(struct import *m)
{
	struct sd_str exts = {0};
	const char *source = cli_get(m->c, "source");

	sd_str_addc(&exts, '{');
	for (size_t i = 0; !source && i < m->items.n; i++)
		ci_array_add(&exts, m->items.row[i].cell[m->items.at[CI_ID]]);
	sd_str_addc(&exts, '}');
	json_t *files = json_pack("{s:s,s:s?}", "cis", m->items.path, "relations", m->links.path);
	const char *params[] = {source, exts.data, source_name(m, m->items.path), cli_dumped(m->c, files)};
	json_t *j = ask(m, "select desk.ci_import_begin($1, $2::text[], $3, $4::jsonb)", 4, params);
	json_decref(files);
	sd_str_free(&exts);
	if (!j)
		return false;
	snprintf(m->id, sizeof m->id, "%d", (int)json_integer_value(json_object_get(j, "import")));
	m->report.source = sd_arena_strdup(m->c->a, cli_word(j, "source"));
	m->report.source_new = json_is_true(json_object_get(j, "new"));
	json_decref(j);
	return true;
}

/* Whether it is among the last few asked for: a file of many rows names few types. */
static bool named_lately(const char **had, size_t *n, const char *type)
{
	for (size_t i = 0; i < TYPES_LATELY && had[i]; i++)
		if (strcmp(had[i], type) == 0)
			return true;
	had[(*n)++ % TYPES_LATELY] = type;
	return false;
}

/* A class that the desk does not take: the rows of it are left out by the desk, each with its reason. */
static bool declare(struct import *m)
{
	struct sd_str classes = {0}, types = {0};

	ci_classes_json(&m->classes, &m->items, &classes);
	sd_str_addc(&types, '{');
	const char *had[TYPES_LATELY] = {0};
	size_t n_had = 0;
	for (size_t k = 0; k < m->links.n; k++)
		if (!named_lately(had, &n_had, m->links.row[k].cell[m->links.at[CI_TYPE]]))
			ci_array_add(&types, m->links.row[k].cell[m->links.at[CI_TYPE]]);
	sd_str_addc(&types, '}');
	const char *params[] = {m->id, classes.data, types.data};
	json_t *j = ask(m, "select desk.ci_import_declare($1::int, $2::jsonb, $3::text[])", 3, params), *o;
	size_t i;
	sd_str_free(&classes);
	sd_str_free(&types);
	json_array_foreach(json_object_get(j, "refused"), i, o)
	{
		const struct ci_class *k = ci_class_of(&m->classes, cli_word(o, "class"));
		struct sd_err why = {0};
		cli_refusal(m->c, json_object_get(o, "error"), &why);
		ci_problem(&m->report.problems, m->items.path, k ? k->line : 1, m->items.at[CI_CLASS] + 1,
			m->items.title[m->items.at[CI_CLASS]], "", "%s", why.text);
	}
	if (j)
		m->report.declared = json_pack("{s:O,s:O,s:O}", "classes", json_object_get(j, "classes"), "attributes",
			json_object_get(j, "attributes"), "types", json_object_get(j, "types"));
	json_decref(j);
	return m->report.declared != NULL;
}

/* ---- items ---- */

static const struct ci_row *row_of(const struct ci_sheet *s, long line)
{
	size_t from = 0, to = s->n;

	while (from < to) {
		size_t mid = (from + to) / 2;
		if (s->row[mid].line < line)
			from = mid + 1;
		else
			to = mid;
	}
	return from < s->n && s->row[from].line == line ? &s->row[from] : NULL;
}

static void refused_item(struct import *m, const json_t *o)
{
	const struct ci_sheet *s = &m->items;
	const json_t *error = json_object_get(o, "error");
	long line = (long)json_integer_value(json_object_get(o, "n"));
	const struct ci_row *row = row_of(s, line);
	struct sd_err why = {0};

	cli_refusal(m->c, error, &why);
	int column = row ? ci_column_of(&m->classes, s, s->at[CI_CLASS] >= 0 ? row->cell[s->at[CI_CLASS]] : "", why.field) : -1;
	ci_problem(&m->report.problems, s->path, line, column + 1, column >= 0 ? s->title[column] : "",
		row ? row->cell[s->at[CI_ID]] : "", _("%s; this row is left out"), why.text);
	m->report.items.left_out++;
}

static void add_items(struct import *m, const json_t *j)
{
	static const char *const ops[] = {"added", "changed", "returned", "unchanged"};
	struct ci_counts *n = &m->report.items;
	long *count[] = {&n->added, &n->changed, &n->returned, &n->unchanged};
	const json_t *o;
	size_t i;

	for (size_t k = 0; k < 4; k++)
		*count[k] += (long)json_integer_value(json_object_get(j, ops[k]));
	json_array_foreach(json_object_get(j, "items"), i, o)
	{
		m->report.kept += json_is_object(json_object_get(o, "kept"));
		for (size_t k = 0; k < 4; k++)
			if (strcmp(cli_word(o, "op"), ops[k]) == 0 && m->listed[k]++ < CI_LISTED)
				json_array_append(m->report.item_list, (json_t *)(uintptr_t)o);
	}
	json_array_foreach(json_object_get(j, "refused"), i, o) refused_item(m, o);
}

static bool send_items(struct import *m, long total)
{
	struct sd_str rows = {0};
	bool ok = true;

	for (size_t from = 0; ok && from < m->items.n; from += ITEMS_A_CALL) {
		size_t to = from + ITEMS_A_CALL < m->items.n ? from + ITEMS_A_CALL : m->items.n;
		sd_str_reset(&rows);
		for (size_t i = from; i < to; i++) {
			sd_str_addc(&rows, i > from ? ',' : '[');
			ci_row_json(&m->classes, &m->items, &m->items.row[i], &rows);
		}
		sd_str_addc(&rows, ']');
		const char *params[] = {m->id, rows.data};
		json_t *j = stopped(m) ? NULL : ask(m, "select desk.ci_import_items($1::int, $2::jsonb)", 2, params);
		ok = j != NULL;
		if (ok) {
			add_items(m, j);
			tell(m, (long)to, total);
		}
		json_decref(j);
	}
	sd_str_free(&rows);
	return ok;
}

/* Rows that were left out here are named all the same: what they are about has not vanished. */
static bool send_seen(struct import *m)
{
	struct sd_str list = {0};

	sd_str_addc(&list, '{');
	for (size_t i = 0; i < m->items.n_seen; i++)
		ci_array_add(&list, m->items.seen[i]);
	sd_str_addc(&list, '}');
	const char *params[] = {m->id, list.data};
	json_t *j = m->items.n_seen ? ask(m, "select desk.ci_import_seen($1::int, $2::text[])", 2, params) : json_null();
	bool ok = j != NULL;
	json_decref(j);
	sd_str_free(&list);
	return ok;
}

/* ---- links ---- */

static bool send_links(struct import *m, long total)
{
	struct sd_str part[4] = {{0}};
	struct ci_sheet *s = &m->links;
	bool ok = true;

	for (size_t from = 0; ok && from < s->n; from += LINKS_A_CALL) {
		size_t to = from + LINKS_A_CALL < s->n ? from + LINKS_A_CALL : s->n;
		for (int k = 0; k < 4; k++) {
			sd_str_reset(&part[k]);
			sd_str_addc(&part[k], '{');
		}
		for (size_t i = from; i < to; i++) {
			sd_str_addf(&part[0], "%s%ld", i > from ? "," : "", s->row[i].line);
			for (int k = 0; k < CI_LINK_COLUMNS; k++)
				ci_array_add(&part[k + 1], s->row[i].cell[s->at[k]]);
		}
		for (int k = 0; k < 4; k++)
			sd_str_addc(&part[k], '}');
		const char *params[] = {m->id, part[0].data, part[1].data, part[2].data, part[3].data};
		json_t *j =
			stopped(m) ? NULL
					   : ask(m, "select desk.ci_import_links($1::int, $2::int[], $3::text[], $4::text[], $5::text[])", 5, params);
		ok = j != NULL;
		json_decref(j);
		if (ok)
			tell(m, (long)(m->items.n + to), total);
	}
	for (int k = 0; k < 4; k++)
		sd_str_free(&part[k]);
	return ok;
}

static void refused_link(struct import *m, const json_t *o)
{
	const struct ci_sheet *s = &m->links;
	long line = (long)json_integer_value(json_object_get(o, "n")), first = (long)json_integer_value(json_object_get(o, "first"));
	const struct ci_row *row = row_of(s, line);
	const char *why = cli_word(o, "why");
	struct ci_problems *all = &m->report.problems;

	if (!row)
		return;
	const char *from = row->cell[s->at[CI_SOURCE]], *to = row->cell[s->at[CI_TARGET]], *type = row->cell[s->at[CI_TYPE]];
	bool target = strcmp(why, "target") == 0;
	int column = s->at[strcmp(why, "source") == 0 ? CI_SOURCE : strcmp(why, "pair") == 0 ? CI_TYPE : CI_TARGET];
	const char *title = s->title[column];
	m->report.relations.left_out++;
	if (strcmp(why, "source") == 0 || target)
		ci_problem(
			all, s->path, line, column + 1, title, from, _("there is no item %s; this row is left out"), target ? to : from);
	else if (strcmp(why, "self") == 0)
		ci_problem(all, s->path, line, column + 1, title, from, _("%s is linked to itself; this row is left out"), from);
	else if (strcmp(why, "pair") == 0)
		ci_problem(all, s->path, line, column + 1, title, from,
			_("%s may not lead from the class of %s to that of %s; this row is left out"), type, from, to);
	else if (strcmp(why, "twice") == 0)
		ci_problem(all, s->path, line, 0, "", from, _("the same link stands in line %ld already; this row is left out"), first);
	else
		ci_problem(all, s->path, line, s->at[CI_SOURCE] + 1, s->title[s->at[CI_SOURCE]], from,
			_("you may not change %s; this row is left out"), from);
}

static bool finish(struct import *m)
{
	char cap[16];
	snprintf(cap, sizeof cap, "%d", CI_LISTED);
	const char *params[] = {m->id, m->report.links ? "true" : "false", m->report.source_new ? "false" : "true",
		m->items.complete ? "true" : "false", m->links.complete ? "true" : "false", cap};
	json_t *j =
		ask(m, "select desk.ci_import_end($1::int, $2::boolean, $3::boolean, $4::boolean, $5::boolean, $6::int)", 6, params);
	const json_t *o, *r = json_object_get(j, "relations");
	struct ci_counts *n = &m->report.relations;
	size_t i;

	if (!j)
		return false;
	m->report.items.vanished = (long)json_integer_value(json_object_get(j, "vanished"));
	json_array_foreach(json_object_get(j, "items"), i, o)
		json_array_append_new(m->report.item_list, json_pack("{s:s,s:O}", "op", "vanished", "id", o));
	n->added = (long)json_integer_value(json_object_get(r, "added"));
	n->returned = (long)json_integer_value(json_object_get(r, "returned"));
	n->vanished = (long)json_integer_value(json_object_get(r, "vanished"));
	n->unchanged = (long)json_integer_value(json_object_get(r, "unchanged"));
	if (json_object_get(r, "items"))
		json_array_extend(m->report.relation_list, json_object_get(r, "items"));
	json_array_foreach(json_object_get(j, "refused"), i, o) refused_link(m, o);
	json_decref(j);
	return true;
}

/* ---- all of it ---- */

static bool carry_out(struct import *m)
{
	long total = (long)(m->items.n + m->links.n);
	bool ok = cli_connect(m->c, m->err) && sd_conn_script(m->c->conn, "begin", m->err);

	if (!ok)
		return false;
	sd_conn_timeout(m->c->conn, PATIENCE_MS);
	sd_conn_interrupt(m->c->conn, asked_to_stop);
	m->started = sd_clock_mono_ms();
	ok = begin(m) && known_attributes(m) && declare(m) && send_items(m, total) && send_seen(m) && send_links(m, total) &&
		 finish(m) && !stopped(m);
	sd_conn_interrupt(m->c->conn, NULL); /* it ends either way */
	struct sd_err other;
	if (ok && !m->report.dry_run)
		ok = sd_conn_script(m->c->conn, "commit", m->err);
	else
		sd_conn_script(m->c->conn, "rollback", ok ? m->err : &other);
	return ok;
}

static bool read_files(struct import *m)
{
	const char *links = cli_get(m->c, "relations");

	if (!ci_read(&m->items, CI_ITEMS, m->c->arg[0], &m->report.problems, m->err))
		return false;
	if (!m->items.read && !cli_get(m->c, "source")) { /* an export that failed would take away all that the one before brought */
		sd_err_set(m->err, SD_ERR_INPUT, "ci_none",
			_("%s holds no items: nothing was done. If all items of a source are gone, name it by --source"), m->items.path);
		return false;
	}
	ci_classes_of(&m->classes, &m->items);
	m->report.links = links != NULL;
	if (links && !ci_read(&m->links, CI_LINKS, links, &m->report.problems, m->err))
		return false;
	m->report.items.read = m->items.read;
	m->report.items.left_out = m->items.left_out;
	m->report.unsure = !m->items.complete;
	m->report.relations.read = m->links.read;
	m->report.relations.left_out = m->links.left_out;
	m->report.links_unsure = links && !m->links.complete;
	return true;
}

int cli_ci_import(struct cli *c)
{
	struct sd_err err = {0};
	struct import m = {.c = c, .err = &err};
	struct sigaction act = {.sa_handler = interrupted}, old;

	m.report.dry_run = cli_has(c, "dry-run");
	m.report.item_list = json_array();
	m.report.relation_list = json_array();
	sigaction(SIGINT, &act, &old);
	bool ok = read_files(&m) && !stopped(&m) && carry_out(&m);
	sigaction(SIGINT, &old, NULL);
	if (ok) {
		ci_problems_sort(&m.report.problems, m.items.path);
		json_t *j = c->json ? ci_report_json(&m.report) : NULL;
		if (j)
			cli_print_json(c, j);
		else
			ci_report_text(c, &m.report);
		json_decref(j);
	}
	free(m.classes.k);
	ci_sheet_free(&m.items);
	ci_sheet_free(&m.links);
	ci_report_free(&m.report);
	return ok ? 0 : cli_fail(c, &err);
}
