/* Triage mode: what its keys do to tickets, and what comes back of that. The line itself is in tui/pane/triage.c. */
#ifndef TUI_APP_TRIAGE_H
#define TUI_APP_TRIAGE_H

#include "tui/app/model.h"

bool triage_shown(const struct model *m);
void triage_open(struct model *m, struct effects *fx);
const char *triage_open_off(const struct model *m); /* why not, or NULL */
const char *triage_off(const struct model *m);      /* why nothing can be done there now, or NULL */
struct target triage_target(const struct model *m); /* what acts are for while it is shown */
int64_t triage_at(const struct model *m);           /* the ticket that is looked at; 0: none */
void triage_act(struct model *m, enum action a, struct effects *fx);
void triage_keyed(struct model *m, const struct key *k); /* before a key: they are counted */
void triage_after(struct model *m, struct effects *fx);  /* behind a key: what was sent is done with */
/* The feed told of these; an act was answered, before anybody else looks at the answer (true: nobody else has to); an undo was.
 */
void triage_changed(struct model *m, const int64_t *ids, int n, struct effects *fx);
bool triage_acted(struct model *m, const struct answer *a, struct effects *fx);
void triage_undone(struct model *m, const struct answer *a, struct effects *fx);
/* The picker of a field. */
void triage_pick_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
void triage_pick_draw(struct model *m, struct overlay *o, struct region r);
void triage_command(struct model *m, struct effects *fx); /* the word "triage" */

#endif
