/* Theme files: parsing and inheritance. Finding them is in theme_file.c. */
#include <fnmatch.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/query/nearest.h"
#include "svcdesk/mem.h"
#include "tui/surface/theme.h"

enum { COLOR_TIERS = 3, NO_COLOUR = -1, UNSET = -2, NO_PARENT = -1 };

/* A section as it stands in the file; UNSET and the has_ flags say what is left to inheritance. named: words that stand in the
 * element's own section, which a section with a wildcard does not change. */
enum { WORD_FG = 1, WORD_BG = 2, WORD_ATTR = 4, WORD_MONO = 8, WORD_INHERIT = 16 };
struct raw_style {
	short fg[COLOR_TIERS], bg[COLOR_TIERS];
	unsigned attr, mono, named;
	bool has_attr, has_mono;
	int parent;
};

struct theme {
	char name[64];
	bool light;
	struct theme_style style[EL_COUNT][THEME_TIERS];
};

struct parse {
	const char *file;
	char name[64];
	bool light;
	struct raw_style raw[EL_COUNT];
	char problem[256]; /* the first one; inih tells its line */
};

static const char *const color_words[16] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black",
	"bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white"};

void theme_rgb(int c, int rgb[3])
{
	static const int basic[16][3] = {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238}, {205, 0, 205},
		{0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255},
		{0, 255, 255}, {255, 255, 255}};
	static const int step[6] = {0, 95, 135, 175, 215, 255};

	if (c < 16) {
		memcpy(rgb, basic[c], sizeof basic[c]);
	} else if (c < 232) {
		rgb[0] = step[(c - 16) / 36];
		rgb[1] = step[(c - 16) / 6 % 6];
		rgb[2] = step[(c - 16) % 6];
	} else {
		rgb[0] = rgb[1] = rgb[2] = 8 + (c - 232) * 10;
	}
}

/* The nearest of the first n colours. */
static short nearest(int c, int n)
{
	int want[3], have[3], best = 0;
	long best_d = -1;

	theme_rgb(c, want);
	for (int i = 0; i < n; i++) {
		long d = 0;

		theme_rgb(i, have);
		for (int k = 0; k < 3; k++)
			d += (long)(want[k] - have[k]) * (want[k] - have[k]);
		if (best_d < 0 || d < best_d) {
			best_d = d;
			best = i;
		}
	}
	return (short)best;
}

static bool color_word(const char *word, short *out)
{
	char *end;
	long n;

	if (strcmp(word, "default") == 0) {
		*out = NO_COLOUR;
		return true;
	}
	for (short i = 0; i < 16; i++)
		if (strcmp(word, color_words[i]) == 0) {
			*out = i;
			return true;
		}
	n = strtol(word, &end, 10);
	if (end == word || *end || n < 0 || n > 255)
		return false;
	*out = (short)n;
	return true;
}

/* "203 9 1": 256, 16 and 8 colours; what is left out is derived. */
static bool parse_colors(struct parse *p, const char *value, short out[COLOR_TIERS])
{
	static const int limit[COLOR_TIERS] = {256, 16, 8};
	char copy[128], *save = NULL;
	int n = 0;

	snprintf(copy, sizeof copy, "%s", value);
	for (char *w = strtok_r(copy, " \t,", &save); w; w = strtok_r(NULL, " \t,", &save)) {
		if (n == COLOR_TIERS) {
			snprintf(p->problem, sizeof p->problem, _("more than three colours (256, 16 and 8)"));
			return false;
		}
		if (!color_word(w, &out[n]) || (out[n] >= limit[n] && n > 0)) {
			snprintf(p->problem, sizeof p->problem, _("\"%s\" is no colour of the %d"), w, limit[n]);
			return false;
		}
		n++;
	}
	if (n == 0) {
		snprintf(p->problem, sizeof p->problem, _("a colour is missing"));
		return false;
	}
	if (n < 2)
		out[1] = out[0] < 16 ? out[0] : nearest(out[0], 16);
	if (n < 3)
		out[2] = out[1] < 8 ? out[1] : nearest(out[1], 8);
	return true;
}

static bool parse_attrs(struct parse *p, const char *value, unsigned *out)
{
	static const struct {
		const char *word;
		unsigned bit;
	} words[] = {{"none", 0}, {"normal", 0}, {"bold", THEME_BOLD}, {"dim", THEME_DIM}, {"italic", THEME_ITALIC},
		{"underline", THEME_UNDERLINE}, {"reverse", THEME_REVERSE}};
	char copy[128], *save = NULL;

	*out = 0;
	snprintf(copy, sizeof copy, "%s", value);
	for (char *w = strtok_r(copy, " \t,", &save); w; w = strtok_r(NULL, " \t,", &save)) {
		size_t i = 0;

		while (i < sizeof words / sizeof *words && strcmp(words[i].word, w) != 0)
			i++;
		if (i == sizeof words / sizeof *words) {
			snprintf(p->problem, sizeof p->problem, _("\"%s\" is no attribute (bold, dim, italic, underline, reverse, none)"), w);
			return false;
		}
		*out |= words[i].bit;
	}
	return true;
}

