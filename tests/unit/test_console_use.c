/* The console as somebody uses it: what a hand expects of search, forms, views and of a role with few rights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/console_world.h"
#include "tui/app/act.h"

/* ---- search ---- */
static void test_search_counts(void **state)
{
	struct world *w = *state;

	keys(w, "/");
	type(w, "inc");
	check_screen(w, "/inc: 1 of 3");
	keys(w, "Enter 2 n");
	assert_int_equal(queue_selected(w->m->queue), 4);
	check_screen(w, "/inc: 3 of 3");
	keys(w, "n");
	assert_int_equal(queue_selected(w->m->queue), 1);
	check_screen(w, "Search went on at the top");
	keys(w, "2 N");
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "j"); /* on none of them */
	check_screen(w, "/inc: 3 found");
	keys(w, "1 0 0 0 n"); /* round and round */
	check_screen(w, "of 3");
	keys(w, "Esc");
	assert_false(on_screen(w, "/inc"));
}

/* What is typed is looked for from where one was; Esc goes back there. */
static void test_search_from_one_place(void **state)
{
	struct world *w = *state;

	keys(w, "j /");
	type(w, "f");
	assert_int_equal(queue_selected(w->m->queue), 4);
	type(w, "i");
	assert_int_equal(queue_selected(w->m->queue), 1);
	keys(w, "Backspace");
	assert_int_equal(queue_selected(w->m->queue), 4);
	type(w, "zz");
	check_screen(w, "/fzz: not found");
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "Esc");
	assert_int_equal(queue_selected(w->m->queue), 2);
	keys(w, "/");
	type(w, "zz");
	keys(w, "Enter");
	check_screen(w, "Not found: zz");
}

/* ---- forms ---- */
static void test_typing_replaces_what_was_offered(void **state)
{
	struct world *w = *state;
	struct form *f;

	keys(w, "j a");
	assert_int_equal(w->m->noverlays, 1);
	f = &w->m->overlay[0]->form->form;
	form_set(f, "group", "7", "Service desk");
	type(w, "n");
	assert_string_equal(form_value(f, "group"), "n");
	form_set(f, "group", "7", "Service desk");
	keys(w, "Left"); /* moving in it means to change it */
	type(w, "x");
	assert_string_equal(form_value(f, "group"), "Service desxk");
	form_set(f, "group", "7", "Service desk");
	keys(w, "Tab Shift-Tab Backspace");
	assert_string_equal(form_value(f, "group"), "");
}

/* The assignee comes from the group that stands in the form; Space lists all of it. */
static void test_space_lists_the_group(void **state)
{
	struct world *w = *state;
	const char *names[] = {"id", "name", "hint"}, *two[] = {"7", "Ada One", "", "8", "Bob Two", ""};
	struct form *f;
	struct fx *q;

	keys(w, "j a");
	f = &w->m->overlay[0]->form->form;
	form_set(f, "group", "7", "Service desk");
	keys(w, "Tab Space");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	q = find(w, REQ_FIND);
	assert_non_null(q);
	assert_non_null(strstr(q->sql, "find_assignee"));
	assert_string_equal(q->params[0], "");
	assert_string_equal(q->params[1], "7");
	answer(w, q->req, 2, 3, names, two);
	check_screen(w, "Bob Two");
	keys(w, "Down Enter");
	assert_string_equal(form_value(f, "assignee"), "8");
}

/* Names are completed in the palette as choices are. */
static void test_palette_completes_names(void **state)
{
	struct world *w = *state;
	const char *names[] = {"id", "name", "hint"}, *two[] = {"7", "Network", "", "8", "Service desk", ""};
	struct fx *q;

	keys(w, "j :");
	type(w, "assign group=\"Serv");
	q = find(w, REQ_COMPLETE);
	assert_non_null(q);
	assert_string_equal(q->params[0], "Serv");
	answer(w, q->req, 2, 3, names, two);
	keys(w, "Tab Tab");
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "assign group=\"Service desk\"");
	type(w, " ass");
	keys(w, "Tab"); /* and goes on behind it */
	assert_string_equal(lineedit_text(&w->m->lines[PROMPT_PALETTE]), "assign group=\"Service desk\" assignee=");
}

static void test_own_editor_from_any_field(void **state)
{
	struct world *w = *state;

	keys(w, "j a"); /* the cursor is in a picker: the text is meant all the same */
	keys(w, "Ctrl-x e");
	assert_non_null(effect(w, FX_EDITOR));
	begin(w);
	model_edited(w->m, "written elsewhere", w->fx);
	check_screen(w, "written elsewhere");
	keys(w, "Shift-Tab Shift-Tab Shift-Tab");
	type(w, "net");
	check_screen(w, "net"); /* no key is lost */
}

