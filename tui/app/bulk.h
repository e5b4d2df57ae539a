/* One act on many tickets: what is marked, asked for first, then done in parts under one operation, so that it is one undo. */
#ifndef TUI_APP_BULK_H
#define TUI_APP_BULK_H

#include "tui/app/act.h"

enum {
	BULK_PART = 250,
	BULK_AT_ONCE = 2,
	BULK_SURE = 20
}; /* tickets a part, parts on their way, more than so many: default No */

enum bulk_status { BULK_WAITS, BULK_SENT, BULK_DONE, BULK_FAILED, BULK_LEFT_OUT };
struct bulk_ticket {
	int64_t id;
	char *number, *kind, *state; /* NULL: not known yet */
	char *why;                   /* of FAILED and LEFT_OUT */
	bool away;                   /* marked once, and not in the view any more */
	enum bulk_status status;
	int part;
};

struct bulk {
	int number; /* of its requests */
	bool undo;  /* takes back (or does again) an operation: no fields, tickets only as they come in */
	char *verb, *label;
	char *fields; /* JSON; NULL while a form asks */
	char *words;  /* what changes, for the question */
	struct bulk_ticket *t;
	size_t n, cap;
	bool ids_known;  /* false: the queue still asks which tickets match */
	bool rows_known; /* false: what some of them are has been asked for */
	char *unread;    /* why not; NULL */
	int others;      /* tickets that would follow, as the preview said */
	bool form_late;  /* the form opens when the rows are known */
	bool running, stopped;
	char op[SD_UUID_TEXT], of[SD_UUID_TEXT]; /* of: what an undo takes back */
	int parts, in_flight;                    /* parts sent so far under op, without an answer yet */
	int parts_all;                           /* undo: 0 until the first answer told */
	size_t total, done;
	char *draft_key; /* dropped when nothing failed */
	bool redo;
};

/* ---- before ---- */
bool bulk_wanted(const struct model *m);          /* an act now means the marked tickets */
struct target bulk_sample(const struct model *m); /* one of them that is loaded; id 0: none is */
/* Why verb is possible on none of them, as far as they are loaded; NULL: on some. In the arena. */
const char *bulk_off(const struct model *m, const char *verb, struct sd_arena *a);
const char *bulk_title(const struct model *m, char *buf, size_t size); /* "12 marked tickets" */
/* Asks for what is missing, then whether; fields: JSON that needs no more asking, or NULL; words: said in the question. */
void bulk_start(struct model *m, const char *verb, const struct preset *presets, int n, struct effects *fx);
void bulk_start_fields(struct model *m, const char *verb, const char *fields, const char *words, struct effects *fx);
void bulk_submit(struct model *m, struct act_form *f, struct effects *fx); /* the form on top is filled in */
void bulk_rows(struct model *m, const struct answer *a, struct effects *fx);
void bulk_previewed(struct model *m, const struct answer *a, struct effects *fx);
void bulk_ids(struct model *m, struct effects *fx);                /* the queue knows what matches */
void bulk_answered(struct model *m, bool yes, struct effects *fx); /* the question */

/* ---- while and after ---- */
bool bulk_running(const struct model *m);
bool bulk_stop(struct model *m, struct effects *fx);                      /* no further part; false: none runs */
const char *bulk_progress(const struct model *m, char *buf, size_t size); /* "Assign 250/1000", or "" */
void bulk_part(struct model *m, const struct answer *a, struct effects *fx);
void bulk_line_lost(struct model *m, struct effects *fx); /* what is left of it waits with the rest */
void bulk_undo(struct model *m, const char *op, const char *label, size_t tickets, bool redo, struct effects *fx);
const char *bulk_failed_off(const struct model *m); /* why there is nothing to look at, or NULL */
void bulk_results(struct model *m, bool come);      /* come: by itself, not to get into the way of keys */
void bulk_results_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
void bulk_free(struct model *m);

/* -- parts of the module -- */
struct bulk *bulk_new(struct model *m, const char *verb, const char *label); /* instead of the last one */
void bulk_go(struct model *m, struct effects *fx);
struct bulk_ticket *bulk_find(struct bulk *b, int64_t id);
size_t bulk_count(const struct bulk *b, enum bulk_status s);

#endif
