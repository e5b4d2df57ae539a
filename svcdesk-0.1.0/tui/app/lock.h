/* The console locked: nothing of the desk is on the screen, and no key does anything but unlock it. What was typed stays a draft;
 * the feed goes on. Whoever sits there could still end the terminal: the lock keeps eyes and hands off this console. */
#ifndef TUI_APP_LOCK_H
#define TUI_APP_LOCK_H

#include "tui/app/model.h"

struct lock;

void lock_touch(struct model *m, struct effects *fx); /* a key came: the idle time begins anew */
void lock_timer(struct model *m, struct effects *fx); /* the idle time, or that of a wrong try, is over */
void lock_on(struct model *m, enum lock_how how, struct effects *fx);
void lock_key(struct model *m, const struct key *k, struct effects *fx);
void lock_draw(struct model *m, struct surface *s);
void lock_answer(struct model *m, bool right, struct effects *fx); /* of FX_UNLOCK */
void lock_free(struct model *m);

#endif
