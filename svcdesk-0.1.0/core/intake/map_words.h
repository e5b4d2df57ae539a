/* The [values FIELD] sections of a map: the desk's words for those of a source. Inside of core/intake. */
#ifndef CORE_INTAKE_MAP_WORDS_H
#define CORE_INTAKE_MAP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct map;
struct map_words;

/* text without the blanks at its ends; cuts in place. */
char *map_trim(char *text);

/* A new section; NULL when the field has one. */
struct map_words *map_words_new(struct map *m, const char *field, int line);
/* `word = SOURCE | SOURCE`; word "-" means nothing, SOURCE "*" is anything else. False when a SOURCE stands there already. */
bool map_words_add(struct map *m, struct map_words *w, const char *word, char *sources);
/* Gives each rule its words. The field of a section that no rule fills, with its line; NULL: none. */
const char *map_words_bind(struct map *m, int *line);
/* Word i of a section as the map has it, "" for "-"; NULL after the last. */
const char *map_words_at(const struct map_words *w, size_t i);
int map_words_line(const struct map_words *w);
void map_words_free(struct map *m);

#endif
