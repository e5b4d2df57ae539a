/* A page of figures, taller than its window perhaps: where each stands, which one the cursor is on, how the cursor goes from one
 * to another. The owner draws the page anew each time and names its figures while doing so; the cursor stays on a figure by its
 * id, so that a refresh never puts another one under it. */
#ifndef TUI_WIDGET_PAGE_H
#define TUI_WIDGET_PAGE_H

#include "tui/widget/widget.h"

struct sd_arena;

struct figure {
	int x, y, w;
	const char *id;    /* "attainment.priority.1.resolution": the same after a refresh */
	const char *what;  /* in words: "Resolution, P1"; what a search looks in */
	const char *text;  /* as it is shown */
	const char *query; /* the tickets behind it, in the query language; NULL: there are none to list */
	long count;        /* how many they are; < 0: not known */
	int digit;         /* the key that leads to its tickets; 0: only Enter */
	int h;             /* lines; 0: one, and the page draws its text */
	int64_t ticket;    /* the one the cursor is to stand on in that list; 0: the first */
};

struct page {
	struct surface *canvas; /* only between page_begin and page_end */
	struct figure *v;
	size_t n, cap;
	struct sd_arena *arena; /* of the strings of v */
	char *at;               /* id of the figure the cursor is on; NULL: the first */
	int was_x, was_y;       /* where it stood last, for when it is gone */
	struct scroll scroll;   /* count: lines of the page */
	bool held;              /* the window was moved by itself: the cursor follows */
	char search[128];
	char *before; /* where the search began */
	int drawn_x, drawn_y;
};

void page_init(struct page *p);
void page_free(struct page *p);

/* A new drawing, w cells wide and h lines high, with no figures. */
struct region page_begin(struct page *p, int w, int h);
/* Strings of a figure can live here: until the next page_begin. */
struct sd_arena *page_arena(struct page *p);
/* A figure of w cells in r (a part of the page); its text is drawn, at the right edge of them where right says so. Strings are
 * copied. */
void page_figure(struct page *p, struct region r, int x, int y, int w, enum element e, bool right, const struct figure *f);
/* Shows the page in r: as much as fits, with the figure of the cursor. focus: the real cursor stands on it. */
void page_end(struct page *p, struct region r, bool focus);

const struct figure *page_here(const struct page *p); /* NULL: there are none */
void page_select(struct page *p, const char *id);
bool page_move(struct page *p, enum motion m, int count); /* down and up, pages, ends; true: moved */
bool page_side(struct page *p, int dir, int count);       /* -1 left, 1 right */
bool page_step(struct page *p, int dir, int count);       /* to the next or the one before in reading order, round the ends */
/* A click on cell x, y of the surface: 0 nothing there, 1 the cursor went there, 2 it stood there already. */
int page_click(struct page *p, int x, int y);
/* Search as in struct pane_ops; true: found. */
bool page_search(struct page *p, const char *text, int dir);
int page_matches(const struct page *p, int *nth);

#endif
