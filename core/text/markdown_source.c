/* What the parser is given. It is told as little as possible that it would take long over or not understand: see md_source. */
#include "core/text/markdown_int.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/text/utf8.h"
#include "svcdesk/text.h"

enum {
	NEST_MOST = 24,       /* marks of quotes and lists at the beginning of a line */
	LINE_MOST = 2048,     /* bytes of a line, after which a blank ends it */
	BLOCK_MOST = 1 << 16, /* bytes without an empty line, after which there is one */
	OPEN_MOST = 2000,     /* brackets without an empty line, after which they are text */
	FRONT_MOST = 1 << 13,
	ENTITY_MOST = 40
};

/* ---- entities ---- */
static const struct {
	const char *name, *text;
} entities[] = {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", "\u00a0"}, {"copy", "©"},
	{"reg", "®"}, {"trade", "™"}, {"mdash", "—"}, {"ndash", "–"}, {"hellip", "…"}, {"lsquo", "‘"}, {"rsquo", "’"}, {"ldquo", "“"},
	{"rdquo", "”"}, {"laquo", "«"}, {"raquo", "»"}, {"bull", "•"}, {"middot", "·"}, {"sect", "§"}, {"para", "¶"}, {"deg", "°"},
	{"plusmn", "±"}, {"times", "×"}, {"divide", "÷"}, {"micro", "µ"}, {"frac12", "½"}, {"euro", "€"}, {"pound", "£"},
	{"yen", "¥"}, {"cent", "¢"}, {"rarr", "→"}, {"larr", "←"}, {"uarr", "↑"}, {"darr", "↓"}, {"harr", "↔"}, {"le", "≤"},
	{"ge", "≥"}, {"ne", "≠"}, {"check", "✓"}, {"auml", "ä"}, {"ouml", "ö"}, {"uuml", "ü"}, {"Auml", "Ä"}, {"Ouml", "Ö"},
	{"Uuml", "Ü"}, {"szlig", "ß"}, {"eacute", "é"}, {"egrave", "è"}, {"agrave", "à"}, {"ccedil", "ç"}, {"ntilde", "ñ"},
	{"lbrack", "["}, {"rbrack", "]"}, {"ast", "*"}, {"lowbar", "_"}, {"num", "#"}, {"vert", "|"}, {"bsol", "\\"}, {"grave", "`"},
	{"hash", "#"}, {"lbrace", "{"}, {"rbrace", "}"}, {"shy", ""}};

static void numbered(struct sd_str *out, const char *digits, int base)
{
	unsigned long cp = strtoul(digits, NULL, base);
	char utf8[4];

	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	sd_str_addn(out, utf8, utf8_encode((int32_t)cp, utf8));
}

void md_entity(struct sd_str *out, const char *s, size_t n)
{
	char name[ENTITY_MOST];

	if (n < 3 || n - 2 >= sizeof name) {
		sd_str_addn(out, s, n);
		return;
	}
	memcpy(name, s + 1, n - 2); /* between & and ; */
	name[n - 2] = '\0';
	if (*name == '#') {
		bool hex = name[1] == 'x' || name[1] == 'X';

		numbered(out, name + (hex ? 2 : 1), hex ? 16 : 10);
		return;
	}
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (!strcmp(entities[i].name, name)) {
			sd_str_add(out, entities[i].text);
			return;
		}
	sd_str_addn(out, s, n);
}

/* ---- lines ---- */
struct source {
	struct sd_str *out;
	char fence; /* the character of the code block one is in */
	int fence_n;
	size_t block; /* bytes since the last empty line */
	int open;     /* brackets since then */
};

/* Bytes of blanks and marks before the text of a line; *marks: how many of these. */
static size_t lead(const char *s, size_t n, int most, int *marks)
{
	size_t i = 0;

	for (*marks = 0; i < n; i++) {
		bool bullet = (s[i] == '-' || s[i] == '*' || s[i] == '+') && i + 1 < n && (s[i + 1] == ' ' || s[i + 1] == '\t');
		size_t d = i;

		while (d < n && d - i < 9 && s[d] >= '0' && s[d] <= '9')
			d++;
		if (d > i && d < n && (s[d] == '.' || s[d] == ')')) {
			i = d;
			bullet = true;
		}
		if (!bullet && s[i] != '>' && s[i] != ' ' && s[i] != '\t')
			break;
		if (s[i] != ' ' && s[i] != '\t' && ++*marks >= most)
			return i + 1;
	}
	return i;
}

