#include "config.h"
#include "tui/app/drafts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/actions.h"

enum { REST_MS = 1000, DATABASE_REST_MS = 5000, AGAIN_MS = 5000 };

struct drafts *drafts_new(const struct model_env *env)
{
	struct drafts *b = sd_calloc(1, sizeof *b);

	b->host = sd_strdup(env->host && *env->host ? env->host : "?");
	b->disk = !env->cfg || sd_cfg_bool(env->cfg, "drafts-disk");
	b->database = !env->cfg || sd_cfg_bool(env->cfg, "drafts-database");
	return b;
}

static void forget(struct known_draft *k)
{
	free(k->key);
	free(k->host);
	sd_draft_free(k->d);
	*k = (struct known_draft){0};
}

void drafts_free(struct drafts *b)
{
	for (size_t i = 0; i < b->n; i++)
		forget(&b->v[i]);
	for (size_t i = 0; i < b->nmarks; i++)
		free(b->marks[i].text);
	free(b->marks);
	free(b->v);
	free(b->host);
	free(b);
}

/* ---- keys: place|kind|ticket|verb ---- */

/* The place where the last three parts begin; NULL: it is no key of a draft. */
static const char *tail_of(const char *key)
{
	const char *at = key + strlen(key);

	for (int bars = 0; at > key; at--)
		if (at[-1] == '|' && ++bars == 3)
			return at;
	return NULL;
}

static int64_t ticket_of(const char *key)
{
	const char *tail = tail_of(key), *bar = tail ? strchr(tail, '|') : NULL;

	return bar ? strtoll(bar + 1, NULL, 10) : 0;
}

/* "KIND|VERB", the column of the database; in the arena. */
static const char *kind_of(struct sd_arena *a, const char *key)
{
	const char *tail = tail_of(key);

	return tail ? sd_arena_printf(a, "%.*s%s", (int)strcspn(tail, "|"), tail, strrchr(tail, '|')) : "";
}

static struct known_draft *find(const struct drafts *b, const char *key, const char *host)
{
	for (size_t i = 0; i < b->n; i++)
		if (!strcmp(b->v[i].key, key) && (host ? b->v[i].host && !strcmp(b->v[i].host, host) : !b->v[i].host))
			return &b->v[i];
	return NULL;
}

static struct known_draft *have(struct drafts *b, const char *key, const char *host)
{
	struct known_draft *k = find(b, key, host);

	if (k)
		return k;
	k = SD_PUSH(b->v, b->n, b->cap);
	*k = (struct known_draft){.key = sd_strdup(key), .host = host ? sd_strdup(host) : NULL, .ticket = ticket_of(key)};
	return k;
}

static void lose(struct drafts *b, struct known_draft *k)
{
	forget(k);
	memmove(k, k + 1, (size_t)(b->v + --b->n - k) * sizeof *k);
}

/* ---- the disk ---- */
static void take_file(void *arg, const struct sd_draft *d)
{
	struct drafts *b = arg;
	struct known_draft *k = have(b, d->key, NULL);

	k->file = k->seen = true;
	if (k->d && k->d->saves >= d->saves)
		return;
	sd_draft_free(k->d);
	k->d = sd_draft_copy(d);
}

/* Another console of this account may have written some and sent others since. */
void drafts_read(struct model *m)
{
	struct drafts *b = m->drafts;
	struct sd_str start = {0};

	if (!m->env.drafts || !b->disk || b->trouble)
		return;
	for (size_t i = 0; i < b->n; i++)
		b->v[i].seen = false;
	draft_place(m, &start);
	sd_str_addc(&start, '|');
	m->env.drafts(m->env.arg, start.data, take_file, b);
	sd_str_free(&start);
	for (size_t i = b->n; i-- > 0;)
		if (b->v[i].file && !b->v[i].seen)
			lose(b, &b->v[i]);
}

/* ---- the database ---- */
static void statement(struct model *m, const char *sql, int n, const char *const *params, struct effects *fx)
{
	fx_query(fx, (struct req){REQ_DRAFT, 0, 0, 0}, SD_DB_KEEP, sql, n, params);
	m->drafts->writes++;
}

static void store(struct model *m, struct known_draft *k, struct effects *fx)
{
	size_t n;
	char *body = sd_draft_bytes(k->d, &n);
	const char *params[] = {sd_arena_printf(fx->arena, "%" PRId64, k->ticket), kind_of(fx->arena, k->key), m->drafts->host,
		sd_arena_printf(fx->arena, "%d", k->d->saves), sd_arena_strdup(fx->arena, body)};

	free(body);
	k->due = false;
	k->stored = true;
	statement(m,
		"insert into desk.my_draft(person_id, ticket_id, kind, host, version, body) values (desk.me(), $1::bigint, $2, $3, "
		"$4::int, $5)"
		" on conflict (person_id, ticket_id, kind, host) do update set version = excluded.version, body = excluded.body,"
		" at = clock_timestamp() where my_draft.version <= excluded.version",
		5, params, fx);
}

