# sources of tui/term: append with +=, one file a line
libtui_a_SOURCES += tui/term/decoder.c tui/term/decoder_int.h tui/term/keyname.c
libtui_a_SOURCES += tui/term/osc52.c tui/term/osc52.h
libtui_a_SOURCES += tui/term/colours.c
libtui_a_SOURCES += tui/term/term.c tui/term/tty.c tui/term/glyph.c tui/term/term.h tui/term/term_int.h
libtui_a_SOURCES += tui/term/probe.c tui/term/probe.h
libtui_a_SOURCES += tui/term/slim.c tui/term/slim.h
