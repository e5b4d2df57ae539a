/* What all widgets share. A widget is a plain struct: X_init, X_update(widget, key) -> result, X_draw(widget, region), X_free.
 * Widgets do no I/O and keep no clock; what they need from outside (rows, completions, matches) the owner feeds in. Draw takes
 * the widget without const because it remembers the size it was given (page motions need it); it never changes what the user
 * sees. */
#ifndef TUI_WIDGET_WIDGET_H
#define TUI_WIDGET_WIDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tui/surface/surface.h"
#include "tui/term/term.h"

enum widget_result {
	W_IGNORED, /* not for this widget: the owner may use the key */
	W_HANDLED, /* used; draw again */
	W_CHANGED, /* used; the text or value changed: save the draft, ask for matches */
	W_REQUEST, /* used; the owner must fetch something: completions, picker rows (see the widget) */
	W_SUBMIT,  /* done: take the value */
	W_CANCEL,  /* Esc or the like: close, keep the draft */
	W_EXTERNAL /* Ctrl-x e: open $EDITOR on the text, then X_set */
};

/* ---- motions: one implementation for list, textview, menu, picker, help ---- */
enum motion {
	MOTION_NONE,
	MOTION_DOWN,
	MOTION_UP,
	MOTION_TOP,
	MOTION_BOTTOM,
	MOTION_HALF_DOWN,
	MOTION_HALF_UP,
	MOTION_PAGE_DOWN,
	MOTION_PAGE_UP,
	MOTION_HIGH,
	MOTION_MIDDLE,
	MOTION_LOW,
	MOTION_CENTER,
	MOTION_SCROLL_TOP,
	MOTION_SCROLL_BOTTOM,
	MOTION_LINE_DOWN,
	MOTION_LINE_UP
};

/* Which of count lines are seen in height rows, and which one is current. */
struct scroll {
	int count, height; /* height: as last drawn, at least 1 */
	int top, cur;
	int margin; /* lines kept visible around the current one; shrinks in low windows */
	int jump;   /* so many lines more when the window must follow: for windows that are costly to scroll */
};
void scroll_fix(struct scroll *s); /* makes top and cur valid and cur visible */
bool scroll_move(struct scroll *s, enum motion m,
	int count); /* count 0 = none given; TOP/BOTTOM with a count go to that line; true if moved */

/* Turns keys into motions: counts, gg, zz zt zb. The owner with its own keymap calls scroll_move/list_move itself. */
struct motion_keys {
	int count;
	uint32_t pending; /* 'g' or 'z' was typed */
};
/* True when the key was used; *m is MOTION_NONE while a count or prefix is pending. The count is returned and reset with the
 * motion. */
bool motion_key(struct motion_keys *mk, const struct key *k, enum motion *m, int *count);

/* ---- small drawing helpers ---- */
/* A centred box of at most w x h inside r (never larger than r), cleared, bordered, titled; returns its inside. */
struct region popup_draw(struct region r, int w, int h, const char *title);
/* Text cut to w cells with matches of needle (smart case; NULL or "" none) in EL_MATCH. */
void draw_match(struct region r, int x, int y, int w, enum element e, const char *text, bool right_align, const char *needle);
/* Does text hold needle? Smart case: a capital letter in needle makes it exact. *at (may be NULL) = byte offset. */
bool text_matches(const char *text, const char *needle, size_t *at, size_t *len);
/* A scroll mark in the last column of r (height rows) when not everything is seen. */
void draw_scrollbar(struct region r, const struct scroll *s);

/* Is k this key ("Ctrl-s")? For widgets' own fixed keys. */
bool key_is(const struct key *k, uint32_t code, int mods);

#endif
