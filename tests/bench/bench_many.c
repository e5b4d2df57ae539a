/* bench_many AGENT-URI DBA-URI FOLDER: many real consoles at one desk. Each is svcdesk itself in a pseudo terminal of its own,
 * signed in as a person of its own, with a list on its screen; what it writes is read and thrown away, but for the mark that a
 * probe has put into a subject on that screen. So what is measured is what a person sees: from the commit of a change to its
 * letters. */
#include "tests/bench/bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
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

#include "svcdesk/mem.h"
#include "svcdesk/uuid.h"

enum {
	MOST = 400,     /* consoles */
	CONSOLES = 200, /* BENCH_CONSOLES in the environment */
	SECONDS = 15,   /* of each measurement; BENCH_SECONDS */
	WRITERS = 16,
	STEADY = 20, /* acts a second of all writers, when they take their time */
	AT_ONCE = 8, /* consoles that start at one time */
	COLS = 120,
	ROWS = 40,
	PROBED = 8,     /* tickets at the top of every list that the probes take in turns */
	PROBE_MS = 500, /* between two of them: each ticket's comes round again after 4 s, when all have seen the last one */
	MARK = 10,      /* letters of a mark */
	KEPT = 16,      /* marks that are looked for at one time */
	LATE_S = 8,     /* what has not come after so long counts as this long, and as never seen */
	SETTLE_S = 10,  /* until what a start leaves behind is done */
	START_S = 120
};

struct console {
	pid_t pid;
	int fd;
	char tail[MARK]; /* the end of what it wrote last: a mark may come in two pieces */
	size_t ntail;
	bool ready;
	double begun, started;
};

/* A mark that was written, and who has shown it. */
struct probe {
	char mark[MARK + 1];
	double sent, done; /* done: the answer to the act has come, so it is committed; 0: not yet */
	bool seen[MOST];
	int left;
};

struct many {
	const char *agent, *dba_uri, *folder;
	PGconn *dba, *prober;
	int consoles, seconds;
	struct console console[MOST];
	long ticket[PROBED], postmaster;
	struct probe probe[KEPT];
	int nprobe; /* of all so far; the newest is nprobe - 1 */
	bool probing;
	double next;
	struct samples seen, from_sent;
	long never;
	struct probe *waiting; /* whose act is on its way */
};

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "bench_many: %s: %s\n", what, why);
	exit(1);
}

static PGconn *open_db(const char *uri)
{
	PGconn *c = PQconnectdb(uri);
	if (PQstatus(c) != CONNECTION_OK)
		die(uri, PQerrorMessage(c));
	return c;
}

static char *value(PGconn *c, const char *sql)
{
	PGresult *r = PQexec(c, sql);
	if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK)
		die(sql, PQerrorMessage(c));
	char *v = strdup(PQntuples(r) ? PQgetvalue(r, 0, 0) : "");
	PQclear(r);
	return v;
}

static long whole(const char *name, long otherwise, long most)
{
	const char *s = getenv(name);
	long n = s && *s ? atol(s) : otherwise;
	return n < 1 ? 1 : n > most ? most : n;
}

/* The same database, signed in as another one; malloc'ed. */
static char *as(const char *uri, const char *login)
{
	const char *at = strchr(uri, '@'), *from = strstr(uri, "://");
	if (!at || !from)
		die(uri, "no URI with a person in it");
	return bench_fmt("%.*s%s%s", (int)(from + 3 - uri), uri, login, at);
}

/* ---- processor time and memory ---- */

