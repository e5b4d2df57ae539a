/* An act on many tickets while it runs: part after part under one operation, what came of each ticket, the failed ones again. */
#include "config.h"
#include "tui/app/live.h"
#include "tui/app/bulk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tui/app/drafts.h"
#include "tui/app/outbox.h"
#include "tui/app/undo.h"

bool bulk_running(const struct model *m)
{
	return m->bulk && m->bulk->running;
}

static bool more_to_send(const struct bulk *b)
{
	if (b->stopped)
		return false;
	if (b->undo) /* how many parts there are the first one tells */
		return b->parts_all ? b->parts < b->parts_all : !b->parts;
	return bulk_count(b, BULK_WAITS) > 0;
}

static void send_part(struct model *m, struct bulk *b, struct sd_unsent *u, struct effects *fx)
{
	struct sd_str label = {0};
	int n = u->nids;

	sd_str_add(&label, b->undo ? (b->redo ? _("Redo") : _("Undo")) : b->label);
	if (b->undo)
		sd_str_addf(&label, ": %s", b->label);
	else
		sd_str_addf(&label, ngettext(", %d ticket", ", %d tickets", (unsigned long)n), n);
	sd_unsent_put(&u->label, label.data);
	sd_str_free(&label);
	u->part = b->parts++;
	b->in_flight++;
	outbox_send(m, u, (struct req){REQ_PART, 0, b->number, u->part}, fx);
}

static void send_act(struct model *m, struct bulk *b, struct effects *fx)
{
	struct sd_unsent *u = sd_unsent_new(SD_UNSENT_PART, b->op);

	for (size_t i = 0; i < b->n && u->nids < BULK_PART; i++) {
		if (b->t[i].status != BULK_WAITS)
			continue;
		sd_unsent_add_id(u, b->t[i].id);
		b->t[i].status = BULK_SENT;
		b->t[i].part = b->parts;
	}
	sd_unsent_put(&u->verb, b->verb);
	sd_unsent_put(&u->fields, b->fields);
	send_part(m, b, u, fx);
}

static void send_undo(struct model *m, struct bulk *b, struct effects *fx)
{
	struct sd_unsent *u = sd_unsent_new(SD_UNSENT_UNDO, b->op);

	snprintf(u->of, sizeof u->of, "%s", b->of);
	send_part(m, b, u, fx);
}

/* Two parts on their way at once: the database works while an answer travels. Without a line all of them are kept: nobody may be
 * here to send the rest. */
static void send_parts(struct model *m, struct effects *fx)
{
	struct bulk *b = m->bulk;

	while ((b->in_flight < BULK_AT_ONCE || (!m->session.online && !b->undo)) && more_to_send(b))
		b->undo ? send_undo(m, b, fx) : send_act(m, b, fx);
}

void bulk_line_lost(struct model *m, struct effects *fx)
{
	if (bulk_running(m))
		send_parts(m, fx);
}

void bulk_go(struct model *m, struct effects *fx)
{
	struct bulk *b = m->bulk;

	if (!*b->op)
		m->env.uuid(m->env.arg, b->op);
	b->running = true;
	b->stopped = false;
	send_parts(m, fx);
}

bool bulk_stop(struct model *m, struct effects *fx)
{
	struct bulk *b = m->bulk;

	if (!bulk_running(m) || b->stopped)
		return false;
	b->stopped = true;
	fx_toast(fx, EL_WARN, "%s", _("Stopping: what is on its way still comes"));
	return true;
}

const char *bulk_progress(const struct model *m, char *buf, size_t size)
{
	const struct bulk *b = m->bulk;

	buf[0] = '\0';
	if (bulk_running(m))
		snprintf(buf, size, "%s %zu/%zu", b->label, b->done + bulk_count(b, BULK_FAILED), b->total);
	return buf;
}

/* ---- what came of it ---- */
static void failed(struct bulk_ticket *t, const char *why)
{
	free(t->why);
	t->why = sd_strdup(why);
	t->status = BULK_FAILED;
}

