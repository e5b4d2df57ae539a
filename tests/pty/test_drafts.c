/* Nothing that was typed is lost: the console is killed in every way at any moment, and the text is there again; what was sent is
 * sent once. */
#include "tests/lib/testlib.h"
#include "tests/lib/wire.h"
#include "tests/pty/console.h"

#include <sys/stat.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "svcdesk/draft.h"
#include "svcdesk/mem.h"

static char *config, *state; /* options: a short rest; the state folder of the first host */

/* A console of a host with a state folder of its own; uri NULL: straight to the desk. */
static struct pty *console_on(const char *host, const char *folder, const char *uri)
{
	char env_state[400], env_host[80], env_config[400];
	snprintf(env_state, sizeof env_state, "XDG_STATE_HOME=%s", folder);
	snprintf(env_host, sizeof env_host, "SVCDESK_HOST=%s", host);
	snprintf(env_config, sizeof env_config, "SVCDESK_CONFIG=%s", config);
	const char *env[] = {env_state, env_host, env_config, NULL};
	const char *argv[] = {desk_program(), "--db", uri ? uri : desk_uri(), NULL};
	struct pty_opts o = {.argv = argv, .cols = 80, .rows = 24, .env = env};
	struct pty *p = pty_start(&o);
	pty_until(p, "by priority");
	return p;
}

static struct pty *console(void)
{
	return console_on("alpha", state, NULL);
}

static void go_to(struct pty *p, const char *number)
{
	press(p, "#");
	pty_type(p, number);
	pty_press(p, "Enter");
	pty_until(p, "Requester");
}

static void end(struct pty *p, int signo, int status)
{
	pty_signal(p, signo);
	assert_int_equal(pty_wait(p), status);
	pty_free(p);
}

static char found[1 << 16];
static int nfound;
static void take(void *arg, const struct sd_draft *d)
{
	(void)arg;
	nfound++;
	snprintf(found, sizeof found, "%s", d->body);
}

/* The one draft in a state folder; "" if there is none. */
static const char *on_disk(const char *folder)
{
	char dir[500];
	snprintf(dir, sizeof dir, "%s/svcdesk/drafts", folder);
	nfound = 0;
	found[0] = '\0';
	sd_draft_each(dir, "", take, NULL);
	assert_in_range(nfound, 0, 1);
	return found;
}

static long events(const char *number)
{
	char query[300];
	snprintf(query, sizeof query,
		"select count(*) from desk.event e join desk.ticket t on t.id = e.ticket_id where t.number = '%s'", number);
	return atol(desk_ask(query));
}

/* ---- killed ---- */

/* Some letters, blanks and line breaks, as keys; appended to what was typed so far. */
static size_t type_some(struct pty *p, struct rng *r, struct sd_str *typed)
{
	unsigned n = 1 + rng_below(r, 40);
	for (unsigned i = 0; i < n; i++) {
		unsigned c = rng_below(r, 30);
		char key[2] = {c < 26 ? (char)('a' + c) : c < 29 ? ' ' : '\r', '\0'};
		pty_type(p, key);
		sd_str_addc(typed, key[0] == '\r' ? '\n' : key[0]);
	}
	return typed->len;
}

/* SIGKILL at any moment: what is there afterwards is what had been typed at some moment not before the last save that the program
 * told of. It tells of one after each rest, and rests are short: the unit test proves how short. */
