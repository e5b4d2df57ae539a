/* The knowledge base in the console: what its keys ask of the desk, and how it is drawn, from answers that stand in files, at
 * both ends of the sizes, in both languages. GENERATE=1 makes the goldens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/draft.h"
#include "svcdesk/locale.h"
#include "svcdesk/mem.h"
#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/kb.h"
#include "tui/pane/kb.h"

static char *data_of(const char *name)
{
	char path[256];

	snprintf(path, sizeof path, SRCDIR "/tests/unit/data/%s", name);
	return test_read_file(path, NULL);
}

static void given(struct world *w, const char *name)
{
	struct fx *f = find(w, REQ_BOARD);
	char *json = data_of(name);

	assert_non_null(f);
	answer_json(w, f->req, json);
	free(json);
	model_draw(w->m, w->s);
}

static void list(struct world *w)
{
	keys(w, "g k");
	assert_int_equal(board_shown(w->m), BOARD_KB);
	assert_non_null(strstr(find(w, REQ_BOARD)->sql, "desk.kb_list"));
	given(w, "kb_list.json");
}

static void article(struct world *w)
{
	list(w);
	keys(w, "Enter");
	assert_non_null(strstr(find(w, REQ_BOARD)->sql, "desk.kb_show"));
	assert_string_equal(find(w, REQ_BOARD)->params[0], "KB0000003");
	given(w, "kb_show.json");
}

/* What the desk says to something that was done: a refusal, or the document. */
static void taken(struct world *w, const char *id, const char *args, const char *text, const char *field, const char *json)
{
	static const char *const cols[] = {"id", "args", "text", "field", "r"};
	const char *const row[] = {id, args, text, field, json};
	struct fx *f = find(w, REQ_KB);

	assert_non_null(f);
	answer(w, f->req, 1, 5, cols, row);
	model_draw(w->m, w->s);
}

static void done(struct world *w, const char *json)
{
	taken(w, NULL, NULL, NULL, NULL, json);
}

/* ---- the list ---- */
static void test_list(void **state)
{
	struct world *w = *state;

	list(w);
	check_screen(w, "Articles  4  for INC1");
	check_screen(w, "KB0000003 published");
	check_screen(w, "系统磁盘空间不足");
	assert_string_equal(kb_row(kb_pane(w->m))->number, "KB0000003");
	keys(w, "j j");
	assert_string_equal(kb_row(kb_pane(w->m))->number, "KB0000001");
	keys(w, "Enter"); /* of a draft the version is asked for, not what readers get */
	assert_string_equal(find(w, REQ_BOARD)->params[1], "1.2");
}

static void test_filter_as_one_types(void **state)
{
	struct world *w = *state;

	list(w);
	keys(w, "f");
	type(w, "vpn");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "{\"text\":\"vpn\"}");
	type(w, " state:draft,review owner:me x");
	assert_non_null(strstr(find(w, REQ_BOARD)->params[0], "\"state\":\"draft,review\""));
	assert_non_null(strstr(find(w, REQ_BOARD)->params[0], "\"text\":\"vpn x\""));
	assert_null(strstr(find(w, REQ_BOARD)->params[0], "\"owner\":\"me\""));
	keys(w, "Enter");
	check_screen(w, "& vpn state:draft,review");
	keys(w, "Esc"); /* one layer: the filter */
	assert_string_equal(find(w, REQ_BOARD)->params[0], "{}");
	assert_int_equal(board_shown(w->m), BOARD_KB);
	keys(w, "s");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "{\"state\":\"draft\"}");
	keys(w, "s s");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "{\"state\":\"published\"}");
	keys(w, "s s");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "{}");
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
}

static void test_by_number(void **state)
{
	struct world *w = *state;

	keys(w, ":");
	type(w, "kb kb12 1.3");
	keys(w, "Enter");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "KB0000012");
	assert_string_equal(find(w, REQ_BOARD)->params[1], "1.3");
	answer_json(w, find(w, REQ_BOARD)->req, NULL); /* not there, or not to be seen */
	check_screen(w, "There is no article KB0000012");
}

