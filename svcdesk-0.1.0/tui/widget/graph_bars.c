/* Bars along the line. The unit is an eighth of a cell. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "svcdesk/text.h"
#include "core/base/i18n.h"
#include "tui/widget/graph.h"
#include "tui/widget/graph_int.h"

enum { EIGHTHS = 8 };

enum graph_style graph_style(enum graph_style want)
{
	if (want == GRAPH_ASCII || glyphs_are_ascii())
		return GRAPH_ASCII;
	if (want == GRAPH_BRAILLE && sd_text_width("⣿") == 1)
		return GRAPH_BRAILLE;
	/* Where ambiguous characters take two cells, a block would, too. */
	return sd_text_width("█") == 1 ? GRAPH_BLOCKS : GRAPH_ASCII;
}

static const char *eighth(const char *const *blocks, const char *const *ascii, int n)
{
	if (n <= 0)
		return NULL;
	if (n > EIGHTHS)
		n = EIGHTHS;
	return graph_style(GRAPH_BLOCKS) == GRAPH_ASCII ? ascii[n] : blocks[n];
}

const char *graph_eighth_right(int n)
{
	static const char *const blocks[] = {NULL, "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
	static const char *const ascii[] = {NULL, NULL, NULL, NULL, "-", "-", "=", "=", "#"};

	return eighth(blocks, ascii, n);
}

const char *graph_eighth_up(int n)
{
	static const char *const blocks[] = {NULL, "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[] = {NULL, "_", "_", ".", ".", ":", ":", "|", "#"};

	return eighth(blocks, ascii, n);
}

const char *graph_track(void)
{
	return graph_style(GRAPH_BLOCKS) == GRAPH_ASCII ? "." : "░";
}

double graph_largest(const double *v, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(v[i]) && v[i] > most)
			most = v[i];
	return most;
}

int graph_round(double v)
{
	return (int)(v + 0.5);
}

double graph_clamp(double part)
{
	return !(part > 0) ? 0 : part > 1 ? 1 : part;
}

void graph_bar(struct region r, int x, int y, int w, double part, enum element e)
{
	int n = graph_round(graph_clamp(part) * w * EIGHTHS);
	const char *rest;

	if (w < 1)
		return;
	if (n == 0 && part > 0) /* something is more than nothing */
		n = 1;
	draw_fill(r, x, y, w, 1, EL_TRACK, graph_track());
	if (n / EIGHTHS > 0)
		draw_fill(r, x, y, n / EIGHTHS, 1, e, graph_eighth_right(EIGHTHS));
	rest = graph_eighth_right(n % EIGHTHS);
	if (!rest && n > 0 && n < EIGHTHS)
		rest = graph_eighth_right(EIGHTHS / 2);
	if (rest)
		draw_text(r, x + n / EIGHTHS, y, e, rest);
}

void graph_stack(struct region r, int x, int y, int w, const struct graph_part *p, size_t n)
{
	static const char *const blocks[] = {"█", "▓", "▒"}, *const ascii[] = {"#", "=", "-"};
	bool plain = graph_style(GRAPH_BLOCKS) == GRAPH_ASCII;
	double sum = 0;
	int at = 0;

	if (w < 1)
		return;
	draw_fill(r, x, y, w, 1, EL_TRACK, graph_track());
	for (size_t i = 0; i < n; i++) {
		int end;

		sum = graph_clamp(sum + graph_clamp(p[i].part));
		end = graph_round(sum * w);
		if (end > at)
			draw_fill(r, x + at, y, end - at, 1, p[i].element, (plain ? ascii : blocks)[i % 3]);
		at = end;
	}
}

void graph_gauge(struct region r, double part, double target, enum element e, const char *text)
{
	int tw = text ? sd_text_width(text) + 1 : 0, w = r.w - tw, mark;

	if (w < 4) {
		draw_fit(r, 0, r.h / 2, r.w, e, text ? text : "", false);
		return;
	}
	if (text)
		draw_text(r, 0, (r.h - 1) / 2, e, text);
	for (int y = 0; y < r.h; y++)
		graph_bar(r, tw, y, w, part, e);
	if (isnan(target))
		return;
	mark = tw + graph_round(graph_clamp(target) * (w - 1));
	for (int y = 0; y < r.h; y++)
		draw_text(r, mark, y, EL_STRONG, graph_style(GRAPH_BLOCKS) == GRAPH_ASCII ? "|" : "┃");
}

size_t graph_rows_fit(struct region r, size_t n)
{
	size_t h = r.h > 0 ? (size_t)r.h : 0;

	return n <= h ? n : h > 1 ? h - 1 : h;
}

/* The widths of labels and values: labels get at most two fifths. */
static void widths(struct region r, const struct graph_row *rows, size_t n, int *label, int *value)
{
	*label = *value = 0;
	for (size_t i = 0; i < n; i++) {
		int l = sd_text_width(rows[i].label), v = rows[i].value ? sd_text_width(rows[i].value) : 0;

		*label = l > *label ? l : *label;
		*value = v > *value ? v : *value;
	}
	if (*value > r.w - 2)
		*value = r.w > 2 ? r.w - 2 : 0;
	if (*label > r.w * 2 / 5 && *label + *value + 6 > r.w)
		*label = r.w * 2 / 5 > r.w - *value - 1 ? r.w - *value - 1 : r.w * 2 / 5;
}

void graph_rows(struct region r, const struct graph_row *rows, size_t n, double max)
{
	size_t fit = graph_rows_fit(r, n);
	int label, value, x, bar, step;

	widths(r, rows, fit, &label, &value);
	x = label + 1;
	bar = r.w - x - (value ? value + 1 : 0);
	if (!(max > 0))
		for (size_t i = 0; i < n; i++)
			if (rows[i].v > max)
				max = rows[i].v;
	step = fit && (int)fit * 2 <= r.h ? r.h / (int)fit : 1;
	if (step > 4)
		step = 4;
	for (size_t i = 0; i < fit; i++) {
		int y = (int)i * step, thick = step > 1 ? step - 1 : 1;

		draw_fit(r, 0, y, label, EL_NORMAL, rows[i].label, false);
		for (int k = 0; bar > 0 && k < thick; k++)
			graph_bar(r, x, y + k, bar, max > 0 ? rows[i].v / max : 0, rows[i].element);
		if (rows[i].value)
			draw_fit(r, r.w - value, y, value, EL_STRONG, rows[i].value, true);
	}
	if (fit < n && r.h > 1) {
		char more[64];

		snprintf(more, sizeof more, _("+%zu more"), n - fit);
		draw_fit(r, 0, (int)fit, r.w, EL_DIM, more, false);
	}
}
