/* Inside of core/predict. */
#ifndef CORE_PREDICT_INNER_H
#define CORE_PREDICT_INNER_H

#include "core/predict/predict.h"
#include "svcdesk/mem.h"

/* Kinds of features; fields and pairs of fields are numbered on from FIRST_TYPE. */
enum { TYPE_ONE, TYPE_WORD, TYPE_PAIR, TYPE_GRAM, TYPE_FIRST, FIRST_TYPE, MAX_TYPES = 1024, NONE = 0xffffffff };

/* Text keys to numbers, by their hash alone; at most max of them. */
struct keys {
	uint64_t *key;
	uint32_t *at;
	size_t cap, n, max;
};
uint64_t key_hash(const char *s, size_t n);
/* NONE: it is not there (and was not to be added, or there is no room). */
uint32_t key_find(struct keys *k, uint64_t h, bool add);
void keys_free(struct keys *k);

struct item {
	uint32_t f;
	float v;
};
struct row {
	size_t at; /* in items */
	uint32_t n, label;
};
struct predict_set {
	struct keys dict, types, labels;
	struct {
		uint32_t seen, type;
		uint32_t to; /* its number among those that are used; NONE */
		float kept;  /* how it is weighed in a text by a model that goes on; 0: that does not know it */
		char *name;
	} * entry;
	size_t entry_cap;
	struct item *items;
	size_t items_n, items_cap;
	struct row *rows;
	size_t rows_n, rows_cap;
	char **label;
	uint32_t *label_seen;
	size_t label_cap;
	bool sealed, plain;
	size_t later; /* rows at the end that are not learnt yet: only what stands in them is looked at, not their labels */
	size_t kept_labels, kept_rows; /* of a model that goes on: labels stay where they are */
	void (*told)(void *arg);       /* called now and then while it learns; may be NULL */
	void *told_arg;
	size_t features; /* in use, once sealed */
	uint32_t *type;  /* of each */
	uint32_t *entry_of;
	float *idf;
	struct item *scratch;
	size_t scratch_cap;
};
/* Chooses the features that are seen often enough, so that features * labels stay within bounds, and gives rows their values. */
void set_seal(struct predict_set *s);
/* How many of the last rows are held back to try ways of learning on. */
size_t set_held(const struct predict_set *s);
/* The number of a label, its first one when it is new. */
uint32_t set_label(struct predict_set *s, const char *label);
void set_tell(const struct predict_set *s);
size_t set_known(const struct predict_set *s); /* rows that are not later ones */
/* Features of a row not of the set, into scratch. */
size_t set_items(struct predict_set *s, const char *text, const struct predict_field *fields, size_t n);

struct linear {
	size_t k, kp; /* labels, rounded up to eights */
	float *w, *g; /* features * kp; features */
};
/* Rows [0, n); of how: epochs, last, mean, recent. */
/* One step against the error on a row; p: room for kp. */
void linear_step(struct linear *l, const struct row *r, const struct item *it, float rate, float *p);
struct linear *linear_train(const struct predict_set *s, size_t labels, size_t n, const struct predict_how *how);
void linear_scores(const struct linear *l, const struct item *it, size_t n, float *out); /* out: kp */
void linear_free(struct linear *l);

struct counted {
	size_t k;
	float *prior; /* of each label */
	size_t *at;   /* features + 1: where the entries of a feature begin */
	uint32_t *label;
	float *n, *lift; /* how often, faded; ln(1 + n / (5 prior)) */
	float *total;    /* of each feature */
	float weight[MAX_TYPES][5];
};
/* Rows [0, n), with room for what goes with what in rows [0, all). */
struct counted *counted_train(const struct predict_set *s, size_t labels, size_t n, size_t all, double decay);
/* Where the entry of a label is, or would be. */
size_t counted_find(const struct counted *c, uint32_t f, uint32_t label);
float counted_lift(const struct counted *c, uint32_t label, float n);
void counted_scores(const struct predict_set *s, const struct counted *c, const struct item *it, size_t n, float *out);
float counted_weight(const struct predict_set *s, const struct counted *c, uint32_t f);
void counted_free(struct counted *c);

struct predict_model {
	struct predict_set *s;
	size_t k;
	struct linear *linear; /* NULL: too much work, counts alone */
	struct counted *counted;
	struct predict_how how;
	float *a, *b;
	size_t base;  /* rows it was learnt from at first: the past fades by so much over as many */
	double total; /* rows counted, faded */
	double scale; /* what one counted at first is worth by now */
	double lost;  /* see predict_lost */
};
/* Room for the scores of a model with linear and counts. */
void predict_open(struct predict_model *m);

/* Scores to chances, in place. */
void softmax(float *s, size_t k, double slope);
uint32_t random_next(uint64_t *state);

#endif
