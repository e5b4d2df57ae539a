/* The same screen in fewer bytes: what ncurses writes, with each change of look said once and in the shortest way. Pure. */
#ifndef TUI_TERM_SLIM_H
#define TUI_TERM_SLIM_H

#include <stdbool.h>
#include <stddef.h>

struct sd_str;

struct slim_look {
	unsigned attr;           /* bit n: SGR n */
	char fore[24], back[24]; /* as SGR says them, "" for the terminal's own */
};

/* What the terminal has, and what was asked of it since: written only when a character needs it. */
struct slim {
	bool known, ascii; /* the look; that its characters are the ordinary ones */
	struct slim_look has, want;
	bool waits;
};

/* Nothing is known of the terminal any more. */
void slim_forget(struct slim *s);

/* Appends n bytes of ncurses' output, whole sequences, to out. */
void slim(struct slim *s, const char *in, size_t n, struct sd_str *out);

#endif