static void unstore(struct model *m, const struct known_draft *k, struct effects *fx)
{
	const char *params[] = {sd_arena_printf(fx->arena, "%" PRId64, k->ticket), kind_of(fx->arena, k->key), m->drafts->host};

	statement(m, "delete from desk.my_draft where person_id = desk.me() and ticket_id = $1::bigint and kind = $2 and host = $3",
		3, params, fx);
}

/* The console of that host learns by the empty text that its draft is done with, unless somebody went on typing there. */
static void finish_there(struct model *m, const char *key, const char *host, int saves, struct effects *fx)
{
	const char *params[] = {sd_arena_printf(fx->arena, "%" PRId64, ticket_of(key)), kind_of(fx->arena, key), host,
		sd_arena_printf(fx->arena, "%d", saves)};

	statement(m,
		"update desk.my_draft set body = '' where person_id = desk.me() and ticket_id = $1::bigint and kind = $2 and host = $3 "
		"and"
		" version <= $4::int",
		4, params, fx);
}

/* Everything that waits, in one flush; without a line it waits on. */
static void store_all(struct model *m, struct effects *fx)
{
	struct drafts *b = m->drafts;

	for (size_t i = 0; b->database && m->session.online && i < b->n; i++)
		if (b->v[i].due && b->v[i].d)
			store(m, &b->v[i], fx);
}

/* Texts of other hosts come again only where they changed. */
void drafts_ask(struct model *m, struct effects *fx)
{
	const struct drafts *b = m->drafts;
	const char *params[] = {b->host, sd_arena_printf(fx->arena, "%" PRId64, b->newest)};

	if (!m->session.online || !m->meta || !b->database)
		return;
	fx_query(fx, (struct req){REQ_DRAFTS, 0, 0, 0}, 0,
		"select ticket_id, kind, host, version, (extract(epoch from at) * 1000000)::bigint,"
		" case when $2 = '0' or (host <> $1 and (extract(epoch from at) * 1000000)::bigint > $2::bigint) or body = '' then body "
		"end"
		" from desk.my_draft where person_id = desk.me() order by at",
		2, params);
}

/* Whether what was being sent when a console ended has arrived. */
static void ask_sent(struct model *m, struct effects *fx)
{
	struct sd_str list = {0};
	const char *params[1];

	for (size_t i = 0; i < m->drafts->n; i++) {
		const struct sd_draft *d = m->drafts->v[i].d;

		if (d && d->op && strlen(d->op) == SD_UUID_TEXT - 1 && strspn(d->op, "0123456789abcdefABCDEF-") == SD_UUID_TEXT - 1 &&
			!act_carries(m, d))
			sd_str_addf(&list, "%s%s", list.len ? "," : "{", d->op);
	}
	if (list.len) {
		sd_str_addc(&list, '}');
		params[0] = sd_arena_strdup(fx->arena, list.data);
		fx_query(fx, (struct req){REQ_OPS, 0, 0, 0}, 0, "select * from desk.ops_done($1::uuid[])", 1, params);
	}
	sd_str_free(&list);
}

static void take_sent(struct model *m, const struct answer *a, struct effects *fx)
{
	for (int r = 0; a->table && r < a->table->rows; r++) {
		const char *op = table_get(a->table, r, 0);

		for (size_t i = 0; op && i < m->drafts->n; i++) {
			struct known_draft *k = &m->drafts->v[i];
			char *key;

			if (!k->d || !k->d->op || strcmp(k->d->op, op) != 0 || act_carries(m, k->d))
				continue;
			fx_toast(fx, EL_OK, _("%s had been sent before the console ended; its draft is gone"), k->d->label);
			if (k->host) {
				finish_there(m, k->key, k->host, k->d->saves, fx);
				lose(m->drafts, k);
			} else {
				key = sd_arena_strdup(fx->arena, k->key);
				drafts_drop(m, key, fx);
			}
			break;
		}
	}
	drafts_mark(m);
}

