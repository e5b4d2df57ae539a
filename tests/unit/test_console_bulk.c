/* Acts on many tickets in the console: marks, the question, parts, what failed, the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/db.h"
#include "svcdesk/draft.h"
#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"
#include "tui/app/bulk.h"

static size_t nmarked(const struct world *w)
{
	return list_marks_count(&w->m->queue->list);
}

static bool marked(const struct world *w, int64_t id)
{
	return list_is_marked(&w->m->queue->list, (uint64_t)id);
}

static int parts(const struct world *w)
{
	int n = 0;

	for (size_t i = 0; i < w->fx->n; i++)
		n += w->fx->v[i].kind == FX_QUERY && w->fx->v[i].req.kind == REQ_PART;
	return n;
}

/* So many tickets more in the view than are loaded. */
static void many(struct world *w, int n)
{
	const char *names[] = {"id"};
	struct sd_arena *a = sd_arena_new();
	const char **ids = sd_arena_alloc(a, (size_t)n * sizeof *ids);

	w->m->queue->more_after = true;
	keys(w, "*");
	assert_non_null(find(w, REQ_IDS));
	check_screen(w, "marking ...");
	for (int i = 0; i < n; i++)
		ids[i] = sd_arena_printf(a, "%d", i + 1);
	answer(w, find(w, REQ_IDS)->req, n, 1, names, ids);
	sd_arena_free(a);
}

/* The rows of the marked tickets that are not loaded: all new incidents. */
static void described(struct world *w, int n, const char *away)
{
	const char *names[] = {"id", "number", "kind", "state", "away"};
	struct sd_arena *a = sd_arena_new();
	const char **v = sd_arena_alloc(a, (size_t)n * 5 * sizeof *v);

	for (int i = 0; i < n; i++) {
		v[i * 5] = sd_arena_printf(a, "%d", i + 1);
		v[i * 5 + 1] = sd_arena_printf(a, "INC%d", i + 1);
		v[i * 5 + 2] = "incident";
		v[i * 5 + 3] = "new";
		v[i * 5 + 4] = i == n - 1 ? away : "f";
	}
	answer(w, find(w, REQ_BULK)->req, n, 5, names, v);
	sd_arena_free(a);
}

/* All tickets of a part are done but the last, which is refused if bad. */
static void part_done(struct world *w, struct req req, const char *ids, bool bad)
{
	struct sd_str s = {0};

	sd_str_add(&s, "{\"ok\":true,\"op\":\"x\",\"results\":[");
	for (const char *p = ids + 1; *p; p += strcspn(p, ",}") + 1) {
		int id = atoi(p);

		if (bad && p[strcspn(p, ",}")] == '}')
			sd_str_addf(&s,
				"{\"ok\":false,\"id\":%d,\"number\":\"INC%d\",\"error\":{\"id\":\"wrong_state\",\"class\":\"state\",\"text\":"
				"\"Somebody "
				"was faster\"}}",
				id, id);
		else
			sd_str_addf(&s, "{\"ok\":true,\"id\":%d,\"number\":\"INC%d\",\"version\":2,\"seq\":3,\"state\":\"in_progress\"}%s",
				id, id, p[strcspn(p, ",}")] == ',' ? "," : "");
	}
	sd_str_add(&s, "]}");
	answer_json(w, req, s.data);
	sd_str_free(&s);
}

/* ---- marks ---- */
static void test_marks_are_counted(void **state)
{
	struct world *w = *state;

	keys(w, "2 Space");
	check_screen(w, "2 marked");
	check_screen(w, "2 marked tickets");
	check_screen(w, "U unmark");
	assert_int_equal(queue_selected(w->m->queue), 3);
	keys(w, "v j");
	check_screen(w, "4 marked, range");
	keys(w, "Esc");
	check_screen(w, "2 marked");
	assert_false(w->m->queue->list.ranging);
	keys(w, "Esc"); /* one thing after the other */
	assert_int_equal(nmarked(w), 0);
	assert_false(on_screen(w, "marked"));
	keys(w, "U");
	check_screen(w, "nothing is marked");
}

