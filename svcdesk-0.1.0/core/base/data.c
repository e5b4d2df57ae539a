#include "svcdesk/data.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "svcdesk/env.h"
#include "svcdesk/mem.h"

enum { PLACES = 3, NAME_LONGEST = 200 };

/* The folder itself, never a path remembered from the build: that one may belong to somebody else by now. */
static char *place(int i, const char *folder)
{
	const char *below = i != 1                         ? folder
						: strcmp(folder, "maps") == 0  ? "core/intake/maps"
						: strcmp(folder, "walls") == 0 ? "tui/wall/layouts"
													   : folder; /* in the tree of the sources */
	char *dir = i == 0 ? sd_env_config_dir() : i == 1 ? sd_env_exe_dir() : sd_strdup(PKGDATADIR);
	struct sd_str s = {0};

	if (!dir)
		return NULL;
	sd_str_addf(&s, "%s/%s", dir, below);
	free(dir);
	return sd_str_take(&s);
}

char *sd_data_find(const char *folder, const char *name, const char *suffix)
{
	for (int i = 0; i < PLACES && strlen(name) <= NAME_LONGEST; i++) {
		char *dir = place(i, folder);
		struct sd_str path = {0};
		sd_str_addf(&path, "%s/%s%s", dir ? dir : "", name, suffix);
		bool found = dir && access(path.data, R_OK) == 0;
		free(dir);
		if (found)
			return sd_str_take(&path);
		sd_str_free(&path);
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void sd_data_names(const char *folder, const char *suffix, void (*fn)(void *arg, const char *name), void *arg)
{
	char **name = NULL;
	size_t n = 0, cap = 0, tail = strlen(suffix);

	for (int i = 0; i < PLACES; i++) {
		char *dir = place(i, folder);
		DIR *d = dir ? opendir(dir) : NULL;
		for (struct dirent *e; d && (e = readdir(d));) {
			size_t len = strlen(e->d_name);
			if (len <= tail || strcmp(e->d_name + len - tail, suffix) != 0)
				continue;
			*SD_PUSH(name, n, cap) = sd_strdup(e->d_name);
			name[n - 1][len - tail] = '\0';
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
