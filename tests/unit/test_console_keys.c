/* Keys as the person wants them: the file, sequences and their hint, motions, and what is promised of every key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/cfg.h"
#include "svcdesk/env.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/drafts.h"
#include "tui/app/actions.h"
#include "tui/app/app_int.h"

static bool told(const struct world *w, const char *text)
{
	for (size_t i = 0; i < w->m->user.nproblems; i++)
		if (strstr(w->m->user.problem[i], text))
			return true;
	return false;
}

static void check_told(struct world *w, const char *text)
{
	if (told(w, text))
		return;
	for (size_t i = 0; i < w->m->user.nproblems; i++)
		print_message("# %s\n", w->m->user.problem[i]);
	fail_msg("nobody was told of: %s", text);
}

static const char *keys_of(struct world *w, const char *action)
{
	static char buf[128];
	const struct action_def *a = action_find(action);

	assert_non_null(a);
	return keymap_keys(&w->m->keymap, (int)a->id, false, buf, sizeof buf);
}

/* ---- the file ---- */
static void test_keys_of_the_file(void **state)
{
	struct world *w = world_config(80, 24, "[keys]\ndown = n Down ,,j\nfilter = F6\nrefresh =\nverb.resolve = X,r\n");

	(void)state;
	assert_string_equal(keys_of(w, "down"), "n, Down, , j");
	assert_string_equal(keys_of(w, "filter"), "F6");
	assert_string_equal(keys_of(w, "refresh"), "");
	assert_int_equal(w->m->user.nproblems, 0);
	keys(w, "n");
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, ", j");
	assert_int_equal(queue_selected(w->m->queue), 3);
	keys(w, "2 k n");
	keys(w, "j"); /* no longer a key of anything */
	assert_int_equal(queue_selected(w->m->queue), 2);
	check_screen(w, "j does nothing here");
	keys(w, "r"); /* the desk's key of resolve is not that of the file */
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "X r");
	assert_true(w->m->noverlays || w->m->wait_verb || find(w, REQ_SHOW));
	world_end(w);
}

static void test_keys_of_one_pane(void **state)
{
	struct world *w = world_config(80, 24, "[keys queue]\ndown = s\nverb.start = F7\n[keys]\ndown = e\n");

	(void)state;
	keys(w, "s"); /* what is said of one pane wins over what is said of all, wherever it stands */
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "Alt-1 e");
	assert_int_equal(list_row(&w->m->views->list), 1);
	keys(w, "s");
	check_screen(w, "s does nothing here");
	world_end(w);
}

static void test_wrong_lines_are_told(void **state)
{
	struct world *w = world_config(200, 60,
		"theme = dark\n[keys]\ndwon = j\nup = Ctrl-Foo K\nverb.resolv = X\nopen = 3\nopen = Ctrl-m\ntop = g,g,g,g\n"
		"verb.nonsensical = F9\n[keys quue]\ndown = j\n[keys views]\ntimeline = F7\n[keyz]\nx = y\n[other]\nthis = is read by "
		"nobody\n"
		"[keys messages]\nsearch-next = m\nverb.take = m\n[commands]\nopen = sort due\nempty =\nnonsense\n[keys]\nj down\nzoom = "
		"Esc,z\n");

	(void)state;
	check_told(w, ":3: there is no action dwon; did you mean down?");
	check_told(w, ":4: keys of up: Ctrl-Foo is no key");
	assert_string_equal(keys_of(w, "up"), "K"); /* the rest of the line counts */
	check_told(w, ":5: this desk knows no act resolv; did you mean verb.resolve?");
	check_told(w, ":6: keys of open: 3: digits before an action are a count");
	check_told(w, ":7: open stands twice in [keys]");
	check_told(w, ":7: keys of open: Ctrl-m: terminals send Tab for Ctrl-i");
	check_told(w, ":8: keys of top: g,g,g,g is no key");
	check_told(w, ":9: this desk knows no act nonsensical");
	check_told(w, ":11: there is no pane quue: they are views, queue, ticket, messages and inbox");
	check_told(w, ":13: timeline does nothing there; it belongs to: ticket");
	check_told(w, ":15: [keyz] is no section");
	check_told(w, ":17: [other] is no section: options stand before the first one");
	check_told(w, ":19: search-next has the same keys in every pane");
	check_told(w, ":20: an act on a ticket has keys in the queue and in the ticket only");
	check_told(w, ":22: open is the name of an action already");
	check_told(w, ":23: a command is one word");
	check_told(w, ":24: \"nonsense\" is neither name = value nor a comment");
	check_told(w, ":26: \"j down\" is neither name = value nor a comment");
	check_told(w, ":27: keys of zoom: Esc,z: Esc takes back");
	check_screen(w, "Lines about keys in your configuration are wrong (19): Alt-4");
	keys(w, "Alt-4 /");
	type(w, "dwon");
	check_screen(w, ":3: there is no action dwon; did you mean down?");
	world_end(w);
}

