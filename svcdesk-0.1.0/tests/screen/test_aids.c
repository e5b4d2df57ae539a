/* Screens of drafts and of reading aids, compared with tests/golden/aids: in English and Chinese, narrow and wide. After a change
 * that is meant: GENERATE=1 make check TESTS=tests/screen/test_aids, then look at what git diff shows. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct look {
	const char *name; /* part of the golden's name */
	int cols, rows;
	const char *language;
};

/* The same small desk every time: its clock stands, so every age and date on the screens is known. */
static void fill(void)
{
	desk_ok(NULL, "ticket new kind=incident 'subject=VPN drops every ten minutes' --body 'Since Monday, at home only.'");
	desk_ok(NULL, "ticket new kind=incident 'subject=打印机卡纸' --body '三楼的打印机。'");
	desk_ok(NULL, "ticket act INC100001 note 'body=Router log asked for.'");
	desk_ok(NULL, "user add lena --name 'Lena Lead' --role lead --role agent --group 'Service desk'");
	desk_run("lena", "Dear {requester_name},\n\nthank you for {number}. {|}\n\nKind regards\n{agent}\n",
		"macro save thanks --group 'Service desk' --body -");
	desk_run(NULL, "{requester_name}，您好：\n\n{|}\n", "macro save 您好 --body -");
}

static struct pty *console(const struct look *l, const char *state)
{
	char language[64], folder[400];
	snprintf(language, sizeof language, "LANGUAGE=%s", l->language);
	snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s", state);
	const char *env[] = {language, folder, "NO_COLOR", "TZ=UTC", NULL};
	struct pty_opts o = {.env = env, .cols = l->cols, .rows = l->rows};
	struct pty *p = console_run(o, NULL);
	pty_until(p, "2026-01-05 09:");
	pty_settle(p);
	return p;
}

static void shot(struct pty *p, const struct look *l, const char *name)
{
	char file[128];
	snprintf(file, sizeof file, "aids/%s-%s", name, l->name);
	pty_settle(p);
	pty_golden(p, file, false, NULL);
}

static void screens(const struct look *l)
{
	char *state = test_make_dir();
	struct pty *p = console(l, state);
	press(p, "g 4");
	pty_until(p, "INC100002");
	press(p, "Enter");
	pty_until(p, "INC100001  ");
	pty_until(p, "VPN");
	shot(p, l, "1-new-and-quoted");
	press(p, "z q");
	shot(p, l, "2-unfolded");
	press(p, "N");
	press(p, "Ctrl-x m");
	pty_until(p, "Service desk");
	pty_type(p, "thank");
	pty_settle(p);
	shot(p, l, "3-texts");
	press(p, "Enter");
	shot(p, l, "4-inserted");
	press(p, "Esc");
	shot(p, l, "5-draft-waits");
	press(p, "g d");
	shot(p, l, "6-drafts");
	press(p, "Esc");
	press(p, "O J");
	pty_until(p, "三楼");
	shot(p, l, "7-beside");
	press(p, "Tab Esc");
	press(p, "K");
	pty_until(p, "It was the router");
	press(p, "N");
	press(p, "Ctrl-x d");
	pty_gone(p, "✎");
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
	test_remove_dir(state);
}

#define SCREENS(test, ...)                                                                                                       \
	static void test(void **state)                                                                                               \
	{                                                                                                                            \
		static const struct look look = {__VA_ARGS__};                                                                           \
		(void)state;                                                                                                             \
		screens(&look);                                                                                                          \
	}
SCREENS(english_80x24, "80x24-en", 80, 24, "en")
SCREENS(english_200x60, "200x60-en", 200, 60, "en")
SCREENS(chinese_80x24, "80x24-zh", 80, 24, "zh_CN")
SCREENS(chinese_200x60, "200x60-zh", 200, 60, "zh_CN")

/* Reads the ticket, then somebody answers: that is new in every session, because none stays long enough to read it. */
static void read_then_answer(void)
{
	desk_sql(
		"insert into desk.my_read(person_id, ticket_id, seq, at) select p.id, t.id, t.last_seq, desk.now() from desk.person p,"
		" desk.ticket t where t.number = 'INC100001' and p.login is not null and p.id > 1");
	desk_ok(NULL, "clock advance 25m");
	desk_run("lena",
		"It was the router.\n\nOn Monday the desk wrote:\n> Which router is it?\n> And which firmware?\n>\n> Please look at the "
		"label.\n\n"
		"Can it be replaced? See INC100002.\n-- \nLena\nRoom 12\n",
		"ticket act INC100001 reply --body -");
	desk_sql(
		"create function desk.keep_unread() returns trigger language plpgsql as 'begin return null; end';"
		"create trigger keep_unread before insert or update on desk.my_read for each row execute function desk.keep_unread()");
}

static int group_start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	int rc = desk_start(state);
	if (rc == 0) {
		fill();
		read_then_answer();
	}
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english_80x24),
		cmocka_unit_test(english_200x60),
		cmocka_unit_test(chinese_80x24),
		cmocka_unit_test(chinese_200x60),
	};
	return TEST_MAIN_WITH(tests, group_start, desk_stop);
}
