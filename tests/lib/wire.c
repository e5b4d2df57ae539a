#include "tests/lib/wire.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINES_MAX = 16, HEAD = 160, NOTES = 4 << 20, NAMES = 512, HELD = 256 };

/* One line a statement: connection.trip, a tab, the statement. Written by the child only, read when the program rests. */
struct notes {
	volatile size_t n;
	volatile int block; /* enum wire_block; written by the test */
	char text[NOTES];
};

struct held {
	char *bytes;
	size_t n;
	int64_t due;
};

struct line {
	int client, server;
	bool started, answered; /* the first message has no type; something came back since the last one was sent */
	int trip;
	char *in; /* bytes of the client that are no whole message yet */
	size_t nin, cap;
	struct {
		char name[32], sql[HEAD];
	} known[NAMES];
	int nknown;
	struct held held[HELD];
	size_t nheld;
};

struct wire {
	pid_t pid;
	char dir[64], *uri;
	struct notes *notes;
	size_t mark;
};

static int64_t now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- the child: notes ---- */

static void note(struct notes *notes, const struct line *l, int id, const char *sql)
{
	char row[HEAD + 32];
	int n = snprintf(row, sizeof row, "%d.%d\t%.*s\n", id, l->trip, HEAD, sql);
	if (n <= 0 || notes->n + (size_t)n >= NOTES)
		return;
	for (char *c = row; *c && c < row + n - 1; c++)
		if (*c == '\n')
			*c = ' ';
	memcpy(notes->text + notes->n, row, (size_t)n);
	__sync_synchronize();
	notes->n += (size_t)n;
}

static const char *statement(const struct line *l, const char *name)
{
	for (int i = l->nknown - 1; i >= 0; i--)
		if (strcmp(l->known[i].name, name) == 0)
			return l->known[i].sql;
	return name;
}

static void message(struct notes *notes, struct line *l, int id, char type, const char *body)
{
	if (type == 'Q') {
		note(notes, l, id, body);
	} else if (type == 'P') {
		int at = l->nknown < NAMES ? l->nknown++ : NAMES - 1;
		snprintf(l->known[at].name, sizeof l->known[at].name, "%s", body);
		snprintf(l->known[at].sql, sizeof l->known[at].sql, "%s", body + strlen(body) + 1);
	} else if (type == 'B') {
		note(notes, l, id, statement(l, body + strlen(body) + 1)); /* portal, then the statement's name */
	}
}

static uint32_t length_at(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static void listen_to(struct notes *notes, struct line *l, int id, const char *bytes, size_t n)
{
	if (l->nin + n + 1 > l->cap) {
		l->cap = (l->nin + n + 1) * 2;
		l->in = realloc(l->in, l->cap);
	}
	memcpy(l->in + l->nin, bytes, n);
	l->nin += n;
	if (l->answered || !l->started) {
		l->trip++;
		l->answered = false;
	}
	size_t at = 0;
	for (;;) {
		size_t head = l->started ? 1 : 0;
		if (l->nin - at < head + 4)
			break;
		size_t len = head + length_at(l->in + at + head);
		if (len < head + 4 || l->nin - at < len)
			break;
		char type = l->started ? l->in[at] : 0, keep = l->in[at + len];
		l->in[at + len] = '\0';
		if (l->started)
			message(notes, l, id, type, l->in + at + 5);
		else
			note(notes, l, id, "connect");
		l->in[at + len] = keep;
		l->started = true;
		at += len;
	}
	memmove(l->in, l->in + at, l->nin - at);
	l->nin -= at;
}

/* ---- the child: passing on ---- */

static bool send_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, bytes, n, MSG_NOSIGNAL);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		bytes += k;
		n -= (size_t)k;
	}
	return true;
}

static void hang_up(struct line *l)
{
	close(l->client);
	close(l->server);
	for (size_t i = 0; i < l->nheld; i++)
		free(l->held[i].bytes);
	free(l->in);
	memset(l, 0, sizeof *l);
	l->client = l->server = -1;
}

