#include "config.h"
#include "tui/app/keymap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "svcdesk/mem.h"
#include "tui/app/actions.h"

static bool same_key(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->mods == b->mods;
}

/* One sequence: strokes separated by commas; a comma alone is the key. */
static bool parse_sequence(const char *text, size_t len, struct binding *b)
{
	const char *end = text + len;

	b->n = 0;
	while (text < end) {
		const char *stop = memchr(text + 1, ',', (size_t)(end - text - 1));
		size_t n = (size_t)((stop ? stop : end) - text);
		char name[32];

		if (n >= sizeof name || b->n == KEYMAP_STROKES)
			return false;
		memcpy(name, text, n);
		name[n] = '\0';
		if (!key_parse(name, &b->stroke[b->n++]))
			return false;
		text += n + (stop != NULL);
	}
	return b->n > 0;
}

bool keymap_bind(struct keymap *km, const char *keys, int action, unsigned contexts)
{
	bool ok = true;

	while (*keys) {
		size_t n = strcspn(keys, " ");
		struct binding b = {.action = action, .contexts = contexts};

		if (n && parse_sequence(keys, n, &b))
			*SD_PUSH(km->v, km->n, km->cap) = b;
		else
			ok = ok && !n;
		keys += n;
		keys += strspn(keys, " ");
	}
	return ok;
}

void keymap_unbind(struct keymap *km, int action)
{
	size_t kept = 0;

	for (size_t i = 0; i < km->n; i++)
		if (km->v[i].action != action)
			km->v[kept++] = km->v[i];
	km->n = kept;
}

void keymap_unbind_in(struct keymap *km, int action, unsigned contexts)
{
	size_t kept = 0;

	for (size_t i = 0; i < km->n; i++) {
		if (km->v[i].action == action)
			km->v[i].contexts &= ~contexts;
		if (km->v[i].contexts)
			km->v[kept++] = km->v[i];
	}
	km->n = kept;
}

void keymap_init(struct keymap *km)
{
	*km = (struct keymap){0};
	for (size_t i = 0; i < actions_n; i++)
		keymap_bind(km, actions[i].keys, (int)actions[i].id, actions[i].contexts);
}

void keymap_free(struct keymap *km)
{
	free(km->v);
	free(km->alias);
	*km = (struct keymap){0};
}

static bool begins(const struct binding *b, const struct key *typed, int n)
{
	for (int i = 0; i < n; i++)
		if (i >= b->n || !same_key(&b->stroke[i], &typed[i]))
			return false;
	return true;
}

static bool one_begins_the_other(const struct binding *a, const struct binding *b)
{
	return begins(a, b->stroke, a->n < b->n ? a->n : b->n);
}

bool keymap_bind_over(struct keymap *km, const char *keys, size_t len, int action, unsigned contexts,
	void (*each)(void *arg, const struct binding *lost), void *arg)
{
	struct binding want = {.action = action, .contexts = contexts, .user = true};
	size_t kept = 0;

	if (!parse_sequence(keys, len, &want))
		return false;
	for (size_t i = 0; i < km->n; i++) {
		struct binding *b = &km->v[i];

		if ((b->contexts & contexts) && one_begins_the_other(b, &want)) {
			each(arg, b);
			b->contexts &= ~contexts;
		}
		if (b->contexts)
			km->v[kept++] = *b;
	}
	km->n = kept;
	*SD_PUSH(km->v, km->n, km->cap) = want;
	return true;
}

void keymap_alias(struct keymap *km, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < km->naliases; i++) {
		if (km->alias[i].from == from) {
			km->alias[i].to = to;
			return;
		}
	}
	*SD_PUSH(km->alias, km->naliases, km->capaliases) = (struct key_alias){from, to};
}

struct key keymap_meant(const struct keymap *km, const struct key *k)
{
	struct key out = *k;

	for (size_t i = 0; i < km->naliases; i++)
		if (km->alias[i].from == k->code)
			out.code = km->alias[i].to;
	return out;
}

