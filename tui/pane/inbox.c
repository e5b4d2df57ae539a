#include "config.h"
#include "tui/pane/inbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"

enum { TICKET_SHIFT = 20, SEQ_MIDDLE = 1 << (TICKET_SHIFT - 1) };

static void item_free(struct inbox_item *i)
{
	free(i->item);
	free(i->number);
	free(i->reason);
	free(i->actor);
	free(i->subject);
	free(i->excerpt);
	free(i->kind);
	free(i->state);
}

static void clear(struct inbox *b)
{
	for (int i = 0; i < b->nitems; i++)
		item_free(&b->items[i]);
	free(b->items);
	b->items = NULL;
	b->nitems = 0;
}

void inbox_ask(struct inbox *b, struct effects *fx)
{
	static const char sql[] =
		"select i.ticket_id, i.seq, i.item, i.number, i.reason, i.actor, i.subject, i.excerpt, "
		"(extract(epoch from i.at) * 1000000)::bigint, i.unread, i.kind, i.state from desk.inbox($1::int, null, $2::boolean) i";
	char most[16];
	const char *params[] = {most, b->unread_only ? "true" : "false"};

	snprintf(most, sizeof most, "%d", INBOX_MOST);
	fx_query(fx, (struct req){REQ_INBOX, ++b->gen, 0, 0}, 0, sql, 2, params);
}

static const char *changed_array(const struct inbox *b, struct sd_arena *a)
{
	struct sd_str s = {0};
	char *text;

	for (int i = 0; i < b->nchanged; i++)
		sd_str_addf(&s, "%c%" PRId64, i ? ',' : '{', b->changed[i]);
	sd_str_addc(&s, '}');
	text = sd_arena_strdup(a, s.data);
	sd_str_free(&s);
	return text;
}

void inbox_count(struct inbox *b, const struct session *s, struct effects *fx)
{
	bool few = b->nchanged && !b->all && b->unread >= 0 && s->ms - b->full_ms < INBOX_FULL_MS && (!b->next || s->now < b->next);

	b->stale = b->due = false;
	b->counted_ms = s->ms;
	if (few) {
		const char *ids[] = {changed_array(b, fx->arena)};

		fx_query(fx, (struct req){REQ_INBOX_COUNT, 0, 0, 0}, FX_SAME_PLAN,
			"select c.unread, (extract(epoch from c.next_at) * 1000000)::bigint from desk.inbox_recount($1::bigint[]) c", 1, ids);
	}
	b->nchanged = 0;
	b->all = false;
	if (few)
		return;
	b->full_ms = s->ms;
	fx_query(fx, (struct req){REQ_INBOX_COUNT, 0, 0, 0}, 0,
		"select c.unread, (extract(epoch from c.next_at) * 1000000)::bigint from desk.inbox_count() c", 0, NULL);
}

static void news(struct inbox *b, const struct session *s, struct effects *fx)
{
	int64_t wait = b->counted_ms + INBOX_EVERY_MS - s->ms;

	if (b->stale || !s->online)
		return; /* the timer is set */
	if (wait <= 0 && b->unread >= 0) {
		inbox_count(b, s, fx);
		return;
	}
	b->stale = true;
	fx_timer(fx, TIMER_INBOX, wait > 0 ? wait : INBOX_EVERY_MS);
}

void inbox_news(struct inbox *b, const struct session *s, struct effects *fx)
{
	b->all = true;
	news(b, s, fx);
}

/* In a flood those beyond the first wait for the count of all: nobody reads so many at once, and every console would count anew.
 */
static void add_changed(struct inbox *b, int64_t id)
{
	for (int i = 0; i < b->nchanged; i++)
		if (b->changed[i] == id)
			return;
	if (b->nchanged < INBOX_MOST)
		b->changed[b->nchanged++] = id;
}

void inbox_changed(struct inbox *b, const struct session *s, const int64_t *ids, int n, struct effects *fx)
{
	for (int i = 0; i < n; i++)
		add_changed(b, ids[i]);
	news(b, s, fx);
}

static char *clean(const char *text)
{
	struct sd_str s = {0};

	if (text)
		sd_text_clean(&s, text, strlen(text), SD_CLEAN_LINE);
	return s.data ? sd_str_take(&s) : sd_strdup("");
}

