/* Every widget drawn at every size: nothing outside its region changes, no half glyph, no crash, and the cursor stays inside. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "svcdesk/mem.h"
#include "tui/widget/bar.h"
#include "tui/widget/dialog.h"
#include "tui/widget/form.h"
#include "tui/widget/helpview.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/list.h"
#include "tui/widget/menu.h"
#include "tui/widget/textview.h"

enum { MAX_W = 200, MAX_H = 60 };

static const char *const samples[] = {"Printer offline", "打印机离线，请尽快处理", "Zürich office: no network", "é combining",
	"\xF0\x9F\x94\xA5 fire \xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", "", "한국어 텍스트",
	"a-very-long-word-without-any-place-to-break-it-anywhere-at-all-really-none",
	"日本語の長い文章は単語の間に空白がありません。それでも折り返します。"};
enum { SAMPLES = sizeof samples / sizeof *samples };

/* ---- one of each, filled ---- */
static int rows_count(void *arg)
{
	(void)arg;
	return 40;
}

static uint64_t rows_key(void *arg, int row)
{
	(void)arg;
	return (uint64_t)row + 1000;
}

static void rows_cell(void *arg, int row, int col, struct list_cell *out)
{
	(void)arg;
	if (col == 0) {
		snprintf(out->buf, sizeof out->buf, "INC%06d", row);
		out->text = out->buf;
	} else {
		out->text = samples[(row + col) % SAMPLES];
		out->element = col == 1 ? EL_P1 : EL_NORMAL;
	}
}

static const struct list_source rows = {.count = rows_count, .key = rows_key, .cell = rows_cell};

static struct list list;
static struct textview text;
static struct editor editor, single;
static struct lineedit line;
static struct picker picker;
static struct form form;
static struct menu menu;
static struct dialog dialog;
static struct helpview help;
static struct toast toast;

static void fill_form(void)
{
	static const struct form_choice choices[] = {{"1", "高 high"}, {"2", "medium"}, {"3", NULL}};
	static const char *const labels[] = {"Subject", "Beschreibung", "影响范围", "Group", "Caller", "Due", "VIP"};

	form_init(&form, "New ticket 新工单");
	for (int i = 0; i < 7; i++) {
		struct form_field_def d = {.name = labels[i],
			.label = labels[i],
			.type = (enum form_type)i,
			.required = i % 2 == 0,
			.hint = "what it is about",
			.choices = choices,
			.nchoices = i == FORM_CHOICE ? 3 : 0,
			.initial = i == FORM_MULTILINE ? samples[8] : NULL};

		form_add(&form, &d);
	}
	form_error(&form, "Beschreibung", "this is needed 必填");
	form_error(&form, "", "The ticket was changed by anna meanwhile");
	form_note(&form, "One of many");
	form_focus(&form, "Group");
}

static void fill_popups(void)
{
	struct picker_row prow[SAMPLES];

	picker_init(&picker, false);
	menu_init(&menu, "Actions 操作");
	helpview_init(&help, "Keys");
	for (int i = 0; i < SAMPLES; i++) {
		prow[i] = (struct picker_row){"v", samples[i], samples[(i + 1) % SAMPLES], i == 3 ? "not now" : NULL};
		menu_add(&menu,
			&(struct menu_entry){i, i % 3 ? "r" : NULL, samples[i], i % 2 ? "hint" : NULL, i == 4 ? "not in this state" : NULL});
		if (i % 4 == 0)
			helpview_section(&help, samples[i]);
		helpview_add(&help, &(struct help_entry){i, "j, Down, Ctrl-n", samples[i], i == 5 ? "no ticket" : NULL, NULL});
	}
	picker_feed(&picker, picker.generation, prow, SAMPLES);
	menu.why = sd_strdup("not in this state");
	dialog_confirm(&dialog, "Close 关闭?",
		"日本語の長い文章は単語の間に空白がありません。 And some English words that follow it here.\n\nSecond paragraph.");
	form_feed(&form, "Group", form.field[3].picker->generation, prow, SAMPLES);
	form.field[3].open = true;
	form.field[3].picker->edit.cursor = 0;
}

static void fill_lines(void)
{
	struct lineedit_candidate cand[SAMPLES];

	lineedit_init(&line, ":");
	lineedit_open(&line, ":", "assign 打印");
	for (int i = 0; i < SAMPLES; i++)
		cand[i] = (struct lineedit_candidate){samples[i], i % 2 ? samples[(i + 2) % SAMPLES] : NULL};
	lineedit_candidates(&line, line.generation, 7, cand, SAMPLES);
	toast_show(&toast, EL_ERROR, samples[8], 0, 0);
	editor_init(&editor, false);
	editor_init(&single, true);
	editor_set(&single, samples[8]);
	editor_set(&editor, "tab\there\n日本語の長い文章は単語の間に空白がありません。\n\na-very-long-word-without-any-place-to-"
						"break-it-anywhere-at-all\n");
}

