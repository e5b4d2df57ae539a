/* Clocks count down without a query: by a copy of the open hours of their calendars, painted when a cell that is seen changes. */
#ifndef TUI_APP_COUNTDOWN_H
#define TUI_APP_COUNTDOWN_H

#include "tui/app/model.h"

/* Asks for hours that what is shown needs and that are not there, all in one query. */
void countdown_ask(struct model *m, struct effects *fx);
void countdown_hours(struct model *m, const struct answer *a, struct effects *fx);
/* Sets the timer for the next change that is seen, where the minute of the clock would be too late for it. */
void countdown_schedule(struct model *m, struct effects *fx);

#endif
