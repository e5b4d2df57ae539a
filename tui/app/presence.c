/* Presence: every few seconds one small write that nobody waits for, in a table that is not logged. A server that takes no writes
 * is not asked again. */
#include "config.h"
#include "tui/app/presence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/act.h"
#include "tui/app/triage.h"
#include "tui/app/warroom.h"
#include "tui/pane/present.h"

void presence_start(struct model *m, struct effects *fx)
{
	m->presence.off = false;
	m->presence.due = 0;
	presence_note(m, fx);
}

/* ---- what is said ---- */
/* The ticket that is read, or written on in the form on top; 0: none. */
static void here(const struct model *m, struct presence_said *out)
{
	const struct overlay *o = m->noverlays ? m->overlay[m->noverlays - 1] : NULL;
	bool writing = o && o->kind == OV_FORM && !o->form->many;

	*out = (struct presence_said){.writing = writing};
	if (writing) {
		out->ticket = o->form->is_new ? 0 : o->form->ticket;
		snprintf(out->verb, sizeof out->verb, "%s", o->form->is_new || !o->form->verb ? "" : o->form->verb);
	} else if (warroom_at(m)) {
		out->ticket = warroom_at(m);
	} else if (triage_at(m)) {
		out->ticket = triage_at(m);
	} else {
		out->ticket = m->detail->ticket && (m->detail_open || model_previews(m)) ? m->detail->id : 0;
	}
}

static bool is_same(const struct presence_said *a, const struct presence_said *b)
{
	return a->ticket == b->ticket && a->writing == b->writing && !strcmp(a->verb, b->verb);
}

/* When it is to be said: what is the same is renewed; a ticket one rests on waits for its turn, and a beginning to write does not
 * have to, as long as it pays for it afterwards. */
static int64_t due(const struct model *m, const struct presence_said *now)
{
	const struct presence *p = &m->presence;
	int64_t at = p->next, rested = p->changed_ms + (now->writing ? 0 : PRESENCE_REST_MS);

	if (!p->said_ms)
		return m->session.ms + 2 * PRESENCE_REST_MS;
	if (is_same(now, &p->said))
		return p->said_ms + PRESENCE_RENEW_MS + p->said_ms * 7919 % PRESENCE_REST_MS;
	if (now->writing && (!p->said.writing || p->said.ticket != now->ticket))
		at -= PRESENCE_MS;
	return at > rested ? at : rested;
}

void presence_note(struct model *m, struct effects *fx)
{
	struct presence *p = &m->presence;
	struct presence_said now;
	int64_t at;

	if (p->off || !m->meta)
		return;
	here(m, &now);
	if (!is_same(&now, &p->now)) {
		p->now = now;
		p->changed_ms = m->session.ms;
	}
	at = p->said_ms || !p->due ? due(m, &now) : p->due;
	if (at == p->due)
		return;
	p->due = at;
	fx_timer(fx, TIMER_PRESENCE, at > m->session.ms ? at - m->session.ms : 0);
}

void presence_timer(struct model *m, struct effects *fx)
{
	struct presence *p = &m->presence;
	char ticket[24];
	const char *params[] = {m->console_id, ticket, "viewing", p->now.verb};

	if (p->off)
		return;
	if (p->due > m->session.ms) { /* it is sooner than it was meant to be */
		fx_timer(fx, TIMER_PRESENCE, p->due - m->session.ms);
		return;
	}
	if (!p->said_ms) /* the first word is free: nobody has opened anything yet */
		p->next = m->session.ms + PRESENCE_REST_MS;
	else
		p->next = (p->next > m->session.ms ? p->next : m->session.ms) + PRESENCE_MS;
	p->said_ms = m->session.ms ? m->session.ms : 1;
	if (m->session.online && !m->lock) { /* else nobody is there */
		here(m, &p->now);
		p->said = p->now;
		if (!*m->console_id)
			m->env.uuid(m->env.arg, m->console_id);
		snprintf(ticket, sizeof ticket, "%" PRId64, p->said.ticket);
		params[2] = p->said.writing ? "writing" : "viewing";
		fx_query(fx, (struct req){REQ_PRESENCE, 0, 0, 0}, 0, "select desk.presence($1::uuid, $2::bigint, $3, $4)", 4, params);
	}
	presence_note(m, fx);
}

void presence_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	if (!a->err || a->err->cls == SD_ERR_CONNECTION || a->err->cls == SD_ERR_TIMEOUT)
		return;
	sd_log(SD_LOG_INFO, "%s", a->err->text); /* a standby, for one */
	m->presence.off = true;
	fx_timer(fx, TIMER_PRESENCE, -1);
}

/* ---- who is there ---- */
static int add(int64_t *ids, int n, int64_t id)
{
	for (int i = 0; i < n; i++)
		if (ids[i] == id)
			return n;
	if (id > 0 && n < PRESENT_MOST)
		ids[n++] = id;
	return n;
}

