/* Checks a JSON value against one of the schemas that are installed with the program. Knows the words those schemas use and
 * fails on any other, so that no rule is passed over in silence. */
#ifndef TESTS_E2E_SCHEMA_H
#define TESTS_E2E_SCHEMA_H

#include <jansson.h>

/* Fails the test, naming the place, when value does not fit schema NAME ("ticket-list"). */
void assert_schema(const char *name, const json_t *value);
/* The same without failing: what is wrong, or NULL. Overwritten by the next call. */
const char *schema_complaint(const char *name, const json_t *value);

#endif
