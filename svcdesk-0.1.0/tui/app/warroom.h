/* What the model does with the war room: opens it, makes its major incident the one that acts are for, adopts tickets. */
#ifndef TUI_APP_WARROOM_H
#define TUI_APP_WARROOM_H

#include "tui/app/model.h"

bool warroom_shown(const struct model *m);
/* The room of the major incident at the cursor; else the only one that goes on, else the list. */
void warroom_open(struct model *m, struct effects *fx);
struct target warroom_target(const struct model *m); /* what acts are for while it is shown */
int64_t warroom_at(const struct model *m);           /* the major incident that is looked at; 0: none */
/* Keys of the room. What stands in the way of one, or NULL. */
void warroom_act(struct model *m, enum action a, struct effects *fx);
const char *warroom_off(const struct model *m, const char *verb);
void warroom_acted(struct model *m, struct effects *fx); /* something was done here: what is shown is read anew */
bool warroom_back(struct model *m, struct effects *fx);  /* Esc: from a room to the list; false: further */
/* Words of the palette: war-room [NUMBER], adopt [NUMBER]. */
/* A number as it is typed, in capitals; in the arena. */
const char *warroom_number(struct sd_arena *a, const char *typed);
void warroom_command(struct model *m, const char *rest, struct effects *fx);
void adopt_command(struct model *m, const char *rest, struct effects *fx);

#endif
