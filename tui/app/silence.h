/* How long nothing has come from the database, though it was asked. */
#ifndef TUI_APP_SILENCE_H
#define TUI_APP_SILENCE_H

#include "tui/app/model.h"

void silence_asked(struct model *m, struct effects *fx); /* something went out that is answered at once as a rule */
void silence_heard(struct model *m, struct effects *fx); /* something came, or the connection is gone */
void silence_timer(struct model *m, struct effects *fx);
const char *silence_text(const struct model *m, char *buf, size_t size); /* for the banner; "" */

#endif
