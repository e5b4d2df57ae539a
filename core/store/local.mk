# sources of core/store: append with +=, one file a line
