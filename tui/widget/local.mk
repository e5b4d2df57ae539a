# sources of tui/widget: append with +=, one file a line
