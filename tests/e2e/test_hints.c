/* Problem hints on the command line: similar tickets of a desk, as its people see them. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <string.h>

static int people(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	desk_ok(NULL, "category add Mail");
	return 0;
}

static void test_three_alike(void **state)
{
	(void)state;
	static const char *const others[] = {"printer on floor 4 has no toner", "new starter needs a laptop",
		"cannot book the meeting room", "the projector stays black", "badge does not open the gate", "please reset my password"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		desk_ok("anna", "ticket new kind=incident category=Mail subject='%s'", others[i]);
	assert_int_equal(json_array_size(desk_ok("anna", "hints")), 0);
	assert_non_null(strstr(desk_run("anna", NULL, "hints")->out, "No three incidents"));
	desk_ok("anna", "ticket new kind=incident category=Mail subject='Outlook hangs synchronising the shared mailbox'");
	desk_ok("anna", "ticket new kind=incident category=Mail subject='shared mailbox: outlook hangs when synchronising'");
	desk_ok("anna", "ticket new kind=incident category=Mail subject='Synchronising hangs in Outlook (shared mailbox)'");
	json_t *r = desk_ok("anna", "hints");
	assert_int_equal(json_array_size(r), 1);
	assert_int_equal(number(r, "0.tickets"), 3);
	assert_string_equal(text(r, "0.category"), "Mail");
	assert_int_equal(json_array_size(at(r, "0.members")), 3);
	long id = number(r, "0.id");
	assert_non_null(strstr(desk_run("anna", NULL, "hints")->out, "category Mail"));
	assert_string_equal(text(desk_ok("anna", "hints dismiss %ld --body known", id), "reason"), "known");
	assert_int_equal(json_array_size(desk_ok("anna", "hints")), 0);
	assert_int_equal(json_array_size(desk_ok("anna", "hints --all")), 1);
	assert_string_equal(text(desk_ok("anna", "hints reopen %ld", id), "state"), "open");
	desk_refused("anna", 3, "hint_unknown", "hints 999");
	desk_refused("anna", 3, "hint_unknown", "hints dismiss 999");
	desk_refused("anna", 2, "usage", "hints Mail");
	desk_refused("rosa", 4, "denied", "hints");
	desk_refused("rosa", 4, "denied", "hints dismiss %ld", id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_three_alike)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, people, desk_stop);
}
