# sources of core/cli: append with +=, one file a line
