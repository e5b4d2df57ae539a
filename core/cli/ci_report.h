/* The report of an import of an estate. */
#ifndef CORE_CLI_CI_REPORT_H
#define CORE_CLI_CI_REPORT_H

#include <jansson.h>
#include <stdbool.h>

#include "core/intake/ci.h"

struct cli;

struct ci_counts {
	long read, added, changed, returned, vanished, unchanged, left_out;
};

struct ci_report {
	const char *source;
	bool source_new, dry_run, links; /* links: there was a file of them */
	bool unsure, links_unsure;       /* nothing was marked as vanished, because rows could not be read */
	struct ci_counts items, relations;
	json_t *declared;                  /* {classes, attributes, types}; owned */
	json_t *item_list, *relation_list; /* arrays of {op, ...}, the first of each op; owned */
	long kept;                         /* items of which another source is believed in something */
	struct ci_problems problems;
};

enum { CI_LISTED = 1000 }; /* of each op */

json_t *ci_report_json(const struct ci_report *r);
void ci_report_text(struct cli *c, const struct ci_report *r);
void ci_report_free(struct ci_report *r);

#endif
