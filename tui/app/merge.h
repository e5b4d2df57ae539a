/* Two people at one ticket, as the person at this console meets it: while one still writes, a line says what others did; what was
 * refused because the same fields changed opens the merge, where each is decided; what crosses with a reply is shown before one's
 * own goes out. Nothing is decided by default, and nothing typed is lost: Esc goes back to the form as it was left. */
#ifndef TUI_APP_MERGE_H
#define TUI_APP_MERGE_H

#include "svcdesk/conflict.h"
#include "tui/app/act.h"
#include "tui/widget/editor.h"
#include "tui/widget/textview.h"

enum merge_choice { MERGE_OPEN, MERGE_MINE, MERGE_THEIRS, MERGE_OTHER };
struct merge_field {
	const struct sd_clash *clash;
	const struct sd_param *param; /* of the verb, that sets it; NULL: none does */
	enum merge_choice choice;
	char *other;  /* MERGE_OTHER */
	char *joined; /* a text of several lines with both changes in it; NULL: none can be made */
	int places;   /* where both changed it */
	bool again;   /* changed once more while one decided */
};
struct merge {
	struct sd_conflict *c;
	struct merge_field *f;
	int n;
	int seen;   /* version the act began with */
	int lines;  /* so many as they are wrapped, for the box */
	bool again; /* the ticket changed once more meanwhile */
	struct textview text;
	struct editor edit; /* the third value of field editing */
	int editing;        /* -1: none is written */
	int cur;            /* field the cursor was sent to, while nothing is laid out */
	bool spoken;        /* in lines: fields have numbers */
	bool missing;       /* one wanted to send, and not all is decided */
	int built;          /* width it was built for; 0: build again */
};

/* The act was refused with field_conflict or reply_crossed: takes it and c. False: there is no room for another question. */
bool merge_open(struct model *m, struct act *act, struct sd_conflict *c, struct effects *fx);
void merge_free(struct merge *g);
void merge_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
/* What stands in the question about a reply that crosses was answered: the buttons in order. */
enum crossed_choice { CROSSED_BACK, CROSSED_SEND, CROSSED_DROP };
void crossed_done(struct model *m, struct act *act, struct merge *g, int choice, struct effects *fx);
void merge_draw(struct model *m, struct overlay *o, struct region r);
void merge_lay(struct model *m, struct overlay *o, int width);
/* In lines: one answer about field n (from 0), text for MERGE_OTHER. False: there is none such. */
bool merge_decide(struct model *m, struct overlay *o, int n, enum merge_choice choice, const char *text);

/* These tickets changed: forms on them and open merges ask what happened. */
void merge_changed(struct model *m, const int64_t *ids, int n, struct effects *fx);
void merge_answer(struct model *m, const struct answer *a, struct effects *fx);

/* -- parts -- */
const char *merge_ago(struct sd_arena *a, sd_time at, sd_time now); /* "8 s ago" */
/* "bob wrote to the requester 8 s ago", with the words beneath. In the arena. */
char *merge_said(const struct model *m, struct sd_arena *a, const struct sd_conflict *c);
const char *merge_value(const struct model *m, struct sd_arena *a, const char *kind, const struct sd_clash *c, const char *value);
bool merge_long(const struct sd_clash *c); /* a text of several lines */

#endif
