/* Saved views in the console: sections, order, hiding, changes and taking them back, columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/db.h"
#include "tests/unit/console_world.h"

enum { VCOLS = 8 };
static const char *const view_names[VCOLS] = {"part", "gid", "gname", "name", "query", "cols", "pos", "may"};
static const char *const counted[] = {"count"};

static void views(struct world *w, const char *const *values, int n)
{
	answer(w, (struct req){REQ_VIEWS, w->m->views->gen, 0, 0}, n, VCOLS, view_names, values);
}

/* Two of one's own, two of groups: one that is led, one that is not. */
static const char *const four_views[] = {"1", "0", "", "Urgent", "prio<=2 sort:due", NULL, "1", "t", "1", "0", "", "Old ones",
	"opened>30d", "number,subject:50,assignee", "2", "t", "2", "7", "Network", "hot", "group:Network prio:1", NULL, "1", "t", "2",
	"9", "Service desk", "calls", "channel:phone", NULL, "1", "f"};

static void test_sections(void **state)
{
	struct world *w = *state;

	views(w, four_views, 4);
	assert_int_equal(w->m->views->nviews, (int)sd_views_n + 4);
	check_screen(w, "My views");
	check_screen(w, "Of my groups");
	check_screen(w, "hot  Network"); /* what tells it from others of the group is not cut off */
	keys(w, "g 8");                  /* behind the seven every console has */
	assert_string_equal(w->m->queue->title, "Urgent");
	keys(w, "g 9");
	assert_string_equal(w->m->queue->title, "Old ones");
	keys(w, "Alt-1 G");
	assert_int_equal(views_here(w->m->views), (int)sd_views_n + 3);
	keys(w, "k k k k"); /* over two titles */
	assert_int_equal(views_here(w->m->views), (int)sd_views_n - 1);
	keys(w, "j");
	assert_int_equal(views_here(w->m->views), (int)sd_views_n);
	keys(w, "Enter");
	assert_string_equal(w->m->queue->title, "Urgent");
}

/* Counts: of saved ones with a short limit, so that one bad query of somebody does not cost others. */
static void test_counts(void **state)
{
	static const char *const n[] = {"1000"};
	struct world *w = *state;
	struct fx *q = NULL;

	views(w, four_views, 4);
	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_QUERY && w->fx->v[i].req.kind == REQ_COUNT) {
			assert_int_equal(w->fx->v[i].flags, SD_DB_FAST);
			q = q ? q : &w->fx->v[i];
		}
	assert_non_null(q);
	answer(w, q->req, 1, 1, counted, n);
	check_screen(w, "999+");
	assert_int_equal(w->m->views->view[sd_views_n].count, 1000);
}

static const char *const hot_now[] = {"1", "0", "", "Hot now", "(prio:1)", NULL, "1", "t"};

static void test_save_and_undo(void **state)
{
	static const char *const one[] = {"1"};
	struct world *w = *state;
	struct fx *q;

	keys(w, "&");
	type(w, "prio:1");
	keys(w, "Enter Alt-1 a");
	type(w, "Hot now");
	keys(w, "Enter");
	q = find(w, REQ_SAVED);
	assert_non_null(strstr(q->sql, "insert into desk.my_view"));
	assert_string_equal(q->params[0], "Hot now");
	assert_non_null(strstr(q->params[1], "(prio:1)"));
	answer(w, q->req, 1, 1, counted, one);
	check_screen(w, "View Hot now saved");
	assert_non_null(find(w, REQ_VIEWS));
	views(w, hot_now, 1);
	assert_string_equal(w->m->views->view[views_here(w->m->views)].label, "Hot now"); /* what comes next is for it */
	keys(w, "Alt-1 u");
	q = find(w, REQ_SAVED);
	assert_non_null(strstr(q->sql, "delete from desk.my_view"));
	assert_string_equal(q->params[0], "Hot now");
	answer(w, q->req, 1, 1, counted, one);
	check_screen(w, "Taken back: View Hot now saved");
	keys(w, "u");
	check_screen(w, "No change to the views to take back");
}

