#include "config.h"
#include "tui/pane/detail.h"
#include "tui/pane/present.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"

enum { MINUTE_US = 60 * 1000000 };

static void set_error(struct detail *d, const char *text)
{
	free(d->error);
	d->error = text ? sd_strdup(text) : NULL;
}

static void ask(struct detail *d, struct effects *fx)
{
	char id[24];
	const char *params[] = {id};

	snprintf(id, sizeof id, "%" PRId64, d->id);
	if (!d->ticket || d->ticket->id != d->id) { /* what was read before this reading */
		d->marked = false;
		d->mark = 0;
		fx_query(fx, (struct req){REQ_READ_MARK, d->gen + 1, d->id, 0}, 0,
			"select seq, (extract(epoch from at) * 1000000)::bigint from desk.my_read where person_id = desk.me() and ticket_id "
			"= "
			"$1::bigint",
			1, params);
	}
	d->loading = true;
	d->missed = false;
	fx_query(fx, (struct req){REQ_SHOW, ++d->gen, d->id, 0}, 0, "select desk.show($1::bigint)", 1, params);
}

void detail_show(struct detail *d, int64_t id, struct effects *fx)
{
	if (d->id == id && (id ? d->ticket || d->loading : !d->ticket && !d->error))
		return;
	d->id = id;
	set_error(d, NULL);
	if (id) {
		ask(d, fx);
		return;
	}
	d->gen++;
	sd_ticket_free(d->ticket);
	d->ticket = NULL;
	d->built = 0;
}

void detail_changed(struct detail *d, struct effects *fx)
{
	if (d->id)
		ask(d, fx);
}

void detail_closed(struct detail *d, const char *why, struct effects *fx)
{
	detail_show(d, 0, fx);
	set_error(d, why);
}

void detail_relabel(struct detail *d)
{
	d->built = 0;
}

void detail_let_in(struct detail *d)
{
	d->built = d->shown ? 0 : d->built;
	d->shown = d->seen_version = 0;
}

int detail_waiting(const struct detail *d)
{
	int n = 0;

	for (int i = 0; d->shown && d->ticket && i < d->ticket->nevents; i++)
		n += d->ticket->events[i].seq > d->shown;
	return n;
}

int detail_read(const struct detail *d)
{
	return d->shown ? d->shown : d->ticket ? d->ticket->last_seq : 0;
}

/* What has happened since was: fields that others have changed are marked, and what they wrote waits where it would shift lines
 * that are seen. */
static void news(
	struct detail *d, const struct session *s, const struct sd_ticket *was, const struct sd_ticket *is, struct effects *fx)
{
	bool others = false, own = false, written = false;

	for (int i = 0; i < is->nevents; i++) {
		const struct sd_event *e = &is->events[i];

		if (e->seq <= was->last_seq)
			continue;
		own = own || e->seq <= d->own;
		if (e->seq <= d->own)
			continue;
		others = true;
		written = written || (e->is_public && *e->text);
		for (int c = 0; c < e->nchanges; c++)
			glow_add(&d->glow, (uint64_t)is->id, glow_part(e->changes[c].field), s->ms, fx);
	}
	if (own) {
		detail_let_in(d);
	} else if (others && (d->shown || textview_sees(&d->text, KEY_TIMELINE))) {
		d->shown = d->shown ? d->shown : was->last_seq;
		d->seen_version = d->seen_version ? d->seen_version : written ? was->version : 0;
	}
}

static void detail_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct detail *d = (struct detail *)p;
	const char *json = table_get(a->table, 0, 0);
	bool same = d->ticket && d->ticket->id == d->id;
	struct sd_err err = {0};
	struct sd_ticket *t;

	if (a->req.gen != d->gen || a->req.id != d->id) /* of another pane, or too late */
		return;
	if (a->req.kind == REQ_READ_MARK) {
		const char *seq = table_get(a->table, 0, 0), *at = table_get(a->table, 0, 1);

		d->marked = a->table != NULL;
		d->mark = seq ? atoi(seq) : 0;
		d->mark_at = at ? strtoll(at, NULL, 10) : 0;
		return;
	}
	d->loading = false;
	d->missed = !a->table && a->err->cls == SD_ERR_CONNECTION;
	t = json ? sd_ticket_parse(json, &err) : NULL;
	if (!t) {
		if (!a->table && same)
			return; /* still readable */
		set_error(d, a->table ? (err.text[0] ? err.text : _("This ticket is not there, or not for you to see")) : a->err->text);
	}
	if (t && same)
		news(d, s, d->ticket, t, fx);
	else
		d->own = d->shown = d->seen_version = 0;
	sd_ticket_free(d->ticket);
	d->ticket = t;
	d->built = 0;
	if (!t)
		return;
	set_error(d, NULL);
	if (!same)
		d->text.scroll = (struct scroll){.height = d->text.scroll.height};
	fx_event(fx, EV_LOADED, t->id);
}

