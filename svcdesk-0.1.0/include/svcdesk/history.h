/* What was typed into the prompts, kept from session to session in a file of the person's: the newest lines, never more than the
 * cap. Several consoles may add to it at once. */
#ifndef SVCDESK_HISTORY_H
#define SVCDESK_HISTORY_H

#include <stdbool.h>

struct sd_err;

enum { SD_HISTORY_LINES = 200, SD_HISTORY_LINE = 500, SD_HISTORY_BYTES = 65536 };

/* Every line of the file, oldest first: the prompt's mark (':', '&') and the line, clean. A file that is not there has none. */
void sd_history_each(const char *path, void (*each)(void *to, char mark, const char *line), void *to);
/* Adds one; the file (mode 0600) is made when it is not there and cut to its newest lines when it has grown too large. Lines
 * longer than SD_HISTORY_LINE are left out. False and err when it cannot be written. */
bool sd_history_add(const char *path, char mark, const char *line, struct sd_err *err);

#endif
