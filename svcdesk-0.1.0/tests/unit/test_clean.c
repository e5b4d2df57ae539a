/* Cleaning: nothing that steers a terminal, reorders text or hides in it comes through. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include <vterm.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"

#define FFFD "\xef\xbf\xbd"

static char *clean(const char *bytes, size_t n, enum sd_clean mode)
{
	struct sd_str s = {0};
	sd_text_clean(&s, bytes, n, mode);
	assert_int_equal(strlen(s.data), s.len);
	return sd_str_take(&s);
}

#define CLEAN_IS(mode, in, want)                                                                                                 \
	do {                                                                                                                         \
		char *got_ = clean(in, sizeof in - 1, mode);                                                                             \
		assert_string_equal(got_, want);                                                                                         \
		free(got_);                                                                                                              \
	} while (0)

static void plain_text_stays(void **state)
{
	(void)state;
	CLEAN_IS(SD_CLEAN_LINE, "", "");
	CLEAN_IS(SD_CLEAN_LINE, "Drucker im 3. Stock: Übung, 打印机, مرحبا", "Drucker im 3. Stock: Übung, 打印机, مرحبا");
	CLEAN_IS(SD_CLEAN_BLOCK, "a\n\tb\n\nc", "a\n\tb\n\nc");
	CLEAN_IS(SD_CLEAN_LINE, "👩🏽‍❤️‍💋‍👨🏿 🏴󠁧󠁢󠁥󠁮󠁧󠁿 #️⃣ 🇩🇪",
		"👩🏽‍❤️‍💋‍👨🏿 🏴󠁧󠁢󠁥󠁮󠁧󠁿 #️⃣ 🇩🇪");
	CLEAN_IS(
		SD_CLEAN_LINE, "می‌خواهم क्‍ष", "می‌خواهم क्‍ष"); /* ZWNJ and ZWJ of real scripts */
}

static void line_breaks(void **state)
{
	(void)state;
	CLEAN_IS(SD_CLEAN_LINE, "a\r\nb\nc\rd\te\vf\fg", "a b c d e f g");
	CLEAN_IS(SD_CLEAN_BLOCK, "a\r\nb\nc\rd\te\vf\fg", "a\nb\nc\nd\te\nf\ng");
	CLEAN_IS(SD_CLEAN_LINE,
		"a\xe2\x80\xa8"
		"b\xe2\x80\xa9"
		"c\xc2\x85"
		"d",
		"a b c d");
	CLEAN_IS(SD_CLEAN_BLOCK,
		"a\xe2\x80\xa8"
		"b\xc2\x85"
		"c",
		"a\nb\nc");
}

static void escape_sequences_shrink_to_one(void **state)
{
	(void)state;
	CLEAN_IS(SD_CLEAN_LINE, "a\033[31;1mb", "a" FFFD "b");
	CLEAN_IS(SD_CLEAN_LINE, "a\033]0;owned\ab", "a" FFFD "b");
	CLEAN_IS(SD_CLEAN_LINE, "a\033]52;c;aGFsbG8=\033\\b", "a" FFFD "b");
	CLEAN_IS(SD_CLEAN_LINE, "a\033P$qm\033\\b", "a" FFFD "b");
	CLEAN_IS(SD_CLEAN_LINE, "a\033(0b", "a" FFFD "b");
	CLEAN_IS(SD_CLEAN_LINE, "a\033cb", "a" FFFD "b");
	CLEAN_IS(SD_CLEAN_LINE,
		"a\xc2\x9b"
		"31mb",
		"a" FFFD "b"); /* the same introducer as a C1 control */
	CLEAN_IS(SD_CLEAN_LINE,
		"a\xc2\x9d"
		"0;t\xc2\x9c"
		"b",
		"a" FFFD "b");
	CLEAN_IS(SD_CLEAN_LINE, "a\033", "a" FFFD);
	CLEAN_IS(SD_CLEAN_LINE, "a\033[", "a" FFFD);
	CLEAN_IS(SD_CLEAN_LINE, "a\033[12", "a" FFFD);
}

static void a_string_without_end_hides_nothing(void **state)
{
	(void)state;
	CLEAN_IS(SD_CLEAN_LINE, "a\033]the rest must be readable", "a" FFFD "the rest must be readable");
	CLEAN_IS(SD_CLEAN_LINE, "a\033Pone\033[31mtwo", "a" FFFD "one" FFFD "two");
	struct sd_str s = {0};
	sd_str_add(&s, "\033]0;");
	for (int i = 0; i < 5000; i++)
		sd_str_addc(&s, 'x');
	sd_str_add(&s, "\a");
	char *got = clean(s.data, s.len, SD_CLEAN_LINE);
	assert_true(strlen(got) > 5000); /* too long for a title: the page it would have swallowed is shown */
	free(got);
	sd_str_free(&s);
}

