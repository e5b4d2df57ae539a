#include "config.h"
#include "tui/app/wallscreen.h"

#include <stdlib.h>
#include "svcdesk/cfg.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/wall/ask.h"
#include "tui/wall/wall.h"

struct wallscreen {
	struct wall *wall;
	struct wall_ask *ask;
	unsigned gen; /* of this wall: answers to one that was closed are late */
	bool themed;  /* it has put on colours of its own */
};

/* What is due goes out; the timer is set to when something is due next. */
static void go_on(struct model *m, struct effects *fx)
{
	struct wallscreen *s = m->wallscreen;
	struct wall_question q;

	if (!s)
		return;
	if (wall_ask_now(s->ask, s->wall, m->env.language, fx->arena, &q))
		fx_query(fx, (struct req){REQ_WALL, s->gen, 0, 0}, 0, q.sql, q.nparams, q.params);
	m->dirty = m->dirty || s->wall->dirty;
	fx_timer(fx, TIMER_WALL, wall_next(s->wall));
}

void wallscreen_open(struct model *m, struct effects *fx)
{
	struct sd_err err = {0};
	struct wall_layout *l =
		m->env.layout ? m->env.layout(m->env.arg, &err) : wall_layout_parse("default", wall_layout_default, &err);
	struct wallscreen *s;

	if (!l) {
		fx_toast(fx, EL_ERROR, "%s", err.text);
		return;
	}
	wallscreen_free(m);
	s = sd_calloc(1, sizeof *s);
	s->wall = wall_new(l, true, WALL_LIGHT_KEEP);
	s->ask = wall_ask_new();
	s->gen = ++m->wall_gen;
	m->wallscreen = s;
	wall_clock(s->wall, m->session.ms);
	wall_resize(s->wall, m->width, m->height);
	wall_online(s->wall, m->session.online, m->session.online ? NULL : m->conn_why);
	m->dirty = true;
	go_on(m, fx);
}

void wallscreen_free(struct model *m)
{
	if (!m->wallscreen)
		return;
	wall_free(m->wallscreen->wall);
	wall_ask_free(m->wallscreen->ask);
	free(m->wallscreen);
	m->wallscreen = NULL;
	m->dirty = true;
}

static void close_it(struct model *m, struct effects *fx)
{
	if (m->wallscreen->themed)
		fx_add(fx, FX_THEME)->text = m->env.cfg && *sd_cfg_text(m->env.cfg, "theme") ? sd_cfg_text(m->env.cfg, "theme") : "auto";
	wallscreen_free(m);
	fx_timer(fx, TIMER_WALL, -1);
}

/* The tickets of a widget, out of everything. */
static void drill(struct model *m, const char *query, struct effects *fx)
{
	char *text = sd_arena_strdup(fx->arena, query); /* the layout goes with the wall */

	close_it(m, fx);
	model_view_filtered(m, views_find(m->views, "all"), text, fx);
	model_focus(m, PANE_QUEUE, fx);
}

void wallscreen_key(struct model *m, const struct key *k, struct effects *fx)
{
	const char *query = NULL;

	m->dirty = true;
	wall_clock(m->wallscreen->wall, m->session.ms);
	switch (wall_key(m->wallscreen->wall, k, &query)) {
	case WALL_LEAVE:
		close_it(m, fx);
		return;
	case WALL_DRILL:
		drill(m, query, fx);
		return;
	case WALL_THEME:
		if (wall_theme(m->wallscreen->wall)) {
			fx_add(fx, FX_THEME)->text = sd_arena_strdup(fx->arena, wall_theme(m->wallscreen->wall));
			m->wallscreen->themed = true;
		}
		go_on(m, fx);
		return;
	default:
		go_on(m, fx);
	}
}

void wallscreen_timer(struct model *m, struct effects *fx)
{
	if (!m->wallscreen)
		return;
	wall_clock(m->wallscreen->wall, m->session.ms);
	m->wallscreen->wall->dirty = true; /* a countdown, the clock, an age */
	go_on(m, fx);
}

void wallscreen_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct wallscreen *s = m->wallscreen;
	const char *row[4];
	struct wall_question q;
	bool changed;

	if (!s || a->req.gen != s->gen)
		return;
	wall_clock(s->wall, m->session.ms);
	for (int i = 0; i < 4; i++)
		row[i] = table_get(a->table, 0, i);
	changed = wall_ask_answered(s->ask, s->wall, a->table && a->table->rows ? row : NULL, a->err ? a->err->text : NULL);
	for (size_t i = 0; changed && i < s->wall->layout->nspecs; i++)
		if (wall_ask_count(s->wall, i, fx->arena, &q))
			fx_query(fx, (struct req){REQ_WALL_COUNT, s->gen, (int64_t)i, 0}, FX_BRIEF, q.sql, q.nparams, q.params);
	go_on(m, fx);
}

void wallscreen_count(struct model *m, const struct answer *a)
{
	const char *n = table_get(a->table, 0, 0);

	if (!m->wallscreen || a->req.gen != m->wallscreen->gen)
		return;
	wall_counted(m->wallscreen->wall, (size_t)a->req.id, n ? strtol(n, NULL, 10) : -1);
	m->dirty = true;
}

void wallscreen_conn(struct model *m, struct effects *fx)
{
	if (!m->wallscreen)
		return;
	wall_clock(m->wallscreen->wall, m->session.ms);
	wall_online(m->wallscreen->wall, m->session.online, m->session.online ? NULL : m->conn_why);
	go_on(m, fx);
}

void wallscreen_resize(struct model *m)
{
	if (m->wallscreen)
		wall_resize(m->wallscreen->wall, m->width, m->height);
}

void wallscreen_draw(struct model *m, struct surface *s)
{
	wall_draw(m->wallscreen->wall, s);
}
