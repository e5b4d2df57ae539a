/* import servicenow: the audit log of an incident table as a form of source file. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/intake/run.h"
#include "core/intake/servicenow.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

struct sn {
	struct sn_columns *cols;
	const char *zone;
};

static bool header(void *self, int n, char *const *names, struct sd_str *unknown, struct sd_err *err)
{
	struct sn *sn = self;

	sn->cols = sn_columns_new(n, names, unknown, err);
	return sn->cols != NULL;
}

static int count(const void *self)
{
	return sn_columns_count(((const struct sn *)self)->cols);
}

static enum intake_has key_of(void *self, int part, char *const *field, struct intake_key *key, struct sd_str *why)
{
	const struct sn *sn = self;

	(void)part;
	return sn_row_key(sn->cols, field, sn->zone, key, why) ? INTAKE_ENTRY : INTAKE_BAD;
}

static void entry(
	void *self, int part, char *const *field, long line, const struct intake_key *key, struct sd_str *json, struct sd_str *notes)
{
	const struct sn *sn = self;

	(void)part;
	sn_row_entry(sn->cols, field, sn->zone, line, key, json, notes);
}

bool intake_servicenow_run(struct sd_conn *c, const struct intake_opts *o, struct intake_report *rep, struct sd_err *err)
{
	struct sn sn = {.zone = o->zone};
	struct intake_form form = {"servicenow", 1, false, &sn, header, count, key_of, entry};
	sd_time probe;

	memset(rep, 0, sizeof *rep);
	rep->dry_run = o->dry_run;
	if (o->zone && !sn_time("1/7/2016 12:00", o->zone, &probe)) {
		sd_err_set(
			err, SD_ERR_INPUT, "zone", _("%s is not a known time zone; zones look like Europe/Berlin or Asia/Shanghai"), o->zone);
		return false;
	}
	bool ok = intake_run(c, o, &form, &(struct csv_form){0}, rep, err);
	sn_columns_free(sn.cols);
	intake_report_sort(rep);
	return ok;
}
