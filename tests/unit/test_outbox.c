/* Acts without a line: kept before anything is said, shown, sent once and in order when it is back, given back when refused. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/outbox.h"
#include "tests/unit/console_world.h"
#include "tui/app/outbox.h"

#define OK(id, version, state)                                                                                                   \
	"{\"ok\":true,\"id\":" #id ",\"number\":\"INC" #id "\",\"version\":" #version ",\"seq\":" #version ",\"state\":\"" state "\"}"

static void line(struct world *w, bool there)
{
	begin(w);
	model_conn(w->m, there ? CONN_READY : CONN_LOST, there ? NULL : "the server went away", w->fx);
}

/* The n-th request of that kind among the effects of the last step. */
static struct fx *nth(struct world *w, enum req_kind kind, int n)
{
	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_QUERY && w->fx->v[i].req.kind == kind && n-- == 0)
			return &w->fx->v[i];
	return NULL;
}

static void note(struct world *w, const char *text)
{
	keys(w, "N");
	type(w, text);
	keys(w, "Ctrl-s");
}

static void test_pressed_without_a_line_it_is_kept_and_shown(void **state)
{
	struct world *w = *state;

	line(w, false);
	keys(w, "t");
	assert_null(find(w, REQ_ACT));
	assert_non_null(effect(w, FX_UNSENT_SAVE)); /* in the same step as the words about it */
	check_screen(w, "waits for the connection and is kept");
	check_screen(w, "1 act waits for the line");
	check_screen(w, "⇡");
	check_screen(w, "In progre"); /* where it leads */
	keys(w, "j");
	note(w, "It is the cable.");
	begin(w);
	assert_int_equal(w->nkept, 2);
	assert_string_equal(w->kept[1]->verb, "note");
	assert_non_null(strstr(w->kept[1]->fields, "It is the cable."));
	assert_int_equal(w->kept[1]->version, 4);
	check_screen(w, "2 acts wait for the line");
	keys(w, "g q");
	check_screen(w, "INC1 Take");
	check_screen(w, "INC2 Note: It is the cable.");
	check_screen(w, "waits for the line");
	keys(w, "Esc");
	line(w, true);
	assert_non_null(nth(w, REQ_ACT, 1)); /* two tickets: both at once */
	assert_string_equal(nth(w, REQ_ACT, 0)->params[0], "1");
	assert_string_equal(nth(w, REQ_ACT, 1)->params[0], "2");
	assert_string_equal(nth(w, REQ_ACT, 1)->params[4], w->kept[1]->op);
	struct req one = nth(w, REQ_ACT, 0)->req, two = nth(w, REQ_ACT, 1)->req;
	answer_json(w, one, OK(1, 2, "in_progress"));
	answer_json(w, two, OK(2, 5, "in_progress"));
	begin(w);
	assert_int_equal(w->nkept, 0);
	assert_null(w->stored); /* the draft too */
	assert_false(on_screen(w, "wait for the line"));
	assert_false(on_screen(w, "⇡"));
	assert_int_equal(w->m->nacts, 0);
}