static void test_a_draft_is_thrown_away_from_any_field(void **state)
{
	struct world *w = *state;

	keys(w, "j a"); /* the cursor is in a picker */
	type(w, "net");
	keys(w, "Ctrl-x d");
	assert_int_equal(w->m->noverlays, 0);
	check_screen(w, "Draft thrown away");
	keys(w, "p Ctrl-x d"); /* in a choice */
	assert_int_equal(w->m->noverlays, 0);
}

static void test_resolve_knows_the_category(void **state)
{
	struct world *w = *state;

	keys(w, "j r"); /* the row does not have it: the ticket is read first */
	assert_int_equal(w->m->noverlays, 0);
	assert_non_null(find(w, REQ_SHOW));
}

/* ---- views ---- */
static void test_one_mark_in_the_views(void **state)
{
	struct world *w = *state;

	keys(w, "Alt-1");
	check_screen(w, "▸   Mine");
	keys(w, "j j");
	check_screen(w, "• Mine"); /* shown still, while the cursor is elsewhere */
	keys(w, "Tab Alt-1");
	check_screen(w, "▸   Mine"); /* left without a choice */
}

static void test_place_in_the_whole_view(void **state)
{
	struct world *w = *state;
	const char *names[] = {"count"}, *n[] = {"320"};

	begin(w);
	views_count(w->m->views, &w->m->session, true, w->fx);
	answer(w, find(w, REQ_COUNT)->req, 1, 1, names, n);
	keys(w, "j");
	check_screen(w, "Mine  2/320");
}

static void saved(struct world *w, const char *const *values, int n)
{
	const char *names[] = {"part", "gid", "gname", "name", "query", "cols", "pos", "may"}, *row[16];

	for (int i = 0; i < n; i++) {
		const char *one[] = {"1", "0", "", values[2 * i], values[2 * i + 1], NULL, "100", "t"};

		memcpy(row + 8 * i, one, sizeof one);
	}
	answer(w, (struct req){REQ_VIEWS, w->m->views->gen, 0, 0}, n, 8, names, row);
}

/* Saved views come and go; what is shown stays the same view, or goes to the first. */
static void test_saved_views_keep_their_place(void **state)
{
	struct world *w = *state;
	const char *one[] = {"Urgent", "priority<=2"}, *two[] = {"Also", "priority<=3", "Urgent", "priority<=2"};
	const char *name[] = {"count"}, *five[] = {"5"};
	struct req late;

	saved(w, one, 1);
	late = find(w, REQ_COUNT)->req;
	keys(w, "g 8");
	check_screen(w, "▸ Urgent");
	saved(w, two, 2);
	answer(w, late, 1, 1, name, five); /* of the view that stood there before */
	assert_int_not_equal(w->m->views->view[7].count, 5);
	assert_int_equal(w->m->views->current, 8);
	check_screen(w, "▸ Urgent");
	saved(w, two, 1); /* Urgent is gone */
	assert_int_equal(w->m->views->current, 0);
	assert_non_null(find(w, REQ_PAGE));
	check_screen(w, "▸ Mine");
}

/* ---- roles ---- */
static void only_role(struct world *w, char *role)
{
	w->m->meta->me.roles.n = 1;
	w->m->meta->me.roles.w[0] = role;
}

static void test_a_role_that_may_little(void **state)
{
	struct world *w = *state;

	check_screen(w, "t Take");
	only_role(w, "auditor");
	assert_false(on_screen(w, "t Take"));
	assert_false(on_screen(w, "C new"));
	keys(w, "t");
	assert_null(find(w, REQ_ACT));
	check_screen(w, "take needs one of these roles: agent, team lead");
	keys(w, "C");
	check_screen(w, "opens no tickets");
	keys(w, ":");
	type(w, "new");
	keys(w, "Enter");
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "j k");
	only_role(w, "requester");
	check_screen(w, "R Reply"); /* perhaps it is his ticket */
	assert_false(on_screen(w, "t Take"));
}

