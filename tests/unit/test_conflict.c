/* Two changes of one text, joined line by line; and what the desk tells of conflicts, read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/conflict.h"
#include "svcdesk/mem.h"

static void join(const char *base, const char *theirs, const char *mine, const char *want, int places)
{
	int n = -1;
	char *have = sd_text_join(base, theirs, mine, &n);

	assert_string_equal(have, want);
	assert_int_equal(n, places);
	free(have);
}

static void test_join(void **state)
{
	(void)state;
	join("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC", 0);
	join("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd", 0);
	join("a\nb\nc", "a\nB\nc", "a\nB\nc", "a\nB\nc", 0); /* the same twice is once */
	join("a\nb\nc", "a\nB1\nc", "a\nB2\nc", "a\nB1\nB2\nc", 1);
	join("", "theirs", "mine", "theirs\nmine", 1);
	join("a", "a\nx", "a\ny", "a\nx\ny", 1);
	join("same", "same", "same", "same", 0);
	join("a\nb", "", "a\nb", "", 0);
	join("a\n\nb", "a\n\nb\n", "x\n\nb", "x\n\nb\n", 0);
}

/* Whatever three texts there are: what only one of them changed is his, and no line of either is lost where both did. */
static void test_join_loses_nothing(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char t[3][32];
		int places;
		char *j;

		for (int i = 0; i < 3; i++) {
			size_t n = 0;

			for (int k = 0; k < 7; k++) {
				seed = seed * 1103515245u + 12345u;
				if (k)
					t[i][n++] = '\n';
				t[i][n++] = (char)('a' + (seed >> 16) % 4);
			}
			t[i][n] = '\0';
		}
		j = sd_text_join(t[0], t[0], t[2], &places);
		assert_string_equal(j, t[2]);
		assert_int_equal(places, 0);
		free(j);
		j = sd_text_join(t[0], t[1], t[0], &places);
		assert_string_equal(j, t[1]);
		assert_int_equal(places, 0);
		free(j);
		j = sd_text_join(t[0], t[1], t[1], &places);
		assert_string_equal(j, t[1]);
		free(j);
		j = sd_text_join("", t[1], t[2], &places);
		if (strcmp(t[1], t[2]) != 0)
			assert_true(!strncmp(j, t[1], strlen(t[1])) && !strcmp(j + strlen(t[1]) + 1, t[2]));
		free(j);
	}
}

static void test_diff(void **state)
{
	char *d = sd_text_diff("a\nb\nc", "a\nx\nc\nd");

	(void)state;
	assert_string_equal(d, "  a\n- b\n+ x\n  c\n+ d");
	free(d);
	d = sd_text_diff("", "a");
	assert_string_equal(d, "- \n+ a");
	free(d);
}

static void test_long_texts_are_compared_at_their_ends(void **state)
{
	struct sd_str a = {0}, b = {0}, c = {0};
	int places;
	char *j;

	(void)state;
	for (int i = 0; i < 30000; i++) {
		sd_str_addf(&a, "%d\n", i);
		sd_str_addf(&b, "%d\n", i ? i : -1);
		sd_str_addf(&c, "%d\n", i == 29999 ? -2 : i);
	}
	j = sd_text_join(a.data, b.data, c.data, &places);
	assert_int_equal(places, 0);
	assert_true(!strncmp(j, "-1\n1\n", 5) && strstr(j, "29998\n-2\n"));
	free(j);
	sd_str_free(&a);
	sd_str_free(&b);
	sd_str_free(&c);
}

static void test_read(void **state)
{
	struct sd_look l;
	struct sd_conflict *c =
		sd_conflict_parse("field_conflict", "{\"field\":\"subject\",\"version\":7,\"conflicts\":[{\"field\":\"subject\",\"type\":"
											"\"text\",\"base\":\"a\",\"theirs\":\"b\\u001b[31m\",\"mine\":"
											"\"c\",\"by\":\"bob\",\"at\":\"2026-03-02T09:00:00Z\"},{\"field\":\"description\","
											"\"type\":\"multiline\",\"base\":null,\"theirs\":\"x\\ny\","
											"\"mine\":null,\"by\":\"bob\",\"at\":\"2026-03-02T09:00:00Z\"}],\"crossed\":[{\"by\":"
											"\"eva\",\"text\":\"hi\",\"files\":[\"a\",\"b\"],\"seq\":3}]}");

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->nclashes, 2);
	assert_int_equal(c->version, 7);
	assert_null(strchr(c->clashes[0].theirs, 27));
	assert_string_equal(c->clashes[1].theirs, "x\ny");
	assert_false(c->clashes[1].mine_set);
	assert_int_equal(c->nsaid, 1);
	assert_string_equal(c->said[0].files, "a, b");
	sd_conflict_free(c);
	assert_null(sd_conflict_parse("field_conflict", "[]"));
	assert_null(sd_conflict_parse("field_conflict", ""));
	c = sd_conflict_parse("field_conflict", "{\"field\":\"impact\",\"theirs\":2,\"mine\":1,\"by\":\"bob\"}"); /* one alone */
	assert_int_equal(c->nclashes, 1);
	assert_string_equal(c->clashes[0].theirs, "2");
	sd_conflict_free(c);
	assert_false(sd_look_parse("{\"ok\":false,\"error\":{\"id\":\"not_found\"}}", &l));
	assert_false(sd_look_parse(NULL, &l));
	assert_true(sd_look_parse("{\"ok\":true,\"version\":4,\"said\":[],\"changed\":[],\"error\":{\"id\":\"reply_crossed\","
							  "\"args\":{\"crossed\":[{}],\"version\":4}}}",
		&l));
	assert_int_equal(l.news->version, 4);
	assert_int_equal(l.refusal->nsaid, 1);
	sd_look_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_join), cmocka_unit_test(test_join_loses_nothing),
		cmocka_unit_test(test_diff), cmocka_unit_test(test_long_texts_are_compared_at_their_ends), cmocka_unit_test(test_read)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
