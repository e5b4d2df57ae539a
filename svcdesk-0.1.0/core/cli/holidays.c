/* svcdesk calendar import-holidays: a table of holidays (country, state, date, start_time, hours, type, substitute, name_en,
 * name_local) becomes exceptions of a calendar, in one new version. What an earlier import of the same region brought for these
 * years is replaced, so that doing it again changes nothing. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/zone.h"
#include "core/cli/cli.h"
#include "core/intake/csv.h"
#include "svcdesk/text.h"

enum { DAY_MIN = 1440, YEAR_MIN = 1900, YEAR_MAX = 2199, HOURS_MAX = 24 * 366 };

enum { COUNTRY, STATE, DATE, START, HOURS, TYPE, NAME_EN, NAME_LOCAL, COLUMNS };
static const char *const column_name[COLUMNS] = {
	"country", "state", "date", "start_time", "hours", "type", "name_en", "name_local"};

/* What is closed: minutes a to b of the day (0 to 1440 = all of it), and so on each of so many days. */
struct piece {
	int64_t day;
	int days, a, b;
	char *name;
};

struct holidays {
	const char *country, *state, *types;
	long from, to;
	int column[COLUMNS];
	struct piece *piece;
	size_t n, cap;
	long rows, taken, other_type, other_year, repeated, bad, states;
	char source[40];
};

/* ---- reading ---- */

static bool word_in(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; *p;) {
		size_t len = strcspn(p, ",");
		if (len == n && strncasecmp(p, word, n) == 0)
			return true;
		p += len + (p[len] == ',');
	}
	return false;
}

static bool number_of(const char *text, int n, int *v)
{
	*v = 0;
	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
		*v = *v * 10 + (text[i] - '0');
	}
	return true;
}

static bool read_date(const char *s, int64_t *day, int *year)
{
	int m, d;

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-' || !number_of(s, 4, year) || !number_of(s + 5, 2, &m) ||
		!number_of(s + 8, 2, &d) || *year < YEAR_MIN || *year > YEAR_MAX || m < 1 || m > 12 || d < 1)
		return false;
	*day = civil_days(*year, m, d);
	return *day < (m == 12 ? civil_days(*year + 1, 1, 1) : civil_days(*year, m + 1, 1));
}

/* A name for people: the local one where it differs, then the English one. */
static char *name_of(const struct csv_record *r, const struct holidays *h)
{
	const char *en = r->field[h->column[NAME_EN]], *local = r->field[h->column[NAME_LOCAL]];
	struct sd_str raw = {0}, clean = {0};

	sd_str_addf(&raw, *local && strcmp(en, local) != 0 ? "%s (%s)" : "%s", *local ? local : en, en);
	sd_text_clean(&clean, raw.data, raw.len < 150 ? raw.len : 150, SD_CLEAN_LINE);
	sd_str_free(&raw);
	return sd_str_take(&clean);
}

static void add(struct holidays *h, int64_t day, int days, int a, int b, const char *name)
{
	*SD_PUSH(h->piece, h->n, h->cap) = (struct piece){day, days, a, b, sd_strdup(name)};
}

/* From a minute of a day on, for so many hours: a part of the first day, whole days, a part of the last one. Where a day has 23
 * or 25 hours in the country of the table, whole days are meant. */
static void add_hours(struct holidays *h, int64_t day, int start, double hours, const char *name)
{
	int end = start + (int)(hours * 60 + 0.5), off = (end + DAY_MIN / 2) % DAY_MIN - DAY_MIN / 2, whole;

	if (hours > 22 && off >= -60 && off <= 60)
		end -= off;
	if (start > 0) {
		add(h, day, 1, start, end < DAY_MIN ? end : DAY_MIN, name);
		day++;
		end -= DAY_MIN;
	}
	whole = end / DAY_MIN;
	if (end > 0 && whole > 0)
		add(h, day, whole, 0, DAY_MIN, name);
	if (end > 0 && end % DAY_MIN)
		add(h, day + whole, 1, 0, end % DAY_MIN, name);
}

static void row(struct holidays *h, const struct csv_record *r)
{
	int64_t day;
	int year, hh, mm;
	char *end, *name;

	for (int i = 0; i < COLUMNS; i++)
		if (h->column[i] >= r->n) {
			h->bad++;
			return;
		}
	if (strcasecmp(r->field[h->column[COUNTRY]], h->country) != 0)
		return;
	if (h->state && strcasecmp(r->field[h->column[STATE]], h->state) == 0)
		h->states++;
	if (strcasecmp(r->field[h->column[STATE]], h->state ? h->state : "") != 0)
		return;
	h->rows++;
	const char *start = r->field[h->column[START]];
	double hours = strtod(r->field[h->column[HOURS]], &end);
	if (!read_date(r->field[h->column[DATE]], &day, &year) || strlen(start) != 5 || !number_of(start, 2, &hh) ||
		!number_of(start + 3, 2, &mm) || hh > 23 || mm > 59 || *end || end == r->field[h->column[HOURS]] || !(hours > 0) ||
		hours > HOURS_MAX) {
		h->bad++;
	} else if (!word_in(h->types, r->field[h->column[TYPE]])) {
		h->other_type++;
	} else if (year < h->from || year > h->to) {
		h->other_year++;
	} else {
		h->taken++;
		name = name_of(r, h);
		add_hours(h, day, hh * 60 + mm, hours, name);
		free(name);
	}
}

