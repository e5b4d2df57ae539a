/* Journeys through the console as a person makes them: keys in, a screen out, and what the desk has written down afterwards. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "svcdesk/mem.h"

enum { CTRL_S = 19 };

/* ---- helpers ---- */

static struct pty *console(int cols, int rows)
{
	return console_start((struct pty_opts){.cols = cols, .rows = rows}, NULL);
}

static void new_tickets(const char *what, int n)
{
	for (int i = 1; i <= n; i++) {
		char subject[100];
		snprintf(subject, sizeof subject, "%s %d", what, i);
		desk_ticket(subject);
	}
}

static long count(const char *query)
{
	return atol(desk_run(NULL, NULL, "ticket list '%s' --count", query)->out);
}

/* Filters the queue shown down to what matches. */
static void filter(struct pty *p, const char *query)
{
	press(p, "&");
	type(p, query);
	press(p, "Enter");
}

/* What a fresh painting of everything would show is what is there: no glyph spilled, nothing stale. */
static void same_after_redraw(struct pty *p)
{
	pty_settle(p);
	char *before = sd_strdup(pty_screen(p));
	press(p, "Ctrl-l");
	const char *after = pty_screen(p);
	if (strcmp(before, after) != 0) {
		print_message("# before:\n%s# painted anew:\n%s", before, after);
		free(before);
		fail_msg("the screen was not what the program thought");
	}
	free(before);
}

/* ---- journeys ---- */

static void ten_tickets_are_worked(void **state)
{
	(void)state;
	new_tickets("Toner empty, floor", 10);
	struct pty *p = console(80, 24);
	press(p, "g 3");
	filter(p, "toner");
	for (int i = 0; i < 10; i++) {
		press(p, "t");
		pty_until(p, "Take: In progress");
		same_after_redraw(p);
		pty_press(p, "j k"); /* any key clears the message */
	}
	assert_int_equal(count("toner state:in_progress assignee:@me"), 10);
	press(p, "g 1");
	filter(p, "toner");
	for (int i = 0; i < 10; i++) {
		press(p, "r");
		pty_until(p, "type to find"); /* it begins where something is missing: at the category */
		type(p, "gen");
		pty_until(p, "General");
		press(p, "Enter");
		type(p, "Cartridge replaced.");
		press(p, "Ctrl-s");
		pty_until(p, "Resolve: Resolved");
		same_after_redraw(p);
		pty_press(p, "j k");
	}
	quit(p);
	assert_int_equal(count("toner state:resolved"), 10);
	json_t *list = desk_ok(NULL, "ticket list toner");
	assert_int_equal(json_array_size(list), 10);
	for (size_t i = 0; i < 10; i++) {
		json_t *t = desk_ok(NULL, "ticket show %s", text(json_array_get(list, i), "number"));
		assert_string_equal(text(t, "resolution_code"), "fixed");
		assert_int_equal(json_array_size(at(t, "events")), 3); /* create, take, resolve: nothing twice */
		assert_string_equal(text(t, "events.2.text"), "Cartridge replaced.");
		assert_string_equal(text(t, "events.2.channel"), "console");
	}
}

static void a_new_ticket_by_form(void **state)
{
	(void)state;
	struct pty *p = console(100, 30);
	press(p, "C");
	pty_until(p, "Requester");
	press(p, "Tab");
	type(p, "Beamer in room 7 stays dark");
	press(p, "Ctrl-s");
	pty_gone(p, "Configuration item");
	quit(p);
	json_t *list = desk_ok(NULL, "ticket list beamer");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(text(list, "0.subject"), "Beamer in room 7 stays dark");
	assert_string_equal(text(list, "0.state"), "new");
}

