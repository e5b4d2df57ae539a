/* Plots: values over time, histograms, heat. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/graph.h"
#include "tui/widget/graph_int.h"

enum { EIGHTHS = 8, BRAILLE = 0x2800, DOT_ROWS = 4, DOT_COLS = 2 };

/* One column of height (in eighths of a cell) from the bottom of the region, or hanging from its top. */
static void column(struct region r, int x, int w, int height, enum element e)
{
	for (int y = 0; y < r.h && height > 0; y++, height -= EIGHTHS) {
		const char *g = graph_eighth_up(height);

		for (int i = 0; g && i < w; i++)
			draw_text(r, x + i, r.h - 1 - y, e, g);
	}
}

static int height_of(double v, double max, int rows)
{
	int n;

	if (isnan(v) || !(max > 0) || !(v > 0))
		return 0;
	n = graph_round(graph_clamp(v / max) * rows * EIGHTHS);
	return n > 0 ? n : 1; /* something is more than nothing */
}

/* ---- braille ---- */
/* Dots of a grid of cells, one byte a cell. */
struct dots {
	unsigned char *bit;
	int w, h; /* cells */
};

static void dot_set(struct dots *d, int x, int y)
{
	static const unsigned char bits[DOT_ROWS][DOT_COLS] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

	if (x >= 0 && y >= 0 && x < d->w * DOT_COLS && y < d->h * DOT_ROWS)
		d->bit[y / DOT_ROWS * d->w + x / DOT_COLS] |= bits[y % DOT_ROWS][x % DOT_COLS];
}

static void dots_draw(struct region r, const struct dots *d, enum element e)
{
	for (int y = 0; y < d->h; y++)
		for (int x = 0; x < d->w; x++) {
			unsigned c = BRAILLE + d->bit[y * d->w + x];
			char text[4] = {(char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)), (char)(0x80 | (c & 0x3F)), '\0'};

			if (c != BRAILLE)
				draw_text(r, x, y, e, text);
		}
}

static struct dots dots_new(struct region r)
{
	struct dots d = {.w = r.w, .h = r.h};

	d.bit = sd_calloc((size_t)r.w * (size_t)r.h, 1);
	return d;
}

/* The newest values stand at the right edge. */
static void newest(const double **v, size_t *n, size_t room)
{
	if (*n > room) {
		*v += *n - room;
		*n = room;
	}
}

void graph_spark(struct region r, const double *v, size_t n, double max, enum graph_style style, enum element e)
{
	style = graph_style(style);
	if (r.w < 1 || r.h < 1)
		return;
	newest(&v, &n, (size_t)r.w * (style == GRAPH_BRAILLE ? DOT_COLS : 1));
	if (!(max > 0))
		max = graph_largest(v, n);
	if (style != GRAPH_BRAILLE) {
		for (size_t i = 0; i < n; i++)
			column(r, r.w - (int)n + (int)i, 1, height_of(v[i], max, r.h), e);
		return;
	}
	struct dots d = dots_new(r);

	for (size_t i = 0; i < n; i++) {
		int high = (height_of(v[i], max, r.h) * DOT_ROWS + EIGHTHS - 1) / EIGHTHS;

		for (int y = 0; y < high; y++)
			dot_set(&d, r.w * DOT_COLS - (int)n + (int)i, r.h * DOT_ROWS - 1 - y);
	}
	dots_draw(r, &d, e);
	free(d.bit);
}

/* From the bottom: 0 is min, steps - 1 is max. */
static int step_of(double v, double min, double max, int steps)
{
	return max > min ? graph_round(graph_clamp((v - min) / (max - min)) * (steps - 1)) : 0;
}

static void line_range(const double *v, size_t n, double *min, double *max)
{
	bool any = false;

	if (*min < *max)
		return;
	for (size_t i = 0; i < n; i++) {
		if (isnan(v[i]))
			continue;
		if (!any || v[i] < *min)
			*min = v[i];
		if (!any || v[i] > *max)
			*max = v[i];
		any = true;
	}
	if (*min >= *max) /* a flat line runs in the middle */
		*min -= 1, *max += 1;
}

void graph_line(struct region r, const double *v, size_t n, double min, double max, enum graph_style style, enum element e)
{
	bool braille = graph_style(style) == GRAPH_BRAILLE;
	int cols = r.w * (braille ? DOT_COLS : 1), steps = r.h * (braille ? DOT_ROWS : 1), before = -1;

	if (r.w < 1 || r.h < 1 || n < 1)
		return;
	struct dots d = dots_new(r);

	line_range(v, n, &min, &max);
	/* stretched over the whole width; between two values the line is straight */
	for (int x = 0; x < cols; x++) {
		double at = cols > 1 ? (double)x * (double)(n - 1) / (cols - 1) : 0, part;
		size_t i = (size_t)at;

		part = at - (double)i;
		double a = v[i], b = i + 1 < n ? v[i + 1] : v[i];
		int y;

		if (isnan(a) || (part > 0 && isnan(b))) {
			before = -1;
			continue;
		}
		y = steps - 1 - step_of(a + (b - a) * part, min, max, steps);
		for (int k = y; before >= 0 && k != before; k += before > k ? 1 : -1)
			if (braille)
				dot_set(&d, x, k);
		before = y;
		if (braille)
			dot_set(&d, x, y);
		else
			draw_text(r, x, y, e, graph_style(style) == GRAPH_ASCII ? "*" : "•");
	}
	if (braille)
		dots_draw(r, &d, e);
	free(d.bit);
}