/* The key of the queue's filter goes to the queue: what is typed next is a query, and no key of the views. */
static void test_filter_from_the_views(void **state)
{
	struct world *w = *state;

	keys(w, "Alt-1 &");
	type(w, "prio:1");
	keys(w, "Enter");
	assert_string_equal(w->m->queue->filter, "prio:1");
	assert_int_equal(w->m->focus, PANE_QUEUE);
}

static void test_group_view(void **state)
{
	static const char *const none[] = {"0"};
	struct world *w = *state;
	struct fx *q;

	keys(w, ":");
	type(w, "save-view hot gr");
	keys(w, "Tab");
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "save-view hot group=\"Service desk\"");
	keys(w, "Esc Esc :");
	type(w, "save-view hot group=\"Service desk\"");
	keys(w, "Enter");
	q = find(w, REQ_SAVED);
	assert_non_null(strstr(q->sql, "insert into desk.group_view"));
	assert_string_equal(q->params[0], "hot");
	assert_string_equal(q->params[3], "Service desk");
	answer(w, q->req, 1, 1, counted, none); /* no group of that name */
	check_screen(w, "Nothing was written");
	keys(w, ":");
	type(w, "save-view hot group=Finance");
	keys(w, "Enter");
	answer_error(w, find(w, REQ_SAVED)->req, SD_ERR_DENIED, "Your role may not do this");
	check_screen(w, "The views of a group are for its leads to write");
}

static void test_rename_delete(void **state)
{
	struct world *w = *state;
	struct fx *q;

	views(w, four_views, 4);
	keys(w, "g 8 Alt-1 r");
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "rename-view Urgent Urgent");
	keys(w, "Ctrl-w");
	type(w, "\"Very urgent\"");
	keys(w, "Enter");
	q = find(w, REQ_SAVED);
	assert_non_null(strstr(q->sql, "set name = $2"));
	assert_string_equal(q->params[1], "Very urgent");
	keys(w, "Alt-1 j D"); /* Old ones */
	q = find(w, REQ_SAVED);
	assert_non_null(strstr(q->sql, "delete from desk.my_view"));
	assert_string_equal(q->params[0], "Old ones");
	keys(w, "u");
	q = find(w, REQ_SAVED);
	assert_non_null(strstr(q->sql, "insert into desk.my_view"));
	assert_string_equal(q->params[2], "number,subject:50,assignee");
	keys(w, "j D"); /* of a group: one that is led */
	q = find(w, REQ_SAVED);
	assert_non_null(strstr(q->sql, "delete from desk.group_view"));
	assert_string_equal(q->params[1], "7");
	keys(w, "j D");
	assert_null(find(w, REQ_SAVED));
	check_screen(w, "for the leads of the group");
}

static void test_edit(void **state)
{
	struct world *w = *state;
	struct lineedit *l = &w->m->lines[PROMPT_PALETTE];
	struct fx *q;

	views(w, four_views, 4);
	keys(w, "g 9 Alt-1 e");
	assert_string_equal(lineedit_text(l), "edit-view \"Old ones\" opened>30d");
	type(w, " stat:open");
	keys(w, "Enter");
	assert_null(find(w, REQ_SAVED)); /* what is wrong is said where it was typed */
	check_screen(w, "did you mean state?");
	assert_int_equal(l->edit.cursor, strlen("edit-view \"Old ones\" opened>30d "));
	type(w, "-");
	keys(w, "End Ctrl-u");
	type(w, "edit-view \"Old ones\" opened>90d");
	keys(w, "Enter");
	q = find(w, REQ_SAVED);
	assert_string_equal(q->params[1], "opened>90d");
	keys(w, "g 1 Alt-1 e");
	check_screen(w, "is a view every console has");
}

static void test_order(void **state)
{
	struct world *w = *state;
	struct fx *q;

	views(w, four_views, 4);
	keys(w, "g 8 Alt-1 J");
	q = find(w, REQ_SAVED);
	assert_non_null(strstr(q->sql, "set pos"));
	assert_string_equal(q->params[0], "{\"Old ones\",\"Urgent\"}");
	keys(w, "u");
	assert_string_equal(find(w, REQ_SAVED)->params[0], "{\"Urgent\",\"Old ones\"}");
	keys(w, "g 1 Alt-1 2 J"); /* of the built-in ones an order of one's own */
	q = find(w, REQ_SAVED);
	assert_non_null(strstr(q->sql, "'views'"));
	assert_non_null(strstr(q->params[0], "\"order\":[\"groups\",\"unassigned\",\"mine\""));
	keys(w, "D");
	assert_non_null(strstr(find(w, REQ_SAVED)->params[0], "\"hidden\":[\"mine\"]"));
}

