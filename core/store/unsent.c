#include "config.h"
#include "svcdesk/outbox.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { IDS_MOST = 250, NAME_MOST = 62, FILES_MOST = 100 };

static const char *const calls[SD_UNSENT_CALLS] = {"act", "create", "undo", "part"};

struct sd_unsent *sd_unsent_new(enum sd_unsent_call call, const char *op)
{
	struct sd_unsent *u = sd_calloc(1, sizeof *u);

	u->call = call;
	snprintf(u->op, sizeof u->op, "%s", op);
	u->place = sd_strdup("");
	u->label = sd_strdup("");
	u->kind = sd_strdup("");
	u->verb = sd_strdup("");
	u->to = sd_strdup("");
	u->why = sd_strdup("");
	u->fields = sd_strdup("{}");
	return u;
}

void sd_unsent_free(struct sd_unsent *u)
{
	if (!u)
		return;
	for (int i = 0; i < u->nfiles; i++)
		free(u->files[i]);
	free(u->files);
	free(u->ids);
	free(u->place);
	free(u->label);
	free(u->kind);
	free(u->verb);
	free(u->to);
	free(u->why);
	free(u->fields);
	free(u->draft);
	free(u);
}

void sd_unsent_put(char **to, const char *text)
{
	char *copy = text ? sd_strdup(text) : NULL; /* it may be a part of what it replaces */

	free(*to);
	*to = copy;
}

void sd_unsent_add_id(struct sd_unsent *u, int64_t id)
{
	u->ids = sd_realloc(u->ids, ((size_t)u->nids + 1) * sizeof *u->ids);
	u->ids[u->nids++] = id;
}

void sd_unsent_add_file(struct sd_unsent *u, const char *path)
{
	u->files = sd_realloc(u->files, ((size_t)u->nfiles + 1) * sizeof *u->files);
	u->files[u->nfiles++] = sd_strdup(path);
}

struct sd_unsent *sd_unsent_copy(const struct sd_unsent *u)
{
	struct sd_unsent *c = sd_unsent_new(u->call, u->op);

	c->part = u->part;
	c->order = u->order;
	c->at = u->at;
	c->ticket = u->ticket;
	c->version = u->version;
	c->after = u->after;
	memcpy(c->of, u->of, sizeof c->of);
	sd_unsent_put(&c->place, u->place);
	sd_unsent_put(&c->label, u->label);
	sd_unsent_put(&c->kind, u->kind);
	sd_unsent_put(&c->verb, u->verb);
	sd_unsent_put(&c->to, u->to);
	sd_unsent_put(&c->why, u->why);
	sd_unsent_put(&c->fields, u->fields);
	sd_unsent_put(&c->draft, u->draft);
	for (int i = 0; i < u->nids; i++)
		sd_unsent_add_id(c, u->ids[i]);
	for (int i = 0; i < u->nfiles; i++)
		sd_unsent_add_file(c, u->files[i]);
	return c;
}

char *sd_unsent_bytes(const struct sd_unsent *u, size_t *n)
{
	json_t *j = json_object(), *ids = json_array(), *files = json_array();
	char *text;

	for (int i = 0; i < u->nids; i++)
		json_array_append_new(ids, json_integer(u->ids[i]));
	for (int i = 0; i < u->nfiles; i++)
		json_array_append_new(files, json_string(u->files[i]));
	json_object_set_new(j, "unsent", json_integer(1));
	json_object_set_new(j, "call", json_string(calls[u->call]));
	json_object_set_new(j, "place", json_string(u->place));
	json_object_set_new(j, "op", json_string(u->op));
	json_object_set_new(j, "part", json_integer(u->part));
	json_object_set_new(j, "order", json_integer(u->order));
	json_object_set_new(j, "at", json_integer(u->at));
	json_object_set_new(j, "label", json_string(u->label));
	json_object_set_new(j, "ticket", json_integer(u->ticket));
	json_object_set_new(j, "kind", json_string(u->kind));
	json_object_set_new(j, "verb", json_string(u->verb));
	json_object_set_new(j, "to", json_string(u->to));
	json_object_set_new(j, "fields", json_string(u->fields)); /* as text: it is sent again as it was */
	json_object_set_new(j, "version", json_integer(u->version));
	json_object_set_new(j, "after", json_integer(u->after));
	json_object_set_new(j, "of", json_string(u->of));
	json_object_set_new(j, "ids", ids);
	json_object_set_new(j, "files", files);
	json_object_set_new(j, "why", json_string(u->why));
	if (u->draft)
		json_object_set_new(j, "draft", json_string(u->draft));
	text = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	if (!text)
		text = sd_strdup("{}");
	*n = strlen(text);
	return text;
}

