/* Terminals of every kind: the console starts, works a ticket and leaves the terminal as it was; it uses the colours the terminal
 * has, or those it is told to use; and it becomes light on a light background. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"

static const char *crack;

static struct pty *console(const char *term, const char *const *more, const char *const *env)
{
	return console_start((struct pty_opts){.term = term, .env = env}, more);
}

/* The end, with every mode given back. */
static void leave(struct pty *p)
{
	size_t n;
	bool visible;
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	assert_false(pty_alt_screen(p));
	pty_cursor(p, NULL, NULL, &visible);
	assert_true(visible);
	char *out = sd_strdup(pty_output(p, &n));
	static const char *const mode[][2] = {
		{"\033[?2004h", "\033[?2004l"}, {"\033[?1000h", "\033[?1000l"}, {"\033[?1004h", "\033[?1004l"}};
	for (size_t i = 0; i < sizeof mode / sizeof *mode; i++) {
		const char *on = strstr(out, mode[i][0]), *off = NULL;
		for (const char *at = out; (at = strstr(at, mode[i][1])); at++)
			off = at;
		if (on && (!off || off < on))
			fail_msg("a mode stayed on: %s", mode[i][0] + 1);
	}
	free(out);
	pty_free(p);
}

/* ---- one journey on each ---- */
static void journey(const char *term)
{
	char done[100];
	struct pty *p = console(term, NULL, NULL);
	press(p, "g 4");
	pty_until(p, crack);
	press(p, "Enter");
	pty_until(p, "Timeline");
	press(p, "N");
	pty_type(p, "seen on ");
	pty_type(p, term);
	pty_settle(p);
	press(p, "Ctrl-s");
	snprintf(done, sizeof done, "%s Note", crack);
	pty_until(p, done);
	leave(p);
	json_t *t = desk_ok(NULL, "ticket show %s", crack);
	const json_t *events = at(t, "events");
	snprintf(done, sizeof done, "seen on %s", term);
	assert_string_equal(text(json_array_get(events, json_array_size(events) - 1), "text"), done);
}

#define TERM_TEST(name, term)                                                                                                    \
	static void name(void **state)                                                                                               \
	{                                                                                                                            \
		(void)state;                                                                                                             \
		journey(term);                                                                                                           \
	}
TERM_TEST(on_xterm_256color, "xterm-256color")
TERM_TEST(on_xterm, "xterm")
TERM_TEST(on_tmux_256color, "tmux-256color")
TERM_TEST(on_screen, "screen")
TERM_TEST(on_linux, "linux")
TERM_TEST(on_vt220, "vt220")
TERM_TEST(on_a_name_nobody_knows, "nonsense-9000")

/* ---- colours ---- */
enum seen { NO_COLOURS, EIGHT, SIXTEEN, MANY };

/* The most that was used, by what went over the line. */
static enum seen colours_of(const char *term, const char *const *more, const char *const *env)
{
	size_t n;
	struct pty *p = console(term, more, env);
	press(p, "g 4");
	pty_until(p, crack);
	const char *out = pty_output(p, &n);
	enum seen most = NO_COLOURS;
	for (const char *at = out; (at = strstr(at, "\033[")); at += 2) {
		size_t len = strspn(at + 2, "0123456789;");
		if (at[2 + len] != 'm')
			continue;
		for (const char *w = at + 2; w < at + 2 + len; w += strcspn(w, ";m") + 1) {
			int code = atoi(w);
			enum seen now = NO_COLOURS;
			if ((code == 38 || code == 48) && !strncmp(w + 2, ";5;", 3)) {
				int c = atoi(w + 5);
				now = c > 15 ? MANY : c > 7 ? SIXTEEN : EIGHT;
				w += 5;
			} else if ((code >= 30 && code <= 37) || (code >= 40 && code <= 47)) {
				now = EIGHT;
			} else if ((code >= 90 && code <= 97) || (code >= 100 && code <= 107)) {
				now = SIXTEEN;
			}
			most = now > most ? now : most;
		}
	}
	leave(p);
	return most;
}

