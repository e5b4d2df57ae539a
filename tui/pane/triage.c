/* The line of what is to be triaged: which ticket is next, what is read ahead, what came back. */
#include "config.h"
#include "tui/pane/triage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

enum { TRIAGE_EVERY_MS = 10000, READ_MOST = 20 };

/* ---- finding one ---- */
struct triage_item *triage_here(const struct triage *t)
{
	return t->at >= 0 && t->at < (int)t->n ? t->v[t->at] : NULL;
}

static int index_of(const struct triage *t, int64_t id)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i]->id == id)
			return (int)i;
	return -1;
}

struct triage_item *triage_find(const struct triage *t, int64_t id)
{
	int i = index_of(t, id);

	return i < 0 ? NULL : t->v[i];
}

bool triage_busy(const struct triage *t, int64_t id, const char **who, bool *writing)
{
	for (int i = 0; i < t->npresent; i++) {
		if (t->present[i].id != id)
			continue;
		if (who)
			*who = t->present[i].subject;
		if (writing)
			*writing = t->present[i].parent;
		return true;
	}
	return false;
}

int triage_waiting(const struct triage *t)
{
	int n = t->left;

	for (size_t i = 0; i < t->n; i++)
		n -= t->v[i]->st == TRIAGE_SENT;
	return n < 0 ? 0 : n;
}

bool triage_member(const struct triage *t, const char *group, const char *login)
{
	for (int g = 0; g < t->ngroups; g++) {
		if (strcmp(t->group[g].group.value, group) != 0)
			continue;
		for (int i = 0; i < t->group[g].n; i++)
			if (!strcmp(t->group[g].member[i].value, login))
				return true;
	}
	return false;
}

void triage_fit(const struct triage *t, struct triage_item *it)
{
	const char *who = triage_value(it, TRIAGE_ASSIGNEE), *group = triage_value(it, TRIAGE_GROUP);

	if (t->lists && *who && *group && !triage_member(t, group, who))
		triage_set(it, TRIAGE_ASSIGNEE, 0, "");
}

/* ---- from one to the next ---- */
/* The time one ticket stands there. */
static void leave(struct triage *t, const struct session *s)
{
	struct triage_item *it = triage_here(t);

	if (it && it->since)
		it->spent += s->ms - it->since;
	if (it)
		it->since = 0;
}

static void arrive(struct triage *t, const struct session *s, int at)
{
	leave(t, s);
	t->at = at;
	t->scroll = 0;
	if (triage_here(t) && triage_here(t)->st == TRIAGE_TODO)
		triage_here(t)->since = s->ms > 0 ? s->ms : 1;
}

/* How gladly one goes there; the lower the better, < 0: not at all. Whoever is at one has it, and each begins with tickets of his
 * own. */
static int64_t rank(const struct triage *t, int i)
{
	const struct triage_item *it = t->v[i];
	int64_t place = (i - t->at - 1 + 2 * (int64_t)t->n) % (int64_t)t->n;

	if (it->st != TRIAGE_TODO)
		return -1;
	if (it->skipped)
		return INT64_C(3000000) + (int64_t)it->skipped;
	if (triage_busy(t, it->id, NULL, NULL))
		return INT64_C(2000000) + place;
	return place + (t->turn_n > 1 && it->id % t->turn_n != t->turn_i ? INT64_C(1000000) : 0);
}

void triage_next(struct triage *t, const struct session *s)
{
	int best = -1;

	for (int i = 0; i < (int)t->n; i++)
		if (rank(t, i) >= 0 && (best < 0 || rank(t, i) < rank(t, best)))
			best = i;
	/* what was skipped comes when nothing else does */
	if (best >= 0 && t->v[best]->skipped && t->board.loading && triage_waiting(t) > (int)t->n)
		best = -1;
	arrive(t, s, best);
}

void triage_to(struct triage *t, const struct triage_item *it, const struct session *s)
{
	arrive(t, s, index_of(t, it->id));
}

/* It comes again at the end. */
static void skip(struct triage *t, const struct session *s)
{
	struct triage_item *it = triage_here(t);

	if (it && it->st == TRIAGE_TODO)
		it->skipped = ++t->skips;
	triage_next(t, s);
}

static void back(struct triage *t, const struct session *s, struct effects *fx)
{
	int from = t->at < 0 ? (int)t->n : t->at;

	if (from == 0)
		fx_toast(fx, EL_DIM, "%s", _("This is the first one"));
	else
		arrive(t, s, from - 1);
}

