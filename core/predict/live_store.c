/* What is kept of a model: rows of features, and what training goes on from. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/live_inner.h"

enum { STORE_BYTES = 1 << 20, READ_FEATURES = 2000, SAW = 5000, SMOOTH = 5, OID_INT2 = 21, OID_INT4 = 23, OID_FLOAT4 = 700 };

/* ---- arrays in the binary form of the server ---- */

static void put_int(struct sd_str *out, uint32_t x, int bytes)
{
	for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
		sd_str_addc(out, (char)(x >> shift & 0xff));
}

struct list {
	struct sd_str bytes;
	uint32_t n, oid;
	int size;
};

static void list_begin(struct list *l, uint32_t oid)
{
	sd_str_reset(&l->bytes);
	l->n = 0;
	l->oid = oid;
	l->size = oid == OID_INT2 ? 2 : 4;
	for (int i = 0; i < 5; i++)
		put_int(&l->bytes, i == 2 ? oid : i == 0 || i == 4, 4);
}

static void list_int(struct list *l, uint32_t x)
{
	put_int(&l->bytes, (uint32_t)l->size, 4);
	put_int(&l->bytes, x, l->size);
	l->n++;
}

static void list_float(struct list *l, float x)
{
	uint32_t bits;
	memcpy(&bits, &x, sizeof bits);
	list_int(l, bits);
}

/* The parameter; an empty list has no dimension. */
static const char *list_end(struct list *l, int *length)
{
	struct sd_str n = {0};
	put_int(&n, l->n, 4);
	memcpy(l->bytes.data + 12, n.data, 4);
	sd_str_free(&n);
	if (!l->n)
		memset(l->bytes.data, 0, 4);
	*length = l->n ? (int)l->bytes.len : 12;
	return l->bytes.data;
}

/* ---- rows of features ---- */

enum { KIND, IDF, STEPS, TOTAL, LIN, FROM, PLACE, COUNT, LISTS };

struct batch {
	struct sd_str names;
	struct list l[LISTS];
};

static void batch_begin(struct batch *b)
{
	static const uint32_t oid[LISTS] = {OID_INT2, OID_FLOAT4, OID_FLOAT4, OID_FLOAT4, OID_FLOAT4, OID_INT4, OID_INT2, OID_FLOAT4};
	sd_str_reset(&b->names);
	sd_str_addc(&b->names, '{');
	for (int i = 0; i < LISTS; i++)
		list_begin(&b->l[i], oid[i]);
	list_int(&b->l[FROM], 0);
}

static void add_name(struct sd_str *out, const char *text)
{
	sd_str_add(out, out->len > 1 ? ",\"" : "\"");
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			sd_str_addc(out, '\\');
		sd_str_addc(out, *p);
	}
	sd_str_addc(out, '"');
}

static void batch_add(struct batch *b, const struct predict_model *m, uint32_t f)
{
	const struct counted *c = m->counted;
	bool one = m->s->type[f] == TYPE_ONE;
	add_name(&b->names, predict_feature(m, f));
	list_int(&b->l[KIND], m->s->type[f]);
	list_float(&b->l[IDF], m->s->idf[f]);
	list_float(&b->l[STEPS], m->linear ? m->linear->g[f] : 0);
	list_float(&b->l[TOTAL], c->total[f] / (float)m->scale);
	for (size_t k = 0; m->linear && k < m->k; k++)
		list_float(&b->l[LIN], m->linear->w[f * m->linear->kp + k]);
	for (size_t i = c->at[f]; !one && i < c->at[f + 1]; i++) {
		if (c->n[i] <= 0)
			continue;
		list_int(&b->l[PLACE], c->label[i] + 1);
		list_float(&b->l[COUNT], c->n[i] / (float)m->scale);
	}
	list_int(&b->l[FROM], b->l[PLACE].n);
}

static bool batch_store(struct sd_conn *c, const char *name, const char *version, struct batch *b, size_t k, struct sd_err *err)
{
	static const int at[LISTS] = {3, 4, 5, 6, 8, 9, 10, 11};
	char wide[24];
	const char *params[12] = {name, version};
	int lengths[12] = {0};
	sd_str_addc(&b->names, '}');
	snprintf(wide, sizeof wide, "%zu", k);
	params[2] = b->names.data;
	params[7] = wide;
	for (int i = 0; i < LISTS; i++)
		params[at[i]] = list_end(&b->l[i], &lengths[at[i]]);
	struct sd_result *r = sd_conn_query_bytes(c,
		"select desk.predict_store($1, $2::int, $3::text[], $4::smallint[], $5::real[], $6::real[], $7::real[], $8::int, "
		"$9::real[], "
		"$10::int[], $11::smallint[], $12::real[])",
		12, params, lengths, err);
	bool ok = r != NULL;
	sd_result_free(r);
	batch_begin(b);
	return ok;
}

