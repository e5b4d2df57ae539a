/* A journey over the dashboard: every figure is reached by Tab, Enter shows its tickets with the query in sight, as many as the
 * figure says, and Esc comes back to the very figure. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLS = 140, ROWS = 44, FIGURES_MOST = 200 };

static void fill(void)
{
	const char *numbers[6];
	char line[64];

	for (int i = 0; i < 6; i++) {
		snprintf(line, sizeof line, "Ticket %d", i);
		numbers[i] = desk_ticket(line);
	}
	desk_ok(NULL, "clock advance 30m");
	desk_ok("ben", "ticket act %s take", numbers[0]);
	desk_ok("ben", "ticket act %s take", numbers[1]);
	desk_ok(NULL, "clock advance 2h");
	desk_ok("ben", "ticket act %s resolve category=General code=fixed body=Done", numbers[1]);
}

/* What stands at the cursor, up to the next blank. */
static void figure_here(struct pty *p, char *text, size_t size, int *x, int *y)
{
	bool visible;
	size_t n = 0;

	pty_cursor(p, x, y, &visible);
	assert_true(visible);
	int at = *x;
	while (at < COLS && strcmp(pty_cell(p, at, *y), " ") == 0)
		at++;
	for (; at < COLS && n + 5 < size && *pty_cell(p, at, *y) && strcmp(pty_cell(p, at, *y), " ") != 0; at++)
		n += (size_t)snprintf(text + n, size - n, "%s", pty_cell(p, at, *y));
	text[n] = '\0';
	if (at + 1 < COLS && isalpha((unsigned char)*pty_cell(p, at + 1, *y)) && n + 2 < size)
		memcpy(text + n, "_", 2); /* a unit follows: no number of tickets */
}

/* Of the headline of the queue: "1/3"; an empty list has none. */
static long listed(struct pty *p)
{
	const char *head = pty_row(p, 1), *slash = strstr(head, " 1/");

	return slash ? strtol(slash + 3, NULL, 10) : 0;
}

static void test_journey(void **state)
{
	(void)state;
	struct pty *p = console_start((struct pty_opts){.cols = COLS, .rows = ROWS}, NULL);
	char text[64], again[64];
	int first_x = -1, first_y = -1, x, y, x2, y2, n = 0, counts = 0;

	press(p, "g b");
	pty_until(p, "as of ");
	for (; n < FIGURES_MOST; n++) {
		figure_here(p, text, sizeof text, &x, &y);
		if (x == first_x && y == first_y)
			break;
		if (!n) {
			first_x = x;
			first_y = y;
		}
		press(p, "Enter");
		pty_until(p, "& metric:"); /* the query is in sight */
		pty_gone(p, "Reading ...");
		if (*text && strspn(text, "0123456789") == strlen(text)) {
			if (atol(text) != listed(p))
				fail_msg("%s, but %ld are listed:\n%s", text, listed(p), pty_screen(p));
			counts++;
		}
		press(p, "Esc");
		pty_until(p, "as of ");
		figure_here(p, again, sizeof again, &x2, &y2);
		if (x2 != x || y2 != y || strcmp(text, again) != 0)
			fail_msg("from %d,%d %s back to %d,%d %s", x, y, text, x2, y2, again);
		press(p, "Tab");
	}
	assert_true(n > 20 && n < FIGURES_MOST);
	assert_true(counts > 15);
	/* one key by its number, [ comes back; the analysis likewise */
	press(p, "2");
	pty_until(p, "metric:backlog@assignee=none");
	assert_int_equal(listed(p), 4);
	press(p, "[");
	pty_until(p, "as of ");
	press(p, "g a");
	pty_until(p, "Analysis");
	press(p, "Esc");
	pty_until(p, "by priority");
	quit(p);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	desk_ok(NULL, "user add ben --role agent --group 'Service desk'");
	fill();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_journey)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
