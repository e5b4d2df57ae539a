/* Graphemes, width, cutting, wrapping, folding, matching. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"

static void put_char(struct sd_str *s, uint32_t cp)
{
	if (cp < 0x80) {
		sd_str_addc(s, (char)cp);
	} else if (cp < 0x800) {
		sd_str_addc(s, (char)(0xc0 | cp >> 6));
		sd_str_addc(s, (char)(0x80 | (cp & 63)));
	} else if (cp < 0x10000) {
		sd_str_addc(s, (char)(0xe0 | cp >> 12));
		sd_str_addc(s, (char)(0x80 | (cp >> 6 & 63)));
		sd_str_addc(s, (char)(0x80 | (cp & 63)));
	} else {
		sd_str_addc(s, (char)(0xf0 | cp >> 18));
		sd_str_addc(s, (char)(0x80 | (cp >> 12 & 63)));
		sd_str_addc(s, (char)(0x80 | (cp >> 6 & 63)));
		sd_str_addc(s, (char)(0x80 | (cp & 63)));
	}
}

/* One line of the Unicode test file: "÷ 0020 × 0308 ÷ 0020 ÷". Fills the text and the offsets where breaks are. */
static size_t parse_line(const char *line, struct sd_str *text, size_t *breaks)
{
	size_t n = 0;
	sd_str_reset(text);
	for (const char *p = line; *p && *p != '#'; p++) {
		if (strncmp(p, "÷", 2) == 0) {
			breaks[n++] = text->len;
			p++;
		} else if (strncmp(p, "×", 2) == 0) {
			p++;
		} else if ((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'F')) {
			char *end;
			put_char(text, (uint32_t)strtoul(p, &end, 16));
			p = end - 1;
		}
	}
	return n;
}

