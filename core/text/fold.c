#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "core/text/utf8.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { HAY_MAX = 512, NEEDLE_MAX = 64 };

char *sd_text_fold(struct sd_arena *a, const char *s)
{
	const char *p = s;
	while ((unsigned char)*p - 1u < 0x7f) /* 1..0x7f */
		p++;
	if (!*p) {
		char *out = sd_arena_strdup(a, s);
		for (char *c = out; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + 32);
		return out;
	}
	utf8proc_uint8_t *folded = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)s);
	if (!folded) /* not UTF-8: compare it as it is */
		return sd_arena_strdup(a, s);
	char *out = sd_arena_strdup(a, (const char *)folded);
	free(folded);
	return out;
}

static size_t decode_all(const char *s, size_t n, int32_t *out, size_t max)
{
	size_t k = 0;
	for (size_t i = 0; i < n && k < max;)
		i += utf8_decode(s + i, n - i, &out[k++]);
	return k;
}

static bool is_word(int32_t cp)
{
	if (cp < 0)
		return false;
	utf8proc_category_t c = utf8proc_category(cp);
	return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) || (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO) ||
		   (c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME);
}

/* A new word begins at i; between ideographs every character does, as there are no blanks. */
static bool word_start(const int32_t *hay, size_t i)
{
	return i == 0 || !is_word(hay[i - 1]) || cp_width(hay[i]) == 2;
}

/* The letters of needle in their order with gaps; each at a word start or right after the one before counts more. */
static int scattered(const int32_t *hay, size_t n, const int32_t *needle, size_t m)
{
	/* best[j]: best score with needle[0..j] matched, the last at the current place; kept per place for the run bonus */
	int best[NEEDLE_MAX], run[NEEDLE_MAX];
	for (size_t j = 0; j < m; j++)
		best[j] = run[j] = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = m; j-- > 0;) {
			int before = j ? best[j - 1] : 1, joined = j ? run[j - 1] : 0;
			/* run[j] is about the place i-1 only, and j goes down, so run[j-1] still is */
			int here = 0;
			if (hay[i] == needle[j] && before > 0) {
				int bonus = word_start(hay, i) ? 8 : 1;
				here = before + bonus;
				if (joined && joined + 6 > here)
					here = joined + 6;
			}
			run[j] = here;
			if (here > best[j])
				best[j] = here;
		}
	}
	return best[m - 1];
}

static int score_word(const int32_t *hay, size_t n, const int32_t *needle, size_t m)
{
	if (m == 0)
		return 1;
	if (m > n)
		return 0;
	int best = 0;
	for (size_t i = 0; i + m <= n; i++) {
		if (memcmp(hay + i, needle, m * sizeof *hay) != 0)
			continue;
		int late = (int)(i < 400 ? i : 400), spare = (int)(n - m < 400 ? n - m : 400);
		int s = (i == 0 ? 9000 : word_start(hay, i) ? 7000 : 5000) - late - spare;
		if (s > best)
			best = s;
	}
	if (best)
		return best;
	int s = scattered(hay, n, needle, m);
	return s > 3000 ? 3000 : s;
}

int sd_text_fuzzy(const char *hay, const char *needle)
{
	int32_t h[HAY_MAX], k[NEEDLE_MAX];
	size_t n = decode_all(hay, strlen(hay), h, HAY_MAX), len = strlen(needle);
	int whole = score_word(h, n, k, decode_all(needle, len, k, NEEDLE_MAX));
	if (whole >= 4000 || !strchr(needle, ' '))
		return whole;
	/* several words: each must be there, in any order */
	int total = 0, words = 0;
	for (const char *p = needle; *p;) {
		size_t w = strcspn(p, " ");
		if (w) {
			int s = score_word(h, n, k, decode_all(p, w, k, NEEDLE_MAX));
			if (!s)
				return whole;
			total += s;
			words++;
		}
		p += w;
		p += *p == ' ';
	}
	int each = words ? total / words - words : 1; /* a little below the same words found in one piece */
	return each > whole ? each : whole ? whole : 1;
}

static int fit_word(const int32_t *hay, size_t n, const int32_t *needle, size_t m)
{
	int best = 0;
	for (size_t i = 0; i + m <= n && best < 3; i++)
		if (memcmp(hay + i, needle, m * sizeof *hay) == 0)
			best = word_start(hay, i) ? 3 : 2; /* a beginning ends the search */
	return best || m > n || scattered(hay, n, needle, m) <= 0 ? best : 1;
}

