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

const char *view_label(const struct view *w)
{
	return w->saved ? w->label : _(w->label);
}

static struct view *add(struct views *v, const char *id, const char *label, const char *query, bool counted, bool saved)
{
	struct view *w;

	v->view = sd_realloc(v->view, ((size_t)v->nviews + 1) * sizeof *v->view);
	w = &v->view[v->nviews++];
	*w = (struct view){.id = sd_strdup(id),
		.label = sd_strdup(label),
		.query = sd_strdup(query),
		.counted = counted,
		.saved = saved,
		.count = -1,
		.name = sd_strdup(label),
		.columns = sd_strdup(""),
		.may = true};
	return w;
}

static void drop(struct view *w)
{
	free(w->id);
	free(w->label);
	free(w->query);
	free(w->name);
	free(w->columns);
}

/* A title before the first view of each section but the first. */
static void arrange(struct views *v)
{
	static const char *const titles[] = {"", N_("My views"), N_("Of my groups")};

	v->row = sd_realloc(v->row, ((size_t)v->nviews + 3) * sizeof *v->row);
	v->nrows = 0;
	for (int i = 0; i < v->nviews; i++) {
		if (v->view[i].saved && (i == 0 || v->view[i - 1].section != v->view[i].section))
			v->row[v->nrows++] = (struct views_row){-1, titles[v->view[i].section]};
		v->row[v->nrows++] = (struct views_row){i, NULL};
	}
}

int views_here(const struct views *v)
{
	int row = list_row(&v->list);

	return row < 0 || row >= v->nrows ? -1 : v->row[row].view;
}

static int row_of(const struct views *v, int view)
{
	for (int i = 0; i < v->nrows; i++)
		if (v->row[i].view == view)
			return i;
	return 0;
}

/* One's own order of the built-in views, and which of them one does not want, are a setting; the others say their place. */
void views_ask(struct views *v, struct effects *fx)
{
	fx_query(fx, (struct req){REQ_VIEWS, v->gen, 0, 0}, 0,
		"select * from (select 1 as part, 0 as gid, '' as gname, v.name, v.query, array_to_string(v.columns, ',') as cols, "
		"v.pos::int, true as may "
		"from desk.my_view v union all select 2, g.group_id, s.name, g.name, g.query, array_to_string(g.columns, ','), "
		"g.pos::int, "
		"g.group_id = any((select desk.led_groups())::int[]) from desk.group_view g join desk.support_group s on s.id = "
		"g.group_id "
		"union all select case o.k when 'hidden' then -1 else 0 end, 0, '', o.id, '', '', o.n::int, true from desk.my_setting m, "
		"lateral "
		"(select 'order' as k, e.id, e.n from jsonb_array_elements_text(m.value->'order') with ordinality e(id, n) union all "
		"select "
		"'hidden', e.id, e.n from jsonb_array_elements_text(m.value->'hidden') with ordinality e(id, n)) o where m.key = "
		"'views') x "
		"order by part, gname, pos, name limit 200",
		0, NULL);
}

static uint64_t key_of(const char *word);

static void count(struct views *v, const struct session *s, int n, struct effects *fx)
{
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT, .zone = s->zone, .limit = COUNT_LIMIT};
	struct sd_err err = {0};
	struct sd_query *q = sd_query_parse(fx->arena, v->view[n].query, NULL, 0, &err);
	struct sd_query_sql sql;

	if (!q || !sd_query_sql(q, fx->arena, &o, &sql, &err))
		return;
	v->view[n].asked = s->ms;
	fx_query(fx, (struct req){REQ_COUNT, v->gen, (int64_t)key_of(v->view[n].id), 0}, v->view[n].saved ? FX_FAST : FX_BRIEF,
		sql.sql, sql.nparams, sql.params);
}

void views_count(struct views *v, const struct session *s, bool all, struct effects *fx)
{
	v->stale = false;
	v->marks = v->others;
	v->others = false;
	v->counted_ms = s->ms;
	for (int i = 0; i < v->nviews; i++)
		if (v->view[i].counted && (all || !v->view[i].saved || s->ms - v->view[i].asked >= COUNT_SAVED_MS))
			count(v, s, i, fx);
}

void views_changed(struct views *v, const struct session *s, bool others, struct effects *fx)
{
	int64_t wait = v->counted_ms + COUNT_EVERY_MS - s->ms;

	v->others = v->others || others;
	if (v->stale)
		return; /* the timer is set */
	if (wait <= 0) {
		views_count(v, s, false, fx);
		return;
	}
	v->stale = true;
	fx_timer(fx, TIMER_COUNTS, wait);
}

static char *clean(const char *text)
{
	struct sd_str s = {0};

	sd_text_clean(&s, text ? text : "", text ? strlen(text) : 0, SD_CLEAN_LINE);
	return s.data ? sd_str_take(&s) : sd_strdup("");
}

