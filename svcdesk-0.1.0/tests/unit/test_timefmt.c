/* Times of files by formats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/intake/timefmt.h"
#include "svcdesk/mem.h"

static void reads(const char *text, const char *fmt, const char *zone, const char *want)
{
	struct sd_arena *a = sd_arena_new();
	sd_time t = 0;
	assert_true(intake_time_format(fmt));
	bool ok = intake_time(text, fmt, zone, &t);
	const char *have = ok ? sd_time_iso(a, t) : "no";
	if (strcmp(have, want) != 0)
		fail_msg("%s by %s in %s is %s, not %s", text, fmt, zone ? zone : "UTC", have, want);
	sd_arena_free(a);
}

static void test_formats(void **state)
{
	(void)state;
	static const char *const same[][2] = {{"2016-02-29 12:30:05", "%Y-%m-%d %H:%M:%S"}, {"2016-02-29 12:30:05", "%F %T"},
		{"  29.2.2016   12:30:05  ", "%d.%m.%Y %H:%M:%S"}, {"02/29/16 12:30:05 pm", "%m/%d/%y %I:%M:%S %p"},
		{"29 Feb 2016 12:30:05.999", "%e %b %Y %T.%f"}, {"29-FEBRUARY-2016 12:30:05", "%d-%B-%Y %T"},
		{"2016-02-29T20:30:05+0800", "%Y-%m-%dT%T%z"}, {"2016-02-29T07:00:05-05:30", "%FT%T%z"}, {"1456749005", "%s"},
		{"2016-02-29T12:30:05Z", "iso"}, {"2016-02-29T12:30:05Z", "%FT%T%z"}, {"100% 2016-02-29 12:30:05", "100%% %F %T"}};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		reads(same[i][0], same[i][1], NULL, "2016-02-29T12:30:05Z");
	reads("2016-02-29 12:30", "%F %R", "Europe/Berlin", "2016-02-29T11:30:00Z");
	reads("2016-07-01 12:30", "%F %R", "Europe/Berlin", "2016-07-01T10:30:00Z");
	reads("2016-03-27 02:30", "%F %R", "Europe/Berlin", "2016-03-27T01:00:00Z"); /* there is no such time */
	reads("2016-10-30 02:30", "%F %R", "Europe/Berlin", "2016-10-30T00:30:00Z"); /* there are two */
	reads("2016-02-29 12:30", "iso", "Asia/Shanghai", "2016-02-29T04:30:00Z");
	reads("12:00 am 1/1/99", "%I:%M %p %d/%m/%y", NULL, "1999-01-01T00:00:00Z");
}

static void test_refused(void **state)
{
	(void)state;
	static const char *const bad[][2] = {{"2015-02-29", "%F"}, {"2016-13-01", "%F"}, {"2016-00-10", "%F"}, {"2016-01-32", "%F"},
		{"2016-01-01 24:00", "%F %R"}, {"2016-01-01 12:60", "%F %R"}, {"13:00 pm 1/1/16", "%I:%M %p %d/%m/%y"},
		{"2016-01-01 x", "%F"}, {"2016-01-01", "%F %R"}, {"", "%F"}, {"1 foo 2016", "%d %b %Y"}, {"2016-01-01 +99:00", "%F %z"},
		{"99999999999", "%s"}, {"1969-01-01", "%F"}, {"2201-01-01", "%F"}, {"2016-01-01T00:00:00+", "%FT%T%z"}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		reads(bad[i][0], bad[i][1], NULL, "no");
	static const char *const formats[] = {"", "%H:%M", "%Y-%m", "%Q", "%Y-%m-%d %", "%d %H"};
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		assert_false(intake_time_format(formats[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_formats), cmocka_unit_test(test_refused)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
