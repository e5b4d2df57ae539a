/* Clocks in the queue count down without a query, and are painted when a cell that is seen changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/clock.h"
#include "svcdesk/hours.h"
#include "svcdesk/mem.h"
#include "svcdesk/ticket.h"
#include "tests/unit/console_world.h"

enum { CLOCK_COLS = 8 };
static const char *const names[CLOCK_COLS] = {"id", "number", "kind", "state", "phase", "priority", "subject", "clock"};

/* The desk's time is 10:00. Office hours of version 7: 10:00:30 to 12:00 and 13:00 to 17:00; version 1 never closes. */
static const char *clocks[5][CLOCK_COLS] = {
	{"1", "INC1", "incident", "new", "1", "1", "first", "1|14400|response|2026-03-02 10:05:20+00|2026-03-02 06:05:20+00|{}|{}"},
	{"2", "INC2", "incident", "in_progress", "1", "2", "second",
		"7|17940|resolution|2026-03-02 13:30:30+00|2026-03-02 09:00:00+00|{}|{}"},
	{"3", "INC3", "incident", "on_hold", "2", "3", "third",
		"1|7200|resolution||2026-03-02 08:00:00+00|{\"2026-03-02 09:00:00+00\"}|{NULL}"},
	{"4", "INC4", "incident", "new", "1", "4", "fourth", "1|3600|response|2026-03-02 09:25:00+00|2026-03-02 08:25:00+00|{}|{}"},
	{"5", "INC5", "incident", "closed", "3", "5", "fifth", NULL}};

static sd_time at(const char *text)
{
	struct sd_err err = {0};
	sd_time t;

	assert_true(sd_time_parse(text, "UTC", &t, &err));
	return t;
}

static void page(struct world *w)
{
	answer(w, (struct req){REQ_PAGE, w->m->queue->gen, 0, PAGE_FIRST}, 5, CLOCK_COLS, names, &clocks[0][0]);
}

/* What the desk would tell of these two versions. */
static void hours(struct world *w, struct req req)
{
	static const char *const cols[] = {"version", "lo", "hi", "spans"};
	char lo[24], hi[24], all[64], office[160];
	const char *values[8] = {"1", lo, hi, all, "7", lo, hi, office};

	snprintf(lo, sizeof lo, "%" PRId64, at("2026-02-20"));
	snprintf(hi, sizeof hi, "%" PRId64, at("2026-03-30"));
	snprintf(all, sizeof all, "{%s,%s}", lo, hi);
	snprintf(office, sizeof office, "{%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "}", at("2026-03-02T10:00:30Z"),
		at("2026-03-02T12:00Z"), at("2026-03-02T13:00Z"), at("2026-03-02T17:00Z"));
	answer(w, req, 2, 4, cols, values);
}

/* In how many milliseconds it is painted again; -1: not before the minute. */
static int64_t next_paint(struct world *w)
{
	int64_t ms = -1;

	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_TIMER && w->fx->v[i].timer == TIMER_COUNTDOWN)
			ms = w->fx->v[i].ms;
	return ms;
}

/* Time passes. The queries of that. */
static int tick(struct world *w, int64_t ms, enum timer_id timer)
{
	int n = 0;

	w->ms += ms;
	begin(w);
	model_timer(w->m, timer, w->fx);
	for (size_t i = 0; i < w->fx->n; i++)
		n += w->fx->v[i].kind == FX_QUERY;
	return n;
}

/* It is painted again just behind this instant: in how many milliseconds. */
static int64_t until(struct world *w, const char *text)
{
	int64_t ms = (at(text) - w->m->session.now) / 1000 + 1;

	assert_int_equal(next_paint(w), ms);
	return ms;
}

static void test_counts_down(void **state)
{
	struct world *w = *state;
	struct fx *f;

	assert_false(on_screen(w, "Left")); /* no clock, no column */
	page(w);
	f = find(w, REQ_HOURS);
	assert_non_null(f);
	assert_string_equal(f->params[0], "{1,7}");
	begin(w);
	page(w);
	assert_null(find(w, REQ_HOURS)); /* asked once */
	check_screen(w, "Left");
	hours(w, (struct req){REQ_HOURS, 0, 0, 0});
	check_screen(w, "\u25d5    5m"); /* three quarters are used */
	check_screen(w, "\u00b7  2h30"); /* of office hours: closed now, and over noon */
	check_screen(w, "\u2016  1h00");
	check_screen(w, "\u2717  -35m");
	assert_int_equal(next_paint(w), -1); /* rows change together, with the minute, until the last one */
	assert_int_equal(tick(w, (at("2026-03-02T10:01Z") - w->m->session.now) / 1000, TIMER_CLOCK), 0); /* the minute */
	assert_true(w->m->dirty);
	check_screen(w, "\u25d5    4m");
	check_screen(w, "\u25d1  2h29"); /* it opened half a minute ago */
	check_screen(w, "\u2717  -36m");
	check_screen(w, "\u2016  1h00"); /* stands still */
	for (int i = 0; i < 4; i++)
		assert_int_equal(tick(w, 60000, TIMER_CLOCK), 0);
	check_screen(w, "\u25d5   <1m");
	assert_int_equal(tick(w, until(w, "2026-03-02T10:05:20Z"), TIMER_COUNTDOWN), 0);
	check_screen(w, "\u2717   -0m"); /* breached, and nobody was asked */
	page(w);
	assert_null(find(w, REQ_HOURS));
}

