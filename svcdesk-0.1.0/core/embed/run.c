#include "core/embed/run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "core/embed/place.h"
#include "svcdesk/mem.h"

extern char **environ;

enum { DISK_ROOM = 17 << 20 }; /* one segment of the write-ahead log and a little */

bool run_drop(const char *account, uid_t uid, gid_t gid)
{
	if (uid == 0 || setgid(gid) != 0 || initgroups(account, gid) != 0 || setuid(uid) != 0)
		return false;
	return setuid(0) != 0; /* there must be no way back */
}

static bool wait_for(pid_t pid)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool run_child(const struct place *p, int (*fn)(void *arg), void *arg)
{
	fflush(NULL);
	pid_t pid = fork();
	if (pid < 0)
		return false;
	if (pid == 0)
		_exit(place_become(p) ? fn(arg) : 1);
	return wait_for(pid);
}

/* The server and its tools get a plain environment: no PG* of the caller, one language in the log. */
static void clean_environment(const struct place *p)
{
	static char *env[4];
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", lang[] = "LC_ALL=C.UTF-8";
	env[0] = path;
	env[1] = lang;
	env[2] = p && p->home ? place_path("HOME=%s", p->home) : NULL;
	environ = env;
}

static void exec_child(const struct place *p, const char *const *argv, const char *log)
{
	if (p && !place_become(p))
		_exit(126);
	int in = open("/dev/null", O_RDONLY), out = open(log ? log : "/dev/null", O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || (p && chdir(p->dir) != 0))
		_exit(126);
	for (int fd = 3; fd < 256; fd++)
		close(fd);
	signal(SIGPIPE, SIG_DFL);
	umask(077);
	clean_environment(p);
	char **args = sd_calloc(64, sizeof *args);
	for (size_t i = 0; argv[i] && i < 63; i++)
		args[i] = sd_strdup(argv[i]);
	execvp(args[0], args);
	_exit(127);
}

bool run_wait(const struct place *p, const char *const *argv, const char *log)
{
	fflush(NULL);
	pid_t pid = fork();
	if (pid < 0)
		return false;
	if (pid == 0)
		exec_child(p, argv, log);
	return wait_for(pid);
}

void run_detach(void)
{
	setsid();
	int null = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 3 && null >= 0; fd++)
		dup2(null, fd);
	for (int fd = 3; fd < 256; fd++)
		close(fd);
	for (int s = 1; s < 32; s++)
		if (s != SIGKILL && s != SIGSTOP)
			signal(s, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	if (chdir("/") != 0)
		_exit(1);
}

bool run_is_desk_or_empty(const char *dir)
{
	static const char *const known[] = {".", "..", "data", "run", "lock", "watch.lock", "server.log", "ready"};
	DIR *d = opendir(dir);
	if (!d)
		return errno == EACCES; /* the account's own check speaks */
	bool ok = true;
	for (const struct dirent *e; ok && (e = readdir(d));) {
		bool found = false;
		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			found = found || strcmp(e->d_name, known[i]) == 0;
		ok = found;
	}
	closedir(d);
	return ok;
}

bool run_disk_full(const char *dir)
{
	struct statvfs fs;
	return statvfs(dir, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < DISK_ROOM;
}

/* ---- files of the account ---- */

struct file_text {
	const char *path, *text;
};

static int write_file(void *arg)
{
	const struct file_text *f = arg;
	char *tmp = place_path("%s.new", f->path);
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
	size_t n = strlen(f->text);
	if (fd < 0 || write(fd, f->text, n) != (ssize_t)n || fsync(fd) != 0 || close(fd) != 0)
		return 1;
	return rename(tmp, f->path) == 0 ? 0 : 1;
}

bool place_write(const struct place *p, const char *path, const char *text, struct sd_err *err)
{
	struct file_text f = {path, text};
	if (run_child(p, write_file, &f))
		return true;
	sd_err_set(err, SD_ERR_INTERNAL, "not_written", _("The file %s cannot be written."), path);
	return false;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int wipe(void *arg)
{
	const struct place *p = arg;
	/* "ready" first: a wipe that is cut short leaves no desk that looks complete */
	if (remove(p->ready) != 0 && errno != ENOENT)
		return 1;
	if (nftw(p->data, remove_one, 32, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
		return 1;
	return remove(p->log) != 0 && errno != ENOENT ? 1 : 0;
}

bool place_wipe(const struct place *p, struct sd_err *err)
{
	struct place copy = *p;
	if (run_child(p, wipe, &copy))
		return true;
	sd_err_set(err, SD_ERR_INTERNAL, "not_removed", _("The former desk in %s cannot be removed."), p->dir);
	return false;
}

bool place_run(const struct place *p, const char *const *argv, struct sd_err *err)
{
	if (run_wait(p, argv, p->log))
		return true;
	sd_err_set(err, SD_ERR_INTERNAL, "server_failed", _("%s failed; %s says why."), argv[0], p->log);
	return false;
}

int place_lock(const struct place *p, const char *name, bool wait, struct sd_err *err)
{
	char *path = place_path("%s/%s", p->dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && p->switched && fchown(fd, p->uid, p->gid) != 0) {
		close(fd);
		fd = -1;
	}
	int rc = -1;
	while (fd >= 0 && (rc = flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB)) != 0 && errno == EINTR)
		;
	if (fd >= 0 && rc != 0) {
		close(fd);
		fd = -1;
	}
	if (fd < 0)
		sd_err_set(err, SD_ERR_INTERNAL, "not_locked", _("The file %s cannot be locked."), path);
	free(path);
	return fd;
}

bool place_there(const struct place *p)
{
	return access(p->data, F_OK) == 0;
}
