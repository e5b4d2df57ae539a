/* Drafts: what is typed is on the disk soon and in the database a little later, whatever happens; sent once; the same on every
 * host. */
#include "tests/lib/testlib.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "svcdesk/db.h"
#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tests/unit/console_world.h"
#include "tui/app/drafts.h"

/* ---- when it is saved ---- */

/* Carries out what the model wants at its time: the disk (w->stored) and the timers. */
struct machine {
	struct world *w;
	int64_t draft_at; /* when TIMER_DRAFT fires; -1: not set */
};

static void take_effects(struct machine *m)
{
	for (size_t i = 0; i < m->w->fx->n; i++)
		if (m->w->fx->v[i].kind == FX_TIMER && m->w->fx->v[i].timer == TIMER_DRAFT)
			m->draft_at = m->w->fx->v[i].ms < 0 ? -1 : m->w->ms + m->w->fx->v[i].ms;
	begin(m->w);
}

static void pass(struct machine *m, int64_t ms)
{
	int64_t until = m->w->ms + ms;

	while (m->draft_at >= 0 && m->draft_at <= until) {
		m->w->ms = m->draft_at > m->w->ms ? m->draft_at : m->w->ms;
		m->draft_at = -1;
		model_clock(m->w->m, m->w->ms);
		model_timer(m->w->m, TIMER_DRAFT, m->w->fx);
		take_effects(m);
	}
	m->w->ms = until;
	model_clock(m->w->m, m->w->ms);
}

/* Whenever the program is killed, what is on the disk is what had been typed at some moment of the last two seconds. */
static void test_never_more_than_two_seconds_are_lost(void **state)
{
	struct world *w = *state;
	struct rng r = rng_new(7);
	static struct {
		int64_t at;
		size_t len;
	} log[4000];
	size_t n = 0, len = 0;
	struct machine m = {w, -1};

	keys(w, "j N");
	take_effects(&m);
	for (unsigned i = 0; i < 3000; i++) {
		char key[2] = {(char)('a' + rng_below(&r, 26)), '\0'};

		type(w, key);
		take_effects(&m);
		log[n].at = w->ms;
		log[n++].len = ++len;
		/* fast, slow, and sometimes a rest */
		pass(&m, rng_below(&r, 20) ? (int64_t)rng_below(&r, 150) : (int64_t)rng_below(&r, 4000));
		/* killed here */
		size_t kept = w->stored ? strlen(w->stored->body) : 0;
		size_t older = 0;
		for (size_t j = n; j-- > 0;)
			if (w->ms - log[j].at >= 2000) {
				older = log[j].len;
				break;
			}
		if (kept < older)
			fail_msg("typed %zu, of that %zu two seconds ago; on the disk are %zu", len, older, kept);
	}
	assert_true(len == 3000);
}

static void test_esc_hangup_and_a_lost_line_save_at_once(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "one");
	begin(w);
	assert_null(w->stored);  /* it has not rested yet */
	model_save(w->m, w->fx); /* SIGHUP, SIGTERM, the end of the terminal */
	begin(w);
	assert_string_equal(w->stored->body, "one");
	type(w, " two");
	keys(w, "Esc");
	begin(w);
	assert_string_equal(w->stored->body, "one two");
	assert_int_equal(w->stored->saves, 2);
}

/* ---- shown ---- */
static void test_list_ticket_and_status_line_show_it(void **state)
{
	struct world *w = *state;

	keys(w, "j");
	assert_false(on_screen(w, "✎"));
	keys(w, "N");
	type(w, "half a note");
	keys(w, "Esc");
	check_screen(w, "✎");
	check_screen(w, "1 draft");
	keys(w, "Enter");
	answer_json(w, find(w, REQ_SHOW)->req,
		"{\"id\":2,\"number\":\"INC2\",\"kind\":\"incident\",\"state\":\"in_progress\",\"phase\":1,\"version\":4,\"last_seq\":1,"
		"\"subject\":\"second\",\"body\":\"It burns\",\"verbs\":[],\"events\":[]}");
	check_screen(w, "Draft waits since");
	check_screen(w, "N opens it");
	check_screen(w, "half a note");
	keys(w, "N Ctrl-x d");
	assert_false(on_screen(w, "Draft waits"));
	assert_false(on_screen(w, "1 draft"));
}