/* Undone or refused: the tickets of an operation are known only by their outcomes. */
static struct bulk_ticket *take_in(struct bulk *b, const struct sd_outcome *o)
{
	struct bulk_ticket *t = bulk_find(b, o->id);

	if (t || !b->undo)
		return t;
	t = SD_PUSH(b->t, b->n, b->cap);
	*t = (struct bulk_ticket){.id = o->id, .number = sd_strdup(o->number), .status = BULK_SENT};
	for (; t > b->t && t[-1].id > t->id; t--) { /* in order */
		struct bulk_ticket other = t[-1];

		t[-1] = *t;
		*t = other;
	}
	return t;
}

static void take_outcome(struct model *m, struct bulk *b, const struct sd_outcome *o, struct effects *fx)
{
	struct bulk_ticket *t = take_in(b, o);
	const char *kind = t && t->kind ? t->kind : "";

	if (!t || t->status == BULK_DONE)
		return;
	if (!t->number && *o->number)
		t->number = sd_strdup(o->number);
	if (!o->ok) {
		failed(t, act_refusal(m, fx->arena, kind, o->error_id, o->error_args, o->error_text));
		return;
	}
	t->status = BULK_DONE;
	b->done++;
	if (!b->undo)
		list_mark(&m->queue->list, (uint64_t)t->id, false);
}

/* The rows that are seen change at once; the feed tells of the others. */
static void look_again(struct model *m, const struct sd_outcomes *o, struct effects *fx)
{
	int64_t *ids = sd_arena_alloc(fx->arena, ((size_t)o->n + 1) * sizeof *ids);
	int n = 0;

	for (int i = 0; i < o->n; i++) {
		if (queue_row(m->queue, o->v[i].id))
			ids[n++] = o->v[i].id;
		detail_own(m->detail, o->v[i].id, o->v[i].seq);
		if (o->v[i].id == m->detail->id)
			detail_changed(m->detail, fx);
	}
	live_own(m, ids, n, fx);
}

static void part_failed(struct bulk *b, int part, const char *why)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->t[i].status == BULK_SENT && b->t[i].part == part)
			failed(&b->t[i], why);
	b->stopped = true; /* a failure of the database is no verdict on a ticket: the rest would meet it too */
}

static void finish(struct model *m, struct effects *fx)
{
	struct bulk *b = m->bulk;
	size_t bad = bulk_count(b, BULK_FAILED),
		   rest = b->undo ? (b->stopped ? b->total - b->done - bad : 0) : bulk_count(b, BULK_WAITS);
	struct sd_str s = {0};
	const char *word = !b->undo ? "" : b->redo ? _("Done again: ") : _("Undone: ");

	b->running = false;
	sd_str_addf(&s, _("%s%s: %zu done"), word, b->label, b->done);
	if (bad)
		sd_str_addf(&s, _(", %zu failed"), bad);
	if (rest)
		sd_str_addf(&s, _(", %zu not tried"), rest);
	if (b->undo)
		undo_many_done(m, b);
	else if (b->done)
		undo_many_push(m, b, &s);
	if (!bad && !rest && b->draft_key)
		drafts_drop(m, b->draft_key, fx);
	fx_toast(fx, bad || rest ? EL_WARN : EL_OK, "%s", s.data);
	sd_str_free(&s);
	if (bad)
		bulk_results(m, true);
	m->quitting = m->quitting && !bad;
	if (model_may_quit(m))
		fx_add(fx, FX_QUIT);
}

