/* Open hours copied from the database, and the countdown a list shows: against a slow walk, over random calendars. */
#include "tests/lib/testlib.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/hours.h"
#include "svcdesk/mem.h"

#define MIN ((int64_t)60 * 1000000)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)

static struct rng rng;

/* Stretches of whole seconds over some weeks, now and then one that touches the next. */
static size_t random_spans(sd_time *edge, size_t max, sd_time from, sd_time until, struct sd_str *text)
{
	size_t n = 0;
	sd_time at = from;

	sd_str_reset(text);
	sd_str_addc(text, '{');
	while (n + 2 <= max) {
		sd_time s = at + (int64_t)rng_below(&rng, 40000) * 1000000 * (rng_below(&rng, 5) > 0),
				e = s + (int64_t)(1 + rng_below(&rng, 50000)) * 1000000;

		if (e > until)
			break;
		sd_str_addf(text, "%s%" PRId64 ",%" PRId64, n ? "," : "", s, e);
		edge[n++] = s;
		edge[n++] = e;
		at = e;
	}
	sd_str_addc(text, '}');
	return n;
}

static int64_t walked(const sd_time *edge, size_t n, sd_time a, sd_time b)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i += 2) {
		sd_time s = edge[i] > a ? edge[i] : a, e = edge[i + 1] < b ? edge[i + 1] : b;

		sum += e > s ? e - s : 0;
	}
	return sum;
}

static sd_time any_time(sd_time from, sd_time until)
{
	return from + (int64_t)(rng_next(&rng) % (uint64_t)(until - from));
}

static void test_between(void **state)
{
	sd_time edge[400], from = 1700000000000000, until = from + 60 * DAY;
	struct sd_str text = {0};

	(void)state;
	rng = rng_new(7);
	for (unsigned round = 0; round < test_rounds(50); round++) {
		struct sd_hours *h = sd_hours_new();
		size_t n = random_spans(edge, 400, from, until, &text);

		assert_true(sd_hours_put(h, 2, from, until, "{}"));
		assert_true(sd_hours_put(h, 9, from, until, text.data));
		for (int i = 0; i < 200; i++) {
			sd_time a = any_time(from, until), b = rng_below(&rng, 10) ? any_time(from, until) : a, after;
			int64_t us, want = walked(edge, n, a, b), more = 1 + (int64_t)(rng_next(&rng) % (20 * HOUR));

			assert_true(sd_hours_between(h, 9, a, b, &us));
			assert_true(us == want);
			after = sd_hours_after(h, 9, a, more);
			if (after == SD_TIME_INFINITY) {
				assert_true(walked(edge, n, a, until) < more);
				continue;
			}
			assert_true(walked(edge, n, a, after) == more);
			assert_true(walked(edge, n, a, after - 1) < more); /* the first such instant: closing time, not the next opening */
		}
		sd_hours_free(h);
	}
	sd_str_free(&text);
}

