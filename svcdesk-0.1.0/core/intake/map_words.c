#include "core/intake/map_words.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/intake/map.h"
#include "svcdesk/mem.h"

struct word {
	const char *desk, *source;
};

struct map_words {
	struct map_words *next;
	const char *field;
	int line;
	struct word *word;
	size_t n, cap;
	const char *other; /* for what stands in none; NULL: unknown */
};

char *map_trim(char *text)
{
	while (*text == ' ' || *text == '\t' || *text == '\r')
		text++;
	size_t n = strlen(text);
	while (n && (text[n - 1] == ' ' || text[n - 1] == '\t' || text[n - 1] == '\r'))
		text[--n] = '\0';
	return text;
}

struct map_words *map_words_new(struct map *m, const char *field, int line)
{
	for (struct map_words *w = m->words; w; w = w->next)
		if (strcmp(w->field, field) == 0)
			return NULL;
	struct map_words *w = sd_arena_alloc(m->a, sizeof *w);
	*w = (struct map_words){.next = m->words, .field = sd_arena_strdup(m->a, field), .line = line};
	m->words = w;
	return w;
}

static const char *find(const struct map_words *w, const char *source)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcasecmp(w->word[i].source, source) == 0)
			return w->word[i].desk;
	return NULL;
}

bool map_words_add(struct map *m, struct map_words *w, const char *word, char *sources)
{
	const char *desk = strcmp(word, "-") == 0 ? "" : sd_arena_strdup(m->a, word);

	for (char *next; sources; sources = next) {
		next = strchr(sources, '|');
		if (next)
			*next++ = '\0';
		char *source = map_trim(sources);
		bool other = strcmp(source, "*") == 0;
		if (other ? w->other != NULL : find(w, source) != NULL)
			return false;
		if (other)
			w->other = desk;
		else
			*SD_PUSH(w->word, w->n, w->cap) = (struct word){desk, sd_arena_strdup(m->a, source)};
	}
	return true;
}

const char *map_words_bind(struct map *m, int *line)
{
	for (struct map_words *w = m->words; w; w = w->next) {
		bool used = false;
		for (size_t i = 0; i < m->n_rules; i++)
			if (strcmp(m->rule[i]->name, w->field) == 0) {
				m->rule[i]->words = w;
				used = true;
			}
		*line = w->line;
		if (!used)
			return w->field;
	}
	return NULL;
}

const char *map_words_at(const struct map_words *w, size_t i)
{
	if (i == w->n)
		return w->other;
	return i < w->n ? w->word[i].desk : NULL;
}

int map_words_line(const struct map_words *w)
{
	return w->line;
}

const char *map_word(const struct map_rule *r, const char *value)
{
	if (!r->words || r->value.constant)
		return value;
	const char *desk = find(r->words, value);
	return desk ? desk : r->words->other;
}

void map_words_free(struct map *m)
{
	for (struct map_words *w = m->words; w; w = w->next)
		free(w->word);
}
