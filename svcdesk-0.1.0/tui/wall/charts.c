/* Widgets that are plots. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/text.h"
#include "tui/wall/look.h"

enum { HOUR_US = 3600 };

/* The hour of the day under every few columns; at the last column stands now. */
static void hours(struct look *k, struct region r, int y, int from, int step, int w)
{
	for (int i = 0; i < SD_WALL_HOURS; i += step) {
		sd_time t = k->now == SD_TIME_NONE ? 0 : k->now + (int64_t)(from + i) * HOUR_US * 1000000;

		if (k->now != SD_TIME_NONE && i * w + 2 <= r.w)
			draw_text(r, i * w, y, EL_DIM, sd_time_local(k->a, t, k->zone, "%H"));
	}
}

/* The last columns of a plot that is as wide as fits, and where it begins. */
static int column_width(struct region r)
{
	int w = r.w / SD_WALL_HOURS;

	return w < 1 ? 1 : w > 6 ? 6 : w;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

void flow_draw(struct look *k, struct region r)
{
	int w = column_width(r), n = r.w / w < SD_WALL_HOURS ? r.w / w : SD_WALL_HOURS, skip = SD_WALL_HOURS - n, x = r.w - n * w;
	struct region plot = region_sub(r, x, 1, n * w, r.h - 2);
	double in = 0, out = 0;
	int used;

	for (int i = 0; i < SD_WALL_HOURS; i++) {
		in += k->d->live.in[i];
		out += k->d->live.out[i];
	}
	if (r.h < 5)
		plot = region_sub(r, x, 0, n * w, r.h);
	if (k->w->layout->style == GRAPH_BRAILLE && plot.h >= 4) {
		double most = 1;

		for (int i = 0; i < SD_WALL_HOURS; i++)
			most = larger(most, larger(k->d->live.in[i], k->d->live.out[i]));
		graph_line(plot, k->d->live.in + skip, (size_t)n, 0, most, GRAPH_BRAILLE, EL_GRAPH_2);
		graph_line(plot, k->d->live.out + skip, (size_t)n, 0, most, GRAPH_BRAILLE, EL_GRAPH);
	} else {
		graph_flow(plot, k->d->live.in + skip, k->d->live.out + skip, (size_t)n, EL_GRAPH_2, EL_GRAPH);
	}
	if (r.h < 5)
		return;
	used = draw_text(r, 0, 0, EL_GRAPH_2, sd_arena_printf(k->a, _("in %.0f"), in));
	used += draw_text(r, used + 2, 0, EL_GRAPH, sd_arena_printf(k->a, _("out %.0f"), out)) + 2;
	draw_text(r, used + 2, 0, EL_DIM, sd_arena_printf(k->a, "%+.0f", in - out));
	hours(k, region_sub(r, x, r.h - 1, n * w, 1), 0, skip - SD_WALL_HOURS + 1, w > 2 ? 2 : 4, w);
}

void age_draw(struct look *k, struct region r)
{
	struct graph_column c[SD_WALL_AGES];
	struct graph_row rows[SD_WALL_AGES];

	for (int i = 0; i < SD_WALL_AGES; i++) {
		enum element e = i < 2 ? EL_FIGURE_OK : i < 4 ? EL_GRAPH : i < 5 ? EL_FIGURE_WARN : EL_FIGURE_BAD;

		c[i] = (struct graph_column){sd_arena_printf(k->a, _("%s d"), sd_wall_ages[i]), k->d->live.age[i], e};
		rows[i] = (struct graph_row){c[i].label, sd_arena_printf(k->a, "%d", k->d->live.age[i]), k->d->live.age[i], e};
	}
	if (r.h >= 9 && r.w >= SD_WALL_AGES * 7)
		graph_histogram(r, c, SD_WALL_AGES);
	else
		graph_rows(r, rows, SD_WALL_AGES, 0);
}

void heat_draw(struct look *k, struct region r)
{
	size_t n = k->d->live.ngroups, fit = r.h > 1 ? (size_t)r.h - 1 : 0;
	const char *label[60], *ages[SD_WALL_AGES];
	double v[60 * SD_WALL_AGES];

	n = n < fit ? n : fit;
	n = n < 60 ? n : 60;
	if (!n) {
		look_empty(r, EL_DIM, _("no group has anything"));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		label[i] = k->d->live.groups[i].name;
		for (int a = 0; a < SD_WALL_AGES; a++)
			v[i * SD_WALL_AGES + (size_t)a] = k->d->live.groups[i].age[a];
	}
	for (int a = 0; a < SD_WALL_AGES; a++)
		ages[a] = sd_wall_ages[a];
	graph_heat(r, &(struct graph_heat){(int)n, SD_WALL_AGES, v, 0, label, ages});
}

void causes_draw(struct look *k, struct region r)
{
	struct graph_row rows[20];
	size_t n = k->d->slow.ncauses < 20 ? k->d->slow.ncauses : 20;

	if (!n)
		look_empty(r, EL_DIM, _("no figures yet"));
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct graph_row){
			k->d->slow.causes[i].label, sd_arena_printf(k->a, "%d", k->d->slow.causes[i].n), k->d->slow.causes[i].n, EL_GRAPH};
	graph_rows(r, rows, n, 0);
}

void forecast_draw(struct look *k, struct region r)
{
	int w = column_width(r), n = r.w / w < SD_WALL_HOURS ? r.w / w : SD_WALL_HOURS;
	double sum = 0, four = 0;

	for (int i = 0; i < SD_WALL_HOURS; i++) {
		sum += k->d->live.forecast[i];
		four += i < 4 ? k->d->live.forecast[i] : 0;
	}
	if (sum == 0) {
		look_empty(r, EL_OK, _("none in the next 24 hours"));
		return;
	}
	draw_fit(r, 0, 0, r.w, EL_NORMAL, sd_arena_printf(k->a, _("%.0f in 4 hours, %.0f in 24"), four, sum), false);
	if (r.h < 3)
		return;
	struct region plot = region_sub(r, 0, 1, n * w, r.h - 2);
	double v[SD_WALL_HOURS * 6];

	for (int i = 0; i < n; i++)
		for (int j = 0; j < w; j++)
			v[i * w + j] = j == w - 1 && w > 2 ? (double)NAN : k->d->live.forecast[i];
	graph_spark(plot, v, (size_t)n * (size_t)w, 0, k->w->layout->style, EL_FIGURE_WARN);
	hours(k, region_sub(r, 0, r.h - 1, n * w, 1), 0, 0, w > 2 ? 2 : 4, w);
}

void text_draw(struct look *k, struct region r)
{
	const char *text = k->spec->text ? k->spec->text : "";
	struct sd_str s = {0};
	struct sd_lines lines;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] == 'n') {
			sd_str_addc(&s, '\n');
			text++;
		} else {
			sd_str_addc(&s, *text);
		}
	}
	lines = sd_text_wrap(k->a, s.data ? s.data : "", r.w > 0 ? r.w : 1);
	for (size_t i = 0; i < lines.n && (int)i < r.h; i++)
		draw_text(r, 0, (int)i, EL_NORMAL, lines.line[i]);
	sd_str_free(&s);
}
