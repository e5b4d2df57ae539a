/* What the model does with the inbox: opens it in the place of the queue, counts, rings; follow-ups and handovers. */
#ifndef TUI_APP_INBOX_H
#define TUI_APP_INBOX_H

#include "tui/app/model.h"

bool inbox_shown(const struct model *m);
void inbox_open(struct model *m, struct effects *fx);
void inbox_leave(struct model *m);         /* the queue stands there again */
int64_t model_here(const struct model *m); /* the ticket under the cursor of the inbox or the queue; 0: none */
void inbox_taken(struct model *m, const struct answer *a, struct effects *fx); /* an answer for it */
void inbox_loaded(struct model *m, int64_t id);                                /* the ticket of an item was read: to its event */
/* EV_OPEN_AT: an item was opened. */
void inbox_to(struct model *m, int64_t id, int seq, struct effects *fx);
bool inbox_step(struct model *m, int dir, struct effects *fx); /* J and K while it is open */
/* "  3 new" for the status line; "" when nothing is unread. */
const char *inbox_text(const struct model *m, char *buf, size_t size);
void inbox_mouse(struct model *m, const struct key *k, bool had_focus, struct effects *fx);

void follow_up_command(struct model *m, const char *rest, struct effects *fx); /* WHEN [TEXT] */
void follow_up_taken(struct model *m, const struct answer *a, struct effects *fx);
void handover_begin(struct model *m, struct effects *fx);
void handover_taken(struct model *m, const struct answer *a, struct effects *fx);

#endif
