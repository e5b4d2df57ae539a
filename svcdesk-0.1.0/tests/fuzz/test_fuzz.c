/* Every parser over its corpus and over deterministic mutations of it. make soak runs more of them, tests/fuzz/run lets clang's
 * libFuzzer look for inputs that reach new code. */
#include "tests/fuzz/targets.h"
#include "tests/lib/testlib.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { SEEDS_MAX = 64, LONGEST = 4096 };

struct corpus {
	char *text[SEEDS_MAX];
	size_t size[SEEDS_MAX], n;
};

static struct corpus load(const char *name)
{
	struct corpus c = {.n = 0};
	struct dirent **entry = NULL;
	char path[512];
	snprintf(path, sizeof path, SRCDIR "/tests/fuzz/corpus/%s", name);
	int n = scandir(path, &entry, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (entry[i]->d_name[0] != '.' && c.n < SEEDS_MAX) {
			snprintf(path, sizeof path, SRCDIR "/tests/fuzz/corpus/%s/%s", name, entry[i]->d_name);
			c.text[c.n] = test_read_file(path, &c.size[c.n]);
			c.n++;
		}
		free(entry[i]);
	}
	free(entry);
	assert_true(c.n > 0);
	return c;
}

/* A piece of one seed put into another at a random place, then some bytes changed, doubled or taken out. */
static size_t mutate(const struct corpus *c, struct rng *r, char *out)
{
	size_t a = rng_below(r, (unsigned)c->n), b = rng_below(r, (unsigned)c->n);
	size_t n = c->size[a] < LONGEST / 2 ? c->size[a] : LONGEST / 2;
	memcpy(out, c->text[a], n);
	size_t from = rng_below(r, (unsigned)c->size[b] + 1), len = rng_below(r, (unsigned)(c->size[b] - from) + 1);
	size_t at = rng_below(r, (unsigned)n + 1);
	len = len < LONGEST / 4 ? len : LONGEST / 4;
	memmove(out + at + len, out + at, n - at);
	memcpy(out + at, c->text[b] + from, len);
	n += len;
	for (unsigned k = rng_below(r, 8); k > 0 && n > 0; k--) {
		at = rng_below(r, (unsigned)n);
		switch (rng_below(r, 3)) {
		case 0:
			out[at] = (char)rng_below(r, 256);
			break;
		case 1:
			memmove(out + at, out + at + 1, --n - at);
			break;
		default:
			if (n < LONGEST)
				memmove(out + at + 1, out + at, n++ - at);
		}
	}
	return n;
}

static void run_target(void **state)
{
	const struct fuzz_target *t = *state;
	struct corpus c = load(t->name);
	struct rng r = rng_new(2024);
	char *input = malloc(LONGEST + 1);
	for (size_t i = 0; i < c.n; i++)
		t->run(c.text[i], c.size[i]);
	for (unsigned i = 0; i < test_rounds(2000); i++) {
		size_t n = mutate(&c, &r, input);
		char *exact = malloc(n ? n : 1); /* so that a sanitizer sees a read behind the end */
		memcpy(exact, input, n);
		t->run(exact, n);
		free(exact);
	}
	for (size_t i = 0; i < c.n; i++)
		free(c.text[i]);
	free(input);
}

int main(void)
{
	struct CMUnitTest tests[32] = {0};
	size_t n = 0;
	for (; fuzz_targets[n].name; n++)
		tests[n] = (struct CMUnitTest){fuzz_targets[n].name, run_target, NULL, NULL, (void *)(uintptr_t)&fuzz_targets[n]};
	test_begin();
	return _cmocka_run_group_tests("fuzz", tests, n, NULL, NULL);
}
