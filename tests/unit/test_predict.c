/* Prediction: it learns what there is to learn, says how sure it is, gives the same twice, and what it keeps of itself is all of
 * it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/predict/inner.h"
#include "core/predict/predict.h"

/* A small world: three labels that follow from a word or from a pair of fields, one time in five anything. */
static struct predict_field field[2];
static char text[64];
static const char *world(uint64_t *state)
{
	static const char *const label[] = {"mail", "network", "printer"}, *const places[] = {"a", "b", "c"};
	uint32_t y = random_next(state) % 3, other = random_next(state) % 3;
	snprintf(text, sizeof text, "Please help, the %s is broken %u", random_next(state) % 2 ? label[y] : "thing",
		random_next(state) % 50);
	field[0] = (struct predict_field){"place", places[other]};
	field[1] = (struct predict_field){"floor", places[(other + y) % 3]};
	return random_next(state) % 5 ? label[y] : label[random_next(state) % 3];
}

static struct predict_set *learn_world(size_t n)
{
	struct predict_set *s = predict_set_new();
	uint64_t state = 7;
	for (size_t i = 0; i < n; i++) {
		const char *y = world(&state);
		predict_set_add(s, text, field, 2, y);
	}
	return s;
}

static void learns(void **unused)
{
	(void)unused;
	struct predict_set *s = learn_world(3000);
	struct predict_model *m = predict_train(s);
	uint64_t state = 99;
	enum { TRIES = 1000 };
	double p[3], sure[TRIES];
	bool right[TRIES];
	int hits = 0;
	assert_int_equal(predict_labels(m), 3);
	for (int i = 0; i < TRIES; i++) {
		const char *y = world(&state);
		size_t best = 0;
		predict_ask(m, text, field, 2, p);
		assert_true(fabs(p[0] + p[1] + p[2] - 1) < 1e-5);
		for (size_t k = 1; k < 3; k++)
			best = p[k] > p[best] ? k : best;
		sure[i] = p[best];
		right[i] = best == predict_label_of(m, y);
		hits += right[i];
	}
	assert_true(hits > 820); /* no one can have more than 867 on the mean */
	assert_true(predict_ece(sure, right, TRIES) < 0.06);
	assert_int_equal(predict_label_of(m, "never"), 3);
	predict_model_free(m);
	predict_set_free(s);
}

static void is_the_same_twice(void **unused)
{
	(void)unused;
	struct predict_set *s = learn_world(400), *t = learn_world(400);
	struct predict_model *m = predict_train(s), *n = predict_train(t);
	uint64_t state = 5;
	for (int i = 0; i < 50; i++) {
		double p[3], q[3];
		world(&state);
		predict_ask(m, text, field, 2, p);
		predict_ask(n, text, field, 2, q);
		assert_memory_equal(p, q, sizeof p);
	}
	predict_model_free(m);
	predict_model_free(n);
	predict_set_free(s);
	predict_set_free(t);
}

/* Scores are the sum over features of what predict_linear and predict_counted give. */
static void is_what_it_says_it_is(void **unused)
{
	(void)unused;
	struct predict_set *s = learn_world(600);
	struct predict_model *m = predict_train(s);
	uint64_t state = 3;
	float a[3], b[3], sum[3];
	double p[3];
	for (int i = 0; i < 50; i++) {
		world(&state);
		size_t n = set_items(s, text, field, 2);
		memset(sum, 0, sizeof sum);
		for (size_t j = 0; j < n; j++) {
			predict_linear(m, s->scratch[j].f, a);
			predict_counted(m, s->scratch[j].f, b);
			for (size_t k = 0; k < 3; k++)
				sum[k] += s->scratch[j].v * a[k] + b[k];
		}
		softmax(sum, 3, predict_how(m).slope);
		predict_ask(m, text, field, 2, p);
		for (size_t k = 0; k < 3; k++)
			assert_true(fabs(p[k] - (double)sum[k]) < 1e-4);
	}
	predict_model_free(m);
	predict_set_free(s);
}

