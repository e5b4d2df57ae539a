/* Migrations: forward only, hashed, one transaction a file with its row in it; only one program migrates at a time. */
#include "config.h"
#include "core/schema/schema.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/clock.h"
#include "svcdesk/db.h"
#include "svcdesk/mem.h"

enum { INIT_TRIES = 30, LOCK_WAIT_MS = 120000, FILE_TRIES = 15 };

/* Whoever waits for the lock polls: a waiter inside pg_advisory_lock holds a snapshot, and an index build of the other
 * program would wait for that snapshot (deadlock). */
#define LOCK_KEY "7305809921"

static bool ask_bool(struct sd_conn *c, const char *sql, bool *out, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(c, sql, 0, NULL, err);
	if (!r)
		return false;
	const char *v = sd_result_rows(r) > 0 ? sd_result_get(r, 0, 0) : NULL;
	*out = v && *v == 't';
	sd_result_free(r);
	return true;
}

static bool need_superuser(struct sd_conn *c, struct sd_err *err)
{
	bool super = false;
	if (!ask_bool(c, "select rolsuper from pg_roles where rolname = session_user", &super, err))
		return false;
	if (!super)
		sd_err_set(err, SD_ERR_DENIED, "superuser_needed", "%s",
			_("Making or upgrading a desk needs a superuser of the database: name one with --db."));
	return super;
}

static bool retriable(const struct sd_err *err)
{
	static const char *const states[] = {"23505", "42710", "XX000", "55P03", "40P01", "40001"};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(err->sqlstate, states[i]) == 0)
			return true;
	return false;
}

bool sd_schema_init(struct sd_conn *c, struct sd_err *err)
{
	if (!need_superuser(c, err))
		return false;
	/* Roles belong to the cluster: another desk may be making them, or its grants, at this moment. */
	for (int i = 0; i < INIT_TRIES; i++) {
		if (sd_conn_script(c, schema_init_sql, err)) {
			sd_err_clear(err);
			return true;
		}
		if (!retriable(err))
			return false;
		poll(NULL, 0, 20 + (i * 37) % 90);
	}
	return false;
}

static struct sd_result *applied(struct sd_conn *c, struct sd_err *err)
{
	bool there = false;
	if (!ask_bool(c, "select to_regclass('desk.schema_migration') is not null", &there, err))
		return NULL;
	if (!there) {
		sd_err_set(err, SD_ERR_INTERNAL, "no_schema", "%s",
			_("There is no desk in this database. Make one with: svcdesk db init (as a superuser of the database)."));
		return NULL;
	}
	return sd_conn_query(
		c, "select name, sha256, tool_version from desk.schema_migration order by applied_at, name", 0, NULL, err);
}

static const struct schema_file *file_of(const char *name)
{
	for (size_t i = 0; i < schema_files_n; i++)
		if (strcmp(schema_files[i].name, name) == 0)
			return &schema_files[i];
	return NULL;
}

static bool is_applied(const struct sd_result *r, const char *name)
{
	for (int i = 0; i < sd_result_rows(r); i++)
		if (strcmp(sd_result_get(r, i, 0), name) == 0)
			return true;
	return false;
}

static bool agrees(const struct sd_result *r, struct sd_err *err)
{
	for (int i = 0; i < sd_result_rows(r); i++) {
		const char *name = sd_result_get(r, i, 0);
		const struct schema_file *f = file_of(name);
		if (!f) {
			sd_err_set(err, SD_ERR_INTERNAL, "newer_schema",
				_("This desk was upgraded by svcdesk %s (step %s), which this svcdesk %s does not know. Install the newer "
				  "program."),
				sd_result_get(r, i, 2), name, PACKAGE_VERSION);
			return false;
		}
		if (strcmp(f->sha256, sd_result_get(r, i, 1)) != 0) {
			sd_err_set(err, SD_ERR_INTERNAL, "changed_migration",
				_("Step %s of this desk is not the one in this program: it was changed after it had been applied. Nothing was "
				  "done."),
				name);
			return false;
		}
	}
	return true;
}

static bool has_line(const char *sql, const char *line)
{
	return strncmp(sql, line, strlen(line)) == 0;
}

static bool record(struct sd_conn *c, const struct schema_file *f, int64_t begun, struct sd_err *err)
{
	char ms[32];
	snprintf(ms, sizeof ms, "%lld", (long long)(sd_clock_mono_ms() - begun));
	const char *const params[] = {f->name, f->sha256, ms, PACKAGE_VERSION};
	struct sd_result *r = sd_conn_query(
		c, "insert into desk.schema_migration(name, sha256, ms, tool_version) values ($1, $2, $3::int, $4)", 4, params, err);
	sd_result_free(r);
	return r != NULL;
}

/* A file that begins with "-- no-transaction" holds one statement that may be repeated (an index built concurrently). */
static bool apply_once(struct sd_conn *c, const struct schema_file *f, struct sd_err *err)
{
	int64_t begun = sd_clock_mono_ms();
	if (has_line(f->sql, "-- no-transaction"))
		return sd_conn_script(c, "set role desk_owner", err) && sd_conn_script(c, f->sql, err) &&
			   sd_conn_script(c, "reset role", err) && record(c, f, begun, err);
	return sd_conn_script(c, "begin; set local role desk_owner", err) && sd_conn_script(c, f->sql, err) &&
		   sd_conn_script(c, "reset role", err) && record(c, f, begun, err) && sd_conn_script(c, "commit", err);
}