/* ---- from bytes ---- */
static const char *text_of(const json_t *j, const char *name)
{
	const char *s = json_string_value(json_object_get(j, name));

	return s ? s : "";
}

static int64_t number_of(const json_t *j, const char *name)
{
	json_int_t n = json_integer_value(json_object_get(j, name));

	return n > 0 ? n : 0;
}

static int small_of(const json_t *j, const char *name)
{
	int64_t n = number_of(j, name);

	return n < INT_MAX ? (int)n : 0;
}

static void take_line(char **to, const char *text)
{
	struct sd_str s = {0};

	sd_text_clean(&s, text, strlen(text), SD_CLEAN_LINE);
	free(*to);
	*to = sd_str_take(&s);
}

/* Names of the desk: kinds, verbs, states. */
static bool is_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n <= NAME_MOST && !s[n];
}

static bool is_object(const char *text)
{
	json_t *j = json_loads(text, 0, NULL);
	bool ok = json_is_object(j);

	json_decref(j);
	return ok;
}

static void take_lists(struct sd_unsent *u, const json_t *j)
{
	const json_t *v;
	size_t i;

	json_array_foreach(json_object_get(j, "ids"), i, v)
	{
		if (json_integer_value(v) > 0 && u->nids < IDS_MOST)
			sd_unsent_add_id(u, json_integer_value(v));
	}
	json_array_foreach(json_object_get(j, "files"), i, v)
	{
		if (json_is_string(v) && u->nfiles < FILES_MOST)
			sd_unsent_add_file(u, json_string_value(v));
	}
}

/* What the function it is for needs. */
static bool complete(const struct sd_unsent *u)
{
	switch (u->call) {
	case SD_UNSENT_ACT:
		return u->ticket > 0 && *u->verb && *u->kind;
	case SD_UNSENT_CREATE:
		return *u->kind;
	case SD_UNSENT_UNDO:
		return sd_uuid_valid(u->of);
	default:
		return u->nids > 0 && *u->verb;
	}
}

static struct sd_unsent *from_json(const json_t *j)
{
	const char *call = text_of(j, "call"), *op = text_of(j, "op"), *of = text_of(j, "of"), *draft = text_of(j, "draft");
	struct sd_unsent *u;
	int c = 0;

	while (c < SD_UNSENT_CALLS && strcmp(call, calls[c]) != 0)
		c++;
	if (c == SD_UNSENT_CALLS || !sd_uuid_valid(op) || (*of && !sd_uuid_valid(of)) || !*text_of(j, "place") ||
		!is_name(text_of(j, "kind")) || !is_name(text_of(j, "verb")) || !is_name(text_of(j, "to")) ||
		!is_object(text_of(j, "fields")))
		return NULL;
	u = sd_unsent_new((enum sd_unsent_call)c, op);
	u->part = small_of(j, "part");
	u->order = number_of(j, "order");
	u->at = number_of(j, "at");
	u->ticket = number_of(j, "ticket");
	u->version = small_of(j, "version");
	u->after = small_of(j, "after");
	snprintf(u->of, sizeof u->of, "%s", of);
	sd_unsent_put(&u->place, text_of(j, "place"));
	sd_unsent_put(&u->kind, text_of(j, "kind"));
	sd_unsent_put(&u->verb, text_of(j, "verb"));
	sd_unsent_put(&u->to, text_of(j, "to"));
	sd_unsent_put(&u->fields, text_of(j, "fields"));
	sd_unsent_put(&u->draft, *draft ? draft : NULL);
	take_line(&u->label, text_of(j, "label"));
	take_line(&u->why, text_of(j, "why"));
	take_lists(u, j);
	if (complete(u))
		return u;
	sd_unsent_free(u);
	return NULL;
}

struct sd_unsent *sd_unsent_read(const char *bytes, size_t n, char why[SD_UNSENT_WHY])
{
	json_error_t err;
	json_t *j = json_loadb(bytes, n, 0, &err);
	struct sd_unsent *u = from_json(j);

	if (!u && why)
		snprintf(why, SD_UNSENT_WHY, "%s", j ? _("it holds no act") : err.text);
	json_decref(j);
	return u;
}
