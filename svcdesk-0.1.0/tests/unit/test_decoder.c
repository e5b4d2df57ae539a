/* The input decoder: every key of the tables, cut at every byte, garbage, paste, names of keys. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/term/term.h"

static const struct {
	const char *bytes;
	const char *name;
} table[] = {
	/* xterm, normal and application mode */
	{"\033[A", "Up"},
	{"\033[B", "Down"},
	{"\033[C", "Right"},
	{"\033[D", "Left"},
	{"\033OA", "Up"},
	{"\033OB", "Down"},
	{"\033OC", "Right"},
	{"\033OD", "Left"},
	{"\033[H", "Home"},
	{"\033[F", "End"},
	{"\033OH", "Home"},
	{"\033OF", "End"},
	{"\033[1~", "Home"},
	{"\033[2~", "Insert"},
	{"\033[3~", "Delete"},
	{"\033[4~", "End"},
	{"\033[5~", "PgUp"},
	{"\033[6~", "PgDn"},
	{"\033[7~", "Home"},
	{"\033[8~", "End"},
	{"\033[Z", "Shift-Tab"},
	{"\033OP", "F1"},
	{"\033OQ", "F2"},
	{"\033OR", "F3"},
	{"\033OS", "F4"},
	{"\033[11~", "F1"},
	{"\033[12~", "F2"},
	{"\033[13~", "F3"},
	{"\033[14~", "F4"},
	{"\033[15~", "F5"},
	{"\033[17~", "F6"},
	{"\033[18~", "F7"},
	{"\033[19~", "F8"},
	{"\033[20~", "F9"},
	{"\033[21~", "F10"},
	{"\033[23~", "F11"},
	{"\033[24~", "F12"},
	{"\033[1;5A", "Ctrl-Up"},
	{"\033[1;2B", "Shift-Down"},
	{"\033[1;3C", "Alt-Right"},
	{"\033[1;6D", "Ctrl-Shift-Left"},
	{"\033[1;5H", "Ctrl-Home"},
	{"\033[1;2P", "Shift-F1"},
	{"\033[1;5R", "Ctrl-F3"},
	{"\033[3;5~", "Ctrl-Delete"},
	{"\033[5;3~", "Alt-PgUp"},
	{"\033OM", "Enter"},
	{"\033Oj", "*"},
	{"\033Op", "0"},
	{"\033Oy", "9"},
	/* modified characters */
	{"\033[27;5;106~", "Ctrl-j"},
	{"\033[106;5u", "Ctrl-j"},
	{"\033[13;3u", "Alt-Enter"},
	{"\033[27u", "Esc"},
	{"\033[9;2u", "Shift-Tab"},
	{"\033[127;3u", "Alt-Backspace"},
	/* rxvt */
	{"\033[a", "Shift-Up"},
	{"\033[d", "Shift-Left"},
	{"\033Oa", "Ctrl-Up"},
	{"\033Od", "Ctrl-Left"},
	{"\033[5^", "Ctrl-PgUp"},
	{"\033[6$", "Shift-PgDn"},
	{"\033[3@", "Ctrl-Shift-Delete"},
	/* the Linux console */
	{"\033[[A", "F1"},
	{"\033[[E", "F5"},
	/* Alt */
	{"\033a", "Alt-a"},
	{"\0331", "Alt-1"},
	{"\033\177", "Alt-Backspace"},
	{"\033\r", "Alt-Enter"},
	{"\033\004", "Ctrl-Alt-d"},
	{"\033\xc3\xbc", "Alt-ü"},
	{"\033\033[A", "Alt-Up"},
	{"\033\033OD", "Alt-Left"},
	/* plain */
	{"a", "a"},
	{"G", "G"},
	{" ", "Space"},
	{"\r", "Enter"},
	{"\t", "Tab"},
	{"\177", "Backspace"},
	{"\001", "Ctrl-a"},
	{"\012", "Ctrl-j"},
	{"\032", "Ctrl-z"},
	{"\034", "Ctrl-\\"},
	{"\037", "Ctrl-_"},
	{"ü", "ü"},
	{"中", "中"},
	{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
	{"\033[I", "FocusIn"},
	{"\033[O", "FocusOut"},
	{"\033[<0;10;5M", "Mouse"},
	{"\033[<65;10;5M", "Mouse"},
	{"\033[M !!", "Mouse"},
};
enum { TABLE = sizeof table / sizeof *table };