/* ---- reading ---- */
static void test_links(void **state)
{
	struct world *w = *state;
	struct kb *k = kb_pane(w->m);

	article(w);
	keys(w, "Tab");
	assert_int_equal(k->link, 1);
	keys(w, "Tab Tab");
	assert_int_equal(k->link, 3);
	keys(w, "Shift-Tab Shift-Tab Enter"); /* to the other article */
	assert_string_equal(find(w, REQ_BOARD)->params[0], "KB0000002");
	assert_null(find(w, REQ_BOARD)->params[1]);
	keys(w, "h"); /* and back */
	assert_string_equal(find(w, REQ_BOARD)->params[0], "KB0000003");
	given(w, "kb_show.json");
	keys(w, "l");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "KB0000002");
	keys(w, "h");
	given(w, "kb_show.json");
	keys(w, "2"); /* a heading of this article */
	model_draw(w->m, w->s);
	assert_string_equal(textview_text(&k->text), "Second title");
	keys(w, "4"); /* the web: copied, not opened */
	assert_string_equal(effect(w, FX_COPY)->text, "https://example.org/x");
	assert_null(effect(w, FX_BROWSE));
	keys(w, "6"); /* another page of its folder */
	assert_string_equal(find(w, REQ_KB)->params[1], "b/Other.md");
	assert_string_equal(find(w, REQ_KB)->params[2], "Other.md");
	done(w, "KB0000009");
	assert_string_equal(k->number, "KB0000009");
	keys(w, "h");
	given(w, "kb_show.json");
	keys(w, "3"); /* a ticket */
	assert_string_equal(find(w, REQ_JUMP)->params[0], "INC1");
}

static void test_a_program_for_the_web(void **state)
{
	struct world *w = world_config(80, 24, "browser = lynx\n");

	(void)state;
	article(w);
	keys(w, "4");
	assert_string_equal(effect(w, FX_BROWSE)->text, "https://example.org/x");
	w->m->env.restricted = true; /* no other programs there */
	keys(w, "4");
	assert_null(effect(w, FX_BROWSE));
	world_end(w);
}

static void test_outline_search_copy(void **state)
{
	struct world *w = *state;
	struct kb *k = kb_pane(w->m);

	article(w);
	keys(w, "o j j j Enter");
	model_draw(w->m, w->s);
	assert_string_equal(textview_text(&k->text), "Second title");
	keys(w, "/");
	type(w, "code in a list");
	keys(w, "Enter");
	assert_non_null(strstr(textview_text(&k->text), "echo"));
	keys(w, "y"); /* the code as it was written, not as it is drawn */
	assert_string_equal(effect(w, FX_COPY)->text, "echo \"code in a list\"\t# with a tab\n");
	keys(w, "Esc G y n");
	assert_string_equal(effect(w, FX_COPY)->text, "KB0000003");
}

static void test_versions(void **state)
{
	struct world *w = *state;
	struct fx *f;
	char *one = data_of("kb_show.json");
	struct sd_str both = {0};

	article(w);
	keys(w, "v j j Enter");
	assert_string_equal(find(w, REQ_BOARD)->params[1], "1.0");
	keys(w, "h");
	given(w, "kb_show.json");
	keys(w, "d j j Enter"); /* 2.0 against 1.0 */
	f = find(w, REQ_BOARD);
	assert_string_equal(f->params[1], "2.0");
	assert_string_equal(f->params[2], "1.0");
	sd_str_addf(&both, "[%s,{\"number\":\"KB0000003\",\"version\":\"1.0\",\"title\":\"Disk\",\"body\":\"Gone\\n\"}]", one);
	answer_json(w, f->req, both.data);
	check_screen(w, "2.0 against 1.0");
	check_screen(w, "- Title: Disk");
	check_screen(w, "+ Title: Disk space on the mail server");
	keys(w, "d"); /* back to the text */
	assert_string_equal(find(w, REQ_BOARD)->params[0], "KB0000003");
	assert_int_equal(kb_pane(w->m)->mode, KB_READ);
	sd_str_free(&both);
	free(one);
}

