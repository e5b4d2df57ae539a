/* The console without a terminal and without a database: keys and answers in, effects out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/db.h"
#include "svcdesk/draft.h"
#include "svcdesk/draft.h"
#include "tests/unit/console_world.h"
#include "tui/app/act.h"

/* ---- queue ---- */
static void test_queue_shows_and_moves(void **state)
{
	struct world *w = *state;
	int x, y;

	check_screen(w, "INC1");
	check_screen(w, "fourth");
	assert_int_equal(queue_selected(w->m->queue), 1);
	keys(w, "j j");
	assert_int_equal(queue_selected(w->m->queue), 3);
	keys(w, "G");
	assert_int_equal(queue_selected(w->m->queue), 4);
	keys(w, "2 k");
	assert_int_equal(queue_selected(w->m->queue), 2);
	model_draw(w->m, w->s);
	assert_true(surface_cursor_get(w->s, &x, &y)); /* the real cursor stands on the selected row */
	assert_int_equal(y, 4);
}

/* What others do never puts another ticket under the cursor. */
static void test_selection_follows_the_ticket(void **state)
{
	struct world *w = *state;
	const char *now[1][COLS] = {
		{"2", "INC2", "incident", "in_progress", "1", "5", "5", "second, less urgent", "2026-03-02T08:00:00Z", NULL}};
	const char *feed_names[] = {"now", "epoch", "x", "seq", "ticket_id"};
	const char *feed[] = {"1772445700000000", "1", "900", "7", "2"};

	keys(w, "j");
	assert_int_equal(queue_selected(w->m->queue), 2);
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, feed_names, feed);
	assert_non_null(find(w, REQ_CHANGED)); /* one query for all that changed */
	rows(w, (struct req){REQ_CHANGED, w->m->queue->gen, 0, 0}, now, 1);
	assert_int_equal(queue_selected(w->m->queue), 2);
	check_screen(w, "less urgent");
	assert_int_equal(w->m->queue->rows[1]->id, 2); /* it stays in its line */
	keys(w, "+");
	assert_int_equal(w->m->queue->rows[3]->id, 2); /* and goes where it belongs, priority 5, when one asks for it */
	keys(w, "G");
	assert_int_equal(queue_selected(w->m->queue), 2);
	/* gone from the view: when it leaves its neighbour is selected, and an act asks again */
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, feed_names, feed);
	rows(w, (struct req){REQ_CHANGED, w->m->queue->gen, 0, 0}, now, 0);
	assert_int_equal(w->m->queue->nrows, 4);
	check_screen(w, "gone");
	begin(w);
	queue_let_in(w->m->queue);
	assert_int_equal(w->m->queue->nrows, 3);
	keys(w, "w");
	assert_null(find(w, REQ_ACT));
}

static void test_feed_cursor_and_refresh(void **state)
{
	struct world *w = *state;
	const char *names[] = {"now", "epoch", "x", "seq", "ticket_id"};
	const char *none[] = {"1772445700000000", NULL, NULL, NULL, NULL}, *skip[] = {"1772445700000000", "1", "950", "0", "0"};
	const char *lost[] = {"1772445700000000", "2", "1000", "0", NULL};
	struct fx *f;

	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, names, none);
	assert_null(find(w, REQ_CHANGED));
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, names, skip);
	assert_null(find(w, REQ_CHANGED));
	assert_string_equal(w->m->feed_x, "950");
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, names, lost);
	assert_non_null(find(w, REQ_PAGE)); /* everything anew */
	assert_int_equal(w->m->feed_epoch, 2);
	begin(w);
	model_timer(w->m, TIMER_FEED, w->fx);
	f = find(w, REQ_FEED);
	assert_string_equal(f->params[0], "2");
	assert_string_equal(f->params[1], "1000");
}