/* All keys of n bytes, fed with a cut at `cut` (0 = none), written one a word. */
static char *decode(const char *bytes, size_t n, size_t cut, bool flush)
{
	struct decoder *d = decoder_new();
	struct sd_str out = {0};
	char name[64];
	struct key k;

	for (int part = 0; part < 2; part++) {
		decoder_feed(d, bytes + (part ? cut : 0), part ? n - cut : cut);
		while (decoder_next(d, &k))
			sd_str_addf(&out, "%s ", key_name(&k, name, sizeof name));
	}
	if (flush) {
		decoder_flush(d);
		while (decoder_next(d, &k))
			sd_str_addf(&out, "%s ", key_name(&k, name, sizeof name));
		assert_false(decoder_waiting(d));
	}
	decoder_free(d);
	return sd_str_take(&out);
}

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < TABLE; i++) {
		size_t n = strlen(table[i].bytes);
		char *got = decode(table[i].bytes, n, 0, true), want[64];

		snprintf(want, sizeof want, "%s ", table[i].name);
		if (strcmp(got, want) != 0)
			fail_msg("row %zu: \"%s\" is \"%s\", want \"%s\"", i, table[i].bytes + 1, got, want);
		for (size_t cut = 1; cut < n; cut++) {
			char *again = decode(table[i].bytes, n, cut, true);

			if (strcmp(again, got) != 0)
				fail_msg("%s cut at %zu gives \"%s\"", table[i].name, cut, again);
			free(again);
		}
		free(got);
	}
}

/* Two keys one after the other, cut anywhere: nothing of one leaks into the other. */
static void test_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < TABLE; i++)
		for (size_t j = 0; j < TABLE; j++) {
			char both[64];
			size_t n;
			char *whole;

			snprintf(both, sizeof both, "%s%s", table[i].bytes, table[j].bytes);
			n = strlen(both);
			whole = decode(both, n, 0, true);
			for (size_t cut = 1; cut < n; cut++) {
				char *again = decode(both, n, cut, true);

				if (strcmp(again, whole) != 0)
					fail_msg("%s %s cut at %zu: \"%s\", whole \"%s\"", table[i].name, table[j].name, cut, again, whole);
				free(again);
			}
			if (strncmp(whole, table[i].name, strlen(table[i].name)) != 0)
				fail_msg("%s before %s became \"%s\"", table[i].name, table[j].name, whole);
			free(whole);
		}
}

static void test_lone_escape(void **state)
{
	struct decoder *d = decoder_new();
	struct key k;

	(void)state;
	decoder_feed(d, "\033", 1);
	assert_false(decoder_next(d, &k));
	assert_true(decoder_waiting(d));
	decoder_flush(d);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.code, KEY_CODE_ESC);
	assert_int_equal(k.mods, 0);
	assert_false(decoder_next(d, &k));
	/* The flush is over: the next one waits again. */
	decoder_feed(d, "\033", 1);
	assert_false(decoder_next(d, &k));
	decoder_feed(d, "[A", 2);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.code, KEY_CODE_UP);
	decoder_feed(d, "\033\033", 2);
	decoder_flush(d);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.code, KEY_CODE_ESC);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.code, KEY_CODE_ESC);
	assert_false(decoder_next(d, &k));
	/* A sequence that broke off does not turn into commands. */
	decoder_feed(d, "\033[1;5", 5);
	decoder_flush(d);
	assert_false(decoder_next(d, &k));
	decoder_free(d);
}

static void test_mouse(void **state)
{
	struct decoder *d = decoder_new();
	struct key k;

	(void)state;
	static const char bytes[] = "\033[<0;10;5M\033[<0;10;5m\033[<64;1;1M\033[<35;3;3M\033[<2;80;24M";

	decoder_feed(d, bytes, sizeof bytes - 1);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.button, 1);
	assert_int_equal(k.x, 9);
	assert_int_equal(k.y, 4);
	assert_true(decoder_next(d, &k)); /* the release is nothing */
	assert_int_equal(k.button, 4);
	assert_true(decoder_next(d, &k)); /* motion neither */
	assert_int_equal(k.button, 3);
	assert_false(decoder_next(d, &k));
	decoder_free(d);
}