/* ---- writing ---- */
static void test_new(void **state)
{
	struct world *w = *state;
	struct fx *f;

	list(w);
	keys(w, "a");
	type(w, "How to");
	keys(w, "Tab Tab Tab Tab");
	type(w, "# Words");
	keys(w, "Ctrl-s");
	f = find(w, REQ_KB);
	assert_non_null(strstr(f->sql, "desk.kb_save"));
	assert_null(f->params[0]);
	assert_non_null(strstr(f->params[1], "\"title\":\"How to\""));
	assert_non_null(strstr(f->params[1], "\"body\":\"# Words\""));
	taken(w, "role_denied", "{}", "denied", NULL, NULL); /* the form stays with the reason */
	assert_int_equal(w->m->noverlays, 1);
	keys(w, "Ctrl-s");
	done(w, "{\"ok\":true,\"number\":\"KB0000007\",\"version\":\"1.0\",\"state\":\"draft\",\"changed\":[\"title\"],\"merged\":"
			"false}");
	assert_int_equal(w->m->noverlays, 0);
	check_screen(w, "KB0000007: version 1.0 is saved");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "KB0000007");
}

static void test_edit(void **state)
{
	struct world *w = *state;
	struct fx *f;

	article(w);
	keys(w, "e");
	f = effect(w, FX_EDITOR); /* the text, in the person's editor */
	assert_non_null(strstr(f->text, "First paragraph"));
	begin(w);
	model_edited(w->m, "Written anew\n", w->fx);
	keys(w, "Tab");
	type(w, "shorter");
	keys(w, "Ctrl-s");
	f = find(w, REQ_KB);
	assert_string_equal(f->params[0], "KB0000003");
	assert_string_equal(f->params[2], "2.0"); /* the version he had before him */
	assert_non_null(strstr(f->params[1], "\"body\":\"Written anew\\n\""));
	assert_non_null(strstr(f->params[1], "\"note\":\"shorter\""));
	assert_null(strstr(f->params[1], "title")); /* only what was changed */
	done(w,
		"{\"ok\":true,\"number\":\"KB0000003\",\"version\":\"2.2\",\"state\":\"draft\",\"changed\":[\"body\"],\"merged\":true}");
	check_screen(w, "joined with what others wrote");
}

static void test_draft_is_kept(void **state)
{
	struct world *w = *state;
	struct sd_draft *d;

	article(w);
	keys(w, "e");
	begin(w);
	model_edited(w->m, "Half a text", w->fx);
	keys(w, "Esc");
	d = w->stored;
	assert_non_null(d);
	assert_non_null(strstr(d->key, "|article|-0000003|edit"));
	assert_string_equal(d->body, "Half a text");
	keys(w, "e");
	check_screen(w, "Half a text");
	check_screen(w, "your draft of");
}

static void test_restricted_has_no_editor(void **state)
{
	struct world *w = *state;

	w->m->env.restricted = true;
	article(w);
	keys(w, "e");
	assert_null(effect(w, FX_EDITOR));
	check_screen(w, "Edit KB0000003 2.0");
	keys(w, "Esc u");
	check_screen(w, "Not possible");
}

static const char clash[] = "{\"version\":\"2.3\",\"by\":\"bob\",\"at\":\"2026-03-02T09:59:00Z\",\"conflicts\":[{\"field\":"
							"\"body\",\"base\":\"one\\n\\ntwo\\n\","
							"\"theirs\":\"ONE\\n\\ntwo\\n\",\"mine\":\"Eins\\n\\ntwo\\n\"}]}";

/* Two wrote at one place: the merge asks, joins both, and saves on what the other has saved. */
static void test_merge(void **state)
{
	struct world *w = *state;
	struct fx *f;

	article(w);
	keys(w, "e");
	begin(w);
	model_edited(w->m, "Eins\n\ntwo\n", w->fx);
	keys(w, "Ctrl-s");
	taken(w, "kb_conflict", clash, "clash", "body", NULL);
	assert_int_equal(overlay_top(w->m)->kind, OV_MERGE);
	check_screen(w, "KB0000003: changed while you worked");
	check_screen(w, "bob");
	keys(w, "Esc"); /* back to what was written; sent again it is the same question */
	assert_int_equal(overlay_top(w->m)->kind, OV_KB);
	keys(w, "Ctrl-s");
	assert_string_equal(find(w, REQ_KB)->params[2], "2.0");
	taken(w, "kb_conflict", clash, "clash", "body", NULL);
	keys(w, "b Ctrl-s");
	f = find(w, REQ_KB);
	assert_string_equal(f->params[2], "2.3");
	assert_non_null(strstr(f->params[1], "ONE\\nEins"));
	done(w,
		"{\"ok\":true,\"number\":\"KB0000003\",\"version\":\"2.4\",\"state\":\"draft\",\"changed\":[\"body\"],\"merged\":false}");
	assert_int_equal(w->m->noverlays, 0);
	check_screen(w, "version 2.4 is saved");
}

