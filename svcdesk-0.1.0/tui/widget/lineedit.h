/* A prompt of one line with history and a list of completions: ":" palette, "/" search, "&" filter, jump to a number. */
#ifndef TUI_WIDGET_LINEEDIT_H
#define TUI_WIDGET_LINEEDIT_H

#include "tui/widget/editor.h"

struct lineedit_candidate {
	const char *text; /* replaces from..cursor */
	const char *hint; /* shown beside it, or NULL */
};

struct lineedit {
	struct editor edit;
	char prompt[64];
	char **history; /* oldest first; own copies */
	size_t nhistory, caphistory;
	size_t at;                       /* nhistory = the line being typed */
	char *typed;                     /* that line while history is shown */
	struct lineedit_candidate *cand; /* own copies */
	size_t ncand;
	size_t from; /* byte offset the candidates replace from */
	int picked;  /* -1 none */
	char *stem;  /* what was typed before candidates were stepped through */
	size_t stem_cursor;
	unsigned generation; /* of the text: answers to older ones are dropped */
	char *error;         /* why the line was not taken, shown above it until it changes; NULL = none */
	bool history_exact;  /* Up and Down step through all lines, not only those that begin like the typed one */
};

void lineedit_init(struct lineedit *l, const char *prompt);
void lineedit_free(struct lineedit *l);
void lineedit_open(struct lineedit *l, const char *prompt, const char *text); /* empty again, keeps the history */
const char *lineedit_text(const struct lineedit *l);
void lineedit_history_add(struct lineedit *l, const char *line); /* at most 200; a repeat moves to the end */

/* CHANGED: the text changed, feed candidates for l->generation if there are any (REQUEST is the same for Tab without candidates).
 * SUBMIT on Enter, CANCEL on Esc or Backspace in an empty line. Tab/Shift-Tab and Ctrl-n/Ctrl-p step through candidates. */
/* The line was not what it should be: says why, with the cursor at the place (a byte, from 1; 0 = where it is). */
void lineedit_error(struct lineedit *l, const char *text, int place);
enum widget_result lineedit_update(struct lineedit *l, const struct key *k);
void lineedit_candidates(struct lineedit *l, unsigned generation, size_t from, const struct lineedit_candidate *c, size_t n);
void lineedit_draw(struct lineedit *l, struct region line,
	struct region above); /* above: where the candidates may grow upwards from the bottom; h 0 = none */

#endif
