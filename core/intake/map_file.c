/* Where maps lie: the person's configuration folder, beside the program in its build folder, the installed data. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/intake/map.h"
#include "core/query/nearest.h"
#include "svcdesk/env.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

enum { PLACES = 3 };

static char *place(int i)
{
	char *dir = i == 0 ? sd_env_config_dir() : i == 1 ? sd_env_exe_dir() : sd_strdup(PKGDATADIR);
	struct sd_str s = {0};

	if (!dir)
		return NULL;
	sd_str_addf(&s, "%s/maps", dir);
	free(dir);
	return sd_str_take(&s);
}

static struct map *load_path(const char *path, struct sd_err *err)
{
	errno = 0;
	FILE *f = fopen(path, "re");
	struct sd_str s = {0};
	char buf[8192];
	size_t n;
	struct map *m = NULL;

	while (f && s.len <= MAP_FILE_MAX && (n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(&s, buf, n);
	if (!f || ferror(f))
		sd_err_set(err, errno == ENOENT ? SD_ERR_NOT_FOUND : SD_ERR_INPUT, "map_file", _("cannot read the map %s: %s"), path,
			strerror(errno));
	else if (s.len > MAP_FILE_MAX || memchr(s.data ? s.data : "", 0, s.len))
		sd_err_set(err, SD_ERR_INPUT, "map_file", _("%s is no map: svcdesk-import(5) says what one looks like"), path);
	else
		m = map_parse(path, s.data ? s.data : "", err);
	if (f)
		fclose(f);
	sd_str_free(&s);
	return m;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void map_list(void (*fn)(void *arg, const char *name), void *arg)
{
	char **name = NULL;
	size_t n = 0, cap = 0;

	for (int i = 0; i < PLACES; i++) {
		char *dir = place(i);
		DIR *d = dir ? opendir(dir) : NULL;
		for (struct dirent *e; d && (e = readdir(d));) {
			const char *dot = strrchr(e->d_name, '.');
			if (!dot || dot == e->d_name || strcmp(dot, ".map") != 0)
				continue;
			*SD_PUSH(name, n, cap) = sd_strdup(e->d_name);
			name[n - 1][dot - e->d_name] = '\0';
		}
		if (d)
			closedir(d);
		free(dir);
	}
	if (n)
		qsort(name, n, sizeof *name, compare);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(name[i - 1], name[i]) != 0)
			fn(arg, name[i]);
	for (size_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
}

static void add_name(void *arg, const char *name)
{
	sd_str_addf(arg, "%s\n", name);
}

static void no_map(const char *name, struct sd_err *err)
{
	struct sd_str names = {0};
	char near[100];

	map_list(add_name, &names);
	if (nearest_line(name, names.data ? names.data : "", near, sizeof near)) {
		sd_err_set(err, SD_ERR_NOT_FOUND, "map_missing", _("there is no map %s; did you mean %s?"), name, near);
	} else {
		for (size_t i = 0; i + 1 < names.len; i++)
			if (names.data[i] == '\n')
				names.data[i] = ' ';
		if (names.len)
			names.data[names.len - 1] = '\0';
		sd_err_set(err, SD_ERR_NOT_FOUND, "map_missing",
			_("there is no map %s; there are: %s. A file is named with a slash: ./%s"), name, names.data ? names.data : "-",
			name);
	}
	sd_str_free(&names);
}

struct map *map_load(const char *name, struct sd_err *err)
{
	struct map *m = NULL;
	bool found = false;

	if (strchr(name, '/') || access(name, R_OK) == 0)
		return load_path(name, err);
	for (int i = 0; i < PLACES && !found; i++) {
		char *dir = place(i);
		struct sd_str path = {0};
		sd_str_addf(&path, "%s/%.200s.map", dir ? dir : "", name);
		found = dir && access(path.data, R_OK) == 0;
		if (found)
			m = load_path(path.data, err);
		sd_str_free(&path);
		free(dir);
	}
	if (!found)
		no_map(name, err);
	return m;
}
