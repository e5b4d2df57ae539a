/* The messages of this session. */
#ifndef TUI_PANE_LOG_H
#define TUI_PANE_LOG_H

#include "tui/pane/pane.h"

struct sd_str;

struct pane *log_pane_new(void);
/* The message at the cursor, or all of them, a line each. */
void log_text(const struct pane *p, const struct session *s, bool all, struct sd_str *out);

#endif
