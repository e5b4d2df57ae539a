/* The wallboard over the console: opened by a key, fed over the console's line, left by Esc, and its digits lead to tickets. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/err.h"
#include "tests/unit/console_world.h"
#include "tui/app/wallscreen.h"

static void feed(struct world *w, struct req req, const char *file)
{
	static const char *const names[] = {"epoch", "x", "seq", "figures"};
	char path[400], *json = NULL;
	snprintf(path, sizeof path, "%s/tests/unit/data/%s.json", SRCDIR, file ? file : "");
	if (file)
		json = test_read_file(path, NULL);
	const char *const row[] = {"1", "700", "0", json};
	begin(w);
	answer(w, req, 1, 4, names, row);
	free(json);
}

static void opened_fed_and_left(void **state)
{
	struct world *w = *state;
	keys(w, "W");
	struct fx *f = find(w, REQ_WALL);
	assert_non_null(f);
	assert_null(f->params[1]); /* from nowhere */
	assert_string_equal(f->params[3], "t");
	check_screen(w, "waiting for the desk");
	feed(w, f->req, "wall");
	check_screen(w, "Breaching next");
	assert_false(on_screen(w, "INC1 "));
	/* a little later: only whether anything has changed */
	w->ms += 2000;
	begin(w);
	model_clock(w->m, w->ms);
	model_timer(w->m, TIMER_WALL, w->fx);
	f = find(w, REQ_WALL);
	assert_non_null(f);
	assert_string_equal(f->params[1], "700");
	assert_string_equal(f->params[3], "f");
	feed(w, f->req, NULL);
	check_screen(w, "Breaching next");
	keys(w, "n");
	check_screen(w, "Resolved today");
	keys(w, "Esc");
	assert_false(on_screen(w, "Resolved today"));
	check_screen(w, "INC1");
	/* what comes too late is nobody's */
	feed(w, f->req, "wall");
	check_screen(w, "INC1");
}

static void digits_open_the_tickets(void **state)
{
	struct world *w = *state;
	keys(w, "W");
	feed(w, find(w, REQ_WALL)->req, "wall");
	check_screen(w, "2 Unassigned");
	keys(w, "2");
	assert_null(w->m->wallscreen);
	struct fx *f = find(w, REQ_PAGE);
	assert_non_null(f);
	assert_string_equal(w->m->queue->filter, "state:open assignee:none sort:opened");
	assert_string_equal(w->m->views->view[w->m->views->current].id, "all");
}

static void the_line_goes_and_comes_back(void **state)
{
	struct world *w = *state;
	keys(w, "W");
	feed(w, find(w, REQ_WALL)->req, "wall");
	begin(w);
	model_conn(w->m, CONN_LOST, "the server has gone", w->fx);
	w->ms += 90000;
	begin(w);
	model_clock(w->m, w->ms);
	model_timer(w->m, TIMER_WALL, w->fx);
	assert_null(find(w, REQ_WALL));
	check_screen(w, "figures of 09:41:30, 1 min old");
	begin(w);
	model_conn(w->m, CONN_READY, NULL, w->fx);
	assert_non_null(find(w, REQ_WALL)); /* at once */
}

static void q_leaves_the_wall_alone(void **state)
{
	struct world *w = *state;
	keys(w, "W");
	feed(w, find(w, REQ_WALL)->req, "wall");
	keys(w, "t");
	assert_string_equal(effect(w, FX_THEME)->text, "day");
	keys(w, "Esc");
	assert_string_equal(effect(w, FX_THEME)->text, "auto"); /* as the console was */
	keys(w, "W");
	feed(w, find(w, REQ_WALL)->req, "wall");
	keys(w, "q");
	assert_null(w->m->wallscreen); /* q leaves the wall, not the program */
	assert_null(effect(w, FX_QUIT));
}

static void any_size_of_the_console(void **state)
{
	struct world *w = *state;
	begin(w);
	surface_resize(w->s, 300, 80);
	model_resize(w->m, 300, 80, w->fx);
	keys(w, "W");
	feed(w, find(w, REQ_WALL)->req, "wall-major");
	check_screen(w, "next update in");
	begin(w);
	surface_resize(w->s, 60, 12);
	model_resize(w->m, 60, 12, w->fx);
	check_screen(w, "next update in");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(opened_fed_and_left, setup, teardown),
		cmocka_unit_test_setup_teardown(digits_open_the_tickets, setup, teardown),
		cmocka_unit_test_setup_teardown(the_line_goes_and_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(q_leaves_the_wall_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(any_size_of_the_console, setup, teardown),
	};
	return TEST_MAIN(tests);
}