/* Seconds on a processor of all threads of a process; 0: it is gone. */
static double cpu_of(pid_t pid)
{
	char path[64];
	unsigned long long ns = 0;
	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
	FILE *f = fopen(path, "re");
	if (f && fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	if (f)
		fclose(f);
	return (double)ns / 1e9;
}

static pid_t parent_of(pid_t pid)
{
	char path[64], line[512];
	int parent = 0;
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	FILE *f = fopen(path, "re");
	const char *end = f && fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
	if (!end || sscanf(end + 1, " %*c %d", &parent) != 1)
		parent = 0;
	if (f)
		fclose(f);
	return (pid_t)parent;
}

static double pss_mb(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
	FILE *f = fopen(path, "re");
	while (f && !kb && fgets(line, sizeof line, f))
		if (sscanf(line, "Pss: %ld", &kb) != 1)
			kb = 0;
	if (f)
		fclose(f);
	return (double)kb / 1024;
}

/* What everything of the server has used so far, and of that the backends of the consoles. */
struct used {
	double server, readers, consoles, at;
};

static bool is_reader(const char *readers, pid_t pid)
{
	char word[24];
	snprintf(word, sizeof word, ",%d,", (int)pid);
	return strstr(readers, word) != NULL;
}

static struct used used(struct many *m)
{
	struct used u = {.at = bench_now()};
	char *readers = value(m->dba,
		"select ',' || coalesce(string_agg(pid::text, ','), '') || ',' from pg_stat_activity where usename ~ '^bench_[0-9]+$'");
	DIR *d = opendir("/proc");
	for (struct dirent *e; d && (e = readdir(d));) {
		pid_t pid = (pid_t)atol(e->d_name);
		if (pid <= 0 || (pid != (pid_t)m->postmaster && parent_of(pid) != (pid_t)m->postmaster))
			continue;
		double t = cpu_of(pid);
		u.server += t;
		u.readers += is_reader(readers, pid) ? t : 0;
	}
	if (d)
		closedir(d);
	for (int i = 0; i < m->consoles; i++)
		u.consoles += m->console[i].fd >= 0 ? cpu_of(m->console[i].pid) : 0;
	free(readers);
	return u;
}

/* ---- marks ---- */

/* No letter of a mark stands where the last one had the same: a terminal is sent all of them. */
static void make_mark(char *mark, int n)
{
	unsigned seed = 2654435761u * (unsigned)(n + 1);
	for (int i = 0; i < MARK; i++) {
		seed = seed * 1664525u + 1013904223u;
		mark[i] = (char)((n / PROBED % 2 ? 'n' : 'a') + (int)(seed >> 16) % 13);
	}
	mark[MARK] = '\0';
}

static void probe_over(struct many *m, struct probe *p)
{
	for (int i = 0; p->done > 0 && i < m->consoles; i++) {
		if (p->seen[i])
			continue;
		samples_add(&m->seen, LATE_S * 1000.0);
		samples_add(&m->from_sent, LATE_S * 1000.0);
		m->never++;
	}
	memset(p, 0, sizeof *p);
}

static void probe_send(struct many *m)
{
	struct probe *p = &m->probe[m->nprobe % KEPT];
	char id[24], op[SD_UUID_TEXT], fields[80];
	probe_over(m, p);
	make_mark(p->mark, m->nprobe);
	snprintf(id, sizeof id, "%ld", m->ticket[m->nprobe % PROBED]);
	snprintf(fields, sizeof fields, "{\"subject\": \"%s\"}", p->mark);
	sd_uuid_v4(op);
	const char *params[] = {id, fields, op};
	p->left = m->consoles;
	p->sent = bench_now();
	m->nprobe++;
	m->waiting = p;
	if (!PQsendQueryParams(
			m->prober, "select desk.act($1::bigint, 'edit', $2::jsonb, null, $3::uuid, 'cli')", 3, NULL, params, NULL, NULL, 0))
		die("probe", PQerrorMessage(m->prober));
}

static void probe_answer(struct many *m)
{
	PGresult *r;
	if (!PQconsumeInput(m->prober))
		die("probe", PQerrorMessage(m->prober));
	while (!PQisBusy(m->prober) && (r = PQgetResult(m->prober))) {
		if (PQresultStatus(r) != PGRES_TUPLES_OK || !strstr(PQgetvalue(r, 0, 0), "\"ok\": true"))
			die("probe", PQresultStatus(r) == PGRES_TUPLES_OK ? PQgetvalue(r, 0, 0) : PQerrorMessage(m->prober));
		m->waiting->done = bench_now();
		PQclear(r);
	}
	if (m->waiting->done > 0)
		m->waiting = NULL;
}

static void probe_seen(struct many *m, struct probe *p, int i)
{
	double now = bench_now(), from = p->done > 0 ? p->done : now; /* shown before we were told: at once */
	p->seen[i] = true;
	p->left--;
	samples_add(&m->seen, (now - from) * 1000);
	samples_add(&m->from_sent, (now - p->sent) * 1000);
}

/* ---- consoles ---- */

static void console_begin(struct many *m, int i)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
	struct console *c = &m->console[i];
	char *login = bench_fmt("bench_%d", i), *uri = as(m->agent, login), *state = bench_fmt("%s/%s", m->folder, login);
	mkdir(state, 0700);
	c->begun = bench_now();
	c->pid = forkpty(&c->fd, NULL, NULL, &size);
	if (c->pid == 0) {
		for (int fd = 3; fd < 1024; fd++)
			close(fd);
		setenv("TERM", "xterm-256color", 1);
		setenv("LANG", "C.UTF-8", 1);
		setenv("XDG_STATE_HOME", state, 1);
		setenv("SVCDESK_RESTORE", "no", 1);
		execl("./svcdesk", "svcdesk", "--db", uri, (char *)NULL);
		_exit(127);
	}
	if (c->pid < 0)
		die("forkpty", strerror(errno));
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	free(login);
	free(uri);
	free(state);
}