static void test_search_and_escape_layers(void **state)
{
	struct world *w = *state;

	keys(w, "/");
	type(w, "th");
	keys(w, "Enter");
	assert_int_equal(queue_selected(w->m->queue), 3); /* third */
	keys(w, "n");
	assert_int_equal(queue_selected(w->m->queue), 4); /* fourth */
	keys(w, "N");
	assert_int_equal(queue_selected(w->m->queue), 3);
	keys(w, "Enter"); /* opens the ticket: another layer */
	assert_int_equal(w->m->focus, PANE_DETAIL);
	keys(w, "Esc");
	assert_int_equal(w->m->focus, PANE_QUEUE);
	keys(w, "&");
	type(w, "priority<=2");
	keys(w, "Enter");
	assert_non_null(find(w, REQ_PAGE));
	assert_string_equal(w->m->queue->filter, "priority<=2");
	keys(w, "3 Esc"); /* the number first */
	assert_string_equal(w->m->queue->filter, "priority<=2");
	keys(w, "Esc");
	assert_string_equal(w->m->queue->filter, "");
	keys(w, "Esc Esc Esc"); /* never leaves the program */
	assert_false(w->m->quitting);
	assert_int_equal(w->m->noverlays, 0);
}

static void test_bad_filter_says_why(void **state)
{
	struct world *w = *state;

	keys(w, "&");
	type(w, "priority<=(");
	keys(w, "Enter");
	assert_null(find(w, REQ_PAGE));
	check_screen(w, "query, column");
	assert_int_equal(w->m->prompt, PROMPT_FILTER); /* still there, with the cursor at the place */
	assert_int_equal(w->m->lines[PROMPT_FILTER].edit.cursor, strlen("priority<="));
	keys(w, "Ctrl-a Ctrl-k");
	assert_false(on_screen(w, "query, column"));
	type(w, "priority<=2");
	keys(w, "Enter");
	assert_non_null(find(w, REQ_PAGE));
}

/* ---- acts ---- */
static void test_take_in_one_key(void **state)
{
	struct world *w = *state;
	struct fx *f;
	struct req req;

	keys(w, "t");
	f = find(w, REQ_ACT);
	assert_non_null(f);
	assert_int_equal(f->flags, FX_ACT); /* the server goes on with it also when the console ends */
	assert_string_equal(f->params[0], "1");
	assert_string_equal(f->params[1], "take");
	assert_string_equal(f->params[3], "1"); /* the version that was seen */
	assert_int_equal(strlen(f->params[4]), 36);
	req = f->req;
	check_screen(w, "In progre"); /* pending: where it is going, at once */
	keys(w, "t");
	assert_null(find(w, REQ_ACT)); /* not twice */
	answer_json(w, req, "{\"ok\":true,\"id\":1,\"number\":\"INC1\",\"version\":2,\"state\":\"in_progress\"}");
	assert_int_equal(w->m->nacts, 0);
	assert_non_null(find(w, REQ_CHANGED));
	check_screen(w, "Take");
}

static void test_impossible_act_says_why(void **state)
{
	struct world *w = *state;

	keys(w, "G t");
	assert_null(find(w, REQ_ACT));
	check_screen(w, "not while it is Closed");
	keys(w, "m"); /* the menu shows it too */
	check_screen(w, "not while it is Closed");
}

static void test_refusal_is_translated(void **state)
{
	struct world *w = *state;

	keys(w, "t");
	answer_json(w, find(w, REQ_ACT)->req,
		"{\"ok\":false,\"error\":{\"id\":\"role_denied\",\"class\":\"denied\",\"field\":null,\"args\":{\"verb\":\"take\","
		"\"roles\":[\"lead\"]},"
		"\"text\":\"raw\"}}");
	check_screen(w, "team lead");
	assert_int_equal(w->m->nacts, 0);
}

/* The text is never lost: refused, it comes back; confirmed, its draft goes. */
static void test_reply_refused_then_confirmed(void **state)
{
	struct world *w = *state;
	struct req req;
	struct fx *f;

	keys(w, "j R");
	type(w, "We look into it");
	keys(w, "Alt-Enter");
	f = find(w, REQ_ACT);
	assert_non_null(f);
	assert_non_null(strstr(f->params[2], "We look into it"));
	assert_non_null(effect(w, FX_DRAFT_SAVE)); /* before it is sent */
	req = f->req;
	answer_json(w, req,
		"{\"ok\":false,\"error\":{\"id\":\"x\",\"class\":\"input\",\"field\":\"body\",\"args\":{},\"text\":\"too rude\"}}");
	check_screen(w, "too rude");
	check_screen(w, "We look into it");
	assert_null(effect(w, FX_DRAFT_DROP));
	keys(w, "Alt-Enter");
	f = find(w, REQ_ACT);
	assert_non_null(f);
	answer_json(w, f->req, "{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"version\":5,\"state\":\"in_progress\"}");
	assert_non_null(effect(w, FX_DRAFT_DROP));
	begin(w);
	assert_null(w->stored);
}

