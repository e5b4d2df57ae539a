#include "config.h"
#include "svcdesk/ticket.h"

#include <stdlib.h>
#include <string.h>
#include "core/store/json.h"
#include "svcdesk/assign.h"
#include "svcdesk/err.h"
#include "svcdesk/hours.h"
#include "svcdesk/mem.h"

#define ELEMENTS(a, j, n, ptr) ((n) = (int)json_array_size(j), (ptr) = sd_arena_alloc((a), ((size_t)(n) + 1) * sizeof *(ptr)))

static bool holds(const struct sd_words *words, const char *word)
{
	for (int i = 0; i < words->n; i++)
		if (!strcmp(words->w[i], word))
			return true;
	return false;
}

/* Of a list only what came and what went is worth reading: "+related INC7, -vip". */
static char *list_change(struct sd_arena *a, const json_t *was, const json_t *is)
{
	struct sd_words old = store_words(a, was), now = store_words(a, is);
	struct sd_str s = {0};
	char *text;

	for (int i = 0; i < now.n; i++)
		if (!holds(&old, now.w[i]))
			sd_str_addf(&s, "%s+%s", s.len ? ", " : "", now.w[i]);
	for (int i = 0; i < old.n; i++)
		if (!holds(&now, old.w[i]))
			sd_str_addf(&s, "%s-%s", s.len ? ", " : "", old.w[i]);
	text = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return text;
}

static void read_changes(struct sd_arena *a, struct sd_event *e, json_t *changes)
{
	const char *field;
	json_t *pair;

	e->changes = sd_arena_alloc(a, (json_object_size(changes) + 1) * sizeof *e->changes);
	json_object_foreach(changes, field, pair)
	{
		struct sd_change *c = &e->changes[e->nchanges++];

		c->field = store_line(a, field);
		if (json_is_array(json_array_get(pair, 0)) || json_is_array(json_array_get(pair, 1))) {
			c->was = sd_arena_strdup(a, "");
			c->is = list_change(a, json_array_get(pair, 0), json_array_get(pair, 1));
			continue;
		}
		c->was = store_value(a, json_array_get(pair, 0));
		c->is = store_value(a, json_array_get(pair, 1));
		if (!strcmp(field, "rule"))
			c->is = sd_assign_why(a, c->is);
	}
}

static void read_event(struct sd_arena *a, struct sd_event *e, const json_t *j)
{
	e->seq = (int)store_int(j, "seq");
	e->at = store_time(j, "at");
	e->actor = store_text(a, j, "actor");
	e->on_behalf = store_text(a, j, "on_behalf");
	e->channel = store_text(a, j, "channel");
	e->verb = store_text(a, j, "verb");
	e->text = store_text_block(a, j, "text");
	e->is_public = !strcmp(store_text(a, j, "visibility"), "public");
	e->late = store_bool(j, "late");
	e->redacted = store_bool(j, "redacted");
	read_changes(a, e, json_object_get(j, "changes"));
}

static void read_events(struct sd_ticket *t, const json_t *events)
{
	ELEMENTS(t->arena, events, t->nevents, t->events);
	for (int i = 0; i < t->nevents; i++)
		read_event(t->arena, &t->events[i], json_array_get(events, (size_t)i));
}

static void read_attached(struct sd_ticket *t, const json_t *j)
{
	const json_t *links = json_object_get(j, "links"), *cis = json_object_get(j, "cis");
	const json_t *files = json_object_get(j, "attachments"), *articles = json_object_get(j, "articles"), *e;
	struct sd_arena *a = t->arena;

	ELEMENTS(a, links, t->nlinks, t->links);
	for (int i = 0; i < t->nlinks; i++) {
		e = json_array_get(links, (size_t)i);
		t->links[i] = (struct sd_link){store_text(a, e, "type"), store_text(a, e, "direction"), store_text(a, e, "number"),
			store_text(a, e, "subject"), store_text(a, e, "state")};
	}
	ELEMENTS(a, cis, t->ncis, t->cis);
	for (int i = 0; i < t->ncis; i++) {
		e = json_array_get(cis, (size_t)i);
		t->cis[i] = (struct sd_ticket_ci){store_text(a, e, "name"), store_text(a, e, "class"), store_text(a, e, "role")};
	}
	ELEMENTS(a, articles, t->narticles, t->articles);
	for (int i = 0; i < t->narticles; i++) {
		e = json_array_get(articles, (size_t)i);
		t->articles[i] = (struct sd_ticket_article){
			store_text(a, e, "number"), store_text(a, e, "title"), store_text(a, e, "how"), store_text(a, e, "state")};
	}
	ELEMENTS(a, files, t->nattachments, t->attachments);
	for (int i = 0; i < t->nattachments; i++) {
		e = json_array_get(files, (size_t)i);
		t->attachments[i] = (struct sd_attachment){store_int(e, "id"), store_int(e, "size"), store_text(a, e, "name"),
			store_text(a, e, "media_type"), (int)store_int(e, "event")};
	}
}