static void fill_text(void)
{
	struct tv_span spans[3] = {
		{EL_LABEL, "Caller"}, {EL_STRONG, "张伟 "}, {EL_NORMAL, "of 财务部, room 12, second floor, extension 4711"}};

	textview_init(&text);
	textview_begin(&text);
	textview_spans(&text, 1, 12, spans, 3);
	textview_rule(&text, 0, "Timeline 时间线");
	for (int i = 0; i < 30; i++) {
		if (i % 7 == 3)
			textview_group(&text, 100 + (uint64_t)i, i % 5, EL_SYSTEM, "3 system events", i % 2);
		textview_add(&text, 10 + (uint64_t)i, i % 5, EL_NORMAL, samples[i % SAMPLES]);
		if (i % 7 == 5)
			textview_group_end(&text);
	}
	textview_end(&text);
	textview_search_set(&text, "e");
}

static int set_up(void **state)
{
	static const struct list_column cols[] = {{.title = "Number", .width = 10, .min = 6},
		{.title = "Subject 主题", .width = 30, .min = 8, .grow = 3, .sorted = 'v'},
		{.title = "Group", .width = 12, .min = 4, .grow = 1, .priority = 2},
		{.title = "Age", .width = 5, .priority = 1, .right = true, .sorted = '^'}};

	(void)state;
	list_init(&list, &rows);
	list_columns(&list, cols, 4);
	list_search_set(&list, "pri");
	fill_text();
	fill_form();
	fill_lines();
	fill_popups();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	textview_free(&text);
	editor_free(&editor);
	editor_free(&single);
	lineedit_free(&line);
	picker_free(&picker);
	form_free(&form);
	menu_free(&menu);
	dialog_free(&dialog);
	helpview_free(&help);
	return 0;
}

/* ---- drawing them ---- */
static void d_list(struct region r)
{
	list_draw(&list, r, true);
	list_move(&list, (r.w + r.h) % 2 ? MOTION_DOWN : MOTION_HALF_UP, r.w % 7);
}

static void d_text(struct region r)
{
	textview_draw(&text, r, true);
	textview_move(&text, r.h % 3 ? MOTION_DOWN : MOTION_PAGE_UP, 0);
}

static void d_editor(struct region r)
{
	struct key k = {.code = r.w % 3 ? KEY_CODE_LEFT : KEY_CODE_UP};

	editor_draw(&editor, r, EL_INPUT, true);
	if (editor_update(&editor, &k) == W_IGNORED)
		editor_set(&editor, editor_text(&editor));
}

static void d_single(struct region r)
{
	struct key k = {.code = KEY_CODE_LEFT};

	editor_draw(&single, r, EL_INPUT, true);
	if (editor_update(&single, &k) == W_IGNORED)
		editor_set(&single, editor_text(&single));
}

static void d_line(struct region r)
{
	lineedit_draw(&line, region_sub(r, 0, r.h - 1, r.w, 1), region_sub(r, 0, 0, r.w, r.h - 1));
}

static void d_picker(struct region r)
{
	picker_draw_rows(&picker, r);
	picker.scroll.cur = r.w % SAMPLES;
}

static void d_form(struct region r)
{
	form_draw(&form, r);
	form.current = (size_t)(r.h + r.w) % form.nfields;
}

static void d_form_plain(struct region r)
{
	form_draw_plain(&form, r, true);
}

static void d_menu(struct region r)
{
	menu_draw(&menu, r);
	menu.scroll.cur = r.h % SAMPLES;
}

static void d_dialog(struct region r)
{
	dialog_draw(&dialog, r);
}

static void d_help(struct region r)
{
	helpview_draw(&help, r);
	help.filtering = r.w % 2;
}

static void d_bars(struct region r)
{
	static const struct hint hints[] = {
		{"j/k", "move", false}, {"Enter", "打开", false}, {"a", "assign", true}, {"?", "help", false}};

	toast_draw(&toast, region_sub(r, 0, r.h - 1, r.w, 1), region_sub(r, 0, 0, r.w, r.h - 1));
	footer_draw(region_sub(r, 0, 1, r.w, 1), hints, 4, true);
	status_draw(region_sub(r, 0, 3, r.w, 1), EL_STATUS, "svcdesk 服务台  all open", "12/50+ 打印");
}

