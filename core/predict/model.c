/* A model: the regression and the counts, mixed as it was best on the last fifth of the rows, or the last 4,000. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/inner.h"

enum { EPOCHS = 12, TRIES_MIN = 40 };
static const double work_max = 4e10; /* steps of the regression, features * labels * rows */

/* The scores of two ways mixed, in a. */
static void mix(const struct predict_model *m, const struct item *it, size_t n, float *a, float *b)
{
	float share = (float)m->how.mix;
	if (m->linear)
		linear_scores(m->linear, it, n, a);
	else
		memset(a, 0, m->k * sizeof *a);
	if (share > 0)
		counted_scores(m->s, m->counted, it, n, b);
	for (size_t k = 0; k < m->k; k++)
		a[k] = (1 - share) * a[k] + (share > 0 ? share * b[k] : 0);
}

static double loss(const float *scores, const struct predict_set *s, size_t from, size_t k, double slope)
{
	double sum = 0;
	float *p = sd_calloc(k + 1, sizeof *p);
	for (size_t i = from; i < set_known(s); i++) {
		uint32_t y = s->rows[i].label;
		if (y >= k)
			continue;
		memcpy(p, scores + (i - from) * k, k * sizeof *p);
		softmax(p, k, slope);
		sum -= log((double)p[y] + 1e-6);
	}
	free(p);
	return sum;
}

/* The slope that loses least, and what it loses: golden section over its logarithm. */
static double best_slope(const float *scores, const struct predict_set *s, size_t from, size_t k, double *slope)
{
	double lo = log(0.2), hi = log(4), r = 0.6180339887498949;
	double x = hi - r * (hi - lo), y = lo + r * (hi - lo), fx = loss(scores, s, from, k, exp(x)),
		   fy = loss(scores, s, from, k, exp(y));
	for (int i = 0; i < 8; i++)
		if (fx < fy) {
			hi = y, y = x, fy = fx, x = hi - r * (hi - lo);
			fx = loss(scores, s, from, k, exp(x));
		} else {
			lo = x, x = y, fx = fy, y = lo + r * (hi - lo);
			fy = loss(scores, s, from, k, exp(y));
		}
	*slope = exp(fx < fy ? x : y);
	return fx < fy ? fx : fy;
}

/* Scores of one part for the rows that were held back. */
static float *scores_of(const struct predict_set *s, const struct linear *l, const struct counted *c, size_t from, size_t k)
{
	float *out = sd_calloc((set_known(s) - from) * k + 1, sizeof *out), *p = sd_calloc(k + 8, sizeof *p);
	for (size_t i = from; i < set_known(s); i++) {
		const struct row *r = &s->rows[i];
		if (l)
			linear_scores(l, s->items + r->at, r->n, p);
		else
			counted_scores(s, c, s->items + r->at, r->n, p);
		memcpy(out + (i - from) * k, p, k * sizeof *p);
	}
	free(p);
	return out;
}

struct trial {
	const struct predict_set *s;
	size_t from, k;
	double least;
	struct predict_how best;
};

static void try_mix(struct trial *t, const float *a, const float *b, struct predict_how how)
{
	size_t n = (set_known(t->s) - t->from) * t->k;
	float *m = sd_calloc(n + 1, sizeof *m);
	for (size_t i = 0; i < n; i++)
		m[i] = (float)(1 - how.mix) * (a ? a[i] : 0) + (float)how.mix * b[i];
	double lost = best_slope(m, t->s, t->from, t->k, &how.slope);
	if (lost < t->least) {
		t->least = lost;
		t->best = how;
	}
	free(m);
}

/* Ways to learn the regression: many passes follow every detail, few with a mean keep to what is sure. */
enum { WAYS = 4, BRIEF = 3 };
static const struct predict_how ways[WAYS] = {
	{.last = false}, {.last = true}, {.last = true, .mean = true}, {.last = true, .mean = true, .recent = 3}};

static void find_how(struct trial *t, int epochs)
{
	static const double decays[] = {0, 1.5, 3}, mixes[] = {0, 0.25, 0.5, 0.75, 1};
	struct predict_how way[WAYS];
	float *a[WAYS] = {NULL};
	for (int i = 0; i < WAYS; i++) {
		way[i] = ways[i];
		way[i].epochs = way[i].mean ? (epochs + BRIEF - 1) / BRIEF : epochs;
		if (!epochs)
			continue;
		struct linear *l = linear_train(t->s, t->k, t->from, &way[i]);
		a[i] = scores_of(t->s, l, NULL, t->from, t->k);
		linear_free(l);
	}
	for (size_t d = 0; d < sizeof decays / sizeof *decays; d++) {
		struct counted *c = counted_train(t->s, t->k, t->from, t->from, decays[d]);
		float *b = scores_of(t->s, NULL, c, t->from, t->k);
		counted_free(c);
		for (size_t m = 0; m < sizeof mixes / sizeof *mixes; m++)
			for (int i = 0; i < WAYS; i++) {
				struct predict_how how = way[i];
				how.mix = mixes[m];
				how.decay = decays[d];
				if (mixes[m] >= 1 ? !i : (mixes[m] > 0 || !d) && a[i])
					try_mix(t, a[i], b, how);
			}
		free(b);
	}
	for (int i = 0; i < WAYS; i++)
		free(a[i]);
}

