/* The plain console on a terminal that can do nothing: it begins by itself, sends no control bytes, and answers what others do,
 * Ctrl-c, the end of the input and a line that drops. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "svcdesk/mem.h"

static struct pty *lines(const char *const *env)
{
	struct pty_opts o = {.term = "dumb", .cols = 100, .rows = 50, .env = env};
	struct pty *p = console_run(o, NULL);
	pty_expect(p, "Mine>");
	return p;
}

static void say(struct pty *p, const char *line, const char *answer)
{
	pty_type(p, line);
	pty_type(p, "\r");
	pty_expect(p, answer);
}

static void leave(struct pty *p)
{
	size_t n;
	pty_send(p, "\004", 1);
	assert_int_equal(pty_wait(p), 0);
	const char *out = pty_output(p, &n);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)out[i] < 0x20 && out[i] != '\n' && out[i] != '\r' && out[i] != '\b')
			fail_msg("a byte %02x in lines: %s", (unsigned char)out[i], test_quote(out + (i > 30 ? i - 30 : 0), 60));
	pty_free(p);
}

static void a_dumb_terminal_has_lines(void **state)
{
	(void)state;
	char *number = sd_strdup(desk_ticket("Scanner makes noises"));
	struct pty *p = lines(NULL);
	pty_mark(p);
	say(p, number, "Timeline");
	assert_true(pty_has(p, "Scanner makes noises"));
	say(p, "take", "Take: In progress");
	leave(p);
	free(number);
}

static void ctrl_c_leaves_the_question_and_keeps_the_text(void **state)
{
	(void)state;
	char *number = sd_strdup(desk_ticket("Scanner without glass"));
	struct pty *p = lines(NULL);
	pty_mark(p);
	say(p, number, "Timeline");
	say(p, "note", "a line with a single dot");
	pty_type(p, "half a thought\r");
	pty_settle(p); /* the terminal throws away what is not taken yet */
	pty_send(p, "\003", 1);
	pty_expect(p, "Kept as a draft");
	say(p, "note", "A draft is filled in");
	assert_true(pty_has(p, "    half a thought"));
	pty_type(p, "and the rest\r.\ry\r");
	pty_expect(p, "Note: New");
	leave(p);
	json_t *t = desk_ok(NULL, "ticket show %s", number);
	assert_string_equal(text(t, "events.1.text"), "half a thought\nand the rest");
	free(number);
}

static void others_are_told_of_and_a_conflict_is_asked(void **state)
{
	(void)state;
	char *number = sd_strdup(desk_ticket("Scanner is slow")), told[100];
	struct pty *p = lines(NULL);
	pty_mark(p);
	say(p, number, "Timeline");
	desk_ok("anna", "ticket act %s note 'body=It is the cable.'", number);
	snprintf(told, sizeof told, "%s: Note by anna", number);
	say(p, "", told);
	say(p, "edit", "Subject [Scanner");
	pty_type(p, "Scanner is very slow\r.\r");
	pty_expect(p, "Send it?");
	desk_ok("anna", "ticket act %s edit 'subject=Scanner is dead'", number);
	say(p, "y", "another value");
	assert_true(pty_has(p, "Scanner is dead"));
	say(p, "send", "Decide each field first");
	say(p, "1 e Scanner is very, very slow", "[edited]");
	say(p, "m", "[mine]");
	say(p, "send", "Edit: New");
	leave(p);
	assert_string_equal(text(desk_ok(NULL, "ticket show %s", number), "subject"), "Scanner is very slow");
	free(number);
}

static void a_dropped_line_keeps_the_text(void **state)
{
	(void)state;
	char *number = sd_strdup(desk_ticket("Scanner smells"));
	struct pty *p = lines(NULL);
	say(p, number, "Timeline");
	say(p, "note", "a line with a single dot");
	pty_type(p, "Of burnt rubber.\r");
	pty_settle(p);
	pty_hangup(p);
	assert_int_not_equal(pty_wait(p), 0);
	pty_free(p);
	p = lines(NULL);
	pty_mark(p);
	say(p, "drafts", "Of burnt rubber.");
	say(p, "1", "A draft is filled in");
	pty_type(p, ".\r");
	say(p, "y", "Note: New");
	leave(p);
	free(number);
}

static void a_text_in_an_editor_of_ones_own(void **state)
{
	(void)state;
	char *number = sd_strdup(desk_ticket("Scanner in the cellar"));
	char *editor = desk_file("editor", "#!/bin/sh\necho 'from the editor' >\"$1\"\n", 39), set[300];
	assert_int_equal(chmod(editor, 0700), 0);
	snprintf(set, sizeof set, "VISUAL=%s", editor);
	struct pty *p = lines((const char *const[]){set, NULL});
	say(p, number, "Timeline");
	say(p, "note", "a line with a single dot");
	pty_type(p, "!e\r");
	pty_type(p, ".\r");
	pty_expect(p, "from the editor");
	say(p, "y", "Note: New");
	pty_mark(p);
	leave(p);
	free(editor);
	free(number);
}

static int start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	int rc = desk_start(state);
	if (rc == 0)
		desk_ok(NULL, "user add anna --name 'Anna Bell' --role agent --group 'Service desk'");
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dumb_terminal_has_lines),
		cmocka_unit_test(ctrl_c_leaves_the_question_and_keeps_the_text),
		cmocka_unit_test(others_are_told_of_and_a_conflict_is_asked),
		cmocka_unit_test(a_dropped_line_keeps_the_text),
		cmocka_unit_test(a_text_in_an_editor_of_ones_own),
	};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
