/* What others do while somebody reads: no row that is seen changes its line, what has changed is marked and the marks end, what
 * came in is counted and waits for +. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/err.h"
#include "tests/unit/console_world.h"

enum { MOST = 700, SHOWN = 21 };

/* What the desk holds of the view: the truth the window is held against. */
struct truth {
	int id[MOST], priority[MOST], n, named;
	char text[MOST * 3][COLS][40];
	const char *value[MOST * 3][COLS];
};

static void fill(struct truth *t, int at, int id, int priority, const char *subject)
{
	const char *words[COLS] = {NULL, NULL, "incident", "new", "1", NULL, "1", subject, "2026-03-02T08:00:00Z", NULL};
	snprintf(t->text[at][0], sizeof t->text[at][0], "%d", id);
	snprintf(t->text[at][1], sizeof t->text[at][1], "INC%d", id);
	snprintf(t->text[at][5], sizeof t->text[at][5], "%d", priority);
	for (int c = 0; c < COLS; c++)
		t->value[at][c] = words[c] ? words[c] : c == COLS - 1 ? NULL : t->text[at][c];
}

static int order(const struct truth *t, int a, int b)
{
	return t->priority[a] != t->priority[b] ? t->priority[a] - t->priority[b] : t->id[a] - t->id[b];
}

static void sort(struct truth *t)
{
	for (int i = 1; i < t->n; i++)
		for (int k = i; k && order(t, k, k - 1) < 0; k--) {
			int id = t->id[k], priority = t->priority[k];
			t->id[k] = t->id[k - 1], t->priority[k] = t->priority[k - 1];
			t->id[k - 1] = id, t->priority[k - 1] = priority;
		}
}

static int at_of(const struct truth *t, int id)
{
	for (int i = 0; i < t->n; i++)
		if (t->id[i] == id)
			return i;
	return -1;
}

static void put(struct truth *t, int id, int priority)
{
	int at = at_of(t, id);
	if (at < 0)
		at = t->n++;
	t->id[at] = id;
	t->priority[at] = priority;
	sort(t);
}

static void leave(struct truth *t, int id)
{
	int at = at_of(t, id);
	for (t->n--; at < t->n; at++)
		t->id[at] = t->id[at + 1], t->priority[at] = t->priority[at + 1];
}

/* Rows from..to of the truth, as the desk sends them. */
static int table(struct truth *t, int from, int to)
{
	int n = 0;
	for (int i = from < 0 ? 0 : from; i < to && i < t->n; i++)
		fill(t, n++, t->id[i], t->priority[i], "subject");
	return n;
}

static void page(struct world *w, struct truth *t)
{
	begin(w);
	queue_reload(w->m->queue, &w->m->session, w->fx);
	struct fx *f = find(w, REQ_PAGE);
	rows(w, f->req, t->value, table(t, 0, t->n));
	model_draw(w->m, w->s);
}

static void feed(struct world *w, const int *ids, int n)
{
	static const char *const names[] = {"now", "epoch", "x", "seq", "ticket_id"};
	static char text[MOST][16];
	const char *values[MOST][5];
	for (int i = 0; i < n; i++) {
		const char *row[5] = {"1772445700000000", "1", "900", "7", text[i]};
		snprintf(text[i], sizeof text[i], "%d", ids[i]);
		memcpy(values[i], row, sizeof row);
	}
	answer(w, (struct req){REQ_FEED, 0, 0, 0}, n, 5, names, &values[0][0]);
}

/* Somebody changed these: the feed tells, the console asks, the desk answers with what belongs to the view now. */
static void changed(struct world *w, struct truth *t, const int *ids, int n)
{
	feed(w, ids, n);
	struct fx *f = find(w, REQ_CHANGED), *p = find(w, REQ_PAGE);
	if (p)
		rows(w, p->req, t->value, table(t, 0, t->n));
	if (p)
		return;
	int k = 0;
	for (int i = 0; i < n; i++)
		if (at_of(t, ids[i]) >= 0)
			fill(t, k++, ids[i], t->priority[at_of(t, ids[i])], "subject");
	rows(w, f->req, t->value, k);
}

