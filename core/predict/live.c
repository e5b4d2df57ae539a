#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/live.h"
#include "core/predict/predict.h"
#include "svcdesk/clock.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

enum { PAGE = 1000, LEAST_ROWS = 100, STORE_BYTES = 1 << 20, EARLY_MINUTES = 60 };
static const double sure_enough = 0.5;
static const int warn_at[] = {30, 50, 70};
enum { WARNINGS = sizeof warn_at / sizeof *warn_at };

const char *const predict_live_names[] = {"category", "group", "impact", "urgency", "breach", NULL};

/* A ticket as it was opened, and what became of it. */
struct past {
	char *label, *text;
	int lead; /* minutes until the breach; < 0: not known */
	struct predict_field *f;
	size_t n;
};
struct history {
	struct sd_arena *a;
	struct past *p;
	size_t n, cap;
	char *until; /* when the last one was opened */
};

/* ---- reading ---- */

static void take(struct history *h, const struct sd_result *r, int row)
{
	if (!sd_result_get(r, row, 2) || !sd_result_get(r, row, 4))
		return;
	json_t *names = json_loads(sd_result_get(r, row, 5), 0, NULL), *values = json_loads(sd_result_get(r, row, 6), 0, NULL);
	struct past *p = SD_PUSH(h->p, h->n, h->cap);
	size_t n = json_array_size(names) < PREDICT_MAX_FIELDS ? json_array_size(names) : PREDICT_MAX_FIELDS;
	p->label = sd_arena_strdup(h->a, sd_result_get(r, row, 2));
	p->lead = sd_result_get(r, row, 3) ? (int)strtol(sd_result_get(r, row, 3), NULL, 10) : -1;
	p->text = sd_arena_strdup(h->a, sd_result_get(r, row, 4));
	p->f = sd_arena_alloc(h->a, (n + 1) * sizeof *p->f);
	p->n = n;
	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(names, i)), *value = json_string_value(json_array_get(values, i));
		p->f[i] = (struct predict_field){sd_arena_strdup(h->a, name ? name : ""), sd_arena_strdup(h->a, value ? value : "")};
	}
	h->until = sd_arena_strdup(h->a, sd_result_get(r, row, 0));
	json_decref(names);
	json_decref(values);
}

static bool read_history(struct sd_conn *c, const char *name, const char *from, struct history *h, struct sd_err *err)
{
	char *at = sd_arena_strdup(h->a, from), *id = sd_arena_strdup(h->a, "0");
	for (int got = PAGE; got == PAGE;) {
		const char *params[] = {name, at, id};
		struct sd_result *r = sd_conn_query(c,
			"select r.at, r.id, r.label, r.lead, r.txt, array_to_json(r.names), array_to_json(r.vals) from desk.predict_rows($1, "
			"$2::timestamptz, $3::bigint, 1000) r order by r.at, r.id",
			3, params, err);
		if (!r)
			return false;
		got = sd_result_rows(r);
		for (int i = 0; i < got; i++)
			take(h, r, i);
		if (got) {
			at = sd_arena_strdup(h->a, sd_result_get(r, got - 1, 0));
			id = sd_arena_strdup(h->a, sd_result_get(r, got - 1, 1));
		}
		sd_result_free(r);
	}
	return true;
}

static struct predict_set *set_of(const struct history *h, size_t n)
{
	struct predict_set *s = predict_set_new();
	for (size_t i = 0; i < n; i++)
		predict_set_add(s, h->p[i].text, h->p[i].f, h->p[i].n, h->p[i].label);
	return s;
}

/* ---- back-test ---- */

static const char *requester(const struct past *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->f[i].name, "requester") == 0)
			return p->f[i].value;
	return "";
}

struct sample {
	const char *who;
	size_t label;
};

static int by_who(const void *a, const void *b)
{
	return strcmp(((const struct sample *)a)->who, ((const struct sample *)b)->who);
}

