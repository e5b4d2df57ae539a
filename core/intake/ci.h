/* An estate as files: configuration items and the links between them, read whole and checked as far as a file by itself can be.
 * No database here. */
#ifndef CORE_INTAKE_CI_H
#define CORE_INTAKE_CI_H

#include <stdbool.h>
#include <stddef.h>

struct sd_arena;
struct sd_err;
struct sd_str;

/* Something that was not taken in, or not as it stood. */
struct ci_problem {
	const char *file; /* as it was named */
	long line;        /* 1 = the header */
	int column;       /* from 1; 0: the row */
	const char *name; /* title of the column, "" */
	const char *id;   /* what the row is about, "" */
	const char *reason;
};
struct ci_problems {
	struct sd_arena *a;
	struct ci_problem *p;
	size_t n, cap;
	long more; /* that were not kept: there were too many */
};
/* Copies its texts; reason is printf's. */
void ci_problem(struct ci_problems *all, const char *file, long line, int column, const char *name, const char *id,
	const char *reason, ...) __attribute__((format(printf, 7, 8)));
/* By file, the first named one first, then by line. */
void ci_problems_sort(struct ci_problems *all, const char *first);
void ci_problems_free(struct ci_problems *all);

struct ci_row {
	long line;
	char **cell; /* clean text without blanks at its ends, one for each column */
};

enum ci_kind { CI_ITEMS, CI_LINKS };
/* The columns that mean something by themselves; the others of a file of items are attributes. */
enum ci_column { CI_ID, CI_CLASS, CI_NAME, CI_CRITICAL, CI_ITEM_COLUMNS, CI_SOURCE = 0, CI_TYPE, CI_TARGET, CI_LINK_COLUMNS };

struct ci_sheet {
	struct sd_arena *a;
	const char *path;
	int n_column;
	const char **title; /* as in the file */
	const char **key;   /* as a field or attribute is called; NULL: the column is left out */
	int at[CI_ITEM_COLUMNS];
	struct ci_row *row;
	size_t n, cap;
	long read, left_out; /* records of the file; of them, those that are not among the rows */
	bool complete;       /* of every record it is known what it is about: what the file does not name is not there */
	char **seen;         /* of records that were left out: their ids */
	size_t n_seen, cap_seen;
};

/* Reads a file: CSV, or CSV packed with xz. Rows that cannot be taken are problems and left out. False and err: the file cannot
 * be read, or its header does not fit; then nothing of it is of use. */
bool ci_read(struct ci_sheet *s, enum ci_kind kind, const char *path, struct ci_problems *problems, struct sd_err *err);
void ci_sheet_free(struct ci_sheet *s);

/* ---- classes and their attributes, as the rows have them ---- */
struct ci_class {
	const char *name;
	long line;           /* where it first stands */
	const char **attr;   /* for each column: what it is called in this class; NULL: no row has a value and nobody declared it */
	unsigned char *fits; /* for each column: bits of the types that all values are of */
	bool *value, *declared; /* for each column: some row has one; the desk knows the attribute */
};
struct ci_classes {
	struct sd_arena *a;
	struct ci_class *k;
	size_t n, cap;
};
void ci_classes_of(struct ci_classes *all, struct ci_sheet *s);
struct ci_class *ci_class_of(const struct ci_classes *all, const char *name); /* NULL: none */
/* The desk has this attribute, of its own or inherited. */
void ci_class_declared(struct ci_classes *all, const struct ci_sheet *s, const char *name, const char *attr);
/* Gives each attribute the name that the desk lets it have; a word that the desk keeps for itself gets a _ behind it. */
void ci_classes_name(struct ci_classes *all, const struct ci_sheet *s, struct ci_problems *problems);
/* [{"class", "attrs": {attr: type}}]: what has to be declared. */
void ci_classes_json(const struct ci_classes *all, const struct ci_sheet *s, struct sd_str *out);
/* One row as desk.ci_import_items takes it. */
void ci_row_json(const struct ci_classes *all, const struct ci_sheet *s, const struct ci_row *row, struct sd_str *out);
/* Whether every item has this field, whatever its class. */
bool ci_is_field(const char *key);
/* The column that a field or attribute of an item of this class stands in; -1: none. */
int ci_column_of(const struct ci_classes *all, const struct ci_sheet *s, const char *class_name, const char *field);

/* Adds an element to a PostgreSQL array literal that was begun with '{'. */
void ci_array_add(struct sd_str *out, const char *text);

#endif
