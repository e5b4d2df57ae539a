/* Cells, clipping, wide glyphs, boxes, glyph sets, dumps; theme files. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/surface/surface.h"
#include "tui/surface/theme.h"

static void check_dump(struct surface *s, const char *want)
{
	char *got = surface_dump(s, NULL);

	assert_string_equal(got, want);
	free(got);
}

/* Every wide cell has its second half, and no second half stands alone. */
static void check_whole(const struct surface *s)
{
	for (int y = 0; y < surface_height(s); y++)
		for (int x = 0; x < surface_width(s); x++) {
			const struct cell *c = surface_cell(s, x, y), *next = surface_cell(s, x + 1, y), *prev = surface_cell(s, x - 1, y);

			if (c->width == 2)
				assert_true(next && next->width == 0 && next->element == c->element);
			else if (c->width == 0)
				assert_true(prev && prev->width == 2 && c->text[0] == '\0');
			else
				assert_true(c->width == 1 && c->text[0]);
			assert_true(c->element < EL_COUNT);
			assert_true((unsigned char)c->text[0] >= 0x20 || c->width == 0);
			assert_int_not_equal(c->text[0], 0x7F);
		}
}

static void test_text(void **state)
{
	struct surface *s = surface_new(12, 3);
	struct region r = surface_region(s);

	(void)state;
	assert_int_equal(draw_text(r, 0, 0, EL_NORMAL, "Zürich"), 6);
	assert_int_equal(draw_text(r, 0, 1, EL_STRONG, "打印机"), 6);
	assert_int_equal(draw_text(r, 8, 0, EL_NORMAL, "longer than this"), 4);
	assert_int_equal(draw_text(r, 0, 3, EL_NORMAL, "below"), 0);
	assert_int_equal(draw_text(r, 0, -1, EL_NORMAL, "above"), 0);
	draw_text(r, -3, 2, EL_NORMAL, "cut left");
	check_dump(s, "Zürich  long\n打印机\n left\n");
	check_whole(s);
	surface_free(s);
}

static void test_wide_at_edges(void **state)
{
	struct surface *s = surface_new(7, 4);
	struct region r = surface_region(s);

	(void)state;
	/* Does not fit: a blank, never half a glyph. */
	assert_int_equal(draw_text(r, 0, 0, EL_NORMAL, "打印机打"), 7);
	assert_string_equal(surface_cell(s, 6, 0)->text, " ");
	/* Cut at the left. */
	draw_text(r, -1, 1, EL_NORMAL, "打x");
	assert_string_equal(surface_cell(s, 0, 1)->text, " ");
	assert_string_equal(surface_cell(s, 1, 1)->text, "x");
	/* Written over one half: the other becomes a blank. */
	draw_text(r, 0, 2, EL_NORMAL, "打印");
	draw_text(r, 1, 2, EL_NORMAL, "a");
	assert_string_equal(surface_cell(s, 0, 2)->text, " ");
	draw_text(r, 2, 2, EL_NORMAL, "b");
	assert_string_equal(surface_cell(s, 3, 2)->text, " ");
	/* A wide one across two halves. */
	draw_text(r, 0, 3, EL_NORMAL, "打印机");
	draw_text(r, 1, 3, EL_NORMAL, "中");
	check_whole(s);
	/* The edge of a region counts like the edge of the screen. */
	surface_clear(s);
	draw_text(region_sub(r, 0, 0, 3, 1), 0, 0, EL_NORMAL, "打印");
	assert_int_equal(surface_cell(s, 3, 0)->width, 1);
	check_dump(s, "打\n\n\n\n");
	surface_free(s);
}

static void test_nothing_raw(void **state)
{
	struct surface *s = surface_new(20, 1);

	(void)state;
	draw_text(surface_region(s), 0, 0, EL_NORMAL, "a\033[31mb\tc\nd\177");
	check_whole(s);
	for (int x = 0; x < 20; x++)
		assert_true((unsigned char)surface_cell(s, x, 0)->text[0] >= 0x20);
	surface_free(s);
}

