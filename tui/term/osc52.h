/* Asking the terminal to put text on its clipboard: works over SSH, too, and needs no other program. Pure. */
#ifndef TUI_TERM_OSC52_H
#define TUI_TERM_OSC52_H

#include <stdbool.h>
#include <stddef.h>

struct sd_str;

/* What stands between us and the terminal. Those two pass on what is wrapped for them; what they understand themselves (tmux with
 * set-clipboard on) is sent beside it. */
enum osc52_way { OSC52_PLAIN, OSC52_TMUX, OSC52_SCREEN };
enum { OSC52_MOST = 74994 }; /* bytes of text: what terminals take at most, 100,000 bytes of base64 */

/* Appends the sequence for n bytes of text. Whatever they are: as base64 they cannot end it. False, and nothing appended: too
 * many. */
bool osc52(struct sd_str *out, const char *text, size_t n, enum osc52_way way);

#endif
