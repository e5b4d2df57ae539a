/* The palette: less than a whole word, words of other programs, lines typed too early, and the history on the disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "svcdesk/history.h"
#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/palette.h"

static void run(struct world *w, const char *line)
{
	keys(w, ":");
	type(w, line);
	keys(w, "Enter");
}

static void test_less_than_a_word(void **state)
{
	struct world *w = *state;

	run(w, "filt priority=1"); /* only one begins so */
	assert_string_equal(w->m->queue->filter, "priority=1");
	run(w, "unas"); /* a view */
	assert_string_equal(w->m->views->view[w->m->views->current].id, "unassigned");
	run(w, "re"); /* several do: it says which, and does nothing */
	check_screen(w, "re may be: ");
	assert_null(find(w, REQ_ACT));
	assert_int_equal(w->m->noverlays, 0);
	run(w, "ma"); /* exact alias before anything else; "ma" is none */
	run(w, "map");
	assert_int_equal(overlay_top(w->m)->kind, OV_HELP);
	check_screen(w, "Keys: all panes");
	keys(w, "Esc");
	run(w, "exit");
	assert_true(w->m->quitting);
}

static void test_what_was_meant(void **state)
{
	struct world *w = *state;

	run(w, "flter x");
	check_screen(w, "There is no command flter; did you mean filter?");
	keys(w, ": . Enter");
	check_screen(w, "There is no command .; Tab completes");
	run(w, "resovle");
	check_screen(w, "did you mean resolve?");
	run(w, "xyzzyplugh");
	check_screen(w, "There is no command xyzzyplugh; Tab completes");
}

static void test_letters_in_between(void **state)
{
	struct world *w = *state;
	const struct lineedit *l = &w->m->lines[PROMPT_PALETTE];
	bool seen = false;

	keys(w, ":");
	type(w, "rsl");
	assert_true(l->ncand > 0);
	assert_string_equal(l->cand[0].text, "resolve"); /* the best first, though it does not begin so */
	keys(w, "Backspace Backspace Backspace");
	type(w, "re");
	assert_int_equal(strncmp(l->cand[0].text, "re", 2), 0);
	for (size_t i = 1; i < l->ncand; i++) { /* what begins so stands before what only holds the letters */
		bool begins = !strncmp(l->cand[i].text, "re", 2);

		assert_false(begins && seen);
		seen = seen || !begins;
	}
	assert_true(seen);
}

static bool offered(const struct world *w, const char *text)
{
	const struct lineedit *l = &w->m->lines[PROMPT_PALETTE];

	for (size_t i = 0; i < l->ncand; i++)
		if (!strcmp(l->cand[i].text, text))
			return true;
	return false;
}

static void test_completion_of_what_follows(void **state)
{
	struct world *w = *state;

	keys(w, ":");
	type(w, "copy ");
	assert_true(offered(w, "link"));
	type(w, "field ");
	assert_true(offered(w, "Subject"));
	assert_false(offered(w, "link"));
	type(w, "Pri");
	assert_true(offered(w, "Priority"));
	keys(w, "Esc :");
	type(w, "delete-v "); /* after the beginning of a word, too, if it is the only one */
	assert_int_equal(w->m->lines[PROMPT_PALETTE].ncand, 0);
	keys(w, "Esc :");
	type(w, "sor ");
	assert_true(offered(w, "due"));
	assert_string_equal(w->m->toast.text, "");
}

/* Typed before the desk has said a word: done when it has. */
static void test_before_the_desk_is_there(void **state)
{
	struct world *w;
	static const char *const too_early[] = {"filter priority=2", "view all", "INC2", "3", "resolve code=fixed", "sort due"};

	(void)state;
	for (size_t i = 0; i < sizeof too_early / sizeof *too_early; i++) {
		w = world_without_desk();
		run(w, too_early[i]);
		check_screen(w, "Waiting for the desk");
		assert_string_equal(w->m->wait_line, too_early[i]);
		world_end(w);
	}
	w = world_without_desk();
	run(w, "filter priority=2");
	assert_string_equal(w->m->queue->filter, "");
	world_desk(w);
	assert_string_equal(w->m->queue->filter, "priority=2");
	assert_null(w->m->wait_line);
	world_end(w);
	w = world_without_desk(); /* what needs no desk does not wait */
	run(w, "help");
	assert_int_equal(overlay_top(w->m)->kind, OV_HELP);
	keys(w, "Esc");
	run(w, "q");
	assert_true(w->m->quitting);
	world_end(w);
}

