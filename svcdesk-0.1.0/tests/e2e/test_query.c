/* Queries from the command line: what is said of them, where they are wrong, what is in the manual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/e2e/desk.h"

static int fill(void **state)
{
	if (desk_start(state) != 0)
		return -1;
	for (int i = 0; i < 12; i++)
		desk_ok(NULL, "ticket new kind=incident subject='printer %c' impact=%d urgency=2 group='Service desk'", 'a' + i % 6,
			1 + i % 3);
	return 0;
}

static void test_explain(void **state)
{
	(void)state;
	json_t *j = desk_ok(NULL, "query explain 'state:open group:\"Service desk\" sort:-due'");
	assert_string_equal(text(j, "match.and.0.field"), "group");
	assert_string_equal(text(j, "sort"), "-due");
	assert_non_null(strstr(text(j, "sql"), "from desk.ticket t"));
	assert_string_equal(text(j, "params.0"), "Service desk");
	assert_true(*text(j, "plan.class") && *text(j, "plan.text"));
	assert_int_equal(number(j, "timeout_s"), 10);
	assert_non_null(at(j, "explain.0.Plan"));
	const struct run *r = desk_run(NULL, NULL, "query explain 'printer or prio:1'");
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "SQL of a page:"));
	assert_non_null(strstr(r->out, "{\"or\":["));
	assert_int_equal(desk_run(NULL, NULL, "query explain")->status, 0);
	desk_refused(NULL, 2, "unknown_field", "query explain stat:open");
}

static void test_count(void **state)
{
	(void)state;
	static const struct {
		const char *words, *out;
	} tries[] = {{"--count printer", "12\n"}, {"--count --limit 5 printer", "5\n"}, {"--count --limit 50 printer", "12\n"},
		{"--count --limit 0 printer", "0\n"}, {"--count '!printer'", "0\n"}};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		const struct run *r = desk_run(NULL, NULL, "ticket list %s", tries[i].words);
		assert_int_equal(r->status, 0);
		assert_string_equal(r->out, tries[i].out);
	}
}

static void test_order(void **state)
{
	(void)state;
	json_t *list = desk_ok(NULL, "ticket list sort:-subject --columns subject");
	assert_string_equal(text(list, "0.subject"), "printer f");
	assert_string_equal(text(list, "11.subject"), "printer a");
	list = desk_ok(NULL, "ticket list 'sort:impact sort' --columns impact"); /* a word beside the order */
	assert_int_equal(json_array_size(list), 0);
	json_t *e = desk_refused(NULL, 2, "unknown_value", "ticket list sort:subjct");
	assert_non_null(strstr(text(e, "text"), "subject"));
}

static void test_words(void **state)
{
	(void)state;
	json_t *e = desk_refused(NULL, 2, "unknown_value", "ticket list 'state:open code:fixd'");
	assert_non_null(strstr(text(e, "text"), "fixed"));
	assert_non_null(strstr(text(e, "text"), "column 17"));
	desk_ok(NULL, "ticket list code:fixed");
	desk_sql("update desk.ticket set resolution_code = 'Fixd by vendor' where id = (select min(id) from desk.ticket)");
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list 'code:\"Fixd by vendor\"'")), 1); /* a word the desk holds */
	const struct run *r = desk_run(NULL, NULL, "ticket list code:fixd");
	assert_int_equal(r->status, 2);
	assert_string_equal(strchr(r->err, '\n'), "\n"); /* to a program one line */
}

