/* The war room on the screen: what everybody asks first stands on top, with the next update in big digits; below it the children
 * and the timeline, side by side where there is room. */
#include "config.h"
#include "tui/pane/warroom.h"

#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"
#include "tui/pane/detail.h"
#include "tui/widget/graph.h"

enum { SIDE_BY_SIDE = 110, CLOCK_W = 34, LABEL = 15, HEAD_ROWS = 7, CHILDREN_MOST = 6 };

const char *warroom_countdown(sd_time due, sd_time now, char *buf, size_t size)
{
	int64_t s = (due - now) / 1000000, n = s < 0 ? -s : s;
	const char *sign = s < 0 ? "-" : "";

	if (n >= 86400)
		snprintf(buf, size, "%s%dd%02dh", sign, (int)(n / 86400), (int)(n / 3600 % 24));
	else if (n >= 3600)
		snprintf(buf, size, "%s%d:%02d:%02d", sign, (int)(n / 3600), (int)(n / 60 % 60), (int)(n % 60));
	else
		snprintf(buf, size, "%s%d:%02d", sign, (int)(n / 60), (int)(n % 60));
	return buf;
}

/* ---- the timeline: oldest first, what only changed fields folded ---- */
static bool human(const struct sd_event *e)
{
	return *e->text || e->redacted || strstr(e->verb, "major");
}

static void add_event(struct warroom *w, const struct detail *d, struct sd_arena *a, const struct sd_event *e)
{
	uint64_t key = KEY_EVENT + (uint64_t)e->seq * KEY_PER_EVENT;
	enum element head = !human(e) ? EL_SYSTEM : !strcmp(e->verb, "update") ? EL_STRONG : e->is_public ? EL_PUBLIC : EL_INTERNAL;
	const char *changes = strcmp(e->verb, "create") ? detail_event_changes(d, w->s, a, e) : "";

	textview_add(&w->text, key, 0, head, detail_event_head(d, w->s, a, e));
	if (e->redacted)
		textview_add(&w->text, key + 1, 4, EL_DIM, _("(redacted)"));
	else if (*e->text)
		textview_add(&w->text, key + 1, 4, EL_NORMAL, e->text);
	if (*changes)
		textview_add(&w->text, key + 2, 4, EL_DIM, changes);
}

void warroom_build(struct warroom *w, const struct session *s, int width)
{
	const struct sd_ticket *t = w->room->ticket;
	struct detail d = {.ticket = w->room->ticket, .timeline = TIMELINE_FOLDED};
	struct sd_arena *a = sd_arena_new();

	w->s = s;
	textview_begin(&w->text);
	for (int i = 0, to; i < t->nevents; i = to) {
		for (to = i + 1; !human(&t->events[i]) && to < t->nevents && !human(&t->events[to]); to++)
			;
		if (to - i > 1)
			textview_group(&w->text, KEY_EVENT + (uint64_t)t->events[i].seq * KEY_PER_EVENT + KEY_GROUP, 2, EL_SYSTEM,
				sd_arena_printf(a, ngettext("%s  %d change", "%s  %d changes", (unsigned long)(to - i)),
					sd_time_local(a, t->events[i].at, s->zone, "%Y-%m-%d %H:%M"), to - i),
				true);
		for (int k = i; k < to; k++)
			add_event(w, &d, a, &t->events[k]);
		if (to - i > 1)
			textview_group_end(&w->text);
	}
	textview_end(&w->text);
	sd_arena_free(a);
	w->built = width;
}

/* ---- the head ---- */
static int pair(struct region r, int y, const char *label, enum element e, const char *value)
{
	if (!*value || y >= r.h)
		return y;
	draw_fit(r, 0, y, LABEL - 1, EL_LABEL, label, false);
	draw_fit(r, LABEL, y, r.w - LABEL, e, value, false);
	return y + 1;
}

