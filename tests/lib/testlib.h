/* What every C test includes: cmocka, random numbers that can be repeated, files, text for messages. */
#ifndef TESTS_LIB_TESTLIB_H
#define TESTS_LIB_TESTLIB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

/* Runs a group and reports as TAP; the way every main() ends. ONLY=pattern in the environment picks tests by name. */
#define TEST_MAIN(tests) TEST_MAIN_WITH(tests, NULL, NULL)
#define TEST_MAIN_WITH(tests, setup, teardown) (test_begin(), cmocka_run_group_tests(tests, setup, teardown))
void test_begin(void);

/* SplitMix64: the same numbers everywhere. The seed is the environment's SEED, else the test's own. */
struct rng {
	uint64_t state;
};
struct rng rng_new(uint64_t seed);
uint64_t rng_next(struct rng *r);
unsigned rng_below(struct rng *r, unsigned n); /* 0..n-1 */

/* How often a property test repeats: n, times the environment's ROUNDS (make soak). */
unsigned test_rounds(unsigned n);

/* Until that process has ended, whoever asks how; fails the test with the words if it does not. */
void test_wait_end(pid_t pid, const char *words);

/* Whole file, malloc'ed, NUL terminated; fails the test if it cannot be read. size may be NULL. */
char *test_read_file(const char *path, size_t *size);

/* The same below tests/data of the source tree. */
char *test_read_data(const char *name, size_t *size);

/* Bytes of hexadecimal text, malloc'ed. */
char *test_unhex(const char *hex, size_t *size);

/* bytes with everything but printable ASCII as \xNN, malloc'ed: for failure messages. */
char *test_quote(const char *bytes, size_t n);

/* A new folder below TMPDIR, malloc'ed; removed with what is in it by test_remove_dir (which frees path). */
char *test_make_dir(void);
void test_remove_dir(char *path);

/* Calls fn for every hostile text committed under tests/data/terminal: name, bytes. */
void test_each_hostile(void (*fn)(void *arg, const char *name, const char *bytes, size_t n), void *arg);

/* A random text of fragments chosen to hurt: escape sequences whole and cut, controls, bidi, marks, emoji, invalid bytes.
 * malloc'ed. */
char *test_random_hostile(struct rng *r, unsigned fragments, size_t *size);

/* NULL when text keeps what sd_text_clean promises, else what is wrong. An oracle of its own: shares no code with it. */
const char *test_unclean(const char *text, size_t n, bool block);

#endif
