/* Triage mode: proposals and digits, the line and what is read ahead, acts that are on their way, refused, taken back, made by
 * others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "tests/unit/triage_world.h"
#include "tui/app/board.h"

static const char lists[] =
	"\"categories\":[{\"id\":11,\"name\":\"Network / Wifi\"},{\"id\":13,\"name\":\"Mail\"},{\"id\":14,\"name\":\"Zebra "
	"crossing\"},{\"id\":15,\"name\":\"Zoo\"}],\"groups\":[{"
	"\"id\":21,\"name\":\"Radio\",\"members\":[{\"id\":31,\"login\":\"ann\",\"name\":\"Ann "
	"Agent\"},{\"id\":32,\"login\":\"bob\",\"name\":\"Bob "
	"Builder\"}]},{\"id\":22,\"name\":\"Service desk\",\"members\":[{\"id\":33,\"login\":\"eva\",\"name\":\"Eva\"}]}]";

static struct world *with(int n, int left)
{
	struct world *w = triage_world(80, 24);
	struct sd_str s = {0};
	static const char *const subjects[] = {"one", "two", "three", "four", "five"};

	for (int i = 0; i < n; i++)
		sd_str_addf(&s, "%s%s", i ? "," : "", triage_doc(w, 101 + i, subjects[i], ""));
	triage_given(w, left, s.data ? s.data : "", lists);
	sd_str_free(&s);
	return w;
}

static int64_t here(struct world *w)
{
	const struct triage_item *it = triage_here(triage_of(w));

	return it ? it->id : 0;
}

static const char *value(struct world *w, enum triage_field_id f)
{
	return triage_value(triage_here(triage_of(w)), f);
}

static void test_asked(void **state)
{
	struct world *w = triage_world(80, 24);
	struct fx *f = find(w, REQ_BOARD);

	(void)state;
	assert_non_null(strstr(f->sql, "desk.triage_page"));
	assert_string_equal(f->params[0], "{}");
	assert_string_equal(f->params[2], "4"); /* one, and three ahead */
	assert_string_equal(f->params[3], "t");
	check_screen(w, "Reading ...");
	triage_given(w, 12, triage_doc(w, 101, "one", ""), lists);
	check_screen(w, "INC101  one");
	check_screen(w, "Uma User  floor 3  +49 1  Acme");
	check_screen(w, "30 min ago");
	check_screen(w, "attached: screen.png");
	check_screen(w, "1 more open:  INC77 other thing");
	check_screen(w, "second line");
	check_screen(w, "Triage  12 left");
	check_screen(w, "Network / Wifi");
	check_screen(w, "90%");
	check_screen(w, "1 Network / VPN 6%");
	check_screen(w, "INC901 the same?  wifi down  same words");
	check_screen(w, "INC902 parent?  outage  major");
	world_end(w);
}

static void test_accept(void **state)
{
	struct world *w = with(4, 9);
	const char *verb, *fields;
	struct req req;

	(void)state;
	assert_null(find(w, REQ_BOARD)); /* enough is read ahead */
	keys(w, "Enter");
	req = triage_act_req(w, &verb, &fields);
	assert_string_equal(verb, "triage");
	assert_string_equal(fields, "{\"category\":11,\"impact\":2,\"group\":21,\"assignee\":31}"); /* the urgency is as it was */
	assert_int_equal(here(w), 102);                                                             /* in the same turn */
	check_screen(w, "INC102  two");
	check_screen(w, "Triage  8 left");
	assert_non_null(find(w, REQ_BOARD)); /* and one more is read */
	assert_string_equal(find(w, REQ_BOARD)->params[2], "1");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "{101,102,103,104}");
	triage_given(w, 8, triage_doc(w, 105, "five", ""), "");
	triage_done_as(w, req, 101, "assigned");
	check_screen(w, "INC101 Triage: Assigned; u undoes");
	assert_int_equal(triage_find(triage_of(w), 101)->st, TRIAGE_DONE);
	assert_int_equal(here(w), 102);
	world_end(w);
}