static bool hold_back(struct line *l, const char *bytes, size_t n, int64_t due)
{
	if (l->nheld == HELD)
		return false;
	char *copy = malloc(n);
	memcpy(copy, bytes, n);
	l->held[l->nheld++] = (struct held){copy, n, due};
	return true;
}

static bool let_go(const struct notes *notes, struct line *l)
{
	bool ok = true;
	while (!notes->block && l->nheld && l->held[0].due <= now_ms() && ok) {
		ok = send_all(l->client, l->held[0].bytes, l->held[0].n);
		l->answered = true;
		free(l->held[0].bytes);
		memmove(l->held, l->held + 1, --l->nheld * sizeof *l->held);
	}
	return ok;
}

static void take_call(struct line *lines, int *count, int listener, const struct sockaddr_un *to)
{
	int client = accept(listener, NULL, NULL), server = socket(AF_UNIX, SOCK_STREAM, 0), i = 0;
	while (i < LINES_MAX && lines[i].client >= 0)
		i++;
	if (client < 0 || server < 0 || i == LINES_MAX || connect(server, (const struct sockaddr *)to, sizeof *to) != 0) {
		close(client);
		close(server);
		return;
	}
	memset(&lines[i], 0, sizeof lines[i]);
	lines[i].client = client;
	lines[i].server = server;
	(*count)++;
}

static void pass_on(struct notes *notes, struct line *l, int id, short client, short server, int delay)
{
	char buf[65536];
	ssize_t n;
	bool ok = true;
	if (client) {
		n = recv(l->client, buf, sizeof buf, 0);
		ok = n > 0;
		if (ok)
			listen_to(notes, l, id, buf, (size_t)n);
		ok = ok && (notes->block == WIRE_NO_REQUESTS || send_all(l->server, buf, (size_t)n));
	}
	if (ok && server && l->nheld < HELD) {
		n = recv(l->server, buf, sizeof buf, 0);
		ok = n > 0 && hold_back(l, buf, (size_t)n, now_ms() + delay);
	}
	if (!ok || !let_go(notes, l))
		hang_up(l);
}

static void serve(struct notes *notes, int listener, const struct sockaddr_un *to, int delay)
{
	static struct line lines[LINES_MAX];
	struct pollfd p[2 * LINES_MAX + 1];
	int count = 0;
	for (int i = 0; i < LINES_MAX; i++)
		lines[i].client = lines[i].server = -1;
	for (;;) {
		int64_t wait = 60000;
		p[0] = (struct pollfd){listener, POLLIN, 0};
		for (int i = 0; i < LINES_MAX; i++) {
			p[1 + 2 * i] = (struct pollfd){lines[i].client, POLLIN, 0};
			p[2 + 2 * i] = (struct pollfd){lines[i].server, POLLIN, 0};
			int64_t left = lines[i].nheld ? lines[i].held[0].due - now_ms() : wait;
			wait = left < wait ? (left > 0 ? left : notes->block ? 2 : 0) : wait;
		}
		if (poll(p, 2 * LINES_MAX + 1, (int)wait) < 0 && errno != EINTR)
			_exit(1);
		if (p[0].revents)
			take_call(lines, &count, listener, to);
		for (int i = 0; i < LINES_MAX; i++)
			if (lines[i].client >= 0)
				pass_on(notes, &lines[i], i, p[1 + 2 * i].revents, p[2 + 2 * i].revents, delay);
	}
}

/* ---- the test's side ---- */

/* The folder of uri's socket, decoded; "" if it names none. */
static void socket_of(const char *uri, char *out, size_t size)
{
	const char *at = strstr(uri, "host=");
	size_t n = 0;
	for (at = at ? at + 5 : ""; *at && *at != '&' && n + 1 < size; at++) {
		unsigned c;
		if (*at == '%' && sscanf(at + 1, "%2x", &c) == 1) {
			out[n++] = (char)c;
			at += 2;
		} else {
			out[n++] = *at;
		}
	}
	out[n] = '\0';
}

