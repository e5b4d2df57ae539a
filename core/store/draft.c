#include "config.h"
#include "svcdesk/draft.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "core/store/keep.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

#define SUFFIX ".draft"

struct sd_draft *sd_draft_new(const char *key, const char *label, sd_time at, const char *body)
{
	struct sd_draft *d = sd_calloc(1, sizeof *d);

	d->key = sd_strdup(key);
	d->label = sd_strdup(label ? label : "");
	d->at = at;
	d->body = sd_strdup(body ? body : "");
	return d;
}

void sd_draft_add(struct sd_draft *d, const char *name, const char *value, const char *shown)
{
	struct sd_draft_field *f;

	d->fields = sd_realloc(d->fields, ((size_t)d->nfields + 1) * sizeof *d->fields);
	f = &d->fields[d->nfields++];
	f->name = sd_strdup(name);
	f->value = sd_strdup(value ? value : "");
	f->shown = sd_strdup(shown ? shown : "");
}

void sd_draft_free(struct sd_draft *d)
{
	if (!d)
		return;
	for (int i = 0; i < d->nfields; i++) {
		free(d->fields[i].name);
		free(d->fields[i].value);
		free(d->fields[i].shown);
	}
	free(d->fields);
	free(d->key);
	free(d->label);
	free(d->body);
	free(d->from_host);
	free(d->op);
	free(d->sent);
	free(d);
}

static char *copy(const char *text)
{
	return text ? sd_strdup(text) : NULL;
}

void sd_draft_sent(struct sd_draft *d, const char *op, const char *fields, int version)
{
	free(d->op);
	free(d->sent);
	d->op = copy(op);
	d->sent = copy(fields);
	d->version = version;
}

void sd_draft_from(struct sd_draft *d, const char *host, int saves)
{
	free(d->from_host);
	d->from_host = copy(host);
	d->from_saves = saves;
}

struct sd_draft *sd_draft_copy(const struct sd_draft *d)
{
	struct sd_draft *c = sd_draft_new(d->key, d->label, d->at, d->body);

	for (int i = 0; i < d->nfields; i++)
		sd_draft_add(c, d->fields[i].name, d->fields[i].value, d->fields[i].shown);
	c->saves = d->saves;
	c->seen = d->seen;
	sd_draft_from(c, d->from_host, d->from_saves);
	sd_draft_sent(c, d->op, d->sent, d->version);
	return c;
}

static const char *value_of(const struct sd_draft *d, const char *name)
{
	for (int i = 0; i < d->nfields; i++)
		if (!strcmp(d->fields[i].name, name))
			return d->fields[i].value;
	return "";
}

static bool holds(const struct sd_draft *a, const struct sd_draft *b)
{
	for (int i = 0; i < b->nfields; i++)
		if (strcmp(value_of(a, b->fields[i].name), b->fields[i].value) != 0)
			return false;
	return true;
}

bool sd_draft_same(const struct sd_draft *a, const struct sd_draft *b)
{
	return !strcmp(a->body, b->body) && holds(a, b) && holds(b, a);
}

bool sd_draft_empty(const struct sd_draft *d)
{
	for (int i = 0; i < d->nfields; i++)
		if (*d->fields[i].value || *d->fields[i].shown)
			return false;
	return !*d->body;
}

