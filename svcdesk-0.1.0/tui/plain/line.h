/* Input and output of the plain console, beside the app object that carries the model. */
#ifndef TUI_PLAIN_LINE_H
#define TUI_PLAIN_LINE_H

#include <stdbool.h>

struct answer;
struct app;

void line_open(struct app *app, bool ascii); /* sets app->line */
void line_close(struct app *app);
void line_watch(struct app *app, bool on); /* standard input is ours, or an editor's */
bool line_turn(struct app *app);           /* at the end of a turn; true: there is more to do */
/* For tests: the size of the terminal, bytes taken and written. */
void line_facts(const struct app *app, int *cols, int *rows, long *in, long *out);
void line_interrupt(struct app *app); /* Ctrl-c */
void line_told(struct app *app, const char *text);
void line_conn(struct app *app);
void line_answer(struct app *app, const struct answer *a); /* before the model gets it */

#endif
