/* Import of any table by a map, from the command line: the maps that come with the program, one of our own with everything odd,
 * and what is wrong with a map or a file. With --data FOLDER whole published files instead: make check-data. */
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

#define HERE SRCDIR "/tests/e2e/data/"

/* ---- helpers ---- */

/* A dry run and a real one say the same; every row is accounted for; doing it again adds nothing. */
static json_t *import(const char *file, const char *map, const char *options)
{
	json_t *dry = desk_ok(NULL, "import csv %s --map %s --dry-run %s", file, map, options);
	json_t *r = desk_ok(NULL, "import csv %s --map %s %s", file, map, options), *again;
	assert_schema("import", dry);
	assert_schema("import", r);
	assert_true(json_is_true(at(dry, "dry_run")) && json_is_false(at(r, "dry_run")));
	json_object_del(dry, "dry_run");
	json_object_del(r, "dry_run");
	if (!json_equal(dry, r))
		fail_msg("dry %s\nreal %s", json_dumps(dry, 0), json_dumps(r, 0));
	again = desk_ok(NULL, "import csv %s --map %s %s", file, map, options);
	assert_int_equal(number(again, "rows_read"), number(r, "rows_read"));
	assert_int_equal(number(again, "rows_skipped"), number(r, "rows_read"));
	assert_int_equal(number(again, "tickets_created") + number(again, "tickets_updated") + number(again, "events_created"), 0);
	assert_true(json_equal(at(again, "problems"), at(r, "problems")));
	return r;
}

static void counts(const json_t *r, long read, long skipped, long created, long events)
{
	assert_int_equal(number(r, "rows_read"), read);
	assert_int_equal(number(r, "rows_skipped"), skipped);
	assert_int_equal(number(r, "tickets_created"), created);
	assert_int_equal(number(r, "events_created"), events);
}

static char *file_of(const char *name, const char *bytes)
{
	return desk_file(name, bytes, strlen(bytes));
}

static bool problem(const json_t *r, long line, const char *words)
{
	size_t i;
	json_t *p;
	json_array_foreach(at(r, "problems"), i, p) if (number(p, "line") == line && strstr(text(p, "reason"), words)) return true;
	return false;
}

static void whole(void)
{
	assert_true(json_is_true(at(desk_ok(NULL, "audit verify"), "ok")));
}

/* ---- the maps that come with the program ---- */

static void test_bank(void **state)
{
	(void)state;
	json_t *r = import(HERE "bank-records.csv", "rabobank", "");
	counts(r, 3, 0, 3, 3 * 2 + 2 + 1); /* each opened and closed, two resolved, one reopened */
	assert_int_equal(json_array_size(at(r, "unknown_values")), 1);
	assert_string_equal(text(r, "unknown_values.0.value"), "Gremlins");
	assert_string_equal(text(r, "unknown_values.0.field"), "resolution_code");
	assert_string_equal(text(r, "unknown_values.0.column"), "closure_code");
	assert_int_equal(number(r, "unknown_values.0.rows"), 1);
	assert_true(problem(r, 4, "[values resolution_code] in "));
	json_t *t = desk_ok(NULL, "ticket show IMX0001");
	assert_string_equal(text(t, "state"), "closed");
	assert_string_equal(text(t, "subject"), "incident: APP1 (Web Based Application)");
	assert_string_equal(text(t, "ci"), "APP1");
	assert_string_equal(text(t, "service"), "WBS1");
	assert_string_equal(text(t, "resolution_code"), "fixed");
	assert_string_equal(text(t, "opened_at"), "2013-01-10T10:27:59Z"); /* Amsterdam, winter */
	assert_string_equal(text(t, "resolved_at"), "2013-01-12T12:54:07Z");
	assert_string_equal(text(t, "closed_at"), "2013-01-12T12:54:12Z");
	assert_int_equal(number(t, "reassignments"), 2);
	t = desk_ok(NULL, "ticket show IMX0002");
	assert_string_equal(text(t, "opened_at"), "2013-07-06T12:07:43Z"); /* and summer */
	assert_int_equal(number(t, "impact"), 1);
	assert_int_equal(json_array_size(at(t, "events")), 4);
	assert_string_equal(
		desk_ask(
			"select concat(custom->>'resolution_code', custom->>'closure_code') from desk.ticket where external = 'IMX0003'"),
		"GremlinsGremlins");
	assert_string_equal(desk_ask("select custom ? 'caused_by_ci' from desk.ticket where external = 'IMX0003'"), "f");
	whole();
}