/* Views from the command line: one's own, those of a group, built-in ones; a query narrows them. */
static void test_views(void **state)
{
	(void)state;
	desk_ok(NULL, "user add vera --role agent --group 'Service desk'");
	json_t *list = desk_ok(NULL, "view list");
	assert_string_equal(text(list, "0.section"), "builtin");
	assert_int_equal(number(desk_ok(NULL, "ticket list --view open --columns priority 'priority:2' --limit 1"), "0.priority"), 2);
	desk_ok(NULL, "view save printers 'printer sort:-subject' --columns number,subject:40");
	list = desk_ok(NULL, "ticket list --view printers");
	assert_int_equal(json_array_size(list), 12);
	assert_string_equal(text(list, "0.subject"), "printer f");
	assert_null(at(list, "0.priority")); /* the columns of the view */
	assert_int_equal(json_array_size(desk_ok(NULL, "ticket list --view printers '\"printer a\"'")), 2);
	const struct run *r = desk_run(NULL, NULL, "ticket list --view printers --count --limit 5");
	assert_string_equal(r->out, "5\n");
	desk_ok(NULL, "view save printers 'printer prio:1'"); /* the same name: another query */
	desk_refused(NULL, 2, "unknown_field", "view save wrong stat:open");
	desk_refused(NULL, 2, "unknown_value", "view save wrong group:Srvice");
	desk_refused("vera", 3, "no_such_view", "ticket list --view printers"); /* not hers */
	desk_refused("vera", 4, "not_your_group", "view save hot prio:1 --group 'Service desk'");
	desk_ok(NULL, "view save hot prio:1 --group 'Service desk'");
	assert_string_equal(text(desk_ok("vera", "view list"), "7.group"), "Service desk");
	desk_ok("vera", "ticket list --view hot");
	desk_ok("vera", "ticket list --view 'Service desk: hot'");
	desk_refused("vera", 3, "no_such_view", "view delete hot");
	desk_refused("vera", 3, "no_such_view", "view delete hot --group 'Service desk'");
	desk_refused(NULL, 2, "unknown_group", "view delete hot --group Nowhere");
	desk_ok(NULL, "view delete hot --group 'Service desk'");
	desk_ok(NULL, "view delete printers");
	json_t *e = desk_refused(NULL, 3, "no_such_view", "ticket list --view opn");
	assert_non_null(strstr(text(e, "text"), "open"));
}

/* ---- what the documents say ---- */

/* A line of roff as it is read. */
static void plain(char *s)
{
	char *to = s;
	for (; *s; s++) {
		if (strncmp(s, "\\(dq", 4) == 0) {
			*to++ = '"';
			s += 3;
		} else if (strncmp(s, "\\(aq", 4) == 0) {
			*to++ = '\'';
			s += 3;
		} else if (*s == '\\' && s[1] == 'f' && s[2]) {
			s += 2;
		} else if (*s == '\\' && s[1]) {
			*to++ = *++s == 'e' ? '\\' : *s;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* Every example of svcdesk-query(7) is understood, and finds its words on a desk. */
static void test_manual(void **state)
{
	(void)state;
	const char *dir = getenv("SVCDESK_BUILDDIR");
	char path[1024], line[1024];
	bool in = false, next = false;
	int found = 0;
	snprintf(path, sizeof path, "%s/tui/man/svcdesk-query.7", dir ? dir : ".");
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, ".SH", 3) == 0)
			in = strcmp(line, ".SH EXAMPLES") == 0;
		if (in && next) {
			plain(line);
			const struct run *r = desk_run(NULL, NULL, "query explain --json '%s'", line);
			if (r->status != 0)
				fail_msg("%s: %s", line, r->err);
			found++;
		}
		next = strcmp(line, ".TP") == 0;
	}
	fclose(f);
	assert_true(found > 15);
}

/* The queries of README and --help: names on them are of the sample desk, so only names may be unknown here. */
static void test_examples(void **state)
{
	(void)state;
	char line[1024];
	int found = 0;
	FILE *f = fopen(SRCDIR "/README.md", "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		char *at = strstr(line, "svcdesk ticket list "), *end;
		size_t skip = strlen("svcdesk ticket list ");
		if (!at && (at = strstr(line, "svcdesk query explain ")))
			skip = strlen("svcdesk query explain ");
		if (!at || strchr(at, '`'))
			continue;
		at[strcspn(at, "\n")] = '\0';
		if ((end = strstr(at, " --json")) || (end = strstr(at, " --count")))
			*end = '\0';
		const struct run *r = desk_run(
			NULL, NULL, skip == strlen("svcdesk ticket list ") ? "ticket list --json %s" : "query explain --json %s", at + skip);
		if (r->status != 0 && !strstr(r->out, "\"unknown_value\""))
			fail_msg("README: %s: %s", at, r->err);
		found++;
	}
	fclose(f);
	assert_true(found >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_manual),
		cmocka_unit_test(test_examples),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fill, desk_stop);
}
