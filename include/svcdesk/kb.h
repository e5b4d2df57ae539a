/* Articles of the knowledge base as the desk tells them (desk.kb_list, desk.kb_show): copies, cleaned as they are taken. */
#ifndef SVCDESK_KB_H
#define SVCDESK_KB_H

#include <stdbool.h>
#include "svcdesk/clock.h"

struct sd_arena;
struct sd_err;
struct sd_str;

struct sd_kb_row {
	char *number, *title, *state, *version, *type, *audience, *owner, *valid_to;
	int used, helpful, unhelpful, feedback; /* feedback: what waits for an answer */
};
struct sd_kb_list {
	struct sd_arena *arena;
	struct sd_kb_row *v;
	int n;
};
/* Parses a JSON array of rows of desk.kb_list. NULL and err when it is not what was expected. */
struct sd_kb_list *sd_kb_list_parse(const char *json, struct sd_err *err);
void sd_kb_list_free(struct sd_kb_list *l);

struct sd_kb_version {
	char *version, *state, *author, *note;
	sd_time at;
};
struct sd_kb_step {
	char *verb, *to;
	bool reason; /* is asked for */
};
struct sd_kb_file {
	int64_t id, size;
	char *name;
};
struct sd_kb_said {
	int64_t id;
	char *person, *comment, *answer, *version;
	bool helpful, open;
	sd_time at;
};
struct sd_kb_check {
	char *question;
	int weight, yes; /* yes: -1: nobody has looked */
};
struct sd_kb_use {
	char *number, *subject, *how;
};

/* What is said about an article beside its content, and may be changed without a version; the order of the form. */
enum sd_kb_field {
	SD_KB_TYPE,
	SD_KB_AUDIENCE,
	SD_KB_GROUPS,
	SD_KB_ORG,
	SD_KB_OWNER,
	SD_KB_GROUP,
	SD_KB_CI_CLASS,
	SD_KB_PRODUCT,
	SD_KB_CATEGORY,
	SD_KB_TAGS,
	SD_KB_VALID_TO,
	SD_KB_CONFIDENCE,
	SD_KB_LANGUAGE,
	SD_KB_SOURCE,
	SD_KB_LICENCE,
	SD_KB_FIELDS
};
const char *sd_kb_field_name(enum sd_kb_field f); /* as the desk calls it */
/* What is the content of a version. */
enum sd_kb_text { SD_KB_TITLE, SD_KB_SYMPTOM, SD_KB_CAUSE, SD_KB_RESOLUTION, SD_KB_BODY, SD_KB_TEXTS };
const char *sd_kb_text_name(enum sd_kb_text t);

struct sd_kb {
	struct sd_arena *arena;
	char *number, *version, *state, *published, *latest, *author, *note, *reason, *publish_at, *path;
	char *text[SD_KB_TEXTS];   /* "" where there is none */
	char *field[SD_KB_FIELDS]; /* lists with ", " between */
	sd_time at;
	bool live;                             /* readers get it */
	int used, helpful, unhelpful, quality; /* quality: per cent of the checklist; -1: nobody has looked */
	int opened, dismissed;                 /* as what may help with a ticket */
	struct sd_kb_version *versions;
	struct sd_kb_step *steps; /* what one may do with this version */
	struct sd_kb_file *files;
	struct sd_kb_said *said;
	struct sd_kb_use *uses;
	struct sd_kb_check *checks;
	int nversions, nsteps, nfiles, nsaid, nuses, nchecks;
};
/* Parses the text of desk.kb_show(). NULL and err when it is not what was expected. */
struct sd_kb *sd_kb_parse(const char *json, struct sd_err *err);
void sd_kb_free(struct sd_kb *a);

/* The whole content as one Markdown text: symptom, cause and resolution as sections before the body. */
void sd_kb_markdown(const struct sd_kb *a, struct sd_str *out);

/* Words of a filter as it is typed, "state:draft owner:me tag:vpn lost certificate", as the JSON desk.kb_list takes; in the
 * arena. */
char *sd_kb_filter(struct sd_arena *a, const char *typed, const char *me);
/* KB0000012 of "KB12", "kb0000012", "[KB12]"; NULL: it names no article. In the arena. */
char *sd_kb_number(struct sd_arena *a, const char *word);

#endif