/* One mark does not hide the other. */
static void test_an_unread_ticket_with_a_draft(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "x");
	keys(w, "Esc");
	w->m->queue->rows[1]->unread = true;
	check_screen(w, "● 2 INC2       ✎ second");
	w->m->queue->rows[1]->unread = false;
	check_screen(w, "✎ 2 INC2       second");
}

/* ---- sent once ---- */
static const char resend[] =
	"{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"version\":5,\"seq\":5,\"state\":\"in_progress\",\"replay\":true}";

static void test_the_draft_knows_the_operation_before_it_is_sent(void **state)
{
	struct world *w = *state;
	struct fx *act;
	char op[64], fields[200];

	keys(w, "j N");
	type(w, "sent in the moment of the crash");
	keys(w, "Alt-Enter");
	act = find(w, REQ_ACT);
	assert_non_null(act);
	assert_true(effect(w, FX_DRAFT_SAVE) < act); /* on the disk before it goes out */
	snprintf(op, sizeof op, "%s", act->params[4]);
	snprintf(fields, sizeof fields, "%s", act->params[2]);
	begin(w);
	assert_string_equal(w->stored->op, op);

	/* the console was killed; a new one finds the draft and sends it as it is */
	struct sd_draft *disk = sd_draft_copy(w->stored);
	teardown(state);
	setup(state);
	w = *state;
	w->uuids = 100;
	w->stored = disk;
	keys(w, "j N");
	check_screen(w, "it happens once");
	keys(w, "Alt-Enter");
	act = find(w, REQ_ACT);
	assert_string_equal(act->params[4], op);
	assert_string_equal(act->params[2], fields);
	assert_string_equal(act->params[3], "4");
	answer_json(w, act->req, resend);
	check_screen(w, "was already sent");
	begin(w);
	assert_null(w->stored);
}

static void test_what_was_changed_is_another_operation(void **state)
{
	struct world *w = *state;
	struct fx *act;
	char op[64];

	keys(w, "j N");
	type(w, "one");
	keys(w, "Alt-Enter");
	snprintf(op, sizeof op, "%s", find(w, REQ_ACT)->params[4]);
	begin(w);
	struct sd_draft *disk = sd_draft_copy(w->stored);
	teardown(state);
	setup(state);
	w = *state;
	w->uuids = 100;
	w->stored = disk;
	keys(w, "j N");
	type(w, "!");
	keys(w, "Alt-Enter");
	act = find(w, REQ_ACT);
	assert_string_not_equal(act->params[4], op);
	assert_non_null(strstr(act->params[2], "one!"));
	/* refused: what is sent next is another one still */
	snprintf(op, sizeof op, "%s", act->params[4]);
	answer_json(w, act->req,
		"{\"ok\":false,\"error\":{\"id\":\"x\",\"class\":\"input\",\"field\":\"body\",\"args\":{},\"text\":\"too rude\"}}");
	begin(w);
	assert_null(w->stored->op);
	keys(w, "Alt-Enter");
	assert_string_not_equal(find(w, REQ_ACT)->params[4], op);
}

