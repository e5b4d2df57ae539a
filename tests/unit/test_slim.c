/* Fewer bytes, the same screen: cases said exactly, then streams at random, against an emulator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <vterm.h>

#include "svcdesk/mem.h"
#include "tui/term/slim.h"

enum { ROWS = 8, COLS = 20, STREAMS = 400, PARTS = 60 };

static void says(const char *in, const char *out)
{
	struct slim s = {0};
	struct sd_str got = {0};

	slim(&s, in, strlen(in), &got);
	assert_string_equal(got.data ? got.data : "", out);
	sd_str_free(&got);
}

static void test_cases(void **state)
{
	(void)state;
	says("plain", "plain");
	says("\033(B\033[m\033(B\033[0;1ma", "\033(B\033[m\033[1ma");
	says("\033[m\033[38;5;231m\033[48;5;160m1\033(B\033[m 2", "\033[m\033[38;5;231;48;5;160m1\033(B\033[m 2");
	says("\033[m\033[1m\033[31ma\033[39mb", "\033[m\033[1;31ma\033[39mb");
	says("\033[m\033[1;4ma\033[0;1mb\033[0mc", "\033[m\033[1;4ma\033[24mb\033[mc");
	/* what nothing is written in is not said; nor what is so already */
	says("\033[m\033[1m\033[5;6H\033[mx\033[39;49my", "\033[m\033[5;6Hxy");
	/* erasing takes the ground with it */
	says("\033[m\033[44m\033[K\033[m", "\033[m\033[44m\033[K\033[m");
	/* what is not known here is passed on, and so is all until a reset */
	says("\033[m\033[1m\033[4:3m\033[2ma\033[0m\033[1mb", "\033[m\033[1m\033[4:3m\033[2ma\033[0m\033[1mb");
	says("\033(0x\033(By\033(B", "\033(0x\033(By");
	says("\033[31", "\033[31");
}

static uint32_t seed;

static int upto(int n)
{
	seed = seed * 1664525u + 1013904223u;
	return (int)(seed >> 8) % n;
}

static void add_look(struct sd_str *s)
{
	static const char *const codes[] = {"0", "", "1", "2", "3", "4", "7", "22", "23", "24", "27", "39", "49", "31", "42", "95",
		"101", "38;5;231", "48;5;160", "38;2;1;2;3", "48;2;9;8;7", "53", "39;49", "0;1", "0;4;38;5;9"};
	int n = 1 + upto(2);

	sd_str_add(s, "\033[");
	for (int i = 0; i < n; i++)
		sd_str_addf(s, "%s%s", i ? ";" : "", codes[upto((int)(sizeof codes / sizeof *codes))]);
	sd_str_addc(s, 'm');
}

static void add_part(struct sd_str *s)
{
	switch (upto(9)) {
	case 0:
		sd_str_addf(s, "\033[%d;%dH", 1 + upto(ROWS), 1 + upto(COLS));
		break;
	case 1:
		sd_str_add(s, upto(2) ? "\033[K" : "\033[3X");
		break;
	case 2:
		sd_str_add(s, "\033(B");
		break;
	case 3:
		sd_str_add(s, upto(2) ? "\r" : "\033[2G");
		break;
	case 4:
	case 5:
		sd_str_addf(s, "%c%c", 'a' + upto(26), 'a' + upto(26));
		break;
	default:
		add_look(s);
	}
}

static VTerm *screen(VTermScreen **out)
{
	VTerm *v = vterm_new(ROWS, COLS);

	vterm_set_utf8(v, 1);
	*out = vterm_obtain_screen(v);
	vterm_screen_reset(*out, 1);
	return v;
}

static void same(const VTermScreenCell *a, const VTermScreenCell *b)
{
	assert_int_equal(a->chars[0], b->chars[0]);
	assert_int_equal(a->attrs.bold, b->attrs.bold);
	assert_int_equal(a->attrs.underline, b->attrs.underline);
	assert_int_equal(a->attrs.italic, b->attrs.italic);
	assert_int_equal(a->attrs.reverse, b->attrs.reverse);
	assert_true(vterm_color_is_equal(&a->fg, &b->fg));
	assert_true(vterm_color_is_equal(&a->bg, &b->bg));
}

static void test_random(void **state)
{
	size_t before = 0, after = 0;

	(void)state;
	for (int i = 0; i < STREAMS; i++) {
		struct sd_str in = {0}, out = {0};
		struct slim s = {0};
		VTermScreen *a, *b;
		VTerm *va = screen(&a), *vb = screen(&b);
		size_t frame = 0;

		seed = 7919u * (unsigned)(i + 1);
		for (int k = 0; k < PARTS; k++) {
			add_part(&in);
			if (upto(20) == 0) { /* a frame ends here */
				slim(&s, in.data + frame, in.len - frame, &out);
				frame = in.len;
			}
		}
		sd_str_add(&in, "z");
		slim(&s, in.data + frame, in.len - frame, &out);
		vterm_input_write(va, in.data, in.len);
		vterm_input_write(vb, out.data, out.len);
		for (VTermPos at = {0, 0}; at.row < ROWS; at.row++)
			for (at.col = 0; at.col < COLS; at.col++) {
				VTermScreenCell x, y;
				vterm_screen_get_cell(a, at, &x);
				vterm_screen_get_cell(b, at, &y);
				same(&x, &y);
			}
		assert_true(out.len <= in.len);
		before += in.len;
		after += out.len;
		vterm_free(va);
		vterm_free(vb);
		sd_str_free(&in);
		sd_str_free(&out);
	}
	assert_true(after < before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_random)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
