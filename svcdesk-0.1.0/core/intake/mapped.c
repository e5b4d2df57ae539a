/* import csv: any table, by a map. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/intake/json.h"
#include "core/intake/map.h"
#include "core/intake/names.h"
#include "core/intake/run.h"
#include "core/intake/sha256.h"
#include "core/intake/timefmt.h"
#include "core/text/utf8.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { ID_MAX = 64, UNKNOWN_MAX = 1000 };

struct mapped {
	struct map *m;
	const char *zone;
	sd_time now;
	int count;
	int *order;  /* columns by name: what a row says does not depend on where its columns stand */
	bool **used; /* of each part: the columns its values come from */
	struct names *names;
	struct intake_unknown *unknown; /* by the ordinal of field and value */
	size_t n_unknown, cap_unknown;
	long unknown_more, not_utf8, not_utf8_line;
	struct sd_str id, value, fields, custom;
};

/* ---- header ---- */

/* Columns by their names, those of the same name as they stand. */
static void sort_columns(struct mapped *x, char *const *names)
{
	for (int i = 0; i < x->count; i++) {
		int k = i;
		for (; k > 0 && x->m->header && strcasecmp(names[x->order[k - 1]], names[i]) > 0; k--)
			x->order[k] = x->order[k - 1];
		x->order[k] = i;
	}
}

static void mark_used(struct mapped *x)
{
	const struct map *m = x->m;

	x->used = sd_arena_alloc(m->a, (size_t)m->parts * sizeof *x->used);
	for (int p = 0; p < m->parts; p++) {
		x->used[p] = sd_arena_alloc(m->a, ((size_t)x->count + 1) * sizeof(bool));
		for (size_t i = 0; i < m->part[p].n; i++) {
			const struct map_value *v = &m->part[p].rule[i]->value;
			for (size_t k = 0; k < v->n; k++)
				for (size_t c = 0; !v->piece[k].text && v->piece[k].name[c]; c++)
					x->used[p][v->piece[k].column[c]] = true;
		}
		for (int i = 0; m->parts == 1 && i < x->count; i++)
			x->used[p][i] = true;
	}
}

static bool header(void *self, int n, char *const *names, struct sd_str *unknown, struct sd_err *err)
{
	struct mapped *x = self;

	if (!map_header(x->m, n, names, unknown, err))
		return false;
	x->count = n;
	x->order = sd_arena_alloc(x->m->a, ((size_t)n + 1) * sizeof *x->order);
	sort_columns(x, names);
	mark_used(x);
	return true;
}

static int count(const void *self)
{
	return ((const struct mapped *)self)->count;
}

/* ---- key ---- */

static void quoted(struct sd_str *out, const char *v)
{
	sd_text_clean(out, v, strnlen(v, 60), SD_CLEAN_LINE);
}

static bool time_of(const struct mapped *x, const char *text, sd_time *out)
{
	for (size_t i = 0; i < x->m->n_time; i++)
		if (intake_time(text, x->m->time[i], x->zone, out))
			return true;
	return false;
}

static void bad_time(struct mapped *x, const struct map_rule *r, struct sd_str *why)
{
	struct sd_str column = {0}, value = {0};

	map_columns(r, &column);
	quoted(&value, x->value.data);
	sd_str_addf(why, _("%s: \"%s\" fits no time of the map (%s%s); add time = ... to [file] of %s"), column.data,
		value.data ? value.data : "", x->m->time[0], x->m->n_time > 1 ? ", ..." : "", x->m->path);
	sd_str_free(&column);
	sd_str_free(&value);
}

static bool whole(const char *v, int64_t max, int64_t *out)
{
	int64_t n = 0;

	for (; *v >= '0' && *v <= '9'; v++)
		if ((n = n * 10 + (*v - '0')) > max)
			return false;
	*out = n;
	return !*v;
}

static enum intake_has key_of(void *self, int part, char *const *field, struct intake_key *key, struct sd_str *why)
{
	struct mapped *x = self;
	const struct map_part *p = &x->m->part[part];
	int64_t version = 0;

