/* Experts that count: how often a label went with a feature, against how often it is at all. What the past says fades. Each kind
 * of feature has a weight, by how often the feature was seen, learnt on rows that do not count themselves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/inner.h"

enum { LEARN_ROWS = 20000, LEARN_PASSES = 3, SMOOTH = 5 };

static size_t bucket(float n)
{
	return n < 2 ? 0 : n < 5 ? 1 : n < 20 ? 2 : n < 100 ? 3 : 4;
}

struct entry {
	uint32_t label;
	float n;
};

static int by_label(const void *a, const void *b)
{
	uint32_t x = ((const struct entry *)a)->label, y = ((const struct entry *)b)->label;
	return x < y ? -1 : x > y;
}

static float fade(double decay, size_t i, size_t n)
{
	return (float)exp(-decay * (double)(n - 1 - i) / (double)n);
}

float counted_lift(const struct counted *c, uint32_t label, float n)
{
	return logf(1 + n / (SMOOTH * c->prior[label]));
}

/* One entry for each feature and label, by label. */
static void collect(const struct predict_set *s, struct counted *c, size_t n, size_t all, double decay)
{
	size_t *at = sd_calloc(s->features + 2, sizeof *at), w = 0;
	for (size_t i = 0; i < all; i++)
		for (size_t j = 0; j < s->rows[i].n && s->rows[i].label < c->k; j++)
			at[s->items[s->rows[i].at + j].f + 2]++;
	for (size_t f = 0; f < s->features; f++)
		at[f + 2] += at[f + 1];
	struct entry *e = sd_calloc(at[s->features + 1] + 1, sizeof *e);
	for (size_t i = 0; i < all; i++)
		for (size_t j = 0; j < s->rows[i].n && s->rows[i].label < c->k; j++)
			e[at[s->items[s->rows[i].at + j].f + 1]++] = (struct entry){s->rows[i].label, i < n ? fade(decay, i, n) : 0};
	for (size_t f = 0; f < s->features; f++) {
		size_t begin = at[f], end = at[f + 1];
		c->at[f] = w;
		if (end > begin)
			qsort(e + begin, end - begin, sizeof *e, by_label);
		for (size_t i = begin; i < end; i++) {
			c->total[f] += e[i].n;
			if (w > c->at[f] && e[w - 1].label == e[i].label)
				e[w - 1].n += e[i].n;
			else
				e[w++] = e[i];
		}
	}
	c->at[s->features] = w;
	c->label = sd_calloc(w + 1, sizeof *c->label);
	c->n = sd_calloc(w + 1, sizeof *c->n);
	c->lift = sd_calloc(w + 1, sizeof *c->lift);
	for (size_t i = 0; i < w; i++) {
		c->label[i] = e[i].label;
		c->n[i] = e[i].n;
		c->lift[i] = counted_lift(c, e[i].label, e[i].n);
	}
	free(e);
	free(at);
}

static void priors(const struct predict_set *s, struct counted *c, size_t n, double decay)
{
	double all = SMOOTH;
	for (size_t k = 0; k < c->k; k++)
		c->prior[k] = SMOOTH / (float)c->k;
	for (size_t i = 0; i < n; i++) {
		float w = fade(decay, i, n);
		all += (double)w;
		if (s->rows[i].label < c->k)
			c->prior[s->rows[i].label] += w;
	}
	for (size_t k = 0; k < c->k; k++)
		c->prior[k] /= (float)all;
}