static const char *words(struct sd_arena *a, const struct sd_words *w)
{
	struct sd_str s = {0};
	const char *out;

	for (int i = 0; i < w->n; i++)
		sd_str_addf(&s, "%s%s", i ? _(", ") : "", w->w[i]);
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

static const char *roles(const struct warroom *w)
{
	const struct sd_ticket *t = w->room->ticket;
	const char *commander = sd_ticket_get(t, "commander"), *talks = sd_ticket_get(t, "communications"),
			   *scribe = sd_ticket_get(t, "scribe");

	return sd_arena_printf(w->scratch, "%s%s%s%s%s", *commander ? commander : _("nobody"), *talks ? _("  communications ") : "",
		talks, *scribe ? _("  scribe ") : "", scribe);
}

static const char *present(const struct warroom *w)
{
	struct sd_str s = {0};
	const char *out;

	for (int i = 0; i < w->room->npresent; i++)
		sd_str_addf(&s, w->room->present[i].writing ? _("%s%s (writes)") : "%s%s", i ? _(", ") : "", w->room->present[i].name);
	out = sd_arena_strdup(w->scratch, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

static const char *states(const struct warroom *w, const struct session *s)
{
	struct sd_str text = {0};
	const char *out;
	int all = 0;

	for (int i = 0; i < w->room->nstates; i++) {
		all += w->room->states[i].n;
		sd_str_addf(&text, "%s%d %s", i ? _(", ") : "", w->room->states[i].n,
			sd_meta_state(s->meta, "incident", w->room->states[i].state));
	}
	out = all ? sd_arena_printf(w->scratch, "%d: %s", all, text.data) : _("none yet");
	sd_str_free(&text);
	return out;
}

/* "accepted  In progress  P1  open for 2h, accepted 1h ago" */
static const char *standing(const struct warroom *w, const struct session *s)
{
	const struct sd_ticket *t = w->room->ticket;
	struct sd_err err = {0};
	sd_time opened = s->now;

	sd_time_parse(sd_ticket_get(t, "opened_at"), "UTC", &opened, &err);
	return sd_arena_printf(w->scratch, _("%s  %s  open for %s"),
		sd_meta_choice(s->meta, "incident", "major", sd_ticket_get(t, "major")), sd_meta_state(s->meta, t->kind, t->state),
		sd_time_age(w->scratch, opened, s->now));
}

static void head(struct warroom *w, const struct session *s, struct region r)
{
	const struct sd_ticket *t = w->room->ticket;
	const char *p = sd_ticket_get(t, "priority");
	int y = 0, x;

	x = draw_textf(r, 0, y, *p >= '1' && *p <= '5' ? (enum element)(EL_P1 + *p - '1') : EL_STRONG, "%s  P%s  ", t->number, p);
	draw_fit(r, x, y++, r.w - x, EL_STRONG, *t->subject ? t->subject : _("(no subject)"), false);
	y = pair(r, y, _("Stands"), EL_NORMAL, standing(w, s));
	y = pair(r, y, _("Commander"), *sd_ticket_get(t, "commander") ? EL_NORMAL : EL_WARN, roles(w));
	y = pair(r, y, _("Services"), EL_NORMAL, words(w->scratch, &w->room->services));
	if (r.h > HEAD_ROWS || !w->room->services.n)
		y = pair(r, y, _("Items"), EL_NORMAL, words(w->scratch, &w->room->items));
	y = pair(r, y, _("Customers"), EL_NORMAL, words(w->scratch, &w->room->customers));
	y = pair(r, y, _("Children"), EL_NORMAL, states(w, s));
	y = pair(r, y, _("Present"), EL_OK, present(w));
	if (!strcmp(t->state, "resolved") && !*sd_ticket_get(t, "reported_at"))
		pair(r, y, _("Report"), EL_WARN, _("to be written before it is closed"));
}

/* The next update in big digits; how late it is, once it is. */
static void countdown(const struct warroom *w, const struct session *s, struct region r)
{
	const struct sd_room_update *u = &w->room->update;
	char text[32], line[96];
	bool late = u->due != SD_TIME_NONE && u->due < s->now;
	enum element e = late                                                                         ? EL_FIGURE_BAD
					 : u->due != SD_TIME_NONE && u->due - s->now < u->minutes * INT64_C(15000000) ? EL_FIGURE_WARN
																								  : EL_FIGURE_OK;

	if (u->due == SD_TIME_NONE) {
		draw_fit(r, 0, 0, r.w, EL_DIM, *u->state ? _("No update is due") : _("No update clock runs"), true);
		return;
	}
	snprintf(line, sizeof line, late ? _("UPDATE IS LATE, every %d min") : _("next update, every %d min"), (int)u->minutes);
	draw_fit(r, 0, 0, r.w, late ? EL_SLA_BREACHED : EL_LABEL, line, true);
	graph_digits(region_sub(r, 0, 1, r.w,
					 r.h - 1 < GRAPH_BIG_ROWS   ? 1
					 : r.h - 1 > GRAPH_BIG_ROWS ? GRAPH_BIG_ROWS
												: r.h - 1),
		e, warroom_countdown(u->due, s->now, text, sizeof text), GRAPH_RIGHT);
	if (r.h > GRAPH_BIG_ROWS + 1 && u->breaches) {
		snprintf(line, sizeof line, _("updates that were late: %d"), u->breaches);
		draw_fit(r, 0, GRAPH_BIG_ROWS + 1, r.w, EL_WARN, line, true);
	}
}

/* A line across with a title, told apart when the cursor is below it. */
static void rule(struct region r, const char *title, bool focus)
{
	draw_hline(r, 0, 0, r.w, focus ? EL_BORDER_FOCUS : EL_BORDER);
	draw_textf(r, 1, 0, focus ? EL_TITLE : EL_HEADER, " %s%s%s ", focus ? glyph(GL_SELECT) : "", focus ? " " : "", title);
}

static void timeline(struct warroom *w, const struct session *s, struct region r, bool focus)
{
	rule(r, _("Timeline"), focus && w->part == ROOM_TIMELINE);
	if (w->built != r.w)
		warroom_build(w, s, r.w);
	textview_draw(&w->text, region_sub(r, 0, 1, r.w, r.h - 1), focus && w->part == ROOM_TIMELINE);
	if (!w->to_end) /* lines are known only when they were drawn */
		return;
	w->to_end = false;
	textview_move(&w->text, MOTION_BOTTOM, 0);
	draw_fill(r, 0, 1, r.w, r.h - 1, EL_NORMAL, " ");
	textview_draw(&w->text, region_sub(r, 0, 1, r.w, r.h - 1), focus && w->part == ROOM_TIMELINE);
}

static void children(struct warroom *w, struct region r, bool focus)
{
	rule(r, _("Children"), focus && w->part == ROOM_CHILDREN);
	w->children.empty = _("No ticket hangs on it yet. Mark some in the queue, then come back and adopt them.");
	list_draw(&w->children, region_sub(r, 0, 1, r.w, r.h - 1), focus && w->part == ROOM_CHILDREN);
}

void warroom_draw_room(struct warroom *w, const struct session *s, struct region r, bool focus)
{
	int top = r.h >= 40 ? HEAD_ROWS + 2 : HEAD_ROWS, clock = r.w >= 60 ? CLOCK_W : 0, left, few;
	struct region below;

	top = top > r.h ? r.h : top;
	head(w, s, region_sub(r, 0, 0, r.w - clock - (clock ? 1 : 0), top));
	if (clock)
		countdown(w, s, region_sub(r, r.w - clock, 0, clock, top));
	below = region_sub(r, 0, top, r.w, r.h - top);
	if (below.h < 2)
		return;
	if (r.w >= SIDE_BY_SIDE) {
		left = r.w * 3 / 5;
		timeline(w, s, region_sub(below, 0, 0, left, below.h), focus);
		draw_vline(below, left, 0, below.h, EL_BORDER);
		children(w, region_sub(below, left + 1, 0, below.w - left - 1, below.h), focus);
		return;
	}
	few = w->room->nchildren < 2 ? 2 : w->room->nchildren > CHILDREN_MOST ? CHILDREN_MOST : w->room->nchildren;
	few = few + 1 > below.h / 2 ? below.h / 2 : few + 1;
	timeline(w, s, region_sub(below, 0, 0, below.w, below.h - few), focus);
	children(w, region_sub(below, 0, below.h - few, below.w, few), focus);
}