/* A row of this host: written by it, or by a console elsewhere that finished the draft. */
static void take_own(struct model *m, const char *key, int saves, const char *body, struct effects *fx)
{
	struct drafts *b = m->drafts;
	struct known_draft *k = find(b, key, NULL);
	struct sd_draft *d;

	if (body && !*body) {
		if (k && k->d && k->d->saves <= saves && !act_carries(m, k->d)) {
			k->stored = true;
			drafts_drop(m, key, fx);
		} else if (k) {
			k->stored = k->due = true;
		} else {
			unstore(m, &(struct known_draft){.key = sd_arena_strdup(fx->arena, key), .ticket = ticket_of(key)}, fx);
		}
		return;
	}
	if (!k && body) { /* the disk has it no more, or never had */
		d = sd_draft_read(body, strlen(body), key, NULL);
		if (!d)
			return;
		k = have(b, key, NULL);
		k->d = d;
	}
	if (!k)
		return;
	k->stored = true;
	k->due = k->due || (k->d && k->d->saves > saves);
}

static void take_other(struct model *m, const char *key, const char *host, const char *body)
{
	struct known_draft *k = find(m->drafts, key, host);
	struct sd_draft *d = body && *body ? sd_draft_read(body, strlen(body), key, NULL) : NULL;

	if (d) {
		k = have(m->drafts, key, host);
		sd_draft_free(k->d);
		k->d = d;
		k->stored = true;
	} else if (k) {
		k->stored = !body; /* an empty one is done with */
	}
}

static void take_row(struct model *m, const struct table *t, int r, struct effects *fx)
{
	const char *ticket = table_get(t, r, 0), *kind = table_get(t, r, 1), *host = table_get(t, r, 2),
			   *version = table_get(t, r, 3), *at = table_get(t, r, 4), *body = table_get(t, r, 5),
			   *bar = kind ? strchr(kind, '|') : NULL;
	struct sd_str key = {0};

	if (!ticket || !host || !version || !at || !bar)
		return;
	draft_place(m, &key);
	sd_str_addf(&key, "|%.*s|%s|%s", (int)(bar - kind), kind, ticket, bar + 1);
	if (!strcmp(host, m->drafts->host)) {
		take_own(m, key.data, atoi(version), body, fx);
	} else {
		take_other(m, key.data, host, body);
		if (strtoll(at, NULL, 10) > m->drafts->newest)
			m->drafts->newest = strtoll(at, NULL, 10);
	}
	sd_str_free(&key);
}

static void take_rows(struct model *m, const struct answer *a, struct effects *fx)
{
	struct drafts *b = m->drafts;

	if (!a->table)
		return;
	drafts_read(m);
	b->newest = b->newest ? b->newest : 1;
	for (size_t i = 0; i < b->n; i++) {
		b->v[i].was = b->v[i].stored;
		b->v[i].stored = false;
	}
	for (int r = 0; r < a->table->rows; r++)
		take_row(m, a->table, r, fx);
	for (size_t i = b->n; i-- > 0;) {
		struct known_draft *k = &b->v[i];

		if (k->stored)
			continue;
		if (k->host || (k->was && !k->due && !k->file)) /* finished by another console */
			lose(b, k);
		else if (!k->was) /* what another one took away, or a redaction, is not put there again */
			k->due = true;
	}
	store_all(m, fx);
	if (!b->sent_asked)
		ask_sent(m, fx);
	b->sent_asked = true;
	drafts_mark(m);
	draft_hosts_ask(m);
}

void drafts_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	if (a->err && a->err->cls != SD_ERR_CONNECTION)
		sd_log(SD_LOG_WARN, _("drafts in the database: %s"), a->err->text);
	if (a->req.kind == REQ_DRAFTS) {
		take_rows(m, a, fx);
	} else if (a->req.kind == REQ_OPS) {
		take_sent(m, a, fx);
	} else {
		m->drafts->writes--;
		if (model_may_quit(m))
			fx_add(fx, FX_QUIT);
	}
}

void drafts_start(struct model *m, struct effects *fx)
{
	const char *params[] = {m->drafts->host};

	drafts_read(m);
	if (m->drafts->database) {
		drafts_ask(m, fx);
	} else if (m->session.online) {
		statement(m, "delete from desk.my_draft where person_id = desk.me() and host = $1", 1, params, fx);
		ask_sent(m, fx);
	}
	drafts_mark(m);
}

/* ---- keeping ---- */
void drafts_typed(struct model *m, struct effects *fx)
{
	m->drafts->typed++;
	if (m->drafts->timer)
		return;
	m->drafts->timer = true;
	fx_timer(fx, TIMER_DRAFT, m->env.cfg ? sd_cfg_int(m->env.cfg, "draft-rest") : REST_MS);
}

