# sources of core/intake: append with +=, one file a line
