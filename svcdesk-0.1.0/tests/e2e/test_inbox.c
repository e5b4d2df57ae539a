/* inbox, follow-ups and handovers through the command line, as several people. */
#include "tests/e2e/desk.h"
#include "tests/e2e/schema.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy(const char *s)
{
	static char kept[8][64];
	static int n;
	n = (n + 1) % 8;
	snprintf(kept[n], sizeof kept[n], "%s", s);
	return kept[n];
}

static char *new_ticket(const char *as, const char *subject)
{
	return copy(text(desk_ok(as, "ticket new kind=incident subject='%s'", subject), "number"));
}

static void test_inbox(void **state)
{
	(void)state;
	char *nr = new_ticket("rosa", "Mail is slow");
	assert_int_equal(json_array_size(desk_ok("anna", "inbox")), 0);
	desk_ok(NULL, "ticket act %s assign group='Service desk' assignee=anna", nr);
	desk_ok("ben", "ticket act %s note --body 'ask @anna, not bob@anna'", nr);
	desk_ok("rosa", "ticket act %s reply --body 'Still slow'", nr);
	json_t *list = desk_ok("anna", "inbox");
	assert_int_equal(json_array_size(list), 3);
	assert_schema("inbox", list);
	assert_string_equal(text(list, "0.reason"), "reply");
	assert_string_equal(text(list, "0.actor"), "rosa");
	assert_string_equal(text(list, "0.excerpt"), "Still slow");
	assert_string_equal(text(list, "1.reason"), "mention");
	assert_string_equal(text(list, "2.reason"), "assigned");
	assert_string_equal(text(list, "2.number"), nr);
	assert_int_equal(number(list, "2.event"), 2);
	assert_true(json_is_true(at(list, "2.unread")));
	assert_int_equal(json_array_size(desk_ok("anna", "inbox --limit 1")), 1);
	assert_non_null(strstr(desk_run("anna", NULL, "inbox")->out, "ask @anna, not bob@anna\n")); /* no terminal: nothing is cut */
	assert_null(strstr(desk_run("anna", NULL, "inbox")->out, "…"));
	/* read, by item and all */
	assert_int_equal(number(desk_ok("anna", "inbox --read %s.3 --read %s.4", nr, nr), "marked"), 2);
	list = desk_ok("anna", "inbox --unread");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(text(list, "0.reason"), "assigned");
	desk_refused("anna", 3, "unknown_item", "inbox --read %s.99", nr);
	desk_refused("anna", 2, "usage", "inbox --read %s.4 --read-all", nr);
	assert_int_equal(number(desk_ok("anna", "inbox --read-all"), "marked"), 1);
	assert_int_equal(json_array_size(desk_ok("anna", "inbox --unread")), 0);
	assert_int_equal(json_array_size(desk_ok("anna", "inbox")), 3);
	/* who asked follows it too, and sees what is public */
	desk_ok("anna", "ticket act %s take", nr);
	desk_ok("anna", "ticket act %s reply --body 'Better now?'", nr);
	desk_ok("anna", "ticket act %s resolve code=fixed category=General --body 'Restarted'", nr);
	list = desk_ok("rosa", "inbox");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(text(list, "0.reason"), "resolved");
	assert_string_equal(text(list, "0.excerpt"), "Restarted");
	assert_string_equal(text(list, "0.state"), "resolved");
	assert_string_equal(text(list, "1.reason"), "answer");
	assert_string_equal(text(desk_ok("rosa", "ticket show %s", nr), "state"), "resolved");
	/* for people */
	const struct run *r = desk_run("rosa", NULL, "inbox");
	assert_non_null(strstr(r->out, "Better now?"));
	assert_non_null(strstr(r->out, "answered"));
	assert_non_null(strstr(desk_run("rosa", NULL, "--language zh_CN inbox")->out, "\xe5\xb7\xb2\xe7\xad\x94\xe5\xa4\x8d"));
	assert_string_equal(desk_run("ben", NULL, "inbox")->out, "");
	desk_refused("stranger", 6, "sign_in_refused", "inbox");
}

