/* Errors as values. A function that can fail takes a struct sd_err * (never NULL) and returns false or NULL. */
#ifndef SVCDESK_ERR_H
#define SVCDESK_ERR_H

#include <stdbool.h>

enum sd_err_class {
	SD_ERR_NONE = 0,
	SD_ERR_INPUT,      /* malformed, unknown word, required field missing: exit 2 */
	SD_ERR_DENIED,     /* the role may not: exit 4 */
	SD_ERR_CONFLICT,   /* version conflict: exit 5 */
	SD_ERR_STATE,      /* verb impossible in this state: exit 5 */
	SD_ERR_NOT_FOUND,  /* not there or not visible: exit 3 */
	SD_ERR_CONNECTION, /* no connection: exit 6 */
	SD_ERR_TIMEOUT,    /* a statement took longer than its class allows: exit 1 */
	SD_ERR_INTERNAL    /* anything else: exit 1 */
};

struct sd_err {
	enum sd_err_class cls;
	char sqlstate[6]; /* "" unless PostgreSQL said it */
	char id[64];      /* stable word for scripts and translation, e.g. "field_required" */
	char field[64];   /* the field it is about, or "" */
	int place;        /* of a text that cannot be read: the byte it is about, from 1; 0 = not one place */
	char text[1024];  /* for people: what, where, how to mend */
	char log[1024];   /* for the log: may hold what people need not see; "" if nothing more */
};

/* Fills err. fmt is the text for people, already translated by the caller (_("...")). */
void sd_err_set(struct sd_err *err, enum sd_err_class cls, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Forgets what err holds. */
void sd_err_clear(struct sd_err *err);

/* The word of a class as it stands in JSON: "input", "denied", "conflict", "state", "notfound", "connection", "timeout",
 * "internal". */
const char *sd_err_class_word(enum sd_err_class cls);

/* The class of such a word; SD_ERR_INTERNAL for an unknown one. */
enum sd_err_class sd_err_class_of(const char *word);

/* Exit status of the command line for err: 0 ok, 1 failure, 2 usage, 3 not found, 4 denied, 5 conflict, 6 no connection. */
int sd_err_exit_code(const struct sd_err *err);

#endif