void graph_flow(struct region r, const double *in, const double *out, size_t n, enum element e_in, enum element e_out)
{
	int up = (r.h - 1) / 2, down = r.h - 1 - up, w;
	double max = graph_largest(in, n);
	struct region above = region_sub(r, 0, 0, r.w, up), below = region_sub(r, 0, up + 1, r.w, down);

	if (r.w < 1 || r.h < 3 || n < 1)
		return;
	newest(&in, &n, (size_t)r.w);
	w = r.w / (int)n;
	draw_hline(r, 0, up, r.w, EL_BORDER);
	if (graph_largest(out, n) > max)
		max = graph_largest(out, n);
	for (size_t i = 0; i < n; i++) {
		int x = r.w - (int)(n - i) * w, bar = w > 2 ? w - 1 : w, high = height_of(out[i], max, below.h);

		column(above, x, bar, height_of(in[i], max, above.h), e_in);
		/* There are no blocks that hang in eighths: whole cells, and a half at the end. */
		for (int y = 0; y < below.h && high > 0; y++, high -= EIGHTHS)
			for (int k = 0; k < bar; k++)
				draw_text(below, x + k, y, e_out,
					graph_style(GRAPH_BLOCKS) == GRAPH_ASCII ? (high >= EIGHTHS / 2 ? "#" : "'")
					: high >= 6                              ? "█"
															 : "▀");
	}
}

void graph_histogram(struct region r, const struct graph_column *c, size_t n)
{
	double max = 0;
	int w, gap, bars = r.h - 2;
	struct region plot = region_sub(r, 0, 1, r.w, bars);

	if (n < 1 || r.h < 3 || r.w < (int)n)
		return;
	for (size_t i = 0; i < n; i++)
		if (c[i].v > max)
			max = c[i].v;
	w = r.w / (int)n;
	gap = w > 2 ? 1 : 0;
	for (size_t i = 0; i < n; i++) {
		int x = (int)i * w, high = height_of(c[i].v, max, bars), top = bars - (high + EIGHTHS - 1) / EIGHTHS;
		char value[32];

		column(plot, x, w - gap, high, c[i].element);
		if (isnan(c[i].v))
			snprintf(value, sizeof value, "?");
		else
			snprintf(value, sizeof value, "%.0f", c[i].v);
		if ((int)strlen(value) <= w - gap)
			draw_fit(region_sub(r, x, top, w - gap, 1), (w - gap - (int)strlen(value)) / 2, 0, (int)strlen(value), EL_STRONG,
				value, false);
		int lw = sd_text_width(c[i].label);

		if (lw > w - gap)
			lw = w - gap;
		draw_fit(r, x + (w - gap - lw) / 2, r.h - 1, lw, EL_LABEL, c[i].label, false);
	}
}

/* ---- heat ---- */
const char *graph_shade(int level, enum element *e)
{
	static const char *const blocks[] = {"·", "░", "▒", "▓", "█"}, *const ascii[] = {".", ":", "+", "%", "#"};
	static const enum element elements[] = {EL_TRACK, EL_HEAT_1, EL_HEAT_2, EL_HEAT_3, EL_HEAT_4};

	level = level < 0 ? 0 : level > 4 ? 4 : level;
	*e = elements[level];
	return graph_style(GRAPH_BLOCKS) == GRAPH_ASCII ? ascii[level] : blocks[level];
}

static int heat_level(double part)
{
	int level = 1 + (int)(part * 4);

	return level > 4 ? 4 : level;
}

static void heat_cell(struct region r, int x, int y, int w, double v, double max)
{
	enum element e;
	const char *g;

	if (isnan(v))
		return;
	g = graph_shade(v > 0 && max > 0 ? heat_level(graph_clamp(v / max)) : 0, &e);
	for (int i = 0; i < w; i++)
		draw_text(r, x + i, y, e, g);
}

bool graph_heat(struct region r, const struct graph_heat *h)
{
	int left = 0, w, rows = h->rows, next = 0, high;
	double max = h->max > 0 ? h->max : graph_largest(h->v, (size_t)h->rows * (size_t)h->cols);

	for (int y = 0; h->row_label && y < h->rows; y++) {
		int l = sd_text_width(h->row_label[y]) + 1;

		left = l > left ? l : left;
	}
	if (left > r.w / 3)
		left = r.w / 3;
	w = h->cols > 0 ? (r.w - left) / h->cols : 0;
	if (w < 1 || r.h < 1)
		return false;
	if (w > 16)
		w = 16;
	if (rows > r.h - (h->col_label ? 1 : 0))
		rows = r.h - (h->col_label ? 1 : 0);
	high = rows > 0 ? (r.h - (h->col_label ? 1 : 0)) / rows : 1;
	if (high > w / 2 + 1) /* cells stay about as high as wide */
		high = w / 2 + 1;
	for (int y = 0; y < rows; y++) {
		if (h->row_label && left > 1)
			draw_fit(r, 0, y * high, left - 1, EL_LABEL, h->row_label[y], false);
		for (int x = 0; x < h->cols; x++)
			for (int k = 0; k < high; k++)
				heat_cell(r, left + x * w, y * high + k, w, h->v[y * h->cols + x], max);
	}
	for (int x = 0; h->col_label && x < h->cols; x++) {
		int lw = sd_text_width(h->col_label[x]);

		if (x * w < next || left + x * w + lw > r.w) /* no place between its neighbours */
			continue;
		draw_text(r, left + x * w, rows * high, EL_LABEL, h->col_label[x]);
		next = x * w + lw + 1;
	}
	return true;
}
