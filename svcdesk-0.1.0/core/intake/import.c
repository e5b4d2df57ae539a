/* One import: the file is read once into a spool (checked, counted, indexed), then its rows go to the database in the order
 * of record, source time, version and line, in batches that never split a record (unless it is larger than a batch may be). */
#include "core/intake/intake.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/intake/csv.h"
#include "core/intake/form.h"
#include "core/intake/names.h"
#include "core/intake/run.h"
#include "core/intake/sha256.h"
#include "svcdesk/env.h"
#include "svcdesk/clock.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

enum { BATCH_ROWS = 1000, BATCH_ROWS_MAX = 4000, BATCH_MS = 60000, MANY_LINES = 4000, PARTS_MAX = 16, PROBLEMS_MAX = 100000 };

struct spooled {
	int64_t offset; /* in the spool: the fields of the row, NUL after each */
	long line;
	sd_time at;
	int64_t version;
	long record; /* in order of first appearance in the file */
	int part;
};

struct run {
	struct sd_conn *c;
	const struct intake_opts *o;
	struct intake_report *rep;
	const struct intake_form *form;
	struct spooled *row; /* an entry each: a row can have several */
	size_t n, cap;
	FILE *spool;
	int64_t spool_size;
	char *map;
	char sha256[65];
	char file_id[16]; /* of desk.import_file; "" in a dry run */
	int64_t started_ms, told_ms;
	long rows, rows_done; /* of those that have entries */
};

/* ---- report ---- */

void intake_report_problem(struct intake_report *rep, long line, const char *reason)
{
	if (rep->n_problems == PROBLEMS_MAX) { /* a file that is something else altogether must not fill the memory */
		rep->problems_more++;
		return;
	}
	struct intake_problem *p = SD_PUSH(rep->problems, rep->n_problems, rep->cap_problems);

	p->line = line;
	p->reason = sd_strdup(reason);
}

static int by_line(const void *a, const void *b)
{
	const struct intake_problem *x = a, *y = b;

	return x->line != y->line ? (x->line < y->line ? -1 : 1) : strcmp(x->reason, y->reason);
}

/* ---- first pass: file to spool ---- */

/* A file without a name, gone with the process. */
static FILE *spool_open(void)
{
	const char *dir = sd_env_get("TMPDIR");
	struct sd_str path = {0};
	FILE *f = NULL;

	sd_str_addf(&path, "%s/svcdesk-import-XXXXXX", dir ? dir : "/tmp");
	int fd = mkstemp(path.data);
	if (fd >= 0) {
		unlink(path.data);
		f = fdopen(fd, "w+b");
		if (!f)
			close(fd);
	}
	sd_str_free(&path);
	return f;
}

static bool spool_failed(struct sd_err *err)
{
	sd_err_set(err, SD_ERR_INTERNAL, "spool", _("the temporary file cannot be written: %s (TMPDIR names another folder)"),
		strerror(errno));
	return false;
}

/* The entries that the row has; 0 and why when it cannot be taken in. */
static int row_entries(
	struct run *r, const struct csv_record *rec, struct names *records, struct spooled *entry, struct sd_str *why)
{
	int n = 0;

	for (int part = 0; part < r->form->parts && part < PARTS_MAX; part++) {
		struct intake_key key;
		enum intake_has has = r->form->key(r->form->self, part, rec->field, &key, why);
		if (has == INTAKE_BAD)
			return 0;
		if (has == INTAKE_ENTRY)
			entry[n++] =
				(struct spooled){r->spool_size, rec->line, key.at, key.version, names_ordinal(records, key.number), part};
	}
	if (!n && !why->len)
		sd_str_add(why, _("no time of anything that happened"));
	return n;
}

static bool spool_row(struct run *r, struct csv_reader *csv, const struct csv_record *rec, struct names *records,
	struct sd_str *why, struct sd_err *err)
{
	const char *first = rec->field[0], *last = rec->field[rec->n - 1];
	size_t len = (size_t)(last - first) + strlen(last) + 1;
	struct spooled entry[PARTS_MAX];

