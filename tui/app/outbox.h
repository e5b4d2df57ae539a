/* What was pressed and the desk has not confirmed yet. Everything that changes a ticket passes here: it is sent at once if there
 * is a line and nothing earlier about the same ticket is on its way, else it waits; what waits, or stays without an answer for a
 * moment, is kept on the disk. After a lost line it is sent again as it is: the desk does an operation once. The owners of a
 * request (an act, the act on many tickets, undo) hear its answer and know nothing of lines. */
#ifndef TUI_APP_OUTBOX_H
#define TUI_APP_OUTBOX_H

#include "svcdesk/outbox.h"
#include "tui/app/act.h"

enum out_state {
	OUT_WAITS, /* for the line, or for something before it */
	OUT_SENT,
	OUT_HELD /* for the person: u->why */
};
struct out_item {
	int id; /* while the console runs */
	struct sd_unsent *u;
	enum out_state state;
	struct req req; /* of its answer; gen: how often it had been sent before */
	unsigned times;
	bool kept;   /* a file has it */
	bool waited; /* there was no line when it was pressed, or it broke before the answer */
	bool unsure; /* it was sent once and may have arrived */
	bool loaded; /* left by another console: what it attaches is not here */
	bool meant;  /* the person has said so: old or not, it is sent */
};
struct outbox {
	struct out_item *v;
	size_t n, cap;
	bool disk;
	bool trouble; /* the last one could not be kept, and that was said */
	bool timer;
	int last_id;
	int64_t last_order;
	char (*gone)[SD_UUID_TEXT]; /* operations whose files can go */
	size_t ngone, capgone;
	struct out_item answered; /* the one whose answer is being told */
};

struct outbox *outbox_new(const struct model_env *env);
void outbox_free(struct outbox *b);

/* Sends u (taken), or keeps it until it can be; its answer comes as req. */
void outbox_send(struct model *m, struct sd_unsent *u, struct req req, struct effects *fx);
/* True: it goes on here, and its owner hears nothing. */
bool outbox_answer(struct model *m, const struct answer *a, struct effects *fx);
/* The line has come, or gone. */
void outbox_conn(struct model *m, struct effects *fx);
/* The desk is known: what earlier consoles have left. */
void outbox_start(struct model *m, struct effects *fx);
void outbox_look(struct model *m, struct effects *fx);  /* whether another console has left something since */
void outbox_keep(struct model *m, struct effects *fx);  /* all of it on the disk */
void outbox_timer(struct model *m, struct effects *fx); /* what has no answer yet goes there */
void outbox_go_on(struct model *m, struct effects *fx); /* last step of everything: what can be sent now */
/* A file was written; trouble: or why not. */
void model_unsent_kept(struct model *m, const struct sd_unsent *u, const char *trouble, struct effects *fx);

/* An act that is done with: the file of that operation can go. */
void outbox_gone(struct outbox *b, const char *op);
/* It was refused and there is no form to come back: it waits for the person with the reason (act taken). */
void outbox_hold(struct model *m, struct act *act, const char *why, struct effects *fx);
/* State the ticket is in when all that is on its way has happened; NULL: nothing is. */
const char *outbox_state(const struct model *m, int64_t ticket);
bool outbox_has(const struct model *m, int64_t ticket, const char *verb, const char *fields); /* the very same, as the last one */
bool outbox_busy(const struct model *m); /* something is sent or waits for a line */
/* "2 acts wait for the line"; "" */
const char *outbox_text(const struct model *m, char *buf, size_t size);
struct out_item *outbox_item(const struct model *m, int id); /* NULL: it is answered */
struct out_item *outbox_last(const struct model *m);         /* the last one pressed that is not confirmed; NULL */

void outbox_retry(struct model *m, struct out_item *it, struct effects *fx);
/* Its owner is told that it failed; words stay as a draft. */
void outbox_take_back(struct model *m, struct out_item *it, struct effects *fx);
/* u on a desk that is back: how it ended, if its owner is gone. */
void outbox_orphan(struct model *m, const struct out_item *it, const struct answer *a, struct effects *fx);

/* The list (outbox_list.c). */
void outbox_open(struct model *m, struct effects *fx);
void outbox_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
void outbox_answered(struct model *m, int id, bool yes, struct effects *fx); /* whether it is to be taken back */
void outbox_list_refresh(struct model *m);
const char *outbox_why(const struct model *m, const struct out_item *it); /* why it waits */

#endif
