/* Copies of tickets: a row of a list, and one ticket with everything on it. Texts are cleaned when they are copied in. */
#ifndef SVCDESK_TICKET_H
#define SVCDESK_TICKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "svcdesk/clock.h"

struct sd_err;
struct sd_arena;
struct sd_clock_mark;

/* ---- a row of a list ---- */
enum sd_col {
	SD_COL_NUMBER,
	SD_COL_KIND,
	SD_COL_STATE,
	SD_COL_SUBJECT,
	SD_COL_REQUESTER,
	SD_COL_GROUP,
	SD_COL_ASSIGNEE,
	SD_COL_CATEGORY,
	SD_COL_SERVICE,
	SD_COL_CI,
	SD_COL_ORG,
	SD_COL_CHANNEL,
	SD_COL_EXTERNAL,
	SD_COL_HOLD_REASON,
	SD_COL_RESOLUTION_CODE,
	SD_COL_KEY, /* the sort key "k" of the list it was read for */
	SD_COL_TEXTS
};
struct sd_row {
	int64_t id;
	int phase, priority, impact, urgency, version, last_seq, reassignments, reopens;
	sd_time opened, updated, due, hold_until, resolved, closed; /* SD_TIME_NONE: not set */
	bool restricted, unread;
	const char *text[SD_COL_TEXTS]; /* never NULL */
	struct sd_clock_mark *clock;    /* the open one that is due first; NULL: none */
	int nextra;                     /* other columns that were asked for: fields of one kind */
	const char **extra;             /* name, value, name, value ... */
};
/* The columns of desk.ticket_row that a list needs, NULL-terminated (without id, which comes by itself). */
extern const char *const sd_row_columns[];
/* A row from n named values; NULL without an id. One block of memory. */
struct sd_row *sd_row_make(int n, const char *const *names, const char *const *values);
void sd_row_free(struct sd_row *r);
/* A column by the name of its field ("group", "due_at" ...): text as stored, ISO for times, "" if unset. In the arena or the row.
 */
const char *sd_row_get(const struct sd_row *r, struct sd_arena *a, const char *field);

/* The row was read with this field of one kind. */
bool sd_row_has(const struct sd_row *r, const char *field);

/* ---- one ticket ---- */
struct sd_change {
	char *field, *was, *is;
};
struct sd_event {
	int seq;
	sd_time at;
	char *actor, *on_behalf, *channel, *verb, *text;
	bool is_public, late, redacted;
	struct sd_change *changes;
	int nchanges;
};
struct sd_allowed {
	char *verb, *why, *args, *text; /* of the refusal: id, JSON object for its placeholders, English text; "" when ok */
	bool ok;
};
struct sd_link {
	char *type, *direction, *number, *subject, *state;
};
/* An article of the knowledge base that was used for it, or only linked. */
struct sd_ticket_article {
	char *number, *title, *how, *state;
};
struct sd_ticket_ci {
	char *name, *cls, *role;
};
struct sd_attachment {
	int64_t id, size;
	char *name, *media_type;
	int event;
};
struct sd_pair {
	char *name, *value;
};
struct sd_ticket_clock {
	char *metric, *type, *group, *state;
	bool open;
	sd_time due, stopped, breached; /* SD_TIME_NONE: not */
	struct sd_clock_mark *mark;     /* to count it down by; NULL: it has stopped */
};
struct sd_ticket {
	struct sd_arena *arena;
	int64_t id;
	int version, last_seq, phase;
	char *number, *kind, *state, *subject, *body;
	bool restricted;
	struct sd_pair *fields; /* every scalar of the object, as text */
	int nfields;
	char **tags, **watchers;
	int ntags, nwatchers;
	struct sd_link *links;
	struct sd_ticket_ci *cis;
	struct sd_ticket_article *articles;
	struct sd_attachment *attachments;
	struct sd_allowed *verbs;
	struct sd_event *events;
	struct sd_ticket_clock *clocks;
	int nlinks, ncis, narticles, nattachments, nverbs, nevents, nclocks;
};
/* Parses the text of desk.show(). NULL and err when it is not what was expected. */
struct sd_ticket *sd_ticket_parse(const char *json, struct sd_err *err);
void sd_ticket_free(struct sd_ticket *t);
const char *sd_ticket_get(const struct sd_ticket *t, const char *field); /* "" if unset */
const struct sd_allowed *sd_ticket_verb(const struct sd_ticket *t, const char *verb);

/* ---- the answer of an act ---- */
struct sd_outcome {
	struct sd_arena *arena;
	bool ok, replay; /* replay: it had been done before */
	int64_t id;
	int version, seq;
	char *number, *state, *op;
	char *error_id, *error_field, *error_text, *error_args; /* when !ok; args: JSON object */
	char *mine, *theirs, *by, *at;                          /* of a conflict, as text */
	char *away;                                             /* who was given the ticket while he is away; "": nobody */
	sd_time away_until;
};
struct sd_outcome *sd_outcome_parse(const char *json, struct sd_err *err);
void sd_outcome_free(struct sd_outcome *o);

/* The answer of one act on many tickets, or of its undo: one outcome a ticket, in v (its arena is this one's). */
struct sd_outcomes {
	struct sd_arena *arena;
	struct sd_outcome all; /* of the call: its error when nothing was done at all */
	struct sd_outcome *v;
	int n;
	int parts;  /* of the whole operation, where it says */
	int others; /* a preview: tickets that were not named and would change too */
};
/* Parses the text of desk.act_many(), desk.act_preview() or desk.undo(). NULL and err when it is not what was expected. */
struct sd_outcomes *sd_outcomes_parse(const char *json, struct sd_err *err);
void sd_outcomes_free(struct sd_outcomes *o);

/* ---- the card of a caller ---- */
struct sd_brief {
	int64_t id;
	char *number, *state, *subject;
};
struct sd_card {
	struct sd_arena *arena;
	int64_t id;
	char *name, *login, *place, *phone, *email, *org;
	bool vip;
	struct sd_ticket_ci *devices;
	struct sd_brief *open, *recent;
	int ndevices, nopen, nrecent;
};
struct sd_card *sd_card_parse(const char *json, struct sd_err *err);
void sd_card_free(struct sd_card *c);

#endif
