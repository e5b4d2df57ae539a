/* Taking text away from the console, and text and clicks that come in: y, :copy, the bare view, the mouse, pastes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"
#include "tui/app/bare.h"
#include "tui/pane/copy.h"
#include "tui/term/osc52.h"

static const char ticket[] =
	"{\"id\":1,\"number\":\"INC1\",\"kind\":\"incident\",\"state\":\"new\",\"phase\":1,\"version\":1,\"last_seq\":2,"
	"\"subject\":\"Toner, "
	"\\\"empty\\\"\",\"description\":\"Two\\nlines\",\"body\":\"Two\\nlines\",\"priority\":\"1\",\"requester\":\"Rita\","
	"\"events\":["
	"{\"seq\":1,\"at\":\"2026-03-02T08:00:00Z\",\"actor\":\"Rita\",\"verb\":\"create\",\"text\":\"Two\\nlines\",\"visibility\":"
	"\"public\"},"
	"{\"seq\":2,\"at\":\"2026-03-02T09:00:00Z\",\"actor\":\"Alex\",\"verb\":\"note\",\"text\":\"Called the vendor.\\nWaits.\"}]}";

static void open_ticket(struct world *w)
{
	keys(w, "Enter");
	assert_non_null(find(w, REQ_SHOW));
	answer_json(w, find(w, REQ_SHOW)->req, ticket);
	model_draw(w->m, w->s);
}

static void copied(struct world *w, const char *text)
{
	struct fx *f = effect(w, FX_COPY);

	assert_non_null(f);
	assert_string_equal(f->text, text);
	assert_null(f->params[1]);
}

/* ---- y ---- */
static void test_copy_from_the_queue(void **state)
{
	struct world *w = *state;

	keys(w, "j y");
	check_screen(w, "INC2");
	check_screen(w, "svcdesk:svcdesk/INC2");
	keys(w, "n");
	copied(w, "INC2");
	keys(w, "y l");
	copied(w, "svcdesk:svcdesk/INC2");
	keys(w, "y r");
	assert_non_null(strstr(effect(w, FX_COPY)->text, "2\tINC2\tsecond\tIn progress"));
	assert_null(strchr(effect(w, FX_COPY)->text, '\n'));
	keys(w, "y t");
	assert_non_null(strstr(effect(w, FX_COPY)->text, "P,Number,Subject,State"));
	assert_non_null(strstr(effect(w, FX_COPY)->text, "\r\n4,INC4,fourth,Closed"));
	assert_non_null(strstr(effect(w, FX_COPY)->text, "2026-03-02 08:00")); /* in full, not how long ago */
	keys(w, "y T");
	assert_non_null(strstr(effect(w, FX_COPY)->text, "\n4\tINC4\tfourth\tClosed"));
	keys(w, "y f");
	check_screen(w, "Subject");
	keys(w, "/ Esc");
	assert_null(effect(w, FX_COPY));
	keys(w, "y f 1");
	copied(w, "INC2");
	keys(w, "y a"); /* the ticket is not read: it says why, and stays */
	assert_null(effect(w, FX_COPY));
	check_screen(w, "open it first");
}

static void test_copy_from_the_ticket(void **state)
{
	struct world *w = *state;
	const char *text;

	open_ticket(w);
	keys(w, "y n");
	copied(w, "INC1");
	keys(w, "y f");
	check_screen(w, "Rita");
	keys(w, "Esc y a");
	text = effect(w, FX_COPY)->text;
	assert_non_null(strstr(text, "Toner, \"empty\"\n"));
	assert_non_null(strstr(text, "\nTwo\nlines\n"));
	assert_non_null(strstr(text, "Called the vendor.\n"));
	assert_null(strstr(text, " \n")); /* no blanks at the ends */
	keys(w, "G y e");
	copied(w, "Two\nlines");
	keys(w, "/");
	type(w, "vendor");
	keys(w, "Enter y e");
	copied(w, "Called the vendor.\nWaits.");
	keys(w, "Esc g g y e"); /* above the timeline: what stands there */
	copied(w, "Toner, \"empty\"");
	keys(w, "/");
	type(w, "Two");
	keys(w, "Enter y e");
	copied(w, "Two\nlines");
}

static void run(struct world *w, const char *line)
{
	keys(w, ":");
	type(w, line);
	keys(w, "Enter");
}