static void test_empty_view_says_how_to_begin(void **state)
{
	struct world *w = *state;
	struct req none = {REQ_PAGE, w->m->queue->gen, 0, PAGE_FIRST};

	rows(w, none, four, 0);
	check_screen(w, "Nothing is assigned to you. g 2 shows");
	assert_false(on_screen(w, "m acts"));
	keys(w, "g 4");
	none.gen = w->m->queue->gen;
	rows(w, none, four, 0);
	check_screen(w, "No tickets here yet. C opens one");
	keys(w, "&");
	type(w, "priority<=2");
	keys(w, "Enter");
	none.gen = w->m->queue->gen;
	rows(w, none, four, 0);
	check_screen(w, "Nothing matches the filter; Esc removes it");
}

/* ---- unread ---- */
static void test_own_act_is_not_news(void **state)
{
	struct world *w = *state;
	struct fx *f;
	struct req req;

	w->m->queue->rows[0]->last_seq = 7;
	keys(w, "t");
	req = find(w, REQ_ACT)->req;
	answer_json(w, req, "{\"ok\":true,\"id\":1,\"number\":\"INC1\",\"version\":2,\"seq\":8,\"state\":\"in_progress\"}");
	f = find(w, REQ_READ);
	assert_non_null(f);
	assert_string_equal(f->params[1], "8");
	/* somebody else wrote too: that stays unread */
	keys(w, "j");
	w->m->queue->rows[1]->last_seq = 7;
	keys(w, "w");
	keys(w, "Ctrl-s");
	req = find(w, REQ_ACT)->req;
	answer_json(w, req, "{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"version\":2,\"seq\":9,\"state\":\"in_progress\"}");
	assert_null(find(w, REQ_READ));
}

/* ---- the ticket ---- */
static const char linked[] =
	"{\"id\":1,\"number\":\"INC1\",\"kind\":\"incident\",\"state\":\"new\",\"phase\":1,\"version\":1,\"last_seq\":3,\"subject\":"
	"\"first\",\"body\":\"It "
	"burns\",\"priority\":1,\"verbs\":[{\"verb\":\"redact\",\"ok\":true}],\"links\":[{\"type\":\"related\","
	"\"number\":\"INC2\",\"subject\":\"second\",\"state\":\"new\",\"direction\":\"to\"}],\"attachments\":[{\"id\":9,\"size\":6,"
	"\"name\":"
	"\"a "
	"b.txt\",\"media_type\":\"text/plain\"}],\"events\":[{\"seq\":2,\"at\":\"2026-03-02T09:00:00Z\",\"actor\":\"bob\",\"verb\":"
	"\"note\",\"visibility\":\"internal\",\"text\":\"The password is "
	"1234\",\"changes\":{}},{\"seq\":3,\"at\":\"2026-03-02T09:01:00Z\","
	"\"actor\":\"bob\",\"verb\":\"note\",\"visibility\":\"internal\",\"text\":\"Thanks\",\"changes\":{}}]}";

static void open_linked(struct world *w)
{
	keys(w, "Enter");
	answer_json(w, find(w, REQ_SHOW)->req, linked);
	check_screen(w, "It burns");
}

static void test_enter_follows_a_link_and_back(void **state)
{
	struct world *w = *state;
	const char *names[] = {"id"}, *two[] = {"2"};
	struct fx *f;

	open_linked(w);
	keys(w, "/");
	type(w, "INC2");
	keys(w, "Enter Esc Enter");
	f = find(w, REQ_JUMP);
	assert_non_null(f);
	assert_string_equal(f->params[0], "INC2");
	answer(w, f->req, 1, 1, names, two);
	assert_int_equal(w->m->detail->id, 2);
	keys(w, "-"); /* and back to where the link was */
	assert_int_equal(w->m->detail->id, 1);
	assert_int_equal(w->m->focus, PANE_DETAIL);
}

static void test_enter_on_a_file_saves_it(void **state)
{
	struct world *w = *state;

	open_linked(w);
	keys(w, "/");
	type(w, "txt");
	keys(w, "Enter Esc Enter");
	check_screen(w, ":save \"a b.txt\"");
	keys(w, "Enter");
	assert_int_equal(effect(w, FX_SAVE)->id, 9);
}

static void test_redact_takes_the_event_under_the_cursor(void **state)
{
	struct world *w = *state;

	open_linked(w);
	keys(w, "/");
	type(w, "password");
	keys(w, "Enter Esc :");
	type(w, "redact");
	keys(w, "Enter");
	assert_int_equal(w->m->noverlays, 1);
	assert_string_equal(form_value(&w->m->overlay[0]->form->form, "event"), "2");
}

