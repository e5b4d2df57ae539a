/* bench_console AGENT-URI FOLDER NUMBER: the console in a terminal of 160x50, beside tig and htop where they are installed. */
#include "tests/bench/bench.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/wire.h"

enum {
	COLS = 160,
	ROWS = 50,
	KEYS = 300,
	QUIET_MS = 25,
	BURST_MS = 4,
	SETTLE_MS = 400,
	IDLE_S = 60,
	WALL_S = 60,
	STARTS = 8,
	SLOW_ACTS = 20
};

/* A letter is another command in each of them. */
#define DOWN "\033[B"
#define UP "\033[A"

struct program {
	pid_t pid;
	int fd;
	double begun;
	double start_ms; /* until the first screen stood there */
};

/* What a terminal was sent: bytes, how many paints, when the first one ended, the last one, and the first with the wanted text.
 */
struct heard {
	long bytes, paints;
	double first, last, found;
};

/* Reads until nothing comes for quiet ms, at most limit ms. What comes within a moment is one paint; what comes later answers
 * something else. */
static struct heard hear(struct program *p, int quiet, int limit, const char *wanted)
{
	char buf[65537];
	struct heard h = {0};
	double end = bench_now() + limit / 1000.0;
	struct pollfd pfd = {p->fd, POLLIN, 0};
	while (bench_now() < end) {
		int left = (int)((end - bench_now()) * 1000) + 1;
		if (poll(&pfd, 1, h.bytes && quiet < left ? quiet : left) <= 0)
			break;
		ssize_t k = read(p->fd, buf, sizeof buf - 1);
		double now = bench_now();
		if (k <= 0)
			break;
		buf[k] = '\0';
		h.bytes += k;
		if (!h.paints || now - h.last > BURST_MS / 1000.0)
			h.paints++;
		h.last = now;
		if (h.paints == 1)
			h.first = now;
		if (wanted && h.found <= 0 && memmem(buf, (size_t)k, wanted, strlen(wanted)))
			h.found = now;
	}
	return h;
}

static long drain(struct program *p, int quiet, int limit)
{
	return hear(p, quiet, limit, NULL).bytes;
}

/* wanted: what stands on its first screen when that is what one came for; NULL: whatever it paints. */
static struct program begin_until(const char *const *argv, const char *wanted)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
	struct program p = {.begun = bench_now()};
	p.pid = forkpty(&p.fd, NULL, NULL, &size);
	if (p.pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LANG", "C.UTF-8", 1);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	struct heard h = hear(&p, SETTLE_MS, 15000, wanted);
	p.start_ms = ((h.found > 0 ? h.found : h.last) - p.begun) * 1000;
	return p;
}

static struct program begin(const char *const *argv)
{
	return begin_until(argv, NULL);
}

static void end(struct program *p)
{
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	close(p->fd);
}

/* Presses a key often; times in ms and bytes of each paint. */
static void press(struct program *p, const char *key, int n, struct samples *ms, struct samples *bytes)
{
	for (int i = 0; i < n; i++) {
		double t = bench_now();
		if (write(p->fd, key, strlen(key)) < 0)
			return;
		struct heard h = hear(p, QUIET_MS, 1000, NULL);
		if (h.bytes > 0) {
			samples_add(ms, (h.first - t) * 1000);
			samples_add(bytes, (double)h.bytes);
		}
	}
}

static double number_in(pid_t pid, const char *file, const char *key)
{
	char path[64], line[256];
	double v = -1;
	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	FILE *f = fopen(path, "re");
	while (f && v < 0 && fgets(line, sizeof line, f))
		if (strncmp(line, key, strlen(key)) == 0)
			v = atof(line + strlen(key));
	if (f)
		fclose(f);
	return v;
}

static bool installed(const char *program)
{
	char line[200];
	snprintf(line, sizeof line, "command -v %s >/dev/null 2>&1", program);
	return system(line) == 0;
}

/* A repository with something to scroll through: the sources may have come without one. */
static void make_history(const char *dir)
{
	char line[600];
	snprintf(line, sizeof line,
		"mkdir -p '%s' && cd '%s' && { [ -d .git ] || { git init -q . && for i in $(seq 400); do git -c user.name=b -c "
		"user.email=b@b commit -q --allow-empty -m \"Change $i of something\"; done; }; }",
		dir, dir);
	if (system(line) != 0)
		fprintf(stderr, "bench_console: no history for tig\n");
}

struct motion {
	double p50, p99, start, bytes, paint, rss;
};