static void killed_at_any_moment(void **unused)
{
	(void)unused;
	struct rng r = rng_new(3);
	struct sd_str typed = {0};
	char number[40];
	snprintf(number, sizeof number, "%s", desk_ticket("Killed at any moment"));
	for (unsigned round = 0; round < test_rounds(25); round++) {
		struct pty *p = console();
		go_to(p, number);
		press(p, "N");
		size_t saved = typed.len;
		for (unsigned n = rng_below(&r, 8); n; n--) {
			size_t len = type_some(p, &r, &typed);
			if (rng_below(&r, 2)) {
				pty_saved(p);
				saved = len;
			}
		}
		if (rng_below(&r, 3) == 0)
			type_some(p, &r, &typed);
		if (rng_below(&r, 4) == 0) {
			pty_press(p, "Esc");
			if (rng_below(&r, 2)) {
				pty_settle(p);
				saved = typed.len;
			}
		}
		end(p, SIGKILL, 128 + SIGKILL);
		const char *kept = on_disk(state);
		size_t n = strlen(kept);
		if (n < saved || n > typed.len || strncmp(kept, typed.len ? typed.data : "", n) != 0) {
			print_message("# round %u: typed %zu, saved %zu, kept %zu\n# typed: %s\n# kept: %s\n", round, typed.len, saved, n,
				typed.len ? typed.data : "", kept);
			fail();
		}
		sd_str_reset(&typed);
		sd_str_add(&typed, kept);
		if (typed.len > 2000 || round % 10 == 9) { /* and it can be sent */
			p = console();
			go_to(p, number);
			long before = events(number);
			press(p, "N");
			if (!typed.len)
				type_some(p, &r, &typed);
			press(p, "Ctrl-s");
			pty_until(p, "Note:");
			quit(p);
			assert_int_equal(events(number), before + 1);
			assert_string_equal(on_disk(state), "");
			sd_str_reset(&typed);
		}
	}
	if (typed.len) {
		struct pty *p = console();
		go_to(p, number);
		press(p, "N Ctrl-x d");
		quit(p);
	}
	assert_string_equal(on_disk(state), "");
	sd_str_free(&typed);
}

/* Everything that was typed is there after signals that let the program say a last word, and after it was stopped. */
static void every_other_end(void **unused)
{
	static const struct {
		int signo, status;
	} ends[] = {{SIGHUP, 128 + SIGHUP}, {SIGTERM, 128 + SIGTERM}, {SIGSEGV, 128 + SIGSEGV}, {SIGABRT, 128 + SIGABRT},
		{SIGBUS, 128 + SIGBUS}, {0, 1}};
	struct sd_str typed = {0};
	struct rng r = rng_new(5);
	(void)unused;
	const char *number = desk_ticket("Every other end");
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct pty *p = console();
		go_to(p, number);
		press(p, "N");
		type_some(p, &r, &typed);
		pty_settle(p);
		pty_signal(p, SIGSTOP);
		pty_signal(p, SIGCONT);
		type_some(p, &r, &typed);
		pty_settle(p);
		if (ends[i].signo) {
			pty_signal(p, ends[i].signo);
			int status = pty_wait(p);
			assert_true(status != 0);
			assert_false(pty_alt_screen(p)); /* the terminal is as it was */
		} else {
			pty_hangup(p);
			assert_int_not_equal(pty_wait(p), 0);
		}
		pty_free(p);
		assert_string_equal(on_disk(state), typed.data);
	}
	struct pty *p = console();
	go_to(p, number);
	press(p, "N Ctrl-s");
	pty_until(p, "Note:");
	quit(p);
	assert_string_equal(on_disk(state), "");
	sd_str_free(&typed);
}

/* ---- sent ---- */
static void wait_for_event(const char *number, long n)
{
	for (int i = 0; i < 2000; i++)
		if (events(number) == n)
			return;
	fail_msg("the act did not arrive");
}

