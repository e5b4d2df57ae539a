/* What the queue asks the database: pages of its query, whether its words are known, how it will be answered. */
#include "config.h"
#include "tui/pane/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"

size_t queue_extras(const struct session *s, struct sd_query_extra *out)
{
	size_t n = 0;

	for (int k = 0; s->meta && k < s->meta->nkinds; k++) {
		for (int i = 0; i < s->meta->kinds[k].nfields && n < QUEUE_EXTRAS; i++) {
			const struct sd_field *f = &s->meta->kinds[k].fields[i];

			if (!strcmp(f->store, "typed") && *f->table)
				out[n++] = (struct sd_query_extra){f->field, f->table, f->col, f->type};
		}
	}
	return n;
}

char *queue_text(const struct queue *q, struct sd_arena *a)
{
	return sd_query_join(a, q->query, q->filter);
}

static bool among(const char *const *cols, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(cols[i], name))
			return true;
	return false;
}

/* What every row needs, and what the lists of the kinds show besides. Each name looked up costs time on every page. */
static const char *const *page_columns(
	struct sd_arena *a, const struct session *s, const struct queue *queue, const struct sd_query *q)
{
	size_t at = 0, room = 1;
	const char **cols;

	while (sd_row_columns[room - 1])
		room++;
	for (int k = 0; s->meta && k < s->meta->nkinds; k++)
		room += (size_t)s->meta->kinds[k].nfields;
	room += LIST_COLUMNS;
	cols = sd_arena_alloc(a, room * sizeof *cols);
	for (; sd_row_columns[at]; at++)
		cols[at] = sd_row_columns[at];
	for (int i = 0; i < queue->nchosen; i++) {
		const char *name = queue->chosen[i].field;

		if (!among(cols, at, name) && sd_query_column_known(q, name))
			cols[at++] = name;
	}
	for (int k = 0; s->meta && k < s->meta->nkinds; k++) {
		for (int i = 0; i < s->meta->kinds[k].nfields; i++) {
			const struct sd_field *f = &s->meta->kinds[k].fields[i];

			if (f->list_sort > 0 && !among(cols, at, f->field) && sd_query_column_known(q, f->field))
				cols[at++] = f->field;
		}
	}
	return cols;
}

bool queue_query(struct queue *q, const struct session *s, struct sd_arena *a, enum page_where where, struct sd_query_sql *out,
	struct sd_err *err)
{
	struct sd_query_extra extra[QUEUE_EXTRAS];
	size_t n = queue_extras(s, extra);
	struct sd_query *query = sd_query_parse(a, queue_text(q, a), extra, n, err);
	struct sd_query_opts o = {.mode = where == PAGE_IDS ? SD_QUERY_IDS : SD_QUERY_PAGE,
		.server_times = true,
		.zone = s->zone,
		.limit = where == PAGE_AROUND || where == PAGE_WINDOW ? 0
				 : where == PAGE_IDS                          ? MARKS_MOST + 1
															  : PAGE_ROWS + 1,
		.offset = where == PAGE_ROW ? queue_page_start(q) : 0}; /* the server counts them off on the index */

	if (!query)
		return false;
	if (!q->sort_given && !sd_query_order(query, &q->sort, &q->reverse)) {
		q->sort = SD_SORT_NUMBER;
		q->reverse = false;
	}
	if (!q->sort_given && q->sort == SD_SORT_COLUMN)
		snprintf(q->order, sizeof q->order, "%s", sd_query_order_field(query));
	o.columns = page_columns(a, s, q, query);
	o.sort_given = true;
	o.sort = where == PAGE_IDS ? SD_SORT_NUMBER : q->sort; /* which they are does not depend on their order */
	o.sort_field = q->order;
	o.reverse = where == PAGE_LAST && q->sort != SD_SORT_COLUMN ? !q->reverse : q->reverse;
	if (where == PAGE_LAST && q->sort == SD_SORT_COLUMN) { /* before a place behind all others */
		o.after_key = "1000000000";
		o.before = true;
	}
	if (q->nrows && (where == PAGE_AFTER || where == PAGE_BEFORE || where == PAGE_WINDOW)) {
		const struct sd_row *edge = queue_live_place(q, where == PAGE_BEFORE ? 0 : q->nrows - 1);

		o.after_key = edge->text[SD_COL_KEY];
		o.after_id = edge->id;
		o.before = where != PAGE_AFTER;
	}
	if (where == PAGE_NEAR && queue_rows_find(q, q->want) >= 0) {
		const struct sd_row *here = queue_live_place(q, (size_t)queue_rows_find(q, q->want));

		o.after_key = here->text[SD_COL_KEY];
		o.after_id = here->id;
		o.around = true;
	}
	return sd_query_sql(query, a, &o, out, err);
}

