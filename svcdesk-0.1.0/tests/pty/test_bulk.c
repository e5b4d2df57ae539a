/* Acts on many tickets as a person does them: marks, the question, what fails, the way back; and what the desk has written down.
 */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static struct pty *console(void)
{
	return console_start((struct pty_opts){.cols = 100, .rows = 30}, NULL);
}

/* So many new tickets at once. */
static void new_tickets(const char *what, int n)
{
	char sql[512];

	snprintf(sql, sizeof sql,
		"select count(desk.create_as((select id from desk.person where login = '%s'), 'incident', jsonb_build_object('subject', "
		"'%s ' || "
		"i), gen_random_uuid(), 'api')) from generate_series(1, %d) i",
		desk_ask(
			"select p.login from desk.person p join desk.person_role r on r.person_id = p.id where r.role = 'agent' limit 1"),
		what, n);
	desk_sql(sql);
}

/* How many tickets about this are in a state, as the database has it. */
static long in_state(const char *what, const char *state)
{
	char sql[256];

	snprintf(sql, sizeof sql, "select count(*) from desk.ticket where subject like '%s %%' and state = '%s'", what, state);
	return strtol(desk_ask(sql), NULL, 10);
}

/* All open tickets about this, and nothing else. */
static struct pty *shown(const char *what)
{
	struct pty *p = console();
	char last[64];

	press(p, "g 4 &");
	pty_type(p, what);
	press(p, "Enter");
	snprintf(last, sizeof last, "& %s", what);
	pty_until(p, last);
	return p;
}

static void marked_taken_undone_and_redone(void **state)
{
	struct pty *p;

	(void)state;
	new_tickets("Lamp", 5);
	p = shown("Lamp");
	pty_until(p, "Lamp 5");
	press(p, "2 Space j Space");
	pty_until(p, "3 marked");
	press(p, "t");
	pty_until(p, "Take on 3 tickets");
	assert_int_equal(in_state("Lamp", "in_progress"), 0);
	press(p, "y");
	pty_until(p, "Take: 3 done; u undoes");
	assert_int_equal(in_state("Lamp", "in_progress"), 3);
	press(p, "u");
	pty_until(p, "Undone: Take, 3 tickets: 3 done");
	assert_int_equal(in_state("Lamp", "new"), 5);
	press(p, "Ctrl-r");
	pty_until(p, "Done again: Take, 3 tickets: 3 done");
	assert_int_equal(in_state("Lamp", "in_progress"), 3);
	press(p, "u");
	pty_until(p, "Undone");
	press(p, "v k t"); /* a range is meant as it stands */
	pty_until(p, "Take on 2 tickets");
	press(p, "y");
	pty_until(p, "Take: 2 done");
	quit(p);
	assert_int_equal(in_state("Lamp", "in_progress"), 2);
}

/* One of them is cancelled behind one's back: it is named with its reason, stays marked, and is tried again under the same undo.
 */
static void what_failed_is_tried_again(void **state)
{
	struct pty *p;
	char first[64];

	(void)state;
	new_tickets("Chair", 3);
	snprintf(first, sizeof first, "%s", desk_ask("select number from desk.ticket where subject = 'Chair 1'"));
	p = shown("Chair");
	pty_until(p, "Chair 3");
	press(p, "3 Space t");
	pty_until(p, "Take on 3 tickets");
	desk_ok(NULL, "ticket act %s cancel reason=withdrawn", first);
	press(p, "y");
	pty_until(p, "Take: 1 failed");
	assert_true(pty_has(p, first));
	assert_int_equal(in_state("Chair", "in_progress"), 2);
	desk_ok(NULL, "ticket act %s undo", first); /* the cancelling was a mistake */
	press(p, "r");
	pty_until(p, "Take: 3 done");
	assert_int_equal(in_state("Chair", "in_progress"), 3);
	press(p, "u");
	pty_until(p, "Undone: Take, 3 tickets");
	assert_int_equal(in_state("Chair", "new"), 3);
	quit(p);
}

/* The whole view, also what is not loaded, part after part; stopped in the middle. */
static void a_whole_view_and_a_stop(void **state)
{
	struct pty *p;

	(void)state;
	new_tickets("Desk", 1200);
	p = shown("Desk");
	press(p, "*");
	pty_until(p, "1200 marked");
	press(p, "t");
	pty_until(p, "Take on 1200 tickets");
	pty_until(p, ">[n] No<");
	pty_send(p, "y\003", 2); /* taken back at once: what is on its way still comes */
	pty_until(p, "Take: 500 done, 700 not tried");
	assert_int_equal(in_state("Desk", "in_progress"), 500);
	pty_until(p, "700 marked");
	press(p, "t");
	pty_until(p, "Take on 700 tickets");
	press(p, "y");
	pty_until(p, "Take: 700 done");
	assert_int_equal(in_state("Desk", "in_progress"), 1200);
	assert_int_equal(strtol(desk_ask("select count(distinct op) from desk.event e join desk.ticket t on t.id = e.ticket_id "
									 "where e.verb = 'take' and t.subject like 'Desk %'"),
						 NULL, 10),
		2); /* one operation an act, however many parts */
	press(p, "u");
	pty_until(p, "Undone: Take, 700 tickets: 700 done");
	assert_int_equal(in_state("Desk", "new"), 700);
	quit(p);
}

/* A form for many, with a text; the same once more without its words on one that was forgotten. */
static void a_form_for_many_and_once_more(void **state)
{
	struct pty *p;

	(void)state;
	new_tickets("Shelf", 3);
	p = shown("Shelf");
	pty_until(p, "Shelf 3");
	press(p, "2 Space a");
	pty_until(p, "2 marked tickets");
	pty_type(p, "serv");
	pty_until(p, "Service desk");
	press(p, "Enter Tab Tab");
	pty_type(p, "To the right hands");
	press(p, "Ctrl-s");
	pty_until(p, "Group: Service desk, Text: To the right hands");
	press(p, "y");
	pty_until(p, "Assign: 2 done");
	assert_int_equal(in_state("Shelf", "assigned"), 2);
	press(p, "G .");
	pty_until(p, "Assign: Assigned");
	assert_int_equal(in_state("Shelf", "assigned"), 3);
	assert_int_equal(strtol(desk_ask("select count(*) from desk.event_text x join desk.ticket t on t.id = x.ticket_id "
									 "where t.subject like 'Shelf %' and x.body = 'To the right hands'"),
						 NULL, 10),
		2);
	quit(p);
}

/* What was done before this session began is found all the same. */
static void undo_of_an_act_of_before(void **state)
{
	struct pty *p;
	char number[64];

	(void)state;
	new_tickets("Carpet", 1);
	snprintf(number, sizeof number, "%s", desk_ask("select number from desk.ticket where subject = 'Carpet 1'"));
	desk_ok(NULL, "ticket act %s take", number);
	p = shown("Carpet");
	pty_until(p, "Carpet 1");
	press(p, "g U");
	pty_until(p, "can be undone");
	press(p, "Enter");
	pty_until(p, "Undone");
	assert_int_equal(in_state("Carpet", "new"), 1);
	quit(p);
}

static int group_start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	return desk_start(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marked_taken_undone_and_redone),
		cmocka_unit_test(what_failed_is_tried_again),
		cmocka_unit_test(a_whole_view_and_a_stop),
		cmocka_unit_test(a_form_for_many_and_once_more),
		cmocka_unit_test(undo_of_an_act_of_before),
	};
	return TEST_MAIN_WITH(tests, group_start, desk_stop);
}
