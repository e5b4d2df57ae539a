/* The frame: status line, pane titles, banner, footer, what stands over the panes. */
#include "config.h"
#include "tui/app/presence.h"
#include "tui/app/lock.h"
#include "tui/app/ci.h"
#include "tui/app/duty.h"
#include "tui/app/footers.h"
#include "tui/app/kb.h"
#include "tui/app/outage.h"
#include "tui/app/wallscreen.h"
#include "tui/app/model.h"

#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/act.h"
#include "tui/app/inbox.h"
#include "tui/app/actions.h"
#include "tui/app/match.h"
#include "tui/pane/match.h"
#include "tui/app/macros.h"
#include "tui/app/merge.h"
#include "tui/app/outbox.h"
#include "tui/app/silence.h"
#include "tui/app/bare.h"
#include "tui/app/bulk.h"
#include "tui/app/triage.h"
#include "tui/pane/find.h"
#include "tui/pane/explain.h"

enum { HINTS_MAX = 16 };

static void too_small(struct model *m, struct surface *s)
{
	struct region r = surface_region(s);
	struct sd_lines lines;
	char text[96];

	snprintf(text, sizeof text, _("%dx%d is too small; %dx%d is needed"), m->width, m->height, LAYOUT_MIN_W, LAYOUT_MIN_H);
	sd_arena_reset(m->cand_arena);
	lines = sd_text_wrap(m->cand_arena, text, r.w > 0 ? r.w : 1);
	for (size_t i = 0; i < lines.n && (int)i < r.h; i++)
		draw_fit(r, 0, (int)i, r.w, EL_WARN, lines.line[i], false);
	surface_cursor(s, 0, 0, true);
}

static const char *conn_text(const struct model *m)
{
	if (m->conn == CONN_LOST)
		return _("no connection");
	if (m->conn == CONN_CONNECTING)
		return _("connecting");
	return outbox_busy(m) ? _("sending") : "";
}

static void draw_status(struct model *m, struct surface *s)
{
	struct region r = surface_region(s);
	struct sd_arena *a = m->cand_arena;
	char left[512], right[320], count[16], pending[64], drafts[64] = "", inbox[64];
	const struct view *v = &m->views->view[m->views->current];
	const char *n = view_count_text(v, count, sizeof count);
	char run[96], unsent[96];
	const char *conn = *bulk_progress(m, run, sizeof run) ? run : conn_text(m);
	const char *note = m->meta && m->meta->sample ? _("sample desk") : m->env.note;

	sd_arena_reset(a);
	if (m->session.ndrafts)
		snprintf(
			drafts, sizeof drafts, ngettext("  %d draft", "  %d drafts", (unsigned long)m->session.ndrafts), m->session.ndrafts);
	snprintf(left, sizeof left, " %s%s%s%s  %s  %s%s%s%s%s", m->meta ? m->meta->desk_name : "svcdesk", *note ? " [" : "", note,
		*note ? "]" : "", m->meta ? (*m->meta->me.login ? m->meta->me.login : m->meta->me.name) : "",
		v->saved ? v->label : _(v->label), *n ? " " : "", n, inbox_text(m, inbox, sizeof inbox), drafts);
	model_pending(m, pending, sizeof pending);
	outbox_text(m, unsent, sizeof unsent);
	snprintf(right, sizeof right, "%s%s%s%s%s%s%s ", pending, *pending ? "  " : "", unsent, *unsent ? "  " : "", conn,
		*conn ? "  " : "",
		m->meta ? sd_time_local(a, m->session.now, m->session.zone, m->frozen ? "%Y-%m-%d %H:%M =" : "%H:%M") : "");
	status_draw(region_sub(r, 0, 0, r.w, 1), EL_STATUS, left, right);
}