static void test_timeline_key_shows_the_timeline(void **state)
{
	struct world *w = *state;

	open_linked(w);
	keys(w, "v");
	check_screen(w, "Timeline: what people wrote");
	assert_int_equal(textview_key(&w->m->detail->text), KEY_TIMELINE);
	keys(w, "z a");
	check_screen(w, "#2"); /* the numbers of events, where everything is shown */
}

/* ---- drafts ---- */
static void test_drafts_are_offered_again(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "half a thought");
	keys(w, "Esc");
	begin(w);
	assert_non_null(w->stored);
	drafts_tell(w->m, w->fx); /* as at the start of the program */
	model_events(w->m, w->fx);
	check_screen(w, "1 draft was not sent: g d shows it");
	keys(w, "k g d");
	check_screen(w, "INC2 Note: half a thought");
	keys(w, "Enter"); /* opens where it belongs */
	assert_string_equal(find(w, REQ_SHOW)->params[0], "2");
	answer_json(w, find(w, REQ_SHOW)->req,
		"{\"id\":2,\"number\":\"INC2\",\"kind\":\"incident\",\"state\":\"in_progress\",\"phase\":1,\"version\":4,\"subject\":"
		"\"second\","
		"\"verbs\":[{\"verb\":\"note\",\"ok\":true}],\"events\":[]}");
	assert_int_equal(w->m->noverlays, 1);
	check_screen(w, "half a thought");
	keys(w, "Esc g d D"); /* or throws it away */
	begin(w);
	assert_null(w->stored);
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "g d");
	check_screen(w, "No drafts are kept");
}

/* ---- the rest ---- */
static void test_a_click_on_a_title_sorts(void **state)
{
	struct world *w = *state;
	struct key k = {.code = KEY_CODE_MOUSE, .button = 1, .y = 2};

	model_draw(w->m, w->s);
	for (k.x = 0; k.x < 80; k.x++)
		if (list_column_at(&w->m->queue->list, k.x) == 2)
			break;
	begin(w);
	model_key(w->m, &k, w->fx);
	assert_non_null(find(w, REQ_PAGE));
	assert_int_equal(w->m->queue->sort, SD_SORT_NUMBER);
	assert_false(w->m->queue->reverse);
	begin(w);
	model_key(w->m, &k, w->fx);
	assert_true(w->m->queue->reverse);
}

static void test_clicks(void **state)
{
	struct world *w = *state;
	struct key k = {.code = KEY_CODE_MOUSE, .button = 1, .x = 20, .y = 4};

	model_draw(w->m, w->s);
	begin(w);
	model_key(w->m, &k, w->fx);
	assert_int_equal(queue_selected(w->m->queue), 2);
	assert_int_equal(w->m->focus, PANE_QUEUE);
	begin(w);
	model_key(w->m, &k, w->fx); /* once more opens it */
	assert_int_equal(w->m->focus, PANE_DETAIL);
	assert_int_equal(w->m->detail->id, 2);
}

static void test_long_words_are_told_to_their_end(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "t");
	req = find(w, REQ_ACT)->req;
	answer_error(w, req, SD_ERR_INPUT,
		"the ticket was looked at and something about it was not as it should be; do this first, then do that, and try it again");
	check_screen(w, "was not as it\n   should be; do this first, then do that, and try it again");
}

static void test_too_small_says_so_in_full(void **state)
{
	struct world *w = *state;

	begin(w);
	model_resize(w->m, 20, 5, w->fx);
	surface_resize(w->s, 20, 5);
	check_screen(w, "20x5 is too small;\n40x10 is needed");
}

/* ---- what comes while one types ---- */
static void answer_refused(struct world *w, struct req req)
{
	answer_json(w, req, "{\"ok\":false,\"error\":{\"id\":\"x\",\"class\":\"state\",\"field\":\"body\",\"text\":\"Say more\"}}");
}

static void answer_conflict(struct world *w, struct req req)
{
	answer_json(w, req,
		"{\"ok\":false,\"error\":{\"id\":\"field_conflict\",\"class\":\"conflict\",\"field\":\"urgency\",\"args\":{\"mine\":1,"
		"\"theirs\":2,\"by\":\"bob\",\"at\":\"2026-03-02T10:00:00Z\"},\"text\":\"t\"}}");
}