static void test_digits(void **state)
{
	struct world *w = with(2, 2);
	const char *fields;

	(void)state;
	keys(w, "1");
	assert_string_equal(value(w, TRIAGE_CATEGORY), "Network / VPN");
	check_screen(w, "yours");
	keys(w, "1");
	assert_string_equal(value(w, TRIAGE_CATEGORY), "Network / Wifi"); /* given back */
	keys(w, "2");
	assert_string_equal(value(w, TRIAGE_CATEGORY), "Mail");
	keys(w, "3"); /* urgency 1 is the next one drawn: impact 3 is what the ticket holds */
	assert_string_equal(value(w, TRIAGE_URGENCY), "1");
	keys(w, "4");
	assert_string_equal(value(w, TRIAGE_GROUP), "Service desk");
	assert_string_equal(value(w, TRIAGE_ASSIGNEE), ""); /* she is not in it */
	keys(w, "9");
	check_screen(w, "No proposal here has the number 9");
	keys(w, "Enter");
	triage_act_req(w, NULL, &fields);
	assert_string_equal(fields, "{\"category\":13,\"impact\":2,\"urgency\":1,\"group\":22}");
	world_end(w);
}

static void test_pickers(void **state)
{
	struct world *w = with(1, 1);
	const char *fields;

	(void)state;
	keys(w, "c");
	check_screen(w, "6%");
	check_screen(w, "Zebra crossing");
	type(w, "zeb");
	keys(w, "Enter");
	assert_string_equal(value(w, TRIAGE_CATEGORY), "Zebra crossing");
	keys(w, "t");
	type(w, "serv");
	keys(w, "Enter");
	assert_string_equal(value(w, TRIAGE_GROUP), "Service desk");
	keys(w, "a");
	check_screen(w, "Eva");
	assert_false(on_screen(w, "Bob Builder")); /* of another group */
	type(w, "eva");
	keys(w, "Enter");
	assert_string_equal(value(w, TRIAGE_ASSIGNEE), "eva");
	keys(w, "i 1"); /* a level by its digit */
	assert_string_equal(value(w, TRIAGE_IMPACT), "1");
	keys(w, "y Esc");
	assert_string_equal(value(w, TRIAGE_URGENCY), "3");
	keys(w, "Enter");
	triage_act_req(w, NULL, &fields);
	assert_string_equal(fields, "{\"category\":14,\"impact\":1,\"group\":22,\"assignee\":33}");
	world_end(w);
}

/* The likeliest first, what stands there last; a letter keeps that order, but the whole name comes before everything. */
static void test_picker_order(void **state)
{
	struct world *w = with(1, 1);

	(void)state;
	keys(w, "c");
	check_screen(w, "chosen now");
	keys(w, "Enter");
	assert_string_equal(value(w, TRIAGE_CATEGORY), "Network / VPN"); /* the next best */
	keys(w, "c Enter");
	assert_string_equal(value(w, TRIAGE_CATEGORY), "Network / Wifi");
	keys(w, "c");
	type(w, "z");
	keys(w, "Enter");
	assert_string_equal(value(w, TRIAGE_CATEGORY), "Zoo"); /* likelier than Zebra crossing, and 99 is not to be picked any more */
	keys(w, "c");
	type(w, "9");
	check_screen(w, "nothing matches"); /* how sure something is, is no name */
	keys(w, "Esc");
	world_end(w);
}

/* What somebody has said already stands; a proposal of the same is none, and it is not sent again. */
static void test_current(void **state)
{
	struct world *w = triage_world(80, 24);
	const char *fields;

	(void)state;
	triage_given(w, 1, triage_doc(w, 101, "one", "\"category\":\"Network / VPN\",\"category_id\":12"), lists);
	assert_string_equal(value(w, TRIAGE_CATEGORY), "Network / VPN");
	check_screen(w, "1 Network / Wifi 90%");
	check_screen(w, "2 Mail 3%");
	keys(w, "1 1 Enter");
	triage_act_req(w, NULL, &fields);
	assert_string_equal(fields, "{\"impact\":2,\"group\":21,\"assignee\":31}");
	world_end(w);
}

/* Nothing is known: Enter asks for what must be there, and sends nothing. */
static void test_missing(void **state)
{
	struct world *w = triage_world(80, 24);

	(void)state;
	triage_given(w, 1,
		"{\"id\":7,\"number\":\"INC7\",\"kind\":\"incident\",\"state\":\"new\",\"version\":1,\"subject\":\"x\",\"untriaged\":"
		"true,\"impact\":3,"
		"\"urgency\":3,\"propose\":null}",
		lists);
	check_screen(w, "nobody knows");
	keys(w, "Enter");
	assert_null(find(w, REQ_ACT));
	type(w, "mail");
	keys(w, "Enter Enter");
	assert_null(find(w, REQ_ACT)); /* the group is asked for, too */
	keys(w, "Enter Enter");
	assert_non_null(find(w, REQ_ACT));
	world_end(w);
}

