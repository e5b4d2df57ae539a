/* Rows to features. The words of a text are runs of letters and digits of its folded form; a character of Chinese, Japanese and
 * Korean is a word of its own. desk.predict_words (0047) does the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/inner.h"
#include "core/text/utf8.h"
#include "svcdesk/text.h"

enum {
	TEXT_MAX = 20000, /* bytes of a text that are read */
	WORDS_MAX = 300,  /* of a text */
	WORDS_FEW = 60,   /* once there are very many items */
	ITEMS_MANY = 40000000,
	FIRST_WORDS = 12,
	WORD_MAX = 40, /* characters */
	VALUE_MAX = 80,
	ENTRIES_MAX = 3000000,
	WEIGHTS_MAX = 24000000, /* features * labels */
	CROSS_MAX = 24,         /* fields that are looked at in pairs */
	SMOOTH = 3,
	HELD_MAX = 4000
};

uint64_t key_hash(const char *s, size_t n)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;
	h ^= h >> 32;
	h *= 0x9E3779B97F4A7C15u;
	h ^= h >> 29;
	return h ? h : 1;
}

static void keys_grow(struct keys *k)
{
	struct keys old = *k;
	k->cap = old.cap ? old.cap * 2 : 1024;
	k->key = sd_calloc(k->cap, sizeof *k->key);
	k->at = sd_calloc(k->cap, sizeof *k->at);
	for (size_t i = 0; i < old.cap; i++) {
		if (!old.key[i])
			continue;
		size_t j = old.key[i] & (k->cap - 1);
		while (k->key[j])
			j = (j + 1) & (k->cap - 1);
		k->key[j] = old.key[i];
		k->at[j] = old.at[i];
	}
	free(old.key);
	free(old.at);
}

uint32_t key_find(struct keys *k, uint64_t h, bool add)
{
	if (k->n * 2 >= k->cap)
		keys_grow(k);
	size_t j = h & (k->cap - 1);
	while (k->key[j] && k->key[j] != h)
		j = (j + 1) & (k->cap - 1);
	if (k->key[j])
		return k->at[j];
	if (!add || k->n >= k->max)
		return NONE;
	k->key[j] = h;
	k->at[j] = (uint32_t)k->n;
	return (uint32_t)k->n++;
}

void keys_free(struct keys *k)
{
	free(k->key);
	free(k->at);
}

struct predict_set *predict_set_new(void)
{
	struct predict_set *s = sd_calloc(1, sizeof *s);
	s->dict.max = ENTRIES_MAX;
	s->types.max = MAX_TYPES - FIRST_TYPE;
	s->labels.max = NONE;
	return s;
}

struct predict_set *predict_set_plain(void)
{
	struct predict_set *s = predict_set_new();
	s->plain = true;
	return s;
}

void predict_set_free(struct predict_set *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->dict.n; i++)
		free(s->entry[i].name);
	for (size_t i = 0; i < s->labels.n; i++)
		free(s->label[i]);
	keys_free(&s->dict);
	keys_free(&s->types);
	keys_free(&s->labels);
	free(s->entry);
	free(s->items);
	free(s->rows);
	free(s->label);
	free(s->label_seen);
	free(s->type);
	free(s->entry_of);
	free(s->idf);
	free(s->scratch);
	free(s);
}

size_t predict_set_rows(const struct predict_set *s)
{
	return s->rows_n;
}

/* ---- one row ---- */

struct reader {
	struct predict_set *s;
	struct sd_arena *a;
	size_t n; /* in scratch */
};

static void put(struct reader *r, uint32_t type, const char *name)
{
	struct predict_set *s = r->s;
	size_t before = s->dict.n;
	if (s->plain && ((type > TYPE_WORD && type < FIRST_TYPE) || *name == 'x'))
		return;
	uint32_t f = key_find(&s->dict, key_hash(name, strlen(name)), !s->sealed);
	if (f == NONE || (s->sealed && s->entry[f].to == NONE))
		return;
	if (s->dict.n > before) {
		if (f >= s->entry_cap) {
			s->entry_cap = s->entry_cap ? s->entry_cap * 2 : 1024;
			s->entry = sd_realloc(s->entry, s->entry_cap * sizeof *s->entry);
		}
		memset(&s->entry[f], 0, sizeof s->entry[f]);
		s->entry[f].type = type;
		s->entry[f].name = sd_strdup(name);
	}
	*SD_PUSH(s->scratch, r->n, s->scratch_cap) = (struct item){s->sealed ? s->entry[f].to : f, 1};
}

