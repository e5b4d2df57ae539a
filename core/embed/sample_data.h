#ifndef CORE_EMBED_SAMPLE_DATA_H
#define CORE_EMBED_SAMPLE_DATA_H

#include <stddef.h>

/* The sample desk as core/embed/sample/README describes it, packed with xz. */
const unsigned char *embed_sample_packed(size_t *n);

#endif
