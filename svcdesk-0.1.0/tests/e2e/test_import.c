/* Import of the ServiceNow log, from the command line: what the file says, nothing twice, nothing lost. With --data FOLDER the
 * whole log there (incidents-servicenow/incident_event_log.csv.xz) instead of the small part kept here: make check-data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/schema.h"

#define SLICE SRCDIR "/tests/e2e/data/incidents.csv.xz"
#define HEAD                                                                                                                     \
	"number,incident_state,sys_mod_count,sys_updated_at,sys_updated_by,assignment_group,assigned_to,priority,impact,urgency,"    \
	"caller_id,opened_at\n"
enum { ROWS = 1461, RECORDS = 194 };

static const char *whole = SLICE; /* the log as it is, packed */
static char *line[ROWS + 1];      /* of the small part, without line ends; line[0] is the header */

/* ---- files and desks ---- */

static int start(void **state)
{
	if (desk_start(state) != 0)
		return -1;
	char *text = sd_strdup(desk_shell("xz -dc " SLICE)), *p = text;
	for (int i = 0; i <= ROWS; i++, p++) {
		line[i] = p;
		p = strchr(p, '\n');
		assert_non_null(p);
		*p = '\0';
	}
	assert_int_equal(*p, 0);
	return 0;
}

static int stop(void **state)
{
	free(line[0]);
	return desk_stop(state);
}

static bool first_of(int i)
{
	return i == 1 || strncmp(line[i], line[i - 1], 11) != 0;
}

static bool last_of(int i)
{
	return i == ROWS || strncmp(line[i], line[i + 1], 11) != 0;
}

static bool all(int i)
{
	return i > 0;
}

static bool first_half(int i)
{
	return i <= ROWS / 2;
}

static bool second_half(int i)
{
	return i > ROWS / 2;
}

static bool but_last(int i)
{
	return !last_of(i) || first_of(i);
}

static bool some(int i)
{
	return i % 3 == 1;
}

static bool others(int i)
{
	return i % 3 != 0;
}

/* The rows picked, last row first if backwards, of incidents with another first letter: so one desk holds the log many times. */
static char *part(const char *name, char letter, bool (*pick)(int i), bool backwards)
{
	struct sd_str s = {0};
	sd_str_addf(&s, "%s\n", line[0]);
	for (int k = 1; k <= ROWS; k++) {
		int i = backwards ? ROWS + 1 - k : k;
		if (pick(i))
			sd_str_addf(&s, "%c%s\n", letter, line[i] + 1);
	}
	char *path = desk_file(name, s.data, s.len);
	sd_str_free(&s);
	return path;
}

static void counts(const json_t *r, long read, long skipped, long created, long updated)
{
	assert_int_equal(number(r, "rows_read"), read);
	assert_int_equal(number(r, "rows_skipped"), skipped);
	assert_int_equal(number(r, "tickets_created"), created);
	assert_int_equal(number(r, "tickets_updated"), updated);
	assert_int_equal(number(r, "events_created"), read - skipped);
	assert_int_equal(json_array_size(at(r, "problems")), 0);
}

/* Every row of the file against the journal, by another reader and another mapping. */
static void compare(const char *file, long rows)
{
	char want[100];
	snprintf(want, sizeof want, "rows %ld events %ld wrong 0\n", rows, rows);
	assert_string_equal(
		desk_shell("case %s in *.xz) xz -dc %s;; *) cat %s;; esac | psql -X -f " SRCDIR "/tests/e2e/import-compare.sql '%s'",
			file, file, file, desk_dba()),
		want);
	assert_true(json_is_true(at(desk_ok(NULL, "audit verify"), "ok")));
}

/* ---- the log ---- */

static void test_log(void **state)
{
	(void)state;
	json_t *dry = desk_ok(NULL, "import servicenow %s --dry-run", whole);
	assert_string_equal(
		desk_ask("select (select count(*) from desk.ticket) + (select count(*) from desk.event) "
				 "+ (select count(*) from desk.import_file) + (select count(*) from desk.person where name like 'Caller %')"),
		"0");
	json_t *r = desk_ok(NULL, "import servicenow %s", whole);
	assert_true(json_is_true(at(dry, "dry_run")) && json_is_false(at(r, "dry_run")));
	json_object_del(dry, "dry_run");
	json_object_del(r, "dry_run");
	assert_true(json_equal(dry, r));
	long rows = number(r, "rows_read"), records = number(r, "tickets_created");
	counts(r, rows, 0, records, 0);
	if (strcmp(whole, SLICE) == 0) {
		assert_int_equal(rows, ROWS);
		assert_int_equal(records, RECORDS);
		assert_int_equal(number(r, "transitions_unusual"), 141);
	}
	compare(whole, rows);
	desk_ok(NULL, "tick"); /* what the source may go on with is not closed behind its back */
	counts(desk_ok(NULL, "import servicenow %s", whole), rows, rows, 0, 0);
	compare(whole, rows);
}

