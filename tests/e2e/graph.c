#include "tests/e2e/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct link {
	size_t from, to;
	const char *type; /* one of the words below */
};

struct graph {
	char **name;
	size_t n, cap;
	size_t *slot, slots; /* hash of names: number + 1 */
	struct link *link;
	size_t n_link, cap_link;
};

static const struct {
	const char *type;
	int suffers; /* 1: the source when the target fails, -1: the target, 0: neither */
} types[] = {{"depends_on", 1}, {"requires", 1}, {"located_in", 1}, {"includes", 1}, {"runs_role", 1}, {"provides", -1},
	{"published_as", -1}, {"member_of", -1}, {"owned_by", 0}, {"recommends", 0}, {"breaks", 0}, {"conflicts_with", 0},
	{"built_from", 0}};

static int suffers(const char *type)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].type, type) == 0)
			return types[i].suffers;
	return 0;
}

static const char *word(const char *type)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].type, type) == 0)
			return types[i].type;
	return "other";
}

static size_t place(const struct graph *g, const char *name)
{
	size_t h = 5381;

	for (const char *p = name; *p; p++)
		h = h * 33 + (unsigned char)*p;
	for (h &= g->slots - 1; g->slot[h] && strcmp(g->name[g->slot[h] - 1], name) != 0;)
		h = (h + 1) & (g->slots - 1);
	return h;
}

size_t graph_find(const struct graph *g, const char *name)
{
	size_t h = place(g, name);

	return g->slot[h] ? g->slot[h] - 1 : g->n;
}

static size_t item(struct graph *g, const char *name)
{
	size_t i = graph_find(g, name);

	if (i < g->n)
		return i;
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 64;
		g->name = realloc(g->name, g->cap * sizeof *g->name);
	}
	g->slot[place(g, name)] = g->n + 1;
	g->name[g->n] = strdup(name);
	return g->n++;
}

static struct graph *graph_new(void)
{
	struct graph *g = calloc(1, sizeof *g);

	g->slots = 1 << 19;
	g->slot = calloc(g->slots, sizeof *g->slot);
	return g;
}

void graph_link(struct graph *g, const char *source, const char *type, const char *target)
{
	size_t from = item(g, source), to = item(g, target);

	if (g->n_link == g->cap_link) {
		g->cap_link = g->cap_link ? g->cap_link * 2 : 64;
		g->link = realloc(g->link, g->cap_link * sizeof *g->link);
	}
	g->link[g->n_link++] = (struct link){from, to, word(type)};
}

struct graph *graph_read(const char *path)
{
	struct graph *g = graph_new();
	char line[4096], command[1024];
	size_t n = strlen(path);
	bool head = true;

	snprintf(command, sizeof command, "%s '%s'", n > 3 && strcmp(path + n - 3, ".xz") == 0 ? "xz -dc" : "cat", path);
	FILE *f = popen(command, "r");
	while (f && fgets(line, sizeof line, f)) {
		char *p = line;
		line[strcspn(line, "\r\n")] = 0;
		const char *source = strsep(&p, ","), *type = strsep(&p, ","), *target = strsep(&p, ",");
		if (!head && target)
			graph_link(g, source, type, target);
		head = false;
	}
	if (f)
		pclose(f);
	return g;
}

void graph_free(struct graph *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->name[i]);
	free(g->name);
	free(g->slot);
	free(g->link);
	free(g);
}

size_t graph_size(const struct graph *g)
{
	return g->n;
}

const char *graph_name(const struct graph *g, size_t i)
{
	return g->name[i];
}

static bool among(const char *list, const char *type)
{
	char padded[512], key[80];

	if (!list)
		return true;
	snprintf(padded, sizeof padded, " %s ", list);
	snprintf(key, sizeof key, " %s ", type);
	return strstr(padded, key) != NULL;
}

/* Over all links again and again, until a round finds nothing: slow, and not to be got wrong. */
size_t graph_impact(const struct graph *g, const char *from, bool up, const char *list, int most, int *depth)
{
	size_t found = 0, before = 1;

	for (size_t i = 0; i < g->n; i++)
		depth[i] = -1;
	if (graph_find(g, from) == g->n)
		return 0;
	depth[graph_find(g, from)] = 0;
	for (int d = 1; before && (most < 0 || d <= most); d++) {
		before = 0;
		for (size_t i = 0; i < g->n_link; i++) {
			const struct link *l = &g->link[i];
			int who = suffers(l->type);
			if (!who || !among(list, l->type))
				continue;
			size_t victim = who > 0 ? l->from : l->to, cause = who > 0 ? l->to : l->from;
			size_t a = up ? victim : cause, b = up ? cause : victim;
			if (depth[a] != d - 1 || depth[b] >= 0)
				continue;
			depth[b] = d;
			before++;
		}
		found += before;
	}
	return found;
}