static struct sample *samples(const struct history *h, size_t n, const struct predict_model *m)
{
	struct sample *s = sd_calloc(n + 1, sizeof *s);
	for (size_t i = 0; i < n; i++)
		s[i] = (struct sample){requester(&h->p[i]), predict_label_of(m, h->p[i].label)};
	if (n)
		qsort(s, n, sizeof *s, by_who);
	return s;
}

/* The most frequent label of a requester (0, the most frequent of all, when he has none), and his share of label yes. */
static size_t habit_of(const struct sample *s, size_t n, const char *who, size_t k, size_t yes, double all, double *share)
{
	size_t lo = 0, hi = n, best = 0, *seen = sd_calloc(k + 1, sizeof *seen), total = 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(s[mid].who, who) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n && strcmp(s[lo].who, who) == 0; lo++, total++)
		seen[s[lo].label < k ? s[lo].label : k]++;
	for (size_t i = 1; i < k; i++)
		best = seen[i] > seen[best] ? i : best;
	*share = (all + (yes < k ? (double)seen[yes] : 0)) / (1 + (double)total);
	free(seen);
	return best;
}

static const char *kind_of(const struct past *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->f[i].name, "kind") == 0)
			return p->f[i].value;
	return "";
}

/* What desk.propose counts: no times. */
static size_t evidence(const struct past *p, struct predict_field *f)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->f[i].name, "kind") != 0 && strncmp(p->f[i].name, "opened.", 7) != 0)
			f[n++] = p->f[i];
	return n;
}

/* How often the counts behind desk.propose were right on the rows from first on, kind by kind as they count. */
static void try_pool(const struct history *h, size_t first, const char *kind, size_t *top1, size_t *top3)
{
	struct predict_set *s = predict_set_plain();
	struct predict_field f[PREDICT_MAX_FIELDS];
	for (size_t i = 0; i < first; i++)
		if (strcmp(kind_of(&h->p[i]), kind) == 0)
			predict_set_add(s, h->p[i].text, f, evidence(&h->p[i], f), h->p[i].label);
	if (predict_set_rows(s)) {
		struct predict_pool *p = predict_pool_train(s);
		for (size_t i = first; i < h->n; i++) {
			if (strcmp(kind_of(&h->p[i]), kind) != 0)
				continue;
			size_t n = evidence(&h->p[i], f), place = predict_pool_place(p, h->p[i].text, f, n, h->p[i].label);
			*top1 += place < 1;
			*top3 += place < 3;
		}
		predict_pool_free(p);
	}
	predict_set_free(s);
}

static void try_pools(const struct history *h, size_t first, size_t *top1, size_t *top3)
{
	for (size_t i = first; i < h->n; i++) {
		size_t j = first;
		while (j < i && strcmp(kind_of(&h->p[j]), kind_of(&h->p[i])) != 0)
			j++;
		if (j == i)
			try_pool(h, first, kind_of(&h->p[i]), top1, top3);
	}
}

struct test {
	size_t n, k, yes, top1, top3, base1, base3, habit1, pool1, pool3, sure, sure_right;
	double *p, *conf, *chance, *habit;
	bool *right, *came;
	size_t warned[WARNINGS], warned_right[WARNINGS], early[WARNINGS], breaches,
		timed; /* timed: breaches of which it is known when */
};

static double part(size_t a, size_t b)
{
	return b ? round(10000 * (double)a / (double)b) / 10000 : 0;
}

