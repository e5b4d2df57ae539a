/* Between the files of the graph widgets only. */
#ifndef TUI_WIDGET_GRAPH_INT_H
#define TUI_WIDGET_GRAPH_INT_H

#include <stddef.h>
#include "tui/surface/surface.h"

/* A number of 0..8 eighths as one cell: from the left, or from below. NULL: nothing. In ASCII a half is the least that is seen.
 */
const char *graph_eighth_right(int n);
const char *graph_eighth_up(int n);
double graph_largest(const double *v, size_t n); /* of those that are numbers; 0 when there are none above */
double graph_clamp(double part);                 /* into 0..1; NaN is 0 */
int graph_round(double v);                       /* of what is not below 0 */
const char *graph_track(void);

#endif
