#include "core/embed/server.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "core/embed/run.h"
#include "svcdesk/clock.h"
#include "svcdesk/env.h"
#include "svcdesk/mem.h"

enum { START_MS = 60000, DEAD_MS = 3000 };

/* ---- where the server's programs are ---- */

static long version_in(const char *bindir)
{
	long v = 0;
	for (const char *s = bindir; *s; s++)
		if (isdigit((unsigned char)*s) && (s == bindir || !isdigit((unsigned char)s[-1])))
			v = strtol(s, NULL, 10);
	return v;
}

static bool has_server(const char *bindir)
{
	char *initdb = place_path("%s/initdb", bindir), *postgres = place_path("%s/postgres", bindir);
	bool ok = access(initdb, X_OK) == 0 && access(postgres, X_OK) == 0;
	free(initdb);
	free(postgres);
	return ok;
}

static long data_version(const struct place *p)
{
	char *path = place_path("%s/PG_VERSION", p->data);
	FILE *f = fopen(path, "re");
	long v = 0;
	if (f && fscanf(f, "%ld", &v) != 1)
		v = 0;
	if (f)
		fclose(f);
	free(path);
	return v;
}

static char *bindir_in_path(void)
{
	const char *path = sd_env_get("PATH");
	while (path && *path) {
		size_t n = strcspn(path, ":");
		char *dir = place_path("%.*s", (int)n, path);
		if (n > 0 && has_server(dir))
			return dir;
		free(dir);
		path += n + (path[n] == ':');
	}
	return NULL;
}

/* The folder of the newest server, or of the one the data was made with. */
static char *find_bindir(const struct place *p, struct sd_err *err)
{
	const char *given = sd_env_get("SVCDESK_PG_BINDIR");
	if (given && has_server(given))
		return sd_strdup(given);
	long want = data_version(p), best = 0;
	char *found = NULL;
	glob_t g = {0};
	glob("/usr/lib/postgresql/*/bin", 0, NULL, &g);
	glob("/usr/pgsql-*/bin", GLOB_APPEND, NULL, &g);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		long v = version_in(g.gl_pathv[i]);
		if (v < 15 || (want && v != want) || v <= best || !has_server(g.gl_pathv[i]))
			continue;
		best = v;
		free(found);
		found = sd_strdup(g.gl_pathv[i]);
	}
	globfree(&g);
	if (!found)
		found = bindir_in_path();
	if (!found)
		sd_err_set(err, SD_ERR_CONNECTION, "no_server", "%s",
			_("No PostgreSQL server 15 or newer is installed here. Install it (Debian: postgresql-15) or name a database with "
			  "--db."));
	return found;
}

/* ---- making and starting ---- */

/* Written anew at each start: the socket moves with the folder. Sized for a small machine and a handful of people. */
static bool write_conf(const struct place *p, struct sd_err *err)
{
	struct sd_str s = {0};
	sd_str_add(&s, "# Written by svcdesk at each start.\n"
				   "listen_addresses = ''\n"
				   "unix_socket_permissions = 0700\n"
				   "max_connections = 200\n"
				   "shared_buffers = 128MB\n"
				   "work_mem = 8MB\n"
				   "maintenance_work_mem = 64MB\n"
				   "max_wal_size = 512MB\n"
				   "min_wal_size = 80MB\n"
				   "wal_level = minimal\n"
				   "max_wal_senders = 0\n"
				   "wal_compression = on\n"
				   "random_page_cost = 1.1\n"
				   "jit = off\n"
				   "max_parallel_workers_per_gather = 0\n"
				   "max_parallel_maintenance_workers = 0\n"
				   "max_logical_replication_workers = 0\n"
				   "timezone = 'UTC'\n"
				   "log_timezone = 'UTC'\n"
				   "log_min_messages = warning\n"
				   "log_min_error_statement = panic\n");
	sd_str_addf(&s, "unix_socket_directories = '%s'\n", p->socket);
	char *path = place_path("%s/svcdesk.conf", p->data);
	bool ok = place_write(p, path, s.data, err);
	free(path);
	sd_str_free(&s);
	return ok;
}

bool server_make(const struct place *p, struct sd_err *err)
{
	char *bindir = find_bindir(p, err);
	if (!bindir)
		return false;
	char *initdb = place_path("%s/initdb", bindir), *conf = place_path("%s/postgresql.conf", p->data),
		 *hba = place_path("%s/pg_hba.conf", p->data);
	const char *const argv[] = {initdb, "-D", p->data, "-U", SERVER_SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
		"--data-checksums", "--no-sync", "--no-instructions", NULL};
	bool ok = place_run(p, argv, err) && place_write(p, conf, "include 'svcdesk.conf'\n", err) &&
			  place_write(p, hba, "local all all trust\n", err);
	free(bindir);
	free(initdb);
	free(conf);
	free(hba);
	return ok;
}

