/* Files of items and links: header in any order, each row checked by itself. */
#include "core/intake/ci.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/intake/csv.h"
#include "core/intake/names.h"
#include "core/text/utf8.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { PROBLEMS_MAX = 100000, MANY_LINES = 4000 };

/* ---- problems ---- */

void ci_problem(
	struct ci_problems *all, const char *file, long line, int column, const char *name, const char *id, const char *reason, ...)
{
	if (all->n == PROBLEMS_MAX) { /* a file that is something else altogether must not fill the memory */
		all->more++;
		return;
	}
	if (!all->a)
		all->a = sd_arena_new();
	struct sd_str text = {0};
	char part[2048];
	va_list ap;

	va_start(ap, reason);
	vsnprintf(part, sizeof part, reason, ap);
	va_end(ap);
	sd_text_clean(&text, part, strlen(part), SD_CLEAN_LINE);
	*SD_PUSH(all->p, all->n, all->cap) =
		(struct ci_problem){sd_arena_strdup(all->a, file), line, column, sd_arena_strdup(all->a, name ? name : ""),
			sd_arena_strdup(all->a, id ? id : ""), sd_arena_strdup(all->a, text.data ? text.data : "")};
	sd_str_free(&text);
}

static const char *sort_first;

static int by_place(const void *a, const void *b)
{
	const struct ci_problem *x = a, *y = b;
	bool fx = strcmp(x->file, sort_first) != 0, fy = strcmp(y->file, sort_first) != 0;

	if (fx != fy)
		return fx ? 1 : -1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->column != y->column ? (x->column < y->column ? -1 : 1) : strcmp(x->reason, y->reason);
}

void ci_problems_sort(struct ci_problems *all, const char *first)
{
	sort_first = first;
	if (all->n)
		qsort(all->p, all->n, sizeof *all->p, by_place);
}

void ci_problems_free(struct ci_problems *all)
{
	sd_arena_free(all->a);
	free(all->p);
	*all = (struct ci_problems){0};
}

/* ---- header ---- */

static const struct {
	enum ci_kind kind;
	int column;
	const char *title;
} known[] = {{CI_ITEMS, CI_ID, "ci_id"}, {CI_ITEMS, CI_ID, "ident"}, {CI_ITEMS, CI_ID, "id"}, {CI_ITEMS, CI_CLASS, "class"},
	{CI_ITEMS, CI_CLASS, "ci_class"}, {CI_ITEMS, CI_NAME, "name"}, {CI_ITEMS, CI_CRITICAL, "critical"},
	{CI_LINKS, CI_SOURCE, "source"}, {CI_LINKS, CI_SOURCE, "from"}, {CI_LINKS, CI_TYPE, "type"}, {CI_LINKS, CI_TYPE, "relation"},
	{CI_LINKS, CI_TARGET, "target"}, {CI_LINKS, CI_TARGET, "to"}};

/* A title as a word: "Installed KiB" is installed_kib. NULL: nothing of it can stand in one. */
static const char *word_of(struct sd_arena *a, const char *title)
{
	char *out = sd_arena_alloc(a, strlen(title) + 3);
	size_t n = 0;

	for (const char *p = title; *p; p++) {
		unsigned char c = (unsigned char)*p;
		if (c >= 0x80)
			return NULL;
		if (isalnum(c)) {
			if (n == 0 && isdigit(c)) {
				out[n++] = 'x';
				out[n++] = '_';
			}
			out[n++] = (char)tolower(c);
		} else if (n && out[n - 1] != '_') {
			out[n++] = '_';
		}
	}
	while (n && out[n - 1] == '_')
		out[--n] = 0;
	return n && n <= 59 ? out : NULL;
}

