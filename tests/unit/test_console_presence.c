/* What a console says of itself, and when: one small request in ten seconds at most, with the ticket one reads or writes on. What
 * it shows of others: who looks, who writes, since when, without a byte while nothing changes. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <string.h>

#include "svcdesk/err.h"
#include "tests/unit/console_world.h"
#include "tui/app/presence.h"
#include "tui/pane/present.h"

static struct fx *timer_set(struct world *w)
{
	struct fx *last = NULL;
	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_TIMER && w->fx->v[i].timer == TIMER_PRESENCE)
			last = &w->fx->v[i];
	return last;
}

/* Time goes on, and what is due then is done; NULL: nothing was said. */
static struct fx *later(struct world *w, int64_t ms)
{
	int64_t until = w->ms + ms;
	while (w->m->presence.due <= until && !w->m->presence.off) {
		w->ms = w->m->presence.due - 10 > w->ms ? w->m->presence.due - 10 : w->ms;
		begin(w);
		w->m->dirty = false;
		model_timer(w->m, TIMER_PRESENCE, w->fx);
		assert_false(w->m->dirty); /* nothing to paint: an idle screen sends no byte */
		struct fx *f = find(w, REQ_PRESENCE);
		if (f)
			return f;
	}
	w->ms = until;
	begin(w);
	return NULL;
}

static struct fx *said(struct world *w)
{
	struct fx *f = later(w, 30000);
	assert_non_null(f);
	return f;
}

static void it_is_renewed(void **state)
{
	struct world *w = *state;
	char console[64];
	struct fx *f = said(w);
	assert_int_equal(f->flags, 0); /* no word more on the line */
	assert_string_equal(f->params[2], "viewing");
	assert_string_equal(f->params[3], "");
	snprintf(console, sizeof console, "%s", f->params[0]);
	assert_in_range(timer_set(w)->ms, PRESENCE_RENEW_MS, PRESENCE_RENEW_MS + PRESENCE_REST_MS);
	answer(w, f->req, 0, 0, NULL, NULL);
	assert_null(later(w, PRESENCE_MS));
	f = said(w);
	assert_string_equal(f->params[0], console); /* one console keeps one name */
}

static void a_beginning_to_write_is_said_at_once(void **state)
{
	struct world *w = *state;
	said(w);
	said(w);
	keys(w, "R");
	struct fx *f = later(w, 100);
	assert_non_null(f);
	assert_string_equal(f->params[1], "1");
	assert_string_equal(f->params[2], "writing");
	assert_string_equal(f->params[3], "reply");
	keys(w, "Esc");
	f = said(w);
	assert_string_equal(f->params[2], "viewing");
	assert_string_equal(f->params[3], "");
}

/* Whatever one does: in the long run a write in ten seconds, and never more than one besides. */
static void no_more_than_one_in_ten_seconds(void **state)
{
	struct world *w = *state;
	struct rng rng = rng_new(77);
	int writes = 0, rounds = (int)test_rounds(600);
	int64_t begun, at[2] = {-PRESENCE_MS, -PRESENCE_MS};
	said(w);
	begun = w->ms;
	for (int i = 0; i < rounds; i++) {
		static const char *const what[] = {"R", "Esc", "N", "j", "k", "Enter", "Esc"};
		keys(w, what[rng_below(&rng, sizeof what / sizeof *what)]);
		if (!later(w, rng_below(&rng, 4000)))
			continue;
		writes++;
		assert_true(w->ms - begun - at[0] >= PRESENCE_MS - 1000); /* never three within ten seconds */
		at[0] = at[1];
		at[1] = w->ms - begun;
		assert_true(writes <= 2 + (w->ms - begun) / PRESENCE_MS);
	}
	assert_true(writes > 10);
}

static void a_server_that_takes_no_writes_is_not_asked_again(void **state)
{
	struct world *w = *state;
	struct fx *f = said(w);
	answer_error(w, f->req, SD_ERR_CONNECTION, "gone"); /* that passes */
	f = said(w);
	answer_error(w, f->req, SD_ERR_INTERNAL, "cannot execute UPDATE in a read-only transaction");
	assert_true(timer_set(w)->ms < 0);
	assert_null(later(w, 60000));
	assert_false(on_screen(w, "read-only"));
}

static void nobody_is_there_while_it_is_locked_or_cut_off(void **state)
{
	struct world *w = *state;
	w->m->session.online = false;
	assert_null(later(w, 20000));
	w->m->session.online = true;
	assert_non_null(later(w, 20000)); /* but it goes on after */
}

/* ---- others ---- */
static struct fx *poll(struct world *w)
{
	begin(w);
	w->m->feed_waiting = false;
	model_timer(w->m, TIMER_FEED, w->fx);
	assert_non_null(find(w, REQ_FEED));
	return find(w, REQ_PRESENT);
}

static void there(struct world *w, struct req req, const char *(*values)[7], int n)
{
	static const char *const names[] = {"ticket_id", "login", "name", "mode", "verb", "seconds", "console"};
	answer(w, req, n, 7, names, values ? &values[0][0] : NULL);
}