/* Files that overlap: what one of them left out comes with the next, what is there is passed over. */
static void test_overlap(void **state)
{
	(void)state;
	char *half = part("half.csv", 'A', first_half, false), *full = part("full.csv", 'A', all, false);
	json_t *r = desk_ok(NULL, "import servicenow %s", half);
	long records = number(r, "tickets_created");
	desk_ok(NULL, "tick");
	r = desk_ok(NULL, "import servicenow %s", full);
	assert_int_equal(number(r, "rows_skipped"), ROWS / 2);
	assert_int_equal(number(r, "tickets_created"), RECORDS - records);
	compare(full, ROWS);
	free(half);
	free(full);

	half = part("older.csv", 'B', but_last, true);
	full = part("newer.csv", 'B', all, false);
	r = desk_ok(NULL, "import servicenow %s", half);
	assert_int_equal(number(r, "tickets_created"), RECORDS);
	long there = number(r, "events_created");
	desk_ok(NULL, "tick");
	r = desk_ok(NULL, "import servicenow %s", full);
	counts(r, ROWS, there, 0, ROWS - there);
	compare(full, ROWS);
	free(half);
	free(full);
}

/* Rows behind what a ticket holds are kept as late and change nothing: whatever the order of the files, the newest row stands. */
static void test_late(void **state)
{
	(void)state;
	static bool (*const pick[])(int) = {some, second_half, others, all};
	static const char *const field[] = {"state", "priority", "impact", "urgency", "requester", "group", "assignee", "category",
		"ci", "opened_at", "updated_at", "resolved_at", "closed_at", "resolution_code", "reassignments", "reopens", "channel"};
	long events = 0;
	for (size_t i = 0; i < sizeof pick / sizeof *pick; i++) {
		char *file = part("part.csv", 'C', pick[i], i % 2);
		json_t *r = desk_ok(NULL, "import servicenow %s", file);
		assert_int_equal(json_array_size(at(r, "problems")), 0);
		events += number(r, "events_created");
		free(file);
	}
	assert_int_equal(events, ROWS);
	assert_true(atoi(desk_ask("select count(*) from desk.event where late")) > 100);
	json_t *list = desk_ok(NULL, "ticket list"), *t;
	json_t *by = json_object();
	size_t i, compared = 0;
	json_array_foreach(list, i, t) json_object_set(by, text(t, "external"), t);
	const char *key;
	json_object_foreach(by, key, t)
	{
		if (key[0] != 'C')
			continue;
		char other[80];
		snprintf(other, sizeof other, "I%s", key + 1);
		json_t *o = json_object_get(by, other);
		assert_non_null(o);
		for (size_t f = 0; f < sizeof field / sizeof *field; f++)
			if (!json_equal(json_object_get(t, field[f]), json_object_get(o, field[f])))
				fail_msg("%s: %s", key, field[f]);
		compared++;
	}
	assert_int_equal(compared, RECORDS);
	json_decref(by);
	assert_true(json_is_true(at(desk_ok(NULL, "audit verify"), "ok")));
}

/* ---- stopped, failed, two at once ---- */

/* Starts an import while another session keeps it waiting in its first batch, sends it a signal there, lets it go and waits for
 * its end. */
