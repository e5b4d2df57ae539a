/* Acts that were pressed and not confirmed by the desk: one 0600 file each, in the state folder beside the drafts. A console has
 * a folder of its own there with a lock that ends with it, however it ends: what it leaves behind belongs to the next one that
 * looks. An act is sent again as it stands here, under its operation id, which the desk does once. */
#ifndef SVCDESK_OUTBOX_H
#define SVCDESK_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "svcdesk/clock.h"
#include "svcdesk/uuid.h"

struct sd_err;

/* Which function of the desk it is for. */
enum sd_unsent_call { SD_UNSENT_ACT, SD_UNSENT_CREATE, SD_UNSENT_UNDO, SD_UNSENT_PART, SD_UNSENT_CALLS };

struct sd_unsent {
	enum sd_unsent_call call;
	char op[SD_UUID_TEXT];
	int part;       /* of an operation on many tickets */
	char *place;    /* which desk and which person: nobody else sends it */
	int64_t order;  /* those of one console in the order they were pressed */
	sd_time at;     /* when */
	char *label;    /* for people: "INC100001 Note" */
	int64_t ticket; /* of an act */
	char *kind, *verb;
	char *to;              /* state it leads to, "" if it stays */
	char *fields;          /* a JSON object */
	int version;           /* of the ticket as the person saw it; 0: whatever it is */
	int after;             /* the version after one's own act before it: if nothing but that is in its way it counts; 0 */
	char of[SD_UUID_TEXT]; /* of an undo: the operation it takes back; "" */
	int64_t *ids;          /* of a part: its tickets */
	int nids;
	char *draft;  /* key of the draft it was made from; NULL */
	char **files; /* paths of what it attaches */
	int nfiles;
	char *why; /* it waits for the person: what the desk said; "" = it may be sent */
};

/* With place, kind, verb, label, to and why "", fields "{}", draft NULL. */
struct sd_unsent *sd_unsent_new(enum sd_unsent_call call, const char *op);
void sd_unsent_free(struct sd_unsent *u);
struct sd_unsent *sd_unsent_copy(const struct sd_unsent *u);
void sd_unsent_put(char **to, const char *text); /* replaces a text of one; NULL is none */
void sd_unsent_add_id(struct sd_unsent *u, int64_t id);
void sd_unsent_add_file(struct sd_unsent *u, const char *path);

char *sd_unsent_bytes(const struct sd_unsent *u, size_t *n);
/* One from such bytes, checked and cleaned: whoever wrote them. NULL: it is none, why says why. */
enum { SD_UNSENT_WHY = 200 };
struct sd_unsent *sd_unsent_read(const char *bytes, size_t n, char why[SD_UNSENT_WHY]);

struct sd_outbox;
struct sd_outbox *sd_outbox_new(const char *dir); /* nothing is made there before something is to be kept */
void sd_outbox_free(struct sd_outbox *b);         /* what is in it stays, for the next console */
/* Whole, 0600, and on the disk when this comes back. */
bool sd_outbox_save(struct sd_outbox *b, const struct sd_unsent *u, struct sd_err *err);
void sd_outbox_drop(struct sd_outbox *b, const char *op, int part);
/* What consoles that are no more have left for this place becomes ours; each is called with each of it, in no order. bad: with a
 * text about a file that is none, once for each file. */
void sd_outbox_take(struct sd_outbox *b, const char *place, void (*each)(void *arg, const struct sd_unsent *u),
	void (*bad)(void *arg, const char *text), void *arg);

#endif
