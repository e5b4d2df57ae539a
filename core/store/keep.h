/* Small files that hold what a person did and nobody else has yet: whole or not there, on the disk before anything else is said.
 */
#ifndef CORE_STORE_KEEP_H
#define CORE_STORE_KEEP_H

#include <stdbool.h>
#include <stddef.h>

/* Writes path (in folder dir, which is made, 0700) beside and renames, mode 0600; comes back when it is on the disk. False:
 * errno. */
bool keep_write(const char *dir, const char *path, const char *bytes, size_t n);
/* The bytes of a plain file, malloc'ed; NULL: it is not one, is too long to be ours, or cannot be read: errno. Never waits for a
 * pipe. */
char *keep_read(const char *path, size_t *n);
/* Whether a file could be made in dir, which is made (0700). False: errno. */
bool keep_possible(const char *dir);
/* A name in dir is gone, or has come, for good. */
bool keep_sync(const char *dir);

#endif