static void others_changes_appear_and_the_cursor_stays(void **state)
{
	(void)state;
	new_tickets("Badge reader", 3);
	struct pty *p = console(80, 24);
	press(p, "g 4");
	filter(p, "badge");
	press(p, "j");
	int x, y, y_before;
	assert_true(pty_find(p, "Badge reader 2", &x, &y_before));
	pty_cursor(p, NULL, &y, NULL);
	assert_int_equal(y, y_before); /* the real cursor stands on the selected row */
	json_t *first = desk_ok(NULL, "ticket list 'badge reader 1'");
	desk_ok(NULL, "ticket act %s cancel reason=test", text(first, "0.number"));
	pty_until(p, "gone"); /* it stays where it is until one asks */
	assert_true(pty_find(p, "Badge reader 2", &x, &y));
	assert_int_equal(y, y_before);
	press(p, "+");
	pty_gone(p, "Badge reader 1");
	press(p, "g g");
	assert_true(pty_find(p, "Badge reader 2", &x, &y));
	int cursor;
	pty_cursor(p, NULL, &cursor, NULL);
	assert_int_equal(cursor, y); /* the ticket, not the line, is selected */
	desk_ticket("Badge reader 4");
	pty_until(p, "Badge reader 4");
	same_after_redraw(p);
	quit(p);
}

static void typed_text_survives(void **state)
{
	(void)state;
	const char *number = desk_ticket("Keyboard without umlauts");
	char find[64];
	snprintf(find, sizeof find, "%s", number);
	struct pty *p = console(80, 24);
	press(p, "g 4");
	filter(p, "umlauts");
	press(p, "N");
	type(p, "half a thought");
	press(p, "Esc");
	pty_until(p, "Kept as a draft");
	press(p, "N");
	pty_until(p, "half a thought");
	type(p, " and more");
	pty_hangup(p); /* the line drops in the middle of it */
	assert_int_not_equal(pty_wait(p), 0);
	pty_free(p);
	p = console(80, 24);
	press(p, "g 4");
	filter(p, "umlauts");
	press(p, "N");
	pty_until(p, "half a thought and more");
	press(p, "Ctrl-s");
	pty_until(p, "Note:");
	quit(p);
	json_t *t = desk_ok(NULL, "ticket show %s", find);
	assert_string_equal(text(t, "events.1.text"), "half a thought and more");
	assert_string_equal(text(t, "events.1.visibility"), "internal");
}

static void the_server_goes_and_comes_back(void **state)
{
	(void)state;
	const char *number = desk_ticket("Scanner jams");
	char kept[64];
	snprintf(kept, sizeof kept, "%s", number);
	struct pty *p = console(80, 24);
	press(p, "g 4");
	filter(p, "scanner");
	assert_int_equal(desk_run(NULL, NULL, "demo stop")->status, 0);
	pty_until(p, "no connection");
	assert_true(pty_has(p, "Scanner jams")); /* still readable */
	press(p, "N");
	type(p, "written while the server was away");
	press(p, "Ctrl-s");
	pty_until(p, "waits for the connection");
	same_after_redraw(p);
	assert_int_equal(desk_run(NULL, NULL, "demo --no-console")->status, 0);
	pty_gone(p, "no connection");
	pty_gone(p, "waits for the connection");
	quit(p);
	json_t *t = desk_ok(NULL, "ticket show %s", kept);
	assert_int_equal(json_array_size(at(t, "events")), 2); /* sent once */
	assert_string_equal(text(t, "events.1.text"), "written while the server was away");
}

