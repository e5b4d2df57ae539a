/* Lines that do not keep up, and shells that take the terminal back for a while. */
#include "tests/e2e/desk.h"
#include "tests/lib/pty.h"
#include "tests/lib/testlib.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* How much the program may grow, in KiB. The sanitizers keep what was freed for a while: there only a real pile is seen. */
#ifdef __SANITIZE_ADDRESS__
enum { ROOM = 32 * 1024 };
#else
enum { ROOM = 1024 };
#endif

static long memory(const struct pty *p)
{
	char path[64], line[200];
	long kb = 0;
	snprintf(path, sizeof path, "/proc/%d/status", (int)pty_pid(p));
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	while (!kb && fgets(line, sizeof line, f))
		if (sscanf(line, "VmRSS: %ld", &kb) != 1)
			kb = 0;
	fclose(f);
	return kb;
}

/* Nobody reads what the program paints while keys and sizes come in: it goes on taking them, keeps no pile of old frames, and
 * paints the last state when the line is there again. */
static void nobody_reads(void **state)
{
	const char *argv[] = {desk_program(), "--dir", desk_dir(), NULL};
	struct pty_opts o = {.argv = argv, .cols = 160, .rows = 50};
	(void)state;
	struct pty *p = pty_start(&o);
	pty_until(p, "by priority");
	pty_press(p, "g 4");
	pty_until(p, "Line 3 ");
	long before = memory(p), bytes = pty_bytes(p);
	pty_hold(p, true);
	for (int i = 0; i < 40; i++) {
		for (int k = 0; k < 25; k++)
			pty_press(p, k % 2 ? "G" : "g g");
		pty_press(p, i % 2 ? "Ctrl-l" : "Z"); /* everything anew */
		pty_taken(p);
	}
	assert_in_range(memory(p), 1, before + ROOM);
	pty_press(p, "g g j");
	pty_taken(p);
	pty_hold(p, false);
	pty_settle(p);
	assert_in_range(pty_bytes(p) - bytes, 1, 64 * 1024); /* a thousand frames were not sent */
	char want[20000];
	snprintf(want, sizeof want, "%s", pty_screen(p));
	pty_press(p, "Ctrl-l");
	pty_settle(p);
	assert_string_equal(pty_screen(p), want);
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

/* Ctrl-z gives the shell its terminal as it was, fg paints the console again, with the text that was being typed. */
static void the_shell_in_between(void **state)
{
	char line[700];
	const char *argv[] = {"bash", "--norc", "--noprofile", "-i", NULL},
			   *env[] = {"PS1=ready> ", "BASH_SILENCE_DEPRECATION_WARNING=1", NULL};
	struct pty_opts o = {.argv = argv, .cols = 100, .rows = 30, .env = env};
	bool visible;
	(void)state;
	struct pty *p = pty_start(&o);
	pty_expect(p, "ready>");
	snprintf(line, sizeof line, "'%s' --dir '%s'\r", desk_program(), desk_dir());
	pty_type(p, line);
	pty_expect(p, "by priority");
	for (int i = 0; i < 3; i++) {
		pty_press(p, "Ctrl-z");
		pty_expect(p, "Stopped");
		pty_expect(p, "ready>");
		assert_false(pty_alt_screen(p));
		pty_cursor(p, NULL, NULL, &visible);
		assert_true(visible);
		snprintf(line, sizeof line, "stty -a | grep -c -- '-icanon'; echo round=%d\r", i);
		pty_type(p, line);
		snprintf(line, sizeof line, "0\nround=%d", i); /* lines are edited by the terminal again */
		pty_expect(p, line);
		pty_type(p, "fg\r");
		pty_expect(p, "by priority");
		assert_true(pty_alt_screen(p));
	}
	pty_type(p, ":quit\r");
	pty_expect(p, "ready>"); /* the console shows none */
	pty_type(p, "echo left=$?\r");
	pty_expect(p, "left=0");
	pty_hangup(p);
	pty_wait(p);
	pty_free(p);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	for (int i = 1; i <= 120; i++)
		desk_ok(NULL, "ticket new kind=incident 'subject=Line %d that nobody reads'", i);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_reads), cmocka_unit_test(the_shell_in_between)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
