/* Inside of the training of live models. */
#ifndef CORE_PREDICT_LIVE_INNER_H
#define CORE_PREDICT_LIVE_INNER_H

#include <jansson.h>

#include "core/predict/inner.h"
#include "core/predict/live.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"

/* A ticket as it was opened, and what became of it. */
struct past {
	char *id, *label, *text;
	int lead; /* minutes until the breach; < 0: not known */
	struct predict_field *f;
	size_t n;
};
struct history {
	struct sd_arena *a;
	struct past *p;
	size_t n, cap, in_set;
	char *until; /* when the last one was opened */
};
/* What predict_begin told. */
struct order {
	const char *name;
	char version[16];
	const json_t *go;
	bool more; /* goes on from what is stored */
};
/* Rows go to the set as they come. */
bool history_read(struct sd_conn *c, const struct order *o, struct history *h, struct predict_set *s,
	struct predict_live_watch *w, struct sd_err *err);
void history_free(struct history *h);

/* What was said of tickets before they were learnt, against what came, and what the baselines would have said: numbers that can
 * be added, kept as a list in the order they stand here. */
enum { TENTHS = 10, CHANCES = 400, WARNINGS = 3 };
struct tally {
	double n, top1, top3, base1, base3, habit1, sure, sure_right;
	double pool_n, pool1, pool3, pool_own1; /* the counts of proposals, tried where all is learnt anew, and the model there */
	double said[TENTHS], came[TENTHS];      /* how sure the first was, and how often it was right */
	double breaches, timed, risk[TENTHS], risky[TENTHS]; /* timed: breaches of which it is known when */
	double yes[CHANCES], no[CHANCES], habit_yes[CHANCES], habit_no[CHANCES];
	double warned[WARNINGS], warned_right[WARNINGS], early[WARNINGS];
};
/* The rows [from, to) of the history, which are those of the model's set, and not learnt yet. */
void tally_rows(struct tally *t, struct predict_model *m, const struct history *h, size_t from, size_t to, bool breach);
void tally_pools(struct tally *t, const struct history *h, size_t first);
void tally_add(struct tally *t, const struct tally *u);
json_t *tally_keep(const struct tally *t);
void tally_take(struct tally *t, const json_t *kept);
/* What is told of it; used: no baseline was better. */
json_t *tally_verdict(const struct tally *t, bool breach, bool *used);
/* Whether what came since does worse than before by more than chance. */
bool tally_worse(const struct tally *since, const struct tally *before, bool breach);

/* A set for the rows that a stored model goes on with, and then that model, as far as it says something of them; NULL and err on
 * failure. */
struct predict_set *kept_set(const struct order *o);
struct predict_model *kept_model(
	struct sd_conn *c, const struct order *o, struct predict_set *s, struct predict_live_watch *w, struct sd_err *err);
bool saw_store(struct sd_conn *c, const struct order *o, const struct history *h, struct sd_err *err);
bool kept_sweep(struct sd_conn *c, const char *name, struct sd_err *err);
/* {labels, prior, experts, mix, scale, slope}, and into state what the next one needs. */
json_t *model_describe(const struct predict_model *m, json_t *state);
void live_tell(struct predict_live_watch *w, enum predict_live_phase phase, size_t done, size_t all);

#endif