/* The key may hold anything; the file's name is its FNV-1a hash, the key itself stands inside. */
char *sd_draft_path(const char *dir, const char *key)
{
	uint64_t h = 14695981039346656037u;
	struct sd_str s = {0};

	for (const char *p = key; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	sd_str_addf(&s, "%s/%016llx" SUFFIX, dir, (unsigned long long)h);
	return sd_str_take(&s);
}

char *sd_draft_bytes(const struct sd_draft *d, size_t *n)
{
	json_t *j = json_object(), *fields = json_array();
	char *text;

	for (int i = 0; i < d->nfields; i++) {
		json_t *f = json_object();

		json_object_set_new(f, "name", json_string(d->fields[i].name));
		json_object_set_new(f, "value", json_string(d->fields[i].value));
		json_object_set_new(f, "shown", json_string(d->fields[i].shown));
		json_array_append_new(fields, f);
	}
	json_object_set_new(j, "key", json_string(d->key));
	json_object_set_new(j, "label", json_string(d->label));
	json_object_set_new(j, "at", json_integer(d->at));
	json_object_set_new(j, "fields", fields);
	json_object_set_new(j, "body", json_string(d->body));
	json_object_set_new(j, "saves", json_integer(d->saves));
	if (d->seen)
		json_object_set_new(j, "seen", json_integer(d->seen));
	if (d->from_host) {
		json_object_set_new(j, "from_host", json_string(d->from_host));
		json_object_set_new(j, "from_saves", json_integer(d->from_saves));
	}
	if (d->op) {
		json_object_set_new(j, "op", json_string(d->op));
		json_object_set_new(j, "sent", json_string(d->sent));
		json_object_set_new(j, "version", json_integer(d->version));
	}
	text = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	if (!text)
		text = sd_strdup("{}");
	*n = strlen(text);
	return text;
}

bool sd_draft_possible(const char *dir, struct sd_err *err)
{
	bool ok = keep_possible(dir);

	if (!ok)
		sd_err_set(err, SD_ERR_INTERNAL, "draft_folder",
			_("Drafts cannot be kept in %s: %s. Make that folder writable, or name another with XDG_STATE_HOME."), dir,
			strerror(errno));
	return ok;
}

bool sd_draft_save(const char *dir, const struct sd_draft *d, struct sd_err *err)
{
	char *path = sd_draft_path(dir, d->key);
	size_t n;
	char *bytes = sd_draft_bytes(d, &n);
	bool ok = keep_write(dir, path, bytes, n);

	if (!ok)
		sd_err_set(err, SD_ERR_INTERNAL, "draft_save", _("The draft could not be saved in %s: %s"), dir, strerror(errno));
	free(bytes);
	free(path);
	return ok;
}

/* A member as clean text; NULL: it is none. */
static char *clean_text(const json_t *j, const char *name, enum sd_clean mode)
{
	const json_t *v = json_object_get(j, name);
	struct sd_str s = {0};

	if (!json_is_string(v))
		return NULL;
	sd_text_clean(&s, json_string_value(v), json_string_length(v), mode);
	return sd_str_take(&s);
}

static int number_of(const json_t *j, const char *name)
{
	json_int_t n = json_integer_value(json_object_get(j, name));

	return n > 0 && n < INT_MAX ? (int)n : 0;
}

static void read_fields(struct sd_draft *d, const json_t *fields)
{
	const json_t *f;
	size_t i;

	json_array_foreach(fields, i, f)
	{
		char *name = clean_text(f, "name", SD_CLEAN_LINE), *value = clean_text(f, "value", SD_CLEAN_BLOCK),
			 *shown = clean_text(f, "shown", SD_CLEAN_LINE);

		if (name)
			sd_draft_add(d, name, value, shown);
		free(name);
		free(value);
		free(shown);
	}
}

static struct sd_draft *from_json(const json_t *j, const char *key)
{
	const char *stored = json_string_value(json_object_get(j, "key")), *op = json_string_value(json_object_get(j, "op")),
			   *sent = json_string_value(json_object_get(j, "sent"));
	char *label = clean_text(j, "label", SD_CLEAN_LINE), *body = clean_text(j, "body", SD_CLEAN_BLOCK),
		 *host = clean_text(j, "from_host", SD_CLEAN_LINE);
	struct sd_draft *d = NULL;

	if (stored && (!key || !strcmp(stored, key))) {
		d = sd_draft_new(stored, label, json_integer_value(json_object_get(j, "at")), body);
		read_fields(d, json_object_get(j, "fields"));
		d->saves = number_of(j, "saves");
		d->seen = number_of(j, "seen");
		sd_draft_from(d, host, number_of(j, "from_saves"));
		if (op && sent)
			sd_draft_sent(d, op, sent, number_of(j, "version"));
	}
	free(label);
	free(body);
	free(host);
	return d;
}

struct sd_draft *sd_draft_read(const char *bytes, size_t n, const char *key, char why[SD_DRAFT_WHY])
{
	json_error_t err;
	json_t *j = json_loadb(bytes, n, 0, &err);
	struct sd_draft *d = from_json(j, key);

	if (!d && why)
		snprintf(why, SD_DRAFT_WHY, "%s", j ? _("it is not the draft that belongs there") : err.text);
	json_decref(j);
	return d;
}

struct sd_draft *sd_draft_load(const char *dir, const char *key, struct sd_err *err)
{
	char *path = sd_draft_path(dir, key), why[SD_DRAFT_WHY] = "";
	struct sd_draft *d = NULL;
	size_t n;
	char *bytes = keep_read(path, &n);

	if (!bytes && errno != ENOENT)
		snprintf(why, sizeof why, "%s", strerror(errno));
	if (bytes)
		d = sd_draft_read(bytes, n, key, why);
	if (*why)
		sd_err_set(err, SD_ERR_INTERNAL, "draft_load", _("The draft in %s cannot be read: %s"), path, why);
	free(bytes);
	free(path);
	return d;
}

void sd_draft_drop(const char *dir, const char *key)
{
	char *path = sd_draft_path(dir, key);

	unlink(path);
	free(path);
}

static bool is_draft(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(SUFFIX) && !strcmp(name + len - strlen(SUFFIX), SUFFIX);
}

void sd_draft_each(const char *dir, const char *start, void (*each)(void *arg, const struct sd_draft *d), void *arg)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		struct sd_str path = {0};
		struct sd_draft *draft = NULL;
		char *bytes;
		size_t n;

		if (!is_draft(e->d_name))
			continue;
		sd_str_addf(&path, "%s/%s", dir, e->d_name);
		bytes = keep_read(path.data, &n);
		if (bytes)
			draft = sd_draft_read(bytes, n, NULL, NULL);
		if (draft && !strncmp(draft->key, start, strlen(start)))
			each(arg, draft);
		sd_draft_free(draft);
		free(bytes);
		sd_str_free(&path);
	}
	if (d)
		closedir(d);
}
