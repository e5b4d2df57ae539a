/* The page of rota and rules in the console: what it shows, rules on and off, moved, tried and written, absences. */
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
#include "tui/pane/duty.h"

#define RULE(name, place, on, query)                                                                                             \
	"{\"rule\":\"" name "\",\"query\":\"" query                                                                                  \
	"\",\"group\":\"Network\",\"method\":\"round_robin\",\"skill\":\"wifi\",\"level\":2,"                                        \
	"\"place\":" place ",\"enabled\":" on ",\"simulated\":true,\"mine\":true,\"week\":7,\"waiting\":3,\"wait\":true,"            \
	"\"weights\":[8,4,2,1,1]}"
#define WEEK                                                                                                                     \
	"{\"now\":\"2026-03-04T10:00:00Z\",\"from\":\"2026-03-02T00:00:00Z\",\"groups\":[{\"group\":\"Network\",\"zone\":\"UTC\","   \
	"\"team\":[{\"person\":\"ann\",\"on_duty\":true,\"away\":false,\"until\":\"2026-03-04T16:00:00Z\",\"open\":4},"              \
	"{\"person\":\"eva\",\"on_duty\":false,\"away\":true,\"open\":0}],"                                                          \
	"\"duty\":[{\"person\":\"ann\",\"from\":\"2026-03-04T08:00:00Z\",\"until\":\"2026-03-04T16:00:00Z\",\"via\":\"shift\"},"     \
	"{\"person\":\"bob\",\"from\":\"2026-03-04T22:00:00Z\",\"until\":\"2026-03-05T06:00:00Z\",\"via\":\"turn\"}],"               \
	"\"swaps\":[],\"absences\":[]}]}"
#define PAGE                                                                                                                     \
	"{\"now\":\"2026-03-04T10:00:00Z\",\"from\":\"2026-03-02T00:00:00Z\",\"week\":" WEEK                                         \
	",\"absences\":[{\"absence\":5,\"person\":\"eva\",\"from\":\"2026-03-03T00:00:00Z\",\"until\":\"2026-03-06T00:00:00Z\","     \
	"\"reason\":\"ill\"}],\"rules\":[" RULE("Net", "1", "true", "group:Network") "," RULE("Rest", "2", "false", "") "]}"

static void shown(struct world *w)
{
	struct fx *f;

	keys(w, "g r");
	assert_int_equal(board_shown(w->m), BOARD_ROTA);
	f = find(w, REQ_BOARD);
	assert_non_null(f);
	assert_non_null(strstr(f->sql, "desk.rota_page"));
	answer_json(w, f->req, PAGE);
	model_draw(w->m, w->s);
}

static const char *here(struct world *w)
{
	return page_here(&board_get(w->m, BOARD_ROTA)->page)->id;
}

/* The answer of the desk to what was done: a refusal, or the document. */
static void taken(struct world *w, const char *id, const char *text, const char *field, const char *json)
{
	static const char *const cols[] = {"id", "args", "text", "field", "r"};
	const char *const row[] = {id, "{}", text, field, json};
	struct fx *f = find(w, REQ_DUTY);

	assert_non_null(f);
	answer(w, f->req, 1, 5, cols, row);
	model_draw(w->m, w->s);
}

static void test_page(void **state)
{
	struct world *w = *state;

	shown(w);
	check_screen(w, "week of 2026-03-02");
	check_screen(w, "Net");
	check_screen(w, "group:Network -> Network");
	check_screen(w, "round robin");
	check_screen(w, "eva");
	check_screen(w, "ill");
	check_screen(w, "now: ann until 16:00, 4 open");
	check_screen(w, "08:00-16:00 ann");
	check_screen(w, "22:00-Thu 06:00 bob");
	assert_string_equal(here(w), "rule.Net");
	keys(w, "j j");
	assert_string_equal(here(w), "absence.5");
	keys(w, "p");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "2026-02-24");
}

static void test_drill(void **state)
{
	struct world *w = *state;

	shown(w);
	keys(w, "Enter"); /* the tickets its query describes */
	check_screen(w, "group:Network");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_ROTA);
}