void bulk_part(struct model *m, const struct answer *a, struct effects *fx)
{
	struct bulk *b = m->bulk;
	const char *json = table_get(a->table, 0, 0);
	struct sd_err err = {0};
	struct sd_outcomes *o = json ? sd_outcomes_parse(json, &err) : NULL;

	if (!b || !b->running || b->number != (int)a->req.id) {
		sd_outcomes_free(o);
		return;
	}
	b->in_flight--;
	if (o && (o->all.ok || o->n)) {
		if (o->parts)
			b->parts_all = o->parts;
		for (int i = 0; i < o->n; i++)
			take_outcome(m, b, &o->v[i], fx);
		if (b->undo && b->total < b->n)
			b->total = b->n;
		look_again(m, o, fx);
	} else {
		const char *why = o        ? act_refusal(m, fx->arena, "", o->all.error_id, o->all.error_args, o->all.error_text)
						  : a->err ? a->err->text
								   : err.text;

		part_failed(b, a->req.arg, why);
		fx_toast(fx, EL_ERROR, "%s: %s", b->label, why);
	}
	sd_outcomes_free(o);
	send_parts(m, fx);
	if (!b->in_flight)
		finish(m, fx);
}

void bulk_undo(struct model *m, const char *op, const char *label, size_t tickets, bool redo, struct effects *fx)
{
	char buf[96];
	struct bulk *b;

	if (bulk_running(m)) {
		fx_toast(fx, EL_WARN, _("Not possible: %s is still running; Esc stops it"), bulk_progress(m, buf, sizeof buf));
		return;
	}
	b = bulk_new(m, "undo", label);
	b->undo = true;
	b->redo = redo;
	b->ids_known = b->rows_known = true;
	b->total = tickets;
	snprintf(b->of, sizeof b->of, "%s", op);
	bulk_go(m, fx);
}

/* ---- the failed ones ---- */
static void fill(struct model *m, struct overlay *o)
{
	struct bulk *b = m->bulk;
	struct sd_str title = {0};
	size_t bad = bulk_count(b, BULK_FAILED);

	sd_str_addf(&title, _("%s: %zu failed"), b->label, bad);
	if (!b->undo)
		sd_str_add(&title, _("; r tries again"));
	menu_init(&o->menu, title.data);
	for (size_t i = 0; i < b->n; i++) {
		struct sd_str line = {0};

		if (b->t[i].status != BULK_FAILED)
			continue;
		sd_str_addf(&line, "%s  %s", b->t[i].number ? b->t[i].number : "?", b->t[i].why);
		menu_add(&o->menu, &(struct menu_entry){.id = (int)i, .label = line.data});
		sd_str_free(&line);
	}
	sd_str_free(&title);
}

const char *bulk_failed_off(const struct model *m)
{
	return m->bulk && !m->bulk->running && bulk_count(m->bulk, BULK_FAILED) ? NULL : _("nothing failed");
}

void bulk_results(struct model *m, bool come)
{
	struct overlay *o = come ? overlay_come(m, OV_MENU) : overlay_push(m, OV_MENU);

	if (!o)
		return;
	o->use = DLG_RESULTS;
	o->command = m->bulk->number;
	fill(m, o);
}

/* Under the same operation, so that one undo takes back all of it; under a new one if that was undone meanwhile. */
static void again(struct model *m, struct effects *fx)
{
	struct bulk *b = m->bulk;

	for (size_t i = 0; i < b->n; i++)
		if (b->t[i].status == BULK_FAILED)
			b->t[i].status = BULK_WAITS;
	b->total = b->done + bulk_count(b, BULK_WAITS);
	if (undo_taken_back(m, b->op)) {
		b->op[0] = '\0';
		b->parts = 0;
		b->total -= b->done;
		b->done = 0;
	}
	bulk_go(m, fx);
}

void bulk_results_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	struct bulk *b = m->bulk;
	const struct menu_item *it = menu_selected(&o->menu);
	bool mine = b && b->number == o->command; /* another act may have come since */
	int64_t id = it && mine && (size_t)it->id < b->n ? b->t[it->id].id : 0;
	enum widget_result r;

	if (key_is(k, 'r', 0) && mine && !b->undo && !b->running) {
		overlay_pop(m);
		again(m, fx);
		return;
	}
	r = menu_update(&o->menu, k);
	if (r != W_SUBMIT && r != W_CANCEL)
		return;
	overlay_pop(m);
	if (r == W_SUBMIT && id) {
		queue_select(m->queue, id);
		model_open(m, id, fx);
	}
}
