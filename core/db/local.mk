# sources of core/db: append with +=, one file a line
