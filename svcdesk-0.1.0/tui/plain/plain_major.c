/* Major incidents in lines: the list, whose numbers open the tickets, or the war room of one. What is done to them is an act. */
#include <limits.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/meta.h"
#include "tui/app/board.h"
#include "tui/app/warroom.h"
#include "tui/pane/warroom.h"
#include "tui/plain/plain_int.h"

static struct warroom *room_of(struct plain *p)
{
	return (struct warroom *)board_get(p->m, BOARD_WARROOM);
}

void plain_major_command(struct plain *p, char *rest, struct effects *fx)
{
	struct warroom *w = room_of(p);

	board_close(&w->board, fx);
	if (*rest)
		warroom_choose_number(w, warroom_number(p->a, rest));
	else
		warroom_choose(w, 0);
	board_open(&w->board, &p->m->session, fx);
	p->show = SHOW_MAJOR;
}

static const char *due(struct plain *p, const struct sd_room_update *u)
{
	char left[32];

	if (u->due == SD_TIME_NONE)
		return "";
	warroom_countdown(u->due, p->m->session.now, left, sizeof left);
	return sd_arena_printf(p->a, u->due < p->m->session.now ? _("; the update is late: %s") : _("; next update in %s"), left);
}

static void list(struct plain *p, const struct sd_majors *all)
{
	p->nrows = p->first = 0;
	if (!all || !all->n)
		plain_say(p, "%s", _("No major incident goes on"));
	for (int i = 0; all && i < all->n; i++) {
		const struct sd_major *m = &all->v[i];

		*SD_PUSH(p->row, p->nrows, p->caprows) = (struct plain_row){m->id, INT_MAX};
		plain_say(p, _("%zu. %s, %s, P%d, %s: %s. Commander: %s; children: %d%s"), p->nrows, m->number,
			sd_meta_choice(p->m->meta, "incident", "major", m->major), m->priority,
			sd_meta_state(p->m->meta, "incident", m->state), m->subject, *m->commander ? m->commander : "-", m->children,
			due(p, &m->update));
	}
}

static const char *words(struct plain *p, const struct sd_words *w)
{
	struct sd_str s = {0};
	const char *out;

	for (int i = 0; i < w->n; i++)
		sd_str_addf(&s, "%s%s", i ? _(", ") : "", w->w[i]);
	out = sd_arena_strdup(p->a, s.len ? s.data : "-");
	sd_str_free(&s);
	return out;
}

static const char *named(const struct sd_ticket *t, const char *role)
{
	const char *who = sd_ticket_get(t, role);

	return *who ? who : "-";
}

static void room(struct plain *p, const struct sd_room *r)
{
	const struct sd_ticket *t = r->ticket;

	plain_say(p, "%s, P%s, %s, %s: %s%s", t->number, sd_ticket_get(t, "priority"),
		sd_meta_choice(p->m->meta, "incident", "major", sd_ticket_get(t, "major")), sd_meta_state(p->m->meta, t->kind, t->state),
		t->subject, due(p, &r->update));
	plain_say(p, _("Commander: %s; communications: %s; scribe: %s"), named(t, "commander"), named(t, "communications"),
		named(t, "scribe"));
	plain_say(
		p, _("Services: %s; customers: %s; items: %s"), words(p, &r->services), words(p, &r->customers), words(p, &r->items));
	for (int i = 0; i < r->npresent; i++)
		plain_say(p, r->present[i].writing ? _("%s writes") : _("%s is there"), r->present[i].name);
	p->nrows = p->first = 0;
	for (int i = 0; i < r->nchildren; i++) {
		*SD_PUSH(p->row, p->nrows, p->caprows) = (struct plain_row){r->children[i].id, INT_MAX};
		plain_say(p, _("%zu. child %s, %s, %s: %s"), p->nrows, r->children[i].number,
			sd_meta_state(p->m->meta, "incident", r->children[i].state), r->children[i].org, r->children[i].subject);
	}
	for (int i = 0; i < t->nevents; i++) {
		const struct sd_event *e = &t->events[i];

		if (*e->text || strstr(e->verb, "major"))
			plain_at(p, 2,
				sd_arena_printf(p->a, "%s  %s  %s%s%s", sd_time_local(p->a, e->at, p->m->session.zone, "%Y-%m-%d %H:%M"),
					e->actor, sd_meta_verb(p->m->meta, t->kind, e->verb), *e->text ? ": " : "", e->text));
	}
}

void plain_major(struct plain *p, struct effects *fx)
{
	struct warroom *w = room_of(p);

	if (w->board.error)
		plain_say(p, "%s", w->board.error);
	else if (w->id && w->room)
		room(p, w->room);
	else
		list(p, w->majors);
	board_close(&w->board, fx);
}
