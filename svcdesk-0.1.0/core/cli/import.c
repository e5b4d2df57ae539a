/* import servicenow, import csv: the reading and mapping is core/intake's; here are options, progress, interrupt and report. */
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/intake/intake.h"

static volatile sig_atomic_t stop;

static void interrupted(int signo)
{
	stop = signo;
}

static int import(struct cli *c, const char *map)
{
	struct sd_err err;
	struct intake_report rep = {0};
	long limit = 0;
	struct intake_opts o = {.path = c->arg[0],
		.zone = cli_get(c, "tz"),
		.dry_run = cli_has(c, "dry-run"),
		.stop = &stop,
		.progress = intake_progress_stderr};
	struct sigaction act = {.sa_handler = interrupted}, old;
	if (!cli_number(c, "limit", 1, LONG_MAX, &limit, &err) || !cli_connect(c, &err))
		return cli_fail(c, &err);
	o.limit = limit;
	sigaction(SIGINT, &act, &old);
	bool ok = map ? intake_csv_run(c->conn, &o, map, &rep, &err) : intake_servicenow_run(c->conn, &o, &rep, &err);
	sigaction(SIGINT, &old, NULL);
	/* what was read until a stop is in the report too; other failures have none worth printing */
	bool reported = ok || rep.interrupted;
	if (reported) {
		char *text = c->json ? intake_report_json(&rep) : intake_report_text(&rep);
		cli_print_clean(c, text);
		free(text);
	}
	intake_report_free(&rep);
	if (ok)
		return 0;
	if (reported)
		c->json = false; /* the report stands alone on stdout */
	return cli_fail(c, &err);
}

int cli_import_servicenow(struct cli *c)
{
	return import(c, NULL);
}

int cli_import_csv(struct cli *c)
{
	const char *map = cli_get(c, "map");
	struct sd_err err;
	if (map)
		return import(c, map);
	sd_err_set(&err, SD_ERR_INPUT, "usage", "%s",
		_("which column is what? --map NAME (rabobank, volvo, endava ...) or --map FILE; svcdesk-import(5) says how one is "
		  "written"));
	return cli_fail(c, &err);
}