static struct motion motion_of(const char *const *argv, const char *wanted)
{
	struct samples ms = {0}, bytes = {0}, starts = {0};
	struct program p = begin(argv);
	for (int i = 1; i < STARTS; i++) { /* the first one found the files cold */
		end(&p);
		p = begin_until(argv, wanted);
		samples_add(&starts, p.start_ms);
	}
	press(&p, DOWN, 20, &ms, &bytes); /* warm */
	samples_free(&ms);
	samples_free(&bytes);
	press(&p, DOWN, KEYS / 2, &ms, &bytes);
	press(&p, UP, KEYS / 2, &ms, &bytes);
	struct motion m = {.p50 = samples_at(&ms, 0.5),
		.p99 = samples_at(&ms, 0.99),
		.start = samples_at(&starts, 0.5),
		.bytes = samples_at(&bytes, 0.5),
		.rss = number_in(p.pid, "status", "VmRSS:") / 1024};
	samples_free(&starts);
	samples_free(&ms);
	samples_free(&bytes);
	press(&p, "\f", 10, &ms, &bytes);
	m.paint = samples_at(&bytes, 0.5);
	samples_free(&ms);
	samples_free(&bytes);
	end(&p);
	return m;
}

static void bench_keys(const char *uri, const char *history)
{
	const char *const ours[] = {"./svcdesk", "--db", uri, NULL}, *const htop[] = {"htop", NULL};
	const char *const tig[] = {"sh", "-c", bench_fmt("cd '%s' && exec tig", history), NULL};
	bench_title("The console in 160x50");
	struct motion t = {0}, h = {0}, m = motion_of(ours, "INC");
	if (installed("tig")) {
		make_history(history);
		t = motion_of(tig, NULL);
	}
	if (installed("htop"))
		h = motion_of(htop, NULL);
	const char *floor = bench_fmt("tig p50 %.2f, p99 %.2f ms; htop p50 %.2f, p99 %.2f ms", t.p50, t.p99, h.p50, h.p99);
	bench_row("key to paint, list motion", bench_fmt("p50 %.2f ms, p99 %.2f ms", m.p50, m.p99), floor,
		"p50 <= 1 ms, p99 <= 3 ms, no slower than tig", m.p50 <= 1 && m.p99 <= 3 && (t.p50 <= 0 || m.p50 <= t.p50));
	bench_row("start to first painted queue", bench_fmt("%.0f ms", m.start),
		bench_fmt("tig %.0f ms, htop %.0f ms", t.start, h.start), "<= 100 ms", m.start <= 100);
	bench_row("bytes of cursor down", bench_fmt("median %.0f", m.bytes), bench_fmt("tig %.0f, htop %.0f", t.bytes, h.bytes),
		"<= 400", m.bytes <= 400);
	bench_row("bytes of a full paint", bench_fmt("%.0f", m.paint), bench_fmt("htop %.0f", h.paint), "<= 8192", m.paint <= 8192);
	bench_row("memory of tig and htop", "-", bench_fmt("tig %.1f MB, htop %.1f MB", t.rss, h.rss), "-", -1);
}

/* Everything behind a line where each answer comes 200 ms later. */
static void bench_slow(const char *uri)
{
	static const char *const skip[] = {"connect", "desk.feed(", "desk.tick(", "desk.presence(", "desk.present_on(", NULL};
	struct wire *w = wire_start(uri, 200);
	struct samples ms = {0}, bytes = {0};
	if (!w)
		return;
	const char *const argv[] = {"./svcdesk", "--db", wire_uri(w), NULL};
	struct program p = begin(argv);
	drain(&p, 1500, 6000);
	char *text;
	int trips = 0;
	wire_trips(w, skip, &text);
	for (char *row = strtok(text, "\n"); row; row = strtok(NULL, "\n")) {
		trips++;
		if (strstr(row, "as \"number\""))
			break;
	}
	free(text);
	bench_row("round trips after connect to the first queue", bench_fmt("%d", trips), "-", "<= 3", trips <= 3);
	press(&p, "j", 60, &ms, &bytes);
	bench_row("key to paint with 200 ms more a round trip",
		bench_fmt("p50 %.2f ms, p99 %.2f ms", samples_at(&ms, 0.5), samples_at(&ms, 0.99)), "-", "unchanged: p50 <= 1 ms",
		samples_at(&ms, 0.5) <= 1);
	samples_free(&ms);
	samples_free(&bytes);
	for (int i = 0; i < SLOW_ACTS; i++) {
		drain(&p, SETTLE_MS, 3000);
		press(&p, "t", 1, &ms, &bytes);
		press(&p, DOWN, 1, &(struct samples){0}, &(struct samples){0});
	}
	drain(&p, 1500, 6000);
	bench_row("an act with 200 ms more a round trip: shown as on its way",
		bench_fmt("p50 %.2f ms, p99 %.2f ms", samples_at(&ms, 0.5), samples_at(&ms, 0.99)), "-", "at once",
		samples_at(&ms, 0.5) <= 3);
	samples_free(&ms);
	samples_free(&bytes);
	end(&p);
	wire_free(w);
}

