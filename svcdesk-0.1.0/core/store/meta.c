#include "config.h"
#include "svcdesk/meta.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

/* Allocates an array for the elements of j and leaves its length in n. */
#define ELEMENTS(a, j, n, ptr) ((n) = (int)json_array_size(j), (ptr) = sd_arena_alloc((a), ((size_t)(n) + 1) * sizeof *(ptr)))

static void read_param(struct sd_arena *a, struct sd_param *p, const json_t *j)
{
	p->param = store_text(a, j, "param");
	p->field = store_text(a, j, "field");
	p->type = store_text(a, j, "type");
	p->initial = store_text(a, j, "initial");
	p->label = store_text(a, j, "label");
	if (!*p->label)
		p->label = p->param;
	p->choices = store_words(a, json_object_get(j, "choices"));
	p->ask = (int)store_int(j, "ask");
}

static void read_verb(struct sd_arena *a, struct sd_verb *v, const json_t *j)
{
	const json_t *params = json_object_get(j, "params");

	v->verb = store_text(a, j, "verb");
	v->label = store_text(a, j, "label");
	if (!*v->label)
		v->label = v->verb;
	v->key = store_text(a, j, "key");
	v->body = (int)store_int(j, "body");
	v->visibility = (int)store_int(j, "visibility");
	v->menu = store_bool(j, "menu");
	ELEMENTS(a, params, v->nparams, v->params);
	for (int i = 0; i < v->nparams; i++)
		read_param(a, &v->params[i], json_array_get(params, (size_t)i));
}

static void read_field(struct sd_arena *a, struct sd_field *f, const json_t *j)
{
	f->field = store_text(a, j, "field");
	f->type = store_text(a, j, "type");
	f->store = store_text(a, j, "store");
	f->table = store_text(a, j, "table");
	f->col = store_text(a, j, "col");
	f->label = store_text(a, j, "label");
	if (!*f->label)
		f->label = f->field;
	f->choices = store_words(a, json_object_get(j, "choices"));
	f->sort = (int)store_int(j, "sort");
	f->list_sort = (int)store_int(j, "list_sort");
	f->list_width = (int)store_int(j, "list_width");
}

static void read_kind(struct sd_arena *a, struct sd_kind *k, const json_t *j)
{
	const json_t *states = json_object_get(j, "states"), *fields = json_object_get(j, "fields");
	const json_t *verbs = json_object_get(j, "verbs"), *transitions = json_object_get(j, "transitions");
	const json_t *e;

	k->kind = store_text(a, j, "kind");
	k->prefix = store_text(a, j, "prefix");
	k->label = store_text(a, j, "label");
	if (!*k->label)
		k->label = k->kind;
	k->initial = store_text(a, j, "initial");
	ELEMENTS(a, states, k->nstates, k->states);
	for (int i = 0; i < k->nstates; i++) {
		e = json_array_get(states, (size_t)i);
		k->states[i].state = store_text(a, e, "state");
		k->states[i].label = store_text(a, e, "label");
		if (!*k->states[i].label)
			k->states[i].label = k->states[i].state;
		k->states[i].phase = (int)store_int(e, "phase");
	}
	ELEMENTS(a, fields, k->nfields, k->fields);
	for (int i = 0; i < k->nfields; i++)
		read_field(a, &k->fields[i], json_array_get(fields, (size_t)i));
	ELEMENTS(a, verbs, k->nverbs, k->verbs);
	for (int i = 0; i < k->nverbs; i++)
		read_verb(a, &k->verbs[i], json_array_get(verbs, (size_t)i));
	ELEMENTS(a, transitions, k->ntransitions, k->transitions);
	for (int i = 0; i < k->ntransitions; i++) {
		e = json_array_get(transitions, (size_t)i);
		k->transitions[i].from = store_text(a, e, "from");
		k->transitions[i].verb = store_text(a, e, "verb");
		k->transitions[i].to = store_text(a, e, "to");
		k->transitions[i].roles = store_words(a, json_object_get(e, "roles"));
	}
}

