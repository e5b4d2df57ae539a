/* Where theme files lie: the user's config folder, beside a program run from its source tree, the installed data. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "svcdesk/env.h"
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/restrict.h"
#include "tui/surface/theme.h"

enum { PLACES = 3, MAX_FILE = 256 * 1024 };

struct places {
	char dir[PLACES][PATH_MAX];
};

static void places_find(struct places *p)
{
	const char *config = sd_env_get("XDG_CONFIG_HOME"), *home = sd_env_get("HOME");
	char self[PATH_MAX - 16];
	ssize_t n;

	memset(p, 0, sizeof *p);
	if (config && config[0] == '/')
		snprintf(p->dir[0], PATH_MAX, "%s/svcdesk/themes", config);
	else if (home)
		snprintf(p->dir[0], PATH_MAX, "%s/.config/svcdesk/themes", home);
	/* The folder of the program itself, never a path remembered from the build: that one may belong to somebody else by now. */
	n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (n > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		snprintf(p->dir[1], PATH_MAX, "%s/themes", self);
	}
	snprintf(p->dir[2], PATH_MAX, "%s/themes", PKGDATADIR);
}

/* NULL with errno when it cannot be read. */
static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	struct sd_str s = {0};
	char buf[4096];
	size_t n;

	if (!f)
		return NULL;
	while ((n = fread(buf, 1, sizeof buf, f)) > 0 && s.len < MAX_FILE)
		sd_str_addn(&s, buf, n);
	if (ferror(f)) {
		int e = errno;

		fclose(f);
		sd_str_free(&s);
		errno = e;
		return NULL;
	}
	fclose(f);
	return sd_str_take(&s);
}

static struct theme *load_path(const char *path, struct sd_err *err)
{
	const char *slash = strrchr(path, '/');
	char *text = read_file(path);
	struct theme *t;

	if (!text) {
		sd_err_set(err, SD_ERR_NOT_FOUND, "theme_missing", _("theme %s: %s"), path, strerror(errno));
		return NULL;
	}
	t = theme_parse(slash ? slash + 1 : path, text, err);
	free(text);
	return t;
}

struct theme *theme_load(const char *name, struct sd_err *err)
{
	struct places p;
	char path[PATH_MAX + 300];

	if (strchr(name, '/'))
		return sd_restrict_path(name, err) ? load_path(name, err) : NULL;
	places_find(&p);
	for (int i = 0; i < PLACES; i++) {
		if (!p.dir[i][0])
			continue;
		snprintf(path, sizeof path, "%s/%.200s.theme", p.dir[i], name);
		if (access(path, R_OK) == 0)
			return load_path(path, err);
	}
	sd_err_set(err, SD_ERR_NOT_FOUND, "theme_missing", _("no theme \"%s\"; looked for %s.theme in %s and %s"), name, name,
		p.dir[0], p.dir[2]);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void theme_list(void (*fn)(void *arg, const char *name), void *arg)
{
	struct places p;
	char **name = NULL;
	size_t n = 0, cap = 0;

	places_find(&p);
	for (int i = 0; i < PLACES; i++) {
		DIR *d = p.dir[i][0] ? opendir(p.dir[i]) : NULL;

		for (struct dirent *e; d && (e = readdir(d));) {
			const char *dot = strrchr(e->d_name, '.');

			if (!dot || dot == e->d_name || strcmp(dot, ".theme") != 0)
				continue;
			*SD_PUSH(name, n, cap) = sd_strdup(e->d_name);
			name[n - 1][dot - e->d_name] = '\0';
		}
		if (d)
			closedir(d);
	}
	if (n)
		qsort(name, n, sizeof *name, compare);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(name[i - 1], name[i]) != 0)
			fn(arg, name[i]);
	}
	for (size_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
}
