/* The one table of actions. Keymap, palette, help, footer, manual page and completion are all made from it. */
#ifndef TUI_APP_ACTIONS_H
#define TUI_APP_ACTIONS_H

#include <stddef.h>
#include "tui/pane/action.h"
#include "tui/pane/pane.h"

struct model;

enum section {
	SEC_MOVE,
	SEC_TICKET,
	SEC_LIST,
	SEC_FIGURES,
	SEC_MAJOR,
	SEC_TRIAGE,
	SEC_CMDB,
	SEC_KB,
	SEC_PANES,
	SEC_PROGRAM,
	SECTIONS
};

struct action_def {
	enum action id;
	const char *name;  /* in the palette and in the keys file */
	const char *keys;  /* several separated by blanks; the strokes of a sequence by commas: "g,g Home" */
	unsigned contexts; /* bits of enum context */
	enum section section;
	int footer;                                /* > 0: hint in the footer, in this order */
	const char *label;                         /* msgid, short */
	const char *help;                          /* msgid, a sentence */
	const char *(*off)(const struct model *m); /* NULL or NULL result: possible now; else the reason */
};
extern const struct action_def actions[];
extern const size_t actions_n;

const struct action_def *action_get(enum action id);
const struct action_def *action_find(const char *name);
const char *section_label(enum section s);
/* The i-th word of the palette that is no action, with its help (a msgid); NULL behind the last. */
const char *command_word(size_t i, const char **help);

#endif