static bool apply(struct sd_conn *c, const struct schema_file *f, struct sd_err *err)
{
	for (int i = 0; i < FILE_TRIES; i++) {
		if (apply_once(c, f, err))
			return true;
		struct sd_err ignored;
		sd_conn_script(c, "rollback", &ignored);
		sd_conn_script(c, "reset role", &ignored);
		/* XX000: "tuple concurrently updated", when a program that prepares the same database grants at this moment */
		if (strcmp(err->sqlstate, "55P03") != 0 && strcmp(err->sqlstate, "40P01") != 0 && strcmp(err->sqlstate, "XX000") != 0)
			break;
		poll(NULL, 0, 100);
	}
	char why[sizeof err->text];
	memcpy(why, err->text, sizeof why);
	snprintf(err->text, sizeof err->text, _("Step %s failed and was taken back: %.800s"), f->name, why);
	return false;
}

static bool lock(struct sd_conn *c, struct sd_err *err)
{
	int64_t until = sd_clock_mono_ms() + LOCK_WAIT_MS;
	bool got = false;
	while (ask_bool(c, "select pg_try_advisory_lock(" LOCK_KEY ")", &got, err)) {
		if (got)
			return true;
		if (sd_clock_mono_ms() > until) {
			sd_err_set(err, SD_ERR_TIMEOUT, "migration_running", "%s",
				_("Another program is upgrading this desk and has not finished. Try again later."));
			return false;
		}
		poll(NULL, 0, 50);
	}
	return false;
}

/* After a dump and restore the journal may be ahead of the cluster's transaction counter: readers must then start anew. */
static bool check_epoch(struct sd_conn *c, struct sd_err *err)
{
	bool there = false;
	return ask_bool(c, "select to_regprocedure('desk.epoch_check()') is not null", &there, err) &&
		   (!there || sd_conn_script(c, "select desk.epoch_check()", err));
}

/* The rights on a database are not in a dump of it: one that was restored is open to everybody, temporary tables too. */
static bool close_database(struct sd_conn *c, struct sd_err *err)
{
	return sd_conn_script(c,
		"do $$ begin if has_database_privilege('public', current_database(), 'temp')"
		" or has_database_privilege('public', current_database(), 'connect') then"
		" execute format('revoke all on database %I from public', current_database());"
		" execute format('grant connect on database %I to desk_person', current_database()); end if; end $$",
		err);
}

static bool migrate_locked(struct sd_conn *c, void (*progress)(void *, const char *), void *arg, struct sd_err *err)
{
	struct sd_result *r = applied(c, err);
	if (!r)
		return false;
	bool ok = agrees(r, err);
	for (size_t i = 0; ok && i < schema_files_n; i++) {
		if (is_applied(r, schema_files[i].name))
			continue;
		if (progress)
			progress(arg, schema_files[i].name);
		ok = apply(c, &schema_files[i], err);
	}
	sd_result_free(r);
	return ok && close_database(c, err) && check_epoch(c, err);
}

bool sd_schema_migrate(struct sd_conn *c, void (*progress)(void *arg, const char *name), void *arg, struct sd_err *err)
{
	if (!need_superuser(c, err))
		return false;
	sd_conn_timeout(c, 0);
	if (!sd_conn_script(c, "set lock_timeout = '2s'; set client_min_messages = error", err) || !lock(c, err))
		return false;
	bool ok = migrate_locked(c, progress, arg, err);
	struct sd_err ignored;
	sd_conn_script(c, "select pg_advisory_unlock(" LOCK_KEY ")", &ignored);
	return ok;
}

bool sd_schema_status(struct sd_conn *c, struct sd_migrate_status *st, struct sd_err *err)
{
	*st = (struct sd_migrate_status){.known = (int)schema_files_n};
	struct sd_result *r = applied(c, err);
	if (!r)
		return false;
	struct sd_str pending = {0};
	st->applied = sd_result_rows(r);
	for (int i = 0; i < sd_result_rows(r); i++)
		st->newer = st->newer || !file_of(sd_result_get(r, i, 0));
	for (size_t i = 0; i < schema_files_n; i++)
		if (!is_applied(r, schema_files[i].name))
			sd_str_addf(&pending, "%s%s", pending.len ? " " : "", schema_files[i].name);
	st->pending = sd_str_take(&pending);
	sd_result_free(r);
	return true;
}

bool sd_schema_starter(struct sd_conn *c, struct sd_err *err)
{
	return sd_conn_script(c,
		"do $$ begin if not exists (select from desk.support_group where id > 0) then"
		" insert into desk.org(name) values ('Organisation');"
		" insert into desk.support_group(name) values ('Service desk');"
		" insert into desk.category(name) values ('General'); end if; end $$",
		err);
}
