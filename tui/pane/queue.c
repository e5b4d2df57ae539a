#include "config.h"
#include "tui/pane/queue.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "tui/pane/search.h"

enum { JUMP_MIN_H = 12 };

static void start(struct queue *q, const struct session *s, struct effects *fx)
{
	queue_error(q, NULL);
	q->loaded = false;
	bool typed = *q->filter || strchr(q->view_id, ':'); /* the built-in ones are known to be right */

	if (typed)
		queue_plan(q, s, fx);
	queue_ask(q, s, PAGE_FIRST, fx);
	if (typed)
		queue_check(q, s, fx);
}

static void replace(char **at, const char *text)
{
	char *copy = sd_strdup(text);

	free(*at);
	*at = copy;
}

void queue_show(struct queue *q, const struct session *s, const char *view_id, const char *title, const char *query,
	const char *filter, struct effects *fx)
{
	replace(&q->view_id, view_id);
	replace(&q->title, title);
	replace(&q->query, query);
	replace(&q->filter, filter);
	q->sort_given = false;
	q->want = 0;
	queue_rows_clear(q);
	list_sync(&q->list);
	start(q, s, fx);
}

void queue_filter(struct queue *q, const struct session *s, const char *filter, struct effects *fx)
{
	if (!strcmp(q->filter, filter))
		return;
	replace(&q->filter, filter);
	q->want = queue_selected(q);
	start(q, s, fx);
}

void queue_sort(struct queue *q, const struct session *s, enum sd_query_sort sort, bool reverse, struct effects *fx)
{
	q->sort_given = true;
	q->sort = sort;
	q->reverse = reverse;
	q->want = 0;
	queue_error(q, NULL);
	queue_ask(q, s, PAGE_FIRST, fx);
}

void queue_sort_by(struct queue *q, const struct session *s, const char *field, bool reverse, struct effects *fx)
{
	snprintf(q->order, sizeof q->order, "%s", field);
	q->sort_given = true;
	q->sort = SD_SORT_COLUMN;
	q->reverse = reverse;
	queue_plan(q, s, fx);
	queue_sort(q, s, SD_SORT_COLUMN, reverse, fx);
	queue_check(q, s, fx);
}

void queue_catch_up(struct queue *q, const struct session *s, struct effects *fx)
{
	if (!q->query)
		return;
	if (q->loading && q->quiet) { /* once more when that is there */
		q->again = true;
		return;
	}
	q->want = queue_selected(q);
	queue_ask(q, s, q->nrows && q->loaded ? PAGE_NEAR : PAGE_FIRST, fx);
	q->quiet = q->loading && q->nrows && q->loaded;
}

void queue_reload(struct queue *q, const struct session *s, struct effects *fx)
{
	int at = queue_rows_find(q, queue_selected(q));

	if (!q->query)
		return;
	q->want = queue_selected(q);
	queue_ask(q, s, at >= PAGE_ROWS / 2 || (at >= 0 && q->more_before) ? PAGE_NEAR : PAGE_FIRST, fx);
}

/* Those of the changed tickets that stand in the window, or that do not; all: both. NULL: none. */
enum which { ALL, LOADED, OTHERS };
static const char *id_array(struct sd_arena *a, const struct queue *q, enum which which)
{
	struct sd_str s = {0};
	char *text;

	for (int i = 0; i < q->nchanged; i++)
		if (which == ALL || (queue_rows_find(q, q->changed[i].id) >= 0) == (which == LOADED))
			sd_str_addf(&s, "%c%" PRId64, s.len ? ',' : '{', q->changed[i].id);
	if (!s.len)
		return NULL;
	sd_str_addc(&s, '}');
	text = sd_arena_strdup(a, s.data);
	sd_str_free(&s);
	return text;
}

