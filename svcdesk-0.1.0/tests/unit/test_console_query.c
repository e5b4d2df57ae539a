/* Lists of the console: the reader's place through reloads, orders by any field, queries that take long, completion of what is
 * typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/db.h"
#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"

/* n rows from the id first on, in order of priority 1 and number. */
static void numbered(struct world *w, struct req req, int first, int n, int without)
{
	const char *names[COLS + 1] = {
		"id", "number", "kind", "state", "phase", "priority", "version", "subject", "opened_at", "room", "k"};
	struct sd_arena *a = sd_arena_new();
	const char **v = sd_arena_alloc(a, (size_t)n * (COLS + 1) * sizeof *v);
	int at = 0;

	for (int i = first; i < first + n; i++) {
		const char *row[COLS + 1] = {sd_arena_printf(a, "%d", i), sd_arena_printf(a, "INC%d", i), "incident", "new", "1", "1",
			"1", sd_arena_printf(a, "subject %d", i), "2026-03-02 08:00:00+00", NULL, "1"};

		if (i != without)
			memcpy(v + (size_t)at++ * (COLS + 1), row, sizeof row);
	}
	answer(w, req, at, COLS + 1, names, v);
	sd_arena_free(a);
}

static int screen_row(const struct world *w)
{
	return w->m->queue->list.scroll.cur - w->m->queue->list.scroll.top;
}

/* Far down the list: the window that others' changes make us read again is the one around the reader. */
static void far_down(struct world *w)
{
	keys(w, "F5");
	numbered(w, find(w, REQ_PAGE)->req, 1, 101, 0);
	assert_int_equal(w->m->queue->nrows, 100);
	keys(w, "8 0 j"); /* near the end: the next page is asked for */
	numbered(w, find(w, REQ_PAGE)->req, 101, 101, 0);
	assert_int_equal(w->m->queue->nrows, 200);
	keys(w, "7 0 j z z");
	assert_int_equal(queue_selected(w->m->queue), 151);
}

static void test_reload_keeps_the_place(void **state)
{
	struct world *w = *state;
	struct fx *q;

	far_down(w);
	int before = screen_row(w);
	keys(w, "F5");
	q = find(w, REQ_PAGE);
	assert_int_equal(q->req.arg, PAGE_NEAR);
	assert_non_null(strstr(q->sql, "union all"));
	assert_string_equal(q->params[0], "151");
	numbered(w, q->req, 51, 202, 0); /* 101 up to it and 101 behind it: on either side there is more */
	assert_int_equal(queue_selected(w->m->queue), 151);
	assert_int_equal(screen_row(w), before);
	assert_true(w->m->queue->more_before && w->m->queue->more_after);
	assert_false(w->m->queue->list.lost);
}

/* What one stood on is gone: its neighbour is there, at the same place of the screen, and it is said. */
static void test_reload_without_the_row(void **state)
{
	struct world *w = *state;

	far_down(w);
	int before = screen_row(w);
	keys(w, "F5");
	numbered(w, find(w, REQ_PAGE)->req, 101, 100, 151);
	assert_int_equal(queue_selected(w->m->queue), 152);
	assert_int_equal(screen_row(w), before);
	assert_true(w->m->queue->list.lost);
}

/* More changes than are asked for one by one, a feed that was lost, a query that failed: the same. */
static void test_many_changes_keep_the_place(void **state)
{
	struct world *w = *state;
	int64_t ids[CHANGED_MAX + 1];

	far_down(w);
	for (int i = 0; i <= CHANGED_MAX; i++)
		ids[i] = i + 1;
	begin(w);
	queue_changed(w->m->queue, &w->m->session, ids, CHANGED_MAX + 1, w->fx);
	assert_int_equal(find(w, REQ_PAGE)->req.arg, PAGE_NEAR);
	numbered(w, find(w, REQ_PAGE)->req, 101, 100, 0);
	assert_int_equal(queue_selected(w->m->queue), 151);
	begin(w);
	queue_changed(w->m->queue, &w->m->session, ids, 1, w->fx);
	answer_error(w, find(w, REQ_CHANGED)->req, SD_ERR_TIMEOUT, "slow");
	assert_int_equal(find(w, REQ_PAGE)->req.arg, PAGE_NEAR);
	numbered(w, find(w, REQ_PAGE)->req, 101, 100, 0);
	assert_int_equal(queue_selected(w->m->queue), 151);
}

