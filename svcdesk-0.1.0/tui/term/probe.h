#ifndef TUI_TERM_PROBE_H
#define TUI_TERM_PROBE_H

struct sd_cli_terminal;

/* What terminfo says of TERM; known is false when it says nothing. */
void term_probe(struct sd_cli_terminal *out);

#endif
