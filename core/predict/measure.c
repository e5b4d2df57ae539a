/* How good what was said is. */
#include <math.h>
#include <stdlib.h>

#include "core/predict/inner.h"

struct said {
	double p;
	bool y;
};

static int by_chance(const void *a, const void *b)
{
	double x = ((const struct said *)a)->p, y = ((const struct said *)b)->p;
	return x < y ? -1 : x > y;
}

double predict_auc(const double *p, const bool *y, size_t n)
{
	struct said *s = sd_calloc(n + 1, sizeof *s);
	double won = 0, yes = 0, no = 0;
	for (size_t i = 0; i < n; i++)
		s[i] = (struct said){p[i], y[i]};
	if (n)
		qsort(s, n, sizeof *s, by_chance);
	for (size_t i = 0, j; i < n; i = j) {
		double here[2] = {0, 0};
		for (j = i; j < n && s[j].p <= s[i].p; j++)
			here[s[j].y]++;
		won += here[1] * (no + here[0] / 2);
		yes += here[1];
		no += here[0];
	}
	free(s);
	return yes > 0 && no > 0 ? won / (yes * no) : 0.5;
}

double predict_ece(const double *p, const bool *y, size_t n)
{
	double said[10] = {0}, came[10] = {0}, off = 0;
	for (size_t i = 0; i < n; i++) {
		int b = (int)(p[i] * 10);
		b = b > 9 ? 9 : b < 0 ? 0 : b;
		said[b] += p[i];
		came[b] += y[i];
	}
	for (int b = 0; b < 10; b++)
		off += fabs(said[b] - came[b]);
	return n ? off / (double)n : 0;
}
