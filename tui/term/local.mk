# sources of tui/term: append with +=, one file a line
libtui_a_SOURCES += tui/term/term.h