static void test_conflicts_are_told(void **state)
{
	/* over a key of the program: it gives way; two of the file: told; one behind the other's beginning: told */
	struct world *w = world_config(80, 24,
		"[keys]\nhelp = F\nsort = F\nrefresh = Z\nzoom = Z,z\n[keys queue]\npalette = f\n[keys views]\npalette = f\n[keys "
		"ticket]\ntimeline = V,a V\n");
	int64_t before = queue_selected(w->m->queue);

	(void)state;
	check_told(w, ":3: these keys, or some that begin like them, were given to help before; now they are sort");
	check_told(w, "were given to refresh before; now they are zoom");
	check_told(w, "the keys of timeline begin like others of the same action");
	assert_int_equal(w->m->user.nproblems, 3);
	keys(w, "f");
	assert_int_equal(w->m->prompt, PROMPT_PALETTE);
	assert_string_equal(keys_of(w, "filter"), "&");
	keys(w, "Esc g g");
	assert_int_equal(queue_selected(w->m->queue), before);
	world_end(w);
	/* a key alone takes away all sequences that begin with it */
	w = world_config(80, 24, "[keys]\nhelp = g\nopen = Enter\n[keys queue]\nopen = x\n");
	keys(w, "g");
	assert_int_equal(overlay_top(w->m)->kind, OV_HELP);
	assert_string_equal(keys_of(w, "drafts"), "");
	assert_int_equal(w->m->user.nproblems, 0);
	assert_true(w->m->user.nnotes > 0); /* in the log only: the person wanted it */
	keys(w, "Esc x");
	assert_int_equal(w->m->focus, PANE_DETAIL); /* x is the desk's key of cancel, but the file's comes first */
	world_end(w);
}

static void test_commands_of_the_file(void **state)
{
	struct world *w = world_config(80, 24,
		"[keys]\nmine = F6\nhot = F7\nloop = F9\n[commands]\nmine = :filter assignee:@me\nhot = ?filter priority=1\nloop = "
		"loop\n");

	(void)state;
	keys(w, "F6");
	assert_string_equal(w->m->queue->filter, "assignee:@me");
	keys(w, "F7");
	assert_string_equal(w->m->queue->filter, "assignee:@me");
	check_screen(w, "filter priority=1");
	keys(w, "Enter"); /* No is the answer offered */
	assert_string_equal(w->m->queue->filter, "assignee:@me");
	keys(w, "F7 y");
	assert_string_equal(w->m->queue->filter, "priority=1");
	keys(w, ":");
	type(w, "mine");
	keys(w, "Enter");
	assert_string_equal(w->m->queue->filter, "assignee:@me");
	keys(w, "F9"); /* a command that names itself ends */
	check_screen(w, "There is no command loop");
	keys(w, "?");
	type(w, "/hot");
	check_screen(w, "Your commands");
	check_screen(w, "F7");
	keys(w, "Enter Enter y");
	assert_string_equal(w->m->queue->filter, "priority=1");
	world_end(w);
}

