#ifndef CORE_EMBED_SAMPLE_ACTS_H
#define CORE_EMBED_SAMPLE_ACTS_H

#include <stdbool.h>

struct sd_err;

/* What the people of the sample do "today", through the ordinary door: tags, links, watchers, replies, files, one restricted
 * ticket. A place where nothing fits (no such ticket at this hour) is passed over; a refusal is a failure. */
bool sample_acts(char *(*uri_of)(void *arg, const char *login), void *arg, struct sd_err *err);

#endif
