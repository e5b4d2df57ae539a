/* The back-test: what was said of tickets before they were learnt. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/live_inner.h"

enum { EARLY_MINUTES = 60, LEAST_SINCE = 100 };
static const double sure_enough = 0.5;
static const int warn_at[WARNINGS] = {30, 50, 70};

static double part(double a, double b)
{
	return b > 0 ? round(10000 * a / b) / 10000 : 0;
}

static size_t bin(double p, size_t bins)
{
	size_t b = p > 0 ? (size_t)(p * (double)bins) : 0;
	return b < bins ? b : bins - 1;
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
static void try_pool(struct tally *t, const struct history *h, size_t first, const char *kind)
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
			t->pool1 += place < 1;
			t->pool3 += place < 3;
		}
		predict_pool_free(p);
	}
	predict_set_free(s);
}

void tally_pools(struct tally *t, const struct history *h, size_t first)
{
	t->pool_n += (double)(h->n - first);
	for (size_t i = first; i < h->n; i++) {
		size_t j = first;
		while (j < i && strcmp(kind_of(&h->p[j]), kind_of(&h->p[i])) != 0)
			j++;
		if (j == i)
			try_pool(t, h, first, kind_of(&h->p[i]));
	}
}

/* The label that went most often with the requester, 0, the most frequent of all, when little is known of him; and his share of
 * label yes. */
static size_t habit_of(const struct predict_model *m, const struct row *r, size_t yes, double *share)
{
	const struct counted *c = m->counted;
	size_t best = 0;
	double most = 0;
	*share = yes < m->k ? (double)c->prior[yes] : 0;
	for (size_t j = 0; j < r->n; j++) {
		uint32_t f = m->s->items[r->at + j].f;
		if (strncmp(predict_feature(m, f), "f requester=", 12) != 0)
			continue;
		for (size_t i = c->at[f]; i < c->at[f + 1]; i++) {
			if ((double)c->n[i] > most) {
				best = c->label[i];
				most = (double)c->n[i];
			}
			if (c->label[i] == yes)
				*share += (double)c->n[i];
		}
		*share /= 1 + (double)c->total[f];
	}
	return best;
}

/* The likeliest label where nothing is known. */
static size_t most_frequent(const struct predict_model *m)
{
	size_t best = 0;
	for (size_t k = 1; k < m->k; k++)
		best = m->counted->prior[k] > m->counted->prior[best] ? k : best;
	return best;
}

static void judge_risk(struct tally *t, const struct past *p, double chance, double habit, bool came)
{
	t->breaches += came;
	t->timed += came && p->lead >= 0;
	t->risk[bin(chance, TENTHS)] += chance;
	t->risky[bin(chance, TENTHS)] += came;
	(came ? t->yes : t->no)[bin(chance, CHANCES)]++;
	(came ? t->habit_yes : t->habit_no)[bin(habit, CHANCES)]++;
	for (size_t w = 0; w < WARNINGS; w++) {
		bool warned = chance * 100 >= warn_at[w];
		t->warned[w] += warned;
		t->warned_right[w] += warned && came;
		t->early[w] += warned && came && p->lead >= EARLY_MINUTES;
	}
}

/* How many labels stand before y. */
static size_t place(const double *p, size_t k, size_t y)
{
	size_t above = 0;
	for (size_t i = 0; i < k; i++)
		above += p[i] > p[y] || (p[i] >= p[y] && i < y);
	return above;
}

void tally_rows(struct tally *t, struct predict_model *m, const struct history *h, size_t from, size_t to, bool breach)
{
	double *p = sd_calloc(m->k + 1, sizeof *p), *prior = sd_calloc(m->k + 1, sizeof *prior), share;
	size_t yes = breach ? predict_label_of(m, "1") : m->k, frequent = most_frequent(m);
	for (size_t k = 0; k < m->k; k++)
		prior[k] = (double)m->counted->prior[k];
	for (size_t i = from; i < to; i++) {
		const struct row *r = &m->s->rows[i];
		size_t y = r->label, best = 0, habit = habit_of(m, r, yes, &share);
		predict_ask_row(m, i, p);
		for (size_t k = 1; k < m->k; k++)
			best = p[k] > p[best] ? k : best;
		bool right = best == y;
		t->n++;
		t->top1 += right;
		t->top3 += y < m->k && place(p, m->k, y) < 3;
		t->base1 += y == frequent;
		t->base3 += y < m->k && place(prior, m->k, y) < 3;
		t->habit1 += (habit ? habit : frequent) == y;
		t->sure += p[best] >= sure_enough;
		t->sure_right += p[best] >= sure_enough && right;
		t->said[bin(p[best], TENTHS)] += p[best];
		t->came[bin(p[best], TENTHS)] += right;
		if (yes < m->k)
			judge_risk(t, &h->p[i], p[yes], share, y == yes);
	}
	free(p);
	free(prior);
}

/* ---- kept as a list of numbers ---- */

enum { NUMBERS = sizeof(struct tally) / sizeof(double) };

