# sources of tui/wall: append with +=, one file a line
libtui_a_SOURCES += tui/wall/kinds.c tui/wall/layout.h
libtui_a_SOURCES += tui/wall/layout.c tui/wall/layout_file.c
nodist_libtui_a_SOURCES = tui/wall/embedded.c
CLEANFILES += tui/wall/embedded.c
dist_walls_DATA += tui/wall/layouts/default.wall
# The layout that is always there becomes C.
tui/wall/embedded.c: $(top_srcdir)/tui/wall/layouts/default.wall
	$(AM_V_GEN)$(MKDIR_P) tui/wall && { printf '%s\n' '/* Made from layouts/default.wall. */' '#include "tui/wall/layout.h"' '' 'const char wall_layout_default[] ='; \
	  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/	"/' -e 's/$$/\\n"/' $(top_srcdir)/tui/wall/layouts/default.wall; echo '	;'; } >$@.tmp && mv $@.tmp $@
libtui_a_SOURCES += tui/wall/wall.c tui/wall/wall.h
libtui_a_SOURCES += tui/wall/draw.c tui/wall/look.h tui/wall/figures.c tui/wall/lists.c tui/wall/charts.c
libtui_a_SOURCES += tui/wall/ask.c tui/wall/ask.h tui/wall/program.c tui/wall/program.h
