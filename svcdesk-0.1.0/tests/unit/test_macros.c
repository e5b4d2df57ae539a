/* Texts to insert: places to fill in, the picker, completion, the palette. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"
#include "tui/app/macros.h"

static void texts_come(struct world *w)
{
	static const char *const names[] = {"group", "name", "body", "writable"};
	static const char *const rows[] = {"Network", "hello", "Hello {requester_name}, this is {number}: {|} -- {agent}", "f", NULL,
		"hi", "Hi", "t", "Network", "hill", "{nonsense} {|} {Number} {", "f", NULL, "您好", "{requester_name}，您好", "t", "Desk",
		"evil", "\033[2J{number}\033]52;c;x\007\xe2\x80\xae", "f"};

	begin(w);
	macros_ask(w->m, w->fx);
	answer(w, find(w, REQ_MACROS)->req, 5, 4, names, rows);
}

static void open_ticket(struct world *w)
{
	keys(w, "j Enter");
	answer_json(w, find(w, REQ_SHOW)->req,
		"{\"id\":2,\"number\":\"INC2\",\"kind\":\"incident\",\"state\":\"in_progress\",\"phase\":1,\"version\":4,\"last_seq\":1,"
		"\"subject\":\"second\",\"requester\":\"carol\",\"requester_name\":\"Carol Customer\",\"verbs\":[],\"events\":[]}");
}

static const char *body(struct world *w)
{
	struct overlay *o = w->m->overlay[0];

	return form_value(&o->form->form, "body");
}

static void test_the_picker_inserts_and_fills_in(void **state)
{
	struct world *w = *state;

	texts_come(w);
	open_ticket(w);
	keys(w, "N");
	type(w, "before ");
	keys(w, "Ctrl-x m");
	check_screen(w, "Texts");
	check_screen(w, "Network");
	type(w, "hel");
	check_screen(w, "Hello Carol Customer, this is INC2");
	assert_false(on_screen(w, "Hi  "));
	keys(w, "Enter");
	assert_string_equal(body(w), "before Hello Carol Customer, this is INC2:  -- Alex Agent");
	type(w, "X"); /* the cursor is where {|} was */
	assert_string_equal(body(w), "before Hello Carol Customer, this is INC2: X -- Alex Agent");
	keys(w, "Ctrl-_ Ctrl-_");
	assert_string_equal(body(w), "before "); /* one step takes it back */
}

static void test_a_word_and_tab(void **state)
{
	struct world *w = *state;

	texts_come(w);
	open_ticket(w);
	keys(w, "N");
	type(w, ":hi");
	keys(w, "Tab"); /* exact: though hill begins so too */
	assert_string_equal(body(w), "Hi");
	type(w, " :hello");
	keys(w, "Tab");
	assert_string_equal(body(w), "Hi Hello Carol Customer, this is INC2:  -- Alex Agent");
	keys(w, "Ctrl-e");
	type(w, " :h");
	keys(w, "Tab"); /* several: they are shown */
	check_screen(w, "Texts");
	keys(w, "Esc Ctrl-x d N");
	type(w, "12:hi");
	keys(w, "Tab"); /* no word of its own */
	assert_string_equal(body(w), "12:hi");
	keys(w, "Ctrl-x d N");
	type(w, "a :nosuch");
	keys(w, "Tab");
	assert_string_equal(body(w), "a :nosuch");
	assert_int_equal(w->m->noverlays, 1);
}

static void test_what_is_not_known_stays(void **state)
{
	struct world *w = *state;

	texts_come(w);
	open_ticket(w);
	keys(w, "N");
	type(w, ":hill");
	keys(w, "Tab");
	assert_string_equal(body(w), "{nonsense}  {Number} {");
	keys(w, "Ctrl-x d N");
	type(w, ":evil");
	keys(w, "Tab");
	assert_null(test_unclean(body(w), strlen(body(w)), true));
	assert_non_null(strstr(body(w), "INC2"));
}

/* From the list, where the ticket is not read: what the row knows. */
static void test_from_the_list(void **state)
{
	struct world *w = *state;

	texts_come(w);
	keys(w, "N");
	type(w, ":hello");
	keys(w, "Tab");
	assert_non_null(strstr(body(w), "this is INC1"));
}

static void test_keeping_and_removing(void **state)
{
	struct world *w = *state;
	struct fx *f;

	texts_come(w);
	keys(w, ":");
	type(w, "macro-save sig Regards\\n{agent}");
	keys(w, "Enter");
	f = find(w, REQ_MACRO);
	assert_non_null(f);
	assert_string_equal(f->params[0], "sig");
	assert_string_equal(f->params[1], "Regards\n{agent}");
	assert_null(f->params[2]);
	answer_json(w, f->req, "{\"ok\":true,\"name\":\"sig\",\"group\":null}");
	assert_non_null(find(w, REQ_MACROS));
	keys(w, ":");
	type(w, "macro-save group=\"Service desk\" sig x y");
	keys(w, "Enter");
	f = find(w, REQ_MACRO);
	assert_string_equal(f->params[1], "x y");
	assert_string_equal(f->params[2], "Service desk");
	answer_json(w, f->req,
		"{\"ok\":false,\"error\":{\"id\":\"macro_group\",\"class\":\"denied\",\"field\":\"group\",\"args\":{},\"text\":\"by its "
		"leads\"}}");
	check_screen(w, "by its leads");
	keys(w, ":");
	type(w, "macro-delete sig");
	keys(w, "Enter");
	assert_non_null(strstr(find(w, REQ_MACRO)->sql, "macro_delete"));
	keys(w, ":");
	type(w, "macros");
	keys(w, "Enter");
	check_screen(w, "Hello {requester_name}"); /* no ticket: as it is written */
	keys(w, "Delete");
	assert_null(find(w, REQ_MACRO)); /* not one's own */
	check_screen(w, "team leads");
	keys(w, "Down Delete");
	assert_string_equal(find(w, REQ_MACRO)->params[0], "hi");
	keys(w, "Enter");
	assert_int_equal(w->m->noverlays, 0);
	/* what is being written, under a name */
	keys(w, "N");
	type(w, "written");
	keys(w, "Ctrl-x m Ctrl-s");
	assert_null(find(w, REQ_MACRO));
	type(w, "new-one");
	keys(w, "Ctrl-s");
	f = find(w, REQ_MACRO);
	assert_string_equal(f->params[0], "new-one");
	assert_string_equal(f->params[1], "written");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_picker_inserts_and_fills_in, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_word_and_tab, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_not_known_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_from_the_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keeping_and_removing, setup, teardown),
	};
	return TEST_MAIN(tests);
}