static void take(struct inbox *b, const struct table *t)
{
	clear(b);
	b->items = sd_calloc((size_t)t->rows + 1, sizeof *b->items);
	for (int i = 0; i < t->rows; i++) {
		struct inbox_item *n = &b->items[b->nitems];
		const char *id = table_get(t, i, 0), *seq = table_get(t, i, 1), *at = table_get(t, i, 8), *unread = table_get(t, i, 9);

		if (!id || !seq || !at)
			continue;
		*n = (struct inbox_item){.ticket = strtoll(id, NULL, 10),
			.seq = (int)strtol(seq, NULL, 10),
			.at = strtoll(at, NULL, 10),
			.unread = unread && *unread == 't',
			.item = clean(table_get(t, i, 2)),
			.number = clean(table_get(t, i, 3)),
			.reason = clean(table_get(t, i, 4)),
			.actor = clean(table_get(t, i, 5)),
			.subject = clean(table_get(t, i, 6)),
			.excerpt = clean(table_get(t, i, 7)),
			.kind = clean(table_get(t, i, 10)),
			.state = clean(table_get(t, i, 11))};
		n->key = ((uint64_t)n->ticket << TICKET_SHIFT) + (uint64_t)(SEQ_MIDDLE + n->seq);
		b->nitems++;
	}
	b->loaded = true;
	list_sync(&b->list);
}

const struct inbox_item *inbox_selected(const struct inbox *b)
{
	int row = list_row(&b->list);

	return row >= 0 && row < b->nitems ? &b->items[row] : NULL;
}

const struct inbox_item *inbox_neighbour(struct inbox *b, int dir)
{
	const struct inbox_item *from = inbox_selected(b);

	for (int row = list_row(&b->list) + dir; from && row >= 0 && row < b->nitems; row += dir) {
		if (b->items[row].ticket == from->ticket)
			continue;
		list_select_row(&b->list, row);
		return &b->items[row];
	}
	return NULL;
}

/* ---- acts ---- */
static void mark(const char *item, bool read, struct effects *fx)
{
	const char *params[] = {item, read ? "true" : "false"};

	fx_query(fx, (struct req){REQ_INBOX_MARK, 0, 0, 0}, 0,
		"select desk.inbox_mark(case when $1 <> '' then array[$1] end, $2::boolean)", 2, params);
}

/* Shown at once; what the desk says comes with the count. */
static void toggle(struct inbox *b, int count, struct effects *fx)
{
	int row = list_row(&b->list);

	for (int n = count ? count : 1; n > 0 && row >= 0 && row < b->nitems; n--, row++) {
		struct inbox_item *i = &b->items[row];

		mark(i->item, i->unread, fx);
		b->unread += b->unread < 0 ? 0 : i->unread ? -1 : 1;
		i->unread = !i->unread;
	}
	list_move(&b->list, MOTION_DOWN, count ? count : 1);
}

void inbox_opened(struct inbox *b, struct effects *fx)
{
	int row = list_row(&b->list);

	if (row < 0 || row >= b->nitems || b->items[row].ticket > 0 || !b->items[row].unread ||
		!strcmp(b->items[row].kind, "article"))
		return;
	mark(b->items[row].item, true, fx);
	b->items[row].unread = false;
	b->unread -= b->unread > 0;
}

static bool inbox_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	struct inbox *b = (struct inbox *)p;
	const struct inbox_item *i = inbox_selected(b);
	struct fx *f;

	(void)s;
	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		list_move(&b->list, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count);
		fx_event(fx, EV_SELECTED, i && i->ticket > 0 ? i->ticket : 0);
		return true;
	}
	switch (a) {
	case ACT_NEXT_TICKET:
	case ACT_PREV_TICKET:
		fx_event(fx, EV_NEIGHBOUR, a == ACT_NEXT_TICKET ? 1 : -1);
		return true;
	case ACT_OPEN:
		if (i) {
			f = fx_add(fx, FX_EVENT);
			f->event = EV_OPEN_AT;
			f->id = i->ticket;
			f->size = i->seq;
		}
		return true;
	case ACT_INBOX_READ:
		toggle(b, count, fx);
		return true;
	case ACT_INBOX_ALL:
		mark("", true, fx);
		return true;
	case ACT_INBOX_UNREAD:
		b->unread_only = !b->unread_only;
		inbox_ask(b, fx);
		return true;
	case ACT_REFRESH:
		inbox_ask(b, fx);
		return true;
	default:
		return false;
	}
}

static void inbox_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct inbox *b = (struct inbox *)p;
	const char *n = table_get(a->table, 0, 0);

	if (a->req.kind == REQ_INBOX && a->table && a->req.gen == b->gen) {
		bool first = !b->loaded;

		take(b, a->table);
		if (first)
			fx_event(fx, EV_SELECTED, 0);
	} else if (a->req.kind == REQ_INBOX_COUNT && n) {
		const char *next = table_get(a->table, 0, 1);

		b->unread = (int)strtol(n, NULL, 10);
		b->next = next ? strtoll(next, NULL, 10) : 0;
	} else if (a->req.kind == REQ_INBOX_MARK) {
		if (a->err)
			fx_toast(fx, EL_ERROR, "%s", a->err->text);
		inbox_count(b, s, fx);
	}
}

