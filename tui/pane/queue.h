/* The queue: a window of rows of a view, in its order, with more fetched as the cursor nears an end. */
#ifndef TUI_PANE_QUEUE_H
#define TUI_PANE_QUEUE_H

#include "svcdesk/query.h"
#include "svcdesk/ticket.h"
#include "tui/pane/glow.h"
#include "tui/pane/pane.h"
#include "tui/widget/list.h"

enum page_where { PAGE_FIRST, PAGE_AFTER, PAGE_BEFORE, PAGE_LAST, PAGE_AROUND, PAGE_WINDOW, PAGE_IDS, PAGE_NEAR, PAGE_ROW };
enum { QUEUE_EXTRAS = 32, PAGE_ROWS = 100, WINDOW_ROWS = 1000, CHANGED_MAX = 500, MARKS_MOST = 100000 };

struct sd_clock_mark;

struct queue_column {
	char field[32];
	char title[48];
	int width, min, grow, priority;
	bool right;
};

/* A row that stands where it stood though it belongs elsewhere now, or one that waits outside: what others do shifts no row that
 * somebody looks at. */
enum held_why { HELD_NEW, HELD_MOVED, HELD_GONE };
struct queue_held {
	int64_t id;
	enum held_why why;
	struct sd_row *row; /* HELD_NEW: the row; else what it was where it stands (NULL: as it is in the window) */
};

struct queue {
	struct pane pane;
	char *view_id, *title, *query, *filter; /* filter "" = none */
	enum sd_query_sort sort;
	bool reverse, sort_given; /* sort_given: chosen by hand, else what the query says */
	unsigned gen;             /* of the rows asked for */
	struct sd_row **rows;
	size_t nrows, caprows;
	bool more_before, more_after;
	char order[32]; /* sort is SD_SORT_COLUMN: the field */
	bool loading;   /* a page is on its way */
	bool slow;      /* on a line of its own: it takes longer than others shall wait */
	bool again;     /* something changed meanwhile that only the whole list tells */
	bool loaded;    /* the first page of this query has come */
	bool missed;    /* the connection went with rows that were asked for: what is shown may be old */
	bool quiet;     /* the page asked for is to shift nothing: nobody has asked for it */
	int row;        /* PAGE_ROW: the one gone to, from 0 */
	int64_t want;   /* ticket to select when the rows have come, 0 = none */
	char *error;    /* why there are no rows; NULL = none */
	struct queue_changed {
		int64_t id;
		bool own; /* one's own act: it moves at once and is not marked */
	} changed[CHANGED_MAX], later[CHANGED_MAX];
	int nchanged; /* tickets asked for again */
	int nlater;   /* tickets to be asked for when those have come */
	bool burst;   /* more than that: all of it when they have come */
	struct queue_held *held;
	size_t nheld, capheld;
	int64_t fresh[CHANGED_MAX];
	int nfresh; /* rows that came in where they are not seen, since somebody has looked */
	struct glow glow;
	struct queue_column column[LIST_COLUMNS];
	int ncolumns, subject_min;
	struct queue_column chosen[LIST_COLUMNS]; /* by the person or the view; none: what the kinds say */
	int nchosen;
	char hint[200]; /* what an empty one says */
	int total;      /* rows of the whole view, as the views pane counted them; -1 = not known */
	struct list list;
	unsigned mark_gen;       /* of the ids asked for, to mark all */
	bool marking;            /* they are on their way */
	const struct session *s; /* only while drawing: for the cells */
	struct sd_arena *scratch;
};

struct queue *queue_new(void);
/* Shows another view: query text of the language, perhaps with sort:; filter "": all of it. */
void queue_show(struct queue *q, const struct session *s, const char *view_id, const char *title, const char *query,
	const char *filter, struct effects *fx);
/* Fields that only one kind has: a query may name them. Their number, at most QUEUE_EXTRAS. */
size_t queue_extras(const struct session *s, struct sd_query_extra *out);
/* A filter by itself: false and err when it is not one (err->place is in it). */
bool queue_filter_check(const struct session *s, const char *filter, struct sd_arena *a, struct sd_err *err);
void queue_filter(struct queue *q, const struct session *s, const char *filter, struct effects *fx);
void queue_sort(struct queue *q, const struct session *s, enum sd_query_sort sort, bool reverse, struct effects *fx);
/* By another field, up to SD_SORT_MOST tickets. */
void queue_sort_by(struct queue *q, const struct session *s, const char *field, bool reverse, struct effects *fx);
/* Columns for this list: "number,subject:60,assignee"; "" = what the kinds say. False and err: one of them there is not, nothing
 * changed. They hold for pages asked for from now on, and until another view is shown. */
