#include "core/embed/place.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "core/embed/run.h"
#include "svcdesk/env.h"
#include "svcdesk/mem.h"

#define SYSTEM_USER "svcdesk"
#define SYSTEM_HOME "/var/lib/svcdesk"

enum { SOCKET_PATH_MAX = 100 }; /* of 107 bytes sun_path has, with room for a lock file's name */

char *place_path(const char *fmt, ...)
{
	char *path = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&path, fmt, ap);
	va_end(ap);
	if (n < 0)
		sd_oom();
	return path;
}

/* ---- the account ---- */

static void take_account(struct place *p, const struct passwd *pw)
{
	free(p->account);
	free(p->home);
	p->account = sd_strdup(pw->pw_name);
	p->home = sd_strdup(pw->pw_dir);
	p->uid = pw->pw_uid;
	p->gid = pw->pw_gid;
}

/* The system user for a desk of plain root. Another process may be making it at this moment. */
static const struct passwd *system_user(bool make)
{
	static const char *const useradd[] = {"useradd", "--system", "--user-group", "--home-dir", SYSTEM_HOME, "--create-home",
		"--shell", "/usr/sbin/nologin", SYSTEM_USER, NULL};
	static const char *const adduser[] = {
		"adduser", "--system", "--group", "--home", SYSTEM_HOME, "--shell", "/usr/sbin/nologin", SYSTEM_USER, NULL};
	static const char *const busybox[] = {"adduser", "-S", "-D", "-h", SYSTEM_HOME, "-s", "/sbin/nologin", SYSTEM_USER, NULL};
	static const char *const *const ways[] = {useradd, adduser, busybox};
	const struct passwd *pw = getpwnam(SYSTEM_USER);
	for (size_t i = 0; !pw && make && i < sizeof ways / sizeof *ways; i++) {
		run_wait(NULL, ways[i], NULL);
		pw = getpwnam(SYSTEM_USER);
	}
	return pw;
}

static bool own_account(struct place *p, struct sd_err *err)
{
	const struct passwd *pw = getpwuid(geteuid());
	if (pw) {
		take_account(p, pw);
		return true;
	}
	/* an account without a name (a container): what counts is the number */
	p->uid = geteuid();
	p->gid = getegid();
	p->account = place_path("%ld", (long)p->uid);
	p->home = sd_env_home();
	if (!p->home)
		sd_err_set(err, SD_ERR_INTERNAL, "no_home", "%s", _("This account has no home folder. Name a folder with --dir."));
	return p->home != NULL;
}

/* As root: the owner of a desk or folder that is there, else who called sudo, else the system user. */
static bool other_account(struct place *p, const char *dir, bool make, struct sd_err *err)
{
	struct stat st;
	const struct passwd *pw = NULL;
	char *data = dir ? place_path("%s/data", dir) : NULL;
	if (data && (lstat(data, &st) == 0 || lstat(dir, &st) == 0) && st.st_uid != 0)
		pw = getpwuid(st.st_uid);
	free(data);
	char *sudo = sd_env_sudo_user();
	if (!pw && sudo)
		pw = getpwnam(sudo);
	free(sudo);
	if (!pw || pw->pw_uid == 0)
		pw = system_user(make);
	p->switched = true;
	if (pw) {
		take_account(p, pw);
		return true;
	}
	if (!make) { /* no such desk can exist */
		p->account = sd_strdup(SYSTEM_USER);
		p->home = sd_strdup(SYSTEM_HOME);
		p->uid = (uid_t)-1;
		p->gid = (gid_t)-1;
		return true;
	}
	sd_err_set(err, SD_ERR_INTERNAL, "no_account", "%s",
		_("PostgreSQL does not run as root, and the system user svcdesk could not be made. Make it (useradd --system svcdesk) or "
		  "run "
		  "svcdesk as an ordinary user."));
	return false;
}

bool place_become(const struct place *p)
{
	if (!p->switched)
		return true;
	return run_drop(p->account, p->uid, p->gid);
}

/* ---- folders ---- */

static char *absolute(const char *dir)
{
	char cwd[4096];
	char *full = *dir == '/' || !getcwd(cwd, sizeof cwd) ? sd_strdup(dir) : place_path("%s/%s", cwd, dir);
	size_t n = strlen(full);
	while (n > 1 && full[n - 1] == '/')
		full[--n] = '\0';
	char *real = realpath(full, NULL);
	if (!real)
		return full;
	free(full);
	return real;
}

static char *default_dir(const struct place *p, struct sd_err *err)
{
	if (!p->switched) {
		char *state = sd_env_state_dir(err);
		char *dir = state ? place_path("%s/desk", state) : NULL;
		free(state);
		return dir;
	}
	if (strcmp(p->account, SYSTEM_USER) == 0)
		return place_path("%s/desk", p->home);
	return place_path("%s/.local/state/svcdesk/desk", p->home);
}

/* Missing parents, then dir itself with mode 0700, as the process is now. */
static bool make_dirs(const char *dir)
{
	char *s = sd_strdup(dir);
	for (char *at = s + 1; *at; at++)
		if (*at == '/') {
			*at = '\0';
			if (mkdir(s, 0755) != 0 && errno != EEXIST) {
				int e = errno;
				free(s);
				errno = e;
				return false;
			}
			*at = '/';
		}
	free(s);
	return mkdir(dir, 0700) == 0 || errno == EEXIST;
}

