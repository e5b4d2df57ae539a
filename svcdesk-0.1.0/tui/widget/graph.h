/* Figures as pictures: big digits, bars, gauges, lines, histograms, heat. Pure drawing into a region; each looks its best with
 * what the glyph set has: eighth blocks and half blocks, braille, or plain ASCII. Colour never carries the meaning alone: the
 * height, the shade or the words say it too. */
#ifndef TUI_WIDGET_GRAPH_H
#define TUI_WIDGET_GRAPH_H

#include <stddef.h>
#include "tui/surface/surface.h"

/* How a plot is drawn. What the glyph set cannot show falls back: braille to blocks, blocks to ASCII. */
enum graph_style { GRAPH_BLOCKS, GRAPH_BRAILLE, GRAPH_ASCII };
enum graph_style graph_style(enum graph_style want); /* what it will be */

/* ---- big digits: graph_digits.c ---- */
enum { GRAPH_BIG_ROWS = 5 }; /* below that nobody reads them across a room */
enum graph_align { GRAPH_LEFT, GRAPH_CENTRE, GRAPH_RIGHT };
/* Cells that text of 0-9 - + . , : / % h m s d and blanks takes with digits of so many rows (>= 5). Characters without a big form
 * take none. */
int graph_digits_width(const char *text, int rows);
/* Draws text as large as the region lets it, at least 5 rows; where not even that fits, as one line of ordinary text in the
 * middle. Returns the rows of the digits, 1 for the line, 0 when there is no room. */
int graph_digits(struct region r, enum element e, const char *text, enum graph_align align);

/* ---- bars: graph_bars.c ---- */
/* A horizontal bar of w cells: part (0..1) of it in e, the rest as track. NaN: no data, only the track. */
void graph_bar(struct region r, int x, int y, int w, double part, enum element e);
/* One bar made of several parts: their sum is at most 1, the rest is track. Neighbours are told apart without colours, too. */
struct graph_part {
	double part;
	enum element element;
};
void graph_stack(struct region r, int x, int y, int w, const struct graph_part *p, size_t n);
/* A gauge: a bar that fills the region's height, a mark where the target (0..1; NaN: none) is, and text in front of it. */
void graph_gauge(struct region r, double part, double target, enum element e, const char *text);
/* Rows "label ####### value", a line each; the bars share one scale: the largest value, or max where that is > 0.
 * In a high region they are thicker. */
struct graph_row {
	const char *label, *value; /* clean text; value NULL: none */
	double v;                  /* NaN: unknown */
	enum element element;      /* of the bar */
};
void graph_rows(struct region r, const struct graph_row *rows, size_t n, double max);
/* How many of n such rows there is place for; the last line says how many more there are where not all fit. */
size_t graph_rows_fit(struct region r, size_t n);

/* ---- over time: graph_plot.c ---- */
/* Columns from the bottom, the newest at the right edge, scaled to max (<= 0: the largest). More values than columns: the newest
 * ones with blocks and ASCII; braille has two columns a cell. NaN leaves a gap. */
void graph_spark(struct region r, const double *v, size_t n, double max, enum graph_style style, enum element e);
/* A line instead of columns, by braille; else by marks. min < max, or both 0: those of the data. */
void graph_line(struct region r, const double *v, size_t n, double min, double max, enum graph_style style, enum element e);
/* In above the middle line and out below it, with one scale. */
void graph_flow(struct region r, const double *in, const double *out, size_t n, enum element e_in, enum element e_out);
/* Columns with a label under and a value over each. */
struct graph_column {
	const char *label;
	double v;
	enum element element;
};
void graph_histogram(struct region r, const struct graph_column *c, size_t n);
/* rows x cols cells, shaded in five steps from 0 to max (<= 0: the largest); row by row. Labels (NULL: none) stand left and
 * below. NaN: unknown, a blank. Returns false when the region is too small for one cell a column. */
struct graph_heat {
	int rows, cols;
	const double *v;
	double max;
	const char *const *row_label, *const *col_label;
};
bool graph_heat(struct region r, const struct graph_heat *h);
/* Shade 0-4 and its element, for legends. */
const char *graph_shade(int level, enum element *e);

#endif
