/* What doctor asks the desk. A connection that fails is a finding; what would follow from it is left out. */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/doctor.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/env.h"

enum { LEAST_SERVER = 150000, ROUNDS = 5, SLOW_MS = 300, SKEW_MS = 2000 };

/* ---- the private desk ---- */

static void private_desk(struct doctor *d)
{
	const char *dir = cli_get(doctor_cli(d), "dir");
	if (!sd_cluster_exists(dir))
		doctor_say(d, "private", DOCTOR_OK, _("there is no private desk of this account (svcdesk demo makes one)"), "");
	else
		doctor_say(d, "private", DOCTOR_OK,
			sd_cluster_running(dir) ? _("the private desk runs") : _("the private desk sleeps: it is started when it is needed"),
			"");
}

/* ---- the connection ---- */

static const char *named_by(struct doctor *d)
{
	struct cli *c = doctor_cli(d);
	static const char *const env[] = {"SVCDESK_DB", "PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"};
	if (cli_get(c, "db"))
		return "--db";
	if (cli_get(c, "dir"))
		return "--dir";
	for (size_t i = 0; i < sizeof env / sizeof *env; i++)
		if (sd_env_get(env[i]))
			return env[i];
	if (*sd_cfg_text(c->cfg, "db"))
		return doctor_text(d, _("db in %s"), sd_cfg_source(c->cfg, "db"));
	return _("the private desk");
}

