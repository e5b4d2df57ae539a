/* Where the last session ended: view, filter, order, the tickets by their ids, where the keys went. Never what stands in tickets.
 */
#ifndef TUI_APP_SESSION_H
#define TUI_APP_SESSION_H

#include "tui/app/model.h"

struct restore;

/* Where the console is now, as text. False: it has not come so far that there is anything to come back to. */
bool session_text(const struct model *m, struct sd_str *out);
/* Before the start: what a session left. False: it is damaged, nothing is taken. */
bool session_take(struct model *m, const char *text);
/* The desk has told what it is, or (views) which views there are; when both are known goes there. Nothing of another desk or
 * person is taken. */
void session_restore(struct model *m, bool views, struct effects *fx);
void session_free(struct model *m);

#endif
