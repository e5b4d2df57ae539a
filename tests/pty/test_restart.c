/* The server goes down in every way it can and comes up again, and so does the console, at random points of somebody's work: at
 * the end the journal holds exactly what was typed, each once and in order, and nothing waits any more. SEED=... gives the same
 * again. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"

enum { TICKETS = 5, ACTS = 6000 };

static char numbers[TICKETS][24];

/* What was typed, in order. */
static struct typed {
	int ticket;
	bool subject; /* a change of the subject, else a note */
} typed[ACTS];
static int ntyped, seen[TICKETS];

/* ---- the server ---- */

static pid_t postmaster(void)
{
	char path[400];
	long pid = 0;
	snprintf(path, sizeof path, "%s/data/postmaster.pid", desk_dir());
	FILE *f = fopen(path, "r");
	if (f && fscanf(f, "%ld", &pid) != 1)
		pid = 0;
	if (f)
		fclose(f);
	return (pid_t)pid;
}

/* A process of the server at work for a client; 0: none. */
static pid_t a_backend(void)
{
	return (pid_t)atol(
		desk_ask("select coalesce(min(pid), 0) from pg_stat_activity where backend_type = 'client backend' and pid "
				 "<> pg_backend_pid() and application_name = 'svcdesk'"));
}

/* True: it is down now; false: it comes up again by itself. */
static bool down(struct rng *r)
{
	pid_t pid = postmaster(), backend;
	assert_true(pid > 1);
	switch (rng_below(r, 4)) {
	case 0:
		kill(pid, SIGQUIT); /* immediate */
		break;
	case 1:
		kill(pid, SIGINT); /* fast */
		break;
	case 2:
		kill(pid, SIGKILL);
		break;
	default:
		backend = a_backend(); /* the server throws all out and recovers */
		if (backend > 1)
			kill(backend, SIGKILL);
		return false;
	}
	test_wait_end(pid, "the server does not end");
	return true;
}

static void up(void)
{
	desk_shell("%s --dir '%s' demo --no-console", desk_program(), desk_dir());
}

/* ---- the console ---- */

static struct pty *console(void)
{
	struct pty *p = console_start((struct pty_opts){.cols = 100, .rows = 24}, NULL);
	press(p, "g 7");
	pty_until(p, numbers[TICKETS - 1]);
	return p;
}

/* Onto a row that is loaded: without a line there is no other way to a ticket. */
static int any_ticket(struct pty *p, struct rng *r)
{
	int row = (int)rng_below(r, TICKETS);
	press(p, "g g");
	for (int i = 0; i < row; i++)
		press(p, "j");
	for (int y = 0; y < 24; y++) {
		const char *text = pty_row(p, y), *at = strstr(text, "▸");
		for (int t = 0; at && t < TICKETS; t++)
			if (strstr(at, numbers[t]))
				return t;
	}
	print_message("%s\n", pty_screen(p));
	fail_msg("the cursor is nowhere");
	return 0;
}

static void act(struct pty *p, struct rng *r)
{
	char line[80];
	assert_true(ntyped < ACTS);
	struct typed *a = &typed[ntyped];
	a->ticket = any_ticket(p, r);
	a->subject = rng_below(r, 4) == 0;
	if (a->subject) {
		snprintf(line, sizeof line, ":edit subject=\"s%d.\"\r", ntyped);
		pty_type(p, line);
		pty_settle(p);
	} else {
		press(p, "N");
		if (!pty_has(p, "─ Note ")) { /* its title: news of an act before may stand in the place of the keys */
			print_message("%s\n", pty_screen(p));
			fail_msg("no form");
		}
		snprintf(line, sizeof line, "n%d.", ntyped);
		type(p, line);
		press(p, "Ctrl-s");
	}
	ntyped++;
}

/* Until nothing is on its way and nothing waits. */
static void all_sent(struct pty *p)
{
	for (int i = 0; i < 600; i++) {
		press(p, "g q");
		if (pty_has(p, "Nothing waits"))
			return;
		if (pty_has(p, "Acts that are not confirmed"))
			press(p, "Esc");
		pty_next_idle(p);
	}
	press(p, "g q");
	print_message("%s\n", pty_screen(p));
	fail_msg("something waits and is not sent");
}

/* ---- the journal ---- */

static void next_of(int ticket, const char *what, int *at)
{
	char want[24];
	do
		++*at;
	while (*at < ntyped && typed[*at].ticket != ticket);
	if (*at >= ntyped)
		fail_msg("%s: %s is in the journal and was not typed", numbers[ticket], what);
	snprintf(want, sizeof want, "%c%d.", typed[*at].subject ? 's' : 'n', *at);
	if (strcmp(what, want) != 0)
		fail_msg("%s: %s stands where %s was typed", numbers[ticket], what, want);
}

static void journal_is_what_was_typed(void)
{
	for (int t = 0; t < TICKETS; t++) {
		json_t *j = desk_ok(NULL, "ticket show %s", numbers[t]), *e;
		int last = -1;
		size_t i;
		seen[t] = 0;
		json_array_foreach(at(j, "events"), i, e)
		{
			const char *verb = text(e, "verb");
			if (!strcmp(verb, "note"))
				next_of(t, text(e, "text"), &last);
			else if (!strcmp(verb, "edit"))
				next_of(t, text(e, "changes.subject.1"), &last);
			else
				continue;
			seen[t]++;
		}
		while (++last < ntyped)
			if (typed[last].ticket == t)
				fail_msg("%s: %c%d. was typed and is not in the journal", numbers[t], typed[last].subject ? 's' : 'n', last);
	}
}

static void a_server_that_comes_and_goes(void **state)
{
	(void)state;
	struct rng r = rng_new(2027);
	print_message("# seed %llu\n", (unsigned long long)r.state);
	struct pty *p = console();
	for (unsigned round = 0; round < test_rounds(20); round++) {
		bool is_down;
		for (unsigned i = rng_below(&r, 3); i > 0; i--)
			act(p, &r);
		is_down = down(&r); /* in the middle of what was sent last */
		for (unsigned i = 1 + rng_below(&r, 3); i > 0; i--)
			act(p, &r);
		if (rng_below(&r, 3) == 0) { /* the console too; what it was told to do was kept before it said so */
			if (is_down)
				pty_until(p, "wait");
			else
				all_sent(p);
			pty_signal(p, SIGKILL);
			assert_int_equal(pty_wait(p), 128 + SIGKILL);
			pty_free(p);
			if (is_down)
				up();
			p = console();
		} else if (is_down) {
			up();
		}
		if (rng_below(&r, 2))
			act(p, &r);
		if (round % 5 == 4) {
			all_sent(p);
			journal_is_what_was_typed();
		}
	}
	all_sent(p);
	quit(p);
	journal_is_what_was_typed();
	assert_string_equal(desk_shell("find '%s/..' -name '*.unsent' -o -name '*.draft'", desk_dir()), "");
	assert_int_equal(desk_run(NULL, NULL, "audit verify")->status, 0);
}

static int group_start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	if (desk_start(state) != 0)
		return 1;
	/* the machine stays up: what the server has written is there, on the disk or not, and its ends are quick */
	desk_shell("psql -q '%s' -c 'alter system set fsync = off'", desk_dba());
	desk_sql("select pg_reload_conf()");
	for (int i = 0; i < TICKETS; i++)
		snprintf(numbers[i], sizeof numbers[i], "%s",
			text(desk_ok(NULL, "ticket new kind=incident 'subject=Station %d stands still'", i), "number"));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_server_that_comes_and_goes)};
	return TEST_MAIN_WITH(tests, group_start, desk_stop);
}