static const char *ask(struct doctor *d, const char *sql)
{
	struct sd_err ignored;
	struct sd_result *r = sd_conn_query(doctor_cli(d)->conn, sql, 0, NULL, &ignored);
	const char *v = r && sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL;
	char *out = v ? sd_arena_strdup(doctor_cli(d)->a, v) : NULL;
	sd_result_free(r);
	return out;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

/* The median of a few, in microseconds. */
static int64_t round_trip(struct doctor *d)
{
	int64_t took[ROUNDS];
	for (int i = 0; i < ROUNDS; i++) {
		sd_time begun = sd_clock_now();
		ask(d, "select 1");
		took[i] = sd_clock_now() - begun;
	}
	qsort(took, ROUNDS, sizeof *took, by_size);
	return took[ROUNDS / 2];
}

static bool connection(struct doctor *d)
{
	struct cli *c = doctor_cli(d);
	struct sd_err err;
	struct sd_conn_facts f;
	int64_t begun = sd_clock_mono_ms();
	if (!cli_connect(c, &err)) {
		doctor_say(d, "connection", DOCTOR_FAIL, doctor_text(d, _("%s: %s"), named_by(d), err.text),
			err.cls == SD_ERR_DENIED
				? _("the server knows no such login or password: ask its administrator; ~/.pgpass keeps a password")
				: _("is the server up, the host right, a firewall in between? psql with the same words says more"));
		return false;
	}
	int64_t took = sd_clock_mono_ms() - begun;
	sd_conn_facts(c->conn, &f);
	doctor_say(d, "connection", DOCTOR_OK,
		doctor_text(
			d, _("%s: %s, database %s as %s, connected in %lld ms"), named_by(d), f.host, f.database, f.user, (long long)took),
		"");
	if (f.socket || *f.tls)
		doctor_say(d, "tls", DOCTOR_OK,
			f.socket ? _("a socket of this machine: nothing is on the network") : doctor_text(d, _("encrypted, %s"), f.tls), "");
	else
		doctor_say(d, "tls", DOCTOR_WARN, _("the connection is NOT encrypted"),
			_("sslmode=verify-full in the connection; the server wants ssl = on"));
	const char *version = ask(d, "show server_version"), *pid = ask(d, "select pg_backend_pid()");
	if (f.server_version < LEAST_SERVER)
		doctor_say(d, "server", DOCTOR_FAIL, doctor_text(d, _("PostgreSQL %s"), version ? version : "?"),
			_("the desk needs PostgreSQL 15 or newer"));
	else
		doctor_say(d, "server", DOCTOR_OK,
			doctor_text(d, _("PostgreSQL %s%s%s"), version ? version : "?",
				pid && atoi(pid) != f.backend_pid ? _(", through a pooler") : "",
				ask(d, "select 1 where pg_is_in_recovery()") ? _(", a standby: reading only") : ""),
			"");
	int64_t us = round_trip(d);
	const char *text = doctor_text(d, _("%.1f ms there and back"), (double)us / 1000.0);
	if (us > SLOW_MS * 1000)
		doctor_say(d, "latency", DOCTOR_WARN, text,
			_("the console stays quick, each act takes that long; a console on a host near the database is better"));
	else
		doctor_say(d, "latency", DOCTOR_OK, text, "");
	return true;
}

/* ---- schema, person, clocks ---- */

static bool schema(struct doctor *d)
{
	struct sd_err err;
	struct sd_migrate_status st = {0};
	if (!sd_schema_status(doctor_cli(d)->conn, &st, &err)) {
		doctor_say(d, "schema", DOCTOR_FAIL, err.text, _("is it the right database? svcdesk db init makes a desk in a new one"));
		return false;
	}
	const char *text = doctor_text(d, _("%d of %d steps"), st.applied, st.known);
	if (st.newer)
		doctor_say(d, "schema", DOCTOR_FAIL, _("the schema is newer than this program"), _("install the newer program"));
	else if (st.pending && *st.pending)
		doctor_say(d, "schema", DOCTOR_FAIL, doctor_text(d, _("%s; missing: %s"), text, st.pending),
			_("a superuser of the database runs svcdesk db migrate"));
	else
		doctor_say(d, "schema", DOCTOR_OK, text, "");
	free(st.pending);
	return true;
}

static void joined(struct sd_str *s, const json_t *list)
{
	size_t i;
	json_t *v;
	json_array_foreach((json_t *)(uintptr_t)list, i, v)
	{
		const json_t *name = json_is_object(v) ? json_object_get(v, "name") : v;
		sd_str_addf(s, "%s%s", i ? ", " : "", json_is_string(name) ? json_string_value(name) : "?");
	}
	if (!s->len)
		sd_str_addc(s, '-');
}

static void person(struct doctor *d)
{
	struct sd_err err;
	struct cli *c = doctor_cli(d);
	const char *super = ask(d, "select 1 from pg_roles where rolname = session_user and rolsuper");
	json_t *who = cli_json(c, &err, "select desk.whoami()", 0, NULL);
	struct sd_str roles = {0}, groups = {0};
	if (!who) {
		doctor_say(d, "person", DOCTOR_FAIL, super ? _("a superuser of the database, and no person of this desk") : err.text,
			super ? _("fine for db init and db migrate; svcdesk user add LOGIN makes people, who sign in as themselves")
				  : _("an administrator adds you: svcdesk user add LOGIN --role agent"));
		return;
	}
	joined(&roles, json_object_get(who, "roles"));
	joined(&groups, json_object_get(who, "groups"));
	const char *name = json_string_value(json_object_get(who, "name"));
	const char *text = doctor_text(d, _("%s; roles: %s; groups: %s"), name ? name : "?", roles.data, groups.data);
	if (super)
		doctor_say(
			d, "person", DOCTOR_WARN, text, _("this login is a superuser of the database too: work as somebody who is not"));
	else if (!json_array_size(json_object_get(who, "roles")))
		doctor_say(d, "person", DOCTOR_WARN, text, _("without a role you see nothing: svcdesk user role LOGIN agent"));
	else
		doctor_say(d, "person", DOCTOR_OK, text, "");
	sd_str_free(&roles);
	sd_str_free(&groups);
	json_decref(who);
}

static void clocks(struct doctor *d)
{
	sd_time before = sd_clock_now(), server;
	const char *at = ask(d, "select desk.iso(clock_timestamp())"),
			   *desk = ask(d, "select extract(epoch from desk.now() - clock_timestamp())::bigint");
	sd_time after = sd_clock_now();
	struct sd_err ignored;
	if (!at || !desk || !sd_time_parse(at, "UTC", &server, &ignored))
		return;
	/* the server spoke between the two; iso has whole seconds */
	int64_t skew = server + 1000000 < before ? server + 1000000 - before : server > after ? server - after : 0;
	if (llabs(skew) > SKEW_MS * 1000LL)
		doctor_say(d, "clock", DOCTOR_WARN,
			doctor_text(d, _("this machine's clock and the database's differ by %lld s"), (long long)(skew / 1000000)),
			_("set the clock that is wrong (NTP): ages shown here are off by that"));
	else
		doctor_say(d, "clock", DOCTOR_OK, _("this machine and the database agree"), "");
	if (llabs(atoll(desk)) > 1)
		doctor_say(d, "desk-clock", DOCTOR_OK,
			doctor_text(d, _("the desk has a clock of its own, %lld s from the real one (demo --clock)"), atoll(desk)), "");
}

static void ticking(struct doctor *d)
{
	const char *late = ask(
		d, "select count(*) from desk.ticket_row where state = 'on_hold' and hold_until < desk.now() - interval '10 minutes'");
	if (late && atoi(late) > 0)
		doctor_say(d, "tick", DOCTOR_WARN, doctor_text(d, _("%s tickets should have woken: nothing calls tick"), late),
			_("every open console does; else a timer: svcdesk tick each minute"));
}

void doctor_desk(struct doctor *d)
{
	private_desk(d);
	if (!connection(d) || !schema(d))
		return;
	person(d);
	clocks(d);
	ticking(d);
}