static void test_one_ticket_in_order(void **state)
{
	struct world *w = *state;
	struct fx *f;
	struct req first;

	keys(w, "j");
	line(w, false);
	note(w, "one");
	note(w, "two"); /* the second form begins empty, with a draft of its own */
	keys(w, "t");
	begin(w);
	assert_int_equal(w->nkept, 3);
	line(w, true);
	assert_non_null(nth(w, REQ_ACT, 0));
	assert_null(nth(w, REQ_ACT, 1)); /* each waits for the one before */
	assert_non_null(strstr(nth(w, REQ_ACT, 0)->params[2], "one"));
	assert_null(strstr(nth(w, REQ_ACT, 0)->params[2], "two"));
	first = find(w, REQ_ACT)->req;
	answer_json(w, first, OK(2, 5, "in_progress"));
	f = find(w, REQ_ACT);
	assert_non_null(f);
	assert_non_null(strstr(f->params[2], "two"));
	assert_string_equal(f->params[3], "5");         /* on what came of the first */
	assert_string_equal(w->stored->body, "two");    /* its text was not lost with the draft of the first */
	answer_json(w, first, OK(2, 5, "in_progress")); /* an answer that comes twice changes nothing */
	assert_null(find(w, REQ_ACT));
	assert_int_equal(w->m->nacts, 2);
	answer_json(w, (struct req){REQ_ACT, 0, first.id + 1, 0}, OK(2, 6, "in_progress"));
	f = find(w, REQ_ACT);
	assert_string_equal(f->params[1], "take");
	assert_string_equal(f->params[3], "6");
	answer_json(w, f->req, OK(2, 7, "in_progress"));
	begin(w);
	assert_int_equal(w->nkept, 0);
	assert_null(w->stored);
}

/* Others were there too: the desk is to compare with what they did; only where it then finds nothing but oneself one goes on. */
static void test_others_between_two_of_ones_own(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "j");
	line(w, false);
	note(w, "one");
	keys(w, "t");
	line(w, true);
	answer_json(w, find(w, REQ_ACT)->req, OK(2, 9, "in_progress")); /* 5..8 were others */
	f = find(w, REQ_ACT);
	assert_string_equal(f->params[3], "4");
	char op[SD_UUID_TEXT];
	snprintf(op, sizeof op, "%s", f->params[4]);
	answer_json(w, f->req,
		"{\"ok\":false,\"error\":{\"id\":\"field_conflict\",\"class\":\"conflict\",\"field\":\"state\",\"args\":{\"mine\":\"a\","
		"\"theirs\":\"b\",\"by\":\"agent\",\"at\":\"2026-03-02T09:00:00Z\",\"conflicts\":[{\"field\":\"state\",\"by\":\"agent\","
		"\"own\":true}]},"
		"\"text\":\"x\"}}");
	f = find(w, REQ_ACT);
	assert_non_null(f);
	assert_string_equal(f->params[3], "9");
	assert_string_equal(f->params[4], op);
	assert_int_equal(w->m->noverlays, 0);
}

/* Somebody else of the same name is not oneself. */
static void test_a_namesake_is_another(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "j");
	line(w, false);
	note(w, "one");
	keys(w, "t");
	line(w, true);
	answer_json(w, find(w, REQ_ACT)->req, OK(2, 9, "in_progress"));
	f = find(w, REQ_ACT);
	answer_json(w, f->req,
		"{\"ok\":false,\"error\":{\"id\":\"field_conflict\",\"class\":\"conflict\",\"field\":\"state\",\"args\":{\"mine\":\"a\","
		"\"theirs\":\"b\",\"by\":\"agent\",\"at\":\"2026-03-02T09:00:00Z\",\"conflicts\":[{\"field\":\"state\",\"by\":\"agent\","
		"\"own\":false}]},"
		"\"text\":\"x\"}}");
	assert_null(find(w, REQ_ACT));
}

static void test_a_line_that_breaks_loses_nothing(void **state)
{
	struct world *w = *state;
	char op[SD_UUID_TEXT];
	struct req old;

	keys(w, "t");
	assert_null(effect(w, FX_UNSENT_SAVE)); /* usually it is answered before anything is written */
	old = find(w, REQ_ACT)->req;
	snprintf(op, sizeof op, "%s", find(w, REQ_ACT)->params[4]);
	line(w, false);
	begin(w);
	assert_int_equal(w->nkept, 1);
	check_screen(w, "1 act waits for the line");
	answer_error(w, old, SD_ERR_CONNECTION, "the server went away");
	assert_int_equal(w->m->nacts, 1);
	line(w, true);
	assert_string_equal(find(w, REQ_ACT)->params[4], op); /* the same operation: done once */
	answer_json(w, old, OK(1, 2, "in_progress"));         /* of the sending that was given up */
	assert_int_equal(w->m->nacts, 1);
	old.gen++;
	answer_json(w, old, "{\"ok\":true,\"replay\":true,\"id\":1,\"number\":\"INC1\",\"version\":2,\"state\":\"in_progress\"}");
	assert_int_equal(w->m->nacts, 0);
	check_screen(w, "was already sent");
}