static void unicode_break_tests(void **state)
{
	(void)state;
	char *file = test_read_data("terminal/GraphemeBreakTest.txt", NULL), *save = NULL;
	struct sd_str text = {0};
	int lines = 0, skipped = 0;
	for (char *line = strtok_r(file, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t breaks[64], n = strncmp(line, "÷", 2) == 0 ? parse_line(line, &text, breaks) : 0;
		if (n < 2)
			continue;
		if (strstr(line, "× [9.2]")) { /* the one rule we depart from: prepend characters stay alone */
			skipped++;
			continue;
		}
		lines++;
		const char *p = text.data;
		struct sd_grapheme g;
		for (size_t i = 0; i + 1 < n; i++) {
			if (!sd_text_next(&p, &g) || (size_t)(g.s - text.data) != breaks[i] || (size_t)(p - text.data) != breaks[i + 1])
				fail_msg("%s", line);
		}
		assert_false(sd_text_next(&p, &g));
		for (size_t i = n - 1; i > 0; i--) /* and backwards */
			if ((size_t)(sd_text_prev(text.data, text.data + breaks[i]) - text.data) != breaks[i - 1])
				fail_msg("backwards: %s", line);
	}
	assert_int_equal(lines + skipped, 602);
	assert_true(skipped < 30);
	sd_str_free(&text);
	free(file);
}

static void widths(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		int cells;
	} cases[] = {
		{"", 0},
		{"abc", 3},
		{"é", 1},
		{"e\xcc\x81", 1},
		{"中文", 4},
		{"한글", 4},
		{"ᄒ\xe1\x85\xa1\xe1\x86\xab", 2},
		{"ｶ", 1},
		{"ｶﾞ", 2},
		{"Ａ", 2},
		{"　", 2},
		{"👩", 2},
		{"👩🏽", 2},
		{"👩‍👩‍👧", 2},
		{"🇩🇪", 2},
		{"❤", 1},
		{"❤️", 2},
		{"#️⃣", 2},
		{"🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2},
		{"कि", 2},
		{"क\xe0\xa5\x8d", 1},
		{"ไทย", 3},
		{"مرحبا", 5},
		{"…", 1},
		{"\xef\xbf\xbd", 1},
		{"\xee\x80\x80", 1},
		{"◌\xcc\x81", 1},
		{"─│", 2},
		{"👩🏽‍❤️‍💋‍👨🏿", 2},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (sd_text_width(cases[i].s) != cases[i].cells)
			fail_msg("%s takes %d cells, not %d", cases[i].s, sd_text_width(cases[i].s), cases[i].cells);
}

static void width_options(void **state)
{
	(void)state;
	sd_text_widths(2, 1);
	int ambiguous = sd_text_width("±"), emoji = sd_text_width("❤️"), wide = sd_text_width("中"), flag = sd_text_width("🇩🇪");
	sd_text_widths(1, 2);
	assert_int_equal(ambiguous, 2);
	assert_int_equal(emoji, 1);
	assert_int_equal(wide, 2);
	assert_int_equal(flag, 2);
	assert_int_equal(sd_text_width("±"), 1);
	assert_int_equal(sd_text_width("❤️"), 2);
}

static char *random_clean(struct rng *r, unsigned fragments, enum sd_clean mode)
{
	size_t n;
	char *raw = test_random_hostile(r, fragments, &n);
	struct sd_str s = {0};
	sd_text_clean(&s, raw, n, mode);
	free(raw);
	return sd_str_take(&s);
}

/* Forwards and backwards agree, every step advances, the sum of widths is the width, a prefix never splits. */
static void graphemes_of_anything(void **state)
{
	(void)state;
	struct rng r = rng_new(7);
	for (unsigned round = 0; round < test_rounds(1500); round++) {
		char *s = random_clean(&r, 1 + rng_below(&r, 30), SD_CLEAN_BLOCK);
		size_t total = strlen(s), at = 0;
		int cells = 0;
		const char *p = s;
		struct sd_grapheme g;
		while (sd_text_next(&p, &g)) {
			assert_ptr_equal(g.s, s + at);
			assert_true(g.len > 0 && g.width >= 0 && g.width <= 2);
			assert_ptr_equal(p, g.s + g.len);
			assert_ptr_equal(sd_text_prev(s, p), g.s);
			int used;
			assert_int_equal(sd_text_prefix(s, cells + g.width, &used) >= at + g.len, 1);
			if (g.width > 0) {
				assert_int_equal(sd_text_prefix(s, cells + g.width - 1, &used) <= at, 1);
				assert_true(used <= cells + g.width - 1);
			}
			at += g.len;
			cells += g.width;
		}
		assert_int_equal(at, total);
		assert_int_equal(sd_text_width(s), cells);
		free(s);
	}
}

static void dirty_text_still_advances(void **state)
{
	(void)state;
	struct rng r = rng_new(8);
	for (unsigned round = 0; round < test_rounds(1500); round++) {
		size_t n;
		char *s = test_random_hostile(&r, 1 + rng_below(&r, 30), &n);
		n = strlen(s);
		const char *p = s, *before = s;
		struct sd_grapheme g;
		while (sd_text_next(&p, &g)) {
			assert_true(p > before && p <= s + n);
			const char *back = sd_text_prev(s, p);
			assert_true(back >= s && back < p);
			before = p;
		}
		assert_ptr_equal(p, s + n);
		free(s);
	}
}

static void match(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	assert_string_equal(sd_text_fit(a, "abc", 5, "…", true), "abc  ");
	assert_string_equal(sd_text_fit(a, "abc", 5, "…", false), "abc");
	assert_string_equal(sd_text_fit(a, "abcdef", 5, "…", true), "abcd…");
	assert_string_equal(sd_text_fit(a, "abcde", 5, "…", true), "abcde");
	assert_string_equal(sd_text_fit(a, "中文字", 5, "…", true), "中文…");
	assert_string_equal(sd_text_fit(a, "中文字", 4, "…", true), "中… ");
	assert_string_equal(sd_text_fit(a, "abc", 0, "…", true), "");
	assert_string_equal(sd_text_fit(a, "abc", -3, "…", true), "");
	assert_string_equal(sd_text_fit(a, "abcdef", 2, "...", true), "ab");
	struct rng r = rng_new(9);
	for (unsigned i = 0; i < test_rounds(1000); i++) {
		char *s = random_clean(&r, 1 + rng_below(&r, 12), SD_CLEAN_LINE);
		for (int w = 0; w <= 40; w++)
			assert_int_equal(sd_text_width(sd_text_fit(a, s, w, "~", true)), w);
		free(s);
		sd_arena_reset(a);
	}
	sd_arena_free(a);
}

static void wrap_is(const char *block, int width, const char *want)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_lines l = sd_text_wrap(a, block, width);
	struct sd_str s = {0};
	for (size_t i = 0; i < l.n; i++)
		sd_str_addf(&s, "%s%s", i ? "|" : "", l.line[i]);
	assert_string_equal(s.data, want);
	sd_str_free(&s);
	sd_arena_free(a);
}

static void wrap(void **state)
{
	(void)state;
	wrap_is("the quick brown fox", 10, "the quick|brown fox");
	wrap_is("the quick brown fox", 9, "the quick|brown fox");
	wrap_is("the quick brown fox", 8, "the|quick|brown|fox");
	wrap_is("a\n\nb", 10, "a||b");
	wrap_is("a\n", 10, "a");
	wrap_is("", 10, "");
	wrap_is("\n", 10, "");
	wrap_is("   ", 10, "");
	wrap_is("  indented text here", 12, "  indented|text here");
	wrap_is("a\tb", 20, "a       b");
	wrap_is("abcdefghij", 4, "abcd|efgh|ij");
	wrap_is("x abcdefghij", 4, "x|abcd|efgh|ij");
	wrap_is("one  two", 4, "one|two");
	wrap_is("打印机坏了请帮忙", 6, "打印机|坏了请|帮忙");
	wrap_is("打印机坏了，请帮忙", 10, "打印机坏|了，请帮忙");
	wrap_is("打印机（二楼）坏了", 8, "打印机|（二楼）|坏了");
	wrap_is("重启server之后", 6, "重启|server|之后");
	wrap_is("中", 1, "中"); /* nowhere else to go */
}

/* Nothing printable is lost or reordered, no line is wider than asked (unless one glyph alone is), none ends in a blank. */
static void wrap_of_anything(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	struct rng r = rng_new(10);
	for (unsigned round = 0; round < test_rounds(60); round++) {
		char *block = random_clean(&r, 1 + rng_below(&r, 60), SD_CLEAN_BLOCK);
		struct sd_str want = {0}, got = {0};
		struct sd_grapheme g;
		const char *blanks = " \t\n";
		for (const char *p = block; sd_text_next(&p, &g);)
			if (!(g.len == 1 && strchr(blanks, *g.s)) && !(g.len == 3 && memcmp(g.s, "　", 3) == 0))
				sd_str_addn(&want, g.s, g.len);
		for (int width = 1; width <= 200; width++) {
			sd_arena_reset(a);
			sd_str_reset(&got);
			struct sd_lines l = sd_text_wrap(a, block, width);
			assert_true(l.n > 0);
			for (size_t i = 0; i < l.n; i++) {
				const char *p = l.line[i];
				int cells = sd_text_width(p), n = 0;
				for (; sd_text_next(&p, &g); n++)
					if (*g.s != ' ' || g.len > 1)
						sd_str_addn(&got, g.s, g.len);
				assert_true(cells <= width || n == 1);
				size_t len = strlen(l.line[i]);
				assert_true(len == 0 || l.line[i][len - 1] != ' ');
			}
			assert_string_equal(got.data ? got.data : "", want.data ? want.data : "");
		}
		sd_str_free(&want);
		sd_str_free(&got);
		free(block);
	}
	sd_arena_free(a);
}

static void fold(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	assert_string_equal(sd_text_fold(a, "VPN Down"), "vpn down");
	assert_string_equal(sd_text_fold(a, "ＶＰＮ Straße ﬁ"), "vpn strasse fi");
	assert_string_equal(sd_text_fold(a, "E\xcc\x81t\xc3\x89"), "\xc3\xa9t\xc3\xa9");
	assert_string_equal(sd_text_fold(a, "打印机"), "打印机");
	assert_string_equal(sd_text_fold(a, "bad\xff"), "bad\xff");
	sd_arena_free(a);
}

static void in_what_way(void **state)
{
	(void)state;
	assert_int_equal(sd_text_match("network / wifi", "network / wifi"), 4);
	assert_int_equal(sd_text_match("network / wifi", ""), 3);
	assert_int_equal(sd_text_match("network / wifi", "net"), 3);
	assert_int_equal(sd_text_match("network / wifi", "wi"), 3);
	assert_int_equal(
		sd_text_match("cabinet of the net", "net"), 3); /* it is inside of a word as well, and later at a beginning */
	assert_int_equal(sd_text_match("network / wifi", "wi net"), 3);
	assert_int_equal(sd_text_match("network / wifi", "wi work"), 2);
	assert_int_equal(sd_text_match("network / wifi", "ifi"), 2);
	assert_int_equal(sd_text_match("network / wifi", "nwi"), 1);
	assert_int_equal(sd_text_match("network / wifi", "wi x"), 0);
	assert_int_equal(sd_text_match("net", "network"), 0);
}

static void fuzzy(void **state)
{
	(void)state;
	assert_int_equal(sd_text_fuzzy("network", "xyz"), 0);
	assert_int_equal(sd_text_fuzzy("net", "network"), 0);
	assert_true(sd_text_fuzzy("anything", "") > 0);
	int prefix = sd_text_fuzzy("network operations", "net"), word = sd_text_fuzzy("the network", "net"),
		inside = sd_text_fuzzy("cabinet", "net"), spread = sd_text_fuzzy("no entry today", "net");
	assert_true(prefix > word);
	assert_true(word > inside);
	assert_true(inside > spread);
	assert_true(spread > 0);
	assert_true(sd_text_fuzzy("net", "net") > prefix);                                     /* the shorter the better */
	assert_true(sd_text_fuzzy("network operations", "no") > sd_text_fuzzy("xnxxo", "no")); /* initials */
	assert_true(sd_text_fuzzy("network operations", "ops net") == 0 || sd_text_fuzzy("ops network", "ops net") > 0);
	assert_true(sd_text_fuzzy("network operations", "oper net") > sd_text_fuzzy("no people enter the rink", "oper net"));
	assert_true(sd_text_fuzzy("张伟 网络组", "网络") > 0);
	assert_int_equal(sd_text_fuzzy("\xe4\xb8\xad", "\xe4\xb8\xae"), 0); /* bytes in common are no match */
	/* a subsequence always matches, anything else never */
	struct rng r = rng_new(11);
	for (unsigned i = 0; i < test_rounds(2000); i++) {
		char hay[24], sub[24], other[24];
		unsigned n = 1 + rng_below(&r, 20), m = 0, k = 0;
		for (unsigned j = 0; j < n; j++) {
			hay[j] = (char)('a' + rng_below(&r, 6));
			if (rng_below(&r, 2))
				sub[m++] = hay[j];
		}
		hay[n] = sub[m] = '\0';
		assert_true(sd_text_fuzzy(hay, sub) > 0);
		n = 1 + rng_below(&r, 6);
		for (unsigned j = 0; j < n; j++)
			other[j] = (char)('a' + rng_below(&r, 6));
		other[n] = '\0';
		for (const char *p = hay; *p && k < n; p++)
			k += *p == other[k];
		assert_int_equal(sd_text_fuzzy(hay, other) > 0, k == n);
	}
}

static void ascii(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	assert_string_equal(sd_text_ascii(a, "Café “quoted” – naïve…"), "Cafe \"quoted\" - naive.");
	assert_string_equal(sd_text_ascii(a, "打印机 ok"), "?????? ok");
	assert_string_equal(sd_text_ascii(a, "├─┤ │"), "+-+ |");
	struct rng r = rng_new(12);
	for (unsigned i = 0; i < test_rounds(1500); i++) {
		char *s = random_clean(&r, 1 + rng_below(&r, 20), SD_CLEAN_BLOCK), *t = sd_text_ascii(a, s);
		assert_int_equal(sd_text_width(t), sd_text_width(s));
		for (const char *p = t; *p; p++)
			assert_true((*p >= 0x20 && *p < 0x7f) || *p == '\n' || *p == '\t');
		free(s);
		sd_arena_reset(a);
	}
	sd_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unicode_break_tests),
		cmocka_unit_test(widths),
		cmocka_unit_test(width_options),
		cmocka_unit_test(graphemes_of_anything),
		cmocka_unit_test(dirty_text_still_advances),
		cmocka_unit_test(match),
		cmocka_unit_test(wrap),
		cmocka_unit_test(wrap_of_anything),
		cmocka_unit_test(fold),
		cmocka_unit_test(in_what_way),
		cmocka_unit_test(fuzzy),
		cmocka_unit_test(ascii),
	};
	return TEST_MAIN(tests);
}