/* Rows that were asked for by one field are none of another's, and none of a text that was typed since. */
static void test_late_rows_are_not_taken_for_others(void **state)
{
	struct world *w = *state;
	const char *names[] = {"id", "name", "hint"}, *one[] = {"7", "Network", ""};
	struct form *f;
	struct req late;

	keys(w, "j a");
	f = &w->m->overlay[0]->form->form;
	form_set(f, "group", "", NULL);
	type(w, "net");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	late = find(w, REQ_FIND)->req;
	type(w, "x");
	answer(w, late, 1, 3, names, one);
	keys(w, "Enter");
	assert_string_not_equal(form_value(f, "group"), "7");
	form_focus(f, "group");
	type(w, "net");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	late = find(w, REQ_FIND)->req;
	form_focus(f, "assignee");
	type(w, "a");
	answer(w, late, 1, 3, names, one);
	keys(w, "Enter");
	assert_string_not_equal(form_value(f, "assignee"), "7");
}

/* A refusal does not come between the hand and the form it types into: it waits beneath. */
static void test_refusal_waits_beneath_another_form(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "j N");
	type(w, "first note");
	keys(w, "Alt-Enter");
	req = find(w, REQ_ACT)->req;
	keys(w, "k N");
	type(w, "half a ");
	answer_refused(w, req);
	check_screen(w, "Say more"); /* told */
	type(w, "thought");
	check_screen(w, "half a thought");
	keys(w, "Esc");
	check_screen(w, "first note");
	check_screen(w, "Say more");
}

/* Nor does a question: what is typed does not answer it. */
static void test_conflict_waits_beneath(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "j :");
	type(w, "edit urgency=1");
	keys(w, "Enter");
	req = find(w, REQ_ACT)->req;
	keys(w, "k N");
	type(w, "Ti");
	answer_conflict(w, req);
	type(w, "me");
	assert_null(find(w, REQ_ACT));
	check_screen(w, "Time");
	keys(w, "Esc");
	check_screen(w, "bob");
	keys(w, "m Enter");
	assert_non_null(find(w, REQ_ACT));
}

static void test_conflict_leaves_the_palette_alone(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "j :");
	type(w, "edit urgency=1");
	keys(w, "Enter");
	req = find(w, REQ_ACT)->req;
	keys(w, ":");
	type(w, "the");
	answer_conflict(w, req);
	type(w, "me");
	assert_null(find(w, REQ_ACT));
	check_screen(w, ":theme");
	keys(w, "Esc");
	check_screen(w, "bob");
}

/* What $EDITOR brings back belongs to the form it was opened from. */
static void test_editor_text_goes_where_it_came_from(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "j N");
	type(w, "first note");
	keys(w, "Alt-Enter");
	req = find(w, REQ_ACT)->req;
	keys(w, "k N");
	type(w, "draft");
	keys(w, "Ctrl-x e");
	answer_refused(w, req);
	begin(w);
	model_edited(w->m, "written elsewhere", w->fx);
	keys(w, "Alt-Enter");
	assert_string_equal(find(w, REQ_ACT)->params[0], "1");
	assert_non_null(strstr(find(w, REQ_ACT)->params[2], "written elsewhere"));
	check_screen(w, "first note");
}

static void new_incident(struct world *w, const char *subject)
{
	keys(w, ":");
	type(w, "new incident");
	keys(w, "Enter Tab");
	type(w, subject);
}

/* One new ticket is not confirmed yet: the next call gets a form and a draft of its own. */
static void test_next_call_while_one_is_sent(void **state)
{
	struct world *w = *state;
	struct req first;

	new_incident(w, "first call");
	keys(w, "Alt-Enter");
	first = find(w, REQ_ACT)->req;
	new_incident(w, "second");
	assert_string_equal(form_value(&w->m->overlay[0]->form->form, "subject"), "second");
	begin(w);
	model_timer(w->m, TIMER_DRAFT, w->fx);
	assert_non_null(effect(w, FX_DRAFT_SAVE));
	answer_json(w, first, "{\"ok\":true,\"id\":9,\"number\":\"INC9\",\"state\":\"new\",\"version\":1,\"seq\":1}");
	begin(w);
	assert_non_null(w->stored); /* of the second */
	keys(w, "Esc g d Enter");
	check_screen(w, "second");
	assert_string_equal(form_value(&w->m->overlay[0]->form->form, "subject"), "second");
}

/* A sent draft is not offered: it would be sent twice. */
static void test_sent_draft_is_not_offered(void **state)
{
	struct world *w = *state;

	new_incident(w, "first call");
	keys(w, "Alt-Enter g d");
	check_screen(w, "No drafts are kept");
}

