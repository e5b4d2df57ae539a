/* What belongs to the person stays as it is: the configuration file is read, never written; a password given to the program is
 * told to nobody, neither on the screen nor in what it keeps. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "svcdesk/mem.h"

static const char settings[] = "# mine\ntheme = light\n\n[keys]\nzoom = F12\n";

/* A whole session that changes options, looks and keys of the moment, through a file that is a link. */
static void the_file_of_the_person_is_never_written(void **state)
{
	(void)state;
	char *real = desk_file("dotfiles-svcdesk", settings, sizeof settings - 1), dir[600], link[700];
	snprintf(dir, sizeof dir, "%s/svcdesk", getenv("XDG_CONFIG_HOME"));
	snprintf(link, sizeof link, "%s/config", dir);
	if (mkdir(dir, 0700) != 0)
		assert_int_equal(access(dir, W_OK), 0);
	assert_int_equal(symlink(real, link), 0);
	struct stat before, after;
	assert_int_equal(stat(real, &before), 0);
	struct pty *p = console_start((struct pty_opts){.cols = 100, .rows = 30}, NULL);
	static const char *const lines[] = {":set theme=dark\r", ":set mouse=no\r", ":set lock-after=5\r", ":theme high-contrast\r"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		type(p, lines[i]);
	press(p, "F12"); /* it was read */
	quit(p);
	assert_int_equal(stat(real, &after), 0);
	assert_true(before.st_mtim.tv_sec == after.st_mtim.tv_sec && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
	char *now = test_read_file(real, NULL);
	assert_string_equal(now, settings);
	assert_int_equal(lstat(link, &after), 0);
	assert_true(S_ISLNK(after.st_mode));
	const struct run *r = desk_run(NULL, NULL, "config --json");
	assert_non_null(strstr(r->out, "\"light\""));
	assert_non_null(strstr(r->out, link)); /* and it says where from */
	assert_int_equal(unlink(link), 0);
	free(now);
	free(real);
}

static void nowhere_in(const char *secret, const char *what, const char *text)
{
	if (text && strstr(text, secret))
		fail_msg("%s tells the password: %s", what, text);
}

static void a_password_is_told_to_nobody(void **state)
{
	static const char *const commands[] = {"whoami", "whoami --json", "ticket list", "doctor", "doctor --json", "config",
		"config --json", "keys", "db status --json", "query explain state:open"};
	static const char *const databases[] = {"postgresql://agent:hunter2@:5432/desk?host=/nonexistent",
		"host=/nonexistent user=agent password=hunter2", "postgresql://agent@:5432/desk?host=/nonexistent&password=hunter2",
		"host=/nonexistent user=agent password=hunter2 no-such-word=1"};
	(void)state;
	char *log = desk_file("messages.log", "", 0);
	setenv("SVCDESK_LOG_FILE", log, 1);
	for (size_t d = 0; d < sizeof databases / sizeof *databases; d++) {
		setenv("SVCDESK_DB", databases[d], 1);
		for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
			char line[300];
			snprintf(line, sizeof line, "%s %s", getenv("SVCDESK") ? getenv("SVCDESK") : "./svcdesk", commands[i]);
			const char *argv[] = {"sh", "-c", line, NULL};
			const struct run *r = desk_exec(NULL, argv);
			nowhere_in("hunter2", commands[i], r->out);
			nowhere_in("hunter2", commands[i], r->err);
		}
	}
	unsetenv("SVCDESK_DB");
	unsetenv("SVCDESK_LOG_FILE");
	char *text = test_read_file(log, NULL);
	nowhere_in("hunter2", "the log", text);
	free(text);
	free(log);
	const char *kept = desk_shell("grep -rl hunter2 \"$XDG_STATE_HOME\" || :");
	assert_string_equal(kept, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_of_the_person_is_never_written), cmocka_unit_test(a_password_is_told_to_nobody)};
	return TEST_MAIN_WITH(tests, desk_start, desk_stop);
}
