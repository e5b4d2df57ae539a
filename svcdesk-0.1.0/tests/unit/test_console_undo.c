/* Undo, redo and repeat in the console. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"
#include "tui/app/actions.h"

static const char taken[] = "{\"ok\":true,\"id\":1,\"number\":\"INC1\",\"version\":2,\"seq\":8,\"state\":\"in_progress\"}";
static const char back[] = "{\"ok\":true,\"parts\":1,\"results\":[{\"ok\":true,\"id\":1,\"number\":\"INC1\",\"version\":3,"
						   "\"seq\":9,\"state\":\"new\"}]}";
static const char moved[] =
	"{\"ok\":true,\"parts\":1,\"results\":[{\"ok\":false,\"id\":1,\"number\":\"INC1\",\"error\":{\"id\":\"undo_moved\",\"class\":"
	"\"conflict\",\"field\":\"state\",\"text\":\"State of INC1 has changed since, by bob at 2026-03-02T09:00:00Z\"}}]}";

static void take(struct world *w, char op[SD_UUID_TEXT])
{
	keys(w, "t");
	snprintf(op, SD_UUID_TEXT, "%s", find(w, REQ_ACT)->params[4]);
	answer_json(w, find(w, REQ_ACT)->req, taken);
	rows(w, find(w, REQ_CHANGED)->req, four, 1);
}

/* u takes the act back, Ctrl-r takes that back, and so on. */
static void test_undo_and_redo(void **state)
{
	struct world *w = *state;
	char op[SD_UUID_TEXT], undo[SD_UUID_TEXT];
	struct fx *f;
	struct req req;

	take(w, op);
	check_screen(w, "INC1 Take: In progress; u undoes");
	keys(w, "j u"); /* wherever the cursor is */
	f = find(w, REQ_UNDO);
	assert_non_null(f);
	assert_string_equal(f->params[0], op);
	snprintf(undo, sizeof undo, "%s", f->params[1]);
	assert_string_not_equal(undo, op);
	req = f->req;
	keys(w, "u");
	assert_null(find(w, REQ_UNDO)); /* not twice */
	check_screen(w, "not confirmed yet");
	answer_json(w, req, back);
	check_screen(w, "Undone: INC1 Take; Ctrl-r does it again");
	assert_non_null(find(w, REQ_CHANGED));
	keys(w, "Ctrl-r");
	f = find(w, REQ_UNDO);
	assert_string_equal(f->params[0], undo);
	answer_json(w, f->req, back);
	check_screen(w, "Done again: INC1 Take; u undoes");
	keys(w, "u");
	assert_string_not_equal(find(w, REQ_UNDO)->params[0], op); /* the redo is what is taken back now */
	assert_string_not_equal(find(w, REQ_UNDO)->params[0], undo);
}

static void test_a_refused_undo_says_why(void **state)
{
	struct world *w = *state;
	char op[SD_UUID_TEXT];

	take(w, op);
	keys(w, "u");
	answer_json(w, find(w, REQ_UNDO)->req, moved);
	check_screen(w, "INC1 Take cannot be undone: State of INC1 has changed since, by bob");
	check_screen(w, "2026-03-02 09:00");
	keys(w, "u"); /* it can be tried again */
	assert_string_equal(find(w, REQ_UNDO)->params[0], op);
}

/* What the requester has read is not offered. */
static void test_what_left_the_house_is_not_offered(void **state)
{
	struct world *w = *state;

	keys(w, "R");
	type(w, "Hello");
	keys(w, "Ctrl-s");
	answer_json(w, find(w, REQ_ACT)->req, taken);
	check_screen(w, "INC1 Reply: In progress");
	assert_false(on_screen(w, "u undoes"));
	keys(w, "u");
	assert_null(find(w, REQ_UNDO)); /* but the desk is asked for what was done elsewhere */
	assert_non_null(find(w, REQ_UNDO_LIST));
}

/* A reply, a take that was undone (with its undo), an assignment of 300 that was undone and redone. */
enum { LIST_COLS = 11, UNDONE_TAKE = 1, ASSIGNED = 3, LIST_ROWS = 6 };
static const char *const list_names[] = {
	"op", "at", "verb", "tickets", "number", "undone", "is_undo", "ok", "why", "root", "depth"};
