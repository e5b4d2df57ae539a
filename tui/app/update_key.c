/* Keys: to what is on top, else through the keymap to an action, else to the pane. */
#include "config.h"
#include "tui/app/model.h"

#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/ci.h"
#include "tui/app/duty.h"
#include "tui/app/kb.h"
#include "tui/app/outage.h"
#include "tui/app/warroom.h"
#include "tui/app/find.h"
#include "tui/app/hints.h"
#include "tui/app/match.h"
#include "tui/app/inbox.h"
#include "tui/app/actions.h"
#include "tui/app/live.h"
#include "tui/app/lock.h"
#include "tui/app/wallscreen.h"
#include "tui/app/beside.h"
#include "tui/app/bare.h"
#include "tui/app/bulk.h"
#include "tui/app/copy.h"
#include "tui/app/explain.h"
#include "tui/app/visited.h"
#include "tui/app/outbox.h"
#include "tui/app/triage.h"
#include "tui/app/undo.h"

enum { COUNT_MOST = 100 }; /* times to go round the panes: more is a slip of the finger */

static bool shown(const struct model *m, int id)
{
	return m->layout.pane[id].w > 0;
}

/* Tab goes through what is on the screen; where only one pane fits, through views, queue and an opened ticket. */
static void cycle(struct model *m, int dir, struct effects *fx)
{
	int id = (int)m->focus;

	if (beside_step(m, dir, fx))
		return;
	for (int i = 0; i < PANES; i++) {
		id = (id + dir + PANES) % PANES;
		if (shown(m, id) || id == PANE_VIEWS || id == PANE_QUEUE || (id == PANE_DETAIL && (m->detail_open || m->other)))
			break;
	}
	model_focus(m, (enum pane_id)id, fx);
	beside_arrive(m, dir, fx);
}

static void sideways(struct model *m, int dir, struct effects *fx)
{
	int id = (int)m->focus + dir;

	if (beside_step(m, dir, fx))
		return;
	if (m->focus == PANE_LOG || id < PANE_VIEWS || id > PANE_DETAIL || (id == PANE_DETAIL && !model_target(m).id))
		return;
	model_focus(m, (enum pane_id)id, fx);
}

/* Pages that take the place of the queue, and what is done on them. */
static bool page_action(struct model *m, int action, struct effects *fx)
{
	switch (action) {
	case ACT_INBOX:
		inbox_open(m, fx);
		break;
	case ACT_DASHBOARD:
	case ACT_ANALYSIS:
	case ACT_SERVICES:
		board_begin(m, action == ACT_DASHBOARD ? BOARD_DASHBOARD : action == ACT_ANALYSIS ? BOARD_ANALYSIS : BOARD_SERVICES, fx);
		break;
	case ACT_ROTA:
		board_begin(m, BOARD_ROTA, fx);
		break;
	case ACT_OUTAGE:
	case ACT_OUTAGE_HERE:
	case ACT_OUTAGE_END:
	case ACT_OUTAGE_CANCEL:
		outage_action(m, (enum action)action, fx);
		break;
	case ACT_WARROOM:
		warroom_open(m, fx);
		break;
	case ACT_TRIAGE:
		triage_open(m, fx);
		break;
	case ACT_PERIOD:
	case ACT_COMPARE:
		board_prompt(m, (enum action)action);
		break;
	case ACT_WALL:
		wallscreen_open(m, fx);
		break;
	default:
		if (action == ACT_KB || (kb_shown(m) && kb_act(m, (enum action)action, fx))) {
			if (action == ACT_KB)
				kb_open(m, fx);
			break;
		}
		if (action >= ACT_RULE_SWITCH && action <= ACT_ROTA_END) {
			duty_act(m, (enum action)action, fx);
			break;
		}
		if (action >= ACT_TRIAGE_ACCEPT && action <= ACT_TRIAGE_NOTE) {
			triage_act(m, (enum action)action, fx);
			break;
		}
		if (action < ACT_ROOM_UPDATE || action > ACT_ROOM_CLOSE)
			return false;
		warroom_act(m, (enum action)action, fx);
		break;
	}
	return true;
}

