#include "core/base/env.h"

#include <stdlib.h>

const char *base_env(const char *name)
{
	const char *v = getenv(name);
	return v && *v ? v : NULL;
}