bool predict_live_store(struct sd_conn *c, const char *name, const char *version, const struct predict_model *m,
	struct predict_live_watch *w, struct sd_err *err)
{
	struct batch b = {0};
	size_t n = predict_features(m), wide = m->linear ? m->k : 0;
	bool ok = true;
	batch_begin(&b);
	for (size_t f = 0; f < n && ok; f++) {
		batch_add(&b, m, (uint32_t)f);
		if (b.l[LIN].bytes.len + b.l[COUNT].bytes.len + b.names.len <= STORE_BYTES)
			continue;
		ok = batch_store(c, name, version, &b, wide, err);
		live_tell(w, PREDICT_STORING, f, n);
	}
	ok = ok && (b.names.len < 2 || batch_store(c, name, version, &b, wide, err));
	sd_str_free(&b.names);
	for (int i = 0; i < LISTS; i++)
		sd_str_free(&b.l[i].bytes);
	return ok;
}

bool saw_store(struct sd_conn *c, const struct order *o, const struct history *h, struct sd_err *err)
{
	bool ok = true;
	for (size_t i = 0; i < h->n && ok;) {
		struct sd_str ids = {0}, labels = {0};
		for (size_t j = 0; j < SAW && i < h->n; i++, j++) {
			sd_str_addf(&ids, "%c%s", j ? ',' : '{', h->p[i].id);
			sd_str_addf(&labels, "%c%s", j ? ',' : '{', h->p[i].label);
		}
		sd_str_addc(&ids, '}');
		sd_str_addc(&labels, '}');
		const char *params[] = {o->name, o->version, ids.data, labels.data};
		struct sd_result *r =
			sd_conn_query(c, "select desk.predict_saw($1, $2::int, $3::bigint[], $4::bigint[])", 4, params, err);
		ok = r != NULL;
		sd_result_free(r);
		sd_str_free(&ids);
		sd_str_free(&labels);
	}
	return ok;
}

static bool sweep(struct sd_conn *c, const char *sql, const char *name, const char *first, struct sd_err *err)
{
	char *at = sd_strdup(first);
	bool ok = true;
	while (ok && at) {
		const char *params[] = {name, at};
		struct sd_result *r = sd_conn_query(c, sql, 2, params, err);
		ok = r != NULL;
		char *next = ok && sd_result_get(r, 0, 0) ? sd_strdup(sd_result_get(r, 0, 0)) : NULL;
		free(at);
		at = next;
		sd_result_free(r);
	}
	free(at);
	return ok;
}

bool kept_sweep(struct sd_conn *c, const char *name, struct sd_err *err)
{
	return sweep(c, "select desk.predict_sweep($1, $2)", name, "", err) &&
		   sweep(c, "select desk.predict_sweep_tickets($1, $2::bigint)", name, "0", err);
}

/* ---- what else is kept ---- */

json_t *predict_live_describe(const struct predict_model *m)
{
	json_t *labels = json_array(), *prior = json_array(), *experts = json_array();
	for (size_t k = 0; k < m->k; k++) {
		json_array_append_new(labels, json_integer(strtoll(predict_label(m, k), NULL, 10)));
		json_array_append_new(prior, json_real((double)m->counted->prior[k]));
	}
	for (size_t t = 0; t < FIRST_TYPE + m->s->types.n; t++)
		for (size_t b = 0; b < 5; b++)
			json_array_append_new(experts, json_real((double)m->counted->weight[t][b]));
	return json_pack("{s:o,s:o,s:o,s:f,s:f,s:f}", "labels", labels, "prior", prior, "experts", experts, "mix", m->how.mix,
		"scale", m->scale, "slope", m->how.slope);
}

json_t *model_describe(const struct predict_model *m, json_t *state)
{
	json_t *types = json_array();
	char hash[24];
	for (uint32_t t = 0; t < m->s->types.n; t++)
		for (size_t i = 0; i < m->s->types.cap; i++)
			if (m->s->types.key[i] && m->s->types.at[i] == t) {
				snprintf(hash, sizeof hash, "%llu", (unsigned long long)m->s->types.key[i]);
				json_array_append_new(types, json_string(hash));
			}
	json_object_set_new(state, "types", types);
	json_object_set_new(state, "total", json_real(m->total));
	json_object_set_new(state, "base_rows", json_integer((json_int_t)m->base));
	json_object_set_new(state, "decay", json_real(m->how.decay));
	return predict_live_describe(m);
}

/* ---- going on ---- */

