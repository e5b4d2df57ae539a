/* The list of problem hints in the console: what it shows, where Enter leads, what x asks of the desk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/console_world.h"

enum { HINT_COLS = 7 };
static const char *const names[] = {"id", "tickets", "open", "on", "last", "subject", "numbers"};
static const char *const two[2][HINT_COLS] = {
	{"7", "4", "3", "Mail", "1772445600000000", "Outlook hangs\x1b[31m while synchronising", "INC4,INC9,INC12,INC13"},
	{"9", "3", "0", "srv-web-1", "1772445500000000", "502 from the web shop", "INC1,INC2,INC3"}};

static void open_list(struct world *w, int n)
{
	keys(w, "g f");
	check_screen(w, "reading ...");
	answer(w, find(w, REQ_HINTS)->req, n, HINT_COLS, names, two[0]);
}

static void test_enter_leads_to_the_tickets(void **state)
{
	struct world *w = *state;

	open_list(w, 2);
	check_screen(w, "4  Mail: Outlook hangs");
	check_screen(w, "3 open");
	check_screen(w, "3  srv-web-1: 502 from the web shop");
	keys(w, "j Enter");
	assert_int_equal(w->m->noverlays, 0);
	assert_string_equal(w->m->queue->filter, "number:INC1,INC2,INC3");
}

static void test_x_dismisses_and_the_list_is_read_again(void **state)
{
	struct world *w = *state;
	static const char *const said[] = {"id", "text"};
	static const char *const done[] = {"7", NULL}, *const refused[] = {NULL, "There is no hint 7"};

	open_list(w, 2);
	check_screen(w, "x it is nothing");
	keys(w, "u"); /* nothing yet */
	assert_null(find(w, REQ_HINT_SET));
	keys(w, "x");
	assert_string_equal(find(w, REQ_HINT_SET)->params[0], "7");
	assert_string_equal(find(w, REQ_HINT_SET)->params[1], "dismissed");
	answer(w, find(w, REQ_HINT_SET)->req, 1, 2, said, done);
	assert_non_null(find(w, REQ_HINTS));
	answer(w, find(w, REQ_HINTS)->req, 1, HINT_COLS, names, two[1]);
	check_screen(w, "srv-web-1");
	assert_false(on_screen(w, "Outlook hangs"));
	keys(w, "u"); /* and back */
	assert_string_equal(find(w, REQ_HINT_SET)->params[0], "7");
	assert_string_equal(find(w, REQ_HINT_SET)->params[1], "open");
	answer(w, find(w, REQ_HINT_SET)->req, 1, 2, said, done);
	answer(w, find(w, REQ_HINTS)->req, 2, HINT_COLS, names, two[0]);
	check_screen(w, "Outlook hangs");
	keys(w, "x");
	answer(w, find(w, REQ_HINT_SET)->req, 1, 2, said, refused);
	check_screen(w, "There is no hint 7");
}

static void test_none_says_so_and_leads_nowhere(void **state)
{
	struct world *w = *state;

	open_list(w, 0);
	check_screen(w, "none so far; the desk looks through the last days");
	keys(w, "x Enter");
	assert_null(find(w, REQ_HINT_SET));
	keys(w, "Esc");
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "g f Esc"); /* closed before the answer came */
	answer(w, (struct req){REQ_HINTS, 0, 0, 0}, 2, HINT_COLS, names, two[0]);
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "g f");
	answer_error(w, find(w, REQ_HINTS)->req, SD_ERR_TIMEOUT, "it took too long");
	check_screen(w, "it took too long");
	assert_int_equal(w->m->noverlays, 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_enter_leads_to_the_tickets),
		T(test_x_dismisses_and_the_list_is_read_again),
		T(test_none_says_so_and_leads_nowhere),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
