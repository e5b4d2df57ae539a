# sources of tui/app: append with +=, one file a line
