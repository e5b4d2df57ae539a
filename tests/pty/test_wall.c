/* The wallboard in a terminal: pages that turn, a major incident, a database that goes and comes back, sizes, signals, and a
 * session in which nothing can be written. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"

static struct pty *wall(struct pty_opts o, const char *layout)
{
	const char *words[] = {"wall", layout ? "--layout" : NULL, layout, NULL};
	static const char *const plain_env[] = {"TZ=UTC", NULL};
	if (!o.env)
		o.env = plain_env;
	o.no_cursor = true;
	return console_run(o, words);
}

static void leave(struct pty *p)
{
	bool visible;
	pty_type(p, "q");
	assert_int_equal(pty_wait(p), 0);
	assert_false(pty_alt_screen(p));
	pty_cursor(p, NULL, NULL, &visible);
	assert_true(visible);
	pty_free(p);
}

static void it_shows_and_follows(void **state)
{
	(void)state;
	bool visible;
	struct pty *p = wall((struct pty_opts){0}, NULL);
	pty_until(p, "Open by priority");
	pty_cursor(p, NULL, NULL, &visible);
	assert_false(visible);
	press(p, "n");
	pty_until(p, "Opened today");
	press(p, "n");
	pty_until(p, "Agents");
	desk_ok(NULL, "user add wera --name 'Wera Wall' --role agent --group 'Service desk'");
	desk_run("wera", NULL, "ticket new kind=incident 'subject=Door of the lift' group='Service desk' assignee=wera");
	pty_until(p, "Wera Wall");
	leave(p);
}

static void pages_turn(void **state)
{
	(void)state;
	static const char text[] = "[wall]\nrotate = 1\ntitle = Hall\n[page one]\ntitle = First page\nrow = * open\n"
							   "[page two]\ntitle = Second page\nrow = * age\n";
	char *layout = desk_file("turn.wall", text, sizeof text - 1);
	struct pty *p = wall((struct pty_opts){0}, layout);
	pty_until(p, "First page");
	pty_until(p, "Second page");
	pty_until(p, "First page");
	press(p, "Space");
	pty_until(p, "paused");
	leave(p);
	free(layout);
}

static void a_major_incident_takes_over(void **state)
{
	(void)state;
	const char *number = desk_ticket("Mail is down everywhere");
	char sql[300];
	struct pty *p = wall((struct pty_opts){0}, NULL);
	pty_until(p, "Open by priority");
	snprintf(sql, sizeof sql, "update desk.ticket set major = 'accepted' where number = '%s'", number);
	desk_sql(sql);
	desk_ok(NULL, "ticket act %s note 'body=declared'", number);
	pty_until(p, "no next update is promised");
	pty_until(p, "Mail is down everywhere");
	assert_true(pty_has(p, "Major incident"));
	assert_false(pty_has(p, "Open by priority"));
	snprintf(sql, sizeof sql, "update desk.ticket set major = null where number = '%s'", number);
	desk_sql(sql);
	desk_ok(NULL, "ticket act %s note 'body=over'", number);
	pty_until(p, "Open by priority");
	leave(p);
}

static void the_database_goes_and_comes_back(void **state)
{
	(void)state;
	struct pty *p = wall((struct pty_opts){0}, NULL);
	pty_until(p, "Open by priority");
	assert_int_equal(desk_run(NULL, NULL, "demo stop")->status, 0);
	pty_until(p, "figures of");
	assert_true(pty_has(p, "Open by priority")); /* the last ones stay */
	press(p, "n");
	pty_until(p, "Opened today");
	assert_true(pty_has(p, "figures of"));
	assert_int_equal(desk_run(NULL, NULL, "demo --no-console")->status, 0);
	pty_gone(p, "figures of");
	leave(p);
}

static void every_size_and_back(void **state)
{
	(void)state;
	struct rng g = rng_new(7);
	struct pty *p = wall((struct pty_opts){0}, NULL);
	pty_until(p, "Open by priority");
	for (int i = 0; i < 40; i++)
		pty_resize(p, 1 + (int)rng_below(&g, 200), 1 + (int)rng_below(&g, 70));
	pty_resize(p, 160, 50);
	pty_settle(p);
	pty_until(p, "Breaches if nothing moves");
	pty_resize(p, 80, 24);
	pty_settle(p);
	pty_until(p, "Open by priority");
	assert_false(pty_has(p, "Breaches if nothing moves"));
	leave(p);
}