static void test_without_an_answer_for_a_moment_it_is_kept(void **state)
{
	struct world *w = *state;

	keys(w, "t");
	bool set = false;
	for (size_t i = 0; i < w->fx->n; i++)
		set = set || (w->fx->v[i].kind == FX_TIMER && w->fx->v[i].timer == TIMER_OUTBOX);
	assert_true(set);
	begin(w);
	model_timer(w->m, TIMER_OUTBOX, w->fx);
	assert_non_null(effect(w, FX_UNSENT_SAVE));
	begin(w);
	model_save(w->m, w->fx); /* the end of the terminal: it is there already */
	assert_null(effect(w, FX_UNSENT_SAVE));
	keys(w, "j j");
	keys(w, "k t");
	begin(w);
	model_save(w->m, w->fx);
	begin(w);
	assert_int_equal(w->nkept, 2);
}

static void test_taken_back_before_it_was_sent(void **state)
{
	struct world *w = *state;

	line(w, false);
	keys(w, "t j");
	note(w, "wrong");
	keys(w, "g q x");
	check_screen(w, "Take it back: INC1 Take?");
	check_screen(w, "It was not sent.");
	keys(w, "y");
	check_screen(w, "Taken back before it was sent: INC1 Take");
	begin(w);
	assert_int_equal(w->nkept, 1);
	assert_false(on_screen(w, "INC1 Take  "));
	keys(w, "Esc u"); /* undo of what is not even sent */
	check_screen(w, "Taken back before it was sent: INC2 Note");
	begin(w);
	assert_int_equal(w->nkept, 0);
	assert_string_equal(w->stored->body, "wrong"); /* the text is not thrown away */
	assert_null(w->stored->op);
	line(w, true);
	assert_null(find(w, REQ_ACT));
	keys(w, "g q");
	check_screen(w, "Nothing waits");
}

static void test_refused_after_the_line_was_back_it_comes_as_its_form(void **state)
{
	struct world *w = *state;

	line(w, false);
	keys(w, "j");
	note(w, "a long story");
	line(w, true);
	answer_json(w, find(w, REQ_ACT)->req,
		"{\"ok\":false,\"error\":{\"id\":\"role_denied\",\"class\":\"denied\",\"field\":null,\"args\":{},\"text\":\"not for "
		"you\"}}");
	check_screen(w, "a long story");
	begin(w);
	assert_int_equal(w->nkept, 0);
	assert_string_equal(w->stored->body, "a long story");
}

static void test_a_refused_key_waits_for_the_person(void **state)
{
	struct world *w = *state;

	line(w, false);
	keys(w, "t");
	line(w, true);
	answer_json(w, find(w, REQ_ACT)->req,
		"{\"ok\":false,\"error\":{\"id\":\"wrong_state\",\"class\":\"state\",\"field\":null,\"args\":{\"verb\":\"take\","
		"\"state\":\"closed\"},\"text\":\"gone\"}}");
	check_screen(w, "1 act waits for you: g q");
	begin(w);
	assert_int_equal(w->nkept, 1);
	assert_true(*w->kept[0]->why); /* nobody sends it by himself again */
	line(w, false);
	line(w, true);
	assert_null(find(w, REQ_ACT));
	keys(w, "g q");
	check_screen(w, "INC1 Take: ");
	keys(w, "r");
	assert_non_null(find(w, REQ_ACT));
	answer_json(w, find(w, REQ_ACT)->req, OK(1, 2, "in_progress"));
	begin(w);
	assert_int_equal(w->nkept, 0);
}

