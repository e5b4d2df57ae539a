#include "tests/lib/slowline.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 16, STALL_MS = 2 };

/* Between the test and the child that passes on. Each is written by one of them only. */
struct shared {
	volatile int stalled, cut;     /* by the test; cut: how often */
	volatile long up, down, trips; /* by the child */
};

struct piece {
	struct piece *next;
	int64_t due;
	size_t n, at;
	char bytes[];
};

struct way {
	struct piece *first, *last;
	int64_t due; /* of the last one */
};

struct call {
	int client, server; /* -1: free */
	struct way up, down;
	bool answered; /* something came back since the client spoke last */
};

struct slowline {
	pid_t pid;
	int port;
	struct shared *shared;
	struct slowline_count mark;
};

static int64_t now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- the child ---- */

static void drop(struct way *w)
{
	while (w->first) {
		struct piece *p = w->first;
		w->first = p->next;
		free(p);
	}
	*w = (struct way){0};
}

static void hang_up(struct call *c)
{
	close(c->client);
	close(c->server);
	drop(&c->up);
	drop(&c->down);
	*c = (struct call){.client = -1, .server = -1};
}

/* Reads what is there and keeps it until it is due. False: the other side has gone. */
static bool take(int fd, struct way *w, int delay, volatile long *bytes)
{
	char buf[65536];
	ssize_t n = recv(fd, buf, sizeof buf, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	struct piece *p = malloc(sizeof *p + (size_t)n);
	*p = (struct piece){.due = now_ms() + delay, .n = (size_t)n};
	memcpy(p->bytes, buf, (size_t)n);
	*(w->first ? &w->last->next : &w->first) = p;
	w->last = p;
	*bytes += n;
	return true;
}

/* Sends what is due; false: nobody takes it any more. */
static bool let_go(int fd, struct way *w, bool *sent)
{
	while (w->first && w->first->due <= now_ms()) {
		struct piece *p = w->first;
		ssize_t n = send(fd, p->bytes + p->at, p->n - p->at, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n <= 0)
			return false;
		*sent = true;
		p->at += (size_t)n;
		if (p->at < p->n)
			return true;
		w->first = p->next;
		free(p);
	}
	return true;
}

static void take_call(struct call *calls, int listener, int port)
{
	int one = 1, client = accept(listener, NULL, NULL), server = socket(AF_INET, SOCK_STREAM, 0), i = 0;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	while (i < CALLS && calls[i].client >= 0)
		i++;
	if (client < 0 || server < 0 || i == CALLS || connect(server, (struct sockaddr *)&to, sizeof to) != 0) {
		close(client);
		close(server);
		return;
	}
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	calls[i].client = client;
	calls[i].server = server;
	calls[i].answered = true;
}

static void pass_on(struct call *c, struct shared *s, short client, short server, int delay)
{
	long before = s->up;
	bool sent = false, ok = true;
	if (client)
		ok = take(c->client, &c->up, delay, &s->up);
	if (ok && s->up > before && c->answered) {
		s->trips++;
		c->answered = false;
	}
	if (ok && server)
		ok = take(c->server, &c->down, delay, &s->down);
	if (ok && !s->stalled)
		ok = let_go(c->server, &c->up, &sent) && (sent = false, let_go(c->client, &c->down, &sent));
	c->answered = c->answered || sent;
	if (!ok)
		hang_up(c);
}

/* Until something of the call is due: a piece that should have gone already waits for the other side, or for the stall to end. */
static int64_t wait_of(const struct call *c, const struct shared *s, int64_t wait)
{
	const struct piece *p[] = {c->up.first, c->down.first};
	for (int i = 0; i < 2; i++) {
		int64_t left = p[i] ? p[i]->due - now_ms() : wait;
		left = left <= 0 || s->stalled ? STALL_MS : left;
		wait = p[i] && left < wait ? left : wait;
	}
	return wait;
}

static _Noreturn void serve(struct shared *s, int listener, int port, int delay)
{
	static struct call calls[CALLS];
	struct pollfd p[2 * CALLS + 1];
	int cuts = 0;
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < CALLS; i++)
		calls[i].client = calls[i].server = -1;
	for (;;) {
		int64_t wait = 20;      /* how soon a cut is seen */
		const int cut = s->cut; /* read once: one that comes meanwhile is seen the next time, not taken for done */
		p[0] = (struct pollfd){listener, POLLIN, 0};
		for (int i = 0; i < CALLS; i++) {
			p[1 + 2 * i] = (struct pollfd){calls[i].client, POLLIN, 0};
			p[2 + 2 * i] = (struct pollfd){calls[i].server, POLLIN, 0};
			wait = wait_of(&calls[i], s, wait);
		}
		if (poll(p, 2 * CALLS + 1, (int)wait) < 0 && errno != EINTR)
			_exit(1);
		if (p[0].revents)
			take_call(calls, listener, port);
		for (int i = 0; i < CALLS; i++)
			if (calls[i].client >= 0 && cuts != cut)
				hang_up(&calls[i]);
			else if (calls[i].client >= 0)
				pass_on(&calls[i], s, p[1 + 2 * i].revents, p[2 + 2 * i].revents, delay);
		cuts = cut;
	}
}

/* ---- the test's side ---- */

struct slowline *slowline_start(int port, int delay_ms)
{
	struct slowline *s = calloc(1, sizeof *s);
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof here;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = listener >= 0 && bind(listener, (struct sockaddr *)&here, sizeof here) == 0 && listen(listener, CALLS) == 0 &&
			  getsockname(listener, (struct sockaddr *)&here, &n) == 0;
	s->port = ntohs(here.sin_port);
	s->shared = mmap(NULL, sizeof *s->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ok = ok && s->shared != MAP_FAILED;
	if (ok && (s->pid = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* as in wire.c */
		serve(s->shared, listener, port, delay_ms);
	}
	if (listener >= 0)
		close(listener);
	if (ok && s->pid > 0)
		return s;
	slowline_free(s);
	return NULL;
}

void slowline_free(struct slowline *s)
{
	if (!s)
		return;
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	if (s->shared && s->shared != MAP_FAILED)
		munmap(s->shared, sizeof *s->shared);
	free(s);
}

int slowline_port(const struct slowline *s)
{
	return s->port;
}

void slowline_stall(struct slowline *s, bool on)
{
	s->shared->stalled = on;
}

void slowline_cut(struct slowline *s)
{
	s->shared->cut++;
}

void slowline_mark(struct slowline *s)
{
	s->mark = (struct slowline_count){s->shared->up, s->shared->down, s->shared->trips};
}

struct slowline_count slowline_count(const struct slowline *s)
{
	const struct shared *h = s->shared;
	return (struct slowline_count){h->up - s->mark.up, h->down - s->mark.down, h->trips - s->mark.trips};
}
