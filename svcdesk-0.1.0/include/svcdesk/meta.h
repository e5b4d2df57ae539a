/* What the desk is made of, as it told this person at the start: kinds with their states, fields, verbs and transitions,
 * labels in the person's language, who one is. Parsed once from desk.meta(); every text is cleaned here. Read only. */
#ifndef SVCDESK_META_H
#define SVCDESK_META_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "svcdesk/clock.h"

struct sd_err;
struct sd_arena;

struct sd_words {
	char **w;
	int n;
};

struct sd_param {
	char *param;   /* the word of the command line */
	char *field;   /* the field it sets, or "" */
	char *type;    /* text multiline int bool time person group category service ci choice level */
	char *initial; /* "", a literal, "@me", "@mine", "=" */
	char *label;
	struct sd_words choices;
	int ask; /* 0 only when given, 1 shown in the form, 2 required */
};

struct sd_verb {
	char *verb, *label;
	char *key;      /* suggested key, or "" */
	int body;       /* 0 none, 1 may, 2 must */
	int visibility; /* 1 internal, 2 public */
	bool menu;
	struct sd_param *params;
	int nparams;
};

struct sd_field {
	char *field, *type, *store, *label;
	char *table, *col; /* typed fields: where they are kept; "" if the desk did not say */
	struct sd_words choices;
	int sort, list_sort, list_width;
};

struct sd_state {
	char *state, *label;
	int phase; /* 1 open, 2 waiting, 3 done */
};

struct sd_transition {
	char *from, *verb, *to;
	struct sd_words roles; /* who may; also requester, opener, assignee of the ticket */
};

struct sd_kind {
	char *kind, *prefix, *label, *initial;
	struct sd_state *states;
	struct sd_field *fields;
	struct sd_verb *verbs;
	struct sd_transition *transitions;
	int nstates, nfields, nverbs, ntransitions;
};

struct sd_group {
	int id;
	char *name;
};

struct sd_meta {
	struct sd_arena *arena;
	struct {
		int id;
		char *login, *name, *language, *zone;
		struct sd_words roles;
		struct sd_group *groups;
		int ngroups;
	} me;
	char *desk_name, *desk_id; /* the id is the desk's own, whatever way one connects to it */
	bool sample, frozen;
	struct sd_kind *kinds;
	int nkinds;
	struct {
		char *key, *text;
	} * labels; /* sorted by key */
	size_t nlabels;
	int feed_epoch;
	char *feed_x;
	int64_t feed_seq;
	sd_time now; /* of the desk, when meta was read */
};

/* Parses the text of desk.meta(). NULL and err when it is not what was expected. */
struct sd_meta *sd_meta_parse(const char *json, struct sd_err *err);
void sd_meta_free(struct sd_meta *m);

/* The label of a key, NULL if there is none. m may be NULL. */
const char *sd_meta_label(const struct sd_meta *m, const char *key);
/* The label of a choice, a state, a field, a verb; the word itself where none is known. */
const char *sd_meta_choice(const struct sd_meta *m, const char *kind, const char *field, const char *word);
const char *sd_meta_state(const struct sd_meta *m, const char *kind, const char *state);
const char *sd_meta_verb(const struct sd_meta *m, const char *kind, const char *verb);
const char *sd_meta_field(const struct sd_meta *m, const char *kind, const char *field);
const char *sd_meta_channel(const struct sd_meta *m, const char *channel);
/* The text of a refusal in the person's language; args_json (an object, or NULL) fills its {placeholders}. */
char *sd_meta_refusal(
	const struct sd_meta *m, struct sd_arena *a, const char *kind, const char *id, const char *args_json, const char *fallback);

const struct sd_kind *sd_meta_kind(const struct sd_meta *m, const char *kind); /* NULL if unknown */
/* Look-ups by word: borrowed from the meta, NULL if there is none (also for a NULL kind or verb). */
const struct sd_verb *sd_kind_verb(const struct sd_kind *k, const char *verb);
const struct sd_field *sd_kind_field(const struct sd_kind *k, const char *field);
const struct sd_state *sd_kind_state(const struct sd_kind *k, const char *state);
const struct sd_param *sd_verb_param(const struct sd_verb *v, const char *param);
/* The transition rows have this verb in this state. */
bool sd_kind_allows(const struct sd_kind *k, const char *state, const char *verb);
bool sd_meta_has_role(const struct sd_meta *m, const char *role);
/* NULL when the transition rows leave the verb in this state to a role one has, or to a part one may have in the ticket (who
 * asked for it, opened it, works on it): only the ticket itself tells more. Else why not. In the arena. */
const char *sd_meta_role_refusal(
	const struct sd_meta *m, struct sd_arena *a, const struct sd_kind *k, const char *state, const char *verb);
/* May open tickets at all. */
bool sd_meta_may_create(const struct sd_meta *m);
/* Works on tickets, rather than asking or looking on. */
bool sd_meta_is_staff(const struct sd_meta *m);

#endif
