/* The columns of a list: those of desk.ticket_row under their names, written as expressions over desk.ticket t. Joining the view
 * would meet the policies of desk.ticket twice and make the planner compute all rows of the view before it looks at the page. */
#ifndef CORE_QUERY_COLUMNS_H
#define CORE_QUERY_COLUMNS_H

enum column_type { COLUMN_TEXT, COLUMN_INT, COLUMN_BOOL, COLUMN_TIME, COLUMN_JSON };

struct column {
	const char *name;
	enum column_type type;
	const char *sql;
};

extern const struct column query_columns[]; /* ends with name NULL */
const struct column *query_column(const char *name);

#endif
