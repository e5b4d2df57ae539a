/* Big digits, made of seven segments at any size: a screen that is twice as high has figures twice as high. Half blocks give two
 * dots a cell, above each other, so a dot is about as wide as high. */
#include <stdbool.h>
#include <string.h>

#include "svcdesk/text.h"
#include "tui/widget/graph.h"
#include "tui/widget/graph_int.h"

enum {
	SEG_A = 1,
	SEG_B = 2,
	SEG_C = 4,
	SEG_D = 8,
	SEG_E = 16,
	SEG_F = 32,
	SEG_G = 64,
	SEG_DOT = 128,
	SEG_COLON = 256,
	SEG_SLASH = 512,
	SEG_BLANK = 1024,
	SEG_PERCENT = 2048,
	SEG_PLUS = 4096,
	SEG_BEND = 8192 /* m */
};

enum { MAX_ROWS = 24 };

static int segments(char c)
{
	static const int digit[10] = {SEG_A | SEG_B | SEG_C | SEG_D | SEG_E | SEG_F, SEG_B | SEG_C,
		SEG_A | SEG_B | SEG_G | SEG_E | SEG_D, SEG_A | SEG_B | SEG_G | SEG_C | SEG_D, SEG_F | SEG_G | SEG_B | SEG_C,
		SEG_A | SEG_F | SEG_G | SEG_C | SEG_D, SEG_A | SEG_F | SEG_G | SEG_C | SEG_D | SEG_E, SEG_A | SEG_B | SEG_C,
		SEG_A | SEG_B | SEG_C | SEG_D | SEG_E | SEG_F | SEG_G, SEG_A | SEG_B | SEG_C | SEG_D | SEG_F | SEG_G};

	if (c >= '0' && c <= '9')
		return digit[c - '0'];
	switch (c) {
	case '-':
		return SEG_G;
	case '+':
		return SEG_PLUS;
	case '.':
	case ',':
		return SEG_DOT;
	case ':':
		return SEG_COLON;
	case '/':
		return SEG_SLASH;
	case '%':
		return SEG_PERCENT;
	case 'h':
		return SEG_C | SEG_E | SEG_F | SEG_G;
	case 'd':
		return SEG_B | SEG_C | SEG_D | SEG_E | SEG_G;
	case 's':
		return digit[5];
	case 'm':
		return SEG_BEND;
	case ' ':
		return SEG_BLANK;
	default:
		return 0;
	}
}

/* A size: cells of a digit, of its upright strokes, and rows. Dots are half rows. A one takes less room, but not in a time that
 * counts: there nothing may move. */
enum shape { SHAPE_WIDE, SHAPE_CONDENSED, SHAPE_NARROW };
struct size {
	int rows, wide, stroke;
	bool narrow, thin_one;
};

static struct size size_of(const char *text, int rows, enum shape shape)
{
	struct size s = {.rows = rows, .narrow = shape == SHAPE_NARROW, .thin_one = !strchr(text, ':')};

	s.stroke = shape == SHAPE_NARROW ? 1 : rows / 5 + 1;
	s.wide = shape == SHAPE_NARROW ? rows / 2 + 1 : shape == SHAPE_CONDENSED ? rows * 4 / 5 + 1 : rows + 1;
	return s;
}

static int glyph_width(int seg, const struct size *s)
{
	if (!seg)
		return 0;
	if (seg == SEG_DOT || seg == SEG_COLON)
		return s->stroke;
	if (s->thin_one && seg == (SEG_B | SEG_C))
		return s->stroke;
	if (seg == SEG_BLANK)
		return s->wide / 2;
	if (seg == SEG_PERCENT && s->wide < 5)
		return 5;
	if (seg == SEG_BEND)
		return s->wide + s->stroke;
	return s->wide;
}

static int text_width(const char *text, const struct size *s)
{
	int w = 0;

	for (; *text; text++) {
		int one = glyph_width(segments(*text), s);

		if (one)
			w += one + (w ? 1 : 0);
	}
	return w;
}

int graph_digits_width(const char *text, int rows)
{
	struct size s = size_of(text, rows < GRAPH_BIG_ROWS ? GRAPH_BIG_ROWS : rows, SHAPE_WIDE);

	return text_width(text, &s);
}

/* Is dot (x, y) of a glyph set? y counts half rows from the top. */
static bool segment_dot(int seg, const struct size *s, int x, int y)
{
	int h = s->rows * 2, t = s->narrow ? 2 : s->rows >= 8 ? s->rows / 5 * 2 : 2, mid = (h - t) / 2 & ~1;
	bool left = x < s->stroke, right = x >= glyph_width(seg, s) - s->stroke;

	if ((seg & SEG_A && y < t) || (seg & SEG_D && y >= h - t) || (seg & SEG_G && y >= mid && y < mid + t))
		return true;
	if (y < mid + t && ((seg & SEG_F && left) || (seg & SEG_B && right)))
		return true;
	return y >= mid && ((seg & SEG_E && left) || (seg & SEG_C && right));
}