static void stopped(const char *file, const char *signal)
{
	struct sd_str s = {0};
	const char *dir = desk_dir(), *dba = desk_dba();
	sd_str_addf(&s, "cd '%s/..' && rm -f rc pid && d=$PWD && cd \"$OLDPWD\" && psql -X -q '%s' <<'E'\n", dir, dba);
	sd_str_add(&s, "begin;\ninsert into desk.lease values ('import', 'test', 1, 'infinity')"
				   " on conflict (name) do update set epoch = lease.epoch + 1;\n");
	sd_str_addf(&s,
		"\\! (exec >'%s/../out' 2>'%s/../err'; %s --dir '%s' import servicenow '%s' --json & echo $! >'%s/../pid'; "
		"wait $!; echo $? >'%s/../rc') &\n",
		dir, dir, desk_program(), dir, file, dir, dir);
	sd_str_addf(&s,
		"\\! until [ -n \"$(psql -XAtq '%s' -c \"select 1 from pg_stat_activity where wait_event_type = 'Lock' "
		"and query like '%%import_history%%' and pid <> pg_backend_pid()\")\" ]; do :; done\n",
		dba);
	sd_str_addf(&s, "\\! kill -%s $(cat '%s/../pid')\n", signal, dir);
	sd_str_addf(&s, "commit;\nE\nuntil [ -s '%s/../rc' ]; do :; done; cat '%s/../rc'\n", dir, dir);
	const char *argv[] = {"sh", "-c", s.data, NULL};
	const struct run *r = desk_exec(NULL, argv);
	if (r->status != 0)
		fail_msg("%s", r->err);
	sd_str_free(&s);
}

static void test_stopped(void **state)
{
	(void)state;
	char *file = part("stopped.csv", 'D', all, false);
	stopped(file, "INT");
	assert_string_equal(desk_shell("cat '%s/../rc'", desk_dir()), "1\n");
	json_t *r = json_loads(desk_shell("cat '%s/../out'", desk_dir()), 0, NULL); /* alone on stdout */
	assert_non_null(r);
	assert_true(json_is_true(at(r, "interrupted")));
	long there = number(r, "events_created");
	assert_true(there > 0 && there < ROWS);
	json_decref(r);
	assert_non_null(strstr(desk_shell("cat '%s/../err'", desk_dir()), "the same command goes on from there"));
	stopped(file, "KILL");
	r = desk_ok(NULL, "import servicenow %s", file);
	assert_int_equal(number(r, "rows_read"), ROWS);
	assert_true(number(r, "rows_skipped") >= there);
	compare(file, ROWS);
	free(file);
}

/* A batch that cannot be written is not half there, and those before it are. */
static void test_failed(void **state)
{
	(void)state;
	char *file = part("failed.csv", 'F', all, false), trigger[300];
	snprintf(trigger, sizeof trigger,
		"create trigger refuse before insert on desk.external_ref for each row when (new.ext_id = 'F%.*s') "
		"execute function public.refuse()",
		(int)strcspn(line[ROWS], ",") - 1, line[ROWS] + 1);
	desk_sql("create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$");
	desk_sql(trigger);
	desk_refused(NULL, 1, "database_error", "import servicenow %s", file);
	assert_true(atoi(desk_ask("select count(*) from desk.ticket where external like 'F%'")) > 0);
	assert_string_equal(desk_ask("select count(*) from desk.ticket where external like 'F%' and not exists "
								 "(select from desk.event e where e.ticket_id = id and e.seq = last_seq)"),
		"0");
	assert_true(json_is_true(at(desk_ok(NULL, "audit verify"), "ok")));
	desk_sql("drop trigger refuse on desk.external_ref");
	json_t *r = desk_ok(NULL, "import servicenow %s", file);
	assert_int_equal(number(r, "tickets_updated"), 0);
	assert_true(number(r, "rows_skipped") > 0);
	compare(file, ROWS);
	free(file);
}

static void test_two(void **state)
{
	(void)state;
	char *file = part("two.csv", 'E', all, false);
	char *out = sd_strdup(desk_shell(
		"for i in 1 2; do %s --dir '%s' import servicenow '%s' --json & done; wait", desk_program(), desk_dir(), file));
	json_t *a = json_loads(out, JSON_DISABLE_EOF_CHECK, NULL), *b = json_loads(strchr(out, '\n'), 0, NULL);
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(number(a, "events_created") + number(b, "events_created"), ROWS);
	assert_int_equal(number(a, "tickets_created") + number(b, "tickets_created"), RECORDS);
	json_decref(a);
	json_decref(b);
	free(out);
	compare(file, ROWS);
	free(file);
}

/* ---- damage ---- */

