/* The configuration items of the sample desk. */
#ifndef CORE_EMBED_SAMPLE_ESTATE_H
#define CORE_EMBED_SAMPLE_ESTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sd_conn;
struct sd_err;

/* Servers, what runs on them, services and how they hang together, as an import by the superuser; before the first ticket. */
bool sample_estate(struct sd_conn *dba, struct sd_err *err);
/* The item that a new incident with these fields is about, NULL: none of the estate. which: any number, the same one gives the
 * same item. */
const char *sample_estate_ci(const char *fields, uint32_t which);

#endif
