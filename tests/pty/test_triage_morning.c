/* The morning's intake of the sample desk, worked through by keys in triage mode. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORKED = 6 };

static int start_sample(void **state)
{
	if (desk_start(state) != 0)
		return -1;
	const struct run *r = desk_run(NULL, NULL, "demo --fresh --no-console --clock 2026-01-05T09:00:00Z");
	return r->status;
}

/* The morning of the sample: what stands there is accepted, what is unknown is picked; the journal holds one event for each. */
static void test_morning(void **state)
{
	(void)state;
	char left[32];
	long before = (long)json_array_size(desk_ok("agent", "ticket list untriaged"));
	assert_true(before >= 14);
	const char *words[] = {"--as", "agent", NULL}, *env[] = {"LANGUAGE=en", "NO_COLOR=1", "TZ=UTC", NULL};
	struct pty *p = console_run((struct pty_opts){.env = env, .cols = 100, .rows = 30}, words);
	pty_until(p, "2026-01-05");
	pty_settle(p);
	press(p, "T");
	snprintf(left, sizeof left, "%ld left", before);
	pty_until(p, left);
	for (int i = 0; i < WORKED; i++) {
		if (pty_has(p, "nobody knows")) { /* the category; then the group, if that is unknown, too */
			press(p, "c");
			pty_type(p, "lap\r");
			pty_settle(p);
		}
		if (pty_has(p, "nobody knows")) {
			press(p, "t");
			pty_type(p, "service desk\r");
			pty_settle(p);
		}
		press(p, "Enter");
		snprintf(left, sizeof left, "%d done", i + 1);
		pty_until(p, left);
	}
	snprintf(left, sizeof left, "%ld left", before - WORKED);
	pty_until(p, left);
	press(p, "Esc");
	pty_settle(p);
	quit(p);
	assert_int_equal((long)json_array_size(desk_ok("agent", "ticket list untriaged")), before - WORKED);
	assert_int_equal(atoi(desk_ask("select count(*) from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and "
								   "x.seq = e.seq where e.verb = 'triage' "
								   "and e.channel = 'console' and x.changes ? 'group'")),
		WORKED);
	assert_int_equal(atoi(desk_ask("select count(*) from desk.event e join desk.ticket t on t.id = e.ticket_id where e.verb = "
								   "'triage' and (t.group_id = 0 or "
								   "t.category_id is null)")),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_morning)};
	return TEST_MAIN_WITH(tests, start_sample, desk_stop);
}
