/* The console over a real ssh, behind ForceCommand, on a line where every round trip takes 200 ms. What is promised is counted:
 * round trips and bytes, never time. */
#include "tests/lib/slowline.h"
#include "tests/lib/testlib.h"
#include "tests/pty/remote.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { WAY_MS = 100, TICKETS = 120, KEYSTROKE = 150 /* what ssh adds to a few bytes each way, at most */ };

static struct sshd *server;
static struct slowline *line;
static char first[24];

static struct pty *console(const char *login, int cols, int rows)
{
	struct pty *p = remote_console(server, login, slowline_port(line), (struct pty_opts){.cols = cols, .rows = rows});
	pty_until(p, "by priority");
	pty_settle(p);
	return p;
}

static void leave(struct pty *p)
{
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

/* ---- a working day ---- */

static const struct step {
	const char *name, *keys, *type, *until;
	long terminal; /* bytes to the terminal, at most; 0: as many as it takes */
} day[] = {
	{"another view", "g 4", NULL, "All open", 8192},
	{"line down", "j", NULL, NULL, 400},
	{"line up", "k", NULL, NULL, 400},
	{"half a page", "Ctrl-d", NULL, NULL, 8192},
	{"paint anew", "Ctrl-l", NULL, NULL, 8192},
	{"first line", "g g", NULL, NULL, 8192},
	{"open a ticket", "Enter", NULL, "Requester", 8192},
	{"take it", "t", NULL, "Take: In progress", 0},
	{"a reply", "R", NULL, "Ctrl-s send", 8192},
	{"its text", NULL, "We look at it, and call you back before noon.", "before noon", 800},
	{"send it", "Ctrl-s", NULL, "Reply:", 0},
	{"back to the list", "Esc", NULL, NULL, 8192},
};

static void press_and_count(struct pty *p, const struct step *s)
{
	pty_settle(p);
	long bytes = pty_bytes(p);
	slowline_mark(line);
	if (s->type)
		pty_type(p, s->type);
	else
		pty_type(p, ""), pty_press(p, s->keys);
	pty_settle(p);
	if (s->until)
		pty_until(p, s->until);
	struct slowline_count n = slowline_count(line);
	bytes = pty_bytes(p) - bytes;
	print_message(
		"# %s: %ld round trip(s), %ld bytes to the terminal, %ld + %ld over the line\n", s->name, n.trips, bytes, n.up, n.down);
	if (n.trips > 1)
		fail_msg("%s: %ld round trips", s->name, n.trips);
	if (s->terminal && bytes > s->terminal)
		fail_msg("%s: %ld bytes, not %ld", s->name, bytes, s->terminal);
	/* what goes over the line is what the terminal gets and the frame of ssh around it: nothing else talks */
	if (s->terminal && n.down > bytes + bytes / 8 + 4L * KEYSTROKE)
		fail_msg("%s: %ld bytes came over the line for %ld of the terminal", s->name, n.down, bytes);
}

static void each_key_is_painted_within_one_round_trip(void **state)
{
	(void)state;
	slowline_mark(line);
	struct pty *p = console("anna", 160, 50);
	struct slowline_count n = slowline_count(line);
	print_message("# start: %ld round trips of ssh and the terminal, %ld bytes to the terminal, %ld over the line\n", n.trips,
		pty_bytes(p), n.down);
	for (size_t i = 0; i < sizeof day / sizeof *day; i++)
		press_and_count(p, &day[i]);
	leave(p);
	json_t *t = desk_ok(NULL, "ticket show %s", first), *events = at(t, "events");
	assert_string_equal(text(t, "state"), "in_progress");
	assert_string_equal(text(json_array_get(events, json_array_size(events) - 1), "text"), day[9].type);
}

/* ---- stalls ---- */

/* Nothing passes for a while, in which the person goes on typing and others change what is on the screen: then it is all there
 * once, and what comes is one screen, not a film of how it came about. */
static void a_stall_loses_nothing(void **state)
{
	enum { PRESSES = 300 };
	(void)state;
	struct pty *p = console("anna", 160, 50);
	pty_press(p, "g 4");
	pty_until(p, "Slow 40");
	pty_settle(p);
	long before = pty_bytes(p);
	slowline_stall(line, true);
	for (int i = 0; i < PRESSES; i++)
		pty_press(p, i % 3 ? "k" : "Ctrl-d");
	pty_press(p, "g g j j j");
	desk_ok(NULL, "ticket act --query 'state:open subject:Slow' edit urgency=1"); /* every row of the screen */
	for (int i = 0; i < 5; i++)
		desk_ok(NULL, "ticket new kind=incident urgency=1 impact=1 'subject=Came meanwhile %d'", i);
	slowline_stall(line, false);
	pty_settle(p);
	long after = pty_bytes(p) - before;
	print_message("# %d keys in a stall: %ld bytes\n", PRESSES + 5, after);
	assert_in_range(after, 1, 4L * 8192); /* 300 frames would be a hundred times as much */
	pty_next_idle(p);                     /* what others did */
	pty_settle(p);
	char *want = strdup(pty_screen(p));
	pty_press(p, "Ctrl-l");
	pty_settle(p);
	assert_string_equal(pty_screen(p), want);
	free(want);
	leave(p);
}

/* A text typed in several stalls arrives whole. */
static void a_text_typed_in_stalls_arrives_whole(void **state)
{
	char typed[2000] = "";
	(void)state;
	const char *nr = desk_ticket("Typed in stalls");
	struct pty *p = console("anna", 100, 30);
	pty_press(p, "#");
	pty_type(p, nr);
	pty_press(p, "Enter");
	pty_until(p, "Typed in stalls");
	pty_press(p, "N");
	pty_until(p, "Ctrl-s send");
	for (int i = 0; i < 30; i++) {
		char word[24];
		snprintf(word, sizeof word, "%sword%d\xc3\xa4\xe4\xb8\xad", i ? " " : "", i);
		strcat(typed, word);
		slowline_stall(line, i % 3 == 0);
		pty_type(p, word);
	}
	slowline_stall(line, false);
	pty_press(p, "Ctrl-s");
	pty_until(p, "Note:");
	leave(p);
	assert_string_equal(text(desk_ok(NULL, "ticket show %s", nr), "events.1.text"), typed);
}

/* ---- the end of the line ---- */

static void a_cut_line_ends_the_console_and_keeps_the_draft(void **state)
{
	(void)state;
	const char *nr = desk_ticket("Cut off");
	char draft[64];
	for (int round = 0; round < 3; round++) {
		struct pty *p = console("anna", 100, 30);
		pid_t pid = remote_pid(server, "anna");
		pty_press(p, "#");
		pty_type(p, nr);
		pty_press(p, "Enter");
		pty_until(p, "Cut off");
		pty_press(p, "N");
		pty_until(p, "Ctrl-s send");
		if (round) { /* what was typed before the last cut */
			snprintf(draft, sizeof draft, "half a sentence %d", round - 1);
			pty_until(p, draft);
		}
		snprintf(draft, sizeof draft, "%shalf a sentence %d", round ? " " : "", round);
		pty_type(p, draft);
		pty_settle(p); /* typed, and taken: no need that it rested */
		slowline_cut(line);
		assert_int_equal(pty_wait(p), 255); /* ssh says that the line is gone */
		test_wait_end(pid, "the console outlives its line");
		pty_free(p);
	}
	assert_int_equal(json_array_size(at(desk_ok(NULL, "ticket show %s", nr), "events")), 1);
	struct pty *p = console("anna", 100, 30);
	pty_press(p, "#");
	pty_type(p, nr);
	pty_press(p, "Enter");
	pty_until(p, "Cut off");
	pty_press(p, "N");
	pty_until(p, "half a sentence 2");
	pty_press(p, "Ctrl-s");
	pty_until(p, "Note:");
	leave(p);
	assert_string_equal(
		text(desk_ok(NULL, "ticket show %s", nr), "events.1.text"), "half a sentence 0 half a sentence 1 half a sentence 2");
}

/* ---- sizes and kinds of terminals ---- */

static void the_size_follows(void **state)
{
	static const int sizes[][2] = {{200, 60}, {80, 24}, {40, 12}, {132, 43}, {100, 30}};
	(void)state;
	struct pty *p = console("anna", 100, 30);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		pty_resize(p, sizes[i][0], sizes[i][1]);
		pty_settle(p); /* painted at this size, on the other side too */
		char *want = strdup(pty_screen(p));
		pty_press(p, "Ctrl-l");
		pty_settle(p);
		assert_string_equal(pty_screen(p), want);
		free(want);
	}
	leave(p);
}

