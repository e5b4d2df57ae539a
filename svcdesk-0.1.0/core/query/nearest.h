/* The word somebody probably meant. */
#ifndef CORE_QUERY_NEAREST_H
#define CORE_QUERY_NEAREST_H

#include <stddef.h>

/* The word of the NULL-terminated list closest to word; NULL if none is close enough to be worth suggesting. */
const char *nearest_word(const char *word, const char *const *list);

/* Same over a text with one word a line; the answer is copied into buf. NULL if none. */
const char *nearest_line(const char *word, const char *lines, char *buf, size_t size);

#endif
