/* Decoding for the files of core/text. */
#ifndef CORE_TEXT_UTF8_H
#define CORE_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one character of n > 0 bytes. Returns its length and sets *cp; for an invalid start sets *cp to -1 and returns
 * the length of the longest prefix that could have begun a character (at least 1), as Unicode recommends for U+FFFD. */
size_t utf8_decode(const char *s, size_t n, int32_t *cp);

/* Encodes a valid scalar; returns 1 to 4. */
size_t utf8_encode(int32_t cp, char out[4]);

/* True when a grapheme ends between two characters that follow each other. state is 0 at the start of a text and after each
 * character that is skipped. The rules are Unicode's but for "prepend" characters (Arabic number signs), which stay alone
 * here as they do on terminals: otherwise what is drawn beside a text could become part of its last grapheme. */
bool text_break(int32_t before, int32_t after, int32_t *state);

/* Cells of one character standing alone. */
int cp_width(int32_t cp);

#endif
