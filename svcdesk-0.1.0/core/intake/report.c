#include "core/intake/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/intake/json.h"
#include "svcdesk/mem.h"

void intake_report_free(struct intake_report *rep)
{
	for (size_t i = 0; i < rep->n_problems; i++)
		free(rep->problems[i].reason);
	free(rep->problems);
	for (size_t i = 0; i < rep->n_unknown; i++) {
		free(rep->unknown[i].column);
		free(rep->unknown[i].field);
		free(rep->unknown[i].value);
	}
	free(rep->unknown);
	memset(rep, 0, sizeof *rep);
}

static void member(struct sd_str *s, const char *key, const char *text)
{
	sd_str_addf(s, "\"%s\":", key);
	intake_json_text(s, text, strlen(text));
	sd_str_addc(s, ',');
}

static void unknown_json(struct sd_str *s, const struct intake_report *rep)
{
	sd_str_add(s, ",\"unknown_values\":[");
	for (size_t i = 0; i < rep->n_unknown; i++) {
		const struct intake_unknown *u = &rep->unknown[i];
		sd_str_add(s, i ? ",{" : "{");
		member(s, "column", u->column);
		member(s, "field", u->field);
		member(s, "value", u->value);
		sd_str_addf(s, "\"rows\":%ld,\"line\":%ld}", u->rows, u->line);
	}
	sd_str_addc(s, ']');
}

char *intake_report_json(const struct intake_report *rep)
{
	struct sd_str s = {0};

	sd_str_addf(&s,
		"{\"rows_read\":%ld,\"rows_skipped\":%ld,\"tickets_created\":%ld,\"tickets_updated\":%ld,\"events_created\":%ld,"
		"\"transitions_unusual\":%ld,\"dry_run\":%s,\"interrupted\":%s,\"problems\":[",
		rep->rows_read, rep->rows_skipped, rep->tickets_created, rep->tickets_updated, rep->events_created,
		rep->transitions_unusual, rep->dry_run ? "true" : "false", rep->interrupted ? "true" : "false");
	for (size_t i = 0; i < rep->n_problems; i++) {
		sd_str_addf(&s, "%s{\"line\":%ld,\"reason\":", i ? "," : "", rep->problems[i].line);
		intake_json_text(&s, rep->problems[i].reason, strlen(rep->problems[i].reason));
		sd_str_addc(&s, '}');
	}
	sd_str_addc(&s, ']');
	if (rep->mapped)
		unknown_json(&s, rep);
	sd_str_add(&s, "}\n");
	return sd_str_take(&s);
}

static void count(struct sd_str *s, const char *label, long n)
{
	sd_str_addf(s, "%10ld  %s\n", n, label);
}

char *intake_report_text(const struct intake_report *rep)
{
	enum { NAMED = 20 };
	struct sd_str s = {0};

	if (rep->dry_run)
		sd_str_add(&s, _("Dry run: nothing was written. An import would give:\n"));
	count(&s, _("rows read"), rep->rows_read);
	count(&s, _("rows skipped: held already, or with a problem"), rep->rows_skipped);
	count(&s, _("tickets made"), rep->tickets_created);
	count(&s, _("tickets continued"), rep->tickets_updated);
	count(&s, _("events made"), rep->events_created);
	count(&s, _("steps the rules of this desk would have refused, kept"), rep->transitions_unusual);
	count(&s, _("problems"), (long)rep->n_problems + rep->problems_more);
	for (size_t i = 0; i < rep->n_problems && i < NAMED; i++)
		sd_str_addf(&s, _("  line %ld: %s\n"), rep->problems[i].line, rep->problems[i].reason);
	if (rep->n_problems > NAMED)
		sd_str_addf(&s, _("  and %zu more; --json names them all\n"), rep->n_problems - NAMED);
	return sd_str_take(&s);
}

void intake_progress_stderr(void *arg, long done, long total, double rate, double left, bool end)
{
	(void)arg;
	if (!isatty(STDERR_FILENO))
		return;
	fputc('\r', stderr);
	fprintf(stderr, _("%ld of %ld rows, %.0f rows/s"), done, total, rate);
	if (left >= 0 && !end)
		fprintf(stderr, _(", %.0f s left "), left);
	fprintf(stderr, "\033[K%s", end ? "\n" : "");
	fflush(stderr);
}
