/* Triage from the command line, and how good what is proposed is on real tickets: a part of an incident log whose later tickets
 * are proposed by the earlier ones. Proposals must be better than the most frequent value, for what is proposed is worth nothing
 * else. With --data FOLDER of the whole log there instead of the part kept here: make check-data. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *log_path = SRCDIR "/tests/e2e/data/triage.csv.xz";
static const char *texts_path; /* with the whole data only */

static int start(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add lena --role lead --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	return 0;
}

/* ---- a desk without a past, then with a little ---- */

static const json_t *field(const json_t *p, const char *name)
{
	size_t i;
	json_t *f;
	json_array_foreach(at(p, "fields"), i, f) if (strcmp(text(f, "field"), name) == 0) return f;
	fail_msg("no field %s", name);
	return NULL;
}

static void test_new_desk(void **state)
{
	(void)state;
	const char *nr = text(desk_ok(NULL, "ticket new kind=incident subject='Mail is down' requester=rosa"), "number");
	json_t *p = desk_ok("anna", "triage propose %s", nr);
	assert_int_equal(number(p, "model.learnt_from"), 0);
	assert_string_equal(text(field(p, "category"), "choices.0.value"), "General");
	assert_true(json_number_value(at(field(p, "category"), "choices.0.confidence")) <= 0.5);
	assert_string_equal(text(json_array_get(desk_ok("anna", "triage list"), 0), "number"), nr);
	desk_refused("rosa", 3, "not_found", "triage propose %s", nr);
	desk_refused("anna", 3, "not_found", "triage propose INC999999");
	desk_refused("anna", 2, "usage", "triage apply %s", nr);
	desk_refused("anna", 3, "no_past", "triage evaluate");
	/* both, one's own and what is proposed; one undo */
	json_t *t = desk_ok("anna", "triage apply %s --accept group='Service desk'", nr);
	assert_string_equal(text(t, "category"), "General");
	assert_string_equal(text(t, "group"), "Service desk");
	assert_string_equal(text(t, "state"), "assigned");
	assert_int_equal(json_array_size(desk_ok("anna", "triage list")), 0);
	desk_refused("anna", 5, "wrong_state", "triage apply %s group='Service desk'", nr);
	const struct run *r =
		desk_exec(NULL, (const char *const[]){desk_program(), "--dir", desk_dir(), "triage", "propose", nr, NULL});
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "General"));
}

/* ---- real tickets ---- */

static double share(const json_t *r, int model, const char *name, const char *key)
{
	size_t i;
	json_t *f;
	char path[40];
	snprintf(path, sizeof path, "models.%d.fields", model);
	json_array_foreach(at(r, path), i, f) if (strcmp(text(f, "field"), name) == 0 && !at(f, "given")) return json_number_value(
		at(f, key));
	fail_msg("no field %s", name);
	return 0;
}

static void better(const json_t *r, const char *name, double by)
{
	for (int other = 1; other <= 2; other++)
		if (share(r, 0, name, "top1") < share(r, other, name, "top1") + by)
			fail_msg("%s: %.3f first, %.3f by the other way %d", name, share(r, 0, name, "top1"), share(r, other, name, "top1"),
				other);
	print_message("# %s: first %.3f, among three %.3f; most frequent %.3f, %.3f; calibration error %.3f\n", name,
		share(r, 0, name, "top1"), share(r, 0, name, "top3"), share(r, 1, name, "top1"), share(r, 1, name, "top3"),
		share(r, 0, name, "ece"));
}

static void test_log(void **state)
{
	(void)state;
	desk_ok(NULL, "import servicenow %s", log_path);
	char *before = strdup(desk_ask("select count(*) from desk.event"));
	/* through the shell: with the whole log it takes longer than a command of a test may */
	char *file = desk_file("evaluate.json", "", 0);
	desk_shell("'%s' --dir '%s' --as lena triage evaluate --last 200 --json >'%s'", desk_program(), desk_dir(), file);
	json_t *r = json_load_file(file, 0, NULL), *whole = r;
	assert_non_null(r);
	free(file);
	assert_int_equal(number(r, "tests"), 200);
	better(r, "category", 0.1);
	better(r, "group", 0);
	better(r, "assignee", 0);
	assert_true(share(r, 0, "category", "top3") > share(r, 1, "category", "top3"));
	assert_true(share(r, 0, "category", "ece") < 0.2 && share(r, 0, "group", "ece") < 0.2);
	assert_true(json_number_value(at(r, "models.0.both.top1")) > json_number_value(at(r, "models.1.both.top1")));
	print_message("# keys: median %ld, p90 %ld\n", number(r, "keys.median"), number(r, "keys.p90"));
	assert_true(number(r, "keys.median") >= 1 && number(r, "keys.median") <= number(r, "keys.p90"));
	/* it left nothing behind, and the same question has the same answer */
	assert_string_equal(desk_ask("select count(*) from desk.event"), before);
	free(before);
	assert_string_equal(desk_ask("select (select count(*) from desk.propose_trial) + (select count(*) from "
								 "desk.propose_trial_event) + (select count(*) from desk.propose_count "
								 "where run <> 0) + (select count(*) from desk.propose_learnt where run <> 0)"),
		"0");
	json_decref(whole);
	if (texts_path) /* each goes through all of the log */
		return;
	r = desk_ok("anna", "triage evaluate --last 20");
	double first = share(r, 0, "category", "ece"), group = share(r, 0, "group", "ece");
	r = desk_ok("lena", "triage evaluate --last 20");
	assert_true(share(r, 0, "category", "ece") == first && share(r, 0, "group", "ece") == group);
	/* another way to rank is called by its name */
	r = desk_ok("anna", "triage evaluate --last 20 --model frequent");
	assert_string_equal(text(r, "models.0.model"), "frequent");
	assert_int_equal(json_array_size(at(r, "models")), 2);
	desk_refused("anna", 2, "bad_value", "triage evaluate --model oracle");
	desk_refused("rosa", 4, "denied", "triage evaluate");
}