	if (!map_fill(x->m, p->id, field, &x->id)) {
		sd_str_reset(why);
		map_columns(p->id, why);
		sd_str_add(why, _(": nothing there that tells the record apart (id)"));
		return INTAKE_BAD;
	}
	if (x->id.len > ID_MAX) {
		sd_str_addf(why, _("id is longer than %d bytes"), ID_MAX);
		return INTAKE_BAD;
	}
	if (p->at->value.constant && strcmp(p->at->value.piece[0].text, "now") == 0) {
		key->at = x->now;
	} else {
		if (!map_fill(x->m, p->at, field, &x->value))
			return INTAKE_NONE;
		if (!time_of(x, x->value.data, &key->at)) {
			bad_time(x, p->at, why);
			return INTAKE_BAD;
		}
	}
	if (p->version && map_fill(x->m, p->version, field, &x->value) && !whole(x->value.data, INT32_MAX, &version)) {
		map_columns(p->version, why);
		sd_str_addf(why, _(": \"%.60s\" is not a whole number (version)"), x->value.data);
		return INTAKE_BAD;
	}
	key->number = x->id.data;
	key->version = x->m->parts > 1 ? version * 16 + part : version;
	return INTAKE_ENTRY;
}

/* ---- entry ---- */

static void remember_unknown(struct mapped *x, const struct map_rule *r, const char *value, long line)
{
	struct sd_str key = {0};

	sd_str_addf(&key, "%s %s", r->name, value);
	size_t at = (size_t)names_ordinal(x->names, key.data);
	sd_str_free(&key);
	if (at >= UNKNOWN_MAX) {
		x->unknown_more++;
		return;
	}
	if (at == x->n_unknown) {
		struct intake_unknown *u = SD_PUSH(x->unknown, x->n_unknown, x->cap_unknown);
		*u = (struct intake_unknown){.field = sd_strdup(r->name), .value = sd_strdup(value), .line = line};
		struct sd_str column = {0};
		map_columns(r, &column);
		u->column = sd_str_take(&column);
	}
	x->unknown[at].rows += line != x->unknown[at].last_line; /* several events of one row say it again */
	x->unknown[at].last_line = line;
	if (line < x->unknown[at].line)
		x->unknown[at].line = line;
}

static void put_custom(struct mapped *x, const char *name, const char *value)
{
	intake_json_key(&x->custom, name);
	intake_json_text(&x->custom, value, strlen(value));
}

static bool among(const char *const *list, const char *word)
{
	while (list && *list && strcmp(*list, word) != 0)
		list++;
	return list && *list;
}

static bool put_time(struct mapped *x, const char *key, const char *v)
{
	sd_time t;

	if (!time_of(x, v, &t))
		return false;
	intake_json_key(&x->fields, key);
	intake_json_time(&x->fields, t);
	return true;
}

static bool put_bool(struct mapped *x, const char *key, const char *v)
{
	static const char *const yes[] = {"true", "yes", "y", "1", "t", "on"}, *const no[] = {"false", "no", "n", "0", "f", "off"};

	for (size_t i = 0; i < 6; i++)
		if (strcasecmp(v, yes[i]) == 0 || strcasecmp(v, no[i]) == 0) {
			intake_json_key(&x->fields, key);
			sd_str_add(&x->fields, strcasecmp(v, yes[i]) == 0 ? "true" : "false");
			return true;
		}
	return false;
}

static void put_text(struct mapped *x, const char *key, const char *v)
{
	intake_json_key(&x->fields, key);
	intake_json_text(&x->fields, v, strlen(v));
}

/* "A / B / C" as a list, so that a name with a stroke in it that has no blanks around stays one. */
static void put_category(struct mapped *x, const char *key, const char *v)
{
	intake_json_key(&x->fields, key);
	sd_str_addc(&x->fields, '[');
	for (const char *next; v; v = next) {
		next = strstr(v, " / ");
		intake_json_text(&x->fields, v, next ? (size_t)(next - v) : strlen(v));
		if (next) {
			next += 3;
			sd_str_addc(&x->fields, ',');
		}
	}
	sd_str_addc(&x->fields, ']');
}

