/* svcdesk --restricted: what people get who have the desk on a host and nothing else. The words that ssh brings are commands of
 * the desk, never of a shell; they name no other desk, person, file or program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/e2e/desk.h"

/* What sshd would run for `ssh HOST line`. */
static const struct run *forced(const char *in, const char *line)
{
	setenv("SSH_ORIGINAL_COMMAND", line, 1);
	const struct run *r = desk_run(NULL, in, "--restricted");
	unsetenv("SSH_ORIGINAL_COMMAND");
	return r;
}

static void refused(const char *line, int status, const char *says)
{
	const struct run *r = forced(NULL, line);
	if (r->status != status || !strstr(r->err, says) || *r->out)
		fail_msg("%s: status %d: %s%s", line, r->status, r->err, r->out);
}

static void words_are_no_shell(void **state)
{
	static const char *const lines[] = {"ticket new kind=incident 'subject=a b; id > x'",
		"svcdesk ticket new kind=incident \"subject=a b; id > x\"", "ticket new kind=incident subject=a\\ b;\\ id\\ >\\ x",
		"  ticket\tnew\nkind=incident subject='a b'\"; id\"\\ '> x'  "};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const struct run *r = forced(NULL, lines[i]);
		assert_int_equal(r->status, 0);
		char *end = strchr(r->out, ' '), nr[40];
		snprintf(nr, sizeof nr, "%.*s", end ? (int)(end - r->out) : (int)strcspn(r->out, "\n"), r->out);
		assert_string_equal(text(desk_ok(NULL, "ticket show %s", nr), "subject"), "a b; id > x");
	}
	assert_int_equal(forced(NULL, "ticket list prio<=5 $(id) --count")->status, 0); /* words of the query, nothing else */
	assert_int_equal(forced(NULL, "ticket list --count")->status, 0);
	assert_int_equal(atoi(forced(NULL, "ticket list --count")->out), 4);
	assert_int_equal(forced(NULL, "--version")->status, 0);
	assert_int_equal(forced(NULL, "ticket list --help")->status, 0);
	refused("ticket list 'state:open", 2, "quotation mark");
}

static void a_text_comes_through_standard_input(void **state)
{
	char line[80];
	(void)state;
	const char *nr = desk_ticket("Text");
	snprintf(line, sizeof line, "ticket act %s note --body -", nr);
	assert_int_equal(forced("typed elsewhere\n", line)->status, 0);
	assert_string_equal(text(desk_ok(NULL, "ticket show %s", nr), "events.1.text"), "typed elsewhere");
}

static void nothing_but_the_desk(void **state)
{
	static const char *const shells[] = {"/usr/lib/openssh/sftp-server", "internal-sftp", "scp -t .", "bash", "sh -c id",
		"rsync --server . .", "id; svcdesk ticket list"};
	(void)state;
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
		const struct run *r = forced(NULL, shells[i]);
		assert_int_equal(r->status, 2);
		assert_string_equal(r->out, "");
	}
	refused("demo", 4, "svcdesk demo");
	refused("demo stop", 4, "svcdesk demo stop");
	refused("db init", 4, "svcdesk db init");
	refused("import csv /etc/passwd --map x", 4, "svcdesk import csv");
	refused("doctor", 4, "svcdesk doctor");
	refused("config", 4, "svcdesk config");
	refused("completion bash", 4, "svcdesk completion");
	refused("whoami --as requester", 4, "--as");
	refused("whoami --dir /tmp", 4, "--dir");
	refused("whoami --db=postgresql:///other", 4, "--db");
	refused("whoami --set lock-command=sh", 4, "--set");
	refused("", 2, "needs a terminal"); /* the console, as without words */
}

static void files_are_out_of_reach(void **state)
{
	char line[600];
	struct stat st;
	(void)state;
	char *mine = desk_file("mine.txt", "secret of the host", 18), *out = desk_file("out", "", 0);
	const char *nr = desk_ticket("Files");
	snprintf(line, sizeof line, "ticket act %s attach file=%s", nr, mine);
	refused(line, 4, "out of reach");
	desk_ok(NULL, "ticket act %s attach file=%s", nr, mine);
	unlink(out);
	snprintf(line, sizeof line, "ticket save %s mine.txt --to %s", nr, out);
	refused(line, 4, "out of reach");
	snprintf(line, sizeof line, "ticket save %s mine.txt", nr);
	refused(line, 4, "out of reach");
	snprintf(line, sizeof line, "ticket save %s mine.txt --to -", nr);
	assert_string_equal(forced(NULL, line)->out, "secret of the host");
	snprintf(line, sizeof line, "report monthly --output %s", out);
	refused(line, 4, "out of reach");
	snprintf(line, sizeof line, "audit verify --roots %s", mine);
	refused(line, 4, "out of reach");
	snprintf(line, sizeof line, "calendar add %s", mine);
	assert_int_equal(forced(NULL, line)->status, 2);
	assert_null(strstr(forced(NULL, line)->err, "secret"));
	snprintf(line, sizeof line, "sla policy add %s", mine);
	assert_int_equal(forced(NULL, line)->status, 2);
	snprintf(line, sizeof line, "calendar import-holidays %s x --country DE", mine);
	refused(line, 4, "out of reach");
	assert_int_not_equal(stat(out, &st), 0);
	free(mine);
	free(out);
}

/* A key that is tied to one command runs that one, whatever ssh was asked for; without --restricted nobody listens. */
static void words_of_our_own_stay(void **state)
{
	(void)state;
	setenv("SSH_ORIGINAL_COMMAND", "ticket list", 1);
	assert_non_null(strstr(desk_run(NULL, NULL, "whoami --restricted --json")->out, "\"login\""));
	assert_non_null(strstr(desk_run(NULL, NULL, "--restricted whoami --json")->out, "\"login\""));
	assert_int_equal(desk_run(NULL, NULL, "whoami")->status, 0);
	assert_int_equal(desk_run(NULL, NULL, "--restricted demo stop")->status, 4);
	unsetenv("SSH_ORIGINAL_COMMAND");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_no_shell),
		cmocka_unit_test(a_text_comes_through_standard_input), cmocka_unit_test(nothing_but_the_desk),
		cmocka_unit_test(files_are_out_of_reach), cmocka_unit_test(words_of_our_own_stay)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, desk_start, desk_stop);
}