static char *clean_cell(struct sd_arena *a, const char *text, enum sd_clean mode)
{
	struct sd_str s = {0};
	size_t n = strlen(text);

	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	while (n && strchr(" \t\r\n", *text)) {
		text++;
		n--;
	}
	if (sd_text_is_clean(text, n, mode))
		return sd_arena_strndup(a, text, n);
	sd_text_clean(&s, text, n, mode);
	char *out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

/* The column of a file by its first title that is there. */
static void find_columns(struct ci_sheet *s, enum ci_kind kind)
{
	for (size_t k = 0; k < sizeof known / sizeof *known; k++)
		for (int i = 0; known[k].kind == kind && i < s->n_column && s->at[known[k].column] < 0; i++)
			if (s->key[i] && strcmp(s->key[i], known[k].title) == 0)
				s->at[known[k].column] = i;
}

static void keys_of(struct ci_sheet *s, enum ci_kind kind, long line, struct ci_problems *problems)
{
	for (int i = 0; i < s->n_column; i++) {
		const char *key = word_of(s->a, s->title[i]);
		for (int k = 0; key && k < i; k++) {
			if (!s->key[k] || strcmp(s->key[k], key) != 0)
				continue;
			ci_problem(problems, s->path, line, i + 1, s->title[i], "", _("there is a column %s before it; this one is left out"),
				s->title[k]);
			key = NULL;
		}
		if (!key && !word_of(s->a, s->title[i]))
			ci_problem(problems, s->path, line, i + 1, s->title[i], "",
				*s->title[i] ? _("an attribute is called by letters a to z, digits and _; the column is left out")
							 : _("a column without a title; it is left out"));
		s->key[i] = key;
	}
	find_columns(s, kind);
	for (int i = 0; kind == CI_LINKS && i < s->n_column; i++)
		if (s->key[i] && i != s->at[CI_SOURCE] && i != s->at[CI_TYPE] && i != s->at[CI_TARGET])
			ci_problem(problems, s->path, line, i + 1, s->title[i], "", _("links have no attributes; the column is left out"));
}

static bool header(
	struct ci_sheet *s, enum ci_kind kind, const struct csv_record *rec, struct ci_problems *problems, struct sd_err *err)
{
	s->n_column = rec->n;
	s->title = sd_arena_alloc(s->a, (size_t)rec->n * sizeof *s->title);
	s->key = sd_arena_alloc(s->a, (size_t)rec->n * sizeof *s->key);
	for (int i = 0; i < rec->n; i++)
		s->title[i] = clean_cell(s->a, rec->field[i], SD_CLEAN_LINE);
	for (int i = 0; i < CI_ITEM_COLUMNS; i++)
		s->at[i] = -1;
	keys_of(s, kind, rec->line, problems);
	if (kind == CI_ITEMS && s->at[CI_ID] < 0) {
		sd_err_set(err, SD_ERR_INPUT, "ci_header",
			_("%s, line %ld: there is no column ci_id; the first line holds the titles: ci_id,class,name,..."), s->path,
			rec->line);
		return false;
	}
	if (kind == CI_LINKS && (s->at[CI_SOURCE] < 0 || s->at[CI_TYPE] < 0 || s->at[CI_TARGET] < 0)) {
		sd_err_set(err, SD_ERR_INPUT, "ci_header", _("%s, line %ld: the columns source, type and target must be there"), s->path,
			rec->line);
		return false;
	}
	return true;
}

/* ---- rows ---- */

static bool is_utf8(const char *s)
{
	size_t n = strlen(s);

	while (n) {
		int32_t cp;
		size_t k = utf8_decode(s, n, &cp);
		if (cp < 0)
			return false;
		s += k;
		n -= k;
	}
	return true;
}

static void leave_out(struct ci_sheet *s, const char *id)
{
	s->left_out++;
	if (id && *id)
		*SD_PUSH(s->seen, s->n_seen, s->cap_seen) = sd_arena_strdup(s->a, id);
	else
		s->complete = false;
}

/* Class and type are words of the desk: "Virtual Machine" is virtual_machine. */
static bool make_word(struct ci_sheet *s, struct ci_row *row, int column, struct ci_problems *problems, const char *id)
{
	if (column < 0 || !*row->cell[column])
		return true;
	const char *word = word_of(s->a, row->cell[column]);
	if (word) {
		row->cell[column] = (char *)(uintptr_t)word;
		return true;
	}
	ci_problem(problems, s->path, row->line, column + 1, s->title[column], id,
		_("\"%.80s\" is no word of letters a to z, digits and _"), row->cell[column]);
	return false;
}

static bool fits_items(struct ci_sheet *s, struct ci_row *row, struct names *ids, long *line_of, struct ci_problems *problems)
{
	const char *id = row->cell[s->at[CI_ID]];

	if (!*id) {
		ci_problem(problems, s->path, row->line, s->at[CI_ID] + 1, s->title[s->at[CI_ID]], "", _("the id is empty"));
		s->left_out++; /* it is about nothing, so nothing is missed by it */
		return false;
	}
	if (!make_word(s, row, s->at[CI_CLASS], problems, id)) {
		leave_out(s, id);
		return false;
	}
	long n = names_ordinal(ids, id);
	if (line_of[n]) {
		ci_problem(problems, s->path, row->line, s->at[CI_ID] + 1, s->title[s->at[CI_ID]], id,
			_("%.80s stands in line %ld already; this row is left out"), id, line_of[n]);
		s->left_out++;
		return false;
	}
	line_of[n] = row->line;
	return true;
}

static bool fits_links(struct ci_sheet *s, struct ci_row *row, struct ci_problems *problems)
{
	bool ok = true;

	for (int k = CI_SOURCE; k < CI_LINK_COLUMNS; k++) {
		int i = s->at[k];
		if (*row->cell[i])
			continue;
		ci_problem(problems, s->path, row->line, i + 1, s->title[i], "", _("%s is empty"), s->title[i]);
		ok = false;
	}
	ok = ok && make_word(s, row, s->at[CI_TYPE], problems, row->cell[s->at[CI_SOURCE]]);
	if (!ok)
		s->left_out++;
	return ok;
}

/* What is not seen, or turns the text around, would make one item pass for another: a name of an item that has it is refused. */
static bool is_plain(const char *text)
{
	return sd_text_is_clean(text, strlen(text), SD_CLEAN_BLOCK);
}

static bool names_item(const struct ci_sheet *s, enum ci_kind kind, int i)
{
	return kind == CI_ITEMS ? i == s->at[CI_ID] : i == s->at[CI_SOURCE] || i == s->at[CI_TARGET];
}

/* The cells of a record; false: one of them is no text. */
static bool cells(
	struct ci_sheet *s, enum ci_kind kind, const struct csv_record *rec, struct ci_row *row, struct ci_problems *problems)
{
	bool ok = true;
	int id = kind == CI_ITEMS ? s->at[CI_ID] : s->at[CI_SOURCE];

	row->line = rec->line;
	row->cell = sd_arena_alloc(s->a, (size_t)s->n_column * sizeof *row->cell);
	for (int i = 0; i < s->n_column; i++) {
		bool line = kind == CI_LINKS || i == s->at[CI_ID] || i == s->at[CI_CLASS] || i == s->at[CI_NAME];
		row->cell[i] = clean_cell(s->a, rec->field[i], line ? SD_CLEAN_LINE : SD_CLEAN_BLOCK);
		bool utf8 = is_utf8(rec->field[i]);
		if (utf8 && (!names_item(s, kind, i) || is_plain(rec->field[i])))
			continue;
		ci_problem(problems, s->path, rec->line, i + 1, s->title[i], id == i ? "" : row->cell[id],
			utf8 ? _("the name of an item has characters that are not seen or that turn the text around; this row is left out")
				 : _("the text is not UTF-8; this row is left out"));
		ok = false;
	}
	if (!ok && kind == CI_ITEMS && is_utf8(rec->field[s->at[CI_ID]]))
		leave_out(s, row->cell[id]);
	else if (!ok)
		leave_out(s, NULL);
	return ok;
}

struct reading {
	enum ci_kind kind;
	struct csv_reader *csv;
	struct names *ids;
	long *line_of;
	size_t cap;
};

static void one_record(struct reading *r, struct ci_sheet *s, const struct csv_record *rec, struct ci_problems *problems)
{
	struct ci_row row = {0};

	s->read++;
	if (rec->n != s->n_column) {
		/* one line too short or too long still says what it is about */
		const char *id = r->kind == CI_ITEMS && s->at[CI_ID] < rec->n && is_utf8(rec->field[s->at[CI_ID]])
							 ? clean_cell(s->a, rec->field[s->at[CI_ID]], SD_CLEAN_LINE)
							 : NULL;
		size_t len = (size_t)(rec->field[rec->n - 1] - rec->field[0]);
		ci_problem(problems, s->path, rec->line, 0, "", id, _("%d fields where the header has %d"), rec->n, s->n_column);
		leave_out(s, id);
		if (len > MANY_LINES)
			csv_again(r->csv); /* a quote out of place: the lines in it are rows of their own */
		return;
	}
	if (!cells(s, r->kind, rec, &row, problems))
		return;
	if (s->n + 1 >= r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 1024;
		r->line_of = sd_realloc(r->line_of, cap * sizeof *r->line_of);
		memset(r->line_of + r->cap, 0, (cap - r->cap) * sizeof *r->line_of);
		r->cap = cap;
	}
	if (r->kind == CI_ITEMS ? fits_items(s, &row, r->ids, r->line_of, problems) : fits_links(s, &row, problems))
		*SD_PUSH(s->row, s->n, s->cap) = row;
}

bool ci_read(struct ci_sheet *s, enum ci_kind kind, const char *path, struct ci_problems *problems, struct sd_err *err)
{
	struct reading r = {.kind = kind, .csv = csv_open(path, err)};
	struct csv_record rec;

	*s = (struct ci_sheet){.a = sd_arena_new(), .path = path, .complete = true};
	if (!r.csv)
		return false;
	r.ids = names_new();
	enum csv_got got = csv_next(r.csv, &rec, err);
	if (got == CSV_END)
		sd_err_set(err, SD_ERR_INPUT, "header_missing", _("%s is empty"), path);
	else if (got == CSV_BAD)
		sd_err_set(err, SD_ERR_INPUT, "header_missing", _("%s: the header cannot be read: %s"), path, rec.why);
	bool ok = got == CSV_RECORD && header(s, kind, &rec, problems, err);
	while (ok && (got = csv_next(r.csv, &rec, err)) != CSV_END) {
		ok = got != CSV_FAILED;
		if (got == CSV_BAD) {
			s->read++;
			ci_problem(problems, path, rec.line, 0, "", "", _("%s; this row is left out"), rec.why);
			leave_out(s, NULL);
		} else if (ok) {
			one_record(&r, s, &rec, problems);
		}
	}
	csv_close(r.csv);
	names_free(r.ids);
	free(r.line_of);
	return ok;
}

void ci_sheet_free(struct ci_sheet *s)
{
	sd_arena_free(s->a);
	free(s->row);
	free(s->seen);
	*s = (struct ci_sheet){0};
}

void ci_array_add(struct sd_str *out, const char *text)
{
	if (out->len > 1)
		sd_str_addc(out, ',');
	sd_str_addc(out, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			sd_str_addc(out, '\\');
		sd_str_addc(out, *p);
	}
	sd_str_addc(out, '"');
}
