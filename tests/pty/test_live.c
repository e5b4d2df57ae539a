/* Two consoles and the command line on one desk: what the others do is seen, no row shifts under the cursor, and who reads and
 * writes what is seen while he is there and not after. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"

enum { TICKETS = 6 };
static char numbers[TICKETS][24];

static struct pty *console(const char *as)
{
	const char *words[] = {"--as", as, NULL};
	struct pty *p = console_start((struct pty_opts){.cols = 80, .rows = 24}, words);
	press(p, "g 4");
	pty_until(p, "Line of many 1");
	return p;
}

/* Rows of the list that are seen, without what may change in them. */
static char *rows_of(struct pty *p)
{
	char *out = sd_strdup("");
	for (int y = 3; y < 22; y++) {
		const char *at = strstr(pty_row(p, y), "INC");
		char line[16] = "";
		if (at)
			snprintf(line, sizeof line, "%.9s", at);
		char *next = sd_calloc(1, strlen(out) + sizeof line + 2);
		snprintf(next, strlen(out) + sizeof line + 2, "%s%s\n", out, line);
		free(out);
		out = next;
	}
	return out;
}

static void same_rows(struct pty *p, const char *was, int y_was)
{
	int y;
	char *is = rows_of(p);
	pty_cursor(p, NULL, &y, NULL);
	assert_int_equal(y, y_was);
	assert_string_equal(is, was);
	free(is);
}

static bool there(struct pty *p, const char *text)
{
	int x, y;
	return pty_find(p, text, &x, &y);
}

static void rows_stay_where_they_are(void **state)
{
	int y;
	(void)state;
	struct pty *p = console("ann");
	press(p, "g g j j");
	pty_cursor(p, NULL, &y, NULL);
	char *was = rows_of(p);
	desk_ok(NULL, "ticket new kind=incident 'subject=A new one on top' impact=1 urgency=1"); /* above all others */
	pty_until(p, "1 new, press +");
	same_rows(p, was, y);
	desk_ok(NULL, "ticket act %s cancel reason=test", numbers[1]); /* one above the cursor leaves */
	pty_until(p, "gone");
	same_rows(p, was, y);
	desk_ok(NULL, "ticket act %s edit impact=1 urgency=1", numbers[2]); /* the one under the cursor moves up */
	pty_until(p, "moved");
	same_rows(p, was, y);
	assert_false(there(p, "A new one on top"));
	press(p, "+");
	pty_until(p, "A new one on top");
	pty_gone(p, "gone");
	assert_false(there(p, "moved"));
	free(was);
	quit(p);
}

static void they_see_each_other(void **state)
{
	(void)state;
	struct pty *ann = console("ann"), *bob = console("bob");
	press(ann, "#");
	pty_type(ann, numbers[4]);
	press(ann, "Enter");
	pty_until(ann, "Line of many 5");
	pty_until(bob, "@ann");
	press(ann, "N");
	pty_until(bob, "ann");
	pty_gone(bob, "@ann"); /* writes now */
	press(bob, "#");
	pty_type(bob, numbers[4]);
	press(bob, "Enter");
	pty_until(bob, "ann is writing a note");
	press(bob, "N");
	pty_until(bob, "ann is writing a note too");
	pty_until(ann, "bob is writing a note too");
	json_t *who = desk_ok("bob", "who %s", numbers[4]);
	assert_int_equal(json_array_size(who), 2);
	assert_string_equal(text(who, "0.number"), numbers[4]);
	assert_string_equal(text(who, "0.mode"), "writing");
	desk_refused("bob", 3, "not_found", "who INC999999");
	/* a clean end: at once */
	press(bob, "Esc");
	quit(bob);
	pty_gone(ann, "bob is");
	assert_string_equal(
		desk_ask("select count(*) from desk.my_presence x join desk.person p on p.id = x.person_id where p.login = 'bob'"), "0");
	press(ann, "Esc");
	/* killed: when its word has grown old */
	bob = console("bob");
	press(bob, "#");
	pty_type(bob, numbers[4]);
	press(bob, "Enter");
	pty_until(ann, "bob looks at it");
	pty_signal(bob, SIGKILL);
	pty_wait(bob);
	pty_free(bob);
	assert_string_equal(
		desk_ask("select count(*) from desk.my_presence x join desk.person p on p.id = x.person_id where p.login = 'bob'"), "1");
	desk_sql("update desk.my_presence x set at = at - interval '25 seconds' from desk.person p where p.id = x.person_id and "
			 "p.login = 'bob'");
	pty_gone(ann, "bob looks at it");
	quit(ann);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	desk_ok(NULL, "user add ann --role agent --group 'Service desk'");
	desk_ok(NULL, "user add bob --role agent --group 'Service desk'");
	for (int i = 0; i < TICKETS; i++) {
		json_t *t = desk_ok(NULL, "ticket new kind=incident 'subject=Line of many %d' 'group=Service desk'", i + 1);
		snprintf(numbers[i], sizeof numbers[i], "%s", text(t, "number"));
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(rows_stay_where_they_are), cmocka_unit_test(they_see_each_other)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
