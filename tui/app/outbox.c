#include "config.h"
#include "tui/app/outbox.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tui/app/actions.h"
#include "tui/app/bulk.h"
#include "tui/app/silence.h"
#include "tui/app/undo.h"

enum { KEEP_MS = 400 };
static const int64_t old_age = (int64_t)3600 * 1000000; /* what was meant an hour ago may not be meant now */

struct outbox *outbox_new(const struct model_env *env)
{
	struct outbox *b = sd_calloc(1, sizeof *b);

	b->disk = !env->cfg || sd_cfg_bool(env->cfg, "drafts-disk");
	return b;
}

void outbox_free(struct outbox *b)
{
	for (size_t i = 0; i < b->n; i++)
		sd_unsent_free(b->v[i].u);
	sd_unsent_free(b->answered.u);
	free(b->v);
	free(b->gone);
	free(b);
}

/* ---- what is in it ---- */
struct out_item *outbox_item(const struct model *m, int id)
{
	for (size_t i = 0; i < m->outbox->n; i++)
		if (m->outbox->v[i].id == id)
			return &m->outbox->v[i];
	return NULL;
}

static size_t count(const struct model *m, enum out_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < m->outbox->n; i++)
		n += m->outbox->v[i].state == state;
	return n;
}

bool outbox_has(const struct model *m, int64_t ticket, const char *verb, const char *fields)
{
	const struct sd_unsent *last = NULL;

	for (size_t i = 0; i < m->outbox->n; i++)
		if (m->outbox->v[i].state != OUT_HELD && m->outbox->v[i].u->call == SD_UNSENT_ACT && m->outbox->v[i].u->ticket == ticket)
			last = m->outbox->v[i].u;
	return last && !strcmp(last->verb, verb) && !strcmp(last->fields, fields);
}

bool outbox_busy(const struct model *m)
{
	return count(m, OUT_HELD) < m->outbox->n;
}

/* Without a line what was sent waits too: its answer will not come any more. */
static size_t waiting(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->outbox->n; i++)
		n += m->outbox->v[i].state != OUT_HELD && (!m->session.online || m->outbox->v[i].waited);
	return n;
}

struct out_item *outbox_last(const struct model *m)
{
	for (size_t i = m->outbox->n; i-- > 0;)
		if (m->outbox->v[i].state != OUT_HELD)
			return &m->outbox->v[i];
	return NULL;
}

const char *outbox_state(const struct model *m, int64_t ticket)
{
	const char *state = NULL;

	for (size_t i = 0; i < m->outbox->n; i++) {
		const struct out_item *it = &m->outbox->v[i];

		if (it->state != OUT_HELD && it->u->call == SD_UNSENT_ACT && it->u->ticket == ticket)
			state = *it->u->to || !state ? it->u->to : state;
	}
	return state;
}

const char *outbox_text(const struct model *m, char *buf, size_t size)
{
	size_t waits = waiting(m), held = count(m, OUT_HELD);
	char keys[64];

	*buf = '\0';
	if (waits)
		snprintf(buf, size, ngettext("%zu act waits for the line", "%zu acts wait for the line", (unsigned long)waits), waits);
	else if (held)
		snprintf(buf, size, ngettext("%zu act waits for you: %s", "%zu acts wait for you: %s", (unsigned long)held), held,
			keymap_keys(&m->keymap, ACT_OUTBOX, true, keys, sizeof keys));
	return buf;
}

/* One a ticket: where the last act leads, and whether anything waits. */
static void put_mark(struct model *m, size_t *n, int64_t ticket, const char *to, bool waits)
{
	size_t i = 0;

	while (i < *n && m->marks[i].id != ticket)
		i++;
	if (i == *n)
		m->marks[(*n)++] = (struct pending_mark){ticket, to, waits};
	if (*to)
		m->marks[i].to = to;
	m->marks[i].waits = m->marks[i].waits || waits;
}

/* What the panes show on their rows. */
static void mark(struct model *m)
{
	size_t n = 0, most = 1;

	for (size_t i = 0; i < m->outbox->n; i++)
		most += 1 + (size_t)m->outbox->v[i].u->nids;
	m->marks = sd_realloc(m->marks, most * sizeof *m->marks);
	for (size_t i = 0; i < m->outbox->n; i++) {
		const struct out_item *it = &m->outbox->v[i];
		bool waits = it->state == OUT_HELD || it->waited || !m->session.online;

		if (it->u->call == SD_UNSENT_ACT)
			put_mark(m, &n, it->u->ticket, it->state == OUT_HELD ? "" : it->u->to, waits);
		for (int k = 0; k < it->u->nids; k++)
			put_mark(m, &n, it->u->ids[k], "", waits);
	}
	m->session.pending = m->marks;
	m->session.npending = (int)n;
	m->session.pending_gen++;
	m->dirty = true;
	outbox_list_refresh(m);
}

