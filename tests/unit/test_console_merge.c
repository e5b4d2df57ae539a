/* Others changed it while one worked: the merge, replies that cross, the line in the form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/draft.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"
#include "tui/app/merge.h"

#define SUBJECT                                                                                                                  \
	"{\"field\":\"subject\",\"type\":\"text\",\"base\":\"Printer broken\",\"theirs\":\"Printer on floor 3 "                      \
	"broken\",\"mine\":\"Printer down\","                                                                                        \
	"\"by\":\"bob\",\"at\":\"2026-03-02T09:59:52Z\",\"seconds\":8}"
#define URGENCY                                                                                                                  \
	"{\"field\":\"urgency\",\"type\":\"level\",\"base\":3,\"theirs\":2,\"mine\":1,\"by\":\"bob\",\"at\":\"2026-03-02T09:59:"     \
	"52Z\",\"seconds\":8}"
#define LONG_TEXT                                                                                                                \
	"{\"field\":\"description\",\"type\":\"multiline\",\"base\":\"one\\ntwo\\nthree\",\"theirs\":\"ONE\\ntwo\\nthree\","         \
	"\"mine\":\"one\\ntwo\\nTHREE\","                                                                                            \
	"\"by\":\"bob\",\"at\":\"2026-03-02T09:59:52Z\"}"
#define REFUSED(id, args)                                                                                                        \
	"{\"ok\":false,\"error\":{\"id\":\"" id "\",\"class\":\"conflict\",\"field\":\"subject\",\"args\":{" args "},\"text\":"      \
	"\"t\"}}"
#define CROSSED(text)                                                                                                            \
	REFUSED("reply_crossed",                                                                                                     \
		"\"by\":\"bob\",\"version\":9,\"crossed\":[{\"by\":\"bob\",\"at\":\"2026-03-02T09:59:52Z\",\"text\":\"" text             \
		"\",\"seq\":4}]")

static struct fx *act_now(struct world *w)
{
	return find(w, REQ_ACT);
}

/* An edit from the palette that meets these conflicts. */
static void edited(struct world *w, const char *line, const char *refusal)
{
	keys(w, ":");
	type(w, line);
	keys(w, "Enter");
	assert_non_null(act_now(w));
	answer_json(w, act_now(w)->req, refusal);
}

static void test_every_field_is_shown_and_decided(void **state)
{
	struct world *w = *state;
	char op[SD_UUID_TEXT];
	struct fx *f;

	keys(w, ":");
	type(w, "edit subject=\"Printer down\" urgency=1");
	keys(w, "Enter");
	snprintf(op, sizeof op, "%s", act_now(w)->params[4]);
	answer_json(w, act_now(w)->req, REFUSED("field_conflict", "\"version\":9,\"conflicts\":[" SUBJECT "," URGENCY "]"));
	check_screen(w, "Subject: bob, 8 s ago  [not decided]");
	check_screen(w, "Printer broken");
	check_screen(w, "Printer on floor 3 broken");
	check_screen(w, "2 medium");
	keys(w, "Enter"); /* nothing goes by itself */
	assert_null(act_now(w));
	check_screen(w, "Decide each field first");
	keys(w, "m"); /* goes on to the next */
	check_screen(w, "Subject: bob, 8 s ago  [mine]");
	keys(w, "t");
	check_screen(w, "Urgency: bob, 8 s ago  [theirs]");
	keys(w, "Ctrl-s");
	f = act_now(w);
	assert_non_null(f);
	assert_string_equal(f->params[2], "{\"subject\":\"Printer down\"}");
	assert_string_equal(f->params[3], "9");
	assert_string_not_equal(f->params[4], op);
	assert_int_equal(w->m->noverlays, 0);
}

static void test_a_third_value(void **state)
{
	struct world *w = *state;

	edited(w, "edit subject=\"Printer down\"", REFUSED("field_conflict", "\"version\":9,\"conflicts\":[" SUBJECT "]"));
	keys(w, "e Ctrl-u");
	type(w, "Printer on floor 3 down");
	keys(w, "Esc"); /* not that */
	check_screen(w, "[not decided]");
	keys(w, "e Ctrl-u");
	type(w, "Printer on floor 3 down");
	keys(w, "Enter");
	check_screen(w, "[edited]");
	keys(w, "Ctrl-s");
	assert_string_equal(act_now(w)->params[2], "{\"subject\":\"Printer on floor 3 down\"}");
}

