# sources of core/schema: append with +=, one file a line