static int make_dirs_in_child(void *arg)
{
	return make_dirs(arg) ? 0 : 1;
}

static int can_use(void *arg)
{
	return access(arg, R_OK | W_OK | X_OK) == 0 ? 0 : 1;
}

/* A folder root makes for somebody else: never one that holds other things, never through a link. */
static bool hand_over(const struct place *p, struct sd_err *err)
{
	struct stat st;
	int fd = open(p->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && (st.st_uid == p->uid || (st.st_uid == 0 && fchown(fd, p->uid, p->gid) == 0));
	if (!ok)
		sd_err_set(err, SD_ERR_INTERNAL, "not_ours",
			_("The folder %s belongs to another account than %s, who runs the private PostgreSQL."), p->dir, p->account);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool is_empty_or_desk(const struct place *p, struct sd_err *err)
{
	if (run_is_desk_or_empty(p->dir))
		return true;
	sd_err_set(err, SD_ERR_INPUT, "not_a_desk",
		_("The folder %s holds other things than a desk. Name an empty or a new one with --dir."), p->dir);
	return false;
}

static bool make_place(struct place *p, bool given, struct sd_err *err)
{
	bool ok = p->switched && !given ? run_child(p, make_dirs_in_child, p->dir) : make_dirs(p->dir);
	if (!ok) {
		sd_err_set(err, SD_ERR_INTERNAL, "no_folder", _("The folder %s cannot be made: %s."), p->dir,
			errno ? strerror(errno) : strerror(EACCES));
		return false;
	}
	char *real = absolute(p->dir);
	free(p->dir);
	p->dir = real;
	if (!is_empty_or_desk(p, err) || (p->switched && !hand_over(p, err)))
		return false;
	if (run_child(p, can_use, p->dir))
		return true;
	rmdir(p->dir); /* only if it is empty */
	sd_err_set(err, SD_ERR_INTERNAL, "unreachable",
		_("The account %s, who runs the private PostgreSQL, cannot get to %s: a folder above it is closed to others. Name "
		  "another place "
		  "with --dir, for example /var/tmp/desk."),
		p->account, p->dir);
	return false;
}

/* ---- the socket ---- */

static uint64_t hash(const char *s)
{
	uint64_t h = 14695981039346656037u;
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h;
}

/* sun_path is short: a deep folder gets its socket in /run/user or /tmp, found again by the folder's hash. */
static char *socket_dir(const struct place *p)
{
	char *run = place_path("%s/run", p->dir);
	if (strlen(run) + strlen("/.s.PGSQL.5432") <= SOCKET_PATH_MAX)
		return run;
	free(run);
	struct stat st;
	char *base = place_path("/run/user/%ld", (long)p->uid);
	bool own = lstat(base, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == p->uid;
	char *dir = own ? place_path("%s/svcdesk-%016llx", base, (unsigned long long)hash(p->dir))
					: place_path("/tmp/svcdesk-%ld-%016llx", (long)p->uid, (unsigned long long)hash(p->dir));
	free(base);
	return dir;
}

static int make_socket_dir(void *arg)
{
	struct stat st;
	const char *dir = arg;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return 1;
	/* in /tmp somebody else may have been there first */
	if (lstat(dir, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return 1;
	return chmod(dir, 0700) == 0 ? 0 : 1;
}

bool place_find(struct place *p, const char *dir, bool make, struct sd_err *err)
{
	*p = (struct place){0};
	char *full = dir ? absolute(dir) : NULL;
	bool ok = geteuid() == 0 ? other_account(p, full, make, err) : own_account(p, err);
	if (ok)
		p->dir = full ? sd_strdup(full) : default_dir(p, err);
	free(full);
	ok = ok && p->dir;
	if (ok && make)
		ok = make_place(p, dir != NULL, err);
	if (!ok) {
		place_free(p);
		return false;
	}
	p->data = place_path("%s/data", p->dir);
	p->log = place_path("%s/server.log", p->dir);
	p->ready = place_path("%s/ready", p->dir);
	p->socket = socket_dir(p);
	if (make && !run_child(p, make_socket_dir, p->socket)) {
		sd_err_set(err, SD_ERR_INTERNAL, "no_socket",
			_("The folder %s for the socket cannot be made or belongs to somebody else."), p->socket);
		place_free(p);
		return false;
	}
	return true;
}

void place_free(struct place *p)
{
	free(p->dir);
	free(p->data);
	free(p->socket);
	free(p->log);
	free(p->ready);
	free(p->account);
	free(p->home);
	*p = (struct place){0};
}

bool place_ready(const struct place *p, char login[64], char kind[16])
{
	char l[64] = "", k[16] = "";
	FILE *f = fopen(p->ready, "re");
	if (!f)
		return false;
	bool ok = fscanf(f, "%63s %15s", l, k) == 2;
	fclose(f);
	if (login)
		memcpy(login, l, sizeof l);
	if (kind)
		memcpy(kind, k, sizeof k);
	return ok;
}
