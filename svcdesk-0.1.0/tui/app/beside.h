/* Two tickets open at once. */
#ifndef TUI_APP_BESIDE_H
#define TUI_APP_BESIDE_H

#include "tui/app/model.h"

void beside_open(struct model *m, struct effects *fx); /* the ticket acts are meant for, in the second place */
/* Tab and l or h from one ticket to the other; false: there is none in that direction. */
bool beside_step(struct model *m, int dir, struct effects *fx);
void beside_arrive(struct model *m, int dir, struct effects *fx); /* the focus has come to the tickets from the other end */
void beside_leave(struct model *m);                               /* the focus leaves the tickets */
bool beside_back(struct model *m, struct effects *fx);            /* closes the second, if the focus is there */
void beside_free(struct model *m);
/* What concerns the ticket that keys do not go to. */
void beside_changed(struct model *m, const int64_t *ids, int n, struct effects *fx);
void beside_anew(struct model *m, bool missed, struct effects *fx); /* missed: only what was lost with the connection */
void beside_answer(struct model *m, const struct answer *a, struct effects *fx);
bool beside_mouse(struct model *m, const struct key *k, struct effects *fx);

#endif