static void test_reach(void **state)
{
	struct sd_hours *h = sd_hours_new();
	int64_t us;

	(void)state;
	assert_false(sd_hours_between(h, 1, 0, 5, &us));
	assert_true(sd_hours_put(h, 1, 0, 100, "{10,20,20,30,50,90}"));
	assert_true(sd_hours_known(h, 1, 0, 100));
	assert_false(sd_hours_known(h, 1, 0, 101));
	assert_false(sd_hours_known(h, 2, 0, 1));
	assert_false(sd_hours_between(h, 1, 0, 101, &us));
	assert_true(sd_hours_between(h, 1, 60, 50, &us) && us == 0);
	assert_false(sd_hours_always(h, 1));
	assert_true(sd_hours_put(h, 1, 0, 100, "{0,40,40,100}")); /* in its place */
	assert_true(sd_hours_always(h, 1));
	static const char *const wrong[] = {
		NULL, "", "{", "{1}", "{1,2", "{2,1}", "{1,2,1,3}", "{1,2}x", "{1,2,}", "{a,b}", "{90,101}", "1,2"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(sd_hours_put(h, 1, 0, 100, wrong[i]));
	assert_true(sd_hours_always(h, 1)); /* what was known stays */
	sd_hours_free(h);
}

static struct sd_clock_mark mark_of(int version, int64_t target_s, sd_time due)
{
	return (struct sd_clock_mark){.version = version, .target_s = target_s, .due = due, .metric = "resolution"};
}

static void test_marks(void **state)
{
	static const char *const none[] = {NULL, "", "7", "7|14400|resolution|2023-11-14 22:13:20+00|2023-11-14 22:13:20+00|{}",
		"0|14400|response|2023-11-14 22:13:20+00|2023-11-14 22:13:20+00|{}|{}",
		"7|14400|response||2023-11-14 22:13:20+00|{}|{}", /* neither due nor standing still */
		"7|14400|response|x|2023-11-14 22:13:20+00|{}|{}", "7|14400|response|||{2023-11-14 22:13:20+00}|{NULL}",
		"7|14400|response|2023-11-14 22:13:20+00|2023-11-14 22:13:20+00|{NULL}|{}",
		"7|14400|response|2023-11-14 22:13:20+00|2023-11-14 22:13:20+00|{}|{}|"};
	struct sd_clock_mark *c = sd_clock_mark_parse("7|14400|resolution|2023-11-14 22:13:20+00|2023-11-14 12:13:20.5+00|{}|{}");

	(void)state;
	assert_int_equal(c->version, 7);
	assert_true(
		c->target_s == 14400 && c->due == 1700000000000000 && c->started == 1699964000500000 && !c->paused && !c->npauses);
	assert_string_equal(c->metric, "resolution");
	free(c);
	c = sd_clock_mark_parse("7|14400|response||2023-11-14 12:13:20+00|{\"2023-11-14 12:14:00+00\",\"2023-11-14 14:00:00.25+00\"}|"
							"{\"2023-11-14 13:00:00+00\",NULL}");
	assert_true(c && c->paused && c->npauses == 2 && c->due == SD_TIME_NONE);
	assert_true(c->pause[1] == 1699966800000000 && c->pause[2] == 1699970400250000 && c->pause[3] == SD_TIME_NONE);
	free(c);
	c = sd_clock_mark_parse("7|14400|response|2023-11-14 22:13:20+00||{}|{}");
	assert_true(c && c->due == 1700000000000000);
	free(c);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_null(sd_clock_mark_parse(none[i]));
}

/* What stood still does not count: against the sum of what ran. */
static void test_pauses(void **state)
{
	sd_time edge[400], from = 1700000000000000, until = from + 60 * DAY;
	struct sd_str text = {0};

	(void)state;
	rng = rng_new(9);
	for (unsigned round = 0; round < test_rounds(100); round++) {
		struct sd_hours *h = sd_hours_new();
		size_t n = random_spans(edge, 400, from, until, &text), k = rng_below(&rng, 4);
		struct sd_clock_mark *c = sd_calloc(1, sizeof *c + 8 * sizeof *c->pause);
		struct sd_countdown d;
		sd_time at = from + DAY, now;
		int64_t sum;

		assert_true(sd_hours_put(h, 4, from, until, text.data));
		*c = mark_of(4, 50000, SD_TIME_NONE);
		c->started = at;
		for (size_t i = 0; i < k; i++) {
			c->pause[i * 2] = at += (sd_time)rng_below(&rng, 400000) * 1000000;
			c->pause[i * 2 + 1] = at += (sd_time)rng_below(&rng, 400000) * 1000000;
		}
		now = at + (sd_time)rng_below(&rng, 1000000) * 1000000;
		sum = walked(edge, n, c->started, now);
		for (size_t i = 0; i < k; i++)
			sum -= walked(edge, n, c->pause[i * 2], c->pause[i * 2 + 1]);
		c->npauses = k;
		if (rng_below(&rng, 2)) { /* stands still since now, which was a while ago */
			c->pause[k * 2] = now;
			c->pause[k * 2 + 1] = SD_TIME_NONE;
			c->npauses = k + 1;
			c->paused = true;
			now += 3 * DAY;
		} else if (sum <= 50000 * (int64_t)1000000) { /* runs, and is due when the rest is used up */
			c->due = sd_hours_after(h, 4, now, 50000 * (int64_t)1000000 - sum);
		} else { /* found late: somewhere behind its start, what stood still since not counted either */
			c->due = c->started;
			c->target_s = 0;
			sum += 50000 * (int64_t)1000000;
		}
		if (c->due == SD_TIME_INFINITY) {
			free(c);
			sd_hours_free(h);
			continue;
		}
		sd_countdown(h, c, now, &d);
		assert_true(d.known && d.left_us == 50000 * (int64_t)1000000 - sum);
		free(c);
		sd_hours_free(h);
	}
	sd_str_free(&text);
}

/* Round the clock, and of a calendar that closes: left in microseconds, what is shown, its level of ten hours. */
static void test_texts(void **state)
{
	static const struct {
		int64_t left;
		const char *always, *closes;
		enum sd_sla_level level;
	} tries[] = {{10 * HOUR, "10h", "10h", SD_SLA_OK}, {10 * HOUR - 1, "9h59", "9h59", SD_SLA_OK},
		{5 * HOUR + 1, "5h00", "5h00", SD_SLA_OK}, {5 * HOUR, "5h00", "5h00", SD_SLA_HALF},
		{5 * HOUR / 2, "2h30", "2h30", SD_SLA_LATE}, {HOUR, "1h00", "1h00", SD_SLA_LATE}, {HOUR - 1, "59m", "59m", SD_SLA_LATE},
		{MIN, "1m", "1m", SD_SLA_LATE}, {MIN - 1, "<1m", "<1m", SD_SLA_LATE}, {0, "<1m", "<1m", SD_SLA_LATE},
		{-1, "-0m", "-0m", SD_SLA_BREACHED}, {-35 * MIN, "-35m", "-35m", SD_SLA_BREACHED},
		{-80 * MIN, "-1h20", "-1h20", SD_SLA_BREACHED}, {-52 * HOUR, "-2d04", "-52h", SD_SLA_BREACHED},
		{52 * HOUR + 59 * MIN, "2d04", "52h", SD_SLA_OK}, {100 * DAY, "100d", "2400h", SD_SLA_OK},
		{-400 * DAY, "-400d", "-9600h", SD_SLA_BREACHED}};
	struct sd_hours *h = sd_hours_new();
	char buf[SD_COUNTDOWN_TEXT];
	sd_time now = 1000 * DAY;

	(void)state;
	assert_true(sd_hours_put(h, 1, 0, 2000 * DAY, "{0,172800000000000}"));
	assert_true(sd_hours_put(h, 2, 0, 2000 * DAY, "{1,172800000000000}"));
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
		for (int version = 1; version <= 2; version++) {
			struct sd_clock_mark c = mark_of(version, 10 * 3600, now + tries[i].left);
			struct sd_countdown d;

			sd_countdown(h, &c, now, &d);
			assert_string_equal(sd_countdown_text(&d, buf), version == 1 ? tries[i].always : tries[i].closes);
			assert_int_equal(d.level, tries[i].level);
		}
	sd_hours_free(h);
}

/* Beyond the copy the level is still right as to lateness, and no figure is shown. */
static void test_unknown(void **state)
{
	struct sd_hours *h = sd_hours_new();
	struct sd_clock_mark c = mark_of(3, 3600, 5 * HOUR);
	struct sd_countdown d;
	char buf[SD_COUNTDOWN_TEXT];

	(void)state;
	sd_countdown(h, &c, 4 * HOUR, &d);
	assert_false(d.known);
	assert_int_equal(d.level, SD_SLA_OK);
	assert_true(d.next == 5 * HOUR + 1);
	assert_string_equal(sd_countdown_text(&d, buf), "");
	sd_countdown(h, &c, 6 * HOUR, &d);
	assert_int_equal(d.level, SD_SLA_BREACHED);
	sd_countdown(h, NULL, 6 * HOUR, &d);
	assert_int_equal(d.level, SD_SLA_NONE);
	sd_hours_free(h);
}

/* A row is painted anew when it says something else, and never before: text and level stand still until next. */
static void test_ticks(void **state)
{
	sd_time edge[400], from = 1700000000000000, until = from + 60 * DAY;
	struct sd_str text = {0};

	(void)state;
	rng = rng_new(8);
	for (unsigned round = 0; round < test_rounds(30); round++) {
		struct sd_hours *h = sd_hours_new();
		size_t n = random_spans(edge, 400, from, until, &text);

		assert_true(n >= 4 && sd_hours_put(h, 4, from, until, text.data));
		for (int i = 0; i < 100; i++) {
			/* a due time lies within open hours or on closing time */
			size_t k = 2 * rng_below(&rng, (unsigned)n / 2);
			struct sd_clock_mark c = mark_of(4, 60 + rng_below(&rng, 400000), edge[k + 1]);
			sd_time now = any_time(from, until);
			struct sd_countdown a, b;
			char ta[SD_COUNTDOWN_TEXT], tb[SD_COUNTDOWN_TEXT];

			if (rng_below(&rng, 3))
				c.due = edge[k] + 1 + (int64_t)(rng_next(&rng) % (uint64_t)(edge[k + 1] - edge[k]));
			sd_countdown(h, &c, now, &a);
			assert_true(a.known && a.next > now);
			if (a.next == SD_TIME_INFINITY || a.next >= until)
				continue;
			sd_countdown_text(&a, ta);
			sd_countdown(h, &c, a.next - 1, &b);
			assert_string_equal(sd_countdown_text(&b, tb), ta);
			assert_int_equal(b.level, a.level);
			assert_true(b.next == a.next);
			sd_countdown(h, &c, a.next, &b);
			if (b.level == a.level && !strcmp(sd_countdown_text(&b, tb), ta))
				fail_msg("nothing changed at %" PRId64 ": %s", a.next, ta);
		}
		sd_hours_free(h);
	}
	sd_str_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_reach),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_pauses),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_ticks),
	};
	return TEST_MAIN(tests);
}
