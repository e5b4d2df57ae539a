# sources of core/cfg: append with +=, one file a line