/* One step against the error goes down the loss as far as its numerical gradient says. */
static void steps_go_downhill(void **unused)
{
	(void)unused;
	struct predict_set *s = learn_world(60);
	set_seal(s);
	struct linear *l = linear_train(s, 3, 60, &(struct predict_how){.epochs = 2});
	const struct row *r = &s->rows[11];
	const struct item *it = &s->items[r->at];
	float p[8];
	linear_scores(l, it, r->n, p);
	softmax(p, 3, 1);
	for (size_t j = 0; j < r->n; j++)
		for (size_t k = 0; k < 3; k++) {
			float *w = &l->w[it[j].f * l->kp + k], kept = *w, q[8];
			double loss[2], gradient = (double)it[j].v * ((double)p[k] - (k == r->label));
			for (int side = 0; side < 2; side++) {
				*w = kept + (side ? 0.01F : -0.01F);
				linear_scores(l, it, r->n, q);
				softmax(q, 3, 1);
				loss[side] = -log((double)q[r->label]);
			}
			*w = kept;
			assert_true(fabs((loss[1] - loss[0]) / 0.02 - gradient) < 2e-3);
		}
	linear_free(l);
	predict_set_free(s);
}

static void area_is_what_pairs_say(void **unused)
{
	(void)unused;
	uint64_t state = 11;
	double p[120];
	bool y[120];
	for (int round = 0; round < 20; round++) {
		size_t n = 2 + random_next(&state) % 119;
		double won = 0, pairs = 0;
		for (size_t i = 0; i < n; i++) {
			p[i] = (double)(random_next(&state) % 20) / 20;
			y[i] = i < 2 ? i : random_next(&state) % 3 == 0;
		}
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++)
				if (y[i] && !y[j]) {
					pairs++;
					won += p[i] > p[j] ? 1 : p[i] < p[j] ? 0 : 0.5;
				}
		assert_true(fabs(predict_auc(p, y, n) - won / pairs) < 1e-9);
	}
	assert_true(predict_auc(p, y, 0) > 0.49);
	assert_true(predict_ece((double[]){0.95, 0.85}, (bool[]){true, false}, 2) > 0.4);
}

static void bears_anything(void **unused)
{
	(void)unused;
	struct predict_set *s = predict_set_new();
	assert_null(predict_train(s));
	size_t big = 3000000;
	char *huge = malloc(big + 1), name[32];
	double *p = calloc(5001, sizeof *p);
	for (size_t i = 0; i < big; i++)
		huge[i] = i % 7 ? (char)('a' + i % 26) : ' ';
	huge[big] = '\0';
	struct predict_field f[3] = {{"empty", ""}, {"long", huge}, {"bad", "\xff\xfe\x80 \xc3"}};
	for (int i = 0; i < 4200; i++) { /* more labels than are learnt */
		snprintf(name, sizeof name, "label %d", i);
		predict_set_add(s,
			i == 3  ? huge
			: i % 2 ? "\xff\xc0 \xe4\xb8\xad\xe6\x96\x87"
					: NULL,
			i % 100 ? f + 2 : f, i % 100 ? 1 : 3, name);
	}
	predict_set_add(s, "", NULL, 0, "label 7");
	struct predict_model *m = predict_train(s);
	assert_int_equal(predict_labels(m), PREDICT_MAX_LABELS);
	assert_string_equal(predict_label(m, 0), "label 7"); /* the most frequent comes first */
	predict_ask(m, huge, f, 3, p);
	double sum = 0;
	for (size_t k = 0; k < predict_labels(m); k++) {
		assert_true(isfinite(p[k]));
		sum += p[k];
	}
	assert_true(fabs(sum - 1) < 1e-3);
	predict_model_free(m);
	predict_set_free(s);
	s = predict_set_new(); /* one label only */
	predict_set_add(s, "a", NULL, 0, "x");
	m = predict_train(s);
	predict_ask(m, "b", NULL, 0, p);
	assert_true(p[0] > 0.99);
	predict_model_free(m);
	predict_set_free(s);
	free(huge);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(learns), cmocka_unit_test(is_the_same_twice),
		cmocka_unit_test(is_what_it_says_it_is), cmocka_unit_test(steps_go_downhill), cmocka_unit_test(area_is_what_pairs_say),
		cmocka_unit_test(bears_anything)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
