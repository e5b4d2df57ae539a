#include <math.h>
#include "core/report/svg.h"

#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/text.h"

enum {
	WIDTH = 720,
	BAR = 26,
	BARS = 12,
	LABEL = 190,
	LABEL_CELLS = 26,
	PARETO_BARS = 10,
	GAUGES = 8,
	PLOT_H = 190,
	LEFT = 52,
	RIGHT = 44
};

/* A number of a cell; false: there is none. */
static bool value_of(const json_t *row, int column, double *v)
{
	const json_t *j = column >= 0 ? json_array_get(row, (size_t)column) : NULL;
	*v = json_number_value(j);
	return json_is_number(j);
}

static void text_at(struct sd_str *out, double x, double y, const char *class, const char *anchor, const char *text)
{
	sd_str_addf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">", x, y, class, anchor);
	report_escape(out, text);
	sd_str_add(out, "</text>");
}

/* A label cut to cells, whole in a tooltip. */
static void label_at(
	struct sd_str *out, const struct report_doc *d, double x, double y, const char *anchor, const char *text, int cells)
{
	sd_str_addf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"lb\" text-anchor=\"%s\">", x, y, anchor);
	report_escape(out, sd_text_fit(d->a, text, cells, "…", false));
	if (sd_text_width(text) > cells) {
		sd_str_add(out, "<title>");
		report_escape(out, text);
		sd_str_add(out, "</title>");
	}
	sd_str_add(out, "</text>");
}