static struct out_item *put(struct model *m, struct sd_unsent *u, struct req req)
{
	struct outbox *b = m->outbox;
	struct out_item *it;
	size_t at;

	SD_PUSH(b->v, b->n, b->cap);
	for (at = b->n - 1; at > 0 && b->v[at - 1].u->order > u->order; at--)
		b->v[at] = b->v[at - 1];
	it = &b->v[at];
	*it = (struct out_item){.id = ++b->last_id, .u = u, .req = req};
	if (u->order > b->last_order)
		b->last_order = u->order;
	return it;
}

static void lose(struct model *m, struct out_item *it)
{
	struct outbox *b = m->outbox;

	memmove(it, it + 1, (size_t)(b->v + --b->n - it) * sizeof *it);
}

/* ---- the disk ---- */
static void save(struct model *m, struct out_item *it, struct effects *fx)
{
	if (!m->outbox->disk)
		return;
	it->kept = true;
	fx_add(fx, FX_UNSENT_SAVE)->unsent = sd_unsent_copy(it->u);
}

void outbox_keep(struct model *m, struct effects *fx)
{
	for (size_t i = 0; i < m->outbox->n; i++)
		if (!m->outbox->v[i].kept)
			save(m, &m->outbox->v[i], fx);
}

void model_unsent_kept(struct model *m, const struct sd_unsent *u, const char *trouble, struct effects *fx)
{
	for (size_t i = 0; i < m->outbox->n; i++) {
		struct out_item *it = &m->outbox->v[i];

		if (trouble && !strcmp(it->u->op, u->op) && it->u->part == u->part)
			it->kept = false; /* tried again with the next one, and when the program ends */
	}
	if (trouble && !m->outbox->trouble)
		fx_toast(fx, EL_ERROR, _("%s; it waits in this console only"), trouble);
	m->outbox->trouble = trouble != NULL;
	model_events(m, fx);
}

void outbox_gone(struct outbox *b, const char *op)
{
	snprintf(*SD_PUSH(b->gone, b->ngone, b->capgone), SD_UUID_TEXT, "%s", op);
}

static void drop_gone(struct model *m, struct effects *fx)
{
	struct outbox *b = m->outbox;

	for (size_t i = 0; i < b->ngone; i++) {
		struct fx *f = fx_add(fx, FX_UNSENT_DROP);

		f->text = sd_arena_strdup(fx->arena, b->gone[i]);
		f->id = 0;
	}
	b->ngone = 0;
}

static void drop(const struct out_item *it, struct effects *fx)
{
	struct fx *f;

	if (!it->kept)
		return;
	f = fx_add(fx, FX_UNSENT_DROP);
	f->text = sd_arena_strdup(fx->arena, it->u->op);
	f->id = it->u->part;
}

/* ---- sending ---- */
static bool same_ticket(const struct sd_unsent *a, const struct sd_unsent *b)
{
	if (a->call == SD_UNSENT_ACT && b->call == SD_UNSENT_ACT)
		return a->ticket == b->ticket;
	for (int i = 0; i < a->nids; i++) {
		if (b->call == SD_UNSENT_ACT && a->ids[i] == b->ticket)
			return true;
		for (int k = 0; k < b->nids; k++)
			if (a->ids[i] == b->ids[k])
				return true;
	}
	return a->call == SD_UNSENT_ACT && b->nids && same_ticket(b, a);
}

/* b has to wait for a. Which tickets an undo is about is not known here; parts of one operation never wait. */
static bool in_order(const struct sd_unsent *a, const struct sd_unsent *b)
{
	if (!strcmp(a->op, b->op))
		return false;
	if (a->call == SD_UNSENT_UNDO && b->call == SD_UNSENT_UNDO)
		return !strcmp(b->of, a->op);
	return a->call == SD_UNSENT_UNDO || b->call == SD_UNSENT_UNDO || same_ticket(a, b);
}