static void test_marks_outlive_the_rows(void **state)
{
	struct world *w = *state;

	keys(w, "Space j Space S");
	rows(w, (struct req){REQ_PAGE, w->m->queue->gen, 0, PAGE_FIRST}, four + 1, 3);
	check_screen(w, "2 marked, 1 not loaded here");
	assert_true(marked(w, 1));
	assert_true(marked(w, 3));
	keys(w, "&");
	type(w, "priority<=2");
	keys(w, "Enter");
	rows(w, (struct req){REQ_PAGE, w->m->queue->gen, 0, PAGE_FIRST}, four, 1);
	check_screen(w, "2 marked, 1 not loaded here");
	keys(w, "F5");
	rows(w, (struct req){REQ_PAGE, w->m->queue->gen, 0, PAGE_FIRST}, four, 4);
	assert_true(marked(w, 1));
	assert_true(marked(w, 3));
	assert_int_equal(nmarked(w), 2);
}

static void test_star_marks_the_whole_view(void **state)
{
	struct world *w = *state;

	keys(w, "*"); /* all of it is loaded */
	assert_null(find(w, REQ_IDS));
	assert_int_equal(nmarked(w), 4);
	keys(w, "U");
	many(w, 320);
	check_screen(w, "320 marked, 316 not loaded here");
	keys(w, "U *");
	keys(w, "Esc"); /* given up before the answer came */
	answer(w, (struct req){REQ_IDS, w->m->queue->mark_gen - 1, 0, 0}, 0, 1, NULL, NULL);
	assert_int_equal(nmarked(w), 0);
}

static void test_star_says_what_it_cannot(void **state)
{
	struct world *w = *state;

	w->m->queue->more_after = true;
	keys(w, "*");
	answer_error(w, find(w, REQ_IDS)->req, SD_ERR_TIMEOUT, "Too slow");
	check_screen(w, "Only the rows loaded are marked: Too slow");
	assert_int_equal(nmarked(w), 4);
}

/* A range does not jump over tickets that nobody has seen. */
static void test_range_stays_in_what_is_loaded(void **state)
{
	struct world *w = *state;

	w->m->queue->more_after = true;
	keys(w, "v G");
	assert_int_not_equal(find(w, REQ_PAGE)->req.arg, PAGE_LAST);
	check_screen(w, "* marks the whole view");
	assert_int_equal(nmarked(w), 4);
}

/* The row under the cursor went and another one stands there: neither a mark nor a range takes it unseen. */
static void test_no_mark_on_a_ticket_that_came_by_itself(void **state)
{
	struct world *w = *state;
	const char *feed_names[] = {"now", "epoch", "x", "seq", "ticket_id"};
	const char *feed[] = {"1772445700000000", "1", "900", "7", "1"};

	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, feed_names, feed);
	rows(w, (struct req){REQ_CHANGED, w->m->queue->gen, 0, 0}, four, 0);
	begin(w);
	queue_let_in(w->m->queue);
	keys(w, "Space");
	assert_int_equal(nmarked(w), 0);
	check_screen(w, "has changed to INC2");
	keys(w, "Space");
	assert_true(marked(w, 2));
}

/* ---- the question ---- */
static void test_question_tells_what_is_left_out(void **state)
{
	struct world *w = *state;

	keys(w, "* t");
	assert_int_equal(parts(w), 0);
	check_screen(w, "Take on 2 of 4 tickets (INC1, INC2)");
	check_screen(w, "Without 1: Office move has no such act (MOV3)");
	check_screen(w, "Without 1: not while it is Closed");
	check_screen(w, ">[y] Yes<"); /* few, and nothing ends */
	keys(w, "n");
	assert_int_equal(w->m->noverlays, 0);
	assert_int_equal(parts(w), 0);
	assert_int_equal(nmarked(w), 4);
}

static void test_marks_do_not_matter_on_a_ticket(void **state)
{
	struct world *w = *state;

	keys(w, "j Space g g Enter"); /* the second is marked, the first is read */
	answer_json(w, find(w, REQ_SHOW)->req,
		"{\"id\":1,\"number\":\"INC1\",\"kind\":\"incident\",\"state\":\"new\",\"phase\":1,\"version\":1,\"subject\":\"first\","
		"\"verbs\":[{\"verb\":\"take\",\"ok\":true}],\"events\":[]}");
	keys(w, "t");
	assert_string_equal(find(w, REQ_ACT)->params[0], "1");
}