static void killed_between_sending_and_the_answer(void **unused)
{
	(void)unused;
	char number[40];
	struct wire *line = wire_start(desk_uri(), 1);
	assert_non_null(line);
	snprintf(number, sizeof number, "%s", desk_ticket("Killed while sending"));
	/* it arrives, but nobody hears of it */
	struct pty *p = console_on("alpha", state, wire_uri(line));
	go_to(p, number);
	press(p, "N");
	pty_type(p, "only once");
	pty_settle(p);
	wire_block(line, WIRE_NO_ANSWERS);
	pty_press(p, "Ctrl-s");
	pty_expect(p, "sending");
	wait_for_event(number, 2);
	end(p, SIGKILL, 128 + SIGKILL);
	assert_string_equal(on_disk(state), "only once");
	wire_block(line, WIRE_OPEN);
	p = console();
	pty_until(p, " sent"); /* "had been sent", or, where the outbox had kept it by then, "was already sent" */
	press(p, "g d");
	pty_until(p, "No drafts are kept");
	quit(p);
	assert_string_equal(on_disk(state), "");
	assert_int_equal(events(number), 2);
	/* it never arrives: it is offered again and sent then, or sent by the next console, where the outbox had kept it by then */
	p = console_on("alpha", state, wire_uri(line));
	go_to(p, number);
	press(p, "N");
	pty_type(p, "and once more");
	pty_settle(p);
	wire_block(line, WIRE_NO_REQUESTS);
	pty_press(p, "Ctrl-s");
	pty_expect(p, "sending");
	end(p, SIGKILL, 128 + SIGKILL);
	wire_block(line, WIRE_OPEN);
	p = console();
	go_to(p, number);
	for (int i = 0; i < 100 && atoi(desk_shell("find '%s/svcdesk' -name '*.unsent' | wc -l", state)) > 0; i++)
		pty_next_idle(p);
	if (events(number) == 2) {
		press(p, "N");
		pty_until(p, "and once more");
		press(p, "Ctrl-s");
		pty_until(p, "Note:");
	}
	quit(p);
	assert_int_equal(events(number), 3);
	assert_string_equal(on_disk(state), "");
	wire_free(line);
}

/* ---- two hosts ---- */
static void it_follows_to_another_host(void **unused)
{
	(void)unused;
	char *other = test_make_dir(), number[40];
	snprintf(number, sizeof number, "%s", desk_ticket("Two hosts"));
	struct pty *a = console();
	go_to(a, number);
	press(a, "N");
	pty_type(a, "begun on alpha");
	pty_press(a, "Esc");
	pty_until(a, "Kept as a draft");
	quit(a);
	assert_int_equal(atol(desk_ask("select count(*) from desk.my_draft where host = 'alpha' and body <> ''")), 1);
	struct pty *b = console_on("beta", other, NULL);
	pty_until(b, "1 draft");
	go_to(b, number);
	pty_until(b, "written on alpha");
	press(b, "N");
	pty_until(b, "begun on alpha");
	pty_type(b, ", ended on beta");
	press(b, "Ctrl-s");
	pty_until(b, "Note:");
	quit(b);
	assert_int_equal(atol(desk_ask("select count(*) from desk.my_draft where body <> ''")), 0); /* no text stays there */
	assert_string_equal(on_disk(state), "begun on alpha");
	a = console(); /* which learns that it is done with */
	press(a, "g d");
	pty_until(a, "No drafts are kept");
	quit(a);
	assert_string_equal(on_disk(state), "");
	assert_int_equal(events(number), 2);
	json_t *t = desk_ok(NULL, "ticket show %s", number);
	assert_string_equal(text(t, "events.1.text"), "begun on alpha, ended on beta");
	assert_int_equal(atol(desk_ask("select count(*) from desk.my_draft")), 0);
	test_remove_dir(other);
}

static void a_folder_that_takes_nothing_is_told(void **unused)
{
	(void)unused;
	char *dir = test_make_dir(), path[500];
	snprintf(path, sizeof path, "%s/svcdesk", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/svcdesk/drafts", dir);
	fclose(fopen(path, "w"));
	struct pty *p = console_on("gamma", dir, NULL);
	pty_until(p, "Drafts cannot be kept");
	quit(p);
	test_remove_dir(dir);
}

static int start(void **state_)
{
	static const char options[] = "draft-rest = 40\n";
	signal(SIGPIPE, SIG_IGN);
	if (desk_start(state_) != 0)
		return 1;
	config = desk_file("short-rest", options, sizeof options - 1);
	state = test_make_dir();
	return 0;
}

static int stop(void **state_)
{
	free(config);
	test_remove_dir(state);
	return desk_stop(state_);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_at_any_moment),
		cmocka_unit_test(every_other_end),
		cmocka_unit_test(killed_between_sending_and_the_answer),
		cmocka_unit_test(it_follows_to_another_host),
		cmocka_unit_test(a_folder_that_takes_nothing_is_told),
	};
	return TEST_MAIN_WITH(tests, start, stop);
}