static void test_guess(void **state)
{
	struct world *w = triage_world(80, 24);

	(void)state;
	triage_given(w, 1,
		"{\"id\":7,\"number\":\"INC7\",\"kind\":\"incident\",\"state\":\"new\",\"version\":1,\"subject\":\"x\",\"untriaged\":"
		"true,\"impact\":3,"
		"\"urgency\":3,\"propose\":{\"fields\":[{\"field\":\"category\",\"choices\":[{\"id\":13,\"value\":\"Mail\","
		"\"confidence\":0.41}],\"model\":{\"name\":\"learnt\",\"version\":3,\"top1\":0.862}},{"
		"\"field\":\"group\",\"choices\":[{\"id\":21,\"value\":\"Radio\",\"confidence\":0.9}],\"not_used\":{\"name\":\"learnt\","
		"\"version\":2,\"better\":\"pool\",\"top1\":0.62}},{\"field\":\"assignee\","
		"\"choices\":[{\"id\":31,"
		"\"value\":\"ann\",\"confidence\":0.3}]},{\"field\":\"impact\",\"current\":3,\"choices\":[{\"id\":1,\"value\":1,"
		"\"confidence\":0.3}]}]}}",
		lists);
	check_screen(w, "41% ?");
	check_screen(w, "Category: learnt 3, right 86%");
	assert_string_equal(value(w, TRIAGE_ASSIGNEE), ""); /* only where it is clear */
	assert_string_equal(value(w, TRIAGE_IMPACT), "3");
	keys(w, "Enter");
	assert_non_null(find(w, REQ_ACT));
	check_screen(w, "INC7: a guess was accepted: Category Mail");
	world_end(w);
}

static void test_refused(void **state)
{
	struct world *w = with(3, 3);
	struct req req;

	(void)state;
	keys(w, "Enter");
	req = triage_act_req(w, NULL, NULL);
	assert_int_equal(here(w), 102);
	triage_refused_as(w, req, "{\"id\":\"wrong_state\",\"class\":\"state\",\"field\":null,\"args\":{},\"text\":\"too late\"}");
	assert_int_equal(here(w), 102); /* where one is, one stays */
	assert_int_equal(triage_find(triage_of(w), 101)->st, TRIAGE_TODO);
	assert_int_equal(w->m->noverlays, 0);
	assert_int_equal(triage_of(w)->stats.tickets, 0);
	check_screen(w, "INC101 Triage:");
	triage_given(w, 3, triage_doc(w, 101, "one", ""), "");
	keys(w, "k");
	assert_int_equal(here(w), 101);
	assert_true(*triage_here(triage_of(w))->why);
	world_end(w);
}

/* A line that is lost: the act waits with the others, the ticket is not lost. */
static void test_error(void **state)
{
	struct world *w = with(2, 2);
	struct req req;

	(void)state;
	keys(w, "Enter");
	req = triage_act_req(w, NULL, NULL);
	answer_error(w, req, SD_ERR_INTERNAL, "the database is on fire");
	assert_int_equal(triage_find(triage_of(w), 101)->st, TRIAGE_TODO);
	check_screen(w, "the database is on fire");
	world_end(w);
}

static void feed(struct world *w, const char *ticket)
{
	static const char *const cols[] = {"now", "epoch", "x", "seq", "ticket_id"};
	const char *const row[] = {"1772445610000000", "1", "900", "7", ticket};

	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, cols, row);
}

static void test_others(void **state)
{
	struct world *w = with(4, 4);

	(void)state;
	keys(w, "1");
	feed(w, "101");
	assert_non_null(find(w, REQ_BOARD));
	assert_string_equal(find(w, REQ_BOARD)->params[1], "{101}");
	triage_given(w, 4, triage_doc(w, 101, "one, and a reply", ""), "");
	assert_int_equal(here(w), 101);
	check_screen(w, "one, and a reply");
	assert_string_equal(value(w, TRIAGE_CATEGORY), "Network / VPN"); /* what was chosen stays */
	feed(w, "101");
	triage_given(w, 3, "", "\"gone\":[{\"id\":101,\"by\":\"Bob Builder\",\"verb\":\"triage\",\"mine\":false}]");
	assert_int_equal(here(w), 101); /* it does not move by itself */
	check_screen(w, "It is triaged already, by Bob Builder: Enter goes on");
	keys(w, "x");
	assert_null(find(w, REQ_ACT));
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "Enter");
	assert_null(find(w, REQ_ACT));
	assert_int_equal(here(w), 102);
	assert_int_equal(triage_of(w)->stats.tickets, 0);
	/* one that is read ahead is passed over */
	feed(w, "103");
	triage_given(w, 2, "", "\"gone\":[{\"id\":103,\"by\":null,\"mine\":false}]");
	keys(w, "s");
	assert_int_equal(here(w), 104);
	world_end(w);
}

