/* A program in a terminal of its own: a pseudo terminal, and libvterm as the screen. Tests feed keys, wait until the program
 * says that it is idle, and look at what stands there. They never sleep: what does not come before the deadline fails the test.
 */
#ifndef TESTS_LIB_PTY_H
#define TESTS_LIB_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pty;

struct pty_opts {
	const char *const *argv; /* ends with NULL; argv[0] is found along PATH */
	const char *term;        /* NULL: xterm-256color */
	int cols, rows;          /* 0: 80, 24 */
	const char *const *env;  /* ends with NULL: "NAME=value" sets, "NAME" removes; may be NULL */
	const char *cwd;         /* may be NULL */
	bool no_cursor;          /* a screen that nobody types at may rest without one */
	const char *idle; /* the fifo from which its idle lines come, where it runs behind another program (ssh); may be NULL */
};
struct pty *pty_start(const struct pty_opts *o);
void pty_free(struct pty *p); /* kills the program if it still runs; NULL is fine */

/* Input. pty_press: key names separated by blanks, as help writes them: "j", "Ctrl-d", "Alt-1", "Enter", "Esc", "Up", "F5",
 * "Space", "PgDn", "Tab", "Backspace", "/". pty_type: text as typed. */
void pty_send(struct pty *p, const char *bytes, size_t n);
void pty_type(struct pty *p, const char *text);
void pty_press(struct pty *p, const char *keys);
void pty_paste(struct pty *p, const char *text); /* bracketed, if the program asked for that */
void pty_resize(struct pty *p, int cols, int rows);
void pty_signal(struct pty *p, int signo);
/* A line that does not keep up: while held nothing of what the program writes is read. */
void pty_hold(struct pty *p, bool on);
/* Waits until the program has read all input, painted or not. */
void pty_taken(struct pty *p);
void pty_hangup(struct pty *p); /* the line is gone */

/* Waits until the program has taken all input, painted at this size, and has nothing left to do; then the screen holds all of
 * its output. For programs that write SVCDESK_IDLE_FD. */
void pty_settle(struct pty *p);
/* Settles again and again until the screen holds text (pty_gone: no longer holds it): for what comes from elsewhere. */
void pty_until(struct pty *p, const char *text);
void pty_gone(struct pty *p, const char *text);
/* Settles until the program says that nothing typed is without a copy on the disk. */
void pty_saved(struct pty *p);
/* Waits for the next idle line: something has happened in the program (a poll, a timer) and is done. */
void pty_next_idle(struct pty *p);
/* Reads output until the screen holds text: for programs that know nothing of idle (shells, editors). */
void pty_expect(struct pty *p, const char *text);
/* Waits for the end of the program: its exit status, or 128 + signal. */
int pty_wait(struct pty *p);
pid_t pty_pid(const struct pty *p);

/* The screen. Strings are the pty's, valid until the next call of the same function. */
const char *pty_screen(struct pty *p); /* rows without blanks at their ends, each with a line feed */
const char *pty_row(struct pty *p, int y);
const char *pty_cell(struct pty *p, int x, int y); /* one cell's text; "" in the second half of a wide one */
bool pty_has(struct pty *p, const char *text);
bool pty_find(struct pty *p, const char *text, int *x, int *y); /* cell where the text begins */
void pty_cursor(const struct pty *p, int *x, int *y, bool *visible);
bool pty_alt_screen(const struct pty *p);
const char *pty_title(const struct pty *p); /* "" if the program never set one */

struct pty_attr {
	bool bold, dim, italic, underline, reverse, blink;
	int fg, bg; /* palette index, -1 default, -2 direct colour */
};
struct pty_attr pty_attr(struct pty *p, int x, int y);

/* Compares the screen (with attributes: also their map) and the cursor with tests/golden/NAME.txt. mask: digits at the "?" of
 * such a text become "?" before that ("??:??:??" for times that differ with every run); NULL: none. */
void pty_golden(struct pty *p, const char *name, bool attributes, const char *mask);

/* Output so far in bytes; the bytes themselves since pty_mark (for budgets and for looking at what really went over the line). */
long pty_bytes(const struct pty *p);
void pty_mark(struct pty *p);
const char *pty_output(const struct pty *p, size_t *n);
long pty_idle_count(const struct pty *p);
long pty_replies(const struct pty *p); /* bytes the terminal has answered to questions: hostile text may not make it speak */

#endif