static void test_help_and_footer_show_the_keys_of_the_file(void **state)
{
	struct world *w = world_config(200, 60, "[keys]\nfilter = F6\nverb.take = Ctrl-t\nhelp = F8\n");

	(void)state;
	check_screen(w, "F6 filter");
	check_screen(w, "Ctrl-t Take");
	check_screen(w, "F8 help");
	keys(w, "F8");
	check_screen(w, "Ctrl-t, :take");
	keys(w, "/");
	type(w, "Show only what a query");
	check_screen(w, "F6");
	keys(w, "Enter Esc Esc m");
	check_screen(w, "Ctrl-t");
	keys(w, "Ctrl-t"); /* the menu knows it, too */
	assert_non_null(find(w, REQ_ACT));
	world_end(w);
}

/* On a keyboard with other letters in the home row: the motions of the file hold in menus and help, too. */
static void test_motions_of_the_file_everywhere(void **state)
{
	struct world *w = world_config(80, 24, "[keys]\ndown = E\nup = Y\nback = F10 Backspace\n");

	(void)state;
	keys(w, "E");
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "? E E Y");
	assert_int_equal(overlay_top(w->m)->help.scroll.cur, 2);
	keys(w, "F10");
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "m E");
	assert_int_equal(overlay_top(w->m)->menu.scroll.cur, 1);
	keys(w, "Backspace");
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "y E");
	keys(w, "n"); /* the keys of a menu's items come first */
	assert_string_equal(effect(w, FX_COPY)->text, "INC2");
	keys(w, "/");
	type(w, "E"); /* where one writes a letter is a letter */
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_SEARCH]), "E");
	keys(w, "Esc ? Ctrl-c F10"); /* Ctrl-c closes everything that Esc closes */
	assert_int_equal(overlay_top(w->m)->kind, OV_DIALOG);
	keys(w, "Ctrl-c m Ctrl-c");
	assert_int_equal(w->m->noverlays, 0);
	world_end(w);
}

static void press(struct world *w, uint32_t code)
{
	struct key k = {.code = code};

	begin(w);
	model_key(w->m, &k, w->fx);
}

static void test_other_layouts(void **state)
{
	struct world *w = world_config(80, 24, NULL);

	(void)state;
	press(w, 0x43E);                                  /* Cyrillic o stands where j stands */
	assert_int_equal(queue_selected(w->m->queue), 1); /* no file: no aliases without a configuration */
	world_end(w);
	w = world_config(80, 24, "key-aliases = cyrillic greek german french x=j nonsense\n[keys]\nup = \xc3\xb6\n");
	check_told(w, "key-aliases: nonsense is neither");
	press(w, 0x43E);
	assert_int_equal(queue_selected(w->m->queue), 2);
	press(w, 0x3BE); /* Greek xi */
	assert_int_equal(queue_selected(w->m->queue), 3);
	press(w, 0xF6); /* a key that was given a meaning keeps it: o with dots is up here, and no [ */
	assert_int_equal(queue_selected(w->m->queue), 2);
	press(w, 0x43F); /* g */
	press(w, 0x43F);
	assert_int_equal(queue_selected(w->m->queue), 1);
	press(w, 0xE9); /* 2 on the upper row of a French keyboard */
	press(w, 0x43E);
	assert_int_equal(queue_selected(w->m->queue), 3);
	press(w, 'x'); /* x is the desk's key of cancel */
	assert_int_equal(queue_selected(w->m->queue), 3);
	keys(w, "Esc Esc m");
	press(w, 0x439); /* q closes the menu */
	assert_int_equal(w->m->noverlays, 0);
	model_key_aliases(w->m, "x=y whatever"); /* changed while it runs */
	check_screen(w, "key-aliases: whatever is neither");
	press(w, 0x43E);
	check_screen(w, "does nothing here");
	keys(w, ":");
	press(w, 0x43E); /* where one writes a letter is a letter */
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "\xd0\xbe");
	world_end(w);
}