static void test_long_grapheme(void **state)
{
	struct surface *s = surface_new(4, 1);
	char zalgo[400] = "a";

	(void)state;
	for (int i = 0; i < 60; i++)
		strcat(zalgo, "\xCC\x81");
	draw_text(surface_region(s), 0, 0, EL_NORMAL, zalgo);
	assert_true(strlen(surface_cell(s, 0, 0)->text) < sizeof surface_cell(s, 0, 0)->text);
	assert_true(sd_text_is_clean(surface_cell(s, 0, 0)->text, strlen(surface_cell(s, 0, 0)->text), SD_CLEAN_LINE));
	surface_free(s);
}

static void test_fit(void **state)
{
	struct surface *s = surface_new(8, 6);
	struct region r = surface_region(s);

	(void)state;
	draw_fit(r, 0, 0, 6, EL_NORMAL, "abcdefgh", false);
	draw_fit(r, 0, 1, 6, EL_NORMAL, "abc", true);
	draw_fit(r, 0, 2, 6, EL_NORMAL, "打印机打印", false);
	draw_fit(r, 0, 3, 1, EL_NORMAL, "abc", false);
	draw_fit(r, 0, 4, 6, EL_NORMAL, "abcdef", false);
	draw_fit(r, 0, 5, 6, EL_NORMAL, NULL, false);
	check_dump(s, "abcde…\n   abc\n打印…\n…\nabcdef\n\n");
	glyphs_ascii(true);
	draw_fit(r, 0, 0, 6, EL_NORMAL, "abcdefgh", false);
	glyphs_ascii(false);
	check_dump(s, "abcde~\n   abc\n打印…\n…\nabcdef\n\n");
	surface_free(s);
}

static void test_box(void **state)
{
	struct surface *s = surface_new(14, 4);
	char *map;
	char *text;

	(void)state;
	draw_box(surface_region(s), EL_BORDER, "Tickets");
	text = surface_dump(s, &map);
	assert_string_equal(text, "┌─ Tickets ──┐\n│            │\n│            │\n└────────────┘\n");
	assert_true(strncmp(map, "dddcccccccdddd\n", 15) == 0);
	assert_non_null(strstr(map, "\nc title\nd border\n"));
	free(text);
	free(map);
	glyphs_ascii(true);
	draw_box(surface_region(s), EL_BORDER, "A much too long title");
	glyphs_ascii(false);
	check_dump(s, "+- A much ~ -+\n|            |\n|            |\n+------------+\n");
	surface_free(s);
}

static void test_regions(void **state)
{
	struct surface *s = surface_new(10, 5);
	struct region r = surface_region(s), sub;

	(void)state;
	sub = region_sub(r, 8, 3, 10, 10);
	assert_int_equal(sub.w, 2);
	assert_int_equal(sub.h, 2);
	sub = region_sub(r, -3, -1, 5, 2);
	assert_int_equal(sub.x, 0);
	assert_int_equal(sub.w, 2);
	assert_int_equal(sub.h, 1);
	sub = region_sub(r, 20, 20, 5, 5);
	assert_int_equal(sub.w, 0);
	sub = region_sub(r, 2, 2, -4, 3);
	assert_int_equal(sub.w, 0);
	sub = region_sub(r, -2147483647, 0, 2147483647, 1);
	assert_true(sub.w >= 0 && sub.w <= 10);
	draw_fill(sub, 0, 0, 99, 99, EL_NORMAL, "#");
	surface_cursor(s, 99, -5, true);
	int x, y;

	assert_true(surface_cursor_get(s, &x, &y));
	assert_int_equal(x, 9);
	assert_int_equal(y, 0);
	assert_null(surface_cell(s, 10, 0));
	assert_null(surface_cell(s, 0, -1));
	surface_free(s);
}

static unsigned rnd(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 8) % n;
}

/* Anything drawn anywhere into a region: nothing outside changes but the other half of a wide glyph that was cut, and no half
 * stays. */
