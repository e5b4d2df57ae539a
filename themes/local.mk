# sources of themes: append with +=, one file a line
