/* What can be taken away from the console as text: values, rows, tables, a whole ticket. */
#ifndef TUI_PANE_COPY_H
#define TUI_PANE_COPY_H

#include "tui/pane/detail.h"
#include "tui/pane/queue.h"

struct sd_str;

/* The link to a ticket: {number}, {desk} and {subject} of the format filled in; in what begins like a URI ("svcdesk:") as a URI
 * has them. In the arena. */
char *copy_link(struct sd_arena *a, const char *format, const char *desk, const char *number, const char *subject);
/* The rows of the queue that are loaded, or the marked ones if there are any, with the titles in front: CSV (comma) or a tab
 * between the cells. Times stand in full, in the viewer's zone. Returns how many rows. */
int copy_table(struct queue *q, const struct session *s, char between, struct sd_str *out);
void copy_row(struct queue *q, const struct session *s, const struct sd_row *r, char between, struct sd_str *out);
/* The same rows in columns of blanks, for reading: the last columns are left out where they do not fit into width cells. */
void copy_list(struct queue *q, const struct session *s, int width, struct sd_str *out);
/* The ticket shown, everything of it, in lines of at most width cells. */
void copy_ticket(const struct detail *d, const struct session *s, int width, struct sd_str *out);
/* What stands at the cursor: the text of an event, or what it changed, the description, the number of a link, the name of a file;
 * "" elsewhere. In the arena, or the ticket's. */
const char *copy_at_cursor(const struct detail *d, const struct session *s, struct sd_arena *a);
/* Field i of a ticket that has a value: its label and its text. False behind the last. Of the ticket shown, or (t NULL) of a row
 * of the queue. */
bool copy_field(const struct session *s, struct sd_arena *a, const struct sd_ticket *t, const struct sd_row *r, int i,
	const char **label, const char **text);

#endif