/* A ticket with 500 events: from the number typed to the whole of it, and a line down and up in it. */
static void bench_timeline(const char *uri, const char *number)
{
	const char *const argv[] = {"./svcdesk", "--db", uri, NULL};
	struct samples ms = {0}, bytes = {0}, opened = {0};
	struct program p = begin(argv);
	press(&p, "#", 1, &ms, &bytes);
	press(&p, number, 1, &ms, &bytes);
	press(&p, "\r", 1, &opened, &bytes);
	drain(&p, SETTLE_MS, 3000);
	samples_free(&ms);
	press(&p, "j", KEYS / 2, &ms, &bytes);
	press(&p, "k", KEYS / 2, &ms, &bytes);
	bench_row("key to paint in a timeline of 500 events",
		bench_fmt("p50 %.2f ms, p99 %.2f ms", samples_at(&ms, 0.5), samples_at(&ms, 0.99)),
		bench_fmt("opened in %.1f ms", samples_at(&opened, 0.5)), "p50 <= 1 ms, p99 <= 3 ms",
		samples_at(&ms, 0.5) <= 1 && samples_at(&ms, 0.99) <= 3);
	samples_free(&ms);
	samples_free(&bytes);
	samples_free(&opened);
	end(&p);
}

static void bench_rest(const char *uri)
{
	const char *const ours[] = {"./svcdesk", "--db", uri, NULL}, *const floor[] = {"tests/bench/bare", uri, NULL};
	struct samples ms = {0}, bytes = {0};
	struct program b = begin(floor);
	double bare = number_in(b.pid, "status", "VmRSS:") / 1024;
	end(&b);
	struct program p = begin(ours);
	press(&p, "j", 30, &ms, &bytes);
	double rss = number_in(p.pid, "status", "VmRSS:") / 1024;
	bench_row("memory of a console", bench_fmt("%.1f MB, %.1f MB more", rss, rss - bare),
		bench_fmt("libpq + ncurses %.1f MB", bare), "<= 4 MB more", rss - bare <= 4);
	double until = bench_now() + IDLE_S, cpu = number_in(p.pid, "schedstat", "");
	long idle = 0, paints = 0;
	while (bench_now() < until) {
		struct heard h = hear(&p, 1000, (int)((until - bench_now()) * 1000) + 1, NULL);
		idle += h.bytes;
		paints += h.paints;
	}
	double used = (number_in(p.pid, "schedstat", "") - cpu) / 1e9 / IDLE_S * 100;
	bench_row("processor time of an idle console", bench_fmt("%.3f %%", used), "-", "< 0.1 %", used < 0.1);
	bench_row("paints and bytes to the terminal, idle", bench_fmt("%ld in %d s, %ld bytes", paints, IDLE_S, idle), "-",
		"the clock twice a minute", paints <= 2);
	samples_free(&ms);
	samples_free(&bytes);
	end(&p);
}

/* A wall beside a desk on which something happens all the while. */
static void bench_wall(const char *uri, const char *number)
{
	const char *argv[] = {"./svcdesk", "--db", uri, "wall", NULL};
	struct program p = begin(argv);
	pid_t busy = fork();
	if (busy == 0) {
		char line[900];
		snprintf(
			line, sizeof line, "while :; do ./svcdesk --db '%s' ticket act %s note body=x >/dev/null 2>&1; done", uri, number);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	double until = bench_now() + WALL_S, cpu = number_in(p.pid, "schedstat", "");
	long bytes = 0;
	while (bench_now() < until)
		bytes += drain(&p, 1000, (int)((until - bench_now()) * 1000) + 1);
	double used = (number_in(p.pid, "schedstat", "") - cpu) / 1e9 / WALL_S * 100;
	bench_row("processor time of the wall, changes all the while", bench_fmt("%.3f %%", used), "-", "<= 0.5 %", used <= 0.5);
	bench_row("bytes to the terminal, wall", bench_fmt("%ld in %d s, pages turning", bytes, WALL_S), "-", "-", -1);
	kill(busy, SIGKILL);
	waitpid(busy, NULL, 0);
	end(&p);
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: bench_console AGENT-URI FOLDER NUMBER-OF-A-LONG-TICKET\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	bench_keys(argv[1], argv[2]);
	bench_timeline(argv[1], argv[3]);
	bench_slow(argv[1]);
	bench_rest(argv[1]);
	bench_wall(argv[1], argv[3]);
	return 0;
}
