/* Problem hints: the list of similar incidents that may have one cause. Enter leads to their tickets, x says that it is none. */
#ifndef TUI_APP_HINTS_H
#define TUI_APP_HINTS_H

#include "tui/app/model.h"

void hints_open(struct model *m, struct effects *fx);
void hints_open_at(struct model *m, int id, struct effects *fx);                    /* with that one selected */
void hints_answer(struct model *m, const struct answer *a, struct effects *fx);     /* of REQ_HINTS */
void hints_set_answer(struct model *m, const struct answer *a, struct effects *fx); /* of REQ_HINT_SET */
void hints_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);

#endif