static json_t *import_text(const char *text_in, size_t n, const char *options)
{
	char *file = desk_file("some.csv", text_in, n);
	json_t *dry = desk_ok(NULL, "import servicenow %s --dry-run %s", file, options);
	json_t *r = desk_ok(NULL, "import servicenow %s %s", file, options);
	assert_schema("import", dry);
	assert_schema("import", r);
	json_object_del(dry, "dry_run");
	json_object_del(r, "dry_run");
	assert_true(json_equal(dry, r));
	assert_int_equal(number(r, "rows_read"), number(r, "rows_skipped") + number(r, "events_created"));
	free(file);
	return r;
}

static json_t *import_rows(const char *rows, const char *options)
{
	struct sd_str s = {0};
	sd_str_addf(&s, "%s%s", HEAD, rows);
	json_t *r = import_text(s.data, s.len, options);
	sd_str_free(&s);
	return r;
}

static void is_ticket(const char *nr, const char *state, const char *group, const char *assignee, int priority, size_t events)
{
	json_t *t = desk_ok(NULL, "ticket show %s", nr);
	assert_schema("ticket-show", t);
	assert_string_equal(text(t, "state"), state);
	assert_string_equal(text(t, "group"), group);
	assert_string_equal(text(t, "assignee"), assignee);
	assert_int_equal(number(t, "priority"), priority);
	assert_int_equal(json_array_size(at(t, "events")), events);
}

static void test_dirty(void **state)
{
	(void)state;
	static const struct {
		long line;
		const char *reason;
	} want[] = {{1, "columns nobody knows, left out: u_colour"},
		{4, "incident_state: \"-100\" is not understood, the former value stays"},
		{10, "sys_updated_at is not a time like 29/2/2016 01:23"}, {11, "6 fields where the header has 13"}, {12, "no number"},
		{17, "priority: \"urgent\" is not understood, the former value stays"}, {19, "a quote in the middle of a field"},
		{22, "sys_mod_count is not a whole number"}};
	json_t *r = desk_ok(NULL, "import servicenow " SRCDIR "/tests/e2e/data/dirty.csv");
	assert_int_equal(number(r, "rows_read"), 19);
	assert_int_equal(number(r, "rows_skipped"), 6); /* one of them a repetition */
	assert_int_equal(number(r, "events_created"), 13);
	assert_int_equal(number(r, "tickets_created"), 5);
	assert_int_equal(json_array_size(at(r, "problems")), sizeof want / sizeof *want);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const json_t *p = json_array_get(at(r, "problems"), i);
		assert_int_equal(number(p, "line"), want[i].line);
		assert_string_equal(text(p, "reason"), want[i].reason);
	}
	is_ticket("DRT1", "resolved", "Group 1", "Resolver 1", 3, 4);
	is_ticket("DRT2", "resolved", "Group 1", "Resolver 2", 3, 3);
	is_ticket("DRT4", "in_progress", "", "", 3, 4);
	is_ticket("DRT5", "in_progress", "Group 1", "Resolver 3", 3, 1);
	is_ticket("DRT6", "closed", "Group 1", "", 1, 1);
}

#define ROW(number, state, version, at)                                                                                          \
	number "," state "," version "," at                                                                                          \
		   ",Updated by 1,Group 1,Resolver 1,3 - Moderate,2 - Medium,2 - Medium,Caller 1,1/3/2016 07:00\n"