static void test_copy_by_name(void **state)
{
	struct world *w = *state;

	run(w, "copy number");
	copied(w, "INC1");
	run(w, "copy field Subject");
	copied(w, "first");
	run(w, "copy field subject");
	copied(w, "first");
	run(w, "copy field nonsense");
	assert_null(effect(w, FX_COPY));
	check_screen(w, "nothing to copy: nonsense");
	run(w, "copy table /tmp/some.csv");
	assert_string_equal(effect(w, FX_COPY)->params[1], "/tmp/some.csv");
	run(w, "copy \"/tmp/with blank.csv\""); /* a file alone: the table here, the text in the ticket */
	assert_string_equal(effect(w, FX_COPY)->params[1], "/tmp/with blank.csv");
	assert_non_null(strstr(effect(w, FX_COPY)->text, "INC4,fourth"));
	open_ticket(w);
	run(w, "copy x.txt");
	assert_non_null(strstr(effect(w, FX_COPY)->text, "Called the vendor."));
	run(w, "copy");
	assert_int_equal(overlay_top(w->m)->kind, OV_MENU);
}

static void test_clipboard_off(void **state)
{
	struct world *w = world_config(80, 24, "clipboard = none\nlink-format = see {number} of {desk}: {subject} {x}\n");

	(void)state;
	keys(w, "y n");
	assert_null(effect(w, FX_COPY));
	check_screen(w, "The clipboard is off");
	run(w, "copy link /tmp/x");
	assert_string_equal(effect(w, FX_COPY)->text, "see INC1 of svcdesk: first {x}");
	world_end(w);
}

static void test_links(void **state)
{
	struct sd_arena *a = sd_arena_new();

	(void)state;
	assert_string_equal(copy_link(a, "svcdesk:{desk}/{number}", "IT & more", "INC1", ""), "svcdesk:IT%20%26%20more/INC1");
	assert_string_equal(
		copy_link(a, "https://desk.example/{number}?s={subject}", "d", "INC1", "a/b\n"), "https://desk.example/INC1?s=a%2Fb%0A");
	assert_string_equal(copy_link(a, "{number} ({desk})", "IT & more", "INC1", ""), "INC1 (IT & more)");
	assert_string_equal(copy_link(a, "", "d", "INC1", ""), "");
	assert_string_equal(copy_link(a, "{numbe}{", "d", "INC1", ""), "{numbe}{");
	sd_arena_free(a);
}

static void test_copy_messages(void **state)
{
	struct world *w = *state;

	sd_log(SD_LOG_ERROR, "the disk is full");
	keys(w, "Alt-4 G");
	model_draw(w->m, w->s);
	keys(w, "y");
	check_screen(w, "All messages");
	keys(w, "r");
	assert_non_null(strstr(effect(w, FX_COPY)->text, "the disk is full"));
	assert_null(strchr(effect(w, FX_COPY)->text, '\n'));
	keys(w, "y a");
	assert_non_null(strstr(effect(w, FX_COPY)->text, "the disk is full\n"));
	keys(w, "B G");
	check_screen(w, "the disk is full");
	assert_false(on_screen(w, "Messages"));
	keys(w, "Esc");
}

static void test_marked_rows(void **state)
{
	struct world *w = *state;

	keys(w, "j Space Space y t");
	assert_non_null(strstr(effect(w, FX_COPY)->text, "INC2"));
	assert_non_null(strstr(effect(w, FX_COPY)->text, "MOV3"));
	assert_null(strstr(effect(w, FX_COPY)->text, "INC1"));
	assert_null(strstr(effect(w, FX_COPY)->text, "INC4"));
	assert_string_equal(effect(w, FX_COPY)->params[0], "Table, CSV, rows: 2");
}

