/* The reports there are, and how their tables are filled. */
#ifndef CORE_CLI_REPORT_H
#define CORE_CLI_REPORT_H

#include "core/cli/cli.h"
#include "core/report/doc.h"

enum report_source {
	FROM_GLANCE, /* metrics: key figures, with the period before */
	FROM_BY,     /* metrics told apart by a field, or along the time of the period ("time") or of its trend ("trend") */
	FROM_PARETO, /* tickets opened by a field, with cumulative shares; of the kind in metrics */
	FROM_AVAILABILITY,
	FROM_OUTAGES,
	FROM_BREACHES,
	FROM_BREACH_CAUSES,
	FROM_OLDEST,
	FROM_AGES,
	FROM_MAJORS,
	FROM_SCORES,
	FROM_ACTIONS /* of the metrics: which missed their targets, and what else calls for something */
};

struct report_part {
	const char *id, *section, *title; /* msgids */
	enum report_source from;
	const char *metrics; /* ids, with blanks between */
	const char *by;
	enum report_chart chart;
	const char *note; /* msgid; NULL */
};

struct report_kind {
	const char *name, *title, *help; /* msgids but the name */
	const char *period;              /* unless one is named */
	const struct report_part *parts; /* ends with id NULL */
};

extern const struct report_kind report_kinds[]; /* ends with name NULL */

/* Fills the document; false and err when the desk refuses or does not answer. */
bool report_build(struct cli *c, const struct report_kind *k, struct report_doc *d, struct sd_err *err);
void report_release(struct report_doc *d);

#endif
