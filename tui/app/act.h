/* Acts: what a verb asks for, the form made from it, what is sent, what comes back. Knows no kind by name. */
#ifndef TUI_APP_ACT_H
#define TUI_APP_ACT_H

#include "tui/app/model.h"

struct kb_form;

struct preset {
	const char *name, *value; /* as typed in the palette */
};

/* One act, from the moment it is sent to the moment the database has confirmed it. */
struct act {
	int number;                 /* of the request */
	int64_t ticket;             /* 0: a new one */
	char *label;                /* "INC100001 Resolve", for messages */
	char *kind, *verb, *fields; /* fields: JSON */
	char *to;                   /* state it leads to, "" if it stays */
	int version;
	int read;                                  /* last event of the ticket, if all was read when it was sent; else 0 */
	char op[SD_UUID_TEXT], sent[SD_UUID_TEXT]; /* sent: under which it went out last */
	char draft_op[SD_UUID_TEXT];               /* that its draft knows: another one is of somebody who typed on */
	bool waited;                               /* for a line: the person is somewhere else by now */
	struct outbox *outbox;                     /* it went out through; NULL: not yet */
	char *draft_key;                           /* dropped when confirmed; NULL */
	struct act_form *form;                     /* comes back when it is refused; NULL */
	struct kb_form *article;                   /* of OV_MERGE, where it is an article that was written; owned; NULL */
};

struct act_field {
	const struct sd_param *param; /* of meta, which stays while the model does */
	char *initial;
};
struct act_form {
	struct form form;
	int64_t ticket;
	char *number, *kind, *verb;
	int version;
	char *draft_key;
	struct act_field *fields;
	int nfields;
	struct sd_draft *base; /* what its drafts carry on: how often saved, from where, the operation under way; no text */
	bool asked;            /* which of two hosts' texts is to stand */
	bool saved;            /* what stands in the form is in the draft file */
	bool ctrl_x;           /* was the last key: d behind it throws the draft away */
	bool is_new;           /* the form of a new ticket */
	bool many;             /* of the marked tickets */
	/* the look-up on its way: its number, the field and the text it is for */
	unsigned find;
	const char *find_field;
	unsigned find_generation;
	int person; /* whose card is shown or asked for */
	struct sd_card *card;
	bool solved;                 /* a new ticket that was solved on the phone */
	char *using_type, *using_id; /* the article or ticket it is solved with; NULL: none */
};

/* Why this person cannot do it to a ticket in this state, whatever is under way; NULL: may. In the arena. */
const char *act_never(const struct model *m, const struct target *t, const char *verb, struct sd_arena *a);
/* Why verb cannot be done to the target now; NULL: it can. In the arena. */
const char *act_off(const struct model *m, const struct target *t, const char *verb, struct sd_arena *a);
/* Starts an act: sends it at once if nothing must be asked, else opens its form. */
void act_start(struct model *m, const char *verb, const struct preset *presets, int n, struct effects *fx);
/* Nothing is left to ask. */
bool act_complete(const struct sd_verb *v, const struct preset *presets, int n);
/* Another ticket came under the cursor by itself: says so, once, instead of acting on it. */
bool act_lost(struct model *m, const struct target *t, struct effects *fx);
void act_send_fields(struct model *m, const struct target *t, const char *verb, const char *fields, struct effects *fx);
/* The ticket an act waited for has been read. */
void act_resume(struct model *m, int64_t id, struct effects *fx);
void act_answer(struct model *m, const struct answer *a, struct effects *fx);
void act_free(struct act *act);
struct act *act_take(struct model *m, int64_t number);       /* whoever asks owns it now, and its answer; NULL: there is none */
bool act_sent(const struct model *m, const char *draft_key); /* an act made under this key is not confirmed yet */
bool act_carries(const struct model *m, const struct sd_draft *d); /* an act made from this draft is not confirmed yet */
struct sd_unsent;
struct sd_unsent *act_unsent(const struct model *m, const struct act *act); /* as the outbox keeps it; the caller frees it */
void act_loaded(struct model *m, const struct sd_unsent *u, int number);    /* left by an earlier console: it goes on here */
void act_taken_back(struct model *m, const char *op, struct effects *fx);

/* Why the desk refused, for people: times as they are painted. In the arena. */
char *act_refusal(
	const struct model *m, struct sd_arena *a, const char *kind, const char *id, const char *args, const char *fallback);

/* -- forms -- */
struct act_form *act_form_new(
	struct model *m, const struct target *t, const struct sd_verb *v, const struct preset *presets, int n);
void act_form_free(struct act_form *f);
void act_form_key(struct model *m, struct act_form *f, const struct key *k, struct effects *fx);
struct sd_draft *act_form_snapshot(struct model *m, struct act_form *f);      /* what a draft would hold; NULL: nothing to keep */
void act_form_draft(struct model *m, struct act_form *f, struct effects *fx); /* saves what is in it */
void act_form_edited(struct model *m, struct act_form *f, struct effects *fx); /* its text was changed from outside */
bool act_form_unsaved(const struct act_form *f);
void act_form_take(struct act_form *f, const struct sd_draft *d); /* puts the words of a draft into it */
/* The act made of it goes out: from now on its draft knows the operation. */
void act_form_sending(struct model *m, struct act_form *f, const struct act *act, struct effects *fx);
/* It was refused: what is sent next is another operation. */
void act_form_refused(struct model *m, struct act_form *f, struct effects *fx);
void act_form_open(struct model *m, struct act_form *f); /* on top, with its draft if there is one */
/* What finds rows of a type by the beginning of a name: id, name, hint; NULL: nothing does. */
const char *act_finder(const char *type);
void act_form_find(struct model *m, struct act_form *f, struct effects *fx); /* the look-up that is due */
/* The fields as JSON; NULL when something cannot be understood: the form says what. In the arena. */
char *act_form_json(struct model *m, struct act_form *f, struct effects *fx);
void act_send(struct model *m, struct act *act, struct effects *fx);                /* taken */
struct act *act_from_form(struct model *m, struct act_form *f, struct effects *fx); /* NULL: not ready */
char *act_json_wordless(const char *fields);                                        /* without the text; malloc'ed */
/* What was typed in the palette, as JSON; NULL: a file cannot be read, which was said. In the arena of fx. */
char *act_json(struct model *m, const struct sd_verb *v, const struct preset *p, int n, struct effects *fx);

void quote_start(struct model *m, struct effects *fx); /* a reply or note with the text at the cursor quoted */

/* -- new ticket -- */
void new_open(struct model *m, const char *kind, int64_t draft, struct effects *fx); /* kind NULL: asks; draft: see target */
void new_draw(struct model *m, struct act_form *f, struct region r);
void new_card(
	struct model *m, struct act_form *f, struct effects *fx); /* asks for the card of who is picked or under the cursor */
bool new_key(struct model *m, struct act_form *f, const struct key *k, struct effects *fx); /* true: used */
char *new_json(struct model *m, struct act_form *f, struct effects *fx);

#endif
