/* svcdesk calendar add, list, show. What a calendar may say is judged by the desk (desk.calendar_save). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/calendar_text.h"
#include "core/cli/cli.h"
#include "svcdesk/clock.h"

/* ---- add ---- */

static bool read_file(const char *path, struct sd_str *out, struct sd_err *err)
{
	bool missing, ok = cli_read_text(path, out, &missing);

	if (!ok)
		sd_err_set(err, missing ? SD_ERR_NOT_FOUND : SD_ERR_INPUT, "calendar_file",
			_("cannot read the calendar %s; name a file, or give --zone and --week"), path);
	return ok;
}

/* "mon-fri 09:00-17:00" or "2026-12-25 closed": the first word and the rest. */
static bool split(const char *text, char **first, const char **rest)
{
	size_t n = strcspn(text, " =");

	*rest = text + n + strspn(text + n, " =");
	*first = sd_strdup(text);
	(*first)[n] = '\0';
	return n > 0 && **rest;
}

static bool from_options(struct cli *c, json_t *spec, struct sd_err *err)
{
	struct sd_str why = {0};

	for (size_t i = 0; i < c->nopt && !why.len; i++) {
		const char *name = c->opt[i].name, *value = c->opt[i].value, *rest;
		bool week = strcmp(name, "week") == 0;
		char *first = NULL;

		if (strcmp(name, "zone") == 0 && json_object_set_new(spec, "zone", json_string(value)) != 0)
			sd_str_add(&why, _("zone is an IANA name such as Europe/Berlin"));
		if (!week && strcmp(name, "exception") != 0)
			continue;
		if (!split(value, &first, &rest))
			sd_str_addf(&why,
				week ? _("%s: --week wants days and times: 'mon-fri 09:00-17:00'")
					 : _("%s: --exception wants a day and what holds: '2026-12-25 closed'"),
				value);
		else if (week)
			calendar_add_week(spec, first, rest, &why);
		else
			calendar_add_exception(spec, first, rest, &why);
		free(first);
	}
	if (why.len)
		sd_err_set(err, SD_ERR_INPUT, "calendar_option", "%s", why.data);
	bool ok = !why.len;
	sd_str_free(&why);
	return ok;
}

/* The calendar that options or a file describe; *name is malloc'ed. */
static json_t *described(struct cli *c, char **name, struct sd_err *err)
{
	struct sd_str text = {0};
	json_t *spec = NULL;

	*name = NULL;
	if (cli_has(c, "zone") || cli_has(c, "week")) {
		spec = calendar_new();
		*name = sd_strdup(c->arg[0]);
	} else if (read_file(c->arg[0], &text, err)) {
		spec = calendar_parse(c->arg[0], text.data ? text.data : "", name, err);
		if (spec && !*name) {
			sd_err_set(
				err, SD_ERR_INPUT, "calendar_file", _("%s: the calendar has no name; write name = under [calendar]"), c->arg[0]);
			json_decref(spec);
			spec = NULL;
		}
	}
	sd_str_free(&text);
	if (spec && !from_options(c, spec, err)) {
		json_decref(spec);
		spec = NULL;
	}
	return spec;
}

int cli_calendar_add(struct cli *c)
{
	struct sd_err err = {0};
	char *name, *text;
	json_t *spec = described(c, &name, &err), *answer = NULL;

	if (spec && cli_connect(c, &err)) {
		text = json_dumps(spec, JSON_COMPACT);
		const char *params[] = {name, text, cli_get(c, "note")};
		answer = cli_json(c, &err, "select desk.calendar_save($1, $2, $3)", 3, params);
		free(text);
	}
	json_decref(spec);
	free(name);
	if (!answer)
		return cli_fail(c, &err);
	if (c->json) {
		json_object_del(answer, "ok");
		cli_print_json(c, answer);
	} else {
		cli_print_clean(
			c, sd_arena_printf(c->a,
				   json_is_true(json_object_get(answer, "unchanged")) ? _("%s: as before, version %d\n") : _("%s: version %d\n"),
				   json_string_value(json_object_get(answer, "calendar")),
				   (int)json_integer_value(json_object_get(answer, "version"))));
	}
	json_decref(answer);
	return cli_done(c, 0);
}

/* ---- list ---- */

