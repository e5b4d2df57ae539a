/* What the database, the timers and the connection bring. */
#include "config.h"
#include "tui/app/model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/ci.h"
#include "tui/app/duty.h"
#include "tui/app/kb.h"
#include "tui/app/outage.h"
#include "tui/app/warroom.h"
#include "tui/app/beside.h"
#include "tui/app/find.h"
#include "tui/app/hints.h"
#include "tui/app/match.h"
#include "tui/app/inbox.h"
#include "tui/app/bulk.h"
#include "tui/app/drafts.h"
#include "tui/app/macros.h"
#include "tui/app/merge.h"
#include "tui/app/outbox.h"
#include "tui/app/lock.h"
#include "tui/app/live.h"
#include "tui/app/countdown.h"
#include "tui/app/explain.h"
#include "tui/app/presence.h"
#include "tui/app/session.h"
#include "tui/app/silence.h"
#include "tui/app/triage.h"
#include "tui/app/undo.h"
#include "tui/app/wallscreen.h"

enum { FEED_FOCUS_MS = 500, FEED_IDLE_MS = 5000, TICK_MS = 30000, FEED_BATCH = 500 };

static const char feed_sql[] = "select (extract(epoch from desk.now()) * 1000000)::bigint, f.epoch, f.x, f.seq, f.ticket_id "
							   "from (select 1) o left join desk.feed($1::int, $2, $3::bigint) f on true";

static void ask_feed(struct model *m, struct effects *fx)
{
	char epoch[16], seq[24];
	const char *params[] = {epoch, m->feed_x, seq};

	if (m->feed_waiting || !m->session.online || !*m->feed_x)
		return;
	m->feed_waiting = true;
	silence_asked(m, fx);
	snprintf(epoch, sizeof epoch, "%d", m->feed_epoch);
	snprintf(seq, sizeof seq, "%" PRId64, m->feed_seq);
	fx_query(fx, (struct req){REQ_FEED, 0, 0, 0}, FX_SAME_PLAN, feed_sql, 3, params);
	presence_ask(m, fx); /* in the same flush */
}

/* A tenth of jitter keeps many consoles from asking in step. */
static void feed_later(struct model *m, struct effects *fx)
{
	int64_t ms = m->terminal_focus ? FEED_FOCUS_MS : FEED_IDLE_MS;

	fx_timer(fx, TIMER_FEED, ms - ms / 20 + m->session.ms * 7919 % (ms / 10));
}

static void ask_tick(struct model *m, struct effects *fx)
{
	drafts_ask(m, fx);
	outbox_look(m, fx);
	fx_query(fx, (struct req){REQ_TICK, 0, 0, 0}, 0, "select desk.tick() where desk.wants_tick()", 0, NULL);
	fx_timer(fx, TIMER_TICK, TICK_MS);
}

static void ask_meta(struct model *m, struct effects *fx)
{
	const char *params[] = {m->env.language ? m->env.language : "en"};

	fx_query(fx, (struct req){REQ_META, 0, 0, 0}, 0, "select desk.meta($1)", 1, params);
}

/* The first pipeline, or the one after a lost connection. */
static void model_start(struct model *m, struct effects *fx)
{
	int view = m->env.view ? views_find(m->views, m->env.view) : 0;

	m->feed_waiting = false;
	if (!m->meta) {
		ask_meta(m, fx);
		model_view(m, view < 0 ? 0 : view, fx);
		views_ask(m->views, fx);
	} else {
		if (!m->queue->loaded || m->queue->missed)
			queue_catch_up(m->queue, &m->session, fx);
		if (m->detail->missed)
			detail_changed(m->detail, fx);
		beside_anew(m, true, fx);
		drafts_ask(m, fx);
		ask_feed(m, fx);
		board_changed(m, fx);
	}
	views_count(m->views, &m->session, m->meta == NULL, fx);
	m->inbox->due = true; /* once the list is there: nobody waits for a count */
}

