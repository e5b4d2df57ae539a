/* The private desk: found, made, started, filled, stopped. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "core/embed/embed.h"
#include "core/embed/fill.h"
#include "core/embed/run.h"
#include "core/embed/server.h"
#include "svcdesk/db.h"
#include "svcdesk/mem.h"

struct job {
	const struct sd_cluster_opts *o;
	const struct place *p;
	void (*progress)(void *arg, const char *what);
	void *arg;
};

static void say(const struct job *j, const char *what)
{
	if (j->progress)
		j->progress(j->arg, what);
}

static struct sd_conn *open_dba(const struct place *p, const char *database, struct sd_err *err)
{
	char *uri = server_uri(p, SERVER_SUPERUSER, database);
	struct sd_conn *c = sd_conn_open(uri, err);
	free(uri);
	return c;
}

static bool make_database(const struct place *p, struct sd_err *err)
{
	struct sd_conn *c = open_dba(p, "postgres", err);
	bool ok = c && sd_conn_script(c, "create database " SERVER_DATABASE, err);
	sd_conn_close(c);
	return ok;
}

static bool fill(const struct job *j, struct sd_conn *c, struct sd_err *err)
{
	if (j->o->clock && !fill_clock(c, j->o->clock, err))
		return false;
	if (j->o->empty)
		return fill_empty(c, err);
	say(j, _("Filling the sample desk ..."));
	return fill_sample(c, j->p, j->progress, j->arg, err);
}

/* A desk counts as made only when the file "ready" says so: what an interruption left behind is thrown away. */
static bool make_desk(const struct job *j, struct sd_err *err)
{
	const struct place *p = j->p;
	say(j, _("Making a private PostgreSQL ..."));
	if (!server_stop(p, err) || !place_wipe(p, err) || !server_make(p, err) || !server_start(p, err) || !make_database(p, err))
		return false;
	struct sd_conn *c = open_dba(p, SERVER_DATABASE, err);
	say(j, _("Making the desk ..."));
	/* one flush at the end is enough: an interrupted desk is made anew */
	bool ok = c && sd_conn_script(c, "set synchronous_commit = off", err) && sd_schema_init(c, err) &&
			  sd_schema_migrate(c, NULL, NULL, err) && fill(j, c, err) && sd_conn_script(c, "vacuum analyze", err) &&
			  sd_conn_script(c, "checkpoint", err);
	sd_conn_close(c);
	return ok && server_sync(p, err) && place_write(p, p->ready, j->o->empty ? "admin empty\n" : "agent sample\n", err);
}

static bool upgrade(const struct job *j, struct sd_err *err)
{
	struct sd_conn *c = open_dba(j->p, SERVER_DATABASE, err);
	struct sd_migrate_status st;
	if (!c)
		return false;
	bool ok = sd_schema_status(c, &st, err);
	/* also when nothing is pending: a changed or a newer desk must be refused */
	if (ok && *st.pending)
		say(j, _("Upgrading the desk ..."));
	if (ok)
		free(st.pending);
	ok = ok && sd_schema_migrate(c, NULL, NULL, err);
	sd_conn_close(c);
	size_t n = strlen(err->text);
	if (!ok && strcmp(err->id, "changed_migration") == 0)
		snprintf(err->text + n, sizeof err->text - n, " %s", _("A new desk: svcdesk demo --fresh (throws this one away)."));
	return ok;
}

/* What was asked for must be what is there. */
static bool fits(const struct job *j, const char *kind, struct sd_err *err)
{
	if (j->o->empty && strcmp(kind, "empty") != 0) {
		sd_err_set(err, SD_ERR_INPUT, "other_desk",
			_("The desk in %s holds the sample. Throw it away with --fresh, or name another --dir."), j->p->dir);
		return false;
	}
	if (!j->o->clock)
		return true;
	struct sd_conn *c = open_dba(j->p, SERVER_DATABASE, err);
	bool frozen = false, ok = c && fill_is_frozen(c, &frozen, err);
	sd_conn_close(c);
	if (ok && !frozen)
		sd_err_set(err, SD_ERR_INPUT, "other_desk",
			_("The desk in %s goes by the real time. Throw it away with --fresh, or name another --dir."), j->p->dir);
	return ok && frozen;
}

static bool start(const struct job *j, struct sd_err *err)
{
	char kind[16];
	if (!j->o->fresh && place_ready(j->p, NULL, kind))
		return server_start(j->p, err) && fits(j, kind, err) && upgrade(j, err);
	if (j->o->clock && !fill_clock_valid(j->o->clock, err))
		return false;
	if (make_desk(j, err))
		return true;
	/* a server that found no room says so only in its log, and is gone */
	if (run_disk_full(j->p->dir))
		sd_err_set(err, SD_ERR_INTERNAL, "disk_full", _("The disk that holds %s is full. A desk needs some 200 MB."), j->p->dir);
	struct sd_err ignored;
	server_stop(j->p, &ignored);
	return false;
}

bool sd_cluster_start(
	const struct sd_cluster_opts *o, void (*progress)(void *arg, const char *what), void *arg, char **uri_out, struct sd_err *err)
{
	struct place p;
	*uri_out = NULL;
	if (!place_find(&p, o->dir, true, err))
		return false;
	struct job j = {o, &p, progress, arg};
	int lock = place_lock(&p, "lock", true, err);
	bool ok = lock >= 0 && start(&j, err);
	if (ok) {
		char login[64] = "";
		place_ready(&p, login, NULL);
		*uri_out = server_uri(&p, login, SERVER_DATABASE);
		server_watch(&p);
	}
	if (lock >= 0)
		close(lock);
	place_free(&p);
	return ok;
}

bool sd_cluster_stop(const char *dir, struct sd_err *err)
{
	struct place p;
	if (!place_find(&p, dir, false, err))
		return false;
	bool ok = true;
	if (place_there(&p)) {
		int lock = place_lock(&p, "lock", true, err);
		ok = lock >= 0 && server_stop(&p, err);
		if (lock >= 0)
			close(lock);
	} else if (dir) {
		ok = false;
		sd_err_set(err, SD_ERR_NOT_FOUND, "no_desk", _("There is no desk in %s."), p.dir);
	}
	place_free(&p);
	return ok;
}

bool sd_cluster_exists(const char *dir)
{
	struct place p;
	struct sd_err err;
	if (!place_find(&p, dir, false, &err))
		return false;
	bool there = place_ready(&p, NULL, NULL);
	place_free(&p);
	return there;
}

bool sd_cluster_running(const char *dir)
{
	struct place p;
	struct sd_err err;
	if (!place_find(&p, dir, false, &err))
		return false;
	bool up = place_ready(&p, NULL, NULL) && server_running(&p);
	place_free(&p);
	return up;
}

char *sd_cluster_uri(const char *dir, const char *login, struct sd_err *err)
{
	struct place p;
	if (!place_find(&p, dir, false, err))
		return NULL;
	char *uri = NULL;
	if (place_ready(&p, NULL, NULL))
		uri = server_uri(&p, login ? login : SERVER_SUPERUSER, SERVER_DATABASE);
	else
		sd_err_set(err, SD_ERR_CONNECTION, "no_desk", _("There is no desk in %s. Make one with: svcdesk demo"), p.dir);
	place_free(&p);
	return uri;
}
