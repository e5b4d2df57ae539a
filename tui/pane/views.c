#include "config.h"
#include "tui/pane/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "svcdesk/text.h"
#include "tui/pane/search.h"

static struct view *add(struct views *v, const char *id, const char *label, const char *query, bool counted, bool saved)
{
	struct view *w;

	v->view = sd_realloc(v->view, ((size_t)v->nviews + 1) * sizeof *v->view);
	w = &v->view[v->nviews++];
	*w = (struct view){sd_strdup(id), sd_strdup(label), sd_strdup(query), counted, saved, -1, 0};
	return w;
}

static void drop(struct view *w)
{
	free(w->id);
	free(w->label);
	free(w->query);
}

void views_ask(struct views *v, struct effects *fx)
{
	fx_query(fx, (struct req){REQ_VIEWS, v->gen, 0, 0}, 0,
		"select v.name, v.query from desk.my_view v order by v.pos, v.name limit 100", 0, NULL);
}

static void count(struct views *v, const struct session *s, int n, struct effects *fx)
{
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT, .zone = s->zone, .limit = COUNT_LIMIT};
	struct sd_err err = {0};
	struct sd_query *q = sd_query_parse(fx->arena, v->view[n].query, NULL, 0, &err);
	struct sd_query_sql sql;

	if (!q || !sd_query_sql(q, fx->arena, &o, &sql, &err))
		return;
	v->view[n].asked = s->ms;
	fx_query(fx, (struct req){REQ_COUNT, v->gen, n, 0}, 0, sql.sql, sql.nparams, sql.params);
}

void views_count(struct views *v, const struct session *s, bool all, struct effects *fx)
{
	v->stale = false;
	v->counted_ms = s->ms;
	for (int i = 0; i < v->nviews; i++)
		if (v->view[i].counted && (all || !v->view[i].saved || s->ms - v->view[i].asked >= COUNT_SAVED_MS))
			count(v, s, i, fx);
}

void views_changed(struct views *v, const struct session *s, struct effects *fx)
{
	int64_t wait = v->counted_ms + COUNT_EVERY_MS - s->ms;

	if (v->stale)
		return; /* the timer is set */
	if (wait <= 0) {
		views_count(v, s, false, fx);
		return;
	}
	v->stale = true;
	fx_timer(fx, TIMER_COUNTS, wait);
}

static void take_saved(struct views *v, const struct session *s, const struct table *t, struct effects *fx)
{
	char *shown = sd_strdup(v->view[v->current].id);
	int kept;

	while (v->nviews > 0 && v->view[v->nviews - 1].saved) /* they stand behind those that every console has */
		drop(&v->view[--v->nviews]);
	kept = v->nviews;
	v->gen++;
	for (int i = 0; i < t->rows; i++) {
		struct sd_str label = {0}, query = {0}, id = {0};
		const char *name = table_get(t, i, 0), *text = table_get(t, i, 1);

		if (!name || !text)
			continue;
		sd_text_clean(&label, name, strlen(name), SD_CLEAN_LINE);
		sd_text_clean(&query, text, strlen(text), SD_CLEAN_LINE);
		sd_str_addf(&id, "my:%s", label.data ? label.data : "");
		add(v, id.data, label.data ? label.data : "", query.data ? query.data : "", true, true);
		sd_str_free(&label);
		sd_str_free(&query);
		sd_str_free(&id);
	}
	for (int i = kept; i < v->nviews; i++)
		count(v, s, i, fx);
	v->current = views_find(v, shown);
	if (v->current < 0) { /* what is shown was deleted */
		v->current = 0;
		fx_event(fx, EV_VIEW, 0);
	}
	free(shown);
	list_sync(&v->list);
}

static void views_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct views *v = (struct views *)p;
	const char *n = table_get(a->table, 0, 0);

	if (a->req.kind == REQ_VIEWS && a->table)
		take_saved(v, s, a->table, fx);
	else if (a->req.kind == REQ_COUNT && n && a->req.id < v->nviews && (a->req.gen == v->gen || !v->view[a->req.id].saved))
		v->view[a->req.id].count = (int)strtol(n, NULL, 10);
}

