/* What others do while somebody reads. No row that is seen changes its line: one that moved or left stays where it stands and
 * says so, one that came waits outside and is counted, until the person asks for it or looks elsewhere. What is not seen goes
 * where it belongs at once. One's own acts move at once, too. */
#include "config.h"
#include "tui/pane/queue.h"

#include <stdlib.h>
#include <string.h>
#include "svcdesk/mem.h"
#include "svcdesk/ticket.h"

/* ---- what is held ---- */
static struct queue_held *held_find(const struct queue *q, int64_t id)
{
	for (size_t i = 0; i < q->nheld; i++)
		if (q->held[i].id == id)
			return &q->held[i];
	return NULL;
}

static void held_add(struct queue *q, int64_t id, enum held_why why, struct sd_row *row)
{
	*SD_PUSH(q->held, q->nheld, q->capheld) = (struct queue_held){id, why, row};
}

static void held_drop(struct queue *q, struct queue_held *h)
{
	sd_row_free(h->row);
	*h = q->held[--q->nheld];
}

enum held_why queue_live_why(const struct queue *q, int64_t id, bool *held)
{
	const struct queue_held *h = q->nheld ? held_find(q, id) : NULL;

	*held = h != NULL;
	return h ? h->why : HELD_NEW;
}

const struct sd_row *queue_live_place(const struct queue *q, size_t at)
{
	const struct queue_held *h = q->nheld ? held_find(q, q->rows[at]->id) : NULL;

	return h && h->row && h->why != HELD_NEW ? h->row : q->rows[at];
}

void queue_live_drop(struct queue *q)
{
	while (q->nheld)
		held_drop(q, &q->held[0]);
	q->nfresh = 0;
}

void queue_live_forget(struct queue *q)
{
	for (size_t i = 0; i < q->nheld;) {
		bool here = queue_rows_find(q, q->held[i].id) >= 0;

		if (here == (q->held[i].why == HELD_NEW))
			held_drop(q, &q->held[i]);
		else
			i++;
	}
}

/* ---- what is seen ---- */
static size_t seen_end(const struct queue *q)
{
	size_t end = (size_t)q->list.scroll.top + (size_t)q->list.scroll.height;

	return end < q->nrows ? end : q->nrows;
}

static bool is_seen(const struct queue *q, size_t at)
{
	return at >= (size_t)q->list.scroll.top && at < seen_end(q);
}

/* Whether a row that comes in there would shift one that is seen. */
static bool would_shift(const struct queue *q, size_t to)
{
	struct scroll s = q->list.scroll;
	int top;

	if (!q->nrows)
		return false;
	if (to > (size_t)s.top && to < seen_end(q))
		return true;
	if (to <= (size_t)s.top) {
		s.top++;
		s.cur++;
	}
	top = s.top;
	s.count = (int)q->nrows + 1;
	scroll_fix(&s);
	return s.top != top;
}

static void fresh_add(struct queue *q, int64_t id)
{
	for (int i = 0; i < q->nfresh; i++)
		if (q->fresh[i] == id)
			return;
	if (q->nfresh < CHANGED_MAX)
		q->fresh[q->nfresh++] = id;
}

static void fresh_drop(struct queue *q, int64_t id)
{
	for (int i = 0; i < q->nfresh; i++)
		if (q->fresh[i] == id)
			q->fresh[i--] = q->fresh[--q->nfresh];
}

/* ---- cells ---- */
/* Ages move by themselves, and that it was updated is what one sees. */
static bool marked_cell(const char *field)
{
	return strcmp(field, "age") != 0 && strcmp(field, "updated_at") != 0;
}

static void mark_cells(
	struct queue *q, const struct session *s, const struct sd_row *was, const struct sd_row *is, struct effects *fx)
{
	enum element el;

	for (int i = 0; i < q->ncolumns; i++) {
		const char *field = q->column[i].field, *before;

		if (!marked_cell(field))
			continue;
		before = sd_arena_strdup(fx->arena, queue_cell_text(q, s, fx->arena, was, field, &el));
		if (strcmp(before, queue_cell_text(q, s, fx->arena, is, field, &el)) != 0)
			glow_add(&q->glow, (uint64_t)is->id, glow_part(field), s->ms, fx);
	}
}

/* ---- one row ---- */
/* Whether r stands right between the neighbours of row at. At an end of what is loaded only the same place is certain. */
static bool fits(const struct queue *q, size_t at, const struct sd_row *r)
{
	if (queue_rows_compare(q, queue_live_place(q, at), r) == 0)
		return true;
	if (at ? queue_rows_compare(q, queue_live_place(q, at - 1), r) >= 0 : q->more_before)
		return false;
	return at + 1 < q->nrows ? queue_rows_compare(q, r, queue_live_place(q, at + 1)) < 0 : !q->more_after;
}

