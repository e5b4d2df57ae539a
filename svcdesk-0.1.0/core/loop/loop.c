#include "svcdesk/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "svcdesk/clock.h"
#include "svcdesk/mem.h"

enum { SIGNALS = 65 };

struct watch {
	int id; /* 0: removed, swept after the pass */
	int fd, events;
	bool fresh; /* added or changed after poll() looked: what poll said is not about it */
	void (*fn)(void *arg, int ready);
	void *arg;
};

struct timer {
	int id; /* 0: fired or cancelled */
	int64_t due;
	void (*fn)(void *arg);
	void *arg;
};

struct hook {
	void (*fn)(void *arg);
	void *arg;
};

struct sd_loop {
	struct watch *watch;
	size_t n_watch, cap_watch;
	struct timer *timer;
	size_t n_timer, cap_timer;
	struct hook *hook;
	size_t n_hook, cap_hook;
	struct pollfd *pfd;
	size_t cap_pfd;
	int last_id;
	bool stop;
	int pipe[2];
	struct {
		void (*fn)(void *arg, int signo);
		void *arg;
		struct sigaction before;
	} sig[SIGNALS];
};

/* What the signal handler may touch: the write end of the pipe of the loop that handles signals, and what came. */
static volatile sig_atomic_t signal_fd = -1;
static volatile sig_atomic_t signal_came[SIGNALS];

static void on_signal(int signo)
{
	int saved = errno;
	signal_came[signo] = 1; /* so that a full pipe loses no kind of signal */
	ssize_t rc = write(signal_fd, "", 1);
	(void)rc;
	errno = saved;
}

static void drain_signals(void *arg, int ready)
{
	struct sd_loop *l = arg;
	(void)ready;
	char buf[64];
	while (read(l->pipe[0], buf, sizeof buf) > 0)
		;
	for (int s = 1; s < SIGNALS; s++) {
		if (!signal_came[s])
			continue;
		signal_came[s] = 0;
		if (l->sig[s].fn)
			l->sig[s].fn(l->sig[s].arg, s);
	}
}

struct sd_loop *sd_loop_new(void)
{
	struct sd_loop *l = sd_calloc(1, sizeof *l);
	l->pipe[0] = l->pipe[1] = -1;
	return l;
}

void sd_loop_free(struct sd_loop *l)
{
	if (!l)
		return;
	for (int s = 1; s < SIGNALS; s++)
		if (l->sig[s].fn)
			sigaction(s, &l->sig[s].before, NULL);
	if (l->pipe[0] >= 0) {
		if (signal_fd == l->pipe[1])
			signal_fd = -1;
		close(l->pipe[0]);
		close(l->pipe[1]);
	}
	free(l->watch);
	free(l->timer);
	free(l->hook);
	free(l->pfd);
	free(l);
}

static int next_id(struct sd_loop *l)
{
	l->last_id = l->last_id == INT_MAX ? 1 : l->last_id + 1;
	return l->last_id;
}

/* ---- watches ---- */

int sd_loop_fd(struct sd_loop *l, int fd, int events, void (*fn)(void *arg, int ready), void *arg)
{
	int id = next_id(l);
	struct watch w = {.id = id, .fd = fd, .events = events, .fresh = true, .fn = fn, .arg = arg};
	*SD_PUSH(l->watch, l->n_watch, l->cap_watch) = w;
	return id;
}

static struct watch *find_watch(struct sd_loop *l, int id)
{
	for (size_t i = 0; id > 0 && i < l->n_watch; i++)
		if (l->watch[i].id == id)
			return &l->watch[i];
	return NULL;
}

void sd_loop_fd_set(struct sd_loop *l, int id, int fd, int events)
{
	struct watch *w = find_watch(l, id);
	if (!w)
		return;
	if (w->fd != fd)
		w->fresh = true;
	w->fd = fd;
	w->events = events;
}

void sd_loop_fd_remove(struct sd_loop *l, int id)
{
	struct watch *w = find_watch(l, id);
	if (w)
		w->id = 0;
}

static void sweep_watches(struct sd_loop *l)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n_watch; i++)
		if (l->watch[i].id)
			l->watch[n++] = l->watch[i];
	l->n_watch = n;
}

/* ---- timers ---- */

int sd_loop_timer(struct sd_loop *l, int64_t ms, void (*fn)(void *arg), void *arg)
{
	int id = next_id(l);
	struct timer t = {.id = id, .due = sd_clock_mono_ms() + (ms > 0 ? ms : 0), .fn = fn, .arg = arg};
	*SD_PUSH(l->timer, l->n_timer, l->cap_timer) = t;
	return id;
}

void sd_loop_timer_cancel(struct sd_loop *l, int id)
{
	for (size_t i = 0; id > 0 && i < l->n_timer; i++)
		if (l->timer[i].id == id)
			l->timer[i].id = 0;
}

static void sweep_timers(struct sd_loop *l)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n_timer; i++)
		if (l->timer[i].id)
			l->timer[n++] = l->timer[i];
	l->n_timer = n;
}