/* Corners are cut off where two strokes meet, if there is a dot to spare. */
static bool round_corner(int seg, const struct size *s, int x, int y)
{
	int h = s->rows * 2;
	bool top = y == 0, bottom = y == h - 1, left = x == 0, right = x == s->wide - 1;

	if (s->narrow)
		return false;
	return (top && left && (seg & SEG_A) && (seg & SEG_F)) || (top && right && (seg & SEG_A) && (seg & SEG_B)) ||
		   (bottom && left && (seg & SEG_D) && (seg & SEG_E)) || (bottom && right && (seg & SEG_D) && (seg & SEG_C));
}

static bool special_dot(int seg, const struct size *s, int x, int y)
{
	int h = s->rows * 2, w = glyph_width(seg, s), mid = (h - 2) / 2 & ~1;

	switch (seg) {
	case SEG_DOT:
		return y >= h - (s->stroke > 1 ? s->stroke : 2);
	case SEG_COLON:
		return (y >= h / 4 && y < h / 4 + 2) || (y >= h * 3 / 4 - 1 && y < h * 3 / 4 + 1);
	case SEG_SLASH:
	case SEG_PERCENT: {
		int at = (h - 1 - y) * (w - 1) / (h - 1);

		if (seg == SEG_PERCENT && ((x < 2 && y < 4) || (x >= w - 2 && y >= h - 4)))
			return true;
		return x == at || (s->stroke > 1 && x == at + 1);
	}
	case SEG_PLUS:
		return (y >= mid && y < mid + 2) ||
			   (x >= (w - s->stroke) / 2 && x < (w + s->stroke) / 2 && y >= h / 4 && y < h * 3 / 4 + 1);
	case SEG_BEND: {
		int leg = (w - s->stroke) / 2;

		return y >= mid && (y < mid + 2 || x < s->stroke || x >= w - s->stroke || (x >= leg && x < leg + s->stroke));
	}
	default:
		return false;
	}
}

static bool dot(int seg, const struct size *s, int x, int y)
{
	if (seg & ~0x7F)
		return special_dot(seg, s, x, y);
	return segment_dot(seg, s, x, y) && !round_corner(seg, s, x, y);
}

static void draw_glyph(struct region r, int x, int y, enum element e, int seg, const struct size *s)
{
	static const char *const half[4] = {NULL, "▀", "▄", "█"};
	int w = glyph_width(seg, s);
	bool ascii = graph_style(GRAPH_BLOCKS) == GRAPH_ASCII;

	for (int row = 0; row < s->rows; row++)
		for (int i = 0; i < w; i++) {
			int on = (dot(seg, s, i, row * 2) ? 1 : 0) | (dot(seg, s, i, row * 2 + 1) ? 2 : 0);

			if (on)
				draw_text(r, x + i, y + row, e, ascii ? "#" : half[on]);
		}
}

/* The largest size that fits; false: not even the smallest. */
static bool choose(const char *text, struct region r, struct size *s)
{
	int most = r.h < MAX_ROWS ? r.h : MAX_ROWS;

	for (int rows = most; rows >= GRAPH_BIG_ROWS; rows--) {
		for (enum shape shape = SHAPE_WIDE; shape <= SHAPE_CONDENSED; shape++) {
			*s = size_of(text, rows, shape);
			if (text_width(text, s) <= r.w)
				return true;
		}
	}
	for (int rows = most < 7 ? GRAPH_BIG_ROWS : 7; rows >= GRAPH_BIG_ROWS && rows <= most; rows -= 2) {
		*s = size_of(text, rows, SHAPE_NARROW);
		if (text_width(text, s) <= r.w)
			return true;
	}
	return false;
}

int graph_digits(struct region r, enum element e, const char *text, enum graph_align align)
{
	struct size s;
	int w, x;

	if (r.w < 1 || r.h < 1)
		return 0;
	if (!choose(text, r, &s)) {
		w = sd_text_width(text);
		x = w >= r.w || align == GRAPH_LEFT ? 0 : align == GRAPH_RIGHT ? r.w - w : (r.w - w) / 2;
		draw_fit(r, x, (r.h - 1) / 2, w < r.w ? w : r.w, e, text, false);
		return 1;
	}
	w = text_width(text, &s);
	x = align == GRAPH_LEFT ? 0 : align == GRAPH_RIGHT ? r.w - w : (r.w - w) / 2;
	for (; *text; text++) {
		int seg = segments(*text), one = glyph_width(seg, &s);

		if (!one)
			continue;
		draw_glyph(r, x, (r.h - s.rows) / 2, e, seg, &s);
		x += one + 1;
	}
	return s.rows;
}
