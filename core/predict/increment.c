/* Learning on: rows that come later change the numbers of their own features and no others. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/inner.h"

enum { SMOOTH = 5 };
static const float rate = 0.4F; /* each is seen once only */

/* All counts are worth less by this factor, what is learnt next counts one. */
static void fade(struct predict_model *m, double by)
{
	struct counted *c = m->counted;
	for (size_t f = 0; f < m->s->features; f++)
		c->total[f] *= (float)by;
	for (size_t i = 0; i < c->at[m->s->features]; i++)
		c->n[i] *= (float)by;
	m->scale *= by;
}

static void count(struct predict_model *m, const struct row *r, float weight)
{
	struct counted *c = m->counted;
	for (size_t j = 0; j < r->n; j++) {
		uint32_t f = m->s->items[r->at + j].f;
		size_t i = counted_find(c, f, r->label);
		if (i < c->at[f + 1] && c->label[i] == r->label)
			c->n[i] += weight;
		c->total[f] += weight;
	}
}

/* How often each label was, faded, out of how frequent it is held to be; and back. */
static void to_counts(struct predict_model *m)
{
	for (size_t k = 0; k < m->k; k++)
		m->counted->prior[k] = m->counted->prior[k] * (float)(m->total + SMOOTH) - SMOOTH / (float)m->k;
}

static void to_shares(struct predict_model *m)
{
	struct counted *c = m->counted;
	for (size_t k = 0; k < m->k; k++)
		c->prior[k] = (fmaxf(0, c->prior[k]) + SMOOTH / (float)m->k) / (float)(m->total + SMOOTH);
	for (size_t i = 0; i < c->at[m->s->features]; i++)
		c->lift[i] = counted_lift(c, c->label[i], c->n[i]);
}

void predict_learn(struct predict_model *m, size_t from, size_t to)
{
	const struct predict_set *s = m->s;
	double each = m->how.decay / (double)(m->base ? m->base : 1), by = exp(-each * (double)(to - from));
	float *p = sd_calloc(m->k + 8, sizeof *p);
	fade(m, by);
	to_counts(m);
	m->total *= by;
	for (size_t k = 0; k < m->k; k++)
		m->counted->prior[k] *= (float)by;
	for (size_t i = from; i < to; i++) {
		const struct row *r = &s->rows[i];
		float weight = (float)exp(-each * (double)(to - 1 - i));
		m->total += (double)weight;
		if (r->label >= m->k)
			continue;
		if (m->linear)
			linear_step(m->linear, r, s->items + r->at, rate, p);
		count(m, r, weight);
		m->counted->prior[r->label] += weight;
	}
	to_shares(m);
	free(p);
}
