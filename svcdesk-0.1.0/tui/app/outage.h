/* The form of an outage: recorded, corrected, ended or called off, from the page of services or from a ticket. */
#ifndef TUI_APP_OUTAGE_H
#define TUI_APP_OUTAGE_H

#include "tui/app/model.h"

struct outage_form;

/* What ACT_OUTAGE and the keys of the page of services ask for. */
void outage_action(struct model *m, enum action a, struct effects *fx);
void outage_key(struct model *m, struct outage_form *f, const struct key *k, struct effects *fx);
void outage_draw(struct outage_form *f, struct region r);
void outage_taken(struct model *m, const struct answer *a, struct effects *fx);
void outage_form_free(struct outage_form *f);

#endif