/* Hours that are not for this person are not asked for again and again. */
static void test_refused(void **state)
{
	static const char *const cols[] = {"version", "lo", "hi", "spans"};
	struct world *w = *state;

	page(w);
	assert_non_null(find(w, REQ_HOURS));
	answer(w, (struct req){REQ_HOURS, 0, 0, 0}, 0, 4, cols, NULL);
	assert_null(find(w, REQ_HOURS));
	page(w);
	assert_null(find(w, REQ_HOURS));
	check_screen(w, "\u2717"); /* what is too late is known all the same */
}

static void test_lost_connection(void **state)
{
	struct world *w = *state;

	page(w);
	answer_error(w, (struct req){REQ_HOURS, 0, 0, 0}, SD_ERR_CONNECTION, "gone");
	page(w);
	assert_non_null(find(w, REQ_HOURS));
}

/* A column of one's own choice, and the order of what is due first. */
static void test_column(void **state)
{
	struct world *w = *state;

	page(w);
	hours(w, (struct req){REQ_HOURS, 0, 0, 0});
	keys(w, ":");
	type(w, "columns number,left,subject");
	keys(w, "Enter");
	assert_null(strstr(find(w, REQ_PAGE)->sql, "\"left\""));
	page(w);
	check_screen(w, "Number        Left Subject");
	queue_sort(w->m->queue, &w->m->session, SD_SORT_DUE, false, w->fx);
	page(w);
	check_screen(w, "^Left Subject");
}

/* In the ticket, too: those that have not stopped with what is left of them, and how the others ended. */
static void test_ticket(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "Enter");
	req = find(w, REQ_SHOW)->req;
	answer_json(w, req,
		"{\"id\":1,\"number\":\"INC1\",\"kind\":\"incident\",\"state\":\"new\",\"phase\":1,\"version\":1,\"subject\":\"first\","
		"\"verbs\":[],\"events\":[],\"clocks\":["
		"{\"metric\":\"resolution\",\"sla_type\":\"sla\",\"state\":\"running\",\"open\":true,\"due_at\":\"2026-03-02T10:05:20Z\","
		"\"countdown\":\"1|14400|resolution|2026-03-02 10:05:20+00|2026-03-02 06:05:20+00|{}|{}\"},"
		"{\"metric\":\"ola\",\"sla_type\":\"ola\",\"group\":\"Network\",\"state\":\"paused\",\"open\":true,\"countdown\":"
		"\"1|7200|ola||2026-03-02 08:00:00+00|{\\\"2026-03-02 09:00:00+00\\\"}|{NULL}\"},"
		"{\"metric\":\"response\",\"sla_type\":\"sla\",\"state\":\"met\",\"open\":false,\"countdown\":null}]}");
	assert_string_equal(find(w, REQ_HOURS)->params[0], "{1}");
	hours(w, (struct req){REQ_HOURS, 0, 0, 0});
	check_screen(w, "\u25d5 Resolution time 5m (10:05)   \u2016 OLA Network 1h00 paused   \u2713 Response");
	assert_int_equal(tick(w, until(w, "2026-03-02T10:00:20Z"), TIMER_COUNTDOWN), 0);
	check_screen(w, "Resolution time 4m (10:05)");
}

/* Nothing ticks on a desk whose time stands still. */
static void test_frozen(void **state)
{
	struct world *w = *state;

	w->m->frozen = true;
	page(w);
	hours(w, (struct req){REQ_HOURS, 0, 0, 0});
	assert_int_equal(next_paint(w), -1);
	check_screen(w, "\u25d5    5m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_counts_down, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost_connection, setup, teardown),
		cmocka_unit_test_setup_teardown(test_column, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ticket, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_frozen, setup, teardown),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
