# sources of tui/term: append with +=, one file a line