void drafts_timer(struct model *m, enum timer_id t, struct effects *fx)
{
	if (t == TIMER_DRAFT) {
		m->drafts->timer = false;
		model_save(m, fx);
		return;
	}
	m->drafts->database_timer = false;
	store_all(m, fx);
}

static void store_later(struct model *m, struct effects *fx)
{
	if (m->drafts->database_timer || !m->drafts->database)
		return;
	m->drafts->database_timer = true;
	fx_timer(fx, TIMER_DRAFT_DB, m->drafts->disk ? DATABASE_REST_MS : 0);
}

void drafts_keep(struct model *m, struct sd_draft *d, bool now, struct effects *fx)
{
	struct drafts *b = m->drafts;
	struct known_draft *k = have(b, d->key, NULL);

	if (sd_draft_empty(d) && !d->op) { /* everything was taken out again */
		sd_draft_free(d);
		drafts_drop(m, k->key, fx);
		return;
	}
	d->saves = k->d && k->d->saves >= d->saves ? k->d->saves + 1 : d->saves + 1;
	sd_draft_free(k->d);
	k->d = sd_draft_copy(d);
	k->due = true;
	k->file = k->file || b->disk;
	if (b->disk)
		fx_add(fx, FX_DRAFT_SAVE)->draft = d;
	else
		sd_draft_free(d);
	if (now && k->stored && b->database && m->session.online)
		store(m, k, fx);
	else
		store_later(m, fx);
	drafts_mark(m);
}

void drafts_closed(struct model *m, struct effects *fx)
{
	store_all(m, fx);
}

/* Another state was made from this one: it holds what this does, as far as its writer wanted. */
static bool gone_on(const struct drafts *b, const struct known_draft *k)
{
	for (size_t i = 0; k->host && k->d && i < b->n; i++) {
		const struct sd_draft *d = b->v[i].d;

		if (d && d->from_host && !strcmp(b->v[i].key, k->key) && !strcmp(d->from_host, k->host) && d->from_saves >= k->d->saves)
			return true;
	}
	return false;
}

/* What was taken over on the way here is done with too, on whatever host it was begun. */
static void finish_chain(struct model *m, const char *key, struct effects *fx)
{
	struct drafts *b = m->drafts;
	bool *done = sd_arena_alloc(fx->arena, b->n * sizeof *done + 1);

	for (size_t i = 0; i < b->n; i++)
		done[i] = !strcmp(b->v[i].key, key) && gone_on(b, &b->v[i]);
	for (size_t i = b->n; i-- > 0;) {
		if (!done[i])
			continue;
		finish_there(m, key, b->v[i].host, b->v[i].d->saves, fx);
		lose(b, &b->v[i]);
	}
}

void drafts_drop(struct model *m, const char *key, struct effects *fx)
{
	struct known_draft *k = find(m->drafts, key, NULL);

	fx_add(fx, FX_DRAFT_DROP)->text = sd_arena_strdup(fx->arena, key);
	if (!k)
		return;
	if (m->drafts->database && k->stored)
		unstore(m, k, fx);
	if (m->drafts->database) {
		if (k->d && k->d->from_host && !find(m->drafts, key, k->d->from_host)) /* its row has not been read yet */
			finish_there(m, key, k->d->from_host, k->d->from_saves, fx);
		finish_chain(m, key, fx);
		k = find(m->drafts, key, NULL);
	}
	lose(m->drafts, k);
	drafts_mark(m);
}

bool drafts_is_of(const struct model *m, const char *key, const char *op)
{
	const struct known_draft *k = find(m->drafts, key, NULL);

	return !k || !k->d || (k->d->op && !strcmp(k->d->op, op));
}

void drafts_sent(struct model *m, const char *key, const char *op, struct effects *fx)
{
	if (drafts_is_of(m, key, op))
		drafts_drop(m, key, fx);
}

void drafts_forget(struct model *m, const char *key, struct effects *fx)
{
	struct drafts *b = m->drafts;

	if (find(b, key, NULL)) {
		drafts_drop(m, key, fx);
		return;
	}
	for (size_t i = b->n; i-- > 0;) {
		if (strcmp(b->v[i].key, key) != 0)
			continue;
		finish_there(m, key, b->v[i].host, b->v[i].d ? b->v[i].d->saves : 0, fx);
		lose(b, &b->v[i]);
	}
	drafts_mark(m);
}

bool drafts_shown(const struct model *m, const struct known_draft *k)
{
	return k->d && !(k->host && find(m->drafts, k->key, NULL)) && !gone_on(m->drafts, k) && !act_carries(m, k->d);
}

