/* The parsers of what comes from outside, each as one function of bytes. Used by test_fuzz (deterministic mutations of the
 * corpus, any compiler) and by libfuzzer.c (clang's libFuzzer, tests/fuzz/run). */
#ifndef TESTS_FUZZ_TARGETS_H
#define TESTS_FUZZ_TARGETS_H

#include <stddef.h>

struct fuzz_target {
	const char *name; /* its corpus lies in tests/fuzz/corpus/NAME */
	/* Aborts when a promise of the parser is broken. */
	void (*run)(const char *bytes, size_t n);
};
extern const struct fuzz_target fuzz_targets[]; /* ends with name NULL */

#endif