bool server_sync(const struct place *p, struct sd_err *err)
{
	char *bindir = find_bindir(p, err);
	if (!bindir)
		return false;
	char *initdb = place_path("%s/initdb", bindir);
	const char *const argv[] = {initdb, "--sync-only", "-D", p->data, NULL};
	bool ok = place_run(p, argv, err);
	free(initdb);
	free(bindir);
	return ok;
}

static PGPing ping(const struct place *p)
{
	const char *const keys[] = {"host", "port", "dbname", "user", "connect_timeout", NULL};
	const char *const values[] = {p->socket, "5432", "postgres", SERVER_SUPERUSER, "5", NULL};
	return PQpingParams(keys, values, 0);
}

bool server_running(const struct place *p)
{
	PGPing s = ping(p);
	return s == PQPING_OK || s == PQPING_REJECT;
}

static bool pid_file_there(const struct place *p)
{
	char *path = place_path("%s/postmaster.pid", p->data);
	bool there = access(path, F_OK) == 0;
	free(path);
	return there;
}

/* After a crash or in a new container the number in postmaster.pid may belong to another process by now, and the server
 * would refuse to start. It is ours only when its working folder is the data folder. */
static int drop_stale_pid(void *arg)
{
	const struct place *p = arg;
	char cwd[4096] = "", *path = place_path("%s/postmaster.pid", p->data), *proc;
	long pid = 0;
	FILE *f = fopen(path, "re");
	if (!f || fscanf(f, "%ld", &pid) != 1)
		pid = 0;
	if (f)
		fclose(f);
	proc = place_path("/proc/%ld/cwd", pid);
	char *real = realpath(p->data, NULL);
	ssize_t n = pid > 0 ? readlink(proc, cwd, sizeof cwd - 1) : -1;
	bool ours = n > 0 && real && strcmp(cwd, real) == 0;
	if (f && !ours && access("/proc/self/cwd", F_OK) == 0) {
		unlink(path);
		char *lock = place_path("%s/.s.PGSQL.5432.lock", p->socket), *sock = place_path("%s/.s.PGSQL.5432", p->socket);
		unlink(lock);
		unlink(sock);
		free(lock);
		free(sock);
	}
	free(path);
	free(proc);
	free(real);
	return 0;
}

static bool wait_until_up(const struct place *p, struct sd_err *err)
{
	int64_t begun = sd_clock_mono_ms(), now;
	while ((now = sd_clock_mono_ms()) < begun + START_MS) {
		if (ping(p) == PQPING_OK)
			return true;
		if (now > begun + DEAD_MS && !pid_file_there(p))
			break;
		poll(NULL, 0, 10);
	}
	sd_err_set(err, SD_ERR_CONNECTION, "not_started", _("The private PostgreSQL did not start; the end of %s says why."), p->log);
	return false;
}

bool server_start(const struct place *p, struct sd_err *err)
{
	PGPing state = ping(p);
	if (state == PQPING_OK)
		return true;
	char *bindir = find_bindir(p, err);
	if (!bindir)
		return false;
	char *pg_ctl = place_path("%s/pg_ctl", bindir);
	const char *const argv[] = {pg_ctl, "start", "-W", "-s", "-D", p->data, "-l", p->log, NULL};
	struct place copy = *p;
	bool ok = true;
	if (state != PQPING_REJECT) {
		run_child(p, drop_stale_pid, &copy);
		ok = write_conf(p, err) && place_run(p, argv, err);
	}
	free(pg_ctl);
	free(bindir);
	return ok && wait_until_up(p, err);
}

bool server_stop(const struct place *p, struct sd_err *err)
{
	if (!pid_file_there(p))
		return true;
	char *bindir = find_bindir(p, err);
	if (!bindir)
		return false;
	char *pg_ctl = place_path("%s/pg_ctl", bindir);
	const char *const fast[] = {pg_ctl, "stop", "-s", "-w", "-t", "60", "-m", "fast", "-D", p->data, NULL};
	const char *const hard[] = {pg_ctl, "stop", "-s", "-w", "-t", "20", "-m", "immediate", "-D", p->data, NULL};
	struct place copy = *p;
	if (!server_running(p))
		run_child(p, drop_stale_pid, &copy);
	bool ok = !pid_file_there(p) || run_wait(p, fast, p->log) || place_run(p, hard, err);
	free(pg_ctl);
	free(bindir);
	return ok;
}

static void add_encoded(struct sd_str *s, const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text) || strchr("-._~/", *text))
			sd_str_addc(s, *text);
		else
			sd_str_addf(s, "%%%02X", (unsigned)(unsigned char)*text);
}

char *server_uri(const struct place *p, const char *login, const char *database)
{
	struct sd_str s = {0};
	sd_str_add(&s, "postgresql://");
	add_encoded(&s, login);
	sd_str_addf(&s, "@:5432/%s?host=", database); /* whatever PGPORT says */
	add_encoded(&s, p->socket);
	return sd_str_take(&s);
}
