/* What helps with a ticket: it is asked for beside, told without moving anything, read, applied, dismissed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/console_world.h"

enum { MATCH_COLS = 5 };
static const char *const names[] = {"type", "id", "title", "score", "excerpt"};
static const char *const two[2][MATCH_COLS] = {{"article", "KB0000012", "Toner\x1b[31m is empty", "0.81", "Change it."},
	{"ticket", "INC7", "No toner", "0.4", "Changed the toner"}};
static const char ticket[] =
	"{\"id\":1,\"number\":\"INC1\",\"kind\":\"incident\",\"state\":\"in_progress\",\"phase\":1,\"version\":1,\"last_seq\":1,"
	"\"subject\":\"first\",\"body\":\"It burns\",\"verbs\":[\"resolve\"],\"events\":[]}";

/* Opens the ticket; the question for its matches. */
static struct req opened(struct world *w)
{
	struct fx *f;

	keys(w, "Enter");
	answer_json(w, find(w, REQ_SHOW)->req, ticket);
	f = find(w, REQ_MATCH);
	assert_non_null(f);
	assert_int_equal(f->flags, FX_FAST | FX_ASIDE);
	assert_string_equal(f->params[0], "1");
	return f->req;
}

static void test_told_beside_what_is_read(void **state)
{
	struct world *w = *state;
	struct req req = opened(w), late = req;

	late.gen--;
	answer(w, late, 2, MATCH_COLS, names, two[0]);
	assert_false(on_screen(w, "KB0000012")); /* of another ticket */
	answer(w, req, 2, MATCH_COLS, names, two[0]);
	check_screen(w, "F KB0000012 Toner\xef\xbf\xbd is empty");
	check_screen(w, "It burns");
	check_screen(w, "81 %"); /* how often it is right */
}

static void test_a_failure_is_silent(void **state)
{
	struct world *w = *state;

	answer_error(w, opened(w), SD_ERR_TIMEOUT, "it took too long");
	assert_false(on_screen(w, "it took too long"));
	keys(w, "F");
	assert_non_null(find(w, REQ_MATCH)); /* asked again by who wants to know */
	check_screen(w, "reading ...");
	answer(w, find(w, REQ_MATCH)->req, 0, MATCH_COLS, names, NULL);
	check_screen(w, "nothing that is like it");
	keys(w, "Enter a x u Esc");
	assert_int_equal(w->m->noverlays, 0);
}

static void test_read_and_applied(void **state)
{
	struct world *w = *state;
	static const char *const said[] = {"ok", "remedy", "text", "id", "public", "type"};
	static const char *const done[] = {"true", "Change the toner.", NULL, "KB0000012", "false", "article"};
	struct fx *f;

	answer(w, opened(w), 2, MATCH_COLS, names, two[0]);
	keys(w, "F Enter");
	f = find(w, REQ_MATCH_OPEN);
	assert_string_equal(f->params[1], "KB0000012");
	answer_json(w, f->req,
		"{\"type\":\"article\",\"text\":\"# Toner\\n\\nUse the **black** one.\\u001b[2J\",\"remedy\":\"Change the toner.\"}");
	check_screen(w, "Use the black one.");
	keys(w, "a");
	f = find(w, REQ_MATCH_USE);
	assert_string_equal(f->params[1], "KB0000012"); /* read whole; counted as the form is sent */
	assert_int_equal(w->m->noverlays, 0);
	answer(w, f->req, 1, 6, said, done);
	check_screen(w, "Resolve  INC1");
	check_screen(w, "Change the toner.");
	check_screen(w, "KB0000012 is internal");
}

static void test_dismissed_and_taken_back(void **state)
{
	struct world *w = *state;
	static const char *const said[] = {"ok", "remedy", "text", "id", "public"};
	static const char *const done[] = {"true", NULL, NULL, "KB0000012", NULL};
	struct fx *f;

	answer(w, opened(w), 2, MATCH_COLS, names, two[0]);
	keys(w, "F x");
	f = find(w, REQ_MATCH_USE);
	assert_string_equal(f->params[3], "dismissed");
	check_screen(w, "KB0000012 is not proposed for this ticket again");
	answer(w, f->req, 1, 5, said, done);
	keys(w, "u");
	f = find(w, REQ_MATCH_USE);
	assert_string_equal(f->params[3], "restored");
	answer(w, f->req, 1, 5, said, done);
	answer(w, find(w, REQ_MATCH)->req, 2, MATCH_COLS, names, two[0]);
	check_screen(w, "KB0000012  Toner\xef\xbf\xbd is empty");
	keys(w, "Esc");
	assert_int_equal(w->m->noverlays, 0);
}

static void test_while_a_new_one_is_typed(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "C");
	type(w, "x");
	f = effect(w, FX_TIMER);
	assert_non_null(f);
	keys(w, "Tab");
	type(w, "the toner of the printer is empty");
	begin(w);
	model_timer(w->m, TIMER_MATCH, w->fx);
	model_events(w->m, w->fx);
	f = find(w, REQ_MATCH);
	assert_non_null(f);
	assert_non_null(strstr(f->params[0], "toner of the printer"));
	answer(w, f->req, 2, MATCH_COLS, names, two[0]);
	check_screen(w, "May help");
	check_screen(w, "KB0000012");
	keys(w, "Alt-f Enter");
	assert_non_null(find(w, REQ_MATCH_OPEN));
	assert_int_equal(find(w, REQ_MATCH_OPEN)->nparams, 2);
	keys(w, "Esc Esc");
	assert_int_equal(w->m->noverlays, 1);
}

/* On 24 rows the form leaves room for the likeliest. */
static void test_typed_on_a_low_screen(void **state)
{
	struct world *w = *state;

	keys(w, "C");
	type(w, "the toner of the printer is empty");
	keys(w, "Tab");
	type(w, "the toner of the printer is empty");
	begin(w);
	model_timer(w->m, TIMER_MATCH, w->fx);
	model_events(w->m, w->fx);
	answer(w, find(w, REQ_MATCH)->req, 2, MATCH_COLS, names, two[0]);
	check_screen(w, "May help");
	check_screen(w, "KB0000012");
	check_screen(w, "Who calls?");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_told_beside_what_is_read),
		T(test_a_failure_is_silent),
		T(test_read_and_applied),
		T(test_dismissed_and_taken_back),
		cmocka_unit_test_setup_teardown(test_while_a_new_one_is_typed, setup_wide, teardown),
		T(test_typed_on_a_low_screen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
