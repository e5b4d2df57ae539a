/* The watcher of a private desk: a forked child that keeps one connection. It does what is due each half minute (the desk
 * runs tick by itself, also when only scripts use it) and stops the server when nobody has come for half an hour. */
#include "core/embed/server.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/db/pg.h"
#include "core/embed/run.h"
#include "core/predict/live.h"
#include "svcdesk/clock.h"
#include "svcdesk/db.h"
#include "svcdesk/env.h"
#include "svcdesk/mem.h"

enum { ROUND_MS = 30000, RETRY_MS = 1000, IDLE_MS = 30 * 60 * 1000 };

/* Sessions that ever were besides mine, and those that are now. */
static bool activity(struct sd_conn *c, long *ever, long *now, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(c,
		"select sessions, (select count(*) from pg_stat_activity where datname = current_database()"
		" and backend_type = 'client backend' and pid <> pg_backend_pid())"
		" from pg_stat_database where datname = current_database()",
		0, NULL, err);
	if (!r)
		return false;
	const char *e = sd_result_get(r, 0, 0), *n = sd_result_get(r, 0, 1);
	*ever = e ? strtol(e, NULL, 10) : 0;
	*now = n ? strtol(n, NULL, 10) : 0;
	sd_result_free(r);
	return true;
}

/* Stops the server unless somebody came since the last look: whoever starts the desk holds its lock and signs in. */
static bool stop_if_idle(const struct place *p, struct sd_conn *c, long last)
{
	struct sd_err err;
	long ever = 0, now = 0;
	int lock = place_lock(p, "lock", false, &err);
	bool idle = lock >= 0 && activity(c, &ever, &now, &err) && now == 0 && ever == last;
	if (idle)
		server_stop(p, &err);
	if (lock >= 0)
		close(lock);
	return idle;
}

/* What new tickets and ends of tickets teach, batch by batch for half a second: the rest has time until the next round. */
static void learn(struct sd_conn *c, const char *step)
{
	struct sd_err err;
	int64_t until = sd_clock_mono_ms() + 500;
	bool more = true;
	while (more && sd_clock_mono_ms() < until) {
		struct sd_result *r = sd_conn_query(c, step, 0, NULL, &err);
		more = r && strcmp(sd_result_get(r, 0, 0), "t") == 0;
		sd_result_free(r);
	}
}

/* Returns when the server is gone. */
static void watch_server(const struct place *p, struct sd_conn *c, const char *uri, int64_t idle_ms)
{
	struct sd_err err;
	long last = -1, ever = 0, now = 0;
	int64_t since = sd_clock_mono_ms();
	while (activity(c, &ever, &now, &err)) {
		if (now > 0 || ever != last)
			since = sd_clock_mono_ms();
		last = ever;
		if (sd_clock_mono_ms() - since >= idle_ms && stop_if_idle(p, c, last))
			return;
		/* a desk in the middle of an upgrade has no tick for a moment */
		sd_result_free(sd_conn_query(c, "select desk.tick()", 0, NULL, &err));
		sd_result_free(sd_conn_query(c, "select desk.sum_figures()", 0, NULL, &err));
		learn(c, "select desk.learn()");
		learn(c, "select desk.hint_step()");
		predict_live_beside(c, uri);
		learn(c, "select desk.risk_step()");
		learn(c, "select desk.find_learn()");
		learn(c, "select desk.ci_watch()");
		pg_conn_rest(c, idle_ms < ROUND_MS ? (int)(idle_ms / 4 + 1) : ROUND_MS);
	}
}

/* Whether the watch is over. Whoever starts the desk holds its lock while it looks for a watcher: under the same lock this one
 * either finds the server up again and stays, or gives up its place, so that no desk is left without a watcher. */
static bool over(const struct place *p, int *watch_lock)
{
	struct sd_err err;
	int lock = place_lock(p, "lock", true, &err);
	bool up = lock >= 0 && server_running(p);
	if (!up) {
		close(*watch_lock);
		*watch_lock = -1;
	}
	if (lock >= 0)
		close(lock);
	return !up;
}

static void watch(const struct place *as_called, int64_t idle_ms)
{
	struct sd_err err;
	struct place own = *as_called, *p = &own;
	int lock = place_lock(p, "watch.lock", false, &err);
	if (lock < 0 || !place_become(p))
		return;
	own.switched = false; /* this process is the account by now */
	char *uri = server_uri(p, SERVER_SUPERUSER, SERVER_DATABASE);
	do {
		struct sd_conn *c = sd_conn_open(uri, &err);
		if (c)
			watch_server(p, c, uri, idle_ms);
		else
			poll(NULL, 0, RETRY_MS);
		sd_conn_close(c);
	} while (!over(p, &lock));
	free(uri);
}

void server_watch(const struct place *p)
{
	struct sd_err err;
	int lock = place_lock(p, "watch.lock", false, &err);
	if (lock < 0)
		return;
	close(lock);
	const char *seconds = sd_env_get("SVCDESK_DEMO_IDLE");
	int64_t idle_ms = seconds && strtol(seconds, NULL, 10) > 0 ? strtol(seconds, NULL, 10) * 1000 : IDLE_MS;
	pid_t pid = fork();
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (pid != 0)
		return;
	/* twice, so that the watcher is nobody's child */
	if (fork() == 0) {
		run_detach();
		watch(p, idle_ms);
	}
	_exit(0);
}
