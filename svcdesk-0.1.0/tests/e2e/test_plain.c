/* A day in lines: the plain console as a person without a screen uses it, against a real desk whose clock stands. What goes in is
 * tests/golden/plain/day.in, what must come out is beside it, in English, in Chinese and without UTF-8. After a change that is
 * meant: GENERATE=1 make check TESTS=tests/e2e/test_plain, then look at what git diff shows. */
#include "tests/e2e/desk.h"
#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "svcdesk/mem.h"

static void act(const char *number, const char *what)
{
	desk_ok(NULL, "ticket act %s %s", number, what);
}

static void fill(void)
{
	static const char *const subjects[] = {"Laptop does not start after the update", "VPN drops every ten minutes",
		"打印机卡纸，无法打印", "Mailbox full", "Headset without sound in calls", "Badge is refused at the north gate"};
	char number[64];
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		json_t *t = desk_ok(NULL, "ticket new kind=incident 'subject=%s' impact=%d urgency=%d category=General", subjects[i],
			(int)(i % 3) + 1, (int)(i / 3) + 1);
		snprintf(number, sizeof number, "%s", text(t, "number"));
	}
	act(number, "tag add=gate");
	desk_ok(NULL, "user add ben --role agent --group 'Service desk'");
	desk_ok("ben", "ticket act %s note 'body=@admin the gate again'", number);
	desk_ok(NULL, "clock advance 3h");
	free(desk_file("disk.log", "sda: no errors\n", 15));
}

/* text with every `from` replaced; malloc'ed */
static char *replaced(const char *text, const char *from, const char *to)
{
	struct sd_str s = {0};
	const char *at;
	while ((at = strstr(text, from)) != NULL) {
		sd_str_addn(&s, text, (size_t)(at - text));
		sd_str_add(&s, to);
		text = at + strlen(from);
	}
	sd_str_add(&s, text);
	return sd_str_take(&s);
}

/* Nothing that moves a cursor: every byte is text or the end of a line. */
static void only_text(const char *out)
{
	for (const unsigned char *p = (const unsigned char *)out; *p; p++)
		if ((*p < 0x20 && *p != '\n') || *p == 0x7F)
			fail_msg("byte %02x after: %.60s", *p, (const char *)p > out + 60 ? (const char *)p - 60 : out);
}

static const char *day(const char *how)
{
	struct sd_str path = {0};
	sd_str_addf(&path, "%s/tests/golden/plain/day.in", getenv("srcdir") ? getenv("srcdir") : ".");
	char *script = test_read_file(path.data, NULL), *top = sd_strdup(desk_dir());
	*strrchr(top, '/') = '\0';
	char *in = replaced(script, "@DIR@", top);
	const struct run *r = desk_run(NULL, in, "%s --plain", how);
	if (r->status)
		fail_msg("status %d: %s", r->status, r->err);
	assert_string_equal(r->err, "");
	only_text(r->out);
	char *out = replaced(r->out, top, "@DIR@");
	static char *kept;
	free(kept);
	kept = out;
	free(in);
	free(top);
	free(script);
	sd_str_free(&path);
	return out;
}

static void a_day_in_english(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	golden_check("plain/day-en", day("--language en"));
	/* and the desk has it */
	json_t *t = desk_ok(NULL, "ticket show INC100001");
	assert_string_equal(text(t, "state"), "on_hold");
	assert_string_equal(text(t, "events.2.text"), "Only this line.");
	json_t *projector = desk_ok(NULL, "ticket list projector");
	assert_int_equal(json_array_size(projector), 1);
	assert_string_equal(text(projector, "0.state"), "in_progress");
}

static void a_day_in_chinese(void **state)
{
	(void)state;
	golden_check("plain/day-zh", day("--language zh_CN"));
}

static void a_day_without_utf8(void **state)
{
	(void)state;
	const char *out = day("--language en --ascii");
	for (const unsigned char *p = (const unsigned char *)out; *p; p++)
		assert_true(*p < 0x80);
	golden_check("plain/day-ascii", out);
}

/* The end of the input in the middle of a text is no reason to lose it. */
static void the_input_ends_and_the_text_is_kept(void **state)
{
	(void)state;
	const struct run *r = desk_run(NULL, "INC100002\nnote\nhalf a thought\n", "--plain");
	assert_int_equal(r->status, 0);
	r = desk_run(NULL, "drafts\n1\n.\ny\n", "--plain");
	assert_non_null(strstr(r->out, "half a thought"));
	json_t *t = desk_ok(NULL, "ticket show INC100002");
	assert_string_equal(text(t, "events.1.text"), "half a thought");
}

static void without_a_desk_it_says_so(void **state)
{
	(void)state;
	const struct run *r = desk_exec(NULL, (const char *const[]){"./svcdesk", "--db", "host=/nowhere", "--plain", NULL});
	assert_int_equal(r->status, 6);
	assert_string_equal(r->out, "");
	assert_non_null(strstr(r->err, "/nowhere"));
}

static int start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	int rc = desk_start(state);
	if (rc == 0)
		fill();
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_day_in_english, start, desk_stop),
		cmocka_unit_test_setup_teardown(a_day_in_chinese, start, desk_stop),
		cmocka_unit_test_setup_teardown(a_day_without_utf8, start, desk_stop),
		cmocka_unit_test_setup_teardown(the_input_ends_and_the_text_is_kept, start, desk_stop),
		cmocka_unit_test_setup_teardown(without_a_desk_it_says_so, start, desk_stop),
	};
	return TEST_MAIN(tests);
}
