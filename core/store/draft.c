#include "config.h"
#include "svcdesk/draft.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

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
	free(d);
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
	text = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	if (!text)
		text = sd_strdup("{}");
	*n = strlen(text);
	return text;
}

static bool write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t w = write(fd, bytes, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		bytes += w;
		n -= (size_t)w;
	}
	return true;
}

bool sd_draft_save(const char *dir, const struct sd_draft *d, struct sd_err *err)
{
	char *path = sd_draft_path(dir, d->key);
	struct sd_str beside = {0};
	size_t n;
	char *bytes = sd_draft_bytes(d, &n);
	bool ok;
	int fd;

	sd_str_addf(&beside, "%s.%ld", path, (long)getpid());
	if (mkdir(dir, 0700) && errno != EEXIST)
		fd = -1;
	else
		fd = open(beside.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	ok = fd >= 0 && write_all(fd, bytes, n) && fsync(fd) == 0;
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	ok = ok && rename(beside.data, path) == 0;
	if (!ok) {
		sd_err_set(err, SD_ERR_INTERNAL, "draft_save", _("The draft could not be saved in %s: %s"), dir, strerror(errno));
		unlink(beside.data);
	}
	sd_str_free(&beside);
	free(bytes);
	free(path);
	return ok;
}

/* key NULL: whatever key is in it. */
static struct sd_draft *from_json(const json_t *j, const char *key)
{
	const json_t *f, *fields = json_object_get(j, "fields");
	const char *stored = json_string_value(json_object_get(j, "key"));
	struct sd_draft *d;
	size_t i;

	if (!stored || (key && strcmp(stored, key) != 0))
		return NULL;
	d = sd_draft_new(stored, json_string_value(json_object_get(j, "label")), json_integer_value(json_object_get(j, "at")),
		json_string_value(json_object_get(j, "body")));
	json_array_foreach(fields, i, f)
	{
		const char *name = json_string_value(json_object_get(f, "name"));

		if (name)
			sd_draft_add(d, name, json_string_value(json_object_get(f, "value")), json_string_value(json_object_get(f, "shown")));
	}
	return d;
}

struct sd_draft *sd_draft_load(const char *dir, const char *key, struct sd_err *err)
{
	char *path = sd_draft_path(dir, key);
	struct sd_draft *d = NULL;
	json_error_t why;
	json_t *j;

	if (access(path, F_OK) == 0) {
		j = json_load_file(path, 0, &why);
		d = from_json(j, key);
		if (!d)
			sd_err_set(err, SD_ERR_INTERNAL, "draft_load", _("The draft in %s cannot be read: %s"), path, j ? "?" : why.text);
		json_decref(j);
	}
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
		json_t *j;

		if (!is_draft(e->d_name))
			continue;
		sd_str_addf(&path, "%s/%s", dir, e->d_name);
		j = json_load_file(path.data, 0, NULL);
		if (j)
			draft = from_json(j, NULL);
		if (draft && !strncmp(draft->key, start, strlen(start)))
			each(arg, draft);
		sd_draft_free(draft);
		json_decref(j);
		sd_str_free(&path);
	}
	if (d)
		closedir(d);
}
