#include "config.h"
#include "tui/app/inbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "svcdesk/when.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/ci.h"
#include "tui/app/hints.h"
#include "tui/app/kb.h"

enum { BELL_EVERY_MS = 10000 };

bool inbox_shown(const struct model *m)
{
	return m->pane[PANE_QUEUE] == &m->inbox->pane;
}

void inbox_open(struct model *m, struct effects *fx)
{
	board_leave(m, fx);
	m->pane[PANE_QUEUE] = &m->inbox->pane;
	inbox_ask(m->inbox, fx);
	inbox_count(m->inbox, &m->session, fx);
	model_focus(m, PANE_QUEUE, fx);
}

void inbox_leave(struct model *m)
{
	m->pane[PANE_QUEUE] = &m->queue->pane;
}

int64_t model_here(const struct model *m)
{
	const struct inbox_item *i = inbox_shown(m) ? inbox_selected(m->inbox) : NULL;

	return i ? (i->ticket > 0 ? i->ticket : 0) : m->pane[PANE_QUEUE] == &m->queue->pane ? queue_selected(m->queue) : 0;
}

/* Not more often than every ten seconds, and never for what one did oneself: that is no news to the inbox. */
static void ring(struct model *m, struct effects *fx)
{
	const char *how = m->env.cfg ? sd_cfg_text(m->env.cfg, "bell") : "no";

	if (!strcmp(how, "no") || (m->rung_ms && m->session.ms - m->rung_ms < BELL_EVERY_MS))
		return;
	m->rung_ms = m->session.ms;
	if (!strcmp(how, "yes"))
		fx_add(fx, FX_BELL);
	fx_toast(fx, EL_OK, _("Inbox: %d unread"), m->inbox->unread);
}

void inbox_taken(struct model *m, const struct answer *a, struct effects *fx)
{
	const char *next = a->req.kind == REQ_INBOX_COUNT ? table_get(a->table, 0, 1) : NULL;
	int before = m->inbox->unread;

	m->inbox->pane.ops->answer(&m->inbox->pane, &m->session, a, fx);
	if (a->req.kind != REQ_INBOX_COUNT || !a->table || !a->table->rows) /* nothing of it concerns the person */
		return;
	if (before >= 0 && m->inbox->unread > before)
		ring(m, fx);
	if (inbox_shown(m))
		inbox_ask(m->inbox, fx);
	if (next && !m->frozen && !m->inbox->stale) { /* a follow-up comes due by itself */
		int64_t ms = (strtoll(next, NULL, 10) - m->session.now) / 1000;

		fx_timer(fx, TIMER_INBOX, ms < INBOX_EVERY_MS ? INBOX_EVERY_MS : ms);
	}
}

/* An article that waits for one, a change of an item, the items that break a rule, tickets that may have one cause. */
static void open_other(struct model *m, const struct inbox_item *i, struct effects *fx)
{
	inbox_opened(m->inbox, fx);
	if (!strcmp(i->kind, "ci"))
		ci_show_change(m, INBOX_CI - i->ticket, i->at, fx);
	else if (!strcmp(i->kind, "rule"))
		ci_command(m, i->state, fx);
	else if (!strcmp(i->kind, "hint"))
		hints_open_at(m, i->seq, fx);
	else
		kb_open_article(m, i->number, NULL, fx);
}

void inbox_to(struct model *m, int64_t id, int seq, struct effects *fx)
{
	const struct inbox_item *i = id < 0 ? inbox_selected(m->inbox) : NULL;

	if (id < 0) {
		if (i && i->ticket == id)
			open_other(m, i, fx);
		return;
	}
	m->to_event = seq > 0 ? seq : 0;
	model_open(m, id, fx);
	if (m->detail->ticket && m->detail->ticket->id == id)
		inbox_loaded(m, id);
}

void inbox_loaded(struct model *m, int64_t id)
{
	if (m->to_event && m->detail->id == id) {
		detail_to_event(m->detail, m->to_event);
		m->to_event = 0;
	}
}

bool inbox_step(struct model *m, int dir, struct effects *fx)
{
	const struct inbox_item *i;

	if (!inbox_shown(m))
		return false;
	i = inbox_neighbour(m->inbox, dir > 0 ? 1 : -1);
	if (!i)
		fx_toast(
			fx, EL_DIM, "%s", dir > 0 ? _("This is the last ticket of the inbox") : _("This is the first ticket of the inbox"));
	else if (m->focus == PANE_DETAIL)
		inbox_to(m, i->ticket, i->seq, fx);
	else
		fx_event(fx, EV_SELECTED, i->ticket > 0 ? i->ticket : 0);
	return true;
}

const char *inbox_text(const struct model *m, char *buf, size_t size)
{
	*buf = '\0';
	if (m->inbox->unread > 0)
		snprintf(buf, size, _("  inbox %d"), m->inbox->unread);
	return buf;
}

void inbox_mouse(struct model *m, const struct key *k, bool had_focus, struct effects *fx)
{
	int64_t before = model_here(m);
	int row = list_row(&m->inbox->list);
	bool hit = list_update(&m->inbox->list, k) == W_HANDLED && k->button == 1;

	if (hit && had_focus && row == list_row(&m->inbox->list))
		m->inbox->pane.ops->action(&m->inbox->pane, &m->session, ACT_OPEN, 0, fx); /* a second click */
	else if (model_here(m) != before)
		fx_event(fx, EV_SELECTED, model_here(m));
}