static void send(struct out_item *it, struct effects *fx)
{
	const struct sd_unsent *u = it->u;
	char id[24], version[16], part[16];
	struct sd_str ids = {0};
	const char *act[] = {id, u->verb, u->fields, u->version ? version : NULL, u->op}, *create[] = {u->kind, u->fields, u->op},
			   *undo[] = {u->of, u->op, part}, *many[] = {NULL, u->verb, u->fields, u->op, part};

	it->state = OUT_SENT;
	it->req.gen = it->times++;
	snprintf(id, sizeof id, "%" PRId64, u->ticket);
	snprintf(version, sizeof version, "%d", u->version);
	snprintf(part, sizeof part, "%d", u->part);
	for (int i = 0; it->loaded && i < u->nfiles; i++)
		fx_add(fx, FX_UPLOAD)->text = sd_arena_strdup(fx->arena, u->files[i]);
	switch (u->call) {
	case SD_UNSENT_ACT:
		fx_query(fx, it->req, FX_ACT, "select desk.act($1::bigint, $2, $3::jsonb, $4::int, $5::uuid, 'console')", 5, act);
		break;
	case SD_UNSENT_CREATE:
		fx_query(fx, it->req, FX_ACT, "select desk.create($1, $2::jsonb, $3::uuid, 'console')", 3, create);
		break;
	case SD_UNSENT_UNDO:
		fx_query(fx, it->req, FX_ACT, "select desk.undo($1::uuid, $2::uuid, $3::int, 'console')", 3, undo);
		break;
	default:
		for (int i = 0; i < u->nids; i++)
			sd_str_addf(&ids, "%s%" PRId64, i ? "," : "{", u->ids[i]);
		sd_str_addc(&ids, '}');
		many[0] = ids.data;
		fx_query(fx, it->req, FX_ACT, "select desk.act_many($1::bigint[], $2, $3::jsonb, $4::uuid, $5::int, 'console')", 5, many);
		sd_str_free(&ids);
	}
}

/* Pressed so long ago that the person is asked before it happens. */
static bool too_old(const struct model *m, const struct out_item *it)
{
	int64_t age = m->session.now - it->u->at;

	return it->waited && !it->meant && (age > old_age || age < -old_age);
}

static void flush(struct model *m, struct effects *fx)
{
	struct outbox *b = m->outbox;
	size_t old = 0;
	char keys[64];

	for (size_t i = 0; m->session.online && m->meta && i < b->n; i++) {
		struct out_item *it = &b->v[i];
		bool free = it->state == OUT_WAITS;

		if (free && too_old(m, it)) {
			it->state = OUT_HELD;
			sd_unsent_put(&it->u->why, _("pressed more than an hour ago: is it still meant?"));
			save(m, it, fx);
			old++;
			continue;
		}
		for (size_t k = 0; free && k < i; k++)
			free = b->v[k].state == OUT_HELD || !in_order(b->v[k].u, it->u);
		if (free)
			send(it, fx);
	}
	if (old)
		fx_toast(fx, EL_WARN,
			ngettext("%zu act is more than an hour old and was not sent: %s shows it",
				"%zu acts are more than an hour old and were not sent: %s shows them", (unsigned long)old),
			old, keymap_keys(&m->keymap, ACT_OUTBOX, true, keys, sizeof keys));
	if (old)
		mark(m);
}

void outbox_go_on(struct model *m, struct effects *fx)
{
	flush(m, fx);
	drop_gone(m, fx);
}

void outbox_send(struct model *m, struct sd_unsent *u, struct req req, struct effects *fx)
{
	struct outbox *b = m->outbox;
	struct out_item *it;
	struct sd_str place = {0};
	char keys[64];

	draft_place(m, &place);
	sd_unsent_put(&u->place, place.data);
	sd_str_free(&place);
	u->at = m->session.now;
	u->order = u->at > b->last_order ? u->at : b->last_order + 1;
	it = put(m, u, req);
	if (!m->session.online) {
		it->waited = true;
		save(m, it, fx);
		keymap_keys(&m->keymap, ACT_OUTBOX, true, keys, sizeof keys);
		if (b->disk)
			fx_toast(fx, EL_WARN, _("%s: waits for the connection and is kept; %s shows what waits"), u->label, keys);
		else
			fx_toast(fx, EL_WARN, _("%s: waits for the connection, in this console only: your settings keep nothing on the disk"),
				u->label);
	}
	flush(m, fx);
	if (m->session.online)
		silence_asked(m, fx);
	if (m->session.online && b->disk && !b->timer) {
		b->timer = true;
		fx_timer(fx, TIMER_OUTBOX, KEEP_MS);
	}
	mark(m);
}

void outbox_timer(struct model *m, struct effects *fx)
{
	m->outbox->timer = false;
	outbox_keep(m, fx);
}

