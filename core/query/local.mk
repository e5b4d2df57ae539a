# sources of core/query: append with +=, one file a line
