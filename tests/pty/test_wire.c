/* What the console sends to the database: how often it waits, and for what. Over a slow line each wait is what a person feels,
 * so an action waits once; what is kept up to date by itself (feed, tick, counts) is not part of it. */
#include "tests/e2e/desk.h"
#include "svcdesk/mem.h"
#include "tests/lib/golden.h"
#include "tests/lib/pty.h"
#include "tests/lib/testlib.h"
#include "tests/lib/wire.h"

#include <stdio.h>
#include <stdlib.h>

enum { DELAY_MS = 3, HEAD = 50 };

/* Goes on by itself, beside what the person does. */
static const char *const background[] = {"desk.feed(", "desk.tick(", "desk.presence(", "desk.present_on(", "select count(*)",
	"desk.inbox_count(", "desk.inbox_recount(", "my_draft", "desk.match_ticket(", "'300ms'", NULL};
/* After an act the feed also brings the page and the ticket anew: the act itself is what must not wait twice. */
static const char *const after_act[] = {"desk.feed(", "desk.tick(", "desk.presence(", "desk.present_on(", "select count(*)",
	"desk.inbox_count(", "desk.inbox_recount(", "desk.triage_page(", "from desk.ticket", "desk.show(", "my_read", "my_draft",
	"select q.*", "desk.match_ticket(", "'300ms'", NULL};

static struct wire *line;

static struct pty *console(int cols, int rows)
{
	const char *argv[] = {desk_program(), "--db", wire_uri(line), NULL};
	struct pty_opts o = {.argv = argv, .cols = cols, .rows = rows};
	struct pty *p = pty_start(&o);
	pty_until(p, "by priority");
	return p;
}

static const struct step {
	const char *name, *keys, *type, *until;
	bool act;
	int trips;
} steps[] = {
	{"all open", "g 4", NULL, "All open", false, 1},
	{"line down", "j", NULL, NULL, false, 0},
	{"line up", "k", NULL, NULL, false, 0},
	{"half page", "Ctrl-d", NULL, NULL, false, 0},
	{"search", "/", "wire 3\r", "Wire 3", false, 0},
	{"end of search", "Esc", NULL, NULL, false, 0},
	{"another view", "g 7", NULL, "Everything", false, 1},
	{"filter", "&", "wire\r", "wire", false, 1},
	{"other order", "S", NULL, NULL, false, 1},
	{"open a ticket: what helps with it opens the line beside", "Enter", NULL, "Requester", false, 2},
	{"next ticket", "J", NULL, "Wire", false, 1},
	{"timeline", "v", NULL, NULL, false, 0},
	{"full screen and back", "Z Z", NULL, NULL, false, 0},
	{"back to the list", "Esc", NULL, NULL, false, 0},
	{"help and back", "? Esc", NULL, NULL, false, 0},
	{"palette and back", ": Esc", NULL, NULL, false, 0},
	{"menu of acts and back", "m Esc", NULL, NULL, false, 0},
	{"explain its clocks", "e", NULL, "nothing is promised", false, 1},
	{"back from that", "Esc", NULL, NULL, false, 0},
	{"take", "t", NULL, "Take: In progress", true, 1},
	{"form of a note and back", "N Esc", NULL, NULL, false, 0},
	{"undo", "u", NULL, "Undone", true, 1},
	{"redo", "Ctrl-r", NULL, "Done again", true, 1},
	{"marks", "Space Space Space", NULL, "3 marked", false, 0},
	{"a range and back", "v j j Esc", NULL, NULL, false, 0},
	{"question for the marked", "t", NULL, "Take on 3 tickets", false, 1},
	{"an act on the marked", "y", NULL, "Take: 3 done", true, 1},
	{"undo of all of it", "u", NULL, "Undone: Take", true, 1},
	{"copy menu and back", "y Esc", NULL, NULL, false, 0},
	{"bare view and back", "B Esc", NULL, NULL, false, 0},
	{"triage mode", "T", NULL, "Category", false, 1},
	{"back from that", "Esc", NULL, NULL, false, 0},
	{"triage mode again", "T", NULL, "Category", false, 1},
	{"a category picked", "c", "gen\r", "General", false, 0},
	{"a group picked", "t", "serv\r", "Service desk", false, 0},
	{"triage it", "Enter", NULL, "Triage: Assigned", true, 1},
	{"undo of that", "u", NULL, "Undone", true, 1},
};

/* The beginning of each statement: a trip is a line, so that a second one, or another, is seen in the golden file. */
static void write_down(struct sd_str *trace, const char *name, char *text)
{
	sd_str_addf(trace, "%s\n", name);
	for (char *trip = text; *trip;) {
		char *next = trip + strcspn(trip, "\n");
		const char *gap = "   ";
		next = *next ? (*next = '\0', next + 1) : next;
		for (char *sql = trip; sql;) {
			char *end = strstr(sql, " ; ");
			int n = end ? (int)(end - sql) : (int)strlen(sql);
			sd_str_addf(trace, "%s %.*s", gap, n < HEAD ? n : HEAD, sql);
			gap = " ;";
			sql = end ? end + 3 : NULL;
		}
		sd_str_addc(trace, '\n');
		trip = next;
	}
}

static void actions_wait_once(void **state)
{
	int bad = 0;
	(void)state;
	struct sd_str trace = {0};
	struct pty *p = console(80, 24);
	pty_settle(p);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		const struct step *s = &steps[i];
		char *text;
		wire_mark(line);
		pty_press(p, s->keys);
		pty_settle(p);
		if (s->type) {
			pty_type(p, s->type);
			pty_settle(p);
		}
		if (s->until)
			pty_until(p, s->until);
		pty_settle(p);
		int trips = wire_trips(line, s->act ? after_act : background, &text);
		if (trips != s->trips) {
			print_message("# %s: %d round trips, not %d:\n%s\n", s->name, trips, s->trips, text);
			bad++;
		}
		write_down(&trace, s->name, text);
		for (int k = 0; s->act && k < 2; k++) /* the feed brings what was changed anew: that is not the next step's */
			pty_next_idle(p);
		free(text);
	}
	assert_int_equal(bad, 0);
	golden_check("wire/console", trace.data);
	sd_str_free(&trace);
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

/* From the connection to the first queue: settings and catalogue, then the page. What is asked behind the page is not waited for,
 * and may be on its way already when the page is seen here. */
static void the_queue_is_there_after_three(void **state)
{
	static const char *const skip[] = {
		"connect", "desk.feed(", "desk.tick(", "desk.presence(", "desk.present_on(", "my_draft", NULL};
	char *text;
	(void)state;
	wire_mark(line);
	struct pty *p = console(80, 24); /* until the page stands there */
	wire_trips(line, skip, &text);
	int trips = 1;
	char *page = strstr(text, "with p(c0");
	assert_non_null(page);
	for (const char *c = text; c < page; c++)
		trips += *c == '\n';
	if (trips > 3)
		print_message("# %s\n", text);
	free(text);
	assert_in_range(trips, 1, 3);
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	for (int i = 1; i <= 60; i++)
		desk_ok(NULL, "ticket new kind=incident 'subject=Wire %d'", i);
	line = wire_start(desk_uri(), DELAY_MS);
	return line == NULL;
}

static int stop(void **state)
{
	wire_free(line);
	return desk_stop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(actions_wait_once), cmocka_unit_test(the_queue_is_there_after_three)};
	return TEST_MAIN_WITH(tests, start, stop);
}