static void test_follow_up(void **state)
{
	(void)state;
	char *nr = new_ticket(NULL, "Switch");
	json_t *f = desk_ok("anna", "ticket follow-up %s 2h call the vendor", nr);
	char *item = copy(text(f, "item"));
	assert_string_equal(text(f, "due_at"), "2026-01-05T11:00:00Z");
	assert_string_equal(text(f, "text"), "call the vendor");
	assert_string_equal(text(desk_ok("anna", "ticket follow-up %s tomorrow 10:30", nr), "due_at"), "2026-01-06T10:30:00Z");
	assert_string_equal(text(desk_ok("anna", "ticket follow-up %s 'tomorrow 11:00' x", nr), "text"), "x");
	desk_refused("anna", 2, "bad_time", "ticket follow-up %s sometime", nr);
	desk_refused("anna", 2, "time_past", "ticket follow-up %s 2020-01-01", nr);
	desk_refused("anna", 3, "not_found", "ticket follow-up INC999999 2h");
	desk_refused("rosa", 3, "not_found", "ticket follow-up %s 2h", nr);
	assert_int_equal(json_array_size(desk_ok("anna", "inbox --pending")), 3);
	assert_int_equal(json_array_size(desk_ok("ben", "inbox --pending")), 0);
	assert_string_equal(text(desk_ok("anna", "inbox --pending"), "0.excerpt"), "call the vendor");
	desk_ok(NULL, "clock advance 3h");
	json_t *list = desk_ok("anna", "inbox --unread");
	assert_schema("inbox", list);
	assert_string_equal(text(list, "0.item"), item);
	assert_string_equal(text(list, "0.reason"), "follow_up");
	assert_int_equal(number(desk_ok("anna", "inbox --read %s", item), "marked"), 1);
	assert_int_equal(json_array_size(desk_ok("anna", "inbox --unread")), 0);
	assert_int_equal(json_array_size(desk_ok("anna", "inbox --pending")), 2);
}

static void test_handover(void **state)
{
	(void)state;
	desk_refused("anna", 3, "no_handover", "handover show");
	desk_ok(NULL, "ticket new kind=incident subject='Core switch down' group='Service desk' impact=1 urgency=1");
	desk_ok(NULL, "clock advance 1h");
	json_t *d = desk_ok("anna", "handover write --print");
	assert_int_equal(number(d, "facts.hot.n"), 1);
	assert_string_equal(text(d, "facts.hot.tickets.0.subject"), "Core switch down");
	assert_int_equal(json_array_size(desk_ok("ben", "inbox")), 0);
	json_t *h = desk_ok("anna", "handover write --since 8h --notes 'Ring the vendor at six'");
	char *nr = copy(text(h, "number"));
	assert_string_equal(text(h, "kind"), "handover");
	assert_string_equal(text(h, "state"), "written");
	assert_non_null(strstr(text(h, "body"), "Core switch down"));
	assert_non_null(strstr(text(h, "body"), "Notes:\nRing the vendor at six"));
	assert_int_equal(number(h, "facts.hot.n"), 1);
	/* no list of open work holds it; one finds it by its kind */
	assert_int_equal(json_array_size(desk_ok("anna", "ticket list kind:handover state:open")), 0);
	assert_int_equal(json_array_size(desk_ok("anna", "ticket list kind:handover")), 1);
	/* the next shift */
	json_t *list = desk_ok("ben", "inbox");
	assert_string_equal(text(list, "0.reason"), "handover");
	assert_string_equal(text(list, "0.number"), nr);
	desk_refused("anna", 4, "handover_own", "handover sign");
	desk_refused("rosa", 3, "no_handover", "handover show");
	desk_refused("rosa", 4, "handover_no_group", "handover write");
	h = desk_ok("ben", "handover sign --body 'taken over'");
	assert_schema("ticket-show", desk_ok("ben", "ticket show %s", nr));
	assert_string_equal(text(h, "state"), "signed");
	assert_string_equal(text(h, "signed_by"), "ben");
	assert_int_equal(json_array_size(desk_ok("ben", "inbox --unread")), 0);
	desk_refused("ben", 5, "wrong_state", "handover sign %s", nr);
	assert_string_equal(text(desk_ok("anna", "handover show %s", nr), "signed_at"), text(h, "signed_at"));
	assert_non_null(strstr(desk_run("anna", NULL, "handover show")->out, "Core switch down"));
	/* through the general door: any kind has it */
	desk_ok(NULL, "clock advance 1h");
	h = desk_ok("ben", "ticket new kind=handover group='Service desk' subject=Early --body quiet");
	assert_string_equal(
		text(desk_ok("anna", "ticket act %s dispute --body 'the switch'", copy(text(h, "number"))), "state"), "disputed");
	desk_refused("anna", 2, "bad_time", "ticket new kind=handover group='Service desk' subject=x from=never --body x");
	assert_string_equal(text(desk_ok("ben", "handover write --since 09:00 --body 'my own words'"), "body"), "my own words");
	desk_refused("ben", 2, "option_value", "handover write --since never");
	assert_non_null(strstr(desk_run("ben", NULL, "--language zh_CN handover write --print")->out,
		"\xe5\xbd\x93\xe5\x89\x8d\xe6\x9c\xaa\xe7\xbb\x93"));
}

static int start(void **state)
{
	if (desk_start(state))
		return -1;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add ben --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inbox), cmocka_unit_test(test_follow_up), cmocka_unit_test(test_handover)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, desk_stop);
}
