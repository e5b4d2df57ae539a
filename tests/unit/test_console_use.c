/* The console as somebody uses it: what a hand expects of search, forms, views and of a role with few rights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/console_world.h"
#include "tui/app/act.h"

/* ---- search ---- */
static void test_search_counts(void **state)
{
	struct world *w = *state;

	keys(w, "/");
	type(w, "inc");
	check_screen(w, "/inc: 1 of 3");
	keys(w, "Enter 2 n");
	assert_int_equal(queue_selected(w->m->queue), 4);
	check_screen(w, "/inc: 3 of 3");
	keys(w, "n");
	assert_int_equal(queue_selected(w->m->queue), 1);
	check_screen(w, "Search went on at the top");
	keys(w, "2 N");
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "j"); /* on none of them */
	check_screen(w, "/inc: 3 found");
	keys(w, "1 0 0 0 n"); /* round and round */
	check_screen(w, "of 3");
	keys(w, "Esc");
	assert_false(on_screen(w, "/inc"));
}

/* What is typed is looked for from where one was; Esc goes back there. */
static void test_search_from_one_place(void **state)
{
	struct world *w = *state;

	keys(w, "j /");
	type(w, "f");
	assert_int_equal(queue_selected(w->m->queue), 4);
	type(w, "i");
	assert_int_equal(queue_selected(w->m->queue), 1);
	keys(w, "Backspace");
	assert_int_equal(queue_selected(w->m->queue), 4);
	type(w, "zz");
	check_screen(w, "/fzz: not found");
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "Esc");
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "/");
	type(w, "zz");
	keys(w, "Enter");
	check_screen(w, "Not found: zz");
}

/* ---- forms ---- */
static void test_typing_replaces_what_was_offered(void **state)
{
	struct world *w = *state;
	struct form *f;

	keys(w, "j a");
	assert_int_equal(w->m->noverlays, 1);
	f = &w->m->overlay[0]->form->form;
	form_set(f, "group", "7", "Service desk");
	type(w, "n");
	assert_string_equal(form_value(f, "group"), "n");
	form_set(f, "group", "7", "Service desk");
	keys(w, "Left"); /* moving in it means to change it */
	type(w, "x");
	assert_string_equal(form_value(f, "group"), "Service desxk");
	form_set(f, "group", "7", "Service desk");
	keys(w, "Tab Shift-Tab Backspace");
	assert_string_equal(form_value(f, "group"), "");
}

static void test_resolve_knows_the_category(void **state)
{
	struct world *w = *state;

	keys(w, "j r"); /* the row does not have it: the ticket is read first */
	assert_int_equal(w->m->noverlays, 0);
	assert_non_null(find(w, REQ_SHOW));
}

/* ---- views ---- */
static void test_one_mark_in_the_views(void **state)
{
	struct world *w = *state;

	keys(w, "Alt-1");
	check_screen(w, "▸   Mine");
	keys(w, "j j");
	check_screen(w, "• Mine"); /* shown still, while the cursor is elsewhere */
	keys(w, "Tab Alt-1");
	check_screen(w, "▸   Mine"); /* left without a choice */
}

static void test_place_in_the_whole_view(void **state)
{
	struct world *w = *state;
	const char *names[] = {"count"}, *n[] = {"320"};

	answer(w, (struct req){REQ_COUNT, w->m->views->gen, 0, 0}, 1, 1, names, n);
	keys(w, "j");
	check_screen(w, "Mine  2/320");
}

/* ---- roles ---- */
static void only_role(struct world *w, char *role)
{
	w->m->meta->me.roles.n = 1;
	w->m->meta->me.roles.w[0] = role;
}

static void test_a_role_that_may_little(void **state)
{
	struct world *w = *state;

	check_screen(w, "t Take");
	only_role(w, "auditor");
	assert_false(on_screen(w, "t Take"));
	assert_false(on_screen(w, "C new"));
	keys(w, "t");
	assert_null(find(w, REQ_ACT));
	check_screen(w, "take needs one of these roles: agent, team lead");
	keys(w, "C");
	check_screen(w, "opens no tickets");
	keys(w, ":");
	type(w, "new");
	keys(w, "Enter");
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "j k");
	only_role(w, "requester");
	check_screen(w, "R Reply"); /* perhaps it is his ticket */
	assert_false(on_screen(w, "t Take"));
}

static void test_empty_view_says_how_to_begin(void **state)
{
	struct world *w = *state;
	struct req none = {REQ_PAGE, w->m->queue->gen, 0, PAGE_FIRST};

	rows(w, none, four, 0);
	check_screen(w, "Nothing is assigned to you. g 2 shows");
	assert_false(on_screen(w, "m acts"));
	keys(w, "g 4");
	none.gen = w->m->queue->gen;
	rows(w, none, four, 0);
	check_screen(w, "No tickets here yet. C opens one");
	keys(w, "&");
	type(w, "priority<=2");
	keys(w, "Enter");
	none.gen = w->m->queue->gen;
	rows(w, none, four, 0);
	check_screen(w, "Nothing matches the filter; Esc removes it");
}

/* ---- unread ---- */
static void test_own_act_is_not_news(void **state)
{
	struct world *w = *state;
	struct fx *f;
	struct req req;

	w->m->queue->rows[0]->last_seq = 7;
	keys(w, "t");
	req = find(w, REQ_ACT)->req;
	answer_json(w, req, "{\"ok\":true,\"id\":1,\"number\":\"INC1\",\"version\":2,\"seq\":8,\"state\":\"in_progress\"}");
	f = find(w, REQ_READ);
	assert_non_null(f);
	assert_string_equal(f->params[1], "8");
	/* somebody else wrote too: that stays unread */
	keys(w, "j");
	w->m->queue->rows[1]->last_seq = 7;
	keys(w, "w");
	keys(w, "Ctrl-s");
	req = find(w, REQ_ACT)->req;
	answer_json(w, req, "{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"version\":2,\"seq\":9,\"state\":\"in_progress\"}");
	assert_null(find(w, REQ_READ));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_search_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_search_from_one_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_typing_replaces_what_was_offered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_resolve_knows_the_category, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_mark_in_the_views, setup, teardown),
		cmocka_unit_test_setup_teardown(test_place_in_the_whole_view, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_role_that_may_little, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty_view_says_how_to_begin, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_act_is_not_news, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