/* ---- what was done ---- */
static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t triage_median(const struct triage_stats *s)
{
	int64_t *copy, out;

	if (!s->n)
		return 0;
	copy = sd_malloc(s->n * sizeof *copy);
	memcpy(copy, s->spent, s->n * sizeof *copy);
	qsort(copy, s->n, sizeof *copy, compare);
	out = s->n % 2 ? copy[s->n / 2] : (copy[s->n / 2 - 1] + copy[s->n / 2]) / 2;
	free(copy);
	return out;
}

static void count(struct triage *t, struct triage_item *it)
{
	struct triage_stats *s = &t->stats;

	if (it->counted)
		return;
	it->counted = true;
	it->keys_done = it->keys;
	it->spent_done = it->spent;
	s->tickets++;
	s->keys += it->keys;
	s->ms += it->spent;
	*SD_PUSH(s->spent, s->n, s->cap) = it->spent;
}

/* It is not done after all. */
static void uncount(struct triage *t, struct triage_item *it)
{
	struct triage_stats *s = &t->stats;

	if (!it->counted)
		return;
	it->counted = false;
	s->tickets--;
	s->keys -= it->keys_done;
	s->ms -= it->spent_done;
	for (size_t i = s->n; i-- > 0;)
		if (s->spent[i] == it->spent_done) {
			memmove(&s->spent[i], &s->spent[i + 1], (--s->n - i) * sizeof *s->spent);
			break;
		}
}

void triage_sent(struct triage *t, struct triage_item *it, const struct session *s)
{
	const struct triage_item *now = triage_here(t);
	bool here = now && now->id == it->id;

	if (here)
		leave(t, s);
	it->st = TRIAGE_SENT;
	it->why = "";
	count(t, it);
	if (here)
		triage_next(t, s);
}

void triage_done(struct triage *t, struct triage_item *it)
{
	if (it->st == TRIAGE_SENT && t->left > 0)
		t->left--;
	it->st = TRIAGE_DONE;
	count(t, it);
}

void triage_refused(struct triage *t, struct triage_item *it, const char *why)
{
	uncount(t, it);
	it->st = TRIAGE_TODO;
	it->skipped = 0;
	it->stale = true;
	it->why = sd_arena_strdup(it->arena, why);
}

/* Of those that are done the last ones stay, to be looked at again. */
static void forget(struct triage *t)
{
	for (size_t i = 0; t->n > TRIAGE_KEPT && i < t->n; i++) {
		if ((t->v[i]->st != TRIAGE_DONE && t->v[i]->st != TRIAGE_GONE) || (int)i == t->at)
			continue;
		triage_item_free(t->v[i]);
		memmove(&t->v[i], &t->v[i + 1], (--t->n - i) * sizeof(struct triage_item *));
		if (t->at > (int)i)
			t->at--;
		i--;
	}
}

/* ---- reading ---- */
static int ahead(const struct triage *t)
{
	int n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->v[i]->st == TRIAGE_TODO && !t->v[i]->skipped && (int)i != t->at;
	return n;
}

static void ask(struct board *b, struct effects *fx)
{
	struct triage *t = (struct triage *)b;
	struct sd_str have = {0}, read = {0};
	char more[16];
	const char *params[4];
	int reads = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct triage_item *it = t->v[i];

		if (it->st == TRIAGE_TODO || it->st == TRIAGE_SENT)
			sd_str_addf(&have, "%s%" PRId64, have.len ? "," : "", it->id);
		if (it->stale && reads++ < READ_MOST)
			sd_str_addf(&read, "%s%" PRId64, read.len ? "," : "", it->id);
	}
	snprintf(more, sizeof more, "%d", ahead(t) < TRIAGE_AHEAD + !triage_here(t) ? TRIAGE_AHEAD + !triage_here(t) - ahead(t) : 0);
	params[0] = sd_arena_printf(fx->arena, "{%s}", have.data ? have.data : "");
	params[1] = sd_arena_printf(fx->arena, "{%s}", read.data ? read.data : "");
	params[2] = more;
	params[3] = t->lists ? "f" : "t";
	fx_query(
		fx, board_req(b), FX_ASIDE, "select desk.triage_page($1::bigint[], $2::bigint[], $3::int, $4::boolean)::text", 4, params);
	sd_str_free(&have);
	sd_str_free(&read);
}

void triage_fill(struct triage *t, const struct session *s, struct effects *fx)
{
	bool stale = false;

	for (size_t i = 0; i < t->n; i++)
		stale = stale || t->v[i]->stale;
	if (t->board.loading) {
		t->board.late = true;
		return;
	}
	if (stale || !t->asked || (ahead(t) < TRIAGE_AHEAD && triage_waiting(t) > ahead(t) + (triage_here(t) != NULL)))
		board_read(&t->board, s, fx);
}