/* ---- the bytes ---- */
static void test_osc52(void **state)
{
	static const char hostile[] = "x\033\\\a\033]0;pwned\a\033Ptmux;\n";
	struct sd_str s = {0};
	char *big = malloc(OSC52_MOST + 1);

	(void)state;
	assert_true(osc52(&s, "INC1", 4, OSC52_PLAIN));
	assert_string_equal(s.data, "\033]52;c;SU5DMQ==\a");
	sd_str_reset(&s);
	assert_true(osc52(&s, "", 0, OSC52_PLAIN));
	assert_string_equal(s.data, "\033]52;c;\a");
	sd_str_reset(&s);
	assert_true(osc52(&s, "ab", 2, OSC52_TMUX)); /* for a tmux that takes it, and through one that passes it on */
	assert_string_equal(s.data, "\033]52;c;YWI=\a\033Ptmux;\033\033]52;c;YWI=\a\033\\");
	sd_str_reset(&s);
	memset(big, 'A', OSC52_MOST + 1);
	assert_false(osc52(&s, big, OSC52_MOST + 1, OSC52_PLAIN));
	assert_int_equal(s.len, 0);
	assert_true(osc52(&s, big, OSC52_MOST, OSC52_SCREEN));
	for (const char *p = strstr(s.data, "\033P"); p; p = strstr(p + 1, "\033P")) /* screen gets pieces it has room for */
		assert_true(strstr(p, "\033\\") - p <= 250);
	assert_int_equal(strncmp(s.data, "\033P\033]52;c;", 9), 0); /* nothing it would have to keep in one piece */
	sd_str_reset(&s);
	assert_true(osc52(&s, "ab", 2, OSC52_EITHER));
	assert_string_equal(s.data, "\033]52;c;YWI=\a\033P\033]52;c;YWI=\a\033\\");
	sd_str_reset(&s);
	assert_true(osc52(&s, big, 5000, OSC52_EITHER));
	assert_int_equal(strncmp(s.data, "\033P", 2), 0);
	/* whatever the text holds: between the two ends stands base64 only */
	for (int way = OSC52_PLAIN; way <= OSC52_EITHER; way++) {
		size_t head = way == OSC52_SCREEN ? 9 : 7;

		sd_str_reset(&s);
		assert_true(osc52(&s, hostile, sizeof hostile - 1, (enum osc52_way)way));
		assert_int_equal(strspn(s.data + head, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="),
			strchr(s.data, '\a') - s.data - (long)head);
		assert_null(strstr(s.data, "pwned"));
	}
	sd_str_free(&s);
	free(big);
}

/* ---- the bare view ---- */
static void test_bare_list(void **state)
{
	struct world *w = *state;

	keys(w, "B");
	assert_int_equal(effect(w, FX_MOUSE)->id, 0);
	check_screen(w, "P  Number  Subject  State");
	check_screen(w, "3  MOV3    third    Open");
	assert_false(on_screen(w, "Views"));
	assert_false(on_screen(w, "filter"));
	keys(w, "j");
	assert_false(on_screen(w, "comes back")); /* the hint goes with the first key */
	assert_int_equal(queue_selected(w->m->queue), 1);
	keys(w, "t r C"); /* nothing is done from here */
	assert_null(find(w, REQ_ACT));
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "Esc");
	assert_int_equal(effect(w, FX_MOUSE)->id, 1);
	check_screen(w, "Mine");
	keys(w, "B B");
	check_screen(w, "Mine");
}

static void test_bare_ticket(void **state)
{
	static const int sizes[][2] = {{80, 24}, {40, 10}, {200, 60}, {1, 1}};
	struct world *w = *state;

	open_ticket(w);
	keys(w, "B G");
	check_screen(w, "Called the vendor.");
	for (int i = 0; i < 4; i++) { /* laid out anew at any size */
		begin(w);
		surface_resize(w->s, sizes[i][0], sizes[i][1]);
		model_resize(w->m, sizes[i][0], sizes[i][1], w->fx);
		model_draw(w->m, w->s);
		keys(w, "g g Ctrl-d Ctrl-f k k");
		model_draw(w->m, w->s);
	}
	keys(w, "q");
	assert_null(w->m->bare);
}

/* ---- the mouse ---- */
static void click(struct world *w, int x, int y, int button)
{
	struct key k = {.code = KEY_CODE_MOUSE, .button = button, .x = x, .y = y};

	begin(w);
	model_key(w->m, &k, w->fx);
}

/* On the cell where the text begins. */
static void click_on(struct world *w, const char *text)
{
	model_draw(w->m, w->s);
	for (int y = 0; y < surface_height(w->s); y++) {
		for (int x = 0; x < surface_width(w->s); x++) {
			size_t n = 0;

			for (int i = x; i < surface_width(w->s) && text[n]; i++) {
				const char *c = surface_cell(w->s, i, y)->text;

				if (strncmp(text + n, c, strlen(c)) != 0)
					break;
				n += strlen(c);
			}
			if (!text[n]) {
				click(w, x, y, 1);
				return;
			}
		}
	}
	fail_msg("\"%s\" is not on the screen", text);
}

static void test_mouse_key(void **state)
{
	struct world *w = *state;

	keys(w, "Alt-m");
	assert_int_equal(effect(w, FX_MOUSE)->id, 0);
	check_screen(w, "The mouse is the terminal's");
	keys(w, "B Esc"); /* the bare view gives back what was */
	assert_int_equal(effect(w, FX_MOUSE)->id, 0);
	keys(w, "F8");
	assert_int_equal(effect(w, FX_MOUSE)->id, 1);
	check_screen(w, "The mouse is ours");
	world_end(w);
	w = world_config(80, 24, "mouse = no\n");
	keys(w, "Alt-m");
	assert_int_equal(effect(w, FX_MOUSE)->id, 1);
	*state = w;
}

