/* Reading a ticket: long timelines, quoting, what is new. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"

/* ---- long timelines ---- */

/* Events of one ticket as desk.show gives them; text(i) of event i. */
static char *ticket_of(int n, const char *(*text)(int i))
{
	struct sd_str s = {0};

	sd_str_addf(&s,
		"{\"id\":2,\"number\":\"INC2\",\"kind\":\"incident\",\"state\":\"in_progress\",\"phase\":1,\"version\":4,\"last_seq\":%d,"
		"\"subject\":\"second\",\"body\":\"It burns\",\"verbs\":[],\"events\":[",
		n);
	for (int i = 1; i <= n; i++)
		sd_str_addf(&s,
			"%s{\"seq\":%d,\"at\":\"2026-03-%02dT%02d:%02d:00Z\",\"actor\":\"agent\",\"verb\":\"note\",\"visibility\":\"%s\","
			"\"changes\":{},"
			"\"text\":\"%s\"}",
			i > 1 ? "," : "", i, 1 + i / 1440 % 28, i / 60 % 24, i % 60, i % 2 ? "public" : "internal", text(i));
	sd_str_add(&s, "]}");
	return sd_str_take(&s);
}

static const char *numbered(int i)
{
	static char text[400];

	snprintf(text, sizeof text,
		"First line of note %d.\\n\\nA long second paragraph about the printer in the hall, which does not print what note %d "
		"says; "
		"打印机不工作，请检查。\\nLast line of note %d.",
		i, i, i);
	return text;
}

static void open_ticket(struct world *w, char *json)
{
	keys(w, "j Enter");
	answer_json(w, find(w, REQ_SHOW)->req, json);
	free(json);
	model_draw(w->m, w->s);
}

static char *screen(struct world *w)
{
	model_draw(w->m, w->s);
	return surface_dump(w->s, NULL);
}

/* The same screens whether a ticket is laid out as far as it is looked at, or whole. */
static void test_a_long_timeline_is_made_as_far_as_one_looks(void **state)
{
	static const char *const moves[] = {"Ctrl-d", "Ctrl-f", "j", "3 0 j", "Ctrl-b", "1 0 0 0 G", "G", "g g", "k", "5 0 0 j",
		"Ctrl-u", "z t", "Ctrl-f Ctrl-f Ctrl-f", "H", "L", "M", "2 0 0 g g"};
	struct world *w = *state;
	void *other_state = NULL;
	struct world *whole;
	struct rng r = rng_new(31);

	setup(&other_state);
	whole = other_state;
	open_ticket(w, ticket_of(500, numbered));
	open_ticket(whole, ticket_of(500, numbered));
	assert_true(w->m->detail->text.laid < 200); /* not the whole of it */
	assert_true(w->m->detail->next > 400);
	while (model_lay(whole->m))
		;
	assert_int_equal(whole->m->detail->next, -1);
	for (unsigned i = 0; i < test_rounds(120); i++) {
		const char *m = moves[rng_below(&r, sizeof moves / sizeof *moves)];
		int y[2], x[2];
		char *a, *b;

		keys(w, m);
		keys(whole, m);
		a = screen(w);
		b = screen(whole);
		/* the title tells how far down, which is a guess until the end is known */
		for (char *t = a, *u = b; *t && *u; t++, u++)
			if (t - a > 160 && *t != *u && w->m->detail->next < 0)
				fail_msg("after %s:\n%s\n---\n%s", m, a, b);
		assert_int_equal(textview_key(&w->m->detail->text), textview_key(&whole->m->detail->text));
		surface_cursor_get(w->s, &x[0], &y[0]);
		surface_cursor_get(whole->s, &x[1], &y[1]);
		assert_int_equal(y[0], y[1]);
		free(a);
		free(b);
	}
	teardown(&other_state);
}

static void test_the_place_survives_what_others_write_and_a_new_width(void **state)
{
	struct world *w = *state;
	uint64_t key;

	open_ticket(w, ticket_of(500, numbered));
	keys(w, "4 0 0 j");
	model_draw(w->m, w->s);
	key = textview_key(&w->m->detail->text);
	begin(w);
	detail_changed(w->m->detail, w->fx);
	char *json = ticket_of(520, numbered);
	answer_json(w, find(w, REQ_SHOW)->req, json);
	free(json);
	model_draw(w->m, w->s);
	assert_int_equal(textview_key(&w->m->detail->text), key);
	begin(w);
	model_resize(w->m, 60, 24, w->fx);
	surface_resize(w->s, 60, 24);
	model_draw(w->m, w->s);
	assert_int_equal(textview_key(&w->m->detail->text), key);
}

