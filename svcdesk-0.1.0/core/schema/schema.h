/* The schema as it was when the program was built. */
#ifndef CORE_SCHEMA_SCHEMA_H
#define CORE_SCHEMA_SCHEMA_H

#include <stddef.h>

struct schema_file {
	const char *name;   /* 0001_tables, process/incident */
	const char *sha256; /* of the file, in hex */
	const char *sql;
};

extern const char schema_init_sql[];
extern const struct schema_file schema_files[]; /* in the order they are applied */
extern const size_t schema_files_n;

#endif
