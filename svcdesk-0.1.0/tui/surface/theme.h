/* Themes give each element colours and attributes, per tier of colours. INI text, one section an element:
 *   [theme]            name = dark
 *                      background = dark   what "default" stands on: dark or light
 *   [p1]               fg = 203 9 1     256, 16 and 8 colours; one number serves all; names (red, bright-red, default) too
 *                      bg = default
 *                      attr = bold      bold dim italic underline reverse, with colours
 *                      mono = reverse   the same without colours; without it attr is used
 *                      inherit = error  what is not said comes from there
 *   [p*]               wildcards * and ? in a section's name mean all that fit; a section of the element's own goes before
 * Elements not named look like normal. A file of the user's shadows a shipped one of the same name. */
#ifndef TUI_SURFACE_THEME_H
#define TUI_SURFACE_THEME_H

#include <stdbool.h>
#include "svcdesk/err.h"
#include "tui/surface/surface.h"

enum theme_tier { THEME_256, THEME_16, THEME_8, THEME_MONO, THEME_TIERS };
enum { THEME_BOLD = 1, THEME_DIM = 2, THEME_ITALIC = 4, THEME_UNDERLINE = 8, THEME_REVERSE = 16 };

struct theme_style {
	short fg, bg; /* -1 = the terminal's own */
	unsigned attr;
};

struct theme;
/* Text of a theme file; errors name file and line: "dark.theme:12: ...". */
struct theme *theme_parse(const char *name, const char *text, struct sd_err *err);
/* By name ("dark") or path (holds a '/'): the config folder, the folder of a program that runs from its source tree, the
 * installed data. */
struct theme *theme_load(const char *name, struct sd_err *err);
struct theme *theme_plain(void); /* compiled in: attributes only; never fails */
void theme_free(struct theme *t);
const char *theme_name(const struct theme *t);
bool theme_is_light(const struct theme *t);
struct theme_style theme_get(const struct theme *t, enum element e, enum theme_tier tier);
/* Calls fn for every theme name found, sorted, each once. */
void theme_list(void (*fn)(void *arg, const char *name), void *arg);

/* Red, green, blue of a palette colour 0-255, as xterm has them. */
void theme_rgb(int color, int rgb[3]);

#endif
