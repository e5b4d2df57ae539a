/* Files and attachments. A file that becomes one: described first, then sent in chunks as desk.blob_put takes them. An
 * attachment that becomes a file: made new, then filled with the chunks that desk.blob_get gives. */
#ifndef SVCDESK_FILE_H
#define SVCDESK_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct sd_arena;
struct sd_err;

enum { SD_FILE_CHUNK = 262144 };

struct sd_file {
	char *path, *name; /* name: the last part of the path, cleaned */
	const char *media_type;
	char sha256[65];
	int64_t size;
	int chunks; /* at least 1: an empty file has an empty chunk */
};

/* Reads the file once for its hash. "~/" is the home folder. The strings live in the arena. */
bool sd_file_describe(struct sd_file *f, struct sd_arena *a, const char *path, struct sd_err *err);
/* Chunk n in hexadecimal, in the arena; NULL and err when the file is not what it was. */
char *sd_file_chunk(const struct sd_file *f, struct sd_arena *a, int n, struct sd_err *err);

/* Makes the file an attachment called name is saved to: `to`, a folder `to`, or (NULL) the working folder. A name from outside
 * never leads elsewhere, and what is there already is never written over. path: in the arena. NULL and err on failure. */
FILE *sd_file_create(const char *to, const char *name, struct sd_arena *a, char **path, struct sd_err *err);
/* Adds a chunk given in hexadecimal; false and err when the disk does not take it. */
bool sd_file_add(FILE *out, const char *hex, const char *path, struct sd_err *err);

/* Writes all of it to a file descriptor, however often that takes; false: errno says why not. */
bool sd_write_all(int fd, const char *bytes, size_t n);

#endif