void outbox_conn(struct model *m, struct effects *fx)
{
	size_t n = 0;
	char keys[64];

	if (m->session.online) {
		outbox_look(m, fx);
		flush(m, fx);
	} else {
		for (size_t i = 0; i < m->outbox->n; i++) {
			struct out_item *it = &m->outbox->v[i];

			it->waited = it->waited || it->state != OUT_HELD;
			n += it->state != OUT_HELD;
		}
		outbox_keep(m, fx);
		if (n)
			fx_toast(fx, EL_WARN,
				ngettext("The line broke: %zu act waits for it; %s shows it",
					"The line broke: %zu acts wait for it; %s shows them", (unsigned long)n),
				n, keymap_keys(&m->keymap, ACT_OUTBOX, true, keys, sizeof keys));
	}
	mark(m);
}

/* ---- answers ---- */
static struct act *act_of(const struct model *m, const char *op)
{
	for (size_t i = 0; i < m->nacts; i++)
		if (!strcmp(m->acts[i]->op, op))
			return m->acts[i];
	return NULL;
}

static struct out_item *by_req(const struct model *m, const struct req *r)
{
	for (size_t i = 0; i < m->outbox->n; i++) {
		struct out_item *it = &m->outbox->v[i];

		if (it->req.kind == r->kind && it->req.id == r->id && it->req.arg == r->arg)
			return it;
	}
	return NULL;
}

/* One's own act before it is nothing one has not seen: what waits behind it was pressed on what came of that. Where others were
 * there as well, or it may have been sent already, the version stays, so that the desk compares with what they did; only if it
 * then finds nothing but oneself the later version counts. */
static void rebase(struct model *m, const struct sd_unsent *done, int version, struct effects *fx)
{
	for (size_t i = 0; done->call == SD_UNSENT_ACT && i < m->outbox->n; i++) {
		struct out_item *it = &m->outbox->v[i];

		if (it->u->call != SD_UNSENT_ACT || it->u->ticket != done->ticket || !it->u->version || it->u->version >= version ||
			it->u->order <= done->order)
			continue;
		if (!it->unsure && it->u->version == done->version && version == done->version + 1)
			it->u->version = version;
		else
			it->u->after = version;
		if (it->kept)
			save(m, it, fx);
	}
}

/* Refused for nothing but one's own act before it: it was never done, so it may be sent on what came of that. */
static bool own_conflict(struct model *m, struct out_item *it, const struct sd_outcome *o, struct effects *fx)
{
	json_t *args = o->error_args ? json_loads(o->error_args, 0, NULL) : NULL, *all = json_object_get(args, "conflicts"), *c;
	bool mine = it->u->after > it->u->version && !strcmp(o->error_id, "field_conflict") && json_array_size(all) &&
				!json_object_get(args, "crossed");
	size_t i;

	json_array_foreach(all, i, c)
	{
		mine = mine && json_is_true(json_object_get(c, "own")); /* two people may have one name */
	}
	json_decref(args);
	if (!mine)
		return false;
	it->u->version = it->u->after;
	it->state = OUT_WAITS;
	if (it->kept)
		save(m, it, fx);
	return true;
}

/* What the line did not bring through, or what the database could not do now: stays here. */
static bool failed(struct model *m, struct out_item *it, const struct sd_err *err, struct effects *fx)
{
	if (err->cls == SD_ERR_CONNECTION) {
		it->state = OUT_WAITS;
		it->waited = it->unsure = true;
		if (!it->kept)
			save(m, it, fx);
	} else if (it->waited) {
		it->state = OUT_HELD;
		sd_unsent_put(&it->u->why, err->text);
		save(m, it, fx);
		fx_toast(fx, EL_ERROR, "%s: %s", it->u->label, err->text);
	} else {
		return false;
	}
	mark(m);
	return true;
}

bool outbox_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct outbox *b = m->outbox;
	struct out_item *it = by_req(m, &a->req);
	const char *json = table_get(a->table, 0, 0);
	struct sd_err err = {0};
	struct sd_outcome *o;
	struct act *act;
	bool own;

	if (!it)
		return false;
	if (it->state != OUT_SENT || it->req.gen != a->req.gen)
		return true; /* of a sending that was given up */
	if (!json && a->err && failed(m, it, a->err, fx))
		return true;
	o = json && it->u->call == SD_UNSENT_ACT ? sd_outcome_parse(json, &err) : NULL;
	own = o && !o->ok && own_conflict(m, it, o, fx);
	if (o && o->ok)
		rebase(m, it->u, o->version, fx);
	sd_outcome_free(o);
	if (own)
		return true;
	sd_unsent_free(b->answered.u);
	b->answered = *it;
	lose(m, it);
	act = act_of(m, b->answered.u->op);
	if (act)
		act->waited = b->answered.waited;
	else
		drop(&b->answered, fx);
	mark(m);
	if (a->req.kind == REQ_UNSENT)
		outbox_orphan(m, &b->answered, a, fx);
	return a->req.kind == REQ_UNSENT;
}