static void test_search_looks_at_all_of_it(void **state)
{
	struct world *w = *state;

	open_ticket(w, ticket_of(500, numbered));
	keys(w, "/");
	type(w, "of note 7.");
	keys(w, "Enter");
	check_screen(w, "First line of note 7.");
	check_screen(w, "1 of 2");
	keys(w, "n");
	check_screen(w, "Last line of note 7.");
}

/* ---- quoting ---- */
static const char *quoting(int i)
{
	static const char *const texts[] = {"", "See https://example.org/kb?id=7, and INC123 or XINC5 or INC7b.",
		"I agree.\\n\\nOn Monday Bob wrote:\\n> first\\n> second\\n>\\n> third\\n\\nSo do it.\\n> alone\\n-- \\nAlice\\nRoom 7",
		"internal words"};

	return texts[i];
}

static void test_parts_of_a_text(void **state)
{
	static const struct {
		const char *text, *parts;
	} cases[] = {{"", ""}, {"a", "p1"}, {"> a\n", "p4"}, {"> a\n> b", "q2"}, {"a\n> b\n> c\nd\n", "p2 q2 p2"},
		{"> a\n\n> b\n\nc", "q3 p2"}, {">a\n>>b\n> > c", "q3"}, {"x\n-- \nme", "p2 s2"}, {"x\n--\nme\nyou\n", "p2 s3"},
		{"--", "p2"}, {"-- \n", "p4"}, {"a\n---\nb", "p7"}, {"hi\n-----Original Message-----\nFrom: x\n\nold", "p3 q4"},
		{"你好\n-----原始邮件-----\n旧\n", "p7 q2"}, {"＞ 引用\n＞ 引用二\n", "q2"}, {" > a\n > b\n", "q2"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = cases[i].text;
		struct sd_str got = {0};

		while (*text) {
			struct quote_part part = quote_next(&text);

			sd_str_addf(
				&got, "%s%c%d", got.len ? " " : "", "pqs"[part.kind], part.kind == QUOTE_PLAIN ? (int)part.len : part.lines);
		}
		assert_string_equal(got.data ? got.data : "", cases[i].parts);
		sd_str_free(&got);
	}
}

/* Nothing of a text is lost by cutting it into parts, whatever it is. */
static void test_parts_are_the_whole(void **state)
{
	static const char *const pieces[] = {"> ", "\n", "-- \n", "a", " ", "＞", "-----Original Message", "\n\n", "--"};
	struct rng r = rng_new(77);

	(void)state;
	for (unsigned i = 0; i < test_rounds(3000); i++) {
		struct sd_str whole = {0}, again = {0};
		const char *text;

		for (unsigned n = rng_below(&r, 20); n; n--)
			sd_str_add(&whole, pieces[rng_below(&r, sizeof pieces / sizeof *pieces)]);
		text = whole.data ? whole.data : "";
		while (*text) {
			struct quote_part part = quote_next(&text);

			assert_true(part.len > 0);
			sd_str_addn(&again, part.text, part.len);
		}
		assert_string_equal(again.data ? again.data : "", whole.data ? whole.data : "");
		sd_str_free(&whole);
		sd_str_free(&again);
	}
}

static void test_quoted_lines_and_signatures_are_folded(void **state)
{
	struct world *w = *state;

	open_ticket(w, ticket_of(3, quoting));
	check_screen(w, "I agree.");
	check_screen(w, "On Monday Bob wrote:");
	check_screen(w, "[4 quoted lines: Enter]");
	check_screen(w, "[signature of 3 lines: Enter]");
	check_screen(w, "> alone");
	assert_false(on_screen(w, "> second"));
	assert_false(on_screen(w, "Room 7"));
	keys(w, "z q");
	check_screen(w, "> second");
	check_screen(w, "Room 7");
	keys(w, "z q");
	assert_false(on_screen(w, "> second"));
	keys(w, "/");
	type(w, "quoted lines");
	keys(w, "Enter Enter"); /* the first leaves the prompt, the second unfolds */
	check_screen(w, "> second");
	assert_false(on_screen(w, "Room 7"));
	keys(w, "j j Enter"); /* from inside, too */
	assert_false(on_screen(w, "> second"));
}

static void test_a_reply_quotes_what_stands_at_the_cursor(void **state)
{
	struct world *w = *state;
	struct fx *act;

	open_ticket(w, ticket_of(3, quoting));
	keys(w, "/");
	type(w, "I agree");
	keys(w, "Enter >");
	check_screen(w, "Note  INC2"); /* event 2 is internal: it does not go to the requester */
	assert_string_equal(form_value(&overlay_top(w->m)->form->form, "body"),
		"On 2026-03-01 00:02, agent wrote:\n> I agree.\n>\n> On Monday Bob wrote:\n> > first\n> > second\n> >\n> > third\n>\n> "
		"So do "
		"it.\n> > alone\n\n");
	keys(w, "Ctrl-x d Esc /");
	type(w, "internal words");
	keys(w, "Enter >");
	check_screen(w, "Reply  INC2");
	check_screen(w, "> internal words");
	type(w, "Yes.");
	keys(w, "Alt-Enter");
	act = find(w, REQ_ACT);
	assert_string_equal(act->params[1], "reply");
	assert_non_null(strstr(act->params[2], "wrote:\\n> internal words\\n\\nYes."));
}

static void test_a_quote_goes_behind_a_draft(void **state)
{
	struct world *w = *state;

	open_ticket(w, ticket_of(3, quoting));
	keys(w, "/");
	type(w, "internal words");
	keys(w, "Enter R");
	type(w, "Begun before");
	keys(w, "Esc >");
	check_screen(w, "Begun before");
	check_screen(w, "> internal words");
}

static void test_numbers_in_texts_are_links(void **state)
{
	struct world *w = *state;
	struct fx *f;

	open_ticket(w, ticket_of(3, quoting));
	keys(w, "/");
	type(w, "INC123");
	keys(w, "Enter Enter"); /* the address comes first in the line */
	check_screen(w, "https://example.org/kb?id=7");
	keys(w, "2 Enter");
	f = find(w, REQ_JUMP);
	assert_non_null(f);
	assert_string_equal(f->params[0], "INC123");
}

/* ---- what is new ---- */
static void open_read(struct world *w, const char *seq)
{
	static const char *const names[] = {"seq", "at"};
	const char *values[] = {seq, "1772445000000000"};
	struct fx *f;
	char *json = ticket_of(9, numbered);

	keys(w, "j Enter");
	f = find(w, REQ_READ_MARK);
	assert_non_null(f);
	assert_true(f < find(w, REQ_SHOW)); /* it is known when the ticket comes, in the same round trip */
	struct req show = find(w, REQ_SHOW)->req;
	answer(w, f->req, seq ? 1 : 0, 2, names, values);
	answer_json(w, show, json);
	free(json);
	model_draw(w->m, w->s);
}

static void test_a_line_parts_what_is_new(void **state)
{
	struct world *w = *state;

	open_read(w, "6");
	keys(w, "g u");
	check_screen(w, "First line of note 7.");
	check_screen(w, "new since 09:50");
	assert_int_equal(detail_event(w->m->detail), 7);
	/* what was read in the meantime does not move it, what comes is new */
	begin(w);
	model_timer(w->m, TIMER_READ, w->fx);
	begin(w);
	detail_changed(w->m->detail, w->fx);
	assert_null(find(w, REQ_READ_MARK));
	char *json = ticket_of(11, numbered);
	answer_json(w, find(w, REQ_SHOW)->req, json);
	free(json);
	keys(w, "g g g u");
	assert_int_equal(detail_event(w->m->detail), 7);
}

static void test_all_read_has_no_line(void **state)
{
	struct world *w = *state;

	open_read(w, "9");
	assert_false(on_screen(w, "new since"));
	keys(w, "g u");
	check_screen(w, "Everything here has been read");
	/* what one does oneself is not new */
	keys(w, "N");
	type(w, "mine");
	keys(w, "Alt-Enter");
	answer_json(w, find(w, REQ_ACT)->req,
		"{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"version\":5,\"seq\":10,\"state\":\"in_progress\"}");
	struct fx *show = find(w, REQ_SHOW);
	assert_non_null(show);
	char *json = ticket_of(10, numbered);
	answer_json(w, show->req, json);
	free(json);
	assert_false(on_screen(w, "new since"));
}

static void test_never_read_goes_to_the_beginning(void **state)
{
	struct world *w = *state;

	open_read(w, NULL);
	assert_false(on_screen(w, "new since"));
	keys(w, "g u");
	assert_int_equal(detail_event(w->m->detail), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_long_timeline_is_made_as_far_as_one_looks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_place_survives_what_others_write_and_a_new_width, setup, teardown),
		cmocka_unit_test_setup_teardown(test_search_looks_at_all_of_it, setup, teardown),
		cmocka_unit_test(test_parts_of_a_text),
		cmocka_unit_test(test_parts_are_the_whole),
		cmocka_unit_test_setup_teardown(test_quoted_lines_and_signatures_are_folded, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_a_reply_quotes_what_stands_at_the_cursor, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_a_quote_goes_behind_a_draft, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers_in_texts_are_links, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_line_parts_what_is_new, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_read_has_no_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_never_read_goes_to_the_beginning, setup, teardown),
	};
	return TEST_MAIN(tests);
}