static void test_draft_survives_and_is_offered(void **state)
{
	struct world *w = *state;

	keys(w, "j R");
	type(w, "half a sen");
	begin(w);
	model_timer(w->m, TIMER_DRAFT, w->fx); /* at rest */
	assert_non_null(effect(w, FX_DRAFT_SAVE));
	type(w, "tence");
	keys(w, "Esc");
	assert_non_null(effect(w, FX_DRAFT_SAVE));
	keys(w, "R");
	check_screen(w, "half a sentence");
	type(w, "!");
	begin(w);
	model_conn(w->m, CONN_LOST, "the server went away", w->fx); /* a lost line saves at once */
	assert_non_null(effect(w, FX_DRAFT_SAVE));
	begin(w);
	assert_string_equal(w->stored->body, "half a sentence!");
	keys(w, "Ctrl-x d");
	assert_non_null(effect(w, FX_DRAFT_DROP));
	keys(w, "R");
	assert_false(on_screen(w, "half a"));
}

static void test_quit_saves(void **state)
{
	struct world *w = *state;

	keys(w, "j R");
	type(w, "words");
	begin(w);
	model_save(w->m, w->fx); /* SIGHUP, SIGTERM */
	assert_non_null(effect(w, FX_DRAFT_SAVE));
	keys(w, "Esc :");
	type(w, "quit");
	keys(w, "Enter");
	assert_non_null(effect(w, FX_QUIT));
}

/* A kind this program has never heard of: list, form, palette, keys from its rows. */
static void test_second_kind(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "2 j");
	assert_int_equal(queue_selected(w->m->queue), 3);
	check_screen(w, "Finish"); /* footer */
	keys(w, "V");
	check_screen(w, "Size");
	check_screen(w, "small");
	check_screen(w, "tomorrow 09:00");
	keys(w, "Right Alt-Enter");
	f = find(w, REQ_ACT);
	assert_non_null(f);
	assert_string_equal(f->params[1], "finish");
	assert_non_null(strstr(f->params[2], "\"size\":\"big\""));
	assert_non_null(strstr(f->params[2], "\"when\":\"2026-03-03T09:00:00Z\""));
	assert_null(strstr(f->params[2], "room")); /* left as it was: not sent */
	keys(w, "k k :");
	type(w, "finish");
	keys(w, "Enter");
	assert_null(find(w, REQ_ACT));
	check_screen(w, "no such act");
}

/* The form of edit shows what the ticket holds: from the list it is read first. */
static void test_edit_reads_the_ticket_first(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "E");
	assert_int_equal(w->m->noverlays, 0);
	f = find(w, REQ_SHOW);
	assert_non_null(f);
	answer_json(w, f->req,
		"{\"id\":1,\"number\":\"INC1\",\"kind\":\"incident\",\"state\":\"new\",\"phase\":1,\"version\":1,\"last_seq\":1,"
		"\"subject\":\"first\",\"body\":\"It burns\",\"symptom\":\"smoke\",\"verbs\":[],\"events\":[]}");
	check_screen(w, "smoke");
	keys(w, "Tab Tab Tab Esc");
	assert_null(find(w, REQ_ACT));
}

static void test_bad_time_stays_in_the_form(void **state)
{
	struct world *w = *state;

	keys(w, "2 j V Tab Ctrl-u");
	type(w, "whenever");
	keys(w, "Alt-Enter");
	assert_null(find(w, REQ_ACT));
	check_screen(w, "not a time");
}

static void test_palette(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "j :");
	type(w, "hold reason=scheduled until=\"tomorrow 10:00\"");
	keys(w, "Enter");
	f = find(w, REQ_ACT);
	assert_non_null(f);
	assert_string_equal(f->params[2], "{\"reason\":\"scheduled\",\"until\":\"2026-03-03T10:00:00Z\"}");
	keys(w, ":");
	type(w, "INC100001");
	keys(w, "Enter");
	assert_string_equal(find(w, REQ_JUMP)->params[0], "INC100001");
	keys(w, ":");
	type(w, "100002");
	keys(w, "Enter");
	assert_string_equal(find(w, REQ_JUMP)->params[0], "INC100002");
	keys(w, ":");
	type(w, "hold");
	keys(w, "Enter"); /* that is where it is on its way to already */
	check_screen(w, "not while it is On hold");
	keys(w, ":");
	type(w, "nonsense");
	keys(w, "Enter");
	check_screen(w, "no command nonsense");
	keys(w, ":");
	type(w, "hold colour=red");
	keys(w, "Enter");
	check_screen(w, "does not know colour");
	keys(w, ":");
	type(w, "unassigned");
	keys(w, "Enter");
	assert_string_equal(w->m->queue->view_id, "unassigned");
}