static int element_of(const char *name)
{
	for (int e = 0; e < EL_COUNT; e++)
		if (strcmp(element_name((enum element)e), name) == 0)
			return e;
	return -1;
}

static const char *nearest_element(const char *name)
{
	const char *list[EL_COUNT + 1] = {NULL};

	for (int e = 0; e < EL_COUNT; e++)
		list[e] = element_name((enum element)e);
	return nearest_word(name, list);
}

static void no_element(struct parse *p, const char *name)
{
	const char *near = nearest_element(name);

	if (near)
		snprintf(p->problem, sizeof p->problem, _("no element is called [%s]; did you mean [%s]?"), name, near);
	else
		snprintf(p->problem, sizeof p->problem, _("no element is called [%s]; svcdesk-config(5) lists them"), name);
}

static bool parse_parent(struct parse *p, struct raw_style *r, const char *value)
{
	r->parent = element_of(value);
	if (r->parent >= 0)
		return true;
	no_element(p, value);
	return false;
}

static unsigned word_of(struct parse *p, const char *key)
{
	static const char *const words[] = {"fg", "bg", "attr", "mono", "inherit", NULL};
	const char *near;

	for (unsigned i = 0; words[i]; i++)
		if (strcmp(words[i], key) == 0)
			return 1u << i;
	near = nearest_word(key, words);
	snprintf(p->problem, sizeof p->problem, _("unknown word \"%s\" (fg, bg, attr, mono, inherit)%s%s"), key, near ? ": " : "",
		near ? near : "");
	return 0;
}

/* wild: the section's name holds a wildcard; what the element's own section says stands. */
static bool parse_style(struct parse *p, int e, const char *key, const char *value, bool wild)
{
	struct raw_style *r = &p->raw[e];
	unsigned word = word_of(p, key);

	if (!word)
		return false;
	if (wild && r->named & word)
		return true;
	if (!wild)
		r->named |= word;
	switch (word) {
	case WORD_FG:
		return parse_colors(p, value, r->fg);
	case WORD_BG:
		return parse_colors(p, value, r->bg);
	case WORD_ATTR:
		r->has_attr = true;
		return parse_attrs(p, value, &r->attr);
	case WORD_MONO:
		r->has_mono = true;
		return parse_attrs(p, value, &r->mono);
	default:
		return parse_parent(p, r, value);
	}
}

/* [theme]: what is said of the whole. */
static bool parse_about(struct parse *p, const char *key, const char *value)
{
	if (strcmp(key, "name") == 0) {
		snprintf(p->name, sizeof p->name, "%s", value);
		return true;
	}
	if (strcmp(key, "background") == 0 && (strcmp(value, "dark") == 0 || strcmp(value, "light") == 0)) {
		p->light = *value == 'l';
		return true;
	}
	if (strcmp(key, "background") == 0)
		snprintf(p->problem, sizeof p->problem, _("background is dark or light, not \"%s\""), value);
	else
		snprintf(p->problem, sizeof p->problem, _("unknown word \"%s\" in [theme] (name, background)"), key);
	return false;
}

/* [p*], [state-?], [*]: every element the pattern fits. */
static bool parse_wild(struct parse *p, const char *pattern, const char *key, const char *value)
{
	bool any = false;

	for (int e = 0; e < EL_COUNT; e++) {
		if (fnmatch(pattern, element_name((enum element)e), 0) != 0)
			continue;
		any = true;
		if (!parse_style(p, e, key, value, true))
			return false;
	}
	if (!any)
		no_element(p, pattern);
	return any;
}

static int handle(void *user, const char *section, const char *key, const char *value)
{
	struct parse *p = user;
	int e;

	if (p->problem[0])
		return 0;
	if (strcmp(section, "theme") == 0)
		return parse_about(p, key, value);
	if (strpbrk(section, "*?"))
		return parse_wild(p, section, key, value);
	e = element_of(section);
	if (e < 0) {
		no_element(p, section);
		return 0;
	}
	return parse_style(p, e, key, value, false);
}

/* What e leaves open is taken from its ancestors, then from normal. False when the chain bites its tail. */
static bool resolve(const struct parse *p, int e, struct raw_style *out)
{
	int at = e, steps = 0;

	*out = p->raw[e];
	while (at != EL_NORMAL) {
		at = p->raw[at].parent == NO_PARENT ? EL_NORMAL : p->raw[at].parent;
		if (++steps > EL_COUNT)
			return false;
		const struct raw_style *up = &p->raw[at];

		if (out->fg[0] == UNSET)
			memcpy(out->fg, up->fg, sizeof out->fg);
		if (out->bg[0] == UNSET)
			memcpy(out->bg, up->bg, sizeof out->bg);
		/* Without a word of its own about mono, attr of the same section speaks for both. */
		if (!out->has_mono && !out->has_attr && (up->has_mono || up->has_attr)) {
			out->has_mono = true;
			out->mono = up->has_mono ? up->mono : up->attr;
		}
		if (!out->has_attr && up->has_attr) {
			if (!out->has_mono) {
				out->has_mono = true;
				out->mono = up->attr;
			}
			out->has_attr = true;
			out->attr = up->attr;
		}
	}
	return true;
}