static void line_at(struct sd_str *out, const char *class, double x1, double y1, double x2, double y2)
{
	sd_str_addf(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", class, x1, y1, x2, y2);
}

/* The picture named and described for those who do not see it; the numbers stand in the table behind it. */
static void open_svg(struct sd_str *out, const struct report_table *t, double w, double h, const char *what)
{
	sd_str_addf(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">", w, h, t->id,
		t->id, t->id);
	report_escape(out, t->title);
	sd_str_addf(out, "</title><desc id=\"%s-d\">", t->id);
	report_escape(out, what);
	sd_str_add(out, "</desc>");
}

/* The end of an axis that holds v, and a step in which one counts: 1, 2 or 5 times a power of ten. */
static double nice_top(double v, double *step)
{
	double raw = v > 0 ? v / 4 : 1, power = 1, top = 0;
	while (power > raw)
		power /= 10;
	while (power * 10 <= raw)
		power *= 10;
	double m = raw / power;
	*step = (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10) * power;
	while (top < v - *step * 1e-6 || top == 0)
		top += *step;
	return top;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static double largest(const struct report_table *t, int column)
{
	double v, top = 0;
	size_t i;
	json_t *row;
	json_array_foreach(t->rows, i, row) if (value_of(row, column, &v) && v > top) top = v;
	return top;
}

/* ---- bars: one a row, at most twelve ---- */

static void one_bar(
	struct sd_str *out, const struct report_doc *d, const struct report_table *t, const json_t *row, double y, double top)
{
	double v, target, scale = (WIDTH - LABEL - 90) / top;
	bool aimed = value_of(row, t->line, &target);
	label_at(out, d, LABEL - 8, y + 17, "end", report_cell(d, t, row, (size_t)t->label), LABEL_CELLS);
	if (!value_of(row, t->value, &v)) {
		text_at(out, LABEL + 4, y + 17, "mu", "start", "-");
		return;
	}
	sd_str_addf(out, "<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"16\" rx=\"2\"/>",
		!aimed        ? "b1"
		: v >= target ? "bg"
					  : "bb",
		LABEL, y + 4, v > 0 ? v * scale : 0);
	text_at(out, LABEL + (v > 0 ? v * scale : 0) + 6, y + 17, "nu", "start", report_cell(d, t, row, (size_t)t->value));
	if (aimed)
		line_at(out, "tg", LABEL + target * scale, y + 1, LABEL + target * scale, y + 23);
}

static void bars(struct sd_str *out, const struct report_doc *d, const struct report_table *t)
{
	size_t i, n = json_array_size(t->rows) < BARS ? json_array_size(t->rows) : BARS;
	json_t *row;
	bool percent = t->columns[t->value].type == REPORT_PERCENT || t->columns[t->value].type == REPORT_FINE;
	double top = percent ? 100 : largest(t, t->value);
	open_svg(out, t, WIDTH, (double)n * BAR + 8,
		t->line >= 0 ? _("Horizontal bars, one for each line of the table below; the mark is the target")
					 : _("Horizontal bars, one for each line of the table below"));
	json_array_foreach(t->rows, i, row) if (i < n) one_bar(out, d, t, row, (double)i * BAR + 4, top > 0 ? top : 1);
	sd_str_add(out, "</svg>");
}

/* ---- lines over time ---- */

static void y_axis(struct sd_str *out, const struct report_doc *d, double top, double step, double h, const char *unit)
{
	for (int i = 0; i * step <= top + step / 2; i++) {
		double v = i * step, y = 10 + h - v / top * h;
		line_at(out, v > 0 ? "gr" : "ax", LEFT, y, WIDTH - RIGHT, y);
		text_at(out, LEFT - 6, y + 4, "mu", "end", sd_arena_printf(d->a, "%s%s", report_number(d, v, 2), unit));
	}
}

static double x_of(size_t i, size_t n)
{
	return n > 1 ? LEFT + 8 + (double)i * (WIDTH - LEFT - RIGHT - 16) / (double)(n - 1) : (WIDTH + LEFT - RIGHT) / 2.0;
}

/* A line, broken where there is no value; alone a value is a dot. */
static void series(struct sd_str *out, const struct report_table *t, int column, int nth, double top)
{
	size_t i, n = json_array_size(t->rows);
	json_t *row;
	double v;
	bool on = false;
	sd_str_addf(out, "<path class=\"l%d\" d=\"", nth + 1);
	json_array_foreach(t->rows, i, row)
	{
		bool there = value_of(row, column, &v);
		if (there)
			sd_str_addf(out, "%c%.1f %.1f", on ? 'L' : 'M', x_of(i, n), 10 + PLOT_H - v / top * PLOT_H);
		on = there;
	}
	sd_str_add(out, "\"/>");
	json_array_foreach(t->rows, i, row) if (n <= 40 && value_of(row, column, &v)) sd_str_addf(
		out, "<circle class=\"d%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\"/>", nth + 1, x_of(i, n), 10 + PLOT_H - v / top * PLOT_H);
}

static void legend(struct sd_str *out, const struct report_table *t, double y)
{
	double x = LEFT;
	for (int k = 0; k < REPORT_SERIES && t->series[k] >= 0; k++) {
		const char *title = t->columns[t->series[k]].title;
		sd_str_addf(out, "<rect class=\"s%d\" x=\"%.1f\" y=\"%.1f\" width=\"12\" height=\"4\" rx=\"2\"/>", k + 1, x, y - 5);
		text_at(out, x + 18, y, "lb", "start", title);
		x += 18 + sd_text_width(title) * 7.2 + 24;
	}
}

/* A day without its year, an hour without its day. */
static const char *short_time(const struct report_doc *d, const char *text)
{
	size_t n = strlen(text);
	if (n == 13 && text[10] == 'T')
		return sd_arena_printf(d->a, "%s:00", text + 11);
	return n == 10 && text[4] == '-' && text[7] == '-' ? text + 5 : text;
}

static void lines(struct sd_str *out, const struct report_doc *d, const struct report_table *t)
{
	size_t i, n = json_array_size(t->rows), every = n / 10 + 1;
	double top = 0, step;
	json_t *row;
	for (int k = 0; k < REPORT_SERIES && t->series[k] >= 0; k++)
		top = larger(top, largest(t, t->series[k]));
	top = nice_top(top, &step);
	open_svg(out, t, WIDTH, PLOT_H + 66, _("Lines over time; the table below has the numbers"));
	y_axis(out, d, top, step, PLOT_H, "");
	json_array_foreach(t->rows, i, row) if (i % every == 0)
		text_at(out, x_of(i, n), PLOT_H + 28, "mu", "middle", short_time(d, report_cell(d, t, row, (size_t)t->label)));
	for (int k = 0; k < REPORT_SERIES && t->series[k] >= 0; k++)
		series(out, t, t->series[k], k, top);
	legend(out, t, PLOT_H + 56);
	sd_str_add(out, "</svg>");
}

/* ---- Pareto: bars, and the line of their sum ---- */

static void pareto(struct sd_str *out, const struct report_doc *d, const struct report_table *t)
{
	size_t i, n = json_array_size(t->rows) < PARETO_BARS ? json_array_size(t->rows) : PARETO_BARS;
	double step, top = nice_top(largest(t, t->value), &step), slot = (double)(WIDTH - LEFT - RIGHT) / (double)n, v, share;
	struct sd_str path = {0};
	json_t *row;
	open_svg(out, t, WIDTH, PLOT_H + 64,
		_("Bars from the most frequent down, a line with the sum of their shares, and a mark at 80 per cent"));
	y_axis(out, d, top, step, PLOT_H, "");
	line_at(out, "tg", LEFT, 10 + PLOT_H * 0.2, WIDTH - RIGHT, 10 + PLOT_H * 0.2);
	text_at(out, WIDTH - RIGHT + 4, 14 + PLOT_H * 0.2, "mu", "start", "80 %");
	text_at(out, WIDTH - RIGHT + 4, 14, "mu", "start", "100 %");
	json_array_foreach(t->rows, i, row)
	{
		double x = LEFT + slot * ((double)i + 0.5);
		if (i >= n || !value_of(row, t->value, &v))
			break;
		sd_str_addf(out, "<rect class=\"b1\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"/>", x - slot * 0.36,
			10 + PLOT_H - v / top * PLOT_H, slot * 0.72, v / top * PLOT_H);
		text_at(out, x, 4 + PLOT_H - v / top * PLOT_H, "nu", "middle", report_cell(d, t, row, (size_t)t->value));
		label_at(out, d, x, PLOT_H + (i % 2 ? 44 : 28), "middle", report_cell(d, t, row, (size_t)t->label),
			(int)(slot * 2 / 7.5) > 4 ? (int)(slot * 2 / 7.5) : 4);
		if (value_of(row, t->line, &share)) {
			sd_str_addf(&path, "%c%.1f %.1f", path.len ? 'L' : 'M', x, 10 + PLOT_H - share / 100 * PLOT_H);
			sd_str_addf(out, "<circle class=\"d2\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", x, 10 + PLOT_H - share / 100 * PLOT_H);
		}
	}
	sd_str_addf(out, "<path class=\"l2\" d=\"%s\"/></svg>", path.data ? path.data : "");
	sd_str_free(&path);
}

/* ---- gauges: what is left of a budget ---- */

static void gauge(
	struct sd_str *out, const struct report_doc *d, const struct report_table *t, const json_t *row, double x, double y)
{
	double left, budget, cx = x + 88, cy = y + 84, r = 62;
	bool known = value_of(row, t->value, &left) && value_of(row, t->line, &budget) && budget > 0;
	double share = !known || left <= 0 ? 0 : left >= budget ? 1 : left / budget;
	sd_str_addf(out, "<path class=\"ga\" d=\"M%.1f %.1fA%.0f %.0f 0 0 1 %.1f %.1f\"/>", cx - r, cy, r, r, cx + r, cy);
	if (share > 0) /* so much of the same half circle */
		sd_str_addf(out,
			"<path class=\"%s\" pathLength=\"100\" stroke-dasharray=\"%.1f 200\" d=\"M%.1f %.1fA%.0f %.0f 0 0 1 %.1f %.1f\"/>",
			share > 0.25 ? "gg" : "gw", share * 100, cx - r, cy, r, r, cx + r, cy);
	text_at(out, cx, cy - 12, known && left < 0 ? "big bad" : "big", "middle",
		known ? sd_arena_printf(d->a, "%s %%", report_number(d, left / budget * 100, left / budget > 0.1 || left < 0 ? 0 : 1))
			  : "-");
	text_at(out, cx, cy + 6, "mu", "middle",
		known ? sd_arena_printf(d->a, _("%s of %s min"), report_number(d, left, 1), report_number(d, budget, 1)) : "");
	label_at(out, d, cx, cy + 26, "middle", report_cell(d, t, row, (size_t)t->label), 22);
}

/* Which part of its budget a row has left; what is not known is the least of worries. */
static double share_left(const struct report_table *t, size_t i)
{
	double left, budget;
	const json_t *row = json_array_get(t->rows, i);
	return value_of(row, t->value, &left) && value_of(row, t->line, &budget) && budget > 0 ? left / budget : HUGE_VAL;
}

/* Those with the least left come first, so that none of them is among the rows for which there is no room. */
static void gauges(struct sd_str *out, const struct report_doc *d, const struct report_table *t)
{
	size_t all = json_array_size(t->rows), n = 0, worst[GAUGES + 1];
	for (size_t i = 0; i < all; i++) {
		size_t k = n < GAUGES ? n++ : GAUGES;
		for (; k > 0 && share_left(t, i) < share_left(t, worst[k - 1]); k--)
			worst[k] = worst[k - 1];
		worst[k] = i;
	}
	size_t lines = (n + 3) / 4;
	open_svg(out, t, WIDTH, (double)lines * 124 + 4, _("For each service how much of its error budget is left"));
	for (size_t i = 0; i < n; i++) {
		size_t line = i / 4;
		gauge(out, d, t, json_array_get(t->rows, worst[i]), (double)(i % 4) * 180, (double)line * 124);
	}
	sd_str_add(out, "</svg>");
}

void report_svg(struct sd_str *out, const struct report_doc *d, const struct report_table *t)
{
	if (!json_array_size(t->rows))
		return;
	switch (t->chart) {
	case REPORT_BARS:
		bars(out, d, t);
		break;
	case REPORT_LINES:
		lines(out, d, t);
		break;
	case REPORT_PARETO:
		pareto(out, d, t);
		break;
	case REPORT_BUDGET:
		gauges(out, d, t);
		break;
	default:
		break;
	}
}