/* ---- what came back ---- */
static void take_item(struct triage *t, struct triage_item *it, const struct session *s)
{
	int i = index_of(t, it->id);
	struct triage_item *old = i < 0 ? NULL : t->v[i];
	bool here = old && i == t->at;

	if (!old) {
		if (it->untriaged)
			*SD_PUSH(t->v, t->n, t->cap) = it;
		else
			triage_item_free(it);
		return;
	}
	triage_item_keep(it, old);
	if (it->untriaged && (old->st == TRIAGE_DONE || old->st == TRIAGE_GONE)) { /* it was taken back */
		uncount(t, it);
		it->st = TRIAGE_TODO;
		it->skipped = 0;
		it->why = "";
	}
	t->v[i] = it;
	triage_item_free(old);
	if (it->st == TRIAGE_TODO && it->id == t->want) {
		t->want = 0;
		arrive(t, s, i);
	} else if (here && it->st == TRIAGE_TODO && !it->since) {
		it->since = s->ms > 0 ? s->ms : 1;
	}
}

/* Somebody else was faster, or the ticket is not to be seen any more. The one that is looked at stays until a key is pressed. */
static void take_gone(struct triage *t, const json_t *j)
{
	struct triage_item *it = triage_find(t, store_int(j, "id"));

	if (!it || it->st != TRIAGE_TODO)
		return;
	it->st = TRIAGE_GONE;
	it->why = "";
	if (store_bool(j, "mine"))
		it->why = _("you");
	else if (*store_text(it->arena, j, "by"))
		it->why = store_text(it->arena, j, "by");
}

static void take_pick(struct sd_arena *a, struct triage_pick *p, const json_t *j, const char *value)
{
	*p = (struct triage_pick){store_int(j, "id"), store_text(a, j, value), store_text(a, j, "name")};
}

void triage_lists(struct triage *t, const json_t *j)
{
	const json_t *cats = json_object_get(j, "categories"), *groups = json_object_get(j, "groups");
	struct sd_arena *a;

	if (!cats || !groups)
		return;
	sd_arena_free(t->lists);
	t->lists = a = sd_arena_new();
	t->ncategories = (int)json_array_size(cats);
	t->category = sd_arena_alloc(a, (size_t)(t->ncategories + 1) * sizeof *t->category);
	for (int i = 0; i < t->ncategories; i++)
		take_pick(a, &t->category[i], json_array_get(cats, (size_t)i), "name");
	t->ngroups = (int)json_array_size(groups);
	t->group = sd_arena_alloc(a, (size_t)(t->ngroups + 1) * sizeof *t->group);
	for (int i = 0; i < t->ngroups; i++) {
		const json_t *g = json_array_get(groups, (size_t)i), *members = json_object_get(g, "members");
		struct triage_group *to = &t->group[i];

		take_pick(a, &to->group, g, "name");
		to->n = (int)json_array_size(members);
		to->member = sd_arena_alloc(a, (size_t)(to->n + 1) * sizeof *to->member);
		for (int k = 0; k < to->n; k++)
			take_pick(a, &to->member[k], json_array_get(members, (size_t)k), "login");
	}
}

static void take_present(struct triage *t, const json_t *present)
{
	sd_arena_reset(t->presence);
	t->npresent = (int)json_array_size(present);
	t->present = sd_arena_alloc(t->presence, (size_t)(t->npresent + 1) * sizeof *t->present);
	for (int i = 0; i < t->npresent; i++) {
		const json_t *p = json_array_get(present, (size_t)i);

		t->present[i] = (struct triage_near){.id = store_int(p, "ticket"),
			.subject = store_text(t->presence, p, "name"),
			.parent = !strcmp(store_text(t->presence, p, "mode"), "writing")};
	}
}

static bool take(struct board *b, const char *json)
{
	struct triage *t = (struct triage *)b;
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.triage_page", &err), *turn = json_object_get(j, "turn"), *e;
	size_t i;

	if (!j)
		return false;
	t->left = (int)store_int(j, "left");
	t->asked = true;
	t->turn_n = (int)json_integer_value(json_array_get(turn, 0));
	t->turn_i = (int)json_integer_value(json_array_get(turn, 1));
	take_present(t, json_object_get(j, "present"));
	triage_lists(t, j);
	json_array_foreach(json_object_get(j, "gone"), i, e) take_gone(t, e);
	for (size_t k = 0; k < t->n; k++)
		t->v[k]->stale = false;
	json_array_foreach(json_object_get(j, "tickets"), i, e)
	{
		char *text = json_dumps(e, JSON_COMPACT);
		struct triage_item *it = triage_item_parse(text);

		free(text);
		if (it) {
			triage_fit(t, it);
			take_item(t, it, t->s);
		}
	}
	json_decref(j);
	forget(t);
	if (!triage_here(t))
		triage_next(t, t->s);
	return true;
}