void detail_own(struct detail *d, int64_t id, int seq)
{
	if (d->id != id)
		return;
	d->own = seq > d->own ? seq : d->own;
	if (d->marked && d->mark == seq - 1)
		d->mark = seq;
}

const char *detail_words(const struct detail *d, const struct sd_event **e)
{
	int seq = detail_event(d);

	*e = NULL;
	for (int i = 0; d->ticket && seq && i < d->ticket->nevents; i++)
		if (d->ticket->events[i].seq == seq)
			*e = &d->ticket->events[i];
	if (*e)
		return *(*e)->text ? (*e)->text : NULL;
	return d->ticket && *d->ticket->body ? d->ticket->body : NULL;
}

int detail_event(const struct detail *d)
{
	uint64_t key = textview_key(&d->text);

	return key >= KEY_EVENT && key < KEY_LINK && key % KEY_PER_EVENT != (KEY_EVENT + KEY_GROUP) % KEY_PER_EVENT
			   ? (int)((key - KEY_EVENT) / KEY_PER_EVENT)
			   : 0;
}

/* The number of a ticket in the line the cursor is on, the nth one; an address is told in full. */
static bool follow_text(struct detail *d, int count, struct effects *fx)
{
	const char *text = d->s ? textview_text(&d->text) : "";
	size_t len, at;
	bool address;
	struct fx *f;

	do {
		at = detail_link(d->s ? d->s->meta : NULL, text, &len, &address);
		if (!len)
			return false;
		text += at + len;
	} while (--count > 0);
	text -= len;
	if (address) {
		fx_toast(fx, EL_LINK, "%.*s", (int)len, text);
		return true;
	}
	f = fx_add(fx, FX_EVENT);
	f->event = EV_NUMBER;
	f->text = sd_arena_strndup(fx->arena, text, len);
	return true;
}

void detail_to_event(struct detail *d, int seq)
{
	d->to_event = seq; /* when it is drawn: only then the text is laid out */
}

/* To the oldest event that was not read when the ticket was opened. */
static void to_unread(struct detail *d, struct effects *fx)
{
	const struct sd_ticket *t = d->ticket;

	for (int i = 0; t && d->marked && i < t->nevents; i++) {
		uint64_t key = KEY_EVENT + (uint64_t)t->events[i].seq * KEY_PER_EVENT;

		if (t->events[i].seq > d->mark && textview_goto(&d->text, key)) {
			textview_move(&d->text, MOTION_CENTER, 0);
			return;
		}
	}
	fx_toast(fx, EL_DIM, "%s", _("Everything here has been read"));
}

/* What others wrote meanwhile comes in: to the first of it. */
static bool to_waiting(struct detail *d)
{
	int from = d->shown;

	detail_let_in(d);
	for (int i = 0; from && i < d->ticket->nevents; i++)
		if (d->ticket->events[i].seq > from) {
			detail_to_event(d, d->ticket->events[i].seq);
			break;
		}
	return true;
}

/* Enter on a link goes to its ticket, on an article opens it, on a file saves it. */
static bool follow(struct detail *d, int count, struct effects *fx)
{
	uint64_t key = textview_key(&d->text);
	const struct sd_ticket *t = d->ticket;
	struct fx *f;

	if (t && key >= KEY_ARTICLE && key - KEY_ARTICLE < (uint64_t)t->narticles) {
		f = fx_add(fx, FX_EVENT);
		f->event = EV_ARTICLE;
		f->text = sd_arena_strdup(fx->arena, t->articles[key - KEY_ARTICLE].number);
	} else if (t && key >= KEY_FILE && key - KEY_FILE < (uint64_t)t->nattachments) {
		fx_event(fx, EV_FILE, t->attachments[key - KEY_FILE].id);
	} else if (t && key >= KEY_LINK && key - KEY_LINK < (uint64_t)t->nlinks) {
		f = fx_add(fx, FX_EVENT);
		f->event = EV_NUMBER;
		f->text = sd_arena_strdup(fx->arena, t->links[key - KEY_LINK].number);
	} else {
		return textview_group_key(&d->text) != key && follow_text(d, count, fx);
	}
	return true;
}

