/* Tickets of the past, page by page. */
#include <stdlib.h>
#include <string.h>

#include "core/predict/live_inner.h"

enum { PAGE = 1000 };

static void take(struct history *h, const struct sd_result *r, int row)
{
	if (!sd_result_get(r, row, 2) || !sd_result_get(r, row, 4))
		return;
	json_t *names = json_loads(sd_result_get(r, row, 5), 0, NULL), *values = json_loads(sd_result_get(r, row, 6), 0, NULL);
	struct past *p = SD_PUSH(h->p, h->n, h->cap);
	size_t n = json_array_size(names) < PREDICT_MAX_FIELDS ? json_array_size(names) : PREDICT_MAX_FIELDS;
	p->id = sd_arena_strdup(h->a, sd_result_get(r, row, 1));
	p->label = sd_arena_strdup(h->a, sd_result_get(r, row, 2));
	p->lead = sd_result_get(r, row, 3) ? (int)strtol(sd_result_get(r, row, 3), NULL, 10) : -1;
	p->text = sd_arena_strdup(h->a, sd_result_get(r, row, 4));
	p->f = sd_arena_alloc(h->a, (n + 1) * sizeof *p->f);
	p->n = n;
	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(names, i)), *value = json_string_value(json_array_get(values, i));
		p->f[i] = (struct predict_field){sd_arena_strdup(h->a, name ? name : ""), sd_arena_strdup(h->a, value ? value : "")};
	}
	h->until = sd_arena_strdup(h->a, sd_result_get(r, row, 0));
	json_decref(names);
	json_decref(values);
}

static bool ask(struct sd_conn *c, const struct order *o, const char *at, const char *id, struct sd_err *err)
{
	char *since = o->more ? json_dumps(json_object_get(o->go, "since"), 0) : NULL,
		 *until = json_dumps(json_object_get(o->go, "until"), 0);
	const char *params[] = {o->name, at, id, since, until};
	bool ok = sd_conn_start(c,
		"select r.at, r.id, r.label, r.lead, r.txt, array_to_json(r.names), array_to_json(r.vals) from desk.predict_rows($1, "
		"$2::timestamptz, $3::bigint, 1000, $4::jsonb, $5::jsonb) r order by r.at, r.id",
		5, params, err);
	free(since);
	free(until);
	return ok;
}

/* The server looks up the next page while this one is taken apart. */
bool history_read(struct sd_conn *c, const struct order *o, struct history *h, struct predict_set *s,
	struct predict_live_watch *w, struct sd_err *err)
{
	const char *from = json_string_value(json_object_get(o->go, "from"));
	bool ok = ask(c, o, from, "0", err);
	for (int got = PAGE; ok && got == PAGE;) {
		struct sd_result *r = sd_conn_finish(c, err);
		if (!r)
			return false;
		got = sd_result_rows(r);
		if (got == PAGE)
			ok = ask(c, o, sd_result_get(r, got - 1, 0), sd_result_get(r, got - 1, 1), err);
		for (int i = 0; i < got; i++)
			take(h, r, i);
		for (; h->in_set < h->n; h->in_set++)
			predict_set_add(s, h->p[h->in_set].text, h->p[h->in_set].f, h->p[h->in_set].n, h->p[h->in_set].label);
		sd_result_free(r);
		live_tell(w, PREDICT_READING, h->n, 0);
	}
	return ok;
}

void history_free(struct history *h)
{
	free(h->p);
	sd_arena_free(h->a);
}