static void test_all_theirs_sends_nothing(void **state)
{
	struct world *w = *state;

	edited(w, "edit subject=\"Printer down\" urgency=1",
		REFUSED("field_conflict", "\"version\":9,\"conflicts\":[" SUBJECT "," URGENCY "]"));
	keys(w, "T Ctrl-s");
	assert_null(act_now(w));
	check_screen(w, "theirs stands");
	edited(w, "edit subject=\"Printer down\" urgency=1",
		REFUSED("field_conflict", "\"version\":9,\"conflicts\":[" SUBJECT "," URGENCY "]"));
	keys(w, "M Ctrl-s");
	assert_string_equal(act_now(w)->params[2], "{\"subject\":\"Printer down\",\"urgency\":\"1\"}");
}

/* Lines that each changed fit together; the text goes as one. */
static void test_long_texts_are_joined(void **state)
{
	struct world *w = *state;

	edited(w, "edit description=x", REFUSED("field_conflict", "\"version\":9,\"conflicts\":[" LONG_TEXT "]"));
	check_screen(w, "- one");
	check_screen(w, "+ ONE");
	check_screen(w, "+ THREE");
	check_screen(w, "both changes fit together");
	keys(w, "b");
	check_screen(w, "[both]");
	keys(w, "Ctrl-s");
	assert_string_equal(act_now(w)->params[2], "{\"description\":\"ONE\\ntwo\\nTHREE\"}");
}

/* What was typed stands in the form again, with what was decided by another value. */
static void test_back_to_the_form(void **state)
{
	struct world *w = *state;
	struct target t = model_target(w->m);
	struct act_form *f = act_form_new(w->m, &t, sd_kind_verb(sd_meta_kind(w->m->meta, t.kind), "edit"), NULL, 0);

	act_form_open(w->m, f);
	form_set(&f->form, "subject", "Printer down", NULL);
	form_set(&f->form, "urgency", "1", NULL);
	f->form.dirty = true;
	f->saved = false;
	keys(w, "Ctrl-s");
	answer_json(w, act_now(w)->req, REFUSED("field_conflict", "\"version\":9,\"conflicts\":[" SUBJECT "," URGENCY "]"));
	assert_int_equal(w->m->overlay[0]->kind, OV_MERGE);
	keys(w, "e Ctrl-u");
	type(w, "Third");
	keys(w, "Enter Esc");
	assert_int_equal(w->m->overlay[0]->kind, OV_FORM);
	f = w->m->overlay[0]->form;
	assert_string_equal(form_value(&f->form, "subject"), "Third");
	assert_string_equal(form_value(&f->form, "urgency"), "1");
	check_screen(w, "you will be asked again");
	assert_int_not_equal(f->version, 9); /* nothing was decided: it is asked again */
	keys(w, "Ctrl-s");
	assert_non_null(act_now(w));
	answer_json(w, act_now(w)->req, REFUSED("field_conflict", "\"version\":9,\"conflicts\":[" SUBJECT "," URGENCY "]"));
	keys(w, "t m Ctrl-s");
	assert_string_equal(act_now(w)->params[3], "9");
	assert_null(strstr(act_now(w)->params[2], "subject"));
	/* refused for another reason: the form knows what was decided */
	answer_json(
		w, act_now(w)->req, "{\"ok\":false,\"error\":{\"id\":\"x\",\"class\":\"input\",\"field\":\"urgency\",\"text\":\"No\"}}");
	f = w->m->overlay[0]->form;
	assert_string_equal(form_value(&f->form, "subject"), "Printer on floor 3 broken");
	assert_int_equal(f->version, 9);
	keys(w, "Ctrl-s");
	assert_null(strstr(act_now(w)->params[2], "subject"));
}

/* From the palette there was no form: what was typed comes back in one. */
static void test_back_without_a_form(void **state)
{
	struct world *w = *state;

	edited(w, "edit subject=\"Printer down\"", REFUSED("field_conflict", "\"version\":9,\"conflicts\":[" SUBJECT "]"));
	keys(w, "Esc");
	assert_int_equal(w->m->overlay[0]->kind, OV_FORM);
	assert_string_equal(form_value(&w->m->overlay[0]->form->form, "subject"), "Printer down");
	keys(w, "Esc");
	/* one key is just not done */
	keys(w, "t");
	answer_json(w, act_now(w)->req,
		REFUSED("field_conflict", "\"version\":9,\"conflicts\":[{\"field\":\"assignee\",\"type\":\"person\",\"base\":null,"
								  "\"theirs\":\"bob\",\"mine\":\"ann\",\"by\":\"bob\",\"at\":\"2026-03-02T09:59:52Z\"}]"));
	check_screen(w, "Assignee: bob, 8 s ago");
	keys(w, "Esc");
	check_screen(w, "INC1 Take: not done");
	assert_int_equal(w->m->noverlays, 0);
}

