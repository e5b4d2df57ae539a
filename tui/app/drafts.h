/* The drafts this console knows: its own, as they stand in the state folder, and those the person wrote on other hosts, as the
 * database holds them. What is typed is kept in both, unless an option keeps it off one. Text is never given up before the desk
 * has confirmed the act made from it. */
#ifndef TUI_APP_DRAFTS_H
#define TUI_APP_DRAFTS_H

#include "tui/app/model.h"

/* One draft in one state. */
struct known_draft {
	char *key;  /* place|kind|ticket|verb */
	char *host; /* NULL: written here */
	int64_t ticket;
	struct sd_draft *d; /* of this console: with the text that is still to go to the disk or the database */
	bool stored;        /* a row of this host is in the database */
	bool was;           /* one was there when the database was read before */
	bool due;           /* it does not have this text yet */
	bool file, seen;    /* it is on the disk; it was there when the disk was read */
};

struct drafts {
	struct known_draft *v;
	size_t n, cap;
	char *host;
	bool disk, database;
	unsigned typed;             /* counts changes of forms */
	bool timer, database_timer; /* set */
	bool sent_asked;            /* whether what was being sent has arrived */
	bool trouble;               /* the last save failed, and that was said */
	int writes;                 /* on their way to the database */
	int64_t newest;             /* of the rows read from other hosts */
	struct draft_mark *marks;
	size_t nmarks;
};

struct drafts *drafts_new(const struct model_env *env);
void drafts_free(struct drafts *b);

/* The desk is known: what is on the disk, what the database has, and whether what was being sent has arrived. */
void drafts_start(struct model *m, struct effects *fx);
void drafts_read(struct model *m);                    /* from the disk */
void drafts_ask(struct model *m, struct effects *fx); /* what other hosts have written since */
void drafts_answer(struct model *m, const struct answer *a, struct effects *fx);
void drafts_timer(struct model *m, enum timer_id t, struct effects *fx);

/* Something was typed: it is saved after a moment, however long the typing goes on. */
void drafts_typed(struct model *m, struct effects *fx);
void drafts_closed(struct model *m, struct effects *fx); /* somebody may go on elsewhere: the database gets what waits */
/* Keeps a state of a draft (taken). now: where the database has one, it gets this one before anything that follows. */
void drafts_keep(struct model *m, struct sd_draft *d, bool now, struct effects *fx);
/* The act was confirmed, or the person threw it away: also the state it was taken over from. */
void drafts_drop(struct model *m, const char *key, struct effects *fx);
/* The act made of it as that operation is confirmed: it goes, unless something else was typed under the key since. */
void drafts_sent(struct model *m, const char *key, const char *op, struct effects *fx);
bool drafts_is_of(const struct model *m, const char *key, const char *op); /* what is kept under the key is of that operation */
/* What was written here under that key; the caller frees it; NULL: nothing. */
struct sd_draft *drafts_own(struct model *m, const char *key);
/* Worth a line of its own: not being sent, and not the state of another host beside one of this. */
bool drafts_shown(const struct model *m, const struct known_draft *k);
/* Thrown away, wherever it was written. */
void drafts_forget(struct model *m, const char *key, struct effects *fx);
/* The newest state from another host that differs from own (may be NULL) and was not taken over into it; NULL: none. */
const struct known_draft *drafts_other(const struct model *m, const char *key, const struct sd_draft *own);
void drafts_mark(struct model *m); /* tells the panes which tickets have one */
/* Text that is on no disk and in no database yet. */
bool drafts_unsaved(const struct model *m);

/* Asks which text is to stand, if that of the form on top differs from one that was written on another host. */
void draft_hosts_ask(struct model *m);
void draft_hosts_choice(struct model *m, int choice, struct effects *fx);

/* "INC100001 Note: first line", malloc'ed. */
char *draft_words(const struct sd_draft *d);

#endif
