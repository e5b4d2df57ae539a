/* Texts that are written often, of the person and of their groups, with places to fill in: {requester_name}, {number} ... The
 * database keeps them; Ctrl-x m or :word and Tab put them into what is being written. */
#ifndef TUI_APP_MACROS_H
#define TUI_APP_MACROS_H

#include "tui/app/model.h"

struct macro {
	char *group; /* NULL: of the person */
	char *name, *body;
	bool writable;
};

struct macros {
	struct macro *v;
	size_t n;
	unsigned gen; /* of the last reading */
};

struct macros *macros_new(void);
void macros_free(struct macros *b);
void macros_ask(struct model *m, struct effects *fx);
void macros_answer(struct model *m, const struct answer *a, struct effects *fx);

/* Picks one: for the form on top, or (no form) to look at them. begun: typed so far. */
void macros_open(struct model *m, const char *begun, struct effects *fx);
void macros_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
bool form_under_macros(struct model *m); /* the picker is there to insert */
void macros_draw(struct model *m, struct overlay *o, struct region r);
/* Tab in a text: ":word" before the cursor becomes the text of that name, or a choice of those that begin so. True: used. */
bool macros_complete(struct model *m, struct act_form *f, struct effects *fx);

/* macro-save [group=GROUP] NAME TEXT, macro-delete [group=GROUP] NAME; \n in the text begins a line. */
void macros_save_line(struct model *m, const char *rest, struct effects *fx);
void macros_delete_line(struct model *m, const char *rest, struct effects *fx);

#endif
