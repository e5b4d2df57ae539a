#include "core/query/nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NEAREST_MAX = 64 };

static unsigned char fold(char c)
{
	unsigned char u = (unsigned char)c;
	return u < 0x80 ? (unsigned char)tolower(u) : u;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;
	return m < c ? m : c;
}

/* Edits (change, drop, insert, swap of neighbours) that make a of b. Words longer than NEAREST_MAX are nobody's typing error. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t row[3][NEAREST_MAX + 1];
	if (na > NEAREST_MAX || nb > NEAREST_MAX)
		return NEAREST_MAX;
	for (size_t j = 0; j <= nb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t *cur = row[i % 3], *prev = row[(i - 1) % 3], *pprev = row[(i + 1) % 3];
		cur[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t cost = fold(a[i - 1]) == fold(b[j - 1]) ? 0 : 1;
			cur[j] = min3(cur[j - 1] + 1, prev[j] + 1, prev[j - 1] + cost);
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]) &&
				pprev[j - 2] + 1 < cur[j])
				cur[j] = pprev[j - 2] + 1;
		}
	}
	return row[na % 3][nb];
}

static size_t score(const char *word, const char *cand, size_t ncand)
{
	size_t n = strlen(word);
	size_t d = distance(word, n, cand, ncand);
	if (n >= 2 && n < ncand) { /* a beginning counts as near */
		size_t same = 0;
		while (same < n && fold(word[same]) == fold(cand[same]))
			same++;
		if (same == n && d > 1)
			d = 1;
	}
	return d;
}

static size_t tolerated(const char *word)
{
	size_t n = strlen(word);
	return n <= 1 ? 0 : n <= 3 ? 1 : n <= 8 ? 2 : 3; /* one letter is near to every other */
}

const char *nearest_word(const char *word, const char *const *list)
{
	const char *best = NULL;
	size_t best_score = tolerated(word) + 1;
	for (; *list; list++) {
		size_t s = score(word, *list, strlen(*list));
		if (s < best_score) {
			best_score = s;
			best = *list;
		}
	}
	return best;
}

const char *nearest_line(const char *word, const char *lines, char *buf, size_t size)
{
	const char *best = NULL;
	size_t best_len = 0, best_score = tolerated(word) + 1;
	while (lines && *lines) {
		size_t n = strcspn(lines, "\n");
		size_t s = score(word, lines, n);
		if (s < best_score) {
			best_score = s;
			best = lines;
			best_len = n;
		}
		lines += n + (lines[n] == '\n');
	}
	if (!best)
		return NULL;
	snprintf(buf, size, "%.*s", (int)best_len, best);
	return buf;
}
