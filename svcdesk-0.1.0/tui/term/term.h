/* The terminal: the only place that knows ncurses. Puts a surface on the screen, turns bytes into keys. */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct surface;
struct theme;
struct term;
struct sd_err;

enum key_code {
	KEY_TEXT = 0, /* a character: see ch */
	KEY_CODE_ESC = 0x110000,
	KEY_CODE_ENTER,
	KEY_CODE_TAB,
	KEY_CODE_BACKTAB,
	KEY_CODE_BACKSPACE,
	KEY_CODE_DELETE,
	KEY_CODE_INSERT,
	KEY_CODE_UP,
	KEY_CODE_DOWN,
	KEY_CODE_LEFT,
	KEY_CODE_RIGHT,
	KEY_CODE_HOME,
	KEY_CODE_END,
	KEY_CODE_PGUP,
	KEY_CODE_PGDN,
	KEY_CODE_F1,
	KEY_CODE_F12 = KEY_CODE_F1 + 11,
	KEY_CODE_PASTE,
	KEY_CODE_MOUSE,
	KEY_CODE_FOCUS_IN,
	KEY_CODE_FOCUS_OUT,
	KEY_CODE_BACKGROUND, /* the answer to term_ask_background; x: 1 light, 0 dark */
	KEY_CODE_EOF
};
enum { KEY_CTRL = 1, KEY_ALT = 2, KEY_SHIFT = 4 };

struct key {
	uint32_t code;     /* Unicode scalar, or enum key_code */
	int mods;          /* Ctrl-x is code 'x' with KEY_CTRL; Alt-1 is '1' with KEY_ALT */
	const char *paste; /* KEY_CODE_PASTE: cleaned block, valid until the next key */
	bool cut;          /* KEY_CODE_PASTE: there was more of it than is taken */
	int x, y, button;  /* KEY_CODE_MOUSE: button 1 press, 4/5 wheel */
};

/* Name of a key as keymaps, help and footer write it: "j", "Ctrl-d", "Enter", "Alt-1", "F5"; and back. */
const char *key_name(const struct key *k, char *buf, size_t size);
bool key_parse(const char *name, struct key *k);
/* UTF-8 of a typed character; 0 bytes ("") for any other key and with Ctrl or Alt. */
size_t key_utf8(const struct key *k, char out[5]);

/* The decoder is pure: bytes in, keys out; a lone Esc is reported by decoder_flush after the escape delay (25 ms). */
struct decoder;
struct decoder *decoder_new(void);
void decoder_free(struct decoder *d);
void decoder_feed(struct decoder *d, const char *bytes, size_t n);
bool decoder_next(struct decoder *d, struct key *k);
bool decoder_waiting(const struct decoder *d); /* an unfinished sequence: call decoder_flush when the delay is over */
void decoder_flush(struct decoder *d);
/* Inside a bracketed paste: then the delay is DECODER_PASTE_MS, and after it Esc or Ctrl-c alone ends the paste. */
bool decoder_pasting(const struct decoder *d);
#define DECODER_PASTE_MS 1000
void decoder_expect_background(struct decoder *d); /* the colour was asked for: one answer is taken */
void decoder_eof(struct decoder *d);               /* no more input: KEY_CODE_EOF comes last */
bool decoder_add(struct decoder *d, const char *sequence, uint32_t code, int mods); /* what this terminal's keys send */
#define DECODER_ESC_MS 25
#define DECODER_ESC_SSH_MS 50

/* How many colours to use; AUTO: what the description of the terminal says, and 256 where COLORTERM speaks of more. */
enum term_colors { TERM_COLORS_AUTO, TERM_COLORS_MONO, TERM_COLORS_8, TERM_COLORS_16, TERM_COLORS_256 };
struct term_opts {
	bool ascii;
	bool mouse;
	enum term_colors colors;
	bool sync; /* synchronized-update marks round each frame */
};
struct term *term_open(const struct term_opts *o, struct sd_err *err); /* unknown TERM falls back with a note */
const char *term_note(const struct term *t);
void term_close(struct term *t); /* restores every mode; also called by the crash and signal paths */
void term_size(const struct term *t, int *cols, int *rows);
void term_resized(struct term *t); /* after SIGWINCH */
void term_theme(struct term *t, const struct theme *th);
void term_paint(struct term *t, const struct surface *s); /* only what changed reaches the line; cursor parked once */
void term_redraw(struct term *t);                         /* Ctrl-L: everything anew at the next paint */
void term_suspend(struct term *t);                        /* before Ctrl-z or an editor */
void term_resume(struct term *t);
int term_fd(const struct term *t); /* watch READ always, and WRITE while term_behind() */
/* Reads what the terminal has sent into its decoder; false at hang-up or end of input (KEY_CODE_EOF is in the decoder then). */
bool term_read(struct term *t);
struct decoder *term_decoder(struct term *t); /* knows the keys of this terminal */
/* The line is slow: bytes are waiting. New frames are not written but remembered, only the newest is painted by term_flush. */
bool term_behind(const struct term *t);
void term_flush(struct term *t); /* when the fd is writable */
/* Asks a terminal that can be expected to answer for the colour of its background. Nothing waits for the answer. */
void term_ask_background(struct term *t);
bool term_ascii(const struct term *t); /* asked for or needed: the locale is not UTF-8 */
/* Text for the clipboard of the terminal, through tmux or screen if they are there. */
enum term_copied { TERM_COPIED, TERM_COPY_LONG, TERM_COPY_NONE };
enum term_copied term_copy(struct term *t, const char *text, size_t n);
void term_mouse(struct term *t, bool ours);                       /* else its own selection works */
bool term_write_raw(struct term *t, const char *bytes, size_t n); /* OSC 52 and the like; ours only, never outside text */
long term_bytes(const struct term *t);                            /* written so far */
long term_bytes_read(const struct term *t);                       /* taken from the line so far */

#endif
