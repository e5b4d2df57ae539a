/* The environment, read in one place. */
#ifndef CORE_BASE_ENV_H
#define CORE_BASE_ENV_H

/* The value of a variable; NULL when it is not set or empty. */
const char *base_env(const char *name);

#endif