/* At the top nothing is to be kept but the selection: new rows come in above. */
static void test_reload_at_the_top(void **state)
{
	struct world *w = *state;

	keys(w, "j F5");
	assert_int_equal(find(w, REQ_PAGE)->req.arg, PAGE_FIRST);
}

/* A query that others would have to wait behind goes on on a line of its own; when that ends too it is said what to add. */
static void test_slow_query(void **state)
{
	struct world *w = *state;
	struct req first;
	struct fx *q;

	keys(w, "&");
	type(w, "reopens>3");
	keys(w, "Enter");
	q = find(w, REQ_PAGE);
	assert_int_equal(q->flags, SD_DB_BRIEF);
	first = q->req;
	answer_error(w, first, SD_ERR_TIMEOUT, "timeout");
	q = find(w, REQ_PAGE);
	assert_non_null(q);
	assert_int_equal(q->flags, SD_DB_ASIDE);
	assert_int_equal(q->req.gen, first.gen);
	assert_non_null(strstr(q->sql, "t.reopens > 3"));
	first = q->req;
	keys(w, "j"); /* meanwhile the console lives */
	check_screen(w, "still looking ...");
	answer_error(w, first, SD_ERR_TIMEOUT, "timeout");
	assert_null(find(w, REQ_PAGE));
	check_screen(w, "add what an index finds");
	check_screen(w, "group:@mygroups");
}

/* The database says itself that no index serves a query: the person is told while it runs. */
static void test_plan_is_told(void **state)
{
	static const char *const names[] = {"QUERY PLAN"};
	static const char *const plan[] = {"[{\"Plan\":{\"Node Type\":\"Limit\",\"Total Cost\":90000,\"Plan "
									   "Rows\":5,\"Plans\":[{\"Node Type\":\"Seq Scan\",\"Relation "
									   "Name\":\"ticket_p0\"}]}}]"};
	struct world *w = *state;

	keys(w, "&");
	type(w, "reopens>3");
	keys(w, "Enter");
	assert_non_null(strstr(find(w, REQ_PLAN)->sql, "explain (format json) with "));
	answer(w, find(w, REQ_PLAN)->req, 1, 1, names, plan);
	check_screen(w, "not served by an index: bounded by 10 s");
}

static void test_order_by_a_field(void **state)
{
	static const char *const names[] = {"field", "word", "names", "place", "col"};
	const char *row[] = {"sort", "assignee", NULL, "0", "0"};
	struct world *w = *state;
	struct fx *q;

	keys(w, ":");
	type(w, "sort -assignee");
	keys(w, "Enter");
	q = find(w, REQ_PAGE);
	assert_non_null(strstr(q->sql, "row_number() over (order by h.o desc nulls last"));
	check_screen(w, "by -assignee");
	q = find(w, REQ_CHECK);
	assert_non_null(q);
	answer(w, q->req, 1, 5, names, row);
	check_screen(w, "more than 5000 tickets match");
	keys(w, ":");
	type(w, "sort nonsense");
	keys(w, "Enter");
	check_screen(w, "assignee"); /* what it may be is listed */
	keys(w, ":");
	type(w, "sort due");
	keys(w, "Enter");
	assert_non_null(strstr(find(w, REQ_PAGE)->sql, "order by t.due_at"));
}

/* An order in the filter takes the place of the view's; an "or" in it stays within it. */
static void test_filter_and_view(void **state)
{
	struct world *w = *state;
	struct fx *q;

	keys(w, "&");
	type(w, "prio:1 or prio:2 sort:due");
	keys(w, "Enter");
	q = find(w, REQ_PAGE);
	assert_non_null(q);
	assert_non_null(strstr(q->sql, "order by t.due_at"));
	assert_non_null(strstr(q->sql, "(t.priority in (1)) or (t.priority in (2))") ? q : strstr(q->sql, " or ") ? q : NULL);
	assert_non_null(strstr(q->sql, "t.phase < 3"));
}

