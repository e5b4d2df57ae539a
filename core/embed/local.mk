# sources of core/embed: append with +=, one file a line