static void as_many_colours_as_there_are(void **state)
{
	(void)state;
	static const char *const truecolor[] = {"COLORTERM=truecolor", NULL}, *const none[] = {"COLORTERM", NULL},
							 *const no_color[] = {"NO_COLOR=1", NULL};
	assert_int_equal(colours_of("xterm-256color", NULL, none), MANY);
	assert_int_equal(colours_of("xterm", NULL, none), EIGHT);
	assert_int_equal(colours_of("xterm", NULL, truecolor), MANY);   /* the name says less than there is */
	assert_int_equal(colours_of("screen", NULL, truecolor), EIGHT); /* the variable is of the terminal outside */
	assert_int_equal(colours_of("linux", NULL, truecolor), EIGHT);
	assert_int_equal(colours_of("vt220", NULL, truecolor), NO_COLOURS);
	assert_int_equal(colours_of("xterm-256color", NULL, no_color), NO_COLOURS);
}

static void as_many_colours_as_one_wants(void **state)
{
	(void)state;
	static const char *const many[] = {"--set", "colors=256", NULL}, *const sixteen[] = {"--set", "colors=16", NULL},
							 *const eight[] = {"--set", "colors=8", NULL}, *const mono[] = {"--set", "colors=mono", NULL},
							 *const never[] = {"--color=never", NULL}, *const always[] = {"--color=always", NULL};
	static const char *const no_color[] = {"NO_COLOR=1", "COLORTERM", NULL}, *const none[] = {"COLORTERM", NULL};
	assert_int_equal(colours_of("screen", many, none), MANY);
	assert_int_equal(colours_of("xterm-256color", sixteen, none), SIXTEEN);
	assert_int_equal(colours_of("xterm-256color", eight, none), EIGHT);
	assert_int_equal(colours_of("xterm-256color", mono, none), NO_COLOURS);
	assert_int_equal(colours_of("xterm-256color", never, none), NO_COLOURS);
	assert_int_equal(colours_of("xterm-256color", always, no_color), MANY);
}

/* ---- light and dark ---- */
static int status_bg(struct pty *p)
{
	return pty_attr(p, 1, 0).bg; /* the line on top: 237 dark, 252 light */
}

static void a_light_terminal_gets_the_light_theme(void **state)
{
	(void)state;
	static const char *const dark[] = {"--theme", "dark", NULL};
	static const char light[] = "\033]11;rgb:ffff/ffff/dddd\033\\", black[] = "\033]11;rgb:00/00/00\007";
	size_t n;
	struct pty *p = console("xterm-256color", NULL, NULL);
	assert_non_null(strstr(pty_output(p, &n), "\033]11;?")); /* it asks, and does not wait */
	assert_int_equal(status_bg(p), 237);
	pty_send(p, light, sizeof light - 1);
	pty_settle(p);
	assert_int_equal(status_bg(p), 252);
	pty_send(p, black, sizeof black - 1); /* one answer is enough */
	pty_settle(p);
	assert_int_equal(status_bg(p), 252);
	leave(p);
	p = console("xterm-256color", dark, NULL); /* who has chosen is not asked */
	assert_null(strstr(pty_output(p, &n), "\033]11;?"));
	pty_send(p, light, sizeof light - 1);
	pty_settle(p);
	assert_int_equal(status_bg(p), 237);
	leave(p);
	p = console("linux", NULL, NULL); /* this one would print the question */
	assert_null(strstr(pty_output(p, &n), "\033]11;?"));
	leave(p);
}

static int start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	int rc = desk_start(state);
	if (rc == 0)
		crack = sd_strdup(
			text(desk_ok(NULL, "ticket new kind=incident 'subject=Terminal with a crack' impact=1 urgency=1"), "number"));
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_xterm_256color),
		cmocka_unit_test(on_xterm),
		cmocka_unit_test(on_tmux_256color),
		cmocka_unit_test(on_screen),
		cmocka_unit_test(on_linux),
		cmocka_unit_test(on_vt220),
		cmocka_unit_test(on_a_name_nobody_knows),
		cmocka_unit_test(as_many_colours_as_there_are),
		cmocka_unit_test(as_many_colours_as_one_wants),
		cmocka_unit_test(a_light_terminal_gets_the_light_theme),
	};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