/* ---- new ticket ---- */
static void test_new_ticket_begins_with_the_caller(void **state)
{
	struct world *w = *state;
	const char *names[] = {"id", "name", "hint"};
	const char *people[] = {"102", "Carol Customer", "555-102"};
	struct fx *f;

	keys(w, "C"); /* of two kinds the first one; the other by its name */
	check_screen(w, "New: Incident");
	type(w, "carol");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	f = find(w, REQ_FIND);
	assert_non_null(f);
	assert_string_equal(f->params[0], "carol");
	answer(w, f->req, 1, 3, names, people);
	f = find(w, REQ_CARD);
	assert_non_null(f);
	answer_json(w, f->req,
		"{\"person\":{\"id\":102,\"name\":\"Carol Customer\",\"vip\":true,\"place\":\"Room "
		"12\"},\"devices\":[{\"name\":\"LAP-0012\","
		"\"class\":\"laptop\"}],\"open\":[{\"id\":2,\"number\":\"INC2\",\"state\":\"in_progress\",\"subject\":\"still "
		"broken\"}],\"recent\":[]}");
	check_screen(w, "VIP");
	check_screen(w, "Room 12");
	check_screen(w, "LAP-0012");
	check_screen(w, "still broken");
	keys(w, "Enter"); /* picks her, goes to the next field */
	type(w, "No mail");
	keys(w, "Alt-Enter");
	f = find(w, REQ_ACT);
	assert_non_null(f);
	assert_string_equal(f->params[0], "incident");
	assert_non_null(strstr(f->params[1], "\"requester\":102"));
	assert_non_null(strstr(f->params[1], "\"subject\":\"No mail\""));
	assert_null(strstr(f->params[1], "resolve"));
}

static void test_add_to_an_open_one(void **state)
{
	struct world *w = *state;

	keys(w, ":");
	type(w, "new incident");
	keys(w, "Enter Tab");
	type(w, "mail again");
	w->m->overlay[0]->form->person = 102;
	answer_json(w, (struct req){REQ_CARD, 0, 102, 0},
		"{\"person\":{\"id\":102,\"name\":\"Carol\"},\"devices\":[],\"open\":[{\"id\":2,\"number\":\"INC2\",\"state\":\"in_"
		"progress\","
		"\"subject\":\"s\"}],\"recent\":[]}");
	keys(w, "Alt-1");
	check_screen(w, "INC2");
	check_screen(w, "mail again");
	keys(w, "Alt-Enter");
	assert_string_equal(find(w, REQ_ACT)->params[1], "note");
}

/* What was typed for the call is a draft of the note, behind what was kept of one before. */
static void test_add_to_an_open_one_keeps_the_text(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 2; i++) {
		keys(w, ":");
		type(w, "new incident");
		keys(w, "Enter Tab");
		type(w, i ? "and again" : "mail again");
		w->m->overlay[0]->form->person = 102;
		answer_json(w, (struct req){REQ_CARD, 0, 102, 0},
			"{\"person\":{\"id\":102,\"name\":\"Carol\"},\"devices\":[],\"open\":[{\"id\":2,\"number\":\"INC2\",\"state\":\"in_"
			"progress\",\"subject\":\"s\"}],\"recent\":[]}");
		keys(w, "Alt-1 Esc");
		begin(w);
		assert_non_null(w->stored);
	}
	assert_string_equal(w->stored->body, "mail again\nand again");
}

static void test_solved_on_the_phone(void **state)
{
	struct world *w = *state;
	struct act_form *f;

	keys(w, ":");
	type(w, "new incident");
	keys(w, "Enter Tab");
	type(w, "Password forgotten");
	f = w->m->overlay[0]->form;
	form_focus(&f->form, "solved");
	keys(w, "Space");
	assert_true(f->solved);
	form_focus(&f->form, "solved_body");
	type(w, "Set a new one");
	keys(w, "Alt-Enter");
	assert_non_null(find(w, REQ_ACT));
	assert_non_null(strstr(find(w, REQ_ACT)->params[1], "\"resolve\":{\"code\":\"fixed\",\"body\":\"Set a new one\"}"));
}