static void take_out(struct queue *q, size_t at)
{
	sd_row_free(queue_rows_out(q, at));
	list_sync(&q->list);
}

/* A row that is not in the window. */
static bool put_new(struct queue *q, const struct session *s, struct sd_row *r, bool own, bool known, struct effects *fx)
{
	size_t to = queue_rows_place(q, r);
	bool seen;

	if ((to == q->nrows && q->more_after) || (to == 0 && q->more_before)) { /* outside of what is loaded */
		fresh_drop(q, r->id);
		sd_row_free(r);
		return false;
	}
	if (!own && would_shift(q, to)) {
		fresh_add(q, r->id);
		held_add(q, r->id, HELD_NEW, r);
		return true;
	}
	queue_rows_insert(q, to, r);
	seen = q->nrows > 1 && is_seen(q, to) && to > (size_t)q->list.scroll.top;
	list_sync(&q->list);
	if (own)
		fresh_drop(q, r->id);
	else if (seen) /* behind the last one, or where nothing was */
		glow_add(&q->glow, (uint64_t)r->id, 0, s->ms, fx);
	else if (q->nrows > 1 && !known)
		fresh_add(q, r->id);
	return true;
}

static bool stays(struct queue *q, size_t at, struct sd_row *r)
{
	struct queue_held *h = held_find(q, q->rows[at]->id);

	if (h && !r) {
		h->why = HELD_GONE;
	} else if (h) {
		if (!h->row)
			h->row = q->rows[at];
		else
			sd_row_free(q->rows[at]);
		h->why = HELD_MOVED;
		q->rows[at] = r;
	} else {
		held_add(q, q->rows[at]->id, r ? HELD_MOVED : HELD_GONE, r ? q->rows[at] : NULL);
		if (r)
			q->rows[at] = r;
	}
	return true;
}

static void let_in(struct queue *q, bool all);

bool queue_live_put(struct queue *q, const struct session *s, int64_t id, struct sd_row *r, bool own, struct effects *fx)
{
	int at = queue_rows_find(q, id);
	struct queue_held *h = held_find(q, id);
	bool waited = h && h->why == HELD_NEW, known = at >= 0 || waited;

	if (waited)
		held_drop(q, h);
	if (at < 0 && !r) {
		fresh_drop(q, id);
		return waited;
	}
	if (at < 0)
		return put_new(q, s, r, own, known, fx) || waited;
	if (r && !own)
		mark_cells(q, s, q->rows[at], r, fx);
	if (r && fits(q, (size_t)at, r)) {
		if (h)
			held_drop(q, h);
		sd_row_free(q->rows[at]);
		q->rows[at] = r;
		return true;
	}
	if (!own && is_seen(q, (size_t)at))
		return stays(q, (size_t)at, r);
	if (h)
		held_drop(q, h);
	take_out(q, (size_t)at);
	if (!r)
		fresh_drop(q, id);
	else
		put_new(q, s, r, own, true, fx);
	if (own) /* the list is another one now anyway: what left it does too */
		let_in(q, false);
	return true;
}

/* ---- when they come in ---- */
/* Where it belongs, at once. */
static void settle(struct queue *q, struct queue_held *h)
{
	struct queue_held one = *h;
	int at = queue_rows_find(q, one.id);
	struct sd_row *r = one.row;
	size_t to;

	*h = q->held[--q->nheld];
	if (one.why != HELD_NEW) {
		r = at < 0 ? NULL : queue_rows_out(q, (size_t)at);
		list_sync(&q->list);
		sd_row_free(one.row);
		if (one.why == HELD_GONE) {
			sd_row_free(r);
			return;
		}
	}
	if (!r)
		return;
	to = queue_rows_place(q, r);
	if ((to == q->nrows && q->more_after) || (to == 0 && q->more_before)) {
		fresh_drop(q, r->id);
		sd_row_free(r);
		return;
	}
	queue_rows_insert(q, to, r);
	list_sync(&q->list);
}

/* all: those that wait, too. */
static void let_in(struct queue *q, bool all)
{
	for (size_t i = 0; i < q->nheld;) {
		if (all || q->held[i].why != HELD_NEW)
			settle(q, &q->held[i]);
		else
			i++;
	}
}

/* With rows held here and there a place may have been found wrong. */
static void put_in_order(struct queue *q)
{
	for (size_t i = 1; i < q->nrows; i++) {
		struct sd_row *r = q->rows[i];
		size_t to = i;

		for (; to && queue_rows_compare(q, r, q->rows[to - 1]) < 0; to--)
			q->rows[to] = q->rows[to - 1];
		q->rows[to] = r;
	}
	list_sync(&q->list);
}

