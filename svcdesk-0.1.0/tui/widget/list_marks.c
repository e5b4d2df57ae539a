/* Marks of a list: keys, never row numbers. A range is what lies between its anchor and the selection as they last moved. */
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "tui/widget/list.h"

/* ---- sets of keys ---- */
/* Where key stands, or would stand. */
static size_t place(const struct list_keys *s, uint64_t key)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (s->key[mid] < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool has(const struct list_keys *s, uint64_t key)
{
	size_t at = place(s, key);

	return at < s->n && s->key[at] == key;
}

static void put(struct list_keys *s, uint64_t key)
{
	size_t at = place(s, key);

	if (at < s->n && s->key[at] == key)
		return;
	SD_PUSH(s->key, s->n, s->cap);
	memmove(s->key + at + 1, s->key + at, (s->n - 1 - at) * sizeof *s->key);
	s->key[at] = key;
}

static void take(struct list_keys *s, uint64_t key)
{
	size_t at = place(s, key);

	if (at == s->n || s->key[at] != key)
		return;
	s->n--;
	memmove(s->key + at, s->key + at + 1, (s->n - at) * sizeof *s->key);
}

/* ---- rows ---- */
static uint64_t key_of(const struct list *l, int row)
{
	return l->src.key(l->src.arg, row);
}

static int row_of(const struct list *l, uint64_t key)
{
	int n = list_count(l);

	for (int i = 0; i < n; i++)
		if (key_of(l, i) == key)
			return i;
	return -1;
}

/* ---- marks ---- */
bool list_is_marked(const struct list *l, uint64_t key)
{
	return (l->marks.n && has(&l->marks, key)) || (l->range.n && has(&l->range, key));
}

size_t list_marks_count(const struct list *l)
{
	size_t n = l->marks.n;

	for (size_t i = 0; i < l->range.n; i++)
		n += !has(&l->marks, l->range.key[i]);
	return n;
}

size_t list_marks_hidden(const struct list *l)
{
	size_t n = list_marks_count(l);

	for (int i = 0, rows = n ? list_count(l) : 0; i < rows; i++)
		n -= list_is_marked(l, key_of(l, i));
	return n;
}

uint64_t *list_marks_get(const struct list *l, size_t *n)
{
	struct list_keys all = {0};

	*n = list_marks_count(l);
	if (!*n)
		return NULL;
	all.key = sd_calloc(*n, sizeof *all.key);
	all.cap = *n;
	all.n = l->marks.n;
	if (all.n)
		memcpy(all.key, l->marks.key, all.n * sizeof *all.key);
	for (size_t i = 0; i < l->range.n; i++)
		put(&all, l->range.key[i]);
	return all.key;
}

void list_mark(struct list *l, uint64_t key, bool on)
{
	if (on) {
		put(&l->marks, key);
	} else {
		take(&l->marks, key);
		take(&l->range, key);
	}
}

static int in_order(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

void list_mark_keys(struct list *l, const uint64_t *keys, size_t n)
{
	struct list_keys *s = &l->marks;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		*SD_PUSH(s->key, s->n, s->cap) = keys[i];
	if (s->n)
		qsort(s->key, s->n, sizeof *s->key, in_order);
	for (size_t i = 0; i < s->n; i++)
		if (!kept || s->key[kept - 1] != s->key[i])
			s->key[kept++] = s->key[i];
	s->n = kept;
}

void list_mark_rows(struct list *l, int count)
{
	int n;
	bool on;

	list_check(l);
	n = l->scroll.count;
	if (l->ranging) {
		list_range_end(l, true);
		return;
	}
	if (!n)
		return;
	on = !list_is_marked(l, l->selected);
	if (count < 1)
		count = 1;
	for (int i = 0; i < count && l->scroll.cur + i < n; i++)
		list_mark(l, key_of(l, l->scroll.cur + i), on);
	list_move(l, MOTION_DOWN, count);
}

void list_mark_all(struct list *l)
{
	int n = list_count(l);

	list_range_end(l, true);
	for (int i = 0; i < n; i++)
		put(&l->marks, key_of(l, i));
}

void list_unmark_all(struct list *l)
{
	list_range_end(l, false);
	l->marks.n = 0;
}

/* ---- the range ---- */
void list_range_begin(struct list *l)
{
	list_check(l);
	if (!l->scroll.count)
		return;
	l->ranging = true;
	l->anchor = l->selected;
	list_range_follow(l);
}

void list_range_end(struct list *l, bool mark)
{
	for (size_t i = 0; mark && i < l->range.n; i++)
		put(&l->marks, l->range.key[i]);
	l->range.n = 0;
	l->ranging = false;
}

void list_range_follow(struct list *l)
{
	int from, to = l->scroll.cur;

	if (!l->ranging || !l->scroll.count)
		return;
	from = row_of(l, l->anchor);
	if (from < 0) { /* list_range_sync moved it to a row that is there, if there was one */
		from = to;
		l->anchor = l->selected;
	}
	l->range.n = 0;
	for (int i = from < to ? from : to; i <= (from < to ? to : from); i++)
		put(&l->range, key_of(l, i));
}

/* The row it began at has gone: out of the view, or out of the window that is loaded. What was in the range and is not here any
 * more stays marked, and the range goes on from its farthest row. */
void list_range_sync(struct list *l)
{
	int n = l->scroll.count, far = -1;

	if (!l->ranging || row_of(l, l->anchor) >= 0)
		return;
	for (int i = 0; i < n; i++) {
		int d = i < l->scroll.cur ? l->scroll.cur - i : i - l->scroll.cur;

		if (has(&l->range, key_of(l, i)) && (far < 0 || d > (far < l->scroll.cur ? l->scroll.cur - far : far - l->scroll.cur)))
			far = i;
	}
	for (size_t i = 0; i < l->range.n; i++)
		if (row_of(l, l->range.key[i]) < 0)
			put(&l->marks, l->range.key[i]);
	l->anchor = far < 0 ? l->selected : key_of(l, far);
}