void outbox_hold(struct model *m, struct act *act, const char *why, struct effects *fx)
{
	struct sd_unsent *u = act_unsent(m, act);
	struct out_item *it;
	struct sd_str place = {0};

	draft_place(m, &place);
	sd_unsent_put(&u->place, place.data);
	sd_str_free(&place);
	sd_unsent_put(&u->why, why);
	u->at = m->session.now;
	u->order = m->outbox->last_order + 1;
	it = put(m, u, (struct req){REQ_ACT, 0, act->number, 0});
	it->state = OUT_HELD;
	it->waited = true;
	save(m, it, fx);
	m->acts = sd_realloc(m->acts, (m->nacts + 1) * sizeof(struct act *));
	m->acts[m->nacts++] = act;
	mark(m);
}

void outbox_retry(struct model *m, struct out_item *it, struct effects *fx)
{
	if (it->state == OUT_SENT)
		return;
	it->state = OUT_WAITS;
	it->meant = true;
	sd_unsent_put(&it->u->why, "");
	save(m, it, fx);
	flush(m, fx);
	mark(m);
}

void outbox_take_back(struct model *m, struct out_item *it, struct effects *fx)
{
	struct out_item gone = *it;
	struct sd_err err = {.cls = SD_ERR_INPUT};
	struct answer a = {.req = gone.req, .err = &err};

	snprintf(err.text, sizeof err.text, "%s", _("taken back before it was sent"));
	lose(m, it);
	drop(&gone, fx);
	if (gone.req.kind == REQ_ACT)
		act_taken_back(m, gone.u->op, fx);
	else if (gone.req.kind == REQ_PART)
		bulk_part(m, &a, fx);
	else if (gone.req.kind == REQ_UNDO)
		undo_answer(m, &a, fx);
	fx_toast(fx, EL_WARN,
		gone.u->draft ? _("Taken back before it was sent: %s; its text is kept as a draft")
					  : _("Taken back before it was sent: %s"),
		gone.u->label);
	sd_unsent_free(gone.u);
	mark(m);
}

/* ---- what others have left ---- */
struct loading {
	struct model *m;
	struct effects *fx;
	size_t n;
};

static void take(void *arg, const struct sd_unsent *u)
{
	struct loading *l = arg;
	struct model *m = l->m;
	struct out_item *it;
	struct req req = {REQ_UNSENT, 0, 0, 0};

	for (size_t i = 0; i < m->outbox->n; i++)
		if (!strcmp(m->outbox->v[i].u->op, u->op) && m->outbox->v[i].u->part == u->part)
			return;
	req.id = (int64_t)++m->next_act;
	if (u->call == SD_UNSENT_ACT || u->call == SD_UNSENT_CREATE) {
		act_loaded(m, u, (int)req.id);
		req.kind = REQ_ACT;
	}
	it = put(m, sd_unsent_copy(u), req);
	it->kept = it->waited = it->unsure = it->loaded = true;
	it->state = *u->why ? OUT_HELD : OUT_WAITS;
	l->n++;
}

static void bad(void *arg, const char *text)
{
	struct loading *l = arg;

	sd_log(SD_LOG_WARN, "%s", text);
	fx_toast(l->fx, EL_ERROR, "%s", text);
}

void outbox_look(struct model *m, struct effects *fx)
{
	struct loading l = {m, fx, 0};
	struct sd_str place = {0};
	char keys[64];

	if (!m->env.unsent || !m->outbox->disk || !m->meta)
		return;
	draft_place(m, &place);
	m->env.unsent(m->env.arg, place.data, take, bad, &l);
	sd_str_free(&place);
	if (!l.n)
		return;
	fx_toast(fx, EL_WARN,
		ngettext("%zu act of an earlier session was not sent: %s shows it",
			"%zu acts of an earlier session were not sent: %s shows them", (unsigned long)l.n),
		l.n, keymap_keys(&m->keymap, ACT_OUTBOX, true, keys, sizeof keys));
	mark(m);
}

void outbox_start(struct model *m, struct effects *fx)
{
	outbox_look(m, fx);
	flush(m, fx);
}
