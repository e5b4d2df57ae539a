/* Streaming CSV reader (RFC 4180), plain or packed with xz. It trusts nothing: sizes are limited, a malformed record is
 * given back as such with its line and reading goes on with the next line. */
#ifndef CORE_INTAKE_CSV_H
#define CORE_INTAKE_CSV_H

#include <stdbool.h>
#include <stddef.h>

struct sd_err;
struct csv_reader;

enum {
	CSV_MAX_FIELDS = 1024,
	CSV_MAX_RECORD = 4 << 20 /* bytes of one record; a longer one is bad and its rest is skipped to the next line end */
};

enum csv_got {
	CSV_RECORD, /* fields are valid until the next call */
	CSV_BAD,    /* one malformed record, skipped: why says what is wrong */
	CSV_END,
	CSV_FAILED /* the file cannot be read on: err is set */
};

struct csv_record {
	long line;       /* where it begins, 1 = first line of the file; a quoted field may span lines */
	int n;           /* fields */
	char **field;    /* NUL-terminated; a record with a NUL byte in it is bad, so strlen is the length */
	const char *why; /* CSV_BAD: for people, translated */
};

enum csv_encoding { CSV_UTF8, CSV_LATIN1, CSV_CP1252 };

/* How the file is written; all zero is RFC 4180 in UTF-8. */
struct csv_form {
	char delimiter; /* 0 = comma */
	char quote;     /* 0 = the double quote, CSV_NO_QUOTE = quotes mean nothing */
	enum csv_encoding encoding;
};
#define CSV_NO_QUOTE '\x01'

/* NULL and err when the file cannot be opened. A byte order mark at the start is passed over. */
struct csv_reader *csv_open(const char *path, struct sd_err *err);
void csv_close(struct csv_reader *r);
/* Before the first record. */
void csv_set_form(struct csv_reader *r, const struct csv_form *f);

/* Next record. Empty lines are no records. A record that goes wrong in a later line than its first is bad in its first line only:
 * reading goes on with the second. */
enum csv_got csv_next(struct csv_reader *r, struct csv_record *rec, struct sd_err *err);

/* The record just given is none after all: go on with its second line. False when it has only one. */
bool csv_again(struct csv_reader *r);

/* SHA-256 over the bytes of the file as they are on disk; complete once CSV_END was given. */
void csv_digest(struct csv_reader *r, unsigned char out[32]);

#endif
