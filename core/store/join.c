/* Two people's changes of one text, line by line: what is common to it as both saw it and as each left it is found by the longest
 * common subsequence; between the lines common to all three lie places that one of them changed, or both. */
#include "config.h"
#include "svcdesk/conflict.h"

#include <stdlib.h>
#include <string.h>
#include "svcdesk/mem.h"

enum { LINES_MOST = 2000 }; /* of longer texts only what is the same at both ends is compared */

struct text_lines {
	const char **at;
	size_t *len;
	size_t n;
};

static struct text_lines cut(const char *s)
{
	struct text_lines t = {0};

	for (;;) {
		size_t n = strcspn(s, "\n");

		t.at = sd_realloc(t.at, (t.n + 1) * sizeof *t.at);
		t.len = sd_realloc(t.len, (t.n + 1) * sizeof *t.len);
		t.at[t.n] = s;
		t.len[t.n++] = n;
		if (!s[n])
			break;
		s += n + 1;
	}
	return t;
}

static void drop(struct text_lines *t)
{
	free(t->at);
	free(t->len);
}

static bool same(const struct text_lines *a, size_t i, const struct text_lines *b, size_t k)
{
	return a->len[i] == b->len[k] && !memcmp(a->at[i], b->at[k], a->len[i]);
}

/* For each line of a the line of b it stands for, or b->n: malloc'ed. */
static size_t *match(const struct text_lines *a, const struct text_lines *b)
{
	size_t *to = sd_calloc(a->n + 1, sizeof *to), head = 0, ea = a->n, eb = b->n, w;
	unsigned *best;

	for (size_t i = 0; i < a->n; i++)
		to[i] = b->n;
	for (; head < ea && head < eb && same(a, head, b, head); head++)
		to[head] = head;
	for (; ea > head && eb > head && same(a, ea - 1, b, eb - 1); ea--, eb--)
		to[ea - 1] = eb - 1;
	if (ea - head > LINES_MOST || eb - head > LINES_MOST)
		return to;
	w = eb - head + 1;
	best = sd_calloc((ea - head + 1) * w, sizeof *best); /* longest from here to the end */
	for (size_t i = ea; i-- > head;)
		for (size_t k = eb; k-- > head;) {
			unsigned *here = &best[(i - head) * w + (k - head)];

			*here = same(a, i, b, k) ? here[w + 1] + 1 : here[w] > here[1] ? here[w] : here[1];
		}
	for (size_t i = head, k = head; i < ea && k < eb;) {
		const unsigned *here = &best[(i - head) * w + (k - head)];

		if (same(a, i, b, k))
			to[i++] = k++;
		else if (here[w] >= here[1])
			i++;
		else
			k++;
	}
	free(best);
	return to;
}

static void put(struct sd_str *s, const char *sign, const struct text_lines *t, size_t from, size_t to, bool *first)
{
	for (size_t i = from; i < to; i++) {
		sd_str_add(s, *first ? sign : "\n");
		if (!*first)
			sd_str_add(s, sign);
		sd_str_addn(s, t->at[i], t->len[i]);
		*first = false;
	}
}

static bool same_span(const struct text_lines *a, size_t a0, size_t a1, const struct text_lines *b, size_t b0, size_t b1)
{
	if (a1 - a0 != b1 - b0)
		return false;
	for (size_t i = 0; i < a1 - a0; i++)
		if (!same(a, a0 + i, b, b0 + i))
			return false;
	return true;
}

static void mark(struct sd_str *s, const char *sign, const char *name, bool *first)
{
	if (!name)
		return;
	sd_str_addf(s, "%s%s%s%s", *first ? "" : "\n", sign, *name ? " " : "", name);
	*first = false;
}

/* theirs_is, mine_is: names to mark places with where both changed; NULL: no marks. */
static char *joined(
	const char *base, const char *theirs, const char *mine, const char *theirs_is, const char *mine_is, int *clashes)
{
	struct text_lines o = cut(base), t = cut(theirs), m = cut(mine);
	size_t *ot = match(&o, &t), *om = match(&o, &m);
	size_t i = 0, k = 0, l = 0; /* how far each is done */
	struct sd_str s = {0};
	bool first = true;

	*clashes = 0;
	while (i < o.n || k < t.n || l < m.n) {
		size_t e = i, tk, ml;

		while (e < o.n && (ot[e] == t.n || om[e] == m.n)) /* the next line all three have */
			e++;
		tk = e < o.n ? ot[e] : t.n;
		ml = e < o.n ? om[e] : m.n;
		if (same_span(&o, i, e, &t, k, tk)) {
			put(&s, "", &m, l, ml, &first);
		} else if (same_span(&o, i, e, &m, l, ml) || same_span(&t, k, tk, &m, l, ml)) {
			put(&s, "", &t, k, tk, &first);
		} else {
			mark(&s, "<<<<<<<", theirs_is, &first);
			put(&s, "", &t, k, tk, &first);
			mark(&s, "=======", theirs_is ? "" : NULL, &first);
			put(&s, "", &m, l, ml, &first);
			mark(&s, ">>>>>>>", mine_is, &first);
			++*clashes;
		}
		if (e < o.n)
			put(&s, "", &o, e, e + 1, &first);
		i = e < o.n ? e + 1 : e;
		k = e < o.n ? tk + 1 : tk;
		l = e < o.n ? ml + 1 : ml;
	}
	free(ot);
	free(om);
	drop(&o);
	drop(&t);
	drop(&m);
	return s.data ? sd_str_take(&s) : sd_strdup("");
}

char *sd_text_join(const char *base, const char *theirs, const char *mine, int *clashes)
{
	return joined(base, theirs, mine, NULL, NULL, clashes);
}

char *sd_text_join_marked(
	const char *base, const char *theirs, const char *mine, const char *theirs_is, const char *mine_is, int *clashes)
{
	return joined(base, theirs, mine, theirs_is, mine_is, clashes);
}

char *sd_text_diff(const char *a, const char *b)
{
	struct text_lines x = cut(a), y = cut(b);
	size_t *to = match(&x, &y), k = 0;
	struct sd_str s = {0};
	bool first = true;

	for (size_t i = 0; i < x.n; i++) {
		if (to[i] == y.n) {
			put(&s, "- ", &x, i, i + 1, &first);
			continue;
		}
		put(&s, "+ ", &y, k, to[i], &first);
		put(&s, "  ", &x, i, i + 1, &first);
		k = to[i] + 1;
	}
	put(&s, "+ ", &y, k, y.n, &first);
	free(to);
	drop(&x);
	drop(&y);
	return s.data ? sd_str_take(&s) : sd_strdup("");
}