static void test_after_an_hour_it_is_asked(void **state)
{
	struct world *w = *state;

	line(w, false);
	keys(w, "t");
	w->ms += (int64_t)61 * 60 * 1000;
	keys(w, "j");
	line(w, true);
	assert_null(find(w, REQ_ACT));
	check_screen(w, "1 act is more than an hour old and was not sent: g q shows it");
	keys(w, "g q r");
	assert_non_null(find(w, REQ_ACT));
}

/* Nothing comes, and nothing says that nothing will: it is told since when, and every key works. */
static void test_a_silent_server_is_told_of(void **state)
{
	struct world *w = *state;
	const char *names[] = {"now", "epoch", "x", "seq", "ticket_id"}, *nothing[] = {"1772445600000000", NULL, NULL, NULL, NULL};

	begin(w);
	model_timer(w->m, TIMER_FEED, w->fx);
	assert_non_null(find(w, REQ_FEED));
	w->ms += 3000;
	begin(w);
	model_timer(w->m, TIMER_SILENCE, w->fx);
	check_screen(w, "No answer from the database since 10:00:00 (3 s)");
	keys(w, "j t");
	check_screen(w, "In progre");
	begin(w);
	model_timer(w->m, TIMER_OUTBOX, w->fx);
	assert_non_null(effect(w, FX_UNSENT_SAVE));
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, names, nothing);
	assert_true(w->m->dirty);
	assert_false(on_screen(w, "No answer"));
}

/* ---- the next console ---- */
static struct sd_unsent *left_act(const char *op, int64_t order, sd_time at)
{
	struct sd_unsent *u = sd_unsent_new(SD_UNSENT_ACT, op);

	sd_unsent_put(&u->label, "INC2 Note");
	sd_unsent_put(&u->kind, "incident");
	sd_unsent_put(&u->verb, "note");
	sd_unsent_put(&u->fields, "{\"body\":\"from before\"}");
	u->ticket = 2;
	u->version = 4;
	u->order = order;
	u->at = at;
	return u;
}

#define LEFT "11111111-0000-4000-8000-00000000000"

static void test_what_an_earlier_console_left_is_sent(void **state)
{
	struct world *w = *state;
	struct sd_str place = {0};

	draft_place(w->m, &place);
	w->left[0] = left_act(LEFT "2", 20, w->m->session.now);
	w->left[1] = left_act(LEFT "1", 10, w->m->session.now);
	w->left[2] = left_act(LEFT "3", 30, w->m->session.now - (sd_time)7200 * 1000000);
	w->left[3] = left_act(LEFT "4", 40, w->m->session.now);
	for (int i = 0; i < 3; i++)
		sd_unsent_put(&w->left[i]->place, place.data);
	sd_unsent_put(&w->left[3]->place, "another desk/1");
	w->nleft = 4;
	sd_str_free(&place);
	line(w, false);
	line(w, true); /* looked for at every new line, too */
	check_screen(w, "1 act is more than an hour old and was not sent");
	assert_string_equal(find(w, REQ_ACT)->params[4], LEFT "1"); /* in the order of then */
	assert_null(nth(w, REQ_ACT, 1));
	answer_json(w, find(w, REQ_ACT)->req, OK(2, 5, "in_progress"));
	assert_string_equal(find(w, REQ_ACT)->params[4], LEFT "2");
	assert_string_equal(find(w, REQ_ACT)->params[3], "4"); /* perhaps it was sent like that: the same again */
	answer_json(w, find(w, REQ_ACT)->req, OK(2, 6, "in_progress"));
	assert_null(find(w, REQ_ACT)); /* that one is old */
	check_screen(w, "1 act waits for you");
	begin(w);
	keys(w, "g q");
	check_screen(w, "pressed more than an hour");
}

