#ifndef CORE_EMBED_SAMPLE_DATA_H
#define CORE_EMBED_SAMPLE_DATA_H

#include <stddef.h>

/* The sample desk as core/embed/sample/README describes it, packed with xz. */
const unsigned char *embed_sample_packed(size_t *n);
/* Its configuration items, packed as well. */
const unsigned char *embed_estate_packed(size_t *n);
/* Its articles, packed as well. */
const unsigned char *embed_articles_packed(size_t *n);

/* The smaller files of core/embed/sample: holidays.tsv (a line each: calendar, day, "closed" or the time from which, name, with
 * tabs), policy.json, past.sql. malloc'ed. */
enum embed_text { EMBED_HOLIDAYS, EMBED_POLICY, EMBED_PAST };
char *embed_sample_text(enum embed_text which);

#endif