static bool header(struct holidays *h, const struct csv_record *r, const char *path, struct sd_err *err)
{
	for (int i = 0; i < COLUMNS; i++) {
		h->column[i] = -1;
		for (int k = 0; k < r->n; k++)
			if (strcmp(r->field[k], column_name[i]) == 0)
				h->column[i] = k;
		if (h->column[i] < 0) {
			sd_err_set(err, SD_ERR_INPUT, "holiday_file",
				_("%s has no column %s; a table of holidays has country, state, date, start_time, hours, type, name_en and "
				  "name_local"),
				path, column_name[i]);
			return false;
		}
	}
	return true;
}

static bool read_table(struct holidays *h, const char *path, struct sd_err *err)
{
	struct csv_reader *in = csv_open(path, err);
	struct csv_record r;
	enum csv_got got = CSV_FAILED;
	bool first = true;

	while (in && (got = csv_next(in, &r, err)) != CSV_END && got != CSV_FAILED) {
		if (got == CSV_BAD) {
			h->bad++;
			continue;
		}
		if (first && !header(h, &r, path, err)) {
			got = CSV_FAILED;
			break;
		}
		if (!first)
			row(h, &r);
		first = false;
	}
	csv_close(in);
	if (got == CSV_END && (first || !h->rows)) {
		sd_err_set(err, SD_ERR_NOT_FOUND, "no_holidays",
			h->state ? _("%s has no holidays of %s %s; states are written as in the table")
					 : _("%s has no holidays of %s%s; countries are written DE, US, CN"),
			path, h->country, h->state ? h->state : "");
		return false;
	}
	return got == CSV_END;
}

/* ---- exceptions ---- */

static int by_day(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->days != y->days)
		return x->days - y->days;
	if (x->a != y->a)
		return x->a - y->a;
	return x->b != y->b ? x->b - y->b : strcmp(x->name, y->name);
}

/* One piece for what is said several times, with the names of all. */
static void merge(struct holidays *h)
{
	size_t n = 0;

	if (h->n)
		qsort(h->piece, h->n, sizeof *h->piece, by_day);
	for (size_t i = 0; i < h->n; i++) {
		struct piece *p = &h->piece[i], *was = n ? &h->piece[n - 1] : NULL;
		if (!was || was->day != p->day || was->days != p->days || was->a != p->a || was->b != p->b) {
			h->piece[n++] = *p;
			continue;
		}
		h->repeated++;
		if (!strstr(was->name, p->name) && strlen(was->name) + strlen(p->name) < 190) {
			struct sd_str s = {0};
			sd_str_addf(&s, "%s / %s", was->name, p->name);
			free(was->name);
			was->name = sd_str_take(&s);
		}
		free(p->name);
	}
	h->n = n;
}

static json_t *date_json(int64_t day)
{
	int64_t y;
	int m, d;

	civil_date(day, &y, &m, &d);
	return json_sprintf("%04d-%02d-%02d", (int)y, m, d);
}

static json_t *exception(const struct holidays *h, const struct piece *p)
{
	json_t *x = json_pack("{s:s, s:s}", "name", p->name, "source", h->source);

	if (p->days > 1) {
		json_object_set_new(x, "from", date_json(p->day));
		json_object_set_new(x, "to", date_json(p->day + p->days - 1));
	} else {
		json_object_set_new(x, "date", date_json(p->day));
	}
	if (p->a == 0 && p->b == DAY_MIN)
		json_object_set_new(x, "spans", json_array());
	else
		json_object_set_new(x, "closed",
			json_pack(
				"[[o, o]]", json_sprintf("%02d:%02d", p->a / 60, p->a % 60), json_sprintf("%02d:%02d", p->b / 60, p->b % 60)));
	return x;
}

/* Whether an exception came from an earlier import of these years. */
static bool replaced(const struct holidays *h, const json_t *x)
{
	const char *source = json_string_value(json_object_get(x, "source")), *day = json_string_value(json_object_get(x, "date"));
	int year;

	if (!day)
		day = json_string_value(json_object_get(x, "from"));
	return source && day && strcmp(source, h->source) == 0 && number_of(day, 4, &year) && year >= h->from && year <= h->to;
}

static bool contains(const json_t *list, const json_t *x)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), x))
			return true;
	return false;
}

