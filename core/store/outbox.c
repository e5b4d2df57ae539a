#include "config.h"
#include "svcdesk/outbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "core/store/keep.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

#define SUFFIX ".unsent"
#define LOCK "lock"
enum { TRIES = 5 };

struct sd_outbox {
	char *dir, *own; /* own: the folder of this console; NULL: not made yet */
	int lock;        /* of it */
	char **told;     /* files that are none */
	size_t ntold, captold;
};

struct sd_outbox *sd_outbox_new(const char *dir)
{
	struct sd_outbox *b = sd_calloc(1, sizeof *b);

	b->dir = sd_strdup(dir);
	b->lock = -1;
	return b;
}

static char *path_in(const char *dir, const char *name)
{
	struct sd_str s = {0};

	sd_str_addf(&s, "%s/%s", dir, name);
	return sd_str_take(&s);
}

/* The lock of a console's folder, if nobody holds it; -1 else. It is given up by the end of the process, whatever ends it. Who
 * found the folder without an owner may have removed it meanwhile: then it is none. */
static int lock_of(const char *folder, int flags)
{
	char *path = path_in(folder, LOCK);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	struct stat a, b;

	if (fd >= 0 && (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &a) != 0 || stat(path, &b) != 0 || a.st_ino != b.st_ino ||
					   a.st_dev != b.st_dev)) {
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}

static bool own_folder(struct sd_outbox *b)
{
	if (b->own)
		return true;
	if (mkdir(b->dir, 0700) != 0 && errno != EEXIST)
		return false;
	for (int i = 0; i < TRIES && !b->own; i++) {
		char id[SD_UUID_TEXT], *folder;

		sd_uuid_v4(id);
		folder = path_in(b->dir, id);
		if (mkdir(folder, 0700) != 0) {
			free(folder);
			return false;
		}
		b->lock = lock_of(folder, O_CREAT);
		if (b->lock >= 0)
			b->own = folder;
		else
			free(folder);
	}
	return b->own && keep_sync(b->dir);
}

/* Its folder goes with the last act in it. */
static void remove_empty(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	bool empty = d != NULL;

	while (d && (e = readdir(d)))
		empty = empty && (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || !strcmp(e->d_name, LOCK));
	if (d)
		closedir(d);
	if (empty) {
		char *lock = path_in(folder, LOCK);

		unlink(lock);
		rmdir(folder);
		free(lock);
	}
}

void sd_outbox_free(struct sd_outbox *b)
{
	if (!b)
		return;
	if (b->own)
		remove_empty(b->own);
	if (b->lock >= 0)
		close(b->lock);
	for (size_t i = 0; i < b->ntold; i++)
		free(b->told[i]);
	free(b->told);
	free(b->own);
	free(b->dir);
	free(b);
}

static char *file_of(const struct sd_outbox *b, const char *op, int part)
{
	struct sd_str s = {0};

	sd_str_addf(&s, "%s/%s.%d" SUFFIX, b->own, op, part);
	return sd_str_take(&s);
}

bool sd_outbox_save(struct sd_outbox *b, const struct sd_unsent *u, struct sd_err *err)
{
	bool ok = own_folder(b);

	if (ok) {
		size_t n;
		char *bytes = sd_unsent_bytes(u, &n), *path = file_of(b, u->op, u->part);

		ok = keep_write(b->own, path, bytes, n);
		free(bytes);
		free(path);
	}
	if (!ok)
		sd_err_set(err, SD_ERR_INTERNAL, "unsent_save", _("%s could not be kept in %s: %s"), u->label, b->dir, strerror(errno));
	return ok;
}

void sd_outbox_drop(struct sd_outbox *b, const char *op, int part)
{
	char *path = b->own ? file_of(b, op, part) : NULL;

	if (path)
		unlink(path);
	free(path);
}

/* ---- what others have left ---- */
struct taking {
	struct sd_outbox *b;
	const char *place;
	void (*each)(void *arg, const struct sd_unsent *u);
	void (*bad)(void *arg, const char *text);
	void *arg;
};

static void tell_once(const struct taking *t, const char *path, const char *why)
{
	struct sd_str s = {0};

	for (size_t i = 0; i < t->b->ntold; i++)
		if (!strcmp(t->b->told[i], path))
			return;
	*SD_PUSH(t->b->told, t->b->ntold, t->b->captold) = sd_strdup(path);
	sd_str_addf(&s, _("An act that was kept in %s cannot be read: %s. It is left there; remove the file if you need it no more."),
		path, why);
	t->bad(t->arg, s.data);
	sd_str_free(&s);
}

static void take_file(const struct taking *t, const char *folder, const char *name)
{
	char *path = path_in(folder, name), *to, why[SD_UNSENT_WHY] = "";
	struct sd_unsent *u = NULL;
	size_t n;
	char *bytes = keep_read(path, &n);

	if (bytes)
		u = sd_unsent_read(bytes, n, why);
	else
		snprintf(why, sizeof why, "%s", strerror(errno));
	if (!u) {
		tell_once(t, path, why);
	} else if (!strcmp(u->place, t->place)) {
		to = own_folder(t->b) ? file_of(t->b, u->op, u->part) : NULL;
		if (to && rename(path, to) == 0 && keep_sync(t->b->own))
			t->each(t->arg, u);
		else
			tell_once(t, path, strerror(errno));
		free(to);
	}
	sd_unsent_free(u);
	free(bytes);
	free(path);
}

/* "X.unsent.123": half written when its console ended; nobody was promised anything. */
static bool is_half(const char *name)
{
	const char *at = strstr(name, SUFFIX ".");

	return at && at[strlen(SUFFIX) + 1 + strspn(at + strlen(SUFFIX) + 1, "0123456789")] == '\0';
}

static void take_folder(const struct taking *t, const char *folder)
{
	int lock = lock_of(folder, O_CREAT);
	DIR *d = lock >= 0 ? opendir(folder) : NULL;
	struct dirent *e;

	while (d && (e = readdir(d))) {
		size_t len = strlen(e->d_name);

		if (is_half(e->d_name)) {
			char *path = path_in(folder, e->d_name);

			unlink(path);
			free(path);
		} else if (len > strlen(SUFFIX) && !strcmp(e->d_name + len - strlen(SUFFIX), SUFFIX)) {
			take_file(t, folder, e->d_name);
		}
	}
	if (d)
		closedir(d);
	if (lock >= 0) {
		remove_empty(folder);
		close(lock);
	}
}

void sd_outbox_take(struct sd_outbox *b, const char *place, void (*each)(void *arg, const struct sd_unsent *u),
	void (*bad)(void *arg, const char *text), void *arg)
{
	struct taking t = {b, place, each, bad, arg};
	DIR *d = opendir(b->dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char *folder = path_in(b->dir, e->d_name);
		struct stat st;

		if (sd_uuid_valid(e->d_name) && lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) &&
			(!b->own || strcmp(folder, b->own) != 0))
			take_folder(&t, folder);
		free(folder);
	}
	if (d)
		closedir(d);
}