const struct binding *keymap_next(const struct keymap *km, const struct keystate *st, unsigned contexts, size_t i)
{
	for (size_t k = 0; k < km->n; k++) {
		const struct binding *b = &km->v[k];

		if (b->n > st->n && (b->contexts & contexts) && begins(b, st->typed, st->n) && !i--)
			return b;
	}
	return NULL;
}

static bool is_alone(const struct binding *b, const struct key *k, int action)
{
	return b->action == action && b->n == 1 && same_key(&b->stroke[0], k);
}

bool keymap_is(const struct keymap *km, const struct key *k, int action)
{
	for (size_t i = 0; i < km->n; i++)
		if (is_alone(&km->v[i], k, action))
			return true;
	return false;
}

bool keymap_yours(const struct keymap *km, const struct key *k, int action)
{
	for (size_t i = 0; i < km->n; i++)
		if (km->v[i].user && is_alone(&km->v[i], k, action))
			return true;
	return false;
}

int keymap_taken(const struct keymap *km, const char *keys, unsigned contexts)
{
	struct binding want = {.n = 0};

	if (!parse_sequence(keys, strcspn(keys, " "), &want))
		return ACT_NONE;
	for (size_t i = 0; i < km->n; i++) {
		const struct binding *b = &km->v[i];

		if ((b->contexts & contexts) && one_begins_the_other(b, &want))
			return b->action;
	}
	return ACT_NONE;
}

/* Looks for typed keys; the binding with a context above the ordinary ones wins. */
static enum keymap_found look(const struct keymap *km, const struct keystate *st, unsigned contexts, int *action)
{
	enum keymap_found found = KEYMAP_NONE;
	unsigned best = 0;

	for (size_t i = 0; i < km->n; i++) {
		const struct binding *b = &km->v[i];

		if (!(b->contexts & contexts) || !begins(b, st->typed, st->n))
			continue;
		if (b->n > st->n) {
			if (found == KEYMAP_NONE)
				found = KEYMAP_PENDING;
		} else if (found != KEYMAP_ACTION || (b->contexts & CTX_SEARCH) > best) {
			found = KEYMAP_ACTION;
			best = b->contexts & CTX_SEARCH;
			*action = b->action;
		}
	}
	return found;
}

/* Where a digit has an action of its own it is no count. */
static bool is_bound(const struct keymap *km, const struct key *k, unsigned contexts)
{
	for (size_t i = 0; i < km->n; i++)
		if ((km->v[i].contexts & contexts) && same_key(&km->v[i].stroke[0], k))
			return true;
	return false;
}

static bool is_digit(const struct key *k, bool zero)
{
	return !k->mods && k->code <= '9' && k->code >= (zero ? '0' : '1');
}

enum keymap_found keymap_feed(
	const struct keymap *km, struct keystate *st, const struct key *k, unsigned contexts, int *action, int *count)
{
	enum keymap_found found;
	struct key key = *k;

	for (bool own = true;; own = false) {
		if (!st->n && is_digit(&key, st->count > 0) && !is_bound(km, &key, contexts)) {
			st->count = st->count > 99999 ? st->count : st->count * 10 + (int)(key.code - '0');
			return KEYMAP_PENDING;
		}
		st->typed[st->n++] = key;
		found = look(km, st, contexts, action);
		if (found != KEYMAP_NONE || !own)
			break;
		key = keymap_meant(km, k); /* it means nothing itself: what does it stand for? */
		st->n--;
	}
	*count = st->count;
	if (found != KEYMAP_PENDING || st->n == KEYMAP_STROKES)
		*st = (struct keystate){0};
	return found;
}

const char *keymap_keys(const struct keymap *km, int action, bool first, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < km->n; i++) {
		if (km->v[i].action != action || (first && len))
			continue;
		if (len && len + 2 < size)
			len += (size_t)snprintf(buf + len, size - len, ", ");
		for (int s = 0; s < km->v[i].n; s++) {
			char name[32];
			int n = snprintf(buf + len, size - len, "%s%s", s ? " " : "", key_name(&km->v[i].stroke[s], name, sizeof name));

			if (n < 0 || (size_t)n >= size - len)
				return buf;
			len += (size_t)n;
		}
	}
	return buf;
}