static void test_the_wheel(void **state)
{
	struct world *w = *state;
	int before;

	model_draw(w->m, w->s);
	click(w, 20, 8, 5); /* in the queue it scrolls and takes the cursor along only where it must */
	assert_int_equal(w->m->focus, PANE_QUEUE);
	open_ticket(w);
	before = w->m->detail->text.scroll.top;
	click(w, 20, 8, 5);
	model_draw(w->m, w->s);
	assert_true(w->m->detail->text.scroll.top >= before);
	click(w, 20, 8, 4);
	click(w, 20, 8, 2); /* the other buttons do nothing: the middle one pastes in the terminal */
	click(w, 500, 500, 1);
	click(w, 0, 0, 1);
	assert_int_equal(w->m->focus, PANE_DETAIL);
}

static void test_clicks_on_what_lies_above(void **state)
{
	struct world *w = *state;

	keys(w, "q");
	click_on(w, "] No");
	assert_int_equal(w->m->noverlays, 0);
	assert_false(w->m->quitting);
	keys(w, "m");
	click_on(w, "Take");
	assert_int_equal(w->m->noverlays, 0);
	assert_non_null(find(w, REQ_ACT));
	keys(w, "?");
	model_draw(w->m, w->s);
	click(w, 20, 10, 5); /* the wheel */
	assert_int_equal(overlay_top(w->m)->help.scroll.top, 3);
	click_on(w, "One line down");
	assert_int_equal(w->m->noverlays, 1);
	click_on(w, "One line down"); /* once more runs it */
	assert_int_equal(w->m->noverlays, 0);
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "y");
	click_on(w, "svcdesk:svcdesk/INC2");
	copied(w, "svcdesk:svcdesk/INC2");
	keys(w, "q");
	click_on(w, "] Yes");
	assert_true(w->m->quitting);
}

static void test_click_on_a_row_of_a_form(void **state)
{
	static const char *const names[] = {"id", "label", "hint"};
	const char *values[] = {"7", "Network", "", "8", "Printers", ""};
	struct world *w = *state;

	keys(w, "a"); /* assign: a group and a person to be found */
	type(w, "n");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	assert_non_null(find(w, REQ_FIND));
	answer(w, find(w, REQ_FIND)->req, 2, 3, names, values);
	click_on(w, "Printers");
	assert_string_equal(overlay_top(w->m)->form->form.field[0].picked, "8");
}

/* ---- pastes ---- */
static void paste(struct world *w, const char *text, bool cut)
{
	struct key k = {.code = KEY_CODE_PASTE, .paste = text, .cut = cut};

	begin(w);
	model_key(w->m, &k, w->fx);
}

static void test_pastes(void **state)
{
	static const char *const places[] = {"", "m", "q", "?", "B", "g", "Alt-1", "y"};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) { /* nothing of it is a command */
		keys(w, places[i]);
		paste(w, "jjtr\nq:quit\ny", false);
		check_screen(w, "Pasted text is only taken where you write");
		assert_null(find(w, REQ_ACT));
		assert_int_equal(queue_selected(w->m->queue), 1);
		assert_false(w->m->quitting);
		keys(w, "Esc Esc Esc");
	}
	keys(w, ":");
	paste(w, "quit\n", false); /* line breaks send nothing */
	assert_int_equal(w->m->prompt, PROMPT_PALETTE);
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "quit ");
	keys(w, "Esc ? /");
	paste(w, "down", false);
	check_screen(w, "One line down");
	keys(w, "Esc Esc &");
	paste(w, "x", true);
	check_screen(w, "x");
	keys(w, "Esc");
	check_screen(w, "The paste is too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_copy_from_the_queue, setup, teardown),
		cmocka_unit_test_setup_teardown(test_copy_from_the_ticket, setup, teardown),
		cmocka_unit_test_setup_teardown(test_copy_by_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_copy_messages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_marked_rows, setup, teardown),
		cmocka_unit_test(test_clipboard_off),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_osc52),
		cmocka_unit_test_setup_teardown(test_bare_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bare_ticket, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mouse_key, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_wheel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clicks_on_what_lies_above, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_click_on_a_row_of_a_form, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pastes, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