/* Records and steps in two files make one history, in the order of time, whatever that of the rows. */
static void test_bank_steps(void **state)
{
	(void)state;
	desk_shell("sed 's/IMX/IMY/' " HERE "bank-records.csv >'%s/../records.csv'; sed 's/IMX/IMY/' " HERE
			   "bank-steps.csv >'%s/../steps.csv'",
		desk_dir(), desk_dir());
	char file[600];
	snprintf(file, sizeof file, "%s/../records.csv", desk_dir());
	counts(import(file, "rabobank-records", ""), 3, 0, 3, 3);
	snprintf(file, sizeof file, "%s/../steps.csv", desk_dir());
	json_t *r = import(file, "rabobank-activities", "");
	counts(r, 5, 0, 1, 5); /* one of a record that the first file had not */
	assert_int_equal(number(r, "tickets_updated"), 1);
	assert_string_equal(
		desk_ask("select string_agg(e.verb, ' ' order by e.seq) from desk.event e join desk.ticket t on t.id = e.ticket_id"
				 " where t.external = 'IMY0001'"),
		"create assign edit assign close");
	json_t *t = desk_ok(NULL, "ticket show IMY0001");
	assert_string_equal(text(t, "group"), "TEAMX2");
	assert_string_equal(text(t, "state"), "closed");
	assert_string_equal(text(t, "subject"), "incident: APP1 (Web Based Application)");
	assert_string_equal(
		text(t, "events.2.text"), "Update from customer; activity 001AX2, article KMX1, interaction SDX1, complete");
	assert_string_equal(desk_ask("select custom->>'handle_time_hours' from desk.ticket where external = 'IMY0001'"), "3.436944");
	t = desk_ok(NULL, "ticket show IMY0004");
	assert_string_equal(text(t, "subject"), "IMY0004");
	whole();
}

static void test_maker(void **state)
{
	(void)state;
	counts(import(HERE "maker.csv", "volvo", ""), 7, 0, 2, 7);
	json_t *t = desk_ok(NULL, "ticket show 1-700000001");
	assert_string_equal(text(t, "state"), "closed");
	assert_string_equal(text(t, "group"), "V5 3rd");
	assert_string_equal(text(t, "assignee"), "Siebel");
	assert_string_equal(text(t, "opened_at"), "2010-03-31T14:59:42Z");
	assert_int_equal(number(t, "impact"), 1);
	assert_string_equal(
		desk_ask("select string_agg(p.name, ',' order by e.seq) from desk.event e join desk.person p on p.id = e.actor_id"
				 " join desk.ticket t on t.id = e.ticket_id where t.external = '1-700000001'"),
		"Frédérique,Frédérique,Anna,Anna,Siebel");
	assert_string_equal(
		desk_ask("select count(*) from desk.person where name in ('Frédérique', 'Anna', 'Siebel') and login is null"), "3");
	assert_string_equal(text(desk_ok(NULL, "ticket show 1-700000002"), "state"), "cancelled");
	desk_shell("sed -e 's/incident_id/problem_id/' -e 's/^1-7/1-8/' " HERE "maker.csv >'%s/../problems.csv'", desk_dir());
	char file[600];
	snprintf(file, sizeof file, "%s/../problems.csv", desk_dir());
	json_t *r = import(file, "volvo-problems", "");
	counts(r, 7, 0, 2, 7);
	assert_int_equal(json_array_size(at(r, "unknown_values")), 1); /* problems never waited for a vendor there */
	whole();
}

static void test_texts(void **state)
{
	(void)state;
	counts(import(HERE "texts.csv", "endava", ""), 8, 0, 8, 8);
	json_t *t = desk_ok(NULL, "ticket show TT000005");
	assert_string_equal(text(t, "state"), "closed");
	assert_string_equal(text(t, "subject"), "mail verification warning hi has got attached please addresses best");
	assert_non_null(strstr(text(t, "body"), "monitoring analyst verification warning"));
	assert_string_equal(text(t, "category"), "Miscellaneous");
	assert_string_equal(text(t, "opened_at"), "2026-01-05T09:00:00Z"); /* the desk's own time */
	json_t *r = desk_ok(NULL, "import csv " HERE "texts.csv --map endava --limit 3 --dry-run");
	assert_int_equal(number(r, "rows_read"), 3);
}