/* ---- sequences and their hint ---- */
static void test_hint_after_a_prefix(void **state)
{
	static const int sizes[][2] = {{80, 24}, {40, 10}, {200, 60}};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct world *w = world_config(sizes[i][0], sizes[i][1], "[keys]\nredraw = g,x,y g,x,z\n");

		keys(w, "1 2 g");
		check_screen(w, "12 g"); /* in the status line */
		check_screen(w, "drafts");
		check_screen(w, "first");
		check_screen(w, sizes[i][0] > 40 ? "x ..." : " more"); /* as many as there is room for, and how many there are besides */
		if (sizes[i][0] > 40)
			check_screen(w, "1 Mine");
		keys(w, "x");
		check_screen(w, "12 g x");
		check_screen(w, "y redraw");
		keys(w, "Esc"); /* takes back the half sequence, not more */
		assert_int_equal(w->m->keys.n, 0);
		assert_false(on_screen(w, "drafts"));
		keys(w, "g z"); /* goes on to nothing */
		assert_int_equal(w->m->keys.n, 0);
		check_screen(w, "g z does nothing here");
		keys(w, "z");
		check_screen(w, "centre");
		keys(w, "Tab");
		assert_int_equal(w->m->focus, PANE_QUEUE); /* swallowed with the sequence it did not belong to */
		world_end(w);
	}
}

static void test_hint_that_does_not_fit(void **state)
{
	static const char *const names[] = {"redraw", "sort", "reverse", "zoom", "refresh"};
	char config[4096] = "[keys queue]\n";
	struct world *w;

	(void)state;
	for (int i = 0; i < 5; i++) {
		snprintf(config + strlen(config), sizeof config - strlen(config), "%s =", names[i]);
		for (char c = 'a'; c <= 'j'; c++)
			snprintf(config + strlen(config), sizeof config - strlen(config), " \\,%s%c",
				i == 0   ? ""
				: i == 1 ? "Alt-"
				: i == 2 ? "Ctrl-"
				: i == 3 ? "S-"
						 : "Alt-S-",
				c);
		strcat(config, "\n");
	}
	w = world_config(40, 10, config);
	keys(w, "\\");
	check_screen(w, " more");
	world_end(w);
}

/* ---- motions ---- */
static void many_rows_of(struct world *w, struct req req, int n)
{
	const char *(*v)[COLS] = calloc((size_t)n + 1, sizeof *v);
	char(*text)[3][16] = calloc((size_t)n + 1, sizeof *text);

	for (int i = 0; i < n; i++) {
		memcpy(v[i], four[0], sizeof v[i]);
		snprintf(text[i][0], 16, "%d", i + 1);
		snprintf(text[i][1], 16, "INC%d", i + 1);
		snprintf(text[i][2], 16, "row %d", i + 1);
		v[i][0] = text[i][0];
		v[i][1] = text[i][1];
		v[i][7] = text[i][2];
	}
	rows(w, req, v, n);
	free(v);
	free(text);
}

static void many_rows(struct world *w, int n)
{
	many_rows_of(w, (struct req){REQ_PAGE, w->m->queue->gen, 0, PAGE_FIRST}, n);
	model_draw(w->m, w->s);
}