static void test_many_default_to_no(void **state)
{
	struct world *w = *state;

	many(w, 30);
	keys(w, "t");
	assert_non_null(find(w, REQ_BULK));
	assert_int_equal(w->m->noverlays, 1); /* keys typed ahead go to the question */
	check_screen(w, "Reading which tickets these are");
	described(w, 30, "t");
	check_screen(w, "Take on 30 tickets");
	check_screen(w, ">[n] No<");
	check_screen(w, "1 was marked and is not in this view any more: INC30");
	keys(w, "Enter");
	assert_int_equal(parts(w), 0);
	keys(w, "t");
	described(w, 30, "f");
	keys(w, "y");
	assert_int_equal(parts(w), 1);
}

static void test_ending_tickets_defaults_to_no(void **state)
{
	struct world *w = *state;

	keys(w, "2 Space x Ctrl-s");
	check_screen(w, ">[n] No<");
	check_screen(w, "Cancel on 2 tickets");
}

/* What cannot be seen is left out; what cannot be read is said. */
static void test_rows_that_do_not_come(void **state)
{
	struct world *w = *state;
	const char *names[] = {"id", "number", "kind", "state", "away"};
	const char *one[] = {"1", "INC1", "incident", "new", "f"};

	many(w, 5);
	keys(w, "t");
	answer(w, find(w, REQ_BULK)->req, 1, 5, names, one);
	check_screen(w, "not there, or not for you to see");
	keys(w, "Esc t");
	answer_error(w, find(w, REQ_BULK)->req, SD_ERR_TIMEOUT, "Too slow");
	check_screen(w, "could not be read: Too slow");
}

static void test_key_before_the_ids_are_there(void **state)
{
	struct world *w = *state;
	const char *names[] = {"id"}, *ids[] = {"1", "2"};
	struct req req;

	w->m->queue->more_after = true;
	keys(w, "*");
	req = find(w, REQ_IDS)->req;
	keys(w, "N");
	check_screen(w, "Reading which tickets these are");
	keys(w, "y"); /* nothing to say yes to */
	assert_int_equal(w->m->noverlays, 1);
	answer(w, req, 2, 1, names, ids);
	check_screen(w, "Note  4 marked tickets"); /* the form comes instead */
	type(w, "Seen");
	keys(w, "Ctrl-s");
	check_screen(w, "Note on 3 of 4 tickets: Text: Seen");
}

/* The rulebook is asked beforehand, and what it would refuse is left out and told. */
static void test_question_asks_the_rulebook(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "2 Space t");
	assert_non_null(find(w, REQ_PREVIEW));
	assert_string_equal(find(w, REQ_PREVIEW)->params[0], "{1,2}");
	assert_string_equal(find(w, REQ_PREVIEW)->params[1], "take");
	req = find(w, REQ_PREVIEW)->req;
	keys(w, "Right"); /* what one chose stays chosen */
	answer_json(w, req,
		"{\"ok\":true,\"others\":3,\"results\":[{\"ok\":true,\"id\":1,\"number\":\"INC1\"},{\"ok\":false,\"id\":2,\"number\":"
		"\"INC2\",\"error\":{\"id\":\"not_member\",\"class\":\"state\",\"text\":\"You are not in its group\"}}]}");
	check_screen(w, "Take on 1 of 2 tickets");
	check_screen(w, "Without 1: You are not in its group (INC2)");
	check_screen(w, "3 other tickets follow");
	check_screen(w, ">[n] No<");
	keys(w, "y");
	assert_string_equal(find(w, REQ_PART)->params[0], "{1}");
}

/* A field that is missing stands in the form: nobody is told to add words to a command line. */
static void test_missing_field_is_one_of_the_form(void **state)
{
	struct world *w = *state;

	keys(w, "2 Space t");
	answer_json(w, find(w, REQ_PREVIEW)->req,
		"{\"ok\":true,\"results\":[{\"ok\":false,\"id\":1,\"number\":\"INC1\",\"error\":{\"id\":\"field_required\",\"class\":"
		"\"input\",\"field\":\"reason\",\"args\":{\"verb\":\"take\",\"field\":\"reason\"},\"text\":\"add reason=...\"}},"
		"{\"ok\":false,\"id\":2,\"number\":\"INC2\",\"error\":{\"id\":\"field_required\",\"class\":"
		"\"input\",\"field\":\"reason\",\"args\":{\"verb\":\"take\",\"field\":\"reason\"},\"text\":\"add reason=...\"}}]}");
	check_screen(w, "Without 2: take needs reason (INC1, INC2)");
}