/* ---- a map of our own ---- */

static const char odd_map[] =
	"# everything that a map can say\r\n"
	"[file]\nsource = odd\ndelimiter = semicolon\nquote = '\nencoding = cp1252\nzone = Asia/Shanghai\n"
	"time = %d.%m.%Y %I:%M %p\ntime = %s\nmissing = n/a\nmissing = -\n\n"
	"[row]\nid = {Site}-{ No }\nat = {When}\nversion = {Rev}\nactor = {By}\nverb = {What}\nvisibility = {Seen}\n"
	"subject = {Title|Short:20}\nbody = {Story}\ntext = {Remark}\nstate = {Status}\npriority = {Prio}\n"
	"category = {Cat} / {Sub}\nrequester = {For}\nopened_at = {When}\ncustom.vip = {VIP}\nmade_sla = {Met}\n"
	"reassignments = {Moves}\n\n"
	"[values state]\nnew = offen\nin_progress = in Arbeit | läuft\nresolved = fertig\n- = egal\n"
	"[values visibility]\npublic = ja\ninternal = *\n"
	"[values verb]\nreply = Antwort\nnote = Notiz\n- = *\n";
static const char odd_head[] =
	"Site;No;Rev;When;By;What;Seen;Title;Short;Story;Remark;Status;Prio;Cat;Sub;For;VIP;Met;Moves;Other\n";

static void test_odd(void **state)
{
	(void)state;
	struct sd_str s = {0};
	char *map = file_of("odd.map", odd_map), *file;
	sd_str_add(&s, odd_head);
	sd_str_add(&s,
		"B;1;0;01.03.2016 08:00 AM;Jos\xe9;neu;ja;;The printer on floor three is silent;'Erste Zeile\nzweite; mit ''Hoch''';"
		";offen;3 - mittel;Hardware;n/a;Z\x80;yes;true;0;x\n");
	sd_str_add(
		&s, "B;1;2;01.03.2016 12:30 PM;Jos\xe9;Antwort;ja;;;;Wir k\xfcmmern uns;l\xe4uft;1;Hardware;Drucker;Z\x80;no;yes;1;x\n");
	sd_str_add(&s, "B;1;1;01.03.2016 12:30 PM;-;Tanz;nein;;;;;weird;9;Hardware;Drucker;Z\x80;no;maybe;x;x\n");
	sd_str_add(&s, "B;2;;1456790400;;;;Named;;;;egal;;;;;;;;x\n");
	sd_str_add(&s, ";;;1456790400;;;;;;;;;;;;;;;;\n"); /* no id at all */
	sd_str_add(&s, "B;3;0;31.02.2016 08:00 AM;;;;;;;;;;;;;;;;\n");
	sd_str_add(&s, "B;4;one;1456790400;;;;;;;;;;;;;;;;\n");
	sd_str_add(&s, "B;5\n");
	sd_str_add(&s, "B;6;0;;;;;;;;;;;;;;;;;\n");
	file = desk_file("odd.csv", s.data, s.len);
	json_t *r = import(file, map, "");
	counts(r, 9, 5, 2, 4);
	assert_true(problem(r, 1, "Other"));
	assert_true(problem(r, 7, "Site, No: "));
	assert_true(problem(r, 8, "When: \"31.02.2016 08:00 AM\" fits no time of the map"));
	assert_true(problem(r, 9, "Rev: \"one\" is not a whole number"));
	assert_true(problem(r, 10, "2 fields where the header has 20"));
	assert_true(problem(r, 11, "no time of anything"));
	assert_true(problem(r, 5, "Status: the desk knows no \"weird\" for state (1 rows)"));
	assert_int_equal(json_array_size(at(r, "unknown_values")), 4); /* weird, 9, maybe, x */
	json_t *t = desk_ok(NULL, "ticket show B-1");
	assert_string_equal(text(t, "opened_at"), "2016-03-01T04:30:00Z");
	assert_string_equal(text(t, "events.0.at"), "2016-03-01T00:00:00Z");
	assert_string_equal(text(t, "subject"), "The printer on floor");
	assert_string_equal(text(t, "events.0.text"), "Erste Zeile\nzweite; mit 'Hoch'");
	assert_string_equal(text(t, "requester"), "Z€");
	assert_string_equal(text(t, "category"), "Hardware / Drucker");
	assert_string_equal(text(t, "events.2.verb"), "reply"); /* by time, then version */
	assert_string_equal(text(t, "events.2.text"), "Wir kümmern uns");
	assert_string_equal(text(t, "events.2.visibility"), "public");
	assert_string_equal(text(t, "events.1.visibility"), "internal");
	assert_string_equal(text(t, "events.2.actor"), "José");
	assert_string_equal(text(t, "state"), "in_progress");
	assert_int_equal(number(t, "priority"), 1);
	assert_string_equal(text(desk_ok(NULL, "ticket show B-2"), "subject"), "Named");
	assert_string_equal(desk_ask("select concat(custom->>'vip', (select x.changes->'custom'->1->>'state' from desk.event_text x "
								 "where x.ticket_id = t.id "
								 "and x.seq = 2)) from desk.ticket t where external = 'B-1'"),
		"noweird");
	/* another zone is another time, and the same rows are no others */
	r = desk_ok(NULL, "import csv %s --map %s --tz UTC", file, map);
	assert_int_equal(number(r, "events_created"), 0);
	sd_str_free(&s);
	free(map);
	free(file);
	whole();
}

