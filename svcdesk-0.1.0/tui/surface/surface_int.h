/* Between the files of tui/surface only. */
#ifndef TUI_SURFACE_INT_H
#define TUI_SURFACE_INT_H

#include "tui/surface/surface.h"

struct cell *surface_at(struct surface *s, int x, int y);                /* must be inside */
void surface_put(struct surface *s, int x, int y, const struct cell *c); /* a wide one needs x + 1 inside */

#endif
