/* People who come to the private desk of a test program over ssh: each with a key of their own, tied to the restricted console.
 */
#ifndef TESTS_PTY_REMOTE_H
#define TESTS_PTY_REMOTE_H

#include "tests/e2e/desk.h"
#include "tests/lib/pty.h"
#include "tests/lib/sshd.h"

/* Makes the key. target: which desk as whom, as options of svcdesk ("--as anna", "--db URI"); the desk's folder is added for the
 * first form. */
void remote_person(struct sshd *s, const char *login, const char *target);
/* `ssh -tt` to the port: the console in a terminal. */
struct pty *remote_console(struct sshd *s, const char *login, int port, struct pty_opts o);
/* The process at the other end, once the console is there. */
pid_t remote_pid(struct sshd *s, const char *login);
/* `ssh HOST WORDS...` without a terminal; options of ssh may be NULL. */
const struct run *remote_run(
	struct sshd *s, const char *login, int port, const char *in, const char *const *options, const char *const *words);

#endif