/* One feature as it is stored. */
struct kept {
	uint32_t entry, *place;
	float steps, total, *lin, *n;
	size_t lin_n, counts;
};
struct shelf {
	struct sd_arena *a;
	struct kept *k;
	size_t n, cap;
};

/* The numbers of {1,2.5}. */
static size_t numbers(struct sd_arena *a, const char *text, float **out)
{
	size_t n = 0, most = 1;
	for (const char *p = text; *p; p++)
		most += *p == ',';
	*out = sd_arena_alloc(a, most * sizeof **out);
	for (const char *p = text + 1; *p && *p != '}' && n < most;) {
		char *end;
		(*out)[n++] = strtof(p, &end);
		p = *end == ',' ? end + 1 : "";
	}
	return n;
}

static void shelve(struct shelf *sh, struct predict_set *s, const uint32_t *asked, const struct sd_result *r, int row)
{
	const char *col[8];
	float *place;
	for (int i = 0; i < 8; i++)
		col[i] = sd_result_get(r, row, i);
	uint32_t entry = asked[strtol(col[0], NULL, 10) - 1];
	struct kept *k = SD_PUSH(sh->k, sh->n, sh->cap);
	k->entry = entry;
	s->entry[entry].kept = fmaxf(strtof(col[2], NULL), 1e-6F);
	k->steps = strtof(col[3], NULL);
	k->total = strtof(col[4], NULL);
	k->lin_n = numbers(sh->a, col[5], &k->lin);
	k->counts = numbers(sh->a, col[6], &place);
	numbers(sh->a, col[7], &k->n);
	k->place = sd_arena_alloc(sh->a, (k->counts + 1) * sizeof *k->place);
	for (size_t i = 0; i < k->counts; i++)
		k->place[i] = (uint32_t)place[i] - 1;
}

static bool fetch(struct sd_conn *c, const char *name, struct predict_set *s, struct shelf *sh, struct predict_live_watch *w,
	struct sd_err *err)
{
	uint32_t asked[READ_FEATURES];
	bool ok = true;
	for (size_t i = 0; ok && i < s->dict.n;) {
		struct sd_str names = {0};
		size_t n = 0;
		sd_str_addc(&names, '{');
		for (; i < s->dict.n && n < READ_FEATURES; i++) {
			add_name(&names, s->entry[i].name);
			asked[n++] = (uint32_t)i;
		}
		sd_str_addc(&names, '}');
		const char *params[] = {name, names.data};
		struct sd_result *r = sd_conn_query(c,
			"select r.i, r.kind, r.idf, r.steps, r.total, r.lin, r.place, r.n from desk.predict_weights($1, $2::text[]) r", 2,
			params, err);
		ok = r != NULL;
		for (int row = 0; ok && row < sd_result_rows(r); row++)
			shelve(sh, s, asked, r, row);
		sd_result_free(r);
		sd_str_free(&names);
		live_tell(w, PREDICT_READING, i, s->dict.n);
	}
	return ok;
}

struct triple {
	uint32_t f, label;
	float n;
};

static int by_place(const void *a, const void *b)
{
	const struct triple *x = a, *y = b;
	if (x->f != y->f)
		return x->f < y->f ? -1 : 1;
	return x->label < y->label ? -1 : x->label > y->label;
}

/* What was counted, with room for what the rows will add. */
static void restore_counts(struct predict_model *m, const struct shelf *sh)
{
	const struct predict_set *s = m->s;
	struct counted *c = m->counted;
	struct triple *t = NULL;
	size_t n = 0, cap = 0, w = 0;
	for (size_t i = 0; i < sh->n; i++)
		for (size_t j = 0; j < sh->k[i].counts; j++)
			*SD_PUSH(t, n, cap) =
				(struct triple){s->entry[sh->k[i].entry].to, sh->k[i].place[j], sh->k[i].n[j] * (float)m->scale};
	for (size_t i = 0; i < s->rows_n; i++)
		for (size_t j = 0; j < s->rows[i].n && s->rows[i].label < m->k; j++)
			*SD_PUSH(t, n, cap) = (struct triple){s->items[s->rows[i].at + j].f, s->rows[i].label, 0};
	if (n)
		qsort(t, n, sizeof *t, by_place);
	c->label = sd_calloc(n + 1, sizeof *c->label);
	c->n = sd_calloc(n + 1, sizeof *c->n);
	c->lift = sd_calloc(n + 1, sizeof *c->lift);
	for (size_t i = 0, f = 0; f < s->features; f++) {
		c->at[f] = w;
		for (; i < n && t[i].f == f; i++) {
			if (w == c->at[f] || c->label[w - 1] != t[i].label)
				c->label[w++] = t[i].label;
			c->n[w - 1] += t[i].n;
		}
	}
	c->at[s->features] = w;
	for (size_t i = 0; i < w; i++)
		c->lift[i] = counted_lift(c, c->label[i], c->n[i]);
	free(t);
}

