/* Drawing into regions: text by grapheme, fills, boxes, the glyph sets. Nothing ever lands outside its region. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/surface/surface.h"
#include "tui/surface/surface_int.h"

static const char *const utf8_glyphs[GL_COUNT] = {
	"─", "│", "┌", "┐", "└", "┘", "…", "●", "▸", "-", "+", "•", "┃", "★", "✎", "⇡", "✓", "·", "◑", "◕", "✗", "‖"};
static const char *const ascii_glyphs[GL_COUNT] = {
	"-", "|", "+", "+", "+", "+", "~", "*", ">", "-", "+", "-", "#", "!", "=", "^", "+", ".", "o", "O", "X", "p"};

/* One terminal per process, so one glyph set; set once at start before anything is drawn. */
static const char *const *glyphs = utf8_glyphs;

void glyphs_ascii(bool ascii)
{
	glyphs = ascii ? ascii_glyphs : utf8_glyphs;
}

bool glyphs_are_ascii(void)
{
	return glyphs == ascii_glyphs;
}

const char *glyph(enum glyph g)
{
	if ((unsigned)g >= GL_COUNT)
		return " ";
	/* Where ambiguous characters take two cells, lines and marks of one cell can only be ASCII. */
	return sd_text_width(glyphs[g]) == 1 ? glyphs[g] : ascii_glyphs[g];
}

/* One grapheme as a cell. An overlong one (stacked marks) keeps what fits, cut between characters; a raw control byte, which
 * cleaning should have taken out, becomes a question mark: nothing raw ever gets into a cell. */
static void cell_set(struct cell *c, const struct sd_grapheme *g, enum element e)
{
	size_t n = g->len;

	if (n >= sizeof c->text) {
		n = sizeof c->text - 1;
		while (n > 0 && ((unsigned char)g->s[n] & 0xC0) == 0x80)
			n--;
	}
	memset(c, 0, sizeof *c);
	memcpy(c->text, g->s, n);
	c->width = (uint8_t)(g->width > 1 ? 2 : 1);
	c->element = (uint8_t)e;
	if ((unsigned char)c->text[0] < 0x20 || c->text[0] == 0x7F)
		memcpy(c->text, c->text[0] == '\t' || c->text[0] == '\n' ? " " : "?", 2);
}

static void put_blank(struct region r, int x, int y, enum element e)
{
	struct cell c = {.text = " ", .width = 1, .element = (uint8_t)e};

	surface_put(r.s, r.x + x, r.y + y, &c);
}

/* Does a cell of the region at x exist? */
static bool inside(struct region r, int x, int y)
{
	return x >= 0 && y >= 0 && x < r.w && y < r.h;
}

static void put_grapheme(struct region r, int x, int y, int w, enum element e, const struct sd_grapheme *g)
{
	struct cell c;

	if (w == 2 && (!inside(r, x, y) || !inside(r, x + 1, y))) {
		if (inside(r, x, y))
			put_blank(r, x, y, e);
		if (inside(r, x + 1, y))
			put_blank(r, x + 1, y, e);
		return;
	}
	if (!inside(r, x, y))
		return;
	cell_set(&c, g, e);
	surface_put(r.s, r.x + x, r.y + y, &c);
}

int draw_text(struct region r, int x, int y, enum element e, const char *text)
{
	struct sd_grapheme g;
	int at = x;

	if (!text || y < 0 || y >= r.h)
		return 0;
	while (at < r.w && sd_text_next(&text, &g)) {
		int w = g.width;

		/* A line break inside one line of drawing shows as a blank; a lone mark has no cell of its own. */
		if (w == 0 && g.len == 1)
			w = 1;
		if (w <= 0)
			continue;
		put_grapheme(r, at, y, w, e, &g);
		at += w;
	}
	if (at > r.w)
		at = r.w;
	return at > x ? at - x : 0;
}

int draw_textf(struct region r, int x, int y, enum element e, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		sd_oom();
	n = draw_text(r, x, y, e, text);
	free(text);
	return n;
}

void draw_fit(struct region r, int x, int y, int w, enum element e, const char *text, bool right_align)
{
	struct region f = region_sub(r, x, y, w, 1);
	int used, skip = x < 0 ? -x : 0;

	if (w <= 0 || f.w <= 0 || f.h <= 0)
		return;
	draw_fill(f, 0, 0, f.w, 1, e, " ");
	if (!text)
		text = "";
	used = sd_text_width(text);
	if (used <= w) {
		draw_text(f, (right_align ? w - used : 0) - skip, 0, e, text);
		return;
	}
	char *cut;
	size_t n = sd_text_prefix(text, w - 1, &used);

	cut = sd_malloc(n + 1);
	memcpy(cut, text, n);
	cut[n] = '\0';
	draw_text(f, -skip, 0, e, cut);
	draw_text(f, used - skip, 0, e, glyph(GL_ELLIPSIS));
	free(cut);
}

void draw_fill(struct region r, int x, int y, int w, int h, enum element e, const char *grapheme)
{
	struct region f = region_sub(r, x, y, w, h);
	const char *p = grapheme;
	struct sd_grapheme g = {grapheme, 1, 1};
	struct cell c;
	int step;

	if (!sd_text_next(&p, &g))
		g = (struct sd_grapheme){" ", 1, 1};
	step = g.width == 2 ? 2 : 1;
	cell_set(&c, &g, e);
	for (int j = 0; j < f.h; j++) {
		struct cell *row = f.w > 0 ? surface_at(f.s, f.x, f.y + j) : NULL;

		for (int i = 0; i < f.w; i += step)
			/* Nearly always both the old and the new glyph are narrow: then nothing next to them can be cut. */
			if (step == 1 && row[i].width == 1)
				row[i] = c;
			else
				put_grapheme(f, i, j, step, e, &g);
	}
}

void draw_element(struct region r, int x, int y, int w, int h, enum element e)
{
	struct region f = region_sub(r, x, y, w, h);

	for (int j = 0; j < f.h; j++)
		for (int i = 0; i < f.w; i++) {
			struct cell *c = surface_at(f.s, f.x + i, f.y + j);

			/* Both halves of a wide glyph have one colour, that of the first. */
			if (c->width == 0)
				continue;
			c->element = (uint8_t)e;
			if (c->width == 2)
				c[1].element = (uint8_t)e;
		}
}

void draw_hline(struct region r, int x, int y, int w, enum element e)
{
	draw_fill(r, x, y, w, 1, e, glyph(GL_H));
}

void draw_vline(struct region r, int x, int y, int h, enum element e)
{
	draw_fill(r, x, y, 1, h, e, glyph(GL_V));
}

void draw_box(struct region r, enum element e, const char *title)
{
	if (r.w < 1 || r.h < 1)
		return;
	draw_hline(r, 0, 0, r.w, e);
	draw_hline(r, 0, r.h - 1, r.w, e);
	draw_vline(r, 0, 0, r.h, e);
	draw_vline(r, r.w - 1, 0, r.h, e);
	draw_text(r, 0, 0, e, glyph(GL_TL));
	draw_text(r, r.w - 1, 0, e, glyph(GL_TR));
	draw_text(r, 0, r.h - 1, e, glyph(GL_BL));
	draw_text(r, r.w - 1, r.h - 1, e, glyph(GL_BR));
	if (title && *title && r.w > 6) {
		int w = sd_text_width(title);

		if (w > r.w - 6)
			w = r.w - 6;
		draw_text(r, 2, 0, e, " ");
		draw_fit(r, 3, 0, w, EL_TITLE, title, false);
		draw_text(r, 3 + w, 0, e, " ");
	}
}