static void judge(struct test *t, const struct past *p, size_t y)
{
	size_t best = 0, above = 0;
	for (size_t k = 0; k < t->k; k++) {
		best = t->p[k] > t->p[best] ? k : best;
		above += y < t->k && (t->p[k] > t->p[y] || (t->p[k] >= t->p[y] && k < y));
	}
	t->top1 += best == y;
	t->top3 += y < t->k && above < 3;
	t->base1 += y == 0;
	t->base3 += y < 3 && y < t->k;
	t->sure += t->p[best] >= sure_enough;
	t->sure_right += t->p[best] >= sure_enough && best == y;
	t->conf[t->n] = t->p[best];
	t->right[t->n] = best == y;
	if (t->yes < t->k) {
		bool came = y == t->yes;
		t->chance[t->n] = t->p[t->yes];
		t->came[t->n] = came;
		t->breaches += came;
		t->timed += came && p->lead >= 0;
		for (size_t w = 0; w < WARNINGS; w++) {
			bool warned = t->p[t->yes] * 100 >= warn_at[w];
			t->warned[w] += warned;
			t->warned_right[w] += warned && came;
			t->early[w] += warned && came && p->lead >= EARLY_MINUTES;
		}
	}
	t->n++;
}

static json_t *verdict(const struct test *t, size_t learnt, bool *used)
{
	json_t *j = json_pack("{s:I,s:I,s:f,s:f,s:f}", "n", (json_int_t)t->n, "learnt_from", (json_int_t)learnt, "top1",
		part(t->top1, t->n), "top3", part(t->top3, t->n), "ece", round(1e4 * predict_ece(t->conf, t->right, t->n)) / 1e4);
	json_object_set_new(j, "sure",
		json_pack(
			"{s:f,s:f,s:f}", "at", sure_enough, "precision", part(t->sure_right, t->sure), "recall", part(t->sure_right, t->n)));
	json_t *frequent = json_pack("{s:f,s:f}", "top1", part(t->base1, t->n), "top3", part(t->base3, t->n));
	json_t *habit = json_pack("{s:f}", "top1", part(t->habit1, t->n));
	json_t *pool = json_pack("{s:f,s:f}", "top1", part(t->pool1, t->n), "top3", part(t->pool3, t->n));
	const char *better = t->pool1 >= t->top1 && t->pool1 >= t->base1 && t->pool1 >= t->habit1 ? "pool"
						 : t->base1 >= t->top1 && t->base1 >= t->habit1                       ? "frequent"
						 : t->habit1 >= t->top1                                               ? "requester"
																							  : NULL;
	if (t->yes < t->k) {
		double auc = predict_auc(t->chance, t->came, t->n), other = predict_auc(t->habit, t->came, t->n);
		json_t *list = json_array();
		json_object_set_new(j, "auc", json_real(round(1e4 * auc) / 1e4));
		json_object_set_new(j, "ece", json_real(round(1e4 * predict_ece(t->chance, t->came, t->n)) / 1e4));
		json_object_set_new(j, "breaches", json_integer((json_int_t)t->breaches));
		json_object_set_new(j, "breaches_timed", json_integer((json_int_t)t->timed));
		json_object_set_new(frequent, "auc", json_real(0.5));
		json_object_set_new(habit, "auc", json_real(round(1e4 * other) / 1e4));
		for (size_t w = 0; w < WARNINGS; w++)
			json_array_append_new(list,
				json_pack("{s:i,s:I,s:f,s:f,s:o,s:i}", "percent", warn_at[w], "warned", (json_int_t)t->warned[w], "precision",
					part(t->warned_right[w], t->warned[w]), "recall", part(t->warned_right[w], t->breaches), "early",
					t->timed ? json_real(part(t->early[w], t->timed)) : json_null(), "early_minutes", EARLY_MINUTES));
		json_object_set_new(j, "warning", list);
		better = auc <= 0.5 ? "frequent" : auc <= other ? "requester" : NULL;
	}
	*used = !better;
	json_object_set_new(j, "better", better ? json_string(better) : json_null());
	json_object_set_new(j, "baselines", json_pack("{s:o,s:o}", "frequent", frequent, "requester", habit));
	if (t->yes < t->k)
		json_decref(pool);
	else
		json_object_set_new(json_object_get(j, "baselines"), "pool", pool);
	return j;
}

