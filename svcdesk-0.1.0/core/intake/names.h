/* Numbers names in the order in which they first come. */
#ifndef CORE_INTAKE_NAMES_H
#define CORE_INTAKE_NAMES_H

struct names;

struct names *names_new(void);
void names_free(struct names *n);
/* Ordinal of name, from 0; a new name gets the next one. Blanks at the end do not count. */
long names_ordinal(struct names *n, const char *name);

#endif
