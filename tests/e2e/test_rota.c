/* Rotas, absences and skills through the command line: written from files of three forms, shown, swapped; who may. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int people(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add bob --role agent --group 'Service desk'");
	desk_ok(NULL, "user add lena --role agent --role lead --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	return 0;
}

static char *file(const char *name, const char *text)
{
	return desk_file(name, text, strlen(text));
}

static void test_import(void **state)
{
	(void)state;
	char *sheet = file("w.rota",
		"# who is there\nrota = Week\ngroup = Service desk\nzone = Europe/Berlin\nfrom = 2026-01-01\nuntil =\n"
		"shift = mon-fri 08:00-17:00 anna, bob\nshift = daily 22:00-06:00 turns anna, bob every 1w from 2026-01-05 09:00\n");
	char *csv = file("w.csv", "group,rota,zone,days,from,to,people,every,turn_from\n"
							  "Service desk,Table,Europe/Berlin,mon-fri,08:00,17:00,\"anna, bob\",,\n"
							  "Service desk,Table,Europe/Berlin,daily,22:00,06:00,\"anna, bob\",1w,2026-01-05 09:00\n");
	char *two = file("two.csv", "group,rota,days,from,to,people\nService desk,Table,mon-fri,08:00,17:00,anna\n"
								",table,sat,08:00,12:00,anna\nNetwork,Table,sun,08:00,17:00,bob\n");
	char *json = file("w.json",
		"[{\"rota\": \"Third\", \"group\": \"Service desk\", \"zone\": \"UTC\", \"shifts\": [\"sat 00:00-24:00 bob\"]}]");
	char *wrong = file("x.rota", "rota = X\ngroup = Service desk\n\nshift = someday 08:00-17:00 anna\n");
	char *key = file("k.rota", "rota = X\ngroop = Service desk\n");

	desk_refused("anna", 4, "rota_role", "rota import %s", sheet);
	json_t *r = desk_ok("lena", "rota import %s --dry-run", sheet);
	assert_true(json_is_true(at(r, "dry_run")));
	assert_int_equal(json_array_size(desk_ok("lena", "rota list")), 0);
	r = desk_ok("lena", "rota import %s", sheet);
	assert_int_equal(number(r, "rotas.0.version"), 1);
	assert_true(json_is_false(at(desk_ok("lena", "rota import %s", sheet), "rotas.0.changed")));
	/* the table says the same */
	r = desk_ok("lena", "rota import %s", csv);
	assert_string_equal(text(r, "rotas.0.shifts.0"), text(at(desk_ok("lena", "rota show Week"), "0"), "shifts.0"));
	assert_string_equal(text(r, "rotas.0.shifts.1"), text(at(desk_ok("lena", "rota show Week"), "0"), "shifts.1"));
	assert_string_equal(text(desk_ok(NULL, "rota import %s", json), "rotas.0.rota"), "Third");
	/* what show prints makes the rota again */
	const struct run *shown = desk_run("anna", NULL, "rota show Week");
	assert_int_equal(shown->status, 0);
	char *again = file("again.rota", shown->out);
	assert_true(json_is_false(at(desk_ok("lena", "rota import %s", again), "rotas.0.changed")));
	/* what is wrong names file and line */
	assert_non_null(
		strstr(text(desk_refused("lena", 2, "rota_csv", "rota import %s", two), "text"), "two.csv:4: group \"Network\""));
	assert_non_null(strstr(text(desk_refused("lena", 2, "rota_days", "rota import %s", wrong), "text"), "x.rota:1"));
	assert_non_null(strstr(text(desk_refused("lena", 2, "sheet", "rota import %s", key), "text"), "k.rota:2"));
	desk_refused("lena", 3, "file", "rota import nowhere.rota");
	desk_refused("lena", 3, "no_rota", "rota show Nothing");
	desk_refused("anna", 4, "rota_role", "rota delete Third");
	desk_ok("lena", "rota delete Third");
	desk_ok("lena", "rota delete Table");
	assert_int_equal(json_array_size(desk_ok("rosa", "rota list")), 0);
	free(sheet), free(csv), free(two), free(json), free(wrong), free(key), free(again);
}

