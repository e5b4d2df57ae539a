/* What keys do on the line itself: the clipboard, the mouse, pastes, Esc, and the person's own keys. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "svcdesk/mem.h"

static struct pty *console(const char *term, const char *const *env)
{
	return console_start((struct pty_opts){.term = term, .cols = 100, .rows = 30, .env = env}, NULL);
}

static size_t times(struct pty *p, const char *what)
{
	size_t n, found = 0;
	const char *out = pty_output(p, &n), *at = out;

	while ((at = memmem(at, n - (size_t)(at - out), what, strlen(what))) != NULL) {
		found++;
		at += strlen(what);
	}
	return found;
}

static void the_clipboard(void **state)
{
	(void)state;
	static const char *const tmux[] = {"TMUX=/tmp/x,1,0", NULL}, *const plain[] = {"TMUX", "STY", NULL};
	struct pty *p = console(NULL, plain);

	press(p, "g 4 &");
	type(p, "clipboard");
	press(p, "Enter");
	pty_until(p, "for the clipboard");
	pty_mark(p);
	press(p, "y n");
	pty_until(p, "Copied: Number (");
	assert_int_equal(times(p, "\033]52;c;SU5D"), 1); /* INC */
	assert_int_equal(times(p, "\033P"), 0);
	/* hostile text does not get out of it */
	pty_mark(p);
	press(p, "y f 3");
	pty_until(p, "Copied: ");
	assert_int_equal(times(p, "\033]52;c;"), 1);
	press(p, "y t");
	pty_until(p, "Copied: Table");
	quit(p);
	p = console("tmux-256color", tmux);
	pty_mark(p);
	press(p, "g 4");
	pty_until(p, "for the clipboard");
	press(p, "y n");
	pty_until(p, "Copied: Number (");
	assert_int_equal(times(p, "\033Ptmux;\033\033]52;c;SU5D"), 1);
	quit(p);
	p = console("vt220", plain); /* a terminal that knows nothing of it is not bothered */
	pty_mark(p);
	press(p, "g 4");
	pty_until(p, "for the clipboard");
	press(p, "y n");
	pty_until(p, "This terminal has no clipboard");
	assert_int_equal(times(p, "\033]52"), 0);
	quit(p);
}

static void a_file_instead(void **state)
{
	(void)state;
	char path[64], line[128];
	struct pty *p = console(NULL, NULL);
	size_t n;
	char *bytes;

	snprintf(path, sizeof path, "/tmp/svcdesk-copy-%ld.csv", (long)getpid());
	press(p, "g 4");
	snprintf(line, sizeof line, ":copy table %s\r", path);
	type(p, line);
	pty_until(p, "Saved to ");
	bytes = test_read_file(path, &n);
	assert_non_null(strstr(bytes, "P,Number,Subject,State"));
	assert_non_null(strstr(bytes, "for the clipboard"));
	free(bytes);
	type(p, line); /* what is there is never written over */
	pty_until(p, "File exists");
	unlink(path);
	quit(p);
}

static void the_mouse(void **state)
{
	(void)state;
	struct pty *p = console(NULL, NULL);

	pty_mark(p);
	press(p, "Alt-m");
	assert_int_equal(times(p, "\033[?1000l"), 1);
	pty_mark(p);
	press(p, "F8");
	assert_int_equal(times(p, "\033[?1000h"), 1);
	pty_mark(p);
	press(p, "B");
	assert_int_equal(times(p, "\033[?1000l"), 1);
	assert_false(pty_has(p, "by priority"));
	pty_mark(p);
	press(p, "Esc");
	assert_int_equal(times(p, "\033[?1000h"), 1);
	pty_until(p, "by priority");
	/* off from the beginning: never asked for, but to be had */
	quit(p);
	const char *argv[] = {desk_program(), "--dir", desk_dir(), "--set", "mouse=no", NULL};
	struct pty_opts o = {.argv = argv, .cols = 80, .rows = 24};
	p = pty_start(&o);
	pty_until(p, "by priority");
	assert_int_equal(times(p, "\033[?1000"), 0);
	press(p, "Alt-m");
	assert_int_equal(times(p, "\033[?1000h"), 1);
	pty_mark(p);
	quit(p);
}

static void pastes(void **state)
{
	(void)state;
	struct pty *p = console(NULL, NULL);

	pty_paste(p, ":quit\rqyj\x03");
	pty_until(p, "Pasted text is only taken where you write");
	press(p, "C");
	pty_until(p, "Requester");
	press(p, "Tab");
	pty_paste(p, "A paste\033[2J with\033]0;x\a more");
	pty_until(p, "A paste");
	pty_until(p, "more");
	press(p, "Esc Esc");
	/* the end mark is lost: nothing more is taken for a key, until Esc says that it was all */
	pty_type(p, "\033[200~jjj");
	pty_until(p, "does not end: Esc ends it");
	pty_type(p, "Q");
	pty_settle(p);
	pty_type(p, "\033");
	pty_until(p, "Pasted text is only taken where you write");
	quit(p);
}

