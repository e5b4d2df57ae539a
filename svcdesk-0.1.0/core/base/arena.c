#include "svcdesk/mem.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, MAX_BLOCK = 1 << 18 };

/* Blocks are chained newest first; the last of the chain is the one that survives a reset. */
struct block {
	struct block *older;
	size_t used, size;
	alignas(max_align_t) char data[];
};

struct sd_arena {
	struct block *top;
};

static struct block *block_new(size_t size, struct block *older)
{
	if (size > SIZE_MAX - sizeof(struct block))
		sd_oom();
	struct block *b = sd_malloc(sizeof *b + size);
	b->older = older;
	b->used = 0;
	b->size = size;
	return b;
}

struct sd_arena *sd_arena_new(void)
{
	struct sd_arena *a = sd_malloc(sizeof *a);
	a->top = block_new(FIRST_BLOCK, NULL);
	return a;
}

void sd_arena_reset(struct sd_arena *a)
{
	while (a->top->older) {
		struct block *b = a->top;
		a->top = b->older;
		free(b);
	}
	a->top->used = 0;
}

void sd_arena_free(struct sd_arena *a)
{
	if (!a)
		return;
	sd_arena_reset(a);
	free(a->top);
	free(a);
}

void *sd_arena_alloc(struct sd_arena *a, size_t size)
{
	const size_t unit = alignof(max_align_t);
	if (size > SIZE_MAX - unit)
		sd_oom();
	size = (size + unit - 1) / unit * unit;
	struct block *b = a->top;
	if (size > b->size - b->used) {
		size_t grown = b->size < MAX_BLOCK ? b->size * 2 : MAX_BLOCK;
		b = block_new(size > grown ? size : grown, b);
		a->top = b;
	}
	void *p = b->data + b->used;
	b->used += size;
	return memset(p, 0, size);
}

char *sd_arena_strndup(struct sd_arena *a, const char *s, size_t n)
{
	n = strnlen(s, n);
	char *p = sd_arena_alloc(a, n + 1);
	memcpy(p, s, n);
	return p;
}

char *sd_arena_strdup(struct sd_arena *a, const char *s)
{
	return s ? sd_arena_strndup(a, s, strlen(s)) : NULL;
}

char *sd_arena_printf(struct sd_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0; /* an unprintable wide character: an empty string rather than none */
	char *p = sd_arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}