/* Runs what is due, earliest first, equal ones in the order they were set. Timers set meanwhile wait for the next turn,
 * so a callback that sets a timer of 0 ms cannot starve the rest. */
static void fire_timers(struct sd_loop *l)
{
	int64_t now = sd_clock_mono_ms();
	size_t n = l->n_timer; /* what is appended from here on is not looked at */
	for (;;) {
		struct timer *next = NULL;
		for (size_t i = 0; i < n; i++) {
			struct timer *t = &l->timer[i];
			if (t->id && t->due <= now && (!next || t->due < next->due))
				next = t;
		}
		if (!next)
			break;
		next->id = 0;
		next->fn(next->arg); /* may move the array: next is not used after this */
	}
	sweep_timers(l);
}

/* ---- signals ---- */

static void open_pipe(struct sd_loop *l)
{
	if (pipe2(l->pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
		perror("svcdesk: pipe");
		abort();
	}
	sd_loop_fd(l, l->pipe[0], SD_LOOP_READ, drain_signals, l);
}

void sd_loop_signal(struct sd_loop *l, int signo, void (*fn)(void *arg, int signo), void *arg)
{
	if (signo < 1 || signo >= SIGNALS)
		return;
	if (l->pipe[0] < 0)
		open_pipe(l);
	signal_fd = l->pipe[1];
	bool first = !l->sig[signo].fn;
	l->sig[signo].fn = fn;
	l->sig[signo].arg = arg;
	if (!first)
		return;
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigfillset(&sa.sa_mask);
	sigaction(signo, &sa, &l->sig[signo].before);
}

/* ---- turns ---- */

void sd_loop_before_poll(struct sd_loop *l, void (*fn)(void *arg), void *arg)
{
	struct hook h = {fn, arg};
	*SD_PUSH(l->hook, l->n_hook, l->cap_hook) = h;
}

static void run_hooks(struct sd_loop *l)
{
	for (size_t i = 0; i < l->n_hook; i++)
		l->hook[i].fn(l->hook[i].arg);
}

static int wait_ms(const struct sd_loop *l, int64_t max_ms)
{
	int64_t now = sd_clock_mono_ms(), wait = max_ms < 0 ? -1 : max_ms;
	for (size_t i = 0; i < l->n_timer; i++) {
		if (!l->timer[i].id)
			continue;
		int64_t left = l->timer[i].due > now ? l->timer[i].due - now : 0;
		if (wait < 0 || left < wait)
			wait = left;
	}
	return wait > INT_MAX ? INT_MAX : (int)wait;
}

static int ready_bits(const struct watch *w, short revents)
{
	int ready = 0;
	if (revents & (POLLIN | POLLPRI))
		ready |= SD_LOOP_READ;
	if (revents & POLLOUT)
		ready |= SD_LOOP_WRITE;
	if (revents & (POLLHUP | POLLERR | POLLNVAL))
		ready |= SD_LOOP_HANGUP | SD_LOOP_READ | SD_LOOP_WRITE; /* neither reading nor writing would block now */
	return ready & (w->events | SD_LOOP_HANGUP);
}

static size_t fill_pollfds(struct sd_loop *l)
{
	sweep_watches(l);
	size_t n = l->n_watch;
	if (n > l->cap_pfd) {
		l->cap_pfd = n * 2;
		l->pfd = sd_realloc(l->pfd, l->cap_pfd * sizeof *l->pfd);
	}
	for (size_t i = 0; i < n; i++) {
		struct watch *w = &l->watch[i];
		w->fresh = false;
		short events = (short)((w->events & SD_LOOP_READ ? POLLIN : 0) | (w->events & SD_LOOP_WRITE ? POLLOUT : 0));
		/* a watch for nothing is out of the way: poll() would report a hang-up over and over */
		l->pfd[i] = (struct pollfd){.fd = events ? w->fd : -1, .events = events};
	}
	return n;
}

void sd_loop_turn(struct sd_loop *l, int64_t max_ms)
{
	run_hooks(l);
	size_t n = fill_pollfds(l);
	int rc = poll(l->pfd, n, l->stop ? 0 : wait_ms(l, max_ms));
	if (rc > 0) {
		for (size_t i = 0; i < n; i++) {
			struct watch *w = &l->watch[i]; /* the array may move in a callback: fetched anew each time */
			if (!l->pfd[i].revents || !w->id || w->fresh)
				continue;
			int ready = ready_bits(w, l->pfd[i].revents);
			if (ready)
				w->fn(w->arg, ready);
		}
	}
	sweep_watches(l);
	fire_timers(l);
}

void sd_loop_run(struct sd_loop *l)
{
	l->stop = false;
	while (!l->stop)
		sd_loop_turn(l, -1);
	run_hooks(l); /* what the last callbacks queued still goes out */
}

void sd_loop_stop(struct sd_loop *l)
{
	l->stop = true;
}
