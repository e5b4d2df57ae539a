/* A kind that came as one SQL file, worked in the console: list, form, palette, acts, detail, in both languages. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pty *console(const char *language)
{
	const char *words[] = {"--language", language, NULL};
	struct pty *p = console_run((struct pty_opts){.cols = 180, .rows = 40}, words);
	pty_settle(p);
	return p;
}
/* The value beside a label, whatever stands between them. */
static bool shows(struct pty *p, const char *label, const char *value)
{
	const char *at = strstr(pty_screen(p), label);
	at = at ? at + strlen(label) + strspn(at + strlen(label), " ") : "";
	return strncmp(at, value, strlen(value)) == 0;
}

/* The form asks what this kind asks, with its words and its defaults; what was sent is what stands in the desk. */
static void test_form(void **state)
{
	(void)state;
	desk_ok(NULL, "ticket new kind=incident subject=Other");
	struct pty *p = console("en");
	type(p, ":new loan\r");
	assert_true(pty_has(p, "New: Loan"));
	assert_true(pty_has(p, "Borrower*"));
	assert_true(pty_has(p, "[x] yes")); /* the default of "insured" is yes */
	type(p, "admin");
	pty_until(p, "Administrator");
	press(p, "Enter"); /* picked, and on to the next field */
	type(p, "Projector");
	press(p, "Ctrl-s");
	pty_until(p, "LN1");
	json_t *t = at(desk_ok(NULL, "ticket list kind:loan --columns number,subject,borrower,insured,condition,pieces"), "0");
	assert_string_equal(text(t, "subject"), "Projector");
	assert_string_equal(text(t, "borrower"), "admin");
	assert_true(json_is_true(at(t, "insured")));
	assert_string_equal(text(t, "condition"), "used");
	assert_int_equal(number(t, "pieces"), 1);
	pty_free(p);
}

/* Its columns, its verbs and its labels; a verb that no other kind has is found in the palette. */
static void test_acts(void **state)
{
	(void)state;
	struct pty *p = console("en");
	type(p, ":view all\r");
	pty_until(p, "Projector");
	type(p, "&kind:loan\r");
	pty_gone(p, "Other");
	press(p, "F11");
	assert_true(pty_has(p, "Borrower"));
	assert_true(pty_has(p, "Due back"));
	assert_true(pty_has(p, "Asked for"));
	type(p, ":hand");
	assert_true(pty_has(p, "Hand out"));
	press(p, "Ctrl-u Esc");
	type(p, ":hand_out\r");
	assert_true(pty_has(p, "Due back*"));
	assert_false(pty_has(p, "Follow-up"));
	press(p, "Ctrl-s");
	pty_until(p, "Lent out");
	pty_until(p, "2026-01-12 09:00"); /* in the list, in the viewer's zone */
	press(p, "Enter");
	pty_until(p, "Timeline");
	assert_true(shows(p, "Insured", "yes"));
	assert_true(shows(p, "Condition", "used"));
	assert_string_equal(text(desk_ok(NULL, "ticket list kind:loan"), "0.state"), "lent_out");
	pty_free(p);
}

static void test_chinese(void **state)
{
	(void)state;
	struct pty *p = console("zh_CN");
	type(p, ":view all\r");
	pty_until(p, "Projector");
	type(p, "&kind:loan\r");
	pty_gone(p, "Other");
	assert_true(pty_has(p, "已借出"));
	press(p, "Enter");
	pty_until(p, "应还时间");
	assert_true(pty_has(p, "用过"));
	type(p, ":extend\r");
	assert_true(pty_has(p, "应还时间*"));
	assert_true(pty_has(p, "出差")); /* the label of a choice that is no field */
	pty_free(p);
	const struct run *r =
		desk_run(NULL, NULL, "ticket show %s --language zh_CN", text(desk_ok(NULL, "ticket list kind:loan"), "0.number"));
	assert_non_null(strstr(r->out, "借用人"));
	assert_non_null(strstr(r->out, "用过"));
	assert_non_null(strstr(r->out, "2026-01-12 09:00"));
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return -1;
	desk_kind(SRCDIR "/tests/db/kinds/loan.sql");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_form), cmocka_unit_test(test_acts), cmocka_unit_test(test_chinese)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, desk_stop);
}
