/* Which database is meant: the first that is named counts, the private desk comes last. */
#include "core/db/pg.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/env.h"
#include "svcdesk/mem.h"

static const char *given(const char *s)
{
	return s && *s ? s : NULL;
}

/* libpq reads these by itself; an empty conninfo means all of them. */
static const char *from_libpq_environment(void)
{
	static const char *const names[] = {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sd_env_get(names[i]))
			return "";
	return NULL;
}

static bool find_private(struct sd_db_target *t, const struct sd_db_want *w, struct sd_err *err)
{
	bool there = sd_cluster_exists(given(w->dir));
	if (!there && !w->create) {
		sd_err_set(err, SD_ERR_CONNECTION, "no_database_named", "%s",
			_("No database is named and there is no private desk yet. Make one with: svcdesk demo; or name one with --db or "
			  "SVCDESK_DB."));
		return false;
	}
	struct sd_cluster_opts o = {.dir = given(w->dir)};
	char *uri = NULL;
	if (!sd_cluster_start(&o, w->progress, w->arg, &uri, err))
		return false;
	t->embedded = true;
	t->conninfo = uri;
	return true;
}

/* What names the database, NULL: the private desk. */
static const char *named_by(const struct sd_db_want *w)
{
	const char *named = given(w->db);
	if (named || given(w->dir))
		return named;
	named = sd_env_get("SVCDESK_DB");
	if (!named)
		named = from_libpq_environment();
	return named ? named : given(w->config);
}

bool sd_db_target_awake(const struct sd_db_want *w)
{
	return named_by(w) || sd_cluster_running(given(w->dir));
}

bool sd_db_target_find(struct sd_db_target *t, const struct sd_db_want *w, struct sd_err *err)
{
	*t = (struct sd_db_target){0};
	const char *named = named_by(w);
	if (named && given(w->dir)) {
		sd_err_set(err, SD_ERR_INPUT, "db_and_dir", "%s", _("--db and --dir name two databases: give one of them."));
		return false;
	}
	if (named)
		t->conninfo = sd_strdup(named);
	else if (!find_private(t, w, err))
		return false;
	if (given(w->as)) {
		char *other = pg_with_user(t->conninfo, w->as, err);
		free(t->conninfo);
		t->conninfo = other;
	}
	return t->conninfo != NULL;
}

void sd_db_target_free(struct sd_db_target *t)
{
	free(t->conninfo);
	*t = (struct sd_db_target){0};
}