static void inbox_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	struct inbox *b = (struct inbox *)p;

	if (dir == 0) {
		text ? list_search_cancel(&b->list) : list_search_begin(&b->list);
		return;
	}
	if (text)
		list_search_set(&b->list, text);
	if ((!text || *text) && list_search(&b->list, dir, text != NULL) == LIST_NOT_FOUND && !text)
		fx_toast(fx, EL_WARN, _("Not found: %s"), b->list.search);
}

static int inbox_matches(const struct pane *p, int *nth)
{
	return list_matches(&((const struct inbox *)p)->list, nth);
}

/* ---- drawing ---- */
static int source_count(void *arg)
{
	return ((struct inbox *)arg)->nitems;
}

static uint64_t source_key(void *arg, int row)
{
	return ((struct inbox *)arg)->items[row].key;
}

static const char *reason_label(const struct inbox *b, const char *reason)
{
	char key[64];
	const char *label;

	snprintf(key, sizeof key, "inbox.%s", reason);
	label = b->s && b->s->meta ? sd_meta_label(b->s->meta, key) : "";
	return label && *label ? label : reason;
}

static void source_cell(void *arg, int row, int col, struct list_cell *out)
{
	struct inbox *b = arg;
	const struct inbox_item *i = &b->items[row];

	switch (col) {
	case 0:
		out->text = i->unread ? glyph(GL_BULLET) : " ";
		break;
	case 1:
		out->text = b->s ? sd_time_local(b->scratch, i->at, b->s->zone, "%m-%d %H:%M") : "";
		out->element = EL_DIM;
		break;
	case 2:
		out->text = reason_label(b, i->reason);
		break;
	case 3:
		out->text = i->number;
		break;
	case 4:
		out->text = i->actor;
		break;
	default:
		if (!strcmp(i->reason, "handover")) { /* its subject says more than how it begins */
			out->text = i->subject;
			break;
		}
		snprintf(out->buf, sizeof out->buf, "%.110s%s%.110s", i->excerpt, *i->excerpt && *i->subject ? "  ·  " : "", i->subject);
		out->text = out->buf;
	}
}

static enum element source_element(void *arg, int row)
{
	return ((struct inbox *)arg)->items[row].unread ? EL_STRONG : EL_NORMAL;
}

static void inbox_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct inbox *b = (struct inbox *)p;

	b->s = s;
	b->list.empty = !b->loaded ? _("Reading ...") : b->unread_only ? _("Nothing is unread") : _("Nothing concerns you yet");
	list_draw(&b->list, r, focus);
	sd_arena_reset(b->scratch);
}

static const char *inbox_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct inbox *b = (const struct inbox *)p;

	(void)s;
	if (!b->nitems)
		snprintf(buf, size, "%s", b->unread_only ? _("Inbox, unread") : _("Inbox"));
	else
		snprintf(buf, size, _("%s  %d/%d%s  %d unread"), b->unread_only ? _("Inbox, unread") : _("Inbox"), list_row(&b->list) + 1,
			b->nitems, b->nitems == INBOX_MOST ? "+" : "", b->unread < 0 ? 0 : b->unread);
	return buf;
}

static void inbox_close(struct pane *p)
{
	struct inbox *b = (struct inbox *)p;

	clear(b);
	list_free(&b->list);
	sd_arena_free(b->scratch);
	free(b);
}

static const struct pane_ops ops = {
	.title = N_("Inbox"),
	.context = CTX_INBOX,
	.close = inbox_close,
	.action = inbox_action,
	.answer = inbox_answer,
	.search = inbox_search,
	.matches = inbox_matches,
	.draw = inbox_draw,
	.headline = inbox_headline,
};

struct inbox *inbox_new(void)
{
	const struct list_column cols[] = {{.title = "", .width = 1}, {.title = _("When"), .width = 11, .priority = 3},
		{.title = _("Why"), .width = 17, .min = 9}, {.title = _("Number"), .width = 10, .priority = 1},
		{.title = _("Who"), .width = 10, .min = 6, .priority = 2}, {.title = _("What"), .width = 24, .min = 8, .grow = 1}};
	struct inbox *b = sd_calloc(1, sizeof *b);
	struct list_source src = {b, source_count, source_key, source_cell, source_element};

	b->pane.ops = &ops;
	b->unread = -1;
	b->scratch = sd_arena_new();
	list_init(&b->list, &src);
	list_columns(&b->list, cols, sizeof cols / sizeof *cols);
	b->list.header = true;
	return b;
}