/* False: too many. */
static bool add_changed(const struct queue *q, struct queue_changed *list, int *n, int64_t id, bool own)
{
	/* by the time of the last change each of them comes to the top: then the page is read anew sooner */
	int most = q->sort == SD_SORT_UPDATED ? PAGE_ROWS : CHANGED_MAX;

	for (int k = 0; k < *n; k++)
		if (list[k].id == id) {
			list[k].own = list[k].own || own;
			return true;
		}
	if (*n == most)
		return false;
	list[(*n)++] = (struct queue_changed){id, own};
	return true;
}

/* What is not loaded counts only if it comes into the window: behind its end nobody sees it, and most of what happens on a desk
 * is there. So the names and clocks of those few are looked up, not of all that have changed. */
static void ask_changed(struct queue *q, const struct session *s, struct effects *fx)
{
	bool ends = q->more_after && q->nrows && q->sort != SD_SORT_COLUMN;
	struct sd_query_sql all, window;
	struct sd_err err = {0};
	const char **params, *loaded = id_array(fx->arena, q, ends ? LOADED : ALL),
						 *others = ends ? id_array(fx->arena, q, OTHERS) : NULL;
	struct sd_str text = {0};
	int n, known;

	if (!queue_query(q, s, fx->arena, PAGE_AROUND, &all, &err) ||
		(others && !queue_query(q, s, fx->arena, PAGE_WINDOW, &window, &err))) {
		q->nchanged = 0;
		return;
	}
	known = all.nparams; /* both begin with the same ones */
	if (others)
		all.nparams = window.nparams;
	n = all.nparams;
	params = sd_arena_alloc(fx->arena, ((size_t)n + 3) * sizeof *params);
	for (int i = 0; i < n; i++)
		params[i] = others ? window.params[i] : all.params[i];
	if (loaded) {
		params[n++] = loaded;
		sd_str_addf(&text, "select q.* from (%s) q where q.id = any($%d::bigint[])", all.sql, n);
	}
	if (others) {
		params[n++] = others;
		sd_str_addf(
			&text, "%sselect q.* from (%s) q where q.id = any($%d::bigint[])", loaded ? " union all " : "", window.sql, n);
	}
	fx_query(fx, (struct req){REQ_CHANGED, q->gen, 0, 0}, known ? 0 : FX_SAME_PLAN, text.data, n, params);
	sd_str_free(&text);
}

static void take_note(struct queue *q, const struct session *s, const int64_t *ids, int n, bool own, struct effects *fx)
{
	bool waits = q->nchanged > 0;

	if (!q->query || !n)
		return;
	if (q->sort == SD_SORT_COLUMN) { /* where a row stands in such an order, only the whole list tells */
		q->again = q->loading;
		if (!q->loading && own)
			queue_reload(q, s, fx);
		else if (!q->loading)
			queue_catch_up(q, s, fx);
		return;
	}
	for (int i = 0; i < n && !q->burst; i++)
		q->burst =
			waits ? !add_changed(q, q->later, &q->nlater, ids[i], own) : !add_changed(q, q->changed, &q->nchanged, ids[i], own);
	if (q->burst && own) { /* everything, once */
		q->nchanged = q->nlater = 0;
		q->burst = false;
		queue_reload(q, s, fx);
	} else if (q->burst && !waits) {
		q->nchanged = q->nlater = 0;
		q->burst = false;
		queue_catch_up(q, s, fx);
	} else if (!waits) {
		ask_changed(q, s, fx);
	}
}

void queue_changed(struct queue *q, const struct session *s, const int64_t *ids, int n, struct effects *fx)
{
	take_note(q, s, ids, n, false, fx);
}

void queue_own(struct queue *q, const struct session *s, const int64_t *ids, int n, struct effects *fx)
{
	take_note(q, s, ids, n, true, fx);
}

int64_t queue_selected(const struct queue *q)
{
	uint64_t key;

	return list_selected(&q->list, &key) ? (int64_t)key : 0;
}

const struct sd_row *queue_row(const struct queue *q, int64_t id)
{
	int at = queue_rows_find(q, id);

	return at < 0 ? NULL : q->rows[at];
}

