/* The inbox and the form of a handover as they are drawn, in both languages, at 80x24 and 160x50; the way from an item to its
 * event and the signature of a handover. GENERATE=1 makes the goldens. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>

static char first[64];

static void fill(void)
{
	snprintf(first, sizeof first, "%s",
		text(desk_ok("rosa", "ticket new kind=incident 'subject=Laptop does not start after the update' impact=1 urgency=1"),
			"number"));
	desk_ok("ben", "ticket act %s assign group='Service desk' assignee=anna", first);
	desk_ok(NULL, "clock advance 5m");
	desk_ok("ben", "ticket act %s note 'body=@anna see the log of this morning, please'", first);
	desk_ok("rosa", "ticket act %s reply 'body=It is still dead'", first);
	desk_ok("anna", "ticket follow-up %s 30m 'ring Rosa back'", first);
	desk_ok(NULL, "clock advance 1h");
	desk_ok("ben", "handover write --notes 'Vendor rings at noon'");
}

static struct pty *console(const char *language, int cols, int rows)
{
	char env_language[64];
	snprintf(env_language, sizeof env_language, "LANGUAGE=%s", language);
	const char *words[] = {"--as", "anna", NULL};
	const char *env[] = {env_language, "NO_COLOR", "TZ=UTC", NULL};
	struct pty_opts o = {.env = env, .cols = cols, .rows = rows};
	struct pty *p = console_run(o, words);
	pty_until(p, "2026-01-05 10:05");
	pty_settle(p);
	return p;
}

static void shots(const char *language, const char *word, int cols, int rows)
{
	char file[128];
	struct pty *p = console(language, cols, rows);
	press(p, "g i");
	pty_until(p, "SHO1");
	snprintf(file, sizeof file, "screen/inbox-%dx%d-%s", cols, rows, word);
	pty_golden(p, file, false, NULL);
	press(p, "g h");
	pty_until(p, "P1");
	snprintf(file, sizeof file, "screen/handover-%dx%d-%s", cols, rows, word);
	pty_golden(p, file, false, NULL);
	press(p, "Ctrl-x d");
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

static void test_english(void **state)
{
	(void)state;
	shots("en", "en", 80, 24);
	shots("en", "en", 160, 50);
}

static void test_chinese(void **state)
{
	(void)state;
	shots("zh_CN", "zh", 80, 24);
	shots("zh_CN", "zh", 160, 50);
}

/* Enter goes to the event; a handover is signed where it is read; what was read is no news any more. */
static void test_way(void **state)
{
	(void)state;
	struct pty *p = console("en", 80, 40);
	assert_true(pty_has(p, "inbox 5"));
	press(p, "g i");
	pty_until(p, "to be signed");
	press(p, "Enter");
	pty_until(p, "Vendor rings at noon");
	press(p, "Y");
	pty_type(p, "taken over");
	press(p, "Ctrl-s");
	pty_until(p, "Sign: Signed");
	assert_string_equal(text(desk_ok("ben", "handover show"), "signed_by"), "anna");
	press(p, "Esc");
	pty_until(p, "mentions you");
	pty_type(p, "/mentions\r");
	pty_settle(p);
	press(p, "Esc");
	press(p, "Enter");
	pty_until(p, "see the log of this morning");
	pty_until(p, "inbox 1"); /* the follow-up is not done by reading */
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add ben --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	fill();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_english), cmocka_unit_test(test_chinese), cmocka_unit_test(test_way)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
