# sources of tui/surface: append with +=, one file a line
libtui_a_SOURCES += tui/surface/surface.h tui/surface/theme.h