static void test_random_drawing(void **state)
{
	static const char *const words[] = {"abc", "打印机", "é", "─", "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", "x", "한",
		"日 本", "", "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA!"};
	unsigned seed = 5;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct surface *s = surface_new(1 + (int)rnd(&seed, 24), 1 + (int)rnd(&seed, 8));
		struct region r = surface_region(s), in;
		struct surface *before = surface_new(1, 1);

		for (int i = 0; i < 20; i++) {
			int x = (int)rnd(&seed, 30) - 4, y = (int)rnd(&seed, 12) - 2, w = (int)rnd(&seed, 20), h = (int)rnd(&seed, 6);
			const char *word = words[rnd(&seed, sizeof words / sizeof *words)];
			enum element e = (enum element)rnd(&seed, EL_COUNT);

			surface_copy(before, s);
			in = region_sub(r, (int)rnd(&seed, 20), (int)rnd(&seed, 6), (int)rnd(&seed, 20), (int)rnd(&seed, 6));
			switch (rnd(&seed, 6)) {
			case 0:
				draw_fill(in, x, y, w, h, e, word[0] ? word : " ");
				break;
			case 1:
				draw_element(in, x, y, w, h, e);
				break;
			case 2:
				draw_box(region_sub(in, x, y, w, h), e, word);
				break;
			case 3:
				draw_fit(in, x, y, w, e, word, rnd(&seed, 2));
				break;
			default:
				draw_text(in, x, y, e, word);
			}
			check_whole(s);
			for (int cy = 0; cy < surface_height(s); cy++)
				for (int cx = 0; cx < surface_width(s); cx++) {
					const struct cell *was = surface_cell(before, cx, cy), *now = surface_cell(s, cx, cy);

					if (cy >= in.y && cy < in.y + in.h && cx >= in.x && cx < in.x + in.w)
						continue;
					if (was->width != 1)
						continue; /* half of what was cut */
					assert_string_equal(was->text, now->text);
					assert_int_equal(was->element, now->element);
				}
		}
		surface_free(before);
		surface_free(s);
	}
}

/* ---- themes ---- */

static struct theme *parse_ok(const char *text)
{
	struct sd_err err = {0};
	struct theme *t = theme_parse("test.theme", text, &err);

	if (!t)
		fail_msg("%s", err.text);
	return t;
}

static void parse_bad(const char *text, const char *want)
{
	struct sd_err err = {0};
	struct theme *t = theme_parse("test.theme", text, &err);

	assert_null(t);
	assert_int_equal(err.cls, SD_ERR_INPUT);
	if (!strstr(err.text, want))
		fail_msg("error is \"%s\", want \"%s\" in it", err.text, want);
}

static void test_theme_values(void **state)
{
	struct theme *t =
		parse_ok("[theme]\nname = mine\n[normal]\nfg = 250\n[p1]\nfg = 203 9 1\nbg = red\nattr = bold\nmono = bold reverse\n"
				 "[p2]\ninherit = p1\nbg = default\n[p3]\nfg = 196\nattr = underline\n");
	struct theme_style s;

	(void)state;
	assert_string_equal(theme_name(t), "mine");
	s = theme_get(t, EL_P1, THEME_256);
	assert_int_equal(s.fg, 203);
	assert_int_equal(s.bg, 1);
	assert_int_equal(s.attr, THEME_BOLD);
	assert_int_equal(theme_get(t, EL_P1, THEME_16).fg, 9);
	assert_int_equal(theme_get(t, EL_P1, THEME_8).fg, 1);
	s = theme_get(t, EL_P1, THEME_MONO);
	assert_int_equal(s.fg, -1);
	assert_int_equal(s.attr, THEME_BOLD | THEME_REVERSE);
	s = theme_get(t, EL_P2, THEME_256);
	assert_int_equal(s.fg, 203);
	assert_int_equal(s.bg, -1);
	assert_int_equal(theme_get(t, EL_P2, THEME_MONO).attr, THEME_BOLD | THEME_REVERSE);
	/* Derived for fewer colours; mono takes attr; what is not named is normal. */
	assert_int_equal(theme_get(t, EL_P3, THEME_16).fg, 9);
	assert_int_equal(theme_get(t, EL_P3, THEME_8).fg, 1);
	assert_int_equal(theme_get(t, EL_P3, THEME_MONO).attr, THEME_UNDERLINE);
	assert_int_equal(theme_get(t, EL_LINK, THEME_256).fg, 250);
	theme_free(t);
}

