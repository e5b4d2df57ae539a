/* Says to the desk that somebody is at this console, and which ticket he has before him. */
#ifndef TUI_APP_PRESENCE_H
#define TUI_APP_PRESENCE_H

#include "tui/app/model.h"

void presence_start(struct model *m, struct effects *fx); /* the desk is known */
void presence_timer(struct model *m, struct effects *fx); /* it is time to say it again: one small write */
void presence_answer(struct model *m, const struct answer *a, struct effects *fx);

#endif