/* At the start the desk is asked about what was being sent. */
static void test_what_had_arrived_is_not_offered(void **state)
{
	struct world *w = *state;
	static const char *const names[] = {"op"};
	const char *values[] = {NULL};
	char op[64];
	struct fx *f;

	keys(w, "j N");
	type(w, "arrived");
	keys(w, "Alt-Enter");
	snprintf(op, sizeof op, "%s", find(w, REQ_ACT)->params[4]);
	begin(w);
	struct sd_draft *disk = sd_draft_copy(w->stored);
	teardown(state);
	setup(state);
	w = *state;
	w->stored = disk;
	begin(w);
	drafts_start(w->m, w->fx); /* as when the settings of the desk have come */
	f = find(w, REQ_DRAFTS);
	assert_non_null(f);
	answer(w, f->req, 0, 6, NULL, NULL);
	f = find(w, REQ_OPS);
	assert_non_null(f);
	assert_non_null(strstr(f->params[0], op));
	values[0] = op;
	answer(w, f->req, 1, 1, names, values);
	check_screen(w, "had been sent");
	assert_non_null(effect(w, FX_DRAFT_DROP));
	begin(w);
	assert_null(w->stored);
	keys(w, "g d");
	check_screen(w, "No drafts are kept");
}

/* ---- the database ---- */
static const char *const columns[] = {"ticket_id", "kind", "host", "version", "at", "body"};

static char *body_of(const char *key, const char *text, int saves, const char *op)
{
	struct sd_draft *d = sd_draft_new(key, "INC2 Note", 1772445600000000, text);
	size_t n;
	char *bytes;

	d->saves = saves;
	sd_draft_sent(d, op, op ? "{}" : NULL, 4);
	bytes = sd_draft_bytes(d, &n);
	sd_draft_free(d);
	return bytes;
}

static char *key_of(struct world *w, const char *tail)
{
	struct sd_str s = {0};

	draft_place(w->m, &s);
	sd_str_addf(&s, "|%s", tail);
	return sd_str_take(&s);
}

/* What the database answers: one row of a host. */
static void row_comes(struct world *w, const char *host, const char *version, const char *text)
{
	char *key = key_of(w, "incident|2|note"), *body = *text ? body_of(key, text, atoi(version), NULL) : sd_strdup("");
	const char *values[] = {"2", "incident|note", host, version, "1772445600000000", body};

	begin(w);
	drafts_ask(w->m, w->fx);
	answer(w, find(w, REQ_DRAFTS)->req, 1, 6, columns, values);
	free(key);
	free(body);
}

static void test_the_database_gets_it_and_loses_it_with_the_act(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "j N");
	type(w, "follows me");
	begin(w);
	model_timer(w->m, TIMER_DRAFT, w->fx);
	assert_null(find(w, REQ_DRAFT)); /* not with every rest */
	begin(w);
	model_timer(w->m, TIMER_DRAFT_DB, w->fx);
	f = find(w, REQ_DRAFT);
	assert_non_null(f);
	assert_non_null(strstr(f->sql, "insert into desk.my_draft"));
	assert_string_equal(f->params[0], "2");
	assert_string_equal(f->params[1], "incident|note");
	assert_string_equal(f->params[2], "here");
	assert_non_null(strstr(f->params[4], "follows me"));
	answer(w, f->req, 0, 0, NULL, NULL);
	keys(w, "Alt-Enter");
	f = find(w, REQ_DRAFT); /* its row knows the operation before the act goes */
	assert_true(f && f < find(w, REQ_ACT));
	assert_non_null(strstr(f->params[4], "\"op\""));
	answer_json(w, find(w, REQ_ACT)->req, "{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"version\":5,\"state\":\"in_progress\"}");
	f = find(w, REQ_DRAFT);
	assert_non_null(f);
	assert_non_null(strstr(f->sql, "delete from desk.my_draft"));
	assert_int_equal(f->flags, SD_DB_KEEP); /* also after the line was gone */
}