void queue_error(struct queue *q, const char *text)
{
	free(q->error);
	q->error = text ? sd_strdup(text) : NULL;
	q->list.empty = q->error ? q->error : _("Nothing here");
}

int queue_page_start(const struct queue *q)
{
	return q->row > PAGE_ROWS / 2 ? q->row - PAGE_ROWS / 2 : 0;
}

/* aside: on a line of its own, where it may take its time. */
static void ask(struct queue *q, const struct session *s, enum page_where where, bool aside, struct effects *fx)
{
	struct sd_query_sql sql;
	struct sd_err err = {0};

	if (!queue_query(q, s, fx->arena, where, &sql, &err)) {
		queue_rows_clear(q);
		list_sync(&q->list);
		queue_error(q, err.text);
		fx_toast(fx, EL_ERROR, "%s", err.text);
		q->loading = false;
		return;
	}
	if (q->slow) /* what took so long is not waited for any more */
		fx_add(fx, FX_CANCEL)->req = (struct req){REQ_PAGE, 0, true, 0};
	q->loading = true;
	q->slow = aside;
	q->quiet = q->quiet && where != PAGE_FIRST && where != PAGE_LAST && where != PAGE_NEAR && where != PAGE_ROW;
	if (where == PAGE_FIRST || where == PAGE_LAST || where == PAGE_NEAR || where == PAGE_ROW) {
		q->gen += !aside;
		q->missed = false;
	}
	fx_query(
		fx, (struct req){REQ_PAGE, q->gen, aside, (int)where}, aside ? FX_ASIDE : FX_BRIEF, sql.sql, sql.nparams, sql.params);
}

void queue_ask(struct queue *q, const struct session *s, enum page_where where, struct effects *fx)
{
	ask(q, s, where, false, fx);
}

void queue_ask_aside(struct queue *q, const struct session *s, enum page_where where, struct effects *fx)
{
	ask(q, s, where, true, fx);
}

static struct sd_query *parsed(struct queue *q, const struct session *s, struct sd_arena *a, const char *text)
{
	struct sd_query_extra extra[QUEUE_EXTRAS];
	struct sd_err err = {0};

	(void)q;
	return sd_query_parse(a, text, extra, queue_extras(s, extra), &err);
}

void queue_too_slow(struct queue *q, const struct session *s, struct sd_arena *a, struct sd_err *err)
{
	struct sd_query *query = parsed(q, s, a, queue_text(q, a));

	if (query)
		sd_query_slow(err, query, SD_QUERY_PAGE_SECONDS);
}

/* How the database will go about the page that is asked for next: a query that no index serves is said to be one. */
void queue_plan(struct queue *q, const struct session *s, struct effects *fx)
{
	struct sd_query_sql sql;
	struct sd_err err = {0};

	if (queue_query(q, s, fx->arena, PAGE_FIRST, &sql, &err))
		fx_query(fx, (struct req){REQ_PLAN, q->gen + 1, 0, 0}, FX_FAST,
			sd_arena_printf(fx->arena, "explain (format json) %s", sql.sql), sql.nparams, sql.params);
}

/* Names in the query that the desk does not know would only give an empty list: ask for them in the same flush. */
void queue_check(struct queue *q, const struct session *s, struct effects *fx)
{
	/* places are those of the filter, where there is one: the view is not what was typed */
	struct sd_query *query = parsed(q, s, fx->arena, *q->filter ? q->filter : q->query);
	struct sd_query_opts o = {
		.zone = s->zone, .sort_given = q->sort_given, .sort = q->sort, .sort_field = q->order, .reverse = q->reverse};
	struct sd_query_sql sql;

	if (query && sd_query_check(query, fx->arena, &o, &sql))
		fx_query(fx, (struct req){REQ_CHECK, q->gen, 0, 0}, FX_BRIEF, sql.sql, sql.nparams, sql.params);
}

void queue_planned(struct queue *q, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct sd_query *query = parsed(q, s, fx->arena, queue_text(q, fx->arena));
	struct sd_query_plan plan;
	struct sd_err err = {0};
	char text[200];

	if (!query || !a->table || !sd_query_plan_read(query, table_get(a->table, 0, 0), &plan, &err) || plan.serve != SD_SERVE_SCAN)
		return;
	sd_query_plan_text(&plan, SD_QUERY_PAGE_SECONDS, text, sizeof text);
	fx_toast(fx, EL_WARN, "%s", text);
}

bool queue_filter_check(const struct session *s, const char *filter, struct sd_arena *a, struct sd_err *err)
{
	struct sd_query_extra extra[QUEUE_EXTRAS];

	return !*filter || sd_query_parse(a, filter, extra, queue_extras(s, extra), err);
}