int cli_calendar_list(struct cli *c)
{
	static const char *const titles[] = {N_("Name"), N_("Zone"), N_("Version"), N_("Week"), N_("Exceptions")};
	struct sd_err err = {0};
	json_t *list = cli_connect(c, &err) && cli_is_person(c, &err)
					   ? cli_json(c, &err,
							 "select coalesce(jsonb_agg(jsonb_build_object('name', k.name, 'zone', v.zone, 'version', v.version, "
							 "'week', v.spec->'week',"
							 " 'exceptions', jsonb_array_length(v.spec->'exceptions')) order by k.name), '[]')"
							 " from desk.calendar k join desk.calendar_version v on v.id = desk.calendar_current(k.id)",
							 0, NULL)
					   : NULL;
	struct cli_table *t;
	const json_t *k;
	size_t i;

	if (!list)
		return cli_fail(c, &err);
	if (c->json) {
		cli_print_json(c, list);
	} else if (json_array_size(list)) {
		const char *said[5];
		for (i = 0; i < 5; i++)
			said[i] = _(titles[i]);
		t = cli_table_new(c, said, 5);
		json_array_foreach(list, i, k)
		{
			struct sd_str week = {0};
			calendar_week_write(&week, json_object_get(k, "week"), ", ");
			const char *cells[] = {json_string_value(json_object_get(k, "name")), json_string_value(json_object_get(k, "zone")),
				sd_arena_printf(c->a, "%d", (int)json_integer_value(json_object_get(k, "version"))),
				sd_arena_strdup(c->a, week.data ? week.data : ""),
				sd_arena_printf(c->a, "%d", (int)json_integer_value(json_object_get(k, "exceptions")))};
			cli_table_row(t, cells);
			sd_str_free(&week);
		}
		cli_table_end(t);
	}
	json_decref(list);
	return cli_done(c, 0);
}

/* ---- show ---- */

/* One object: what the version says, the days from --from on, and all versions. */
static const char show_sql[] =
	"select jsonb_build_object('name', k.name, 'zone', v.zone, 'version', v.version, 'week', v.spec->'week', 'exceptions', "
	"v.spec->'exceptions',"
	" 'days', (select coalesce(jsonb_agg(jsonb_build_object('date', d::date, 'minutes', coalesce(h.minutes, 0), 'spans', "
	"coalesce(h.spans, '[]')) order by d), '[]')"
	"   from generate_series(f.day, f.day + $4::int - 1, interval '1 day') d"
	"   left join (select x.day, round(sum(extract(epoch from x.closes - x.opens)) / 60, 3) as minutes,"
	"       jsonb_agg(jsonb_build_array(to_char(x.opens at time zone v.zone, 'HH24:MI'), case when (x.closes at time zone "
	"v.zone)::date > x.day then '24:00' else"
	"         to_char(x.closes at time zone v.zone, 'HH24:MI') end) order by x.opens) as spans"
	"     from desk.calendar_hours(v.id, f.day, $4::int) x group by x.day) h on h.day = d::date),"
	" 'versions', (select jsonb_agg(jsonb_build_object('version', w.version, 'created_at', desk.iso(w.created_at), 'by', "
	"coalesce(p.login, p.name), 'note', w.note) order by w.version desc)"
	"   from desk.calendar_version w left join desk.person p on p.id = w.created_by where w.calendar_id = k.id))"
	" from desk.calendar k join desk.calendar_version v on v.calendar_id = k.id and v.version = coalesce($2::int, (select "
	"max(y.version) from desk.calendar_version y where y.calendar_id = k.id)),"
	" lateral (select coalesce($3::date, (desk.now() at time zone v.zone)::date) as day) f where lower(k.name) = lower($1) order "
	"by k.name = $1 desc limit 1";

