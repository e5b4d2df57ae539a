/* Texts to insert, for the sample desk. */
#ifndef CORE_EMBED_SAMPLE_MACROS_H
#define CORE_EMBED_SAMPLE_MACROS_H

#include <stdbool.h>

struct sd_conn;
struct sd_err;

/* dba: superuser of a desk that has the groups and people of the sample. */
bool sample_macros(struct sd_conn *dba, struct sd_err *err);

#endif