	r->rep->rows_read++;
	sd_str_reset(why);
	bool fits = rec->n == r->form->count(r->form->self);
	if (!fits)
		sd_str_addf(why, _("%d fields where the header has %d"), rec->n, r->form->count(r->form->self));
	int n = fits ? row_entries(r, rec, records, entry, why) : 0;
	for (int i = 0; i < n; i++)
		*SD_PUSH(r->row, r->n, r->cap) = entry[i];
	if (n) {
		r->spool_size += (int64_t)len;
		return fwrite(first, 1, len, r->spool) == len || spool_failed(err);
	}
	intake_report_problem(r->rep, rec->line, why->data);
	r->rep->rows_skipped++;
	if (!fits || len > MANY_LINES)
		csv_again(csv); /* a quote out of place: the lines in it are rows of their own */
	return true;
}

static bool read_header(struct run *r, struct csv_reader *csv, struct csv_record *first, struct sd_err *err)
{
	struct sd_str unknown = {0}, text = {0};
	enum csv_got got = csv_next(csv, first, err);

	if (got == CSV_END)
		sd_err_set(err, SD_ERR_INPUT, "header_missing", _("%s is empty"), r->o->path);
	else if (got == CSV_BAD)
		sd_err_set(err, SD_ERR_INPUT, "header_missing", _("%s: the header cannot be read: %s"), r->o->path, first->why);
	bool ok = got == CSV_RECORD && r->form->header(r->form->self, first->n, first->field, &unknown, err);
	if (ok && unknown.len) {
		sd_str_addf(&text, _("columns nobody knows, left out: %s"), unknown.data);
		intake_report_problem(r->rep, first->line, text.data);
	}
	sd_str_free(&unknown);
	sd_str_free(&text);
	return ok;
}

static bool read_file(struct run *r, struct csv_reader *csv, struct sd_err *err)
{
	struct csv_record rec;
	struct names *records = names_new();
	struct sd_str why = {0};
	unsigned char digest[32];
	bool ok = read_header(r, csv, &rec, err);

	if (ok && r->form->headless)
		ok = spool_row(r, csv, &rec, records, &why, err);
	for (enum csv_got got = CSV_RECORD; ok && !(r->o->limit && r->rep->rows_read >= r->o->limit);) {
		got = csv_next(csv, &rec, err);
		if (got == CSV_END)
			break;
		if (got == CSV_FAILED) {
			ok = false;
		} else if (got == CSV_BAD) {
			r->rep->rows_read++;
			r->rep->rows_skipped++;
			intake_report_problem(r->rep, rec.line, rec.why);
		} else {
			ok = spool_row(r, csv, &rec, records, &why, err);
		}
		if (ok && r->o->stop && *r->o->stop) {
			sd_err_set(err, SD_ERR_INTERNAL, "interrupted", _("interrupted before anything was written"));
			r->rep->interrupted = true;
			ok = false;
		}
	}
	csv_digest(csv, digest);
	sha256_hex(digest, r->sha256);
	names_free(records);
	sd_str_free(&why);
	return ok;
}

static bool map_spool(struct run *r, struct sd_err *err)
{
	if (fflush(r->spool) != 0)
		return spool_failed(err);
	if (r->spool_size == 0)
		return true;
	r->map = mmap(NULL, (size_t)r->spool_size, PROT_READ, MAP_PRIVATE, fileno(r->spool), 0);
	if (r->map != MAP_FAILED)
		return true;
	r->map = NULL;
	return spool_failed(err);
}

static int by_record(const void *a, const void *b)
{
	const struct spooled *x = a, *y = b;

	if (x->record != y->record)
		return x->record < y->record ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->version != y->version)
		return x->version < y->version ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->part < y->part ? -1 : x->part > y->part;
}

/* ---- second pass: batches ---- */

static bool scalar(
	struct sd_conn *c, const char *sql, int n, const char *const *params, char *out, size_t size, struct sd_err *err)
{
	struct sd_result *res = sd_conn_query(c, sql, n, params, err);

	if (!res)
		return false;
	if (out)
		snprintf(out, size, "%s", sd_result_rows(res) ? sd_result_get(res, 0, 0) : "");
	sd_result_free(res);
	return true;
}