int64_t queue_neighbour(const struct queue *q, int64_t id, int dir)
{
	int from = queue_rows_find(q, id), at = from, step = dir < 0 ? -1 : 1, left = dir * step;
	bool held;

	for (int i = from + step; from >= 0 && left > 0 && i >= 0 && i < (int)q->nrows; i += step) { /* as far as it goes */
		if (queue_live_why(q, q->rows[i]->id, &held) == HELD_GONE)
			continue;
		at = i;
		left--;
	}
	return at == from ? 0 : q->rows[at]->id;
}

bool queue_select(struct queue *q, int64_t id)
{
	return list_select(&q->list, (uint64_t)id);
}

void queue_read(struct queue *q, int64_t id, int seq)
{
	int at = queue_rows_find(q, id);

	if (at >= 0 && q->rows[at]->last_seq <= seq)
		q->rows[at]->unread = false;
}

/* Fetches the next or previous page before the cursor gets there. */
void queue_read_ahead(struct queue *q, const struct session *s, struct effects *fx)
{
	if (q->loading || !q->nrows)
		return;
	if (q->more_after && list_near_end(&q->list, PAGE_ROWS / 2))
		queue_ask(q, s, PAGE_AFTER, fx);
	else if (q->more_before && q->list.scroll.top < PAGE_ROWS / 2)
		queue_ask(q, s, PAGE_BEFORE, fx);
}

static void take_page(struct queue *q, const struct session *s, const struct answer *a, struct effects *fx)
{
	int64_t before = queue_selected(q);
	enum page_where where = (enum page_where)a->req.arg;
	struct sd_row **rows;
	size_t n = 0;

	q->loading = false;
	q->slow = false;
	if (!a->table && a->err->cls == SD_ERR_TIMEOUT && !a->req.id) { /* it may take its time where nobody waits behind it */
		queue_ask_aside(q, s, where, fx);
		return;
	}
	if (!a->table) {
		struct sd_err err = *a->err;

		if (err.cls == SD_ERR_TIMEOUT)
			queue_too_slow(q, s, fx->arena, &err);
		q->missed = q->missed || (where != PAGE_AFTER && where != PAGE_BEFORE);
		if (!q->nrows)
			queue_error(q, err.text);
		if (err.cls != SD_ERR_CONNECTION)
			fx_toast(fx, EL_ERROR, "%s", err.text);
		return;
	}
	rows = sd_arena_alloc(fx->arena, ((size_t)a->table->rows + 1) * sizeof(struct sd_row *));
	for (int i = 0; i < a->table->rows; i++) {
		struct sd_row *r = sd_row_make(a->table->cols, a->table->names, a->table->values + (size_t)i * (size_t)a->table->cols);

		if (r)
			rows[n++] = r;
	}
	if (where == PAGE_ROW && !n) { /* there are not so many */
		queue_ask(q, s, PAGE_LAST, fx);
		return;
	}
	if (n || !q->error) /* what is wrong with the query stays said over an empty list */
		queue_error(q, NULL);
	if (q->quiet && where == PAGE_NEAR && q->nrows) {
		bool more_before, more_after;

		rows = queue_rows_near(q, rows, &n, &more_before, &more_after);
		queue_live_merge(q, s, rows, n, more_before, more_after, fx);
	} else {
		queue_rows_take(q, rows, n, where);
	}
	if (where == PAGE_ROW)
		q->more_before = queue_page_start(q) > 0;
	bool asked = !q->loaded; /* another view or filter: the person wanted other rows, nothing slipped under the cursor */

	q->loaded = true;
	queue_columns(q, s);
	list_sync(&q->list);
	if (asked)
		q->list.lost = false;
	q->list.more = q->more_after;
	if (where == PAGE_LAST)
		list_select_row(&q->list, (int)q->nrows - 1);
	else if (where == PAGE_ROW)
		list_select_row(&q->list, q->row - queue_page_start(q));
	else if (where == PAGE_FIRST && !(q->want && queue_select(q, q->want)) && !before)
		list_select_row(&q->list, 0);
	if (where == PAGE_FIRST || where == PAGE_NEAR)
		q->want = 0;
	if (queue_selected(q) != before)
		fx_event(fx, EV_SELECTED, queue_selected(q));
	if (q->again) {
		q->again = false;
		queue_catch_up(q, s, fx);
	}
}

