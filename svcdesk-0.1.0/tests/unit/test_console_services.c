/* The page of services in the console: the tree, the outages, where they lead, and the form that records, ends and corrects one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/console_world.h"
#include "tui/app/board.h"
#include "tui/pane/services.h"

#define ROW(key, depth, name, state, availability, left, open, on)                                                               \
	"{\"key\":\"" key "\",\"depth\":" depth ",\"service\":\"" name "\",\"state\":\"" state "\",\"availability\":" availability   \
	",\"target\":99.9,\"budget_left_minutes\":" left ",\"budget_minutes\":44.64,\"down_minutes\":3,\"planned_minutes\":0,"       \
	"\"outages\":1,\"open\":" open ",\"worst\":1,\"query\":\"state:open service:\\\"" name "\\\"\",\"on\":" on "}"
#define PAGE                                                                                                                     \
	"{\"now\":\"2026-03-02T10:00:00Z\",\"period\":{\"text\":\"2026-03\",\"before\":\"2026-02\",\"after\":null},\"services\":"    \
	"[" ROW("7", "0", "Mail", "down", "99.5", "-12.5", "4", "[11]") "," ROW("7.8", "1", "Storage", "ok", "100", "44.64", "0",    \
		"[]") "],\"more\":false,\"outages\":["                                                                                   \
			  "{\"id\":11,\"version\":1,\"service\":\"Mail\",\"kind\":\"unplanned\",\"state\":\"on\",\"from\":\"2026-03-02T09:"  \
			  "00:00Z\",\"until\":null,"                                                                                         \
			  "\"minutes\":60,\"weight\":null,\"ticket\":\"INC100007\",\"note\":\"disk\"},"                                      \
			  "{\"id\":9,\"version\":3,\"service\":\"Storage\",\"kind\":\"planned\",\"state\":\"over\",\"from\":\"2026-03-"      \
			  "01T02:00:00Z\",\"until\":\"2026-03-01T04:00:00Z\","                                                               \
			  "\"minutes\":120,\"weight\":null,\"ticket\":null,\"note\":null}]}"

static void shown(struct world *w)
{
	struct fx *f;

	keys(w, "g s");
	assert_int_equal(board_shown(w->m), BOARD_SERVICES);
	f = find(w, REQ_BOARD);
	assert_non_null(f);
	assert_string_equal(f->params[0], "");
	answer_json(w, f->req, PAGE);
	model_draw(w->m, w->s);
}

static const char *here(struct world *w)
{
	return page_here(&board_get(w->m, BOARD_SERVICES)->page)->id;
}

static void taken(struct world *w, const char *id, const char *args, const char *text, const char *field)
{
	static const char *const cols[] = {"id", "args", "text", "field", "service"};
	const char *const row[] = {id, args, text, field, "Mail"};

	answer(w, (struct req){REQ_OUTAGE, 0, 0, 0}, 1, 5, cols, row);
	model_draw(w->m, w->s);
}

static void test_page(void **state)
{
	struct world *w = *state;

	shown(w);
	check_screen(w, "Services  2026-03");
	check_screen(w, "1 ! Mail");
	check_screen(w, "2     Storage");
	check_screen(w, "99.500");
	check_screen(w, "Outages, 2026-03");
	check_screen(w, "goes on");
	assert_string_equal(here(w), "service.7");
	keys(w, "j j");
	assert_string_equal(here(w), "outage.11");
	/* a refresh leaves the cursor where it is */
	keys(w, "F5");
	answer_json(w, find(w, REQ_BOARD)->req, PAGE);
	assert_string_equal(here(w), "outage.11");
	keys(w, "p");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "2026-02");
}

static void test_drill(void **state)
{
	struct world *w = *state;

	shown(w);
	keys(w, "1");
	check_screen(w, "state:open service:\"Mail\"");
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_SERVICES);
	keys(w, "G g g j j Enter"); /* an outage leads to its ticket */
	check_screen(w, "number:INC100007");
	keys(w, "Esc Esc");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
}