/* Begins or ends a block of code, if the line is one of its fences. */
static void see_fence(struct source *src, const char *s, size_t n)
{
	size_t i = 0, from;
	char c;

	while (i < n && (s[i] == ' ' || s[i] == '\t' || s[i] == '>'))
		i++;
	from = i;
	c = i < n ? s[i] : '\0';
	if (c != '`' && c != '~')
		return;
	while (i < n && s[i] == c)
		i++;
	if (i - from < 3)
		return;
	if (!src->fence) {
		src->fence = c;
		src->fence_n = (int)(i - from);
	} else if (c == src->fence && (int)(i - from) >= src->fence_n) {
		src->fence = '\0';
	}
}

/* {{< ref "page.md" >}} as the target of a link: bytes of it up to the parenthesis, and the page; 0: it is none. */
static size_t hugo_ref(const char *s, size_t n, const char **page, size_t *page_n)
{
	const char *end, *quote, *close;

	n = n > 300 ? 300 : n;
	end = memchr(s, ')', n);
	if (n < 12 || (memcmp(s, "{{<", 3) && memcmp(s, "{{%", 3)) || !end)
		return 0;
	quote = memchr(s, '"', (size_t)(end - s));
	close = quote ? memchr(quote + 1, '"', (size_t)(end - quote - 1)) : NULL;
	if (!close || end < close + 4 || memcmp(end - 2, "}}", 2) || memchr(quote + 1, ' ', (size_t)(close - quote - 1)))
		return 0;
	*page = quote + 1;
	*page_n = (size_t)(close - quote - 1);
	return (size_t)(end - s);
}

/* An end of line inside a long one, an empty line where the block is long too. */
static void cut_line(struct source *src)
{
	sd_str_addc(src->out, '\n');
	if (src->block > BLOCK_MOST && !src->fence) {
		sd_str_addc(src->out, '\n');
		src->block = 0;
		src->open = 0;
	}
}

static void put_text(struct source *src, const char *s, size_t n)
{
	size_t since = 0;

	for (size_t i = 0; i < n; i++, since++, src->block++) {
		const char *page;
		size_t page_n, skip = 0;

		if (s[i] == '[' && !src->fence && ++src->open > OPEN_MOST)
			sd_str_addc(src->out, '\\');
		if (s[i] == '{' && i > 1 && s[i - 1] == '(' && s[i - 2] == ']')
			skip = hugo_ref(s + i, n - i, &page, &page_n);
		if (skip) {
			sd_str_addn(src->out, page, page_n);
			i += skip - 1;
		} else if (since >= LINE_MOST && (s[i] == ' ' || (since >= 2 * LINE_MOST && (s[i] & 0xc0) != 0x80))) {
			cut_line(src);
			if (s[i] != ' ')
				sd_str_addc(src->out, s[i]);
			since = 0;
		} else {
			sd_str_addc(src->out, s[i]);
		}
	}
}

static void put_line(struct source *src, const char *s, size_t n)
{
	int marks = 0;
	size_t at = 0;

	see_fence(src, s, n);
	if (!n) {
		src->block = 0;
		src->open = 0;
	} else if (src->block > BLOCK_MOST && !src->fence) {
		cut_line(src);
	}
	if (!src->fence) {
		bool note;

		at = lead(s, n, NEST_MOST, &marks);
		note = n - at > 2 && s[at] == '[' && s[at + 1] == '^';
		if (note && !at)
			sd_str_addc(src->out, '\n'); /* each stands alone */
		sd_str_addn(src->out, s, at);
		if ((marks >= NEST_MOST && at < n) || note)
			sd_str_addc(src->out, '\\'); /* no more marks; and a footnote is no definition of a link */
	}
	put_text(src, s + at, n - at);
	sd_str_addc(src->out, '\n');
}

/* A head of "key: value" lines between two of ---; bytes of it with both. */
static size_t front_matter(const char *s, size_t n)
{
	const char *p = s + 4, *end = s + (n > FRONT_MOST ? FRONT_MOST : n);

	if (n < 8 || memcmp(s, "---\n", 4))
		return 0;
	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));

		if (!eol)
			return 0;
		if (eol - p == 3 && (!memcmp(p, "---", 3) || !memcmp(p, "...", 3)))
			return (size_t)(eol + 1 - s);
		if (eol > p && *p != ' ' && *p != '-' && *p != '#' && *p != '\t' && !memchr(p, ':', (size_t)(eol - p)))
			return 0;
		p = eol + 1;
	}
	return 0;
}

void md_source(struct sd_str *out, const char *text, size_t n, size_t *front)
{
	struct sd_str clean = {0};
	struct source src = {.out = out};
	const char *p, *end;

	sd_text_clean(&clean, text, n, SD_CLEAN_BLOCK);
	*front = front_matter(clean.data, clean.len);
	sd_str_addn(out, clean.data, *front);
	p = clean.data + *front;
	end = clean.data + clean.len;
	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));

		eol = eol ? eol : end;
		put_line(&src, p, (size_t)(eol - p));
		p = eol + 1;
	}
	sd_str_free(&clean);
}
