/* Columns and cells of the queue. */
#include "config.h"
#include "tui/pane/queue.h"

#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/err.h"
#include "svcdesk/hours.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"
#include "tui/pane/clock_words.h"
#include "tui/pane/present.h"

/* What the list shows of the fields every kind has; the kind's own list fields stand between subject and age, in their order. */
struct known {
	const char *field, *title;
	int width, min, grow, priority;
	bool right;
};
static const struct known front[] = {
	{"priority", N_("P"), 1, 0, 0, 0, false},
	{"number", N_("Number"), 10, 0, 0, 1, false},
	{"subject", N_("Subject"), 44, 14, 4, 0, false},
	{"state", N_("State"), 11, 11, 0, 2, false},
};
/* There where a clock runs, and only then. */
static const struct known left = {"left", N_("Left"), 7, 0, 0, 2, true};
static const struct known age = {"age", N_("Age"), 4, 0, 0, 3, true};

static bool have(const struct queue *q, const char *field)
{
	for (int i = 0; i < q->ncolumns; i++)
		if (!strcmp(q->column[i].field, field))
			return true;
	return false;
}

static void add(struct queue *q, const char *field, const char *title, const struct known *k)
{
	struct queue_column *c;

	if (q->ncolumns >= LIST_COLUMNS - 1 || have(q, field))
		return;
	c = &q->column[q->ncolumns++];
	*c = (struct queue_column){.width = k->width, .min = k->min, .grow = k->grow, .priority = k->priority, .right = k->right};
	snprintf(c->field, sizeof c->field, "%s", field);
	snprintf(c->title, sizeof c->title, "%s", title);
}

static void add_known(struct queue *q, const struct session *s, const struct known *k)
{
	const char *title = s->meta && s->meta->nkinds ? sd_meta_field(s->meta, s->meta->kinds[0].kind, k->field) : k->field;

	add(q, k->field, *k->title == 'P' || title == k->field ? _(k->title) : title, k);
}

static bool kind_seen(const struct queue *q, const char *kind)
{
	for (size_t i = 0; i < q->nrows; i++)
		if (!strcmp(q->rows[i]->text[SD_COL_KIND], kind))
			return true;
	return false;
}

static bool any_clock(const struct queue *q)
{
	for (size_t i = 0; i < q->nrows; i++)
		if (q->rows[i]->clock)
			return true;
	return false;
}

/* Every row would say the same: the width is better spent on the subject. */
static bool told_by_view(const struct queue *q, const char *field)
{
	return !strcmp(field, "assignee") && q->view_id && (!strcmp(q->view_id, "mine") || !strcmp(q->view_id, "unassigned"));
}

/* The list fields of a kind, in list_sort order. */
static void add_kind(struct queue *q, const struct sd_kind *k)
{
	int last = 0;

	for (;;) {
		const struct sd_field *next = NULL;

		for (int i = 0; i < k->nfields; i++)
			if (k->fields[i].list_sort > last && (!next || k->fields[i].list_sort < next->list_sort))
				next = &k->fields[i];
		if (!next)
			return;
		last = next->list_sort;
		for (int i = 0; i < k->nfields; i++) { /* several may share a place */
			const struct sd_field *f = &k->fields[i];
			int least = !strcmp(f->type, "person") && f->list_width > 8 ? 8 : f->list_width; /* a login is short */
			struct known col = {f->field, f->label, f->list_width, least, 0, 4 + q->ncolumns, !strcmp(f->type, "int")};

			if (f->list_sort == last && strcmp(f->field, "opened_at") != 0 && !told_by_view(q, f->field))
				add(q, f->field, f->label, &col);
		}
	}
}

static const struct {
	const char *field;
	bool down;
} sorts[SD_SORTS] = {[SD_SORT_NUMBER] = {"number", false},
	[SD_SORT_OPENED] = {"age", true},
	[SD_SORT_UPDATED] = {"updated_at", true},
	[SD_SORT_DUE] = {"due_at", false},
	[SD_SORT_PRIORITY] = {"priority", false}};

