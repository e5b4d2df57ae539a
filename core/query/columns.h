/* The columns of a list: name in desk.ticket_row, how its text is made, how wide people see it. */
#ifndef CORE_QUERY_COLUMNS_H
#define CORE_QUERY_COLUMNS_H

enum column_type { COLUMN_TEXT, COLUMN_INT, COLUMN_BOOL, COLUMN_TIME, COLUMN_JSON };

struct column {
	const char *name;
	enum column_type type;
	int width; /* usual cells in a table for people */
};

extern const struct column query_columns[]; /* ends with name NULL */
const struct column *query_column(const char *name);

#endif
