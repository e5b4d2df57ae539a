#include "tests/pty/console.h"

#include "tests/lib/testlib.h"

struct pty *console_run(struct pty_opts o, const char *const *words)
{
	const char *argv[16] = {desk_program(), "--dir", desk_dir()};
	size_t n = 3;

	for (; words && *words; words++) {
		assert_true(n < sizeof argv / sizeof *argv - 1);
		argv[n++] = *words;
	}
	o.argv = argv;
	return pty_start(&o);
}

struct pty *console_start(struct pty_opts o, const char *const *words)
{
	struct pty *p = console_run(o, words);

	pty_until(p, "by priority");
	return p;
}

void press(struct pty *p, const char *keys)
{
	pty_press(p, keys);
	pty_settle(p);
}

void type(struct pty *p, const char *text)
{
	pty_type(p, text);
	pty_settle(p);
}

void quit(struct pty *p)
{
	bool visible;

	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	assert_false(pty_alt_screen(p));
	pty_cursor(p, NULL, NULL, &visible);
	assert_true(visible);
	pty_free(p);
}
