/* What the benchmarks share: samples, percentiles, one table of results. Measures only; nothing here decides pass or fail. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stddef.h>
#include <stdint.h>

struct samples {
	double *v;
	size_t n, cap;
};

double bench_now(void); /* seconds, monotonic */
void samples_add(struct samples *s, double v);
double samples_at(struct samples *s, double q); /* percentile 0..1; sorts */
void samples_free(struct samples *s);

/* One row of the table: what, measured, floor, budget as text, and whether it holds (1, 0, or -1 for no budget). */
void bench_row(const char *what, const char *measured, const char *floor, const char *budget, int holds);
void bench_title(const char *title);
char *bench_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* malloc'ed */

#endif