/* The definition with the holidays in it: they stand first, so that what people wrote for a day counts more. */
static void put_in(struct holidays *h, json_t *spec, long *added, long *kept, long *removed)
{
	json_t *old = json_object_get(spec, "exceptions"), *now = json_array(), *rest = json_array(), *was = json_array(), *x;
	size_t i;

	json_array_foreach(old, i, x) json_array_append(replaced(h, x) ? was : rest, x);
	for (i = 0; i < h->n; i++) {
		x = exception(h, &h->piece[i]);
		*(contains(was, x) ? kept : added) += 1;
		json_array_append_new(now, x);
	}
	*removed = (long)json_array_size(was) - *kept;
	json_array_extend(now, rest);
	json_object_set_new(spec, "exceptions", now);
	json_decref(rest);
	json_decref(was);
}

/* ---- the command ---- */

static json_t *present(struct cli *c, json_t **spec, struct sd_err *err)
{
	const char *params[] = {c->arg[1]};
	struct sd_result *r = sd_conn_query(c->conn,
		"select jsonb_build_object('name', k.name, 'version', v.version, 'spec', v.spec)"
		" from desk.calendar k join desk.calendar_version v on v.id = desk.calendar_current(k.id) where lower(k.name) = "
		"lower($1) order by k.name = $1 desc limit 1",
		1, params, err);
	json_t *k = r && sd_result_rows(r) ? cli_parse(sd_result_get(r, 0, 0), err) : NULL;

	if (r && !sd_result_rows(r))
		sd_err_set(
			err, SD_ERR_NOT_FOUND, "no_calendar", _("there is no calendar %s; svcdesk calendar list names them"), c->arg[1]);
	sd_result_free(r);
	*spec = json_object_get(k, "spec");
	return k;
}

static json_t *save(struct cli *c, struct holidays *h, json_t *k, json_t *spec, struct sd_err *err)
{
	char *text = json_dumps(spec, JSON_COMPACT), version[24];
	snprintf(version, sizeof version, "%d", (int)json_integer_value(json_object_get(k, "version")));
	const char *params[] = {json_string_value(json_object_get(k, "name")), text,
		sd_arena_printf(c->a, "%s %ld-%ld", h->source, h->from, h->to), version};
	json_t *answer = cli_json(c, err, "select desk.calendar_save($1, $2, $3, $4)", 4, params);

	free(text);
	return answer;
}

static void report(struct cli *c, const struct holidays *h, json_t *answer, long added, long kept, long removed)
{
	if (c->json) {
		json_t *j = json_pack("{s:O, s:O, s:O, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "calendar",
			json_object_get(answer, "calendar"), "version", json_object_get(answer, "version"), "unchanged",
			json_object_get(answer, "unchanged"), "added", (json_int_t)added, "kept", (json_int_t)kept, "removed",
			(json_int_t)removed, "rows", (json_int_t)h->rows, "taken", (json_int_t)h->taken, "other_type",
			(json_int_t)h->other_type, "other_year", (json_int_t)h->other_year, "repeated", (json_int_t)h->repeated, "bad",
			(json_int_t)h->bad);
		cli_print_json(c, j);
		json_decref(j);
		return;
	}
	cli_print_clean(c, sd_arena_printf(c->a, _("%s, version %d: %ld holidays added, %ld as before, %ld removed\n"),
						   json_string_value(json_object_get(answer, "calendar")),
						   (int)json_integer_value(json_object_get(answer, "version")), added, kept, removed));
	cli_print_clean(
		c, sd_arena_printf(c->a,
			   _("of %ld rows: %ld taken, %ld of other types, %ld of other years, %ld repeated, %ld that cannot be read\n"),
			   h->rows, h->taken, h->other_type, h->other_year, h->repeated, h->bad));
}

int cli_calendar_import(struct cli *c)
{
	struct sd_err err = {0};
	struct holidays h = {.country = cli_get(c, "country"),
		.state = cli_get(c, "state"),
		.types = cli_get(c, "type"),
		.from = YEAR_MIN,
		.to = YEAR_MAX};
	long added = 0, kept = 0, removed = 0;
	json_t *k = NULL, *spec, *answer = NULL;

	if (!h.types)
		h.types = "public";
	if (!h.country || strlen(h.country) > 8 || (h.state && strlen(h.state) > 16))
		sd_err_set(&err, SD_ERR_INPUT, "usage", "%s", _("of which country? --country DE, and --state BE for a part of it"));
	else if (cli_number(c, "from", YEAR_MIN, YEAR_MAX, &h.from, &err) && cli_number(c, "to", YEAR_MIN, YEAR_MAX, &h.to, &err)) {
		snprintf(h.source, sizeof h.source, "holidays %s%s%s", h.country, h.state ? "-" : "", h.state ? h.state : "");
		if (read_table(&h, c->arg[0], &err) && cli_connect(c, &err) && cli_is_person(c, &err))
			k = present(c, &spec, &err);
	}
	if (k) {
		merge(&h);
		put_in(&h, spec, &added, &kept, &removed);
		answer = save(c, &h, k, spec, &err);
	}
	if (answer)
		report(c, &h, answer, added, kept, removed);
	for (size_t i = 0; i < h.n; i++)
		free(h.piece[i].name);
	free(h.piece);
	json_decref(k);
	if (!answer)
		return cli_fail(c, &err);
	json_decref(answer);
	return cli_done(c, 0);
}