static void test_theme_errors(void **state)
{
	(void)state;
	parse_bad("[normal]\nfg = 250\n[nosuch]\nfg = 1\n", "test.theme:4: no element");
	parse_bad("[normal]\nfg = pink\n", "test.theme:2: \"pink\"");
	parse_bad("[normal]\nfg = 300\n", "test.theme:2:");
	parse_bad("[normal]\nfg = 200 20 1\n", "of the 16");
	parse_bad("[normal]\nfg = 1 2 3 4\n", "three colours");
	parse_bad("[normal]\nattr = blink\n", "\"blink\"");
	parse_bad("[normal]\ncolour = 1\n", "unknown word");
	parse_bad("[p1]\ninherit = p2\n[p2]\ninherit = p1\n", "inherits from itself");
	parse_bad("[p1]\ninherit = p9\n", "[p9]");
	parse_bad("[p1\n", "test.theme:1:");
}

/* The shipped ones parse, and what must be told apart is told apart without colours. */
static void test_theme_files(void **state)
{
	static const char *const files[] = {"dark", "light", "mono"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char path[500];
		struct sd_err err = {0};
		struct theme *t;

		snprintf(path, sizeof path, "%s/themes/%s.theme", SRCDIR, files[i]);
		t = theme_load(path, &err);
		if (!t)
			fail_msg("%s", err.text);
		assert_string_equal(theme_name(t), files[i]);
		for (int tier = 0; tier < THEME_TIERS; tier++) {
			struct theme_style sel = theme_get(t, EL_SELECTED, (enum theme_tier)tier),
							   nor = theme_get(t, EL_NORMAL, (enum theme_tier)tier);
			struct theme_style blur = theme_get(t, EL_SELECTED_BLUR, (enum theme_tier)tier);

			assert_true(sel.bg != nor.bg || sel.attr != nor.attr);
			assert_true(sel.bg != blur.bg || sel.attr != blur.attr);
			assert_true(blur.bg != nor.bg || blur.attr != nor.attr);
			for (int e = 0; e < EL_COUNT; e++) {
				struct theme_style s = theme_get(t, (enum element)e, (enum theme_tier)tier);
				int limit = tier == THEME_256 ? 256 : tier == THEME_16 ? 16 : tier == THEME_8 ? 8 : 0;

				assert_true(s.fg < limit && s.bg < limit);
				/* Letters on a ground of their own colour cannot be read. */
				assert_true(s.fg < 0 || s.fg != s.bg);
				if (i == 2)
					assert_true(s.fg == -1 && s.bg == -1);
			}
		}
		assert_int_not_equal(theme_get(t, EL_SELECTED, THEME_MONO).attr & THEME_REVERSE, 0);
		theme_free(t);
	}
	struct sd_err err = {0};

	assert_null(theme_load("no-such-theme", &err));
	assert_int_equal(err.cls, SD_ERR_NOT_FOUND);
}

static void test_element_names(void **state)
{
	(void)state;
	for (int a = 0; a < EL_COUNT; a++) {
		assert_true(element_name((enum element)a)[0]);
		for (int b = 0; b < a; b++)
			assert_string_not_equal(element_name((enum element)a), element_name((enum element)b));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_wide_at_edges),
		cmocka_unit_test(test_nothing_raw),
		cmocka_unit_test(test_long_grapheme),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_box),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_random_drawing),
		cmocka_unit_test(test_theme_values),
		cmocka_unit_test(test_theme_errors),
		cmocka_unit_test(test_theme_files),
		cmocka_unit_test(test_element_names),
	};

	setlocale(LC_ALL, "C.UTF-8");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
