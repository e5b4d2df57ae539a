/* Fault matching in the console: what helps with the ticket that is read stands beside it, F lists it; Enter reads, a applies, x
 * dismisses. */
#ifndef TUI_APP_MATCH_H
#define TUI_APP_MATCH_H

#include "tui/app/model.h"

struct act_form;

void match_follow(struct model *m, struct effects *fx); /* another ticket is read: asks for it, aside */
void match_typed(
	struct model *m, const struct act_form *f, struct effects *fx); /* something was typed in the form of a new ticket */
void match_due(struct model *m, struct effects *fx);                /* and now nothing more */
void match_open(struct model *m, struct effects *fx);
bool match_open_typed(struct model *m);       /* of the form of a new ticket; false: nothing is there */
const char *match_off(const struct model *m); /* why not, or NULL */
void match_answer(struct model *m, const struct answer *a, struct effects *fx);      /* of REQ_MATCH */
void match_page_answer(struct model *m, const struct answer *a, struct effects *fx); /* of REQ_MATCH_OPEN */
void match_use_answer(struct model *m, const struct answer *a, struct effects *fx);  /* of REQ_MATCH_USE */
void match_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
void match_page_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
/* What stands in the title line of a pane, or NULL; in the arena. */
const char *match_title(const struct model *m, const struct pane *p, struct sd_arena *a);
void match_beside(struct model *m, struct region r); /* in the free lines under the ticket */
int match_low(
	struct model *m, const struct act_form *f, struct region r); /* in the form of a new ticket: lines it took at the bottom */

#endif
