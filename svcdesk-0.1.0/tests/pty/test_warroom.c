/* The war room: how it is drawn, in both languages and several sizes, and one major incident led through it from beginning to
 * end. GENERATE=1 makes the goldens. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>

static char nr[40];

static struct pty *console(const char *as, const char *language, int cols, int rows, bool colour)
{
	char env_language[64];
	snprintf(env_language, sizeof env_language, "LANGUAGE=%s", language);
	const char *words[] = {"--as", as, NULL};
	const char *env[] = {env_language, colour ? "TZ=UTC" : "NO_COLOR=1", "TZ=UTC", NULL};
	struct pty *p = console_run((struct pty_opts){.env = env, .cols = cols, .rows = rows}, words);
	pty_until(p, "2026-01-05");
	pty_settle(p);
	return p;
}

/* Nothing goes on: it says how to begin. */
static void test_empty(void **state)
{
	(void)state;
	struct pty *p = console("lena", "en", 80, 24, false);
	press(p, "g w");
	pty_until(p, "No major incident goes on");
	pty_golden(p, "screen/warroom-empty-80x24-en", false, "as of ??:??:??");
	press(p, "Esc");
	pty_until(p, "by priority");
	quit(p);
}

static void fill(void)
{
	snprintf(nr, sizeof nr, "%s",
		text(desk_ok("anna", "ticket new kind=incident subject='Mail is down' impact=1 urgency=1"), "number"));
	desk_ok(NULL, "clock advance 4m");
	for (int i = 0; i < 2; i++)
		desk_ok("rosa", "ticket new kind=incident subject='No mail since nine'");
}

/* The candidate is accepted, gets its children, an update and its end, all by keys. */
static void test_journey(void **state)
{
	(void)state;
	fill();
	/* what it is about stands there in small windows, too; the commander is what they can do without */
	struct pty *q = console("lena", "en", 60, 24, false), *p;
	press(q, "g w");
	pty_until(q, "candidate  1");
	pty_until(q, "Mail is down");
	press(q, "Esc");
	quit(q);
	p = console("lena", "en", 100, 40, false);
	press(p, "g w");
	pty_until(p, "Major incidents  1");
	pty_until(p, "candidate  1  New");
	press(p, "!");
	pty_until(p, "Commander*");
	press(p, "Ctrl-s");
	pty_until(p, "accepted");
	press(p, "Enter");
	pty_until(p, "War room  INC1");
	pty_until(p, "next update, every 30 min");
	assert_true(pty_has(p, "No ticket hangs on it yet"));
	/* without marks the way leads to the queue; what is marked there is adopted */
	press(p, "a");
	pty_until(p, "then :adopt");
	pty_type(p, ":view all\r");
	pty_until(p, "Everything  1/3");
	pty_type(p, "&subject:nine\r");
	pty_until(p, "1/2");
	press(p, "Space Space");
	press(p, "g w");
	pty_until(p, "War room  INC1");
	press(p, "a");
	pty_until(p, "2 tickets");
	press(p, "y");
	pty_until(p, "2: 2 New");
	assert_int_equal(json_array_size(at(desk_ok("anna", "major show %s", nr), "room.children")), 2);
	/* an update: the clock begins anew */
	desk_ok(NULL, "clock advance 31m");
	press(p, "F5");
	pty_until(p, "UPDATE IS LATE");
	press(p, "u");
	pty_until(p, "Text (public)*");
	pty_type(p, "The provider looks at it.");
	press(p, "Ctrl-s");
	pty_until(p, "next update, every 30 min");
	pty_until(p, "updates that were late: 1");
	assert_true(pty_has(p, "The provider looks at it."));
	/* a child in one key, and back */
	press(p, "1");
	pty_until(p, "No mail since nine");
	pty_until(p, "Timeline:");
	press(p, "Esc");
	pty_until(p, "War room  INC1");
	/* taken up and resolved; the draft of the report stands in its form */
	desk_ok("anna", "ticket act %s take", nr);
	press(p, "F5");
	pty_until(p, "In progress");
	press(p, "r");
	pty_until(p, "Resolution*");
	pty_type(p, "General");
	pty_until(p, "General");
	press(p, "Enter");
	pty_type(p, "New cable.");
	press(p, "Ctrl-s");
	pty_until(p, "2: 2 Resolved");
	pty_until(p, "to be written before it is closed");
	press(p, "w");
	pty_until(p, "Summary*");
	pty_until(p, "Mail is down");
	press(p, "Esc");
	pty_gone(p, "Summary*");
	desk_ok("anna", "ticket act %s report cause='A cable' actions='A second line'", nr);
	press(p, "F5");
	pty_gone(p, "to be written before it is closed");
	press(p, "c");
	press(p, "Ctrl-s");
	pty_until(p, "Closed");
	assert_string_equal(text(desk_ok("anna", "ticket show %s", nr), "state"), "closed");
	quit(p);
}

static void shot(const char *language, const char *word, int cols, int rows, bool colour)
{
	char file[128], room[64];
	desk_sql("delete from desk.my_presence"); /* who was there in the picture before */
	struct pty *p = console("lena", language, cols, rows, colour);
	press(p, "g w");
	snprintf(room, sizeof room, "%s", nr);
	pty_until(p, room);
	pty_settle(p);
	snprintf(file, sizeof file, "screen/warroom-%dx%d-%s", cols, rows, word);
	pty_golden(p, file, colour, "??:??:??");
	quit(p);
}

static void test_screens(void **state)
{
	(void)state;
	fill();
	desk_ok("lena", "ticket act %s accept_major commander=lena communications=anna scribe=anna", nr);
	desk_ok("anna", "ticket act --query 'state:open subject:nine' link type=parent to=%s", nr);
	desk_ok(NULL, "clock advance 10m");
	desk_ok("anna", "ticket act %s update --body 'The provider looks at it.'", nr);
	desk_ok(NULL, "clock advance 12m");
	shot("en", "en", 80, 24, false);
	shot("zh_CN", "zh", 80, 24, false);
	shot("en", "en", 160, 50, false);
	shot("zh_CN", "zh", 160, 50, false);
	shot("en", "en", 300, 80, false);
	desk_ok(NULL, "clock advance 20m");
	shot("en", "late", 80, 24, true);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	desk_ok(NULL, "user add anna --name 'Anna Agent' --role agent --group 'Service desk'");
	desk_ok(NULL, "user add lena --name 'Lena Lead' --role lead --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa --name 'Rosa Caller'");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty), cmocka_unit_test(test_journey), cmocka_unit_test(test_screens)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