/* What is done with tickets. */
static bool work_action(struct model *m, int action, struct effects *fx)
{
	switch (action) {
	case ACT_SAVE:
		prompt_open(m, PROMPT_PALETTE, "save ");
		command_complete(m, fx);
		break;
	case ACT_BESIDE:
		beside_open(m, fx);
		break;
	case ACT_QUOTE:
		quote_start(m, fx);
		break;
	case ACT_EXPLAIN:
		explain_here(m, fx);
		break;
	case ACT_HANDOVER:
		handover_begin(m, fx);
		break;
	case ACT_DRAFTS:
		drafts_open(m, fx);
		break;
	case ACT_OUTBOX:
		outbox_open(m, fx);
		break;
	case ACT_UNDO:
	case ACT_REDO:
		undo_last(m, action == ACT_REDO, fx);
		break;
	case ACT_REPEAT:
		repeat_act(m, fx);
		break;
	case ACT_FAILED:
		bulk_results(m, false);
		break;
	case ACT_FIND:
		find_open(m, NULL, fx);
		break;
	case ACT_MATCH:
		match_open(m, fx);
		break;
	case ACT_HINTS:
		hints_open(m, fx);
		break;
	case ACT_UNDO_LIST:
		undo_list_open(m, fx);
		break;
	case ACT_MENU:
		menu_open(m);
		break;
	case ACT_NEW:
		new_open(m, NULL, 0, fx);
		break;
	case ACT_COPY:
		if (!ci_copy(m, fx))
			copy_open(m);
		break;
	case ACT_BARE:
		bare_open(m, fx);
		break;
	default:
		return false;
	}
	return true;
}

static void program_action(struct model *m, int action, struct effects *fx)
{
	if (page_action(m, action, fx) || ci_act(m, action, fx) || work_action(m, action, fx))
		return;
	switch (action) {
	case ACT_PALETTE:
		prompt_open(m, PROMPT_PALETTE, "");
		break;
	case ACT_SEARCH:
		m->pane[m->focus]->ops->search(m->pane[m->focus], NULL, 0, fx);
		prompt_open(m, PROMPT_SEARCH, "");
		break;
	case ACT_FILTER:
		model_focus(m, PANE_QUEUE, fx);
		prompt_open(m, PROMPT_FILTER, m->queue->filter);
		break;
	case ACT_VIEW_NEW:
	case ACT_VIEW_EDIT:
	case ACT_VIEW_RENAME:
		view_prompt(m, action, fx);
		break;
	case ACT_JUMP:
		prompt_open(m, PROMPT_JUMP, "");
		break;
	case ACT_HELP:
		help_open(m, false);
		break;
	case ACT_MOUSE:
		m->mouse = !m->mouse;
		fx_add(fx, FX_MOUSE)->id = m->mouse;
		fx_toast(
			fx, EL_OK, "%s", m->mouse ? _("The mouse is ours again") : _("The mouse is the terminal's: it selects and copies"));
		break;
	case ACT_LOCK:
		fx_add(fx, FX_LOCK);
		break;
	case ACT_REDRAW:
		fx_add(fx, FX_REDRAW);
		break;
	case ACT_SUSPEND:
		fx_add(fx, FX_SUSPEND);
		break;
	case ACT_QUIT:
		model_quit(m, fx);
		break;
	default:
		break;
	}
}

static bool pane_choice(struct model *m, int action, int count, struct effects *fx)
{
	int times = count < 1 ? 1 : count;

	switch (action) {
	case ACT_PANE_NEXT:
	case ACT_PANE_PREV:
		for (int i = 0; i < times && i < COUNT_MOST; i++)
			cycle(m, action == ACT_PANE_NEXT ? 1 : -1, fx);
		return true;
	case ACT_PANE_LEFT:
	case ACT_PANE_RIGHT:
		for (int i = 0; i < times && i < PANES; i++)
			sideways(m, action == ACT_PANE_RIGHT ? 1 : -1, fx);
		return true;
	case ACT_PANE_1:
	case ACT_PANE_2:
	case ACT_PANE_3:
	case ACT_PANE_4:
		model_focus(m, (enum pane_id)(action - ACT_PANE_1), fx);
		return true;
	case ACT_ZOOM:
		m->zoom = !m->zoom;
		model_relayout(m);
		return true;
	case ACT_VIEW_NEXT:
	case ACT_VIEW_PREV:
		times = times % m->views->nviews * (action == ACT_VIEW_NEXT ? 1 : -1);
		model_view(m, (m->views->current + m->views->nviews + times) % m->views->nviews, fx);
		return true;
	case ACT_PLACE_BACK:
	case ACT_PLACE_FORTH:
		if (!ci_steps(m, action == ACT_PLACE_BACK ? -times : times, fx))
			visited_go(m, action == ACT_PLACE_BACK ? -times : times, fx);
		return true;
	case ACT_VIEW_LAST:
		if (m->focus == PANE_DETAIL && m->last_ticket) {
			int64_t to = m->last_ticket;

			m->last_ticket = m->detail->id;
			queue_select(m->queue, to);
			model_open(m, to, fx);
		} else if (m->last_view >= 0)
			model_view(m, m->last_view, fx);
		return true;
	default:
		if (action < ACT_VIEW_1 || action > ACT_VIEW_9)
			return false;
		if (action - ACT_VIEW_1 < m->views->nviews)
			model_view(m, action - ACT_VIEW_1, fx);
		else
			fx_toast(fx, EL_WARN, _("There are only %d views"), m->views->nviews);
		return true;
	}
}