static void triage_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct triage *t = (struct triage *)p;

	if (a->req.gen != t->board.gen)
		return;
	t->s = s;
	if (a->table && !table_get(a->table, 0, 0)) { /* null: who asks is no staff */
		t->board.loading = false;
		t->asked = true;
		return;
	}
	board_answer(&t->board, s, a, fx);
	if (!a->err)
		t->board.as_of = s->now;
	fx_timer(fx, TIMER_BOARD, TRIAGE_EVERY_MS); /* who is at what is told by no feed */
	if (t->board.late) {
		t->board.late = false;
		triage_fill(t, s, fx);
	}
}

/* ---- keys ---- */
static void step_near(struct triage_item *it, int dir, struct effects *fx)
{
	if (!it || !it->nnear)
		fx_toast(fx, EL_DIM, "%s", _("Nothing like it is known"));
	else
		it->at = (it->at + dir + it->nnear) % it->nnear;
}

static bool triage_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	struct triage *t = (struct triage *)p;
	struct triage_item *it = triage_here(t);

	t->s = s;
	if (a >= ACT_TRIAGE_1 && a <= ACT_TRIAGE_9) {
		int digit = 1 + (int)(a - ACT_TRIAGE_1);

		if (!it || it->st != TRIAGE_TODO || !triage_digit(it, digit))
			fx_toast(fx, EL_DIM, _("No proposal here has the number %d"), digit);
		else
			triage_fit(t, it);
		return true;
	}
	switch (a) {
	case ACT_TRIAGE_SKIP:
		skip(t, s);
		triage_fill(t, s, fx);
		return true;
	case ACT_TRIAGE_BACK:
		back(t, s, fx);
		return true;
	case ACT_TRIAGE_DOWN:
	case ACT_TRIAGE_UP:
		t->scroll += (a == ACT_TRIAGE_DOWN ? 1 : -1) * (count > 0 ? count : 1) * 5;
		t->scroll = t->scroll > t->scroll_most ? t->scroll_most : t->scroll < 0 ? 0 : t->scroll;
		return true;
	case ACT_TRIAGE_NEAR:
	case ACT_TRIAGE_NEAR_BACK:
		step_near(it, a == ACT_TRIAGE_NEAR ? 1 : -1, fx);
		return true;
	case ACT_REFRESH:
		board_read(&t->board, s, fx);
		return true;
	default:
		return false;
	}
}

static void triage_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	(void)p;
	(void)text;
	(void)dir;
	(void)fx;
}

static int triage_matches(const struct pane *p, int *nth)
{
	(void)p;
	*nth = 0;
	return 0;
}

static void draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct triage *t = (struct triage *)p;

	t->s = s;
	triage_draw(t, s, r, focus);
	sd_arena_reset(t->scratch);
}

static const char *headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct triage *t = (const struct triage *)p;
	char state[160];

	board_state(&t->board, s, state, sizeof state);
	snprintf(buf, size, _("Triage  %d left%s"), triage_waiting(t), t->asked ? "" : state);
	return buf;
}

static void triage_close(struct pane *p)
{
	struct triage *t = (struct triage *)p;

	for (size_t i = 0; i < t->n; i++)
		triage_item_free(t->v[i]);
	free(t->v);
	free(t->stats.spent);
	sd_arena_free(t->lists);
	sd_arena_free(t->presence);
	sd_arena_free(t->scratch);
	board_free(&t->board);
	free(t);
}

static const struct pane_ops ops = {
	.title = N_("Triage"),
	.context = CTX_TRIAGE,
	.close = triage_close,
	.action = triage_action,
	.answer = triage_answer,
	.search = triage_search,
	.matches = triage_matches,
	.draw = draw,
	.headline = headline,
};

struct board *triage_new(void)
{
	struct triage *t = sd_calloc(1, sizeof *t);

	board_init(&t->board, &ops);
	t->board.ask = ask;
	t->board.take = take;
	t->at = -1;
	t->presence = sd_arena_new();
	t->scratch = sd_arena_new();
	return &t->board;
}