static void test_switch(void **state)
{
	struct world *w = *state;
	struct fx *f;

	shown(w);
	keys(w, "x");
	f = find(w, REQ_DUTY);
	assert_non_null(strstr(f->sql, "assign_rule_enable"));
	assert_string_equal(f->params[0], "Net");
	assert_string_equal(f->params[1], "false");
	taken(w, NULL, NULL, NULL, "{\"ok\":true,\"rule\":\"Net\",\"enabled\":false}");
	check_screen(w, "Rule Net is off");
	/* one that was never tried says so, X insists */
	keys(w, "j x");
	assert_string_equal(find(w, REQ_DUTY)->params[1], "true");
	assert_string_equal(find(w, REQ_DUTY)->params[2], "false");
	taken(w, "assign_untried", "never tried", "rule", NULL);
	check_screen(w, "never tried");
	keys(w, "X");
	assert_string_equal(find(w, REQ_DUTY)->params[2], "true");
}

static void test_order(void **state)
{
	struct world *w = *state;

	shown(w);
	keys(w, "K"); /* the first stays the first */
	assert_null(find(w, REQ_DUTY));
	keys(w, "J");
	assert_non_null(strstr(find(w, REQ_DUTY)->sql, "assign_rule_order"));
	assert_string_equal(find(w, REQ_DUTY)->params[1], "2");
}

static void test_try(void **state)
{
	struct world *w = *state;

	shown(w);
	keys(w, "s");
	assert_non_null(strstr(find(w, REQ_DUTY)->sql, "assign_simulate"));
	taken(w, NULL, NULL, NULL,
		"{\"ok\":true,\"rule\":\"Net\",\"looked\":200,\"matched\":20,\"given\":18,\"group_same\":10,\"person_same\":4,"
		"\"earlier\":0,"
		"\"partial\":false,\"nobody\":{\"nobody_on_duty\":2},\"people\":[{\"person\":\"ann\",\"n\":18,\"same\":4}],\"examples\":["
		"]}");
	check_screen(w, "would have decided on 20 (10 %)");
	check_screen(w, "nobody is on duty");
}

static void test_rule_form(void **state)
{
	struct world *w = *state;
	struct fx *f;

	shown(w);
	keys(w, "E");
	check_screen(w, "wifi >= 2");
	check_screen(w, "8,4,2,1,1");
	type(w, " prio<=2");
	keys(w, "Ctrl-s");
	f = find(w, REQ_DUTY);
	assert_non_null(strstr(f->sql, "assign_rule_save"));
	assert_non_null(strstr(f->params[0], "\"query\":\"group:Network prio<=2\""));
	assert_non_null(strstr(f->params[0], "\"tree\":{\"and\""));
	assert_non_null(strstr(f->params[0], "\"new_name\":\"Net\""));
	assert_string_equal(f->params[1], "false");
	/* refused: the form stays with the reason */
	taken(w, "assign_role", "not yours", "rule", NULL);
	check_screen(w, "not yours");
	keys(w, "Ctrl-s");
	taken(w, NULL, NULL, NULL, "{\"ok\":true,\"rule\":\"Net\",\"version\":2}");
	check_screen(w, "Rule Net, version 2");
	assert_int_equal(w->m->noverlays, 0);
	/* what is no query is said before anything is sent */
	begin(w);
	keys(w, "E");
	type(w, " nofield:x");
	keys(w, "Ctrl-s");
	assert_null(find(w, REQ_DUTY));
	check_screen(w, "nofield");
}

static void test_absence(void **state)
{
	struct world *w = *state;
	struct fx *f;

	shown(w);
	keys(w, "A");
	type(w, "2026-12-24");
	keys(w, "Tab");
	type(w, "2026-12-31");
	keys(w, "Ctrl-s");
	f = find(w, REQ_DUTY);
	assert_non_null(strstr(f->sql, "absence_add"));
	assert_non_null(strstr(f->params[0], "\"until\":\"2026-12-31\""));
	assert_non_null(strstr(f->params[0], "\"private\":\"yes\""));
	taken(w, NULL, NULL, NULL, "{\"ok\":true,\"person\":\"me\",\"open\":3}");
	check_screen(w, "3 open tickets");
	keys(w, "D"); /* the cursor is on a rule */
	check_screen(w, "no absence");
	keys(w, "j j D");
	assert_non_null(strstr(find(w, REQ_DUTY)->sql, "absence_end"));
	assert_string_equal(find(w, REQ_DUTY)->params[0], "5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_page, setup, teardown),
		cmocka_unit_test_setup_teardown(test_drill, setup, teardown),
		cmocka_unit_test_setup_teardown(test_switch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_try, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rule_form, setup, teardown),
		cmocka_unit_test_setup_teardown(test_absence, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
