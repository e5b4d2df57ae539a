/* Text made to hurt, written into the database past every client: in the console nothing of it steers the terminal, spills out
 * of its cells or changes what the rest of the screen says. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "svcdesk/mem.h"

static int made;

/* PostgreSQL keeps only valid UTF-8 without NUL: the rest of the bytes are taken one by one as Latin-1, which keeps C1 controls.
 */
static void add_utf8(struct sd_str *s, const char *bytes, size_t n)
{
	bool valid = true;
	for (size_t i = 0; i < n && valid;) {
		unsigned char c = (unsigned char)bytes[i];
		size_t k = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
		valid = k > 0 && i + k <= n && c != 0xe0 && c != 0xed && c != 0xf0 && c != 0xf4;
		for (size_t j = 1; valid && j < k; j++)
			valid = ((unsigned char)bytes[i + j] & 0xc0) == 0x80;
		i += k;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c == 0)
			continue;
		if (valid || c < 0x80)
			sd_str_addc(s, (char)c);
		else
			sd_str_addf(s, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
	}
}

static void add_hex(struct sd_str *s, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sd_str_addf(s, "%02x", (unsigned char)bytes[i]);
}

/* One call of the official door as any program with psql could make it, with bytes the command line would have cleaned. */
static void add_ticket(void *arg, const char *name, const char *bytes, size_t n)
{
	struct sd_str *sql = arg, subject = {0}, body = {0};
	(void)name;
	sd_str_addf(&subject, "H%03d ", ++made);
	add_utf8(&subject, bytes, n);
	add_utf8(&body, bytes, n);
	sd_str_add(sql, "select case when (r->>'ok')::boolean then 'made' else r->'error'->>'id' end from desk.create('incident', "
					"jsonb_strip_nulls(jsonb_build_object('subject', left(regexp_replace(convert_from(decode('");
	add_hex(sql, subject.data, subject.len);
	sd_str_add(sql, "', 'hex'), 'UTF8'), '[\\r\\n]+', ' ', 'g'), 200), 'body', convert_from(decode('");
	add_hex(sql, body.data, body.len < 20000 ? body.len : 0);
	sd_str_add(sql, "', 'hex'), 'UTF8'))), gen_random_uuid(), 'api') r;\n");
	sd_str_free(&subject);
	sd_str_free(&body);
}

static void fill(void)
{
	struct sd_str sql = {0};
	test_each_hostile(add_ticket, &sql);
	char *file = desk_file("hostile.sql", sql.data, sql.len);
	const char *argv[] = {"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", file, desk_uri(), NULL};
	const struct run *r = desk_exec(NULL, argv);
	if (r->status != 0)
		fail_msg("%s", r->err);
	int taken = 0;
	for (const char *p = r->out; (p = strstr(p, "made\n")); p += 5)
		taken++;
	print_message("# %d texts, %d taken by the desk\n", made, taken);
	assert_true(taken > 200);
	free(file);
	sd_str_free(&sql);
}

static struct pty *console(int cols, int rows, const char *option)
{
	const char *words[] = {option, NULL};
	struct pty *p = console_start((struct pty_opts){.cols = cols, .rows = rows}, words);
	pty_press(p, "g 4");
	pty_until(p, "All open");
	pty_settle(p);
	return p;
}