static int by_key(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static void read_labels(struct sd_meta *m, json_t *labels)
{
	const char *key;
	json_t *value;
	size_t n = json_object_size(labels);

	m->labels = sd_arena_alloc(m->arena, (n + 1) * sizeof *m->labels);
	json_object_foreach(labels, key, value)
	{
		m->labels[m->nlabels].key = sd_arena_strdup(m->arena, key);
		m->labels[m->nlabels++].text = store_value(m->arena, value);
	}
	qsort(m->labels, m->nlabels, sizeof *m->labels, by_key);
}

static void read_me(struct sd_meta *m, const json_t *me)
{
	const json_t *groups = json_object_get(me, "groups");

	m->me.id = (int)store_int(me, "id");
	m->me.login = store_text(m->arena, me, "login");
	m->me.name = store_text(m->arena, me, "name");
	m->me.language = store_text(m->arena, me, "language");
	m->me.zone = store_text(m->arena, me, "zone");
	m->me.roles = store_words(m->arena, json_object_get(me, "roles"));
	ELEMENTS(m->arena, groups, m->me.ngroups, m->me.groups);
	for (int i = 0; i < m->me.ngroups; i++) {
		m->me.groups[i].id = (int)store_int(json_array_get(groups, (size_t)i), "id");
		m->me.groups[i].name = store_text(m->arena, json_array_get(groups, (size_t)i), "name");
	}
}

struct sd_meta *sd_meta_parse(const char *json, struct sd_err *err)
{
	json_t *j = store_object(json, "desk.meta", err);
	const json_t *desk, *kinds, *cursor;
	struct sd_arena *a;
	struct sd_meta *m;

	if (!j)
		return NULL;
	a = sd_arena_new();
	m = sd_arena_alloc(a, sizeof *m);
	m->arena = a;
	desk = json_object_get(j, "desk");
	kinds = json_object_get(j, "kinds");
	cursor = json_object_get(j, "cursor");
	read_me(m, json_object_get(j, "me"));
	m->desk_name = store_text(a, desk, "name");
	m->desk_id = store_text(a, desk, "id");
	m->sample = store_bool(desk, "sample");
	m->frozen = store_bool(desk, "frozen");
	ELEMENTS(a, kinds, m->nkinds, m->kinds);
	for (int i = 0; i < m->nkinds; i++)
		read_kind(a, &m->kinds[i], json_array_get(kinds, (size_t)i));
	read_labels(m, json_object_get(j, "labels"));
	m->feed_epoch = (int)store_int(cursor, "epoch");
	m->feed_x = store_text(a, cursor, "x");
	m->feed_seq = store_int(cursor, "seq");
	m->now = store_time(j, "now");
	json_decref(j);
	return m;
}

void sd_meta_free(struct sd_meta *m)
{
	if (m)
		sd_arena_free(m->arena);
}

const char *sd_meta_label(const struct sd_meta *m, const char *key)
{
	const void *hit = m ? bsearch(&key, m->labels, m->nlabels, sizeof *m->labels, by_key) : NULL;

	return hit ? ((char *const *)hit)[1] : NULL;
}

const char *sd_meta_choice(const struct sd_meta *m, const char *kind, const char *field, const char *word)
{
	char key[240];
	const char *text = NULL;

	if (snprintf(key, sizeof key, "choice.%s.%s.%s", kind, field, word) < (int)sizeof key)
		text = sd_meta_label(m, key);
	if (!text && snprintf(key, sizeof key, "choice.%s.%s", field, word) < (int)sizeof key)
		text = sd_meta_label(m, key);
	return text ? text : word;
}

const struct sd_kind *sd_meta_kind(const struct sd_meta *m, const char *kind)
{
	for (int i = 0; m && i < m->nkinds; i++)
		if (!strcmp(m->kinds[i].kind, kind))
			return &m->kinds[i];
	return NULL;
}

const struct sd_verb *sd_kind_verb(const struct sd_kind *k, const char *verb)
{
	for (int i = 0; k && i < k->nverbs; i++)
		if (!strcmp(k->verbs[i].verb, verb))
			return &k->verbs[i];
	return NULL;
}

const struct sd_field *sd_kind_field(const struct sd_kind *k, const char *field)
{
	for (int i = 0; k && i < k->nfields; i++)
		if (!strcmp(k->fields[i].field, field))
			return &k->fields[i];
	return NULL;
}

const struct sd_state *sd_kind_state(const struct sd_kind *k, const char *state)
{
	for (int i = 0; k && i < k->nstates; i++)
		if (!strcmp(k->states[i].state, state))
			return &k->states[i];
	return NULL;
}

const struct sd_param *sd_verb_param(const struct sd_verb *v, const char *param)
{
	for (int i = 0; v && i < v->nparams; i++)
		if (!strcmp(v->params[i].param, param))
			return &v->params[i];
	return NULL;
}

bool sd_kind_allows(const struct sd_kind *k, const char *state, const char *verb)
{
	for (int i = 0; k && i < k->ntransitions; i++)
		if (!strcmp(k->transitions[i].verb, verb) && !strcmp(k->transitions[i].from, state))
			return true;
	return false;
}

/* The label of a word that every kind shares; the word itself where there is none. */
static const char *any_label(const struct sd_meta *m, const char *prefix, const char *word)
{
	char key[160];
	const char *text = NULL;

	if (snprintf(key, sizeof key, "%s%s", prefix, word) < (int)sizeof key)
		text = sd_meta_label(m, key);
	return text ? text : word;
}

const char *sd_meta_channel(const struct sd_meta *m, const char *channel)
{
	return any_label(m, "channel.", channel);
}

const char *sd_meta_state(const struct sd_meta *m, const char *kind, const char *state)
{
	const struct sd_state *s = sd_kind_state(sd_meta_kind(m, kind), state);

	return s ? s->label : state;
}

const char *sd_meta_verb(const struct sd_meta *m, const char *kind, const char *verb)
{
	const struct sd_verb *v = sd_kind_verb(sd_meta_kind(m, kind), verb);

	return v ? v->label : any_label(m, "verb.*.", verb);
}

const char *sd_meta_field(const struct sd_meta *m, const char *kind, const char *field)
{
	const struct sd_field *f = sd_kind_field(sd_meta_kind(m, kind), field);

	return f ? f->label : any_label(m, "field.*.", field);
}

bool sd_meta_has_role(const struct sd_meta *m, const char *role)
{
	for (int i = 0; m && i < m->me.roles.n; i++)
		if (!strcmp(m->me.roles.w[i], role))
			return true;
	return false;
}

bool sd_meta_is_staff(const struct sd_meta *m)
{
	return sd_meta_has_role(m, "agent") || sd_meta_has_role(m, "lead") || sd_meta_has_role(m, "process_owner");
}

bool sd_meta_may_create(const struct sd_meta *m)
{
	return sd_meta_is_staff(m) || sd_meta_has_role(m, "requester");
}

static bool role_may(const struct sd_meta *m, const struct sd_words *roles)
{
	for (int i = 0; i < roles->n; i++)
		if (sd_meta_has_role(m, roles->w[i]) || !strcmp(roles->w[i], "requester") || !strcmp(roles->w[i], "opener") ||
			!strcmp(roles->w[i], "assignee"))
			return true;
	return roles->n == 0;
}

const char *sd_meta_role_refusal(
	const struct sd_meta *m, struct sd_arena *a, const struct sd_kind *k, const char *state, const char *verb)
{
	for (int i = 0; k && i < k->ntransitions; i++) {
		const struct sd_transition *t = &k->transitions[i];
		json_t *roles, *args;
		char *text, *why;

		if (strcmp(t->verb, verb) != 0 || strcmp(t->from, state) != 0 || role_may(m, &t->roles))
			continue;
		roles = json_array();
		for (int r = 0; r < t->roles.n; r++)
			json_array_append_new(roles, json_string(t->roles.w[r]));
		args = json_pack("{s:s, s:o}", "verb", verb, "roles", roles);
		text = json_dumps(args, JSON_COMPACT);
		why = sd_meta_refusal(m, a, k->kind, "role_denied", text, "");
		free(text);
		json_decref(args);
		return why;
	}
	return NULL;
}

/* What a refusal names a parameter or a field by, in the form the person has before them. */
static const char *asked_label(const struct sd_meta *m, const char *kind, const char *verb, const char *field)
{
	const struct sd_param *p = sd_verb_param(sd_kind_verb(sd_meta_kind(m, kind), verb), field);
	const char *label = p ? p->label : sd_meta_field(m, kind, field);

	return label == field ? any_label(m, "param.*.*.", field) : label;
}

/* One word of the arguments as people read it: {verb} within a sentence, therefore without a capital. */
static const char *arg_label(
	const struct sd_meta *m, struct sd_arena *a, const char *kind, const json_t *args, const char *name, const char *word)
{
	char *label;

	if (!strcmp(name, "state"))
		return sd_meta_state(m, kind, word);
	if (!strcmp(name, "field"))
		return asked_label(m, kind, store_text(a, args, "verb"), word);
	if (!strcmp(name, "roles"))
		return any_label(m, "role.", word);
	if (strcmp(name, "verb") != 0 && strcmp(name, "possible") != 0)
		return word;
	label = sd_arena_strdup(a, sd_meta_verb(m, kind, word));
	if (*label >= 'A' && *label <= 'Z')
		*label = (char)(*label - 'A' + 'a');
	return label;
}

/* "no group x; near it: " where nothing is near ends with the first clause. */
static bool nothing(const json_t *value)
{
	return (json_is_array(value) && !json_array_size(value)) || (json_is_string(value) && !*json_string_value(value));
}

static void cut_clause(struct sd_str *s)
{
	static const char wide[] = "；";
	size_t n = s->len;

	while (n && s->data[n - 1] != ';' &&
		   (n < sizeof wide - 1 || memcmp(s->data + n - (sizeof wide - 1), wide, sizeof wide - 1) != 0))
		n--;
	if (n) {
		s->len = n - (s->data[n - 1] == ';' ? 1 : sizeof wide - 1);
		s->data[s->len] = '\0';
	}
}

char *sd_meta_refusal(
	const struct sd_meta *m, struct sd_arena *a, const char *kind, const char *id, const char *args_json, const char *fallback)
{
	char *key = sd_arena_printf(a, "error.%s", id);
	const char *text = sd_meta_label(m, key), *open, *close;
	json_t *args = args_json && *args_json ? json_loads(args_json, 0, NULL) : NULL;
	struct sd_str out = {0};
	char *result;

	if (!text)
		text = fallback && *fallback ? fallback : id;
	while ((open = strchr(text, '{')) && (close = strchr(open, '}'))) {
		char *name = sd_arena_strndup(a, open + 1, (size_t)(close - open - 1));
		const json_t *value = json_object_get(args, name);

		sd_str_addn(&out, text, (size_t)(open - text));
		if (nothing(value) && !strcmp(name, "near")) {
			cut_clause(&out);
		} else if (json_is_array(value)) {
			struct sd_words words = store_words(a, value);

			for (int i = 0; i < words.n; i++)
				sd_str_addf(&out, "%s%s", i ? _(", ") : "", arg_label(m, a, kind, args, name, words.w[i]));
		} else if (value)
			sd_str_add(&out, arg_label(m, a, kind, args, name, store_value(a, value)));
		else
			sd_str_addn(&out, open, (size_t)(close - open + 1));
		text = close + 1;
	}
	sd_str_add(&out, text);
	result = store_line(a, out.data);
	sd_str_free(&out);
	json_decref(args);
	return result;
}
