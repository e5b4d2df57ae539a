#include "config.h"
#include "tui/app/presence.h"
#include "tui/app/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/hours.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/ci.h"
#include "tui/app/ci_int.h"
#include "tui/app/triage.h"
#include "tui/app/kb.h"
#include "tui/app/warroom.h"
#include "tui/app/inbox.h"
#include "tui/app/actions.h"
#include "tui/app/lock.h"
#include "tui/app/wallscreen.h"
#include "tui/app/session.h"
#include "tui/app/beside.h"
#include "tui/app/bulk.h"
#include "tui/app/drafts.h"
#include "tui/app/macros.h"
#include "tui/app/match.h"
#include "tui/pane/match.h"
#include "tui/app/bare.h"
#include "tui/app/countdown.h"
#include "tui/app/visited.h"
#include "tui/app/outbox.h"
#include "tui/app/undo.h"
#include "tui/pane/find.h"
#include "tui/pane/log.h"

struct model *model_new(const struct model_env *env)
{
	static const char *const marks[PROMPTS] = {"", ":", "/", "& ", "# "};
	struct model *m = sd_calloc(1, sizeof *m);

	m->env = *env;
	m->views = views_new();
	m->queue = queue_new();
	m->detail = detail_new();
	m->inbox = inbox_new();
	boards_new(m);
	m->pane[PANE_VIEWS] = &m->views->pane;
	m->pane[PANE_QUEUE] = &m->queue->pane;
	m->pane[PANE_DETAIL] = &m->detail->pane;
	m->pane[PANE_LOG] = log_pane_new();
	m->drafts = drafts_new(env);
	m->outbox = outbox_new(env);
	m->match = match_new();
	m->match_typed = match_new();
	m->macros = macros_new();
	m->focus = PANE_QUEUE;
	m->last_view = -1;
	m->terminal_focus = true;
	m->cand_arena = sd_arena_new();
	m->hours = sd_hours_new();
	m->session.hours = m->hours;
	m->countdown.next = SD_TIME_INFINITY;
	m->mouse = !env->cfg || sd_cfg_bool(env->cfg, "mouse");
	for (int i = 0; i < PROMPTS; i++)
		lineedit_init(&m->lines[i], marks[i]);
	keymap_init(&m->keymap);
	model_user_keys(m);
	return m;
}

void model_free(struct model *m)
{
	if (!m)
		return;
	while (m->noverlays)
		overlay_pop(m);
	bare_free(m);
	visited_free(m);
	for (size_t i = 0; i < m->nacts; i++)
		act_free(m->acts[i]);
	free(m->acts);
	drafts_free(m->drafts);
	outbox_free(m->outbox);
	macros_free(m->macros);
	free(m->marks);
	bulk_free(m);
	undo_free(m);
	free(m->hints);
	find_free(m->find);
	match_free(m->match);
	match_free(m->match_typed);
	repeat_free(m);
	session_free(m);
	lock_free(m);
	presence_free(m);
	wallscreen_free(m);
	free(m->first_view);
	free(m->wait_verb);
	free(m->wait_line);
	model_free_verbs(m);
	userkeys_free(&m->user);
	beside_free(m);
	inbox_leave(m);
	boards_free(m);
	ci_from_free(m);
	for (int i = 0; i < PANES; i++)
		m->pane[i]->ops->close(m->pane[i]);
	m->inbox->pane.ops->close(&m->inbox->pane);
	for (int i = 0; i < PROMPTS; i++)
		lineedit_free(&m->lines[i]);
	keymap_free(&m->keymap);
	sd_hours_free(m->hours);
	free(m->countdown.refused);
	sd_arena_free(m->cand_arena);
	sd_meta_free(m->meta);
	free(m);
}

bool model_lay(struct model *m)
{
	bool more = textview_idle(&m->detail->text) || (m->other && m->layout.other.w && textview_idle(&m->other->text));

	m->dirty = m->dirty || (m->laying && !more); /* the scroll bar knows the length now */
	m->laying = more;
	return more;
}

void model_zone(struct model *m, const char *zone)
{
	m->env.zone = zone;
	m->session.zone = zone ? zone : m->meta && *m->meta->me.zone ? m->meta->me.zone : NULL;
	detail_relabel(m->detail);
}

