/* The key e: one question, and every reason of the answer is on the screen, in any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/explain.h"
#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"

static const char told[] =
	"{\"number\":\"INC1\",\"now\":\"2026-03-02T10:00:00Z\",\"clocks\":["
	"{\"metric\":\"resolution\",\"sla_type\":\"sla\",\"state\":\"running\",\"open\":true,\"cycle\":2,\"target_minutes\":240,"
	"\"elapsed_minutes\":190.5,\"paused_minutes\":30,\"started_at\":\"2026-02-27T15:00:00Z\",\"due_at\":\"2026-03-02T10:49:30Z\","
	"\"calendar\":{\"name\":\"Office\",\"version\":3,\"zone\":\"Europe/Berlin\"},"
	"\"chosen\":{\"agreement\":\"Gold\",\"version\":2,\"current\":4,\"customer\":\"Acme\",\"service\":\"Mail\",\"kind\":null,"
	"\"priority\":1,\"group\":null,\"major\":null},"
	"\"segments\":[{\"from\":\"2026-02-27T15:00:00Z\",\"until\":\"2026-02-27T17:00:00Z\",\"what\":\"running\",\"minutes\":120,"
	"\"ahead\":false},"
	"{\"from\":\"2026-02-27T17:00:00Z\",\"until\":\"2026-03-02T08:00:00Z\",\"what\":\"closed\",\"minutes\":0,\"ahead\":false,"
	"\"why\":\"Company day\"},"
	"{\"from\":\"2026-03-02T08:00:00Z\",\"until\":\"2026-03-02T08:30:00Z\",\"what\":\"paused\",\"minutes\":30,\"ahead\":false,"
	"\"by\":\"ann\","
	"\"why\":\"requester\",\"event\":4},"
	"{\"from\":\"2026-03-02T08:30:00Z\",\"until\":\"2026-03-02T10:00:00Z\",\"what\":\"running\",\"minutes\":70.5,\"ahead\":false}"
	","
	"{\"from\":\"2026-03-02T10:00:00Z\",\"until\":\"2026-03-02T10:49:30Z\",\"what\":\"running\",\"minutes\":49.5,\"ahead\":true}]"
	","
	"\"warnings\":[{\"percent\":75,\"at\":\"2026-03-02T09:49:30Z\",\"written\":true},{\"percent\":100,\"at\":\"2026-03-02T10:49:"
	"30Z\","
	"\"written\":false}]},"
	"{\"metric\":\"response\",\"sla_type\":\"sla\",\"state\":\"breached\",\"open\":false,\"cycle\":1,\"target_minutes\":30,"
	"\"elapsed_minutes\":95,\"paused_minutes\":0,\"started_at\":\"2026-02-27T15:00:00Z\",\"due_at\":\"2026-02-27T15:30:00Z\","
	"\"stopped_at\":\"2026-02-27T16:35:00Z\",\"breached_at\":\"2026-02-27T15:30:00Z\",\"calendar\":{\"name\":\"24x7\","
	"\"version\":1,"
	"\"zone\":\"UTC\"},\"chosen\":{\"agreement\":\"Gold\",\"version\":2,\"current\":2},\"segments\":[],\"warnings\":[]}]}";

static void test_reasons(void **state)
{
	static const char *const parts[] = {"Clocks of INC1 at 10:00:00", "Resolution time (cycle 2): running, 0:49 left",
		"Gold, version 2 (now 4", "Acme has it for Mail; for priority 1",
		"4:00 of open time by calendar Office (Europe/Berlin, version 3)", "Mon 03-02 10:49", "3:10 (79 %), stood still 0:30",
		"75 %\u2713 Mon 03-02 09:49", "Fri 02-27 15:00 .. 17:00", "closed: Company day", "Fri 02-27 17:00 .. Mon 03-02 08:00",
		"stood still: on hold for the requester (ann)", "now, Mon 03-02 10:00", "Mon 03-02 10:00 .. 10:49", "to come",
		"Response: breached"};
	struct world *w = *state;
	struct fx *f;

	keys(w, "e");
	f = find(w, REQ_EXPLAIN);
	assert_non_null(f);
	assert_string_equal(f->params[0], "1");
	check_screen(w, "Reading ...");
	answer_json(w, f->req, told);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		check_screen(w, parts[i]);
	assert_false(on_screen(w, "Stopped")); /* folded: it is over */
	keys(w, "G Enter");
	check_screen(w, "Stopped");
	check_screen(w, "Fri 02-27 15:30: breached then");
	keys(w, "e");
	assert_int_equal(w->m->noverlays, 0);
	assert_int_equal(queue_selected(w->m->queue), 1); /* no key went to the list */
}

/* The ticket changes while one looks: it is read again. */
static void test_changes(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "e");
	req = find(w, REQ_EXPLAIN)->req;
	answer_json(w, req, told);
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, (const char *const[]){"now", "epoch", "x", "seq", "ticket_id"},
		(const char *const[]){"1772445600000000", "1", "5", "6", "1"});
	assert_non_null(find(w, REQ_EXPLAIN));
	answer_error(w, req, SD_ERR_CONNECTION, "gone");
	check_screen(w, "Acme has it for Mail"); /* what is known stays */
	keys(w, "Esc");
	assert_int_equal(w->m->noverlays, 0);
}

static void test_none(void **state)
{
	struct world *w = *state;

	keys(w, "Enter e");
	answer_json(w, find(w, REQ_EXPLAIN)->req, "{\"number\":\"INC1\",\"now\":\"2026-03-02T10:00:00Z\",\"clocks\":[]}");
	check_screen(w, "nothing is promised for this ticket");
	keys(w, "q :");
	type(w, "explain INC7");
	keys(w, "Enter");
	assert_string_equal(find(w, REQ_EXPLAIN)->params[0], "INC7");
	answer(w, find(w, REQ_EXPLAIN)->req, 1, 1, (const char *const[]){"json"}, (const char *const[]){NULL});
	check_screen(w, "This ticket is not there, or not for you to see");
	keys(w, "Esc");
}

/* What does not fit is scrolled to; nothing is drawn outside. */
static void test_small(void **state)
{
	static const int sizes[][2] = {{40, 10}, {60, 12}, {20, 8}, {300, 80}};
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct world *w = world_config(sizes[i][0], sizes[i][1], NULL);

		keys(w, "e");
		answer_json(w, find(w, REQ_EXPLAIN)->req, told);
		if (sizes[i][0] >= 40)
			check_screen(w, "Resolution time");
		keys(w, "G");
		if (sizes[i][0] >= 40)
			check_screen(w, "Response: breached");
		keys(w, "g g Ctrl-d Ctrl-d Ctrl-d k Space z a Esc");
		world_end(w);
	}
}

static void test_parse(void **state)
{
	static const char *const wrong[] = {"", "[]", "3", "{", "null"};
	struct sd_err err = {0};
	struct sd_explain *e = sd_explain_parse("{}", &err);

	(void)state;
	assert_int_equal(e->nclocks, 0);
	sd_explain_free(e);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_null(sd_explain_parse(wrong[i], &err));
	e = sd_explain_parse("{\"clocks\":[{\"segments\":[{}],\"warnings\":[{}],\"chosen\":7,\"calendar\":null}]}", &err);
	assert_int_equal(e->nclocks, 1);
	assert_int_equal(e->clocks[0].major, -1);
	assert_true(e->clocks[0].due == SD_TIME_NONE);
	sd_explain_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reasons, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_changes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_none, setup, teardown),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_parse),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