void model_conn(struct model *m, enum conn c, const char *why, struct effects *fx)
{
	bool was = m->session.online;

	m->conn = c;
	m->session.online = c == CONN_READY;
	silence_heard(m, fx);
	if (was && c != CONN_READY)
		m->conn_lost = m->session.now;
	snprintf(m->conn_why, sizeof m->conn_why, "%s", why ? why : "");
	if (c == CONN_READY) {
		if (m->meta)
			fx_toast(fx, EL_OK, "%s", _("Connected again"));
		outbox_conn(m, fx); /* what is read below comes after it */
		model_start(m, fx);
	} else if (was) {
		sd_log(SD_LOG_WARN, "%s", m->conn_why);
		presence_lost(m);
		fx_timer(fx, TIMER_FEED, -1);
		bulk_line_lost(m, fx);
		model_save(m, fx);
		outbox_conn(m, fx);
		if (m->quitting)
			fx_add(fx, FX_QUIT);
	}
	wallscreen_conn(m, fx);
	model_relayout(m);
	model_events(m, fx);
}

static void set_clock(struct model *m, sd_time now)
{
	if (now == SD_TIME_NONE)
		return;
	m->base_now = now;
	m->base_ms = m->session.ms;
	model_clock(m, m->session.ms);
}

static bool has_typed_columns(const struct sd_meta *meta)
{
	for (int k = 0; k < meta->nkinds; k++)
		for (int i = 0; i < meta->kinds[k].nfields; i++)
			if (meta->kinds[k].fields[i].list_sort && !strcmp(meta->kinds[k].fields[i].store, "typed"))
				return true;
	return false;
}

static void take_meta(struct model *m, const struct answer *a, struct effects *fx)
{
	struct sd_err err = {0};
	const char *json = table_get(a->table, 0, 0);
	struct sd_meta *meta = json && !m->meta ? sd_meta_parse(json, &err) : NULL;

	if (m->meta)
		return; /* asked for twice */
	if (!meta) {
		snprintf(m->conn_why, sizeof m->conn_why, "%s",
			a->err        ? a->err->text
			: err.text[0] ? err.text
						  : _("You have no part in this desk: ask an administrator"));
		fx_toast(fx, EL_ERROR, "%s", m->conn_why);
		if (a->err)
			fx_timer(fx, TIMER_TICK, TICK_MS / 10); /* once more */
		return;
	}
	m->meta = meta;
	m->session.meta = meta;
	m->session.zone = m->env.zone ? m->env.zone : *meta->me.zone ? meta->me.zone : NULL;
	m->frozen = meta->frozen;
	set_clock(m, meta->now);
	m->feed_epoch = meta->feed_epoch;
	snprintf(m->feed_x, sizeof m->feed_x, "%s", meta->feed_x);
	m->feed_seq = meta->feed_seq;
	model_bind_verbs(m);
	queue_columns(m->queue, &m->session);
	detail_relabel(m->detail);
	if (!m->env.view && !sd_meta_is_staff(meta) && m->views->current == 0 && views_find(m->views, "open") >= 0)
		model_view(m, views_find(m->views, "open"), fx); /* nothing is ever assigned to who only asks or looks on */
	else if (has_typed_columns(meta))
		queue_reload(m->queue, &m->session, fx);
	outbox_start(m, fx);
	drafts_start(m, fx);
	macros_ask(m, fx);
	drafts_tell(m, fx);
	model_keys_tell(m, fx);
	feed_later(m, fx);
	presence_start(m, fx);
	fx_timer(fx, TIMER_TICK, TICK_MS / 10);
	fx_timer(fx, TIMER_CLOCK, m->frozen ? -1 : 60000 - m->session.now / 1000 % 60000);
	model_relayout(m);
	if (m->wait_line) {
		char *line = m->wait_line;

		m->wait_line = NULL;
		command_run(m, line, fx);
		free(line);
	}
}