/* Every motion that people of vi and less have in their fingers, by its key, with and without a count. Rows count from 1. */
static void test_motions(void **state)
{
	static const struct {
		const char *keys;
		int from, to, top; /* top: first row seen afterwards, 0 = wherever */
	} cases[] = {
		{"j", 10, 11, 0},
		{"Down", 10, 11, 0},
		{"5 j", 10, 15, 0},
		{"k", 10, 9, 0},
		{"Up", 10, 9, 0},
		{"4 k", 10, 6, 0},
		{"9 9 k", 10, 1, 1},
		{"9 9 9 j", 10, 100, 0},
		{"g g", 50, 1, 1},
		{"Home", 50, 1, 1},
		{"3 0 g g", 50, 30, 0},
		{"7 Home", 50, 7, 0},
		{"G", 50, 100, 0},
		{"End", 50, 100, 0},
		{"3 0 G", 50, 30, 0},
		{"Ctrl-d", 50, 60, 0},
		{"3 Ctrl-d", 50, 53, 0},
		{"Ctrl-u", 50, 40, 0},
		{"3 Ctrl-u", 50, 47, 0},
		{"Ctrl-f", 50, 68, 0},
		{"PgDn", 50, 68, 0},
		{"2 PgDn", 20, 56, 0},
		{"Ctrl-b", 50, 32, 0},
		{"PgUp", 50, 32, 0},
		{"z t H", 50, 50, 0},
		{"z t L", 50, 63, 0},
		{"z t M", 50, 56, 0},
		{"z t 5 H", 50, 51, 0},
		{"z t 4 L", 50, 63, 0},
		{"z z", 50, 50, 40},
		{"z t", 50, 50, 47},
		{"z b", 50, 50, 34},
		{"z z 3 Ctrl-e", 50, 50, 43},
		{"z z 3 Ctrl-y", 50, 50, 37},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *w = world_config(80, 24, NULL);
		char go[16] = "";

		many_rows(w, 100);
		for (int d = cases[i].from >= 10 ? 10 : 1; d; d /= 10)
			snprintf(go + strlen(go), sizeof go - strlen(go), "%d ", cases[i].from / d % 10);
		keys(w, strcat(go, "G"));
		keys(w, cases[i].keys);
		model_draw(w->m, w->s);
		if (queue_selected(w->m->queue) != cases[i].to || (cases[i].top && w->m->queue->list.scroll.top + 1 != cases[i].top))
			fail_msg("%s from %d: to %d, %d on top; should be %d, %d", cases[i].keys, cases[i].from,
				(int)queue_selected(w->m->queue), w->m->queue->list.scroll.top + 1, cases[i].to, cases[i].top);
		world_end(w);
	}
}

/* A line that is not loaded is fetched with those round it: 500 G is the 500th, not the last that is there. */
static void test_to_a_row_far_away(void **state)
{
	struct world *w = *state;
	struct fx *f;

	w->m->queue->more_after = true;
	keys(w, "3 G"); /* this one is there */
	assert_int_equal(queue_selected(w->m->queue), 3);
	assert_int_equal(find(w, REQ_PAGE)->req.arg, PAGE_AFTER); /* reading ahead, no more */
	keys(w, "5 0 0 G");
	f = find(w, REQ_PAGE);
	assert_non_null(f);
	assert_int_equal(f->req.arg, PAGE_ROW);
	assert_non_null(strstr(f->sql, " limit 101 offset 449"));
	many_rows_of(w, f->req, 101);
	assert_int_equal(queue_selected(w->m->queue), 51);
	assert_true(w->m->queue->more_before);
	assert_true(w->m->queue->more_after);
	keys(w, "2 g g"); /* counted from the first of all, not of those loaded */
	f = find(w, REQ_PAGE);
	assert_non_null(strstr(f->sql, " limit 101"));
	assert_null(strstr(f->sql, " offset "));
	many_rows_of(w, f->req, 60);
	assert_int_equal(queue_selected(w->m->queue), 2);
	assert_false(w->m->queue->more_before);
	w->m->queue->more_after = true;
	keys(w, "9 9 9 9 G"); /* there are not so many: the last one */
	f = find(w, REQ_PAGE);
	many_rows_of(w, f->req, 0);
	assert_int_equal(find(w, REQ_PAGE)->req.arg, PAGE_LAST);
}