void model_clock(struct model *m, int64_t mono_ms)
{
	m->session.ms = mono_ms;
	m->session.now = m->base_now + (m->frozen ? 0 : (mono_ms - m->base_ms) * 1000);
}

static struct target target_of(const struct model *m, int64_t id)
{
	const struct sd_ticket *t = m->detail->ticket;
	struct target out = {.id = id};

	if (!out.id)
		return out;
	out.row = queue_row(m->queue, out.id);
	out.ticket = t && t->id == out.id ? t : NULL;
	if (out.row) {
		out.number = out.row->text[SD_COL_NUMBER];
		out.kind = out.row->text[SD_COL_KIND];
		out.state = out.row->text[SD_COL_STATE];
		out.version = out.row->version;
	}
	if (out.ticket && (!out.row || out.ticket->version >= out.version)) {
		out.number = t->number;
		out.kind = t->kind;
		out.state = t->state;
		out.version = t->version;
	}
	if (out.ticket && m->detail->seen_version && m->detail->seen_version < out.version)
		out.version = m->detail->seen_version; /* what was written to the requester since is not on the screen yet */
	return out;
}

struct target model_target(const struct model *m)
{
	const struct sd_ticket *t = m->detail->ticket;
	struct target out;

	if (m->focus == PANE_DETAIL)
		return target_of(m, t && t->id == m->detail->id ? t->id : 0);
	if (m->focus == PANE_QUEUE && warroom_shown(m))
		return warroom_target(m);
	if (m->focus == PANE_QUEUE && triage_shown(m))
		return triage_target(m);
	out = target_of(m, model_here(m));
	return out.kind ? out : (struct target){.id = 0}; /* of an item of the inbox that was not read yet nothing is known */
}

struct target model_rested(const struct model *m)
{
	return m->focus != PANE_DETAIL && m->pane[PANE_QUEUE] == &m->queue->pane && queue_row(m->queue, m->rested)
			   ? target_of(m, m->rested)
			   : model_target(m);
}

/* ---- layout and focus ---- */
bool model_previews(const struct model *m)
{
	return m->layout.preview && m->layout.pane[PANE_DETAIL].w;
}

void model_relayout(struct model *m)
{
	struct layout_wish wish = {m->focus, m->zoom, board_shown(m) != BOARD_NONE, m->detail_open, m->log_open,
		(m->conn != CONN_READY && m->meta) || m->silence.on, m->other != NULL, m->swapped};

	m->layout = layout_make(m->width, m->height, &wish);
	m->dirty = true;
}

void model_resize(struct model *m, int w, int h, struct effects *fx)
{
	bool before = model_previews(m);

	m->width = w;
	m->height = h;
	wallscreen_resize(m);
	model_relayout(m);
	if (!before && model_previews(m) && m->session.online)
		fx_timer(fx, TIMER_PREVIEW, 0);
	model_events(m, fx);
}

void model_focus(struct model *m, enum pane_id id, struct effects *fx)
{
	if (id == PANE_LOG)
		m->log_open = true;
	if (m->focus == PANE_LOG && id != PANE_LOG)
		m->log_open = m->layout.pane[PANE_LOG].w && m->layout.pane[id].w;
	if (id != m->focus)
		m->search[0] = '\0';
	if (m->focus == PANE_VIEWS && id != PANE_VIEWS)
		views_current(m->views, m->views->current); /* the cursor shows what the queue shows */
	if (id != PANE_DETAIL)
		beside_leave(m);
	if (id == PANE_DETAIL && m->focus != PANE_DETAIL)
		detail_let_in(m->detail);
	if (id == PANE_DETAIL) {
		m->detail_open = m->detail_open || !m->swapped;
		if (!m->detail->id && model_here(m))
			detail_show(m->detail, model_here(m), fx);
	}
	m->focus = id;
	m->keys = (struct keystate){0};
	model_relayout(m);
}

void model_open(struct model *m, int64_t id, struct effects *fx)
{
	detail_show(m->detail, id, fx);
	model_focus(m, PANE_DETAIL, fx);
	fx_timer(fx, TIMER_PREVIEW, -1);
}

