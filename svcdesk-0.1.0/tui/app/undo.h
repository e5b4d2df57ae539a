/* Undo, redo and repeat: what this person did, taken back by the desk or done once more. */
#ifndef TUI_APP_UNDO_H
#define TUI_APP_UNDO_H

#include "tui/app/act.h"
#include "tui/app/bulk.h"

struct undo_log; /* the acts of this session and the rows of the list on screen */

/* An act was confirmed. False: the desk cannot take it back, so that is not offered. */
bool undo_push(struct model *m, const struct act *act, const char *op);
void undo_toast(struct model *m, struct sd_str *toast);                           /* adds "; u undoes" */
void undo_many_push(struct model *m, const struct bulk *b, struct sd_str *toast); /* adds which key undoes to the text */
void undo_many_done(struct model *m, const struct bulk *b);
bool undo_taken_back(const struct model *m, const char *op);
void undo_last(struct model *m, bool redo, struct effects *fx);
void undo_answer(struct model *m, const struct answer *a, struct effects *fx);
void undo_list_open(struct model *m, struct effects *fx);
void undo_list_answer(struct model *m, const struct answer *a, struct effects *fx);
void undo_list_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
void undo_free(struct model *m);

/* ---- repeat ---- */
/* What was done last: fields as JSON; form: the one they were typed in, or NULL. Texts are not kept. */
void repeat_keep(struct model *m, const char *verb, const char *fields, const struct form *form);
const char *repeat_off(const struct model *m); /* why not, or NULL */
void repeat_act(struct model *m, struct effects *fx);
void repeat_free(struct model *m);

#endif