static void others_are_seen(void **state)
{
	struct world *w = *state;
	const char *ann[][7] = {{"2", "ann", "Ann", "writing", "reply", "23", NULL}, {"2", "bob", "Bob", "viewing", "", "3", NULL},
		{"2", "bob", "Bob", "viewing", "", "1", NULL}};
	check_screen(w, "first");
	w->ms += 5000;
	struct fx *f = poll(w);
	assert_non_null(f);
	assert_string_equal(f->params[0], "{1,2,3,4}"); /* what is on the screen */
	struct req req = f->req;
	there(w, req, ann, 3);
	assert_true(w->m->dirty);
	check_screen(w, "ann+1");
	there(w, req, ann, 3);
	assert_false(w->m->dirty); /* nothing new: no byte */
	ann[0][5] = "25";
	there(w, req, ann, 3);
	assert_false(w->m->dirty); /* told by tens of seconds */
	keys(w, "j Enter");
	answer_json(w, find(w, REQ_SHOW)->req,
		"{\"id\":2,\"number\":\"INC2\",\"kind\":\"incident\",\"state\":\"in_progress\",\"phase\":1,\"version\":4,\"last_seq\":1,"
		"\"subject\":\"second\",\"events\":[]}");
	check_screen(w, "ann is writing a reply (20 s), bob looks at it");
	keys(w, "N");
	check_screen(w, "ann is writing a reply too (20 s)");
	assert_false(on_screen(w, "bob looks"));
	there(w, req, ann, 0);
	assert_false(on_screen(w, "ann is"));
	keys(w, "Esc Esc");
	assert_false(on_screen(w, "ann"));
}

static void in_ascii_too(void **state)
{
	struct world *w = *state;
	const char *ann[][7] = {{"2", "ann", "Ann", "writing", "reply", "23", NULL}, {"3", "bob", "Bob", "viewing", "", "3", NULL}};
	there(w, (struct req){REQ_PRESENT, 0, 0, 0}, ann, 2);
	glyphs_ascii(true);
	check_screen(w, "=ann");
	check_screen(w, "@bob");
	glyphs_ascii(false);
}

static void oneself_and_hostile_names(void **state)
{
	struct world *w = *state;
	const char *rows[][7] = {{"1", "me", "Me", "viewing", "", "23", "here"},
		{"1", "me", "Me", "writing", "note", "3", "elsewhere"},
		{"2", "", "x\x1b]0;y\x07\xe2\x80\xae very long name that goes on and on and on", "writing", "x", "5", NULL}};
	snprintf(w->m->console_id, sizeof w->m->console_id, "here");
	there(w, (struct req){REQ_PRESENT, 0, 0, 0}, rows, 3);
	assert_false(on_screen(w, "me "));
	check_screen(w, "second");
	assert_int_equal(w->m->session.npresent, 2);
	assert_true(w->m->session.present[0].own);
	assert_null(test_unclean(w->m->session.present[1].who, strlen(w->m->session.present[1].who), false));
	keys(w, "Enter");
	answer_json(w, find(w, REQ_SHOW)->req,
		"{\"id\":1,\"number\":\"INC1\",\"kind\":\"incident\",\"state\":\"new\",\"phase\":1,\"version\":1,\"last_seq\":1,"
		"\"subject\":\"first\",\"events\":[]}");
	check_screen(w, "you are writing elsewhere");
}

static void it_is_read_each_few_seconds(void **state)
{
	struct world *w = *state;
	check_screen(w, "first");
	w->ms += 5000;
	struct fx *f = poll(w);
	assert_non_null(f);
	struct req req = f->req;
	assert_null(poll(w)); /* not answered yet */
	there(w, req, NULL, 0);
	w->ms += 500;
	assert_null(poll(w));
	w->ms += PRESENT_MS;
	f = poll(w);
	assert_non_null(f);
	there(w, f->req, NULL, 0);
	keys(w, "j Enter"); /* another ticket: sooner */
	w->m->detail->id = 77;
	w->ms += PRESENT_SOON_MS;
	f = poll(w);
	assert_non_null(f);
	assert_string_equal(f->params[0], "{77,1,2,3,4}");
	begin(w);
	model_conn(w->m, CONN_LOST, "gone", w->fx);
	assert_int_equal(w->m->session.npresent, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_renewed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_beginning_to_write_is_said_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(no_more_than_one_in_ten_seconds, setup, teardown),
		cmocka_unit_test_setup_teardown(a_server_that_takes_no_writes_is_not_asked_again, setup, teardown),
		cmocka_unit_test_setup_teardown(nobody_is_there_while_it_is_locked_or_cut_off, setup, teardown),
		cmocka_unit_test_setup_teardown(others_are_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(in_ascii_too, setup, teardown),
		cmocka_unit_test_setup_teardown(oneself_and_hostile_names, setup, teardown),
		cmocka_unit_test_setup_teardown(it_is_read_each_few_seconds, setup, teardown),
	};
	return TEST_MAIN(tests);
}