static size_t batch_end(const struct run *r, size_t from)
{
	size_t end = from;

	while (end < r->n && end - from < BATCH_ROWS_MAX && (end - from < BATCH_ROWS || r->row[end].record == r->row[end - 1].record))
		end++;
	return end;
}

static void build_batch(struct run *r, size_t from, size_t end, char **field, struct sd_str *json, struct sd_str *notes)
{
	const struct intake_form *form = r->form;
	int count = form->count(form->self);

	sd_str_reset(json);
	sd_str_addc(json, '[');
	for (size_t i = from; i < end; i++) {
		const struct spooled *s = &r->row[i];
		struct intake_key key;
		char *p = r->map + s->offset;

		for (int k = 0; k < count; k++, p += strlen(p) + 1)
			field[k] = p;
		sd_str_reset(notes);
		form->key(form->self, s->part, field, &key, notes); /* succeeded in the first pass */
		if (i > from)
			sd_str_addc(json, ',');
		form->entry(form->self, s->part, field, s->line, &key, json, notes);
		if (notes->len)
			intake_report_problem(r->rep, s->line, notes->data);
	}
	sd_str_addc(json, ']');
}

static int by_number(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return x < y ? -1 : x > y;
}

/* Rows of a batch: a record is never split, so that all entries of a row are in it (unless it has thousands). */
static long rows_of(const struct run *r, size_t from, size_t end)
{
	long *line = sd_malloc((end - from) * sizeof *line), n = 0;

	for (size_t i = from; i < end; i++)
		line[i - from] = r->row[i].line;
	qsort(line, end - from, sizeof *line, by_number);
	for (size_t i = 0; i < end - from; i++)
		n += i == 0 || line[i] != line[i - 1];
	free(line);
	return n;
}

/* known: of how many rows every entry was held already; NULL: each row has one entry, and the answer counts them. */
static bool add_answer(struct run *r, const char *text, size_t entries, const char *known, struct sd_err *err)
{
	json_error_t je;
	json_t *j = text ? json_loads(text, 0, &je) : NULL, *list, *p;
	size_t i;

	if (!json_is_object(j)) {
		json_decref(j);
		sd_err_set(err, SD_ERR_INTERNAL, "import_answer",
			_("the database gave an answer that is not understood; nothing of this batch was counted"));
		return false;
	}
	json_t *refused = json_object_get(j, "error");
	if (refused) {
		const char *cls = json_string_value(json_object_get(refused, "class")),
				   *id = json_string_value(json_object_get(refused, "id"));
		const char *why = json_string_value(json_object_get(refused, "text"));
		sd_err_set(err, sd_err_class_of(cls ? cls : "internal"), id ? id : "import_refused", "%s",
			why ? why : _("the database refused the import"));
		json_decref(j);
		return false;
	}
	long skipped = (long)json_integer_value(json_object_get(j, "rows_skipped"));
	long events = (long)json_integer_value(json_object_get(j, "events_created"));
	r->rep->rows_skipped += known ? atol(known) : skipped;
	r->rep->events_created += events;
	r->rep->tickets_created += (long)json_integer_value(json_object_get(j, "tickets_created"));
	r->rep->tickets_updated += (long)json_integer_value(json_object_get(j, "tickets_updated"));
	r->rep->transitions_unusual += (long)json_integer_value(json_object_get(j, "transitions_unusual"));
	list = json_object_get(j, "problems");
	json_array_foreach(list, i, p)
	{
		const char *why = json_string_value(json_object_get(p, "reason"));
		intake_report_problem(r->rep, (long)json_integer_value(json_object_get(p, "line")), why ? why : "?");
	}
	json_decref(j);
	if (skipped + events != (long)entries) {
		sd_err_set(err, SD_ERR_INTERNAL, "import_sum",
			_("%ld rows were sent, %ld became events and %ld were skipped: the sum is wrong"), (long)entries, events, skipped);
		return false;
	}
	return true;
}

static void tell(struct run *r, bool end)
{
	int64_t now = sd_clock_mono_ms();

	if (!r->o->progress || (!end && now - r->told_ms < 500))
		return;
	double seconds = (double)(now - r->started_ms) / 1000.0, rate = seconds > 0 ? (double)r->rows_done / seconds : 0;
	r->told_ms = now;
	r->o->progress(r->o->progress_arg, r->rows_done, r->rows, rate, rate > 0 ? (double)(r->rows - r->rows_done) / rate : -1, end);
}