static const char *const list_rows[LIST_ROWS][LIST_COLS] = {
	{"00000000-0000-4000-8000-0000000000a1", "1772445600000000", "reply", "1", "INC4", "f", "f", "f",
		"{\"id\":\"undo_said\",\"text\":\"the requester may have read it\"}", "00000000-0000-4000-8000-0000000000a1", "0"},
	{"00000000-0000-4000-8000-0000000000a2", "1772445500000000", "take", "1", "INC2", "f", "t", "t", NULL,
		"00000000-0000-4000-8000-0000000000a3", "1"},
	{"00000000-0000-4000-8000-0000000000a3", "1772445500000000", "take", "1", "INC2", "t", "f", "f", "{}",
		"00000000-0000-4000-8000-0000000000a3", "0"},
	{"00000000-0000-4000-8000-0000000000a4", "1772445400000000", "assign", "300", "INC1", "f", "f", "t", NULL,
		"00000000-0000-4000-8000-0000000000a4", "0"},
	{"00000000-0000-4000-8000-0000000000a5", "1772445400000000", "assign", "300", "INC1", "t", "t", "f", "{}",
		"00000000-0000-4000-8000-0000000000a4", "1"},
	{"00000000-0000-4000-8000-0000000000a6", "1772445400000000", "assign", "300", "INC1", "f", "t", "t", NULL,
		"00000000-0000-4000-8000-0000000000a4", "2"}};

static void test_acts_of_before_are_undone_too(void **state)
{
	struct world *w = *state;

	keys(w, "Ctrl-r");
	answer(w, find(w, REQ_UNDO_LIST)->req, LIST_ROWS, LIST_COLS, list_names, list_rows[0]);
	assert_string_equal(find(w, REQ_UNDO)->params[0], list_rows[UNDONE_TAKE][0]);
	keys(w, "u"); /* the undone one is not what u means */
	answer(w, find(w, REQ_UNDO_LIST)->req, LIST_ROWS, LIST_COLS, list_names, list_rows[0]);
	assert_string_equal(find(w, REQ_PART)->params[0], list_rows[ASSIGNED][0]);
	answer(w, (struct req){REQ_UNDO_LIST, 0, 0, 1}, 1, LIST_COLS, list_names, list_rows[0]);
	check_screen(w, "You did nothing that can be undone now");
}

/* One line an act, however often it was undone and done again. */
static void test_undo_list(void **state)
{
	struct world *w = *state;

	keys(w, "g U");
	check_screen(w, "reading ...");
	answer(w, find(w, REQ_UNDO_LIST)->req, LIST_ROWS, LIST_COLS, list_names, list_rows[0]);
	check_screen(w, "INC4 Reply");
	check_screen(w, "the requester may have read it");
	check_screen(w, "INC2 Take");
	check_screen(w, "undone; can be done again");
	check_screen(w, "Assign, 300 tickets");
	assert_int_equal(w->m->overlay[0]->menu.nitems, 3);
	keys(w, "Enter"); /* not that one */
	assert_int_equal(w->m->noverlays, 1);
	keys(w, "j j Enter");
	assert_int_equal(w->m->noverlays, 0);
	assert_string_equal(find(w, REQ_PART)->params[0], list_rows[ASSIGNED][0]);
}

/* Many: part after part, and with what could not be taken back. */
static void test_undo_of_many(void **state)
{
	struct world *w = *state;
	const char *op;
	struct req req;

	keys(w, "2 Space t y");
	answer_json(w, find(w, REQ_PART)->req,
		"{\"ok\":true,\"results\":[{\"ok\":true,\"id\":1,\"number\":\"INC1\",\"seq\":3},{\"ok\":true,\"id\":2,\"number\":"
		"\"INC2\","
		"\"seq\":3}]}");
	check_screen(w, "Take: 2 done; u undoes");
	keys(w, "u");
	op = find(w, REQ_PART)->params[0];
	assert_non_null(op);
	assert_string_equal(find(w, REQ_PART)->params[2], "0");
	req = find(w, REQ_PART)->req;
	check_screen(w, "Take, 2 tickets 0/2");
	answer_json(w, req, "{\"ok\":true,\"parts\":2,\"results\":[{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"seq\":4}]}");
	assert_string_equal(find(w, REQ_PART)->params[2], "1");
	answer_json(w, find(w, REQ_PART)->req, moved);
	check_screen(w, "INC1  State of INC1 has changed since");
	keys(w, "Esc");
	check_screen(w, "1 done, 1 failed");
	keys(w, "Ctrl-r");
	assert_non_null(find(w, REQ_PART));
}

