/* The person's keys and commands, from the sections [keys], [keys queue], ... and [commands] of the configuration. A line that
 * is wrong is told with its place; all others count. */
#ifndef TUI_APP_USERKEYS_H
#define TUI_APP_USERKEYS_H

#include <stdbool.h>
#include <stddef.h>
#include "tui/app/keymap.h"

struct sd_cfg;

/* [commands] name = line: a line of the palette under a name, perhaps with keys. A ? before it asks first. */
struct user_command {
	char *name, *line, *place;
	bool confirm;
};

/* verb.NAME = keys: bound when the desk has told its verbs. */
struct user_verb {
	char *name, *keys, *place;
	unsigned contexts;
};

struct userkeys {
	struct user_command *command;
	size_t ncommands, capcommands;
	struct user_verb *verb;
	size_t nverbs, capverbs;
	char **problem; /* "file:line: what is wrong" */
	size_t nproblems, capproblems;
	char **note; /* what lost its last key to one of these */
	size_t nnotes, capnotes;
};

/* Applies the file to a keymap that holds the keys of the action table. */
void userkeys_load(struct userkeys *u, const struct sd_cfg *cfg, struct keymap *km);
void userkeys_free(struct userkeys *u);
/* The desk's verbs have become known: verb n is action ACT_VERB + n. Keys the file gives to verbs are bound; names it has and the
 * desk has not are problems. */
void userkeys_verbs(struct userkeys *u, struct keymap *km, const char *const *names, size_t n);
/* Does the file say which keys the verb has (perhaps none)? Then those of the desk do not count. */
bool userkeys_has_verb(const struct userkeys *u, const char *verb);
/* "cyrillic greek ö=[": adds the aliases; words that are none become problems. */
void userkeys_aliases(struct userkeys *u, const char *words, const char *place, struct keymap *km);
/* The name of the contexts a binding is for: "queue", "ticket"; several with commas; "" for all. In buf. */
const char *contexts_name(unsigned contexts, char *buf, size_t size);

#endif
