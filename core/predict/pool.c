/* The counts behind desk.propose (model "pool", 0035) once more, to be compared with on the same tickets: what went with each
 * piece of evidence, each kind of it with a weight learnt by steps against the error before a ticket is counted; of the words the
 * eight that tell most count. The desk reads words as stems, this one as they stand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/inner.h"

enum { BEST_WORDS = 8, STEP_FROM = 50, STEP_EACH = 8, FRESH = 5 };

struct cell {
	uint32_t label;
	double n;
};
struct evidence {
	struct cell *c;
	size_t n, cap;
	double total;
};
struct predict_pool {
	const struct predict_set *s;
	size_t k, known, seen; /* labels, rows counted, labels among them */
	double *prior, weight[MAX_TYPES], *score;
	struct evidence *of;
	uint32_t *used; /* features of a row that count */
	size_t used_n, used_cap;
};

static double frequency(const struct predict_pool *p, size_t k)
{
	return (p->prior[k] + (double)FRESH / ((double)p->seen + 1)) / ((double)p->known + FRESH);
}

static double says(const struct predict_pool *p, const struct cell *c)
{
	return log(1 + c->n / (FRESH * frequency(p, c->label)));
}

/* How much a word tells. */
static double tells(const struct predict_pool *p, const struct evidence *e)
{
	double all = e->total + FRESH, sum = 0, rest = 1;
	for (size_t i = 0; i < e->n; i++) {
		double f = frequency(p, e->c[i].label), m = (e->c[i].n + FRESH * f) / all;
		sum += m * log(m / f);
		rest -= m;
	}
	return e->total / all * (sum + fmax(0, rest) * log(FRESH / all));
}

static bool is_word(const char *name)
{
	size_t n = strlen(name);
	return n > 3 && strspn(name + 2, "0123456789") < n - 2;
}

/* The features of a row that were seen, of words the best. */
static void choose(struct predict_pool *p, const struct item *it, size_t n)
{
	double best[BEST_WORDS];
	uint32_t word[BEST_WORDS];
	size_t words = 0;
	p->used_n = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t f = it[i].f;
		const struct evidence *e = &p->of[f];
		if (p->s->type[f] == TYPE_ONE || e->total <= 0)
			continue;
		if (p->s->type[f] >= FIRST_TYPE) {
			*SD_PUSH(p->used, p->used_n, p->used_cap) = f;
			continue;
		}
		if (!is_word(p->s->entry[p->s->entry_of[f]].name))
			continue;
		double t = tells(p, e);
		bool full = words == BEST_WORDS;
		size_t at = words < BEST_WORDS ? words++ : BEST_WORDS - 1;
		if (full && best[at] >= t)
			continue;
		for (; at > 0 && best[at - 1] < t; at--) {
			best[at] = best[at - 1];
			word[at] = word[at - 1];
		}
		best[at] = t;
		word[at] = f;
	}
	for (size_t i = 0; i < words; i++)
		*SD_PUSH(p->used, p->used_n, p->used_cap) = word[i];
}

static void scores(struct predict_pool *p, const struct item *it, size_t n)
{
	choose(p, it, n);
	for (size_t k = 0; k < p->k; k++)
		p->score[k] = p->prior[k] > 0 ? log(frequency(p, k)) : -1e9;
	for (size_t i = 0; i < p->used_n; i++) {
		const struct evidence *e = &p->of[p->used[i]];
		for (size_t j = 0; j < e->n; j++)
			p->score[e->c[j].label] += p->weight[p->s->type[p->used[i]]] * says(p, &e->c[j]);
	}
}

/* One step of the weights against the error on a row that is not counted yet. */
static void step(struct predict_pool *p, const struct item *it, const struct row *r)
{
	double top = -1e9, sum = 0;
	scores(p, it, r->n);
	for (size_t k = 0; k < p->k; k++)
		top = fmax(top, p->score[k]);
	for (size_t k = 0; k < p->k; k++)
		sum += p->score[k] = exp(fmax(-500, p->score[k] - top));
	for (size_t i = 0; i < p->used_n; i++) {
		const struct evidence *e = &p->of[p->used[i]];
		double d = 0, *w = &p->weight[p->s->type[p->used[i]]];
		for (size_t j = 0; j < e->n; j++)
			d += says(p, &e->c[j]) * ((e->c[j].label == r->label) - p->score[e->c[j].label] / sum);
		*w = fmax(0, fmin(3, *w + 0.012 * fmax(-3, fmin(3, d))));
	}
}

static void count(struct predict_pool *p, const struct item *it, const struct row *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct evidence *e = &p->of[it[i].f];
		size_t j = 0;
		while (j < e->n && e->c[j].label != r->label)
			j++;
		if (j == e->n)
			*SD_PUSH(e->c, e->n, e->cap) = (struct cell){r->label, 0};
		e->c[j].n++;
		e->total++;
	}
	p->seen += p->prior[r->label] <= 0;
	p->prior[r->label]++;
	p->known++;
}

struct predict_pool *predict_pool_train(struct predict_set *s)
{
	set_seal(s);
	struct predict_pool *p = sd_calloc(1, sizeof *p);
	p->s = s;
	p->k = s->labels.n < PREDICT_MAX_LABELS ? s->labels.n : PREDICT_MAX_LABELS;
	p->prior = sd_calloc(p->k + 1, sizeof *p->prior);
	p->score = sd_calloc(p->k + 1, sizeof *p->score);
	p->of = sd_calloc(s->features + 1, sizeof *p->of);
	for (size_t t = 0; t < MAX_TYPES; t++)
		p->weight[t] = t == TYPE_WORD ? 0.5 : 0.6;
	for (size_t i = 0; i < s->rows_n; i++) {
		const struct row *r = &s->rows[i];
		if (r->label >= p->k)
			continue;
		if (p->known >= STEP_FROM && p->known % STEP_EACH == 1 && p->prior[r->label] > 0)
			step(p, s->items + r->at, r);
		count(p, s->items + r->at, r);
	}
	return p;
}

size_t predict_pool_place(
	struct predict_pool *p, const char *text, const struct predict_field *fields, size_t n, const char *label)
{
	struct predict_set *s = (struct predict_set *)p->s;
	size_t y = key_find(&s->labels, key_hash(label, strlen(label)), false), m = set_items(s, text, fields, n), above = 0;
	if (y >= p->k)
		return SIZE_MAX;
	scores(p, s->scratch, m);
	for (size_t k = 0; k < p->k; k++)
		above += p->score[k] > p->score[y] || (p->score[k] >= p->score[y] && k < y);
	return above;
}

void predict_pool_free(struct predict_pool *p)
{
	if (!p)
		return;
	for (size_t f = 0; f < p->s->features; f++)
		free(p->of[f].c);
	free(p->of);
	free(p->prior);
	free(p->score);
	free(p->used);
	free(p);
}
