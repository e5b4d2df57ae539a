/* Searching in a pane that is a list; see struct pane_ops for text and dir. */
#ifndef TUI_PANE_SEARCH_H
#define TUI_PANE_SEARCH_H

#include "tui/pane/msg.h"
#include "tui/widget/list.h"

void search_list(struct list *l, const char *text, int dir, struct effects *fx);

#endif
