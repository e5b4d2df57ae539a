/* The key e: why the clocks of a ticket stand where they stand. */
#ifndef TUI_APP_EXPLAIN_H
#define TUI_APP_EXPLAIN_H

#include "tui/app/model.h"

void explain_here(struct model *m, struct effects *fx);                       /* the ticket under the cursor */
void explain_number(struct model *m, const char *number, struct effects *fx); /* "" : the same */
void explain_answer(struct model *m, const struct answer *a, struct effects *fx);
void explain_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
/* The tickets changed: what is open is read again. */
void explain_changed(struct model *m, const int64_t *ids, int n, struct effects *fx);
const char *explain_off(const struct model *m); /* why not, or NULL */

#endif