/* ---- feed ---- */
static void changed(struct model *m, const int64_t *ids, int n, struct effects *fx)
{
	queue_changed(m->queue, &m->session, ids, n, fx);
	for (int i = 0; i < n; i++)
		if (ids[i] == m->detail->id)
			detail_changed(m->detail, fx);
	beside_changed(m, ids, n, fx);
	explain_changed(m, ids, n, fx);
	merge_changed(m, ids, n, fx);
	views_changed(m->views, &m->session, live_others(m, ids, n), fx);
	triage_changed(m, ids, n, fx);
	inbox_changed(m->inbox, &m->session, ids, n, fx);
	board_changed(m, fx);
}

static void all_anew(struct model *m, struct effects *fx)
{
	queue_catch_up(m->queue, &m->session, fx);
	detail_changed(m->detail, fx);
	beside_anew(m, false, fx);
	views_changed(m->views, &m->session, true, fx);
	inbox_news(m->inbox, &m->session, fx);
	board_changed(m, fx);
}

static int collect(const struct table *t, int64_t *ids, bool *lost)
{
	int n = 0;

	for (int i = 0; i < t->rows; i++) {
		const char *ticket = table_get(t, i, 4);
		int64_t id = ticket ? strtoll(ticket, NULL, 10) : 0;
		bool seen = id == 0;

		if (!table_get(t, i, 1))
			continue; /* no change: only the clock */
		*lost = *lost || !ticket;
		for (int j = 0; j < n && !seen; j++)
			seen = ids[j] == id;
		if (!seen)
			ids[n++] = id;
	}
	return n;
}

static void model_feed(struct model *m, const struct answer *a, struct effects *fx)
{
	const struct table *t = a->table;
	const char *now = table_get(t, 0, 0);
	bool lost = false;
	int64_t *ids;
	int n, last = t ? t->rows - 1 : -1;

	m->feed_waiting = false;
	if (!t) {
		if (a->err->cls != SD_ERR_CONNECTION)
			sd_log(SD_LOG_WARN, "%s", a->err->text);
		feed_later(m, fx);
		return;
	}
	if (now)
		set_clock(m, strtoll(now, NULL, 10));
	ids = sd_arena_alloc(fx->arena, ((size_t)t->rows + 1) * sizeof *ids);
	n = collect(t, ids, &lost);
	if (table_get(t, last, 1) && table_get(t, last, 2)) {
		m->feed_epoch = (int)strtol(table_get(t, last, 1), NULL, 10);
		snprintf(m->feed_x, sizeof m->feed_x, "%s", table_get(t, last, 2));
		m->feed_seq = strtoll(table_get(t, last, 3) ? table_get(t, last, 3) : "0", NULL, 10);
	}
	if (lost)
		all_anew(m, fx);
	else if (n)
		changed(m, ids, n, fx);
	if (t->rows >= FEED_BATCH)
		ask_feed(m, fx);
	else
		feed_later(m, fx);
}

static void take_jump(struct model *m, const struct answer *a, struct effects *fx)
{
	const char *id = table_get(a->table, 0, 0);

	if (id) {
		queue_select(m->queue, strtoll(id, NULL, 10));
		model_open(m, strtoll(id, NULL, 10), fx);
	} else {
		fx_toast(fx, EL_WARN, "%s", a->table ? _("There is no such ticket, or it is not for you to see") : a->err->text);
	}
}

static struct act_form *form_on_top(struct model *m)
{
	struct overlay *o = overlay_top(m);

	return o && o->kind == OV_FORM ? o->form : NULL;
}

static void take_found(struct model *m, const struct answer *a, struct effects *fx)
{
	struct act_form *f = form_on_top(m);
	struct picker_row *rows;
	int n = a->table ? a->table->rows : 0;

	if (!f || a->req.gen != f->find)
		return;
	rows = sd_arena_alloc(fx->arena, ((size_t)n + 1) * sizeof *rows);
	for (int i = 0; i < n; i++) {
		rows[i].value = table_get(a->table, i, 0);
		rows[i].text = clean_copy(fx->arena, table_get(a->table, i, 1));
		rows[i].hint = clean_copy(fx->arena, table_get(a->table, i, 2));
	}
	form_feed(&f->form, f->find_field, f->find_generation, rows, (size_t)n);
	if (f->is_new)
		new_card(m, f, fx);
}