/* The view that is shown goes: the hand stays in the views, so that u brings it back and does nothing else. */
static void test_deleting_what_is_shown(void **state)
{
	static const char *const one[] = {"1"};
	struct world *w = *state;
	struct fx *q;

	views(w, four_views, 4);
	keys(w, "g 9 Alt-1 D");
	q = find(w, REQ_SAVED);
	answer(w, q->req, 1, 1, counted, one);
	views(w, four_views, 1);
	assert_int_equal(w->m->views->current, 0);
	assert_int_equal(w->m->focus, PANE_VIEWS);
	keys(w, "u");
	assert_string_equal(find(w, REQ_SAVED)->params[0], "Old ones");
}

/* What the setting says: order and hidden ones; those it does not know of are there. */
static void test_own_order(void **state)
{
	static const char *const rows[] = {"-1", "0", "", "hold", "", "", "1", "t", "0", "0", "", "open", "", "", "1", "t", "0", "0",
		"", "mine", "", "", "2", "t", "0", "0", "", "gone", "", "", "3", "t"};
	struct world *w = *state;

	views(w, rows, 4);
	assert_int_equal(w->m->views->nviews, (int)sd_views_n - 1);
	assert_string_equal(w->m->views->view[0].id, "open");
	assert_string_equal(w->m->views->view[1].id, "mine");
	assert_int_equal(views_find(w->m->views, "hold"), -1);
	assert_int_equal(w->m->views->current, 1); /* what is shown stays shown */
	keys(w, "g 1");
	assert_string_equal(w->m->queue->view_id, "open");
}

static void test_columns(void **state)
{
	struct world *w = *state;
	struct fx *q;

	keys(w, ":");
	type(w, "columns number,as");
	keys(w, "Tab");
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "columns number,assignee");
	type(w, ",subject:40,requester,room");
	keys(w, "Enter");
	q = find(w, REQ_PAGE);
	assert_non_null(strstr(q->sql, "as \"requester\""));
	assert_int_equal(w->m->queue->ncolumns, 5);
	assert_string_equal(w->m->queue->column[1].field, "assignee");
	assert_int_equal(w->m->queue->column[2].width, 40);
	check_screen(w, "Number");
	keys(w, ":");
	type(w, "columns number,due,opened,priority,age");
	keys(w, "Enter");
	assert_string_equal(w->m->queue->chosen[1].field, "due_at"); /* queries call it due */
	keys(w, ":");
	type(w, "columns number,nonsense");
	keys(w, "Enter");
	check_screen(w, "there is no column nonsense");
	assert_int_equal(w->m->queue->ncolumns, 5);
	keys(w, "g 2");
	assert_int_equal(w->m->queue->nchosen, 0); /* another view has its own */
	keys(w, "g 1");
	assert_int_equal(w->m->queue->nchosen, 5); /* this one keeps them for the session */
	keys(w, ":");
	type(w, "columns");
	keys(w, "Enter");
	assert_int_equal(w->m->queue->nchosen, 0);
}

/* A saved view brings its columns; changing them is kept with it. */
static void test_columns_of_a_view(void **state)
{
	struct world *w = *state;
	struct fx *q;

	views(w, four_views, 4);
	keys(w, "g 9");
	assert_int_equal(w->m->queue->nchosen, 3);
	assert_int_equal(w->m->queue->chosen[1].width, 50);
	keys(w, ":");
	type(w, "columns subject,age");
	keys(w, "Enter");
	q = find(w, REQ_SAVED);
	assert_non_null(q);
	assert_string_equal(q->params[0], "Old ones");
	assert_string_equal(q->params[2], "subject,age");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sections, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_counts, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_save_and_undo, setup, teardown),
		cmocka_unit_test_setup_teardown(test_filter_from_the_views, setup, teardown),
		cmocka_unit_test_setup_teardown(test_group_view, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rename_delete, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_edit, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_deleting_what_is_shown, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_own_order, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_columns, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_columns_of_a_view, setup_wide, teardown),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
