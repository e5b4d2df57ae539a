/* Training of the live models: tickets of the past from the desk, a model back to it. */
#ifndef CORE_PREDICT_LIVE_H
#define CORE_PREDICT_LIVE_H

#include <jansson.h>
#include <stdbool.h>

struct predict_model;
struct sd_conn;
struct sd_err;

extern const char *const predict_live_names[]; /* ends with NULL */

/* Trains one model and keeps it as its next version, with its back-test. Without force only when it is due. *told: what was kept
 * ({model, version, tickets, ...}), a refusal of the desk ({ok: false, error}), or NULL when it was not due or there is too
 * little to learn from; the caller releases it. False and err: the desk did not answer. */
bool predict_live_train(struct sd_conn *c, const char *name, bool force, json_t **told, struct sd_err *err);
/* The first that is due, for the loop beside the desk, whose tick waits for no more than that: errors are for the next time. */
void predict_live_due(struct sd_conn *c);

/* Keeps the numbers of a model as rows, under this name and version. */
bool predict_live_store(
	struct sd_conn *c, const char *name, const char *version, const struct predict_model *m, struct sd_err *err);

#endif
