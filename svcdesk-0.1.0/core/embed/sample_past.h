#ifndef CORE_EMBED_SAMPLE_PAST_H
#define CORE_EMBED_SAMPLE_PAST_H

#include <stdbool.h>

struct sd_conn;
struct sd_err;

/* What past months left besides incidents: outages, complaints, ratings. dba: the superuser; the histories are there already. */
bool sample_past(struct sd_conn *dba, struct sd_err *err);

#endif
