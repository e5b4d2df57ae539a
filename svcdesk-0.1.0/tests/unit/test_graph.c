/* Figures as pictures, compared with tests/golden/graph: blocks, braille, ASCII, small and large; and that nothing lands outside
 * its region, whatever the numbers are. */
#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/graph.h"

static void shot(const struct surface *s, const char *name, bool elements)
{
	char file[120], *text = golden_surface(s, elements);
	snprintf(file, sizeof file, "graph/%s", name);
	golden_check(file, text);
	free(text);
}

static const double wave[] = {0, 1, 3, 2, 5, 8, 13, 9, 6, 4, 2, 1, 0, 0.2, 7, 12, 16, 15, 10, 3};
enum { WAVE = sizeof wave / sizeof *wave };

static void digits_page(const char *name)
{
	struct surface *s = surface_new(120, 34);
	struct region r = surface_region(s);
	graph_digits(region_sub(r, 0, 0, 80, 5), EL_FIGURE, "0123456789", GRAPH_LEFT);
	graph_digits(region_sub(r, 0, 6, 80, 5), EL_FIGURE_OK, "98.6% +12 -3/5", GRAPH_LEFT);
	graph_digits(region_sub(r, 90, 0, 30, 5), EL_FIGURE_BAD, "1234567", GRAPH_RIGHT);
	graph_digits(region_sub(r, 90, 6, 30, 5), EL_FIGURE_BAD, "12345678901", GRAPH_RIGHT);
	graph_digits(region_sub(r, 0, 12, 60, 7), EL_FIGURE, "12:45", GRAPH_CENTRE);
	graph_digits(region_sub(r, 60, 12, 60, 7), EL_FIGURE, "1h 25m 7s", GRAPH_CENTRE);
	graph_digits(region_sub(r, 0, 20, 120, 10), EL_FIGURE_WARN, "0369 2d", GRAPH_LEFT);
	assert_int_equal(graph_digits(region_sub(r, 0, 31, 20, 3), EL_FIGURE, "42", GRAPH_CENTRE), 1);
	shot(s, name, false);
	surface_free(s);
}

static void bars_page(const char *name)
{
	static const struct graph_part parts[] = {{0.3, EL_FIGURE_BAD}, {0.25, EL_FIGURE_WARN}, {0.2, EL_FIGURE_OK}};
	static const struct graph_row rows[] = {{"Network", "41", 41, EL_GRAPH}, {"Service desk 服务台", "17", 17, EL_GRAPH},
		{"Field", "1", 1, EL_FIGURE_WARN}, {"Printing", "0", 0, EL_GRAPH}, {"Unknown", "?", NAN, EL_GRAPH}};
	struct surface *s = surface_new(60, 22);
	struct region r = surface_region(s);
	for (int i = 0; i <= 8; i++)
		graph_bar(r, 0, i, 20, i / 8.0 * 0.5 + (i == 8 ? 0.5 : 0) + i / 160.0 / 8, EL_GRAPH);
	graph_stack(r, 24, 0, 30, parts, 3);
	graph_gauge(region_sub(r, 24, 2, 36, 1), 0.942, 0.95, EL_FIGURE_WARN, "94.2%");
	graph_gauge(region_sub(r, 24, 4, 36, 3), 0.5, NAN, EL_FIGURE_OK, "50%");
	graph_gauge(region_sub(r, 24, 8, 8, 1), 0.5, NAN, EL_FIGURE_OK, "50.0%");
	graph_rows(region_sub(r, 0, 10, 40, 5), rows, 5, 0);
	graph_rows(region_sub(r, 0, 16, 22, 3), rows, 5, 82);
	shot(s, name, true);
	surface_free(s);
}

