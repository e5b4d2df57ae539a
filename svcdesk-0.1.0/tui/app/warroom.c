#include "config.h"
#include "tui/app/warroom.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/bulk.h"
#include "tui/pane/warroom.h"

static struct warroom *room(const struct model *m)
{
	return (struct warroom *)board_get(m, BOARD_WARROOM);
}

bool warroom_shown(const struct model *m)
{
	return board_shown(m) == BOARD_WARROOM;
}

void warroom_open(struct model *m, struct effects *fx)
{
	struct warroom *w = room(m);
	struct target t = model_target(m);
	const char *major = t.ticket ? sd_ticket_get(t.ticket, "major") : "";

	if (!strcmp(major, "accepted") || !strcmp(major, "candidate"))
		warroom_choose(w, t.id);
	else if (w->id && !warroom_ticket(w))
		warroom_choose(w, 0);
	w->chosen = w->id != 0;
	board_begin(m, BOARD_WARROOM, fx);
}

int64_t warroom_at(const struct model *m)
{
	return warroom_shown(m) ? room(m)->id : 0;
}

struct target warroom_target(const struct model *m)
{
	const struct warroom *w = room(m);
	const struct sd_ticket *t = warroom_ticket(w);
	int row = list_row(&w->list);

	if (t)
		return (struct target){
			.id = t->id, .number = t->number, .kind = t->kind, .state = t->state, .version = t->version, .ticket = t};
	if (w->id || !w->majors || row < 0 || row >= w->majors->n)
		return (struct target){.id = 0};
	return (struct target){
		.id = w->majors->v[row].id, .number = w->majors->v[row].number, .kind = "incident", .state = w->majors->v[row].state};
}

/* ---- what its keys do ---- */
static const char *major_of(const struct model *m)
{
	const struct warroom *w = room(m);
	const struct sd_ticket *t = warroom_ticket(w);
	int row = list_row(&w->list);

	if (t)
		return sd_ticket_get(t, "major");
	return !w->id && w->majors && row >= 0 && row < w->majors->n ? w->majors->v[row].major : "";
}

const char *warroom_off(const struct model *m, const char *verb)
{
	struct target t = warroom_target(m);
	bool accepted = !strcmp(major_of(m), "accepted");

	/* of a row of the list the desk has not said what is possible */
	if (t.id && !t.ticket &&
		(accepted ? !strcmp(verb, "accept_major") || !strcmp(verb, "reject_major")
				  : !!strcmp(verb, "accept_major") && !!strcmp(verb, "reject_major")))
		return accepted ? _("it is accepted already") : _("it is not accepted yet");
	return act_off(m, &t, verb, m->cand_arena);
}

static void adopt(struct model *m, const char *number, struct effects *fx)
{
	const struct preset presets[] = {{"type", "parent"}, {"to", number}};
	char *fields = sd_arena_printf(fx->arena, "{\"type\":\"parent\",\"to\":\"%s\"}", number);

	if (list_marks_count(&m->queue->list) || m->queue->marking)
		bulk_start_fields(m, "link", fields, sd_arena_printf(fx->arena, _("child of %s"), number), fx);
	else
		act_start(m, "link", presets, 2, fx);
}

/* The marked tickets become children; without any, the way to them is said. */
static void adopt_here(struct model *m, struct effects *fx)
{
	const struct sd_ticket *t = warroom_ticket(room(m));

	if (!t) {
		fx_toast(fx, EL_WARN, "%s", _("Open a major incident first"));
	} else if (list_marks_count(&m->queue->list) || m->queue->marking) {
		adopt(m, t->number, fx);
	} else {
		board_leave(m, fx);
		model_focus(m, PANE_QUEUE, fx);
		fx_timer(fx, TIMER_PREVIEW, 0);
		fx_toast(fx, EL_OK, _("Mark what belongs to %s, then :adopt"), t->number);
	}
}

static void report(struct model *m, struct effects *fx)
{
	const struct warroom *w = room(m);
	const struct sd_ticket *t = warroom_ticket(w);
	struct preset presets[2];
	int n = 0;

	if (t && !*sd_ticket_get(t, "report_summary"))
		presets[n++] = (struct preset){"summary", w->room->draft_summary};
	if (t && !*sd_ticket_get(t, "report_timeline"))
		presets[n++] = (struct preset){"timeline", w->room->draft_timeline};
	act_start(m, "report", presets, n, fx);
}

void warroom_act(struct model *m, enum action a, struct effects *fx)
{
	static const struct {
		enum action a;
		const char *verb;
	} verbs[] = {{ACT_ROOM_UPDATE, "update"}, {ACT_ROOM_NOTE, "note"}, {ACT_ROOM_ROLES, "major_roles"},
		{ACT_ROOM_RESOLVE, "resolve"}, {ACT_ROOM_CLOSE, "close"}};

	if (a == ACT_ROOM_ADOPT)
		adopt_here(m, fx);
	else if (a == ACT_ROOM_REPORT)
		report(m, fx);
	else if (a == ACT_ROOM_ACCEPT)
		act_start(m, !*major_of(m) ? "propose_major" : "accept_major", NULL, 0, fx);
	else if (a == ACT_ROOM_REJECT)
		act_start(m, !strcmp(major_of(m), "accepted") ? "demote_major" : "reject_major", NULL, 0, fx);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (verbs[i].a == a)
			act_start(m, verbs[i].verb, NULL, 0, fx);
}

void warroom_acted(struct model *m, struct effects *fx)
{
	if (warroom_shown(m))
		board_read(&room(m)->board, &m->session, fx);
}

bool warroom_back(struct model *m, struct effects *fx)
{
	return warroom_shown(m) && warroom_up(room(m), &m->session, fx);
}

/* ---- words ---- */
const char *warroom_number(struct sd_arena *a, const char *typed)
{
	char *out = sd_arena_strdup(a, typed);
	size_t n = strlen(out);

	while (n && out[n - 1] == ' ')
		out[--n] = '\0';
	for (char *p = out; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return out;
}

void warroom_command(struct model *m, const char *rest, struct effects *fx)
{
	const char *number = warroom_number(fx->arena, rest);

	if (!*number) {
		warroom_open(m, fx);
		return;
	}
	warroom_choose_number(room(m), number);
	board_begin(m, BOARD_WARROOM, fx);
}

/* Of the room that was looked at last, or the only major incident that goes on. */
static const char *adopter(const struct model *m)
{
	const struct warroom *w = room(m);
	const struct sd_ticket *t = warroom_ticket(w);

	if (t)
		return t->number;
	for (int i = 0; w->majors && i < w->majors->n; i++)
		if (!strcmp(w->majors->v[i].major, "accepted"))
			return w->majors->v[i].number;
	return "";
}

void adopt_command(struct model *m, const char *rest, struct effects *fx)
{
	const char *number = warroom_number(fx->arena, rest);

	if (!*number)
		number = adopter(m);
	if (strspn(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != strlen(number) || !*number) {
		fx_toast(fx, EL_WARN, "%s", _("By which major incident? adopt INC100042, or open its war room first"));
		return;
	}
	if (warroom_shown(m) && !list_marks_count(&m->queue->list) && !m->queue->marking) {
		adopt_here(m, fx);
		return;
	}
	adopt(m, number, fx);
}
