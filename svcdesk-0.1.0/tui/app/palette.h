/* Words of the palette: what somebody meant by less than a whole one, and which lines may be kept. */
#ifndef TUI_APP_PALETTE_H
#define TUI_APP_PALETTE_H

#include "tui/app/model.h"

/* The whole word: an exact one, an alias, or the only one that begins so. NULL: there is none, or several; why is told, unless fx
 * is NULL. */
const char *palette_word(struct model *m, const char *word, struct effects *fx);
/* Does this word need what the desk tells at the start? Then a line that begins with it waits for that. */
bool palette_waits(const struct model *m, const char *word);
/* May the line be written into the history file? Never what holds a text for a ticket. */
bool palette_keeps(const struct model *m, const char *line, struct sd_arena *a);
/* Every name: called with its help (translated, may be NULL). */
void palette_each(const struct model *m, void (*each)(void *to, const char *name, const char *help), void *to);

/* The words of a line; quotes hold a value together: until="tomorrow 09:00". */
enum { WORDS_MAX = 32 };
struct words {
	char *w[WORDS_MAX];
	int n;
};
struct words palette_split(struct sd_arena *a, const char *line);

#endif