static void test_week(void **state)
{
	(void)state;
	/* the desk's clock stands on a Monday, 09:00 UTC: ten in Berlin */
	json_t *w = desk_ok("anna", "rota week");
	assert_string_equal(text(w, "groups.0.group"), "Service desk");
	assert_true(json_array_size(at(w, "groups.0.duty")) >= 12);
	const char *out = desk_run("anna", NULL, "rota week")->out;
	assert_non_null(strstr(out, "now: anna until"));
	assert_non_null(strstr(out, "anna, bob"));
	desk_refused("rosa", 4, "not_a_person", "rota week");
	/* a swap for the afternoon */
	desk_refused("anna", 4, "rota_role",
		"rota swap group='Service desk' from='2026-01-05 12:00' until='2026-01-05 16:00' off=anna on=lena");
	w = desk_ok(
		"lena", "rota swap group='Service desk' from='2026-01-05 12:00' until='2026-01-05 16:00' off=anna on=lena note=dentist");
	long id = number(w, "swap");
	w = desk_ok("lena", "rota week");
	assert_string_equal(text(w, "groups.0.swaps.0.off"), "anna");
	assert_non_null(strstr(desk_run("lena", NULL, "rota week")->out, "lena (swap)"));
	desk_refused("bob", 4, "rota_role", "rota unswap %ld", id);
	desk_ok("lena", "rota unswap %ld", id);
	desk_refused("lena", 3, "no_swap", "rota unswap %ld", id);
	desk_refused("lena", 2, "usage", "rota unswap x");
	assert_true(json_array_size(desk_ok("lena", "rota log")) >= 5);
}

static void test_absence(void **state)
{
	(void)state;
	json_t *a = desk_ok("anna", "absence add from=2026-01-07 until=2026-01-08 reason='a cold'");
	assert_string_equal(text(a, "from"), "2026-01-07T00:00:00Z");
	assert_string_equal(text(a, "until"), "2026-01-09T00:00:00Z"); /* with that day */
	long id = number(a, "absence");
	desk_refused("bob", 4, "absence_role", "absence add person=anna from=now until=+1d");
	desk_refused("rosa", 4, "not_a_person", "absence add from=now until=+1d");
	desk_refused("anna", 2, "rota_when", "absence add from=never until=+1d");
	assert_string_equal(text(desk_ok("anna", "absence list"), "0.reason"), "a cold");
	assert_string_equal(text(desk_ok("lena", "absence list anna"), "0.reason"), "a cold");
	assert_string_equal(text(desk_ok("bob", "absence list"), "0.reason"), "");
	assert_int_equal(json_array_size(desk_ok("rosa", "absence list")), 0);
	desk_refused("bob", 4, "absence_role", "absence end %ld", id);
	desk_ok("anna", "absence end %ld", id);
	assert_int_equal(json_array_size(desk_ok("anna", "absence list")), 0);
	/* given work by hand while away: told, not refused */
	desk_ok("lena", "absence add person=bob from=now until='tomorrow 09:00'");
	const char *nr = desk_ticket("printer");
	const struct run *r = desk_run("lena", NULL, "ticket act %s assign group='Service desk' assignee=bob", nr);
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->err, "bob is away until"));
}

static void test_skills(void **state)
{
	(void)state;
	desk_refused("anna", 4, "skill_role", "skill give anna wifi");
	desk_ok("lena", "skill give anna wifi 3");
	desk_ok("lena", "skill give bob WiFi");
	json_t *s = desk_ok("bob", "skill list");
	assert_int_equal(json_array_size(s), 1);
	assert_int_equal(number(s, "0.people.0.level"), 3);
	desk_refused("lena", 2, "usage", "skill give anna wifi 7");
	desk_refused("lena", 2, "rota_person", "skill give nobodyhere wifi");
	desk_ok("lena", "skill take bob wifi");
	assert_int_equal(json_array_size(at(desk_ok("bob", "skill list"), "0.people")), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_week),
		cmocka_unit_test(test_absence),
		cmocka_unit_test(test_skills),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, people, desk_stop);
}
