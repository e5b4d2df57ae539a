/* The list: selection by key, motions, search. Drawing is in list_draw.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "tui/widget/list.h"

void list_init(struct list *l, const struct list_source *src)
{
	memset(l, 0, sizeof *l);
	l->src = *src;
	l->header = true;
	l->scroll.margin = 3;
	l->scroll.height = 1;
}

void list_free(struct list *l)
{
	free(l->marks.key);
	free(l->range.key);
	l->marks = l->range = (struct list_keys){0};
}

void list_columns(struct list *l, const struct list_column *cols, int n)
{
	if (n > LIST_COLUMNS)
		n = LIST_COLUMNS;
	l->ncols = n < 0 ? 0 : n;
	if (l->ncols)
		memcpy(l->col, cols, (size_t)l->ncols * sizeof *cols);
	memset(l->drawn_width, 0, sizeof l->drawn_width);
}

int list_count(const struct list *l)
{
	return l->src.count(l->src.arg);
}

static uint64_t key_of(const struct list *l, int row)
{
	return l->src.key(l->src.arg, row);
}

/* Row of key; near is where it was, most refreshes move it little. -1: not there. */
static int find(const struct list *l, uint64_t key, int n, int near)
{
	if (near >= n)
		near = n - 1;
	for (int d = 0; d < n; d++) {
		if (near + d < n && key_of(l, near + d) == key)
			return near + d;
		if (d > 0 && near - d >= 0 && key_of(l, near - d) == key)
			return near - d;
		if (near + d >= n && near - d < 0)
			break;
	}
	return -1;
}

void list_sync(struct list *l)
{
	int n = list_count(l), before = l->scroll.count, row;

	l->scroll.count = n;
	if (n == 0)
		return; /* the key stays: the rows may be on their way again */
	row = find(l, l->selected, n, l->scroll.cur);
	if (row >= 0) {
		/* The row keeps its place on the screen; what is around it moves. */
		l->scroll.top += row - l->scroll.cur;
		l->scroll.cur = row;
		scroll_fix(&l->scroll);
	} else {
		scroll_fix(&l->scroll);
		l->selected = key_of(l, l->scroll.cur);
		l->lost = before > 0;
	}
	list_range_sync(l);
}

void list_check(struct list *l)
{
	int n = list_count(l);

	if (n != l->scroll.count || (n > 0 && key_of(l, l->scroll.cur) != l->selected))
		list_sync(l);
}

bool list_select_row(struct list *l, int row)
{
	int n = list_count(l);

	l->scroll.count = n;
	if (n == 0)
		return false;
	l->scroll.cur = row < 0 ? 0 : row >= n ? n - 1 : row;
	scroll_fix(&l->scroll);
	l->selected = key_of(l, l->scroll.cur);
	l->lost = false;
	list_range_follow(l);
	return true;
}

bool list_select(struct list *l, uint64_t key)
{
	int row = find(l, key, list_count(l), l->scroll.cur);

	return row >= 0 && list_select_row(l, row);
}

int list_row(const struct list *l)
{
	return l->scroll.count > 0 ? l->scroll.cur : -1;
}

bool list_selected(const struct list *l, uint64_t *key)
{
	if (l->scroll.count == 0)
		return false;
	*key = l->selected;
	return true;
}

bool list_near_end(const struct list *l, int rows)
{
	return l->scroll.top + l->scroll.height + rows >= l->scroll.count;
}

enum widget_result list_move(struct list *l, enum motion m, int count)
{
	bool moved;

	list_check(l);
	moved = scroll_move(&l->scroll, m, count);
	if (l->scroll.count > 0 && m != MOTION_NONE) {
		l->selected = key_of(l, l->scroll.cur);
		l->lost = false;
		list_range_follow(l);
	}
	return moved ? W_HANDLED : W_IGNORED;
}

/* Ctrl marks the row clicked, Shift all from the selection to it. Both without opening anything. */
static void mark_click(struct list *l, const struct key *k, int row)
{
	if (k->mods & KEY_SHIFT) {
		if (!l->ranging)
			list_range_begin(l);
		list_select_row(l, row);
		list_range_end(l, true);
	} else {
		list_select_row(l, row);
		list_mark(l, l->selected, !list_is_marked(l, l->selected));
	}
}