/* Without a header columns are numbers; a file that is not UTF-8 is told once, and how to mend it. */
static void test_headless(void **state)
{
	(void)state;
	char *map = file_of("less.map",
		"[file]\nsource = less\nheader = no\ndelimiter = tab\nquote = none\n[row]\nid = {1}\nat = {2}\nsubject = {3}\n");
	char *file =
		file_of("less.tsv", "L1\t2016-03-01\tsay \"hello\"\nL2\t2016-03-02T10:00+02:00\tgr\xfc\xdf\nL2\t2016-03-03\tgr\xfcn\n");
	json_t *r = import(file, map, "");
	counts(r, 3, 0, 2, 3);
	assert_int_equal(json_array_size(at(r, "problems")), 1);
	assert_true(problem(r, 2, "2 rows are not UTF-8"));
	assert_string_equal(text(desk_ok(NULL, "ticket show L1"), "subject"), "say \"hello\"");
	free(file);
	file = file_of("wide.csv", "\xff\xfe"
							   "a");
	desk_refused(NULL, 2, "file_encoding", "import csv %s --map %s", file, map);
	free(map);
	free(file);
}

/* ---- what is wrong with a map ---- */

static void wrong(const char *map_text, const char *words)
{
	char *map = file_of("wrong.map", map_text), *file = file_of("wrong.csv", "id,at,what\nW1,2016-03-01,x\n");
	const json_t *e = desk_refused(NULL, 2, "map_file", "import csv %s --map %s", file, map);
	if (!strstr(text(e, "text"), words))
		fail_msg("%s\n  does not say: %s", text(e, "text"), words);
	free(map);
	free(file);
}

#define ROW "[file]\nsource = w\n[row]\nid = {id}\nat = {at}\n"