size_t counted_find(const struct counted *c, uint32_t f, uint32_t label)
{
	size_t lo = c->at[f], hi = c->at[f + 1];
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (c->label[mid] < label)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The lift of the row's own label in a feature as if the row were not counted. */
static float without(const struct counted *c, size_t i, uint32_t label, float own)
{
	float n = c->n[i] - own;
	return n > 1e-3F ? logf(1 + n / (SMOOTH * c->prior[label])) : 0;
}

static void learn_row(const struct predict_set *s, struct counted *c, const struct row *r, float own, float *p, float (*g)[5])
{
	const struct item *it = s->items + r->at;
	for (size_t k = 0; k < c->k; k++)
		p[k] = logf(c->prior[k]);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t j = 0; j < r->n; j++) {
			uint32_t f = it[j].f, t = s->type[f];
			float seen = c->total[f] - own, d = 0;
			if (t == TYPE_ONE || seen < 0.01F)
				continue;
			size_t b = bucket(seen), mine = counted_find(c, f, r->label);
			float *w = &c->weight[t][b], lift = without(c, mine, r->label, own);
			if (!pass) {
				for (size_t i = c->at[f]; i < c->at[f + 1]; i++)
					p[c->label[i]] += *w * (i == mine ? lift : c->lift[i]);
				continue;
			}
			for (size_t i = c->at[f]; i < c->at[f + 1]; i++)
				d += (i == mine ? lift : c->lift[i]) * p[c->label[i]];
			g[t][b] += d * d;
			*w -= 0.06F * own * d / sqrtf(g[t][b] + 1);
			*w = *w < 0 ? 0 : *w;
		}
		if (!pass) {
			softmax(p, c->k, 1);
			p[r->label] -= 1;
		}
	}
}

static void learn_weights(const struct predict_set *s, struct counted *c, size_t n, double decay)
{
	size_t first = n > LEARN_ROWS ? n - LEARN_ROWS : 0, m = n - first, kinds = 1;
	uint32_t *order = sd_calloc(m + 1, sizeof *order);
	float(*g)[5] = sd_calloc(MAX_TYPES, sizeof *g), *p = sd_calloc(c->k + 1, sizeof *p);
	uint64_t state = 362436069362436069u;
	for (size_t i = 0; i < n; i++)
		kinds = s->rows[i].n > kinds ? s->rows[i].n : kinds;
	for (size_t t = 0; t < MAX_TYPES; t++)
		for (size_t b = 0; b < 5; b++)
			c->weight[t][b] = t < FIRST_TYPE ? 0.05F : 1 / sqrtf((float)kinds + 1);
	for (size_t i = 0; i < m; i++)
		order[i] = (uint32_t)(first + i);
	for (int e = 0; e < LEARN_PASSES; e++) {
		set_tell(s);
		for (size_t i = m; i > 1; i--) {
			size_t j = random_next(&state) % i;
			uint32_t x = order[i - 1];
			order[i - 1] = order[j];
			order[j] = x;
		}
		for (size_t i = 0; i < m; i++)
			if (s->rows[order[i]].label < c->k)
				learn_row(s, c, &s->rows[order[i]], fade(decay, order[i], n), p, g);
	}
	free(order);
	free(g);
	free(p);
}

struct counted *counted_train(const struct predict_set *s, size_t labels, size_t n, size_t all, double decay)
{
	struct counted *c = sd_calloc(1, sizeof *c);
	c->k = labels;
	c->prior = sd_calloc(labels + 1, sizeof *c->prior);
	c->at = sd_calloc(s->features + 1, sizeof *c->at);
	c->total = sd_calloc(s->features + 1, sizeof *c->total);
	priors(s, c, n, decay);
	collect(s, c, n, all, decay);
	learn_weights(s, c, n, decay);
	return c;
}

float counted_weight(const struct predict_set *s, const struct counted *c, uint32_t f)
{
	return s->type[f] == TYPE_ONE ? 0 : c->weight[s->type[f]][bucket(c->total[f])];
}

void counted_scores(const struct predict_set *s, const struct counted *c, const struct item *it, size_t n, float *out)
{
	for (size_t k = 0; k < c->k; k++)
		out[k] = logf(c->prior[k]);
	for (size_t j = 0; j < n; j++) {
		float w = counted_weight(s, c, it[j].f);
		for (size_t i = c->at[it[j].f]; i < c->at[it[j].f + 1]; i++)
			out[c->label[i]] += w * c->lift[i];
	}
}

void counted_free(struct counted *c)
{
	if (!c)
		return;
	free(c->prior);
	free(c->at);
	free(c->label);
	free(c->n);
	free(c->lift);
	free(c->total);
	free(c);
}
