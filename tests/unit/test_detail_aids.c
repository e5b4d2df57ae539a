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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_long_timeline_is_made_as_far_as_one_looks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_place_survives_what_others_write_and_a_new_width, setup, teardown),
		cmocka_unit_test_setup_teardown(test_search_looks_at_all_of_it, setup, teardown),
	};
	return TEST_MAIN(tests);
}