static void check_paste(const char *bytes, size_t n, const char *want)
{
	for (size_t cut = 0; cut < n; cut++) {
		struct decoder *d = decoder_new();
		struct key k;
		int keys = 0;

		for (int part = 0; part < 2; part++) {
			decoder_feed(d, bytes + (part ? cut : 0), part ? n - cut : cut);
			while (decoder_next(d, &k)) {
				if (keys++ == 0) {
					assert_int_equal(k.code, KEY_CODE_PASTE);
					assert_string_equal(k.paste, want);
					assert_true(sd_text_is_clean(k.paste, strlen(k.paste), SD_CLEAN_BLOCK));
				} else {
					assert_int_equal(k.code, 'q');
				}
			}
			assert_false(decoder_waiting(d) && keys == 2);
		}
		assert_int_equal(keys, 2);
		decoder_free(d);
	}
}

static void test_paste(void **state)
{
	(void)state;
	check_paste("\033[200~two\r\nlines\033[201~q", 23, "two\nlines");
	check_paste("\033[200~\033[201~q", 13, "");
	/* Escapes, keys and a torn character in a paste stay text, harmless. */
	struct sd_str clean = {0};

	sd_text_clean(&clean, "x\033[31mred\033[20\xff:q!\001", 18, SD_CLEAN_BLOCK);
	check_paste("\033[200~x\033[31mred\033[20\xff:q!\001\033[201~q", 31, clean.data);
	sd_str_free(&clean);
}

static int paste_of(struct decoder *d, struct key *k, const char *want)
{
	if (!decoder_next(d, k))
		return 0;
	assert_int_equal(k->code, KEY_CODE_PASTE);
	assert_string_equal(k->paste, want);
	return 1;
}

/* The end mark is lost: keys belong to the paste until, after a pause, Esc or Ctrl-c comes alone. */
static void test_paste_without_end(void **state)
{
	struct decoder *d = decoder_new();
	struct key k;

	(void)state;
	for (int esc = 0; esc < 2; esc++) {
		decoder_feed(d, "\033[200~some\033", 11); /* Esc in the middle of it is nothing */
		assert_false(decoder_next(d, &k));
		assert_true(decoder_waiting(d));
		assert_true(decoder_pasting(d));
		decoder_feed(d, "\ntext\003", 6);
		assert_false(decoder_next(d, &k));
		decoder_flush(d); /* a pause */
		assert_false(decoder_next(d, &k));
		assert_false(decoder_waiting(d));
		decoder_feed(d, "jq", 2); /* a slow rest, or somebody who wonders */
		assert_false(decoder_next(d, &k));
		decoder_flush(d);
		assert_false(decoder_next(d, &k));
		decoder_feed(d, esc ? "\033" : "\003", 1);
		assert_false(decoder_next(d, &k));
		assert_true(decoder_waiting(d));
		decoder_flush(d);
		assert_int_equal(paste_of(d, &k, "some\xEF\xBF\xBD\ntext\xEF\xBF\xBDjq"), 1);
		assert_false(decoder_pasting(d));
		decoder_feed(d, "q", 1);
		assert_true(decoder_next(d, &k));
		assert_int_equal(k.code, 'q');
	}
	/* Esc after a pause that turns out to be the end mark */
	decoder_feed(d, "\033[200~x", 7);
	assert_false(decoder_next(d, &k));
	decoder_flush(d);
	decoder_feed(d, "\033", 1);
	decoder_feed(d, "[201~", 5);
	assert_int_equal(paste_of(d, &k, "x"), 1);
	decoder_free(d);
}

/* A megabyte is taken, the rest is told to be missing; it ends where it ends. */
static void test_huge_paste(void **state)
{
	struct decoder *d = decoder_new();
	char block[8192];
	struct key k;

	(void)state;
	memset(block, 'x', sizeof block);
	decoder_feed(d, "\033[200~", 6);
	for (int i = 0; i < 200; i++) {
		decoder_feed(d, block, sizeof block);
		assert_false(decoder_next(d, &k));
	}
	decoder_feed(d, "\033[201~q", 7);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.code, KEY_CODE_PASTE);
	assert_true(k.cut);
	assert_int_equal(strlen(k.paste), 1024 * 1024);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.code, 'q');
	decoder_free(d);
}

