/* The line to the terminal: modes, size, non-blocking output, and putting everything back when the program dies. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "svcdesk/env.h"
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "tui/term/term_int.h"

/* The one place that is not reached from the app object: a signal handler has no other way to find it. */
enum { GUARDED = 9, RESTORE_MAX = 512 };
static struct {
	volatile sig_atomic_t active;
	int fd;
	struct termios saved;
	char restore[RESTORE_MAX];
	size_t len;
	pid_t pid;
	struct sigaction old[GUARDED];
	bool taken[GUARDED];
} guard;
static const int guarded[GUARDED] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGHUP, SIGINT, SIGQUIT};

/* Only async-signal-safe calls from here on down to tty_guard. */
static void restore_now(void)
{
	size_t done = 0;

	/* A child between fork and exec must not touch the terminal of its parent. */
	if (!guard.active || getpid() != guard.pid)
		return;
	guard.active = 0;
	for (int tries = 0; done < guard.len && tries < 10;) {
		ssize_t n = write(guard.fd, guard.restore + done, guard.len - done);

		if (n > 0) {
			done += (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd p = {.fd = guard.fd, .events = POLLOUT};

			tries++;
			poll(&p, 1, 50);
		} else if (n < 0 && errno != EINTR) {
			break;
		}
	}
	tcsetattr(guard.fd, TCSANOW, &guard.saved);
}

static void on_signal(int signo)
{
	int keep = errno;

	restore_now();
	/* Not ours any more: somebody who had taken the signal over gave it back after tty_unguard. */
	signal(signo, SIG_DFL);
	for (int i = 0; i < GUARDED; i++)
		if (guarded[i] == signo && guard.taken[i])
			sigaction(signo, &guard.old[i], NULL);
	errno = keep;
	/* A fault comes again by itself when the handler returns, with its true address for a sanitizer's handler. */
	if (signo != SIGSEGV && signo != SIGBUS && signo != SIGFPE && signo != SIGILL)
		raise(signo);
}

/* In between the handler would write nothing: never half of it. */
void tty_guard_bytes(const char *restore)
{
	size_t n = strlen(restore);

	guard.len = 0;
	memcpy(guard.restore, restore, n < RESTORE_MAX ? n : RESTORE_MAX);
	guard.len = n < RESTORE_MAX ? n : RESTORE_MAX;
}

void tty_guard(const struct tty *t, const char *restore)
{
	static bool at_exit;
	struct sigaction sa = {.sa_handler = on_signal};

	guard.fd = t->out;
	guard.saved = t->saved;
	tty_guard_bytes(restore);
	guard.pid = getpid();
	sigemptyset(&sa.sa_mask);
	for (int i = 0; i < GUARDED; i++) {
		bool fault = i < 5;

		guard.taken[i] = false;
		if (sigaction(guarded[i], NULL, &guard.old[i]) != 0)
			continue;
		/* Ending signals that someone already handles are not ours; a fault is, and is passed on. */
		if (!fault && (guard.old[i].sa_flags & SA_SIGINFO || guard.old[i].sa_handler != SIG_DFL))
			continue;
		guard.taken[i] = sigaction(guarded[i], &sa, NULL) == 0;
	}
	guard.active = 1;
	if (!at_exit)
		at_exit = atexit(restore_now) == 0;
}

void tty_unguard(void)
{
	guard.active = 0;
	for (int i = 0; i < GUARDED; i++) {
		struct sigaction now;

		/* Someone who has put his own handler in meanwhile keeps it. */
		if (guard.taken[i] && sigaction(guarded[i], NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) &&
			now.sa_handler == on_signal)
			sigaction(guarded[i], &guard.old[i], NULL);
		guard.taken[i] = false;
	}
}

/* Opens the terminal anew: its own open file can be non-blocking without changing the shell's. -1 if that cannot be had. */
static int open_again(int fd)
{
	char name[256];
	struct stat a, b;
	int again;

	if (ttyname_r(fd, name, sizeof name) != 0)
		return -1;
	again = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (again < 0)
		return -1;
	if (fstat(fd, &a) == 0 && fstat(again, &b) == 0 && a.st_rdev == b.st_rdev)
		return again;
	close(again);
	return -1;
}

bool tty_open(struct tty *t, struct sd_err *err)
{
	memset(t, 0, sizeof *t);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		sd_err_set(err, SD_ERR_INPUT, "no_terminal",
			_("the console needs a terminal for input and output; for scripts use: svcdesk ticket list"));
		return false;
	}
	t->in = STDIN_FILENO;
	t->out = STDOUT_FILENO;
	int again = open_again(STDOUT_FILENO);

	if (again >= 0) {
		t->in = t->out = again;
		t->own = true;
	}
	if (tcgetattr(t->out, &t->saved) != 0) {
		sd_err_set(err, SD_ERR_INTERNAL, "terminal_modes", _("cannot read the modes of the terminal: %s"), strerror(errno));
		tty_close(t);
		return false;
	}
	t->raw = t->saved;
	t->raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	t->raw.c_oflag &= ~(tcflag_t)OPOST;
	t->raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	t->raw.c_cc[VMIN] = 1;
	t->raw.c_cc[VTIME] = 0;
	return true;
}

void tty_close(struct tty *t)
{
	if (t->own)
		close(t->out);
	t->own = false;
	sd_str_free(&t->buf);
	t->pos = 0;
}

void tty_raw(struct tty *t)
{
	t->is_raw = tcsetattr(t->out, TCSANOW, &t->raw) == 0;
}

void tty_shell(struct tty *t)
{
	if (t->is_raw)
		tcsetattr(t->out, TCSANOW, &t->saved);
	t->is_raw = false;
}

static int env_number(const char *name, int otherwise)
{
	const char *s = sd_env_get(name);
	long n = s ? strtol(s, NULL, 10) : 0;

	return n > 0 && n < 10000 ? (int)n : otherwise;
}

void tty_size(const struct tty *t, int *cols, int *rows)
{
	struct winsize ws;

	if (ioctl(t->out, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 && ws.ws_row > 0) {
		*cols = ws.ws_col;
		*rows = ws.ws_row;
		return;
	}
	*cols = env_number("COLUMNS", 80);
	*rows = env_number("LINES", 24);
}

void tty_put(struct tty *t, const char *bytes, size_t n)
{
	if (!t->dead && n)
		sd_str_addn(&t->buf, bytes, n);
}

bool tty_behind(const struct tty *t)
{
	return t->pos < t->buf.len;
}

void tty_send(struct tty *t)
{
	while (tty_behind(t)) {
		ssize_t n = write(t->out, t->buf.data + t->pos, t->buf.len - t->pos);

		if (n > 0) {
			t->pos += (size_t)n;
			t->bytes += n;
		} else if (n < 0 && errno == EINTR) {
			continue;
		} else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			return;
		} else {
			t->dead = true;
			break;
		}
	}
	sd_str_reset(&t->buf);
	t->pos = 0;
}

void tty_drain(struct tty *t)
{
	/* A terminal that takes nothing for two seconds is stopped or gone; nobody waits longer for it. */
	for (int i = 0; i < 20 && tty_behind(t); i++) {
		struct pollfd p = {.fd = t->out, .events = POLLOUT};

		tty_send(t);
		if (tty_behind(t))
			poll(&p, 1, 100);
	}
	sd_str_reset(&t->buf);
	t->pos = 0;
}
