/* Between the files of the editor only. */
#ifndef TUI_WIDGET_EDITOR_INT_H
#define TUI_WIDGET_EDITOR_INT_H

#include "tui/widget/editor.h"

/* One line on the screen: bytes start..end of the text; a line break or the next row follows. */
struct editor_row {
	size_t start, end;
};
struct editor_rows {
	struct editor_row *row;
	size_t n, cap;
};
void editor_wrap(const struct editor *e, int width, struct editor_rows *out); /* free(out->row) */
size_t editor_row_of(const struct editor_rows *rows, size_t cursor);
int editor_column(const struct editor *e, size_t start, size_t at); /* cells between two places of one row */
size_t editor_at_column(const struct editor *e, const struct editor_row *row, int column);

/* Replaces bytes from..to by text (clean), keeps an undo step, leaves the cursor behind the new text. */
void editor_replace(struct editor *e, size_t from, size_t to, const char *text, size_t n);
bool editor_undo_step(struct editor *e);
bool editor_redo_step(struct editor *e);

#endif