static void test_not_possible_any_more(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "words");
	keys(w, "Ctrl-s");
	answer_json(w, act_now(w)->req,
		REFUSED("field_conflict", "\"version\":9,\"off\":true,\"state\":\"resolved\",\"crossed\":[{\"by\":\"bob\",\"at\":\"2026-"
								  "03-02T09:59:52Z\",\"text\":\"all fine again\"}],"
								  "\"conflicts\":[{\"field\":\"state\",\"type\":\"\",\"base\":\"in_progress\",\"theirs\":"
								  "\"resolved\",\"mine\":\"resolved\",\"by\":\"bob\",\"at\":\"2026-03-02T09:59:52Z\"}]"));
	check_screen(w, "is not possible any more: the ticket is Resolved");
	check_screen(w, "all fine again");
	keys(w, "Ctrl-s m t");
	assert_null(act_now(w));
	keys(w, "n"); /* the words go as a note */
	assert_int_equal(w->m->overlay[0]->kind, OV_FORM);
	assert_string_equal(form_value(&w->m->overlay[0]->form->form, "body"), "words");
	keys(w, "Ctrl-s");
	assert_string_equal(act_now(w)->params[1], "note");
}

static void test_replies_cross(void **state)
{
	struct world *w = *state;

	keys(w, "j R");
	type(w, "mine");
	keys(w, "Ctrl-s");
	answer_json(w, act_now(w)->req, CROSSED("try again now\\u001b[2J"));
	check_screen(w, "bob wrote 8 s ago. Send yours anyway?");
	check_screen(w, "try again now");
	keys(w, "Enter"); /* the default is to look again */
	assert_null(act_now(w));
	assert_int_equal(w->m->overlay[0]->kind, OV_FORM);
	assert_string_equal(form_value(&w->m->overlay[0]->form->form, "body"), "mine");
	check_screen(w, "bob wrote to the requester 8 s ago");
	keys(w, "Ctrl-s");
	answer_json(w, act_now(w)->req, CROSSED("try again now"));
	keys(w, "y");
	assert_string_equal(act_now(w)->params[3], "9");
	assert_string_equal(act_now(w)->params[2], "{\"body\":\"mine\"}");
	answer_json(w, act_now(w)->req, "{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"version\":10,\"seq\":8,\"state\":\"new\"}");
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "R");
	type(w, "other");
	keys(w, "Ctrl-s");
	answer_json(w, act_now(w)->req, CROSSED("x"));
	keys(w, "d"); /* a small letter throws nothing away */
	assert_int_equal(w->m->overlay[0]->kind, OV_DIALOG);
	keys(w, "D");
	check_screen(w, "Draft thrown away");
	assert_int_equal(w->m->noverlays, 0);
}

static struct fx *fed(struct world *w, int64_t id)
{
	begin(w);
	merge_changed(w->m, &id, 1, w->fx);
	return find(w, REQ_LOOK);
}

/* While one still writes: who did what, in the form. */
static void test_a_form_is_told(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "j R");
	type(w, "mine");
	assert_null(fed(w, 77));
	f = fed(w, 2);
	assert_non_null(f);
	assert_null(f->params[2]);
	answer_json(w, f->req,
		"{\"ok\":true,\"version\":9,\"error\":null,\"said\":[{\"by\":\"bob\",\"at\":\"2026-03-02T09:59:52Z\",\"text\":\"x\"}],"
		"\"changed\":[" URGENCY "]}");
	check_screen(w, "bob wrote to the requester 8 s ago; bob changed it 8 s ago: Urgency");
	check_screen(w, "mine");
	f = fed(w, 2);
	answer_json(w, f->req, "{\"ok\":false,\"error\":{\"id\":\"not_found\"}}"); /* gone out of sight: nothing is told */
	check_screen(w, "bob wrote");
	assert_int_equal(w->m->overlay[0]->kind, OV_FORM);
}