static void test_pane_motions(void **state)
{
	static const struct {
		const char *keys;
		enum pane_id to;
	} cases[] = {{"Tab", PANE_DETAIL}, {"Shift-Tab", PANE_VIEWS}, {"h", PANE_VIEWS}, {"Left", PANE_VIEWS}, {"l", PANE_DETAIL},
		{"Right", PANE_DETAIL}, {"h l", PANE_QUEUE}, {"2 Tab", PANE_VIEWS}, {"Alt-1", PANE_VIEWS}, {"Alt-2", PANE_QUEUE},
		{"Alt-3", PANE_DETAIL}, {"Alt-4", PANE_LOG}, {"Alt-1 2 l", PANE_DETAIL}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *w = world_config(200, 60, NULL);

		keys(w, cases[i].keys);
		if (w->m->focus != cases[i].to)
			fail_msg("%s went to %d", cases[i].keys, (int)w->m->focus);
		world_end(w);
	}
}

static void test_view_motions(void **state)
{
	struct world *w = *state;
	char go[16];

	for (int n = 2; n <= w->m->views->nviews && n <= 9; n++) {
		snprintf(go, sizeof go, "g %d", n);
		keys(w, go);
		assert_int_equal(w->m->views->current, n - 1);
	}
	keys(w, "g 1 2 g n");
	assert_int_equal(w->m->views->current, 2);
	keys(w, "2 g p");
	assert_int_equal(w->m->views->current, 0);
	keys(w, "-");
	assert_int_equal(w->m->views->current, 2);
	keys(w, "g 9"); /* there are not so many: it says so */
	check_screen(w, "There are only");
}

/* [ and ] go through the places one was at: views with their filter, and tickets. */
static void test_back_and_forth(void **state)
{
	struct world *w = *state;

	keys(w, "["); /* nowhere before */
	check_screen(w, "This is where it began");
	keys(w, "g 4 &");
	type(w, "priority=1");
	keys(w, "Enter g 2 Alt-1 j Alt-2"); /* moving about is no place */
	keys(w, "[");
	assert_int_equal(w->m->views->current, 3);
	assert_string_equal(w->m->queue->filter, "priority=1");
	keys(w, "Alt-Left");
	assert_int_equal(w->m->views->current, 3);
	assert_string_equal(w->m->queue->filter, "");
	keys(w, "]");
	assert_string_equal(w->m->queue->filter, "priority=1");
	keys(w, "2 [");
	assert_int_equal(w->m->views->current, 0);
	keys(w, "9 ]"); /* as far as it goes */
	assert_int_equal(w->m->views->current, 1);
	keys(w, "]");
	check_screen(w, "There is nothing further on");
	keys(w, "[ g 5"); /* another way from here: what lay ahead is forgotten */
	keys(w, "]");
	check_screen(w, "There is nothing further on");
	assert_int_equal(w->m->views->current, 4);
	for (int i = 0; i < 300; i++) /* never too many */
		keys(w, i % 2 ? "g 1" : "g 2");
	keys(w, "9 9 9 [");
	assert_true(w->m->views->current < 2);
}

static void test_back_to_a_ticket(void **state)
{
	struct world *w = *state;

	many_rows(w, 5);
	keys(w, "j Enter J Esc g 2");
	keys(w, "[");
	assert_int_equal(w->m->focus, PANE_QUEUE);
	assert_int_equal(w->m->views->current, 0);
	keys(w, "[");
	assert_int_equal(w->m->focus, PANE_DETAIL);
	assert_int_equal(w->m->detail->id, 3);
	keys(w, "[");
	assert_int_equal(w->m->detail->id, 2);
	keys(w, "[");
	assert_int_equal(w->m->focus, PANE_QUEUE);
}

