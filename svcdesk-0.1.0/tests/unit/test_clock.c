/* Time: ISO text, zones with their gaps and overlaps, ages, durations. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/zone.h"
#include "svcdesk/clock.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static struct sd_arena *a;

static const char *iso_of(const char *text, const char *zone)
{
	sd_time t;
	struct sd_err err;
	sd_err_clear(&err);
	if (!sd_time_parse(text, zone, &t, &err)) {
		assert_int_equal(err.cls, SD_ERR_INPUT);
		assert_true(*err.text);
		return "refused";
	}
	return sd_time_iso(a, t);
}

static void iso_text(void **state)
{
	(void)state;
	static const struct {
		const char *in, *zone, *want;
	} cases[] = {
		{"2016-02-29T01:16:00Z", NULL, "2016-02-29T01:16:00Z"},
		{"2016-02-29T01:16:00.5Z", NULL, "2016-02-29T01:16:00.5Z"},
		{"2016-02-29T01:16:00.123456789Z", NULL, "2016-02-29T01:16:00.123456Z"},
		{"2016-02-29 01:16+02", NULL, "2016-02-28T23:16:00Z"},
		{"2016-02-29 01:16+0230", NULL, "2016-02-28T22:46:00Z"},
		{"2016-02-29 01:16-05:45", NULL, "2016-02-29T07:01:00Z"},
		{"2016-02-29", "UTC", "2016-02-29T00:00:00Z"},
		{"2016-02-29", "Asia/Shanghai", "2016-02-28T16:00:00Z"},
		{"2016-02-29t01:16z", NULL, "2016-02-29T01:16:00Z"},
		{"0001-01-01T00:00:00Z", NULL, "0001-01-01T00:00:00Z"},
		{"1969-12-31T23:59:59.999999Z", NULL, "1969-12-31T23:59:59.999999Z"},
		{"9999-12-31T23:59:59Z", NULL, "9999-12-31T23:59:59Z"},
		{"2016-12-31T23:59:60Z", NULL, "2017-01-01T00:00:00Z"},
		{"2000-02-29", "UTC", "2000-02-29T00:00:00Z"},
		{"1900-02-29", "UTC", "refused"},
		{"2015-02-29", "UTC", "refused"},
		{"2016-13-01", "UTC", "refused"},
		{"2016-00-01", "UTC", "refused"},
		{"2016-01-00", "UTC", "refused"},
		{"2016-01-32", "UTC", "refused"},
		{"2016-1-1", "UTC", "refused"},
		{"2016-01-01T24:00Z", "UTC", "refused"},
		{"2016-01-01T10:60Z", "UTC", "refused"},
		{"2016-01-01T10:00:61Z", "UTC", "refused"},
		{"2016-01-01T10:00Zx", "UTC", "refused"},
		{"2016-01-01T10:00+2", "UTC", "refused"},
		{"2016-01-01T10:00+16", "UTC", "refused"},
		{"2016-01-01T10:00:00.Z", "UTC", "refused"},
		{"2016-01-01T", "UTC", "refused"},
		{"2016-01-01T10", "UTC", "refused"},
		{"", "UTC", "refused"},
		{"tomorrow", "UTC", "refused"},
		{"2016-01-01", "Nowhere/Land", "refused"},
		{"2016-01-01", "../../etc/passwd", "refused"},
		{"2016-01-01", "/etc/localtime", "refused"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *got = iso_of(cases[i].in, cases[i].zone);
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s in %s: %s, not %s", cases[i].in, cases[i].zone ? cases[i].zone : "-", got, cases[i].want);
	}
}

/* Every microsecond survives writing and reading. */
static void iso_round_trip(void **state)
{
	(void)state;
	struct rng r = rng_new(1);
	for (unsigned i = 0; i < test_rounds(20000); i++) {
		sd_time t = (sd_time)(rng_next(&r) % UINT64_C(315537897600000000)) - INT64_C(62135596800000000), back;
		struct sd_err err;
		assert_true(sd_time_parse(sd_time_iso(a, t), NULL, &back, &err));
		assert_true(back == t);
		sd_arena_reset(a);
	}
	assert_string_equal(sd_time_iso(a, SD_TIME_NONE), "");
	assert_string_equal(sd_time_iso(a, SD_TIME_INFINITY), "infinity");
}