/* "/oracle 3 of 12" behind the title while a search is on. */
static void search_text(const struct model *m, char *buf, size_t size)
{
	const struct pane *p = m->pane[m->focus];
	const char *what = m->prompt == PROMPT_SEARCH ? lineedit_text(&m->lines[PROMPT_SEARCH]) : m->search;
	int nth, all = *what ? p->ops->matches(p, &nth) : 0;

	*buf = '\0';
	if (*what && !all)
		snprintf(buf, size, _("  /%s: not found"), what);
	else if (*what && nth)
		snprintf(buf, size, _("  /%s: %d of %d"), what, nth, all);
	else if (*what)
		snprintf(buf, size, _("  /%s: %d found"), what, all);
}

/* The best match at the right of a title line, as far as there is room: nothing that is read moves. */
static void title_match(struct model *m, struct region r, const struct pane *p, int from)
{
	enum { LEAST = 24 };
	struct sd_arena *a = sd_arena_new();
	const char *best = match_title(m, p, a);
	int room = r.w - from - 2, want = best ? (int)sd_text_width(best) : 0;

	if (best && room >= LEAST)
		draw_fit(r, want < room ? r.w - want - 1 : from + 1, 0, want < room ? want : room, EL_LINK, best, false);
	sd_arena_free(a);
}

/* "-- Queue  12/50 ------": the title line of a pane; the focused one is told by more than its colour. */
static void draw_title(struct model *m, struct region r, struct pane *p, bool focus)
{
	char head[512], found[280] = "", text[1100], tab[200] = "", key[32];

	p->ops->headline(p, &m->session, head, sizeof head);
	if (m->other && p == &m->detail->pane && !m->layout.other.w && m->other->ticket) /* one of two */
		snprintf(tab, sizeof tab, "  [%s: %s]", keymap_keys(&m->keymap, ACT_PANE_NEXT, true, key, sizeof key),
			m->other->ticket->number);
	if (focus)
		search_text(m, found, sizeof found);
	snprintf(text, sizeof text, " %s%s%s%s%s ", focus ? glyph(GL_SELECT) : "", focus ? " " : "", head, tab, found);
	draw_hline(r, 0, 0, r.w, focus ? EL_BORDER_FOCUS : EL_BORDER);
	if (sd_text_width(text) < r.w - 1)
		draw_text(r, 1, 0, focus ? EL_TITLE : EL_HEADER, text);
	else
		draw_fit(r, 1, 0, r.w - 1, focus ? EL_TITLE : EL_HEADER, text, false);
	title_match(m, r, p, sd_text_width(text) + 2);
}

/* What is read of a match stands beside the ticket where there is room. */
static struct region match_place(const struct model *m, struct region body)
{
	enum { LEAST = 60 };
	const struct rect *d = &m->layout.pane[PANE_DETAIL];

	return d->w && d->x > LEAST ? region_sub(body, 0, 0, d->x, body.h) : body;
}

/* An empty queue says how to begin. */
static void empty_hint(struct model *m)
{
	const char *view = m->views->view[m->views->current].id;
	char key[64], other[64];
	char *to = m->queue->hint;
	size_t size = sizeof m->queue->hint;

	*to = '\0';
	if (*m->queue->filter)
		snprintf(
			to, size, _("Nothing matches the filter; %s removes it"), keymap_keys(&m->keymap, ACT_BACK, true, key, sizeof key));
	else if (!strcmp(view, "mine") && m->views->nviews > 1)
		snprintf(to, size, _("Nothing is assigned to you. %s shows what your groups have to do, %s opens a new ticket."),
			keymap_keys(&m->keymap, ACT_VIEW_2, true, key, sizeof key),
			keymap_keys(&m->keymap, ACT_NEW, true, other, sizeof other));
	else if ((!strcmp(view, "all") || !strcmp(view, "open")) && sd_meta_may_create(m->meta))
		snprintf(to, size, _("No tickets here yet. %s opens one; :help has all keys."),
			keymap_keys(&m->keymap, ACT_NEW, true, key, sizeof key));
}