/* False when nobody knows the word. */
static bool put_value(struct mapped *x, const struct map_rule *r, const char *v)
{
	int64_t n;

	switch (r->type) {
	case MAP_STATE:
	case MAP_CHOICE:
	case MAP_VERB:
		if (r->choice && !among(r->choice, v))
			return false;
		put_text(x, r->name, v);
		return true;
	case MAP_LEVEL: /* "3", "3 - Moderate" */
		if (v[0] < '1' || v[0] > '0' + r->max || (v[1] && v[1] != ' '))
			return false;
		sd_str_addf(&x->fields, ",\"%s\":%c", r->name, v[0]);
		return true;
	case MAP_WHOLE:
		if (!whole(v, INT32_MAX, &n))
			return false;
		sd_str_addf(&x->fields, ",\"%s\":%ld", r->name, (long)n);
		return true;
	case MAP_BOOL:
		return put_bool(x, r->name, v);
	case MAP_TIME:
		return put_time(x, r->name, v);
	case MAP_CATEGORY:
		put_category(x, r->name, v);
		return true;
	case MAP_TEXT:
	case MAP_BLOCK:
		put_text(x, r->name, v);
		return true;
	}
	return false;
}

static bool is_own(const char *name)
{
	static const char *const own[] = {"id", "at", "version", "actor", "verb", "text", "visibility", NULL};

	return among(own, name);
}

static void put_rule(struct mapped *x, const struct map_rule *r, char *const *field, long line)
{
	bool custom = strncmp(r->name, "custom.", 7) == 0;
	const char *word = NULL;

	if (map_fill(x->m, r, field, &x->value)) {
		word = map_word(r, x->value.data);
		if (!word || (*word && !custom && !put_value(x, r, word))) {
			remember_unknown(x, r, x->value.data, line);
			put_custom(x, custom ? r->name + 7 : r->name, x->value.data);
			return;
		}
	}
	if (word && *word) {
		if (custom)
			put_custom(x, r->name + 7, word);
		return;
	}
	if (!custom && !r->must && !r->value.constant) {
		intake_json_key(&x->fields, r->name);
		sd_str_add(&x->fields, "null");
	}
}

/* What an entry has besides its fields. */
static void put_own(struct mapped *x, const struct map_rule *r, char *const *field, long line, struct sd_str *json)
{
	const char *word = map_fill(x->m, r, field, &x->value) ? map_word(r, x->value.data) : "";
	const char *key = strcmp(r->name, "text") == 0 ? "body" : r->name;

	if (strcmp(r->name, "id") == 0 || strcmp(r->name, "at") == 0 || strcmp(r->name, "version") == 0)
		return;
	if (!word || (*word && r->choice && !among(r->choice, word))) {
		remember_unknown(x, r, x->value.data, line);
		put_custom(x, r->name, x->value.data);
		return;
	}
	if (strcmp(key, "actor") == 0 && !*word) {
		sd_str_add(json, ",\"actor\":null");
	} else if (strcmp(key, "visibility") == 0 && *word) {
		sd_str_addf(json, ",\"visibility\":%d", strcmp(word, "public") == 0 ? 2 : 1);
	} else if (*word) {
		intake_json_key(json, key);
		intake_json_text(json, word, strlen(word));
	}
}

static void put_hash(struct mapped *x, int part, char *const *field, struct sd_str *json)
{
	struct sha256 s;
	unsigned char digest[32];
	char hex[65];

	sha256_init(&s);
	for (int i = 0; i < x->count; i++)
		if (x->used[part][x->order[i]])
			sha256_add(&s, field[x->order[i]], strlen(field[x->order[i]]) + 1);
	sha256_end(&s, digest);
	sha256_hex(digest, hex);
	sd_str_addf(json, ",\"hash\":\"%s\"", hex);
}

static void check_utf8(struct mapped *x, char *const *field, long line)
{
	for (int i = 0; i < x->count; i++)
		for (const char *s = field[i]; *s;) {
			int32_t cp = (unsigned char)*s;
			s += *s & 0x80 ? utf8_decode(s, strlen(s), &cp) : 1;
			if (cp >= 0)
				continue;
			x->not_utf8++;
			if (!x->not_utf8_line || line < x->not_utf8_line)
				x->not_utf8_line = line;
			return;
		}
}

