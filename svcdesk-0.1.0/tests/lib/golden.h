/* Screens as text, compared with files under tests/golden. */
#ifndef TESTS_LIB_GOLDEN_H
#define TESTS_LIB_GOLDEN_H

#include <stdbool.h>

struct surface;

/* Compares text with tests/golden/NAME.txt; with GENERATE=1 in the environment the file is written instead. A difference fails
 * the test, showing the first lines that differ; what came is kept beside the test as NAME.new. */
void golden_check(const char *name, const char *text);

/* The rows of a surface without blanks at their ends; with elements also a map of them with a legend. malloc'ed. */
char *golden_surface(const struct surface *s, bool elements);

#endif