static void views_timer(struct pane *p, const struct session *s, enum timer_id t, struct effects *fx)
{
	if (t == TIMER_COUNTS && s->online)
		views_count((struct views *)p, s, false, fx);
}

void views_current(struct views *v, int n)
{
	v->current = n;
	list_select_row(&v->list, n);
}

static bool views_action(struct pane *p, const struct session *s, enum action a, int count_given, struct effects *fx)
{
	struct views *v = (struct views *)p;

	(void)s;
	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		list_move(&v->list, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count_given);
		return true;
	}
	if (a == ACT_OPEN && list_row(&v->list) >= 0) {
		fx_event(fx, EV_VIEW, list_row(&v->list));
		return true;
	}
	return false;
}

static void views_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	search_list(&((struct views *)p)->list, text, dir, fx);
}

static int views_matches(const struct pane *p, int *nth)
{
	return list_matches(&((const struct views *)p)->list, nth);
}

int views_find(const struct views *v, const char *word)
{
	for (int i = 0; i < v->nviews; i++)
		if (!strcmp(v->view[i].id, word) || !strcmp(v->view[i].label, word) ||
			(v->view[i].saved && !strcmp(v->view[i].id + strlen("my:"), word)))
			return i;
	return -1;
}

const char *view_count_text(const struct view *w, char *buf, size_t size)
{
	if (!w->counted || w->count < 0)
		snprintf(buf, size, "%s", "");
	else if (w->count >= COUNT_LIMIT)
		snprintf(buf, size, "%d+", COUNT_LIMIT - 1);
	else
		snprintf(buf, size, "%d", w->count);
	return buf;
}

static int source_count(void *arg)
{
	return ((struct views *)arg)->nviews;
}

/* Saved views come and go by name: the key is the hash of the word, never the row. */
static uint64_t key_of(const struct views *v, int row)
{
	uint64_t h = 14695981039346656037u;

	for (const char *p = v->view[row].id; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return h;
}

static uint64_t source_key(void *arg, int row)
{
	return key_of(arg, row);
}

static void source_cell(void *arg, int row, int col, struct list_cell *out)
{
	const struct views *v = arg;

	if (col == 0)
		out->text = row == v->current && row != list_row(&v->list) ? glyph(GL_BULLET) : " "; /* the cursor went on from it */
	else if (col == 1)
		out->text = v->view[row].saved ? v->view[row].label : _(v->view[row].label);
	else
		out->text = view_count_text(&v->view[row], out->buf, sizeof out->buf);
}

static enum element source_element(void *arg, int row)
{
	return row == ((struct views *)arg)->current ? EL_STRONG : EL_NORMAL;
}

static void views_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	(void)s;
	list_draw(&((struct views *)p)->list, r, focus);
}

static const char *views_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	(void)p;
	(void)s;
	snprintf(buf, size, "%s", _("Views"));
	return buf;
}

static void views_close(struct pane *p)
{
	struct views *v = (struct views *)p;

	for (int i = 0; i < v->nviews; i++)
		drop(&v->view[i]);
	free(v->view);
	free(v);
}

static const struct pane_ops ops = {
	.title = N_("Views"),
	.context = CTX_VIEWS,
	.close = views_close,
	.action = views_action,
	.answer = views_answer,
	.timer = views_timer,
	.search = views_search,
	.matches = views_matches,
	.draw = views_draw,
	.headline = views_headline,
};

struct views *views_new(void)
{
	static const struct list_column cols[] = {
		{.title = "", .width = 1}, {.title = "", .width = 10, .min = 4, .grow = 1}, {.title = "", .width = 4, .right = true}};
	struct views *v = sd_calloc(1, sizeof *v);
	struct list_source src = {v, source_count, source_key, source_cell, source_element};

	v->pane.ops = &ops;
	for (size_t i = 0; i < sd_views_n; i++)
		add(v, sd_views[i].id, sd_views[i].label, sd_views[i].query, sd_views[i].count, false);
	list_init(&v->list, &src);
	list_columns(&v->list, cols, 3);
	v->list.header = false;
	list_select_row(&v->list, 0);
	return v;
}