/* ---- connection ---- */
static void test_lost_connection(void **state)
{
	struct world *w = *state;

	keys(w, "t");
	begin(w);
	model_conn(w->m, CONN_LOST, "the server went away", w->fx);
	check_screen(w, "No connection since 10:00:00: what you see may be old");
	check_screen(w, "(the s");
	check_screen(w, "INC2"); /* still readable */
	keys(w, "j");
	assert_int_equal(queue_selected(w->m->queue), 2);
	assert_int_equal(w->m->nacts, 1); /* waits */
	begin(w);
	model_conn(w->m, CONN_READY, NULL, w->fx);
	assert_non_null(find(w, REQ_FEED)); /* catches up */
	assert_false(on_screen(w, "No connection"));
}

static void reconnect(struct world *w)
{
	begin(w);
	model_conn(w->m, CONN_LOST, "the server went away", w->fx);
	begin(w);
	model_conn(w->m, CONN_READY, NULL, w->fx);
}

/* The feed has told of a change, and what changed did not come: it is asked for again. */
static void test_a_change_is_not_missed(void **state)
{
	struct world *w = *state;
	const char *names[] = {"now", "epoch", "x", "seq", "ticket_id"};
	const char *news[] = {"1772445700000000", "1", "950", "0", "2"};

	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, names, news);
	answer_error(w, find(w, REQ_CHANGED)->req, SD_ERR_CONNECTION, "the server went away");
	assert_null(find(w, REQ_PAGE));
	reconnect(w);
	assert_non_null(find(w, REQ_PAGE));
	answer_error(w, find(w, REQ_PAGE)->req, SD_ERR_CONNECTION, "again");
	reconnect(w);
	assert_non_null(find(w, REQ_PAGE));
	rows(w, find(w, REQ_PAGE)->req, four, 4);
	reconnect(w);
	assert_null(find(w, REQ_PAGE));
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, names, news);
	answer_error(w, find(w, REQ_CHANGED)->req, SD_ERR_TIMEOUT, "too long");
	assert_non_null(find(w, REQ_PAGE));
}

/* Changes while others are on their way wait for them; a page from the top would take the reader away from where he is. */
static void test_changes_wait_for_changes(void **state)
{
	struct world *w = *state;
	const char *names[] = {"now", "epoch", "x", "seq", "ticket_id"};
	const char *first[] = {"1772445700000000", "1", "950", "0", "2"}, *second[] = {"1772445700000000", "1", "951", "0", "1"};
	struct req req;

	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, names, first);
	req = find(w, REQ_CHANGED)->req;
	for (int i = 0; i < 3; i++) {
		answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, names, second);
		assert_null(find(w, REQ_PAGE));
		assert_null(find(w, REQ_CHANGED));
	}
	rows(w, req, &four[1], 1);
	assert_non_null(find(w, REQ_CHANGED));
	assert_string_equal(find(w, REQ_CHANGED)->params[find(w, REQ_CHANGED)->nparams - 1], "{1}");
	rows(w, find(w, REQ_CHANGED)->req, &four[0], 1);
	assert_null(find(w, REQ_CHANGED));
	assert_int_equal(w->m->queue->nrows, 4);
}

static void test_a_ticket_is_not_missed(void **state)
{
	struct world *w = *state;

	keys(w, "Enter");
	answer_error(w, find(w, REQ_SHOW)->req, SD_ERR_CONNECTION, "the server went away");
	reconnect(w);
	assert_non_null(find(w, REQ_SHOW));
	assert_string_equal(find(w, REQ_SHOW)->params[0], "1");
}

static void test_failed_act_keeps_the_text(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "a long note");
	keys(w, "Alt-Enter");
	answer_error(w, find(w, REQ_ACT)->req, SD_ERR_TIMEOUT, "it took too long");
	check_screen(w, "a long note");
	check_screen(w, "it took too long");
}

