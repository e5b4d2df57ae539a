#ifndef TUI_APP_FOOTERS_H
#define TUI_APP_FOOTERS_H

#include "tui/app/model.h"
#include "tui/widget/bar.h"

/* Names the keys of what lies on top; false: nothing does. Dialogs and the help name theirs themselves. */
bool overlay_footer(struct model *m, struct region line);

#endif