/* Whatever comes: each byte is used once, no key has an impossible code, and it ends. */
static void test_garbage(void **state)
{
	unsigned seed = 4711;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct decoder *d = decoder_new();
		unsigned char bytes[200];
		size_t n = 0, keys = 0;
		struct key k;

		while (n < sizeof bytes) {
			static const char frequent[] = "\033\033\033[[O]P;;019~<?MmZ$^@\\\007AR u";

			seed = seed * 1103515245u + 12345u;
			bytes[n++] =
				(seed >> 16 & 3) ? (unsigned char)frequent[(seed >> 20) % (sizeof frequent - 1)] : (unsigned char)(seed >> 20);
		}
		for (size_t at = 0; at < n;) {
			size_t step = 1 + (seed >> 9) % 7;

			seed = seed * 1103515245u + 12345u;
			if (step > n - at)
				step = n - at;
			decoder_feed(d, (const char *)bytes + at, step);
			at += step;
			if ((seed >> 18) % 5 == 0)
				decoder_flush(d);
			while (decoder_next(d, &k)) {
				keys++;
				assert_true(k.code <= KEY_CODE_EOF);
				assert_false(k.code < 0x110000 &&
							 (k.code < 0x20 || (k.code >= 0x7F && k.code < 0xA0) || (k.code >= 0xD800 && k.code < 0xE000)));
				assert_true(keys <= n);
			}
		}
		decoder_eof(d);
		while (decoder_next(d, &k) && k.code != KEY_CODE_EOF)
			assert_true(++keys <= n);
		assert_int_equal(k.code, KEY_CODE_EOF);
		assert_false(decoder_next(d, &k));
		decoder_free(d);
	}
}

static void test_endless_string(void **state)
{
	struct decoder *d = decoder_new();
	struct key k;

	(void)state;
	decoder_feed(d, "\033]52;", 5);
	for (int i = 0; i < 10000; i++) {
		decoder_feed(d, "junk", 4);
		assert_false(decoder_next(d, &k));
	}
	decoder_feed(d, "\033\\j", 3);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.code, 'j');
	assert_false(decoder_next(d, &k));
	decoder_free(d);
}

static void test_own_sequences(void **state)
{
	struct decoder *d = decoder_new();
	struct key k;

	(void)state;
	assert_true(decoder_add(d, "\033[192z", KEY_CODE_F1, 0));
	assert_true(decoder_add(d, "\b", KEY_CODE_BACKSPACE, 0));
	/* What would make the meaning depend on how the bytes arrive is refused. */
	assert_false(decoder_add(d, "\033[Ax", KEY_CODE_F1, 0));
	assert_false(decoder_add(d, "\033", KEY_CODE_F1, 0));
	assert_false(decoder_add(d, "abc", KEY_CODE_F1, 0));
	assert_false(decoder_add(d, "\033[192zz", KEY_CODE_F1, 0));
	decoder_feed(d, "\033[192z\b", 7);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.code, KEY_CODE_F1);
	assert_true(decoder_next(d, &k));
	assert_int_equal(k.code, KEY_CODE_BACKSPACE);
	decoder_free(d);
}

static void test_names(void **state)
{
	static const char *const good[] = {"j", "G", "Ctrl-d", "Alt-1", "Enter", "F5", "Shift-Tab", "Space", "Ctrl-Alt-x", "Esc", "ü",
		"-", "Ctrl--", "Shift-Up", "Ctrl-\\", "?"};
	static const char *const bad[] = {"", "F13", "F0", "Hyper-x", "ab", "Ctrl-", "\xff", "Ctrl-ab"};
	char name[64];
	struct key k, again;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		if (!key_parse(good[i], &k))
			fail_msg("%s is not understood", good[i]);
		assert_string_equal(key_name(&k, name, sizeof name), good[i]);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (key_parse(bad[i], &k))
			fail_msg("\"%s\" is taken for a key", bad[i]);
	assert_true(key_parse("C-X", &k));
	assert_string_equal(key_name(&k, name, sizeof name), "Ctrl-x");
	assert_true(key_parse("s-tab", &k));
	assert_int_equal(k.code, KEY_CODE_BACKTAB);
	/* Every key the table yields has a name that parses to itself. */
	for (size_t i = 0; i < TABLE; i++) {
		assert_true(key_parse(table[i].name, &k));
		assert_true(key_parse(key_name(&k, name, sizeof name), &again));
		assert_int_equal(k.code, again.code);
		assert_int_equal(k.mods, again.mods);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_lone_escape),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_paste_without_end),
		cmocka_unit_test(test_huge_paste),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_endless_string),
		cmocka_unit_test(test_own_sequences),
		cmocka_unit_test(test_names),
	};

	setlocale(LC_ALL, "C.UTF-8");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
