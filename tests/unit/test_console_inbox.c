/* The inbox in the console: opened in the place of the queue, read, marked, counted; follow-ups and handovers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/cfg.h"
#include "svcdesk/draft.h"
#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"
#include "tui/app/ci.h"
#include "tui/app/inbox.h"

enum { ITEM_COLS = 10 };
static const char *const names[] = {
	"ticket_id", "seq", "item", "number", "reason", "actor", "subject", "excerpt", "at", "unread"};
static const char *const three[] = {"101", "7", "INC100101.7", "INC100101", "reply", "rosa", "Printer", "still dead",
	"1767603600000000", "t",                                                                             //
	"101", "2", "INC100101.2", "INC100101", "assigned", "ben", "Printer", NULL, "1767600000000000", "t", //
	"9", "-3", "INC100009.f3", "INC100009", "follow_up", "admin", "Switch", "ring", "1767590000000000", "f"};

static void items(struct world *w, int n)
{
	struct fx *f = find(w, REQ_INBOX);

	assert_non_null(f);
	answer(w, f->req, n, ITEM_COLS, names, three);
}

static void counted(struct world *w, const char *unread)
{
	static const char *const cols[] = {"unread", "next_at"};
	const char *const v[] = {unread, NULL};

	answer(w, (struct req){REQ_INBOX_COUNT, 0, 0, 0}, 1, 2, cols, v);
}

static const char *param(struct world *w, enum req_kind kind, int n)
{
	struct fx *f = find(w, kind);

	assert_non_null(f);
	assert_true(n < f->nparams);
	return f->params[n];
}

static void test_list(void **state)
{
	struct world *w = *state;

	keys(w, "g i");
	assert_true(inbox_shown(w->m));
	items(w, 3);
	counted(w, "2");
	check_screen(w, "Inbox");
	check_screen(w, "INC100101");
	check_screen(w, "still dead");
	check_screen(w, "Printer");
	check_screen(w, "inbox 2");
	assert_int_equal(model_here(w->m), 101);
	keys(w, "j j");
	assert_int_equal(model_here(w->m), 9);
	/* read and unread again: shown at once, told to the desk */
	keys(w, "k Space");
	assert_string_equal(param(w, REQ_INBOX_MARK, 0), "INC100101.2");
	assert_string_equal(param(w, REQ_INBOX_MARK, 1), "true");
	check_screen(w, "inbox 1");
	assert_int_equal(model_here(w->m), 9);
	keys(w, "k Space");
	assert_string_equal(param(w, REQ_INBOX_MARK, 1), "false");
	keys(w, "*");
	assert_string_equal(param(w, REQ_INBOX_MARK, 0), "");
	keys(w, "f");
	assert_string_equal(param(w, REQ_INBOX, 1), "true");
	items(w, 1);
	check_screen(w, "Inbox, unread");
	/* a list read for another filter comes too late */
	keys(w, "f");
	struct req late = find(w, REQ_INBOX)->req;
	late.gen--;
	answer(w, late, 3, ITEM_COLS, names, three);
	assert_int_equal(w->m->inbox->nitems, 1);
	keys(w, "Esc");
	assert_false(inbox_shown(w->m));
	assert_false(on_screen(w, "still dead"));
}

/* Enter opens the ticket at the event; J goes on to the next ticket. */
static void test_open(void **state)
{
	struct world *w = *state;

	keys(w, "g i");
	items(w, 3);
	keys(w, "Enter");
	assert_int_equal(w->m->detail->id, 101);
	assert_int_equal(w->m->focus, PANE_DETAIL);
	assert_int_equal(w->m->to_event, 7);
	keys(w, "J");
	assert_int_equal(w->m->detail->id, 9);
	assert_int_equal(w->m->to_event, 0); /* a follow-up has no event */
	keys(w, "J");
	check_screen(w, "last ticket of the inbox");
	keys(w, "K");
	assert_int_equal(w->m->detail->id, 101);
	keys(w, "Esc g 2"); /* a view takes its place back */
	assert_false(inbox_shown(w->m));
}

/* What is no ticket opens what it is of, and is read with that: a change of an item, the items that break a rule, a hint. */
static void test_others(void **state)
{
	static const char *const cols[] = {
		"ticket_id", "seq", "item", "number", "reason", "actor", "subject", "excerpt", "at", "unread", "kind", "state"};
	static const char *const v[] = {"-1000000000005", "57", "server:web1.57", "server:web1", "unplanned", "ben", "web1",
		"vendor: - -> Quux", "1767603600000000", "t", "ci", "unplanned", //
		"-3000000000009", "1", "stale.1", "stale", "audit", "desk", "nobody spoke of it", "3", "1767600000000000", "t", "rule",
		"stale", //
		"-2000000000000", "8", "hint.8", "hint", "hint", NULL, "Outlook hangs", "Mail", "1767590000000000", "t", "hint", "open"};
	struct world *w = *state;

	for (int i = 0; i < 3; i++) {
		keys(w, "g i");
		answer(w, find(w, REQ_INBOX)->req, 3, 12, cols, v);
		counted(w, "3");
		check_screen(w, "vendor: - -> Quux");
		keys(w, "g g");
		for (int k = 0; k < i; k++)
			keys(w, "j");
		assert_int_equal(model_here(w->m), 0);
		keys(w, "Enter");
		assert_string_equal(param(w, REQ_INBOX_MARK, 0), v[(size_t)i * 12 + 2]);
		assert_string_equal(param(w, REQ_INBOX_MARK, 1), "true");
		if (i == 0) {
			assert_true(ci_shown(w->m));
			assert_non_null(strstr(param(w, REQ_BOARD, 0), "5"));
		} else if (i == 1) {
			assert_true(ci_shown(w->m));
			assert_string_equal(w->m->search, "stale");
		} else {
			assert_non_null(find(w, REQ_HINTS));
		}
		keys(w, "Esc");
	}
}

