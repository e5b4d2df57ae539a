/* import servicenow: the reading and mapping is core/intake's; here are options, progress, interrupt and report. */
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

int cli_import(struct cli *c)
{
	struct sd_err err;
	struct intake_report rep = {0};
	struct intake_opts o = {.path = c->arg[0],
		.zone = cli_get(c, "tz"),
		.dry_run = cli_has(c, "dry-run"),
		.stop = &stop,
		.progress = intake_progress_stderr};
	struct sigaction act = {.sa_handler = interrupted}, old;
	if (!cli_connect(c, &err))
		return cli_fail(c, &err);
	sigaction(SIGINT, &act, &old);
	bool ok = intake_servicenow_run(c->conn, &o, &rep, &err);
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
