/* Reports as documents: how values are painted, that nothing from outside becomes markup, and what the charts draw. */
#include "core/report/svg.h"
#include "tests/lib/testlib.h"

#include <string.h>

static const struct report_column columns[] = {{"name", "Name <b>", REPORT_TEXT, NULL}, {"n", "n", REPORT_COUNT, NULL},
	{"share", "Share", REPORT_NUMBER, NULL}, {"cumulative", "Sum", REPORT_NUMBER, NULL}, {"hidden", NULL, REPORT_TEXT, NULL}};

static struct report_table table_of(const char *rows, enum report_chart chart)
{
	struct report_table t = {.id = "t",
		.section = "S",
		.title = "T & <i>\"x'",
		.query = "svcdesk metric get x --query 'a|b`c'",
		.columns = columns,
		.ncolumns = 5,
		.rows = json_loads(rows, 0, NULL),
		.chart = chart,
		.value = 1,
		.line = 3};
	assert_non_null(t.rows);
	strcpy(t.hash, "abc");
	t.series[0] = 1;
	t.series[1] = -1;
	return t;
}

static struct report_doc doc_of(struct sd_arena *a, struct report_table *t)
{
	return (struct report_doc){.a = a,
		.name = "r",
		.title = "Report",
		.period = "2026-10",
		.from = "2026-10-01T00:00:00Z",
		.to = "2026-11-01T00:00:00Z",
		.zone = "UTC",
		.before = "2026-09",
		.customer = "<script>alert(1)</script>",
		.desk = "D",
		.by = "anna",
		.generated = "2026-11-01T08:00:00Z",
		.again = "svcdesk report r",
		.lang = "en",
		.tables = t,
		.ntables = 1};
}

static const char hostile[] = "[[\"<script>alert('1')</script>\", 3, 75, 75, null], [\"a|b & \\\"c\\\" </td>\", 1, 25, 100, "
							  "null], [null, 0, 0, 100, null]]";

