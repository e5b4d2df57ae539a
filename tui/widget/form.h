/* A small form: one field a line, multi-line fields take what is left. Tab/Shift-Tab and Up/Down move; Enter goes to the next
 * field and on the last one submits; Ctrl-s submits from anywhere; Esc cancels (the owner keeps the values as a draft). */
#ifndef TUI_WIDGET_FORM_H
#define TUI_WIDGET_FORM_H

#include "tui/widget/picker.h"

enum form_type { FORM_TEXT, FORM_MULTILINE, FORM_CHOICE, FORM_PICKER, FORM_PERSON, FORM_TIME, FORM_BOOL };

struct form_choice {
	const char *value, *label; /* value: what is sent; label NULL = value */
};

struct form_field_def {
	const char *name, *label; /* name: the parameter; label: translated */
	enum form_type type;
	bool required;
	const char *initial;               /* value; for pickers also see initial_label */
	const char *initial_label;         /* pickers: what is shown for initial; NULL = initial */
	const char *hint;                  /* shown while the field is current and empty */
	const struct form_choice *choices; /* FORM_CHOICE */
	size_t nchoices;
};

struct form_field {
	char *name, *label, *hint, *error;
	enum form_type type;
	bool required;
	struct editor edit;   /* TEXT, MULTILINE, TIME */
	char **value, **text; /* choices */
	size_t nchoices;
	int choice;                  /* CHOICE: -1 = none; BOOL: 0 or 1 */
	char *picked, *picked_label; /* PICKER, PERSON: chosen row */
	struct picker *picker;       /* PICKER, PERSON: the text and the rows under the field */
	bool open;                   /* these rows are shown */
	int y, h;                    /* surface rows of the last draw; h 0 = not seen */
};

struct form {
	char *title;
	char beside[160]; /* stands behind the title: who else writes */
	char *error;      /* of the whole form: refusal without a field */
	char *note;       /* one line above the fields, or NULL */
	struct form_field *field;
	size_t nfields, capfields;
	size_t current;
	int top;    /* scrolled so that the current field is seen */
	bool dirty; /* the user changed something */
	bool busy;  /* the owner waits for the answer: keys other than Esc do nothing, "sending" is shown */
};

/* What the form wants after W_REQUEST: rows for a picker field. */
struct form_request {
	const char *field;
	const char *text;
	unsigned generation;
	enum form_type type;
};

void form_init(struct form *f, const char *title);
void form_free(struct form *f);
void form_add(struct form *f, const struct form_field_def *def);
void form_note(struct form *f, const char *text);
/* Value as it is sent: text, choice value, "true"/"false", picked value or the typed text; "" when empty. Borrowed until the next
 * change. NULL: no such field. */
const char *form_value(const struct form *f, const char *name);
void form_set(struct form *f, const char *name, const char *value, const char *label); /* label for pickers, else NULL */
void form_focus(struct form *f, const char *name);
const struct form_field *form_current(const struct form *f); /* NULL when there are no fields */
/* A refusal: marks the field (and goes there) or, with no such field, the form. NULL text clears all. */
void form_error(struct form *f, const char *name, const char *text);
bool form_request_get(const struct form *f, struct form_request *out); /* of the current field */
void form_feed(
	struct form *f, const char *field, unsigned generation, const struct picker_row *rows, size_t n); /* late rows are dropped */

/* CHANGED, REQUEST (see form_request_get), SUBMIT (all required fields are filled), CANCEL, EXTERNAL (multi-line field:
 * form_current()->edit). */
enum widget_result form_update(struct form *f, const struct key *k);
void form_draw(struct form *f, struct region r);                   /* popup inside r, as high as needed */
void form_draw_plain(struct form *f, struct region r, bool focus); /* fields only: for the new-ticket pane */

#endif
