#include "core/intake/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"

struct slot {
	char *name; /* NULL: free */
	uint64_t hash;
	long ordinal;
};

struct names {
	struct slot *slot;
	size_t size, used; /* size is a power of two, at most half of it is used */
	struct sd_arena *arena;
};

struct names *names_new(void)
{
	struct names *n = sd_calloc(1, sizeof *n);

	n->size = 1024;
	n->slot = sd_calloc(n->size, sizeof *n->slot);
	n->arena = sd_arena_new();
	return n;
}

void names_free(struct names *n)
{
	if (!n)
		return;
	sd_arena_free(n->arena);
	free(n->slot);
	free(n);
}

/* FNV-1a with a last mix; a file made to collide only costs its own import time. */
static uint64_t hash_of(const char *s, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
	return h ^ (h >> 29);
}

static struct slot *find(struct slot *slot, size_t size, uint64_t hash, const char *name, size_t len)
{
	size_t i = (size_t)hash & (size - 1);

	while (slot[i].name && !(slot[i].hash == hash && name && strncmp(slot[i].name, name, len) == 0 && slot[i].name[len] == 0))
		i = (i + 1) & (size - 1);
	return &slot[i];
}

static void grow(struct names *n)
{
	size_t size = n->size * 2;
	struct slot *slot = sd_calloc(size, sizeof *slot);

	for (size_t i = 0; i < n->size; i++)
		if (n->slot[i].name)
			*find(slot, size, n->slot[i].hash, NULL, 0) = n->slot[i];
	free(n->slot);
	n->slot = slot;
	n->size = size;
}

long names_ordinal(struct names *n, const char *name)
{
	size_t len = strlen(name);

	while (len && name[len - 1] == ' ')
		len--;
	uint64_t hash = hash_of(name, len);
	struct slot *s = find(n->slot, n->size, hash, name, len);
	if (!s->name) {
		*s = (struct slot){sd_arena_strndup(n->arena, name, len), hash, (long)n->used++};
		long ordinal = s->ordinal;
		if (n->used * 2 > n->size)
			grow(n);
		return ordinal;
	}
	return s->ordinal;
}
