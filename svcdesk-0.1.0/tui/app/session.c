#include "config.h"
#include "tui/app/session.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "tui/app/act.h"

enum { SESSION_VERSION = 1 };

struct restore {
	char *desk, *view, *filter, *order;
	int person;
	enum sd_query_sort sort;
	bool sort_given, reverse, zoom, views_seen;
	int64_t selected, ticket;
	enum pane_id focus;
};

static const char *const panes[PANES] = {
	[PANE_VIEWS] = "views", [PANE_QUEUE] = "queue", [PANE_DETAIL] = "ticket", [PANE_LOG] = "log"};

void session_free(struct model *m)
{
	struct restore *r = m->restore;

	if (!r)
		return;
	free(r->desk);
	free(r->view);
	free(r->filter);
	free(r->order);
	free(r);
	m->restore = NULL;
}

bool session_text(const struct model *m, struct sd_str *out)
{
	const struct queue *q = m->queue;
	const struct sd_ticket *t = m->detail->ticket;
	json_t *j;
	char *text;

	if (!m->meta || m->restore)
		return false;
	/* that a restricted ticket was opened is on record: it is not opened again unasked */
	int64_t ticket = m->detail_open && t && t->id == m->detail->id && !t->restricted ? t->id : 0;

	j = json_pack("{s:i,s:s,s:i,s:s,s:s,s:b,s:i,s:s,s:b,s:I,s:I,s:s,s:b}", "session", SESSION_VERSION, "desk", m->meta->desk_id,
		"person", m->meta->me.id, "view", q->view_id ? q->view_id : "mine", "filter", q->filter, "sorted", (int)q->sort_given,
		"sort", (int)q->sort, "order", q->order, "reverse", (int)q->reverse, "selected", (json_int_t)queue_selected(q), "ticket",
		(json_int_t)ticket, "focus", panes[ticket || m->focus != PANE_DETAIL ? m->focus : PANE_QUEUE], "zoom", (int)m->zoom);
	text = j ? json_dumps(j, JSON_COMPACT) : NULL;
	if (text)
		sd_str_addf(out, "%s\n", text);
	free(text);
	json_decref(j);
	return text != NULL;
}

static bool read_all(struct restore *r, const json_t *j)
{
	const char *desk, *view, *filter, *order, *focus;
	int version, sorted, sort, reverse, zoom;
	json_int_t selected, ticket;

	if (json_unpack((json_t *)(uintptr_t)j, "{s:i,s:s,s:i,s:s,s:s,s:b,s:i,s:s,s:b,s:I,s:I,s:s,s:b}", "session", &version, "desk",
			&desk, "person", &r->person, "view", &view, "filter", &filter, "sorted", &sorted, "sort", &sort, "order", &order,
			"reverse", &reverse, "selected", &selected, "ticket", &ticket, "focus", &focus, "zoom", &zoom) != 0 ||
		version != SESSION_VERSION || sort < 0 || sort > SD_SORT_COLUMN)
		return false;
	r->desk = sd_strdup(desk);
	r->view = sd_strdup(view);
	r->filter = sd_strdup(filter);
	r->order = sd_strdup(order);
	r->sort = (enum sd_query_sort)sort;
	r->sort_given = sorted;
	r->reverse = reverse;
	r->zoom = zoom;
	r->selected = selected;
	r->ticket = ticket;
	r->focus = PANE_QUEUE;
	for (int i = 0; i < PANES; i++)
		if (!strcmp(panes[i], focus))
			r->focus = (enum pane_id)i;
	return true;
}

bool session_take(struct model *m, const char *text)
{
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	bool ok;

	session_free(m);
	m->restore = sd_calloc(1, sizeof *m->restore);
	ok = j && read_all(m->restore, j);
	json_decref(j);
	if (!ok)
		session_free(m);
	else if (!m->env.view && views_find(m->views, m->restore->view) >= 0) /* one that every console has: at once */
		m->env.view = m->first_view = sd_strdup(m->restore->view);
	return ok;
}

static void filter_and_order(struct model *m, const struct restore *r, struct effects *fx)
{
	struct sd_err err = {0};

	if (*r->filter && queue_filter_check(&m->session, r->filter, fx->arena, &err))
		queue_filter(m->queue, &m->session, r->filter, fx);
	if (r->sort_given && r->sort == SD_SORT_COLUMN)
		queue_sort_by(m->queue, &m->session, r->order, r->reverse, fx);
	else if (r->sort_given)
		queue_sort(m->queue, &m->session, r->sort, r->reverse, fx);
}

static void go_there(struct model *m, const struct restore *r, struct effects *fx)
{
	int view = views_find(m->views, r->view);

	if (view >= 0 && view != m->views->current)
		model_view(m, view, fx);
	m->last_view = -1;
	filter_and_order(m, r, fx);
	if (!queue_select(m->queue, r->selected))
		m->queue->want = r->selected;
	if (r->ticket)
		detail_show(m->detail, r->ticket, fx);
	m->detail_open = r->ticket != 0;
	if (r->focus != m->focus && (r->focus != PANE_DETAIL || r->ticket))
		model_focus(m, r->focus, fx);
	m->zoom = r->zoom;
	model_relayout(m);
}

void session_restore(struct model *m, bool views, struct effects *fx)
{
	struct restore *r = m->restore;
	bool ours;

	if (r)
		r->views_seen = r->views_seen || views;
	if (!r || !m->meta || !r->views_seen)
		return;
	ours = !strcmp(r->desk, m->meta->desk_id) && r->person == m->meta->me.id;
	m->restore = NULL; /* from now on this session is the one to be kept */
	if (ours && !m->noverlays && m->prompt == PROMPT_NONE)
		go_there(m, r, fx);
	else if (!ours && m->views->current)
		model_view(m, 0, fx);
	m->restore = r;
	session_free(m);
}