static void test_record(void **state)
{
	struct world *w = *state;
	struct fx *f;

	shown(w);
	keys(w, "o");
	check_screen(w, "Record an outage");
	check_screen(w, "Mail");
	type(w, "30m");
	keys(w, "Ctrl-s");
	f = find(w, REQ_OUTAGE);
	assert_non_null(f);
	assert_non_null(strstr(f->sql, "desk.outage_add"));
	assert_non_null(strstr(f->params[0], "\"service\":\"Mail\""));
	assert_non_null(strstr(f->params[0], "\"kind\":\"unplanned\""));
	assert_non_null(strstr(f->params[0], "\"from\":\"20"));
	assert_null(strstr(f->params[0], "until"));
	char *op = strdup(f->params[1]);
	/* refused: the form stays, with the reason at its field, and is another operation then */
	taken(w, "outage_ahead", "{\"field\": \"from\"}", "that lies ahead", "from");
	check_screen(w, "Record an outage");
	check_screen(w, "lies ahead");
	keys(w, "Ctrl-s");
	assert_string_not_equal(find(w, REQ_OUTAGE)->params[1], op);
	free(op);
	taken(w, NULL, NULL, NULL, NULL);
	assert_false(on_screen(w, "Record an outage"));
	check_screen(w, "on record");
	/* what is no time goes nowhere */
	keys(w, "o");
	type(w, "someday");
	keys(w, "Ctrl-s");
	assert_null(find(w, REQ_OUTAGE));
	check_screen(w, "this is no time");
	keys(w, "Esc");
	assert_false(on_screen(w, "Record an outage"));
}

static void test_change(void **state)
{
	struct world *w = *state;
	struct fx *f;

	shown(w);
	keys(w, "x"); /* from the service that is down */
	check_screen(w, "End the outage of Mail");
	keys(w, "Ctrl-s");
	f = find(w, REQ_OUTAGE);
	assert_string_equal(f->params[0], "11");
	assert_string_equal(f->params[1], "end");
	assert_non_null(strstr(f->params[2], "\"version\":1"));
	taken(w, NULL, NULL, NULL, NULL);
	keys(w, "j x"); /* nothing goes on at Storage */
	check_screen(w, "No outage goes on here");
	keys(w, "D");
	check_screen(w, "The cursor is on no outage");
	keys(w, "j j o"); /* correct what is over */
	check_screen(w, "Correct the outage of Storage");
	keys(w, "Ctrl-s");
	f = find(w, REQ_OUTAGE);
	assert_string_equal(f->params[0], "9");
	assert_string_equal(f->params[1], "change");
	assert_non_null(strstr(f->params[2], "\"until\":\"2026-03-01T04:00:00Z\""));
	assert_non_null(strstr(f->params[2], "\"version\":3"));
	taken(w, NULL, NULL, NULL, NULL);
	keys(w, "D");
	check_screen(w, "never was");
	keys(w, "Ctrl-s"); /* not without a reason */
	assert_null(find(w, REQ_OUTAGE));
	type(w, "another service");
	keys(w, "Ctrl-s");
	f = find(w, REQ_OUTAGE);
	assert_string_equal(f->params[1], "cancel");
	assert_non_null(strstr(f->params[2], "another service"));
}

static void test_from_ticket(void **state)
{
	struct world *w = *state;

	keys(w, "g o");
	check_screen(w, "Record an outage");
	check_screen(w, "INC1");
	keys(w, "Ctrl-s");
	assert_non_null(strstr(find(w, REQ_OUTAGE)->params[0], "\"ticket\":\"INC"));
}

static void test_sizes(void **state)
{
	static const int sizes[][2] = {{300, 80}, {160, 50}, {80, 24}, {60, 20}, {40, 12}};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct world *w = world_config(sizes[i][0], sizes[i][1], NULL);

		shown(w);
		keys(w, "j k G g g Tab l h g g o Esc x Esc");
		check_screen(w, "Mail");
		world_end(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_page, setup, teardown),
		cmocka_unit_test_setup_teardown(test_drill, setup, teardown),
		cmocka_unit_test_setup_teardown(test_record, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change, setup, teardown),
		cmocka_unit_test_setup_teardown(test_from_ticket, setup, teardown), cmocka_unit_test(test_sizes)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
