/* The key g /: one search over everything, as one types. */
#ifndef TUI_APP_FIND_H
#define TUI_APP_FIND_H

#include "tui/app/model.h"

void find_open(struct model *m, const char *text, struct effects *fx); /* NULL: what was searched for last */
void find_command(struct model *m, const char *rest, struct effects *fx);
void find_key(struct model *m, const struct key *k, struct effects *fx);
void find_timer(struct model *m, struct effects *fx); /* the typing has come to rest */
void find_answer(struct model *m, const struct answer *a);
void find_closed(struct model *m); /* its overlay is gone */

#endif
