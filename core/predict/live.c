#include "core/predict/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/live_inner.h"
#include "svcdesk/clock.h"

enum {
	LEAST_ROWS = 100,
	BLOCKS = 20, /* of the back-test: each is asked before it is learnt */
	FORMAT = 1   /* what is kept, and what features are: with another number nothing goes on from it */
};

const char *const predict_live_names[] = {"category", "group", "impact", "urgency", "breach", NULL};

void live_tell(struct predict_live_watch *w, enum predict_live_phase phase, size_t done, size_t all)
{
	if (w && w->told)
		w->told(w->arg, phase, done, all);
}

static void learning(void *arg)
{
	live_tell(arg, PREDICT_LEARNING, 0, 0);
}

static void ask_and_learn(struct tally *t, struct predict_model *m, const struct history *h, size_t from, bool breach)
{
	size_t n = h->n - from, blocks = n < BLOCKS ? n : BLOCKS;
	for (size_t b = 0; b < blocks; b++) {
		size_t at = from + n * b / blocks, to = from + n * (b + 1) / blocks;
		tally_rows(t, m, h, at, to, breach);
		predict_learn(m, at, to);
	}
}

/* From nothing: learnt from the first four fifths, tried on the last one as it came, and then learnt from all. */
static struct predict_model *begin(
	const struct history *h, struct predict_set *s, struct predict_live_watch *w, bool breach, struct tally *t)
{
	size_t first = h->n * 4 / 5;
	s->told = learning;
	s->told_arg = w;
	struct predict_model *m = predict_train_first(s, h->n - first);
	ask_and_learn(t, m, h, first, breach);
	if (!breach) {
		tally_pools(t, h, first);
		t->pool_own1 = t->top1;
	}
	predict_train_all(m);
	return m;
}

static bool finish(struct sd_conn *c, const struct order *o, const json_t *m, struct sd_err *err)
{
	char *text = m ? json_dumps(m, JSON_COMPACT) : NULL;
	const char *params[] = {o->name, o->version, text};
	struct sd_result *r = sd_conn_query(c, "select desk.predict_finish($1, $2::int, $3::jsonb)", 3, params, err);
	bool ok = r != NULL;
	sd_result_free(r);
	free(text);
	return ok;
}

/* Where the next one should begin from nothing, why. */
static const char *next_full(const struct tally *before, const struct tally *since, bool breach, bool used)
{
	bool enough = since->n >= LEAST_ROWS && since->n * 10 >= before->n;
	return !enough ? NULL : tally_worse(since, before, breach) ? "drift" : !used ? "baseline" : NULL;
}

static json_t *describe(const struct order *o, const struct history *h, const struct predict_model *m, const struct tally *before,
	const struct tally *since)
{
	struct predict_how how = m->how;
	bool used = false, breach = strcmp(o->name, "breach") == 0;
	struct tally all = *before;
	tally_add(&all, since);
	const json_t *old = json_object_get(o->go, "model");
	json_t *tested = tally_verdict(&all, breach, &used),
		   *state = json_pack("{s:i,s:O,s:{s:o,s:o}}", "format", FORMAT, "cursor", json_object_get(o->go, "until"), "tally",
			   "before", tally_keep(before), "since", tally_keep(since)),
		   *told = model_describe(m, state);
	const char *full = next_full(before, since, breach, used);
	if (full)
		json_object_set_new(state, "full", json_string(full));
	json_object_set_new(told, "state", state);
	json_object_set_new(told, "backtest", tested);
	json_object_set_new(told, "used", json_boolean(used));
	json_object_set(told, "base", json_object_get(o->go, "base"));
	json_object_set_new(told, "until", json_string(h->until));
	json_object_set_new(told, "rows", json_integer(json_integer_value(json_object_get(old, "rows")) + (json_int_t)h->n));
	json_object_set_new(told, "features", json_integer((json_int_t)predict_features(m)));
	json_object_set_new(told, "how",
		o->more ? json_deep_copy(json_object_get(old, "how"))
				: json_pack("{s:f,s:f,s:b,s:i}", "counts", how.mix, "fading", how.decay, "last_pass_in_time", how.last, "passes",
					  how.epochs));
	json_object_set_new(json_object_get(told, "how"), "mode", json_string(o->more ? "more" : "full"));
	json_object_set_new(json_object_get(told, "how"), "learnt", json_integer((json_int_t)h->n));
	return told;
}