const char *model_off(const struct model *m, int action)
{
	const struct action_def *a;
	struct target t;

	if (action >= ACT_USER)
		return NULL;
	if (action >= ACT_VERB) {
		action = model_verb_meant(m, action);
		t = model_target(m);
		sd_arena_reset(m->cand_arena);
		if (bulk_wanted(m))
			return bulk_off(m, m->verbs[action - ACT_VERB].verb, m->cand_arena);
		return act_off(m, &t, m->verbs[action - ACT_VERB].verb, m->cand_arena);
	}
	a = action_get((enum action)action);
	return a && a->off ? a->off(m) : NULL;
}

void model_action(struct model *m, int action, int count, struct effects *fx)
{
	struct pane *p = m->pane[m->focus];
	const char *why = model_off(m, action);

	if (why) {
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
		return;
	}
	if (action >= ACT_USER)
		model_command(m, action - ACT_USER, false, fx);
	else if (action >= ACT_VERB)
		act_start(m, m->verbs[model_verb_meant(m, action) - ACT_VERB].verb, NULL, 0, fx);
	else if (action == ACT_SEARCH_NEXT || action == ACT_SEARCH_PREV)
		p->ops->search(p, NULL, (action == ACT_SEARCH_NEXT ? 1 : -1) * (count ? count : 1), fx);
	else if (action == ACT_BACK)
		model_back(m, false, fx);
	else if (!live_preview(m, action) && !pane_choice(m, action, count, fx) &&
			 !p->ops->action(p, &m->session, (enum action)action, count, fx))
		program_action(m, action, fx);
}

/* before: what was typed of a sequence already. */
static void unknown_key(struct model *m, const char *before, const struct key *k, struct effects *fx)
{
	char name[32], help[64];

	fx_toast(fx, EL_DIM, _("%s%s%s does nothing here; %s shows the keys"), before, *before ? " " : "",
		key_name(k, name, sizeof name), keymap_keys(&m->keymap, ACT_HELP, true, help, sizeof help));
}

static void mouse(struct model *m, const struct key *k, struct effects *fx)
{
	if (beside_mouse(m, k, fx))
		return;
	for (int id = 0; id < PANES; id++) {
		struct rect r = m->layout.pane[id];
		int64_t before = queue_selected(m->queue);
		bool had_focus = (int)m->focus == id;

		if (k->x < r.x || k->x >= r.x + r.w || k->y < r.y || k->y >= r.y + r.h)
			continue;
		if (k->button == 1 && !had_focus)
			model_focus(m, (enum pane_id)id, fx);
		if (id == PANE_DETAIL) {
			textview_update(&m->detail->text, k);
		} else if (id == PANE_QUEUE && board_shown(m)) {
			board_mouse(m, k, fx);
		} else if (id == PANE_QUEUE && inbox_shown(m)) {
			inbox_mouse(m, k, had_focus, fx);
		} else if (id == PANE_QUEUE && k->button == 1 && k->y == m->queue->list.drawn_y - 1) {
			queue_header(m->queue, &m->session, k->x, fx);
		} else if (id == PANE_QUEUE) {
			bool hit = list_update(&m->queue->list, k) == W_HANDLED && k->button == 1;

			if (hit && had_focus && queue_selected(m->queue) == before)
				fx_event(fx, EV_OPEN, before); /* a second click */
			else if (queue_selected(m->queue) != before)
				fx_event(fx, EV_SELECTED, queue_selected(m->queue));
		} else if (id == PANE_VIEWS && list_update(&m->views->list, k) != W_IGNORED && k->button == 1 &&
				   views_here(m->views) >= 0) {
			fx_event(fx, EV_VIEW, views_here(m->views));
		}
		return;
	}
}