static void test_counts_of_acts(void **state)
{
	struct world *w = *state;

	many_rows(w, 100);
	keys(w, "5 J");
	assert_int_equal(queue_selected(w->m->queue), 6);
	keys(w, "3 K");
	assert_int_equal(queue_selected(w->m->queue), 3);
	keys(w, "9 9 9 J"); /* as far as it goes */
	assert_int_equal(queue_selected(w->m->queue), 100);
}

/* ---- what is promised of every key ---- */
static bool usable(const struct binding *b)
{
	static const char awkward[] = "[]{}@\\`";

	for (int i = 0; i < b->n; i++) {
		const struct key *k = &b->stroke[i];

		if (k->code < 0x80 && k->code > ' ' && strchr(awkward, (int)k->code))
			return false; /* needs AltGr in Germany, France and elsewhere */
		if (k->mods == KEY_CTRL && (k->code == 'a' || k->code == 'b'))
			return false; /* the prefix of screen, of tmux */
	}
	return true;
}

static void test_no_action_is_out_of_reach(void **state)
{
	struct world *w = *state;
	size_t all = actions_n + w->m->nverbs;

	for (size_t i = 0; i < all; i++) {
		int id = i < actions_n ? (int)actions[i].id : ACT_VERB + (int)(i - actions_n);
		bool any = false, good = false;

		for (size_t k = 0; k < w->m->keymap.n; k++) {
			any = any || w->m->keymap.v[k].action == id;
			good = good || (w->m->keymap.v[k].action == id && usable(&w->m->keymap.v[k]));
		}
		if (any && !good)
			fail_msg("%s has only keys that many keyboards or terminals do not have", model_label(w->m, id));
	}
}

/* With the desk's acts among them: no sequence is another one, or its beginning, where both could be meant. */
static void test_no_conflict_in_any_pane(void **state)
{
	struct world *w = *state;
	const struct keymap *km = &w->m->keymap;

	for (size_t i = 0; i < km->n; i++) {
		for (size_t j = i + 1; j < km->n; j++) {
			const struct binding *a = &km->v[i], *b = &km->v[j];
			int n = a->n < b->n ? a->n : b->n, same = 0;

			while (same < n && a->stroke[same].code == b->stroke[same].code && a->stroke[same].mods == b->stroke[same].mods)
				same++;
			if (same == n && (a->contexts & b->contexts))
				fail_msg("%s and %s share keys", model_label(w->m, a->action), model_label(w->m, b->action));
		}
	}
}

/* Help names every action of its pane, with its keys. */
static void test_help_is_complete(void **state)
{
	static const char *const go[] = {"Alt-1", "Alt-2", "Alt-3", "Alt-4"};
	struct world *w = *state;

	for (int p = 0; p < PANES; p++) {
		struct helpview *h;

		keys(w, go[p]);
		keys(w, "?");
		h = &overlay_top(w->m)->help;
		for (size_t i = 0; i < actions_n; i++) {
			bool there = false;

			for (size_t k = 0; k < h->nlines; k++)
				there = there || (h->line[k].id == (int)actions[i].id && *h->line[k].keys);
			if (!there && (actions[i].contexts & (unsigned)w->m->pane[w->m->focus]->ops->context))
				fail_msg("help of pane %d lacks %s", p, actions[i].name);
		}
		keys(w, "Esc");
	}
}

/* Whoever keeps drafts off is not told that they are kept. */
static void test_leaving_tells_of_drafts(void **state)
{
	struct world *w = *state;

	keys(w, "q");
	check_screen(w, "Drafts are kept.");
	w->m->drafts->disk = w->m->drafts->database = false;
	keys(w, "n q");
	check_screen(w, "Drafts are not kept");
}