static bool detail_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	struct detail *d = (struct detail *)p;

	(void)s;
	if (a == ACT_UNREAD || a == ACT_TIMELINE || a == ACT_FOLD_ALL || a == ACT_REFRESH)
		detail_let_in(d);
	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		textview_move(&d->text, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count);
		return true;
	}
	switch (a) {
	case ACT_NEXT_TICKET:
	case ACT_PREV_TICKET:
		fx_event(fx, EV_NEIGHBOUR, (a == ACT_NEXT_TICKET ? 1 : -1) * (count ? count : 1));
		return true;
	case ACT_TIMELINE:
		d->timeline = (enum timeline)((d->timeline + 1) % TIMELINES);
		d->built = 0;
		d->to_timeline = true;
		return true;
	case ACT_FOLD:
		if (!follow(d, count, fx))
			textview_fold(&d->text, textview_group_key(&d->text), -1);
		return true;
	case ACT_FOLD_QUOTES:
		d->quotes_open = !d->quotes_open;
		textview_fold_some(&d->text, detail_quote_key, !d->quotes_open);
		return true;
	case ACT_UNREAD:
		to_unread(d, fx);
		return true;
	case ACT_FOLD_ALL:
		d->timeline = d->timeline == TIMELINE_ALL ? TIMELINE_FOLDED : TIMELINE_ALL;
		textview_fold_all(&d->text, d->timeline == TIMELINE_FOLDED);
		d->built = 0;
		return true;
	case ACT_REFRESH:
		detail_changed(d, fx);
		return true;
	case ACT_NEW_ROWS:
		return to_waiting(d);
	default:
		return false;
	}
}

static void detail_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	struct detail *d = (struct detail *)p;
	bool wrapped = false;

	if (dir == 0) {
		text ? textview_search_cancel(&d->text) : textview_search_begin(&d->text);
		return;
	}
	if (text)
		textview_search_set(&d->text, text);
	if (text && !*text)
		return;
	if (!textview_search(&d->text, dir, text != NULL, &wrapped) && !text)
		fx_toast(fx, EL_WARN, _("Not found: %s"), d->text.search);
	else if (wrapped && !text)
		fx_toast(fx, EL_DIM, "%s", dir > 0 ? _("Search went on at the top") : _("Search went on at the bottom"));
}

static int detail_matches(const struct pane *p, int *nth)
{
	return textview_matches(&((const struct detail *)p)->text, nth);
}

static void detail_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct detail *d = (struct detail *)p;
	const char *note = d->error ? d->error : d->loading ? _("Reading ...") : _("No ticket");
	bool stale = d->built != r.w || s->now < d->built_at || s->now - d->built_at >= MINUTE_US;

	if (!d->ticket) {
		draw_fit(r, 1, 0, r.w - 1, d->error ? EL_WARN : EL_DIM, note, false);
		if (focus)
			surface_cursor(r.s, r.x, r.y, true);
		return;
	}
	if (stale || d->pending_gen != s->pending_gen || d->draft_gen != s->draft_gen)
		detail_build(d, s, r.w);
	if (d->to_timeline)
		textview_top(&d->text, KEY_TIMELINE);
	d->to_timeline = false;
	textview_draw(&d->text, r, focus);
	if (d->to_event && textview_goto(&d->text, KEY_EVENT + (uint64_t)d->to_event * KEY_PER_EVENT)) {
		textview_move(&d->text, MOTION_CENTER, 0);
		textview_draw(&d->text, r, focus);
	}
	d->to_event = 0;
}

static const char *detail_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct detail *d = (const struct detail *)p;
	const struct sd_ticket *t = d->ticket;
	char at[24], waiting[64] = "";
	struct sd_arena *a = sd_arena_new();
	const char *who = t ? present_words(s, a, t->id) : "";
	int n = detail_waiting(d);

	if (n)
		snprintf(waiting, sizeof waiting, ngettext("  %d new event, press +", "  %d new events, press +", (unsigned long)n), n);
	if (!t)
		snprintf(buf, size, "%s", _("Ticket"));
	else
		snprintf(buf, size, "%s%s%s%s  %s  P%s  %s%s%s", t->number, waiting, *who ? "  " : "", who,
			sd_meta_state(s->meta, t->kind, t->state), sd_ticket_get(t, "priority"), textview_position(&d->text, at, sizeof at),
			d->timeline == TIMELINE_FOLDED ? "" : "  ", d->timeline == TIMELINE_FOLDED ? "" : timeline_label(d->timeline));
	sd_arena_free(a);
	return buf;
}

static void detail_close(struct pane *p)
{
	struct detail *d = (struct detail *)p;

	sd_ticket_free(d->ticket);
	free(d->error);
	textview_free(&d->text);
	free(d);
}

static const struct pane_ops ops = {
	.title = N_("Ticket"),
	.context = CTX_DETAIL,
	.close = detail_close,
	.action = detail_action,
	.answer = detail_answer,
	.search = detail_search,
	.matches = detail_matches,
	.draw = detail_draw,
	.headline = detail_headline,
};

struct detail *detail_new(void)
{
	struct detail *d = sd_calloc(1, sizeof *d);

	d->pane.ops = &ops;
	textview_init(&d->text);
	return d;
}
