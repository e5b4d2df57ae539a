/* Learning a label (a category, a group, whether a target is missed) from texts and fields of the past, with a probability that
 * is what it says. Rows come in the order of time. Everything here is deterministic and knows neither database nor clock.
 *
 * A row becomes features, each a short text: "w WORD", "b WORD WORD", "c three letters of a word", "p one of the first words",
 * "f FIELD=VALUE", "x FIELD=VALUE&FIELD=VALUE" and "1". A model is one number for each feature and label (a score is their sum,
 * so it can be worked out anywhere, see desk.predict_scores), and is made of two that are mixed: a softmax regression, whose last
 * pass goes through time, and experts that count how often a label went with a feature, each kind of feature with a weight that
 * is learnt. What is mixed, and how sure it may be, is tried on the last
 * fifth of the rows. */
#ifndef CORE_PREDICT_PREDICT_H
#define CORE_PREDICT_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct predict_field {
	const char *name, *value; /* an empty value is none */
};

enum { PREDICT_MAX_FIELDS = 64, PREDICT_MAX_LABELS = 4096 };

/* ---- rows to learn from ---- */
struct predict_set;
struct predict_set *predict_set_new(void);
struct predict_set *predict_set_plain(void); /* of words and fields alone, also those that are rare */
void predict_set_free(struct predict_set *s);
/* Adds a row, in the order of time. text NULL: none. */
void predict_set_add(struct predict_set *s, const char *text, const struct predict_field *fields, size_t n, const char *label);
size_t predict_set_rows(const struct predict_set *s);

/* ---- a model ---- */
struct predict_model;
/* NULL when there are no rows. The set must outlive the model. */
struct predict_model *predict_train(struct predict_set *s);
/* Learns all but the last rows, of which it knows what stands in them, not their labels: predict_learn takes them. */
struct predict_model *predict_train_first(struct predict_set *s, size_t later);
/* Learns on with the rows [from, to) that come next: one step against the error of each, and their counts. */
void predict_learn(struct predict_model *m, size_t from, size_t to);
/* Learns all rows anew, in the way that was found. */
void predict_train_all(struct predict_model *m);
void predict_model_free(struct predict_model *m);
size_t predict_labels(const struct predict_model *m);
const char *predict_label(const struct predict_model *m, size_t k);
/* The label's number; predict_labels() when training never saw it. */
size_t predict_label_of(const struct predict_model *m, const char *label);
double predict_share(const struct predict_model *m, size_t k); /* of the rows learnt from */
/* How sure the model is of each label: p has room for all of them; the sum is 1. */
void predict_ask(struct predict_model *m, const char *text, const struct predict_field *fields, size_t n, double *p);

/* Likewise of a row of its set. */
void predict_ask_row(struct predict_model *m, size_t i, double *p);

/* What a model is, to keep it: the number of its features, and of one its text, how it is weighed in a text, and the numbers of
 * the labels. The score of a label is the sum over the features of a row of value * weight; p = softmax(scores). */
size_t predict_features(const struct predict_model *m);
const char *predict_feature(const struct predict_model *m, size_t f);
double predict_idf(const struct predict_model *m, size_t f);
const float *predict_linear(const struct predict_model *m, size_t f, float *room);  /* times the value */
const float *predict_counted(const struct predict_model *m, size_t f, float *room); /* times one */
struct predict_how {
	double mix, decay, slope; /* share of the counts, how fast the past fades, what scores are multiplied by */
	bool last;                /* a last pass in the order of time */
	bool mean;                /* few passes and the mean of the weights on the way: for what is uncertain by nature */
	double recent;            /* how fast old rows weigh less in the regression */
	int epochs;               /* passes before the last one; 0: no regression */
};
struct predict_how predict_how(const struct predict_model *m);
/* The mean of -ln of the chance of what was right on the rows it was tried on before it learnt them: of two models that learn
 * from the same rows by other fields the lower one is better. INFINITY: there were too few rows to try anything. */
double predict_lost(const struct predict_model *m);

/* ---- what to compare with ---- */
/* The counts behind desk.propose (0035), learnt from a plain set in its order. */
struct predict_pool;
struct predict_pool *predict_pool_train(struct predict_set *s);
/* How many labels it holds more likely than this one; SIZE_MAX when training never saw it. */
size_t predict_pool_place(
	struct predict_pool *p, const char *text, const struct predict_field *fields, size_t n, const char *label);
void predict_pool_free(struct predict_pool *p);

/* ---- measures ---- */
/* Area under the curve of the chance p of what truly was (y); ties count half. 0.5 where one of both never was. */
double predict_auc(const double *p, const bool *y, size_t n);
/* How far what was said lies from what came true: the mean over tenths, weighed by their rows. */
double predict_ece(const double *p, const bool *y, size_t n);

#endif
