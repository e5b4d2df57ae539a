/* Where maps lie: the person's configuration folder, beside the program in its build folder, the installed data. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/intake/map.h"
#include "core/query/nearest.h"
#include "svcdesk/data.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

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

void map_list(void (*fn)(void *arg, const char *name), void *arg)
{
	sd_data_names("maps", ".map", fn, arg);
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
		for (char *c = names.data; c && *c; c++)
			if (*c == '\n')
				*c = c[1] ? ' ' : '\0';
		sd_err_set(err, SD_ERR_NOT_FOUND, "map_missing",
			_("there is no map %s; there are: %s. A file is named with a slash: ./%s"), name, names.data ? names.data : "-",
			name);
	}
	sd_str_free(&names);
}

struct map *map_load(const char *name, struct sd_err *err)
{
	if (strchr(name, '/') || access(name, R_OK) == 0)
		return load_path(name, err);
	char *path = sd_data_find("maps", name, ".map");
	struct map *m = path ? load_path(path, err) : NULL;
	if (!path)
		no_map(name, err);
	free(path);
	return m;
}