void queue_let_in(struct queue *q)
{
	bool any = q->nheld > 0;

	let_in(q, false);
	if (any)
		put_in_order(q);
	let_in(q, true);
}

/* A held row whose place is not seen: it can go there unseen, unless it is seen where it is. */
static bool unseen(const struct queue *q, const struct queue_held *h)
{
	int at = queue_rows_find(q, h->id);

	if (h->why == HELD_NEW)
		return !would_shift(q, queue_rows_place(q, h->row));
	return at >= 0 && !is_seen(q, (size_t)at) && (h->why == HELD_GONE || !is_seen(q, queue_rows_place(q, q->rows[at])));
}

void queue_live_moved(struct queue *q, bool page)
{
	if (page)
		queue_let_in(q);
	for (size_t i = 0; i < q->nheld;) {
		if (unseen(q, &q->held[i]))
			settle(q, &q->held[i]);
		else
			i++;
	}
	for (int i = 0; i < q->nfresh;) { /* those one has before one's eyes now */
		int at = queue_rows_find(q, q->fresh[i]);

		if (at >= 0 && is_seen(q, (size_t)at))
			q->fresh[i] = q->fresh[--q->nfresh];
		else
			i++;
	}
}

bool queue_live_first(struct queue *q, const struct session *s, struct effects *fx)
{
	int first = -1;

	queue_let_in(q);
	for (int i = 0; i < q->nfresh; i++) {
		int at = queue_rows_find(q, q->fresh[i]);

		if (at < 0)
			continue;
		glow_add(&q->glow, (uint64_t)q->fresh[i], 0, s->ms, fx);
		first = first < 0 || at < first ? at : first;
	}
	q->nfresh = 0;
	return first >= 0 && list_select_row(&q->list, first);
}

/* ---- all of it read again ---- */
struct merge {
	struct sd_row **page;
	size_t n, from, to; /* the rows of the window that are seen */
	bool more_before, more_after;
	int *at;    /* of each that is seen: its place in the page, -1 */
	bool *keep; /* whether it stands in the order of the page */
};

static int place_in(const struct merge *g, int64_t id)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->page[i]->id == id)
			return (int)i;
	return -1;
}

/* Most rows stand as they stood: the longest run in the order of the page stays, the others have moved. False: nothing that is
 * seen is there any more. */
static bool find_kept(const struct queue *q, struct merge *g, size_t *first, size_t *last)
{
	size_t n = g->to - g->from, best = 0;
	size_t *len = sd_calloc(n + 1, sizeof *len), *prev = sd_calloc(n + 1, sizeof *prev);
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		g->at[i] = place_in(g, q->rows[g->from + i]->id);
		if (g->at[i] < 0)
			continue;
		len[i] = 1;
		prev[i] = i;
		for (size_t k = 0; k < i; k++)
			if (g->at[k] >= 0 && g->at[k] < g->at[i] && len[k] >= len[i]) {
				len[i] = len[k] + 1;
				prev[i] = k;
			}
		best = !any || len[i] > len[best] ? i : best;
		any = true;
	}
	*last = *first = best;
	for (size_t i = best; any; i = prev[i]) {
		g->keep[i] = true;
		*first = i;
		if (prev[i] == i)
			break;
	}
	free(len);
	free(prev);
	return any;
}

/* Whether the page tells of the place where a row stands: else it may still be there. */
static bool covered(const struct queue *q, const struct merge *g, size_t at)
{
	const struct sd_row *r = queue_live_place(q, at);

	if (q->sort == SD_SORT_COLUMN || !g->n)
		return true;
	return !(g->more_before && queue_rows_compare(q, r, g->page[0]) < 0) &&
		   !(g->more_after && queue_rows_compare(q, r, g->page[g->n - 1]) > 0);
}

/* The window had its place loaded, so it is one that came since. */
static bool came(const struct queue *q, const struct sd_row *r)
{
	if (!q->nrows || q->sort == SD_SORT_COLUMN)
		return true;
	return (!q->more_before || queue_rows_compare(q, r, queue_live_place(q, 0)) > 0) &&
		   (!q->more_after || queue_rows_compare(q, r, queue_live_place(q, q->nrows - 1)) < 0);
}

/* Rows that are seen, in their lines, as they are now. */
static void merge_seen(
	struct queue *q, const struct session *s, struct merge *g, struct sd_row **rows, size_t n, struct effects *fx)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = g->from + i;
		struct queue_held *h = held_find(q, q->rows[at]->id);

		rows[i] = NULL;
		if (g->at[i] < 0) {
			if (covered(q, g, at))
				stays(q, at, NULL);
			continue;
		}
		rows[i] = g->page[g->at[i]];
		mark_cells(q, s, q->rows[at], rows[i], fx);
		if (!g->keep[i]) {
			stays(q, at, rows[i]);
			continue;
		}
		if (h)
			held_drop(q, h);
		sd_row_free(q->rows[at]);
		q->rows[at] = rows[i];
	}
}