static void gaps_and_overlaps(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *local, *utc;
	} cases[] = {
		{"Europe/Berlin", "2016-03-27 01:59:59", "2016-03-27T00:59:59Z"},
		{"Europe/Berlin", "2016-03-27 02:00", "2016-03-27T01:00:00Z"}, /* the gap: its later edge */
		{"Europe/Berlin", "2016-03-27 02:30", "2016-03-27T01:00:00Z"},
		{"Europe/Berlin", "2016-03-27 03:00", "2016-03-27T01:00:00Z"},
		{"Europe/Berlin", "2016-10-30 02:30", "2016-10-30T00:30:00Z"}, /* twice: the earlier */
		{"Europe/Berlin", "2016-10-30 03:00", "2016-10-30T02:00:00Z"},
		{"America/New_York", "2026-03-08 02:30", "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z"},
		{"Australia/Lord_Howe", "2016-10-02 02:15", "2016-10-01T15:30:00Z"}, /* half an hour only */
		{"Australia/Lord_Howe", "2016-10-02 02:30", "2016-10-01T15:30:00Z"},
		{"Australia/Lord_Howe", "2016-04-03 01:45", "2016-04-02T14:45:00Z"},
		{"Australia/Lord_Howe", "2016-04-03 02:00", "2016-04-02T15:30:00Z"},
		{"Australia/Lord_Howe", "2040-10-07 02:15", "2040-10-06T15:30:00Z"}, /* beyond the table: the rule */
		{"Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00Z"},        /* a day that never was */
		{"Asia/Kathmandu", "2026-01-01 00:00", "2025-12-31T18:15:00Z"},
		{"America/Caracas", "2016-05-01 02:45", "2016-05-01T07:00:00Z"},
		{"Africa/Casablanca", "2026-02-15 02:30", "2026-02-15T01:30:00Z"}, /* negative daylight saving */
		{"Asia/Shanghai", "2026-07-01 08:00", "2026-07-01T00:00:00Z"},
		{"Europe/Dublin", "2026-07-01 12:00", "2026-07-01T11:00:00Z"},
		{"UTC", "2026-07-01 12:00", "2026-07-01T12:00:00Z"},
		{"Europe/Berlin", "2099-07-01 12:00", "2099-07-01T10:00:00Z"},
		{"Europe/Berlin", "1850-01-01 12:00", "1850-01-01T11:06:32Z"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *got = iso_of(cases[i].local, cases[i].zone);
		if (strcmp(got, cases[i].utc) != 0)
			fail_msg("%s in %s: %s, not %s", cases[i].local, cases[i].zone, got, cases[i].utc);
	}
	sd_time t;
	assert_true(sd_time_from_local(2016, 10, 30, 2, 30, 0, "Europe/Berlin", &t));
	assert_true(t == INT64_C(1477787400000000));
	assert_false(sd_time_from_local(2016, 2, 30, 0, 0, 0, "Europe/Berlin", &t));
	assert_false(sd_time_from_local(2016, 2, 3, 0, 0, 0, "Mars/Olympus", &t));
}

static const char *const all_zones[] = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
	"Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns", "Antarctica/Troll", "Asia/Gaza", "Pacific/Kiritimati",
	"America/Sao_Paulo", "Europe/Dublin", "Asia/Shanghai", "UTC"};

/* Our reading of the zone files agrees with the C library's. */
static void agrees_with_the_c_library(void **state)
{
	(void)state;
	struct rng r = rng_new(2);
	for (size_t z = 0; z < sizeof all_zones / sizeof *all_zones; z++) {
		setenv("TZ", all_zones[z], 1);
		tzset();
		for (unsigned i = 0; i < test_rounds(3000); i++) {
			time_t t = (time_t)(rng_next(&r) % UINT64_C(4733510400)) - 631152000; /* 1950 to 2099 */
			struct tm tm;
			char want[64];
			localtime_r(&t, &tm);
			strftime(want, sizeof want, "%Y-%m-%d %H:%M:%S %z %Z %a %j", &tm);
			const char *got = sd_time_local(a, (sd_time)t * 1000000, all_zones[z], "%Y-%m-%d %H:%M:%S %z %Z %a %j");
			if (strcmp(got, want) != 0)
				fail_msg("%s %ld: %s, the C library says %s", all_zones[z], (long)t, got, want);
		}
		sd_arena_reset(a);
	}
	unsetenv("TZ");
	tzset();
}