static void test_closing_sends_and_a_dead_line_blocks_nothing(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "x");
	keys(w, "Esc");
	assert_non_null(find(w, REQ_DRAFT));
	begin(w);
	model_conn(w->m, CONN_LOST, "gone", w->fx);
	keys(w, "N");
	type(w, "y");
	keys(w, "Esc");
	assert_null(find(w, REQ_DRAFT));
	begin(w);
	assert_string_equal(w->stored->body, "xy");
	model_timer(w->m, TIMER_DRAFT_DB, w->fx);
	assert_null(find(w, REQ_DRAFT));
	begin(w);
	model_conn(w->m, CONN_READY, NULL, w->fx);
	assert_non_null(find(w, REQ_DRAFTS));
	answer(w, find(w, REQ_DRAFTS)->req, 0, 6, columns, NULL);
	assert_non_null(find(w, REQ_DRAFT));
	assert_non_null(strstr(find(w, REQ_DRAFT)->params[4], "xy"));
}

static void test_it_follows_to_another_host(void **state)
{
	struct world *w = *state;
	struct fx *f;
	int finished = 0;

	row_comes(w, "there", "3", "written elsewhere");
	check_screen(w, "✎");
	keys(w, "g d");
	check_screen(w, "(on there)");
	keys(w, "Esc j N");
	check_screen(w, "written elsewhere");
	check_screen(w, "from there");
	type(w, "!");
	keys(w, "Alt-Enter");
	answer_json(w, find(w, REQ_ACT)->req, "{\"ok\":true,\"id\":2,\"number\":\"INC2\",\"version\":5,\"state\":\"in_progress\"}");
	for (size_t i = 0; i < w->fx->n; i++) {
		f = &w->fx->v[i];
		if (f->kind == FX_QUERY && f->req.kind == REQ_DRAFT && strstr(f->sql, "set body = ''")) {
			assert_string_equal(f->params[2], "there");
			assert_string_equal(f->params[3], "3"); /* what was typed there since stays */
			finished++;
		}
	}
	assert_int_equal(finished, 1);
	keys(w, "g d");
	check_screen(w, "No drafts are kept");
}

static void test_two_hosts_that_differ_show_both_and_ask(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "from here");
	keys(w, "Esc");
	row_comes(w, "there", "3", "from there");
	keys(w, "N");
	check_screen(w, "from here");
	check_screen(w, "from there");
	check_screen(w, "which is to stand");
	keys(w, "b"); /* both */
	begin(w);
	assert_string_equal(w->stored->body, "from here\n\nfrom there");
	assert_string_equal(w->stored->from_host, "there");
	keys(w, "Esc");
	row_comes(w, "there", "3", "from there"); /* the same state asks no second time */
	keys(w, "N");
	assert_false(on_screen(w, "which is to stand"));
	keys(w, "Esc");
	row_comes(w, "there", "4", "typed on"); /* another one does */
	keys(w, "N");
	check_screen(w, "which is to stand");
	keys(w, "o");
	begin(w);
	assert_string_equal(w->stored->body, "typed on");
	keys(w, "Esc");
	row_comes(w, "there", "5", "more");
	keys(w, "N h");
	begin(w);
	assert_string_equal(w->stored->body, "typed on");
}

/* A third host: one of the two went on with what the other wrote. */
static void test_the_last_of_a_chain_is_the_one(void **state)
{
	struct world *w = *state;
	char *key = key_of(w, "incident|2|note"), *first = body_of(key, "begun", 2, NULL), *second;
	struct sd_draft *d = sd_draft_new(key, "INC2 Note", 1772445600000000, "begun and ended");
	size_t n;

	d->saves = 1;
	sd_draft_from(d, "one", 2);
	second = sd_draft_bytes(d, &n);
	const char *values[] = {"2", "incident|note", "one", "2", "1772445600000000", first, "2", "incident|note", "two", "1",
		"1772445600000001", second};
	begin(w);
	drafts_ask(w->m, w->fx);
	answer(w, find(w, REQ_DRAFTS)->req, 2, 6, columns, values);
	check_screen(w, "1 draft");
	keys(w, "j N");
	check_screen(w, "begun and ended");
	assert_false(on_screen(w, "which is to stand"));
	sd_draft_free(d);
	free(key);
	free(first);
	free(second);
}