static void read_verbs(struct sd_ticket *t, const json_t *verbs)
{
	const json_t *why;

	ELEMENTS(t->arena, verbs, t->nverbs, t->verbs);
	for (int i = 0; i < t->nverbs; i++) {
		const json_t *e = json_array_get(verbs, (size_t)i);

		if (json_is_string(e)) { /* a bare list holds what is allowed now */
			t->verbs[i].verb = store_value(t->arena, e);
			t->verbs[i].ok = true;
			t->verbs[i].why = t->verbs[i].args = t->verbs[i].text = sd_arena_strdup(t->arena, "");
			continue;
		}
		why = json_object_get(e, "why");
		t->verbs[i].verb = store_text(t->arena, e, "verb");
		t->verbs[i].ok = store_bool(e, "ok");
		t->verbs[i].why = json_is_object(why) ? store_text(t->arena, why, "id") : store_text(t->arena, e, "why");
		t->verbs[i].args = store_text(t->arena, why, "args");
		t->verbs[i].text = store_text(t->arena, why, "text");
	}
}

/* What the requester thought of it, as one line: "4/5  was quick". */
static char *rating_text(struct sd_arena *a, const json_t *j)
{
	const char *comment = store_text(a, j, "comment");

	return sd_arena_printf(a, "%d/5%s%s", (int)store_int(j, "score"), *comment ? "  " : "", comment);
}

static void read_scalars(struct sd_ticket *t, json_t *j)
{
	const char *key;
	json_t *value;

	t->fields = sd_arena_alloc(t->arena, (json_object_size(j) + 1) * sizeof *t->fields);
	json_object_foreach(j, key, value)
	{
		if (json_is_object(value) && !strcmp(key, "rating"))
			t->fields[t->nfields++] = (struct sd_pair){"rating", rating_text(t->arena, value)};
		if (json_is_object(value) || json_is_array(value) || !strcmp(key, "body"))
			continue;
		t->fields[t->nfields].name = store_line(t->arena, key);
		t->fields[t->nfields++].value = store_value(t->arena, value);
	}
}

static void read_clocks(struct sd_ticket *t, const json_t *clocks)
{
	ELEMENTS(t->arena, clocks, t->nclocks, t->clocks);
	for (int i = 0; i < t->nclocks; i++) {
		const json_t *e = json_array_get(clocks, (size_t)i);
		struct sd_ticket_clock *c = &t->clocks[i];

		c->metric = store_text(t->arena, e, "metric");
		c->type = store_text(t->arena, e, "sla_type");
		c->group = store_text(t->arena, e, "group");
		c->state = store_text(t->arena, e, "state");
		c->open = store_bool(e, "open");
		c->due = store_time(e, "due_at");
		c->stopped = store_time(e, "stopped_at");
		c->breached = store_time(e, "breached_at");
		c->mark = sd_clock_mark_parse(store_text(t->arena, e, "countdown"));
	}
}

struct sd_ticket *sd_ticket_parse(const char *json, struct sd_err *err)
{
	json_t *j = store_object(json, "desk.show", err);
	struct sd_words words;
	struct sd_arena *a;
	struct sd_ticket *t;

	if (!j)
		return NULL;
	a = sd_arena_new();
	t = sd_arena_alloc(a, sizeof *t);
	t->arena = a;
	t->id = store_int(j, "id");
	t->version = (int)store_int(j, "version");
	t->last_seq = (int)store_int(j, "last_seq");
	t->phase = (int)store_int(j, "phase");
	t->number = store_text(a, j, "number");
	t->kind = store_text(a, j, "kind");
	t->state = store_text(a, j, "state");
	t->subject = store_text(a, j, "subject");
	t->body = store_text_block(a, j, "body");
	t->restricted = store_bool(j, "restricted");
	words = store_words(a, json_object_get(j, "tags"));
	t->tags = words.w;
	t->ntags = words.n;
	words = store_words(a, json_object_get(j, "watchers"));
	t->watchers = words.w;
	t->nwatchers = words.n;
	read_scalars(t, j);
	read_attached(t, j);
	read_verbs(t, json_object_get(j, "verbs"));
	read_clocks(t, json_object_get(j, "clocks"));
	read_events(t, json_object_get(j, "events"));
	json_decref(j);
	return t;
}

void sd_ticket_free(struct sd_ticket *t)
{
	if (!t)
		return;
	for (int i = 0; i < t->nclocks; i++)
		free(t->clocks[i].mark);
	sd_arena_free(t->arena);
}

const char *sd_ticket_get(const struct sd_ticket *t, const char *field)
{
	for (int i = 0; i < t->nfields; i++)
		if (!strcmp(t->fields[i].name, field))
			return t->fields[i].value;
	return "";
}