void model_view(struct model *m, int n, struct effects *fx)
{
	model_view_filtered(m, n, "", fx);
}

void model_view_filtered(struct model *m, int n, const char *filter, struct effects *fx)
{
	const struct view *v;
	struct sd_err err = {0};

	if (n < 0 || n >= m->views->nviews)
		return;
	if (m->views->current != n)
		m->last_view = m->views->current;
	board_leave(m, fx);
	inbox_leave(m);
	views_current(m->views, n);
	v = &m->views->view[n];
	if (!queue_choose(m->queue, &m->session, v->columns, &err))
		queue_choose(m->queue, &m->session, "", &err); /* a column that is no more */
	queue_show(m->queue, &m->session, v->id, view_label(v), v->query, filter, fx);
	model_focus(m, PANE_QUEUE, fx);
	fx_event(fx, EV_SELECTED, 0);
}

void model_quit(struct model *m, struct effects *fx)
{
	model_save(m, fx);
	bulk_stop(m, fx);
	if ((outbox_busy(m) || bulk_running(m)) && m->session.online && !m->quitting)
		fx_toast(fx, EL_WARN, "%s", _("Leaving when what was sent is confirmed; once more leaves at once"));
	else if (outbox_busy(m) && !m->outbox->disk && !m->quitting)
		fx_toast(fx, EL_WARN, "%s",
			_("What waits for the line would be lost: your settings keep nothing on the disk; once more leaves"));
	else
		fx_add(fx, FX_QUIT);
	m->quitting = true;
}

bool model_may_quit(const struct model *m)
{
	return m->quitting && !outbox_busy(m) && !bulk_running(m) && !m->drafts->writes;
}

void model_back(struct model *m, bool ask, struct effects *fx)
{
	struct pane *p = m->pane[m->focus];
	struct overlay *o;

	if (*m->search) {
		m->search[0] = '\0';
		p->ops->search(p, "", 1, fx);
	} else if (bulk_stop(m, fx) || (m->focus == PANE_QUEUE && queue_marks_back(m->queue))) {
		return;
	} else if (m->zoom) {
		m->zoom = false;
		model_relayout(m);
	} else if (m->focus == PANE_LOG) {
		m->log_open = false;
		model_focus(m, PANE_QUEUE, fx);
		m->log_open = false;
		model_relayout(m);
	} else if (m->focus == PANE_DETAIL && beside_back(m, fx)) {
		return;
	} else if (m->focus == PANE_DETAIL) {
		m->detail_open = false;
		model_focus(m, PANE_QUEUE, fx);
		fx_timer(fx, TIMER_PREVIEW, 0);
	} else if (m->focus == PANE_VIEWS) {
		model_focus(m, PANE_QUEUE, fx);
	} else if (warroom_back(m, fx) || ci_back(m, fx) || kb_back(m, fx)) {
		return;
	} else if (board_shown(m) || (ask && board_drilled(m))) {
		board_back(m, fx);
	} else if (inbox_shown(m)) {
		inbox_leave(m);
		model_focus(m, PANE_QUEUE, fx);
		fx_timer(fx, TIMER_PREVIEW, 0);
	} else if (m->detail_open && m->layout.pane[PANE_DETAIL].w && !ask) {
		m->detail_open = false;
		model_relayout(m);
	} else if (board_back(m, fx)) {
		return;
	} else if (!p->ops->action(p, &m->session, ACT_BACK, 0, fx) && ask) {
		o = overlay_push(m, OV_DIALOG);
		o->use = DLG_QUIT;
		dialog_confirm(&o->dialog, _("Leave svcdesk?"),
			(outbox_busy(m) && m->session.online) || bulk_running(m) ? _("Some acts have not been confirmed yet.")
			: m->outbox->n && m->outbox->disk ? _("What waits for the line is kept, and sent at the next start.")
			: m->outbox->n ? _("What waits for the line would be lost: your settings keep nothing on the disk.")
			: m->drafts->disk || m->drafts->database ? _("Drafts are kept.")
													 : _("Drafts are not kept: your settings say so."));
	}
}

