/* Between the files of tui/term only. */
#ifndef TUI_TERM_INT_H
#define TUI_TERM_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>
#include <wchar.h>

#include "svcdesk/mem.h"
#include "tui/term/term.h"

struct sd_err;
struct cell;
struct decoder;

/* ---- the line to the terminal ---- */
struct tty {
	int in, out; /* the same when we could open the terminal anew */
	bool own;    /* opened by us: non-blocking, closed by us. Else 0 and 1, whose flags belong to the shell, too */
	struct termios saved, raw;
	struct sd_str buf; /* from pos on: not yet taken by the line */
	size_t pos;
	long bytes; /* written */
	long bytes_read;
	bool dead; /* hang-up: what is written goes nowhere */
	bool is_raw;
};
bool tty_open(struct tty *t, struct sd_err *err);
void tty_close(struct tty *t);
void tty_raw(struct tty *t);   /* our modes */
void tty_shell(struct tty *t); /* the modes we found */
void tty_size(const struct tty *t, int *cols, int *rows);
void tty_put(struct tty *t, const char *bytes, size_t n); /* queues */
void tty_send(struct tty *t);                             /* writes what the line takes now */
void tty_drain(struct tty *t);                            /* waits a little until all is out: before suspending and closing */
bool tty_behind(const struct tty *t);
/* What restores the terminal when the program dies: kept where a signal handler finds it. */
void tty_guard(const struct tty *t, const char *restore);
void tty_guard_bytes(const char *restore); /* other bytes from now on */
void tty_unguard(void);

/* ---- names ---- */
bool term_looks_like_xterm(const char *name);
/* The name to be opened: the same terminal by one that has 256 colours, if that is wanted and there is one. In buf. */
const char *term_name_of_256(const char *name, enum term_colors want, char *buf, size_t size);

/* ---- cells ---- */
enum { GLYPH_CELLS = 2, GLYPH_CHARS = 6 };
struct glyph_out {
	int cells;                            /* 1 or 2 */
	wchar_t ch[GLYPH_CELLS][GLYPH_CHARS]; /* of each; of a wide glyph only the first */
};
/* A cell as characters that this C library (and with it ncurses) measures as we do; where it measures otherwise, a stand-in of
 * the same width, so that columns never break. */
void glyph_of(const struct cell *c, bool ascii, struct glyph_out *out);

#endif
