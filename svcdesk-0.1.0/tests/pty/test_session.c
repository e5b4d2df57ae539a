/* The next start goes where the last session ended, on that desk and for that person only; no text of a ticket is kept for it. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"

static struct pty *console(const char *as, const char *restore)
{
	const char *words[] = {as ? "--as" : NULL, as, NULL};
	const char *env[] = {restore, NULL};
	return console_run((struct pty_opts){.env = env}, words);
}

static const char *top(void)
{
	static char dir[300];
	snprintf(dir, sizeof dir, "%s", desk_dir());
	*strrchr(dir, '/') = '\0';
	return dir;
}

static const char yes[] = "SVCDESK_RESTORE=yes", no[] = "SVCDESK_RESTORE=no";

static void it_begins_where_it_ended(void **state)
{
	(void)state;
	struct pty *p = console(NULL, yes);
	pty_until(p, "by priority");
	press(p, "g 4");
	press(p, "&");
	pty_type(p, "door\r");
	pty_gone(p, "Window");
	press(p, "S"); /* another order */
	press(p, "j");
	press(p, "Enter");
	pty_until(p, "Timeline");
	char *before = sd_strdup(pty_screen(p));
	quit(p);
	p = console(NULL, yes);
	pty_until(p, "Timeline");
	assert_string_equal(pty_screen(p), before);
	free(before);
	press(p, "Esc");
	pty_until(p, "& door");
	pty_gone(p, "Window");
	int x, y, cursor;
	assert_true(pty_find(p, "Door 2", &x, &y) || pty_find(p, "Door 1", &x, &y) || pty_find(p, "Door 3", &x, &y));
	pty_cursor(p, NULL, &cursor, NULL);
	assert_non_null(strstr(pty_row(p, cursor), "Door"));
	pty_signal(p, SIGHUP); /* also when it is ended from outside */
	pty_wait(p);
	pty_free(p);
	p = console(NULL, yes);
	pty_until(p, "& door");
	quit(p);
	/* ids only */
	const char *text = desk_shell("cat '%s'/svcdesk/sessions/*.json", top());
	assert_non_null(strstr(text, "\"view\":\"open\""));
	assert_null(strstr(text, "Door"));
	assert_string_equal(desk_shell("stat -c %%a '%s'/svcdesk/sessions/*.json", top()), "600\n");
}

static void only_if_one_wants(void **state)
{
	(void)state;
	struct pty *p = console(NULL, no);
	pty_until(p, "Mine");
	pty_until(p, "by priority");
	assert_false(pty_has(p, "& door"));
	quit(p);
}

static void of_another_person_nothing_is_taken(void **state)
{
	(void)state;
	struct pty *p = console("anna", yes);
	pty_until(p, "by priority");
	assert_false(pty_has(p, "& door"));
	quit(p);
	p = console(NULL, yes);
	pty_until(p, "& door"); /* and mine is still there */
	quit(p);
}

static void a_damaged_file_is_told_and_does_no_harm(void **state)
{
	(void)state;
	desk_shell("for f in '%s'/svcdesk/sessions/*.json; do printf '{\"session\":1,' >\"$f\"; done", top());
	struct pty *p = console(NULL, yes);
	pty_until(p, "is damaged");
	press(p, "j");
	pty_until(p, "Mine");
	quit(p);
	p = console(NULL, yes); /* and it has been written anew */
	pty_until(p, "by priority");
	assert_false(pty_has(p, "is damaged"));
	quit(p);
}

static int start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	int rc = desk_start(state);
	for (int i = 1; rc == 0 && i <= 3; i++)
		desk_ok(NULL, "ticket new kind=incident 'subject=Door %d' urgency=%d", i, i);
	if (rc == 0)
		desk_ok(NULL, "ticket new kind=incident 'subject=Window'");
	if (rc == 0)
		desk_ok(NULL, "user add anna --role agent");
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_begins_where_it_ended),
		cmocka_unit_test(only_if_one_wants),
		cmocka_unit_test(of_another_person_nothing_is_taken),
		cmocka_unit_test(a_damaged_file_is_told_and_does_no_harm),
	};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