/* How many passes there is time for. */
static int passes(const struct predict_set *s, size_t k)
{
	size_t wide = (k + 7) / 8 * 8;
	double one = (double)s->items_n * (double)wide, n = work_max / (4 * one + 1);
	return n >= EPOCHS ? EPOCHS : (int)n;
}

/* Learns the rows that are not later ones, as m->how says. */
static void fit(struct predict_model *m)
{
	size_t n = set_known(m->s);
	linear_free(m->linear);
	counted_free(m->counted);
	m->linear = m->how.mix < 1 ? linear_train(m->s, m->k, n, &m->how) : NULL;
	m->counted = counted_train(m->s, m->k, n, m->s->rows_n, m->how.decay);
	m->base = n;
	m->scale = 1;
	m->total = 0;
	for (size_t i = 0; i < n; i++)
		m->total += exp(-m->how.decay * (double)i / (double)n);
}

void predict_open(struct predict_model *m)
{
	m->a = sd_calloc(m->k + 8, sizeof *m->a);
	m->b = sd_calloc(m->k + 8, sizeof *m->b);
}

struct predict_model *predict_train_first(struct predict_set *s, size_t later)
{
	if (s->rows_n <= later)
		return NULL;
	s->later = later;
	set_seal(s);
	size_t k = s->labels.n < PREDICT_MAX_LABELS ? s->labels.n : PREDICT_MAX_LABELS, held = set_held(s);
	struct predict_model *m = sd_calloc(1, sizeof *m);
	while (held > 1 && held * k > 8000000)
		held /= 2;
	m->s = s;
	m->k = k;
	m->how = (struct predict_how){.mix = 0.5, .decay = 1.5, .slope = 0.7, .epochs = passes(s, k)};
	m->lost = INFINITY;
	if (set_known(s) >= TRIES_MIN && k > 1) {
		struct trial t = {s, set_known(s) - held, k, INFINITY, m->how};
		find_how(&t, m->how.epochs);
		m->how = t.best;
		m->lost = t.least / (double)held;
	}
	if (!m->how.epochs)
		m->how.mix = 1;
	fit(m);
	predict_open(m);
	return m;
}

struct predict_model *predict_train(struct predict_set *s)
{
	return predict_train_first(s, 0);
}

void predict_train_all(struct predict_model *m)
{
	m->s->later = 0;
	fit(m);
}

void predict_model_free(struct predict_model *m)
{
	if (!m)
		return;
	linear_free(m->linear);
	counted_free(m->counted);
	free(m->a);
	free(m->b);
	free(m);
}

void predict_ask_row(struct predict_model *m, size_t i, double *p)
{
	const struct row *r = &m->s->rows[i];
	mix(m, m->s->items + r->at, r->n, m->a, m->b);
	softmax(m->a, m->k, m->how.slope);
	for (size_t k = 0; k < m->k; k++)
		p[k] = (double)m->a[k];
}

void predict_ask(struct predict_model *m, const char *text, const struct predict_field *fields, size_t n, double *p)
{
	size_t items = set_items(m->s, text, fields, n);
	mix(m, m->s->scratch, items, m->a, m->b);
	softmax(m->a, m->k, m->how.slope);
	for (size_t k = 0; k < m->k; k++)
		p[k] = (double)m->a[k];
}

size_t predict_labels(const struct predict_model *m)
{
	return m->k;
}

const char *predict_label(const struct predict_model *m, size_t k)
{
	return m->s->label[k];
}

size_t predict_label_of(const struct predict_model *m, const char *label)
{
	uint32_t k = key_find(&m->s->labels, key_hash(label, strlen(label)), false);
	return k < m->k ? k : m->k;
}

double predict_share(const struct predict_model *m, size_t k)
{
	return (double)m->s->label_seen[k] / (double)m->s->rows_n;
}

struct predict_how predict_how(const struct predict_model *m)
{
	return m->how;
}

double predict_lost(const struct predict_model *m)
{
	return m->lost;
}

size_t predict_features(const struct predict_model *m)
{
	return m->s->features;
}

const char *predict_feature(const struct predict_model *m, size_t f)
{
	return m->s->entry[m->s->entry_of[f]].name;
}

double predict_idf(const struct predict_model *m, size_t f)
{
	return (double)m->s->idf[f];
}

const float *predict_linear(const struct predict_model *m, size_t f, float *room)
{
	for (size_t k = 0; k < m->k; k++)
		room[k] = m->linear ? (float)(1 - m->how.mix) * m->linear->w[f * m->linear->kp + k] : 0;
	return room;
}

const float *predict_counted(const struct predict_model *m, size_t f, float *room)
{
	float share = (float)m->how.mix, w = counted_weight(m->s, m->counted, (uint32_t)f);
	for (size_t k = 0; k < m->k; k++)
		room[k] = m->s->type[f] == TYPE_ONE ? share * logf(m->counted->prior[k]) : 0;
	for (size_t i = m->counted->at[f]; i < m->counted->at[f + 1]; i++)
		room[m->counted->label[i]] += share * w * m->counted->lift[i];
	return room;
}
