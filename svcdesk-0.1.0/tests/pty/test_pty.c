/* The terminal for tests tested itself, with shells: what it shows, what it types, and that it waits for the right moment. */
#include "tests/lib/pty.h"
#include "tests/lib/testlib.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct pty *shell(const char *script, int cols, int rows)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	struct pty_opts o = {.argv = argv, .cols = cols, .rows = rows};
	return pty_start(&o);
}

static void shows_what_is_printed(void **state)
{
	(void)state;
	struct pty *p = shell("printf '\\033[?1049h\\033]2;a title\\007\\033[1;31mbold\\033[0m 中 "
						  "plain\\033[5;3H\\033[7mrev\\033[0m\\033[?25l'; read x",
		40, 10);
	pty_expect(p, "rev");
	assert_string_equal(pty_row(p, 0), "bold 中 plain");
	assert_string_equal(pty_row(p, 4), "  rev");
	assert_string_equal(pty_cell(p, 5, 0), "中");
	assert_string_equal(pty_cell(p, 6, 0), "");
	assert_true(pty_attr(p, 0, 0).bold);
	assert_int_equal(pty_attr(p, 0, 0).fg, 1);
	assert_int_equal(pty_attr(p, 8, 0).fg, -1);
	assert_true(pty_attr(p, 2, 4).reverse);
	assert_string_equal(pty_title(p), "a title");
	assert_true(pty_alt_screen(p));
	int x, y;
	bool visible;
	while (pty_cursor(p, &x, &y, &visible), visible)
		pty_expect(p, "rev");
	assert_int_equal(x, 5);
	assert_int_equal(y, 4);
	assert_true(pty_find(p, "plain", &x, &y));
	assert_int_equal(x, 8);
	assert_int_equal(y, 0);
	assert_false(pty_has(p, "nothing"));
	pty_type(p, "\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

static void keys_arrive_as_a_terminal_sends_them(void **state)
{
	(void)state;
	struct pty *p =
		shell("stty raw -echo; printf 'ready '; dd bs=1 count=19 2>/dev/null | od -An -tx1 | tr -d '\\n'; printf ' end'", 100, 4);
	pty_expect(p, "ready");
	pty_press(p, "j Ctrl-d Alt-1 Enter Esc Up F5 Space PgDn ü");
	pty_expect(p, "end");
	assert_true(pty_has(p, "6a 04 1b 31 0d 1b 1b 4f 41 1b 5b 31 35 7e 20 1b 5b 36 7e"));
	pty_free(p);
}

static void waits_for_the_key_it_has_sent(void **state)
{
	(void)state;
	/* The first idle line is about nothing yet; the second about one key although two were sent; only the third is the one. */
	struct pty *p =
		shell("stty raw -echo; printf ready; echo 'idle 1 0 5 80 24 0' >&9;"
			  "dd bs=1 count=1 >/dev/null 2>&1; printf one; echo 'idle 2 1 8 80 24 0' >&9;"
			  "dd bs=1 count=1 >/dev/null 2>&1; echo 'idle 3 2 8 70 20 0' >&9; printf two; echo 'idle 4 2 11 80 24 0' >&9;"
			  "dd bs=1 count=1 >/dev/null 2>&1; exit 3",
			80, 24);
	pty_settle(p);
	assert_true(pty_has(p, "ready"));
	pty_type(p, "ab");
	pty_settle(p);
	assert_string_equal(pty_row(p, 0), "readyonetwo");
	assert_int_equal(pty_idle_count(p), 4);
	assert_int_equal(pty_bytes(p), 11);
	size_t n;
	assert_string_equal(pty_output(p, &n), "readyonetwo");
	pty_mark(p);
	pty_output(p, &n);
	assert_int_equal(n, 0);
	pty_type(p, "c");
	assert_int_equal(pty_wait(p), 3);
	pty_free(p);
}

static void signals_resize_and_hangup(void **state)
{
	(void)state;
	struct pty *p = shell("trap 'stty size' WINCH; trap 'exit 7' HUP; printf ready; while :; do read x || :; done", 80, 24);
	pty_expect(p, "ready");
	pty_resize(p, 91, 33);
	pty_expect(p, "33 91");
	pty_hangup(p);
	assert_int_equal(pty_wait(p), 7);
	pty_free(p);
	p = shell("printf ready; read x", 80, 24);
	pty_expect(p, "ready");
	pty_signal(p, SIGTERM);
	assert_int_equal(pty_wait(p), 128 + SIGTERM);
	pty_free(p);
}

/* What never comes must fail the test, not hang it: seen in a child, as the failure is the point. */
static void a_deadline_fails_the_test(void **state)
{
	(void)state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		setenv("TEST_DEADLINE_MS", "50", 1);
		close(1);
		close(2);
		struct pty *p = shell("printf ready; read x", 80, 24);
		pty_expect(p, "never this");
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_what_is_printed),
		cmocka_unit_test(keys_arrive_as_a_terminal_sends_them),
		cmocka_unit_test(waits_for_the_key_it_has_sent),
		cmocka_unit_test(signals_resize_and_hangup),
		cmocka_unit_test(a_deadline_fails_the_test),
	};
	return TEST_MAIN(tests);
}
