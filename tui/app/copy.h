/* Copying from the console: to the clipboard of the terminal, or into a file. */
#ifndef TUI_APP_COPY_H
#define TUI_APP_COPY_H

#include "tui/app/model.h"

enum copy_what { COPY_NUMBER, COPY_LINK, COPY_FIELD, COPY_EVENT, COPY_ROW, COPY_TABLE, COPY_TSV, COPY_TEXT, COPY_WHATS };

/* What :copy takes next, after the line typed so far: its words, behind field the fields that are there. */
void copy_complete(struct model *m, const char *line, void (*offer)(void *to, const char *text, const char *hint), void *to);
void copy_open(struct model *m); /* the menu */
void copy_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
/* copy [WHAT [FIELD]] [FILE]: without WHAT the table, or in the ticket its text; without FILE to the clipboard. */
void copy_command(struct model *m, int n, char *const *word, struct effects *fx);
/* text to the clipboard, or to the file path; label: what it is, for the message. */
void copy_send(struct model *m, const char *label, const char *text, const char *path, struct effects *fx);

#endif