static void draw_panes(struct model *m, struct surface *s)
{
	struct region all = surface_region(s);

	for (int i = 0; i < 2; i++)
		if (m->layout.vline[i] >= 0)
			draw_vline(all, m->layout.vline[i], 1 + m->layout.banner.h,
				m->layout.vline_h ? m->layout.vline_h : m->height - 2 - m->layout.banner.h, EL_BORDER);
	draw_vline(all, m->layout.split.x, m->layout.split.y, m->layout.split.h, EL_BORDER);
	empty_hint(m);
	m->queue->total = m->views->view[m->views->current].count;
	if (m->queue->total >= COUNT_LIMIT)
		m->queue->total = -1;
	for (int id = 0; id < PANES; id++) {
		struct rect p = m->layout.pane[id];
		struct region r = region_sub(all, p.x, p.y, p.w, p.h);

		if (p.w < 1 || p.h < 2)
			continue;
		m->pane[id]->ops->draw(
			m->pane[id], &m->session, region_sub(r, 0, 1, r.w, r.h - 1), (int)m->focus == id && !m->noverlays && !m->prompt);
		if (id == PANE_DETAIL)
			match_beside(m, region_sub(r, 0, 1, r.w, r.h - 1));
		draw_title(m, r, m->pane[id],
			(int)m->focus == id); /* afterwards: it tells where in the text the pane stands, known only when it is laid out */
	}
	if (m->other && m->layout.other.w) {
		struct rect p = m->layout.other;
		struct region r = region_sub(all, p.x, p.y, p.w, p.h);

		m->other->pane.ops->draw(&m->other->pane, &m->session, region_sub(r, 0, 1, r.w, r.h - 1), false);
		draw_title(m, r, &m->other->pane, false);
	}
}

static void draw_banner(struct model *m, struct surface *s)
{
	struct rect b = m->layout.banner;
	char text[1280], at[16];
	int n;

	if (!b.w)
		return;
	if (*silence_text(m, text, sizeof text)) {
		draw_fit(surface_region(s), b.x, b.y, b.w, EL_BANNER, text, false);
		return;
	}
	snprintf(at, sizeof at, "%s", sd_time_local(m->cand_arena, m->conn_lost, m->session.zone, "%H:%M:%S"));
	for (n = (int)strlen(m->conn_why); n && m->conn_why[n - 1] == '.'; n--)
		;
	snprintf(
		text, sizeof text, _(" No connection since %s: what you see may be old; connecting again (%.*s)"), at, n, m->conn_why);
	draw_fit(surface_region(s), b.x, b.y, b.w, EL_BANNER, text, false);
}

static void hint(struct model *m, struct hint *h, size_t *n, char (*keys)[32], int action, const char *label, bool off)
{
	if (*n == HINTS_MAX)
		return;
	h[*n] = (struct hint){keymap_keys(&m->keymap, action, true, keys[*n], sizeof keys[*n]), label, off};
	if (*h[*n].key)
		++*n;
}

