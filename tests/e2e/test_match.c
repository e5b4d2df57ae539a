/* svcdesk match: the shape of the answer, who is told what, what a ticket knows, refusals, hostile text. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdlib.h>
#include <string.h>

static const char *solved_number, *new_number;

static int start(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	desk_sql("insert into desk.article(id, number, audience, made_at, changed_at) values (1, 'KB0000001', 'public', desk.now(), "
			 "desk.now()), "
			 "(2, 'KB0000002', 'internal', desk.now(), desk.now());"
			 "insert into desk.article_version(id, article_id, major, minor, state, title, body, author_id, at) values "
			 "(1, 1, 1, 0, 'published', 'KubePodCrashLooping', E'## Meaning\\n\\nA pod dies again and again.\\n\\n## "
			 "Mitigation\\n\\nMend it.', 1, desk.now()), "
			 "(2, 2, 1, 0, 'published', 'Toner empty', 'Change the toner of the printer.', 1, desk.now());"
			 "update desk.article set published_id = id, latest_id = id");
	solved_number = text(
		desk_ok("anna", "ticket new kind=incident subject='Zebra scanner frozen' requester=rosa category=General"), "number");
	desk_ok("anna", "ticket act %s take", solved_number);
	desk_ok("anna", "ticket act %s resolve code=fixed --body 'Held the trigger'", solved_number);
	new_number = text(desk_ok("anna", "ticket new kind=incident subject='The zebra scanner is frozen' requester=rosa"), "number");
	return 0;
}

static json_t *match(const char *as, const char *in, const char *opts)
{
	const struct run *r = desk_run(as, in, "match %s --json", opts);
	assert_int_equal(r->status, 0);
	return desk_json(r);
}

static void test_shape(void **state)
{
	(void)state;
	json_t *list = match("anna", "[FIRING:1] KubePodCrashLooping api-7f (pod=api-7f)\n", "--limit 1");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(text(list, "0.type"), "article");
	assert_string_equal(text(list, "0.id"), "KB0000001");
	assert_string_equal(text(list, "0.title"), "KubePodCrashLooping");
	assert_string_equal(text(list, "0.excerpt"), "A pod dies again and again. Mend it.");
	assert_true(json_number_value(at(list, "0.score")) > 0 && json_number_value(at(list, "0.score")) < 1);
	const struct run *r = desk_run("anna", "the printer wants toner", "match");
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "KB0000002"));
}

static void test_fields(void **state)
{
	(void)state;
	assert_string_equal(text(match("anna", "", "--field alert=KubePodCrashLooping"), "0.id"), "KB0000001");
	desk_refused("anna", 2, "option_value", "match --field colour=red");
	desk_refused("anna", 2, "option_value", "match --field alert");
	desk_refused("anna", 2, "option_value", "match --limit 0");
}

static void test_ticket(void **state)
{
	(void)state;
	json_t *list = desk_ok("anna", "match --ticket %s", new_number);
	assert_string_equal(text(list, "0.type"), "ticket");
	assert_string_equal(text(list, "0.id"), solved_number);
	assert_string_equal(text(list, "0.excerpt"), "Held the trigger");
	desk_refused("anna", 3, "not_found", "match --ticket INC999999");
}

static void test_requester(void **state)
{
	(void)state;
	assert_int_equal(json_array_size(match("rosa", "toner of the printer, zebra scanner frozen, pod", "")), 1);
	assert_int_equal(json_array_size(desk_ok("rosa", "match --ticket %s", new_number)), 0);
}

static void test_hostile(void **state)
{
	(void)state;
	assert_int_equal(json_array_size(match("anna", "'; drop table desk.ticket; -- \\ & | ! :* \x1b[2J \xff\xfe %s %n", "")), 0);
	assert_int_equal(json_array_size(match("anna", "", "")), 0);
	char *big = malloc(300001);
	assert_non_null(big);
	for (size_t i = 0; i < 300000; i++)
		big[i] = i % 7 ? (char)('a' + i * 31 % 26) : ' ';
	big[300000] = 0;
	match("anna", big, "");
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_shape), cmocka_unit_test(test_fields), cmocka_unit_test(test_ticket),
		cmocka_unit_test(test_requester), cmocka_unit_test(test_hostile)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