/* A desk on which nothing happens: what is asked every two seconds puts nothing on the line. */
static void nothing_new_is_no_byte(void **state)
{
	(void)state;
	static const char text[] = "[wall]\nrefresh = 1\n[page one]\nrow = * open unassigned\n";
	char *layout = desk_file("still.wall", text, sizeof text - 1);
	struct pty *p = wall((struct pty_opts){0}, layout);
	pty_until(p, "Unassigned");
	for (int i = 0; i < 2; i++)
		pty_next_idle(p);
	pty_mark(p);
	long before = pty_bytes(p);
	for (int i = 0; i < 4; i++)
		pty_next_idle(p);
	assert_true(pty_bytes(p) - before <= 16);
	leave(p);
	free(layout);
}

static void signals_end_it_cleanly(void **state)
{
	(void)state;
	static const int signos[] = {SIGTERM, SIGHUP, SIGINT};
	for (size_t i = 0; i < sizeof signos / sizeof *signos; i++) {
		bool visible;
		struct pty *p = wall((struct pty_opts){0}, NULL);
		pty_until(p, "Open by priority");
		pty_signal(p, signos[i]);
		assert_int_equal(pty_wait(p), 128 + signos[i]);
		assert_false(pty_alt_screen(p));
		pty_cursor(p, NULL, NULL, &visible);
		assert_true(visible);
		pty_free(p);
	}
}

static void colours_of_day_and_night(void **state)
{
	(void)state;
	struct pty *p = wall((struct pty_opts){0}, NULL); /* the desk's clock stands at nine in the morning */
	pty_until(p, "Open by priority");
	while (pty_attr(p, 40, 12).bg == -1) /* all of the page has not come yet */
		pty_next_idle(p);
	assert_int_equal(pty_attr(p, 40, 12).bg, 231);
	press(p, "t");
	press(p, "t");
	assert_int_equal(pty_attr(p, 40, 12).bg, 16);
	leave(p);
	static const char *const mono[] = {"NO_COLOR=1", "TZ=UTC", NULL};
	p = wall((struct pty_opts){.env = mono}, NULL);
	pty_until(p, "Open by priority");
	assert_int_equal(pty_attr(p, 40, 12).bg, -1);
	leave(p);
}

/* Where nothing can be written the wall is the same. */
static void a_session_that_only_reads(void **state)
{
	(void)state;
	static const char *const env[] = {"PGOPTIONS=-c default_transaction_read_only=on", "TZ=UTC", NULL};
	const char *argv[] = {desk_program(), "--db", desk_uri(), "wall", NULL};
	struct pty_opts o = {.argv = argv, .env = env, .no_cursor = true};
	struct pty *p = pty_start(&o);
	pty_until(p, "Open by priority");
	press(p, "n");
	pty_until(p, "Opened today");
	leave(p);
}

/* What is wrong is told at once, with its line, before anything is painted. */
static void a_wrong_layout_or_theme_ends_it(void **state)
{
	(void)state;
	static const char text[] = "[page one]\nrow = * opne\n", theme[] = "[wall]\nnight-theme = blck\n[page one]\nrow = * open\n";
	char *layout = desk_file("wrong.wall", text, sizeof text - 1), *other = desk_file("theme.wall", theme, sizeof theme - 1);
	struct pty *p = wall((struct pty_opts){0}, layout);
	pty_expect(p, "there is no widget \"opne\"");
	assert_int_equal(pty_wait(p), 2);
	pty_free(p);
	p = wall((struct pty_opts){0}, other);
	pty_expect(p, "no theme \"blck\"");
	assert_int_equal(pty_wait(p), 3);
	pty_free(p);
	free(layout);
	free(other);
}

static void from_the_console_and_back(void **state)
{
	(void)state;
	struct pty *p = console_start((struct pty_opts){.no_cursor = true}, NULL);
	press(p, "W");
	pty_until(p, "Open by priority");
	press(p, "Esc");
	pty_gone(p, "Open by priority");
	press(p, "W");
	pty_until(p, "2 Unassigned");
	press(p, "2");
	pty_until(p, "& state:open assignee:none");
	quit(p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_shows_and_follows),
		cmocka_unit_test(pages_turn),
		cmocka_unit_test(a_major_incident_takes_over),
		cmocka_unit_test(the_database_goes_and_comes_back),
		cmocka_unit_test(every_size_and_back),
		cmocka_unit_test(nothing_new_is_no_byte),
		cmocka_unit_test(signals_end_it_cleanly),
		cmocka_unit_test(colours_of_day_and_night),
		cmocka_unit_test(a_session_that_only_reads),
		cmocka_unit_test(a_wrong_layout_or_theme_ends_it),
		cmocka_unit_test(from_the_console_and_back),
	};
	return TEST_MAIN_WITH(tests, desk_start, desk_stop);
}