static void any_terminal_will_do(void **state)
{
	static const char *const terms[] = {
		"xterm", "xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100", "xterm-unheard-of", ""};
	(void)state;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		struct pty *p = remote_console(server, "anna", sshd_port(server), (struct pty_opts){.term = terms[i]});
		pty_until(p, "by priority");
		pty_press(p, "j k");
		pty_settle(p);
		leave(p);
	}
	struct pty *p = remote_console(server, "anna", sshd_port(server), (struct pty_opts){.term = "dumb", .no_cursor = true});
	pty_expect(p, "? "); /* lines and questions */
	pty_type(p, "quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

/* ---- two at one desk ---- */

static void two_people_see_each_other(void **state)
{
	(void)state;
	const char *nr = desk_ticket("Both look at it");
	struct pty *a = console("anna", 120, 40), *b = console("bob", 100, 30), *both[] = {a, b};
	for (int i = 0; i < 2; i++) {
		pty_press(both[i], "#");
		pty_type(both[i], nr);
		pty_press(both[i], "Enter");
		pty_until(both[i], "Both look at it");
	}
	pty_press(b, "t");
	pty_until(b, "Take: In progress");
	pty_until(a, "Assignee      bob"); /* without a key pressed */
	pty_press(a, "N");
	pty_until(a, "Ctrl-s send");
	pty_type(a, "anna was here");
	pty_press(a, "Ctrl-s");
	pty_until(a, "Note:");
	pty_until(b, "new event, press +"); /* nothing shifts under somebody who reads */
	pty_press(b, "+");
	pty_until(b, "anna was here");
	leave(a);
	leave(b);
	json_t *t = desk_ok(NULL, "ticket show %s", nr);
	assert_string_equal(text(t, "events.1.actor"), "bob");
	assert_string_equal(text(t, "events.2.actor"), "anna");
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	desk_ok(NULL, "user add anna --name 'Anna Berg' --role agent --group 'Service desk'");
	desk_ok(NULL, "user add bob --name 'Bob Winter' --role agent --group 'Service desk'");
	for (int i = 0; i < TICKETS; i++) {
		const char *nr = text(desk_ok(NULL, "ticket new kind=incident group='Service desk' 'subject=Slow %d'", i), "number");
		if (!i)
			snprintf(first, sizeof first, "%s", nr);
	}
	server = sshd_start(NULL);
	remote_person(server, "anna", "--as anna");
	remote_person(server, "bob", "--as bob");
	line = slowline_start(sshd_port(server), WAY_MS);
	return line == NULL;
}

static int stop(void **state)
{
	slowline_free(line);
	sshd_free(server);
	return desk_stop(state);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_key_is_painted_within_one_round_trip),
		cmocka_unit_test(a_stall_loses_nothing), cmocka_unit_test(a_text_typed_in_stalls_arrives_whole),
		cmocka_unit_test(a_cut_line_ends_the_console_and_keeps_the_draft), cmocka_unit_test(the_size_follows),
		cmocka_unit_test(any_terminal_will_do), cmocka_unit_test(two_people_see_each_other)};
	return TEST_MAIN_WITH(tests, start, stop);
}