/* It changes again while one decides. */
static void test_the_merge_is_refreshed(void **state)
{
	struct world *w = *state;
	struct fx *f;

	edited(w, "edit subject=\"Printer down\" urgency=1",
		REFUSED("field_conflict", "\"version\":9,\"conflicts\":[" SUBJECT "," URGENCY "]"));
	keys(w, "M");
	f = fed(w, 1);
	assert_non_null(strstr(f->params[2], "Printer down"));
	answer_json(w, f->req,
		"{\"ok\":true,\"version\":9,\"said\":[],\"changed\":[],\"error\":{\"id\":\"field_conflict\",\"args\":{\"version\":9,"
		"\"conflicts\":[" SUBJECT "]}}}");
	assert_false(on_screen(w, "changed again")); /* that is what was shown */
	f = fed(w, 1);
	answer_json(w, f->req,
		"{\"ok\":true,\"version\":10,\"said\":[],\"changed\":[],\"error\":{\"id\":\"field_conflict\",\"args\":{\"version\":10,"
		"\"conflicts\":[{\"field\":\"subject\",\"type\":\"text\","
		"\"base\":\"Printer broken\",\"theirs\":\"Gone\",\"mine\":\"Printer "
		"down\",\"by\":\"eva\",\"at\":\"2026-03-02T10:00:00Z\"}," URGENCY "]}}}");
	check_screen(w, "The ticket changed again while you decided");
	check_screen(w, "Subject: eva, 0 s ago  [not decided]  changed again");
	check_screen(w, "Urgency: bob, 8 s ago  [mine]");
	keys(w, "Ctrl-s");
	assert_null(act_now(w));
	f = fed(w, 1); /* taken back: nothing is in the way */
	answer_json(w, f->req, "{\"ok\":true,\"version\":11,\"said\":[],\"changed\":[],\"error\":null}");
	check_screen(w, "nothing is in the way any more");
	keys(w, "Ctrl-s");
	assert_string_equal(act_now(w)->params[3], "11");
}

static void test_crossing_is_refreshed(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "j R");
	type(w, "mine");
	keys(w, "Ctrl-s");
	answer_json(w, act_now(w)->req, CROSSED("one"));
	f = fed(w, 2);
	answer_json(w, f->req,
		"{\"ok\":true,\"version\":12,\"said\":[],\"changed\":[],\"error\":{\"id\":\"reply_crossed\",\"args\":{\"version\":12,"
		"\"crossed\":[{\"by\":\"bob\",\"text\":\"one\"},{\"by\":\"eva\",\"text\":\"two\"}]}}}");
	check_screen(w, "the ticket changed again");
	check_screen(w, "two");
	keys(w, "y");
	assert_string_equal(act_now(w)->params[3], "12");
}

/* Whatever is pressed on whatever size: the cursor is somewhere, nothing crashes, and nothing is sent that was not decided. */
static void test_small_windows(void **state)
{
	struct world *w = *state;
	static const int sizes[][2] = {{40, 10}, {80, 24}, {200, 60}, {43, 11}};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		begin(w);
		model_resize(w->m, sizes[i][0], sizes[i][1], w->fx);
		surface_resize(w->s, sizes[i][0], sizes[i][1]);
		edited(w, "edit subject=\"Printer down\" urgency=1 description=x",
			REFUSED("field_conflict", "\"version\":9,\"crossed\":[{\"by\":\"eva\",\"text\":\"hi\"}],\"conflicts\":[" SUBJECT
									  "," URGENCY "," LONG_TEXT "]"));
		keys(w, "j j j k G g g Tab Tab Tab Shift-Tab e");
		type(w, "\xe4\xb8\xad\xe6\x96\x87");
		keys(w, "Esc e Ctrl-s b j j Ctrl-d Ctrl-u");
		assert_null(act_now(w));
		keys(w, "T Ctrl-s");
		assert_null(act_now(w));
		assert_int_equal(w->m->noverlays, 0);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {T(test_every_field_is_shown_and_decided), T(test_a_third_value),
		T(test_all_theirs_sends_nothing), T(test_long_texts_are_joined), T(test_back_to_the_form), T(test_back_without_a_form),
		T(test_not_possible_any_more), T(test_replies_cross), T(test_a_form_is_told), T(test_the_merge_is_refreshed),
		T(test_crossing_is_refreshed), T(test_small_windows)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
