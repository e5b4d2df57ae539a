#include "svcdesk/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* Process-wide by nature: there is one end of the program. */
static void (*oom_fn)(void *);
static void *oom_arg;

void sd_oom_hook(void (*fn)(void *), void *arg)
{
	oom_fn = fn;
	oom_arg = arg;
}

void sd_oom(void)
{
	void (*fn)(void *) = oom_fn;
	oom_fn = NULL; /* the hook itself may run out of memory */
	if (fn)
		fn(oom_arg);
	fputs("svcdesk: out of memory\n", stderr);
	abort();
}

void sd_mem_trim(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

void *sd_malloc(size_t n)
{
	void *p = malloc(n ? n : 1);
	if (!p)
		sd_oom();
	return p;
}

void *sd_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);
	if (!p)
		sd_oom();
	return p;
}

void *sd_realloc(void *p, size_t n)
{
	void *q = realloc(p, n ? n : 1);
	if (!q)
		sd_oom();
	return q;
}

char *sd_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	return memcpy(sd_malloc(n), s, n);
}
