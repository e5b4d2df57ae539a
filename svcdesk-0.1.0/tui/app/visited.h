/* Where one has been: views with their filter, and tickets. Back and forth as in a browser. */
#ifndef TUI_APP_VISITED_H
#define TUI_APP_VISITED_H

#include "tui/app/model.h"

void visited_note(struct model *m);                              /* after every step: remembers the place if it is another one */
void visited_go(struct model *m, int steps, struct effects *fx); /* negative: back */
void visited_free(struct model *m);

#endif