struct wire *wire_start(const char *uri, int delay_ms)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX}, here = {.sun_family = AF_UNIX};
	char folder[sizeof to.sun_path - 16];
	struct wire *w = calloc(1, sizeof *w);
	socket_of(uri, folder, sizeof folder);
	snprintf(to.sun_path, sizeof to.sun_path, "%s/.s.PGSQL.5432", folder);
	snprintf(w->dir, sizeof w->dir, "/tmp/svcdesk-wire.XXXXXX");
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	bool ok = mkdtemp(w->dir) != NULL && listener >= 0;
	snprintf(here.sun_path, sizeof here.sun_path, "%s/.s.PGSQL.5432", w->dir);
	ok = ok && bind(listener, (struct sockaddr *)&here, sizeof here) == 0 && listen(listener, 16) == 0;
	w->notes = mmap(NULL, sizeof *w->notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ok = ok && w->notes != MAP_FAILED;
	if (ok && (w->pid = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG,
			SIGKILL); /* a test that failed frees nothing, and who reads what it said waits for the last writer */
		serve(w->notes, listener, &to, delay_ms);
	}
	if (listener >= 0)
		close(listener);
	if (!ok || w->pid < 0 || asprintf(&w->uri, "%.*shost=%s", (int)(strstr(uri, "host=") - uri), uri, w->dir) < 0) {
		wire_free(w);
		return NULL;
	}
	return w;
}

void wire_free(struct wire *w)
{
	char path[128];
	if (!w)
		return;
	if (w->pid > 0) {
		kill(w->pid, SIGKILL);
		waitpid(w->pid, NULL, 0);
	}
	snprintf(path, sizeof path, "%s/.s.PGSQL.5432", w->dir);
	unlink(path);
	rmdir(w->dir);
	if (w->notes && w->notes != MAP_FAILED)
		munmap(w->notes, sizeof *w->notes);
	free(w->uri);
	free(w);
}

const char *wire_uri(const struct wire *w)
{
	return w->uri;
}

void wire_block(struct wire *w, enum wire_block what)
{
	w->notes->block = (int)what;
}

void wire_mark(struct wire *w)
{
	w->mark = w->notes->n;
}

/* The statement of the row at p with its length; the next row. */
static const char *row_at(const char *p, const char **trip, int *trip_n, const char **sql, int *sql_n)
{
	const char *tab = strchr(p, '\t'), *end = strchr(p, '\n');
	*trip = p;
	*trip_n = (int)(tab - p);
	*sql = tab + 1;
	*sql_n = (int)(end - tab - 1);
	return end + 1;
}

static bool holds(const char *text, int n, const char *word)
{
	return memmem(text, (size_t)n, word, strlen(word)) != NULL;
}

int wire_trips(struct wire *w, const char *const *skip, char **text)
{
	const char *p = w->notes->text + w->mark, *end = w->notes->text + w->notes->n, *trip, *sql, *last = "";
	int trips = 0, trip_n, sql_n, last_n = 0;
	size_t size = 0;
	char *out = NULL;
	FILE *f = open_memstream(&out, &size);
	while (p < end) {
		p = row_at(p, &trip, &trip_n, &sql, &sql_n);
		bool skipped = false;
		for (const char *const *s = skip; *s && !skipped; s++)
			skipped = holds(sql, sql_n, *s);
		if (skipped)
			continue;
		bool same = trip_n == last_n && memcmp(trip, last, (size_t)trip_n) == 0;
		fprintf(f, "%s%.*s", same ? " ; " : trips ? "\n" : "", sql_n, sql);
		trips += !same;
		last = trip;
		last_n = trip_n;
	}
	fclose(f);
	if (text)
		*text = out;
	else
		free(out);
	return trips;
}