static bool separates(int32_t cp)
{
	if (cp < 0x80)
		return !((cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || cp == '_');
	return cp < 0xC0 || (cp >= 0x2000 && cp < 0x2070) || cp > 0x10FFFF;
}

static bool alone(int32_t cp)
{
	return cp >= 0x2E80;
}

/* The next word at *p: its length in bytes and characters; 0: there is none. */
static size_t word(const char **p, const char *end, size_t *chars)
{
	const char *s = *p;
	int32_t cp = 0;
	size_t k;
	while (s < end) {
		k = utf8_decode(s, (size_t)(end - s), &cp);
		if (cp >= 0 && !separates(cp))
			break;
		s += k;
	}
	*p = s;
	*chars = 0;
	while (s < end) {
		k = utf8_decode(s, (size_t)(end - s), &cp);
		if (cp < 0 || separates(cp) || (alone(cp) && *chars))
			break;
		s += k;
		++*chars;
		if (alone(cp))
			break;
	}
	return (size_t)(s - *p);
}

static void grams(struct reader *r, const char *w, size_t n, size_t chars)
{
	size_t at[WORD_MAX + 1], m = 0;
	if (chars <= 3)
		return;
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)w[i] & 0xC0) != 0x80)
			at[m++] = i;
	at[m] = n;
	for (size_t i = 0; i + 3 <= m; i++)
		put(r, TYPE_GRAM, sd_arena_printf(r->a, "c %.*s", (int)(at[i + 3] - at[i]), w + at[i]));
}

