/* Skills, rotas, an absence and assignment rules for the sample desk. */
#ifndef CORE_EMBED_SAMPLE_ROTA_H
#define CORE_EMBED_SAMPLE_ROTA_H

#include <stdbool.h>

struct sd_err;

/* As its administrator, on a desk that has the groups and people of the sample. After its acts: rules are on from then on. */
bool sample_rota(char *(*uri_of)(void *arg, const char *login), void *arg, struct sd_err *err);

#endif
