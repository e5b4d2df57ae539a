/* What people wrote: quoted lines and signatures are folded away, numbers of tickets and addresses stand out. */
#include "config.h"
#include "tui/pane/detail.h"

#include <string.h>
#include <strings.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"

/* ---- parts ---- */
static size_t line_len(const char *p)
{
	size_t n = strcspn(p, "\n");

	return p[n] ? n + 1 : n;
}

static bool is_quoted(const char *p)
{
	p += strspn(p, " ");
	return *p == '>' || !strncmp(p, "＞", strlen("＞"));
}

static bool is_blank(const char *p)
{
	return p[strspn(p, " \t")] == '\n' || !p[strspn(p, " \t")];
}

/* Everything behind such a line is a signature, or the mail that is answered. */
static bool ends_the_text(const char *p, bool *quoted)
{
	static const char *const heads[] = {"-----Original Message", "----- Original Message", "-----原始邮件", "----- 原始邮件",
		"________________________________\n"};
	size_t n = strcspn(p, "\n");

	*quoted = false;
	if ((n == 2 && !strncmp(p, "--", 2)) || (n == 3 && !strncmp(p, "-- ", 3)))
		return true;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (!strncasecmp(p, heads[i], strlen(heads[i])))
			*quoted = true;
	return *quoted;
}

/* Lines from p on that are quoted, blank ones between them with them; 0: none. */
static size_t quoted_run(const char *p, int *lines)
{
	size_t n = 0, at = 0;
	int seen = 0;

	*lines = 0;
	while (p[at] && (is_quoted(p + at) || is_blank(p + at))) {
		bool quoted = is_quoted(p + at);

		at += line_len(p + at);
		seen++;
		if (quoted) {
			n = at;
			*lines = seen;
		}
	}
	return n;
}

static int count_lines(const char *p)
{
	int n = 0;

	for (; *p; p += line_len(p))
		n++;
	return n;
}

struct quote_part quote_next(const char **text)
{
	const char *p = *text;
	struct quote_part part = {QUOTE_PLAIN, p, 0, 0};
	bool quoted;

	while (*p) {
		int lines;
		bool last = ends_the_text(p, &quoted) && p[line_len(p)];
		size_t run = last ? strlen(p) : is_quoted(p) ? quoted_run(p, &lines) : 0;

		if (last)
			lines = count_lines(p);
		if (run && lines >= QUOTE_LINES) {
			if (p > part.text) /* what stands before it comes first */
				break;
			part.kind = last && !quoted ? QUOTE_SIGNATURE : QUOTE_QUOTED;
			part.lines = lines;
			p += run;
			break;
		}
		p += run ? run : line_len(p);
	}
	part.len = (size_t)(p - part.text);
	*text = p;
	return part;
}

/* ---- links ---- */
static bool word_before(const char *start, const char *p)
{
	unsigned char c = p > start ? (unsigned char)p[-1] : ' ';

	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t number_at(const struct sd_meta *meta, const char *p)
{
	for (int i = 0; meta && i < meta->nkinds; i++) {
		size_t n = strlen(meta->kinds[i].prefix),
			   digits = n && !strncmp(p, meta->kinds[i].prefix, n) ? strspn(p + n, "0123456789") : 0;
		char next = digits ? p[n + digits] : '\0';

		if (digits && digits < 16 && !((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '_'))
			return n + digits;
	}
	return 0;
}

static size_t address_at(const char *p)
{
	size_t n;

	if (strncmp(p, "https://", 8) != 0 && strncmp(p, "http://", 7) != 0)
		return 0;
	n = strcspn(p, " \t\n<>\"'`{}|");
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] >= 0x80)
			n = i;
	while (n && strchr(".,;:!?)]", p[n - 1]))
		n--;
	return n > 8 ? n : 0;
}

size_t detail_link(const struct sd_meta *meta, const char *text, size_t *len, bool *address)
{
	for (const char *p = text; *p; p++) {
		if ((*p < 'A' || *p > 'Z') && *p != 'h')
			continue;
		if (word_before(text, p))
			continue;
		*len = number_at(meta, p);
		*address = !*len;
		if (!*len)
			*len = address_at(p);
		if (*len)
			return (size_t)(p - text);
	}
	*len = 0;
	return strlen(text);
}

static void add_plain(struct detail *d, struct sd_arena *a, uint64_t key, int indent, enum element el, const char *text)
{
	enum { SPANS = 64 };
	struct tv_span span[SPANS];
	int n = 0;
	size_t len, at;
	bool address;

	at = detail_link(d->s->meta, text, &len, &address);
	if (!len) {
		textview_add(&d->text, key, indent, el, text);
		return;
	}
	span[n++] = (struct tv_span){el, ""}; /* the first of several is a label */
	while (len && n + 3 < SPANS) {
		span[n++] = (struct tv_span){el, sd_arena_strndup(a, text, at)};
		span[n++] = (struct tv_span){EL_LINK, sd_arena_strndup(a, text + at, len)};
		text += at + len;
		at = detail_link(d->s->meta, text, &len, &address);
	}
	span[n++] = (struct tv_span){el, text};
	textview_spans(&d->text, key, indent, span, n);
}

void detail_text(struct detail *d, struct sd_arena *a, uint64_t key, uint64_t folds, int most, int indent, const char *text)
{
	bool first = true;

	while (*text) {
		struct quote_part part = quote_next(&text);
		const char *words;

		if (most < 2) { /* so many parts are not told apart */
			part.len = strlen(part.text);
			part.kind = QUOTE_PLAIN;
			text += strlen(text);
		}
		words = sd_arena_strndup(a, part.text, part.len);
		if (part.kind == QUOTE_PLAIN) {
			add_plain(d, a, first ? key : folds, indent, EL_NORMAL, words);
		} else {
			unsigned long n = (unsigned long)part.lines;
			const char *head =
				part.kind == QUOTE_QUOTED
					? sd_arena_printf(a, ngettext("[%lu quoted line: Enter]", "[%lu quoted lines: Enter]", n), n)
					: sd_arena_printf(a, ngettext("[signature of %lu line: Enter]", "[signature of %lu lines: Enter]", n), n);

			textview_group(&d->text, folds, indent + 2, EL_DIM, head, !d->quotes_open);
			add_plain(d, a, 0, indent, EL_DIM, words);
			textview_group_end(&d->text);
		}
		first = false;
		folds++;
		most--;
	}
}

bool detail_quote_key(uint64_t key)
{
	uint64_t part = key % KEY_PER_EVENT, first = (KEY_EVENT + KEY_QUOTE) % KEY_PER_EVENT;

	if (key > KEY_BODY && key < KEY_ATTACHED)
		return true;
	return key >= KEY_EVENT && key < KEY_LINK && (part + KEY_PER_EVENT - first) % KEY_PER_EVENT < QUOTE_PARTS;
}
