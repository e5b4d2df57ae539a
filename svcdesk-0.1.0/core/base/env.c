#include "svcdesk/env.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

const char *sd_env_get(const char *name)
{
	const char *v = getenv(name);
	return v && *v ? v : NULL;
}

void sd_env_put(const char *name, const char *value)
{
	int rc = value ? setenv(name, value, 1) : unsetenv(name);
	if (rc != 0 && errno == ENOMEM)
		sd_oom();
}

char *sd_env_home(void)
{
	const char *home = sd_env_get("HOME");
	if (home && home[0] == '/')
		return sd_strdup(home);
	const struct passwd *pw = getpwuid(geteuid());
	return pw && pw->pw_dir && pw->pw_dir[0] == '/' ? sd_strdup(pw->pw_dir) : NULL;
}

char *sd_env_host(void)
{
	const char *name = sd_env_get("SVCDESK_HOST");
	char host[256] = "";

	if (!name && gethostname(host, sizeof host - 1) == 0)
		name = host;
	struct sd_str s = {0};
	sd_text_clean(&s, name ? name : "", name ? strnlen(name, sizeof host - 1) : 0, SD_CLEAN_LINE);
	return sd_str_take(&s);
}

char *sd_env_sudo_user(void)
{
	const char *name = sd_env_get("SUDO_USER");
	return geteuid() == 0 && name && strcmp(name, "root") != 0 ? sd_strdup(name) : NULL;
}

char *sd_env_exe_dir(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	if (n <= 0)
		return NULL;
	path[n] = '\0';
	char *slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	slash[slash == path ? 1 : 0] = '\0';
	return sd_strdup(path);
}

bool sd_env_make_dir(const char *path, struct sd_err *err)
{
	char *p = sd_strdup(path);
	bool ok = true;
	for (char *c = p + 1; ok && *c; c++) {
		if (*c != '/')
			continue;
		*c = '\0';
		ok = mkdir(p, 0700) == 0 || errno == EEXIST || errno == EACCES || errno == EROFS;
		*c = '/';
	}
	struct stat st;
	if (ok && mkdir(p, 0700) != 0 && errno != EEXIST)
		ok = false;
	if (ok && (stat(p, &st) != 0 || !S_ISDIR(st.st_mode))) {
		ok = false;
		errno = ENOTDIR;
	}
	if (!ok)
		sd_err_set(err, SD_ERR_INTERNAL, "folder_not_made", _("Cannot make the folder %s: %s"), path, strerror(errno));
	free(p);
	return ok;
}

/* $VARIABLE/svcdesk, else HOME/below/svcdesk. XDG says a relative value is to be ignored. */
static char *xdg_path(const char *variable, const char *below)
{
	struct sd_str s = {0};
	const char *v = sd_env_get(variable);
	if (v && v[0] == '/') {
		sd_str_addf(&s, "%s/svcdesk", v);
		return sd_str_take(&s);
	}
	char *home = sd_env_home();
	if (!home)
		return NULL;
	sd_str_addf(&s, "%s/%s/svcdesk", home, below);
	free(home);
	return sd_str_take(&s);
}

static char *xdg_dir(const char *variable, const char *below, struct sd_err *err)
{
	char *path = xdg_path(variable, below);
	if (!path) {
		sd_err_set(err, SD_ERR_INTERNAL, "no_home", _("This account has no home folder: set HOME or %s"), variable);
		return NULL;
	}
	if (!sd_env_make_dir(path, err)) {
		free(path);
		return NULL;
	}
	return path;
}

char *sd_env_config_dir(void)
{
	return xdg_path("XDG_CONFIG_HOME", ".config");
}

char *sd_env_state_dir(struct sd_err *err)
{
	return xdg_dir("XDG_STATE_HOME", ".local/state", err);
}

const char *sd_env_editor(void)
{
	const char *v = sd_env_get("VISUAL");
	if (!v)
		v = sd_env_get("EDITOR");
	return v ? v : "editor";
}

bool sd_env_no_color(void)
{
	return sd_env_get("NO_COLOR") != NULL;
}