bool queue_sort_of(const char *field, enum sd_query_sort *out)
{
	if (!strcmp(field, "left")) /* the clock that is due first */
		field = "due_at";
	for (int i = 0; i < SD_SORTS; i++) {
		if (strcmp(sorts[i].field, field) != 0)
			continue;
		*out = (enum sd_query_sort)i;
		return true;
	}
	return false;
}

static char sort_mark(const struct queue *q, const char *field)
{
	if (q->sort == SD_SORT_COLUMN) {
		const char *order = sd_query_orderable(NULL, field);

		return !order || strcmp(order, q->order) != 0 ? 0 : q->reverse ? 'v' : '^';
	}
	enum sd_query_sort by;

	if (!queue_sort_of(field, &by) || q->sort != by)
		return 0;
	return sorts[q->sort].down != q->reverse ? 'v' : '^';
}

void queue_columns(struct queue *q, const struct session *s)
{
	struct list_column cols[LIST_COLUMNS];

	q->ncolumns = q->nchosen;
	memcpy(q->column, q->chosen, sizeof q->column);
	for (size_t i = 0; !q->nchosen && i < sizeof front / sizeof *front; i++)
		add_known(q, s, &front[i]);
	if (!q->nchosen && any_clock(q))
		add(q, left.field, _(left.title), &left);
	for (int k = 0; !q->nchosen && s->meta && k < s->meta->nkinds; k++)
		if (q->nrows ? kind_seen(q, s->meta->kinds[k].kind) : k == 0)
			add_kind(q, &s->meta->kinds[k]);
	if (!q->nchosen)
		add_known(q, s, &age);
	cols[0] = (struct list_column){.title = "", .width = 1};
	for (int i = 0; i < q->ncolumns; i++) {
		const struct queue_column *c = &q->column[i];
		bool subject = !strcmp(c->field, "subject");

		/* other columns leave before the subject becomes unreadable, but not when there is no room anyway */
		cols[i + 1] = (struct list_column){.title = c->title,
			.width = c->width,
			.min = subject ? q->subject_min : c->min,
			.grow = c->grow,
			.priority = c->priority,
			.right = c->right,
			.sorted = sort_mark(q, c->field)};
	}
	list_columns(&q->list, cols, q->ncolumns + 1);
}

static const char *time_cell(const struct session *s, struct sd_arena *a, sd_time t, bool due)
{
	if (t == SD_TIME_NONE)
		return "";
	if (due && t > s->now)
		return sd_time_age(a, s->now, t);
	return due ? sd_arena_printf(a, "-%s", sd_time_age(a, t, s->now)) : sd_time_age(a, t, s->now);
}

const char *countdown_cell(const struct session *s, struct sd_arena *a, const struct sd_clock_mark *c, enum element *el)
{
	struct sd_countdown d;
	char text[SD_COUNTDOWN_TEXT];

	sd_countdown(s->hours, c, s->now, &d);
	if (d.level == SD_SLA_NONE)
		return "";
	*el = clock_element(d.level);
	return sd_arena_printf(a, "%s%*s", clock_glyph(d.level, d.paused), COUNTDOWN_CELLS - 1, sd_countdown_text(&d, text));
}

static const char *state_cell(const struct session *s, const struct sd_row *r, enum element *el)
{
	const struct pending_mark *pending = session_pending(s, r->id);
	const char *state = r->text[SD_COL_STATE];

	*el = r->phase == 1 ? EL_STATE_OPEN : r->phase == 2 ? EL_STATE_WAITING : EL_STATE_DONE;
	if (!pending)
		return sd_meta_state(s->meta, r->text[SD_COL_KIND], state);
	*el = EL_WARN;
	return sd_meta_state(s->meta, r->text[SD_COL_KIND], *pending->to ? pending->to : state);
}

/* A field only some kinds have: choices by label, times in the viewer's zone. */
static const char *typed_cell(
	const struct session *s, struct sd_arena *a, const char *kind, const struct sd_field *f, const char *text)
{
	struct sd_err err;
	sd_time t;

	if (!strcmp(f->type, "time") && sd_time_parse(text, "UTC", &t, &err))
		return sd_time_local(a, t, s->zone, "%Y-%m-%d %H:%M");
	if (!strcmp(f->type, "bool"))
		return *text == 't' ? _("yes") : _("no");
	return !strcmp(f->type, "choice") ? sd_meta_choice(s->meta, kind, f->field, text) : text;
}

