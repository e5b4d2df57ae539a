/* Parts of the CMDB in the console that know of each other. */
#ifndef TUI_APP_CI_INT_H
#define TUI_APP_CI_INT_H

#include "tui/app/model.h"

struct cmdb;
enum ci_for { CI_FOR_PAGE, CI_FOR_IMPACT, CI_FOR_CLASS };

struct cmdb *ci_pane(const struct model *m);
void ci_from_free(struct model *m);
void ci_show_page(struct model *m, int64_t id, struct effects *fx);
void ci_show_impact(struct model *m, int64_t id, struct effects *fx);

/* Choosing an item by some letters, or a class. */
void ci_pick_open(struct model *m, enum ci_for what, struct effects *fx);
/* Opens the item a name or ident means; of several that are like it one is chosen. */
void ci_by_name(struct effects *fx, const char *name, enum ci_for what);
void ci_class_open(struct model *m);
void ci_picked_rows(struct model *m, const struct answer *a, struct effects *fx);

/* Over which types of links the impact goes. */
void ci_types_open(struct model *m, struct effects *fx);

/* Changing an item. */
void ci_new_open(struct model *m);
void ci_diff_open(struct model *m); /* what is different between two times */
void ci_edit_open(struct model *m, struct effects *fx);
void ci_link_open(struct model *m);
void ci_undo_open(struct model *m, struct effects *fx); /* the last change of the item is taken back; asks first */
void ci_unlink(struct model *m, struct effects *fx);
void ci_saved(struct model *m, const struct answer *a, struct effects *fx);
void ci_form_find(struct model *m, struct ci_form *f, struct effects *fx);
void ci_form_rows(struct model *m, const struct answer *a, struct effects *fx);

#endif