/* Leaving waits for what was sent: its draft would be offered again as one that was not. A second time it leaves at once. */
static void test_leaving_waits_for_what_was_sent(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "j N");
	type(w, "a note");
	keys(w, "Alt-Enter");
	req = find(w, REQ_ACT)->req;
	keys(w, ":");
	type(w, "quit");
	keys(w, "Enter");
	assert_null(effect(w, FX_QUIT));
	answer_json(w, req, "{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"state\":\"in_progress\",\"version\":5,\"seq\":9}");
	assert_non_null(effect(w, FX_DRAFT_DROP));
	assert_non_null(effect(w, FX_QUIT));
}

static void test_leaving_stays_for_a_refusal(void **state)
{
	struct world *w = *state;
	struct req req;

	keys(w, "j N");
	type(w, "a note");
	keys(w, "Alt-Enter");
	req = find(w, REQ_ACT)->req;
	keys(w, "q q");
	assert_null(effect(w, FX_QUIT));
	answer_refused(w, req);
	assert_null(effect(w, FX_QUIT));
	check_screen(w, "Say more");
	keys(w, "Alt-Enter q q");
	assert_null(effect(w, FX_QUIT));
	keys(w, "q q");
	assert_non_null(effect(w, FX_QUIT));
}

static void test_leaving_without_a_connection(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "a note");
	keys(w, "Alt-Enter q q");
	assert_null(effect(w, FX_QUIT));
	begin(w);
	model_conn(w->m, CONN_LOST, "gone", w->fx);
	assert_non_null(effect(w, FX_QUIT));
}

/* The words of the desk did not come in time: they are asked for again. */
static void test_meta_is_asked_for_again(void **state)
{
	struct world *w = *state;
	struct model_env env = w->m->env;

	begin(w);
	model_free(w->m);
	w->m = model_new(&env);
	model_resize(w->m, 80, 24, w->fx);
	model_conn(w->m, CONN_READY, NULL, w->fx);
	answer_error(w, (struct req){REQ_META, 0, 0, 0}, SD_ERR_TIMEOUT, "too long");
	begin(w);
	model_timer(w->m, TIMER_TICK, w->fx);
	assert_non_null(find(w, REQ_META));
}

/* A long text pasted into the palette arrives whole. */
static void test_long_palette_line(void **state)
{
	struct world *w = *state;

	keys(w, "j :");
	type(w, "note body=\"");
	for (int i = 0; i < 300; i++)
		type(w, "word ");
	type(w, "end\"");
	keys(w, "Enter");
	assert_non_null(find(w, REQ_ACT));
	assert_non_null(strstr(find(w, REQ_ACT)->params[2], "word end"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_search_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_search_from_one_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_typing_replaces_what_was_offered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_resolve_knows_the_category, setup, teardown),
		cmocka_unit_test_setup_teardown(test_space_lists_the_group, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_draft_is_thrown_away_from_any_field, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_editor_from_any_field, setup, teardown),
		cmocka_unit_test_setup_teardown(test_palette_completes_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_mark_in_the_views, setup, teardown),
		cmocka_unit_test_setup_teardown(test_place_in_the_whole_view, setup, teardown),
		cmocka_unit_test_setup_teardown(test_saved_views_keep_their_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_role_that_may_little, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clicks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_words_are_told_to_their_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty_view_says_how_to_begin, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_act_is_not_news, setup, teardown),
		cmocka_unit_test_setup_teardown(test_enter_follows_a_link_and_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_enter_on_a_file_saves_it, setup, teardown),
		cmocka_unit_test_setup_teardown(test_redact_takes_the_event_under_the_cursor, setup, teardown),
		cmocka_unit_test_setup_teardown(test_timeline_key_shows_the_timeline, setup, teardown),
		cmocka_unit_test_setup_teardown(test_drafts_are_offered_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_click_on_a_title_sorts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_small_says_so_in_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_late_rows_are_not_taken_for_others, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusal_waits_beneath_another_form, setup, teardown),
		cmocka_unit_test_setup_teardown(test_conflict_waits_beneath, setup, teardown),
		cmocka_unit_test_setup_teardown(test_conflict_leaves_the_palette_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_editor_text_goes_where_it_came_from, setup, teardown),
		cmocka_unit_test_setup_teardown(test_next_call_while_one_is_sent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sent_draft_is_not_offered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_palette_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leaving_waits_for_what_was_sent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leaving_stays_for_a_refusal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leaving_without_a_connection, setup, teardown),
		cmocka_unit_test_setup_teardown(test_meta_is_asked_for_again, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
