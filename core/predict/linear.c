/* Softmax regression by steps against the error, the length of a step adapted to each feature. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/inner.h"

uint32_t random_next(uint64_t *state)
{
	uint64_t x = *state;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*state = x;
	return (uint32_t)(x >> 32);
}

void softmax(float *s, size_t k, double slope)
{
	float top = s[0];
	double sum = 0;
	for (size_t i = 1; i < k; i++)
		top = s[i] > top ? s[i] : top;
	for (size_t i = 0; i < k; i++) {
		s[i] = expf((s[i] - top) * (float)slope);
		sum += (double)s[i];
	}
	for (size_t i = 0; i < k; i++)
		s[i] /= (float)sum;
}

/* w += a * x in eights, which compilers turn into vector code. */
static void add_scaled(float *restrict w, const float *restrict x, float a, size_t n)
{
	for (size_t i = 0; i < n; i += 8)
		for (size_t j = 0; j < 8; j++)
			w[i + j] += a * x[i + j];
}

void linear_scores(const struct linear *l, const struct item *it, size_t n, float *out)
{
	memset(out, 0, l->kp * sizeof *out);
	for (size_t i = 0; i < n; i++)
		add_scaled(out, l->w + it[i].f * l->kp, it[i].v, l->kp);
}

/* Where steps are noted down to take the mean of the weights over the last ones. */
struct mean {
	float *moved; /* each step times how many stand before it; NULL: no mean is taken */
	double from, steps;
};

static void step(struct linear *l, const struct row *r, const struct item *it, float rate, float *p, const struct mean *mean)
{
	float gg = 0;
	linear_scores(l, it, r->n, p);
	softmax(p, l->k, 1);
	p[r->label] -= 1;
	for (size_t k = 0; k < l->k; k++)
		gg += p[k] * p[k];
	for (size_t i = 0; i < r->n; i++) {
		float *g = &l->g[it[i].f];
		*g += it[i].v * it[i].v * gg;
		float by = -rate * it[i].v / sqrtf(*g + 1e-6F);
		add_scaled(l->w + it[i].f * l->kp, p, by, l->kp);
		if (mean && mean->steps > mean->from)
			add_scaled(mean->moved + it[i].f * l->kp, p, by * (float)(mean->steps - mean->from), l->kp);
	}
}

static void take_mean(const struct predict_set *s, struct linear *l, struct mean *mean)
{
	float over = (float)(mean->steps - mean->from);
	for (size_t i = 0; mean->moved && over > 0 && i < s->features * l->kp; i++)
		l->w[i] -= mean->moved[i] / over;
	free(mean->moved);
	mean->moved = NULL;
}

static void shuffle(uint32_t *order, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = random_next(state) % i;
		uint32_t x = order[i - 1];
		order[i - 1] = order[j];
		order[j] = x;
	}
}

void linear_step(struct linear *l, const struct row *r, const struct item *it, float rate, float *p)
{
	step(l, r, it, rate, p, NULL);
}

struct linear *linear_train(const struct predict_set *s, size_t labels, size_t n, const struct predict_how *how)
{
	struct linear *l = sd_calloc(1, sizeof *l);
	uint64_t state = 88172645463325252u;
	uint32_t *order = sd_calloc(n + 1, sizeof *order);
	double all = (double)n * how->epochs, least = how->mean ? 0.1 : 0;
	struct mean mean = {NULL, 0.3 * all, 0};
	l->k = labels;
	l->kp = (labels + 7) / 8 * 8;
	l->w = sd_calloc(s->features * l->kp + 1, sizeof *l->w);
	l->g = sd_calloc(s->features + 1, sizeof *l->g);
	if (how->mean)
		mean.moved = sd_calloc(s->features * l->kp + 1, sizeof *mean.moved);
	float *p = sd_calloc(l->kp, sizeof *p);
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	for (int e = 0; e < how->epochs + how->last; e++) {
		bool in_time = e == how->epochs;
		set_tell(s);
		shuffle(order, n, &state);
		if (in_time)
			take_mean(s, l, &mean);
		for (size_t i = 0; i < n; i++, mean.steps++) {
			size_t at = in_time ? i : order[i];
			const struct row *r = &s->rows[at];
			double rate = in_time ? 0.1 : 0.3 * (1 - (1 - least) * mean.steps / all);
			rate *= exp(-how->recent * (double)(n - 1 - at) / (double)n);
			if (r->label < labels)
				step(l, r, s->items + r->at, (float)rate, p, mean.moved ? &mean : NULL);
		}
	}
	take_mean(s, l, &mean);
	free(order);
	free(p);
	return l;
}

void linear_free(struct linear *l)
{
	if (!l)
		return;
	free(l->w);
	free(l->g);
	free(l);
}