static bool among(struct sd_row **rows, size_t n, const struct sd_row *r)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i] == r)
			return true;
	return false;
}

/* What waited is in the page, or is no more; what nobody has looked at yet stays new as long as it is there. */
static void merge_waiting(struct queue *q, const struct merge *g)
{
	for (size_t i = 0; i < q->nheld;)
		if (q->held[i].why == HELD_NEW)
			held_drop(q, &q->held[i]);
		else
			i++;
	for (int i = 0; i < q->nfresh;)
		if (place_in(g, q->fresh[i]) < 0)
			q->fresh[i] = q->fresh[--q->nfresh];
		else
			i++;
}

static void put_together(
	struct queue *q, const struct merge *g, struct sd_row **front, size_t nfront, struct sd_row **back, size_t nback)
{
	size_t nseen = g->to - g->from, n = nfront + nseen + nback;
	struct sd_row **window = sd_calloc(n + 1, sizeof *window);

	memcpy(window, front, nfront * sizeof *window);
	memcpy(window + nfront, q->rows + g->from, nseen * sizeof *window);
	memcpy(window + nfront + nseen, back, nback * sizeof *window);
	for (size_t i = 0; i < q->nrows; i++)
		if (i < g->from || i >= g->to)
			sd_row_free(q->rows[i]);
	free(q->rows);
	q->rows = window;
	q->nrows = n;
	q->caprows = n + 1;
	q->list.scroll.count = (int)n;
	q->list.scroll.top = (int)nfront;
	q->list.scroll.cur += (int)nfront - (int)g->from;
	scroll_fix(&q->list.scroll);
}

/* Rows of the page beside those that are seen go where they shift none of them; before and after: where those stand in it. The
 * window is what is seen and what the page has around it. */
static void merge_rest(struct queue *q, struct merge *g, struct sd_row **seen, int before, int after)
{
	const struct scroll *sc = &q->list.scroll;
	size_t nseen = g->to - g->from, nfront = 0, nback = 0;
	struct sd_row **front = sd_calloc(g->n + 1, sizeof *front), **back = sd_calloc(g->n + 1, sizeof *back);
	bool blank = sc->height > (int)nseen;
	/* at an end of the list the cursor may stand in the margin: a row more there would scroll */
	bool hold_front = !sc->top && !q->more_before && (blank || sc->cur < sc->margin);
	bool hold_back = g->to == q->nrows && !q->more_after && !blank && sc->cur >= sc->top + sc->height - sc->margin;

	for (size_t i = 0; i < g->n; i++) {
		struct sd_row *r = g->page[i];

		if (among(seen, nseen, r))
			continue;
		if (queue_rows_find(q, r->id) < 0 && came(q, r))
			fresh_add(q, r->id);
		if ((int)i < before && !hold_front)
			front[nfront++] = r;
		else if ((int)i > after && (int)i >= before && !hold_back)
			back[nback++] = r;
		else
			held_add(q, r->id, HELD_NEW, r);
	}
	put_together(q, g, front, nfront, back, nback);
	free(front);
	free(back);
}

void queue_live_merge(struct queue *q, const struct session *s, struct sd_row **rows, size_t n, bool more_before, bool more_after,
	struct effects *fx)
{
	size_t from = (size_t)q->list.scroll.top, to = seen_end(q), nseen = to - from, first = 0, last = 0;
	struct merge g = {
		rows, n, from, to, more_before, more_after, sd_calloc(nseen + 1, sizeof(int)), sd_calloc(nseen + 1, sizeof(bool))};
	struct sd_row **seen = sd_calloc(nseen + 1, sizeof *seen);
	int before = 0, after;

	if (find_kept(q, &g, &first, &last)) {
		before = g.at[first];
		after = g.at[last];
	} else { /* by what stood there */
		while (before < (int)n && queue_rows_compare(q, rows[before], queue_live_place(q, from)) < 0)
			before++;
		for (after = before; after < (int)n && queue_rows_compare(q, rows[after], queue_live_place(q, to - 1)) < 0;)
			after++;
		after--;
	}
	merge_seen(q, s, &g, seen, nseen, fx);
	merge_waiting(q, &g);
	merge_rest(q, &g, seen, before, after);
	q->more_before = more_before;
	q->more_after = more_after;
	queue_live_moved(q, false);
	free(seen);
	free(g.at);
	free(g.keep);
}
