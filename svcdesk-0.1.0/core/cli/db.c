/* demo, db: making desks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"

void cli_progress(void *arg, const char *what)
{
	(void)arg;
	fprintf(stderr, "svcdesk: %s\n", what);
}

static int done(struct cli *c, const char *text)
{
	if (c->json) {
		json_t *j = json_pack("{s:b}", "ok", 1);
		cli_print_json(c, j);
		json_decref(j);
	} else {
		cli_print_clean(c, text);
	}
	return 0;
}

/* ---- demo ---- */

static bool demo_uri(struct cli *c, char **uri, struct sd_err *err)
{
	const char *dir = cli_get(c, "dir"), *as = cli_get(c, "as");
	struct sd_cluster_opts o = {
		.dir = dir, .empty = cli_has(c, "empty"), .fresh = cli_has(c, "fresh"), .clock = cli_get(c, "clock")};
	if (!sd_cluster_start(&o, cli_progress, NULL, uri, err))
		return false;
	if (!as && !cli_has(c, "dba"))
		return true;
	free(*uri);
	*uri = sd_cluster_uri(dir, cli_has(c, "dba") ? NULL : as, err);
	return *uri != NULL;
}

int cli_demo(struct cli *c)
{
	struct sd_err err;
	char *uri = NULL;
	if (cli_has(c, "db")) {
		sd_err_set(&err, SD_ERR_INPUT, "usage", "%s", _("demo opens the private desk: --db does not go with it"));
		return cli_fail(c, &err);
	}
	if (!demo_uri(c, &uri, &err))
		return cli_fail(c, &err);
	bool plain = cli_has(c, "plain") && sd_cfg_set(c->cfg, "plain", "yes", "command line", &err);
	bool terminal = plain || (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
	if (cli_has(c, "no-console") || cli_has(c, "dba") || !terminal) {
		const char *line = sd_arena_printf(c->a, "db=%s\n", uri);
		cli_print(c, line, strlen(line));
		free(uri);
		return 0;
	}
	c->target = (struct sd_db_target){.conninfo = uri, .embedded = true};
	struct sd_cli_start start = {.what = SD_CLI_CONSOLE, .cfg = c->cfg, .target = &c->target};
	return c->console(&start);
}

int cli_demo_stop(struct cli *c)
{
	struct sd_err err;
	if (!sd_cluster_stop(cli_get(c, "dir"), &err))
		return cli_fail(c, &err);
	return done(c, _("stopped; the data stays\n"));
}

/* ---- db ---- */

static void migrated(void *arg, const char *name)
{
	(void)arg;
	fprintf(stderr, "svcdesk: %s\n", name);
}

int cli_db_init(struct cli *c)
{
	struct sd_err err;
	if (!cli_connect(c, &err))
		return cli_fail(c, &err);
	sd_conn_timeout(c->conn, 0);
	if (!sd_schema_init(c->conn, &err) || !sd_schema_migrate(c->conn, migrated, NULL, &err) || !sd_schema_starter(c->conn, &err))
		return cli_fail(c, &err);
	return done(c, _("the database is ready; the first person: svcdesk user add LOGIN --role admin\n"));
}

int cli_db_migrate(struct cli *c)
{
	struct sd_err err;
	if (!cli_connect(c, &err))
		return cli_fail(c, &err);
	sd_conn_timeout(c->conn, 0);
	if (!sd_schema_migrate(c->conn, migrated, NULL, &err))
		return cli_fail(c, &err);
	return done(c, _("up to date\n"));
}

int cli_db_status(struct cli *c)
{
	struct sd_err err;
	struct sd_migrate_status st = {0};
	if (!cli_connect(c, &err) || !sd_schema_status(c->conn, &st, &err))
		return cli_fail(c, &err);
	if (c->json) {
		json_t *pending = st.pending && *st.pending ? json_string(st.pending) : json_null();
		json_t *j =
			json_pack("{s:i,s:i,s:b,s:o}", "known", st.known, "applied", st.applied, "newer", st.newer, "pending", pending);
		cli_print_json(c, j);
		json_decref(j);
	} else if (st.newer) {
		cli_print_clean(c, _("the schema is newer than this program: use the newer program\n"));
	} else {
		cli_print_clean(c, sd_arena_printf(c->a, _("%d of %d migrations applied%s%s\n"), st.applied, st.known,
							   st.pending && *st.pending ? _("; pending: ") : "", st.pending ? st.pending : ""));
	}
	free(st.pending);
	return 0;
}
