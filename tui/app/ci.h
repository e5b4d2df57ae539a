/* The CMDB in the console: opened from everywhere, from a ticket at what its item touches; tickets from an item, items onto a
 * ticket; an item chosen by a few letters; fields and links changed through a form. */
#ifndef TUI_APP_CI_H
#define TUI_APP_CI_H

#include "tui/app/model.h"

struct ci_form;

bool ci_shown(const struct model *m);
void ci_command(struct model *m, const char *rest, struct effects *fx);        /* cmdb [TEXT] */
void ci_impact_command(struct model *m, const char *rest, struct effects *fx); /* impact [IDENT] */
/* Its page, by ident or name; of several that are like it one is chosen. */
void ci_open_named(const char *name, struct effects *fx);
/* Its page at its history, what lies before and after that instant compared. */
void ci_show_change(struct model *m, int64_t id, sd_time at, struct effects *fx);
bool ci_act(struct model *m, int action, struct effects *fx);  /* false: none of its actions */
bool ci_back(struct model *m, struct effects *fx);             /* Esc; false: one is not there */
bool ci_steps(struct model *m, int steps, struct effects *fx); /* [ and ]; false: not its business */
bool ci_copy(struct model *m, struct effects *fx);
void ci_taken(struct model *m, const struct answer *a, struct effects *fx); /* of REQ_CI, REQ_CI_PICK, REQ_CI_SAVE */
void ci_after(struct model *m, struct effects *fx);                         /* an answer has come to the board */
void ci_note(struct model *m);                                              /* after everything that happens */
void ci_timer(struct model *m, struct effects *fx);
const char *ci_edit_off(const struct model *m);
const char *ci_put_off(const struct model *m);
const char *ci_here_off(const struct model *m);

void ci_types_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
void ci_form_free(struct ci_form *f);
void ci_form_draw(struct ci_form *f, struct region r);
void ci_form_key(struct model *m, struct ci_form *f, const struct key *k, struct effects *fx);
void ci_pick_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
void ci_pick_draw(struct model *m, struct overlay *o, struct region r);

#endif
