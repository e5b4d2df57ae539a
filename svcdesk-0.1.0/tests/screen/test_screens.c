/* Screens as they are drawn, compared with tests/golden/screen: at 80x24 and 160x50, in English and Chinese, and with their
 * attributes in 256 colours and in none. After a change that is meant: GENERATE=1 make check TESTS=tests/screen/test_screens,
 * then look at what git diff shows. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct look {
	const char *name; /* part of the golden's name */
	int cols, rows;
	const char *language;
	bool mono, attributes;
};

static char first[64]; /* number of the ticket that has a story */

static void act(const char *number, const char *what)
{
	desk_ok(NULL, "ticket act %s %s", number, what);
}

/* The same small desk every time: its clock stands, so every age and date on the screens is known. */
static void fill(void)
{
	static const char *const subjects[] = {"Laptop does not start after the update", "No access to the payroll share",
		"VPN drops every ten minutes", "Projector in room 4.12 stays dark", "Badge is refused at the north gate",
		"打印机卡纸，无法打印", "Mailbox full", "Headset without sound in calls"};
	char number[64];
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		json_t *t = desk_ok(NULL, "ticket new kind=incident 'subject=%s' impact=%d urgency=%d category=General", subjects[i],
			(int)(i % 3) + 1, (int)(i / 3) + 1);
		snprintf(i ? number : first, sizeof number, "%s", text(t, "number"));
	}
	act(first, "take");
	desk_ok(NULL, "clock advance 25m");
	act(first, "'note' 'body=Boots from a stick; the disk is fine.'");
	act(first, "'reply' 'body=We are on it. Please leave the laptop at the front desk.'");
	desk_ok(NULL, "clock advance 3h");
	act(first, "hold reason=requester 'body=Which software did you install last?' until=2026-01-08");
	act(number, "take");
	act(number, "tag add=audio");
	desk_ok(NULL, "clock advance 40m");
}

static struct pty *console(const struct look *l)
{
	char language[64];
	snprintf(language, sizeof language, "LANGUAGE=%s", l->language);
	const char *env[] = {language, l->mono ? "NO_COLOR=1" : "NO_COLOR", "TZ=UTC", NULL};
	struct pty_opts o = {.env = env, .cols = l->cols, .rows = l->rows};
	struct pty *p = console_run(o, NULL);
	pty_until(p, "2026-01-05 13:05");
	pty_settle(p);
	return p;
}

static void shot(struct pty *p, const struct look *l, const char *name)
{
	char file[128];
	snprintf(file, sizeof file, "screen/%s-%s", name, l->name);
	pty_settle(p);
	pty_golden(p, file, l->attributes, "??:??:??"); /* messages have the time of the day */
}

/* Marks, a range beside them, the form for all of them and the question. */
static void many(struct pty *p, const struct look *l)
{
	press(p, "3 Space j v j");
	shot(p, l, "11-marks");
	press(p, "s");
	shot(p, l, "12-question");
	press(p, "n a");
	shot(p, l, "13-form-for-many");
	press(p, "Ctrl-x d");
	press(p, "U g g Ctrl-l");
}

/* From screen to screen in one session, as a person would go. */
static void ten_screens(const struct look *l)
{
	struct pty *p = console(l);
	press(p, "g 4");
	pty_until(p, "INC100008");
	shot(p, l, "01-queue");
	many(p, l);
	press(p, "&");
	pty_type(p, "laptop");
	pty_settle(p);
	shot(p, l, "02-filter");
	press(p, "Enter");
	pty_gone(p, "INC100008");
	press(p, "Enter");
	pty_until(p, first);
	shot(p, l, "03-ticket");
	press(p, "Z");
	press(p, "v");
	shot(p, l, "04-timeline");
	press(p, "Z");
	press(p, "m");
	shot(p, l, "05-acts");
	press(p, "Esc");
	press(p, "R");
	pty_type(p, "Your laptop is ready.");
	pty_settle(p);
	shot(p, l, "06-reply");
	press(p, "Ctrl-x d");
	press(p, "C");
	shot(p, l, "07-new");
	press(p, "Esc");
	press(p, "?");
	shot(p, l, "08-help");
	press(p, "Esc");
	press(p, ":");
	shot(p, l, "09-palette");
	press(p, "Esc");
	press(p, "Alt-4");
	shot(p, l, "10-messages");
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

#define SCREENS(test, ...)                                                                                                       \
	static void test(void **state)                                                                                               \
	{                                                                                                                            \
		static const struct look look = {__VA_ARGS__};                                                                           \
		(void)state;                                                                                                             \
		ten_screens(&look);                                                                                                      \
	}
SCREENS(english_80x24, "80x24-en", 80, 24, "en", false, false)
SCREENS(english_160x50, "160x50-en", 160, 50, "en", false, false)
SCREENS(chinese_80x24, "80x24-zh", 80, 24, "zh_CN", false, false)
SCREENS(chinese_160x50, "160x50-zh", 160, 50, "zh_CN", false, false)
SCREENS(in_256_colours, "80x24-256", 80, 24, "en", false, true)
SCREENS(without_colour, "80x24-mono", 80, 24, "en", true, true)

/* Reads the ticket once, so that all sessions find it read. */
static void read_first(void)
{
	static const struct look look = {"", 80, 24, "en", false, false};
	struct pty *p = console(&look);
	press(p, "g 4");
	pty_until(p, "VPN");
	press(p, "Enter");
	while (atoi(desk_ask("select count(*) from desk.my_read")) == 0) /* it counts as read after a moment */
		pty_next_idle(p);
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

static int group_start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	int rc = desk_start(state);
	if (rc == 0)
		fill();
	if (rc == 0)
		read_first();
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english_80x24),
		cmocka_unit_test(english_160x50),
		cmocka_unit_test(chinese_80x24),
		cmocka_unit_test(chinese_160x50),
		cmocka_unit_test(in_256_colours),
		cmocka_unit_test(without_colour),
	};
	return TEST_MAIN_WITH(tests, group_start, desk_stop);
}
