/* Impact worked out from the files alone: who suffers, by which types of links, level by level. Shares nothing with the desk. */
#ifndef TESTS_E2E_GRAPH_H
#define TESTS_E2E_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

struct graph;

/* Reads source, type, target from the first three columns of a CSV without quotes (packed with xz when its name ends so), behind
 * a header. */
struct graph *graph_read(const char *path);
void graph_free(struct graph *g);
/* Adds a link; the types are those of the issue of the desk: what carries impact is in graph.c. */
void graph_link(struct graph *g, const char *source, const char *type, const char *target);
size_t graph_size(const struct graph *g);
const char *graph_name(const struct graph *g, size_t i);

/* depth[i] of every item from this one: 0 itself, -1 not reached. up: what it needs. types: words with blanks between, NULL: all.
 * most: depth, -1: any. How many are reached. */
size_t graph_impact(const struct graph *g, const char *from, bool up, const char *types, int most, int *depth);
size_t graph_find(const struct graph *g, const char *name); /* graph_size() if it is not there */

#endif