static void settle(struct theme *t, int e, const struct raw_style *r)
{
	for (int tier = 0; tier < COLOR_TIERS; tier++)
		t->style[e][tier] = (struct theme_style){.fg = r->fg[tier] == UNSET ? NO_COLOUR : r->fg[tier],
			.bg = r->bg[tier] == UNSET ? NO_COLOUR : r->bg[tier],
			.attr = r->has_attr ? r->attr : 0};
	t->style[e][THEME_MONO] = (struct theme_style){.fg = NO_COLOUR,
		.bg = NO_COLOUR,
		.attr = r->has_mono   ? r->mono
				: r->has_attr ? r->attr
							  : 0};
}

static void parse_init(struct parse *p, const char *file)
{
	memset(p, 0, sizeof *p);
	p->file = file;
	snprintf(p->name, sizeof p->name, "%s", file);
	p->name[strcspn(p->name, ".")] = '\0';
	for (int e = 0; e < EL_COUNT; e++) {
		p->raw[e].parent = NO_PARENT;
		for (int i = 0; i < COLOR_TIERS; i++)
			p->raw[e].fg[i] = p->raw[e].bg[i] = UNSET;
	}
}

struct theme *theme_parse(const char *name, const char *text, struct sd_err *err)
{
	struct parse p;
	struct theme *t;
	int line;

	parse_init(&p, name);
	line = ini_parse_string(text, handle, &p);
	if (line != 0) {
		sd_err_set(err, SD_ERR_INPUT, "theme_bad", "%s:%d: %s", name, line > 0 ? line : 0,
			p.problem[0] ? p.problem : _("neither [element] nor word = value"));
		return NULL;
	}
	t = sd_calloc(1, sizeof *t);
	memcpy(t->name, p.name, sizeof t->name);
	t->light = p.light;
	for (int e = 0; e < EL_COUNT; e++) {
		struct raw_style r;

		if (!resolve(&p, e, &r)) {
			sd_err_set(err, SD_ERR_INPUT, "theme_loop", _("%s: [%s] inherits from itself"), name, element_name((enum element)e));
			theme_free(t);
			return NULL;
		}
		settle(t, e, &r);
	}
	return t;
}

/* The look when no theme file can be read: attributes only, so that every state is still told apart. */
struct theme *theme_plain(void)
{
	static const struct {
		enum element e;
		unsigned attr;
	} plain[] = {{EL_DIM, 0}, {EL_STRONG, THEME_BOLD}, {EL_TITLE, THEME_BOLD}, {EL_BORDER_FOCUS, THEME_BOLD},
		{EL_SELECTED, THEME_REVERSE}, {EL_SELECTED_BLUR, THEME_UNDERLINE}, {EL_HEADER, THEME_BOLD | THEME_UNDERLINE},
		{EL_STATUS, THEME_REVERSE}, {EL_KEY, THEME_BOLD}, {EL_ERROR, THEME_BOLD | THEME_REVERSE}, {EL_WARN, THEME_BOLD},
		{EL_LINK, THEME_UNDERLINE}, {EL_INPUT, THEME_UNDERLINE}, {EL_INPUT_FOCUS, THEME_UNDERLINE | THEME_BOLD},
		{EL_MATCH, THEME_REVERSE}, {EL_P1, THEME_BOLD | THEME_REVERSE}, {EL_P2, THEME_BOLD}, {EL_SLA_LATE, THEME_BOLD},
		{EL_SLA_BREACHED, THEME_BOLD | THEME_REVERSE}, {EL_BANNER, THEME_REVERSE | THEME_BOLD}};
	struct theme *t = sd_calloc(1, sizeof *t);

	snprintf(t->name, sizeof t->name, "plain");
	for (int e = 0; e < EL_COUNT; e++)
		for (int tier = 0; tier < THEME_TIERS; tier++)
			t->style[e][tier] = (struct theme_style){NO_COLOUR, NO_COLOUR, 0};
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		for (int tier = 0; tier < THEME_TIERS; tier++)
			t->style[plain[i].e][tier].attr = plain[i].attr;
	return t;
}

void theme_free(struct theme *t)
{
	free(t);
}

const char *theme_name(const struct theme *t)
{
	return t->name;
}

bool theme_is_light(const struct theme *t)
{
	return t->light;
}

struct theme_style theme_get(const struct theme *t, enum element e, enum theme_tier tier)
{
	if ((unsigned)e >= EL_COUNT)
		e = EL_NORMAL;
	if ((unsigned)tier >= THEME_TIERS)
		tier = THEME_MONO;
	return t->style[e][tier];
}