/* The row of a ticket in an answer; NULL: it is not in it. */
static struct sd_row *row_of(const struct table *t, int64_t id)
{
	char text[24];
	int col = 0;

	snprintf(text, sizeof text, "%" PRId64, id);
	while (col < t->cols && strcmp(t->names[col], "id") != 0)
		col++;
	for (int i = 0; col < t->cols && i < t->rows; i++) {
		const char *const *row = t->values + (size_t)i * (size_t)t->cols;

		if (row[col] && !strcmp(row[col], text))
			return sd_row_make(t->cols, t->names, row);
	}
	return NULL;
}

static void take_changed(struct queue *q, const struct session *s, const struct answer *a, struct effects *fx)
{
	int64_t before = queue_selected(q);
	int n = q->nchanged;
	bool any = false;

	q->nchanged = 0;
	if (!a->table) { /* the feed does not tell of them again */
		if (a->err->cls == SD_ERR_CONNECTION)
			q->missed = true;
		else
			queue_catch_up(q, s, fx);
		return;
	}
	for (int c = 0; c < n; c++)
		any = queue_live_put(q, s, q->changed[c].id, row_of(a->table, q->changed[c].id), q->changed[c].own, fx) || any;
	if (!any)
		return;
	queue_columns(q, s);
	list_sync(&q->list);
	q->list.more = q->more_after;
	if (queue_selected(q) != before)
		fx_event(fx, EV_SELECTED, queue_selected(q));
}

static void ask_later(struct queue *q, const struct session *s, struct effects *fx)
{
	if (q->burst) {
		q->burst = false;
		q->nlater = 0;
		queue_catch_up(q, s, fx);
		return;
	}
	memcpy(q->changed, q->later, (size_t)q->nlater * sizeof *q->later);
	q->nchanged = q->nlater;
	q->nlater = 0;
	if (q->nchanged)
		ask_changed(q, s, fx);
}

static void queue_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct queue *q = (struct queue *)p;
	struct sd_err err = {0};

	if (a->req.kind == REQ_CHANGED && a->req.gen != q->gen) {
		q->nchanged = 0;
		ask_later(q, s, fx);
	}
	if (a->req.kind == REQ_IDS)
		queue_marks_answer(q, a, fx);
	if (a->req.kind == REQ_IDS || a->req.gen != q->gen)
		return;
	if (a->req.kind == REQ_PAGE) {
		take_page(q, s, a, fx);
	} else if (a->req.kind == REQ_CHANGED) {
		take_changed(q, s, a, fx);
		ask_later(q, s, fx);
	} else if (a->req.kind == REQ_PLAN) {
		queue_planned(q, s, a, fx);
	} else if (a->req.kind == REQ_CHECK && a->table && a->table->rows) {
		const char *row[SD_QUERY_CHECK_COLUMNS];

		for (int i = 0; i < SD_QUERY_CHECK_COLUMNS; i++)
			row[i] = table_get(a->table, 0, i);
		sd_query_unknown(&err, row);
		queue_error(q, err.text);
		fx_toast(fx, EL_WARN, "%s", err.text);
	}
}

/* Who turns the page looks at other rows anyway. */
static bool turns_page(enum action a)
{
	return a != ACT_DOWN && a != ACT_UP;
}

