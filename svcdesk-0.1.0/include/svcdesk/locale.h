/* The language of the program and the character set of the terminal. */
#ifndef SVCDESK_LOCALE_H
#define SVCDESK_LOCALE_H

#include <stdbool.h>

/* Call once, first thing in main. language is the option of that name ("zh_CN", "en") or NULL: what the environment says.
 * A locale that is not installed, or none named at all, becomes C.UTF-8; messages are translated all the same.
 * Numbers stay in C format. Returns true when the terminal's character set is UTF-8. */
bool sd_locale_start(const char *language);

bool sd_locale_utf8(void); /* as returned by sd_locale_start; false before it */

/* The language in use: "en" or one that has a catalogue, e.g. "zh_CN". For labels that live in the database. */
const char *sd_locale_language(void);

#endif