/* ---- repeat ---- */
static void test_repeat_on_the_next_ticket(void **state)
{
	struct world *w = *state;

	keys(w, ".");
	check_screen(w, "nothing was done in this session yet");
	keys(w, ":");
	type(w, "assign group=Network body=Wait");
	keys(w, "Enter");
	assert_non_null(find(w, REQ_ACT));
	keys(w, "j .");
	assert_string_equal(find(w, REQ_ACT)->params[0], "2");
	assert_string_equal(find(w, REQ_ACT)->params[1], "assign");
	assert_non_null(strstr(find(w, REQ_ACT)->params[2], "Network"));
	assert_null(strstr(find(w, REQ_ACT)->params[2], "Wait")); /* not the words */
	keys(w, "G .");
	assert_null(find(w, REQ_ACT));
	check_screen(w, "not while it is Closed");
}

/* The words are asked for, the rest stands in the form. */
static void test_repeat_asks_for_the_words(void **state)
{
	struct world *w = *state;
	struct form *f;

	keys(w, "N");
	type(w, "to one");
	keys(w, "Ctrl-s");
	assert_non_null(find(w, REQ_ACT));
	keys(w, "j .");
	assert_null(find(w, REQ_ACT));
	assert_int_equal(w->m->noverlays, 1);
	f = &w->m->overlay[0]->form->form;
	assert_string_equal(form_value(f, "body"), "");
	type(w, "to another");
	assert_string_equal(form_value(f, "body"), "to another");
}

static void test_repeat_on_marked(void **state)
{
	struct world *w = *state;

	keys(w, "t");
	answer_json(w, find(w, REQ_ACT)->req, taken);
	keys(w, "2 Space .");
	assert_null(find(w, REQ_PART));
	check_screen(w, "Take on 2 tickets");
	keys(w, "y");
	assert_string_equal(find(w, REQ_PART)->params[0], "{1,2}");
}

/* Another ticket came under the cursor by itself: . asks as every act does. */
static void test_repeat_on_a_ticket_that_came_by_itself(void **state)
{
	struct world *w = *state;

	keys(w, "t");
	answer_json(w, find(w, REQ_ACT)->req, taken);
	rows(w, (struct req){REQ_CHANGED, w->m->queue->gen, 0, 0}, four, 0); /* the first left the view */
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, ".");
	assert_null(find(w, REQ_ACT));
	check_screen(w, "has changed to INC2");
	keys(w, ".");
	assert_string_equal(find(w, REQ_ACT)->params[0], "2");
}

/* ---- keys that hands press for something else ---- */
static bool forbidden(const struct key *k)
{
	return (k->mods == KEY_CTRL && k->code < 128 && strchr("abcdkqrsuwz", (int)k->code)) || k->code == '\\';
}

/* On keys of terminals, tmux and vim (Ctrl-a/b/c/d/k/q/r/s/u/w/z and the backslash) stands nothing that changes a record. Those
 * listed here only move, close or suspend; Ctrl-r is the one exception that was agreed on. */
static void test_nothing_dangerous_on_control_keys(void **state)
{
	static const enum action harmless[] = {
		ACT_HALF_DOWN, ACT_HALF_UP, ACT_PAGE_UP, ACT_PAGE_DOWN, ACT_BACK, ACT_SUSPEND, ACT_REDO};
	struct world *w = *state;

	for (size_t i = 0; i < w->m->keymap.n; i++) {
		const struct binding *b = &w->m->keymap.v[i];
		bool ok = false;

		for (size_t h = 0; h < sizeof harmless / sizeof *harmless; h++)
			ok = ok || b->action == (int)harmless[h];
		for (int s = 0; s < b->n && !ok; s++)
			if (forbidden(&b->stroke[s]))
				fail_msg("%s",
					b->action >= ACT_VERB ? w->m->verbs[b->action - ACT_VERB].verb : action_get((enum action)b->action)->name);
	}
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_undo_and_redo),
		T(test_a_refused_undo_says_why),
		T(test_what_left_the_house_is_not_offered),
		T(test_acts_of_before_are_undone_too),
		T(test_undo_list),
		T(test_undo_of_many),
		T(test_repeat_on_the_next_ticket),
		T(test_repeat_asks_for_the_words),
		T(test_repeat_on_marked),
		T(test_repeat_on_a_ticket_that_came_by_itself),
		T(test_nothing_dangerous_on_control_keys),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