static void test_finished_elsewhere_it_goes_here_unless_typed_on(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "one");
	keys(w, "Esc");
	begin(w);
	assert_int_equal(w->stored->saves, 1);
	row_comes(w, "here", "1", ""); /* sent from another host in the state it was stored in */
	assert_non_null(effect(w, FX_DRAFT_DROP));
	begin(w);
	assert_null(w->stored);
	keys(w, "N");
	type(w, "two");
	keys(w, "Esc N");
	type(w, "!");
	keys(w, "Esc");
	begin(w);
	assert_int_equal(w->stored->saves, 2);
	row_comes(w, "here", "1", ""); /* an older state was */
	begin(w);
	assert_string_equal(w->stored->body, "two!");
}

/* Redacted, or sent from another console of this host: it does not come back into the database by itself. */
static void test_a_row_that_was_taken_away_stays_away(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "quotes the password");
	keys(w, "Esc");
	assert_non_null(find(w, REQ_DRAFT));
	row_comes(w, "here", "1", "quotes the password");
	assert_null(find(w, REQ_DRAFT));
	begin(w);
	drafts_ask(w->m, w->fx);
	answer(w, find(w, REQ_DRAFTS)->req, 0, 6, columns, NULL);
	assert_null(find(w, REQ_DRAFT));
	keys(w, "N"); /* the person still has it, and what is typed on is kept as ever */
	check_screen(w, "quotes the password");
	type(w, "!");
	keys(w, "Esc");
	assert_non_null(find(w, REQ_DRAFT));
}

static struct sd_cfg *options(const char *name, const char *value)
{
	struct sd_cfg *c = sd_cfg_new();
	struct sd_err err;

	assert_true(sd_cfg_set(c, name, value, "test", &err));
	return c;
}

static void test_options_keep_it_off_either(void **state)
{
	struct sd_cfg *no_disk = options("drafts-disk", "no"), *no_db = options("drafts-database", "no");
	struct world *w;

	(void)state;
	world_cfg = no_disk;
	void *s = NULL;
	setup(&s);
	w = s;
	keys(w, "j N");
	type(w, "x");
	begin(w);
	model_timer(w->m, TIMER_DRAFT, w->fx);
	assert_null(effect(w, FX_DRAFT_SAVE));
	keys(w, "Esc");
	assert_null(effect(w, FX_DRAFT_SAVE));
	assert_non_null(find(w, REQ_DRAFT));
	keys(w, "N");
	check_screen(w, "x"); /* and kept all the same */
	teardown(&s);
	world_cfg = no_db;
	setup(&s);
	w = s;
	keys(w, "j N");
	type(w, "y");
	keys(w, "Esc");
	assert_non_null(effect(w, FX_DRAFT_SAVE));
	assert_null(find(w, REQ_DRAFT));
	begin(w);
	drafts_start(w->m, w->fx); /* what is there of this host goes */
	assert_non_null(strstr(find(w, REQ_DRAFT)->sql, "delete from desk.my_draft"));
	assert_null(find(w, REQ_DRAFTS));
	teardown(&s);
	world_cfg = NULL;
	sd_cfg_free(no_disk);
	sd_cfg_free(no_db);
}

/* ---- a disk that fails ---- */
static void test_a_full_disk_is_told_and_the_text_stays(void **state)
{
	struct world *w = *state;

	keys(w, "j N");
	type(w, "precious");
	keys(w, "Esc");
	sd_draft_free(effect(w, FX_DRAFT_SAVE)->draft);
	effect(w, FX_DRAFT_SAVE)->draft = NULL; /* it never arrives */
	model_draft_saved(w->m, "The draft could not be saved in /x: No space left on device", w->fx);
	check_screen(w, "No space left");
	assert_true(drafts_unsaved(w->m));
	effects_reset(w->fx);
	keys(w, "N");
	check_screen(w, "precious");
	begin(w);
	model_draft_saved(w->m, NULL, w->fx);
	check_screen(w, "can be saved again");
}