/* ---- follow-ups ---- */
void follow_up_command(struct model *m, const char *rest, struct effects *fx)
{
	int64_t ticket = m->focus == PANE_DETAIL ? m->detail->id : model_here(m);
	size_t n = strcspn(rest, " "), more = n + strspn(rest + n, " ");
	size_t two = more + strcspn(rest + more, " ");
	const char *when = sd_arena_strndup(fx->arena, rest, two);
	char id[24];
	sd_time due;

	if (!ticket) {
		fx_toast(fx, EL_WARN, _("Not possible: %s"), _("no ticket is selected"));
		return;
	}
	/* "tomorrow 09:00" is two words, "2h" one */
	if (two > more && sd_when_parse(fx->arena, when, m->session.now, m->session.zone, &due)) {
		n = two;
	} else if (!sd_when_parse(fx->arena, sd_arena_strndup(fx->arena, rest, n), m->session.now, m->session.zone, &due)) {
		fx_toast(fx, EL_WARN, "%s", _("When? follow-up 2h, tomorrow 09:00, fri 14:30, 2026-12-01, then what for"));
		return;
	}
	snprintf(id, sizeof id, "%" PRId64, ticket);
	fx_query(fx, (struct req){REQ_FOLLOW_UP, 0, due, 0}, 0,
		"select r->'error'->>'id', r->'error'->>'args', r->'error'->>'text', r->>'number' from desk.follow_up($1::bigint, "
		"$2::timestamptz, $3) r",
		3, (const char *const[]){id, sd_time_iso(fx->arena, due), rest + n + strspn(rest + n, " ")});
}

/* Why the desk refused, in the words of this language; NULL: it did not. Columns 0 to 2: id, args, text of the refusal. */
static const char *refusal(struct model *m, const struct answer *a, struct effects *fx)
{
	const char *id = table_get(a->table, 0, 0);

	if (a->err)
		return a->err->text;
	return id ? sd_meta_refusal(m->meta, fx->arena, "handover", id, table_get(a->table, 0, 1), table_get(a->table, 0, 2)) : NULL;
}

void follow_up_taken(struct model *m, const struct answer *a, struct effects *fx)
{
	const char *why = refusal(m, a, fx);

	if (why) {
		fx_toast(fx, EL_ERROR, "%s", why);
		return;
	}
	fx_toast(fx, EL_OK, _("%s comes into your inbox on %s"), clean_copy(fx->arena, table_get(a->table, 0, 3)),
		sd_time_local(fx->arena, a->req.id, m->session.zone, "%Y-%m-%d %H:%M"));
	inbox_news(m->inbox, &m->session, fx);
}

/* ---- handovers ---- */
void handover_begin(struct model *m, struct effects *fx)
{
	fx_query(fx, (struct req){REQ_HANDOVER, 0, 0, 0}, 0,
		"select r->'error'->>'id', r->'error'->>'args', r->'error'->>'text', r->>'group', r->>'subject', r->>'from', "
		"r->>'until', r->>'body' from "
		"desk.handover_begin(null, null, $1) r",
		1, (const char *const[]){m->env.language ? m->env.language : "en"});
}

/* ISO as one types it here. */
static const char *typed(struct model *m, struct effects *fx, const char *iso)
{
	struct sd_err err = {0};
	sd_time t;

	return iso && sd_time_parse(iso, "UTC", &t, &err) ? sd_time_local(fx->arena, t, m->session.zone, "%Y-%m-%d %H:%M") : "";
}

/* Text of many lines from the database. */
static const char *block(struct effects *fx, const char *text)
{
	struct sd_str s = {0};
	const char *out;

	if (text)
		sd_text_clean(&s, text, strlen(text), SD_CLEAN_BLOCK);
	out = sd_arena_strdup(fx->arena, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

void handover_taken(struct model *m, const struct answer *a, struct effects *fx)
{
	const char *why = refusal(m, a, fx);
	const struct sd_kind *k = sd_meta_kind(m->meta, "handover");
	const struct sd_verb *v = sd_kind_verb(k, "create");
	const struct preset presets[] = {{"group", clean_copy(fx->arena, table_get(a->table, 0, 3))},
		{"subject", clean_copy(fx->arena, table_get(a->table, 0, 4))}, {"from", typed(m, fx, table_get(a->table, 0, 5))},
		{"until", typed(m, fx, table_get(a->table, 0, 6))}, {"body", block(fx, table_get(a->table, 0, 7))}};
	struct act_form *f;

	if (why || !v) {
		fx_toast(fx, EL_ERROR, "%s", why ? why : _("There is no such kind of ticket"));
		return;
	}
	f = act_form_new(m, &(struct target){.kind = k->kind}, v, presets, sizeof presets / sizeof *presets);
	free(f->form.title);
	f->form.title = sd_strdup(sd_arena_printf(fx->arena, _("New: %s"), k->label));
	act_form_open(m, f);
	form_focus(&f->form, "body");
}
