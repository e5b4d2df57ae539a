/* The messages of this session. */
#ifndef TUI_PANE_LOG_H
#define TUI_PANE_LOG_H

#include "tui/pane/pane.h"

struct pane *log_pane_new(void);

#endif
