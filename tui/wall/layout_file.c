/* Where layouts lie: the person's configuration folder, beside the program in its build folder, the installed data; one is in the
 * program itself, so that a wall never stays dark. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "svcdesk/data.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/restrict.h"
#include "tui/wall/layout.h"

enum { MOST_BYTES = 256 * 1024 };

static struct wall_layout *load_path(const char *path, struct sd_err *err)
{
	struct wall_layout *l = NULL;
	struct sd_str s = {0};
	char buf[8192];
	size_t n;
	FILE *f;

	errno = 0;
	f = fopen(path, "re");
	while (f && s.len <= MOST_BYTES && (n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(&s, buf, n);
	if (!f || ferror(f))
		sd_err_set(err, errno == ENOENT ? SD_ERR_NOT_FOUND : SD_ERR_INPUT, "layout_file", _("cannot read the layout %s: %s"),
			path, strerror(errno));
	else if (s.len > MOST_BYTES || memchr(s.data ? s.data : "", 0, s.len))
		sd_err_set(err, SD_ERR_INPUT, "layout_file", _("%s is no layout: svcdesk-wall(5) says what one looks like"), path);
	else
		l = wall_layout_parse(path, s.data ? s.data : "", err);
	if (f)
		fclose(f);
	sd_str_free(&s);
	return l;
}

static void add_name(void *arg, const char *name)
{
	struct sd_str *s = arg;

	sd_str_addf(s, "%s%s", s->len ? ", " : "", name);
}

struct wall_layout *wall_layout_load(const char *name, struct sd_err *err)
{
	struct wall_layout *l;
	char *path;

	if (name && (strchr(name, '/') || (!sd_restricted() && access(name, R_OK) == 0)))
		return sd_restrict_path(name, err) ? load_path(name, err) : NULL;
	path = sd_data_find("walls", name ? name : "default", ".wall");
	if (!path && (!name || !strcmp(name, "default")))
		return wall_layout_parse("default.wall", wall_layout_default, err);
	if (!path) {
		struct sd_str names = {0};

		sd_data_names("walls", ".wall", add_name, &names);
		sd_err_set(err, SD_ERR_NOT_FOUND, "layout_missing",
			_("there is no layout %s; there are: %s. A file is named with a slash: ./%s"), name,
			names.data ? names.data : "default", name);
		sd_str_free(&names);
		return NULL;
	}
	l = load_path(path, err);
	free(path);
	return l;
}
