/* Why the desk proposes what it proposes, in the language of the messages. */
#ifndef CORE_STORE_REASON_H
#define CORE_STORE_REASON_H

#include <jansson.h>

struct sd_arena;
struct sd_meta;

/* Of a choice of desk.propose: what speaks most for it, with how often where the desk says that. Never NULL. */
const char *store_basis(struct sd_arena *a, const struct sd_meta *meta, const json_t *choice);
/* Of another ticket beside it: what the two have in common. Never NULL. */
const char *store_alike(struct sd_arena *a, const json_t *near);

#endif