static void test_options_keep_it_off_the_disk(void **state)
{
	struct world *w = world_config(80, 24, "drafts-disk = no\n");

	(void)state;
	line(w, false);
	keys(w, "t");
	assert_null(effect(w, FX_UNSENT_SAVE));
	check_screen(w, "in this console only");
	keys(w, "Q");
	assert_null(effect(w, FX_QUIT)); /* not without a word */
	check_screen(w, "would be lost");
	keys(w, "Q");
	assert_non_null(effect(w, FX_QUIT));
	world_end(w);
}

static void test_a_full_disk_is_said(void **state)
{
	struct world *w = *state;

	line(w, false);
	keys(w, "t");
	struct sd_unsent *u = sd_unsent_copy(w->m->outbox->v[0].u);
	begin(w);
	model_unsent_kept(w->m, u, "INC1 Take could not be kept: no space", w->fx);
	check_screen(w, "no space; it waits in this console only");
	begin(w);
	model_save(w->m, w->fx); /* once more before the end */
	assert_non_null(effect(w, FX_UNSENT_SAVE));
	sd_unsent_free(u);
}

/* Keys and lines at random: nothing is sent twice under two operations, order per ticket holds, and at the end the desk has what
 * was pressed. */
static void test_storm(void **state)
{
	struct rng r = rng_new(5);

	(void)state;
	for (unsigned round = 0; round < test_rounds(20); round++) {
		void *s = NULL;
		assert_int_equal(setup(&s), 0);
		struct world *w = s;
		int pressed = 0, done = 0, version = 4;
		bool there = true;

		keys(w, "j");
		for (int i = 0; i < 60 || w->m->nacts; i++) {
			struct fx *f;
			unsigned what = rng_below(&r, 4);

			if (i > 60 && !there)
				what = 0;
			if (what == 0) {
				line(w, there = !there);
			} else if (what == 1 && i < 60) {
				char text[16];
				snprintf(text, sizeof text, "n%d.", ++pressed);
				note(w, text);
			} else {
				begin(w);
				model_timer(w->m, TIMER_OUTBOX, w->fx);
			}
			while ((f = find(w, REQ_ACT))) {
				struct req req = f->req;
				char ok[200], want[40];

				if (!there)
					fail_msg("sent without a line");
				if (rng_below(&r, 4) == 0) { /* the line breaks before the answer */
					line(w, there = false);
					answer_error(w, req, SD_ERR_CONNECTION, "gone");
					break;
				}
				snprintf(want, sizeof want, "\"n%d.\"", done + 1);
				if (!strstr(f->params[2], want))
					fail_msg("%s came instead of %s", f->params[2], want);
				done++;
				snprintf(ok, sizeof ok,
					"{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"version\":%d,\"seq\":%d,\"state\":\"in_progress\"}", version + 1,
					version + 1);
				version++;
				answer_json(w, req, ok);
			}
		}
		assert_int_equal(done, pressed);
		begin(w);
		assert_int_equal(w->nkept, 0);
		assert_null(w->stored);
		world_end(w);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_pressed_without_a_line_it_is_kept_and_shown),
		T(test_one_ticket_in_order),
		T(test_others_between_two_of_ones_own),
		T(test_a_namesake_is_another),
		T(test_a_line_that_breaks_loses_nothing),
		T(test_without_an_answer_for_a_moment_it_is_kept),
		T(test_taken_back_before_it_was_sent),
		T(test_refused_after_the_line_was_back_it_comes_as_its_form),
		T(test_a_refused_key_waits_for_the_person),
		T(test_after_an_hour_it_is_asked),
		T(test_a_silent_server_is_told_of),
		T(test_what_an_earlier_console_left_is_sent),
		cmocka_unit_test(test_options_keep_it_off_the_disk),
		T(test_a_full_disk_is_said),
		cmocka_unit_test(test_storm),
	};
	return TEST_MAIN(tests);
}