static void entry(
	void *self, int part, char *const *field, long line, const struct intake_key *key, struct sd_str *json, struct sd_str *notes)
{
	struct mapped *x = self;
	const struct map_part *p = &x->m->part[part];

	(void)notes;
	if (x->m->csv.encoding == CSV_UTF8)
		check_utf8(x, field, line);
	sd_str_reset(&x->fields);
	sd_str_reset(&x->custom);
	sd_str_addf(json, "{\"line\":%ld,\"ext_version\":\"%ld\",\"kind\":", line, (long)key->version);
	intake_json_text(json, x->m->kind, strlen(x->m->kind));
	intake_json_key(json, "ext_id");
	intake_json_text(json, key->number, strlen(key->number));
	put_hash(x, part, field, json);
	intake_json_key(json, "at");
	intake_json_time(json, key->at);
	for (size_t i = 0; i < p->n; i++) {
		if (is_own(p->rule[i]->name))
			put_own(x, p->rule[i], field, line, json);
		else
			put_rule(x, p->rule[i], field, line);
	}
	sd_str_add(json, ",\"fields\":{");
	if (x->fields.len)
		sd_str_addn(json, x->fields.data + 1, x->fields.len - 1);
	sd_str_addc(json, '}');
	if (x->m->custom || x->custom.len) {
		sd_str_add(json, ",\"custom\":{");
		if (x->custom.len)
			sd_str_addn(json, x->custom.data + 1, x->custom.len - 1);
		sd_str_addc(json, '}');
	}
	sd_str_addc(json, '}');
}

/* ---- the run ---- */

/* What was not understood, as problems of the report: what, where, how often, how to mend. */
static void report_unknown(struct mapped *x, struct intake_report *rep)
{
	struct sd_str s = {0}, value = {0};

	for (size_t i = 0; i < x->n_unknown; i++) {
		const struct intake_unknown *u = &x->unknown[i];
		sd_str_reset(&s);
		sd_str_reset(&value);
		quoted(&value, u->value);
		sd_str_addf(&s,
			_("%s: the desk knows no \"%s\" for %s (%ld rows); kept as custom.%s. [values %s] in %s can say what it means"),
			u->column, value.data ? value.data : "", u->field, u->rows,
			strncmp(u->field, "custom.", 7) == 0 ? u->field + 7 : u->field, u->field, x->m->path);
		intake_report_problem(rep, u->line, s.data);
	}
	if (x->unknown_more) {
		sd_str_reset(&s);
		sd_str_addf(&s, _("%ld more values that the desk does not know"), x->unknown_more);
		intake_report_problem(rep, 0, s.data);
	}
	if (x->not_utf8) {
		sd_str_reset(&s);
		sd_str_addf(&s,
			_("%ld rows are not UTF-8, the first one here; encoding = cp1252 in [file] of %s reads what Windows writes"),
			x->not_utf8, x->m->path);
		intake_report_problem(rep, x->not_utf8_line, s.data);
	}
	rep->mapped = true;
	rep->unknown = x->unknown;
	rep->n_unknown = x->n_unknown;
	sd_str_free(&s);
	sd_str_free(&value);
}

/* What the desk has for the kind of the map, and its time. */
static bool ask_desk(struct sd_conn *c, struct mapped *x, struct sd_err *err)
{
	const char *params[] = {x->m->kind};
	struct sd_result *r = sd_conn_query(c, "select desk.import_fields($1), desk.iso(desk.now())", 1, params, err);
	if (!r)
		return false;
	bool ok = sd_time_parse(sd_result_get(r, 0, 1), "UTC", &x->now, err) && map_check(x->m, sd_result_get(r, 0, 0), err);
	sd_result_free(r);
	return ok;
}

bool intake_csv_run(
	struct sd_conn *c, const struct intake_opts *o, const char *map, struct intake_report *rep, struct sd_err *err)
{
	struct mapped x = {.m = map_load(map, err)};
	sd_time probe;
	bool ok = x.m != NULL;

	memset(rep, 0, sizeof *rep);
	rep->dry_run = o->dry_run;
	if (ok && o->zone && !sd_time_from_local(2016, 7, 1, 12, 0, 0, o->zone, &probe)) {
		sd_err_set(
			err, SD_ERR_INPUT, "zone", _("%s is not a known time zone; zones look like Europe/Berlin or Asia/Shanghai"), o->zone);
		ok = false;
	}
	if (ok && ask_desk(c, &x, err)) {
		struct intake_form form = {x.m->source, x.m->parts, !x.m->header, &x, header, count, key_of, entry};
		x.zone = o->zone ? o->zone : x.m->zone;
		x.names = names_new();
		ok = intake_run(c, o, &form, &x.m->csv, rep, err);
		report_unknown(&x, rep);
		intake_report_sort(rep);
		names_free(x.names);
	} else {
		ok = false;
	}
	sd_str_free(&x.id);
	sd_str_free(&x.value);
	sd_str_free(&x.fields);
	sd_str_free(&x.custom);
	map_free(x.m);
	return ok;
}
