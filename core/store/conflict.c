#include "config.h"
#include "svcdesk/conflict.h"

#include <string.h>
#include "core/store/json.h"
#include "svcdesk/mem.h"

static void read_clash(struct sd_arena *a, const json_t *j, struct sd_clash *c)
{
	c->field = store_text(a, j, "field");
	c->type = store_text(a, j, "type");
	c->base = store_text_block(a, j, "base");
	c->theirs = store_text_block(a, j, "theirs");
	c->mine = store_text_block(a, j, "mine");
	c->mine_set = json_object_get(j, "mine") && !json_is_null(json_object_get(j, "mine"));
	c->by = store_text(a, j, "by");
	c->at = store_time(j, "at");
}

static char *names_of(struct sd_arena *a, const json_t *files)
{
	struct sd_str s = {0};
	char *out;

	for (size_t i = 0; i < json_array_size(files); i++)
		sd_str_addf(&s, "%s%s", s.len ? ", " : "", store_value(a, json_array_get(files, i)));
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

static void read_said(struct sd_arena *a, const json_t *j, struct sd_said *s)
{
	s->by = store_text(a, j, "by");
	s->verb = store_text(a, j, "verb");
	s->text = store_text_block(a, j, "text");
	s->files = names_of(a, json_object_get(j, "files"));
	s->at = store_time(j, "at");
	s->seq = (int)store_int(j, "seq");
	s->undone = store_bool(j, "undone");
}

/* clashes NULL: there are none, or the object itself is the one. */
static struct sd_conflict *read_conflict(const char *id, const json_t *j, const json_t *clashes, const json_t *said)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_conflict *c = sd_arena_alloc(a, sizeof *c);
	bool alone = !strcmp(id, "field_conflict") && !json_array_size(clashes);

	memset(c, 0, sizeof *c);
	c->arena = a;
	c->id = sd_arena_strdup(a, id);
	c->nclashes = alone ? 1 : (int)json_array_size(clashes);
	c->clashes = sd_arena_alloc(a, (size_t)(c->nclashes + 1) * sizeof *c->clashes);
	for (int i = 0; i < c->nclashes; i++)
		read_clash(a, alone ? j : json_array_get(clashes, (size_t)i), &c->clashes[i]);
	c->nsaid = (int)json_array_size(said);
	c->said = sd_arena_alloc(a, (size_t)(c->nsaid + 1) * sizeof *c->said);
	for (int i = 0; i < c->nsaid; i++)
		read_said(a, json_array_get(said, (size_t)i), &c->said[i]);
	c->version = (int)store_int(j, "version");
	c->off = store_bool(j, "off");
	c->state = store_text(a, j, "state");
	return c;
}

struct sd_conflict *sd_conflict_parse(const char *id, const char *args)
{
	json_t *j = json_loads(args, 0, NULL);
	struct sd_conflict *c;

	if (!json_is_object(j)) {
		json_decref(j);
		return NULL;
	}
	c = read_conflict(id, j, json_object_get(j, "conflicts"), json_object_get(j, "crossed"));
	json_decref(j);
	return c;
}

void sd_conflict_free(struct sd_conflict *c)
{
	if (c)
		sd_arena_free(c->arena);
}

bool sd_look_parse(const char *json, struct sd_look *out)
{
	json_t *j = json_loads(json ? json : "", 0, NULL);
	const json_t *error = json_object_get(j, "error"), *args = json_object_get(error, "args");
	const char *id = json_string_value(json_object_get(error, "id"));
	bool ok = store_bool(j, "ok");

	*out = (struct sd_look){0};
	if (ok) {
		out->news = read_conflict("", j, json_object_get(j, "changed"), json_object_get(j, "said"));
		if (id && (!strcmp(id, "field_conflict") || !strcmp(id, "reply_crossed")))
			out->refusal = read_conflict(id, args, json_object_get(args, "conflicts"), json_object_get(args, "crossed"));
	}
	json_decref(j);
	return ok;
}

void sd_look_free(struct sd_look *l)
{
	sd_conflict_free(l->news);
	sd_conflict_free(l->refusal);
	*l = (struct sd_look){0};
}