/* The verbs one may do here first, then the actions marked for the footer. */
static void draw_footer(struct model *m, struct region line)
{
	unsigned contexts = (unsigned)m->pane[m->focus]->ops->context;
	struct hint h[HINTS_MAX];
	char keys[HINTS_MAX][32], title[96];
	size_t n = 0;
	struct target t = bulk_wanted(m) ? bulk_sample(m) : model_rested(m);
	const struct sd_kind *k = t.id ? sd_meta_kind(m->meta, t.kind) : NULL;

	if (bulk_wanted(m)) {
		hint(m, h, &n, keys, ACT_MENU, bulk_title(m, title, sizeof title), false);
		hint(m, h, &n, keys, ACT_UNMARK, _("unmark"), false);
	}
	if (*m->search) {
		hint(m, h, &n, keys, ACT_SEARCH_NEXT, _("next match"), false);
		hint(m, h, &n, keys, ACT_SEARCH_PREV, _("previous match"), false);
	}
	for (int place = 1; place <= 8; place++) {
		for (size_t i = 0; place == 4 && (contexts & CTX_TICKET) && i < m->nverbs && n < 9; i++) {
			const struct sd_verb *v = sd_kind_verb(k, m->verbs[i].verb);

			if (v && v->menu && *m->verbs[i].key &&
				!(bulk_wanted(m) ? bulk_off(m, v->verb, m->cand_arena) : act_never(m, &t, v->verb, m->cand_arena)))
				hint(m, h, &n, keys, ACT_VERB + (int)i, v->label, false);
		}
		for (size_t i = 0; i < actions_n; i++)
			if (actions[i].footer == place && !(bulk_wanted(m) && actions[i].id == ACT_MENU) &&
				(actions[i].contexts & contexts) && !(actions[i].off && actions[i].off(m)))
				hint(m, h, &n, keys, (int)actions[i].id, _(actions[i].label), false);
	}
	if (n == HINTS_MAX)
		n--;
	hint(m, h, &n, keys, ACT_HELP, _("help"), false);
	footer_draw(line, h, n, true);
}

static void draw_overlays(struct model *m, struct surface *s)
{
	struct region body = region_sub(surface_region(s), 0, 1, m->width, m->height - 2);

	for (int i = 0; i < m->noverlays; i++) {
		struct overlay *o = m->overlay[i];

		if (o->kind == OV_FORM && o->form->is_new)
			new_draw(m, o->form, body);
		else if (o->kind == OV_FORM && (presence_form(m, o->form), true))
			form_draw(&o->form->form, body);
		else if (o->kind == OV_OUTAGE)
			outage_draw(o->outage, body);
		else if (o->kind == OV_KB)
			kb_form_draw(o->kb, body);
		else if (o->kind == OV_DUTY)
			duty_form_draw(o->duty, body);
		else if (o->kind == OV_CI)
			ci_form_draw(o->ci, body);
		else if (o->kind == OV_CI_PICK)
			ci_pick_draw(m, o, body);
		else if (o->kind == OV_MENU)
			menu_draw(&o->menu, body);
		else if (o->kind == OV_MACROS)
			macros_draw(m, o, body);
		else if (o->kind == OV_TRIAGE)
			triage_pick_draw(m, o, body);
		else if (o->kind == OV_HELP)
			helpview_draw(&o->help, body);
		else if (o->kind == OV_FIND)
			find_draw(m->find, body);
		else if (o->kind == OV_EXPLAIN)
			explain_draw(o->explain, &m->session, body);
		else if (o->kind == OV_MATCH)
			match_page_draw(o->match, match_place(m, body));
		else if (o->kind == OV_MERGE)
			merge_draw(m, o, body);
		else
			dialog_draw(&o->dialog, body);
	}
}

void model_draw(struct model *m, struct surface *s)
{
	struct region all = surface_region(s), line;

	surface_clear(s);
	m->dirty = false;
	if (m->lock) {
		lock_draw(m, s);
		return;
	}
	if (m->wallscreen) {
		wallscreen_draw(m, s);
		return;
	}
	if (m->layout.too_small) {
		too_small(m, s);
		return;
	}
	if (m->bare) {
		bare_draw(m, s);
		return;
	}
	line = region_sub(all, 0, m->height - 1, m->width, 1);
	draw_status(m, s);
	draw_banner(m, s);
	draw_panes(m, s);
	draw_overlays(m, s);
	whichkey_draw(m, region_sub(all, 0, 1, m->width, m->height - 2));
	if (m->prompt)
		lineedit_draw(&m->lines[m->prompt], line, region_sub(all, 0, 1, m->width, m->height - 2));
	else if (!toast_draw(&m->toast, line, region_sub(all, 0, 1, m->width, m->height - 2)) && !overlay_footer(m, line))
		draw_footer(m, line);
}
