/* The bare view: the ticket or the list as plain text over the whole screen, nothing beside it, so that the terminal's own
 * selection takes just that. The mouse is the terminal's meanwhile. */
#ifndef TUI_APP_BARE_H
#define TUI_APP_BARE_H

#include "tui/app/model.h"

void bare_open(struct model *m, struct effects *fx);
void bare_key(struct model *m, const struct key *k, struct effects *fx);
void bare_draw(struct model *m, struct surface *s);
void bare_free(struct model *m);

#endif
