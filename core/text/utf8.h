/* Decoding for the files of core/text. */
#ifndef CORE_TEXT_UTF8_H
#define CORE_TEXT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes one character of n > 0 bytes. Returns its length and sets *cp; for an invalid start sets *cp to -1 and returns
 * the length of the longest prefix that could have begun a character (at least 1), as Unicode recommends for U+FFFD. */
size_t utf8_decode(const char *s, size_t n, int32_t *cp);

/* Encodes a valid scalar; returns 1 to 4. */
size_t utf8_encode(int32_t cp, char out[4]);

/* Cells of one character standing alone. */
int cp_width(int32_t cp);

#endif