static bool move(struct queue *q, const struct session *s, enum action a, int count, struct effects *fx)
{
	int64_t before = queue_selected(q);

	if (a == ACT_BOTTOM && !count && q->more_after && !queue_marks_stay(q, true, fx)) {
		queue_ask(q, s, PAGE_LAST, fx);
		return true;
	}
	if (a == ACT_TOP && !count && q->more_before && !queue_marks_stay(q, false, fx)) {
		q->want = 0;
		queue_ask(q, s, PAGE_FIRST, fx);
		return true;
	}
	if ((a == ACT_TOP || a == ACT_BOTTOM) && count && (q->more_before || (q->more_after && count > (int)q->nrows)) &&
		!queue_marks_stay(q, count > (int)q->nrows, fx)) {
		q->row = count - 1;
		queue_ask(q, s, PAGE_ROW, fx);
		return true;
	}
	list_move(&q->list, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count);
	queue_live_moved(q, turns_page(a));
	if (queue_selected(q) != before)
		fx_event(fx, EV_SELECTED, queue_selected(q));
	queue_read_ahead(q, s, fx);
	return true;
}

static bool queue_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	struct queue *q = (struct queue *)p;
	int64_t before;

	if (a >= ACT_DOWN && a < ACT_MOTION_END)
		return move(q, s, a, count, fx);
	switch (a) {
	case ACT_OPEN:
		if (queue_selected(q))
			fx_event(fx, EV_OPEN, queue_selected(q));
		return true;
	case ACT_NEXT_TICKET:
	case ACT_PREV_TICKET:
		fx_event(fx, EV_NEIGHBOUR, (a == ACT_NEXT_TICKET ? 1 : -1) * (count ? count : 1));
		return true;
	case ACT_SORT:
		queue_sort(q, s, (enum sd_query_sort)((q->sort + 1) % SD_SORTS), false, fx);
		return true;
	case ACT_REVERSE:
		queue_sort(q, s, q->sort, !q->reverse, fx);
		return true;
	case ACT_NEW_ROWS:
		before = queue_selected(q);
		if (!queue_live_first(q, s, fx))
			return move(q, s, ACT_TOP, 0, fx);
		if (queue_selected(q) != before)
			fx_event(fx, EV_SELECTED, queue_selected(q));
		return true;
	case ACT_REFRESH:
		queue_reload(q, s, fx);
		return true;
	case ACT_BACK:
		if (queue_marks_back(q))
			return true;
		if (!*q->filter)
			return false;
		queue_filter(q, s, "", fx);
		return true;
	default:
		return queue_marks_action(q, s, a, count, fx);
	}
}

void queue_header(struct queue *q, const struct session *s, int x, struct effects *fx)
{
	int col = list_column_at(&q->list, x) - 1;
	enum sd_query_sort sort;
	const char *field;

	if (col < 0 || col >= q->ncolumns)
		return;
	if (queue_sort_of(q->column[col].field, &sort))
		queue_sort(q, s, sort, sort == q->sort && !q->reverse, fx);
	else if ((field = sd_query_orderable(NULL, q->column[col].field)))
		queue_sort_by(q, s, field, q->sort == SD_SORT_COLUMN && !strcmp(q->order, field) && !q->reverse, fx);
	else
		fx_toast(fx, EL_DIM, _("A list cannot be ordered by %s"), q->column[col].title);
}

static void queue_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	struct queue *q = (struct queue *)p;
	int64_t before = queue_selected(q);

	search_list(&q->list, text, dir, fx);
	queue_live_moved(q, false);
	if (queue_selected(q) != before)
		fx_event(fx, EV_SELECTED, queue_selected(q));
}

static int queue_matches(const struct pane *p, int *nth)
{
	return list_matches(&((const struct queue *)p)->list, nth);
}

static void queue_close(struct pane *p)
{
	struct queue *q = (struct queue *)p;

	queue_rows_clear(q);
	list_free(&q->list);
	free(q->rows);
	free(q->held);
	free(q->view_id);
	free(q->title);
	free(q->query);
	free(q->filter);
	free(q->error);
	sd_arena_free(q->scratch);
	free(q);
}

/* The view is counted: the scroll bar shows the place in all of it, and does not jump when a page comes in. */
static void not_loaded(struct queue *q)
{
	int n = (int)q->nrows, rest = q->total >= n && !*q->filter ? q->total - n : 0;

	q->list.above = q->more_before ? (q->more_after ? rest / 2 : rest) : 0;
	q->list.below = q->more_after ? rest - q->list.above : 0;
}