static void keys_of_ones_own(void **state)
{
	(void)state;
	char path[64], env[100];
	const char *envs[] = {env, NULL};
	FILE *f;

	snprintf(path, sizeof path, "/tmp/svcdesk-keys-%ld", (long)getpid());
	snprintf(env, sizeof env, "SVCDESK_CONFIG=%s", path);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "[keys]\nview-4 = F9\nverb.take = X,t\nnowhere = x\n[commands]\nclip = filter clipboard\n");
	fclose(f);
	struct pty *p = console(NULL, envs);
	pty_until(p, "Lines about keys in your configuration are wrong (1)");
	press(p, "F9");
	type(p, ":clip\r");
	pty_until(p, "for the clipboard");
	press(p, "X");
	pty_until(p, "t Take");
	press(p, "t");
	pty_until(p, "Take: In progress");
	quit(p);
	unlink(path);
}

/* Without a desk: it stands on nothing but the file. */
static void the_list_of_keys(void **state)
{
	(void)state;
	static const char config[] =
		"[keys]\nzoom = F9\n[keys queue]\nfilter = F6 g,f\nfliter = x\n[commands]\nclip = ?filter clipboard\n";
	char *path = desk_file("config", config, sizeof config - 1);
	const char *plain[] = {"./svcdesk", "keys", NULL}, *as_json[] = {"./svcdesk", "keys", "--json", NULL};
	const struct run *r;
	json_t *all;
	size_t i = 0;

	r = desk_exec(NULL, plain);
	assert_int_equal(r->status, 0);
	assert_string_equal(r->err, "");
	assert_non_null(strstr(r->out, "  & f              filter"));
	assert_non_null(strstr(r->out, "  g,g Home         top"));
	setenv("SVCDESK_CONFIG", path, 1);
	r = desk_exec(NULL, plain);
	assert_int_equal(r->status, 2);
	assert_non_null(strstr(r->err, "config:5: there is no action fliter; did you mean filter?"));
	assert_non_null(strstr(r->out, "  & (views) f (views) F6 (queue) g,f (queue) filter"));
	assert_non_null(strstr(r->out, "? :filter clipboard"));
	r = desk_exec(NULL, as_json);
	unsetenv("SVCDESK_CONFIG");
	all = desk_json(r);
	assert_string_equal(text(all, "commands.0.command"), "clip");
	assert_true(json_is_true(at(all, "commands.0.confirm")));
	assert_int_equal(json_array_size(at(all, "problems")), 1);
	while (strcmp(text(json_array_get(at(all, "actions"), i), "action"), "zoom") != 0)
		i++;
	assert_string_equal(text(json_array_get(at(all, "actions"), i), "bindings.0.keys"), "F9");
	assert_true(json_is_true(at(json_array_get(at(all, "actions"), i), "bindings.0.yours")));
	free(path);
}

static void history_of_the_palette(void **state)
{
	(void)state;
	char *dir = test_make_dir(), env[300], path[400];
	const char *envs[] = {env, NULL};
	size_t n;

	snprintf(env, sizeof env, "XDG_STATE_HOME=%s", dir);
	snprintf(path, sizeof path, "%s/svcdesk/history", dir);
	struct pty *p = console(NULL, envs);
	type(p, ":filter clipboard\r");
	type(p, ":reply body=\"dear customer\"\r");
	press(p, "Esc Esc");
	quit(p);
	char *kept = test_read_file(path, &n);
	assert_string_equal(kept, ": filter clipboard\n: quit\n");
	free(kept);
	p = console(NULL, envs); /* the next session knows it */
	press(p, ": Up Up");
	assert_true(pty_has(p, ":filter clipboard"));
	press(p, "Enter");
	pty_until(p, "& clipboard");
	quit(p);
	test_remove_dir(dir);
}

static int make(void **state)
{
	int status = desk_start(state);

	signal(SIGPIPE, SIG_IGN);
	desk_ticket("for the clipboard ]52;c;AAAA");
	return status;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clipboard),
		cmocka_unit_test(a_file_instead),
		cmocka_unit_test(the_mouse),
		cmocka_unit_test(pastes),
		cmocka_unit_test(keys_of_ones_own),
		cmocka_unit_test(the_list_of_keys),
		cmocka_unit_test(history_of_the_palette),
	};

	return TEST_MAIN_WITH(tests, make, desk_stop);
}