static bool told(const struct table *t, const char *part, const char *id)
{
	for (int i = 0; i < t->rows; i++)
		if (table_get(t, i, 0) && !strcmp(table_get(t, i, 0), part) && table_get(t, i, 3) && !strcmp(table_get(t, i, 3), id))
			return true;
	return false;
}

static void add_builtin(struct views *v, const char *id)
{
	for (size_t i = 0; i < sd_views_n; i++)
		if (!strcmp(sd_views[i].id, id) && views_find(v, id) < 0)
			add(v, sd_views[i].id, sd_views[i].label, sd_views[i].query, sd_views[i].count, false);
}

/* Those in the person's order, then those that order does not know of. */
static void builtin(struct views *v, const struct table *t)
{
	for (int i = 0; i < t->rows; i++)
		if (table_get(t, i, 0) && !strcmp(table_get(t, i, 0), "0") && !told(t, "-1", table_get(t, i, 3)))
			add_builtin(v, table_get(t, i, 3));
	for (size_t i = 0; i < sd_views_n; i++)
		if (!told(t, "-1", sd_views[i].id) || sd_views_n == 1)
			add_builtin(v, sd_views[i].id);
	if (!v->nviews)
		add_builtin(v, sd_views[0].id); /* there is always one */
}

static void saved(struct views *v, const struct table *t, int i)
{
	bool group = !strcmp(table_get(t, i, 0), "2");
	char *name = clean(table_get(t, i, 3)), *query = clean(table_get(t, i, 4)), *gname = clean(table_get(t, i, 2));
	struct sd_str id = {0}, label = {0};
	struct view *w;

	sd_str_addf(&id, group ? "group:%s:%s" : "my:%.0s%s", group ? table_get(t, i, 1) : "", name);
	sd_str_addf(&label, group ? "%s: %s" : "%.0s%s", gname, name);
	w = add(v, id.data, label.data, query, true, true);
	w->section = group ? VIEW_GROUP : VIEW_MINE;
	w->group_id = group ? (int)strtol(table_get(t, i, 1), NULL, 10) : 0;
	w->may = table_get(t, i, 7) && *table_get(t, i, 7) == 't';
	free(w->name);
	free(w->columns);
	w->name = name;
	w->columns = clean(table_get(t, i, 5));
	free(query);
	free(gname);
	sd_str_free(&id);
	sd_str_free(&label);
}

/* What is known of a view that is there again. */
static void inherit(struct views *v, const struct view *old, int nold, const struct session *s, struct effects *fx)
{
	for (int i = 0; i < v->nviews; i++) {
		struct view *w = &v->view[i];
		const struct view *was = NULL;

		for (int k = 0; k < nold; k++)
			if (!strcmp(old[k].id, w->id) && !strcmp(old[k].query, w->query))
				was = &old[k];
		if (was) {
			w->count = was->count;
			w->asked = was->asked;
		}
		if (was && !w->saved && *was->columns) { /* chosen for this session */
			free(w->columns);
			w->columns = sd_strdup(was->columns);
		}
		if (!was && w->counted)
			count(v, s, i, fx);
	}
}

static void take_saved(struct views *v, const struct session *s, const struct table *t, struct effects *fx)
{
	struct view *old = v->view;
	int nold = v->nviews, here = views_here(v);
	char *shown = sd_strdup(old[v->current].id), *at = sd_strdup(here < 0 ? shown : old[here].id);
	struct view was = {.query = sd_strdup(old[v->current].query), .columns = sd_strdup(old[v->current].columns)};

	v->view = NULL;
	v->nviews = 0;
	v->gen++;
	builtin(v, t);
	for (int i = 0; i < t->rows; i++)
		if (table_get(t, i, 0) && *table_get(t, i, 0) > '0' && table_get(t, i, 3) && table_get(t, i, 4))
			saved(v, t, i);
	arrange(v);
	inherit(v, old, nold, s, fx);
	v->current = views_find(v, shown);
	if (v->current < 0) { /* what is shown was deleted */
		v->current = 0;
		fx_event(fx, EV_VIEW_STAY, 0);
	} else if (strcmp(v->view[v->current].query, was.query) != 0 || strcmp(v->view[v->current].columns, was.columns) != 0) {
		fx_event(fx, EV_VIEW_STAY, v->current); /* somebody has changed it */
	}
	if (v->wanted && views_find(v, v->wanted) >= 0) {
		free(at);
		at = sd_strdup(v->wanted);
	}
	free(v->wanted);
	v->wanted = NULL;
	if (views_find(v, at) >= 0)
		list_select_row(&v->list, row_of(v, views_find(v, at)));
	for (int i = 0; i < nold; i++)
		drop(&old[i]);
	free(old);
	free(shown);
	free(at);
	drop(&was);
	list_sync(&v->list);
}