static json_t *backtest(const struct history *h, bool breach, bool *used)
{
	size_t first = h->n * 4 / 5, n = h->n - first;
	struct predict_set *s = set_of(h, first);
	struct predict_model *m = predict_train(s);
	struct test t = {.k = predict_labels(m)};
	t.yes = breach ? predict_label_of(m, "1") : t.k;
	t.p = sd_calloc(t.k + 1, sizeof *t.p);
	t.conf = sd_calloc(n + 1, sizeof *t.conf);
	t.chance = sd_calloc(n + 1, sizeof *t.chance);
	t.habit = sd_calloc(n + 1, sizeof *t.habit);
	t.right = sd_calloc(n + 1, sizeof *t.right);
	t.came = sd_calloc(n + 1, sizeof *t.came);
	struct sample *past = samples(h, first, m);
	double all = t.yes < t.k ? predict_share(m, t.yes) : 0;
	for (size_t i = first; i < h->n; i++) {
		const struct past *p = &h->p[i];
		size_t y = predict_label_of(m, p->label);
		predict_ask(m, p->text, p->f, p->n, t.p);
		t.habit1 += habit_of(past, first, requester(p), t.k, t.yes, all, &t.habit[t.n]) == y;
		judge(&t, p, y);
	}
	if (!breach)
		try_pools(h, first, &t.pool1, &t.pool3);
	json_t *j = verdict(&t, first, used);
	free(past);
	free(t.p);
	free(t.conf);
	free(t.chance);
	free(t.habit);
	free(t.right);
	free(t.came);
	predict_model_free(m);
	predict_set_free(s);
	return j;
}

/* ---- writing ---- */

static void add_element(struct sd_str *out, const char *text)
{
	sd_str_add(out, out->len > 1 ? ",\"" : "\"");
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			sd_str_addc(out, '\\');
		sd_str_addc(out, *p);
	}
	sd_str_addc(out, '"');
}

static void add_numbers(struct sd_str *out, const float *x, size_t k)
{
	sd_str_add(out, out->len > 1 ? ",\"{" : "\"{");
	for (size_t i = 0; i < k; i++)
		sd_str_addf(out, "%s%.6g", i ? "," : "", (double)x[i]);
	sd_str_add(out, "}\"");
}

static bool flush(struct sd_conn *c, const char *name, const char *version, struct sd_str *s, struct sd_err *err)
{
	const char *params[6] = {name, version};
	for (int i = 0; i < 4; i++) {
		sd_str_addc(&s[i], '}');
		params[i + 2] = s[i].data;
	}
	struct sd_result *r = sd_conn_query(
		c, "select desk.predict_store($1, $2::int, $3::text[], $4::real[], $5::text[], $6::text[])", 6, params, err);
	bool ok = r != NULL;
	sd_result_free(r);
	for (int i = 0; i < 4; i++) {
		sd_str_reset(&s[i]);
		sd_str_addc(&s[i], '{');
	}
	return ok;
}

bool predict_live_store(
	struct sd_conn *c, const char *name, const char *version, const struct predict_model *m, struct sd_err *err)
{
	struct sd_str s[4] = {{0}};
	size_t k = predict_labels(m);
	float *room = sd_calloc(k + 1, sizeof *room);
	bool ok = true;
	for (int i = 0; i < 4; i++)
		sd_str_addc(&s[i], '{');
	for (size_t f = 0; f < predict_features(m) && ok; f++) {
		add_element(&s[0], predict_feature(m, f));
		sd_str_addf(&s[1], "%s%.6g", s[1].len > 1 ? "," : "", predict_idf(m, f));
		add_numbers(&s[2], predict_linear(m, f, room), k);
		add_numbers(&s[3], predict_counted(m, f, room), k);
		if (s[2].len + s[3].len > STORE_BYTES)
			ok = flush(c, name, version, s, err);
	}
	ok = ok && (s[0].len < 2 || flush(c, name, version, s, err));
	for (int i = 0; i < 4; i++)
		sd_str_free(&s[i]);
	free(room);
	return ok;
}

