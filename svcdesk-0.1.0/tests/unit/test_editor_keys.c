/* Where one writes: every key of readline that people have in their fingers, by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "tui/widget/editor.h"
#include "tui/widget/lineedit.h"

/* | is the cursor. */
static const struct {
	const char *from, *keys, *to;
} cases[] = {
	/* moving */
	{"one two|", "Ctrl-a", "|one two"},
	{"one two|", "Home", "|one two"},
	{"|one two", "Ctrl-e", "one two|"},
	{"|one two", "End", "one two|"},
	{"a\nb|c\nd", "Ctrl-a", "a\n|bc\nd"},
	{"a\n|bc\nd", "Ctrl-e", "a\nbc|\nd"},
	{"one|", "Ctrl-b Ctrl-b", "o|ne"},
	{"|one", "Ctrl-f Right", "on|e"},
	{"one|", "Left", "on|e"},
	{"one two three|", "Alt-b", "one two |three"},
	{"one two three|", "Ctrl-Left Ctrl-Left", "one |two three"},
	{"one two three|", "Alt-Left", "one two |three"},
	{"|one two three", "Alt-f", "one| two three"},
	{"|one two three", "Ctrl-Right Alt-Right", "one two| three"},
	{"a\nb|", "Ctrl-Home", "|a\nb"},
	{"|a\nb", "Ctrl-End", "a\nb|"},
	{"a\nb|", "Alt-<", "|a\nb"},
	{"|a\nb", "Alt->", "a\nb|"},
	{"abc\nd|ef", "Ctrl-p", "a|bc\ndef"},
	{"a|bc\ndef", "Ctrl-n", "abc\nd|ef"},
	{"abc\nd|ef", "Up Down", "abc\nd|ef"},
	/* taking out */
	{"one| two", "Backspace", "on| two"},
	{"one| two", "Ctrl-h", "on| two"},
	{"one| two", "Delete", "one|two"},
	{"one| two", "Ctrl-d", "one|two"},
	{"one two-three|", "Ctrl-w", "one |"},
	{"one two-three|", "Alt-Backspace", "one two-|"},
	{"one two-three|", "Ctrl-Backspace", "one two-|"},
	{"|one two", "Alt-d", "| two"},
	{"|one two", "Ctrl-Delete", "| two"},
	{"one| two\nx", "Ctrl-k", "one|\nx"},
	{"one|\nx", "Ctrl-k", "one|x"},
	{"y\none| two", "Ctrl-u", "y\n| two"},
	/* and back again; what is taken out in a row comes back in one piece, in its order */
	{"one| two", "Ctrl-k Ctrl-a Ctrl-y", " two|one"},
	{"one two three|", "Ctrl-w Ctrl-w Ctrl-a Ctrl-y", "two three|one "},
	{"|one two", "Alt-d Alt-d Ctrl-y Ctrl-y", "one twoone two|"},
	/* undo */
	{"one two|", "Ctrl-w Ctrl-_", "one two|"},
	{"one two|", "Ctrl-w Alt-u", "one two|"},
	{"one two|", "Ctrl-w Ctrl-x u", "one two|"},
	{"one two|", "Ctrl-w Ctrl-x Ctrl-u", "one two|"},
	{"one two|", "Ctrl-w Ctrl-_ Alt-r", "one |"},
	{"|", "a b c Ctrl-_", "|"},
	{"|", "Ctrl-_ Ctrl-_", "|"},
	/* new lines */
	{"a|b", "Enter", "a\n|b"},
	{"a|b", "Ctrl-j", "a\n|b"},
	/* what is no letter is none */
	{"a|", "Ctrl-t Alt-q F5 Ctrl-Alt-x", "a|"},
	{"中文|字", "Ctrl-b Ctrl-d", "中|字"},
	{"über|", "Ctrl-w", "|"},
};

static void test_editor(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct editor e;
		struct sd_str got = {0};
		const char *at = strchr(cases[i].from, '|'), *keys = cases[i].keys;

		editor_init(&e, false);
		sd_str_addn(&got, cases[i].from, (size_t)(at - cases[i].from));
		sd_str_add(&got, at + 1);
		editor_set(&e, got.data ? got.data : "");
		e.cursor = (size_t)(at - cases[i].from);
		e.width = 40;
		e.height = 10;
		while (*keys) {
			size_t n = strcspn(keys, " ");
			char name[32];
			struct key k;

			snprintf(name, sizeof name, "%.*s", (int)n, keys);
			if (!key_parse(name, &k))
				fail_msg("%s is no key", name);
			editor_update(&e, &k);
			keys += n + (keys[n] == ' ');
		}
		sd_str_reset(&got);
		sd_str_addn(&got, editor_text(&e), e.cursor);
		sd_str_addc(&got, '|');
		sd_str_add(&got, editor_text(&e) + e.cursor);
		if (strcmp(got.data, cases[i].to) != 0)
			fail_msg("%s on \"%s\" gives \"%s\", not \"%s\"", cases[i].keys, cases[i].from, got.data, cases[i].to);
		sd_str_free(&got);
		editor_free(&e);
	}
}

static enum widget_result press(struct editor *e, const char *name)
{
	struct key k;

	assert_true(key_parse(name, &k));
	return editor_update(e, &k);
}

/* What the owner of the text is asked for. */
static void test_requests(void **state)
{
	struct editor e;

	(void)state;
	editor_init(&e, false);
	assert_int_equal(press(&e, "Ctrl-s"), W_SUBMIT);
	assert_int_equal(press(&e, "Alt-Enter"), W_SUBMIT);
	assert_int_equal(press(&e, "Esc"), W_CANCEL);
	assert_int_equal(press(&e, "Tab"), W_IGNORED);
	assert_int_equal(press(&e, "Ctrl-x"), W_HANDLED);
	assert_int_equal(press(&e, "e"), W_EXTERNAL);
	press(&e, "Ctrl-x");
	assert_int_equal(press(&e, "Ctrl-e"), W_EXTERNAL);
	press(&e, "Ctrl-x");
	press(&e, "z"); /* a half sequence that goes on to nothing types nothing */
	assert_string_equal(editor_text(&e), "");
	editor_free(&e);
}

/* The same keys in the line of a prompt. */
static void test_prompt(void **state)
{
	static const char *const keys[] = {
		"a", "b", "Space", "c", "Ctrl-a", "x", "Ctrl-e", "Ctrl-w", "d", "Alt-b", "Ctrl-k", "Ctrl-y", "Ctrl-_"};
	struct lineedit l;
	struct key k;

	(void)state;
	lineedit_init(&l, ":");
	lineedit_open(&l, ":", "");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		assert_true(key_parse(keys[i], &k));
		lineedit_update(&l, &k);
	}
	assert_string_equal(lineedit_text(&l), "xab ");
	assert_true(key_parse("Ctrl-u", &k));
	lineedit_update(&l, &k);
	assert_string_equal(lineedit_text(&l), "");
	lineedit_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_editor),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_prompt),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