bool queue_choose(struct queue *q, const struct session *s, const char *text, struct sd_err *err);
/* Reads everything again; the selection and its place stay. */
void queue_reload(struct queue *q, const struct session *s, struct effects *fx);
/* The same without having been asked to: no row that is seen is shifted. */
void queue_catch_up(struct queue *q, const struct session *s, struct effects *fx);
/* Tickets changed by anybody: reads those again in one query. What is seen stays where it is: see queue_live.c. */
void queue_changed(struct queue *q, const struct session *s, const int64_t *ids, int n, struct effects *fx);
/* Changed by oneself, here: they go where they belong at once. */
void queue_own(struct queue *q, const struct session *s, const int64_t *ids, int n, struct effects *fx);
/* Rows that wait come in, rows that are gone leave; the cursor stays on its ticket. */
void queue_let_in(struct queue *q);
void queue_header(struct queue *q, const struct session *s, int x, struct effects *fx); /* a click on a title sorts */
int64_t queue_selected(const struct queue *q);                                          /* 0 = none */
const struct sd_row *queue_row(const struct queue *q, int64_t id);
int64_t queue_neighbour(const struct queue *q, int64_t id, int dir); /* 0 = none */
bool queue_select(struct queue *q, int64_t id);
void queue_read(struct queue *q, int64_t id, int seq); /* the ticket was read up to seq: no longer unread */
/* Marks: Space, v, * and U; true: used. */
bool queue_marks_action(struct queue *q, const struct session *s, enum action a, int count, struct effects *fx);
bool queue_marks_back(struct queue *q); /* Esc: the range goes, then the marks; false: there were none */
/* The whole query with its filter. In the arena. */
char *queue_text(const struct queue *q, struct sd_arena *a);

/* -- parts of the module -- */
bool queue_query(struct queue *q, const struct session *s, struct sd_arena *a, enum page_where where, struct sd_query_sql *out,
	struct sd_err *err);
void queue_ask(struct queue *q, const struct session *s, enum page_where where, struct effects *fx);
void queue_ask_aside(struct queue *q, const struct session *s, enum page_where where, struct effects *fx);
void queue_plan(struct queue *q, const struct session *s, struct effects *fx); /* before queue_ask */
void queue_check(struct queue *q, const struct session *s, struct effects *fx);
void queue_planned(struct queue *q, const struct session *s, const struct answer *a, struct effects *fx);
void queue_too_slow(struct queue *q, const struct session *s, struct sd_arena *a, struct sd_err *err);
int queue_page_start(const struct queue *q);         /* PAGE_ROW: the first row asked for, half a page before that one */
void queue_error(struct queue *q, const char *text); /* why there are no rows; NULL: nothing is wrong */
void queue_marks_answer(struct queue *q, const struct answer *a, struct effects *fx);
bool queue_marks_stay(struct queue *q, bool end, struct effects *fx); /* a range does not jump over rows that are not loaded */
const char *queue_marks_text(const struct queue *q, char *buf, size_t size); /* "  12 marked", or "" */
void queue_read_ahead(struct queue *q, const struct session *s, struct effects *fx);
void queue_columns(struct queue *q, const struct session *s);
extern const struct list_source queue_source;
bool queue_sort_of(const char *field, enum sd_query_sort *out); /* the order a column stands for */
enum { COUNTDOWN_CELLS = 7 };
/* Mark and time of a clock in so many cells, or more where it is years; "" without one. */
const char *countdown_cell(const struct session *s, struct sd_arena *a, const struct sd_clock_mark *c, enum element *el);
const char *queue_cell_text(const struct queue *q, const struct session *s, struct sd_arena *a, const struct sd_row *r,
	const char *field, enum element *el);
void queue_rows_clear(struct queue *q);
int queue_rows_find(const struct queue *q, int64_t id);
void queue_rows_take(struct queue *q, struct sd_row **rows, size_t n, enum page_where where);
void queue_rows_insert(struct queue *q, size_t at, struct sd_row *r);
struct sd_row *queue_rows_out(struct queue *q, size_t at); /* taken out, the caller's */
size_t queue_rows_place(const struct queue *q, const struct sd_row *r);
int queue_rows_compare(const struct queue *q, const struct sd_row *a, const struct sd_row *b);
/* One row read again, or gone (r NULL, else taken). True if the window changed. */
bool queue_live_put(struct queue *q, const struct session *s, int64_t id, struct sd_row *r, bool own, struct effects *fx);
/* A page around the cursor read again, rows in order (taken): the window becomes that, and nothing that is seen is shifted. */
void queue_live_merge(struct queue *q, const struct session *s, struct sd_row **rows, size_t n, bool more_before, bool more_after,
	struct effects *fx);
/* Of PAGE_NEAR: which of the rows, put in order, are the page; n becomes how many. */
struct sd_row **queue_rows_near(struct queue *q, struct sd_row **rows, size_t *n, bool *more_before, bool *more_after);
void queue_live_moved(struct queue *q, bool page); /* the cursor has: what is not seen goes where it belongs; page: all of it */
void queue_live_drop(struct queue *q);             /* nothing is held any more */
void queue_live_forget(struct queue *q);           /* those that came into the window, or left it with its end */
enum held_why queue_live_why(const struct queue *q, int64_t id, bool *held);
/* What a row is where it stands: by that it is in order. */
const struct sd_row *queue_live_place(const struct queue *q, size_t at);
bool queue_live_first(struct queue *q, const struct session *s, struct effects *fx); /* + : false: nothing came in */

#endif
