# sources of tui/app: append with +=, one file a line
libtui_a_SOURCES += tui/app/app.h