static void take_card(struct model *m, const struct answer *a)
{
	struct act_form *f = form_on_top(m);
	struct sd_err err = {0};
	const char *json = table_get(a->table, 0, 0);

	if (!f || !json || f->person != (int)a->req.id)
		return;
	sd_card_free(f->card);
	f->card = sd_card_parse(json, &err);
}

/* The pane that asked; NULL: none of them did. */
static struct pane *asker(struct model *m, enum req_kind kind)
{
	switch (kind) {
	case REQ_VIEWS:
	case REQ_COUNT:
		return m->pane[PANE_VIEWS];
	case REQ_PAGE:
	case REQ_IDS:
	case REQ_CHECK:
	case REQ_PLAN:
	case REQ_CHANGED:
		return m->pane[PANE_QUEUE];
	case REQ_SHOW:
	case REQ_READ_MARK:
		return m->pane[PANE_DETAIL];
	default:
		return NULL;
	}
}

/* Acts on one ticket and on many, and their undo. False: it is about something else. */
static bool take_acts(struct model *m, const struct answer *a, struct effects *fx)
{
	if (outbox_answer(m, a, fx))
		return true;
	switch (a->req.kind) {
	case REQ_ACT:
		if (!triage_acted(m, a, fx))
			act_answer(m, a, fx);
		warroom_acted(m, fx);
		return true;
	case REQ_BULK:
		bulk_rows(m, a, fx);
		return true;
	case REQ_PREVIEW:
		bulk_previewed(m, a, fx);
		return true;
	case REQ_PART:
		bulk_part(m, a, fx);
		warroom_acted(m, fx);
		return true;
	case REQ_UNDO:
		undo_answer(m, a, fx);
		triage_undone(m, a, fx);
		return true;
	case REQ_MATCH:
		match_answer(m, a, fx);
		return true;
	case REQ_MATCH_OPEN:
		match_page_answer(m, a, fx);
		return true;
	case REQ_MATCH_USE:
		match_use_answer(m, a, fx);
		return true;
	case REQ_HINTS:
		hints_answer(m, a, fx);
		return true;
	case REQ_HINT_SET:
		hints_set_answer(m, a, fx);
		return true;
	case REQ_UNDO_LIST:
		undo_list_answer(m, a, fx);
		return true;
	default:
		return false;
	}
}

/* What belongs to a page or a form of its own. */
static bool take_page(struct model *m, const struct answer *a, struct effects *fx)
{
	switch (a->req.kind) {
	case REQ_INBOX:
	case REQ_INBOX_COUNT:
	case REQ_INBOX_MARK:
		inbox_taken(m, a, fx);
		return true;
	case REQ_KB:
		kb_taken(m, a, fx);
		return true;
	case REQ_DUTY:
		duty_taken(m, a, fx);
		return true;
	case REQ_CI:
	case REQ_CI_PICK:
	case REQ_CI_SAVE:
		ci_taken(m, a, fx);
		return true;
	case REQ_OUTAGE:
		outage_taken(m, a, fx);
		return true;
	case REQ_BOARD:
		board_taken(m, a, fx);
		return true;
	case REQ_FOLLOW_UP:
		follow_up_taken(m, a, fx);
		return true;
	case REQ_HANDOVER:
		handover_taken(m, a, fx);
		return true;
	default:
		return false;
	}
}