/* What went over the line since the mark may hold only what the console itself says. */
static void check_line(struct pty *p)
{
	size_t n;
	static const char asks[] = "\033]11;?\033\\"; /* which background the terminal has */
	const char *b = pty_output(p, &n);
	for (size_t i = 0; i < n; i++) {
		if (n - i >= sizeof asks - 1 && memcmp(b + i, asks, sizeof asks - 1) == 0)
			i += sizeof asks - 1;
		if (i == n)
			break;
		unsigned char c = (unsigned char)b[i], d = i + 1 < n ? (unsigned char)b[i + 1] : 0,
					  e = i + 2 < n ? (unsigned char)b[i + 2] : 0;
		const char *wrong = NULL;
		if (c == 033 && strchr("]PX^_c#", d) && d)
			wrong = "a control string";
		else if (c == 0xc2 && d >= 0x80 && d < 0xa0)
			wrong = "a C1 control";
		else if (c == 0xe2 && ((d == 0x80 && e >= 0xaa && e <= 0xae) || (d == 0x81 && e >= 0xa6 && e <= 0xa9)))
			wrong = "a bidi control";
		else if (c == 0 || c == 7 || (c < 033 && c != '\r' && c != '\n' && c != '\b' && c != '\t' && c != 016 && c != 017) ||
				 c == 0177)
			wrong = "a control character";
		if (wrong) {
			char *q = test_quote(b + (i > 60 ? i - 60 : 0), 120);
			fail_msg("%s: %s", wrong, q);
		}
	}
	assert_int_equal(pty_replies(p), 0);
	pty_mark(p);
}

/* The frame around the texts is whole. */
static void check_frame(struct pty *p, const char *corner)
{
	const char *top = pty_row(p, 0);
	if (strncmp(top, " svcdesk", 8) != 0 || !strstr(top, corner))
		fail_msg("the status line says: %s\n%s", top, pty_screen(p));
	assert_string_equal(pty_title(p), "");
	assert_true(pty_alt_screen(p));
}

static void every_ticket_is_opened(struct pty *p)
{
	char *last = sd_strdup(""), *now;
	check_frame(p, "2026-01-05 09:00");
	pty_press(p, "Enter");
	pty_settle(p);
	int seen = 0;
	for (; seen < made + 5; seen++) {
		check_line(p);
		check_frame(p, "2026-01-05 09:00");
		now = sd_strdup(pty_screen(p));
		bool same = strcmp(now, last) == 0;
		free(last);
		last = now;
		if (same)
			break;
		pty_press(p, "J");
		pty_settle(p);
	}
	free(last);
	print_message("# %d tickets looked at\n", seen);
	assert_true(seen > 200);
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	check_line(p);
	pty_free(p);
}

static void at_80x24(void **state)
{
	(void)state;
	every_ticket_is_opened(console(80, 24, NULL));
}

static void at_160x50(void **state)
{
	(void)state;
	every_ticket_is_opened(console(160, 50, NULL));
}

static void in_ascii(void **state)
{
	(void)state;
	struct pty *p = console(80, 24, "--ascii");
	pty_press(p, "Ctrl-d Ctrl-d Ctrl-d Enter");
	pty_settle(p);
	size_t n;
	const char *b = pty_output(p, &n);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)b[i] >= 0x80) {
			char *q = test_quote(b + (i > 60 ? i - 60 : 0), 120);
			fail_msg("not ASCII: %s", q);
		}
	check_frame(p, "2026-01-05 09:00");
	pty_free(p);
}

/* The command line prints into terminals too. */
static void on_the_command_line(void **state)
{
	(void)state;
	static const char *const commands[] = {
		"ticket list --plain", "ticket list", "ticket show INC100001", "ticket show INC100100", "ticket list --csv"};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const struct run *r = desk_run(NULL, NULL, "%s", commands[i]);
		assert_int_equal(r->status, 0);
		struct sd_str out = {0};
		for (size_t k = 0; k < r->nout; k++) /* lines of CSV end in CR LF, as RFC 4180 says */
			if (r->out[k] != '\r' || k + 1 == r->nout || r->out[k + 1] != '\n')
				sd_str_addc(&out, r->out[k]);
		const char *wrong = test_unclean(out.data, out.len, true);
		sd_str_free(&out);
		if (wrong)
			fail_msg("%s prints %s", commands[i], wrong);
	}
}

static int group_start(void **state)
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
		cmocka_unit_test(at_80x24),
		cmocka_unit_test(at_160x50),
		cmocka_unit_test(in_ascii),
		cmocka_unit_test(on_the_command_line),
	};
	return TEST_MAIN_WITH(tests, group_start, desk_stop);
}
