/* A server that says nothing more and lines that drop: every key is answered, what was pressed is kept and done once, and a
 * console whose terminal is gone ends whatever it was at. */
#include "tests/lib/testlib.h"
#include "tests/lib/wire.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "svcdesk/mem.h"

static struct wire *wire;

/* Signed in through the line that can be blocked. */
static struct pty *on_the_wire(const char *const *env)
{
	const char *argv[] = {desk_program(), "--db", wire_uri(wire), NULL};
	struct pty_opts o = {.argv = argv, .cols = 100, .rows = 24, .env = env};
	struct pty *p = pty_start(&o);
	pty_until(p, "by priority");
	press(p, "g 7");
	pty_until(p, "Everything");
	pty_settle(p);
	return p;
}

/* Keys by name; painted, though the program is waiting for an answer and not idle. */
static void key(struct pty *p, const char *keys, const char *shows)
{
	pty_press(p, keys);
	pty_taken(p);
	pty_expect(p, shows);
}

static int unsent(void)
{
	return atoi(desk_shell("find '%s/..' -name '*.unsent' | wc -l", desk_dir()));
}

static int notes(const char *number, const char *text_of)
{
	json_t *t = desk_ok(NULL, "ticket show %s", number), *e;
	size_t i;
	int n = 0;
	json_array_foreach(at(t, "events"), i, e)
	{
		const char *body = json_string_value(json_object_get(e, "text"));
		n += body && !strcmp(body, text_of);
	}
	return n;
}

static void note(struct pty *p, const char *words)
{
	key(p, "N", "Ctrl-s send");
	pty_type(p, words);
	pty_expect(p, words);
	pty_press(p, "Ctrl-s");
	pty_expect(p, "sending"); /* by then it has been read: a line that drops takes with it what has not */
}

/* One process of the server stands still: its console goes on, gives it up after a while and gets another one. */
static void a_process_of_the_server_stands_still(void **state)
{
	(void)state;
	char *number = sd_strdup(desk_ticket("Crane stands still"));
	struct pty *p = console_start((struct pty_opts){.cols = 100, .rows = 24}, NULL);
	press(p, "g 7");
	pty_until(p, number);
	pid_t backend =
		(pid_t)atol(desk_ask("select pid from pg_stat_activity where backend_type = 'client backend' and pid <> "
							 "pg_backend_pid() and application_name = 'svcdesk' order by backend_start desc limit 1"));
	assert_true(backend > 1);
	press(p, "g g");
	assert_int_equal(kill(backend, SIGSTOP), 0);
	pty_expect(p, "No answer from the database since");
	key(p, "g d", "No drafts are kept");
	key(p, ":", ":");
	pty_type(p, "nonsense\r");
	pty_expect(p, "nonsense");
	note(p, "while nothing came");
	pty_until(p, "Note: New"); /* through another process */
	pty_gone(p, "No answer");
	quit(p);
	kill(backend, SIGCONT);
	assert_int_equal(notes(number, "while nothing came"), 1);
	assert_int_equal(unsent(), 0);
	free(number);
}

static void hung_up_while_the_server_says_nothing(void **state)
{
	static const struct {
		const char *name;
		int signo; /* 0: the terminal itself goes */
		const char *keys, *shows;
	} at[] = {{"list", SIGHUP, NULL, NULL}, {"help", 0, "?", "Enter"}, {"dialog", SIGTERM, "q", "Leave svcdesk?"},
		{"form", 0, "N", "Ctrl-s send"}, {"form, by a signal", SIGHUP, "N", "Ctrl-s send"}, {"palette", 0, ":", ":"}};
	(void)state;
	char *number = sd_strdup(desk_ticket("Lift stands still"));
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		char words[40];
		snprintf(words, sizeof words, "kept %zu", i);
		struct pty *p = on_the_wire(NULL);
		pty_type(p, "/Lift\r");
		pty_settle(p);
		press(p, "Esc");
		wire_block(wire, WIRE_NO_ANSWERS);
		note(p, words);
		if (at[i].keys)
			key(p, at[i].keys, at[i].shows);
		if (at[i].signo)
			pty_signal(p, at[i].signo);
		else
			pty_hangup(p);
		assert_int_not_equal(pty_wait(p), 0);
		pty_free(p);
		assert_int_equal(unsent(), 1);
		wire_block(wire, WIRE_OPEN);
		p = on_the_wire(NULL); /* what the last one left is sent */
		for (int k = 0; k < 100 && unsent() > 0; k++)
			pty_next_idle(p);
		quit(p);
		assert_int_equal(unsent(), 0);
		assert_int_equal(notes(number, words), 1);
	}
	free(number);
}

/* The same act lost on its way there: what is asked does not even reach the server. */
static void asked_and_never_heard(void **state)
{
	(void)state;
	char *number = sd_strdup(desk_ticket("Belt stands still"));
	struct pty *p = on_the_wire(NULL);
	pty_type(p, "/Belt\r");
	pty_settle(p);
	press(p, "Esc");
	wire_block(wire, WIRE_NO_REQUESTS);
	note(p, "nobody heard");
	pty_signal(p, SIGKILL); /* it may have been kept already, or stands there as a draft with its operation */
	assert_int_equal(pty_wait(p), 128 + SIGKILL);
	pty_free(p);
	wire_block(wire, WIRE_OPEN);
	/* the line may still deliver the last words of the dead: then they are not sent twice */
	assert_true(notes(number, "nobody heard") <= 1);
	assert_int_equal(unsent() + atoi(desk_shell("find '%s/..' -name '*.draft' | wc -l", desk_dir())) > 0, 1);
	p = on_the_wire(NULL);
	for (int k = 0; k < 100 && unsent() > 0; k++)
		pty_next_idle(p);
	if (!notes(number, "nobody heard")) {
		pty_type(p, "/Belt\r");
		pty_settle(p);
		press(p, "Esc");
		press(p, "N");
		pty_until(p, "nobody heard");
		press(p, "Ctrl-s");
		pty_until(p, "Note: New");
	}
	quit(p);
	assert_int_equal(notes(number, "nobody heard"), 1);
	free(number);
}