static void test_wrong(void **state)
{
	(void)state;
	wrong("id = {id}\n", "wrong.map:1: a line before the first section");
	wrong("[file]\nsorce = x\n", ":2: [file] has no sorce; did you mean source?");
	wrong("[file]\nsource = w\n[row]\nid = {id}\n", "no at = {COLUMN}");
	wrong("[file]\nsource = w\n[row]\nat = {at}\n", "[row] wants id");
	wrong("[row]\nid = {id}\nat = {at}\n", "[file] wants source");
	wrong("[file]\ndelimiter = ab\n", ":2: delimiter is");
	wrong("[file]\ntime = %H:%M\n", ":2: time is iso");
	wrong("[file]\nzone = Moon/Sea\n", ":2: zone is");
	wrong("[file]\nencoding = ebcdic\n", ":2: encoding is");
	wrong("[fields]\n", ":1: a section is");
	wrong(ROW "subject = {what\n", ":6: { without }");
	wrong(ROW "subject = {what:0}\n", ":6: behind : stands");
	wrong(ROW "subject = {waht}\n", ":6: the file has no such column: waht; did you mean what?");
	wrong(ROW "subjekt = {what}\n",
		":6: the desk has no such field (what has none goes to custom.NAME): subjekt; did you mean subject?");
	wrong(ROW "subject = {what}\nsubject = x\n", ":7: the field stands here a second time");
	wrong(ROW "state = {what}\n[values state]\nclosd = x\n", ":7: the desk does not know this word: closd; did you mean closed?");
	wrong(ROW "state = finished\n", ":6: the desk does not know this word: finished; there are new, ");
	wrong(ROW "priority = {what}\n[values priority]\n7 = x\n", ":7: the desk does not know this word: 7");
	wrong(ROW "[values state]\nclosed = x\n", ":6: [values state]: no line fills state");
	wrong(ROW "state = {what}\n[values state]\nclosed = x\nnew = y | X\n", ":9: a word of the source stands here a second time");
	wrong("[file]\nsource = w\nkind = incidint\n[row]\nid = {id}\nat = {at}\n",
		"the desk has no such kind: incidint; did you mean incident?");
	char *file = file_of("wrong.csv", "id,at\n");
	json_t *e = desk_refused(NULL, 3, "map_missing", "import csv %s --map rabbobank", file);
	assert_non_null(strstr(text(e, "text"), "did you mean rabobank?"));
	desk_refused(NULL, 3, "map_file", "import csv %s --map ./nowhere.map", file);
	desk_refused(NULL, 2, "usage", "import csv %s", file);
	desk_refused(NULL, 2, "zone", "import csv %s --map volvo --tz Moon/Sea", file);
	desk_refused(NULL, 2, "map_file", "import csv %s --map volvo", file); /* another file */
	desk_refused(NULL, 3, "file_open", "import csv /nonexistent --map volvo");
	desk_ok(NULL, "user add csv.agent --role agent");
	desk_refused("csv.agent", 4, "denied", "import csv " HERE "maker.csv --map volvo --dry-run");
	free(file);
}

/* ---- whole files ---- */

static const char *folder;

static void whole_file(const char *name, const char *map)
{
	char file[600];
	snprintf(file, sizeof file, "%s/%s", folder, name);
	/* another reader: lines that begin outside of quotes, without the header */
	long rows = atol(desk_shell("xz -dc '%s' | perl -ne '$n++ if !$q; $q ^= tr/\"// %% 2; END { print $n - 1 }'", file));
	json_t *r = import(file, map, "");
	assert_int_equal(number(r, "rows_read"), rows);
	assert_int_equal(number(r, "rows_skipped"), 0);
	assert_true(number(r, "events_created") >= rows);
	assert_int_equal(json_array_size(at(r, "problems")), 0);
	print_message(
		"# %s: %ld rows, %ld tickets, %ld events\n", name, rows, number(r, "tickets_created"), number(r, "events_created"));
}

static void test_whole(void **state)
{
	(void)state;
	whole_file("incidents-rabobank-bpi2014/incidents.csv.xz", "rabobank-records");
	whole_file("incidents-rabobank-bpi2014/incident_activities.csv.xz", "rabobank-activities");
	whole_file("incidents-volvo-bpi2013/vinst_incidents.csv.xz", "volvo");
	whole_file("incidents-volvo-bpi2013/vinst_closed_problems.csv.xz", "volvo-problems");
	whole_file("tickets-text-endava/tickets.csv.xz", "endava");
	whole();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bank),
		cmocka_unit_test(test_bank_steps),
		cmocka_unit_test(test_maker),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_headless),
		cmocka_unit_test(test_wrong),
	};
	const struct CMUnitTest data[] = {cmocka_unit_test(test_whole)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc == 3 && strcmp(argv[1], "--data") == 0) {
		folder = argv[2];
		return cmocka_run_group_tests(data, desk_start, desk_stop);
	}
	return cmocka_run_group_tests(tests, desk_start, desk_stop);
}