/* Local time and back is the identity, or an hour earlier in an overlap; local order follows. */
static void local_round_trip(void **state)
{
	(void)state;
	struct rng r = rng_new(4);
	for (size_t z = 0; z < sizeof all_zones / sizeof *all_zones; z++) {
		const struct zone *zone = zone_get(all_zones[z]);
		for (unsigned i = 0; i < test_rounds(1500); i++) {
			int64_t t = (int64_t)(rng_next(&r) % UINT64_C(4733510400)) - 631152000;
			if (i % 2) { /* half of them close to a change */
				int64_t change = zone_next_change(zone, t);
				if (change < INT64_C(4102444800))
					t = change - 7200 + (int64_t)rng_below(&r, 14400);
			}
			sd_time back;
			struct sd_err err;
			const char *local = sd_time_local(a, t * 1000000, all_zones[z], "%Y-%m-%d %H:%M:%S");
			assert_true(sd_time_parse(local, all_zones[z], &back, &err));
			assert_true(back <= t * 1000000);
			assert_string_equal(sd_time_local(a, back, all_zones[z], "%Y-%m-%d %H:%M:%S"), local);
		}
		sd_arena_reset(a);
	}
}

static void posix_zones(void **state)
{
	(void)state;
	assert_string_equal(iso_of("2026-07-01 12:00", "CET-1CEST,M3.5.0,M10.5.0/3"), "2026-07-01T10:00:00Z");
	assert_string_equal(iso_of("2026-01-01 12:00", "CET-1CEST,M3.5.0,M10.5.0/3"), "2026-01-01T11:00:00Z");
	assert_string_equal(iso_of("2026-01-01 12:00", "<+0545>-5:45"), "2026-01-01T06:15:00Z");
	assert_string_equal(iso_of("2026-01-01 12:00", "EST5EDT,J60,J300"), "2026-01-01T17:00:00Z");
	assert_string_equal(iso_of("2026-01-01 12:00", "CET-1CEST,M3.5"), "refused");
	assert_string_equal(iso_of("2026-01-01 12:00", "CET-999"), "refused");
	assert_string_equal(iso_of("2026-01-01 12:00", "X"), "refused");
}

static void ages(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *want;
	} cases[] = {{0, "0s"}, {12, "12s"}, {59, "59s"}, {60, "1m"}, {3599, "59m"}, {3600, "1h"}, {86399, "23h"}, {86400, "1d"},
		{13 * 86400, "13d"}, {14 * 86400, "2w"}, {98 * 604800, "98w"}, {99 * 604800, "1y"}, {INT64_C(3) * 31556952, "3y"},
		{-1, "-1s"}, {-7200, "-2h"}};
	sd_time now = INT64_C(1456708560000000);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(sd_time_age(a, now - cases[i].seconds * 1000000, now), cases[i].want);
	struct rng r = rng_new(5);
	for (int i = 0; i < 20000; i++) {
		sd_time t = (sd_time)(rng_next(&r) >> 1) / 2;
		if (i % 2)
			t = -t;
		assert_true(strlen(sd_time_age(a, t, now)) <= 4);
		sd_arena_reset(a);
	}
	assert_string_equal(sd_time_age(a, SD_TIME_NONE, now), "");
}

static void durations(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t seconds; /* -1: refused */
	} cases[] = {{"4h", 14400}, {"1d12h", 129600}, {"90s", 90}, {"2w", 1209600}, {"1h30m", 5400}, {"0s", 0}, {"", -1}, {"4", -1},
		{"h", -1}, {"4h4h", -1}, {"30m1h", -1}, {"-4h", -1}, {"4 h", -1}, {"4H", -1}, {"1.5h", -1}, {"99999999999999999999s", -1},
		{"1d ", -1}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t out = -1;
		bool ok = sd_duration_parse(cases[i].text, &out);
		if (ok != (cases[i].seconds >= 0) || (ok && out != cases[i].seconds * 1000000))
			fail_msg("%s", cases[i].text);
	}
}

static void civil(void **state)
{
	(void)state;
	int64_t expect = civil_days(-400, 1, 1), y;
	int m, d;
	for (int64_t day = expect; day < 1200000; day++) {
		civil_date(day, &y, &m, &d);
		assert_true(civil_days(y, m, d) == day);
		assert_true(m >= 1 && m <= 12 && d >= 1 && d <= 31);
	}
	assert_true(civil_days(1970, 1, 1) == 0);
	assert_true(civil_days(2000, 3, 1) == 11017);
}

static int setup(void **state)
{
	(void)state;
	a = sd_arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sd_arena_free(a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iso_text),
		cmocka_unit_test(iso_round_trip),
		cmocka_unit_test(gaps_and_overlaps),
		cmocka_unit_test(agrees_with_the_c_library),
		cmocka_unit_test(local_round_trip),
		cmocka_unit_test(posix_zones),
		cmocka_unit_test(ages),
		cmocka_unit_test(durations),
		cmocka_unit_test(civil),
	};
	return TEST_MAIN_WITH(tests, setup, teardown);
}