/* The most bytes that end with a whole character. */
static size_t cut(const char *text, size_t n)
{
	while (n && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	return n;
}

static void read_text(struct reader *r, const char *text)
{
	size_t n = strlen(text), chars, len, words = 0, most = r->s->items_n > ITEMS_MANY ? WORDS_FEW : WORDS_MAX;
	if (n > TEXT_MAX)
		n = cut(text, TEXT_MAX);
	const char *p = sd_text_fold(r->a, sd_arena_strndup(r->a, text, n)), *end = p + strlen(p), *before = "";
	for (; words < most && (len = word(&p, end, &chars)) > 0; p += len) {
		if (chars > WORD_MAX)
			continue;
		const char *w = sd_arena_strndup(r->a, p, len);
		put(r, TYPE_WORD, sd_arena_printf(r->a, "w %s", w));
		if (*before)
			put(r, TYPE_PAIR, sd_arena_printf(r->a, "b %s %s", before, w));
		if (words < FIRST_WORDS)
			put(r, TYPE_FIRST, sd_arena_printf(r->a, "p %s", w));
		grams(r, w, len, chars);
		before = w;
		words++;
	}
}

/* Folded, blanks at its ends gone and one between words, and not too long. */
static const char *value(struct sd_arena *a, const char *text)
{
	size_t n = strlen(text);
	if (n > 8 * VALUE_MAX)
		n = cut(text, 8 * VALUE_MAX);
	char *v = sd_text_fold(a, sd_arena_strndup(a, text, n)), *w = v;
	for (const char *p = v; *p; p++)
		if (!strchr(" \t\r\n", *p))
			*w++ = *p;
		else if (w > v && w[-1] != ' ')
			*w++ = ' ';
	while (w > v && w[-1] == ' ')
		w--;
	*w = '\0';
	for (size_t i = 0, chars = 0; v[i]; i++)
		if (((unsigned char)v[i] & 0xC0) != 0x80 && chars++ == VALUE_MAX)
			v[i] = '\0';
	return v;
}

static uint32_t type_of(struct predict_set *s, const char *name)
{
	uint32_t t = key_find(&s->types, key_hash(name, strlen(name)), !s->sealed);
	return t == NONE ? (uint32_t)MAX_TYPES - 1 : t + FIRST_TYPE;
}

static void read_fields(struct reader *r, const struct predict_field *fields, size_t n)
{
	const char *name[PREDICT_MAX_FIELDS], *pair[PREDICT_MAX_FIELDS];
	size_t m = 0;
	for (size_t i = 0; i < n && m < PREDICT_MAX_FIELDS; i++) {
		const char *v = value(r->a, fields[i].value);
		if (!*v)
			continue;
		name[m] = fields[i].name;
		pair[m] = sd_arena_printf(r->a, "%s=%s", fields[i].name, v);
		put(r, type_of(r->s, name[m]), sd_arena_printf(r->a, "f %s", pair[m]));
		m++;
	}
	if (n > CROSS_MAX)
		return;
	for (size_t i = 0; i < m; i++)
		for (size_t j = i + 1; j < m; j++)
			put(r, type_of(r->s, sd_arena_printf(r->a, "%s&%s", name[i], name[j])),
				sd_arena_printf(r->a, "x %s&%s", pair[i], pair[j]));
}

static int by_feature(const void *a, const void *b)
{
	uint32_t x = ((const struct item *)a)->f, y = ((const struct item *)b)->f;
	return x < y ? -1 : x > y;
}

static size_t read_row(struct predict_set *s, const char *text, const struct predict_field *fields, size_t n)
{
	struct reader r = {s, sd_arena_new(), 0};
	size_t m = 0;
	put(&r, TYPE_ONE, "1");
	if (text)
		read_text(&r, text);
	read_fields(&r, fields, n);
	sd_arena_free(r.a);
	if (r.n)
		qsort(s->scratch, r.n, sizeof *s->scratch, by_feature);
	for (size_t i = 0; i < r.n; i++)
		if (m && s->scratch[m - 1].f == s->scratch[i].f)
			s->scratch[m - 1].v += 1;
		else
			s->scratch[m++] = s->scratch[i];
	return m;
}

uint32_t set_label(struct predict_set *s, const char *label)
{
	size_t before = s->labels.n;
	uint32_t y = key_find(&s->labels, key_hash(label, strlen(label)), true);
	if (s->labels.n > before) {
		if (y >= s->label_cap) {
			s->label_cap = s->label_cap ? s->label_cap * 2 : 64;
			s->label = sd_realloc(s->label, s->label_cap * sizeof *s->label);
			s->label_seen = sd_realloc(s->label_seen, s->label_cap * sizeof *s->label_seen);
		}
		s->label[y] = sd_strdup(label);
		s->label_seen[y] = 0;
	}
	return y;
}

void predict_set_add(struct predict_set *s, const char *text, const struct predict_field *fields, size_t n, const char *label)
{
	size_t m = read_row(s, text, fields, n);
	uint32_t y = set_label(s, label);
	s->label_seen[y]++;
	*SD_PUSH(s->rows, s->rows_n, s->rows_cap) = (struct row){s->items_n, (uint32_t)m, y};
	for (size_t i = 0; i < m; i++) {
		*SD_PUSH(s->items, s->items_n, s->items_cap) = s->scratch[i];
		s->entry[s->scratch[i].f].seen++;
	}
}

/* ---- choosing ---- */

static uint32_t least(uint32_t type, bool pair)
{
	return type == TYPE_ONE ? 1 : type == TYPE_WORD ? 2 : pair ? 4 : 3;
}

static size_t choose(struct predict_set *s, uint32_t times)
{
	size_t n = 0;
	for (size_t i = 0; i < s->dict.n; i++) {
		uint32_t min = least(s->entry[i].type, s->entry[i].name[0] == 'x');
		bool ok = s->entry[i].type == TYPE_ONE || s->entry[i].kept > 0 || s->entry[i].seen >= (s->plain ? 1 : min) * times;
		s->entry[i].to = ok ? (uint32_t)n++ : NONE;
	}
	return n;
}

/* Values: a word by the logarithm of how often it stands and by how rare and telling it is, all words of a row of one length;
 * likewise pairs of words, and so on; pairs of fields likewise; a field 1. */
static void weigh(const struct predict_set *s, struct item *it, size_t n)
{
	static const float share[] = {[TYPE_WORD] = 0.9F, [TYPE_PAIR] = 0.4F, [TYPE_GRAM] = 0.5F, [TYPE_FIRST] = 0.5F};
	double sum[FIRST_TYPE + 1] = {0};
	for (size_t i = 0; i < n; i++) {
		uint32_t t = s->type[it[i].f];
		const char *name = s->entry[s->entry_of[it[i].f]].name;
		if (t > TYPE_ONE && t < FIRST_TYPE) {
			it[i].v = (1 + logf(it[i].v)) * s->idf[it[i].f];
			sum[t] += (double)it[i].v * (double)it[i].v;
		} else {
			it[i].v = 1;
			sum[FIRST_TYPE] += *name == 'x';
		}
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t t = s->type[it[i].f];
		if (t > TYPE_ONE && t < FIRST_TYPE)
			it[i].v *= share[t] / (float)sqrt(sum[t]);
		else if (s->entry[s->entry_of[it[i].f]].name[0] == 'x')
			it[i].v = 2 / (float)sqrt(sum[FIRST_TYPE]);
	}
}

static int by_seen(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b; /* how often, which */
	return x[0] != y[0] ? (x[0] < y[0] ? 1 : -1) : x[1] < y[1] ? -1 : x[1] > y[1];
}

/* Numbers labels by how frequent they are: the rarest of too many are not learnt. */
static void sort_labels(struct predict_set *s)
{
	size_t n = s->labels.n;
	uint32_t(*o)[2] = sd_calloc(n + 1, sizeof *o), *to = sd_calloc(n + 1, sizeof *to);
	char **label = sd_calloc(n + 1, sizeof *label);
	for (size_t i = 0; i < n; i++) {
		o[i][0] = s->label_seen[i];
		o[i][1] = (uint32_t)i;
	}
	qsort(o, n, sizeof *o, by_seen);
	for (size_t i = 0; i < n; i++) {
		to[o[i][1]] = (uint32_t)i;
		label[i] = s->label[o[i][1]];
		s->label_seen[i] = o[i][0];
	}
	memcpy(s->label, label, n * sizeof *label);
	for (size_t i = 0; i < s->labels.cap; i++)
		if (s->labels.key[i])
			s->labels.at[i] = to[s->labels.at[i]];
	for (size_t i = 0; i < s->rows_n; i++)
		s->rows[i].label = to[s->rows[i].label];
	free(o);
	free(to);
	free(label);
}

/* What of a text tells more about the label weighs more: by how far the labels of the rows it stands in lie from those of all
 * rows (Kullback and Leibler). Rows that are held back to try the model are not looked at. */
static void weigh_by_labels(struct predict_set *s, size_t labels)
{
	size_t rows = set_known(s) - set_held(s);
	float *n = sd_calloc(s->features * labels + 1, sizeof *n), *all = sd_calloc(labels + 1, sizeof *all);
	double *seen = sd_calloc(s->features + 1, sizeof *seen);
	for (size_t r = 0; r < rows; r++) {
		const struct row *row = &s->rows[r];
		for (size_t i = 0; i < row->n && row->label < labels; i++) {
			uint32_t f = s->entry[s->items[row->at + i].f].to;
			if (f == NONE)
				continue;
			n[f * labels + row->label]++;
			seen[f]++;
		}
		if (row->label < labels)
			all[row->label] += 1 / (float)rows;
	}
	for (size_t f = 0; f < s->features; f++) {
		double told = 0;
		for (size_t k = 0; k < labels; k++) {
			double here = ((double)n[f * labels + k] + SMOOTH * (double)all[k]) / (seen[f] + SMOOTH);
			told += all[k] > 0 ? here * log(here / (double)all[k]) : 0;
		}
		s->idf[f] *= (float)(0.3 + told);
	}
	free(n);
	free(all);
	free(seen);
}

size_t set_known(const struct predict_set *s)
{
	return s->rows_n - s->later;
}

void set_tell(const struct predict_set *s)
{
	if (s->told)
		s->told(s->told_arg);
}

size_t set_held(const struct predict_set *s)
{
	size_t held = s->kept_labels ? 0 : set_known(s) / 5;
	return held > HELD_MAX ? HELD_MAX : held;
}

void set_seal(struct predict_set *s)
{
	size_t w = 0, k = s->labels.n < PREDICT_MAX_LABELS ? s->labels.n : PREDICT_MAX_LABELS;
	if (s->sealed)
		return;
	uint32_t times = 1;
	if (!s->kept_labels)
		sort_labels(s);
	while ((s->features = choose(s, times)) * ((k + 7) / 8 * 8) > WEIGHTS_MAX && times < 1u << 20)
		times *= 2;
	s->type = sd_calloc(s->features + 1, sizeof *s->type);
	s->entry_of = sd_calloc(s->features + 1, sizeof *s->entry_of);
	s->idf = sd_calloc(s->features + 1, sizeof *s->idf);
	for (size_t i = 0; i < s->dict.n; i++) {
		uint32_t f = s->entry[i].to;
		if (f == NONE) {
			free(s->entry[i].name);
			s->entry[i].name = NULL;
			continue;
		}
		s->type[f] = s->entry[i].type;
		s->entry_of[f] = (uint32_t)i;
		s->idf[f] = sqrtf(1 + logf((1 + (float)(s->kept_rows + s->rows_n)) / (1 + (float)s->entry[i].seen)));
	}
	weigh_by_labels(s, k);
	for (size_t f = 0; f < s->features; f++)
		if (s->entry[s->entry_of[f]].kept > 0)
			s->idf[f] = s->entry[s->entry_of[f]].kept;
	for (size_t r = 0; r < s->rows_n; r++) {
		size_t at = w;
		for (size_t i = 0; i < s->rows[r].n; i++) {
			struct item it = s->items[s->rows[r].at + i];
			if (s->entry[it.f].to != NONE)
				s->items[w++] = (struct item){s->entry[it.f].to, it.v};
		}
		s->rows[r].at = at;
		s->rows[r].n = (uint32_t)(w - at);
		weigh(s, s->items + at, w - at);
	}
	s->items_n = w;
	s->sealed = true;
}

size_t set_items(struct predict_set *s, const char *text, const struct predict_field *fields, size_t n)
{
	size_t m = read_row(s, text, fields, n);
	weigh(s, s->scratch, m);
	return m;
}
