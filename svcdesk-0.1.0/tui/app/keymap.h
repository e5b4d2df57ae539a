/* Keys to actions: sequences, counts, contexts. */
#ifndef TUI_APP_KEYMAP_H
#define TUI_APP_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include "tui/pane/action.h"
#include "tui/term/term.h"

enum { KEYMAP_STROKES = 3 };

struct binding {
	struct key stroke[KEYMAP_STROKES];
	int n;
	int action; /* enum action, ACT_VERB + n, ACT_USER + n */
	unsigned contexts;
	bool user; /* from the person's file */
};

/* A key that stands for another one, where it means nothing itself. */
struct key_alias {
	uint32_t from, to;
};

struct keymap {
	struct binding *v;
	size_t n, cap;
	struct key_alias *alias;
	size_t naliases, capaliases;
};

/* What was typed so far of a sequence. A count, then strokes. */
struct keystate {
	struct key typed[KEYMAP_STROKES];
	int n, count;
};

enum keymap_found { KEYMAP_NONE, KEYMAP_PENDING, KEYMAP_ACTION };

void keymap_init(struct keymap *km); /* with the keys of the action table */
void keymap_free(struct keymap *km);
/* keys as in the action table. False: a word that is no key, or a sequence that is too long. */
bool keymap_bind(struct keymap *km, const char *keys, int action, unsigned contexts);
void keymap_unbind(struct keymap *km, int action);
void keymap_unbind_in(struct keymap *km, int action, unsigned contexts); /* only there */
/* One sequence of the person's file, of len bytes. What has the same keys, or some that begin like these, gives way in these
 * contexts: each(arg, binding as it was) is told of it. False: no sequence of keys. */
bool keymap_bind_over(struct keymap *km, const char *keys, size_t len, int action, unsigned contexts,
	void (*each)(void *arg, const struct binding *lost), void *arg);
void keymap_alias(struct keymap *km, uint32_t from, uint32_t to);
/* What k stands for where no keymap is asked (menus, help): itself, or what it is an alias of. */
struct key keymap_meant(const struct keymap *km, const struct key *k);
/* Somebody else has this sequence, or one that begins like it, in one of the contexts: its action; else ACT_NONE. */
int keymap_taken(const struct keymap *km, const char *keys, unsigned contexts);
/* Feeds one key. contexts: of the focus; more specific ones (CTX_SEARCH) win over the rest. */
enum keymap_found keymap_feed(
	const struct keymap *km, struct keystate *st, const struct key *k, unsigned contexts, int *action, int *count);
/* The i-th binding that goes on from what was typed; NULL behind the last. */
const struct binding *keymap_next(const struct keymap *km, const struct keystate *st, unsigned contexts, size_t i);
/* Is k by itself a key of this action? For the few that work everywhere. */
bool keymap_is(const struct keymap *km, const struct key *k, int action);
bool keymap_yours(const struct keymap *km, const struct key *k, int action); /* the same, by the person's file */
/* "j, Down" for help and footer; "" without keys. first: only the first. */
const char *keymap_keys(const struct keymap *km, int action, bool first, char *buf, size_t size);

#endif