/* A yes-or-no field of a kind: neither, until one says so. */
static void test_yes_or_no_for_many(void **state)
{
	struct world *w = *state;
	struct sd_kind *k = w->m->meta->kinds;
	struct form *f;

	for (int i = 0; i < k->nverbs; i++)
		for (int p = 0; p < k->verbs[i].nparams; p++)
			if (!strcmp(k->verbs[i].verb, "edit") && !strcmp(k->verbs[i].params[p].param, "symptom"))
				k->verbs[i].params[p].type = "bool";
	keys(w, "2 Space E");
	f = &w->m->overlay[0]->form->form;
	assert_string_equal(form_value(f, "symptom"), "");
	form_set(f, "subject", "the same", NULL);
	keys(w, "Ctrl-s y");
	assert_string_equal(find(w, REQ_PART)->params[2], "{\"subject\":\"the same\"}");
	part_done(w, find(w, REQ_PART)->req, "{1,2}", false);
	keys(w, "g g 2 Space E");
	form_set(&w->m->overlay[0]->form->form, "symptom", "false", NULL);
	keys(w, "Ctrl-s y");
	assert_string_equal(find(w, REQ_PART)->params[2], "{\"symptom\":\"false\"}");
}

/* ---- a form for many ---- */
static void test_form_for_many(void **state)
{
	struct world *w = *state;
	struct fx *f;
	struct form *form;

	keys(w, "2 Space a");
	check_screen(w, "Assign  2 marked tickets");
	form = &w->m->overlay[0]->form->form;
	assert_string_equal(form_value(form, "group"), ""); /* each has its own */
	form_set(form, "group", "7", "Service desk");
	form_focus(form, "body");
	type(w, "Yours now");
	keys(w, "Ctrl-s");
	check_screen(w, "Group: Service desk, Text: Yours");
	keys(w, "n"); /* back in the form, nothing is lost */
	assert_int_equal(w->m->noverlays, 1);
	check_screen(w, "Yours now");
	keys(w, "Ctrl-s y");
	assert_int_equal(w->m->noverlays, 0);
	assert_non_null(effect(w, FX_DRAFT_SAVE));
	f = find(w, REQ_PART);
	assert_non_null(f);
	assert_string_equal(f->params[0], "{1,2}");
	assert_string_equal(f->params[1], "assign");
	assert_string_equal(f->params[2], "{\"group\":7,\"body\":\"Yours now\"}");
	assert_string_equal(f->params[4], "0");
	part_done(w, f->req, "{1,2}", false);
	assert_non_null(effect(w, FX_DRAFT_DROP));
	check_screen(w, "Assign: 2 done; u undoes");
	assert_int_equal(nmarked(w), 0);
}

static void test_draft_of_many(void **state)
{
	struct world *w = *state;

	keys(w, "2 Space N");
	type(w, "for all of them");
	keys(w, "Esc U g d");
	check_screen(w, "2 marked tickets Note: for all of them");
	keys(w, "Enter");
	check_screen(w, "mark them, then open it again");
	keys(w, "g g Space g d Enter");
	check_screen(w, "for all of them");
	check_screen(w, "Note  1 marked ticket");
}

static void test_menu_and_palette_act_on_marks(void **state)
{
	struct world *w = *state;

	keys(w, "* m");
	check_screen(w, "4 marked tickets");
	keys(w, "t");
	check_screen(w, "Take on 2 of 4 tickets");
	keys(w, "n :");
	type(w, "hold reason=vendor until=+4h");
	keys(w, "Enter");
	check_screen(w, "tickets: reason=vendor");
	keys(w, "Enter");
	assert_string_equal(find(w, REQ_PART)->params[1], "hold");
}

