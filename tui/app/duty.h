/* What is done on the page of rota and rules: rules on and off, moved, tried, written; absences entered and taken back. */
#ifndef TUI_APP_DUTY_H
#define TUI_APP_DUTY_H

#include "tui/app/model.h"

struct duty_form;

void duty_act(struct model *m, enum action a, struct effects *fx);
void duty_taken(struct model *m, const struct answer *a, struct effects *fx); /* of REQ_DUTY */
void duty_form_free(struct duty_form *f);
void duty_form_draw(struct duty_form *f, struct region r);
void duty_form_key(struct model *m, struct duty_form *f, const struct key *k, struct effects *fx);

#endif
