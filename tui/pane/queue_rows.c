/* The window of rows: in order, each ticket once, never larger than WINDOW_ROWS. */
#include "config.h"
#include "tui/pane/queue.h"

#include <stdlib.h>
#include <string.h>
#include "svcdesk/mem.h"

void queue_rows_clear(struct queue *q)
{
	for (size_t i = 0; i < q->nrows; i++)
		sd_row_free(q->rows[i]);
	q->nrows = 0;
	q->more_before = q->more_after = false;
	queue_live_drop(q);
}

int queue_rows_find(const struct queue *q, int64_t id)
{
	for (size_t i = 0; i < q->nrows; i++)
		if (q->rows[i]->id == id)
			return (int)i;
	return -1;
}

static int sign(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* The due time of a ticket without one is behind all others. */
static sd_time due_of(const struct sd_row *r)
{
	return r->due == SD_TIME_NONE ? SD_TIME_INFINITY : r->due;
}

int queue_rows_compare(const struct queue *q, const struct sd_row *a, const struct sd_row *b)
{
	bool down = false; /* newest first */
	int c = 0;

	switch (q->sort) {
	case SD_SORT_OPENED:
		c = sign(a->opened, b->opened);
		down = true;
		break;
	case SD_SORT_UPDATED:
		c = sign(a->updated, b->updated);
		down = true;
		break;
	case SD_SORT_DUE:
		c = sign(due_of(a), due_of(b));
		break;
	case SD_SORT_PRIORITY:
		c = sign(a->priority, b->priority);
		break;
	case SD_SORT_COLUMN: /* the key is the place in the whole list, whichever way it runs */
		return sign(strtoll(a->text[SD_COL_KEY], NULL, 10), strtoll(b->text[SD_COL_KEY], NULL, 10));
	default:
		break; /* numbers rise with the id */
	}
	if (!c)
		c = sign(a->id, b->id);
	return down != q->reverse ? -c : c;
}

void queue_rows_insert(struct queue *q, size_t at, struct sd_row *r)
{
	if (q->nrows == q->caprows) {
		q->caprows = q->caprows ? q->caprows * 2 : PAGE_ROWS;
		q->rows = sd_realloc(q->rows, q->caprows * sizeof(struct sd_row *));
	}
	for (size_t i = q->nrows++; i > at; i--)
		q->rows[i] = q->rows[i - 1];
	q->rows[at] = r;
}

static void drop_row(struct sd_row **rows, size_t *n, size_t at)
{
	sd_row_free(rows[at]);
	for (--*n; at < *n; at++)
		rows[at] = rows[at + 1];
}

static void remove_at(struct queue *q, size_t at)
{
	drop_row(q->rows, &q->nrows, at);
}

size_t queue_rows_place(const struct queue *q, const struct sd_row *r)
{
	size_t lo = 0, hi = q->nrows;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (queue_rows_compare(q, queue_live_place(q, mid), r) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Keeps the window small: drops rows at the end that is not being read. */
static void shrink(struct queue *q, bool front)
{
	while (q->nrows > WINDOW_ROWS) {
		remove_at(q, front ? 0 : q->nrows - 1);
		*(front ? &q->more_before : &q->more_after) = true;
	}
}

struct sd_row *queue_rows_out(struct queue *q, size_t at)
{
	struct sd_row *r = q->rows[at];

	for (q->nrows--; at < q->nrows; at++)
		q->rows[at] = q->rows[at + 1];
	return r;
}

struct sd_row **queue_rows_near(struct queue *q, struct sd_row **rows, size_t *n, bool *more_before, bool *more_after)
{
	int at = queue_rows_find(q, q->want);
	const struct sd_row *here = at < 0 ? NULL : queue_live_place(q, (size_t)at);
	size_t before = 0, count = 0;

	for (size_t i = 0; i < *n; i++) { /* in order, each once */
		struct sd_row *r = rows[i];
		size_t to = count;

		while (to && queue_rows_compare(q, r, rows[to - 1]) < 0)
			to--;
		if (to && rows[to - 1]->id == r->id) {
			sd_row_free(r);
			continue;
		}
		for (size_t k = count++; k > to; k--)
			rows[k] = rows[k - 1];
		rows[to] = r;
	}
	while (here && before < count && queue_rows_compare(q, rows[before], here) <= 0)
		before++;
	*more_before = before > PAGE_ROWS;
	*more_after = count - before > PAGE_ROWS;
	if (*more_after)
		sd_row_free(rows[--count]);
	if (*more_before) {
		sd_row_free(rows[0]);
		rows++;
		count--;
	}
	*n = count;
	return rows;
}

/* Rows on both sides of the one that was selected: they take the place of the window, and what stands where it stood is as far
 * down the screen as it was. */
static void near(struct queue *q, struct sd_row **rows, size_t n)
{
	int at = queue_rows_find(q, q->want), above = q->list.scroll.cur - q->list.scroll.top;
	bool more_before, more_after;
	size_t before = 0;
	struct sd_row *here;

	rows = queue_rows_near(q, rows, &n, &more_before, &more_after);
	queue_live_drop(q);
	here = at < 0 ? NULL : queue_rows_out(q, (size_t)at); /* taken out, so that it outlives the window */
	queue_rows_clear(q);
	for (size_t i = 0; i < n; i++)
		queue_rows_insert(q, i, rows[i]);
	q->more_before = more_before;
	q->more_after = more_after;
	while (here && before < n && queue_rows_compare(q, rows[before], here) <= 0)
		before++;
	if (here && queue_rows_find(q, here->id) < 0) {
		q->list.scroll.cur = (int)(before < q->nrows ? before : q->nrows ? q->nrows - 1 : 0);
		q->list.scroll.top = q->list.scroll.cur > above ? q->list.scroll.cur - above : 0;
	}
	sd_row_free(here);
}

void queue_rows_take(struct queue *q, struct sd_row **rows, size_t n, enum page_where where)
{
	bool full = n > PAGE_ROWS; /* one row more than a page is asked for, to know */
	size_t at = where == PAGE_BEFORE ? 0 : q->nrows;

	if (where == PAGE_NEAR) {
		near(q, rows, n);
		return;
	}
	if (where == PAGE_FIRST || where == PAGE_LAST || where == PAGE_ROW) {
		queue_rows_clear(q);
		at = 0;
	}
	bool turned = where == PAGE_LAST && q->sort != SD_SORT_COLUMN; /* read from the other end of an index */

	if (full) /* the one behind the page in reading order */
		drop_row(rows, &n, where == PAGE_BEFORE || (where == PAGE_LAST && !turned) ? 0 : n - 1);
	for (size_t i = 0; i < n; i++) {
		struct sd_row *r = rows[turned ? n - 1 - i : i];

		if (queue_rows_find(q, r->id) >= 0)
			sd_row_free(r); /* it moved between two pages */
		else
			queue_rows_insert(q, at++, r);
	}
	if (where == PAGE_FIRST || where == PAGE_AFTER || where == PAGE_ROW)
		q->more_after = full;
	if (where == PAGE_LAST || where == PAGE_BEFORE)
		q->more_before = full;
	shrink(q, where != PAGE_BEFORE);
	queue_live_forget(q);
}