/* What is typed in the palette is for the marked tickets, whatever the cursor stands on. */
static void test_palette_knows_the_marked(void **state)
{
	struct world *w = *state;

	keys(w, "Space j :"); /* on the move, which has no such act */
	assert_int_equal(queue_selected(w->m->queue), 3);
	type(w, "assign grou=Network");
	keys(w, "Enter");
	check_screen(w, "assign does not know grou");
	keys(w, ":");
	type(w, "take");
	keys(w, "Enter");
	check_screen(w, "Take on 1 ticket (INC1)");
}

static void test_nothing_possible_says_why(void **state)
{
	struct world *w = *state;

	keys(w, "G Space t");
	check_screen(w, "Not possible: not while it is Closed");
	assert_int_equal(w->m->noverlays, 0);
}

/* ---- parts ---- */
static void begin_thousand(struct world *w)
{
	many(w, 1000);
	keys(w, "t");
	described(w, 1000, "f");
	keys(w, "y");
}

static void test_parts_under_one_operation(void **state)
{
	struct world *w = *state;
	char op[SD_UUID_TEXT];
	struct fx *f[2] = {NULL, NULL};
	int n = 0;

	begin_thousand(w);
	assert_int_equal(parts(w), 2); /* one is answered while the other travels */
	for (size_t i = 0; i < w->fx->n && n < 2; i++)
		if (w->fx->v[i].kind == FX_QUERY && w->fx->v[i].req.kind == REQ_PART)
			f[n++] = &w->fx->v[i];
	snprintf(op, sizeof op, "%s", f[0]->params[3]);
	assert_string_equal(f[1]->params[3], op);
	assert_string_equal(f[0]->params[4], "0");
	assert_string_equal(f[1]->params[4], "1");
	check_screen(w, "Take 0/1000");
	for (int part = 0; part < 4; part++) {
		struct sd_str s = {0};

		for (int i = 0; i < 250; i++)
			sd_str_addf(&s, "%s%d", i ? "," : "{", part * 250 + i + 1);
		sd_str_addc(&s, '}');
		part_done(w, (struct req){REQ_PART, 0, w->m->bulk->number, part}, s.data, false);
		sd_str_free(&s);
		if (part == 0) {
			assert_int_equal(parts(w), 1);
			assert_string_equal(find(w, REQ_PART)->params[3], op);
			check_screen(w, "Take 250/1000");
			keys(w, "j k j"); /* nothing blocks */
			assert_int_equal(queue_selected(w->m->queue), 2);
			keys(w, "t");
			check_screen(w, "Take 250/1000 is still running; Esc stops it");
		}
	}
	assert_false(bulk_running(w->m));
	check_screen(w, "Take: 1000 done");
	assert_int_equal(nmarked(w), 0);
}

static void test_esc_stops_further_parts(void **state)
{
	struct world *w = *state;
	struct sd_str first = {0}, second = {0};

	begin_thousand(w);
	for (int i = 0; i < 250; i++) {
		sd_str_addf(&first, "%s%d", i ? "," : "{", i + 1);
		sd_str_addf(&second, "%s%d", i ? "," : "{", i + 251);
	}
	sd_str_addc(&first, '}');
	sd_str_addc(&second, '}');
	keys(w, "Esc");
	check_screen(w, "Stopping");
	assert_int_equal(nmarked(w), 1000); /* Esc meant the act, not the marks */
	part_done(w, (struct req){REQ_PART, 0, w->m->bulk->number, 0}, first.data, false);
	assert_int_equal(parts(w), 0);
	part_done(w, (struct req){REQ_PART, 0, w->m->bulk->number, 1}, second.data, false);
	assert_false(bulk_running(w->m));
	check_screen(w, "Take: 500 done, 500 not tried; u undoes");
	assert_int_equal(nmarked(w), 500);
	sd_str_free(&first);
	sd_str_free(&second);
}

static void test_failed_ones_again(void **state)
{
	struct world *w = *state;
	char op[SD_UUID_TEXT];

	keys(w, "2 Space t y");
	snprintf(op, sizeof op, "%s", find(w, REQ_PART)->params[3]);
	part_done(w, find(w, REQ_PART)->req, "{1,2}", true);
	check_screen(w, "Take: 1 done, 1 failed");
	check_screen(w, "INC2  Somebody was faster");
	assert_false(marked(w, 1));
	assert_true(marked(w, 2)); /* what is left to do stays marked */
	keys(w, "r");
	assert_string_equal(find(w, REQ_PART)->params[0], "{2}");
	assert_string_equal(find(w, REQ_PART)->params[3], op); /* so that one undo takes back all of it */
	assert_string_equal(find(w, REQ_PART)->params[4], "1");
	part_done(w, find(w, REQ_PART)->req, "{2}", false);
	check_screen(w, "Take: 2 done; u undoes");
	keys(w, "u");
	assert_string_equal(find(w, REQ_PART)->params[0], op);
}

