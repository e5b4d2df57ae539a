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
	int action; /* enum action, or ACT_VERB + n */
	unsigned contexts;
};

struct keymap {
	struct binding *v;
	size_t n, cap;
};

/* What was typed so far of a sequence. */
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
/* Somebody else has this sequence, or one that begins like it, in one of the contexts: its action; else ACT_NONE. */
int keymap_taken(const struct keymap *km, const char *keys, unsigned contexts);
/* Feeds one key. contexts: of the focus; more specific ones (CTX_SEARCH) win over the rest. */
enum keymap_found keymap_feed(
	const struct keymap *km, struct keystate *st, const struct key *k, unsigned contexts, int *action, int *count);
/* "j, Down" for help and footer; "" without keys. first: only the first. */
const char *keymap_keys(const struct keymap *km, int action, bool first, char *buf, size_t size);

#endif