static void test_fields_and_feedback(void **state)
{
	struct world *w = *state;
	struct fx *f;

	article(w);
	keys(w, "E Tab Tab Tab Tab Tab");
	keys(w, "Ctrl-u");
	type(w, "Core");
	keys(w, "Ctrl-s");
	f = find(w, REQ_KB);
	assert_string_equal(f->params[1], "{\"group\":\"Core\",\"was\":{\"group\":\"Network\"}}");
	assert_null(f->params[2]);
	/* somebody else was there first */
	taken(w, "kb_conflict",
		"{\"field\":\"group\",\"version\":\"2.0\",\"by\":\"bob\",\"at\":\"2026-03-02T08:00:00Z\",\"conflicts\":[{\"field\":"
		"\"group\","
		"\"base\":\"Network\",\"theirs\":\"Service desk\",\"mine\":\"Core\"}]}",
		"clash", "group", NULL);
	assert_int_equal(overlay_top(w->m)->kind, OV_MERGE);
	check_screen(w, "Service desk");
	keys(w, "m Ctrl-s");
	f = find(w, REQ_KB);
	assert_string_equal(f->params[1], "{\"group\":\"Core\"}");
	assert_string_equal(f->params[2], "2.0");
	taken(w, "kb_name", "{\"field\":\"group\",\"value\":\"Core\"}", "nothing of that name", "group", NULL);
	check_screen(w, "nothing of that name");
	keys(w, "Esc +");
	keys(w, "Right Tab");
	type(w, "step 3");
	keys(w, "Ctrl-s");
	f = find(w, REQ_KB);
	assert_non_null(strstr(f->sql, "kb_feedback"));
	assert_string_equal(f->params[1], "false");
	assert_string_equal(f->params[2], "step 3");
	done(w, "{\"ok\":true,\"number\":\"KB0000003\",\"version\":\"2.0\",\"task\":true}");
	check_screen(w, "its owner was told");
}

/* What a field names is picked by some letters, and goes as its id; what is typed out goes as its name. */
static void test_fields_are_picked(void **state)
{
	static const char *const cols[] = {"id", "name", "hint"};
	static const char *const people[] = {"17", "Ann Lee", "ann"}, *const found[] = {"Harbour", "Harbour", ""};
	struct world *w = *state;
	struct fx *f;

	article(w);
	keys(w, "E Tab Tab Tab Tab Ctrl-u");
	type(w, "le");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	f = find(w, REQ_KB);
	assert_non_null(strstr(f->sql, "desk.find_member"));
	assert_string_equal(f->params[0], "le");
	answer(w, f->req, 1, 3, cols, people);
	model_draw(w->m, w->s);
	check_screen(w, "Ann Lee");
	keys(w, "Enter Ctrl-s");
	assert_non_null(strstr(find(w, REQ_KB)->params[1], "{\"owner\":17,"));
	taken(w, "kb_name", "{\"field\":\"owner\",\"value\":\"17\"}", "nothing of that name", "owner", NULL);
	keys(w, "Esc E Tab Tab Tab");
	type(w, "har");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	f = find(w, REQ_KB);
	assert_non_null(strstr(f->sql, "desk.org"));
	answer(w, f->req, 1, 3, cols, found);
	keys(w, "Enter Ctrl-s");
	assert_non_null(strstr(find(w, REQ_KB)->params[1], "{\"org\":\"Harbour\""));
}