/* ---- history ---- */
static void test_what_is_kept(void **state)
{
	static const struct {
		const char *line;
		bool kept;
	} cases[] = {{"filter priority=1", true}, {"INC2", true}, {"view all", true}, {"All open", true}, {"quit", true},
		{"resolve code=fixed", true}, {"assign group=Network assignee=rita", true}, {"reply body=\"dear customer\"", false},
		{"reply body=secret", false}, {"resolve code=fixed body=\"it was the fuse\"", false}, {"rpely body=secret", false},
		{"rpely \"dear customer\"", false}, {"reply dear customer", false}, {"edit subject=\"other words\"", false}, {"", false}};
	struct world *w = *state;
	struct sd_arena *a = sd_arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (palette_keeps(w->m, cases[i].line, a) != cases[i].kept)
			fail_msg("%s: %s", cases[i].line, cases[i].kept ? "is forgotten" : "is kept");
	sd_arena_free(a);
	run(w, "filter priority=1");
	assert_string_equal(effect(w, FX_HISTORY)->text, ":filter priority=1");
	run(w, "reply body=secret");
	assert_null(effect(w, FX_HISTORY));
	keys(w, "Esc Esc &");
	type(w, "x");
	keys(w, "Enter");
	assert_int_equal(effect(w, FX_HISTORY)->text[0], '&');
	keys(w, "/");
	type(w, "secret");
	keys(w, "Enter");
	assert_null(effect(w, FX_HISTORY));
	/* in the session all of it is there */
	keys(w, ": Up");
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "reply body=secret");
	keys(w, "Ctrl-p");
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "filter priority=1");
	keys(w, "Ctrl-n Down");
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "");
}

struct seen {
	int n;
	char last[600], marks[8];
};

static void see(void *to, char mark, const char *line)
{
	struct seen *s = to;

	s->marks[s->n % 8] = mark;
	s->n++;
	snprintf(s->last, sizeof s->last, "%s", line);
}

static void test_the_file(void **state)
{
	char dir[] = "/tmp/svcdesk-history-XXXXXX", path[64], line[SD_HISTORY_LINE + 2];
	struct sd_err err = {0};
	struct seen s = {.n = 0};
	struct stat st;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/history", dir);
	sd_history_each(path, see, &s);
	assert_int_equal(s.n, 0);
	assert_true(sd_history_add(path, ':', "one", &err));
	assert_true(sd_history_add(path, '&', "two words", &err));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	sd_history_each(path, see, &s);
	assert_int_equal(s.n, 2);
	assert_string_equal(s.last, "two words");
	assert_int_equal(s.marks[0], ':');
	assert_int_equal(s.marks[1], '&');
	/* longer than a line may be: left out; what others wrote is cleaned */
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	assert_true(sd_history_add(path, ':', line, &err));
	f = fopen(path, "a");
	assert_non_null(f);
	fprintf(f, ": evil\033[2J\n\n:\nx\n: last");
	fclose(f);
	s = (struct seen){.n = 0};
	sd_history_each(path, see, &s);
	assert_int_equal(s.n, 4);
	assert_string_equal(s.last, "last");
	/* never larger than the cap, and it is the newest that stay */
	for (int i = 0; i < 1000; i++) {
		snprintf(line, sizeof line, "%0*d", 300, i);
		assert_true(sd_history_add(path, ':', line, &err));
		assert_int_equal(stat(path, &st), 0);
		assert_true(st.st_size <= SD_HISTORY_BYTES + SD_HISTORY_LINE);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	s = (struct seen){.n = 0};
	sd_history_each(path, see, &s);
	assert_string_equal(s.last, line);
	assert_true(s.n > 50);
	/* a link is not followed, a folder is no file: told, and nobody is kept from working */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/tmp/svcdesk-elsewhere", path), 0);
	assert_false(sd_history_add(path, ':', "x", &err));
	assert_non_null(strstr(err.text, path));
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_less_than_a_word, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_was_meant, setup, teardown),
		cmocka_unit_test_setup_teardown(test_letters_in_between, setup, teardown),
		cmocka_unit_test_setup_teardown(test_completion_of_what_follows, setup, teardown),
		cmocka_unit_test(test_before_the_desk_is_there),
		cmocka_unit_test_setup_teardown(test_what_is_kept, setup, teardown),
		cmocka_unit_test(test_the_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