static void controls_and_bidi(void **state)
{
	(void)state;
	CLEAN_IS(SD_CLEAN_LINE, "a\0b\bc\ad\177e", "a" FFFD "b" FFFD "c" FFFD "d" FFFD "e");
	CLEAN_IS(SD_CLEAN_LINE,
		"gpj\xe2\x80\xae"
		"exe.",
		"gpj" FFFD "exe.");
	CLEAN_IS(SD_CLEAN_LINE,
		"a\xe2\x81\xa6"
		"b\xe2\x81\xa9",
		"a" FFFD "b" FFFD);
	CLEAN_IS(SD_CLEAN_LINE, "pay\xe2\x80\x8bpal\xef\xbb\xbf\xc2\xad\xe2\x81\xa0", "paypal");
	CLEAN_IS(SD_CLEAN_LINE, "pay\xe2\x80\x8dpal", "paypal"); /* a joiner between ASCII letters joins nothing */
	CLEAN_IS(SD_CLEAN_LINE, "x\xef\xbf\xbf", "x" FFFD);
}

static void invalid_bytes(void **state)
{
	(void)state;
	CLEAN_IS(SD_CLEAN_LINE,
		"a\xff"
		"b",
		"a" FFFD "b");
	CLEAN_IS(SD_CLEAN_LINE,
		"a\xe2\x80"
		"b",
		"a" FFFD "b");                                                /* one for a prefix that could have become something */
	CLEAN_IS(SD_CLEAN_LINE, "\xc0\x80", FFFD FFFD);                   /* overlong NUL */
	CLEAN_IS(SD_CLEAN_LINE, "\xed\xa0\x80", FFFD FFFD FFFD);          /* a surrogate */
	CLEAN_IS(SD_CLEAN_LINE, "\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD); /* beyond the last character */
	CLEAN_IS(SD_CLEAN_LINE, "\xf0\x9f\x98", FFFD);
	CLEAN_IS(SD_CLEAN_LINE,
		"\x9b"
		"31m",
		FFFD "31m");
}

static void marks_need_a_letter(void **state)
{
	(void)state;
	CLEAN_IS(SD_CLEAN_LINE,
		"\xcc\x81"
		"a",
		"◌\xcc\x81"
		"a");
	CLEAN_IS(SD_CLEAN_BLOCK, "a\n\xcc\x81", "a\n◌\xcc\x81");
	CLEAN_IS(SD_CLEAN_LINE,
		"\xef\xb8\x8f"
		"a",
		"a");
	CLEAN_IS(SD_CLEAN_LINE,
		"\xe2\x80\x8d"
		"a",
		"a");
	struct sd_str s = {0};
	sd_str_add(&s, "Z");
	for (int i = 0; i < 1000; i++)
		sd_str_add(&s, "\xcc\x88");
	char *got = clean(s.data, s.len, SD_CLEAN_LINE);
	assert_true(strlen(got) <= 31);
	assert_true(strlen(got) > 10);
	free(got);
	sd_str_free(&s);
}

/* ---- properties ---- */

/* A real terminal emulator must see nothing but characters and line feeds. */
struct watcher {
	int text, other;
};

static int w_text(const char *bytes, size_t n, void *arg)
{
	struct watcher *w = arg;
	(void)bytes;
	w->text++;
	return (int)n;
}

static int w_control(unsigned char c, void *arg)
{
	struct watcher *w = arg;
	w->other += c != '\n' && c != '\t';
	return 1;
}

static int w_escape(const char *bytes, size_t n, void *arg)
{
	((struct watcher *)arg)->other++;
	(void)bytes;
	return (int)n;
}

static int w_csi(const char *leader, const long args[], int argc, const char *interm, char cmd, void *arg)
{
	((struct watcher *)arg)->other++;
	(void)leader, (void)args, (void)argc, (void)interm, (void)cmd;
	return 1;
}

static int w_string(const char *cmd, size_t n, void *arg)
{
	((struct watcher *)arg)->other++;
	(void)cmd, (void)n;
	return 1;
}

static bool moves_a_terminal(const char *text, size_t n)
{
	static const VTermParserCallbacks cb = {
		.text = w_text, .control = w_control, .escape = w_escape, .csi = w_csi, .osc = w_string, .dcs = w_string};
	struct watcher w = {0};
	VTerm *vt = vterm_new(24, 80);
	vterm_set_utf8(vt, 1);
	vterm_parser_set_callbacks(vt, &cb, &w);
	vterm_input_write(vt, text, n);
	vterm_free(vt);
	return w.other > 0 || (n > 0 && text[0] > ' ' && w.text == 0);
}

static void check_one(void *arg, const char *name, const char *bytes, size_t n)
{
	(void)arg;
	for (int mode = SD_CLEAN_LINE; mode <= SD_CLEAN_BLOCK; mode++) {
		struct sd_str s = {0};
		sd_text_clean(&s, bytes, n, (enum sd_clean)mode);
		const char *wrong = test_unclean(s.data, s.len, mode == SD_CLEAN_BLOCK);
		if (!wrong && moves_a_terminal(s.data, s.len))
			wrong = "something steers the terminal";
		if (!wrong && !sd_text_is_clean(s.data, s.len, (enum sd_clean)mode))
			wrong = "cleaning twice gives something else";
		bool same = s.len == n && memcmp(s.data, bytes, n) == 0;
		if (!wrong && same != sd_text_is_clean(bytes, n, (enum sd_clean)mode))
			wrong = "sd_text_is_clean says otherwise";
		const char *p = s.data;
		struct sd_grapheme g;
		while (!wrong && sd_text_next(&p, &g))
			if (g.len > 48)
				wrong = "an endless grapheme";
		if (wrong) {
			char *in = test_quote(bytes, n), *out = test_quote(s.data, s.len);
			fail_msg("%s (%s): %s\nin:  %s\nout: %s", name, mode == SD_CLEAN_LINE ? "line" : "block", wrong, in, out);
		}
		sd_str_free(&s);
	}
}

static void every_sample(void **state)
{
	(void)state;
	test_each_hostile(check_one, NULL);
}

static void every_character(void **state)
{
	(void)state;
	for (uint32_t cp = 1; cp <= 0x10ffff; cp++) {
		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		/* most planes are empty: every 64th there */
		if (cp > 0x20000 && cp % 64 && !(cp >= 0xe0000 && cp < 0xe1000))
			continue;
		char b[8] = "a";
		size_t n = 1;
		if (cp < 0x80)
			b[n++] = (char)cp;
		else if (cp < 0x800)
			b[n++] = (char)(0xc0 | cp >> 6), b[n++] = (char)(0x80 | (cp & 63));
		else if (cp < 0x10000)
			b[n++] = (char)(0xe0 | cp >> 12), b[n++] = (char)(0x80 | (cp >> 6 & 63)), b[n++] = (char)(0x80 | (cp & 63));
		else
			b[n++] = (char)(0xf0 | cp >> 18), b[n++] = (char)(0x80 | (cp >> 12 & 63)), b[n++] = (char)(0x80 | (cp >> 6 & 63)),
			b[n++] = (char)(0x80 | (cp & 63));
		struct sd_str s = {0};
		for (size_t from = 0; from < 2; from++) { /* after a letter, and at the start */
			sd_str_reset(&s);
			sd_text_clean(&s, b + from, n - from, SD_CLEAN_BLOCK);
			const char *wrong = test_unclean(s.data, s.len, true);
			if (wrong || !sd_text_is_clean(s.data, s.len, SD_CLEAN_BLOCK))
				fail_msg("U+%04X: %s", cp, wrong ? wrong : "not stable");
		}
		sd_str_free(&s);
	}
}

static void every_pair_of_bytes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 65536; i++) {
		char b[3] = {(char)(i >> 8), (char)(i & 255), 'x'};
		struct sd_str s = {0};
		sd_text_clean(&s, b, 3, SD_CLEAN_LINE);
		const char *wrong = test_unclean(s.data, s.len, false);
		if (wrong)
			fail_msg("%04x: %s", i, wrong);
		sd_str_free(&s);
	}
}

static void random_mixtures(void **state)
{
	(void)state;
	struct rng r = rng_new(20160229);
	for (unsigned i = 0; i < test_rounds(4000); i++) {
		size_t n;
		char *text = test_random_hostile(&r, 1 + rng_below(&r, 40), &n), name[32];
		snprintf(name, sizeof name, "round %u", i);
		check_one(NULL, name, text, n);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(line_breaks),
		cmocka_unit_test(escape_sequences_shrink_to_one),
		cmocka_unit_test(a_string_without_end_hides_nothing),
		cmocka_unit_test(controls_and_bidi),
		cmocka_unit_test(invalid_bytes),
		cmocka_unit_test(marks_need_a_letter),
		cmocka_unit_test(every_sample),
		cmocka_unit_test(every_character),
		cmocka_unit_test(every_pair_of_bytes),
		cmocka_unit_test(random_mixtures),
	};
	return TEST_MAIN(tests);
}