struct picture {
	int64_t id[64], selected;
	int n, line;
};

static void look(struct world *w, struct picture *p)
{
	const struct queue *q = w->m->queue;
	model_draw(w->m, w->s);
	p->n = 0;
	for (int y = 0; y < q->list.scroll.height && q->list.scroll.top + y < (int)q->nrows; y++)
		p->id[p->n++] = q->rows[q->list.scroll.top + y]->id;
	p->selected = queue_selected(q);
	p->line = q->list.scroll.cur - q->list.scroll.top;
}

/* Every line shows the ticket it showed, and the cursor stands where it stood. */
static void same(struct world *w, const struct picture *was)
{
	struct picture is;
	look(w, &is);
	assert_int_equal(is.selected, was->selected);
	assert_int_equal(is.line, was->line);
	assert_true(is.n >= was->n);
	for (int i = 0; i < was->n; i++)
		assert_int_equal(is.id[i], was->id[i]);
}

static int count_element(struct world *w, enum element e)
{
	int n = 0;
	model_draw(w->m, w->s);
	for (int y = 0; y < surface_height(w->s); y++)
		for (int x = 0; x < surface_width(w->s); x++)
			n += surface_cell(w->s, x, y)->element == e;
	return n;
}

/* 60 tickets of priority 3: INC10, INC20 ... INC600. */
static struct truth *sixty(struct world *w)
{
	static struct truth t;
	memset(&t, 0, sizeof t);
	for (int i = 1; i <= 60; i++)
		put(&t, i * 10, 3);
	page(w, &t);
	keys(w, "g g");
	return &t;
}

static void a_row_that_comes_in_waits(void **state)
{
	struct world *w = *state;
	struct truth *t = sixty(w);
	struct picture was;
	look(w, &was);
	put(t, 5, 3); /* above the first one */
	changed(w, t, (int[]){5}, 1);
	same(w, &was);
	check_screen(w, "1 new, press +");
	put(t, 55, 3); /* among those that are seen */
	changed(w, t, (int[]){55}, 1);
	same(w, &was);
	check_screen(w, "2 new, press +");
	put(t, 595, 3); /* far below */
	changed(w, t, (int[]){595}, 1);
	same(w, &was);
	check_screen(w, "3 new, press +");
	keys(w, "+");
	assert_int_equal(queue_selected(w->m->queue), 5);
	assert_int_equal(w->m->queue->rows[0]->id, 5);
	assert_int_equal(w->m->queue->rows[6]->id, 55);
	assert_int_equal(w->m->queue->nrows, 63);
	assert_false(on_screen(w, "new, press"));
}

static void further_down_too(void **state)
{
	struct world *w = *state;
	struct truth *t = sixty(w);
	struct picture was;
	keys(w, "3 0 j");
	look(w, &was);
	put(t, 5, 3);
	put(t, 305, 3);
	put(t, 15, 1);
	changed(w, t, (int[]){5, 305, 15}, 3);
	same(w, &was);
	check_screen(w, "3 new, press +");
	keys(w, "j");
	assert_int_equal(queue_selected(w->m->queue), 320);
	keys(w, "Ctrl-f"); /* who turns the page looks at other rows anyway */
	assert_int_equal(w->m->queue->nheld, 0);
	keys(w, "+");
	assert_int_equal(queue_selected(w->m->queue), 15);
}

static void a_row_that_moves_stays(void **state)
{
	struct world *w = *state;
	struct truth *t = sixty(w);
	struct picture was;
	keys(w, "j j");
	look(w, &was);
	put(t, 30, 5);  /* the one under the cursor, to the end */
	put(t, 50, 1);  /* to the top */
	put(t, 500, 2); /* from below the screen to the top of the list */
	changed(w, t, (int[]){30, 50, 500}, 3);
	same(w, &was);
	check_screen(w, "moved");
	check_screen(w, "1 new, press +"); /* the one from below */
	put(t, 30, 3);                     /* it comes back */
	changed(w, t, (int[]){30}, 1);
	same(w, &was);
	keys(w, "+");
	assert_int_equal(w->m->queue->rows[0]->id, 50);
	assert_int_equal(w->m->queue->rows[1]->id, 500);
	assert_int_equal(queue_selected(w->m->queue), 500);
	assert_false(on_screen(w, "moved"));
}

