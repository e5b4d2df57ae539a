/* Marks and ranges of a list: by key, whatever happens to the rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tui/widget/list.h"

enum { ROWS = 40 };
struct rows {
	uint64_t key[ROWS];
	int n;
};

static int count(void *arg)
{
	return ((struct rows *)arg)->n;
}

static uint64_t key(void *arg, int row)
{
	return ((struct rows *)arg)->key[row];
}

static void cell(void *arg, int row, int col, struct list_cell *out)
{
	(void)col;
	snprintf(out->buf, sizeof out->buf, "row %d", (int)((struct rows *)arg)->key[row]);
	out->text = out->buf;
}

static void make(struct list *l, struct rows *r, int n)
{
	struct list_source src = {r, count, key, cell, NULL};
	struct list_column col = {.title = "Row", .width = 8};

	for (r->n = 0; r->n < n; r->n++)
		r->key[r->n] = (uint64_t)r->n + 1;
	list_init(l, &src);
	list_columns(l, &col, 1);
	l->markable = true;
	l->scroll.height = 10;
	list_select_row(l, 0);
}

static void gone(struct rows *r, int at)
{
	memmove(r->key + at, r->key + at + 1, (size_t)(--r->n - at) * sizeof *r->key);
}

static void comes(struct rows *r, int at, uint64_t k)
{
	memmove(r->key + at + 1, r->key + at, (size_t)(r->n++ - at) * sizeof *r->key);
	r->key[at] = k;
}

/* The marked keys as text: "2 3 5". */
static const char *marked(const struct list *l)
{
	static char buf[400];
	size_t n, len = 0;
	uint64_t *keys = list_marks_get(l, &n);

	buf[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(buf + len, sizeof buf - len, "%s%d", i ? " " : "", (int)keys[i]);
	free(keys);
	assert_int_equal(n, list_marks_count(l));
	return buf;
}

static void test_space_marks_and_goes_on(void **state)
{
	struct rows r;
	struct list l;

	(void)state;
	make(&l, &r, 10);
	list_mark_rows(&l, 0);
	assert_string_equal(marked(&l), "1");
	assert_int_equal(l.selected, 2);
	list_mark_rows(&l, 5);
	assert_string_equal(marked(&l), "1 2 3 4 5 6");
	assert_int_equal(l.selected, 7);
	list_move(&l, MOTION_UP, 2);
	list_mark_rows(&l, 3); /* the first decides: they are marked no more, the third neither */
	assert_string_equal(marked(&l), "1 2 3 4");
	list_mark_rows(&l, 99); /* as far as there are rows */
	assert_string_equal(marked(&l), "1 2 3 4 8 9 10");
	list_unmark_all(&l);
	assert_string_equal(marked(&l), "");
	list_free(&l);
}

static void test_marks_are_keys(void **state)
{
	struct rows r;
	struct list l;

	(void)state;
	make(&l, &r, 6);
	list_mark(&l, 2, true);
	list_mark(&l, 5, true);
	comes(&r, 0, 30); /* sorted anew, one more on top, one gone */
	gone(&r, 2);
	list_sync(&l);
	assert_string_equal(marked(&l), "2 5");
	assert_int_equal(list_marks_hidden(&l), 1);
	assert_true(list_is_marked(&l, 5));
	assert_false(list_is_marked(&l, 4));
	r.n = 0; /* another view */
	list_sync(&l);
	assert_string_equal(marked(&l), "2 5");
	assert_int_equal(list_marks_hidden(&l), 2);
	list_free(&l);
}

static void test_range_follows_the_cursor(void **state)
{
	struct rows r;
	struct list l;

	(void)state;
	make(&l, &r, 10);
	list_select(&l, 4);
	list_range_begin(&l);
	assert_string_equal(marked(&l), "4");
	list_move(&l, MOTION_DOWN, 2);
	assert_string_equal(marked(&l), "4 5 6");
	list_move(&l, MOTION_UP, 4);
	assert_string_equal(marked(&l), "2 3 4");
	list_range_end(&l, false);
	assert_string_equal(marked(&l), "");
	list_range_begin(&l);
	list_move(&l, MOTION_BOTTOM, 0);
	list_mark_rows(&l, 0); /* Space ends it and marks it, and stays where it is */
	assert_false(l.ranging);
	assert_string_equal(marked(&l), "2 3 4 5 6 7 8 9 10");
	assert_int_equal(l.selected, 10);
	list_free(&l);
}

/* Nobody presses a key between the look at the range and a refresh: what comes in meanwhile is not in it. */
static void test_range_takes_nothing_by_itself(void **state)
{
	struct rows r;
	struct list l;

	(void)state;
	make(&l, &r, 10);
	list_select(&l, 3);
	list_range_begin(&l);
	list_move(&l, MOTION_DOWN, 3);
	comes(&r, 3, 40);
	list_sync(&l);
	assert_string_equal(marked(&l), "3 4 5 6");
	list_move(&l, MOTION_DOWN, 1); /* now it is seen */
	assert_string_equal(marked(&l), "3 4 5 6 7 40");
	list_free(&l);
}

static void test_range_whose_anchor_goes(void **state)
{
	struct rows r;
	struct list l;

	(void)state;
	make(&l, &r, 10);
	list_select(&l, 3);
	list_range_begin(&l);
	list_move(&l, MOTION_DOWN, 3);
	gone(&r, 2); /* the anchor: it stays marked, and the range goes on from the next of its rows */
	list_sync(&l);
	assert_string_equal(marked(&l), "3 4 5 6");
	list_move(&l, MOTION_UP, 1);
	assert_string_equal(marked(&l), "3 4 5");
	list_range_end(&l, false);
	assert_string_equal(marked(&l), "3");
	list_free(&l);
}

/* The row under the cursor goes: the range keeps its rows, and another one under the cursor is not taken. */
static void test_range_whose_end_goes(void **state)
{
	struct rows r;
	struct list l;

	(void)state;
	make(&l, &r, 10);
	list_select(&l, 3);
	list_range_begin(&l);
	list_move(&l, MOTION_DOWN, 2);
	gone(&r, 4);
	list_sync(&l);
	assert_int_equal(l.selected, 6);
	assert_true(l.lost);
	assert_string_equal(marked(&l), "3 4 5");
	list_free(&l);
}

static void test_all_and_many(void **state)
{
	struct rows r;
	struct list l;
	uint64_t more[5000];

	(void)state;
	make(&l, &r, 10);
	list_range_begin(&l);
	list_mark_all(&l);
	assert_false(l.ranging);
	assert_int_equal(list_marks_count(&l), 10);
	for (size_t i = 0; i < 5000; i++)
		more[i] = 5000 - i;
	list_mark_keys(&l, more, 5000);
	assert_int_equal(list_marks_count(&l), 5000);
	assert_int_equal(list_marks_hidden(&l), 4990);
	for (uint64_t k = 1; k <= 5000; k++)
		assert_true(list_is_marked(&l, k));
	list_mark(&l, 4000, false);
	assert_int_equal(list_marks_count(&l), 4999);
	assert_false(list_is_marked(&l, 4000));
	list_free(&l);
}

static void test_clicks(void **state)
{
	struct rows r;
	struct list l;
	struct key k = {.code = KEY_CODE_MOUSE, .button = 1};

	(void)state;
	make(&l, &r, 10);
	k.y = 2;
	k.mods = KEY_CTRL;
	assert_int_equal(list_update(&l, &k), W_CHANGED);
	assert_string_equal(marked(&l), "3");
	k.y = 5;
	k.mods = KEY_SHIFT;
	assert_int_equal(list_update(&l, &k), W_CHANGED);
	assert_string_equal(marked(&l), "3 4 5 6");
	k.mods = KEY_CTRL;
	list_update(&l, &k);
	assert_string_equal(marked(&l), "3 4 5");
	k.y = 7;
	k.mods = 0;
	assert_int_equal(list_update(&l, &k), W_HANDLED);
	assert_string_equal(marked(&l), "3 4 5");
	l.markable = false;
	k.mods = KEY_CTRL;
	assert_int_equal(list_update(&l, &k), W_HANDLED);
	assert_string_equal(marked(&l), "3 4 5");
	list_free(&l);
}

/* A mark is a sign, not a colour, and the real cursor stays on the selection. */
static void looks(bool ascii, const char *sign)
{
	struct rows r;
	struct list l;
	struct surface *s = surface_new(20, 6);
	int x, y;

	glyphs_ascii(ascii);
	make(&l, &r, 10);
	list_mark(&l, 2, true);
	list_mark(&l, 3, true);
	list_select(&l, 3);
	list_draw(&l, surface_region(s), true);
	assert_string_equal(surface_cell(s, 1, 1)->text, " ");
	assert_string_equal(surface_cell(s, 1, 2)->text, sign);
	assert_string_equal(surface_cell(s, 1, 3)->text, sign);
	assert_string_equal(surface_cell(s, 0, 3)->text, glyph(GL_SELECT));
	assert_true(surface_cursor_get(s, &x, &y));
	assert_int_equal(y, 3);
	list_free(&l);
	surface_free(s);
	glyphs_ascii(false);
}

static void test_marks_are_seen(void **state)
{
	(void)state;
	looks(false, "✓");
	looks(true, "+");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_space_marks_and_goes_on), cmocka_unit_test(test_marks_are_keys),
		cmocka_unit_test(test_range_follows_the_cursor), cmocka_unit_test(test_range_takes_nothing_by_itself),
		cmocka_unit_test(test_range_whose_anchor_goes), cmocka_unit_test(test_range_whose_end_goes),
		cmocka_unit_test(test_all_and_many), cmocka_unit_test(test_clicks), cmocka_unit_test(test_marks_are_seen)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