static void print_days(struct cli *c, const json_t *days)
{
	static const char *const weekday[] = {N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat")};
	const json_t *d;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)days, i, d)
	{
		const char *date = json_string_value(json_object_get(d, "date"));
		double minutes = json_number_value(json_object_get(d, "minutes"));
		struct sd_str s = {0};
		struct sd_err ignored;
		sd_time t = 0;
		sd_time_parse(date, "UTC", &t, &ignored);
		sd_str_addf(&s, "  %s %s  ", _(weekday[(t / INT64_C(86400000000) + 4) % 7]), date);
		if (minutes > 0) {
			calendar_spans_write(&s, json_object_get(d, "spans"));
			sd_str_addf(&s, "  = %d:%02d h", (int)minutes / 60, (int)minutes % 60);
		} else {
			sd_str_add(&s, _("closed"));
		}
		sd_str_addc(&s, '\n');
		cli_print_clean(c, s.data);
		sd_str_free(&s);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* By day; those of every year come first. */
static void print_exceptions(struct cli *c, const json_t *list)
{
	size_t n = json_array_size(list);
	char **line = sd_arena_alloc(c->a, (n + 1) * sizeof *line);

	for (size_t i = 0; i < n; i++) {
		const json_t *x = json_array_get(list, i);
		const char *name = json_string_value(json_object_get(x, "name"));
		struct sd_str when = {0}, what = {0};
		calendar_exception_write(&when, &what, x);
		line[i] =
			sd_arena_printf(c->a, "  %s  %s%s%s\n", when.data, what.data ? what.data : "", name ? "  " : "", name ? name : "");
		sd_str_free(&when);
		sd_str_free(&what);
	}
	qsort(line, n, sizeof *line, by_text);
	for (size_t i = 0; i < n; i++)
		cli_print_clean(c, line[i]);
}

static void print_calendar(struct cli *c, const json_t *k)
{
	struct sd_str week = {0};
	const json_t *v, *versions = json_object_get(k, "versions");
	size_t i;

	calendar_week_write(&week, json_object_get(k, "week"), "\n  ");
	cli_print_clean(
		c, sd_arena_printf(c->a, _("%s, version %d, zone %s\n"), json_string_value(json_object_get(k, "name")),
			   (int)json_integer_value(json_object_get(k, "version")), json_string_value(json_object_get(k, "zone"))));
	cli_print_clean(c, sd_arena_printf(c->a, "\n%s\n  %s\n", _("Week"), week.data ? week.data : _("closed")));
	sd_str_free(&week);
	if (json_array_size(json_object_get(k, "exceptions"))) {
		cli_print_clean(c, sd_arena_printf(c->a, "\n%s\n", _("Exceptions")));
		print_exceptions(c, json_object_get(k, "exceptions"));
	}
	cli_print_clean(c, sd_arena_printf(c->a, "\n%s\n", _("Next days")));
	print_days(c, json_object_get(k, "days"));
	cli_print_clean(c, sd_arena_printf(c->a, "\n%s\n", _("Versions")));
	json_array_foreach((json_t *)(uintptr_t)versions, i, v)
	{
		const char *note = json_string_value(json_object_get(v, "note")), *by = json_string_value(json_object_get(v, "by"));
		cli_print_clean(
			c, sd_arena_printf(c->a, "  %d  %s  %s%s%s\n", (int)json_integer_value(json_object_get(v, "version")),
				   json_string_value(json_object_get(v, "created_at")), by ? by : "-", note ? "  " : "", note ? note : ""));
	}
}

int cli_calendar_show(struct cli *c)
{
	struct sd_err err = {0};
	long days = 14, version = 0;
	const char *from = cli_get(c, "from");
	sd_time t;

	if (!cli_number(c, "days", 1, 1000, &days, &err) || !cli_number(c, "version", 1, 1000000, &version, &err) ||
		(from && !sd_time_parse(from, "UTC", &t, &err)) || !cli_connect(c, &err) || !cli_is_person(c, &err))
		return cli_fail(c, &err);
	const char *params[] = {
		c->arg[0], version ? sd_arena_printf(c->a, "%ld", version) : NULL, from, sd_arena_printf(c->a, "%ld", days)};
	struct sd_result *r = sd_conn_query(c->conn, show_sql, 4, params, &err);
	json_t *k = r && sd_result_rows(r) ? cli_parse(sd_result_get(r, 0, 0), &err) : NULL;
	if (r && !sd_result_rows(r))
		sd_err_set(
			&err, SD_ERR_NOT_FOUND, "no_calendar", _("there is no calendar %s; svcdesk calendar list names them"), c->arg[0]);
	sd_result_free(r);
	if (!k)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, k);
	else
		print_calendar(c, k);
	json_decref(k);
	return cli_done(c, 0);
}
