/* What a new private desk holds. Everything is done by the superuser of the private cluster. */
#ifndef CORE_EMBED_FILL_H
#define CORE_EMBED_FILL_H

#include <stdbool.h>
#include "svcdesk/err.h"

struct place;
struct sd_conn;

/* One organisation, one group with the person "admin" in it, one category. */
bool fill_empty(struct sd_conn *c, struct sd_err *err);
bool fill_sample(
	struct sd_conn *c, const struct place *p, void (*progress)(void *arg, const char *what), void *arg, struct sd_err *err);

/* A clock that stands (--clock). */
bool fill_clock_valid(const char *text, struct sd_err *err);
bool fill_clock(struct sd_conn *c, const char *text, struct sd_err *err);
bool fill_is_frozen(struct sd_conn *c, bool *frozen, struct sd_err *err);

#endif