/* ---- what panes told ---- */
static void on_selected(struct model *m, struct effects *fx)
{
	if (m->focus != PANE_DETAIL) /* waits for the cursor to rest, unless there is nothing to see yet */
		fx_timer(fx, TIMER_PREVIEW, m->rested ? 120 : 0);
}

static void on_neighbour(struct model *m, int64_t dir, struct effects *fx)
{
	if (inbox_step(m, (int)dir, fx))
		return;
	int64_t from = m->focus == PANE_DETAIL ? m->detail->id : queue_selected(m->queue);
	int64_t id = queue_row(m->queue, from) ? queue_neighbour(m->queue, from, (int)dir) : queue_selected(m->queue);

	if (!id) {
		fx_toast(
			fx, EL_DIM, "%s", dir > 0 ? _("This is the last ticket of the queue") : _("This is the first ticket of the queue"));
		return;
	}
	m->queue->pane.ops->action(&m->queue->pane, &m->session, dir > 0 ? ACT_DOWN : ACT_UP, (int)(dir > 0 ? dir : -dir), fx);
	queue_select(m->queue, id);
	if (m->focus == PANE_DETAIL || model_previews(m))
		detail_show(m->detail, id, fx);
}

static void save_file(struct model *m, int64_t id)
{
	const struct sd_ticket *t = m->detail->ticket;
	struct sd_str line = {0};

	for (int i = 0; t && i < t->nattachments; i++)
		if (t->attachments[i].id == id)
			sd_str_addf(&line, "save \"%s\" ", t->attachments[i].name);
	if (line.len)
		prompt_open(m, PROMPT_PALETTE, line.data);
	sd_str_free(&line);
}

static void on_event(struct model *m, const struct fx *f, struct effects *fx)
{
	int64_t id = f->id;
	enum pane_id focus;

	switch (f->event) {
	case EV_SELECTED:
		on_selected(m, fx);
		break;
	case EV_OPEN_AT:
		inbox_to(m, id, (int)f->size, fx);
		break;
	case EV_OPEN:
		model_open(m, id, fx);
		break;
	case EV_VIEW_STAY:
		focus = m->focus;
		model_view(m, (int)id, fx);
		model_focus(m, focus, fx);
		break;
	case EV_VIEW:
		model_view(m, (int)id, fx);
		break;
	case EV_LOADED:
		act_resume(m, id, fx);
		inbox_loaded(m, id);
		if (m->detail->ticket && m->detail->ticket->id == id &&
			m->detail->ticket->last_seq) /* a glance at a preview is not reading */
			fx_timer(fx, TIMER_READ, m->focus == PANE_DETAIL ? 1000 : 3000);
		break;
	case EV_NEIGHBOUR:
		on_neighbour(m, id, fx);
		break;
	case EV_DRILL:
		board_drill(m, f->text, id, fx);
		break;
	case EV_NUMBER:
		m->last_ticket = m->detail->id;
		jump_to(m, f->text, fx);
		break;
	case EV_ARTICLE:
		kb_open_article(m, f->text, NULL, fx);
		break;
	case EV_FILE:
		save_file(m, id);
		break;
	}
}

static void on_toast(struct model *m, enum element el, const char *text, struct effects *fx)
{
	toast_show(&m->toast, el, text, m->session.ms, 0);
	fx_timer(fx, TIMER_TOAST, toast_wait(&m->toast, m->session.ms));
	if (el != EL_DIM) /* a word in passing is no message to look up later */
		sd_log(el == EL_ERROR ? SD_LOG_ERROR : el == EL_WARN ? SD_LOG_WARN : SD_LOG_INFO, "%s", text);
}

/* Handling one may add others behind it; a copy, because the array may move. */
void model_events(struct model *m, struct effects *fx)
{
	outbox_go_on(m, fx);
	for (; fx->done < fx->n; fx->done++) {
		struct fx f = fx->v[fx->done];

		if (f.kind == FX_EVENT)
			on_event(m, &f, fx);
		else if (f.kind == FX_TOAST)
			on_toast(m, f.element, f.text, fx);
	}
	visited_note(m);
	ci_note(m);
	countdown_schedule(m, fx);
	presence_note(m, fx);
	match_follow(m, fx);
	m->dirty = true;
}