/* The first list is there: on to the one that everybody has. */
static void console_started(struct console *c, const char *bytes, size_t n)
{
	if (c->started > 0 || !memmem(bytes, n, "by priority", 11))
		return;
	c->started = bench_now();
	if (write(c->fd, "g4", 2) != 2)
		die("console", "takes no key");
}

static void console_read(struct many *m, int i)
{
	struct console *c = &m->console[i];
	char buf[MARK + 65536];
	ssize_t n = read(c->fd, buf + MARK, sizeof buf - MARK);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		die("console", "has ended");
	char *from = buf + MARK - c->ntail;
	size_t len = (size_t)n + c->ntail;
	memcpy(from, c->tail, c->ntail);
	console_started(c, from, len);
	for (int k = 0; k < KEPT; k++) {
		struct probe *p = &m->probe[k];
		if (p->left && !p->seen[i] && memmem(from, len, p->mark, MARK))
			probe_seen(m, p, i);
	}
	c->ntail = len < MARK - 1 ? len : MARK - 1;
	memcpy(c->tail, from + len - c->ntail, c->ntail);
}

/* Reads what there is until the time, or until nobody is waited for. */
static void turn(struct many *m, double until)
{
	struct pollfd p[MOST + 1];
	int n = 0, who[MOST];
	double wait = until - bench_now();
	if (m->probing && m->next - bench_now() < wait)
		wait = m->next - bench_now();
	for (int i = 0; i < m->consoles; i++) {
		if (m->console[i].fd < 0)
			continue;
		who[n] = i;
		p[n++] = (struct pollfd){m->console[i].fd, POLLIN, 0};
	}
	p[n] = (struct pollfd){m->waiting ? PQsocket(m->prober) : -1, POLLIN, 0};
	if (poll(p, (nfds_t)n + 1, wait > 0 ? (int)(wait * 1000) + 1 : 0) < 0 && errno != EINTR)
		die("poll", strerror(errno));
	if (p[n].revents)
		probe_answer(m);
	for (int k = 0; k < n; k++)
		if (p[k].revents)
			console_read(m, who[k]);
	if (m->probing && !m->waiting && bench_now() >= m->next) {
		probe_send(m);
		m->next += PROBE_MS / 1000.0;
	}
}

static void watch(struct many *m, double seconds)
{
	double until = bench_now() + seconds;
	while (bench_now() < until)
		turn(m, until);
}

/* A few at a time, as people come in the morning; then everybody has the list before him. */
static void start_all(struct many *m)
{
	double begun = bench_now();
	int begun_n = 0, ready = 0;
	while (ready < m->consoles) {
		int on_their_way = 0;
		ready = 0;
		for (int i = 0; i < begun_n; i++)
			ready += m->console[i].started > 0;
		on_their_way = begun_n - ready;
		for (; begun_n < m->consoles && on_their_way < AT_ONCE; on_their_way++)
			console_begin(m, begun_n++);
		turn(m, bench_now() + 0.05);
		if (bench_now() - begun > START_S)
			die("start", bench_fmt("%d of %d consoles are there after %d s", ready, m->consoles, START_S));
	}
	watch(m, SETTLE_S);
	struct samples s = {0}, mb = {0};
	for (int i = 0; i < m->consoles; i++) {
		samples_add(&s, (m->console[i].started - m->console[i].begun) * 1000);
		samples_add(&mb, pss_mb(m->console[i].pid));
	}
	double sum = 0;
	for (size_t i = 0; i < mb.n; i++)
		sum += mb.v[i];
	bench_row(bench_fmt("%d consoles start, %d at a time", m->consoles, AT_ONCE),
		bench_fmt(
			"%.1f s; each p50 %.0f ms, p99 %.0f ms", bench_now() - SETTLE_S - begun, samples_at(&s, 0.5), samples_at(&s, 0.99)),
		"-", "-", -1);
	bench_row("memory of each (PSS: what they share is shared out)",
		bench_fmt("median %.1f MB, all %.0f MB", samples_at(&mb, 0.5), sum), "-", "-", -1);
	samples_free(&s);
	samples_free(&mb);
}

static void end_all(struct many *m)
{
	for (int i = 0; i < m->consoles; i++)
		if (m->console[i].pid > 0)
			kill(m->console[i].pid, SIGKILL);
	for (int i = 0; i < m->consoles; i++) {
		if (m->console[i].pid > 0)
			waitpid(m->console[i].pid, NULL, 0);
		if (m->console[i].fd >= 0)
			close(m->console[i].fd);
		m->console[i].fd = -1;
	}
}

