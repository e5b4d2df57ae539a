# sources of tui/term: append with +=, one file a line
libtui_a_SOURCES += tui/term/decoder.c tui/term/decoder_int.h tui/term/keyname.c tui/term/term.h
