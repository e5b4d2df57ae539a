/* The wallboard over the whole console, by a key: the same wall as the program `svcdesk wall`, fed over this console's line. Esc
 * comes back; a digit leads to the tickets behind a widget. */
#ifndef TUI_APP_WALLSCREEN_H
#define TUI_APP_WALLSCREEN_H

#include "tui/app/model.h"

struct wallscreen;

void wallscreen_open(struct model *m, struct effects *fx);
void wallscreen_free(struct model *m);
void wallscreen_key(struct model *m, const struct key *k, struct effects *fx);
void wallscreen_timer(struct model *m, struct effects *fx);
void wallscreen_answer(struct model *m, const struct answer *a, struct effects *fx);
void wallscreen_count(struct model *m, const struct answer *a);
void wallscreen_conn(struct model *m, struct effects *fx); /* the connection is as m says now */
void wallscreen_resize(struct model *m);
void wallscreen_draw(struct model *m, struct surface *s);

#endif