/* ---- writers ---- */

struct crowd {
	pid_t pid[WRITERS];
	int from[2], go[2]; /* what each has done comes out of from; they end when go closes */
};

/* Acts on open tickets in an order of its own, so that writers seldom meet; a second's share of rate, 0: as fast as it goes. */
static _Noreturn void write_on(struct many *m, struct crowd *w, int k, double rate, double seconds)
{
	close(w->go[1]);
	PGconn *c = open_db(m->agent);
	/* 0: the top of every list stays with the probes; else priorities change as they do in a day's work */
	char *sql = bench_fmt(
		"select id, urgency from desk.ticket where phase < 3 and not restricted and kind = 'incident' and id not in (%ld, %ld, "
		"%ld, %ld, %ld, %ld, %ld, %ld) and id %% %d = %d order by md5(id::text) limit 20000",
		m->ticket[0], m->ticket[1], m->ticket[2], m->ticket[3], m->ticket[4], m->ticket[5], m->ticket[6], m->ticket[7], WRITERS,
		k);
	PGresult *r = PQexec(c, sql);
	long n = PQntuples(r), i = 0;
	if (!n)
		die("writer", "no open tickets");
	PQclear(PQprepare(c, "act", "select desk.act($1::bigint, 'edit', $2::jsonb, null, $3::uuid, 'cli')", 0, NULL));
	double begun = bench_now();
	while (bench_now() < begun + seconds) {
		char fields[40], op[SD_UUID_TEXT];
		double due = rate > 0 ? begun + (double)i / rate + (double)k / WRITERS / rate : 0;
		if (due > begun + seconds)
			break;
		if (due > bench_now())
			poll(NULL, 0, (int)((due - bench_now()) * 1000) + 1);
		long at = i % n, urgency = 1 + (atol(PQgetvalue(r, (int)at, 1)) + i / n) % 3;
		snprintf(fields, sizeof fields, "{\"urgency\": \"%ld\"}", urgency);
		sd_uuid_v4(op);
		const char *params[] = {PQgetvalue(r, (int)at, 0), fields, op};
		PGresult *a = PQexecPrepared(c, "act", 3, params, NULL, NULL, 0);
		if (PQresultStatus(a) != PGRES_TUPLES_OK)
			die("writer", PQerrorMessage(c));
		PQclear(a);
		i++;
	}
	double did = (double)i / (bench_now() - begun);
	char end;
	if (write(w->from[1], &did, sizeof did) != sizeof did)
		_exit(1);
	_exit(read(w->go[0], &end, 1) < 0); /* the backend lives until its time has been read */
}

static void crowd_start(struct many *m, struct crowd *w, double rate, double seconds)
{
	if (pipe(w->from) || pipe(w->go))
		die("pipe", strerror(errno));
	fcntl(w->from[0], F_SETFL, O_NONBLOCK);
	fflush(NULL);
	for (int k = 0; k < WRITERS; k++)
		if ((w->pid[k] = fork()) == 0)
			write_on(m, w, k, rate / WRITERS, seconds);
}

/* Goes on reading until all have told what they did: acts a second. */
static double crowd_done(struct many *m, struct crowd *w)
{
	double sum = 0, one;
	for (int n = 0; n < WRITERS;) {
		if (read(w->from[0], &one, sizeof one) == sizeof one) {
			sum += one;
			n++;
		} else {
			turn(m, bench_now() + 0.02);
		}
	}
	return sum;
}

static void crowd_end(struct crowd *w)
{
	close(w->go[1]);
	close(w->go[0]);
	close(w->from[0]);
	close(w->from[1]);
	for (int k = 0; k < WRITERS; k++)
		waitpid(w->pid[k], NULL, 0);
}

/* ---- measurements ---- */

/* What everybody used between two moments, in cores. */
static char *cores(const struct used *a, const struct used *b)
{
	double s = b->at - a->at;
	return bench_fmt("server %.2f cores, of that %.2f for the consoles; consoles %.2f", (b->server - a->server) / s,
		(b->readers - a->readers) / s, (b->consoles - a->consoles) / s);
}

struct measured {
	double rate, p50, p99, p99_sent;
	size_t n;
	long never;
	char *cores;
};

/* Writers for some time, with probes if the consoles are there. rate: of all, a second; 0: as fast as it goes; < 0: nobody
 * writes. */
