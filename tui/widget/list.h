/* A list of rows with a 64-bit key each. The selection is a key, never an index: a refresh can never put another
 * record under the cursor unseen. */
#ifndef TUI_WIDGET_LIST_H
#define TUI_WIDGET_LIST_H

#include "tui/widget/widget.h"

struct list_cell {
	const char *text;     /* clean text; borrowed until the next call; may point to buf */
	enum element element; /* EL_NORMAL: the row's */
	const char *tail;     /* stands at the right end of the cell, over what is there; NULL: nothing does */
	enum element tail_element;
	char buf[256];
};

/* Where the rows come from. Called while drawing and searching; must not change the list. */
struct list_source {
	void *arg;
	int (*count)(void *arg);
	uint64_t (*key)(void *arg, int row);
	void (*cell)(void *arg, int row, int col, struct list_cell *out); /* out is preset to "" and EL_NORMAL */
	enum element (*row_element)(void *arg, int row);                  /* NULL: EL_NORMAL */
};

struct list_column {
	const char *title; /* borrowed, translated; NULL = "" */
	int width;         /* cells wanted */
	int min;           /* may shrink to this; 0 = width */
	int grow;          /* share of what is left over; 0 = fixed */
	int priority;      /* 0 stays always; on a narrow screen the highest number leaves first */
	bool right;        /* right aligned */
	char sorted;       /* 0, 'v' descending or '^' ascending: shown in the header */
};
#define LIST_COLUMNS 32

/* Keys, sorted, each once. */
struct list_keys {
	uint64_t *key;
	size_t n, cap;
};

struct list {
	struct list_source src;
	struct list_column col[LIST_COLUMNS];
	int ncols;
	struct scroll scroll;
	struct motion_keys keys;
	uint64_t selected; /* key; meaningless while the list is empty */
	bool lost;   /* the selected row vanished in a refresh and a neighbour stands under the cursor: ask before acting. Cleared by
					the next motion */
	bool header; /* draw the titles */
	bool more;   /* there are rows not loaded yet: the position says "50+" */
	int above, below;  /* how many rows are known to be there but not loaded: the scroll bar counts them */
	const char *empty; /* text of an empty list, borrowed */
	char search[256];
	int found, found_nth;          /* rows that matched at the last search, and which of them was gone to; 0 = none */
	uint64_t found_key;            /* the row gone to */
	uint64_t origin;               /* the row typing began at */
	int drawn_width[LIST_COLUMNS]; /* of the last draw; 0 = dropped. For mouse clicks on the header */
	int drawn_x, drawn_y;          /* surface position of the first row of the last draw */
	bool markable;                 /* a click with Ctrl or Shift marks too */
	struct list_keys marks;        /* rows marked by hand, also those that are not in the list at the moment */
	bool ranging;                  /* a range is on, from the anchor to the selection */
	uint64_t anchor;
	struct list_keys range; /* the rows in it. Only a motion changes them: a row that comes in between by itself is not taken */
};

void list_init(struct list *l, const struct list_source *src);
void list_free(struct list *l);
void list_columns(struct list *l, const struct list_column *cols, int n); /* copied (titles borrowed) */

/* After the rows changed in any way: finds the selected key again. If it is gone the row now at its place is selected and lost is
 * set. */
void list_sync(struct list *l);
void list_check(struct list *l); /* syncs if the rows changed without a word; motions, search and drawing do it themselves */
bool list_select(struct list *l, uint64_t key); /* false: not in the list, nothing changed */
bool list_select_row(struct list *l, int row);  /* clamps; false when empty */
int list_row(const struct list *l);             /* of the selection; -1 when empty */
int list_count(const struct list *l);
bool list_selected(const struct list *l, uint64_t *key);
bool list_near_end(const struct list *l, int rows); /* fewer than rows below the last visible one: time to load more */

enum widget_result list_move(struct list *l, enum motion m, int count); /* HANDLED if it moved, else IGNORED */
enum widget_result list_update(struct list *l, const struct key *k);    /* default motion keys, mouse; SUBMIT on Enter */
void list_draw(struct list *l, struct region r, bool focus);            /* places the cursor on the selection when focus */
int list_column_at(const struct list *l, int x);                        /* column drawn at surface column x, -1 = none */

/* Marks are keys too. They outlive refresh, order, filter and paging; what is in the range counts as marked while it is on. */
bool list_is_marked(const struct list *l, uint64_t key);
size_t list_marks_count(const struct list *l);
size_t list_marks_hidden(const struct list *l);            /* those that are not in the list now */
uint64_t *list_marks_get(const struct list *l, size_t *n); /* sorted; malloc'ed, NULL when there are none */
void list_mark(struct list *l, uint64_t key, bool on);
void list_mark_keys(struct list *l, const uint64_t *keys, size_t n); /* in any order, also of rows that are not in the list */
/* So many rows from the selection on become what the first was not, and the cursor goes behind them. Ends a range by marking it
 * instead, where one is on. */
void list_mark_rows(struct list *l, int count);
void list_mark_all(struct list *l); /* every row of the list */
void list_unmark_all(struct list *l);
void list_range_begin(struct list *l);
void list_range_end(struct list *l, bool mark); /* mark: its rows stay marked */
/* -- parts of the module -- */
void list_range_follow(struct list *l); /* after the selection moved */
void list_range_sync(struct list *l);   /* after the rows changed */

/* Search over the text of all cells. */
enum list_found { LIST_NOT_FOUND, LIST_FOUND, LIST_WRAPPED };
void list_search_set(struct list *l, const char *needle); /* highlights; "" ends it */
/* dir: so many matches forward, or backward when negative. typing: from where the search began, which may match itself. */
enum list_found list_search(struct list *l, int dir, bool typing);
void list_search_begin(struct list *l);           /* typing begins at the row selected now */
void list_search_cancel(struct list *l);          /* ends the search and goes back there */
int list_matches(const struct list *l, int *nth); /* at the last search; *nth = which one is selected, 0 = none of them */

#endif