/* Nothing is known of an item's ticket but its number: acts wait until it was read. */
static void test_acts(void **state)
{
	struct world *w = *state;

	keys(w, "g i");
	items(w, 3);
	assert_int_equal(model_target(w->m).id, 0);
	keys(w, "m"); /* no key of the inbox */
	type(w, ":take");
	keys(w, "Enter");
	assert_null(find(w, REQ_ACT));
	type(w, ":follow-up tomorrow 09:30 ring them");
	keys(w, "Enter");
	assert_string_equal(param(w, REQ_FOLLOW_UP, 0), "101");
	assert_string_equal(param(w, REQ_FOLLOW_UP, 2), "ring them");
	assert_non_null(strstr(param(w, REQ_FOLLOW_UP, 1), "T09:30:00Z"));
	type(w, ":follow-up 2h");
	keys(w, "Enter");
	assert_string_equal(param(w, REQ_FOLLOW_UP, 2), "");
	type(w, ":follow-up whenever");
	keys(w, "Enter");
	assert_null(find(w, REQ_FOLLOW_UP));
	check_screen(w, "When?");
}

static void test_count(void **state)
{
	struct world *w = *state;
	const char *const feed[] = {"0", "1", "900", "7", "3"};
	static const char *const cols[] = {"now", "epoch", "x", "seq", "ticket_id"};

	counted(w, "0");
	assert_false(on_screen(w, "inbox 0"));
	w->ms += INBOX_EVERY_MS;
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, cols, feed);
	assert_non_null(find(w, REQ_INBOX_COUNT)); /* a change: counted again */
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, cols, feed);
	assert_null(find(w, REQ_INBOX_COUNT)); /* not again within five seconds */
	counted(w, "3");
	check_screen(w, "inbox 3");
	assert_null(effect(w, FX_BELL));
}

/* What others change is asked about by its number; when nothing of it concerns the person, the count stays. Now and then, and
 * when a follow-up has come due, all is counted. */
static void test_count_of_others(void **state)
{
	struct world *w = *state;
	const char *const feed[] = {"0", "1", "900", "7", "3"};
	static const char *const cols[] = {"now", "epoch", "x", "seq", "ticket_id"}, *const counts[] = {"unread", "next_at"};

	counted(w, "2");
	for (int i = 0; i < 3; i++) {
		w->ms += INBOX_EVERY_MS;
		answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, cols, feed);
		assert_int_equal(find(w, REQ_INBOX_COUNT)->nparams, 1);
		assert_string_equal(find(w, REQ_INBOX_COUNT)->params[0], "{3}");
		answer(w, (struct req){REQ_INBOX_COUNT, 0, 0, 0}, 0, 2, counts, NULL);
		check_screen(w, "inbox 2");
	}
	w->ms += INBOX_FULL_MS;
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, cols, feed);
	assert_int_equal(find(w, REQ_INBOX_COUNT)->nparams, 0);
	counted(w, "4");
	check_screen(w, "inbox 4");
}

static void test_bell(void **state)
{
	struct world *w = world_config(80, 24, "bell = yes\n");

	(void)state;
	counted(w, "3");
	assert_null(effect(w, FX_BELL)); /* what waited already is no news */
	w->ms += 20000;
	counted(w, "4");
	assert_non_null(effect(w, FX_BELL));
	counted(w, "5");
	assert_null(effect(w, FX_BELL)); /* not more often than every ten seconds */
	w->ms += 20000;
	counted(w, "2");
	assert_null(effect(w, FX_BELL));
	counted(w, "3");
	assert_non_null(effect(w, FX_BELL));
	world_end(w);
	w = world_config(80, 24, "bell = visual\n");
	counted(w, "0");
	w->ms += 20000;
	counted(w, "1");
	assert_null(effect(w, FX_BELL));
	check_screen(w, "Inbox: 1 unread");
	world_end(w);
}

static void test_handover_refused(void **state)
{
	static const char *const cols[] = {"id", "args", "text", "group", "subject", "from", "until", "body"};
	static const char *const no[] = {"handover_no_group", "{}", "you are a member of no group", NULL, NULL, NULL, NULL, NULL};
	struct world *w = *state;

	keys(w, "g h");
	answer(w, find(w, REQ_HANDOVER)->req, 1, 8, cols, no);
	check_screen(w, "you are a member of no group");
	assert_int_equal(w->m->noverlays, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_others, setup, teardown),
		cmocka_unit_test_setup_teardown(test_acts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_count_of_others, setup, teardown),
		cmocka_unit_test_setup_teardown(test_count, setup, teardown),
		cmocka_unit_test(test_bell),
		cmocka_unit_test_setup_teardown(test_handover_refused, setup, teardown),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