static enum widget_result list_mouse(struct list *l, const struct key *k)
{
	int row = k->y - l->drawn_y + l->scroll.top;

	if (k->button == 4 || k->button == 5) {
		list_move(l, k->button == 4 ? MOTION_LINE_UP : MOTION_LINE_DOWN, 3);
		return W_HANDLED;
	}
	if (k->button != 1 || k->y < l->drawn_y || k->y >= l->drawn_y + l->scroll.height || row >= list_count(l))
		return W_IGNORED;
	if (l->markable && (k->mods & (KEY_CTRL | KEY_SHIFT))) {
		mark_click(l, k, row);
		return W_CHANGED;
	}
	list_select_row(l, row);
	return W_HANDLED;
}

enum widget_result list_update(struct list *l, const struct key *k)
{
	enum motion m;
	int count;

	if (k->code == KEY_CODE_MOUSE)
		return list_mouse(l, k);
	if (motion_key(&l->keys, k, &m, &count)) {
		if (m != MOTION_NONE)
			list_move(l, m, count);
		return W_HANDLED;
	}
	if (key_is(k, KEY_CODE_ENTER, 0))
		return l->scroll.count > 0 ? W_SUBMIT : W_HANDLED;
	return W_IGNORED;
}

/* ---- search ---- */

void list_search_set(struct list *l, const char *needle)
{
	snprintf(l->search, sizeof l->search, "%s", needle ? needle : "");
}

static bool row_matches(const struct list *l, int row)
{
	for (int c = 0; c < l->ncols; c++) {
		struct list_cell cell;

		cell.text = "";
		cell.element = EL_NORMAL;
		cell.tail = NULL;
		l->src.cell(l->src.arg, row, c, &cell);
		if (text_matches(cell.text, l->search, NULL, NULL))
			return true;
	}
	return false;
}

/* The rows that match, in order; to be freed. */
static int *matching_rows(const struct list *l, int *n)
{
	int count = l->scroll.count, *rows = sd_calloc((size_t)count + 1, sizeof *rows);

	*n = 0;
	for (int i = 0; i < count; i++)
		if (row_matches(l, i))
			rows[(*n)++] = i;
	return rows;
}

enum list_found list_search(struct list *l, int dir, bool typing)
{
	int steps = (dir < 0 ? -dir : dir) - 1, n, at = 0, from, *rows;
	bool wrapped;

	list_check(l);
	from = typing ? find(l, l->origin, l->scroll.count, l->scroll.cur) : -1;
	if (from < 0)
		from = l->scroll.cur;
	l->found = l->found_nth = 0;
	if (l->scroll.count == 0 || !l->search[0])
		return LIST_NOT_FOUND;
	rows = matching_rows(l, &n);
	if (n == 0) {
		free(rows);
		if (typing)
			list_select_row(l, from);
		return LIST_NOT_FOUND;
	}
	if (dir > 0) {
		while (at < n && (typing ? rows[at] < from : rows[at] <= from))
			at++;
		at += steps;
	} else {
		at = n - 1;
		while (at >= 0 && (typing ? rows[at] > from : rows[at] >= from))
			at--;
		at -= steps;
	}
	wrapped = at < 0 || at >= n;
	at = (at % n + n) % n;
	list_select_row(l, rows[at]);
	l->found = n;
	l->found_nth = at + 1;
	l->found_key = l->selected;
	free(rows);
	return wrapped ? LIST_WRAPPED : LIST_FOUND;
}

void list_search_begin(struct list *l)
{
	l->origin = l->selected;
	list_search_set(l, "");
}

void list_search_cancel(struct list *l)
{
	list_search_set(l, "");
	list_select(l, l->origin);
}

int list_matches(const struct list *l, int *nth)
{
	*nth = l->found_nth && l->scroll.count > 0 && l->selected == l->found_key ? l->found_nth : 0;
	return l->search[0] ? l->found : 0;
}