static void test_escape(void **state)
{
	(void)state;
	struct sd_str s = {0};
	report_escape(&s, "<a href=\"x\" o='y'>&</a>");
	assert_string_equal(s.data, "&lt;a href=&quot;x&quot; o=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
	sd_str_free(&s);
}

static void test_values(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	struct report_doc d = {.a = a, .zone = "Europe/Berlin", .to = "2026-10-31T23:00:00Z"};
	assert_string_equal(report_number(&d, 1234567.5, 1), "1,234,567.5");
	assert_string_equal(report_number(&d, -1234, 2), "-1,234");
	assert_string_equal(report_number(&d, 123, 0), "123");
	assert_string_equal(report_number(&d, 99.980, 3), "99.98");
	assert_string_equal(report_number(&d, -0.001, 1), "0");
	assert_string_equal(report_figure(&d, "minutes", 59.5), "59.5 min");
	assert_string_equal(report_figure(&d, "minutes", 200), "3 h 20 min");
	assert_string_equal(report_figure(&d, "minutes", 10000), "6 d 22 h");
	assert_string_equal(report_figure(&d, "percent", 99.977), "99.977 %");
	assert_string_equal(report_figure(&d, "percent", 66.03), "66 %");
	assert_string_equal(report_time(&d, "2026-10-25T01:30:00Z", "%Y-%m-%d %H:%M"), "2026-10-25 02:30");
	assert_string_equal(report_last_day(&d), "2026-10-31");
	assert_int_equal(report_better("up", 1), 1);
	assert_int_equal(report_better("down", 1), -1);
	assert_int_equal(report_better("down", 0), 0);
	sd_arena_free(a);
}

static void test_html(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	static const enum report_chart charts[] = {REPORT_NO_CHART, REPORT_BARS, REPORT_LINES, REPORT_PARETO, REPORT_BUDGET};
	for (size_t i = 0; i < sizeof charts / sizeof *charts; i++) {
		struct report_table t = table_of(hostile, charts[i]);
		struct report_doc d = doc_of(a, &t);
		struct sd_str s = {0};
		report_html(&s, &d);
		assert_null(strstr(s.data, "<script"));
		assert_null(strstr(s.data, "http")); /* nothing from elsewhere */
		assert_null(strstr(s.data, "<b>"));
		assert_null(strstr(s.data, "\"c\" </td>"));
		assert_non_null(strstr(s.data, "&lt;script&gt;alert(&#39;1&#39;)"));
		assert_non_null(strstr(s.data, "sha256 <code>abc</code>"));
		assert_non_null(strstr(s.data, "a|b`c"));
		assert_int_equal(strstr(s.data, "<svg") != NULL, charts[i] != REPORT_NO_CHART);
		if (charts[i] != REPORT_NO_CHART) { /* named and described for who does not see it */
			assert_non_null(strstr(s.data, "role=\"img\" aria-labelledby=\"t-t t-d\""));
			assert_non_null(strstr(s.data, "<desc id=\"t-d\">"));
		}
		json_decref(t.rows);
		sd_str_free(&s);
	}
	sd_arena_free(a);
}

static void test_empty(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	struct report_table t = table_of("[]", REPORT_PARETO);
	struct report_doc d = doc_of(a, &t);
	struct sd_str s = {0};
	report_html(&s, &d);
	assert_null(strstr(s.data, "<svg"));
	assert_non_null(strstr(s.data, "Nothing in this period."));
	sd_str_reset(&s);
	report_markdown(&s, &d);
	assert_non_null(strstr(s.data, "Nothing in this period."));
	json_decref(t.rows);
	sd_str_free(&s);
	sd_arena_free(a);
}

static size_t count(const char *s, const char *what)
{
	size_t n = 0;
	for (const char *p = strstr(s, what); p; p = strstr(p + 1, what))
		n++;
	return n;
}

static void test_charts(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	struct sd_str s = {0};
	struct report_table t = table_of("[[\"a\", 8, 80, 80, null], [\"b\", 2, 20, 100, null]]", REPORT_PARETO);
	struct report_doc d = doc_of(a, &t);
	report_svg(&s, &d, &t);
	assert_int_equal(count(s.data, "<rect class=\"b1\""), 2);
	assert_non_null(strstr(s.data, "<path class=\"l2\" d=\"M")); /* the line of the sums */
	assert_non_null(strstr(s.data, "80 %"));
	sd_str_reset(&s);
	/* a gap in a line breaks it */
	json_decref(t.rows);
	t = table_of(
		"[[\"1\", 1, 0, 0, null], [\"2\", null, 0, 0, null], [\"3\", 3, 0, 0, null], [\"4\", 4, 0, 0, null]]", REPORT_LINES);
	report_svg(&s, &d, &t);
	const char *path = strstr(s.data, "<path class=\"l1\" d=\"");
	assert_non_null(path);
	char line[200];
	snprintf(line, sizeof line, "%.*s", (int)strcspn(path + 20, "\""), path + 20);
	assert_int_equal(count(line, "M"), 2);
	assert_int_equal(count(line, "L"), 1);
	sd_str_reset(&s);
	/* no budget left: no arc, and a figure below zero */
	json_decref(t.rows);
	t = table_of("[[\"Mail\", -43, 0, 10, null], [\"Web\", 5, 0, 10, null]]", REPORT_BUDGET);
	report_svg(&s, &d, &t);
	assert_non_null(strstr(s.data, "-430 %"));
	assert_int_equal(count(s.data, "stroke-dasharray=\"50.0 200\""), 1);
	sd_str_reset(&s);
	/* where there are more services than room, those with the least left are seen */
	json_decref(t.rows);
	t = table_of(
		"[[\"A\", 10, 0, 10, null], [\"B\", 10, 0, 10, null], [\"C\", 10, 0, 10, null], [\"D\", 9, 0, 10, null], [\"E\", 10, "
		"0, 10, null], [\"F\", null, 0, null, null], [\"G\", 10, 0, 10, null], [\"H\", 10, 0, 10, null], [\"I\", 10, 0, 10, "
		"null], [\"Worst\", -4, 0, 10, null]]",
		REPORT_BUDGET);
	report_svg(&s, &d, &t);
	assert_int_equal(count(s.data, "class=\"lb\""), 8);
	assert_null(strstr(s.data, ">F<"));
	assert_null(strstr(s.data, ">I<"));
	assert_true(strstr(s.data, "Worst") < strstr(s.data, ">D<") && strstr(s.data, ">D<") < strstr(s.data, ">A<"));
	json_decref(t.rows);
	sd_str_free(&s);
	sd_arena_free(a);
}

static void test_markdown(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	struct report_table t = table_of(hostile, REPORT_BARS);
	struct report_doc d = doc_of(a, &t);
	struct sd_str s = {0};
	report_markdown(&s, &d);
	assert_null(strstr(s.data, "<script>"));
	assert_non_null(strstr(s.data, "| a\\|b \\& \"c\" \\</td\\> | 1 | 25 | 100 |\n"));
	assert_non_null(strstr(s.data, "|---|---:|---:|---:|\n"));
	assert_non_null(strstr(s.data, "`` svcdesk metric get x --query 'a|b`c' ``"));
	json_decref(t.rows);
	sd_str_free(&s);
	sd_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_escape), cmocka_unit_test(test_values), cmocka_unit_test(test_html),
		cmocka_unit_test(test_empty), cmocka_unit_test(test_charts), cmocka_unit_test(test_markdown)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
