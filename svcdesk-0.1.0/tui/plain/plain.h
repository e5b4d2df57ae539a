/* The console in lines: numbered rows, questions, answers. No screen, no escape sequence, nothing is ever painted again: for
 * screen readers, slow lines, scripts and terminals that can do nothing else. It is a second way to look at the same model:
 * rules, drafts, conflicts and acts are those of the console. No I/O here: lines and answers come in, text and effects go out. */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include "tui/app/model.h"

struct plain;
/* width: cells a line may take. page: rows shown at once. */
struct plain *plain_new(struct model *m, int width, int page);
void plain_free(struct plain *p); /* NULL is fine */

/* A line the person has typed, without its end. */
void plain_line(struct plain *p, const char *line, struct effects *fx);
/* Ctrl-c: leaves the question that is asked; what was typed is kept as a draft. */
void plain_cancel(struct plain *p, struct effects *fx);
/* A message of the program. */
void plain_told(struct plain *p, const char *text);
/* The connection came or went. */
void plain_conn(struct plain *p);
/* Before the model gets it: an answer of the feed, or the news that were asked for. */
void plain_answer(struct plain *p, const struct answer *a, struct effects *fx);
/* Everything that was asked of the database has come: says what was waited for, then asks what comes next. False: it asked the
 * database for more and is to be called again. */
bool plain_settled(struct plain *p, struct effects *fx);
/* What is to be written now; valid until the next call of anything here. */
const char *plain_take(struct plain *p);

#endif