static struct measured measure(struct many *m, double rate, bool probes)
{
	struct crowd w;
	struct measured r = {0};
	struct used a = used(m);
	samples_free(&m->seen);
	samples_free(&m->from_sent);
	m->never = 0;
	m->probing = probes;
	m->next = bench_now();
	if (rate >= 0) {
		crowd_start(m, &w, rate, m->seconds);
		r.rate = crowd_done(m, &w);
	} else {
		watch(m, m->seconds);
	}
	m->probing = false;
	struct used b = used(m);
	r.cores = cores(&a, &b);
	if (rate >= 0)
		crowd_end(&w);
	if (probes)
		watch(m, LATE_S); /* the last ones may still come */
	for (int k = 0; k < KEPT; k++)
		probe_over(m, &m->probe[k]);
	r.n = m->seen.n;
	r.p50 = samples_at(&m->seen, 0.5);
	r.p99 = samples_at(&m->seen, 0.99);
	r.p99_sent = samples_at(&m->from_sent, 0.99);
	r.never = m->never;
	return r;
}

static void row_seen(const struct many *m, const char *what, const struct measured *r)
{
	bench_row(bench_fmt("change on the screens of %d consoles, %s", m->consoles, what),
		bench_fmt("p50 %.0f ms, p99 %.0f ms of %zu from its commit (p99 %.0f ms from its sending), never %ld", r->p50, r->p99,
			r->n, r->p99_sent, r->never),
		"-", "p99 <= 1 s", r->n && !r->never && r->p99 <= 1000);
}

/* A person for each console, who sees what the agent sees. */
static void make_people(struct many *m)
{
	for (int i = 0; i < m->consoles; i++) {
		char *sql = bench_fmt(
			"select desk.user_add('bench_%d', null, '{agent}', (select array_agg(g.name) from desk.group_member x join "
			"desk.support_group g on g.id = x.group_id join desk.person p on p.id = x.person_id where p.login = 'agent')) "
			"where not exists (select from desk.person where login = 'bench_%d')",
			i, i);
		char *said = value(m->dba, sql);
		if (*said && !strstr(said, "\"ok\": true"))
			die("user_add", said);
		free(said);
		free(sql);
	}
}

/* The top of the list that everybody looks at: "All open" by priority. */
static void find_tickets(struct many *m)
{
	PGresult *r = PQexec(m->dba, "select id from desk.ticket where phase < 3 and not restricted order by priority, id limit 8");
	if (PQntuples(r) != PROBED)
		die("tickets", "too few open ones");
	for (int i = 0; i < PROBED; i++)
		m->ticket[i] = atol(PQgetvalue(r, i, 0));
	PQclear(r);
}

int main(int argc, char **argv)
{
	static struct many m;
	if (argc != 4) {
		fprintf(stderr, "usage: bench_many AGENT-URI DBA-URI FOLDER\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	m.agent = argv[1];
	m.dba_uri = argv[2];
	m.folder = argv[3];
	m.consoles = (int)whole("BENCH_CONSOLES", CONSOLES, MOST);
	m.seconds = (int)whole("BENCH_SECONDS", SECONDS, 600);
	for (int i = 0; i < MOST; i++)
		m.console[i].fd = -1;
	m.dba = open_db(m.dba_uri);
	m.prober = open_db(m.agent);
	char *pid = value(m.dba, "select pg_backend_pid()");
	m.postmaster = parent_of((pid_t)atol(pid));
	free(pid);
	mkdir(m.folder, 0700);
	make_people(&m);
	find_tickets(&m);
	bench_title(bench_fmt("%d consoles at one desk (each the program itself), %d writers", m.consoles, WRITERS));
	struct measured alone = measure(&m, 0, false);
	start_all(&m);
	struct measured quiet = measure(&m, -1, false), steady = measure(&m, STEADY, true), full = measure(&m, 0, true);
	bench_row("what they use while nothing happens", quiet.cores, "-", "-", -1);
	row_seen(&m, bench_fmt("%d acts a second", STEADY), &steady);
	bench_row("what is used meanwhile", steady.cores, "-", "-", -1);
	row_seen(&m, "16 writers at full speed", &full);
	bench_row("what is used meanwhile", full.cores, bench_fmt("without consoles: %s", alone.cores), "-", -1);
	bench_row(bench_fmt("acts of %d writers while these watch", WRITERS),
		bench_fmt("%.0f a second, %.2fx", full.rate, full.rate / alone.rate), bench_fmt("alone %.0f a second", alone.rate),
		">= 0.5x", full.rate >= 0.5 * alone.rate);
	end_all(&m);
	PQfinish(m.dba);
	PQfinish(m.prober);
	return 0;
}