static void an_attachment_is_saved(void **state)
{
	(void)state;
	enum { SIZE = 3 * 262144 }; /* whole chunks: the end shows only by what does not come */
	char *bytes = sd_malloc(SIZE), *got = sd_malloc(SIZE + 1), line[600];
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (char)(i * 131 % 251);
	char *path = desk_file("core dump.bin", bytes, SIZE), *to = desk_file("saved.bin", "", 0);
	assert_int_equal(remove(to), 0);
	const char *nr = desk_ticket("Attached and saved");
	char number_text[40];
	snprintf(number_text, sizeof number_text, "%s", nr);
	desk_ok(NULL, "ticket act %s attach 'file=%s'", number_text, path);
	struct pty *p = console(80, 24);
	press(p, "#");
	type(p, number_text);
	press(p, "Enter");
	pty_until(p, "core dump.bin");
	press(p, "S");
	snprintf(line, sizeof line, "\"core dump.bin\" %s", to);
	type(p, line);
	press(p, "Enter");
	pty_until(p, "Saved to");
	FILE *f = fopen(to, "rb");
	assert_non_null(f);
	assert_int_equal(fread(got, 1, SIZE + 1, f), SIZE);
	fclose(f);
	assert_memory_equal(got, bytes, SIZE);
	press(p, "S");
	type(p, line);
	press(p, "Enter");
	pty_until(p, "File exists"); /* never written over */
	/* a content that is not whole any more is no file */
	assert_int_equal(remove(to), 0);
	desk_sql("delete from desk.blob_chunk where n = 2");
	press(p, "S");
	type(p, line);
	press(p, "Enter");
	pty_until(p, "redacted");
	assert_null(fopen(to, "rb"));
	quit(p);
	free(bytes);
	free(got);
	free(path);
	free(to);
}

static void a_storm_of_sizes(void **state)
{
	(void)state;
	new_tickets("Window", 5);
	struct pty *p = console(80, 24);
	press(p, "g 4");
	filter(p, "window");
	press(p, "Enter"); /* with a ticket open beside the queue */
	struct rng r = rng_new(40);
	for (unsigned i = 0; i < test_rounds(150); i++) {
		pty_resize(p, 1 + (int)rng_below(&r, 220), 1 + (int)rng_below(&r, 70));
		if (rng_below(&r, 4) == 0)
			pty_press(p, "j");
		if (i % 10 == 0)
			same_after_redraw(p);
	}
	pty_resize(p, 80, 24);
	pty_settle(p);
	same_after_redraw(p);
	press(p, "g 4");
	filter(p, "window");
	pty_until(p, "Window 1"); /* and it works as before */
	same_after_redraw(p);
	quit(p);
}

static void bytes_over_the_line(void **state)
{
	(void)state;
	char other[64];
	snprintf(other, sizeof other, "%s", desk_ticket("Not in this list"));
	new_tickets("A full screen of long subjects, all of them about the budget", 60);
	struct pty *p = console(160, 50);
	press(p, "g 4");
	filter(p, "budget");
	press(p, "j j");
	long before = pty_bytes(p);
	press(p, "j");
	assert_in_range(pty_bytes(p) - before, 1, 400); /* cursor down */
	before = pty_bytes(p);
	press(p, "Ctrl-l");
	assert_in_range(pty_bytes(p) - before, 1, 8192); /* everything anew */
	press(p, "3 8 j");
	before = pty_bytes(p);
	for (int i = 0; i < 20; i++) /* beside other panes nothing scrolls in the terminal: the window follows seldom */
		press(p, "j");
	assert_in_range(pty_bytes(p) - before, 1, 20L * 600);
	press(p, "g g j j j");
	/* Something happens that this screen does not show: it is fetched, and not a byte goes over the line. */
	desk_ok(NULL, "ticket act %s tag add=elsewhere", other);
	pty_next_idle(p);
	before = pty_bytes(p);
	desk_ok(NULL, "ticket act %s tag add=again", other);
	pty_next_idle(p);
	assert_int_equal(pty_bytes(p) - before, 0);
	quit(p);
}

static int group_start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	return desk_start(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_tickets_are_worked),
		cmocka_unit_test(a_new_ticket_by_form),
		cmocka_unit_test(others_changes_appear_and_the_cursor_stays),
		cmocka_unit_test(typed_text_survives),
		cmocka_unit_test(the_server_goes_and_comes_back),
		cmocka_unit_test(an_attachment_is_saved),
		cmocka_unit_test(a_storm_of_sizes),
		cmocka_unit_test(bytes_over_the_line),
	};
	return TEST_MAIN_WITH(tests, group_start, desk_stop);
}