static void a_row_that_leaves_stays(void **state)
{
	struct world *w = *state;
	struct truth *t = sixty(w);
	struct picture was;
	keys(w, "j j");
	look(w, &was);
	leave(t, 30);
	leave(t, 40);
	leave(t, 590);
	changed(w, t, (int[]){30, 40, 590}, 3);
	same(w, &was);
	check_screen(w, "gone");
	assert_int_equal(w->m->queue->nrows, 59); /* what was not seen is gone at once */
	assert_false(on_screen(w, "new, press"));
	keys(w, "Enter J"); /* the next one that is there */
	assert_int_equal(queue_selected(w->m->queue), 50);
	keys(w, "Esc Ctrl-f");
	assert_int_equal(w->m->queue->nrows, 57);
}

static void an_own_act_moves_at_once(void **state)
{
	struct world *w = *state;
	struct truth *t = sixty(w);
	int64_t id = 20;
	leave(t, 20);
	leave(t, 40);
	changed(w, t, (int[]){40}, 1);
	assert_int_equal(w->m->queue->nrows, 60);
	begin(w);
	queue_own(w->m->queue, &w->m->session, &id, 1, w->fx);
	rows(w, find(w, REQ_CHANGED)->req, t->value, 0);
	assert_int_equal(w->m->queue->nrows, 58); /* and the other goes with it: the list is another one anyway */
	assert_int_equal(w->m->queue->rows[1]->id, 30);
	assert_int_equal(count_element(w, EL_CHANGED), 0);
}

static void an_empty_or_short_list(void **state)
{
	struct world *w = *state;
	struct truth *t = sixty(w);
	struct picture was;
	t->n = 0;
	page(w, t);
	put(t, 7, 3);
	changed(w, t, (int[]){7}, 1);
	assert_int_equal(w->m->queue->nrows, 1); /* nothing is there that could be shifted */
	look(w, &was);
	put(t, 9, 3); /* behind the last one: it is seen at once, and marked */
	changed(w, t, (int[]){9}, 1);
	assert_int_equal(w->m->queue->nrows, 2);
	same(w, &was);
	assert_false(on_screen(w, "new, press"));
	assert_true(count_element(w, EL_CHANGED) > 0);
	put(t, 5, 3);
	put(t, 8, 3);
	changed(w, t, (int[]){5, 8}, 2);
	assert_int_equal(w->m->queue->nrows, 2);
	check_screen(w, "2 new, press +");
	keys(w, "+");
	assert_int_equal(w->m->queue->nrows, 4);
	assert_int_equal(queue_selected(w->m->queue), 5);
}

/* More than one can look through: one page, whatever the number of changes, and still nothing is shifted. */
static void a_burst(void **state)
{
	struct world *w = *state;
	struct truth *t = sixty(w);
	struct picture was;
	int ids[MOST], n = 0;
	keys(w, "1 0 j");
	look(w, &was);
	for (int i = 0; i < CHANGED_MAX + 1; i++) {
		ids[n++] = 1000 + i;
		if (i <= 100) /* the others are no business of this list */
			put(t, ids[i], i % 3 + 2);
	}
	leave(t, 110);
	put(t, 60, 2);
	feed(w, ids, n);
	struct fx *f = find(w, REQ_PAGE);
	assert_non_null(f);
	assert_null(find(w, REQ_CHANGED));
	assert_int_equal(f->req.arg, PAGE_NEAR);
	struct req req = f->req;
	feed(w, ids, n); /* it goes on: once more when that is there */
	assert_null(find(w, REQ_PAGE));
	rows(w, req, t->value, table(t, 0, t->n));
	assert_non_null(find(w, REQ_PAGE));
	same(w, &was);
	check_screen(w, "gone");
	check_screen(w, "moved");
	check_screen(w, "new, press +");
	req = find(w, REQ_PAGE)->req;
	rows(w, req, t->value, table(t, 0, t->n));
	same(w, &was);
	keys(w, "+");
	for (size_t i = 1; i < w->m->queue->nrows; i++)
		assert_true(at_of(t, (int)w->m->queue->rows[i - 1]->id) < at_of(t, (int)w->m->queue->rows[i]->id));
}