void tally_add(struct tally *t, const struct tally *u)
{
	double *x = (double *)t;
	const double *y = (const double *)u;
	for (size_t i = 0; i < NUMBERS; i++)
		x[i] += y[i];
}

json_t *tally_keep(const struct tally *t)
{
	json_t *list = json_array();
	const double *x = (const double *)t;
	for (size_t i = 0; i < NUMBERS; i++)
		json_array_append_new(list, floor(x[i]) >= x[i] ? json_integer((json_int_t)x[i]) : json_real(x[i]));
	return list;
}

void tally_take(struct tally *t, const json_t *kept)
{
	double *x = (double *)t;
	memset(t, 0, sizeof *t);
	for (size_t i = 0; i < NUMBERS && i < json_array_size(kept); i++)
		x[i] = json_number_value(json_array_get(kept, i));
}

/* ---- what is told ---- */

static double area(const double *yes, const double *no)
{
	double won = 0, below = 0, all = 0;
	for (size_t b = 0; b < CHANCES; b++) {
		won += yes[b] * (below + no[b] / 2);
		below += no[b];
		all += yes[b];
	}
	return all > 0 && below > 0 ? won / (all * below) : 0.5;
}

static double off(const double *said, const double *came, double n)
{
	double sum = 0;
	for (size_t b = 0; b < TENTHS; b++)
		sum += fabs(said[b] - came[b]);
	return part(sum, n);
}

static void tell_risk(json_t *j, const struct tally *t, double auc)
{
	json_t *list = json_array();
	json_object_set_new(j, "auc", json_real(part(auc, 1)));
	json_object_set_new(j, "ece", json_real(off(t->risk, t->risky, t->n)));
	json_object_set_new(j, "breaches", json_integer((json_int_t)t->breaches));
	json_object_set_new(j, "breaches_timed", json_integer((json_int_t)t->timed));
	for (size_t w = 0; w < WARNINGS; w++)
		json_array_append_new(
			list, json_pack("{s:i,s:I,s:f,s:f,s:o,s:i}", "percent", warn_at[w], "warned", (json_int_t)t->warned[w], "precision",
					  part(t->warned_right[w], t->warned[w]), "recall", part(t->warned_right[w], t->breaches), "early",
					  t->timed > 0 ? json_real(part(t->early[w], t->timed)) : json_null(), "early_minutes", EARLY_MINUTES));
	json_object_set_new(j, "warning", list);
}

static const char *better_of(const struct tally *t)
{
	return t->pool_n > 0 && t->pool1 >= t->pool_own1 && t->pool1 * t->n >= fmax(t->base1, t->habit1) * t->pool_n ? "pool"
		   : t->base1 >= t->top1 && t->base1 >= t->habit1                                                        ? "frequent"
		   : t->habit1 >= t->top1                                                                                ? "requester"
																												 : NULL;
}

json_t *tally_verdict(const struct tally *t, bool breach, bool *used)
{
	json_t *j = json_pack("{s:I,s:f,s:f,s:f,s:{s:f,s:f,s:f}}", "n", (json_int_t)t->n, "top1", part(t->top1, t->n), "top3",
		part(t->top3, t->n), "ece", off(t->said, t->came, t->n), "sure", "at", sure_enough, "precision",
		part(t->sure_right, t->sure), "recall", part(t->sure_right, t->n));
	json_t *base = json_pack("{s:{s:f,s:f},s:{s:f}}", "frequent", "top1", part(t->base1, t->n), "top3", part(t->base3, t->n),
		"requester", "top1", part(t->habit1, t->n));
	const char *better = better_of(t);
	if (breach) {
		double auc = area(t->yes, t->no), other = area(t->habit_yes, t->habit_no);
		tell_risk(j, t, auc);
		json_object_set_new(json_object_get(base, "frequent"), "auc", json_real(0.5));
		json_object_set_new(json_object_get(base, "requester"), "auc", json_real(part(other, 1)));
		better = auc <= 0.5 ? "frequent" : auc <= other ? "requester" : NULL;
	} else {
		json_object_set_new(base, "pool",
			json_pack("{s:I,s:f,s:f,s:f}", "n", (json_int_t)t->pool_n, "top1", part(t->pool1, t->pool_n), "top3",
				part(t->pool3, t->pool_n), "learnt", part(t->pool_own1, t->pool_n)));
	}
	*used = !better;
	json_object_set_new(j, "better", better ? json_string(better) : json_null());
	json_object_set_new(j, "baselines", base);
	return j;
}

bool tally_worse(const struct tally *since, const struct tally *before, bool breach)
{
	if (since->n < LEAST_SINCE || before->n < 1)
		return false;
	double was = before->top1 / before->n, is = since->top1 / since->n;
	if (breach)
		return area(since->yes, since->no) < area(before->yes, before->no) - 0.1;
	/* by a tenth, and by three standard errors */
	return is < was * 0.9 && is < was - 3 * sqrt(was * (1 - was) / since->n);
}