/* Before the first ticket of the test is proposed, no more is learnt than was done before it was opened. */
static void test_no_peeking(void **state)
{
	(void)state;
	if (texts_path)
		return;
	json_t *r = desk_ok("lena", "triage evaluate --last 50");
	long n = number(r, "learnt_last");
	assert_true(n >= number(r, "learnt_first"));
	const char *done = desk_ask("with o as (select opened_at from desk.ticket where kind = 'incident' and phase = 3 and state <> "
								"'cancelled' order by opened_at desc, id desc limit 50) "
								"select count(distinct s.ticket_id) from desk.span s, (select min(opened_at) as first from o) f "
								"where s.state in ('resolved', 'closed') and s.from_at < f.first");
	assert_true(number(r, "learnt_first") <= strtol(done, NULL, 10));
}

/* ---- texts alone: no dates, so that what is learnt and what is tried are told apart by lot ---- */

static void test_texts(void **state)
{
	(void)state;
	if (!texts_path)
		return;
	char *file = desk_file("texts.csv", "", 0);
	desk_shell("xz -dc '%s' | head -12001 >'%s'", texts_path, file);
	desk_ok(NULL, "import csv %s --map endava", file);
	desk_sql("select desk.trial_begin('{pool,frequent}', 'incident', '2000-01-01', '2000-01-02', 1)");
	char *run = strdup(desk_ask("select max(run) from desk.propose_trial"));
	char sql[1024];
	snprintf(sql, sizeof sql,
		"insert into desk.propose_trial_event select %s, case when hashtext(t.external) %% 10 = 0 then timestamptz '2001-01-01' "
		"else '2000-01-01' end, "
		"case when hashtext(t.external) %% 10 = 0 then 0 else 1 end, t.id, array[t.category_id, null, null, null, null] "
		"from desk.ticket t join desk.external_ref r on r.ticket_id = t.id and r.source = 'endava' where t.category_id is not "
		"null",
		run);
	desk_sql(sql);
	snprintf(sql, sizeof sql, "select desk.trial_step(%s)->>'done'", run);
	while (strcmp(desk_ask(sql), "true") != 0)
		;
	char field[200];
	snprintf(field, sizeof field,
		"from jsonb_array_elements(desk.trial_report(%s)->'models') with ordinality m(m, n), jsonb_array_elements(m->'fields') f "
		"where f->>'field' = 'category' and n =",
		run);
	snprintf(sql, sizeof sql, "select f->>'top1' %s 1", field);
	double first = strtod(desk_ask(sql), NULL);
	snprintf(sql, sizeof sql, "select f->>'top1' %s 2", field);
	double frequent = strtod(desk_ask(sql), NULL);
	snprintf(sql, sizeof sql,
		"select concat('n ', f->>'n', ', among three ', f->>'top3', ', calibration error ', f->>'ece') %s 1", field);
	print_message("# texts: first %.3f, most frequent %.3f, %s\n", first, frequent, desk_ask(sql));
	assert_true(first > frequent + 0.2);
	free(file);
	free(run);
}

int main(int argc, char **argv)
{
	static char path[4096];
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_new_desk), cmocka_unit_test(test_log),
		cmocka_unit_test(test_no_peeking), cmocka_unit_test(test_texts)};
	if (argc == 3 && strcmp(argv[1], "--data") == 0) {
		snprintf(path, sizeof path, "%s/incidents-servicenow/incident_event_log.csv.xz", argv[2]);
		log_path = path;
		static char texts[4096];
		snprintf(texts, sizeof texts, "%s/tickets-text-endava/tickets.csv.xz", argv[2]);
		texts_path = texts;
	}
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
