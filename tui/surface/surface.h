/* A grid of cells that panes draw into. No terminal here: tui/term puts a surface on the screen, tests compare it. */
#ifndef TUI_SURFACE_H
#define TUI_SURFACE_H

#include <stdbool.h>
#include <stdint.h>

/* What a cell means; themes turn elements into colours and attributes. Never a colour here. */
enum element {
	EL_NORMAL,
	EL_DIM,
	EL_STRONG,
	EL_TITLE,
	EL_BORDER,
	EL_BORDER_FOCUS,
	EL_SELECTED,
	EL_SELECTED_BLUR,
	EL_UNREAD,
	EL_HEADER,
	EL_STATUS,
	EL_FOOTER,
	EL_KEY,
	EL_ERROR,
	EL_WARN,
	EL_OK,
	EL_LINK,
	EL_INPUT,
	EL_INPUT_FOCUS,
	EL_LABEL,
	EL_DISABLED,
	EL_MATCH,
	EL_P1,
	EL_P2,
	EL_P3,
	EL_P4,
	EL_P5,
	EL_STATE_OPEN,
	EL_STATE_WAITING,
	EL_STATE_DONE,
	EL_PUBLIC,
	EL_INTERNAL,
	EL_SYSTEM,
	EL_DIALOG,
	EL_BANNER,
	EL_FIGURE, /* big digits and bars: of a figure without judgement, a good one, one to look at, a bad one */
	EL_FIGURE_OK,
	EL_FIGURE_WARN,
	EL_FIGURE_BAD,
	EL_GRAPH, /* plots: the first line, the second */
	EL_GRAPH_2,
	EL_TRACK,  /* the empty part of a bar */
	EL_HEAT_1, /* of a heat map, from little to much */
	EL_HEAT_2,
	EL_HEAT_3,
	EL_HEAT_4,
	EL_SLA_OK, /* clocks: under half of their time is used, half, three quarters, too late, standing still */
	EL_SLA_HALF,
	EL_SLA_LATE,
	EL_SLA_BREACHED,
	EL_SLA_PAUSED,
	EL_CHANGED, /* somebody else has changed it a moment ago */
	EL_HEADING, /* of articles: titles, code, words that are stressed */
	EL_CODE,
	EL_EMPHASIS,
	EL_COUNT
};
const char *element_name(enum element e); /* "selected", "p1" ...: the section name in a theme file */

struct cell {
	char text[32]; /* one grapheme, NUL terminated; "" in the second half of a wide one */
	uint8_t width; /* 1 or 2; 0 = second half */
	uint8_t element;
};

struct surface;
struct surface *surface_new(int width, int height); /* sizes < 1 become 1 */
void surface_free(struct surface *s);
void surface_resize(struct surface *s, int width, int height);
int surface_width(const struct surface *s);
int surface_height(const struct surface *s);
const struct cell *surface_cell(const struct surface *s, int x, int y); /* NULL outside */
void surface_clear(struct surface *s);
void surface_cursor(struct surface *s, int x, int y, bool visible); /* where the real cursor stands */
/* False: the cursor is hidden. */
bool surface_cursor_get(const struct surface *s, int *x, int *y);

/* A rectangle that drawing is clipped to, in surface coordinates. */
struct region {
	struct surface *s;
	int x, y, w, h;
};
struct region surface_region(struct surface *s);
struct region region_sub(struct region r, int x, int y, int w, int h); /* clipped to r */

/* Draws clean text from (x,y) of the region; clips in cells, a wide glyph that does not fit becomes a blank. Returns cells used.
 */
int draw_text(struct region r, int x, int y, enum element e, const char *text);
int draw_textf(struct region r, int x, int y, enum element e, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Text fitted (cut with the ellipsis of the glyph set, padded) into exactly w cells. */
void draw_fit(struct region r, int x, int y, int w, enum element e, const char *text, bool right_align);
void draw_fill(struct region r, int x, int y, int w, int h, enum element e, const char *grapheme);
void draw_element(struct region r, int x, int y, int w, int h, enum element e); /* recolours cells, keeps their text */
void draw_box(struct region r, enum element e, const char *title);              /* border inside the region */
void draw_hline(struct region r, int x, int y, int w, enum element e);
void draw_vline(struct region r, int x, int y, int h, enum element e);

/* Glyph sets: box drawing and symbols, or plain ASCII (--ascii, not UTF-8). */
enum glyph {
	GL_H,
	GL_V,
	GL_TL,
	GL_TR,
	GL_BL,
	GL_BR,
	GL_ELLIPSIS,
	GL_UNREAD,
	GL_SELECT,
	GL_DOWN,
	GL_RIGHT,
	GL_BULLET,
	GL_SCROLL,
	GL_VIP,
	GL_DRAFT, /* something was typed and not sent */
	GL_WAITS, /* something was pressed and waits to be sent */
	GL_MARK,
	GL_SLA_OK, /* in the order of the levels of a clock */
	GL_SLA_HALF,
	GL_SLA_LATE,
	GL_SLA_BREACHED,
	GL_SLA_PAUSED,
	GL_COUNT
};
void glyphs_ascii(bool ascii);
const char *glyph(enum glyph g);
bool glyphs_are_ascii(void);

/* Puts the content of one surface onto another, which takes its size. */
void surface_copy(struct surface *to, const struct surface *from);
/* Shows the lines of from that begin with line top in r; what lies behind its end stays as it is. */
void surface_window(struct region r, const struct surface *from, int top);

/* For tests: the text line by line without trailing blanks, and a map with one letter per cell ('.' normal, then a-z A-Z 0-9 in
 * the order of the enum) with a legend of the letters used; malloc'ed. map may be NULL. */
char *surface_dump(const struct surface *s, char **map);

#endif
