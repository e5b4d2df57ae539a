/* A file that becomes an attachment: described first, then sent in chunks as desk.blob_put takes them. */
#ifndef SVCDESK_FILE_H
#define SVCDESK_FILE_H

#include <stdbool.h>
#include <stdint.h>

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

#endif