static void take_rest(struct model *m, const struct answer *a, struct effects *fx)
{
	if (take_page(m, a, fx))
		return;
	switch (a->req.kind) {
	case REQ_META:
		take_meta(m, a, fx);
		session_restore(m, false, fx);
		break;
	case REQ_FEED:
		model_feed(m, a, fx);
		break;
	case REQ_WALL:
		wallscreen_answer(m, a, fx);
		break;
	case REQ_WALL_COUNT:
		wallscreen_count(m, a);
		break;
	case REQ_PRESENCE:
		presence_answer(m, a, fx);
		break;
	case REQ_PRESENT:
		presence_taken(m, a);
		break;
	case REQ_EXPLAIN:
		explain_answer(m, a, fx);
		break;
	case REQ_LOOK:
		merge_answer(m, a, fx);
		break;
	case REQ_HOURS:
		countdown_hours(m, a, fx);
		break;
	case REQ_SEARCH:
		find_answer(m, a);
		break;
	case REQ_FIND:
		take_found(m, a, fx);
		break;
	case REQ_COMPLETE:
		if (a->req.id)
			query_found(m, a);
		else
			command_found(m, a);
		break;
	case REQ_CARD:
		take_card(m, a);
		break;
	case REQ_JUMP:
		take_jump(m, a, fx);
		break;
	case REQ_MACROS:
	case REQ_MACRO:
		macros_answer(m, a, fx);
		break;
	case REQ_DRAFTS:
	case REQ_DRAFT:
	case REQ_OPS:
		drafts_answer(m, a, fx);
		break;
	case REQ_SAVED:
		views_saved(m->views, a, fx);
		break;
	default:
		if (a->err && a->err->cls != SD_ERR_CONNECTION)
			sd_log(SD_LOG_WARN, "%s", a->err->text);
	}
}

void model_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct pane *p = asker(m, a->req.kind);
	bool dirty = m->dirty || m->silence.on;

	silence_heard(m, fx);
	if (p == m->pane[PANE_DETAIL])
		beside_answer(m, a, fx);
	if (p)
		p->ops->answer(p, &m->session, a, fx);
	else if (!take_acts(m, a, fx))
		take_rest(m, a, fx);
	if (m->inbox->due && (a->req.kind == REQ_PAGE || a->req.kind == REQ_FEED) && m->session.online)
		inbox_count(m->inbox, &m->session, fx);
	if (p)
		countdown_ask(m, fx);
	if (a->req.kind == REQ_IDS)
		bulk_ids(m, fx);
	if (a->req.kind == REQ_VIEWS)
		session_restore(m, true, fx);
	if (a->req.kind == REQ_PRESENT)
		dirty = m->dirty;
	model_events(m, fx);
	if ((a->req.kind == REQ_FEED && !table_get(a->table, 0, 1)) || a->req.kind == REQ_TICK || a->req.kind == REQ_PRESENCE ||
		a->req.kind == REQ_PRESENT)
		m->dirty = dirty; /* nothing new: nothing to paint */
}

/* ---- timers ---- */
void model_read(struct model *m, int64_t ticket, int upto, struct effects *fx)
{
	char id[24], seq[16];
	const char *params[] = {id, seq};

	if (!m->session.online)
		return;
	queue_read(m->queue, ticket, upto);
	snprintf(id, sizeof id, "%" PRId64, ticket);
	snprintf(seq, sizeof seq, "%d", upto);
	fx_query(fx, (struct req){REQ_READ, 0, ticket, 0}, 0,
		"insert into desk.my_read(person_id, ticket_id, seq, at) values (desk.me(), $1::bigint, $2::int, desk.now()) "
		"on conflict (person_id, ticket_id) do update set seq = greatest(my_read.seq, excluded.seq), at = excluded.at where "
		"my_read.seq < "
		"excluded.seq",
		2, params);
	inbox_news(m->inbox, &m->session, fx);
}

/* The cursor rests. A restricted ticket is only opened by hand: each opening is on record. */
static void preview(struct model *m, struct effects *fx)
{
	int64_t id = model_here(m);
	const struct sd_row *r = queue_row(m->queue, id);
	bool closed = r ? r->restricted : inbox_shown(m) && inbox_selected(m->inbox) && !*inbox_selected(m->inbox)->subject;

	m->rested = id;
	if (m->focus == PANE_DETAIL || !model_previews(m) || !m->session.online)
		return;
	if (closed && m->detail->id != id)
		detail_closed(m->detail, _("Restricted: Enter opens it, and that goes on record"), fx);
	else
		detail_show(m->detail, id, fx);
}