/* At random: whatever happens, no line is another one; and what is let in is the truth. */
static void at_random(void **state)
{
	struct world *w = *state;
	struct rng rng = rng_new(20261126);
	int rounds = (int)test_rounds(40);
	for (int round = 0; round < rounds; round++) {
		struct truth *t = sixty(w);
		struct picture was;
		for (int down = (int)rng_below(&rng, 60); down; down--)
			keys(w, "j");
		for (int step = 0; step < 12; step++) {
			int ids[MOST], n = 0;
			look(w, &was);
			for (int i = 0; i < 6; i++) {
				int id = (int)rng_below(&rng, 620) + 1, what = (int)rng_below(&rng, 3);
				if ((what == 0 || t->n > 90) && at_of(t, id / 10 * 10) >= 0 && t->n > 1)
					id = id / 10 * 10, leave(t, id);
				else if (t->n > 90)
					continue;
				else if (what == 1)
					put(t, id, 3);
				else
					put(t, id, 1 + (int)rng_below(&rng, 5));
				ids[n++] = id;
			}
			if (step % 4 == 3) { /* more than one looks through */
				for (int i = 0; i <= CHANGED_MAX; i++)
					ids[n++] = 10000 + i;
			}
			changed(w, t, ids, n);
			same(w, &was);
			if (step % 5 == 4)
				keys(w, step % 2 ? "j" : "k");
		}
		begin(w);
		queue_let_in(w->m->queue);
		model_draw(w->m, w->s);
		assert_int_equal(w->m->queue->nrows, t->n);
		for (int i = 0; i < t->n; i++)
			assert_int_equal(w->m->queue->rows[i]->id, t->id[i]);
	}
}

static struct fx *glow_timer(struct world *w)
{
	struct fx *last = NULL;
	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_TIMER && w->fx->v[i].timer == TIMER_GLOW)
			last = &w->fx->v[i];
	return last;
}

static void changed_cells_are_marked(void **state)
{
	struct world *w = *state;
	struct truth *t = sixty(w);
	feed(w, (int[]){10, 30}, 2);
	struct req req = find(w, REQ_CHANGED)->req;
	fill(t, 0, 10, 3, "subject");
	fill(t, 1, 30, 3, "another subject");
	t->value[0][3] = "in_progress";
	rows(w, req, t->value, 2);
	assert_non_null(glow_timer(w));
	assert_int_equal(glow_timer(w)->ms, GLOW_MS);
	/* on the selected row too */
	assert_true(count_element(w, EL_CHANGED) >= (int)(strlen("In progress") + strlen("another subject")));
	rows(w, (struct req){REQ_CHANGED, w->m->queue->gen, 0, 0}, t->value, 0);
	begin(w);
	w->ms += GLOW_MS;
	model_clock(w->m, w->ms);
	model_timer(w->m, TIMER_GLOW, w->fx);
	assert_null(glow_timer(w)); /* idle again */
	assert_int_equal(count_element(w, EL_CHANGED), 0);
}

static void answer_counts(struct world *w, const char *n)
{
	static const char *const names[] = {"count"};
	struct req req[16];
	int k = 0;
	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_QUERY && w->fx->v[i].req.kind == REQ_COUNT && k < 16)
			req[k++] = w->fx->v[i].req;
	assert_true(k > 0);
	for (int i = 0; i < k; i++)
		answer(w, req[i], 1, 1, names, &n);
}