static bool finish(struct sd_conn *c, const char *name, const char *version, const json_t *m, struct sd_err *err)
{
	char *text = m ? json_dumps(m, JSON_COMPACT) : NULL;
	const char *params[] = {name, version, text};
	struct sd_result *r = sd_conn_query(c, "select desk.predict_finish($1, $2::int, $3::jsonb)", 3, params, err);
	bool ok = r != NULL;
	sd_result_free(r);
	free(text);
	return ok;
}

static json_t *describe(const struct history *h, const struct predict_model *m, json_t *tested, bool used, int64_t since)
{
	struct predict_how how = predict_how(m);
	json_t *labels = json_array();
	for (size_t k = 0; k < predict_labels(m); k++)
		json_array_append_new(labels, json_integer(strtoll(predict_label(m, k), NULL, 10)));
	return json_pack("{s:s,s:I,s:f,s:o,s:I,s:f,s:{s:f,s:f,s:b,s:i},s:o,s:b}", "until", h->until, "rows", (json_int_t)h->n,
		"slope", how.slope, "labels", labels, "features", (json_int_t)predict_features(m), "seconds",
		(double)(sd_clock_mono_ms() - since) / 1000, "how", "counts", how.mix, "fading", how.decay, "last_pass_in_time", how.last,
		"passes", how.epochs, "backtest", tested, "used", used);
}

static bool learn(struct sd_conn *c, const char *name, const char *from, const char *version, json_t **told, struct sd_err *err)
{
	struct history h = {.a = sd_arena_new()};
	int64_t since = sd_clock_mono_ms();
	bool ok = read_history(c, name, from, &h, err), used = false;
	struct sd_err ignored;
	if (ok && h.n >= LEAST_ROWS) {
		json_t *tested = backtest(&h, strcmp(name, "breach") == 0, &used);
		struct predict_set *s = set_of(&h, h.n);
		struct predict_model *m = predict_train(s);
		ok = predict_live_store(c, name, version, m, err);
		*told = describe(&h, m, tested, used, since);
		ok = ok && finish(c, name, version, *told, err);
		predict_model_free(m);
		predict_set_free(s);
	} else
		finish(c, name, version, NULL, &ignored);
	if (!ok)
		finish(c, name, version, NULL, &ignored);
	free(h.p);
	sd_arena_free(h.a);
	return ok;
}

bool predict_live_train(struct sd_conn *c, const char *name, bool force, json_t **told, struct sd_err *err)
{
	const char *params[] = {name, force ? "t" : "f"};
	struct sd_result *r = sd_conn_query(c, "select desk.predict_begin($1, $2::boolean)", 2, params, err);
	*told = NULL;
	if (!r)
		return false;
	json_t *go = sd_result_get(r, 0, 0) ? json_loads(sd_result_get(r, 0, 0), 0, NULL) : NULL;
	char version[16];
	bool ok = true;
	sd_result_free(r);
	if (!go)
		return true;
	if (json_object_get(go, "error")) {
		*told = go;
		return true;
	}
	snprintf(version, sizeof version, "%d", (int)json_integer_value(json_object_get(go, "version")));
	ok = learn(c, name, json_string_value(json_object_get(go, "from")), version, told, err);
	if (*told) {
		json_object_set_new(*told, "model", json_string(name));
		json_object_set(*told, "version", json_object_get(go, "version"));
	}
	json_decref(go);
	return ok;
}

void predict_live_due(struct sd_conn *c)
{
	struct sd_err err;
	for (size_t i = 0; predict_live_names[i]; i++) {
		json_t *told = NULL;
		predict_live_train(c, predict_live_names[i], false, &told, &err);
		bool learnt = told != NULL;
		json_decref(told);
		if (learnt) /* the next one after the next tick, which must not wait for all of them */
			return;
	}
}
