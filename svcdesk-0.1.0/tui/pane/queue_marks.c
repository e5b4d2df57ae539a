/* Marks in the queue: by hand, as a range, or every ticket of the view with its filter, loaded or not. */
#include "config.h"
#include "tui/pane/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

/* The loaded rows are marked at once, the others when the database has named them. */
static void mark_all(struct queue *q, const struct session *s, struct effects *fx)
{
	struct sd_query_sql sql;
	struct sd_err err = {0};

	list_mark_all(&q->list);
	if (!q->more_before && !q->more_after && q->loaded && !q->loading)
		return;
	if (!queue_query(q, s, fx->arena, PAGE_IDS, &sql, &err)) {
		fx_toast(fx, EL_ERROR, "%s", err.text);
		return;
	}
	q->marking = true;
	fx_query(fx, (struct req){REQ_IDS, ++q->mark_gen, 0, 0}, 0, sql.sql, sql.nparams, sql.params);
}

static void unmark_all(struct queue *q)
{
	list_unmark_all(&q->list);
	q->marking = false;
	q->mark_gen++;
}

void queue_marks_answer(struct queue *q, const struct answer *a, struct effects *fx)
{
	uint64_t *keys;
	int n = a->table ? a->table->rows : 0;

	if (a->req.gen != q->mark_gen || !q->marking)
		return;
	q->marking = false;
	if (!a->table) {
		fx_toast(fx, EL_ERROR, _("Only the rows loaded are marked: %s"), a->err->text);
		return;
	}
	if (n > MARKS_MOST) {
		list_unmark_all(&q->list);
		fx_toast(fx, EL_WARN, _("More than %d tickets match, nothing is marked: narrow it with a filter"), MARKS_MOST);
		return;
	}
	keys = sd_calloc((size_t)n + 1, sizeof *keys);
	for (int i = 0; i < n; i++)
		keys[i] = (uint64_t)strtoll(table_get(a->table, i, 0), NULL, 10);
	list_mark_keys(&q->list, keys, (size_t)n);
	free(keys);
}

/* Another ticket came under the cursor by itself: no mark goes to it unseen. */
static bool lost(struct queue *q, enum action a, struct effects *fx)
{
	const struct sd_row *r = queue_row(q, queue_selected(q));

	if (!q->list.lost || !r || (a != ACT_MARK && a != ACT_RANGE) || q->list.ranging)
		return false;
	q->list.lost = false;
	fx_toast(fx, EL_WARN, _("The ticket under the cursor has changed to %s: press again if you mean it"), r->text[SD_COL_NUMBER]);
	return true;
}

bool queue_marks_action(struct queue *q, const struct session *s, enum action a, int count, struct effects *fx)
{
	int64_t before = queue_selected(q);

	if (lost(q, a, fx))
		return true;
	switch (a) {
	case ACT_MARK:
		list_mark_rows(&q->list, count);
		if (queue_selected(q) != before)
			fx_event(fx, EV_SELECTED, queue_selected(q));
		queue_read_ahead(q, s, fx);
		return true;
	case ACT_RANGE:
		if (q->list.ranging)
			list_range_end(&q->list, true);
		else
			list_range_begin(&q->list);
		return true;
	case ACT_MARK_ALL:
		mark_all(q, s, fx);
		return true;
	case ACT_UNMARK:
		unmark_all(q);
		return true;
	default:
		return false;
	}
}

bool queue_marks_back(struct queue *q)
{
	if (q->list.ranging) {
		list_range_end(&q->list, false);
		return true;
	}
	if (!list_marks_count(&q->list) && !q->marking)
		return false;
	unmark_all(q);
	return true;
}

bool queue_marks_stay(struct queue *q, bool end, struct effects *fx)
{
	if (!q->list.ranging || !(end ? q->more_after : q->more_before))
		return false;
	fx_toast(fx, EL_DIM, "%s", _("A range ends where the rows loaded end; * marks the whole view"));
	return true;
}

const char *queue_marks_text(const struct queue *q, char *buf, size_t size)
{
	size_t n = list_marks_count(&q->list), hidden = list_marks_hidden(&q->list);
	char more[64] = "";

	buf[0] = '\0';
	if (q->marking)
		snprintf(buf, size, "%s", _("  marking ..."));
	else if (n && hidden)
		snprintf(more, sizeof more, _(", %zu not loaded here"), hidden);
	if (n && !q->marking)
		snprintf(buf, size, _("  %zu marked%s%s"), n, more, q->list.ranging ? _(", range") : "");
	return buf;
}