static void test_presence(void **state)
{
	struct world *w = triage_world(80, 24);
	struct sd_str s = {0};

	(void)state;
	sd_str_addf(&s, "%s,%s,%s", triage_doc(w, 101, "one", ""), triage_doc(w, 102, "two", ""), triage_doc(w, 103, "three", ""));
	triage_given(w, 3, s.data, "\"turn\":[2,1],\"present\":[{\"ticket\":101,\"name\":\"Bob\",\"mode\":\"viewing\"}]");
	sd_str_free(&s);
	assert_int_equal(here(w), 103); /* 101 is his, 102 is his turn, too */
	keys(w, "s");
	assert_int_equal(here(w), 102);
	keys(w, "s");
	assert_int_equal(here(w), 101); /* before what was skipped */
	check_screen(w, "Bob is looking at it, too");
	world_end(w);
}

static void test_skip_and_back(void **state)
{
	struct world *w = with(3, 3);

	(void)state;
	keys(w, "s");
	assert_int_equal(here(w), 102);
	keys(w, "j");
	assert_int_equal(here(w), 103);
	keys(w, "s");
	assert_int_equal(here(w), 101); /* the ones that were skipped, in their order */
	keys(w, "s");
	assert_int_equal(here(w), 102);
	keys(w, "k");
	assert_int_equal(here(w), 101);
	keys(w, "k");
	check_screen(w, "This is the first one");
	world_end(w);
}

static void test_undo(void **state)
{
	struct world *w = with(3, 3);
	struct fx *f;

	(void)state;
	keys(w, "Enter");
	triage_done_as(w, triage_act_req(w, NULL, NULL), 101, "assigned");
	assert_int_equal(triage_of(w)->stats.tickets, 1);
	keys(w, "u");
	f = find(w, REQ_UNDO);
	assert_non_null(f);
	answer_json(w, f->req,
		"{\"ok\":true,\"op\":\"00000000-0000-4000-8000-000000000999\",\"replay\":false,\"parts\":1,\"results\":[{\"ok\":true,"
		"\"id\":101,\"number\":"
		"\"INC101\",\"version\":3,\"seq\":3,\"state\":\"new\",\"op\":\"00000000-0000-4000-8000-000000000999\",\"replay\":false}]"
		"}");
	assert_non_null(find(w, REQ_BOARD));
	assert_string_equal(find(w, REQ_BOARD)->params[1], "{101}");
	triage_given(w, 3, triage_doc(w, 101, "one", ""), "");
	assert_int_equal(here(w), 101);
	assert_int_equal(triage_of(w)->stats.tickets, 0);
	world_end(w);
}

static void test_duplicate(void **state)
{
	struct world *w = with(3, 3);
	const char *verb, *fields;

	(void)state;
	keys(w, "d");
	triage_act_req(w, &verb, &fields);
	assert_string_equal(verb, "cancel");
	assert_string_equal(fields, "{\"reason\":\"duplicate\",\"to\":901}");
	assert_int_equal(here(w), 102);
	triage_done_as(w, triage_act_req(w, NULL, NULL), 101, "cancelled");
	assert_int_equal(triage_of(w)->stats.tickets, 1);
	/* a child of its parent: with what is accepted, in one act */
	keys(w, "p");
	check_screen(w, "INC902 child of it");
	keys(w, "p p Enter");
	triage_act_req(w, &verb, &fields);
	assert_string_equal(verb, "triage");
	assert_non_null(strstr(fields, "\"parent\":902"));
	/* Tab marks another */
	keys(w, "Tab d");
	triage_act_req(w, &verb, &fields);
	assert_non_null(strstr(fields, "901"));
	world_end(w);
}