static const struct {
	const char *name;
	void (*draw)(struct region r);
} widgets[] = {{"list", d_list}, {"textview", d_text}, {"editor", d_editor}, {"single", d_single}, {"lineedit", d_line},
	{"picker", d_picker}, {"form", d_form}, {"form plain", d_form_plain}, {"menu", d_menu}, {"dialog", d_dialog},
	{"help", d_help}, {"bars", d_bars}};

static void check_outside(const struct surface *s, struct region r, const char *name)
{
	/* The ring around the region; what jumps further is caught by check_all now and then. */
	for (int y = r.y - 1; y <= r.y + r.h; y++)
		for (int x = r.x - 1; x <= r.x + r.w; x++) {
			if (y >= r.y && y < r.y + r.h && x == r.x)
				x = r.x + r.w;
			if (strcmp(surface_cell(s, x, y)->text, "#") != 0)
				fail_msg("%s at %dx%d wrote outside", name, r.w, r.h);
		}
	int x, y;

	if (surface_cursor_get(s, &x, &y) && (x < r.x || y < r.y || x >= r.x + r.w || y >= r.y + r.h))
		fail_msg("%s at %dx%d: cursor at %d,%d", name, r.w, r.h, x - r.x, y - r.y);
}

static void check_all(const struct surface *s, struct region r, const char *name)
{
	for (int y = 0; y < surface_height(s); y++)
		for (int x = 0; x < surface_width(s); x++) {
			const struct cell *c = surface_cell(s, x, y), *next = surface_cell(s, x + 1, y);
			bool in = y >= r.y && y < r.y + r.h && x >= r.x && x < r.x + r.w;

			if (!in && strcmp(c->text, "#") != 0)
				fail_msg("%s at %dx%d wrote far outside", name, r.w, r.h);
			if (c->width == 2 && (!next || next->width != 0))
				fail_msg("%s at %dx%d left half a glyph", name, r.w, r.h);
		}
}

static void test_sizes(void **state)
{
	struct surface *s = surface_new(MAX_W + 2, MAX_H + 2);
	/* Beyond 64 cells every eighth width (64, 72 ... 200) in make check; all of them in make soak. */
	bool all_sizes = getenv("ROUNDS") != NULL;

	(void)state;
	for (size_t i = 0; i < sizeof widgets / sizeof *widgets; i++)
		for (int h = 1; h <= MAX_H; h++) {
			/* Growing widths leave old content only inside, so the ring is painted anew for each height. */
			for (int w = 1; w <= MAX_W; w += all_sizes || w < 64 ? 1 : 8) {
				struct region r = region_sub(surface_region(s), 1, 1, w, h), all = surface_region(s);

				if (w == 1)
					draw_fill(all, 0, 0, all.w, all.h, EL_NORMAL, "#");
				surface_cursor(s, 1, 1, false);
				widgets[i].draw(r);
				check_outside(s, r, widgets[i].name);
				if (w == 7 || w == MAX_W || (w + h) % 50 == 0)
					check_all(s, r, widgets[i].name);
			}
		}
	/* No room at all. */
	for (size_t i = 0; i < sizeof widgets / sizeof *widgets; i++) {
		struct region none = region_sub(surface_region(s), 5, 5, 0, 0), flat = region_sub(surface_region(s), 5, 5, 9, 0);

		draw_fill(surface_region(s), 0, 0, MAX_W + 2, MAX_H + 2, EL_NORMAL, "#");
		widgets[i].draw(none);
		widgets[i].draw(flat);
		check_all(s, none, widgets[i].name);
	}
	surface_free(s);
}

/* The bar shows the place in all rows there are, also in those that are not loaded. */
static int bar_top(struct surface *s, struct region r)
{
	list_draw(&list, r, true);
	for (int y = 1; y < r.h; y++)
		if (!strcmp(surface_cell(s, r.w - 1, y)->text, glyph(GL_SCROLL)))
			return y;
	return -1;
}

static void test_scroll_bar_of_the_whole(void **state)
{
	struct surface *s = surface_new(60, 21);
	struct region r = surface_region(s);

	(void)state;
	list.header = true;
	list_move(&list, MOTION_TOP, 0);
	assert_int_equal(bar_top(s, r), 1);
	list.below = 1000; /* more below: still at the top */
	assert_int_equal(bar_top(s, r), 1);
	list.above = 1000;
	list.below = 0; /* the last forty of many: at the lower end */
	assert_in_range(bar_top(s, r), 18, 20);
	list.above = list.below = 1000;
	assert_in_range(bar_top(s, r), 9, 12);
	surface_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_scroll_bar_of_the_whole, set_up, tear_down)};

	setlocale(LC_ALL, "C.UTF-8");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
