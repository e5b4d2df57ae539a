/* Asking the terminal to put text on its clipboard: works over SSH, too, and needs no other program. Pure. */
#ifndef TUI_TERM_OSC52_H
#define TUI_TERM_OSC52_H

#include <stdbool.h>
#include <stddef.h>

struct sd_str;

/* What stands between us and the terminal. Both pass on what is wrapped for them. tmux also takes the plain sequence (with
 * set-clipboard on); screen would print the rest of one that is longer than its memory for strings. EITHER: TERM says screen,
 * which both call themselves on another host: what is wrapped for screen, and if it is short the plain one, too. */
enum osc52_way { OSC52_PLAIN, OSC52_TMUX, OSC52_SCREEN, OSC52_EITHER };
enum { OSC52_MOST = 74994 }; /* bytes of text: what terminals take at most, 100,000 bytes of base64 */

/* Appends the sequence for n bytes of text. Whatever they are: as base64 they cannot end it. False, and nothing appended: too
 * many. */
bool osc52(struct sd_str *out, const char *text, size_t n, enum osc52_way way);

#endif