/* Names the filter holds are marked where they stand in the filter, not in the query they became part of. */
static void test_place_of_a_name(void **state)
{
	struct world *w = *state;

	keys(w, "&");
	type(w, "group:netwrk");
	keys(w, "Enter");
	assert_non_null(strstr(find(w, REQ_CHECK)->sql, "7 as place"));
}

/* ---- completion ---- */
static const char *const found_names[] = {"name", "hint"};

static void test_completes_fields_and_words(void **state)
{
	struct world *w = *state;
	struct lineedit *l = &w->m->lines[PROMPT_FILTER];

	keys(w, "&");
	assert_int_equal(l->ncand, 0); /* nobody wants a list of all fields unasked */
	keys(w, "Tab");
	assert_true(l->ncand > 20);
	type(w, "-(sta");
	keys(w, "Tab");
	assert_string_equal(lineedit_text(l), "-(state:");
	type(w, "in_");
	check_screen(w, "In progress"); /* what the word means stands beside it */
	keys(w, "Tab");
	assert_string_equal(lineedit_text(l), "-(state:in_progress");
	type(w, ") sort:-d");
	keys(w, "Tab");
	assert_string_equal(lineedit_text(l), "-(state:in_progress) sort:-due");
	keys(w, "Enter");
	assert_non_null(find(w, REQ_PAGE));
}

static void test_completes_names(void **state)
{
	static const char *const two[] = {"Field services", NULL, "Finance", "money"};
	struct world *w = *state;
	struct lineedit *l = &w->m->lines[PROMPT_FILTER];
	struct fx *q;

	keys(w, "&");
	type(w, "state:open group:\"Network\",Fi");
	q = find(w, REQ_COMPLETE);
	assert_non_null(q);
	assert_int_equal(q->flags, SD_DB_FAST);
	assert_string_equal(q->params[0], "Fi");
	answer(w, q->req, 2, 2, found_names, two);
	check_screen(w, "Field services");
	keys(w, "Tab");
	assert_string_equal(lineedit_text(l), "state:open group:\"Network\",\"Field services\"");
	keys(w, "Tab");
	assert_string_equal(lineedit_text(l), "state:open group:\"Network\",Finance");
	keys(w, "Tab"); /* round to what was typed */
	assert_string_equal(lineedit_text(l), "state:open group:\"Network\",Fi");
}

/* An answer to what was typed before is none to what is typed now. */
static void test_late_names(void **state)
{
	static const char *const one[] = {"Finance", NULL};
	struct world *w = *state;
	struct req late;

	keys(w, "&");
	type(w, "group:Fi");
	late = find(w, REQ_COMPLETE)->req;
	type(w, "x");
	answer(w, late, 1, 2, found_names, one);
	assert_int_equal(w->m->lines[PROMPT_FILTER].ncand, 0);
}

static void test_completes_in_the_palette(void **state)
{
	static const char *const one[] = {"ann", "Ann Agent"};
	struct world *w = *state;
	struct lineedit *l = &w->m->lines[PROMPT_PALETTE];

	keys(w, ":");
	type(w, "filter prio");
	keys(w, "Tab");
	assert_string_equal(lineedit_text(l), "filter priority:");
	type(w, "1 assignee:a");
	assert_string_equal(find(w, REQ_COMPLETE)->params[0], "a");
	answer(w, find(w, REQ_COMPLETE)->req, 1, 2, found_names, one);
	keys(w, "Tab");
	assert_string_equal(lineedit_text(l), "filter priority:1 assignee:ann");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reload_keeps_the_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reload_without_the_row, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_changes_keep_the_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reload_at_the_top, setup, teardown),
		cmocka_unit_test_setup_teardown(test_slow_query, setup, teardown),
		cmocka_unit_test_setup_teardown(test_plan_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order_by_a_field, setup, teardown),
		cmocka_unit_test_setup_teardown(test_filter_and_view, setup, teardown),
		cmocka_unit_test_setup_teardown(test_place_of_a_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_completes_fields_and_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_completes_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_late_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_completes_in_the_palette, setup, teardown),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
