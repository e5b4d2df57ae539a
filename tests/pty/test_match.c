/* An alert came in as a ticket: four keys lead through the article that says what to do to the ticket resolved with it. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <string.h>

static int start(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_sql("insert into desk.article(id, number, audience, made_at, changed_at) values (1, 'KB0000001', 'public', desk.now(), "
			 "desk.now());"
			 "insert into desk.article_version(id, article_id, major, minor, state, title, body, author_id, at) values "
			 "(1, 1, 1, 0, 'published', 'KubePodCrashLooping', E'# KubePodCrashLooping\\n\\n## Meaning\\n\\nA pod dies "
			 "**again**.\\n\\n"
			 "## Mitigation\\n\\nMend its image.\\n', 1, desk.now()); update desk.article set published_id = id, latest_id = id");
	return 0;
}

static void test_journey(void **state)
{
	(void)state;
	const char *nr =
		text(desk_ok("anna",
				 "ticket new kind=incident category=General subject='[FIRING:1] KubePodCrashLooping api-7f' requester=anna"),
			"number");
	desk_ok("anna", "ticket act %s assign group='Service desk' assignee=anna", nr); /* nobody has begun it */
	struct pty *p = console_start((struct pty_opts){.cols = 80, .rows = 24}, (const char *const[]){"--as", "anna", NULL});
	press(p, "F");
	pty_until(p, "KB0000001  KubePodCrashLooping");
	press(p, "a"); /* from the list of tickets: the form has what the ticket has */
	pty_until(p, "General");
	pty_until(p, "Solved with KB0000001");
	press(p, "Esc");
	pty_gone(p, "Solved with KB0000001");
	assert_string_equal(desk_ask("select count(*) from desk.article_link"), "0"); /* not sent: not linked */
	press(p, "Enter");
	pty_until(p, "F KB0000001 KubePodCrashLooping"); /* beside what is read, by itself */
	press(p, "F");
	pty_until(p, "What may help");
	press(p, "Enter");
	pty_until(p, "A pod dies again.");
	press(p, "a");
	pty_until(p, "Resolve  INC");
	pty_until(p, "Mend its image.");
	press(p, "Ctrl-s");
	pty_until(p, "Resolve: Resolved");
	pty_settle(p);
	quit(p);
	json_t *t = desk_ok("anna", "ticket show %s", nr);
	assert_string_equal(text(t, "state"), "resolved");
	assert_string_equal(desk_ask("select string_agg(how, ',' order by how) from desk.article_link"), "applied,opened");
	assert_string_equal(desk_ask("select body from desk.event_text where body ~ 'image'"), "Mend its image.");
	assert_string_equal(
		desk_ask("select string_agg(verb, ' ' order by seq) from desk.event where seq > 1"), "assign start resolve article");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_journey)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