static void queue_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct queue *q = (struct queue *)p;

	int subject_min = r.w < 60 ? 14 : r.w < 84 ? 22 : 34;

	if (subject_min != q->subject_min) {
		q->subject_min = subject_min;
		queue_columns(q, s);
	}
	/* A terminal only scrolls whole lines: beside other panes every line scrolled is painted anew. */
	q->list.scroll.jump = r.w < surface_width(r.s) && r.h >= JUMP_MIN_H ? r.h / 2 - q->list.scroll.margin : 0;
	q->s = s;
	q->list.more = q->more_after;
	not_loaded(q);
	if (!q->loaded && !q->nrows && !q->error)
		q->list.empty = !s->online ? _("Connecting ...")
						: q->slow  ? _("Still looking: no index serves this query ...")
								   : _("Reading ...");
	else if (!q->error)
		q->list.empty = *q->hint ? q->hint : _("Nothing here");
	list_draw(&q->list, r, focus);
	sd_arena_reset(q->scratch);
	q->s = NULL;
}

static const char *const sort_labels[SD_SORTS] = {N_("number"), N_("opened"), N_("updated"), N_("due"), N_("priority")};

/* Where the cursor stands: "3/320"; near the end of a view that is not counted "end -2"; far inside of it nothing. */
static const char *position(const struct queue *q, char *buf, size_t size)
{
	int n = (int)q->nrows, at = list_row(&q->list), below = n - 1 - at;
	bool counted = q->total >= n && !*q->filter;

	buf[0] = '\0';
	if (at < 0)
		return buf;
	if (counted && !(q->more_before && q->more_after))
		snprintf(buf, size, "  %d/%d", q->more_before ? q->total - below : at + 1, q->total);
	else if (!q->more_before)
		snprintf(buf, size, "  %d/%d%s", at + 1, n, q->more_after ? "+" : "");
	else if (!q->more_after && below)
		snprintf(buf, size, _("  end -%d"), below);
	else if (!q->more_after)
		snprintf(buf, size, "%s", _("  end"));
	return buf;
}

static const char *order_text(const struct queue *q, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s", q->reverse ? "-" : "",
		q->sort == SD_SORT_COLUMN && *q->order ? q->order : _(sort_labels[q->sort < SD_SORTS ? q->sort : 0]));
	return buf;
}

static const char *queue_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct queue *q = (const struct queue *)p;
	char at[48], order[48], by[80], marks[128], fresh[64] = "";

	(void)s;
	if (q->nfresh)
		snprintf(fresh, sizeof fresh, ngettext("  %d new, press +", "  %d new, press +", (unsigned long)q->nfresh), q->nfresh);
	snprintf(by, sizeof by, _("by %s"), order_text(q, order, sizeof order));
	snprintf(buf, size, "%s%s%s%s%s  %s%s", q->title ? q->title : "", *q->filter ? "  & " : "", q->filter,
		q->slow ? _("  still looking ...") : position(q, at, sizeof at), queue_marks_text(q, marks, sizeof marks), by, fresh);
	return buf;
}

static const struct pane_ops ops = {
	.title = N_("Queue"),
	.context = CTX_QUEUE,
	.close = queue_close,
	.action = queue_action,
	.answer = queue_answer,
	.search = queue_search,
	.matches = queue_matches,
	.draw = queue_draw,
	.headline = queue_headline,
};

struct queue *queue_new(void)
{
	struct queue *q = sd_calloc(1, sizeof *q);
	struct list_source src = queue_source;

	q->pane.ops = &ops;
	q->filter = sd_strdup("");
	q->total = -1;
	q->scratch = sd_arena_new();
	src.arg = q;
	list_init(&q->list, &src);
	q->list.header = true;
	q->list.markable = true;
	q->list.empty = "";
	return q;
}