static bool keep(struct sd_conn *c, const struct order *o, const struct history *h, const struct predict_model *m, json_t *told,
	struct predict_live_watch *w, struct sd_err *err)
{
	return predict_live_store(c, o->name, o->version, m, w, err) && saw_store(c, o, h, err) && finish(c, o, told, err);
}

static bool learn(struct sd_conn *c, const struct order *o, struct predict_live_watch *w, json_t **told, struct sd_err *err)
{
	struct history h = {.a = sd_arena_new()};
	bool breach = strcmp(o->name, "breach") == 0, ok;
	int64_t since = sd_clock_mono_ms();
	struct tally before = {0}, news = {0};
	struct predict_model *m = NULL;
	struct predict_set *s = o->more ? kept_set(o) : predict_set_new();
	/* what was broken off lies under the number that this one takes */
	ok = kept_sweep(c, o->name, err) && history_read(c, o, &h, s, w, err);
	if (ok && o->more && h.n) {
		const json_t *tally = json_object_get(json_object_get(o->go, "state"), "tally");
		tally_take(&before, json_object_get(tally, "before"));
		tally_take(&news, json_object_get(tally, "since"));
		m = kept_model(c, o, s, w, err);
		ok = m != NULL;
		if (ok)
			ask_and_learn(&news, m, &h, 0, breach);
	} else if (ok && h.n >= LEAST_ROWS) {
		m = begin(&h, s, w, breach, &before);
	}
	if (m) {
		*told = describe(o, &h, m, &before, &news);
		json_object_set_new(*told, "seconds", json_real((double)(sd_clock_mono_ms() - since) / 1000));
		ok = keep(c, o, &h, m, *told, w, err) && kept_sweep(c, o->name, err);
		json_object_set_new(*told, "seconds", json_real((double)(sd_clock_mono_ms() - since) / 1000));
		json_object_set_new(*told, "learnt", json_integer((json_int_t)h.n));
		predict_model_free(m);
	}
	predict_set_free(s);
	history_free(&h);
	return ok;
}

bool predict_live_train(
	struct sd_conn *c, const char *name, bool force, bool full, struct predict_live_watch *w, json_t **told, struct sd_err *err)
{
	char format[16];
	snprintf(format, sizeof format, "%d", FORMAT);
	const char *params[] = {name, force ? "t" : "f", full ? "t" : "f", format};
	struct sd_result *r = sd_conn_query(c, "select desk.predict_begin($1, $2::boolean, $3::boolean, $4::int)", 4, params, err);
	*told = NULL;
	if (!r)
		return false;
	json_t *go = sd_result_get(r, 0, 0) ? json_loads(sd_result_get(r, 0, 0), 0, NULL) : NULL;
	sd_result_free(r);
	if (!go)
		return true;
	const char *mode = json_string_value(json_object_get(go, "mode"));
	struct order o = {.name = name, .go = go, .more = mode && strcmp(mode, "more") == 0};
	if (json_object_get(go, "error") || !mode || strcmp(mode, "none") == 0) {
		json_object_set_new(go, "model", json_string(name));
		*told = go;
		return true;
	}
	snprintf(o.version, sizeof o.version, "%d", (int)json_integer_value(json_object_get(go, "version")));
	bool ok = learn(c, &o, w, told, err);
	struct sd_err ignored;
	if (!ok || !*told) /* a lock that is not needed any more */
		finish(c, &o, NULL, &ignored);
	if (*told) {
		json_object_del(*told, "state");
		json_object_set_new(*told, "model", json_string(name));
		json_object_set(*told, "mode", json_object_get(go, "mode"));
		json_object_set(*told, "why", json_object_get(go, "why") ? json_object_get(go, "why") : json_null());
		json_object_set(*told, "version", json_object_get(go, "version"));
	}
	json_decref(go);
	return ok;
}