struct sd_draft *drafts_own(struct model *m, const char *key)
{
	struct known_draft *k = find(m->drafts, key, NULL);
	struct sd_draft *file = m->env.draft && m->drafts->disk ? m->env.draft(m->env.arg, key) : NULL;

	if (file && k && k->d && k->d->saves > file->saves) { /* the disk would not take it */
		sd_draft_free(file);
		file = NULL;
	}
	return file ? file : k && k->d ? sd_draft_copy(k->d) : NULL;
}

const struct known_draft *drafts_other(const struct model *m, const char *key, const struct sd_draft *own)
{
	const struct known_draft *best = NULL;

	for (size_t i = 0; i < m->drafts->n; i++) {
		const struct known_draft *k = &m->drafts->v[i];
		bool taken =
			own && own->from_host && k->host && !strcmp(own->from_host, k->host) && own->from_saves >= (k->d ? k->d->saves : 0);

		if (!k->host || !k->d || strcmp(k->key, key) != 0 || taken || gone_on(m->drafts, k) || (own && sd_draft_same(own, k->d)))
			continue;
		if (!best || k->d->at > best->d->at)
			best = k;
	}
	return best;
}

bool drafts_unsaved(const struct model *m)
{
	for (int i = 0; i < m->noverlays; i++)
		if (m->overlay[i]->kind == OV_FORM && act_form_unsaved(m->overlay[i]->form))
			return true;
	return m->drafts->trouble;
}

void model_draft_saved(struct model *m, const char *trouble, struct effects *fx)
{
	bool before = m->drafts->trouble;

	m->drafts->trouble = trouble != NULL;
	if (!trouble) {
		if (before)
			fx_toast(fx, EL_OK, "%s", _("Drafts can be saved again"));
	} else {
		if (!before)
			fx_toast(fx, EL_ERROR, "%s", trouble);
		for (int i = 0; i < m->noverlays; i++)
			if (m->overlay[i]->kind == OV_FORM)
				m->overlay[i]->form->saved = !m->overlay[i]->form->form.dirty;
		m->drafts->timer = true;
		fx_timer(fx, TIMER_DRAFT, AGAIN_MS);
	}
	model_events(m, fx);
}

/* ---- what the panes show ---- */
char *draft_words(const struct sd_draft *d)
{
	struct sd_str label = {0};
	const char *words = d->body;

	for (int i = 0; !*words && i < d->nfields; i++) /* a call without a description yet: its subject */
		words = !strcmp(d->fields[i].name, "subject") ? d->fields[i].value : words;
	sd_str_addf(&label, "%s%s%.*s", d->label, *words ? ": " : "", (int)strcspn(words, "\n"), words);
	return sd_str_take(&label);
}

/* "Draft of 10:42, Reply (R opens it): first line" */
static char *mark_text(const struct model *m, const struct known_draft *k)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_str s = {0};
	const char *verb = strrchr(k->key, '|') + 1, *kind = kind_of(a, k->key), *words = k->d->body;
	char keys[64] = "";

	for (size_t i = 0; i < m->nverbs; i++)
		if (!strcmp(m->verbs[i].verb, verb))
			keymap_keys(&m->keymap, ACT_VERB + (int)i, true, keys, sizeof keys);
	if (!*keys)
		keymap_keys(&m->keymap, ACT_DRAFTS, true, keys, sizeof keys);
	sd_str_addf(&s, _("Draft waits since %s: %s; %s opens it"), sd_time_local(a, k->d->at, m->session.zone, "%Y-%m-%d %H:%M"),
		sd_meta_verb(m->meta, sd_arena_strndup(a, kind, strcspn(kind, "|")), verb), keys);
	if (k->host)
		sd_str_addf(&s, _(" (written on %s)"), k->host);
	if (*words)
		sd_str_addf(&s, "  %.*s", (int)strcspn(words, "\n"), words);
	sd_arena_free(a);
	return sd_str_take(&s);
}

void drafts_mark(struct model *m)
{
	struct drafts *b = m->drafts;

	for (size_t i = 0; i < b->nmarks; i++)
		free(b->marks[i].text);
	b->nmarks = 0;
	b->marks = sd_realloc(b->marks, (b->n + 1) * sizeof *b->marks);
	for (size_t i = 0; m->meta && i < b->n; i++) {
		const struct known_draft *k = &b->v[i];

		if (drafts_shown(m, k))
			b->marks[b->nmarks++] = (struct draft_mark){k->ticket, mark_text(m, k)};
	}
	m->session.drafts = b->marks;
	m->session.ndrafts = (int)b->nmarks;
	m->session.draft_gen++;
	m->dirty = true;
}