/* The tickets that are seen: of panes, forms, and the rows of the list. */
static int seen(const struct model *m, int64_t *ids)
{
	const struct queue *q = m->queue;
	int n = 0, end = q->list.scroll.top + q->list.scroll.height;

	for (int i = 0; i < m->noverlays; i++)
		if (m->overlay[i]->kind == OV_FORM && !m->overlay[i]->form->many)
			n = add(ids, n, m->overlay[i]->form->ticket);
	n = add(ids, n, m->detail->id);
	n = add(ids, n, triage_at(m));
	if (m->other)
		n = add(ids, n, m->other->id);
	for (int i = q->list.scroll.top; i < end && i < (int)q->nrows && m->pane[PANE_QUEUE] == &m->queue->pane; i++)
		n = add(ids, n, q->rows[i]->id);
	return n;
}

void presence_ask(struct model *m, struct effects *fx)
{
	struct presence *p = &m->presence;
	int64_t ids[PRESENT_MOST];
	int n = seen(m, ids);
	uint64_t sum = 0;
	struct sd_str list = {0};
	const char *params[1];

	for (int i = 0; i < n; i++)
		sum += (uint64_t)ids[i] * 11400714819323198485u; /* which they are, in any order */
	if (p->asking || !m->session.online || m->lock || m->wallscreen || !m->meta || !sd_meta_is_staff(m->meta) || !n ||
		m->session.ms < p->asked_ms + (sum == p->asked ? PRESENT_MS : PRESENT_SOON_MS))
		return;
	p->asking = true;
	p->asked = sum;
	p->asked_ms = m->session.ms;
	sd_str_addc(&list, '{');
	for (int i = 0; i < n; i++)
		sd_str_addf(&list, "%s%" PRId64, i ? "," : "", ids[i]);
	sd_str_addc(&list, '}');
	params[0] = list.data;
	fx_query(fx, (struct req){REQ_PRESENT, 0, 0, 0}, 0, "select * from desk.present_on($1::bigint[])", 1, params);
	sd_str_free(&list);
}

static void forget(struct present_mark *v, int n)
{
	for (int i = 0; i < n; i++) {
		free(v[i].who);
		free(v[i].verb);
	}
	free(v);
}

void presence_free(struct model *m)
{
	forget(m->presence.mark, m->session.npresent);
	m->presence.mark = NULL;
	m->session.present = NULL;
	m->session.npresent = 0;
}

void presence_lost(struct model *m)
{
	presence_free(m);
	m->presence.asking = false;
	m->presence.asked_ms = m->session.ms - PRESENT_MS;
}

static char *cleaned(const char *text)
{
	struct sd_str s = {0};

	sd_text_clean(&s, text ? text : "", text ? strlen(text) : 0, SD_CLEAN_LINE);
	return s.data ? sd_str_take(&s) : sd_strdup("");
}

/* Several consoles of one person at one ticket are one; who writes stands first. */
static int take(const struct model *m, const struct table *t, struct present_mark *v)
{
	int n = 0;

	for (int r = 0; r < t->rows; r++) {
		const char *id = table_get(t, r, 0), *login = table_get(t, r, 1), *seconds = table_get(t, r, 5),
				   *console = table_get(t, r, 6);
		struct present_mark one = {.id = id ? strtoll(id, NULL, 10) : 0, .own = console != NULL};
		bool there = false;

		if (!one.id || (console && !strcmp(console, m->console_id)))
			continue; /* this one */
		one.who = cleaned(login && *login ? login : table_get(t, r, 2));
		for (int i = 0; i < n && !there; i++)
			there = v[i].id == one.id && !strcmp(v[i].who, one.who);
		if (there) {
			free(one.who);
			continue;
		}
		one.writing = table_get(t, r, 3) && !strcmp(table_get(t, r, 3), "writing");
		one.verb = cleaned(table_get(t, r, 4));
		one.seconds = seconds ? atoi(seconds) : 0;
		v[n++] = one;
	}
	return n;
}

static bool equal(const struct present_mark *a, const struct present_mark *b)
{
	return a->id == b->id && a->writing == b->writing && a->own == b->own && !strcmp(a->who, b->who) &&
		   !strcmp(a->verb, b->verb) && (!a->writing || present_since(a) == present_since(b));
}

void presence_taken(struct model *m, const struct answer *a)
{
	struct present_mark *v;
	bool dirty;
	int n;

	m->presence.asking = false;
	if (!a->table)
		return;
	v = sd_calloc((size_t)a->table->rows + 1, sizeof *v);
	n = take(m, a->table, v);
	dirty = n != m->session.npresent;
	for (int i = 0; i < n && !dirty; i++)
		dirty = !equal(&v[i], &m->presence.mark[i]);
	forget(m->presence.mark, m->session.npresent);
	m->presence.mark = v;
	m->session.present = v;
	m->session.npresent = n;
	m->dirty = m->dirty || dirty;
}

void presence_form(const struct model *m, struct act_form *f)
{
	struct sd_arena *a = sd_arena_new();

	snprintf(f->form.beside, sizeof f->form.beside, "%s", f->many || f->is_new ? "" : present_writers(&m->session, a, f->ticket));
	sd_arena_free(a);
}
