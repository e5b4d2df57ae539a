# sources of tui/pane: append with +=, one file a line