static void restore_experts(struct predict_model *m, const json_t *kept)
{
	struct counted *c = m->counted;
	const json_t *prior = json_object_get(kept, "prior"), *experts = json_object_get(kept, "experts");
	size_t known = json_array_size(prior);
	for (size_t k = 0; k < m->k; k++) {
		double n = k < known ? json_number_value(json_array_get(prior, k)) * (m->total + SMOOTH) - SMOOTH / (double)known : 0;
		c->prior[k] = (float)((fmax(0, n) + SMOOTH / (double)m->k) / (m->total + SMOOTH));
	}
	for (size_t i = 0; i < json_array_size(experts) && i / 5 < MAX_TYPES; i++)
		c->weight[i / 5][i % 5] = (float)json_number_value(json_array_get(experts, i));
}

/* A label that is new is as unlikely as the least likely of the others until it is learnt. */
static void restore_linear(struct predict_model *m, const struct shelf *sh)
{
	struct linear *l = m->linear = sd_calloc(1, sizeof *l);
	l->k = m->k;
	l->kp = (m->k + 7) / 8 * 8;
	l->w = sd_calloc(m->s->features * l->kp + 1, sizeof *l->w);
	l->g = sd_calloc(m->s->features + 1, sizeof *l->g);
	for (size_t i = 0; i < sh->n; i++) {
		const struct kept *k = &sh->k[i];
		uint32_t f = m->s->entry[k->entry].to;
		float *w = l->w + f * l->kp, least = 0;
		l->g[f] = k->steps;
		for (size_t j = 0; j < k->lin_n && j < m->k; j++) {
			w[j] = k->lin[j];
			least = fminf(least, w[j]);
		}
		for (size_t j = k->lin_n; m->s->type[f] == TYPE_ONE && j < m->k; j++)
			w[j] = least;
	}
}

static struct predict_model *restore(struct predict_set *s, const json_t *go, const struct shelf *sh)
{
	const json_t *kept = json_object_get(go, "model"), *state = json_object_get(go, "state");
	struct predict_model *m = sd_calloc(1, sizeof *m);
	m->s = s;
	m->k = s->labels.n < PREDICT_MAX_LABELS ? s->labels.n : PREDICT_MAX_LABELS;
	m->how.mix = json_number_value(json_object_get(kept, "mix"));
	m->how.slope = json_number_value(json_object_get(kept, "slope"));
	m->how.decay = json_number_value(json_object_get(state, "decay"));
	m->scale = json_number_value(json_object_get(kept, "scale"));
	m->total = json_number_value(json_object_get(state, "total"));
	m->base = (size_t)json_integer_value(json_object_get(state, "base_rows"));
	m->counted = sd_calloc(1, sizeof *m->counted);
	m->counted->k = m->k;
	m->counted->prior = sd_calloc(m->k + 1, sizeof *m->counted->prior);
	m->counted->at = sd_calloc(s->features + 1, sizeof *m->counted->at);
	m->counted->total = sd_calloc(s->features + 1, sizeof *m->counted->total);
	for (size_t i = 0; i < sh->n; i++)
		m->counted->total[s->entry[sh->k[i].entry].to] = sh->k[i].total * (float)m->scale;
	restore_experts(m, kept);
	restore_counts(m, sh);
	if (m->how.mix < 1)
		restore_linear(m, sh);
	predict_open(m);
	return m;
}

struct predict_set *kept_set(const struct order *o)
{
	const json_t *kept = json_object_get(o->go, "model"), *list = json_object_get(json_object_get(o->go, "state"), "types");
	struct predict_set *s = predict_set_new();
	size_t i;
	json_t *x;
	char label[24];
	json_array_foreach(list, i, x)
	{
		key_find(&s->types, strtoull(json_string_value(x), NULL, 10), true);
	}
	json_array_foreach(json_object_get(kept, "labels"), i, x)
	{
		snprintf(label, sizeof label, "%lld", (long long)json_integer_value(x));
		set_label(s, label);
	}
	s->kept_labels = s->labels.n;
	s->kept_rows = (size_t)json_integer_value(json_object_get(kept, "rows"));
	return s;
}

struct predict_model *kept_model(
	struct sd_conn *c, const struct order *o, struct predict_set *s, struct predict_live_watch *w, struct sd_err *err)
{
	struct shelf sh = {.a = sd_arena_new()};
	struct predict_model *m = NULL;
	if (fetch(c, o->name, s, &sh, w, err)) {
		s->later = s->rows_n;
		set_seal(s);
		m = restore(s, o->go, &sh);
	}
	free(sh.k);
	sd_arena_free(sh.a);
	return m;
}
