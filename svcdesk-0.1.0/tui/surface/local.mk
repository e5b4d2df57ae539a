# sources of tui/surface: append with +=, one file a line
libtui_a_SOURCES += tui/surface/surface.c tui/surface/surface.h tui/surface/surface_int.h
libtui_a_SOURCES += tui/surface/draw.c
libtui_a_SOURCES += tui/surface/theme.c tui/surface/theme_file.c tui/surface/theme.h