static bool send_batches(struct run *r, struct sd_err *err)
{
	/* the lines are asked for in the same statement: what they say holds before the rows are taken in */
	const char *sql = r->form->parts == 1
						  ? "select desk.import_history($1, $2::int, $3::jsonb)"
						  : "select desk.import_history($1, $2::int, $3::jsonb), desk.import_known($1, $3::jsonb)";
	char **field = sd_calloc((size_t)r->form->count(r->form->self), sizeof *field);
	struct sd_str json = {0}, notes = {0};
	bool ok = true;
	size_t done = 0;

	r->started_ms = sd_clock_mono_ms();
	while (ok && done < r->n) {
		size_t end = batch_end(r, done);
		build_batch(r, done, end, field, &json, &notes);
		const char *params[] = {r->form->source, r->o->dry_run ? NULL : r->file_id, json.data};
		struct sd_result *res = sd_conn_query(r->c, sql, 3, params, err);
		bool row = res && sd_result_rows(res);
		ok = res && add_answer(r, row ? sd_result_get(res, 0, 0) : NULL, end - done,
						row && r->form->parts > 1 ? sd_result_get(res, 0, 1) : NULL, err);
		sd_result_free(res);
		if (ok) {
			r->rows_done += r->form->parts == 1 ? (long)(end - done) : rows_of(r, done, end);
			done = end;
		}
		tell(r, !ok || done == r->n);
		if (ok && done < r->n && r->o->stop && *r->o->stop) {
			r->rep->interrupted = true;
			sd_err_set(err, SD_ERR_INTERNAL, "interrupted",
				_("interrupted after %zu of %zu rows; the same command goes on from there"), (size_t)r->rows_done,
				(size_t)r->rows);
			tell(r, true);
			ok = false;
		}
	}
	sd_str_free(&json);
	sd_str_free(&notes);
	free(field);
	return ok;
}

static bool import_rows(struct run *r, struct sd_err *err)
{
	const char *name = strrchr(r->o->path, '/');
	const char *begin[] = {r->form->source, name ? name + 1 : r->o->path, r->sha256};

	sd_conn_timeout(r->c, BATCH_MS);
	if (!r->o->dry_run &&
		!scalar(r->c, "select desk.import_begin($1, $2, decode($3, 'hex'))", 3, begin, r->file_id, sizeof r->file_id, err))
		return false;
	if (!send_batches(r, err))
		return false;
	if (r->o->dry_run)
		return true;
	char *report = intake_report_json(r->rep);
	const char *end[] = {r->file_id, report};
	bool ok = scalar(r->c, "select desk.import_end($1::int, $2::jsonb)", 2, end, NULL, 0, err);
	free(report);
	return ok;
}

bool intake_run(struct sd_conn *c, const struct intake_opts *o, const struct intake_form *form, const struct csv_form *csv_form,
	struct intake_report *rep, struct sd_err *err)
{
	struct run r = {.c = c, .o = o, .rep = rep, .form = form};
	bool ok = false;
	struct csv_reader *csv = csv_open(o->path, err);

	if (!csv)
		return false;
	csv_set_form(csv, csv_form);
	r.spool = spool_open();
	if (!r.spool)
		sd_err_set(
			err, SD_ERR_INTERNAL, "spool", _("no temporary file can be made: %s (TMPDIR names another folder)"), strerror(errno));
	else
		ok = read_file(&r, csv, err) && map_spool(&r, err);
	csv_close(csv);
	r.rows = rep->rows_read - rep->rows_skipped;
	if (ok) {
		if (r.n)
			qsort(r.row, r.n, sizeof *r.row, by_record);
		ok = import_rows(&r, err);
	}
	if (r.map)
		munmap(r.map, (size_t)r.spool_size);
	if (r.spool)
		fclose(r.spool);
	free(r.row);
	return ok;
}

void intake_report_sort(struct intake_report *rep)
{
	if (rep->n_problems)
		qsort(rep->problems, rep->n_problems, sizeof *rep->problems, by_line);
}
