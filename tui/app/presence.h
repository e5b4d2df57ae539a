/* Says to the desk that somebody is at this console, and which ticket he has before him; reads who else has those on the screen.
 */
#ifndef TUI_APP_PRESENCE_H
#define TUI_APP_PRESENCE_H

#include "tui/app/model.h"

/* A write in ten seconds at most, and one of the next ten in advance where somebody begins to write; one in fifteen where nothing
 * changes. A row is nobody's after 24 s. */
enum { PRESENCE_MS = 10000, PRESENCE_RENEW_MS = 15000, PRESENCE_REST_MS = 1000 };
/* Read beside the feed, so often at most; sooner where other tickets are on the screen. */
enum { PRESENT_MS = 4500, PRESENT_SOON_MS = 2000, PRESENT_MOST = 100 };

void presence_start(struct model *m, struct effects *fx); /* the desk is known */
void presence_note(struct model *m, struct effects *fx);  /* after every step: whether something else is to be said, and when */
void presence_timer(struct model *m, struct effects *fx); /* it is time to say it: one small write */
void presence_answer(struct model *m, const struct answer *a, struct effects *fx);
/* In the flush of the feed: who is at the tickets that are seen. */
void presence_ask(struct model *m, struct effects *fx);
void presence_taken(struct model *m, const struct answer *a);
void presence_lost(struct model *m); /* the connection is: nothing is known */
void presence_free(struct model *m);
/* Beside the title of the form: who else writes. */
void presence_form(const struct model *m, struct act_form *f);

#endif