static void take_count(struct views *v, const struct session *s, int i, int count, struct effects *fx)
{
	struct view *w = &v->view[i];

	if (v->marks && w->count >= 0 && w->count != count)
		glow_add(&v->glow, key_of(w->id), 0, s->ms, fx);
	w->count = count;
}

static void views_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct views *v = (struct views *)p;
	const char *n = table_get(a->table, 0, 0);

	if (a->req.kind == REQ_VIEWS && a->table)
		take_saved(v, s, a->table, fx);
	for (int i = 0; a->req.kind == REQ_COUNT && n && i < v->nviews; i++)
		if ((int64_t)key_of(v->view[i].id) == a->req.id && (a->req.gen == v->gen || !v->view[i].saved))
			take_count(v, s, i, (int)strtol(n, NULL, 10), fx);
}

static void views_timer(struct pane *p, const struct session *s, enum timer_id t, struct effects *fx)
{
	if (t == TIMER_COUNTS && s->online)
		views_count((struct views *)p, s, false, fx);
}

void views_current(struct views *v, int n)
{
	v->current = n;
	list_select_row(&v->list, row_of(v, n));
}

static bool views_action(struct pane *p, const struct session *s, enum action a, int count_given, struct effects *fx)
{
	struct views *v = (struct views *)p;

	int before = list_row(&v->list);

	(void)s;
	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		list_move(&v->list, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count_given);
		if (views_here(v) < 0 && v->nrows) /* titles are passed over */
			list_select_row(&v->list, list_row(&v->list) + (list_row(&v->list) < before && list_row(&v->list) > 0 ? -1 : 1));
		return true;
	}
	if (a == ACT_OPEN && views_here(v) >= 0) {
		fx_event(fx, EV_VIEW, views_here(v));
		return true;
	}
	switch (a) {
	case ACT_VIEW_UP:
	case ACT_VIEW_DOWN:
		views_move(v, views_here(v), (a == ACT_VIEW_DOWN ? 1 : -1) * (count_given ? count_given : 1), fx);
		return true;
	case ACT_VIEW_DELETE:
		views_delete(v, views_here(v), fx);
		return true;
	case ACT_VIEW_UNDO:
		views_undo(v, fx);
		return true;
	default:
		return false;
	}
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
		if (!strcmp(v->view[i].id, word) || !strcmp(v->view[i].label, word))
			return i;
	for (int i = 0; i < v->nviews; i++) /* one's own before those of groups: they stand first */
		if (v->view[i].saved && !strcmp(v->view[i].name, word))
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
	return ((struct views *)arg)->nrows;
}

/* Saved views come and go by name: the key is the hash of the word, never the row. */
static uint64_t key_of(const char *word)
{
	uint64_t h = 14695981039346656037u;

	for (const char *p = word; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return h;
}

static uint64_t source_key(void *arg, int row)
{
	const struct views_row *r = &((struct views *)arg)->row[row];

	return key_of(r->view < 0 ? r->title : ((struct views *)arg)->view[r->view].id);
}

static void source_cell(void *arg, int row, int col, struct list_cell *out)
{
	const struct views *v = arg;
	const struct view *w = v->row[row].view < 0 ? NULL : &v->view[v->row[row].view];

	if (!w)
		out->text = col == 1 ? _(v->row[row].title) : "";
	else if (col == 0)
		out->text =
			v->row[row].view == v->current && row != list_row(&v->list) ? glyph(GL_BULLET) : " "; /* the cursor went on from it */
	else if (col == 1 && w->section == VIEW_GROUP) { /* its own name first: the end is what a narrow pane cuts off */
		snprintf(
			out->buf, sizeof out->buf, "%s  %.*s", w->name, (int)(strlen(w->label) - strlen(w->name) - strlen(": ")), w->label);
		out->text = out->buf;
	} else if (col == 1)
		out->text = view_label(w);
	else {
		out->text = view_count_text(w, out->buf, sizeof out->buf);
		if (v->s && glow_on(&v->glow, key_of(w->id), 0, v->s->ms))
			out->element = EL_CHANGED;
	}
}

static enum element source_element(void *arg, int row)
{
	const struct views *v = arg;

	return v->row[row].view < 0 ? EL_DIM : v->row[row].view == v->current ? EL_STRONG : EL_NORMAL;
}

static void views_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct views *v = (struct views *)p;

	v->s = s;
	list_draw(&v->list, r, focus);
	v->s = NULL;
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
	free(v->row);
	views_forget(v);
	free(v->wanted);
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
	arrange(v);
	list_init(&v->list, &src);
	list_columns(&v->list, cols, 3);
	v->list.header = false;
	list_select_row(&v->list, 0);
	return v;
}
