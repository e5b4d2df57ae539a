/* ticket watch against a desk where many write at once: every event once, through lost connections too; how it ends. */
#include "tests/e2e/desk.h"
#include "tests/e2e/schema.h"
#include "tests/lib/testlib.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct watcher {
	pid_t pid;
	FILE *out;
};

/* A watcher in a process of its own; its lines come through a pipe. as: NULL is the desk's own person. */
static struct watcher watch(const char *as, const char *const *more)
{
	const char *argv[24] = {desk_program(), "--dir", desk_dir()};
	int n = 3, fd[2];
	struct watcher w;
	if (as) {
		argv[n++] = "--as";
		argv[n++] = as;
	}
	argv[n++] = "ticket";
	argv[n++] = "watch";
	while (*more)
		argv[n++] = *more++;
	assert_int_equal(pipe(fd), 0);
	w.pid = fork();
	if (!w.pid) {
		dup2(fd[1], STDOUT_FILENO);
		close(fd[0]);
		close(fd[1]);
		if (!freopen("/dev/null", "w", stderr))
			_exit(127);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(fd[1]);
	w.out = fdopen(fd[0], "r");
	return w;
}

/* The next line; NULL: it has ended. Waits as long as the test may run. */
static json_t *next(struct watcher *w)
{
	static char text[262144];
	if (!fgets(text, sizeof text, w->out))
		return NULL;
	json_t *j = json_loads(text, 0, NULL);
	assert_non_null(j);
	assert_int_equal(text[strlen(text) - 1], '\n');
	assert_schema("ticket-watch", j);
	return j;
}

static int end(struct watcher *w, int sig)
{
	int status = 0;
	if (sig)
		kill(w->pid, sig);
	if (w->out)
		fclose(w->out);
	assert_int_equal(waitpid(w->pid, &status, 0), w->pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* An event is named by ticket and seq. */
static void name(const json_t *e, char *out, size_t size)
{
	snprintf(out, size, "%ld.%ld", number(e, "id"), number(e, "seq"));
}

static void new_ticket(char *nr, size_t size, const char *subject)
{
	snprintf(nr, size, "%s", text(desk_ok(NULL, "ticket new kind=incident subject='%s'", subject), "number"));
}

static int once(struct watcher *w, const char *nr, const char *verb, bool left)
{
	json_t *e = next(w);
	assert_non_null(e);
	assert_string_equal(text(e, "number"), nr);
	assert_string_equal(text(e, "verb"), verb);
	assert_int_equal(json_is_true(at(e, "left")), left);
	int seq = (int)number(e, "seq");
	json_decref(e);
	return seq;
}

/* Comes in, changes, leaves: what a line holds. */
static void test_line(void **state)
{
	const char *const query[] = {"state:open", "subject:watched", "--snapshot", NULL};
	char nr[40], other[40];
	(void)state;
	new_ticket(nr, sizeof nr, "watched one");
	new_ticket(other, sizeof other, "another");
	struct watcher w = watch(NULL, query);
	json_t *e = next(&w);
	assert_string_equal(text(e, "verb"), "snapshot");
	assert_string_equal(text(e, "number"), nr);
	assert_int_equal(number(e, "seq"), 1);
	assert_string_equal(text(e, "state"), "new");
	assert_string_equal(text(e, "at"), text(desk_ok(NULL, "ticket show %s", nr), "updated_at"));
	assert_true(json_is_null(at(e, "actor")));
	json_decref(e);
	desk_ok(NULL, "ticket act %s take", other);
	desk_ok(NULL, "ticket act %s take", nr);
	e = next(&w);
	assert_string_equal(text(e, "number"), nr);
	assert_string_equal(text(e, "verb"), "take");
	assert_string_equal(text(e, "actor"), "admin");
	assert_string_equal(text(e, "changes.assignee.1"), "admin");
	assert_string_equal(text(e, "changes.state.0"), "new");
	assert_string_equal(text(e, "state"), "in_progress");
	assert_int_equal(number(e, "seq"), 2);
	assert_true(json_is_false(at(e, "left")));
	assert_int_equal(json_object_size(e), 9);
	json_decref(e);
	/* one that begins to match, one that ceases to */
	desk_ok(NULL, "ticket act %s edit subject='watched two'", other);
	assert_int_equal(once(&w, other, "edit", false), 3);
	desk_ok(NULL, "ticket act %s edit subject=quiet", other);
	assert_int_equal(once(&w, other, "edit", true), 4);
	desk_ok(NULL, "ticket act %s note --body 'nobody hears it'", other);
	desk_ok(NULL, "ticket act %s cancel reason=test", nr);
	assert_int_equal(once(&w, nr, "cancel", true), 3);
	assert_int_equal(end(&w, SIGTERM), 0);
}

static void test_ends(void **state)
{
	const char *const one[] = {"subject:ends", "--count", "1", NULL}, *const brief[] = {"--timeout", "1s", NULL},
					  *const all[] = {NULL};
	const char *const snapshot[] = {"--snapshot", "--count", "1", NULL};
	char nr[40];
	(void)state;
	new_ticket(nr, sizeof nr, "ends");
	struct watcher w = watch(NULL, snapshot);
	json_decref(next(&w));
	assert_null(next(&w));
	assert_int_equal(end(&w, 0), 0);
	w = watch(NULL, one);
	/* it listens when its connection has asked for the feed once */
	while (strcmp(desk_ask("select count(*) from pg_stat_activity where query ~ 'desk.feed\\('"), "0") == 0)
		;
	desk_ok(NULL, "ticket act %s take", nr);
	desk_ok(NULL, "ticket act %s note --body x", nr);
	once(&w, nr, "take", false);
	assert_null(next(&w));
	assert_int_equal(end(&w, 0), 0);
	w = watch(NULL, brief);
	assert_null(next(&w));
	assert_int_equal(end(&w, 0), 0);
	w = watch(NULL, all);
	while (strcmp(desk_ask("select count(*) from pg_stat_activity where query ~ 'desk.feed\\('"), "0") == 0)
		;
	assert_int_equal(end(&w, SIGINT), 0);
	w = watch(NULL, all); /* its reader goes away; nothing happens on the desk */
	fclose(w.out);
	w.out = NULL;
	assert_int_equal(end(&w, 0), 0);
	desk_refused(NULL, 2, "option_value", "ticket watch --count 0");
	desk_refused(NULL, 2, "option_value", "ticket watch --timeout soon");
	desk_refused(NULL, 2, "option_value", "ticket watch --since whenever");
	desk_refused(NULL, 2, "unknown_field", "ticket watch colour:red");
}

/* A requester hears what is public of his own; a restricted ticket is not told to anybody. */
static void test_sight(void **state)
{
	const char *const since[] = {"--since", "2026-01-01", "--timeout", "1s", NULL};
	char own[40], secret[40];
	int n = 0;
	json_t *e;
	(void)state;
	snprintf(own, sizeof own, "%s", text(desk_ok("rosa", "ticket new kind=incident subject=Own"), "number"));
	snprintf(secret, sizeof secret, "%s", text(desk_ok("rosa", "ticket new kind=incident subject=Secret"), "number"));
	desk_ok(NULL, "ticket act %s note --body inside", own);
	desk_ok(NULL, "ticket act %s reply --body outside", own);
	desk_ok(NULL, "ticket act %s restrict", secret);
	struct watcher w = watch("rosa", since);
	for (; (e = next(&w)); n++) {
		assert_string_equal(text(e, "number"), own);
		assert_string_equal(text(e, "verb"), n ? "reply" : "create");
		json_decref(e);
	}
	assert_int_equal(n, 2);
	assert_int_equal(end(&w, 0), 0);
}

enum { WRITERS = 4, ACTS = 25 };

static pid_t writer(int k, const char *nr)
{
	pid_t pid = fork();
	if (pid)
		return pid;
	for (int i = 0; i < ACTS; i++) {
		char body[64];
		snprintf(body, sizeof body, "--body=%d of writer %d", i, k);
		const char *argv[] = {desk_program(), "--dir", desk_dir(), "ticket", "act", nr, "note", body, NULL};
		pid_t child = fork();
		int status = 1;
		if (!child) {
			if (!freopen("/dev/null", "w", stdout))
				_exit(127);
			execv(argv[0], (char *const *)(uintptr_t)argv);
			_exit(127);
		}
		if (waitpid(child, &status, 0) != child || status)
			_exit(1);
	}
	_exit(0);
}

/* Writers at once, connections cut meanwhile: the lines are the journal, each event once, each ticket in order. */
static void test_nothing_lost(void **state)
{
	const char *const query[] = {"subject:busy", "--since", "2026-01-01", NULL};
	enum { TICKETS = 2, EVENTS = TICKETS + WRITERS * ACTS };
	char nr[TICKETS][40], got[EVENTS][32];
	long last[TICKETS] = {0};
	pid_t pid[WRITERS];
	(void)state;
	for (int i = 0; i < TICKETS; i++)
		new_ticket(nr[i], sizeof nr[i], "busy");
	struct watcher w = watch(NULL, query);
	for (int i = 0; i < WRITERS; i++)
		pid[i] = writer(i, nr[i % TICKETS]);
	for (int n = 0; n < EVENTS; n++) {
		json_t *e = next(&w);
		assert_non_null(e);
		assert_string_equal(text(e, "number"), nr[strcmp(text(e, "number"), nr[0]) != 0]);
		long *seq = &last[strcmp(text(e, "number"), nr[0]) != 0];
		assert_int_equal(number(e, "seq"), *seq + 1);
		*seq = number(e, "seq");
		name(e, got[n], sizeof got[n]);
		for (int k = 0; k < n; k++)
			assert_string_not_equal(got[k], got[n]);
		json_decref(e);
		if (n % 20 == 10)
			desk_sql("select pg_terminate_backend(pid) from pg_stat_activity where query ~ 'desk[.](feed|events_at)'");
	}
	for (int i = 0; i < WRITERS; i++) {
		int status = 1;
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(end(&w, SIGTERM), 0);
	char query_text[256], count[16];
	snprintf(query_text, sizeof query_text,
		"select count(*) from desk.event e join desk.ticket t on t.id = e.ticket_id where t.number in ('%s', '%s')", nr[0],
		nr[1]);
	snprintf(count, sizeof count, "%d", EVENTS);
	assert_string_equal(desk_ask(query_text), count);
}

/* Away for longer than the feed is kept: said, and then on with what matches now. */
static void test_gap(void **state)
{
	const char *const query[] = {"subject:gap", "--snapshot", NULL};
	char nr[40];
	(void)state;
	new_ticket(nr, sizeof nr, "gap");
	struct watcher w = watch(NULL, query);
	once(&w, nr, "snapshot", false);
	desk_sql("update desk.clock set feed_epoch = feed_epoch + 1");
	json_t *e = next(&w);
	assert_string_equal(text(e, "verb"), "gap");
	assert_true(json_is_null(at(e, "number")));
	json_decref(e);
	desk_ok(NULL, "ticket act %s take", nr);
	once(&w, nr, "take", false);
	assert_int_equal(end(&w, SIGTERM), 0);
}

static int start(void **state)
{
	if (desk_start(state))
		return -1;
	desk_ok(NULL, "user add rosa");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_line), cmocka_unit_test(test_ends), cmocka_unit_test(test_sight),
		cmocka_unit_test(test_nothing_lost), cmocka_unit_test(test_gap)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, desk_stop);
}