/* Enter on a line of the help does it, or says why it cannot be done. */
static void test_help_runs_its_lines(void **state)
{
	struct world *w = *state;

	keys(w, "?");
	type(w, "/One line down");
	keys(w, "Enter Enter");
	assert_int_equal(w->m->noverlays, 0);
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "?");
	type(w, "/undo"); /* by its name in the palette, too */
	check_screen(w, "Take back what you did last");
	keys(w, "Esc Esc ?");
	type(w, "/next match");
	assert_false(on_screen(w, "! nothing is being searched for"));
	keys(w, "Enter Enter");
	assert_int_equal(w->m->noverlays, 1);
	check_screen(w, "! nothing is being searched for");
	keys(w, "k");
	assert_false(on_screen(w, "! nothing is being searched for"));
}

/* In every pane: as one types, smart case, on and back, round the end with a word, how many. */
static void test_search_in_every_pane(void **state)
{
	static const struct {
		const char *go, *what, *none;
	} cases[] = {{"Alt-1", "n", "N"}, {"Alt-2", "i", "I"}, {"Alt-4", "s", "S"}};
	struct world *w = *state;

	for (int i = 0; i < 3; i++)
		sd_log(SD_LOG_INFO, "message %d", i);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int nth, all;

		keys(w, cases[i].go);
		keys(w, "g g /");
		type(w, i == 2 ? "message" : cases[i].what); /* in the messages of all tests before, too */
		all = w->m->pane[w->m->focus]->ops->matches(w->m->pane[w->m->focus], &nth);
		assert_true(all > 1);
		keys(w, "Enter");
		for (int n = 0; n < all; n++)
			keys(w, "n");
		check_screen(w, "Search went on at the top");
		keys(w, "N");
		check_screen(w, "Search went on at the bottom");
		keys(w, "Esc");
	}
	keys(w, "Alt-2 /");
	type(w, "FIRST"); /* a capital letter means just that */
	keys(w, "Enter");
	check_screen(w, "Not found: FIRST");
}

static void test_escape_delay(void **state)
{
	struct sd_cfg *c = sd_cfg_new();
	struct sd_err err;

	(void)state;
	sd_env_put("SSH_TTY", NULL);
	sd_env_put("SSH_CONNECTION", NULL);
	assert_true(app_escape_ms(c) <= 25);
	sd_env_put("SSH_TTY", "/dev/pts/1");
	assert_int_equal(app_escape_ms(c), 50);
	sd_env_put("SSH_TTY", NULL);
	sd_env_put("SSH_CONNECTION", "::1 1 ::1 22");
	assert_int_equal(app_escape_ms(c), 50);
	assert_true(sd_cfg_set(c, "escape-delay", "10", "command line", &err)); /* what is set counts everywhere */
	assert_int_equal(app_escape_ms(c), 10);
	sd_env_put("SSH_CONNECTION", NULL);
	sd_cfg_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_of_the_file),
		cmocka_unit_test(test_keys_of_one_pane),
		cmocka_unit_test(test_wrong_lines_are_told),
		cmocka_unit_test(test_conflicts_are_told),
		cmocka_unit_test(test_commands_of_the_file),
		cmocka_unit_test(test_help_and_footer_show_the_keys_of_the_file),
		cmocka_unit_test(test_motions_of_the_file_everywhere),
		cmocka_unit_test(test_other_layouts),
		cmocka_unit_test(test_hint_after_a_prefix),
		cmocka_unit_test(test_hint_that_does_not_fit),
		cmocka_unit_test(test_motions),
		cmocka_unit_test_setup_teardown(test_to_a_row_far_away, setup, teardown),
		cmocka_unit_test(test_pane_motions),
		cmocka_unit_test_setup_teardown(test_view_motions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_back_and_forth, setup, teardown),
		cmocka_unit_test_setup_teardown(test_back_to_a_ticket, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counts_of_acts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_action_is_out_of_reach, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_conflict_in_any_pane, setup, teardown),
		cmocka_unit_test_setup_teardown(test_help_is_complete, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_leaving_tells_of_drafts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_help_runs_its_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_search_in_every_pane, setup_wide, teardown),
		cmocka_unit_test(test_escape_delay),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