static void test_failed_one_is_opened(void **state)
{
	struct world *w = *state;

	keys(w, "2 Space t y");
	part_done(w, find(w, REQ_PART)->req, "{1,2}", true);
	keys(w, "Enter");
	assert_int_equal(w->m->detail->id, 2);
	assert_int_equal(w->m->focus, PANE_DETAIL);
	keys(w, "Esc :");
	type(w, "failed");
	keys(w, "Enter");
	check_screen(w, "INC2  Somebody was faster"); /* the list comes back */
}

/* The database could not, which is no verdict on any ticket: the part failed, and no other is tried. */
static void test_a_part_that_fails(void **state)
{
	struct world *w = *state;

	begin_thousand(w);
	answer_error(w, (struct req){REQ_PART, 0, w->m->bulk->number, 0}, SD_ERR_TIMEOUT, "Too slow");
	assert_int_equal(parts(w), 0);
	answer_error(w, (struct req){REQ_PART, 0, w->m->bulk->number, 1}, SD_ERR_TIMEOUT, "Too slow");
	check_screen(w, "500 failed, 500 not tried");
	check_screen(w, "INC1  Too slow");
	assert_int_equal(nmarked(w), 1000);
}

static void test_leaving_waits_for_the_parts(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "2 Space t y");
	req = find(w, REQ_PART)->req;
	keys(w, ":");
	type(w, "quit");
	keys(w, "Enter");
	assert_null(effect(w, FX_QUIT));
	part_done(w, req, "{1,2}", false);
	assert_non_null(effect(w, FX_QUIT));
}

/* A new ticket comes in where it belongs; nobody who reads far below is thrown back to the top for it. */
static void test_a_new_ticket_leaves_the_reader_alone(void **state)
{
	struct world *w = *state;
	const char *now[1][COLS] = {{"9", "INC9", "incident", "new", "1", "3", "1", "ninth", "2026-03-02T08:00:00Z", NULL}};

	keys(w, "G :");
	type(w, "new incident");
	keys(w, "Enter Tab");
	type(w, "ninth");
	keys(w, "Ctrl-s");
	answer_json(w, find(w, REQ_ACT)->req, "{\"ok\":true,\"id\":9,\"number\":\"INC9\",\"state\":\"new\",\"version\":1,\"seq\":1}");
	assert_null(find(w, REQ_PAGE));
	rows(w, find(w, REQ_CHANGED)->req, now, 1);
	assert_int_equal(w->m->queue->nrows, 5);
	assert_int_equal(queue_selected(w->m->queue), 4);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_marks_are_counted),
		T(test_marks_outlive_the_rows),
		T(test_star_marks_the_whole_view),
		T(test_star_says_what_it_cannot),
		T(test_range_stays_in_what_is_loaded),
		T(test_no_mark_on_a_ticket_that_came_by_itself),
		T(test_question_tells_what_is_left_out),
		T(test_marks_do_not_matter_on_a_ticket),
		T(test_many_default_to_no),
		T(test_ending_tickets_defaults_to_no),
		T(test_rows_that_do_not_come),
		T(test_key_before_the_ids_are_there),
		T(test_question_asks_the_rulebook),
		T(test_missing_field_is_one_of_the_form),
		T(test_yes_or_no_for_many),
		T(test_form_for_many),
		T(test_draft_of_many),
		T(test_menu_and_palette_act_on_marks),
		T(test_palette_knows_the_marked),
		T(test_nothing_possible_says_why),
		T(test_parts_under_one_operation),
		T(test_esc_stops_further_parts),
		T(test_failed_ones_again),
		T(test_failed_one_is_opened),
		T(test_a_part_that_fails),
		T(test_leaving_waits_for_the_parts),
		T(test_a_new_ticket_leaves_the_reader_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
