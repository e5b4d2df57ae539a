/* Training of the live models: tickets of the past from the desk, a model back to it. */
#ifndef CORE_PREDICT_LIVE_H
#define CORE_PREDICT_LIVE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct predict_model;
struct sd_conn;
struct sd_err;

extern const char *const predict_live_names[]; /* ends with NULL */

/* What is going on, told now and then; done of all (0: not known). */
enum predict_live_phase { PREDICT_READING, PREDICT_LEARNING, PREDICT_STORING };
struct predict_live_watch {
	void (*told)(void *arg, enum predict_live_phase phase, size_t done, size_t all);
	void *arg;
};

/* Trains one model and keeps it as its next version, with its back-test: from what is stored, with the tickets alone that have
 * ended since; from nothing when it must be or full is set. Without force only when it is due. *told: what was kept
 * ({model, version, mode, why, rows, ...}; mode none: there is nothing new), a refusal of the desk ({ok: false, error}), or NULL
 * when it was not due or there is too little to learn from; the caller releases it. False and err: the desk did not answer. Until
 * it is whole nobody sees anything of a version. */
bool predict_live_train(
	struct sd_conn *c, const char *name, bool force, bool full, struct predict_live_watch *w, json_t **told, struct sd_err *err);
/* For the loop beside the desk: where something is due, a process of its own does it, which nobody waits for; it signs in with
 * conninfo. */
void predict_live_beside(struct sd_conn *c, const char *conninfo);

/* Keeps the numbers of a model as rows, under this name and version. */
bool predict_live_store(struct sd_conn *c, const char *name, const char *version, const struct predict_model *m,
	struct predict_live_watch *w, struct sd_err *err);
/* {labels, prior, experts, mix, scale, slope}: what desk.predict_finish takes of it. */
json_t *predict_live_describe(const struct predict_model *m);

#endif