const char *queue_cell_text(const struct queue *q, const struct session *s, struct sd_arena *a, const struct sd_row *r,
	const char *field, enum element *el)
{
	const struct sd_field *f = sd_kind_field(sd_meta_kind(s->meta, r->text[SD_COL_KIND]), field);
	const char *text;

	(void)q;
	if (!strcmp(field, "priority")) {
		*el = r->priority >= 1 && r->priority <= 5 ? (enum element)(EL_P1 + r->priority - 1) : EL_NORMAL;
		return sd_arena_printf(a, "%d", r->priority);
	}
	if (!strcmp(field, "state"))
		return state_cell(s, r, el);
	if (!strcmp(field, "subject") && r->restricted && !*r->text[SD_COL_SUBJECT]) {
		*el = EL_DIM;
		return _("(restricted)");
	}
	if (!strcmp(field, "subject") && r->unread && session_draft(s, r->id)) /* in front of the row says that it is unread */
		return sd_arena_printf(a, "%s %s", glyph(GL_DRAFT), r->text[SD_COL_SUBJECT]);
	if (!strcmp(field, "left"))
		return countdown_cell(s, a, r->clock, el);
	if (!strcmp(field, "age"))
		return time_cell(s, a, r->opened, false);
	if (!strcmp(field, "updated_at"))
		return time_cell(s, a, r->updated, false);
	if (!strcmp(field, "due_at")) {
		if (r->due != SD_TIME_NONE && r->due < s->now && r->phase < 3)
			*el = EL_ERROR;
		return time_cell(s, a, r->due, true);
	}
	text = sd_row_get(r, a, field);
	return f && *text ? typed_cell(s, a, r->text[SD_COL_KIND], f, text) : text;
}

static int source_count(void *arg)
{
	return (int)((struct queue *)arg)->nrows;
}

static uint64_t source_key(void *arg, int row)
{
	return (uint64_t)((struct queue *)arg)->rows[row]->id;
}

/* At the end of the subject: that the row does not belong there any more. */
static void tail(const struct queue *q, const struct session *s, const struct sd_row *r, struct list_cell *out)
{
	bool held;
	enum held_why why = queue_live_why(q, r->id, &held);

	if (!held) {
		out->tail = present_cell(s, q->scratch, r->id, &out->tail_element);
		return;
	}
	out->tail = why == HELD_GONE ? _("gone") : _("moved");
	out->tail_element = EL_WARN;
}

static void source_cell(void *arg, int row, int col, struct list_cell *out)
{
	static const struct session nothing = {.zone = NULL};
	struct queue *q = arg;
	const struct sd_row *r = q->rows[row];
	bool held;

	if (col == 0) {
		const struct session *s = q->s ? q->s : &nothing;
		const struct pending_mark *pending = session_pending(s, r->id);

		enum held_why why = queue_live_why(q, r->id, &held);

		out->text = pending && pending->waits  ? glyph(GL_WAITS)
					: pending                  ? glyph(GL_ELLIPSIS)
					: held && why == HELD_GONE ? "-"
					: r->unread                ? glyph(GL_UNREAD)
					: session_draft(s, r->id)  ? glyph(GL_DRAFT)
											   : " ";
		out->element = pending && pending->waits ? EL_WARN : r->unread ? EL_UNREAD : EL_NORMAL;
		return;
	}
	if (col > q->ncolumns)
		return;
	const char *field = q->column[col - 1].field;

	out->text = queue_cell_text(q, q->s ? q->s : &nothing, q->scratch, r, field, &out->element);
	if (q->s && glow_on(&q->glow, (uint64_t)r->id, glow_part(field), q->s->ms))
		out->element = EL_CHANGED;
	if (!strcmp(field, "subject"))
		tail(q, q->s ? q->s : &nothing, r, out);
}

static enum element source_element(void *arg, int row)
{
	const struct queue *q = arg;
	const struct sd_row *r = q->rows[row];
	bool held;

	(void)queue_live_why(q, r->id, &held);
	return held || r->phase == 3 ? EL_DIM : EL_NORMAL;
}

const struct list_source queue_source = {NULL, source_count, source_key, source_cell, source_element};