static void test_forms(void **state)
{
	(void)state;
	/* a mark at the start, carriage returns, the header again, an end without a line end */
	static const char crlf[] =
		"\xef\xbb\xbf\"assigned_to\",assignment_group,priority,number,incident_state,sys_mod_count,sys_updated_at\r\n"
		"R 1,\"G, \"\"1\"\"\nx\",1 - Critical,FRM1,New,0,1/3/2016 08:00\r\n"
		"assigned_to,assignment_group,priority,number,incident_state,sys_mod_count,sys_updated_at\r\n"
		"R\xe4 2,?,?,FRM1,Active,1,1/3/2016 08:01";
	json_t *r = import_text(crlf, sizeof crlf - 1, "");
	assert_int_equal(number(r, "rows_read"), 3);
	assert_int_equal(number(r, "rows_skipped"), 1);
	assert_int_equal(number(r, "problems.0.line"), 4);
	is_ticket("FRM1", "in_progress", "", "R\xef\xbf\xbd 2", 1, 2);

	/* a stray quote costs its line, an empty time of opening nothing */
	r = import_rows(ROW("FRM2", "\"New", "0", "1/3/2016 08:00")
						ROW("FRM3", "New", "0", "1/3/2016 08:00") "FRM3,Active,1,1/3/2016 09:00,?,\"Group 1\",?,3,2,2,?,?\n" ROW(
							"FRM4", "-100", "0", "1/3/2016 08:00"),
		"");
	assert_int_equal(number(r, "rows_read"), 4);
	assert_int_equal(number(r, "rows_skipped"), 1);
	is_ticket("FRM3", "in_progress", "Group 1", "", 3, 2);
	is_ticket("FRM4", "new", "Group 1", "Resolver 1", 3, 1);
	r = desk_ok(NULL, "ticket show FRM3");
	assert_string_equal(text(r, "opened_at"), "2016-03-01T07:00:00Z");
	assert_string_equal(text(r, "requester"), "");

	/* times of a zone: skipped and doubled ones too */
	import_rows(ROW("FRM5", "New", "0", "27/3/2016 02:30") ROW("FRM5", "Active", "1", "30/10/2016 02:30"), "--tz Europe/Berlin");
	r = desk_ok(NULL, "ticket show FRM5");
	assert_string_equal(text(r, "events.0.at"), "2016-03-27T01:00:00Z");
	assert_string_equal(text(r, "events.1.at"), "2016-10-30T00:30:00Z");

	r = import_text(HEAD, strlen(HEAD), "");
	assert_int_equal(number(r, "rows_read"), 0);
}

static void test_refused(void **state)
{
	(void)state;
	static const char good[] = HEAD ROW("REF1", "New", "0", "1/3/2016 08:00");
	char *file = desk_file("good.csv", good, sizeof good - 1), *empty = desk_file("empty.csv", "", 0);
	char *other = desk_file("other.csv", "number;incident_state\n1;2\n", 26);
	desk_refused(NULL, 2, "zone", "import servicenow %s --tz Nowhere/City", file);
	desk_refused(NULL, 2, "header_missing", "import servicenow %s", empty);
	desk_refused(NULL, 2, "header_missing", "import servicenow %s", other);
	desk_refused(NULL, 3, "file_open", "import servicenow /nonexistent");
	desk_shell("head -c 9000 " SLICE " >'%s/../cut.csv.xz'", desk_dir()); /* nothing of it is taken in */
	desk_refused(NULL, 2, "file_packed", "import servicenow %s/../cut.csv.xz", desk_dir());
	desk_ok(NULL, "user add imp.agent --role agent");
	desk_refused("imp.agent", 4, "denied", "import servicenow %s", file);
	desk_refused("imp.agent", 4, "denied", "import servicenow %s --dry-run", file);
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list external:REF1")), 0);
	free(file);
	free(empty);
	free(other);
}

/* What came from elsewhere is worked on like any other ticket; what its source says of the time before changes nothing more. */
static void test_worked(void **state)
{
	(void)state;
	import_rows(ROW("WRK1", "New", "0", "1/3/2016 08:00"), "");
	json_t *t = desk_ok(NULL, "ticket act WRK1 take");
	assert_string_equal(text(t, "state"), "in_progress");
	desk_ok(NULL, "ticket act WRK1 edit category=General");
	desk_ok(NULL, "ticket act WRK1 resolve code=fixed --body done");
	t = desk_ok(NULL, "ticket act WRK1 close reason=agreed");
	assert_string_equal(text(t, "state"), "closed");
	json_t *r = import_rows(ROW("WRK1", "New", "0", "1/3/2016 08:00") ROW("WRK1", "Active", "1", "1/3/2016 09:00"), "");
	assert_int_equal(number(r, "events_created"), 1);
	t = desk_ok(NULL, "ticket show WRK1");
	assert_string_equal(text(t, "state"), "closed");
	assert_true(json_is_true(at(desk_ok(NULL, "audit verify"), "ok")));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_dirty),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_worked),
	};
	const struct CMUnitTest log[] = {cmocka_unit_test(test_log)};
	struct sd_str path = {0};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc == 3 && strcmp(argv[1], "--data") == 0) {
		sd_str_addf(&path, "%s/incidents-servicenow/incident_event_log.csv.xz", argv[2]);
		whole = path.data;
		int failed = cmocka_run_group_tests(log, start, stop);
		sd_str_free(&path);
		return failed;
	}
	return cmocka_run_group_tests(tests, start, stop);
}