static int many;
static void count(void *arg, const struct sd_draft *d)
{
	(void)arg;
	(void)d;
	many++;
}

static void test_files_whoever_wrote_them(void **state)
{
	char *dir = test_make_dir(), *path = sd_draft_path(dir, "k|incident|1|note"), *bytes, *text, why[SD_DRAFT_WHY];
	struct sd_draft *d = sd_draft_new("k|incident|1|note", "INC1 Note", 5, "body"), *got;
	struct rng r = rng_new(11);
	struct sd_err err;
	size_t n, len;
	FILE *f;

	(void)state;
	sd_draft_add(d, "reason", "a", "A");
	sd_draft_sent(d, "00000000-0000-4000-8000-000000000001", "{\"body\":\"body\"}", 7);
	sd_draft_from(d, "elsewhere", 3);
	assert_true(sd_draft_save(dir, d, &err));
	got = sd_draft_load(dir, "k|incident|1|note", &err);
	assert_true(sd_draft_same(d, got));
	assert_string_equal(got->op, d->op);
	assert_int_equal(got->version, 7);
	assert_string_equal(got->from_host, "elsewhere");
	sd_draft_free(got);
	/* cut anywhere or with any byte changed it is an error or a draft, never a crash; nothing unclean comes out */
	bytes = sd_draft_bytes(d, &n);
	for (size_t i = 0; i < n; i++)
		sd_draft_free(sd_draft_read(bytes, i, NULL, why));
	for (unsigned i = 0; i < test_rounds(2000); i++) {
		char *evil = sd_malloc(n);
		memcpy(evil, bytes, n);
		for (unsigned k = 1 + rng_below(&r, 3); k; k--)
			evil[rng_below(&r, (unsigned)n)] = (char)rng_below(&r, 256);
		sd_draft_free(sd_draft_read(evil, n, NULL, why));
		free(evil);
	}
	free(bytes);
	for (unsigned i = 0; i < 200; i++) {
		text = test_random_hostile(&r, 8, &len);
		struct sd_str s = {0};
		sd_text_clean(&s, text, len, SD_CLEAN_BLOCK);
		sd_draft_free(d);
		d = sd_draft_new("k|incident|1|note", "l", 5, s.data);
		sd_draft_add(d, "n", s.data, "shown");
		bytes = sd_draft_bytes(d, &n);
		got = sd_draft_read(bytes, n, NULL, why);
		assert_non_null(got);
		assert_string_equal(got->body, s.data ? s.data : "");
		sd_draft_free(got);
		free(bytes);
		sd_str_free(&s);
		free(text);
	}
	f = fopen(path, "w");
	fputs("{\"key\":\"k|incident|1|note\",\"label\":\"\\u001b[2Jx\\ny\",\"at\":-5,\"saves\":99999999999999,\"body\":\"\\u001b]52;"
		  "c;aGk=\\u0007\\u202e\",\"fields\":[1,null,{\"name\":3},{\"name\":\"a\",\"value\":{}}]}",
		f);
	fclose(f);
	got = sd_draft_load(dir, "k|incident|1|note", &err);
	assert_non_null(got);
	assert_null(test_unclean(got->body, strlen(got->body), true));
	assert_null(test_unclean(got->label, strlen(got->label), false));
	assert_int_equal(got->saves, 0);
	sd_draft_free(got);
	/* what is no plain file is not waited for */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(sd_draft_load(dir, "k|incident|1|note", &err));
	sd_draft_each(dir, "", count, NULL);
	assert_int_equal(many, 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_null(sd_draft_load(dir, "k|incident|1|note", &err));
	assert_int_equal(unlink(path), 0);
	sd_draft_free(d);
	free(path);
	test_remove_dir(dir);
}

static void test_many_and_huge_ones(void **state)
{
	enum { MANY = 300, HUGE = 1024 * 1024 };
	char *dir = test_make_dir(), *huge = sd_malloc(HUGE + 1), key[64];
	struct sd_err err;
	struct sd_draft *d, *got;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(key, sizeof key, "k|incident|%d|note", i);
		d = sd_draft_new(key, "l", i, key);
		assert_true(sd_draft_save(dir, d, &err));
		sd_draft_free(d);
	}
	many = 0;
	sd_draft_each(dir, "k|", count, NULL);
	assert_int_equal(many, MANY);
	for (int i = 0; i < HUGE; i++)
		huge[i] = (char)(i % 64 == 63 ? '\n' : 'a' + i % 26);
	huge[HUGE] = '\0';
	d = sd_draft_new("huge", "l", 1, huge);
	assert_true(sd_draft_save(dir, d, &err));
	got = sd_draft_load(dir, "huge", &err);
	assert_string_equal(got->body, huge);
	sd_draft_free(got);
	sd_draft_free(d);
	free(huge);
	test_remove_dir(dir);
}