int sd_text_match(const char *hay, const char *needle)
{
	int32_t h[HAY_MAX], k[NEEDLE_MAX];
	size_t n = decode_all(hay, strlen(hay), h, HAY_MAX), m = decode_all(needle, strlen(needle), k, NEEDLE_MAX);
	int whole = !strcmp(hay, needle) ? 4 : m ? fit_word(h, n, k, m) : 3, least = 3;
	if (whole >= 3)
		return whole;
	for (const char *p = needle + strspn(needle, " "); *p; p += strspn(p, " ")) {
		size_t w = strcspn(p, " ");
		int s = fit_word(h, n, k, decode_all(p, w, k, NEEDLE_MAX));
		least = s < least ? s : least;
		p += w;
	}
	return least > whole ? least : whole;
}

static const char *stand_in(int32_t cp)
{
	static const struct {
		int32_t from, to;
		const char *text;
	} map[] = {{0xa0, 0xa0, " "}, {0xd7, 0xd7, "x"}, {0x2010, 0x2015, "-"}, {0x2018, 0x201b, "'"}, {0x201c, 0x201f, "\""},
		{0x2022, 0x2023, "*"}, {0x2026, 0x2026, "."}, {0x2190, 0x2190, "<"}, {0x2191, 0x2191, "^"}, {0x2192, 0x2192, ">"},
		{0x2193, 0x2193, "v"}, {0x2212, 0x2212, "-"}, {0x2500, 0x2501, "-"}, {0x2502, 0x2503, "|"}, {0x2504, 0x2505, "-"},
		{0x2506, 0x2507, "|"}, {0x250c, 0x254b, "+"}, {0x2550, 0x2550, "="}, {0x2551, 0x2551, "|"}, {0x2552, 0x2570, "+"},
		{0x2588, 0x2593, "#"}, {0x25b2, 0x25b2, "^"}, {0x25b6, 0x25b8, ">"}, {0x25bc, 0x25be, "v"}, {0x25cf, 0x25cf, "*"},
		{0x2713, 0x2714, "x"}, {0x3000, 0x3000, " "}, {0xdf, 0xdf, "s"}, {0xd8, 0xd8, "O"}, {0xf8, 0xf8, "o"},
		{0x141, 0x141, "L"}, {0x142, 0x142, "l"}, {0x110, 0x110, "D"}, {0x111, 0x111, "d"}};
	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (cp >= map[i].from && cp <= map[i].to)
			return map[i].text;
	return NULL;
}

/* Letters under their accents, full-width forms: what is left of g in ASCII, at most room bytes; 0 when nothing is. */
static size_t plain_letters(const struct sd_grapheme *g, char *out, size_t room)
{
	utf8proc_uint8_t *plain = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)g->s, (utf8proc_ssize_t)g->len, &plain,
		UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_STABLE);
	size_t k = 0;
	if (n > 0 && (size_t)n <= room) {
		while (k < (size_t)n && plain[k] >= 0x20 && plain[k] < 0x7f)
			k++;
		if (k < (size_t)n)
			k = 0;
		memcpy(out, plain, k);
	}
	free(plain);
	return k;
}

char *sd_text_ascii(struct sd_arena *a, const char *s)
{
	struct sd_str out = {0};
	struct sd_grapheme g;
	while (sd_text_next(&s, &g)) {
		if (g.len == 1 && (unsigned char)*g.s < 0x80) {
			sd_str_addc(&out, *g.s);
			continue;
		}
		char text[4] = "";
		int32_t cp;
		utf8_decode(g.s, g.len, &cp);
		size_t n = 0, width = g.width > 0 ? (size_t)g.width : 0;
		const char *known = cp >= 0 ? stand_in(cp) : NULL;
		if (known)
			text[n++] = *known;
		else
			n = plain_letters(&g, text, width);
		for (size_t i = 0; i < width; i++)
			sd_str_addc(&out, i < n ? text[i] : n ? ' ' : '?');
	}
	char *copy = sd_arena_strndup(a, out.data ? out.data : "", out.len);
	sd_str_free(&out);
	return copy;
}
