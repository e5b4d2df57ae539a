/* The console on the private desk of a test program, in a terminal. */
#ifndef TESTS_PTY_CONSOLE_H
#define TESTS_PTY_CONSOLE_H

#include "tests/e2e/desk.h"
#include "tests/lib/pty.h"

/* svcdesk --dir DESK WORDS... (NULL: none) in a terminal as o says; its argv is set here. */
struct pty *console_run(struct pty_opts o, const char *const *words);
/* The same in English, once its first list is there. */
struct pty *console_start(struct pty_opts o, const char *const *words);

/* Keys by name, or text as typed; then the console has done with it. */
void press(struct pty *p, const char *keys);
void type(struct pty *p, const char *text);
/* The end by :quit: the terminal is as it was. */
void quit(struct pty *p);

#endif