static void test_texts(void **state)
{
	struct world *w = with(3, 3);
	const char *verb, *fields;

	(void)state;
	keys(w, "n");
	check_screen(w, "Hello Uma, which one?");
	keys(w, "Ctrl-s");
	triage_act_req(w, &verb, &fields);
	assert_string_equal(verb, "ask");
	assert_non_null(strstr(fields, "Hello Uma, which one?"));
	assert_int_equal(here(w), 102); /* it waits: the next one stands there */
	keys(w, "x");
	check_screen(w, "Hello Uma, not ours.");
	keys(w, "Ctrl-s");
	triage_act_req(w, &verb, &fields);
	assert_string_equal(verb, "cancel");
	assert_non_null(strstr(fields, "not_an_incident"));
	assert_int_equal(here(w), 103);
	/* a reply leaves it where it is */
	keys(w, "R");
	type(w, "hi");
	keys(w, "Ctrl-s");
	triage_act_req(w, &verb, NULL);
	assert_string_equal(verb, "reply");
	assert_int_equal(here(w), 103);
	world_end(w);
}

static void test_statistics(void **state)
{
	struct world *w = with(5, 5);
	struct triage *t = triage_of(w);

	(void)state;
	w->ms += 2000;
	keys(w, "Enter");
	w->ms += 4000;
	keys(w, "1 2 Enter");
	w->ms += 9000;
	keys(w, "1 Enter");
	assert_int_equal(t->stats.tickets, 3);
	assert_int_equal(t->stats.keys, 6);
	assert_in_range(triage_median(&t->stats), 4000, 4100);
	assert_in_range(t->stats.ms, 15000, 15200);
	check_screen(w, "2 left  3 done  6 keys, 2.0 a ticket");
	check_screen(w, "median 4.0 s");
	world_end(w);
}

static void test_nothing(void **state)
{
	struct world *w = triage_world(80, 24);

	(void)state;
	triage_given(w, 0, "", "\"present\":[]");
	check_screen(w, "Nothing to triage:");
	keys(w, "Enter 1 d");
	assert_null(find(w, REQ_ACT));
	/* what comes in stands there by itself */
	w->ms += 6000;
	feed(w, "500");
	assert_non_null(find(w, REQ_BOARD));
	triage_given(w, 1, triage_doc(w, 500, "new one", ""), "");
	check_screen(w, "INC500  new one");
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
	world_end(w);
}

/* Whatever stands in tickets, proposals and names: one line each, nothing that the terminal obeys, at every size. */
static void test_hostile(void **state)
{
	static const int sizes[][2] = {{80, 24}, {40, 10}, {200, 60}, {100, 12}, {60, 40}};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct world *w = triage_world(sizes[i][0], sizes[i][1]);
		char *dump;

		triage_given(w, 999999,
			"{\"id\":7,\"number\":\"INC7\\u001b[2J\",\"kind\":\"incident\",\"state\":\"new\",\"version\":1,\"subject\":"
			"\"a\\u001b]0;x\\u0007\\nb "
			"\\u202egnp.exe "
			"漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\",\"untriaged\":true,\"impact\":3,\"urgency\":3,"
			"\"body\":\"\\u001b[31m\\r\\u0085 %s "
			"%n\",\"attachments\":[\"\\u001bc\",7,null],\"card\":{\"open\":[7,{},{\"id\":\"x\"}]},"
			"\"propose\":{\"fields\":[{\"field\":\"category\",\"choices\":[{\"id\":13,\"value\":\"Ma\\u001b[5mil\\n\",\"label\":"
			"\"%s%n\\u001b[0m\","
			"\"confidence\":7},{\"id\":-1,\"value\":\"x\"},{\"id\":14},\"no\",{\"id\":15,\"value\":"
			"\"漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\","
			"\"confidence\":-3}]},{\"field\":7},{},null],\"duplicates\":[7,{}],\"parents\":\"none\"}},7,{},{\"id\":0},\"x\"",
			lists);
		dump = surface_dump(w->s, NULL);
		for (const char *c = dump; *c; c++)
			assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
		free(dump);
		assert_int_equal(here(w), 7);
		keys(w, "1 2 9 c Esc t Esc Space PgUp Tab p s k");
		keys(w, "Enter");
		world_end(w);
	}
}

static void test_roles(void **state)
{
	struct world *w = with(1, 1);

	(void)state;
	keys(w, "m");
	check_screen(w, "Cancel"); /* the usual acts are there */
	keys(w, "Esc o");
	assert_int_equal(w->m->focus, PANE_DETAIL);
	keys(w, "Esc");
	assert_int_equal(w->m->focus, PANE_QUEUE);
	assert_int_equal(here(w), 101);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asked),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_pickers),
		cmocka_unit_test(test_picker_order),
		cmocka_unit_test(test_current),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_guess),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_presence),
		cmocka_unit_test(test_skip_and_back),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_roles),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
