/* Charts as SVG, inline in HTML: colours are variables of the style, so that they follow light, dark and paper. */
#ifndef CORE_REPORT_SVG_H
#define CORE_REPORT_SVG_H

#include "core/report/doc.h"

/* The chart of a table; nothing where it has none or nothing to show. */
void report_svg(struct sd_str *out, const struct report_doc *d, const struct report_table *t);

#endif