static void pane_key(struct model *m, const struct key *k, struct effects *fx)
{
	unsigned contexts = (unsigned)m->pane[m->focus]->ops->context | (*m->search ? CTX_SEARCH : 0);
	bool held = m->keys.n || m->keys.count;
	int action = ACT_NONE, count = 0;
	char before[64];

	model_pending(m, before, sizeof before);
	if (key_is(k, KEY_CODE_ESC, 0) && held) { /* a number or half a sequence is the topmost layer */
		m->keys = (struct keystate){0};
		return;
	}
	switch (keymap_feed(&m->keymap, &m->keys, k, contexts, &action, &count)) {
	case KEYMAP_PENDING:
		return;
	case KEYMAP_NONE:
		unknown_key(m, before, k, fx);
		return;
	case KEYMAP_ACTION:
		break;
	}
	toast_clear(&m->toast);
	if (action == ACT_BACK)
		model_back(m, !key_is(k, KEY_CODE_ESC, 0), fx);
	else
		model_action(m, action, count, fx);
}

/* Painting anew and the shell are wanted where one writes, too; there a letter is a letter. */
static bool everywhere(struct model *m, const struct key *k, struct effects *fx)
{
	char text[5];

	if (key_utf8(k, text) || m->keys.n)
		return false;
	if (keymap_is(&m->keymap, k, ACT_REDRAW))
		fx_add(fx, FX_REDRAW);
	else if (keymap_is(&m->keymap, k, ACT_SUSPEND))
		fx_add(fx, FX_SUSPEND);
	else
		return false;
	return true;
}

/* Is there a text a key or a paste goes into? Elsewhere pasted lines would be commands. */
static bool writes(struct model *m)
{
	const struct overlay *o = overlay_top(m);

	return m->prompt || (!m->bare && o && (o->kind == OV_FORM || o->kind == OV_KB || (o->kind == OV_HELP && o->help.filtering)));
}

static void paste_told(struct model *m, const struct key *k, struct effects *fx)
{
	if (k->code != KEY_CODE_PASTE)
		return;
	toast_clear(&m->toast);
	if (k->cut)
		fx_toast(fx, EL_WARN, "%s", _("The paste is too long: its end was left out"));
}

static void over_key(struct model *m, const struct key *k, struct effects *fx)
{
	struct key meant = writes(m) ? *k : model_key_above(m, k);

	overlay_key(m, &meant, fx);
}

void model_key(struct model *m, const struct key *k, struct effects *fx)
{
	lock_touch(m, fx);
	triage_keyed(m, k);
	if (m->lock && k->code != KEY_CODE_FOCUS_IN && k->code != KEY_CODE_FOCUS_OUT) {
		lock_key(m, k, fx);
		return;
	}
	if (k->code == KEY_CODE_FOCUS_IN || k->code == KEY_CODE_FOCUS_OUT) {
		m->terminal_focus = k->code == KEY_CODE_FOCUS_IN;
		if (m->terminal_focus && m->meta)
			fx_timer(fx, TIMER_FEED, 0);
	} else if (everywhere(m, k, fx)) {
		m->keys = (struct keystate){0};
	} else if (m->wallscreen) {
		wallscreen_key(m, k, fx);
	} else if (k->code == KEY_CODE_PASTE && !writes(m)) {
		m->keys = (struct keystate){0};
		fx_toast(fx, EL_WARN, "%s", _("Pasted text is only taken where you write"));
	} else if (m->prompt) {
		paste_told(m, k, fx);
		prompt_key(m, k, fx);
	} else if (m->bare) {
		bare_key(m, k, fx);
	} else if (m->noverlays) {
		paste_told(m, k, fx);
		over_key(m, k, fx);
	} else if (k->code == KEY_CODE_MOUSE) {
		mouse(m, k, fx);
	} else {
		pane_key(m, k, fx);
	}
	triage_after(m, fx);
	model_events(m, fx);
}
