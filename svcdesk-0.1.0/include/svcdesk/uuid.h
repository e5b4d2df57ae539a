/* Random identifiers, made by the client: operation ids. */
#ifndef SVCDESK_UUID_H
#define SVCDESK_UUID_H

#include <stdbool.h>
#include <stddef.h>

enum { SD_UUID_TEXT = 37 }; /* bytes of the text with its NUL */

/* A random (version 4) UUID as text, lower case. */
void sd_uuid_v4(char out[SD_UUID_TEXT]);

/* True for the 36-character form with hexadecimal digits of either case. */
bool sd_uuid_valid(const char *text);

/* n random bytes from the kernel; ends the program if there are none to be had. */
void sd_random_bytes(void *out, size_t n);

#endif