void model_timer(struct model *m, enum timer_id t, struct effects *fx)
{
	struct act_form *f = form_on_top(m);
	bool dirty = m->dirty;

	switch (t) {
	case TIMER_PREVIEW:
		preview(m, fx);
		break;
	case TIMER_MATCH:
		match_due(m, fx);
		break;
	case TIMER_FIND:
		if (f)
			act_form_find(m, f, fx);
		else if (!kb_pick_timer(m, fx))
			ci_timer(m, fx);
		break;
	case TIMER_SEARCH:
		find_timer(m, fx);
		break;
	case TIMER_FEED:
		ask_feed(m, fx);
		break;
	case TIMER_COUNTS:
		m->views->pane.ops->timer(&m->views->pane, &m->session, t, fx);
		break;
	case TIMER_INBOX:
		if (m->session.online)
			inbox_count(m->inbox, &m->session, fx);
		break;
	case TIMER_READ:
		if (m->detail->ticket)
			model_read(m, m->detail->ticket->id, detail_read(m->detail), fx);
		break;
	case TIMER_DRAFT:
	case TIMER_DRAFT_DB:
		drafts_timer(m, t, fx);
		break;
	case TIMER_SILENCE:
		silence_timer(m, fx);
		break;
	case TIMER_OUTBOX:
		outbox_timer(m, fx);
		break;
	case TIMER_TOAST:
		toast_tick(&m->toast, m->session.ms);
		if (toast_wait(&m->toast, m->session.ms) >= 0)
			fx_timer(fx, TIMER_TOAST, toast_wait(&m->toast, m->session.ms));
		break;
	case TIMER_COUNTDOWN:
		m->countdown.next = SD_TIME_INFINITY;
		if (m->detail->ticket && m->detail->ticket->nclocks)
			detail_relabel(m->detail);
		break;
	case TIMER_CLOCK:
		countdown_ask(m, fx);
		fx_timer(fx, TIMER_CLOCK, 60000 - m->session.now / 1000 % 60000);
		break;
	case TIMER_LOCK:
		lock_timer(m, fx);
		break;
	case TIMER_WALL:
		wallscreen_timer(m, fx);
		break;
	case TIMER_PRESENCE:
		presence_timer(m, fx);
		break;
	case TIMER_GLOW:
		live_glow(m, fx);
		break;
	case TIMER_BOARD:
	case TIMER_BOARD_TICK:
		board_tick(m, t, fx);
		break;
	case TIMER_TICK:
		if (m->session.online && !m->meta)
			ask_meta(m, fx);
		else if (!m->session.online)
			fx_timer(fx, TIMER_TICK, TICK_MS);
		else
			ask_tick(m, fx);
		break;
	default:
		break;
	}
	model_events(m, fx);
	if (t == TIMER_FEED || t == TIMER_TICK || t == TIMER_PRESENCE)
		m->dirty = dirty; /* asking is not to be seen */
}

void model_save(struct model *m, struct effects *fx)
{
	for (int i = 0; i < m->noverlays; i++)
		if (m->overlay[i]->kind == OV_FORM)
			act_form_draft(m, m->overlay[i]->form, fx);
		else if (m->overlay[i]->kind == OV_KB)
			kb_form_keep(m, m->overlay[i]->kb, fx);
	outbox_keep(m, fx);
}

void model_edited(struct model *m, const char *text, struct effects *fx)
{
	struct act_form *f = form_on_top(m);
	const struct form_field *field = f ? form_current(&f->form) : NULL;

	if (field && text && field->type == FORM_MULTILINE) {
		form_set(&f->form, field->name, text, NULL);
		act_form_edited(m, f, fx);
		act_form_draft(m, f, fx);
	}
	if (text && !f)
		kb_edited(m, text, fx);
	model_events(m, fx);
}
