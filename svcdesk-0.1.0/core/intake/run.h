/* The run of an import over one form of source file; inside of core/intake. */
#ifndef CORE_INTAKE_RUN_H
#define CORE_INTAKE_RUN_H

#include "core/intake/csv.h"
#include "core/intake/form.h"
#include "core/intake/intake.h"

/* Reads the file and sends it; rep was zeroed by the caller and is filled as far as it came. */
bool intake_run(struct sd_conn *c, const struct intake_opts *o, const struct intake_form *form, const struct csv_form *csv_form,
	struct intake_report *rep, struct sd_err *err);
/* Adds a problem; a line of 0 is the file as a whole. */
void intake_report_problem(struct intake_report *rep, long line, const char *reason);
/* Problems by line. */
void intake_report_sort(struct intake_report *rep);

#endif