static void test_steps(void **state)
{
	struct world *w = *state;
	struct fx *f;

	article(w);
	keys(w, "X"); /* asks why */
	assert_null(find(w, REQ_KB));
	keys(w, "Ctrl-s");
	assert_null(find(w, REQ_KB));
	type(w, "old");
	keys(w, "Ctrl-s");
	f = find(w, REQ_KB);
	assert_string_equal(f->params[1], "retire");
	assert_non_null(strstr(f->params[2], "\"reason\":\"old\""));
	assert_non_null(strstr(f->params[2], "\"version\":\"2.0\""));
	done(w, "{\"ok\":true,\"number\":\"KB0000003\",\"version\":\"2.0\",\"state\":\"pending_retirement\"}");
	check_screen(w, "is now: to be retired");
	given(w, "kb_show.json");
	keys(w, "m");
	check_screen(w, "Retire");
	keys(w, "Esc A"); /* not offered: the desk says why */
	assert_string_equal(find(w, REQ_KB)->params[1], "approve");
	taken(w, "kb_own", "{\"verb\":\"approve\"}", "for somebody who did not write it", NULL, NULL);
	check_screen(w, "did not write it");
}

/* ---- the ticket one came from ---- */
static void test_without_a_ticket(void **state)
{
	struct world *w = *state;

	article(w);
	kb_pane(w->m)->ticket = 0;
	keys(w, "t");
	check_screen(w, "you came from no ticket");
	keys(w, ">");
	check_screen(w, "you came from no ticket");
}

static void test_quoting(void **state)
{
	struct world *w = *state;
	struct fx *f;
	char *json;

	article(w);
	keys(w, ">");
	f = find(w, REQ_KB);
	assert_non_null(strstr(f->sql, "desk.kb_quote"));
	assert_string_equal(f->params[1], "KB0000003");
	taken(w, "kb_hidden", "{\"number\":\"KB0000003\"}", "the requester may not read it", NULL, NULL);
	check_screen(w, "the requester may not read it");
	assert_int_equal(w->m->noverlays, 0);
	keys(w, ">");
	json = data_of("kb_show.json");
	done(w, json);
	free(json);
	assert_int_equal(overlay_top(w->m)->kind, OV_FORM);
	assert_non_null(strstr(form_value(&overlay_top(w->m)->form->form, "body"), "> Mail is **late**.\n"));
}

/* ---- how it looks ---- */
static void shot(struct world *w, const char *what, const char *word)
{
	char file[128], *text;

	model_draw(w->m, w->s);
	text = golden_surface(w->s, true);
	snprintf(file, sizeof file, "screen/%s-%dx%d-%s", what, w->m->width, w->m->height, word);
	golden_check(file, text);
	free(text);
}

static void all_sizes(const char *word)
{
	static const int sizes[][2] = {{40, 10}, {80, 24}, {200, 60}};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct world *w = world_config(sizes[i][0], sizes[i][1], NULL);

		list(w);
		shot(w, "kb-list", word);
		keys(w, "Enter");
		given(w, "kb_show.json");
		keys(w, "Tab");
		shot(w, "kb-article", word);
		keys(w, "G");
		shot(w, "kb-end", word);
		world_end(w);
	}
}

static void test_english(void **state)
{
	(void)state;
	all_sizes("en");
}

static void test_chinese(void **state)
{
	(void)state;
	sd_locale_start("zh_CN");
	all_sizes("zh");
	sd_locale_start("en");
}

static void test_ascii(void **state)
{
	struct world *w = world_config(80, 24, NULL);

	(void)state;
	glyphs_ascii(true);
	article(w);
	shot(w, "kb-article", "ascii");
	glyphs_ascii(false);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_filter_as_one_types, setup, teardown),
		cmocka_unit_test_setup_teardown(test_by_number, setup, teardown),
		cmocka_unit_test_setup_teardown(test_links, setup, teardown),
		cmocka_unit_test(test_a_program_for_the_web),
		cmocka_unit_test_setup_teardown(test_outline_search_copy, setup, teardown),
		cmocka_unit_test_setup_teardown(test_versions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_new, setup, teardown),
		cmocka_unit_test_setup_teardown(test_edit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_draft_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_restricted_has_no_editor, setup, teardown),
		cmocka_unit_test_setup_teardown(test_merge, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fields_and_feedback, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fields_are_picked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_steps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_a_ticket, setup, teardown),
		cmocka_unit_test_setup_teardown(test_quoting, setup, teardown),
		cmocka_unit_test(test_english),
		cmocka_unit_test(test_chinese),
		cmocka_unit_test(test_ascii),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