static void hung_up_in_an_editor(void **state)
{
	(void)state;
	desk_ticket("Door stands still");
	static const char script[] = "#!/bin/sh\nprintf 'in the editor\\n'\nexec cat\n";
	char *editor = desk_file("slow-editor", script, sizeof script - 1), set[300];
	assert_int_equal(chmod(editor, 0700), 0);
	snprintf(set, sizeof set, "VISUAL=%s", editor);
	struct pty *p = on_the_wire((const char *const[]){set, NULL});
	key(p, "N", "Ctrl-s send");
	pty_type(p, "before the editor");
	pty_settle(p);
	pty_press(p, "Ctrl-x e");
	pty_expect(p, "in the editor");
	wire_block(wire, WIRE_NO_ANSWERS);
	pty_hangup(p);
	assert_int_not_equal(pty_wait(p), 0);
	pty_free(p);
	wire_block(wire, WIRE_OPEN);
	p = on_the_wire(NULL);
	key(p, "N", "before the editor"); /* kept */
	pty_settle(p);
	press(p, "Ctrl-x d");
	quit(p);
	free(editor);
}

/* A server that takes the connection and never says a word: one can leave, and the end of the terminal ends it. */
static void hung_up_while_connecting(void **state)
{
	(void)state;
	char dir[] = "/tmp/svcdesk-mute-XXXXXX", db[200];
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	assert_non_null(mkdtemp(dir));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(addr.sun_path, sizeof addr.sun_path, "%s/.s.PGSQL.5432", dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
	assert_int_equal(listen(fd, 5), 0);
	snprintf(db, sizeof db, "host=%s dbname=desk user=nobody", dir);
	const char *argv[] = {desk_program(), "--db", db, NULL};
	for (int how = 0; how < 4; how++) {
		struct pty_opts o = {.argv = argv, .cols = 100, .rows = 24};
		struct pty *p = pty_start(&o);
		pty_expect(p, "connecting");
		key(p, "C", "there is no connection"); /* keys are answered */
		if (how == 0)
			pty_signal(p, SIGHUP);
		else if (how == 1)
			pty_hangup(p);
		else if (how == 2)
			pty_type(p, ":quit\r");
		/* else: nobody waits for ever */
		int status = pty_wait(p);
		if (how == 2)
			assert_int_equal(status, 0);
		else if (how == 3)
			assert_int_equal(status, 6);
		else
			assert_int_not_equal(status, 0);
		pty_free(p);
	}
	close(fd);
	unlink(addr.sun_path);
	rmdir(dir);
}

/* The command line keeps nothing: it says what is known, and the same operation again is done once. */
static void a_command_says_whether_it_was_sent(void **state)
{
	(void)state;
	char *number = sd_strdup(desk_ticket("Pump stands still")), op[40] = "";
	const char *nowhere[] = {
		desk_program(), "--db", "host=/nowhere dbname=desk", "ticket", "act", number, "note", "body=x", NULL};
	const struct run *r = desk_exec(NULL, nowhere);
	assert_int_equal(r->status, 6);
	assert_non_null(strstr(r->err, "Nothing was sent."));
	wire_block(wire, WIRE_OPEN);
	const char *act[] = {desk_program(), "--db", wire_uri(wire), "ticket", "act", number, "note", "body=once", NULL};
	assert_int_equal(desk_exec(NULL, act)->status, 0);
	/* the process at work for it ends before it has answered */
	desk_sql("create function desk.outbox_test() returns trigger language plpgsql security definer as $$ begin if new.verb = "
			 "'watch' then perform "
			 "pg_terminate_backend(pg_backend_pid()); end if; return new; end $$;"
			 "create trigger outbox_test before insert on desk.event for each row execute function desk.outbox_test()");
	act[6] = "watch";
	act[7] = NULL;
	r = desk_exec(NULL, act);
	assert_int_equal(r->status, 6);
	const char *at = strstr(r->err, "--op ");
	assert_non_null(at);
	snprintf(op, sizeof op, "%.36s", at + 5);
	desk_sql("drop trigger outbox_test on desk.event; drop function desk.outbox_test()");
	desk_ok(NULL, "ticket act %s watch --op %s", number, op);
	assert_true(json_is_true(json_object_get(desk_ok(NULL, "ticket act %s watch --op %s", number, op), "replay")));
	free(number);
}

static int start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	if (desk_start(state) != 0)
		return 1;
	wire = wire_start(desk_uri(), 3);
	return wire == NULL;
}

static int stop(void **state)
{
	wire_free(wire);
	return desk_stop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_of_the_server_stands_still),
		cmocka_unit_test(hung_up_while_the_server_says_nothing),
		cmocka_unit_test(asked_and_never_heard),
		cmocka_unit_test(hung_up_in_an_editor),
		cmocka_unit_test(hung_up_while_connecting),
		cmocka_unit_test(a_command_says_whether_it_was_sent),
	};
	return TEST_MAIN_WITH(tests, start, stop);
}
