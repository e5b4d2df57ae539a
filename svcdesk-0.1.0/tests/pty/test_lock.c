/* The console locked: nothing of the desk is seen, no key does anything, and only who locked it gets it back. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"

static struct pty *start_it(const char *const *more)
{
	const char *argv[12] = {desk_program()};
	int n = 1;
	for (; more && *more; more++)
		argv[n++] = *more;
	argv[n] = NULL;
	struct pty_opts o = {.argv = argv};
	struct pty *p = pty_start(&o);
	pty_until(p, "by priority");
	pty_press(p, "g 4");
	pty_until(p, "Secret project");
	return p;
}

/* what: the console calls itself locked only where something unlocks it */
static void lock(struct pty *p, const char *what)
{
	press(p, "g l");
	pty_until(p, what);
	assert_false(pty_has(p, "Secret"));
	assert_false(pty_has(p, "INC1"));
	assert_false(pty_has(p, "Mine"));
}

static void a_program_unlocks(void **state)
{
	(void)state;
	char *key = desk_file("key", "", 0), set[400];
	snprintf(set, sizeof set, "lock-command=test -e '%s'", key);
	desk_shell("rm '%s'", key);
	const char *args[] = {"--dir", desk_dir(), "--set", set, NULL};
	struct pty *p = start_it(args);
	lock(p, "svcdesk is locked");
	press(p, "j k t : q u i t"); /* nothing happens, and nothing is seen */
	press(p, "Ctrl-z");          /* no way to the shell either */
	press(p, "Ctrl-c");
	assert_true(pty_has(p, "svcdesk is locked"));
	press(p, "Enter");
	pty_until(p, "That was not right");
	assert_false(pty_has(p, "Secret"));
	pty_gone(p, "Wait a little");
	desk_shell("touch '%s'", key);
	press(p, "Enter");
	pty_until(p, "Secret project");
	assert_true(pty_has(p, "Wrong tries to unlock: 1"));
	quit(p);
	free(key);
}

static void without_one_it_only_hides_and_says_so(void **state)
{
	(void)state;
	const char *args[] = {"--dir", desk_dir(), NULL};
	struct pty *p = start_it(args);
	lock(p, "svcdesk is hidden");
	assert_true(pty_has(p, "Hidden, not locked"));
	pty_resize(p, 40, 10);
	pty_settle(p);
	assert_true(pty_has(p, "svcdesk is hidden"));
	pty_resize(p, 80, 24);
	press(p, "x");
	assert_true(pty_has(p, "svcdesk is hidden"));
	press(p, "Enter");
	pty_until(p, "Secret project");
	quit(p);
}

static void the_password_of_the_database_unlocks(void **state)
{
	(void)state;
	/* this desk asks admin for a password from now on */
	desk_sql("alter role admin password 'right horse'");
	desk_shell(
		"f='%s/data/pg_hba.conf'; { echo 'local all admin scram-sha-256'; cat \"$f\"; } >\"$f.new\" && cat \"$f.new\" >\"$f\"",
		desk_dir());
	desk_sql("select pg_reload_conf()");
	char uri[400], *host = strstr(desk_uri(), "?host=");
	assert_non_null(host);
	snprintf(uri, sizeof uri, "postgresql://admin:right%%20horse@/desk%s", host);
	const char *args[] = {"--db", uri, NULL};
	struct pty *p = start_it(args);
	lock(p, "svcdesk is locked");
	pty_type(p, "wrong horse");
	pty_settle(p);
	assert_false(pty_has(p, "horse")); /* stars */
	assert_true(pty_has(p, "***********"));
	press(p, "Enter");
	pty_until(p, "That was not right");
	pty_gone(p, "Wait a little");
	press(p, "Enter"); /* an empty one neither, although the address holds the right one */
	pty_until(p, "Wait a little");
	pty_gone(p, "Wait a little");
	pty_type(p, "right horse\r");
	pty_until(p, "Secret project");
	quit(p);
}

static int start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	int rc = desk_start(state);
	if (rc == 0)
		desk_ok(NULL, "ticket new kind=incident 'subject=Secret project'");
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_unlocks),
		cmocka_unit_test(without_one_it_only_hides_and_says_so),
		cmocka_unit_test(the_password_of_the_database_unlocks),
	};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
