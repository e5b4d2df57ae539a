/* Two tickets open at once: side by side, or one of two tabs; each with its own place, draft and refresh. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/draft.h"
#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"

/* Every ticket that is being read comes; a ticket of 40 lines. */
static void tickets_come(struct world *w)
{
	struct req reqs[4];
	int n = 0;

	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_QUERY && w->fx->v[i].req.kind == REQ_SHOW)
			reqs[n++] = w->fx->v[i].req;
	for (int i = 0; i < n; i++) {
		struct sd_str s = {0};

		sd_str_addf(&s,
			"{\"id\":%d,\"number\":\"INC%d\",\"kind\":\"incident\",\"state\":\"in_progress\",\"phase\":1,\"version\":%d,\"last_"
			"seq\":1,"
			"\"subject\":\"ticket %d\",\"verbs\":[],\"events\":[],\"body\":\"",
			(int)reqs[i].id, (int)reqs[i].id, reqs[i].id == 2 ? 4 : 1, (int)reqs[i].id);
		for (int k = 1; k <= 40; k++)
			sd_str_addf(&s, "line %d of %d\\n", k, (int)reqs[i].id);
		sd_str_add(&s, "\"}");
		answer_json(w, reqs[i], s.data);
		sd_str_free(&s);
	}
	model_draw(w->m, w->s);
}

static void open_both(struct world *w)
{
	keys(w, "Enter");
	tickets_come(w);
	keys(w, "O");
	tickets_come(w);
	keys(w, "J");
	tickets_come(w);
}

static void test_tabs_where_there_is_little_room(void **state)
{
	struct world *w = *state;

	keys(w, "Enter");
	tickets_come(w);
	keys(w, "O");
	check_screen(w, "INC1 is kept beside");
	tickets_come(w);
	keys(w, "J");
	tickets_come(w);
	check_screen(w, "line 1 of 2");
	check_screen(w, "[Tab: INC1]");
	keys(w, "Tab");
	check_screen(w, "line 1 of 1");
	check_screen(w, "[Tab: INC2]");
	assert_int_equal(model_target(w->m).id, 1);
	keys(w, "Ctrl-d Ctrl-d Shift-Tab");
	check_screen(w, "line 1 of 2"); /* where it was left */
	keys(w, "Tab");
	assert_false(on_screen(w, "line 1 of 1"));
	keys(w, "Esc"); /* closed: the first is there again */
	check_screen(w, "line 1 of 2");
	assert_false(on_screen(w, "[Tab:"));
	assert_null(w->m->other);
	assert_int_equal(w->m->focus, PANE_DETAIL);
	keys(w, "Esc");
	assert_int_equal(w->m->focus, PANE_QUEUE);
}

static void test_side_by_side(void **state)
{
	struct world *w = *state;
	int x, y;

	open_both(w);
	check_screen(w, "line 1 of 2");
	check_screen(w, "line 1 of 1");
	check_screen(w, "INC4"); /* the queue above them */
	check_screen(w, "My groups");
	keys(w, "l"); /* to the right one */
	assert_int_equal(model_target(w->m).id, 1);
	assert_true(surface_cursor_get(w->s, &x, &y));
	model_draw(w->m, w->s);
	surface_cursor_get(w->s, &x, &y);
	assert_true(x >= 100);
	keys(w, "h");
	model_draw(w->m, w->s);
	surface_cursor_get(w->s, &x, &y);
	assert_true(x < 100);
	assert_int_equal(model_target(w->m).id, 2);
	keys(w, "h"); /* and on to the queue, which only the first follows */
	assert_int_equal(w->m->focus, PANE_QUEUE);
	keys(w, "j");
	begin(w);
	model_timer(w->m, TIMER_PREVIEW, w->fx);
	tickets_come(w);
	check_screen(w, "line 1 of 3");
	check_screen(w, "line 1 of 1");
	keys(w, "Tab Tab");
	assert_int_equal(model_target(w->m).id, 1);
	keys(w, "Z"); /* alone on the screen */
	assert_false(on_screen(w, "line 1 of 3"));
	keys(w, "Z Esc");
	assert_null(w->m->other);
}

static void test_what_others_change_is_read_in_both(void **state)
{
	static const char *const names[] = {"now", "epoch", "x", "seq", "ticket_id"};
	static const char *const both[] = {"1772445700000000", "1", "900", "7", "1", "1772445700000000", "1", "901", "8", "2"};
	struct world *w = *state;
	int shows = 0;

	open_both(w);
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 2, 5, names, both);
	for (size_t i = 0; i < w->fx->n; i++)
		shows += w->fx->v[i].kind == FX_QUERY && w->fx->v[i].req.kind == REQ_SHOW;
	assert_int_equal(shows, 2);
	tickets_come(w); /* each takes its own, though both have asked as often */
	assert_int_equal(w->m->detail->ticket->id, 2);
	assert_int_equal(w->m->other->ticket->id, 1);
}

static void test_each_has_its_draft(void **state)
{
	struct world *w = *state;
	struct fx *act;

	open_both(w);
	keys(w, "N");
	type(w, "about two");
	keys(w, "Esc l N");
	check_screen(w, "Note  INC1");
	type(w, "about one");
	keys(w, "Esc h N");
	check_screen(w, "about two");
	keys(w, "Esc l N");
	check_screen(w, "about one");
	keys(w, "Alt-Enter");
	act = find(w, REQ_ACT);
	assert_string_equal(act->params[0], "1");
	assert_non_null(strstr(act->params[2], "about one"));
}

static void test_mouse_and_size(void **state)
{
	struct world *w = *state;
	struct key click = {.code = KEY_CODE_MOUSE, .button = 1, .x = 150, .y = 40};

	open_both(w);
	begin(w);
	model_key(w->m, &click, w->fx);
	assert_int_equal(model_target(w->m).id, 1);
	click.x = 20;
	begin(w);
	model_key(w->m, &click, w->fx);
	assert_int_equal(model_target(w->m).id, 2);
	for (int width = 200; width >= 40; width -= 7) { /* smaller and back: nothing is lost */
		begin(w);
		model_resize(w->m, width, 24, w->fx);
		surface_resize(w->s, width, 24);
		model_draw(w->m, w->s);
	}
	begin(w);
	model_resize(w->m, 200, 60, w->fx);
	surface_resize(w->s, 200, 60);
	check_screen(w, "line 1 of 2");
	check_screen(w, "line 1 of 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tabs_where_there_is_little_room, setup, teardown),
		cmocka_unit_test_setup_teardown(test_side_by_side, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_what_others_change_is_read_in_both, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_each_has_its_draft, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_mouse_and_size, setup_wide, teardown),
	};
	return TEST_MAIN(tests);
}