static void counts_are_marked(void **state)
{
	struct world *w = *state;
	begin(w);
	views_count(w->m->views, &w->m->session, true, w->fx);
	answer_counts(w, "3");
	assert_int_equal(count_element(w, EL_CHANGED), 0); /* known for the first time */
	w->ms += COUNT_EVERY_MS;
	feed(w, (int[]){4711}, 1);
	answer_counts(w, "4");
	assert_true(count_element(w, EL_CHANGED) > 0);
	w->ms += COUNT_EVERY_MS;
	begin(w);
	model_timer(w->m, TIMER_GLOW, w->fx);
	assert_int_equal(count_element(w, EL_CHANGED), 0);
	w->m->own[w->m->nown++] = 4711; /* one's own act */
	w->ms += COUNT_EVERY_MS;
	feed(w, (int[]){4711}, 1);
	answer_counts(w, "5");
	assert_int_equal(count_element(w, EL_CHANGED), 0);
	feed(w, (int[]){4711}, 1);
	assert_null(find(w, REQ_COUNT)); /* not more often than each 5 s */
}

static const char *ticket_text(int events, const char *group)
{
	static char text[4096];
	int n = snprintf(text, sizeof text,
		"{\"id\":1,\"number\":\"INC1\",\"kind\":\"incident\",\"state\":\"new\",\"phase\":1,\"version\":%d,\"last_seq\":%d,"
		"\"subject\":\"first\","
		"\"body\":\"what happened\",\"group\":\"%s\",\"opened_at\":\"2026-03-02T08:00:00Z\",\"events\":[",
		events, events, group);
	for (int i = 1; i <= events; i++)
		n += snprintf(text + n, sizeof text - (size_t)n,
			"%s{\"seq\":%d,\"at\":\"2026-03-02T08:%02d:00Z\",\"actor\":\"ann\",\"verb\":\"note\",\"text\":\"note "
			"%d\",\"visibility\":\"%s\",\"changes\":%s}",
			i > 1 ? "," : "", i, i, i, i % 2 ? "public" : "internal", i == 3 ? "{\"group\":[\"Network\",\"Storage\"]}" : "{}");
	snprintf(text + n, sizeof text - (size_t)n, "]}");
	return text;
}

static void events_of_others_wait(void **state)
{
	struct world *w = *state;
	keys(w, "Enter");
	answer_json(w, find(w, REQ_SHOW)->req, ticket_text(2, "Network"));
	check_screen(w, "note 2");
	feed(w, (int[]){1}, 1);
	answer_json(w, find(w, REQ_SHOW)->req, ticket_text(3, "Storage"));
	check_screen(w, "1 new event, press +");
	assert_false(on_screen(w, "note 3"));
	check_screen(w, "Storage"); /* but the field is what it is, and marked */
	assert_true(count_element(w, EL_CHANGED) >= (int)strlen("Storage"));
	assert_int_equal(model_target(w->m).version, 2); /* what was written to the requester was not seen yet */
	keys(w, "+");
	check_screen(w, "note 3");
	assert_int_equal(model_target(w->m).version, 3);
	assert_false(on_screen(w, "press +"));
	/* one's own is there at once */
	begin(w);
	detail_own(w->m->detail, 1, 4);
	detail_changed(w->m->detail, w->fx);
	answer_json(w, find(w, REQ_SHOW)->req, ticket_text(4, "Storage"));
	check_screen(w, "note 4");
	assert_false(on_screen(w, "press +"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_row_that_comes_in_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(further_down_too, setup, teardown),
		cmocka_unit_test_setup_teardown(a_row_that_moves_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(a_row_that_leaves_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(an_own_act_moves_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_or_short_list, setup, teardown),
		cmocka_unit_test_setup_teardown(a_burst, setup, teardown),
		cmocka_unit_test_setup_teardown(at_random, setup, teardown),
		cmocka_unit_test_setup_teardown(changed_cells_are_marked, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_are_marked, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(events_of_others_wait, setup, teardown),
	};
	return TEST_MAIN(tests);
}