const struct sd_allowed *sd_ticket_verb(const struct sd_ticket *t, const char *verb)
{
	for (int i = 0; t && i < t->nverbs; i++)
		if (!strcmp(t->verbs[i].verb, verb))
			return &t->verbs[i];
	return NULL;
}

static void read_outcome(struct sd_arena *a, const json_t *j, struct sd_outcome *o)
{
	const json_t *e = json_object_get(j, "error"), *args = json_object_get(e, "args");

	o->ok = store_bool(j, "ok");
	o->replay = store_bool(j, "replay");
	o->id = store_int(j, "id");
	o->version = (int)store_int(j, "version");
	o->seq = (int)store_int(j, "seq");
	o->number = store_text(a, j, "number");
	o->state = store_text(a, j, "state");
	o->op = store_text(a, j, "op");
	o->error_id = store_text(a, e, "id");
	o->error_field = store_text(a, e, "field");
	o->error_text = store_text(a, e, "text");
	o->error_args = store_text(a, e, "args");
	o->mine = store_text(a, args, "mine");
	o->theirs = store_text(a, args, "theirs");
	o->by = store_text(a, args, "by");
	o->at = store_text(a, args, "at");
	o->away = store_text(a, j, "away");
	o->away_until = store_time(j, "away_until");
}

struct sd_outcome *sd_outcome_parse(const char *json, struct sd_err *err)
{
	json_t *j = store_object(json, "desk.act", err);
	struct sd_arena *a;
	struct sd_outcome *o;

	if (!j)
		return NULL;
	a = sd_arena_new();
	o = sd_arena_alloc(a, sizeof *o);
	o->arena = a;
	read_outcome(a, j, o);
	json_decref(j);
	return o;
}

struct sd_outcomes *sd_outcomes_parse(const char *json, struct sd_err *err)
{
	json_t *j = store_object(json, "desk.act_many", err);
	const json_t *results;
	struct sd_arena *a;
	struct sd_outcomes *o;

	if (!j)
		return NULL;
	a = sd_arena_new();
	o = sd_arena_alloc(a, sizeof *o);
	o->arena = a;
	read_outcome(a, j, &o->all);
	o->parts = (int)store_int(j, "parts");
	o->others = (int)store_int(j, "others");
	results = json_object_get(j, "results");
	ELEMENTS(a, results, o->n, o->v);
	for (int i = 0; i < o->n; i++)
		read_outcome(a, json_array_get(results, (size_t)i), &o->v[i]);
	json_decref(j);
	return o;
}

void sd_outcomes_free(struct sd_outcomes *o)
{
	if (o)
		sd_arena_free(o->arena);
}

void sd_outcome_free(struct sd_outcome *o)
{
	if (o)
		sd_arena_free(o->arena);
}

static struct sd_brief *read_briefs(struct sd_arena *a, const json_t *j, int *n)
{
	struct sd_brief *b;

	ELEMENTS(a, j, *n, b);
	for (int i = 0; i < *n; i++) {
		const json_t *e = json_array_get(j, (size_t)i);

		b[i] = (struct sd_brief){
			store_int(e, "id"), store_text(a, e, "number"), store_text(a, e, "state"), store_text(a, e, "subject")};
	}
	return b;
}

struct sd_card *sd_card_parse(const char *json, struct sd_err *err)
{
	json_t *j = store_object(json, "desk.caller_card", err);
	const json_t *p, *devices, *e;
	struct sd_arena *a;
	struct sd_card *c;

	if (!j)
		return NULL;
	a = sd_arena_new();
	c = sd_arena_alloc(a, sizeof *c);
	c->arena = a;
	p = json_object_get(j, "person");
	c->id = store_int(p, "id");
	c->name = store_text(a, p, "name");
	c->login = store_text(a, p, "login");
	c->place = store_text(a, p, "place");
	c->phone = store_text(a, p, "phone");
	c->email = store_text(a, p, "email");
	c->org = store_text(a, p, "org");
	c->vip = store_bool(p, "vip");
	devices = json_object_get(j, "devices");
	ELEMENTS(a, devices, c->ndevices, c->devices);
	for (int i = 0; i < c->ndevices; i++) {
		e = json_array_get(devices, (size_t)i);
		c->devices[i] = (struct sd_ticket_ci){store_text(a, e, "name"), store_text(a, e, "class"), sd_arena_strdup(a, "")};
	}
	c->open = read_briefs(a, json_object_get(j, "open"), &c->nopen);
	c->recent = read_briefs(a, json_object_get(j, "recent"), &c->nrecent);
	json_decref(j);
	return c;
}

void sd_card_free(struct sd_card *c)
{
	if (c)
		sd_arena_free(c->arena);
}