static void plots_page(const char *name, enum graph_style style)
{
	static const struct graph_column columns[] = {{"<1d", 14, EL_FIGURE_OK}, {"2-3", 9, EL_GRAPH}, {"4-7", 21, EL_GRAPH},
		{"8-14", 3, EL_FIGURE_WARN}, {">30", 0, EL_FIGURE_BAD}};
	static const char *const days[] = {"Mon", "Tue", "三"}, *const hours[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
	static const double heat[] = {0, 1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1, 0, NAN, 0, 0, 7, 0, 0, 0, NAN};
	double out[WAVE];
	struct surface *s = surface_new(90, 20);
	struct region r = surface_region(s);
	for (int i = 0; i < WAVE; i++)
		out[i] = wave[WAVE - 1 - i];
	graph_spark(region_sub(r, 0, 0, 20, 1), wave, WAVE, 0, style, EL_GRAPH);
	graph_spark(region_sub(r, 0, 2, 20, 4), wave, WAVE, 0, style, EL_GRAPH);
	graph_spark(region_sub(r, 0, 7, 8, 2), wave, WAVE, 32, style, EL_GRAPH);
	graph_line(region_sub(r, 24, 0, 30, 5), wave, WAVE, 0, 0, style, EL_GRAPH);
	graph_line(region_sub(r, 24, 6, 30, 2), (const double[]){3, 3, 3}, 3, 0, 0, style, EL_GRAPH);
	graph_flow(region_sub(r, 58, 0, 30, 9), wave, out, WAVE, EL_GRAPH, EL_GRAPH_2);
	graph_flow(region_sub(r, 58, 10, 32, 5), wave + 10, out + 10, 8, EL_GRAPH, EL_GRAPH_2);
	graph_histogram(region_sub(r, 0, 10, 30, 9), columns, 5);
	assert_true(graph_heat(region_sub(r, 34, 10, 22, 5), &(struct graph_heat){3, 8, heat, 0, days, hours}));
	assert_true(graph_heat(region_sub(r, 34, 16, 8, 3), &(struct graph_heat){3, 8, heat, 14, NULL, NULL}));
	assert_false(graph_heat(region_sub(r, 34, 16, 7, 3), &(struct graph_heat){3, 8, heat, 14, NULL, NULL}));
	shot(s, name, true);
	surface_free(s);
}

static void with_blocks(void **state)
{
	(void)state;
	assert_int_equal(graph_style(GRAPH_BLOCKS), GRAPH_BLOCKS);
	assert_int_equal(graph_style(GRAPH_BRAILLE), GRAPH_BRAILLE);
	digits_page("digits");
	bars_page("bars");
	plots_page("plots-blocks", GRAPH_BLOCKS);
	plots_page("plots-braille", GRAPH_BRAILLE);
}

static void in_ascii(void **state)
{
	(void)state;
	glyphs_ascii(true);
	assert_int_equal(graph_style(GRAPH_BRAILLE), GRAPH_ASCII);
	digits_page("digits-ascii");
	bars_page("bars-ascii");
	plots_page("plots-ascii", GRAPH_BRAILLE);
	glyphs_ascii(false);
}

/* Where ambiguous characters take two cells the blocks would be wide; braille is not ambiguous. */
static void wide_blocks_are_not_used(void **state)
{
	(void)state;
	sd_text_widths(2, 2);
	assert_int_equal(graph_style(GRAPH_BLOCKS), GRAPH_ASCII);
	bars_page("bars-ascii");
	sd_text_widths(1, 2);
}

static void digits_grow_with_the_place(void **state)
{
	(void)state;
	struct surface *s = surface_new(200, 30);
	for (int h = 1; h <= 30; h++) {
		surface_clear(s);
		int rows = graph_digits(region_sub(surface_region(s), 0, 0, 200, h), EL_FIGURE, "42", GRAPH_LEFT);
		assert_int_equal(rows, h < GRAPH_BIG_ROWS ? 1 : h > 24 ? 24 : h);
	}
	assert_true(graph_digits_width("142", 5) <= 20); /* four of them side by side on 80 columns */
	assert_int_equal(graph_digits(region_sub(surface_region(s), 0, 0, 20, 6), EL_FIGURE, "142", GRAPH_LEFT), 6);
	assert_int_equal(graph_digits(region_sub(surface_region(s), 0, 0, 20, 6), EL_FIGURE, "14235", GRAPH_LEFT), 5);
	surface_free(s);
}

static double any_number(struct rng *g)
{
	static const double odd[] = {NAN, INFINITY, -INFINITY, -1, 0, 1e300, 1e-300};
	return rng_below(g, 4) ? rng_below(g, 1000) / 10.0 : odd[rng_below(g, 7)];
}

static void draw_any(struct rng *g, struct region in)
{
	double v[200];
	char text[20];
	size_t n = rng_below(g, 200);
	struct graph_row rows[12];
	struct graph_column cols[12];
	for (size_t i = 0; i < 200; i++)
		v[i] = any_number(g);
	for (int i = 0; i < 12; i++) {
		rows[i] = (struct graph_row){i % 2 ? "很长的组名 group" : "g", i % 3 ? "12,345" : NULL, v[i], EL_GRAPH};
		cols[i] = (struct graph_column){i % 2 ? "周" : "Monday", v[i], EL_GRAPH};
	}
	snprintf(text, sizeof text, "%u:%02u %c", rng_below(g, 100000), rng_below(g, 60), "hmds%?x"[rng_below(g, 7)]);
	switch (rng_below(g, 9)) {
	case 0:
		graph_digits(in, EL_FIGURE, text, (enum graph_align)rng_below(g, 3));
		break;
	case 1:
		graph_bar(in, (int)rng_below(g, 40) - 20, (int)rng_below(g, 9) - 4, (int)rng_below(g, 90), any_number(g), EL_GRAPH);
		break;
	case 2:
		graph_gauge(in, any_number(g), any_number(g), EL_FIGURE_OK, rng_below(g, 2) ? "99.9%" : NULL);
		break;
	case 3:
		graph_rows(in, rows, rng_below(g, 13), any_number(g));
		break;
	case 4:
		graph_spark(in, v, n, any_number(g), (enum graph_style)rng_below(g, 3), EL_GRAPH);
		break;
	case 5:
		graph_line(in, v, n, any_number(g), any_number(g), (enum graph_style)rng_below(g, 3), EL_GRAPH);
		break;
	case 6:
		graph_flow(in, v, v + 100, n / 2, EL_GRAPH, EL_GRAPH_2);
		break;
	case 7:
		graph_histogram(in, cols, rng_below(g, 13));
		break;
	default:
		graph_heat(in, &(struct graph_heat){(int)rng_below(g, 8), (int)rng_below(g, 24), v, any_number(g), NULL, NULL});
	}
}

static void nothing_outside(void **state)
{
	(void)state;
	struct rng g = rng_new(20260105);
	struct surface *s = surface_new(60, 20);
	for (unsigned round = test_rounds(4000); round > 0; round--) {
		int x = (int)rng_below(&g, 60), y = (int)rng_below(&g, 20), w = (int)rng_below(&g, 61), h = (int)rng_below(&g, 21);
		surface_clear(s);
		draw_fill(surface_region(s), 0, 0, 60, 20, EL_DIM, "x");
		draw_any(&g, region_sub(surface_region(s), x, y, w, h));
		for (int j = 0; j < 20; j++)
			for (int i = 0; i < 60; i++) {
				const struct cell *c = surface_cell(s, i, j);
				if (i >= x && i < x + w && j >= y && j < y + h)
					continue;
				if (strcmp(c->text, "x") != 0 || c->element != EL_DIM)
					fail_msg("round %u: %d,%d is outside of %d,%d %dx%d", round, i, j, x, y, w, h);
			}
	}
	surface_free(s);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_blocks),
		cmocka_unit_test(in_ascii),
		cmocka_unit_test(wide_blocks_are_not_used),
		cmocka_unit_test(digits_grow_with_the_place),
		cmocka_unit_test(nothing_outside),
	};
	return TEST_MAIN(tests);
}
