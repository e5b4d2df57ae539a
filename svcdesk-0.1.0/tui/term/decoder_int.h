/* Between the files of tui/term only. */
#ifndef TUI_TERM_DECODER_INT_H
#define TUI_TERM_DECODER_INT_H

/* A sequence that was understood and means no key. */
#define KEY_NOTHING 0x11FFFFu

#endif
