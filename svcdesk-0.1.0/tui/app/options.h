/* Options in the console: looking at them, changing one for this session, trying themes. */
#ifndef TUI_APP_OPTIONS_H
#define TUI_APP_OPTIONS_H

#include "tui/app/model.h"

/* "": all of them in a menu; "NAME" or "NAME?": one; "NAME=VALUE": changes it for this session, where that can be. */
void options_set(struct model *m, const char *rest, struct effects *fx);
/* What can stand after :set, for completion: names, and the values of one that has its = already. */
void options_offer(const char *word, void (*offer)(void *arg, const char *text, const char *hint), void *arg);
void options_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);

/* A menu of the themes: the one under the cursor is shown at once. Esc takes it back, Enter keeps it for this session. */
void themes_open(struct model *m);
void themes_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);

#endif
