#include "tests/bench/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double bench_now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void samples_add(struct samples *s, double v)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 256;
		s->v = realloc(s->v, s->cap * sizeof *s->v);
		if (!s->v)
			abort();
	}
	s->v[s->n++] = v;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double samples_at(struct samples *s, double q)
{
	if (!s->n)
		return 0;
	qsort(s->v, s->n, sizeof *s->v, compare);
	size_t i = (size_t)((double)s->n * q);
	return s->v[i < s->n ? i : s->n - 1];
}

void samples_free(struct samples *s)
{
	free(s->v);
	*s = (struct samples){0};
}

void bench_title(const char *title)
{
	printf("\n### %s\n\n| what | measured | floor, same run | budget | holds |\n|---|---|---|---|---|\n", title);
}

void bench_row(const char *what, const char *measured, const char *floor, const char *budget, int holds)
{
	printf("| %s | %s | %s | %s | %s |\n", what, measured, floor, budget, holds < 0 ? "-" : holds ? "yes" : "NO");
	fflush(stdout);
}

char *bench_fmt(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	return text;
}
