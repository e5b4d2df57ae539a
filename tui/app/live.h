/* What others do, as it is seen: marks that end, what is new and where. */
#ifndef TUI_APP_LIVE_H
#define TUI_APP_LIVE_H

#include "tui/app/model.h"

/* Tickets that one has changed oneself: they are read again and move at once, and nothing of it is marked. */
void live_own(struct model *m, const int64_t *ids, int n, struct effects *fx);
/* The feed tells of these: whether any of it was somebody else's doing. */
bool live_others(struct model *m, const int64_t *ids, int n);
/* + in the list, where nothing came in: what came to the ticket beside it; false: nothing did. */
bool live_preview(struct model *m, int action);
void live_glow(struct model *m, struct effects *fx); /* TIMER_GLOW: marks that are over go */

#endif
