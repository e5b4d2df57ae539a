#ifndef CORE_EMBED_SAMPLE_TERMS_H
#define CORE_EMBED_SAMPLE_TERMS_H

#include <stdbool.h>

struct sd_conn;
struct sd_err;

/* What was agreed, before there are tickets: calendars with their holidays, service levels, the services' hours, targets and what
 * they depend on. owner: a connection of the process owner. */
bool sample_terms(struct sd_conn *owner, struct sd_err *err);

#endif