static void test_a_folder_that_takes_nothing(void **state)
{
	char *dir = test_make_dir(), file[300];
	struct sd_draft *d = sd_draft_new("k", "l", 1, "the old text"), *got;
	struct rlimit was, none = {.rlim_cur = 10, .rlim_max = 0};
	struct sd_err err;

	(void)state;
	assert_true(sd_draft_possible(dir, &err));
	assert_true(sd_draft_save(dir, d, &err));
	sd_draft_free(d);
	/* no room: the one before stays whole, and nothing half is left */
	d = sd_draft_new("k", "l", 2, "the new text");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	none.rlim_max = was.rlim_max;
	setrlimit(RLIMIT_FSIZE, &none);
	assert_false(sd_draft_save(dir, d, &err));
	setrlimit(RLIMIT_FSIZE, &was);
	assert_non_null(strstr(err.text, dir));
	got = sd_draft_load(dir, "k", &err);
	assert_string_equal(got->body, "the old text");
	sd_draft_free(got);
	many = 0;
	sd_draft_each(dir, "", count, NULL);
	assert_int_equal(many, 1);
	sd_draft_free(d);
	/* a folder that cannot be one is told at the start */
	snprintf(file, sizeof file, "%s/plain", dir);
	fclose(fopen(file, "w"));
	assert_false(sd_draft_possible(file, &err));
	assert_non_null(strstr(err.text, "XDG_STATE_HOME"));
	test_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_never_more_than_two_seconds_are_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_esc_hangup_and_a_lost_line_save_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_list_ticket_and_status_line_show_it, setup, teardown),
		cmocka_unit_test_setup_teardown(test_an_unread_ticket_with_a_draft, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_draft_knows_the_operation_before_it_is_sent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_was_changed_is_another_operation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_had_arrived_is_not_offered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_database_gets_it_and_loses_it_with_the_act, setup, teardown),
		cmocka_unit_test_setup_teardown(test_closing_sends_and_a_dead_line_blocks_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_it_follows_to_another_host, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_hosts_that_differ_show_both_and_ask, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_last_of_a_chain_is_the_one, setup, teardown),
		cmocka_unit_test_setup_teardown(test_finished_elsewhere_it_goes_here_unless_typed_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_row_that_was_taken_away_stays_away, setup, teardown),
		cmocka_unit_test(test_options_keep_it_off_either),
		cmocka_unit_test_setup_teardown(test_a_full_disk_is_told_and_the_text_stays, setup, teardown),
		cmocka_unit_test(test_files_whoever_wrote_them),
		cmocka_unit_test(test_many_and_huge_ones),
		cmocka_unit_test(test_a_folder_that_takes_nothing),
	};
	return TEST_MAIN(tests);
}
