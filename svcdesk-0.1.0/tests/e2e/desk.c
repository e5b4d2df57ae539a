#include "tests/e2e/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "svcdesk/mem.h"

#define CLOCK "2026-01-05T09:00:00Z"
enum { MAX_ARGS = 400 };

static char top[256], dir[300], uri[1024], dba[1024];
static struct run last;
static json_t *kept[4096];
static size_t nkept;

const char *desk_program(void)
{
	const char *path = getenv("SVCDESK");
	return path ? path : "./svcdesk";
}

const char *desk_dir(void)
{
	return dir;
}

const char *desk_uri(void)
{
	return uri;
}

const char *desk_dba(void)
{
	return dba;
}

/* ---- running ---- */

static void child(const char *const *argv, int in, int out, int err)
{
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static bool take(int fd, struct sd_str *s)
{
	char buf[65536];
	ssize_t n = read(fd, buf, sizeof buf);
	if (n > 0)
		sd_str_addn(s, buf, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

/* Feeds and drains all three pipes at once, so that neither side waits for the other. */
static void talk(int in, const char *text_in, int out, int err, struct sd_str *so, struct sd_str *se)
{
	size_t left = text_in ? strlen(text_in) : 0;
	if (!left) {
		close(in);
		in = -1;
	}
	while (out >= 0 || err >= 0) {
		struct pollfd p[3] = {{.fd = in, .events = POLLOUT}, {.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
		if (poll(p, 3, 120000) <= 0)
			fail_msg("the command does not end");
		if (in >= 0 && p[0].revents) {
			ssize_t n = write(in, text_in, left < PIPE_BUF ? left : PIPE_BUF); /* what certainly fits: others would wait */
			text_in += n > 0 ? n : 0;
			left = n < 0 ? 0 : left - (size_t)n;
			if (!left) {
				close(in);
				in = -1;
			}
		}
		if (out >= 0 && p[1].revents && !take(out, so)) {
			close(out);
			out = -1;
		}
		if (err >= 0 && p[2].revents && !take(err, se)) {
			close(err);
			err = -1;
		}
	}
	if (in >= 0)
		close(in);
}

const struct run *desk_exec(const char *in, const char *const *argv)
{
	int pin[2], pout[2], perr[2], status = 0;
	struct sd_str so = {0}, se = {0};
	if (pipe(pin) != 0 || pipe(pout) != 0 || pipe(perr) != 0)
		fail_msg("pipe: %s", strerror(errno));
	pid_t pid = fork();
	if (pid == 0)
		child(argv, pin[0], pout[1], perr[1]);
	close(pin[0]);
	close(pout[1]);
	close(perr[1]);
	talk(pin[1], in, pout[0], perr[0], &so, &se);
	waitpid(pid, &status, 0);
	free(last.out);
	free(last.err);
	last.nout = so.len;
	last.out = sd_str_take(&so);
	last.err = sd_str_take(&se);
	last.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return &last;
}

const char *desk_shell(const char *fmt, ...)
{
	char words[4000];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	const char *argv[] = {"sh", "-c", words, NULL};
	const struct run *r = desk_exec(NULL, argv);
	if (r->status != 0)
		fail_msg("%s: status %d: %s", words, r->status, r->err);
	return r->out;
}

/* Splits at blanks; 'single quotes' keep together. The words lie in line. */
static int split(char *line, const char **argv, int n)
{
	char *w = line;
	for (;;) {
		while (*line == ' ')
			line++;
		if (!*line)
			break;
		assert_true(n < MAX_ARGS - 1);
		argv[n++] = w;
		for (bool quoted = false; *line && (quoted || *line != ' '); line++) {
			if (*line == '\'')
				quoted = !quoted;
			else
				*w++ = *line;
		}
		if (*line)
			line++;
		*w++ = '\0';
	}
	argv[n] = NULL;
	return n;
}

static const struct run *run_line(const char *as, const char *in, char *line)
{
	const char *argv[MAX_ARGS] = {desk_program(), "--dir", dir};
	int n = 3;
	if (as) {
		argv[n++] = "--as";
		argv[n++] = as;
	}
	split(line, argv, n);
	return desk_exec(in, argv);
}

const struct run *desk_run(const char *as, const char *in, const char *fmt, ...)
{
	char line[20000];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	return run_line(as, in, line);
}

json_t *desk_json(const struct run *r)
{
	json_error_t why;
	json_t *j = json_loads(r->out, JSON_REJECT_DUPLICATES, &why);
	if (!j)
		fail_msg("not JSON (%s): %.300s | %.300s", why.text, r->out, r->err);
	assert_true(nkept < sizeof kept / sizeof *kept);
	kept[nkept++] = j;
	return j;
}

json_t *desk_ok(const char *as, const char *fmt, ...)
{
	char line[20000], said[20000];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line - 10, fmt, ap);
	va_end(ap);
	strcat(line, " --json");
	strcpy(said, line);
	const struct run *r = run_line(as, NULL, line);
	if (r->status != 0)
		fail_msg("%.400s: status %d: %.400s", said, r->status, r->err);
	assert_string_equal(r->err, "");
	return desk_json(r);
}

json_t *desk_refused(const char *as, int status, const char *id, const char *fmt, ...)
{
	char line[20000], said[20000];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line - 10, fmt, ap);
	va_end(ap);
	strcat(line, " --json");
	strcpy(said, line);
	const struct run *r = run_line(as, NULL, line);
	if (r->status != status)
		fail_msg("%.400s: status %d, expected %d: %.400s", said, r->status, status, r->err);
	char *end = strchr(r->err, '\n');
	if (!end || end[1] || strncmp(r->err, "svcdesk: ", 9) != 0)
		fail_msg("%.400s: not one line on stderr: %s", said, r->err);
	json_t *e = at(desk_json(r), "error");
	if (!e || strcmp(text(e, "id"), id) != 0)
		fail_msg("%.400s: %.400s, expected %s", said, r->out, id);
	return e;
}

/* ---- looking ---- */

json_t *at(const json_t *j, const char *path)
{
	char word[64];
	json_t *v = (json_t *)(uintptr_t)j;
	while (v && *path) {
		size_t n = strcspn(path, ".");
		snprintf(word, sizeof word, "%.*s", (int)n, path);
		v = json_is_array(v) ? json_array_get(v, (size_t)atoi(word)) : json_object_get(v, word);
		path += n + (path[n] == '.');
	}
	return v;
}

const char *desk_ticket(const char *subject)
{
	return text(desk_ok(NULL, "ticket new kind=incident 'subject=%s'", subject), "number");
}

const char *text(const json_t *j, const char *path)
{
	json_t *v = at(j, path);
	if (!v || (!json_is_string(v) && !json_is_null(v)))
		fail_msg("no text %s", path);
	return json_is_null(v) ? "" : json_string_value(v);
}

long number(const json_t *j, const char *path)
{
	json_t *v = at(j, path);
	if (!json_is_integer(v))
		fail_msg("no number %s", path);
	return (long)json_integer_value(v);
}

/* ---- the desk ---- */

char *desk_file(const char *name, const char *bytes, size_t n)
{
	struct sd_str path = {0};
	sd_str_addf(&path, "%s/%s", top, name);
	FILE *f = fopen(path.data, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
	return sd_str_take(&path);
}

static void psql(const char *first, const char *flag, const char *what)
{
	const char *argv[] = {"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-c", first, flag, what, dba, NULL};
	const struct run *r = desk_exec(NULL, argv);
	if (r->status != 0)
		fail_msg("%s: %s", what, r->err);
}

void desk_sql(const char *sql)
{
	psql("select", "-c", sql);
}

void desk_migration(const char *path)
{
	psql("set local role desk_owner", "-f", path);
}

const char *desk_ask(const char *query)
{
	static char said[1000];
	const char *argv[] = {"psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query, dba, NULL};
	const struct run *r = desk_exec(NULL, argv);
	if (r->status != 0)
		fail_msg("%s: %s", query, r->err);
	snprintf(said, sizeof said, "%.*s", (int)strcspn(r->out, "\n"), r->out);
	return said;
}

void desk_kind(const char *path)
{
	psql("select", "-f", path);
}

static bool uri_of(const struct run *r, char *out, size_t size)
{
	size_t n = strcspn(r->out, "\n");
	if (r->status != 0 || strncmp(r->out, "db=", 3) != 0 || r->out[n + 1] || n - 3 >= size)
		return false;
	snprintf(out, size, "%.*s", (int)(n - 3), r->out + 3);
	return true;
}

int desk_start(void **state)
{
	static const char *const unset[] = {"PGHOST", "PGUSER", "PGDATABASE", "PGPORT", "PGSERVICE", "PGOPTIONS", "SVCDESK_DB",
		"SVCDESK_CONFIG", "LANGUAGE", "LC_ALL"};
	(void)state;
	const char *tmp = getenv("TMPDIR");
	for (size_t i = 0; i < sizeof unset / sizeof *unset; i++)
		unsetenv(unset[i]);
	snprintf(top, sizeof top, "%s/svcdesk-e2e.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(top) || chmod(top, 0755) != 0)
		return -1;
	setenv("XDG_CONFIG_HOME", top, 1);
	setenv("XDG_STATE_HOME", top, 1);
	setenv("HOME", top, 1);
	setenv("LANG", "C.UTF-8", 1);
	snprintf(dir, sizeof dir, "%s/desk", top);
	const struct run *r = desk_run(NULL, NULL, "demo --empty --no-console --clock " CLOCK);
	if (!uri_of(r, uri, sizeof uri)) {
		printf("Bail out! no desk: status %d: %s %s\n", r->status, r->out, r->err);
		return -1;
	}
	return uri_of(desk_run(NULL, NULL, "demo --dba --no-console"), dba, sizeof dba) ? 0 : -1;
}

int desk_stop(void **state)
{
	(void)state;
	const struct run *r = desk_run(NULL, NULL, "demo stop");
	int status = r->status;
	for (size_t i = 0; i < nkept; i++)
		json_decref(kept[i]);
	nkept = 0;
	const char *argv[] = {"rm", "-rf", top, NULL};
	desk_exec(NULL, argv);
	free(last.out);
	free(last.err);
	last = (struct run){0};
	return status;
}