/* ---- ticket pane ---- */
static void test_preview_and_ticket(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "j");
	assert_null(find(w, REQ_SHOW)); /* only when the cursor rests */
	begin(w);
	model_timer(w->m, TIMER_PREVIEW, w->fx);
	f = find(w, REQ_SHOW);
	assert_non_null(f);
	assert_string_equal(f->params[0], "2");
	answer_json(w, f->req,
		"{\"id\":2,\"number\":\"INC2\",\"kind\":\"incident\",\"state\":\"in_progress\",\"phase\":1,\"version\":4,\"last_seq\":2,"
		"\"subject\":\"second\","
		"\"body\":\"It "
		"burns\",\"priority\":2,\"verbs\":[{\"verb\":\"resolve\",\"ok\":false,\"why\":{\"id\":\"role_denied\",\"args\":{\"verb\":"
		"\"resolve\",\"roles\":[\"lead\"]},\"text\":\"x\"}}],\"events\":[{\"seq\":2,\"at\":\"2026-03-02T09:00:00Z\",\"actor\":"
		"\"bob\",\"verb\":\"reply\","
		"\"visibility\":\"public\",\"text\":\"Water is coming\",\"changes\":{}}]}");
	check_screen(w, "It burns");
	check_screen(w, "Water is coming");
	keys(w, "Enter r"); /* in the ticket; what the desk says beats the transition rows */
	check_screen(w, "team lead");
	keys(w, "J");
	assert_string_equal(find(w, REQ_SHOW)->params[0], "3"); /* the next ticket, from the ticket */
	assert_int_equal(queue_selected(w->m->queue), 3);
	keys(w, "Esc");
	assert_int_equal(w->m->focus, PANE_QUEUE);
}

static void test_help_and_log(void **state)
{
	struct world *w = *state;

	keys(w, "?");
	check_screen(w, "Keys");
	check_screen(w, "Take");
	keys(w, "Esc g m");
	assert_int_equal(w->m->focus, PANE_LOG);
	keys(w, "Esc");
	assert_int_equal(w->m->focus, PANE_QUEUE);
	keys(w, "q");
	check_screen(w, "Leave svcdesk?");
	keys(w, "Enter"); /* No is the default */
	assert_false(w->m->quitting);
	keys(w, "q q");
	assert_true(w->m->quitting);
}

/* No key and no size brings it down, and the cursor is always somewhere. */
static void test_storm(void **state)
{
	struct world *w = *state;
	static const char *const names[] = {"j", "k", "Enter", "Esc", "Tab", "h", "l", "t", "a", "R", "m", "?", ":", "/", "&", "g",
		"z", "Z", "C", "x", "Down", "Ctrl-d", "Alt-3", "n", "5", "Alt-Enter", "Space", "G", "v", "e", "E", "*", "U", "u",
		"Ctrl-r", ".", "y"};
	unsigned seed = 20260302;

	for (int i = 0; i < 3000; i++) {
		int x, y;

		seed = seed * 1103515245 + 12345;
		if (seed >> 16 & 31)
			keys(w, names[(seed >> 16) % (sizeof names / sizeof *names)]);
		else {
			int width = 1 + (int)(seed >> 8) % 200, height = 1 + (int)(seed >> 20) % 60;

			begin(w);
			surface_resize(w->s, width, height);
			model_resize(w->m, width, height, w->fx);
		}
		model_draw(w->m, w->s);
		if (!surface_cursor_get(w->s, &x, &y))
			fail_msg("no cursor after %d steps, %dx%d", i, w->m->width, w->m->height);
		w->m->quitting = false;
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define WIDE(f) cmocka_unit_test_setup_teardown(f, setup_wide, teardown)
	const struct CMUnitTest tests[] = {T(test_queue_shows_and_moves), T(test_selection_follows_the_ticket),
		T(test_feed_cursor_and_refresh), T(test_search_and_escape_layers), T(test_bad_filter_says_why), T(test_take_in_one_key),
		T(test_impossible_act_says_why), T(test_refusal_is_translated), T(test_reply_refused_then_confirmed),
		T(test_draft_survives_and_is_offered), T(test_quit_saves), T(test_second_kind), T(test_bad_time_stays_in_the_form),
		T(test_edit_reads_the_ticket_first), T(test_palette), WIDE(test_new_ticket_begins_with_the_caller),
		T(test_add_to_an_open_one), T(test_add_to_an_open_one_keeps_the_text), T(test_solved_on_the_phone),
		T(test_lost_connection), T(test_a_change_is_not_missed), T(test_a_ticket_is_not_missed), T(test_changes_wait_for_changes),
		T(test_failed_act_keeps_the_text), WIDE(test_preview_and_ticket), WIDE(test_help_and_log), WIDE(test_storm)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
